package preview

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"html/template"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
)

// Site is a built site as it will be published. Whoever hands it over must not
// change it afterwards: it is served as it is, without a copy.
type Site struct {
	Files map[string]File // by slash-separated path: "milestones/M4/index.html"
	// BaseURL is where the site will live. The preview serves it below the
	// same path, so that what works here works there.
	BaseURL string
	// Shown names the page that shows a source file, with a fragment if it is
	// only a part of it: "content/role/lead.md" -> "people/index.html#role-lead".
	// It is only needed to navigate.
	Shown map[string]string
}

// File is one file of a site.
type File struct {
	Data []byte
	Sum  [sha256.Size]byte // SHA-256 of Data; zero means not known yet
}

func (f File) sum() [sha256.Size]byte {
	if f.Sum == [sha256.Size]byte{} {
		return sha256.Sum256(f.Data)
	}
	return f.Sum
}

// snapshot is a site ready to be served. It never changes, and costs nothing to
// make: what is to know of a page is found out when somebody looks at it.
type snapshot struct {
	base  string // path of the site, with a slash at both ends: "/roadmap/"
	files map[string]File
	shown map[string]string
	looks sync.Map // file name -> *look, of the pages that were asked for

	former []string // other bases that the site had before, the newest first
}

// mostFormer is how many former bases are remembered.
const mostFormer = 10

