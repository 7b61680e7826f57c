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
	"milepost/schedule/plan"
)

// span is an amount of full time, in ten-thousandths, over some time.
type span struct {
	from, to calendar.Instant
	units    int64
}

// steps adds up spans: the result has no gaps or overlaps between its first and
// its last instant.
func steps(spans []span) []span {
	var cuts []calendar.Instant
	for _, s := range spans {
		if s.from < s.to {
			cuts = append(cuts, s.from, s.to)
		}
	}
	cuts = sortedInstants(cuts)
	var out []span
	for i := 0; i+1 < len(cuts); i++ {
		sum := int64(0)
		for _, s := range spans {
			if s.from <= cuts[i] && s.to >= cuts[i+1] {
				sum += s.units
			}
		}
		if n := len(out); n > 0 && out[n-1].units == sum {
			out[n-1].to = cuts[i+1]
			continue
		}
		out = append(out, span{cuts[i], cuts[i+1], sum})
	}
	return out
}

// sortedInstants returns the instants in order, each once.
func sortedInstants(ts []calendar.Instant) []calendar.Instant {
	slices.Sort(ts)
	return slices.Compact(ts)
}

// peak returns the highest step; the first of several.
func peak(spans []span) span {
	var top span
	for _, s := range spans {
		if s.units > top.units {
			top = s
		}
	}
	return top
}

// roleLoad is the need for one role over time.
type roleLoad struct {
	*plan.Role
	planned  []span // staffing over the computed dates of the phases
	assigned []span // of its work packages
	days     int64  // working minutes of planned full time, in ten-thousandths
}

// capacity returns how much of the role there is; 0 if that is not said.
func (r roleLoad) capacity() int64 { return r.Capacity.TenThousandths }

// over returns the first time that the role is needed beyond its capacity.
func (r roleLoad) over() (span, bool) {
	if !r.Capacity.IsSet() {
		return span{}, false
	}
	for _, s := range append(slices.Clone(r.planned), r.assigned...) {
		if s.units > r.capacity() {
			return s, true
		}
	}
	return span{}, false
}

// staff is the need for all roles over time.
type staff struct {
	s      *schedule.Schedule
	c      Context
	roles  []roleLoad
	phases []*schedule.PhaseDates // that some role is staffed in
	total  []span
	extent extent
}

// Staffing draws full-time equivalents by role over time, with capacity. ok is
// false if no role is staffed or assigned.
func Staffing(s *schedule.Schedule, c Context) (ch Chart, ok bool) {
	st := collectStaff(s, c)
	if len(st.roles) == 0 || !st.extent.any {
		return Chart{}, false
	}
	ch = Chart{
		ID:      "staffing",
		Caption: "Full-time equivalents (FTE) by role; the staffing of each phase over its computed dates.",
		Table:   st.table(),
	}
	ch.Title, ch.Reading = st.finding()
	ch.Legend = st.legend()
	ch.SVG = st.picture(ch.ID)
	ch.Option = st.option(ch)
	return ch, true
}

func collectStaff(s *schedule.Schedule, c Context) staff {
	st := staff{s: s, c: c}
	byPhase := map[string]*schedule.PhaseDates{}
	for _, ph := range phaseTree(s) {
		byPhase[ph.ID] = ph.PhaseDates
		for _, r := range s.Plan.Roles {
			if _, has := r.Staffing.For(ph.ID); has {
				st.phases = append(st.phases, ph.PhaseDates)
				break
			}
		}
	}
	load := assignedLoad(s)
	var all []span
	for _, r := range s.Plan.Roles {
		var spans []span
		days := int64(0)
		for _, v := range r.Staffing {
			ph := byPhase[v.Phase]
			if ph == nil || ph.Empty {
				continue
			}
			spans = append(spans, st.wholeDays(ph.Start, ph.Finish, v.Value.TenThousandths))
			days += v.Value.TenThousandths * int64(s.Calendar.Between(ph.Start, ph.Finish))
		}
		var assigned []span
		for _, l := range load[r.ID] {
			assigned = append(assigned, st.wholeDays(l.from, l.to, l.units))
		}
		if len(r.Staffing) == 0 && len(assigned) == 0 {
			continue
		}
		all = append(all, spans...)
		rl := roleLoad{Role: r, planned: steps(spans), assigned: steps(assigned), days: days}
		st.roles = append(st.roles, rl)
		for _, sp := range append(slices.Clone(rl.planned), rl.assigned...) {
			st.extent.add(sp.from, sp.to)
		}
	}
	st.total = steps(all)
	return st
}

