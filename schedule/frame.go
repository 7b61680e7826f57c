package schedule

import (
	"time"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// frame returns a schedule with everything of the plan that needs no network:
// activities, phases, durations and stated dates.
func frame(p *plan.Plan) *Schedule {
	s := &Schedule{Plan: p, Calendar: p.Calendar("")}
	if s.Calendar == nil {
		s.Calendar = usual()
	}
	s.Start = s.Calendar.Next(p.Start.Start())
	s.firstDay = firstDayOfWeekOne(s.Calendar, p.Start)
	s.StatusDate = s.Start
	if p.StatusDate.IsSet() {
		s.StatusDate = s.FinishOf(p.StatusDate)
	}
	s.stateFinish()
	if !s.addPhases() || !s.addActivities() {
		p.Index()
		return frame(p)
	}
	s.addResources()
	return s
}

// usual is the calendar of a plan that was not loaded from files and has none.
func usual() *calendar.Calendar {
	var week [7][]calendar.Span
	for d := time.Monday; d <= time.Friday; d++ {
		week[d] = []calendar.Span{{From: 9 * 60, To: 17 * 60}}
	}
	return mustCalendar(week)
}

// clock is the calendar of elapsed time: every minute of every day.
func clock() *calendar.Calendar {
	var week [7][]calendar.Span
	for d := range week {
		week[d] = []calendar.Span{{From: 0, To: calendar.MinutesPerDay}}
	}
	return mustCalendar(week)
}

// mustCalendar makes a calendar of a week that is known to be right.
func mustCalendar(week [7][]calendar.Span) *calendar.Calendar {
	c, err := calendar.New(week, nil)
	if err != nil {
		panic(err)
	}
	return c
}

// stateFinish works out the finish that the plan states: whole weeks count as
// plan weeks, any other duration as time from the start.
func (s *Schedule) stateFinish() {
	d := s.Plan.Duration
	switch {
	case s.Plan.Finish.IsSet():
		s.StatedFinish = s.FinishOf(s.Plan.Finish)
	case !d.IsSet():
		return
	case d.Elapsed:
		s.StatedFinish = s.Start + calendar.Instant(d.Minutes(s.Calendar))
	case inWeeks(d):
		s.StatedFinish = s.finishOfWeek(int(d.Thousandths/1000), s.Calendar)
	default:
		s.StatedFinish = s.Calendar.Add(s.Start, calendar.Work(d.Minutes(s.Calendar)))
	}
	s.HasStatedFinish = true
}

// inWeeks reports whether a duration is a number of whole plan weeks.
func inWeeks(d plan.Duration) bool {
	return d.Unit == plan.Week && !d.Elapsed && d.Thousandths > 0 && d.Thousandths%1000 == 0
}

// addPhases and addActivities return false if the plan has changed since its ids
// were indexed.
func (s *Schedule) addPhases() bool {
	members := len(s.Plan.Work) + len(s.Plan.Milestones)
	if s.Plan.Places() != members+len(s.Plan.Phases) {
		return false
	}
	for k, ph := range s.Plan.Phases {
		if !s.Plan.IsAt(members+k, ph.ID) {
			return false
		}
		d := &PhaseDates{Phase: ph, HasWindow: ph.Window.IsSet(), index: int32(k)}
		if d.HasWindow {
			d.StatedStart, d.StatedFinish = s.StartOf(ph.Window.Start), s.FinishOf(ph.Window.Finish)
		}
		s.Phases = append(s.Phases, d)
		s.dependencies += len(ph.After)
	}
	for _, d := range s.Phases {
		if up := s.phase(d.Phase.Phase); up != nil && !up.within(d) {
			d.Parent = up
			up.Children = append(up.Children, d)
		}
	}
	return true
}

// within reports whether the phase is other or inside it.
func (d *PhaseDates) within(other *PhaseDates) bool {
	for ; d != nil; d = d.Parent {
		if d == other {
			return true
		}
	}
	return false
}

// phase is [Schedule.Phase] while there are no activities yet.
func (s *Schedule) phase(id string) *PhaseDates {
	if at := int(s.Plan.Place(id)) - len(s.Plan.Work) - len(s.Plan.Milestones); id != "" && at >= 0 {
		return s.Phases[at]
	}
	return nil
}

func (s *Schedule) addActivities() bool {
	all := make([]Activity, len(s.Plan.Work)+len(s.Plan.Milestones))
	s.Activities = make([]*Activity, 0, len(all))
	members := make([]int, len(s.Phases))
	var last *PhaseDates // members of a phase often stand together
	add := func(it *plan.Item, phase string) *Activity {
		a := &all[len(s.Activities)]
		if phase != "" {
			if last == nil || last.Phase.ID != phase {
				last = s.phase(phase)
			}
			a.Phase = last
		}
		a.Item, a.sched, a.index = it, s, int32(len(s.Activities))
		if a.Phase != nil {
			members[a.Phase.index]++
		}
		s.Activities = append(s.Activities, a)
		return a
	}
	for _, w := range s.Plan.Work {
		if !s.Plan.IsAt(len(s.Activities), w.ID) {
			return false
		}
		a := add(&w.Item, w.Phase)
		a.Work = w
		s.dependencies += len(w.After)
		if a.Calendar = s.Plan.CalendarOf(w); a.Calendar == nil {
			a.Calendar = s.Calendar
		}
		if w.Duration.IsSet() && w.Duration.Likely.Elapsed {
			if s.clock == nil {
				s.clock = clock()
			}
			a.Calendar = s.clock
		}
		a.Duration = durationOf(w, a.Calendar)
		a.hasLimits, a.isLate = hasDate(&w.Limits), w.AsLateAsPossible
		a.hasProgress = w.Percent.Value > 0 || w.ActualStart.IsSet() || w.ActualFinish.IsSet() || w.Remaining.IsSet()
		s.note(a)
		if w.Cost.IsSet() || len(w.Assign) > 0 {
			s.priced = append(s.priced, a)
		}
	}
	for _, m := range s.Plan.Milestones {
		if !s.Plan.IsAt(len(s.Activities), m.ID) {
			return false
		}
		a := add(&m.Item, m.Phase)
		a.Milestone, a.Calendar = m, s.Calendar
		s.dependencies += len(m.After)
		if m.Target.IsSet() {
			a.Target, a.HasTarget = s.FinishOf(m.Target), true
		}
		a.hasLimits, a.isLate, a.hasProgress = hasDate(&m.Limits), m.AsLateAsPossible, m.ActualFinish.IsSet()
		s.note(a)
	}
	s.fillPhases(members)
	return true
}

// fillPhases gives each phase its activities, so many as there are of each.
func (s *Schedule) fillPhases(members []int) {
	all := make([]*Activity, len(s.Activities))
	for k, size := range members {
		s.Phases[k].Activities, all = all[:0:size], all[size:]
	}
	for _, a := range s.Activities {
		if ph := a.Phase; ph != nil {
			ph.Activities = append(ph.Activities, a)
		}
	}
}

// note remembers an activity that findings may be about.
func (s *Schedule) note(a *Activity) {
	if a.HasTarget || a.hasLimits || a.hasProgress {
		s.dated = append(s.dated, a)
	}
}

// durationOf returns the working time of a work package: the stated duration,
// otherwise the effort spread over the assigned units. A day of effort is as long
// as a day of the work's calendar, so a day of effort takes one who is there full
// time a day.
func durationOf(w *plan.WorkPackage, c *calendar.Calendar) calendar.Work {
	if w.Duration.IsSet() {
		return max(0, calendar.Work(w.Duration.Likely.Minutes(c)))
	}
	effort, units := w.Effort.Minutes(c), w.Assign.Units()
	if effort <= 0 || units <= 0 {
		return calendar.Work(max(0, effort))
	}
	return calendar.Work(max(1, (effort*10_000+units/2)/units))
}

// usualLimits returns those of an activity that has no constraint and has not
// begun, on the plan's calendar.
func (s *Schedule) usualLimits() limits {
	return limits{minStart: max(s.Start, s.StatusDate), minFinish: never, maxStart: ever, maxFinish: ever}
}

// limitsOf returns the constraints of an activity as instants. Those on the start
// of what has begun bind nothing any more; they tell when it may have begun.
func (s *Schedule) limitsOf(a *Activity, h *history) limits {
	l := limits{minStart: s.earliest(a, h), minFinish: never, maxStart: ever, maxFinish: ever}
	if !a.hasLimits {
		return l
	}
	w, c := a.limits(), a.Calendar
	for _, x := range []plan.When{w.StartNoEarlierThan, w.MustStartOn} {
		if x.IsSet() {
			l.minStart = max(l.minStart, s.startOf(x, c))
		}
	}
	for _, x := range []plan.When{w.FinishNoEarlierThan, w.MustFinishOn} {
		if x.IsSet() {
			l.minFinish = max(l.minFinish, s.finishOf(x, c))
		}
	}
	if h.state != planned {
		h.notBefore, l.minStart = l.minStart, s.earliest(a, h)
	} else {
		if w.StartNoLaterThan.IsSet() {
			l.maxStart = s.latestStart(w.StartNoLaterThan, a)
		}
		if w.MustStartOn.IsSet() {
			l.maxStart = min(l.maxStart, s.startOf(w.MustStartOn, c))
		}
	}
	for _, x := range []plan.When{w.FinishNoLaterThan, w.MustFinishOn, w.Deadline} {
		if x.IsSet() {
			l.maxFinish = min(l.maxFinish, s.finishOf(x, c))
		}
	}
	return l
}

// limits returns the constraints as written.
func (a *Activity) limits() *plan.Limits {
	if a.Work != nil {
		return &a.Work.Limits
	}
	return &a.Milestone.Limits
}

// hasDate reports whether there is a date among the constraints.
func hasDate(l *plan.Limits) bool {
	return l.StartNoEarlierThan.IsSet() || l.StartNoLaterThan.IsSet() || l.FinishNoEarlierThan.IsSet() || l.FinishNoLaterThan.IsSet() ||
		l.MustStartOn.IsSet() || l.MustFinishOn.IsSet() || l.Deadline.IsSet()
}

// earliest returns the instant before which an activity cannot start: the
// plan's first day, by its own calendar's hours, and for what is still open the
// status date.
func (s *Schedule) earliest(a *Activity, h *history) calendar.Instant {
	t := s.Start
	if a.Duration > 0 && a.Calendar != s.Calendar && a.Calendar != s.clock {
		t = a.Calendar.Next(s.Plan.Start.Start())
	}
	if h.hasStatus && h.state == planned {
		t = max(t, s.StatusDate)
	}
	return t
}
