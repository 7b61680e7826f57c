package plan

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"milepost/schedule/diag"
)

// references checks that every id a table names is in the plan, and tells each
// dependency and assignment which kind of thing it names.
func (ld *loader) references() {
	ld.eachItem(func(it *Item, v reflect.Value) {
		ld.refsOf(it, v, "")
		for _, a := range it.Assumed {
			ld.assumed(it, v.Type(), a)
		}
		ld.reasons(it)
	})
}

// eachItem visits [plan] and every table, kind by kind.
func (ld *loader) eachItem(visit func(it *Item, v reflect.Value)) {
	p := reflect.ValueOf(ld.plan).Elem()
	for _, f := range kindFields() {
		v := p.FieldByIndex(f.index)
		if v.Kind() == reflect.Struct {
			if ld.plan.Info.table != nil {
				visit(&ld.plan.Info.Item, v)
			}
			continue
		}
		for i := range v.Len() {
			e := v.Index(i).Elem()
			visit(e.FieldByName("Item").Addr().Interface().(*Item), e)
		}
	}
}

// refsOf checks the references in the fields of a struct; at is the path of the
// struct within the item, "" for the item itself.
func (ld *loader) refsOf(it *Item, v reflect.Value, at string) {
	for _, f := range fieldsOf(v.Type()) {
		fv := v.FieldByIndex(f.index)
		path := f.key
		if at != "" {
			path = at + "." + f.key
		}
		switch x := fv.Addr().Interface().(type) {
		case *[]Dependency:
			for i := range *x {
				ld.dependency(it, &(*x)[i])
			}
			continue
		case *Assignments:
			for i := range *x {
				a := &(*x)[i]
				a.Kind = ld.resolve(a.Pos, it, "assigns", a.Who, []string{"role", "person"})
			}
			continue
		case *ByPhase[Money]:
			for _, e := range *x {
				ld.resolve(it.At(path+"."+quoteKey(e.Phase)), it, path+" names", e.Phase, []string{"phase"})
			}
			continue
		case *ByPhase[Units]:
			for _, e := range *x {
				ld.resolve(it.At(path+"."+quoteKey(e.Phase)), it, path+" names", e.Phase, []string{"phase"})
			}
			continue
		}
		switch {
		case len(f.ref) > 0 && fv.Kind() == reflect.String:
			if id := fv.String(); id != "" {
				ld.resolve(it.At(path), it, path+" names", id, f.ref)
			}
		case len(f.ref) > 0 && fv.Kind() == reflect.Slice:
			for i := range fv.Len() {
				ld.resolve(it.At(fmt.Sprintf("%s[%d]", path, i)), it, path+" names", fv.Index(i).String(), f.ref)
			}
		case fv.Kind() == reflect.Slice && fv.Type().Elem().Kind() == reflect.Struct:
			for i := range fv.Len() {
				ld.refsOf(it, fv.Index(i), fmt.Sprintf("%s[%d]", path, i))
			}
		case fv.Kind() == reflect.Struct:
			ld.refsOf(it, fv, path)
		}
	}
}

func quoteKey(key string) string { return join("", key) }

// resolve returns the kind of the thing with the given id, the first of kinds
// that has it. If there is none it reports an unknown reference and returns "".
func (ld *loader) resolve(at diag.Pos, it *Item, verb, id string, kinds []string) string {
	for _, k := range kinds {
		if ld.plan.byAddress[k+":"+id] != nil {
			return k
		}
	}
	if ld.variant.misses(at, it, verb, id, kinds) {
		return ""
	}
	d := ld.list.Errorf("E201", at, "%s %s %q, which is not in the plan", describeItem(it), verb, id)
	d.Hint = ld.suggest(id, kinds)
	return ""
}

// kindWords names kinds in a sentence: "work package or milestone".
func kindWords(kinds ...string) string {
	words := make([]string, len(kinds))
	for i, k := range kinds {
		if words[i] = k; k == "work" {
			words[i] = "work package"
		}
	}
	return strings.Join(words, " or ")
}

