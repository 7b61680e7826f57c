package generator

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"image"
	_ "image/gif"  // formats whose size can be read
	_ "image/jpeg" //
	_ "image/png"  //
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"milepost/generator/markdown"
	"milepost/schedule/calendar"
	"milepost/schedule/diag"
)

// narrative is one Markdown file and what it is to the site: a page of its own,
// the introduction of a section, the story of a thing, or a status report.
type narrative struct {
	file string // below the site folder: "content/strategy.md"
	doc  *markdown.Document
	plan *planSite // nil if no plan is near

	name    string        // below the plan's folder, without .md: "strategy", "work/1.1"
	path    string        // of the page that shows it, below public/
	story   string        // address of the thing it is about, or ""
	intro   string        // section that it introduces: "budget", "overview", or ""
	report  calendar.Date // of a status report
	dated   bool          // it is a status report
	heading string        // title, made with the values of the plan
}

// page reports whether the file is a page of its own.
func (n *narrative) page() bool { return n.story == "" && n.intro == "" && !n.dated }

// menu reports whether the navigation names the file: pages at the top of their
// plan and first pages of folders there.
func (n *narrative) menu() bool {
	return n.page() && (!strings.Contains(n.name, "/") || strings.Count(n.name, "/") == 1 && path.Base(n.name) == "index")
}

func (n *narrative) title() string {
	if n.heading != "" {
		return n.heading
	}
	name := path.Base(n.name)
	if name == "index" {
		name = path.Base(path.Dir(n.name))
	}
	name = strings.ReplaceAll(strings.ReplaceAll(name, "-", " "), "_", " ")
	return strings.ToUpper(name[:1]) + name[1:]
}

// readContent reads everything below content/ that is no plan data: Markdown,
// and files to be copied.
func (b *builder) readContent(s *loaded) error {
	b.documents = map[string]*narrative{}
	if err := b.readFiles(s); err != nil {
		return err
	}
	if len(b.plans) < len(s.plans) {
		return nil // a file may belong to a plan with errors: nothing to say about it
	}
	for _, ps := range b.plans {
		b.sectionsOf[ps] = ps.sections()
	}
	for _, file := range sortedKeys(b.documents) {
		b.classify(b.documents[file])
	}
	for _, file := range sortedKeys(b.documents) {
		n := b.documents[file]
		n.heading = n.doc.Title(b.env(n, n.path, ""))
	}
	for _, ps := range b.plans {
		inMenuOrder(ps.narrative)
	}
	inMenuOrder(b.loose)
	return nil
}

// checkNarrative says what is wrong with the files' references although the
// site cannot be built, so that an author sees all mistakes in one run.
func (b *builder) checkNarrative(s *loaded) {
	if len(b.plans) < len(s.plans) {
		return
	}
	for _, file := range sortedKeys(b.documents) {
		b.show(b.documents[file], b.documents[file].path, "")
	}
}

// inMenuOrder sorts files by weight, then by title.
func inMenuOrder(list []*narrative) {
	slices.SortStableFunc(list, func(x, y *narrative) int {
		return cmp.Or(cmp.Compare(x.doc.Front.Weight, y.doc.Front.Weight), cmp.Compare(x.title(), y.title()), cmp.Compare(x.file, y.file))
	})
}

func (b *builder) readFiles(s *loaded) error {
	return fs.WalkDir(b.opts.Site, contentDir, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			if p == contentDir {
				return fs.SkipAll // the lack of a plan has been reported
			}
			return fmt.Errorf("read %s: %w", p, err)
		}
		if p != contentDir && hidden(e.Name()) {
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if e.IsDir() {
			if b.isPlanFolder(s, path.Dir(p)) && e.Name() == "baselines" {
				return fs.SkipDir
			}
			return nil
		}
		return b.readFile(s, p, e)
	})
}

func (b *builder) isPlanFolder(s *loaded, dir string) bool {
	return slices.ContainsFunc(s.plans, func(p Plan) bool { return path.Join(contentDir, p.Dir) == dir })
}

func (b *builder) readFile(s *loaded, file string, e fs.DirEntry) error {
	ext := strings.ToLower(path.Ext(file))
	if file == configFile || ext == ".toml" && b.isPlanFolder(s, path.Dir(file)) {
		return nil
	}
	if !e.Type().IsRegular() {
		if info, err := fs.Stat(b.opts.Site, file); err != nil || !info.Mode().IsRegular() {
			b.diags.Warnf("W520", diag.Pos{File: file}, "%s is not a plain file and is left out", file)
			return nil
		}
	}
	data, err := fs.ReadFile(b.opts.Site, file)
	if err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	below := strings.TrimPrefix(file, contentDir+"/")
	if ext != ".md" && ext != ".markdown" {
		b.attachments = append(b.attachments, File{Path: below, Data: data})
		return nil
	}
	doc, list := markdown.Parse(file, data)
	*b.diags = append(*b.diags, list...)
	if doc.Front.Draft && !b.opts.Drafts {
		return nil
	}
	n := &narrative{file: file, doc: doc, plan: b.nearest(below)}
	n.name = strings.TrimSuffix(below, path.Ext(below))
	if n.plan != nil {
		n.name = strings.TrimPrefix(strings.TrimPrefix(n.name, n.plan.dir), "/")
		n.dated = reportName.MatchString(n.name)
	}
	b.documents[file] = n
	if n.plan != nil {
		n.plan.narrative = append(n.plan.narrative, n)
	} else {
		b.loose = append(b.loose, n)
	}
	return nil
}

