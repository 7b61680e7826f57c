package schedule

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"milepost/schedule/calendar"
)

// The dates of this package against those of TaskJuggler, whose scheduler
// shares nothing with ours: it walks through time slot by slot and knows no
// passes over a network.
//
// testdata/taskjuggler holds 240 random networks of 10 to 300 activities with
// the dates that tj3 3.7.1 (Debian package tj3) gave them. Every start and every
// finish is compared, to the minute. The networks have
//
//   - work whose length counts on the calendar of the plan (tj3: length), on a
//     calendar of its own (shifts) and on the clock (duration), and milestones;
//   - weeks of four to seven days, lunch breaks, short days, evening hours up to
//     midnight, and free days;
//   - FS dependencies, one to three each, plain, with working lag (gaplength)
//     and with elapsed lag (gapduration), and SS ones plain and with working lag
//     (onstart);
//   - nested phases with dependencies of the phase and on the phase (tj3:
//     containers), and work that must not start before a date (start).
//
// tj3 has no FF and SF relation on a pass forward, no leads, and no float. Where
// the two mean different things by the same words, the networks stay clear of
// it or the comparison says so:
//
//   - tj3 records the start of work as the instant from which it looks for
//     working time. What follows Friday's work starts on Friday at 17:00 there
//     and on Monday at 09:00 here. So the recorded start is moved to the next
//     working minute, found from the hours in the file. Finishes, milestones and
//     work on the clock are compared as they are.
//   - For the same reason the start of a phase is not compared, only its finish,
//     and SS lags are working lags between work on the plan's calendar.
//   - A gaplength runs on the calendar of the project, a lag of ours on that of
//     the successor. So only work on the plan's calendar, milestones and phases
//     have working lags.
//   - tj3 starts a plan at an instant, we on a day: what waits for nothing is
//     given the plan's first working minute as its start there, and work on
//     another calendar always waits for something.
//   - The holidays of a tj3 project do not touch its shifts, so the free days are
//     those of the plan's calendar.
func TestTaskJuggler(t *testing.T) {
	files, err := filepath.Glob("testdata/taskjuggler/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	networks, activities := 0, 0
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range strings.Split(string(src), "\nnetwork ")[1:] {
			nw := parseTaskJuggler(t, "network "+text)
			networks++
			for _, it := range nw.items {
				if !it.isPhase {
					activities++
				}
			}
			t.Run(nw.name, func(t *testing.T) {
				t.Parallel()
				nw.compare(t)
			})
		}
	}
	if networks < 200 || activities < 10_000 {
		t.Errorf("%d networks with %d activities are recorded", networks, activities)
	}
}

var (
	crosscheck     = flag.Int("crosscheck", 0, "random networks to schedule with tj3, which must be installed")
	crosscheckSeed = flag.Uint64("crosscheckseed", 1, "seed of these networks")
)

