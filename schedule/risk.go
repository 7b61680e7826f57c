package schedule

import (
	"fmt"
	"maps"
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

// withWaits returns a copy of the schedule's frame in which each of the points
// is followed by a wait of no length, and everything that waits for the finish
// of the point waits for that instead. The waits are milestones after all
// activities; the result has no dates.
func (s *Schedule) withWaits(points []string) *Schedule {
	waitFor := make(map[string]string, len(points))
	for _, id := range points {
		waitFor[id] = "wait after " + id // no id of a plan has a space
	}
	inside := s.pointsInside(points)
	redirect := func(deps []plan.Dependency) (out []plan.Dependency, moved []string) {
		wait := func(d plan.Dependency, id string) {
			switch {
			case d.Lag.IsPercent && d.Lag.Percent < 0:
				return // an overlap does not wait for the finish
			case d.Lag.IsPercent:
				d.Lag = plan.Lag{} // it is a share of the point itself: the wait runs beside it
			}
			d.Pred, d.Kind = waitFor[id], "milestone"
			out = append(out, d)
		}
		for _, d := range deps {
			byFinish := d.Type == plan.FinishToStart || d.Type == plan.FinishToFinish
			if byFinish && waitFor[d.Pred] != "" {
				moved = append(moved, d.Pred)
				wait(d, d.Pred)
				if !d.Lag.IsPercent {
					continue
				}
			}
			out = append(out, d)
			if byFinish {
				for _, id := range inside[d.Pred] {
					wait(d, id)
				}
			}
		}
		return out, moved
	}

	c := *s
	c.network, c.dates, c.written = nil, nil, nil
	c.ids = maps.Clone(s.ids)
	c.Phases, c.Activities = nil, nil
	for _, ph := range s.Phases {
		d := *ph
		d.Activities, d.Children = nil, nil
		written := *ph.Phase
		written.After, _ = redirect(written.After)
		d.Phase = &written
		c.Phases = append(c.Phases, &d)
	}
	for k, ph := range s.Phases {
		if ph.Parent != nil {
			up := c.Phases[ph.Parent.index]
			c.Phases[k].Parent = up
			up.Children = append(up.Children, c.Phases[k])
		}
	}
	add := func(a *Activity, phase *PhaseDates) {
		a.sched, a.index = &c, int32(len(c.Activities))
		a.Phase = phase
		if phase != nil {
			phase.Activities = append(phase.Activities, a)
		}
		c.Activities = append(c.Activities, a)
		c.ids[a.ID] = a.index
	}
	for _, a := range s.Activities {
		d := *a
		var phase *PhaseDates
		if a.Phase != nil {
			phase = c.Phases[a.Phase.index]
		}
		if a.Work != nil {
			w := *a.Work
			w.After, _ = redirect(w.After)
			d.Work = &w
		} else {
			m := *a.Milestone
			var moved []string
			m.After, moved = redirect(m.After)
			d.Milestone = &m
			for up := a.Phase; up != nil; up = up.Parent {
				if slices.Contains(moved, up.ID) {
					phase = nil // it marks the end of a phase that it is no longer seen to wait for
				}
			}
		}
		add(&d, phase)
	}
	for _, id := range points {
		m := &plan.Milestone{After: []plan.Dependency{{Pred: id}}}
		m.Kind, m.ID = "milestone", waitFor[id]
		add(&Activity{Item: &m.Item, Milestone: m, Calendar: s.Calendar}, nil)
	}
	return &c
}

// pointsInside returns for each phase the points whose finish it includes: who
// waits for the phase waits for them, too.
func (s *Schedule) pointsInside(points []string) map[string][]string {
	inside := map[string][]string{}
	for _, id := range points {
		var ph *PhaseDates
		if a := s.Activity(id); a != nil && !marksItsPhase(a) {
			ph = a.Phase
		} else if inner := s.Phase(id); inner != nil {
			ph = inner.Parent
		}
		for ; ph != nil; ph = ph.Parent {
			inside[ph.ID] = append(inside[ph.ID], id)
		}
	}
	return inside
}

// waitingNetwork makes the network of the schedule with waits, given by its
// frame. A wait without a delay is where its point is, be it in the past. In a
// levelled schedule it stays as it is who hands what to whom.
func (s *Schedule) waitingNetwork(frame *Schedule, waits int) *network {
	n := newNetwork(frame)
	if s.network != s.written {
		var flows []flow
		for i := range s.Activities {
			edges := s.network.edges[s.network.edgesOf[i]:s.network.edgesOf[i+1]]
			for _, e := range edges[s.written.edgesOf[i+1]-s.written.edgesOf[i]:] {
				flows = append(flows, flow{from: e.from, to: e.to})
			}
			n.limit[i] = s.network.limit[i]
		}
		n = n.withFlows(flows, nil, nil)
	}
	if !n.sort() {
		panic("schedule: the waits of risks make a cycle")
	}
	first := s.Start
	for _, a := range s.Activities {
		first = min(first, a.EarlyStart)
	}
	for i := n.real - waits; i < n.real; i++ {
		n.limit[i].minStart = first
	}
	return n
}

// targets resolves impacts to the activities of a network that take the delay.
type targets struct {
	s *Schedule // with the waits
	n *network
}

// of returns the activities that take the delay of an impact.
func (t targets) of(im *plan.Impact) []int32 {
	if im.After != "" {
		if a := t.s.Activity("wait after " + im.After); a != nil {
			return []int32{a.index}
		}
		return nil
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
