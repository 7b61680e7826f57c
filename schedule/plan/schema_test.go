package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"milepost/schedule/diag"
)

// TestSchemaDescribes holds the schemas to explain every key.
func TestSchemaDescribes(t *testing.T) {
	for _, s := range [][]byte{Schema(), BaselineSchema()} {
		undescribed(t, "", parsedJSON(t, s))
	}
}

// undescribed finds keys of tables that a schema does not explain.
func undescribed(t *testing.T, at string, v any) {
	o, ok := v.(map[string]any)
	if !ok {
		return
	}
	for name, sub := range o {
		if keys, ok := sub.(map[string]any); ok && name == "properties" {
			for key, s := range keys {
				s := s.(map[string]any)
				if s["description"] == nil && s["$ref"] == nil {
					t.Errorf("%s/%s has no description", at, key)
				}
				undescribed(t, at+"/"+key, s)
			}
			continue
		}
		undescribed(t, at+"/"+name, sub)
	}
}

func parsedJSON(t *testing.T, src []byte) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// blanks are what strings.TrimSpace takes away; \s in the patterns stands for
// them, as it does in the regular expressions of Rust.
const blanks = `\t-\r \x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}`

// like is a regular expression of a schema.
type like struct{ *regexp.Regexp }

func compiled(pattern string) (jsonschema.Regexp, error) {
	re, err := regexp.Compile(strings.NewReplacer(`\s`, `[`+blanks+`]`, `\S`, `[^`+blanks+`]`).Replace(pattern))
	return like{re}, err
}

func schemaOf(t testing.TB, src []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.UseRegexpEngine(compiled)
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// instance is a parsed TOML file as a validator gets it.
func instance(t testing.TB, s *source) any {
	t.Helper()
	b, err := json.Marshal(asJSON(s.tree))
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

const unknownKey = "a key that there is not"

// failures returns the paths at which a file fails a schema.
func failures(s *jsonschema.Schema, file any) map[string]string {
	out := map[string]string{}
	err := s.Validate(file)
	if err == nil {
		return out
	}
	var collect func(e *jsonschema.ValidationError)
	collect = func(e *jsonschema.ValidationError) {
		if len(e.Causes) == 0 {
			why := fmt.Sprint(e.ErrorKind)
			if _, ok := e.ErrorKind.(*kind.Not); ok {
				why = unknownKey
			}
			out[pathOf(file, e.InstanceLocation)] = why
			return
		}
		for _, c := range e.Causes {
			collect(c)
		}
	}
	collect(err.(*jsonschema.ValidationError))
	return out
}

// pathOf writes the location in an instance as the index of a file does.
func pathOf(v any, location []string) string {
	at := ""
	for _, key := range location {
		switch e := v.(type) {
		case []any:
			var i int
			fmt.Sscan(key, &i)
			at, v = at+"["+key+"]", e[i]
		case map[string]any:
			at, v = join(at, key), e[key]
		}
	}
	return at
}

// isSound tells where a file fails a schema that it should not fail.
func isSound(t *testing.T, s *jsonschema.Schema, file, text string) {
	t.Helper()
	var l diag.List
	src := parseTOML(file, []byte(text), &l)
	if src == nil {
		t.Errorf("%s is not TOML: %v", file, l)
		return
	}
	for at, why := range failures(s, instance(t, src)) {
		t.Errorf("%s: %s", src.index.value(at), why)
	}
}

// TestSchemaAccepts holds up every plan of the repository to the schema.
func TestSchemaAccepts(t *testing.T) {
	plan, baseline := schemaOf(t, Schema()), schemaOf(t, BaselineSchema())
	seen := 0
	check := func(name, text string) {
		switch {
		case filepath.Ext(name) != ".toml" || filepath.Base(name) == "site.toml": // generator tests it
		case filepath.Base(filepath.Dir(name)) == BaselineFolder:
			isSound(t, baseline, name, text)
			seen++
		default:
			isSound(t, plan, name, text)
			seen++
		}
	}
	roots := []string{"../../content", "../../cmd/milepost/starter", "../testdata", "../../generator/testdata"}
	for _, root := range roots {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil // the starter may not be there
			}
			src, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			if filepath.Ext(name) != ".txtar" {
				check(name, string(src))
				return nil
			}
			for _, f := range soundFiles(t, txtar.Parse(src)) {
				check(name+"/"+f.Name, string(f.Data))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"../../README.md", "../../generator/README.md", "README.md"} {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile("(?s)```toml( baseline)?\n(.*?)```").FindAllStringSubmatch(string(src), -1) {
			text := m[2]
			switch {
			case m[1] != "":
				check(name+"/"+BaselineFolder+"/block.toml", text)
			case strings.Contains(text, "[[menu]]") || strings.Contains(text, "[[ignore]]") || !strings.Contains("\n"+text, "\n["): // site.toml, front matter
			case !strings.Contains(text, "[plan]"):
				check(name+"/block.toml", "[plan]\nstart = 2026-01-05\n"+text)
			default:
				check(name+"/block.toml", text)
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d plans were found", seen)
	}
}

// soundFiles returns the files of an archive that are in the folders of plans
// without a mistake, and of their baselines.
func soundFiles(t *testing.T, ar *txtar.Archive) []txtar.File {
	fsys := fstest.MapFS{}
	for _, f := range ar.Files {
		fsys["all/"+f.Name] = &fstest.MapFile{Data: f.Data}
	}
	var out []txtar.File
	for _, f := range ar.Files {
		dir := path.Dir("all/" + f.Name)
		if path.Base(dir) == BaselineFolder {
			dir = path.Dir(dir)
		}
		if _, l, err := Load(fsys, dir); err == nil && !l.Failed() {
			out = append(out, f)
		}
	}
	return out
}
