package schedule

import (
	"cmp"
	"slices"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// Step is one activity of a chain in which each waits for the one before it.
type Step struct {
	Activity *Activity
	// Link is the dependency by which the activity waits for the step before.
	// If it names a phase, that step is the member that decides the date of the
	// phase. It is nil if no dependency holds the activity; then it is the first
	// step of its chain.
	Link *Link
	// Others are the dependencies that hold the activity just as much.
	Others []Link
	// Holds are what keeps the activity from being earlier apart from
	// dependencies. The first step of a chain has one at least.
	Holds []Hold
}

// Hold is a reason for the date of an activity other than a dependency.
type Hold struct {
	Kind HoldKind
	Key  string           // of a constraint, as it is written: "start_no_earlier_than"
	When plan.When        // of a constraint, as it is written
	At   calendar.Instant // the date that holds
}

// HoldKind says what holds an activity.
type HoldKind int

const (
	HeldByPlanStart    HoldKind = iota // it starts with the plan
	HeldByStatusDate                   // it is open, so it is worked after the status date
	HeldByRemaining                    // it has begun, and the rest is worked after the status date
	HeldByActualStart                  // it has begun
	HeldByActualFinish                 // it is over
	HeldByConstraint                   // its Key
	HeldByFollowers                    // it is as late as possible
	HeldByLevelling                    // who is to do it is busy until then
)

// DrivingChain returns why the activity is when it is: the chain of activities
// that ends with it, in which each holds the next. The first is held by the
// start of the plan, by the status date, by a constraint or by what has
// happened. Where several hold an activity just as much, the chain follows the
// one with the least total float, of these the first as written, an activity's
// own dependencies before those of its phases; the rest are the Others of its
// step.
//
// The chain explains early dates, and so the longest path to the activity; in a
// levelled schedule the levelled ones, and links may be waits for a role.
func (s *Schedule) DrivingChain(a *Activity) []Step {
	return s.chain(a, func([]driver) (int, bool) { return 0, true })
}

// Driving returns the activity with what holds it: the last step of its
// [Schedule.DrivingChain].
func (s *Schedule) Driving(a *Activity) Step {
	return s.chain(a, func([]driver) (int, bool) { return 0, false })[0]
}

// chain walks from an activity along those of its drivers that choose picks, as
// long as it says to go on.
func (s *Schedule) chain(a *Activity, choose func([]driver) (k int, on bool)) []Step {
	var out []Step
	for i := a.index; i >= 0; {
		drivers := s.drivers(i)
		step := Step{Activity: s.Activities[i]}
		step.Holds = s.holds(step.Activity, len(drivers) > 0)
		next := int32(-1)
		if len(drivers) > 0 {
			k, on := choose(drivers)
			chosen := drivers[k]
			step.Link = &chosen.link
			if on {
				next = chosen.from
			}
			for _, d := range slices.Delete(drivers, k, k+1) {
				step.Others = append(step.Others, d.link)
			}
		}
		out = append(out, step)
		// A phase without members is no step; what holds it is.
		for next >= int32(s.network.real) {
			drivers := s.drivers(next)
			if next = -1; len(drivers) > 0 {
				next = drivers[0].from
			} else {
				first := &out[len(out)-1]
				first.Holds = append(first.Holds, Hold{Kind: HeldByPlanStart, At: s.Start})
			}
		}
		i = next
	}
	slices.Reverse(out)
	return out
}

// driver is a dependency that holds an activity, with the node it comes from: an
// activity, or the stand-in of a phase without members.
type driver struct {
	link Link
	from int32
}

// drivers returns the dependencies that hold node i, the most critical first.
func (s *Schedule) drivers(i int32) []driver {
	n, d := s.network, s.dates
	if n.state[i] == done {
		return nil
	}
	var all []driver
	for _, r := range n.rows(nil, i) {
		edges := n.entering(r)
		for k := range edges {
			e := &edges[k]
			if !n.holds(e, i, d) {
				continue
			}
			x := driver{link: n.link(e, e.from, r.via), from: e.from}
			x.link.Driving = true
			if ph := x.link.Phase; ph != nil {
				x.from = s.decides(ph, e.fromFinish)
			}
			all = append(all, x)
		}
	}
	float := func(x driver) calendar.Work {
		if int(x.from) >= n.real {
			return 0
		}
		return d.total[x.from]
	}
	slices.SortStableFunc(all, func(a, b driver) int { return cmp.Compare(float(a), float(b)) })
	return all
}

// decides returns the member that gives a phase its finish or its start, the
// most critical of several; the stand-in of a phase without members.
func (s *Schedule) decides(ph *PhaseDates, finish bool) int32 {
	n, d := s.network, s.dates
	best := int32(-1)
	better := func(i int32) bool {
		switch {
		case best < 0:
			return true
		case finish && d.earlyFinish[i] != d.earlyFinish[best]:
			return d.earlyFinish[i] > d.earlyFinish[best]
		case !finish && d.earlyStart[i] != d.earlyStart[best]:
			return d.earlyStart[i] < d.earlyStart[best]
		case d.total[i] != d.total[best]:
			return d.total[i] < d.total[best]
		}
		return i < best
	}
	var visit func(ph *PhaseDates)
	visit = func(ph *PhaseDates) {
		for _, a := range ph.Activities {
			if !n.outer[a.index] && better(a.index) {
				best = a.index
			}
		}
		for _, child := range ph.Children {
			visit(child)
		}
	}
	visit(ph)
	for i := n.real; best < 0 && i < n.n; i++ {
		if n.phase[i] == ph.index {
			best = int32(i)
		}
	}
	return best
}

// holds returns what apart from dependencies keeps an activity where it is.
func (s *Schedule) holds(a *Activity, driven bool) []Hold {
	start, finish := a.early()
	switch s.network.state[a.index] {
	case done:
		return []Hold{{Kind: HeldByActualFinish, At: finish}}
	case started:
		switch {
		case driven:
			return nil
		case s.Plan.StatusDate.IsSet() && finish > s.StatusDate:
			return []Hold{{Kind: HeldByRemaining, At: s.StatusDate}}
		}
		return []Hold{{Kind: HeldByActualStart, At: start}}
	}
	out := s.constraints(a)
	if len(out) == 0 && !driven {
		if a.LevellingDelay > 0 {
			out = append(out, Hold{Kind: HeldByLevelling, At: start})
		} else if s.Plan.StatusDate.IsSet() && s.StatusDate > s.Start {
			out = append(out, Hold{Kind: HeldByStatusDate, At: s.StatusDate})
		} else {
			out = append(out, Hold{Kind: HeldByPlanStart, At: s.Start})
		}
	}
	if a.isLate && a.Start > start {
		out = append(out, Hold{Kind: HeldByFollowers, At: a.Finish})
	}
	return out
}

// constraints returns those that keep an activity from being earlier. One that
// asks for nothing later than the start of the plan does not.
func (s *Schedule) constraints(a *Activity) []Hold {
	var out []Hold
	l, c := a.limits(), a.Calendar
	h := s.history(a)
	floor := s.earliest(a, &h)
	for _, x := range []struct {
		key     string
		when    plan.When
		isStart bool
	}{
		{"start_no_earlier_than", l.StartNoEarlierThan, true}, {"must_start_on", l.MustStartOn, true},
		{"finish_no_earlier_than", l.FinishNoEarlierThan, false}, {"must_finish_on", l.MustFinishOn, false},
	} {
		if !x.when.IsSet() {
			continue
		}
		var at, start calendar.Instant
		if x.isStart {
			at = s.startOf(x.when, c)
			start = at
		} else {
			at = s.finishOf(x.when, c)
			start = at
			if a.Duration > 0 {
				start = c.Add(at, -a.Duration)
			}
		}
		if a.Duration > 0 {
			start = c.Next(start)
		}
		if start >= s.dates.earlyStart[a.index] && start > floor {
			out = append(out, Hold{HeldByConstraint, x.key, x.when, at})
		}
	}
	return out
}

// Chain is a critical chain: activities without float, each of which holds the
// next.
type Chain struct {
	Steps []Step
	// From is the activity of an earlier chain that the first step waits for, nil
	// if it waits for none; To the one that waits for the last step, nil if none
	// does: the chain ends with the plan, or with a date that it is held to.
	From, To *Activity
}

// CriticalChains tells the critical activities apart: the longest path to the
// finish of the plan first, then what is critical beside it, each activity in
// one chain only. What is finished is in a chain if it holds what follows. In a
// levelled schedule the longest path is the levelled one.
func (s *Schedule) CriticalChains() []Chain {
	n := s.network
	position := make([]int32, n.nodes())
	for at, i := range n.order {
		position[i] = int32(at)
	}
	var ends []*Activity
	for _, a := range s.Activities {
		if a.Critical() {
			ends = append(ends, a)
		}
	}
	slices.SortStableFunc(ends, func(a, b *Activity) int {
		_, x := a.early()
		_, y := b.early()
		return cmp.Or(cmp.Compare(y, x), cmp.Compare(position[b.index], position[a.index]))
	})

	var out []Chain
	covered := make([]bool, n.nodes())
	follower := make([]*Activity, n.nodes())
	for _, end := range ends {
		if covered[end.index] {
			continue
		}
		c := Chain{To: follower[end.index]}
		c.Steps = s.chain(end, func(drivers []driver) (int, bool) {
			if k := slices.IndexFunc(drivers, func(d driver) bool { return !covered[d.from] && s.onChain(d.from) }); k >= 0 {
				return k, true
			}
			if k := slices.IndexFunc(drivers, func(d driver) bool { return covered[d.from] }); k >= 0 {
				c.From = s.Activities[drivers[k].from]
				return k, false
			}
			return 0, true
		})
		for _, step := range c.Steps {
			a := step.Activity
			covered[a.index] = true
			for _, d := range s.drivers(a.index) {
				if follower[d.from] == nil {
					follower[d.from] = a
				}
			}
		}
		out = append(out, c)
	}
	return out
}

// EndsAt says what a critical chain ends at: "chain" if an activity of another one
// waits for it, "plan" if it ends at the finish of the plan, otherwise the key of the
// latest date that it is held to, such as "deadline".
func (c Chain) EndsAt() string {
	last := c.Steps[len(c.Steps)-1].Activity
	switch s := last.sched; {
	case c.To != nil:
		return "chain"
	case last.Finish >= s.Finish:
		return "plan"
	default:
		if _, key := s.LateBound(last); key != "" {
			return key
		}
	}
	return "plan" // on another calendar
}

// onChain reports whether a node belongs into a critical chain.
func (s *Schedule) onChain(i int32) bool {
	return int(i) >= s.network.real || s.Activities[i].TotalFloat <= 0
}
