package schedule

import (
	"cmp"
	"math"
	"slices"

	"milepost/schedule/calendar"
)

// Levelling is what was done so that no role or person is needed more than there
// is, and how good it can be at best.
//
// The levelled schedule starts some activities later than they could. It splits
// none, moves none that has begun, and keeps every dependency and constraint.
// Where several activities compete, the one with the higher priority goes first,
// with what it waits for if its priority is above the usual 500; among equals the
// plan is to finish as early as possible. The schedule is the best of several
// priority rules, serial and parallel, each improved by moving everything to the
// right and back (rules in level_solve.go), and with Options.Schedules of a search
// as well (level_search.go).
//
// The dates of a levelled schedule are relative to it: an activity is critical if
// a day lost there is a day lost at the finish as long as nobody is to do two
// things at once. Its early dates remain those without levelling.
type Levelling struct {
	// UnlevelledFinish is when the plan would finish if nobody had to wait.
	UnlevelledFinish calendar.Instant
	// Bound is an instant before which no schedule without overload finishes. Gap
	// is the working time from there to the finish of this one, on the plan's
	// calendar; zero means that it cannot be better.
	Bound     calendar.Instant
	Gap       calendar.Work
	Seed      uint64 // of the search
	Schedules int    // schedules made to find this one
	Budget    int    // schedules that the search was allowed; 0 for no search

	waits, keeps [][]Wait // by activity
}

// Wait says that an activity starts later because another one holds a resource
// until then.
type Wait struct {
	Resource *Resource
	Activity *Activity // the other end: which holds it, or which waits
}

// Waits returns whom an activity waits for itself in a levelled schedule, nil if
// for nobody.
func (a *Activity) Waits() []Wait {
	if l := a.sched.Levelling; l != nil {
		return l.waits[a.index]
	}
	return nil
}

// Keeps returns who waits for the activity in a levelled schedule.
func (a *Activity) Keeps() []Wait {
	if l := a.sched.Levelling; l != nil {
		return l.keeps[a.index]
	}
	return nil
}

// usualPriority is that of work whose plan does not say.
const usualPriority = 500

// wantsLevelling reports whether the schedule is to be levelled, by its plan or
// by the options.
func (s *Schedule) wantsLevelling(opts Options) bool { return opts.Level || s.Plan.Level }

// level finds a schedule without overload for a network whose early dates are
// in d, and returns that network with who hands what to whom as further
// dependencies, and its early dates.
func (s *Schedule) level(n *network, d *dates, opts Options) (*network, *dates) {
	s.Levelling = &Levelling{UnlevelledFinish: d.finish, Bound: d.finish, Budget: s.Plan.LevelSchedules, Seed: uint64(s.Plan.LevelSeed),
		waits: make([][]Wait, n.real), keeps: make([][]Wait, n.real)}
	if opts.Schedules > 0 {
		s.Levelling.Budget = opts.Schedules
	}
	if opts.Seed > 0 {
		s.Levelling.Seed = opts.Seed
	}
	m := newModel(n, d)
	if len(m.resources) == 0 {
		return n, d
	}
	x := m.solve(s.Levelling.Budget, s.Levelling.Seed)
	placed := n.newDates()
	rank := m.place(placed, x.orders[0])
	for _, order := range x.orders[1:] {
		other := n.newDates()
		r := m.place(other, order)
		x.made++
		if m.betterPlaced(other, placed) {
			placed, rank = other, r
		}
	}
	along, against := m.flows(placed.earlyStart, placed.earlyFinish, rank)
	flows := slices.Concat(along, against)
	levelled := n.withFlows(along, against, placed.earlyStart)
	if !levelled.sort() { // cannot be, as flows lead along an order of the network
		levelled = n.withFlows(nil, flows, placed.earlyStart)
		levelled.sort()
	}
	out := n.newDates()
	levelled.forward(out, n.duration)

	s.Levelling.Bound = min(x.bound, out.finish)
	s.Levelling.Gap = s.Calendar.Between(s.Levelling.Bound, out.finish)
	s.Levelling.Schedules = x.made
	for i, a := range s.Activities {
		if n.state[i] == planned {
			a.LevellingDelay = a.Calendar.Between(d.earlyStart[i], out.earlyStart[i])
		}
	}
	s.addWaits(n, out, flows)
	return levelled, out
}

