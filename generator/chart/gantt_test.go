package chart

import (
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// element is one element of a picture.
type element struct {
	name string
	attr map[string]string
	up   []string // classes of the groups around it
}

// percent returns an attribute that is a per cent of the width.
func (e element) percent(name string) (float64, bool) {
	text, ok := strings.CutSuffix(e.attr[name], "%")
	v, err := strconv.ParseFloat(text, 64)
	return v, ok && err == nil
}

// elements parses a picture, which must be well-formed XML.
func elements(t *testing.T, svg string) []element {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader("<svg>" + svg + "</svg>"))
	var out []element
	var groups []string
	for {
		token, err := d.Token()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{name: token.Name.Local, attr: map[string]string{}, up: slices.Clone(groups)}
			for _, a := range token.Attr {
				e.attr[a.Name.Local] = a.Value
			}
			groups = append(groups, e.attr["class"])
			out = append(out, e)
		case xml.EndElement:
			groups = groups[:len(groups)-1]
		}
	}
}

func rowsOf(g GanttChart) []*GanttRow {
	var out []*GanttRow
	for _, group := range g.Groups {
		out = append(out, group.Rows...)
	}
	return out
}

// long is a plan of many years and several hundred rows.
func long() string {
	var b strings.Builder
	b.WriteString("[plan]\nname = \"Long\"\nstart = 2026-01-05\nduration = \"520w\"\n")
	n := 0
	for p := range 20 {
		fmt.Fprintf(&b, "[phase.P%d]\nname = \"Phase %d\"\n", p, p)
		for range 25 {
			n++
			fmt.Fprintf(&b, "[work.w%d]\nname = \"Work %d\"\nphase = \"P%d\"\nduration = \"%dw\"\n", n, n, p, 2+n%3)
			switch {
			case n > 9 && n%4 == 0:
				fmt.Fprintf(&b, "after = [\"w%d\", \"w%d SS\"]\n", n-3, n-9)
			case n > 1:
				fmt.Fprintf(&b, "after = [\"w%d\"]\n", n-1)
			}
		}
	}
	return b.String()
}

// Nothing stands outside the picture, every mark that is used exists, and the
// parts of a row need no identity of their own.
func TestGanttStaysInside(t *testing.T) {
	for name, toml := range map[string]string{"odd": planFile(t, "odd"), "day": planFile(t, "day"), "three": planFile(t, "three"), "long": long()} {
		s, c := compute(t, toml)
		g := Gantt(s, c, GanttOptions{})
		defined := map[string]bool{}
		for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(string(g.Defs), -1) {
			if defined[m[1]] {
				t.Errorf("%s: id %q is there twice", name, m[1])
			}
			defined[m[1]] = true
		}
		check := func(where, svg string) {
			for _, e := range elements(t, svg) {
				for _, a := range []string{"x", "x1", "x2"} {
					if v, ok := e.percent(a); ok && (v < 0 || v > 100) {
						t.Errorf("%s: %s: %s of %s is %v%%", name, where, a, e.name, v)
					}
				}
				if w, ok := e.percent("width"); ok {
					if x, _ := e.percent("x"); w <= 0 || x+w > 100.001 {
						t.Errorf("%s: %s: %s from %v%% is %v%% wide", name, where, e.attr["class"], x, w)
					}
				}
				if ref, ok := strings.CutPrefix(e.attr["href"], "#"); ok && !defined[ref] {
					t.Errorf("%s: %s: #%s is not defined", name, where, ref)
				}
				if e.attr["style"] != "" || e.attr["id"] != "" && where != "defs" {
					t.Errorf("%s: %s: %s has a style or an id", name, where, e.name)
				}
			}
		}
		for _, r := range rowsOf(g) {
			check(r.Anchor, string(r.Picture))
		}
		for _, a := range g.Axes {
			check("axis", strings.ReplaceAll(string(a), `width="100%"`, ""))
		}
		check("defs", string(g.Defs))
	}
}

