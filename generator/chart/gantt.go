package chart

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"

	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// GanttOptions selects what a Gantt shows. The zero value shows the whole plan.
type GanttOptions struct {
	// ID is unique on its page, default "gantt". Rows of the default one have
	// anchors such as "work-1.1", rows of others the ID and a hyphen before it.
	ID      string
	Phase   string // only this phase and its members
	Only    string // only this activity's row, "" for all
	Outline bool   // phases and milestones only, for the front page
	// Against is what the schedule is compared with instead of its baseline: a
	// scenario with the plan, frozen.
	Against *plan.Baseline
}

// GanttChart is a Gantt drawn as a table with one SVG per row, ready for the
// theme's template "gantt".
type GanttChart struct {
	ID      string
	Class   string // "whole" or "part", and "short" if it needs no scrolling down
	Label   string // accessible name of the scroll region
	Caption string
	From    string // first and last instant of the time column, for scripts
	To      string

	Head      string // of the first column
	ShowStart bool
	ShowDone  bool
	ShowFloat bool
	ShowOwner bool
	Timeline  string // what the time column covers, in words

	Zooms  []ganttZoom
	Axes   []template.HTML // header of the time column, one for each zoom level
	Widths []template.HTML // invisible spacers that give the column its width
	Defs   template.HTML   // marks and grid shared by the rows
	Groups []ganttGroup
	Legend []Key
}

// ganttZoom is one choice of the zoom control.
type ganttZoom struct {
	Value, Text string
	Checked     bool
}

// ganttGroup is a phase at the top with everything in it, or what belongs to no
// phase.
type ganttGroup struct{ Rows []*GanttRow }

// GanttRow is one row: what its cells say and its picture.
type GanttRow struct {
	Kind     string // "phase", "work" or "milestone"
	Class    string // kind, depth, "critical", "done"
	Anchor   string
	Scope    string // of the head cell: "row" or "rowgroup"
	ID, Name string
	Href     string
	Critical bool
	Notes    []string // "deadline missed by 3 d"
	In       string   // anchor of the phase row it belongs to, or ""

	Start, Finish             *ganttDate // nil if there is none
	StatedStart, StatedFinish string     // "stated W3", "stated W12, 2 w late"
	Late                      bool       // later than stated
	Baseline                  string     // "baseline 16 Jan, 3 d later", or ""

	Done, Float, Owner string
	Brief              string // the figures in one line, for narrow screens

	Out, Into string // numbers of the arrows that leave and reach the row
	Picture   template.HTML
}

// GanttLine is a row with everything that the template of a row sees.
type GanttLine struct {
	*GanttRow
	ShowStart, ShowDone, ShowFloat, ShowOwner bool
}

// Line returns a row for its template.
func (g GanttChart) Line(r *GanttRow) GanttLine {
	return GanttLine{r, g.ShowStart, g.ShowDone, g.ShowFloat, g.ShowOwner}
}

// ganttDate is a date in a cell.
type ganttDate struct{ Text, ISO, Week string }

// Empty reports whether there is nothing to show.
func (g GanttChart) Empty() bool { return len(g.Groups) == 0 }

// gantt is a Gantt while it is being drawn.
type gantt struct {
	s    *schedule.Schedule
	c    Context
	o    GanttOptions
	base *plan.Baseline // that the schedule is compared with; nil if there is none
	// yardstick is what base is called: "baseline" or, of a scenario, "plan".
	yardstick string

	axis axis
	rows []*ganttLine
	// byAddress finds the row of a thing: "work:1.1".
	byAddress map[string]int
	uses      marks
	offsets   map[int]bool // pixel offsets of arrows, see connector
	yearly    bool         // dates carry their year
}

// ganttLine is a row with the thing it shows: a phase or an activity.
type ganttLine struct {
	*GanttRow
	phase    *schedule.PhaseDates
	activity *schedule.Activity
	top      bool // the first of a group

	// Of an overlay: the schedule whose row it is, nil for the plan, and whether
	// the plan has no such thing.
	over  *overlaid
	added bool
}

// marks notes what is drawn, for the legend.
type marks struct {
	bar, progress, critical, float, phase, window, milestone, target, deadline, arrow bool

	baseBar, baseDiamond, unlevelled bool
}

// shortRows is how many rows a Gantt may have to be shown in full height on a
// wide screen, without a head that stays.
const shortRows = 24

