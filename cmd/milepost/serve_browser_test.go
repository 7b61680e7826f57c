package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browserTab is a page in Chromium that an author has open beside the editor.
type browserTab struct {
	t   *testing.T
	ctx context.Context

	mu    sync.Mutex
	wrong []string // that the console has shown
}

// openTab starts Chromium, which shows the address.
func openTab(t *testing.T, address string) *browserTab {
	t.Helper()
	if !slices.ContainsFunc([]string{"headless_shell", "headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
		"/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"}, func(name string) bool {
		_, err := exec.LookPath(name)
		return err == nil
	}) {
		t.Fatal(`the browser tests need Chromium: run "make browser", or install it so that "chromium" is in PATH`)
	}
	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.Flag("disable-gpu", true))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox) // Chromium refuses its sandbox to root
	}
	alloc, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	tab := &browserTab{t: t}
	tab.ctx, cancel = chromedp.NewContext(alloc, chromedp.WithListener(tab.listen))
	t.Cleanup(cancel)
	if err := chromedp.Do(tab.ctx, chromedp.EmulateViewport(1200, 800), chromedp.Navigate(address)); err != nil {
		t.Fatalf("open %s: %v", address, err)
	}
	return tab
}

func (tab *browserTab) listen(event any) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			tab.wrong = append(tab.wrong, e.Entry.Text+" "+e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		tab.wrong = append(tab.wrong, fmt.Sprint(e.ExceptionDetails.Text, " ", e.ExceptionDetails.Exception))
	}
}

// problems returns what the console has shown that is no answer of the server.
func (tab *browserTab) problems() []string {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(tab.wrong), func(s string) bool {
		return strings.Contains(s, "status of 404") || strings.Contains(s, "status of 503") || strings.Contains(s, "ERR_CONNECTION_REFUSED") ||
			strings.Contains(s, "ERR_INCOMPLETE_CHUNKED_ENCODING") || strings.Contains(s, "ERR_CONNECTION_RESET")
	})
}

// do runs a script on the page.
func (tab *browserTab) do(script string) {
	tab.t.Helper()
	if err := chromedp.Do(tab.ctx, chromedp.Evaluate[chromedp.Void](script+";0")); err != nil {
		tab.t.Fatalf("%s: %v", script, err)
	}
}

// sees waits until an expression holds on the page.
func (tab *browserTab) sees(what, expression string) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, 30*time.Second)
	defer cancel()
	for {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		if err == nil && ok {
			return
		}
		select {
		case <-ctx.Done():
			page, _ := chromedp.Run(tab.ctx, chromedp.Evaluate[string](`location + "\n" + scrollY + "\n" + document.body.innerText.slice(0, 2000)`))
			tab.t.Fatalf("the page does not show %s, but\n%s", what, page)
		case <-time.After(20 * time.Millisecond): // it may be between two documents
		}
	}
}

// Parts of the page for scripts.
const (
	shadow    = `document.querySelector('[data-milepost=problems]')?.shadowRoot`
	dialog    = shadow + `?.querySelector('dialog[open]')`
	corner    = shadow + `?.querySelector('.corner')`
	same      = `window.same === true` // the document was not loaded again since mark
	mark      = `window.same = true`
	connected = `document.readyState === "complete" && ` + shadow + ` != null` // the script of the preview has run
)

// strategy is a page that is long enough to be scrolled, with something folded.
func strategy(words string) string {
	return "# Strategy\n\n" + words + "\n\n<details><summary>More</summary>\n\nHidden words.\n\n</details>\n\n" +
		strings.Repeat("A line to scroll past.\n\n", 100) + "## The end\n\nEnd.\n"
}

// longPlan has work that pages can be told of.
const longPlan = goodPlan + `
[work."1.1"]
name = "Second"
duration = "2d"
after = ["a"]
`

