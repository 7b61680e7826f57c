package plan

import (
	"fmt"
	"reflect"
	"slices"

	"milepost/schedule/diag"
)

// overrides takes the replaced tables out of a scenario, checks that each
// replaced value could stand in its table, and returns what is left: the keys
// of the scenario itself.
func (ld *loader) overrides(d *decoder, sc *Scenario, at string, tree map[string]any) map[string]any {
	rest := map[string]any{}
	kinds := kindFields()
	for _, key := range d.source.sortedKeys(tree, at) {
		i := slices.IndexFunc(kinds, func(f field) bool { return f.key == key })
		tables, isTable := tree[key].(map[string]any)
		if i < 0 || !isTable || key == "scenario" {
			rest[key] = tree[key]
			continue
		}
		at := join(at, key)
		if key == "plan" {
			ld.override(d, sc, reflect.TypeFor[Info](), "plan:plan", at, tables)
			continue
		}
		t := kinds[i].typ.Elem().Elem()
		for _, id := range d.source.sortedKeys(tables, at) {
			fields, ok := tables[id].(map[string]any)
			if !ok {
				d.wrongType(join(at, id), tables[id], "a table", fmt.Sprintf("%s.%q.duration = \"3w\"", key, id))
				continue
			}
			ld.override(d, sc, t, key+":"+id, join(at, id), fields)
		}
	}
	return rest
}

// override records the replaced values of one table.
func (ld *loader) override(d *decoder, sc *Scenario, t reflect.Type, address, at string, tree map[string]any) {
	scratch := reflect.New(t)
	optional := &decoder{list: &diag.List{}, source: d.source, digits: d.digits}
	optional.tableInto(tree, at, scratch.Interface(), address)
	for _, p := range *optional.list {
		if p.Code != "E121" { // a scenario need not repeat what the table requires
			*d.list = append(*d.list, p)
		}
	}
	for _, key := range d.source.sortedKeys(tree, at) {
		sc.Changes = append(sc.Changes, Override{
			Address: address, Key: []string{key}, Value: tree[key],
			Pos: d.source.index.value(join(at, key)), Table: d.source.index.key(at),
		})
	}
}
