package schedule

import (
	"math"
	"slices"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// network is the activity-on-node graph of a plan, in flat arrays, so that one
// pass over it allocates nothing and can be repeated with other durations.
//
// A node is an activity or one of the two faces of a phase. The gate of a phase
// gathers what the phase waits for and hands it to each member; its span
// gathers the dates of the members for those who wait for the phase. So a
// dependency between two phases of a thousand members each is one edge and not
// a million.
//
//	[0, n)         activities: work, milestones, a stand-in for each empty phase
//	[n, n+m)       gates
//	[n+m, n+2m)    spans
type network struct {
	sched *Schedule
	n, m  int // activities with the stand-ins, phases
	real  int // activities without the stand-ins

	plan     *calendar.Calendar // for lags of phases
	calendar []*calendar.Calendar
	duration []calendar.Work
	limit    []limits // limit[0] of most activities, each other of one
	limitOf  []int32  // places in limit, by activity
	state    []state
	history  []history // empty if nothing has begun
	alap     []bool    // empty if nothing is as late as possible

	phase  []int32 // of each activity, -1 for none
	outer  []bool  // the activity waits for its own phase and so is no part of its span
	parent []int32 // of each phase, -1 for none
	empty  []bool  // the phase has no member; its stand-in counts for no other

	edges   []edge             // by successor
	edgesOf []int32            // edges[edgesOf[i]:edgesOf[i+1]] lead to node i
	deps    []*plan.Dependency // what each edge was written as
	hands   []*Resource        // what the predecessor of an edge hands on, in a levelled network; nil for a dependency
	out     []edge             // the same edges by predecessor
	outOf   []int32            // out[outOf[i]:outOf[i+1]] leave node i

	order []int32 // every node after all it waits for
}

// edge is one dependency: from an activity or a span, to an activity or a gate.
type edge struct {
	from, to   int32
	index      int32 // in the edges by successor
	bindsStart bool  // of the successor, otherwise its finish
	fromFinish bool  // counts from the predecessor's finish, otherwise from its start
	lagType    lagType
	lag        calendar.Work // working or elapsed minutes; of a share the bits of its percent
}

// percent returns the share of the predecessor's duration that a lag is.
func (e *edge) percent() float64 { return math.Float64frombits(uint64(e.lag)) }

type lagType uint8

const (
	noLag lagType = iota
	workingLag
	elapsedLag
	shareLag
)

// limits are the constraints of an activity as instants, never and ever where
// there is none.
type limits struct {
	minStart, minFinish, maxStart, maxFinish calendar.Instant
}

// limitsOf returns the constraints of an activity, not to be changed.
func (n *network) limitsOf(i int32) *limits { return &n.limit[n.limitOf[i]] }

// ownLimits returns the constraints of an activity to be changed for it alone,
// until the next call.
func (n *network) ownLimits(i int32) *limits {
	if n.limitOf[i] == 0 {
		n.limitOf[i] = int32(len(n.limit))
		n.limit = append(n.limit, n.limit[0])
	}
	return n.limitsOf(i)
}

// ever and never are later and earlier than all dates, with room to count on
// from them.
const (
	ever  = calendar.Instant(math.MaxInt64 / 4)
	never = -ever
)

// lastInstant is the end of the year 9999, the last that a date can be written
// for.
const lastInstant = calendar.Instant(2932897) * calendar.MinutesPerDay

// newNetwork makes the network of the schedule's activities and phases and
// fills in their calendars and durations.
func newNetwork(s *Schedule) *network {
	n := &network{sched: s, real: len(s.Activities), m: len(s.Phases), plan: s.Calendar}

	n.parent = make([]int32, n.m)
	n.empty = make([]bool, n.m)
	var empty []int32
	for k, ph := range s.Phases {
		n.parent[k] = -1
		if ph.Parent != nil {
			n.parent[k] = ph.Parent.index
		}
		if n.empty[k] = !hasMember(ph); n.empty[k] {
			empty = append(empty, int32(k))
		}
	}

	n.n = n.real + len(empty)
	n.calendar = make([]*calendar.Calendar, n.n)
	n.duration = make([]calendar.Work, n.n)
	n.limit = []limits{s.usualLimits()}
	n.limitOf = make([]int32, n.n)
	n.state = make([]state, n.n)
	n.phase = make([]int32, n.n)
	n.outer = make([]bool, n.n)
	for i, a := range s.Activities {
		n.calendar[i], n.duration[i] = a.Calendar, a.Duration
		h := s.history(a)
		if l := s.limitsOf(a, &h); l != n.limit[0] {
			*n.ownLimits(int32(i)) = l
		}
		if h.state != planned {
			if n.history == nil {
				n.history = make([]history, n.n)
			}
			n.state[i], n.history[i] = h.state, h
		}
		if a.isLate {
			if n.alap == nil {
				n.alap = make([]bool, n.n)
			}
			n.alap[i] = true
		}
		n.phase[i] = -1
		if a.Phase != nil {
			n.phase[i] = a.Phase.index
			n.outer[i] = marksItsPhase(a)
		}
	}
	for j, k := range empty {
		i := n.real + j
		n.calendar[i], n.phase[i] = n.plan, k
		*n.ownLimits(int32(i)) = limits{s.Start, never, ever, ever}
	}
	n.addEdges()
	return n
}

// hasMember reports whether the phase has a member, at any depth, that its span
// counts.
func hasMember(ph *PhaseDates) bool {
	return slices.ContainsFunc(ph.Activities, func(a *Activity) bool { return !marksItsPhase(a) }) ||
		slices.ContainsFunc(ph.Children, hasMember)
}

// marksItsPhase reports whether a milestone waits for the phase it is shown
// with. It marks the end of that phase; counting it as a member would make it
// wait for itself.
func marksItsPhase(a *Activity) bool {
	if a.Milestone == nil {
		return false
	}
	for _, dep := range a.Milestone.After {
		for ph := a.Phase; ph != nil; ph = ph.Parent {
			if ph.ID == dep.Pred {
				return true
			}
		}
	}
	return false
}

func (n *network) gate(phase int32) int32 { return int32(n.n) + phase }
func (n *network) span(phase int32) int32 { return int32(n.n+n.m) + phase }
func (n *network) nodes() int             { return n.n + 2*n.m }

// addEdges fills the edges in compressed rows, by successor and by predecessor.
func (n *network) addEdges() {
	count := n.sched.dependencies
	n.edges = make([]edge, 0, count)
	n.deps = make([]*plan.Dependency, 0, count)
	n.edgesOf = make([]int32, n.nodes()+1)
	add := func(to int32, deps []plan.Dependency, c *calendar.Calendar) {
		n.edgesOf[to] = int32(len(n.edges))
		for i := range deps {
			from := n.sched.Plan.PlaceOf(&deps[i])
			switch {
			case from < 0:
				continue // the loader has reported it
			case int(from) >= n.real:
				from = n.span(from - int32(n.real))
			}
			e := newEdge(&deps[i], c)
			e.from, e.to, e.index = from, to, int32(len(n.edges))
			n.edges, n.deps = append(n.edges, e), append(n.deps, &deps[i])
		}
	}
	p := n.sched.Plan
	for i, w := range p.Work {
		add(int32(i), w.After, n.calendar[i])
	}
	for k, m := range p.Milestones {
		i := len(p.Work) + k
		add(int32(i), m.After, n.calendar[i])
	}
	for i := n.real; i < n.n; i++ {
		n.edgesOf[i] = int32(len(n.edges))
	}
	for k, ph := range n.sched.Phases {
		add(n.gate(int32(k)), ph.After, n.plan)
	}
	for i := n.n + n.m; i <= n.nodes(); i++ {
		n.edgesOf[i] = int32(len(n.edges))
	}

	n.byPredecessor()
}

// byPredecessor fills in the edges by predecessor from those by successor.
func (n *network) byPredecessor() {
	n.outOf = make([]int32, n.nodes()+1)
	for i := range n.edges {
		n.outOf[n.edges[i].from+1]++
	}
	for i := range n.nodes() {
		n.outOf[i+1] += n.outOf[i]
	}
	n.out = make([]edge, len(n.edges))
	next := slices.Clone(n.outOf)
	for i := range n.edges {
		from := n.edges[i].from
		n.out[next[from]] = n.edges[i]
		next[from]++
	}
}

// newEdge makes an edge whose lag runs on the successor's calendar.
func newEdge(dep *plan.Dependency, c *calendar.Calendar) edge {
	e := edge{
		bindsStart: dep.Type == plan.FinishToStart || dep.Type == plan.StartToStart,
		fromFinish: dep.Type == plan.FinishToStart || dep.Type == plan.FinishToFinish,
	}
	switch lag := &dep.Lag; {
	case lag.IsPercent:
		e.lagType, e.lag = shareLag, calendar.Work(math.Float64bits(lag.Percent))
	case lag.Duration.Thousandths == 0:
	case lag.Duration.Elapsed:
		e.lagType, e.lag = elapsedLag, calendar.Work(lag.Duration.Minutes(c))
	default:
		e.lagType, e.lag = workingLag, calendar.Work(lag.Duration.Minutes(c))
	}
	return e
}

// after returns the dependencies as written.
func (a *Activity) after() []plan.Dependency {
	if a.Work != nil {
		return a.Work.After
	}
	return a.Milestone.After
}

// sort puts the nodes in an order in which each comes after all it waits for
// (Kahn 1962). Of those that are free to go it takes the one that was released
// last, so that neighbours in the plan mostly stay neighbours in the order and
// the passes find them in the cache. It returns false if some wait for each
// other; these are then missing from the order.
func (n *network) sort() bool {
	waits := make([]int32, n.nodes())
	for i := range n.edges {
		waits[n.edges[i].to]++
	}
	n.eachMembership(func(from, to int32) { waits[to]++ })

	// The members by the gate they wait for.
	row := make([]int32, n.m+2)
	n.eachMember(func(gate, member int32) { row[int(gate)-n.n+2]++ })
	for k := range n.m {
		row[k+2] += row[k+1]
	}
	members := make([]int32, row[n.m+1])
	n.eachMember(func(gate, member int32) {
		next := &row[int(gate)-n.n+1]
		members[*next] = member
		*next++
	})

	n.order = make([]int32, 0, n.nodes())
	ready := make([]int32, 0, 64) // the next at the end
	release := func(to int32) {
		if waits[to]--; waits[to] == 0 {
			ready = append(ready, to)
		}
	}
	for root := range int32(n.nodes()) {
		if waits[root] != 0 {
			continue
		}
		waits[root] = -1
		ready = append(ready, root)
		for len(ready) > 0 {
			from := ready[len(ready)-1]
			ready = ready[:len(ready)-1]
			waits[from] = -1
			n.order = append(n.order, from)
			if k := int(from) - n.n; k >= 0 && k < n.m { // a gate
				in := members[row[k]:row[k+1]]
				for j := len(in) - 1; j >= 0; j-- {
					release(in[j])
				}
				continue
			}
			leaving := n.out[n.outOf[from]:n.outOf[from+1]]
			for k := len(leaving) - 1; k >= 0; k-- {
				release(leaving[k].to)
			}
			if k := n.within(from); k >= 0 {
				release(n.span(k))
			}
		}
	}
	return len(n.order) == n.nodes()
}

// eachMember visits the edges from the gate of a phase to its members: to
// activities, and to the gates of phases in it.
func (n *network) eachMember(visit func(gate, member int32)) {
	for i := range n.n {
		if k := n.phase[i]; k >= 0 {
			visit(n.gate(k), int32(i))
		}
	}
	for k, up := range n.parent {
		if up >= 0 {
			visit(n.gate(up), n.gate(int32(k)))
		}
	}
}

// eachMembership visits the edges that phases are made of: from the gate of a
// phase to its members, from the members to its span.
func (n *network) eachMembership(visit func(from, to int32)) {
	n.eachMember(visit)
	for i := range int32(n.n) {
		if k := n.within(i); k >= 0 {
			visit(i, n.span(k))
		}
	}
	for k := range int32(n.m) {
		if up := n.within(n.span(k)); up >= 0 {
			visit(n.span(k), n.span(up))
		}
	}
}
