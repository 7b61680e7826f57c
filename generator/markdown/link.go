package markdown

import (
	"bytes"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"

	"milepost/schedule/diag"
)

// schemes are what web addresses may begin with. None of them runs code or
// reads files of the reader.
var schemes = []string{
	"http", "https", "mailto", "tel", "sms", "ftp", "ftps", "sftp", "geo", "webcal", "irc", "ircs", "xmpp", "matrix", "msteams", "slack",
}

// target is where a link leads.
type target struct {
	href  string // escaped as an address, not as HTML; "" if there is nowhere to go
	text  string // what to show if the author wrote no text
	rel   string
	path  string // of an image, below the site folder
	thing bool
}

var scheme = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*):`)

// resolve finds out where an address leads. If it leads nowhere it says so and
// returns false. image tells whether the address is to be loaded into the page.
func (p *page) resolve(address string, at diag.Pos, image bool) (target, bool) {
	// Browsers ignore these in addresses, and so would find a scheme that is
	// hidden by them.
	address = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, address))
	switch m := scheme.FindStringSubmatch(address); {
	case address == "":
		p.list.Errorf("E551", at, "this link leads nowhere").
			Hint = "write an address between the parentheses"
		return target{}, false
	case strings.HasPrefix(address, "//"):
		p.list.Errorf("E553", at, "the address %q has no scheme", address).
			Hint = fmt.Sprintf("write %q", "https:"+address)
		return target{}, false
	case m == nil:
		return p.resolvePath(address, at, image)
	case slices.Contains(p.env.Kinds, m[1]) && !image:
		return p.resolveThing(address, at)
	case image:
		return p.refuseImage(address, strings.ToLower(m[1]), at)
	case slices.Contains(schemes, strings.ToLower(m[1])):
		return p.external(address, at), true
	default:
		p.refuseScheme(address, m[1], at)
		return target{}, false
	}
}

// record adds a link to those of the page.
func (p *page) record(l Link) { p.out.Links = append(p.out.Links, l) }

// external returns the target of a web address.
func (p *page) external(address string, at diag.Pos) target {
	t := target{href: string(util.URLEscape([]byte(address), false)), text: address}
	lower := strings.ToLower(address)
	if strings.HasPrefix(lower, "http:") || strings.HasPrefix(lower, "https:") {
		t.rel = "noopener"
	}
	_, fragment, _ := strings.Cut(address, "#")
	p.record(Link{Pos: at, Target: address, Fragment: fragment, Href: t.href})
	return t
}

func (p *page) refuseImage(address, scheme string, at diag.Pos) (target, bool) {
	if scheme == "http" || scheme == "https" {
		p.list.Errorf("E555", at, "the image %q is on another host", shorten(address)).
			Hint = "put the file beside this page: a published plan asks no other host for anything"
	} else {
		p.list.Errorf("E553", at, "an image cannot come from %q", shorten(address)).
			Hint = "put the file beside this page and name its path"
	}
	return target{}, false
}

func (p *page) refuseScheme(address, scheme string, at diag.Pos) {
	if near := diag.Nearest(scheme, append(slices.Clone(p.env.Kinds), "http", "https", "mailto", "tel")); near != "" {
		p.list.Errorf("E553", at, "%q is neither a kind of thing nor the beginning of a web address", scheme+":").
			Hint = fmt.Sprintf("did you mean %q?", near+address[len(scheme):])
		return
	}
	p.list.Errorf("E553", at, "a link may not lead to %q", shorten(address)).
		Hint = "a link leads to a thing (milestone:M4), a file of the site, or an address with https:, http:, mailto: or tel:"
}

// shorten cuts what would fill the terminal.
func shorten(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// resolveThing finds a thing of the plan.
func (p *page) resolveThing(address string, at diag.Pos) (target, bool) {
	address, fragment, _ := strings.Cut(address, "#")
	address = unescapePath(address)
	if p.env.Thing != nil {
		if href, title, ok := p.env.Thing(address); ok {
			if fragment != "" && href != "" {
				base, _, _ := strings.Cut(href, "#")
				href = base + "#" + escapeFragment(unescapePath(fragment))
			}
			p.record(Link{Pos: at, Target: address, Fragment: fragment, Href: href})
			return target{href: href, text: title, thing: true}, true
		}
	}
	kind, id, _ := strings.Cut(address, ":")
	e := p.list.Errorf("E550", at, "%s %q is not in the plan", kind, id)
	if e.Hint = p.sameID(id); e.Hint == "" {
		e.Hint = didYouMean(address, p.env.Addresses)
	}
	return target{}, false
}

// sameID returns the hint with the address of a thing of another kind that has
// the id, or "".
func (p *page) sameID(id string) string {
	if p.env.Addresses == nil {
		return ""
	}
	for _, a := range p.env.Addresses() {
		if _, other, _ := strings.Cut(a, ":"); other == id {
			return fmt.Sprintf("did you mean %q?", a)
		}
	}
	return ""
}

// resolvePath finds a file or page of the site. A path is relative to the
// document's folder; with a slash at its beginning, to the folder of all
// content.
func (p *page) resolvePath(address string, at diag.Pos, image bool) (target, bool) {
	rest, fragment, _ := strings.Cut(address, "#")
	rest, query, _ := strings.Cut(rest, "?")
	fragment = unescapePath(fragment)
	file, href := p.doc.File, ""
	if rest == "" && image {
		p.missing(address, file, at, image)
		return target{}, false
	}
	if rest != "" {
		file = p.siteFile(unescapePath(rest))
		ok := false
		if p.env.Page != nil {
			href, ok = p.env.Page(file)
		}
		if !ok {
			p.missing(rest, file, at, image)
			return target{}, false
		}
	}
	if query != "" {
		href += "?" + string(util.URLEscape([]byte(query), false))
	}
	if fragment != "" {
		id, ok := p.fragment(file, fragment, at)
		if !ok {
			return target{}, false
		}
		href, _, _ = strings.Cut(href, "#") // the place that a page of its own would be
		href += "#" + escapeFragment(id)
	}
	if href == "" {
		href = "#" // an empty reference would be taken for none
	}
	p.record(Link{Pos: at, Target: file, Fragment: fragment, Href: href, Image: image})
	return target{href: href, text: address, path: file}, true
}

// siteFile returns the path below the site folder that a path in the document
// means.
func (p *page) siteFile(ref string) string {
	if strings.HasPrefix(ref, "/") {
		top, _, below := strings.Cut(p.doc.File, "/")
		if !below {
			top = ""
		}
		return path.Join(top, path.Clean(ref))
	}
	return path.Join(path.Dir(p.doc.File), ref)
}

// missing reports a file that is not there.
func (p *page) missing(ref, file string, at diag.Pos, image bool) {
	var e *diag.Diagnostic
	if image {
		e = p.list.Errorf("E554", at, "there is no image %q", ref)
		e.Hint = "an image lies beside the page that shows it, or its path leads there; it was looked for as " + file
	} else {
		e = p.list.Errorf("E551", at, "there is no file or page %q", ref)
		e.Hint = "it was looked for as " + file
	}
	absent := ""
	if p.env.Absent != nil {
		absent = p.env.Absent(file)
	}
	switch near := p.nearestPage(file); {
	case absent != "":
		e.Hint = absent
	case strings.Contains(ref, `\`):
		e.Hint = "write / between folders"
	case near != "":
		e.Hint = fmt.Sprintf("did you mean %q?", near)
	}
}

// nearestPage returns the path that was probably meant, as the document would
// write it: one with the same name in another folder, or with nearly the same
// path.
func (p *page) nearestPage(file string) string {
	if p.env.Pages == nil {
		return ""
	}
	dir := path.Dir(p.doc.File)
	var pages []string
	for _, f := range p.env.Pages() {
		pages = append(pages, relative(dir, f))
		if strings.EqualFold(path.Base(f), path.Base(file)) {
			return pages[len(pages)-1]
		}
	}
	return diag.Nearest(relative(dir, file), pages)
}

// relative returns the path of a file as written in a document in folder dir.
func relative(dir, file string) string {
	if dir == "." {
		return file
	}
	up := ""
	for dir != "." && dir != file && !strings.HasPrefix(file, dir+"/") {
		up += "../"
		dir = path.Dir(dir)
	}
	if dir == "." {
		return up + file
	}
	return up + strings.TrimPrefix(strings.TrimPrefix(file, dir), "/")
}

// fragment finds a place on a page of the site and returns its id as published.
func (p *page) fragment(file, fragment string, at diag.Pos) (id string, ok bool) {
	var ids []string
	prefix, known := "", false
	if p.env.Fragments != nil {
		ids, prefix, known = p.env.Fragments(file)
	}
	if file == p.doc.File {
		if slices.Contains(p.doc.ids, fragment) {
			return p.env.IDPrefix + fragment, true
		}
		if !known {
			known, ids = true, p.doc.ids
		}
	}
	switch {
	case slices.Contains(ids, fragment):
		return prefix + fragment, true
	case !known, fragment == "top", strings.HasPrefix(fragment, ":~:"):
		return fragment, true
	}
	e := p.list.Errorf("E552", at, "there is no %q on %s", "#"+fragment, file)
	if e.Hint = diag.DidYouMean(fragment, ids); e.Hint == "" && len(ids) > 0 {
		e.Hint = "there are #" + strings.Join(ids[:min(len(ids), 12)], ", #")
	}
	return "", false
}

// unescapePath resolves %20 and the like; a stray % stays.
func unescapePath(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}

func escapeFragment(id string) string {
	return strings.ReplaceAll(url.PathEscape(id), "%3A", ":")
}

// link writes a link. One that leads nowhere is its text.
func (p *page) link(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*ast.Link)
	if !entering {
		if !p.unlinked[n] {
			_, _ = w.WriteString("</a>")
		}
		return ast.WalkContinue, nil
	}
	at := p.destination(n, n.Destination)
	t, ok := p.resolve(unescapeURL(n.Destination), at, false)
	if p.unlinked[n] = !ok || t.href == ""; !p.unlinked[n] {
		p.openLink(w, t, n.Title)
	}
	if ok && !p.hasText(n) {
		escape(w, t.text)
		if !t.thing {
			p.list.Warnf("W547", at, "this link has no text").Hint = "write what it leads to between the brackets"
		}
	}
	return ast.WalkContinue, nil
}

// autoLink writes a bare address, or <milestone:M4>.
func (p *page) autoLink(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	n := node.(*ast.AutoLink)
	address, label := string(n.URL(source)), string(n.Label(source))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(address), "mailto:") {
		address = "mailto:" + address
	}
	t, ok := p.resolve(address, p.destination(n, n.Label(source)), false)
	if t.thing {
		label = t.text
	}
	if !ok || t.href == "" {
		escape(w, label)
		return ast.WalkContinue, nil
	}
	p.openLink(w, t, nil)
	escape(w, label)
	_, _ = w.WriteString("</a>")
	return ast.WalkContinue, nil
}

func (p *page) openLink(w util.BufWriter, t target, title []byte) {
	_, _ = w.WriteString("<a")
	attribute(w, "href", t.href)
	if t.rel != "" {
		attribute(w, "rel", t.rel)
	}
	writeTitle(w, title)
	_ = w.WriteByte('>')
}

func writeTitle(w util.BufWriter, title []byte) {
	if len(title) > 0 {
		_, _ = w.WriteString(` title="`)
		html.DefaultWriter.Write(w, title)
		_ = w.WriteByte('"')
	}
}