// assignedLoad returns the units that work packages assign, by role. A person
// counts for the first of the roles they fill.
func assignedLoad(s *schedule.Schedule) map[string][]span {
	roleOf := map[string]string{}
	for _, p := range s.Plan.People {
		if len(p.Roles) > 0 {
			roleOf[p.ID] = p.Roles[0]
		}
	}
	out := map[string][]span{}
	for _, a := range s.Activities {
		if a.Work == nil {
			continue
		}
		for _, as := range a.Work.Assign {
			role := as.Who
			if as.Kind == "person" {
				role = roleOf[as.Who]
			}
			out[role] = append(out[role], span{a.Start, a.Finish, as.Units.TenThousandths})
		}
	}
	return out
}

// wholeDays widens a span of work to midnights, over the days off behind it, so
// that nights and weekends between two spans are not drawn as gaps.
func (st staff) wholeDays(from, to calendar.Instant, units int64) span {
	cal := st.s.Calendar
	if day := from.Date().Start(); cal.Next(day) >= from {
		from = day
	}
	if next := cal.Next(to); next.Date() > to.LastDate() {
		to = next.Date().Start()
	}
	return span{from, to, units}
}

func (st staff) fte(units int64) string {
	return st.c.Locale.Number(float64(units)/10_000, 2)
}

// weeks names the plan weeks of a span: "W4" or "W4 to W6".
func (st staff) weeks(s span) string {
	first, last := st.s.Week(s.from), st.s.Week(s.to-1)
	if first == last {
		return fmt.Sprintf("W%d", first)
	}
	return fmt.Sprintf("W%d to W%d", first, last)
}

// finding names the peak and whoever is needed beyond capacity.
func (st staff) finding() (title, reading string) {
	top := peak(st.total)
	title = fmt.Sprintf("Staffing peaks at %s FTE in %s", st.fte(top.units), st.weeks(top))
	first := ""
	var over, beyond []string
	for _, r := range st.roles {
		if s, yes := r.over(); yes {
			if first == "" {
				first = fmt.Sprintf("%s in %s", clip(r.Title(), 30), st.weeks(s))
			}
			over = append(over, fmt.Sprintf("%s (%s of %s FTE, %s)", r.Title(), st.fte(s.units), st.fte(r.capacity()), st.weeks(s)))
		} else if p := peak(r.planned); len(r.assigned) > 0 && len(r.planned) > 0 && peak(r.assigned).units > p.units {
			beyond = append(beyond, r.Title())
		}
	}
	if len(st.total) == 0 {
		title = "Work is assigned, staffing is not stated"
	}
	largest := 0
	for i, r := range st.roles {
		if r.days > st.roles[largest].days {
			largest = i
		}
	}
	days := int64(0)
	for _, r := range st.roles {
		days += r.days
	}
	reading = fmt.Sprintf("Over the computed dates the planned staffing comes to %s person-days; %s has the most with %s.",
		st.personDays(days), st.roles[largest].Title(), st.personDays(st.roles[largest].days))
	if len(st.roles) == 1 {
		reading = fmt.Sprintf("Over the computed dates the planned staffing of %s comes to %s person-days.", st.roles[0].Title(), st.personDays(days))
	}
	if days == 0 {
		top := slices.MaxFunc(st.roles, func(a, b roleLoad) int { return cmp.Compare(peak(a.assigned).units, peak(b.assigned).units) })
		reading = fmt.Sprintf("The plan states no staffing; the busiest role is %s with %s FTE assigned in %s.", top.Title(), st.fte(peak(top.assigned).units), st.weeks(peak(top.assigned)))
	}
	if len(over) > 0 {
		title = "Needed beyond capacity: " + first
		reading = strings.TrimSuffix(reading, ".") + "; beyond capacity: " + strings.Join(over, ", ") + "."
	}
	if len(beyond) > 0 {
		reading = strings.TrimSuffix(reading, ".") + "; assigned beyond the planned staffing: " + strings.Join(beyond, ", ") + "."
	}
	return title, reading
}

