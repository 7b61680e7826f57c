package schedule

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// The simulation against closed forms. Days have 480 working minutes; durations
// are long, so that whole minutes are as good as exact.

func simulateText(t testing.TB, text string, opts SimulateOptions) *Simulation {
	t.Helper()
	s, list := computeText(t, "[plan]\nstart = 2026-01-05\n"+text)
	if s == nil {
		t.Fatal(formatAll(list))
	}
	return s.Simulate(opts)
}

// days returns the finishes as working days from the start of the plan.
func days(s *Simulation, o *Outcome) []float64 {
	var out []float64
	for _, f := range o.sorted {
		out = append(out, float64(s.Schedule.Calendar.Between(s.Schedule.Start, f))/480)
	}
	return out
}

// distance is the statistic of Kolmogorov and Smirnov: the largest difference
// between the share of sorted values up to x and the distribution function.
func distance(sorted []float64, cdf func(float64) float64) float64 {
	n, most := float64(len(sorted)), 0.0
	for i := 0; i < len(sorted); {
		j := i
		for j < len(sorted) && sorted[j] == sorted[i] {
			j++
		}
		f := cdf(sorted[i])
		most = max(most, math.Abs(float64(j)/n-f), math.Abs(f-float64(i)/n))
		i = j
	}
	return most
}

// onePercent is the bound that independent trials keep in 99 of 100 runs.
func onePercent(n int) float64 { return 1.63 / math.Sqrt(float64(n)) }

// cdfOf returns the distribution function of a three-point estimate. That of
// PERT is integrated on its own, in steps of a thousandth with Simpson's rule.
func cdfOf(kind string, a, m, b float64) func(float64) float64 {
	switch kind {
	case "uniform":
		return func(x float64) float64 { return min(max((x-a)/(b-a), 0), 1) }
	case "triangular":
		return func(x float64) float64 {
			switch {
			case x <= a:
				return 0
			case x >= b:
				return 1
			case x < m:
				return (x - a) * (x - a) / ((b - a) * (m - a))
			}
			return 1 - (b-x)*(b-x)/((b-a)*(b-m))
		}
	}
	alpha, beta := 1+4*(m-a)/(b-a), 1+4*(b-m)/(b-a)
	pdf := func(x float64) float64 {
		if x <= 0 || x >= 1 {
			return 0
		}
		return math.Pow(x, alpha-1) * math.Pow(1-x, beta-1)
	}
	const steps = 4000
	table := make([]float64, steps+1)
	for i := range steps {
		x, h := float64(i)/steps, 1.0/steps
		table[i+1] = table[i] + h/6*(pdf(x)+4*pdf(x+h/2)+pdf(x+h))
	}
	return func(x float64) float64 {
		x = min(max((x-a)/(b-a), 0), 1) * steps
		i := min(int(x), steps-1)
		return (table[i] + (x-float64(i))*(table[i+1]-table[i])) / table[steps]
	}
}

func TestOneActivity(t *testing.T) {
	for _, kind := range []string{"triangular", "pert", "uniform"} {
		for _, p := range [][3]float64{{50, 100, 150}, {20, 30, 90}, {20, 80, 90}, {20, 20, 90}, {20, 90, 90}, {20, 21, 90}} {
			for _, trials := range []int{10_000, 9_999, 500} {
				s := simulateText(t, fmt.Sprintf("[work.a]\nduration = { optimistic = \"%vd\", likely = \"%vd\", pessimistic = \"%vd\", distribution = %q }\n",
					p[0], p[1], p[2], kind), SimulateOptions{Trials: trials})
				d := days(s, &s.Finish)
				if len(d) != trials {
					t.Fatalf("%d trials, want %d", len(d), trials)
				}
				got := distance(d, cdfOf(kind, p[0], p[1], p[2]))
				if got > onePercent(trials) {
					t.Errorf("%s %v: the distribution is off by %.4f, more than %.4f", kind, p, got, onePercent(trials))
				}
				// A Latin hypercube is closer than chance: within two strata, and what
				// whole minutes and the integration of this test cost.
				if bound := 2/float64(trials) + 0.001; trials != 9_999 && got > bound {
					t.Errorf("%s %v: the distribution is off by %.5f, more than two of %d strata", kind, p, got, trials)
				}
			}
		}
	}
}

