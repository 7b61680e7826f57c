package schedule

import (
	"math"

	"milepost/schedule/calendar"
)

// state is how far an activity has come.
type state uint8

const (
	planned state = iota
	started
	done
)

// history is what is known of an activity that has begun. The zero history is
// of one that has not.
//
// Begun work goes on, whatever it should have waited for: a predecessor that is
// still open does not stop it. A relation to its finish still holds.
type history struct {
	state    state
	hasStart bool
	start    calendar.Instant // actual, if hasStart
	hasEnd   bool
	end      calendar.Instant // actual finish, if hasEnd

	hasStatus bool
	status    calendar.Instant // what is open is worked after it
	first     calendar.Instant // nothing begins before the plan's first day

	percent      float64
	hasRemaining bool
	remaining    calendar.Work
}

// history returns what the plan says about the progress of an activity.
func (s *Schedule) history(a *Activity) history {
	h := history{status: s.StatusDate, hasStatus: s.Plan.StatusDate.IsSet(), first: s.Plan.Start.Start()}
	if m := a.Milestone; m != nil {
		if m.ActualFinish.IsSet() {
			h.state, h.hasEnd, h.end = done, true, s.finishOf(m.ActualFinish, a.Calendar)
			h.hasStart, h.start = true, h.end
		}
		return h
	}
	w := a.Work
	if w.ActualStart.IsSet() {
		h.hasStart, h.start = true, s.actualStart(w.ActualStart, a.Calendar)
	}
	if w.ActualFinish.IsSet() {
		h.hasEnd, h.end = true, s.finishOf(w.ActualFinish, a.Calendar)
	}
	if w.Remaining.IsSet() {
		h.hasRemaining, h.remaining = true, calendar.Work(w.Remaining.Minutes(a.Calendar))
	}
	h.percent = w.Percent.Value
	switch {
	case h.hasEnd || h.percent >= 100 || h.hasRemaining && h.remaining == 0:
		h.state = done
	case h.hasStart || h.percent > 0 || h.hasRemaining && h.remaining < a.Duration:
		h.state = started
	}
	return h
}

// place returns the dates of begun work of w minutes. s and f are what its
// predecessors and constraints would have allowed; they count only where the
// plan does not say what happened.
func (h *history) place(c *calendar.Calendar, s, f calendar.Instant, w calendar.Work) (start, finish calendar.Instant) {
	if h.state == done {
		return h.placeDone(c, s, w)
	}
	worked := calendar.Work(math.Floor(float64(w)*h.percent/100 + 0.5))
	rest := w - worked
	if h.hasRemaining {
		rest = h.remaining
		if h.percent == 0 {
			worked = max(0, w-rest)
		}
	}
	start = h.start
	if !h.hasStart {
		start = c.Next(s)
		if h.hasStatus && start > h.status {
			start = max(h.first, c.Add(c.Prev(h.status), -max(worked, 1)))
		}
	}
	if h.hasStatus {
		finish = c.Add(max(start, h.status), rest)
	} else {
		finish = c.Add(start, worked+rest)
	}
	if f > never && c.Between(finish, f) > 0 {
		finish = c.Prev(f)
	}
	return start, finish
}

// doneShare returns how much of work of w minutes is done, in percent.
func (h *history) doneShare(w calendar.Work) float64 {
	switch {
	case h.state == done:
		return 100
	case h.percent == 0 && h.hasRemaining && h.remaining < w:
		return 100 * float64(w-h.remaining) / float64(w)
	}
	return h.percent
}

func (h *history) placeDone(c *calendar.Calendar, s calendar.Instant, w calendar.Work) (start, finish calendar.Instant) {
	switch {
	case h.hasStart && h.hasEnd:
		return h.start, max(h.start, h.end)
	case h.hasEnd:
		// Not before it was allowed to, unless it was over by then.
		start = max(h.first, c.Add(h.end, -w))
		if t := c.Next(s); start < t && t < h.end {
			start = t
		}
		return start, h.end
	case h.hasStart:
		start = h.start
	default:
		start = s
		if w > 0 {
			start = c.Next(s)
		}
	}
	finish = c.Add(start, w)
	if h.hasStatus && finish > h.status {
		// It is finished, so it was by the status date.
		finish = c.Prev(h.status)
		if !h.hasStart {
			start = min(start, max(h.first, c.Add(finish, -w)))
		}
		finish = max(finish, start)
	}
	return start, finish
}
