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
// Flows against the order in which the activities were placed would close a
// loop with the dependencies, which may let an activity be before what it waits
// for (with a lead). These are in against.
func (m *model) flows(start, finish []calendar.Instant, rank []int32) (along, against []flow) {
	p := m.problem
	type stock struct {
		from  int32 // -1 for what nobody has had yet
		units int64
	}
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
		// In the order in which they became free.
		held := []stock{{-1, p.capacity[k]}}
		for _, j := range users {
			wants := units[j]
			take := func(wanted func(from int32) bool) {
				for x := 0; x < len(held) && wants > 0; {
					from := held[x].from
					if from >= 0 && (finish[from] > start[j] || from == j) || !wanted(from) {
						x++
						continue
					}
					part := min(wants, held[x].units)
					wants -= part
					if from >= 0 && !m.waitsFor(j, from) {
						switch f := (flow{from, j, r}); {
						case m.n.state[j] != planned && m.n.state[from] != planned: // neither moves
						case m.n.state[j] == planned && rank[from] < rank[j]:
							along = append(along, f)
						default:
							against = append(against, f)
						}
						linked[[2]int32{from, j}] = true
					}
					if held[x].units -= part; held[x].units == 0 {
						held = slices.Delete(held, x, x+1)
					}
				}
			}
			take(func(from int32) bool { return from >= 0 && (m.waitsFor(j, from) || linked[[2]int32{from, j}]) })
			take(func(int32) bool { return true })
			x, _ := slices.BinarySearchFunc(held, stock{from: j}, func(a, b stock) int {
				if a.from < 0 {
					return -1
				}
				return cmp.Or(cmp.Compare(finish[a.from], finish[b.from]), cmp.Compare(rank[a.from], rank[b.from]))
			})
			held = slices.Insert(held, x, stock{j, units[j] - wants})
			if units[j] == wants {
				held = slices.Delete(held, x, x+1)
			}
		}
	}
	return along, against
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
	out.limit = slices.Clone(n.limit)
	for _, f := range against {
		lim := &out.limit[f.to]
		lim.minStart = max(lim.minStart, start[f.to])
		out.limit[f.from].maxFinish = min(out.limit[f.from].maxFinish, start[f.to])
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
