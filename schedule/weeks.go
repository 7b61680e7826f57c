package schedule

import (
	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

const daysPerWeek = 7

// firstDayOfWeekOne returns the first day of the week that the plan starts in;
// of the week after if the plan starts when that week's work is over, so that a
// plan from a Sunday on begins its week 1 on Monday.
func firstDayOfWeekOne(c *calendar.Calendar, start calendar.Date) calendar.Date {
	past := (int(start.Weekday()) - int(c.FirstWeekday()) + daysPerWeek) % daysPerWeek
	first := start - calendar.Date(past)
	for d := start; d < first+daysPerWeek; d++ {
		if c.WorksOn(d.Weekday()) {
			return first
		}
	}
	return first + daysPerWeek
}

// Week returns the plan week that an instant lies in; week 1 holds the plan's
// start, weeks before it are 0, -1 and so on. For a finish pass the last minute
// worked (finish-1).
func (s *Schedule) Week(t calendar.Instant) int {
	days := int(t.Date() - s.firstDay)
	if days < 0 {
		days -= daysPerWeek - 1 // round down
	}
	return days/daysPerWeek + 1
}

// WeekStart returns midnight at the beginning of a plan week.
func (s *Schedule) WeekStart(week int) calendar.Instant {
	return (s.firstDay + calendar.Date((week-1)*daysPerWeek)).Start()
}

// StartOf and FinishOf return what a stated point means as a start (the first
// working instant of the week or day) and as a finish (the last) on the plan's
// calendar. As a finish, a day on which nobody works is its midnight, so that
// it is still shown as that day. A stated time of day is that very instant.
func (s *Schedule) StartOf(w plan.When) calendar.Instant  { return s.startOf(w, s.Calendar) }
func (s *Schedule) FinishOf(w plan.When) calendar.Instant { return s.finishOf(w, s.Calendar) }

func (s *Schedule) startOf(w plan.When, c *calendar.Calendar) calendar.Instant {
	switch {
	case w.Week > 1:
		return c.Next(s.WeekStart(int(w.Week)))
	case w.Week == 1:
		return c.Next(max(s.WeekStart(1), s.Plan.Start.Start()))
	case w.HasTime():
		return w.Date.At(w.Minute())
	}
	return c.Next(w.Date.Start())
}

func (s *Schedule) finishOf(w plan.When, c *calendar.Calendar) calendar.Instant {
	switch {
	case w.Week != 0:
		return s.finishOfWeek(int(w.Week), c)
	case w.HasTime():
		return w.Date.At(w.Minute())
	case !c.IsWorkday(w.Date):
		return (w.Date + 1).Start()
	}
	return c.Prev((w.Date + 1).Start())
}

// finishOfWeek returns the end of the last working day of a plan week.
func (s *Schedule) finishOfWeek(week int, c *calendar.Calendar) calendar.Instant {
	return c.Prev(s.WeekStart(week + 1))
}

// latestStart returns what a stated point means as the last moment for an
// activity to start: as a start, but instead of a day on which nobody works the
// working day before it; a milestone may be on that very day.
func (s *Schedule) latestStart(w plan.When, a *Activity) calendar.Instant {
	c := a.Calendar
	switch {
	case w.Week > 0 || w.HasTime() || c.IsWorkday(w.Date):
		return s.startOf(w, c)
	case a.Duration == 0:
		return (w.Date + 1).Start()
	}
	return c.Next(c.Prev(w.Date.Start()).LastDate().Start())
}

// actualStart returns what a stated point means as a start that has happened: on
// that very day, also if the calendar has it free.
func (s *Schedule) actualStart(w plan.When, c *calendar.Calendar) calendar.Instant {
	if w.Week == 0 && !w.HasTime() && !c.IsWorkday(w.Date) {
		return w.Date.Start()
	}
	return s.startOf(w, c)
}
