package generator

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"html/template"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// pageData is what the template of a page sees.
type pageData struct {
	Title string
	View  any
}

// shell is what base.html sees: the page in its frame.
type shell struct {
	Lang        string
	Title       string // of the page, for <h1>
	Anchor      string // id of <h1>, may be empty
	FullTitle   string // for <title>
	Kicker      string
	Description string
	Canonical   string
	SiteName    string
	Home        string
	Status      *pill
	StatusHref  string
	Nav         template.HTML // by the partial "nav"
	Crumbs      []link
	Intro       template.HTML // narrative of the section
	Main        template.HTML
	Contents    []link // "on this page"
	Wide        bool
	Section     string
	Generator   string
	StatusDate  string // "Status of Fri 6 Feb 2026 (W5)" or "No status date"
	StatusISO   string
	Downloads   []link
	Edit        string
	Feed        string
	Favicon     string
	Styles      []string
	PrintStyle  string
	Scripts     []string
	Redirect    string // where the page has moved
	HeadScript  string // runs before the first paint
}

// navGroup is a part of the navigation.
type navGroup struct {
	Title string // "" for the first
	Items []navItem
}

// navItem is an entry of the navigation.
type navItem struct {
	Text    string
	Href    string
	Current bool   // the entry is the page shown
	Within  bool   // the page shown belongs to the entry
	Count   int    // small number beside it, if not zero
	Counted string // what the number counts, for readers who only hear it
}

// renderedMain is what a template makes of the view of a page.
type renderedMain struct {
	html     template.HTML
	contents []link
	rows     []cacheKey // parts that are kept for themselves
}

// renderedPage is a page as it is published, and what links have to do with it.
type renderedPage struct {
	data   []byte
	sum    [sha256.Size]byte
	spots  []spot   // where the hashes of assets stand
	assets cacheKey // what these are
	key    cacheKey // of everything else that the page is made of; zero if it is not kept
	*document
}

// render turns pages into files: first the template of the page, then the shell
// around it.
func (b *builder) render(pages []page) []File {
	intros := make([]template.HTML, len(pages))
	for i := range pages {
		intros[i] = b.intro(&pages[i]) // in order: texts may have something to say
	}
	rendered := make([]renderedPage, len(pages))
	errs := make([]error, len(pages))
	inParallel(len(pages), func(i int) {
		s := b.shell(&pages[i])
		s.Intro = intros[i]
		if s.Nav, errs[i] = b.nav(&pages[i]); errs[i] == nil {
			rendered[i], errs[i] = b.html(&pages[i], s)
		}
	})
	var files []File
	b.rendered = map[string]renderedPage{}
	for i := range pages {
		switch err := errs[i]; {
		case errors.Is(err, errMinify):
			b.diags.Errorf("E531", b.placeOf(&pages[i]), "page %s %v", pages[i].path, err)
		case err != nil:
			b.theme.report(b.diags, err)
		default:
			files = append(files, File{Path: pages[i].path, Data: rendered[i].data, Sum: rendered[i].sum})
			b.rendered[pages[i].path] = rendered[i]
		}
	}
	return files
}

var errMinify = errors.New("cannot be minified")

// html renders one page, if it is not known what its template makes of what it
// sees. A page whose view cannot be told from others is rendered every time.
func (b *builder) html(p *page, s *shell) (renderedPage, error) {
	cache := b.opts.Cache
	if cache.once {
		return b.newPage(p, s)
	}
	mainKey, ok := b.keyOf(p)
	if !ok {
		return b.newPage(p, s)
	}
	pageKey, ok := sumOf(b.theme.sum, "page", mainKey, b.opts.Minify, s)
	if !ok {
		return b.newPage(p, s)
	}
	if known, ok := cache.pages.get(pageKey); ok {
		main, _ := cache.mains.get(mainKey) // it is still wanted, and its rows
		cache.rows.want(main.rows)
		if known.assets != b.assets.sum {
			known.data = b.assets.refill(known.data, known.spots)
			known.sum, known.assets = sha256.Sum256(known.data), b.assets.sum
			cache.pages.put(pageKey, known)
		}
		return known, nil
	}
	main, ok := cache.mains.get(mainKey)
	if !ok {
		var err error
		if main, err = b.main(p); err != nil {
			return renderedPage{}, err
		}
		cache.mains.put(mainKey, main)
	} else {
		cache.rows.want(main.rows)
	}
	out, err := b.around(main, s)
	if err != nil {
		return out, err
	}
	out.sum, out.key = sha256.Sum256(out.data), pageKey
	cache.pages.put(pageKey, out)
	return out, nil
}

// keyOf returns the hash of everything that the template of a page sees.
func (b *builder) keyOf(p *page) (key cacheKey, ok bool) {
	if p.key != (cacheKey{}) {
		return p.key, true
	}
	return sumOf(b.theme.sum, "main", p.template, p.title, p.view)
}

func (b *builder) newPage(p *page, s *shell) (renderedPage, error) {
	main, err := b.main(p)
	if err != nil {
		return renderedPage{}, err
	}
	return b.around(main, s)
}

