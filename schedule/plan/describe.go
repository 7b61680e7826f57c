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

// Kind describes one kind of table of the format: what the reference, the
// templates of milepost add and editors tell about it. It is made from the Go
// types, their tags and their comments, so that it cannot say anything else than
// what is read.
type Kind struct {
	Name  string // "work"
	Table string // its header: "[work.ID]", "[plan]"
	Doc   string // "WorkPackage is the smallest planned piece of work."
	Keys  []Key  // those of every table first, then its own, in the order of the type
}

// Key describes one key of a table.
type Key struct {
	Name    string   // "duration"
	Value   string   // what it wants, in the words of the reference: "duration or three points"
	Doc     string   // what it means
	Example string   // a value as written in TOML
	Needed  bool     // a table without it is a mistake
	Common  bool     // tables of every kind have it
	Refs    []string // kinds of things that its ids name
	Words   []string // that the text may be; nil for any
	Default string   // the word that it is if none is written
	About   string   // of a key that holds tables: what such a table is
	Keys    []Key    // of a key that holds tables, or a table: theirs
}

// Kinds describes every kind of table that a plan may have, [plan] first, in the
// order of [Plan]. The caller must not change it.
func Kinds() []Kind { return kinds() }

var kinds = sync.OnceValue(func() []Kind {
	docs := typeDocs()
	var out []Kind
	for _, f := range kindFields() {
		t, header := f.typ, "["+f.key+"]"
		if t.Kind() == reflect.Slice {
			t, header = t.Elem().Elem(), "["+f.key+".ID]"
		}
		out = append(out, Kind{Name: f.key, Table: header, Doc: docs[t.Name()], Keys: keysOf(t, docs)})
	}
	return out
})

// NearestKind returns the kind of table that a word may have meant, also one of
// other tools; "" if there is none.
func NearestKind(word string) string {
	if near := diag.Nearest(word, kindNames()); near != "" {
		return near
	}
	return otherKinds[strings.ToLower(word)]
}

// keysOf describes the keys of a struct type.
func keysOf(t reflect.Type, docs map[string]string) []Key {
	item := reflect.TypeFor[Item]()
	var out []Key
	for _, f := range fieldsOf(t) {
		owner, sf := t, reflect.StructField{}
		for _, i := range f.index {
			sf = owner.Field(i)
			if sf.Anonymous {
				owner = sf.Type
			}
		}
		k := Key{Name: f.key, Value: valueNames[typeName(f.typ)], Doc: docs[owner.Name()+"."+sf.Name], Example: sf.Tag.Get("example"),
			Needed: f.required, Common: owner == item, Refs: f.ref, Words: f.enum, Default: f.def}
		inner := f.typ
		if inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		if k.Value == "table" || k.Value == "tables" {
			k.About, k.Keys = docs[inner.Name()], keysOf(inner, docs)
		}
		out = append(out, k)
	}
	return out
}

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

// The types that tables are decoded into, with their comments.
//
//go:embed plan.go kinds.go risk.go baselines.go
var typeSources embed.FS

// typeDocs returns the comments of the embedded types: of each struct by its
// name, of each field by "Struct.Field", each on one line. The caller must not
// change it.
var typeDocs = sync.OnceValue(func() map[string]string {
	docs := map[string]string{}
	for _, name := range []string{"plan.go", "kinds.go", "risk.go", "baselines.go"} {
		src, err := typeSources.ReadFile(name)
		if err != nil {
			panic(err) // it is embedded above
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ParseComments)
		if err != nil {
			panic(err) // it was compiled
		}
		for _, decl := range file.Decls {
			g, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range g.Specs {
				ts, ok := spec.(*ast.TypeSpec)
				if !ok {
					continue
				}
				doc := ts.Doc
				if !g.Lparen.IsValid() {
					doc = g.Doc
				}
				docs[ts.Name.Name] = oneLine(doc.Text())
				st, ok := ts.Type.(*ast.StructType)
				if !ok {
					continue
				}
				for _, f := range st.Fields.List {
					for _, n := range f.Names {
						docs[ts.Name.Name+"."+n.Name] = oneLine(f.Doc.Text())
					}
				}
			}
		}
	}
	return docs
})

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// QuoteText writes a text as TOML does: "with \"quotes\"".
func QuoteText(s string) string { return quoteText(s) }

// QuoteKey writes a key or an id as TOML does, with quotes if it needs them.
func QuoteKey(key string) string { return quoteKey(key) }
