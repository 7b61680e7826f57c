package schedule

import (
	"fmt"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// Gaps are what a serious plan says and this one does not. They are told so that
// they teach and do not nag: what some things of a kind have and others lack is
// told of each that lacks it; what all of them lack is told once, at the first of
// them. A sketch is not told that none of its work names a deliverable or is tied to
// other work, none of its phases has a gate or work, and none of its people anything
// to do; and what is finished is not told anything that only the future needs.

// fewWork is the number of work packages up to which a plan is a sketch.
const fewWork = 4

// flatWork is the number of work packages up to which a plan needs no phases.
const flatWork = 10

// gap is something that things of a kind may lack.
type gap struct {
	code string
	one  string // after the name of a thing: "has no owner"
	all  string // after "none of the 6 work packages": "has an owner"
	noun string // "work package"
	hint string
}

// tell reports the things that lack something, of so many that there are. What
// all of them lack is a gap of the plan, not of any of them.
func (s *Schedule) tell(list *diag.List, g gap, all int, lacking []*plan.Item) {
	if n := len(lacking); n > 1 && n == all {
		list.Findf(g.code, lacking[0].At(""), s.Plan.Address(), "none of the %s %s", plural(n, g.noun), g.all).Hint = g.hint
		return
	}
	for _, it := range lacking {
		list.Findf(g.code, it.At(""), it.Address(), "%s %s", describe(it), g.one).Hint = g.hint
	}
}

// tellUnlessSketch is tell for what a sketch leaves for later.
func (s *Schedule) tellUnlessSketch(list *diag.List, g gap, all int, lacking []*plan.Item) {
	if len(lacking) == all && len(s.Plan.Work) <= fewWork {
		return
	}
	s.tell(list, g, all, lacking)
}

func (s *Schedule) findGaps(list *diag.List) {
	s.findWorkGaps(list)
	s.findLooseEnds(list)
	s.findMilestoneGaps(list)
	s.findPhaseGaps(list)
	s.findDurations(list)
	s.findReviewGaps(list)
	s.findRiskGaps(list)
	s.findObjectiveGaps(list)
	s.findUnused(list)
	s.findIdleStaffing(list)
	s.findNobody(list)
	s.findUndecided(list)
	s.findNoStatusDate(list)
}

// findWorkGaps finds open work without owner, deliverable or phase.
func (s *Schedule) findWorkGaps(list *diag.List) {
	answered := map[string]bool{} // by a row of the responsibility matrix
	for _, r := range s.Plan.RACI {
		for _, id := range r.Work {
			answered[id] = answered[id] || len(r.Accountable) > 0
		}
	}
	all := 0
	var owner, deliverable, phase []*plan.Item
	for _, a := range s.Activities {
		w := a.Work
		if w == nil || a.Done() {
			continue
		}
		all++
		if w.Owner == "" && len(w.Assign) == 0 && !answered[w.ID] && !a.Phase.hasOwner() {
			owner = append(owner, a.Item)
		}
		if len(w.Deliverables) == 0 {
			deliverable = append(deliverable, a.Item)
		}
		if w.Phase == "" {
			phase = append(phase, a.Item)
		}
	}
	s.tell(list, gap{CodeNoOwner, "has no owner, and nobody is assigned", "has an owner or anybody assigned", "work package",
		"name who answers for it: owner = \"ROLE\"; an owner of its phase, assign, or a row of the responsibility matrix does too"}, all, owner)
	s.tellUnlessSketch(list, gap{CodeNoDeliverable, "names no deliverable", "names a deliverable", "work package",
		"write what is handed over when it is done: deliverables = [\"...\"]"}, all, deliverable)
	if len(s.Plan.Phases) > 0 || all > flatWork {
		s.tell(list, gap{CodeNoPhase, "belongs to no phase", "belongs to a phase", "work package",
			"write the phase that it is part of: phase = \"ID\""}, all, phase)
	}
}

// hasOwner reports whether somebody answers for the phase or one around it.
func (d *PhaseDates) hasOwner() bool {
	for ; d != nil; d = d.Parent {
		if d.Owner != "" {
			return true
		}
	}
	return false
}

// findLooseEnds finds open work that is tied to nothing. A sketch may tie no work
// at all; where most of it is loose, that is told once.
func (s *Schedule) findLooseEnds(list *diag.List) {
	if s.dependencies == 0 && len(s.Plan.Work) <= fewWork {
		return
	}
	var buf []row
	var loose []*Activity
	all := 0
	for _, a := range s.Activities {
		if a.Work == nil || a.Done() {
			continue
		}
		all++
		if waits, needed := a.ties(&buf); !waits && !needed {
			loose = append(loose, a)
		}
	}
	if n := len(loose); n > fewWork && 2*n > all {
		list.Findf(CodeDangling, loose[0].At(""), s.Plan.Address(), "%d of the %s wait for nothing, and nothing waits for them: %s", n, plural(all, "work package"), enumerate(idsOf(loose))).
			Hint = "write what each waits for: after = [\"ID\"]; a milestone at the end if nothing else waits for it"
		return
	}
	for _, a := range loose {
		list.Findf(CodeDangling, a.At(""), a.Address(), "%s waits for nothing, and nothing waits for it: its delay would show nowhere", describe(a.Item)).
			Hint = fmt.Sprintf("write what it waits for, or let what needs it wait: after = [%q], a milestone at the end if nothing else", a.ID)
	}
}

// ties reports whether the activity waits for anything, and whether anything waits
// for it, by itself or as a member of its phases. It reuses buf, since most are
// asked.
func (a *Activity) ties(buf *[]row) (waits, needed bool) {
	n := a.sched.written
	*buf = n.rows(*buf, a.index)
	for _, r := range *buf {
		waits = waits || len(n.entering(r)) > 0
		needed = needed || len(n.leaving(r, a.index)) > 0
	}
	return waits, needed
}

// findMilestoneGaps finds milestones without criteria, and those that nothing
// leads to: neither work nor a stated date decides when they are reached. One that
// others wait for may open the plan, unless its target is in another week.
func (s *Schedule) findMilestoneGaps(list *diag.List) {
	all := 0
	var criteria, alone []*plan.Item
	var buf []row
	for _, a := range s.Activities {
		m := a.Milestone
		if m == nil || a.Done() {
			continue
		}
		all++
		if len(m.Criteria) == 0 {
			criteria = append(criteria, a.Item)
		}
		l := a.limits()
		if l.StartNoEarlierThan.IsSet() || l.FinishNoEarlierThan.IsSet() || l.MustStartOn.IsSet() || l.MustFinishOn.IsSet() {
			continue
		}
		if waits, needed := a.ties(&buf); !waits && !(needed && a.opensPlan()) {
			alone = append(alone, a.Item)
		}
	}
	if n := len(alone); n > 1 && n == all {
		s.tell(list, gap{code: CodeNothingLeads, all: "waits for anything: they count as reached when the plan begins", noun: "milestone", hint: s.hintNothingLeads(s.Activity(alone[0].ID))}, all, alone)
	} else {
		for _, it := range alone {
			list.Findf(CodeNothingLeads, it.At(""), it.Address(), "%s waits for nothing: it counts as reached on %s", describe(it), s.finishTextOf(s.Activity(it.ID))).
				Hint = s.hintNothingLeads(s.Activity(it.ID))
		}
	}
	s.tell(list, gap{CodeNoCriteria, "has no criteria", "has criteria", "milestone",
		"write how one knows that it is reached: criteria = \"...\""}, all, criteria)
}

// hintNothingLeads says what to write beside a milestone.
func (s *Schedule) hintNothingLeads(a *Activity) string {
	return "write what leads to it: after = [\"ID\"]; or the day on which it comes from outside: finish_no_earlier_than = " + s.exampleDay(a)
}

// opensPlan reports whether a milestone may be what the plan begins with: its
// target, if it has one, is in the week in which it counts as reached.
func (a *Activity) opensPlan() bool {
	s := a.sched
	return !a.HasTarget || s.Week(a.Target-1) == s.Week(a.LastDay().Start())
}

// exampleDay writes the day that may be meant for a milestone: its target, or
// the finish of the plan.
func (s *Schedule) exampleDay(a *Activity) string {
	at := s.Finish
	if a.HasTarget {
		at = a.Target
	}
	return at.LastDate().String()
}

// finishTextOf writes the day on which an activity is reached or finished.
func (s *Schedule) finishTextOf(a *Activity) string {
	day := a.LastDay()
	return fmt.Sprintf("%s (W%d)", dayText(day), s.Week(day.Start()))
}

// findPhaseGaps finds phases at the top without a gate, and phases without work.
func (s *Schedule) findPhaseGaps(list *diag.List) {
	gated := map[string]bool{}
	for _, g := range s.Plan.Gates {
		for ph := s.Phase(g.Phase); ph != nil; ph = ph.Parent {
			gated[ph.ID] = true
		}
		if ph := s.Phase(g.Phase); ph != nil && g.At == "start" { // it lets what the phase waits for end
			for _, d := range ph.After {
				gated[d.Pred] = true
			}
		}
	}
	phases, leaves := 0, 0
	var gates, empty []*plan.Item
	for _, ph := range s.Phases {
		if len(ph.Children) == 0 {
			leaves++
			if ph.Empty {
				empty = append(empty, &ph.Item)
			}
		}
		if ph.Parent != nil || ph.Empty || !ph.isOpen() {
			continue
		}
		phases++
		if !gated[ph.ID] {
			gates = append(gates, &ph.Item)
		}
	}
	if phases > 1 {
		s.tellUnlessSketch(list, gap{CodeNoGate, "has no gate", "has a gate", "phase",
			"add the review that lets it end or begin: [gate.ID] with phase, criteria and reviewers"}, phases, gates)
	}
	s.tellUnlessSketch(list, gap{CodeNoWork, "has no work and no milestone", "has work or a milestone", "phase",
		"write phase = \"ID\" in the work that belongs to it, or take the phase out"}, leaves, empty)
}

// findDurations finds open work that takes no time, and work too long to be
// steered by. The limit is that of the DCMA's assessment, two months; the GAO
// (Schedule Assessment Guide, GAO-16-89G, best practice 4) advises the same.
func (s *Schedule) findDurations(list *diag.List) {
	for _, a := range s.Activities {
		if a.Work == nil || a.Done() {
			continue
		}
		if a.Duration == 0 && !a.hasProgress {
			list.Findf(CodeSuspicious, a.At("duration"), a.Address(), "%s takes no time", describe(a.Item)).
				Hint = "write how long it takes; an event is a milestone: [milestone.ID]"
			continue
		}
		length, c := a.Duration, a.Calendar
		if c == s.clock { // what goes on by the clock is measured in the days of everybody else
			length, c = s.Calendar.Between(a.Start, a.Start+calendar.Instant(a.Duration)), s.Calendar
		}
		if length > farAway*c.DayMinutes() {
			list.Findf(CodeSuspicious, a.At("duration"), a.Address(), "%s takes %s: more than %d working days cannot be steered by", describe(a.Item),
				days(length, c), farAway).
				Hint = "divide it into work that ends with something to show, or write why it is so long in ignore"
		}
	}
}

// findNoStatusDate finds a plan under way that does not say as of when.
func (s *Schedule) findNoStatusDate(list *diag.List) {
	if s.Plan.StatusDate.IsSet() {
		return
	}
	latest := calendar.Instant(0)
	some := false
	for _, a := range s.dated {
		if !a.hasProgress {
			continue
		}
		some = true
		for _, w := range s.actuals(a) {
			latest = max(latest, s.finishOf(w, a.Calendar))
		}
	}
	if !some {
		return
	}
	d := list.Findf(CodeNoStatusDate, s.Plan.At(""), s.Plan.Address(), "work has begun, but the plan has no status_date: nobody can tell what is late or overdue")
	d.Hint = "write up to where the plan is history: status_date = 2026-02-06"
	if latest > 0 {
		d.Hint = fmt.Sprintf("write up to where the plan is history: status_date = %s, or later", latest.LastDate())
	}
}

// actuals returns the actual dates of an activity.
func (s *Schedule) actuals(a *Activity) []plan.When {
	var out []plan.When
	if a.Milestone != nil {
		out = append(out, a.Milestone.ActualFinish)
	} else {
		out = append(out, a.Work.ActualStart, a.Work.ActualFinish)
	}
	set := out[:0]
	for _, w := range out {
		if w.IsSet() {
			set = append(set, w)
		}
	}
	return set
}
