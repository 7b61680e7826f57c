package generator

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"milepost/generator/markdown"
	"milepost/schedule"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// README.md is the reference for authors. These tests hold it to the code:
// whatever an author can write stands in it, and its examples work.

func readReference(t *testing.T) string {
	t.Helper()
	src, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// part returns the text below a heading, up to the next of its level.
func part(t *testing.T, readme, heading string) string {
	t.Helper()
	_, rest, ok := strings.Cut(readme, "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("README.md has no heading %q", heading)
	}
	text, _, _ := strings.Cut(rest, "\n## ")
	return text
}

// rowsOf returns the cells of the table whose head begins with the text.
func rowsOf(t *testing.T, text, head string) [][]string {
	t.Helper()
	_, rest, ok := strings.Cut("\n"+text, "\n| "+head)
	if !ok {
		t.Fatalf("README.md has no table %q", head)
	}
	var rows [][]string
	for i, line := range strings.Split(rest, "\n") {
		if i < 2 {
			continue // the head and the rule
		}
		if !strings.HasPrefix(line, "|") {
			break
		}
		var cells []string
		for _, c := range strings.Split(strings.Trim(line, "|"), " |") {
			cells = append(cells, strings.TrimSpace(c))
		}
		rows = append(rows, cells)
	}
	return rows
}

var codeSpan = regexp.MustCompile("`([^`]+)`")

func spans(text string) []string {
	var out []string
	for _, m := range codeSpan.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	return out
}

// spansOf returns what stands in code in a column of a table.
func spansOf(rows [][]string, column int) []string {
	var out []string
	for _, r := range rows {
		if column < len(r) {
			out = append(out, spans(r[column])...)
		}
	}
	return out
}

func sameWords(t *testing.T, what string, got, want []string) {
	t.Helper()
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("%s: README.md lacks %q", what, w)
		}
	}
	for _, w := range got {
		if !slices.Contains(want, w) {
			t.Errorf("%s: README.md tells of %q, which there is not", what, w)
		}
	}
}

func TestReferenceKeys(t *testing.T) {
	readme := readReference(t)
	for heading, typ := range map[string]reflect.Type{
		"site.toml": reflect.TypeFor[Config](), "Front matter": reflect.TypeFor[markdown.Front](),
	} {
		rows := rowsOf(t, part(t, readme, heading), "Key |")
		sameWords(t, heading, spansOf(rows, 0), keysOf(typ))
		for _, r := range rows {
			if len(r) != 4 || r[1] == "" || r[2] == "" || !strings.HasPrefix(r[3], r[0][:len(r[0])-1]+" = ") {
				t.Errorf("%s: the row of %s lacks its meaning, default or example", heading, r[0])
			}
		}
	}
	for _, key := range keysOf(reflect.TypeFor[MenuItem]()) {
		if !slices.Contains(spansOf(rowsOf(t, part(t, readme, "site.toml"), "Key |"), 1), key) {
			t.Errorf("README.md lacks the key %q of the menu", key)
		}
	}
}

// TestReferenceSections compares the one paragraph about sections with the code.
func TestReferenceSections(t *testing.T) {
	about := strings.Split(part(t, readReference(t), "Files"), "**Sections** are ")
	if len(about) != 2 {
		t.Fatalf("README.md lists the sections %d times", len(about)-1)
	}
	list, _, _ := strings.Cut(about[1], ".")
	var want []string
	for _, s := range (*builder)(nil).sectionPages() {
		want = append(want, s.name)
	}
	sameWords(t, "sections", spans(list), want)
}

func TestReferenceViews(t *testing.T) {
	rows := rowsOf(t, part(t, readReference(t), "Views"), "View |")
	sameWords(t, "views", spansOf(rows, 0), viewNames)
	for i, v := range viewBlocks() {
		if i >= len(rows) || rows[i][0] != "`"+v.name+"`" {
			t.Fatalf("the view %s is not in the order of the code", v.name)
		}
		for _, a := range v.args {
			if !slices.Contains(spans(rows[i][2]), a.name) {
				t.Errorf("README.md lacks the argument %q of %s", a.name, v.name)
			}
		}
		if len(v.args) == 0 && rows[i][2] != "" {
			t.Errorf("%s takes no argument", v.name)
		}
	}
}

