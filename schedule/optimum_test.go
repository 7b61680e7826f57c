package schedule

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// The plans of testdata/optimum state how many days they take at least without
// overload. The test proves it by trying every order of their work, and asks
// that levelling with a search finds it.
func TestOptimum(t *testing.T) {
	files, err := filepath.Glob("testdata/optimum/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no files in testdata/optimum", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var text string
			var want int64
			for _, f := range archive.Files {
				if f.Name == "optimum" {
					if want, err = strconv.ParseInt(strings.TrimSpace(string(f.Data)), 10, 64); err != nil {
						t.Fatal(err)
					}
				} else {
					text = string(f.Data)
				}
			}
			s, _ := levelText(t, text, Options{Schedules: new(1000), Seed: new(uint64(1))})
			in := instanceOf(t, s)
			if got := in.optimum(); got != want {
				t.Errorf("the optimum is %d days, the file says %d", got, want)
			}
			if got := in.check(t, s); got != want {
				t.Errorf("levelling takes %d days, want %d", got, want)
			}
			bound := int64(s.Calendar.Between(s.Start, s.Levelling.Bound)) / 480
			if bound > want {
				t.Errorf("the bound is %d days", bound)
			}
		})
	}
}

// Random plans, levelled without a search, are never better than the best order
// nor below their bound, and a search is at least as good.
func TestAgainstEveryOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 150 {
		in := randomInstance(random)
		want := in.optimum()
		for _, opts := range []Options{{Level: new(true)}, {Level: new(true), Schedules: new(400), Seed: new(uint64(1))}} {
			s, list := Compute(in.plan(t), opts)
			if s == nil {
				t.Fatal(formatAll(list))
			}
			got, bound := in.check(t, s), int64(s.Calendar.Between(s.Start, s.Levelling.Bound))/480
			if got < want || bound > want || opts.Schedules != nil && got > want {
				t.Errorf("with %d schedules %d days, at least %d, optimum %d:\n%v", opts.Schedules, got, bound, want, in)
			}
		}
	}
}

// randomInstance makes up to eight jobs on two resources.
func randomInstance(random *rand.Rand) *instance {
	in := &instance{capacity: []int64{int64(2 + random.IntN(3)), int64(1 + random.IntN(3))}}
	for i := range 4 + random.IntN(5) {
		in.duration = append(in.duration, int64(1+random.IntN(6)))
		in.need = append(in.need, []int64{random.Int64N(in.capacity[0] + 1), random.Int64N(in.capacity[1] + 1)})
		var after []int
		for j := range i {
			if random.IntN(5) == 0 {
				after = append(after, j)
			}
		}
		in.after = append(in.after, after)
	}
	return in
}

// instanceOf takes a plan of days, full roles and plain dependencies as an
// instance.
func instanceOf(t *testing.T, s *Schedule) *instance {
	t.Helper()
	in := &instance{}
	number := map[string]int{}
	for _, r := range s.Resources {
		number[r.ID] = len(in.capacity)
		in.capacity = append(in.capacity, r.Capacity)
	}
	for i, a := range s.Activities {
		in.duration = append(in.duration, int64(a.Duration)/480)
		need := make([]int64, len(in.capacity))
		for _, as := range a.Work.Assign {
			need[number[as.Who]] = as.Units.TenThousandths
		}
		in.need = append(in.need, need)
		var after []int
		for _, l := range a.Predecessors() {
			after = append(after, slices.Index(s.Activities, l.Activity))
		}
		in.after = append(in.after, after)
		if a.Duration%480 != 0 || i != int(a.index) {
			t.Fatal("not in days")
		}
	}
	return in
}

// optimum tries every order in which each job follows its predecessors, and puts
// the jobs of an order one by one on the first days on which they fit: one of
// the schedules so made is optimal (Sprecher, Kolisch and Drexl 1995). It stops
// following an order when the rest cannot make it better than one it has.
func (in *instance) optimum() int64 {
	n := len(in.duration)
	var horizon int64
	for _, d := range in.duration {
		horizon += d
	}
	tail := make([]int64, n) // the longest chain from the start of a job on
	for i := n - 1; i >= 0; i-- {
		tail[i] += in.duration[i]
		for _, j := range in.after[i] {
			tail[j] = max(tail[j], tail[i])
		}
	}
	best := horizon + 1
	start := make([]int64, n)
	used := make([][]int64, horizon)
	for day := range used {
		used[day] = make([]int64, len(in.capacity))
	}
	fits := func(i int, day int64) bool {
		for d := day; d < day+in.duration[i]; d++ {
			for r, u := range in.need[i] {
				if used[d][r]+u > in.capacity[r] {
					return false
				}
			}
		}
		return true
	}
	change := func(i int, sign int64) {
		for d := start[i]; d < start[i]+in.duration[i]; d++ {
			for r, u := range in.need[i] {
				used[d][r] += sign * u
			}
		}
	}
	var follow func(placed uint, length int64)
	follow = func(placed uint, length int64) {
		if placed == 1<<n-1 {
			best = min(best, length)
			return
		}
		for i := range n {
			if placed&(1<<i) != 0 {
				continue
			}
			day := int64(0)
			ready := true
			for _, j := range in.after[i] {
				ready = ready && placed&(1<<j) != 0
				day = max(day, start[j]+in.duration[j])
			}
			if !ready {
				continue
			}
			for !fits(i, day) {
				day++
			}
			if day+tail[i] >= best {
				continue
			}
			start[i] = day
			change(i, 1)
			follow(placed|1<<i, max(length, day+in.duration[i]))
			change(i, -1)
		}
	}
	follow(0, 0)
	return best
}
