package plan

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"milepost/schedule/diag"
)

// expectation is what a comment in a faulty plan says about its own line:
//
//	after = ["apo"]  # error E201: which is not in the plan
//
// A line may hold several. "# error@0 E120: ..." in any line is about the file.
type expectation struct {
	file string
	line int
	want string
}

const marker = "# error"

func expectations(file, text string) []expectation {
	var out []expectation
	for i, line := range strings.Split(text, "\n") {
		parts := strings.Split(strings.TrimRight(line, "\r"), marker)
		for _, p := range parts[1:] {
			e := expectation{file: file, line: i + 1}
			if rest, ok := strings.CutPrefix(p, "@0"); ok {
				e.line, p = 0, rest
			}
			e.want = strings.TrimSpace(p)
			out = append(out, e)
		}
	}
	return out
}

// TestErrors loads each faulty plan below testdata/errors and compares what is
// reported with what its lines expect: a missing message and one too many fail.
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/errors/*")
	if err != nil || len(files) < 10 {
		t.Fatalf("found %d faulty plans, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			fsys := fstest.MapFS{"content": &fstest.MapFile{Mode: fs.ModeDir}}
			var want []expectation
			if filepath.Ext(file) == ".txtar" {
				for _, f := range txtar.Parse(src).Files {
					fsys["content/"+f.Name] = &fstest.MapFile{Data: f.Data}
					want = append(want, expectations("content/"+f.Name, string(f.Data))...)
				}
			} else {
				fsys["content/plan.toml"] = &fstest.MapFile{Data: src}
				want = expectations("content/plan.toml", string(src))
			}
			p, l, err := Load(fsys, "content")
			if err != nil {
				t.Fatal(err)
			}
			if p != nil && len(want) > 0 {
				t.Errorf("the plan loads")
			}
			compare(t, l, want)
		})
	}
}

func compare(t *testing.T, l diag.List, want []expectation) {
	t.Helper()
	rest := slices.Clone(l)
	for _, e := range want {
		i := slices.IndexFunc(rest, func(d *diag.Diagnostic) bool {
			code, text, _ := strings.Cut(e.want, ":")
			return d.Pos.File == e.file && d.Pos.Line == e.line && d.Code == code && strings.Contains(d.Message+"; "+d.Hint, strings.TrimSpace(text))
		})
		if i < 0 {
			t.Errorf("%s:%d: no message with %q", e.file, e.line, e.want)
			continue
		}
		if d := rest[i]; d.Pos.Line > 0 && d.Pos.Column == 0 {
			t.Errorf("%s has no column: %s", d.Pos, d.Message)
		}
		if Codes[rest[i].Code] == "" {
			t.Errorf("code %s is not in Codes", rest[i].Code)
		}
		rest = slices.Delete(rest, i, i+1)
	}
	for _, d := range rest {
		t.Errorf("not expected: %s", d.Format())
	}
}
