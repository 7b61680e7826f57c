package schedule

import (
	"fmt"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// findRisks finds what is overdue in the register of risks, and impacts that
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
		if !s.Plan.StatusDate.IsSet() && r.Review.IsSet() && s.FinishOf(r.Review) <= s.Start {
			list.Findf(CodeRiskReview, r.At("review"), r.Address(), "%s was to be looked at by %s, and the plan starts on %s",
				describe(&r.Item), s.statedText(r.Review, s.FinishOf(r.Review)-1), s.startText(s.Start)).
				Hint = "look at it, then set the next review, or status = \"closed\"; with a status_date every review before it is told"
		}
		if s.isOver(r.MitigationBy) && r.Status != "occurred" {
			d := list.Findf(CodeMitigation, r.At("mitigation_by"), r.Address(), "the mitigation of %s was to be done by %s, and its figures are still those of before",
				describe(&r.Item), s.statedText(r.MitigationBy, s.FinishOf(r.MitigationBy)-1))
			d.Hint = "set another date, or write the probability and impact that are left and take mitigation_by out"
		}
		s.findNoFollowers(list, r, r.Impact, "impact")
		s.findNoFollowers(list, r, r.Mitigated.Impact, "mitigated.impact")
		s.findIneffective(list, r)
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

// findIneffective finds delays of work that is finished, and gains of more time
// than the work takes. Finished work is told of an open risk only: one that has
// occurred is in what the work took.
func (s *Schedule) findIneffective(list *diag.List, r *plan.Risk) {
	isOver := r.Status != "occurred" && len(r.Impact) > 0
	for i := range r.Impact {
		isOver = isOver && s.isPast(&r.Impact[i]) && !r.Impact[i].Cost.IsSet()
	}
	for _, group := range []struct {
		key     string
		impacts []plan.Impact
	}{{"impact", r.Impact}, {"mitigated.impact", r.Mitigated.Impact}} {
		for i := range group.impacts {
			im := &group.impacts[i]
			at := r.At(fmt.Sprintf("%s[%d].work", group.key, i))
			if !s.isPast(im) {
				s.findTooLargeGain(list, r, im, fmt.Sprintf("%s[%d].delay", group.key, i))
				continue
			}
			switch {
			case r.Status == "occurred" || isOver && group.key != "impact":
			case isOver:
				list.Findf(CodeRiskPast, at, r.Address(), "%s is done, so %s cannot bite any more", s.describeID(im.Work), describe(&r.Item)).
					Hint = "set status = \"closed\", or name the work that it still threatens"
			default:
				list.Findf(CodeRiskPast, at, r.Address(), "%s is done, so %s cannot delay it any more", s.describeID(im.Work), describe(&r.Item)).
					Hint = "take work and delay out of the impact, or name the work that it still threatens"
			}
		}
	}
}

// isPast reports whether an impact delays work that is finished, or a phase of
// which all work is.
func (s *Schedule) isPast(im *plan.Impact) bool {
	if im.Work == "" || !im.Delay.IsSet() {
		return false
	}
	if a := s.Activity(im.Work); a != nil {
		return a.Done()
	}
	some := false
	for _, a := range s.Activities {
		if a.Work == nil || !a.isIn(im.Work) {
			continue
		}
		if !a.Done() {
			return false
		}
		some = true
	}
	return some
}

func (a *Activity) isIn(phase string) bool {
	for ph := a.Phase; ph != nil; ph = ph.Parent {
		if ph.ID == phase {
			return true
		}
	}
	return false
}

func (s *Schedule) describeID(id string) string {
	if a := s.Activity(id); a != nil {
		return describe(a.Item)
	}
	if ph := s.Phase(id); ph != nil {
		return describe(&ph.Phase.Item)
	}
	return fmt.Sprintf("%q", id)
}

// findTooLargeGain finds an opportunity that takes more time off work than its
// likely duration is, or what remains of it. The rest of the gain is lost: no work
// takes less than nothing.
func (s *Schedule) findTooLargeGain(list *diag.List, r *plan.Risk, im *plan.Impact, key string) {
	if im.Work == "" || !im.Delay.IsSet() {
		return
	}
	n := s.network
	for _, i := range (targets{s, n, nil}).of(im) {
		c, left := n.calendar[i], remainingOf(n, i)
		least := estimateOf(im.Delay.Estimate, func(d plan.Duration) float64 { return workOn(c, d) }, s.Plan.Info.Simulation.WithDefaults().Distribution).low
		gain := calendar.Work(-least + 0.5)
		if gain <= left {
			continue
		}
		length := fmt.Sprintf("it takes only %s", workText(left, c))
		if n.state[i] == started {
			length = fmt.Sprintf("only %s of it is left", workText(left, c))
		}
		list.Findf(CodeGain, r.At(key), r.Address(), "%s makes %s up to %s shorter, but %s: a simulation cuts the rest of the gain off",
			describe(&r.Item), describe(s.Activities[i].Item), workText(gain, c), length).
			Hint = "write a smaller gain, or name more work that becomes shorter"
		return
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
