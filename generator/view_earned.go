package generator

import (
	"fmt"
	"slices"
	"strconv"

	"milepost/generator/chart"
	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// earnedView is the page about earned value: what is done, what it was planned
// to cost and what it did cost.
type earnedView struct {
	Headline  []string
	Yardstick string   // what the plan is compared with
	Measure   string   // what the share done counts, beside that of progress
	Progress  link     // the page about progress
	LeftOut   []string // what the figures leave out, each a sentence
	Tiles     []tile
	Chart     *chart.Chart
	Figures   table
	Estimates table
	Time      table // earned schedule of the plan and its phases
	TimeLead  string
	Phases    table
	Work      table
	Findings  []finding
}

// earnedPages returns the page about earned value, none for a plan in which no
// cost of work is known.
func (b *builder) earnedPages(ps *planSite) []page {
	e, ok := ps.sched.EarnedValue()
	if !ok {
		return nil
	}
	s := earnedSection{b.section(ps, "earned-value/index.html"), e}
	v := earnedView{
		Headline:  s.headline(),
		Yardstick: s.yardstick(),
		LeftOut:   s.leftOut(),
		Tiles:     s.tiles(),
		Phases:    s.phaseTable(),
		Work:      s.withCSV(s.workTable(), "earned-value/work.csv"),
		Findings:  s.findings(),
	}
	if len(v.Phases.Rows) > 0 {
		v.Phases = s.withCSV(v.Phases, "earned-value/phases.csv")
	}
	if c, ok := chart.SCurve(ps.sched, s.chartContext()); ok {
		v.Chart = &c
	}
	if e.HasStatus {
		v.Measure, v.Progress = s.measure()
		v.Figures, v.Estimates = s.figures(), s.estimates()
		v.TimeLead, v.Time = s.time()
	}
	return []page{{
		path: s.from, plan: ps, template: "earned-value", title: "Earned value", section: "earned-value",
		summary: v.Headline[0], view: v,
	}}
}

// earnedSection makes the views of earned value.
type earnedSection struct {
	section
	e *schedule.EarnedValue
}

// headline says in whole sentences how the plan stands in money.
func (s earnedSection) headline() []string {
	loc, v := s.ps.loc, s.e.Plan
	if !s.e.HasStatus {
		return []string{
			fmt.Sprintf("The work of the plan is to cost %s.", loc.Money(v.BAC)),
			"What has been earned and spent is not known: the plan has no status date (status_date in [plan]).",
		}
	}
	first := fmt.Sprintf("On %s, work worth %s is done; %s was planned to be done", s.ps.finish(s.e.Status), loc.Money(v.EV), loc.Money(v.PV))
	if v.SPI().Known() {
		first += ": SPI " + s.number(v.SPI(), 2)
	}
	out := []string{first + "."}
	switch {
	case !v.HasCost():
		return append(out, "What it has cost is not written for any of it, so cost performance cannot be told.")
	case v.Unknown > 0:
		out = append(out, fmt.Sprintf("The actual cost is written for work worth %s of it, and comes to %s%s.", loc.Money(v.EVSpent), loc.Money(v.AC), s.cpi(v)))
	case v.EV == 0 && v.AC == 0:
		return append(out, "Nothing has been spent.")
	default:
		out = append(out, fmt.Sprintf("It has cost %s%s.", loc.Money(v.AC), s.cpi(v)))
	}
	if eac := v.EAC(schedule.Typical); eac.IsSet() {
		switch {
		case v.EV >= v.BAC && v.Unknown == 0:
			out = append(out, fmt.Sprintf("All of it is done; it was planned to cost %s.", loc.Money(v.BAC)))
		case eac.Minor == v.BAC:
			out = append(out, fmt.Sprintf("At this rate the work costs %s in the end, as planned.", loc.Money(v.BAC)))
		default:
			out = append(out, fmt.Sprintf("At this rate the work costs %s in the end instead of %s.", s.forecast(eac.Minor), loc.Money(v.BAC)))
		}
	}
	return out
}

func (s earnedSection) cpi(v schedule.Value) string {
	if !v.CPI().Known() {
		return ""
	}
	return ": CPI " + s.number(v.CPI(), 2)
}

func (s earnedSection) yardstick() string {
	loc := s.ps.loc
	b := s.e.Baseline
	switch {
	case b == nil && !s.e.HasStatus:
		return "Its dates and costs are those of the plan as written."
	case b != nil && !s.e.HasStatus:
		return fmt.Sprintf("Its dates and costs are those of %s.", s.ps.baselineName(b))
	case b != nil:
		return fmt.Sprintf("Compared with %s, in which the work costs %s.", s.ps.baselineName(b), loc.Money(b.Cost.Minor))
	case s.ps.sched.Baseline() != nil:
		return "The baseline of the plan holds no costs: compared with the plan as written, its dates and costs without any progress."
	}
	return "No baseline is saved: compared with the plan as written, its dates and costs without any progress."
}

// measure says what the share done counts, and leads to the page that counts in
// time.
func (s earnedSection) measure() (string, link) {
	text := "“Done, by cost” counts each work package with what it was planned to cost."
	if !s.ps.hasProgress() {
		return text, link{}
	}
	text += " Counted with the time it takes, " + percent(s.ps.progress()) + " is done"
	if v := s.ps.against; v != nil && v.Baseline.Holds("work") {
		text += " and " + percent(s.ps.sched.PlannedPercent(v.Baseline, s.ps.sched.StatusDate)) + " was planned to be"
	}
	return text + ":", link{Text: "progress", Href: s.href("progress/")}
}

// leftOut says what no figure, or not every figure, counts.
func (s earnedSection) leftOut() []string {
	loc, e := s.ps.loc, s.e
	var out []string
	if n := len(e.Unknown); n > 0 && e.Plan.HasCost() {
		worth := int64(0)
		for _, a := range e.Unknown {
			worth += e.Activity(a.ID).EV
		}
		out = append(out, fmt.Sprintf("%s begun without a written actual cost (%s). What %s earned, %s, is left out of CV, CPI and every estimate at completion, and counts there as still to be paid for.",
			plural(n, "work package has", "work packages have"), s.ids(e.Unknown), pick(n == 1, "it has", "they have"), loc.Money(worth)))
	}
	if n := len(e.Added); n > 0 {
		out = append(out, fmt.Sprintf("%s not in the baseline (%s): what %s counts as actual cost, but earns nothing until a new baseline is saved.",
			plural(n, "work package is", "work packages are"), s.ids(e.Added), pick(n == 1, "it costs", "they cost")))
	}
	if n := len(e.Removed); n > 0 {
		var names []string
		worth := int64(0)
		for _, a := range e.Removed {
			names = append(names, a.ID)
			worth += a.Cost.Minor
		}
		out = append(out, fmt.Sprintf("%s of the baseline, worth %s, %s no longer in the plan and left out (%s).",
			plural(n, "work package", "work packages"), loc.Money(worth), pick(n == 1, "is", "are"), shortened(names)))
	}
	var nothing, part []*schedule.Activity
	for _, a := range e.Partly {
		if a.Cost.IsSet() {
			part = append(part, a)
		} else {
			nothing = append(nothing, a)
		}
	}
	if n := len(nothing); n > 0 {
		out = append(out, fmt.Sprintf("Nothing is known of the cost of %s (%s), so %s in no figure.",
			plural(n, "work package", "work packages"), s.ids(nothing), pick(n == 1, "it is", "they are")))
	}
	if n := len(part); n > 0 {
		out = append(out, fmt.Sprintf("Of %s only part of the cost is known, because somebody assigned has no rate (%s).",
			plural(n, "work package", "work packages"), s.ids(part)))
	}
	return out
}

// ids names work packages: "1.1, 1.2 and 3 more".
func (s earnedSection) ids(all []*schedule.Activity) string {
	var ids []string
	for _, a := range all {
		ids = append(ids, a.ID)
	}
	return shortened(ids)
}

func shortened(ids []string) string {
	if len(ids) > maxListed {
		ids = append(slices.Clone(ids[:maxListed]), fmt.Sprintf("%d more", len(ids)-maxListed))
	}
	return enumerate(ids)
}

// tiles are the figures that a busy reader asks for.
func (s earnedSection) tiles() []tile {
	loc, v, x := s.ps.loc, s.e.Plan, s.e.Schedule
	if !s.e.HasStatus {
		return []tile{{Label: "Budget at completion", Value: loc.Money(v.BAC), Note: "planned cost of all work", Href: "#work"}}
	}
	out := []tile{{Label: "Earned value", Value: loc.Money(v.EV), Note: s.share(v.Done()) + " done, by cost, of " + loc.Money(v.BAC), Href: "#figures"}}
	if v.SPI().Known() {
		out = append(out, tile{Label: "Schedule performance", Value: s.number(v.SPI(), 2), Unit: "SPI", Class: indexClass(v.SPI()), Href: "#figures",
			Note: s.off(v.SV(), "behind plan", "ahead of plan", "as planned")})
	}
	if v.CPI().Known() {
		out = append(out, tile{Label: "Cost performance", Value: s.number(v.CPI(), 2), Unit: "CPI", Class: indexClass(v.CPI()), Href: "#figures",
			Note: s.off(v.CV().Minor, "over budget", "under budget", "as planned")})
	} else if !v.HasCost() {
		out = append(out, tile{Label: "Cost performance", Value: "n/a", Unit: "CPI", Note: "no actual cost is written", Href: "#work", Class: "warn"})
	}
	if eac := v.EAC(schedule.Typical); eac.IsSet() && v.CPI().Known() {
		out = append(out, tile{Label: "Estimate at completion", Value: s.forecast(eac.Minor), Class: indexClass(v.CPI()), Href: pick(s.done(), "#figures", "#estimates"),
			Note: s.off(loc.Rounded(v.BAC-eac.Minor), "over the "+loc.Money(v.BAC)+" planned", "under the "+loc.Money(v.BAC)+" planned", "as planned")})
	}
	if x.HasFinish && !s.done() {
		out = append(out, tile{Label: "Finish at this pace", Value: s.ps.tileDate(x.Finish.LastDate()), Unit: s.ps.finish(x.Finish).Week, Class: indexClass(x.SPI()), Href: "#time",
			Note: s.slipOf(x) + "; today " + s.lateness(x)})
	}
	return out
}

func (s earnedSection) done() bool { return s.e.Plan.EV >= s.e.Plan.BAC }

// lateness says how far the work is from the plan in time.
func (s earnedSection) lateness(x schedule.EarnedSchedule) string {
	switch d := s.workOf(x.SV()); {
	case d < 0:
		return s.ps.words(d) + " behind plan"
	case d > 0:
		return s.ps.words(d) + " ahead of plan"
	}
	return "as planned"
}

// slipOf says how far the finish at the pace so far lies from the planned one: "3
// weeks 3 days after the baseline finish on 10 Apr".
func (s earnedSection) slipOf(x schedule.EarnedSchedule) string {
	name := pick(s.e.Baseline != nil, "baseline finish", "planned finish") + " on " + s.ps.loc.ShortDate(x.PlannedFinish.LastDate())
	switch d := s.ps.sched.Calendar.Between(x.PlannedFinish, x.Finish); {
	case d > 0:
		return s.ps.words(calendar.Work(d)) + " after the " + name
	case d < 0:
		return s.ps.words(calendar.Work(-d)) + " before the " + name
	}
	return "as the " + name
}

// workOf turns plan weeks into working time.
func (s earnedSection) workOf(weeks schedule.Quotient) calendar.Work {
	minutes, _ := weeks.Times(int64(s.ps.sched.Calendar.WeekMinutes()))
	return calendar.Work(minutes)
}

// indexClass colours an index: at 1 or better good, below 0.9 bad.
func indexClass(q schedule.Quotient) string {
	switch {
	case q.Cmp(1, 1) >= 0:
		return "good"
	case q.Cmp(9, 10) < 0:
		return "bad"
	}
	return "warn"
}

// off writes a variance with the word that fits its sign.
func (s earnedSection) off(variance int64, negative, positive, none string) string {
	switch {
	case variance < 0:
		return s.ps.loc.Money(-variance) + " " + negative
	case variance > 0:
		return s.ps.loc.Money(variance) + " " + positive
	}
	return none
}

// number writes a quotient in the language of the site, "n/a" if it is not known.
func (l linker) number(q schedule.Quotient, decimals int) string {
	v, err := strconv.ParseFloat(q.Decimal(decimals), 64)
	switch {
	case err != nil:
		return "n/a"
	case v < 0:
		return "−" + l.plan.loc.Fixed(-v, decimals)
	}
	return l.plan.loc.Fixed(v, decimals)
}

// forecast writes an amount that is estimated.
func (l linker) forecast(minor int64) string {
	return signed(l.plan.loc.Money, l.plan.loc.Rounded(minor))
}

func (s section) share(q schedule.Quotient) string {
	v, err := strconv.ParseFloat(q.Decimal(4), 64)
	if err != nil {
		return "n/a"
	}
	return s.percent(v, 0)
}

// figures explains each figure in plain words beside its value.
func (s earnedSection) figures() table {
	v := s.e.Plan
	t := table{ID: "figures", Class: "stack", Caption: "The figures of earned value, what each is and how it is made", Head: cols("Figure", "#Value", "What it says", "How it is made")}
	add := func(name, value, says, made string) {
		t.Rows = append(t.Rows, row{Cells: []cell{text(name), text(value), text(says), text(made)}})
	}
	sign := func(minor int64) string { return signed(s.ps.loc.Money, minor) }
	known := func(m plan.Money) string {
		if !m.IsSet() {
			return "n/a"
		}
		return sign(m.Minor)
	}
	spent := "n/a"
	if v.HasCost() {
		spent = sign(v.AC)
	}
	tcpiEAC := v.TCPIOf(schedule.Typical)
	add("BAC, budget at completion", sign(v.BAC), "What all work is planned to cost.", "sum over the work packages")
	add("PV, planned value", sign(v.PV), "What the work was to cost that should be done by now.", "BAC × planned share")
	add("EV, earned value", sign(v.EV), "What the work that is done was planned to cost.", "BAC × percent complete")
	add("AC, actual cost", spent, "What has really been spent.", "sum of actual_cost")
	add("SV, schedule variance", sign(v.SV()), "Below zero, less is done than planned.", "EV − PV")
	add("CV, cost variance", known(v.CV()), "Below zero, the work costs more than planned.", "EV − AC")
	add("SPI, schedule performance index", s.number(v.SPI(), 2), "Work done for each unit of work planned; below 1 is behind.", "EV / PV")
	add("CPI, cost performance index", s.number(v.CPI(), 2), "Work done for each unit of money spent; below 1 is too dear.", "EV / AC")
	if eac := v.EAC(schedule.Typical); eac.IsSet() {
		add("EAC, estimate at completion", s.forecast(eac.Minor), "What all work costs in the end if the rest costs as the work so far has.", "BAC / CPI")
		add("ETC, estimate to complete", s.forecast(v.ETC(schedule.Typical).Minor), "What is still to be paid then.", "EAC − AC")
		add("VAC, variance at completion", s.forecast(v.VAC(schedule.Typical).Minor), "Below zero, the work costs more in the end than planned.", "BAC − EAC")
	}
	add("TCPI, to-complete performance index, to the budget", s.number(v.TCPI(), 2), "The CPI that the rest needs for the budget to hold; above about 1.2 that is rarely reached.", "(BAC − EV) / (BAC − AC)")
	add("TCPI to the estimate", s.number(tcpiEAC, 2), "The CPI that the rest needs to hold the estimate at completion.", "(BAC − EV) / (EAC − AC)")
	add("Planned, by cost", s.share(v.Planned()), "Share of the work that should be done, in money.", "PV / BAC")
	add("Done, by cost", s.share(v.Done()), "Share of the work that is done, in money.", "EV / BAC")
	add("Spent, of the cost", s.share(v.Spent()), "Share of the budget that is spent.", "AC / BAC")
	return t
}

// estimates compares the three ways to tell what the work costs in the end.
func (s earnedSection) estimates() table {
	v := s.e.Plan
	if v.EV >= v.BAC && v.Unknown == 0 {
		return table{} // it is known what the work costs
	}
	t := table{ID: "estimates", Class: "stack", Caption: "Estimates of the cost at completion, and when each is right",
		Head: cols("Estimate", "#EAC, in the end", "#ETC, still to pay", "#VAC, against budget", "#TCPI", "Right when", "How it is made")}
	estimate := func(m plan.Money) cell { return text(s.forecast(m.Minor)) }
	for _, k := range []struct {
		by               schedule.Estimate
		name, when, made string
	}{
		{schedule.Typical, "Typical", "the rest will cost as the work so far has: the usual case", "BAC / CPI"},
		{schedule.Atypical, "Atypical", "what went wrong or right will not happen again, and the rest costs what is planned", "AC + (BAC − EV)"},
		{schedule.Combined, "Combined", "the date must hold, so that being late costs money, too", "AC + (BAC − EV) / (CPI × SPI)"},
	} {
		if !v.EAC(k.by).IsSet() {
			continue
		}
		t.Rows = append(t.Rows, row{Cells: []cell{text(k.name), estimate(v.EAC(k.by)).class("total"), estimate(v.ETC(k.by)), estimate(v.VAC(k.by)),
			text(s.number(v.TCPIOf(k.by), 2)), text(k.when), text(k.made)}})
	}
	return t
}

// time tells the schedule performance in weeks rather than in money.
func (s earnedSection) time() (lead string, t table) {
	e := s.e
	t = table{ID: "time", Class: "stack", Caption: "Earned schedule, in plan weeks from the planned start",
		Head: cols("Work", "#ES, earned", "#AT, passed", "#SV(t), today", "SV(t) in working time", "#SPI(t)", "#Planned duration", "#IEAC(t), at this pace", "Finish at this pace")}
	add := func(name cell, class string, x schedule.EarnedSchedule, done bool) {
		if !x.Known() {
			return
		}
		finish := cell{}
		if x.HasFinish && !done {
			finish = dated(s.ps.finish(x.Finish)).note(s.slipOf(x))
		}
		t.Rows = append(t.Rows, row{Class: class, Cells: []cell{name, text(s.number(x.ES, 2)), text(s.number(x.AT, 2)), text(s.number(x.SV(), 2)),
			text(s.lateness(x)).class(pick(x.SV().Cmp(0, 1) < 0, "late", "")), text(s.number(x.SPI(), 2)), text(s.number(x.PD, 2)), text(s.number(x.IEAC(), 2)), finish}})
	}
	add(text("The plan"), "total", e.Schedule, s.done())
	for _, ph := range e.Phases {
		add(linked(s.item(&ph.Phase.Item)), s.depth(ph.Phase), ph.Schedule, ph.EV >= ph.BAC)
	}
	x := e.Schedule
	switch {
	case !x.Known():
		lead = ""
	case s.done():
		lead = "All work is done: " + s.lateness(x) + "."
	default:
		lead = fmt.Sprintf("What is done now was planned to be done by %s: the work is %s.", s.ps.finish(x.PlannedBy), s.lateness(x))
		if x.HasFinish {
			lead += fmt.Sprintf(" At this pace it finishes on %s, %s; the schedule computes %s.", s.ps.finish(x.Finish), s.slipOf(x), s.ps.finish(s.ps.sched.Finish))
		}
	}
	return lead, t.trim()
}

func (s earnedSection) depth(ph *schedule.PhaseDates) string {
	return s.ps.depthClass(ph, s.ps.sched.Phases)
}

// valueColumns are the heads of tables of earned value.
func (s earnedSection) valueColumns(first string) []column {
	if !s.e.HasStatus {
		return cols(first, "#BAC")
	}
	return cols(first, "#BAC", "#PV", "#EV", "#AC", "#SV", "#CV", "#SPI", "#CPI", "#EAC", "#VAC", "#Done, by cost")
}

// valueCells are the figures of some work.
func (s earnedSection) valueCells(v schedule.Value) []cell {
	if !s.e.HasStatus {
		return []cell{s.amount(v.BAC)}
	}
	ac := s.amount(v.AC)
	switch {
	case !v.HasCost():
		ac = text("not written")
	case v.Unknown > 0:
		ac = ac.note(plural(v.Unknown, "is", "are") + " not written")
	}
	index := func(q schedule.Quotient) cell { return text(s.number(q, 2)).class(pick(q.Known(), "", "muted")) }
	money := func(m plan.Money, write func(int64) string) cell {
		if !m.IsSet() {
			return text("n/a").class("muted")
		}
		return text(write(m.Minor))
	}
	exact := func(minor int64) string { return signed(s.ps.loc.Money, minor) }
	return []cell{s.amount(v.BAC), s.amount(v.PV), s.amount(v.EV), ac, s.amount(v.SV()), money(v.CV(), exact), index(v.SPI()), index(v.CPI()),
		money(v.EAC(schedule.Typical), s.forecast), money(v.VAC(schedule.Typical), s.forecast), text(s.share(v.Done()))}
}

func (s earnedSection) phaseTable() table {
	t := table{ID: "phases", Class: "stack", Caption: "Earned value by phase, with all work inside it", Head: s.valueColumns("Phase")}
	for _, ph := range s.e.Phases {
		t.Rows = append(t.Rows, row{Class: s.depth(ph.Phase), Cells: append([]cell{linked(s.item(&ph.Phase.Item))}, s.valueCells(ph.Value)...)})
	}
	if len(t.Rows) == 0 {
		return t
	}
	if slices.ContainsFunc(s.e.Work, func(w *schedule.WorkValue) bool { return w.Activity.Phase == nil }) {
		t.Rows = append(t.Rows, row{Cells: append([]cell{text("Without a phase")}, s.valueCells(s.e.Loose)...)})
	}
	t.Foot = s.total()
	return t
}

func (s earnedSection) workTable() table {
	t := table{ID: "work", Class: "stack", Caption: "Earned value by work package", Head: s.valueColumns("Work package")}
	for _, w := range s.e.Work {
		name := linked(s.item(w.Activity.Item))
		switch {
		case w.Added:
			name = name.note("not in the baseline")
		case !s.ps.sched.Costed(w.Activity):
			name = name.note("not all of its cost is known")
		}
		cells := append([]cell{name}, s.valueCells(w.Value)...)
		if !s.e.HasStatus && w.BAC != 0 {
			cells = append(cells, dated(s.ps.start(w.Start)), dated(s.ps.finish(w.Finish)))
		}
		t.Rows = append(t.Rows, row{Cells: cells})
	}
	if !s.e.HasStatus {
		t.Head = append(t.Head, cols("Planned start", "Planned finish")...)
	}
	t.Foot = s.total()
	return t
}

func (s earnedSection) total() []row {
	return []row{{Class: "total", Cells: append([]cell{text("The plan")}, s.valueCells(s.e.Plan)...)}}
}

// findings are what does not add up about rates and actual costs.
func (s earnedSection) findings() []finding {
	var out []finding
	for _, d := range s.ps.findings {
		if d.Code == schedule.CodeRate || d.Code == schedule.CodeSpending {
			out = append(out, s.b.finding(s.linker, d))
		}
	}
	return out
}