// nearest returns the plan in whose folder a file lies, the innermost one.
func (b *builder) nearest(below string) *planSite {
	var best *planSite
	for _, ps := range b.plans {
		if ps.dir == "" || strings.HasPrefix(below, ps.dir+"/") {
			if best == nil || len(ps.dir) > len(best.dir) {
				best = ps
			}
		}
	}
	return best
}

var reportName = regexp.MustCompile(`^reports/(\d{4}-\d{2}-\d{2})$`)

// classify decides what a file is, by its name.
func (b *builder) classify(n *narrative) {
	dir := ""
	if n.plan != nil {
		dir = n.plan.dir
	}
	kind, id, nested := strings.Cut(n.name, "/")
	switch {
	case n.plan != nil && nested && isKind(kind):
		n.story = kind + ":" + id
		n.path = ""
		if n.plan.plan.Lookup(n.story) == nil {
			d := b.diags.Errorf("E522", diag.Pos{File: n.file, Line: 1}, "this is the story of %s, which is not in the plan", n.story)
			d.Hint = diag.DidYouMean(id, idsOf(n.plan.plan, kind))
			if d.Hint == "" {
				d.Hint = fmt.Sprintf("files in a folder named %q tell the story of one %s each; rename the folder or the file", kind, kind)
			}
			return
		}
		file, _ := place(kind, id)
		n.path = n.plan.path(file)
	case n.dated:
		day, err := calendar.ParseDate(reportName.FindStringSubmatch(n.name)[1])
		if err != nil {
			b.diags.Errorf("E523", diag.Pos{File: n.file, Line: 1}, "%v", err).
				Hint = "a status report is named after its day: reports/2026-01-30.md"
		}
		n.report = day
		n.path = path.Join(dir, n.name, "index.html")
	default:
		name := n.name
		if path.Base(name) == "index" {
			name = strings.TrimSuffix(strings.TrimSuffix(name, "index"), "/")
		}
		n.path = path.Join(dir, name, "index.html")
		switch {
		case name == "" && n.plan != nil:
			n.intro = "overview"
			n.path = n.plan.path("index.html")
		case name == "" || n.plan != nil && b.hasSection(n.plan, name):
			n.intro = name
			if name == "" {
				n.intro = "portfolio"
			}
		}
	}
}

// isKind reports whether a word is a kind of thing that can have a story.
func isKind(kind string) bool {
	_, own := ownPages[kind]
	_, listed := sectionOf[kind]
	return own || listed
}

// introOf returns the narrative that introduces a section of the plan, or nil.
func (b *builder) introOf(ps *planSite, section string) *narrative {
	list := b.loose
	if ps != nil {
		list = ps.narrative
	}
	for _, n := range list {
		if n.intro == section {
			return n
		}
	}
	return nil
}

// intro returns the narrative of the section that the page is the first of. The
// overview places its own.
func (b *builder) intro(p *page) template.HTML {
	if p.plan == nil || p.path != p.plan.path(p.section+"/index.html") {
		return ""
	}
	if n := b.introOf(p.plan, p.section); n != nil {
		return b.show(n, p.path, "intro-")
	}
	return ""
}

// story returns what is written about a thing, as part of the page of the
// linker, or nothing.
func (b *builder) story(l linker, address string) template.HTML {
	for _, n := range l.plan.narrative {
		if n.story == address {
			kind, id, _ := strings.Cut(address, ":")
			prefix := "story-"
			if _, own := ownPages[kind]; !own {
				prefix = "story-" + kind + "-" + id + "-"
			}
			return b.show(n, l.from, prefix)
		}
	}
	return ""
}

// show renders a file as part of the page at path. Its problems are reported
// once, for the page that the file is made for.
func (b *builder) show(n *narrative, from, prefix string) template.HTML {
	r, list := n.doc.Render(b.env(n, from, prefix))
	if from == n.path {
		*b.diags = append(*b.diags, list...)
	}
	return r.HTML
}

// env is what the file knows about the site when shown on the page at path.
func (b *builder) env(n *narrative, from, prefix string) markdown.Env {
	l := linker{plan: n.plan, site: b.site, from: from}
	e := markdown.Env{
		Kinds:      kinds(),
		Page:       func(p string) (string, bool) { return b.reference(l, p) },
		Pages:      b.references,
		UnsafeHTML: b.config.UnsafeHTML,
		IDPrefix:   prefix,
		Language:   b.config.Language,
		Fragments:  b.fragments,
		ImageSize:  b.imageSize,
	}
	if n.plan == nil {
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
	e.Addresses = func() []string { return addresses(n.plan.plan) }
	e.Value = func(p string) (string, bool) { return n.plan.value(p) }
	e.Values = n.plan.values
	e.Views = viewNames()
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
	return "", false
}

// published reports whether there will be a page at the path.
func (b *builder) published(target string) bool {
	if target == "index.html" {
		return true
	}
	for _, n := range b.documents {
		if n.path == target {
			return true
		}
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

// placeOf returns where a page comes from, for diagnostics.
func (b *builder) placeOf(p *page) diag.Pos {
	for _, file := range sortedKeys(b.documents) {
		if b.documents[file].path == p.path && b.documents[file].page() {
			return diag.Pos{File: file, Line: 1}
		}
	}
	if p.source != "" {
		return diag.Pos{File: p.source, Line: p.line}
	}
	return diag.Pos{File: p.path}
}

// reports returns the status reports of the plan, newest first.
func (ps *planSite) reports() []*narrative {
	var out []*narrative
	for _, n := range ps.narrative {
		if n.dated {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, func(a, b *narrative) int { return int(b.report) - int(a.report) })
	return out
}

// kinds returns the kinds of things that have an address.
func kinds() []string {
	out := append(sortedKeys(ownPages), sortedKeys(sectionOf)...)
	slices.Sort(out)
	return append(out, "plan")
}
