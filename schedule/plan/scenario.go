package plan

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
)

// A scenario has a plan of its own: the files are decoded and checked once more,
// with the scenario's values put over the tables that they are about. So a value
// of a scenario is held to what holds for the same value in the plan, and what is
// wrong with it stands in the scenario's own lines.

// The keys of a table in a scenario that are not keys of the table itself.
const (
	addedKey   = "added"
	removedKey = "removed"
)

// tableChange is what a scenario does to one table of the plan.
type tableChange struct {
	kind, id       string
	at             string         // path in the scenario's file
	tree           map[string]any // what it writes, without added and removed
	added, removed bool
	used           bool       // the plan has the table
	replaced       []Override // in the order of the text
	missed         []missed   // what names the table that is removed
}

// missed is a reference to something that a scenario removes.
type missed struct {
	at   diag.Pos
	by   *Item
	verb string // "waits for", "owner names"
}

func (c *tableChange) address() string { return c.kind + ":" + c.id }

// what names the table in messages.
func (c *tableChange) what() string {
	return describeItem(&Item{Kind: c.kind, ID: c.id})
}

// variant is a scenario on its way to a plan of its own.
type variant struct {
	*Scenario
	source    *source // in which the scenario is written
	at        string  // its path there
	changes   []*tableChange
	byAddress map[string]*tableChange
	touched   []touchedTable
	own       map[int]bool // lines of the file that are the scenario's
}

// touchedTable is a table of the plan that a scenario has put values over.
type touchedTable struct {
	*tableChange
	index *index
	path  string
}

// scenarioTables takes the replaced tables out of a scenario and returns what is
// left: the keys of the scenario itself.
func (ld *loader) scenarioTables(d *decoder, sc *Scenario, at string, tree map[string]any) map[string]any {
	v := &variant{Scenario: sc, source: d.source, at: at, byAddress: map[string]*tableChange{}}
	sc.variant = v
	ld.variants = append(ld.variants, v)
	rest := map[string]any{}
	for _, kind := range d.source.sortedKeys(tree, at) {
		tables, isTable := tree[kind].(map[string]any)
		if kind == "ignore" { // a table that is a key of the scenario itself
			rest[kind] = tree[kind]
			continue
		}
		if !slices.Contains(Kinds(), kind) || !isTable || kind == "scenario" {
			if isTable {
				ld.notReplaced(d, join(at, kind), kind, sc)
			} else {
				rest[kind] = tree[kind]
			}
			continue
		}
		if kind == "plan" {
			v.add(&tableChange{kind: kind, id: kind, at: join(at, kind), tree: tables})
			continue
		}
		for _, id := range d.source.sortedKeys(tables, join(at, kind)) {
			at := join(join(at, kind), id)
			fields, ok := tables[id].(map[string]any)
			if !ok {
				d.wrongType(at, tables[id], "a table", fmt.Sprintf("%s.%s.%s = true", kind, quoteKey(id), removedKey))
				continue
			}
			if c := ld.tableChange(d, kind, id, at, fields); c != nil {
				v.add(c)
			}
		}
	}
	return rest
}

// notReplaced reports a table in a scenario that is of no kind a plan has.
func (ld *loader) notReplaced(d *decoder, at, kind string, sc *Scenario) {
	dg := ld.list.Errorf("E110", d.source.index.key(at), "scenario %q replaces %s, which is not a kind of table that it can replace", sc.ID, kind)
	kinds := slices.DeleteFunc(Kinds(), func(k string) bool { return k == "scenario" })
	if dg.Hint = diag.DidYouMean(kind, kinds); dg.Hint != "" {
		return
	}
	if w := otherKinds[strings.ToLower(kind)]; w != "" {
		dg.Hint = fmt.Sprintf("did you mean %q?", w)
		return
	}
	slices.Sort(kinds)
	dg.Hint = "known kinds: " + strings.Join(kinds, ", ")
}

