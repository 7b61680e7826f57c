package schedule

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// WriteBaselines writes the baselines of the plan as aligned text, the oldest
// first, and last the plan as it is now. The one that the plan is compared with
// is marked.
func WriteBaselines(w io.Writer, s *Schedule) error {
	if len(s.Plan.Baselines) == 0 {
		_, err := fmt.Fprintln(w, "There is no baseline yet; milepost baseline save writes the first.")
		return err
	}
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	cost := s.CostAtCompletion()
	for _, base := range s.Plan.Baselines {
		if base.Cost.IsSet() {
			cost = plan.MoneyOf(cost.Minor)
		}
	}
	line := func(cells ...string) {
		if !cost.IsSet() {
			cells = append(cells[:4:4], cells[5:]...)
		}
		fmt.Fprintln(t, strings.Join(cells, "\t")+"\t")
	}
	amount := func(m plan.Money) string {
		if !m.IsSet() {
			return "-"
		}
		return s.money(m.Minor)
	}
	line("ID", "Date", "Name", "Finish", "Cost", "Now against it", "")
	chosen := s.Baseline()
	for _, base := range s.Plan.Baselines {
		mark := ""
		if base == chosen {
			mark = "compared with"
		}
		line(base.ID, dayText(base.Date), shorten(base.Name), dayText(base.Finish.LastDate()), amount(base.Cost),
			s.movedText(base.Finish, s.Finish), mark)
	}
	status := "-"
	if s.Plan.StatusDate.IsSet() {
		status = dayText(s.StatusDate.LastDate())
	}
	line("now", status, shorten(s.Plan.Info.Title()), dayText(s.Finish.LastDate()), amount(s.CostAtCompletion()), "", "")
	if err := t.Flush(); err != nil {
		return err
	}
	return writeTrimmed(w, b.String())
}

// movedText says where a finish has gone: "2 weeks later", "1 day earlier",
// "the same".
func (s *Schedule) movedText(then, now calendar.Instant) string {
	switch w := s.Calendar.Between(then, now); {
	case w > 0:
		return workText(w, s.Calendar) + " later"
	case w < 0:
		return workText(-w, s.Calendar) + " earlier"
	}
	return "the same"
}

// WriteBaselinesJSON writes the baselines of the plan as JSON, the oldest first.
// Variances are what the plan is now less what the baseline has.
func WriteBaselinesJSON(w io.Writer, s *Schedule) error {
	type line struct {
		baselineDocument
		Cost   *json.Number `json:"cost"`
		Chosen bool         `json:"chosen"` // the plan is compared with it
	}
	out := struct {
		Plan      planDocument `json:"plan"`
		Baselines []line       `json:"baselines"`
	}{planOf(s), []line{}}
	for _, b := range s.Plan.Baselines {
		l := line{baselineDocument: s.baselineOf(s.Against(b)), Chosen: b == s.Baseline()}
		if b.Cost.IsSet() {
			n := json.Number(b.Cost.Text(s.Plan.Currency))
			l.Cost = &n
		}
		out.Baselines = append(out.Baselines, l)
	}
	return writeJSON(w, out)
}
