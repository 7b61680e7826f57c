package preview

import (
	"slices"
	"testing"
)

// A style sheet refers to what it imports and to pictures and fonts, however it
// is written.
func TestStyleReferences(t *testing.T) {
	for css, want := range map[string][]string{
		"":           nil,
		"a { b: c }": nil,
		`@import "a.css"; @IMPORT 'b.css';@import url("c.css");`:         {"a.css", "b.css", "url("},
		`a { b: url(x.png) url( "y.svg" ) URL('z.woff2') }`:              {"x.png", "y.svg", "z.woff2"},
		`a { b: url(x.png)url(y.png); c: curl(z) }`:                      {"x.png", "y.png", "z"},
		`@media (u) { a { mask: url("data:image/svg+xml,u(r)l(") } } ur`: {"data:image/svg+xml,u(r)l("},
		`url( url(a) @import "b"`:                                        {"url(a", "b"},
	} {
		if got := styleReferences([]byte(css)); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", css, got, want)
		}
	}
}

// What a page loads is part of its look, and what it leads to is not.
func TestLookLoads(t *testing.T) {
	look := func(body, rest string) string {
		snap, err := newSnapshot(&Site{Files: map[string]File{"index.html": {Data: []byte(body)}, "x.png": {Data: []byte(rest)}, "other/index.html": {Data: []byte(rest)}}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return snap.look(snap.find("/")).Page
	}
	for body, loads := range map[string]bool{
		`<img src="x.png">`:                           true,
		`<IMG SRC = x.png>`:                           true,
		`<svg><image href='x.png'/></svg>`:            true,
		`<img srcset="x.png 2x">`:                     true,
		`<div data-picture="x.png">`:                  true,
		`<link rel="icon" href="x.png">`:              true,
		`<a href="x.png">one</a>`:                     false,
		`<A href="x.png">one</A>`:                     false,
		`<area href="x.png">`:                         false,
		`<link rel="alternate" href="x.png">`:         false,
		`<iframe src="other/">`:                       false,
		`<!-- <img src="x.png"> --> a = <b> < c="x">`: false,
	} {
		if got := look(body, "one") != look(body, "two"); got != loads {
			t.Errorf("%s: it loads the file: %v", body, got)
		}
	}
}
