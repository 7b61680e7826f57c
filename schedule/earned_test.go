package schedule

import (
	"fmt"
	"math/big"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"

	"milepost/schedule/plan"
)

// TestEarnedValueFiles computes the plans of testdata/earned. Each line of want
// names the plan, a phase or a work package, a figure, and its value: money in
// major units, a quotient rounded to the decimals written, or n/a. "curve" gives
// a figure for each plan week. Baselines may stand between the plan and want.
func TestEarnedValueFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/earned/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no files in testdata/earned", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s, _ := computeFiles(t, archive.Files)
			e, ok := s.EarnedValue()
			if !ok {
				t.Fatal("no earned value")
			}
			for line := range strings.Lines(string(archive.Files[len(archive.Files)-1].Data)) {
				cells := strings.Fields(line)
				if len(cells) < 3 {
					t.Fatalf("%q is no line of want", line)
				}
				got := earnedFigures(t, s, e, cells[0], cells[1], cells[2:])
				if want := strings.Join(cells[2:], " "); got != want {
					t.Errorf("%s of %s is %s, want %s", cells[1], cells[0], got, want)
				}
			}
		})
	}
}

func earnedFigures(t *testing.T, s *Schedule, e *EarnedValue, id, figure string, want []string) string {
	if id == "curve" {
		var out []string
		for i, p := range e.Curve {
			switch {
			case i >= len(want):
				out = append(out, "more")
			case want[i] == "." && (figure != "EV" || !p.EV.IsSet()):
				out = append(out, ".")
			case figure == "PV":
				out = append(out, s.plainMoney(plan.MoneyOf(p.PV)))
			default:
				out = append(out, s.plainMoney(p.EV))
			}
		}
		return strings.Join(out, " ")
	}
	v, x := e.Plan, e.Schedule
	if w := e.Activity(id); w != nil {
		v = w.Value
	} else if ph := e.Phase(id); ph != nil {
		v, x = ph.Value, ph.Schedule
	} else if id != "plan" {
		t.Fatalf("%q has no earned value", id)
	}
	decimals := 0
	if _, frac, ok := strings.Cut(want[0], "."); ok {
		decimals = len(frac)
	}
	name, by, _ := strings.Cut(figure, "-")
	estimate := map[string]Estimate{"typical": Typical, "atypical": Atypical, "combined": Combined}[by]
	money := func(m plan.Money) string { return s.plainMoney(m) }
	switch name {
	case "BAC":
		return money(plan.MoneyOf(v.BAC))
	case "PV":
		return money(plan.MoneyOf(v.PV))
	case "EV":
		return money(plan.MoneyOf(v.EV))
	case "AC":
		return money(plan.MoneyOf(v.AC))
	case "SV":
		return money(plan.MoneyOf(v.SV()))
	case "CV":
		return money(v.CV())
	case "EAC":
		return money(v.EAC(estimate))
	case "ETC":
		return money(v.ETC(estimate))
	case "VAC":
		return money(v.VAC(estimate))
	case "unknown":
		return fmt.Sprint(v.Unknown)
	case "due":
		return x.PlannedBy.String()
	}
	q, ok := map[string]Quotient{"SPI": v.SPI(), "CPI": v.CPI(), "TCPI": v.TCPI(), "planned": v.Planned(), "done": v.Done(), "spent": v.Spent(),
		"ES": x.ES, "AT": x.AT, "PD": x.PD, "SV(t)": x.SV(), "SPI(t)": x.SPI(), "IEAC(t)": x.IEAC(), "TSPI": x.TSPI()}[name]
	if name == "TCPI" && by != "" {
		q = v.TCPIOf(estimate)
	}
	if !ok {
		t.Fatalf("there is no figure %q", figure)
	}
	return q.Decimal(decimals)
}

// plainMoney writes an amount in major units without separators.
func (s *Schedule) plainMoney(m plan.Money) string {
	if !m.IsSet() {
		return "n/a"
	}
	number, _, _ := strings.Cut(s.money(m.Minor), " ")
	return strings.ReplaceAll(number, ",", "")
}

