package schedule

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// mostMoney is the largest amount that a plan can come to, in minor units. Sums
// of amounts up to it stay far from overflowing.
const mostMoney = 1 << 53

// price is what full time of a role or a person costs: minor units for so many
// minutes of working time.
type price struct {
	minor   int64
	minutes int64
	known   bool
	unit    *calendar.Calendar // whose day, week and month the rate counts in
}

// prices are the rates of a plan by the ids of roles and people.
type prices struct {
	roles, people map[string]price
	any           bool // some role has a rate
}

// who returns what somebody assigned costs.
func (p *prices) who(as *plan.Assignment) price {
	if as.Kind == "person" {
		return p.people[as.Who]
	}
	return p.roles[as.Who]
}

// newPrices reads the rates of the roles. A day of "800/d" is a day of the
// calendar that the role works by, and if it names none of the plan's. A person
// costs what the role costs that the person fills; one who fills none or several
// has no price.
func newPrices(s *Schedule) prices {
	p := prices{make(map[string]price, len(s.Plan.Roles)), make(map[string]price, len(s.Plan.People)), false}
	for _, r := range s.Plan.Roles {
		c := s.Plan.Calendar(r.Calendar)
		if c == nil || r.Calendar == "" {
			c = s.Calendar
		}
		at := price{unit: c}
		if r.Rate.IsSet() {
			at.minor, at.minutes, at.known = r.Rate.Money.Minor, minutesPer(r.Rate.Per, c), true
			p.any = true
		}
		p.roles[r.ID] = at
	}
	for _, q := range s.Plan.People {
		at := price{unit: s.Calendar}
		if len(q.Roles) == 1 {
			at = p.roles[q.Roles[0]]
		}
		if c := s.Plan.Calendar(q.Calendar); c != nil && q.Calendar != "" {
			at.unit = c
		}
		p.people[q.ID] = at
	}
	return p
}

// minutesPer returns the working minutes of a unit of time on a calendar.
func minutesPer(u plan.Unit, c *calendar.Calendar) int64 {
	switch u {
	case plan.Hour:
		return 60
	case plan.Day:
		return int64(c.DayMinutes())
	case plan.Week:
		return int64(c.WeekMinutes())
	case plan.Month:
		return int64(c.MonthMinutes())
	}
	return 1
}

// costs gives each work package, each phase and the plan its cost.
//
// The cost of a work package is its fixed cost and that of the people assigned
// to it: for each of them rate x units x duration, or their share of the effort
// if one is written. What runs on the clock takes from people what their
// calendar has of it. Every assignment is rounded once to the minor unit, half
// away from zero.
func (s *Schedule) costs(list *diag.List) {
	s.prices = newPrices(s)
	var sum int64
	for _, a := range s.priced {
		cost, known, ok := s.priceOf(a)
		if sum += cost; !ok || sum > mostMoney || sum < -mostMoney {
			list.Errorf(CodeCost, a.At("assign"), "%s brings the cost of the plan to more money than there is", describe(a.Item)).
				Hint = "look for a rate, a cost or a duration with the wrong unit"
			return
		}
		if known {
			a.Cost = plan.MoneyOf(cost)
			s.Cost = plan.MoneyOf(sum)
		}
	}
	if !s.Cost.IsSet() {
		return
	}
	for _, ph := range s.Phases {
		if ph.Parent == nil {
			ph.addCosts()
		}
	}
}

// addCosts sums up the cost of the members of a phase, at any depth.
func (d *PhaseDates) addCosts() {
	var sum int64
	known := false
	add := func(m plan.Money) {
		if m.IsSet() {
			sum, known = sum+m.Minor, true
		}
	}
	for _, child := range d.Children {
		child.addCosts()
		add(child.Cost)
	}
	for _, a := range d.Activities {
		add(a.Cost)
	}
	if known {
		d.Cost = plan.MoneyOf(sum)
	}
}

