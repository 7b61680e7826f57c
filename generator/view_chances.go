package generator

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"milepost/generator/chart"
	"milepost/schedule"
	"milepost/schedule/calendar"
)

// chancesView is the page that says how likely the plan's dates and money are,
// and what they depend on.
type chancesView struct {
	Class      string   // of the headline: "good", "warn" or "bad"
	Headline   []string // the answer in sentences
	Tiles      []tile
	Chart      *chart.Chart
	Bias       string // how the computed finish stands to the likely one
	Milestones *chart.Chart
	Dates      table // percentiles of the finish and of every milestone
	Drivers    *chart.Chart
	Risks      table
	RiskLead   []string
	Work       table
	Cost       table
	CostLead   []string
	How        []cell
	Words      []fact // what the terms mean
	CSV, JSON  string
}

// simulate plays the plan through if it says that something is uncertain: work
// with three points, a risk with figures, or settings of a simulation. Nil if
// nothing varies.
func (ps *planSite) simulate(opts Options) *schedule.Simulation {
	p := ps.plan
	uncertain := p.Has("simulation")
	for _, a := range ps.sched.Activities {
		uncertain = uncertain || a.Work != nil && !a.Done() && a.Work.Duration.ThreePoint()
	}
	for _, r := range p.Risks {
		uncertain = uncertain || isOpen(r) && (r.Probability.IsSet() || r.Status == "occurred") && len(r.Impact) > 0
	}
	if !uncertain {
		return nil
	}
	sim := opts.Cache.simulations.of(simulationKey(ps.sched, opts.Schedule, ""), func() *schedule.Simulation {
		return ps.sched.Simulate(schedule.SimulateOptions{})
	})
	varies := sim.Finish.SD > 0 || sim.Cost != nil && sim.Cost.SD > 0
	for _, o := range sim.Milestones {
		varies = varies || o.SD > 0
	}
	if !varies {
		return nil
	}
	return sim
}

// outcome returns the chances of a milestone, nil if there are none or its date
// does not vary.
func (ps *planSite) outcome(id string) *schedule.Outcome {
	sim := ps.outlook()
	if sim == nil {
		return nil
	}
	for i := range sim.Milestones {
		if o := &sim.Milestones[i]; o.Milestone.ID == id && o.SD > 0 {
			return o
		}
	}
	return nil
}

// riskOutcome returns what a simulation says about a risk, nil if it counts
// nowhere.
func (ps *planSite) riskOutcome(id string) *schedule.RiskOutcome {
	if sim := ps.outlook(); sim != nil {
		for i := range sim.Risks {
			if sim.Risks[i].Risk.ID == id {
				return &sim.Risks[i]
			}
		}
	}
	return nil
}

func (ps *planSite) chance(p float64) string { return chart.Chance(ps.loc, p) }

// statedDate writes the date that a chance is about: of the plan as its author
// states it.
func (ps *planSite) statedDate(o *schedule.Outcome) (kind, date string) {
	switch {
	case !o.HasStated:
		return "computed", ps.finish(o.Computed).String()
	case o.Milestone != nil:
		return "stated", ps.target(o.Milestone).String()
	}
	w := ps.finish(o.Stated)
	if ps.plan.Finish.IsSet() && ps.plan.Finish.Week == 0 {
		return "stated", w.String()
	}
	return "stated", w.Week + " (" + w.Text + ")"
}

// chanceSentence is the answer of the front page: "38% chance to finish by the
// stated W12; 80% by Fri 22 May 2026 (W20)."
func (ps *planSite) chanceSentence(sim *schedule.Simulation) string {
	o := &sim.Finish
	by := "computed " + ps.finish(o.Computed).String()
	if o.HasStated {
		by = "stated " + ps.statedFinish()
	}
	out := ps.chance(o.Chance) + " chance to finish by the " + by
	if o.Chance < 0.8 {
		out += "; 80% by " + ps.finish(o.P80).String()
	}
	return out + "."
}

