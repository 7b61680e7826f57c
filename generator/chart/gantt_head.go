package chart

import (
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"

	"milepost/schedule"
	"milepost/schedule/calendar"
)

// level is one density of the time column: the widths that fit the page, and
// zoom levels that scroll.
type level struct {
	name  string // class and value: "fit-s", "month"
	text  string // of the zoom control; empty for a width of "fit"
	width int    // pixels that the ticks are made for
}

// The widths of "fit" are chosen by the style sheet with the width of the page;
// each is the least width of the time column for which it is chosen.
func fits() []level {
	return []level{{name: "fit-xs", width: leastWidth}, {name: "fit-s", width: 300}, {name: "fit-m", width: 440}, {name: "fit-l", width: 660}}
}

// Widths of the time column in pixels: on a phone, and where the style sheet
// shows labels of the class "roomy".
const (
	leastWidth = 200
	roomyWidth = 400
)

// Bounds of what is worth a zoom level, in pixels: narrower shows no more than
// "fit", wider has more ticks than a page should carry.
const (
	leastZoom = 440
	mostZoom  = 40_000
)

// levels returns the densities that make sense for the length of the plan.
func (g *gantt) levels() []level {
	out := fits()
	if g.o.Only != "" || g.o.Outline {
		return out
	}
	days := g.axis.days()
	for _, z := range []struct {
		name, text string
		tenths     int64 // of a pixel for a day
	}{{"quarter", "Quarter", 13}, {"month", "Month", 55}, {"week", "Week", 200}, {"day", "Day", 520}} {
		if width := days * z.tenths / 10; width >= leastZoom && width <= mostZoom {
			out = append(out, level{name: z.name, text: z.text, width: int(width)})
		}
	}
	return out
}

// zooms returns the choices of the zoom control, none if "fit" is the only one.
func zooms(levels []level) []ganttZoom {
	out := []ganttZoom{{Value: "fit", Text: "Fit", Checked: true}}
	for _, l := range levels {
		if l.text != "" {
			out = append(out, ganttZoom{Value: l.name, Text: l.text})
		}
	}
	if len(out) == 1 {
		return nil
	}
	return out
}

// lanes of the header, in pixels.
const (
	laneHeight = 16
	laneBase   = 12 // of the text below the top of its lane
)

// marker is an upright line through all rows with its label in the header.
type marker struct {
	class string
	texts []string // the longest first
	at    calendar.Instant
}

// place returns the longest text that has room beside the line at x in a picture
// of the given width, and whether it stands before the line.
func (m marker) place(x pos, width int) (text string, before bool) {
	after := (full - x) * pos(width) / full // pixels
	ahead := x * pos(width) / full
	for _, text = range m.texts {
		need := pos(textWidth(text))
		switch {
		case after >= need:
			return text, false
		case ahead >= need:
			return text, true
		}
	}
	return text, ahead > after
}

// covers reports whether the label of the line, in a picture of the given width,
// stands where another line is.
func (m marker) covers(other marker, a axis, width int) bool {
	x, at := a.at(m.at), a.at(other.at)
	text, before := m.place(x, width)
	room := labelRoom(text, pos(width))
	if before {
		return at > x-room && at < x
	}
	return at > x && at < x+room
}

// inLanes orders lines so that their labels do not stand on the lines of the lanes
// above, if that can be.
func inLanes(m []marker, a axis, width int) []marker {
	if len(m) == 2 && m[1].covers(m[0], a, width) && !m[0].covers(m[1], a, width) {
		m[0], m[1] = m[1], m[0]
	}
	return m
}

// markers returns the stated finish and the status date, as far as they are in
// the picture.
func (g *gantt) markers() []marker {
	var out []marker
	if g.s.Plan.StatusDate.IsSet() && g.axis.shows(g.s.StatusDate) {
		out = append(out, g.marker("status", "status", g.s.StatusDate))
	}
	if g.s.HasStatedFinish && g.axis.shows(g.s.StatedFinish) {
		out = append(out, g.marker("stated", "stated finish", g.s.StatedFinish))
	}
	return out
}

func (g *gantt) marker(class, what string, t calendar.Instant) marker {
	d := g.finish(t)
	return marker{class, []string{what + " " + d.Text + " (" + d.Week + ")", what + " " + d.Week, class + " " + d.Week}, t}
}

// head is what depends on the time column and not on the rows.
type head struct {
	axes   []template.HTML // the header for each level
	widths []template.HTML // its spacer
	grid   string          // lines of all levels
}

type headKey struct {
	sched *schedule.Schedule
	axis  axis
	zooms bool // there are other levels than those that fit the page
}

