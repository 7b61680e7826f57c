package schedule

import (
	"cmp"
	"slices"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// RoleLoad is what a role or a person is needed for, week by week: the sum of
// all its resources. Amounts are those of [WeekLoad]; FullTime turns them into
// full-time equivalents.
type RoleLoad struct {
	*plan.Item
	Role      *plan.Role // nil for a person
	Resources []*Resource
	Calendar  *calendar.Calendar // of its first resource
	Weeks     []RoleWeek         // those of the plan, the same for every role
	Peak      int64              // most units held at a time
}

// RoleWeek is one week of a RoleLoad.
type RoleWeek struct {
	WeekLoad
	// Unstaffed is the part of the demand in phases that the role has no staffing
	// for. It is compared with nothing.
	Unstaffed int64
}

// Top is how high the load stands against the capacity: work within it, and what
// is beyond it at some time of the week on top of all there is.
func (w RoleWeek) Top() int64 {
	if w.Overload == 0 {
		return w.Demand
	}
	return max(w.Demand, w.Available+w.Overload)
}

// Within is the part of the demand for which there is capacity at its time, or
// that is compared with none.
func (w RoleWeek) Within() int64 { return max(0, w.Demand-w.Overload) }

// Limited reports whether any of the role has a capacity.
func (l *RoleLoad) Limited() bool { return slices.ContainsFunc(l.Resources, (*Resource).Limited) }

// FullTime turns an amount over so many weeks into ten-thousandths of full time,
// rounded.
func (l *RoleLoad) FullTime(amount int64, weeks int) int64 {
	per := int64(max(1, l.Calendar.WeekMinutes())) * int64(max(1, weeks))
	return (amount + per/2) / per
}

// Days turns an amount into person-days, ten-thousandths of one, rounded.
func (l *RoleLoad) Days(amount int64) int64 {
	per := int64(max(1, l.Calendar.DayMinutes()))
	return (amount + per/2) / per
}

// RoleLoads returns the load of each role and person that any work is assigned
// to, in the order of the plan.
func (s *Schedule) RoleLoads(at Placement) []*RoleLoad {
	var out []*RoleLoad
	for _, r := range s.Resources {
		if n := len(out); n > 0 && out[n-1].Item == r.Item {
			out[n-1].Resources = append(out[n-1].Resources, r)
			continue
		}
		out = append(out, &RoleLoad{Item: r.Item, Role: r.Role, Calendar: r.Calendar, Resources: []*Resource{r}})
	}
	out = slices.DeleteFunc(out, func(l *RoleLoad) bool {
		return !slices.ContainsFunc(l.Resources, func(r *Resource) bool { return len(r.Demands) > 0 })
	})
	from, to := 1, 1
	for _, l := range out {
		s.addWeeks(l, at)
		from, to = min(from, l.Weeks[0].Week), max(to, l.Weeks[len(l.Weeks)-1].Week)
	}
	for _, l := range out {
		weeks := make([]RoleWeek, to-from+1)
		for i := range weeks {
			weeks[i].Week = from + i
		}
		copy(weeks[l.Weeks[0].Week-from:], l.Weeks)
		l.Weeks = weeks
	}
	return out
}

// addWeeks sums up the weeks of the resources of a role.
func (s *Schedule) addWeeks(l *RoleLoad, at Placement) {
	all := &Resource{Item: l.Item, Source: NoCapacity, Calendar: l.Calendar}
	for _, r := range l.Resources {
		all.Demands = append(all.Demands, r.Demands...)
	}
	slices.SortStableFunc(all.Demands, func(a, b Demand) int { return int(a.Activity.index) - int(b.Activity.index) })
	for _, w := range s.LoadByWeek(all, at) {
		l.Weeks = append(l.Weeks, RoleWeek{WeekLoad: w})
		l.Peak = max(l.Peak, w.Peak)
	}
	for _, r := range l.Resources {
		for _, w := range s.LoadByWeek(r, at) {
			sum := &l.Weeks[w.Week-l.Weeks[0].Week]
			sum.Available += w.Available
			sum.Overload += w.Overload
			if r.Source == NotInThePhase {
				sum.Unstaffed += w.Demand
			}
		}
	}
}

// Overload is a run of weeks in each of which a resource is needed beyond its
// capacity at some time.
type Overload struct {
	Resource      *Resource
	Start, Finish calendar.Instant // of the first and the last such time
	Peak          int64            // most units needed at a time
	Over          int64            // beyond the capacity, in minutes times ten-thousandths of full time
	Activities    []*Activity      // that need it at those times, in the order of the plan
	// Past is set if all of it was before the status date.
	Past bool
}

// Overloads returns when a resource is needed beyond its capacity, in order.
// What was before the status date is told apart from what is yet to come.
func (s *Schedule) Overloads(r *Resource, at Placement) []Overload {
	if !r.Limited() {
		return nil
	}
	var out []Overload
	add := func(sp Span, past bool) {
		worked := timeOf(sp, r, sp.Start, sp.Finish)
		if sp.Start >= sp.Finish || worked == 0 {
			return
		}
		n := len(out)
		if n == 0 || out[n-1].Past != past || s.Week(sp.Start) > s.Week(out[n-1].Finish-1)+1 {
			out = append(out, Overload{Resource: r, Start: sp.Start, Past: past})
			n++
		}
		o := &out[n-1]
		o.Finish, o.Peak = sp.Finish, max(o.Peak, sp.Units)
		o.Over += (sp.Units - r.Capacity) * int64(worked)
		o.Activities = append(o.Activities, sp.Activities...)
	}
	for _, sp := range s.Load(r, at) {
		if sp.Units <= r.Capacity {
			continue
		}
		before, after := sp, sp
		if s.Plan.StatusDate.IsSet() {
			before.Finish = min(sp.Finish, s.StatusDate)
			after.Start = max(sp.Start, s.StatusDate)
			add(before, true)
		}
		add(after, false)
	}
	for i := range out {
		o := &out[i]
		slices.SortFunc(o.Activities, func(a, b *Activity) int { return int(a.index) - int(b.index) })
		o.Activities = slices.Compact(o.Activities)
	}
	return out
}

// UnitsOf returns how much of the resource an activity needs.
func (r *Resource) UnitsOf(a *Activity) int64 {
	k, found := slices.BinarySearchFunc(r.Demands, a.index, func(d Demand, i int32) int { return cmp.Compare(d.Activity.index, i) })
	if !found {
		return 0
	}
	return r.Demands[k].Units
}
