package schedule

import (
	"fmt"
	"strings"
	"testing"

	"milepost/schedule/calendar"
)

// The swing of a single uniform duration of 0 to 20 days is its mean in the
// lowest and in the highest tenth, 1 and 19 days, against its mean of 10. That of a
// risk of p and an impact of 10 days is −10p and 10(1−p). The days are of 24
// hours, so that no night is rounded away.
func TestSwings(t *testing.T) {
	const always = `
[calendar.default]
days = { mon = "00:00-24:00", tue = "00:00-24:00", wed = "00:00-24:00", thu = "00:00-24:00", fri = "00:00-24:00", sat = "00:00-24:00", sun = "00:00-24:00" }
`
	const day = 24 * 60
	for _, k := range []struct {
		name, text string
		low, high  float64 // days
		within     float64 // days
	}{
		{"work", `[work.a]` + "\n" + `duration = { optimistic = "0d", likely = "10d", pessimistic = "20d", distribution = "uniform" }`, -9, 9, 0.02},
		{"risk", "[plan.simulation]\nspread = { optimistic = 1, pessimistic = 1 }\n[work.a]\nduration = \"5d\"\n[risk.r]\nprobability = 0.3\nimpact = [{ work = \"a\", delay = \"10d\" }]", -3, 7, 0.01},
		{"opportunity", "[plan.simulation]\nspread = { optimistic = 1, pessimistic = 1 }\n[work.a]\nduration = \"15d\"\n[risk.r]\nprobability = 0.3\nimpact = [{ work = \"a\", delay = \"-10d\" }]", 3, -7, 0.01},
	} {
		t.Run(k.name, func(t *testing.T) {
			sim := simulateText(t, k.text+always, SimulateOptions{})
			if len(sim.Drivers) != 1 {
				t.Fatalf("%d drivers", len(sim.Drivers))
			}
			for _, end := range []struct {
				name string
				got  calendar.Work
				want float64
			}{{"low", sim.Drivers[0].Low, k.low}, {"high", sim.Drivers[0].High, k.high}} {
				if off := float64(end.got)/day - end.want; off > k.within || off < -k.within {
					t.Errorf("%s is %.3f days, want %.2f", end.name, float64(end.got)/day, end.want)
				}
			}
		})
	}
}

// What open risks come to, week by week.
func TestRiskExposure(t *testing.T) {
	const text = `[plan]
start = 2026-01-05
[work.a]
duration = "2w"
[work.b]
duration = "3w"
after = ["a"]
[milestone.m]
after = ["a"]
[phase.empty]
`
	for _, k := range []struct{ name, risks, want string }{
		{"until what it acts on is finished", `
[risk.r]
probability = 0.5
impact = [{ work = "a", delay = "4d", cost = 100 }]`, "W1 r 2d 50.00 | W2 r 2d 50.00 | W3 - 0d 0.00 | W4 - 0d 0.00 | W5 - 0d 0.00"},
		{"money without a place counts to the end", `
[risk.r]
probability = 0.1
impact = [{ cost = 100 }]`, "W1 r 0d 10.00 | W2 r 0d 10.00 | W3 r 0d 10.00 | W4 r 0d 10.00 | W5 r 0d 10.00"},
		{"a delay after a point counts until the point", `
[risk.r]
probability = 0.5
impact = [{ after = "m", delay = "2d" }]`, "W1 r 1d 0.00 | W2 r 1d 0.00 | W3 - 0d 0.00 | W4 - 0d 0.00 | W5 - 0d 0.00"},
		{"mitigated on the way", `
[risk.r]
probability = 0.5
impact = [{ work = "b", delay = "4d" }]
mitigated = { probability = 0.25 }
mitigation_by = "W2"`, "W1 r 2d 0.00 | W2 r 2d 0.00 | W3 r 1d 0.00 | W4 r 1d 0.00 | W5 r 1d 0.00"},
		{"mitigation without a date is none", `
[risk.r]
probability = 0.5
impact = [{ work = "b", delay = "4d" }]
mitigated = { probability = 0.25 }`, "W1 r 2d 0.00 | W2 r 2d 0.00 | W3 r 2d 0.00 | W4 r 2d 0.00 | W5 r 2d 0.00"},
		{"the largest of several delays, all costs, the second for longer", `
[risk.r]
probability = 1
impact = [{ work = "a", delay = "4d", cost = 10 }, { work = "b", delay = "-1d", cost = 5 }]`, "W1 r 4d 15.00 | W2 r 4d 15.00 | W3 r -1d 5.00 | W4 r -1d 5.00 | W5 r -1d 5.00"},
		{"occurred is certain, closed is gone, without figures nothing", `
[risk.r]
status = "occurred"
impact = [{ work = "b", delay = "2d" }]
[risk.s]
status = "closed"
probability = 1
impact = [{ work = "b", delay = "2d" }]
[risk.t]
probability = 0.5
[risk.u]
impact = [{ work = "b", delay = "2d" }]`, "W1 r 2d 0.00 | W2 r 2d 0.00 | W3 r 2d 0.00 | W4 r 2d 0.00 | W5 r 2d 0.00"},
		{"an empty phase counts to the end", `
[risk.r]
probability = 0.5
impact = [{ work = "empty", delay = "2d" }]`, "W1 r 1d 0.00 | W2 r 1d 0.00 | W3 r 1d 0.00 | W4 r 1d 0.00 | W5 r 1d 0.00"},
		{"none", "", ""},
	} {
		t.Run(k.name, func(t *testing.T) {
			s, list := computeText(t, text+k.risks)
			if s == nil {
				t.Fatal(formatAll(list))
			}
			var weeks []string
			for _, w := range s.RiskExposure() {
				ids := "-"
				for i, r := range w.Risks {
					ids = strings.TrimPrefix(strings.Repeat(ids+"+", min(i, 1))+r.ID, "-+")
				}
				weeks = append(weeks, fmt.Sprintf("W%d %s %dd %d.%02d", w.Week, ids, w.Delay/480, w.Cost/100, w.Cost%100))
			}
			if got := strings.Join(weeks, " | "); got != k.want {
				t.Errorf("got  %s\nwant %s", got, k.want)
			}
		})
	}

	// From the status date on; a mitigation that is overdue is not done.
	s, _ := computeText(t, strings.Replace(text, "start = 2026-01-05", "start = 2026-01-05\nstatus_date = 2026-01-23", 1)+`
[progress.a]
actual_start = 2026-01-05
actual_finish = 2026-01-16
[risk.past]
probability = 0.5
impact = [{ work = "a", delay = "2d" }]
[risk.r]
probability = 0.5
impact = [{ work = "b", delay = "4d" }]
mitigated = { probability = 0 }
mitigation_by = "W2"`)
	all := s.RiskExposure()
	if len(all) == 0 || all[0].Week != 3 || all[0].Start != s.StatusDate || len(all[0].Risks) != 1 || all[0].Delay != 960 {
		t.Errorf("from the status date: %+v", all)
	}
}
