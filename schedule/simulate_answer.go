package schedule

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// Simulation is how often a plan finishes when and at what cost, and what it
// depends on. Chances and correlations are shares of one.
type Simulation struct {
	Schedule  *Schedule
	Settings  plan.Simulation // of the plan, with its defaults
	Trials    int
	Seed      uint64
	Mitigated bool // every mitigation is done and paid for

	// Estimated and Assumed count the open work packages whose duration varies by
	// three points of their own, and by the plan's spread.
	Estimated, Assumed int

	Finish Outcome
	// MergeTime is the merge bias of the finish (MacCrimmon and Ryavec 1964), a
	// mean less a mean: the mean finish of the trials less the finish of the one
	// network in which every duration is at its mean, delays by risks at chance
	// times mean included, in working minutes. It comes from paths that meet, of
	// which the latest decides. It is no part of the distance from the computed
	// finish to P50, which is between a sum of likely durations and a median.
	MergeTime  calendar.Work
	Milestones []Outcome     // in the order of the plan
	Activities []WorkOutcome // open work packages, in the order of the plan
	Risks      []RiskOutcome // open or occurred with figures, in the order of the plan
	Unmeasured []*plan.Risk  // open without figures: they change nothing here
	Drivers    []Driver      // at most ten, the strongest first
	Mitigation *Effect       // of all mitigations together; nil if none has figures
	Cost       *CostOutcome  // nil if the plan has no rates, costs or costly risks
}

// Outcome is when the plan or a milestone is finished.
type Outcome struct {
	Milestone *Activity // nil for the plan

	Computed   calendar.Instant // early finish with the likely durations and no risk
	Stated     calendar.Instant // the date that the plan states, if HasStated
	HasStated  bool
	Chance     float64 // to meet the stated date; the computed one if none is stated
	OfComputed float64 // chance to meet the computed date

	P10, P50, P80, P90 calendar.Instant
	Mean               calendar.Instant // by working time
	SD                 calendar.Work    // standard deviation in working minutes

	// Error is the standard error of the chance at P80, ErrorTime what that is in
	// working minutes: how far another seed may be off. They mean nothing unless
	// [Simulation.IsPrecise].
	Error     float64
	ErrorTime calendar.Work

	sorted []calendar.Instant
}

// WorkOutcome is what an open work package contributes.
type WorkOutcome struct {
	*Activity
	Assumed     bool    // varies by the plan's spread alone
	Varies      bool    // by itself; risks may delay it all the same
	Criticality float64 // share of trials in which it decides the finish of the plan
	// Correlation is Spearman's of its duration, without delays by risks, with the
	// finish of the plan.
	Correlation float64
	SD          calendar.Work // standard deviation of its duration in working minutes
	// Sensitivity is the schedule sensitivity index: criticality times SD over
	// the SD of the finish (Vanhoucke, Measuring Time, 2010).
	Sensitivity float64
}

// RiskOutcome is what a risk contributes.
type RiskOutcome struct {
	Risk        *plan.Risk
	Probability float64 // as simulated
	Happened    float64 // share of trials
	Correlation float64 // Spearman's of its happening with the finish of the plan
	Removed     Effect  // if it were away
	Mitigated   *Effect // if its mitigation were done and paid for; nil without figures
}

// Effect is what the same trials come to if a risk is other than it is.
type Effect struct {
	P80    calendar.Instant
	Gain   calendar.Work // by which P80 is earlier, in working minutes
	Mean   calendar.Work // by which the mean is earlier
	Chance float64       // to meet the date of the finish's Chance
	Cost80 int64         // minor units
	Saving int64         // by which the 80 % cost is less
}

// Driver is a work package or a risk that the finish of the plan depends on.
type Driver struct {
	Work *WorkOutcome // or
	Risk *RiskOutcome

	// Low and High are how the finish of the plan stands to its mean, in working
	// minutes, on average of the trials in which the work takes shortest and longest
	// (a tenth of them each), or in which the risk does not happen and happens.
	Low, High calendar.Work
}

