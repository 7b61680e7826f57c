package generator

import (
	"strings"

	"milepost/schedule"
)

// costFacts are what a work package costs and has earned, for its page.
func (b *builder) costFacts(l linker, a *schedule.Activity) []fact {
	ps, w := l.plan, a.Work
	out := []fact{
		{Label: "Fixed cost", Text: ps.money(w.Cost), Assumed: w.IsAssumed("cost")},
	}
	if people := a.Cost.Minor - w.Cost.Minor; a.Cost.IsSet() && len(w.Assign) > 0 && len(ps.sched.Uncosted(a)) < len(w.Assign) {
		out = append(out, fact{Label: "Cost of people", Text: ps.loc.Money(people), Note: "computed from rates"})
	}
	if missing := ps.sched.Uncosted(a); a.Cost.IsSet() && (len(missing) > 0 || a.Cost != w.Cost) {
		f := fact{Label: "Planned cost", Text: ps.loc.Money(a.Cost.Minor)}
		var who []string
		for _, as := range missing {
			who = append(who, ps.plan.Lookup(as.Kind+":"+as.Who).Title())
		}
		if len(who) > 0 {
			f.Note = "without the time of " + enumerate(who)
		}
		out = append(out, f)
	}
	out = append(out, fact{Label: "Spent so far", Text: ps.money(w.ActualCost), Assumed: w.IsAssumed("actual_cost")})
	if e, ok := ps.sched.EarnedValue(); ok && e.HasStatus {
		if v := e.Activity(a.ID); v != nil {
			out = append(out, l.valueFacts(v.Value)...)
		}
	}
	return out
}

// phaseCostFacts are what the work of a phase costs and has earned.
func (b *builder) phaseCostFacts(l linker, ph *schedule.PhaseDates) []fact {
	ps := l.plan
	if !ph.Cost.IsSet() {
		return nil
	}
	out := []fact{{Label: "Cost of its work", Text: ps.loc.Money(ph.Cost.Minor), Note: "computed"}}
	if e, ok := ps.sched.EarnedValue(); ok && e.HasStatus {
		if v := e.Phase(ph.ID); v != nil {
			if v.HasCost() {
				f := fact{Label: "Spent so far", Text: ps.loc.Money(v.AC)}
				if v.Unknown > 0 {
					f.Note = "without " + plural(v.Unknown, "work package", "work packages") + " whose actual cost is not written"
				}
				out = append(out, f)
			}
			out = append(out, l.valueFacts(v.Value)...)
		}
	}
	return out
}

// valueFacts are the earned value of some work in a few lines.
func (l linker) valueFacts(v schedule.Value) []fact {
	loc := l.plan.loc
	if v.BAC == 0 {
		return nil
	}
	page := func(text string) []link { return []link{{Text: text, Href: l.href("earned-value/")}} }
	out := []fact{{Label: "Earned value", Links: page(loc.Money(v.EV)), Note: loc.Money(v.PV) + " planned by the status date"}}
	var parts []string
	if v.SPI().Known() {
		parts = append(parts, "SPI "+l.number(v.SPI(), 2))
	}
	if v.CPI().Known() {
		parts = append(parts, "CPI "+l.number(v.CPI(), 2))
	}
	out = append(out, fact{Label: "Performance", Text: strings.Join(parts, ", ")})
	if eac := v.EAC(schedule.Typical); eac.IsSet() && v.CPI().Known() && v.EV < v.BAC {
		out = append(out, fact{Label: "Estimate at completion", Text: l.forecast(eac.Minor), Note: loc.Money(v.BAC) + " planned"})
	}
	return out
}

// costNote says on the tile of the budget what is spent and what the work comes
// to, and colours the tile if that is more than planned ("warn") or than there is
// ("bad"). The note is "" if nothing is known.
func (ps *planSite) costNote(budget int64) (note, class string) {
	e, ok := ps.sched.EarnedValue()
	if !ok || !e.HasStatus || !e.Plan.HasCost() || e.Plan.AC == 0 {
		return "", ""
	}
	v := e.Plan
	note = ps.loc.Money(v.AC) + " spent"
	comes := v.AC
	if eac := v.EAC(schedule.Typical); eac.IsSet() && v.EV < v.BAC {
		comes = eac.Minor
		note += ", work forecast " + ps.linker("").forecast(comes) + ", planned " + ps.loc.Money(v.BAC)
	}
	switch {
	case comes > budget:
		class = "bad"
	case comes > v.BAC:
		class = "warn"
	}
	return note, class
}
