package generator_test

import (
	"context"
	_ "embed"
	"fmt"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"milepost/generator"
	"milepost/schedule"
)

// The site as a browser sees it. Nobody can check by hand that each of its
// pages fits a phone, keeps its security policy, and can be read without
// script; here a browser opens all of them in all ways.

// axe finds violations of the accessibility guidelines (WCAG 2.2 AA). It is
// the unchanged axe-core 4.14.1; see testdata/axe/LICENSE.
//
//go:embed testdata/axe/axe.min.js
var axe string

// sitePath is where the tests serve the site: below a path, as GitHub Pages
// does for a repository.
const sitePath = "/roadmap/"

func TestBrowser(t *testing.T) {
	files := buildContent(t)
	web := serve(files)
	defer web.Close()
	b := startBrowser(t)

	var pages []string
	for name := range files {
		if path.Ext(name) == ".html" {
			pages = append(pages, name)
		}
	}
	slices.Sort(pages)
	if len(pages) == 0 {
		t.Fatal("the site has no pages")
	}

	t.Run("pages", func(t *testing.T) { testPages(t, b, web.URL+sitePath, files, pages) })
	t.Run("not found", func(t *testing.T) { testNotFound(t, b, web.URL+sitePath) })
	t.Run("register", func(t *testing.T) { testRegister(t, b, web.URL+sitePath) })
	t.Run("from disk", func(t *testing.T) { testFromDisk(t, b, files) })
	t.Run("running", func(t *testing.T) { testRunning(t, b, generator.Options{}) })
	t.Run("levelled", func(t *testing.T) {
		testRunning(t, b, generator.Options{Schedule: schedule.Options{Level: new(true)}}, "load/index.html", "schedule/index.html", "work/3.2/index.html")
	})
}

// testRunning looks at a plan under way, at one page of each kind.
func testRunning(t *testing.T, b *browser, opts generator.Options, pages ...string) {
	files := buildSite(t, runningSite(t), opts)
	web := serve(files)
	defer web.Close()
	if len(pages) == 0 {
		pages = controlPages
	}
	testPages(t, b, web.URL+sitePath, files, pages)
}

// buildContent builds the repository's own site and returns its files by path.
func buildContent(t *testing.T) map[string][]byte {
	t.Helper()
	return buildSite(t, os.DirFS(".."), generator.Options{})
}

// serve publishes the files below sitePath as a static host does, without any
// header that the site cannot count on.
func serve(files map[string][]byte) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, inside := strings.CutPrefix(r.URL.Path, sitePath)
		if name == "" || strings.HasSuffix(name, "/") {
			name += "index.html"
		}
		data, ok := files[name]
		status := http.StatusOK
		if !inside || !ok {
			name, status = "404.html", http.StatusNotFound
			data = files[name]
		}
		w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
		w.WriteHeader(status)
		w.Write(data)
	}))
}

// way is one way to look at a page.
type way struct {
	width  int64
	scheme string // "light" or "dark"
	script bool
}

// plain is the way of most readers.
var plain = way{1440, "light", true}

func (w way) String() string {
	s := fmt.Sprintf("%d px, %s", w.width, w.scheme)
	if !w.script {
		s += ", no script"
	}
	return s
}

func ways() []way {
	var all []way
	for _, script := range []bool{true, false} {
		for _, width := range []int64{390, 1440} {
			for _, scheme := range []string{"light", "dark"} {
				all = append(all, way{width, scheme, script})
			}
		}
	}
	return all
}

// corners are two ways that differ in width and colours.
func corners() []way { return []way{{390, "dark", true}, {1440, "light", true}} }

var bodyClass = regexp.MustCompile(`<body class="([^"]*)"`)

// kindOf tells pages apart that are made by different templates: by their
// section, and whether they are about one thing of it.
func kindOf(name string, page []byte) string {
	return fmt.Sprintf("%s %d", bodyClass.Find(page), strings.Count(name, "/"))
}

