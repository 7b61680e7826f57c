package schedule

import (
	"fmt"

	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// findRisks finds what is overdue in the register of risks, and delays that
// nobody would notice.
func (s *Schedule) findRisks(list *diag.List) {
	for _, r := range s.Plan.Risks {
		if r.Status == "closed" {
			continue
		}
		if s.isOver(r.Review) {
			list.Findf(CodeRiskReview, r.At("review"), r.Address(), "%s was to be looked at by %s, and the status date is %s",
				describe(&r.Item), s.statedText(r.Review, s.FinishOf(r.Review)-1), s.finishText(s.StatusDate)).
				Hint = "look at it, then set the next review, or status = \"closed\""
		}
		if s.isOver(r.MitigationBy) && r.Status != "occurred" {
			d := list.Findf(CodeMitigation, r.At("mitigation_by"), r.Address(), "the mitigation of %s was to be done by %s, and its figures are still those of before",
				describe(&r.Item), s.statedText(r.MitigationBy, s.FinishOf(r.MitigationBy)-1))
			d.Hint = "set another date, or write the probability and impact that are left and take mitigation_by out"
		}
		s.findNoFollowers(list, r, r.Impact, "impact")
		s.findNoFollowers(list, r, r.Mitigated.Impact, "mitigated.impact")
	}
}

// isOver reports whether a stated day ends before the status date.
func (s *Schedule) isOver(w plan.When) bool {
	return w.IsSet() && s.Plan.StatusDate.IsSet() && s.FinishOf(w) < s.StatusDate
}

func (s *Schedule) findNoFollowers(list *diag.List, r *plan.Risk, impacts []plan.Impact, key string) {
	for i, im := range impacts {
		if im.After == "" || s.isAwaited(im.After) {
			continue
		}
		list.Findf(CodeNoFollowers, r.At(fmt.Sprintf("%s[%d].after", key, i)), r.Address(), "%s delays what comes after %q, but nothing waits for it",
			describe(&r.Item), im.After).
			Hint = fmt.Sprintf("name what takes longer: work = \"...\"; or let somebody wait: after = [%q]", im.After)
	}
}

// isAwaited reports whether something waits for an activity or a phase, or for
// a phase that it is in.
func (s *Schedule) isAwaited(id string) bool {
	if a := s.Activity(id); a != nil {
		return len(a.Successors()) > 0
	}
	ph := s.Phase(id)
	if ph == nil {
		return true // the loader has reported it
	}
	awaited := map[string]bool{}
	add := func(deps []plan.Dependency) {
		for _, d := range deps {
			awaited[d.Pred] = true
		}
	}
	for _, a := range s.Activities {
		add(a.after())
	}
	for _, other := range s.Phases {
		add(other.After)
	}
	for ; ph != nil; ph = ph.Parent {
		if awaited[ph.ID] {
			return true
		}
	}
	return false
}
