package generator

import (
	"fmt"
	"slices"
	"strings"

	"milepost/generator/chart"
	"milepost/schedule"
	"milepost/schedule/plan"
)

// budgetView is the page about money.
type budgetView struct {
	Headline    []string // sentences
	Contingency string   // a sentence, or ""
	Table       table
	Cost        table // of work, beside the budget
	Charts      []chart.Chart
	Categories  table // what there is to say about each category
	Work        table // fixed and actual cost of work packages
	Findings    []finding
	Stories     []thing // of the things in tables
}

// budgetSums adds up the plan's budget. Amounts are minor units.
type budgetSums struct {
	phases      []*plan.Phase // that have money, in the order of the plan
	byPhase     map[string]int64
	byCategory  map[string]int64
	total       int64
	contingency int64

	statedTotal    int64
	hasStatedTotal bool
	statedSource   string // "of the plan" or "of the categories"
}

// budgetPages returns the page about money, none for a plan without any.
func (b *builder) budgetPages(ps *planSite) []page {
	s := b.section(ps, "budget/index.html")
	work := s.workCost()
	if len(ps.plan.Budget) == 0 && len(work.Rows) == 0 {
		return nil
	}
	sums := sumBudget(ps.plan)
	v := budgetView{
		Headline:    s.budgetHeadline(sums),
		Contingency: s.contingency(sums),
		Work:        work,
		Cost:        s.costTable(),
		Findings:    s.moneyFindings(sums),
	}
	if len(ps.plan.Budget) > 0 {
		if sums.total != 0 {
			v.Charts = s.budgetCharts()
		}
		if sums.total != 0 || len(sums.phases) > 0 {
			v.Table = s.withCSV(s.budgetTable(sums), "budget/budget.csv")
		}
		v.Categories = s.budgetCategories(sums)
	}
	v.Stories = *s.stories
	return []page{{
		path: s.from, plan: ps, template: "budget", title: "Budget", section: "budget",
		summary: v.Headline[0], view: v,
	}}
}

func sumBudget(p *plan.Plan) budgetSums {
	s := budgetSums{byPhase: map[string]int64{}, byCategory: map[string]int64{}}
	stated, all := int64(0), len(p.Budget) > 0
	for _, c := range p.Budget {
		for _, a := range c.Amount {
			s.byPhase[a.Phase] += a.Value.Minor
			s.byCategory[c.ID] += a.Value.Minor
		}
		if len(c.Amount) == 0 { // a category need not be divided into phases
			s.byCategory[c.ID] = c.Total.Minor
		}
		s.total += s.byCategory[c.ID]
		if c.Contingency {
			s.contingency += s.byCategory[c.ID]
		}
		stated += c.Total.Minor
		all = all && c.Total.IsSet()
	}
	for _, ph := range p.Phases {
		if _, has := s.byPhase[ph.ID]; has || ph.Budget.IsSet() {
			s.phases = append(s.phases, ph)
		}
	}
	switch {
	case p.Info.Budget.IsSet():
		s.statedTotal, s.hasStatedTotal, s.statedSource = p.Info.Budget.Minor, true, "of the plan"
	case all:
		s.statedTotal, s.hasStatedTotal, s.statedSource = stated, true, "of the categories"
	}
	return s
}

// withInner returns the computed money of a phase and of all phases inside it.
func (sums budgetSums) withInner(ph *schedule.PhaseDates) int64 {
	total := sums.byPhase[ph.ID]
	for _, inner := range ph.Children {
		total += sums.withInner(inner)
	}
	return total
}

// moneyCodes are of findings about the totals of the plan and of phases.
var moneyCodes = []string{schedule.CodeBudgetTotal, schedule.CodeBudgetPhase, schedule.CodeCostOver, schedule.CodeCostDiffers}

// moneyFindings returns what does not add up about the totals of the plan and
// of the phases. That about a category is shown at the category.
func (s section) moneyFindings(sums budgetSums) []finding {
	subjects := []string{s.ps.plan.Info.Address()}
	for _, ph := range s.ps.plan.Phases {
		subjects = append(subjects, ph.Address())
	}
	all := s.b.findingsOf(s.linker, subjects...)
	return slices.DeleteFunc(all, func(f finding) bool {
		return !slices.Contains(moneyCodes, f.Code)
	})
}

