package chart

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// mostTrends is how many milestones a trend chart draws: more lines nobody
// tells apart.
const mostTrends = 8

// trend is what each milestone was expected to be, report by report. Each
// baseline is a report, and so is the plan as it is. The picture is that of a
// milestone trend analysis: a line that rises slips, a level one keeps its date,
// and where a line meets the diagonal the milestone is reached.
type trend struct {
	s       *schedule.Schedule
	c       Context
	reports []report
	lines   []trendLine // in the order of the plan
	drawn   []int       // indices of lines in the picture, by date
}

// report is one state of the plan.
type report struct {
	day      calendar.Date
	dated    bool           // false for the plan as it is, if it has no status date
	baseline *plan.Baseline // nil for the plan as it is
}

// trendLine is the history of a milestone.
type trendLine struct {
	activity  *schedule.Activity
	forecasts []forecast // one for each report
	slip      calendar.Work
	slipped   bool // by a day or more since the first report that has it
	first     int  // that report
}

type forecast struct {
	at      calendar.Instant
	known   bool
	reached bool
}

// Trend draws how the date of each milestone has moved from report to report:
// the baselines and the plan as it is. only restricts it to one milestone; "" is
// all. ok is false if the plan has no milestone that is in a baseline.
func Trend(s *schedule.Schedule, c Context, only string) (ch Chart, ok bool) {
	t := trend{s: s, c: c}
	t.collect(only)
	if len(t.lines) == 0 {
		return Chart{}, false
	}
	t.choose()
	ch = Chart{ID: "milestone-trend", Legend: t.legend(), Table: t.table()}
	ch.Title, ch.Caption, ch.Reading = t.words()
	ch.SVG = t.picture(ch.ID)
	ch.Option = t.option(ch)
	return ch, true
}

// collect gathers the reports, the oldest first, and the milestones that at
// least one baseline has.
func (t *trend) collect(only string) {
	now := report{}
	if t.s.Plan.StatusDate.IsSet() {
		now.day, now.dated = t.s.StatusDate.LastDate(), true
	}
	for _, b := range t.s.Plan.Baselines {
		if now.dated && b.Date > now.day && (len(t.reports) == 0 || t.reports[len(t.reports)-1].baseline != nil) {
			t.reports = append(t.reports, now)
		}
		t.reports = append(t.reports, report{b.Date, true, b})
	}
	if !slices.ContainsFunc(t.reports, func(r report) bool { return r.baseline == nil }) {
		t.reports = append(t.reports, now)
	}
	for _, a := range t.s.Activities {
		if a.Milestone == nil || only != "" && a.ID != only {
			continue
		}
		line := trendLine{activity: a, first: -1}
		for i, r := range t.reports {
			f := forecast{at: a.Finish, known: true, reached: a.Done()}
			if r.baseline != nil {
				f = forecast{}
				if then := r.baseline.Activity(a.ID); then != nil {
					f = forecast{then.Finish, true, then.Percent >= 100}
				}
			}
			if f.known && r.baseline != nil && line.first < 0 {
				line.first = i
			}
			line.forecasts = append(line.forecasts, f)
		}
		if line.first < 0 {
			continue
		}
		was := line.forecasts[line.first].at
		line.slip = t.s.Calendar.Between(was, a.Finish)
		line.slipped = line.slip > 0 && a.Finish.LastDate() > was.LastDate()
		t.lines = append(t.lines, line)
	}
}

// choose decides which lines are drawn: those that moved most, and of those that
// moved alike the latest.
func (t *trend) choose() {
	all := make([]int, len(t.lines))
	for i := range all {
		all[i] = i
	}
	slices.SortStableFunc(all, func(a, b int) int {
		x, y := &t.lines[a], &t.lines[b]
		return cmp.Or(cmp.Compare(max(y.slip, -y.slip), max(x.slip, -x.slip)), cmp.Compare(y.activity.Finish, x.activity.Finish))
	})
	t.drawn = all[:min(len(all), mostTrends)]
	slices.SortStableFunc(t.drawn, func(a, b int) int {
		return cmp.Compare(t.lines[a].activity.Finish, t.lines[b].activity.Finish)
	})
}

