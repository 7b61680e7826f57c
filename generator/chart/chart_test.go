package chart

import (
	"bytes"
	"flag"
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"milepost/generator/locale"
	"milepost/schedule"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

var update = flag.Bool("update", false, "rewrite the pictures in testdata")

// compute schedules a plan given as TOML.
func compute(t testing.TB, toml string) (*schedule.Schedule, Context) {
	t.Helper()
	return computeFiles(t, fstest.MapFS{"content/plan.toml": &fstest.MapFile{Data: []byte(toml)}})
}

// computeFiles schedules a plan of several files below content/.
func computeFiles(t testing.TB, files fstest.MapFS) (*schedule.Schedule, Context) {
	t.Helper()
	p, diags, err := plan.Load(files, "content")
	if err != nil || diags.Failed() {
		t.Fatalf("load: %v %v", err, describe(files, diags))
	}
	s, diags := schedule.Compute(p, schedule.Options{})
	if s == nil {
		t.Fatalf("compute: %v", describe(files, diags))
	}
	loc, err := locale.New("en", p.Currency)
	if err != nil {
		t.Fatal(err)
	}
	return s, Context{Locale: loc, Link: func(address string) string { return "../" + strings.Replace(address, ":", "/", 1) + "/" }}
}

func describe(files fs.FS, list diag.List) string {
	var b strings.Builder
	list.AddExcerpts(files)
	for _, d := range list {
		b.WriteString(d.Format())
	}
	return b.String()
}

func planFile(t *testing.T, name string) string {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/" + name + ".txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		if f.Name == "plan.toml" {
			return string(f.Data)
		}
	}
	t.Fatalf("%s has no plan.toml", name)
	return ""
}

// TestFiles compares what the pictures of each plan in testdata say and where
// their marks stand.
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
			plan := fstest.MapFS{}
			for _, f := range archive.Files {
				if strings.HasSuffix(f.Name, ".toml") {
					plan["content/"+f.Name] = &fstest.MapFile{Data: f.Data}
				}
			}
			s, c := computeFiles(t, plan)
			changed := false
			for i := range archive.Files {
				f := &archive.Files[i]
				if strings.HasSuffix(f.Name, ".toml") {
					continue
				}
				got := ""
				switch f.Name {
				case "gantt":
					got = ganttText(Gantt(s, c, GanttOptions{}))
				case "budget":
					got = chartText(BudgetByPhase(s, c))
				case "spend":
					got = chartText(CumulativeSpend(s, c))
				case "scurve":
					got = chartText(SCurve(s, c))
				case "staffing":
					got = chartText(Staffing(s, c))
				case "trend":
					got = chartText(Trend(s, c, ""))
				case "load":
					got = chartText(Load(s, c))
				case "outlook":
					sim := s.Simulate(schedule.SimulateOptions{})
					got = chartText(Outlook(sim, &sim.Finish, c))
				case "milestones":
					got = chartText(MilestoneOutlooks(s.Simulate(schedule.SimulateOptions{}), c))
				case "drivers":
					got = chartText(Drivers(s.Simulate(schedule.SimulateOptions{}), c))
				case "exposure":
					got = chartText(RiskExposure(s, c))
				default:
					t.Fatalf("no picture is named %q", f.Name)
				}
				if diff := cmp.Diff(string(f.Data), got); diff != "" && !*update {
					t.Errorf("%s (-want +got):\n%s", f.Name, diff)
				}
				changed = changed || string(f.Data) != got
				f.Data = []byte(got)
			}
			if changed && *update {
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// ganttText writes a Gantt as its reader hears it, and its marks with their
// positions.
func ganttText(g GanttChart) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", g.Caption, g.Timeline)
	for _, z := range g.Zooms {
		fmt.Fprintf(&b, "zoom %s\n", z.Text)
	}
	for _, k := range g.Legend {
		fmt.Fprintf(&b, "legend %s\n", k.Text)
	}
	date := func(d *ganttDate) string {
		if d == nil {
			return "-"
		}
		return d.Text + " " + d.Week
	}
	for _, group := range g.Groups {
		b.WriteString("\n")
		for _, r := range group.Rows {
			fmt.Fprintf(&b, "%s [%s] %s %s | %s %s | %s %s | %s | %s | %s", r.Anchor, r.Class, r.ID, r.Name,
				date(r.Start), r.StatedStart, date(r.Finish), r.StatedFinish, r.Done, r.Float, r.Owner)
			if r.Baseline != "" {
				fmt.Fprintf(&b, " | %s", r.Baseline)
			}
			if len(r.Notes) > 0 {
				fmt.Fprintf(&b, " | %s", strings.Join(r.Notes, ", "))
			}
			fmt.Fprintf(&b, " | out %s into %s\n", r.Out, r.Into)
			for _, m := range marksOf(string(r.Picture)) {
				fmt.Fprintf(&b, "    %s\n", m)
			}
		}
	}
	return b.String()
}