// Every arrow leaves the end and reaches the end that its type binds, and its
// pieces join: an upright line through every row between, a half in its rows.
func TestArrowsAttach(t *testing.T) {
	for name, toml := range map[string]string{"odd": planFile(t, "odd"), "three": planFile(t, "three"), "long": long()} {
		s, c := compute(t, toml)
		g := &gantt{s: s, c: c, o: GanttOptions{ID: "gantt"}, byAddress: map[string]int{}, offsets: map[int]bool{}}
		g.collect()
		g.axis = g.span()
		rows := g.connectors()
		all := g.dependencies()
		if len(all) == 0 {
			t.Fatalf("%s has no arrows", name)
		}
		setLanes(all)
		for _, link := range all {
			from, to := g.rows[link.from], g.rows[link.to]
			what := fmt.Sprintf("%s: %s to %s", name, from.ID, to.ID)
			fromStart, fromFinish := from.dates()
			toStart, toFinish := to.dates()
			leaves, reaches := fromFinish, toStart
			if link.kind == plan.StartToStart || link.kind == plan.StartToFinish {
				leaves = fromStart
			}
			if link.kind == plan.FinishToFinish || link.kind == plan.StartToFinish {
				reaches = toFinish
			}
			if link.x1 != g.axis.at(leaves) {
				t.Errorf("%s leaves at %v, not %v", what, link.x1, g.axis.at(leaves))
			}
			if off := link.x2 - g.axis.at(reaches); off > 1_250 || off < -1_250 {
				t.Errorf("%s reaches %v, not %v", what, link.x2, g.axis.at(reaches))
			}
			first, last := min(link.from, link.to), max(link.from, link.to)
			for row := first; row <= last; row++ {
				want := fmt.Sprintf(`x1="%v" x2="%v" y2="100%%"`, link.upright(), link.upright())
				if row == link.from || row == link.to {
					want = "50%"
				}
				if !holds(rows[row], link.number, want) {
					t.Errorf("%s has no piece %s in row %s", what, want, g.rows[row].ID)
				}
			}
			head := map[plan.DependencyType]string{plan.StartToStart: "east", plan.FinishToFinish: "west"}[link.kind]
			if head == "" {
				head = "south"
				if link.to < link.from {
					head = "north"
				}
			}
			if !holds(rows[link.to], link.number, "#gantt-"+head+`"`) {
				t.Errorf("%s has no head %s", what, head)
			}
		}
	}
}

func holds(r rowConnectors, link int, part string) bool {
	for key, p := range r.pieces {
		if slices.Contains(p.links, link) && strings.Contains(key, part) {
			return true
		}
	}
	return false
}

// Upright lines of arrows to different rows do not coincide where they pass the
// same rows, unless an arrow has to hit the middle of a milestone.
func TestLanesAreApart(t *testing.T) {
	s, c := compute(t, `
[plan]
name = "Fan"
start = 2026-01-05
[work.a]
duration = "2w"
[work.b]
duration = "2w"
after = ["a"]
[work.c]
duration = "2w"
after = ["a"]
[work.d]
duration = "2w"
after = ["a", "a SS"]
`)
	g := &gantt{s: s, c: c, o: GanttOptions{ID: "gantt"}, byAddress: map[string]int{}, offsets: map[int]bool{}}
	g.collect()
	g.axis = g.span()
	all := g.dependencies()
	setLanes(all)
	lanes := map[int]bool{}
	for _, link := range all {
		if lanes[link.lane] {
			t.Errorf("lane %d is used twice", link.lane)
		}
		lanes[link.lane] = true
	}
}

// The word "critical" stands in the row of what is critical, and only there.
func TestCriticalIsAWord(t *testing.T) {
	s, c := compute(t, planFile(t, "three"))
	for _, r := range rowsOf(Gantt(s, c, GanttOptions{})) {
		a := s.Activity(r.ID)
		want := a != nil && a.Critical()
		if r.Critical != want || strings.Contains(r.Class, "critical") != want {
			t.Errorf("%s: critical is %v, class %q", r.ID, r.Critical, r.Class)
		}
	}
	html := render(t, "gantt", Gantt(s, c, GanttOptions{}))
	if got := strings.Count(html, `<span class="gantt-tag">critical</span>`); got != 3 {
		t.Errorf("%d tags, want 3: work 1 and 2 and the milestone", got)
	}
}