// Correlation returns Spearman's correlation with the finish of the plan.
func (d Driver) Correlation() float64 {
	if d.Work != nil {
		return d.Work.Correlation
	}
	return d.Risk.Correlation
}

// CostOutcome is what the plan costs, in minor units: the fixed costs and rates
// of its work, and its risks. Rates count every working minute.
type CostOutcome struct {
	Planned            int64 // with the likely durations and no risk
	P10, P50, P80, P90 int64
	Mean, SD           int64
	// Contingency is what the budget holds against risks, if HasContingency;
	// Needed is what the 80 % cost takes beyond the planned cost.
	Contingency    int64
	HasContingency bool
	Needed         int64
	Chance         float64 // that the planned cost and the contingency are enough
	Joint          float64 // and that the date of the finish's Chance is met

	sorted []int64
}

// quantile returns the first of the sorted values that a share p of all does not
// exceed.
func quantile[T any](sorted []T, p float64) T {
	i := int(math.Ceil(float64(p*float64(len(sorted))) - 1e-9))
	return sorted[min(max(i, 1), len(sorted))-1]
}

// At returns the date by which a share p of the trials is finished, 0 to 1.
func (o *Outcome) At(p float64) calendar.Instant { return quantile(o.sorted, p) }

// ChanceBy returns the share of trials that is finished by an instant.
func (o *Outcome) ChanceBy(t calendar.Instant) float64 { return shareUpTo(o.sorted, t) }

// At returns the cost that a share p of the trials does not exceed, 0 to 1.
func (c *CostOutcome) At(p float64) int64 { return quantile(c.sorted, p) }

// ChanceWithin returns the share of trials that costs no more.
func (c *CostOutcome) ChanceWithin(minor int64) float64 { return shareUpTo(c.sorted, minor) }

func shareUpTo[T cmp.Ordered](sorted []T, v T) float64 {
	i, found := slices.BinarySearch(sorted, v)
	for found && i < len(sorted) && sorted[i] == v {
		i++
	}
	return float64(i) / float64(len(sorted))
}

// Bin is a bar of a histogram: how many trials finish on the days from First to
// Last, and which share of all has finished by the end of Last.
type Bin struct {
	First, Last calendar.Date
	Count       int
	Share       float64
}

// Histogram returns the finishes by day, or by week or more so that there are no
// more than most bars. Weeks begin with plan weeks. The shares are the S-curve.
func (s *Simulation) Histogram(o *Outcome, most int) []Bin {
	first, last := o.sorted[0].LastDate(), o.sorted[len(o.sorted)-1].LastDate()
	step := calendar.Date(1)
	for _, step = range []calendar.Date{1, 7, 14, 28, 91, 182, 364, 1820, 18200, 182000, 1820000} {
		if int(last-first)/int(step)+2 <= max(most, 2) {
			break
		}
	}
	if step > 1 {
		past := int(first-s.Schedule.firstDay) % int(step)
		if past < 0 {
			past += int(step)
		}
		first -= calendar.Date(past)
	}
	var bins []Bin
	done := 0
	for day := first; day <= last; day += step {
		b := Bin{First: day, Last: day + step - 1}
		for done+b.Count < len(o.sorted) && o.sorted[done+b.Count].LastDate() <= b.Last {
			b.Count++
		}
		done += b.Count
		b.Share = float64(done) / float64(len(o.sorted))
		bins = append(bins, b)
	}
	return bins
}

