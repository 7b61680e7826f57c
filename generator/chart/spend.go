package chart

import (
	"fmt"
	"html/template"
	"math/big"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"milepost/schedule"
	"milepost/schedule/calendar"
)

// spending is the budget spread over time: each phase's money evenly over the
// working time between its computed dates.
type spending struct {
	s       *schedule.Schedule
	c       Context
	phases  []spendPhase
	extent  extent
	total   int64 // of the phases that have dates
	undated int64 // of those that have none
	stated  int64
	known   bool // a total is stated
}

type spendPhase struct {
	from, to calendar.Instant
	amount   int64
}

// by returns the money that is spent until an instant, exact to the minor unit.
func (sp spending) by(t calendar.Instant) int64 {
	sum := int64(0)
	for _, p := range sp.phases {
		whole := sp.s.Calendar.Between(p.from, p.to)
		switch {
		case t >= p.to:
			sum += p.amount
		case t <= p.from || whole == 0:
		default:
			part := big.NewInt(int64(sp.s.Calendar.Between(p.from, t)))
			part.Mul(part, big.NewInt(p.amount))
			part.Quo(part, big.NewInt(int64(whole)))
			sum += part.Int64()
		}
	}
	return sum
}

// CumulativeSpend draws the planned spend over time, each phase's money spread
// evenly over its computed working days. ok is false if no money has dates.
func CumulativeSpend(s *schedule.Schedule, c Context) (ch Chart, ok bool) {
	m, ok := collectMoney(s, c)
	if !ok {
		return Chart{}, false
	}
	sp := spending{s: s, c: c, stated: m.stated, known: m.hasStated}
	for _, ph := range m.phases {
		if ph.dates == nil || ph.dates.Empty {
			sp.undated += ph.total
			continue
		}
		sp.phases = append(sp.phases, spendPhase{ph.dates.Start, ph.dates.Finish, ph.total})
		sp.extent.add(ph.dates.Start, ph.dates.Finish)
		sp.total += ph.total
	}
	if len(sp.phases) == 0 {
		return Chart{}, false
	}
	periods := sp.periods()
	ch = Chart{
		ID:      "cumulative-spend",
		Caption: "Planned spend, cumulative, in " + c.Locale.Currency() + "; the money of each phase is spread evenly over its computed working days.",
		Table:   sp.table(periods),
	}
	ch.Title, ch.Reading = sp.finding(periods)
	ch.Legend = []Key{{swatch(`<rect class="area" width="16" height="12"/><line class="curve" x2="16" y1="1" y2="1"/>`), "planned spend, computed"}}
	if sp.known {
		ch.Legend = append(ch.Legend, Key{swatch(`<line class="rule" x2="16" y1="6" y2="6"/>`), "stated total"})
	}
	ch.SVG = sp.picture(ch.ID, periods)
	ch.Option = sp.option(ch, periods)
	return ch, true
}

// period is a day, a plan week or a month of the spending.
type period struct {
	end   calendar.Instant // of its last part that belongs to the plan
	label string           // "W3"
	date  calendar.Date    // last day worked
	spent int64            // in it
	sum   int64            // until its end
}

// periods cuts the time of the spending: days for two weeks, plan weeks for two
// years, otherwise months.
func (sp spending) periods() []period {
	var out []period
	days := (sp.extent.to - sp.extent.from) / calendar.MinutesPerDay
	add := func(end calendar.Instant, label string) {
		end = min(end, sp.extent.to)
		p := period{end: end, label: label, sum: sp.by(end), date: sp.s.Calendar.Prev(end).LastDate()}
		p.spent = p.sum
		if n := len(out); n > 0 {
			p.spent -= out[n-1].sum
		}
		out = append(out, p)
	}
	switch {
	case days <= 14:
		for d := sp.extent.from.Date(); d.Start() < sp.extent.to || len(out) == 0; d++ {
			if sp.s.Calendar.IsWorkday(d) || (d+1).Start() >= sp.extent.to {
				add((d + 1).Start(), sp.c.Locale.ShortDate(d))
			}
		}
	case days <= 2*366:
		for w := sp.s.Week(sp.extent.from); sp.s.WeekStart(w) < sp.extent.to; w++ {
			add(sp.s.WeekStart(w+1), fmt.Sprintf("W%d", w))
		}
	default:
		for d := sp.extent.from.Date(); d.Start() < sp.extent.to; {
			t := d.Time()
			next := calendar.DateOf(t.Year(), t.Month()+1, 1)
			add(next.Start(), sp.c.Locale.Month(d))
			d = next
		}
	}
	return out
}

