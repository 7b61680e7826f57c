package chart

import (
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// exposed is what the open risks come to on average, week by week.
type exposed struct {
	s        *schedule.Schedule
	c        Context
	weeks    []schedule.ExposureWeek
	spans    []schedule.RiskSpan
	hasCost  bool
	hasDelay bool
}

// RiskExposure draws what the open risks come to on average in each plan week:
// their delays and their costs, each times its probability. ok is false if no
// risk counts any more, or none has figures.
func RiskExposure(s *schedule.Schedule, c Context) (ch Chart, ok bool) {
	e := exposed{s: s, c: c, weeks: s.RiskExposure(), spans: s.RiskSpans()}
	for _, w := range e.weeks {
		e.hasCost = e.hasCost || w.Cost != 0
		e.hasDelay = e.hasDelay || w.Delay != 0
	}
	if !e.hasCost && !e.hasDelay {
		return Chart{}, false
	}
	ch = Chart{
		ID:      "risk-exposure",
		Caption: "Probability times impact of all risks that count at the beginning of a plan week. " + e.basis(),
		Table:   e.table(),
	}
	ch.Title, ch.Reading = e.finding()
	if e.hasDelay {
		now := e.weeks[0].Delay
		ch.Panels = append(ch.Panels, e.panel("delay", "Expected delay", func(w schedule.ExposureWeek) int64 { return int64(w.Delay) }, e.days, e.days(int64(now))+" working days at first, as if each delay moved the finish"))
	}
	if e.hasCost {
		said := e.money(e.weeks[0].Cost) + " at first"
		ch.Panels = append(ch.Panels, e.panel("cost", "Expected cost", func(w schedule.ExposureWeek) int64 { return w.Cost }, e.short, said))
	}
	if len(ch.Panels) == 1 {
		ch.SVG, ch.Panels = template.HTML(strings.Replace(string(ch.Panels[0].SVG), `aria-label="`+template.HTMLEscapeString(ch.Panels[0].Name+": "+ch.Panels[0].Said)+`"`,
			`aria-labelledby="chart-risk-exposure-title chart-risk-exposure-reading"`, 1)), nil
	}
	if len(e.weeks) <= 520 { // ten years; nobody explores more
		ch.Option = e.option(ch)
	}
	return ch, true
}

func (e exposed) basis() string {
	out := "A risk counts until the last of what it acts on is finished by the schedule"
	if slices.ContainsFunc(e.spans, func(sp schedule.RiskSpan) bool { return sp.IsMitigated }) {
		out += ", and from the date of its mitigation on with the figures that are left then"
	}
	if !e.s.Plan.StatusDate.IsSet() {
		return out + "."
	}
	return out + ". What was before the status date is not recorded."
}

func (e exposed) days(v int64) string {
	w := calendar.Work(v)
	text := e.c.Locale.Number(workDays(e.s.Calendar, max(w, -w)), 1)
	if w < 0 {
		return "−" + text
	}
	return text
}

func (e exposed) money(v int64) string {
	if v < 0 {
		return "−" + e.c.Locale.Money(-v)
	}
	return e.c.Locale.Money(v)
}

func (e exposed) short(v int64) string { return signedMoney(e.c, v) }

// amount is what a week comes to: "6 days and $8,000".
func (e exposed) amount(w schedule.ExposureWeek) string {
	var parts []string
	if e.hasDelay {
		n := e.days(int64(w.Delay))
		parts = append(parts, n+pickText(n == "1", " day", " days"))
	}
	if e.hasCost {
		parts = append(parts, e.money(w.Cost))
	}
	return strings.Join(parts, " and ")
}

func (e exposed) finding() (title, reading string) {
	first := e.weeks[0]
	top, last := 0, 0
	for i, w := range e.weeks {
		if e.hasDelay && w.Delay > e.weeks[top].Delay || !e.hasDelay && w.Cost > e.weeks[top].Cost {
			top = i
		}
		if len(w.Risks) > 0 {
			last = i
		}
	}
	title = fmt.Sprintf("Open risks come to %s on average in W%d", e.amount(e.weeks[top]), e.weeks[top].Week)
	reading = fmt.Sprintf("In W%d, %s on average to %s.", first.Week, pickText(len(first.Risks) == 1, "1 risk counts and comes", fmt.Sprintf("%d risks count and come", len(first.Risks))), e.amount(first))
	for i, w := range e.weeks[1:] {
		if !sameRisks(w.Risks, e.weeks[i].Risks) || w.Delay != e.weeks[i].Delay || w.Cost != e.weeks[i].Cost {
			reading += fmt.Sprintf(" The first change is in W%d.", w.Week)
			break
		}
	}
	if last+1 < len(e.weeks) {
		reading += fmt.Sprintf(" From W%d on none is left.", e.weeks[last+1].Week)
	} else {
		reading += " The last counts until the plan is finished."
	}
	return title, reading
}

func sameRisks(a, b []*plan.Risk) bool { return slices.Equal(a, b) }

// table lists the weeks in which something changes, and why.
func (e exposed) table() Table {
	t := Table{Head: []string{"From week", "Date", "Risks that count"}}
	if e.hasDelay {
		t.Head = append(t.Head, "Expected delay, working days")
	}
	if e.hasCost {
		t.Head = append(t.Head, "Expected cost")
	}
	t.Head = append(t.Head, "What changes")
	for i, w := range e.weeks {
		why := ""
		if i > 0 {
			before := e.weeks[i-1]
			if sameRisks(w.Risks, before.Risks) && w.Delay == before.Delay && w.Cost == before.Cost {
				continue
			}
			why = e.change(before, w)
		}
		var ids []string
		for _, r := range w.Risks {
			ids = append(ids, r.ID)
		}
		row := Row{Head: fmt.Sprintf("W%d", w.Week), Cells: []string{e.c.Locale.Date(w.Start.Date()), strings.Join(ids, ", ")}}
		if len(ids) == 0 {
			row.Cells[1] = "none"
		}
		if e.hasDelay {
			row.Cells = append(row.Cells, e.days(int64(w.Delay)))
		}
		if e.hasCost {
			row.Cells = append(row.Cells, e.money(w.Cost))
		}
		t.Rows = append(t.Rows, Row{Head: row.Head, Cells: append(row.Cells, why)})
	}
	return t
}

func (e exposed) change(before, now schedule.ExposureWeek) string {
	var out []string
	for _, sp := range e.spans {
		was, is := slices.Contains(before.Risks, sp.Risk), slices.Contains(now.Risks, sp.Risk)
		mitigated := sp.IsMitigated && before.Start < sp.Mitigated && now.Start >= sp.Mitigated
		switch {
		case was && mitigated:
			out = append(out, sp.Risk.ID+" is mitigated")
		case was && !is:
			out = append(out, sp.Risk.ID+": what it acts on is finished")
		case was && is:
			c1, d1, _ := sp.At(before.Start)
			c2, d2, _ := sp.At(now.Start)
			if c1 != c2 || d1 != d2 {
				out = append(out, sp.Risk.ID+": part of what it acts on is finished")
			}
		}
	}
	return strings.Join(out, "; ")
}

// panel draws one measure as steps.
func (e exposed) panel(id, name string, value func(schedule.ExposureWeek) int64, write func(int64) string, said string) Panel {
	p := Panel{ID: id, Name: name, Said: said}
	const top, height = 18, 110
	var cv canvas
	from, to := e.weeks[0].Start, max(e.s.Finish, e.weeks[len(e.weeks)-1].Start+1)
	ax := newAxis(from.Date().Start(), to, 0, 30)
	ticks := scale{axis: ax, width: 300, sched: e.s, loc: e.c.Locale}
	least, most := int64(0), int64(0)
	for _, w := range e.weeks {
		least, most = min(least, value(w)), max(most, value(w))
	}
	span := max(1, most-least)
	y := func(v int64) float64 { return float64(most-v) / float64(span) * height }
	axisHeight := cv.xAxis(ticks, top+height, top)
	cv.line("axis", 0, top+int(y(0)), full, top+int(y(0)))
	var line strings.Builder
	for i, w := range e.weeks {
		next := to
		if i+1 < len(e.weeks) {
			next = e.weeks[i+1].Start
		}
		line.WriteString(pickText(i == 0, "M", " L") + point(ax.at(w.Start), y(value(w))) + " L" + point(ax.at(next), y(value(w))))
	}
	zero := number(y(0))
	cv.plot(top, height)
	cv.path("area", line.String()+" L"+number(float64(ax.at(to))/100)+" "+zero+" L"+number(float64(ax.at(e.weeks[0].Start))/100)+" "+zero+"Z")
	cv.path("curve", line.String())
	cv.endPlot()
	last := int64(0)
	for i, w := range e.weeks { // a figure where the line changes, if there is room
		v := value(w)
		if i == 0 || v != last && ax.pixels(w.Start-e.weeks[0].Start, 300) > 40 {
			class, x := "value", ax.at(w.Start)+800
			if x > full*85/100 {
				class, x = "value end", full
			}
			cv.text(class, x, top+int(y(v))-4, write(v))
		}
		last = v
	}
	p.SVG = panelPicture(&cv, top+height+axisHeight, p.Name+": "+p.Said)
	return p
}

// option shows for ECharts one measure: the delays, or the costs if there are
// none.
func (e exposed) option(ch Chart) []byte {
	line := charts.NewLine()
	var names []string
	var data []opts.LineData
	u, name := unit{Kind: "days"}, "expected delay, working days"
	if !e.hasDelay {
		u, name = unit{Kind: "money", Currency: e.c.Locale.Currency()}, "expected cost"
	}
	for _, w := range e.weeks {
		names = append(names, fmt.Sprintf("W%d · %s", w.Week, e.c.Locale.ShortDate(w.Start.Date())))
		d := opts.LineData{Value: exact(e.c, w.Cost)}
		if e.hasDelay {
			v := workDays(e.s.Calendar, max(w.Delay, -w.Delay))
			if w.Delay < 0 {
				v = -v
			}
			d.Value = json.Number(strconv.FormatFloat(v, 'f', -1, 64))
		}
		data = append(data, d)
	}
	line.SetGlobalOptions(commonOptions(ch, 1, slider)...)
	line.SetGlobalOptions(
		charts.WithXAxisOpts(opts.XAxis{Type: "category", AxisLabel: axisLabels(), AxisLine: axisLine()}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", AxisLabel: axisLabels(), SplitLine: gridLines()}),
		charts.WithDataZoomOpts(opts.DataZoom{Type: "slider", Start: 0, End: 100}),
	)
	line.SetXAxis(names)
	line.AddSeries(name, data, charts.WithLineChartOpts(opts.LineChart{Step: "end", ShowSymbol: opts.Bool(false)}),
		charts.WithLineStyleOpts(opts.LineStyle{Color: "var(--bar-line)", Width: 2}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: "var(--bar-line)"}),
		charts.WithAreaStyleOpts(opts.AreaStyle{Color: "var(--bar-fill)", Opacity: opts.Float(0.6)}))
	line.Validate()
	return optionJSON(line.JSON(), u, &line.BaseConfiguration)
}
