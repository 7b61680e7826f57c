package generator

import (
	"fmt"
	"html/template"

	"milepost/generator/chart"
	"milepost/schedule"
	"milepost/schedule/plan"
)

// milestonesView lists milestones and gates.
type milestonesView struct {
	Lead       string
	Milestones *table
	Paths      *table // the longest path to each
	Trend      *chart.Chart
	Gates      *table
	GateCards  []gateCard
	Findings   []finding
}

// gateCard is a gate with what must hold to pass it.
type gateCard struct {
	Anchor   string
	Title    string
	Assumed  bool // the name
	Status   cell
	Facts    []fact
	Criteria cell
	Story    template.HTML
	Findings []finding
}

// milestoneView is the page of a milestone.
type milestoneView struct {
	Status     pill
	Facts      []fact
	Gantt      *chart.GanttChart
	Criteria   []string
	Assumed    bool // the criteria are assumed
	Driving    *drivingView
	History    *table
	Trend      *chart.Chart
	Chances    []fact
	Outlook    *chart.Chart
	Before     *table
	After      *table
	Touching   []fact
	Findings   []finding
	Story      template.HTML
	Prev, Next *link
}

func (b *builder) milestonePages(ps *planSite) []page {
	var list []*schedule.Activity
	for _, a := range ps.sched.Activities {
		if a.Milestone != nil {
			list = append(list, a)
		}
	}
	if len(list) == 0 && len(ps.plan.Gates) == 0 {
		return nil
	}
	at := ps.path("milestones/index.html")
	l := ps.linker(at)
	v := milestonesView{Findings: b.findingsAbout(l, "milestone")}
	title := "Milestones"
	if len(list) > 0 {
		t := b.milestoneTable(l, list)
		t.ID = "milestones"
		t.CSV = b.publishCSV(l, "milestones/milestones.csv", t.rows())
		v.Milestones = &t
		v.Paths = b.milestonePaths(l)
		v.Lead = ps.milestoneLead(list)
		if c, ok := chart.Trend(ps.sched, l.chartContext(), ""); ok {
			v.Trend = &c
		}
	}
	if gates := b.gateTable(l, ""); len(gates.Rows) > 0 {
		gates.ID = "gates"
		v.Gates = &gates
		for _, g := range ps.plan.Gates {
			v.GateCards = append(v.GateCards, b.gateCard(l, g))
		}
		title = pick(len(list) > 0, "Milestones and gates", "Gates")
	}
	pages := []page{{
		path: at, plan: ps, template: "milestones", title: title, section: "milestones", summary: v.Lead, view: v,
	}}
	for i, a := range list {
		pages = append(pages, b.milestonePage(ps, list, i, a))
	}
	return pages
}

// milestoneLead says how many milestones come when they are stated to.
func (ps *planSite) milestoneLead(list []*schedule.Activity) string {
	stated, late := 0, 0
	for _, a := range list {
		if !a.HasTarget {
			continue
		}
		stated++
		if _, is := ps.late(a.Finish, a.Target); is {
			late++
		}
	}
	all := plural(len(list), "milestone", "milestones")
	switch {
	case stated == 0:
		return all + "; none has a stated date."
	case late == 0:
		return fmt.Sprintf("%s; each stated date can be kept.", all)
	}
	return fmt.Sprintf("%s; %d of %s cannot be kept as the plan stands.", all, late, plural(stated, "stated date", "stated dates"))
}

// milestoneTable shows milestones with stated beside computed date. Each row is
// the anchor of its milestone.
func (b *builder) milestoneTable(l linker, list []*schedule.Activity) table {
	ps := l.plan
	t := table{Class: "stack", Caption: "Milestones: stated beside computed date", Head: cols("Milestone", "Stated", "Computed", "Against stated", "Against the baseline", "Owner", "Criteria")}
	for _, a := range list {
		m := a.Milestone
		r := row{ID: anchor("milestone", a.ID), Cells: []cell{
			linked(l.item(a.Item)),
			dated(ps.target(a)).assumed(a.Item, "target"),
			dated(ps.activityFinish(a)),
			{},
			ps.activityAgainst(a),
			linked(l.who(m.Owner)...).assumed(a.Item, "owner"),
			{List: m.Criteria, Assumed: a.IsAssumed("criteria")},
		}}
		if a.Critical() && !a.Done() {
			r.Cells[0].Badge = &pill{"critical", "critical"}
		}
		if a.Done() {
			r.Cells[0].Badge = &pill{"Done", "done"}
		}
		if a.HasTarget {
			words, late := ps.late(a.Finish, a.Target)
			r.Cells[3] = text(words).class(pick(late, "late", ""))
		}
		t.Rows = append(t.Rows, r)
	}
	return t.trim()
}

