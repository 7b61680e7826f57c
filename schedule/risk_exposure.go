package schedule

import (
	"math"
	"slices"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// RiskSpan is when a risk counts and what it comes to on average, probability
// times impact. It counts from the status date (or the start of the plan) until
// the last of what it acts on is finished by the schedule; from the date of its
// mitigation on with the figures that the mitigation leaves. A mitigation that is
// overdue counts as not done.
type RiskSpan struct {
	Risk *plan.Risk
	// From and Until are the time in which it counts; Until is that of its figures
	// as they stand if those are gone once it is mitigated.
	From, Until calendar.Instant
	Mitigated   calendar.Instant // from here on with the mitigated figures
	IsMitigated bool
	Before      []Expectation // as it stands
	After       []Expectation // once mitigated
}

// Expectation is one impact of a risk, weighed with its probability.
type Expectation struct {
	Until calendar.Instant // when what it acts on is finished
	Cost  int64            // minor units, negative for a saving
	Delay calendar.Work    // on the plan's calendar, negative for an opportunity
}

// ExposureWeek is what the open risks come to on average at the beginning of a
// plan week. Delays add up as if each of them moved the finish of the plan.
type ExposureWeek struct {
	Week  int
	Start calendar.Instant
	Cost  int64         // minor units
	Delay calendar.Work // working minutes
	Risks []*plan.Risk  // that count, in the order of the plan
}

// RiskSpans returns when each risk with a probability and an impact in figures
// counts, in the order of the plan. Closed risks, and those whose time has
// passed, are left out.
func (s *Schedule) RiskSpans() []RiskSpan {
	from := s.Start
	if s.Plan.StatusDate.IsSet() {
		from = max(from, s.StatusDate)
	}
	var out []RiskSpan
	for _, r := range s.Plan.Risks {
		p, known := r.Probability.Value, r.Probability.IsSet()
		after := p
		if r.Mitigated.Probability.IsSet() {
			after = r.Mitigated.Probability.Value
		}
		if r.Status == "occurred" {
			p, after, known = 1, 1, true
		}
		if r.Status == "closed" || !known {
			continue
		}
		sp := RiskSpan{Risk: r, From: from, Before: s.expectations(r.Impact, p, from)}
		if r.Mitigated.IsSet() && r.MitigationBy.IsSet() && !s.isOver(r.MitigationBy) {
			sp.Mitigated, sp.IsMitigated = max(from, s.FinishOf(r.MitigationBy)), true
			left := r.Mitigated.Impact
			if len(left) == 0 {
				left = r.Impact
			}
			sp.After = s.expectations(left, after, from)
		}
		for _, e := range slices.Concat(sp.Before, sp.After) {
			sp.Until = max(sp.Until, e.Until)
		}
		if sp.Until > from {
			out = append(out, sp)
		}
	}
	return out
}

// expectations weighs impacts with a probability. What has passed is left out.
func (s *Schedule) expectations(impacts []plan.Impact, chance float64, from calendar.Instant) []Expectation {
	var out []Expectation
	for i := range impacts {
		im := &impacts[i]
		e := Expectation{Until: s.impactUntil(im)}
		if im.Cost.IsSet() {
			e.Cost = int64(math.Floor(float64(chance*float64(im.Cost.Likely.Minor)) + 0.5))
		}
		if im.Delay.IsSet() {
			e.Delay = calendar.Work(math.Floor(float64(chance*workOn(s.Calendar, im.Delay.Likely)) + 0.5))
		}
		if e.Until > from && (e.Cost != 0 || e.Delay != 0) {
			out = append(out, e)
		}
	}
	return out
}

// impactUntil returns when what an impact acts on is finished: its work, phase or
// milestone, else the plan.
func (s *Schedule) impactUntil(im *plan.Impact) calendar.Instant {
	if id := im.Work + im.After; id != "" { // never both
		if a := s.Activity(id); a != nil {
			return a.Finish
		} else if ph := s.Phase(id); ph != nil && !ph.Empty {
			return ph.Finish
		}
	}
	return s.Finish
}

// ImpactPassed reports whether an impact counts no more, since what it acts on is
// finished at the status date.
func (s *Schedule) ImpactPassed(im *plan.Impact) bool {
	return s.Plan.StatusDate.IsSet() && s.impactUntil(im) <= max(s.Start, s.StatusDate)
}

// At returns what the risk comes to on average at an instant, and whether it
// counts. Delays of several things may overlap, so the largest counts.
func (sp *RiskSpan) At(t calendar.Instant) (cost int64, delay calendar.Work, ok bool) {
	all := sp.Before
	if sp.IsMitigated && t >= sp.Mitigated {
		all = sp.After
	}
	for _, e := range all {
		if t < sp.From || t >= e.Until {
			continue
		}
		ok = true
		cost += e.Cost
		if max(e.Delay, -e.Delay) > max(delay, -delay) {
			delay = e.Delay
		}
	}
	return cost, delay, ok
}

// RiskExposure returns what the open risks come to at the beginning of each plan
// week, from the status date to the finish of the plan; the first week is told
// as of the status date. It returns nothing if no risk counts.
func (s *Schedule) RiskExposure() []ExposureWeek {
	spans := s.RiskSpans()
	if len(spans) == 0 {
		return nil
	}
	var out []ExposureWeek
	for week := s.Week(spans[0].From); ; week++ {
		w := ExposureWeek{Week: week, Start: max(spans[0].From, s.WeekStart(week))}
		for i := range spans {
			if cost, delay, ok := spans[i].At(w.Start); ok {
				w.Cost += cost
				w.Delay += delay
				w.Risks = append(w.Risks, spans[i].Risk)
			}
		}
		out = append(out, w)
		if s.WeekStart(week+1) >= s.Finish {
			return out
		}
	}
}
