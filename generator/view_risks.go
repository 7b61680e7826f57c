package generator

import (
	"cmp"
	"fmt"
	"strings"

	"milepost/generator/chart"
	"milepost/schedule/plan"
)

// risksView is the page about what may go otherwise than planned.
type risksView struct {
	Headline    []string
	Register    *table
	Map         *riskMap
	Exposure    *chart.Chart
	Scenarios   []card
	Constraints table
	Assumptions table
	Issues      table
	Stories     []thing // of the things in tables
}

// riskPages returns the register and a page for each risk, none for a plan
// without risks, constraints, assumptions and issues.
func (b *builder) riskPages(ps *planSite) []page {
	p := ps.plan
	if len(p.Risks)+len(p.Constraints)+len(p.Assumptions)+len(p.Issues) == 0 {
		return nil
	}
	s := b.section(ps, "risks/index.html")
	v := risksView{
		Headline:    s.riskHeadline(),
		Map:         s.riskMap(),
		Scenarios:   s.scenarios(),
		Constraints: s.constraints(),
		Assumptions: s.assumptions(nil),
		Issues:      s.issues(nil),
	}
	if t := s.riskRegister(); len(t.Rows) > 0 {
		t.CSV = s.b.publishCSV(s.linker, "risks/risks.csv", s.riskTable().rows())
		v.Register = &t
	}
	if ch, ok := chart.RiskExposure(ps.sched, s.chartContext()); ok {
		v.Exposure = &ch
	}
	v.Stories = *s.stories
	pages := []page{{
		path: s.from, plan: ps, template: "risks", title: "Risks", section: "risks",
		summary: strings.Join(v.Headline, " "), view: v, wide: true,
	}}
	for i := range p.Risks {
		pages = append(pages, b.riskPage(ps, i))
	}
	return pages
}

// riskHeadline says how many risks are open, which is the gravest, and what
// they cost on average beside the contingency.
func (s section) riskHeadline() []string {
	p := s.ps.plan
	if len(p.Risks) == 0 {
		return []string{"The plan names no risks."}
	}
	open, occurred, placed := 0, 0, 0
	var cost int64
	ranked := s.ranked()
	for _, e := range ranked {
		if !isOpen(e.risk) {
			continue
		}
		open++
		occurred += boolInt(e.risk.Status == "occurred")
		if e.figures() {
			placed++
			c, _ := e.expected()
			cost += c
		}
	}
	if open == 0 {
		return []string{fmt.Sprintf("All %s are closed.", plural(len(p.Risks), "risk", "risks"))}
	}
	out := []string{plural(open, "risk is open.", "risks are open.")}
	if occurred > 0 {
		out[0] = strings.TrimSuffix(out[0], ".") + fmt.Sprintf(", %s occurred.", plural(occurred, "of them has", "of them have"))
	}
	if top := s.threats(); len(top) > 0 && top[0].figures() {
		top := top[0]
		out = append(out, fmt.Sprintf("The gravest is %s: %s.", top.risk.Title(), s.chanceOf(top)))
	}
	if cost < 0 {
		out = append(out, fmt.Sprintf("On average they save %s (each cost times its probability).", s.ps.loc.Money(-cost)))
	} else if cost > 0 {
		line := fmt.Sprintf("On average they cost %s (each cost times its probability)", s.amount(cost).Text)
		if reserve := sumBudget(p).contingency; reserve > 0 {
			line += fmt.Sprintf(", %s of the contingency of %s", s.percent(float64(cost)/float64(reserve), 0), s.ps.loc.Money(reserve))
		}
		out = append(out, line+".")
	}
	if missing := open - placed; missing > 0 {
		out = append(out, fmt.Sprintf("%s no probability or no impact in figures.", plural(missing, "open risk has", "open risks have")))
	}
	return out
}

// chanceOf puts a risk into words: "a 40% chance (assumed) of a delay of 2
// weeks and a cost of $8,000".
func (s section) chanceOf(e exposure) string {
	var parts []string
	if e.hasDelay {
		parts = append(parts, pick(e.delay < 0, "a gain of ", "a delay of ")+s.ps.words(e.delay))
	}
	if e.hasCost {
		parts = append(parts, pick(e.cost < 0, "a saving of ", "a cost of ")+s.ps.loc.Money(abs(e.cost)))
	}
	if e.risk.Status == "occurred" {
		return "it has occurred, with " + enumerate(parts)
	}
	return fmt.Sprintf("a %s chance%s of %s", s.percent(e.risk.Probability.Value, 1),
		pick(e.risk.IsAssumed("probability"), " (assumed)", ""), enumerate(parts))
}