// TestReferenceValues compares the fields that README.md names with the cases
// of the functions that know them.
func TestReferenceValues(t *testing.T) {
	text := part(t, readReference(t), "Values")
	cases := stringCases(t, "values.go")
	slices.Sort(computedKinds)
	if got := slices.Sorted(maps.Keys(computedValues)); !slices.Equal(got, computedKinds) {
		t.Errorf("values are computed for %v, the test knows %v", got, computedKinds)
	}
	for head, function := range map[string]string{
		"`{{ plan.FIELD }}` |": "planValue", "`{{ phase.ID.FIELD }}` |": "phaseValue",
		"`{{ work.ID.FIELD }}`, `{{ milestone.ID.FIELD }}` |": "activityValue", "`{{ budget.FIELD }}` |": "budgetValue",
	} {
		if len(cases[function]) == 0 {
			t.Fatalf("values.go has no function %s", function)
		}
		fields := slices.DeleteFunc(spansOf(rowsOf(t, text, head), 0), func(s string) bool { return strings.HasPrefix(s, "{{") })
		sameWords(t, function, fields, cases[function])
	}
	for kind, head := range map[string]string{
		"plan": "`{{ plan.FIELD }}` |", "phase": "`{{ phase.ID.FIELD }}` |", "work": "`{{ work.ID.FIELD }}`", "milestone": "`{{ work.ID.FIELD }}`",
		"budget": "`{{ budget.ID.FIELD }}` |",
	} {
		fields := spansOf(rowsOf(t, text, head), 0)
		for _, f := range computedValues[kind] {
			if !slices.Contains(fields, f) {
				t.Errorf("README.md lacks the field %s of %s", f, kind)
			}
		}
	}
}

var computedKinds = []string{"plan", "phase", "work", "milestone", "budget"}

// stringCases returns the texts that the functions of a file switch over.
func stringCases(t *testing.T, file string) map[string][]string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		ast.Inspect(fn, func(n ast.Node) bool {
			if c, ok := n.(*ast.CaseClause); ok {
				for _, e := range c.List {
					if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
						s, _ := strconv.Unquote(lit.Value)
						out[fn.Name.Name] = append(out[fn.Name.Name], s)
					}
				}
			}
			return true
		})
	}
	return out
}

func TestReferenceCodes(t *testing.T) {
	want := map[string]string{}
	for _, codes := range []map[string]string{plan.Codes, schedule.Codes, Codes, markdown.Codes} {
		maps.Copy(want, codes)
	}
	rows := rowsOf(t, part(t, readReference(t), "Messages"), "Code |")
	sameWords(t, "codes", spansOf(rows, 0), slices.Sorted(maps.Keys(want)))
	for _, r := range rows {
		if code := strings.Trim(r[0], "`"); r[1] != want[code] {
			t.Errorf("README.md says of %s %q, Codes says %q", code, r[1], want[code])
		}
	}
	codes := spansOf(rows, 0)
	for i := 1; i < len(codes); i++ { // by number, an error before a warning of the same
		if a, b := codes[i-1], codes[i]; a[1:]+a[:1] > b[1:]+b[:1] {
			t.Errorf("README.md lists %s after %s", b, a)
		}
	}
}

// TestCodes holds that the code reports what Codes lists and nothing else.
func TestCodes(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var reported []string
	report := regexp.MustCompile(`(?:Errorf|Warnf)\("([EW]\d{3})"`)
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range report.FindAllSubmatch(src, -1) {
			reported = append(reported, string(m[1]))
			if Codes[string(m[1])] == "" {
				t.Errorf("%s reports %s, which is not in Codes", file, m[1])
			}
		}
	}
	for code := range Codes {
		if !slices.Contains(reported, code) {
			t.Errorf("nothing reports %s", code)
		}
	}
}

// example is a fenced block of README.md.
type example struct {
	line           int
	language, text string
}

func examples(readme string) []example {
	var out []example
	var open *example
	fence := ""
	for i, line := range strings.Split(readme, "\n") {
		mark := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case open == nil && len(mark) >= 3:
			open, fence = &example{line: i + 1, language: line[len(mark):]}, mark
		case open != nil && line == fence:
			out, open = append(out, *open), nil
		case open != nil:
			open.text += line + "\n"
		}
	}
	return out
}

