package generator

import (
	"cmp"
	"fmt"
	"slices"

	"milepost/schedule"
)

// What the pages say of a levelled plan: what levelling costs, how good it is,
// and who waits for whom.

// mostWaits is how many waiting work packages the page shows.
const mostWaits = 60

// levellingCost says how far levelling moves the finish, and how much better
// another order of the work could be at most.
func (s section) levellingCost() []string {
	sched, lv := s.ps.sched, s.ps.sched.Levelling
	finish := s.ps.finish(sched.Finish)
	first := fmt.Sprintf("The finish stays %s.", finish)
	if by := sched.Calendar.Between(lv.UnlevelledFinish, sched.Finish); by > 0 {
		first = fmt.Sprintf("The finish moves from %s to %s, by %s.", s.ps.finish(lv.UnlevelledFinish), finish, s.ps.words(by))
	}
	second := "No order of the work is better: with this capacity the plan cannot finish earlier."
	if lv.Gap > 0 {
		second = fmt.Sprintf("With this capacity no order of the work finishes before %s, so at most %s better is possible.", s.ps.finish(lv.Bound), s.ps.words(lv.Gap))
	}
	tried := plural(lv.Schedules, "schedule was", "schedules were") + " tried"
	if lv.Budget > 0 {
		tried += fmt.Sprintf(", seed %d", lv.Seed)
	}
	return []string{first, second, tried + "."}
}

// waits lists the work that waits for a role or person, and for whom; of very
// much the work with the longest delay.
func (s section) waits() (t table, more string) {
	var list []*schedule.Activity
	for _, a := range s.ps.sched.Activities {
		if len(a.Waits()) > 0 {
			list = append(list, a)
		}
	}
	t = table{ID: "waits-table", Class: "stack", Caption: "Work that starts later because somebody is busy, by its levelled start",
		Head: cols("Work package", "Start without levelling", "Start, levelled", "#Delay", "Waits for", "Held by")}
	if len(list) == 0 {
		return t, ""
	}
	rows := func(list []*schedule.Activity) []row {
		var out []row
		for _, a := range list {
			who, by := s.waitsFor(a)
			out = append(out, row{Cells: []cell{
				linked(s.item(a.Item)), dated(s.ps.start(a.UnlevelledStart)), dated(s.ps.start(a.Start)),
				text(s.ps.words(a.LevellingDelay)), linked(who...), linked(by...),
			}})
		}
		return out
	}
	byStart := func(a, b *schedule.Activity) int { return cmp.Compare(a.Start, b.Start) }
	slices.SortStableFunc(list, byStart)
	t.Rows = rows(list)
	t.CSV = s.b.publishCSV(s.linker, "load/waits.csv", s.waitRows(list))
	if len(list) > mostWaits {
		more = fmt.Sprintf("The %d longest delays of %d; the CSV has them all.", mostWaits, len(list))
		slices.SortStableFunc(list, func(a, b *schedule.Activity) int { return cmp.Compare(b.LevellingDelay, a.LevellingDelay) })
		list = list[:mostWaits]
		slices.SortStableFunc(list, byStart)
		t.Rows = rows(list)
	}
	return t, more
}

// waitsFor returns who an activity waits for, and the work that holds them.
func (s section) waitsFor(a *schedule.Activity) (who, by []link) {
	add := func(list []link, l link) []link {
		if slices.Contains(list, l) {
			return list
		}
		return append(list, l)
	}
	for _, w := range a.Waits() {
		l := link{Text: s.resourceName(w.Resource), Href: s.href("load/#chart-load-" + anchor(w.Resource.Kind, w.Resource.ID))}
		who = add(who, l)
		if w.Activity != nil {
			by = add(by, s.item(w.Activity.Item))
		}
	}
	return who, by
}

// waitRows are the rows of the CSV: one for each that an activity waits for.
func (s section) waitRows(list []*schedule.Activity) [][]string {
	out := [][]string{{"id", "name", "unlevelled_start", "start", "unlevelled_finish", "finish", "delay_minutes", "waits_for", "held_by"}}
	for _, a := range list {
		for _, w := range a.Waits() {
			held := ""
			if w.Activity != nil {
				held = w.Activity.ID
			}
			out = append(out, []string{a.ID, a.Title(), a.UnlevelledStart.Date().String(), a.Start.Date().String(),
				a.UnlevelledFinish.LastDate().String(), a.Finish.LastDate().String(), fmt.Sprint(int64(a.LevellingDelay)), w.Resource.ID, held})
		}
	}
	return out
}