// riskPills are the states of a risk.
var riskPills = map[string]pill{
	"open":     {Text: "open", Class: "warn"},
	"occurred": {Text: "occurred", Class: "bad"},
	"closed":   {Text: "closed", Class: "done"},
}

func riskState(r *plan.Risk) pill {
	if p, ok := riskPills[r.Status]; ok {
		return p
	}
	return riskPills["open"]
}

// riskRegister is the register as the page shows it, the gravest risk first:
// with fewer columns than riskTable has, so that each is wide enough to read.
func (s section) riskRegister() table {
	t := table{ID: "register", Class: "stack register sortable", Caption: "Risks, the gravest first" + s.rankedBy() + "; exposure is probability times impact",
		Head: cols("Risk", "State", "#Probability", "If it happens", "Exposure", "Without it", "Response", "Owner", "Next review")}
	t.Head[1].Filter, t.Head[7].Filter = true, true
	for _, e := range s.ranked() {
		r, it := e.risk, &e.risk.Item
		head := linked(s.item(it)).note(r.Description)
		probability, _ := e.chance()
		cost, delay := e.expected()
		response := cell{Text: r.Response, List: r.Mitigation, Assumed: it.IsAssumed("response") || it.IsAssumed("mitigation")}
		if r.Response != "" && len(r.Mitigation) > 0 {
			response.Text, response.List = r.Response, nil
			response.Note = strings.Join(r.Mitigation, "; ")
		}
		t.Rows = append(t.Rows, row{Cells: []cell{
			head.sorted(r.ID),
			status(riskState(r)).assumed(it, "status"),
			s.probabilityCell(r).sorted(figure(int64(probability * 10_000))),
			s.impactCell(r).sorted(figure(int64(e.delay))),
			s.exposureCell(e).sorted(figure(cmp.Or(int64(delay), cost))),
			s.withoutCell(r),
			response,
			linked(s.who(r.Owner)...).assumed(it, "owner"),
			s.reviewCell(r),
		}})
	}
	return t.trim()
}

// rankedBy says what makes a risk the gravest.
func (s section) rankedBy() string {
	if s.ps.outlook() == nil {
		return ""
	}
	return " by what the plan would gain without them"
}

// reviewCell shows when a risk is looked at next, and that it should have been.
func (s section) reviewCell(r *plan.Risk) cell {
	c := s.stated(r.Review).assumed(&r.Item, "review")
	if s.due(r.Review, !isOpen(r)).Text == "overdue" {
		c = c.note("overdue").class("late")
	}
	return c
}

// withoutCell says what the plan gets back if the risk is away, by a simulation.
func (s section) withoutCell(r *plan.Risk) cell {
	o := s.ps.riskOutcome(r.ID)
	if o == nil {
		return cell{}
	}
	k := chances{s, s.ps.outlook()}
	c := text("80% date " + k.span(o.Removed.Gain, "earlier", "later", "the same"))
	if o.Removed.Gain == 0 && o.Removed.Mean != 0 {
		c = text("finish on average " + k.span(o.Removed.Mean, "earlier", "later", "the same"))
	}
	if o.Removed.Saving != 0 {
		c.Note = "80% cost " + k.saving(o.Removed.Saving)
	}
	return c.sorted(figure(int64(o.Removed.Gain)))
}

// riskTable is the register as a data file has it.
func (s section) riskTable() table {
	t := table{Head: cols("Risk", "Probability", "If it happens", "Exposure, delay", "Exposure, cost", "Response", "Mitigation", "Owner", "State", "Category", "Next review")}
	for _, e := range s.ranked() {
		r := e.risk
		delay, cost := s.exposureOn(e)
		t.Rows = append(t.Rows, row{Cells: []cell{
			linked(s.item(&r.Item)), text(s.probability(r)), s.impactCell(r), text(delay), text(cost),
			text(r.Response), {List: r.Mitigation}, linked(s.who(r.Owner)...), status(riskState(r)), text(r.Category), s.stated(r.Review),
		}})
	}
	return t.trim()
}