// finding says when the money is spent, and what of it by the stated finish.
func (sp spending) finding(periods []period) (title, reading string) {
	loc := sp.c.Locale
	last := periods[len(periods)-1]
	if sp.total <= 0 {
		return "No money is planned", "The budget comes to " + loc.Money(sp.total) + "."
	}
	title = fmt.Sprintf("%s is to be spent by %s", loc.Money(sp.total), loc.DayMonthYear(last.date))
	half := periods[0]
	for i := len(periods) - 1; i >= 0; i-- {
		if periods[i].sum*2 >= sp.total {
			half = periods[i]
		}
	}
	parts := []string{fmt.Sprintf("half is to be spent by %s (%s)", half.label, loc.DayMonthYear(half.date))}
	if most, where := sp.busiest(periods); where != "" {
		parts = append(parts, fmt.Sprintf("the most, %s, in %s", loc.MoneyShort(most), where))
	}
	if sp.s.HasStatedFinish && sp.s.StatedFinish < sp.extent.to {
		parts = append(parts, fmt.Sprintf("%s by the stated finish in W%d", loc.MoneyShort(sp.by(sp.s.StatedFinish)), sp.s.Week(sp.s.StatedFinish-1)))
	}
	reading = fmt.Sprintf("Of %s planned, %s.", loc.Money(sp.total), strings.Join(parts, "; "))
	var more []string
	if sp.known && sp.stated != sp.total+sp.undated {
		more = append(more, fmt.Sprintf("the stated total is %s", loc.Money(sp.stated)))
	}
	if sp.undated != 0 {
		more = append(more, fmt.Sprintf("%s without dated work is left out", loc.Money(sp.undated)))
	}
	if len(more) > 0 {
		reading = strings.TrimSuffix(reading, ".") + "; " + strings.Join(more, " and ") + "."
	}
	return title, reading
}

// busiest returns the largest sum of a period and names its periods: "W9", or
// "each of W8 to W10" if several have that sum but for rounding. There are no
// such words if the money is spent evenly, or the periods are apart.
func (sp spending) busiest(periods []period) (most int64, where string) {
	first, last, n := 0, 0, int64(len(periods))
	for i, p := range periods {
		if p.spent > periods[first].spent+sp.total/10_000 {
			first = i
		}
	}
	most = periods[first].spent
	if n == 1 || most <= sp.total/n/10*11 {
		return most, ""
	}
	same := 0
	for i, p := range periods {
		if most-p.spent <= sp.total/10_000 {
			same, last = same+1, i
		}
	}
	switch {
	case same == 1:
		return most, periods[first].label
	case same == last-first+1:
		return most, "each of " + periods[first].label + " to " + periods[last].label
	}
	return most, ""
}

func (sp spending) table(periods []period) Table {
	loc := sp.c.Locale
	t := Table{Head: []string{"Until", "Date", "To be spent in it", "Cumulative"}}
	for _, p := range periods {
		t.Rows = append(t.Rows, Row{Head: p.label, Cells: []string{loc.Date(p.date), loc.Money(p.spent), loc.Money(p.sum)}})
	}
	t.Foot = []Row{{Head: "Total, computed", Class: "total", Cells: []string{"", loc.Money(sp.total), loc.Money(sp.total)}}}
	if sp.known {
		t.Foot = append(t.Foot, Row{Head: "Total, stated", Cells: []string{"", loc.Money(sp.stated), loc.Money(sp.stated)}})
	}
	return t
}

