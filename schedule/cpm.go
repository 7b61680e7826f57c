package schedule

import (
	"math"

	"milepost/schedule/calendar"
)

// The critical path method with the four precedence relations (Kelley and Walker
// 1959; Fondahl 1961) on working calendars. What these leave open is decided so:
//
//   - A start is compared on the clock, the finish of work in its own working
//     time: Friday evening keeps a date on Monday morning.
//   - Lags run on the successor's calendar, those of a phase on the plan's.
//   - An activity is never stretched or split; a relation to its finish moves
//     its start.
//   - A milestone is at the very instant its predecessors ask for, so after
//     Friday's work it is on Friday.
//   - Of a phase whose start others wait for, its earliest members are held.
//   - Of begun work what remains is bound like work of its own: a relation to its
//     start holds the moment it is resumed (history.go).

// dates are the buffers of the passes over a network. Slices are by node; the
// row of a gate holds what it asks of members, that of a span what its members
// come to.
type dates struct {
	earlyStart, earlyFinish []calendar.Instant
	lateStart, lateFinish   []calendar.Instant
	// freeStart and freeFinish are the early dates as those see them who must
	// not move them: the gate of a phase has those of its earliest member.
	freeStart, freeFinish []calendar.Instant
	// If nothing is as late as possible the scheduled dates are the early ones
	// themselves, in the same memory.
	scheduledStart, scheduledFinish []calendar.Instant

	total, free []calendar.Work // float, by activity
	finish      calendar.Instant
}

func (n *network) newDates() *dates {
	row := func() []calendar.Instant { return make([]calendar.Instant, n.nodes()) }
	d := &dates{
		earlyStart: row(), earlyFinish: row(), lateStart: row(), lateFinish: row(), freeStart: row(), freeFinish: row(),
		total: make([]calendar.Work, n.n), free: make([]calendar.Work, n.n),
	}
	d.scheduledStart, d.scheduledFinish = d.earlyStart, d.earlyFinish
	if n.alap != nil {
		d.scheduledStart, d.scheduledFinish = row(), row()
	}
	return d
}

// forward finds the early dates with the given durations, and the finish of the
// plan. It allocates nothing.
func (n *network) forward(d *dates, duration []calendar.Work) {
	es, ef := d.earlyStart, d.earlyFinish
	for i := n.n + n.m; i < n.nodes(); i++ {
		es[i], ef[i] = ever, never
	}
	d.finish = n.sched.Start
	for _, i := range n.order {
		switch {
		case int(i) >= n.n+n.m: // a span: its members have filled it
			if up := n.within(i); up >= 0 {
				j := n.span(up)
				es[j], ef[j] = min(es[j], es[i]), max(ef[j], ef[i])
			}
			continue
		case int(i) >= n.n: // a gate
			es[i], ef[i] = never, never
			if up := n.parent[int(i)-n.n]; up >= 0 {
				es[i], ef[i] = es[n.gate(up)], ef[n.gate(up)]
			}
			es[i], ef[i] = n.push(es, ef, i, es[i], ef[i], d, duration)
			continue
		}

		lim := n.limitsOf(i)
		s, f := lim.minStart, lim.minFinish
		if k := n.phase[i]; k >= 0 {
			s, f = max(s, es[n.gate(k)]), max(f, ef[n.gate(k)])
		}
		s, f = n.push(es, ef, i, s, f, d, duration)
		es[i], ef[i] = n.place(i, s, f, duration[i])
		if up := n.within(i); up >= 0 {
			j := n.span(up)
			es[j], ef[j] = min(es[j], es[i]), max(ef[j], ef[i])
		}
		if int(i) < n.real {
			d.finish = max(d.finish, ef[i])
		}
	}
}

// place returns the early dates of an activity that must not start before s nor
// finish before f.
func (n *network) place(i int32, s, f calendar.Instant, w calendar.Work) (start, finish calendar.Instant) {
	c := n.calendar[i]
	if n.state[i] != planned {
		return n.history[i].place(c, s, f, w)
	}
	if w == 0 {
		s = max(s, f)
		return s, s
	}
	if f > never {
		s = max(s, c.Add(f, -w))
	}
	s = c.Next(s)
	return s, c.Add(s, w)
}

