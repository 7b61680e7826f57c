package chart

import (
	"fmt"
	"strconv"
	"time"

	"milepost/generator/locale"
	"milepost/schedule"
	"milepost/schedule/calendar"
)

// tick is one mark of a time axis with its label.
type tick struct {
	at    calendar.Instant
	label string
}

// textWidth estimates how many pixels a label of 11 pixels takes, with the gap
// to the next one.
func textWidth(s string) int64 {
	w := int64(9)
	for _, r := range s {
		if r >= 0x1100 { // wide letters
			w += 12
		} else {
			w += 7
		}
	}
	return w
}

// scale makes the ticks of a time axis that is drawn width pixels wide.
type scale struct {
	axis
	width int
	sched *schedule.Schedule
	loc   *locale.Locale
}

// room returns the pixels of a span of days.
func (sc scale) room(days int64) int64 {
	return sc.pixels(calendar.Instant(days*calendar.MinutesPerDay), sc.width)
}

// short reports whether the axis shows days and hours rather than months and
// weeks.
func (sc scale) short() bool { return sc.days() <= 12 }

// major returns the upper labels: days of a short axis, otherwise months,
// quarters or years, whatever has the room.
func (sc scale) major() []tick {
	if sc.short() {
		return sc.fit(sc.dayTicks(sc.dayLabel()))
	}
	first := sc.from.Date().Time()
	for _, months := range []int{1, 3, 6, 12, 24, 60, 120, 240, 600} {
		need := textWidth(sc.loc.MonthName(sc.from.Date()))
		if max(sc.from, sc.sched.Start).Date().Time().Year() != sc.to.Date().Time().Year() {
			need = textWidth(sc.loc.Month(sc.from.Date())) // some of them must say their year
		}
		if months >= 12 {
			need = textWidth("2026")
		}
		if sc.room(int64(months)*30) < need {
			continue
		}
		month := int(first.Month()) - 1
		year := first.Year()
		if months >= 12 {
			year -= year % (months / 12)
			month = 0
		} else {
			month -= month % months
		}
		return sc.fit(sc.monthTicks(year, month, months))
	}
	return nil
}

// monthTicks returns a tick every so many months.
func (sc scale) monthTicks(year, month, step int) []tick {
	var out []tick
	withYear := true
	for {
		d := calendar.DateOf(year, time.Month(month+1), 1)
		month += step
		next := calendar.DateOf(year, time.Month(month+1), 1)
		if d.Start() > sc.to {
			return out
		}
		if next.Start() <= sc.from {
			continue
		}
		at := max(d.Start(), sc.from)
		room := sc.pixels(min(next.Start(), sc.to)-at, sc.width)
		label := sc.loc.MonthName(d)
		if step >= 12 {
			label = strconv.Itoa(d.Time().Year())
		} else if next.Start() <= sc.sched.Start {
			label = "" // the margin before the plan
		} else if y := sc.loc.Month(d); (withYear || d.Time().Month() == time.January) && textWidth(y) <= room {
			label, withYear = y, false
		}
		out = append(out, tick{at, label})
	}
}

// minor returns the lower labels: hours of a short axis, otherwise plan weeks.
func (sc scale) minor() []tick {
	if sc.short() {
		for _, hours := range []int64{1, 2, 3, 4, 6, 12} {
			if sc.pixels(calendar.Instant(hours*60), sc.width) >= textWidth("09:00") {
				return sc.fit(sc.hourTicks(hours))
			}
		}
		return sc.fit(sc.weekTicks(1))
	}
	last := "W" + strconv.Itoa(sc.sched.Week(sc.to))
	for _, weeks := range []int{1, 2, 4, 8, 13, 26, 52, 104, 260, 520, 1040, 2600} {
		if sc.room(int64(weeks)*7) >= textWidth(last) {
			return sc.fit(sc.weekTicks(weeks))
		}
	}
	return nil
}

// weekTicks returns a tick at the beginning of every step-th plan week, counted
// from week 1, with its first day where there is room.
func (sc scale) weekTicks(step int) []tick {
	var out []tick
	week := sc.sched.Week(sc.from)
	for (week-1)%step != 0 {
		week++
	}
	for ; sc.sched.WeekStart(week) <= sc.to; week += step {
		at := sc.sched.WeekStart(week)
		if at < sc.from || week < 1 {
			continue
		}
		label := "W" + strconv.Itoa(week)
		if dated := label + " · " + sc.loc.ShortDate(at.Date()); sc.room(int64(step)*7) >= textWidth(dated)+8 {
			label = dated
		}
		out = append(out, tick{at, label})
	}
	return out
}

// dayTicks returns a tick at the beginning of every day.
func (sc scale) dayTicks(label func(calendar.Date) string) []tick {
	var out []tick
	for d := sc.from.Date(); d.Start() < sc.to; d++ {
		out = append(out, tick{max(d.Start(), sc.from), label(d)})
	}
	return out
}

// dayLabel returns the longest form of a day's label that has the room: "Mon 5
// Jan", "Mon 5" or "5".
func (sc scale) dayLabel() func(calendar.Date) string {
	forms := []func(calendar.Date) string{
		func(d calendar.Date) string { return sc.loc.Weekday(d) + " " + sc.loc.ShortDate(d) },
		func(d calendar.Date) string { return sc.loc.Weekday(d) + " " + strconv.Itoa(d.Time().Day()) },
		func(d calendar.Date) string { return strconv.Itoa(d.Time().Day()) },
	}
	for _, form := range forms[:2] {
		widest := int64(0)
		for i := range calendar.Date(31) {
			widest = max(widest, textWidth(form(sc.from.Date()+i)))
		}
		if sc.room(1) >= widest {
			return form
		}
	}
	return forms[2]
}

func (sc scale) hourTicks(step int64) []tick {
	var out []tick
	for t := sc.from.Date().Start(); t < sc.to; t += calendar.Instant(step * 60) {
		if t >= sc.from {
			out = append(out, tick{t, fmt.Sprintf("%02d:00", t.Minute()/60)})
		}
	}
	return out
}

// fit drops the labels, not the marks, that would run into the next label or
// over the right edge.
func (sc scale) fit(ticks []tick) []tick {
	for i := range ticks {
		end := sc.to
		if i+1 < len(ticks) {
			end = ticks[i+1].at
		}
		if sc.pixels(end-ticks[i].at, sc.width) < textWidth(ticks[i].label)-5 {
			ticks[i].label = ""
		}
	}
	return ticks
}
