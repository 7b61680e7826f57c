package schedule

import (
	"cmp"
	"slices"

	"milepost/schedule/calendar"
)

// model is a network as a problem that a search can work on.
//
// If all work follows one calendar and no lag runs on the clock, a minute of the
// problem is a working minute of that calendar from the start of the plan, and a
// schedule of the problem is one of the plan. Otherwise the problem is rough: a
// minute is one on the clock, and work takes as long as it does on average, free
// time included. Then the problem is good for an order of the activities, which
// is placed on the real calendars.
type model struct {
	n *network
	d *dates // unlevelled

	problem *problem
	rough   bool
	common  *calendar.Calendar // nil if rough

	node     []int32            // of each activity of the network
	activity []int32            // of each node, -1 for one that stands for a side of a phase
	hard     []calendar.Instant // latest start of each activity that keeps what must be kept; nil if nothing must
	pinned   []bool             // by node: it has begun and does not move
	at       []int64            // where the pinned nodes are

	resources []*Resource // those that are limited and needed, as numbered in the problem
	number    []int32     // of each resource of the schedule in the problem, -1 for none
}

// onlyOrder is the distance of a pair that says no more than which activity is
// placed first.
const onlyOrder = -forever / 2

const averageWeek = 7 * calendar.MinutesPerDay

// newModel makes the problem of a network whose early dates are known.
func newModel(n *network, d *dates) *model {
	m := &model{n: n, d: d}
	m.common, m.rough = n.oneCalendar()
	count, pairs := m.nodes()
	p := &problem{duration: make([]int64, count), release: make([]int64, count), latest: make([]int64, count), due: make([]int64, count)}
	m.pinned, m.at = make([]bool, count), make([]int64, count)
	for i := range p.duration {
		p.release[i], p.latest[i], p.due[i] = -forever, forever, forever
	}
	m.hard = n.latestByMust(d)
	for i := range n.n {
		m.window(p, i)
	}
	for k := range pairs {
		q := &pairs[k]
		if q.lag == onlyOrder {
			q.after = onlyOrder
			continue
		}
		q.after += q.lag
		if q.fromFinish {
			q.after += p.duration[q.from]
		}
		if q.toFinish {
			q.after -= p.duration[q.to]
		}
		if m.pinned[q.to] {
			q.after = onlyOrder // it has begun without
		}
	}
	m.demands(p)
	m.renumber(p, pairs)
	return m
}

// oneCalendar returns the calendar that all work and all lags follow, and
// whether there is none such.
func (n *network) oneCalendar() (c *calendar.Calendar, rough bool) {
	for i := range n.real {
		if n.duration[i] == 0 || n.state[i] == done {
			continue
		}
		if c == nil {
			c = n.calendar[i]
		}
		if n.calendar[i] != c {
			return nil, true
		}
	}
	if c == nil {
		c = n.plan
	}
	for k := range n.edges {
		e := &n.edges[k]
		switch e.lagType {
		case elapsedLag:
			return nil, true
		case shareLag:
			if int(e.from) >= n.n {
				return nil, true // the length of a phase changes
			}
		}
		if e.lagType != noLag && n.calendarOf(e.to) != c {
			return nil, true
		}
	}
	return c, false
}

// pos returns an instant as a time of the problem.
func (m *model) pos(t calendar.Instant) int64 {
	if m.rough {
		return int64(t - m.n.sched.Start)
	}
	return int64(m.common.Between(m.n.sched.Start, t))
}

// length returns working time on a calendar as time of the problem.
func (m *model) length(w calendar.Work, c *calendar.Calendar) int64 {
	if m.rough {
		return int64(w) * averageWeek / int64(max(1, c.WeekMinutes()))
	}
	return int64(w)
}

// relation is a pair whose distance counts from or to a finish.
type relation struct {
	pair
	lag                  int64
	fromFinish, toFinish bool
}

