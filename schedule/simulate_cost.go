package schedule

import (
	"math"

	"milepost/schedule/plan"
)

// costModel is what the trials cost beside their risks.
type costModel struct {
	fixed    float64   // minor units, of everything that does not vary
	rate     []float64 // by activity: minor units per working minute
	varies   []int32   // activities whose cost varies with their duration
	planned  int64     // minor units with the likely durations and no risk
	hasMoney bool
}

// perMinute returns what each working minute of a work package costs: its people,
// who are there as long as it lasts.
func (a *Activity) perMinute() float64 {
	if a.Work == nil || !a.Cost.IsSet() || a.Duration == 0 {
		return 0
	}
	return float64(a.Cost.Minor-a.Work.Cost.Minor) / float64(a.Duration)
}

// newCostModel starts from what each activity costs at completion: what was spent
// is spent, and with likely durations a trial costs that. People cost more or
// less with the time that is still to go.
func newCostModel(m *experiment) costModel {
	c := costModel{rate: make([]float64, m.net.n)}
	for i, a := range m.s.Activities {
		cost, known := costAtCompletion(a)
		c.hasMoney = c.hasMoney || known && cost.Minor != 0
		c.fixed += float64(cost.Minor)
		c.rate[i] = a.perMinute()
		if m.rowOf[i] >= 0 && c.rate[i] != 0 {
			c.varies = append(c.varies, int32(i))
			c.fixed -= float64(c.rate[i] * float64(remainingOf(m.net, int32(i))))
		}
	}
	c.planned = m.s.Cost.Minor
	for r := range m.risks {
		c.hasMoney = c.hasMoney || len(m.risks[r].now.costs)+len(m.risks[r].mitigated.costs) > 0 || m.risks[r].risk.MitigationCost.Minor != 0
	}
	return c
}

// ofWork returns the cost of each trial without that of its risks.
func (c *costModel) ofWork(d *durations, out []float64) {
	for t := range out {
		out[t] = c.fixed
	}
	for _, i := range c.varies {
		rate, row := c.rate[i], d.row(i)[:len(out)]
		for t, w := range row {
			out[t] += float64(rate * float64(w))
		}
	}
}

func roundMinor(v float64) int64 { return int64(math.Floor(v + 0.5)) }

// contingency returns what the budget holds against risks.
func contingency(p *plan.Plan) (minor int64, held bool) {
	for _, b := range p.Budget {
		if b.Contingency {
			held = true
			minor += amountOf(b)
		}
	}
	return minor, held
}

// wholeBudget returns the money of all categories of the budget, contingency
// included, and whether there is any category.
func wholeBudget(p *plan.Plan) (minor int64, ok bool) {
	for _, b := range p.Budget {
		minor += amountOf(b)
	}
	return minor, len(p.Budget) > 0
}

// amountOf returns the money of a category of the budget: that of its phases, or
// else its stated total.
func amountOf(b *plan.Budget) (minor int64) {
	if len(b.Amount) == 0 {
		return b.Total.Minor
	}
	for _, v := range b.Amount {
		minor += v.Value.Minor
	}
	return minor
}