// personDays writes working minutes of full time, in ten-thousandths, in days
// of the plan's calendar.
func (st staff) personDays(units int64) string {
	return st.c.Locale.Number(float64(units)/10_000/float64(max(st.s.Calendar.DayMinutes(), 1)), 1)
}

func (st staff) hasStated() bool {
	return slices.ContainsFunc(st.roles, func(r roleLoad) bool { return r.TotalFTE.IsSet() })
}

func (st staff) hasCapacity() bool {
	return slices.ContainsFunc(st.roles, func(r roleLoad) bool { return r.Capacity.IsSet() })
}

func (st staff) hasAssigned() bool {
	return slices.ContainsFunc(st.roles, func(r roleLoad) bool { return len(r.assigned) > 0 })
}

func (st staff) legend() []Key {
	out := []Key{{swatch(`<rect class="area" width="16" height="12"/><line class="curve" x2="16" y1="1" y2="1"/>`), "planned staffing"}}
	if st.hasAssigned() {
		out = append(out, Key{swatch(`<line class="assigned" x2="16" y1="6" y2="6"/>`), "assigned to work packages"})
	}
	if st.hasStated() {
		out = append(out, Key{swatch(`<line class="rule" x2="16" y1="6" y2="6"/>`), "total FTE that the plan states for the role"})
	}
	if st.hasCapacity() {
		out = append(out, Key{swatch(`<line class="capacity" x2="16" y1="6" y2="6"/>`), "capacity of the role"})
	}
	return out
}

// table is roles by phases, with what follows from it.
func (st staff) table() Table {
	t := Table{Head: []string{"Role"}}
	for _, ph := range st.phases {
		t.Head = append(t.Head, ph.Title())
	}
	t.Head = append(t.Head, "Peak, computed", "Person-days, computed")
	if st.hasStated() {
		t.Head = append(t.Head, "Total FTE, stated")
	}
	if st.hasCapacity() {
		t.Head = append(t.Head, "Capacity")
	}
	if st.hasAssigned() {
		t.Head = append(t.Head, "Assigned, peak")
	}
	sums := make([]int64, len(st.phases))
	days, stated, capacity := int64(0), int64(0), int64(0)
	allStated, allCapacity := true, true
	written := func(u plan.Units) string {
		if !u.IsSet() {
			return ""
		}
		return st.fte(u.TenThousandths)
	}
	for _, r := range st.roles {
		row := Row{Head: r.Title(), Href: st.c.link(r.Address())}
		for i, ph := range st.phases {
			v, has := r.Staffing.For(ph.ID)
			cell := ""
			if has {
				cell = st.fte(v.TenThousandths)
			}
			row.Cells = append(row.Cells, cell)
			sums[i] += v.TenThousandths
		}
		row.Cells = append(row.Cells, st.fte(peak(r.planned).units), st.personDays(r.days))
		days += r.days
		stated += r.TotalFTE.TenThousandths
		capacity += r.Capacity.TenThousandths
		allStated, allCapacity = allStated && r.TotalFTE.IsSet(), allCapacity && r.Capacity.IsSet()
		if st.hasStated() {
			row.Cells = append(row.Cells, written(r.TotalFTE))
		}
		if st.hasCapacity() {
			row.Cells = append(row.Cells, written(r.Capacity))
		}
		if st.hasAssigned() {
			row.Cells = append(row.Cells, st.fte(peak(r.assigned).units))
		}
		t.Rows = append(t.Rows, row)
	}
	foot := Row{Head: "All roles", Class: "total"}
	for _, v := range sums {
		foot.Cells = append(foot.Cells, st.fte(v))
	}
	foot.Cells = append(foot.Cells, st.fte(peak(st.total).units), st.personDays(days))
	if st.hasStated() {
		foot.Cells = append(foot.Cells, ifAll(allStated, st.fte(stated)))
	}
	if st.hasCapacity() {
		foot.Cells = append(foot.Cells, ifAll(allCapacity, st.fte(capacity)))
	}
	if st.hasAssigned() {
		foot.Cells = append(foot.Cells, "")
	}
	t.Foot = []Row{foot}
	return t
}

