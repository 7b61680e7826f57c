package schedule

import "milepost/schedule/calendar"

// place puts the activities of the network on their calendars, in the order of
// the keys, each as early as dependencies, constraints and resources allow: the
// serial scheme on the real network. It fills in the early dates of d and
// returns the place of each activity in the order.
//
// The order of the starts of a schedule leads to that schedule again or to one
// in which some activities are earlier.
func (m *model) place(d *dates, key []int64) []int32 {
	n, p := m.n, m.problem
	es, ef := d.earlyStart, d.earlyFinish
	for i := n.n + n.m; i < n.nodes(); i++ {
		es[i], ef[i] = ever, never
	}
	d.finish = n.sched.Start
	opened := make([]bool, n.m)
	var open func(k int32)
	open = func(k int32) {
		if opened[k] {
			return
		}
		opened[k] = true
		g := n.gate(k)
		es[g], ef[g] = never, never
		if up := n.parent[k]; up >= 0 {
			open(up)
			es[g], ef[g] = es[n.gate(up)], ef[n.gate(up)]
		}
		es[g], ef[g] = n.push(es, ef, g, es[g], ef[g], d, n.duration)
	}
	free := make([]profile, len(p.base))
	for r := range free {
		free[r].copyFrom(&p.base[r])
	}
	take := func(i int32) {
		if ef[i] <= es[i] {
			return
		}
		for _, x := range p.needsOfA(m.node[i]) {
			free[x.resource].take(int64(es[i]), int64(ef[i]-es[i]), x.units)
		}
	}
	// What has begun holds its resources, whoever comes first in the order.
	for i := range n.n {
		if n.state[i] != planned {
			es[i], ef[i] = m.d.earlyStart[i], m.d.earlyFinish[i]
			take(int32(i))
		}
	}

	rank := make([]int32, n.n)
	order := p.sorted(key, nil, &keyHeap{}, make([]int32, p.size()))
	for at, node := range order {
		i := m.activity[node]
		if i < 0 {
			continue
		}
		rank[i] = int32(at)
		lim := n.limitsOf(i)
		s, f := lim.minStart, lim.minFinish
		if k := n.phase[i]; k >= 0 {
			open(k)
			s, f = max(s, es[n.gate(k)]), max(f, ef[n.gate(k)])
		}
		s, f = n.push(es, ef, i, s, f, d, n.duration)
		was := ef[i]
		es[i], ef[i] = n.place(i, s, f, n.duration[i])
		if n.state[i] == planned {
			m.fit(es, ef, i, f, free)
			take(i)
		} else if ef[i] > was { // what it waits for has become later
			for _, x := range p.needsOfA(node) {
				free[x.resource].take(int64(was), int64(ef[i]-was), x.units)
			}
		}
		for k := n.within(i); k >= 0; {
			j := n.span(k)
			es[j], ef[j] = min(es[j], es[i]), max(ef[j], ef[i])
			k = n.within(j)
		}
		if int(i) < n.real {
			d.finish = max(d.finish, ef[i])
		}
	}
	for k := range int32(n.m) {
		open(k)
	}
	return rank
}

// fit moves an activity to the first time at which it gets what it needs, but no
// later than a constraint allows that must be kept.
func (m *model) fit(es, ef []calendar.Instant, i int32, f calendar.Instant, free []profile) {
	n := m.n
	needs := m.problem.needsOfA(m.node[i])
	if ef[i] <= es[i] || len(needs) == 0 {
		return
	}
	start, finish := es[i], ef[i]
	for settled := false; !settled; {
		settled = true
		for _, x := range needs {
			t := calendar.Instant(free[x.resource].fit(int64(start), int64(finish-start), x.units))
			if t > start {
				start, finish = n.place(i, t, f, n.duration[i])
				settled = false
			}
		}
	}
	if m.hard != nil && start > m.hard[i] {
		start, finish = n.place(i, max(es[i], min(start, m.hard[i])), f, n.duration[i])
	}
	es[i], ef[i] = start, finish
}

// betterPlaced compares two placements: by the limits that are not kept, the
// finish, and the sum of the starts.
func (m *model) betterPlaced(a, b *dates) bool {
	score := func(d *dates) (broken, sum calendar.Instant) {
		for i := range m.n.real {
			sum += d.earlyStart[i]
			if m.hard != nil {
				broken += max(0, d.earlyStart[i]-m.hard[i])
			}
		}
		return broken, sum
	}
	ab, as := score(a)
	bb, bs := score(b)
	switch {
	case ab != bb:
		return ab < bb
	case a.finish != b.finish:
		return a.finish < b.finish
	}
	return as < bs
}
