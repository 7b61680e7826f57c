package schedule

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

const sketchRoles = `
[role.r1]
capacity = 1
[role.r2]
capacity = 2.5
[role.r3]
[person.p1]
roles = ["r3"]
[person.p2]
units = 0.5
roles = ["r3"]
`

// drawLoad adds assignments to the work of a sketch.
func drawLoad(t *rapid.T, sk *sketch) {
	units := rapid.SampledFrom([]string{"0.5", "1", "0.25"})
	for i := range sk.activities {
		if sk.activities[i].minutes == 0 {
			continue
		}
		who := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"r1", "r2", "r3", "p1"}), 0, 2, rapid.ID).Draw(t, "who")
		var parts []string
		for _, w := range who {
			parts = append(parts, w+" = "+units.Draw(t, "units"))
		}
		if len(parts) > 0 {
			sk.activities[i].keys = append(sk.activities[i].keys, "assign = { "+strings.Join(parts, ", ")+" }")
		}
	}
}

func levelText(t rapid.TB, text string, opts Options) (*Schedule, diag.List) {
	t.Helper()
	p, list, err := plan.Load(fstest.MapFS{"content/plan.toml": &fstest.MapFile{Data: []byte(text)}}, "content")
	if err != nil {
		t.Fatal(err)
	}
	if list.Failed() {
		t.Fatalf("the plan does not load:\n%s\n%s", formatAll(list), text)
	}
	opts.Level = true
	return Compute(p, opts)
}

// level levels the sketch, its tables in the order in which they were drawn.
func (sk *sketch) level(t rapid.TB, opts Options) (*Schedule, diag.List) {
	t.Helper()
	order := make([]int, len(sk.activities)+len(sk.phases))
	for i := range order {
		order[i] = i
	}
	return levelText(t, sk.text(order, func(id string) string { return id })+sketchRoles, opts)
}

// overload returns a time at which a resource is held more than there is of it.
func overload(s *Schedule, at Placement) string { return overloadFrom(s, at, never) }

func overloadAfter(s *Schedule, from calendar.Instant) string { return overloadFrom(s, Planned, from) }

func overloadFrom(s *Schedule, at Placement, from calendar.Instant) string {
	for _, r := range s.Resources {
		if !r.Limited() {
			continue
		}
		for _, sp := range s.Load(r, at) {
			if sp.held > r.supply() && sp.Finish > from && timeOf(sp, r, max(sp.Start, from), sp.Finish) > 0 {
				return fmt.Sprintf("%s from %s to %s: %v hold %d of %d", r.ID, sp.Start, sp.Finish, idsOf(sp.Activities), sp.Units, r.Capacity)
			}
		}
	}
	return ""
}

// violations returns a dependency that does not hold if everything is placed so.
func violations(s *Schedule, at Placement) string {
	o := &oracle{s: s, start: map[string]calendar.Instant{}, finish: map[string]calendar.Instant{}}
	for _, a := range s.Activities {
		o.start[a.ID], o.finish[a.ID] = at(a)
	}
	for _, a := range s.Activities {
		start, finish := at(a)
		if v := o.violated(a, start, finish); v != "" {
			return fmt.Sprintf("%s at %s to %s does not keep %s", a.ID, start, finish, v)
		}
	}
	return ""
}

func lateDates(a *Activity) (start, finish calendar.Instant) { return a.LateStart, a.LateFinish }

