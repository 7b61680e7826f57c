package schedule

import (
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"milepost/schedule/calendar"
)

// drawTaskJuggler draws network i of a seed.
func drawTaskJuggler(seed uint64, i int) *tjNetwork {
	r := rand.New(rand.NewPCG(seed, uint64(i)))
	nw := &tjNetwork{
		name:  fmt.Sprintf("%03d", i+1),
		slot:  []int{5, 15, 15, 30, 60}[r.IntN(5)],
		start: calendar.DateOf(2026, 1, 1) + calendar.Date(r.IntN(700)),
	}
	nw.drawHours(r)

	// Sizes from 10 to 300, as many between 10 and 55 as between 55 and 300.
	size := int(math.Round(10 * math.Pow(30, r.Float64())))
	nw.drawItems(r, size)

	first := nw.workingMinute(nw.start.Start(), 0)
	for at := r.IntN(30); len(nw.free) < 12 && at < size*2; at += 1 + r.IntN(40) {
		f := tjFree{from: nw.start + calendar.Date(at), days: 1 + r.IntN(5)/2*r.IntN(5)}
		if f.days == 0 {
			f.days = 1
		}
		nw.free = append(nw.free, f)
		at += f.days
	}
	for k := range nw.items { // work at the head of the plan that may not start at once
		it := &nw.items[k]
		if !it.isPhase && it.phase == "" && len(it.after) == 0 && r.IntN(3) == 0 {
			it.from = first + calendar.Instant(nw.times(r, 1, 20*1440))
		}
	}
	return nw
}

// times returns a multiple of the slot from lo to hi minutes.
func (nw *tjNetwork) times(r *rand.Rand, lo, hi int) int {
	n := max(1, hi/nw.slot)
	return max(1, lo/nw.slot+r.IntN(n)) * nw.slot
}

func (nw *tjNetwork) drawHours(r *rand.Rand) {
	at := func(minute int) string {
		minute = minute / nw.slot * nw.slot
		return fmt.Sprintf("%02d:%02d", minute/60, minute%60)
	}
	day := func() string {
		from := 6*60 + r.IntN(4*60)
		noon := 11*60 + r.IntN(120)
		to := 15*60 + r.IntN(4*60)
		switch r.IntN(8) {
		case 0:
			return at(from) + "-" + at(noon)
		case 1:
			return at(from) + "-" + at(to)
		case 2:
			return at(from) + "-" + at(noon) + ", " + at(noon+60) + "-" + at(to) + ", " + at(22*60) + "-24:00"
		}
		return at(from) + "-" + at(noon) + ", " + at(noon+30+nw.slot) + "-" + at(to)
	}
	same, free := day(), [][]int{{0, 6}, {0, 6}, {0, 6}, {5, 6}, {0}, {0, 3, 6}, {}}[r.IntN(7)]
	for i := range nw.hours {
		nw.hours[i] = same
		if r.IntN(5) == 0 {
			nw.hours[i] = day()
		}
	}
	for _, i := range free {
		nw.hours[i] = ""
	}
	if r.IntN(3) == 0 {
		hours := []string{"00:00-05:00, 22:00-24:00", "10:00-14:00, 17:00-20:00", "00:00-24:00"}[r.IntN(3)]
		for i := range nw.shift {
			if r.IntN(4) > 0 || i == 2 {
				nw.shift[i] = hours
			}
		}
	}
}

// drawItems draws phases, work and milestones in an order in which everything
// waits for earlier ones. Phases are runs of items and nest.
func (nw *tjNetwork) drawItems(r *rand.Rand, size int) {
	type open struct {
		id   string
		left int
	}
	var stack []open
	var closed, placed []string // phases whose members are all there, activities
	item := map[string]*tjItem{}
	phases := 0
	spread := 3 + r.IntN(30) // how far back dependencies reach
	// waits reports whether an item waits for pred, itself or because a phase
	// around it does; tj3 refuses to be told twice.
	waits := func(it *tjItem, pred string) bool {
		all := [][]tjDep{it.after}
		for _, phase := range stack {
			all = append(all, item[phase.id].after)
		}
		return slices.ContainsFunc(slices.Concat(all...), func(d tjDep) bool { return d.pred == pred })
	}
	add := func(it *tjItem) {
		if len(stack) > 0 {
			it.phase = stack[len(stack)-1].id
		}
		hasPlanCalendar := it.isPhase || it.minutes == 0 || it.on == 0
		for range []int{0, 1, 1, 1, 2, 2, 3}[r.IntN(7)] {
			var d tjDep
			switch {
			case len(closed) > 0 && r.IntN(8) == 0:
				d.pred = closed[len(closed)-1-r.IntN(min(len(closed), 3))]
			case len(placed) > 0:
				d.pred = placed[len(placed)-1-r.IntN(min(len(placed), spread))]
			default:
				continue
			}
			if waits(it, d.pred) {
				continue
			}
			pred := item[d.pred]
			isWork := func(x *tjItem) bool { return !x.isPhase && x.minutes > 0 && x.on == 0 }
			d.onStart = isWork(it) && isWork(pred) && r.IntN(7) == 0
			switch n := r.IntN(4); {
			case n == 0 && hasPlanCalendar:
				d.lag = nw.times(r, 1, 2000)
			case n == 1 && !d.onStart:
				d.lag, d.elapsed = nw.times(r, 1, 5000), true
			}
			it.after = append(it.after, d)
		}
		item[it.id] = it
		nw.items = append(nw.items, *it)
	}
	for i := range size {
		for r.IntN(12) == 0 && len(stack) < 3 && i < size-1 {
			phases++
			id := fmt.Sprintf("P%d", phases)
			left := 1 + r.IntN(20)
			if len(stack) > 0 {
				left = min(left, stack[len(stack)-1].left)
			}
			add(&tjItem{id: id, isPhase: true})
			stack = append(stack, open{id, left})
		}
		it := &tjItem{id: fmt.Sprintf("a%d", i+1)}
		switch n := r.IntN(20); {
		case n < 2: // a milestone
		case n < 4:
			it.minutes, it.on = nw.times(r, 1, 6000), 'e'
		case n < 7 && nw.shift != [7]string{} && len(placed) > 0:
			it.minutes, it.on = nw.times(r, 1, 2400), 's'
		default:
			it.minutes = nw.times(r, 1, 4000)
		}
		add(it)
		if last := len(placed) - 1; it.on == 's' && len(it.after) == 0 && !waits(it, placed[last]) {
			it.after = []tjDep{{pred: placed[last]}} // see the comment at TestTaskJuggler
			nw.items[len(nw.items)-1].after = it.after
		}
		placed = append(placed, it.id)
		for k := range stack {
			stack[k].left--
		}
		for len(stack) > 0 && stack[len(stack)-1].left <= 0 {
			closed = append(closed, stack[len(stack)-1].id)
			stack = stack[:len(stack)-1]
		}
	}
}

