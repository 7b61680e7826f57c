package chart

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// connector is the arrow of one dependency, from an end of the row it leaves to
// an end of the row it reaches. Arrows are cut into pieces, one for each row
// they pass, so that rows of any height, hidden rows and page breaks leave no
// wrong lines. Horizontal positions are per cent; a lane moves the upright part
// by a few pixels, so that it is clear of the ends and of other arrows.
//
// A finish-to-start arrow leaves the predecessor's finish, goes to the
// successor's start and drops into it from above (or rises from below). The
// other types leave and reach the side of the ends that they bind.
type connector struct {
	number   int
	from, to int // rows
	kind     plan.DependencyType
	x1, x2   pos // of the ends
	narrow   bool
	event    bool // leaves a milestone
	critical bool
	lane     int // pixels that the upright part stands right of its end
}

// rowConnectors are the pieces of arrows in one row.
type rowConnectors struct {
	out, into []int // numbers of the arrows that leave and reach the row
	pieces    map[string]*piece
	id        string
}

// piece is a line or an arrow head that one or more arrows share.
type piece struct {
	links    []int
	critical bool
}

// connectors lays out all arrows between rows that are shown.
func (g *gantt) connectors() []rowConnectors {
	rows := make([]rowConnectors, len(g.rows))
	for i := range rows {
		rows[i] = rowConnectors{pieces: map[string]*piece{}, id: g.o.ID}
	}
	all := g.dependencies()
	setLanes(all)
	for _, c := range all {
		g.uses.arrow = true
		rows[c.from].out = append(rows[c.from].out, c.number)
		rows[c.to].into = append(rows[c.to].into, c.number)
		g.offsets[c.lane] = true
		c.cut(rows)
	}
	return rows
}

// dependencies returns the dependencies as they are written, so that one on a
// phase or of a phase is one arrow and not one for each member.
func (g *gantt) dependencies() []*connector {
	var out []*connector
	for row, l := range g.rows {
		var after []plan.Dependency
		switch {
		case l.phase != nil && l.phase.Empty:
		case l.phase != nil:
			after = l.phase.After
		case l.activity.Work != nil:
			after = l.activity.Work.After
		default:
			after = l.activity.Milestone.After
		}
		for _, d := range after {
			from, shown := g.byAddress[d.Kind+":"+d.Pred]
			if !shown || from == row {
				continue
			}
			pred := g.rows[from]
			if pred.phase != nil && pred.phase.Empty {
				continue
			}
			c := &connector{number: len(out) + 1, from: from, to: row, kind: d.Type}
			predStart, predFinish := pred.dates()
			start, finish := l.dates()
			c.x1, c.x2 = g.axis.at(predFinish), g.axis.at(start)
			if d.Type == plan.StartToStart || d.Type == plan.StartToFinish {
				c.x1 = g.axis.at(predStart)
			}
			if d.Type == plan.FinishToFinish || d.Type == plan.StartToFinish {
				c.x2 = g.axis.at(finish)
			}
			c.event = pred.activity != nil && pred.activity.Milestone != nil
			c.narrow = g.axis.at(finish)-g.axis.at(start) < 2_500
			if c.narrow && (d.Type == plan.FinishToStart || d.Type == plan.StartToFinish) {
				c.x2 = (g.axis.at(start) + g.axis.at(finish)) / 2 / g.axis.grain * g.axis.grain
			}
			c.critical = pred.critical() && l.critical() && l.driven(d.Pos)
			out = append(out, c)
		}
	}
	return out
}

func (l *ganttLine) dates() (start, finish calendar.Instant) {
	if l.phase != nil {
		return l.phase.Start, l.phase.Finish
	}
	return l.activity.Start, l.activity.Finish
}

func (l *ganttLine) critical() bool {
	if l.phase != nil {
		return l.phase.Critical
	}
	return l.activity.Critical()
}