// A levelled schedule overloads nobody and keeps every dependency and calendar;
// so does the one in which everything is as late as its floats allow.
func TestLevelledKeepsEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, rapid.Bool().Draw(t, "calendars"))
		drawLoad(t, sk)
		budget := rapid.SampledFrom([]int{0, 1, 2, 60}).Draw(t, "budget")
		s, _ := sk.level(t, Options{Schedules: budget})
		if v := overload(s, Planned); v != "" {
			t.Fatal(v)
		}
		if v := violations(s, Planned); v != "" {
			t.Fatal(v)
		}
		if !sk.countsFromLengthOfPhase() {
			if v := violations(s, lateDates); v != "" {
				t.Fatal("late: " + v)
			}
			if v := overload(s, lateDates); v != "" {
				t.Fatal("late: " + v)
			}
		}
		for _, a := range s.Activities {
			if a.Start < a.EarlyStart || a.TotalFloat < 0 || a.LateStart < a.Start || a.Calendar.Between(a.Start, a.Finish) != a.Duration {
				t.Fatalf("%s: %s to %s, early %s, late %s, float %d", a.ID, a.Start, a.Finish, a.EarlyStart, a.LateStart, a.TotalFloat)
			}
			if len(a.Waits()) > 0 && a.LevellingDelay <= 0 {
				t.Fatalf("%s waits and is not late", a.ID)
			}
		}
		l := s.Levelling
		if l.Bound < l.UnlevelledFinish || l.Bound > s.Finish || l.UnlevelledFinish > s.Finish {
			t.Fatalf("unlevelled %s, bound %s, finish %s", l.UnlevelledFinish, l.Bound, s.Finish)
		}
		if free := sk.unlevelled(t); overload(free, Planned) == "" {
			for _, a := range s.Activities {
				if b := free.Activity(a.ID); a.Start != b.Start || a.Finish != b.Finish || a.TotalFloat > b.TotalFloat {
					t.Fatalf("%s moves from %s to %s though nobody is overloaded", a.ID, b.Start, a.Start)
				}
			}
		}
	})
}

func (sk *sketch) unlevelled(t rapid.TB) *Schedule {
	t.Helper()
	order := make([]int, len(sk.activities)+len(sk.phases))
	for i := range order {
		order[i] = i
	}
	s, _ := computeText(t, sk.text(order, func(id string) string { return id })+sketchRoles)
	return s
}

// The finish is no earlier than the bound, which no other schedule beats either.
func TestBoundHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, rapid.Bool().Draw(t, "calendars"))
		drawLoad(t, sk)
		a, _ := sk.level(t, Options{})
		b, _ := sk.level(t, Options{Schedules: 300, Seed: 7})
		if bound := max(a.Levelling.Bound, b.Levelling.Bound); min(a.Finish, b.Finish) < bound {
			t.Fatalf("bounds %s and %s, finishes %s and %s", a.Levelling.Bound, b.Levelling.Bound, a.Finish, b.Finish)
		}
	})
}

// The order of the tables decides nothing, and names only which of two
// activities that nothing else tells apart goes first.
func TestOrderDecidesNothingInLevelling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, rapid.Bool().Draw(t, "calendars"))
		drawLoad(t, sk)
		opts := Options{Schedules: rapid.SampledFrom([]int{0, 80}).Draw(t, "budget")}
		s, _ := sk.level(t, opts)
		order := make([]int, len(sk.activities)+len(sk.phases))
		for i := range order {
			order[i] = i
		}
		order = rapid.Permutation(order).Draw(t, "order")
		same := func(id string) string { return id }
		other, _ := levelText(t, sketchRoles+sk.text(order, same), opts)
		for _, a := range s.Activities {
			if b := other.Activity(a.ID); a.Start != b.Start || a.Finish != b.Finish || a.TotalFloat != b.TotalFloat || len(a.Waits()) != len(b.Waits()) {
				t.Fatalf("%s changes from %+v to %+v", a.ID, documentOf(a), documentOf(b))
			}
		}
		name := func(id string) string { return "z" + strings.ToUpper(id[1:]+id[:1]) + "-" }
		other, _ = levelText(t, sk.text(order, name)+sketchRoles, opts)
		if a, b := starts(s), starts(other); s.Finish != other.Finish || !slices.Equal(a, b) {
			t.Fatalf("with other names %v become %v", a, b)
		}
	})
}

func starts(s *Schedule) []calendar.Instant {
	var all []calendar.Instant
	for _, a := range s.Activities {
		all = append(all, a.Start)
	}
	slices.Sort(all)
	return all
}

// The number of processors decides nothing.
func TestLevellingOnAnyMachine(t *testing.T) {
	p := bigPlan(t, 200)
	addRoles(p, 5, 2)
	want := datesOf(t, p)
	for _, cpus := range []int{1, 8} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cpus))
		if got := datesOf(t, p); !slices.Equal(got, want) {
			t.Fatalf("other dates on %d processors", cpus)
		}
	}
}

