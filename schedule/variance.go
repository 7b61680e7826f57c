package schedule

import (
	"fmt"
	"math"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// Comparison is the schedule beside a baseline: how far each activity, each
// phase and the plan as a whole are from where they were.
type Comparison struct {
	Baseline   *plan.Baseline
	Plan       Variance
	Activities []Variance // of Schedule.Activities, in their order
	Phases     []Variance // of Schedule.Phases, in their order
	// Removed are the phases, then the work, then the milestones of the
	// baseline that the plan has no longer.
	Removed []*plan.BaselineActivity
}

// Variance is how far something is from its baseline. All amounts are what is
// now less what was then: positive is later, longer, dearer.
type Variance struct {
	Then *plan.BaselineActivity // nil if the baseline has none
	// Added means that it was added since: the baseline has none, but others of
	// its kind. One of milestones alone says nothing of work.
	Added bool

	// Start and Finish are working minutes on the plan's calendar: zero if no
	// working time lies between the two dates.
	Start, Finish calendar.Work
	// Duration is in working minutes on the calendar of the activity, on the
	// plan's for phases. It means nothing unless HasDuration: of two durations
	// one may run on the clock and the other not.
	Duration    calendar.Work
	HasDuration bool
	Cost        plan.Money // not set unless both have a cost
}

// Baseline returns the baseline that the plan is compared with, or nil if it has
// none: see [plan.Plan.ChosenBaseline].
func (s *Schedule) Baseline() *plan.Baseline {
	day := calendar.Date(math.MaxInt32)
	if s.Plan.StatusDate.IsSet() {
		day = s.StatusDate.LastDate()
	}
	return s.Plan.ChosenBaseline(day)
}

// Against compares the schedule with a baseline.
func (s *Schedule) Against(b *plan.Baseline) *Comparison {
	c := &Comparison{Baseline: b, Activities: make([]Variance, len(s.Activities)), Phases: make([]Variance, len(s.Phases))}
	c.Plan = s.variance(&plan.BaselineActivity{ID: b.ID, Kind: "plan", Name: b.Name, Start: b.Start, Finish: b.Finish, Cost: b.Cost, Pos: b.Pos}, s.Start, s.Finish)
	c.Plan.Cost = difference(s.costOf(s.Activities), b.Cost)
	for i, a := range s.Activities {
		then := b.Activity(a.ID)
		if then == nil {
			c.Activities[i].Added = b.Holds(a.Kind)
			continue
		}
		v := s.variance(then, a.Start, a.Finish)
		v.Duration, v.HasDuration = a.length()-then.Duration, a.elapsed() == then.Elapsed
		if cost, ok := costAtCompletion(a); ok {
			v.Cost = difference(cost, then.Cost)
		}
		c.Activities[i] = v
	}
	for i, ph := range s.Phases {
		then := b.Phase(ph.ID)
		c.Phases[i].Added = then == nil && b.Holds("phase")
		if then != nil && !ph.Empty {
			c.Phases[i] = s.variance(then, ph.Start, ph.Finish)
			c.Phases[i].Cost = difference(s.costOf(ph.all(nil)), then.Cost)
		}
	}
	for i := range b.Phases {
		if ph := s.Phase(b.Phases[i].ID); ph == nil {
			c.Removed = append(c.Removed, &b.Phases[i])
		}
	}
	for i := range b.Activities {
		if s.Activity(b.Activities[i].ID) == nil {
			c.Removed = append(c.Removed, &b.Activities[i])
		}
	}
	return c
}

// Of returns the variance of an activity, PhaseOf that of a phase.
func (c *Comparison) Of(a *Activity) Variance         { return c.Activities[a.index] }
func (c *Comparison) OfPhase(ph *PhaseDates) Variance { return c.Phases[ph.index] }

func (s *Schedule) variance(then *plan.BaselineActivity, start, finish calendar.Instant) Variance {
	return Variance{Then: then,
		Start:       s.Calendar.Between(then.Start, start),
		Finish:      s.Calendar.Between(then.Finish, finish),
		Duration:    s.Calendar.Between(start, finish) - s.Calendar.Between(then.Start, then.Finish),
		HasDuration: true,
	}
}

func difference(now, then plan.Money) plan.Money {
	if !now.IsSet() || !then.IsSet() {
		return plan.Money{}
	}
	return plan.MoneyOf(now.Minor - then.Minor)
}

// elapsed reports whether the duration runs on the clock.
func (a *Activity) elapsed() bool { return a.Work != nil && a.Work.Duration.Likely.Elapsed }

// length is the working time from start to finish: the duration of work that has
// not begun, and what it comes to if it has.
func (a *Activity) length() calendar.Work { return a.Calendar.Between(a.Start, a.Finish) }

// all appends the activities of the phase and of all phases inside it.
func (d *PhaseDates) all(list []*Activity) []*Activity {
	list = append(list, d.Activities...)
	for _, child := range d.Children {
		list = child.all(list)
	}
	return list
}

// costAtCompletion returns what an activity costs in the end, and whether
// anything is known of it: what was spent so far and its share of the planned
// cost that is still to come; the planned cost if nothing is known to be spent.
func costAtCompletion(a *Activity) (plan.Money, bool) {
	switch {
	case a.Work == nil || !a.Work.ActualCost.IsSet():
		return a.Cost, a.Cost.IsSet()
	case a.Done():
		return a.Work.ActualCost, true
	}
	return plan.MoneyOf(a.Work.ActualCost.Minor + a.Cost.Minor - a.share(a.Cost.Minor)), true
}

// costOf adds up the cost of activities; it is not set if none has any.
func (s *Schedule) costOf(list []*Activity) plan.Money {
	var sum plan.Money
	for _, a := range list {
		if cost, ok := costAtCompletion(a); ok {
			sum = plan.MoneyOf(sum.Minor + cost.Minor)
		}
	}
	return sum
}

// CostAtCompletion returns what the plan costs in the end, as a baseline would
// keep it; it is not set if nothing has a cost.
func (s *Schedule) CostAtCompletion() plan.Money { return s.costOf(s.Activities) }

// PlannedPercent returns how much of the work of a baseline would be done at an
// instant if all went as planned then, 0 to 100, weighted by duration.
func (s *Schedule) PlannedPercent(b *plan.Baseline, at calendar.Instant) float64 {
	var all, done float64
	for i := range b.Activities {
		a := &b.Activities[i]
		if a.Kind != "work" {
			continue
		}
		share := 1.0
		if whole := s.Calendar.Between(a.Start, a.Finish); at < a.Finish && whole > 0 {
			share = float64(max(0, s.Calendar.Between(a.Start, max(at, a.Start)))) / float64(whole)
		} else if at < a.Finish {
			share = 0
		}
		all += float64(a.Duration)
		done += float64(float64(a.Duration) * share)
	}
	if all == 0 {
		return 0
	}
	return 100 * done / all
}

// Begun reports whether work on the activity has started, also if it is done.
func (a *Activity) Begun() bool {
	return a.Percent > 0 || a.Work != nil && a.Work.ActualStart.IsSet()
}

// Freeze returns the schedule as a baseline. It holds what is needed to compare
// later schedules with it, also for work that will have left the plan.
func (s *Schedule) Freeze(id, name string, date calendar.Date) *plan.Baseline {
	if name == "" {
		name = id
	}
	b := &plan.Baseline{ID: id, Name: name, Date: date, Currency: s.Plan.Currency, Start: s.Start, Finish: s.Finish, Cost: s.CostAtCompletion()}
	for _, ph := range s.Phases {
		if ph.Empty {
			continue
		}
		f := plan.BaselineActivity{ID: ph.ID, Kind: "phase", Name: ph.Title(), Start: ph.Start, Finish: ph.Finish, Cost: s.costOf(ph.all(nil))}
		if ph.Parent != nil {
			f.Phase = ph.Parent.ID
		}
		b.Phases = append(b.Phases, f)
	}
	for _, a := range s.Activities {
		f := plan.BaselineActivity{ID: a.ID, Kind: a.Kind, Name: a.Title(), Start: a.Start, Finish: a.Finish,
			Percent: math.Round(a.Percent*100) / 100}
		if a.Work != nil {
			f.Duration, f.Elapsed = a.length(), a.elapsed()
		} else {
			f.Start = a.Finish
		}
		if a.Phase != nil {
			f.Phase = a.Phase.ID
		}
		if cost, ok := costAtCompletion(a); ok {
			f.Cost = cost
		}
		b.Activities = append(b.Activities, f)
	}
	b.Find()
	return b
}

// findVariance finds the finish of the plan and milestones that have slipped
// from the chosen baseline by a day or more. A change that was agreed is no
// slip: it has a baseline of its own.
func (s *Schedule) findVariance(list *diag.List) {
	b := s.Baseline()
	if b == nil {
		return
	}
	name := fmt.Sprintf("baseline %q", b.ID)
	if b.Name != b.ID {
		name = fmt.Sprintf("baseline %q (%s)", b.ID, oneLine(b.Name))
	}
	const agreed = "or, if the change has been agreed, run milepost baseline save and name the new baseline in [plan]"
	note := func(d *diag.Diagnostic, then calendar.Instant, pos diag.Pos) {
		d.Notes = append(d.Notes, diag.Note{Pos: pos, Message: "in the baseline it is " + s.finishText(then)})
	}
	if s.slipped(b.Finish, s.Finish) {
		d := list.Findf(CodeBaselineFinish, s.Plan.Info.At("baseline"), s.Plan.Address(), "the plan finishes on %s, %s its %s, which has %s",
			s.finishText(s.Finish), after(b.Finish, s.Finish, s.Calendar), name, s.finishText(b.Finish))
		d.Hint = s.shorten("") + ", " + agreed
		note(d, b.Finish, b.Pos)
	}
	for _, a := range s.Activities {
		then := b.Activity(a.ID)
		if a.Milestone == nil || then == nil || !s.slipped(then.Finish, a.Finish) {
			continue
		}
		is, hint := "is", "bring forward what it waits for, "+agreed
		if a.Done() {
			is, hint = "was", "if the later date has been agreed, run milepost baseline save and name the new baseline in [plan]"
		}
		d := list.Findf(CodeBaselineMilestone, a.At(""), a.Address(), "%s %s reached on %s, %s its date in the %s, which is %s",
			describe(a.Item), is, s.finishText(a.Finish), after(then.Finish, a.Finish, s.Calendar), name, s.finishText(then.Finish))
		d.Hint = hint
		note(d, then.Finish, then.Pos)
	}
}

// slipped reports whether a finish has moved to a later day, with working time
// between the two.
func (s *Schedule) slipped(then, now calendar.Instant) bool {
	return now.LastDate() > then.LastDate() && s.Calendar.Between(then, now) > 0
}
