// Package schedule works out what follows from a plan: when each work package
// and milestone happens, how far each can slip, which of them decide the finish
// of the plan, and where what the plan states differs from what follows.
//
// [Compute] is the whole of it. Inside, a plan becomes a network (network.go)
// whose dates are found by a forward and a backward pass (cpm.go); history.go
// places work that has begun, and findings.go compares the result with the
// plan. [Schedule.Simulate] repeats the forward pass with other durations and
// risks and counts the finishes. Everything is whole minutes of civil time, so two runs are equal and
// not nearly equal.
package schedule

import (
	"slices"
	"sync"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// Schedule is what follows from a plan: every activity and phase in time, the
// critical path, and where the plan contradicts itself.
type Schedule struct {
	Plan       *plan.Plan
	Calendar   *calendar.Calendar // of the plan
	Start      calendar.Instant   // first working instant of the plan
	Finish     calendar.Instant   // latest early finish
	StatusDate calendar.Instant   // end of the status date; Start if the plan has none

	// StatedFinish is the end that the plan's duration or finish states;
	// HasStatedFinish is false if it states none.
	StatedFinish    calendar.Instant
	HasStatedFinish bool

	Activities   []*Activity   // work, then milestones, each in the order of the plan
	Phases       []*PhaseDates // in the order of the plan
	CriticalPath []*Activity   // critical work packages by start
	Cost         plan.Money    // of all work as planned; not set if nothing about it is known
	Resources    []*Resource   // what work competes for: roles, then persons
	Levelling    *Levelling    // nil if the schedule is not levelled

	firstDay calendar.Date      // of week 1
	clock    *calendar.Calendar // of elapsed work, nil if there is none

	dependencies int         // as written, those of phases too
	dated        []*Activity // with dates that may not be kept: targets, constraints, actual ones
	priced       []*Activity // with a cost of their own or somebody assigned

	// What the dates were computed with, for answers that need more passes. The
	// network of a levelled schedule has more edges than were written.
	network    *network
	dates      *dates
	written    *network
	unlevelled *dates
	options    Options
	prices     prices
	earned     func() (*EarnedValue, bool)     // see [Schedule.EarnedValue]
	scenarios  func() ([]*Scenario, diag.List) // see [Schedule.Scenarios]
}

// Options says how to compute a schedule. What is nil is as the plan says, so the
// zero Options does that in all.
type Options struct {
	Level     *bool   // whether activities are delayed until their roles are free
	Schedules *int    // to try in levelling, 0 for no search
	Seed      *uint64 // of that search
}

// Activity is a work package or a milestone with its place in time. Instants
// are half-open: work fills [Start, Finish).
type Activity struct {
	*plan.Item                   // of the work package or milestone
	Work       *plan.WorkPackage // nil for a milestone
	Milestone  *plan.Milestone   // nil for work
	Phase      *PhaseDates       // nil if it belongs to none
	Calendar   *calendar.Calendar

	// Start and Finish are the dates that the plan is worked to: the actual
	// dates where there are some, otherwise the early ones, and for work that
	// is as late as possible the latest that leave its followers where they are.
	Start, Finish calendar.Instant
	// The early dates are the first that dependencies and constraints allow (also
	// if the schedule is levelled; the late dates and floats then count from it),
	// the late ones the last that leave the finish of the plan where it is.
	// Finished work has its actual dates as both, begun work its start.
	EarlyStart, EarlyFinish calendar.Instant
	LateStart, LateFinish   calendar.Instant

	Duration calendar.Work // working minutes on Calendar; zero for a milestone
	// TotalFloat is how far the activity can slip from Start without moving the
	// finish of the plan; negative if a constraint cannot be met. Finished work has
	// none. Work that is as late as possible has used what it had: it keeps only
	// what lies between its start and its late start.
	TotalFloat calendar.Work
	// FreeFloat is the least delay, from Start, that moves the early date of some
	// successor.
	FreeFloat calendar.Work

	Percent float64 // done, 0 to 100
	// Remaining is the working time that is still to go, Resume the first instant
	// of it: for work that has not begun its duration and its start, for finished
	// work nothing and its finish. Begun work resumes after the status date, and
	// not before what it waits for allows; from Start to Resume it may lie idle.
	Remaining calendar.Work
	Resume    calendar.Instant

	// Cost is the fixed cost of the work and that of the people assigned to it;
	// not set if nothing about it is known. See [Schedule.Costed].
	Cost plan.Money

	// LevellingDelay is how much later than its early start the activity starts in
	// a levelled schedule, on its calendar, itself waiting for a role or behind
	// others that do. See [Activity.Waits] and [Activity.Keeps].
	LevellingDelay calendar.Work

	// Target is the stated date of a milestone; HasTarget is false if it has none.
	Target calendar.Instant

	sched     *Schedule
	index     int32 // in Schedule.Activities
	HasTarget bool
	// What its table says of it, so that the many of which it says nothing need
	// not be looked at again.
	hasLimits, hasProgress, isLate bool
}

// Link is one dependency between two activities, or between an activity and a
// phase.
type Link struct {
	Activity *Activity   // the other end; nil if it is a phase
	Phase    *PhaseDates // the other end; nil if it is an activity
	// Via is the phase of this activity that the dependency is written for or
	// that the other end waits for; nil if it is the activity itself.
	Via     *PhaseDates
	Type    plan.DependencyType
	Lag     plan.Lag
	Driving bool // the predecessor decides the date of the successor, alone or with others
	// Resource is what the successor waits for and the predecessor holds until its
	// finish, in the chains of a levelled schedule; nil for a dependency.
	Resource *Resource
	Pos      diag.Pos
}

// PhaseDates is a phase with its place in time: from its earliest member to its
// latest.
type PhaseDates struct {
	*plan.Phase
	Parent     *PhaseDates // nil at the top
	Children   []*PhaseDates
	Activities []*Activity // direct members, in the order of the plan
	Empty      bool        // no member at any depth; the dates mean nothing

	Start, Finish             calendar.Instant
	StatedStart, StatedFinish calendar.Instant // of the window
	HasWindow                 bool
	Critical                  bool       // some member is critical
	Percent                   float64    // done, weighted by duration
	Cost                      plan.Money // of its work at any depth; not set if nothing about it is known

	index int32 // in Schedule.Phases
}

// Critical reports whether a slip of the activity moves the finish of the plan.
// Finished work cannot slip.
func (a *Activity) Critical() bool { return a.TotalFloat <= 0 && !a.Done() }

// Done reports whether the activity is finished.
func (a *Activity) Done() bool { return a.Percent >= 100 }

// LastDay returns the day that the finish is shown as: the last that is worked,
// and of what takes no time the day that it completes. At midnight that is the
// day that ends, unless the activity cannot be before the day that begins: with
// the plan's start, or with a constraint.
func (a *Activity) LastDay() calendar.Date { return a.shown().Date() }

// shown returns a moment of the last day.
func (a *Activity) shown() calendar.Instant {
	if a.Duration > 0 || a.Finish.Minute() != 0 {
		return a.Finish - 1
	}
	begins := a.Finish <= a.sched.Start
	if a.hasLimits {
		l := a.limits()
		for _, w := range []plan.When{l.StartNoEarlierThan, l.MustStartOn} {
			begins = begins || w.IsSet() && a.sched.startOf(w, a.Calendar) == a.Finish
		}
	}
	if begins {
		return a.Finish
	}
	return a.Finish - 1
}

// Activity returns the work package or milestone of that id, or nil.
func (s *Schedule) Activity(id string) *Activity {
	if at := s.Plan.Place(id); at >= 0 && int(at) < len(s.Activities) {
		return s.Activities[at]
	}
	return nil
}

// Phase returns the phase of that id, or nil.
func (s *Schedule) Phase(id string) *PhaseDates {
	if at := int(s.Plan.Place(id)) - len(s.Activities); at >= 0 {
		return s.Phases[at]
	}
	return nil
}

// Compute schedules the plan. Diagnostics are errors (dependencies that wait
// for each other, constraints that exclude each other, dates out of range), in
// which case the Schedule is nil, and findings.
func Compute(p *plan.Plan, opts Options) (*Schedule, diag.List) {
	var list diag.List
	s := frame(p)
	s.options = opts
	s.exclusions(&list)
	n := newNetwork(s)
	if !n.sort() {
		n.reportCycles(&list)
	}
	if list.Failed() {
		list.Sort()
		return nil, list
	}
	d := n.newDates()
	n.forward(d, n.duration)
	if d.finish > lastInstant {
		list.Errorf(CodeRange, p.Info.At("start"), "the plan finishes after the year 9999").
			Hint = "look for a duration or a lag with the wrong unit"
		return nil, list
	}
	unlevelled, written := d, n
	if s.wantsLevelling(opts) {
		n.backward(d, n.duration, scheduled)
		if n, d = s.level(n, d, opts); d.finish > lastInstant {
			list.Errorf(CodeRange, p.Info.At("level"), "the levelled plan finishes after the year 9999").
				Hint = "look for a role with much less capacity than its work needs"
			return nil, list
		}
	}
	n.backward(d, n.duration, late)
	n.backward(d, n.duration, free)
	n.backward(d, n.duration, scheduled)
	n.floatFromScheduled(d)
	n.tidy(d)
	s.network, s.dates, s.written, s.unlevelled = n, d, written, unlevelled
	s.take(n, d, unlevelled)
	if s.Finish > s.Start+longestPlan {
		s.tooLong(&list)
		return nil, list
	}
	s.rollUp()
	if s.costs(&list); list.Failed() {
		return nil, list
	}
	s.earned = sync.OnceValues(s.newEarnedValue)
	s.findings(n, d, &list)
	list.Sort()
	found := slices.Clone(list)
	s.scenarios = sync.OnceValues(func() ([]*Scenario, diag.List) { return s.newScenarios(found) })
	return s, list
}