// ask has tj3 schedule the network and takes its dates.
func (nw *tjNetwork) ask(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "plan.tjp"), []byte(nw.tjp(t)), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "tj3", "--silent", "--no-color", "plan.tjp")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), "rror") {
		t.Fatalf("tj3: %v\n%s\n%s", err, out, nw.tjp(t))
	}
	f, err := os.Open(filepath.Join(dir, "dates.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.Comma = ';'
	rows, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	dates := map[string][]string{}
	for _, row := range rows[1:] {
		id := row[0][strings.LastIndex(row[0], ".")+1:]
		dates[id] = row[1:]
	}
	for i := range nw.items {
		it := &nw.items[i]
		row := dates[it.id]
		if row == nil {
			t.Fatalf("tj3 does not list %s", it.id)
		}
		it.start, it.finish = instantAt(t, row[0]), instantAt(t, row[1])
	}
}

// tjp is the network as a project of TaskJuggler.
func (nw *tjNetwork) tjp(t *testing.T) string {
	s, list := computeText(t, nw.toml())
	if s == nil {
		t.Fatal(formatAll(list))
	}
	// Only the length of the time axis follows from our dates.
	days := 60 + 2*int(s.Finish-s.Start)/calendar.MinutesPerDay
	stamp := func(at calendar.Instant) string { return at.Time().Format("2006-01-02-15:04") }

	var b strings.Builder
	fmt.Fprintf(&b, "project plan \"plan\" %s +%dd {\n  timezone \"UTC\"\n  timingresolution %dmin\n", nw.start, days, nw.slot)
	hours := func(hours [7]string) {
		for i, h := range hours {
			if h == "" {
				h = "off"
			}
			fmt.Fprintf(&b, "  workinghours %s %s\n", weekdays[i], strings.ReplaceAll(h, "-", " - "))
		}
		b.WriteString("}\n")
	}
	hours(nw.hours)
	for _, f := range nw.free {
		fmt.Fprintf(&b, "leaves holiday \"free\" %s +%dd\n", f.from, f.days)
	}
	if nw.shift != [7]string{} {
		b.WriteString("shift other \"other\" {\n")
		hours(nw.shift)
	}

	path := map[string]string{}
	var open []string
	closeTo := func(phase string) {
		for len(open) > 0 && open[len(open)-1] != phase {
			b.WriteString("}\n")
			open = open[:len(open)-1]
		}
	}
	for i := range nw.items {
		it := &nw.items[i]
		closeTo(it.phase)
		path[it.id] = it.id
		if it.phase != "" {
			path[it.id] = path[it.phase] + "." + it.id
		}
		fmt.Fprintf(&b, "task %s %q {\n", it.id, it.id)
		switch {
		case it.isPhase:
		case it.minutes == 0:
			b.WriteString("  milestone\n")
		case it.on == 'e':
			fmt.Fprintf(&b, "  duration %dmin\n", it.minutes)
		default:
			fmt.Fprintf(&b, "  length %dmin\n", it.minutes)
			if it.on == 's' {
				b.WriteString("  shifts other\n")
			}
		}
		switch {
		case it.from != 0:
			fmt.Fprintf(&b, "  start %s\n", stamp(it.from))
		case it.phase == "" && len(it.after) == 0:
			fmt.Fprintf(&b, "  start %s\n", stamp(nw.workingMinute(nw.start.Start(), 0)))
		}
		for _, d := range it.after {
			fmt.Fprintf(&b, "  depends %s", path[d.pred])
			var options []string
			if d.onStart {
				options = append(options, "onstart")
			}
			if d.elapsed {
				options = append(options, fmt.Sprintf("gapduration %dmin", d.lag))
			} else if d.lag > 0 {
				options = append(options, fmt.Sprintf("gaplength %dmin", d.lag))
			}
			if options != nil {
				fmt.Fprintf(&b, " { %s }", strings.Join(options, " "))
			}
			b.WriteString("\n")
		}
		if it.isPhase {
			open = append(open, it.id)
		} else {
			b.WriteString("}\n")
		}
	}
	closeTo("")
	b.WriteString("taskreport \"dates\" { formats csv columns id, start, end timeformat \"%Y-%m-%dT%H:%M\" sorttasks seqno.up }\n")
	return b.String()
}

func taskJugglerVersion(t *testing.T) string {
	out, err := exec.Command("tj3", "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`\d+(\.\d+)+`).FindString(string(out))
}
