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
// What is done has happened and never varies, whatever the durations that a pass
// is run with. What remains of begun work is placed like work of its own: not
// before the status date, and not before what the work still waits for allows
// (retained logic, in the terms of Primavera P6), in one piece.
type history struct {
	state    state
	hasStart bool
	start    calendar.Instant // actual, if hasStart
	hasEnd   bool
	end      calendar.Instant // actual finish, if hasEnd

	hasStatus bool
	status    calendar.Instant // what is open is worked after it
	first     calendar.Instant // nothing begins before the plan's first day
	notBefore calendar.Instant // constraint on the start, for one that is not known

	duration calendar.Work // as planned
	worked   calendar.Work // of what is planned
	rest     calendar.Work // still to be worked
	percent  float64       // done
}

// history returns what the plan says about the progress of an activity.
func (s *Schedule) history(a *Activity) history {
	h := history{status: s.StatusDate, hasStatus: s.Plan.StatusDate.IsSet(), first: s.Plan.Start.Start(), notBefore: never}
	if !a.hasProgress {
		return h
	}
	if m := a.Milestone; m != nil {
		if m.ActualFinish.IsSet() {
			h.state, h.hasEnd, h.end, h.percent = done, true, s.finishOf(m.ActualFinish, a.Calendar), 100
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
	h.duration, h.percent = a.Duration, w.Percent.Value
	remaining := calendar.Work(w.Remaining.Minutes(a.Calendar))
	switch {
	case h.hasEnd || h.percent >= 100 || w.Remaining.IsSet() && remaining == 0:
		h.state, h.percent, h.worked = done, 100, a.Duration
		return h
	case h.hasStart || h.percent > 0 || w.Remaining.IsSet() && remaining < a.Duration:
		h.state = started
	}
	h.worked = calendar.Work(math.Floor(float64(a.Duration)*h.percent/100 + 0.5))
	h.worked = max(0, min(h.worked, a.Duration-1)) // the last minute is open
	h.rest = a.Duration - h.worked
	if w.Remaining.IsSet() {
		h.rest = remaining
		if h.percent == 0 && remaining < a.Duration {
			h.worked = a.Duration - remaining
			h.percent = 100 * float64(h.worked) / float64(a.Duration)
		}
	}
	return h
}

// remaining returns what is still to be worked if the whole takes w minutes
// instead of what is planned: its share of them.
func (h *history) remaining(w calendar.Work) calendar.Work {
	if w == h.duration || h.duration == 0 {
		return h.rest
	}
	return max(1, calendar.Work(math.Floor(float64(h.rest)*float64(w)/float64(h.duration)+0.5)))
}

// place returns the dates of begun work of w minutes whose predecessors and
// constraints ask it not to start before s nor to finish before f.
func (h *history) place(c *calendar.Calendar, s, f calendar.Instant, w calendar.Work) (start, finish calendar.Instant) {
	if h.state == done {
		return h.placeDone(c, max(s, h.notBefore))
	}
	start = h.start
	if !h.hasStart {
		start = c.Next(max(s, h.notBefore))
		if h.hasStatus && start > h.status {
			start = max(h.first, c.Add(c.Prev(h.status), -max(h.worked, 1)))
		}
	}
	rest, resume := h.remaining(w), max(start, s)
	if h.hasStatus {
		resume = max(resume, h.status)
	} else {
		resume = max(resume, c.Add(start, h.worked))
	}
	if rest == 0 { // it takes no time, but nobody has called it finished
		return start, max(resume, f)
	}
	if f > never {
		resume = max(resume, c.Add(f, -rest))
	}
	return start, c.Add(resume, rest)
}

// placeDone returns the dates of finished work, the actual ones where they are
// known, and else as the plan would have had it, but over by the status date.
func (h *history) placeDone(c *calendar.Calendar, s calendar.Instant) (start, finish calendar.Instant) {
	w := h.duration
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
