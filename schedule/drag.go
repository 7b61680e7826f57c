package schedule

import (
	"cmp"
	"slices"

	"milepost/schedule/calendar"
)

// Drag returns how much earlier the plan would finish if what is left of the
// activity took no time, in working minutes on the calendar of the plan. Only
// critical activities have any. With finish-to-start dependencies on one calendar
// it is at most the duration, and at most the float of anything done in
// parallel; with other dependencies it may be negative, if shorter work would
// make the plan longer. It is found by scheduling what follows again, so it holds
// for every kind of dependency, calendar and constraint.
//
// Devaux, Total Project Control, Wiley 1999, defines drag; for dependencies
// other than finish-to-start see Devaux, "The Drag Efficient", Defense AT&L
// 41(1), 2012.
func (s *Schedule) Drag(a *Activity) calendar.Work {
	if !a.Critical() {
		return 0
	}
	return s.drag(s.newTrial(), a)
}

// Drags returns the drag of each activity in the order of Activities. For all
// activities it takes much less time than so many calls of Drag.
func (s *Schedule) Drags() []calendar.Work {
	out := make([]calendar.Work, len(s.Activities))
	var t *trial
	for i, a := range s.Activities {
		if a.Critical() {
			if t == nil {
				t = s.newTrial()
			}
			out[i] = s.drag(t, a)
		}
	}
	return out
}

func (s *Schedule) drag(t *trial, a *Activity) calendar.Work {
	t.below = calendar.Work(ever)
	if t.even {
		_, t.below = t.split(a.index)
	}
	finish := t.finish(a.index, func(calendar.Work) calendar.Work { return 0 })
	return s.Calendar.Between(finish, t.d.finish)
}

// trial answers when the plan would finish if one activity took another time.
// It schedules only what the change reaches, and stops where dates stay.
type trial struct {
	n        network // a copy, with histories that may be changed
	d        dates   // the early dates
	duration []calendar.Work
	standIn  []int32 // of each phase, -1 if it has members
	position []int32 // of each node in the order
	byFinish []int32 // activities, the latest first

	// even says that a change of so many minutes changes nothing by more: one
	// calendar, and no lag on the clock or in percent.
	even bool
	// below leaves out what the change cannot matter to: activities with so much
	// float or more keep their dates.
	below calendar.Work

	waiting []bool // nodes to be scheduled again
	last    int32  // position of the last of them
	changed []bool
	undo    []undo
}

// undo is a node with the dates that it had before.
type undo struct {
	node          int32
	start, finish calendar.Instant
}

func (s *Schedule) newTrial() *trial {
	n := s.network
	t := &trial{
		n:        *n,
		d:        dates{earlyStart: slices.Clone(s.dates.earlyStart), earlyFinish: slices.Clone(s.dates.earlyFinish), finish: s.dates.finish},
		duration: slices.Clone(n.duration),
		standIn:  make([]int32, n.m),
		position: make([]int32, n.nodes()),
		byFinish: make([]int32, n.real),
		waiting:  make([]bool, n.nodes()),
		changed:  make([]bool, n.nodes()),
	}
	t.n.history = slices.Clone(n.history)
	t.even = !slices.ContainsFunc(n.calendar, func(c *calendar.Calendar) bool { return c != n.plan }) &&
		!slices.ContainsFunc(n.edges, func(e edge) bool { return e.lagType == elapsedLag || e.lagType == shareLag })
	for k := range t.standIn {
		t.standIn[k] = -1
	}
	for i := n.real; i < n.n; i++ {
		t.standIn[n.phase[i]] = int32(i)
	}
	for at, i := range n.order {
		t.position[i] = int32(at)
	}
	for i := range t.byFinish {
		t.byFinish[i] = int32(i)
	}
	slices.SortStableFunc(t.byFinish, func(a, b int32) int { return cmp.Compare(t.d.earlyFinish[b], t.d.earlyFinish[a]) })
	return t
}

