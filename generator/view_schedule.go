package generator

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"milepost/generator/chart"
	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// scheduleView is the page with the whole Gantt.
type scheduleView struct {
	Gantt     *chart.GanttChart
	Levelling *levellingView
	Critical  criticalView
	Chains    chainView
	Stated    *table // critical activities that the plan states
	Master    *table // phases: stated window beside computed dates
	All       *table // every activity
	Calendars []calendarView
	Notes     []string // how to read the picture
	Findings  []finding
	Downloads []link
}

// criticalView is the critical path in words, with the work of the longest path.
type criticalView struct {
	Sentence string
	Beside   string // that there are other critical chains
	Steps    []step // each waits for the one before
}

// step is one activity of the critical path.
type step struct {
	Link  link
	Dates string
	Class string
}

// calendarView is when people work.
type calendarView struct {
	Anchor   string
	Name     string
	Default  bool
	About    []fact
	Hours    []fact
	Units    cell // what a day, a week and a month are, and whose holidays are free
	Holidays []fact
	Assumed  bool // the name or the hours
}

func (b *builder) schedulePages(ps *planSite) []page {
	at := ps.path("schedule/index.html")
	l := ps.linker(at)
	v := scheduleView{
		Levelling: b.levelling(l),
		Critical:  b.critical(l),
		Chains:    b.chains(l),
		Calendars: b.calendars(l),
		Findings:  b.findingsAbout(l, "plan", "calendar"),
		Downloads: []link{
			{Text: "schedule.csv", Href: l.href("schedule.csv")},
			{Text: "plan.json", Href: l.href("plan.json")},
		},
	}
	if len(ps.sched.Activities) > 0 {
		g := chart.Gantt(ps.sched, l.chartContext(), chart.GanttOptions{})
		v.Gantt = &g
		t := b.activityTable(l, ps.sched.Activities)
		t.ID, t.Caption = "activities", "Every activity with its computed dates and float"
		v.All = &t
	}
	for _, g := range b.quoted(l).objectives() {
		if g.ID == "critical-activities" {
			g.Table.ID, g.Table.Caption = "stated-critical", "Critical activities as the plan states them, beside the computed dates"
			v.Stated = &g.Table
		}
	}
	if len(ps.plan.Phases) > 0 {
		t := b.phaseTable(l, ps.sched.Phases)
		t.ID = "master"
		t.Caption = "Master schedule: stated windows beside computed dates"
		v.Master = &t
	}
	return []page{{
		path: at, plan: ps, template: "schedule", title: "Schedule", section: "schedule", wide: true,
		summary: b.health(ps).Headline + ". " + v.Critical.Sentence, view: v,
	}}
}

// critical says which chain of work decides the finish.
func (b *builder) critical(l linker) criticalView {
	ps := l.plan
	var v criticalView
	path := ps.sched.CriticalPath
	chains, _ := ps.criticalChains()
	if len(chains) > 0 {
		for _, s := range chains[0].Steps {
			if a := s.Activity; a.Work != nil && a.Critical() {
				v.Steps = append(v.Steps, step{Link: l.item(a.Item), Dates: ps.shortSpan(a.Start, a.Finish)})
			}
		}
	}
	switch n := len(path); {
	case n == 0:
		v.Sentence = "No work package is critical."
	case n == 1:
		v.Sentence = fmt.Sprintf("One work package decides the finish: %s.", path[0].Title())
	case slices.ContainsFunc(path, func(a *schedule.Activity) bool { return a.TotalFloat < 0 }):
		late := 0
		for _, a := range path {
			late += boolInt(a.TotalFloat < 0)
		}
		v.Sentence = fmt.Sprintf("%d of %s are critical; %s less float than none, because a latest date cannot be met.",
			n, plural(len(ps.plan.Work), "work package", "work packages"), plural(late, "has", "have"))
	default:
		v.Sentence = fmt.Sprintf("%d of %s have no float: a day lost on any of them is a day lost at the finish, %s.",
			n, plural(len(ps.plan.Work), "work package", "work packages"), ps.finish(ps.sched.Finish))
	}
	if len(chains) > 1 && len(v.Steps) > 0 {
		v.Beside = fmt.Sprintf("The critical work is in %d chains, which are told below. The longest path to the finish is:", len(chains))
	}
	return v
}

// shortSpan writes the days of a span with their plan weeks: "5 Jan (W1) to 16 Jan
// (W2)".
func (ps *planSite) shortSpan(from, to calendar.Instant) string {
	first := ps.loc.ShortDate(from.Date()) + " (" + ps.start(from).Week + ")"
	last := ps.loc.ShortDate(to.LastDate()) + " (" + ps.finish(to).Week + ")"
	if first == last {
		return first
	}
	return first + " to " + last
}