// main renders what is special to a page.
func (b *builder) main(p *page) (renderedMain, error) {
	out, rows, err := b.theme.executeRows(p.template+".html", pageData{Title: p.title, View: p.view})
	if err != nil {
		return renderedMain{}, err
	}
	list := contents(string(out))
	if len(list) < 3 {
		list = nil // a short page needs no list of its parts
	}
	return renderedMain{out, list, rows}, nil
}

// around puts the shell around a page.
func (b *builder) around(main renderedMain, s *shell) (renderedPage, error) {
	s.Main, s.Contents = main.html, main.contents
	out := renderedPage{assets: b.assets.sum}
	var minify error
	err := executed(b.theme.templates, "base.html", s, func(data []byte) {
		if b.opts.Minify {
			if data, minify = minified("text/html", data); minify != nil {
				return
			}
		}
		out.document = readDocument(data)
		out.data, out.spots = b.assets.fill(data)
	})
	if minify != nil {
		err = fmt.Errorf("%w: %v", errMinify, minify)
	}
	return out, err
}

// inParallel calls f with 0 to n-1, on all processors. What f does must not
// depend on the order. If f panics, so does inParallel, with the way to it.
func inParallel(n int, f func(i int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	var failed atomic.Pointer[defect]
	for range min(n, runtime.GOMAXPROCS(0)) {
		all.Go(func() {
			defer func() {
				if v := recover(); v != nil {
					failed.Store(newDefect(v))
				}
			}()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	all.Wait()
	if d := failed.Load(); d != nil {
		panic(d)
	}
}

// shell returns what base.html shows around a page, but for the page itself.
func (b *builder) shell(p *page) *shell {
	l := linker{plan: p.plan, site: b.site, from: p.path}
	name := b.siteName()
	s := &shell{
		Lang:        b.config.Language,
		Title:       p.title,
		Anchor:      p.anchor,
		FullTitle:   p.title,
		Kicker:      p.kicker,
		Description: p.summary,
		SiteName:    name,
		Home:        l.file("index.html", ""),
		Wide:        p.wide,
		Section:     p.section,
		Generator:   strings.TrimSpace("milepost " + b.version),
		StatusDate:  "No status date",
		Crumbs:      b.crumbs(p, l),
		Favicon:     l.asset("favicon.svg"),
		PrintStyle:  l.asset("print.css"),
		HeadScript:  l.asset("theme.js"),
	}
	if s.Anchor == "main" {
		s.Anchor = "" // the whole text has it
	}
	if p.path != notFoundPath {
		s.Canonical = b.absolute(p.path)
	}
	if v, ok := p.view.(aliasView); ok {
		s.Redirect, s.Canonical = v.Target, b.absolute(v.path)
	}
	if p.title != name {
		s.FullTitle = p.title + " · " + name
	}
	for _, css := range []string{"style.css", "markdown.css", "sections.css", "gantt.css", "charts.css"} {
		if href := l.asset(css); href != "" {
			s.Styles = append(s.Styles, href)
		}
	}
	for _, js := range []string{"site.js", "gantt.js", "charts.js", "tables.js"} {
		if href := l.asset(js); href != "" {
			s.Scripts = append(s.Scripts, href)
		}
	}
	if ps := p.plan; ps != nil {
		s.Status, s.StatusHref = &b.health(ps).Pill, l.href("index.html")
		if ps.plan.StatusDate.IsSet() {
			w := ps.stated(ps.plan.StatusDate)
			s.StatusDate, s.StatusISO = "Status of "+w.String(), w.ISO
		}
		s.Downloads = []link{
			{Text: "plan.json", Href: l.href("plan.json")},
			{Text: "schedule.csv", Href: l.href("schedule.csv")},
		}
		if len(ps.reports()) > 0 {
			s.Feed = l.href("reports/feed.xml")
		}
		if p.path != notFoundPath {
			s.Edit = b.sourceURL(p.source, p.line)
		}
	}
	return s
}

// siteName is what the whole site is called.
func (b *builder) siteName() string {
	switch {
	case b.config.Title != "":
		return b.config.Title
	case len(b.plans) == 1:
		return b.plans[0].title()
	}
	return "Portfolio"
}

// crumbs returns the way from the front page to the page, without the page
// itself.
func (b *builder) crumbs(p *page, l linker) []link {
	home := link{Text: b.siteName(), Href: l.file("index.html", "")}
	if p.path == "index.html" || p.path == notFoundPath {
		return nil
	}
	out := []link{home}
	if p.plan != nil && b.portfolio() {
		if at := p.plan.path("index.html"); at != p.path {
			out = append(out, link{Text: p.plan.title(), Href: l.href("index.html")})
		}
	}
	if p.parent != nil {
		out = append(out, *p.parent)
	}
	return out
}

// nav renders the navigation of a page, which many pages have in common.
func (b *builder) nav(p *page) (template.HTML, error) {
	groups := b.navigation(p, linker{plan: p.plan, site: b.site, from: p.path})
	key, _ := sumOf(b.theme.sum, groups)
	if known, ok := b.opts.Cache.navs.get(key); ok {
		return known, nil
	}
	out, err := b.theme.execute("nav", groups)
	if err == nil {
		b.opts.Cache.navs.put(key, out)
	}
	return out, err
}

// navigation returns the entries that lead everywhere from the page.
func (b *builder) navigation(p *page, l linker) []navGroup {
	var groups []navGroup
	entry := func(text, target string, within bool) navItem {
		return navItem{Text: text, Href: l.file(target, ""), Current: target == p.path, Within: within && target != p.path}
	}
	if b.portfolio() {
		g := navGroup{Items: []navItem{entry("Portfolio", "index.html", false)}}
		for _, ps := range b.plans {
			g.Items = append(g.Items, entry(ps.title(), ps.path("index.html"), ps == p.plan))
		}
		for _, n := range b.shelf.menu {
			g.Items = append(g.Items, entry(n.title(), n.path, false))
		}
		groups = append(groups, g)
	}
	if ps := p.plan; ps != nil {
		g := navGroup{Items: []navItem{entry("Overview", ps.path("index.html"), false)}}
		if b.portfolio() {
			g.Title = ps.title()
		}
		ordered := []navGroup{g, {Title: "In detail"}, {Title: "How it stands"}}
		for _, e := range b.sectionsOf[ps] {
			item := entry(e.title, ps.path(e.name+"/index.html"), e.name == p.section)
			if e.name == "findings" {
				n := len(ps.contradictions())
				item.Count, item.Counted = n, pick(n == 1, "finding", "findings")
			}
			at := &ordered[e.group()]
			at.Items = append(at.Items, item)
		}
		groups = append(groups, slices.DeleteFunc(ordered, func(g navGroup) bool { return len(g.Items) == 0 })...)
		var pages []navItem
		for _, n := range ps.shelf.menu {
			pages = append(pages, entry(n.title(), n.path, false))
		}
		if len(pages) > 0 {
			groups = append(groups, navGroup{Title: "Background", Items: pages})
		}
	}
	if len(b.config.Menu) > 0 {
		g := navGroup{Title: "More"}
		for _, m := range b.config.Menu {
			g.Items = append(g.Items, navItem{Text: m.Name, Href: l.menu(m)})
		}
		groups = append(groups, g)
	}
	return groups
}

// menu returns the reference of an entry of the menu.
func (l linker) menu(m MenuItem) string {
	if u, err := url.Parse(m.URL); err != nil || u.Scheme != "" {
		return m.URL
	}
	return l.page(m.URL)
}

// page returns the reference to a page by its address from the site's root, as
// an author writes it: "strategy/" or "/strategy/#x".
func (l linker) page(ref string) string {
	file, fragment, _ := strings.Cut(strings.TrimPrefix(ref, "/"), "#")
	if file == "" || strings.HasSuffix(file, "/") {
		file += "index.html"
	}
	return l.file(file, fragment)
}

// contents lists the second-level headings of a page that have an anchor.
func contents(main string) []link {
	var out []link
	for {
		// Texts and attributes have no bare <, so this is the tag itself.
		at := strings.Index(main, "<h2")
		if at < 0 {
			return out
		}
		main = main[at:]
		z := html.NewTokenizer(strings.NewReader(main))
		main = main[len("<h2"):]
		if z.Next() == html.StartTagToken {
			t := z.Token()
			if t.DataAtom != atom.H2 {
				continue
			}
			id := ""
			for _, a := range t.Attr {
				if a.Key == "id" {
					id = a.Val
				}
			}
			if text := headingText(z); id != "" && text != "" {
				out = append(out, link{Text: text, Href: "#" + id})
			}
		}
	}
}

// headingText returns the text up to the end of the heading, without the sign
// that links to it and without badges.
func headingText(z *html.Tokenizer) string {
	var out bytes.Buffer
	skip := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.TextToken:
			if skip == 0 {
				out.WriteString(html.UnescapeString(string(z.Raw())))
			}
		case html.StartTagToken:
			t := z.Token()
			if skip > 0 {
				skip++
				continue
			}
			for _, a := range t.Attr {
				if a.Key == "aria-hidden" || a.Key == "class" && (strings.Contains(a.Val, "anchor") || strings.Contains(a.Val, "badge") || strings.Contains(a.Val, "count")) {
					skip = 1
					break
				}
			}
		case html.EndTagToken:
			t := z.Token()
			if t.DataAtom == atom.H2 {
				return strings.Join(strings.Fields(out.String()), " ")
			}
			if skip > 0 {
				skip--
			}
		}
	}
}

// unique returns the pages, only the first of those that want the same address,
// and reports the others. File systems may take capitals for small letters.
func (b *builder) unique(pages []page) []page {
	seen := map[string]*page{}
	var out []page
	for i := range pages {
		p := &pages[i]
		key := strings.ToLower(p.path)
		if first := seen[key]; first != nil {
			d := b.diags.Errorf("E520", b.placeOf(p), "two pages want the address %s: %q and %q", p.path, first.title, p.title)
			d.Hint = "rename one of them; the story of a thing is written in <kind>/<id>.md"
			continue
		}
		seen[key] = p
		out = append(out, *p)
	}
	return out
}