// addWaits notes who waits for whom: where an activity would start earlier if it
// were not for those who hand it a resource.
func (s *Schedule) addWaits(n *network, d *dates, flows []flow) {
	slices.SortStableFunc(flows, func(a, b flow) int {
		return cmp.Or(cmp.Compare(a.to, b.to), cmp.Compare(a.resource.index, b.resource.index), cmp.Compare(a.from, b.from))
	})
	waits, keeps := s.Levelling.waits, s.Levelling.keeps
	for k := 0; k < len(flows); {
		i := flows[k].to
		if n.state[i] != planned || n.ready(d, i) >= d.earlyStart[i] {
			for ; k < len(flows) && flows[k].to == i; k++ {
			}
			continue
		}
		a := s.Activities[i]
		for ; k < len(flows) && flows[k].to == i; k++ {
			f := flows[k]
			if a.Calendar.Between(d.earlyFinish[f.from], d.earlyStart[i]) <= 0 {
				holder := s.Activities[f.from]
				waits[i] = append(waits[i], Wait{f.resource, holder})
				keeps[f.from] = append(keeps[f.from], Wait{f.resource, a})
			}
		}
	}
}

// ready returns the start of an activity that its dependencies and constraints
// allow if all others are where they are.
func (n *network) ready(d *dates, i int32) calendar.Instant {
	lim := &n.limit[i]
	s, f := lim.minStart, lim.minFinish
	if k := n.phase[i]; k >= 0 {
		s, f = max(s, d.earlyStart[n.gate(k)]), max(f, d.earlyFinish[n.gate(k)])
	}
	s, f = n.push(d.earlyStart, d.earlyFinish, i, s, f, d, n.duration)
	start, _ := n.place(i, s, f, n.duration[i])
	return start
}

// answer is what solving a model comes to.
type answer struct {
	orders [][]int64 // keys by node, the best first; more than one only if rough
	made   int
	bound  calendar.Instant
}

// solve finds where the activities of the model go.
func (m *model) solve(budget int, seed uint64) answer {
	class := m.classes(nil)
	var a answer
	urgent := make([]bool, m.problem.size())
	limited := slices.ContainsFunc(m.problem.latest, func(t int64) bool { return t < forever })
	// Work that a constraint wants earlier than its turn would let it goes first,
	// with all it waits for.
	for limited {
		trial := m.solveClasses(class, 0, seed, &a)
		if !m.spread(urgent, trial[0]) {
			break
		}
		class = m.classes(urgent)
	}
	rest := budget
	if budget > 0 {
		rest = max(1, budget-a.made)
	}
	a.orders = m.solveClasses(class, rest, seed, &a)
	return a
}

// spread adds to the urgent nodes those that break a limit and all before them,
// and reports whether there are new ones.
func (m *model) spread(urgent []bool, start []int64) bool {
	p := m.problem
	found := false
	order := p.topological()
	for _, i := range slices.Backward(order) {
		needed := start[i] > p.latest[i] && !m.pinned[i]
		for _, a := range p.behind(i) {
			needed = needed || urgent[a.other] && !m.pinned[a.other]
		}
		if needed && !urgent[i] {
			urgent[i], found = true, true
		}
	}
	return found
}

const urgentClass = math.MaxInt

// classes returns for each node the class in which it is placed, a higher one
// first: its priority, or that of more important work that waits for it, but no
// higher than that of anything it waits for.
func (m *model) classes(urgent []bool) []int {
	p := m.problem
	class := make([]int, p.size())
	order := p.topological()
	for _, i := range slices.Backward(order) {
		class[i] = -1
		if k := m.activity[i]; k >= 0 {
			class[i] = m.priority(k)
		}
		for _, a := range p.behind(i) {
			if c := class[a.other]; c > usualPriority {
				class[i] = max(class[i], c)
			}
		}
		if urgent != nil && urgent[i] {
			class[i] = urgentClass
		}
	}
	for _, i := range order {
		least := urgentClass
		for _, a := range p.before(i) {
			if !m.pinned[a.other] {
				least = min(least, class[a.other])
			}
		}
		if class[i] < 0 {
			class[i] = min(least, urgentClass-1)
		}
		class[i] = min(class[i], least)
	}
	return class
}