// nodes numbers the activities and the sides of phases that dependencies lead to
// or come from, and returns the relations between them.
func (m *model) nodes() (count int, all []relation) {
	n := m.n
	gate, span := make([]int32, n.m), make([]int32, n.m)
	count = n.n
	for k := range n.m {
		gate[k], span[k] = -1, -1
	}
	// A phase needs the nodes if it or one around it has such dependencies.
	var number func(k int32)
	numbered := make([]bool, n.m)
	number = func(k int32) {
		if numbered[k] {
			return
		}
		numbered[k] = true
		up := n.parent[k]
		if up >= 0 {
			number(up)
		}
		g, s := n.gate(k), n.span(k)
		if n.edgesOf[g] < n.edgesOf[g+1] || up >= 0 && gate[up] >= 0 {
			gate[k] = int32(count) // its start; its finish is the next
			count += 2
		}
		if n.outOf[s] < n.outOf[s+1] || up >= 0 && span[up] >= 0 {
			span[k] = int32(count)
			count++
		}
	}
	for k := range int32(n.m) {
		number(k)
	}

	add := func(from, to int32, fromFinish, toFinish bool, lag int64) {
		all = append(all, relation{pair{from, to, 0}, lag, fromFinish, toFinish})
	}
	for k := range int32(n.m) {
		if up := n.parent[k]; up >= 0 {
			if gate[up] >= 0 {
				add(gate[up], gate[k], false, false, 0)
				add(gate[up]+1, gate[k]+1, false, false, 0)
			}
			if span[up] >= 0 && !n.empty[k] {
				add(span[k], span[up], false, false, 0)
			}
		}
	}
	for i := range int32(n.n) {
		k := n.phase[i]
		if k < 0 {
			continue
		}
		if gate[k] >= 0 {
			add(gate[k], i, false, false, 0)
			add(gate[k]+1, i, false, true, 0)
		}
		if span[k] >= 0 && !n.outer[i] {
			add(i, span[k], true, false, 0)
		}
	}
	for x := range n.edges {
		e := &n.edges[x]
		to, toFinish := e.to, !e.bindsStart
		if int(to) >= n.n {
			to = gate[int(to)-n.n]
			if toFinish {
				to, toFinish = to+1, false
			}
		}
		lag := n.lag(e, m.d, n.duration)
		if e.lagType != elapsedLag {
			lag = calendar.Work(m.length(lag, n.calendarOf(e.to)))
		}
		if int(e.from) < n.n {
			add(e.from, to, e.fromFinish, toFinish, int64(lag))
			continue
		}
		k := int32(int(e.from) - n.n - n.m)
		if e.fromFinish {
			add(span[k], to, false, toFinish, int64(lag))
			continue
		}
		// The start of a phase is that of its earliest member. Which one that is
		// when it is levelled nobody knows; the one that it is before will do.
		m.eachMember(k, func(i int32) {
			at := int64(lag)
			if m.d.earlyStart[i] > m.d.earlyStart[e.from] {
				at = onlyOrder
			}
			add(i, to, false, toFinish, at)
		})
	}
	return count, all
}

func (m *model) eachMember(phase int32, visit func(i int32)) {
	n := m.n
	for i := range int32(n.n) {
		if n.outer[i] {
			continue
		}
		for k := n.phase[i]; k >= 0; k = n.parent[k] {
			if k == phase {
				visit(i)
			}
		}
	}
}

// window fills in how long an activity takes and when it may start.
func (m *model) window(p *problem, i int) {
	n, d := m.n, m.d
	if n.state[i] != planned {
		m.pinned[i], m.at[i] = true, m.pos(d.earlyStart[i])
		p.duration[i] = m.pos(d.earlyFinish[i]) - m.at[i]
		p.release[i] = m.at[i]
		return
	}
	p.duration[i] = m.length(n.duration[i], n.calendar[i])
	lim := n.limitsOf(int32(i))
	p.release[i] = m.pos(lim.minStart)
	if lim.minFinish > never {
		p.release[i] = max(p.release[i], m.pos(lim.minFinish)-p.duration[i])
	}
	if lim.maxStart < ever {
		p.due[i] = m.pos(lim.maxStart)
	}
	if lim.maxFinish < ever {
		p.due[i] = min(p.due[i], m.pos(lim.maxFinish)-p.duration[i])
	}
	if m.hard != nil && m.hard[i] < ever {
		p.latest[i] = m.pos(m.hard[i])
	}
}

// latestByMust returns for each activity the latest start with which everything
// keeps the constraints that must be kept; nil if there are none. A constraint
// that is broken without levelling is to be broken by no more than that.
func (n *network) latestByMust(d *dates) []calendar.Instant {
	must := *n
	must.limit, must.limitOf = []limits{{never, never, ever, ever}}, make([]int32, n.n)
	found := false
	for i := range n.real {
		if n.state[i] != planned {
			continue
		}
		start, finish := n.sched.mustBy(n.sched.Activities[i])
		if start < ever {
			must.ownLimits(int32(i)).maxStart, found = max(start, d.earlyStart[i]), true
		}
		if finish < ever {
			must.ownLimits(int32(i)).maxFinish, found = max(finish, d.earlyFinish[i]), true
		}
	}
	if !found {
		return nil
	}
	back := *d
	size := n.nodes()
	back.lateStart, back.lateFinish, back.total = make([]calendar.Instant, size), make([]calendar.Instant, size), make([]calendar.Work, n.n)
	back.finish = lastInstant
	must.backward(&back, n.duration, late)
	const farOff = lastInstant - 1000*366*calendar.MinutesPerDay
	latest := back.lateStart[:n.n]
	for i := range latest {
		if latest[i] = max(latest[i], d.earlyStart[i]); latest[i] > farOff {
			latest[i] = ever
		}
	}
	return latest
}

// mustBy returns the latest start and finish that the constraints of an activity
// allow; a deadline is none.
func (s *Schedule) mustBy(a *Activity) (start, finish calendar.Instant) {
	start, finish = ever, ever
	w, c := a.limits(), a.Calendar
	if w.StartNoLaterThan.IsSet() {
		start = s.latestStart(w.StartNoLaterThan, a)
	}
	if w.MustStartOn.IsSet() {
		start = min(start, s.startOf(w.MustStartOn, c))
	}
	if w.FinishNoLaterThan.IsSet() {
		finish = s.finishOf(w.FinishNoLaterThan, c)
	}
	if w.MustFinishOn.IsSet() {
		finish = min(finish, s.finishOf(w.MustFinishOn, c))
	}
	return start, finish
}

