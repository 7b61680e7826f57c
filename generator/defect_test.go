package generator

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// faulty is a site on which milepost itself fails: reading the picture panics,
// in the goroutine that reads it.
type faulty struct{ fstest.MapFS }

func (f faulty) ReadFile(name string) ([]byte, error) {
	if name == "content/picture.png" {
		panic("no such colour")
	}
	return fs.ReadFile(f.MapFS, name)
}

// What goes wrong inside ends neither the program nor the builds after it: it is
// an error that says where it happened.
func TestDefect(t *testing.T) {
	site := fstest.MapFS{
		"content/plan.toml":   {Data: []byte("[plan]\nstart = 2026-01-05\n[work.a]\nname = \"A\"\nduration = \"1w\"\n")},
		"content/index.md":    {Data: []byte("Text.\n")},
		"content/picture.png": {Data: []byte("picture")},
	}
	var cache Cache
	good := builtText(t, Options{Site: site, Cache: &cache})
	result, list, err := Build(Options{Site: faulty{site}, Cache: &cache})
	if err == nil || result != nil || list != nil {
		t.Fatalf("a build that panics returns %v, %v, %v", result, list, err)
	}
	for _, want := range []string{"milepost itself is at fault", "no such colour", "generator.faulty.ReadFile (defect_test.go:"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q: %v", want, err)
		}
	}
	again := builtText(t, Options{Site: site, Cache: &cache})
	if len(again.files) != len(good.files) || again.list != good.list {
		t.Errorf("the build after it makes %d files, not %d", len(again.files), len(good.files))
	}

	_, _, err = Build(Options{Site: site, Stage: func(name string) {
		if name == "views" {
			panic("on the way")
		}
	}})
	if err == nil || !strings.Contains(err.Error(), "on the way") {
		t.Errorf("a panic of the build itself is %v", err)
	}
	if _, _, err = Load(Options{Site: site, Stage: func(string) { panic("at once") }}); err == nil {
		t.Error("a panic of Load is no error")
	}
}
