package schedule

import (
	"strings"
	"testing"

	"milepost/schedule/diag"
)

// TestScenarioErrors checks that what leaves a scenario no schedule is told in
// the scenario's own lines, once, and leaves the plan its schedule.
func TestScenarioErrors(t *testing.T) {
	s, list := computeText(t, `[plan]
start = 2026-01-05
[work.a]
duration = "1w"
[work.b]
after = ["a"]
duration = "1w"
[work.c]
after = ["b"]
duration = "1w"
must_start_on = 2026-01-19
[scenario.circle]
work.a.after = ["c"]
[scenario.exclude]
work.c.must_finish_on = 2026-01-15
[scenario.far]
work.a.duration = "20000d"
work.b.duration = "20000d"
[scenario.fine]
work.c.must_start_on = 2026-01-26
`)
	if s == nil || list.Failed() {
		t.Fatal(formatAll(list))
	}
	all, list := s.Scenarios()
	if len(all) != 1 || all[0].ID != "fine" || s.Scenario("fine") != all[0] || s.Scenario("circle") != nil {
		t.Errorf("scenarios: %v", all)
	}
	var got []string
	for _, d := range list {
		if d.Severity != diag.Error {
			t.Errorf("not an error: %s", d.Format())
		}
		got = append(got, d.Format())
	}
	for i, want := range []string{
		`content/plan.toml:13:17: error E301`,
		`content/plan.toml:15:25: error`,
		`content/plan.toml:17:19: error`,
	} {
		if i >= len(got) || !strings.HasPrefix(got[i], want) {
			t.Errorf("message %d does not begin with %q:\n%s", i, want, strings.Join(got, "\n"))
		}
	}
}