// TestServeInBrowser edits a site beside an open page.
func TestServeInBrowser(t *testing.T) {
	t.Parallel()
	s := editing(t,
		"content/plan.toml", longPlan,
		"content/site.toml", "base_url = \"https://example.org/roadmap/\"\nunsafe_html = true\n",
		"content/strategy.md", strategy("First words."),
		"content/other.md", "# Other\n\nFirst words.\n",
		"themes/default/static/charts.css", ":root { --told: one }\n")
	s.start()
	tab := openTab(t, s.url+"strategy/#the-end")
	tab.sees("the page", `document.body.innerText.includes("First words.")`)

	t.Log("an edit: the page follows, and the reader stays where he was")
	tab.do(mark + `; document.querySelector("main details").open = true; scrollTo({top: 700, behavior: "instant"})`)
	tab.sees("where the reader is", `scrollY === 700`)
	s.edit("content/strategy.md", strategy("Second words."))
	tab.sees("the edit", `document.body.innerText.includes("Second words.") && document.readyState === "complete"`)
	tab.sees("the unfolded part", `document.querySelector("main details").open && document.body.innerText.includes("Hidden words.")`)
	tab.sees("the same place", `scrollY === 700 && location.hash === "#the-end"`)
	tab.sees("a new document", `!(`+same+`)`)

	t.Log("an edit of another page and of a style: the document stays, the style goes")
	tab.do(mark)
	s.edit("content/other.md", "# Other\n\nSecond words.\n")
	s.await(`^content/other.md changed: built`)
	s.edit("themes/default/static/charts.css", ":root { --told: two }\n")
	told := `getComputedStyle(document.documentElement).getPropertyValue("--told").trim()`
	tab.sees("the new style", told+` === "two" && `+same)
	tab.sees("one link to it", `document.querySelectorAll('link[rel=stylesheet][href*="/charts."]').length === 1`)
	s.edit("themes/default/static/charts.css", ":root { --told: three }\n")
	s.edit("themes/default/static/charts.css", ":root { --told: four }\n")
	tab.sees("the newest style", told+` === "four" && scrollY === 700 && `+same)
	tab.sees("one link to it", `document.querySelectorAll('link[rel=stylesheet][href*="/charts."]').length === 1`)

	t.Log("mistakes: all of them on top of the page, and gone when they are mended")
	s.edit("content/plan.toml", strings.Replace(longPlan, "3d", "3 dayz", 1))
	s.edit("content/strategy.md", strategy("Words {{ work.a.finihs }} <b>bold</b>."))
	tab.sees("the mistake in the plan", dialog+`?.innerText.includes("content/plan.toml:6:12") && `+dialog+`.innerText.includes("3 dayz") && `+same)
	tab.sees("where it is", dialog+`.querySelector("mark").textContent === '"3 dayz"' && `+dialog+`.querySelector(".caret").textContent === '               ^^^^^^^^'`)
	tab.sees("its styles", `getComputedStyle(`+dialog+`).borderTopWidth === "4px"`)
	tab.sees("the focus in it", shadow+`.activeElement?.textContent.startsWith("Close")`)
	for _, violation := range tab.axe() {
		t.Errorf("the overlay: %s", violation)
	}
	tab.press("Escape")
	tab.sees("a note in its place", `!`+dialog+` && `+corner+`?.textContent.startsWith("The build failed: ")`)
	tab.do(corner + `.querySelector("button").click()`)
	tab.sees("the mistakes again", dialog+`?.innerText.includes("3 dayz")`)
	s.edit("content/strategy.md", strategy("Second words."))
	s.edit("content/plan.toml", longPlan)
	tab.sees("no mistake", `!`+dialog+` && !`+corner+` && `+same+` && scrollY === 700`)

	t.Log("a warning: a note that can be put away")
	s.edit("content/stray/budget.toml", "")
	tab.sees("the note", corner+`?.textContent.startsWith("1 warning") && !`+dialog+` && `+same)
	for _, violation := range tab.axe() {
		t.Errorf("the note: %s", violation)
	}
	tab.do(corner + `.querySelector("button").click()`)
	tab.sees("the warning", dialog+`?.innerText.includes("W521") && `+dialog+`.innerText.includes("content/stray/budget.toml:1")`)
	tab.press("Escape")
	tab.sees("the note again", corner+`?.textContent.startsWith("1 warning")`)
	tab.do(corner + `.querySelector(".away").click()`)
	tab.sees("nothing", `!`+corner)
	tab.do(`location.reload()`)
	tab.sees("nothing after a reload", `!(`+same+`) && `+connected+` && !`+corner)
	s.remove("content/stray/budget.toml")

	t.Log("a page that is deleted, and comes back")
	s.remove("content/strategy.md")
	tab.sees("that there is no such page", `document.title.includes("There is no such page")`)
	s.edit("content/strategy.md", strategy("Back again."))
	tab.sees("the page", `document.body.innerText.includes("Back again.")`)

	t.Log("a site that moves")
	s.edit("content/site.toml", "base_url = \"https://example.org/plans/\"\nunsafe_html = true\n")
	tab.sees("the page where it is now", `location.pathname === "/plans/strategy/" && document.body.innerText.includes("Back again.")`)

	t.Log("a tab that is hidden, and shown again")
	tab.sees("that it is connected", connected)
	tab.do(mark + `; Object.defineProperty(document, "hidden", { value: true, configurable: true }); document.dispatchEvent(new Event("visibilitychange"))`)
	s.edit("content/strategy.md", strategy("Written meanwhile."))
	s.await(`^content/strategy.md changed: built`)
	time.Sleep(200 * time.Millisecond) // it would follow now
	tab.sees("what it showed when it was hidden", same+` && document.body.innerText.includes("Back again.")`)
	tab.do(`Object.defineProperty(document, "hidden", { value: false, configurable: true }); document.dispatchEvent(new Event("visibilitychange"))`)
	tab.sees("what was written meanwhile", `document.body.innerText.includes("Written meanwhile.") && `+connected)

	for _, problem := range tab.problems() {
		t.Errorf("the console shows: %s", problem)
	}
	s.stop(os.Interrupt)
	tab.sees("that the preview has stopped", shadow+`?.textContent.includes("milepost serve has stopped")`)
}

