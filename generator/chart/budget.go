package chart

import (
	"fmt"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"milepost/schedule"
	"milepost/schedule/plan"
)

// money is the budget of a plan by category and phase, in minor units.
type money struct {
	categories []*plan.Budget
	phases     []moneyPhase
	total      int64

	stated    int64 // total that the plan states
	hasStated bool
}

// moneyPhase is what one phase costs. The last one may stand for money that is
// not divided by phase.
type moneyPhase struct {
	title   string
	href    string
	dates   *schedule.PhaseDates // nil for money that is not divided
	amounts []int64              // of each category
	total   int64
	stated  plan.Money
}

// collectMoney adds up the budget; ok is false if the plan has none.
func collectMoney(s *schedule.Schedule, c Context) (m money, ok bool) {
	p := s.Plan
	if len(p.Budget) == 0 {
		return m, false
	}
	m.categories = p.Budget
	for _, ph := range phaseTree(s) {
		row := moneyPhase{title: ph.Title(), href: c.link(ph.Address()), dates: ph.PhaseDates, stated: ph.Budget, amounts: make([]int64, len(p.Budget))}
		named := ph.Budget.IsSet()
		for i, b := range p.Budget {
			a, has := b.Amount.For(ph.ID)
			named = named || has
			row.amounts[i] = a.Minor
			row.total += a.Minor
		}
		if named {
			m.phases = append(m.phases, row)
			m.total += row.total
		}
	}
	rest := moneyPhase{title: "Not divided by phase", amounts: make([]int64, len(p.Budget))}
	allStated := true
	for i, b := range p.Budget {
		if len(b.Amount) == 0 { // only a total is written
			rest.amounts[i] = b.Total.Minor
			rest.total += b.Total.Minor
		}
		m.stated += b.Total.Minor
		allStated = allStated && b.Total.IsSet()
	}
	if rest.total != 0 || len(m.phases) == 0 {
		m.phases = append(m.phases, rest)
		m.total += rest.total
	}
	m.hasStated = allStated
	if p.Info.Budget.IsSet() {
		m.stated, m.hasStated = p.Info.Budget.Minor, true
	}
	return m, true
}

// part is one colour of the stacked bars: a category, or several small ones.
type part struct {
	name    string
	class   string // "cat-1"
	members []int  // indexes of categories
}

// mostParts is the number of colours that can be told from each other.
const mostParts = 8

// parts gives each category a colour. If there are more than colours, the
// smallest ones share the last.
func (m money) parts() []part {
	totals := make([]int64, len(m.categories))
	for _, ph := range m.phases {
		for i, a := range ph.amounts {
			totals[i] += a
		}
	}
	small := map[int]bool{}
	if len(totals) > mostParts {
		for len(totals)-len(small) >= mostParts {
			least := -1
			for i, t := range totals {
				if !small[i] && (least < 0 || t <= totals[least]) {
					least = i
				}
			}
			small[least] = true
		}
	}
	var out []part
	rest := part{}
	for i, b := range m.categories {
		if small[i] {
			rest.members = append(rest.members, i)
			continue
		}
		out = append(out, part{name: b.Title(), members: []int{i}})
	}
	if len(small) > 0 {
		rest.name = fmt.Sprintf("%d other categories", len(small))
		out = append(out, rest)
	}
	for i := range out {
		out[i].class = fmt.Sprintf("cat-%d", i+1)
	}
	return out
}

func (p part) amount(ph moneyPhase) int64 {
	sum := int64(0)
	for _, i := range p.members {
		sum += ph.amounts[i]
	}
	return sum
}

// BudgetByPhase draws the budget as bars stacked by category for each phase.
// ok is false if the plan has no budget.
func BudgetByPhase(s *schedule.Schedule, c Context) (ch Chart, ok bool) {
	m, ok := collectMoney(s, c)
	if !ok {
		return Chart{}, false
	}
	parts := m.parts()
	ch = Chart{
		ID:      "budget-by-phase",
		Caption: "Budget by phase and category, in " + c.Locale.Currency() + ".",
		Table:   m.table(c),
	}
	ch.Title, ch.Reading = m.finding(c)
	for _, p := range parts {
		ch.Legend = append(ch.Legend, Key{Swatch: swatch(`<rect class="` + p.class + `" width="16" height="12"/>`), Text: p.name})
	}

	// One block for each phase: name and total, the bar, amounts below it.
	const block, barTop, barHeight = 62, 20, 18
	var cv canvas
	most := int64(0)
	for _, ph := range m.phases {
		most = max(most, ph.total)
	}
	for i, ph := range m.phases {
		y := i * block
		cv.beside(y+13, ph.title, "value", c.Locale.Money(ph.total))
		x := pos(0)
		for _, p := range parts {
			amount := p.amount(ph)
			width := min(share(amount, most), full-x)
			if width == 0 {
				continue
			}
			cv.rect("part "+p.class, x, width, y+barTop, barHeight)
			if label := c.Locale.MoneyShort(amount); int64(width)*narrow/int64(full) >= textWidth(label)-4 {
				cv.text("small", x, y+barTop+barHeight+14, label)
			}
			x += width
		}
		if x == 0 {
			cv.line("axis", 0, y+barTop, 0, y+barTop+barHeight)
		}
	}
	ch.SVG = cv.picture(ch.ID, len(m.phases)*block)
	ch.Option = m.option(c, parts, ch)
	return ch, true
}

