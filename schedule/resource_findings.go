package schedule

import (
	"fmt"
	"slices"
	"strings"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// findLoad finds work that needs more of a role or person than there is.
func (s *Schedule) findLoad(list *diag.List) {
	for _, r := range s.Resources {
		switch r.Source {
		case NoCapacity:
			continue
		case NotInThePhase:
			s.findUnstaffed(list, r)
			continue
		}
		for _, d := range r.Demands {
			if d.Units > r.Capacity && !d.Activity.Done() {
				s.findTooLarge(list, r, d)
			}
		}
		s.findOverload(list, r)
	}
}

// findUnstaffed reports work in a phase that its role has no staffing for.
func (s *Schedule) findUnstaffed(list *diag.List, r *Resource) {
	var ids []string
	for _, d := range r.Demands {
		ids = append(ids, d.Activity.ID)
	}
	where := "outside all phases"
	way := fmt.Sprintf("assign somebody else, or give role %q a capacity instead of staffing", r.ID)
	if r.Phase != nil {
		where = fmt.Sprintf("in phase %q", r.Phase.ID)
		way = fmt.Sprintf("add %s to the staffing of role %q, or assign somebody else", r.Phase.ID, r.ID)
	}
	first := r.Demands[0]
	d := list.Findf(CodeUnstaffed, first.place(), first.Activity.Address(), "%s is staffed by phase, but not %s, where %s: levelling does not limit it there",
		describe(r.Item), where, needs(ids))
	d.Hint = way
}

// findTooLarge reports work that needs more of a resource than there ever is.
func (s *Schedule) findTooLarge(list *diag.List, r *Resource, d Demand) {
	f := list.Findf(CodeTooLarge, d.place(), d.Activity.Address(), "%s needs %s of %s, but there %s at most %s", describe(d.Activity.Item),
		units(d.Units), r.words(), isOrAre(r.Capacity), units(r.Capacity))
	f.Hint = fmt.Sprintf("assign no more than %s, or raise %s; levelling lets nothing else use the role meanwhile", units(r.Capacity), r.key())
}

// findOverload reports when and by whom a resource is needed more than there is
// of it, from the status date on.
func (s *Schedule) findOverload(list *diag.List, r *Resource) {
	var weeks []int
	var holders []*Activity
	var peak, over int64
	for _, sp := range s.Load(r, Planned) {
		if s.Plan.StatusDate.IsSet() {
			sp.Start = max(sp.Start, s.StatusDate)
		}
		if sp.held <= r.supply() || sp.Start >= sp.Finish {
			continue
		}
		worked := timeOf(sp, r, sp.Start, sp.Finish)
		if worked == 0 {
			continue
		}
		peak = max(peak, sp.Units)
		over += (sp.Units - r.Capacity) * int64(worked)
		for week := s.Week(sp.Start); week <= s.Week(sp.Finish-1); week++ {
			if timeOf(sp, r, max(sp.Start, s.WeekStart(week)), min(sp.Finish, s.WeekStart(week+1))) > 0 {
				weeks = append(weeks, week)
			}
		}
		holders = append(holders, sp.Activities...)
	}
	if peak == 0 {
		return
	}
	slices.SortFunc(holders, func(a, b *Activity) int { return int(a.index) - int(b.index) })
	holders = slices.Compact(holders)
	code, still, way := CodeOverload, "", "level the plan (level = true in [plan]), "
	if s.Levelling != nil {
		code, still, way = CodeNotLevelled, " also when levelled", "relax the constraint that keeps the work where it is, "
		if !slices.ContainsFunc(holders, func(a *Activity) bool { return !a.Begun() }) {
			way = "levelling moves nothing that has begun: replan what remains of it, "
		}
	}
	f := list.Findf(code, r.At(r.capacityKey()), r.Address(), "%s is overloaded%s in %s: %s needed at a time where there %s %s, %s too much, by %s",
		r.named(), still, weekRanges(weeks), units(peak), isOrAre(r.Capacity), units(r.Capacity),
		workText(calendar.Work((over+5_000)/10_000), r.Calendar), enumerate(idsOf(holders)))
	f.Hint = way + fmt.Sprintf("raise %s, or move some of the work", r.key())
	for _, d := range r.Demands {
		if slices.Contains(holders, d.Activity) && len(f.Notes) < mostNamed {
			f.Notes = append(f.Notes, diag.Note{Pos: d.place(), Message: fmt.Sprintf("%s needs %s from %s to %s", d.Activity.ID, units(d.Units),
				s.startText(d.Activity.Start), s.finishText(d.Activity.Finish))})
		}
	}
}

// place is where the assignment is written.
func (d Demand) place() diag.Pos { return d.Activity.Work.Assign[d.pos].Pos }

// named names the resource: `role "dev" (Developers) in phase "P1"`.
func (r *Resource) named() string {
	if r.Phase != nil {
		return fmt.Sprintf("%s in phase %q", describe(r.Item), r.Phase.ID)
	}
	return describe(r.Item)
}

// words names the resource within a sentence, by its id: `role "dev"`.
func (r *Resource) words() string {
	text := fmt.Sprintf("%s %q", r.Kind, r.ID)
	if r.Phase != nil {
		text += fmt.Sprintf(" in phase %q", r.Phase.ID)
	}
	return text
}

// key says which figure of the plan to change for more capacity.
func (r *Resource) key() string {
	switch r.Source {
	case OfStaffing:
		return fmt.Sprintf("staffing.%s of role %q", r.Phase.ID, r.ID)
	case OfPersons:
		return fmt.Sprintf("the units of the persons who fill role %q", r.ID)
	case OfPerson:
		return fmt.Sprintf("units of person %q", r.ID)
	}
	return fmt.Sprintf("capacity of role %q", r.ID)
}

// capacityKey is the key of the role's or person's table that the capacity comes
// from.
func (r *Resource) capacityKey() string {
	switch r.Source {
	case OfStaffing:
		return "staffing." + r.Phase.ID
	case OfPerson:
		return "units"
	}
	return "capacity"
}

func units(n int64) string { return plan.Units{TenThousandths: n}.String() }

func isOrAre(n int64) string {
	if n <= 10_000 {
		return "is"
	}
	return "are"
}

func needs(ids []string) string {
	if len(ids) == 1 {
		return ids[0] + " needs it"
	}
	return enumerate(ids) + " need it"
}

// weekRanges writes weeks in ascending order, repeats allowed: "W3, W5-W7".
func weekRanges(weeks []int) string {
	slices.Sort(weeks)
	weeks = slices.Compact(weeks)
	var parts []string
	for i := 0; i < len(weeks); {
		k := i
		for k+1 < len(weeks) && weeks[k+1] == weeks[k]+1 {
			k++
		}
		text := fmt.Sprintf("W%d", weeks[i])
		if k > i {
			text += fmt.Sprintf("-W%d", weeks[k])
		}
		parts = append(parts, text)
		i = k + 1
	}
	return strings.Join(parts, ", ")
}
