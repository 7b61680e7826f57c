package plan

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
)

// Editors learn the format from a JSON Schema: which tables and keys there are,
// what they mean, and how values are written. It follows from the types of the
// plan as the decoder does, so that the two cannot differ; what they accept is
// held together by tests. A schema sees one file at a time and one value at a
// time: that an id is in the plan, or that a total is the sum of its parts, only
// milepost tells.
//
// It is written for Taplo, which the TOML extensions of most editors build on:
// draft 2020-12; local dates are texts to it. Taplo reports a key that
// additionalProperties forbids at everything beside it, and one whose value
// cannot be at that value only, hence [unknownKeys].

const schemaDialect = "https://json-schema.org/draft/2020-12/schema"

// Schema returns the JSON Schema of the files of a plan, with a newline at its
// end.
func Schema() []byte { return slices.Clone(planSchema()) }

var planSchema = sync.OnceValue(func() []byte {
	b := newSchemas(typeDocs())
	root := object{
		{"$schema", schemaDialect},
		{"title", "milepost plan"},
		{"description", "A file of a plan. All .toml files of a folder, except site.toml, are one plan; which of them holds which table is up to you."},
		{"type", "object"},
	}
	var tables object
	for _, k := range kindFields() {
		if k.key == "plan" {
			b.define("plan", b.kind(k))
			tables = append(tables, member{"plan", ref("plan")})
			continue
		}
		b.define(k.key, b.kind(k))
		tables = append(tables, member{k.key, byID(k.key, b.comments[k.typ.Elem().Elem().Name()])})
	}
	root = append(root, member{"properties", tables}, unknownKeys("a kind of table that a plan does not have"), member{"$defs", b.defs()})
	return root.text()
})

// BaselineSchema returns the JSON Schema of the files in the folder of
// baselines, with a newline at its end.
func BaselineSchema() []byte {
	b := newSchemas(typeDocs())
	root := object{
		{"$schema", schemaDialect},
		{"title", "milepost baseline"},
		{"description", "A plan as it was on some day: dates and costs that later ones are compared with. milepost baseline save writes it."},
		{"type", "object"},
	}
	var tables object
	b.define("baseline", b.table(reflect.TypeFor[baselineTable](), "[baseline]"))
	tables = append(tables, member{"baseline", ref("baseline")})
	for _, k := range []struct {
		key string
		typ reflect.Type
	}{{"phase", reflect.TypeFor[baselinePhase]()}, {"work", reflect.TypeFor[baselineWork]()}, {"milestone", reflect.TypeFor[baselineMilestone]()}} {
		b.define(k.key, b.table(k.typ, "["+k.key+".ID] of a baseline"))
		tables = append(tables, member{k.key, byID(k.key, b.comments[k.typ.Name()])})
	}
	root = append(root, member{"properties", tables}, member{"required", []string{"baseline"}},
		unknownKeys("a kind of table that a baseline does not have"), member{"$defs", b.defs()})
	return root.text()
}

// SchemaOf returns the JSON Schema of a file that is decoded into a struct of
// the type of v, see [DecodeTOML]. comments has a line for each of its fields and
// those of the structs in it: "Type.Field", a tab, and what the key means.
func SchemaOf(v any, title, comments string) []byte {
	docs := map[string]string{}
	for line := range strings.Lines(comments) {
		name, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		docs[name] = text
	}
	b := newSchemas(docs)
	t := reflect.TypeOf(v)
	root := object{{"$schema", schemaDialect}, {"title", title}}
	root = append(root, b.table(t, "this file")...)
	return append(root, member{"$defs", b.defs()}).text()
}

// schemas makes the schemas of tables and collects what they refer to.
type schemas struct {
	comments map[string]string // by "Type" and "Type.Field"
	defined  object
	values   map[string]bool // kinds of values that are referred to
}

func newSchemas(comments map[string]string) *schemas {
	return &schemas{comments: comments, values: map[string]bool{}}
}

func (b *schemas) define(name string, schema object) {
	if b.defined.get(name) == nil {
		b.defined = append(b.defined, member{name, schema})
	}
}