// Quantiles of the beta distribution against known values: with two whole
// parameters its distribution function is a polynomial.
func TestQuantilesOfPERT(t *testing.T) {
	for _, tt := range []struct {
		mode float64
		cdf  func(x float64) float64
	}{
		{0, func(x float64) float64 { return 1 - math.Pow(1-x, 5) }},                           // Beta(1, 5)
		{0.25, func(x float64) float64 { return 1 - math.Pow(1-x, 5) - 5*x*math.Pow(1-x, 4) }}, // Beta(2, 4)
		{0.5, func(x float64) float64 { return x * x * x * (10 + x*(6*x-15)) }},                // Beta(3, 3)
		{1, func(x float64) float64 { return math.Pow(x, 5) }},                                 // Beta(5, 1)
	} {
		q := newQuantiles(pert, tt.mode)
		u := make([]float64, 20_001)
		for i := range u {
			u[i] = (float64(i) + 0.5) / float64(len(u))
		}
		want := slices.Clone(u)
		q.fill(u)
		for i, x := range u {
			if f := tt.cdf(x); math.Abs(f-want[i]) > 1e-7 {
				t.Fatalf("mode %v: the quantile of %v is %v, which has %v", tt.mode, want[i], x, f)
			}
		}
	}
	// Modes close to an end keep the distribution, too.
	for _, mode := range []float64{0.001, 0.01, 0.03, 0.97, 0.999} {
		q := newQuantiles(pert, mode)
		u := make([]float64, 5000)
		for i := range u {
			u[i] = (float64(i) + 0.5) / float64(len(u))
		}
		q.fill(u)
		if got := distance(u, cdfOf("pert", 0, mode, 1)); got > 0.0015 {
			t.Errorf("mode %v: off by %v", mode, got)
		}
	}
}

// The examples of kind monte_carlo: closed forms, with the tolerances of n
// independent trials: of a mean 4 sd/sqrt(n), of a percentile 4 sqrt(p(1-p)/n) in
// probability.
func TestClosedForms(t *testing.T) {
	const trials = 10_000
	for _, tt := range []struct {
		name, text     string
		mean, variance float64
		percentiles    map[float64]float64
		cdf            func(float64) float64
	}{
		{
			name: "one task Triangular(5,10,15)",
			text: "[work.a]\nduration = { optimistic = \"5d\", likely = \"10d\", pessimistic = \"15d\", distribution = \"triangular\" }\n",
			mean: 10, variance: 4.166667, cdf: cdfOf("triangular", 5, 10, 15),
			percentiles: map[float64]float64{0.1: 7.236068, 0.5: 10, 0.8: 11.837722, 0.9: 12.763932},
		},
		{
			name: "chain of Triangular(2,4,9), (3,5,10), (1,2,6), independent",
			text: `
[plan.simulation]
distribution = "triangular"
[work.a]
duration = { optimistic = "2d", likely = "4d", pessimistic = "9d" }
[work.b]
duration = { optimistic = "3d", likely = "5d", pessimistic = "10d" }
after = ["a"]
[work.c]
duration = { optimistic = "1d", likely = "2d", pessimistic = "6d" }
after = ["b"]
`,
			mean: 14, variance: 5.5,
		},
		{
			name: "10 d fixed, one risk: probability 0.3, impact Triangular(2,4,6) d",
			text: `
[plan.simulation]
spread = { optimistic = 1, pessimistic = 1 }
[work.a]
duration = "10d"
[risk.r]
probability = 0.3
impact = [{ work = "a", delay = { optimistic = "2d", likely = "4d", pessimistic = "6d", distribution = "triangular" } }]
`,
			mean: 11.2, variance: 3.56,
			percentiles: map[float64]float64{0.5: 10, 0.7: 10, 0.9: 14.367007},
			cdf: func(x float64) float64 {
				if x < 10 {
					return 0
				}
				return 0.7 + 0.3*cdfOf("triangular", 2, 4, 6)(x-10)
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := simulateText(t, tt.text, SimulateOptions{Trials: trials})
			d := days(s, &s.Finish)
			mean, sd := moments(d, func(v float64) float64 { return v })
			if want := math.Sqrt(tt.variance); math.Abs(mean-tt.mean) > 4*want/math.Sqrt(trials) || math.Abs(sd*sd-tt.variance) > 0.05*tt.variance {
				t.Errorf("mean %.4f, variance %.4f, want %.4f, %.4f", mean, sd*sd, tt.mean, tt.variance)
			}
			for p, want := range tt.percentiles {
				within := 4 * math.Sqrt(p*(1-p)/trials)
				if at := shareUpTo(d, want+1.0/480); at < p-within {
					t.Errorf("%.4f of the trials are up to P%v, %v days", at, 100*p, want)
				}
				if got := quantile(d, p); math.Abs(got-want) > 0.1 {
					t.Errorf("P%v is %.4f days, want %.4f", 100*p, got, want)
				}
			}
			if tt.cdf != nil {
				if got := distance(d, tt.cdf); got > onePercent(trials) && tt.percentiles[0.7] == 0 {
					t.Errorf("the distribution is off by %.4f", got)
				}
			}
		})
	}
}

