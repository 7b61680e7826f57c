package generator_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
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
	t.Run("explore", func(t *testing.T) { testExplore(t, b, web.URL+sitePath, files, pages) })
	t.Run("print", func(t *testing.T) { testPrint(t, b, web.URL+sitePath, pages) })
	t.Run("not found", func(t *testing.T) { testNotFound(t, b, web.URL+sitePath) })
	t.Run("preview", func(t *testing.T) { testPreview(t, b, files) })
	t.Run("from disk", func(t *testing.T) { testFromDisk(t, b, files) })
	t.Run("running", func(t *testing.T) { testRunning(t, b, generator.Options{}) })
	t.Run("levelled", func(t *testing.T) {
		testRunning(t, b, generator.Options{Schedule: schedule.Options{Level: true}}, "load/index.html", "schedule/index.html", "work/3.2/index.html")
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
	testExplore(t, b, web.URL+sitePath, files, pages)
	testPrint(t, b, web.URL+sitePath, pages)
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
	each(b, visits, func(tab *tab, v visit) {
		if err := tab.look(v.way); err != nil {
			t.Error(err)
			return
		}
		problems := tab.open(root, strings.TrimSuffix(v.page, "index.html"))
		problems = append(problems, tab.overflow()...)
		if v.way.script {
			problems = append(problems, tab.axe()...)
			problems = append(problems, tab.problems()...) // that came late
		}
		for _, problem := range problems {
			t.Errorf("%s (%s): %s", v.page, v.way, problem)
		}
	})
}

// testExplore turns each chart into its interactive form, which loads a library
// from the site itself, and points at it, which must not style anything inline.
func testExplore(t *testing.T, b *browser, root string, files map[string][]byte, pages []string) {
	type visit struct {
		page string
		way  way
	}
	var visits []visit
	for _, p := range pages {
		if strings.Contains(string(files[p]), `class="chart-option"`) {
			for _, w := range corners() {
				visits = append(visits, visit{p, w})
			}
		}
	}
	if len(visits) == 0 {
		t.Error("no page has a chart to explore")
	}
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
	each(b, visits, func(tab *tab, v visit) {
		wrong := func(format string, args ...any) {
			t.Errorf("%s (%s): %s", v.page, v.way, fmt.Sprintf(format, args...))
		}
		if err := tab.look(v.way); err != nil {
			wrong("%v", err)
			return
		}
		tab.open(root, strings.TrimSuffix(v.page, "index.html"))
		ctx, cancel := context.WithTimeout(tab.ctx, 30*time.Second)
		defer cancel()
		missing, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](press))
		if err != nil || len(missing) > 0 {
			wrong("charts without a button to explore them: %v %v", missing, err)
			return
		}
		for {
			done, err := chromedp.Run(ctx, chromedp.Evaluate[bool](drawn))
			if err != nil {
				wrong("the charts were not drawn: %v %v", err, tab.problems())
				return
			}
			if done {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		n, err := chromedp.Run(ctx, chromedp.Evaluate[int](charts+`.length`))
		if err != nil {
			wrong("%v", err)
			return
		}
		for i := range n {
			at, err := chromedp.Run(ctx, chromedp.Evaluate[[]float64](fmt.Sprintf("%s(%d)", middle, i)))
			if err != nil {
				wrong("%v", err)
				return
			}
			if err := chromedp.Do(ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at[0], at[1])); err != nil {
				wrong("%v", err)
			}
		}
		problems := append(tab.overflow(), tab.axe()...)
		for _, problem := range append(problems, tab.problems()...) {
			wrong("%s", problem)
		}
	})
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

var pdfPage = regexp.MustCompile(`/Type\s*/Page\b`)

// testPrint prints each page on A4.
func testPrint(t *testing.T, b *browser, root string, pages []string) {
	each(b, pages, func(tab *tab, p string) {
		if err := tab.look(plain); err != nil {
			t.Error(err)
			return
		}
		tab.open(root, strings.TrimSuffix(p, "index.html"))
		pdf, err := chromedp.Run(tab.ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPreferCSSPageSize()))
		if err != nil {
			t.Errorf("%s: print: %v", p, err)
			return
		}
		if n := len(pdfPage.FindAll(pdf, -1)); n < 1 || n > 60 {
			t.Errorf("%s: prints on %d pages", p, n)
		}
	})
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

// browser is one running Chromium; its tabs are used in turn.
type browser struct {
	ctx  context.Context
	tabs []*tab
	seen map[string]bool // kinds of pages that were opened in each way
}

// browserTabs is how many tabs work at a time.
const browserTabs = 3

func startBrowser(t *testing.T) *browser {
	t.Helper()
	found := false
	for _, name := range []string{"headless_shell", "headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
		"/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"} {
		if _, err := exec.LookPath(name); err == nil {
			found = true
			break
		}
	}
	if !found {
		t.Fatal(`the browser tests need Chromium: run "make browser", or install it so that "chromium" is in PATH`)
	}
	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("disable-gpu", true))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox) // Chromium refuses its sandbox to root
	}
	alloc, cancelAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancelAlloc)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	b := &browser{ctx: ctx, seen: map[string]bool{}}
	for range browserTabs {
		b.tabs = append(b.tabs, newTab(t, ctx))
	}
	return b
}

// tab returns a tab that looks at pages in the usual way.
func (b *browser) tab(t *testing.T) *tab {
	t.Helper()
	if err := b.tabs[0].look(plain); err != nil {
		t.Fatal(err)
	}
	return b.tabs[0]
}

// each gives the items to the tabs, each tab taking the next when it is free.
func each[T any](b *browser, items []T, do func(*tab, T)) {
	queue := make(chan T, len(items))
	for _, item := range items {
		queue <- item
	}
	close(queue)
	var wg sync.WaitGroup
	for _, tab := range b.tabs {
		wg.Go(func() {
			for item := range queue {
				do(tab, item)
			}
		})
	}
	wg.Wait()
}

