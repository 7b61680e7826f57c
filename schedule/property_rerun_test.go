package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// What the fields of an activity claim, tried out: the plan is changed by as
// much as they say, and computed again.

// Total float is how much longer an activity may take: by so much the finish of
// the plan stays where it is. With one minute more it moves, if what follows
// waits for the activity to finish. Where a relation to its finish holds an
// activity, taking longer lets it start earlier, and so may even help those who
// wait for its start (the reverse critical path of Wiest 1981).
func TestTotalFloatIsHowFarItStretches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, true)
		if slices.ContainsFunc(sk.dependencies(), func(d string) bool { return strings.Contains(d, "%") }) {
			return // a lag that is a share of the work grows with it
		}
		s := sk.compute(t)
		i := rapid.IntRange(0, len(sk.activities)-1).Draw(t, "stretched")
		if sk.activities[i].minutes == 0 {
			return // a milestone that takes time is no milestone
		}
		a := s.Activity(activityID(i))
		if got := sk.stretched(i, a.TotalFloat).compute(t).Finish; got != s.Finish {
			t.Fatalf("%s takes its total float %d longer and the finish goes from %s to %s", a.ID, a.TotalFloat, s.Finish, got)
		}
		if slices.ContainsFunc(sk.dependencies(), func(d string) bool {
			return !strings.Contains(d+" FS", " FS") || strings.ContainsAny(d, "SF-") && !strings.Contains(d, "FS")
		}) {
			return // its start decides something, or something decides its finish
		}
		if got := sk.stretched(i, a.TotalFloat+1).compute(t).Finish; got <= s.Finish {
			t.Fatalf("%s takes more than its total float %d longer and the finish stays", a.ID, a.TotalFloat)
		}
	})
}

// So it is in a plan that is under way: what is left of an activity may take its
// float longer, and no more, also if nobody has written when it began.
func TestTotalFloatUnderWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, rapid.Bool().Draw(t, "calendars")).withProgress(t)
		for i := range sk.activities {
			keys := sk.activities[i].keys
			says := func(key string) bool {
				return slices.ContainsFunc(keys, func(k string) bool { return strings.HasPrefix(k, key) })
			}
			if (says("percent") || says("remaining")) && rapid.Bool().Draw(t, "undated") {
				sk.activities[i].keys = slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return strings.HasPrefix(k, "actual_start") })
			}
		}
		relations := strings.Join(sk.dependencies(), ",")
		if strings.Contains(relations, "%") {
			return // a lag that is a share of the work grows with it
		}
		s := sk.compute(t)
		trial := s.newTrial()
		trial.below = calendar.Work(ever)
		for i, a := range s.Activities {
			if a.Done() || a.Work == nil {
				continue
			}
			longer := func(by calendar.Work) calendar.Instant {
				return trial.finish(int32(i), func(left calendar.Work) calendar.Work { return left + by })
			}
			if got := longer(a.TotalFloat); got > s.Finish {
				t.Fatalf("%s takes its total float %d longer and the finish goes from %s to %s", a.ID, a.TotalFloat, s.Finish, got)
			}
			if strings.ContainsAny(strings.ReplaceAll(relations, "FS", ""), "SFe-") {
				continue // its start decides something, or something decides its finish
			}
			if got := longer(a.TotalFloat + 1); got <= s.Finish {
				t.Fatalf("%s takes more than its total float %d longer and the finish stays", a.ID, a.TotalFloat)
			}
		}
	})
}

// stretched returns a copy in which activity i takes w minutes more.
func (sk *sketch) stretched(i int, w calendar.Work) *sketch {
	c := *sk
	c.activities = slices.Clone(sk.activities)
	c.activities[i].minutes += int(w)
	return &c
}