// The sum of many is nearly normal, with the sums of means and variances
// (central limit theorem). A triangle is symmetric here, so that nearly is near.
func TestSumOfMany(t *testing.T) {
	const n, trials = 60, 10_000
	var b strings.Builder
	b.WriteString("[plan.simulation]\ndistribution = \"triangular\"\n")
	for i := range n {
		fmt.Fprintf(&b, "[work.w%d]\nduration = { optimistic = \"5d\", likely = \"10d\", pessimistic = \"15d\" }\n", i)
		if i > 0 {
			fmt.Fprintf(&b, "after = [\"w%d\"]\n", i-1)
		}
	}
	s := simulateText(t, b.String(), SimulateOptions{Trials: trials})
	d := days(s, &s.Finish)
	mean, sd := moments(d, func(v float64) float64 { return v })
	variance := n * 100.0 / 24
	if math.Abs(mean-10*n) > 4*math.Sqrt(variance/trials) || math.Abs(sd*sd/variance-1) > 4*math.Sqrt(2.0/trials) {
		t.Errorf("mean %v, variance %v, want %v, %v", mean, sd*sd, 10*n, variance)
	}
	normal := func(x float64) float64 { return 0.5 * math.Erfc(-(x-10*n)/math.Sqrt(2*variance)) }
	if got := distance(d, normal); got > onePercent(trials) {
		t.Errorf("the sum is off the normal distribution by %.4f", got)
	}
	if o := s.Finish; o.Error > 1.5*math.Sqrt(0.8*0.2/trials) || o.Error == 0 || o.ErrorTime <= 0 {
		t.Errorf("the standard error of P80 is %v, %d minutes", o.Error, o.ErrorTime)
	}
}

// The latest of independent parallel work has the product of the distribution
// functions; that is the merge bias.
func TestLatestOfParallel(t *testing.T) {
	const trials = 10_000
	s := simulateText(t, `
[work.a]
duration = { optimistic = "10d", likely = "20d", pessimistic = "30d", distribution = "uniform" }
[work.b]
duration = { optimistic = "10d", likely = "20d", pessimistic = "30d", distribution = "triangular" }
[work.c]
duration = { optimistic = "12d", likely = "15d", pessimistic = "40d", distribution = "pert" }
[milestone.m]
after = ["a", "b", "c"]
target = 2026-01-30
`, SimulateOptions{Trials: trials})
	a, b, c := cdfOf("uniform", 10, 20, 30), cdfOf("triangular", 10, 20, 30), cdfOf("pert", 12, 15, 40)
	product := func(x float64) float64 { return a(x) * b(x) * c(x) }
	for _, o := range []*Outcome{&s.Finish, &s.Milestones[0]} {
		if got := distance(days(s, o), product); got > onePercent(trials) {
			t.Errorf("the latest of three is off the product by %.4f", got)
		}
	}
	// 30 January is the end of day 20.
	if got, want := s.Milestones[0].Chance, product(20); math.Abs(got-want) > 4*math.Sqrt(want*(1-want)/trials) {
		t.Errorf("the chance to meet the target is %.4f, want %.4f", got, want)
	}
	if s.Finish.P50 <= s.Finish.Computed || s.MergeTime <= 0 {
		t.Errorf("no merge bias: half by %s, computed %s, %d minutes", s.Finish.P50, s.Finish.Computed, s.MergeTime)
	}
	sum := 0.0
	for _, w := range s.Activities {
		sum += w.Criticality
	}
	if sum < 1 || sum > 1.01 {
		t.Errorf("one of three decides, but their criticality adds up to %v", sum)
	}
}

