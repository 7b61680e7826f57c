package calendar

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// office is Monday to Friday 09:00-17:00 with two holidays and a working
// Saturday.
func office(t testing.TB) *Calendar {
	var week [7][]Span
	for d := time.Monday; d <= time.Friday; d++ {
		week[d] = []Span{{9 * 60, 17 * 60}}
	}
	c, err := New(week, map[Date][]Span{
		day0(t, "2026-01-19"): nil,
		day0(t, "2026-12-25"): nil,
		day0(t, "2026-01-24"): {{9 * 60, 13 * 60}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func day0(t testing.TB, s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func at(t testing.TB, s string) Instant {
	p, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		t.Fatal(err)
	}
	return Instant(p.Unix() / 60)
}

func TestAdd(t *testing.T) {
	c := office(t)
	for _, tt := range []struct {
		from string
		work Work
		want string
		why  string
	}{
		{"2026-01-05 09:00", 0, "2026-01-05 09:00", "nothing to do"},
		{"2026-01-03 12:00", 0, "2026-01-03 12:00", "nothing to do, even on a Saturday"},
		{"2026-01-05 09:00", 480, "2026-01-05 17:00", "a day ends in the evening, not the next morning"},
		{"2026-01-05 09:00", 2400, "2026-01-09 17:00", "a week ends on Friday"},
		{"2026-01-09 17:00", 60, "2026-01-12 10:00", "over the weekend"},
		{"2026-01-16 09:00", 960, "2026-01-20 17:00", "over the weekend and a holiday"},
		{"2026-01-23 17:00", 240, "2026-01-24 13:00", "an exceptional Saturday"},
		{"2026-01-12 09:00", -480, "2026-01-09 09:00", "a day back from Monday morning"},
		{"2026-01-09 17:00", -480, "2026-01-09 09:00", "a day back from Friday evening"},
		{"2026-01-11 12:00", -60, "2026-01-09 16:00", "back from a Sunday"},
		{"2026-01-20 09:00", -480, "2026-01-16 09:00", "back over a holiday"},
		{"1969-12-31 17:00", -2400, "1969-12-25 09:00", "before the epoch"},
		{"2026-01-05 09:00", 2400 * 5200, "2125-09-04 13:00", "5,200 weeks less one and a half days of exceptions"},
	} {
		if got := c.Add(at(t, tt.from), tt.work); got != at(t, tt.want) {
			t.Errorf("Add(%s, %d) = %s, want %s: %s", tt.from, tt.work, got, tt.want, tt.why)
		}
	}
}

func TestNextPrev(t *testing.T) {
	c := office(t)
	for _, tt := range []struct{ at, next, prev string }{
		{"2026-01-05 08:00", "2026-01-05 09:00", "2026-01-02 17:00"},
		{"2026-01-05 09:00", "2026-01-05 09:00", "2026-01-02 17:00"},
		{"2026-01-05 09:01", "2026-01-05 09:01", "2026-01-05 09:01"},
		{"2026-01-09 17:00", "2026-01-12 09:00", "2026-01-09 17:00"},
		{"2026-01-10 12:00", "2026-01-12 09:00", "2026-01-09 17:00"},
		{"2026-01-19 12:00", "2026-01-20 09:00", "2026-01-16 17:00"},
		{"2026-01-24 12:00", "2026-01-24 12:00", "2026-01-24 12:00"},
	} {
		if got := c.Next(at(t, tt.at)); got != at(t, tt.next) {
			t.Errorf("Next(%s) = %s, want %s", tt.at, got, tt.next)
		}
		if got := c.Prev(at(t, tt.at)); got != at(t, tt.prev) {
			t.Errorf("Prev(%s) = %s, want %s", tt.at, got, tt.prev)
		}
	}
}

func TestUnits(t *testing.T) {
	c := office(t)
	if c.DayMinutes() != 480 || c.WeekMinutes() != 2400 || c.MonthMinutes() != 9600 {
		t.Errorf("day, week, month = %d, %d, %d", c.DayMinutes(), c.WeekMinutes(), c.MonthMinutes())
	}
	c.SetUnits(450, 0, 0)
	if c.DayMinutes() != 450 || c.WeekMinutes() != 2400 || c.MonthMinutes() != 9000 {
		t.Errorf("with a day of 450: day, week, month = %d, %d, %d", c.DayMinutes(), c.WeekMinutes(), c.MonthMinutes())
	}
}

func TestFirstWeekday(t *testing.T) {
	for _, tt := range []struct {
		works string // Sunday first
		want  time.Weekday
		why   string
	}{
		{"-xxxxx-", time.Monday, "office week"},
		{"--xxxx-", time.Monday, "a free Monday still begins the week"},
		{"xxxxx--", time.Sunday, "Sunday to Thursday"},
		{"xxxx--x", time.Saturday, "Saturday to Wednesday"},
		{"xxxxxxx", time.Monday, "no free day"},
		{"xxxxxx-", time.Sunday, "six days from Sunday"},
		{"x--xxxx", time.Monday, "Wednesday to Sunday fits into a week from Monday"},
		{"------x", time.Monday, "Saturdays only"},
	} {
		var week [7][]Span
		for i, r := range tt.works {
			if r == 'x' {
				week[i] = []Span{{0, 60}}
			}
		}
		c, err := New(week, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.FirstWeekday(); got != tt.want {
			t.Errorf("%s begins on %s, want %s: %s", tt.works, got, tt.want, tt.why)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	if _, err := New([7][]Span{}, nil); err == nil {
		t.Error("a week without work is accepted")
	}
	if _, err := New([7][]Span{}, map[Date][]Span{0: {{0, 60}}}); err == nil {
		t.Error("a week without work is accepted because of one working day")
	}
	for _, spans := range [][]Span{{{60, 60}}, {{120, 60}}, {{0, 1441}}, {{0, 60}, {30, 90}}, {{-10, 60}}} {
		if _, err := New([7][]Span{1: spans}, nil); err == nil {
			t.Errorf("the hours %v are accepted", spans)
		}
		if _, err := New([7][]Span{1: {{0, 60}}}, map[Date][]Span{5: spans}); err == nil {
			t.Errorf("the exceptional hours %v are accepted", spans)
		}
	}
}

// oracle answers by walking minute by minute.
type oracle struct {
	week       [7][]Span
	exceptions map[Date][]Span
}

// works reports whether the minute that begins at t is a working one.
func (o *oracle) works(t Instant) bool {
	spans, ok := o.exceptions[t.Date()]
	if !ok {
		spans = o.week[t.Date().Weekday()]
	}
	for _, s := range spans {
		if m := t.Minute(); s.From <= m && m < s.To {
			return true
		}
	}
	return false
}

func (o *oracle) add(t Instant, w Work) Instant {
	for ; w > 0; t++ {
		if o.works(t) {
			w--
		}
	}
	for ; w < 0; t-- {
		if o.works(t - 1) {
			w++
		}
	}
	return t
}

func (o *oracle) between(a, b Instant) Work {
	if b < a {
		return -o.between(b, a)
	}
	var w Work
	for ; a < b; a++ {
		if o.works(a) {
			w++
		}
	}
	return w
}

func spansGen(empty bool) *rapid.Generator[[]Span] {
	return rapid.Custom(func(t *rapid.T) []Span {
		low := 1
		if empty {
			low = 0
		}
		var spans []Span
		last := 0
		for range rapid.IntRange(low, 3).Draw(t, "spans") {
			if last >= MinutesPerDay {
				break
			}
			from := rapid.IntRange(last, MinutesPerDay-1).Draw(t, "from")
			to := rapid.IntRange(from+1, MinutesPerDay).Draw(t, "to")
			spans = append(spans, Span{from, to})
			last = to
		}
		return spans
	})
}

func drawCalendar(t *rapid.T) (*Calendar, *oracle) {
	o := &oracle{exceptions: map[Date][]Span{}}
	for i := range o.week {
		o.week[i] = spansGen(true).Draw(t, "day")
	}
	// Some day must have work, and enough of it to keep the walk short.
	o.week[rapid.IntRange(0, 6).Draw(t, "workday")] = []Span{{60, 900}}
	for range rapid.IntRange(0, 12).Draw(t, "exceptions") {
		o.exceptions[Date(rapid.IntRange(-20, 20).Draw(t, "date"))] = spansGen(true).Draw(t, "hours")
	}
	c, err := New(o.week, o.exceptions)
	if err != nil {
		t.Fatal(err)
	}
	return c, o
}

// The formulas agree with walking minute by minute, also before 1970, in a
// stretch full of exceptions, with work past midnight and on free days.
func TestAgainstOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, o := drawCalendar(t)
		instant := rapid.Map(rapid.IntRange(-25*MinutesPerDay, 25*MinutesPerDay), func(i int) Instant { return Instant(i) })
		a, b := instant.Draw(t, "a"), instant.Draw(t, "b")
		w := Work(rapid.IntRange(-9000, 9000).Draw(t, "w"))

		if got, want := c.Add(a, w), o.add(a, w); got != want {
			t.Fatalf("Add(%s, %d) = %s, want %s", a, w, got, want)
		}
		if got, want := c.Between(a, b), o.between(a, b); got != want {
			t.Fatalf("Between(%s, %s) = %d, want %d", a, b, got, want)
		}
		next := a
		for !o.works(next) {
			next++
		}
		if got := c.Next(a); got != next {
			t.Fatalf("Next(%s) = %s, want %s", a, got, next)
		}
		prev := a
		for !o.works(prev - 1) {
			prev--
		}
		if got := c.Prev(a); got != prev {
			t.Fatalf("Prev(%s) = %s, want %s", a, got, prev)
		}
		if got, want := c.IsWorkday(a.Date()), o.between(a.Date().Start(), (a.Date()+1).Start()) > 0; got != want {
			t.Fatalf("IsWorkday(%s) = %t", a.Date(), got)
		}
	})
}

// A minute is worked on the intersection if it is worked on both calendars.
func TestIntersect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, first := drawCalendar(t)
		b, second := drawCalendar(t)
		c, err := Intersect(a, b)
		both := func(at Instant) bool { return first.works(at) && second.works(at) }
		var week bool
		for at := Date(100).Start(); at < Date(107).Start(); at++ { // beyond the exceptions
			week = week || both(at)
		}
		if (err == nil) != week {
			t.Fatalf("%v, but there is common time in the week: %t", err, week)
		}
		if err != nil {
			return
		}
		day := Date(rapid.IntRange(-30, 30).Draw(t, "day"))
		for at := day.Start(); at < (day + 1).Start(); at++ {
			if got := c.Between(at, at+1) == 1; got != both(at) {
				t.Fatalf("%s: %t, want %t", at, got, both(at))
			}
		}
		if a.DayMinutes() <= 0 || c.DayMinutes() <= 0 {
			t.Fatal("no day")
		}
	})
}

// Far away from the exceptions, where no walk can follow, the laws still hold.
func TestLawsFarAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, _ := drawCalendar(t)
		a := Instant(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "a"))
		w := Work(rapid.Int64Range(1, 1<<40).Draw(t, "w"))
		b := c.Add(a, w)
		if got := c.Between(a, b); got != w {
			t.Fatalf("Between(%d, Add(%d, %d)) = %d", a, a, w, got)
		}
		if got := c.Add(b, -w); got != c.Next(a) {
			t.Fatalf("Add(Add(%d, %d), -%d) = %d, want %d", a, w, w, got, c.Next(a))
		}
		if c.Prev(b) != b || c.Next(c.Prev(a)) != c.Next(a) || c.Prev(c.Next(a)) != c.Prev(a) {
			t.Fatalf("Next and Prev disagree at %d and %d", a, b)
		}
	})
}

func TestNoAllocation(t *testing.T) {
	c := office(t)
	a := at(t, "2026-01-05 09:00")
	var sink Instant
	if n := testing.AllocsPerRun(100, func() {
		sink += c.Add(a, 12345) + c.Add(a, -12345) + c.Next(a) + c.Prev(a) + Instant(c.Between(a, a+99999))
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	_ = sink
}

func BenchmarkAdd(b *testing.B) {
	for _, holidays := range []int{0, 200} {
		b.Run(fmt.Sprintf("%d_holidays", holidays), func(b *testing.B) {
			var week [7][]Span
			for d := time.Monday; d <= time.Friday; d++ {
				week[d] = []Span{{9 * 60, 12 * 60}, {13 * 60, 18 * 60}}
			}
			free := map[Date][]Span{}
			for i := range holidays {
				free[Date(20000+i*17)] = nil
			}
			c, err := New(week, free)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			t := Instant(20000 * MinutesPerDay)
			for b.Loop() {
				c.Add(t, 123456)
			}
		})
	}
}