// tableChange reads what a scenario says of one table; nil if that makes no
// sense, which it reports.
func (ld *loader) tableChange(d *decoder, kind, id, at string, fields map[string]any) *tableChange {
	c := &tableChange{kind: kind, id: id, at: at, tree: map[string]any{}}
	for key, value := range fields {
		if _, isTable := value.(map[string]any); isTable && startsWithDigit(key) {
			meant := id + "." + key
			d.list.Errorf("E105", d.source.index.key(join(at, key)), "%s.%s is read by TOML as a table %q inside %s %q", kind, meant, key, kind, id).
				Hint = fmt.Sprintf("quote an id that has a dot: %s.%q", kind, meant)
			return nil
		}
		c.tree[key] = value
	}
	for _, mark := range []struct {
		key string
		set *bool
	}{{addedKey, &c.added}, {removedKey, &c.removed}} {
		value, ok := fields[mark.key]
		if !ok {
			continue
		}
		delete(c.tree, mark.key)
		if is, isBool := value.(bool); !isBool || !is {
			d.errorAt("E172", join(at, mark.key), "%s is %s", mark.key, describe(value)).
				Hint = fmt.Sprintf("write %s = true, or take the line out", mark.key)
			return nil
		}
		*mark.set = true
	}
	if c.removed && (c.added || len(c.tree) > 0) {
		d.list.Errorf("E172", d.source.index.key(join(at, removedKey)), "scenario removes %s and says more about it", c.what()).
			Hint = "take out either removed or the other keys"
		return nil
	}
	return c
}

func (v *variant) add(c *tableChange) {
	v.changes = append(v.changes, c)
	v.byAddress[c.address()] = c
}

// scenarioPlans makes the plan of each scenario. file is where a missing [plan]
// would go, folder that of the baselines.
func (ld *loader) scenarioPlans(sources []*source, file, folder string) {
	found := slices.Clone(*ld.list) // about the plan itself
	for _, v := range ld.variants {
		ld.known(v)
		var list diag.List
		p := &Plan{byAddress: map[string]*Item{}, calendars: map[string]*calendar.Calendar{}, Baselines: ld.plan.Baselines}
		of := &loader{plan: p, list: &list, tables: map[string]*Item{}, digits: ld.digits, variant: v}
		for _, s := range sources {
			of.file(s)
		}
		of.addTables()
		of.check(file)
		if c := v.byAddress["plan:plan"]; c != nil && c.tree["baseline"] != nil {
			of.chosenBaseline(folder)
		}
		v.removals(&list)
		for _, c := range v.changes {
			v.Changes = append(v.Changes, c.replaced...)
		}
		list = v.place(list, found, false)
		*ld.list = append(*ld.list, list...)
		if !list.Failed() {
			p.Index()
			v.Plan = p
		}
	}
}

// known checks that what a scenario changes or removes is in the plan, and what
// it adds is not.
func (ld *loader) known(v *variant) {
	for _, c := range v.changes {
		first := ld.plan.byAddress[c.address()]
		switch {
		case first != nil && c.added:
			d := ld.list.Errorf("E171", v.source.index.key(join(c.at, addedKey)), "scenario %q adds %s, which is in the plan", v.ID, c.what())
			d.Hint = "take the line out to change it, or give what is added another id"
			d.Notes = append(d.Notes, diag.Note{Pos: first.At(""), Message: "it is here"})
			c.added = false
		case first != nil || c.added || c.kind == "plan":
		case c.kind == "progress" && !c.removed && ld.plan.byAddress["work:"+c.id] != nil:
			c.added = true // it belongs to the work
		default:
			does := "changes"
			if c.removed {
				does = "removes"
			}
			d := ld.list.Errorf("E201", v.source.index.key(c.at), "scenario %q %s %s %q, which is not in the plan", v.ID, does, c.kind, c.id)
			d.Hint = ld.suggest(c.id, []string{c.kind})
			if !strings.HasPrefix(d.Hint, "did you mean") {
				d.Hint = "take it out"
			}
			if !c.removed {
				d.Hint += "; or, if the scenario is to add it, write added = true"
			}
		}
		if c.kind == "plan" && c.tree["currency"] != nil {
			d := ld.list.Errorf("E173", v.source.index.key(join(c.at, "currency")), "scenario %q has another currency", v.ID)
			d.Hint = "take the line out: what a scenario costs is compared with the plan"
		}
	}
}

// overlaid returns a table with what the scenario puts over it, and a decoder
// that knows where each key of it stands; false if the scenario removes it.
func (ld *loader) overlaid(d *decoder, kind, id, at string, value any) (*decoder, any, bool) {
	v := ld.variant
	if v == nil {
		return d, value, true
	}
	if work := v.byAddress["work:"+id]; kind == "progress" && work != nil && work.removed {
		return d, value, false
	}
	c := v.byAddress[kind+":"+id]
	if c == nil {
		return d, value, true
	}
	c.used = true
	if c.removed {
		c.replaced = []Override{{Address: c.address(), Removed: true, Pos: v.source.index.value(join(c.at, removedKey)), Table: v.source.index.key(c.at)}}
		return d, value, false
	}
	tree, isTable := value.(map[string]any)
	if !isTable {
		return d, value, true
	}
	ix := *d.source.index
	c.replaced = nil
	merged := v.merge(&ix, c, nil, tree, at, c.tree, c.at)
	v.touched = append(v.touched, touchedTable{c, d.source.index, at})
	return &decoder{list: d.list, source: &source{file: d.source.file, tree: d.source.tree, index: &ix}, digits: d.digits}, merged, true
}

