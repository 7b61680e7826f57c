package schedule

import (
	"fmt"
	"slices"
	"strings"

	"milepost/schedule/diag"
)

// hop is one reason why a node cannot be placed: it waits for another.
type hop struct {
	from, to int32 // from waits for to
	edge     int32 // index of the dependency; -1 if the one is a member of the other
}

// reportCycles adds an error for each group of activities and phases that wait
// for each other, naming a shortest loop of the group. The nodes that are
// missing from the order hold all of them.
func (n *network) reportCycles(list *diag.List) {
	stuck := make([]bool, n.nodes())
	for i := range stuck {
		stuck[i] = true
	}
	for _, i := range n.order {
		stuck[i] = false
	}
	hops := make([][]hop, n.nodes())
	for i := range n.edges {
		if e := &n.edges[i]; stuck[e.from] && stuck[e.to] {
			hops[e.to] = append(hops[e.to], hop{e.to, e.from, int32(i)})
		}
	}
	n.eachMembership(func(from, to int32) {
		if stuck[from] && stuck[to] {
			hops[to] = append(hops[to], hop{to, from, -1})
		}
	})
	for _, group := range knots(hops) {
		n.reportLoop(list, n.readable(shortestLoop(hops, group)))
	}
}

// knots returns the sets of nodes that reach each other, and those that wait
// for themselves, each in ascending order (Tarjan 1972, without recursion).
func knots(hops [][]hop) [][]int32 {
	const unseen = 0
	number := make([]int32, len(hops)) // in order of discovery, from 1
	low := make([]int32, len(hops))
	onStack := make([]bool, len(hops))
	next := make([]int, len(hops)) // hop to look at
	var stack, path []int32
	var groups [][]int32
	count := int32(0)
	for root := range hops {
		if number[root] != unseen || len(hops[root]) == 0 {
			continue
		}
		path = append(path[:0], int32(root))
		for len(path) > 0 {
			v := path[len(path)-1]
			if number[v] == unseen {
				count++
				number[v], low[v] = count, count
				stack, onStack[v] = append(stack, v), true
			}
			if next[v] < len(hops[v]) {
				w := hops[v][next[v]].to
				next[v]++
				if number[w] == unseen {
					path = append(path, w)
				} else if onStack[w] {
					low[v] = min(low[v], number[w])
				}
				continue
			}
			path = path[:len(path)-1]
			if len(path) > 0 {
				up := path[len(path)-1]
				low[up] = min(low[up], low[v])
			}
			if low[v] != number[v] {
				continue
			}
			at := slices.Index(stack, v)
			group := slices.Clone(stack[at:])
			stack = stack[:at]
			for _, w := range group {
				onStack[w] = false
			}
			if len(group) > 1 || slices.ContainsFunc(hops[v], func(h hop) bool { return h.to == v }) {
				slices.Sort(group)
				groups = append(groups, group)
			}
		}
	}
	slices.SortFunc(groups, func(a, b []int32) int { return int(a[0] - b[0]) })
	return groups
}

// searches bounds from how many nodes of a knot a loop is looked for, so that a
// plan that is one big knot is still answered at once.
const searches = 100

// shortestLoop returns a loop within the group with the fewest hops.
func shortestLoop(hops [][]hop, group []int32) []hop {
	inside := make([]bool, len(hops))
	for _, v := range group {
		inside[v] = true
	}
	reached := make([]int, len(hops)) // by the search from which root, from 1
	came := make([]hop, len(hops))
	var queue []int32
	var best []hop
	for search, root := range group[:min(len(group), searches)] {
		queue = append(queue[:0], root)
		for at := 0; at < len(queue) && reached[root] != search+1; at++ {
			for _, h := range hops[queue[at]] {
				if inside[h.to] && reached[h.to] != search+1 {
					reached[h.to], came[h.to] = search+1, h
					queue = append(queue, h.to)
				}
			}
		}
		loop := []hop{came[root]}
		for at := came[root].from; at != root; at = came[at].from {
			loop = append(loop, came[at])
		}
		slices.Reverse(loop)
		if best == nil || len(loop) < len(best) {
			best = loop
		}
	}
	return best
}

// readable makes a loop read well. A phase that waits for one of the loop and is
// waited for by another needs none of its members to explain that, so what lies
// between its two faces is left out. The loop begins with the activity that
// comes first in the plan.
func (n *network) readable(loop []hop) []hop {
	for k := range n.m {
		is := func(node int32) func(hop) bool { return func(h hop) bool { return h.from == node } }
		if at := slices.IndexFunc(loop, is(n.span(int32(k)))); at >= 0 {
			turned := turn(loop, at)
			if at := slices.IndexFunc(turned, is(n.gate(int32(k)))); at >= 0 {
				loop = turned[at:]
			}
		}
	}
	first := 0
	for i, h := range loop {
		if h.from < loop[first].from {
			first = i
		}
	}
	return turn(loop, first)
}

// turn returns the loop from its i-th hop on.
func turn(loop []hop, i int) []hop {
	return append(slices.Clone(loop[i:]), loop[:i]...)
}

// longestLoop is how many links of a loop are told one by one.
const longestLoop = 30

func (n *network) reportLoop(list *diag.List, loop []hop) {
	var at diag.Pos
	var notes []diag.Note
	var names []string
	for i, h := range loop {
		// The hop leads on to what the next begins with, whichever face of it.
		from, to := n.name(h.from), n.name(loop[(i+1)%len(loop)].from)
		names = append(names, from)
		note := diag.Note{Message: from + " waits for " + to}
		switch {
		case h.edge >= 0:
			note.Pos = n.deps[h.edge].Pos
			if at == (diag.Pos{}) {
				at = note.Pos
			}
		case int(h.from) >= n.n+n.m: // a span, which waits for its members
			note = diag.Note{Message: to + " is in " + from, Pos: n.memberPos(h.to)}
		default: // a member, which waits for the gate of its phase
			note = diag.Note{Message: from + " is in " + to, Pos: n.memberPos(h.from)}
		}
		notes = append(notes, note)
	}
	if more := len(names) - longestLoop; more > 0 {
		names = append(names[:longestLoop], fmt.Sprintf("%d more", more))
		notes = append(notes[:longestLoop], diag.Note{Message: fmt.Sprintf("and %d more links", more)})
	}
	names = append(names, names[0])
	d := list.Errorf(CodeCycle, at, "%s wait for each other", strings.Join(names, " → "))
	if len(loop) == 1 {
		d.Message = names[0] + " waits for itself"
	}
	d.Notes = notes
	d.Hint = "take one of these dependencies out"
	if slices.ContainsFunc(loop, func(h hop) bool { return h.edge < 0 }) {
		d.Hint = "take one of these dependencies out; who waits for a phase waits for all of its members, and what a phase waits for, its members wait for"
	}
}

// name returns the id of the activity or phase that a node stands for.
func (n *network) name(i int32) string {
	switch {
	case int(i) < n.real:
		return n.sched.Activities[i].ID
	case int(i) < n.n:
		return n.sched.Phases[n.phase[i]].ID
	}
	return n.sched.Phases[(int(i)-n.n)%n.m].ID
}

// memberPos returns where the activity or phase says which phase it is in.
func (n *network) memberPos(i int32) diag.Pos {
	switch {
	case int(i) < n.real:
		return n.sched.Activities[i].At("phase")
	case int(i) < n.n:
		return n.sched.Phases[n.phase[i]].At("")
	}
	return n.sched.Phases[(int(i)-n.n)%n.m].At("phase")
}