var markPattern = regexp.MustCompile(`<(rect|use|text) class="([a-z -]+)"(?: href="#[a-z]+-([a-z]+)")? x="([^"]+)" y="50%"(?: width="([^"]+)")?[^>]*>([^<]*)`)

// marksOf returns the marks of a row, without its arrows.
func marksOf(picture string) []string {
	var out []string
	for _, m := range markPattern.FindAllStringSubmatch(picture, -1) {
		if strings.HasPrefix(m[2], "bracket-end") {
			continue
		}
		out = append(out, strings.Join(strings.Fields(strings.Join([]string{m[2], "at", m[4], m[5], m[6]}, " ")), " "))
	}
	return out
}

// shapePattern finds what a panel is drawn with: columns and lines, what is
// beyond the capacity, and figures beside them.
var shapePattern = regexp.MustCompile(`<(?:path class="(column|column unstaffed|before|limit)" [^>]* d="([^"]+)"|rect (x="[^"]+" y="[^"]+" width="[^"]+" height="[^"]+")/|text class="small"[^>]*>([^<]+)<)`)

// datePattern finds the rules across a picture, with their labels.
var datePattern = regexp.MustCompile(`<line class="date ([a-z0-9]+)" x1="([^"]+)"[^>]*/><text class="label[^>]*>([^<]*)<`)

func chartText(ch Chart, ok bool) string {
	if !ok {
		return "none\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n%s\n", ch.Title, ch.Caption, ch.Reading)
	for _, k := range ch.Legend {
		fmt.Fprintf(&b, "legend %s\n", k.Text)
	}
	for _, m := range datePattern.FindAllStringSubmatch(string(ch.SVG), -1) {
		fmt.Fprintf(&b, "rule %s at %s: %s\n", m[1], m[2], m[3])
	}
	for _, p := range ch.Panels {
		fmt.Fprintf(&b, "\npanel %s %s | %s | %s\n", p.ID, p.Class, p.Name, p.Said)
		for _, m := range shapePattern.FindAllStringSubmatch(string(p.SVG), -1) {
			fmt.Fprintf(&b, "    %s\n", strings.Join(strings.Fields(strings.Join(m[1:], " ")), " "))
		}
	}
	fmt.Fprintf(&b, "\n%s\n", strings.Join(ch.Table.Head, " | "))
	for _, r := range append(append([]Row{}, ch.Table.Rows...), ch.Table.Foot...) {
		fmt.Fprintf(&b, "%s | %s\n", r.Head, strings.Join(r.Cells, " | "))
	}
	fmt.Fprintf(&b, "\n%s\n", ch.Option)
	return b.String()
}

