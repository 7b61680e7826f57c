package chart

import (
	"encoding/json"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// The options of ECharts are data only: no functions, no markup. Colours are
// written as CSS variables, "var(--cat-1)", which the script of the theme
// resolves, so that an explored chart follows light and dark.

// unit tells the script how to write values. It stands beside the option in the
// same JSON.
type unit struct {
	Kind     string `json:"kind"` // "money", "fte", or "date": days from 1970-01-01
	Currency string `json:"currency,omitempty"`
}

// Room below the plot, in pixels, without and with a slider to zoom.
const (
	noSlider = "8"
	slider   = "72"
)

// commonOptions are the options that all charts share. The title stands in the
// page, not in the picture.
func commonOptions(ch Chart, colours int, bottom string) []charts.GlobalOpts {
	palette := make(opts.Colors, 0, colours)
	for i := range min(colours, mostParts) {
		palette = append(palette, "var(--cat-"+string(rune('1'+i))+")")
	}
	return []charts.GlobalOpts{
		// A fixed id: by default it is random.
		charts.WithInitializationOpts(opts.Initialization{ChartID: ch.ID}),
		charts.WithColorsOpts(palette),
		charts.WithAnimation(false),
		charts.WithTitleOpts(opts.Title{Show: opts.Bool(false)}),
		charts.WithToolboxOpts(opts.Toolbox{Show: opts.Bool(false)}),
		charts.WithLegendOpts(opts.Legend{
			Show: opts.Bool(true), Type: "scroll", Top: "0", Left: "0",
			TextStyle: &opts.TextStyle{Color: "var(--ink)"},
		}),
		charts.WithTooltipOpts(opts.Tooltip{
			Show: opts.Bool(true), Trigger: "axis",
			BackgroundColor: "var(--surface)", BorderColor: "var(--line-strong)",
		}),
		charts.WithGridOpts(opts.Grid{Left: "8", Right: "24", Top: "40", Bottom: bottom, ContainLabel: opts.Bool(true)}),
		// ECharts' own description of stacked series is wrong; the reading is right.
		charts.WithAriaOpts(&opts.Aria{Enabled: opts.Bool(true), Label: &opts.AriaLabel{Enabled: opts.Bool(true), Description: ch.Title + ". " + ch.Reading}}),
	}
}

func axisLabels() *opts.AxisLabel {
	return &opts.AxisLabel{Show: opts.Bool(true), Color: "var(--ink-2)", HideOverlap: opts.Bool(true)}
}

func gridLines() *opts.SplitLine {
	return &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: "var(--line)"}}
}

func axisLine() *opts.AxisLine {
	return &opts.AxisLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: "var(--line-strong)"}}
}

// statedRule is a dashed line across a chart at a stated value.
func statedRule(name string, value any) charts.SeriesOpts {
	return func(s *charts.SingleSeries) {
		s.MarkLines = &opts.MarkLines{
			Data: []any{opts.MarkLineNameYAxisItem{Name: name, YAxis: value}},
			MarkLineStyle: opts.MarkLineStyle{
				Symbol:    []string{"none", "none"},
				Label:     &opts.Label{Show: opts.Bool(true), Position: "insideStartTop", Formatter: "{b}", Color: "var(--ink-2)"},
				LineStyle: &opts.LineStyle{Color: "var(--ink-2)", Type: "dashed"},
			},
		}
	}
}

// exact returns an amount of minor units as a JSON number without rounding.
func exact(c Context, minor int64) json.Number { return json.Number(c.Locale.MajorUnits(minor)) }

// optionJSON marshals the option of a chart. The tooltip is drawn as part of the
// picture: one of HTML needs inline styles, which the site's content security
// policy forbids. [json.Marshal] escapes what could end a script element.
func optionJSON(option map[string]any, u unit, base *charts.BaseConfiguration) []byte {
	option["tooltip"] = struct {
		opts.Tooltip
		RenderMode string          `json:"renderMode"`
		Confine    bool            `json:"confine"`
		TextStyle  *opts.TextStyle `json:"textStyle"`
	}{base.Tooltip, "richText", true, &opts.TextStyle{Color: "var(--ink)"}}
	data, err := json.Marshal(map[string]any{"unit": u, "option": option})
	if err != nil {
		// The option is made of strings and numbers only.
		panic("chart: marshal option: " + err.Error())
	}
	return data
}