// driven reports whether the dependency written at a place drives the row.
func (l *ganttLine) driven(at diag.Pos) bool {
	var members []*schedule.Activity
	if l.phase == nil {
		members = []*schedule.Activity{l.activity}
	} else {
		for _, p := range append([]*schedule.PhaseDates{l.phase}, descendants(l.phase)...) {
			members = append(members, p.Activities...)
		}
	}
	for _, a := range members {
		for _, link := range a.Predecessors() {
			if link.Driving && link.Pos == at {
				return true
			}
		}
	}
	return false
}

func descendants(p *schedule.PhaseDates) []*schedule.PhaseDates {
	var out []*schedule.PhaseDates
	for _, c := range p.Children {
		out = append(append(out, c), descendants(c)...)
	}
	return out
}

// laneGap is the distance of two upright lines beside each other, in pixels.
const laneGap = 4

// setLanes moves upright lines that would coincide apart.
func setLanes(all []*connector) {
	type upright struct {
		x           pos
		first, last int
		lane        int
		target      int
	}
	var taken []upright
	place := func(c *connector, base, step int) {
		u := upright{x: c.upright(), first: min(c.from, c.to), last: max(c.from, c.to), lane: base, target: c.to}
		for try := 0; step != 0 && try < 5; try++ {
			u.lane = base + try*step
			if !slices.ContainsFunc(taken, func(t upright) bool {
				return t.target != u.target && t.lane == u.lane && t.first < u.last && u.first < t.last && max(t.x-u.x, u.x-t.x) < 600
			}) {
				break
			}
		}
		c.lane = u.lane
		taken = append(taken, u)
	}
	// Arrows into milestones and narrow bars must hit the middle; the others give way.
	order := slices.Clone(all)
	slices.SortStableFunc(order, func(a, b *connector) int {
		fixed := func(c *connector) int {
			if c.hitsMiddle() {
				return 0
			}
			return 1
		}
		return cmp.Compare(fixed(a), fixed(b))
	})
	for _, c := range order {
		switch {
		case c.hitsMiddle():
			place(c, 0, 0)
		case c.kind == plan.StartToStart:
			place(c, -8, -laneGap)
		case c.kind == plan.FinishToFinish:
			place(c, 8, laneGap)
		case c.kind == plan.StartToFinish:
			place(c, -5, -laneGap)
		default:
			place(c, 5, laneGap)
		}
	}
}

func (c *connector) hitsMiddle() bool {
	return c.narrow && (c.kind == plan.FinishToStart || c.kind == plan.StartToFinish)
}

// upright returns the position of the upright part, without its lane.
func (c *connector) upright() pos {
	switch c.kind {
	case plan.StartToStart:
		return min(c.x1, c.x2)
	case plan.FinishToFinish:
		return max(c.x1, c.x2)
	}
	return c.x2
}

// cut writes the pieces of the arrow into its rows.
func (c *connector) cut(rows []rowConnectors) {
	down := c.to > c.from
	x := c.upright()
	leave, reach := &rows[c.from], &rows[c.to]
	aside := c.kind == plan.StartToStart || c.kind == plan.FinishToFinish
	switch {
	case aside:
		leave.stub(c, c.x1, c.lane)
		leave.level(c, min(x, c.x1), max(x, c.x1), "50%", c.lane)
		leave.half(c, x, c.lane, down)
		reach.level(c, min(x, c.x2), max(x, c.x2), "50%", c.lane)
		reach.stub(c, c.x2, c.lane)
	case c.kind == plan.FinishToStart && !c.event && c.x2 >= c.x1:
		leave.stub(c, c.x1, c.lane)
		leave.level(c, c.x1, x, "50%", c.lane)
		leave.half(c, x, c.lane, down)
	default:
		// Along the edge of the row, clear of bars, dates and float.
		leave.stub(c, c.x1, c.lane)
		leave.half(c, c.x1, c.lane, down)
		edge := "0"
		if down {
			edge = "100%"
		}
		leave.level(c, min(c.x1, x), max(c.x1, x), edge, c.lane)
	}
	through := linePiece(x, x, "0", "100%", c.lane)
	for row := min(c.from, c.to) + 1; row < max(c.from, c.to); row++ {
		rows[row].add(c, through)
	}
	reach.half(c, x, c.lane, !down)
	switch {
	case c.kind == plan.StartToStart:
		reach.use(c, "east", c.x2, 0)
	case c.kind == plan.FinishToFinish:
		reach.use(c, "west", c.x2, 0)
	case down:
		reach.use(c, "south", x, c.lane)
	default:
		reach.use(c, "north", x, c.lane)
	}
}

