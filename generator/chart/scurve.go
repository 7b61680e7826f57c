package chart

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"milepost/schedule"
	"milepost/schedule/calendar"
)

// scurve is planned value, earned value and actual cost over time.
type scurve struct {
	s      *schedule.Schedule
	e      *schedule.EarnedValue
	c      Context
	points []schedule.CurvePoint
	eac    int64 // estimate at completion by the typical formula
	hasEAC bool  // it is known, and the work is not finished
	finish calendar.Instant
	to     calendar.Instant // end of the time shown
	most   int64
}

// mostPoints is how many weeks the table and the chart list before they take
// every fourth, thirteenth, ... of them.
const mostPoints = 110

// SCurve draws planned value to the end, earned value to the status date, and
// from the actual cost a dashed line to the estimate at completion. ok is false
// if nothing with a cost has dates.
func SCurve(s *schedule.Schedule, c Context) (ch Chart, ok bool) {
	e, ok := s.EarnedValue()
	if !ok || len(e.Curve) == 0 || e.Plan.BAC <= 0 {
		return Chart{}, false
	}
	sc := scurve{s: s, e: e, c: c, to: e.Finish, finish: s.Finish, most: max(e.Plan.BAC, e.Plan.AC, e.Plan.EV)}
	if e.HasStatus {
		sc.to = max(sc.to, e.Status)
		if eac := e.Plan.EAC(schedule.Typical); eac.IsSet() && e.Plan.CPI().Known() && e.Plan.EV < e.Plan.BAC && s.Finish > e.Status {
			sc.eac, sc.hasEAC = eac.Minor, true
			sc.most, sc.to = max(sc.most, sc.eac), max(sc.to, s.Finish)
		}
	}
	sc.thin()
	yardstick := "the plan as written"
	if e.Baseline != nil {
		yardstick = "the baseline " + BaselineName(e.Baseline, c)
	}
	ch = Chart{
		ID:      "s-curve",
		Caption: "Cumulative, in " + c.Locale.Currency() + ", by plan week. Planned value is that of " + yardstick + ", spread evenly over the working time of each work package.",
		Table:   sc.table(),
	}
	if e.HasStatus {
		ch.Caption += " Earned value before the status date is derived: what each work package has earned by now, spread evenly over the working time since it began. Actual cost is known at the status date only."
	}
	ch.Title, ch.Reading = sc.finding()
	ch.Legend = sc.legend()
	ch.SVG = sc.picture(ch.ID)
	ch.Option = sc.option(ch)
	return ch, true
}

// thin takes every n-th week of a long curve, and the last.
func (sc *scurve) thin() {
	all := sc.e.Curve
	n := 1
	for _, step := range []int{4, 13, 26, 52, 260} {
		if len(all)/n > mostPoints {
			n = step
		}
	}
	for i, p := range all {
		if (p.Week%n == 0 || i == len(all)-1) && (p.At <= sc.to || len(sc.points) == 0 || sc.points[len(sc.points)-1].At < sc.to) {
			sc.points = append(sc.points, p)
		}
	}
}

// onStatus reports whether the status date is at the end of the week of a point,
// but for time off.
func (sc scurve) onStatus(p schedule.CurvePoint) bool {
	return sc.e.HasStatus && p.EV.IsSet() && p.At >= sc.e.Status
}

