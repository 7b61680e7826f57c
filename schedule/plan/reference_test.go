package plan

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

var update = flag.Bool("update", false, "rewrite the generated part of README.md")

const generatedFrom = "<!-- The rest is made from the comments in plan.go, kinds.go and risk.go: make golden -->\n"

// reference renders the key tables of every kind.
func reference(t *testing.T) string {
	var b strings.Builder
	b.WriteString("\n### Every table\n\nThese keys may stand in a table of any kind.\n\n")
	keyTable(t, &b, "every table", slices.DeleteFunc(slices.Clone(Kinds()[0].Keys), func(k Key) bool { return !k.Common }))
	for _, kind := range Kinds() {
		own := slices.DeleteFunc(slices.Clone(kind.Keys), func(k Key) bool { return k.Common })
		fmt.Fprintf(&b, "\n### `%s`\n\n%s\n\n", kind.Table, kind.Doc)
		keyTable(t, &b, kind.Name, own)
		for _, k := range own {
			switch k.Value {
			case "tables":
				fmt.Fprintf(&b, "\nEach table in `%s`: %s\n\n", k.Name, k.About)
			case "table":
				fmt.Fprintf(&b, "\nThe table `%s`: %s\n\n", k.Name, k.About)
			default:
				continue
			}
			keyTable(t, &b, kind.Name+"."+k.Name, k.Keys)
		}
	}
	return b.String()
}

func keyTable(t *testing.T, b *strings.Builder, of string, keys []Key) {
	fmt.Fprintf(b, "| Key | Value | Meaning | Example |\n|---|---|---|---|\n")
	for _, k := range keys {
		if k.Doc == "" || k.Example == "" {
			t.Errorf("%s of %s has no comment or no example", k.Name, of)
		}
		value := k.Value
		if value == "" {
			t.Errorf("the type of %s of %s has no name in the reference", k.Name, of)
		}
		if len(k.Refs) > 0 {
			id := "id of a "
			if value == "texts" || value == "text or texts" {
				id = "ids of a "
			}
			value = id + strings.Join(k.Refs, ", ")
		}
		key := "`" + k.Name + "`"
		if k.Needed {
			key += " (needed)"
		}
		fmt.Fprintf(b, "| %s | %s | %s | `%s = %s` |\n", key, value, strings.ReplaceAll(k.Doc, "|", "\\|"), k.Name, strings.ReplaceAll(k.Example, "|", "\\|"))
	}
}

// TestReference holds README.md to the code: every kind, every key, its meaning
// and an example.
func TestReference(t *testing.T) {
	want := reference(t)
	src, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	hand, got, ok := strings.Cut(string(src), generatedFrom)
	if !ok {
		t.Fatalf("README.md lacks the line %q", generatedFrom)
	}
	if *update {
		if err := os.WriteFile("README.md", []byte(hand+generatedFrom+want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != want {
		t.Error("README.md does not match the code; run make golden and read the diff")
	}
}

// TestReferenceExamples decodes the example of every key, so that none of them
// can be wrong; only the things they name need not exist.
func TestReferenceExamples(t *testing.T) {
	for _, k := range kindFields() {
		st, header := k.typ, "["+k.key+"]"
		if st.Kind() == reflect.Slice {
			st, header = st.Elem().Elem(), "["+k.key+".x]"
		}
		text := header + "\n"
		for _, f := range fieldsOf(st) {
			text += f.key + " = " + exampleOf(st, f.key) + "\n"
		}
		if k.key != "plan" {
			text += "[plan]\nstart = 2026-01-05\n"
		}
		_, l, err := Load(fstest.MapFS{"p/plan.toml": &fstest.MapFile{Data: []byte(text)}}, "p")
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range l {
			if d.Code != "E201" && d.Code != "E124" && d.Code != "E133" && d.Code != "E129" {
				t.Errorf("%s", d.Format())
			}
		}
	}
}

var tomlBlock = regexp.MustCompile("(?s)```toml\n(.*?)```")

// TestReferencePlans loads the plans that README.md shows.
func TestReferencePlans(t *testing.T) {
	src, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := tomlBlock.FindAllStringSubmatch(string(src), -1)
	if len(blocks) == 0 {
		t.Fatal("README.md shows no plan")
	}
	for _, m := range blocks {
		text := m[1]
		if !strings.Contains(text, "[plan]") {
			text = "[plan]\nstart = 2026-01-05\n" + text
		}
		_, l, err := Load(fstest.MapFS{"p/plan.toml": &fstest.MapFile{Data: []byte(text)}}, "p")
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range l {
			t.Errorf("%s\nin\n%s", d.Format(), text)
		}
	}
}

// TestCodes checks that each code has its kind of severity and is reported
// somewhere in the faulty plans of testdata/errors.
func TestCodes(t *testing.T) {
	var all strings.Builder
	entries, err := os.ReadDir("testdata/errors")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile("testdata/errors/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	var codes []string
	for c := range Codes {
		codes = append(codes, c)
	}
	slices.Sort(codes)
	for _, c := range codes {
		if c != "E101" && c != "E107" && !strings.Contains(all.String(), c+":") && !strings.Contains(all.String(), c+"\n") {
			t.Errorf("no faulty plan in testdata/errors expects %s", c)
		}
	}
	_, l, err := Load(fstest.MapFS{"c/plan.toml": {Mode: fs.ModeNamedPipe}}, "c")
	if err != nil || len(l) != 1 || l[0].Code != "E107" {
		t.Errorf("a named pipe gives %v, %v", l, err)
	}
	l = nil
	if parseTOML("big.toml", make([]byte, maxFileSize+1), &l); len(l) != 1 || l[0].Code != "E101" {
		t.Errorf("a file over the limit gives %v", l)
	}
}
