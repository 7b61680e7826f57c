package schedule

import (
	"fmt"
	"slices"
	"strings"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// findings adds what the plan states and what does not follow from it. Early is
// not a finding: a stated date is a promise, and it is kept.
func (s *Schedule) findings(n *network, d *dates, list *diag.List) {
	var c *conflicts
	s.findFinish(list)
	for _, ph := range s.Phases {
		s.findWindow(list, ph)
	}
	for _, a := range s.dated {
		s.findTarget(list, a)
		s.findConstraints(list, a, &c)
		if n.state[a.index] != planned {
			h := &n.history[a.index]
			s.findUndated(list, a, h)
			s.findFuture(list, a, h)
			s.findSequence(list, n, d, a)
		}
	}
	for _, o := range s.Plan.Objectives {
		s.findObjective(list, o)
	}
	for _, g := range s.Plan.Gates {
		s.findReview(list, &g.Item, g.Phase, g.At == "start", g.Target)
	}
	for _, c := range s.Plan.Checkpoints {
		s.findReview(list, &c.Item, c.Phase, false, c.Target)
	}
	s.findStaffing(list)
	s.findLoad(list)
	s.findBudget(list)
	s.findCosts(list)
	s.findRates(list)
	s.findSpending(list)
	s.findRACI(list)
	s.findVariance(list)
	s.findRisks(list)
	s.findStated(list)
	s.findRecorded(list)
	s.findOverdue(list)
	s.findGaps(list)
}

// findReview compares the stated date of a gate or checkpoint with that of the
// phase it belongs to.
func (s *Schedule) findReview(list *diag.List, it *plan.Item, phase string, atStart bool, target plan.When) {
	ph := s.Phase(phase)
	if ph == nil || ph.Empty || !target.IsSet() {
		return
	}
	at, verb, text := ph.Finish, "finishes", s.finishText(ph.Finish)
	if atStart {
		at, verb, text = ph.Start, "starts", s.startText(ph.Start)
	}
	bound := s.FinishOf(target)
	if at <= bound {
		return
	}
	d := list.Findf(CodeReview, it.At("target"), it.Address(), "%s has the target %s, but %s %s on %s, %s later", describe(it),
		s.statedText(target, bound-1), describe(&ph.Item), verb, text, strings.TrimSuffix(after(bound, at, s.Calendar), " after"))
	day := at - 1
	if atStart {
		day = at
	}
	d.Hint = fmt.Sprintf("bring %s forward, or set target = %s", ph.ID, s.inKind(target, day))
}

// findRACI finds rows of the responsibility matrix that leave open who answers:
// exactly one is accountable, and somebody does the work.
func (s *Schedule) findRACI(list *diag.List) {
	for _, r := range s.Plan.RACI {
		name := fmt.Sprintf("raci %q (%s)", r.ID, oneLine(r.Activity))
		if n := len(r.Accountable); n != 1 {
			number := "nobody"
			if n > 1 {
				number = strings.Join(r.Accountable, " and ")
			}
			list.Findf(CodeRACI, r.At("accountable"), r.Address(), "%s makes %s accountable", name, number).
				Hint = "name exactly one who answers for it"
		}
		if len(r.Responsible) == 0 {
			list.Findf(CodeRACI, r.At("responsible"), r.Address(), "%s makes nobody responsible", name).
				Hint = "name who does it: responsible = [\"ROLE\"]"
		}
	}
}

// findFinish compares the finish of the plan with the stated one.
func (s *Schedule) findFinish(list *diag.List) {
	if !s.HasStatedFinish || s.Finish <= s.StatedFinish {
		return
	}
	key, stated := "duration", "its stated finish on "+s.finishText(s.StatedFinish)
	way := fmt.Sprintf("duration = \"%dw\"", s.Week(s.Finish-1))
	week := 0
	if d := s.Plan.Duration; inWeeks(d) {
		week = int(d.Thousandths / 1000)
	}
	if w := s.Plan.Finish; w.IsSet() {
		key, week, way = "finish", int(w.Week), "finish = "+s.inKind(w, s.Finish-1)
	}
	if week > 0 {
		stated = fmt.Sprintf("the stated end of W%d (%s)", week, dayText(s.StatedFinish.LastDate()))
	}
	d := list.Findf(CodeFinish, s.Plan.At(key), s.Plan.Address(), "the plan finishes on %s, %s %s",
		s.finishText(s.Finish), after(s.StatedFinish, s.Finish, s.Calendar), stated)
	d.Hint = s.shorten(" or let parts of it overlap") + ", or state " + way
}

// shorten says how the plan finishes earlier. overlap says that parts of the
// critical path may go on at a time, which they cannot where one waits for what
// another has.
func (s *Schedule) shorten(overlap string) string {
	text := "shorten the critical path"
	if len(s.CriticalPath) > 0 {
		text += " (" + enumerate(idsOf(s.CriticalPath)) + ")"
	}
	if scarce := scarceOf(s.CriticalPath); scarce != "" {
		return fmt.Sprintf("raise %s, or %s", scarce, text)
	}
	return text + overlap
}

// scarceOf names the capacities that some of the activities wait for, "" if none
// does: `capacity of role "dev", units of person "ana"`.
func scarceOf(list []*Activity) string {
	var keys []string
	for _, a := range list {
		for _, w := range a.Waits() {
			if key := w.Resource.key(); !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return enumerate(keys)
}

// findWindow compares the dates of a phase with its stated window.
func (s *Schedule) findWindow(list *diag.List, ph *PhaseDates) {
	if !ph.HasWindow || ph.Empty || ph.Finish <= ph.StatedFinish {
		return
	}
	d := list.Findf(CodeWindow, ph.At("window"), ph.Address(), "%s runs from %s to %s, %s the end of its stated window %s (%s to %s)",
		describe(&ph.Item), s.startText(ph.Start), s.finishText(ph.Finish), after(ph.StatedFinish, ph.Finish, s.Calendar),
		ph.Window, dayText(ph.StatedStart.Date()), dayText(ph.StatedFinish.LastDate()))
	var reasons, ways []string
	needs, has := s.Calendar.Between(ph.Start, ph.Finish), s.Calendar.Between(ph.StatedStart, ph.StatedFinish)
	if needs > has {
		reasons = append(reasons, fmt.Sprintf("its work needs %s and the window has %s", workText(needs, s.Calendar), workText(has, s.Calendar)))
		way := "let work of the phase overlap or take less time"
		if scarce := scarceOf(ph.all(nil)); scarce != "" {
			way = fmt.Sprintf("raise %s, or let work of the phase take less time", scarce)
		}
		ways = append(ways, way)
	}
	if ph.Start > ph.StatedStart {
		reasons = append(reasons, fmt.Sprintf("it starts %s the window does", after(ph.StatedStart, ph.Start, s.Calendar)))
		if s.waits(ph) {
			ways = append(ways, "finish earlier what it waits for")
		} else {
			ways = append(ways, "start its work earlier")
		}
	}
	if len(reasons) > 0 {
		d.Message += ": " + strings.Join(reasons, ", and ")
	}
	window := s.inKind(ph.Window.Start, ph.Start)
	if to := s.inKind(ph.Window.Finish, ph.Finish-1); to != window {
		window += ".." + to
	}
	ways = append(ways, fmt.Sprintf("state window = %q", strings.ReplaceAll(window, `"`, "")))
	d.Hint = strings.Join(ways, ", or ")
}

// waits reports whether the earliest work of a phase waits for anything.
func (s *Schedule) waits(ph *PhaseDates) bool {
	for _, a := range ph.Activities {
		if a.Start == ph.Start && len(a.Predecessors()) > 0 {
			return true
		}
	}
	for _, child := range ph.Children {
		if !child.Empty && child.Start == ph.Start && s.waits(child) {
			return true
		}
	}
	return false
}

// findTarget compares a milestone with its stated date.
func (s *Schedule) findTarget(list *diag.List, a *Activity) {
	if !a.HasTarget || a.Finish <= a.Target {
		return
	}
	is := "is"
	if a.Done() {
		is = "was"
	}
	d := list.Findf(CodeTarget, a.At("target"), a.Address(), "%s %s reached on %s, %s its target %s", describe(a.Item), is,
		s.finishText(a.Finish), after(a.Target, a.Finish, s.Calendar), s.statedText(a.Milestone.Target, a.Target-1))
	d.Hint = s.wayOut(a, "target", a.Milestone.Target, a.Finish-1)
}

// findConstraints finds the constraints and the deadline that an activity does
// not keep.
func (s *Schedule) findConstraints(list *diag.List, a *Activity, c **conflicts) {
	if !a.hasLimits {
		return
	}
	s.findFreeDays(list, a)
	l := a.limits()
	tell := func(d *diag.Diagnostic, key string, late calendar.Work) {
		if d == nil || late <= 0 {
			return
		}
		if *c == nil {
			*c = s.newConflicts()
		}
		(*c).tell(d, a, key, late)
	}
	for _, x := range []struct {
		key   string
		when  plan.When
		exact bool
	}{{"start_no_later_than", l.StartNoLaterThan, false}, {"must_start_on", l.MustStartOn, true}} {
		d, late := s.findStart(list, a, x.key, x.when, x.exact)
		tell(d, x.key, late)
	}
	for _, x := range []struct {
		code, key string
		when      plan.When
		exact     bool
	}{{CodeConstraint, "finish_no_later_than", l.FinishNoLaterThan, false}, {CodeConstraint, "must_finish_on", l.MustFinishOn, true},
		{CodeDeadline, "deadline", l.Deadline, false}} {
		d, late := s.findEnd(list, a, x.code, x.key, x.when, x.exact)
		tell(d, x.key, late)
	}
}

// findFreeDays finds days on which an activity must start or finish and on which
// nobody works. Of the other constraints a free day says what it says: what starts
// no earlier than on Saturday may start on Monday.
func (s *Schedule) findFreeDays(list *diag.List, a *Activity) {
	if a.hasProgress {
		return
	}
	l, c := a.limits(), a.Calendar
	find := func(key string, w plan.When, day calendar.Date) {
		where := "a free day of its calendar"
		if w.Week > 0 {
			where = "a week without a working day in its calendar"
		}
		list.Findf(CodeFreeDay, a.At(key), a.Address(), "%s of %s is %s, %s: it is taken as %s", key, describe(a.Item),
			s.constraintDay(w), where, s.startText(day.Start())).
			Hint = fmt.Sprintf("set %s = %s, or give the day working hours in the calendar", key, s.inKind(w, day.Start()))
	}
	means := func(w plan.When, day calendar.Date) bool { // that very day or week
		return !w.IsSet() || w.HasTime() || w.Week == 0 && day == w.Date || w.Week > 0 && s.Week(day.Start()) == int(w.Week)
	}
	if w := l.MustStartOn; w.IsSet() {
		if day := s.startOf(w, c).Date(); !means(w, day) {
			find("must_start_on", w, day)
		}
	}
	if w := l.MustFinishOn; w.IsSet() {
		if day := lastDay(a, s.finishOf(w, c)); !means(w, day) {
			find("must_finish_on", w, day)
		}
	}
}

// constraintDay writes a stated point as it is, also if it is a free day.
func (s *Schedule) constraintDay(w plan.When) string {
	if w.Week > 0 {
		return w.String()
	}
	return dayText(w.Date)
}

// findStart compares the start with a stated one; exact if it must not be
// earlier either, which only work that has begun can be. It returns what it
// found, nil if the constraint is kept, and by how much it is missed.
func (s *Schedule) findStart(list *diag.List, a *Activity, key string, w plan.When, exact bool) (d *diag.Diagnostic, late calendar.Work) {
	if !w.IsSet() {
		return nil, 0
	}
	bound := s.latestStart(w, a)
	if exact {
		bound = s.startOf(w, a.Calendar)
	}
	if a.Start <= bound && !(exact && a.Calendar.Between(a.Start, bound) > 0) {
		return nil, 0
	}
	stated := bound
	if w.Week == 0 { // also a day on which nobody works is shown as written
		stated = w.Date.Start()
	}
	means := ""
	if w.Week == 0 && bound.Date() != w.Date {
		means = fmt.Sprintf(", a free day, so %s", dayText(bound.Date()))
	}
	d = list.Findf(CodeConstraint, a.At(key), a.Address(), "%s starts on %s, %s %s %s%s", describe(a.Item),
		s.startText(a.Start), after(bound, a.Start, a.Calendar), key, s.statedText(w, stated), means)
	d.Hint = s.wayOut(a, key, w, a.Start)
	return d, a.Calendar.Between(bound, a.Start)
}

// findEnd compares the finish with a stated one.
func (s *Schedule) findEnd(list *diag.List, a *Activity, code, key string, w plan.When, exact bool) (d *diag.Diagnostic, late calendar.Work) {
	if !w.IsSet() {
		return nil, 0
	}
	bound := s.finishOf(w, a.Calendar)
	if a.Finish <= bound && !(exact && a.Calendar.Between(a.Finish, bound) > 0) {
		return nil, 0
	}
	words := key
	if code == CodeDeadline {
		words = "its deadline"
	}
	d = list.Findf(code, a.At(key), a.Address(), "%s finishes on %s, %s %s %s", describe(a.Item),
		s.finishText(a.Finish), after(bound, a.Finish, a.Calendar), words, s.statedText(w, bound-1))
	d.Hint = s.wayOut(a, key, w, a.Finish-1)
	return d, a.Calendar.Between(bound, a.Finish)
}

// wayOut says what to do about a date that is not kept: at is a moment of the
// day that would be.
func (s *Schedule) wayOut(a *Activity, key string, w plan.When, at calendar.Instant) string {
	set := fmt.Sprintf("set %s = %s", key, s.inKind(w, at))
	if a.Done() {
		return set + " if the change has been agreed"
	}
	var ids []string
	for _, l := range a.Predecessors() {
		switch {
		case !l.Driving:
		case l.Phase != nil:
			ids = append(ids, l.Phase.ID)
		default:
			ids = append(ids, l.Activity.ID)
		}
	}
	switch {
	case len(a.Waits()) > 0:
		return fmt.Sprintf("it waits until %s gives back %s: give it a higher priority or raise %s, or %s", a.Waits()[0].Activity.ID,
			a.Waits()[0].Resource.words(), a.Waits()[0].Resource.key(), set)
	case len(ids) > 0:
		return fmt.Sprintf("bring forward what it waits for (%s), or %s", enumerate(ids), set)
	case a.Duration > 0 && !strings.Contains(key, "start"):
		return "let the work take less time, or " + set
	}
	return set
}

// findObjective compares the date of an objective with the finish of what it is
// measured by.
func (s *Schedule) findObjective(list *diag.List, o *plan.Objective) {
	if !o.By.IsSet() || o.MeasuredBy == "" {
		return
	}
	var it *plan.Item
	var finish calendar.Instant
	if a := s.Activity(o.MeasuredBy); a != nil {
		it, finish = a.Item, a.Finish
	} else if ph := s.Phase(o.MeasuredBy); ph != nil && !ph.Empty {
		it, finish = &ph.Item, ph.Finish
	} else {
		return
	}
	by := s.FinishOf(o.By)
	if finish <= by {
		return
	}
	d := list.Findf(CodeObjective, o.At("by"), o.Address(), "%s is due by %s, but %s, which it is measured by, finishes on %s, %s",
		describe(&o.Item), s.statedText(o.By, by-1), describe(it), s.finishText(finish), strings.TrimSuffix(after(by, finish, s.Calendar), " after")+" later")
	d.Hint = fmt.Sprintf("bring %s forward, or set by = %s", it.ID, s.inKind(o.By, finish-1))
}