// buildWith builds the site of testdata/reference.txtar with more files, each a
// name and a text, and reports whatever there is to say.
func buildWith(t *testing.T, what string, more ...string) {
	t.Helper()
	ar, err := txtar.ParseFile("testdata/reference.txtar")
	if err != nil {
		t.Fatal(err)
	}
	site := fstest.MapFS{}
	for _, f := range ar.Files {
		site[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	for i := 0; i < len(more); i += 2 {
		if site[more[i]] != nil {
			t.Fatalf("%s is in the site already", more[i])
		}
		site[more[i]] = &fstest.MapFile{Data: []byte(more[i+1])}
	}
	_, list, err := Build(Options{Site: site})
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	list = slices.DeleteFunc(list, func(d *diag.Diagnostic) bool { return d.Code == "W591" }) // this plan has nothing to ignore
	if len(list) > 0 {
		var said bytes.Buffer
		diag.Fprint(&said, list)
		t.Errorf("%s:\n%s", what, &said)
	}
}

// TestReferenceExamples builds every example of README.md, each in a site that
// has what the examples name.
func TestReferenceExamples(t *testing.T) {
	readme := readReference(t)
	built := map[string]int{}
	for _, e := range examples(readme) {
		what := fmt.Sprintf("the example in line %d of README.md", e.line)
		switch e.language {
		case "toml":
			buildWith(t, what, "content/site.toml", e.text)
		case "markdown":
			buildWith(t, what, "content/example.md", e.text)
		case "html":
			buildWith(t, what, "content/example.md", e.text, "content/site.toml", "unsafe_html = true\n")
		}
		built[e.language]++
	}
	if built["toml"] < 1 || built["markdown"] < 8 {
		t.Errorf("README.md has only these examples: %v", built)
	}

	for heading, file := range map[string]string{"site.toml": "content/site.toml", "Front matter": "content/example.md"} {
		for _, r := range rowsOf(t, part(t, readme, heading), "Key |") {
			text := strings.Join(spans(r[3]), "\n") + "\n"
			if heading == "Front matter" {
				text = "+++\n" + text + "+++\n"
			}
			buildWith(t, "the example of "+r[0], file, text)
		}
	}

	var page strings.Builder
	page.WriteString("# Links, values and views\n\n")
	for _, s := range spansOf(rowsOf(t, part(t, readme, "Links and images"), "You write |"), 0) {
		page.WriteString(s + "\n\n")
	}
	for _, m := range regexp.MustCompile(`\{\{ [a-z]+(\.[\w.]+)+ \}\}`).FindAllString(readme, -1) {
		if !strings.Contains(m, "FIELD") && !strings.Contains(m, "KEY") {
			page.WriteString(m + "\n\n")
		}
	}
	views := 0
	for _, s := range spansOf(rowsOf(t, part(t, readme, "Views"), "View |"), 3) {
		page.WriteString("```" + s + "\n```\n\n")
		views++
	}
	if views < len(viewNames) {
		t.Errorf("README.md has %d examples of %d views", views, len(viewNames))
	}
	page.WriteString("## In short\n")
	buildWith(t, "the examples in the tables of README.md", "content/example.md", page.String())
}

// TestReferenceFiles builds a site of the files that README.md lists, at the
// addresses that it says.
func TestReferenceFiles(t *testing.T) {
	ar, err := txtar.ParseFile("testdata/reference.txtar")
	if err != nil {
		t.Fatal(err)
	}
	site := fstest.MapFS{}
	for _, f := range ar.Files {
		site[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	rows := rowsOf(t, part(t, readReference(t), "Files"), "You write |")
	for _, r := range rows {
		switch file := spans(r[0])[0]; {
		case strings.HasSuffix(file, ".md"):
			site[file] = &fstest.MapFile{Data: []byte("# " + file + "\n\nText.\n")}
		case strings.HasSuffix(file, ".png"):
			site[file] = &fstest.MapFile{Data: []byte("\x89PNG")}
		}
	}
	result, list, err := Build(Options{Site: site})
	if err != nil || len(list) > 0 {
		var said bytes.Buffer
		diag.Fprint(&said, list)
		t.Fatalf("%v\n%s", err, &said)
	}
	published := map[string]string{}
	for _, f := range result.Files {
		published[f.Path] = string(f.Data)
	}
	for _, r := range rows {
		file := spans(r[0])[0]
		for _, address := range spans(r[2]) {
			if strings.HasPrefix(address, "/pilot/") {
				continue // a second plan would make the front page a portfolio
			}
			target, fragment, _ := strings.Cut(strings.TrimPrefix(address, "/"), "#")
			if target == "" || strings.HasSuffix(target, "/") {
				target += "index.html"
			}
			text, ok := published[target]
			if !ok {
				t.Errorf("README.md says that %s becomes %s; there is no such page", file, address)
			}
			if fragment != "" && !strings.Contains(text, `id="`+fragment+`"`) {
				t.Errorf("README.md says that %s becomes %s; the page has no such place", file, address)
			}
			if strings.HasSuffix(file, ".md") && !strings.Contains(text, "Text.") {
				t.Errorf("README.md says that %s becomes %s; the page does not show its text", file, address)
			}
		}
	}
}
