package plan

import (
	"embed"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strings"
	"sync"

	"milepost/schedule/diag"
)

// Kind describes one kind of table of the format, for what explains it to authors.
// It is made from the Go types, their tags and their comments, so that it cannot
// say anything else than what is read.
type Kind struct {
	Name string // "work"
	Doc  string // "WorkPackage is the smallest planned piece of work."
	Keys []Key  // in the order of the type
}

// Key describes one key of a table.
type Key struct {
	Name    string   // "duration"
	Type    string   // Go type that the value is decoded into: "Estimate", "[]Dependency"
	Doc     string   // what it means
	Example string   // a value as written in TOML
	Needed  bool     // a table without it is a mistake
	Common  bool     // tables of every kind have it
	Refs    []string // kinds of things that its ids name
}

// Describe returns every kind of table that a plan may have, [plan] first, in the
// order of [Plan]. The caller must not change it.
func Describe() []Kind { return described() }

var described = sync.OnceValue(func() []Kind {
	docs := typeDocs()
	var out []Kind
	for _, f := range kindFields() {
		t := f.typ
		if t.Kind() == reflect.Slice {
			t = t.Elem().Elem()
		}
		out = append(out, Kind{Name: f.key, Doc: docs[t.Name()], Keys: describeKeys(t, docs)})
	}
	return out
})

// describeKeys describes the keys of a struct type.
func describeKeys(t reflect.Type, docs map[string]string) []Key {
	var out []Key
	for _, f := range fieldsOf(t) {
		owner, sf := t, reflect.StructField{}
		for _, i := range f.index {
			sf = owner.Field(i)
			if sf.Anonymous {
				owner = sf.Type
			}
		}
		name := strings.NewReplacer("milepost/schedule/", "", "plan.", "", "calendar.", "").Replace(f.typ.String())
		out = append(out, Key{Name: f.key, Type: name, Doc: docs[owner.Name()+"."+sf.Name], Example: sf.Tag.Get("example"),
			Needed: f.required, Common: owner == reflect.TypeFor[Item](), Refs: f.ref})
	}
	return out
}

// NearestKind returns the kind of table that a word may have meant, also one of
// other tools; "" if there is none.
func NearestKind(word string) string {
	if near := diag.Nearest(word, Kinds()); near != "" {
		return near
	}
	return otherKinds[strings.ToLower(word)]
}

// The types that tables are decoded into, with their comments.
//
//go:embed plan.go kinds.go risk.go baselines.go
var typeSources embed.FS

// typeDocs returns the comments of the embedded types: of each struct by its
// name, of each field by "Struct.Field", each on one line. The caller must not
// change it.
var typeDocs = sync.OnceValue(func() map[string]string {
	docs := map[string]string{}
	note := func(name string, doc *ast.CommentGroup) { docs[name] = strings.Join(strings.Fields(doc.Text()), " ") }
	for _, name := range []string{"plan.go", "kinds.go", "risk.go", "baselines.go"} {
		src, err := typeSources.ReadFile(name)
		if err != nil {
			panic(err) // it is embedded above
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ParseComments)
		if err != nil {
			panic(err) // it was compiled
		}
		ast.Inspect(file, func(n ast.Node) bool {
			g, ok := n.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				return true
			}
			for _, spec := range g.Specs {
				ts := spec.(*ast.TypeSpec)
				doc := ts.Doc
				if !g.Lparen.IsValid() {
					doc = g.Doc
				}
				note(ts.Name.Name, doc)
				if st, ok := ts.Type.(*ast.StructType); ok {
					for _, f := range st.Fields.List {
						for _, n := range f.Names {
							note(ts.Name.Name+"."+n.Name, f.Doc)
						}
					}
				}
			}
			return false
		})
	}
	return docs
})

// QuoteText writes a text as TOML does: "with \"quotes\"".
func QuoteText(s string) string { return quoteText(s) }

// QuoteKey writes a key or an id as TOML does, with quotes if it needs them.
func QuoteKey(key string) string { return quoteKey(key) }
