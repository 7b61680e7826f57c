package schedule

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// Negative float has its cause: a constraint of the activity itself, or of one
// that waits for it, which is a finding with the chain that leads to it.
func TestNegativeFloatHasItsCause(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, true)
		if rapid.Bool().Draw(t, "progress") {
			sk = sk.withProgress(t)
		}
		for range rapid.IntRange(1, 3).Draw(t, "constraints") {
			key := rapid.SampledFrom([]string{"start_no_later_than", "finish_no_later_than", "deadline"}).Draw(t, "key")
			i := rapid.IntRange(0, len(sk.activities)-1).Draw(t, "activity")
			if slices.ContainsFunc(sk.activities[i].keys, func(line string) bool { return len(line) > len(key) && line[:len(key)] == key }) {
				continue
			}
			at := calendar.DateOf(2026, 1, 8).Start() + calendar.Instant(rapid.IntRange(0, 6*calendar.MinutesPerDay).Draw(t, "at"))
			sk = sk.with(i, fmt.Sprintf("%s = %s", key, at.Time().Format("2006-01-02T15:04:05")))
		}
		order := make([]int, len(sk.activities)+len(sk.phases))
		for i := range order {
			order[i] = i
		}
		s, list := computeText(t, sk.text(order, func(id string) string { return id }))
		if s == nil {
			t.Fatal(formatAll(list))
		}
		for _, a := range s.Activities {
			if a.TotalFloat >= 0 {
				continue
			}
			by, key := s.LateBound(a)
			if by == nil {
				t.Fatalf("%s has float %d, and nothing bounds it", a.ID, a.TotalFloat)
			}
			if !slices.ContainsFunc(list, func(d *diag.Diagnostic) bool {
				return (d.Code == CodeDeadline || d.Code == CodeConstraint) && d.Subject == by.Address() && d.Pos == by.At(key)
			}) {
				t.Fatalf("%s has float %d because of %s of %s, which is no finding:\n%s", a.ID, a.TotalFloat, key, by.ID, formatAll(list))
			}
		}
	})
}

// A plan that is made or changed in Go is scheduled as it is.
func TestPlanChangedInGo(t *testing.T) {
	p := bigPlan(t, 10)
	if s, list := Compute(p, Options{}); s == nil {
		t.Fatal(formatAll(list))
	}
	p.Work[3].ID = "renamed"
	for _, w := range p.Work {
		w.After = nil
	}
	added := &plan.WorkPackage{Duration: p.Work[0].Duration}
	added.Kind, added.ID = "work", "added"
	added.After = []plan.Dependency{{Pred: "renamed", Kind: "work"}, {Pred: "w3", Kind: "work"}}
	p.Work = append(p.Work, added)
	s, list := Compute(p, Options{})
	if s == nil {
		t.Fatal(formatAll(list))
	}
	if s.Activity("w3") != nil || s.Activity("renamed") != s.Activities[3] || s.Phase("P0") != s.Phases[0] || s.Activity("P0") != nil {
		t.Error("ids lead to other things")
	}
	if links := s.Activity("added").Predecessors(); len(links) != 1 || links[0].Activity.ID != "renamed" {
		t.Errorf("added waits for %v", links)
	}
	p.Work = p.Work[:5]
	if s, list = Compute(p, Options{}); s == nil || s.Activity("added") != nil || s.Phase("added") != nil {
		t.Error("what is gone is still there", formatAll(list))
	}
}

// A long chain that is too late is told in a moment: each activity finds its
// cause in the next, and not by a walk of its own to the end.
func TestCauseOfALongChain(t *testing.T) {
	const n = 20_000
	p := &plan.Plan{}
	p.Kind, p.Start = "plan", calendar.DateOf(2026, 1, 5)
	hour, err := plan.ParseDuration("1h")
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		w := &plan.WorkPackage{Duration: plan.Estimate{Likely: hour}}
		w.Kind, w.ID = "work", fmt.Sprintf("w%d", i)
		if i > 0 {
			w.After = []plan.Dependency{{Pred: fmt.Sprintf("w%d", i-1), Kind: "work"}}
		}
		p.Work = append(p.Work, w)
	}
	dated, _ := computeText(t, "[plan]\nstart = 2026-01-05\n[work.a]\nduration = \"1h\"\ndeadline = 2026-02-02\n")
	p.Work[n-1].Deadline = dated.Plan.Work[0].Deadline
	began := time.Now()
	s, list := Compute(p, Options{})
	if took := time.Since(began); took > 10*time.Second { // over a minute if each walks by itself
		t.Errorf("it took %s", took)
	}
	list = withoutGaps(list)
	if by, key := s.LateBound(s.Activities[0]); by != s.Activities[n-1] || key != "deadline" || len(list) != 1 {
		t.Errorf("%s is bound by %v, %s\n%s", s.Activities[0].ID, by, key, formatAll(list))
	}
}
