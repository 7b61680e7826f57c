package chart

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"milepost/schedule"
	"milepost/schedule/calendar"
)

// Load draws for each role and person with work a histogram of what it is needed
// for, by plan week, against its capacity; of a levelled schedule also what it
// would be needed for if no work waited. ok is false if nobody is assigned.
func Load(s *schedule.Schedule, c Context) (ch Chart, ok bool) {
	ld := collectLoad(s, c)
	if len(ld.roles) == 0 {
		return Chart{}, false
	}
	ch = Chart{ID: "load", Caption: ld.caption(), Table: ld.table(), Legend: ld.legend()}
	ch.Title, ch.Reading = ld.finding()
	for _, r := range ld.roles {
		ch.Panels = append(ch.Panels, ld.panel(ch.ID, r))
	}
	ch.Panels[0].SVG = hatch(ch.ID) + ch.Panels[0].SVG
	ch.Option = ld.option(ch)
	return ch, true
}

// mostColumns is how many columns a histogram has at most, so that each can be
// told from the next on a phone.
const mostColumns = 66

// load is what everybody is needed for.
type load struct {
	s     *schedule.Schedule
	c     Context
	roles []neededRole // those beyond their capacity first
	size  int          // weeks in a column
}

// neededRole is one role or person, with its overloads as planned and, if the
// schedule is levelled, what it was before.
type neededRole struct {
	*schedule.RoleLoad
	over   []schedule.Overload
	before *schedule.RoleLoad // nil if it is the same
	eased  int64              // overload before levelling
}

// due are the overloads that are yet to come.
func (r neededRole) due() []schedule.Overload {
	return slices.DeleteFunc(slices.Clone(r.over), func(o schedule.Overload) bool { return o.Past })
}

func collectLoad(s *schedule.Schedule, c Context) load {
	ld := load{s: s, c: c, size: 1}
	var before []*schedule.RoleLoad
	if s.Levelling != nil {
		before = s.RoleLoads(schedule.Unlevelled)
	}
	for i, l := range s.RoleLoads(schedule.Planned) {
		r := neededRole{RoleLoad: l}
		for _, res := range l.Resources {
			r.over = append(r.over, s.Overloads(res, schedule.Planned)...)
		}
		if before != nil {
			r.eased = sumOf(before[i].Weeks).Overload
			if !sameLoad(before[i].Weeks, l.Weeks) {
				r.before = before[i]
			}
		}
		ld.size = BlockSize(len(l.Weeks), mostColumns)
		ld.roles = append(ld.roles, r)
	}
	rank := func(r neededRole) int {
		switch {
		case len(r.due()) > 0:
			return 0
		case len(r.over) > 0 || r.eased > 0:
			return 1
		case r.Limited():
			return 2
		}
		return 3
	}
	slices.SortStableFunc(ld.roles, func(a, b neededRole) int { return rank(a) - rank(b) })
	return ld
}

func sameLoad(a, b []schedule.RoleWeek) bool {
	return slices.EqualFunc(a, b, func(x, y schedule.RoleWeek) bool { return x.Demand == y.Demand && x.Overload == y.Overload })
}

// Block is some weeks of a load in a row, summed up.
type Block struct {
	First, Last int // plan weeks
	schedule.RoleWeek
}

// Weeks is how many weeks the block holds.
func (b Block) Weeks() int { return b.Last - b.First + 1 }

// Name is "W5" or "W5–W8".
func (b Block) Name() string {
	if b.First == b.Last {
		return fmt.Sprintf("W%d", b.First)
	}
	return fmt.Sprintf("W%d–W%d", b.First, b.Last)
}

// BlockSize returns how many weeks to sum up, so that there are at most so many
// blocks: one, four, a quarter, half a year, or years.
func BlockSize(weeks, most int) int {
	for _, size := range []int{1, 4, 13, 26} {
		if (weeks+size-1)/size <= most {
			return size
		}
	}
	size := 52
	for (weeks+size-1)/size > most {
		size += 52
	}
	return size
}