// target shows the stated date of a milestone.
func (ps *planSite) target(a *schedule.Activity) when {
	if !a.HasTarget {
		return when{}
	}
	return ps.stated(a.Milestone.Target)
}

// gateTable lists the gates of a phase, of all phases for "".
func (b *builder) gateTable(l linker, phase string) table {
	ps := l.plan
	t := table{Class: "stack", Caption: "Gates, with the phase that each guards and its computed date", Head: cols("Gate", "Guards", "Stated", "Computed", "Reviewers", "Status")}
	for _, g := range ps.plan.Gates {
		if phase != "" && g.Phase != phase {
			continue
		}
		t.Rows = append(t.Rows, row{Cells: []cell{
			linked(l.item(&g.Item)),
			linked(l.one(g.Phase, "phase")...).note("at its "+gatePosition(g)).assumed(&g.Item, "phase"),
			dated(ps.stated(g.Target)).assumed(&g.Item, "target"),
			dated(ps.gateDate(g)),
			linked(l.many(g.Reviewers, "role", "person", "governance")...).assumed(&g.Item, "reviewers"),
			status(gateStatus(g)).assumed(&g.Item, "status"),
		}})
	}
	return t.trim()
}

// gateDate returns when the phase begins or ends that a gate guards.
func (ps *planSite) gateDate(g *plan.Gate) when {
	ph := ps.sched.Phase(g.Phase)
	switch {
	case ph == nil || ph.Empty:
		return when{}
	case gatePosition(g) == "start":
		return ps.start(ph.Start)
	}
	return ps.finish(ph.Finish)
}

func gateStatus(g *plan.Gate) pill {
	switch g.Status {
	case "passed":
		return pill{"Passed", "good"}
	case "conditional":
		return pill{"Passed with conditions", "warn"}
	case "failed":
		return pill{"Failed", "bad"}
	}
	return pill{"Open", "none"}
}

func (b *builder) gateCard(l linker, g *plan.Gate) gateCard {
	ps := l.plan
	return gateCard{
		Anchor:   anchor("gate", g.ID),
		Title:    g.Title(),
		Assumed:  g.IsAssumed("name"),
		Status:   status(gateStatus(g)).assumed(&g.Item, "status"),
		Criteria: cell{List: g.Criteria}.assumed(&g.Item, "criteria"),
		Facts: facts(
			fact{Label: "Guards", Links: l.one(g.Phase, "phase"), Note: "at its " + gatePosition(g), Assumed: g.IsAssumed("phase") || g.IsAssumed("at")},
			fact{Label: "Stated", When: ps.stated(g.Target).ptr(), Assumed: g.IsAssumed("target")},
			fact{Label: "Computed", When: ps.gateDate(g).ptr()},
			fact{Label: "Reviewers", Links: l.many(g.Reviewers, "role", "person", "governance"), Assumed: g.IsAssumed("reviewers")},
			fact{Label: "About", Text: g.Description, Assumed: g.IsAssumed("description")},
			fact{Label: "Tags", Text: enumerate(g.Tags), Assumed: g.IsAssumed("tags")},
		),
		Story:    b.story(l, g.Address()),
		Findings: b.findingsOf(l, g.Address()),
	}
}

