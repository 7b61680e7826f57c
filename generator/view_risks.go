package generator

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"milepost/generator/chart"
	"milepost/schedule"
	"milepost/schedule/calendar"
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

// exposure is what a risk would do if it happened, and on average.
type exposure struct {
	risk *plan.Risk

	cost     int64 // if it happens, in minor units; negative for a gain
	hasCost  bool
	delay    calendar.Work // if it happens, the largest single delay; negative for a gain
	hasDelay bool

	// What is left of cost and delay, without what acts on finished work.
	leftCost  int64
	leftDelay calendar.Work
	passed    bool // all that it acts on is finished
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

// exposureOf adds up the stated impact of a risk. Delays of several work
// packages may overlap, so the largest counts, not their sum.
func (s section) exposureOf(r *plan.Risk) exposure { return s.exposureBy(r, r.Impact) }

// exposureAfter returns the exposure to a risk once it is mitigated, and whether
// the plan says what that is.
func (s section) exposureAfter(r *plan.Risk) (exposure, bool) {
	if !r.Mitigated.IsSet() {
		return exposure{}, false
	}
	left := *r
	if r.Mitigated.Probability.IsSet() {
		left.Probability = r.Mitigated.Probability
	}
	if len(r.Mitigated.Impact) > 0 {
		left.Impact = r.Mitigated.Impact
	}
	return s.exposureBy(&left, left.Impact), true
}

func (s section) exposureBy(r *plan.Risk, impacts []plan.Impact) exposure {
	e := exposure{risk: r, passed: len(impacts) > 0}
	for i := range impacts {
		im := &impacts[i]
		passed := s.ps.sched.ImpactPassed(im)
		e.passed = e.passed && passed
		if im.Cost.IsSet() {
			e.cost, e.hasCost = e.cost+im.Cost.Likely.Minor, true
			if !passed {
				e.leftCost += im.Cost.Likely.Minor
			}
		}
		if im.Delay.IsSet() {
			d := s.workOf(im.Delay.Likely)
			if !e.hasDelay || abs(d) > abs(e.delay) {
				e.delay = d
			}
			e.hasDelay = true
			if !passed && abs(d) > abs(e.leftDelay) {
				e.leftDelay = d
			}
		}
	}
	return e
}

// workOf returns a duration as working time of the plan's calendar; a day on
// the clock counts five sevenths of a working day.
func (s section) workOf(d plan.Duration) calendar.Work {
	w := calendar.Work(d.Minutes(s.ps.sched.Calendar))
	if d.Elapsed {
		return w * s.ps.sched.Calendar.WeekMinutes() / (7 * calendar.MinutesPerDay)
	}
	return w
}

func abs[T int64 | calendar.Work](v T) T { return max(v, -v) }

// chance returns the probability of a risk, and whether there is one. What has
// occurred is certain.
func (e exposure) chance() (p float64, ok bool) {
	if e.risk.Status == "occurred" {
		return 1, true
	}
	return e.risk.Probability.Value, e.risk.Probability.IsSet()
}

// expected returns the average effect: probability times impact. What acts on
// finished work counts no more.
func (e exposure) expected() (cost int64, delay calendar.Work) {
	p, _ := e.chance()
	return int64(math.Round(p * float64(e.leftCost))), calendar.Work(math.Round(p * float64(e.leftDelay)))
}

// figures reports whether a risk has a probability and an impact in figures.
func (e exposure) figures() bool {
	_, ok := e.chance()
	return ok && (e.hasCost || e.hasDelay)
}

func isOpen(r *plan.Risk) bool { return r.Status != "closed" }

// Groups in which risks are ranked.
const (
	harms   = iota // by the simulation, or open in a plan that is not simulated
	helps          // it would be worse without, by the simulation
	unknown        // open and not simulated for want of figures
	nothing        // it changes nothing, by the simulation or since its work is finished
	closed
)

// group returns the group of a risk, and what the plan would gain without it if
// that is simulated.
func (s section) group(e exposure) (int, *schedule.Effect) {
	switch o := s.ps.riskOutcome(e.risk.ID); {
	case !isOpen(e.risk):
		return closed, nil
	case o != nil:
		return effectGroup(&o.Removed), &o.Removed
	case e.passed:
		return nothing, nil
	case s.ps.outlook() != nil:
		return unknown, nil
	}
	return harms, nil
}

func effectGroup(e *schedule.Effect) int {
	switch compareEffects(e, &schedule.Effect{}) {
	case 1:
		return harms
	case -1:
		return helps
	}
	return nothing
}

// compareEffects compares what it brings to be rid of risks: by the 80% date,
// then by the mean finish, then by the 80% cost.
func compareEffects(a, b *schedule.Effect) int {
	return cmp.Or(cmp.Compare(a.Gain, b.Gain), cmp.Compare(a.Mean, b.Mean), cmp.Compare(a.Saving, b.Saving))
}

// ranked returns the risks with the gravest first: by what the plan would gain
// without them where it is simulated, else by rating, expected delay and expected
// cost, then in the order of the plan. What changes nothing comes last, before
// what is closed.
func (s section) ranked() []exposure {
	var out []exposure
	for _, r := range s.ps.plan.Risks {
		out = append(out, s.exposureOf(r))
	}
	scale := s.impactScale()
	slices.SortStableFunc(out, func(a, b exposure) int {
		ac, ad := a.expected()
		bc, bd := b.expected()
		ga, ea := s.group(a)
		gb, eb := s.group(b)
		if ga != gb {
			return cmp.Compare(ga, gb)
		}
		effect := 0
		if ea != nil && eb != nil {
			effect = compareEffects(eb, ea)
		}
		return cmp.Or(
			effect,
			cmp.Compare(scale.rating(b), scale.rating(a)),
			cmp.Compare(bd, ad),
			cmp.Compare(bc, ac),
		)
	})
	return out
}

// threats returns the risks of ranked that may still happen and do harm.
func (s section) threats() []exposure {
	return slices.DeleteFunc(s.ranked(), func(e exposure) bool {
		g, _ := s.group(e)
		return g == closed || g == nothing || g == helps || e.risk.Status == "occurred" || isOpportunity(e)
	})
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

// constraints lists what the plan has to live with, by type.
func (s section) constraints() table {
	t := table{ID: "constraints-table", Class: "stack", Caption: "Dependencies and constraints that the plan has to live with",
		Head: cols("Constraint", "Type", "About", "Watched by")}
	for _, typ := range []string{"external", "internal", "resource", "technical", ""} {
		for _, c := range s.ps.plan.Constraints {
			if c.Type != typ {
				continue
			}
			it := &c.Item
			t.Rows = append(t.Rows, s.row(it,
				text(c.Type).assumed(it, "type"),
				linked(s.many(c.About, "work", "milestone", "phase")...).assumed(it, "about"),
				linked(s.who(c.Owner)...).assumed(it, "owner"),
			))
		}
	}
	return t.trim()
}

var assumptionPills = map[string]pill{
	"":          {Text: "open", Class: "none"},
	"open":      {Text: "open", Class: "none"},
	"confirmed": {Text: "confirmed", Class: "good"},
	"refuted":   {Text: "refuted", Class: "bad"},
}

// assumptions lists what the plan takes for granted: all, or what is about
// something.
func (s section) assumptions(about func(ids []string) bool) table {
	t := table{ID: "assumptions-table", Class: "stack", Caption: "What the plan takes for granted",
		Head: cols("Assumption", "State", "About", "Owner", "Next review")}
	for _, a := range s.ps.plan.Assumptions {
		if about != nil && !about(a.About) {
			continue
		}
		it := &a.Item
		t.Rows = append(t.Rows, s.row(it,
			status(assumptionPills[a.Status]).assumed(it, "status"),
			linked(s.many(a.About, "work", "milestone", "phase", "risk")...).assumed(it, "about"),
			linked(s.who(a.Owner)...).assumed(it, "owner"),
			s.stated(a.Review).assumed(it, "review"),
		))
	}
	return t.trim()
}

var issuePills = map[string]pill{
	"":            {Text: "open", Class: "warn"},
	"open":        {Text: "open", Class: "warn"},
	"in progress": {Text: "in progress", Class: "info"},
	"closed":      {Text: "closed", Class: "done"},
}

// issues lists what has gone wrong: all, or what is about something.
func (s section) issues(about func(ids []string) bool) table {
	t := table{ID: "issues-table", Class: "stack", Caption: "What has gone wrong, and what is done about it",
		Head: cols("Issue", "State", "Severity", "About", "Owner", "Raised", "Due", "Resolution")}
	for _, i := range s.ps.plan.Issues {
		if about != nil && !about(i.About) {
			continue
		}
		it := &i.Item
		state := issuePills[i.Status]
		if s.due(i.Due, i.Status == "closed").Text == "overdue" {
			state = pill{Text: state.Text + ", overdue", Class: "bad"}
		}
		t.Rows = append(t.Rows, s.row(it,
			status(state).assumed(it, "status"),
			text(i.Severity).assumed(it, "severity"),
			linked(s.many(i.About, "work", "milestone", "phase", "risk")...).assumed(it, "about"),
			linked(s.who(i.Owner)...).assumed(it, "owner"),
			s.stated(i.Raised).assumed(it, "raised"),
			s.stated(i.Due).assumed(it, "due"),
			text(i.Resolution).assumed(it, "resolution"),
		))
	}
	return t.trim()
}
