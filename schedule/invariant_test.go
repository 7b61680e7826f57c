package schedule

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// sketch is a random plan without cycles, ready to be written as plan.toml and
// to be changed a little.
type sketch struct {
	phases     []sketchPhase
	activities []sketchActivity
	calendars  bool // some activities have another calendar than the plan
}

type sketchPhase struct {
	parent int // -1 for none
	after  []string
}

type sketchActivity struct {
	minutes  int // 0 is a milestone
	phase    int // -1 for none
	calendar string
	after    []string
	keys     []string // further lines
}

const sketchCalendars = `
[calendar.office]
days = { mon = "09:00-17:00", tue = "09:00-17:00", wed = "09:00-17:00", thu = "09:00-17:00", fri = "09:00-17:00" }
holidays = { "2026-01-14" = "Wednesday off" }
[calendar.shop]
days = { mon = "08:00-12:00, 13:00-15:30", tue = "08:00-12:00, 13:00-15:30", thu = "08:00-12:00", sat = "10:00-20:00" }
exceptions = { "2026-01-11" = "10:00-11:00" }
[calendar.always]
days = { mon = "00:00-24:00", tue = "00:00-24:00", wed = "00:00-24:00", thu = "00:00-24:00", fri = "00:00-24:00", sat = "00:00-24:00", sun = "00:00-24:00" }
`

var calendarNames = []string{"office", "shop", "always"}

