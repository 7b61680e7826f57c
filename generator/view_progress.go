package generator

import (
	"fmt"
	"strconv"
	"strings"

	"milepost/generator/chart"
	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// progressView is the page that says how far the plan has come, and how far it
// is from its baseline.
type progressView struct {
	Headline   []string // sentences
	Measure    string   // what the share done counts, beside that of earned value
	Earned     link     // the page about earned value
	Table      *table   // phases and work packages
	Findings   []finding
	Trend      *chart.Chart
	Milestones *table // over every baseline
	Added      *table // since the baseline
	Removed    *table
	Baselines  *table
}

// hasProgress reports whether there is anything to say about progress: a
// baseline, or work that has begun.
func (ps *planSite) hasProgress() bool {
	if len(ps.plan.Baselines) > 0 {
		return true
	}
	for _, a := range ps.sched.Activities {
		if a.Percent > 0 || a.Work != nil && a.Work.ActualStart.IsSet() {
			return true
		}
	}
	return false
}

// progressPages returns the page about progress, none for a plan without any.
func (b *builder) progressPages(ps *planSite) []page {
	if !ps.hasProgress() {
		return nil
	}
	s := b.section(ps, "progress/index.html")
	v := progressView{Headline: s.progressHeadline(), Findings: s.progressFindings()}
	v.Measure, v.Earned = s.progressMeasure()
	if t := s.progressTable(); len(t.Rows) > 0 {
		t.CSV = b.publishCSV(s.linker, "progress/progress.csv", s.progressRows())
		v.Table = &t
	}
	if c, ok := chart.Trend(ps.sched, s.chartContext(), ""); ok {
		v.Trend = &c
	}
	if ps.against != nil {
		v.Milestones = s.milestonesOverBaselines()
		v.Added, v.Removed = s.added(), s.removed()
		v.Baselines = s.baselineTable()
	}
	return []page{{
		path: s.from, plan: ps, template: "progress", title: "Progress", section: "progress", wide: true,
		summary: strings.Join(v.Headline, " "), view: v,
	}}
}

// progressHeadline says how much is done and was planned to be, and where the
// finish is.
func (s section) progressHeadline() []string {
	ps := s.ps
	sched, against := ps.sched, ps.against
	done := percent(ps.progress()) + " of the work, by its duration, is done"
	var out []string
	switch {
	case !ps.plan.StatusDate.IsSet():
		out = append(out, sentence(done+"; the plan has no status date"))
	case against == nil || !against.Baseline.Holds("work"):
		out = append(out, fmt.Sprintf("On %s %s.", ps.finish(sched.StatusDate), done))
	default:
		out = append(out, fmt.Sprintf("On %s %s; by the baseline it would be %s.", ps.finish(sched.StatusDate), done,
			percent(sched.PlannedPercent(against.Baseline, sched.StatusDate))))
	}
	verb := "finishes"
	if ps.progress() >= 100 {
		verb = "finished"
	}
	finish := fmt.Sprintf("The plan %s %s", verb, ps.finish(sched.Finish))
	if against != nil {
		finish += ", " + ps.than(against.Plan.Finish) + " " + ps.baselineName(against.Baseline)
	}
	out = append(out, finish+".")
	finished, begun, late := 0, 0, 0
	for _, a := range sched.Activities {
		if a.Work == nil {
			continue
		}
		finished += boolInt(a.Done())
		begun += boolInt(!a.Done() && a.Begun())
		late += boolInt(against != nil && against.Of(a).Then != nil && ps.slip(against.Of(a).Then.Finish, a.Finish) > 0)
	}
	if n := len(ps.plan.Work); n > 0 {
		text := fmt.Sprintf("Of %s %s done and %s in progress", plural(n, "work package", "work packages"),
			pick(finished == 0, "none is", plural(finished, "is", "are")), pick(begun == 0, "none", itoa(begun)))
		if against != nil && against.Baseline.Holds("work") {
			text += fmt.Sprintf("; %s later than in the baseline", pick(late == 0, "none finishes", plural(late, "finishes", "finish")))
		}
		out = append(out, text+".")
	}
	return out
}

// progressMeasure says what the share done counts, and leads to the page that
// counts in money.
func (s section) progressMeasure() (string, link) {
	const counts = "“Done, by duration” counts each work package with the time it takes."
	e, ok := s.ps.sched.EarnedValue()
	if !ok || !e.HasStatus {
		return counts, link{}
	}
	text := counts + " Counted with what it was planned to cost, " + s.share(e.Plan.Done()) + " is done"
	if e.Plan.Planned().Known() {
		text += " and " + s.share(e.Plan.Planned()) + " was planned to be"
	}
	return text + ":", link{Text: "earned value", Href: s.href("earned-value/")}
}

// than compares with a baseline: "2 weeks later than in", "as in".
func (ps *planSite) than(v calendar.Work) string {
	switch {
	case v > 0:
		return ps.words(v) + " later than in"
	case v < 0:
		return ps.words(v) + " earlier than in"
	}
	return "as in"
}

// moved says how far a date has gone from its baseline: "2 weeks later", "no
// change".
func (ps *planSite) moved(v calendar.Work) string {
	switch {
	case v > 0:
		return ps.words(v) + " later"
	case v < 0:
		return ps.words(v) + " earlier"
	}
	return "no change"
}

// baselineName names a baseline in a sentence.
func (ps *planSite) baselineName(b *plan.Baseline) string {
	return "the baseline " + chart.BaselineName(b, chart.Context{Locale: ps.loc})
}

// progressFindings returns what does not add up about dates that have passed and
// those of the baseline.
func (s section) progressFindings() []finding {
	var out []finding
	for _, d := range s.ps.findings {
		switch d.Code {
		case schedule.CodeBaselineFinish, schedule.CodeBaselineMilestone, schedule.CodeSequence, schedule.CodeFuture:
			out = append(out, s.b.finding(s.linker, d))
		}
	}
	return out
}

// progressTable shows each phase with its work below it: where it was in the
// baseline, where it is, and what has been done.
func (s section) progressTable() table {
	ps := s.ps
	t := table{ID: "work", Class: "stack", Caption: "Phases and work packages: " + pick(ps.against != nil, "baseline, dates now and progress", "dates and progress"),
		Head: cols("Work", "Baseline", "Now", "Start variance", "Finish variance", "Cost variance", "#Done, by duration", "Actual", "#Remaining")}
	var phase func(ph *schedule.PhaseDates)
	phase = func(ph *schedule.PhaseDates) {
		if ph.Empty {
			return
		}
		r := row{ID: "progress-phase-" + ph.ID, Class: strings.TrimSpace("group " + ps.depthClass(ph, ps.sched.Phases)), Cells: []cell{linked(s.item(&ph.Item)), {}, text(ps.shortSpan(ph.Start, ph.Finish)), {}, {}, {},
			text(percent(ph.Percent)), {}, {}}}
		if ps.against != nil {
			s.varianceCells(&r, ps.against.OfPhase(ph))
		}
		t.Rows = append(t.Rows, r)
		for _, child := range ph.Children {
			phase(child)
		}
		for _, a := range ph.Activities {
			if a.Work != nil {
				t.Rows = append(t.Rows, s.progressRow(a))
			}
		}
	}
	for _, ph := range ps.sched.Phases {
		if ph.Parent == nil {
			phase(ph)
		}
	}
	for _, a := range ps.sched.Activities {
		if a.Work != nil && a.Phase == nil {
			t.Rows = append(t.Rows, s.progressRow(a))
		}
	}
	return t.trim()
}

func (s section) progressRow(a *schedule.Activity) row {
	ps, w := s.ps, a.Work
	r := row{ID: "progress-" + a.ID, Cells: []cell{
		linked(s.item(a.Item)),
		{},
		text(ps.shortSpan(a.Start, a.Finish)),
		{}, {}, {},
		text(percent(a.Percent)).assumed(a.Item, "percent"),
		text(ps.actual(w)),
		text(ps.remaining(a)).assumed(a.Item, "remaining"),
	}}
	r.Cells[7].Assumed = a.IsAssumed("actual_start") || a.IsAssumed("actual_finish")
	if a.Critical() && !a.Done() {
		r.Cells[0].Badge = &pill{"critical", "critical"}
	}
	if ps.against != nil {
		s.varianceCells(&r, ps.against.Of(a))
	}
	return r
}

// varianceCells fills what a row says of the baseline.
func (s section) varianceCells(r *row, v schedule.Variance) {
	if v.Then == nil {
		r.Cells[1] = text(pick(v.Added, "added since", ""))
		return
	}
	r.Cells[1] = text(s.ps.shortSpan(v.Then.Start, v.Then.Finish))
	r.Cells[3] = text(s.ps.moved(v.Start)).class(pick(v.Start > 0, "late", ""))
	r.Cells[4] = text(s.ps.moved(v.Finish)).class(pick(v.Finish > 0, "late", ""))
	if v.Cost.IsSet() {
		r.Cells[5] = text(s.costVariance(v.Cost)).class(pick(v.Cost.Minor > 0, "late", ""))
	}
}

// costVariance says by how much something is dearer: "$250 more", "$250 less".
// In words, because a cost variance of earned value has the other sign.
func (s section) costVariance(m plan.Money) string {
	switch {
	case m.Minor > 0:
		return s.ps.loc.Money(m.Minor) + " more"
	case m.Minor < 0:
		return s.ps.loc.Money(-m.Minor) + " less"
	}
	return "no change"
}

// actual writes when work really began and ended: "5 Jan to 21 Jan", "since 5 Jan".
func (ps *planSite) actual(w *plan.WorkPackage) string {
	day := func(x plan.When, finish bool) string {
		switch {
		case x.Week == 0:
			return ps.loc.ShortDate(x.Date)
		case finish:
			return ps.loc.ShortDate(ps.sched.FinishOf(x).LastDate())
		}
		return ps.loc.ShortDate(ps.sched.StartOf(x).Date())
	}
	switch {
	case w.ActualStart.IsSet() && w.ActualFinish.IsSet():
		return day(w.ActualStart, false) + " to " + day(w.ActualFinish, true)
	case w.ActualStart.IsSet():
		return "since " + day(w.ActualStart, false)
	case w.ActualFinish.IsSet():
		return "until " + day(w.ActualFinish, true)
	}
	return ""
}

// remaining writes the working time that is still to go: what lies after the
// status date, otherwise what the percentage leaves.
func (ps *planSite) remaining(a *schedule.Activity) string {
	if a.Done() {
		return ""
	}
	left := a.Remaining
	return ps.loc.Work(chart.Coarse(left, a.Calendar), a.Calendar)
}

// progressRows are the same figures for machines, of milestones and what was
// removed, too.
func (s section) progressRows() [][]string {
	ps := s.ps
	rows := [][]string{{"id", "name", "kind", "phase", "baseline_start", "baseline_finish", "start", "finish", "start_variance_minutes",
		"finish_variance_minutes", "cost_variance", "percent", "actual_start", "actual_finish", "remaining_minutes", "change"}}
	add := func(it *plan.Item, phase string, v schedule.Variance, start, finish calendar.Instant, done float64, rest ...string) {
		line := []string{it.ID, it.Name, it.Kind, phase, "", "", start.String(), finish.String(), "", "", "", strconv.FormatFloat(done, 'f', -1, 64)}
		change := ""
		switch {
		case ps.against == nil:
		case v.Added:
			change = "added"
		case v.Then != nil:
			line[4], line[5] = v.Then.Start.String(), v.Then.Finish.String()
			line[8], line[9] = fmt.Sprint(v.Start), fmt.Sprint(v.Finish)
			if v.Cost.IsSet() {
				line[10] = v.Cost.Text(ps.plan.Currency)
			}
		}
		line = append(line, rest...)
		for len(line) < len(rows[0])-1 {
			line = append(line, "")
		}
		rows = append(rows, append(line, change))
	}
	for _, ph := range ps.sched.Phases {
		if ph.Empty {
			continue
		}
		v := schedule.Variance{}
		if ps.against != nil {
			v = ps.against.OfPhase(ph)
		}
		add(&ph.Item, ph.Phase.Phase, v, ph.Start, ph.Finish, ph.Percent)
	}
	for _, a := range ps.sched.Activities {
		v, phase := schedule.Variance{}, ""
		if ps.against != nil {
			v = ps.against.Of(a)
		}
		if a.Phase != nil {
			phase = a.Phase.ID
		}
		switch {
		case a.Work != nil:
			add(a.Item, phase, v, a.Start, a.Finish, a.Percent, a.Work.ActualStart.String(), a.Work.ActualFinish.String(), fmt.Sprint(a.Remaining))
		default:
			add(a.Item, phase, v, a.Start, a.Finish, a.Percent, "", a.Milestone.ActualFinish.String(), "")
		}
	}
	if ps.against != nil {
		for _, r := range ps.against.Removed {
			rows = append(rows, []string{r.ID, r.Name, r.Kind, r.Phase, r.Start.String(), r.Finish.String(), "", "", "", "", "",
				strconv.FormatFloat(r.Percent, 'f', -1, 64), "", "", "", "removed"})
		}
	}
	return rows
}