func (sc scurve) finding() (title, reading string) {
	loc, v := sc.c.Locale, sc.e.Plan
	if !sc.e.HasStatus {
		title = fmt.Sprintf("Work worth %s is planned by %s", loc.Money(v.BAC), loc.DayMonthYear(sc.e.Finish.LastDate()))
		return title, "The plan has no status date, so it is not known what has been earned and spent."
	}
	day := loc.DayMonthYear(sc.e.Status.LastDate())
	less, word := v.PV-v.EV, "less"
	if less < 0 {
		less, word = -less, "more"
	}
	amount := loc.MoneyShort(less)
	if exact := loc.Money(less); len(exact) <= len("$999.99") {
		amount = exact
	}
	title = fmt.Sprintf("%s %s is earned than was planned by %s", amount, word, loc.ShortDate(sc.e.Status.LastDate()))
	if less == 0 {
		title = "Exactly what was planned is earned by " + loc.ShortDate(sc.e.Status.LastDate())
	}
	reading = fmt.Sprintf("By %s, work worth %s was planned and work worth %s is done", day, loc.Money(v.PV), loc.Money(v.EV))
	if v.HasCost() && v.Unknown == 0 {
		reading += fmt.Sprintf("; it has cost %s", loc.Money(v.AC))
	} else if v.HasCost() {
		reading += fmt.Sprintf("; as far as is known it has cost %s", loc.Money(v.AC))
	}
	reading += fmt.Sprintf(". All work is planned to cost %s by %s", loc.Money(v.BAC), loc.DayMonthYear(sc.e.Finish.LastDate()))
	if sc.hasEAC {
		reading += fmt.Sprintf("; at the cost performance so far it comes to %s by the computed finish on %s", loc.Money(loc.Rounded(sc.eac)), loc.DayMonthYear(sc.finish.LastDate()))
	}
	return title, reading + "."
}

func (sc scurve) legend() []Key {
	out := []Key{{swatch(`<line class="curve pv" x2="16" y1="6" y2="6"/>`), "planned value (PV)"}}
	if !sc.e.HasStatus {
		return out
	}
	out = append(out, Key{swatch(`<line class="curve ev" x2="16" y1="6" y2="6"/>`), "earned value (EV)"})
	if sc.e.Plan.HasCost() {
		out = append(out, Key{swatch(`<rect class="ac" x="4" y="2" width="8" height="8"/>`), "actual cost (AC)"})
	}
	if sc.hasEAC {
		out = append(out, Key{swatch(`<line class="curve eac" x2="16" y1="6" y2="6"/>`), "forecast to the estimate at completion (EAC)"})
	}
	return append(out, Key{swatch(`<line class="rule" x1="8" x2="8" y2="12"/>`), "status date"})
}

func (sc scurve) table() Table {
	loc, v := sc.c.Locale, sc.e.Plan
	t := Table{Head: []string{"Until", "Date", "Planned value"}}
	if sc.e.HasStatus {
		t.Head = append(t.Head, "Earned value", "Actual cost")
	}
	status := Row{Head: "Status date", Cells: []string{loc.Date(sc.e.Status.LastDate()), loc.Money(v.PV), loc.Money(v.EV), sc.spent()}}
	told := !sc.e.HasStatus
	for _, p := range sc.points {
		r := Row{Head: fmt.Sprintf("W%d", p.Week), Cells: []string{loc.Date(sc.s.Calendar.Prev(p.At).LastDate()), loc.Money(p.PV)}}
		if sc.e.HasStatus {
			ev, ac := "", ""
			if p.EV.IsSet() {
				ev = loc.Money(p.EV.Minor)
			}
			switch {
			case sc.onStatus(p):
				ac, told = sc.spent(), true
			case !told && p.At > sc.e.Status:
				t.Rows, told = append(t.Rows, status), true
			}
			r.Cells = append(r.Cells, ev, ac)
		}
		t.Rows = append(t.Rows, r)
	}
	foot := Row{Head: "At completion", Class: "total", Cells: []string{"", loc.Money(v.BAC)}}
	if sc.e.HasStatus {
		eac := ""
		if sc.hasEAC {
			eac = loc.Money(loc.Rounded(sc.eac)) + " (EAC)"
		}
		foot.Cells = append(foot.Cells, "", eac)
	}
	t.Foot = []Row{foot}
	return t
}

// spent writes the actual cost, as far as it is known.
func (sc scurve) spent() string {
	if !sc.e.Plan.HasCost() {
		return "not known"
	}
	return sc.c.Locale.Money(sc.e.Plan.AC)
}

