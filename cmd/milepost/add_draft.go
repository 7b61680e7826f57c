package main

import (
	"fmt"
	"slices"
	"strings"

	"milepost/generator"
	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// draft is a table that is to be added to a plan.
type draft struct {
	plan  *plan.Plan
	sched *schedule.Schedule
	dir   string // of the plan below content/
	kind  plan.Kind
	id    string
	name  string
	phase string        // that it belongs to; may be empty
	day   calendar.Date // on which it is written: the status date, else today
	taken map[string]bool
}

// nouns are what readers call a thing of a kind, if not as the table.
var nouns = map[string]string{
	"work": "work package", "raci": "activity", "kpi": "key figure", "governance": "body", "budget": "category of cost",
	"infrastructure": "equipment",
}

func newDraft(p generator.Plan, kind string, flags *adding) (*draft, error) {
	d := &draft{plan: p.Plan, sched: p.Schedule, dir: p.Dir, kind: kindNamed(kind), id: flags.id, name: strings.TrimSpace(flags.name), phase: flags.phase,
		taken: map[string]bool{}}
	var err error
	if d.day, err = statusDay(p.Schedule); err != nil {
		return nil, err
	}
	if err := d.checkPhase(); err != nil {
		return nil, err
	}
	d.findTaken()
	if kind == "progress" {
		return d, d.checkProgress(flags)
	}
	if d.name == "" {
		noun := nouns[kind]
		if noun == "" {
			noun = kind
		}
		d.name = "New " + noun
	}
	if d.id == "" {
		d.id = d.nextID()
	}
	if d.isTaken(d.id) {
		return nil, d.takenError()
	}
	for _, k := range d.kind.Keys {
		if _, ok := d.filled(k); k.Needed && !ok {
			return nil, fmt.Errorf("a table %s names %s of %s, and the plan has none: add that first, such as: milepost add %s",
				d.header(), k.Name, kindList(k.Refs), k.Refs[0])
		}
	}
	return d, nil
}

// statusDay is the day on which the plan is looked at: its status date, else today.
func statusDay(s *schedule.Schedule) (calendar.Date, error) {
	if s.Plan.StatusDate.IsSet() {
		return s.StatusDate.LastDate(), nil
	}
	return today()
}

// checkPhase finds the phase that the table belongs to: the one that is named,
// else the last, for a gate, milestone or checkpoint the first without one.
func (d *draft) checkPhase() error {
	phases := d.plan.Items("phase")
	if d.phase != "" {
		if d.plan.Lookup("phase:"+d.phase) != nil {
			return nil
		}
		var ids []string
		for _, ph := range phases {
			ids = append(ids, ph.ID)
		}
		hint := diag.DidYouMean(d.phase, ids)
		switch {
		case len(ids) == 0:
			hint = "the plan has none; milepost add phase adds one"
		case hint == "":
			hint = "choose one of " + strings.Join(ids, ", ")
		}
		return fmt.Errorf("there is no phase %q; %s", d.phase, hint)
	}
	if len(phases) == 0 {
		return nil
	}
	last := phases[len(phases)-1].ID
	switch d.kind.Name {
	case "work":
		d.phase = last
	case "gate", "milestone", "checkpoint":
		d.phase = last
		for _, ph := range phases {
			if len(d.idsIn(ph.ID)) == 0 {
				d.phase = ph.ID
				break
			}
		}
	}
	return nil
}

// findTaken notes the ids that the plan and its scenarios have.
func (d *draft) findTaken() {
	kinds := []string{d.kind.Name}
	if slices.Contains(oneNamespace, d.kind.Name) {
		kinds = oneNamespace
	}
	note := func(p *plan.Plan) {
		for _, kind := range kinds {
			for _, it := range p.Items(kind) {
				d.taken[strings.ToLower(it.ID)] = true
			}
		}
	}
	note(d.plan)
	for _, sc := range d.plan.Scenarios {
		if sc.Plan != nil {
			note(sc.Plan)
		}
	}
}

// oneNamespace are the kinds that share their ids.
var oneNamespace = []string{"phase", "work", "milestone"}

// takenError says where the table is that has the id.
func (d *draft) takenError() error {
	kinds := append([]string{d.kind.Name}, oneNamespace...)
	for _, kind := range kinds {
		for _, it := range d.plan.Items(kind) {
			if !strings.EqualFold(it.ID, d.id) || kind != d.kind.Name && !slices.Contains(oneNamespace, d.kind.Name) {
				continue
			}
			return fmt.Errorf("the id %q is taken: %s has %s; choose another, or leave it out for the next free one",
				d.id, it.At(""), it.Address())
		}
	}
	return fmt.Errorf("the id %q is taken by a scenario of the plan: choose another, or leave it out for the next free one", d.id)
}

// checkProgress wants the id of work whose progress is not written yet.
func (d *draft) checkProgress(flags *adding) error {
	var open []string
	for _, w := range d.plan.Work {
		if d.plan.Lookup("progress:"+w.ID) == nil {
			open = append(open, w.ID)
		}
	}
	switch {
	case flags.name != "":
		return fmt.Errorf("progress has the name of its work: leave --name out")
	case d.id == "" && len(open) > 0:
		return fmt.Errorf("say which work the progress is of, such as: milepost add progress %s", open[0])
	case d.id != "" && d.isTaken(d.id):
		return d.takenError()
	case !slices.Contains(open, d.id):
		hint := diag.DidYouMean(d.id, open)
		if hint == "" {
			hint = "progress is told of work packages"
		}
		return fmt.Errorf("there is no work package %q; %s", d.id, hint)
	}
	d.name = "progress of " + d.plan.Lookup("work:"+d.id).Title()
	return nil
}

// ids returns the ids of the tables of the kind.
func (d *draft) ids() []string {
	var ids []string
	for _, it := range d.plan.Items(d.kind.Name) {
		ids = append(ids, it.ID)
	}
	return ids
}

// idsIn returns the ids of the tables of the kind that belong to a phase.
func (d *draft) idsIn(phase string) []string {
	var ids []string
	add := func(id, of string) {
		if of == phase {
			ids = append(ids, id)
		}
	}
	switch d.kind.Name {
	case "work":
		for _, w := range d.plan.Work {
			add(w.ID, w.Phase)
		}
	case "milestone":
		for _, m := range d.plan.Milestones {
			add(m.ID, m.Phase)
		}
	case "gate":
		for _, g := range d.plan.Gates {
			add(g.ID, g.Phase)
		}
	case "checkpoint":
		for _, c := range d.plan.Checkpoints {
			add(c.ID, c.Phase)
		}
	case "lesson":
		for _, l := range d.plan.Lessons {
			add(l.ID, l.Phase)
		}
	}
	return ids
}

// header is the first line of the table.
func (d *draft) header() string { return fmt.Sprintf("[%s.%s]", d.kind.Name, plan.QuoteKey(d.id)) }

// kindList names kinds in a sentence: "a role, person".
func kindList(kinds []string) string { return "a " + strings.Join(kinds, ", ") }