// demands fills in the resources.
func (m *model) demands(p *problem) {
	s := m.n.sched
	m.number = make([]int32, len(s.Resources))
	rows := make([][]need, p.size())
	count := 0
	for k, r := range s.Resources {
		m.number[k] = -1
		if !r.Limited() || len(r.Demands) == 0 {
			continue
		}
		m.number[k] = int32(len(m.resources))
		m.resources = append(m.resources, r)
		p.capacity = append(p.capacity, r.supply())
		p.base = append(p.base, newProfile(r.supply()))
		for _, d := range r.Demands {
			rows[d.Activity.index] = append(rows[d.Activity.index], need{m.number[k], r.share(d.Units)})
			count++
		}
	}
	p.needs = make([]need, 0, count)
	p.needsOf = make([]int32, p.size()+1)
	for i, row := range rows {
		p.needs = append(p.needs, row...)
		p.needsOf[i+1] = int32(len(p.needs))
	}
}

// renumber gives the nodes the numbers that decide between equals. They come from
// what an activity is and what is around it, so that neither the order of files
// nor a name decides as long as anything else can tell two activities apart;
// if nothing can, the smaller id goes first.
func (m *model) renumber(raw *problem, all []relation) {
	pairs := make([]pair, len(all))
	for k := range all {
		pairs[k] = all[k].pair
	}
	raw.link(pairs)
	count := raw.size()
	early, late := raw.earliestStarts(), raw.latestStarts()
	color := m.colors(raw)
	order := make([]int32, count)
	for i := range order {
		order[i] = int32(i)
	}
	name := func(i int32) string {
		if int(i) < m.n.real {
			return m.n.sched.Activities[i].ID
		}
		return ""
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(late[a], late[b]), cmp.Compare(early[a], early[b]), cmp.Compare(color[a], color[b]),
			cmp.Compare(name(a), name(b)), cmp.Compare(a, b))
	})
	number := make([]int32, count)
	for k, i := range order {
		number[i] = int32(k)
	}
	for k := range pairs {
		pairs[k].from, pairs[k].to = number[pairs[k].from], number[pairs[k].to]
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to), cmp.Compare(a.after, b.after))
	})
	p := &problem{capacity: raw.capacity, base: raw.base, duration: moved(raw.duration, order), release: moved(raw.release, order),
		latest: moved(raw.latest, order), due: moved(raw.due, order), needsOf: make([]int32, 1, count+1)}
	m.pinned, m.at = moved(m.pinned, order), moved(m.at, order)
	m.activity, m.node = make([]int32, count), number[:m.n.n]
	for k, i := range order {
		m.activity[k] = i
		if int(i) >= m.n.n {
			m.activity[k] = -1
		}
		p.needs = append(p.needs, raw.needsOfA(i)...)
		p.needsOf = append(p.needsOf, int32(len(p.needs)))
	}
	p.link(pairs)
	m.problem = p
}

func moved[T any](v []T, order []int32) []T {
	out := make([]T, len(order))
	for k, i := range order {
		out[k] = v[i]
	}
	return out
}

// colors returns a number for each node that depends on what it is and, through
// a few rounds of looking at the neighbours, on what is around it, but not on
// the order of anything (Weisfeiler and Leman 1968).
func (m *model) colors(p *problem) []uint64 {
	const rounds = 4
	n := p.size()
	color, next := make([]uint64, n), make([]uint64, n)
	for i := range n {
		for _, v := range []int64{p.duration[i], p.release[i], p.latest[i], p.due[i], m.at[i], int64(m.priority(int32(i)))} {
			color[i] = mix(color[i], uint64(v))
		}
	}
	resource := make([]uint64, len(p.base))
	for range rounds {
		for r := range resource {
			resource[r] = uint64(p.capacity[r])
		}
		for i := range int32(n) {
			for _, x := range p.needsOfA(i) {
				resource[x.resource] += mix(color[i], uint64(x.units))
			}
		}
		for i := range int32(n) {
			var in, out, res uint64
			for _, a := range p.before(i) {
				in += mix(color[a.other], uint64(a.after))
			}
			for _, a := range p.behind(i) {
				out += mix(color[a.other], uint64(a.after))
			}
			for _, x := range p.needsOfA(i) {
				res += mix(resource[x.resource], uint64(x.units))
			}
			next[i] = mix(mix(mix(color[i], in), out), res)
		}
		color, next = next, color
	}
	return color
}

// priority returns the stated priority of a raw node, -1 for what has none.
func (m *model) priority(i int32) int {
	if int(i) < m.n.real {
		if w := m.n.sched.Activities[i].Work; w != nil {
			return w.Priority
		}
	}
	return -1
}