func (sc scurve) picture(id string) template.HTML {
	const top, height = 22, 220
	var cv canvas
	from := min(sc.e.Start, sc.s.Start)
	ax := newAxis(from.Date().Start(), sc.to, 0, 30)
	ticks := scale{axis: ax, width: narrow, sched: sc.s, loc: sc.c.Locale}
	most := max(sc.most, 1)
	y := func(v int64) float64 { return height - float64(float64(v)/float64(most)*height) }
	py := func(v int64) int { return top + int(y(v)) }

	axisHeight := cv.xAxis(ticks, top+height, top)
	steps := niceSteps(most)
	for _, v := range steps {
		cv.line("grid", 0, py(v), full, py(v))
	}
	status := ax.at(sc.e.Status)
	if sc.e.HasStatus {
		cv.line("rule", status, top-6, status, top+height)
	}
	cv.plot(top, height)
	pv, ev := sc.paths(ax, y)
	cv.path("curve pv", pv)
	if sc.e.HasStatus {
		cv.path("curve ev", ev)
	}
	if sc.hasEAC {
		cv.path("curve eac", "M"+point(status, y(sc.e.Plan.AC))+" L"+point(ax.at(sc.finish), y(sc.eac)))
	}
	cv.endPlot()
	for _, v := range steps[1:] {
		cv.text("tick", 0, py(v)-3, sc.c.Locale.MoneyShort(v))
	}
	sc.labels(&cv, ax, py)
	return cv.picture(id, top+height+axisHeight)
}

// bend is a point at which a curve may change its direction.
type bend struct {
	at    calendar.Instant
	value int64
}

// paths are the curves of planned and of earned value in a plot. The sum of a
// week stands where its work ends.
func (sc scurve) paths(ax axis, y func(int64) float64) (pv, ev string) {
	v := sc.e.Plan
	planned := []bend{{sc.e.Start, 0}, {sc.e.Finish, v.BAC}, {max(sc.to, sc.e.Finish), v.BAC}}
	earned := []bend{{min(sc.s.Start, sc.e.Status), 0}, {sc.e.Status, v.EV}}
	for _, p := range sc.points {
		at := sc.s.Calendar.Prev(p.At)
		if at > sc.e.Start && at < sc.e.Finish {
			planned = append(planned, bend{at, p.PV})
		}
		if p.EV.IsSet() && at > sc.s.Start && at < sc.e.Status {
			earned = append(earned, bend{at, p.EV.Minor})
		}
	}
	if t := sc.e.Status; sc.e.HasStatus && t > sc.e.Start && t < sc.e.Finish {
		planned = append(planned, bend{t, v.PV})
	}
	draw := func(bends []bend) string {
		slices.SortStableFunc(bends, func(a, b bend) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.value, b.value)) })
		var b strings.Builder
		for i, p := range bends {
			b.WriteString(pickText(i == 0, "M", " L") + point(ax.at(p.at), y(p.value)))
		}
		return b.String()
	}
	return draw(planned), draw(earned)
}

