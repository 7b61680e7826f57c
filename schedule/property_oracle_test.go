package schedule

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"milepost/schedule/calendar"
)

// A second scheduler, as slow and plain as can be: time is a list of minutes,
// a calendar says of each whether it is worked, and an activity is tried minute
// after minute until everything written in the plan holds. It reads the sketch
// and not the plan, and uses nothing of packages calendar and plan.

// bruteBase is minute 0; the plan starts later, so that late dates before the
// start have a minute too.
var bruteBase = time.Date(2025, 10, 1, 0, 0, 0, 0, time.UTC)

const bruteMinutes = 250 * 24 * 60

// bruteCalendar is a calendar of sketchCalendars, minute by minute.
type bruteCalendar struct {
	minutes []int   // the worked ones
	before  []int32 // how many are worked before each minute
}

var bruteCalendars = map[string]*bruteCalendar{
	"office": newBruteCalendar(func(day string, weekday time.Weekday, hour, minute int) bool {
		return weekday != time.Saturday && weekday != time.Sunday && day != "2026-01-14" && 9 <= hour && hour < 17
	}),
	"shop": newBruteCalendar(func(day string, weekday time.Weekday, hour, minute int) bool {
		morning := 8 <= hour && hour < 12
		switch {
		case day == "2026-01-11":
			return hour == 10
		case weekday == time.Monday || weekday == time.Tuesday:
			return morning || 13 <= hour && hour < 15 || hour == 15 && minute < 30
		case weekday == time.Saturday:
			return 10 <= hour && hour < 20
		}
		return weekday == time.Thursday && morning
	}),
	"always": newBruteCalendar(func(string, time.Weekday, int, int) bool { return true }),
}

func newBruteCalendar(worked func(day string, weekday time.Weekday, hour, minute int) bool) *bruteCalendar {
	c := &bruteCalendar{before: make([]int32, bruteMinutes+1)}
	for d := range bruteMinutes / (24 * 60) {
		t := bruteBase.AddDate(0, 0, d)
		day, weekday := t.Format(time.DateOnly), t.Weekday()
		for m := range 24 * 60 {
			at := d*24*60 + m
			c.before[at+1] = c.before[at]
			if worked(day, weekday, m/60, m%60) {
				c.before[at+1]++
				c.minutes = append(c.minutes, at)
			}
		}
	}
	return c
}

// between counts the worked minutes from a to b; negative if b is before a.
func (c *bruteCalendar) between(a, b int) int { return int(c.before[b] - c.before[a]) }

// brute is a sketch with its activities in place.
type brute struct {
	sk            *sketch
	start, finish []int
}

// bruteDep is a dependency of an activity, its own or that of a phase around it.
type bruteDep struct {
	pred    string
	kind    string // FS, SS, FF, SF
	lag     int    // minutes, or percent
	elapsed bool
	percent bool
	ofPhase bool // the lag runs on the plan's calendar
}

func parseBruteDep(s string, ofPhase bool) bruteDep {
	d := bruteDep{kind: "FS", ofPhase: ofPhase}
	id, rest, typed := strings.Cut(s, " ")
	d.pred = id
	if !typed {
		return d
	}
	d.kind = rest[:2]
	lag := rest[2:]
	scale := 1
	switch {
	case strings.HasSuffix(lag, "%"):
		d.percent, lag = true, strings.TrimSuffix(lag, "%")
	case strings.HasSuffix(lag, "eh"):
		d.elapsed, lag, scale = true, strings.TrimSuffix(lag, "eh"), 60
	default:
		lag = strings.TrimSuffix(lag, "min")
	}
	n, _ := strconv.Atoi(lag) // "" is no lag
	d.lag = scale * n
	return d
}

// deps returns what activity i waits for.
func (b *brute) deps(i int) []bruteDep {
	var out []bruteDep
	for _, s := range b.sk.activities[i].after {
		out = append(out, parseBruteDep(s, false))
	}
	for k := b.sk.activities[i].phase; k >= 0; k = b.sk.phases[k].parent {
		for _, s := range b.sk.phases[k].after {
			out = append(out, parseBruteDep(s, true))
		}
	}
	return out
}

func (b *brute) planCalendar() *bruteCalendar { return bruteCalendars[b.sk.activities[0].calendar] }

// calendar of an activity; milestones have the plan's.
func (b *brute) calendar(i int) *bruteCalendar {
	if b.sk.activities[i].minutes == 0 {
		return b.planCalendar()
	}
	return bruteCalendars[b.sk.activities[i].calendar]
}