// solveClasses solves the problem class by class, the higher ones in the way of
// the lower, and returns keys that order the nodes accordingly.
func (m *model) solveClasses(class []int, budget int, seed uint64, a *answer) [][]int64 {
	p := m.problem
	n := p.size()
	var values []int
	free := 0
	for i, c := range class {
		if !m.pinned[i] {
			free++
			values = append(values, c)
		}
	}
	slices.Sort(values)
	values = slices.Compact(values)
	slices.Reverse(values)

	start := slices.Clone(m.at)
	placed := slices.Clone(m.pinned)
	a.bound = m.d.finish
	if free == 0 {
		return [][]int64{start}
	}
	var orders [][]int64
	left := budget
	for _, c := range values {
		sub, nodes := m.part(start, placed, class, c)
		share := 0
		if budget > 0 {
			share = max(1, left*len(nodes)/free)
			left, free = max(0, left-share), free-len(nodes)
		}
		early := sub.earliestStarts()
		bound := int64(-forever)
		for i := range early {
			bound = max(bound, early[i]+sub.duration[i])
		}
		s := newSolver(sub, share, bound)
		s.keep = 8
		if len(values) == 1 {
			s.lower = func(finish int64) int64 {
				if a.bound = m.lowerBound(finish); m.rough {
					return bound
				}
				return m.pos(a.bound)
			}
		}
		s.rules()
		if share > 0 {
			s.search(seed)
		}
		a.made += s.made
		for k, i := range nodes {
			start[i], placed[i] = s.best.start[k], true
		}
		if m.rough && len(values) == 1 {
			for _, x := range s.elite {
				other := slices.Clone(start)
				for k, i := range nodes {
					other[i] = x.start[k]
				}
				orders = append(orders, other)
			}
		}
	}
	if len(values) > 1 {
		a.bound = m.lowerBound(m.finishOf(start))
		for i := range start { // the class first, then the start within it
			if !m.pinned[i] {
				k, _ := slices.BinarySearchFunc(values, class[i], func(a, b int) int { return cmp.Compare(b, a) })
				start[i] += int64(k+1) * (1 << 50)
			}
		}
	}
	if len(orders) == 0 || n == 0 {
		orders = [][]int64{start}
	}
	return orders
}

func (m *model) finishOf(start []int64) int64 {
	finish := int64(-forever)
	for i, t := range start {
		finish = max(finish, t+m.problem.duration[i])
	}
	return finish
}

// part returns the problem of one class, the nodes placed in its way.
func (m *model) part(start []int64, placed []bool, class []int, c int) (*problem, []int32) {
	p := m.problem
	sub := &problem{capacity: p.capacity, base: make([]profile, len(p.base)), needsOf: []int32{0}, force: c == urgentClass}
	for r := range p.base {
		sub.base[r].copyFrom(&p.base[r])
	}
	number := make([]int32, p.size())
	var nodes []int32
	for i := range int32(p.size()) {
		number[i] = -1
		switch {
		case placed[i]:
			if p.duration[i] > 0 {
				for _, x := range p.needsOfA(i) {
					sub.base[x.resource].take(start[i], p.duration[i], x.units)
				}
			}
		case class[i] == c:
			number[i] = int32(len(nodes))
			nodes = append(nodes, i)
		}
	}
	var pairs []pair
	for _, i := range nodes {
		release := p.release[i]
		for _, a := range p.before(i) {
			switch {
			case number[a.other] >= 0:
				pairs = append(pairs, pair{number[a.other], number[i], a.after})
			case placed[a.other]:
				release = max(release, start[a.other]+a.after)
			}
		}
		sub.duration = append(sub.duration, p.duration[i])
		sub.release = append(sub.release, release)
		sub.latest = append(sub.latest, p.latest[i])
		sub.due = append(sub.due, p.due[i])
		sub.needs = append(sub.needs, p.needsOfA(i)...)
		sub.needsOf = append(sub.needsOf, int32(len(sub.needs)))
	}
	sub.link(pairs)
	return sub, nodes
}
