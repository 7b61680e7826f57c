package generator

import (
	"slices"
	"strconv"

	"milepost/generator/chart"
	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// scenariosView is the page that puts the scenarios beside the plan.
type scenariosView struct {
	Lead       string
	Says       []scenarioSays
	Courses    table
	Gantt      *chart.GanttChart
	Drawn      string // which scenarios the Gantt shows, if not all
	Milestones *table
	Load       *table
	Basis      string // of the chances; "" without
}

// scenarioSays is a scenario with what comes of it in a sentence.
type scenarioSays struct {
	Link     link
	Assumed  bool // the name
	Trigger  cell
	Headline string
}

func (b *builder) scenariosPage(ps *planSite, all []course) page {
	s := b.section(ps, "scenarios/index.html")
	v := scenariosView{Lead: s.scenariosLead(all), Courses: s.courseTable(all), Milestones: s.courseMilestones(all), Load: s.courseLoads(all)}
	for _, c := range all[1:] {
		it := &c.sc.Item
		v.Says = append(v.Says, scenarioSays{s.scenarioLink(c.sc), it.IsAssumed("name"), text(c.sc.Trigger).assumed(it, "trigger"), s.scenarioHeadline(c)})
	}
	v.Gantt, v.Drawn = s.overlay(all)
	v.Courses.CSV = b.publishCSV(s.linker, "scenarios/scenarios.csv", s.courseRows(all))
	if sim := all[0].sim; sim != nil {
		v.Basis = "The chances come from " + s.ps.loc.Number(float64(sim.Trials), 0) + " trials of each. The plan and every scenario get the same trials, so that they differ by what the scenario replaces and not by chance. P80 is the date" + pick(costP80(all[0]).IsSet(), " and the cost", "") + " that 80% of the trials do not exceed."
	}
	return page{path: s.from, plan: ps, template: "scenarios", title: "Scenarios", section: "scenarios", summary: v.Lead, view: v, wide: true}
}

// longestMark is how long an id may be that marks a scenario in a picture.
const longestMark = 4

// overlay draws the plan and the scenarios on one time axis, and says which if
// there are more than it draws.
func (s section) overlay(all []course) (*chart.GanttChart, string) {
	var over []chart.Overlaid
	for i, c := range all[1:] {
		over = append(over, chart.Overlaid{Mark: "S" + itoa(i+1), Name: c.sc.Title(), Href: s.scenarioLink(c.sc).Href, Schedule: c.ps.sched})
	}
	if len(s.ps.sched.Activities) == 0 {
		return nil, ""
	}
	// Scenarios that are known by short ids keep them.
	short := func(c course) bool {
		it := &c.sc.Item
		return len(it.ID) <= longestMark && (it.Name == "" || shownID(it) != "")
	}
	if !slices.ContainsFunc(all[1:], func(c course) bool { return !short(c) }) {
		for i := range over {
			over[i].Mark, over[i].Name = all[i+1].sc.ID, all[i+1].sc.Name
		}
	}
	drawn := ""
	if most := chart.MostOverlaid; len(over) > most {
		var marks []string
		for _, o := range over[:most] {
			marks = append(marks, o.Mark)
		}
		drawn = "Drawn are the first " + itoa(most) + " of " + itoa(len(over)) + " scenarios: " + enumerate(marks) + ". The tables have all of them."
	}
	g := chart.Overlay(s.ps.sched, s.chartContext(), "overlay", over)
	return &g, drawn
}

// scenariosLead says how far the scenarios reach.
func (s section) scenariosLead(all []course) string {
	out := plural(len(all)-1, "scenario", "scenarios") + " beside the plan, which finishes " + s.ps.finish(s.ps.sched.Finish).String() + ". "
	worst, later := all[0], calendar.Work(0)
	for _, c := range all[1:] {
		if v := c.sc.Against.Plan.Finish; v > later {
			worst, later = c, v
		}
	}
	if worst.sc == nil {
		return out + pick(len(all) == 2, "It does not finish later.", "None of them finishes later.")
	}
	return out + pick(len(all) == 2, "With it the finish is ", "The latest finish is that of “"+worst.sc.Title()+"”: ") +
		worst.ps.finish(worst.ps.sched.Finish).String() + ", " + s.ps.moved(later) + "."
}

// courseTable is a line for the plan and each scenario.
func (s section) courseTable(all []course) table {
	t := table{ID: "courses", Class: "stack", Caption: "The plan and its scenarios side by side",
		Head: cols("Course", "Finish", "Against the plan", "Milestones that move", "#Cost of the work", "#Budget", "#Chance", "P80 date", "#P80 cost", "Critical path")}
	if all[0].sim != nil {
		by := "the plan's finish"
		if s.ps.sched.HasStatedFinish {
			by = s.ps.statedFinish()
		}
		t.Head[6].Text = "Chance by " + by
	}
	budgets := false // some scenario has another than the plan
	for _, c := range all {
		was, _ := schedule.BudgetOf(s.ps.plan)
		is, _ := schedule.BudgetOf(c.ps.plan)
		budgets = budgets || was != is
	}
	for _, c := range all {
		r := row{Cells: []cell{text("The plan"), dated(c.ps.finish(c.ps.sched.Finish)), {}, {},
			s.money(c.ps.sched.CostAtCompletion()), {}, {}, {}, {}, {}}}
		budget, _ := schedule.BudgetOf(c.ps.plan)
		if budgets {
			r.Cells[5] = s.money(budget)
		}
		if c.sim != nil {
			r.Cells[6] = text(schedule.Chance(s.chanceBy(c)))
			r.Cells[7] = dated(c.ps.finish(c.sim.Finish.P80))
			r.Cells[8] = s.money(costP80(c))
		}
		if c.sc == nil {
			r.Cells[9] = text(plural(len(c.ps.sched.CriticalPath), "work package", "work packages"))
			t.Rows = append(t.Rows, r)
			continue
		}
		v := c.sc.Against.Plan
		r.Cells[0] = linked(s.scenarioLink(c.sc))
		if len(c.sc.Changes) == 0 {
			r.Cells[0].Note = "replaces nothing in the plan"
		}
		r.Cells[2] = text(s.ps.moved(v.Finish)).class(pick(v.Finish > 0, "late", ""))
		r.Cells[3] = s.movedCell(c.sc)
		r.Cells[4].Note = s.dearer(s.ps.sched.CostAtCompletion(), c.ps.sched.CostAtCompletion())
		was, _ := schedule.BudgetOf(s.ps.plan)
		if budgets {
			r.Cells[5].Note = s.dearer(was, budget)
		}
		if c.sim != nil {
			r.Cells[6].Note = points(s.chanceBy(c) - s.chanceBy(all[0]))
			r.Cells[7].Note = s.ps.moved(s.ps.sched.Calendar.Between(all[0].sim.Finish.P80, c.sim.Finish.P80))
			r.Cells[8].Note = s.dearer(costP80(all[0]), costP80(c))
		}
		r.Cells[9] = text(s.pathChange(c.sc))
		t.Rows = append(t.Rows, r)
	}
	return t.trim()
}

// costP80 returns what 80% of the trials cost at most, to whole units; not set if that is not
// known.
func costP80(c course) plan.Money {
	if c.sim == nil || c.sim.Cost == nil {
		return plan.Money{}
	}
	return plan.MoneyOf(c.ps.loc.Rounded(c.sim.Cost.P80))
}

func (s section) movedCell(sc *schedule.Scenario) cell {
	moved := sc.Moved()
	if len(moved) == 0 {
		return text("none")
	}
	if len(moved) > mostMoved {
		return text(itoa(len(moved)))
	}
	var out []link
	for _, a := range moved {
		l := s.to(a.Address())
		if l.ID != "" {
			l.ID, l.Text = "", l.ID
		}
		out = append(out, l)
	}
	return linked(out...)
}

// pathChange says in a line how the critical path differs.
func (s section) pathChange(sc *schedule.Scenario) string {
	ids := func(list []*schedule.Activity) string {
		var out []string
		for _, a := range list {
			out = append(out, a.ID)
		}
		if len(out) > mostMoved {
			return itoa(len(out)) + " work packages"
		}
		return enumerate(out)
	}
	switch in, out := ids(sc.Joins), ids(sc.Leaves); {
	case in != "" && out != "":
		return in + pick(len(sc.Joins) == 1, " joins, ", " join, ") + out + pick(len(sc.Leaves) == 1, " leaves", " leave")
	case in != "":
		return in + pick(len(sc.Joins) == 1, " joins", " join")
	case out != "":
		return out + pick(len(sc.Leaves) == 1, " leaves", " leave")
	}
	return "the same"
}

// courseRows are the same figures for machines.
func (s section) courseRows(all []course) [][]string {
	rows := [][]string{{"id", "name", "finish", "finish_variance_minutes", "cost", "cost_variance", "budget", "chance", "p80", "p80_cost", "critical_path"}}
	amount := func(m plan.Money) string {
		if !m.IsSet() {
			return ""
		}
		return m.Text(s.ps.plan.Currency)
	}
	for _, c := range all {
		budget, _ := schedule.BudgetOf(c.ps.plan)
		line := []string{"", "", c.ps.sched.Finish.String(), "", amount(c.ps.sched.CostAtCompletion()), "", amount(budget), "", "", amount(costP80(c)), ""}
		if c.sc != nil {
			line[0], line[1] = c.sc.ID, c.sc.Name
			line[3], line[5] = itoa(int(c.sc.Against.Plan.Finish)), amount(c.sc.Against.Plan.Cost)
		}
		if c.sim != nil {
			line[7], line[8] = strconv.FormatFloat(s.chanceBy(c), 'f', 4, 64), c.sim.Finish.P80.String()
		}
		for i, a := range c.ps.sched.CriticalPath {
			line[10] += pick(i > 0, "; ", "") + a.ID
		}
		rows = append(rows, line)
	}
	return rows
}
