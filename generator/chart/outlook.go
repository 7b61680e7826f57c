package chart

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"milepost/generator/locale"
	"milepost/schedule"
	"milepost/schedule/calendar"
)

// Chance writes a share of one as people say it: "38%". What is possible is never
// written as never or always: "under 1%", "over 99%".
func Chance(loc *locale.Locale, p float64) string {
	switch {
	case p <= 0:
		return loc.Percent(0, 0)
	case p >= 1:
		return loc.Percent(100, 0)
	case p < 0.01:
		return "under " + loc.Percent(1, 0)
	case p > 0.99:
		return "over " + loc.Percent(99, 0)
	}
	return loc.Percent(p*100, 0)
}

// outlook is when the plan or a milestone is finished, over all trials.
type outlook struct {
	sim  *schedule.Simulation
	o    *schedule.Outcome
	c    Context
	bins []schedule.Bin
	from calendar.Instant // of the time shown
	to   calendar.Instant
	far  bool // the stated date lies outside the time shown
}

// mostBins is how many bars a histogram has at most.
const mostBins = 60

// Outlook draws how often the plan or a milestone finishes on which day, and
// below it, on the same days, which share has finished by then. ok is false if
// its date does not vary.
func Outlook(sim *schedule.Simulation, o *schedule.Outcome, c Context) (ch Chart, ok bool) {
	if sim == nil || o.SD == 0 {
		return Chart{}, false
	}
	k := newOutlook(sim, o, c, mostBins)
	ch = Chart{
		ID:      "outlook",
		Caption: fmt.Sprintf("%s trials of the plan: above, the share of them that finishes %s; below, the share that has finished by then.", c.Locale.Number(float64(sim.Trials), 0), k.each()),
		Table:   k.table(),
	}
	if o.Milestone != nil {
		ch.ID += "-" + o.Milestone.ID
	}
	ch.Title, ch.Reading = k.finding()
	ch.Legend = k.legend()
	ch.SVG = k.picture(ch.ID)
	ch.Option = k.option(ch)
	return ch, true
}

func newOutlook(sim *schedule.Simulation, o *schedule.Outcome, c Context, most int) outlook {
	k := outlook{sim: sim, o: o, c: c, bins: sim.Histogram(o, most)}
	k.from, k.to = k.bins[0].First.Start(), k.bins[len(k.bins)-1].Last.Start()+calendar.MinutesPerDay
	spread := k.to - k.from
	near := func(t calendar.Instant) bool { return t >= k.from-3*spread && t <= k.to+3*spread }
	for _, r := range []struct {
		at  calendar.Instant
		has bool
	}{{o.Computed, true}, {o.Stated, o.HasStated}} {
		if !r.has {
			continue
		}
		day := r.at.LastDate().Start()
		if !near(day) {
			k.far = true
			continue
		}
		k.from, k.to = min(k.from, day), max(k.to, day+calendar.MinutesPerDay)
	}
	return k
}

// each says what a bar stands for.
func (k outlook) each() string {
	if b := k.bins[0]; b.Last > b.First {
		if n := int(b.Last-b.First+1) / 7; n > 1 {
			return fmt.Sprintf("in each %d weeks", n)
		}
		return "in each week"
	}
	return "on each day"
}

func (k outlook) day(t calendar.Instant) string {
	return fmt.Sprintf("%s (W%d)", k.c.Locale.DayMonthYear(t.LastDate()), k.sim.Schedule.Week(t-1))
}

func (k outlook) finding() (title, reading string) {
	loc, o := k.c.Locale, k.o
	if o.HasStated {
		title = fmt.Sprintf("%s chance by the stated %s, 80%% by %s", Chance(loc, o.Chance), loc.ShortDate(o.Stated.LastDate()), loc.ShortDate(o.P80.LastDate()))
	} else {
		title = fmt.Sprintf("%s chance by the computed %s, 80%% by %s", Chance(loc, o.Chance), loc.ShortDate(o.Computed.LastDate()), loc.ShortDate(o.P80.LastDate()))
	}
	title = upperFirst(title)
	reading = fmt.Sprintf("One trial in ten finishes by %s, half of them by %s, 80%% by %s and 90%% by %s.", k.day(o.P10), k.day(o.P50), k.day(o.P80), k.day(o.P90))
	if k.far {
		reading += " A date that is far from all of these is left out of the picture."
	}
	return title, reading
}

func (k outlook) legend() []Key {
	if !k.o.HasStated {
		return nil
	}
	return []Key{
		{swatch(`<rect class="trials" width="16" height="12"/>`), "by the stated date"},
		{swatch(`<rect class="trials after" width="15" height="11" x=".5" y=".5"/>`), "after it"},
	}
}

