package generator_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

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