func pickText(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// labels mark the ends of the curves with their names and amounts.
func (sc scurve) labels(cv *canvas, ax axis, y func(int64) int) {
	loc, v := sc.c.Locale, sc.e.Plan
	end := ax.at(sc.to)
	bac := y(v.BAC)
	bacAt := bac - 6
	if sc.hasEAC {
		eac := y(sc.eac)
		eacAt := eac - 6
		if eac <= bac { // the lower label stands below its curve, away from the other
			bacAt = bac + 17
		} else {
			eacAt = eac + 17
		}
		cv.add(`<circle class="eac-end" cx="%v" cy="%d" r="4"/>`, ax.at(sc.finish), eac)
		cv.text("value end", end, eacAt, "EAC "+loc.MoneyShort(sc.eac))
	}
	cv.text("label end", end, bacAt, "BAC "+loc.MoneyShort(v.BAC))
	if !sc.e.HasStatus {
		return
	}
	status := ax.at(sc.e.Status)
	class, x := "tick", status+1_500
	if status > full*6/10 {
		class, x = "tick end", status-1_500
	}
	cv.text(class, x, 10, loc.ShortDate(sc.e.Status.LastDate()))
	cv.add(`<circle class="dot" cx="%v" cy="%d" r="4.5"/>`, status, y(v.EV))
	evAt, acAt := y(v.EV)+5, y(v.AC)+5
	if v.HasCost() {
		cv.add(`<svg class="mark" x="%v" y="%d" overflow="visible"><rect class="ac" x="-4.5" y="-4.5" width="9" height="9"/></svg>`, status, y(v.AC))
		if d := acAt - evAt; d > -16 && d < 16 {
			if d <= 0 {
				acAt, evAt = acAt-8+min(0, -d-8)/2, evAt+9
			} else {
				evAt, acAt = evAt-9, acAt+9
			}
		}
	}
	class = strings.Replace(class, "tick", "value", 1)
	cv.text(class, x+1_500-3_000*btoi(strings.HasSuffix(class, "end")), evAt, "EV "+loc.MoneyShort(v.EV))
	if v.HasCost() {
		cv.text(class, x+1_500-3_000*btoi(strings.HasSuffix(class, "end")), acAt, "AC "+loc.MoneyShort(v.AC))
	}
}

func btoi(b bool) pos {
	if b {
		return 1
	}
	return 0
}

// option is the same picture for ECharts.
func (sc scurve) option(ch Chart) []byte {
	const none = "-" // no value, to ECharts
	line := charts.NewLine()
	var names []string
	var pv, ev, ac, eac []opts.LineData
	set := func(list *[]opts.LineData, ok bool, minor int64) {
		d := opts.LineData{Value: none}
		if ok {
			d.Value = exact(sc.c, minor)
		}
		*list = append(*list, d)
	}
	begun := false
	for i, p := range sc.points {
		names = append(names, fmt.Sprintf("W%d · %s", p.Week, sc.c.Locale.ShortDate(sc.s.Calendar.Prev(p.At).LastDate())))
		set(&pv, true, p.PV)
		// The week that holds the status date stands for it.
		at := sc.e.HasStatus && !begun && p.At >= sc.e.Status
		begun = begun || at
		set(&ev, p.EV.IsSet() || at, pickMoney(at, sc.e.Plan.EV, p.EV.Minor))
		set(&ac, at && sc.e.Plan.HasCost(), sc.e.Plan.AC)
		last := sc.hasEAC && p.At >= sc.finish && (i == 0 || sc.points[i-1].At < sc.finish)
		set(&eac, sc.hasEAC && (at || last), pickMoney(last, sc.eac, sc.e.Plan.AC))
	}
	line.SetGlobalOptions(commonOptions(ch, 1, slider)...)
	line.SetGlobalOptions(
		charts.WithXAxisOpts(opts.XAxis{Type: "category", BoundaryGap: opts.Bool(false), AxisLabel: axisLabels(), AxisLine: axisLine()}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", AxisLabel: axisLabels(), SplitLine: gridLines()}),
		charts.WithDataZoomOpts(opts.DataZoom{Type: "slider", Start: 0, End: 100}),
	)
	line.SetXAxis(names)
	add := func(name, colour, style string, width float32, data []opts.LineData, symbol string) {
		line.AddSeries(name, data,
			charts.WithLineStyleOpts(opts.LineStyle{Color: colour, Width: width, Type: style}),
			charts.WithItemStyleOpts(opts.ItemStyle{Color: colour}),
			charts.WithLineChartOpts(opts.LineChart{Symbol: symbol, SymbolSize: 8, ConnectNulls: opts.Bool(true)}),
		)
	}
	add("planned value", "var(--ink-2)", "solid", 2, pv, "none")
	if sc.e.HasStatus {
		add("earned value", "var(--bar-line)", "solid", 3, ev, "circle")
		if sc.e.Plan.HasCost() {
			add("actual cost", "var(--cat-2)", "solid", 2, ac, "rect")
		}
		if sc.hasEAC {
			add("forecast", "var(--cat-2)", "dashed", 2, eac, "none")
		}
	}
	line.Validate()
	return optionJSON(line.JSON(), unit{Kind: "money", Currency: sc.c.Locale.Currency()}, &line.BaseConfiguration)
}

func pickMoney(first bool, a, b int64) int64 {
	if first {
		return a
	}
	return b
}