// answer turns the results of the trials into what people ask.
func (m *experiment) answer() *Simulation {
	s := m.s
	out := &Simulation{Schedule: s, Settings: m.settings, Trials: m.trials, Seed: m.seed, Mitigated: m.isMitigated,
		Estimated: m.measured, Assumed: m.assumed, Unmeasured: m.unmeasured}
	out.Finish = m.outcome(m.finish, s.dates.finish, s.StatedFinish, s.HasStatedFinish)
	out.MergeTime = s.Calendar.Between(m.finishOfMeans(), out.Finish.Mean)
	for k, i := range m.milestones {
		a := s.Activities[i]
		o := m.outcome(m.reached[k], s.dates.earlyFinish[i], a.Target, a.HasTarget)
		o.Milestone = a
		out.Milestones = append(out.Milestones, o)
	}
	if m.isBrief {
		m.addCost(out)
		return out
	}
	ranks := ranksOf(m.finish)
	m.addWork(out, ranks)
	m.addCost(out)
	m.addRiskOutcomes(out)
	out.addDrivers()
	m.addSwings(out)
	return out
}

// dateOfChance returns the date that chances are about: the stated one, or else
// the computed one.
func (o *Outcome) dateOfChance() calendar.Instant {
	if o.HasStated {
		return o.Stated
	}
	return o.Computed
}

func (m *experiment) outcome(dates []calendar.Instant, computed, stated calendar.Instant, hasStated bool) Outcome {
	o := Outcome{Computed: computed, Stated: stated, HasStated: hasStated, sorted: slices.Clone(dates)}
	sortNumbers(o.sorted)
	o.P10, o.P50, o.P80, o.P90 = o.At(0.1), o.At(0.5), o.At(0.8), o.At(0.9)
	o.Chance, o.OfComputed = o.ChanceBy(o.dateOfChance()), o.ChanceBy(computed)

	c, start := m.s.Calendar, m.s.Start
	last, minutes := start, 0.0 // equal dates follow each other
	mean, sd := moments(o.sorted, func(t calendar.Instant) float64 {
		if t != last {
			last, minutes = t, float64(c.Between(start, t))
		}
		return minutes
	})
	o.Mean = start
	if w := calendar.Work(math.Floor(mean + 0.5)); w != 0 {
		o.Mean = c.Add(start, w)
	}
	o.SD = calendar.Work(math.Floor(sd + 0.5))
	o.Error = m.errorAt(dates, o.P80)
	o.ErrorTime = c.Between(o.At(0.8-o.Error), o.At(0.8+o.Error)) / 2
	return o
}

// finishOfMeans returns the finish of the plan with every duration at its mean.
func (m *experiment) finishOfMeans() calendar.Instant {
	d := durations{constant: m.net.duration, rowOf: m.rowOf}
	means := make([]float64, m.rowCount())
	for i, r := range m.rowOf {
		if r >= 0 {
			means[r] = float64(remainingOf(m.net, int32(i)))
		}
	}
	for _, e := range m.estimates {
		means[e.row] = e.amount.mean()
	}
	for _, t := range m.touched {
		for _, d := range t.delays {
			if f := m.all[d.risk]; d.mitigated == (f == &m.risks[d.risk].mitigated) {
				means[t.row] += float64(f.chance * d.amount.mean())
			}
		}
	}
	for _, v := range means {
		d.rows = append(d.rows, []calendar.Work{max(0, calendar.Work(v+0.5))})
	}
	return newWalker(m.net).forward(&d, 0)
}

// moments returns the mean and the standard deviation of the values.
func moments[T any](values []T, number func(T) float64) (mean, sd float64) {
	if len(values) == 0 {
		return 0, 0
	}
	base := number(values[0])
	sum, squares := 0.0, 0.0
	for _, v := range values {
		x := number(v) - base
		sum += x
		squares += float64(x * x)
	}
	n := float64(len(values))
	return base + sum/n, math.Sqrt(max(0, squares/n-float64((sum/n)*(sum/n))))
}