// render executes the theme's partials.
func render(t *testing.T, name string, data any) string {
	t.Helper()
	text, err := os.ReadFile("../../themes/default/templates/_" + name + ".html")
	if err != nil {
		t.Fatal(err)
	}
	kept := func(name string, data any) template.HTML { return template.HTML(render(t, name, data)) }
	tmpl, err := template.New(name).Funcs(template.FuncMap{"kept": kept}).Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := tmpl.Execute(&out, data); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// statistical draw the charts that have an option for ECharts.
var statistical = []func(*schedule.Schedule, Context) (Chart, bool){
	BudgetByPhase, CumulativeSpend, Staffing, Load, RiskExposure,
	func(s *schedule.Schedule, c Context) (Chart, bool) {
		sim := s.Simulate(schedule.SimulateOptions{})
		return Outlook(sim, &sim.Finish, c)
	},
	func(s *schedule.Schedule, c Context) (Chart, bool) {
		return MilestoneOutlooks(s.Simulate(schedule.SimulateOptions{}), c)
	},
	func(s *schedule.Schedule, c Context) (Chart, bool) {
		return Drivers(s.Simulate(schedule.SimulateOptions{}), c)
	},
}

// pictures renders everything of a plan as HTML.
func pictures(t *testing.T, s *schedule.Schedule, c Context) string {
	t.Helper()
	out := render(t, "gantt", Gantt(s, c, GanttOptions{})) +
		render(t, "gantt", Gantt(s, c, GanttOptions{ID: "outline", Outline: true}))
	for _, p := range s.Phases {
		out += render(t, "gantt", Gantt(s, c, GanttOptions{ID: "phase-" + p.ID, Phase: p.ID}))
	}
	for _, a := range s.Activities {
		out += render(t, "gantt", Gantt(s, c, GanttOptions{ID: "only-" + a.ID, Only: a.ID}))
	}
	for _, draw := range statistical {
		if ch, ok := draw(s, c); ok {
			out += render(t, "chart", ch)
		}
	}
	return out
}

// Plan text is not markup, in cells, pictures and options, and nothing needs an
// inline style or script.
func TestPageIsSafe(t *testing.T) {
	s, c := compute(t, planFile(t, "odd"))
	html := pictures(t, s, c)
	for _, bad := range []string{"<b>bold", "<i>A", "<script>alert", "ZgotmplZ"} {
		if strings.Contains(html, bad) {
			t.Errorf("the page contains %s", bad)
		}
	}
	if m := regexp.MustCompile(`\s(style|on[a-z]+)=`).FindString(html); m != "" {
		t.Errorf("the page has an inline%s", m)
	}
	for _, m := range regexp.MustCompile(`<script[^>]*>`).FindAllString(html, -1) {
		if m != `<script type="application/json" class="chart-option">` {
			t.Errorf("the page has %s", m)
		}
	}
}

// Two plans loaded from the same text give the same bytes.
func TestSameTwice(t *testing.T) {
	toml := planFile(t, "odd")
	first, c := compute(t, toml)
	want := pictures(t, first, c)
	for range 5 {
		s, c := compute(t, toml)
		if got := pictures(t, s, c); got != want {
			t.Fatal("the pictures differ")
		}
	}
}

// A plan needs none of budget, roles and phases.
func TestBarePlan(t *testing.T) {
	s, c := compute(t, "[plan]\nname = \"Bare\"\nstart = 2026-01-05\n[work.a]\nname = \"A\"\nduration = \"1d\"\n")
	if _, ok := BudgetByPhase(s, c); ok {
		t.Error("a budget is drawn")
	}
	if _, ok := CumulativeSpend(s, c); ok {
		t.Error("spending is drawn")
	}
	if _, ok := Staffing(s, c); ok {
		t.Error("staffing is drawn")
	}
	g := Gantt(s, c, GanttOptions{})
	if len(g.Groups) != 1 || len(g.Groups[0].Rows) != 1 || g.Groups[0].Rows[0].Anchor != "work-a" {
		t.Errorf("the Gantt shows %+v", g.Groups)
	}
	if g := Gantt(s, c, GanttOptions{Only: "gone"}); !g.Empty() || !strings.Contains(render(t, "gantt", g), "nothing on the schedule") {
		t.Error("a Gantt of nothing does not say so")
	}
}

// A budget of nothing is still shown.
func TestZeroBudget(t *testing.T) {
	s, c := compute(t, `
[plan]
name = "Free"
start = 2026-01-05
[phase.P]
[work.a]
phase = "P"
duration = "1d"
[budget.b]
amount = { P = 0 }
`)
	for _, draw := range []func(*schedule.Schedule, Context) (Chart, bool){BudgetByPhase, CumulativeSpend} {
		ch, ok := draw(s, c)
		if !ok || ch.Title != "No money is planned" || ch.Reading != "The budget comes to $0." {
			t.Errorf("%v %q %q", ok, ch.Title, ch.Reading)
		}
	}
}

// ECharts options come from its typed options, never from the rendering of
// go-echarts, which would not be safe; and they hold no functions.
func TestOptionsAreData(t *testing.T) {
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if m := regexp.MustCompile(`\.(Render\w*|JSONNotEscaped)\(`).Find(text); m != nil {
			t.Errorf("%s calls %s", name, m)
		}
	}
	s, c := compute(t, planFile(t, "odd"))
	for _, draw := range statistical {
		ch, _ := draw(s, c)
		if m := regexp.MustCompile(`function|__f__|<`).Find(ch.Option); m != nil {
			t.Errorf("the option of %s contains %s", ch.ID, m)
		}
	}
}