// PERT examples from textbooks. The books take the expected times as durations,
// the sum of ((p-o)/6)² along the one critical path as its variance, and its
// normal distribution.
func TestPERTExamples(t *testing.T) {
	type task struct {
		id, after string
		o, m, p   float64
	}
	for _, tt := range []struct {
		name                        string
		tasks                       []task
		path                        string
		mean, variance, by, chance_ float64
	}{
		{
			name: "Milwaukee Paper (Heizer and Render, Operations Management, chapter 3)",
			tasks: []task{{"A", "", 1, 2, 3}, {"B", "", 2, 3, 4}, {"C", "A", 1, 2, 3}, {"D", "A B", 2, 4, 6}, {"E", "C", 1, 4, 7},
				{"F", "C", 1, 2, 9}, {"G", "D E", 3, 4, 11}, {"H", "F G", 1, 2, 3}},
			path: "A C E G H", mean: 15, variance: 3.111111, by: 16, chance_: 0.714625,
		},
		{
			name: "Reliable Construction (Hillier and Lieberman, Introduction to Operations Research)",
			tasks: []task{{"A", "", 1, 2, 3}, {"B", "A", 2, 3.5, 8}, {"C", "B", 6, 9, 18}, {"D", "C", 4, 5.5, 10}, {"E", "C", 1, 4.5, 5},
				{"F", "E", 4, 4, 10}, {"G", "D", 5, 6.5, 11}, {"H", "E G", 5, 8, 17}, {"I", "C", 3, 7.5, 9}, {"J", "F I", 3, 9, 9},
				{"K", "J", 4, 4, 4}, {"L", "J", 1, 5.5, 7}, {"M", "H", 1, 2, 3}, {"N", "K L", 5, 5.5, 9}},
			path: "A B C E F J L N", mean: 44, variance: 9, by: 47, chance_: 0.841345,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			onPath := strings.Fields(tt.path)
			mean, variance, exact := 0.0, 0.0, 0.0
			write := func(only []string, expected bool) string {
				var b strings.Builder
				for _, x := range tt.tasks {
					if only != nil && !slices.Contains(only, x.id) {
						continue
					}
					d := distribution{pert, x.o, x.m, x.p}
					duration := fmt.Sprintf("{ optimistic = \"%vw\", likely = \"%vw\", pessimistic = \"%vw\" }", x.o, x.m, x.p)
					if expected {
						duration = fmt.Sprintf("\"%.3fw\"", d.mean())
					}
					var after []string
					for _, id := range strings.Fields(x.after) {
						if only == nil || slices.Contains(only, id) {
							after = append(after, fmt.Sprintf("%q", id))
						}
					}
					fmt.Fprintf(&b, "[work.%s]\nduration = %s\nafter = [%s]\n", x.id, duration, strings.Join(after, ", "))
				}
				return b.String()
			}
			for _, x := range tt.tasks {
				if slices.Contains(onPath, x.id) {
					d := distribution{pert, x.o, x.m, x.p}
					mean += d.mean()
					variance += (x.p - x.o) / 6 * (x.p - x.o) / 6
					exact += d.variance()
				}
			}
			if math.Abs(mean-tt.mean) > 1e-9 || math.Abs(variance-tt.variance) > 1e-5 {
				t.Errorf("the path takes %v with variance %v, want %v, %v", mean, variance, tt.mean, tt.variance)
			}
			if got := 0.5 * math.Erfc(-(tt.by-mean)/math.Sqrt(2*variance)); math.Abs(got-tt.chance_) > 1e-5 {
				t.Errorf("the normal chance is %v, want %v", got, tt.chance_)
			}
			s, _ := computeText(t, "[plan]\nstart = 2026-01-05\n"+write(nil, true))
			if got := strings.Join(idsOf(s.CriticalPath), " "); got != tt.path {
				t.Errorf("the expected times make %s critical, want %s", got, tt.path)
			}

			const trials = 10_000
			alone := simulateText(t, write(onPath, false), SimulateOptions{Trials: trials})
			weeks := days(alone, &alone.Finish)
			for i := range weeks {
				weeks[i] /= 5
			}
			got, sd := moments(weeks, func(v float64) float64 { return v })
			if math.Abs(got-mean) > 4*math.Sqrt(exact/trials) || math.Abs(sd*sd/exact-1) > 0.06 {
				t.Errorf("the path alone takes %v with variance %v, want %v, %v", got, sd*sd, mean, exact)
			}
			// The whole network can only be later than the one path.
			whole := simulateText(t, write(nil, false), SimulateOptions{Trials: trials})
			by := whole.Schedule.Start + calendar.Instant(int(tt.by)*7*calendar.MinutesPerDay) // a Monday morning, after its week
			if one, all := alone.Finish.ChanceBy(by), whole.Finish.ChanceBy(by); all >= one || one-tt.chance_ > 0.05 || tt.chance_-one > 0.05 {
				t.Errorf("the chance to finish in %v weeks is %v for the path alone, %v for the network; the book's normal one %v", tt.by, one, all, tt.chance_)
			}
		})
	}
}

