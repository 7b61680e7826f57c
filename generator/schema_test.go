package generator

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"milepost/schedule/plan"
)

var markdownLink = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)

// TestSiteComments holds site_comments.txt to the table in README.md, and to the
// comments of the structs inside the configuration.
func TestSiteComments(t *testing.T) {
	var b strings.Builder
	rows := rowsOf(t, part(t, readReference(t), "site.toml"), "Key |")
	config := reflect.TypeFor[Config]()
	for i := range config.NumField() {
		f := config.Field(i)
		for _, r := range rows {
			if key, _, _ := strings.Cut(f.Tag.Get("toml"), ","); r[0] == "`"+key+"`" {
				meaning := markdownLink.ReplaceAllString(r[1], "$1")
				fmt.Fprintf(&b, "Config.%s\t%s%s. Default: %s.\n", f.Name, strings.ToUpper(meaning[:1]), meaning[1:], r[2])
			}
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), "site.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok || spec.Name.Name == "Config" {
			return true
		}
		st, ok := spec.Type.(*ast.StructType)
		if !ok {
			return true
		}
		for _, f := range st.Fields.List {
			text := f.Doc.Text() + f.Comment.Text()
			if f.Tag != nil && strings.Contains(f.Tag.Value, "toml:") && text != "" {
				fmt.Fprintf(&b, "%s.%s\t%s\n", spec.Name.Name, f.Names[0].Name, strings.Join(strings.Fields(text), " "))
			}
		}
		return true
	})
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" { // view_sections_test.go has it
		if err := os.WriteFile("site_comments.txt", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if b.String() != siteComments {
		t.Error("site_comments.txt does not match README.md and site.go; run make golden")
	}
}

// TestSiteSchema holds up every site.toml of the repository to the schema, and
// faulty ones.
func TestSiteSchema(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(SiteSchema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("site.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("site.json")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	check := func(name, text string) {
		t.Helper()
		var config Config
		var tree map[string]any
		_, list := plan.DecodeTOML("site.toml", []byte(text), &config)
		if _, err := toml.Decode(text, &tree); err != nil {
			return // editors tell it themselves
		}
		b, err := json.Marshal(tree)
		if err != nil {
			t.Fatal(err)
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); (err == nil) == list.Failed() {
			t.Errorf("%s: the schema says %v, the decoder %v", name, err, list)
		}
		seen++
	}
	for _, root := range []string{"../content", "../cmd/milepost/starter"} {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.Name() != "site.toml" {
				return nil // the starter may not be there
			}
			src, err := os.ReadFile(name)
			if err == nil {
				check(name, string(src))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllStringSubmatch(part(t, readReference(t), "site.toml"), -1) {
		check("README.md", m[1])
	}
	files, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range ar.Files {
			if path.Base(f.Name) == "site.toml" {
				check(file, string(f.Data))
			}
		}
	}
	for _, faulty := range []string{"titel = \"x\"", "title = 1", "menu = [{ nam = \"x\" }]", "menu = [\"x\"]", "unsafe_html = \"yes\""} {
		check(faulty, faulty)
	}
	if seen < 10 {
		t.Errorf("only %d files were found", seen)
	}
}
