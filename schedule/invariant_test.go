package schedule

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
)

// The passes agree with the definition, whatever the calendars, lags and nested
// phases.
func TestEarlyDatesAgainstOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, true)
		if rapid.Bool().Draw(t, "progress") {
			sk = sk.withProgress(t)
		}
		s := sk.compute(t)
		o := newOracle(s)
		for _, a := range s.Activities {
			if o.begun(a) && a.Resume != o.resume[a.ID] {
				t.Fatalf("%s is resumed at %s, want %s", a.ID, a.Resume, o.resume[a.ID])
			}
			if a.EarlyStart != o.start[a.ID] || a.EarlyFinish != o.finish[a.ID] {
				t.Fatalf("%s is at %s to %s, want %s to %s", a.ID, a.EarlyStart, a.EarlyFinish, o.start[a.ID], o.finish[a.ID])
			}
		}
	})
}

// If everything is as late as its late dates allow, every dependency still
// holds and nothing is after the finish of the plan.
func TestLateDatesKeepEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, true)
		if sk.countsFromLengthOfPhase() {
			return // it changes when its members are late
		}
		if rapid.Bool().Draw(t, "progress") {
			sk = sk.withProgress(t)
		}
		s := sk.compute(t)
		o := newOracle(s)
		for _, a := range s.Activities {
			o.start[a.ID], o.finish[a.ID] = a.LateStart, a.LateFinish
		}
		for _, a := range s.Activities {
			start := a.LateStart
			if o.begun(a) {
				start = a.Calendar.Add(a.LateFinish, -a.Remaining)
			}
			if v := o.violated(a, start, a.LateFinish); v != "" && !a.Done() {
				t.Fatalf("%s at its late dates %s to %s does not keep %s", a.ID, a.LateStart, a.LateFinish, v)
			}
			if a.LateFinish > s.Finish || a.LateStart < a.EarlyStart || a.LateFinish < a.EarlyFinish || a.TotalFloat < 0 {
				t.Fatalf("%s: early %s to %s, late %s to %s, float %d", a.ID, a.EarlyStart, a.EarlyFinish, a.LateStart, a.LateFinish, a.TotalFloat)
			}
		}
	})
}

// Total float is exactly how far an activity can slip: by so much the finish of
// the plan stays, one minute more and it moves. Free float likewise, for the
// early dates of all others.
func TestFloatIsWhatItSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, true)
		if sk.countsFromLengthOfPhase() {
			return // it changes when a member slips
		}
		if rapid.Bool().Draw(t, "progress") {
			sk = sk.withProgress(t)
		}
		s := sk.compute(t)
		i := rapid.IntRange(0, len(sk.activities)-1).Draw(t, "slips")
		a := s.Activity(activityID(i))
		if a.Done() {
			return
		}
		begun := newOracle(s).begun(a)
		slip := func(w calendar.Work) *Schedule {
			if begun {
				to := a.Calendar.Add(a.EarlyFinish, w)
				return sk.with(i, fmt.Sprintf("finish_no_earlier_than = %s", to.Time().Format("2006-01-02T15:04:05"))).compute(t)
			}
			to := a.Calendar.Add(a.EarlyStart, w)
			return sk.with(i, fmt.Sprintf("start_no_earlier_than = %s", to.Time().Format("2006-01-02T15:04:05"))).compute(t)
		}
		moved := func(other *Schedule) string {
			if other.Finish != s.Finish {
				return "the finish of the plan"
			}
			for _, b := range s.Activities {
				if c := other.Activity(b.ID); b.ID != a.ID && (b.EarlyStart != c.EarlyStart || b.EarlyFinish != c.EarlyFinish) {
					return b.ID
				}
			}
			return ""
		}
		if got := slip(a.TotalFloat).Finish; got != s.Finish {
			t.Fatalf("%s slips by its total float %d and moves the finish from %s to %s", a.ID, a.TotalFloat, s.Finish, got)
		}
		if other := slip(a.FreeFloat); moved(other) != "" {
			t.Fatalf("%s slips by its free float %d and moves %s", a.ID, a.FreeFloat, moved(other))
		}
		if sk.countsFromStartOfPhase() {
			return // another member may start the phase instead
		}
		if slip(a.TotalFloat+1).Finish <= s.Finish {
			t.Fatalf("%s slips by more than its total float %d and the finish stays", a.ID, a.TotalFloat)
		}
		if moved(slip(a.FreeFloat+1)) == "" {
			t.Fatalf("%s slips by more than its free float %d and nothing moves", a.ID, a.FreeFloat)
		}
	})
}