// probability is what a risk is likely to happen: of one that has, that it has.
func (s section) probability(r *plan.Risk) string {
	if r.Status == "occurred" {
		return "occurred"
	}
	if !r.Probability.IsSet() {
		return ""
	}
	return s.chanceText(r.Probability)
}

func (s section) probabilityCell(r *plan.Risk) cell {
	c := text(s.probability(r))
	if r.Status != "occurred" {
		c = c.assumed(&r.Item, "probability")
	}
	return c
}

// chanceText writes a probability, with the word it was written as.
func (s section) chanceText(p plan.Probability) string {
	out := s.percent(p.Value, 1)
	if p.Level != "" {
		out += " (" + strings.ReplaceAll(p.Level, "-", " ") + ")"
	}
	return out
}

// impactCell names what a risk does to work and money.
func (s section) impactCell(r *plan.Risk) cell {
	out := cell{Links: s.impactLinks(r.Impact)}
	if len(out.Links) == 0 {
		return text(r.TimelineImpact).assumed(&r.Item, "timeline_impact")
	}
	return out.assumed(&r.Item, "impact")
}

func (s section) impactLinks(impacts []plan.Impact) []link {
	var out []link
	for _, im := range impacts {
		switch {
		case im.After != "":
			for _, l := range s.one(im.After, "work", "milestone", "phase") {
				l.Text = "after " + im.After + ": " + s.delay(im.Delay)
				l.ID = ""
				out = append(out, l)
			}
		case im.Work != "" && im.Delay.IsSet():
			for _, l := range s.one(im.Work, "work", "phase") {
				if l.ID == "" {
					l.ID = im.Work
				}
				l.Text = s.delay(im.Delay)
				out = append(out, l)
			}
		case im.Work != "":
			out = append(out, s.one(im.Work, "work", "phase")...)
		case im.Delay.IsSet():
			out = append(out, link{Text: s.delay(im.Delay)})
		}
		if im.Cost.IsSet() {
			out = append(out, link{Text: s.costRange(im.Cost)})
		}
	}
	return out
}

// delay writes a delay with its range: "2 weeks later, between 1 week and 4 weeks".
func (s section) delay(d plan.Delay) string {
	out := s.effect(d.Likely)
	if d.ThreePoint() {
		out += ", between " + durationText(d.Optimistic) + " and " + durationText(d.Pessimistic) + inShape(d.Distribution)
	}
	return out
}

// costRange writes an amount of money with its range.
func (s section) costRange(m plan.MoneyEstimate) string {
	out := s.amount(m.Likely.Minor).Text
	if m.ThreePoint() {
		out += ", between " + s.amount(m.Optimistic.Minor).Text + " and " + s.amount(m.Pessimistic.Minor).Text + inShape(m.Distribution)
	}
	return out
}

// inShape names the distribution that an estimate asks for.
func inShape(distribution string) string {
	switch distribution {
	case "":
		return ""
	case "pert":
		distribution = "PERT"
	}
	return " (" + distribution + ")"
}

// mitigated says what is left of a risk once its mitigation is done.
func (s section) mitigated(m plan.Mitigated) string {
	var parts []string
	if m.Probability.IsSet() {
		parts = append(parts, "probability "+s.chanceText(m.Probability))
	}
	for _, l := range s.impactLinks(m.Impact) {
		parts = append(parts, strings.TrimSpace(pick(l.ID != "", l.ID+": ", "")+l.Text))
	}
	return strings.Join(parts, "; ")
}

// exposureCell is the average effect, probability times impact.
func (s section) exposureCell(e exposure) cell {
	delay, cost := s.exposureOn(e)
	c := text(cmp.Or(delay, cost))
	if delay != "" {
		c.Note = cost
	}
	c.Assumed = c.Text != "" && (e.risk.Status != "occurred" && e.risk.IsAssumed("probability") || e.risk.IsAssumed("impact"))
	return c
}

// exposureOn writes the average delay and cost of a risk, "" if they are not
// known in figures.
func (s section) exposureOn(e exposure) (delay, cost string) {
	if !e.figures() {
		return "", ""
	}
	money, work := e.expected()
	if e.hasDelay {
		delay = pick(work < 0, "−", "") + s.ps.words(work)
	}
	if e.hasCost {
		cost = s.amount(money).Text
	}
	return delay, cost
}