// holds reports whether activity i keeps the dependency on something that goes
// from predStart to predFinish and has so many working minutes.
func (b *brute) holds(i int, d bruteDep, predStart, predFinish, predWork int) bool {
	from := predFinish
	if d.kind[0] == 'S' {
		from = predStart
	}
	at := b.finish[i]
	if d.kind[1] == 'S' {
		at = b.start[i]
	}
	own, lagCalendar := b.calendar(i), b.calendar(i)
	if d.ofPhase {
		lagCalendar = b.planCalendar()
	}
	lag := d.lag
	if d.percent {
		lag = int(math.Floor(float64(predWork)*float64(d.lag)/100 + 0.5))
	}
	// The finish of work is compared in its own working time: Friday evening
	// keeps a date on Monday morning.
	reached := func(bound int) bool {
		if d.kind[1] == 'S' || b.sk.activities[i].minutes == 0 {
			return at >= bound
		}
		return own.between(bound, at) >= 0
	}
	switch {
	case d.elapsed:
		return reached(from + lag)
	case lag == 0:
		return reached(from)
	case d.ofPhase && d.kind[1] == 'F':
		// First the lag on the plan's calendar, then the finish on its own.
		bound, step := from, 1
		if lag < 0 {
			step = -1
		}
		for lagCalendar.between(from, bound) != lag {
			bound += step
		}
		for lagCalendar.between(bound-1, bound) == 0 {
			bound-- // to the end of working time
		}
		return reached(bound)
	}
	return lagCalendar.between(from, at) >= lag
}

// limit returns an instant written in a line of the activity.
func (b *brute) limit(i int, key string) (at int, ok bool) {
	for _, line := range b.sk.activities[i].keys {
		if k, v, _ := strings.Cut(line, " = "); k == key {
			t, err := time.Parse("2006-01-02T15:04:05", v)
			if err != nil {
				panic(err)
			}
			return int(t.Sub(bruteBase) / time.Minute), true
		}
	}
	return 0, false
}

// place puts activity i at its n-th position: milestones at minute n, work so
// that it begins in the n-th worked minute.
func (b *brute) place(i, n int) {
	w := b.sk.activities[i].minutes
	if w == 0 {
		b.start[i], b.finish[i] = n, n
		return
	}
	c := b.calendar(i)
	b.start[i], b.finish[i] = c.minutes[n], c.minutes[n+w-1]+1
}

// early places each activity at the first position at which all it waits for
// is kept. An activity waits only for earlier ones.
func (b *brute) early() {
	begin := int(time.Date(2026, 1, 8, 0, 0, 0, 0, time.UTC).Sub(bruteBase) / time.Minute)
	for i := range b.sk.activities {
		c := b.calendar(i)
		n := int(c.before[begin]) // the first worked minute of the plan
		if b.sk.activities[i].minutes == 0 {
			n = c.minutes[n]
		}
		for b.place(i, n); !b.earlyHolds(i); b.place(i, n) {
			n++
		}
	}
}

func (b *brute) earlyHolds(i int) bool {
	for _, key := range []string{"start_no_earlier_than", "must_start_on"} {
		if at, ok := b.limit(i, key); ok && b.start[i] < at {
			return false
		}
	}
	for _, key := range []string{"finish_no_earlier_than", "must_finish_on"} {
		at, ok := b.limit(i, key)
		if isWork := b.sk.activities[i].minutes > 0; ok && (isWork && b.calendar(i).between(at, b.finish[i]) < 0 || !isWork && b.finish[i] < at) {
			return false
		}
	}
	for _, d := range b.deps(i) {
		start, finish, work := b.span(d.pred)
		if !b.holds(i, d, start, finish, work) {
			return false
		}
	}
	return true
}

// span returns the dates of an activity, or those of the members of a phase.
func (b *brute) span(id string) (start, finish, work int) {
	n, _ := strconv.Atoi(id[1:])
	if id[0] == 'a' {
		return b.start[n], b.finish[n], b.sk.activities[n].minutes
	}
	start, finish = 1<<62, -1<<62
	for _, m := range b.sk.members(n) {
		start, finish = min(start, b.start[m]), max(finish, b.finish[m])
	}
	return start, finish, b.planCalendar().between(start, finish)
}

// late places each activity at the last position that keeps everything that
// waits for it, the plan's finish, and its own limits.
func (b *brute) late() {
	end := slices.Max(b.finish)
	for i := len(b.sk.activities) - 1; i >= 0; i-- {
		n := end
		if w := b.sk.activities[i].minutes; w > 0 {
			n = int(b.calendar(i).before[end]) - w
		}
		for b.place(i, n); !b.lateHolds(i); b.place(i, n) {
			n--
		}
	}
}

func (b *brute) lateHolds(i int) bool {
	for _, key := range []string{"start_no_later_than", "must_start_on"} {
		if at, ok := b.limit(i, key); ok && b.start[i] > at {
			return false
		}
	}
	for _, key := range []string{"finish_no_later_than", "must_finish_on", "deadline"} {
		if at, ok := b.limit(i, key); ok && b.finish[i] > at {
			return false
		}
	}
	for j := i + 1; j < len(b.sk.activities); j++ {
		for _, d := range b.deps(j) {
			n, _ := strconv.Atoi(d.pred[1:])
			if d.pred != activityID(i) && (d.pred[0] == 'a' || !b.sk.within(b.sk.activities[i].phase, n)) {
				continue
			}
			if !b.holds(j, d, b.start[i], b.finish[i], b.sk.activities[i].minutes) {
				return false
			}
		}
	}
	return true
}

