package calendar

import (
	"fmt"
	"time"
)

// Date is a civil day, counted from 1970-01-01. It has no time zone.
type Date int32

// Instant is a civil moment, in minutes from 1970-01-01T00:00. It has no time
// zone and no daylight saving: every day has 1,440 minutes.
type Instant int64

// Work is an amount of working time, in minutes on some calendar.
type Work int64

// MinutesPerDay is the length of a civil day.
const MinutesPerDay = 24 * 60

// DateOf returns the civil date y-m-d of the Gregorian calendar. Days and
// months out of range carry over as in [time.Date].
func DateOf(y int, m time.Month, d int) Date {
	return Date(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// ParseDate reads a date written as 2026-01-05.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a date", s)
	}
	return DateOf(t.Date()), nil
}

// Time returns midnight of the date in UTC, for formatting.
func (d Date) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String returns the date as 2026-01-05.
func (d Date) String() string { return d.Time().Format(time.DateOnly) }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return time.Weekday(((int(d)+4)%7 + 7) % 7) }

// Start returns midnight at the beginning of the date.
func (d Date) Start() Instant { return Instant(d) * MinutesPerDay }

// At returns the instant of the date at the given minute after midnight.
func (d Date) At(minute int) Instant { return d.Start() + Instant(minute) }

// Date returns the civil day that the instant lies in. Midnight belongs to the
// day it begins.
func (t Instant) Date() Date {
	d := t / MinutesPerDay
	if t%MinutesPerDay < 0 {
		d--
	}
	return Date(d)
}

// LastDate returns the day of the last minute before the instant: the day a
// finish is shown as. Midnight belongs to the day it ends.
func (t Instant) LastDate() Date { return (t - 1).Date() }

// Minute returns the minutes since midnight, 0 to 1439.
func (t Instant) Minute() int { return int(t - t.Date().Start()) }

// Time returns the instant as a time in UTC, for formatting.
func (t Instant) Time() time.Time { return time.Unix(int64(t)*60, 0).UTC() }

// String returns the instant as 2026-01-05T09:00:00.
func (t Instant) String() string { return t.Time().Format("2006-01-02T15:04:05") }
