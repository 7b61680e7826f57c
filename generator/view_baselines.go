package generator

import (
	"fmt"
	"slices"

	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// How pages tell of baselines: the list of them, what each milestone was in
// each, and what is not in both the baseline and the plan.

// mostBaselines is how many baselines a table has columns for.
const mostBaselines = 4

// milestonesOverBaselines shows each milestone in each baseline, with how far it
// has moved since; nil if the plan has none.
func (s section) milestonesOverBaselines() *table {
	ps := s.ps
	shown, caption := ps.plan.Baselines, "Milestones: date in each baseline and now"
	if len(shown) > mostBaselines { // the chosen one and the last
		caption = "Milestones: date in the last baselines and now; the figures of the picture have all"
		shown = slices.Clone(shown[len(shown)-mostBaselines:])
		if !slices.Contains(shown, ps.against.Baseline) {
			shown[0] = ps.against.Baseline
		}
	}
	t := table{ID: "milestones", Class: "stack", Caption: caption, Head: cols("Milestone")}
	for _, b := range shown {
		t.Head = append(t.Head, column{Text: ps.baselineHead(b)})
	}
	t.Head = append(t.Head, cols("Now", "Against the baseline")...)
	for _, a := range ps.sched.Activities {
		if a.Milestone == nil {
			continue
		}
		r := row{Cells: []cell{linked(s.item(a.Item))}}
		for _, b := range shown {
			c := text("–")
			if then := b.Activity(a.ID); then != nil {
				c = dated(ps.was(then.Finish))
				if then.Percent >= 100 {
					c.Note = "reached"
				} else if w := ps.sched.Calendar.Between(then.Finish, a.Finish); w != 0 {
					c.Note = "now " + ps.moved(w)
				}
			}
			r.Cells = append(r.Cells, c)
		}
		now := dated(ps.activityFinish(a))
		if a.Done() {
			now.Note = "reached"
		}
		r.Cells = append(r.Cells, now, ps.activityAgainst(a))
		t.Rows = append(t.Rows, r)
	}
	if len(t.Rows) == 0 {
		return nil
	}
	t.CSV = s.b.publishCSV(s.linker, "progress/milestones.csv", t.rows())
	return &t
}

// baselineHead names a baseline at the head of a column: "Approved plan, 5 Jan
// 2026".
func (ps *planSite) baselineHead(b *plan.Baseline) string {
	if b.Name == b.Date.String() {
		return ps.loc.DayMonthYear(b.Date)
	}
	return b.Name + ", " + ps.loc.DayMonthYear(b.Date)
}

// was shows a finish as the last day worked; what waited for nothing, on the day
// it started.
func (ps *planSite) was(t calendar.Instant) when {
	if t <= ps.sched.Start {
		return ps.start(t)
	}
	return ps.finish(t)
}

// added lists what the plan has and its baseline has not; nil if there is
// nothing.
func (s section) added() *table {
	ps := s.ps
	t := table{ID: "added", Class: "stack", Caption: "Added since " + ps.baselineName(ps.against.Baseline), Head: cols("What", "Kind", "Start", "Finish")}
	for _, ph := range ps.sched.Phases {
		if !ph.Empty && ps.against.OfPhase(ph).Added {
			t.Rows = append(t.Rows, row{Cells: []cell{linked(s.item(&ph.Item)), text("phase"), dated(ps.start(ph.Start)), dated(ps.finish(ph.Finish))}})
		}
	}
	for _, a := range ps.sched.Activities {
		if ps.against.Of(a).Added {
			t.Rows = append(t.Rows, row{Cells: []cell{linked(s.item(a.Item)), text(kindName(a.Kind)), dated(ps.activityStart(a)), dated(ps.activityFinish(a))}})
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return &t
}

// removed lists what the baseline has and the plan has not; nil if there is
// nothing.
func (s section) removed() *table {
	ps := s.ps
	t := table{ID: "removed", Class: "stack", Caption: "Removed since " + ps.baselineName(ps.against.Baseline), Head: cols("What", "Kind", "Start", "Finish", "#Cost")}
	for _, r := range ps.against.Removed {
		name := r.ID
		if r.Name != r.ID {
			name += " " + r.Name
		}
		start := ps.start(r.Start)
		if r.Kind == "milestone" {
			start = ps.was(r.Finish)
		}
		t.Rows = append(t.Rows, row{Cells: []cell{text(name), text(kindName(r.Kind)), dated(start), dated(ps.was(r.Finish)), s.money(r.Cost)}})
	}
	if len(t.Rows) == 0 {
		return nil
	}
	t = t.trim()
	return &t
}

func kindName(kind string) string {
	if kind == "work" {
		return "work package"
	}
	return kind
}

// baselineTable lists the baselines and the plan as it is.
func (s section) baselineTable() *table {
	ps := s.ps
	t := table{ID: "baselines", Class: "stack", Caption: "Baselines, the oldest first, and the plan as it is",
		Head: cols("Baseline", "Date", "Finish", "Finish now", "#Cost", "#Work packages", "#Milestones")}
	for _, b := range ps.plan.Baselines {
		r := row{ID: "baseline-" + b.ID, Cells: []cell{
			text(b.Name),
			dated(ps.day(b.Date)),
			dated(ps.was(b.Finish)),
			text(ps.moved(ps.sched.Calendar.Between(b.Finish, ps.sched.Finish))).class(pick(b.Finish < ps.sched.Finish, "late", "")),
			s.money(b.Cost),
			text(itoa(countKind(b, "work"))),
			text(itoa(countKind(b, "milestone"))),
		}}
		if b.Name != b.ID {
			r.Cells[0].Note = b.ID
		}
		if b == ps.against.Baseline {
			r.Cells[0].Badge = &pill{"compared with", "info"}
			if ps.plan.Info.Baseline != "" {
				r.Cells[0] = r.Cells[0].assumed(&ps.plan.Item, "baseline")
			}
		}
		t.Rows = append(t.Rows, r)
	}
	now := row{Class: "total", Cells: []cell{text("The plan now"), dated(ps.stated(ps.plan.StatusDate)), dated(ps.finish(ps.sched.Finish)), {},
		s.money(ps.sched.CostAtCompletion()), text(itoa(len(ps.plan.Work))), text(itoa(len(ps.plan.Milestones)))}}
	t.Foot = []row{now}
	t = t.trim()
	return &t
}

func countKind(b *plan.Baseline, kind string) int {
	n := 0
	for _, a := range b.Activities {
		n += boolInt(a.Kind == kind)
	}
	return n
}

// baselineFact says on the page of a thing where it was in the baseline.
func (ps *planSite) baselineFact(v schedule.Variance) fact {
	switch {
	case ps.against == nil:
		return fact{}
	case v.Then == nil && !v.Added:
		return fact{}
	case v.Then == nil:
		return fact{Label: "Baseline", Text: "not in it: added since", Note: ps.loc.DayMonthYear(ps.against.Baseline.Date)}
	case v.Then.Kind == "milestone":
		at := ps.was(v.Then.Finish)
		return fact{Label: "Baseline", When: &at, Note: pick(v.Finish == 0, "now where it was", "now "+ps.moved(v.Finish))}
	}
	f := fact{Label: "Baseline", Text: ps.shortSpan(v.Then.Start, v.Then.Finish)}
	switch {
	case v.Start == 0 && v.Finish == 0:
		f.Note = "now where it was"
	case v.Start == v.Finish:
		f.Note = "now " + ps.moved(v.Finish)
	case v.Start == 0:
		f.Note = "now finishes " + ps.moved(v.Finish)
	case v.Finish == 0:
		f.Note = "now starts " + ps.moved(v.Start)
	default:
		f.Note = fmt.Sprintf("now starts %s, finishes %s", ps.moved(v.Start), ps.moved(v.Finish))
	}
	return f
}

// againstCell says in a table how far a finish is from the baseline; the cell is
// empty if the plan has none.
func (ps *planSite) againstCell(v schedule.Variance) cell {
	if v.Then == nil {
		return text(pick(v.Added, "added since", ""))
	}
	return text(ps.moved(v.Finish)).class(pick(v.Finish > 0, "late", ""))
}

func (ps *planSite) activityAgainst(a *schedule.Activity) cell {
	if ps.against == nil {
		return cell{}
	}
	return ps.againstCell(ps.against.Of(a))
}

func (ps *planSite) phaseAgainst(ph *schedule.PhaseDates) cell {
	if ps.against == nil || ph.Empty {
		return cell{}
	}
	return ps.againstCell(ps.against.OfPhase(ph))
}

// activityBaseline is the fact about the baseline of an activity.
func (ps *planSite) activityBaseline(a *schedule.Activity) fact {
	if ps.against == nil {
		return fact{}
	}
	return ps.baselineFact(ps.against.Of(a))
}

// history shows what a milestone was in each baseline; nil if none has it.
func (ps *planSite) history(a *schedule.Activity) *table {
	t := table{ID: "history", Class: "stack", Caption: "Date of the milestone in each baseline and now", Head: cols("Baseline", "Its date", "Milestone", "Now")}
	for _, b := range ps.plan.Baselines {
		then := b.Activity(a.ID)
		if then == nil {
			continue
		}
		w := ps.sched.Calendar.Between(then.Finish, a.Finish)
		r := row{Cells: []cell{text(b.Name), dated(ps.day(b.Date)), dated(ps.was(then.Finish)), text(pick(w == 0, "the same", ps.moved(w))).class(pick(w > 0, "late", ""))}}
		if then.Percent >= 100 {
			r.Cells[2].Note = "reached"
		}
		if ps.against != nil && b == ps.against.Baseline {
			r.Cells[0].Badge = &pill{"compared with", "info"}
		}
		t.Rows = append(t.Rows, r)
	}
	if len(t.Rows) == 0 {
		return nil
	}
	now := dated(ps.activityFinish(a))
	if a.Done() {
		now.Note = "reached"
	}
	t.Rows = append(t.Rows, row{Class: "total", Cells: []cell{text("The plan now"), dated(ps.stated(ps.plan.StatusDate)), now, {}}})
	return &t
}
