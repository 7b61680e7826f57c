package schedule

import (
	"fmt"
	"strings"
)

// Chance writes a share as people say it: "38%". What is possible is never
// written as never or always: "under 1%", "over 99%".
func Chance(p float64) string {
	switch {
	case p <= 0:
		return "0%"
	case p >= 1:
		return "100%"
	case p < 0.01:
		return "under 1%"
	case p > 0.99:
		return "over 99%"
	}
	return fmt.Sprintf("%.0f%%", p*100)
}

// Headline says the chance of the plan in a sentence: "38% chance to finish by
// the stated Fri 27 Mar 2026 (W12); 80% by Fri 22 May 2026 (W20)."
func (s *Simulation) Headline() string {
	o, sched := &s.Finish, s.Schedule
	kind := "computed"
	if o.HasStated {
		kind = "stated"
	}
	out := fmt.Sprintf("%s chance to finish by the %s %s", Chance(o.Chance), kind, sched.finishText(o.dateOfChance()))
	if o.Chance >= 0.8 {
		return out + "."
	}
	return out + fmt.Sprintf("; 80%% by %s.", sched.finishText(o.P80))
}

// MergeBias says how the computed finish stands to what the trials came to.
func (s *Simulation) MergeBias() string {
	o, sched := &s.Finish, s.Schedule
	if o.SD == 0 && o.P50 == o.Computed {
		return "Nothing that the plan holds for uncertain moves its finish."
	}
	out := fmt.Sprintf("The computed finish %s has a chance of %s, since it takes every duration as likely and no risk as happening; half of the trials finish by %s",
		sched.finishText(o.Computed), Chance(o.OfComputed), sched.finishText(o.P50))
	switch w := sched.Calendar.Between(o.Computed, o.P50); {
	case w > 0:
		out += fmt.Sprintf(", %s after it", workText(w, sched.Calendar))
	case w < 0:
		out += fmt.Sprintf(", %s before it", workText(-w, sched.Calendar))
	}
	if s.MergeTime >= mergeWorthSaying*o.SD/100 && s.MergeTime > 0 {
		out += fmt.Sprintf(". On average the trials finish %s later than the plan would with every duration at its average: where paths meet, the latest decides", workText(s.MergeTime, sched.Calendar))
	}
	return out + "."
}

// mergeWorthSaying is the share of the standard deviation in percent from which
// on the merge bias is told.
const mergeWorthSaying = 5

// Basis says what the chances rest on, assumptions first.
func (s *Simulation) Basis() string {
	open := len(s.Activities)
	parts := []string{fmt.Sprintf("%s, of which %s with three points", plural(open, "open work package"), number(s.Estimated))}
	if s.Assumed > 0 {
		spread := s.Settings.Spread
		parts = append(parts, fmt.Sprintf("%s taken to last %s to %s times the likely duration, which is an assumption", number(s.Assumed), spread.Optimistic.Text, spread.Pessimistic.Text))
	}
	parts = append(parts, fmt.Sprintf("%s with figures", plural(len(s.Risks), "risk")))
	out := "Based on: " + strings.Join(parts, "; ") + "."
	if len(s.Unmeasured) > 0 {
		var ids []string
		for _, r := range s.Unmeasured {
			ids = append(ids, r.ID)
		}
		noun := "risk"
		if len(ids) > 1 {
			noun = "risks"
		}
		out += fmt.Sprintf(" Not counted for want of a probability or an impact in figures: %s %s.", noun, enumerate(ids))
	}
	if c := s.Settings.Correlation; c.Value > 0 {
		out += fmt.Sprintf(" Work of one %s goes together with a correlation of %v.", s.Settings.CorrelateBy, c.Value)
	}
	return out
}

func number(n int) string {
	if n == 0 {
		return "none"
	}
	return fmt.Sprint(n)
}

// CostSentence says what the plan costs, "" if it has no money. What the trials
// are compared with is the planned cost of the work and the contingency: the
// budget of a plan whose work is cheaper than that holds more, which is told
// besides.
func (s *Simulation) CostSentence() string {
	c, sched := s.Cost, s.Schedule
	if c == nil {
		return ""
	}
	out := fmt.Sprintf("Cost: %s planned, half of the trials up to %s, 80%% up to %s.", sched.money(c.Planned), sched.money(c.P50), sched.money(c.P80))
	switch {
	case !c.HasContingency:
		out += fmt.Sprintf(" The budget holds no contingency: the planned cost of the work is enough in %s of the trials", Chance(c.Chance))
	case c.Needed > c.Contingency:
		out += fmt.Sprintf(" That is %s beyond the plan, and the contingency holds %s: %s short.", sched.money(c.Needed), sched.money(c.Contingency), sched.money(c.Needed-c.Contingency))
	default:
		out += fmt.Sprintf(" That is %s beyond the plan, and the contingency of %s covers it.", sched.money(max(0, c.Needed)), sched.money(c.Contingency))
	}
	if c.HasContingency {
		out += fmt.Sprintf(" The planned cost of the work and the contingency, %s together, are enough in %s of the trials", sched.money(c.Planned+c.Contingency), Chance(c.Chance))
	}
	out += fmt.Sprintf(", and in %s the date is met as well", Chance(c.Joint))
	if whole, ok := wholeBudget(sched.Plan); ok && whole > c.Planned+c.Contingency {
		out += fmt.Sprintf("; the whole budget of %s covers the cost in %s", sched.money(whole), Chance(c.ChanceWithin(whole)))
	}
	return out + "."
}

// Precision says how far another seed may be off.
func (s *Simulation) Precision() string {
	o := &s.Finish
	trials := "trials"
	if s.Trials == 1 {
		trials = "trial"
	}
	out := fmt.Sprintf("%s %s with seed %d", grouped(s.Trials), trials, s.Seed)
	switch {
	case !s.IsPrecise():
		return out + ": too few trials to say how sure this is."
	case o.SD == 0:
		return out + "."
	}
	return out + fmt.Sprintf("; another seed would move the 80%% by about %.2g points or %s.", max(o.Error*100, 0.01), workText(o.ErrorTime, s.Schedule.Calendar))
}

// fewestTrials is how many trials it takes to say how far another seed may be off:
// with fewer, a share of 80 % hardly has trials on either side of it.
const fewestTrials = 20

// IsPrecise reports whether there are enough trials for the standard errors of
// the outcomes to mean anything.
func (s *Simulation) IsPrecise() bool { return s.Trials >= fewestTrials }

func grouped(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// Sentences say what the simulation comes to, the answer first.
func (s *Simulation) Sentences() []string {
	out := []string{oneLine(s.Schedule.Plan.Info.Title()) + ": " + s.Headline(), s.MergeBias()}
	if s.Mitigated {
		out = append(out, "All mitigations are taken as done and paid for.")
	} else if m := s.Mitigation; m != nil {
		out = append(out, fmt.Sprintf("With all mitigations done: %s chance, 80%% by %s.", Chance(m.Chance), s.Schedule.finishText(m.P80)))
	}
	if c := s.CostSentence(); c != "" {
		out = append(out, c)
	}
	return append(out, s.Basis(), s.Precision())
}
