package generator

import (
	"fmt"
	"slices"
	"strings"

	"milepost/schedule"
	"milepost/schedule/plan"
)

// riskView is the page of one risk.
type riskView struct {
	Summary     string
	State       pill
	Facts       []fact
	Mitigation  cell
	Touches     table // work that takes longer, with its float
	Effect      table // on the finish of the plan, simulated
	EffectLead  string
	ChancesRef  string
	Thing       thing
	Assumptions table // about the risk
	Issues      table
	Prev, Next  *link // in the order of the plan
}

// probabilityFact also says what the probability was of a risk that has occurred.
func (s section) probabilityFact(r *plan.Risk) fact {
	f := fact{Label: "Probability", Text: s.probability(r), Assumed: r.IsAssumed("probability")}
	if r.Status == "occurred" {
		f.Text = ""
		if r.Probability.IsSet() {
			f.Text, f.Note = "occurred", "it was "+s.chanceText(r.Probability)
		}
	}
	return f
}

// riskPage is the page of one risk.
func (b *builder) riskPage(ps *planSite, i int) page {
	risks := ps.plan.Risks
	r := risks[i]
	it := &r.Item
	s := b.section(ps, "risks/"+r.ID+"/index.html")
	e := s.exposureOf(r)
	v := riskView{
		State: riskState(r), Touches: s.touches(r), Thing: s.thing(it),
		Mitigation: textList(r.Mitigation).assumed(it, "mitigation"),
	}
	v.Summary = s.withoutFigures(e)
	if e.figures() {
		v.Summary = sentence(s.chanceOf(e))
	}
	exposed := s.exposureCell(e)
	v.Facts = facts(
		nameFact(it),
		fact{Label: "State", Pill: &v.State, Assumed: r.IsAssumed("status")},
		s.probabilityFact(r),
		fact{Label: "Cost if it happens", Text: pick(e.hasCost, s.amount(e.cost).Text, ""), Assumed: r.IsAssumed("impact")},
		fact{Label: "Exposure", Text: strings.Trim(exposed.Text+", "+exposed.Note, ", "), Note: pick(exposed.Text != "", pick(e.passed, "what it acts on is finished", pick(r.Status == "occurred", "it has occurred", "probability times impact")), ""), Assumed: exposed.Assumed},
		fact{Label: "Effect on the timeline, stated", Text: r.TimelineImpact, Assumed: r.IsAssumed("timeline_impact")},
		s.windowFact(r),
		fact{Label: "Response", Text: r.Response, Assumed: r.IsAssumed("response")},
		fact{Label: "Once mitigated", Text: s.mitigated(r.Mitigated), Assumed: r.IsAssumed("mitigated")},
		fact{Label: "Cost of the mitigation", Text: s.money(r.MitigationCost).Text, Assumed: r.IsAssumed("mitigation_cost")},
		fact{Label: "Mitigation done by", When: s.stated(r.MitigationBy).When, Assumed: r.IsAssumed("mitigation_by")},
		fact{Label: "Trigger", Text: r.Trigger, Assumed: r.IsAssumed("trigger")},
		fact{Label: "Monitoring", Text: r.Monitoring, Assumed: r.IsAssumed("monitoring")},
		fact{Label: "Resources needed", Text: r.Resources, Assumed: r.IsAssumed("resources")},
		fact{Label: "Owner", Links: s.who(r.Owner), Assumed: r.IsAssumed("owner")},
		fact{Label: "Category", Text: r.Category, Assumed: r.IsAssumed("category")},
		s.reviewFact(r),
		fact{Label: "Tags", Text: strings.Join(r.Tags, ", "), Assumed: r.IsAssumed("tags")},
	)
	if v.EffectLead, v.Effect = b.simulatedRisk(s, r.ID); v.EffectLead != "" {
		v.ChancesRef = s.href("chances/#how")
	}
	about := func(ids []string) bool { return slices.Contains(ids, r.ID) }
	v.Assumptions, v.Issues = s.assumptions(about), s.issues(about)
	if i > 0 {
		l := s.item(&risks[i-1].Item)
		v.Prev = &l
	}
	if i+1 < len(risks) {
		l := s.item(&risks[i+1].Item)
		v.Next = &l
	}
	return page{
		path: s.from, plan: ps, template: "risk", title: it.Title(), kicker: strings.TrimSpace("Risk " + pick(r.Name != "", r.ID, "")),
		section: "risks", summary: v.Summary, view: v,
	}
}

// reviewFact shows when a risk is looked at next.
func (s section) reviewFact(r *plan.Risk) fact {
	c := s.reviewCell(r)
	return fact{Label: "Next review", When: c.When, Note: c.Note, Class: c.Class, Assumed: c.Assumed}
}