// errorAt returns the standard error of the share of trials up to a date: from
// how much the slices differ, or of independent trials if there is one slice
// only.
func (m *experiment) errorAt(dates []calendar.Instant, at calendar.Instant) float64 {
	n := sliceCount(m.trials)
	share := func(dates []calendar.Instant) float64 {
		count := 0
		for _, t := range dates {
			if t <= at {
				count++
			}
		}
		return float64(count) / float64(len(dates))
	}
	if n == 1 {
		p := share(dates)
		return math.Sqrt(p * (1 - p) / float64(m.trials))
	}
	shares := make([]float64, n)
	for i := range shares {
		shares[i] = share(dates[i*m.trials/n : (i+1)*m.trials/n])
	}
	_, sd := moments(shares, func(v float64) float64 { return v })
	return sd / math.Sqrt(float64(n-1))
}

// ranksOf returns the rank of each value less the mean rank, scaled to a sum of
// squares of one; equal values share theirs. All are zero if all are equal.
func ranksOf[T ~int64](values []T) []float64 {
	order := sortedOrder(values)
	ranks := make([]float64, len(values))
	squares := 0.0
	for i := 0; i < len(order); {
		j := i + 1
		for j < len(order) && values[order[j]] == values[order[i]] {
			j++
		}
		rank := float64(i+j-len(order)) / 2
		for _, k := range order[i:j] {
			ranks[k] = rank
		}
		squares += float64(rank * rank * float64(j-i))
		i = j
	}
	if squares > 0 {
		scale := 1 / math.Sqrt(squares)
		for i := range ranks {
			ranks[i] *= scale
		}
	}
	return ranks
}

// correlate returns the rank correlations of variables with the finish of the
// plan. Those of estimates use the probabilities that were drawn, which have the
// order of the durations; those of risks whether they happened.
func (m *experiment) correlate(ranks []float64) (estimates, risks []float64) {
	estimates, risks = make([]float64, len(m.estimates)), make([]float64, len(m.risks))
	var mutex sync.Mutex
	next := 0
	inParallel(min(runtime.GOMAXPROCS(0), len(estimates)+len(risks)+1), func() {
		s := newSampler(m.seed, m.trials, m.settings.Correlation.Value)
		for {
			mutex.Lock()
			i := next
			next++
			mutex.Unlock()
			switch {
			case i < len(estimates):
				estimates[i] = m.correlation(s, &m.variables[m.estimates[i].variable], ranks, func(u float64) float64 { return u - 0.5 })
			case i < len(estimates)+len(risks):
				r := i - len(estimates)
				chance := m.all[r].chance
				risks[r] = m.correlation(s, &m.variables[m.risks[r].variable], ranks, func(u float64) float64 {
					if u < chance {
						return 1 - chance
					}
					return -chance
				})
			default:
				return
			}
		}
	})
	return estimates, risks
}

func (m *experiment) correlation(s *sampler, v *variable, ranks []float64, number func(u float64) float64) float64 {
	product, sum, squares := 0.0, 0.0, 0.0
	for slice := range s.slices {
		from, _ := s.bounds(slice)
		order, u := s.strata(v, slice)
		for t, k := range order {
			x := number(u[k])
			product += float64(x * ranks[from+t])
			sum += x
			squares += float64(x * x)
		}
	}
	squares -= sum * sum / float64(m.trials)
	if squares <= 1e-9 {
		return 0
	}
	return product / math.Sqrt(squares)
}

func (m *experiment) addWork(out *Simulation, ranks []float64) {
	estimates, risks := m.correlate(ranks)
	for r := range m.risks {
		out.Risks = append(out.Risks, RiskOutcome{Risk: m.risks[r].risk, Probability: m.all[r].chance, Correlation: risks[r], Happened: float64(m.happened[r]) / float64(m.trials)})
	}
	at := 0
	for i, a := range m.s.Activities {
		if a.Work == nil || m.net.state[i] == done {
			continue
		}
		w := WorkOutcome{Activity: a, Criticality: float64(m.critical[i]) / float64(m.trials)}
		if at < len(m.estimates) && int(m.estimates[at].activity) == i {
			e := &m.estimates[at]
			sd := math.Sqrt(e.amount.variance())
			w.Varies, w.Assumed, w.Correlation = true, e.assumed, estimates[at]
			w.SD = calendar.Work(math.Floor(sd + 0.5))
			if out.Finish.SD > 0 {
				w.Sensitivity = w.Criticality * sd / float64(out.Finish.SD)
			}
			at++
		}
		out.Activities = append(out.Activities, w)
	}
}