// defs returns what was defined: tables, then the values that they use.
func (b *schemas) defs() object {
	out := slices.Clone(b.defined)
	for _, v := range valueSchemas() {
		if b.values[v.key] {
			out = append(out, v)
		}
	}
	return out
}

func ref(name string) object { return object{{"$ref", "#/$defs/" + name}} }

// unknownKeys is the member that forbids all keys that are not listed. What they
// are becomes part of an editor's message.
func unknownKeys(what string) member {
	return member{"additionalProperties", object{{"not", object{{"title", what}}}}}
}

// byID is a table of tables [kind.ID].
func byID(kind, about string) object {
	return object{
		{"description", about},
		{"type", "object"},
		{"patternProperties", object{{idPattern, ref(kind)}}},
		unknownKeys("a text that cannot be an id"),
	}
}

// kind returns the schema of the tables of a kind.
func (b *schemas) kind(k field) object {
	if k.key == "plan" {
		return b.table(k.typ, "[plan]")
	}
	t := k.typ.Elem().Elem()
	out := b.table(t, "["+k.key+".ID]")
	switch k.key {
	case "work":
		out = append(out, workNeeds()...)
	case "scenario":
		keys := out.get("properties").(object)
		for _, other := range kindFields() {
			if other.key != "scenario" {
				keys = append(keys, member{other.key, b.replaced(other)})
			}
		}
		out.set("properties", keys)
	}
	return out
}

// workNeeds says that work has a duration, or an effort and somebody who does it.
func workNeeds() object {
	has := func(key string) object { return object{{"required", []string{key}}} }
	return object{
		{"if", has("effort")},
		{"then", object{{"if", object{{"not", has("duration")}}}, {"then", has("assign")}}},
		{"else", has("duration")},
	}
}

// replaced returns the schema of what a scenario may replace in tables of a kind:
// any key, and of three points also one.
func (b *schemas) replaced(k field) object {
	of, what := k.typ, "[plan]"
	if k.key != "plan" {
		of, what = of.Elem().Elem(), "["+k.key+".ID]"
	}
	keys := object{}
	if k.key != "plan" {
		keys = object{
			{addedKey, object{{"description", "The plan does not have the table; the scenario adds it."}, {"const", true}}},
			{removedKey, object{{"description", "The plan has the table; the scenario takes it out."}, {"const", true}}},
		}
	}
	for _, f := range fieldsOf(of) {
		switch {
		case k.key == "plan" && f.key == "currency": // costs are compared
		case f.typ == reflect.TypeFor[Estimate]():
			keys = append(keys, member{f.key, b.using(ref("estimate-part"))})
		default:
			keys = append(keys, member{f.key, ref(k.key + "/properties/" + f.key)})
		}
	}
	name := "replaced-" + k.key
	table := object{
		{"description", "What the scenario replaces in " + what + " of the plan."},
		{"type", "object"},
		{"properties", keys},
		unknownKeys("a key that " + what + " does not have"),
	}
	full := b.defined.get(k.key)
	if full == nil { // the scenario's own kind is still to come
		full = b.kind(k)
	}
	needs := object{}
	for _, m := range full.(object) {
		if slices.Contains([]string{"required", "if", "then", "else"}, m.key) {
			needs = append(needs, m)
		}
	}
	if len(needs) > 0 && k.key != "plan" {
		table = append(table, member{"if", object{{"required", []string{addedKey}}}}, member{"then", needs})
	}
	b.define(name, table)
	if k.key == "plan" {
		return ref(name)
	}
	return byID(name, "What the scenario replaces, adds or removes of the kind "+k.key+".")
}

// table returns the schema of a table that is decoded into a struct. what names
// it in messages.
func (b *schemas) table(t reflect.Type, what string) object {
	var keys object
	var needed []string
	for _, f := range fieldsOf(t) {
		keys = append(keys, member{f.key, b.key(t, f)})
		if f.required {
			needed = append(needed, f.key)
		}
	}
	out := object{}
	if about := b.comments[t.Name()]; about != "" {
		out = append(out, member{"description", about})
	}
	out = append(out, member{"type", "object"}, member{"properties", keys})
	if len(needed) > 0 {
		out = append(out, member{"required", needed})
	}
	return append(out, unknownKeys("a key that "+what+" does not have"))
}