// tab is one tab and what went wrong in it.
type tab struct {
	ctx context.Context

	mu    sync.Mutex
	root  string // requests elsewhere are wrong
	wrong []string
}

func newTab(t *testing.T, parent context.Context) *tab {
	t.Helper()
	tb := &tab{}
	var cancel context.CancelFunc
	tb.ctx, cancel = chromedp.NewContext(parent, chromedp.WithListener(tb.listen))
	t.Cleanup(cancel)
	enable := func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, audits.Enable, cdp.Empty{})
		return err
	}
	if err := chromedp.Do(tb.ctx, chromedp.Func(enable)); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	return tb
}

// listen notes what must not happen on a page.
func (tb *tab) listen(event any) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	note := func(format string, args ...any) { tb.wrong = append(tb.wrong, fmt.Sprintf(format, args...)) }
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			note("console: %s %s", e.Entry.Text, e.Entry.URL)
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning || e.Type == runtime.ConsoleAPICalledTypeAssert {
			var words []string
			for _, arg := range e.Args {
				words = append(words, string(arg.Value)+arg.Description)
			}
			note("console: %s", strings.Join(words, " "))
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			text += " " + x.Description
		}
		note("uncaught: %s", text)
	case *audits.EventIssueAdded:
		if csp := e.Issue.Details.ContentSecurityPolicyIssueDetails; csp != nil {
			note("content security policy: %s %s", csp.ViolatedDirective, csp.BlockedURL)
		}
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; !strings.HasPrefix(u, tb.root) && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "blob:") {
			note("request outside the site: %s", u)
		}
	case *network.EventResponseReceived:
		if e.Response.Status >= 400 {
			note("status %d for %s", e.Response.Status, e.Response.URL)
		}
	case *network.EventLoadingFailed:
		if !e.Canceled {
			note("request failed: %s %s", e.ErrorText, e.Type)
		}
	}
}

// problems returns what went wrong since it was last called.
func (tb *tab) problems() []string {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	wrong := tb.wrong
	tb.wrong = nil
	slices.Sort(wrong)
	return slices.Compact(wrong)
}

// look sets how the tab shows pages from now on.
func (tb *tab) look(w way) error {
	set := func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !w.script}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: w.scheme},
			{Name: "prefers-reduced-motion", Value: "reduce"}, // colours in transition have no contrast to measure
		}})
		return err
	}
	if err := chromedp.Do(tb.ctx, chromedp.EmulateViewport(w.width, 900), chromedp.Func(set)); err != nil {
		return fmt.Errorf("look at %s: %w", w, err)
	}
	return nil
}

// open loads the page at a path below root and returns what went wrong.
func (tb *tab) open(root, page string) []string {
	tb.problems()
	tb.mu.Lock()
	tb.root = root
	tb.mu.Unlock()
	ctx, cancel := context.WithTimeout(tb.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(root+page)); err != nil {
		return append(tb.problems(), fmt.Sprintf("does not load: %v", err))
	}
	return tb.problems()
}

// overflow says by how much the page is wider than the window, and which
// elements stick out.
func (tb *tab) overflow() []string {
	const script = `(() => {
		const page = document.scrollingElement, wide = [];
		if (page.scrollWidth <= innerWidth) return [];
		const clipped = e => { for (let p = e.parentElement; p && p !== page; p = p.parentElement) {
			if (/auto|scroll|hidden|clip/.test(getComputedStyle(p).overflowX)) return true; } return false; };
		for (const e of document.body.querySelectorAll('*')) {
			if ((e.getBoundingClientRect().right > innerWidth + .5 || e.scrollWidth > innerWidth) && !clipped(e)) {
				wide.push(e.tagName.toLowerCase() + (e.className && e.className.baseVal === undefined ? '.' + e.className : ''));
			}
		}
		return ['scrolls sideways: ' + page.scrollWidth + ' of ' + innerWidth + ' px; wide elements: ' + wide.slice(0, 4).join(', ')];
	})()`
	found, err := chromedp.Run(tb.ctx, chromedp.Evaluate[[]string](script))
	if err != nil {
		return []string{err.Error()}
	}
	return found
}

// axe returns the violations that axe finds on the open page.
func (tb *tab) axe() []string {
	const script = `axe.run(document, {
		runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']},
		resultTypes: ['violations'],
	}).then(r => JSON.stringify(r.violations.map(v => v.id + ': ' + v.help + ': ' +
		v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' + (n.any.concat(n.all)[0] || {message: ''}).message).join(' | ') +
		(v.nodes.length > 3 ? ' and ' + (v.nodes.length - 3) + ' more' : ''))))`
	ctx, cancel := context.WithTimeout(tb.ctx, 60*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](axe+";0")); err != nil {
		return []string{"axe does not load: " + err.Error()}
	}
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](script, chromedp.EvalAwaitPromise))
	if err != nil {
		return []string{"axe does not run: " + err.Error()}
	}
	var violations []string
	if err := json.Unmarshal([]byte(text), &violations); err != nil {
		return []string{err.Error()}
	}
	return violations
}

// styled reports whether the styles of the site are applied to the open page.
func (tb *tab) styled(t *testing.T) bool {
	t.Helper()
	ok, err := chromedp.Run(tb.ctx, chromedp.Evaluate[bool](
		`[...document.querySelectorAll('link[rel=stylesheet]')].length > 0 &&
		 [...document.querySelectorAll('link[rel=stylesheet]')].every(l => l.sheet) &&
		 getComputedStyle(document.body).marginTop === '0px'`))
	if err != nil {
		t.Fatal(err)
	}
	return ok
}
