package schedule

import (
	"cmp"
	"slices"

	"milepost/schedule/calendar"
)

// take copies the dates that the passes found into the schedule. The early dates
// and the unlevelled ones are those of u, which is d if nothing was levelled.
func (s *Schedule) take(n *network, d, u *dates) {
	s.Finish = d.finish
	for i, a := range s.Activities {
		a.EarlyStart, a.EarlyFinish = u.earlyStart[i], u.earlyFinish[i]
		a.LateStart, a.LateFinish = d.lateStart[i], d.lateFinish[i]
		a.Start, a.Finish = d.scheduledStart[i], d.scheduledFinish[i]
		a.UnlevelledStart, a.UnlevelledFinish = u.scheduledStart[i], u.scheduledFinish[i]
		a.TotalFloat, a.FreeFloat = d.total[i], d.free[i]
		a.Remaining, a.Resume = a.Duration, a.Start
		if n.state[i] != planned {
			h := &n.history[i]
			a.Percent, a.Remaining = h.percent, h.rest
			a.Resume = a.Calendar.Add(a.Finish, -h.rest)
		}
		if a.Work != nil && a.Critical() {
			s.CriticalPath = append(s.CriticalPath, a)
		}
	}
	slices.SortStableFunc(s.CriticalPath, func(a, b *Activity) int { return cmp.Compare(a.Start, b.Start) })
}

// row is where an activity finds edges in the network: its own, or those of a
// phase that it is in.
type row struct {
	via     *PhaseDates // nil for its own
	in, out int32       // nodes
}

// rows returns the rows of activity i, its own first and then from the inner
// phase to the outer. It reuses buf.
func (n *network) rows(buf []row, i int32) []row {
	buf = append(buf[:0], row{nil, i, i})
	for k := n.phase[i]; k >= 0; k = n.parent[k] {
		buf = append(buf, row{n.sched.Phases[k], n.gate(k), n.span(k)})
	}
	return buf
}

// entering and leaving return the edges of a row. A milestone that marks the end
// of its phase is not what others wait for when they wait for the phase.
func (n *network) entering(r row) []edge { return n.edges[n.edgesOf[r.in]:n.edgesOf[r.in+1]] }

func (n *network) leaving(r row, i int32) []edge {
	if r.via != nil && n.outer[i] {
		return nil
	}
	return n.out[n.outOf[r.out]:n.outOf[r.out+1]]
}

// Predecessors returns what the activity waits for: its own dependencies as
// written, then those of its phases from the inner to the outer. They are made
// anew by each call.
func (a *Activity) Predecessors() []Link {
	n, d := a.sched.written, a.sched.dates
	var links []Link
	for _, r := range n.rows(nil, a.index) {
		edges := n.entering(r)
		for k := range edges {
			l := n.link(&edges[k], edges[k].from, r.via)
			l.Driving = n.holds(&edges[k], a.index, d)
			links = append(links, l)
		}
	}
	return links
}

// Successors returns what waits for the activity, itself or as a member of its
// phases. They are made anew by each call.
func (a *Activity) Successors() []Link {
	n, d := a.sched.written, a.sched.dates
	var links []Link
	for _, r := range n.rows(nil, a.index) {
		edges := n.leaving(r, a.index)
		for k := range edges {
			e := &edges[k]
			l := n.link(e, e.to, r.via)
			l.Driving = (r.via == nil || n.decidesSpan(e, a.index, d)) && n.holdsEnd(e, d)
			links = append(links, l)
		}
	}
	return links
}

// link returns an edge as a link whose other end is the given node.
func (n *network) link(e *edge, end int32, via *PhaseDates) Link {
	dep := n.deps[e.index]
	l := Link{Via: via, Type: dep.Type, Lag: dep.Lag, Pos: dep.Pos}
	if n.hands != nil {
		l.Resource = n.hands[e.index]
	}
	if int(end) < n.n {
		l.Activity = n.sched.Activities[end]
	} else {
		l.Phase = n.sched.Phases[(int(end)-n.n)%n.m]
	}
	return l
}

// holdsEnd reports whether an edge decides the dates of the activity it leads to,
// or of some member of the phase.
func (n *network) holdsEnd(e *edge, d *dates) bool {
	if int(e.to) < n.n {
		return n.holds(e, e.to, d)
	}
	k := e.to - int32(n.n)
	for i := n.real; i < n.n; i++ {
		if n.phase[i] == k { // the stand-in of a phase without members
			return n.holds(e, int32(i), d)
		}
	}
	return n.holdsMember(e, n.sched.Phases[k], d)
}

func (n *network) holdsMember(e *edge, ph *PhaseDates, d *dates) bool {
	return slices.ContainsFunc(ph.Activities, func(a *Activity) bool { return n.holds(e, a.index, d) }) ||
		slices.ContainsFunc(ph.Children, func(child *PhaseDates) bool { return n.holdsMember(e, child, d) })
}

// decidesSpan reports whether activity i gives its phase the date that the edge
// counts from.
func (n *network) decidesSpan(e *edge, i int32, d *dates) bool {
	if e.fromFinish {
		return d.earlyFinish[i] == d.earlyFinish[e.from]
	}
	return d.earlyStart[i] == d.earlyStart[e.from]
}

// rollUp gives each phase the dates and the progress of its members.
func (s *Schedule) rollUp() {
	for _, ph := range s.Phases {
		if ph.Parent == nil {
			s.rollUpPhase(ph)
		}
	}
}

// tally is what a phase sums up of its members.
type tally struct {
	work, worked          calendar.Work // of work packages
	milestones, doneCount int
}

func (s *Schedule) rollUpPhase(ph *PhaseDates) tally {
	ph.Empty = true
	var t tally
	widen := func(start, finish calendar.Instant) {
		if ph.Empty {
			ph.Start, ph.Finish, ph.Empty = start, finish, false
			return
		}
		ph.Start, ph.Finish = min(ph.Start, start), max(ph.Finish, finish)
	}
	for _, child := range ph.Children {
		sum := s.rollUpPhase(child)
		t.work, t.worked = t.work+sum.work, t.worked+sum.worked
		t.milestones, t.doneCount = t.milestones+sum.milestones, t.doneCount+sum.doneCount
		ph.Critical = ph.Critical || child.Critical
		if !child.Empty {
			widen(child.Start, child.Finish)
		}
	}
	for _, a := range ph.Activities {
		ph.Critical = ph.Critical || a.Critical()
		if !marksItsPhase(a) {
			widen(a.Start, a.Finish)
		}
		t.milestones++
		if a.Done() {
			t.doneCount++
		}
		t.work += a.Duration
		t.worked += calendar.Work(float64(a.Duration) * a.Percent / 100)
	}
	if ph.Empty {
		ph.Start, ph.Finish = s.Start, s.Start
	}
	switch {
	case t.work > 0:
		ph.Percent = 100 * float64(t.worked) / float64(t.work)
	case t.milestones > 0:
		ph.Percent = 100 * float64(t.doneCount) / float64(t.milestones)
	}
	return t
}
