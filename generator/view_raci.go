package generator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"milepost/schedule/plan"
)

// raciView is the matrix of who does, answers for, is asked about and is told
// of each activity. The partial "raci" shows it.
type raciView struct {
	ID       string
	Caption  string
	Heads    []link // roles, people and bodies
	Rows     []raciRow
	Legend   []raciLetter
	Verdict  string // whether each row keeps the rules
	Broken   bool
	Findings []finding
}

// raciRow is one activity.
type raciRow struct {
	Name  string
	More  thing // what else is said about it
	Work  cell  // packages that it is about
	Cells [][]raciLetter
	Fault string // the rule that it breaks, or ""

	Assumed bool // the activity
}

// raciLetter is a part that somebody plays in an activity.
type raciLetter struct {
	Letter  string // "R"
	Word    string // "Responsible"
	Class   string
	Meaning string
	Assumed bool
}

var raciLetters = []raciLetter{
	{Letter: "R", Word: "Responsible", Class: "raci-r", Meaning: "does the work"},
	{Letter: "A", Word: "Accountable", Class: "raci-a", Meaning: "answers for it"},
	{Letter: "C", Word: "Consulted", Class: "raci-c", Meaning: "is asked before"},
	{Letter: "I", Word: "Informed", Class: "raci-i", Meaning: "is told after"},
}

// raciParts returns the ids that play each part, in the order of raciLetters,
// with the keys that hold them.
func raciParts(r *plan.RACI) (ids [4][]string, keys [4]string) {
	return [4][]string{r.Responsible, r.Accountable, r.Consulted, r.Informed},
		[4]string{"responsible", "accountable", "consulted", "informed"}
}

// raci makes the matrix, nil if the plan has none.
func (s section) raci() *raciView {
	rows := s.ps.plan.RACI
	if len(rows) == 0 {
		return nil
	}
	v := &raciView{ID: "raci-matrix", Caption: "Who is responsible, accountable, consulted and informed", Legend: raciLetters}
	heads := s.raciHeads()
	for _, id := range heads {
		v.Heads = append(v.Heads, s.one(id, actors...)...)
	}
	faults := 0
	for _, r := range rows {
		line := raciRow{
			Name: cmp.Or(r.Activity, r.Title()), More: s.thing(&r.Item),
			Work: linked(s.many(r.Work, "work")...).assumed(&r.Item, "work"), Fault: raciFault(r),
			Assumed: r.IsAssumed("activity"),
		}
		if r.Name == "" || r.Name == line.Name {
			line.More.Link = link{}
		}
		ids, keys := raciParts(r)
		for _, head := range heads {
			var letters []raciLetter
			for i, letter := range raciLetters {
				if slices.Contains(ids[i], head) {
					letter.Assumed = r.IsAssumed(keys[i])
					letters = append(letters, letter)
				}
			}
			line.Cells = append(line.Cells, letters)
		}
		if line.Fault != "" {
			faults++
		}
		v.Rows = append(v.Rows, line)
	}
	switch {
	case faults == 0:
		v.Verdict = "Every activity has exactly one accountable and at least one responsible party."
	default:
		v.Broken = true
		v.Verdict = fmt.Sprintf("%s not have exactly one accountable and at least one responsible party; the row says what is missing.",
			plural(faults, "activity does", "activities do"))
	}
	return v
}

// actors are the kinds that may play a part in the plan, in the order in which
// an id is looked up.
var actors = []string{"role", "person", "governance"}

// raciHeads returns the ids of the columns: roles, people and bodies in the
// order of the plan, then ids of nothing in the order of the rows.
func (s section) raciHeads() []string {
	var used, out []string
	for _, r := range s.ps.plan.RACI {
		ids, _ := raciParts(r)
		for _, list := range ids {
			for _, id := range list {
				if !slices.Contains(used, id) {
					used = append(used, id)
				}
			}
		}
	}
	take := func(id string) {
		if slices.Contains(used, id) && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	for _, r := range s.ps.plan.Roles {
		take(r.ID)
	}
	for _, p := range s.ps.plan.People {
		take(p.ID)
	}
	for _, g := range s.ps.plan.Governance {
		take(g.ID)
	}
	for _, id := range used {
		take(id)
	}
	return out
}

// raciFault says which rule a row breaks, "" for none.
func raciFault(r *plan.RACI) string {
	var faults []string
	switch n := len(r.Accountable); {
	case n == 0:
		faults = append(faults, "nobody is accountable")
	case n > 1:
		faults = append(faults, fmt.Sprintf("%d are accountable, should be 1", n))
	}
	if len(r.Responsible) == 0 {
		faults = append(faults, "nobody is responsible")
	}
	return strings.Join(faults, "; ")
}
