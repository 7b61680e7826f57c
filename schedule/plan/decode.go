package plan

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"milepost/schedule/diag"
)

// decoder turns parsed TOML into the types of the plan. It reports every
// mistake it meets at its place and carries on.
type decoder struct {
	list   *diag.List
	source *source
	digits int // minor digits of the plan's currency
}

// field is one key that a table may have.
type field struct {
	key      string
	index    []int // for reflect.Value.FieldByIndex
	typ      reflect.Type
	required bool
	ref      []string // kinds that the value names
	enum     []string // words that the value may be
	def      string   // the word that it is if none is written
}

// fieldsByType holds what fieldsOf has found.
var fieldsByType sync.Map

// fieldsOf returns the keys of a struct type in the order of its declaration.
// The answer is shared and must not be changed.
func fieldsOf(t reflect.Type) []field {
	if known, ok := fieldsByType.Load(t); ok {
		return known.([]field)
	}
	found := findFields(t)
	fieldsByType.Store(t, found)
	return found
}

func findFields(t reflect.Type) []field {
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		tag, tagged := f.Tag.Lookup("toml")
		if f.Anonymous && !tagged {
			for _, sub := range fieldsOf(f.Type) {
				sub.index = append([]int{i}, sub.index...) // a copy
				out = append(out, sub)
			}
			continue
		}
		key, opts, _ := strings.Cut(tag, ",")
		if !f.IsExported() || key == "" || key == "-" {
			continue
		}
		fd := field{key: key, index: []int{i}, typ: f.Type, required: opts == "required"}
		fd.def = f.Tag.Get("default")
		fd.ref = strings.Fields(f.Tag.Get("ref"))
		if enum := f.Tag.Get("enum"); strings.Contains(enum, "|") {
			fd.enum = strings.Split(enum, "|")
		} else {
			fd.enum = strings.Fields(enum)
		}
		out = append(out, fd)
	}
	return out
}

// otherWords are keys that people from other tools write, and ours.
var otherWords = map[string]string{
	"title": "name", "label": "name", "summary": "description", "notes": "description", "note": "description",
	"depends": "after", "depends_on": "after", "dependencies": "after", "predecessors": "after", "needs": "after",
	"end": "finish", "due_date": "due", "deadline_date": "deadline", "date": "target", "week": "target",
	"length": "duration", "days": "duration", "weeks": "window", "estimate": "duration",
	"assignee": "assign", "assigned": "assign", "resources": "assign", "team": "assign", "people": "assign",
	"lead": "owner", "responsible": "owner", "responsible_party": "owner", "manager": "owner", "accountable": "owner",
	"fte": "staffing", "allocation": "staffing", "amounts": "amount", "sum": "total", "cost": "amount",
	"progress": "percent", "complete": "percent", "done": "percent", "slack": "deadline",
	"likelihood": "probability", "chance": "probability", "parent": "phase", "frequency": "cadence",
	"success_criteria": "criteria", "start": "start_no_earlier_than", "finish": "finish_no_later_than",
	"objective": "goal", "baseurl": "base_url", "baseURL": "base_url", "lang": "language",
}

// tableInto decodes the table at path at into a struct. what names the table
// in messages; kind is "" for files that are not part of a plan.
func (d *decoder) tableInto(tree map[string]any, at string, into any, what string) {
	v := reflect.ValueOf(into).Elem()
	fields := fieldsOf(v.Type())
	for _, key := range d.source.sortedKeys(tree, at) {
		i := slices.IndexFunc(fields, func(f field) bool { return f.key == key })
		if i < 0 {
			d.unknownKey(fields, key, at, what)
			continue
		}
		d.value(tree[key], join(at, key), v.FieldByIndex(fields[i].index), fields[i])
	}
	for _, f := range fields {
		_, ok := tree[f.key]
		if !ok && f.def != "" {
			v.FieldByIndex(f.index).SetString(f.def)
		}
		if f.required && !ok {
			d.list.Errorf("E121", d.source.index.key(at), "%s lacks %s", what, f.key).
				Hint = fmt.Sprintf("add a line such as: %s = %s", f.key, exampleOf(v.Type(), f.key))
		}
	}
}

func exampleOf(t reflect.Type, key string) string {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, tagged := f.Tag.Lookup("toml")
		if f.Anonymous && !tagged {
			if ex := exampleOf(f.Type, key); ex != "" {
				return ex
			}
		}
		if name, _, _ := strings.Cut(tag, ","); name == key {
			return f.Tag.Get("example")
		}
	}
	return ""
}

func (d *decoder) unknownKey(fields []field, key, at, what string) {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.key
	}
	msg := fmt.Sprintf("%s is not a key", key)
	if what != "" {
		msg += " of " + what
	}
	diagnostic := d.list.Errorf("E111", d.source.index.key(join(at, key)), "%s", msg)
	if hint := diag.DidYouMean(key, names); hint != "" {
		diagnostic.Hint = hint
	} else if w := otherWords[key]; slices.Contains(names, w) {
		diagnostic.Hint = fmt.Sprintf("did you mean %q?", w)
	} else {
		slices.Sort(names)
		diagnostic.Hint = "known keys: " + strings.Join(names, ", ")
	}
}

