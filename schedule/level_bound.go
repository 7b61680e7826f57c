package schedule

import (
	"cmp"
	"slices"

	"milepost/schedule/calendar"
)

// Beyond these sizes a bound would take longer than it is worth: activities that
// need one resource, for the energy in all intervals and for that of activities
// wholly in one, and activities for pairs that exclude each other.
const (
	mostForIntervals = 128
	mostForWhole     = 2_000
	mostForPairs     = 256
)

// bounds are dates that every schedule of a problem keeps.
type bounds struct {
	p      *problem
	pinned []bool // activities that are where they are; they may overload what they need

	head []int64 // no start before
	tail []int64 // from the finish to the finish of everything, at least
	unit int64   // every date of a schedule that cannot be moved forward is a multiple
	path int64   // the longest path
	load []load

	excluded [][]int32 // activities that cannot be at the same time
	from, by []int64   // window for a finish that is tried
	order    []int32
}

// load is what some activities need of something: a resource, or the right to be
// the only one of a clique of activities that exclude each other.
type load struct {
	members  []int32
	units    []int64
	capacity int64
}

func newBounds(p *problem, pinned []bool) *bounds {
	n := p.size()
	b := &bounds{p: p, pinned: pinned, head: p.earliestStarts(), tail: make([]int64, n), order: p.topological(),
		from: make([]int64, n), by: make([]int64, n), load: make([]load, len(p.base))}
	for _, i := range slices.Backward(b.order) {
		for _, a := range p.behind(i) {
			if a.after != onlyOrder {
				b.tail[i] = max(b.tail[i], a.after+p.duration[a.other]+b.tail[a.other]-p.duration[i])
			}
		}
		b.path = max(b.path, b.head[i]+p.duration[i]+b.tail[i])
	}
	crowded := b.crowded()
	for i := range int32(n) {
		for _, x := range p.needsOfA(i) {
			if p.duration[i] > 0 && !(pinned[i] && crowded[x.resource]) {
				l := &b.load[x.resource]
				l.members, l.units, l.capacity = append(l.members, i), append(l.units, x.units), p.capacity[x.resource]
			}
		}
		b.unit = gcd(gcd(b.unit, p.duration[i]), b.head[i])
		for _, a := range p.behind(i) {
			if a.after != onlyOrder {
				b.unit = gcd(b.unit, a.after)
			}
		}
	}
	b.unit = max(1, b.unit)
	b.findExcluded()
	b.findCliques()
	return b
}

// crowded reports of which resources the pinned activities alone need more at a
// time than there is. What they need of them says nothing about the others.
func (b *bounds) crowded() []bool {
	p := b.p
	free := make([]profile, len(p.base))
	for r := range free {
		free[r] = newProfile(p.capacity[r])
	}
	for i := range int32(p.size()) {
		if b.pinned[i] && p.duration[i] > 0 {
			for _, x := range p.needsOfA(i) {
				free[x.resource].take(b.head[i], p.duration[i], x.units)
			}
		}
	}
	out := make([]bool, len(free))
	for r := range out {
		out[r] = slices.Min(free[r].free) < 0
	}
	return out
}