func (b *builder) milestonePage(ps *planSite, list []*schedule.Activity, i int, a *schedule.Activity) page {
	at := ps.path("milestones/" + a.ID + "/index.html")
	l := ps.linker(at)
	m := a.Milestone
	v := milestoneView{
		Status:   ps.milestoneStatus(a),
		Facts:    b.milestoneFacts(l, a),
		Criteria: m.Criteria,
		Assumed:  m.IsAssumed("criteria"),
		Driving:  b.driving(l, a),
		Before:   b.linkTable(l, "before", "Predecessors", a.Predecessors(), true).assumed(m.IsAssumed("after")),
		After:    b.linkTable(l, "after", "Successors", a.Successors(), false),
		Touching: b.touching(l, a.ID),
		Findings: b.findingsOf(l, a.Address()),
		Story:    b.story(l, a.Address()),
	}
	if o := ps.outcome(a.ID); o != nil {
		v.Chances = b.chanceFacts(l, o)
		if c, ok := chart.Outlook(ps.outlook(), o, l.chartContext()); ok {
			v.Outlook = &c
		}
	}
	g := chart.Gantt(ps.sched, l.chartContext(), chart.GanttOptions{Only: a.ID})
	v.Gantt = &g
	v.History = ps.history(a)
	if c, ok := chart.Trend(ps.sched, l.chartContext(), a.ID); ok {
		v.Trend = &c
	}
	if i > 0 {
		prev := l.item(list[i-1].Item)
		v.Prev = &prev
	}
	if i+1 < len(list) {
		next := l.item(list[i+1].Item)
		v.Next = &next
	}
	summary := fmt.Sprintf("%s: computed %s", a.Title(), ps.activityFinish(a))
	if a.HasTarget {
		summary += fmt.Sprintf(", stated %s", ps.target(a))
	}
	return page{
		path: at, plan: ps, template: "milestone", title: a.Title(), kicker: "Milestone " + a.ID, section: "milestones",
		summary: summary + ".", view: v,
	}
}

func (ps *planSite) milestoneStatus(a *schedule.Activity) pill {
	if a.Done() {
		return pill{"Done", "done"}
	}
	if a.HasTarget {
		if words, late := ps.late(a.Finish, a.Target); late {
			return pill{words, "bad"}
		}
		return pill{"On track", "good"}
	}
	return pill{"Not reached", "none"}
}

func (b *builder) milestoneFacts(l linker, a *schedule.Activity) []fact {
	ps, m := l.plan, a.Milestone
	computed := ps.activityFinish(a)
	date := fact{Label: "Computed", When: &computed}
	if a.HasTarget {
		words, late := ps.late(a.Finish, a.Target)
		date.Note, date.Class = words, pick(late, "late", "")
	}
	float := fact{Label: "Total float", Text: ps.words(a.TotalFloat)}
	switch {
	case a.Done():
		float = fact{}
	case a.TotalFloat < 0:
		float.Text, float.Class = "minus "+float.Text, "late"
	case a.TotalFloat == 0:
		float.Note, float.Class = ps.criticalNote(), "critical"
	}
	var phase []link
	if a.Phase != nil {
		phase = []link{l.item(&a.Phase.Item)}
	}
	out := []fact{
		nameFact(&m.Item),
		{Label: "Stated", When: ps.target(a).ptr(), Assumed: m.IsAssumed("target")},
		date, ps.levellingFact(a), ps.activityBaseline(a), float,
		{Label: "Actual finish", When: ps.stated(m.ActualFinish).ptr(), Assumed: m.IsAssumed("actual_finish")},
		{Label: "Owner", Links: l.who(m.Owner), Assumed: m.IsAssumed("owner")},
		{Label: "Phase", Links: phase, Assumed: m.IsAssumed("phase")},
	}
	out = append(out, b.drivenFacts(l, a)...)
	out = append(out, ps.limits(a.Item, m.Limits, a)...)
	out = append(out,
		fact{Label: "About", Text: m.Description, Assumed: m.IsAssumed("description")},
		fact{Label: "Tags", Text: enumerate(m.Tags), Assumed: m.IsAssumed("tags")},
	)
	return facts(out...)
}

// gatePosition returns the end of its phase at which a gate stands.
func gatePosition(g *plan.Gate) string {
	if g.At == "start" {
		return "start"
	}
	return "finish"
}
