package chart

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"milepost/schedule"
	"milepost/schedule/calendar"
)

// Overlaid is a schedule that is laid over another one: what a scenario makes of
// a plan.
type Overlaid struct {
	Mark     string // short and unique: "S1"
	Name     string // "" if that is the mark
	Href     string // where the name leads, or ""
	Schedule *schedule.Schedule
}

// Bounds of an overlay.
const (
	// MostOverlaid is how many schedules an overlay draws.
	MostOverlaid = 6
	// mostOverlayRows is how many rows an overlay may have before it leaves out
	// the milestones, and then the nested phases.
	mostOverlayRows = 200
)

// overlaid is a row of an overlay that belongs to one of the schedules.
type overlaid struct {
	of            Overlaid
	start, finish calendar.Instant
	there         bool // false if the schedule has no such thing
	phase         bool // a bar and not a diamond
}

// Overlay draws a plan and at most MostOverlaid schedules of it on one time axis:
// for each phase and milestone and for the finish a row of the plan, and below it
// a row for each of the others with what that makes of it. If that is too many
// rows it leaves out milestones and then nested phases.
func Overlay(s *schedule.Schedule, c Context, id string, over []Overlaid) GanttChart {
	over = over[:min(len(over), MostOverlaid)]
	g := &gantt{s: s, c: c, o: GanttOptions{ID: id, Outline: true}, byAddress: map[string]int{}, offsets: map[int]bool{}}
	g.collect()
	g.collectAdded(over)
	left := g.fewer(len(over) + 1)
	chart := GanttChart{ID: id, Class: "part overlay", Head: "Phase or milestone", ShowStart: true}
	chart.Label = "Gantt chart of " + s.Plan.Title() + " and its scenarios"

	finish := &ganttLine{GanttRow: &GanttRow{Kind: "finish", Class: "finish in0", Name: "Finish of the plan", Anchor: id + "-finish"}, top: true}
	things := append(g.rows, finish)
	g.rows = nil
	for _, l := range things {
		g.rows = append(g.rows, l)
		for i, o := range over {
			if line := g.overlaidLine(l, o, i); line.over.there || !l.added {
				g.rows = append(g.rows, line)
			}
		}
	}
	g.axis = g.overlaySpan()
	g.yearly = g.axis.from.Date().Time().Year() != g.axis.to.Date().Time().Year()
	if len(g.rows) <= shortRows {
		chart.Class += " short"
	}
	for _, l := range g.rows {
		g.overlayRow(l)
		// The rows of one thing are one group.
		if l.over == nil {
			chart.Groups = append(chart.Groups, ganttGroup{})
		}
		last := &chart.Groups[len(chart.Groups)-1]
		last.Rows = append(last.Rows, l.GanttRow)
	}
	loc := c.Locale
	chart.Timeline = fmt.Sprintf("Timeline, %s to %s", loc.DayMonthYear(g.axis.from.Date()), loc.DayMonthYear(g.axis.to.Date()))
	chart.From, chart.To = g.axis.from.String(), g.axis.to.String()
	chart.Caption = "Computed dates of the plan, and below each row what the scenarios make of it: " + overlaidNames(over) + "." + left
	levels := g.levels()
	head := g.newHead(levels)
	chart.Axes, chart.Widths = head.axes, head.widths
	chart.Defs = g.defs(head.grid)
	chart.Legend = g.overlayLegend(over)
	return chart
}