// priceOf returns what a work package costs in minor units. known is false if
// nothing about it is known; ok is false if the amount is beyond [mostMoney].
func (s *Schedule) priceOf(a *Activity) (cost int64, known, ok bool) {
	w := a.Work
	if w.Cost.IsSet() {
		cost, known = w.Cost.Minor, true
	}
	var units int64
	for _, as := range w.Assign {
		units += as.Units.TenThousandths
	}
	for i := range w.Assign {
		as := &w.Assign[i]
		p := s.prices.who(as)
		if !p.known {
			continue
		}
		known = true
		time, of := int64(a.Duration), int64(10_000)
		switch {
		case w.Effort.IsSet():
			time, of = max(0, w.Effort.Minutes(a.Calendar)), units
		case w.Duration.Likely.Elapsed:
			time = int64(p.unit.Between(a.Start, a.Finish))
		}
		part, fits := mulDiv(p.minor, as.Units.TenThousandths, time, of, p.minutes)
		if cost += part; !fits || cost > mostMoney || cost < -mostMoney {
			return 0, true, false
		}
	}
	return cost, known, true
}

// mulDiv returns a*b*c / (d*e), rounded to the nearest, half away from zero. b,
// c, d and e are not negative. ok is false if the result is not below
// [mostMoney]; nothing divided by nothing is nothing.
func mulDiv(a, b, c, d, e int64) (result int64, ok bool) {
	negative := a < 0
	if negative {
		a = -a
	}
	if a == 0 || b == 0 || c == 0 {
		return 0, true
	}
	// An amount has 53 bits, units have 34 and a duration has 26: 128 hold the product.
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	over, hiC := bits.Mul64(hi, uint64(c))
	carry, loC := bits.Mul64(lo, uint64(c))
	hi, lo = hiC+carry, loC
	divHi, div := bits.Mul64(uint64(d), uint64(e))
	if over != 0 || hi < carry || divHi != 0 || hi >= div {
		return 0, false
	}
	q, rest := bits.Div64(hi, lo, div)
	if rest >= div-rest {
		q++
	}
	if q > mostMoney {
		return 0, false
	}
	if negative {
		return -int64(q), true
	}
	return int64(q), true
}

// Uncosted returns the assignments of a work package whose role has no rate, or
// whose person does not fill exactly one role.
func (s *Schedule) Uncosted(a *Activity) []plan.Assignment {
	var out []plan.Assignment
	if a.Work == nil {
		return nil
	}
	for i := range a.Work.Assign {
		if as := &a.Work.Assign[i]; !s.prices.who(as).known {
			out = append(out, *as)
		}
	}
	return out
}

// Costed reports whether everything that is said about the cost of a work
// package is known: its own cost or somebody assigned to it, and a rate for
// everybody assigned. Milestones cost nothing.
func (s *Schedule) Costed(a *Activity) bool {
	return a.Work == nil || a.Cost.IsSet() && len(s.Uncosted(a)) == 0
}

// findRates finds roles and people on costed work who have no rate while others
// do, so that their time counts for nothing.
func (s *Schedule) findRates(list *diag.List) {
	if !s.prices.any {
		return
	}
	on := map[string][]string{} // work by "role:ID" or "person:ID"
	for _, a := range s.Activities {
		for _, as := range s.Uncosted(a) {
			on[as.Kind+":"+as.Who] = append(on[as.Kind+":"+as.Who], a.ID)
		}
	}
	for _, r := range s.Plan.Roles {
		if work := on["role:"+r.ID]; len(work) > 0 {
			list.Findf(CodeRate, r.At(""), r.Address(), "%s has no rate, so its time on %s is not in the cost of the plan", describe(&r.Item), enumerate(work)).
				Hint = `state what full time costs, such as rate = "800/d", or rate = "0/d" if it costs the plan nothing`
		}
	}
	for _, q := range s.Plan.People {
		work := on["person:"+q.ID]
		if len(work) == 0 || len(q.Roles) == 1 && len(on["role:"+q.Roles[0]]) > 0 {
			continue // what the role lacks is told once
		}
		why, way := fmt.Sprintf("fills role %q, which has no rate", strings.Join(q.Roles, ", ")), `give the role a rate, such as rate = "800/d"`
		if len(q.Roles) != 1 {
			why, way = fmt.Sprintf("fills %s", plural(len(q.Roles), "role")), "assign one of the roles instead, or let the person fill exactly one"
		}
		list.Findf(CodeRate, q.At("roles"), q.Address(), "%s %s, so the time on %s is not in the cost of the plan", describe(&q.Item), why, enumerate(work)).
			Hint = way
	}
}