// table lists the percentiles, then the bars.
func (k outlook) table() Table {
	loc := k.c.Locale
	t := Table{Head: []string{pickText(k.bins[0].First == k.bins[0].Last, "Day", "Days"), "Plan week", "Trials that finish then", "Share", "Finished by then"}}
	for _, b := range k.bins {
		if b.Count == 0 {
			continue
		}
		name := loc.Date(b.First)
		if b.Last > b.First {
			name += " to " + loc.Date(b.Last)
		}
		share := float64(b.Count) / float64(k.sim.Trials)
		t.Rows = append(t.Rows, Row{Head: name, Cells: []string{
			fmt.Sprintf("W%d", k.sim.Schedule.Week(b.Last.Start())), loc.Number(float64(b.Count), 0), loc.Percent(share*100, 1), Chance(loc, b.Share),
		}})
	}
	return t
}

// rule is a date with its name across the picture.
type rule struct {
	at    calendar.Instant
	class string
	names []string
}

// rules are the dates that readers look for, in their order; those on one day
// are one.
func (k outlook) rules(shown ...rule) []rule {
	var out []rule
	for _, r := range shown {
		if day := r.at.LastDate().Start(); day < k.from || day >= k.to {
			continue
		}
		i := slices.IndexFunc(out, func(x rule) bool { return x.at.LastDate() == r.at.LastDate() })
		if i < 0 {
			out = append(out, r)
			continue
		}
		out[i].names = append(out[i].names, r.names...)
		if r.class == "stated" {
			out[i].class = r.class
		}
	}
	slices.SortStableFunc(out, func(a, b rule) int { return cmp.Compare(a.at, b.at) })
	return out
}

func (k outlook) all() []rule {
	o := k.o
	out := []rule{
		{o.Computed, "computed", []string{"computed"}},
		{o.P50, "median", []string{"50%"}},
		{o.P80, "p80", []string{"80%"}},
	}
	if o.HasStated {
		out = append([]rule{{o.Stated, "stated", []string{"stated"}}}, out...)
	}
	return k.rules(out...)
}

