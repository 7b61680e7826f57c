package generator

import (
	"fmt"
	"testing"
	"testing/fstest"
)

// A page whose view cannot be told from others has no key, so that its template
// sees the view of each build.
func TestPageThatCannotBeTold(t *testing.T) {
	site := fstest.MapFS{"content/plan.toml": {Data: []byte("[plan]\nstart = 2026-01-05\n[work.a]\nname = \"A\"\nduration = \"1w\"\n")}}
	opts := Options{Site: site, Cache: &Cache{}}
	s, list, err := loadSite(&opts)
	if err != nil || list.Failed() {
		t.Fatal(err, list)
	}
	b := &builder{site: s.site, opts: opts, diags: &list, placed: map[string]int{}, theme: &theme{}}
	for i, view := range []any{"a text", func() string { return "something" }} {
		c := b.chapter(s.site.plans[0], fmt.Sprint(i), func(*builder) []page { return []page{{template: "page", view: view}} })
		if has := c.pages[0].key != (cacheKey{}); has != (i == 0) {
			t.Errorf("a page that shows %T has a key: %v", view, has)
		}
	}
}

// What a text has to say is that of the text as it is now, also if it looks on
// its page as it did.
func TestChapterTellsOfTheTextOfNow(t *testing.T) {
	site := func(story string) fstest.MapFS {
		return fstest.MapFS{
			"content/plan.toml": {Data: []byte("[plan]\nstart = 2026-01-05\n[work.a]\nname = \"A\"\nduration = \"1w\"\n")},
			"content/work/a.md": {Data: []byte(story)},
		}
	}
	var cache Cache
	for _, story := range []string{
		"Some text.\n",
		"Some text.<br clear=\"all\">\n",
		"Some text.<script>\n",
		"\n\nSome text.<script>\n",
		"Some text.\n",
		"Some text.[](https://example.org/)\n",
		"\nSome text.[](https://example.org/)\n",
		"Some text.\n\n[x]: https://example.org\n",
		"\nSome text.\n\n[x]: https://example.org\n",
		"\n\nSome text.\n",
	} {
		want := builtText(t, Options{Site: site(story)})
		got := builtText(t, Options{Site: site(story), Cache: &cache})
		if got.list != want.list {
			t.Errorf("%q: diagnostics\n%s\nwithout the cache\n%s", story, got.list, want.list)
		}
	}
}
