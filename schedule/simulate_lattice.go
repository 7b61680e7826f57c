package schedule

import (
	"milepost/schedule/calendar"
)

// lattice is a network all of whose dates lie on the working minutes of one
// calendar. Its forward pass needs no calendar: it goes through the network once
// for many trials at a time, in plain arithmetic, and finds the same dates as
// [network.forward].
//
// A date is counted as twice the working minutes from the start of the plan,
// plus one if it is the start of the next working time rather than the end of
// the last: Friday evening is 2w, Monday morning 2w+1. So the order of numbers
// is that of the dates.
type lattice struct {
	n        *network
	start    calendar.Instant
	minStart []int64 // by activity
	minEnd   []int64 // least finish by activity; unbound if none
	bindsEnd []bool  // of each activity and gate: something binds its finish
}

// unbound is earlier than every date on a lattice.
const unbound = int64(-1) << 60

// newLattice returns the lattice of a network, or nil if it has none: several
// calendars, work that has begun, waits on the clock, or dates in free time.
func newLattice(n *network) *lattice {
	l := &lattice{n: n, start: n.sched.Start, minStart: make([]int64, n.n), minEnd: make([]int64, n.n), bindsEnd: make([]bool, n.n+n.m)}
	for i := range n.n {
		if n.calendar[i] != n.plan || n.state[i] != planned {
			return nil
		}
		lim := n.limitsOf(int32(i))
		var ok bool
		if l.minStart[i], ok = l.count(lim.minStart); !ok {
			return nil
		}
		l.minEnd[i] = unbound
		if lim.minFinish > never {
			if l.minEnd[i], ok = l.count(lim.minFinish); !ok {
				return nil
			}
			l.bindsEnd[i] = true
		}
	}
	for i := range n.edges {
		e := &n.edges[i]
		if e.lagType == elapsedLag {
			return nil
		}
		if !e.bindsStart {
			l.bindsEnd[e.to] = true
		}
	}
	for _, i := range n.order { // a gate comes before those it holds
		switch {
		case int(i) >= n.n+n.m:
		case int(i) >= n.n:
			if up := n.parent[int(i)-n.n]; up >= 0 {
				l.bindsEnd[i] = l.bindsEnd[i] || l.bindsEnd[n.gate(up)]
			}
		case n.phase[i] >= 0:
			l.bindsEnd[i] = l.bindsEnd[i] || l.bindsEnd[n.gate(n.phase[i])]
		}
	}
	return l
}

// count returns the number of a date, and whether the lattice has that date.
func (l *lattice) count(t calendar.Instant) (int64, bool) {
	x := 2 * int64(l.n.plan.Between(l.start, t))
	switch t {
	case l.n.plan.Next(t):
		return x + 1, true
	case l.n.plan.Prev(t):
		return x, true
	}
	return x, false
}

// date returns the date of a number.
func (l *lattice) date(x int64) calendar.Instant {
	t := l.start
	if w := calendar.Work(x >> 1); w != 0 {
		t = l.n.plan.Add(t, w)
	}
	if x&1 == 1 {
		return l.n.plan.Next(t)
	}
	return t
}

// dateTable is the dates of numbers that were asked for. It is used by one goroutine.
type dateTable struct {
	l     *lattice
	known []calendar.Instant // by number: minutes since the start, plus one
}

// of returns the date of a number, see [lattice.date].
func (d *dateTable) of(x int64) calendar.Instant {
	const most = 1 << 20 // dates further away are rare
	if x < 0 || x >= most {
		return d.l.date(x)
	}
	if int(x) >= len(d.known) {
		d.known = append(d.known, make([]calendar.Instant, int(x)+1-len(d.known))...)
	}
	if d.known[x] == 0 {
		d.known[x] = d.l.date(x) - d.l.start + 1
	}
	return d.known[x] + d.l.start - 1
}

// tile is the dates of some trials at once: row i of start and finish belongs to
// node i.
type tile struct {
	width         int
	start, finish []int64
	ends          []int64 // what binds the finish of the node at hand
	critical      []uint8 // by node: bits of its start and finish
}

// lattices are wide enough to be worth the way through the network and narrow
// enough to stay in the cache.
func newTile(n *network) *tile {
	width := min(max(1<<16/max(n.nodes(), 1), 16), 256)
	return &tile{width: width, start: make([]int64, n.nodes()*width), finish: make([]int64, n.nodes()*width),
		ends: make([]int64, width), critical: make([]uint8, n.nodes()*width)}
}

func tileRow(rows []int64, i int32, width, count int) []int64 {
	at := int(i) * width
	return rows[at : at+count : at+count]
}