// key returns the schema of one key of a table: what it means, how its value is
// written, and an example.
func (b *schemas) key(t reflect.Type, f field) object {
	sf := structField(t, f.index)
	var value object
	switch {
	case len(f.enum) > 0:
		value = object{{"enum", f.enum}}
	case f.key == "assumed":
		value = list(object{{"enum", b.assumable(t)}})
	case len(f.ref) > 0:
		value = b.reference(f)
	default:
		value = b.value(f.typ, sf)
	}
	// Taplo shows what a reference leads to and not what stands beside it.
	var about []string
	if text := b.comments[sf.owner.Name()+"."+sf.Name]; text != "" {
		about = append(about, text)
	}
	value = b.followed(value)
	if text, _ := value.get("description").(string); text != "" {
		about = append(about, text)
	}
	out := object{}
	if len(about) > 0 {
		out = append(out, member{"description", strings.Join(about, "\n\n")})
	}
	for _, m := range value {
		if m.key != "description" {
			out = append(out, m)
		}
	}
	if f.def != "" {
		out = append(out, member{"default", f.def})
	}
	if example := sf.Tag.Get("example"); example != "" {
		out = append(out, member{"examples", []any{exampleValue(example)}})
	}
	return b.using(out)
}

// assumable lists what a table may mark as assumed: its keys, and in a scenario
// the kinds that it replaces.
func (b *schemas) assumable(t reflect.Type) []string {
	var out []string
	for _, f := range fieldsOf(t) {
		if f.key != "assumed" {
			out = append(out, f.key)
		}
	}
	if t == reflect.TypeFor[Scenario]() {
		out = append(out, slices.DeleteFunc(Kinds(), func(k string) bool { return k == "scenario" })...)
	}
	return out
}

// reference returns the schema of a key that names other tables.
func (b *schemas) reference(f field) object {
	switch {
	case f.typ.Kind() == reflect.String:
		return ref("id")
	case f.typ == reflect.TypeFor[TextList]():
		return ref("ids")
	}
	return list(ref("id"))
}

// followed returns what a reference leads to.
func (b *schemas) followed(o object) object {
	name, ok := o.get("$ref").(string)
	if !ok {
		return o
	}
	name = strings.TrimPrefix(name, "#/$defs/")
	if to, ok := valueSchemas().get(name).(object); ok {
		return to
	}
	return b.defined.get(name).(object)
}

func list(of object) object { return object{{"type", "array"}, {"items", of}} }

// placedField is a field of a struct, and the struct that declares it.
type placedField struct {
	reflect.StructField
	owner reflect.Type
}

// structField finds a field by its index in a struct with embedded ones.
func structField(t reflect.Type, index []int) placedField {
	out := placedField{owner: t}
	for _, i := range index {
		out.StructField = out.owner.Field(i)
		if out.Anonymous {
			out.owner = out.Type
		}
	}
	return out
}

// exampleValue returns a TOML value as JSON has it.
func exampleValue(text string) any {
	var into map[string]any
	if _, err := toml.Decode("x = "+text, &into); err != nil {
		panic("plan: the example " + text + " is not TOML")
	}
	return asJSON(into["x"])
}

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	key   string
	value any
}

func (o object) get(key string) any {
	for _, m := range o {
		if m.key == key {
			return m.value
		}
	}
	return nil
}

func (o object) set(key string, value any) {
	for i := range o {
		if o[i].key == key {
			o[i].value = value
		}
	}
}

// MarshalJSON writes the members in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := e.Encode(m.key); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		if err := e.Encode(m.value); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// text returns the schema indented.
func (o object) text() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(o); err != nil {
		panic("plan: a schema is not JSON: " + err.Error())
	}
	return b.Bytes()
}