// ifAll returns the sum of figures, or nothing if some are missing from it.
func ifAll(all bool, sum string) string {
	if !all {
		return ""
	}
	return sum
}

// picture draws a panel for all roles together and one for each role. The
// panels of the roles have one scale, so that they can be compared.
func (st staff) picture(id string) template.HTML {
	const totalHeight, roleHeight, labelHeight, gap = 70, 44, 18, 14
	var cv canvas
	ax := newAxis(st.extent.from, st.extent.to, 0, 10)
	most := int64(1)
	for _, r := range st.roles {
		most = max(most, peak(r.planned).units, peak(r.assigned).units, r.TotalFTE.TenThousandths, r.capacity())
	}
	type panel struct {
		label, note string
		height      int
		most        int64
		role        roleLoad
	}
	var panels []panel
	if len(st.roles) > 1 && len(st.total) > 0 {
		top := peak(st.total).units
		panels = append(panels, panel{"All roles", "peak " + st.fte(top) + " FTE", totalHeight, max(top, 1), roleLoad{Role: &plan.Role{}, planned: st.total}})
	}
	for _, r := range st.roles {
		note := "peak " + st.fte(peak(r.planned).units)
		if len(r.planned) == 0 {
			note = "assigned " + st.fte(peak(r.assigned).units)
		}
		if r.TotalFTE.IsSet() {
			note += ", stated " + st.fte(r.TotalFTE.TenThousandths)
		}
		if r.Capacity.IsSet() {
			note += ", capacity " + st.fte(r.capacity())
		}
		panels = append(panels, panel{r.Title(), note, roleHeight, most, r})
	}
	y := 0
	for _, p := range panels {
		y += labelHeight + p.height + gap
	}
	sc := scale{axis: ax, width: narrow, sched: st.s, loc: st.c.Locale}
	axisHeight := cv.xAxis(sc, y-gap, 0)
	total := y - gap + axisHeight

	y = 0
	for _, p := range panels {
		cv.beside(y+13, p.label, "small", p.note)
		y += labelHeight
		st.panel(&cv, ax, p.role, y, p.height, p.most)
		y += p.height + gap
	}
	return cv.picture(id, total)
}

// panel draws one role.
func (st staff) panel(cv *canvas, ax axis, r roleLoad, top, height int, most int64) {
	y := func(units int64) float64 {
		return float64(height) - float64(float64(units)/float64(most)*float64(height-12))
	}
	cv.plot(top, height)
	for _, s := range r.planned {
		if s.units == 0 {
			continue
		}
		class := "area"
		if r.Capacity.IsSet() && s.units > r.capacity() {
			class = "area over"
		}
		cv.path(class, fmt.Sprintf("M%s V%s H%s V%d Z", point(ax.at(s.from), float64(height)), number(y(s.units)), number(float64(ax.at(s.to))/100), height))
	}
	if len(r.planned) > 0 {
		cv.path("curve", outline(ax, r.planned, y))
	}
	if len(r.assigned) > 0 {
		cv.path("assigned", outline(ax, r.assigned, y))
	}
	cv.endPlot()
	cv.line("axis", 0, top+height, full, top+height)
	if r.TotalFTE.IsSet() {
		v := top + int(y(r.TotalFTE.TenThousandths))
		cv.line("rule", 0, v, full, v)
	}
	if r.Capacity.IsSet() {
		v := top + int(y(r.capacity()))
		cv.line("capacity", 0, v, full, v)
	}
	for _, s := range r.planned {
		label := st.fte(s.units)
		if width := ax.at(s.to) - ax.at(s.from); s.units == 0 || int64(width)*narrow/int64(full) <= textWidth(label) {
			continue
		}
		// Above the step, or inside it where a rule would cross the figure.
		edge := top + int(y(s.units))
		at := edge - 3
		for _, rule := range []plan.Units{r.TotalFTE, r.Capacity} {
			if d := edge - (top + int(y(rule.TenThousandths))); rule.IsSet() && d > 0 && d < 16 {
				at = edge + 13
			}
		}
		if at < top+height {
			cv.text("small", ax.at(s.from)+600, at, label)
		}
	}
}

