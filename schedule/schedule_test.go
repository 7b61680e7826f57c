package schedule

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

var update = flag.Bool("update", false, "rewrite the sections findings, gaps, table, csv, json, chains and health of testdata")

// TestFiles computes the plan of each file in testdata and compares it with the
// sections of the file: a table of dates written by hand, the critical path,
// and what is written for people, which -update rewrites. A section "variance ID"
// is the schedule beside the baseline of that id, "frozen ID" its own baseline.
// The section findings has everything but the gaps, which have a section gaps.
//
// The head of the table says which dates its columns hold: ES EF LS LF are the
// early and late dates, S F the scheduled ones, TF FF the floats, DRAG the drag. A date is an
// instant, or the working time from the start of the plan to it. A dot is a
// value that the example does not care about. A section drag has how much longer
// each activity makes the plan.
func TestFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no files in testdata", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s, list := computeArchive(t, archive)
			var contradictions, gaps diag.List
			for _, d := range list {
				if d.Severity == diag.Finding && s.Plan.Lookup(d.Subject) == nil { // so that it can be ignored beside it
					t.Errorf("%q is about %q, which is not in the plan", d.Message, d.Subject)
				}
				if IsGap(d.Code) {
					gaps = append(gaps, d)
				} else {
					contradictions = append(contradictions, d)
				}
			}
			for i := range archive.Files {
				f := &archive.Files[i]
				if strings.HasPrefix(f.Name, "baselines/") {
					continue
				}
				if id, ok := strings.CutPrefix(f.Name, "variance "); ok {
					compareOutput(t, f, func(b *strings.Builder) error { return writeVariance(b, s, id) })
					continue
				}
				if id, ok := strings.CutPrefix(f.Name, "frozen "); ok {
					compareText(t, f, string(s.Freeze(id, "", s.StatusDate.LastDate()).Text()))
					continue
				}
				switch f.Name {
				case "plan.toml":
				case "want":
					compareDates(t, s, string(f.Data))
				case "critical":
					compareText(t, f, strings.Join(idsOf(s.CriticalPath), " ")+"\n")
				case "drag":
					compareDrag(t, archive, string(f.Data))
				case "findings":
					compareText(t, f, formatAll(contradictions))
				case "gaps":
					compareText(t, f, formatAll(gaps))
				case "table":
					compareOutput(t, f, func(b *strings.Builder) error { return WriteTable(b, s) })
				case "scenarios":
					compareOutput(t, f, func(b *strings.Builder) error { return WriteScenarios(b, s) })
				case "csv":
					compareOutput(t, f, func(b *strings.Builder) error { return WriteCSV(b, s) })
				case "chains":
					compareOutput(t, f, func(b *strings.Builder) error { return writeChains(b, s) })
				case "health":
					compareOutput(t, f, func(b *strings.Builder) error { return writeHealth(b, s) })
				case "json":
					compareOutput(t, f, func(b *strings.Builder) error { return WriteJSON(b, s, contradictions, nil) })
				case "simulation":
					compareOutput(t, f, func(b *strings.Builder) error { return WriteSimulationTable(b, s.Simulate(SimulateOptions{})) })
				case "simulation-csv":
					compareOutput(t, f, func(b *strings.Builder) error { return WriteSimulationCSV(b, s.Simulate(SimulateOptions{})) })
				case "simulation-json":
					compareOutput(t, f, func(b *strings.Builder) error { return WriteSimulationJSON(b, s.Simulate(SimulateOptions{})) })
				default:
					t.Errorf("unknown section %q", f.Name)
				}
			}
			if *update {
				if err := os.WriteFile(file, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// computeArchive loads and computes the plan.toml of an archive. Only a plan
// whose file expects findings may have some that are errors.
func computeArchive(t *testing.T, archive *txtar.Archive) (*Schedule, diag.List) {
	t.Helper()
	i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "plan.toml" })
	if i < 0 {
		t.Fatal("no plan.toml")
	}
	s, list := computeFiles(t, archive.Files)
	expects := slices.ContainsFunc(archive.Files, func(f txtar.File) bool { return f.Name == "findings" })
	if list.Failed() && !expects {
		t.Fatal(formatAll(list))
	}
	return s, list
}

func computeText(t rapid.TB, text string) (*Schedule, diag.List) {
	t.Helper()
	return computeFiles(t, []txtar.File{{Name: "plan.toml", Data: []byte(text)}})
}