// CostLine compares what work costs with the money that the budget has for it.
// Reserves (contingency) are left out of its Budget: work is planned without.
type CostLine struct {
	Phase      *PhaseDates // nil for work that no phase of the budget holds
	Work       int64       // cost of the work, minor units
	Budget     int64       // minor units; meaningless unless HasBudget
	Reserve    int64       // contingency that the budget holds besides, minor units
	HasBudget  bool
	Costed     bool // the cost of all its work is known
	Activities []*Activity
}

// CostReport is the cost of all work beside the budget.
type CostReport struct {
	// Lines are the phases that the budget divides money between, in the order
	// of the plan. Work of a phase inside that has no money of its own counts
	// for the phase around it, so that each work package is in one line. The
	// last line, if it has no phase, is of work outside all of them.
	Lines []CostLine
	// Undivided is money of the budget that no phase has, minor units.
	Undivided int64
	Total     CostLine
}

// CostReport compares the cost of work with the budget. ok is false if no cost
// of work is known.
func (s *Schedule) CostReport() (r CostReport, ok bool) {
	if !s.Cost.IsSet() {
		return r, false
	}
	column, reserve, has := map[string]int64{}, map[string]int64{}, map[string]bool{}
	r.Total = CostLine{Work: s.Cost.Minor, Costed: true}
	for _, b := range s.Plan.Budget {
		if b.Contingency {
			for _, v := range b.Amount {
				reserve[v.Phase] += v.Value.Minor
				r.Total.Reserve += v.Value.Minor
			}
			if len(b.Amount) == 0 {
				r.Total.Reserve += b.Total.Minor
			}
			continue
		}
		r.Total.HasBudget = r.Total.HasBudget || len(b.Amount) > 0 || b.Total.IsSet()
		for _, v := range b.Amount {
			column[v.Phase] += v.Value.Minor
			has[v.Phase] = true
			r.Total.Budget += v.Value.Minor
		}
		if len(b.Amount) == 0 {
			r.Undivided += b.Total.Minor
			r.Total.Budget += b.Total.Minor
		}
	}
	if len(s.Plan.Budget) == 0 {
		s.statedColumns(column, has)
		if b := s.Plan.Info.Budget; b.IsSet() {
			r.Total.Budget, r.Total.HasBudget = b.Minor, true
		}
	}
	index := map[*PhaseDates]int{}
	for _, ph := range s.Phases {
		if has[ph.ID] {
			index[ph] = len(r.Lines)
			r.Lines = append(r.Lines, CostLine{Phase: ph, Budget: column[ph.ID], Reserve: reserve[ph.ID], HasBudget: true, Costed: true})
		}
	}
	rest := CostLine{Costed: true}
	for _, a := range s.Activities {
		if a.Work == nil {
			continue
		}
		line := &rest
		for ph := a.Phase; ph != nil; ph = ph.Parent {
			if i, yes := index[ph]; yes {
				line = &r.Lines[i]
				break
			}
		}
		line.Work += a.Cost.Minor
		line.Activities = append(line.Activities, a)
		if !s.Costed(a) {
			line.Costed, r.Total.Costed = false, false
		}
	}
	if len(rest.Activities) > 0 {
		r.Lines = append(r.Lines, rest)
	}
	return r, true
}

// statedColumns takes the budgets that phases state for a budget table, if the
// plan has none: of each phase what the phases inside it do not state.
func (s *Schedule) statedColumns(column map[string]int64, has map[string]bool) {
	for _, ph := range s.Phases {
		if !ph.Budget.IsSet() {
			continue
		}
		has[ph.ID] = true
		column[ph.ID] += ph.Budget.Minor
		for up := ph.Parent; up != nil; up = up.Parent {
			if up.Budget.IsSet() {
				column[up.ID] -= ph.Budget.Minor
				break
			}
		}
	}
}

