package generator

import (
	"cmp"
	"fmt"
	"slices"

	"milepost/generator/chart"
	"milepost/schedule"
	"milepost/schedule/plan"
)

// peopleView is the page about people: how many, who, and who answers for what.
type peopleView struct {
	Headline     string
	Staffing     table
	StaffingNote string
	Chart        *chart.Chart
	Load         string // reference to the page about load, or ""
	Requirements table
	RACI         *raciView
	Roles        []card
	Persons      table
	Stories      []thing // of the things in tables
}

// peoplePages returns the page about people, none for a plan without any.
func (b *builder) peoplePages(ps *planSite) []page {
	p := ps.plan
	if len(p.Roles) == 0 && len(p.People) == 0 && len(p.RACI) == 0 {
		return nil
	}
	s := b.section(ps, "people/index.html")
	staffing, note := s.staffing()
	v := peopleView{
		Headline:     s.peopleHeadline(),
		StaffingNote: note,
		Requirements: s.requirements(),
		RACI:         s.raci(),
		Roles:        s.roles(),
		Persons:      s.persons(),
	}
	if len(staffing.Rows) > 0 {
		v.Staffing = s.withCSV(staffing, "people/staffing.csv")
	}
	if c, ok := chart.Staffing(ps.sched, s.chartContext()); ok {
		v.Chart = &c
	}
	if ps.hasLoad() {
		v.Load = s.href("load/")
	}
	v.Stories = *s.stories
	return []page{{
		path: s.from, plan: ps, template: "people", title: "People", section: "people",
		summary: v.Headline, view: v,
	}}
}

// peopleHeadline says how many people the plan needs and when most.
func (s section) peopleHeadline() string {
	p := s.ps.plan
	parts := []string{}
	if n := len(p.Roles); n > 0 {
		parts = append(parts, plural(n, "role", "roles"))
	}
	if n := len(p.People); n > 0 {
		parts = append(parts, plural(n, "named person", "named people"))
	}
	if n := len(p.RACI); n > 0 {
		parts = append(parts, plural(n, "activity with agreed responsibilities", "activities with agreed responsibilities"))
	}
	out := "The plan has " + enumerate(parts) + "."
	phases := s.staffedPhases()
	if len(phases) == 0 {
		return out
	}
	names, most := largest(phases, func(ph *schedule.PhaseDates) (string, int64) { return ph.Title(), s.staffOf(ph.ID) })
	if len(names) == len(phases) {
		return out + fmt.Sprintf(" It needs %s in every phase.", s.fullTime(most))
	}
	return out + fmt.Sprintf(" It needs most people in %s: %s.", enumerate(names), s.fullTime(most))
}

func (s section) fullTime(tenThousandths int64) string {
	return s.units(tenThousandths) + pick(tenThousandths == 10_000, " full-time equivalent", " full-time equivalents")
}

func (s section) staffedPhases() []*schedule.PhaseDates {
	return s.phases(func(ph *plan.Phase) bool {
		return slices.ContainsFunc(s.ps.plan.Roles, func(r *plan.Role) bool {
			_, ok := r.Staffing.For(ph.ID)
			return ok
		})
	})
}

// staffOf adds up the units of all roles in a phase.
func (s section) staffOf(phase string) int64 {
	var sum int64
	for _, r := range s.ps.plan.Roles {
		u, _ := r.Staffing.For(phase)
		sum += u.TenThousandths
	}
	return sum
}

// units writes ten-thousandths of full time: "0.75".
func (s section) units(tenThousandths int64) string {
	return s.ps.loc.Number(float64(tenThousandths)/10_000, 4)
}