// What drives an activity decides its date: without it the activity is earlier,
// whatever the calendars and lags, unless it starts as early as anything may.
// Both ends of a dependency tell the same of it.
func TestDrivingLinksDecide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, true)
		s := sk.compute(t)
		for i := range sk.activities {
			a := s.Activity(activityID(i))
			links := a.Predecessors()
			var rest []string
			for k, after := range sk.activities[i].after {
				if l := links[k]; !l.Driving {
					rest = append(rest, after)
				}
				if from := links[k].Activity; from != nil && !slices.ContainsFunc(from.Successors(), func(l Link) bool {
					return l.Via == nil && l.Pos == links[k].Pos && l.Driving == links[k].Driving
				}) {
					t.Fatalf("%s drives %s (%s): %v, and the other way round not", from.ID, a.ID, after, links[k].Driving)
				}
			}
			byPhase := slices.ContainsFunc(links, func(l Link) bool { return l.Via != nil && l.Driving })
			if len(rest) == len(sk.activities[i].after) || byPhase || a.EarlyStart <= s.earliest(a, &history{}) {
				continue
			}
			without := *sk
			without.activities = slices.Clone(sk.activities)
			without.activities[i].after = rest
			if b := without.compute(t).Activity(a.ID); b.EarlyStart >= a.EarlyStart {
				t.Fatalf("%s starts %s with what drives it (%v), and %s without", a.ID, a.EarlyStart, sk.activities[i].after, b.EarlyStart)
			}
		}
	})
}

// On one calendar and without lags on the clock what drives an activity moves it:
// if it comes one minute later, so does the activity.
func TestDrivingLinksDrive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, false)
		if sk.hasElapsedLag() {
			return
		}
		s := sk.compute(t)
		for i := range sk.activities {
			a := s.Activity(activityID(i))
			for k, after := range sk.activities[i].after {
				l := a.Predecessors()[k]
				if !l.Driving || l.Activity == nil || strings.Contains(after, "%") {
					continue
				}
				pred := l.Activity
				to := pred.Calendar.Next(pred.Calendar.Add(pred.EarlyStart, 1))
				j, _ := strconv.Atoi(pred.ID[1:])
				later := sk.with(j, fmt.Sprintf("start_no_earlier_than = %s", to)).compute(t)
				if b := later.Activity(a.ID); b.EarlyStart == a.EarlyStart && b.EarlyFinish == a.EarlyFinish {
					t.Fatalf("%s drives %s (%s), but a minute later it does not move it", pred.ID, a.ID, after)
				}
			}
		}
	})
}

// What does not drive can go, and nothing moves, whatever the calendars and lags.
func TestOtherLinksDoNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, true)
		s := sk.compute(t)
		without := *sk
		without.activities = slices.Clone(sk.activities)
		for i := range sk.activities {
			var driving []string
			for k, after := range sk.activities[i].after {
				if s.Activity(activityID(i)).Predecessors()[k].Driving {
					driving = append(driving, after)
				}
			}
			without.activities[i].after = driving
		}
		other := without.compute(t)
		for _, a := range s.Activities {
			if b := other.Activity(a.ID); a.EarlyStart != b.EarlyStart || a.EarlyFinish != b.EarlyFinish {
				t.Fatalf("%s moves from %s to %s without the links that do not drive", a.ID, a.EarlyStart, b.EarlyStart)
			}
		}
	})
}

