package schedule

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"

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
	// Brief leaves out what the finish depends on: what each risk does, drivers and
	// correlations.
	Brief bool
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
// calendars, constraints and progress. Work that is as late as possible is as
// early as possible here. A levelled plan keeps its order in every trial: who
// hands a role or person on to whom. The answer depends on the plan, the number of
// trials and the seed, and on nothing else.
func (s *Schedule) Simulate(opts SimulateOptions) *Simulation {
	m := newExperiment(s, opts)
	m.run(opts.Progress)
	return m.answer()
}

// experiment is a plan made ready for trials, and what came out of them.
type experiment struct {
	s           *Schedule
	plan        *plan.Plan
	settings    plan.Simulation
	trials      int
	seed        uint64
	isMitigated bool
	isBrief     bool

	net     *network // of s, with the waits of risks
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

func newExperiment(s *Schedule, opts SimulateOptions) *experiment {
	m := &experiment{s: s, plan: s.Plan, settings: s.Plan.Info.Simulation.WithDefaults(), shapes: map[quantilesKey]*quantiles{}, isMitigated: opts.Mitigated}
	m.trials, m.seed = m.settings.Trials, uint64(m.settings.Seed)
	if opts.Trials > 0 {
		m.trials = min(opts.Trials, plan.MostTrials)
	}
	if opts.Seed > 0 {
		m.seed = opts.Seed
	}

	m.net = s.network
	points := waitPoints(s.Plan)
	if len(points) > 0 {
		m.net = s.withWaits(points)
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
	m.addRisks(targets{s, m.net, points})
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
	if m.isBrief = opts.Brief; !m.isBrief {
		m.addVariants(opts.Mitigated)
	}
	return m
}

// estimateOf returns how the duration of an activity scatters by itself, and
// whether it does.
func (m *experiment) estimateOf(i int32) (estimate, bool) {
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
func (m *experiment) groupOf(a *Activity) uint64 {
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
func (m *experiment) variable(address string, key quantilesKey) int32 {
	v := variable{hash: hashOf(address)}
	if key.family != uniform {
		const exact = 1 << 30 // what differs by rounding alone is the same shape
		key.mode = float64(int64(float64(key.mode*exact)+0.5)) / exact
		if v.shape = m.shapes[key]; v.shape == nil {
			v.shape = newQuantiles(key.family, key.mode)
			m.shapes[key] = v.shape
		}
	}
	m.variables = append(m.variables, v)
	return int32(len(m.variables) - 1)
}

// sample adds a variable for an amount, none for a constant.
func (m *experiment) sample(address string, d distribution) int32 {
	if d.isConstant() {
		return -1
	}
	return m.variable(address, quantilesKey{d.family, d.mode()})
}

// addTouched finds the activities that risks delay and gives each a row.
func (m *experiment) addTouched(rows int32) {
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
					at, _ := slices.BinarySearchFunc(m.estimates, d.activity, func(e estimate, i int32) int { return cmp.Compare(e.activity, i) })
					t.estimate = int32(at)
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
func (m *experiment) addVariants(mitigated bool) {
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
func (m *experiment) figures(v *variant, risk int32) *figures {
	switch {
	case v == nil || v.risk >= 0 && v.risk != risk:
		return m.all[risk]
	case v.mitigated:
		return &m.risks[risk].mitigated
	}
	return nil
}

// run does all trials, on all cores.
func (m *experiment) run(progress func(done, of int)) {
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
func (m *experiment) rowCount() int {
	rows := len(m.estimates)
	for _, t := range m.touched {
		rows = max(rows, int(t.row)+1)
	}
	return rows
}

// inParallel calls work once for each worker. A panic of one is a panic of the
// caller, who can recover from it.
func inParallel(workers int, work func()) {
	var wg sync.WaitGroup
	var failed atomic.Value
	for range workers - 1 {
		wg.Go(func() {
			defer func() {
				if v := recover(); v != nil {
					failed.Store(fmt.Sprintf("%v\n%s", v, debug.Stack()))
				}
			}()
			work()
		})
	}
	work()
	wg.Wait()
	if v := failed.Load(); v != nil {
		panic(v)
	}
}
