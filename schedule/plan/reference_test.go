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

// valueNames say in a word what each type of value is; the reference explains
// the words.
var valueNames = map[string]string{
	"string": "text", "[]string": "texts", "TextList": "text or texts", "bool": "true or false", "int": "number",
	"Date": "date", "When": "week or date", "Window": "window", "Duration": "duration", "Estimate": "duration or three points",
	"[]Dependency": "dependencies", "Assignments": "units by role or person", "Money": "money", "Rate": "rate", "Units": "units",
	"ByPhase[Money]": "money by phase", "ByPhase[Units]": "units by phase", "Percent": "0 to 100", "Probability": "0 to 1",
	"Number": "number", "Cadence": "cadence", "map[string]Hours": "hours by day", "map[string]string": "texts by day", "Reasons": "reasons",
	"map[string]Number": "numbers by date", "[]Impact": "tables", "[]ChecklistItem": "tables",
	"Simulation": "table", "Mitigated": "table", "Spread": "factors", "Scale": "numbers by word",
	"Delay": "duration or three points", "MoneyEstimate": "money or three points",
}

func typeName(t reflect.Type) string {
	s := strings.ReplaceAll(t.String(), "milepost/schedule/", "")
	return strings.ReplaceAll(strings.ReplaceAll(s, "plan.", ""), "calendar.", "")
}

// reference renders the key tables of every kind.
func reference(t *testing.T) string {
	docs := typeDocs()
	var b strings.Builder
	b.WriteString("\n### Every table\n\nThese keys may stand in a table of any kind.\n\n")
	keyTable(t, &b, docs, reflect.TypeFor[Item]())
	for _, k := range kindFields() {
		st := k.typ
		header := "[" + k.key + "]"
		if st.Kind() == reflect.Slice {
			st = st.Elem().Elem()
			header = "[" + k.key + ".ID]"
		}
		fmt.Fprintf(&b, "\n### `%s`\n\n%s\n\n", header, docs[st.Name()])
		keyTable(t, &b, docs, st)
		for _, f := range fieldsOf(st) {
			if f.typ.Kind() == reflect.Slice && f.typ.Elem().Kind() == reflect.Struct && f.typ.Elem().Name() != "Dependency" && f.typ.Name() == "" {
				fmt.Fprintf(&b, "\nEach table in `%s`: %s\n\n", f.key, docs[f.typ.Elem().Name()])
				keyTable(t, &b, docs, f.typ.Elem())
			}
			if value := valueNames[typeName(f.typ)]; value == "table" {
				fmt.Fprintf(&b, "\nThe table `%s`: %s\n\n", f.key, docs[f.typ.Name()])
				keyTable(t, &b, docs, f.typ)
			}
		}
	}
	return b.String()
}

func keyTable(t *testing.T, b *strings.Builder, docs map[string]string, st reflect.Type) {
	item := reflect.TypeFor[Item]()
	fmt.Fprintf(b, "| Key | Value | Meaning | Example |\n|---|---|---|---|\n")
	for _, f := range fieldsOf(st) {
		if st != item && st.Field(f.index[0]).Type == item {
			continue
		}
		owner, sf := st, reflect.StructField{}
		for _, i := range f.index {
			sf = owner.Field(i)
			if sf.Anonymous {
				owner = sf.Type
			}
		}
		doc := docs[owner.Name()+"."+sf.Name]
		if doc == "" || sf.Tag.Get("example") == "" {
			t.Errorf("%s.%s has no comment or no example", owner.Name(), sf.Name)
		}
		value := valueNames[typeName(f.typ)]
		if value == "" {
			t.Errorf("%s of %s has no name in the reference", typeName(f.typ), f.key)
		}
		if len(f.ref) > 0 {
			id := "id of a "
			if value == "texts" || value == "text or texts" {
				id = "ids of a "
			}
			value = id + strings.Join(f.ref, ", ")
		}
		key := "`" + f.key + "`"
		if f.required {
			key += " (needed)"
		}
		fmt.Fprintf(b, "| %s | %s | %s | `%s = %s` |\n", key, value, strings.ReplaceAll(doc, "|", "\\|"), f.key, strings.ReplaceAll(sf.Tag.Get("example"), "|", "\\|"))
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
