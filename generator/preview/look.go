package preview

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// look is what a page looks like, as ids that can be compared: two builds in
// which a page has the same look show the same. The styles are apart, because
// a browser can exchange them without loading the page anew.
type look struct {
	Page   string  `json:"page"`   // the page and the scripts and pictures that it uses; "" before the first good build
	Styles []style `json:"styles"` // in the order of the page
}

// style is a style sheet as a page names it, with the pictures, fonts and other
// styles that it uses.
type style struct {
	Href string `json:"href"`
	ID   string `json:"id"`
}

// look returns the look of what a path leads to, which is no redirect.
func (s *snapshot) look(a answer) look {
	if a.file == "" {
		return look{Page: "missing"}
	}
	known, ok := s.looks.Load(a.file)
	if !ok {
		known, _ = s.looks.LoadOrStore(a.file, s.lookAt(a.file))
	}
	l := *known.(*look)
	if a.status == http.StatusNotFound {
		l.Page = "missing-" + l.Page // or the page 404.html itself would be the same
	}
	return l
}

// lookAt finds out the look of a page. The names of styles are left out of the
// page's own id, since published names hold a hash of the content.
func (s *snapshot) lookAt(page string) *look {
	l := &look{Styles: []style{}}
	sum := sha256.New()
	z := html.NewTokenizer(bytes.NewReader(s.files[page].Data))
	inert := 0 // depth of elements whose content is not part of the document
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		if raw := z.Raw(); !mayLoad(raw) {
			sum.Write(raw)
			continue
		}
		raw := slices.Clone(z.Raw()) // Token changes it
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken && kind != html.EndTagToken {
			sum.Write(raw)
			continue
		}
		t := z.Token()
		if t.Data == "noscript" || t.Data == "template" {
			inert += map[html.TokenType]int{html.StartTagToken: 1, html.EndTagToken: -1}[kind]
		}
		rel := attribute(t, "rel")
		if t.Data == "link" && inert == 0 && slices.Contains(strings.Fields(strings.ToLower(rel)), "stylesheet") {
			href := attribute(t, "href")
			fmt.Fprintf(sum, "stylesheet %q %q\n", rel, attribute(t, "media"))
			l.Styles = append(l.Styles, style{Href: href, ID: s.styleID(page, href)})
			continue
		}
		sum.Write(raw)
		if kind == html.EndTagToken || t.Data == "a" || t.Data == "area" || t.Data == "link" && strings.Contains(rel, "alternate") {
			continue // leads there, but does not show it
		}
		for _, a := range t.Attr {
			for _, ref := range references(a) {
				if file := s.resolve(page, ref); file != "" && !isPage(file) {
					fmt.Fprintf(sum, "%x\n", s.files[file].sum())
				}
			}
		}
	}
	l.Page = short(sum)
	return l
}

// mayLoad reports whether a piece of a page may be a tag that has to do with what
// the page loads: not if it has no attributes, or is a plain link, as most are.
func mayLoad(raw []byte) bool {
	for _, name := range []string{"noscript", "template"} {
		if len(raw) > len(name)+1 && (hasPrefixFold(raw[1:], name) || hasPrefixFold(raw[1:], "/"+name)) {
			return true
		}
	}
	return len(raw) > 1 && raw[0] == '<' && raw[1] != '/' && bytes.IndexByte(raw, '=') >= 0 && !bytes.HasPrefix(raw, []byte("<a "))
}

// hasPrefixFold reports whether a text begins with an ASCII word, in large or
// small letters.
func hasPrefixFold(text []byte, word string) bool {
	return len(text) >= len(word) && strings.EqualFold(string(text[:len(word)]), word)
}

// references returns the addresses of what an attribute makes a page load.
// Attributes of scripts, data-..., may name something as well.
func references(a html.Attribute) []string {
	switch {
	case a.Key == "srcset", a.Key == "imagesrcset":
		var refs []string
		for _, candidate := range strings.Split(a.Val, ",") {
			if f := strings.Fields(candidate); len(f) > 0 {
				refs = append(refs, f[0])
			}
		}
		return refs
	case slices.Contains([]string{"src", "href", "data", "poster"}, a.Key), strings.HasPrefix(a.Key, "data-"):
		return []string{a.Val}
	}
	return nil
}

// styleID returns the id of a style sheet and of everything that it uses.
func (s *snapshot) styleID(from, href string) string {
	sum := sha256.New()
	file := s.resolve(from, href)
	if file == "" {
		fmt.Fprintf(sum, "%q\n", href) // of another host, or not there
	} else {
		s.addStyle(sum, file, map[string]bool{})
	}
	return short(sum)
}

// styleReference finds url(...), url("...") and @import "..." where it begins.
var styleReference = regexp.MustCompile(`^(?i)(?:url\(\s*|@import\s+)(?:"([^"]*)"|'([^']*)'|([^\s"')]+))`)

func (s *snapshot) addStyle(sum io.Writer, file string, seen map[string]bool) {
	if seen[file] {
		return
	}
	seen[file] = true
	fmt.Fprintf(sum, "%x\n", s.files[file].sum())
	if path.Ext(file) != ".css" {
		return
	}
	for _, ref := range styleReferences(s.files[file].Data) {
		if used := s.resolve(file, ref); used != "" {
			s.addStyle(sum, used, seen)
		}
	}
}

// styleReferences returns what a style sheet refers to.
func styleReferences(data []byte) []string {
	var refs []string
	for i := 0; i < len(data); i++ {
		if c := data[i]; c != 'u' && c != 'U' && c != '@' || !hasPrefixFold(data[i:], "url(") && !hasPrefixFold(data[i:], "@import") {
			continue // which is told at once, unlike by the expression
		}
		if m := styleReference.FindSubmatch(data[i:]); m != nil {
			refs = append(refs, string(bytes.Join(m[1:], nil)))
			i += len(m[0]) - 1
		}
	}
	return refs
}

// resolve returns the file of the site that a reference in another file leads
// to, or "" if it leads to none.
func (s *snapshot) resolve(from, ref string) string {
	u, err := url.Parse(strings.TrimSpace(ref))
	if err != nil || u.Scheme != "" || u.Host != "" || u.Path == "" {
		return ""
	}
	at := url.URL{Path: s.base + from}
	file, inside := strings.CutPrefix(at.ResolveReference(u).Path, s.base)
	if _, ok := s.files[file]; !ok || !inside {
		return ""
	}
	return file
}

// attribute returns the value of an attribute, or "".
func attribute(t html.Token, key string) string {
	for _, a := range t.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// short returns as much of a hash as tells the builds of one afternoon apart.
func short(h interface{ Sum([]byte) []byte }) string { return hex.EncodeToString(h.Sum(nil)[:8]) }