// drawSmallSketch draws a sketch whose times are short enough to be tried
// minute by minute, with all kinds of limits.
func drawSmallSketch(t *rapid.T) *sketch {
	sk := drawSketch(t, true)
	grid := rapid.SampledFrom([]int{1, 30, 60}).Draw(t, "grid") // how often times meet
	onGrid := func(n int) int { return n / grid * grid }
	shorten := func(deps []string) []string {
		var out []string
		for _, s := range deps {
			if d := parseBruteDep(s, false); !d.percent && !d.elapsed && d.lag != 0 {
				s = fmt.Sprintf("%s %s%+dmin", d.pred, d.kind, onGrid(d.lag/3))
				s = strings.TrimSuffix(s, "+0min")
			}
			out = append(out, s)
		}
		return out
	}
	for i := range sk.activities {
		a := &sk.activities[i]
		if a.after = shorten(a.after); a.minutes > 0 {
			a.minutes = max(1, onGrid(a.minutes/3))
		}
	}
	for k := range sk.phases {
		sk.phases[k].after = shorten(sk.phases[k].after)
	}
	keys := []string{"start_no_earlier_than", "start_no_later_than", "finish_no_earlier_than", "finish_no_later_than", "must_start_on", "must_finish_on", "deadline"}
	for range rapid.IntRange(0, 2).Draw(t, "limits") {
		i := rapid.IntRange(0, len(sk.activities)-1).Draw(t, "limited")
		key := rapid.SampledFrom(keys).Draw(t, "key")
		// Two that bind from both sides may exclude each other, which is an error.
		if slices.ContainsFunc(sk.activities[i].keys, func(line string) bool {
			other, _, _ := strings.Cut(line, " ")
			return other == key || side(other) != side(key) || side(key) == ""
		}) {
			continue
		}
		at := time.Date(2026, 1, 8, 0, onGrid(rapid.IntRange(0, 12*24*60).Draw(t, "at")), 0, 0, time.UTC)
		sk = sk.with(i, key+" = "+at.Format("2006-01-02T15:04:05"))
	}
	return sk
}

// side says from which side a limit binds, "" from both.
func side(key string) string {
	switch {
	case strings.Contains(key, "earlier"):
		return "early"
	case strings.HasPrefix(key, "must"):
		return ""
	}
	return "late"
}

func bruteInstant(m int) calendar.Instant {
	return calendar.Instant(bruteBase.Unix()/60) + calendar.Instant(m)
}

// Early and late dates and total float are those of trying every minute, with
// all relations, three calendars, nested phases, lags and limits.
func TestDatesAgainstBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sk := drawSmallSketch(t)
		s := sk.compute(t)
		n := len(sk.activities)
		early := &brute{sk, make([]int, n), make([]int, n)}
		early.early()
		for i := range sk.activities {
			a := s.Activity(activityID(i))
			if start, finish := bruteInstant(early.start[i]), bruteInstant(early.finish[i]); a.EarlyStart != start || a.EarlyFinish != finish {
				t.Fatalf("%s is early at %s to %s, want %s to %s", a.ID, a.EarlyStart, a.EarlyFinish, start, finish)
			}
		}
		if sk.countsFromLengthOfPhase() || sk.countsFromStartOfPhase() {
			return // what is latest is then no question of one activity
		}
		late := &brute{sk, make([]int, n), slices.Clone(early.finish)}
		late.late()
		for i := range sk.activities {
			a := s.Activity(activityID(i))
			start, finish := bruteInstant(late.start[i]), bruteInstant(late.finish[i])
			c := early.calendar(i)
			switch lateAt := int(a.LateFinish - bruteInstant(0)); {
			case sk.activities[i].minutes > 0 && (a.LateStart != start || a.LateFinish != finish):
				t.Fatalf("%s is late at %s to %s, want %s to %s", a.ID, a.LateStart, a.LateFinish, start, finish)
			case a.LateFinish > finish || c.between(lateAt, late.finish[i]) != 0:
				// Milestones are moved out of free time, which costs nothing.
				t.Fatalf("%s is late at %s, want %s or the same working time before", a.ID, a.LateFinish, finish)
			}
			float := min(c.between(early.start[i], late.start[i]), c.between(early.finish[i], late.finish[i]))
			if int(a.TotalFloat) != float {
				t.Fatalf("%s has float %d, want %d", a.ID, a.TotalFloat, float)
			}
		}
	})
}