// On one calendar 0 <= free float <= total float.
func TestFreeFloatWithinTotalFloat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, a := range drawSketch(t, false).compute(t).Activities {
			if a.FreeFloat < 0 || a.FreeFloat > a.TotalFloat {
				t.Fatalf("%s: free float %d, total float %d", a.ID, a.FreeFloat, a.TotalFloat)
			}
		}
	})
}

// From the finish of the plan driving links lead back to its start through
// activities without float.
func TestCriticalChain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, false)
		if sk.countsFromStartOfPhase() || sk.hasElapsedLag() {
			return // a lag that ends at night leaves its predecessor some float
		}
		s := sk.compute(t)
		i := slices.IndexFunc(s.Activities, func(a *Activity) bool { return a.EarlyFinish == s.Finish })
		for a := s.Activities[i]; ; {
			if !a.Critical() {
				t.Fatalf("%s has float %d and decides the finish", a.ID, a.TotalFloat)
			}
			if a.EarlyStart <= s.Start {
				return
			}
			k := slices.IndexFunc(a.Predecessors(), func(l Link) bool { return l.Driving })
			if k < 0 {
				t.Fatalf("%s starts on %s and nothing drives it", a.ID, a.EarlyStart)
			}
			if l := a.Predecessors()[k]; l.Activity != nil {
				a = l.Activity
			} else {
				a = lastMember(l.Phase)
			}
		}
	})
}

func lastMember(ph *PhaseDates) *Activity {
	var last *Activity
	for _, a := range ph.Activities {
		if last == nil || a.EarlyFinish > last.EarlyFinish {
			last = a
		}
	}
	for _, child := range ph.Children {
		if a := lastMember(child); a != nil && (last == nil || a.EarlyFinish > last.EarlyFinish) {
			last = a
		}
	}
	return last
}

// One more dependency never makes the plan finish earlier.
func TestDependencyNeverHelps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, true)
		before := sk.compute(t).Finish
		to := rapid.IntRange(0, len(sk.activities)-1).Draw(t, "to")
		if to == 0 {
			return
		}
		from := rapid.IntRange(0, to-1).Draw(t, "from")
		if slices.ContainsFunc(sk.activities[to].after, func(d string) bool { return strings.HasPrefix(d+" ", activityID(from)+" ") }) {
			return
		}
		sk.activities[to].after = append(sk.activities[to].after, activityID(from)+drawRelation(t))
		if sk.countsFromLengthOfPhase() {
			return // it is shorter if what starts first starts later
		}
		if after := sk.compute(t).Finish; after < before {
			t.Fatalf("the finish goes from %s to %s", before, after)
		}
	})
}

// The order of the tables and the names of the ids decide nothing.
func TestOrderAndNamesDecideNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, true)
		s := sk.compute(t)
		order := make([]int, len(sk.activities)+len(sk.phases))
		for i := range order {
			order[i] = i
		}
		order = rapid.Permutation(order).Draw(t, "order")
		name := func(id string) string { return "z" + strings.ToUpper(id[1:]+id[:1]) + "-" }
		other, _ := computeText(t, sk.text(order, name))
		for _, a := range s.Activities {
			b := other.Activity(name(a.ID))
			if a.EarlyStart != b.EarlyStart || a.EarlyFinish != b.EarlyFinish || a.LateStart != b.LateStart ||
				a.LateFinish != b.LateFinish || a.TotalFloat != b.TotalFloat || a.FreeFloat != b.FreeFloat {
				t.Fatalf("%s changes from %+v to %+v", a.ID, documentOf(a), documentOf(b))
			}
		}
	})
}

