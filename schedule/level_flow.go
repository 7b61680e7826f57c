package schedule

import (
	"cmp"
	"slices"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// flow is that an activity hands a resource on to another, which therefore does
// not start before it has finished.
type flow struct {
	from, to int32
	resource *Resource
}

// flows says who hands what to whom in a levelled schedule, at the given dates:
// a resource flow (Artigues, Michelon and Reusser 2003). Every schedule that
// keeps the flows as dependencies is without overload. An activity takes first
// what those hand on that it waits for anyhow, then what has been free for
// longest, so that the flows bind no more than they have to.
//
// What must be at its time, because it has begun or a constraint says so, may get
// less than it needs. It is owed the rest, and has the first claim on what the
// others free while it lasts; who comes after waits for both.
//
// Flows against the order in which the activities were placed would close a
// loop with the dependencies, which may let an activity be before what it waits
// for (with a lead). These are in against.
func (m *model) flows(start, finish []calendar.Instant, rank []int32) (along, against []flow) {
	linked := map[[2]int32]bool{}
	for k, r := range m.resources {
		var users []int32
		units := map[int32]int64{}
		for _, d := range r.Demands {
			i := d.Activity.index
			users = append(users, i)
			units[i] = r.share(d.Units)
		}
		slices.SortFunc(users, func(a, b int32) int { return cmp.Or(cmp.Compare(start[a], start[b]), cmp.Compare(rank[a], rank[b])) })
		h := handing{finish: finish, rank: rank, held: []stock{{nil, m.problem.capacity[k]}}}
		for _, j := range users {
			h.settle(start[j])
			wants := units[j]
			take := func(wanted func(from int32) bool) {
				for x := 0; x < len(h.held) && wants > 0; {
					st := &h.held[x]
					if h.until(*st) > start[j] || slices.Contains(st.from, j) || !wanted(st.last()) {
						x++
						continue
					}
					part := min(wants, st.units)
					wants -= part
					for _, from := range st.from {
						if m.waitsFor(j, from) {
							continue
						}
						switch f := (flow{from, j, r}); {
						case m.n.state[j] != planned && m.n.state[from] != planned: // neither moves
						case m.n.state[j] == planned && rank[from] < rank[j]:
							along = append(along, f)
						default:
							against = append(against, f)
						}
						linked[[2]int32{from, j}] = true
					}
					if st.units -= part; st.units == 0 {
						h.held = slices.Delete(h.held, x, x+1)
					}
				}
			}
			take(func(from int32) bool { return from >= 0 && (m.waitsFor(j, from) || linked[[2]int32{from, j}]) })
			take(func(int32) bool { return true })
			h.put(stock{[]int32{j}, units[j] - wants})
			if wants > 0 && finish[j] > start[j] {
				h.owed = append(h.owed, stock{[]int32{j}, wants})
			}
		}
	}
	return along, against
}

// stock is some of a resource and who has it: nobody yet, one activity, or one
// that was owed it as well as those who had it before.
type stock struct {
	from  []int32 // the last finishes last
	units int64
}

// last returns the activity that a stock comes free with, -1 for none.
func (s stock) last() int32 {
	if len(s.from) == 0 {
		return -1
	}
	return s.from[len(s.from)-1]
}

// handing is who has how much of one resource, and who is owed some.
type handing struct {
	finish []calendar.Instant
	rank   []int32
	held   []stock // in the order in which they become free
	owed   []stock // each to one activity
}

// until returns when a stock becomes free.
func (h *handing) until(s stock) calendar.Instant {
	if len(s.from) == 0 {
		return never
	}
	return h.finish[s.last()]
}

func (h *handing) put(s stock) {
	if s.units == 0 {
		return
	}
	x, _ := slices.BinarySearchFunc(h.held, s, func(a, b stock) int {
		if len(a.from) == 0 {
			return -1
		}
		return cmp.Or(cmp.Compare(h.until(a), h.until(b)), cmp.Compare(h.rank[a.last()], h.rank[b.last()]))
	})
	h.held = slices.Insert(h.held, x, s)
}

// settle gives what has become free until t to those that are owed some. One that
// has finished by then holds up nobody, but it would if it took longer.
func (h *handing) settle(t calendar.Instant) {
	for x := 0; x < len(h.held) && len(h.owed) > 0 && h.until(h.held[x]) <= t; {
		st := &h.held[x]
		k := slices.IndexFunc(h.owed, func(o stock) bool { return !slices.Contains(st.from, o.last()) })
		if k < 0 {
			x++
			continue
		}
		o := &h.owed[k]
		part := min(o.units, st.units)
		both := stock{append(slices.Clone(st.from), o.last()), part}
		slices.SortFunc(both.from, func(a, b int32) int { return cmp.Or(cmp.Compare(h.finish[a], h.finish[b]), cmp.Compare(a, b)) })
		if o.units -= part; o.units == 0 {
			h.owed = slices.Delete(h.owed, k, k+1)
		}
		if st.units -= part; st.units == 0 {
			h.held = slices.Delete(h.held, x, x+1)
		}
		h.put(both)
	}
}

// waitsFor reports whether j starts only when i has finished, by a dependency of
// its own.
func (m *model) waitsFor(j, i int32) bool {
	n := m.n
	if n.state[j] != planned {
		return false
	}
	for k := n.edgesOf[j]; k < n.edgesOf[j+1]; k++ {
		if e := &n.edges[k]; e.from == i && e.bindsStart && e.fromFinish && e.lag >= 0 {
			return true
		}
	}
	return false
}

// withFlows returns the network with the flows as further dependencies. Where a
// flow cannot be one, the two activities are kept to the dates they have.
func (n *network) withFlows(along, against []flow, start []calendar.Instant) *network {
	out := *n
	out.limit, out.limitOf = slices.Clone(n.limit), slices.Clone(n.limitOf)
	for _, f := range against {
		to := out.ownLimits(f.to)
		to.minStart = max(to.minStart, start[f.to])
		from := out.ownLimits(f.from)
		from.maxFinish = min(from.maxFinish, start[f.to])
	}
	slices.SortFunc(along, func(a, b flow) int { return cmp.Or(cmp.Compare(a.to, b.to), cmp.Compare(a.from, b.from)) })
	along = slices.CompactFunc(slices.Clone(along), func(a, b flow) bool { return a.from == b.from && a.to == b.to })

	out.edges = make([]edge, 0, len(n.edges)+len(along))
	out.deps = make([]*plan.Dependency, 0, len(n.edges)+len(along))
	out.edgesOf = make([]int32, n.nodes()+1)
	out.hands = make([]*Resource, 0, len(n.edges)+len(along))
	add := func(e edge, dep *plan.Dependency, r *Resource) {
		e.index = int32(len(out.edges))
		out.edges, out.deps, out.hands = append(out.edges, e), append(out.deps, dep), append(out.hands, r)
	}
	for i := range int32(n.nodes()) {
		out.edgesOf[i] = int32(len(out.edges))
		for k := n.edgesOf[i]; k < n.edgesOf[i+1]; k++ {
			add(n.edges[k], n.deps[n.edges[k].index], nil)
		}
		for ; len(along) > 0 && along[0].to == i; along = along[1:] {
			f := along[0]
			add(edge{from: f.from, to: f.to, bindsStart: true, fromFinish: true},
				&plan.Dependency{Pred: n.sched.Activities[f.from].ID, Kind: "work"}, f.resource)
		}
	}
	out.edgesOf[n.nodes()] = int32(len(out.edges))
	out.byPredecessor()
	return &out
}
