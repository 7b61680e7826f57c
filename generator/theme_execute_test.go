package generator

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// Marks name the parts of a page and are gone from it; what only looks like one
// stays.
func TestRowMarks(t *testing.T) {
	one, two := cacheKey{1}, cacheKey{2, 0xff}
	long := strings.Repeat("z", rowMarkLength)
	for _, c := range []struct {
		text, plain string
		rows        []cacheKey
	}{
		{"", "", nil},
		{"<p>", "<p>", nil},
		{string(rowMark(one)), "", []cacheKey{one}},
		{"a" + string(rowMark(one)) + "b" + string(rowMark(two)+rowMark(one)) + "c", "abc", []cacheKey{one, two, one}},
		{"a\x00b" + string(rowMark(one)) + "\x00" + long + "c", "a\x00b\x00" + long + "c", []cacheKey{one}},
		{"a" + string(rowMark(one))[:rowMarkLength-1], "a" + string(rowMark(one))[:rowMarkLength-1], nil},
	} {
		if plain, rows := withoutRowMarks([]byte(c.text)); string(plain) != c.plain || !slices.Equal(rows, c.rows) {
			t.Errorf("%q: %q %v, want %q %v", c.text, plain, rows, c.plain, c.rows)
		}
	}
}

// Rows are kept for as long as a page shows them, whether it is rendered anew or
// not, and no page has their marks.
func TestRowsAreKept(t *testing.T) {
	var cache Cache
	build := func(plan, index string) map[cacheKey]bool {
		t.Helper()
		for _, f := range builtText(t, Options{Cache: &cache, Site: fstest.MapFS{
			"content/plan.toml": {Data: []byte(plan)}, "content/index.md": {Data: []byte(index)}}}).files {
			if strings.Contains(string(f.Data), "\x00") {
				t.Errorf("%s has a mark", f.Path)
			}
		}
		rows := map[cacheKey]bool{}
		for key := range cache.rows.before {
			rows[key] = true
		}
		return rows
	}
	const plan = "[plan]\nstart = 2026-01-05\n[work.a]\nduration = \"1w\"\n[work.b]\nduration = \"2w\"\n[work.c]\nduration = \"3w\"\n"
	first := build(plan, "One.\n")
	if len(first) < 6 { // of a Gantt and a table
		t.Fatalf("%d rows are kept", len(first))
	}
	if second := build(plan, "Two.\n"); !maps.Equal(first, second) {
		t.Errorf("after an edit of a text there are %d rows, before %d, not the same", len(second), len(first))
	}
	third := build(strings.Replace(plan, "1w", "2d", 1), "Two.\n")
	same, gone := 0, 0
	for key := range first {
		if third[key] {
			same++
		} else {
			gone++
		}
	}
	if same == 0 || gone == 0 {
		t.Errorf("an edit of one of three leaves %d rows and changes %d", same, gone)
	}
	if last := build(plan, "One.\n"); !maps.Equal(first, last) {
		t.Errorf("at last there are %d rows, at first %d, not the same", len(last), len(first))
	}
}