// At the dates a plan is worked to, early or as late as possible, every
// dependency and limit holds, work fills exactly its working time, and nothing
// is before the start of the plan or after its finish.
func TestScheduledDatesKeepEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, true)
		if sk.countsFromLengthOfPhase() {
			return // it changes when its members are late
		}
		for i := range sk.activities {
			switch rapid.IntRange(0, 5).Draw(t, "limit") {
			case 0:
				sk = sk.with(i, "as_late_as_possible = true")
			case 1:
				sk = sk.with(i, fmt.Sprintf("start_no_earlier_than = 2026-01-%02d", rapid.IntRange(8, 28).Draw(t, "day")))
			case 2:
				sk = sk.with(i, fmt.Sprintf("finish_no_earlier_than = 2026-01-%02d", rapid.IntRange(8, 28).Draw(t, "day")))
			}
		}
		s := sk.compute(t)
		o := &oracle{s: s, start: map[string]calendar.Instant{}, finish: map[string]calendar.Instant{}}
		for _, a := range s.Activities {
			o.start[a.ID], o.finish[a.ID] = a.Start, a.Finish
		}
		for _, a := range s.Activities {
			if v := o.violated(a, a.Start, a.Finish); v != "" {
				t.Fatalf("%s at %s to %s does not keep %s", a.ID, a.Start, a.Finish, v)
			}
			if a.Start < s.Plan.Start.Start() || a.Finish > s.Finish || a.Start < a.EarlyStart || a.Start > a.LateStart {
				t.Fatalf("%s is at %s to %s, the plan from %s to %s", a.ID, a.Start, a.Finish, s.Start, s.Finish)
			}
			if a.Calendar.Between(a.Start, a.Finish) != a.Duration {
				t.Fatalf("%s takes %d minutes of working time, want %d", a.ID, a.Calendar.Between(a.Start, a.Finish), a.Duration)
			}
			if a.Duration > 0 && (a.Calendar.Next(a.Start) != a.Start || a.Calendar.Prev(a.Finish) != a.Finish) {
				t.Fatalf("%s goes from %s to %s, which is not when work begins and ends", a.ID, a.Start, a.Finish)
			}
			l := a.limits()
			if x := l.StartNoEarlierThan; x.IsSet() && a.Start < s.StartOf(x) && a.Start < a.Calendar.Next(x.Date.Start()) {
				t.Fatalf("%s starts %s, before %s", a.ID, a.Start, x)
			}
			if x := l.FinishNoEarlierThan; x.IsSet() && a.Calendar.Between(a.Finish, s.finishOf(x, a.Calendar)) > 0 {
				t.Fatalf("%s finishes %s, before %s", a.ID, a.Finish, x)
			}
		}
	})
}

// How the tables are spread over files decides nothing, whatever the files are
// called.
func TestFilesDecideNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, true)
		s := sk.compute(t)
		order := make([]int, len(sk.activities)+len(sk.phases))
		for i := range order {
			order[i] = i
		}
		order = rapid.Permutation(order).Draw(t, "order")
		tables := strings.SplitAfter(strings.ReplaceAll(sk.text(order, func(id string) string { return id }), "\n[", "\n\x00["), "\x00")
		names := []string{"plan.toml", "a.toml", "people.toml", "z.toml"}
		files := map[string]string{}
		for i, table := range tables {
			name := names[0] // where [plan] is
			if i > 0 {
				name = rapid.SampledFrom(names).Draw(t, "file")
			}
			files[name] += strings.TrimSuffix(table, "\x00")
		}
		fsys := fstest.MapFS{}
		for name, text := range files {
			fsys["content/"+name] = &fstest.MapFile{Data: []byte(text)}
		}
		p, list, err := plan.Load(fsys, "content")
		if err != nil || list.Failed() {
			t.Fatalf("%v\n%s", err, formatAll(list))
		}
		other, _ := Compute(p, Options{})
		for _, a := range s.Activities {
			b := other.Activity(a.ID)
			if a.Start != b.Start || a.Finish != b.Finish || a.LateStart != b.LateStart || a.LateFinish != b.LateFinish ||
				a.TotalFloat != b.TotalFloat || a.FreeFloat != b.FreeFloat {
				t.Fatalf("%s changes from %+v to %+v", a.ID, documentOf(a), documentOf(b))
			}
		}
		if s.Finish != other.Finish || s.Start != other.Start {
			t.Fatalf("the plan goes from %s to %s, not from %s to %s", other.Start, other.Finish, s.Start, s.Finish)
		}
	})
}

// The critical path leads from the first minute of the plan to its last: on one
// calendar, at every minute worked between them some critical work is under
// way, or the plan waits for a lag behind critical work.
func TestCriticalPathSpansThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSketch(t, false)
		for i := range sk.activities { // finish to start alone, without lags
			for k, d := range sk.activities[i].after {
				sk.activities[i].after[k], _, _ = strings.Cut(d, " ")
			}
		}
		for k := range sk.phases {
			for i, d := range sk.phases[k].after {
				sk.phases[k].after[i], _, _ = strings.Cut(d, " ")
			}
		}
		s := sk.compute(t)
		at := s.Start
		for moved := true; moved && at < s.Finish; {
			moved = false
			for _, a := range s.CriticalPath {
				if a.Start <= s.Calendar.Next(at) && a.Finish > at {
					at, moved = a.Finish, true
				}
			}
		}
		if at < s.Finish {
			t.Fatalf("nothing critical goes on after %s, the plan ends %s", at, s.Finish)
		}
	})
}