// TestTaskJugglerLive draws networks, has tj3 schedule them, and compares.
// With -update it records them for TestTaskJuggler.
func TestTaskJugglerLive(t *testing.T) {
	if *crosscheck == 0 {
		t.Skip("needs tj3; run it with make crosscheck")
	}
	all := make([]*tjNetwork, *crosscheck)
	t.Run("networks", func(t *testing.T) {
		for i := range all {
			nw := drawTaskJuggler(*crosscheckSeed, i)
			all[i] = nw
			t.Run(nw.name, func(t *testing.T) {
				t.Parallel()
				nw.ask(t)
				nw.compare(t)
			})
		}
	})
	if t.Failed() || !*update {
		return
	}
	const perFile = 30
	old, _ := filepath.Glob("testdata/taskjuggler/*.txt")
	for _, file := range old {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll("testdata/taskjuggler", 0o777); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(all); i += perFile {
		var b strings.Builder
		fmt.Fprintf(&b, tjHead, taskJugglerVersion(t), *crosscheckSeed)
		for _, nw := range all[i:min(i+perFile, len(all))] {
			nw.write(&b)
		}
		file := fmt.Sprintf("testdata/taskjuggler/%02d.txt", i/perFile+1)
		if err := os.WriteFile(file, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// tjNetwork is one plan, as tj3 and milepost can both read it, with the dates
// that tj3 gave it.
type tjNetwork struct {
	name  string
	slot  int // minutes; every time is a multiple of it
	start calendar.Date
	hours [7]string // of the plan, by weekday, as plan.toml has them; "" is free
	shift [7]string // of a second calendar; all "" if there is none
	free  []tjFree
	items []tjItem // in an order in which each waits for earlier ones only
}

// tjFree is a run of free days.
type tjFree struct {
	from calendar.Date
	days int
}

// tjItem is a phase, work or a milestone.
type tjItem struct {
	id      string
	isPhase bool
	minutes int  // 0 is a milestone
	on      byte // the calendar: 0 the plan's, 's' the shift, 'e' the clock
	phase   string
	after   []tjDep
	from    calendar.Instant // not before; 0 for none

	start, finish calendar.Instant // as tj3 has them
}

type tjDep struct {
	pred    string
	onStart bool // SS, otherwise FS
	elapsed bool
	lag     int // minutes
}

// compare computes the network and holds it against what tj3 said.
func (nw *tjNetwork) compare(t *testing.T) {
	t.Helper()
	s, list := computeText(t, nw.toml())
	if s == nil {
		t.Fatal(formatAll(list))
	}
	same := func(id, what string, got, want calendar.Instant) {
		if got != want {
			t.Errorf("%s %s at %s, tj3 says %s", id, what, got, want)
		}
	}
	for i := range nw.items {
		it := &nw.items[i]
		if it.isPhase {
			same(it.id, "finishes", s.Phase(it.id).Finish, it.finish)
			continue
		}
		want := it.start
		if it.minutes > 0 && it.on != 'e' {
			want = nw.workingMinute(want, it.on)
		}
		a := s.Activity(it.id)
		same(it.id, "starts", a.Start, want)
		same(it.id, "finishes", a.Finish, it.finish)
	}
	if t.Failed() {
		t.Logf("the plan:\n%s", nw.toml())
	}
}

// workingMinute returns the first working minute at or after t.
func (nw *tjNetwork) workingMinute(t calendar.Instant, on byte) calendar.Instant {
	for day := calendar.Date(t / calendar.MinutesPerDay); ; day++ {
		hours := nw.hours[day.Time().Weekday()]
		if on == 's' {
			hours = nw.shift[day.Time().Weekday()]
		} else if nw.isFree(day) {
			continue
		}
		for _, span := range strings.Split(hours, ", ") { // in order
			from, to, works := strings.Cut(span, "-")
			if works && day.Start()+clockMinute(to) > t {
				return max(t, day.Start()+clockMinute(from))
			}
		}
	}
}

// clockMinute reads 09:30.
func clockMinute(s string) calendar.Instant {
	h, m, _ := strings.Cut(s, ":")
	hours, _ := strconv.Atoi(h)
	minutes, _ := strconv.Atoi(m)
	return calendar.Instant(60*hours + minutes)
}

func (nw *tjNetwork) isFree(day calendar.Date) bool {
	for _, f := range nw.free {
		if day >= f.from && int(day-f.from) < f.days {
			return true
		}
	}
	return false
}

// toml is the network as a plan.
func (nw *tjNetwork) toml() string {
	var b strings.Builder
	fmt.Fprintf(&b, "[plan]\nstart = %s\n[calendar.default]\n", nw.start)
	days := func(hours [7]string) {
		b.WriteString("days = { ")
		sep := ""
		for i, h := range hours {
			if h != "" {
				fmt.Fprintf(&b, "%s%s = %q", sep, weekdays[i], h)
				sep = ", "
			}
		}
		b.WriteString(" }\n")
	}
	days(nw.hours)
	if len(nw.free) > 0 {
		b.WriteString("holidays = { ")
		for i, f := range nw.free {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "\"%s..%s\" = \"free\"", f.from, f.from+calendar.Date(f.days-1))
		}
		b.WriteString(" }\n")
	}
	if nw.shift != [7]string{} {
		b.WriteString("[calendar.shift]\n")
		days(nw.shift)
	}
	for i := range nw.items {
		it := &nw.items[i]
		switch {
		case it.isPhase:
			fmt.Fprintf(&b, "[phase.%s]\n", it.id)
		case it.minutes == 0:
			fmt.Fprintf(&b, "[milestone.%s]\n", it.id)
		case it.on == 'e':
			fmt.Fprintf(&b, "[work.%s]\nduration = \"%demin\"\n", it.id, it.minutes)
		default:
			fmt.Fprintf(&b, "[work.%s]\nduration = \"%dmin\"\n", it.id, it.minutes)
			if it.on == 's' {
				b.WriteString("calendar = \"shift\"\n")
			}
		}
		if it.phase != "" {
			fmt.Fprintf(&b, "phase = %q\n", it.phase)
		}
		if it.from != 0 {
			fmt.Fprintf(&b, "start_no_earlier_than = %s\n", it.from)
		}
		if len(it.after) > 0 {
			b.WriteString("after = [")
			for k, d := range it.after {
				if k > 0 {
					b.WriteString(", ")
				}
				kind := "FS"
				if d.onStart {
					kind = "SS"
				}
				fmt.Fprintf(&b, "\"%s %s", d.pred, kind)
				switch {
				case d.elapsed:
					fmt.Fprintf(&b, "+%demin", d.lag)
				case d.lag > 0:
					fmt.Fprintf(&b, "+%dmin", d.lag)
				}
				b.WriteString("\"")
			}
			b.WriteString("]\n")
		}
	}
	return b.String()
}

var weekdays = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// tjHead is written over each file of recorded networks.
const tjHead = `Random networks and the dates that tj3 %s gives them; seed %d.
Written by "go test ./schedule -run TaskJugglerLive -crosscheck 240 -update", see
taskjuggler_test.go. After the calendar of the plan (hours), a second one
(shift), and runs of free days, a line has:

  id
  minutes    of work; "e" on the clock, "s" on the shift, 0 for a milestone, "-"
             for a phase
  phase
  after      FS unless "SS"; + working lag, +e elapsed lag, in minutes; ">" is a
             date before which it must not start
  start      as tj3 has it: day 0 is the first of the plan
  finish
`

// write appends the network as it is recorded.
func (nw *tjNetwork) write(b *strings.Builder) {
	fmt.Fprintf(b, "\nnetwork %s\nslot %d\nstart %s\n", nw.name, nw.slot, nw.start)
	for _, c := range []struct {
		name  string
		hours [7]string
	}{{"hours", nw.hours}, {"shift", nw.shift}} {
		for i, h := range c.hours {
			if h != "" {
				fmt.Fprintf(b, "%s %s %s\n", c.name, weekdays[i], strings.ReplaceAll(h, ", ", ","))
			}
		}
	}
	for _, f := range nw.free {
		fmt.Fprintf(b, "free %s %d\n", f.from, f.days)
	}
	at := func(t calendar.Instant) string {
		m := int64(t - nw.start.Start())
		return fmt.Sprintf("%dd%02d:%02d", m/1440, m%1440/60, m%60)
	}
	for i := range nw.items {
		it := &nw.items[i]
		length := "-"
		if !it.isPhase {
			length = fmt.Sprint(it.minutes)
			if it.on != 0 {
				length += string(it.on)
			}
		}
		phase := "-"
		if it.phase != "" {
			phase = it.phase
		}
		var after []string
		for _, d := range it.after {
			s := d.pred
			if d.onStart {
				s += "SS"
			}
			if d.elapsed {
				s += fmt.Sprintf("+e%d", d.lag)
			} else if d.lag > 0 {
				s += fmt.Sprintf("+%d", d.lag)
			}
			after = append(after, s)
		}
		if it.from != 0 {
			after = append(after, ">"+at(it.from))
		}
		if after == nil {
			after = []string{"-"}
		}
		fmt.Fprintf(b, "%s %s %s %s %s %s\n", it.id, length, phase, strings.Join(after, ","), at(it.start), at(it.finish))
	}
}

// parseTaskJuggler reads what write wrote.
func parseTaskJuggler(t *testing.T, text string) *tjNetwork {
	t.Helper()
	nw := &tjNetwork{}
	fail := func(line string) { t.Fatalf("network %s: cannot read %q", nw.name, line) }
	date := func(s, line string) calendar.Date {
		d, err := calendar.ParseDate(s)
		if err != nil {
			fail(line)
		}
		return d
	}
	at := func(s, line string) calendar.Instant {
		var d, h, m int64
		if n, err := fmt.Sscanf(s, "%dd%d:%d", &d, &h, &m); n != 3 || err != nil {
			fail(line)
		}
		return nw.start.Start() + calendar.Instant(1440*d+60*h+m)
	}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		switch {
		case len(f) == 0:
		case f[0] == "network":
			nw.name = f[1]
		case f[0] == "slot":
			fmt.Sscan(f[1], &nw.slot)
		case f[0] == "start":
			nw.start = date(f[1], line)
		case f[0] == "hours" || f[0] == "shift":
			hours := &nw.hours
			if f[0] == "shift" {
				hours = &nw.shift
			}
			for i, d := range weekdays {
				if d == f[1] {
					hours[i] = strings.ReplaceAll(f[2], ",", ", ")
				}
			}
		case f[0] == "free":
			free := tjFree{from: date(f[1], line)}
			fmt.Sscan(f[2], &free.days)
			nw.free = append(nw.free, free)
		case len(f) == 6:
			it := tjItem{id: f[0], isPhase: f[1] == "-", start: at(f[4], line), finish: at(f[5], line)}
			if !it.isPhase {
				if last := f[1][len(f[1])-1]; last == 'e' || last == 's' {
					it.on = last
				}
				if n, _ := fmt.Sscanf(f[1], "%d", &it.minutes); n != 1 {
					fail(line)
				}
			}
			if f[2] != "-" {
				it.phase = f[2]
			}
			for _, s := range strings.Split(f[3], ",") {
				if date, ok := strings.CutPrefix(s, ">"); ok {
					it.from = at(date, line)
				} else if s != "-" {
					d := tjDep{}
					var lag string
					d.pred, lag, _ = strings.Cut(s, "+")
					d.pred, d.onStart = strings.CutSuffix(d.pred, "SS")
					lag, d.elapsed = strings.CutPrefix(lag, "e")
					fmt.Sscan(lag, &d.lag)
					it.after = append(it.after, d)
				}
			}
			nw.items = append(nw.items, it)
		default:
			fail(line)
		}
	}
	return nw
}

// A recorded network is read back as it was.
func TestTaskJugglerRecord(t *testing.T) {
	for i := range 20 {
		nw := drawTaskJuggler(7, i)
		for k := range nw.items {
			it := &nw.items[k]
			it.start = nw.start.Start() + calendar.Instant(7*k)
			it.finish = it.start + calendar.Instant(it.minutes)
		}
		var b, again strings.Builder
		nw.write(&b)
		back := parseTaskJuggler(t, b.String())
		if back.write(&again); again.String() != b.String() || back.toml() != nw.toml() {
			t.Fatalf("%s\nbecomes\n%s", b.String(), again.String())
		}
	}
}