func (b *builder) chancesPages(ps *planSite) []page {
	sim := ps.outlook()
	if sim == nil {
		return nil
	}
	s := chances{b.section(ps, "chances/index.html"), sim}
	v := chancesView{
		Headline: s.headline(), Tiles: s.tiles(), Bias: s.bias(), Dates: s.dates(),
		Risks: s.risks(), RiskLead: s.riskLead(), Work: s.work(), How: s.how(), Words: s.terms(),
	}
	v.Class = v.Tiles[0].Class
	v.CostLead, v.Cost = s.cost()
	c := s.chartContext()
	if ch, ok := chart.Outlook(sim, &sim.Finish, c); ok {
		v.Chart = &ch
	}
	if ch, ok := chart.MilestoneOutlooks(sim, c); ok {
		v.Milestones = &ch
	}
	if ch, ok := chart.Drivers(sim, c); ok {
		v.Drivers = &ch
	}
	v.CSV, v.JSON = s.publish()
	return []page{{
		path: s.from, plan: ps, template: "chances", title: "How likely it is", section: "chances",
		summary: ps.chanceSentence(sim), view: v,
	}}
}

// chances makes the views of a simulation.
type chances struct {
	section
	sim *schedule.Simulation
}

// publish makes the simulation available as data and returns the references.
func (s chances) publish() (csv, json string) {
	var rows, doc bytes.Buffer
	if schedule.WriteSimulationCSV(&rows, s.sim) != nil || schedule.WriteSimulationJSON(&doc, s.sim) != nil {
		panic("generator: a buffer takes everything")
	}
	for _, f := range []File{{Path: s.ps.path("chances/chances.csv"), Data: rows.Bytes()}, {Path: s.ps.path("chances/chances.json"), Data: doc.Bytes()}} {
		if !slices.ContainsFunc(s.b.csv, func(x File) bool { return x.Path == f.Path }) {
			s.b.csv = append(s.b.csv, f)
		}
	}
	return s.href("chances/chances.csv"), s.href("chances/chances.json")
}

func (s chances) date(t calendar.Instant) string { return s.ps.finish(t).String() }

// span writes working time to about an hour, with the word for its direction:
// "2 days earlier", "no earlier".
func (s chances) span(w calendar.Work, more, less, none string) string {
	text := s.ps.words(w)
	switch {
	case text == "0 days":
		return none
	case w > 0:
		return text + " " + more
	}
	return text + " " + less
}

// first returns the risk that it helps most to be rid of, of those that have not
// happened: by the 80% date, then by the mean finish, then by the 80% cost. Nil if
// there is none.
func (s chances) first() *schedule.RiskOutcome {
	var out *schedule.RiskOutcome
	for i := range s.sim.Risks {
		r := &s.sim.Risks[i]
		if r.Risk.Status == "occurred" || effectGroup(&r.Removed) != harms {
			continue
		}
		if out == nil || compareEffects(&r.Removed, &out.Removed) > 0 {
			out = r
		}
	}
	return out
}

// headline answers the two questions of a reader in a hurry: will it be in time,
// and what is to be done first.
func (s chances) headline() []string {
	o := &s.sim.Finish
	kind, date := s.ps.statedDate(o)
	n := s.ps.loc.Number(float64(s.sim.Trials), 0)
	var out []string
	switch {
	case o.Chance <= 0:
		out = append(out, fmt.Sprintf("As it stands, the plan does not finish by the %s %s: in none of %s trials did it.", kind, date, n))
	case o.Chance >= 1:
		out = append(out, fmt.Sprintf("The plan finishes by the %s %s: in all of %s trials it did.", kind, date, n))
	default:
		out = append(out, fmt.Sprintf("The chance to finish by the %s %s is %s.", kind, date, s.ps.chance(o.Chance)))
	}
	if o.SD > 0 {
		line := fmt.Sprintf("To be 80%% sure, promise %s", s.date(o.P80))
		if o.HasStated {
			if w := s.ps.slip(o.Stated, o.P80); w != 0 {
				line += ", " + s.ps.words(w) + pick(w > 0, " after", " before") + " the stated date"
			}
		}
		out = append(out, line+".")
	}
	if r := s.first(); r != nil {
		out = append(out, fmt.Sprintf("The risk to attack first is %s: without it %s.", r.Risk.Title(), s.without(r)))
	}
	return out
}