// budgetHeadline says what the money comes to, where most of it goes, and
// whether the stated total agrees.
func (s section) budgetHeadline(sums budgetSums) []string {
	if len(s.ps.plan.Budget) == 0 {
		out := []string{"The plan has no budget; only the cost of single work packages is known."}
		if cost := s.ps.sched.Cost; cost.IsSet() {
			out = append(out, fmt.Sprintf("It comes to %s.", s.ps.loc.Money(cost.Minor)))
		}
		return out
	}
	if sums.total == 0 && len(sums.phases) == 0 && !sums.hasStatedTotal {
		return []string{"No amount is stated for any category of the budget."}
	}
	loc := s.ps.loc
	out := []string{fmt.Sprintf("The budget comes to %s.", loc.Money(sums.total))}
	if top := s.phases(func(ph *plan.Phase) bool { return ph.Phase == "" }); sums.total > 0 && len(top) > 1 && len(sums.phases) > 0 {
		names, amount := largest(top, func(ph *schedule.PhaseDates) (string, int64) { return ph.Title(), sums.withInner(ph) })
		out = append(out, s.largestPart("phase is", "phases are", names, amount, sums.total))
	}
	if sums.total > 0 && len(s.ps.plan.Budget) > 1 {
		names, amount := largest(s.ps.plan.Budget, func(c *plan.Budget) (string, int64) { return c.Title(), sums.byCategory[c.ID] })
		out = append(out, s.largestPart("category is", "categories are", names, amount, sums.total))
	}
	switch diff := sums.total - sums.statedTotal; {
	case !sums.hasStatedTotal:
		out = append(out, "No total is stated to compare it with.")
	case diff == 0:
		out = append(out, fmt.Sprintf("The stated total %s agrees.", sums.statedSource))
	default:
		out = append(out, fmt.Sprintf("The stated total %s is %s: the computed sum is %s %s.",
			sums.statedSource, loc.Money(sums.statedTotal), loc.Money(max(diff, -diff)), pick(diff > 0, "higher", "lower")))
	}
	return out
}

func (s section) largestPart(one, many string, names []string, amount, total int64) string {
	each := pick(len(names) > 1, " each", "")
	return fmt.Sprintf("The largest %s %s with %s%s (%s of the whole).", pick(len(names) > 1, many, one),
		enumerate(names), s.ps.loc.Money(amount), each, s.percent(float64(amount)/float64(total), 0))
}

// largest returns the names of the things with the largest amount, and the amount.
func largest[T any](all []T, of func(T) (string, int64)) (names []string, amount int64) {
	for _, t := range all {
		switch name, a := of(t); {
		case len(names) == 0 || a > amount:
			names, amount = []string{name}, a
		case a == amount:
			names = append(names, name)
		}
	}
	return names, amount
}

func (s section) contingency(sums budgetSums) string {
	base := sums.total - sums.contingency
	if sums.contingency == 0 || base <= 0 {
		return ""
	}
	return fmt.Sprintf("Contingency is %s: %s of the budget, or %s on top of the %s that is planned to be spent.",
		s.ps.loc.Money(sums.contingency), s.percent(float64(sums.contingency)/float64(sums.total), 1),
		s.percent(float64(sums.contingency)/float64(base), 1), s.ps.loc.Money(base))
}

// budgetTable is categories by phases: totals first, computed beside stated.
func (s section) budgetTable(sums budgetSums) table {
	p := s.ps.plan
	t := table{
		ID: "budget-table", Class: "figures", Caption: "Budget by category and phase, in " + currency(p),
		Head: cols("Category", "#Total, computed", "#Total, stated", "#Difference"),
	}
	for _, ph := range sums.phases {
		t.Head = append(t.Head, column{Text: headOf(&ph.Item), Num: true})
	}
	for _, c := range p.Budget {
		cells := []cell{linked(s.item(&c.Item)).note(reserveNote(c))}
		computed := s.amount(sums.byCategory[c.ID]).class("total").assumed(&c.Item, "amount")
		if len(c.Amount) == 0 {
			computed = computed.note("not divided into phases").assumed(&c.Item, "total")
		}
		stated := s.money(c.Total).assumed(&c.Item, "total")
		cells = append(cells, computed, stated, s.difference(computed, stated, sums.byCategory[c.ID]-c.Total.Minor))
		for _, ph := range sums.phases {
			f := cell{}
			if a, ok := c.Amount.For(ph.ID); ok {
				f = s.money(a).assumed(&c.Item, "amount")
			}
			cells = append(cells, f)
		}
		t.Rows = append(t.Rows, row{Cells: cells})
	}
	t.Foot = s.budgetFoot(sums)
	return t.trim()
}

