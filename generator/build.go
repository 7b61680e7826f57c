package generator

import (
	"crypto/sha256"
	"io/fs"
	"path"
	"slices"
	"strings"

	"milepost/schedule"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// Options says what to build. Only Site is needed.
type Options struct {
	Site    fs.FS  // the site folder, in which content/ and themes/ lie
	BaseURL string // overrides base_url of site.toml: "https://example.org/roadmap/"
	Drafts  bool   // include pages with draft = true
	Minify  bool   // drop what browsers do not need
	Version string // of milepost, for the footer and the generator tag

	Schedule schedule.Options // how the plans are scheduled

	Cache *Cache // what builds before this one computed; may be nil

	// Stage, if not nil, is told at the beginning of each stage of the build what
	// it is, so that a caller with a clock can tell where the time goes. A stage
	// may come several times, once for each plan. The stages are "load",
	// "schedule", "simulate", "markdown", "theme", "views", "render", "data",
	// "links" and "sums", in this order.
	Stage func(name string)
}

func (o *Options) stage(name string) {
	if o.Stage != nil {
		o.Stage(name)
	}
}

// File is one file of the published site. Builds with one Cache share the bytes:
// they must not be changed.
type File struct {
	Path string // slash-separated, below public/: "milestones/M4/index.html"
	Data []byte
	Sum  [sha256.Size]byte // of Data; zero if nobody has computed it yet
}

// Result is a built site, in memory.
type Result struct {
	Files  []File // by path
	Plans  []Plan
	Config Config

	Ignored []Ignored // warnings and findings that are accepted; they are in no other list

	// Shown names the page that shows a Markdown file, with a fragment if the file
	// is a part of it: "content/role/lead.md" -> "people/index.html#role-lead".
	Shown map[string]string
}

// Plan is one plan of the site and what follows from it.
type Plan struct {
	Dir      string // below content/, "" for the plan at the top
	Plan     *plan.Plan
	Schedule *schedule.Schedule // nil if the plan has errors
	Findings diag.List          // everything there is to say of the plan itself, what weighs most first, gaps last
	Ignored  []Ignored          // what its authors have accepted
	Coverage *schedule.Coverage // which parts of an implementation plan it has; nil if it has errors

	ignores ignores
}

// Kept returns what of a list about the plan, or about a scenario of it, is not
// accepted.
func (p Plan) Kept(list diag.List) diag.List {
	kept, _ := p.ignores.split(list, p.Plan)
	return kept
}

// Load reads the site's configuration and plans and schedules them, without
// building pages. The list holds everything that is wrong or does not add up.
func Load(opts Options) (result *Result, list diag.List, err error) {
	defer caught(&err)
	s, diags, err := loadSite(&opts)
	if err != nil {
		return nil, nil, err
	}
	if err := s.coverageOf(opts); err != nil {
		return nil, nil, err
	}
	finish(diags, opts.Site)
	s.excerpts(opts.Site)
	return s.result(), diags, nil
}

// Build turns a site folder into the files of its published site. If the list
// holds an error there is no Result and nothing should be published. A panic on
// the way is an error too.
func Build(opts Options) (result *Result, list diag.List, err error) {
	defer caught(&err)
	s, diags, err := loadSite(&opts)
	if err != nil {
		return nil, nil, err
	}
	b := &builder{site: s.site, opts: opts, diags: &diags, sectionsOf: map[*planSite][]navSection{}, placed: map[string]int{}, planKeys: s.keys}
	opts.stage("simulate")
	inParallel(len(b.plans), func(i int) {
		b.plans[i].courses() // which take the outlook among them
		b.plans[i].outlook()
	})
	opts.stage("markdown")
	if err := b.readContent(s); err != nil {
		return nil, nil, err
	}
	b.cover(s)
	opts.stage("theme")
	if b.theme, err = loadTheme(opts.Cache, opts.Site, b.config.Theme, b.places.Value("theme"), &diags); err != nil {
		return nil, nil, err
	}
	if diags.Failed() {
		b.checkNarrative()
		finish(diags, opts.Site)
		return nil, diags, nil
	}

	opts.stage("views")
	pages := b.pages() // without a word of the assets, since they are kept longer
	b.checkStories()
	if b.assets, err = b.theme.publish(opts.Minify); err != nil {
		return nil, nil, err
	}
	b.files = b.assets.files
	opts.stage("render")
	b.files = append(b.files, b.render(pages)...)
	opts.stage("data")
	data, err := b.data()
	if err != nil {
		return nil, nil, err
	}
	b.files = append(b.files, data...)
	b.files = append(b.files, b.feeds(pages)...)
	b.files = append(b.files, b.attachments...)
	b.inOrder(pages)
	opts.stage("links")
	if !diags.Failed() { // or the links to pages that failed would be told as well
		b.checkLinks(pages)
	}

	var more []Ignored
	diags, more = s.ignores.split(diags, nil)
	if s.accepted = append(s.accepted, more...); !diags.Failed() {
		s.ignores.unused(&diags)
	}
	finish(diags, opts.Site)
	if diags.Failed() {
		return nil, diags, nil
	}
	s.excerpts(opts.Site)
	opts.stage("sums")
	b.sums()
	opts.Cache.end()
	result = s.result()
	result.Files = b.files
	result.Shown = b.shownOn()
	return result, diags, nil
}

// builder is one run of Build.
type builder struct {
	*site
	opts  Options
	theme *theme
	diags *diag.List

	planDirs    []string              // of all plans, also those with errors
	documents   map[string]*narrative // Markdown files by name, below the site folder
	textsOnly   bool                  // other files are not read
	drafts      map[string]bool       // Markdown files that are not published yet
	loose       []*narrative          // that belong to no plan
	shelf       shelf                 // of those
	written     map[string]string     // file of each page that is written in one, by path of the page
	taken       map[string]bool       // paths of pages that show some file
	attachments []File                // other files beside the pages
	sectionsOf  map[*planSite][]navSection
	placed      map[string]int          // pictures in texts, by page and id
	csv         []File                  // published beside the pages that show the same figures
	planKeys    []cacheKey              // of everything that the plans follow from
	shared      cacheKey                // see sharedKey
	texts       []shownText             // on the pages so far
	rendered    map[string]renderedPage // by path
	files       []File
}

// sums computes the sums of the files that do not have one yet.
func (b *builder) sums() {
	inParallel(len(b.files), func(i int) { b.files[i].sum() })
}

// inOrder sorts the files by path. Files that cannot lie beside each other in a
// folder are a mistake of the author: two with one path, also if only capitals
// tell them apart, and a file where others need a folder.
func (b *builder) inOrder(pages []page) {
	slices.SortStableFunc(b.files, func(x, y File) int { return strings.Compare(x.Path, y.Path) })
	own := map[string]bool{}
	for _, f := range b.attachments {
		own[f.Path] = true
	}
	seen := map[string]string{} // path in small letters -> path
	// at returns where the author named a published file, and what to do.
	at := func(paths ...string) (diag.Pos, string) {
		for _, p := range paths {
			if own[p] {
				return diag.Pos{File: contentDir + "/" + p}, "give the file below content/ another name"
			}
		}
		for i := range slices.Backward(pages) {
			if slices.Contains(paths, pages[i].path) {
				return b.placeOf(&pages[i]), "an id, a file name or an alias asks for this address; choose another"
			}
		}
		return diag.Pos{File: contentDir}, "an id asks for this address; choose another"
	}
	clash := func(what string, paths ...any) {
		pos, hint := at(paths[0].(string), paths[1].(string))
		b.diags.Errorf("E521", pos, what, paths...).Hint = hint
	}
	for _, f := range b.files {
		key := strings.ToLower(f.Path)
		switch other, dup := seen[key]; {
		case dup && other == f.Path:
			clash("milepost itself publishes a file at the address %[1]s", f.Path, other)
		case dup:
			clash("%s and %s differ only in capitals, which some systems take for the same", f.Path, other)
		default:
			seen[key] = f.Path
		}
	}
	for _, f := range b.files {
		if name := longest(f.Path); len(name) > maxName {
			pos, hint := at(f.Path)
			b.diags.Errorf("E526", pos, "the address has a part of %d bytes, and file systems take %d: %s…", len(name), maxName, strings.ToValidUTF8(name[:40], "")).Hint = hint
		}
		for dir := path.Dir(f.Path); dir != "."; dir = path.Dir(dir) {
			if other, dup := seen[strings.ToLower(dir)]; dup {
				clash("%s and %s cannot both be published: one is a file where the other needs a folder", other, f.Path)
			}
		}
	}
}

// maxName is how many bytes the name of a file may have, on nearly all systems.
const maxName = 255

// longest returns the longest name in a path.
func longest(p string) string {
	return slices.MaxFunc(strings.Split(p, "/"), func(a, b string) int { return len(a) - len(b) })
}

// excerpts puts what is accepted in order and shows its lines.
func (s *loaded) excerpts(site fs.FS) {
	var list diag.List
	by := map[*diag.Diagnostic]Ignored{}
	for _, i := range s.accepted {
		list = append(list, i.Diagnostic)
		by[i.Diagnostic] = i
	}
	finish(list, site)
	for k, d := range list {
		s.accepted[k] = by[d]
	}
}

// finish puts the list in order and shows the lines it is about.
func finish(diags diag.List, site fs.FS) {
	diags.Sort()
	diags.AddExcerpts(site)
}
