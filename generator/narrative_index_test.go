package generator

import (
	"bytes"
	"testing"
	"testing/fstest"
)

// TestEveryPageIsListed holds each page to be named by the navigation or by the
// first page of its folder.
func TestEveryPageIsListed(t *testing.T) {
	site := fstest.MapFS{
		"content/plan.toml":           {Data: []byte("[plan]\nstart = 2026-01-05\n[work.a]\nduration = \"1d\"\n")},
		"content/x/y/deep.md":         {Data: []byte("# Deep\nNo folder above it has a first page.\n")},
		"content/guide/index.md":      {Data: []byte("# Guide\nLists what is in it.\n")},
		"content/guide/first.md":      {Data: []byte("# First\nListed by the guide.\n")},
		"content/guide/more/index.md": {Data: []byte("# More\nListed by the guide.\n")},
		"content/guide/more/last.md":  {Data: []byte("# Last\nListed by more.\n")},
	}
	result, list, err := Build(Options{Site: site})
	if err != nil || list.Failed() {
		t.Fatal(err, list)
	}
	pages := map[string][]byte{}
	for _, f := range result.Files {
		pages[f.Path] = f.Data
	}
	for _, want := range []struct {
		page, link string
		is         bool
	}{
		{"index.html", `href="x/y/deep/index.html"`, true},
		{"index.html", `href="guide/index.html"`, true},
		{"index.html", `href="guide/first/index.html"`, false},
		{"guide/index.html", `href="first/index.html"`, true},
		{"guide/index.html", `href="more/index.html"`, true},
		{"guide/more/index.html", `href="last/index.html"`, true},
	} {
		if got := bytes.Contains(pages[want.page], []byte(want.link)); got != want.is {
			t.Errorf("%s has the link %s: %t, want %t", want.page, want.link, got, want.is)
		}
	}
}