// push returns the start and finish that the predecessors of a node allow if
// they are at the given dates, no earlier than s and f.
func (n *network) push(starts, finishes []calendar.Instant, i int32, s, f calendar.Instant, d *dates, duration []calendar.Work) (start, finish calendar.Instant) {
	edges := n.edges[n.edgesOf[i]:n.edgesOf[i+1]]
	for k := range edges {
		if e := &edges[k]; e.bindsStart {
			s = max(s, n.asks(e, starts, finishes, d, duration))
		} else {
			f = max(f, n.asks(e, starts, finishes, d, duration))
		}
	}
	return s, f
}

// asks returns the instant before which an edge does not let its successor
// start or finish, whichever it binds.
func (n *network) asks(e *edge, starts, finishes []calendar.Instant, d *dates, duration []calendar.Work) calendar.Instant {
	t := starts[e.from]
	if e.fromFinish {
		t = finishes[e.from]
	}
	switch e.lagType {
	case noLag:
		return t
	case elapsedLag:
		return t + calendar.Instant(e.lag)
	}
	c := n.calendarOf(e.to)
	lag := n.lag(e, d, duration)
	t = c.Add(t, lag)
	if lag < 0 && n.isPoint(e.to, duration) {
		t = c.Prev(t) // a milestone sits at the end of working time
	}
	return t
}

// lag returns the working or elapsed minutes of an edge's lag.
func (n *network) lag(e *edge, d *dates, duration []calendar.Work) calendar.Work {
	if e.lagType != shareLag {
		return e.lag
	}
	var w calendar.Work
	switch {
	case int(e.from) >= n.n:
		w = n.plan.Between(d.earlyStart[e.from], d.earlyFinish[e.from])
	case n.state[e.from] == done: // never varies
		w = n.duration[e.from]
	default:
		w = duration[e.from]
	}
	return calendar.Work(math.Floor(float64(w)*e.percent()/100 + 0.5))
}

func (n *network) calendarOf(i int32) *calendar.Calendar {
	if int(i) < n.n {
		return n.calendar[i]
	}
	return n.plan
}

// isPoint reports whether a node has no length: milestones and gates.
func (n *network) isPoint(i int32, duration []calendar.Work) bool {
	return int(i) >= n.n || duration[i] == 0
}

// goal says what a backward pass looks for.
type goal int

const (
	late      goal = iota // the late dates and total float
	free                  // the free float
	scheduled             // the dates of work that is as late as possible
)

