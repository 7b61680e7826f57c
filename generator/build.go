package generator

import (
	"io/fs"
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
}

// File is one file of the published site.
type File struct {
	Path string // slash-separated, below public/: "milestones/M4/index.html"
	Data []byte
}

// Result is a built site, in memory.
type Result struct {
	Files  []File // by path
	Plans  []Plan
	Config Config
}

// Plan is one plan of the site and what follows from it.
type Plan struct {
	Dir      string // below content/, "" for the plan at the top
	Plan     *plan.Plan
	Schedule *schedule.Schedule // nil if the plan has errors
	Findings diag.List          // everything there is to say of the plan itself, sorted
}

// Load reads the site's configuration and plans and schedules them, without
// building pages. The list holds everything that is wrong or does not add up.
func Load(opts Options) (*Result, diag.List, error) {
	s, diags, err := loadSite(opts)
	if err != nil {
		return nil, nil, err
	}
	finish(diags, opts.Site)
	return s.result(), diags, nil
}

// Build turns a site folder into the files of its published site. If the list
// holds an error there is no Result and nothing should be published.
func Build(opts Options) (*Result, diag.List, error) {
	s, diags, err := loadSite(opts)
	if err != nil {
		return nil, nil, err
	}
	b := &builder{site: s.site, opts: opts, diags: &diags, sectionsOf: map[*planSite][]navSection{}}
	if err := b.readContent(s); err != nil {
		return nil, nil, err
	}
	if b.theme, err = loadTheme(opts.Site, b.config.Theme, &diags); err != nil {
		return nil, nil, err
	}
	if diags.Failed() {
		b.checkNarrative(s)
		finish(diags, opts.Site)
		return nil, diags, nil
	}

	if b.assets, b.files, err = b.theme.publish(opts.Minify); err != nil {
		return nil, nil, err
	}
	pages := b.pages()
	b.files = append(b.files, b.render(pages)...)
	data, err := b.data()
	if err != nil {
		return nil, nil, err
	}
	b.files = append(b.files, data...)
	b.files = append(b.files, b.feeds(pages)...)
	b.files = append(b.files, b.attachments...)
	b.inOrder()
	if !diags.Failed() { // or the links to pages that failed would be told as well
		b.checkLinks(pages)
	}

	finish(diags, opts.Site)
	if diags.Failed() {
		return nil, diags, nil
	}
	result := s.result()
	result.Files = b.files
	return result, diags, nil
}

// builder is one run of Build.
type builder struct {
	*site
	opts  Options
	theme *theme
	diags *diag.List

	documents   map[string]*narrative // Markdown files by name, below the site folder
	loose       []*narrative          // that belong to no plan
	attachments []File                // other files beside the pages
	sectionsOf  map[*planSite][]navSection
	csv         []File // published beside the pages that show the same figures
	files       []File
}

// inOrder sorts the files by path. Two files with one path are a mistake of the
// author; the first stays.
func (b *builder) inOrder() {
	slices.SortStableFunc(b.files, func(x, y File) int { return strings.Compare(x.Path, y.Path) })
	for i := 1; i < len(b.files); i++ {
		if b.files[i].Path == b.files[i-1].Path {
			b.diags.Errorf("E521", diag.Pos{File: contentDir + "/" + b.files[i].Path}, "milepost itself publishes a file at the address %s", b.files[i].Path).
				Hint = "give the file below content/ another name"
		}
	}
}

// finish puts the list in order and shows the lines it is about.
func finish(diags diag.List, site fs.FS) {
	diags.Sort()
	diags.AddExcerpts(site)
}