// TestServeInBrowserAgain stops the preview, edits the site and starts it again
// with a mistake in it: the open page follows.
func TestServeInBrowserAgain(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
	l.Close()
	s := editing(t, "content/plan.toml", strings.Replace(goodPlan, "3d", "3 dayz", 1))
	s.start("-p", port)
	tab := openTab(t, s.url)
	tab.sees("the mistake before there is a site", `document.querySelector("h1").textContent === "The build failed" && document.body.innerText.includes("content/plan.toml:6:12")`)
	tab.sees("no overlay on it", `!`+dialog)
	for _, violation := range tab.axe() {
		t.Errorf("the page of problems: %s", violation)
	}
	s.edit("content/plan.toml", strings.Replace(goodPlan, "3d", "4 dayz", 1))
	tab.sees("another mistake", `document.body.innerText.includes("4 dayz")`)
	s.edit("content/plan.toml", goodPlan)
	tab.sees("the site", `document.title.includes("Preview plan") && `+connected)
	s.stop(os.Interrupt)

	tab.do(mark)
	s.edit("content/plan.toml", strings.Replace(goodPlan, "3d", "3 dayz", 1))
	s.start("-p", port)
	tab.sees("the mistake on the old page", dialog+`?.innerText.includes("3 dayz") && document.title.includes("Preview plan") && `+same)
	s.edit("content/plan.toml", strings.Replace(goodPlan, "Preview", "Mended", 1))
	tab.sees("the new site", `document.title.includes("Mended plan") && `+connected)
	s.stop(os.Interrupt)
	for _, problem := range tab.problems() {
		t.Errorf("the console shows: %s", problem)
	}
}

// TestServeInBrowserNavigate lets the browser follow the editor.
func TestServeInBrowserNavigate(t *testing.T) {
	t.Parallel()
	s := editing(t, "content/plan.toml", longPlan, "content/strategy.md", "# Strategy\n\nWords.\n", "content/work/1.1.md", "Story.\n")
	s.start("--navigateToChanged")
	tab := openTab(t, s.url)
	tab.sees("the front page", `document.title.includes("Preview plan") && `+connected)
	at := func(path, words string) {
		t.Helper()
		tab.sees(words+" on "+path, fmt.Sprintf(`location.pathname === %q && document.body.innerText.includes(%q) && %s`, path, words, connected))
		time.Sleep(100 * time.Millisecond) // until it listens
	}
	time.Sleep(100 * time.Millisecond)
	s.edit("content/strategy.md", "# Strategy\n\nOther words.\n")
	at("/strategy/", "Other words.")
	s.edit("content/work/1.1.md", "Other story.\n")
	at("/work/1.1/", "Other story.")
	s.edit("content/plan.toml", strings.Replace(longPlan, "Preview plan", "Edited plan", 1))
	at("/work/1.1/", "Edited plan")
	s.edit("content/new.md", "# New\n\nNew words.\n")
	at("/new/", "New words.")
	for _, problem := range tab.problems() {
		t.Errorf("the console shows: %s", problem)
	}
	s.stop(os.Interrupt)
}

// press presses a key.
func (tab *browserTab) press(key string) {
	tab.t.Helper()
	if err := chromedp.Do(tab.ctx, chromedp.KeyEvent(map[string]string{"Escape": "\x1b"}[key])); err != nil {
		tab.t.Fatal(err)
	}
}

// axe returns the violations of the accessibility guidelines on the page.
func (tab *browserTab) axe() []string {
	tab.t.Helper()
	library, err := os.ReadFile(filepath.Join("..", "..", "generator", "testdata", "axe", "axe.min.js"))
	if err != nil {
		tab.t.Fatal(err)
	}
	// It styles elements in a way that the security policy of the page forbids.
	before := tab.problems()
	defer func() {
		tab.mu.Lock()
		defer tab.mu.Unlock()
		tab.wrong = before
	}()
	tab.do(string(library))
	text, err := chromedp.Run(tab.ctx, chromedp.Evaluate[string](`axe.run(document, {
		runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']},
		resultTypes: ['violations'],
	}).then(r => JSON.stringify(r.violations.map(v => v.id + ': ' + v.help + ': ' + v.nodes[0].target)))`, chromedp.EvalAwaitPromise))
	if err != nil {
		tab.t.Fatal(err)
	}
	var violations []string
	if err := json.Unmarshal([]byte(text), &violations); err != nil {
		tab.t.Fatal(err)
	}
	return violations
}
