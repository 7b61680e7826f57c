package preview

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
)

// Site is a built site as it will be published.
type Site struct {
	Files map[string][]byte // by slash-separated path: "milestones/M4/index.html"
	// BaseURL is where the site will live. The preview serves it below the
	// same path, so that what works here works there.
	BaseURL string
}

// snapshot is a site ready to be served. It never changes.
type snapshot struct {
	id    string // of the content: the same files have the same id
	base  string // path of the site, with a slash at both ends: "/roadmap/"
	files map[string][]byte
}

// newSnapshot prepares a site for serving: pages get the script that reloads
// them.
func newSnapshot(site *Site) (*snapshot, error) {
	base, err := basePath(site.BaseURL)
	if err != nil {
		return nil, err
	}
	s := &snapshot{base: base, files: make(map[string][]byte, len(site.Files))}
	sum := sha256.New()
	fmt.Fprintf(sum, "%q\n", base)
	for _, name := range slices.Sorted(maps.Keys(site.Files)) {
		fmt.Fprintf(sum, "%q %x\n", name, sha256.Sum256(site.Files[name]))
	}
	s.id = hex.EncodeToString(sum.Sum(nil)[:8])
	for name, data := range site.Files {
		if path.Ext(name) == ".html" {
			data = inject(data, s.id)
		}
		s.files[name] = data
	}
	return s, nil
}

// basePath returns the path of a base URL with a slash at both ends. An empty
// URL is the root.
func basePath(base string) (string, error) {
	u, err := url.Parse(base)
	if err != nil {
		return "", fmt.Errorf("base URL %q is not a web address: %w", base, err)
	}
	p := path.Clean("/" + u.Path)
	if p != "/" {
		p += "/"
	}
	return p, nil
}

// inject puts the reload script before the end of the body, or at the end of a
// page that has none. It is an external script of the same origin, so that the
// page's content security policy stays as published.
func inject(page []byte, build string) []byte {
	tag := []byte(`<script src="` + scriptPath + `" data-build="` + build + `" defer></script>`)
	at := bytes.LastIndex(page, []byte("</body>"))
	if at < 0 {
		at = len(page)
	}
	return slices.Concat(page[:at], tag, page[at:])
}

// answer is what a path of the site leads to.
type answer struct {
	status   int
	file     string // in the snapshot; empty if there is nothing to show
	location string // for a redirect
}

// find resolves a path as static web hosts do: a folder is its index.html, a
// folder without its slash is a redirect, anything unknown is 404.html.
func (s *snapshot) find(urlPath string) answer {
	rest, inside := strings.CutPrefix(urlPath, s.base)
	switch {
	case !inside && (urlPath == "/" || urlPath+"/" == s.base):
		return answer{status: http.StatusTemporaryRedirect, location: (&url.URL{Path: s.base}).EscapedPath()}
	case !inside:
		return s.notFound()
	}
	if rest == "" || strings.HasSuffix(rest, "/") {
		rest += "index.html"
	}
	if _, ok := s.files[rest]; ok {
		return answer{status: http.StatusOK, file: rest}
	}
	if _, ok := s.files[rest+"/index.html"]; ok {
		// A location that begins with two slashes would be the address of
		// another host. It cannot: rest is a folder of the site.
		location := (&url.URL{Path: s.base + rest + "/"}).EscapedPath()
		return answer{status: http.StatusTemporaryRedirect, location: location}
	}
	return s.notFound()
}

func (s *snapshot) notFound() answer {
	if _, ok := s.files["404.html"]; ok {
		return answer{status: http.StatusNotFound, file: "404.html"}
	}
	return answer{status: http.StatusNotFound}
}

// contentTypes are the types of what a site consists of. They are written here
// because the tables of operating systems differ.
var contentTypes = map[string]string{
	".atom":  "application/atom+xml; charset=utf-8",
	".css":   "text/css; charset=utf-8",
	".csv":   "text/csv; charset=utf-8",
	".gif":   "image/gif",
	".html":  "text/html; charset=utf-8",
	".ico":   "image/vnd.microsoft.icon",
	".ics":   "text/calendar; charset=utf-8",
	".jpeg":  "image/jpeg",
	".jpg":   "image/jpeg",
	".js":    "text/javascript; charset=utf-8",
	".json":  "application/json",
	".map":   "application/json",
	".md":    "text/markdown; charset=utf-8",
	".mjs":   "text/javascript; charset=utf-8",
	".pdf":   "application/pdf",
	".png":   "image/png",
	".svg":   "image/svg+xml",
	".toml":  "application/toml",
	".txt":   "text/plain; charset=utf-8",
	".webp":  "image/webp",
	".woff2": "font/woff2",
	".xlsx":  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".xml":   "application/xml",
}

// contentType returns the media type of a file by its name, or by its first
// bytes if the name says nothing.
func contentType(name string, data []byte) string {
	ext := strings.ToLower(path.Ext(name))
	if t, ok := contentTypes[ext]; ok {
		return t
	}
	if t := mime.TypeByExtension(ext); t != "" {
		return t
	}
	return http.DetectContentType(data)
}
