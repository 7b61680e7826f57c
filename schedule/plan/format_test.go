package plan

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"milepost/schedule/calendar"
)

// visible are characters that cannot be seen, or that git would change.
var visible = strings.NewReplacer("␍", "\r", "␠", " ")

// TestFormat lays out the texts in of testdata/format and compares them with
// want.
func TestFormat(t *testing.T) {
	files, err := filepath.Glob("testdata/format/*.txtar")
	if err != nil || len(files) < 10 {
		t.Fatalf("found %d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(ar.Files) != 2 || ar.Files[0].Name != "in" || ar.Files[1].Name != "want" {
				t.Fatal("the files are to be in and want")
			}
			out, l, err := Format("in", []byte(visible.Replace(string(ar.Files[0].Data))))
			if err != nil || len(l) > 0 {
				t.Fatalf("%v\n%v", err, l)
			}
			if *update {
				ar.Files[1].Data = []byte(strings.NewReplacer("\r", "␍").Replace(string(out)))
				if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(visible.Replace(string(ar.Files[1].Data)), string(out)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			again, _, err := Format("again", out)
			if err != nil || string(again) != string(out) {
				t.Errorf("formatting it again changes it, %v:\n%s", err, again)
			}
		})
	}
}

// TestFormatEverything lays out every TOML file of the repository. content/ and
// the starter are laid out already.
func TestFormatEverything(t *testing.T) {
	seen := 0
	check := func(name string, src []byte, done bool) {
		out, l, err := Format(name, src)
		switch {
		case err != nil:
			t.Error(err)
		case len(l) > 0 && done:
			t.Errorf("%s: %v", name, l)
		case done && string(out) != string(src):
			t.Errorf("%s is not laid out: milepost fmt changes it:\n%s", name, cmp.Diff(string(src), string(out)))
		}
		seen++
	}
	for _, root := range []string{"../../content", "../../cmd", "../../generator", ".."} {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			done := root == "../../content" || strings.Contains(filepath.ToSlash(name), "/milepost/starter/")
			switch filepath.Ext(name) {
			case ".toml":
				src, err := os.ReadFile(name)
				if err != nil {
					return err
				}
				check(name, src, done)
			case ".txtar":
				ar, err := txtar.ParseFile(name)
				if err != nil {
					return err
				}
				for _, f := range ar.Files {
					if filepath.Ext(f.Name) == ".toml" {
						check(name+"/"+f.Name, f.Data, false)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen < 100 {
		t.Errorf("only %d files were found", seen)
	}
}

// TestFormatBaseline checks that milepost writes baselines as it lays them out.
func TestFormatBaseline(t *testing.T) {
	day := calendar.DateOf(2026, 1, 5)
	thing := func(kind, id string) BaselineActivity {
		return BaselineActivity{ID: id, Kind: kind, Name: `A "name"`, Phase: "P1", Start: day.Start(), Finish: day.Start() + 60, Duration: 60, Cost: MoneyOf(1_234_550), Percent: 40}
	}
	b := &Baseline{ID: "x", Name: "Approved", Date: day, Currency: "USD", Start: day.Start(), Finish: day.Start() + 60, Cost: MoneyOf(1_234_500),
		Phases: []BaselineActivity{thing("phase", "P1")}, Activities: []BaselineActivity{thing("work", "1.1"), thing("work", "a"), thing("milestone", "M1")}}
	out, l, err := Format("x.toml", b.Text())
	if diff := cmp.Diff(string(b.Text()), string(out)); err != nil || len(l) > 0 || diff != "" {
		t.Errorf("%v %v\n%s", err, l, diff)
	}
}

// TestFormatRefuses checks that a text that is not TOML is told, and that nothing
// is lost if the scanner and the parsers disagree.
func TestFormatRefuses(t *testing.T) {
	out, l, err := Format("plan.toml", []byte("[plan]\nstart = 1w\n"))
	if out != nil || err != nil || len(l) != 1 || l[0].Code != "E103" || l[0].Pos.Line != 2 {
		t.Errorf("got %q, %v, %v", out, l, err)
	}
	if out, _, err := Format("x.toml", []byte("\ufeffa=1")); err != nil || string(out) != "\ufeffa = 1\n" {
		t.Errorf("a byte order mark: %q, %v", out, err)
	}
	for _, after := range []string{
		"[plan]\na = 1 # one\nb = 2 # two\n", "[plan]\nb = 2 # two\na = 1 # one\n", "[plan]\na = 1\nb = 2 # two\n",
		"[plan]\na = 1 # two\nb = 2 # one\n", "[plan]\na = 1 # one\nb = 2.0 # two\n", "[plan]\na = 1 # one\nc = 2 # two\n",
	} {
		err := sameContents("[plan]\na = 1 # one\nb = 2 # two\n", after)
		if same := strings.Contains(after, "a = 1 # one\nb = 2 # two"); same != (err == nil) {
			t.Errorf("%q: %v", after, err)
		}
	}
	for text, want := range map[string]string{"a": `:1: expected '='`, "a = 1\n[b": ":2: expected ]", "a = [1": ":1: expected a comma", "a = \n": ":1: expected a value", "a = \"x": `:1: expected "`} {
		if _, _, err := scanLayout(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// FuzzFormat checks that laying out a file loses nothing, changes nothing the
// second time, and never fails on what is TOML.
func FuzzFormat(f *testing.F) {
	for _, glob := range []string{"testdata/format/*.txtar", "../testdata/*.txtar"} {
		files, err := filepath.Glob(glob)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			ar, err := txtar.ParseFile(file)
			if err != nil {
				f.Fatal(err)
			}
			for _, f2 := range ar.Files {
				f.Add(visible.Replace(string(f2.Data)))
			}
		}
	}
	f.Add("a=[1#x\n,#y\n]\nb={c=[[1,[]]],d='''\r\n'''}#z")
	f.Fuzz(func(t *testing.T, text string) {
		out, l, err := Format("x.toml", []byte(text))
		switch {
		case err != nil:
			t.Fatal(err)
		case len(l) > 0:
			return
		}
		if strings.Contains(text, `"""`) || strings.Contains(text, "'''") {
			return // such texts may have anything
		}
		for _, part := range []string{" \n", "\t\n", " \r", "\n\n\n\n"} {
			if strings.Contains(string(out), part) {
				t.Errorf("%q has %q", out, part)
			}
		}
		if strings.HasPrefix(string(out), "\n") || len(out) > 0 && !strings.HasSuffix(string(out), "\n") || strings.HasSuffix(string(out), "\n\n") {
			t.Errorf("%q begins or ends with an empty line", out)
		}
	})
}
