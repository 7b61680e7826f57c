package schedule

import (
	"cmp"
	"slices"

	"milepost/schedule/calendar"
)

// Placement says where an activity is in time: [Planned] or [Unlevelled].
type Placement func(*Activity) (start, finish calendar.Instant)

// Planned is where the plan has its activities: levelled, if it is.
func Planned(a *Activity) (start, finish calendar.Instant) { return a.Start, a.Finish }

// Unlevelled is where activities are if none waits for a role. It is the same
// as Planned if the schedule is not levelled.
func Unlevelled(a *Activity) (start, finish calendar.Instant) {
	d := a.sched.unlevelled
	return d.scheduledStart[a.index], d.scheduledFinish[a.index]
}

// Span is a time [Start, Finish) in which the load of a resource does not
// change. Work holds its roles from its start to its finish, nights and free
// days included.
type Span struct {
	Start, Finish calendar.Instant
	Units         int64       // held, in ten-thousandths of full time
	Activities    []*Activity // which hold them, in the order of the plan

	held int64 // as far as levelling counts, see Resource.share
}

// Load returns who holds how much of a resource over time: one span after the
// other, without those in which nobody holds any.
func (s *Schedule) Load(r *Resource, at Placement) []Span {
	type event struct {
		t      calendar.Instant
		demand int
		begins bool
	}
	events := make([]event, 0, 2*len(r.Demands))
	for i, d := range r.Demands {
		start, finish := at(d.Activity)
		if start < finish {
			events = append(events, event{start, i, true}, event{finish, i, false})
		}
	}
	slices.SortFunc(events, func(a, b event) int { return cmp.Or(cmp.Compare(a.t, b.t), cmp.Compare(a.demand, b.demand)) })

	var spans []Span
	var holders []int // demands, sorted
	var units, held int64
	for i := 0; i < len(events); {
		t := events[i].t
		for ; i < len(events) && events[i].t == t; i++ {
			e := events[i]
			k, _ := slices.BinarySearch(holders, e.demand)
			if e.begins {
				holders = slices.Insert(holders, k, e.demand)
				units += r.Demands[e.demand].Units
				held += r.share(r.Demands[e.demand].Units)
			} else {
				holders = slices.Delete(holders, k, k+1)
				units -= r.Demands[e.demand].Units
				held -= r.share(r.Demands[e.demand].Units)
			}
		}
		if len(holders) == 0 {
			continue
		}
		sp := Span{Start: t, Finish: events[i].t, Units: units, held: held, Activities: make([]*Activity, len(holders))}
		for k, d := range holders {
			sp.Activities[k] = r.Demands[d].Activity
		}
		spans = append(spans, sp)
	}
	return spans
}

// WeekLoad is the load of a resource in one week of the plan. Amounts are
// minutes of working time times ten-thousandths of full time: 24,000,000 is one
// full-time week of 40 hours.
type WeekLoad struct {
	Week int
	// Demand is what the work of the week needs, each on its own calendar;
	// Available is the capacity in the working time of the resource, zero if it is
	// not limited. The staffing of a phase is available while the phase lasts.
	Demand, Available int64
	// Overload is the demand beyond the capacity at the same time. It can be more
	// than Demand - Available: two jobs at once on Monday are too much also in a
	// week that is free from Tuesday on.
	Overload   int64
	Peak       int64       // most units held at a time
	Activities []*Activity // with demand in the week, in the order of the plan
}

// LoadByWeek returns the load of a resource for each week of the plan, from week
// 1 or the first that anything happens in to the last, placed as the plan is
// and without levelling, so that both tables have the same rows.
func (s *Schedule) LoadByWeek(r *Resource, at Placement) []WeekLoad {
	from, to := 1, max(1, s.Week(s.Finish-1))
	for _, d := range r.Demands {
		for _, p := range []Placement{Planned, Unlevelled} {
			start, finish := p(d.Activity)
			from, to = min(from, s.Week(start)), max(to, s.Week(max(start, finish-1)))
		}
	}
	weeks := make([]WeekLoad, to-from+1)
	open, shut := s.Start, ever
	if r.Phase != nil && !r.Phase.Empty {
		open, shut = s.phaseSpan(r.Phase, at)
	}
	for i := range weeks {
		w := &weeks[i]
		w.Week = from + i
		a, b := max(open, s.WeekStart(w.Week)), min(shut, s.WeekStart(w.Week+1))
		if r.Limited() && a < b {
			w.Available = r.Capacity * int64(r.Calendar.Between(a, b))
		}
	}
	each := func(start, finish calendar.Instant, visit func(w *WeekLoad, a, b calendar.Instant)) {
		for week := s.Week(start); week <= s.Week(finish-1); week++ {
			visit(&weeks[week-from], max(start, s.WeekStart(week)), min(finish, s.WeekStart(week+1)))
		}
	}
	for _, d := range r.Demands {
		start, finish := at(d.Activity)
		if start >= finish {
			continue
		}
		each(start, finish, func(w *WeekLoad, a, b calendar.Instant) {
			if worked := d.Activity.Calendar.Between(a, b); worked > 0 {
				w.Demand += d.Units * int64(worked)
				w.Activities = append(w.Activities, d.Activity)
			}
		})
	}
	for _, sp := range s.Load(r, at) {
		each(sp.Start, sp.Finish, func(w *WeekLoad, a, b calendar.Instant) {
			worked := timeOf(sp, r, a, b)
			if worked > 0 {
				w.Peak = max(w.Peak, sp.Units)
			}
			if over := sp.Units - r.Capacity; r.Limited() && over > 0 {
				w.Overload += over * int64(worked)
			}
		})
	}
	return weeks
}

// timeOf returns the working time of a part of a span: that of the resource, or
// of the first holder who works in it if the resource has none there.
func timeOf(sp Span, r *Resource, a, b calendar.Instant) calendar.Work {
	if w := r.Calendar.Between(a, b); w > 0 {
		return w
	}
	for _, holder := range sp.Activities {
		if w := holder.Calendar.Between(a, b); w > 0 {
			return w
		}
	}
	return 0
}

// phaseSpan returns the first start and the last finish of the members of a
// phase.
func (s *Schedule) phaseSpan(ph *PhaseDates, at Placement) (start, finish calendar.Instant) {
	start, finish = ever, never
	for _, a := range ph.Activities {
		if !marksItsPhase(a) {
			from, to := at(a)
			start, finish = min(start, from), max(finish, to)
		}
	}
	for _, child := range ph.Children {
		from, to := s.phaseSpan(child, at)
		start, finish = min(start, from), max(finish, to)
	}
	return start, finish
}