// suggest says what an unknown id may have meant.
func (ld *loader) suggest(id string, kinds []string) string {
	var known []string
	for _, other := range ld.tables {
		if slices.Contains(kinds, other.Kind) {
			known = append(known, other.ID)
		}
		if other.Name != "" && strings.EqualFold(other.Name, id) && slices.Contains(kinds, other.Kind) {
			return fmt.Sprintf("write the id, not the name: %q", other.ID)
		}
		if other.ID == id && other.Kind != "progress" {
			return fmt.Sprintf("%q is a %s; here a %s is wanted", id, kindWords(other.Kind), kindWords(kinds...))
		}
	}
	slices.Sort(known)
	if hint := diag.DidYouMean(id, known); hint != "" {
		return hint
	}
	add := "add a table " + ld.tableFor(id, kinds)
	if len(known) == 0 {
		return add
	}
	const most = 8
	if len(known) > most {
		return fmt.Sprintf("known: %s and %d more; or %s", strings.Join(known[:most], ", "), len(known)-most, add)
	}
	return fmt.Sprintf("known: %s; or %s", strings.Join(known, ", "), add)
}

// tableFor says which table of one of the kinds would make an id known; of a
// name, such as "Maria Huber", the id that it can have, too.
func (ld *loader) tableFor(id string, kinds []string) string {
	kind := kinds[0]
	switch as := idOf(id); as {
	case id:
		return fmt.Sprintf("such as [%s.%s]", kind, quoteKey(id))
	case "":
		return fmt.Sprintf("[%s.ID] with name = %q, and write its id", kind, id)
	default:
		return fmt.Sprintf("[%s.%s] with name = %q, and write the id: %q", kind, as, id, as)
	}
}

// idOf makes an id of a name: "Maria Huber" can be called maria-huber. A text
// that is an id stays as it is; it is "" if the name does not give a good one.
func idOf(name string) string {
	if idSyntax.MatchString(name) {
		return name
	}
	for _, r := range name {
		if r >= utf8.RuneSelf {
			return ""
		}
	}
	return strings.Trim(notOfID.ReplaceAllString(strings.ToLower(name), "-"), "-")
}

var notOfID = regexp.MustCompile(`[^a-z0-9]+`)

// describeItem names an item in a message: `work "1.2"`, or "the plan".
func describeItem(it *Item) string {
	switch it.Kind {
	case "plan":
		return "the plan"
	case "work":
		return fmt.Sprintf("work package %q", it.ID)
	}
	return fmt.Sprintf("%s %q", it.Kind, it.ID)
}

var dependencyKinds = []string{"work", "milestone", "phase"}

func (ld *loader) dependency(it *Item, d *Dependency) {
	if d.Pred == it.ID {
		ld.list.Errorf("E202", d.Pos, "%s waits for itself", describeItem(it)).Hint = "take it out of after"
		d.Kind = it.Kind
		return
	}
	d.Kind = ld.resolve(d.Pos, it, "waits for", d.Pred, dependencyKinds)
}

// assumed checks that a key marked as assumed is one that the table has written.
func (ld *loader) assumed(it *Item, t reflect.Type, key string) {
	pos := it.At("assumed")
	for i, a := range it.Assumed {
		if a == key {
			pos = it.At(fmt.Sprintf("assumed[%d]", i))
		}
	}
	if it.Has(key) {
		return
	}
	var written []string
	for _, f := range fieldsOf(t) {
		if it.Has(f.key) && f.key != "assumed" {
			written = append(written, f.key)
		}
	}
	d := ld.list.Errorf("E203", pos, "%s marks %q as assumed, but does not have it", describeItem(it), key)
	if d.Hint = diag.DidYouMean(key, written); d.Hint == "" {
		d.Hint = "assumed lists keys of its own table: " + strings.Join(written, ", ")
	}
}