// testPages opens the first page of each kind in each way, the others, and those
// of a kind that was seen on another site, on a phone and on a screen and once
// without script. A page must cause no error and no
// request to another host, must not scroll sideways, and axe must find nothing.
// Each page is printed as well, and its charts are explored in two ways.
func testPages(t *testing.T, b *browser, root string, files map[string][]byte, pages []string) {
	type visit struct {
		page string
		way  way
	}
	var visits []visit
	for i, p := range pages {
		all := ways()
		if kind := kindOf(p, files[p]); b.seen[kind] {
			all = append(corners(), way{[]int64{390, 1440}[i%2], "light", false})
		} else {
			b.seen[kind] = true
		}
		for _, w := range all {
			visits = append(visits, visit{p, w})
		}
	}
	var explored atomic.Int32
	each(b, visits, func(tab *tab, v visit) {
		tell := func(problems ...string) {
			for _, problem := range problems {
				t.Errorf("%s (%s): %s", v.page, v.way, problem)
			}
		}
		if err := tab.look(v.way); err != nil {
			t.Error(err)
			return
		}
		tell(tab.open(root, strings.TrimSuffix(v.page, "index.html"))...)
		tell(tab.overflow()...)
		if v.way.script {
			tell(tab.axe()...)
			tell(tab.problems()...) // that came late
		}
		// What follows changes the page, or what it shows.
		if v.way == plain {
			tell(tab.print()...)
		}
		if slices.Contains(corners(), v.way) && strings.Contains(string(files[v.page]), `class="chart-option"`) {
			explored.Add(1)
			tell(tab.explore()...)
		}
	})
	if explored.Load() == 0 {
		t.Error("no page has a chart to explore")
	}
}

var pdfPage = regexp.MustCompile(`/Type\s*/Page\b`)

// print prints the open page on A4 and returns what is wrong.
func (tb *tab) print() []string {
	pdf, err := chromedp.Run(tb.ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPreferCSSPageSize()))
	if err != nil {
		return []string{fmt.Sprintf("print: %v", err)}
	}
	if n := len(pdfPage.FindAll(pdf, -1)); n < 1 || n > 60 {
		return []string{fmt.Sprintf("prints on %d pages", n)}
	}
	return nil
}

// explore turns each chart of the open page into its interactive form, which
// loads a library from the site itself, and points at it, which must not style
// anything inline. It returns what is wrong.
func (tb *tab) explore() []string {
	const (
		charts = `[...document.querySelectorAll('figure.chart')].filter(f => f.querySelector('script.chart-option'))`
		// Returns the charts that have no button.
		press = charts + `.filter(f => {
			const button = [...f.querySelectorAll('button')].find(b => /explore/i.test(b.textContent));
			if (button) button.click();
			return !button;
		}).map(f => f.id)`
		// ECharts marks the element that it draws in.
		drawn = charts + `.every(f => f.querySelector('[_echarts_instance_]')?.querySelector('svg, canvas'))`
		// Shows a chart in the middle of the window and returns that middle.
		middle = `(i => {
			const e = ` + charts + `[i].querySelector('[_echarts_instance_]');
			e.scrollIntoView({block: 'center', behavior: 'instant'});
			const r = e.getBoundingClientRect();
			return [r.left + r.width / 2, r.top + r.height / 2];
		})`
	)
	var problems []string
	wrong := func(format string, args ...any) []string {
		problems = append(problems, fmt.Sprintf(format, args...))
		return problems
	}
	ctx, cancel := context.WithTimeout(tb.ctx, 30*time.Second)
	defer cancel()
	missing, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](press))
	if err != nil || len(missing) > 0 {
		return wrong("charts without a button to explore them: %v %v", missing, err)
	}
	for {
		done, err := chromedp.Run(ctx, chromedp.Evaluate[bool](drawn))
		if err != nil {
			return wrong("the charts were not drawn: %v %v", err, tb.problems())
		}
		if done {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	n, err := chromedp.Run(ctx, chromedp.Evaluate[int](charts+`.length`))
	if err != nil {
		return wrong("%v", err)
	}
	for i := range n {
		at, err := chromedp.Run(ctx, chromedp.Evaluate[[]float64](fmt.Sprintf("%s(%d)", middle, i)))
		if err != nil {
			return wrong("%v", err)
		}
		if err := chromedp.Do(ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at[0], at[1])); err != nil {
			wrong("%v", err)
		}
	}
	problems = append(append(problems, tb.overflow()...), tb.axe()...)
	return append(problems, tb.problems()...)
}

