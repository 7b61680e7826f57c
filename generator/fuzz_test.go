package generator_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"path"
	"path/filepath"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"

	"milepost/generator"
	"milepost/schedule/diag"
)

// A plan becomes a site or has errors, each with a place; what is published is
// text that its readers can parse, and the same each time.
func FuzzBuild(f *testing.F) {
	files, _ := filepath.Glob("testdata/sections/*.txtar")
	for _, file := range files {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, x := range ar.Files {
			if path.Base(x.Name) == "plan.toml" {
				f.Add(string(x.Data), "# Front\n{{ plan.finish }}\n")
			}
		}
	}
	const head = "[plan]\nstart = 2026-01-05\nstatus_date = \"W2\"\nduration = \"3w\"\n"
	for _, s := range []string{
		"[work.a]\nduration = \"1w\"\n[work.b]\nduration = \"3ed\"\nafter = [\"a SS-50%\", \"a FF+2d\"]\n",
		"[phase.P]\nafter = [\"m\"]\n[phase.Q]\nphase = \"P\"\n[work.a]\nphase = \"Q\"\nduration = \"0d\"\n[milestone.m]\n[milestone.n]\nphase = \"P\"\nafter = [\"P\"]\n",
		"[work.a]\nduration = \"1d\"\nafter = [\"b SF-1w\"]\nmust_start_on = \"W2\"\n[work.b]\nduration = \"1d\"\nas_late_as_possible = true\ndeadline = \"W1\"\n",
		"[work.a]\neffort = \"5d\"\nassign = { r = 0.3 }\nactual_start = 2026-01-07\nremaining = \"0d\"\n[role.r]\nstaffing = { }\n",
		"[risk.R]\nname = \"<b>&\\\"'\"\nprobability = 1\nimpact = [{ work = \"a\", delay = \"2w\" }]\n[work.a]\nduration = \"2h\"\nname = \"\\u0000\"\n",
	} {
		f.Add(head+s, "")
	}
	f.Fuzz(func(t *testing.T, plan, index string) {
		site := fstest.MapFS{
			"content/plan.toml": {Data: []byte(plan)},
			"content/index.md":  {Data: []byte(index)},
		}
		result, list, err := generator.Build(generator.Options{Site: site})
		if err != nil {
			t.Fatal(err)
		}
		if result == nil {
			if !list.Failed() {
				t.Fatal("no site and no error")
			}
			return
		}
		again, _, _ := generator.Build(generator.Options{Site: site})
		for i, x := range result.Files {
			if !bytes.Equal(x.Data, again.Files[i].Data) {
				t.Errorf("%s differs in a second build", x.Path)
			}
			switch path.Ext(x.Path) {
			case ".json":
				if !json.Valid(x.Data) {
					t.Errorf("%s is not JSON", x.Path)
				}
			case ".xml", ".svg":
				d := xml.NewDecoder(bytes.NewReader(x.Data))
				for {
					if _, err := d.Token(); err == io.EOF {
						break
					} else if err != nil {
						t.Fatalf("%s: %v", x.Path, err)
					}
				}
			case ".html":
				if !utf8.Valid(x.Data) || bytes.Contains(x.Data, []byte("<no value>")) || bytes.Contains(x.Data, []byte("%!")) {
					t.Errorf("%s is not as it was meant", x.Path)
				}
			}
		}
		for _, d := range list {
			if d.Severity == diag.Error || d.Message == "" {
				t.Errorf("a site in spite of %s", d.Format())
			}
		}
	})
}
