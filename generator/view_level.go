package generator

import (
	"fmt"

	"milepost/schedule"
)

// levellingView is what levelling did to the schedule.
type levellingView struct {
	Lead  string
	Facts []fact
	Moved *table // what starts later than it could
}

// levelling says what was done so that nobody is needed more than there is; nil
// if the plan says nothing of levelling.
func (b *builder) levelling(l linker) *levellingView {
	ps, info := l.plan, &l.plan.plan.Info
	lv := ps.sched.Levelling
	stated := facts(
		fact{Label: "Levelling", Text: pick(info.Has("level"), pick(info.Level, "on", "off"), pick(lv != nil, "on", "")),
			Note: "work waits until its roles are free", Assumed: info.IsAssumed("level")},
		fact{Label: "Schedules to try", Text: pick(info.Has("level_schedules"), itoa(info.LevelSchedules), ""), Assumed: info.IsAssumed("level_schedules")},
		fact{Label: "Seed of the search", Text: pick(info.Has("level_seed"), itoa(info.LevelSeed), ""), Assumed: info.IsAssumed("level_seed")},
	)
	if lv == nil {
		if len(stated) == 0 {
			return nil
		}
		return &levellingView{Lead: "The schedule is not levelled: work starts as early as it can, whoever is busy.", Facts: stated}
	}
	v := &levellingView{}
	before, finish, bound := ps.finish(lv.UnlevelledFinish), ps.finish(ps.sched.Finish), ps.finish(lv.Bound)
	v.Lead = fmt.Sprintf("Work waits until its roles are free, and the plan still finishes on %s.", finish)
	if d := ps.sched.Calendar.Between(lv.UnlevelledFinish, ps.sched.Finish); d > 0 {
		v.Lead = fmt.Sprintf("Work waits until its roles are free, so the plan finishes on %s, %s later than if nobody had to wait.", finish, ps.words(d))
	}
	best := fact{Label: "Lower bound", When: &bound, Note: "no schedule without overload finishes earlier"}
	if lv.Gap == 0 {
		best.Note = "proven: no schedule without overload finishes earlier than this one"
	}
	search := fact{Label: "Tried", Text: plural(lv.Schedules, "schedule", "schedules"), Note: fmt.Sprintf("by priority rules, without a search; the seed, %d, plays no part", lv.Seed)}
	if lv.Budget > 0 {
		search.Note = fmt.Sprintf("at most %d, seed %d", lv.Budget, lv.Seed)
	}
	gap := fact{Label: "Gap", Text: "none"}
	if lv.Gap > 0 {
		gap = fact{Label: "Gap", Text: ps.words(lv.Gap), Note: "at most so much could be won"}
	}
	v.Facts = append(facts(
		fact{Label: "Levelled finish", When: &finish},
		fact{Label: "Without levelling", When: &before},
		best, gap, search,
	), stated...)
	v.Moved = b.movedTable(l)
	return v
}

// movedTable lists what starts later than it could, with both dates and whom it
// waits for; nil if there is nothing.
func (b *builder) movedTable(l linker) *table {
	ps := l.plan
	t := table{ID: "levelled", Class: "stack", Caption: "What waits for a role, or for work that does",
		Head: cols("Activity", "Start without levelling", "Levelled start", "Levelled finish", "#Later by", "Waits for")}
	for _, a := range ps.sched.Activities {
		if a.LevellingDelay <= 0 {
			continue
		}
		start := ps.start(a.UnlevelledStart)
		if a.Milestone != nil {
			start = ps.finish(a.UnlevelledFinish)
		}
		waits := text("what it follows")
		if len(a.Waits()) > 0 {
			waits = linked(b.waits(l, a.Waits())...)
		}
		t.Rows = append(t.Rows, row{Cells: []cell{linked(l.item(a.Item)), dated(start), dated(ps.activityStart(a)),
			dated(ps.activityFinish(a)), text(ps.loc.Work(a.LevellingDelay, a.Calendar)), waits}})
	}
	if len(t.Rows) == 0 {
		return nil
	}
	t = t.trim()
	return &t
}

// waits names the roles that an activity waits for and who holds them.
func (b *builder) waits(l linker, waits []schedule.Wait) []link {
	var out []link
	for _, w := range waits {
		k := b.resource(l, w.Resource)
		k.Text += ", held by " + headOf(w.Activity.Item)
		out = append(out, k)
	}
	return out
}

// waitTable lists the roles that an activity waits for, keepTable those that
// others wait for until it gives them back; nil if there are none.
func (b *builder) waitTable(l linker, a *schedule.Activity) *table {
	t := table{ID: "roles-waited-for", Class: "stack", Caption: "Roles and people it waits for", Head: cols("Waits for", "Held by", "Until")}
	return b.roleTable(l, t, a.Waits(), func(other *schedule.Activity) when { return l.plan.finish(other.Finish) })
}

func (b *builder) keepTable(l linker, a *schedule.Activity) *table {
	t := table{ID: "roles-held", Class: "stack", Caption: "Roles and people that others wait for until it has finished", Head: cols("It holds", "Waited for by", "Start")}
	return b.roleTable(l, t, a.Keeps(), func(other *schedule.Activity) when { return l.plan.start(other.Start) })
}

func (b *builder) roleTable(l linker, t table, waits []schedule.Wait, date func(*schedule.Activity) when) *table {
	for _, w := range waits {
		t.Rows = append(t.Rows, row{Cells: []cell{linked(b.resource(l, w.Resource)), linked(l.item(w.Activity.Item)), dated(date(w.Activity))}})
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return &t
}

// resource is a reference to a role or person, with the phase whose staffing it
// is.
func (b *builder) resource(l linker, r *schedule.Resource) link {
	k := l.item(r.Item)
	if r.Phase != nil {
		k.Text += " in " + headOf(&r.Phase.Item)
	}
	return k
}

// levellingFact says where an activity would be if nobody had to wait.
func (ps *planSite) levellingFact(a *schedule.Activity) fact {
	if a.LevellingDelay <= 0 {
		return fact{}
	}
	f := fact{Label: "Without levelling", Text: ps.shortSpan(a.UnlevelledStart, a.UnlevelledFinish),
		Note: ps.loc.Work(a.LevellingDelay, a.Calendar) + " earlier"}
	if a.Milestone != nil {
		before := ps.finish(a.UnlevelledFinish)
		f.Text, f.When = "", &before
	}
	return f
}
