package generator

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"milepost/generator/chart"
	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// overviewView is the front page of a plan: how it stands, in the order in
// which a busy reader asks.
type overviewView struct {
	Health      *health
	Chance      *chanceView
	StatusDate  cell
	Begun       bool // some work is reported as begun
	StatusISO   string
	Tiles       []tile
	Decisions   *table
	Roadmap     *chart.GanttChart
	ScheduleRef string
	Milestones  *table
	Phases      *table
	Risks       *table
	RisksRef    string
	Facts       []fact
	Factors     cell
	Resources   cell
	Objectives  []link
	People      []fact
	Findings    []briefFinding
	MoreRef     string // to all findings
	FindingsSum string // "7 findings"
	Gaps        *link  // "3 gaps"; nil if there is none
	Levelled    string // what it would be without; "" if the plan is not levelled
	Report      *link
	ReportDate  string
	Story       template.HTML
}

// chanceView is the computed chance of the plan, beside what its authors state.
type chanceView struct {
	Sentence string
	HowRef   string // to how it was computed
	Stated   cell   // chance of success in the words of the authors
}

// chanceView returns the chance of the plan, nil if nothing in it is uncertain.
func (b *builder) chanceView(l linker) *chanceView {
	sim := l.plan.outlook()
	if sim == nil {
		return nil
	}
	p := &l.plan.plan.Info
	return &chanceView{
		Sentence: l.plan.chanceSentence(sim), HowRef: l.href("chances/#how"),
		Stated: text(p.SuccessProbability).assumed(&p.Item, "success_probability"),
	}
}

// tile is one figure with its comparison.
type tile struct {
	Label string
	Value string
	Unit  string
	Note  string
	Class string // "good", "warn", "bad" or ""; "words" if the value is a name
	Href  string

	Assumed bool
}

func (b *builder) overviewPage(ps *planSite) page {
	at := ps.path("index.html")
	l := ps.linker(at)
	v := overviewView{
		Health:      b.health(ps),
		Chance:      b.chanceView(l),
		ScheduleRef: l.href("schedule/"),
		Factors:     cell{List: ps.plan.SuccessFactors}.assumed(&ps.plan.Info.Item, "success_factors"),
		Resources:   cell{List: ps.plan.ResourceRequirements}.assumed(&ps.plan.Info.Item, "resource_requirements"),
		People:      b.answerable(l),
		Decisions:   b.decisionsNeeded(l),
		MoreRef:     l.href("findings/"),
		FindingsSum: plural(len(ps.contradictions()), "finding", "findings"),
		Risks:       b.topRisks(l, 5),
		RisksRef:    l.href("risks/"),
	}
	v.Begun = slices.ContainsFunc(ps.sched.Activities, func(a *schedule.Activity) bool { return a.Percent > 0 })
	if ps.plan.StatusDate.IsSet() {
		v.StatusISO = ps.stated(ps.plan.StatusDate).ISO
		v.StatusDate = text(ps.stated(ps.plan.StatusDate).String()).assumed(&ps.plan.Info.Item, "status_date")
	}
	if lv := ps.sched.Levelling; lv != nil {
		v.Levelled = fmt.Sprintf("Levelled; without waiting for roles it would finish on %s.", ps.finish(lv.UnlevelledFinish))
	}
	v.Tiles = b.tiles(l, v.Health)
	v.Facts = b.planFacts(l)
	// A short plan without phases is shown as it is.
	n := len(ps.sched.Activities)
	outline := len(ps.plan.Phases) > 0 || n > 30
	if n > 0 && (!outline || len(ps.plan.Phases)+len(ps.plan.Milestones) > 0) {
		g := chart.Gantt(ps.sched, l.chartContext(), chart.GanttOptions{ID: "roadmap", Outline: outline})
		v.Roadmap = &g
	}
	if list := ps.nextMilestones(5); len(list) > 0 {
		t := b.milestoneTable(l, list).without("Criteria")
		t.ID, t.Caption = "next-milestones", "Milestones, stated beside computed"
		v.Milestones = &t
	}
	if len(ps.plan.Phases) > 0 {
		t := b.phaseTable(l, ps.topPhases()).without("Key deliverables")
		t.ID = "phase-overview"
		v.Phases = &t
	}
	v.Findings = b.weightiestFindings(l, 5)
	if n := len(ps.gaps()); n > 0 {
		v.Gaps = &link{Text: plural(n, "gap", "gaps"), Href: l.href("findings/#gaps")}
	}
	if reports := ps.reports(); len(reports) > 0 {
		v.Report = &link{Text: reports[0].title(), Href: l.file(reports[0].path, "")}
		v.ReportDate = ps.day(reports[0].report).String()
	}
	p := page{
		path: at, plan: ps, template: "overview", title: ps.title(), section: "overview",
		summary: v.Health.Headline + ".", wide: true,
	}
	if name := ps.plan.Name; name != p.title {
		p.kicker = name // the page is called after the site
	}
	info := ps.plan.Info.At("")
	p.source, p.line = info.File, info.Line
	if n := b.introOf(ps, "overview"); n != nil {
		v.Story = b.show(n, at, "intro-")
		p.source, p.line = n.file, 0
	}
	p.view = v
	return p
}