func datesOf(t *testing.T, p *plan.Plan) []calendar.Instant {
	t.Helper()
	s, list := Compute(p, Options{Level: true, Schedules: 200, Seed: 3})
	if s == nil {
		t.Fatal(formatAll(list))
	}
	var all []calendar.Instant
	for _, a := range s.Activities {
		all = append(all, a.Start, a.Finish)
	}
	return all
}

// Work that has begun stays where it is, and a constraint that the plan keeps
// without levelling it keeps with it. If that leaves no capacity, a finding says
// so, and nothing else is overloaded.
func TestLevellingKeepsConstraints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, rapid.Bool().Draw(t, "calendars"))
		drawLoad(t, sk)
		free := sk.unlevelled(t)
		for i := range sk.activities {
			a := free.Activity(activityID(i))
			slip := calendar.Instant(rapid.IntRange(0, 3*calendar.MinutesPerDay).Draw(t, "slip"))
			key, at := "", a.Start+slip
			switch rapid.IntRange(0, 9).Draw(t, "constraint") {
			case 0:
				key = "must_start_on"
			case 1:
				key, at = "must_finish_on", a.Finish+slip
			case 2:
				key = "start_no_later_than"
			case 3:
				key, at = "finish_no_later_than", a.Finish+slip
			default:
				continue
			}
			sk = sk.with(i, key+" = "+at.Time().Format("2006-01-02T15:04:05"))
		}
		free = sk.unlevelled(t)
		s, list := sk.level(t, Options{Schedules: rapid.SampledFrom([]int{0, 60}).Draw(t, "budget")})
		kept := func(s *Schedule, a *Activity) bool {
			maxStart, maxFinish := s.mustBy(a)
			return a.Start <= maxStart && a.Calendar.Between(maxFinish, a.Finish) <= 0
		}
		for _, a := range s.Activities {
			if b := free.Activity(a.ID); kept(free, b) && !kept(s, a) {
				t.Fatalf("%s keeps its constraints at %s to %s and not at %s to %s, where levelling puts it\n%s", a.ID, b.Start, b.Finish, a.Start, a.Finish, sk.text(seq(sk), func(s string) string { return s }))
			}
		}
		if v := violations(s, Planned); v != "" {
			t.Fatal(v)
		}
		said := slices.ContainsFunc(list, func(d *diag.Diagnostic) bool { return d.Code == CodeNotLevelled })
		if v := overload(s, Planned); (v != "") != said {
			t.Fatalf("overload %q, finding: %v", v, said)
		}
	})
}

// Work that has begun is where it is without levelling.
func TestLevellingMovesNothingBegun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, rapid.Bool().Draw(t, "calendars"))
		drawLoad(t, sk)
		for i := range sk.activities {
			if len(sk.activities[i].after) == 0 && sk.activities[i].minutes > 0 && sk.activities[i].phase < 0 {
				switch rapid.IntRange(0, 2).Draw(t, "state") {
				case 1:
					sk = sk.with(i, "actual_start = 2026-01-08\npercent = 30")
				case 2:
					sk = sk.with(i, "actual_start = 2026-01-08\nactual_finish = 2026-01-09")
				}
			}
		}
		status := func(text string) string {
			return strings.Replace(text, "[plan]\n", "[plan]\nstatus_date = 2026-01-09\n", 1)
		}
		order := make([]int, len(sk.activities)+len(sk.phases))
		for i := range order {
			order[i] = i
		}
		text := status(sk.text(order, func(id string) string { return id }) + sketchRoles)
		free, _ := computeText(t, text)
		s, list := levelText(t, text, Options{})
		for _, a := range s.Activities {
			b := free.Activity(a.ID)
			if a.Percent > 0 && (a.Start != b.Start || a.Finish != b.Finish || a.LevellingDelay != 0) {
				t.Fatalf("%s has begun and moves from %s to %s", a.ID, b.Start, a.Start)
			}
		}
		said := slices.ContainsFunc(list, func(d *diag.Diagnostic) bool { return d.Code == CodeNotLevelled })
		if v := overloadAfter(s, s.StatusDate); (v != "") != said {
			t.Fatalf("overload %q, finding: %v", v, said)
		}
	})
}

func seq(sk *sketch) []int {
	order := make([]int, len(sk.activities)+len(sk.phases))
	for i := range order {
		order[i] = i
	}
	return order
}
