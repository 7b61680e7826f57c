package schedule

import (
	"slices"

	"milepost/schedule/calendar"
)

// worker runs slices of trials in buffers of its own: a trial allocates nothing.
type worker struct {
	m       *experiment
	sampler *sampler
	d       durations
	samples [][]float64 // by variable; nil for those of untouched estimates
	scratch []float64

	tile      *tile
	planEnds  []int64
	walker    *walker
	dates     dateTable // of the lattice
	variant   durations // of the changed trials
	changed   []int
	finish    []calendar.Instant
	cost      []float64
	riskCosts []float64

	critical, happened []int64
}

func newWorker(m *experiment) *worker {
	w := &worker{m: m, sampler: newSampler(m.seed, m.trials, m.settings.Correlation.Value)}
	most := m.trials/w.sampler.slices + 1
	rows := m.rowCount()
	table := func() durations {
		all := make([]calendar.Work, rows*most)
		d := durations{constant: m.net.duration, rowOf: m.rowOf, rows: make([][]calendar.Work, rows)}
		for r := range d.rows {
			d.rows[r] = all[r*most : (r+1)*most]
		}
		return d
	}
	w.d = table()
	if len(m.variants) > 0 {
		w.variant = table()
	}
	w.samples = make([][]float64, len(m.variables))
	keep := func(v int32) {
		if v >= 0 {
			w.samples[v] = make([]float64, most)
		}
	}
	for _, t := range m.touched {
		if t.estimate >= 0 {
			keep(m.estimates[t.estimate].variable)
		}
	}
	for r := range m.risks {
		keep(m.risks[r].variable)
		for _, f := range []*figures{&m.risks[r].now, &m.risks[r].mitigated} {
			for _, d := range f.delays {
				keep(d.sample)
			}
			for _, c := range f.costs {
				keep(c.sample)
			}
		}
	}
	w.scratch = make([]float64, most)
	if m.lattice != nil {
		w.tile, w.dates = newTile(m.net), dateTable{l: m.lattice}
		w.planEnds = make([]int64, w.tile.width)
	} else {
		w.walker = newWalker(m.net)
	}
	w.changed = make([]int, 0, most)
	w.finish = make([]calendar.Instant, most)
	w.cost, w.riskCosts = make([]float64, most), make([]float64, most)
	w.critical, w.happened = make([]int64, m.net.n), make([]int64, len(m.risks))
	return w
}

// run does the trials of a slice.
func (w *worker) run(slice int) {
	m := w.m
	from, to := w.sampler.bounds(slice)
	count := to - from
	w.sample(slice, count)
	finish := m.finish[from:to]
	w.pass(&w.d, count, finish, from)

	w.m.cost.ofWork(&w.d, w.cost[:count])
	w.addRiskCosts(nil, count, w.riskCosts)
	for t := range count {
		m.spent[from+t] = roundMinor(w.cost[t] + w.riskCosts[t])
	}
	for r := range m.risks {
		for t := range count {
			if w.happens(nil, int32(r), t) {
				w.happened[r]++
			}
		}
	}
	for v := range m.variants {
		w.runVariant(&m.variants[v], &m.other[v], from, count)
	}
}

// sample draws every variable of a slice and fills the rows of the durations.
func (w *worker) sample(slice, count int) {
	m := w.m
	for v := range m.variables {
		if w.samples[v] != nil {
			w.sampler.draw(&m.variables[v], slice, w.samples[v][:count])
		}
	}
	for i := range m.estimates {
		e := &m.estimates[i]
		if w.samples[e.variable] != nil {
			continue // risks delay it, see below
		}
		x := w.scratch[:count]
		w.sampler.draw(&m.variables[e.variable], slice, x)
		out := w.d.rows[e.row]
		low, width := e.amount.low, e.amount.high-e.amount.low
		for t, x := range x {
			out[t] = calendar.Work(low + float64(x*width) + 0.5)
		}
	}
	for i := range m.touched {
		row := &m.touched[i]
		out := w.d.rows[row.row]
		for t := range count {
			out[t] = w.delayed(row, nil, t)
		}
	}
}

// delayed returns the duration of an activity with the delays of a variant.
func (w *worker) delayed(row *touchedRow, v *variant, t int) calendar.Work {
	m := w.m
	minutes := row.base
	if row.estimate >= 0 {
		e := &m.estimates[row.estimate]
		minutes = e.amount.at(w.samples[e.variable][t])
	}
	for i := range row.delays {
		d := &row.delays[i]
		f := m.figures(v, d.risk)
		if f == nil || d.mitigated != (f == &m.risks[d.risk].mitigated) || !(w.samples[m.risks[d.risk].variable][t] < f.chance) {
			continue
		}
		minutes += w.amount(d.amount, d.sample, t)
	}
	return max(0, calendar.Work(minutes+0.5))
}