// line adds a straight piece.
func (r *rowConnectors) line(c *connector, x1, x2 pos, y1, y2 string, lane int) {
	r.add(c, linePiece(x1, x2, y1, y2, lane))
}

// linePiece returns a straight piece.
func linePiece(x1, x2 pos, y1, y2 string, lane int) string {
	from := ""
	if y1 != "0" {
		from = ` y1="` + y1 + `"`
	}
	dy := ""
	switch { // a line along the edge is drawn inside its row
	case y1 == "100%":
		dy = " -1.5"
	case y2 == "0":
		dy = " 1"
	}
	return moved(`line x1="`+x1.String()+`" x2="`+x2.String()+`"`+from+` y2="`+y2+`"`, lane, dy)
}

// moved returns a piece that is moved right by its lane and down by dy.
func moved(piece string, lane int, dy string) string {
	if lane == 0 && dy == "" {
		return piece
	}
	return piece + ` transform="translate(` + strconv.Itoa(lane) + dy + `)"`
}

// half adds the upright piece from the middle to the lower or upper edge.
func (r *rowConnectors) half(c *connector, x pos, lane int, lower bool) {
	if lower {
		r.line(c, x, x, "50%", "100%", lane)
	} else {
		r.line(c, x, x, "0", "50%", lane)
	}
}

// level adds a level piece.
func (r *rowConnectors) level(c *connector, x1, x2 pos, y string, lane int) {
	if x1 < x2 {
		r.line(c, x1, x2, y, y, lane)
	}
}

// stub adds the few pixels between an end and its lane.
func (r *rowConnectors) stub(c *connector, x pos, lane int) {
	if lane != 0 {
		r.use(c, stubID(lane), x, 0)
	}
}

// use adds a symbol in the middle of the row.
func (r *rowConnectors) use(c *connector, symbol string, x pos, lane int) {
	r.add(c, moved(`use href="#`+r.id+"-"+symbol+`" x="`+x.String()+`" y="50%"`, lane, ""))
}

// add adds a piece: an element and its attributes.
func (r *rowConnectors) add(c *connector, key string) {
	p := r.pieces[key]
	if p == nil {
		p = &piece{}
		r.pieces[key] = p
	}
	if !slices.Contains(p.links, c.number) {
		p.links = append(p.links, c.number)
	}
	p.critical = p.critical || c.critical
}

// stubID names the symbol that leads from an end to a lane.
func stubID(lane int) string {
	if lane < 0 {
		return fmt.Sprintf("w%d", -lane)
	}
	return fmt.Sprintf("e%d", lane)
}

// draw writes the pieces, those of critical arrows on top.
func (r rowConnectors) draw(b *strings.Builder) {
	keys := slices.Sorted(maps.Keys(r.pieces))
	for _, critical := range []bool{false, true} {
		open := false
		for _, key := range keys {
			p := r.pieces[key]
			if p.critical != critical {
				continue
			}
			if !open {
				open = true
				b.WriteString(`<g class="link`)
				if critical {
					b.WriteString(` critical`)
				}
				b.WriteString(`">`)
			}
			element, at, _ := strings.Cut(key, " ")
			b.WriteString("<" + element + ` class="`)
			for i, link := range p.links { // for scripts: "l1 l4"
				if i > 0 {
					b.WriteString(" ")
				}
				b.WriteString("l" + strconv.Itoa(link))
			}
			b.WriteString(`" ` + at + "/>")
		}
		if open {
			b.WriteString(`</g>`)
		}
	}
}

// numbers joins the numbers of arrows with blanks.
func numbers(links []int) string { return strings.Trim(fmt.Sprint(links), "[]") }