// Gantt draws the schedule.
func Gantt(s *schedule.Schedule, c Context, o GanttOptions) GanttChart {
	if o.ID == "" {
		o.ID = "gantt"
	}
	g := &gantt{s: s, c: c, o: o, base: cmp.Or(o.Against, s.Baseline()), yardstick: "baseline", byAddress: map[string]int{}, offsets: map[int]bool{}}
	if o.Against != nil {
		g.yardstick = "plan"
	}
	g.collect()
	chart := GanttChart{ID: o.ID, Class: "part", Head: "Work package", ShowStart: true, ShowDone: g.hasProgress(), ShowFloat: true, ShowOwner: g.hasOwner()}
	if o.Outline {
		// The picture is the point of an outline; the rest has its own tables.
		chart.Head, chart.ShowStart, chart.ShowFloat, chart.ShowOwner = "Phase or milestone", false, false, false
	}
	if o == (GanttOptions{ID: o.ID}) {
		chart.Class = "whole"
	}
	if a := g.only(); o.Only != "" && a != nil && a.Milestone != nil {
		chart.Head, chart.ShowStart = "Milestone", false
	}
	if len(g.rows) <= shortRows {
		chart.Class += " short"
	}
	chart.Label = "Gantt chart of " + g.subject()
	if len(g.rows) == 0 {
		return chart
	}
	g.axis = g.span()
	g.yearly = g.axis.from.Date().Time().Year() != g.axis.to.Date().Time().Year()

	connectors := g.connectors()
	for i, line := range g.rows {
		g.cells(line)
		line.Picture = g.picture(line, connectors[i])
		if line.top {
			chart.Groups = append(chart.Groups, ganttGroup{})
		}
		last := &chart.Groups[len(chart.Groups)-1]
		last.Rows = append(last.Rows, line.GanttRow)
	}

	first, last := c.Locale.DayMonthYear(g.axis.from.Date()), c.Locale.DayMonthYear(g.axis.to.Date())
	chart.Timeline = fmt.Sprintf("Timeline, %s to %s", first, last)
	chart.From, chart.To = g.axis.from.String(), g.axis.to.String()
	chart.Caption = g.caption()
	levels := g.levels()
	chart.Zooms = zooms(levels)
	head := g.head(levels)
	chart.Axes, chart.Widths = head.axes, head.widths
	chart.Defs = g.defs(head.grid)
	chart.Legend = g.legend()
	return chart
}

// subject names what is shown.
func (g *gantt) subject() string {
	switch {
	case g.o.Only != "":
		if a := g.only(); a != nil {
			return a.Title()
		}
	case g.o.Phase != "":
		for _, p := range g.s.Phases {
			if p.ID == g.o.Phase {
				return p.Title()
			}
		}
	}
	return g.s.Plan.Title()
}

func (g *gantt) only() *schedule.Activity {
	for _, a := range g.s.Activities {
		if a.ID == g.o.Only {
			return a
		}
	}
	return nil
}

func (g *gantt) caption() string {
	loc := g.c.Locale
	what := "Work packages and milestones"
	if g.o.Only != "" {
		what = "Where it stands"
	}
	if g.o.Outline {
		what = "Phases and milestones"
	}
	text := fmt.Sprintf("%s in computed dates; the plan runs from %s (%s) to %s (%s).", what,
		loc.DayMonthYear(g.s.Start.Date()), g.start(g.s.Start).Week, loc.DayMonthYear(g.s.Finish.LastDate()), g.finish(g.s.Finish).Week)
	if g.o.Only == "" && g.uses.critical {
		text += " What is critical carries the word and a red outline."
	}
	if g.hasProgress() && slices.ContainsFunc(g.rows, func(l *ganttLine) bool { return l.phase != nil }) {
		text += " Done counts the duration of the work."
	}
	if g.uses.unlevelled {
		text += " The dotted lines above the bars are where work stood without levelling."
	}
	return text + g.baselineCaption()
}

// hasProgress reports whether there is anything to say about progress.
func (g *gantt) hasProgress() bool {
	if g.s.Plan.StatusDate.IsSet() {
		return true
	}
	for _, l := range g.rows {
		if l.activity != nil && l.activity.Percent > 0 {
			return true
		}
	}
	return false
}

func (g *gantt) hasOwner() bool {
	for _, l := range g.rows {
		if l.owner() != "" {
			return true
		}
	}
	return false
}

func (l *ganttLine) owner() string {
	switch {
	case l.phase != nil:
		return l.phase.Owner
	case l.activity.Work != nil:
		return l.activity.Work.Owner
	}
	return l.activity.Milestone.Owner
}

