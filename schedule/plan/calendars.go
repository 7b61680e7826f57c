package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"milepost/schedule/calendar"
)

var weekdays = map[string]time.Weekday{"mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday,
	"thu": time.Thursday, "fri": time.Friday, "sat": time.Saturday, "sun": time.Sunday}

// holidayYears is for how long after the plan's start the public holidays of a
// country are worked out.
const holidayYears = 30

// buildCalendars makes a working calendar of each table [calendar.ID], and the
// usual one if the plan has none.
func (ld *loader) buildCalendars() {
	p := ld.plan
	usual, err := calendar.New(usualWeek(), nil)
	if err != nil {
		panic(err) // Monday to Friday has working minutes
	}
	for _, c := range p.Calendars {
		p.calendars[c.ID] = ld.buildCalendar(c)
	}
	switch {
	case p.Info.Calendar != "":
		p.calendars[""] = p.calendars[p.Info.Calendar]
	case p.calendars["default"] != nil:
		p.calendars[""] = p.calendars["default"]
	default:
		p.calendars[""] = usual
	}
	if p.calendars[""] == nil {
		p.calendars[""] = usual // its own mistakes are reported
	}
}

// usualWeek is Monday to Friday, 09:00 to 17:00.
func usualWeek() [7][]calendar.Span {
	var week [7][]calendar.Span
	for d := time.Monday; d <= time.Friday; d++ {
		week[d] = []calendar.Span{{From: 9 * 60, To: 17 * 60}}
	}
	return week
}

func spans(h Hours) []calendar.Span {
	out := make([]calendar.Span, len(h))
	for i, iv := range h {
		out[i] = calendar.Span(iv)
	}
	return out
}

// buildCalendar returns nil if the table is wrong, which it reports.
func (ld *loader) buildCalendar(c *Calendar) *calendar.Calendar {
	week, broken := usualWeek(), false
	if c.Has("days") {
		week = [7][]calendar.Span{}
		for _, name := range slices.Sorted(maps.Keys(c.Days)) {
			day, ok := weekdays[name]
			if !ok {
				d := ld.list.Errorf("E126", c.table.index.key(c.table.path+".days."+quoteKey(name)), "%q is not a day of the week", name)
				d.Hint = "write mon, tue, wed, thu, fri, sat or sun"
				continue
			}
			if c.Days[name] == nil { // a mistake in the hours, which is reported
				broken = true
			}
			week[day] = spans(c.Days[name])
		}
	}
	free := map[calendar.Date][]calendar.Span{}
	if c.Country != "" {
		days, ok := publicHolidays(c.Country, ld.plan.Start)
		if !ok {
			ld.list.Errorf("E127", c.At("country"), "the public holidays of %q are not known", c.Country).
				Hint = "known countries: " + strings.Join(slices.Sorted(maps.Keys(countries)), ", ") + "; or write the days as holidays = { \"2026-12-25\" = \"Christmas\" }"
		}
		for day := range days {
			free[day] = nil
		}
	}
	for _, text := range slices.Sorted(maps.Keys(c.Holidays)) {
		from, to, err := parseDays(text)
		if err != nil {
			ld.list.Errorf("E126", c.table.index.key(c.table.path+".holidays."+quoteKey(text)), "%s", err).
				Hint = `write a day or a range of days: "2026-12-25" or "2026-12-24..2027-01-01"`
			continue
		}
		for day := from; day <= to; day++ {
			free[day] = nil
		}
	}
	for _, text := range slices.Sorted(maps.Keys(c.Exceptions)) {
		from, to, err := parseDays(text)
		if err != nil {
			ld.list.Errorf("E126", c.table.index.key(c.table.path+".exceptions."+quoteKey(text)), "%s", err).
				Hint = `write a day or a range of days: "2026-01-24" = "09:00-13:00"`
			continue
		}
		for day := from; day <= to; day++ {
			free[day] = spans(c.Exceptions[text])
		}
	}
	cal, err := calendar.New(week, free)
	if err != nil && broken {
		return nil
	}
	if err != nil {
		ld.list.Errorf("E128", c.At("days"), "calendar %q has no working minute in the week", c.ID).
			Hint = `give at least one day hours: days = { mon = "09:00-17:00" }`
		return nil
	}
	units := [3]calendar.Work{}
	for i, u := range []struct {
		key string
		Duration
	}{{"day", c.Day}, {"week", c.Week}, {"month", c.Month}} {
		if !u.set {
			continue
		}
		if u.Thousandths <= 0 || u.Elapsed || int(u.Unit) > i+1 {
			ld.list.Errorf("E114", c.At(u.key), "%s: %q cannot be the length of a %s", u.key, u.Duration, u.key).
				Hint = `write working time in smaller units: day = "8h", week = "40h", month = "20d"`
			continue
		}
		cal.SetUnits(units[0], units[1], units[2])
		length := u.Minutes(cal)
		if days := [3]int64{1, 7, 31}[i]; length > days*calendar.MinutesPerDay {
			ld.list.Errorf("E114", c.At(u.key), "%s: %q is more working time than a %s can hold", u.key, u.Duration, u.key).
				Hint = `write working time such as day = "8h", week = "40h", month = "20d"`
			continue
		}
		units[i] = calendar.Work(length)
	}
	cal.SetUnits(units[0], units[1], units[2])
	return cal
}

// maxHolidayRange bounds one range of free days.
const maxHolidayRange = 366

// parseDays reads "2026-12-25" or "2026-12-24..2027-01-01", both ends included.
func parseDays(s string) (from, to calendar.Date, err error) {
	a, b, isRange := strings.Cut(s, "..")
	if from, err = calendar.ParseDate(strings.TrimSpace(a)); err != nil {
		return 0, 0, err
	}
	to = from
	if isRange {
		if to, err = calendar.ParseDate(strings.TrimSpace(b)); err != nil {
			return 0, 0, err
		}
	}
	switch {
	case to < from:
		return 0, 0, fmt.Errorf("the range %q finishes before it starts", s)
	case to-from > maxHolidayRange:
		return 0, 0, fmt.Errorf("the range %q is longer than a year", s)
	}
	return from, to, nil
}
