package schedule

import (
	"runtime"
	"slices"
	"sync"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// SimulateOptions says how to simulate a schedule. The zero SimulateOptions does
// what the plan says.
type SimulateOptions struct {
	Trials int    // 0 takes the plan's figure; at most [plan.MostTrials]
	Seed   uint64 // 0 takes the plan's figure
	// Mitigated takes every risk as if its mitigation were done and paid for.
	Mitigated bool
	// Progress, if not nil, is told now and then how many of how many parts are
	// done. It is never called twice at the same time.
	Progress func(done, of int)
}

// Simulate plays the plan through many times, each time with other durations and
// other risks, and says how often it finishes when and at what cost.
//
// In each trial the duration of open work is drawn from its three points, or
// from the plan's spread if it has none; of begun work only what remains varies,
// and finished work not at all. Each risk happens or does not. Then the early
// dates follow from the same network as those of the schedule, with its
// calendars, constraints and progress: work that is as late as possible is as
// early as possible here, and levelling is not repeated. The answer depends on
// the plan, the number of trials and the seed, and on nothing else.
func (s *Schedule) Simulate(opts SimulateOptions) *Simulation {
	m := newModel(s, opts)
	m.run(opts.Progress)
	return m.answer()
}

// model is a plan made ready for trials, and what came out of them.
type model struct {
	s           *Schedule
	plan        *plan.Plan
	settings    plan.Simulation
	trials      int
	seed        uint64
	isMitigated bool

	frame   *Schedule // s with the waits of risks
	net     *network
	lattice *lattice // nil if each trial needs the calendars

	estimates []estimate
	rowOf     []int32 // by activity of net; -1 if it does not vary
	touched   []touchedRow
	risks     []riskModel
	all       []*figures // of each risk as the trials take it
	measured  int        // activities with three points of their own
	assumed   int        // activities that vary by the plan's spread

	unmeasured []*plan.Risk // open risks without figures

	variables []variable
	shapes    map[quantilesKey]*quantiles

	cost       costModel
	milestones []int32 // activities of net

	variants []variant
	results
}

type quantilesKey struct {
	family family
	mode   float64
}

// estimate is an activity whose duration is uncertain by itself.
type estimate struct {
	activity int32
	row      int32
	variable int32
	amount   distribution
	assumed  bool // by the plan's spread
}

// touchedRow is an activity that risks may delay.
type touchedRow struct {
	activity, row int32
	base          float64 // minutes; what remains of begun work
	estimate      int32   // index, -1 if it does not vary by itself
	delays        []touch
}

type touch struct {
	risk      int32
	mitigated bool
	delayEffect
}

// variant is the same trials with other risks: one is away, or mitigated, or all
// are mitigated.
type variant struct {
	risk      int32 // -1 for all
	mitigated bool
}

// results are what came out of the trials, by trial.
type results struct {
	finish   []calendar.Instant
	reached  [][]calendar.Instant // by milestone
	spent    []int64              // minor units
	critical []int64              // by activity of net: in how many trials
	happened []int64              // by risk: in how many trials
	other    []variantResult      // by variant
}

type variantResult struct {
	finish []calendar.Instant
	spent  []int64
}

func newModel(s *Schedule, opts SimulateOptions) *model {
	m := &model{s: s, plan: s.Plan, settings: s.Plan.Info.Simulation.WithDefaults(), shapes: map[quantilesKey]*quantiles{}, isMitigated: opts.Mitigated}
	m.trials, m.seed = m.settings.Trials, uint64(m.settings.Seed)
	if opts.Trials > 0 {
		m.trials = min(opts.Trials, plan.MostTrials)
	}
	if opts.Seed > 0 {
		m.seed = opts.Seed
	}

	m.frame, m.net = s, s.network
	if points := waitPoints(s.Plan); len(points) > 0 {
		m.frame = s.withWaits(points)
		m.net = newWaitingNetwork(m.frame, len(points))
	}
	m.lattice = newLattice(m.net)

	m.rowOf = slices.Repeat([]int32{-1}, m.net.n)
	rows := int32(0)
	for i := range s.Activities {
		if e, ok := m.estimateOf(int32(i)); ok {
			e.row = rows
			m.rowOf[i] = rows
			rows++
			m.estimates = append(m.estimates, e)
		}
	}
	m.addRisks(targets{m.frame, m.net})
	m.addTouched(rows)
	for i, a := range s.Activities {
		if a.Milestone != nil {
			m.milestones = append(m.milestones, int32(i))
		}
	}
	m.cost = newCostModel(m)

	for r := range m.risks {
		rm := &m.risks[r]
		now := &rm.now
		if opts.Mitigated {
			now = &rm.mitigated
		}
		m.all = append(m.all, now)
	}
	m.addVariants(opts.Mitigated)
	return m
}

// estimateOf returns how the duration of an activity scatters by itself, and
// whether it does.
func (m *model) estimateOf(i int32) (estimate, bool) {
	a := m.s.Activities[i]
	if a.Work == nil || m.net.state[i] == done || a.Duration == 0 && !a.Work.Duration.ThreePoint() {
		return estimate{}, false
	}
	e := estimate{activity: i}
	likely := float64(a.Duration)
	if w := a.Work.Duration; w.ThreePoint() {
		e.amount = estimateOf(w, func(d plan.Duration) float64 { return float64(max(0, d.Minutes(a.Calendar))) }, m.settings.Distribution)
		m.measured++
	} else {
		spread := m.settings.Spread
		e.amount = distribution{familyOf("", m.settings.Distribution), likely * spread.Optimistic.Value, likely, likely * spread.Pessimistic.Value}
		e.assumed = true
	}
	if m.net.state[i] == started {
		if likely == 0 {
			return estimate{}, false
		}
		e.amount = e.amount.scaled(float64(remainingOf(m.net, i)) / likely)
	}
	if e.amount.isConstant() {
		return estimate{}, false
	}
	if e.assumed {
		m.assumed++
	}
	e.variable = m.variable(a.Address(), quantilesKey{e.amount.family, e.amount.mode()})
	m.variables[e.variable].group = m.groupOf(a)
	return e, true
}

// groupOf returns the hash of what the duration of an activity goes together
// with, 0 for nothing.
func (m *model) groupOf(a *Activity) uint64 {
	if m.settings.Correlation.Value == 0 {
		return 0
	}
	if m.settings.CorrelateBy == "role" {
		if len(a.Work.Assign) > 0 {
			return hashOf("together:role:" + a.Work.Assign[0].Who)
		}
	} else if a.Phase != nil {
		return hashOf("together:phase:" + a.Phase.ID)
	}
	return 0
}

// variable adds something that is drawn in each trial.
func (m *model) variable(address string, key quantilesKey) int32 {
	v := variable{hash: hashOf(address)}
	if key.family != uniform {
		const exact = 1 << 30 // what differs by rounding alone is the same shape
		key.mode = float64(int64(key.mode*exact+0.5)) / exact
		if v.shape = m.shapes[key]; v.shape == nil {
			v.shape = newQuantiles(key.family, key.mode)
			m.shapes[key] = v.shape
		}
	}
	m.variables = append(m.variables, v)
	return int32(len(m.variables) - 1)
}

// sample adds a variable for an amount, none for a constant.
func (m *model) sample(address string, d distribution) int32 {
	if d.isConstant() {
		return -1
	}
	return m.variable(address, quantilesKey{d.family, d.mode()})
}

// addTouched finds the activities that risks delay and gives each a row.
func (m *model) addTouched(rows int32) {
	of := map[int32]int{}
	add := func(risk int, mitigated bool, delays []delayEffect) {
		for _, d := range delays {
			at, ok := of[d.activity]
			if !ok {
				t := touchedRow{activity: d.activity, base: float64(remainingOf(m.net, d.activity)), estimate: -1}
				if t.row = m.rowOf[d.activity]; t.row < 0 {
					t.row = rows
					m.rowOf[d.activity] = rows
					rows++
				} else {
					t.estimate = int32(slices.IndexFunc(m.estimates, func(e estimate) bool { return e.activity == d.activity }))
				}
				at = len(m.touched)
				of[d.activity] = at
				m.touched = append(m.touched, t)
			}
			m.touched[at].delays = append(m.touched[at].delays, touch{int32(risk), mitigated, d})
		}
	}
	for r := range m.risks {
		add(r, false, m.risks[r].now.delays)
		add(r, true, m.risks[r].mitigated.delays)
	}
}

// addVariants lists the runs that say what each risk does.
func (m *model) addVariants(mitigated bool) {
	differs := false
	for r := range m.risks {
		rm := &m.risks[r]
		if !m.all[r].isNothing() {
			m.variants = append(m.variants, variant{risk: int32(r)})
		}
		if !mitigated && (rm.risk.Mitigated.IsSet() || rm.risk.MitigationCost.IsSet()) {
			m.variants = append(m.variants, variant{risk: int32(r), mitigated: true})
			differs = true
		}
	}
	if differs {
		m.variants = append(m.variants, variant{risk: -1, mitigated: true})
	}
}

// figures returns what a risk does in a variant; nil if it is away.
func (m *model) figures(v *variant, risk int32) *figures {
	switch {
	case v == nil || v.risk >= 0 && v.risk != risk:
		return m.all[risk]
	case v.mitigated:
		return &m.risks[risk].mitigated
	}
	return nil
}

// run does all trials, on all cores.
func (m *model) run(progress func(done, of int)) {
	n := m.trials
	m.finish, m.spent = make([]calendar.Instant, n), make([]int64, n)
	for range m.milestones {
		m.reached = append(m.reached, make([]calendar.Instant, n))
	}
	for range m.variants {
		m.other = append(m.other, variantResult{make([]calendar.Instant, n), make([]int64, n)})
	}
	m.critical = make([]int64, m.net.n)
	m.happened = make([]int64, len(m.risks))

	slices := sliceCount(n)
	var mutex sync.Mutex
	next, finished := 0, 0
	work := func() {
		w := newWorker(m)
		mutex.Lock()
		defer mutex.Unlock()
		for next < slices {
			slice := next
			next++
			mutex.Unlock()
			w.run(slice)
			mutex.Lock()
			finished++
			if progress != nil {
				progress(finished, slices)
			}
		}
		for i, c := range w.critical {
			m.critical[i] += c
		}
		for r, c := range w.happened {
			m.happened[r] += c
		}
	}
	inParallel(min(runtime.GOMAXPROCS(0), slices), work)
}

// rowCount returns how many activities have a row of durations.
func (m *model) rowCount() int {
	rows := len(m.estimates)
	for _, t := range m.touched {
		rows = max(rows, int(t.row)+1)
	}
	return rows
}

func inParallel(workers int, work func()) {
	var wg sync.WaitGroup
	for range workers - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
}

// worker runs slices of trials in buffers of its own: a trial allocates nothing.
type worker struct {
	m       *model
	sampler *sampler
	d       durations
	samples [][]float64 // by variable; nil for those of untouched estimates
	scratch []float64

	tile      *tile
	planEnds  []int64
	walker    *walker
	variant   durations // of the changed trials
	changed   []int
	finish    []calendar.Instant
	cost      []float64
	riskCosts []float64

	critical, happened []int64
}

func newWorker(m *model) *worker {
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
		w.tile = newTile(m.net)
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
			out[t] = calendar.Work(low + x*width + 0.5)
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
			finish[from+k] = l.date(x)
		}
		if first < 0 {
			continue
		}
		for k, i := range m.milestones {
			for t, x := range tileRow(w.tile.finish, i, w.tile.width, wide) {
				m.reached[k][first+from+t] = l.date(x)
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
				costs[t] += rate * float64(other[k]-base[t])
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
