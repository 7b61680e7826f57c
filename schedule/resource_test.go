package schedule

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// The resources of testdata/resources.txtar, what they have and who needs them.
func TestResources(t *testing.T) {
	s := resourcesExample(t)
	var got []string
	for _, r := range s.Resources {
		line := r.Kind + " " + r.ID
		if r.Phase != nil {
			line += " " + r.Phase.ID
		}
		line += fmt.Sprintf(": %s", units(r.Capacity))
		if !r.Limited() {
			line += " not limited"
		}
		for _, d := range r.Demands {
			line += fmt.Sprintf(" %s=%s", d.Activity.ID, units(d.Units))
		}
		got = append(got, line)
	}
	want := []string{
		"role dev P1: 1 a=1 b=0.5",
		"role dev P3: 2",
		"role dev P2: 0 not limited d=1",
		"role tester: 1 b=1 c=0.5 d=1",
		"role writer: 1.5 c=0.5 d=1 e=2.5",
		"role guest: 0 not limited a=9",
		"person ann: 0.5 c=0.5 d=1",
		"person bob: 1 e=0.5",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLoadByWeek(t *testing.T) {
	s := resourcesExample(t)
	i := slices.IndexFunc(s.Resources, func(r *Resource) bool { return r.ID == "tester" })
	var got []string
	const day = 480 * 10_000
	for _, w := range s.LoadByWeek(s.Resources[i], Planned) {
		got = append(got, fmt.Sprintf("W%d: %d of %d days, %.1f too much, peak %s, %s", w.Week, w.Demand/day, w.Available/day,
			float64(w.Overload)/day, units(w.Peak), strings.Join(idsOf(w.Activities), " ")))
	}
	want := []string{
		"W1: 6 of 5 days, 1.5 too much, peak 1.5, b c",
		"W2: 5 of 5 days, 0.0 too much, peak 1, b",
		"W3: 5 of 5 days, 0.0 too much, peak 1, d",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The load adds up: over all weeks and all spans it is what the work needs.
func TestLoadAddsUp(t *testing.T) {
	s := resourcesExample(t)
	for _, r := range s.Resources {
		var weeks, spans, want int64
		for _, w := range s.LoadByWeek(r, Unlevelled) {
			weeks += w.Demand
		}
		for _, sp := range s.Load(r, Unlevelled) {
			spans += sp.Units * int64(r.Calendar.Between(sp.Start, sp.Finish))
		}
		for _, d := range r.Demands {
			want += d.Units * int64(d.Activity.Duration)
		}
		if weeks != want || spans != want {
			t.Errorf("%s: %d by week, %d by span, want %d", r.ID, weeks, spans, want)
		}
	}
}

func resourcesExample(t *testing.T) *Schedule {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/resources.txtar")
	if err != nil {
		t.Fatal(err)
	}
	s, _ := computeArchive(t, archive)
	return s
}

// The staffing of a phase is there while the phase lasts, and not until a
// milestone that waits for the phase.
func TestStaffingLastsAsLongAsThePhase(t *testing.T) {
	s, _ := computeText(t, `[plan]
start = 2026-01-05
[role.dev]
staffing = { P = 1 }
[phase.P]
[work.a]
phase = "P"
duration = "1w"
assign = { dev = 1 }
[milestone.M]
phase = "P"
after = ["P FS+2w"]
`)
	var got []int64
	for _, w := range s.LoadByWeek(s.Resources[0], Planned) {
		got = append(got, w.Available/10_000)
	}
	if want := []int64{2400, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("available minutes by week are %d, want %d", got, want)
	}
}
