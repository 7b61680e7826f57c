package plan

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

// TestScenarioPlan checks what the plan of a scenario has of the plan and what of
// the scenario.
func TestScenarioPlan(t *testing.T) {
	const base = `
[plan]
start = 2026-01-05
duration = "12w"
[calendar.office]
holidays = { "2026-01-06" = "Epiphany" }
[role.dev]
staffing = { P1 = 1 }
[role.tester]
[phase.P1]
[phase.P2]
[work.b]
duration = { optimistic = "1d", likely = "2d", pessimistic = "3d", distribution = "uniform" }
[work.a]
phase = "P1"
after = ["b SS+1d"]
duration = "1w"
assign = { dev = 1, tester = 0.5 }
percent = 20
[progress.b]
percent = 30
[budget.staff]
amount = { P1 = 100, P2 = 200 }
[scenario.S]
`
	for _, test := range []struct{ scenario, want string }{
		{``, `start 2026-01-05; b 1d 2d 3d uniform 30%; a after [b SS+1d] 5d dev=1 tester=0.5 20%; dev 1; P1=100 P2=200; Epiphany`},
		{`work.a.duration = "2w"`, `a after [b SS+1d] 10d`},
		{`work.b.duration.pessimistic = "9d"`, `b 1d 2d 9d uniform`},
		{`work.b.duration = { optimistic = "1d", likely = "1d", pessimistic = "9d" }`, `b 1d 1d 9d  30%`},
		{`work.a.assign.tester = 1`, `dev=1 tester=1`},
		{`work.a.assign = { tester = 1 }`, `5d tester=1 20%`},
		{"[scenario.S.work.a.assign]\ntester = 1", `dev=1 tester=1`},
		{`work.a.percent = 40`, `tester=0.5 40%`},
		{`work.b.percent = 40`, `uniform 40%`},
		{`progress.a.percent = 50`, `tester=0.5 50%`},
		{`progress.b.percent = 60`, `uniform 60%`},
		{`plan.start = 2026-01-06`, `start 2026-01-06`},
		{`role.dev.staffing.P2 = 0.5`, `; dev 1.5;`},
		{`budget.staff.amount.P2 = 300`, `P1=100 P2=300`},
		{`calendar.office.holidays."2026-01-07" = "Carnival"`, `Carnival Epiphany`},
		{"work.a.removed = true", `uniform 30%; dev`},
		{"work.b.removed = true\nwork.a.after = []", `start 2026-01-05; a after [] 5d`},
		{"work.c = { added = true, duration = \"1d\", after = [\"a\"] }", `20%; c after [a] 1d  0%; dev`},
		{"[[scenario.S.risk.R.impact]]\nwork = \"a\"\ndelay = \"1d\"\n[scenario.S.risk.R]\nadded = true\nprobability = 0.5", `R 0.5`},
	} {
		p, list, err := Load(fstest.MapFS{"plan.toml": &fstest.MapFile{Data: []byte(base + test.scenario)}}, ".")
		if err != nil || p == nil {
			t.Errorf("%s: %v %v", test.scenario, err, list)
			continue
		}
		if got := sketch(p.Scenarios[0].Plan); !strings.Contains(got, test.want) {
			t.Errorf("%s\ngot  %s\nwant %s", test.scenario, got, test.want)
		}
		if want := sketch(p); !strings.Contains(want, "a after [b SS+1d] 5d dev=1 tester=0.5 20%; dev 1;") {
			t.Errorf("%s changes the plan itself: %s", test.scenario, want)
		}
	}
}

// sketch writes a plan in a line.
func sketch(p *Plan) string {
	out := []string{"start " + p.Start.String()}
	for _, w := range p.Work {
		text := w.ID
		if w.Has("after") {
			text += fmt.Sprintf(" after %v", w.After)
		}
		if d := w.Duration; d.ThreePoint() {
			text += fmt.Sprintf(" %s %s %s %s", d.Optimistic, d.Likely, d.Pessimistic, d.Distribution)
		} else {
			text += fmt.Sprintf(" %dd", d.Likely.Minutes(p.CalendarOf(w))/480)
			var who []string
			for _, a := range w.Assign {
				who = append(who, a.Who+"="+a.Units.String())
			}
			text += " " + strings.Join(who, " ")
		}
		out = append(out, fmt.Sprintf("%s %v%%", text, w.Percent.Value))
	}
	for _, r := range p.Roles {
		sum := 0.0
		for _, e := range r.Staffing {
			sum += float64(e.Value.TenThousandths) / 10_000
		}
		if sum > 0 {
			out = append(out, fmt.Sprintf("%s %v", r.ID, sum))
		}
	}
	for _, b := range p.Budget {
		var amounts []string
		for _, e := range b.Amount {
			amounts = append(amounts, fmt.Sprintf("%s=%d", e.Phase, e.Value.Minor/100))
		}
		out = append(out, strings.Join(amounts, " "))
	}
	for _, c := range p.Calendars {
		var days []string
		for _, day := range []string{"2026-01-07", "2026-01-06"} {
			if name := c.Holidays[day]; name != "" {
				days = append(days, name)
			}
		}
		out = append(out, strings.Join(days, " "))
	}
	for _, r := range p.Risks {
		out = append(out, fmt.Sprintf("%s %v", r.ID, r.Probability.Value))
	}
	return strings.Join(out, "; ")
}
