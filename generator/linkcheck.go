package generator

import (
	"bytes"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"milepost/schedule/diag"
)

// document is what a published page offers to links and what it refers to.
type document struct {
	path string
	ids  map[string]bool
	refs []reference
}

// reference is a link or a source on a page.
type reference struct {
	target string
	loads  bool // the browser fetches it with the page
}

// checkLinks looks at every published page and reports references within the
// site that lead nowhere, and anything that would be fetched from elsewhere.
func (b *builder) checkLinks(pages []page) {
	origin := map[string]diag.Pos{}
	for i := range pages {
		origin[pages[i].path] = b.placeOf(&pages[i])
	}
	files := map[string]bool{}
	documents := map[string]*document{}
	for _, f := range b.files {
		files[f.Path] = true
		if path.Ext(f.Path) == ".html" && origin[f.Path].File != "" {
			documents[f.Path] = readDocument(f)
		}
	}
	for _, name := range sortedKeys(documents) {
		doc := documents[name]
		for _, ref := range doc.refs {
			problem, hint := b.checkReference(doc, ref, files, documents)
			if problem != "" {
				b.diags.Errorf("E525", origin[name], "page %s: %s", name, problem).Hint = hint
			}
		}
	}
}

// checkReference says what is wrong with a reference, or nothing.
func (b *builder) checkReference(doc *document, ref reference, files map[string]bool, documents map[string]*document) (problem, hint string) {
	u, err := url.Parse(ref.target)
	if err != nil {
		return "the link " + quote(ref.target) + " is not an address", ""
	}
	if u.Scheme != "" || u.Host != "" {
		if ref.loads && u.Scheme != "data" {
			return quote(ref.target) + " would be fetched from another host", "copy the file into the site"
		}
		return "", ""
	}
	target := doc.path
	if u.Path != "" {
		switch {
		case strings.HasPrefix(u.Path, "/"):
			base, err := url.PathUnescape(b.basePath())
			if err != nil || !strings.HasPrefix(u.Path, base) {
				return "the link " + quote(ref.target) + " leads out of the site", "write it relative to the page"
			}
			target = strings.TrimPrefix(u.Path, base)
		default:
			target = path.Join(path.Dir(doc.path), u.Path)
		}
		if target == "" || strings.HasSuffix(u.Path, "/") {
			target = path.Join(target, "index.html")
		}
	}
	if !files[target] {
		return "the link " + quote(ref.target) + " leads to " + target + ", which is not there", diag.DidYouMean(target, sortedKeys(files))
	}
	to := documents[target]
	if u.Fragment == "" || to == nil || to.ids[u.Fragment] {
		return "", ""
	}
	return "the link " + quote(ref.target) + " leads to #" + u.Fragment + ", which " + target + " does not have", diag.DidYouMean(u.Fragment, sortedKeys(to.ids))
}

func quote(s string) string { return strconv.Quote(s) }

// readDocument finds the ids and references of a page.
func readDocument(f File) *document {
	doc := &document{path: f.Path, ids: map[string]bool{"": true, "top": true}}
	add := func(target string, loads bool) {
		r := reference{strings.TrimSpace(target), loads}
		if !slices.Contains(doc.refs, r) {
			doc.refs = append(doc.refs, r)
		}
	}
	z := html.NewTokenizer(bytes.NewReader(f.Data))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return doc
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			rel := ""
			for _, a := range t.Attr {
				if a.Key == "rel" {
					rel = a.Val
				}
			}
			for _, a := range t.Attr {
				switch a.Key {
				case "id":
					doc.ids[a.Val] = true
				case "href", "xlink:href":
					fetches := t.Data == "link" && rel != "canonical" && rel != "alternate" || t.Data == "use" || t.Data == "image"
					add(a.Val, fetches)
				case "src", "poster", "data-src":
					add(a.Val, true)
				case "srcset":
					for _, part := range strings.Split(a.Val, ",") {
						if fields := strings.Fields(part); len(fields) > 0 {
							add(fields[0], true)
						}
					}
				}
			}
		}
	}
}