// tiles are the few figures that the front page begins with.
func (b *builder) tiles(l linker, h *health) []tile {
	ps := l.plan
	finish := ps.finish(ps.sched.Finish)
	first := tile{Label: "Computed finish", Value: ps.tileDate(ps.lastWorked()), Unit: finish.Week, Href: l.href("schedule/"), Note: "no finish stated"}
	if ps.sched.HasStatedFinish {
		first.Note = "stated " + ps.statedFinish() + ": " + h.Delta
		first.Class = pick(h.Late, "bad", "good")
	}
	out := []tile{first}
	if len(ps.plan.Work) > 0 {
		done := 0
		for _, a := range ps.sched.Activities {
			if a.Work != nil && a.Done() {
				done++
			}
		}
		out = append(out, tile{
			Label: "Work done", Value: percent(ps.progress()), Href: l.href("work/"),
			Note: "by duration; " + itoa(done) + " of " + plural(len(ps.plan.Work), "work package", "work packages") + " finished",
		})
	}
	if len(ps.plan.Budget) > 0 {
		sums := sumBudget(ps.plan)
		t := tile{Label: "Budget", Value: ps.loc.Money(sums.total), Href: l.href("budget/"), Note: "sum of " + plural(len(ps.plan.Budget), "category", "categories")}
		switch {
		case !sums.hasStatedTotal:
		case sums.statedTotal == sums.total:
			t.Note, t.Class = "as stated", "good"
		default:
			t.Note, t.Class = "stated "+ps.loc.Money(sums.statedTotal), "warn"
		}
		if note, class := ps.costNote(sums.total); note != "" {
			t.Note, t.Class = t.Note+"; "+note, cmp.Or(class, t.Class)
		}
		out = append(out, t)
	} else if cost := ps.sched.Cost; cost.IsSet() {
		note, class := ps.costNote(cost.Minor)
		out = append(out, tile{Label: "Cost of work", Value: ps.loc.Money(cost.Minor), Href: l.href("earned-value/"), Note: cmp.Or(note, "as planned"), Class: class})
	}
	if next := ps.nextMilestones(1); len(next) > 0 {
		a := next[0]
		t := tile{Label: "Next milestone", Value: ps.tileDate(a.LastDay()), Unit: ps.activityFinish(a).Week, Note: strings.TrimSpace(a.ID + " " + a.Name), Href: l.item(a.Item).Href}
		if a.HasTarget {
			words, late := ps.late(a.Finish, a.Target)
			t.Note += ", " + words
			t.Class = pick(late, "bad", "")
		}
		out = append(out, t)
	}
	q := b.quoted(l)
	if threats := q.threats(); len(threats) > 0 {
		r := threats[0].risk
		t := tile{Label: "Biggest threat", Value: r.Title(), Href: l.item(&r.Item).Href, Class: "words wide", Assumed: r.IsAssumed("probability") || r.IsAssumed("timeline_impact")}
		var parts []string
		if chance := q.probability(r); chance != "" {
			parts = append(parts, chance+" likely")
		}
		if r.TimelineImpact != "" {
			parts = append(parts, r.TimelineImpact)
		}
		t.Note = strings.Join(parts, ": ")
		out = append(out, t)
	}
	out = append(out, b.answerTile(l))
	t := tile{Label: "Findings", Value: itoa(len(ps.contradictions())), Href: l.href("findings/"), Note: "where the plan does not add up", Class: "warn"}
	if len(ps.contradictions()) == 0 {
		t.Note, t.Class = "the plan adds up", "good"
		if ps.acceptsContradictions() {
			t.Note, t.Class = "what does not add up is accepted, with the reasons", ""
		}
	}
	if n := len(ps.gaps()); n > 0 {
		t.Note += "; " + plural(n, "gap", "gaps")
	}
	return append(out, t)
}

