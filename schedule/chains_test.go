package schedule

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// writeChains writes the critical chains, then the driving chain of each
// milestone. A step is written with the dependency it waits by, with the others
// that hold it just as much behind "also", and with what else holds it in
// brackets.
func writeChains(b *strings.Builder, s *Schedule) error {
	line := func(name string, steps []Step) {
		fmt.Fprintf(b, "%s:", name)
		for _, step := range steps {
			fmt.Fprintf(b, "\n  %s", step.Activity.ID)
			if step.Link != nil {
				fmt.Fprintf(b, " after %s", step.Link)
				if step.Link.Via != nil {
					fmt.Fprintf(b, " of %s", step.Link.Via.ID)
				}
			}
			for _, l := range step.Others {
				fmt.Fprintf(b, ", also %s", l)
			}
			for _, h := range step.Holds {
				fmt.Fprintf(b, " [%s %s]", strings.TrimSpace(holdNames[h.Kind]+" "+h.Key+" "+h.When.String()), h.At)
			}
		}
		b.WriteString("\n")
	}
	for i, c := range s.CriticalChains() {
		name := fmt.Sprintf("chain %d", i+1)
		if c.From != nil {
			name += ", from " + c.From.ID
		}
		if c.To != nil {
			name += ", to " + c.To.ID
		}
		line(name, c.Steps)
	}
	for _, a := range s.Activities {
		if a.Milestone != nil {
			line("to "+a.ID, s.DrivingChain(a))
		}
	}
	return nil
}

var holdNames = []string{"plan start", "status date", "remaining", "actual start", "actual finish", "", "followers"}

// Drag is what it says: with a duration of nothing the plan finishes earlier by
// so much, whatever the calendars, lags and phases.
func TestDragIsWhatItSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		calendars := rapid.Bool().Draw(t, "calendars")
		sk := drawSketch(t, calendars)
		s := sk.compute(t)
		drags := s.Drags()
		for i, a := range s.Activities {
			drag := s.Drag(a)
			if drag != drags[i] {
				t.Fatalf("the drag of %s is %d alone and %d among all", a.ID, drag, drags[i])
			}
			if !a.Critical() && drag != 0 {
				t.Fatalf("%s is not critical and has the drag %d", a.ID, drag)
			}
			if !a.Critical() || a.Work == nil {
				continue
			}
			d, duration := s.network.newDates(), slices.Clone(s.network.duration)
			duration[i] = 0
			s.network.forward(d, duration)
			if got := s.Calendar.Between(d.finish, s.Finish); got != drag {
				t.Fatalf("a whole pass without %s finishes %d minutes earlier, its drag is %d", a.ID, got, drag)
			}
			if calendars {
				continue // work of no length may start when the plan does, before its own calendar's morning
			}
			without := sk.withDuration(t, a.ID, "0min")
			if got := s.Calendar.Between(without.Finish, s.Finish); got != drag {
				t.Fatalf("without %s the plan finishes %d minutes earlier, its drag is %d", a.ID, got, drag)
			}
		}
	})
}

// withDuration computes the sketch with another duration of one activity. It
// stays work, which a sketch would take for a milestone.
func (sk *sketch) withDuration(t *rapid.T, id, duration string) *Schedule {
	order := make([]int, len(sk.activities)+len(sk.phases))
	for i := range order {
		order[i] = i
	}
	text := sk.text(order, func(id string) string { return id })
	head, tail, _ := strings.Cut(text, "[work."+id+"]\n")
	before, rest, _ := strings.Cut(tail, "duration = ")
	_, after, _ := strings.Cut(rest, "\n")
	text = head + "[work." + id + "]\n" + before + fmt.Sprintf("duration = %q\n", duration) + after
	s, list := computeText(t, text)
	if s == nil {
		t.Fatalf("%s\n%s", formatAll(list), text)
	}
	return s
}

// With finish-to-start dependencies on one calendar drag is at most the duration,
// and at most the float of what is done in parallel (Devaux 1999).
func TestDragWithinDurationAndFloat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, false)
		for _, dep := range sk.dependencies() {
			if relation := strings.SplitN(dep, " ", 2)[1]; relation != "FS" {
				return
			}
		}
		s := sk.compute(t)
		for i, drag := range s.Drags() {
			a := s.Activities[i]
			if drag < 0 || drag > a.Duration {
				t.Fatalf("%s has the duration %d and the drag %d", a.ID, a.Duration, drag)
			}
			for _, b := range s.Activities {
				if a != b && a.Critical() && !sk.leads(a.ID, b.ID) && !sk.leads(b.ID, a.ID) && b.Duration > 0 && drag > b.TotalFloat {
					t.Fatalf("%s has the drag %d, but the float of %s in parallel is %d", a.ID, drag, b.ID, b.TotalFloat)
				}
			}
		}
	})
}

// leads reports whether what is written makes b wait for a, through whatever.
func (sk *sketch) leads(a, b string) bool {
	var seen []string
	var visit func(id string, finish bool) bool
	visit = func(id string, member bool) bool {
		if id == a {
			return true
		}
		if slices.Contains(seen, id+fmt.Sprint(member)) {
			return false
		}
		seen = append(seen, id+fmt.Sprint(member))
		for _, dep := range *sk.afterOf(id) {
			if visit(strings.SplitN(dep, " ", 2)[0], false) {
				return true
			}
		}
		for k := range sk.phases {
			switch {
			case sk.isIn(id, phaseID(k)) && visit(phaseID(k), true): // what its phase waits for
				return true
			case phaseID(k) == id && !member:
				for _, i := range sk.members(k) {
					if visit(activityID(i), false) {
						return true
					}
				}
			}
		}
		return false
	}
	return visit(b, false)
}