// text writes the sketch as a plan, its tables in the given order and with ids
// made by name.
func (sk *sketch) text(order []int, name func(string) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "[plan]\nstart = 2026-01-08\ncalendar = %q\n%s", sk.activities[0].calendar, sketchCalendars)
	after := func(deps []string) string {
		var out []string
		for _, d := range deps {
			id, rest, _ := strings.Cut(d, " ")
			out = append(out, fmt.Sprintf("%q", strings.TrimSpace(name(id)+" "+rest)))
		}
		return "[" + strings.Join(out, ", ") + "]"
	}
	for _, i := range order {
		if i >= len(sk.activities) {
			k := i - len(sk.activities)
			fmt.Fprintf(&b, "[phase.%s]\nafter = %s\n", name(phaseID(k)), after(sk.phases[k].after))
			if up := sk.phases[k].parent; up >= 0 {
				fmt.Fprintf(&b, "phase = %q\n", name(phaseID(up)))
			}
			continue
		}
		a := &sk.activities[i]
		kind := "work"
		if a.minutes == 0 {
			kind = "milestone"
		}
		fmt.Fprintf(&b, "[%s.%s]\nafter = %s\n", kind, name(activityID(i)), after(a.after))
		if a.minutes > 0 {
			fmt.Fprintf(&b, "duration = \"%dmin\"\ncalendar = %q\n", a.minutes, a.calendar)
		}
		if a.phase >= 0 {
			fmt.Fprintf(&b, "phase = %q\n", name(phaseID(a.phase)))
		}
		for _, line := range a.keys {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

func (sk *sketch) compute(t rapid.TB) *Schedule {
	t.Helper()
	order := make([]int, len(sk.activities)+len(sk.phases))
	for i := range order {
		order[i] = i
	}
	text := sk.text(order, func(id string) string { return id })
	s, list := computeText(t, text)
	if s == nil {
		t.Fatalf("%s\n%s", formatAll(list), text)
	}
	return s
}

// with returns a copy in which activity i has one more line.
func (sk *sketch) with(i int, line string) *sketch {
	c := *sk
	c.activities = slices.Clone(sk.activities)
	c.activities[i].keys = append(slices.Clone(c.activities[i].keys), line)
	return &c
}

func activityID(i int) string { return fmt.Sprintf("a%d", i) }
func phaseID(k int) string    { return fmt.Sprintf("P%d", k) }

// within reports whether phase k is outer or inside it.
func (sk *sketch) within(k, outer int) bool {
	for ; k >= 0; k = sk.phases[k].parent {
		if k == outer {
			return true
		}
	}
	return false
}

// members returns the activities of a phase at any depth.
func (sk *sketch) members(k int) []int {
	var out []int
	for i := range sk.activities {
		if sk.within(sk.activities[i].phase, k) {
			out = append(out, i)
		}
	}
	return out
}

// drawSketch draws a plan in which everything waits only for what comes before
// it. Several calendars only if asked for.
func drawSketch(t *rapid.T, calendars bool) *sketch {
	sk := &sketch{calendars: calendars}
	for k := range rapid.IntRange(0, 4).Draw(t, "phases") {
		sk.phases = append(sk.phases, sketchPhase{parent: rapid.IntRange(-1, k-1).Draw(t, "parent")})
	}
	own := rapid.SampledFrom(calendarNames)
	c := own.Draw(t, "calendar")
	for range rapid.IntRange(1, 9).Draw(t, "activities") {
		a := sketchActivity{phase: rapid.IntRange(-1, len(sk.phases)-1).Draw(t, "phase"), calendar: c}
		if rapid.IntRange(0, 4).Draw(t, "is work") > 0 {
			a.minutes = rapid.IntRange(1, 2000).Draw(t, "minutes")
			if calendars {
				a.calendar = own.Draw(t, "calendar")
			}
		}
		sk.activities = append(sk.activities, a)
	}
	sk.activities[0].calendar = c
	draw := func(before int) []string {
		var candidates []string
		for i := range before {
			candidates = append(candidates, activityID(i))
		}
		for k := range sk.phases {
			if m := sk.members(k); len(m) > 0 && m[len(m)-1] < before {
				candidates = append(candidates, phaseID(k))
			}
		}
		if len(candidates) == 0 {
			return nil
		}
		var out []string
		for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom(candidates), 0, min(3, len(candidates)), rapid.ID).Draw(t, "after") {
			out = append(out, id+drawRelation(t))
		}
		return out
	}
	for i := range sk.activities {
		sk.activities[i].after = draw(i)
	}
	for k := range sk.phases {
		if m := sk.members(k); len(m) > 0 {
			sk.phases[k].after = draw(m[0])
		}
	}
	return sk
}

func drawRelation(t *rapid.T) string {
	r := rapid.SampledFrom([]string{"FS", "FS", "FS", "SS", "FF", "SF"}).Draw(t, "type")
	switch rapid.IntRange(0, 6).Draw(t, "lag") {
	case 0:
		return fmt.Sprintf(" %s+%dmin", r, rapid.IntRange(1, 1500).Draw(t, "minutes"))
	case 1:
		return fmt.Sprintf(" %s-%dmin", r, rapid.IntRange(1, 1500).Draw(t, "minutes"))
	case 2:
		return fmt.Sprintf(" %s+%deh", r, rapid.IntRange(1, 60).Draw(t, "hours"))
	case 3:
		return fmt.Sprintf(" %s%+d%%", r, rapid.IntRange(-100, 100).Draw(t, "share"))
	}
	return " " + r
}

// oracle finds early dates straight from their definition: for each activity
// the first start at which everything it waits for, itself or through its
// phases, is kept. It shares nothing with the network but the calendars.
type oracle struct {
	s             *Schedule
	start, finish map[string]calendar.Instant
}

func newOracle(s *Schedule) *oracle {
	o := &oracle{s: s, start: map[string]calendar.Instant{}, finish: map[string]calendar.Instant{}}
	for _, a := range s.Activities {
		o.place(a)
	}
	return o
}

func (o *oracle) place(a *Activity) {
	if _, placed := o.start[a.ID]; placed {
		return
	}
	begin := o.s.Start
	if a.Duration > 0 {
		begin = a.Calendar.Next(o.s.Plan.Start.Start())
	}
	at := func(step int) (start, finish calendar.Instant) {
		if a.Duration == 0 {
			return begin + calendar.Instant(step), begin + calendar.Instant(step)
		}
		start = a.Calendar.Next(a.Calendar.Add(begin, calendar.Work(step)))
		return start, a.Calendar.Add(start, a.Duration)
	}
	step := sort.Search(1<<20, func(step int) bool { return o.kept(a, at, step) })
	o.start[a.ID], o.finish[a.ID] = at(step)
}

func (o *oracle) kept(a *Activity, at func(int) (calendar.Instant, calendar.Instant), step int) bool {
	start, finish := at(step)
	return o.violated(a, start, finish) == ""
}

// violated returns a dependency that is not kept if the activity is at start
// and finish, or "".
func (o *oracle) violated(a *Activity, start, finish calendar.Instant) string {
	for _, dep := range a.after() {
		if !o.holds(a, dep, a.Calendar, false, start, finish) {
			return dep.String()
		}
	}
	for ph := a.Phase; ph != nil; ph = ph.Parent {
		for _, dep := range ph.After {
			if !o.holds(a, dep, o.s.Calendar, true, start, finish) {
				return ph.ID + " after " + dep.String()
			}
		}
	}
	return ""
}

// holds states the four relations. On the finish of work they are compared in
// its working time, so that Friday evening keeps a date on Monday morning.
func (o *oracle) holds(a *Activity, dep plan.Dependency, lagCalendar *calendar.Calendar, phase bool, start, finish calendar.Instant) bool {
	from, to, duration := o.span(dep.Pred)
	bound := from
	if dep.Type == plan.FinishToStart || dep.Type == plan.FinishToFinish {
		bound = to
	}
	at, onStart := finish, false
	if dep.Type == plan.FinishToStart || dep.Type == plan.StartToStart {
		at, onStart = start, true
	}
	lag := calendar.Work(dep.Lag.Duration.Minutes(lagCalendar))
	if dep.Lag.IsPercent {
		lag = calendar.Work(int64((float64(duration)*dep.Lag.Percent+50+1e9*100)/100) - 1e9)
	}
	switch {
	case dep.Lag.Duration.Elapsed:
		bound += calendar.Instant(lag)
	case lag != 0 && (onStart || !phase):
		return lagCalendar.Between(bound, at) >= lag
	case lag != 0:
		bound = lagCalendar.Prev(lagCalendar.Add(bound, lag))
	}
	if onStart || a.Duration == 0 {
		return at >= bound
	}
	return a.Calendar.Between(bound, at) >= 0
}

// span returns the dates and the working time of an activity or a phase.
func (o *oracle) span(id string) (start, finish calendar.Instant, w calendar.Work) {
	if a := o.s.Activity(id); a != nil {
		o.place(a)
		return o.start[id], o.finish[id], a.Duration
	}
	first := true
	var visit func(ph *PhaseDates)
	visit = func(ph *PhaseDates) {
		for _, a := range ph.Activities {
			o.place(a)
			if s, f := o.start[a.ID], o.finish[a.ID]; first {
				start, finish, first = s, f, false
			} else {
				start, finish = min(start, s), max(finish, f)
			}
		}
		for _, child := range ph.Children {
			visit(child)
		}
	}
	visit(o.s.Phase(id))
	return start, finish, o.s.Calendar.Between(start, finish)
}

// The passes agree with the definition, whatever the calendars, lags and nested
// phases.
func TestEarlyDatesAgainstOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSketch(t, true).compute(t)
		o := newOracle(s)
		for _, a := range s.Activities {
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
		s := sk.compute(t)
		o := &oracle{s: s, start: map[string]calendar.Instant{}, finish: map[string]calendar.Instant{}}
		for _, a := range s.Activities {
			o.start[a.ID], o.finish[a.ID] = a.LateStart, a.LateFinish
		}
		for _, a := range s.Activities {
			if v := o.violated(a, a.LateStart, a.LateFinish); v != "" {
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
		s := sk.compute(t)
		i := rapid.IntRange(0, len(sk.activities)-1).Draw(t, "slips")
		a := s.Activity(activityID(i))
		slip := func(w calendar.Work) *Schedule {
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

// countsFromStartOfPhase reports whether some date depends on the earliest of
// several members.
func (sk *sketch) countsFromStartOfPhase() bool {
	return slices.ContainsFunc(sk.dependencies(), func(dep string) bool {
		return strings.HasPrefix(dep, "P") && strings.Contains(dep, " S")
	})
}

// countsFromLengthOfPhase reports whether some lag is a share of the length of a
// phase.
func (sk *sketch) countsFromLengthOfPhase() bool {
	return slices.ContainsFunc(sk.dependencies(), func(dep string) bool {
		return strings.HasPrefix(dep, "P") && strings.Contains(dep, "%")
	})
}

func (sk *sketch) hasElapsedLag() bool {
	return slices.ContainsFunc(sk.dependencies(), func(dep string) bool { return strings.HasSuffix(dep, "eh") })
}

func (sk *sketch) dependencies() []string {
	var all []string
	for _, a := range sk.activities {
		all = append(all, a.after...)
	}
	for _, ph := range sk.phases {
		all = append(all, ph.after...)
	}
	return all
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
			k := slices.IndexFunc(a.Predecessors, func(l Link) bool { return l.Driving })
			if k < 0 {
				t.Fatalf("%s starts on %s and nothing drives it", a.ID, a.EarlyStart)
			}
			if l := a.Predecessors[k]; l.Activity != nil {
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

// waits and isIn look at what is written for an id.
func (sk *sketch) waits(id, pred string) bool {
	return slices.ContainsFunc(*sk.afterOf(id), func(d string) bool { return d == pred || strings.HasPrefix(d, pred+" ") })
}

func (sk *sketch) isIn(id, phase string) bool {
	for i := range sk.activities {
		if activityID(i) == id {
			return sk.activities[i].phase >= 0 && phaseID(sk.activities[i].phase) == phase
		}
	}
	for k := range sk.phases {
		if phaseID(k) == id {
			return sk.phases[k].parent >= 0 && phaseID(sk.phases[k].parent) == phase
		}
	}
	return false
}

func (sk *sketch) afterOf(id string) *[]string {
	for i := range sk.activities {
		if activityID(i) == id {
			return &sk.activities[i].after
		}
	}
	for k := range sk.phases {
		if phaseID(k) == id {
			return &sk.phases[k].after
		}
	}
	return new([]string)
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

// Work that is as late as possible moves nothing but itself, and cannot be
// later without moving something.
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
			if a.ID != activityID(i) && (a.Start != b.Start || a.Finish != b.Finish) || a.EarlyStart != b.EarlyStart || a.TotalFloat != b.TotalFloat {
				t.Fatalf("%s moves", a.ID)
			}
		}
		a := s.Activity(activityID(i))
		if got := a.Calendar.Between(a.EarlyFinish, a.Finish); got != a.FreeFloat {
			t.Fatalf("%s is scheduled %d minutes after its early dates, its free float is %d", a.ID, got, a.FreeFloat)
		}
	})
}

// A second run over the same buffers gives the same dates, and the passes
// allocate nothing.
func TestPassesAllocateNothing(t *testing.T) {
	s, _ := computeText(t, careconnect(t))
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