// reserveNote marks a reserve whose name does not say that it is one.
func reserveNote(c *plan.Budget) string {
	name := strings.ToLower(c.Title())
	if !c.Contingency || strings.Contains(name, "contingency") || strings.Contains(name, "reserve") {
		return ""
	}
	return "reserve"
}

// budgetFoot is the computed total of each phase, and if some phase states its
// own, the stated one and the difference.
func (s section) budgetFoot(sums budgetSums) []row {
	total, overall := s.amount(sums.total).class("total"), cell{}
	if sums.hasStatedTotal {
		overall = s.amount(sums.statedTotal)
		overall.Assumed = s.ps.plan.IsAssumed("budget")
	}
	computed := row{Class: "total", Cells: []cell{text("Total, computed"), total, overall, s.difference(total, overall, sums.total-sums.statedTotal)}}
	stated := row{Cells: []cell{text("Total, stated"), {}, {}, {}}}
	diff := row{Cells: []cell{text("Difference"), {}, {}, {}}}
	states := false
	for _, ph := range sums.phases {
		c, st := s.amount(sums.byPhase[ph.ID]), s.money(ph.Budget).assumed(&ph.Item, "budget")
		whole := sums.withInner(s.ps.sched.Phase(ph.ID))
		if whole != sums.byPhase[ph.ID] {
			c.Note = s.amount(whole).Text + " with the phases inside it"
		}
		computed.Cells = append(computed.Cells, c)
		stated.Cells = append(stated.Cells, st)
		diff.Cells = append(diff.Cells, s.difference(c, st, whole-ph.Budget.Minor))
		states = states || ph.Budget.IsSet()
	}
	if !states {
		return []row{computed}
	}
	return []row{computed, stated, diff}
}

func (s section) amount(minor int64) cell { return text(signed(s.ps.loc.Money, minor)) }

// difference shows computed less stated, if both are there: "none" or the
// signed amount, marked.
func (s section) difference(computed, stated cell, minor int64) cell {
	switch {
	case computed.Text == "" || stated.Text == "":
		return cell{}
	case minor > 0:
		return text("+" + s.ps.loc.Money(minor)).class("differs")
	case minor < 0:
		return s.amount(minor).class("differs")
	}
	return text("none").class("agrees")
}

// budgetCategories lists what is said about the categories beside their
// figures; the anchor of each is here.
func (s section) budgetCategories(sums budgetSums) table {
	t := table{ID: "categories", Class: "stack", Caption: "Budget categories, their share and who answers for them",
		Head: cols("Category", "#Amount", "#Share", "Use", "Owner")}
	for _, c := range s.ps.plan.Budget {
		amount, share := cell{}, ""
		if len(c.Amount) > 0 || c.Total.IsSet() {
			amount = s.amount(sums.byCategory[c.ID]).assumed(&c.Item, pick(len(c.Amount) > 0, "amount", "total"))
		}
		if sums.total > 0 {
			share = s.percent(float64(sums.byCategory[c.ID])/float64(sums.total), 0)
		}
		t.Rows = append(t.Rows, s.row(&c.Item,
			amount,
			text(share),
			text(pick(c.Contingency, "reserve against risks", "")).assumed(&c.Item, "contingency"),
			linked(s.who(c.Owner)...).assumed(&c.Item, "owner"),
		))
	}
	return t.trim()
}

