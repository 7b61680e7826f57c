package schedule

import (
	"math"
	"slices"

	"milepost/schedule/calendar"
)

// durations are those of the activities of a network in some trials: constant,
// or with a row by trial. Of work that has begun the row holds what remains.
type durations struct {
	constant []calendar.Work // by activity
	rowOf    []int32         // by activity; -1 for a constant
	rows     [][]calendar.Work
}

func (d *durations) row(i int32) []calendar.Work {
	if r := d.rowOf[i]; r >= 0 {
		return d.rows[r]
	}
	return nil
}

func (d *durations) at(i int32, trial int) calendar.Work {
	if r := d.rowOf[i]; r >= 0 {
		return d.rows[r][trial]
	}
	return d.constant[i]
}

// share returns a percentage of working time, rounded to minutes.
func share(w int64, percent float64) int64 {
	return int64(math.Floor(float64(w)*percent/100 + 0.5))
}

// walker runs trials one by one through [network.forward], with every calendar,
// constraint and progress of the plan.
type walker struct {
	n        *network // a copy, with a history of its own
	d        *dates
	duration []calendar.Work
	critical []uint8
	holds    [2][]calendar.Instant // by gate: the earliest dates of its critical members
}

func newWalker(n *network) *walker {
	c := *n
	c.history = slices.Clone(n.history)
	w := &walker{n: &c, d: c.newDates(), duration: slices.Clone(n.duration), critical: make([]uint8, n.nodes())}
	w.holds[0], w.holds[1] = make([]calendar.Instant, n.m), make([]calendar.Instant, n.m)
	return w
}

// remainingOf returns what is still to do of an activity.
func remainingOf(n *network, i int32) calendar.Work {
	if n.state[i] == planned {
		return n.duration[i]
	}
	return n.history[i].rest
}

// forward finds the early dates of one trial and returns the finish of the plan.
func (w *walker) forward(d *durations, trial int) calendar.Instant {
	n := w.n
	for i, r := range d.rowOf {
		if r < 0 {
			continue
		}
		v := d.rows[r][trial]
		if n.state[i] == started {
			n.history[i].rest = v // what is worked stays as it is
			continue
		}
		w.duration[i] = v
	}
	n.forward(w.d, w.duration)
	return w.d.finish
}

// trace finds the activities that decide the finish of the plan: those of which
// a minute's delay arrives at the latest finish, through one dependency after the
// other. In a plan of one calendar without constraints these are the ones without
// total float. What is before a constraint that binds has float.
func (w *walker) trace(counts []int64) {
	n, d := w.n, w.d
	clear(w.critical)
	for k := range n.m {
		w.holds[0][k], w.holds[1][k] = ever, ever
	}
	for at := len(n.order) - 1; at >= 0; at-- {
		i := n.order[at]
		if int(i) >= n.n && int(i) < n.n+n.m { // a gate
			k := int(i) - n.n
			if up := n.parent[k]; up >= 0 {
				w.hold(up, w.holds[0][k], w.holds[1][k])
			}
			w.traceEdges(i, w.holds[0][k], w.holds[1][k])
			continue
		}
		if int(i) < n.real && n.state[i] != done && n.calendar[i].Between(d.earlyFinish[i], d.finish) <= 0 {
			w.critical[i] = finishCritical
		}
		if up := n.within(i); up >= 0 {
			j := n.span(up)
			if w.critical[j]&startCritical != 0 && d.earlyStart[i] == d.earlyStart[j] {
				w.critical[i] |= startCritical
			}
			if w.critical[j]&finishCritical != 0 && n.calendarOf(i).Between(d.earlyFinish[i], d.earlyFinish[j]) <= 0 {
				w.critical[i] |= finishCritical
			}
		}
		if int(i) >= n.n || w.critical[i] == 0 || n.state[i] == done {
			continue
		}
		if int(i) < n.real {
			counts[i]++
		}
		if k := n.phase[i]; k >= 0 {
			w.hold(k, n.opens(i, d.earlyStart[i], d.earlyFinish[i], w.duration), n.latestEqual(i, d.earlyFinish[i], w.duration))
		}
		w.traceEdges(i, d.earlyStart[i], d.earlyFinish[i])
	}
}

func (w *walker) hold(phase int32, start, finish calendar.Instant) {
	w.holds[0][phase], w.holds[1][phase] = min(w.holds[0][phase], start), min(w.holds[1][phase], finish)
}

// traceEdges marks the predecessors that decide the dates of a critical node.
func (w *walker) traceEdges(i int32, start, finish calendar.Instant) {
	n, d := w.n, w.d
	edges := n.edges[n.edgesOf[i]:n.edgesOf[i+1]]
	for x := range edges {
		e := &edges[x]
		t := n.pull(e, start, finish, d, w.duration)
		if t >= ever {
			continue
		}
		at, mark := d.earlyStart[e.from], uint8(startCritical)
		if e.fromFinish {
			at, mark = d.earlyFinish[e.from], finishCritical
		}
		if n.calendarOf(e.from).Between(at, t) <= 0 {
			w.critical[e.from] |= mark
		}
	}
}