// A dependency that closes a loop is told with that loop: each link is a
// dependency of the plan or a membership in a phase, and leads on to the next.
func TestCycleIsALoop(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, false)
		from := rapid.IntRange(0, len(sk.activities)-1).Draw(t, "from")
		to := rapid.IntRange(0, len(sk.activities)-1).Draw(t, "to")
		if from == to || slices.ContainsFunc(sk.activities[to].after, func(d string) bool { return strings.HasPrefix(d, activityID(from)+" ") }) {
			return
		}
		sk.activities[to].after = append(sk.activities[to].after, activityID(from))
		order := make([]int, len(sk.activities)+len(sk.phases))
		for i := range order {
			order[i] = i
		}
		order = rapid.Permutation(order).Draw(t, "order")
		s, list := computeText(t, sk.text(order, func(id string) string { return id }))
		if s != nil {
			return
		}
		for _, d := range list {
			loop := strings.Split(strings.TrimSuffix(d.Message, " wait for each other"), " → ")
			if len(loop) != len(d.Notes)+1 || loop[0] != loop[len(loop)-1] {
				t.Fatalf("not a loop: %s", d.Format())
			}
			if unique := slices.Compact(slices.Sorted(slices.Values(loop[1:]))); len(unique) != len(loop)-1 {
				t.Fatalf("something is named twice: %s", d.Format())
			}
			for i, note := range d.Notes {
				a, b := loop[i], loop[i+1]
				switch note.Message {
				case a + " waits for " + b:
					if !sk.waits(a, b) {
						t.Fatalf("%s does not wait for %s: %s", a, b, d.Format())
					}
				case a + " is in " + b, b + " is in " + a:
					if !sk.isIn(a, b) && !sk.isIn(b, a) {
						t.Fatalf("neither of %s and %s is in the other: %s", a, b, d.Format())
					}
				default:
					t.Fatalf("link %d: %s", i, d.Format())
				}
				if note.Pos.Line == 0 {
					t.Fatalf("no place: %s", d.Format())
				}
			}
			if slices.ContainsFunc(d.Notes, func(n diag.Note) bool { return strings.Contains(n.Message, "waits") }) == false {
				t.Fatalf("nobody waits: %s", d.Format())
			}
		}
	})
}

// Constraints that say "no later" and deadlines move no early date; they bound
// the late ones, and a constraint that says "no earlier" is kept.
func TestConstraints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, true)
		free := sk.compute(t)
		i := rapid.IntRange(0, len(sk.activities)-1).Draw(t, "activity")
		id := activityID(i)
		at := free.Start + calendar.Instant(rapid.IntRange(0, 20*calendar.MinutesPerDay).Draw(t, "at"))
		line := func(key string) string { return key + " = " + at.Time().Format("2006-01-02T15:04:05") }
		for _, key := range []string{"start_no_later_than", "finish_no_later_than", "deadline"} {
			s := sk.with(i, line(key)).compute(t)
			for _, a := range s.Activities {
				if b := free.Activity(a.ID); a.EarlyStart != b.EarlyStart || a.EarlyFinish != b.EarlyFinish || a.TotalFloat > b.TotalFloat {
					t.Fatalf("%s of %s moves %s or gives it float", key, id, a.ID)
				}
			}
			a := s.Activity(id)
			if key == "start_no_later_than" && a.LateStart > at || key != "start_no_later_than" && a.LateFinish > at {
				t.Fatalf("with %s the late dates are %s to %s", line(key), a.LateStart, a.LateFinish)
			}
		}
		for _, key := range []string{"start_no_earlier_than", "must_start_on"} {
			if a := sk.with(i, line(key)).compute(t).Activity(id); a.EarlyStart < at {
				t.Fatalf("with %s it starts on %s", line(key), a.EarlyStart)
			}
		}
		for _, key := range []string{"finish_no_earlier_than", "must_finish_on"} {
			if a := sk.with(i, line(key)).compute(t).Activity(id); a.Calendar.Between(a.EarlyFinish, at) > 0 {
				t.Fatalf("with %s it finishes on %s", line(key), a.EarlyFinish)
			}
		}
	})
}

