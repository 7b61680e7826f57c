package schedule

import (
	"fmt"
	"strconv"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
)

// findUndated finds work that has begun or is finished without a word about
// when, and says what is assumed.
func (s *Schedule) findUndated(list *diag.List, a *Activity, h *history) {
	if a.Work == nil {
		return
	}
	key, what := saidBy(a)
	switch from, to := s.startText(a.Start), s.finishText(a.Finish); {
	case h.state == started && !h.hasStart:
		list.Findf(CodeNoStart, a.At(key), a.Address(), "%s has begun (%s), but has no actual_start: it is taken to have started on %s",
			describe(a.Item), what, from).Hint = fmt.Sprintf("write when it started: actual_start = %s", a.Start.Date())
	case h.state == done && !h.hasStart && !h.hasEnd:
		list.Findf(CodeNoFinish, a.At(key), a.Address(), "%s is finished (%s), but has neither actual_start nor actual_finish: it is taken to have run from %s to %s",
			describe(a.Item), what, from, to).
			Hint = fmt.Sprintf("write when it happened: actual_start = %s and actual_finish = %s", a.Start.Date(), a.Finish.LastDate())
	case h.state == done && !h.hasStart:
		list.Findf(CodeNoFinish, a.At(key), a.Address(), "%s is finished, but has no actual_start: it is taken to have started on %s", describe(a.Item), from).
			Hint = fmt.Sprintf("write when it started: actual_start = %s", a.Start.Date())
	case h.state == done && !h.hasEnd:
		list.Findf(CodeNoFinish, a.At(key), a.Address(), "%s is finished (%s), but has no actual_finish: it is taken to have finished on %s",
			describe(a.Item), what, to).Hint = fmt.Sprintf("write when it was finished: actual_finish = %s", a.Finish.LastDate())
	}
}

// saidBy returns the key that says how far an activity has come, the actual
// dates first, and how it is written.
func saidBy(a *Activity) (key, text string) {
	if a.Work == nil {
		return "actual_finish", ""
	}
	w := a.Work
	switch {
	case w.ActualFinish.IsSet():
		return "actual_finish", fmt.Sprintf("actual_finish = %s", w.ActualFinish)
	case w.Percent.Value > 0:
		return "percent", "percent = " + strconv.FormatFloat(w.Percent.Value, 'f', -1, 64)
	case w.Remaining.IsSet():
		return "remaining", fmt.Sprintf("remaining = %q", w.Remaining)
	}
	return "actual_start", fmt.Sprintf("actual_start = %s", w.ActualStart)
}

// findFuture finds actual dates after the status date.
func (s *Schedule) findFuture(list *diag.List, a *Activity, h *history) {
	if !h.hasStatus {
		return
	}
	today := s.StatusDate.LastDate()
	report := func(key string, d calendar.Date) {
		list.Findf(CodeFuture, a.At(key), a.Address(), "%s of %s is %s, after the status date %s", key, describe(a.Item), dayText(d), dayText(today)).
			Hint = "correct the date, or move status_date on"
	}
	if h.hasStart && a.Work != nil && h.start.Date() > today {
		report("actual_start", h.start.Date())
	}
	if h.hasEnd && h.end.LastDate() > today {
		report("actual_finish", h.end.LastDate())
	}
}

// findSequence finds what has happened before what it waits for allowed it.
func (s *Schedule) findSequence(list *diag.List, n *network, d *dates, a *Activity) {
	h := &n.history[a.index]
	for _, r := range n.rows(nil, a.index) {
		edges := n.entering(r)
		for k := range edges {
			e := &edges[k]
			t := n.asks(e, d.earlyStart, d.earlyFinish, d, n.duration)
			key, happened := s.outOfSequence(a, h, e.bindsStart, t)
			if key == "" {
				continue
			}
			verb, when := "finish", s.finishText(t)
			switch {
			case a.Milestone != nil:
				verb = "be reached"
			case e.bindsStart:
				if a.Duration > 0 {
					t = a.Calendar.Next(t)
				}
				verb, when = "begin", s.startText(t)
			}
			waits := ""
			if h.state == started && a.Resume >= t && (!h.hasStatus || t > h.status) {
				waits = "; what remains of it waits until then"
			}
			dep := n.deps[e.index]
			f := list.Findf(CodeSequence, a.At(key), a.Address(), "%s %s, but it waits for %q, which lets it %s on %s%s",
				describe(a.Item), happened, dep, verb, when, waits)
			f.Notes = append(f.Notes, diag.Note{Pos: dep.Pos, Message: "the dependency is here"})
			f.Hint = "correct the actual dates, or the dependency"
			if key == "percent" || key == "remaining" {
				f.Hint = fmt.Sprintf("correct %s, or the dependency", key)
			}
		}
	}
}

// outOfSequence says what has happened to an activity that a predecessor does
// not let start (or finish) before t, and by which key one knows; "" if nothing
// contradicts that.
func (s *Schedule) outOfSequence(a *Activity, h *history, bindsStart bool, t calendar.Instant) (key, happened string) {
	before := func(at calendar.Instant) bool { return a.Calendar.Between(at, t) > 0 }
	switch {
	case !bindsStart && h.hasEnd && before(h.end):
		return "actual_finish", "was finished on " + s.finishText(h.end)
	case !bindsStart:
		return "", ""
	case a.Milestone != nil && before(h.start): // it is where a finish would be, at the end of its day
		return "actual_finish", "was reached on " + s.finishText(h.start)
	case a.Milestone != nil:
		return "", ""
	case h.hasStart && before(h.start):
		return "actual_start", "began on " + s.startText(h.start)
	case h.hasStart:
		return "", ""
	case h.hasEnd && a.Calendar.Between(h.end, t) >= 0:
		return "actual_finish", "was finished on " + s.finishText(h.end)
	case h.hasStatus && a.Calendar.Between(h.status, t) >= 0 && h.state == done:
		key, _ = saidBy(a)
		return key, "was finished by the status date " + s.finishText(h.status)
	case h.hasStatus && h.state == started && before(h.status):
		key, _ = saidBy(a)
		return key, "has begun by the status date " + s.finishText(h.status)
	}
	return "", ""
}