// newSnapshot makes the snapshot of a site that follows on another; before is nil
// for the first.
func newSnapshot(site *Site, before *snapshot) (*snapshot, error) {
	base, err := basePath(site.BaseURL)
	if err != nil {
		return nil, err
	}
	s := &snapshot{base: base, files: site.Files, shown: site.Shown}
	if before != nil {
		s.former = slices.DeleteFunc(append([]string{before.base}, before.former...), func(b string) bool { return b == base })
		if len(s.former) > mostFormer {
			s.former = s.former[:mostFormer]
		}
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

// escapedBase returns the path of the site as browsers write it.
func (s *snapshot) escapedBase() string { return (&url.URL{Path: s.base}).EscapedPath() }

// address returns the path and fragment by which a page is opened:
// "people/index.html#role-lead" -> "/roadmap/people/#role-lead".
func (s *snapshot) address(page string) string {
	file, fragment, _ := strings.Cut(page, "#")
	if path.Base(file) == "index.html" {
		file = strings.TrimSuffix(file, "index.html")
	}
	return (&url.URL{Path: s.base + file, Fragment: fragment}).String()
}

// page returns a page as it is served: with the script that reloads it before
// the end of the body, or at the end of a page that has none. It is an external
// script of the same origin, so that the page's content security policy stays
// as published.
func (s *snapshot) page(a answer) []byte {
	data := s.files[a.file].Data
	l := s.look(a)
	ids := make([]string, len(l.Styles))
	for i, style := range l.Styles {
		ids[i] = style.ID
	}
	tag := fmt.Appendf(nil, `<script type="module" src="%s" data-base="%s" data-page="%s" data-styles="%s"></script>`,
		scriptPath, template.HTMLEscapeString(s.escapedBase()), l.Page, strings.Join(ids, " "))
	at := bytes.LastIndex(data, []byte("</body>"))
	if at < 0 {
		at = len(data)
	}
	return slices.Concat(data[:at], tag, data[at:])
}

// answer is what a path of the site leads to.
type answer struct {
	status   int
	file     string // in the snapshot; empty if there is nothing to show
	location string // for a redirect
}

// find resolves a path as static web hosts do: a folder is its index.html, a
// folder without its slash is a redirect, anything unknown is 404.html. What was
// below a former base is below this one now.
func (s *snapshot) find(urlPath string) answer {
	if urlPath == "/" && s.base != "/" || urlPath+"/" == s.base {
		return answer{status: http.StatusTemporaryRedirect, location: s.escapedBase()}
	}
	if rest, inside := strings.CutPrefix(urlPath, s.base); inside {
		if file := s.fileAt(rest); file != "" {
			if strings.HasSuffix(file, "/index.html") && !strings.HasSuffix(urlPath, "/") && !strings.HasSuffix(urlPath, "/index.html") {
				return s.moved(rest + "/")
			}
			return answer{status: http.StatusOK, file: file}
		}
	}
	for _, former := range s.former {
		if rest, ok := strings.CutPrefix(urlPath, former); ok && s.fileAt(rest) != "" {
			return s.moved(rest)
		}
	}
	return s.notFound()
}

// fileAt returns the file that an address below the base leads to, "" if there is
// none.
func (s *snapshot) fileAt(rest string) string {
	if rest == "" || strings.HasSuffix(rest, "/") {
		rest += "index.html"
	}
	for _, file := range []string{rest, rest + "/index.html"} {
		if _, ok := s.files[file]; ok {
			return file
		}
	}
	return ""
}

// moved redirects to an address below the base. A location that begins with two
// slashes would be the address of another host. It cannot: rest leads to a file
// of the site, and their names do not begin with a slash.
func (s *snapshot) moved(rest string) answer {
	return answer{status: http.StatusTemporaryRedirect, location: (&url.URL{Path: s.base + rest}).EscapedPath()}
}

func (s *snapshot) notFound() answer {
	if _, ok := s.files["404.html"]; ok {
		return answer{status: http.StatusNotFound, file: "404.html"}
	}
	return answer{status: http.StatusNotFound}
}

// target returns the address of the page that an edit of the named files is
// about, or "" if there is no such one page. A Markdown file is about the page
// that shows it. Any other file is about the page that it changed, if that is
// one page alone.
func (s *snapshot) target(before *snapshot, changed []string) string {
	pages := map[string]bool{}
	for _, file := range changed {
		if page := s.shown[file]; page != "" {
			pages[page] = true
		}
	}
	if len(pages) == 0 && before != nil {
		for name, f := range s.files {
			if isPage(name) && name != "404.html" && f.sum() != before.files[name].sum() {
				pages[name] = true
			}
		}
	}
	if len(pages) != 1 {
		return ""
	}
	return s.address(slices.Collect(maps.Keys(pages))[0])
}

func isPage(name string) bool { return path.Ext(name) == ".html" }

// contentTypes are the types of what a site consists of. They are written here
// because the tables of operating systems differ.
var contentTypes = map[string]string{
	".atom":  "application/atom+xml; charset=utf-8",
	".avif":  "image/avif",
	".css":   "text/css; charset=utf-8",
	".csv":   "text/csv; charset=utf-8",
	".docx":  "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".gif":   "image/gif",
	".gz":    "application/gzip",
	".html":  "text/html; charset=utf-8",
	".ico":   "image/vnd.microsoft.icon",
	".ics":   "text/calendar; charset=utf-8",
	".jpeg":  "image/jpeg",
	".jpg":   "image/jpeg",
	".js":    "text/javascript; charset=utf-8",
	".json":  "application/json",
	".m4a":   "audio/mp4",
	".map":   "application/json",
	".md":    "text/markdown; charset=utf-8",
	".mjs":   "text/javascript; charset=utf-8",
	".mp3":   "audio/mpeg",
	".mp4":   "video/mp4",
	".odp":   "application/vnd.oasis.opendocument.presentation",
	".ods":   "application/vnd.oasis.opendocument.spreadsheet",
	".odt":   "application/vnd.oasis.opendocument.text",
	".ogg":   "audio/ogg",
	".pdf":   "application/pdf",
	".png":   "image/png",
	".pptx":  "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".svg":   "image/svg+xml",
	".toml":  "application/toml",
	".txt":   "text/plain; charset=utf-8",
	".wasm":  "application/wasm",
	".wav":   "audio/wav",
	".webm":  "video/webm",
	".webp":  "image/webp",
	".woff":  "font/woff",
	".woff2": "font/woff2",
	".xlsx":  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".xml":   "application/xml",
	".yaml":  "application/yaml",
	".yml":   "application/yaml",
	".zip":   "application/zip",
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
