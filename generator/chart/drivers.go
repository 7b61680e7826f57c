package chart

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"milepost/schedule"
	"milepost/schedule/calendar"
)

// drivers are what the finish of the plan depends on, what moves it most first:
// by the swing from the low to the high end, then by correlation.
type drivers struct {
	sim *schedule.Simulation
	c   Context
	all []schedule.Driver
}

// Drivers draws the tornado of a simulation: how much earlier and later than on
// average the plan finishes, as its work takes short or long and its risks stay
// away or happen; and what the 80% date gains if a risk is away. ok is false if
// nothing drives the finish.
func Drivers(sim *schedule.Simulation, c Context) (ch Chart, ok bool) {
	if sim == nil || len(sim.Drivers) == 0 {
		return Chart{}, false
	}
	d := drivers{sim: sim, c: c, all: slices.Clone(sim.Drivers)}
	swing := func(x schedule.Driver) calendar.Work { return max(x.Low, x.High, 0) - min(x.Low, x.High, 0) }
	slices.SortStableFunc(d.all, func(a, b schedule.Driver) int {
		return cmp.Or(cmp.Compare(swing(b), swing(a)), cmp.Compare(math.Abs(b.Correlation()), math.Abs(a.Correlation())))
	})
	ch = Chart{
		ID: "drivers",
		Caption: fmt.Sprintf("Finish of the plan against its mean of %s, in working days: of work on average of the tenth of the trials in which it takes shortest and longest, of a risk on average of those in which it does not happen and happens. The widest swing comes first, of equal ones that with the higher rank correlation.",
			c.Locale.DayMonthYear(sim.Finish.Mean.LastDate())),
		Table: d.table(),
		Legend: []Key{
			{swatch(`<rect class="sooner" width="16" height="12"/>`), "work takes short, risk stays away"},
			{swatch(`<rect class="later" width="16" height="12"/>`), "work takes long, risk happens"},
		},
	}
	ch.Title, ch.Reading = d.finding()
	ch.SVG = d.picture(ch.ID)
	ch.Option = d.option(ch)
	return ch, true
}

// days writes working time in days with a sign: "+3.4", "−0.5", "0".
func (d drivers) days(w calendar.Work) string { return signedDays(d.c, d.sim.Schedule.Calendar, w) }

func signedDays(c Context, cal *calendar.Calendar, w calendar.Work) string {
	minus := w < 0
	if minus {
		w = -w
	}
	text := c.Locale.Number(workDays(cal, w), 1)
	switch {
	case text == c.Locale.Number(0, 1):
		return text
	case minus:
		return "−" + text
	}
	return "+" + text
}

// workDays returns working time in days, to a tenth.
func workDays(c *calendar.Calendar, w calendar.Work) float64 {
	day := max(1, c.DayMinutes())
	return float64((w*20+day)/(2*day)) / 10
}

func (d drivers) finding() (title, reading string) {
	top := d.all[0]
	it := top.Item()
	title = clip(it.Title(), 44) + " moves the finish most"
	what := "In the tenth of the trials in which %[1]s takes longest the plan finishes %[2]s working days later than in the tenth in which it takes shortest."
	if top.Risk != nil {
		what = "In the trials in which “%[1]s” happens the plan finishes %[2]s working days later than in those in which it does not."
	}
	w := top.High - top.Low
	if w < 0 {
		w, what = -w, strings.Replace(what, "later", "earlier", 1)
	}
	reading = fmt.Sprintf(what, it.Title(), d.c.Locale.Number(workDays(d.sim.Schedule.Calendar, w), 1))
	return title, reading
}

// gain says what the plan gets back at 80% if a risk is away: time, then money.
func (d drivers) gain(r *schedule.RiskOutcome) (days, money string) {
	days = d.c.Locale.Number(workDays(d.sim.Schedule.Calendar, max(r.Removed.Gain, -r.Removed.Gain)), 1)
	if r.Removed.Gain < 0 {
		days = "−" + days
	}
	if d.sim.Cost != nil {
		money = signedMoney(d.c, r.Removed.Saving)
	}
	return days, money
}

func signedMoney(c Context, minor int64) string {
	if minor < 0 {
		return "−" + c.Locale.MoneyShort(-minor)
	}
	return c.Locale.MoneyShort(minor)
}