// words say what has slipped since the first report, and what is drawn.
func (t *trend) words() (title, caption, reading string) {
	loc := t.c.Locale
	late, early, worst := 0, 0, 0
	for i, l := range t.lines {
		late += count(l.slipped)
		early += count(l.slip < 0 && l.activity.Finish.LastDate() < l.forecasts[l.first].at.LastDate())
		if l.slip > t.lines[worst].slip {
			worst = i
		}
	}
	since := loc.DayMonthYear(t.reports[t.firstReport()].day)
	name := t.lines[worst].activity.Title()
	switch n := len(t.lines); {
	case n == 1 && late == 1:
		title = fmt.Sprintf("%s has slipped since %s", name, since)
	case n == 1 && early == 1:
		title = fmt.Sprintf("%s has come earlier since %s", name, since)
	case n == 1:
		title = fmt.Sprintf("%s is where it was on %s", name, since)
	case late == n:
		title = fmt.Sprintf("All %d milestones have slipped since %s", n, since)
	case late > 0:
		title = fmt.Sprintf("%d of %d milestones %s slipped since %s", late, n, pick(late == 1, "has", "have"), since)
	case early > 0:
		title = fmt.Sprintf("No milestone has slipped since %s", since)
	default:
		title = fmt.Sprintf("Every milestone is where it was on %s", since)
	}
	caption = "Date of each milestone (upwards) as it was in each baseline and is now (to the right)."
	var parts []string
	if w := &t.lines[worst]; w.slipped {
		var alike []string
		for _, l := range t.lines {
			if l.slip == w.slip && l.activity != w.activity {
				alike = append(alike, l.activity.Title())
			}
		}
		text := fmt.Sprintf("%s has slipped %s%s since %s: from %s to %s", name, pick(len(t.lines) > 1 && len(alike) == 0, "most, ", ""), t.work(w.slip),
			loc.DayMonthYear(t.reports[w.first].day), t.day(w.forecasts[w.first].at), t.day(w.activity.Finish))
		switch n := len(alike); {
		case n == 1:
			text += "; so has " + alike[0]
		case n > 1:
			text += fmt.Sprintf("; so have %d others", n)
		}
		parts = append(parts, text+".")
	}
	if early > 0 && len(t.lines) > 1 {
		parts = append(parts, fmt.Sprintf("%d %s earlier than then.", early, pick(early == 1, "is", "are")))
	}
	if len(t.drawn) < len(t.lines) {
		parts = append(parts, fmt.Sprintf("Drawn are the %d of %d milestones that moved most, then the latest; the table has all.", len(t.drawn), len(t.lines)))
	}
	if len(parts) == 0 {
		parts = append(parts, fmt.Sprintf("Between %s and now no date has moved.", since))
	}
	return title, caption, strings.Join(parts, " ")
}

// firstReport is the first that has some milestone.
func (t *trend) firstReport() int {
	first := len(t.reports) - 1
	for _, l := range t.lines {
		first = min(first, l.first)
	}
	return first
}

func (t *trend) work(w calendar.Work) string {
	return t.c.Locale.Work(Coarse(w, t.s.Calendar), t.s.Calendar)
}

