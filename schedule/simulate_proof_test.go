package schedule

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"milepost/schedule/calendar"
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

// daysOf returns the finishes as working days from the start of the plan.
func daysOf(s *Simulation, o *Outcome) []float64 {
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
				d := daysOf(s, &s.Finish)
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
			d := daysOf(s, &s.Finish)
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
	d := daysOf(s, &s.Finish)
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
		if got := distance(daysOf(s, o), product); got > onePercent(trials) {
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

// The later of two independent uniform durations from a to b has the mean
// a + 2(b-a)/3 and the median a + (b-a)/√2; each alone has the mean (a+b)/2. So
// the merge bias is (b-a)/6, and no part of how far the median is from the
// computed finish.
func TestMergeBiasOfTwoUniforms(t *testing.T) {
	const day = 8 * 60
	s := simulateText(t, `
[work.a]
duration = { optimistic = "10d", likely = "20d", pessimistic = "30d", distribution = "uniform" }
[work.b]
duration = { optimistic = "10d", likely = "20d", pessimistic = "30d", distribution = "uniform" }
`, SimulateOptions{Trials: 10_000})
	near := func(what string, got calendar.Work, want float64) {
		// Four standard errors of the mean, (b-a)/√18/√10,000, are 0.19 days.
		if math.Abs(float64(got)/day-want) > 0.19 {
			t.Errorf("%s is %.3f days, want %.3f", what, float64(got)/day, want)
		}
	}
	near("the merge bias", s.MergeTime, 20.0/6)
	near("the median after the computed finish", s.Schedule.Calendar.Between(s.Finish.Computed, s.Finish.P50), 20/math.Sqrt2-10)
	if got, want := s.MergeBias(), "On average the trials finish "+workText(s.MergeTime, s.Schedule.Calendar)+" later than the plan would with every duration at its average"; !strings.Contains(got, want) {
		t.Errorf("the merge bias is told as %q, want %q", got, want)
	}
	serial := simulateText(t, `
[work.a]
duration = { optimistic = "10d", likely = "20d", pessimistic = "30d", distribution = "uniform" }
[work.b]
duration = { optimistic = "10d", likely = "20d", pessimistic = "30d", distribution = "uniform" }
after = ["a"]
`, SimulateOptions{Trials: 10_000})
	near("the merge bias of a chain", serial.MergeTime, 0)
}

// What the trials are compared with is said, and the whole budget where it holds
// more.
func TestCostSentenceNamesTheBudget(t *testing.T) {
	text := func(budget string) string {
		return simulateText(t, `
[work.a]
duration = { optimistic = "1w", likely = "1w", pessimistic = "1w" }
cost = 4_000
[risk.r]
probability = 0.3
impact = [{ cost = 2_000 }]
`+budget, SimulateOptions{Trials: 1000}).CostSentence()
	}
	for budget, want := range map[string]string{
		"": "The budget holds no contingency: the planned cost of the work is enough in 70% of the trials, and in 70% the date is met as well.",
		"[budget.x]\ntotal = 12_000\n[budget.y]\ntotal = 1_000\ncontingency = true\n": "The planned cost of the work and the contingency, 5,000 USD together, are enough in 70% of the trials, and in 70% the date is met as well; the whole budget of 13,000 USD covers the cost in 100%.",
		"[budget.x]\ntotal = 4_000\n[budget.y]\ntotal = 1_000\ncontingency = true\n":  "The planned cost of the work and the contingency, 5,000 USD together, are enough in 70% of the trials, and in 70% the date is met as well.",
	} {
		if got := text(budget); !strings.HasSuffix(got, want) {
			t.Errorf("%q: %q, want at its end %q", budget, got, want)
		}
	}
}

// Few trials say so, instead of a standard error that means nothing.
func TestFewTrials(t *testing.T) {
	for trials, want := range map[int]string{
		1:  "1 trial with seed 1: too few trials to say how sure this is.",
		3:  "3 trials with seed 1: too few trials to say how sure this is.",
		19: "19 trials with seed 1: too few trials to say how sure this is.",
		20: "20 trials with seed 1; another seed would move the 80% by about ",
	} {
		s := simulateText(t, "[work.a]\nduration = \"4w\"\n", SimulateOptions{Trials: trials})
		if got := s.Precision(); !strings.HasPrefix(got, want) {
			t.Errorf("%d trials: %q, want %q", trials, got, want)
		}
	}
}

// Working time is rounded to the smaller of the two units that are shown, as on
// the pages.
func TestWorkText(t *testing.T) {
	s, _ := computeText(t, "[plan]\nstart = 2026-01-05\n[work.a]\nduration = \"1d\"\n")
	for w, want := range map[calendar.Work]string{0: "no time", 59: "59 minutes", 479: "7 hours 59 minutes", 480: "1 day", 509: "1 day", 510: "1 day 1 hour",
		1251: "2 days 5 hours", 959: "2 days", 2399: "1 week", 2400: "1 week", 2639: "1 week", 2640: "1 week 1 day", 4799: "2 weeks"} {
		if got := workText(w, s.Calendar); got != want {
			t.Errorf("%d minutes are %q, want %q", w, got, want)
		}
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
			weeks := daysOf(alone, &alone.Finish)
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
