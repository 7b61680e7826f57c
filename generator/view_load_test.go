package generator_test

import (
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"milepost/generator"
)

// TestLoadCSV compares the data files of the page about load, given in
// testdata/load_csv.txtar, and checks that the page leads to them.
func TestLoadCSV(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/load_csv.txtar")
	if err != nil {
		t.Fatal(err)
	}
	site, want := fstest.MapFS{}, map[string]string{}
	for _, f := range archive.Files {
		if strings.HasSuffix(f.Name, ".csv") {
			want[f.Name] = string(f.Data)
		} else {
			site[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	result, list, err := generator.Build(generator.Options{Site: site})
	if err != nil || result == nil {
		t.Fatal(err, list)
	}
	page := ""
	for _, f := range result.Files {
		if f.Path == "load/index.html" {
			page = string(f.Data)
		}
	}
	for _, f := range result.Files {
		if text, ok := want[f.Path]; ok {
			if diff := cmp.Diff(text, strings.ReplaceAll(string(f.Data), "\r\n", "\n")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", f.Path, diff)
			}
			if !strings.Contains(page, `href="`+path.Base(f.Path)+`"`) {
				t.Errorf("the page has no link to %s", f.Path)
			}
			delete(want, f.Path)
		}
	}
	for name := range want {
		t.Errorf("%s is not published", name)
	}
}