// label says which date the rule is: "stated 27 Mar".
func (k outlook) label(r rule) string {
	return upperFirst(strings.Join(r.names, ", ")) + " " + k.c.Locale.ShortDate(r.at.LastDate())
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// end is the end of the day of an instant: where its share of the curve stands.
func end(t calendar.Instant) calendar.Instant { return t.LastDate().Start() + calendar.MinutesPerDay }

func (k outlook) picture(id string) template.HTML {
	const (
		line   = 16 // a label
		bars   = 96
		gap    = 30
		height = 130
	)
	var cv canvas
	ax := newAxis(k.from, k.to, 10, 20)
	ticks := scale{axis: ax, width: narrow, sched: k.sim.Schedule, loc: k.c.Locale}
	rules := k.all()
	first := line*len(rules) + 22
	second := first + bars + gap
	bottom := second + height
	axisHeight := cv.xAxis(ticks, bottom, first)
	py := func(share float64) int { return second + height - int(float64(share*height)+0.5) }
	for _, share := range []float64{0, 0.5, 0.8, 1} {
		cv.line("grid", 0, py(share), full, py(share))
	}
	k.bars(&cv, ax, first, bars)
	cv.plot(second, height)
	cv.path("curve", k.curve(ax, func(share float64) float64 { return height - float64(share*height) }))
	cv.endPlot()
	k.drawRules(&cv, ax, rules, line, bottom)
	cv.text("small", 0, first-6, "Share of trials "+k.each())
	cv.text("small", 0, second-8, "Finished by then")
	for _, share := range []float64{0.5, 0.8, 1} {
		cv.text("tick end", full, py(share)-3, k.c.Locale.Percent(share*100, 0))
	}
	for _, r := range rules {
		cv.add(`<circle class="dot" cx="%v" cy="%d" r="4"/>`, ax.at(end(r.at)), py(k.o.ChanceBy(end(r.at))))
	}
	return cv.picture(id, bottom+axisHeight)
}

// drawRules draws each rule with its label in a line of its own, so that none
// covers another.
func (k outlook) drawRules(cv *canvas, ax axis, rules []rule, line, bottom int) {
	for i, r := range rules {
		x, y := ax.at(end(r.at)), line*(i+1)
		cv.line("date "+r.class, x, y-10, x, bottom)
		class, at := "label", x+1_200
		if label := textWidth(k.label(r)); int64(x)*narrow/int64(full)+label+8 > narrow {
			class, at = "label end", x-1_200
		}
		cv.text(class, at, y, k.label(r))
	}
}

// bars draws the histogram; bars after the stated date have another class.
func (k outlook) bars(cv *canvas, ax axis, top, height int) {
	most := 1
	for _, b := range k.bins {
		most = max(most, b.Count)
	}
	for _, b := range k.bins {
		if b.Count == 0 {
			continue
		}
		class := "trials"
		if k.o.HasStated && b.Last > k.o.Stated.LastDate() {
			class += " after"
		}
		h := max(1, (b.Count*height+most/2)/most)
		x, to := ax.at(b.First.Start()), ax.at((b.Last + 1).Start())
		cv.rect(class, x, to-x, top+height-h, h)
	}
	cv.line("axis", 0, top+height, full, top+height)
}

// curve is the share that has finished, from nothing to all.
func (k outlook) curve(ax axis, y func(float64) float64) string {
	var b strings.Builder
	b.WriteString("M" + point(ax.at(k.from), y(0)))
	b.WriteString(" L" + point(ax.at(k.bins[0].First.Start()), y(0)))
	for _, bin := range k.bins {
		b.WriteString(" L" + point(ax.at((bin.Last+1).Start()), y(bin.Share)))
	}
	b.WriteString(" L" + point(ax.at(k.to), y(1)))
	return b.String()
}

// MilestoneOutlooks draws a small histogram for each milestone whose date
// varies, with the stated date and that of 80%. ok is false if there is none.
func MilestoneOutlooks(sim *schedule.Simulation, c Context) (ch Chart, ok bool) {
	if sim == nil {
		return Chart{}, false
	}
	ch = Chart{ID: "milestone-outlooks", Caption: "The share of trials that reaches a milestone on each day or in each week; each panel has a time and a scale of its own."}
	ch.Table.Head = []string{"Milestone", "Stated", "Chance", "Computed", "10%", "50%", "80%", "90%"}
	var worst *schedule.Outcome
	stated := false
	for i := range sim.Milestones {
		o := &sim.Milestones[i]
		if o.SD == 0 {
			continue
		}
		k := newOutlook(sim, o, c, 40)
		ch.Panels = append(ch.Panels, k.panel(ch.ID))
		row := Row{Head: o.Milestone.Title(), Href: c.link(o.Milestone.Address()), Cells: []string{"", Chance(c.Locale, o.Chance), k.day(o.Computed), k.day(o.P10), k.day(o.P50), k.day(o.P80), k.day(o.P90)}}
		if o.HasStated {
			stated = true
			row.Cells[0] = k.day(o.Stated)
			if worst == nil || o.Chance < worst.Chance {
				worst = o
			}
		}
		ch.Table.Rows = append(ch.Table.Rows, row)
	}
	if len(ch.Panels) == 0 {
		return Chart{}, false
	}
	ch.Title, ch.Reading = "When the milestones are reached", "No date is stated for them; the chances are those of the computed dates."
	if worst != nil {
		ch.Title = fmt.Sprintf("%s: %s chance to be in time", clip(worst.Milestone.Title(), 40), Chance(c.Locale, worst.Chance))
		ch.Reading = fmt.Sprintf("Of all milestones with a stated date, %s has the least chance to meet it: %s.", worst.Milestone.Title(), Chance(c.Locale, worst.Chance))
	}
	if stated {
		ch.Legend = []Key{
			{swatch(`<rect class="trials" width="16" height="12"/>`), "by the stated date"},
			{swatch(`<rect class="trials after" width="15" height="11" x=".5" y=".5"/>`), "after it"},
		}
	}
	return ch, true
}

// panel is the small picture of a milestone.
func (k outlook) panel(id string) Panel {
	loc, o := k.c.Locale, k.o
	p := Panel{ID: "milestone-" + o.Milestone.ID, Name: strings.TrimSpace(o.Milestone.ID + " " + o.Milestone.Name), Href: k.c.link(o.Milestone.Address())}
	kind := "computed"
	if o.HasStated {
		kind = "stated"
		if o.Chance < 0.5 {
			p.Class = "over"
		}
	}
	at := o.Computed
	if o.HasStated {
		at = o.Stated
	}
	p.Said = upperFirst(fmt.Sprintf("%s chance by the %s %s, 80%% by %s", Chance(loc, o.Chance), kind, loc.ShortDate(at.LastDate()), loc.ShortDate(o.P80.LastDate())))
	const line, height = 16, 64
	var cv canvas
	ax := newAxis(k.from, k.to, 20, 20)
	ticks := scale{axis: ax, width: 280, sched: k.sim.Schedule, loc: loc}
	rules := k.rules(rule{at, kind, []string{kind}}, rule{o.P80, "p80", []string{"80%"}})
	top := line*len(rules) + 4
	axisHeight := cv.xAxis(ticks, top+height, top)
	k.bars(&cv, ax, top, height)
	k.drawRules(&cv, ax, rules, line, top+height)
	p.SVG = panelPicture(&cv, top+height+axisHeight, p.Name+": "+p.Said)
	return p
}

// panelPicture wraps the elements as a small picture with a name of its own.
func panelPicture(cv *canvas, height int, name string) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="chart-svg" width="100%%" height="%d" role="img" aria-label="%s">%s</svg>`,
		height, template.HTMLEscapeString(name), cv.b.String()))
}