// staffing is the table of full-time equivalents by role and phase, the deeper
// the shade the more people, with the average of each row beside the stated
// total; and a sentence on how to read it.
func (s section) staffing() (t table, note string) {
	phases := s.staffedPhases()
	t = table{ID: "staffing-table", Class: "figures heat", Caption: "Full-time equivalents (FTE) by role and phase",
		Head: cols("Role")}
	for _, ph := range phases {
		t.Head = append(t.Head, column{Text: headOf(&ph.Item), Num: true})
	}
	t.Head = append(t.Head, cols("#Average, computed", "#Total FTE, stated", "#Difference", "#Capacity")...)
	var most int64
	for _, r := range s.ps.plan.Roles {
		for _, v := range r.Staffing {
			most = max(most, v.Value.TenThousandths)
		}
	}
	differ := 0
	for _, r := range s.ps.plan.Roles {
		if len(r.Staffing) == 0 && !r.TotalFTE.IsSet() && !r.Capacity.IsSet() {
			continue
		}
		cells := []cell{linked(s.item(&r.Item)).note(pick(r.External, "external", ""))}
		for _, ph := range phases {
			f := cell{}
			if u, ok := r.Staffing.For(ph.ID); ok {
				f = text(s.units(u.TenThousandths)).class(shade(u.TenThousandths, most)).assumed(&r.Item, "staffing")
				if over := u.TenThousandths - r.Capacity.TenThousandths; r.Capacity.IsSet() && over > 0 {
					f.Note = s.units(over) + " over capacity"
				}
			}
			cells = append(cells, f)
		}
		average, stated, diff := cell{}, cell{}, cell{}
		if r.TotalFTE.IsSet() {
			stated = text(s.units(r.TotalFTE.TenThousandths)).assumed(&r.Item, "total_fte")
		}
		if len(r.Staffing) > 0 {
			mean := averageUnits(r, len(phases))
			average = text(s.units(mean)).class("total")
			if d := mean - r.TotalFTE.TenThousandths; r.TotalFTE.IsSet() && !sameUnits(r.TotalFTE.TenThousandths, mean) {
				diff = text(pick(d > 0, "+", "−") + s.units(max(d, -d))).class("differs")
				differ++
			} else if r.TotalFTE.IsSet() {
				diff = text("none").class("agrees")
			}
		}
		capacity := cell{}
		if r.Capacity.IsSet() {
			capacity = text(s.units(r.Capacity.TenThousandths)).assumed(&r.Item, "capacity")
		}
		t.Rows = append(t.Rows, row{Cells: append(cells, average, stated, diff, capacity)})
	}
	total := row{Class: "total", Cells: []cell{text("All roles")}}
	for _, ph := range phases {
		total.Cells = append(total.Cells, text(s.units(s.staffOf(ph.ID))))
	}
	total.Cells = append(total.Cells, cell{}, cell{}, cell{}, cell{})
	if len(phases) > 0 {
		t.Foot = []row{total}
	}
	switch {
	case differ == 1:
		note = "For 1 role the stated total differs from the average of its row."
	case differ > 1:
		note = fmt.Sprintf("For %d roles the stated total differs from the average of the row.", differ)
	}
	return t.trim(), note
}

// averageUnits is the mean of a role's figures over the phases that have staff,
// to the nearest ten-thousandth. A phase that the role leaves out counts as
// nothing.
func averageUnits(r *plan.Role, phases int) int64 {
	var sum int64
	for _, v := range r.Staffing {
		sum += v.Value.TenThousandths
	}
	n := int64(phases)
	return (2*sum + n) / (2 * n)
}

// sameUnits reports whether a stated figure is the computed one, as it is
// written with two decimals.
func sameUnits(stated, computed int64) bool { return abs(stated-computed) <= 50 }

// shade returns the class of a figure on a scale from nothing to the largest:
// "shade-0" for nothing, "shade-1" to "shade-4".
func shade(v, most int64) string {
	if v <= 0 || most <= 0 {
		return "shade-0"
	}
	return fmt.Sprintf("shade-%d", (v*4+most-1)/most)
}

// requirements lists what the roles ask of the people who fill them.
func (s section) requirements() table {
	t := table{ID: "requirements", Class: "stack", Caption: "What each key role requires of those who fill it",
		Head: cols("Role", "Requirements", "Filled")}
	for _, r := range s.ps.plan.Roles {
		if len(r.Requirements) == 0 {
			continue
		}
		t.Rows = append(t.Rows, row{Cells: []cell{
			linked(s.item(&r.Item)),
			textList(r.Requirements).assumed(&r.Item, "requirements"),
			text(pick(r.External, "from outside", "")),
		}})
	}
	return t.trim()
}