// picture draws the curve over time.
func (sp spending) picture(id string, periods []period) template.HTML {
	const top, height = 18, 190
	var cv canvas
	ax := newAxis(sp.extent.from.Date().Start(), sp.extent.to, 0, 30)
	sc := scale{axis: ax, width: narrow, sched: sp.s, loc: sp.c.Locale}
	most := max(sp.total, 1)
	if sp.known {
		most = max(most, sp.stated)
	}
	y := func(v int64) int { return top + height - int(float64(v)/float64(most)*height) }

	axisHeight := cv.xAxis(sc, top+height, top)
	ruleY := -100
	if sp.known && sp.stated > 0 {
		ruleY = y(sp.stated)
	}
	steps := niceSteps(most)
	for _, v := range steps {
		cv.line("grid", 0, y(v), full, y(v))
	}

	line := strings.Builder{}
	for i, t := range sp.bends(periods) {
		cmd := " L"
		if i == 0 {
			cmd = "M"
		}
		line.WriteString(cmd + point(ax.at(t), height-float64(float64(sp.by(t))/float64(most)*height)))
	}
	cv.plot(top, height)
	cv.path("area", fmt.Sprintf("M%s %s L%s Z", point(ax.at(sp.extent.from), height), strings.Replace(line.String(), "M", "L", 1), point(ax.at(sp.extent.to), height)))
	cv.path("curve", line.String())
	cv.endPlot()

	for _, v := range steps[1:] {
		if d := y(v) - ruleY; d > 14 || d < -14 {
			cv.text("tick", 0, y(v)-3, sp.c.Locale.MoneyShort(v))
		}
	}
	if ruleY > 0 {
		cv.line("rule", 0, ruleY, full, ruleY)
		cv.text("tick", 0, ruleY-4, "stated "+sp.c.Locale.Money(sp.stated))
	}
	end := y(sp.total)
	cv.add(`<circle class="dot" cx="%v" cy="%d" r="4"/>`, ax.at(sp.extent.to), end)
	labelY := end - 6
	if ruleY > 0 && end-ruleY < 18 && end > ruleY {
		labelY = end + 18
	}
	cv.text("value end", ax.at(sp.extent.to)-1_500, labelY, sp.c.Locale.Money(sp.total))
	return cv.picture(id, top+height+axisHeight)
}

// bends returns the instants at which the curve may change its direction, and
// the ends of the periods.
func (sp spending) bends(periods []period) []calendar.Instant {
	out := []calendar.Instant{sp.extent.from}
	for _, p := range sp.phases {
		out = append(out, p.from, p.to)
	}
	for _, p := range periods {
		out = append(out, p.end)
	}
	return sortedInstants(out)
}

// option is the same picture for ECharts.
func (sp spending) option(ch Chart, periods []period) []byte {
	line := charts.NewLine()
	var names []string
	var data []opts.LineData
	for _, p := range periods {
		names = append(names, p.label+" · "+sp.c.Locale.ShortDate(p.date))
		data = append(data, opts.LineData{Value: exact(sp.c, p.sum)})
	}
	line.SetGlobalOptions(commonOptions(ch, 1, slider)...)
	line.SetGlobalOptions(
		charts.WithXAxisOpts(opts.XAxis{Type: "category", BoundaryGap: opts.Bool(false), AxisLabel: axisLabels(), AxisLine: axisLine()}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", AxisLabel: axisLabels(), SplitLine: gridLines()}),
		charts.WithDataZoomOpts(opts.DataZoom{Type: "slider", Start: 0, End: 100}),
	)
	line.SetXAxis(names)
	series := []charts.SeriesOpts{
		charts.WithLineStyleOpts(opts.LineStyle{Color: "var(--bar-line)", Width: 2}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: "var(--bar-line)"}),
		charts.WithAreaStyleOpts(opts.AreaStyle{Color: "var(--bar-fill)", Opacity: opts.Float(0.6)}),
	}
	if sp.known {
		series = append(series, statedRule("stated total", exact(sp.c, sp.stated)))
	}
	line.AddSeries("planned spend", data, series...)
	line.Validate()
	return optionJSON(line.JSON(), unit{Kind: "money", Currency: sp.c.Locale.Currency()}, &line.BaseConfiguration)
}