// What holds for every plan with costs: work packages add up to phases and to
// the plan, to the cent; the planned value never falls and ends at the budget; an
// index without a divisor is not known.
func TestEarnedValueAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawCosted(t)
		e, ok := s.EarnedValue()
		if !ok {
			t.Skip("nothing is costed")
		}
		var sum Value
		for _, w := range e.Work {
			sum.add(w.Value)
			if w.PV < 0 || w.PV > w.BAC || w.EV < 0 || w.EV > w.BAC {
				t.Fatalf("%s: BAC %d, PV %d, EV %d", w.Activity.ID, w.BAC, w.PV, w.EV)
			}
		}
		same := func(what string, a, b Value) {
			if a.BAC != b.BAC || a.PV != b.PV || a.EV != b.EV || a.AC != b.AC || a.EVSpent != b.EVSpent || a.Unknown != b.Unknown {
				t.Fatalf("%s: %+v, want %+v", what, a, b)
			}
		}
		same("the plan", e.Plan, sum)
		top := e.Loose
		for _, ph := range e.Phases {
			var own Value
			for _, w := range e.Work {
				if w.Activity.Phase != nil && w.Activity.Phase.within(ph.Phase) {
					own.add(w.Value)
				}
			}
			same(ph.Phase.ID, ph.Value, own)
			if ph.Phase.Parent == nil {
				top.add(ph.Value)
			}
		}
		same("the phases at the top", top, e.Plan)
		if e.Plan.BAC != s.Cost.Minor {
			t.Fatalf("BAC is %d, the plan costs %d", e.Plan.BAC, s.Cost.Minor)
		}
		last := int64(0)
		for _, p := range e.Curve {
			if p.PV < last {
				t.Fatalf("PV falls from %d to %d in W%d", last, p.PV, p.Week)
			}
			last = p.PV
		}
		if len(e.Curve) > 0 && last != e.Plan.BAC {
			t.Fatalf("PV ends at %d, BAC is %d", last, e.Plan.BAC)
		}
		for _, v := range append([]Value{e.Plan}, values(e)...) {
			if v.SPI().Known() != (v.PV != 0) || v.CPI().Known() != (v.HasCost() && v.AC != 0) {
				t.Fatalf("%+v: SPI %s, CPI %s", v, v.SPI().Decimal(2), v.CPI().Decimal(2))
			}
			if eac := v.EAC(Typical); eac.IsSet() && v.EVSpent == v.BAC && eac.Minor != v.AC {
				t.Fatalf("%+v is done and its EAC is %d", v, eac.Minor)
			}
		}
		if x := e.Schedule; x.Known() && (x.ES.Cmp(0, 1) < 0 || x.ES.r.Cmp(x.PD.r) > 0) {
			t.Fatalf("ES is %s of %s weeks", x.ES.Decimal(3), x.PD.Decimal(3))
		}
	})
}

func values(e *EarnedValue) (out []Value) {
	for _, w := range e.Work {
		out = append(out, w.Value)
	}
	for _, ph := range e.Phases {
		out = append(out, ph.Value)
	}
	return out
}

// drawCosted draws a plan whose work has rates, costs and progress.
func drawCosted(t *rapid.T) *Schedule {
	var b strings.Builder
	b.WriteString("[plan]\nstart = 2026-01-07\n")
	if rapid.Bool().Draw(t, "status") {
		fmt.Fprintf(&b, "status_date = 2026-01-%02d\n", rapid.IntRange(7, 31).Draw(t, "day"))
	}
	b.WriteString("[role.r]\nrate = \"333.33/d\"\n[role.q]\nrate = \"7.01/h\"\n[role.free]\n")
	b.WriteString("[phase.P]\n[phase.Q]\nphase = \"P\"\n[phase.R]\n")
	for i := range rapid.IntRange(1, 8).Draw(t, "n") {
		fmt.Fprintf(&b, "[work.w%d]\nduration = \"%dh\"\n", i, rapid.IntRange(0, 100).Draw(t, "hours"))
		if ph := rapid.SampledFrom([]string{"", "P", "Q", "R"}).Draw(t, "phase"); ph != "" {
			fmt.Fprintf(&b, "phase = %q\n", ph)
		}
		if who := rapid.SampledFrom([]string{"", "r = 0.3333", "q = 1.5", "r = 1.0, q = 0.1", "free = 1.0"}).Draw(t, "who"); who != "" {
			fmt.Fprintf(&b, "assign = { %s }\n", who)
		}
		if rapid.Bool().Draw(t, "fixed") {
			fmt.Fprintf(&b, "cost = \"%d.%02d\"\n", rapid.IntRange(0, 9999).Draw(t, "cost"), rapid.IntRange(0, 99).Draw(t, "cents"))
		}
		if i > 0 && rapid.Bool().Draw(t, "waits") {
			fmt.Fprintf(&b, "after = [\"w%d\"]\n", rapid.IntRange(0, i-1).Draw(t, "pred"))
		}
		switch rapid.IntRange(0, 3).Draw(t, "progress") {
		case 1:
			fmt.Fprintf(&b, "percent = %d\n", rapid.IntRange(0, 100).Draw(t, "percent"))
		case 2:
			fmt.Fprintf(&b, "actual_start = 2026-01-%02d\nremaining = \"%dh\"\n", rapid.IntRange(7, 20).Draw(t, "from"), rapid.IntRange(0, 120).Draw(t, "rest"))
		}
		if rapid.Bool().Draw(t, "spent") {
			fmt.Fprintf(&b, "actual_cost = %d\n", rapid.IntRange(0, 9999).Draw(t, "actual"))
		}
	}
	s, list := computeText(t, b.String())
	if s == nil {
		t.Fatal(formatAll(list))
	}
	return s
}