// roles defines every role; the anchor of each is here.
func (s section) roles() []card {
	var out []card
	for _, r := range s.ps.plan.Roles {
		it := &r.Item
		all := []fact{
			{Label: "Requirements", List: r.Requirements, Assumed: it.IsAssumed("requirements")},
			{Label: "Responsibilities", List: r.Responsibilities, Assumed: it.IsAssumed("responsibilities")},
			{Label: "Authority", Text: r.Authority, Assumed: it.IsAssumed("authority")},
			{Label: "Reports to", Links: s.who(r.ReportsTo), Assumed: it.IsAssumed("reports_to")},
			{Label: "Manages", Links: s.many(r.Manages, "role", "person"), Assumed: it.IsAssumed("manages")},
			{Label: "Measured by", List: r.PerformanceMeasures, Assumed: it.IsAssumed("performance_measures")},
			{Label: "Stakeholders", Text: r.StakeholderManagement, Assumed: it.IsAssumed("stakeholder_management")},
			{Label: "Rate", Text: s.rate(r.Rate), Assumed: it.IsAssumed("rate")},
			{Label: "Calendar", Links: s.calendarOf(r.Calendar), Assumed: it.IsAssumed("calendar")},
			{Label: "Filled", Text: pick(r.External, "from outside", ""), Assumed: it.IsAssumed("external")},
			{Label: "Filled by", Links: s.filledBy(r.ID)},
			{Label: "Works on", Links: s.assignedTo("role", r.ID)},
			{Label: "Load", Links: s.loadOf(it)},
		}
		out = append(out, s.card(it, append(all, s.answersFor("role", r.ID)...)...))
	}
	return out
}

// calendarOf names the calendar that somebody works by, if it is written.
func (s section) calendarOf(id string) []link {
	if id == "" {
		return nil
	}
	return s.one(id, "calendar")
}

var unitWords = map[plan.Unit]string{
	plan.Minute: "minute", plan.Hour: "hour", plan.Day: "day", plan.Week: "week", plan.Month: "month",
}

// rate writes "$800 per day".
func (s section) rate(r plan.Rate) string {
	if !r.IsSet() {
		return ""
	}
	return s.ps.loc.Money(r.Money.Minor) + " per " + unitWords[r.Per]
}

func (s section) filledBy(role string) []link {
	var out []link
	for _, p := range s.ps.plan.People {
		if slices.Contains(p.Roles, role) {
			out = append(out, s.item(&p.Item))
		}
	}
	return out
}

// assignedTo lists the work packages that a role or person works on, with the
// share of full time if it is not one.
func (s section) assignedTo(kind, id string) []link {
	var out []link
	for _, w := range s.ps.plan.Work {
		for _, a := range w.Assign {
			if a.Who != id || a.Kind != "" && a.Kind != kind {
				continue
			}
			l := s.item(&w.Item)
			if a.Units.TenThousandths != 10_000 {
				l.Text += " (" + s.units(a.Units.TenThousandths) + ")"
			}
			out = append(out, l)
		}
	}
	return out
}