// without says what the plan gets back if a risk is away: "the 80% date is 2
// days earlier, the finish on average 4 days earlier and the 80% cost $8,000 less".
func (s chances) without(r *schedule.RiskOutcome) string {
	e := r.Removed
	var parts []string
	add := func(what, change string) {
		parts = append(parts, what+pick(len(parts) == 0, " is ", " ")+change)
	}
	if e.Gain != 0 {
		add("the 80% date", s.span(e.Gain, "earlier", "later", "the same"))
	}
	if e.Mean != 0 {
		add("the finish on average", s.span(e.Mean, "earlier", "later", "the same"))
	}
	if e.Saving != 0 && s.sim.Cost != nil {
		add("the 80% cost", s.saving(e.Saving))
	}
	if len(parts) == 0 {
		return "neither the dates nor the money change"
	}
	return enumerate(parts)
}

func (s chances) tiles() []tile {
	o := &s.sim.Finish
	kind, _ := s.ps.statedDate(o)
	at := o.Computed
	if o.HasStated {
		at = o.Stated
	}
	class := "bad"
	switch {
	case o.Chance >= 0.8:
		class = "good"
	case o.Chance >= 0.5:
		class = "warn"
	}
	out := []tile{{Label: "Chance to be in time", Value: s.ps.chance(o.Chance), Note: "by the " + kind + " " + s.date(at), Class: class, Href: "#finish"}}
	if o.SD > 0 {
		mark := func(label string, t calendar.Instant, note string) tile {
			return tile{Label: label, Value: s.ps.tileDate(t.LastDate()), Unit: s.ps.finish(t).Week, Note: note, Href: "#finish"}
		}
		out = append(out, mark("As likely as not", o.P50, "half of the trials finish by then"), mark("80% sure", o.P80, "4 of 5 trials finish by then"))
	}
	if c := s.sim.Cost; c != nil {
		t := tile{Label: "80% sure, cost", Value: s.forecast(c.P80), Note: s.ps.loc.Money(c.Planned) + " planned", Href: "#money"}
		if c.HasContingency && c.Needed > c.Contingency {
			t.Note, t.Class = s.forecast(c.Needed-c.Contingency)+" more than plan and contingency", "bad"
		}
		out = append(out, t)
	}
	if r := s.first(); r != nil {
		note := "without it 80% by " + s.date(r.Removed.P80)
		if r.Removed.Gain == 0 {
			note = s.without(r)
		}
		out = append(out, tile{Label: "Attack first", Value: r.Risk.Title(), Note: note, Class: "words wide", Href: s.item(&r.Risk.Item).Href})
	}
	return out
}

// bias says how the computed finish stands to what the trials came to.
func (s chances) bias() string {
	o := &s.sim.Finish
	if o.SD == 0 {
		return "Nothing that the plan holds for uncertain moves its finish."
	}
	out := fmt.Sprintf("The schedule computes %s, and the chance of that is %s: it takes every duration as likely and no risk as happening.", s.date(o.Computed), s.ps.chance(o.OfComputed))
	if w := s.ps.slip(o.Computed, o.P50); w != 0 {
		out += fmt.Sprintf(" As likely as not is %s, %s.", s.date(o.P50), s.ps.words(w)+pick(w > 0, " later", " earlier"))
	} else {
		out += " That is as likely as not."
	}
	if s.sim.MergeTime > 0 && s.sim.MergeTime*20 >= o.SD {
		out += fmt.Sprintf(" On average the trials finish %s later than the plan would with every duration at its average: where several paths have to be finished, the latest decides, and one of them is often late (merge bias).", s.ps.words(s.sim.MergeTime))
	} else {
		out += " Paths that meet add nothing worth mentioning to it (merge bias)."
	}
	return out
}

