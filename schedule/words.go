package schedule

import (
	"fmt"
	"strings"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// How findings speak: kinds with ids, days with plan weeks, working time in
// weeks and days.

// describe names a thing: `work package "2.1" (Finalize Agreements)`.
func describe(it *plan.Item) string {
	kind := it.Kind
	switch kind {
	case "plan":
		return "the plan"
	case "work":
		kind = "work package"
	case "kpi":
		kind = "indicator"
	}
	if it.Name == "" {
		return fmt.Sprintf("%s %q", kind, it.ID)
	}
	return fmt.Sprintf("%s %q (%s)", kind, it.ID, oneLine(it.Name))
}

// startText and finishText write an instant as readers see it, with its plan
// week: "Fri 10 Apr 2026 (W14)". A finish is the last day worked.
func (s *Schedule) startText(t calendar.Instant) string {
	return fmt.Sprintf("%s (W%d)", dayText(t.Date()), s.Week(t))
}

func (s *Schedule) finishText(t calendar.Instant) string { return s.startText(t - 1) }

func dayText(d calendar.Date) string { return d.Time().Format("Mon 2 Jan 2006") }

// statedText writes a stated point with its other form: "W12 (Fri 27 Mar
// 2026)", "Fri 27 Mar 2026 (W12)". at is a moment of the day it means.
func (s *Schedule) statedText(w plan.When, at calendar.Instant) string {
	if w.Week > 0 {
		return fmt.Sprintf("%s (%s)", w, dayText(at.Date()))
	}
	return s.startText(at)
}

// inKind writes the day of a moment in the way that w is written: as a plan
// week or a date, ready for the plan's file.
func (s *Schedule) inKind(w plan.When, at calendar.Instant) string {
	if w.Week > 0 {
		return fmt.Sprintf("\"W%d\"", s.Week(at))
	}
	return at.Date().String()
}

// after says how far b is from a: "2 weeks after", "1 day before"; "after" alone
// if no working time lies between.
func after(a, b calendar.Instant, c *calendar.Calendar) string {
	word := "after"
	if b < a {
		a, b, word = b, a, "before"
	}
	if w := c.Between(a, b); w > 0 {
		return workText(w, c) + " " + word
	}
	return word
}

// workText writes working time in the largest unit of a calendar that it fills
// and the next smaller one, to which it is rounded as on the pages: "2 weeks", "1
// day 4 hours". Less than a day is exact.
func workText(w calendar.Work, c *calendar.Calendar) string {
	week, day := c.WeekMinutes(), c.DayMinutes()
	round := func(whole, unit calendar.Work) {
		w = w/whole*whole + (w%whole+unit/2)/unit*unit
	}
	if w >= day && w < week {
		round(day, 60)
	}
	if w >= week {
		round(week, day)
	}
	var parts []string
	for _, u := range []struct {
		name string
		size calendar.Work
	}{{"week", week}, {"day", day}, {"hour", 60}, {"minute", 1}} {
		n := w / u.size
		if n > 0 {
			parts = append(parts, plural(int(n), u.name))
			w -= n * u.size
		}
		if len(parts) == 2 || len(parts) == 1 && n == 0 {
			break
		}
	}
	if len(parts) == 0 {
		return "no time"
	}
	return strings.Join(parts, " ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// mostNamed is how many ids a message lists before it says "and 5 more".
const mostNamed = 10

func enumerate(words []string) string {
	if len(words) <= mostNamed {
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(words[:mostNamed], ", "), len(words)-mostNamed)
}

func idsOf(activities []*Activity) []string {
	var ids []string
	for _, a := range activities {
		ids = append(ids, a.ID)
	}
	return ids
}