// Labels of a time axis do not run into each other at the width they are made
// for, whatever the length of the plan, and none of its lanes is empty.
func TestTicksHaveRoom(t *testing.T) {
	s, c := compute(t, planFile(t, "three"))
	for _, days := range []int64{1, 2, 4, 7, 12, 13, 30, 90, 200, 366, 1000, 3660, 20000} {
		ax := newAxis(s.Start, s.Start+calendar.Instant(days*calendar.MinutesPerDay), 30, 45)
		for _, width := range []int{leastWidth, 300, 440, 660, 2000, 16000} {
			sc := scale{axis: ax, width: width, sched: s, loc: c.Locale}
			for lane, ticks := range [][]tick{sc.major(), sc.minor()} {
				labels := 0
				for i, tk := range ticks {
					if tk.label == "" {
						continue
					}
					labels++
					next := sc.to
					if i+1 < len(ticks) {
						next = ticks[i+1].at
					}
					if room := sc.pixels(next-tk.at, width); room < textWidth(tk.label)-5 {
						t.Errorf("%d days in %d pixels: lane %d: %q has %d pixels", days, width, lane, tk.label, room)
					}
				}
				if labels == 0 && !(lane == 1 && sc.short()) {
					t.Errorf("%d days in %d pixels: lane %d has no label", days, width, lane)
				}
				if len(ticks) > width/20 {
					t.Errorf("%d days in %d pixels: lane %d has %d ticks", days, width, lane, len(ticks))
				}
			}
		}
	}
}

// The label of an upright line is as long as there is room for beside the line.
func TestMarkerLabels(t *testing.T) {
	m := marker{class: "status", texts: []string{"status 13 Mar 2026 (W28)", "status W28"}}
	for _, tt := range []struct {
		x      pos
		width  int
		text   string
		before bool
	}{
		{20_000, 440, "status 13 Mar 2026 (W28)", false},
		{90_000, 440, "status 13 Mar 2026 (W28)", true},
		{20_000, 200, "status W28", false},
		{80_000, 200, "status W28", true},
	} {
		if text, before := m.place(tt.x, tt.width); text != tt.text || before != tt.before {
			t.Errorf("at %v of %d pixels: %q, before: %v", tt.x, tt.width, text, before)
		}
	}
}

// Pictures say how much time in units that people plan in.
func TestCoarse(t *testing.T) {
	s, c := compute(t, planFile(t, "three")) // a week has five days of eight hours
	for minutes, want := range map[calendar.Work]string{
		0: "0 d", 45: "45 min", 480: "1 d", 505: "1 d", 540: "1 d 1 h", 2_300: "4 d 6 h", 2_390: "1 w",
		2_448: "1 w", 2_900: "1 w 1 d", 4_790: "2 w", -2_900: "−1 w 1 d",
	} {
		if got := c.Locale.Work(Coarse(minutes, s.Calendar), s.Calendar); got != want {
			t.Errorf("%d minutes are %q, want %q", minutes, got, want)
		}
	}
}

// What is stated absurdly far away does not squeeze the picture, and is not
// drawn outside it.
func TestFarAwayTarget(t *testing.T) {
	s, c := compute(t, `
[plan]
name = "Typo"
start = 2026-01-05
[work.a]
name = "A"
duration = "2w"
[milestone.M]
name = "M"
after = ["a"]
target = 2036-01-16
`)
	g := Gantt(s, c, GanttOptions{})
	if strings.Contains(g.Timeline, "203") {
		t.Errorf("the timeline is %q", g.Timeline)
	}
	row := rowsOf(g)[1]
	if strings.Contains(string(row.Picture), "target") {
		t.Error("the target is drawn")
	}
	if !strings.Contains(row.StatedFinish, "stated") || !strings.Contains(row.StatedFinish, "early") {
		t.Errorf("the cell says %q", row.StatedFinish)
	}
}

// Parts of a plan: a phase with what is nested in it, one row, the outline.
func TestGanttParts(t *testing.T) {
	s, c := compute(t, planFile(t, "odd"))
	ids := func(o GanttOptions) string {
		var out []string
		for _, r := range rowsOf(Gantt(s, c, o)) {
			out = append(out, r.Anchor)
		}
		return strings.Join(out, " ")
	}
	for _, tt := range []struct {
		o    GanttOptions
		want string
	}{
		{GanttOptions{Phase: "A.1"}, "phase-A.1 work-2 phase-A.1.x work-3 work-4"},
		{GanttOptions{Only: "5", ID: "me"}, "me-work-5"},
		{GanttOptions{Outline: true}, "phase-A milestone-M1 phase-A.1 phase-A.1.x phase-B phase-C milestone-M2 milestone-M3"},
		{GanttOptions{Phase: "gone"}, ""},
	} {
		if got := ids(tt.o); got != tt.want {
			t.Errorf("%+v shows %q, want %q", tt.o, got, tt.want)
		}
	}
}

// A plan of 500 rows is drawn in a moment.
func BenchmarkGantt(b *testing.B) {
	s, c := compute(b, long())
	for b.Loop() {
		Gantt(s, c, GanttOptions{})
	}
}
