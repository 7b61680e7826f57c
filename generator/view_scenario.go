package generator

import (
	"html/template"
	"slices"
	"strings"

	"milepost/generator/chart"
	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// scenarioView is the page of a scenario: what it replaces and what comes of it.
type scenarioView struct {
	Headline    string
	Description cell
	Facts       []fact
	Changes     *table
	Outcome     *table // beside the plan; nil if nothing is replaced
	Path        []fact
	Milestones  *table
	Scope       *table // what it adds and removes
	Gantt       *chart.GanttChart
	Load        *table
	Findings    []finding
	Settled     []finding // of the plan
	Story       template.HTML
	Prev, Next  *link
}

// course is the plan or a scenario of it, with its chances.
type course struct {
	ps  *planSite // whose schedule is that of the course
	sc  *schedule.Scenario
	sim *schedule.Simulation // nil if nothing is uncertain
}

// newCourses returns the plan and then its scenarios. If one of them is uncertain
// all have chances, from the same trials, so that they differ by what the
// scenarios replace and by nothing else.
func (ps *planSite) newCourses(opts Options) []course {
	all, _ := ps.sched.Scenarios()
	out := []course{{ps: ps}}
	for _, sc := range all {
		at := *ps
		at.plan, at.sched, at.against = sc.Schedule.Plan, sc.Schedule, nil
		at.askLater()
		out = append(out, course{ps: &at, sc: sc})
	}
	if len(out) == 1 {
		return out // nothing to compare
	}
	inParallel(len(out), func(i int) {
		differs := "scenario:" // the plan itself, in brief
		if out[i].sc != nil {
			differs += out[i].sc.ID
		} else {
			out[i].sim = ps.outlook() // the same trials, and more of them is known
		}
		if out[i].sim == nil {
			out[i].sim = opts.Cache.simulations.of(simulationKey(ps.sched, opts.Schedule, differs), func() *schedule.Simulation {
				return out[i].ps.sched.Simulate(schedule.SimulateOptions{Brief: true})
			})
		}
	})
	uncertain := slices.ContainsFunc(out, func(c course) bool { return c.sim.Finish.At(0) != c.sim.Finish.At(1) })
	for i := range out {
		if !uncertain {
			out[i].sim = nil
		}
	}
	return out
}

// scenarioPages returns the comparison and a page for each scenario, none for a
// plan without scenarios.
func (b *builder) scenarioPages(ps *planSite) []page {
	all := ps.courses()
	if len(all) == 1 {
		return nil
	}
	pages := []page{b.scenariosPage(ps, all)}
	for i := 1; i < len(all); i++ {
		pages = append(pages, b.scenarioPage(ps, all, i))
	}
	return pages
}

func (b *builder) scenarioPage(ps *planSite, all []course, i int) page {
	c := all[i]
	it := &c.sc.Item
	s := b.section(ps, "scenarios/"+it.ID+"/index.html")
	v := scenarioView{
		Headline:    s.scenarioHeadline(c),
		Description: text(it.Description).assumed(it, "description"),
		Facts:       s.scenarioFacts(c.sc.Scenario),
		Story:       b.story(s.linker, it.Address()),
	}
	if v.Changes = s.replaced(c.sc.Scenario); v.Changes != nil {
		v.Outcome = s.outcomes(all[0], c)
		v.Path = s.pathFacts(c)
		v.Milestones = s.courseMilestones([]course{all[0], c})
		v.Scope = s.scope(c)
		v.Load = s.courseLoads([]course{all[0], c})
	}
	if v.Changes != nil && len(c.ps.sched.Activities) > 0 {
		g := chart.Gantt(c.ps.sched, s.chartContext(), chart.GanttOptions{ID: "gantt-" + it.ID, Against: c.sc.Against.Baseline})
		v.Gantt = &g
	}
	for _, d := range c.sc.Findings {
		v.Findings = append(v.Findings, b.finding(s.linker, d))
	}
	for _, d := range c.sc.Settled {
		v.Settled = append(v.Settled, b.finding(s.linker, d))
	}
	neighbour := func(i int) *link {
		if i < 1 || i >= len(all) {
			return nil
		}
		l := s.scenarioLink(all[i].sc)
		return &l
	}
	v.Prev, v.Next = neighbour(i-1), neighbour(i+1)
	return page{
		path: s.from, plan: ps, template: "scenario", title: it.Title(), kicker: strings.TrimSpace("Scenario " + shownID(it)),
		section: "scenarios", summary: v.Headline, view: v, wide: true,
	}
}

// scenarioLink names.a scenario, by its id as well if people know it by that.
func (s section) scenarioLink(sc *schedule.Scenario) link {
	l := s.item(&sc.Item)
	l.ID = shownID(&sc.Item)
	return l
}

// scenarioFacts are what the author says of the scenario.
func (s section) scenarioFacts(sc *plan.Scenario) []fact {
	it := &sc.Item
	return facts(
		nameFact(it),
		fact{Label: "Trigger", Text: sc.Trigger, Assumed: it.IsAssumed("trigger")},
		fact{Label: "Approach", Text: sc.Approach, Assumed: it.IsAssumed("approach")},
		fact{Label: "Effect on the timeline, stated", Text: sc.TimelineImpact, Assumed: it.IsAssumed("timeline_impact")},
		fact{Label: "Effect on resources, stated", Text: sc.ResourceImpact, Assumed: it.IsAssumed("resource_impact")},
		fact{Label: "Tags", Text: strings.Join(it.Tags, ", "), Assumed: it.IsAssumed("tags")},
	)
}

// scenarioHeadline says what a scenario comes to: "The plan finishes Fri 24 Apr
// 2026 (W16), 2 weeks later than without it; M2, M3 and M4 move; it costs $12,000
// more."
func (s section) scenarioHeadline(c course) string {
	sc, ps := c.sc, s.ps
	if len(sc.Changes) == 0 {
		return "It replaces nothing in the plan, so every date and cost stays: the plan finishes " + ps.finish(ps.sched.Finish).String() + "."
	}
	finish := sc.Against.Plan.Finish
	out := "The plan finishes " + c.ps.finish(sc.Schedule.Finish).String() + ", " + pick(finish == 0, "as without it", ps.moved(finish)+" than without it")
	if moved := sc.Moved(); len(moved) > 0 {
		var ids []string
		for _, a := range moved {
			ids = append(ids, a.ID)
		}
		out += "; " + pick(len(ids) > mostMoved, plural(len(ids), "milestone", "milestones"), enumerate(ids)) + pick(len(ids) == 1, " moves", " move")
	}
	if m, of := sc.Dearer(); m.IsSet() && m.Minor != 0 {
		out += "; " + of + " costs " + ps.loc.Money(abs(m.Minor)) + pick(m.Minor > 0, " more", " less")
	}
	return out + "."
}

// mostMoved is how many milestones a sentence names.
const mostMoved = 6

// replaced lists what a scenario replaces, nil for nothing.
func (s section) replaced(sc *plan.Scenario) *table {
	if len(sc.Changes) == 0 {
		return nil
	}
	t := table{ID: "changes", Class: "stack", Caption: "What “" + sc.Title() + "” replaces in the plan",
		Head: cols("Of", "Value", "In the plan", "In the scenario")}
	for _, o := range sc.Changes {
		kind, id, _ := strings.Cut(o.Address, ":")
		of := s.to(o.Address)
		switch {
		case o.Address == "plan:plan":
			of = link{Text: "The whole plan", Href: s.href("index.html")}
		case o.Added:
			if it := sc.Plan.Lookup(o.Address); it != nil {
				of = link{Text: it.Title(), ID: shownID(it)}
			}
		}
		r := row{Cells: []cell{linked(of), text(keyWords(o.Key)), {}, {}}}
		switch {
		case o.Removed:
			r.Cells[1], r.Cells[2], r.Cells[3] = text(kindWord(kind)), text("is there"), status(pill{"removed", "none"})
		case o.Added:
			r.Cells[0].Badge = &pill{"added", "good"}
			r.Cells[2], r.Cells[3] = text("not in the plan"), text(s.valueIn(sc.Plan, o))
		default:
			r.Cells[2], r.Cells[3] = text(s.valueIn(s.ps.plan, o)), text(s.valueIn(sc.Plan, o))
		}
		if kind == "progress" && id != "" {
			r.Cells[1] = text(keyWords(o.Key))
		}
		r.Cells[3].Assumed = sc.IsAssumed(kind)
		t.Rows = append(t.Rows, r)
	}
	return &t
}

// keyWords writes a path of keys for readers: "staffing P2", "start no later than".
func keyWords(keys []string) string {
	return strings.ReplaceAll(strings.Join(keys, " "), "_", " ")
}

// kindWord names.a kind of table for readers.
func kindWord(kind string) string {
	return pick(kind == "work", "work package", kind)
}

// outcomes compares the scenario with the plan, figure by figure.
func (s section) outcomes(base, c course) *table {
	t := table{ID: "outcome", Class: "stack", Caption: "What comes of it, beside the plan", Head: cols("Figure", "The plan", "The scenario", "Difference")}
	add := func(name string, was, is cell, difference string, worse bool) {
		if was.plain() == "" && is.plain() == "" {
			return
		}
		t.Rows = append(t.Rows, row{Cells: []cell{text(name), was, is, text(difference).class(pick(worse, "late", ""))}})
	}
	ps := s.ps
	moved := c.sc.Against.Plan.Finish
	add("Finish", dated(ps.finish(ps.sched.Finish)), dated(c.ps.finish(c.ps.sched.Finish)), ps.moved(moved), moved > 0)
	if base.sim != nil {
		was, is := s.chanceBy(base), s.chanceBy(c)
		add(s.chanceLabel(), text(schedule.Chance(was)), text(schedule.Chance(is)), points(is-was), pointsOf(is-was) < 0)
		was80, is80 := base.sim.Finish.P80, c.sim.Finish.P80
		slip := ps.sched.Calendar.Between(was80, is80)
		add("Finished in 80% of the trials by", dated(ps.finish(was80)), dated(c.ps.finish(is80)), ps.moved(slip), slip > 0)
	}
	was, is := ps.sched.CostAtCompletion(), c.ps.sched.CostAtCompletion()
	add("Cost of the work", s.money(was), s.money(is), s.dearer(was, is), is.Minor > was.Minor)
	if base.sim != nil && base.sim.Cost != nil && c.sim.Cost != nil && base.sim.Cost.P80 != c.sim.Cost.P80 {
		was, is := costP80(base), costP80(c)
		add("Cost in 80% of the trials at most", s.money(was), s.money(is), s.dearer(was, is), is.Minor > was.Minor)
	}
	wasBudget, wasReserve := schedule.BudgetOf(ps.plan)
	isBudget, isReserve := schedule.BudgetOf(c.ps.plan)
	add("Budget", s.money(wasBudget), s.money(isBudget), s.dearer(wasBudget, isBudget), isBudget.Minor > wasBudget.Minor)
	add("of which contingency", s.money(wasReserve), s.money(isReserve), s.dearer(wasReserve, isReserve), isReserve.Minor < wasReserve.Minor)
	return &t
}

// dearer says by how much one amount is more than another.
func (s section) dearer(was, is plan.Money) string {
	switch {
	case !was.IsSet() || !is.IsSet():
		return ""
	case is.Minor == was.Minor:
		return "no change"
	}
	return s.costVariance(plan.MoneyOf(is.Minor - was.Minor))
}

// yardstick returns the date that chances are about: the stated finish of the
// plan, or else its computed one.
func (s section) yardstick() calendar.Instant {
	if s.ps.sched.HasStatedFinish {
		return s.ps.sched.StatedFinish
	}
	return s.ps.sched.Finish
}

func (s section) chanceBy(c course) float64 { return c.sim.Finish.ChanceBy(s.yardstick()) }

func (s section) chanceLabel() string {
	if s.ps.sched.HasStatedFinish {
		return "Chance to finish by the stated " + s.ps.statedFinish()
	}
	return "Chance to finish by " + s.ps.loc.Date(s.ps.sched.Finish.LastDate())
}

// pointsOf rounds a difference of shares to whole percentage points.
func pointsOf(d float64) int {
	if d < 0 {
		return -int(float64(-d*100) + 0.5)
	}
	return int(float64(d*100) + 0.5)
}

// points writes a difference of shares: "12 points less".
func points(d float64) string {
	switch n := pointsOf(d); {
	case n < 0:
		return plural(-n, "point", "points") + " less"
	case n > 0:
		return plural(n, "point", "points") + " more"
	}
	return "no change"
}

// pathFacts say what joins and what leaves the critical path.
func (s section) pathFacts(c course) []fact {
	links := func(list []*schedule.Activity, of *planSite) []link {
		var out []link
		for _, a := range list {
			l := s.to(a.Address())
			if l.Href == "" {
				l.Text = headOf(a.Item)
			}
			out = append(out, l)
		}
		return out
	}
	out := facts(
		fact{Label: "Critical now", Links: links(c.sc.Joins, c.ps)},
		fact{Label: "No longer critical", Links: links(c.sc.Leaves, s.ps)},
	)
	if len(out) == 0 && len(c.ps.sched.CriticalPath) > 0 {
		out = []fact{{Label: "Critical path", Text: "the same work packages as in the plan"}}
	}
	return out
}

// scope lists what a scenario adds to the schedule and what it takes out, nil for
// nothing.
func (s section) scope(c course) *table {
	t := table{ID: "scope", Class: "stack", Caption: "What comes and goes with the scenario", Head: cols("What", "Change", "Start", "Finish")}
	for i, a := range c.ps.sched.Activities {
		if c.sc.Against.Activities[i].Then != nil {
			continue
		}
		r := row{Cells: []cell{text(headOf(a.Item)), status(pill{"added", "good"}), {}, dated(c.ps.activityFinish(a))}}
		if a.Work != nil {
			r.Cells[2] = dated(c.ps.activityStart(a))
		}
		t.Rows = append(t.Rows, r)
	}
	for _, gone := range c.sc.Against.Removed {
		r := row{Cells: []cell{linked(s.to(gone.Kind + ":" + gone.ID)), status(pill{"removed", "none"}), {}, dated(s.ps.finish(gone.Finish))}}
		if gone.Kind != "milestone" {
			r.Cells[2] = dated(s.ps.start(gone.Start))
		}
		t.Rows = append(t.Rows, r)
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return &t
}

// courseMilestones shows the date of each milestone in each course, nil if there
// is none.
func (s section) courseMilestones(all []course) *table {
	t := table{ID: "milestones", Class: "stack", Caption: "Milestones in the plan and in " + pick(len(all) > 2, "each scenario", "the scenario"), Head: cols("Milestone", "The plan")}
	for _, c := range all[1:] {
		t.Head = append(t.Head, column{Text: headOf(&c.sc.Item)})
	}
	seen := map[string]bool{}
	for i, c := range all {
		for _, a := range c.ps.sched.Activities {
			if a.Milestone == nil || seen[a.ID] {
				continue
			}
			seen[a.ID] = true
			r := row{Cells: []cell{linked(s.to(a.Address())), text("not in the plan")}}
			if i == 0 {
				r.Cells[1] = dated(s.ps.activityFinish(a))
			} else {
				r.Cells[0] = text(headOf(a.Item))
			}
			for _, other := range all[1:] {
				r.Cells = append(r.Cells, s.courseMilestone(other, a.ID))
			}
			t.Rows = append(t.Rows, r)
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return &t
}

func (s section) courseMilestone(c course, id string) cell {
	a := c.ps.sched.Activity(id)
	if a == nil || a.Milestone == nil {
		return text("not in it")
	}
	out := dated(c.ps.activityFinish(a))
	if v := c.sc.Against.Of(a); v.Then != nil {
		out.Note = s.ps.moved(v.Finish)
		out.Class = pick(v.Finish > 0, "late", "")
	}
	return out
}

// scenarios shows the scenarios in a few words, for the page about risks.
func (s section) scenarios() []card {
	var out []card
	all, _ := s.ps.sched.Scenarios()
	for _, sc := range all {
		at := *s.ps
		at.plan, at.sched = sc.Schedule.Plan, sc.Schedule
		out = append(out, card{
			thing: thing{Link: s.scenarioLink(sc), Assumed: sc.IsAssumed("name")},
			Facts: facts(
				fact{Label: "Trigger", Text: sc.Trigger, Assumed: sc.IsAssumed("trigger")},
				fact{Label: "What comes of it", Text: s.scenarioHeadline(course{ps: &at, sc: sc})},
			),
		})
	}
	return slices.Clip(out)
}