// errorAt reports a value that cannot be what it is meant to be.
func (d *decoder) errorAt(code, at, format string, args ...any) *diag.Diagnostic {
	return d.list.Errorf(code, d.source.index.value(at), format, args...)
}

// wrongType reports a value of another type than its key wants.
func (d *decoder) wrongType(at string, v any, want, example string) {
	d.errorAt("E112", at, "%s wants %s, got %s", lastKey(at), want, describe(v)).
		Hint = "write it like this: " + example
}

// value decodes one value by the type of its field.
func (d *decoder) value(v any, at string, into reflect.Value, f field) {
	if d.grammar(v, at, into.Addr().Interface()) {
		return
	}
	switch into.Kind() {
	case reflect.String:
		if s, ok := v.(string); ok {
			d.text(s, at, f.enum)
			into.SetString(s)
			return
		}
		d.wrongType(at, v, "a text", fmt.Sprintf("%s = %q", lastKey(at), "…"))
	case reflect.Bool:
		if b, ok := v.(bool); ok {
			into.SetBool(b)
			return
		}
		d.wrongType(at, v, "true or false", lastKey(at)+" = true")
	case reflect.Int:
		if n, ok := v.(int64); ok {
			into.SetInt(n)
			return
		}
		d.wrongType(at, v, "a whole number", lastKey(at)+" = 3")
	case reflect.Slice:
		d.elements(v, at, into, f)
	case reflect.Map:
		d.mapping(v, at, into, f)
	case reflect.Struct:
		tree, ok := v.(map[string]any)
		if !ok {
			d.wrongType(at, v, "a table", lastKey(at)+" = { … }")
			return
		}
		d.tableInto(tree, at, into.Addr().Interface(), lastKey(at))
	default:
		panic("plan: no decoding for " + into.Type().String())
	}
}

// text checks a text against the words it may be.
func (d *decoder) text(s, at string, enum []string) {
	if len(enum) > 0 && !slices.Contains(enum, s) {
		hint := diag.DidYouMean(s, enum)
		if hint == "" {
			hint = "write one of: " + strings.Join(enum, ", ")
		}
		d.errorAt("E113", at, "%s is %q, which is none of %s", lastKey(at), s, strings.Join(enum, ", ")).Hint = hint
	}
}

// elements decodes a list of texts or of tables.
func (d *decoder) elements(v any, at string, into reflect.Value, f field) {
	elem := into.Type().Elem()
	items, ok := v.([]any)
	if tables, isTables := v.([]map[string]any); isTables {
		ok = true
		for _, t := range tables {
			items = append(items, t)
		}
	}
	if !ok {
		if elem.Kind() == reflect.String {
			d.wrongType(at, v, "a list of texts", fmt.Sprintf(`%s = ["…", "…"]`, lastKey(at)))
		} else {
			d.wrongType(at, v, "a list of tables", lastKey(at)+" = [{ … }, { … }]")
		}
		return
	}
	for i, item := range items {
		e := reflect.New(elem).Elem()
		d.value(item, at+"["+strconv.Itoa(i)+"]", e, field{enum: f.enum})
		into.Set(reflect.Append(into, e))
	}
}

// mapping decodes a table of values keyed by dates, weekdays or codes.
func (d *decoder) mapping(v any, at string, into reflect.Value, f field) {
	tree, ok := v.(map[string]any)
	if !ok {
		d.wrongType(at, v, "a table", lastKey(at)+` = { "2026-01-05" = … }`)
		return
	}
	into.Set(reflect.MakeMap(into.Type()))
	for _, key := range d.source.sortedKeys(tree, at) {
		e := reflect.New(into.Type().Elem()).Elem()
		wrong := len(*d.list)
		d.value(tree[key], join(at, key), e, field{})
		if len(*d.list) == wrong || e.Kind() != reflect.String { // or a text that is none is taken for an empty one
			into.SetMapIndex(reflect.ValueOf(key), e)
		}
	}
}

// lastKey returns the last key of a path, unquoted, for messages.
func lastKey(at string) string {
	p := parent(at)
	last := strings.TrimPrefix(at[len(p):], ".")
	if strings.HasPrefix(last, "[") {
		return "each entry of " + lastKey(p)
	}
	if s, err := strconv.Unquote(last); err == nil {
		return s
	}
	return last
}

// describe says in words what a TOML value is.
func describe(v any) string {
	switch v := v.(type) {
	case string:
		if len(v) > 40 {
			v = v[:40] + "…"
		}
		return fmt.Sprintf("the text %q", v)
	case int64:
		return fmt.Sprintf("the number %d", v)
	case float64:
		return fmt.Sprintf("the number %v", v)
	case bool:
		return fmt.Sprintf("%t", v)
	case time.Time:
		return "a date or time"
	case []any, []map[string]any:
		return "a list"
	case map[string]any:
		return "a table"
	}
	return fmt.Sprintf("%v", v)
}