// A driving chain leads from what holds its first activity to its last, and each
// step is tight: the activity could be earlier but for its link.
func TestDrivingChainIsTight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, true)
		if rapid.Bool().Draw(t, "held") {
			i := rapid.IntRange(0, len(sk.activities)-1).Draw(t, "which")
			day := rapid.IntRange(9, 20).Draw(t, "day")
			key := rapid.SampledFrom([]string{"start_no_earlier_than", "finish_no_earlier_than", "must_start_on"}).Draw(t, "key")
			sk = sk.with(i, fmt.Sprintf("%s = 2026-01-%02d", key, day))
		}
		s := sk.compute(t)
		o := &oracle{s: s, start: map[string]calendar.Instant{}, finish: map[string]calendar.Instant{}}
		for _, a := range s.Activities {
			o.start[a.ID], o.finish[a.ID] = a.EarlyStart, a.EarlyFinish
		}
		for _, a := range s.Activities {
			chain := s.DrivingChain(a)
			if len(chain) == 0 || chain[len(chain)-1].Activity != a {
				t.Fatalf("the chain of %s does not end with it", a.ID)
			}
			if first := chain[0]; first.Link != nil && first.Link.Phase == nil || len(first.Holds) == 0 {
				t.Fatalf("the chain of %s begins with %s, which nothing holds", a.ID, first.Activity.ID)
			}
			for _, h := range chain[0].Holds {
				if b := chain[0].Activity; h.Kind == HeldByPlanStart && b.Calendar.Between(s.Start, b.EarlyStart) > 0 && chain[0].Link == nil {
					t.Fatalf("%s starts at %s and not with the plan", b.ID, b.EarlyStart)
				}
			}
			for k, step := range chain[1:] {
				if step.Link == nil {
					t.Fatalf("%s is in the middle of a chain and waits for nothing", step.Activity.ID)
				}
				before := chain[k].Activity
				if l := step.Link; l.Activity != nil && l.Activity != before || l.Phase != nil && !l.Phase.Empty && !before.isWithin(l.Phase) {
					t.Fatalf("%s waits for %s, but the step before is %s", step.Activity.ID, l, before.ID)
				}
				// A minute earlier the dependency would not hold.
				b, l := step.Activity, step.Link
				start, finish := o.minuteBefore(b)
				if start < s.Start {
					continue
				}
				dep := b.written(l)
				if dep == nil {
					t.Fatalf("%s is not written", l)
				}
				c := b.Calendar
				if l.Via != nil {
					c = s.Calendar
				}
				holds := o.holds(b, *dep, c, l.Via != nil, start, finish)
				if b.Duration == 0 { // it may be in free time
					holds = holds && o.holds(b, *dep, c, l.Via != nil, b.EarlyStart-1, b.EarlyStart-1)
				}
				if holds {
					t.Fatalf("%s could be at %s, and %s would still hold", b.ID, start, l)
				}
			}
		}
	})
}

// minuteBefore returns the dates of an activity that is a working minute earlier.
func (o *oracle) minuteBefore(a *Activity) (start, finish calendar.Instant) {
	start = a.Calendar.Add(a.EarlyStart, -1)
	return start, a.Calendar.Add(start, a.Duration)
}

func (a *Activity) isWithin(ph *PhaseDates) bool { return a.Phase != nil && a.Phase.within(ph) }

// written finds a dependency of the activity or of its phases by its place.
func (a *Activity) written(l *Link) *plan.Dependency {
	deps := a.after()
	for ph := a.Phase; ; ph = ph.Parent {
		for i := range deps {
			if deps[i].Pos == l.Pos {
				return &deps[i]
			}
		}
		if ph == nil {
			return nil
		}
		deps = ph.After
	}
}

// The critical chains hold every critical activity once, the first of them leads
// to the finish of the plan, and each joins where it says.
func TestCriticalChains(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSketch(t, true).compute(t)
		chains := s.CriticalChains()
		seen := map[string]int{}
		for i, c := range chains {
			for _, step := range c.Steps {
				seen[step.Activity.ID]++
			}
			if c.From != nil && seen[c.From.ID] == 0 || c.To != nil && seen[c.To.ID] == 0 {
				t.Fatalf("chain %d leaves or joins what is in no chain before it", i+1)
			}
			if last := c.Steps[len(c.Steps)-1].Activity; i == 0 && last.EarlyFinish != s.Finish {
				t.Fatalf("the first chain ends at %s, the plan at %s", last.EarlyFinish, s.Finish)
			}
		}
		for _, a := range s.Activities {
			if a.Critical() && seen[a.ID] != 1 || seen[a.ID] > 1 {
				t.Fatalf("%s is in %d chains", a.ID, seen[a.ID])
			}
		}
	})
}

// A thousand activities with a hundred critical ones are answered at once.
func BenchmarkDrags(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s, list := Compute(bigPlan(b, n), Options{})
			if s == nil {
				b.Fatal(formatAll(list))
			}
			critical := 0
			for _, a := range s.Activities {
				if a.Critical() {
					critical++
				}
			}
			for b.Loop() {
				s.Drags()
			}
			b.ReportMetric(float64(critical), "critical")
		})
	}
}
