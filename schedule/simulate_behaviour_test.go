package schedule

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"milepost/schedule/plan"
)

// What a simulation does with progress, risks, groups, cores and seeds.

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
	if d := daysOf(s, &s.Finish); d[0] != 8 || d[len(d)-1] != 8 {
		t.Errorf("a certain delay gives %v to %v days, want 8", d[0], d[len(d)-1])
	}
}

// Of begun work only what remains varies.
func TestBegunWork(t *testing.T) {
	for _, keys := range []string{"percent = 40\n", "remaining = \"6d\"\nactual_start = 2026-01-05\n"} {
		s := simulateText(t, "status_date = 2026-01-08\n[work.a]\nduration = { optimistic = \"5d\", likely = \"10d\", pessimistic = \"20d\", distribution = \"uniform\" }\n"+keys, SimulateOptions{})
		d := daysOf(s, &s.Finish)
		// Four days are worked by the status date, six remain: from 3 to 12.
		if got := distance(d, cdfOf("uniform", 4+3, 10, 4+12)); got > onePercent(len(d)) {
			t.Errorf("%q: from %v to %v days, off by %.4f", keys, d[0], d[len(d)-1], got)
		}
	}
	s := simulateText(t, "[plan.simulation]\nspread = { optimistic = 1, pessimistic = 1 }\n[work.a]\nduration = \"10d\"\nactual_start = 2026-01-05\npercent = 50\n[risk.r]\nprobability = 1\nimpact = [{ work = \"a\", delay = \"2d\" }]\n", SimulateOptions{Trials: 10})
	if d := daysOf(s, &s.Finish); d[0] != 12 {
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
		_, sd := moments(daysOf(s, &s.Finish), func(v float64) float64 { return v })
		rank := 6 / math.Pi * math.Asin(r/2)
		// Of uniform quantities rank correlation is correlation.
		want := 2 * 100.0 / 12 * (1 + rank)
		if math.Abs(sd*sd/want-1) > 0.04 {
			t.Errorf("correlation %v: the sum has the variance %v, want %v", r, sd*sd, want)
		}
		m := newExperiment(s.Schedule, SimulateOptions{})
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
	if _, sd := moments(daysOf(s, &s.Finish), func(v float64) float64 { return v }); math.Abs(sd*sd/(2*100.0/12)-1) > 0.04 {
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
			got += fmt.Sprintf(" %s %v", o.Milestone.ID, daysOf(s, &o)[0])
		}
		if got = strings.TrimSpace(got); got != want {
			t.Errorf("%s: %s, want %s", impact, got, want)
		}
		if s.Schedule.Activity("m").EarlyFinish != s.Milestones[0].Computed {
			t.Error("the computed date is not that of the schedule")
		}
	}
}

// A levelled plan keeps its order in each trial: who hands a role to whom.
func TestSimulationOfLevelledPlan(t *testing.T) {
	const text = `
level = true
[plan.simulation]
spread = { optimistic = 1, pessimistic = 1 }
[work.a]
duration = "10d"
assign = { dev = 1 }
priority = 600
[work.b]
duration = "8d"
assign = { dev = 1 }
[milestone.m]
after = ["b"]
[milestone.end]
after = ["m"]
[role.dev]
capacity = 1
[risk.r]
probability = 1
impact = [IMPACT]
`
	for impact, want := range map[string]string{
		`{ work = "a", delay = "4d" }`:                                "m 22 end 22",
		`{ work = "b", delay = "4d" }, { after = "m", delay = "1d" }`: "m 22 end 23",
	} {
		s := simulateText(t, strings.Replace(text, "IMPACT", impact, 1), SimulateOptions{Trials: 3})
		got := ""
		for i := range s.Milestones {
			o := &s.Milestones[i]
			got += fmt.Sprintf(" %s %v", o.Milestone.ID, daysOf(s, o)[0])
			if at := s.Schedule.Calendar.Between(s.Schedule.Start, o.Computed); at != 18*480 {
				t.Errorf("%s is computed after %d minutes, want 18 days", o.Milestone.ID, at)
			}
		}
		if got = strings.TrimSpace(got); got != want {
			t.Errorf("%s: %s, want %s", impact, got, want)
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
		m := newExperiment(s, SimulateOptions{})
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

// What finished work has cost is a fact, whatever was planned; begun work costs
// what was spent and, with likely durations, the open share of its planned cost.
// Only what is still to go makes the cost vary.
func TestTrialsKeepActualCost(t *testing.T) {
	const text = `
[plan]
start = 2026-01-05
status_date = 2026-01-16
simulation = { trials = 1000, spread = { optimistic = %s, pessimistic = %s } }
[role.dev]
rate = "1_000/d"
[work.done]
duration = "5d"
assign = { dev = 1 }
actual_start = 2026-01-05
actual_finish = 2026-01-09
actual_cost = 7_000
[work.begun]
duration = "10d"
assign = { dev = 1 }
actual_start = 2026-01-12
percent = 50
actual_cost = 6_000
[work.open]
duration = "5d"
cost = 400
assign = { dev = 1 }
after = ["begun"]
`
	s, list := computeText(t, fmt.Sprintf(text, "1.0", "1.0"))
	if s == nil {
		t.Fatal(formatAll(list))
	}
	// 7,000 spent; 6,000 spent and half of 10,000 to come; 5,000 and 400 to come.
	if c := s.Simulate(SimulateOptions{}).Cost; c.P10 != 2_340_000 || c.P90 != 2_340_000 || c.P90 != s.CostAtCompletion().Minor {
		t.Errorf("without spread the trials cost %d to %d, at completion %d", c.P10, c.P90, s.CostAtCompletion().Minor)
	}
	s, _ = computeText(t, fmt.Sprintf(text, "0.8", "1.2"))
	// 10 days at 1,000 a day vary by a fifth at most.
	if c := s.Simulate(SimulateOptions{}).Cost; c.P10 < 2_140_000 || c.P90 > 2_540_000 || c.P10 == c.P90 {
		t.Errorf("the trials cost %d to %d", c.P10, c.P90)
	}
}

// Who simulates can recover from a panic of a worker, and learns where it was.
func TestPanicOfAWorker(t *testing.T) {
	for _, workers := range []int{1, 2, 4} {
		var first atomic.Bool
		var all sync.WaitGroup
		all.Add(workers)
		var got any
		func() {
			defer func() { got = recover() }()
			inParallel(workers, func() {
				all.Done()
				all.Wait() // so that every worker has one call
				if workers == 1 || first.CompareAndSwap(false, true) {
					panic("no such risk")
				}
			})
		}()
		if !strings.Contains(fmt.Sprint(got), "no such risk") {
			t.Errorf("%d workers: recovered %v", workers, got)
		}
	}
}