func gcd(a, b int64) int64 {
	if a < 0 {
		a = -a
	}
	if b < 0 {
		b = -b
	}
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func (b *bounds) findExcluded() {
	n := b.p.size()
	if n > mostForPairs {
		return
	}
	b.excluded = make([][]int32, n)
	for i := range int32(n) {
		for j := range i {
			if b.p.duration[i] > 0 && b.p.duration[j] > 0 && !(b.pinned[i] && b.pinned[j]) && b.exclude(i, j) {
				b.excluded[i], b.excluded[j] = append(b.excluded[i], j), append(b.excluded[j], i)
			}
		}
	}
}

// findCliques gathers activities no two of which can be at the same time, because
// of a resource or because one waits for the other: from each activity on, the
// longest ones that fit.
func (b *bounds) findCliques() {
	p := b.p
	n := p.size()
	if n > mostForPairs {
		return
	}
	apart := make([][]bool, n) // apart[i][j]: i and j never overlap
	for i := range apart {
		apart[i] = make([]bool, n)
	}
	for _, i := range b.order { // first whether j has finished before i starts
		for _, a := range p.before(i) {
			if a.after == onlyOrder || a.after < p.duration[a.other] {
				continue
			}
			apart[i][a.other] = true
			for j := range n {
				apart[i][j] = apart[i][j] || apart[a.other][j]
			}
		}
	}
	for i := range apart {
		for j := range i {
			apart[i][j] = apart[i][j] || apart[j][i]
			apart[j][i] = apart[i][j]
		}
		for _, j := range b.excluded[i] {
			apart[i][j], apart[j][i] = true, true
		}
	}
	longest := make([]int32, 0, n)
	for i := range int32(n) {
		if p.duration[i] > 0 {
			longest = append(longest, i)
		}
	}
	slices.SortFunc(longest, func(x, y int32) int { return cmp.Or(cmp.Compare(p.duration[y], p.duration[x]), cmp.Compare(x, y)) })
	var found [][]int32
	for _, i := range longest {
		clique := []int32{i}
		for _, j := range longest {
			if !slices.ContainsFunc(clique, func(k int32) bool { return k == j || !apart[j][k] }) {
				clique = append(clique, j)
			}
		}
		slices.Sort(clique)
		if len(clique) > 2 && !slices.ContainsFunc(found, func(c []int32) bool { return slices.Equal(c, clique) }) {
			found = append(found, clique)
			b.load = append(b.load, load{clique, slices.Repeat([]int64{1}, len(clique)), 1})
		}
	}
}

// exclude reports whether two activities need more together than there is.
func (b *bounds) exclude(i, j int32) bool {
	for _, x := range b.p.needsOfA(i) {
		for _, y := range b.p.needsOfA(j) {
			if x.resource == y.resource && x.units+y.units > b.p.capacity[x.resource] {
				return true
			}
		}
	}
	return false
}

// best returns a finish that no schedule beats: the longest path, raised as long
// as a finish can be shown to be impossible (destructive improvement, Klein and
// Scholl 1999). The finish of a schedule that is known is no bound and ends the
// search.
func (b *bounds) best(finish int64) int64 {
	lo, hi := b.path, finish // lo is a bound, hi is possible
	for lo < hi {
		t := lo + (hi-lo)/2/b.unit*b.unit
		if t >= hi {
			t = lo
		}
		if !b.impossible(t) {
			hi = t
			continue
		}
		lo = min(hi, t+b.unit)
	}
	return lo
}

// impossible reports whether no schedule finishes by t: an activity has no room,
// or a resource is needed longer than there is time.
func (b *bounds) impossible(t int64) bool {
	p := b.p
	copy(b.from, b.head)
	for i := range b.by {
		b.by[i] = t - b.tail[i]
		if b.pinned[i] {
			b.by[i] = min(b.by[i], b.head[i]+p.duration[i])
		}
	}
	for range 10 {
		changed := b.orderPairs()
		for _, i := range b.order {
			for _, a := range p.before(i) {
				if v := b.from[a.other] + a.after; v > b.from[i] {
					b.from[i], changed = v, true
				}
			}
		}
		for _, i := range slices.Backward(b.order) {
			for _, a := range p.behind(i) {
				if v := b.by[a.other] - p.duration[a.other] - a.after + p.duration[i]; v < b.by[i] {
					b.by[i], changed = v, true
				}
			}
			if b.from[i]+p.duration[i] > b.by[i] {
				return true
			}
		}
		if !changed {
			break
		}
	}
	return slices.ContainsFunc(b.load, b.overloaded)
}

// orderPairs orders activities that exclude each other where only one order is
// left (Carlier and Pinson 1989).
func (b *bounds) orderPairs() (changed bool) {
	for i := range b.excluded {
		for _, j := range b.excluded[i] {
			if b.from[i]+b.p.duration[i]+b.p.duration[j] <= b.by[j] {
				continue // i may be first
			}
			if v := b.from[j] + b.p.duration[j]; v > b.from[i] {
				b.from[i], changed = v, true
			}
			if v := b.by[i] - b.p.duration[i]; v < b.by[j] {
				b.by[j], changed = v, true
			}
		}
	}
	return changed
}

// overloaded reports whether some interval asks more than there is in it, however
// the activities are moved in their windows (energetic reasoning, Baptiste, Le
// Pape and Nuijten 1999).
func (b *bounds) overloaded(l load) bool {
	p := b.p
	starts, ends := make([]int64, len(l.members)), make([]int64, len(l.members))
	for k, i := range l.members {
		starts[k], ends[k] = b.from[i], b.by[i]
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	switch n := len(l.members); {
	case n > mostForWhole:
		return b.overloadedByWhole(l, starts[:1])
	case n > mostForIntervals:
		return b.overloadedByWhole(l, starts)
	}
	slices.Sort(ends)
	ends = slices.Compact(ends)
	for _, t1 := range starts {
		for _, t2 := range ends {
			if t2 <= t1 {
				continue
			}
			var energy int64
			for k, i := range l.members {
				d := p.duration[i]
				// The least part in the interval: as early or as late as possible.
				part := min(d, t2-t1, b.from[i]+d-t1, t2-(b.by[i]-d))
				if part > 0 {
					energy += part * l.units[k]
				}
			}
			if energy > l.capacity*(t2-t1) {
				return true
			}
		}
	}
	return false
}

// overloadedByWhole is overloaded with only the activities whose window is within
// the interval.
func (b *bounds) overloadedByWhole(l load, starts []int64) bool {
	order := make([]int, len(l.members))
	for k := range order {
		order[k] = k
	}
	slices.SortFunc(order, func(x, y int) int { return cmp.Compare(b.by[l.members[x]], b.by[l.members[y]]) })
	for _, t1 := range starts {
		var energy int64
		for _, k := range order {
			i := l.members[k]
			if b.from[i] < t1 {
				continue
			}
			energy += b.p.duration[i] * l.units[k]
			if energy > l.capacity*(b.by[i]-t1) {
				return true
			}
		}
	}
	return false
}

// lowerBound returns an instant before which the plan does not finish if no
// resource is to be overloaded. The finish is that of a schedule that is known.
func (m *model) lowerBound(finish int64) calendar.Instant {
	n, s := m.n, m.n.sched
	bound := m.d.finish
	if !m.rough {
		b := newBounds(m.problem, m.pinned)
		if best := b.best(finish); best > 0 {
			bound = max(bound, m.common.Add(s.Start, calendar.Work(best)))
		}
		return bound
	}
	// On several calendars: the work that all of a resource has to do on one.
	for _, r := range m.resources {
		c := r.Calendar
		var energy int64
		first := ever
		for _, d := range r.Demands {
			a := d.Activity
			if a.Calendar != c {
				energy = 0
				break
			}
			if n.state[a.index] == planned {
				energy += r.share(d.Units) * int64(a.Duration)
				first = min(first, m.d.earlyStart[a.index])
			}
		}
		if energy > 0 {
			needed := (energy + r.supply() - 1) / r.supply()
			bound = max(bound, c.Add(first, calendar.Work(needed)))
		}
	}
	return bound
}
