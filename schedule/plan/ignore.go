package plan

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"milepost/schedule/diag"
)

// Reasons say of codes why what they tell is accepted, or of parts of a plan why
// they are left out.
type Reasons map[string]string

// Ignore is one entry of the key ignore of a table: what its authors have seen
// and accepted.
type Ignore struct {
	Item   *Item // the thing that it is written beside
	Code   string
	Reason string
	Pos    diag.Pos // of the code
}

// Ignores returns what is ignored beside the things of the plan, in the order of
// the plan. Whether there are such codes only those know who report them.
func (p *Plan) Ignores() []Ignore {
	var out []Ignore
	(&loader{plan: p}).eachItem(func(it *Item, _ reflect.Value) {
		for _, code := range slices.Sorted(maps.Keys(it.Ignore)) {
			out = append(out, Ignore{it, code, it.Ignore[code], it.table.keyAt("ignore." + join("", code))})
		}
	})
	return out
}

// reasons checks that everything that is ignored has a reason.
func (ld *loader) reasons(it *Item) {
	for _, code := range slices.Sorted(maps.Keys(it.Ignore)) {
		if strings.TrimSpace(it.Ignore[code]) == "" {
			ld.list.Errorf("E180", it.At("ignore."+join("", code)), "%s ignores %s without a reason", describeItem(it), code).
				Hint = "write why it is accepted, for those who read the plan: ignore = { " + code + " = \"agreed with the board on 3 March\" }"
		}
	}
}

// ItemAt returns the thing whose table a place lies in, nil if there is none.
func (p *Plan) ItemAt(at diag.Pos) *Item {
	var found *Item
	line := 0
	(&loader{plan: p}).eachItem(func(it *Item, _ reflect.Value) {
		if head := it.At(""); head.File == at.File && head.Line <= at.Line && head.Line > line {
			found, line = it, head.Line
		}
	})
	return found
}
