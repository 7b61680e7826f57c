package schedule

import (
	"fmt"
	"strconv"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// findStated compares stated figures with each other and with the calendar:
// effort and duration, dates within dates, dates on free days, targets.
func (s *Schedule) findStated(list *diag.List) {
	for _, a := range s.priced {
		s.findEffort(list, a)
	}
	for _, ph := range s.Phases {
		s.findBeyond(list, ph)
	}
	s.findTargetsBeyond(list)
	s.findStatedFree(list)
	for _, g := range s.Plan.Gates {
		s.findPassedEarly(list, g)
	}
	for _, i := range s.Plan.Infrastructure {
		s.findTooLate(list, i)
	}
	for _, k := range s.Plan.KPIs {
		findWrongSide(list, k)
	}
}

// findEffort finds work of which effort and duration are both written, and more
// effort than those assigned can do in the time, at worst. Less is no
// contradiction: not all of their time need be spent on it.
func (s *Schedule) findEffort(list *diag.List, a *Activity) {
	w := a.Work
	units := w.Assign.Units()
	if !w.Effort.IsSet() || !w.Duration.IsSet() || units == 0 || w.Duration.Likely.Elapsed {
		return
	}
	longest := w.Duration.Likely
	if w.Duration.ThreePoint() {
		longest = w.Duration.Pessimistic
	}
	c := a.Calendar
	can := calendar.Work(longest.Minutes(c) * units / 10_000)
	effort := calendar.Work(w.Effort.Minutes(c))
	if effort <= can {
		return
	}
	list.Findf(CodeEffort, a.At("effort"), a.Address(), "%s states an effort of %s, but those assigned (%s) can do %s in its duration of %s", describe(a.Item),
		w.Effort, plan.Units{TenThousandths: units}, inDays(can, c), longest).
		Hint = "take the duration out, so that it follows from the effort; or assign more, or correct the effort"
}

// findBeyond finds a window that lies outside that of the phase around it, or
// ends after the stated finish of the plan.
func (s *Schedule) findBeyond(list *diag.List, ph *PhaseDates) {
	if !ph.HasWindow {
		return
	}
	tell := func(what, hint string) {
		list.Findf(CodeBeyond, ph.At("window"), ph.Address(), "the stated window %s of %s (%s to %s) %s", ph.Window, describe(&ph.Item),
			dayText(ph.StatedStart.Date()), dayText(ph.StatedFinish.LastDate()), what).
			Hint = hint
	}
	up := ph.Parent
	for up != nil && !up.HasWindow {
		up = up.Parent
	}
	switch {
	case up != nil && (ph.StatedStart < up.StatedStart || ph.StatedFinish > up.StatedFinish):
		tell(fmt.Sprintf("is not within the window %s of %s (%s to %s)", up.Window, describe(&up.Item), dayText(up.StatedStart.Date()), dayText(up.StatedFinish.LastDate())),
			"correct one of the two windows")
	case up == nil && s.HasStatedFinish && ph.StatedFinish > s.StatedFinish:
		tell("ends after the stated finish of the plan on "+s.finishText(s.StatedFinish), "correct the window, or the length that [plan] states")
	}
}

// findTargetsBeyond finds milestones that are meant to be reached after the plan
// is meant to be finished.
func (s *Schedule) findTargetsBeyond(list *diag.List) {
	if !s.HasStatedFinish {
		return
	}
	for _, a := range s.dated {
		if a.HasTarget && a.Target > s.StatedFinish && a.Calendar.Between(s.StatedFinish, a.Target) > 0 {
			list.Findf(CodeBeyond, a.At("target"), a.Address(), "the target of %s is %s, after the stated finish of the plan on %s", describe(a.Item),
				s.statedText(a.Milestone.Target, a.Target-1), s.finishText(s.StatedFinish)).
				Hint = "correct the target, or the length that [plan] states"
		}
	}
}

// findStatedFree finds stated dates on which nobody works. What starts or takes
// place on such a day cannot; what is to be reached by a Sunday is usual, and
// told only of a day that the calendar makes free, such as a holiday; so is work
// that may start from such a day on.
func (s *Schedule) findStatedFree(list *diag.List) {
	find := func(it *plan.Item, key string, w plan.When, c *calendar.Calendar, held bool) {
		if !w.IsSet() || w.Week > 0 || c.IsWorkday(w.Date) || !held && !c.WorksOn(w.Date.Weekday()) {
			return
		}
		next := c.Next(w.Date.Start()).Date()
		set := fmt.Sprintf("set %s = %s, or give the day working hours in the calendar", key, next)
		if !held {
			set = fmt.Sprintf("set %s = %s, the last working day before it, or give the day working hours in the calendar", key, c.Prev(w.Date.Start()).LastDate())
		}
		switch key {
		case "start_no_earlier_than":
			set = fmt.Sprintf("set %s = %s, or give the day working hours in the calendar", key, next)
		case "window":
			set = "begin and end it on working days, or give the day working hours in the calendar"
		}
		list.Findf(CodeStatedFree, it.At(key), it.Address(), "%s of %s is %s, on which nobody works", key, describe(it), dayText(w.Date)).Hint = set
	}
	start := plan.When{Date: s.Plan.Start}
	if c := s.Calendar; s.Plan.Info.Has("start") && !c.IsWorkday(s.Plan.Start) {
		list.Findf(CodeStatedFree, s.Plan.At("start"), s.Plan.Address(), "the plan starts on %s, on which nobody works: its work begins on %s", dayText(start.Date),
			s.startText(c.Next(start.Date.Start()))).
			Hint = fmt.Sprintf("set start = %s, or give the day working hours in the calendar", c.Next(start.Date.Start()).Date())
	}
	find(&s.Plan.Info.Item, "finish", s.Plan.Finish, s.Calendar, false)
	for _, ph := range s.Phases {
		find(&ph.Item, "window", ph.Window.Start, s.Calendar, true)
		find(&ph.Item, "window", ph.Window.Finish, s.Calendar, false)
	}
	for _, a := range s.dated {
		if a.Milestone != nil {
			find(a.Item, "target", a.Milestone.Target, a.Calendar, false)
		} else if !a.Begun() { // a Saturday means Monday, but nobody means a holiday
			find(a.Item, "start_no_earlier_than", a.limits().StartNoEarlierThan, a.Calendar, false)
		}
	}
	for _, g := range s.Plan.Gates {
		find(&g.Item, "target", g.Target, s.Calendar, true)
	}
	for _, c := range s.Plan.Checkpoints {
		find(&c.Item, "target", c.Target, s.Calendar, true)
	}
	for _, t := range s.Plan.Trainings {
		find(&t.Item, "date", t.Date, s.Calendar, true)
	}
}

// findPassedEarly finds a gate that lets a phase end before all of it is done.
func (s *Schedule) findPassedEarly(list *diag.List, g *plan.Gate) {
	ph := s.Phase(g.Phase)
	if g.Status != "passed" || g.At == "start" || ph == nil || ph.Empty || !ph.isOpen() {
		return
	}
	var open []*Activity
	for _, a := range ph.all(nil) {
		if !a.Done() {
			open = append(open, a)
		}
	}
	list.Findf(CodePassedEarly, g.Item.At("status"), g.Address(), "%s is passed at the finish of %s, of which %s %s not done", describe(&g.Item), describe(&ph.Item),
		enumerate(idsOf(open)), isAre(len(open))).
		Hint = "report the work as done, or set status = \"conditional\" and write what is still open"
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// findTooLate finds infrastructure that is there only when a phase that needs it
// is over.
func (s *Schedule) findTooLate(list *diag.List, i *plan.Infrastructure) {
	if !i.Due.IsSet() {
		return
	}
	due := s.FinishOf(i.Due)
	for k, id := range i.Phases {
		ph := s.Phase(id)
		if ph == nil || ph.Empty || due <= ph.Finish {
			continue
		}
		d := list.Findf(CodeTooLate, i.At("due"), i.Address(), "%s is due by %s, but %s, which needs it, finishes on %s", describe(&i.Item),
			s.statedText(i.Due, due-1), describe(&ph.Item), s.finishText(ph.Finish))
		d.Hint = fmt.Sprintf("set due = %s or earlier, or take %s out of phases", s.inKind(i.Due, ph.Start), ph.ID)
		d.Notes = append(d.Notes, diag.Note{Pos: i.At(fmt.Sprintf("phases[%d]", k)), Message: "the phase is named here"})
		return
	}
}

// findWrongSide finds an indicator whose target is worse than where it began.
func findWrongSide(list *diag.List, k *plan.KPI) {
	if !k.Target.IsSet() || !k.Baseline.IsSet() {
		return
	}
	is, side, other := "higher", "below", "down"
	if k.Better == "down" {
		is, side, other = "lower", "above", "up"
	}
	if k.Better != "down" && k.Target.Value >= k.Baseline.Value || k.Better == "down" && k.Target.Value <= k.Baseline.Value {
		return
	}
	list.Findf(CodeWrongSide, k.At("target"), k.Address(), "%s is better the %s it is, but its target %s is %s its baseline %s", describe(&k.Item),
		is, k.Target.Text, side, k.Baseline.Text).
		Hint = fmt.Sprintf("correct a figure, or write better = %q", other)
}

// inDays writes working time as an effort is written, in days of a calendar and
// hundredths that it surely fills: "7.5d". So the two can be compared.
func inDays(w calendar.Work, c *calendar.Calendar) string {
	return strconv.FormatFloat(float64(w*100/c.DayMinutes())/100, 'f', -1, 64) + "d"
}