// answerTile says who answers for the plan.
func (b *builder) answerTile(l linker) tile {
	p := &l.plan.plan.Info
	t := tile{Label: "Answers for it", Value: "Nobody is named", Note: "the plan states no owner and no sponsor", Href: "#the-plan", Class: "words"}
	name := func(who []link) string {
		var names []string
		for _, k := range who {
			names = append(names, k.Text)
		}
		return enumerate(names)
	}
	owner, sponsor := l.who(p.Owner), l.who(p.Sponsor)
	switch {
	case p.Owner != "":
		t.Value, t.Note, t.Href, t.Assumed = name(owner), "for the plan", owner[0].Href, p.IsAssumed("owner")
		if p.Sponsor != "" {
			t.Note = "sponsor: " + name(sponsor)
		}
	case p.Sponsor != "":
		t.Value, t.Note, t.Href, t.Assumed = name(sponsor), "sponsor of the plan", sponsor[0].Href, p.IsAssumed("sponsor")
	}
	if t.Href == "" {
		t.Href = "#the-plan"
	}
	return t
}

// tileDate writes a day in short, with its year if the plan sees several.
func (ps *planSite) tileDate(d calendar.Date) string {
	if ps.sched.Start.Date().Time().Year() != ps.sched.Finish.LastDate().Time().Year() {
		return ps.loc.DayMonthYear(d)
	}
	return ps.loc.ShortDate(d)
}

// topPhases returns the phases that are not part of another one.
func (ps *planSite) topPhases() []*schedule.PhaseDates {
	var out []*schedule.PhaseDates
	for _, ph := range ps.sched.Phases {
		if ph.Parent == nil {
			out = append(out, ph)
		}
	}
	return out
}

// planFacts is what the plan says about itself.
func (b *builder) planFacts(l linker) []fact {
	ps := l.plan
	p := &ps.plan.Info
	start := ps.start(ps.sched.Start)
	finish := ps.finish(ps.sched.Finish)
	var cal []link
	if p.Calendar != "" {
		cal = l.one(p.Calendar, "calendar")
	}
	money := fact{}
	if p.Has("currency") {
		money = fact{Label: "Money in", Text: p.Currency, Assumed: p.IsAssumed("currency")}
	}
	stated := fact{}
	if ps.sched.HasStatedFinish {
		w := ps.finish(ps.sched.StatedFinish)
		words, late := ps.late(ps.sched.Finish, ps.sched.StatedFinish)
		stated = fact{Label: "Stated finish", When: &w, Note: "computed is " + words, Class: pick(late, "late", ""), Assumed: p.IsAssumed("duration") || p.IsAssumed("finish")}
	}
	return facts(
		nameFact(&p.Item),
		fact{Label: "About", Text: p.Description, Assumed: p.IsAssumed("description")},
		fact{Label: "Scope", Text: p.Scope, Assumed: p.IsAssumed("scope")},
		fact{Label: "Start", When: &start, Assumed: p.IsAssumed("start")},
		stated,
		fact{Label: "Computed finish", When: &finish},
		fact{Label: "Stated duration", Text: durationText(p.Duration), Assumed: p.IsAssumed("duration")},
		fact{Label: "Computed duration", Text: ps.words(ps.sched.Calendar.Between(ps.sched.Start, ps.sched.Finish))},
		fact{Label: "Stated chance of success", Text: p.SuccessProbability, Assumed: p.IsAssumed("success_probability")},
		fact{Label: "Simulation", Text: pick(p.Has("simulation"), simulationText(ps.loc, p.Simulation), ""), Assumed: p.IsAssumed("simulation")},
		fact{Label: "Covers", Links: []link{{Text: coverageText(ps.coverage), Href: l.href("coverage/")}}},
		fact{Label: "Calendar", Links: cal, Assumed: p.IsAssumed("calendar")},
		money,
		fact{Label: "Tags", Text: enumerate(p.Tags), Assumed: p.IsAssumed("tags")},
	)
}