// answersFor lists everything that names the role, person or body as its owner.
// An id that several of them have is that of the role, then of the person.
func (s section) answersFor(kind, id string) []fact {
	p := s.ps.plan
	for _, k := range actors {
		if k == kind {
			break
		}
		if p.Lookup(k+":"+id) != nil {
			return nil
		}
	}
	out := []fact{
		owned(s, "Answers for phases", id, p.Phases, func(x *plan.Phase) (*plan.Item, string) { return &x.Item, x.Owner }),
		owned(s, "Answers for work", id, p.Work, func(x *plan.WorkPackage) (*plan.Item, string) { return &x.Item, x.Owner }),
		owned(s, "Answers for milestones", id, p.Milestones, func(x *plan.Milestone) (*plan.Item, string) { return &x.Item, x.Owner }),
		owned(s, "Answers for risks", id, p.Risks, func(x *plan.Risk) (*plan.Item, string) { return &x.Item, x.Owner }),
		owned(s, "Answers for budget", id, p.Budget, func(x *plan.Budget) (*plan.Item, string) { return &x.Item, x.Owner }),
		owned(s, "Answers for objectives", id, p.Objectives, func(x *plan.Objective) (*plan.Item, string) { return &x.Item, x.Owner }),
		owned(s, "Answers for indicators", id, p.KPIs, func(x *plan.KPI) (*plan.Item, string) { return &x.Item, x.Owner }),
		owned(s, "Answers for checkpoints", id, p.Checkpoints, func(x *plan.Checkpoint) (*plan.Item, string) { return &x.Item, x.Owner }),
		owned(s, "Calls or writes", id, p.Meetings, func(x *plan.Meeting) (*plan.Item, string) { return &x.Item, x.Owner }),
		owned(s, "Decides", id, p.Decisions, func(x *plan.Decision) (*plan.Item, string) { return &x.Item, x.MadeBy }),
		owned(s, "Solves issues", id, p.Issues, func(x *plan.Issue) (*plan.Item, string) { return &x.Item, x.Owner }),
		owned(s, "Checks assumptions", id, p.Assumptions, func(x *plan.Assumption) (*plan.Item, string) { return &x.Item, x.Owner }),
		owned(s, "Watches constraints", id, p.Constraints, func(x *plan.Constraint) (*plan.Item, string) { return &x.Item, x.Owner }),
		owned(s, "Provides", id, p.Infrastructure, func(x *plan.Infrastructure) (*plan.Item, string) { return &x.Item, x.Owner }),
		owned(s, "Teaches", id, p.Trainings, func(x *plan.Training) (*plan.Item, string) { return &x.Item, x.Owner }),
		owned(s, "Hands over", id, p.Handovers, func(x *plan.Handover) (*plan.Item, string) { return &x.Item, x.Owner }),
	}
	if p.Info.Owner == id {
		out = append([]fact{{Label: "Answers for", Text: "the whole plan"}}, out...)
	}
	if p.Info.Sponsor == id {
		out = append(out, fact{Label: "Sponsors", Text: "the whole plan"})
	}
	parts := []fact{{Label: "Responsible for"}, {Label: "Accountable for"}, {Label: "Consulted about"}, {Label: "Informed about"}}
	for _, r := range p.RACI {
		l := s.item(&r.Item)
		l.Text = cmp.Or(r.Activity, l.Text)
		ids, _ := raciParts(r)
		for i := range parts {
			if slices.Contains(ids[i], id) {
				parts[i].Links = append(parts[i].Links, l)
			}
		}
	}
	gates := fact{Label: "Reviews"}
	for _, g := range p.Gates {
		if slices.Contains(g.Reviewers, id) {
			gates.Links = append(gates.Links, s.item(&g.Item))
		}
	}
	approves := fact{Label: "Approves"}
	for _, a := range p.Approvals {
		if slices.Contains(a.Approvers, id) {
			approves.Links = append(approves.Links, s.item(&a.Item))
		}
	}
	return append(append(out, parts...), gates, approves)
}

// owned lists the things whose owner is id.
func owned[T any](s section, label, id string, list []T, of func(T) (it *plan.Item, owner string)) fact {
	f := fact{Label: label}
	for _, x := range list {
		if it, owner := of(x); owner == id {
			f.Links = append(f.Links, s.item(it))
		}
	}
	return f
}

// persons lists the named people; the anchor of each is here.
func (s section) persons() table {
	t := table{ID: "persons", Class: "stack", Caption: "People by name, their roles and what they answer for",
		Head: cols("Name", "Roles", "#Share of full time", "Organisation", "E-mail", "Calendar", "Works on", "Load", "Answers for")}
	for _, p := range s.ps.plan.People {
		it := &p.Item
		units := text("full time")
		if p.Units.IsSet() {
			units = text(s.percent(p.Units.Float(), 1)).assumed(it, "units")
		}
		mail := cell{}
		if p.Email != "" {
			mail = linked(link{Text: p.Email, Href: "mailto:" + p.Email}).assumed(it, "email")
		}
		var answers []link
		for _, f := range s.answersFor("person", p.ID) {
			answers = append(answers, f.Links...)
		}
		t.Rows = append(t.Rows, s.row(it,
			linked(s.many(p.Roles, "role")...).assumed(it, "roles"),
			units,
			text(p.Organisation).assumed(it, "organisation"),
			mail,
			linked(s.calendarOf(p.Calendar)...).assumed(it, "calendar"),
			linked(s.assignedTo("person", p.ID)...),
			linked(s.loadOf(it)...),
			linked(answers...),
		))
	}
	return t.trim()
}