// costTable sets what the work costs beside the money that the budget has for
// it, reserves left out; without a row if no cost of work is known.
func (s section) costTable() table {
	t := table{ID: "cost-table", Class: "stack", Caption: "Cost of work beside the budget without contingency, in " + currency(s.ps.plan),
		Head: cols("Phase", "#Cost of work", "#Whole budget", "#Contingency", "#Budget for work", "#Difference", "Known")}
	r, ok := s.ps.sched.CostReport()
	if !ok || !r.Total.HasBudget && !slices.ContainsFunc(r.Lines, func(l schedule.CostLine) bool { return l.HasBudget }) {
		return t
	}
	line := func(name cell, l schedule.CostLine) row {
		cost, budget, whole, reserve := s.amount(l.Work), cell{}, cell{}, cell{}
		if l.HasBudget {
			budget = s.amount(l.Budget)
		}
		if r.Total.Reserve != 0 && l.HasBudget {
			whole, reserve = s.amount(l.Budget+l.Reserve), s.amount(l.Reserve)
		}
		known := text("all of it")
		if !l.Costed {
			known = text("only part of the cost")
		}
		diff := s.difference(cost, budget, l.Work-l.Budget)
		if !l.Costed && l.Work < l.Budget {
			diff.Class = "" // the rest may cost as much
		}
		return row{Cells: []cell{name, cost, whole, reserve, budget, diff, known}}
	}
	for _, l := range r.Lines {
		name := text("Other work")
		if l.Phase != nil {
			name = linked(s.item(&l.Phase.Item))
		} else if len(r.Lines) == 1 {
			continue // it is the total
		}
		t.Rows = append(t.Rows, line(name, l))
	}
	if r.Undivided != 0 && len(t.Rows) > 0 {
		t.Rows = append(t.Rows, row{Cells: []cell{text("Budget not divided into phases"), {}, {}, {}, s.amount(r.Undivided), {}, {}}})
	}
	total := line(text("Total"), r.Total)
	if total.Class = "total"; len(t.Rows) == 0 {
		t.Rows = []row{total}
	} else {
		t.Foot = []row{total}
	}
	return t.trim()
}

// workCost lists what work packages cost, their own cost and that of people, and
// what was really spent on them.
func (s section) workCost() table {
	t := table{ID: "work-cost", Class: "figures", Caption: "Cost of single work packages",
		Head: cols("Work package", "#Fixed cost", "#People", "#Planned cost", "#Spent so far")}
	var fixed, people, spent int64
	for _, a := range s.ps.sched.Activities {
		if a.Work == nil || !a.Cost.IsSet() && !a.Work.ActualCost.IsSet() {
			continue
		}
		own, whole := cell{}, cell{}
		if missing := len(s.ps.sched.Uncosted(a)); a.Cost.IsSet() && missing < len(a.Work.Assign) {
			own, whole = s.amount(a.Cost.Minor-a.Work.Cost.Minor), s.amount(a.Cost.Minor).class("total")
			if missing > 0 {
				own = own.note(plural(missing, "has no rate", "have no rate"))
			}
		} else if a.Cost.IsSet() {
			whole = s.amount(a.Cost.Minor).class("total")
		}
		fixed, people, spent = fixed+a.Work.Cost.Minor, people+a.Cost.Minor-a.Work.Cost.Minor, spent+a.Work.ActualCost.Minor
		t.Rows = append(t.Rows, row{Cells: []cell{
			linked(s.item(a.Item)),
			s.money(a.Work.Cost).assumed(a.Item, "cost"),
			own, whole,
			s.money(a.Work.ActualCost).assumed(a.Item, "actual_cost"),
		}})
	}
	t.Foot = []row{{Class: "total", Cells: []cell{text("Total"), s.amount(fixed), s.amount(people), s.amount(fixed + people), s.amount(spent)}}}
	if people == 0 {
		return t.without("Planned cost").trim() // it is the fixed cost
	}
	return t.trim()
}

func (s section) budgetCharts() []chart.Chart {
	var out []chart.Chart
	if c, ok := chart.BudgetByPhase(s.ps.sched, s.chartContext()); ok {
		out = append(out, c)
	}
	if c, ok := chart.CumulativeSpend(s.ps.sched, s.chartContext()); ok {
		out = append(out, c)
	}
	return out
}

// currency returns the ISO code of the money in a plan.
func currency(p *plan.Plan) string {
	if p.Currency == "" {
		return "USD"
	}
	return p.Currency
}