// head draws what depends on the time column alone, or takes it from another
// picture with the same one.
func (g *gantt) head(levels []level) *head {
	key := headKey{g.s, g.axis, len(levels) > len(fits())}
	if g.c.Heads != nil {
		if known, ok := g.c.Heads.known.Load(key); ok {
			return known.(*head)
		}
	}
	h := g.newHead(levels)
	if g.c.Heads != nil {
		g.c.Heads.known.Store(key, h)
	}
	return h
}

func (g *gantt) newHead(levels []level) *head {
	h := &head{}
	h.axes, h.widths = g.headers(levels)
	var grid strings.Builder
	for _, l := range levels {
		g.grid(&grid, l)
	}
	h.grid = grid.String()
	return h
}

// headers draws the header of the time column and its spacer for each level.
func (g *gantt) headers(levels []level) (axes, widths []template.HTML) {
	for _, l := range levels {
		sc := scale{axis: g.axis, width: l.width, sched: g.s, loc: g.c.Locale}
		lanes := [][]tick{sc.major(), sc.minor()}
		if !sc.short() && sc.room(1) >= 24 {
			lanes = append(lanes, sc.fit(sc.dayTicks(sc.dayLabel())))
		}
		markers := inLanes(g.markers(), g.axis, l.width)
		height := laneHeight * (len(lanes) + len(markers))
		var b strings.Builder
		fmt.Fprintf(&b, `<svg class="gantt-axis gantt-%s" width="100%%" height="%d" aria-hidden="true" focusable="false">`, l.name, height+4)
		for i, ticks := range lanes {
			g.lane(&b, i, ticks)
		}
		for i, m := range markers {
			y := (len(lanes)+i)*laneHeight + laneBase
			x := g.axis.at(m.at)
			fmt.Fprintf(&b, `<line class="gantt-mark-%s" x1="%v" x2="%v" y1="%d" y2="100%%"/>`, m.class, x, x, y-laneBase+2)
		}
		for i, m := range markers { // on top of the lines
			y := (len(lanes)+i)*laneHeight + laneBase
			x := g.axis.at(m.at)
			text, before := m.place(x, l.width)
			class, dx := "gantt-mark-"+m.class, 5
			if before {
				class, dx = class+" before", -5
			}
			fmt.Fprintf(&b, `<text class="%s" x="%v" y="%d" dx="%d">%s</text>`, class, x, y, dx, template.HTMLEscapeString(text))
		}
		b.WriteString(`</svg>`)
		axes = append(axes, template.HTML(b.String()))
		widths = append(widths, template.HTML(fmt.Sprintf(`<svg class="gantt-width gantt-%s" width="%d" height="1" aria-hidden="true" focusable="false"></svg>`, l.name, l.width)))
	}
	return axes, widths
}

// lane draws one row of labels of the header, each with a mark at its time except
// in the lowest lane of a day zoom, where the labels stand close. It uses no
// transform: Chromium drops what is transformed in a head that is repeated on
// the next page of a print.
func (g *gantt) lane(b *strings.Builder, i int, ticks []tick) {
	y := i * laneHeight
	fmt.Fprintf(b, `<g class="lane%d">`, i+1)
	for _, t := range ticks {
		x := g.axis.at(t.at)
		if i < 2 {
			fmt.Fprintf(b, `<line x1="%v" x2="%v" y1="%d" y2="%d"/>`, x, x, y, y+laneHeight)
		}
		if t.label != "" {
			fmt.Fprintf(b, `<text x="%v" y="%d" dx="4">%s</text>`, x, y+laneBase, template.HTMLEscapeString(t.label))
		}
	}
	b.WriteString(`</g>`)
}

// defs draws what the rows share: the marks, and the grid of each level with
// days off, the stated finish and the status date.
func (g *gantt) defs(grid string) template.HTML {
	var b strings.Builder
	id := g.o.ID
	fmt.Fprintf(&b, `<svg class="gantt-defs" width="0" height="0" aria-hidden="true" focusable="false"><defs>`)
	for _, m := range []struct{ name, path string }{
		{"diamond", "M0-7 7 0 0 7-7 0z"},
		{"target", "M0-8.5 8.5 0 0 8.5-8.5 0z"},
		{"base", "M0-5 5 0 0 5-5 0z"},
		{"deadline", "M-5-15h10L0-8z"},
		{"left", "M0-7h5v5L0 4z"},
		{"right", "M0-7h-5v5L0 4z"},
		{"south", "M-3.5-13.5h7L0-7.5z"},
		{"north", "M-3.5 13.5h7L0 7.5z"},
		{"east", "M-6.5-3.5v7L-1 0z"},
		{"west", "M6.5-3.5v7L1 0z"},
	} {
		fmt.Fprintf(&b, `<path id="%s-%s" d="%s"/>`, id, m.name, m.path)
	}
	for _, lane := range slices.Sorted(maps.Keys(g.offsets)) {
		if lane != 0 {
			fmt.Fprintf(&b, `<path id="%s-%s" d="M0 0h%d"/>`, id, stubID(lane), lane)
		}
	}
	fmt.Fprintf(&b, `<symbol id="%s-grid" overflow="visible">`, id)
	b.WriteString(grid)
	for _, m := range g.markers() {
		x := g.axis.at(m.at)
		fmt.Fprintf(&b, `<line class="gantt-mark-%s" x1="%v" x2="%v" y2="100%%"/>`, m.class, x, x)
	}
	b.WriteString(`</symbol></defs></svg>`)
	return template.HTML(b.String())
}