// windowFact says when a risk can bite: while what it acts on is worked.
func (s section) windowFact(r *plan.Risk) fact {
	for _, sp := range s.ps.sched.RiskSpans() {
		if sp.Risk != r {
			continue
		}
		from := sp.Until
		for _, im := range r.Impact {
			at := sp.From
			if a := s.ps.sched.Activity(im.Work); a != nil {
				at = a.Start
			} else if ph := s.ps.sched.Phase(im.Work); ph != nil && !ph.Empty {
				at = ph.Start
			} else if until, ok := s.finishOf(im.After); ok {
				at = until - 1
			}
			from = min(from, max(at, sp.From))
		}
		label, note := "Can bite", "by the schedule"
		if g, _ := s.group(s.exposureOf(r)); g == nothing {
			label, note = "Can happen", "by the schedule; it moves neither the finish nor the 80% cost"
		}
		begin, end := s.ps.start(from), s.ps.finish(sp.Until)
		if begin.Text == end.Text {
			return fact{Label: label, When: &end, Note: note}
		}
		return fact{Label: label, Text: "from " + begin.String() + " to " + end.String(), Note: note}
	}
	return fact{}
}

// withoutFigures says what a risk lacks to be measured.
func (s section) withoutFigures(e exposure) string {
	switch {
	case e.risk.Status == "occurred":
		return "It has occurred; the plan gives no figure for what it does."
	case e.risk.Probability.IsSet():
		return sentence(fmt.Sprintf("a %s chance%s; the plan gives no figure for what it would do",
			s.percent(e.risk.Probability.Value, 1), pick(e.risk.IsAssumed("probability"), " (assumed)", "")))
	case e.hasCost || e.hasDelay:
		return "The plan gives no probability for this risk."
	}
	return "The plan gives no figures for this risk."
}

// touches lists the work and phases that a risk delays, and whether their float
// takes the delay up.
func (s section) touches(r *plan.Risk) table {
	t := table{ID: "touches", Class: "stack", Caption: "Work and phases that take longer if it happens",
		Head: cols("Touches", "Stated delay", "Computed finish", "Total float", "What that means")}
	for _, im := range r.Impact {
		if im.After != "" {
			point := linked(s.one(im.After, "work", "milestone", "phase")...).note("what waits for it waits longer")
			t.Rows = append(t.Rows, row{Cells: []cell{point, text(s.delay(im.Delay)).assumed(&r.Item, "impact"), s.computedFinish(im.After), {}, {}}})
			continue
		}
		if im.Work == "" {
			continue
		}
		cells := []cell{linked(s.one(im.Work, "work", "phase")...), text(s.delay(im.Delay)).assumed(&r.Item, "impact"), s.computedFinish(im.Work), {}, {}}
		if ph := s.ps.sched.Phase(im.Work); ph != nil && !ph.Empty {
			cells[3], cells[4] = s.phaseTouched(ph, im.Delay.Likely)
		}
		if a := s.ps.sched.Activity(im.Work); a != nil {
			cells[3] = text(pick(a.TotalFloat < 0, "−", "") + s.ps.words(a.TotalFloat))
			beyond := s.workOf(im.Delay.Likely) - max(0, a.TotalFloat)
			switch {
			case !im.Delay.IsSet():
			case a.Done():
				cells[4] = text("it is done, the risk has passed")
			case im.Delay.Likely.Thousandths <= 0:
				cells[4] = text("an opportunity to finish earlier")
			case beyond <= 0:
				cells[4] = text("the float takes it up: the plan's finish does not move")
			default:
				cells[4] = text("the plan's finish moves by " + s.ps.words(beyond)).class("late")
			}
		}
		t.Rows = append(t.Rows, row{Cells: cells})
	}
	return t.trim()
}

// phaseTouched says how much float the work of a phase has that is not done,
// and what a delay of the phase means at most.
func (s section) phaseTouched(ph *schedule.PhaseDates, delay plan.Duration) (float, means cell) {
	var least *schedule.Activity
	var look func(ph *schedule.PhaseDates)
	look = func(ph *schedule.PhaseDates) {
		for _, a := range ph.Activities {
			if !a.Done() && (least == nil || a.TotalFloat < least.TotalFloat) {
				least = a
			}
		}
		for _, inner := range ph.Children {
			look(inner)
		}
	}
	look(ph)
	if least == nil {
		return cell{}, text("it is done, the risk has passed")
	}
	float = text(pick(least.TotalFloat < 0, "−", "") + s.ps.words(least.TotalFloat)).note("least of its work")
	beyond := s.workOf(delay) - max(0, least.TotalFloat)
	switch {
	case !delay.IsSet():
	case delay.Thousandths <= 0:
		means = text("an opportunity to finish earlier")
	case beyond <= 0:
		means = text("the float takes it up: the plan's finish does not move")
	default:
		means = text("the plan's finish moves by up to " + s.ps.words(beyond)).class("late")
	}
	return float, means
}