const manyThings = `
status_date = 2026-01-16
duration = "9w"
[plan.simulation]
correlation = 0.4
probabilities = { low = 0.15 }
[phase.P]
[phase.Q]
phase = "P"
after = ["start"]
[work.start]
duration = "1w"
percent = 100
[work.begun]
duration = { optimistic = "3d", likely = "6d", pessimistic = "3w" }
actual_start = 2026-01-14
percent = 25
assign = { dev = 0.5 }
[work.a]
phase = "Q"
duration = { optimistic = "3d", likely = "1w", pessimistic = "3w" }
after = ["begun"]
assign = { dev = 1 }
[work.b]
phase = "Q"
duration = "2w"
cost = 3_000
[work.c]
phase = "P"
duration = "8d"
after = ["Q", "m"]
[milestone.m]
after = ["a SS+2d"]
target = "W4"
[milestone.end]
phase = "P"
after = ["P"]
[role.dev]
rate = "800/d"
[budget.reserve]
amount = { P = 4_000 }
contingency = true
[risk.r1]
probability = "low"
impact = [{ work = "Q", delay = "3d" }, { cost = { optimistic = 100, likely = 500, pessimistic = 2_500 } }]
mitigated = { probability = 0.05 }
mitigation_cost = 300
[risk.r2]
probability = 0.5
impact = [{ after = "m", delay = { optimistic = "1d", likely = "2d", pessimistic = "2w" } }]
mitigated = { impact = [{ after = "m", delay = "1d" }] }
[risk.r3]
probability = 0.3
impact = [{ after = "Q", delay = "2ed" }, { after = "P", delay = "1d" }, { work = "c", delay = "-3d" }]
[risk.r4]
probability = 0.3
[risk.r5]
status = "occurred"
impact = [{ cost = 900 }]
`

// The answer depends on the plan and the seed, not on how many cores work on it.
func TestSimulationIsTheSameEverywhere(t *testing.T) {
	for _, text := range []string{manyThings, strings.Replace(manyThings, "actual_start = 2026-01-14\npercent = 25\n", "", 1)} {
		var first []byte
		for _, cores := range []int{1, 8, 1, 3} {
			old := runtime.GOMAXPROCS(cores)
			var b bytes.Buffer
			s := simulateText(t, text, SimulateOptions{Trials: 3000})
			if err := WriteSimulationJSON(&b, s); err != nil {
				t.Fatal(err)
			}
			if err := WriteSimulationTable(&b, s); err != nil {
				t.Fatal(err)
			}
			if err := WriteSimulationCSV(&b, s); err != nil {
				t.Fatal(err)
			}
			runtime.GOMAXPROCS(old)
			if first == nil {
				first = b.Bytes()
			} else if !bytes.Equal(first, b.Bytes()) {
				t.Fatalf("with %d cores:\n%s", cores, b.String())
			}
		}
		var other bytes.Buffer
		if err := WriteSimulationTable(&other, simulateText(t, text, SimulateOptions{Trials: 3000, Seed: 2})); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(first, other.Bytes()) {
			t.Error("another seed gives the same trials")
		}
	}
}

