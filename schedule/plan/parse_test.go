package plan

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"milepost/schedule/calendar"
)

func usualCalendar(t testing.TB) *calendar.Calendar {
	t.Helper()
	c, err := calendar.New(usualWeek(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDuration(t *testing.T) {
	cal := usualCalendar(t)
	for _, c := range []struct {
		text    string
		shown   string
		minutes int64
	}{
		{"30min", "30min", 30},
		{"4h", "4h", 240},
		{"3d", "3d", 3 * 480},
		{"1.5d", "1.5d", 720},
		{" 2 w ", "2w", 2 * 2400},
		{"1mo", "1mo", 20 * 480},
		{"-1w", "-1w", -2400},
		{"+2d", "2d", 960},
		{"3ed", "3ed", 3 * 1440},
		{"2ew", "2ew", 2 * 7 * 1440},
		{"1eh", "1eh", 60},
		{"0d", "0d", 0},
		{"0.001d", "0.001d", 0}, // 0.48 minutes
		{"0.125h", "0.125h", 8}, // 7.5 minutes, rounded half up
	} {
		d, err := ParseDuration(c.text)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if d.String() != c.shown || d.Minutes(cal) != c.minutes || !d.IsSet() {
			t.Errorf("%q is %s of %d minutes; want %s of %d", c.text, d, d.Minutes(cal), c.shown, c.minutes)
		}
	}
	for _, bad := range []string{"", "1", "d", "1 day", "1.2345d", "1e3d", "1emo", "999999999999999999999w", "100001w", "1,5d", "٣d"} {
		if d, err := ParseDuration(bad); err == nil {
			t.Errorf("%q is accepted as %s", bad, d)
		}
	}
}

func TestWhen(t *testing.T) {
	for text, shown := range map[string]string{
		"W3": "W3", "w12": "W12", "2026-01-23": "2026-01-23",
		"2026-01-23T12:30": "2026-01-23T12:30", "2026-01-23T12:30:00": "2026-01-23T12:30", "2026-01-23 12:30": "2026-01-23T12:30",
	} {
		w, err := ParseWhen(text)
		if err != nil || w.String() != shown {
			t.Errorf("%q is %q, %v; want %q", text, w, err, shown)
		}
	}
	for _, bad := range []string{"", "W0", "W-1", "3", "W1.5", "2026-02-30", "23.01.2026", "1/23/2026", "1800-01-01", "W999999"} {
		if w, err := ParseWhen(bad); err == nil {
			t.Errorf("%q is accepted as %s", bad, w)
		}
	}
}

func TestDependency(t *testing.T) {
	for text, shown := range map[string]string{
		"1.1": "1.1", "P1 FS": "P1", "3.1 SS": "3.1 SS", "2.1 ss": "2.1 SS", "2.1 FS+2d": "2.1 FS+2d", "2.1 +2d": "2.1 FS+2d",
		"2.1 FF-1w": "2.1 FF-1w", "2.1 FS+3ed": "2.1 FS+3ed", "2.1 SS+50%": "2.1 SS+50%", "2.1 FS-12.5%": "2.1 FS-12.5%", "a SF+0d": "a SF",
	} {
		d, err := ParseDependency(text)
		if err != nil || d.String() != shown {
			t.Errorf("%q is %q, %v; want %q", text, d, err, shown)
		}
	}
	for _, bad := range []string{"", "a b c", "a FX", "a FS2d", "a FS+", "a FS+2", "a FS+2x", "a SS+5000%", "a SS+0x10p0%", "a SS+1e1%", "a FS + 2d"} {
		if d, err := ParseDependency(bad); err == nil {
			t.Errorf("%q is accepted as %s", bad, d)
		}
	}
}

func TestMoney(t *testing.T) {
	for _, c := range []struct {
		text   string
		digits int
		minor  int64
	}{
		{"8000", 2, 800_000}, {"8_000.5", 2, 800_050}, {"8,000.50", 2, 800_050}, {"1 250 000", 2, 125_000_000}, {"12,345,678", 0, 12_345_678}, {"-3", 2, -300},
		{"5000", 0, 5000}, {"1.250", 3, 1250}, {"0.10", 2, 10}, {"7.00", 0, 7},
	} {
		m, err := parseAmount(c.text, c.digits)
		if err != nil || m.Minor != c.minor {
			t.Errorf("%q is %d, %v; want %d", c.text, m.Minor, err, c.minor)
		}
	}
	for _, bad := range []string{"", "$5", "5 USD", "1.234", ".5", "99999999999999999999", "1e6",
		"185.000", "185,5", "1000,50", "1,85,000", "1000,000", "1 0", "8,000 000"} {
		if m, err := parseAmount(bad, 2); err == nil {
			t.Errorf("%q is accepted as %d", bad, m.Minor)
		}
	}
}

func TestCadence(t *testing.T) {
	for text, want := range map[string]Cadence{
		"weekly":         {Every: 1, Unit: Week},
		"Bi-weekly":      {Every: 2, Unit: Week},
		"every 2 weeks":  {Every: 2, Unit: Week},
		"every 10 days":  {Every: 10, Unit: Day},
		"quarterly":      {Every: 3, Unit: Month},
		"every 2 years":  {Every: 24, Unit: Month},
		"at milestones":  {},
		"as needed":      {},
		"every two days": {},
	} {
		want.Text = text
		if got := ParseCadence(text); got != want {
			t.Errorf("%q is %+v; want %+v", text, got, want)
		}
	}
}

// TestOrder: plan.toml first, then the other files by name; within a file the
// order of the text, whatever the ids.
func TestOrder(t *testing.T) {
	p, l, err := Load(fstest.MapFS{
		"c/b.toml":        {Data: []byte("[work.z]\nduration = \"1d\"\n[work.a]\nduration = \"1d\"\n")},
		"c/a.toml":        {Data: []byte("[work.m]\nduration = \"1d\"\n")},
		"c/plan.toml":     {Data: []byte("[plan]\nstart = 2026-01-05\n[work.q]\nduration = \"1d\"\n")},
		"c/site.toml":     {Data: []byte("title = \"not a plan\"\n")},
		"c/sub/more.toml": {Data: []byte("[work.no]\n")},
	}, "c")
	if err != nil || len(l) > 0 {
		t.Fatalf("%v %v", l, err)
	}
	var ids []string
	for _, w := range p.Work {
		ids = append(ids, w.ID)
	}
	if got := strings.Join(ids, " "); got != "q m z a" {
		t.Errorf("work is in the order %s; want q m z a", got)
	}
}

// TestPublicHolidays: national days as their law has them, observed days too.
func TestPublicHolidays(t *testing.T) {
	start := calendar.DateOf(2026, time.January, 5)
	for _, c := range []struct {
		country, day string
		free         bool
	}{
		{"us", "2026-01-19", true},  // Martin Luther King Jr. Day, third Monday (5 U.S.C. 6103)
		{"us", "2026-07-03", true},  // Independence Day 2026 is a Saturday, observed on Friday
		{"us", "2026-01-20", false}, // an ordinary Tuesday
		{"de", "2026-04-03", true},  // Karfreitag
		{"de", "2026-10-03", true},  // Tag der Deutschen Einheit
		{"gb", "2026-08-31", true},  // Summer bank holiday, last Monday in August
	} {
		days, ok := publicHolidays(c.country, start)
		if !ok {
			t.Fatalf("%s is not known", c.country)
		}
		d, err := calendar.ParseDate(c.day)
		if err != nil {
			t.Fatal(err)
		}
		if _, free := days[d]; free != c.free {
			t.Errorf("%s %s: free is %t", c.country, c.day, free)
		}
	}
}

// Any text loads without a panic; what is wrong has a place in the file.
func FuzzLoad(f *testing.F) {
	for _, s := range []string{
		"[plan]\nstart = 2026-01-05\n[work.a]\nduration = \"1w\"\n",
		"[work.1.2]\nduration = \"1d\"",
		"[[work]]\nduration = \"1d\"",
		"[plan]\nstart = 2026-01-05\n[scenario.S]\nwork.a.duration = \"1d\"\nplan.start = 3\n",
		"work = 3\n[plan]\nstart=\"x\"\n[checklist.c]\nitems=[{name=1},{}]\n[kpi.k]\nreadings={ \"2026-01-05\" = 3, x = 1 }",
		"[calendar.c]\ndays={mon=[]}\nholidays={\"2026-01-01..\"=1}\nday=\"0d\"\n",
		"\xef\xbb\xbf[plan]\r\nstart = 2026-01-05\r\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, l, err := Load(fstest.MapFS{"c/plan.toml": &fstest.MapFile{Data: []byte(s)}}, "c")
		if err != nil {
			t.Fatal(err)
		}
		if (p == nil) != l.Failed() {
			t.Errorf("plan %v, failed %t", p, l.Failed())
		}
		for _, d := range l {
			if d.Pos.File == "" || d.Message == "" || Codes[d.Code] == "" {
				t.Errorf("no place, message or code: %+v", d)
			}
			if lines := strings.Count(s, "\n") + 1; d.Pos.Line > lines {
				t.Errorf("line %d of %d", d.Pos.Line, lines)
			}
		}
	})
}

// The way out of a mistake is what the author meant, where that is plain.
func TestWhatWasMeant(t *testing.T) {
	for text, want := range map[string]string{
		"26 weeks": `write "26w"`, "1,5 days": `write "1.5d"`, "2W": `write "2w"`, "3 Months": `write "3mo"`, "90 minutes": `write "90min"`,
		"4 hrs": `write "4h"`, "1wk": `write "1w"`, "5m": "write a number", "soon": "write a number", "1w 2d": "write a number",
	} {
		if _, err := ParseDuration(text); err == nil || !strings.Contains(err.Error(), "; "+want) {
			t.Errorf("%q: %v; want a hint %s", text, err, want)
		}
	}
	for text, want := range map[string]string{
		"W1-W8": `"W1..W8"`, "W1 - W8": `"W1..W8"`, "W1 to W8": `"W1..W8"`, "W1–W8": `"W1..W8"`, "2026-01-05 - 2026-01-23": `"2026-01-05..2026-01-23"`,
		"May": `"W1..W3" or`, "W8-W1": `"W1..W3" or`, "W0-W3": `"W1..W3" or`, "-": `"W1..W3" or`,
	} {
		if _, err := ParseWindow(text); err == nil || !strings.Contains(err.Error(), "; write "+want) {
			t.Errorf("%q: %v; want a hint %s", text, err, want)
		}
	}
}
