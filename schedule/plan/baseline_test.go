package plan

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
)

const small = "[plan]\nstart = 2026-01-05\n[work.a]\nduration = \"1d\"\n"

// loadBaselines loads a small plan with baselines, by the names of their files.
func loadBaselines(t *testing.T, plan string, baselines map[string]string) (*Plan, diag.List) {
	t.Helper()
	fsys := fstest.MapFS{"p/plan.toml": {Data: []byte(plan)}}
	for id, text := range baselines {
		fsys["p/baselines/"+id+".toml"] = &fstest.MapFile{Data: []byte(text)}
	}
	p, l, err := Load(fsys, "p")
	if err != nil {
		t.Fatal(err)
	}
	return p, l
}

// TestBaselineText writes a baseline with everything in it, reads it back and
// writes it again: the same bytes.
func TestBaselineText(t *testing.T) {
	monday := calendar.DateOf(2026, 1, 5)
	b := &Baseline{ID: "first", Name: "The \"first\" plan \\ with a\ttab", Date: monday, Currency: "USD",
		Start: monday.At(540), Finish: (monday + 1).Start(), Cost: MoneyOf(1_234_567_89),
		Phases: []BaselineActivity{{ID: "P.1", Kind: "phase", Name: "Phase", Start: monday.At(540), Finish: monday.At(1020), Cost: MoneyOf(-100)}},
		Activities: []BaselineActivity{
			{ID: "1.1", Kind: "work", Name: "Ünïcode", Phase: "P.1", Start: monday.At(540), Finish: monday.At(1020), Duration: 480, Cost: MoneyOf(12_50), Percent: 33.33},
			{ID: "wait", Kind: "work", Name: "wait", Start: monday.At(540), Finish: monday.At(575), Duration: 35, Elapsed: true},
			{ID: "long", Kind: "work", Name: "long", Start: monday.At(540), Finish: monday.At(575), Duration: 36_600 * 1440},
			{ID: "M1", Kind: "milestone", Name: "Done\nnow", Start: monday.At(1020), Finish: monday.At(1020), Percent: 100},
		}}
	text := string(b.Text())
	p, l := loadBaselines(t, small, map[string]string{"first": text})
	for _, d := range l {
		t.Errorf("%s", d.Format())
	}
	if p == nil {
		t.Fatal(text)
	}
	if again := string(p.Baselines[0].Text()); again != text {
		t.Errorf("written again it is\n%s\nfirst it was\n%s", again, text)
	}
	for _, want := range []string{"cost = \"1234567.89\"", "cost = -1\n", "duration = \"8h\"", "duration = \"35emin\"", "[phase.\"P.1\"]", "percent = 33.33"} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %s in\n%s", want, text)
		}
	}
	if a := p.Baselines[0].Activity("long"); a == nil || a.Duration != 36_600*1440 {
		t.Errorf("work of a century is read as %+v", a)
	}
}

// TestBaselineByHand reads a baseline as somebody would write it: days instead
// of moments, without what can be worked out.
func TestBaselineByHand(t *testing.T) {
	p, l := loadBaselines(t, small, map[string]string{"approved": `
[baseline]
date = 2026-01-02
[work.a]
start = 2026-01-05
finish = 2026-01-10
[work.b]
start = 2026-01-12
finish = 2026-01-13
duration = "1.5d"
[milestone.M]
finish = 2026-01-13
`})
	if len(l) > 0 {
		t.Fatal(l[0].Format())
	}
	b := p.Baselines[0]
	got := []string{b.Name, b.Currency, b.Start.String(), b.Finish.String(), b.Activity("a").Finish.String(), b.Activity("M").Start.String()}
	want := []string{"approved", "USD", "2026-01-05T09:00:00", "2026-01-13T17:00:00", "2026-01-11T00:00:00", "2026-01-13T17:00:00"}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("got %v, want %v", got, want)
	}
	if b.Activity("a").Duration != 5*480 || b.Activity("b").Duration != 720 || b.Phase("a") != nil {
		t.Errorf("durations %d and %d", b.Activity("a").Duration, b.Activity("b").Duration)
	}
}

// TestChosenBaseline is the rule for which baseline a plan is compared with.
func TestChosenBaseline(t *testing.T) {
	files := map[string]string{}
	for id, date := range map[string]string{"a": "2026-03-06", "b": "2026-01-05", "c": "2026-02-06"} {
		files[id] = "[baseline]\ndate = " + date + "\nfinish = 2026-04-01\n"
	}
	for _, c := range []struct{ named, day, want string }{
		{"", "2026-02-05", "b"},
		{"", "2026-02-06", "c"},
		{"", "2026-12-31", "a"},
		{"", "2025-12-31", "b"}, // none is old enough: the oldest
		{"b", "2026-12-31", "b"},
		{"a", "2026-01-31", "a"},
	} {
		text := small
		if c.named != "" {
			text = strings.Replace(small, "[work", "baseline = \""+c.named+"\"\n[work", 1)
		}
		p, l := loadBaselines(t, text, files)
		if len(l) > 0 {
			t.Fatal(l[0].Format())
		}
		day, err := calendar.ParseDate(c.day)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.ChosenBaseline(day); got.ID != c.want {
			t.Errorf("baseline = %q, status date %s: compared with %s, want %s", c.named, c.day, got.ID, c.want)
		}
	}
	if p, _ := loadBaselines(t, small, nil); p.ChosenBaseline(0) != nil {
		t.Error("a plan without baselines has one")
	}
}

// TestReferenceBaseline loads the baseline that README.md shows.
func TestReferenceBaseline(t *testing.T) {
	src, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, ok := strings.Cut(string(src), "```toml baseline\n")
	if !ok {
		t.Fatal("README.md shows no baseline")
	}
	text, _, _ = strings.Cut(text, "```")
	p, l := loadBaselines(t, small, map[string]string{"2026-01-05": text})
	for _, d := range l {
		t.Errorf("%s", d.Format())
	}
	if p != nil && len(p.Baselines[0].Activities) < 2 {
		t.Error("it holds too little to show the format")
	}
}

// FuzzBaseline loads any text as a baseline. What loads is written and read
// again as it is.
func FuzzBaseline(f *testing.F) {
	f.Add("[baseline]\ndate = 2026-01-05\nfinish = 2026-01-09\n[work.a]\nstart = 2026-01-05\nfinish = 2026-01-09\ncost = 5\n")
	f.Add("[baseline]\nname = \"\\u0001\\\"\"\ndate = 2026-01-05\ncost = \"-0.5\"\n[milestone.M]\nfinish = 2200-12-31T23:59:00\npercent = 0.1\n")
	f.Add("[work]\na.start = 2026-01-05\n[baseline.x]\n[phase.\"\"]\n")
	f.Fuzz(func(t *testing.T, text string) {
		p, _ := loadBaselines(t, small, map[string]string{"b": text})
		if p == nil || len(p.Baselines) == 0 {
			return
		}
		first := string(p.Baselines[0].Text())
		p, l := loadBaselines(t, small, map[string]string{"b": first})
		if p == nil {
			t.Fatalf("%s\n%s", l[0].Format(), first)
		}
		if second := string(p.Baselines[0].Text()); second != first {
			t.Errorf("read and written again it is\n%s\nnot\n%s", second, first)
		}
	})
}
