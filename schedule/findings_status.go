package schedule

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// What the status date shows: what is on record after it, what was due before it,
// and what was to be looked at again. Without a status date nothing is overdue.

// findRecorded finds what has happened by its own account, and lies after the
// status date.
func (s *Schedule) findRecorded(list *diag.List) {
	if !s.Plan.StatusDate.IsSet() {
		return
	}
	find := func(it *plan.Item, key string, w plan.When) {
		if !w.IsSet() || s.StartOf(w) < s.StatusDate || w.Week > 0 && s.WeekStart(int(w.Week)) < s.StatusDate {
			return
		}
		list.Findf(CodeRecorded, it.At(key), it.Address(), "%s of %s is %s, after the status date %s", key, describe(it),
			s.constraintDay(w), dayText(s.StatusDate.LastDate())).
			Hint = "correct the date, or move status_date on"
	}
	for _, d := range s.Plan.Decisions {
		if d.Status == "made" {
			find(&d.Item, "date", d.Date)
		}
	}
	for _, c := range s.Plan.Changes {
		find(&c.Item, "date", c.Date)
		if c.Status != "proposed" {
			find(&c.Item, "decided", c.Decided)
		}
	}
	for _, i := range s.Plan.Issues {
		find(&i.Item, "raised", i.Raised)
	}
	for _, l := range s.Plan.Lessons {
		find(&l.Item, "date", l.Date)
	}
	for _, f := range s.Plan.Feedback {
		find(&f.Item, "date", f.Date)
	}
	for _, k := range s.Plan.KPIs {
		days := slices.Sorted(maps.Keys(k.Readings))
		if len(days) == 0 {
			continue
		}
		last := days[len(days)-1]
		if day, err := calendar.ParseDate(last); err == nil && day > s.StatusDate.LastDate() {
			list.Findf(CodeRecorded, k.At("readings."+last), k.Address(), "%s has a reading of %s, after the status date %s", describe(&k.Item),
				dayText(day), dayText(s.StatusDate.LastDate())).
				Hint = "correct the date, or move status_date on"
		}
	}
}

// findOverdue finds what was to be done before the status date and is not, and
// indicators that were to be read again.
func (s *Schedule) findOverdue(list *diag.List) {
	if !s.Plan.StatusDate.IsSet() {
		return
	}
	find := func(it *plan.Item, key string, w plan.When, what, hint string) {
		if !s.isOver(w) {
			return
		}
		list.Findf(CodeOverdue, it.At(key), it.Address(), "%s %s %s, and the status date is %s", describe(it), what,
			s.statedText(w, s.FinishOf(w)-1), s.finishText(s.StatusDate)).Hint = hint
	}
	for _, c := range s.Plan.Checklists {
		for i, item := range c.Items {
			if item.Done || !s.isOver(item.Due) {
				continue
			}
			list.Findf(CodeOverdue, c.At("items["+strconv.Itoa(i)+"].due"), c.Address(), "%q of %s was due by %s and is not done, and the status date is %s", oneLine(item.Name),
				describe(&c.Item), s.statedText(item.Due, s.FinishOf(item.Due)-1), s.finishText(s.StatusDate)).
				Hint = "do it and write done = true, or set another due"
		}
	}
	for _, d := range s.Plan.Decisions {
		if d.Status == "pending" || d.Status == "" {
			find(&d.Item, "due", d.Due, "is pending and was needed by", "write what was decided: status = \"made\", date and outcome; or set another due")
		}
	}
	for _, i := range s.Plan.Issues {
		if i.Status != "closed" {
			find(&i.Item, "due", i.Due, "is not closed and was to be solved by", "write how it was solved and status = \"closed\", or set another due")
		}
	}
	for _, i := range s.Plan.Infrastructure {
		if i.Status != "ready" {
			find(&i.Item, "due", i.Due, "is not ready and was due by", "write status = \"ready\" if it is there, or set another due")
		}
	}
	for _, h := range s.Plan.Handovers {
		if !h.Done {
			find(&h.Item, "due", h.Due, "is not done and was due by", "write done = true if it is, or set another due")
		}
	}
	for _, a := range s.Plan.Assumptions {
		if a.Status == "open" || a.Status == "" {
			find(&a.Item, "review", a.Review, "is open and was to be looked at by", "write status = \"confirmed\" or \"refuted\", or set the next review")
		}
	}
	for _, g := range s.Plan.Gates {
		if g.Status == "open" || g.Status == "" {
			find(&g.Item, "target", g.Target, "is open and was to be held by", "write how it ended: status = \"passed\", \"conditional\" or \"failed\"; or set another target")
		}
	}
	for _, c := range s.Plan.Checkpoints {
		if c.Status == "open" || c.Status == "" {
			find(&c.Item, "target", c.Target, "is open and was to be held by", "write how it ended: status = \"passed\" or \"failed\"; or set another target")
		}
	}
	s.findStale(list)
}

// findStale finds indicators whose last reading is older than their cadence; of
// one that has never been read the plan's start counts.
func (s *Schedule) findStale(list *diag.List) {
	today := s.StatusDate.LastDate()
	read := 0
	var never []*plan.Item
	for _, k := range s.Plan.KPIs {
		if k.Cadence.Every == 0 {
			continue
		}
		read++
		last, some := s.Plan.Start, false
		for day := range k.Readings {
			if d, err := calendar.ParseDate(day); err == nil && d <= today {
				if !some || d > last {
					last = d
				}
				some = true
			}
		}
		next := s.Calendar.Next(nextOf(k.Cadence, last).Start()).Date() // nobody reads it on a Sunday
		switch {
		case next >= today:
		case !some:
			never = append(never, &k.Item)
		default:
			list.Findf(CodeStale, k.At("readings"), k.Address(), "%s is read %s, but its last reading is of %s, and the status date is %s", describe(&k.Item),
				k.Cadence.Text, dayText(last), dayText(today)).
				Hint = "read it and add the figure to readings, or set another cadence"
		}
	}
	s.tell(list, gap{CodeStale, "is to be read regularly, and has no reading up to the status date",
		"has a reading up to the status date", "regular indicator", "read it and add the figure: readings = { \"" + today.String() + "\" = 72 }"}, read, never)
}

// nextOf returns the day of the next occurrence after a day. A month is one of
// the calendar; a day that the next month does not have is its last.
func nextOf(c plan.Cadence, day calendar.Date) calendar.Date {
	switch c.Unit {
	case plan.Week:
		return day + calendar.Date(7*c.Every)
	case plan.Month:
		t := day.Time()
		first := time.Date(t.Year(), t.Month()+time.Month(c.Every), 1, 0, 0, 0, 0, time.UTC)
		last := first.AddDate(0, 1, -1).Day()
		return calendar.DateOf(first.Year(), first.Month(), min(t.Day(), last))
	}
	return day + calendar.Date(c.Every)
}
