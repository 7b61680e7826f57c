package chart

import (
	"encoding/json"
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// option shows for ECharts how the roles compare: the load of each as a share of
// its capacity, a line by week. At first it shows those that are needed most;
// the legend brings the others. If nobody has a capacity, the lines are
// full-time equivalents.
func (ld load) option(ch Chart) []byte {
	limited := false
	for _, r := range ld.roles {
		limited = limited || r.Limited()
	}
	u := unit{Kind: "percent"}
	if !limited {
		u = unit{Kind: "fte"}
	}
	value := func(r neededRole, b Block) any {
		if !limited {
			return json.Number(decimal(r.FullTime(b.Demand, b.Weeks()), 10_000))
		}
		if b.Available == 0 {
			return nil // no share of nothing
		}
		return json.Number(decimal((b.Top()*1000+b.Available/2)/b.Available, 1000))
	}
	line := charts.NewLine()
	line.SetGlobalOptions(commonOptions(ch, len(ld.roles), slider)...)
	line.SetGlobalOptions(
		charts.WithXAxisOpts(opts.XAxis{Type: "category", AxisLabel: axisLabels(), AxisLine: axisLine()}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", AxisLabel: axisLabels(), SplitLine: gridLines()}),
		charts.WithDataZoomOpts(opts.DataZoom{Type: "slider", Start: 0, End: 100}),
	)
	var names []string
	for _, b := range Blocks(ld.roles[0].Weeks, ld.size) {
		names = append(names, ld.weekName(b))
	}
	line.SetXAxis(names)
	shown := map[string]bool{}
	seen := map[string]int{}
	for _, r := range ld.roles {
		if limited && !r.Limited() {
			continue
		}
		name := r.Title()
		if seen[name]++; seen[name] > 1 {
			name += " (" + r.ID + ")"
		}
		var data []opts.LineData
		for _, b := range Blocks(r.Weeks, ld.size) {
			data = append(data, opts.LineData{Value: value(r, b)})
		}
		more := []charts.SeriesOpts{charts.WithLineChartOpts(opts.LineChart{Step: "middle", ShowSymbol: opts.Bool(false)})}
		if len(shown) == 0 && limited {
			more = append(more, statedRule("capacity", 1))
		}
		line.AddSeries(name, data, more...)
		shown[name] = len(shown) < mostShown
	}
	legend := line.Legend
	legend.Selected = shown
	line.SetGlobalOptions(charts.WithLegendOpts(legend))
	line.Validate()
	return optionJSON(line.JSON(), u, &line.BaseConfiguration)
}

// mostShown is how many lines a chart shows at first.
const mostShown = 4

// decimal writes v/base, base a power of ten, without trailing zeros.
func decimal(v, base int64) string { return strconv.FormatFloat(float64(v)/float64(base), 'f', -1, 64) }
