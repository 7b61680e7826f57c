package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"milepost/schedule/diag"
)

// Parts are the ids of the 14 parts of an implementation plan, in their usual
// order. What a plan has of them is found by the package schedule.
func Parts() []string {
	return []string{"objectives", "strategies", "resources", "responsibilities", "timeline", "risks", "communication",
		"training", "quality", "monitoring", "feedback", "documentation", "closure", "lessons"}
}

// OptionalParts are the parts that some plans do not need: training where there
// are no new processes or tools, quality where nothing can be tested.
func OptionalParts() []string { return []string{"training", "quality"} }

// notApplicable checks not_applicable of [plan].
func (ld *loader) notApplicable() {
	p := ld.plan
	for _, part := range slices.Sorted(maps.Keys(p.NotApplicable)) {
		at := func() diag.Pos { return p.Info.At("not_applicable." + quoteKey(part)) }
		name := func() diag.Pos {
			return p.Info.table.index.key(p.Info.table.path + ".not_applicable." + quoteKey(part))
		}
		switch {
		case !slices.Contains(Parts(), part):
			ld.list.Errorf("E190", name(), "not_applicable: %q is not a part of an implementation plan", part).
				Hint = cmp.Or(diag.DidYouMean(part, Parts()), "write "+strings.Join(OptionalParts(), " or "))
		case !slices.Contains(OptionalParts(), part):
			ld.list.Errorf("E191", name(), "not_applicable: every plan needs the part %q", part).
				Hint = "only " + strings.Join(OptionalParts(), " and ") + " may be left out; milepost check --coverage says what to write"
		case strings.TrimSpace(p.NotApplicable[part]) == "":
			ld.list.Errorf("E192", at(), "not_applicable: it is not said why %s does not apply", part).
				Hint = fmt.Sprintf("write the reason: not_applicable = { %s = %q }", part, "No new processes or tools")
		default:
			if it := p.firstOf(part); it != nil {
				d := ld.list.Errorf("E193", at(), "not_applicable: %s is said not to apply, but the plan has %s", part, describeItem(it))
				d.Notes = append(d.Notes, diag.Note{Pos: it.At(""), Message: "it is here"})
				d.Hint = "take " + part + " out of not_applicable, or the table out of the plan"
			}
		}
	}
}

// firstOf returns the first table that is about an optional part, or nil.
func (p *Plan) firstOf(part string) *Item {
	switch {
	case part == "training" && len(p.Trainings) > 0:
		return &p.Trainings[0].Item
	case part == "quality" && len(p.Standards) > 0:
		return &p.Standards[0].Item
	case part == "quality" && len(p.Checkpoints) > 0:
		return &p.Checkpoints[0].Item
	}
	return nil
}
