package schedule

import (
	"fmt"
	"slices"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// How risks act on the network of a simulation.
//
//   - A delay of work is added to its working minutes; of work that has begun, to
//     what remains. Delays of several risks add up; the sum is rounded once and
//     is not negative. Finished work takes no delay.
//   - A delay of a phase comes once into each chain of work in it: into the open
//     work of the phase that no delayed work of it comes before. So whoever waits
//     for the phase, or for any work in it, is late by the delay and not by a
//     multiple of it.
//   - A delay after a point makes those wait longer who wait for its finish: a
//     wait on the plan's calendar is put between it and them. Their float takes
//     it up like that of any other predecessor. Who waits for the phase of the
//     point waits for it too.

// figures are what a risk does in some state: as it stands, or mitigated.
type figures struct {
	chance float64
	delays []delayEffect
	costs  []costEffect
}

// delayEffect is a delay of one activity of the simulated network.
type delayEffect struct {
	activity int32
	sample   int32 // in the samples of a trial; -1 for a constant
	amount   distribution
}

type costEffect struct {
	sample int32
	amount distribution
}

// riskModel is a risk as a simulation sees it.
type riskModel struct {
	risk      *plan.Risk
	now       figures
	mitigated figures
	hasChance bool // the risk has a probability, or has occurred
	variable  int32
}

// isNothing reports whether the figures change neither dates nor money.
func (f *figures) isNothing() bool { return f.chance == 0 || len(f.delays)+len(f.costs) == 0 }

// waitPoints returns the ids after which some open risk puts a wait, in the order
// of the risks.
func waitPoints(p *plan.Plan) []string {
	var out []string
	add := func(impacts []plan.Impact) {
		for _, im := range impacts {
			if im.After != "" && !slices.Contains(out, im.After) {
				out = append(out, im.After)
			}
		}
	}
	for _, r := range p.Risks {
		if r.Status != "closed" {
			add(r.Impact)
			add(r.Mitigated.Impact)
		}
	}
	return out
}

// withWaits returns the network of the schedule in which each of the points is
// followed by a wait of no length, and everything that waits for the finish of
// the point waits for that instead. The waits are activities after all others, in
// the order of the points; they are no part of the plan's finish. A wait without a
// delay is where its point is, be it in the past. In a levelled schedule it stays
// as it is who hands what to whom.
func (s *Schedule) withWaits(points []string) *network {
	old := s.network
	n := *old
	waits := len(points)
	n.n += waits
	shift := func(i int32) int32 {
		if int(i) >= old.n {
			return i + int32(waits)
		}
		return i
	}

	first := s.Start
	for _, a := range s.Activities {
		first = min(first, a.EarlyStart)
	}
	n.calendar, n.duration = slices.Clone(old.calendar), append(slices.Clone(old.duration), make([]calendar.Work, waits)...)
	n.limit, n.limitOf = slices.Clone(old.limit), append(slices.Clone(old.limitOf), make([]int32, waits)...)
	n.state = append(slices.Clone(old.state), make([]state, waits)...)
	n.phase, n.outer = slices.Clone(old.phase), append(slices.Clone(old.outer), make([]bool, waits)...)
	if old.history != nil {
		n.history = append(slices.Clone(old.history), make([]history, waits)...)
	}
	n.alap = nil                   // only the backward pass asks
	waitOf := map[int32]int32{}    // by node of the point
	waitsIn := map[int32][]int32{} // by span that includes the point
	for k, id := range points {
		n.calendar = append(n.calendar, n.plan)
		n.phase = append(n.phase, -1)
		wait := int32(old.n + k)
		*n.ownLimits(wait) = limits{first, never, ever, ever}
		var ph *PhaseDates
		if a := s.Activity(id); a != nil {
			waitOf[a.index] = wait
			if !old.outer[a.index] {
				ph = a.Phase
			}
		} else if inner := s.Phase(id); inner != nil {
			waitOf[n.span(inner.index)] = wait
			ph = inner.Parent
		}
		for ; ph != nil; ph = ph.Parent {
			waitsIn[n.span(ph.index)] = append(waitsIn[n.span(ph.index)], wait)
		}
	}

	rows := make([][]edge, n.nodes())
	for i := range int32(old.nodes()) {
		to := shift(i)
		written := s.written.edgesOf[i+1] - s.written.edgesOf[i]
		for k, e := range old.edges[old.edgesOf[i]:old.edgesOf[i+1]] {
			e.from, e.to = shift(e.from), to
			rows[to] = append(rows[to], redirect(e, int32(k) < written, waitOf, waitsIn)...)
		}
	}
	for node, wait := range waitOf {
		rows[wait] = []edge{{from: node, to: wait, bindsStart: true, fromFinish: true}}
	}
	n.setEdges(rows)
	if !n.sort() {
		panic("schedule: the waits of risks make a cycle")
	}
	return &n
}

// redirect returns the edges that an edge becomes: one from the finish of a
// point leads from its wait, one from the finish of a phase is joined by those
// from the waits in it.
func redirect(e edge, written bool, waitOf map[int32]int32, waitsIn map[int32][]int32) []edge {
	if !written || !e.fromFinish {
		return []edge{e}
	}
	var out []edge
	isShare := e.lagType == shareLag
	add := func(wait int32) {
		w := e
		w.from = wait
		if isShare {
			if e.percent() < 0 {
				return // an overlap does not wait for the finish
			}
			w.lagType, w.lag = noLag, 0 // it is a share of the point itself: the wait runs beside it
		}
		out = append(out, w)
	}
	wait, moved := waitOf[e.from]
	if moved {
		add(wait)
	}
	if !moved || isShare {
		out = append(out, e)
	}
	for _, wait := range waitsIn[e.from] {
		add(wait)
	}
	return out
}

// setEdges puts rows of edges by successor into the network, and by predecessor.
func (n *network) setEdges(rows [][]edge) {
	n.edges, n.deps = nil, nil // what was written is not asked for any more
	n.edgesOf = make([]int32, n.nodes()+1)
	for i, row := range rows {
		n.edgesOf[i] = int32(len(n.edges))
		for _, e := range row {
			e.index = int32(len(n.edges))
			n.edges = append(n.edges, e)
		}
	}
	n.edgesOf[n.nodes()] = int32(len(n.edges))
	n.byPredecessor()
}

// targets resolves impacts to the activities of a network that take the delay.
type targets struct {
	s      *Schedule
	n      *network // with the waits
	points []string // which they come after, in their order
}

// of returns the activities that take the delay of an impact.
func (t targets) of(im *plan.Impact) []int32 {
	if im.After != "" {
		k := slices.Index(t.points, im.After)
		if k < 0 {
			return nil
		}
		return []int32{int32(t.n.n - len(t.points) + k)}
	}
	if a := t.s.Activity(im.Work); a != nil {
		if t.n.state[a.index] == done {
			return nil
		}
		return []int32{a.index}
	}
	if ph := t.s.Phase(im.Work); ph != nil {
		return t.beginnings(ph.index)
	}
	return nil
}

// beginnings returns the open work of a phase that begins a chain in it: no open
// work of the phase has to be finished before it finishes.
func (t targets) beginnings(phase int32) []int32 {
	n := t.n
	inside := func(i int32) bool {
		for k := n.phase[i]; k >= 0; k = n.parent[k] {
			if k == phase {
				return true
			}
		}
		return false
	}
	var out []int32
	late := make([]bool, n.nodes()) // by the delay
	for _, i := range n.order {
		for k := range n.edges[n.edgesOf[i]:n.edgesOf[i+1]] {
			e := &n.edges[int(n.edgesOf[i])+k]
			late[i] = late[i] || e.fromFinish && late[e.from]
		}
		switch {
		case int(i) >= n.n+n.m: // a span: filled by its members
		case int(i) >= n.n: // a gate
			if up := n.parent[int(i)-n.n]; up >= 0 {
				late[i] = late[i] || late[n.gate(up)]
			}
			continue
		default:
			if k := n.phase[i]; k >= 0 {
				late[i] = late[i] || late[n.gate(k)]
			}
			isWork := int(i) < n.real && t.s.Activities[i].Work != nil
			if isWork && !late[i] && n.state[i] != done && inside(i) {
				late[i] = true
				out = append(out, i)
			}
		}
		if up := n.within(i); up >= 0 {
			late[n.span(up)] = late[n.span(up)] || late[i]
		}
	}
	slices.Sort(out)
	return out
}

// addRisks makes the models of the risks that are open or have occurred.
func (m *experiment) addRisks(t targets) {
	for _, r := range m.plan.Risks {
		if r.Status == "closed" {
			continue
		}
		rm := riskModel{risk: r, hasChance: r.Probability.IsSet()}
		chance, after := r.Probability.Value, r.Mitigated.Probability.Value
		if !r.Mitigated.Probability.IsSet() {
			after = chance
		}
		if r.Status == "occurred" {
			chance, after, rm.hasChance = 1, 1, true
		}
		if !rm.hasChance {
			m.unmeasured = append(m.unmeasured, r)
			continue
		}
		rm.variable = m.variable(r.Address(), quantilesKey{family: uniform})
		rm.now = m.figuresOf(r, r.Impact, chance, t)
		rm.mitigated = rm.now
		rm.mitigated.chance = after
		if len(r.Mitigated.Impact) > 0 {
			rm.mitigated = m.figuresOf(r, r.Mitigated.Impact, after, t)
		}
		if rm.now.isNothing() && len(r.Impact) == 0 {
			m.unmeasured = append(m.unmeasured, r)
			continue
		}
		m.risks = append(m.risks, rm)
	}
}

func (m *experiment) figuresOf(r *plan.Risk, impacts []plan.Impact, chance float64, t targets) figures {
	f := figures{chance: chance}
	for i := range impacts {
		im := &impacts[i]
		if im.Delay.IsSet() {
			for _, a := range t.of(im) {
				c := t.n.calendar[a]
				amount := estimateOf(im.Delay.Estimate, func(d plan.Duration) float64 { return workOn(c, d) }, m.settings.Distribution)
				if amount != constant(0) {
					address := fmt.Sprintf("%s.impact[%d].delay", r.Address(), i)
					f.delays = append(f.delays, delayEffect{a, m.sample(address, amount), amount})
				}
			}
		}
		if im.Cost.IsSet() {
			amount := constant(float64(im.Cost.Likely.Minor))
			if im.Cost.ThreePoint() {
				amount = distribution{familyOf(im.Cost.Distribution, m.settings.Distribution),
					float64(im.Cost.Optimistic.Minor), float64(im.Cost.Likely.Minor), float64(im.Cost.Pessimistic.Minor)}
			}
			f.costs = append(f.costs, costEffect{m.sample(fmt.Sprintf("%s.impact[%d].cost", r.Address(), i), amount), amount})
		}
	}
	return f
}

// workOn returns a delay as working minutes of a calendar; time on the clock
// counts as much of it as the calendar works on average.
func workOn(c *calendar.Calendar, d plan.Duration) float64 {
	w := float64(d.Minutes(c))
	if d.Elapsed {
		return w * float64(c.WeekMinutes()) / (7 * calendar.MinutesPerDay)
	}
	return w
}
