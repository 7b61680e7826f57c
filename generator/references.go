package generator

import (
	"bytes"
	"html/template"
	"image"
	_ "image/gif"  // formats whose size can be read
	_ "image/jpeg" //
	_ "image/png"  //
	"path"
	"slices"
	"strings"

	"milepost/generator/markdown"
)

// env is what the file knows about the site when shown on the page at path. A
// file of a plan with errors may name anything in it.
func (b *builder) env(n *narrative, from, prefix string) markdown.Env {
	l := linker{plan: n.plan, site: b.site, from: from}
	e := markdown.Env{
		Kinds:      kinds,
		Page:       func(p string) (string, bool) { return b.reference(l, p) },
		Pages:      b.references,
		Absent:     b.absent,
		UnsafeHTML: b.config.UnsafeHTML,
		IDPrefix:   prefix,
		Language:   b.config.Language,
		Fragments:  b.fragments,
		ImageSize:  b.imageSize,
	}
	switch {
	case n.unclear:
		e.Thing = func(address string) (string, string, bool) { return "#", address, true }
		e.Value = func(string) (string, bool) { return "", true }
		e.Views = viewNames
		e.View = func(name string, args map[string]string) (template.HTML, error) {
			return b.viewBlock(l, name, args)
		}
		return e
	case n.plan == nil:
		return e
	}
	e.Thing = func(address string) (string, string, bool) {
		kind, id, _ := strings.Cut(address, ":")
		if kind == "plan" {
			return l.href("index.html"), n.plan.title(), true
		}
		it := n.plan.plan.Lookup(address)
		if it == nil || l.address(kind, id) == "" {
			return "", "", false
		}
		return l.address(kind, id), it.Title(), true
	}
	e.Addresses = n.plan.addresses
	e.Value = func(p string) (string, bool) { return n.plan.value(p) }
	e.Values = n.plan.valueNames
	e.Views = viewNames
	e.View = func(name string, args map[string]string) (template.HTML, error) { return b.viewBlock(l, name, args) }
	return e
}

// reference finds a file or page that an author names by its path below the
// site folder: "content/strategy.md", "content/budget", "content/logo.png".
func (b *builder) reference(l linker, p string) (string, bool) {
	if n := b.documents[p]; n != nil {
		fragment := ""
		if n.story != "" {
			kind, id, _ := strings.Cut(n.story, ":")
			_, fragment = place(kind, id)
		}
		return l.file(n.path, fragment), true
	}
	below := strings.TrimPrefix(strings.TrimPrefix(p, contentDir), "/")
	for _, f := range b.attachments {
		if f.Path == below {
			return l.file(f.Path, ""), true
		}
	}
	target := path.Join(below, "index.html")
	if b.published(target) {
		return l.file(target, ""), true
	}
	for _, ps := range b.plans {
		for _, name := range dataFiles {
			if below == path.Join(ps.dir, name) {
				return l.file(below, ""), true
			}
		}
	}
	if _, unclear := b.nearest(below); unclear && !slices.Contains(authored, strings.ToLower(path.Ext(p))) {
		return "#", true // there is no telling which pages the plan has
	}
	return "", false
}

// authored are the endings of files that only an author makes.
var authored = []string{".md", ".markdown", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".pdf", ".docx", ".pptx", ".zip", ".txt"}

// absent says why a file that there is is not part of the site, or nothing.
func (b *builder) absent(p string) string {
	if b.drafts[p] {
		return "that page is a draft: build with --buildDrafts, or delete draft = true in it"
	}
	return ""
}

// published reports whether there will be a page at the path.
func (b *builder) published(target string) bool {
	if target == "index.html" {
		return true
	}
	if b.taken[target] {
		return true
	}
	for _, ps := range b.plans {
		if ps.path("index.html") == target {
			return true
		}
		below, ok := strings.CutPrefix(target, ps.dir)
		if !ok {
			continue
		}
		dir, rest, _ := strings.Cut(strings.TrimPrefix(below, "/"), "/")
		if rest == "index.html" && b.hasSection(ps, dir) {
			return true
		}
		id, _ := strings.CutSuffix(rest, "/index.html")
		for kind, folder := range ownPages {
			if folder == dir && ps.plan.Lookup(kind+":"+id) != nil {
				return true
			}
		}
	}
	return false
}

// references lists what reference finds, for "did you mean".
func (b *builder) references() []string {
	out := sortedKeys(b.documents)
	for _, f := range b.attachments {
		out = append(out, path.Join(contentDir, f.Path))
	}
	for _, ps := range b.plans {
		for _, s := range b.sectionsOf[ps] {
			out = append(out, path.Join(contentDir, ps.dir, s.name))
		}
	}
	return out
}

// fragments returns the anchors of another Markdown file. Those of other pages
// are checked when the pages are there.
func (b *builder) fragments(p string) (ids []string, prefix string, known bool) {
	n := b.documents[p]
	if n == nil {
		return nil, "", false
	}
	switch {
	case n.story != "":
		kind, id, _ := strings.Cut(n.story, ":")
		prefix = "story-"
		if _, own := ownPages[kind]; !own {
			prefix = "story-" + kind + "-" + id + "-"
		}
	case n.intro != "":
		prefix = "intro-"
	}
	return n.doc.IDs(), prefix, true
}

// imageSize returns the size of a picture beside the pages, so that the text
// around it does not jump while it loads.
func (b *builder) imageSize(p string) (width, height int, ok bool) {
	for _, f := range b.attachments {
		if path.Join(contentDir, f.Path) == p {
			c, _, err := image.DecodeConfig(bytes.NewReader(f.Data))
			return c.Width, c.Height, err == nil
		}
	}
	return 0, 0, false
}

// kinds are the kinds of things that have an address.
var kinds = func() []string {
	out := append(sortedKeys(ownPages), sortedKeys(sectionOf)...)
	slices.Sort(out)
	return append(out, "plan")
}()
