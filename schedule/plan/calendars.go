package plan

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"milepost/schedule/calendar"
)

var weekdays = map[string]time.Weekday{"mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday,
	"thu": time.Thursday, "fri": time.Friday, "sat": time.Saturday, "sun": time.Sunday}

// holidayYears is for how long from the year of the plan's start the public
// holidays of a country are worked out: as long as a plan may last.
const holidayYears = 102

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
				short := strings.ToLower(name[:min(len(name), 3)]) // "Monday", "MON"
				if day, ok := weekdays[short]; ok && (len(name) == 3 || strings.EqualFold(name, day.String())) {
					d.Hint = fmt.Sprintf("did you mean %q?", short)
				}
				broken = true
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
	ld.idle(c, cal, free)
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

// workCalendars finds the calendars of work that names none, from those of the
// roles and people who are assigned.
func (ld *loader) workCalendars() {
	p := ld.plan
	of := map[string]string{} // id of the calendar by address
	for _, r := range p.Roles {
		of[r.Address()] = r.Calendar
	}
	for _, who := range p.People {
		id := who.Calendar
		for i, r := range who.Roles {
			if other := of["role:"+r]; who.Calendar == "" && i == 0 {
				id = other
			} else if who.Calendar == "" && other != id {
				id = ""
			}
		}
		of[who.Address()] = id
	}
	common := map[string]*calendar.Calendar{} // by the ids, in order
	for _, w := range p.Work {
		if w.Calendar != "" {
			continue
		}
		var ids, who []string
		for _, a := range w.Assign {
			id := of[a.Kind+":"+a.Who]
			if id == "" || p.calendars[id] == nil {
				continue // its own mistakes are reported
			}
			who = append(who, fmt.Sprintf("%s (calendar %q)", a.Who, id))
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		switch len(ids) {
		case 0:
			continue
		case 1:
			w.works = p.calendars[ids[0]]
			continue
		}
		slices.Sort(ids)
		key := strings.Join(ids, " ")
		c, known := common[key]
		if !known {
			c = ld.inCommon(ids)
			common[key] = c
		}
		if w.works = c; c == nil {
			ld.list.Errorf("E136", w.At("assign"), "those assigned to work package %q never work at the same time: %s", w.ID, strings.Join(who, ", ")).
				Hint = "name the calendar that the work follows: calendar = " + strconv.Quote(ids[0]) + "; or make work of its own for each"
		}
	}
}

// inCommon returns the working time that calendars share, nil if there is none.
func (ld *loader) inCommon(ids []string) *calendar.Calendar {
	var all []*calendar.Calendar
	for _, id := range ids {
		all = append(all, ld.plan.calendars[id])
	}
	c, err := calendar.Intersect(all...)
	if err != nil {
		return nil
	}
	units := ld.plan.calendars[""]
	c.SetUnits(units.DayMinutes(), units.WeekMinutes(), units.MonthMinutes())
	return c
}

// longestIdle is for how many days on end a calendar may have no working minute:
// two years.
const longestIdle = 731

// idle finds a stretch of free days after the plan's start that is so long that
// it must be a mistake.
func (ld *loader) idle(c *Calendar, cal *calendar.Calendar, free map[calendar.Date][]calendar.Span) {
	seen := ld.plan.Start - 1 // the last day looked at
	for _, day := range slices.Sorted(maps.Keys(free)) {
		if day <= seen || cal.IsWorkday(day) {
			continue
		}
		from := cal.Prev(day.Start()).LastDate() + 1
		seen = cal.Next(day.Start()).Date() - 1
		if seen-max(from, ld.plan.Start) < longestIdle {
			continue
		}
		key := "holidays"
		if !c.Has(key) {
			key = "exceptions"
		}
		ld.list.Errorf("E135", c.At(key), "calendar %q has no working minute from %s to %s", c.ID, max(from, ld.plan.Start), seen).
			Hint = "is the year of a range right? take out the days on which people do work"
		return
	}
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