// collect decides the rows and their order: every phase before its members and
// its nested phases, then what belongs to no phase.
func (g *gantt) collect() {
	if g.o.Only != "" {
		if a := g.only(); a != nil {
			g.add(&ganttLine{activity: a, top: true}, "", 0)
		}
		return
	}
	base := 0
	inside := false // below the phase that is asked for
	for _, p := range phaseTree(g.s) {
		if g.o.Phase != "" {
			if p.ID == g.o.Phase {
				inside, base = true, p.depth
			} else if inside && p.depth <= base {
				inside = false
			}
			if !inside {
				continue
			}
		}
		depth := p.depth - base
		in := ""
		if p.Parent != nil && depth > 0 {
			in = g.anchor(p.Parent.Address())
		}
		g.add(&ganttLine{phase: p.PhaseDates, top: depth == 0}, in, depth)
		for _, a := range p.Activities {
			if a.Work == nil || !g.o.Outline {
				g.add(&ganttLine{activity: a}, g.anchor(p.Address()), depth+1)
			}
		}
	}
	if g.o.Phase != "" {
		return
	}
	top := true
	for _, a := range g.s.Activities {
		if a.Phase == nil && (a.Work == nil || !g.o.Outline) {
			g.add(&ganttLine{activity: a, top: top}, "", 0)
			top = false
		}
	}
}

// add appends a row and fills what does not depend on the axis.
func (g *gantt) add(l *ganttLine, in string, depth int) {
	item := &plan.Item{}
	l.GanttRow = &GanttRow{In: in, Scope: "row"}
	if l.phase != nil {
		item = &l.phase.Item
		l.Kind = "phase"
		if l.top {
			l.Scope = "rowgroup"
		}
	} else {
		item = l.activity.Item
		l.Kind = "work"
		if l.activity.Milestone != nil {
			l.Kind = "milestone"
		}
		l.Critical = l.activity.Critical()
	}
	l.ID, l.Name = item.ID, item.Name
	l.Anchor, l.Href = g.anchor(item.Address()), g.c.link(item.Address())
	l.Class = fmt.Sprintf("%s in%d", l.Kind, min(depth, 6))
	if l.Critical {
		l.Class += " critical"
	}
	if l.activity != nil && l.activity.Done() {
		l.Class += " done"
	}
	g.byAddress[item.Address()] = len(g.rows)
	g.rows = append(g.rows, l)
}

// anchor returns the element id of the row of an address.
func (g *gantt) anchor(address string) string {
	var kind, id string
	for i := range address {
		if address[i] == ':' {
			kind, id = address[:i], address[i+1:]
			break
		}
	}
	if g.o.ID == "gantt" {
		return kind + "-" + id
	}
	return g.o.ID + "-" + kind + "-" + id
}

// span returns the axis that shows all rows, and what is stated as far as it is
// not absurdly far away.
func (g *gantt) span() axis {
	var in extent
	for _, l := range g.rows {
		if l.phase != nil {
			if !l.phase.Empty {
				in.add(l.phase.Start, l.phase.Finish)
			}
			continue
		}
		in.add(l.activity.Start, l.activity.Finish)
		in.add(schedule.Unlevelled(l.activity))
	}
	if g.o.Phase == "" || !in.any {
		in.add(g.s.Start, g.s.Finish)
	}
	reach := max(in.to-in.from, 14*calendar.MinutesPerDay)
	near := func(t calendar.Instant) bool { return t >= in.from-reach && t <= in.to+reach }
	wide := in
	include := func(t calendar.Instant) {
		if near(t) {
			wide.add(t, t)
		}
	}
	for _, l := range g.rows {
		if l.phase != nil {
			if l.phase.HasWindow {
				include(l.phase.StatedStart)
				include(l.phase.StatedFinish)
			}
			continue
		}
		include(l.activity.LateFinish)
		if l.activity.HasTarget {
			include(l.activity.Target)
		}
		if d, ok := g.deadline(l.activity); ok {
			include(d)
		}
	}
	if g.o.Phase == "" {
		if g.s.HasStatedFinish {
			include(g.s.StatedFinish)
		}
		if g.s.Plan.StatusDate.IsSet() {
			include(g.s.StatusDate)
		}
	}
	for _, l := range g.rows {
		if then := g.then(l); then != nil {
			include(then.Start)
			include(then.Finish)
		}
	}
	wide.whole(g.s)
	return newAxis(wide.from, wide.to, 30, 45)
}

// extent is the time from the first to the last of some instants.
type extent struct {
	from, to calendar.Instant
	any      bool
}

func (e *extent) add(from, to calendar.Instant) {
	if !e.any {
		*e = extent{from, to, true}
		return
	}
	e.from, e.to = min(e.from, from), max(e.to, to)
}

// whole rounds the extent to whole hours, days or weeks of the plan, whatever
// suits its length.
func (e *extent) whole(s *schedule.Schedule) {
	switch days := (e.to - e.from) / calendar.MinutesPerDay; {
	case days < 1:
		e.from, e.to = e.from-e.from%60, (e.to+59)/60*60
	case days < 8:
		e.from, e.to = e.from.Date().Start(), (e.to.LastDate() + 1).Start()
	default:
		e.from, e.to = s.WeekStart(s.Week(e.from)), s.WeekStart(s.Week(e.to-1)+1)
	}
}