// hasText reports whether a link shows something: text, or a picture.
func (p *page) hasText(n ast.Node) bool {
	if !n.HasChildren() {
		return false
	}
	picture := false
	_ = ast.Walk(n, func(n ast.Node, _ bool) (ast.WalkStatus, error) {
		picture = picture || n.Kind() == ast.KindImage
		return ast.WalkContinue, nil
	})
	return picture || p.plain(n, nil) != ""
}

// image writes an image. It is loaded when the reader comes near it, and takes
// its place from the start if its size is known.
func (p *page) image(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	n := node.(*ast.Image)
	alt := p.plain(n, nil)
	t, ok := p.resolve(unescapeURL(n.Destination), p.destination(n, n.Destination), true)
	if !ok {
		escape(w, alt)
		return ast.WalkSkipChildren, nil
	}
	_, _ = w.WriteString("<img")
	attribute(w, "src", t.href)
	attribute(w, "alt", alt)
	if p.env.ImageSize != nil {
		if width, height, ok := p.env.ImageSize(t.path); ok {
			attribute(w, "width", fmt.Sprint(width))
			attribute(w, "height", fmt.Sprint(height))
		}
	}
	writeTitle(w, n.Title)
	_, _ = w.WriteString(` loading="lazy" decoding="async">`)
	return ast.WalkSkipChildren, nil
}

// destination returns the place of a link's address in the text, or of the link
// if the address stands in a definition elsewhere.
func (p *page) destination(n ast.Node, address []byte) diag.Pos {
	start := n.Pos()
	if start < 0 || start > len(p.src.text) {
		return p.doc.place(n)
	}
	rest := p.src.text[start:]
	if n.Kind() == ast.KindAutoLink {
		if i := bytes.Index(rest, address); i >= 0 && len(address) > 0 {
			return p.src.at(start+i, len(address))
		}
		return p.src.at(start, 0)
	}
	for _, opener := range []string{"](", "](<", "]( "} {
		if i := bytes.Index(rest, append([]byte(opener), address...)); i >= 0 && len(address) > 0 {
			return p.src.at(start+i+len(opener), len(address))
		}
	}
	return p.src.at(start, 1)
}
