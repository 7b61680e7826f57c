package generator

import (
	"html/template"
	"maps"
	"slices"

	"milepost/schedule"
	"milepost/schedule/diag"
)

// chapter is some pages of a plan, and what else came of making them.
type chapter struct {
	pages  []page
	csv    []File
	list   diag.List
	placed map[string]int
	texts  []shownText
}

// shownText is a text that was placed on a page, as it looked there.
type shownText struct {
	file, from, prefix string
	html               template.HTML
	told               cacheKey // hash of what there was to say of it
}

// fork returns a builder for pages that are made at the same time as others. It
// sees the same site and collects what comes of its pages for itself, see
// [builder.join].
func (b *builder) fork() *builder {
	f := *b
	f.diags, f.csv, f.placed, f.texts = &diag.List{}, nil, map[string]int{}, nil
	return &f
}

// join takes what came of the pages of a fork.
func (b *builder) join(f *builder) { b.takeRest(f.rest(nil)) }

// rest returns the pages together with everything that the fork has collected.
func (b *builder) rest(pages []page) *chapter {
	return &chapter{pages: pages, csv: b.csv, list: *b.diags, placed: b.placed, texts: b.texts}
}

func (b *builder) takeRest(c *chapter) {
	*b.diags = append(*b.diags, copied(c.list)...)
	for _, f := range c.csv {
		if !slices.ContainsFunc(b.csv, func(x File) bool { return x.Path == f.Path }) {
			b.csv = append(b.csv, f)
		}
	}
	maps.Copy(b.placed, c.placed) // a page belongs to one chapter
	b.texts = append(b.texts, c.texts...)
}

// eachPage makes n pages at the same time.
func (b *builder) eachPage(n int, makePage func(b *builder, i int) page) []page {
	pages := make([]page, n)
	forks := make([]*builder, n)
	inParallel(n, func(i int) {
		forks[i] = b.fork()
		pages[i] = makePage(forks[i], i)
	})
	for _, f := range forks {
		b.join(f)
	}
	return pages
}

// chapter makes some pages of a plan, or takes them as they were made before: if
// everything that pages are made of is the same, and each text that they show
// looks the same.
func (b *builder) chapter(ps *planSite, name string, makePages func(b *builder) []page) *chapter {
	if b.opts.Cache.once {
		f := b.fork()
		return f.rest(makePages(f))
	}
	key, _ := sumOf(b.shared, ps.dir, name)
	if last, ok := b.opts.Cache.chapters.get(key); ok {
		if f := b.fork(); f.looksTheSame(last.texts) {
			return last
		}
	}
	f := b.fork()
	made := f.rest(makePages(f))
	inParallel(len(made.pages), func(i int) {
		p := &made.pages[i]
		if key, ok := b.keyOf(p); ok {
			p.key = key
		}
	})
	b.opts.Cache.chapters.put(key, made)
	return made
}

// take takes a chapter of a plan and returns its pages.
func (b *builder) take(ps *planSite, c *chapter) []page {
	b.takeRest(c)
	for _, t := range c.texts {
		if n := b.documents[t.file]; n.path == t.from {
			n.shown.Store(true)
		}
	}
	pages := slices.Clone(c.pages)
	for i := range pages {
		pages[i].plan = ps // that of this build
	}
	return pages
}

// looksTheSame reports whether texts look on their pages as they did, and there
// is the same to say of them: a warning may be about what nobody sees.
func (b *builder) looksTheSame(texts []shownText) bool {
	for _, t := range texts {
		n := b.documents[t.file]
		if n == nil {
			return false
		}
		b.show(n, t.from, t.prefix)
		if b.texts[len(b.texts)-1] != t {
			return false
		}
	}
	return true
}

// sharedKey returns the hash of everything that the pages of a plan's sections
// are made of, but for the texts that they show. It is not set if nothing is
// kept.
func (b *builder) sharedKey() cacheKey {
	if b.opts.Cache.once {
		return cacheKey{}
	}
	type facts struct {
		File, Plan, Name, Path, Story, Intro, Heading, TitleID string
		Dated, Unclear                                         bool
		Front                                                  any
		Text                                                   cacheKey
	}
	var files []facts
	for _, file := range sortedKeys(b.documents) {
		n := b.documents[file]
		f := facts{
			File: file, Name: n.name, Path: n.path, Story: n.story, Intro: n.intro, Heading: n.heading, TitleID: n.doc.TitleID(),
			Dated: n.dated, Unclear: n.unclear, Front: n.doc.Front,
		}
		if n.plan != nil {
			f.Plan = n.plan.dir
		}
		if n.dated {
			f.Text = n.key // lists of reports have their first lines
		}
		files = append(files, f)
	}
	type judged struct {
		Coverage *schedule.Coverage
		Accepted []Ignored
	}
	var plans []judged // by what is beside their files
	for _, ps := range b.plans {
		plans = append(plans, judged{ps.coverage, ps.accepted})
	}
	sum, _ := sumOf(b.planKeys, b.config, b.version, b.theme.sum, b.opts.Drafts, files, plans)
	return sum
}
