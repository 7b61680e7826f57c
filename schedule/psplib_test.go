package schedule

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// PSPLIB (Kolisch and Sprecher 1996) is a set of scheduling problems with known
// answers that engines are compared by. Its files are not part of this
// repository; the flag says where they are. A problem is made into a plan, one
// unit of time a day, and levelled like any other plan.
var (
	psplib     = flag.String("psplib", "", "folder with j30/*.sm, j60/*.sm, j30opt.sm and j60hrs.sm of PSPLIB")
	psplibStep = flag.Int("psplib-step", 1, "take every so many instances")
	budgets    = flag.String("psplib-schedules", "0 2 50 1000 5000", "schedules per instance; 0 is levelling without a search")
)

// TestPSPLIB prints how far the levelled plans are from the best known ones: of
// the j30 set from the optimum, of j60 from the critical path. It fails if a
// schedule overloads a resource, breaks a dependency, or is better than the
// optimum. One serial or parallel schedule counts as one, a justification to the
// right and back as two (Kolisch and Hartmann 2006).
func TestPSPLIB(t *testing.T) {
	if *psplib == "" {
		t.Skip("make bench-psplib DIR=...")
	}
	for _, set := range []struct{ name, best string }{{"j30", "j30opt.sm"}, {"j60", "j60hrs.sm"}} {
		known := readKnown(t, filepath.Join(*psplib, set.best), set.name)
		files, err := filepath.Glob(filepath.Join(*psplib, set.name, "*.sm"))
		if err != nil || len(files) == 0 {
			t.Fatal("no instances of ", set.name, err)
		}
		slices.Sort(files)
		for _, b := range strings.Fields(*budgets) {
			budget, err := strconv.Atoi(b)
			if err != nil {
				t.Fatal(err)
			}
			r := psplibRow{set: set.name, optimal: set.name == "j30"}
			for k := 0; k < len(files); k += *psplibStep {
				r.add(t, files[k], known[filepath.Base(files[k])], budget)
			}
			row := "at most " + b + " schedules"
			if budget == 0 {
				row = "default (priority rules)"
			}
			r.print(os.Stdout, row)
		}
	}
}

// psplibRow is a line of the result. Sums of deviations are in millionths.
type psplibRow struct {
	set                       string
	optimal                   bool
	count, hits, proven, made int
	deviation, most           int64
	took                      time.Duration
}

func (r *psplibRow) add(t *testing.T, file string, best int64, budget int) {
	t.Helper()
	p, in := readInstance(t, file)
	begin := time.Now()
	s, list := Compute(p, Options{Level: new(true), Schedules: new(budget), Seed: new(uint64(1))})
	r.took += time.Since(begin)
	if s == nil {
		t.Fatal(formatAll(list))
	}
	got := in.check(t, s)
	if r.optimal && got < best {
		t.Fatalf("%s: %d is below the optimum %d", file, got, best)
	}
	days := func(t calendar.Instant) int64 { return int64(s.Calendar.Between(s.Start, t)) / 480 }
	if bound := days(s.Levelling.Bound); bound > best {
		t.Fatalf("%s: the bound %d is above %d", file, bound, best)
	}
	from := days(s.Levelling.UnlevelledFinish)
	if r.optimal {
		from = best
	}
	d := (got - from) * 1_000_000 / from
	r.count++
	r.made += s.Levelling.Schedules
	r.deviation, r.most = r.deviation+d, max(r.most, d)
	if got <= best {
		r.hits++
	}
	if s.Levelling.Gap == 0 {
		r.proven++
	}
}

func (r *psplibRow) print(w io.Writer, row string) {
	over := "the critical path"
	if r.optimal {
		over = "the optimum"
	}
	fmt.Fprintf(w, "%s  %-24s %6.3f %% over %s, best known %d of %d, proven %d, %d made on average, %v\n", r.set, row,
		float64(r.deviation)/float64(r.count)/10_000, over, r.hits, r.count, r.proven, r.made/r.count, r.took.Round(time.Millisecond))
}

// instance is a problem in the terms of its file, to check a schedule with
// nothing but these.
type instance struct {
	duration []int64
	after    [][]int
	need     [][]int64
	capacity []int64
}