func (d drivers) table() Table {
	t := Table{Head: []string{"Driver", "Kind", "Earlier, days", "Later, days", "Rank correlation", "Decides the finish", "80% date without it, days earlier"}}
	if d.sim.Cost != nil {
		t.Head = append(t.Head, "80% cost without it, less")
	}
	for _, x := range d.all {
		it := x.Item()
		row := Row{Head: strings.TrimSpace(it.ID + " " + it.Name), Href: d.c.link(it.Address()), Cells: []string{
			it.Kind, d.days(min(x.Low, x.High)), d.days(max(x.Low, x.High)), d.c.Locale.Fixed(max(x.Correlation(), 0), 2)}}
		if x.Correlation() < 0 {
			row.Cells[3] = "−" + d.c.Locale.Fixed(-x.Correlation(), 2)
		}
		if x.Work != nil {
			row.Cells = append(row.Cells, Chance(d.c.Locale, x.Work.Criticality), "")
		} else {
			days, money := d.gain(x.Risk)
			row.Cells = append(row.Cells, "", days)
			if d.sim.Cost != nil {
				row.Cells = append(row.Cells, money)
			}
		}
		for len(row.Cells) < len(t.Head)-1 {
			row.Cells = append(row.Cells, "")
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (d drivers) picture(id string) template.HTML {
	var cv canvas
	var least, most calendar.Work
	for _, x := range d.all {
		least, most = min(least, x.Low, x.High), max(most, x.Low, x.High)
	}
	span := max(1, most-least)
	// Room at both ends for the figures beside the bars.
	const edge = 14_000
	at := func(w calendar.Work) pos {
		return edge + pos((int64(w-least)*int64(full-2*edge)/int64(span)+5)/10*10)
	}
	y := 34
	top := y
	var body canvas
	for _, x := range d.all {
		it := x.Item()
		said, class := "", "tick"
		if x.Risk != nil {
			days, money := d.gain(x.Risk)
			if x.Risk.Removed.Gain != 0 {
				said = "80% without it: " + days + " d earlier"
				if x.Risk.Removed.Gain < 0 {
					said = "80% without it: " + strings.TrimPrefix(days, "−") + " d later"
				}
			}
			if saving := x.Risk.Removed.Saving; money != "" && saving != 0 {
				said = strings.TrimPrefix(said+", "+strings.TrimPrefix(money, "−")+pickText(saving > 0, " less", " more"), ", ")
			}
		}
		name := strings.TrimSpace(it.ID + " " + it.Name)
		if said == "" {
			body.text("label", 0, y, clip(name, 44))
		} else {
			body.text("label wide", 0, y, clip(name, 56))
			body.text("label narrow", 0, y, clip(name, 40))
			y += 15
			body.text(class, 0, y, said)
		}
		const height = 14
		zero := at(0)
		for _, part := range []struct {
			class string
			w     calendar.Work
		}{{"sooner", x.Low}, {"later", x.High}} {
			to := at(part.w)
			if to == zero {
				continue
			}
			body.rect(part.class, min(zero, to), max(zero, to)-min(zero, to), y+6, height)
			class, beside := "tick", to+1_000
			if to < zero {
				class, beside = "tick end", to-1_000
			}
			body.text(class, beside, y+6+height-3, d.days(part.w))
		}
		y += 6 + height + 20
	}
	bottom := y - 12
	cv.line("axis", at(0), top-18, at(0), bottom)
	mean := "mean finish " + d.c.Locale.ShortDate(d.sim.Finish.Mean.LastDate())
	class, x := "tick", at(0)+1_000
	if at(0) > full*6/10 {
		class, x = "tick end", at(0)-1_000
	}
	cv.text(class, x, 11, mean)
	cv.add(`%s`, body.b.String())
	return cv.picture(id, bottom)
}

// option is the same picture for ECharts.
func (d drivers) option(ch Chart) []byte {
	value := func(w calendar.Work) json.Number {
		v := workDays(d.sim.Schedule.Calendar, max(w, -w))
		if w < 0 {
			v = -v
		}
		return json.Number(strconv.FormatFloat(v, 'f', -1, 64))
	}
	var names []string
	var low, high []opts.BarData
	for _, x := range d.all {
		it := x.Item()
		names = append(names, clip(strings.TrimSpace(it.ID+" "+it.Name), 32))
		low, high = append(low, opts.BarData{Value: value(x.Low)}), append(high, opts.BarData{Value: value(x.High)})
	}
	bar := charts.NewBar()
	bar.SetGlobalOptions(commonOptions(ch, 2, noSlider)...)
	bar.SetGlobalOptions(
		charts.WithXAxisOpts(opts.XAxis{Type: "value", AxisLabel: axisLabels(), SplitLine: gridLines()}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Inverse: opts.Bool(true), AxisLabel: axisLabels(), AxisLine: axisLine()}),
	)
	bar.SetXAxis(names)
	bar.XYReversal()
	bar.AddSeries("short, or stays away", low, charts.WithBarChartOpts(opts.BarChart{Stack: "swing"}), charts.WithItemStyleOpts(opts.ItemStyle{Color: "var(--cat-8)"}))
	bar.AddSeries("long, or happens", high, charts.WithBarChartOpts(opts.BarChart{Stack: "swing"}), charts.WithItemStyleOpts(opts.ItemStyle{Color: "var(--cat-2)"}))
	bar.Validate()
	return optionJSON(bar.JSON(), unit{Kind: "days"}, &bar.BaseConfiguration)
}
