package generator

import (
	"fmt"
	"html/template"
	"slices"

	"milepost/generator/chart"
	"milepost/schedule"
)

// phasesView lists the phases.
type phasesView struct {
	Table    table
	Findings []finding
	Cards    []phaseCard
}

// phaseCard is a phase in a few lines.
type phaseCard struct {
	Link  link
	Goal  string
	Dates string
	Note  string
	Class string
	Work  []link
}

// phaseView is the page of a phase.
type phaseView struct {
	Lead         cell
	Status       pill
	Facts        []fact
	Gantt        *chart.GanttChart
	Objectives   cell
	Deliverables cell
	Work         *table
	Milestones   *table
	Gates        *table
	Children     *table
	Touching     []fact // risks, checkpoints and lessons about it
	Findings     []finding
	Story        template.HTML
	Prev, Next   *link
}

func (b *builder) phasePages(ps *planSite) []page {
	phases := ps.sched.Phases
	if len(phases) == 0 {
		return nil
	}
	at := ps.path("phases/index.html")
	l := ps.linker(at)
	list := phasesView{Table: b.phaseTable(l, phases), Findings: b.findingsAbout(l, "phase")}
	list.Table.ID = "phases"
	list.Table.CSV = b.publishCSV(l, "phases/phases.csv", list.Table.rows())
	for _, ph := range ps.topPhases() {
		list.Cards = append(list.Cards, b.phaseCard(l, ph))
	}
	pages := []page{{
		path: at, plan: ps, template: "phases", title: "Phases", section: "phases",
		summary: fmt.Sprintf("The %s of %s: stated windows beside computed dates.", plural(len(phases), "phase", "phases"), ps.title()), view: list,
	}}
	for i, ph := range phases {
		pages = append(pages, b.phasePage(ps, phases, i, ph))
	}
	return pages
}

// phaseTable compares the stated windows of phases with their computed dates.
func (b *builder) phaseTable(l linker, phases []*schedule.PhaseDates) table {
	ps := l.plan
	t := table{
		Caption: "Phases: stated window beside computed dates",
		Class:   "stack",
		Head:    cols("Phase", "Stated", "Computed start", "Computed finish", "Against stated", "Against the baseline", "#Done, by duration", "Key deliverables"),
	}
	for _, ph := range phases {
		r := row{Class: ps.depthClass(ph, phases), Cells: []cell{
			linked(l.item(&ph.Item)),
			text(ps.window(ph)).assumed(&ph.Item, "window"),
			text("no work"), {}, {}, ps.phaseAgainst(ph), {},
			{List: ph.Deliverables, Assumed: ph.IsAssumed("deliverables")},
		}}
		if !ph.Empty {
			r.Cells[2], r.Cells[3] = dated(ps.start(ph.Start)), dated(ps.finish(ph.Finish))
			r.Cells[6] = text(percent(ph.Percent))
		}
		if words, late := ps.phaseDelta(ph); words != "" {
			r.Cells[4] = text(words).class(pick(late, "late", ""))
		}
		t.Rows = append(t.Rows, r)
	}
	return t.trim()
}

// depthClass returns the class "in1" to "in6" of a phase that is part of another
// one in the list, by how deep it is in it.
func (ps *planSite) depthClass(ph *schedule.PhaseDates, list []*schedule.PhaseDates) string {
	depth := 0
	for up := ph.Parent; up != nil && slices.Contains(list, up); up = up.Parent {
		depth++
	}
	if depth == 0 {
		return ""
	}
	return "in" + itoa(min(depth, 6))
}

// window writes the stated window of a phase: "W4 to W6, 26 Jan to 13 Feb".
func (ps *planSite) window(ph *schedule.PhaseDates) string {
	if !ph.HasWindow {
		return ""
	}
	first, last := ps.start(ph.StatedStart), ps.finish(ph.StatedFinish)
	weeks := first.Week + " to " + last.Week
	if first.Week == last.Week {
		weeks = first.Week
	}
	return weeks + ", " + ps.loc.ShortDate(ph.StatedStart.Date()) + " to " + ps.loc.ShortDate(ph.StatedFinish.LastDate())
}

// phaseDelta compares the finish of a phase with its window.
func (ps *planSite) phaseDelta(ph *schedule.PhaseDates) (words string, late bool) {
	if ph.Empty || !ph.HasWindow {
		return "", false
	}
	return ps.late(ph.Finish, ph.StatedFinish)
}

func (b *builder) phaseCard(l linker, ph *schedule.PhaseDates) phaseCard {
	ps := l.plan
	c := phaseCard{Link: l.item(&ph.Item), Goal: ph.Goal}
	if c.Goal == "" {
		c.Goal = ph.Description
	}
	if !ph.Empty {
		c.Dates = ps.shortSpan(ph.Start, ph.Finish)
		if words, late := ps.phaseDelta(ph); words != "" {
			c.Note, c.Class = words, pick(late, "late", "")
		}
	}
	for _, part := range ph.Children {
		c.Work = append(c.Work, l.item(&part.Item))
	}
	for _, a := range ph.Activities {
		c.Work = append(c.Work, l.item(a.Item))
	}
	return c
}