// dates lists the percentiles of the finish and of every milestone.
func (s chances) dates() table {
	t := table{ID: "dates", Class: "stack", Caption: "The chance of each stated date, and the dates by which 10%, 50%, 80% and 90% of the trials have it",
		Head: cols("What", "Stated", "#Chance", "Computed", "10%", "50%", "80%", "90%")}
	at := func(v calendar.Instant) cell { return s.short(s.ps.finish(v), v) }
	add := func(head cell, o *schedule.Outcome, class string) {
		stated := cell{}
		if o.HasStated {
			stated = at(o.Stated)
			if o.Milestone != nil {
				stated = s.short(s.ps.target(o.Milestone), o.Stated).assumed(o.Milestone.Item, "target")
			}
		}
		chance := text(s.ps.chance(o.Chance)).class(pick(o.HasStated && o.Chance < 0.5, "late", ""))
		if !o.HasStated {
			chance = chance.note("of the computed date")
		}
		if o.SD == 0 {
			note := "certain here"
			if a := o.Milestone; a != nil && a.Done() {
				note = "reached"
			}
			t.Rows = append(t.Rows, row{Class: class, Cells: []cell{head, stated, chance.note(note), at(o.Computed), {}, {}, {}, {}}})
			return
		}
		t.Rows = append(t.Rows, row{Class: class, Cells: []cell{head, stated, chance, at(o.Computed), at(o.P10), at(o.P50), at(o.P80), at(o.P90)}})
	}
	for i := range s.sim.Milestones {
		o := &s.sim.Milestones[i]
		add(linked(s.item(o.Milestone.Item)), o, "")
	}
	add(text("The plan is finished"), &s.sim.Finish, "total")
	return t.trim()
}

// short shows a date without its weekday.
func (s chances) short(w when, t calendar.Instant) cell {
	w.Text = s.ps.tileDate(t.LastDate())
	return dated(w)
}

// effectCells are what an effect comes to beside the plan as it stands.
func (s chances) effectCells(e *schedule.Effect) []cell {
	if e == nil {
		return make([]cell, 4)
	}
	out := []cell{
		text(s.span(e.Gain, "earlier", "later", "no change")), text(s.span(e.Mean, "earlier", "later", "no change")),
		text(s.ps.chance(e.Chance)), {},
	}
	if s.sim.Cost != nil {
		out[3] = text(s.saving(e.Saving))
	}
	return out
}

func (s chances) saving(minor int64) string {
	switch text := s.forecast(max(minor, -minor)); {
	case minor == 0:
		return "no change"
	case minor > 0:
		return text + " less"
	default:
		return text + " more"
	}
}

// ranked returns the risks, the one first that it helps most to be rid of.
func (s chances) ranked() []*schedule.RiskOutcome {
	var out []*schedule.RiskOutcome
	for i := range s.sim.Risks {
		out = append(out, &s.sim.Risks[i])
	}
	slices.SortStableFunc(out, func(a, b *schedule.RiskOutcome) int {
		return cmp.Or(cmp.Compare(effectGroup(&a.Removed), effectGroup(&b.Removed)), compareEffects(&b.Removed, &a.Removed))
	})
	return out
}

// happens is the probability of a risk as simulated.
func (s chances) happens(r *schedule.RiskOutcome) cell {
	if r.Risk.Status == "occurred" {
		return text("occurred")
	}
	return text(s.ps.chance(r.Probability)).assumed(&r.Risk.Item, "probability")
}