// Blocks sums up weeks in blocks of the given size, counted from week 1.
func Blocks(weeks []schedule.RoleWeek, size int) []Block {
	var out []Block
	for _, w := range weeks {
		n := len(out)
		if n == 0 || (w.Week-1)%size == 0 || w.Week-out[n-1].First >= size {
			out = append(out, Block{First: w.Week})
			n++
		}
		b := &out[n-1]
		b.Last = w.Week
		b.RoleWeek = sumOf([]schedule.RoleWeek{b.RoleWeek, w})
	}
	return out
}

func sumOf(weeks []schedule.RoleWeek) schedule.RoleWeek {
	var sum schedule.RoleWeek
	for _, w := range weeks {
		sum.Demand += w.Demand
		sum.Available += w.Available
		sum.Overload += w.Overload
		sum.Unstaffed += w.Unstaffed
		sum.Peak = max(sum.Peak, w.Peak)
	}
	return sum
}

func (ld load) fte(units int64) string { return ld.c.Locale.Number(float64(units)/10_000, 2) }

// weeksOf names the weeks of overloads: "W3 and W9–W11"; of many, how many.
func (ld load) weeksOf(over []schedule.Overload) string {
	var runs []string
	count := 0
	for _, o := range over {
		first, last := ld.s.Week(o.Start), ld.s.Week(o.Finish-1)
		runs = append(runs, Block{First: first, Last: last}.Name())
		count += last - first + 1
	}
	runs = slices.Compact(runs)
	if len(runs) > 3 {
		return fmt.Sprintf("%d weeks from W%d on", count, ld.s.Week(over[0].Start))
	}
	if n := len(runs); n > 1 {
		return strings.Join(runs[:n-1], ", ") + " and " + runs[n-1]
	}
	return runs[0]
}

// worst is the overload in which most is needed beyond what there is; the first
// of several.
func worst(over []schedule.Overload) schedule.Overload {
	top := over[0]
	for _, o := range over {
		if o.Peak-o.Resource.Capacity > top.Peak-top.Resource.Capacity {
			top = o
		}
	}
	return top
}

func (ld load) caption() string {
	out := "Full-time equivalents needed by assigned work, by plan week"
	switch ld.size {
	case 1:
	case 4:
		out = "Full-time equivalents needed by assigned work, means of 4 plan weeks"
	default:
		out = fmt.Sprintf("Full-time equivalents needed by assigned work, means of %d plan weeks", ld.size)
	}
	return out + ", against capacity; each panel has a scale of its own."
}

// finding says in a few words and in a sentence who is needed beyond capacity.
func (ld load) finding() (title, reading string) {
	var over []neededRole
	limited, unlimited := 0, 0
	for _, r := range ld.roles {
		if r.Limited() {
			limited++
		} else {
			unlimited++
		}
		if len(r.due()) > 0 {
			over = append(over, r)
		}
	}
	levelled := ""
	if ld.s.Levelling != nil {
		levelled = "Levelled: "
	}
	switch {
	case limited == 0:
		title, reading = "No capacity is stated to compare the load with", "The plan states no capacity for anybody who is assigned to work."
	case len(over) == 0:
		title = levelled + "nobody is needed beyond capacity"
		busy := slices.MaxFunc(ld.roles, func(a, b neededRole) int {
			x, y := sumOf(a.Weeks), sumOf(b.Weeks)
			return cmpShares(x.Demand, x.Available, y.Demand, y.Available)
		})
		all := sumOf(busy.Weeks)
		reading = fmt.Sprintf("All work fits the capacity; the busiest over the whole plan is %s with %s of the time there is.",
			busy.Title(), ld.c.Locale.Percent(float64(all.Demand)/float64(max(1, all.Available))*100, 0))
	default:
		top := worst(over[0].due())
		for _, r := range over {
			if o := worst(r.due()); o.Peak-o.Resource.Capacity > top.Peak-top.Resource.Capacity {
				top = o
			}
		}
		title = fmt.Sprintf("%s%d of %d needed beyond capacity", levelled, len(over), limited)
		if len(over) == 1 {
			title = fmt.Sprintf("%s%s is needed beyond capacity", levelled, clip(over[0].Title(), 36))
		}
		reading = fmt.Sprintf("%s in %s: the work needs %s FTE, the capacity is %s.",
			top.Resource.Title(), ld.weeksOf([]schedule.Overload{top}), ld.fte(top.Peak), ld.fte(top.Resource.Capacity))
		if len(over) > 1 {
			reading = fmt.Sprintf("%d of %d are needed beyond their capacity, most of all %s", len(over), limited, reading)
		}
	}
	if limited > 0 && unlimited > 0 {
		reading += fmt.Sprintf(" For %d no capacity is stated.", unlimited)
	}
	return strings.ToUpper(title[:1]) + title[1:], reading
}

