package schedule

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// bigPlan returns a plan of n work packages with two predecessors each, in
// phases of a hundred, a tenth of the dependencies with a type and a lag.
func bigPlan(t testing.TB, n int) *plan.Plan {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	p := &plan.Plan{}
	p.Kind, p.Start = "plan", calendar.DateOf(2026, 1, 5)
	lag, err := plan.ParseDuration("2d")
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if i%100 == 0 {
			ph := &plan.Phase{}
			ph.Kind, ph.ID = "phase", fmt.Sprintf("P%d", i/100)
			p.Phases = append(p.Phases, ph)
		}
		d, err := plan.ParseDuration(fmt.Sprintf("%dh", 1+random.IntN(80)))
		if err != nil {
			t.Fatal(err)
		}
		w := &plan.WorkPackage{Phase: p.Phases[len(p.Phases)-1].ID, Duration: plan.Estimate{Likely: d}}
		w.Kind, w.ID = "work", fmt.Sprintf("w%d", i)
		for range min(i, 2) {
			dep := plan.Dependency{Pred: fmt.Sprintf("w%d", i-1-random.IntN(min(i, 1000))), Kind: "work"}
			if random.IntN(10) == 0 {
				dep.Type, dep.Lag.Duration = plan.DependencyType(random.IntN(4)), lag
			}
			w.After = append(w.After, dep)
		}
		p.Work = append(p.Work, w)
	}
	return p
}

var sizes = []int{1_000, 10_000, 100_000}

// perActivity runs a benchmark and reports its time and allocation for each of n
// activities, which should not grow with n.
func perActivity(b *testing.B, n int, run func()) {
	b.ReportAllocs()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	processor := processorTime()
	for b.Loop() {
		run()
	}
	processor = processorTime() - processor
	runtime.ReadMemStats(&after)
	each := float64(b.N) * float64(n)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/each, "ns/activity")
	b.ReportMetric(float64(processor.Nanoseconds())/each, "cpu-ns/activity")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/each, "B/activity")
}

// A whole schedule from a plan that is loaded: "make bench" should show no more
// than 150 ms for 100,000 activities with 200,000 dependencies on one core.
func BenchmarkCompute(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := bigPlan(b, n)
			p.Index()
			perActivity(b, n, func() {
				if s, list := Compute(p, Options{}); s == nil {
					b.Fatal(formatAll(list))
				}
			})
		})
	}
}

// The passes alone, as a simulation repeats them.
func BenchmarkPasses(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			net := newNetwork(frame(bigPlan(b, n)))
			if !net.sort() {
				b.Fatal("cycle")
			}
			d := net.newDates()
			perActivity(b, n, func() {
				net.forward(d, net.duration)
				net.backward(d, net.duration, late)
				net.backward(d, net.duration, free)
				net.backward(d, net.duration, scheduled)
			})
		})
	}
}

func BenchmarkForward(b *testing.B) {
	net := newNetwork(frame(bigPlan(b, 100_000)))
	if !net.sort() {
		b.Fatal("cycle")
	}
	d := net.newDates()
	b.ReportAllocs()
	for b.Loop() {
		net.forward(d, net.duration)
	}
}

// addRoles gives each work package of a plan one of so many roles, each with a
// capacity of so many.
func addRoles(p *plan.Plan, roles int, capacity int64) {
	for k := range roles {
		r := &plan.Role{}
		r.Kind, r.ID = "role", fmt.Sprintf("r%d", k)
		r.Capacity = plan.UnitsOf(10_000 * capacity)
		p.Roles = append(p.Roles, r)
	}
	for i, w := range p.Work {
		w.Assign = plan.Assignments{{Who: p.Roles[i*7%roles].ID, Kind: "role", Units: plan.UnitsOf(10_000)}}
	}
}

func BenchmarkLevel(b *testing.B) {
	for _, n := range sizes[:2] {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := bigPlan(b, n)
			addRoles(p, 20, int64(2+n/3000)) // the plan takes a quarter longer for it
			b.ReportAllocs()
			for b.Loop() {
				if s, list := Compute(p, Options{Level: new(true)}); s == nil {
					b.Fatal(formatAll(list))
				}
			}
		})
	}
}
