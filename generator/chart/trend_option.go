package chart

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// option is the same picture for ECharts: a category for each report, values in
// days from 1970-01-01, which the script writes as dates.
func (t *trend) option(ch Chart) []byte {
	line := charts.NewLine()
	line.SetGlobalOptions(commonOptions(ch, len(t.drawn), noSlider)...)
	line.SetGlobalOptions(
		charts.WithXAxisOpts(opts.XAxis{Type: "category", BoundaryGap: opts.Bool(false), AxisLabel: axisLabels(), AxisLine: axisLine()}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", Scale: opts.Bool(true), AxisLabel: axisLabels(), SplitLine: gridLines()}),
	)
	line.SetXAxis(t.heads())
	for _, k := range t.drawn {
		l := t.lines[k]
		var data []opts.LineData
		reached := false
		for _, f := range l.forecasts {
			d := opts.LineData{}
			if f.known && !reached {
				d.Value = max(f.at, t.s.Start+1).LastDate()
			}
			data, reached = append(data, d), reached || f.reached
		}
		line.AddSeries(l.activity.Title(), data, charts.WithLineStyleOpts(opts.LineStyle{Width: 2}))
	}
	var diagonal []opts.LineData
	for i := range t.reports {
		diagonal = append(diagonal, opts.LineData{Value: t.x(i).LastDate(), Symbol: "none"})
	}
	line.AddSeries("reached", diagonal, charts.WithLineStyleOpts(opts.LineStyle{Color: "var(--ink-2)", Type: "dashed"}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: "var(--ink-2)"}))
	line.Validate()
	return optionJSON(line.JSON(), unit{Kind: "date"}, &line.BaseConfiguration)
}