// merge returns a table of the plan with the scenario's values in place of its
// own. A table in braces replaces a table; of one that is written with dots or
// below a header only the keys that it has.
func (v *variant) merge(ix *index, c *tableChange, keys []string, tree map[string]any, at string, over map[string]any, overAt string) map[string]any {
	out := make(map[string]any, len(tree)+len(over))
	for key, value := range tree {
		out[key] = value
	}
	from := v.source.index
	for _, key := range v.source.sortedKeys(over, overAt) {
		path := slices.Concat(keys, []string{key})
		inner, isTable := over[key].(map[string]any)
		if old, wasTable := tree[key].(map[string]any); isTable && wasTable && !from.inline[join(overAt, key)] {
			out[key] = v.merge(ix, c, path, old, join(at, key), inner, join(overAt, key))
			continue
		}
		out[key] = over[key]
		ix.over = append(ix.over, redirect{join(at, key), from, join(overAt, key)})
		c.replaced = append(c.replaced, Override{Address: c.address(), Key: path, Value: over[key], Pos: from.value(join(overAt, key)), Table: from.key(c.at)})
	}
	return out
}

// addTables decodes the tables that the scenario adds, behind those of the plan.
func (ld *loader) addTables() {
	v := ld.variant
	d := &decoder{list: ld.list, source: v.source, digits: ld.digits}
	for _, c := range v.changes {
		if c.used || !c.added {
			continue
		}
		i := slices.IndexFunc(kindFields(), func(f field) bool { return f.key == c.kind })
		list := reflect.ValueOf(ld.plan).Elem().FieldByIndex(kindFields()[i].index)
		ld.item(d, list, c.kind, c.id, c.at, c.tree)
		c.replaced = nil
		for _, key := range v.source.sortedKeys(c.tree, c.at) {
			c.replaced = append(c.replaced, Override{Address: c.address(), Key: []string{key}, Value: c.tree[key], Added: true,
				Pos: v.source.index.value(join(c.at, key)), Table: v.source.index.key(c.at)})
		}
	}
}

// misses notes that something names what the scenario has removed.
func (v *variant) misses(at diag.Pos, by *Item, verb, id string, kinds []string) bool {
	if v == nil {
		return false
	}
	for _, kind := range kinds {
		if c := v.byAddress[kind+":"+id]; c != nil && c.removed && c.used {
			c.missed = append(c.missed, missed{at, by, verb})
			return true
		}
	}
	return false
}

// removals reports what the scenario removes though something needs it.
func (v *variant) removals(list *diag.List) {
	for _, c := range v.changes {
		if len(c.missed) == 0 {
			continue
		}
		var names []string
		for _, m := range c.missed {
			if name := describeItem(m.by); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		first := c.missed[0]
		text := fmt.Sprintf("%s %s it", describeItem(first.by), first.verb)
		if len(names) > 1 {
			const most = 5
			text = fmt.Sprintf("%d others name it: %s", len(names), strings.Join(names[:min(len(names), most)], ", "))
			if len(names) > most {
				text += " and others"
			}
		}
		d := list.Errorf("E170", v.source.index.key(join(c.at, removedKey)), "scenario %q removes %s, but %s", v.ID, c.what(), text)
		for _, m := range c.missed {
			d.Notes = append(d.Notes, diag.Note{Pos: m.at, Message: fmt.Sprintf("%s %s %q", describeItem(m.by), m.verb, c.id)})
		}
		key := strings.TrimSuffix(first.verb, " names")
		switch first.verb {
		case "waits for":
			key = "after"
		case "assigns":
			key = "assign"
		}
		table := first.by.Kind + "." + quoteKey(first.by.ID)
		if first.by.Kind == "plan" {
			table = "plan"
		}
		d.Hint = fmt.Sprintf("remove what names it too, or replace it in the scenario: %s.%s = …", table, firstKey(key))
	}
}