func (w *worker) amount(d distribution, sample int32, t int) float64 {
	if sample < 0 {
		return d.low
	}
	return d.at(w.samples[sample][t])
}

// happens reports whether a risk happens in a trial of a variant.
func (w *worker) happens(v *variant, risk int32, t int) bool {
	f := w.m.figures(v, risk)
	return f != nil && w.samples[w.m.risks[risk].variable][t] < f.chance
}

// addRiskCosts sums up what the risks of a variant cost in each trial, with the
// mitigations that it has paid for.
func (w *worker) addRiskCosts(v *variant, count int, out []float64) {
	m := w.m
	paid := 0.0
	for r := range m.risks {
		if f := m.figures(v, int32(r)); f == &m.risks[r].mitigated {
			paid += float64(m.risks[r].risk.MitigationCost.Minor)
		}
	}
	for t := range count {
		out[t] = paid
	}
	for r := range m.risks {
		f := m.figures(v, int32(r))
		if f == nil {
			continue
		}
		u := w.samples[m.risks[r].variable]
		for i := range f.costs {
			c := &f.costs[i]
			for t := range count {
				if u[t] < f.chance {
					out[t] += w.amount(c.amount, c.sample, t)
				}
			}
		}
	}
}

// pass finds the dates of the trials. first is the number of the first trial for
// the dates of milestones; -1 for a variant, of which only the finish counts.
func (w *worker) pass(d *durations, count int, finish []calendar.Instant, first int) {
	m := w.m
	if m.lattice == nil {
		for t := range count {
			finish[t] = w.walker.forward(d, t)
			if first < 0 {
				continue
			}
			for k, i := range m.milestones {
				m.reached[k][first+t] = w.walker.d.earlyFinish[i]
			}
			w.walker.trace(w.critical)
		}
		return
	}
	l := m.lattice
	for from := 0; from < count; from += w.tile.width {
		wide := min(w.tile.width, count-from)
		l.clear(w.tile, wide)
		l.forward(w.tile, d, from, wide)
		ends := w.planEnds[:wide]
		l.planFinish(w.tile, ends)
		for k, x := range ends {
			finish[from+k] = w.dates.of(x)
		}
		if first < 0 {
			continue
		}
		for k, i := range m.milestones {
			for t, x := range tileRow(w.tile.finish, i, w.tile.width, wide) {
				m.reached[k][first+from+t] = w.dates.of(x)
			}
		}
		l.trace(w.tile, d, ends, from, w.critical)
	}
}

// runVariant repeats the trials that are not the same in a variant.
func (w *worker) runVariant(v *variant, out *variantResult, from, count int) {
	m := w.m
	copy(out.finish[from:from+count], m.finish[from:from+count])

	w.changed = w.changed[:0]
	for t := range count {
		for i := range m.touched {
			row := &m.touched[i]
			if v.concerns(row) && w.delayed(row, v, t) != w.d.rows[row.row][t] {
				w.changed = append(w.changed, t)
				break
			}
		}
	}
	costs := w.scratch[:count]
	w.addRiskCosts(v, count, costs)
	for t := range count {
		costs[t] += w.cost[t]
	}
	if len(w.changed) > 0 {
		for r, row := range w.variant.rows {
			base := w.d.rows[r]
			for k, t := range w.changed {
				row[k] = base[t]
			}
		}
		for i := range m.touched {
			row := &m.touched[i]
			if !v.concerns(row) {
				continue
			}
			rate := m.cost.rate[row.activity]
			other, base := w.variant.rows[row.row], w.d.rows[row.row]
			for k, t := range w.changed {
				other[k] = w.delayed(row, v, t)
				costs[t] += float64(rate * float64(other[k]-base[t]))
			}
		}
		w.pass(&w.variant, len(w.changed), w.finish, -1)
		for k, t := range w.changed {
			out.finish[from+t] = w.finish[k]
		}
	}
	for t := range count {
		out.spent[from+t] = roundMinor(costs[t])
	}
}

// concerns reports whether the delays of an activity may be others in a variant.
func (v *variant) concerns(row *touchedRow) bool {
	return v.risk < 0 || slices.ContainsFunc(row.delays, func(d touch) bool { return d.risk == v.risk })
}