// backward goes through the network against the dependencies. For each activity
// it finds the latest dates that keep some dates of the successors: for the goal
// late their late dates, for free their early ones, for scheduled those they
// are scheduled for. The forward pass must have run with the same durations. It
// allocates nothing.
func (n *network) backward(d *dates, duration []calendar.Work, g goal) {
	start, finish := d.lateStart, d.lateFinish
	switch {
	case g == scheduled && n.alap == nil:
		return
	case g == scheduled:
		start, finish = d.scheduledStart, d.scheduledFinish
	case g == free:
		start, finish = d.freeStart, d.freeFinish
	}
	copy(start[:n.n], d.earlyStart)
	copy(finish[:n.n], d.earlyFinish)
	for i := n.n; i < n.nodes(); i++ {
		start[i], finish[i] = ever, ever
	}

	for at := len(n.order) - 1; at >= 0; at-- {
		i := n.order[at]
		if int(i) >= n.n && int(i) < n.n+n.m { // a gate: its members have filled it
			if up := n.parent[int(i)-n.n]; up >= 0 {
				j := n.gate(up)
				start[j], finish[j] = min(start[j], start[i]), min(finish[j], finish[i])
			}
			continue
		}

		// What the phase allows, then what each successor allows.
		s, f := ever, ever
		if k := n.within(i); k >= 0 {
			j := n.span(k)
			f = finish[j]
			if d.earlyStart[i] == d.earlyStart[j] {
				s = start[j]
			}
		}
		leaving := n.out[n.outOf[i]:n.outOf[i+1]]
		for k := range leaving {
			e := &leaving[k]
			t := n.pull(e, start[e.to], finish[e.to], d, duration)
			if e.fromFinish {
				f = min(f, t)
			} else {
				s = min(s, t)
			}
		}
		if int(i) >= n.n { // a span
			start[i], finish[i] = s, f
			continue
		}

		if int(i) < n.real {
			f = min(f, d.finish)
		}
		switch {
		case int(i) >= n.real: // a stand-in hands on what its followers allow
			start[i], finish[i] = n.placeBack(i, s, f, d, 0)
		case g == late:
			lim := n.limitsOf(i)
			s, f = min(s, lim.maxStart), min(f, lim.maxFinish)
			start[i], finish[i] = n.placeBack(i, s, f, d, duration[i])
			d.total[i] = n.float(i, start[i], finish[i], d)
		case g == free:
			s, f = n.placeBack(i, s, f, d, duration[i])
			d.free[i] = max(0, n.float(i, s, f, d))
		case g == scheduled && n.alap[i] && n.state[i] == planned:
			lim := n.limitsOf(i)
			s, f = min(s, lim.maxStart), min(f, lim.maxFinish)
			s, f = n.placeBack(i, s, f, d, duration[i])
			if duration[i] == 0 {
				s = n.calendar[i].Prev(s) // a milestone sits at the end of working time
				f = s
			}
			if s > start[i] {
				start[i], finish[i] = s, f
			}
		}
		if k := n.phase[i]; k >= 0 && n.state[i] != done {
			j := n.gate(k)
			start[j] = min(start[j], n.opens(i, start[i], finish[i], duration))
			finish[j] = min(finish[j], n.latestEqual(i, finish[i], duration))
		}
	}
}

// within returns the phase whose span a node is part of, or -1.
func (n *network) within(i int32) int32 {
	if int(i) < n.n {
		if n.outer[i] {
			return -1
		}
		return n.phase[i]
	}
	k := int(i) - n.n - n.m
	if n.empty[k] {
		return -1
	}
	return n.parent[k]
}

// latestEqual returns the latest instant that is no later than t in the working
// time of node i: work that finishes on Friday evening has kept a date on
// Monday morning. A milestone has no working time; it is where it is.
func (n *network) latestEqual(i int32, t calendar.Instant, duration []calendar.Work) calendar.Instant {
	if t >= ever || n.isPoint(i, duration) {
		return t
	}
	return n.calendar[i].Next(t)
}

// pull returns the latest date of the predecessor that keeps the successor at
// start and finish; ever if the edge asks nothing of it any more.
func (n *network) pull(e *edge, start, finish calendar.Instant, d *dates, duration []calendar.Work) calendar.Instant {
	if int(e.to) < n.n && n.state[e.to] == done {
		return ever // it has happened
	}
	t := n.opens(e.to, start, finish, duration)
	if !e.bindsStart {
		t = n.latestEqual(e.to, finish, duration)
	}
	if t >= ever {
		return ever
	}
	switch e.lagType {
	case noLag:
		return t
	case elapsedLag:
		return t - calendar.Instant(e.lag)
	}
	lag := n.lag(e, d, duration)
	if lag == 0 {
		return t
	}
	c := n.calendarOf(e.to)
	return c.Next(c.Add(t, -lag))
}

// opens returns the first instant that the start relations of a node with the
// given dates bind: its start, or where begun work is resumed.
func (n *network) opens(i int32, start, finish calendar.Instant, duration []calendar.Work) calendar.Instant {
	if int(i) >= n.n || n.state[i] != started || n.isUndated(i) || finish >= ever {
		return start
	}
	return n.calendar[i].Add(finish, -n.history[i].remaining(duration[i]))
}

// isUndated reports whether an activity has begun nobody knows when, so that its
// start still follows from what it waits for.
func (n *network) isUndated(i int32) bool {
	return n.state[i] == started && !n.history[i].hasStart && !n.history[i].hasStatus
}

