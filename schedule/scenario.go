package schedule

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// Scenario is what follows from a scenario of the plan, beside what follows from
// the plan as it is.
type Scenario struct {
	*plan.Scenario
	Base     *Schedule // of the plan
	Schedule *Schedule // of the scenario's plan
	// Against compares the scenario with the plan as with a baseline, on the plan's
	// calendar: its Removed are what the scenario has not, and Added is what the
	// plan has not.
	Against *Comparison

	// Joins are the work packages that are critical in the scenario only, Leaves
	// those that are critical in the plan only.
	Joins, Leaves []*Activity

	// Found is all that was found about the scenario.
	Found diag.List
	// Findings are those of Found that the plan does not have, or has with other
	// figures. Settled are those of the plan that the scenario does not have with any.
	// Gaps are in neither: a scenario says what is different and no more.
	Findings, Settled diag.List
}

// Scenarios schedules each scenario of the plan with the options of the plan's
// own schedule. The list holds what leaves a scenario no schedule, at the lines
// of the scenario; such a scenario is left out. Findings of a scenario are not
// findings of the plan: they stay with it.
//
// The work is done once; later calls return the same.
func (s *Schedule) Scenarios() ([]*Scenario, diag.List) { return s.scenarios() }

// Scenario returns the scenario of that id, or nil.
func (s *Schedule) Scenario(id string) *Scenario {
	all, _ := s.Scenarios()
	for _, sc := range all {
		if sc.ID == id {
			return sc
		}
	}
	return nil
}

func (s *Schedule) newScenarios(found diag.List) ([]*Scenario, diag.List) {
	var out []*Scenario
	var list diag.List
	base := s.asBaseline()
	for _, sc := range s.Plan.Scenarios {
		if sc.Plan == nil {
			continue // made in Go, or with mistakes that are reported
		}
		sched, more := Compute(sc.Plan, s.options)
		if sched == nil {
			list = append(list, sc.Place(more.Only(diag.Error), found)...)
			continue
		}
		c := &Scenario{Scenario: sc, Base: s, Schedule: sched, Against: sched.Against(base), Found: more}
		c.onPlansCalendar()
		c.Joins, c.Leaves = onlyIn(sched.CriticalPath, s.CriticalPath), onlyIn(s.CriticalPath, sched.CriticalPath)
		c.Findings = without(withoutGaps(more), found, func(d, other *diag.Diagnostic) bool { return d.Message == other.Message })
		c.Settled = without(withoutGaps(found.Only(diag.Finding)), more, func(d, other *diag.Diagnostic) bool { return true })
		out = append(out, c)
	}
	list.Sort()
	return out, list
}

// onPlansCalendar counts the variances on the calendar of the plan and not on that
// of the scenario, which may have other days.
func (sc *Scenario) onPlansCalendar() {
	c := sc.Base.Calendar
	set := func(v *Variance, start, finish calendar.Instant) {
		if v.Then != nil {
			v.Start, v.Finish = c.Between(v.Then.Start, start), c.Between(v.Then.Finish, finish)
		}
	}
	set(&sc.Against.Plan, sc.Schedule.Start, sc.Schedule.Finish)
	for i, a := range sc.Schedule.Activities {
		set(&sc.Against.Activities[i], a.Start, a.Finish)
	}
	for i, ph := range sc.Schedule.Phases {
		set(&sc.Against.Phases[i], ph.Start, ph.Finish)
	}
}

// asBaseline returns the schedule as what a scenario is compared with.
func (s *Schedule) asBaseline() *plan.Baseline { return s.Freeze("plan", "the plan", s.Start.Date()) }

// onlyIn returns the activities of a that b has none of the same id of.
func onlyIn(a, b []*Activity) []*Activity {
	ids := map[string]bool{}
	for _, x := range b {
		ids[x.ID] = true
	}
	var out []*Activity
	for _, x := range a {
		if !ids[x.ID] {
			out = append(out, x)
		}
	}
	return out
}

func withoutGaps(list diag.List) diag.List {
	return slices.DeleteFunc(slices.Clone(list), func(d *diag.Diagnostic) bool { return IsGap(d.Code) })
}

// without returns what of a list is not in another one: of no code and subject
// there, or not the same in the end.
func without(list, other diag.List, same func(d, o *diag.Diagnostic) bool) diag.List {
	var out diag.List
next:
	for _, d := range list {
		for _, o := range other {
			if o.Code == d.Code && o.Subject == d.Subject && same(d, o) {
				continue next
			}
		}
		out = append(out, d)
	}
	return out
}

// Moved returns the milestones that the scenario reaches on another day than the
// plan, in the order of the plan.
func (sc *Scenario) Moved() []*Activity {
	var out []*Activity
	for _, a := range sc.Schedule.Activities {
		v := sc.Against.Of(a)
		if a.Milestone != nil && v.Then != nil && v.Finish != 0 {
			out = append(out, a)
		}
	}
	return out
}

// BudgetOf returns the sum of all categories of a plan's budget, and what of it is
// held against risks; not set if the plan has no budget.
func BudgetOf(p *plan.Plan) (total, reserve plan.Money) {
	for _, b := range p.Budget {
		minor := int64(0)
		if len(b.Amount) == 0 {
			minor = b.Total.Minor
		}
		for _, v := range b.Amount {
			minor += v.Value.Minor
		}
		total = plan.MoneyOf(total.Minor + minor)
		if b.Contingency {
			reserve = plan.MoneyOf(reserve.Minor + minor)
		}
	}
	return total, reserve
}

