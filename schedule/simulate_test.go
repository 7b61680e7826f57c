package schedule

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// The pass without a calendar finds the same dates and the same critical
// activities as the one with it, whatever the network and the durations.
func TestLatticeAgreesWithForward(t *testing.T) {
	lattices := 0
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, false)
		s := sk.compute(t)
		n := s.network
		l := newLattice(n)
		if l == nil {
			return
		}
		lattices++
		const trials = 5
		d := &durations{constant: n.duration, rowOf: make([]int32, n.n), rows: make([][]calendar.Work, n.n)}
		for i := range n.n {
			d.rowOf[i] = int32(i)
			d.rows[i] = make([]calendar.Work, trials)
			for k := range trials {
				d.rows[i][k] = n.duration[i]
				if k > 0 && i < n.real && n.duration[i] > 0 {
					d.rows[i][k] = calendar.Work(rapid.IntRange(0, 2000).Draw(t, "minutes"))
				}
			}
		}
		tl := newTile(n)
		tl.width = trials
		ends := make([]int64, trials)
		l.clear(tl, trials)
		l.forward(tl, d, 0, trials)
		l.planFinish(tl, ends)
		starts, finishes := append([]int64(nil), tl.start...), append([]int64(nil), tl.finish...)

		w := newWalker(n)
		var want []int64
		for k := range trials {
			finish := w.forward(d, k)
			if got := l.date(ends[k]); got != finish {
				t.Fatalf("trial %d finishes on %s, want %s", k, got, finish)
			}
			for i := range n.real {
				at := i*trials + k
				if got := l.date(starts[at]); got != w.d.earlyStart[i] {
					t.Fatalf("trial %d: %s starts on %s, want %s", k, s.Activities[i].ID, got, w.d.earlyStart[i])
				}
				if got := l.date(finishes[at]); got != w.d.earlyFinish[i] {
					t.Fatalf("trial %d: %s finishes on %s, want %s", k, s.Activities[i].ID, got, w.d.earlyFinish[i])
				}
			}
			counts := make([]int64, n.n)
			w.trace(counts)
			want = append(want, counts...)
		}
		got := make([]int64, n.n)
		l.trace(tl, d, ends, 0, got)
		for i := range n.real {
			sum := int64(0)
			for k := range trials {
				sum += want[k*n.n+i]
			}
			if got[i] != sum {
				t.Fatalf("%s is critical %d times, want %d", s.Activities[i].ID, got[i], sum)
			}
		}
	})
	if lattices == 0 {
		t.Error("no plan had a lattice")
	}
}

// On one calendar without constraints the critical activities of a trial are
// those without total float.
func TestTraceIsTotalFloat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, false)
		if sk.countsFromLengthOfPhase() || sk.countsFromStartOfPhase() || sk.hasElapsedLag() {
			return
		}
		s := sk.compute(t)
		w := newWalker(s.network)
		w.forward(&durations{constant: s.network.duration}, 0)
		counts := make([]int64, s.network.n)
		w.trace(counts)
		for i, a := range s.Activities {
			if a.Critical() != (counts[i] > 0) {
				t.Fatalf("%s: float %d, critical in the trial: %t", a.ID, a.TotalFloat, counts[i] > 0)
			}
		}
	})
}

// Waits without a delay change no date, wherever they are.
func TestWaitsOfNoLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, true)
		s := sk.compute(t)
		var ids []string
		for _, a := range s.Activities {
			ids = append(ids, a.ID)
		}
		for _, ph := range s.Phases {
			ids = append(ids, ph.ID)
		}
		points := rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 1, len(ids), rapid.ID).Draw(t, "points")
		n := s.withWaits(points)
		d := n.newDates()
		n.forward(d, n.duration)
		if d.finish != s.Finish {
			t.Fatalf("waits after %v: the plan finishes on %s, want %s", points, d.finish, s.Finish)
		}
		for i, a := range s.Activities {
			if d.earlyStart[i] != a.EarlyStart || d.earlyFinish[i] != a.EarlyFinish {
				t.Fatalf("waits after %v: %s is at %s to %s, want %s to %s", points, a.ID, d.earlyStart[i], d.earlyFinish[i], a.EarlyStart, a.EarlyFinish)
			}
		}
	})
}

// addRisks adds risks to a big plan, each of a delay of work or of a phase.
func addRisks(t testing.TB, p *plan.Plan, n int) {
	t.Helper()
	delay, err := plan.ParseDuration("3d")
	if err != nil {
		t.Fatal(err)
	}
	chance := (plan.Simulation{}).WithDefaults().Probabilities.Of("low")
	for i := range n {
		r := &plan.Risk{Probability: chance}
		r.Kind, r.ID = "risk", fmt.Sprintf("r%d", i)
		im := plan.Impact{Work: p.Work[i*len(p.Work)/n].ID, Delay: plan.Delay{Estimate: plan.Estimate{Likely: delay}}}
		if i%4 == 0 {
			im.Work = p.Phases[i%len(p.Phases)].ID
		}
		r.Impact = append(r.Impact, im)
		p.Risks = append(p.Risks, r)
	}
}

// The aim on two cores: 10,000 trials of 1,000 activities within a second, of 100
// within a tenth.
func BenchmarkSimulate(b *testing.B) {
	for _, size := range []int{100, 1000} {
		for _, kind := range []string{"lattice", "risks", "calendars"} {
			b.Run(fmt.Sprintf("%d-%s", size, kind), func(b *testing.B) {
				p := bigPlan(b, size)
				if kind == "risks" {
					addRisks(b, p, 20)
				}
				s, _ := Compute(p, Options{})
				b.ReportAllocs()
				for b.Loop() {
					m := newExperiment(s, SimulateOptions{})
					if m.lattice == nil {
						b.Fatal("no lattice")
					}
					if kind == "calendars" {
						m.lattice = nil
					}
					m.run(nil)
					m.answer()
				}
			})
		}
	}
}

// The end of one minute and the beginning of the next are one instant within a
// working day and two at its end; what starts a phase is told by the instant.
func TestSameInstant(t *testing.T) {
	s, _ := computeText(t, "[plan]\nstart = 2026-01-05\n[work.a]\nduration = \"1d\"\n")
	l := newLattice(s.network)
	if noon, evening := int64(2*240), int64(2*480); !l.same(noon, noon+1) || l.same(evening, evening+1) || l.same(noon, noon+2) {
		t.Error("the same instant is told wrong")
	}
}