// check returns the length of the schedule in days.
func (in *instance) check(t testing.TB, s *Schedule) int64 {
	t.Helper()
	start := make([]int64, len(in.duration))
	var length int64
	for i, a := range s.Activities {
		from := int64(s.Calendar.Between(s.Start, a.Start))
		if from%480 != 0 {
			t.Fatalf("%s starts within a day", a.ID)
		}
		start[i] = from / 480
		length = max(length, start[i]+in.duration[i])
		if days := int64(a.Calendar.Between(a.Start, a.Finish)) / 480; days != in.duration[i] {
			t.Fatalf("%s lasts %d days", a.ID, days)
		}
	}
	for i, preds := range in.after {
		for _, j := range preds {
			if start[i] < start[j]+in.duration[j] {
				t.Fatalf("%d starts on day %d, before %d has finished", i+1, start[i], j+1)
			}
		}
	}
	for r, capacity := range in.capacity {
		for day := range length {
			var used int64
			for i := range start {
				if start[i] <= day && day < start[i]+in.duration[i] {
					used += in.need[i][r]
				}
			}
			if used > capacity {
				t.Fatalf("resource %d is overloaded on day %d", r+1, day)
			}
		}
	}
	if want := int64(s.Calendar.Between(s.Start, s.Finish)) / 480; length != want {
		t.Fatalf("the plan finishes after %d days and its work after %d", want, length)
	}
	return length
}

// plan returns the instance as a plan.
func (in *instance) plan(t testing.TB) *plan.Plan {
	t.Helper()
	p := &plan.Plan{}
	p.Kind, p.Start = "plan", calendar.DateOf(2026, 1, 5)
	for r, capacity := range in.capacity {
		role := &plan.Role{Capacity: plan.UnitsOf(capacity * 10_000)}
		role.Kind, role.ID = "role", fmt.Sprintf("R%d", r+1)
		p.Roles = append(p.Roles, role)
	}
	for i, d := range in.duration {
		length, err := plan.ParseDuration(fmt.Sprintf("%dd", d))
		if err != nil {
			t.Fatal(err)
		}
		w := &plan.WorkPackage{Duration: plan.Estimate{Likely: length}, Priority: usualPriority}
		w.Kind, w.ID = "work", fmt.Sprint(i+1)
		for r, units := range in.need[i] {
			if units > 0 {
				w.Assign = append(w.Assign, plan.Assignment{Who: p.Roles[r].ID, Kind: "role", Units: plan.UnitsOf(units * 10_000)})
			}
		}
		for _, j := range in.after[i] {
			w.After = append(w.After, plan.Dependency{Pred: fmt.Sprint(j + 1), Kind: "work"})
		}
		p.Work = append(p.Work, w)
	}
	return p
}

// readInstance reads a file of PSPLIB with one mode per job.
func readInstance(t testing.TB, file string) (*plan.Plan, *instance) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	in := &instance{}
	section := ""
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		var numbers []int64
		for _, f := range fields {
			n, err := strconv.ParseInt(f, 10, 64)
			if err != nil {
				break
			}
			numbers = append(numbers, n)
		}
		if len(numbers) < len(fields) {
			if word, _, _ := strings.Cut(fields[0], ":"); strings.ToUpper(word) == word && len(word) > 3 && word[0] != '-' {
				section = word
			}
			continue
		}
		switch section {
		case "PRECEDENCE":
			for _, j := range numbers[3:] {
				for int(j) > len(in.after) {
					in.after = append(in.after, nil)
				}
				in.after[j-1] = append(in.after[j-1], int(numbers[0]-1))
			}
		case "REQUESTS/DURATIONS":
			in.duration = append(in.duration, numbers[2])
			in.need = append(in.need, numbers[3:])
		case "RESOURCEAVAILABILITIES":
			in.capacity = numbers
		}
	}
	if len(in.duration) == 0 || len(in.after) != len(in.duration) || len(in.capacity) == 0 {
		t.Fatalf("%s: %d jobs, %d with predecessors, %d resources", file, len(in.duration), len(in.after), len(in.capacity))
	}
	return in.plan(t), in
}

// readKnown reads the best known lengths, by the name of the instance's file.
func readKnown(t *testing.T, file, set string) map[string]int64 {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]int64{}
	for line := range strings.Lines(string(data)) {
		var par, number int
		var length int64
		if n, _ := fmt.Sscan(line, &par, &number, &length); n == 3 {
			known[fmt.Sprintf("%s%d_%d.sm", set, par, number)] = length
		}
	}
	return known
}
