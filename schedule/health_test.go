package schedule

import (
	"fmt"
	"strings"
	"testing"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// writeHealth writes one line for each point, and below it what offends.
func writeHealth(b *strings.Builder, s *Schedule) error {
	for _, m := range s.Health() {
		fmt.Fprintf(b, "%2d %s: %s", m.Number, m.Name, m.Result)
		if m.Result == NotApplicable {
			fmt.Fprintf(b, ", %s\n", m.Reason)
			continue
		}
		fmt.Fprintf(b, ", %d/%d = %s, %s\n", m.Value.Numerator, m.Value.Denominator, m, m.Limit())
		for _, o := range m.Offenders {
			fmt.Fprintf(b, "     %s: %s\n", o.ID(), o.What)
		}
	}
	return nil
}

// withBaseline computes a plan with a baseline that has these finishes.
func withBaseline(t *testing.T, text string, finish calendar.Instant, activities map[string]calendar.Instant) *Schedule {
	t.Helper()
	s, list := computeText(t, text)
	if s == nil {
		t.Fatal(formatAll(list))
	}
	base := &plan.Baseline{ID: "approved", Date: s.Plan.Start, Start: s.Start, Finish: finish}
	for _, a := range s.Activities {
		if f, ok := activities[a.ID]; ok {
			base.Activities = append(base.Activities, plan.BaselineActivity{ID: a.ID, Finish: f})
		}
	}
	base.Find()
	s.Plan.Baselines = append(s.Plan.Baselines, base)
	return s
}

func metric(s *Schedule, number int) Metric { return s.Health()[number-1] }

// The worked values of the baseline execution index in the help of Powerproject:
// six tasks are due at the status date, and six, eight or four are finished.
func TestBaselineExecutionIndex(t *testing.T) {
	for _, tt := range []struct {
		finished int
		want     string
		result   Result
	}{{6, "1.00", Pass}, {8, "1.33", Pass}, {4, "0.67", Fail}} {
		var text strings.Builder
		text.WriteString("[plan]\nstart = 2026-01-05\nstatus_date = 2026-01-16\n")
		was := map[string]calendar.Instant{}
		for i := range 10 {
			fmt.Fprintf(&text, "[work.w%d]\nduration = \"2d\"\n", i)
			if i < tt.finished {
				text.WriteString("actual_start = 2026-01-14\nactual_finish = 2026-01-15\n")
			}
			was[fmt.Sprint("w", i)] = instantAt(t, "2026-01-16T17:00")
			if i >= 6 {
				was[fmt.Sprint("w", i)] = instantAt(t, "2026-01-30T17:00")
			}
		}
		m := metric(withBaseline(t, text.String(), instantAt(t, "2026-01-30T17:00"), was), 14)
		if m.String() != tt.want || m.Result != tt.result || m.Value != (Ratio{int64(tt.finished), 6}) {
			t.Errorf("%d of 6: %v is %s, %s; want %s, %s", tt.finished, m.Value, m, m.Result, tt.want, tt.result)
		}
	}
}

// Work that is in no baseline counts as due, and missed work is what was due and
// is late.
func TestAgainstBaseline(t *testing.T) {
	s := withBaseline(t, `
[plan]
start = 2026-01-05
status_date = 2026-01-16
[work.kept]
duration = "1w"
actual_start = 2026-01-05
actual_finish = 2026-01-09
[work.late]
duration = "1w"
actual_start = 2026-01-08
actual_finish = 2026-01-14
[work.open]
duration = "1w"
actual_start = 2026-01-12
[work.added]
duration = "1d"
[work.next]
duration = "1w"
`, instantAt(t, "2026-01-30T17:00"), map[string]calendar.Instant{
		"kept": instantAt(t, "2026-01-09T17:00"), "late": instantAt(t, "2026-01-09T17:00"),
		"open": instantAt(t, "2026-01-16T17:00"), "next": instantAt(t, "2026-01-30T17:00"),
	})
	var got strings.Builder
	for _, number := range []int{11, 14} {
		m := metric(s, number)
		fmt.Fprintf(&got, "%s %s %v", m.Name, m, m.Value)
		for _, o := range m.Offenders {
			fmt.Fprintf(&got, "; %s %s", o.ID(), o.What)
		}
		got.WriteString("\n")
	}
	want := "Missed tasks 66.7% {2 3}; late 3 days later; open 1 week later\n" +
		"Baseline execution index 0.50 {2 4}; open open, was due on Fri 16 Jan 2026; added open, and in no baseline\n"
	if got.String() != want {
		t.Errorf("got  %swant %s", &got, want)
	}
}

// The worked values of the critical path length index: 200 days are left, and
// the finish is 12 days after or 10 before the one agreed.
func TestCriticalPathLengthIndex(t *testing.T) {
	for _, tt := range []struct {
		days   calendar.Work
		want   string
		result Result
	}{{-12, "0.94", Fail}, {10, "1.05", Pass}, {0, "1.00", Pass}, {-10, "0.95", Pass}} {
		text := "[plan]\nstart = 2026-01-05\nstatus_date = 2026-01-09\n[work.a]\nduration = \"200d\"\n"
		s, _ := computeText(t, text)
		agreed := s.Calendar.Prev(s.Calendar.Add(s.Finish, tt.days*480))
		m := metric(withBaseline(t, text, agreed, nil), 13)
		if m.String() != tt.want || m.Result != tt.result {
			t.Errorf("%d days: %v is %s, %s; want %s, %s", tt.days, m.Value, m, m.Result, tt.want, tt.result)
		}
		// Without a baseline the stated finish counts.
		stated := strings.Replace(text, "[work.a]", "finish = "+agreed.LastDate().String()+"\n[work.a]", 1)
		s, _ = computeText(t, stated)
		if m := metric(s, 13); m.String() != tt.want {
			t.Errorf("%d days from the stated finish: %s, want %s", tt.days, m, tt.want)
		}
	}
}

// Values are compared before they are rounded, and a value that fails is
// not rounded to one that passes.
func TestCompareBeforeRounding(t *testing.T) {
	for _, tt := range []struct {
		m      Metric
		text   string
		result Result
	}{
		{Metric{}.compare(Ratio{5, 100}, Ratio{5, 100}), "5.0%", Pass},
		{Metric{}.compare(Ratio{501, 10_000}, Ratio{5, 100}), "5.1%", Fail},
		{Metric{}.compare(Ratio{1, 9}, Ratio{5, 100}), "11.1%", Fail},
		{Metric{AtLeast: true}.compare(Ratio{8999, 10_000}, Ratio{90, 100}), "89.9%", Fail},
		{Metric{AtLeast: true, Index: true}.compare(Ratio{9499, 10_000}, Ratio{95, 100}), "0.94", Fail},
		{Metric{AtLeast: true, Index: true}.compare(Ratio{-1, 3}, Ratio{95, 100}), "-0.33", Fail},
		{Metric{Reason: "none"}.compare(Ratio{0, 0}, Ratio{95, 100}), "n/a", NotApplicable},
	} {
		if tt.m.String() != tt.text || tt.m.Result != tt.result {
			t.Errorf("%v against %v: %s, %s; want %s, %s", tt.m.Value, tt.m.Threshold, tt.m, tt.m.Result, tt.text, tt.result)
		}
	}
}

// A plan without activities has no health, a finished one has nothing to assess.
func TestHealthOfNothing(t *testing.T) {
	s, _ := computeText(t, "[plan]\nstart = 2026-01-05\n[role.r]\n")
	if m := s.Health(); m != nil {
		t.Errorf("an empty plan has %d points", len(m))
	}
	s, _ = computeText(t, "[plan]\nstart = 2026-01-05\n[work.a]\nduration = \"1d\"\npercent = 100\n[work.b]\nduration = \"1d\"\nafter = [\"a\"]\npercent = 100\n")
	for _, m := range s.Health() {
		if m.Result != NotApplicable || m.Reason == "" {
			t.Errorf("%s of a finished plan: %s %s", m.Name, m.Result, m)
		}
	}
}