// activityTable lists activities with their computed dates.
func (b *builder) activityTable(l linker, list []*schedule.Activity) table {
	ps := l.plan
	t := table{Class: "stack", Head: cols("Activity", "Start", "Finish", "#Duration", "#Done, by duration", "#Total float", "Critical")}
	for _, a := range list {
		duration, float := "milestone", ps.float(a)
		if a.Work != nil {
			duration = ps.loc.Work(a.Duration, a.Calendar)
		}
		r := row{Cells: []cell{
			linked(l.item(a.Item)),
			dated(ps.activityStart(a)),
			dated(ps.activityFinish(a)),
			text(duration).assumed(a.Item, "duration"),
			text(percent(a.Percent)).assumed(a.Item, "percent"),
			text(float),
			{},
		}}
		if a.Critical() && !a.Done() {
			r.Class = "is-critical"
			r.Cells[6] = status(pill{"critical", "critical"})
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// float writes the total float of an activity: "1 w", "0 d", "−2 d"; finished
// work has none to speak of.
func (ps *planSite) float(a *schedule.Activity) string {
	if a.Done() {
		return ""
	}
	return ps.loc.Work(chart.Coarse(a.TotalFloat, a.Calendar), a.Calendar)
}

// calendars describes the plan's calendars, or the one it has if it names none.
func (b *builder) calendars(l linker) []calendarView {
	ps := l.plan
	if len(ps.plan.Calendars) == 0 {
		return []calendarView{ps.describe(&plan.Calendar{}, ps.sched.Calendar, true)}
	}
	main := ps.plan.Info.Calendar
	if main == "" {
		main = "default"
	}
	var out []calendarView
	for _, c := range ps.plan.Calendars {
		v := ps.describe(c, ps.plan.Calendar(c.ID), c.ID == main)
		v.Anchor = anchor(c.Kind, c.ID)
		out = append(out, v)
	}
	return out
}

// describe says when people work on a calendar, as it is and not only as far as
// it is written.
func (ps *planSite) describe(c *plan.Calendar, cal *calendar.Calendar, isDefault bool) calendarView {
	v := calendarView{Name: c.Title(), Default: isDefault, Assumed: c.IsAssumed("days") || c.IsAssumed("name")}
	if v.Name == "" || v.Name == "default" {
		v.Name = "Working calendar"
	}
	if cal == nil {
		return v
	}
	v.About = facts(
		fact{Label: "About", Text: c.Description, Assumed: c.IsAssumed("description")},
		fact{Label: "Tags", Text: enumerate(c.Tags), Assumed: c.IsAssumed("tags")},
	)
	// The week as a reader knows it: equal hours of neighbouring days together.
	type run struct{ first, last, hours string }
	var runs []run
	week := ps.ordinaryWeek(c, cal)
	for i := range 7 {
		day := time.Weekday((i + 1) % 7)
		h := week[day]
		if n := len(runs); n > 0 && runs[n-1].hours == h {
			runs[n-1].last = day.String()
			continue
		}
		runs = append(runs, run{day.String(), day.String(), h})
	}
	for _, r := range runs {
		label := r.first
		if r.last != r.first {
			label += " to " + r.last
		}
		v.Hours = append(v.Hours, fact{Label: label, Text: pick(r.hours == "", "free", r.hours)})
	}
	v.Units = text(fmt.Sprintf("A day is %s of work, a week %s, a month %s.",
		hours(cal.DayMinutes()), hours(cal.WeekMinutes()), hours(cal.MonthMinutes())))
	if c.Country != "" {
		v.Units.Text += " Public holidays of " + strings.ToUpper(c.Country) + " are free."
	}
	v.Units.Assumed = c.IsAssumed("day") || c.IsAssumed("week") || c.IsAssumed("month") || c.IsAssumed("country")
	for _, key := range slices.Sorted(maps.Keys(c.Holidays)) {
		v.Holidays = append(v.Holidays, fact{Label: ps.dayRange(key), Text: c.Holidays[key], Assumed: c.IsAssumed("holidays")})
	}
	for _, key := range slices.Sorted(maps.Keys(c.Exceptions)) {
		text := intervals(c.Exceptions[key])
		v.Holidays = append(v.Holidays, fact{Label: ps.dayRange(key), Text: pick(text == "", "free", text), Assumed: c.IsAssumed("exceptions")})
	}
	return v
}

// ordinaryWeek returns the written hours of each weekday; of the calendar's
// first weeks without holiday if none are written.
func (ps *planSite) ordinaryWeek(c *plan.Calendar, cal *calendar.Calendar) [7]string {
	var week [7]string
	if len(c.Days) > 0 {
		for day := range 7 {
			week[day] = intervals(c.Days[strings.ToLower(time.Weekday(day).String()[:3])])
		}
		return week
	}
	var longest [7]calendar.Work
	from := ps.sched.Start.Date()
	for d := from; d < from+28; d++ {
		var parts plan.Hours
		var sum calendar.Work
		for _, s := range cal.DaySpans(d) {
			parts = append(parts, plan.Interval{From: s.From, To: s.To})
			sum += calendar.Work(s.To - s.From)
		}
		if sum > longest[d.Weekday()] {
			longest[d.Weekday()], week[d.Weekday()] = sum, intervals(parts)
		}
	}
	return week
}

func intervals(h plan.Hours) string {
	var parts []string
	for _, i := range h {
		parts = append(parts, fmt.Sprintf("%02d:%02d to %02d:%02d", i.From/60, i.From%60, i.To/60, i.To%60))
	}
	return strings.Join(parts, ", ")
}

func hours(w calendar.Work) string {
	return decimal(int64(w)*100/60, 2) + pick(w == 60, " hour", " hours")
}

// dayRange writes "2026-12-24..2027-01-01" for readers.
func (ps *planSite) dayRange(key string) string {
	var parts []string
	for _, s := range strings.SplitN(key, "..", 2) {
		d, err := calendar.ParseDate(strings.TrimSpace(s))
		if err != nil {
			return key
		}
		parts = append(parts, ps.loc.Date(d))
	}
	return strings.Join(parts, " to ")
}