// What has no width is exact, and what is finished does not vary.
func TestNothingUncertain(t *testing.T) {
	for name, text := range map[string]string{
		"three equal points": "[work.a]\nduration = { optimistic = \"7d\", likely = \"7d\", pessimistic = \"7d\" }\n",
		"no spread":          "[plan.simulation]\nspread = { optimistic = 1, pessimistic = 1 }\n[work.a]\nduration = \"7d\"\n[work.b]\nduration = \"3d\"\nafter = [\"a\"]\n",
		"finished":           "[work.a]\nduration = { optimistic = \"1d\", likely = \"7d\", pessimistic = \"20d\" }\npercent = 100\n[risk.r]\nprobability = 0.5\nimpact = [{ work = \"a\", delay = \"1w\" }]\n",
		"never and always":   "[plan.simulation]\nspread = { optimistic = 1, pessimistic = 1 }\n[work.a]\nduration = \"7d\"\n[risk.r]\nprobability = 0\nimpact = [{ work = \"a\", delay = \"1w\" }]\n",
		"nothing open":       "[milestone.m]\n",
	} {
		s := simulateText(t, text, SimulateOptions{Trials: 2000})
		o := s.Finish
		if o.sorted[0] != o.Computed || o.P90 != o.Computed || o.Mean != o.Computed || o.SD != 0 || o.Error != 0 || o.ErrorTime != 0 || o.Chance != 1 || len(s.Drivers) > 0 {
			t.Errorf("%s: %+v", name, o)
		}
	}
	s := simulateText(t, "[plan.simulation]\nspread = { optimistic = 1, pessimistic = 1 }\n[work.a]\nduration = \"7d\"\n[risk.r]\nprobability = 1\nimpact = [{ work = \"a\", delay = \"1d\" }]\n", SimulateOptions{})
	if d := days(s, &s.Finish); d[0] != 8 || d[len(d)-1] != 8 {
		t.Errorf("a certain delay gives %v to %v days, want 8", d[0], d[len(d)-1])
	}
}

// Of begun work only what remains varies.
func TestBegunWork(t *testing.T) {
	for _, keys := range []string{"percent = 40\n", "remaining = \"6d\"\nactual_start = 2026-01-05\n"} {
		s := simulateText(t, "status_date = 2026-01-08\n[work.a]\nduration = { optimistic = \"5d\", likely = \"10d\", pessimistic = \"20d\", distribution = \"uniform\" }\n"+keys, SimulateOptions{})
		d := days(s, &s.Finish)
		// Four days are worked by the status date, six remain: from 3 to 12.
		if got := distance(d, cdfOf("uniform", 4+3, 10, 4+12)); got > onePercent(len(d)) {
			t.Errorf("%q: from %v to %v days, off by %.4f", keys, d[0], d[len(d)-1], got)
		}
	}
	s := simulateText(t, "[plan.simulation]\nspread = { optimistic = 1, pessimistic = 1 }\n[work.a]\nduration = \"10d\"\nactual_start = 2026-01-05\npercent = 50\n[risk.r]\nprobability = 1\nimpact = [{ work = \"a\", delay = \"2d\" }]\n", SimulateOptions{Trials: 10})
	if d := days(s, &s.Finish); d[0] != 12 {
		t.Errorf("begun work of 10 days that is delayed by 2 takes %v", d[0])
	}
}