// day writes a finish as the last day worked.
func (t *trend) day(at calendar.Instant) string {
	return t.c.Locale.DayMonthYear(max(at, t.s.Start+1).LastDate())
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

func pick(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}

// legend is the key to reading the lines; their names stand at their ends.
func (t *trend) legend() []Key {
	return []Key{
		{swatch(`<line class="trend" x2="16" y1="11" y2="1"/>`), "rising: slips"},
		{swatch(`<line class="trend" x2="16" y1="6" y2="6"/>`), "level: as forecast before"},
		{swatch(`<line class="trend" x2="16" y1="1" y2="11"/>`), "falling: comes earlier"},
		{swatch(`<line class="rule" x2="16" y1="11" y2="1"/>`), "diagonal: reached"},
	}
}

// heads names the reports: by day, and by the id of the baseline where it says
// more than the day.
func (t *trend) heads() []string {
	var out []string
	for _, r := range t.reports {
		switch {
		case r.baseline == nil && r.dated:
			out = append(out, "Now, "+t.c.Locale.DayMonthYear(r.day))
		case r.baseline == nil:
			out = append(out, "Now")
		case r.baseline.Name == r.day.String():
			out = append(out, t.c.Locale.DayMonthYear(r.day))
		default:
			out = append(out, r.baseline.Name+", "+t.c.Locale.DayMonthYear(r.day))
		}
	}
	return out
}

func (t *trend) table() Table {
	out := Table{Head: slices.Concat([]string{"Milestone"}, t.heads(), []string{"Moved"})}
	for _, l := range t.lines {
		row := Row{Head: strings.TrimSpace(l.activity.ID + " " + l.activity.Name), Href: t.c.link(l.activity.Address())}
		for _, f := range l.forecasts {
			cell := "–"
			if f.known {
				cell = t.day(f.at) + pick(f.reached, " reached", "")
			}
			row.Cells = append(row.Cells, cell)
		}
		moved := "no"
		switch {
		case l.slip > 0:
			moved = t.work(l.slip) + " later"
		case l.slip < 0:
			moved = t.work(-l.slip) + " earlier"
		}
		row.Cells = append(row.Cells, moved)
		out.Rows = append(out.Rows, row)
	}
	return out
}

// spot is a forecast in the picture.
type spot struct{ x, y calendar.Instant }

// spots returns where a milestone stands in the picture: at each report its
// forecast, and once reached its date on the diagonal, where its line ends.
func (t *trend) spots(l *trendLine) []spot {
	var out []spot
	for i, f := range l.forecasts {
		x := t.x(i)
		switch {
		case !f.known:
		case f.reached:
			if at := min(f.at, x); len(out) == 0 || at >= out[len(out)-1].x {
				return append(out, spot{at, f.at})
			}
			return append(out, spot{x, f.at})
		default:
			out = append(out, spot{x, f.at})
		}
	}
	return out
}

// x returns where a report stands: at the end of its day. The plan as it is
// stands beside the last baseline if it has no date.
func (t *trend) x(i int) calendar.Instant {
	r := t.reports[i]
	if r.dated {
		return (r.day + 1).Start()
	}
	last := t.reports[len(t.reports)-2].day
	span := last - t.reports[0].day
	return (last + 1 + max(span/4, 7)).Start()
}

// picture draws the lines over the triangle of what has been reached.
func (t *trend) picture(id string) template.HTML {
	const top, height = 8, 280
	var xs, ys extent
	for i := range t.reports {
		xs.add(t.x(i), t.x(i))
	}
	for _, k := range t.drawn {
		for _, p := range t.spots(&t.lines[k]) {
			xs.add(p.x, p.x)
			ys.add(p.y, p.y)
		}
	}
	// The right half is for the names, or for the time that the dates lie ahead
	// if that is shorter; what is reached meets the diagonal.
	ys.add(min(ys.from, xs.from), ys.to)
	room := max(xs.to-xs.from, 7*calendar.MinutesPerDay)
	ax := newAxis(xs.from, xs.to+room, 130, 0)
	ay := newAxis(ys.from, ys.to, 40, 60)
	y := func(at calendar.Instant) float64 { return height - float64(float64(ay.at(at))/float64(full)*height) }
	row := func(at calendar.Instant) int { return top + int(y(at)+0.5) }

	var cv canvas
	for _, tick := range t.dates(ay, height/34) {
		cv.line("grid", 0, row(tick.at), full, row(tick.at))
	}
	t.diagonal(&cv, ax, ay, top, height, y)
	onPhones, wide := t.reportLabels(ax, narrow), t.reportLabels(ax, 2*narrow)
	for i := range t.reports {
		x := ax.at(t.x(i))
		cv.line(pick(t.reports[i].baseline == nil, "axis", "grid"), x, top, x, top+height+4)
		switch {
		case onPhones[i] != "" && wide[i] != "":
			cv.text("tick mid", x, top+height+17, wide[i])
		case wide[i] != "":
			cv.text("tick mid wide", x, top+height+17, wide[i])
		case onPhones[i] != "":
			cv.text("tick mid narrow", x, top+height+17, onPhones[i])
		}
	}
	for _, tick := range t.dates(ay, height/34) {
		cv.text("tick", 0, row(tick.at)-3, tick.label)
	}
	for n, k := range t.drawn {
		spots := t.spots(&t.lines[k])
		var d strings.Builder
		for i, p := range spots {
			d.WriteString(pick(i == 0, "M", " L") + point(ax.at(p.x), y(p.y)))
		}
		if len(spots) > 1 {
			cv.plot(top, height)
			cv.path(fmt.Sprintf("trend trend-%d", n+1), d.String())
			cv.endPlot()
		}
		for _, p := range spots {
			cv.add(`<circle class="part cat-%d" cx="%v" cy="%d" r="4"/>`, n+1, ax.at(p.x), row(p.y))
		}
	}
	t.names(&cv, ax, row, top, height)
	return cv.picture(id, top+height+24)
}

// diagonal shades what lies in the past of each report and draws its edge.
func (t *trend) diagonal(cv *canvas, ax, ay axis, top, height int, y func(calendar.Instant) float64) {
	from, to := max(ax.from, ay.from), min(ax.to, ay.to)
	if to <= from {
		return
	}
	cv.plot(top, height)
	cv.path("past", fmt.Sprintf("M%s L%s L%s L%s Z", point(ax.at(from), y(from)), point(ax.at(to), y(to)),
		point(full, max(y(to), 0)), point(full, float64(height))))
	cv.path("rule", fmt.Sprintf("M%s L%s", point(ax.at(from), y(from)), point(ax.at(to), y(to))))
	cv.endPlot()
}

// names writes the name of each milestone at the end of its line, moved up or
// down where two would cover each other.
func (t *trend) names(cv *canvas, ax axis, row func(calendar.Instant) int, top, height int) {
	const line = 15
	ends := make([]spot, len(t.drawn))
	ys := make([]int, len(t.drawn))
	for n, k := range t.drawn {
		spots := t.spots(&t.lines[k])
		ends[n] = spots[len(spots)-1]
		ys[n] = row(ends[n].y) + 4
	}
	// The drawn ones are in the order of their dates now, so from below upwards.
	for n := 1; n < len(ys); n++ {
		ys[n] = min(ys[n], ys[n-1]-line)
	}
	if n := len(ys); ys[n-1] < top+10 {
		ys[n-1] = top + 10
		for n--; n > 0; n-- {
			ys[n-1] = max(ys[n-1], ys[n]+line)
		}
	}
	for n, k := range t.drawn {
		a := t.lines[k].activity
		x, dx := ax.at(ends[n].x), 9
		if moved := ys[n] - 4 - row(ends[n].y); moved < -3 || moved > 3 { // led to by a line
			dx = 20
			cv.add(`<svg class="plot" x="%v" y="0" overflow="visible"><path class="lead-%d" d="M5 %d L17 %d"/></svg>`, x, n+1, row(ends[n].y), ys[n]-4)
		}
		text := strings.TrimSpace(a.ID + " " + a.Name)
		onPhones := clipTo(text, int(full-x)*narrow/int(full)-dx)
		wide := clipTo(text, int(full-x)*2*narrow/int(full)-dx)
		if onPhones != wide {
			cv.add(`<text class="small narrow" x="%v" y="%d" dx="%d">%s</text>`, x, ys[n], dx, template.HTMLEscapeString(onPhones))
			cv.add(`<text class="small wide" x="%v" y="%d" dx="%d">%s</text>`, x, ys[n], dx, template.HTMLEscapeString(wide))
		} else {
			cv.add(`<text class="small" x="%v" y="%d" dx="%d">%s</text>`, x, ys[n], dx, template.HTMLEscapeString(onPhones))
		}
	}
}

// reportLabels names the reports below the picture, leaving out those that would
// run into their neighbours in a picture that is width pixels wide; the last comes
// first.
func (t *trend) reportLabels(ax axis, width int) []string {
	out := make([]string, len(t.reports))
	left := int64(1 << 62)
	for i := len(t.reports) - 1; i >= 0; i-- {
		text := "now"
		if r := t.reports[i]; r.dated {
			text = t.c.Locale.ShortDate(r.day)
		}
		middle, half := ax.pixels(t.x(i)-ax.from, width), textWidth(text)/2
		if middle+half > left || middle-half < 0 {
			continue
		}
		out[i], left = text, middle-half-2
	}
	return out
}

// dates returns the first days of weeks, months or years of an axis, at most so
// many.
func (t *trend) dates(a axis, most int) []tick {
	days := a.days()
	for _, step := range []int64{1, 2} {
		if days/step <= int64(most) {
			return t.everyDay(a, calendar.Date(step), a.from.Date())
		}
	}
	for _, weeks := range []int64{1, 2} {
		if days/(7*weeks) <= int64(most) {
			return t.everyDay(a, calendar.Date(7*weeks), t.s.WeekStart(t.s.Week(a.from)).Date())
		}
	}
	sc := scale{axis: a, width: 1 << 20, sched: t.s, loc: t.c.Locale}
	for _, months := range []int64{1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200} {
		if days/(30*months) > int64(most) {
			continue
		}
		first := a.from.Date().Time()
		year, month := first.Year(), (int(first.Month())-1)/int(min(months, 12))*int(min(months, 12))
		if months > 12 {
			year, month = year-year%int(months/12), 0
		}
		var out []tick
		for _, k := range sc.monthTicks(year, month, int(months)) {
			if d := k.at.Date().Time(); d.Day() == 1 {
				label := t.c.Locale.Month(k.at.Date())
				if months >= 12 {
					label = fmt.Sprint(d.Year())
				}
				out = append(out, tick{k.at, label})
			}
		}
		return out
	}
	return nil
}

func (t *trend) everyDay(a axis, step, from calendar.Date) []tick {
	var out []tick
	for d := from; d.Start() <= a.to; d += step {
		if d.Start() >= a.from {
			out = append(out, tick{d.Start(), t.c.Locale.ShortDate(d)})
		}
	}
	return out
}