func (b *builder) phasePage(ps *planSite, phases []*schedule.PhaseDates, i int, ph *schedule.PhaseDates) page {
	at := ps.path("phases/" + ph.ID + "/index.html")
	l := ps.linker(at)
	v := phaseView{
		Lead:         text(ph.Goal).assumed(&ph.Item, "goal"),
		Status:       ps.phaseStatus(ph),
		Objectives:   cell{List: ph.Objectives}.assumed(&ph.Item, "objectives"),
		Deliverables: cell{List: ph.Deliverables}.assumed(&ph.Item, "deliverables"),
		Facts:        b.phaseFacts(l, ph),
		Touching:     b.touching(l, ph.ID),
		Findings:     b.findingsOf(l, ph.Address()),
		Story:        b.story(l, ph.Address()),
	}
	if !ph.Empty {
		g := chart.Gantt(ps.sched, l.chartContext(), chart.GanttOptions{Phase: ph.ID})
		v.Gantt = &g
	}
	var work, milestones []*schedule.Activity
	for _, a := range ph.Activities {
		if a.Work != nil {
			work = append(work, a)
		} else {
			milestones = append(milestones, a)
		}
	}
	if len(work) > 0 {
		t := b.activityTable(l, work)
		t.ID, t.Caption = "work", "Work packages of the phase"
		v.Work = &t
	}
	if len(milestones) > 0 {
		t := b.milestoneTable(l, milestones)
		t.ID, t.Caption = "milestones", "Milestones of the phase, stated beside computed"
		for i := range t.Rows {
			t.Rows[i].ID = "" // the rows of the Gantt have these anchors
		}
		v.Milestones = &t
	}
	if len(ph.Children) > 0 {
		t := b.phaseTable(l, ph.Children)
		t.ID, t.Caption = "parts", "Parts of the phase"
		v.Children = &t
	}
	if t := b.gateTable(l, ph.ID); len(t.Rows) > 0 {
		t.ID = "gates"
		v.Gates = &t
	}
	if i > 0 {
		prev := l.item(&phases[i-1].Item)
		v.Prev = &prev
	}
	if i+1 < len(phases) {
		next := l.item(&phases[i+1].Item)
		v.Next = &next
	}
	summary := ph.Goal
	if summary == "" {
		summary = ph.Description
	}
	return page{
		path: at, plan: ps, template: "phase", title: ph.Title(), kicker: "Phase " + ph.ID, section: "phases",
		summary: summary, view: v,
	}
}

func (ps *planSite) phaseStatus(ph *schedule.PhaseDates) pill {
	_, late := ps.phaseDelta(ph)
	switch {
	case ph.Empty:
		return pill{"No work", "none"}
	case ph.Percent >= 100:
		return pill{"Done", "done"}
	case late:
		return pill{"Later than stated", "bad"}
	case ph.Percent > 0:
		return pill{"In progress", "info"}
	}
	return pill{"Not started", "none"}
}

func (b *builder) phaseFacts(l linker, ph *schedule.PhaseDates) []fact {
	ps := l.plan
	var start, finish fact
	if !ph.Empty {
		first, last := ps.start(ph.Start), ps.finish(ph.Finish)
		start, finish = fact{Label: "Computed start", When: &first}, fact{Label: "Computed finish", When: &last}
		if words, late := ps.phaseDelta(ph); words != "" {
			finish.Note, finish.Class = words, pick(late, "late", "")
		}
		if ph.HasWindow {
			if words, late := ps.late(ph.Start, ph.StatedStart); words != "as stated" {
				start.Note, start.Class = words, pick(late, "late", "")
			}
		}
	}
	baseline := fact{}
	if ps.against != nil && !ph.Empty {
		baseline = ps.baselineFact(ps.against.OfPhase(ph))
	}
	done := ""
	if !ph.Empty {
		done = percent(ph.Percent)
	}
	money, note := "", ""
	if sum, ok := ps.phaseBudget(ph.ID); ok {
		money = ps.loc.Money(sum)
	}
	stated := ""
	if ph.Phase.Budget.IsSet() {
		stated = ps.loc.Money(ph.Phase.Budget.Minor)
		note = pick(money != "", "computed", "")
	}
	if reserve := ps.phaseReserve(ph.ID); reserve != 0 {
		note += pick(note == "", "", "; ") + ps.loc.Money(reserve) + " of it contingency"
	}
	parent := []link(nil)
	if ph.Parent != nil {
		parent = []link{l.item(&ph.Parent.Item)}
	}
	out := []fact{
		nameFact(&ph.Item),
		{Label: "Stated window", Text: ps.window(ph), Assumed: ph.IsAssumed("window")},
		start, finish, baseline,
		{Label: "Part of", Links: parent, Assumed: ph.IsAssumed("phase")},
		{Label: "Starts after", Links: b.dependencyLinks(l, ph.After), Assumed: ph.IsAssumed("after")},
		{Label: "Owner", Links: l.who(ph.Owner), Assumed: ph.IsAssumed("owner")},
		{Label: "Done, by duration", Text: done},
		{Label: "Budget", Text: money, Note: note},
		{Label: "Stated budget", Text: stated, Assumed: ph.IsAssumed("budget")},
	}
	out = append(out, b.phaseCostFacts(l, ph)...)
	out = append(out,
		fact{Label: "About", Text: ph.Description, Assumed: ph.IsAssumed("description")},
		fact{Label: "Tags", Text: enumerate(ph.Tags), Assumed: ph.IsAssumed("tags")},
	)
	return facts(out...)
}

// phaseReserve returns what of the budget's column for a phase is contingency.
func (ps *planSite) phaseReserve(id string) (minor int64) {
	for _, c := range ps.plan.Budget {
		if m, has := c.Amount.For(id); has && c.Contingency {
			minor += m.Minor
		}
	}
	return minor
}

// phaseBudget returns the sum of the budget's column for a phase.
func (ps *planSite) phaseBudget(id string) (minor int64, ok bool) {
	for _, c := range ps.plan.Budget {
		if m, has := c.Amount.For(id); has {
			minor, ok = minor+m.Minor, true
		}
	}
	return minor, ok
}