// cmpShares compares a/b with c/d; a share of nothing is the least.
func cmpShares(a, b, c, d int64) int {
	x, y := float64(a)/float64(max(b, 1)), float64(c)/float64(max(d, 1))
	if b == 0 {
		x = -1
	}
	if d == 0 {
		y = -1
	}
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func (ld load) legend() []Key {
	any := func(has func(neededRole) bool) bool { return slices.ContainsFunc(ld.roles, has) }
	out := []Key{{swatch(`<rect class="area" width="16" height="12"/>`), "work, within capacity"}}
	if any(func(r neededRole) bool { return len(r.over) > 0 }) {
		out = append(out, Key{swatch(`<rect class="beyond" width="15" height="11" x=".5" y=".5"/><path class="stripes" d="M0 8L8 0M4 12L16 0M12 12L16 8"/>`), "beyond the capacity at that time"})
	}
	if any(func(r neededRole) bool { return sumOf(r.Weeks).Unstaffed > 0 }) {
		out = append(out, Key{swatch(`<rect class="unstaffed" width="15" height="11" x=".5" y=".5"/>`), "in a phase without staffing of the role"})
	}
	if any(func(r neededRole) bool { return r.Limited() }) {
		out = append(out, Key{swatch(`<line class="limit" x2="16" y1="6" y2="6"/>`), "capacity"})
	}
	if any(func(r neededRole) bool { return r.before != nil }) {
		out = append(out, Key{swatch(`<path class="before" d="M0 11V3H16V11"/>`), "before levelling"})
	}
	if ld.s.Plan.StatusDate.IsSet() {
		out = append(out, Key{swatch(`<line class="status" x1="8" x2="8" y2="12"/>`), "status date"})
	}
	return out
}

// table has a line for each role, with the sums over all weeks.
func (ld load) table() Table {
	levelled := ld.s.Levelling != nil
	t := Table{Head: []string{"Role or person", "Capacity", "Needed at most", "Needed, person-days", "There is, person-days", "Share", "Beyond capacity, person-days"}}
	if levelled {
		t.Head = append(t.Head, "Beyond it before levelling, person-days")
	}
	for _, r := range ld.roles {
		all := sumOf(r.Weeks)
		row := Row{Head: r.Title(), Href: ld.c.link(r.Address()), Cells: []string{ld.capacityOf(r), ld.fte(r.Peak), ld.days(r, all.Demand)}}
		if r.Limited() {
			row.Cells = append(row.Cells, ld.days(r, all.Available), ld.c.Locale.Percent(float64(all.Demand)/float64(max(1, all.Available))*100, 0), ld.days(r, all.Overload))
		} else {
			row.Cells = append(row.Cells, "", "", "")
		}
		if levelled {
			row.Cells = append(row.Cells, ld.days(r, r.eased))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (ld load) days(r neededRole, amount int64) string {
	return ld.c.Locale.Number(float64(r.Days(amount))/10_000, 1)
}

// capacityOf is "0.75"; of a role with staffing by phase "0.5 to 1"; "not stated".
func (ld load) capacityOf(r neededRole) string {
	least, most := int64(-1), int64(-1)
	for _, res := range r.Resources {
		if !res.Limited() {
			continue
		}
		if least < 0 || res.Capacity < least {
			least = res.Capacity
		}
		most = max(most, res.Capacity)
	}
	switch {
	case most < 0:
		return "not stated"
	case least == most:
		return ld.fte(most)
	}
	return ld.fte(least) + " to " + ld.fte(most)
}

// said is what stands above the histogram of a role.
func (ld load) said(r neededRole) (text, class string) {
	var parts []string
	peak := ld.peakFrom(r, ld.s.WeekStart(r.Weeks[0].Week))
	switch due := r.due(); {
	case len(due) > 0:
		o := worst(due)
		parts, class = append(parts, fmt.Sprintf("%s of %s, over capacity in %s", ld.fte(o.Peak), ld.fte(o.Resource.Capacity), ld.weeksOf(due))), "over"
	case len(r.over) > 0:
		parts = append(parts, fmt.Sprintf("was over capacity in %s", ld.weeksOf(r.over)), fmt.Sprintf("from the status date on at most %s", ld.fte(ld.peakFrom(r, ld.s.StatusDate))))
	case !r.Limited():
		parts = append(parts, fmt.Sprintf("at most %s", ld.fte(r.Peak)), "no capacity stated")
	case peak > 0:
		parts = append(parts, fmt.Sprintf("at most %s of %s", ld.fte(peak), ld.capacityOf(r)))
	}
	if unstaffed := sumOf(r.Weeks).Unstaffed; unstaffed > 0 && r.Limited() {
		parts = append(parts, fmt.Sprintf("%s person-days in a phase without staffing", ld.days(r, unstaffed)))
	}
	if r.eased > 0 {
		parts = append(parts, fmt.Sprintf("before levelling %s person-days too much", ld.days(r, r.eased)))
	}
	return strings.Join(parts, "; "), class
}

// peakFrom is the most that is needed of what has a capacity, from a time on.
func (ld load) peakFrom(r neededRole, from calendar.Instant) int64 {
	most := int64(0)
	for _, res := range r.Resources {
		if !res.Limited() {
			continue
		}
		for _, sp := range ld.s.Load(res, schedule.Planned) {
			if sp.Finish > from {
				most = max(most, sp.Units)
			}
		}
	}
	return most
}

// hatch defines how work beyond the capacity is filled, once for all panels.
func hatch(id string) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="chart-defs" width="0" height="0" aria-hidden="true" focusable="false"><defs>`+
		`<pattern id="chart-%s-hatch" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="beyond-back" width="6" height="6"/><path class="stripes" d="M-1 1L1-1M0 6L6 0M5 7L7 5"/></pattern></defs></svg>`, id))
}

// panel draws the histogram of one role.
func (ld load) panel(id string, r neededRole) Panel {
	const above, height = 16, 60
	p := Panel{ID: r.Kind + "-" + r.ID, Name: r.Title(), Href: ld.c.link(r.Address())}
	p.Said, p.Class = ld.said(r)

	weeks := r.Weeks
	ax := newAxis(ld.s.WeekStart(weeks[0].Week), ld.s.WeekStart(weeks[len(weeks)-1].Week+1), 0, 10)
	blocks := Blocks(weeks, ld.size)
	var before []Block
	if r.before != nil {
		before = Blocks(r.before.Weeks, ld.size)
	}
	most := int64(1)
	per := func(amount int64, b Block) int64 { return r.FullTime(amount, b.Weeks()) }
	for i, b := range blocks {
		most = max(most, per(b.Top(), b), per(b.Available, b))
		if before != nil {
			most = max(most, per(before[i].Top(), b))
		}
	}
	y := func(units int64) int64 { return height - (units*(height-2)+most/2)/most }
	edges := func(b Block) (from, to pos) { return ax.at(ld.s.WeekStart(b.First)), ax.at(ld.s.WeekStart(b.Last + 1)) }

	var cv canvas
	axis := cv.xAxis(scale{axis: ax, width: narrow, sched: ld.s, loc: ld.c.Locale}, above+height, above)
	cv.plot(above, height)
	columns := func(class string, from, to func(Block) int64) {
		var d strings.Builder
		for _, b := range blocks {
			low, high := y(per(from(b), b)), y(per(to(b), b))
			if low == high {
				continue
			}
			left, right := edges(b)
			fmt.Fprintf(&d, "M%s %dV%dH%sV%dZ", tenths(left), low, high, tenths(right), low)
		}
		if d.Len() > 0 {
			cv.path(class, d.String())
		}
	}
	columns("column", func(Block) int64 { return 0 }, func(b Block) int64 { return b.Within() - b.Unstaffed })
	columns("column unstaffed", func(b Block) int64 { return b.Within() - b.Unstaffed }, Block.Within)
	cv.path("edge", stepLine(blocks, edges, func(b Block) int64 { return y(per(b.Within(), b)) }))
	cv.endPlot()

	var beyond strings.Builder
	for _, b := range blocks {
		if low, high := y(per(b.Top()-b.Overload, b)), y(per(b.Top(), b)); low > high {
			left, right := edges(b)
			fmt.Fprintf(&beyond, `<rect x="%v" y="%d" width="%v" height="%d"/>`, left, above+int(high), right-left, low-high)
		}
	}
	if beyond.Len() > 0 {
		cv.add(`<g class="beyond" fill="url(#chart-%s-hatch)">%s</g>`, id, beyond.String())
	}

	cv.plot(above, height)
	if before != nil {
		cv.path("before", stepLine(before, edges, func(b Block) int64 { return y(per(b.Top(), b)) }))
	}
	if r.Limited() {
		cv.path("limit", stepLine(blocks, edges, func(b Block) int64 { return y(per(b.Available, b)) }))
	}
	cv.endPlot()
	cv.line("axis", 0, above+height, full, above+height)
	if at := ld.s.StatusDate; ld.s.Plan.StatusDate.IsSet() && ax.shows(at) {
		cv.line("status", ax.at(at), above-6, ax.at(at), above+height)
	}
	ld.capacityLabel(&cv, r, blocks, edges, func(b Block) int { return above + int(y(per(b.Available, b))) })
	p.SVG = template.HTML(fmt.Sprintf(`<svg class="chart-svg" width="100%%" height="%d" role="img" aria-label="%s">%s</svg>`,
		above+height+axis, template.HTMLEscapeString("Load of "+p.Name+" by week: "+p.Said), cv.b.String()))
	return p
}

// capacityLabel writes the highest capacity beside its line, the first time that
// there is so much.
func (ld load) capacityLabel(cv *canvas, r neededRole, blocks []Block, edges func(Block) (pos, pos), y func(Block) int) {
	if !r.Limited() {
		return
	}
	top := slices.MaxFunc(blocks, func(a, b Block) int {
		return int(r.FullTime(a.Available, a.Weeks()) - r.FullTime(b.Available, b.Weeks()))
	})
	x, _ := edges(top)
	if label := ld.fte(r.FullTime(top.Available, top.Weeks())); top.Available > 0 && x < full*9/10 {
		cv.text("small", x+300, y(top)-3, label)
	}
}

// stepLine is a line over blocks, without what is not there at both ends.
func stepLine(blocks []Block, edges func(Block) (pos, pos), y func(Block) int64) string {
	var d strings.Builder
	last := int64(-1)
	for i, b := range blocks {
		left, right := edges(b)
		if v := y(b); i == 0 {
			fmt.Fprintf(&d, "M%s %d", tenths(left), v)
			last = v
		} else if v != last {
			fmt.Fprintf(&d, "H%sV%d", tenths(left), v)
			last = v
		}
		if i == len(blocks)-1 {
			fmt.Fprintf(&d, "H%s", tenths(right))
		}
	}
	return d.String()
}

// tenths writes a position in a plot with one decimal.
func tenths(x pos) string { return number(float64((x+5)/10) / 10) }

// weekName is "W5 · 2 Feb".
func (ld load) weekName(b Block) string {
	return b.Name() + " · " + ld.c.Locale.ShortDate(calendar.Instant(ld.s.WeekStart(b.First)).Date())
}
