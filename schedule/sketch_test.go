package schedule

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"pgregory.net/rapid"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// sketch is a random plan without cycles, ready to be written as plan.toml and
// to be changed a little.
type sketch struct {
	status     string // date, "" for none
	phases     []sketchPhase
	activities []sketchActivity
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
	fmt.Fprintf(&b, "[plan]\nstart = 2026-01-08\ncalendar = %q\n", sk.activities[0].calendar)
	if sk.status != "" {
		fmt.Fprintf(&b, "status_date = %s\n", sk.status)
	}
	b.WriteString(sketchCalendars)
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
	sk := &sketch{}
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

// withProgress returns a copy in which some activities have begun or are
// finished, often before what they wait for; usually with a status date.
func (sk *sketch) withProgress(t *rapid.T) *sketch {
	c := *sk
	c.activities = slices.Clone(sk.activities)
	day := func(from, to int) string {
		return fmt.Sprintf("2026-01-%02d", rapid.IntRange(from, to).Draw(t, "day"))
	}
	last := 20
	if rapid.IntRange(0, 3).Draw(t, "has status date") > 0 {
		c.status = day(9, 20)
		fmt.Sscanf(c.status, "2026-01-%d", &last)
	}
	for i := range c.activities {
		a := &c.activities[i]
		how := rapid.IntRange(0, 5).Draw(t, "progress")
		switch {
		case how > 2:
			continue
		case a.minutes == 0:
			a.keys = append(slices.Clone(a.keys), "actual_finish = "+day(8, last))
			continue
		}
		start := rapid.IntRange(8, last).Draw(t, "start")
		keys := append(slices.Clone(a.keys), fmt.Sprintf("actual_start = 2026-01-%02d", start))
		switch how {
		case 0:
			keys = append(keys, "actual_finish = "+day(start, last))
		case 1:
			keys = append(keys, fmt.Sprintf("percent = %d", rapid.IntRange(0, 99).Draw(t, "percent")))
		case 2:
			keys = append(keys, fmt.Sprintf("remaining = \"%dmin\"", rapid.IntRange(1, 2500).Draw(t, "remaining")))
		}
		a.keys = keys
	}
	return &c
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
// phases, is kept; for what remains of begun work likewise. It shares nothing
// with the network but the calendars.
type oracle struct {
	s             *Schedule
	start, finish map[string]calendar.Instant
	resume        map[string]calendar.Instant // of begun work
}

func newOracle(s *Schedule) *oracle {
	o := &oracle{s: s, start: map[string]calendar.Instant{}, finish: map[string]calendar.Instant{}, resume: map[string]calendar.Instant{}}
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
	rest := o.remaining(a)
	switch hasStatus := o.s.Plan.StatusDate.IsSet(); {
	case a.Done():
		o.start[a.ID], o.finish[a.ID] = o.happened(a)
		return
	case o.begun(a):
		start, _ := o.happened(a)
		if begin = o.s.StatusDate; !hasStatus {
			begin = start
			if rest < a.Duration {
				begin = a.Calendar.Add(start, a.Duration-rest)
			}
		}
		begin = max(begin, start)
	case hasStatus:
		begin = max(begin, o.s.StatusDate)
	}
	at := func(step int) (start, finish calendar.Instant) {
		if a.Duration == 0 {
			return begin + calendar.Instant(step), begin + calendar.Instant(step)
		}
		start = a.Calendar.Next(a.Calendar.Add(begin, calendar.Work(step)))
		return start, a.Calendar.Add(start, rest)
	}
	step := sort.Search(1<<20, func(step int) bool { return o.kept(a, at, step) })
	o.start[a.ID], o.finish[a.ID] = at(step)
	if o.begun(a) {
		o.resume[a.ID] = o.start[a.ID]
		o.start[a.ID], _ = o.happened(a)
	}
}

// begun reports whether work has begun and is not finished.
func (o *oracle) begun(a *Activity) bool {
	return a.Work != nil && a.Work.ActualStart.IsSet() && !a.Work.ActualFinish.IsSet()
}

// happened returns the actual dates.
func (o *oracle) happened(a *Activity) (start, finish calendar.Instant) {
	if a.Milestone != nil {
		finish = o.s.finishOf(a.Milestone.ActualFinish, a.Calendar)
		return finish, finish
	}
	start = o.s.actualStart(a.Work.ActualStart, a.Calendar)
	return start, max(start, o.s.finishOf(a.Work.ActualFinish, a.Calendar))
}

// remaining returns the open working time: as stated, or what is not done.
func (o *oracle) remaining(a *Activity) calendar.Work {
	w := a.Work
	switch {
	case w == nil:
		return 0
	case w.Remaining.IsSet():
		return calendar.Work(w.Remaining.Minutes(a.Calendar))
	}
	return max(1, a.Duration-calendar.Work(math.Round(float64(a.Duration)*w.Percent.Value/100)))
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