// forward finds the early dates of trials from to from+count. A duration is
// constant, or has a row by trial.
func (l *lattice) forward(t *tile, d *durations, from, count int) {
	n := l.n
	for _, i := range n.order {
		start, finish := tileRow(t.start, i, t.width, count), tileRow(t.finish, i, t.width, count)
		switch {
		case int(i) >= n.n+n.m: // a span: its members have filled it
			l.widen(t, i, start, finish, count)
			continue
		case int(i) >= n.n: // a gate
			set(start, unbound)
			set(finish, unbound)
			if up := n.parent[int(i)-n.n]; up >= 0 {
				copy(start, tileRow(t.start, n.gate(up), t.width, count))
				copy(finish, tileRow(t.finish, n.gate(up), t.width, count))
			}
			l.push(t, d, i, start, finish, from)
			continue
		}

		set(start, l.minStart[i])
		ends := t.ends[:count]
		if l.bindsEnd[i] {
			set(ends, l.minEnd[i])
		}
		if k := n.phase[i]; k >= 0 {
			atLeast(start, tileRow(t.start, n.gate(k), t.width, count))
			if l.bindsEnd[i] {
				atLeast(ends, tileRow(t.finish, n.gate(k), t.width, count))
			}
		}
		l.push(t, d, i, start, ends, from)
		l.place(d, i, start, ends, finish, from)
		l.widen(t, i, start, finish, count)
	}
}

func set(to []int64, v int64) {
	for k := range to {
		to[k] = v
	}
}

func atLeast(to, from []int64) {
	from = from[:len(to)]
	for k, v := range from {
		if v > to[k] {
			to[k] = v
		}
	}
}

// place does for each trial what [network.place] does.
func (l *lattice) place(d *durations, i int32, start, ends, finish []int64, from int) {
	varies := d.row(i)
	w := int64(d.constant[i])
	binds := l.bindsEnd[i]
	for k, s := range start {
		if varies != nil {
			w = int64(varies[from+k])
		}
		switch {
		case w == 0:
			if binds {
				s = max(s, ends[k])
			}
			start[k], finish[k] = s, s
		default:
			if binds && ends[k] > unbound/2 {
				s = max(s, 2*(ends[k]>>1-w)+1)
			}
			s |= 1
			start[k], finish[k] = s, s-1+2*w
		}
	}
}

// widen makes the span around a node reach around it.
func (l *lattice) widen(t *tile, i int32, start, finish []int64, count int) {
	up := l.n.within(i)
	if up < 0 {
		return
	}
	s, f := tileRow(t.start, l.n.span(up), t.width, count), tileRow(t.finish, l.n.span(up), t.width, count)
	for k, v := range start {
		s[k] = min(s[k], v)
	}
	atLeast(f, finish)
}

// push does for each trial what [network.push] does.
func (l *lattice) push(t *tile, d *durations, i int32, start, ends []int64, from int) {
	n := l.n
	edges := n.edges[n.edgesOf[i]:n.edgesOf[i+1]]
	for x := range edges {
		e := &edges[x]
		to := ends
		if e.bindsStart {
			to = start
		}
		at := t.start
		if e.fromFinish {
			at = t.finish
		}
		src := tileRow(at, e.from, t.width, len(to))
		if e.lagType == noLag {
			atLeast(to, src)
			continue
		}
		for k, v := range src {
			to[k] = max(to[k], l.shift(v, l.lag(e, t, d, from, k), e.to, d, from+k))
		}
	}
}

// lag returns the working minutes of an edge's lag in one trial.
func (l *lattice) lag(e *edge, t *tile, d *durations, from, k int) int64 {
	if e.lagType != shareLag {
		return int64(e.lag)
	}
	var w int64
	if int(e.from) < l.n.n {
		w = int64(d.at(e.from, from+k))
	} else {
		at := int(e.from)*t.width + k
		w = t.finish[at]>>1 - t.start[at]>>1
	}
	return share(w, e.percent())
}

// shift counts a lag on from a date.
func (l *lattice) shift(x, lag int64, to int32, d *durations, trial int) int64 {
	switch {
	case lag == 0:
		return x
	case lag > 0:
		return x&^1 + 2*lag
	}
	if int(to) >= l.n.n || d.at(to, trial) == 0 {
		return x&^1 + 2*lag // a milestone sits at the end of working time
	}
	return x&^1 + 2*lag + 1
}