// Work that is as late as possible moves nothing but itself, cannot be later
// without moving something, and has used as much of its float.
func TestAsLateAsPossible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, true)
		if sk.countsFromLengthOfPhase() {
			return
		}
		before := sk.compute(t)
		i := rapid.IntRange(0, len(sk.activities)-1).Draw(t, "activity")
		s := sk.with(i, "as_late_as_possible = true").compute(t)
		for _, a := range s.Activities {
			b := before.Activity(a.ID)
			if a.ID != activityID(i) && (a.Start != b.Start || a.Finish != b.Finish) || a.EarlyStart != b.EarlyStart {
				t.Fatalf("%s moves", a.ID)
			}
			if used := a.Calendar.Between(a.EarlyFinish, a.Finish); a.TotalFloat != b.TotalFloat-used || a.TotalFloat < 0 {
				t.Fatalf("%s has %d minutes of total float, had %d and was moved by %d", a.ID, a.TotalFloat, b.TotalFloat, used)
			}
		}
		a, b := s.Activity(activityID(i)), before.Activity(activityID(i))
		if got := a.Calendar.Between(a.EarlyFinish, a.Finish); got != b.FreeFloat || a.FreeFloat != 0 {
			t.Fatalf("%s is scheduled %d minutes after its early dates, its free float was %d and is %d", a.ID, got, b.FreeFloat, a.FreeFloat)
		}
	})
}

// A second run over the same buffers gives the same dates, and the passes
// allocate nothing: also where work has begun, is as late as possible, has lags
// of every kind and calendars with exceptions.
func TestPassesAllocateNothing(t *testing.T) {
	for name, text := range map[string]string{"careconnect": careconnect(t), "progress": `
[plan]
start = 2026-01-05
status_date = 2026-01-14
[calendar.default]
country = "us"
[calendar.shop]
days = { mon = "08:00-12:00, 13:00-15:30", sat = "10:00-20:00" }
[phase.P]
[work.a]
phase = "P"
duration = "1w"
actual_start = 2026-01-05
percent = 40
[work.b]
duration = "2w"
calendar = "shop"
after = ["a SS+50%", "P FF-1d"]
remaining = "3d"
[milestone.m]
after = ["b FS+2ed"]
as_late_as_possible = true
[work.c]
duration = "3d"
after = ["m", "P"]
finish_no_later_than = 2026-01-20
`} {
		t.Run(name, func(t *testing.T) { passesAllocateNothing(t, text) })
	}
}

func passesAllocateNothing(t *testing.T, text string) {
	s, _ := computeText(t, text)
	n := newNetwork(s)
	if !n.sort() {
		t.Fatal("cycle")
	}
	d := n.newDates()
	run := func() {
		n.forward(d, n.duration)
		n.backward(d, n.duration, late)
		n.backward(d, n.duration, free)
		n.backward(d, n.duration, scheduled)
		n.tidy(d)
	}
	if allocs := testing.AllocsPerRun(10, run); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
	for i, a := range s.Activities {
		if d.earlyStart[i] != a.EarlyStart || d.lateFinish[i] != a.LateFinish || d.total[i] != a.TotalFloat || d.free[i] != a.FreeFloat {
			t.Errorf("%s differs after ten runs", a.ID)
		}
	}
}