func (m *experiment) addCost(out *Simulation) {
	if !m.cost.hasMoney {
		return
	}
	c := &CostOutcome{Planned: m.cost.planned, sorted: slices.Clone(m.spent)}
	sortNumbers(c.sorted)
	c.P10, c.P50, c.P80, c.P90 = c.At(0.1), c.At(0.5), c.At(0.8), c.At(0.9)
	mean, sd := moments(m.spent, func(v int64) float64 { return float64(v) })
	c.Mean, c.SD = roundMinor(mean), roundMinor(sd)
	c.Contingency, c.HasContingency = contingency(m.plan)
	c.Needed = c.P80 - c.Planned
	enough, date := c.Planned+c.Contingency, out.Finish.dateOfChance()
	c.Chance = c.ChanceWithin(enough)
	both := 0
	for t, spent := range m.spent {
		if spent <= enough && m.finish[t] <= date {
			both++
		}
	}
	c.Joint = float64(both) / float64(m.trials)
	out.Cost = c
}

func (m *experiment) addRiskOutcomes(out *Simulation) {
	for r := range out.Risks {
		out.Risks[r].Removed = Effect{P80: out.Finish.P80, Chance: out.Finish.Chance}
		if out.Cost != nil {
			out.Risks[r].Removed.Cost80 = out.Cost.P80
		}
	}
	for i, v := range m.variants {
		e := m.effect(&m.other[i], out)
		switch {
		case v.risk < 0:
			out.Mitigation = &e
		case v.mitigated:
			out.Risks[v.risk].Mitigated = &e
		default:
			out.Risks[v.risk].Removed = e
		}
	}
}

func (m *experiment) effect(r *variantResult, out *Simulation) Effect {
	c := m.s.Calendar
	// The sum of the differences trial by trial, which is exact.
	sum := calendar.Work(0)
	for t, was := range m.finish {
		if r.finish[t] != was {
			sum += c.Between(r.finish[t], was)
		}
	}
	sortNumbers(r.finish)
	e := Effect{P80: quantile(r.finish, 0.8), Chance: shareUpTo(r.finish, out.Finish.dateOfChance())}
	e.Gain = c.Between(e.P80, out.Finish.P80)
	e.Mean = calendar.Work(math.Floor(float64(sum)/float64(m.trials) + 0.5))
	if out.Cost != nil {
		sortNumbers(r.spent)
		e.Cost80 = quantile(r.spent, 0.8)
		e.Saving = out.Cost.P80 - e.Cost80
	}
	return e
}

// mostDrivers is how many drivers a simulation names.
const mostDrivers = 10

// addDrivers picks what the finish depends on most. What chance alone may have
// made is left out: correlations within three standard errors of nothing.
func (s *Simulation) addDrivers() {
	noise := 3 / math.Sqrt(float64(max(s.Trials-1, 1)))
	var all []Driver
	for i := range s.Activities {
		all = append(all, Driver{Work: &s.Activities[i]})
	}
	for i := range s.Risks {
		all = append(all, Driver{Risk: &s.Risks[i]})
	}
	all = slices.DeleteFunc(all, func(d Driver) bool { return math.Abs(d.Correlation()) <= noise })
	slices.SortStableFunc(all, func(a, b Driver) int {
		return cmp.Compare(math.Abs(b.Correlation()), math.Abs(a.Correlation()))
	})
	s.Drivers = all[:min(len(all), mostDrivers)]
}
