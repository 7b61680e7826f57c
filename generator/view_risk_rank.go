package generator

import (
	"cmp"
	"math"
	"slices"

	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// exposure is what a risk would do if it happened, and on average.
type exposure struct {
	risk *plan.Risk

	cost     int64 // if it happens, in minor units; negative for a gain
	hasCost  bool
	delay    calendar.Work // if it happens, the largest single delay; negative for a gain
	hasDelay bool

	// What is left of cost and delay, without what acts on finished work.
	leftCost  int64
	leftDelay calendar.Work
	passed    bool // all that it acts on is finished
}

// exposureOf adds up the stated impact of a risk. Delays of several work
// packages may overlap, so the largest counts, not their sum.
func (s section) exposureOf(r *plan.Risk) exposure { return s.exposureBy(r, r.Impact) }

// exposureAfter returns the exposure to a risk once it is mitigated, and whether
// the plan says what that is.
func (s section) exposureAfter(r *plan.Risk) (exposure, bool) {
	if !r.Mitigated.IsSet() {
		return exposure{}, false
	}
	left := *r
	if r.Mitigated.Probability.IsSet() {
		left.Probability = r.Mitigated.Probability
	}
	if len(r.Mitigated.Impact) > 0 {
		left.Impact = r.Mitigated.Impact
	}
	return s.exposureBy(&left, left.Impact), true
}

func (s section) exposureBy(r *plan.Risk, impacts []plan.Impact) exposure {
	e := exposure{risk: r, passed: len(impacts) > 0}
	for i := range impacts {
		im := &impacts[i]
		passed := s.ps.sched.ImpactPassed(im)
		e.passed = e.passed && passed
		if im.Cost.IsSet() {
			e.cost, e.hasCost = e.cost+im.Cost.Likely.Minor, true
			if !passed {
				e.leftCost += im.Cost.Likely.Minor
			}
		}
		if im.Delay.IsSet() {
			d := s.workOf(im.Delay.Likely)
			if !e.hasDelay || abs(d) > abs(e.delay) {
				e.delay = d
			}
			e.hasDelay = true
			if !passed && abs(d) > abs(e.leftDelay) {
				e.leftDelay = d
			}
		}
	}
	return e
}

// workOf returns a duration as working time of the plan's calendar; a day on
// the clock counts five sevenths of a working day.
func (s section) workOf(d plan.Duration) calendar.Work {
	w := calendar.Work(d.Minutes(s.ps.sched.Calendar))
	if d.Elapsed {
		return w * s.ps.sched.Calendar.WeekMinutes() / (7 * calendar.MinutesPerDay)
	}
	return w
}

func abs[T int64 | calendar.Work](v T) T { return max(v, -v) }

// chance returns the probability of a risk, and whether there is one. What has
// occurred is certain.
func (e exposure) chance() (p float64, ok bool) {
	if e.risk.Status == "occurred" {
		return 1, true
	}
	return e.risk.Probability.Value, e.risk.Probability.IsSet()
}

// expected returns the average effect: probability times impact. What acts on
// finished work counts no more.
func (e exposure) expected() (cost int64, delay calendar.Work) {
	p, _ := e.chance()
	return int64(math.Round(p * float64(e.leftCost))), calendar.Work(math.Round(p * float64(e.leftDelay)))
}

// figures reports whether a risk has a probability and an impact in figures.
func (e exposure) figures() bool {
	_, ok := e.chance()
	return ok && (e.hasCost || e.hasDelay)
}

func isOpen(r *plan.Risk) bool { return r.Status != "closed" }

// Groups in which risks are ranked.
const (
	harms   = iota // by the simulation, or open in a plan that is not simulated
	helps          // it would be worse without, by the simulation
	unknown        // open and not simulated for want of figures
	nothing        // it changes nothing, by the simulation or since its work is finished
	closed
)

// group returns the group of a risk, and what the plan would gain without it if
// that is simulated.
func (s section) group(e exposure) (int, *schedule.Effect) {
	switch o := s.ps.riskOutcome(e.risk.ID); {
	case !isOpen(e.risk):
		return closed, nil
	case o != nil:
		return effectGroup(&o.Removed), &o.Removed
	case e.passed:
		return nothing, nil
	case s.ps.outlook() != nil:
		return unknown, nil
	}
	return harms, nil
}

func effectGroup(e *schedule.Effect) int {
	switch compareEffects(e, &schedule.Effect{}) {
	case 1:
		return harms
	case -1:
		return helps
	}
	return nothing
}

// compareEffects compares what it brings to be rid of risks: by the 80% date,
// then by the mean finish, then by the 80% cost.
func compareEffects(a, b *schedule.Effect) int {
	return cmp.Or(cmp.Compare(a.Gain, b.Gain), cmp.Compare(a.Mean, b.Mean), cmp.Compare(a.Saving, b.Saving))
}

// ranked returns the risks with the gravest first: by what the plan would gain
// without them where it is simulated, else by rating, expected delay and expected
// cost, then in the order of the plan. What changes nothing comes last, before
// what is closed.
func (s section) ranked() []exposure {
	var out []exposure
	for _, r := range s.ps.plan.Risks {
		out = append(out, s.exposureOf(r))
	}
	scale := s.impactScale()
	slices.SortStableFunc(out, func(a, b exposure) int {
		ac, ad := a.expected()
		bc, bd := b.expected()
		ga, ea := s.group(a)
		gb, eb := s.group(b)
		if ga != gb {
			return cmp.Compare(ga, gb)
		}
		effect := 0
		if ea != nil && eb != nil {
			effect = compareEffects(eb, ea)
		}
		return cmp.Or(
			effect,
			cmp.Compare(scale.rating(b), scale.rating(a)),
			cmp.Compare(bd, ad),
			cmp.Compare(bc, ac),
		)
	})
	return out
}

// threats returns the risks of ranked that may still happen and do harm.
func (s section) threats() []exposure {
	return slices.DeleteFunc(s.ranked(), func(e exposure) bool {
		g, _ := s.group(e)
		return g == closed || g == nothing || g == helps || e.risk.Status == "occurred" || isOpportunity(e)
	})
}
