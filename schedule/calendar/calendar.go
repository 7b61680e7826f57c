// Package calendar knows when people work: civil dates and instants, weekly
// working hours with exceptions, and exact arithmetic of working minutes.
//
// A calendar repeats one week for ever and lists the days that differ. Between
// two exceptions the working time up to a day is a multiple of the week plus a
// remainder, so every question is answered by a formula and a binary search
// among the exceptions; no method walks along days, however far apart they are.
package calendar

import (
	"fmt"
	"slices"
	"time"
)

// Calendar is a set of half-open working intervals. Use [New].
type Calendar struct {
	week [7]day // by time.Weekday
	// cycle is the same week from Thursday on, the weekday of 1970-01-01, so that
	// a day is found by the remainder of its number.
	cycle [7]day

	// before[i] is the working time of the first i days of cycle; before[7] is
	// that of a week.
	before [8]Work

	exceptions []exception // by date

	dayMinutes, weekMinutes, monthMinutes Work
	firstWeekday                          time.Weekday
}

// day is the working time of one day.
type day struct {
	spans []Span
	total Work
}

// exception is a day that differs from its weekday.
type exception struct {
	day
	date int64
	// worked is the working time up to the beginning of the date as
	// [Calendar.worked] counts it; shift is what this exception and the earlier
	// ones add to the weekly pattern.
	worked, shift Work
}

// Span is a half-open working interval of one day, in minutes after midnight.
type Span struct{ From, To int }

// New makes a calendar of a weekly pattern (indexed by time.Weekday) and of
// days whose hours differ from it. Spans are in order and do not overlap. It
// fails if the week has no working minute.
func New(week [7][]Span, exceptions map[Date][]Span) (*Calendar, error) {
	c := &Calendar{}
	for i, spans := range week {
		d, err := newDay(spans)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", time.Weekday(i), err)
		}
		c.week[i] = d
	}
	for i := range 7 {
		c.cycle[i] = c.week[(i+int(time.Thursday))%7]
		c.before[i+1] = c.before[i] + c.cycle[i].total
	}
	if c.before[7] == 0 {
		return nil, fmt.Errorf("the week has no working time")
	}

	for date, spans := range exceptions {
		d, err := newDay(spans)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", date, err)
		}
		c.exceptions = append(c.exceptions, exception{day: d, date: int64(date)})
	}
	slices.SortFunc(c.exceptions, func(a, b exception) int { return int(a.date - b.date) })
	var shift Work
	for i := range c.exceptions {
		e := &c.exceptions[i]
		e.worked = c.pattern(e.date) + shift
		shift += e.total - c.week[weekday(e.date)].total
		e.shift = shift
	}

	c.firstWeekday = firstWeekday(&c.week)
	c.SetUnits(0, 0, 0)
	return c, nil
}

func newDay(spans []Span) (day, error) {
	d := day{spans: slices.Clone(spans)}
	last := 0
	for _, s := range spans {
		if s.From < last || s.To <= s.From || s.To > MinutesPerDay {
			return day{}, fmt.Errorf("working hours %s are not in order within one day", s)
		}
		d.total += Work(s.To - s.From)
		last = s.To
	}
	return d, nil
}

// firstWeekday keeps a run of working days in one week: weeks begin on Monday
// unless people work on through Sunday and Monday; then they begin after the
// longest run of free days. A week without a free day begins on Monday.
func firstWeekday(week *[7]day) time.Weekday {
	if week[time.Sunday].total == 0 || week[time.Monday].total == 0 {
		return time.Monday
	}
	best, longest := time.Monday, 0
	for i := range 7 {
		d := (int(time.Monday) + i) % 7
		run := 0
		for run < 7 && week[(d+6-run)%7].total == 0 {
			run++
		}
		if week[d].total > 0 && run > longest {
			best, longest = time.Weekday(d), run
		}
	}
	return best
}

// DayMinutes, WeekMinutes and MonthMinutes are what "1d", "1w" and "1mo" mean:
// the hours of the first working weekday from Monday on, those of a whole week,
// and 20 days, unless [Calendar.SetUnits] says otherwise.
func (c *Calendar) DayMinutes() Work   { return c.dayMinutes }
func (c *Calendar) WeekMinutes() Work  { return c.weekMinutes }
func (c *Calendar) MonthMinutes() Work { return c.monthMinutes }

// SetUnits overrides what "1d", "1w" and "1mo" mean; zero takes the default,
// and the default month follows the day.
func (c *Calendar) SetUnits(day, week, month Work) {
	for i := 0; day == 0; i++ {
		day = c.week[(int(time.Monday)+i)%7].total
	}
	if week == 0 {
		week = c.before[7]
	}
	if month == 0 {
		month = 20 * day
	}
	c.dayMinutes, c.weekMinutes, c.monthMinutes = day, week, month
}

// FirstWeekday returns the day on which plan weeks begin: Monday, unless that
// would cut the working week in two. A Sunday to Thursday week begins on Sunday.
func (c *Calendar) FirstWeekday() time.Weekday { return c.firstWeekday }

// WorksOn reports whether the weekly pattern has working time on the weekday.
func (c *Calendar) WorksOn(d time.Weekday) bool { return c.week[d].total > 0 }

// IsWorkday reports whether the day has working time.
func (c *Calendar) IsWorkday(d Date) bool { return c.day(int64(d)).total > 0 }