// Dearer returns by how much more the scenario costs than the plan in minor
// units, and of what: "the work" or, if that has no cost, "the budget". It is not
// set if neither has.
func (sc *Scenario) Dearer() (m plan.Money, of string) {
	if v := sc.Against.Plan.Cost; v.IsSet() {
		return v, "the work"
	}
	was, _ := BudgetOf(sc.Base.Plan)
	is, _ := BudgetOf(sc.Schedule.Plan)
	return difference(is, was), "the budget"
}

// mostMoved is how many milestones a headline names.
const mostMoved = 4

// Headline says what the scenario comes to in a sentence, for readers of plain
// text: "the plan finishes on Fri 24 Apr 2026 (W16), 2 weeks later; M2, M3 and M4
// move; the work costs 12,000 USD more".
func (sc *Scenario) Headline() string {
	s, v := sc.Schedule, sc.Against.Plan
	parts := []string{"the plan finishes on " + s.finishText(s.Finish) + ", "}
	switch {
	case v.Finish == 0:
		parts[0] += "as without it"
	default:
		parts[0] += sc.Base.movedText(sc.Base.Finish, s.Finish)
	}
	switch moved := idsOf(sc.Moved()); {
	case len(moved) == 1:
		parts = append(parts, "milestone "+moved[0]+" moves")
	case len(moved) > mostMoved:
		parts = append(parts, fmt.Sprintf("%d milestones move", len(moved)))
	case len(moved) > 1:
		parts = append(parts, strings.Join(moved[:len(moved)-1], ", ")+" and "+moved[len(moved)-1]+" move")
	}
	if m, of := sc.Dearer(); m.IsSet() && m.Minor != 0 {
		if m.Minor > 0 {
			parts = append(parts, of+" costs "+s.money(m.Minor)+" more")
		} else {
			parts = append(parts, of+" costs "+s.money(-m.Minor)+" less")
		}
	}
	return strings.Join(parts, "; ")
}

// scenarioDocument is a scenario in plan.json. Variances are the scenario's less
// the plan's, on the plan's calendar.
type scenarioDocument struct {
	ID             string              `json:"id"`
	Name           string              `json:"name"`
	Finish         string              `json:"finish"`
	FinishVariance calendar.Work       `json:"finish_variance_minutes"`
	Cost           json.Number         `json:"cost,omitempty"`
	CostVariance   json.Number         `json:"cost_variance,omitempty"`
	Milestones     []scenarioMilestone `json:"milestones"`
	CriticalPath   []string            `json:"critical_path"`
	Added          []string            `json:"added,omitempty"`   // phases, work and milestones
	Removed        []string            `json:"removed,omitempty"` // likewise
}

type scenarioMilestone struct {
	ID             string         `json:"id"`
	Finish         string         `json:"finish"`
	FinishVariance *calendar.Work `json:"finish_variance_minutes"` // null if the plan does not have it
}

func (s *Schedule) scenarioDocuments() []scenarioDocument {
	all, _ := s.Scenarios()
	var out []scenarioDocument
	for _, sc := range all {
		out = append(out, sc.document())
	}
	return out
}

func (sc *Scenario) document() scenarioDocument {
	s := sc.Schedule
	d := scenarioDocument{ID: sc.ID, Name: sc.Name, Finish: s.Finish.String(), FinishVariance: sc.Against.Plan.Finish,
		Cost: s.number(s.CostAtCompletion()), CostVariance: s.number(sc.Against.Plan.Cost),
		Milestones: []scenarioMilestone{}, CriticalPath: append([]string{}, idsOf(s.CriticalPath)...)}
	for i, a := range s.Activities {
		v := sc.Against.Activities[i]
		if v.Then == nil {
			d.Added = append(d.Added, a.ID)
		}
		if a.Milestone == nil {
			continue
		}
		m := scenarioMilestone{ID: a.ID, Finish: a.Finish.String()}
		if v.Then != nil {
			m.FinishVariance = &v.Finish
		}
		d.Milestones = append(d.Milestones, m)
	}
	for i, ph := range s.Phases {
		if sc.Base.Phase(ph.ID) == nil {
			d.Added = append(d.Added, s.Phases[i].ID)
		}
	}
	for _, r := range sc.Against.Removed {
		d.Removed = append(d.Removed, r.ID)
	}
	return d
}

// WriteScenarios writes the scenarios of a plan beside the plan, as text.
func WriteScenarios(w io.Writer, s *Schedule) error {
	all, _ := s.Scenarios()
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintf(t, "Scenario\tFinish\tCompared\tMilestones moved\tCritical path\n")
	_, _ = fmt.Fprintf(t, "the plan\t%s\t\t\t%s\n", s.finishText(s.Finish), enumerate(idsOf(s.CriticalPath)))
	for _, sc := range all {
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", sc.ID, sc.Schedule.finishText(sc.Schedule.Finish), s.movedText(s.Finish, sc.Schedule.Finish),
			enumerate(idsOf(sc.Moved())), enumerate(idsOf(sc.Schedule.CriticalPath)))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(b.String()) {
		if _, err := io.WriteString(w, strings.TrimRight(line, " \n")+"\n"); err != nil {
			return err
		}
	}
	for _, sc := range all {
		if _, err := fmt.Fprintf(w, "\n%s: %s.\n", oneLine(sc.Title()), sc.Headline()); err != nil {
			return err
		}
	}
	return nil
}