// Cost is rate x units x time, exact and rounded once for each assignment.
func TestCost(t *testing.T) {
	for _, tt := range []struct{ work, want string }{
		{`duration = "1w"`, "n/a"},
		{"duration = \"1w\"\ncost = 250", "250"},
		{"duration = \"1w\"\nassign = { day = 1.0 }", "4000"},
		{"duration = \"1w\"\nassign = { day = 0.25 }\ncost = 1", "1001"},
		{"duration = \"1h\"\nassign = { hour = 1.0 }", "33.33"},
		{"duration = \"30min\"\nassign = { hour = 1.0 }", "16.67"}, // 16.665
		{"duration = \"1w\"\nassign = { week = 2.0, month = 1.0 }", "3000"},
		{"duration = \"3d\"\nassign = { day = 1.0, none = 1.0 }", "2400"},
		{"duration = \"3d\"\nassign = { none = 1.0 }", "n/a"},
		{"effort = \"15d\"\nassign = { day = 1.0, hour = 0.5 }", "9333.2"},          // 10 days and 5 days
		{"effort = \"1d\"\nduration = \"1w\"\nassign = { day = 1.0 }", "800"},       // the effort is what is worked
		{"duration = \"1d\"\ncalendar = \"full\"\nassign = { short = 1.0 }", "800"}, // 8 hours of a role whose day has 4
		{"duration = \"2ed\"\nassign = { day = 1.0 }", "1600"},                      // two days on the clock are two days of work
		{"duration = \"1d\"\ncalendar = \"half\"\nassign = { day = 1.0 }", "400"},   // 4 hours
		{"duration = \"1d\"\nassign = { ann = 1.0, both = 1.0 }", "800"},            // who fills two roles has no rate
		{"duration = \"0.1h\"\nassign = { nothing = 1.0 }", "0"},
	} {
		s, _ := computeText(t, `
[plan]
start = 2026-01-05
[calendar.half]
days = { mon = "09:00-13:00", tue = "09:00-13:00", wed = "09:00-13:00", thu = "09:00-13:00", fri = "09:00-13:00" }
[calendar.full]
days = { mon = "09:00-17:00", tue = "09:00-17:00", wed = "09:00-17:00", thu = "09:00-17:00", fri = "09:00-17:00" }
[role.day]
rate = "800/d"
[role.hour]
rate = "33.33/h"
[role.week]
rate = "1_000/w"
[role.month]
rate = "4_000/mo"
[role.short]
rate = "400/d"
calendar = "half"
[role.none]
[role.nothing]
rate = "0/d"
[person.ann]
roles = ["day"]
[person.both]
roles = ["day", "hour"]
[work.w]
`+tt.work+"\n")
		if got := s.plainMoney(s.Activity("w").Cost); strings.TrimSuffix(got, "0") != strings.TrimSuffix(tt.want, "0") {
			t.Errorf("%s: costs %s, want %s", strings.ReplaceAll(tt.work, "\n", "; "), got, tt.want)
		}
	}
}