// DaySpans returns the working intervals of a day. The caller must not change
// them.
func (c *Calendar) DaySpans(d Date) []Span { return c.day(int64(d)).spans }

// Next returns the first working instant at or after t.
func (c *Calendar) Next(t Instant) Instant {
	date, minute := split(t)
	for _, s := range c.day(date).spans {
		if minute < s.To {
			return Instant(date)*MinutesPerDay + Instant(max(minute, s.From))
		}
	}
	return c.last(c.worked(t))
}

// Prev returns the last instant at or before t that ends working time.
func (c *Calendar) Prev(t Instant) Instant {
	date, minute := split(t)
	spans := c.day(date).spans
	for i := len(spans) - 1; i >= 0; i-- {
		if minute > spans[i].From {
			return Instant(date)*MinutesPerDay + Instant(min(minute, spans[i].To))
		}
	}
	return c.first(c.worked(t))
}

// Add returns the instant at which w working minutes after t are worked: an
// interval's end rather than the next one's start. Negative w goes back, to an
// interval's start. Add(t, 0) is t.
func (c *Calendar) Add(t Instant, w Work) Instant {
	switch {
	case w > 0:
		return c.first(c.worked(t) + w)
	case w < 0:
		return c.last(c.worked(t) + w)
	}
	return t
}

// Between returns the working minutes from a to b, negative if b is before a.
func (c *Calendar) Between(a, b Instant) Work { return c.worked(b) - c.worked(a) }

// worked counts the working minutes up to t, from a beginning that is the same
// for every t: those of the weekly pattern since 1970-01-01 and what each
// exception before t adds to them. Only differences have a meaning.
func (c *Calendar) worked(t Instant) Work {
	date, minute := split(t)
	weeks := floorDiv(date, 7)
	in := date - weeks*7
	w := Work(weeks)*c.before[7] + c.before[in]
	d := &c.cycle[in]
	if len(c.exceptions) > 0 {
		i := c.exceptionsBefore(date)
		if i > 0 {
			w += c.exceptions[i-1].shift
		}
		if i < len(c.exceptions) && c.exceptions[i].date == date {
			d = &c.exceptions[i].day
		}
	}
	for _, s := range d.spans {
		if minute <= s.From {
			break
		}
		w += Work(min(minute, s.To) - s.From)
	}
	return w
}

// first returns the earliest instant with the given working time before it: the
// end of a working minute.
func (c *Calendar) first(w Work) Instant {
	date, left, d := c.find(w - 1)
	left++
	for _, s := range d.spans {
		length := Work(s.To - s.From)
		if left <= length {
			return Instant(date)*MinutesPerDay + Instant(s.From) + Instant(left)
		}
		left -= length
	}
	panic("calendar: working minute outside its day")
}

// last returns the latest instant with the given working time before it: the
// start of a working minute.
func (c *Calendar) last(w Work) Instant {
	date, left, d := c.find(w)
	for _, s := range d.spans {
		length := Work(s.To - s.From)
		if left < length {
			return Instant(date)*MinutesPerDay + Instant(s.From) + Instant(left)
		}
		left -= length
	}
	panic("calendar: working minute outside its day")
}

// find returns the day that holds the working minute with w working minutes
// before it, and how many of these are of that day.
func (c *Calendar) find(w Work) (date int64, left Work, d *day) {
	// The exceptions that begin at or before the minute.
	lo, hi := 0, len(c.exceptions)
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if c.exceptions[mid].worked <= w {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	var shift Work
	if lo > 0 {
		e := &c.exceptions[lo-1]
		if w < e.worked+e.total {
			return e.date, w - e.worked, &e.day
		}
		shift = e.shift
	}
	// The weekly pattern holds from that exception to the next.
	w -= shift
	weeks := floorDiv(int64(w), int64(c.before[7]))
	rest := w - Work(weeks)*c.before[7]
	i := 0
	for c.before[i+1] <= rest {
		i++
	}
	return weeks*7 + int64(i), rest - c.before[i], &c.cycle[i]
}

// pattern returns the working minutes from 1970-01-01 to the beginning of the
// day by the weekly pattern alone.
func (c *Calendar) pattern(date int64) Work {
	weeks := floorDiv(date, 7)
	return Work(weeks)*c.before[7] + c.before[date-weeks*7]
}

func (c *Calendar) day(date int64) *day {
	if len(c.exceptions) > 0 {
		if i := c.exceptionsBefore(date); i < len(c.exceptions) && c.exceptions[i].date == date {
			return &c.exceptions[i].day
		}
	}
	return &c.cycle[date-floorDiv(date, 7)*7]
}

// exceptionsBefore returns how many exceptions are before the day.
func (c *Calendar) exceptionsBefore(date int64) int {
	lo, hi := 0, len(c.exceptions)
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if c.exceptions[mid].date < date {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// split returns the day of an instant, counted from 1970-01-01, and the minute
// of that day.
func split(t Instant) (date int64, minute int) {
	date = floorDiv(int64(t), MinutesPerDay)
	return date, int(int64(t) - date*MinutesPerDay)
}

func weekday(date int64) time.Weekday {
	return time.Weekday(((date+int64(time.Thursday))%7 + 7) % 7)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// String returns the span as 09:00-17:00.
func (s Span) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", s.From/60, s.From%60, s.To/60, s.To%60)
}