// overlaidNames names the schedules by their marks: "S1 “Late” and S2 “Early”".
func overlaidNames(over []Overlaid) string {
	var b strings.Builder
	for i, o := range over {
		switch {
		case i > 0 && i == len(over)-1:
			b.WriteString(" and ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(o.Mark)
		if o.Name != "" {
			b.WriteString(" “" + o.Name + "”")
		}
	}
	return b.String()
}

// collectAdded appends what some of the schedules have and the plan has not.
func (g *gantt) collectAdded(over []Overlaid) {
	add := func(l *ganttLine, address string) {
		if _, known := g.byAddress[address]; !known {
			g.add(l, "", 0)
			l.added = true
			l.Href = ""
		}
	}
	for _, o := range over {
		for _, p := range phaseTree(o.Schedule) {
			add(&ganttLine{phase: p.PhaseDates}, p.Address())
		}
		for _, a := range o.Schedule.Activities {
			if a.Milestone != nil {
				add(&ganttLine{activity: a}, a.Address())
			}
		}
	}
}

// fewer leaves out rows if there would be too many, each drawn so many times, and
// says which.
func (g *gantt) fewer(times int) string {
	leave := func(out func(*ganttLine) bool) bool {
		if (len(g.rows)+1)*times <= mostOverlayRows {
			return false
		}
		was := len(g.rows)
		g.rows = slices.DeleteFunc(g.rows, out)
		return len(g.rows) < was
	}
	milestones := leave(func(l *ganttLine) bool { return l.phase == nil })
	nested := leave(func(l *ganttLine) bool { return l.phase != nil && l.phase.Parent != nil })
	if leave(func(l *ganttLine) bool { return true }) {
		return " Phases and milestones are too many to be shown here."
	}
	switch {
	case milestones && nested:
		return " Nested phases are left out, and milestones, which have a table of their own."
	case milestones:
		return " Milestones are left out; they have a table of their own."
	}
	return ""
}

// overlaidLine returns the row of the i-th schedule below the row of a thing.
func (g *gantt) overlaidLine(l *ganttLine, o Overlaid, i int) *ganttLine {
	at := &overlaid{of: o}
	switch {
	case l.phase != nil:
		at.phase = true
		for _, p := range o.Schedule.Phases {
			if p.ID == l.phase.ID && !p.Empty {
				at.start, at.finish, at.there = p.Start, p.Finish, true
			}
		}
	case l.activity != nil:
		if a := o.Schedule.Activity(l.activity.ID); a != nil && a.Milestone != nil {
			at.start, at.finish, at.there = a.Finish, a.Finish, true
		}
	default:
		at.start, at.finish, at.there = o.Schedule.Finish, o.Schedule.Finish, true
	}
	depth := strings.TrimPrefix(l.Class[strings.LastIndex(l.Class, " in"):], " ")
	return &ganttLine{
		GanttRow: &GanttRow{Kind: "scenario", Class: fmt.Sprintf("scenario s%d %s", i+1, depth), Scope: "row", ID: o.Mark, Name: o.Name, Href: o.Href,
			Anchor: fmt.Sprintf("%s-s%d%s", g.o.ID, i+1, strings.TrimPrefix(l.Anchor, g.o.ID))},
		phase: l.phase, activity: l.activity, over: at, added: l.added,
	}
}

// now returns when the thing of a row is in the plan; ok is false if it is not.
func (g *gantt) now(l *ganttLine) (start, finish calendar.Instant, ok bool) {
	switch {
	case l.added:
		return 0, 0, false
	case l.phase != nil:
		return l.phase.Start, l.phase.Finish, !l.phase.Empty
	case l.activity != nil:
		return l.activity.Finish, l.activity.Finish, true
	}
	return g.s.Finish, g.s.Finish, true
}

// overlaySpan returns the axis that shows all rows of an overlay.
func (g *gantt) overlaySpan() axis {
	var in extent
	in.add(g.s.Start, g.s.Finish)
	for _, l := range g.rows {
		if start, finish, ok := g.now(l); ok {
			in.add(start, finish)
		}
		if l.over != nil && l.over.there {
			in.add(l.over.start, l.over.finish)
		}
	}
	reach := max(in.to-in.from, 14*calendar.MinutesPerDay)
	if t := g.s.StatedFinish; g.s.HasStatedFinish && t >= in.from-reach && t <= in.to+reach {
		in.add(t, t)
	}
	in.whole(g.s)
	return newAxis(in.from, in.to, 30, 45)
}

// overlayRow fills the cells of a row and draws it.
func (g *gantt) overlayRow(l *ganttLine) {
	var b strings.Builder
	fmt.Fprintf(&b, `<use href="#%s-grid"/>`, g.o.ID)
	start, finish, inPlan := g.now(l)
	if l.over == nil {
		l.Scope = "row"
		l.In = ""
		l.Critical = false
		l.Class = strings.ReplaceAll(strings.ReplaceAll(l.Class, " critical", ""), " done", "")
		switch {
		case !inPlan:
			l.Notes = append(l.Notes, "not in the plan")
		case l.phase != nil:
			l.Start, l.Finish = g.start(start), g.finish(finish)
			g.uses.phase = true
			g.rect(&b, "bracket", start, finish, 5, "")
			g.mark(&b, "bracket-end", "left", start)
			g.mark(&b, "bracket-end", "right", finish)
		default:
			l.Finish = g.finish(finish)
			g.uses.milestone = true
			g.mark(&b, "diamond", "diamond", finish)
		}
	} else if at := l.over; !at.there {
		l.Baseline = "not in it"
	} else {
		l.Finish = g.finish(at.finish)
		if at.phase {
			l.Start = g.start(at.start)
			g.uses.baseBar = true
			g.rect(&b, "over", at.start, at.finish, 7, ` rx="1"`)
		} else {
			g.uses.baseDiamond = true
			g.mark(&b, "over", "base", at.finish)
		}
		g.markLabel(&b, at)
		l.Baseline = "added"
		if inPlan {
			l.Baseline = g.apart(start, finish, at)
		}
		l.Late = inPlan && at.finish > finish
	}
	dates := ganttLine{GanttRow: l.GanttRow} // of the outline only the dates are compared
	l.Brief = dates.brief()
	if l.over != nil && !l.over.there {
		l.Brief = l.Baseline
	}
	l.Picture = template.HTML(b.String())
}

// apart says how far a row is from the one of the plan above it.
func (g *gantt) apart(start, finish calendar.Instant, at *overlaid) string {
	switch diff := g.s.Calendar.Between(finish, at.finish); {
	case diff > 0:
		return g.work(diff, g.s.Calendar) + " later"
	case diff < 0:
		return g.work(-diff, g.s.Calendar) + " earlier"
	case at.start != start:
		return "same finish"
	}
	return "as in the plan"
}

// markLabel writes the mark of the schedule after its bar or diamond, before it if
// there is no room after it.
func (g *gantt) markLabel(b *strings.Builder, at *overlaid) {
	x, class, dx := g.axis.at(at.finish), "date over-mark", 8
	if x+labelRoom(at.of.Mark, leastWidth) > full {
		x, class, dx = g.axis.at(at.start), class+" before", -8
	}
	fmt.Fprintf(b, `<text class="%s" x="%v" y="50%%" dx="%d" dy="4">%s</text>`, class, min(max(x, 0), full), dx, template.HTMLEscapeString(at.of.Mark))
}

// overlayLegend explains the marks and names the schedules.
func (g *gantt) overlayLegend(over []Overlaid) []Key {
	bars, diamonds := g.uses.baseBar, g.uses.baseDiamond
	g.uses.baseBar, g.uses.baseDiamond = false, false
	out := g.legend()
	for i := range out {
		switch out[i].Text {
		case "phase":
			out[i].Text = "phase, the plan"
		case "milestone, computed":
			out[i].Text = "milestone or finish, the plan"
		}
	}
	if !bars && !diamonds {
		return out
	}
	for i, o := range over {
		body := `<rect class="over" x="2" y="50%" width="24" height="7" rx="1"/>`
		if !bars {
			body = fmt.Sprintf(`<use class="over" href="#%s-base" x="50%%" y="50%%"/>`, g.o.ID)
		}
		out = append(out, Key{Text: strings.TrimSpace(o.Mark + " " + o.Name), Swatch: template.HTML(fmt.Sprintf(
			`<svg class="gantt-key s%d" width="28" height="16" aria-hidden="true" focusable="false">%s</svg>`, i+1, body))})
	}
	return out
}