// Work of a group goes together as a Gaussian copula says: Spearman's
// correlation is 6/π asin(r/2) (Kruskal 1958), and each keeps its distribution.
func TestCorrelation(t *testing.T) {
	work := `
[phase.P]
[work.a]
phase = "P"
duration = { optimistic = "5d", likely = "10d", pessimistic = "15d", distribution = "uniform" }
[work.b]
phase = "P"
duration = { optimistic = "5d", likely = "10d", pessimistic = "15d", distribution = "uniform" }
after = ["a"]
`
	for _, r := range []float64{0, 0.3, 0.7, 1} {
		s := simulateText(t, fmt.Sprintf("[plan.simulation]\ncorrelation = %v\n%s", r, work), SimulateOptions{})
		_, sd := moments(days(s, &s.Finish), func(v float64) float64 { return v })
		rank := 6 / math.Pi * math.Asin(r/2)
		// Of uniform quantities rank correlation is correlation.
		want := 2 * 100.0 / 12 * (1 + rank)
		if math.Abs(sd*sd/want-1) > 0.04 {
			t.Errorf("correlation %v: the sum has the variance %v, want %v", r, sd*sd, want)
		}
		m := newModel(s.Schedule, SimulateOptions{})
		w := newWorker(m)
		w.sample(3, 500)
		for _, row := range w.d.rows {
			var d []float64
			for _, v := range row[:500] {
				d = append(d, float64(v)/480)
			}
			slices.Sort(d)
			if got := distance(d, cdfOf("uniform", 5, 10, 15)); got > 0.005 {
				t.Errorf("correlation %v: a slice is off its distribution by %.4f", r, got)
			}
		}
	}
	byRole := "[plan.simulation]\ncorrelation = 1\ncorrelate_by = \"role\"\n[role.x]\n[role.y]\n" +
		strings.NewReplacer("after = [\"a\"]\n", "after = [\"a\"]\nassign = { x = 1 }\n").Replace(work)
	s := simulateText(t, byRole, SimulateOptions{})
	if _, sd := moments(days(s, &s.Finish), func(v float64) float64 { return v }); math.Abs(sd*sd/(2*100.0/12)-1) > 0.04 {
		t.Errorf("work of different roles has the variance %v", sd*sd)
	}
}

// What a risk would give back is the difference of the same trials, with and
// without it.
func TestRisksAway(t *testing.T) {
	text := `
currency = "EUR"
[plan.simulation]
spread = { optimistic = 1, pessimistic = 1 }
[work.a]
duration = "10d"
assign = { dev = 1 }
[work.b]
duration = "8d"
[milestone.end]
after = ["a", "b"]
target = 2026-01-16
[role.dev]
rate = "100/d"
[budget.reserve]
total = 350
contingency = true
[risk.slow]
probability = 0.4
impact = [{ work = "a", delay = "4d" }]
mitigated = { probability = 0.1, impact = [{ work = "a", delay = "3d" }] }
mitigation_cost = 50
[risk.float]
probability = 0.9
impact = [{ work = "b", delay = "2d" }]
[risk.fee]
probability = 0.5
impact = [{ cost = 70 }]
`
	s := simulateText(t, text, SimulateOptions{})
	slow, float, fee := s.Risks[0], s.Risks[1], s.Risks[2]
	if slow.Removed.Gain != 4*480 || slow.Removed.Chance != 1 || slow.Removed.Mean != 4*480*4/10 {
		t.Errorf("without the slow risk: %+v", slow.Removed)
	}
	// 10 days at 100, 4 more with 40 %, 70 with 50 %.
	if s.Cost.Planned != 100_000 || s.Cost.P80 != 140_000 && s.Cost.P80 != 147_000 || slow.Removed.Cost80 != 107_000 {
		t.Errorf("costs %+v, without the slow risk %d", *s.Cost, slow.Removed.Cost80)
	}
	if float.Removed.Gain != 0 || float.Removed.Mean != 0 || fee.Removed.Gain != 0 || fee.Removed.Cost80 != 140_000 {
		t.Errorf("without the others: %+v, %+v", float.Removed, fee.Removed)
	}
	if slow.Mitigated == nil || slow.Mitigated.Gain != 4*480 || math.Abs(slow.Mitigated.Chance-0.9) > 0.002 || s.Mitigation.Cost80 != slow.Mitigated.Cost80 {
		t.Errorf("mitigated: %+v", slow.Mitigated)
	}
	if math.Abs(s.Finish.ChanceBy(s.Finish.Computed)-0.6) > 0.001 || math.Abs(s.Cost.Chance-0.6) > 0.01 {
		t.Errorf("chances %v, %v", s.Finish.OfComputed, s.Cost.Chance)
	}
	if got := s.Drivers[0].Risk; got == nil || got.Risk.ID != "slow" || len(s.Drivers) != 1 {
		t.Errorf("drivers %+v", s.Drivers)
	}
	after := simulateText(t, text, SimulateOptions{Mitigated: true})
	if after.Finish.P80 != s.Mitigation.P80 || after.Cost.P80 != s.Mitigation.Cost80 {
		t.Errorf("mitigated plan: %s, %d; as a variant %s, %d", after.Finish.P80, after.Cost.P80, s.Mitigation.P80, s.Mitigation.Cost80)
	}
}