// outline is the upper edge of steps.
func outline(ax axis, spans []span, y func(int64) float64) string {
	var b strings.Builder
	for i, s := range spans {
		if i == 0 {
			b.WriteString("M" + point(ax.at(s.from), y(0)))
		}
		fmt.Fprintf(&b, " V%s H%s", number(y(s.units)), number(float64(ax.at(s.to))/100))
	}
	if len(spans) > 0 {
		fmt.Fprintf(&b, " V%s", number(y(0)))
	}
	return b.String()
}

// option shows all roles in one picture for ECharts: bars by plan week, stacked
// by role, each as high as the highest need in that week; and as a line what
// work packages assign of all roles together. If there are more roles than
// colours, those with the least to do share the last.
func (st staff) option(ch Chart) []byte {
	bar := charts.NewBar()
	var names []string
	first, last := st.s.Week(st.extent.from), st.s.Week(st.extent.to-1)
	for w := first; w <= last; w++ {
		names = append(names, fmt.Sprintf("W%d · %s", w, st.c.Locale.ShortDate(st.s.WeekStart(w).Date())))
	}
	in := func(spans []span, w int) float64 {
		from, to := st.s.WeekStart(w), st.s.WeekStart(w+1)
		most := int64(0)
		for _, s := range spans {
			if s.from < to && s.to > from {
				most = max(most, s.units)
			}
		}
		return float64(most) / 10_000
	}
	planned := slices.DeleteFunc(slices.Clone(st.roles), func(r roleLoad) bool { return len(r.planned) == 0 })
	var others []span
	if n := len(planned); n > mostParts {
		byDays := slices.Clone(planned)
		slices.SortStableFunc(byDays, func(a, b roleLoad) int { return cmp.Compare(b.days, a.days) })
		var kept []roleLoad
		for _, r := range planned {
			if slices.ContainsFunc(byDays[:mostParts-1], func(k roleLoad) bool { return k.Role == r.Role }) {
				kept = append(kept, r)
			} else {
				others = append(others, r.planned...)
			}
		}
		planned = append(slices.Clip(kept), roleLoad{Role: &plan.Role{Item: plan.Item{Name: fmt.Sprintf("%d other roles", n-len(kept))}}, planned: steps(others)})
	}
	bar.SetGlobalOptions(commonOptions(ch, len(planned), slider)...)
	bar.SetGlobalOptions(
		charts.WithXAxisOpts(opts.XAxis{Type: "category", AxisLabel: axisLabels(), AxisLine: axisLine()}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", AxisLabel: axisLabels(), SplitLine: gridLines()}),
		charts.WithDataZoomOpts(opts.DataZoom{Type: "slider", Start: 0, End: 100}),
	)
	bar.SetXAxis(names)
	var assigned []span
	for _, r := range st.roles {
		assigned = append(assigned, r.assigned...)
	}
	gap, edge := "8%", opts.ItemStyle{BorderColor: "var(--bg)", BorderWidth: 1}
	if len(names) > 40 { // the bars are thin
		gap, edge = "0%", opts.ItemStyle{}
	}
	for _, r := range planned {
		var data []opts.BarData
		for w := first; w <= last; w++ {
			data = append(data, opts.BarData{Value: in(r.planned, w)})
		}
		bar.AddSeries(r.Title(), data,
			charts.WithBarChartOpts(opts.BarChart{Stack: "staffing", BarCategoryGap: gap}),
			charts.WithItemStyleOpts(edge))
	}
	if load := steps(assigned); len(load) > 0 {
		line := charts.NewLine()
		var data []opts.LineData
		for w := first; w <= last; w++ {
			data = append(data, opts.LineData{Value: in(load, w)})
		}
		line.AddSeries("Assigned to work, all roles", data,
			charts.WithLineChartOpts(opts.LineChart{Step: "middle", ShowSymbol: opts.Bool(false)}),
			charts.WithItemStyleOpts(opts.ItemStyle{Color: "var(--ink)"}),
			charts.WithLineStyleOpts(opts.LineStyle{Width: 2, Type: "dotted", Color: "var(--ink)"}))
		bar.Overlap(line)
	}
	bar.Validate()
	return optionJSON(bar.JSON(), unit{Kind: "fte"}, &bar.BaseConfiguration)
}