// placeBack returns the latest dates of an activity that must start by s and
// finish by f.
func (n *network) placeBack(i int32, s, f calendar.Instant, d *dates, w calendar.Work) (start, finish calendar.Instant) {
	c := n.calendar[i]
	switch {
	case n.state[i] == done:
		return d.earlyStart[i], d.earlyFinish[i]
	case n.isUndated(i):
		finish = c.Prev(f)
		return min(c.Add(finish, -n.history[i].worked-n.history[i].remaining(w)), startBy(c, s)), finish
	case n.state[i] == started:
		return d.earlyStart[i], c.Prev(f)
	case s >= ever && f >= ever:
		return ever, ever
	case w == 0:
		return min(s, f), min(s, f)
	}
	finish = c.Prev(f)
	start = c.Add(finish, -w)
	if s < start {
		start = startBy(c, s)
		finish = c.Add(start, w)
	}
	return start, finish
}

// startBy returns the last working minute that is no later than s.
func startBy(c *calendar.Calendar, s calendar.Instant) calendar.Instant {
	if s < ever && c.Next(s) != s {
		return c.Add(c.Prev(s), -1)
	}
	return s
}

// tidy moves the late dates of milestones out of free time. The passes have left
// them at the last instant possible, which is often Monday morning, when what
// follows must start. A milestone that has to be where it is late is where it is
// early, and any other at the end of working time.
func (n *network) tidy(d *dates) {
	for _, i := range n.order {
		if int(i) >= n.real || n.duration[i] > 0 || n.state[i] != planned {
			continue
		}
		at := d.lateFinish[i]
		t := n.calendar[i].Prev(at)
		if e := d.earlyFinish[i]; t < e && e <= at {
			t = e
		}
		// Predecessors with other working hours may need the free time.
		needs := never
		for row, k := i, n.phase[i]; ; row, k = n.gate(k), n.parent[k] {
			s, f := n.push(d.lateStart, d.lateFinish, row, never, never, d, n.duration)
			needs = max(needs, s, f)
			if k < 0 {
				break
			}
		}
		if needs <= t {
			d.lateStart[i], d.lateFinish[i] = t, t
		}
	}
}

// float returns the working time from the early dates to the given ones, the
// smaller of start and finish.
func (n *network) float(i int32, start, finish calendar.Instant, d *dates) calendar.Work {
	c := n.calendar[i]
	w := c.Between(d.earlyFinish[i], finish)
	if n.state[i] == planned || n.isUndated(i) {
		w = min(w, c.Between(d.earlyStart[i], start))
	}
	return w
}

// floatFromScheduled makes the floats of what is as late as possible count from
// the dates it is scheduled for: what it was moved by is used up. Working time
// adds up, so that is the same as counting anew. Nothing gets negative float by
// being late: before followers that miss a date themselves it has none.
func (n *network) floatFromScheduled(d *dates) {
	for i := range n.alap {
		used := n.float(int32(i), d.scheduledStart[i], d.scheduledFinish[i], d)
		if used > 0 {
			d.total[i] = max(0, d.total[i]-used)
		}
		d.free[i] = max(0, d.free[i]-used)
	}
}

// holds reports whether an edge decides the dates of i, an activity or stand-in
// to which it leads directly or through the gate of a phase: i is where the edge
// asks it to be, of begun work what remains is. Of several edges that ask for the
// same each decides. That is not whether a minute's delay moves i: a predecessor
// that is done at noon decides what a lag on the clock lets begin at night, and
// has the afternoon to spare.
func (n *network) holds(e *edge, i int32, d *dates) bool {
	if n.state[i] == done {
		return false
	}
	c, left := n.calendar[i], n.duration[i]
	if n.state[i] == started {
		left = n.history[i].remaining(left)
	}
	asked, is := n.asks(e, d.earlyStart, d.earlyFinish, d, n.duration), d.earlyFinish[i]
	if left > 0 {
		if is = c.Add(is, -left); !e.bindsStart {
			asked = c.Add(asked, -left)
		}
		asked = c.Next(asked)
	}
	return asked >= is || e.bindsStart && n.isUndated(i) && asked >= d.earlyStart[i]
}
