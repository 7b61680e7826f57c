package schedule

import (
	"math"
	"math/big"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// EarnedValue is how a plan stands in money (PMI, Practice Standard for Earned
// Value Management, 2nd ed. 2011): what the work done so far was planned to
// cost, beside what was planned to be done by now and what it did cost.
//
// The yardstick is a baseline, or the plan as written if none with costs is
// saved: its schedule without any progress. The planned value of a work package
// grows evenly over the working time of its calendar between the start and the
// finish of the yardstick. What is earned is its percent complete of its budget.
type EarnedValue struct {
	Baseline  *plan.Baseline   // nil if the plan as written is the yardstick
	HasStatus bool             // the plan has a status date; without one only BAC and the planned curve are known
	Status    calendar.Instant // the figures are as of here

	// Start and Finish are those of the costed work by the yardstick.
	Start, Finish calendar.Instant

	Plan     Value
	Schedule EarnedSchedule
	Phases   []PhaseValue // with costed work, in the order of the plan
	Loose    Value        // of the work in no phase; it and the phases at the top add up to Plan
	Work     []*WorkValue // with a budget or an actual cost, in the order of the plan
	Curve    []CurvePoint // by plan week

	Unknown []*Activity              // begun, but what it has cost is not written
	Added   []*Activity              // costed, but not in the baseline, so it has no budget and earns nothing
	Removed []*plan.BaselineActivity // with a cost in the baseline, but no longer in the plan: left out
	Partly  []*Activity              // work whose cost is not known, or not all of it

	phases map[string]*PhaseValue
	work   map[string]*WorkValue
}

// WorkValue is the earned value of a work package.
type WorkValue struct {
	Activity *Activity
	Value
	Start, Finish calendar.Instant // by the yardstick; meaningless if Added
	Added         bool             // the baseline has no cost for it
}

// PhaseValue is the earned value of a phase with all work inside it.
type PhaseValue struct {
	Phase *PhaseDates
	Value
	Schedule EarnedSchedule
}

// CurvePoint is the end of a plan week on the S-curve.
type CurvePoint struct {
	Week int
	At   calendar.Instant // midnight at its end
	PV   int64
	// EV is what was earned by then: for each work package what it has earned at
	// the status date, spread evenly over the working time since it began. Not
	// set after the status date.
	EV plan.Money
}

// EarnedValue compares the plan with its chosen baseline (see
// [Schedule.Baseline]), or with the plan as written if there is none or it holds
// no costs. ok is false if the cost of no work is known.
func (s *Schedule) EarnedValue() (e *EarnedValue, ok bool) { return s.earned() }

func (s *Schedule) newEarnedValue() (e *EarnedValue, ok bool) {
	b := s.Baseline()
	if b != nil && !b.Cost.IsSet() {
		b = nil
	}
	return s.EarnedValueAgainst(b)
}

// EarnedValueAgainst compares the plan with a baseline, with the plan as written
// if b is nil.
func (s *Schedule) EarnedValueAgainst(b *plan.Baseline) (e *EarnedValue, ok bool) {
	if !s.Cost.IsSet() && b == nil {
		return nil, false
	}
	e = &EarnedValue{Baseline: b, HasStatus: s.Plan.StatusDate.IsSet(), Status: s.StatusDate,
		phases: map[string]*PhaseValue{}, work: map[string]*WorkValue{}}
	reference := s.reference(e)
	if reference == nil {
		return nil, false
	}
	for _, a := range s.Activities {
		if a.Work == nil {
			continue
		}
		if !s.Costed(a) {
			e.Partly = append(e.Partly, a)
		}
		at, planned := reference[a.ID]
		if !planned && !a.Cost.IsSet() && !a.Work.ActualCost.IsSet() {
			continue
		}
		w := &WorkValue{Activity: a, Start: at.Start, Finish: at.Finish, Added: !planned && b != nil}
		w.BAC = at.Cost.Minor
		if w.Added && a.Cost.IsSet() {
			e.Added = append(e.Added, a)
		}
		if e.HasStatus {
			e.measure(w)
		}
		e.Work = append(e.Work, w)
		e.work[a.ID] = w
		e.Plan.add(w.Value)
		if a.Phase == nil {
			e.Loose.add(w.Value)
		}
	}
	if e.HasStatus {
		e.Plan.close()
		e.Loose.close()
	}
	e.Schedule = s.earnedSchedule(e.Work, e.Plan, e)
	e.Start, e.Finish, _ = spanOf(e.Work)
	s.sumPhases(e)
	s.curve(e)
	return e, true
}

// Activity returns the earned value of a work package, or nil if it has none.
func (e *EarnedValue) Activity(id string) *WorkValue { return e.work[id] }

// Phase returns the earned value of a phase, or nil if no costed work is in it.
func (e *EarnedValue) Phase(id string) *PhaseValue { return e.phases[id] }

// reference returns the costed work of the yardstick by id, and notes what of it
// is no longer in the plan. It is nil if there is no yardstick.
func (s *Schedule) reference(e *EarnedValue) map[string]plan.BaselineActivity {
	out := map[string]plan.BaselineActivity{}
	if e.Baseline == nil {
		ref := s.asWritten()
		if ref == nil {
			return nil
		}
		for _, a := range ref.Activities {
			if a.Cost.IsSet() {
				out[a.ID] = plan.BaselineActivity{ID: a.ID, Start: a.Start, Finish: a.Finish, Cost: a.Cost}
			}
		}
		return out
	}
	for i := range e.Baseline.Activities {
		a := &e.Baseline.Activities[i]
		if !a.Cost.IsSet() {
			continue
		}
		if now := s.Activity(a.ID); now == nil || now.Work == nil {
			e.Removed = append(e.Removed, a)
			continue
		}
		out[a.ID] = *a
	}
	return out
}

// asWritten returns the schedule of the plan without progress, as it was before
// anything happened; nil if there is none.
func (s *Schedule) asWritten() *Schedule {
	if s.network.history == nil && !s.Plan.StatusDate.IsSet() {
		return s // nothing has
	}
	p := *s.Plan
	p.StatusDate = plan.When{}
	p.Work = make([]*plan.WorkPackage, len(s.Plan.Work))
	for i, w := range s.Plan.Work {
		clone := *w
		clone.ProgressFields = plan.ProgressFields{}
		p.Work[i] = &clone
	}
	p.Milestones = make([]*plan.Milestone, len(s.Plan.Milestones))
	for i, m := range s.Plan.Milestones {
		clone := *m
		clone.ActualFinish = plan.When{}
		p.Milestones[i] = &clone
	}
	ref, _ := Compute(&p, s.options)
	return ref
}

// measure fills in what of a work package is planned, earned and spent at the
// status date.
func (e *EarnedValue) measure(w *WorkValue) {
	a := w.Activity
	w.PV = w.planned(e.Status)
	w.EV = a.share(w.BAC)
	switch spent := a.Work.ActualCost; {
	case spent.IsSet():
		w.AC, w.EVSpent, w.spent = spent.Minor, w.EV, true
	case a.Begun() && (w.BAC != 0 || a.Cost.IsSet()):
		w.Unknown = 1
		e.Unknown = append(e.Unknown, a)
	}
	w.close()
}

// planned returns what is to be done of the work by an instant, in money.
func (w *WorkValue) planned(t calendar.Instant) int64 {
	if t >= w.Finish {
		return w.BAC
	}
	return spread(w.BAC, w.Activity.Calendar, w.Start, w.Finish, t)
}

// spread returns the part of an amount that falls before t, if it is spread
// evenly over the working time of a calendar from start to finish.
func spread(amount int64, c *calendar.Calendar, start, finish, t calendar.Instant) int64 {
	if t <= start {
		return 0
	}
	if t >= finish {
		return amount
	}
	whole := int64(c.Between(start, finish))
	if whole == 0 {
		return 0
	}
	part, _ := mulDiv(amount, int64(c.Between(start, t)), 1, whole, 1)
	return part
}

// share returns the done part of an amount: all of it for finished work, its
// percent complete to the millionth, or what follows from the remaining time.
func (a *Activity) share(amount int64) int64 {
	if a.Done() {
		return amount
	}
	part, of := int64(math.Round(a.Percent*1e6)), int64(1e8)
	if w := a.Work; w.Percent.Value == 0 && w.Remaining.IsSet() && a.Duration > 0 {
		of = int64(a.Duration)
		part = max(0, of-w.Remaining.Minutes(a.Calendar))
	}
	done, _ := mulDiv(amount, part, 1, of, 1)
	return done
}

// sumPhases adds up the work of each phase, at any depth.
func (s *Schedule) sumPhases(e *EarnedValue) {
	var walk func(ph *PhaseDates) []*WorkValue
	values := make([]*PhaseValue, len(s.Phases))
	walk = func(ph *PhaseDates) []*WorkValue {
		var all []*WorkValue
		for _, a := range ph.Activities {
			if w := e.work[a.ID]; w != nil {
				all = append(all, w)
			}
		}
		for _, child := range ph.Children {
			all = append(all, walk(child)...)
		}
		if len(all) > 0 {
			v := &PhaseValue{Phase: ph}
			for _, w := range all {
				v.add(w.Value)
			}
			if e.HasStatus {
				v.close()
			}
			v.Schedule = s.earnedSchedule(all, v.Value, e)
			values[ph.index] = v
		}
		return all
	}
	for _, ph := range s.Phases {
		if ph.Parent == nil {
			walk(ph)
		}
	}
	for _, v := range values {
		if v != nil {
			e.Phases = append(e.Phases, *v)
		}
	}
	for i := range e.Phases {
		e.phases[e.Phases[i].Phase.ID] = &e.Phases[i]
	}
}

// spanOf returns the planned start and finish of work that has a budget.
func spanOf(work []*WorkValue) (start, finish calendar.Instant, ok bool) {
	for _, w := range work {
		switch {
		case w.BAC == 0:
		case !ok:
			start, finish, ok = w.Start, w.Finish, true
		default:
			start, finish = min(start, w.Start), max(finish, w.Finish)
		}
	}
	return start, finish, ok
}

// byWeek returns an amount of each work package summed up to the end of each
// plan week from first to last. at returns what of it falls before an instant,
// span where it begins and ends.
func (s *Schedule) byWeek(work []*WorkValue, first, last int, span func(*WorkValue) (from, to calendar.Instant), at func(*WorkValue, calendar.Instant) int64) []int64 {
	sums := make([]int64, max(0, last-first+1))
	for _, w := range work {
		from, to := span(w)
		before := int64(0)
		for k := max(first, min(last, s.Week(from))); k <= last; k++ {
			end := s.WeekStart(k + 1)
			v := at(w, end)
			sums[k-first] += v - before
			if before = v; end >= to {
				break
			}
		}
	}
	for k := 1; k < len(sums); k++ {
		sums[k] += sums[k-1]
	}
	return sums
}

func (s *Schedule) plannedByWeek(work []*WorkValue, first, last int) []int64 {
	return s.byWeek(work, first, last, func(w *WorkValue) (from, to calendar.Instant) { return w.Start, w.Finish }, (*WorkValue).planned)
}

// curve fills in the S-curve: planned value to the end, earned value to the
// status date.
func (s *Schedule) curve(e *EarnedValue) {
	if e.Finish <= e.Start {
		return
	}
	until := e.Finish
	if e.HasStatus {
		until = max(until, e.Status, s.Finish)
	}
	first, last := min(1, s.Week(e.Start)), s.Week(until-1)
	pv := s.plannedByWeek(e.Work, first, last)
	var ev []int64
	if e.HasStatus {
		var begun []*WorkValue
		for _, w := range e.Work {
			if w.EV != 0 {
				begun = append(begun, w)
			}
		}
		worked := func(w *WorkValue) (from, to calendar.Instant) {
			a := w.Activity
			if a.Done() {
				return a.Start, min(a.Finish, e.Status)
			}
			return a.Start, e.Status
		}
		ev = s.byWeek(begun, first, last, worked, func(w *WorkValue, t calendar.Instant) int64 {
			from, to := worked(w)
			if t >= to {
				return w.EV
			}
			return spread(w.EV, w.Activity.Calendar, from, to, t)
		})
	}
	for k := range pv {
		p := CurvePoint{Week: first + k, At: s.WeekStart(first + k + 1), PV: pv[k]}
		if e.HasStatus && (p.At <= e.Status || s.Calendar.Between(e.Status, p.At) == 0) {
			p.EV = plan.MoneyOf(ev[k])
		}
		e.Curve = append(e.Curve, p)
	}
}

// EarnedSchedule tells in time what earned value tells in money (Lipke 2003,
// "Schedule is Different"): when the value earned by now was planned to be
// earned. Times are plan weeks since the planned start of the work; the first
// and the last week count for the part of their working time that the plan uses.
type EarnedSchedule struct {
	ES Quotient // earned schedule: C + (EV-PV_C) / (PV_C+1 - PV_C)
	AT Quotient // actual time: to the status date, or to the finish of finished work
	PD Quotient // planned duration

	PlannedFinish calendar.Instant // start + PD: the finish by the yardstick

	PlannedBy calendar.Instant // start + ES: when what is earned now was planned to be earned
	Finish    calendar.Instant // start + IEAC(t): the finish at the pace so far
	HasFinish bool
}

// Known reports whether there is an earned schedule: the planned start of the
// work is past, and it has a budget.
func (x EarnedSchedule) Known() bool { return x.ES.Known() }

// SV is the schedule variance in time, SV(t) = ES - AT; negative if late.
func (x EarnedSchedule) SV() Quotient { return x.ES.minus(x.AT) }

// SPI is the schedule performance index in time, SPI(t) = ES / AT.
func (x EarnedSchedule) SPI() Quotient { return x.ES.over(x.AT) }

// IEAC is the independent estimate of the whole duration, IEAC(t) = PD / SPI(t).
func (x EarnedSchedule) IEAC() Quotient { return x.PD.over(x.SPI()) }

// TSPI is the pace needed from now on to finish as planned, (PD-ES) / (PD-AT).
func (x EarnedSchedule) TSPI() Quotient { return x.PD.minus(x.ES).over(x.PD.minus(x.AT)) }

// earnedSchedule finds when the value that the work has earned was planned.
func (s *Schedule) earnedSchedule(work []*WorkValue, v Value, e *EarnedValue) (x EarnedSchedule) {
	start, finish, ok := spanOf(work)
	if !ok || !e.HasStatus || v.BAC <= 0 {
		return x
	}
	until, done := e.Status, true
	last := start
	for _, w := range work {
		if w.BAC < 0 {
			return x // the curve goes down
		}
		done = done && w.Activity.Done()
		last = max(last, w.Activity.Finish)
	}
	if done {
		until = min(until, last)
	}
	origin := s.weeksTo(start)
	at := new(big.Rat).Sub(s.weeksTo(until), origin)
	if at.Sign() <= 0 {
		return x
	}
	x.AT, x.PlannedFinish = quotientOf(at), finish
	x.PD = quotientOf(new(big.Rat).Sub(s.weeksTo(finish), origin))

	// The curve bends at the ends of weeks.
	at0, pv0 := origin, int64(0)
	first, end := s.Week(start), s.Week(finish-1)
	pv := s.plannedByWeek(work, first, end)
	es := s.weeksTo(finish)
	for k := first; v.EV < v.BAC && k <= end; k++ {
		at1, pv1 := s.weeksTo(s.WeekStart(k+1)), pv[k-first]
		if k == end {
			at1, pv1 = s.weeksTo(finish), v.BAC
		}
		if pv1 > v.EV {
			es = new(big.Rat).Sub(at1, at0)
			es.Mul(es, big.NewRat(v.EV-pv0, pv1-pv0)).Add(es, at0)
			break
		}
		at0, pv0 = at1, pv1
	}
	x.ES = quotientOf(new(big.Rat).Sub(es, origin))
	x.PlannedBy, _ = s.atWeeks(es)
	if weeks := x.IEAC(); weeks.Known() {
		x.Finish, x.HasFinish = s.atWeeks(new(big.Rat).Add(origin, weeks.r))
	}
	return x
}

// weeksTo returns the plan weeks from the start of the plan to an instant, by
// working time within a week.
func (s *Schedule) weeksTo(t calendar.Instant) *big.Rat {
	k := s.Week(t)
	from, whole := s.weekOf(k)
	out := new(big.Rat).SetInt64(int64(k - 1))
	if whole > 0 && t > from {
		out.Add(out, big.NewRat(int64(s.Calendar.Between(from, t)), int64(whole)))
	}
	return out
}

// weekOf returns where a plan week begins, the first one with the plan, and its
// working time.
func (s *Schedule) weekOf(week int) (from calendar.Instant, whole calendar.Work) {
	from = s.WeekStart(week)
	if week == 1 {
		from = max(from, s.Start)
	}
	return from, s.Calendar.Between(from, s.WeekStart(week+1))
}

// atWeeks is the inverse of weeksTo; ok is false for a time beyond all dates.
func (s *Schedule) atWeeks(weeks *big.Rat) (t calendar.Instant, ok bool) {
	floor := new(big.Int).Div(weeks.Num(), weeks.Denom())
	if !floor.IsInt64() || floor.Int64() < -100_000 || floor.Int64() > 100_000 {
		return 0, false
	}
	k := int(floor.Int64()) // before the plan's start if a baseline began earlier
	rest := new(big.Rat).Sub(weeks, new(big.Rat).SetInt(floor))
	if rest.Sign() == 0 && k != 0 {
		return s.finishOfWeek(k, s.Calendar), true
	}
	from, whole := s.weekOf(k + 1)
	rest.Mul(rest, new(big.Rat).SetInt64(int64(whole)))
	minutes := new(big.Int).Div(new(big.Int).Add(rest.Num(), new(big.Int).Sub(rest.Denom(), big.NewInt(1))), rest.Denom())
	return s.Calendar.Add(from, calendar.Work(minutes.Int64())), true
}
