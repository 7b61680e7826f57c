package calendar

import "slices"

// Intersect returns the calendar of the working time that all the given
// calendars have in common, to the minute and exceptions included. It fails if
// their weeks have no minute in common. Its units of a day, a week and a month
// are the default ones; see [Calendar.SetUnits].
func Intersect(calendars ...*Calendar) (*Calendar, error) {
	var week [7][]Span
	exceptions := map[Date][]Span{}
	for i, c := range calendars {
		for d := range week {
			if spans := c.week[d].spans; i == 0 {
				week[d] = slices.Clone(spans)
			} else {
				week[d] = common(week[d], spans)
			}
		}
		for k := range c.exceptions {
			exceptions[Date(c.exceptions[k].date)] = nil
		}
	}
	for date := range exceptions {
		spans := calendars[0].DaySpans(date)
		for _, c := range calendars[1:] {
			spans = common(spans, c.DaySpans(date))
		}
		exceptions[date] = spans
	}
	return New(week, exceptions)
}

// common returns the minutes that two lists of spans share. Both are in order.
func common(a, b []Span) []Span {
	var out []Span
	for len(a) > 0 && len(b) > 0 {
		if s := (Span{max(a[0].From, b[0].From), min(a[0].To, b[0].To)}); s.From < s.To {
			out = append(out, s)
		}
		if a[0].To < b[0].To {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
	return out
}