// computeFiles loads and computes a plan of several files.
func computeFiles(t rapid.TB, files []txtar.File) (*Schedule, diag.List) {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, f := range files {
		if strings.HasSuffix(f.Name, ".toml") {
			fsys["content/"+f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	p, list, err := plan.Load(fsys, "content")
	if err != nil {
		t.Fatal(err)
	}
	if list.Failed() {
		t.Fatalf("the plan does not load:\n%s", formatAll(list))
	}
	return Compute(p, Options{})
}

func formatAll(list diag.List) string {
	var b strings.Builder
	for _, d := range list {
		b.WriteString(d.Format())
	}
	return b.String()
}

func compareOutput(t *testing.T, f *txtar.File, write func(*strings.Builder) error) {
	t.Helper()
	var b strings.Builder
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	compareText(t, f, b.String())
}

func compareText(t *testing.T, f *txtar.File, got string) {
	t.Helper()
	if *update && f.Name != "critical" {
		f.Data = []byte(got)
		return
	}
	if diff := cmp.Diff(string(f.Data), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", f.Name, diff)
	}
}

func compareDates(t *testing.T, s *Schedule, want string) {
	t.Helper()
	if s == nil {
		t.Fatal("no schedule")
	}
	var head []string
	for line := range strings.Lines(want) {
		cells := strings.Fields(line)
		switch {
		case len(cells) == 0:
		case head == nil:
			head = cells
		case len(cells) != len(head):
			t.Errorf("the line %q has %d cells, the head has %d", line, len(cells), len(head))
		default:
			for i, cell := range cells[1:] {
				compareCell(t, s, cells[0], head[i+1], cell)
			}
		}
	}
}

func compareCell(t *testing.T, s *Schedule, id, column, want string) {
	t.Helper()
	if want == "." {
		return
	}
	var at calendar.Instant
	var float calendar.Work
	c := s.Calendar
	if a := s.Activity(id); a != nil {
		at = map[string]calendar.Instant{"ES": a.EarlyStart, "EF": a.EarlyFinish, "LS": a.LateStart, "LF": a.LateFinish, "S": a.Start, "F": a.Finish}[column]
		float = map[string]calendar.Work{"TF": a.TotalFloat, "FF": a.FreeFloat, "DRAG": s.Drag(a)}[column]
		c = a.Calendar
	} else if ph := s.Phase(id); ph != nil {
		at = map[string]calendar.Instant{"ES": ph.Start, "EF": ph.Finish, "S": ph.Start, "F": ph.Finish}[column]
	} else {
		t.Errorf("there is no %q in the plan", id)
		return
	}
	if strings.Contains(want, "T") {
		if got := at.Time().Format("2006-01-02T15:04"); got != want {
			t.Errorf("%s of %s is %s, want %s", column, id, got, want)
		}
		return
	}
	if column != "TF" && column != "FF" && column != "DRAG" {
		c = s.Calendar
		float = c.Between(s.Start, at)
	}
	d, err := plan.ParseDuration(want)
	if err != nil && want != "0" {
		t.Fatal(err)
	}
	if int64(float) != d.Minutes(c) {
		t.Errorf("%s of %s is %s, want %s", column, id, shortWork(float, c), want)
	}
}

// compareDrag compares the drag of activities with what the plan gains when each
// of them takes no time.
func compareDrag(t *testing.T, archive *txtar.Archive, want string) {
	t.Helper()
	before, _ := computeArchive(t, archive)
	for line := range strings.Lines(want) {
		id, drag, _ := strings.Cut(strings.TrimSpace(line), " ")
		d, err := plan.ParseDuration(drag)
		if err != nil {
			t.Fatal(err)
		}
		s, _ := computeArchive(t, archive)
		s.Activity(id).Work.Duration = plan.Estimate{}
		after, _ := Compute(s.Plan, Options{})
		if got := s.Calendar.Between(after.Finish, before.Finish); int64(got) != d.Minutes(s.Calendar) {
			t.Errorf("the plan gains %s without %s, want %s", shortWork(got, s.Calendar), id, drag)
		}
	}
}

func TestWeeks(t *testing.T) {
	for _, tt := range []struct {
		start, days string
		first       string // midnight at the beginning of W1
		why         string
	}{
		{"2026-01-05", "", "2026-01-05", "a Monday begins its own week"},
		{"2026-01-07", "", "2026-01-05", "a Wednesday is in the week of its Monday"},
		{"2026-01-09", "", "2026-01-05", "so is a Friday, with work left that day"},
		{"2026-01-10", "", "2026-01-12", "from a Saturday on the first week is the next"},
		{"2026-01-10", `sun = "09:00-17:00", mon = "09:00-17:00"`, "2026-01-11", "weeks that work from Sunday on begin on Sunday"},
	} {
		text := "[plan]\nstart = " + tt.start + "\n[work.a]\nduration = \"1d\"\n"
		if tt.days != "" {
			text += "[calendar.default]\ndays = { " + tt.days + " }\n"
		}
		s, _ := computeText(t, text)
		first := instantAt(t, tt.first)
		if got := s.WeekStart(1); got != first {
			t.Errorf("start %s: W1 begins on %s, want %s: %s", tt.start, got, first, tt.why)
		}
		for _, at := range []struct {
			minutes calendar.Instant
			week    int
		}{{0, 1}, {-1, 0}, {7*1440 - 1, 1}, {7 * 1440, 2}, {-7 * 1440, 0}, {-7*1440 - 1, -1}} {
			if got := s.Week(first + at.minutes); got != at.week {
				t.Errorf("start %s: the minute %d after W1 begins is in W%d, want W%d", tt.start, at.minutes, got, at.week)
			}
		}
	}
}

// A week as a start is its first working instant, as a finish its last; a day
// likewise.
func TestStartAndFinishOf(t *testing.T) {
	s, _ := computeText(t, `
[plan]
start = 2026-01-07
[calendar.default]
holidays = { "2026-01-12" = "Monday off", "2026-01-23" = "Friday off", "2026-01-26..2026-01-30" = "Closed" }
[work.a]
duration = "1d"
`)
	for _, tt := range []struct{ when, start, finish string }{
		{"W1", "2026-01-07T09:00", "2026-01-09T17:00"},
		{"W2", "2026-01-13T09:00", "2026-01-16T17:00"},
		{"W3", "2026-01-19T09:00", "2026-01-22T17:00"},
		{"W4", "2026-02-02T09:00", "2026-01-22T17:00"},
		{"2026-01-14", "2026-01-14T09:00", "2026-01-14T17:00"},
		{"2026-01-17", "2026-01-19T09:00", "2026-01-18T00:00"},
		{"2026-01-14T12:30", "2026-01-14T12:30", "2026-01-14T12:30"},
	} {
		w, err := plan.ParseWhen(tt.when)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.StartOf(w); got != instantAt(t, tt.start) {
			t.Errorf("the start of %s is %s, want %s", tt.when, got, tt.start)
		}
		if got := s.FinishOf(w); got != instantAt(t, tt.finish) {
			t.Errorf("the finish of %s is %s, want %s", tt.when, got, tt.finish)
		}
	}
}

// The stated finish follows from the duration: whole weeks are plan weeks, also
// if the plan starts in the middle of one.
func TestStatedFinish(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{`duration = "2w"`, "2026-01-16T17:00"},
		{`duration = "1.5w"`, "2026-01-16T13:00"},
		{`duration = "10d"`, "2026-01-20T17:00"},
		{`duration = "10ed"`, "2026-01-17T09:00"},
		{`finish = "W2"`, "2026-01-16T17:00"},
		{`finish = 2026-01-15`, "2026-01-15T17:00"},
		{``, ""},
	} {
		s, _ := computeText(t, "[plan]\nstart = 2026-01-07\n"+tt.line+"\n[work.a]\nduration = \"1d\"\n")
		if s.HasStatedFinish != (tt.want != "") {
			t.Errorf("%s: HasStatedFinish is %t", tt.line, s.HasStatedFinish)
		} else if tt.want != "" && s.StatedFinish != instantAt(t, tt.want) {
			t.Errorf("%s: the stated finish is %s, want %s", tt.line, s.StatedFinish, tt.want)
		}
	}
}

func instantAt(t testing.TB, s string) calendar.Instant {
	t.Helper()
	for _, layout := range []string{"2006-01-02T15:04", time.DateOnly} {
		if p, err := time.Parse(layout, s); err == nil {
			return calendar.Instant(p.Unix() / 60)
		}
	}
	t.Fatalf("%q is not an instant", s)
	return 0
}

// A plan without work or milestones has a schedule too.
func TestNoWork(t *testing.T) {
	s, list := computeText(t, "[plan]\nstart = 2026-01-05\n[role.owner]\n")
	if len(list) > 0 || s.Finish != s.Start || len(s.Activities) != 0 {
		t.Errorf("finish %s, start %s, %v", s.Finish, s.Start, list)
	}
	var b strings.Builder
	if err := WriteJSON(&b, s, list, nil); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), `"activities": null`) {
		t.Error("an empty list is null")
	}
}