// findCosts compares the cost of work with the budget. Each difference is told
// once: that of a phase at the phase, and at the plan only what the phases do
// not tell.
func (s *Schedule) findCosts(list *diag.List) {
	r, ok := s.CostReport()
	if !ok {
		return
	}
	told := int64(0)
	for _, l := range r.Lines {
		if l.Phase == nil || r.Undivided != 0 { // money that no phase has may be for this one
			continue
		}
		if s.findCost(list, l, &l.Phase.Item, "budget") {
			told += l.Work - l.Budget
		}
	}
	if t := r.Total; t.HasBudget && t.Work-t.Budget != told {
		for _, a := range s.Activities {
			if a.Work != nil {
				t.Activities = append(t.Activities, a)
			}
		}
		s.findCost(list, t, &s.Plan.Item, "budget")
	}
}

// findCost adds a finding if work costs more than there is for it, or less
// although the cost of all of it is known.
func (s *Schedule) findCost(list *diag.List, l CostLine, it *plan.Item, key string) bool {
	over := l.Work - l.Budget
	if over == 0 || over < 0 && !l.Costed {
		return false
	}
	what := "the work of " + describe(it)
	if over < 0 {
		list.Findf(CodeCostDiffers, it.At(key), it.Address(), "%s costs %s, which is %s less than the %s", what,
			s.money(l.Work), s.money(-over), s.budgetText(l)).
			Hint = "give work the cost that the budget has beside it (cost = ...), lower the budget, or mark what is kept in reserve: contingency = true"
		return true
	}
	code := CodeCostOver
	if l.Phase == nil {
		code = CodeCostDiffers
	}
	d := list.Findf(code, it.At(key), it.Address(), "%s costs %s, which is %s more than the %s", what,
		s.money(l.Work), s.money(over), s.budgetText(l))
	d.Hint = "raise the budget, or make work cheaper: " + s.dearest(l.Activities)
	return true
}

// budgetText names what work may cost, and the reserve that is not for it:
// "52,000 USD of its budget (54,000 USD less 2,000 USD contingency)".
func (s *Schedule) budgetText(l CostLine) string {
	text := s.money(l.Budget) + " of its budget"
	if l.Reserve != 0 {
		text += fmt.Sprintf(" (%s less %s contingency)", s.money(l.Budget+l.Reserve), s.money(l.Reserve))
	}
	return text
}

// dearest names the work packages that cost most: "1.2 (12,000 USD), 1.1 (8,000 USD)".
func (s *Schedule) dearest(all []*Activity) string {
	list := slices.DeleteFunc(slices.Clone(all), func(a *Activity) bool { return a.Cost.Minor <= 0 })
	slices.SortStableFunc(list, func(a, b *Activity) int { return cmp.Compare(b.Cost.Minor, a.Cost.Minor) })
	var words []string
	for _, a := range list[:min(len(list), 3)] {
		words = append(words, fmt.Sprintf("%s (%s)", a.ID, s.money(a.Cost.Minor)))
	}
	return strings.Join(words, ", ")
}

// findSpending finds work that has begun and whose actual cost is not written,
// if that of other work is: what it cost is then missing in every sum.
func (s *Schedule) findSpending(list *diag.List) {
	spends := func(w *plan.WorkPackage) bool { return w.ActualCost.IsSet() }
	if !s.Cost.IsSet() || !slices.ContainsFunc(s.Plan.Work, spends) {
		return
	}
	for _, a := range s.dated {
		if !a.Cost.IsSet() || !a.Begun() || spends(a.Work) {
			continue
		}
		list.Findf(CodeSpending, a.At(""), a.Address(), "%s has begun, but what it has cost so far is not written", describe(a.Item)).
			Hint = "add actual_cost; until then cost performance (CPI) leaves this work out"
	}
}
