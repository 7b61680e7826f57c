package generator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// kpisView is the key performance indicators. The partial "kpis" shows it.
type kpisView struct {
	Caption string
	Rows    []kpiRow

	// The columns that some indicator has something for.
	HasBaseline, HasReading, HasCadence, HasOwner bool
}

// kpiRow is one indicator: where it began, where it is, where it is to go.
type kpiRow struct {
	thing
	Baseline cell
	Target   cell
	Latest   cell
	On       *when  // the latest reading
	State    pill   // against the target
	Gap      string // to the target: "by 8 percentage points"
	Trend    string
	Spark    *spark
	Cadence  cell
	Owner    cell
	Readings []reading
	History  string // "3 readings"; "" for one or none
}

// reading is one value of an indicator.
type reading struct {
	When  when
	Text  string
	value float64
	day   calendar.Date
	dated bool
}

// spark is a small line of readings by date, in a box of 120 by 32.
type spark struct {
	Points string // of the line
	X, Y   string // of the latest reading
	Target string // y of the target, or "" if it lies outside or there is none
}

// kpis shows the indicators, nil if there are none.
func (s section) kpis() *kpisView {
	if len(s.ps.plan.KPIs) == 0 {
		return nil
	}
	v := &kpisView{Caption: "Key performance indicators: baseline, target, latest reading"}
	for _, k := range s.ps.plan.KPIs {
		r := s.kpi(k)
		v.HasBaseline = v.HasBaseline || k.Baseline.IsSet()
		v.HasReading = v.HasReading || len(r.Readings) > 0
		v.HasCadence = v.HasCadence || k.Cadence.IsSet()
		v.HasOwner = v.HasOwner || k.Owner != ""
		v.Rows = append(v.Rows, r)
	}
	return v
}

func (s section) kpi(k *plan.KPI) kpiRow {
	it := &k.Item
	r := kpiRow{
		thing:    s.thing(it),
		Baseline: text(withUnit(k.Baseline, k.Unit)).assumed(it, "baseline"),
		Target:   text("no target stated").note(pick(k.Unit != "", "measured in "+k.Unit, "")).class("muted"),
		Latest:   text("no reading yet").class("muted"),
		State:    pill{Text: "not measured", Class: "none"},
		Cadence:  text(k.Cadence.Text).assumed(it, "cadence"),
		Owner:    linked(s.who(k.Owner)...).assumed(it, "owner"),
		Readings: s.readings(k),
	}
	if k.Target.IsSet() {
		sign := pick(k.Better == "down", "at most ", "at least ")
		r.Target = text(sign+withUnit(k.Target, k.Unit)).assumed(it, "target")
		r.Target.Assumed = r.Target.Assumed || it.IsAssumed("better")
	}
	r.Target.Assumed = r.Target.Assumed || it.IsAssumed("unit")
	n := len(r.Readings)
	if n == 0 {
		return r
	}
	latest := r.Readings[n-1]
	r.Latest, r.On = text(latest.Text).assumed(it, "readings"), latest.When.ptr()
	r.State = pill{Text: "measured", Class: "info"}
	if k.Target.IsSet() {
		if gap := better(k, latest.value, k.Target.Value); gap >= 0 {
			r.State = pill{Text: "target reached", Class: "good"}
		} else {
			r.State, r.Gap = pill{Text: "short of target", Class: "warn"}, "by "+s.distance(-gap, k.Unit)
		}
	}
	r.Trend = s.trend(k, r.Readings)
	if n > 1 {
		r.History = plural(n, "reading", "readings")
	}
	r.Spark = sparkline(k, r.Readings)
	return r
}

// better returns how much better than b the value a is.
func better(k *plan.KPI, a, b float64) float64 {
	if k.Better == "down" {
		return b - a
	}
	return a - b
}

// trend compares the latest reading with the one before it, or with the
// baseline: "up 4% since 6 Feb, improving".
func (s section) trend(k *plan.KPI, readings []reading) string {
	latest := readings[len(readings)-1]
	before, since := 0.0, ""
	switch {
	case len(readings) > 1:
		prev := readings[len(readings)-2]
		before, since = prev.value, "since "+prev.When.Text
	case k.Baseline.IsSet():
		before, since = k.Baseline.Value, "since the baseline"
	default:
		return "first reading"
	}
	d := latest.value - before
	switch {
	case d == 0:
		return "unchanged " + since
	}
	return fmt.Sprintf("%s %s %s, %s", pick(d > 0, "up", "down"), s.distance(max(d, -d), k.Unit), since,
		pick(better(k, latest.value, before) > 0, "improving", "worsening"))
}

// readings returns the readings of an indicator, the oldest first.
func (s section) readings(k *plan.KPI) []reading {
	var out []reading
	for _, key := range sortedKeys(k.Readings) {
		n := k.Readings[key]
		r := reading{When: when{Text: key}, Text: withUnit(n, k.Unit), value: n.Value}
		if w, err := plan.ParseWhen(key); err == nil {
			r.When = s.ps.stated(w)
			r.day, r.dated = s.ps.sched.FinishOf(w).LastDate(), true
		}
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b reading) int { return cmp.Compare(a.day, b.day) })
	return out
}

func withUnit(n plan.Number, unit string) string {
	if !n.IsSet() {
		return ""
	}
	return joinUnit(n.Text, unit)
}

// distance writes a difference of two values. That of percentages is in points.
func (s section) distance(v float64, unit string) string {
	if strings.HasPrefix(unit, "%") {
		unit = pick(v == 1, "percentage point", "percentage points")
	}
	return joinUnit(s.ps.loc.Number(v, 2), unit)
}

func joinUnit(figure, unit string) string {
	if unit == "" || strings.HasPrefix(unit, "%") {
		return figure + unit
	}
	return figure + " " + unit
}

// sparkline draws two or more dated readings, nil for fewer.
func sparkline(k *plan.KPI, readings []reading) *spark {
	const width, height, pad = 120.0, 32.0, 4.0
	dated := slices.DeleteFunc(slices.Clone(readings), func(r reading) bool { return !r.dated })
	if len(dated) < 2 {
		return nil
	}
	low, high := dated[0].value, dated[0].value
	for _, r := range dated {
		low, high = min(low, r.value), max(high, r.value)
	}
	if k.Target.IsSet() {
		low, high = min(low, k.Target.Value), max(high, k.Target.Value)
	}
	first, last := dated[0].day, dated[len(dated)-1].day
	x := func(i int) float64 {
		if last == first {
			return pad + (width-2*pad)*float64(i)/float64(len(dated)-1)
		}
		return pad + (width-2*pad)*float64(dated[i].day-first)/float64(last-first)
	}
	y := func(v float64) float64 {
		if high == low {
			return height / 2
		}
		return height - pad - (height-2*pad)*(v-low)/(high-low)
	}
	var points []string
	for i, r := range dated {
		points = append(points, fmt.Sprintf("%.1f,%.1f", x(i), y(r.value)))
	}
	out := &spark{
		Points: strings.Join(points, " "),
		X:      fmt.Sprintf("%.1f", x(len(dated)-1)),
		Y:      fmt.Sprintf("%.1f", y(dated[len(dated)-1].value)),
	}
	if k.Target.IsSet() {
		out.Target = fmt.Sprintf("%.1f", y(k.Target.Value))
	}
	return out
}
