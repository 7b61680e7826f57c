package schedule

import (
	"slices"

	"milepost/schedule/calendar"
)

// swingTail is the share of the trials at either end of a duration that a swing
// compares.
const swingTail = 0.1

// addSwings finds out how far each driver moves the finish of the plan: the mean
// finish of the trials in which its duration is in the lowest tenth and in the
// highest, or in which the risk does not happen and happens.
func (m *experiment) addSwings(out *Simulation) {
	if len(out.Drivers) == 0 {
		return
	}
	c := m.s.Calendar
	offset := make([]calendar.Work, m.trials) // from the mean
	for t, finish := range m.finish {
		offset[t] = c.Between(out.Finish.Mean, finish)
	}
	s := newSampler(m.seed, m.trials, m.settings.Correlation.Value)
	for k := range out.Drivers {
		d := &out.Drivers[k]
		var v *variable
		low, high := swingTail, 1-swingTail
		if d.Work != nil {
			i := slices.IndexFunc(m.estimates, func(e estimate) bool { return int(e.activity) == int(d.Work.Activity.index) })
			v = &m.variables[m.estimates[i].variable]
		} else {
			i := slices.IndexFunc(m.risks, func(r riskModel) bool { return r.risk == d.Risk.Risk })
			v = &m.variables[m.risks[i].variable]
			// A risk happens where the number drawn is below its chance.
			low, high = m.all[i].chance, m.all[i].chance
		}
		below, above := m.meansAt(s, v, low, high, offset)
		if d.Work != nil {
			d.Low, d.High = below, above
		} else {
			d.Low, d.High = above, below
		}
	}
}

// meansAt returns the mean offset of the trials in which the number drawn for a
// variable is below low, and of those in which it is high or more.
func (m *experiment) meansAt(s *sampler, v *variable, low, high float64, offset []calendar.Work) (below, above calendar.Work) {
	var sums [2]calendar.Work
	var counts [2]int64
	for slice := range s.slices {
		from, _ := s.bounds(slice)
		order, u := s.strata(v, slice)
		for t, k := range order {
			switch x := u[k]; {
			case x < low:
				sums[0] += offset[from+t]
				counts[0]++
			case x >= high:
				sums[1] += offset[from+t]
				counts[1]++
			}
		}
	}
	mean := func(i int) calendar.Work {
		if counts[i] == 0 {
			return 0
		}
		return sums[i] / calendar.Work(counts[i])
	}
	return mean(0), mean(1)
}
