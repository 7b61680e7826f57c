package chart

import (
	"encoding/json"
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"milepost/schedule/calendar"
)

// share writes a share of one for ECharts, exact to a ten thousandth.
func shareValue(v float64) json.Number {
	return json.Number(strconv.FormatFloat(float64(int64(float64(v*10_000)+0.5))/10_000, 'f', -1, 64))
}

// option is the same picture for ECharts: bars, and the curve on an axis of its
// own at the right.
func (k outlook) option(ch Chart) []byte {
	var names []string
	var bars []opts.BarData
	var line []opts.LineData
	at := func(t calendar.Instant) (name string, ok bool) {
		for i, b := range k.bins {
			if d := t.LastDate(); d >= b.First && d <= b.Last {
				return names[i], true
			}
		}
		return "", false
	}
	for _, b := range k.bins {
		name := k.c.Locale.ShortDate(b.First)
		if b.Last > b.First {
			name += " – " + k.c.Locale.ShortDate(b.Last)
		}
		names = append(names, name)
		bars = append(bars, opts.BarData{Value: shareValue(float64(b.Count) / float64(k.sim.Trials))})
		line = append(line, opts.LineData{Value: shareValue(b.Share)})
	}
	bar := charts.NewBar()
	bar.SetGlobalOptions(commonOptions(ch, 2, slider)...)
	bar.SetGlobalOptions(
		charts.WithXAxisOpts(opts.XAxis{Type: "category", AxisLabel: axisLabels(), AxisLine: axisLine()}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", AxisLabel: axisLabels(), SplitLine: gridLines()}),
		charts.WithDataZoomOpts(opts.DataZoom{Type: "slider", Start: 0, End: 100}),
	)
	bar.ExtendYAxis(opts.YAxis{Type: "value", Min: 0, Max: 1, AxisLabel: axisLabels(), SplitLine: &opts.SplitLine{Show: opts.Bool(false)}})
	bar.SetXAxis(names)
	bar.AddSeries("finish then", bars, charts.WithItemStyleOpts(opts.ItemStyle{Color: "var(--bar-line)"}))
	curve := charts.NewLine()
	var marks []any
	for _, r := range k.all() {
		if name, ok := at(r.at); ok {
			marks = append(marks, opts.MarkLineNameXAxisItem{Name: k.label(r), XAxis: name})
		}
	}
	curve.AddSeries("finished by then", line,
		charts.WithLineChartOpts(opts.LineChart{YAxisIndex: 1, ShowSymbol: opts.Bool(false)}),
		charts.WithLineStyleOpts(opts.LineStyle{Color: "var(--ink)", Width: 2}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: "var(--ink)"}),
		func(s *charts.SingleSeries) {
			if len(marks) > 0 {
				s.MarkLines = &opts.MarkLines{Data: marks, MarkLineStyle: opts.MarkLineStyle{
					Symbol:    []string{"none", "none"},
					Label:     &opts.Label{Show: opts.Bool(true), Formatter: "{b}", Color: "var(--ink-2)"},
					LineStyle: &opts.LineStyle{Color: "var(--ink-2)", Type: "dashed"},
				}}
			}
		})
	bar.Overlap(curve)
	bar.Validate()
	return optionJSON(bar.JSON(), unit{Kind: "percent"}, &bar.BaseConfiguration)
}