// testNotFound opens an address that does not exist, deep below the site. The
// host answers with 404.html, which must find its styles from there.
func testNotFound(t *testing.T, b *browser, root string) {
	tab := b.tab(t)
	for _, problem := range tab.open(root, "no/such/page/at/all") {
		if !strings.Contains(problem, "status 404 for "+root+"no/such/page/at/all") &&
			!strings.Contains(problem, "status of 404") {
			t.Error(problem)
		}
	}
	if !tab.styled(t) {
		t.Error("the page for unknown addresses has no styles")
	}
}

// testRegister sorts the register of risks and narrows it down.
func testRegister(t *testing.T, b *browser, root string) {
	tab := b.tab(t)
	if err := tab.look(plain); err != nil {
		t.Fatal(err)
	}
	if problems := tab.open(root, "risks/"); len(problems) > 0 {
		t.Fatal(problems)
	}
	const shown = `[...document.querySelectorAll("table.register tbody tr")].filter((r) => !r.hidden).map((r) => r.cells[0].querySelector(".id").textContent).join(" ")`
	for _, step := range []struct{ do, want string }{
		{``, "R1 R2 R3 R4"},
		{`document.querySelectorAll("table.register thead button")[2].click()`, "R4 R3 R2 R1"},
		{`document.querySelectorAll("table.register thead button")[2].click()`, "R1 R2 R3 R4"},
		{`document.querySelectorAll("table.register thead button")[4].click()`, "R2 R1 R3 R4"}, // nothing comes last
		{`document.querySelectorAll("table.register thead button")[4].click()`, "R1 R2 R3 R4"},
		{`document.querySelector(".table-tools input").value = "funding"; document.querySelector(".table-tools input").dispatchEvent(new Event("input", {bubbles: true}))`, "R4"},
	} {
		got, err := chromedp.Run(tab.ctx, chromedp.Evaluate[string](step.do+";"+shown))
		if err != nil || got != step.want {
			t.Errorf("after %q: %q %v, want %q", step.do, got, err, step.want)
		}
	}
	said, err := chromedp.Run(tab.ctx, chromedp.Evaluate[string](`document.querySelector(".table-tools [role=status]").textContent`))
	if err != nil || said != "1 of 4 shown" {
		t.Errorf("the filter says %q %v", said, err)
	}
	for _, problem := range append(tab.axe(), tab.problems()...) {
		t.Error(problem)
	}
}

// testFromDisk opens the front page, and a page deeper in, without any server.
func testFromDisk(t *testing.T, b *browser, files map[string][]byte) {
	dir := t.TempDir()
	for name, data := range files {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	tab := b.tab(t)
	root := "file://" + filepath.ToSlash(dir) + "/"
	for _, p := range []string{"index.html", "schedule/index.html"} {
		if files[p] == nil {
			t.Errorf("the site has no %s", p)
			continue
		}
		for _, problem := range tab.open(root, p) {
			t.Errorf("%s: %s", p, problem)
		}
		if !tab.styled(t) {
			t.Errorf("%s has no styles", p)
		}
		// A link to a folder would show its list of files, not its page.
		links, err := chromedp.Run(tab.ctx, chromedp.Evaluate[[]string](
			`[...document.querySelectorAll('a[href]')].map(a => a.href).filter(h => h.startsWith('file:'))`))
		if err != nil {
			t.Fatal(err)
		}
		if len(links) == 0 {
			t.Errorf("%s has no links", p)
		}
		for _, link := range links {
			u, err := url.Parse(link)
			if err != nil {
				t.Errorf("%s: link %q: %v", p, link, err)
				continue
			}
			if info, err := os.Stat(filepath.FromSlash(u.Path)); err != nil || info.IsDir() {
				t.Errorf("%s: the link %s leads to no file", p, strings.TrimPrefix(link, root))
			}
		}
	}
}