// finish returns when the plan finishes if what is left of activity i takes the
// time that left makes of it.
func (t *trial) finish(i int32, left func(calendar.Work) calendar.Work) calendar.Instant {
	n, was := &t.n, t.duration[i]
	if n.state[i] == planned {
		t.duration[i] = left(was)
	} else {
		h := n.history[i]
		defer func() { n.history[i] = h }()
		n.history[i].rest = left(h.rest)
	}
	t.waiting[i], t.last = true, t.position[i]
	for at := t.position[i]; at <= t.last; at++ {
		node := n.order[at]
		if !t.waiting[node] {
			continue
		}
		t.waiting[node] = false
		before := undo{node, t.d.earlyStart[node], t.d.earlyFinish[node]}
		start, finish := t.early(node)
		if node != i && start == before.start && finish == before.finish {
			continue
		}
		t.undo = append(t.undo, before)
		t.changed[node] = true
		t.d.earlyStart[node], t.d.earlyFinish[node] = start, finish
		t.spread(node)
	}

	latest := n.sched.Start
	for _, j := range t.byFinish {
		if !t.changed[j] {
			latest = max(latest, t.d.earlyFinish[j])
			break
		}
	}
	for _, u := range t.undo {
		if int(u.node) < n.real {
			latest = max(latest, t.d.earlyFinish[u.node])
		}
		t.changed[u.node] = false
		t.d.earlyStart[u.node], t.d.earlyFinish[u.node] = u.start, u.finish
	}
	t.undo, t.last, t.duration[i] = t.undo[:0], 0, was
	return latest
}

// split returns how much of an activity is done and how much is left.
func (t *trial) split(i int32) (worked, rest calendar.Work) {
	if t.n.state[i] == planned {
		return 0, t.duration[i]
	}
	h := &t.n.history[i]
	return h.worked, h.rest
}

// wait makes a node be scheduled again.
func (t *trial) wait(node int32) {
	if int(node) < t.n.real && t.n.sched.dates.total[node] >= t.below {
		return
	}
	t.waiting[node] = true
	t.last = max(t.last, t.position[node])
}

// spread makes everything be scheduled again that the dates of a node decide.
func (t *trial) spread(node int32) {
	n := &t.n
	if k := int(node) - n.n; k >= 0 && k < n.m { // a gate
		ph := n.sched.Phases[k]
		for _, a := range ph.Activities {
			t.wait(a.index)
		}
		for _, child := range ph.Children {
			t.wait(n.gate(child.index))
		}
		if i := t.standIn[k]; i >= 0 {
			t.wait(i)
		}
		return
	}
	leaving := n.out[n.outOf[node]:n.outOf[node+1]]
	for k := range leaving {
		t.wait(leaving[k].to)
	}
	if up := n.within(node); up >= 0 {
		t.wait(n.span(up))
	}
}

// early returns the early dates of a node, as the forward pass finds them.
func (t *trial) early(node int32) (start, finish calendar.Instant) {
	n, d := &t.n, &t.d
	switch k := int(node) - n.n; {
	case k >= n.m: // a span
		start, finish = ever, never
		add := func(j int32) { start, finish = min(start, d.earlyStart[j]), max(finish, d.earlyFinish[j]) }
		ph := n.sched.Phases[k-n.m]
		for _, a := range ph.Activities {
			if !n.outer[a.index] {
				add(a.index)
			}
		}
		for _, child := range ph.Children {
			if !n.empty[child.index] {
				add(n.span(child.index))
			}
		}
		if i := t.standIn[k-n.m]; i >= 0 {
			add(i)
		}
		return start, finish
	case k >= 0: // a gate
		start, finish = never, never
		if up := n.parent[k]; up >= 0 {
			start, finish = d.earlyStart[n.gate(up)], d.earlyFinish[n.gate(up)]
		}
		return n.push(d.earlyStart, d.earlyFinish, node, start, finish, d, t.duration)
	}
	lim := n.limitsOf(node)
	start, finish = lim.minStart, lim.minFinish
	if k := n.phase[node]; k >= 0 {
		g := n.gate(k)
		start, finish = max(start, d.earlyStart[g]), max(finish, d.earlyFinish[g])
	}
	start, finish = n.push(d.earlyStart, d.earlyFinish, node, start, finish, d, t.duration)
	return n.place(node, start, finish, t.duration[node])
}