// finding says where the money goes.
func (m money) finding(c Context) (title, reading string) {
	loc := c.Locale
	if m.total <= 0 {
		return "No money is planned", "The budget comes to " + loc.Money(m.total) + "."
	}
	largest := 0
	for i, ph := range m.phases {
		if ph.total > m.phases[largest].total {
			largest = i
		}
	}
	totals := make([]int64, len(m.categories))
	top := 0
	for i := range m.categories {
		for _, ph := range m.phases {
			totals[i] += ph.amounts[i]
		}
		if totals[i] > totals[top] {
			top = i
		}
	}
	percent := func(part int64) string { return loc.Percent(float64(part)*100/float64(m.total), 0) }
	title = fmt.Sprintf("%s takes the most: %s", clip(m.phases[largest].title, 40), loc.Money(m.phases[largest].total))
	equal := 0
	for _, ph := range m.phases {
		equal += boolInt(ph.total == m.phases[largest].total)
	}
	if len(m.phases) == 1 {
		title = fmt.Sprintf("The budget comes to %s", loc.Money(m.total))
	}
	reading = fmt.Sprintf("%s takes %s of %s, and %s is the largest category with %s (%s).",
		m.phases[largest].title, percent(m.phases[largest].total), loc.Money(m.total),
		m.categories[top].Title(), loc.Money(totals[top]), percent(totals[top]))
	if len(m.phases) == 1 {
		reading = fmt.Sprintf("%s is the largest category with %s of %s (%s).",
			m.categories[top].Title(), loc.Money(totals[top]), loc.Money(m.total), percent(totals[top]))
	}
	if equal > 1 {
		title = fmt.Sprintf("%d of %d phases take the most: %s each", equal, len(m.phases), loc.Money(m.phases[largest].total))
		reading = fmt.Sprintf("Each of them takes %s of %s, and %s is the largest category with %s (%s).",
			percent(m.phases[largest].total), loc.Money(m.total), m.categories[top].Title(), loc.Money(totals[top]), percent(totals[top]))
	}
	if m.hasStated && m.stated != m.total {
		reading = reading[:len(reading)-1] + fmt.Sprintf("; the stated total is %s.", loc.Money(m.stated))
	}
	return title, reading
}

func boolInt(is bool) int {
	if is {
		return 1
	}
	return 0
}

// table is categories by phases with computed and stated totals.
func (m money) table(c Context) Table {
	loc := c.Locale
	t := Table{Head: []string{"Category"}}
	foot := Row{Head: "Total, computed", Class: "total"}
	statedFoot := Row{Head: "Total, stated"}
	phaseStated, anyTotal := false, m.hasStated
	for _, ph := range m.phases {
		t.Head = append(t.Head, ph.title)
		foot.Cells = append(foot.Cells, loc.Money(ph.total))
		cell := ""
		if ph.stated.IsSet() {
			phaseStated = true
			cell = loc.Money(ph.stated.Minor)
		}
		statedFoot.Cells = append(statedFoot.Cells, cell)
	}
	for _, b := range m.categories {
		anyTotal = anyTotal || b.Total.IsSet()
	}
	t.Head = append(t.Head, "Total, computed")
	foot.Cells = append(foot.Cells, loc.Money(m.total))
	if anyTotal {
		t.Head = append(t.Head, "Total, stated")
		cell := ""
		if m.hasStated {
			cell = loc.Money(m.stated)
		}
		foot.Cells = append(foot.Cells, cell)
		statedFoot.Cells = append(statedFoot.Cells, "", cell)
	} else {
		statedFoot.Cells = append(statedFoot.Cells, "")
	}
	for i, b := range m.categories {
		row := Row{Head: b.Title()}
		sum := int64(0)
		for _, ph := range m.phases {
			row.Cells = append(row.Cells, loc.Money(ph.amounts[i]))
			sum += ph.amounts[i]
		}
		row.Cells = append(row.Cells, loc.Money(sum))
		if anyTotal {
			cell := ""
			if b.Total.IsSet() {
				cell = loc.Money(b.Total.Minor)
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	t.Foot = []Row{foot}
	if phaseStated {
		t.Foot = append(t.Foot, statedFoot)
	}
	return t
}

// option is the same picture for ECharts.
func (m money) option(c Context, parts []part, ch Chart) []byte {
	bar := charts.NewBar()
	var names []string
	for _, ph := range m.phases {
		names = append(names, ph.title)
	}
	axisLabel, splitLine := axisLabels(), gridLines()
	bar.SetGlobalOptions(commonOptions(ch, len(parts), noSlider)...)
	bar.SetGlobalOptions(
		charts.WithXAxisOpts(opts.XAxis{Type: "value", AxisLabel: axisLabel, SplitLine: splitLine}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Inverse: opts.Bool(true), AxisLabel: axisLabel, AxisLine: axisLine()}),
	)
	bar.SetXAxis(names)
	bar.XYReversal()
	for _, p := range parts {
		var data []opts.BarData
		for _, ph := range m.phases {
			data = append(data, opts.BarData{Value: exact(c, p.amount(ph))})
		}
		bar.AddSeries(p.name, data,
			charts.WithBarChartOpts(opts.BarChart{Stack: "budget"}),
			charts.WithItemStyleOpts(opts.ItemStyle{Color: "var(--" + p.class + ")", BorderColor: "var(--bg)", BorderWidth: 1}))
	}
	bar.Validate()
	return optionJSON(bar.JSON(), unit{Kind: "money", Currency: c.Locale.Currency()}, &bar.BaseConfiguration)
}