// grid draws the lines of one level at the plan weeks that its header names, and
// from week zoom on the days off.
func (g *gantt) grid(b *strings.Builder, l level) {
	sc := scale{axis: g.axis, width: l.width, sched: g.s, loc: g.c.Locale}
	fmt.Fprintf(b, `<g class="gantt-lines gantt-%s">`, l.name)
	if l.name == "week" || l.name == "day" {
		for _, off := range g.daysOff() {
			x1, x2 := max(g.axis.at(off.from), 0), min(g.axis.at(off.to), full)
			fmt.Fprintf(b, `<rect class="gantt-off" x="%v" width="%v" height="100%%"/>`, x1, x2-x1)
		}
	}
	lines := sc.minor()
	if sc.short() {
		lines = append(sc.major(), lines...)
	}
	if len(lines) == 0 {
		lines = sc.major()
	}
	for _, t := range lines {
		x := g.axis.at(t.at)
		fmt.Fprintf(b, `<line x1="%v" x2="%v" y2="100%%"/>`, x, x)
	}
	b.WriteString(`</g>`)
}

// daysOff returns the runs of days on which the plan's calendar has no work.
func (g *gantt) daysOff() []extent {
	var out []extent
	for d := g.axis.from.Date(); d.Start() < g.axis.to; d++ {
		if g.s.Calendar.IsWorkday(d) {
			continue
		}
		from, to := max(d.Start(), g.axis.from), min((d+1).Start(), g.axis.to)
		if n := len(out); n > 0 && out[n-1].to == from {
			out[n-1].to = to
		} else {
			out = append(out, extent{from: from, to: to})
		}
	}
	return out
}

// legend explains the marks that occur.
func (g *gantt) legend() []Key {
	u := g.uses
	m := map[string]bool{}
	for _, mk := range g.markers() {
		m[mk.class] = true
	}
	var out []Key
	add := func(shown bool, text, class, body string) {
		if shown {
			out = append(out, Key{Text: text, Swatch: template.HTML(
				`<svg class="gantt-key ` + class + `" width="28" height="16" aria-hidden="true" focusable="false">` + body + `</svg>`)})
		}
	}
	use := func(class, symbol string) string {
		return fmt.Sprintf(`<use class="%s" href="#%s-%s" x="50%%" y="50%%"/>`, class, g.o.ID, symbol)
	}
	add(u.bar, "work", "", `<rect class="bar" x="2" y="50%" width="24" height="14" rx="2"/>`)
	add(u.progress, "done", "", `<rect class="bar" x="2" y="50%" width="24" height="14" rx="2"/><rect class="progress" x="2" y="50%" width="13" height="14" rx="2"/>`)
	add(u.critical && u.bar, "critical", "critical", `<rect class="bar" x="2" y="50%" width="24" height="14" rx="2"/>`)
	add(u.float, "total float", "", `<rect class="float" x="2" y="50%" width="24" height="6"/>`)
	add(u.unlevelled, "without levelling", "", `<line class="unlevelled" x1="4" x2="24" y1="50%" y2="50%"/>`)
	add(u.phase, "phase", "", `<rect class="bracket" x="2" y="50%" width="24" height="5"/>`)
	add(u.window, "stated window", "", `<rect class="window" x="2" y="6" width="24" height="4"/>`)
	add(u.milestone, "milestone, computed", "", use("diamond", "diamond"))
	add(u.target, "milestone, stated", "", use("target", "target"))
	add(u.baseBar, g.yardstick, "", `<rect class="base" x="2" y="5" width="24" height="3"/>`)
	add(u.baseDiamond, "milestone, "+g.yardstick, "", use("base-diamond", "base"))
	add(u.deadline, "deadline", "", `<g transform="translate(0 11)">`+use("deadline", "deadline")+`</g>`)
	add(m["stated"], "stated finish", "", `<line class="gantt-mark-stated" x1="50%" x2="50%" y2="100%"/>`)
	add(m["status"], "status date", "", `<line class="gantt-mark-status" x1="50%" x2="50%" y2="100%"/>`)
	add(u.arrow, "dependency", "", `<g class="link"><line x1="2" x2="24" y1="50%" y2="50%"/>`+strings.Replace(use("", "east"), `x="50%"`, `x="26"`, 1)+`</g>`)
	return out
}
