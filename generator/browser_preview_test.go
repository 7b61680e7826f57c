package generator_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"milepost/generator/preview"
)

// testPreview saves files and watches an open page follow, under the security
// policy of the published pages.
func testPreview(t *testing.T, b *browser, files map[string][]byte) {
	dir := t.TempDir()
	save := func(text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Join(dir, "content"), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "content", "plan.toml"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	// The build replaces the title of the front page by what plan.toml says.
	build := func() (*preview.Site, string, error) {
		text, err := os.ReadFile(filepath.Join(dir, "content", "plan.toml"))
		if err != nil {
			return nil, "", err
		}
		if strings.HasPrefix(string(text), "bad") {
			return nil, "plan.toml:1:1: error E100: <" + string(text) + ">", nil
		}
		site := &preview.Site{BaseURL: "https://example.org" + sitePath, Files: map[string][]byte{}}
		for name, data := range files {
			site.Files[name] = data
		}
		page := string(files["index.html"])
		before, rest, ok := strings.Cut(page, "<title>")
		_, after, _ := strings.Cut(rest, "</title>")
		if !ok {
			return nil, "", errors.New("the front page has no title")
		}
		site.Files["index.html"] = []byte(before + "<title>" + string(text) + "</title>" + after)
		return site, "", nil
	}

	save("bad from the start")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ready := make(chan string, 1)
	done := make(chan error, 1)
	go func() {
		done <- preview.Run(ctx, preview.Options{Dir: dir, Build: build, Say: func(format string, args ...any) {
			if rest, ok := strings.CutPrefix(fmt.Sprintf(format, args...), "serving "); ok {
				url, _, _ := strings.Cut(rest, " ")
				ready <- url
			}
		}})
	}()
	var url string
	select {
	case url = <-ready:
	case err := <-done:
		t.Fatalf("the preview ended: %v", err)
	}

	tab := b.tab(t)
	see := func(what, expression string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(tab.ctx, 15*time.Second)
		defer cancel()
		for {
			ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
			if err == nil && ok {
				return
			}
			select {
			case <-ctx.Done():
				t.Fatalf("the page does not show %s", what)
			case <-time.After(20 * time.Millisecond): // it may be between two documents
			}
		}
	}
	const overlay = `document.querySelector('[data-milepost=problems]')`

	tab.open(url, "") // its status is an error, which is right
	see("the problems", `document.body.innerText.includes('error E100: <bad from the start>')`)
	save("one")
	see("the first good site", `location.pathname === '`+sitePath+`' && document.title === 'one'`)
	for _, problem := range tab.open(url, strings.TrimPrefix(sitePath, "/")) {
		t.Errorf("front page: %s", problem)
	}
	see("the front page", `document.title === 'one'`)
	save("two")
	see("the change", `document.title === 'two'`)
	save("bad again")
	see("why the build failed", overlay+`?.innerText.includes('error E100: <bad again>') && document.title === 'two'`)
	see("the styles of the overlay", `getComputedStyle(`+overlay+`).position === 'fixed'`)
	save("two")
	see("the page without problems", `!`+overlay+` && document.title === 'two'`)
	for _, problem := range tab.problems() {
		if strings.Contains(problem, "Content Security Policy") || strings.Contains(problem, "content security policy") || strings.Contains(problem, "uncaught") {
			t.Errorf("preview: %s", problem)
		}
	}

	cancel()
	if err := <-done; err != nil {
		t.Errorf("the preview ended with %v", err)
	}
}