// answerable says who answers for the plan, its phases and its money.
func (b *builder) answerable(l linker) []fact {
	ps := l.plan
	out := []fact{
		{Label: "Sponsor", Links: l.who(ps.plan.Sponsor), Assumed: ps.plan.IsAssumed("sponsor")},
		{Label: "Plan", Links: l.who(ps.plan.Owner), Assumed: ps.plan.IsAssumed("owner")},
	}
	for _, ph := range ps.plan.Phases {
		if ph.Owner != "" {
			out = append(out, fact{Label: ph.Title(), Links: l.who(ph.Owner), Assumed: ph.IsAssumed("owner")})
		}
	}
	for _, g := range ps.plan.Governance {
		out = append(out, fact{Label: g.Title(), Text: g.Purpose, Assumed: g.IsAssumed("purpose")})
	}
	return facts(out...)
}

// decisionsNeeded lists the decisions that somebody is waiting for, or nil.
func (b *builder) decisionsNeeded(l linker) *table {
	t := table{ID: "decisions", Class: "stack", Caption: "Decisions needed, with who makes them and by when", Head: cols("Decision", "Made by", "Needed by")}
	for _, d := range l.plan.plan.Decisions {
		if d.Status != "pending" && d.Status != "" {
			continue
		}
		t.Rows = append(t.Rows, row{Cells: []cell{
			linked(l.item(&d.Item)),
			linked(l.who(d.MadeBy)...).assumed(&d.Item, "made_by"),
			dated(l.plan.stated(d.Due)).assumed(&d.Item, "due"),
		}})
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return &t
}

// topRisks lists the threats that the register puts first, or nil.
func (b *builder) topRisks(l linker, n int) *table {
	s := b.quoted(l)
	t := table{ID: "top-risks", Class: "stack", Caption: "Open risks, the gravest first" + s.rankedBy(), Head: cols("Risk", "#Probability", "If it happens", "Mitigation", "Owner")}
	for i, e := range s.threats() {
		r := e.risk
		if i == n {
			break
		}
		t.Rows = append(t.Rows, row{Cells: []cell{
			linked(l.item(&r.Item)),
			s.probabilityCell(r),
			s.impactCell(r),
			textList(r.Mitigation).assumed(&r.Item, "mitigation"),
			linked(l.who(r.Owner)...).assumed(&r.Item, "owner"),
		}})
	}
	if len(t.Rows) == 0 {
		return nil
	}
	t = t.trim()
	return &t
}

// nextMilestones returns up to n milestones that are not reached yet, the
// earliest first; the last ones if all are.
func (ps *planSite) nextMilestones(n int) []*schedule.Activity {
	var all, open []*schedule.Activity
	for _, a := range ps.sched.Activities {
		if a.Milestone == nil {
			continue
		}
		all = append(all, a)
		if !a.Done() {
			open = append(open, a)
		}
	}
	byFinish := func(x, y *schedule.Activity) int { return cmp.Compare(x.Finish, y.Finish) }
	slices.SortStableFunc(open, byFinish)
	slices.SortStableFunc(all, byFinish)
	if len(open) == 0 {
		return all[max(0, len(all)-n):]
	}
	return open[:min(n, len(open))]
}

// durationText writes a duration in words as its author did: "12 weeks".
func durationText(d plan.Duration) string {
	if !d.IsSet() {
		return ""
	}
	unit := map[plan.Unit]string{plan.Minute: "minute", plan.Hour: "hour", plan.Day: "day", plan.Week: "week", plan.Month: "month"}[d.Unit]
	n := decimal(d.Thousandths, 3)
	if n != "1" {
		unit += "s"
	}
	if d.Elapsed {
		unit = "elapsed " + unit
	}
	return n + " " + unit
}

// decimal writes a whole number of parts, each 10^-digits, as a decimal without
// trailing zeros: 1,500 thousandths are "1.5".
func decimal(v int64, digits int) string {
	sign := ""
	if v < 0 {
		sign, v = "−", -v
	}
	s := itoa(int(v))
	for len(s) <= digits {
		s = "0" + s
	}
	whole, part := s[:len(s)-digits], strings.TrimRight(s[len(s)-digits:], "0")
	if part != "" {
		part = "." + part
	}
	return sign + whole + part
}
