package schedule

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"

	"milepost/schedule/calendar"
)

// WriteTable writes the schedule as aligned text: a line about the plan, then
// each phase with its members below it, then what is in no phase.
func WriteTable(w io.Writer, s *Schedule) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s to %s", oneLine(s.Plan.Info.Title()), s.startText(s.Start), s.finishText(s.Finish))
	if s.HasStatedFinish {
		fmt.Fprintf(&b, ", stated finish %s", s.finishText(s.StatedFinish))
	}
	b.WriteString("\n")
	waits := ""
	if s.Levelling != nil {
		waits = "Waits for\t"
		fmt.Fprintln(&b, s.LevellingText())
	}
	b.WriteString("\n")

	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tName\tStart\tFinish\tWeeks\tDuration\tFloat\tDone\t"+waits)
	for _, ph := range s.Phases {
		if ph.Parent == nil {
			s.writePhase(t, ph, "")
		}
	}
	for _, a := range s.Activities {
		if a.Phase == nil {
			s.writeActivity(t, a, "")
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	return writeTrimmed(w, b.String())
}

// writeTrimmed writes lines of a table without the space that its last column
// leaves.
func writeTrimmed(w io.Writer, text string) error {
	for line := range strings.Lines(text) {
		if _, err := io.WriteString(w, strings.TrimRight(line, " \n")+"\n"); err != nil {
			return err
		}
	}
	return nil
}

func (s *Schedule) writePhase(w io.Writer, ph *PhaseDates, indent string) {
	start, finish, weeks, done := "-", "-", "-", "-"
	if !ph.Empty {
		start, finish = dayText(ph.Start.Date()), dayText(ph.Finish.LastDate())
		weeks, done = s.weeksText(ph.Start, ph.Finish), percentText(ph.Percent)
	}
	fmt.Fprintf(w, "%s%s\t%s\t%s\t%s\t%s\t\t\t%s\t\n", indent, ph.ID, shorten(ph.Name), start, finish, weeks, done)
	for _, child := range ph.Children {
		s.writePhase(w, child, indent+"  ")
	}
	for _, a := range ph.Activities {
		s.writeActivity(w, a, indent+"  ")
	}
}

func (s *Schedule) writeActivity(w io.Writer, a *Activity, indent string) {
	length, float := shortWork(a.Duration, a.Calendar), shortWork(a.TotalFloat, a.Calendar)
	if a.Milestone != nil {
		length = "milestone"
	}
	switch {
	case a.Done():
		float = ""
	case a.Critical():
		float += " critical"
	}
	start, last := a.Start, a.shown()
	if a.Duration == 0 {
		start = last // a milestone after Friday's work is on Friday
	}
	fmt.Fprintf(w, "%s%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", indent, a.ID, shorten(a.Name), dayText(start.Date()),
		dayText(last.Date()), s.weeksText(start, last+1), length, float, percentText(a.Percent), s.waitsCell(a))
}

// weeksText writes the plan weeks of a span: "W4-W7", "W4".
func (s *Schedule) weeksText(start, finish calendar.Instant) string {
	from, to := s.Week(start), s.Week(max(start, finish-1))
	if from == to {
		return fmt.Sprintf("W%d", from)
	}
	return fmt.Sprintf("W%d-W%d", from, to)
}

func percentText(p float64) string {
	if p == 0 {
		return ""
	}
	return strconv.FormatFloat(p, 'f', 0, 64) + "%"
}

// shortWork writes working time as durations are written in a plan: "2w",
// "1d 4h", "-3d", "0".
func shortWork(w calendar.Work, c *calendar.Calendar) string {
	sign := ""
	if w < 0 {
		sign, w = "-", -w
	}
	var parts []string
	for _, u := range []struct {
		name string
		size calendar.Work
	}{{"w", c.WeekMinutes()}, {"d", c.DayMinutes()}, {"h", 60}, {"min", 1}} {
		if n := w / u.size; n > 0 {
			parts = append(parts, fmt.Sprint(int64(n), u.name))
			w -= n * u.size
		}
	}
	if len(parts) == 0 {
		return "0"
	}
	return sign + strings.Join(parts, " ")
}

const longestName = 40

func shorten(name string) string {
	runes := []rune(oneLine(name))
	if len(runes) > longestName {
		return string(runes[:longestName-1]) + "…"
	}
	return string(runes)
}

// oneLine takes out what would break a line or steer a terminal.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}

// WriteCSV writes one line per activity with the same columns as the JSON
// document; those of levelling and of the baseline only if there is one. Several
// ids are separated by a semicolon. Text is put on one line, and gets a leading
// apostrophe if a spreadsheet would take it for a formula.
func WriteCSV(w io.Writer, s *Schedule) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"id", "name", "kind", "phase", "start", "finish", "duration_minutes", "early_start", "early_finish",
		"late_start", "late_finish", "total_float_minutes", "free_float_minutes", "critical", "percent", "predecessors", "target",
		"drag_minutes", "driving", "driving_chain"}}
	var against *Comparison
	if b := s.Baseline(); b != nil {
		against = s.Against(b)
		rows[0] = append(rows[0], "baseline_start", "baseline_finish", "start_variance_minutes", "finish_variance_minutes", "cost_variance")
	}
	if s.Levelling != nil {
		rows[0] = append(rows[0], "levelling_delay_minutes", "waits_for")
	}
	for i, d := range s.activityDocuments(against) {
		drag := ""
		if d.Drag != nil {
			drag = fmt.Sprint(*d.Drag)
		}
		row := []string{plainCell(d.ID), plainCell(d.Name), d.Kind, plainCell(text(d.Phase)), d.Start, d.Finish,
			fmt.Sprint(d.Duration), d.EarlyStart, d.EarlyFinish, d.LateStart, d.LateFinish, fmt.Sprint(d.TotalFloat),
			fmt.Sprint(d.FreeFloat), fmt.Sprint(d.Critical), strconv.FormatFloat(d.Percent, 'f', -1, 64),
			plainCell(strings.Join(d.Predecessors, "; ")), text(d.Target),
			drag, plainCell(strings.Join(d.Driving, "; ")), plainCell(strings.Join(d.DrivingChain, "; "))}
		if against != nil {
			row = append(row, d.varianceDocument.cells()...)
		}
		if s.Levelling != nil {
			row = append(row, fmt.Sprint(d.LevellingDelay), plainCell(s.Activities[i].waitsText("; ")))
		}
		rows = append(rows, row)
	}
	return out.WriteAll(rows)
}

// plainCell keeps a spreadsheet from running a text as a formula (OWASP, "CSV
// Injection").
func plainCell(s string) string {
	s = oneLine(s)
	if s != "" && strings.Contains("=+-@", s[:1]) {
		return "'" + s
	}
	return s
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
