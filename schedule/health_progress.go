package schedule

import (
	"fmt"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// The points that measure how the work goes: against a baseline, against the
// status date, and by what a delay does.

// inBaseline visits the work packages of the schedule that take time, each with
// what it was in the baseline, or nil.
func (h *assessment) inBaseline(visit func(a *Activity, was *plan.BaselineActivity)) {
	for _, a := range h.s.Activities {
		if a.Work != nil && a.Duration > 0 {
			visit(a, h.baseline.Activity(a.ID))
		}
	}
}

// missing returns why the points about baseline and status date cannot be told.
func (h *assessment) missing() string {
	switch {
	case !h.s.Plan.StatusDate.IsSet():
		return noStatusDate
	case h.baseline == nil:
		return noBaseline
	}
	return ""
}

func (h *assessment) missedTasks() Metric {
	s := h.s
	m := Metric{Number: 11, Name: "Missed tasks", Definition: "Work that was to be finished by the status date and finishes later than in the baseline.",
		Population: "work packages whose baseline finish is not after the status date", Reason: h.missing()}
	due := int64(0)
	if m.Reason == "" {
		h.inBaseline(func(a *Activity, was *plan.BaselineActivity) {
			if was == nil || was.Finish > s.StatusDate {
				return
			}
			due++
			if late := a.Calendar.Between(was.Finish, a.Finish); late > 0 {
				m.Offenders = append(m.Offenders, Offender{Activity: a, What: s.laterText(was.Finish, a) + " later"})
			}
		})
		if due == 0 {
			m.Reason = "no work was to be finished by the status date"
		}
	}
	return m.judge(due, 5)
}

// laterText writes by how much an activity finishes after an instant as pages do,
// on the plan's calendar; on its own if that has no working time between.
func (s *Schedule) laterText(then calendar.Instant, a *Activity) string {
	c := s.Calendar
	if c.Between(then, a.Finish) <= 0 {
		c = a.Calendar
	}
	return workText(c.Between(then, a.Finish), c)
}

// criticalPathTest delays each critical work package in turn. The finish must
// move by as much; with several calendars it may arrive up to a week of the
// activity's calendar less, as work then waits for other hours.
func (h *assessment) criticalPathTest() Metric {
	s := h.s
	m := Metric{Number: 12, Name: "Critical path test", AtLeast: true,
		Definition: fmt.Sprintf("Critical work that moves the finish of the plan by %d working days if it takes %d working days more. Tried for each in turn.", delayOfTest, delayOfTest),
		Population: "critical work packages that are not finished"}
	critical := int64(0)
	var t *trial
	for _, a := range h.work {
		if !a.Critical() {
			continue
		}
		if critical++; t == nil {
			t = s.newTrial()
		}
		delay := delayOfTest * a.Calendar.DayMinutes()
		add := func(left calendar.Work) calendar.Work { return left + delay }
		needs := delay
		if !t.even {
			needs -= a.Calendar.WeekMinutes()
		}
		moved := func() calendar.Work { return a.Calendar.Between(t.d.finish, t.finish(a.index, add)) }
		// A delay that arrives through critical work alone has arrived. Only if it
		// does not, everything is scheduled again.
		t.below = 1
		got := moved()
		if got < needs {
			t.below = calendar.Work(ever)
			got = moved()
		}
		if got < needs {
			m.Offenders = append(m.Offenders, Offender{Activity: a, What: "moves the finish by " + days(got, a.Calendar)})
		}
	}
	if critical == 0 {
		m.Reason = "no open work package is critical"
	}
	return m.compare(Ratio{critical - int64(len(m.Offenders)), critical}, Ratio{1, 1})
}

func (h *assessment) pathLengthIndex() Metric {
	s := h.s
	m := Metric{Number: 13, Name: "Critical path length index", AtLeast: true, Index: true,
		Definition: "(CPL + TF) / CPL: CPL is the working time from the status date to the finish, TF the time by which the finish is before the one agreed. 1.00 is on plan."}
	agreed, has := s.StatedFinish, s.HasStatedFinish
	m.Population = "the finish against the one that the plan states"
	if h.baseline != nil {
		agreed, has = h.baseline.Finish, true
		m.Population = "the finish against the one in the baseline " + h.baseline.ID
	}
	length := s.Calendar.Between(s.StatusDate, s.Finish)
	switch {
	case !s.Plan.StatusDate.IsSet():
		m.Reason = noStatusDate
	case !has:
		m.Reason = "there is no baseline, and the plan states no finish"
	case length <= 0 || len(h.open) == 0:
		m.Reason = "nothing is left to do"
	}
	return m.compare(Ratio{int64(length + s.Calendar.Between(s.Finish, agreed)), int64(length)}, Ratio{95, 100})
}

func (h *assessment) executionIndex() Metric {
	s := h.s
	m := Metric{Number: 14, Name: "Baseline execution index", AtLeast: true, Index: true,
		Definition: "Work that is finished, against work that was to be finished by the status date. Work that is in no baseline counts as if it was.",
		Population: "work packages whose baseline finish is not after the status date, and those without baseline", Reason: h.missing()}
	var finished, due int64
	if m.Reason == "" {
		h.inBaseline(func(a *Activity, was *plan.BaselineActivity) {
			isDue := was == nil || was.Finish <= s.StatusDate
			if isDue {
				due++
			}
			switch {
			case a.Done():
				finished++
			case isDue && was == nil:
				m.Offenders = append(m.Offenders, Offender{Activity: a, What: "open, and in no baseline"})
			case isDue:
				m.Offenders = append(m.Offenders, Offender{Activity: a, What: "open, was due on " + dayText(was.Finish.LastDate())})
			}
		})
		if due == 0 {
			m.Reason = "no work was to be finished by the status date"
		}
	}
	return m.compare(Ratio{finished, due}, Ratio{95, 100})
}

// days writes working time in days of the calendar, with one decimal if it needs
// one; more than no time is never written as none.
func days(w calendar.Work, c *calendar.Calendar) string {
	day := int64(c.DayMinutes())
	tenths := floorOf(20*int64(w)+day, 2*day)
	switch {
	case tenths == 0 && w != 0:
		return fmt.Sprintf("%d minutes", int64(w))
	case tenths%10 != 0:
		return decimal(tenths, 1) + " days"
	case tenths == 10 || tenths == -10:
		return fmt.Sprintf("%d day", tenths/10)
	}
	return fmt.Sprintf("%d days", tenths/10)
}