// clear empties the spans before a forward pass.
func (l *lattice) clear(t *tile, count int) {
	for i := l.n.n + l.n.m; i < l.n.nodes(); i++ {
		set(tileRow(t.start, int32(i), t.width, count), -unbound)
		set(tileRow(t.finish, int32(i), t.width, count), unbound)
	}
}

// planFinish returns the finish of the plan in each trial, in out.
func (l *lattice) planFinish(t *tile, out []int64) {
	set(out, 1) // the start of the plan
	for i := range l.n.real {
		atLeast(out, tileRow(t.finish, int32(i), t.width, len(out)))
	}
}

const (
	startCritical  = 1
	finishCritical = 2
)

// trace finds the activities that decide the finish of the plan, see
// [walker.trace], and counts for each in how many trials it is one of them.
func (l *lattice) trace(t *tile, d *durations, finish []int64, from int, counts []int64) {
	n, count := l.n, len(finish)
	critical := t.critical
	clear(critical)
	// The rows of gates are not needed any more: now they hold the earliest dates
	// of their critical members.
	for i := n.n; i < n.n+n.m; i++ {
		set(tileRow(t.start, int32(i), t.width, count), -unbound)
		set(tileRow(t.finish, int32(i), t.width, count), -unbound)
	}
	for at := len(n.order) - 1; at >= 0; at-- {
		i := n.order[at]
		start, end := tileRow(t.start, i, t.width, count), tileRow(t.finish, i, t.width, count)
		flags := critical[int(i)*t.width:][:count]
		isGate := int(i) >= n.n && int(i) < n.n+n.m
		if isGate {
			if up := n.parent[int(i)-n.n]; up >= 0 {
				s, f := tileRow(t.start, n.gate(up), t.width, count), tileRow(t.finish, n.gate(up), t.width, count)
				for k := range start {
					s[k], f[k] = min(s[k], start[k]), min(f[k], end[k])
				}
			}
			l.traceEdges(t, d, i, start, end, nil, from)
			continue
		}
		if int(i) < n.real {
			for k, f := range end {
				if f>>1 >= finish[k]>>1 {
					flags[k] = finishCritical
				}
			}
		}
		if up := n.within(i); up >= 0 {
			span := critical[int(n.span(up))*t.width:][:count]
			s, f := tileRow(t.start, n.span(up), t.width, count), tileRow(t.finish, n.span(up), t.width, count)
			for k, c := range span {
				if c == 0 {
					continue
				}
				if c&startCritical != 0 && l.same(start[k], s[k]) {
					flags[k] |= startCritical
				}
				if c&finishCritical != 0 && end[k]>>1 >= f[k]>>1 {
					flags[k] |= finishCritical
				}
			}
		}
		if int(i) >= n.n {
			continue // a span: its flags are for its members
		}
		if int(i) < n.real {
			sum := int64(0)
			for _, c := range flags {
				if c != 0 {
					sum++
				}
			}
			counts[i] += sum
			if sum == 0 {
				continue
			}
		}
		if k := n.phase[i]; k >= 0 {
			s, f := tileRow(t.start, n.gate(k), t.width, count), tileRow(t.finish, n.gate(k), t.width, count)
			for k, c := range flags {
				if c != 0 {
					s[k], f[k] = min(s[k], start[k]), min(f[k], end[k])
				}
			}
		}
		l.traceEdges(t, d, i, start, end, flags, from)
	}
}

// same reports whether two dates are one instant. The end of a working minute and
// the beginning of the next are, unless free time lies between.
func (l *lattice) same(a, b int64) bool {
	return a == b || a>>1 == b>>1 && l.date(a) == l.date(b)
}

// traceEdges marks the predecessors that decide the dates of a critical node.
// flags are nil for a gate, which is critical where a member is.
func (l *lattice) traceEdges(t *tile, d *durations, i int32, start, end []int64, flags []uint8, from int) {
	n := l.n
	edges := n.edges[n.edgesOf[i]:n.edgesOf[i+1]]
	for x := range edges {
		e := &edges[x]
		need, at, mark := end, t.start, uint8(startCritical)
		if e.bindsStart {
			need = start
		}
		if e.fromFinish {
			at, mark = t.finish, finishCritical
		}
		src := tileRow(at, e.from, t.width, len(need))
		out := t.critical[int(e.from)*t.width:][:len(need)]
		for k, v := range need {
			if flags != nil && flags[k] == 0 || v >= -unbound {
				continue
			}
			lag := int64(0)
			if e.lagType != noLag {
				lag = l.lag(e, t, d, from, k)
			}
			if src[k]>>1+lag >= v>>1 {
				out[k] |= mark
			}
		}
	}
}