// careconnect returns the plan.toml of the example.
func careconnect(t *testing.T) string {
	archive, err := txtar.ParseFile("testdata/careconnect.txtar")
	if err != nil {
		t.Fatal(err)
	}
	return string(archive.Files[0].Data)
}

// Every code has a file that shows it.
func TestCodesAreShown(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	for code := range Codes {
		if code != CodeRange && !strings.Contains(all.String(), " "+code+": ") {
			t.Errorf("no file in testdata shows %s", code)
		}
	}
}

func TestFinishOutOfRange(t *testing.T) {
	var b strings.Builder
	b.WriteString("[plan]\nstart = 2026-01-05\n")
	for i := range 120 {
		fmt.Fprintf(&b, "[work.w%d]\nduration = \"20000d\"\n", i)
		if i > 0 {
			fmt.Fprintf(&b, "after = [\"w%d\"]\n", i-1)
		}
	}
	s, list := computeText(t, b.String())
	if s != nil || len(list) != 1 || list[0].Code != CodeRange {
		t.Errorf("%v", formatAll(list))
	}
}

// A plan that is one ring is answered at once, and in a message one can read.
func TestGreatRing(t *testing.T) {
	p := bigPlan(t, 50_000)
	p.Work[0].After = []plan.Dependency{{Pred: p.Work[len(p.Work)-1].ID}}
	for i, w := range p.Work[1:] {
		w.After = []plan.Dependency{{Pred: p.Work[i].ID}}
	}
	s, list := Compute(p, Options{})
	if s != nil || len(list) != 1 || list[0].Code != CodeCycle {
		t.Fatalf("%d diagnostics", len(list))
	}
	if text := list[0].Format(); len(text) > 5000 {
		t.Errorf("the message has %d bytes: %.300s", len(text), text)
	}
}