// Work that the baseline does not have earns nothing and its cost counts; work
// that the plan no longer has is left out. Both are named.
func TestEarnedValueAgainstBaseline(t *testing.T) {
	s, _ := computeText(t, `
[plan]
start = 2026-01-05
status_date = "W2"
[work.a]
duration = "2w"
cost = 999
actual_start = "W1"
percent = 50
actual_cost = 600
[work.new]
duration = "1w"
cost = 400
actual_start = "W1"
actual_finish = "W1"
actual_cost = 450
`)
	b := &plan.Baseline{ID: "first", Cost: plan.MoneyOf(150_000), Activities: []plan.BaselineActivity{
		{ID: "a", Start: instantAt(t, "2026-01-05T09:00"), Finish: instantAt(t, "2026-01-12T17:00"), Cost: plan.MoneyOf(100_000)},
		{ID: "gone", Start: instantAt(t, "2026-01-05T09:00"), Finish: instantAt(t, "2026-01-09T17:00"), Cost: plan.MoneyOf(50_000)},
	}}
	e, ok := s.EarnedValueAgainst(b)
	if !ok {
		t.Fatal("no earned value")
	}
	if v := e.Plan; v.BAC != 100_000 || v.PV != 100_000 || v.EV != 50_000 || v.AC != 105_000 || v.CPI().Decimal(3) != "0.476" {
		t.Errorf("%+v, CPI %s", v, v.CPI().Decimal(3))
	}
	if len(e.Added) != 1 || e.Added[0].ID != "new" || len(e.Removed) != 1 || e.Removed[0].ID != "gone" {
		t.Errorf("added %v, removed %v", idsOf(e.Added), e.Removed)
	}
}

// The cost figures leave out begun work whose actual cost is not written.
func TestEarnedValueUnknownCost(t *testing.T) {
	const text = `
[plan]
start = 2026-01-05
status_date = "W2"
[work.a]
duration = "1w"
cost = 1_000
actual_start = "W1"
actual_finish = "W1"
%s
[role.r]
[work.b]
owner = "r"
duration = "1w"
cost = 1_000
actual_start = "W2"
percent = 50
`
	s, _ := computeText(t, fmt.Sprintf(text, "actual_cost = 1_250"))
	e, _ := s.EarnedValue()
	if v := e.Plan; v.EV != 150_000 || v.EVSpent != 100_000 || v.Unknown != 1 || v.CPI().Decimal(2) != "0.80" || v.EAC(Typical).Minor != 250_000 {
		t.Errorf("%+v, CPI %s", v, v.CPI().Decimal(2))
	}
	s, list := computeText(t, fmt.Sprintf(text, ""))
	e, _ = s.EarnedValue()
	if v := e.Plan; v.HasCost() || v.CPI().Known() || v.CV().IsSet() || v.EAC(Atypical).IsSet() || v.SPI().Decimal(2) != "0.75" {
		t.Errorf("no actual cost is written: %+v", v)
	}
	if len(list) > 0 {
		t.Errorf("nobody keeps track of cost: %s", formatAll(list))
	}
}

// A late project that is finished shows in time, where it no longer shows in
// money.
func TestEarnedScheduleOfFinishedWork(t *testing.T) {
	s, _ := computeText(t, `
[plan]
start = 2026-01-05
status_date = "W8"
[work.a]
duration = "3w"
cost = 300
actual_start = "W1"
actual_finish = "W4"
`)
	e, _ := s.EarnedValue()
	x := e.Schedule
	if e.Plan.SPI().Decimal(2) != "1.00" || x.SV().Decimal(1) != "-1.0" || x.SPI().Decimal(2) != "0.75" || x.AT.Decimal(0) != "4" {
		t.Errorf("SPI %s, SV(t) %s, SPI(t) %s, AT %s", e.Plan.SPI().Decimal(2), x.SV().Decimal(1), x.SPI().Decimal(2), x.AT.Decimal(0))
	}
	if !x.HasFinish || x.Finish != instantAt(t, "2026-01-30T17:00") {
		t.Errorf("finish %s", x.Finish)
	}
}

// mulDiv agrees with arithmetic that cannot overflow.
func TestMulDiv(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Int64Range(-mostMoney, mostMoney).Draw(t, "a")
		b := rapid.Int64Range(0, 1<<34).Draw(t, "b")
		c := rapid.Int64Range(0, 1<<26).Draw(t, "c")
		d := rapid.Int64Range(1, 1<<40).Draw(t, "d")
		e := rapid.Int64Range(1, 1<<20).Draw(t, "e")
		got, ok := mulDiv(a, b, c, d, e)
		num := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
		num.Mul(num, big.NewInt(c))
		want, _ := new(big.Int).SetString(new(big.Rat).SetFrac(num, new(big.Int).Mul(big.NewInt(d), big.NewInt(e))).FloatString(0), 10)
		fits := want.CmpAbs(big.NewInt(mostMoney)) <= 0
		if ok != fits || ok && got != want.Int64() {
			t.Fatalf("%d*%d*%d / (%d*%d) is %d (%t), want %s", a, b, c, d, e, got, ok, want)
		}
	})
}