// A delay of a phase comes once into each chain of it, a delay after a point
// makes its followers wait.
func TestWhereDelaysGo(t *testing.T) {
	const network = `
[plan.simulation]
spread = { optimistic = 1, pessimistic = 1 }
[phase.P]
[work.a]
phase = "P"
duration = "2d"
[work.b]
phase = "P"
duration = "3d"
after = ["a"]
[work.outside]
duration = "1d"
after = ["b"]
[work.c]
phase = "P"
duration = "1d"
after = ["outside"]
[work.d]
phase = "P"
duration = "4d"
[milestone.m]
phase = "P"
after = ["P"]
[work.e]
duration = "2d"
after = ["m", "b"]
[milestone.end]
after = ["e"]
[risk.r]
probability = 1
impact = [IMPACT]
`
	for impact, want := range map[string]string{
		`{ work = "P", delay = "10d" }`:                                "m 17 end 19", // a and d are late by 10, once
		`{ work = "b", delay = "1d" }`:                                 "m 8 end 10",
		`{ after = "m", delay = "2d" }`:                                "m 7 end 11",
		`{ after = "P", delay = "2d" }`:                                "m 9 end 11",
		`{ after = "b", delay = "2d" }`:                                "m 9 end 11",
		`{ after = "b", delay = "2d" }, { after = "b", delay = "1d" }`: "m 10 end 12",
		`{ after = "d", delay = "2d" }`:                                "m 7 end 9", // only the phase waits for d, and has float
		`{ after = "d", delay = "5d" }`:                                "m 9 end 11",
		`{ work = "b", delay = "-2d" }, { work = "a", delay = "-5d" }`: "m 4 end 6",
		`{ work = "a", delay = "7ed" }`:                                "m 12 end 14",
	} {
		s := simulateText(t, strings.Replace(network, "IMPACT", impact, 1), SimulateOptions{Trials: 3})
		got := ""
		for _, o := range s.Milestones {
			got += fmt.Sprintf(" %s %v", o.Milestone.ID, days(s, &o)[0])
		}
		if got = strings.TrimSpace(got); got != want {
			t.Errorf("%s: %s, want %s", impact, got, want)
		}
		if s.Schedule.Activity("m").EarlyFinish != s.Milestones[0].Computed {
			t.Error("the computed date is not that of the schedule")
		}
	}
}

// A slice of trials allocates nothing.
func TestTrialsAllocateNothing(t *testing.T) {
	for name, text := range map[string]string{"calendars": manyThings, "lattice": strings.NewReplacer("actual_start = 2026-01-14\npercent = 25\n", "", "percent = 100\n", "").Replace(manyThings)} {
		s, list := computeText(t, "[plan]\nstart = 2026-01-05\n"+text)
		if s == nil {
			t.Fatal(formatAll(list))
		}
		m := newModel(s, SimulateOptions{})
		if (m.lattice != nil) != (name == "lattice") {
			t.Fatalf("%s: lattice %t", name, m.lattice != nil)
		}
		m.run(nil)
		w := newWorker(m)
		w.run(0)
		if n := testing.AllocsPerRun(3, func() { w.run(1) }); n != 0 {
			t.Errorf("%s: %v allocations in a slice of trials", name, n)
		}
	}
}

func TestSortKeys(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	keys := make([]uint64, 700)
	for i := range keys {
		keys[i] = random.Uint64()>>31<<16 | uint64(i)
	}
	want := slices.Clone(keys)
	slices.Sort(want)
	sortKeys(keys, make([]uint64, len(keys)))
	if !slices.Equal(keys, want) {
		t.Error("keys are not in order")
	}
}

func TestDefaultsOfSimulation(t *testing.T) {
	s := (plan.Simulation{}).WithDefaults()
	if s.Trials != 10_000 || s.Seed != 1 || s.Distribution != "pert" || s.Spread.Pessimistic.Value != 1.3 || s.Probabilities.Of("medium").Value != 0.4 {
		t.Errorf("%+v", s)
	}
}
