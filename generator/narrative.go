package generator

import (
	"cmp"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"milepost/generator/markdown"
	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// narrative is one Markdown file and what it is to the site: a page of its own,
// the introduction of a section, the story of a thing, or a status report.
type narrative struct {
	file string // below the site folder: "content/strategy.md"
	doc  *markdown.Document
	key  cacheKey  // of the file's name and text
	plan *planSite // nil if no plan is near

	name    string        // below the plan's folder, without .md: "strategy", "work/1.1"
	path    string        // of the page that shows it, below public/
	story   string        // address of the thing it is about, or ""
	intro   string        // section that it introduces: "budget", "overview", or ""
	report  calendar.Date // of a status report
	dated   bool          // it is a status report
	heading string        // title, made with the values of the plan
	unclear bool          // it lies in the folder of a plan with errors
	shown   atomic.Bool   // its page has it
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
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}

// readContent reads everything below content/ that is no plan data: Markdown,
// and files to be copied.
func (b *builder) readContent(s *loaded) error {
	b.documents, b.drafts = map[string]*narrative{}, map[string]bool{}
	for _, p := range s.plans {
		b.planDirs = append(b.planDirs, p.Dir)
	}
	if err := b.readFiles(); err != nil {
		return err
	}
	for _, ps := range b.plans {
		b.sectionsOf[ps] = ps.sections()
	}
	for _, file := range sortedKeys(b.documents) {
		if n := b.documents[file]; !n.unclear {
			b.classify(n)
		}
	}
	b.onceEach()
	for _, file := range sortedKeys(b.documents) {
		n := b.documents[file]
		n.heading = n.doc.Title(b.env(n, n.path, ""))
	}
	b.shelve()
	return nil
}

// onceEach reports two files that are the story of one thing or introduce one
// section.
func (b *builder) onceEach() {
	seen := map[string]string{}
	for _, file := range sortedKeys(b.documents) {
		n := b.documents[file]
		what := "the story of " + n.story
		if n.intro != "" {
			what = "the introduction of " + n.intro
		}
		if n.unclear || n.story == "" && n.intro == "" {
			continue
		}
		if first, dup := seen[n.path+" "+what]; dup {
			b.diags.Errorf("E520", diag.Pos{File: file, Line: 1}, "%s is already %s", first, what).
				Hint = "put both texts into one file"
			continue
		}
		seen[n.path+" "+what] = file
	}
}

// checkNarrative says what is wrong in the files although the site cannot be
// built, so that an author sees all mistakes in one run. Of a file that belongs
// to a plan with errors it says what does not depend on the plan.
func (b *builder) checkNarrative() {
	for _, file := range sortedKeys(b.documents) {
		n := b.documents[file]
		b.show(n, n.path, "")
		b.aliases(n)
	}
}

// checkStories warns of stories that no page shows.
func (b *builder) checkStories() {
	for _, file := range sortedKeys(b.documents) {
		if n := b.documents[file]; n.story != "" && !n.shown.Load() {
			kind, _, _ := strings.Cut(n.story, ":")
			b.diags.Warnf("W522", diag.Pos{File: file, Line: 1}, "no page shows the story of %s", n.story).
				Hint = fmt.Sprintf("write it in %s.md, the introduction of the page that lists every %s", sectionOf[kind], kind)
		}
	}
}

// inMenuOrder sorts files by weight, then by title.
func inMenuOrder(list []*narrative) {
	slices.SortStableFunc(list, func(x, y *narrative) int {
		return cmp.Or(cmp.Compare(x.doc.Front.Weight, y.doc.Front.Weight), cmp.Compare(x.title(), y.title()), cmp.Compare(x.file, y.file))
	})
}

// contentFile is a file below content/ that is read with others.
type contentFile struct {
	name      string
	isRegular bool
	data      []byte
	err       error
	text      parsedText // of Markdown
	why       string     // it cannot be read
}

// readFiles reads the files below content/, several at the same time, and then
// takes them in their order.
func (b *builder) readFiles() error {
	files, err := b.findFiles()
	if err != nil {
		return err
	}
	inParallel(len(files), func(i int) { b.fetch(&files[i]) })
	for i := range files {
		if err := b.readFile(&files[i]); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) findFiles() (files []contentFile, err error) {
	err = fs.WalkDir(b.opts.Site, contentDir, func(p string, e fs.DirEntry, err error) error {
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
			if b.isPlanFolder(path.Dir(p)) && e.Name() == plan.BaselineFolder {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(p) == ".go" || b.textsOnly && !isText(p) { // .go: embeds the site in a program
			return nil
		}
		files = append(files, contentFile{name: p, isRegular: e.Type().IsRegular()})
		return nil
	})
	return files, err
}

// fetch reads a file that is published, or parses it if it is a text.
func (b *builder) fetch(f *contentFile) {
	if isTOML(f.name) || !isPublishable(f.name) {
		return
	}
	if !f.isRegular {
		info, err := fs.Stat(b.opts.Site, f.name)
		if f.isRegular = err == nil && info.Mode().IsRegular(); !f.isRegular {
			f.why = whyLeftOut(err)
			return
		}
	}
	if f.data, f.err = fs.ReadFile(b.opts.Site, f.name); f.err != nil || !isText(f.name) {
		return
	}
	key, _ := sumOf(f.name, f.data)
	f.text = b.opts.Cache.documents.of(key, func() parsedText {
		doc, list := markdown.Parse(f.name, f.data)
		return parsedText{key, doc, list}
	})
}

func isTOML(file string) bool { return strings.ToLower(path.Ext(file)) == ".toml" }

func isText(file string) bool {
	ext := strings.ToLower(path.Ext(file))
	return ext == ".md" || ext == ".markdown"
}

// isPublishable reports whether the name of a file can be part of an address.
func isPublishable(file string) bool {
	return fs.ValidPath(file) && !strings.ContainsFunc(file, unicode.IsControl)
}

func (b *builder) isPlanFolder(dir string) bool {
	return slices.ContainsFunc(b.planDirs, func(d string) bool { return path.Join(contentDir, d) == dir })
}

func (b *builder) readFile(f *contentFile) error {
	file := f.name
	if isTOML(file) {
		b.strayTOML(file)
		return nil
	}
	if !isPublishable(file) {
		b.diags.Errorf("E526", diag.Pos{File: contentDir}, "the file name %q cannot be part of an address", file).
			Hint = "give it a name of letters and digits, written in UTF-8"
		return nil
	}
	if !f.isRegular {
		b.diags.Warnf("W520", diag.Pos{File: file}, "%s is not a plain file and is left out", file).
			Hint = f.why
		return nil
	}
	if f.err != nil {
		return fmt.Errorf("read %s: %w", file, f.err)
	}
	below := strings.TrimPrefix(file, contentDir+"/")
	if !isText(file) {
		b.attachments = append(b.attachments, File{Path: below, Data: f.data})
		return nil
	}
	doc := f.text.doc
	*b.diags = append(*b.diags, copied(f.text.list)...)
	if doc.Front.Draft && !b.opts.Drafts {
		b.drafts[file] = true
		return nil
	}
	n := &narrative{file: file, doc: doc, key: f.text.key}
	n.plan, n.unclear = b.nearest(below)
	n.name = strings.TrimSuffix(below, path.Ext(below))
	if n.plan != nil {
		n.name = strings.TrimPrefix(strings.TrimPrefix(n.name, n.plan.dir), "/")
		n.dated = reportName.MatchString(n.name)
	}
	b.documents[file] = n
	switch {
	case n.plan != nil:
		n.plan.narrative = append(n.plan.narrative, n)
	case !n.unclear:
		b.loose = append(b.loose, n)
	}
	return nil
}

// strayTOML warns of TOML that is part of no plan. It is not published: what
// was meant as data would be, and nobody would miss it in the plan.
func (b *builder) strayTOML(file string) {
	switch name, dir := path.Base(file), path.Dir(file); {
	case file == configFile:
	case name == path.Base(configFile):
		b.diags.Warnf("W521", diag.Pos{File: file, Line: 1}, "only %s is read, and not %s", configFile, file).
			Hint = "write its keys in " + configFile
	case !b.isPlanFolder(dir):
		d := b.diags.Warnf("W521", diag.Pos{File: file, Line: 1}, "%s belongs to no plan: there is no plan.toml in its folder", file)
		d.Hint = "write " + dir + "/plan.toml, if this is a plan of its own"
		if near := b.planAbove(dir); near != "" {
			d.Hint = "move it to " + near + ", or write " + dir + "/plan.toml, if this is a plan of its own"
		}
	}
}

// planAbove returns the nearest folder above dir that holds a plan; "" if there
// is none.
func (b *builder) planAbove(dir string) string {
	for dir != contentDir {
		if dir = path.Dir(dir); b.isPlanFolder(dir) {
			return dir
		}
	}
	return ""
}

// nearest returns the plan in whose folder a file lies, the innermost one; nil
// if there is none, or if it has errors, which makes the file unclear.
func (b *builder) nearest(below string) (ps *planSite, unclear bool) {
	dir, found := "", false
	for _, d := range b.planDirs {
		if (d == "" || strings.HasPrefix(below, d+"/")) && len(d) >= len(dir) {
			dir, found = d, true
		}
	}
	if !found {
		return nil, false
	}
	for _, ps := range b.plans {
		if ps.dir == dir {
			return ps, false
		}
	}
	return nil, true
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
	case n.plan != nil && ownPages[kind] != "" && id == "index" && n.plan.plan.Lookup(kind+":index") == nil:
		n.intro = ownPages[kind]
		n.path = path.Join(dir, n.intro, "index.html")
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
		if n.plan != nil && kind == "reports" && nested && path.Base(id) != "index" {
			b.diags.Warnf("W523", diag.Pos{File: n.file, Line: 1}, "%s is shown as a page and not as a status report: its name is not a date", n.file).
				Hint = "name it reports/2026-01-30.md"
		}
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
	if ps != nil {
		return ps.shelf.intros[section]
	}
	return b.shelf.intros[section]
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
	n := l.plan.shelf.stories[address]
	if n == nil {
		return ""
	}
	kind, id, _ := strings.Cut(address, ":")
	prefix := "story-"
	if _, own := ownPages[kind]; !own {
		prefix = "story-" + kind + "-" + id + "-"
	}
	return b.show(n, l.from, prefix)
}

// show renders a file as part of the page at path. Its problems are reported
// once, for the page that the file is made for.
func (b *builder) show(n *narrative, from, prefix string) template.HTML {
	r, list := b.renderText(n, from, prefix)
	var told cacheKey
	if from == n.path {
		told, _ = sumOf(list)
		n.shown.Store(true)
		*b.diags = append(*b.diags, copied(list)...)
	}
	out := r.HTML
	if id := n.doc.TitleID(); id != "" && prefix != "" && out != "" {
		// The page has another title; links to that of the text lead to its beginning.
		out = template.HTML(`<span class="title-anchor" id="`+template.HTMLEscapeString(prefix+id)+`"></span>`) + out
	}
	b.texts = append(b.texts, shownText{n.file, from, prefix, out, told})
	return out
}

// reports returns the status reports of the plan, newest first.
func (ps *planSite) reports() []*narrative {
	return ps.shelf.reports
}