func (s chances) risks() table {
	t := table{ID: "risk-effects", Class: "stack effects", Caption: "What each risk does to the plan, the one first that it helps most to be rid of",
		Head: cols("Risk", "#Happens", "80% date without it", "Mean finish without it", "#Chance then", "80% cost without it", "80% date once mitigated", "#Chance once mitigated", "80% cost once mitigated", "Mitigation costs")}
	for _, r := range s.ranked() {
		cells := append([]cell{linked(s.item(&r.Risk.Item)), s.happens(r)}, s.effectCells(&r.Removed)...)
		if m := r.Mitigated; m != nil {
			m := s.effectCells(m)
			cells = append(cells, m[0], m[2], m[3])
		} else {
			cells = append(cells, cell{}, cell{}, cell{})
		}
		t.Rows = append(t.Rows, row{Cells: append(cells, s.money(r.Risk.MitigationCost).assumed(&r.Risk.Item, "mitigation_cost"))})
	}
	return t.trim()
}

// riskLead says what mitigation brings, and what is not counted.
func (s chances) riskLead() []string {
	var out []string
	if m := s.sim.Mitigation; m != nil {
		line := fmt.Sprintf("With every mitigation done and paid for, the chance is %s and 80%% of the trials finish by %s", s.ps.chance(m.Chance), s.date(m.P80))
		if s.sim.Cost != nil && m.Saving != 0 {
			line += "; the 80% cost is " + s.saving(m.Saving)
		}
		out = append(out, line+".")
	} else if len(s.sim.Risks) > 0 {
		out = append(out, "The plan gives no figures for what is left of a risk once it is mitigated (key mitigated), so it cannot be said what mitigation brings.")
	}
	return out
}

// simulatedRisk shows on the page of a risk what it does to the plan.
func (b *builder) simulatedRisk(s section, id string) (lead string, t table) {
	r := s.ps.riskOutcome(id)
	if r == nil {
		return "", table{}
	}
	sim := s.ps.outlook()
	k := chances{s, sim}
	o := &sim.Finish
	t = table{ID: "effect", Class: "stack", Caption: "The finish of the plan with and without the risk, over " + s.ps.loc.Number(float64(sim.Trials), 0) + " trials",
		Head: cols("The plan", "80% date", "That is", "Mean finish", "#Chance to be in time", "80% cost", "That is, cost")}
	is := row{Cells: []cell{text("As it stands").note(k.ps.chance(r.Probability) + " of the trials have it"), dated(s.ps.finish(o.P80)), {}, dated(s.ps.finish(o.Mean)), text(s.ps.chance(o.Chance)), {}, {}}}
	if sim.Cost != nil {
		is.Cells[5] = text(s.forecast(sim.Cost.P80))
	}
	t.Rows = append(t.Rows, is)
	add := func(name cell, e *schedule.Effect) {
		c := k.effectCells(e)
		r := row{Cells: []cell{name, dated(s.ps.finish(e.P80)), c[0], c[1], c[2], {}, c[3]}}
		if sim.Cost != nil {
			r.Cells[5] = text(s.forecast(e.Cost80))
		}
		t.Rows = append(t.Rows, r)
	}
	add(text("Without the risk"), &r.Removed)
	if r.Mitigated != nil {
		add(text("Once it is mitigated").note("its mitigation done and paid for"), r.Mitigated)
	}
	return sentence("without it " + k.without(r)), t.trim()
}

// chanceFacts are the chances of a milestone, for its page.
func (b *builder) chanceFacts(l linker, o *schedule.Outcome) []fact {
	ps := l.plan
	kind, date := ps.statedDate(o)
	at := func(t calendar.Instant) *when { w := ps.finish(t); return &w }
	return []fact{
		{Label: "Chance", Text: ps.chance(o.Chance), Note: "by the " + kind + " " + date, Class: pick(o.HasStated && o.Chance < 0.5, "late", "")},
		{Label: "50% by", When: at(o.P50)},
		{Label: "80% by", When: at(o.P80)},
		{Label: "90% by", When: at(o.P90)},
		{Label: "How it was computed", Links: []link{{Text: strings.ToLower(ps.loc.Number(float64(ps.outlook().Trials), 0)) + " trials of the plan", Href: l.href("chances/#how")}}},
	}
}
