package schedule

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"text/tabwriter"

	"github.com/rogpeppe/go-internal/txtar"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// writeVariance writes how far each thing is from the baseline: start, finish
// and duration in working time, cost in units of the currency. What it does not
// have is a dot.
func writeVariance(w io.Writer, s *Schedule, id string) error {
	i := slices.IndexFunc(s.Plan.Baselines, func(b *plan.Baseline) bool { return b.ID == id })
	if i < 0 {
		return fmt.Errorf("there is no baseline %q", id)
	}
	c := s.Against(s.Plan.Baselines[i])
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "id\tstart\tfinish\tduration\tcost")
	line := func(id string, v Variance, cal *calendar.Calendar) {
		if v.Then == nil {
			word := "."
			if v.Added {
				word = "added"
			}
			fmt.Fprintf(t, "%s\t%s\n", id, word)
			return
		}
		duration, cost := ".", "."
		if v.HasDuration {
			duration = shortWork(v.Duration, cal)
		}
		if v.Cost.IsSet() {
			cost = v.Cost.Text(s.Plan.Currency)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", id, shortWork(v.Start, s.Calendar), shortWork(v.Finish, s.Calendar), duration, cost)
	}
	line("plan", c.Plan, s.Calendar)
	for _, ph := range s.Phases {
		line(ph.ID, c.OfPhase(ph), s.Calendar)
	}
	for _, a := range s.Activities {
		line(a.ID, c.Of(a), a.Calendar)
	}
	for _, r := range c.Removed {
		fmt.Fprintf(t, "%s\tremoved\n", r.ID)
	}
	return t.Flush()
}

// TestFreeze freezes each plan of testdata, loads it with that baseline, and
// compares: nothing has moved.
func TestFreeze(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s, _ := computeArchive(t, archive)
			if s == nil {
				t.Skip("the plan has no schedule")
			}
			text := s.Freeze("now", "Now", s.StatusDate.LastDate()).Text()
			fsys := fstest.MapFS{"content/baselines/now.toml": {Data: text}}
			for _, f := range archive.Files {
				if f.Name == "plan.toml" {
					fsys["content/plan.toml"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(f.Data), "\nbaseline = ", "\n# "))}
				}
			}
			p, list, err := plan.Load(fsys, "content")
			if err != nil || list.Failed() {
				t.Fatalf("%v %s\n%s", err, formatAll(list), text)
			}
			again, _ := Compute(p, Options{})
			c := again.Against(again.Baseline())
			for i, v := range slices.Concat(c.Activities, c.Phases, []Variance{c.Plan}) {
				if v.Then == nil {
					if k := i - len(c.Activities); k >= 0 && k < len(c.Phases) && again.Phases[k].Empty {
						continue
					}
					t.Errorf("thing %d is not in the baseline", i)
				} else if v.Start != 0 || v.Finish != 0 || v.Duration != 0 || v.Cost.Minor != 0 {
					t.Errorf("%s has moved: %+v", v.Then.ID, v)
				}
			}
			if len(c.Removed) > 0 {
				t.Errorf("%d things are removed", len(c.Removed))
			}
			if second := again.Freeze("now", "Now", again.StatusDate.LastDate()).Text(); string(second) != string(text) {
				t.Error("frozen again it is not the same")
			}
		})
	}
}
