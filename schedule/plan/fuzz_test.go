package plan

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"milepost/schedule/calendar"
)

// Every parser of a value takes any text without a panic, and what it accepts
// it shows in a form that it reads back as the same.

// again reports a value that does not survive being shown and read.
func again[T any](t *testing.T, text string, v T, shown string, parse func(string) (T, error)) {
	t.Helper()
	back, err := parse(shown)
	if err != nil || !reflect.DeepEqual(back, v) {
		t.Errorf("%q is shown as %q, which is %+v, %v", text, shown, back, err)
	}
}

func add(f *testing.F, seeds ...string) {
	for _, s := range append(seeds, "", " ", "0", "-", "1", "é", "\x00", strings.Repeat("9", 40)) {
		f.Add(s)
	}
}

func FuzzDuration(f *testing.F) {
	add(f, "1w", "3ed", "2ew", "90min", "4h", "1.5d", "0.001mo", "-2d", "+1w", "0d", " 3d ", "1 day", "2 weeks", "1_000d", "e3d", "1e3d", "99999999d")
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseDuration(s); err == nil {
			if !d.IsSet() {
				t.Errorf("%q is read and not set", s)
			}
			again(t, s, d, d.String(), ParseDuration)
		}
	})
}

func FuzzWhen(f *testing.F) {
	add(f, "W3", "w12", "W0", "W5218", "W5219", "2026-01-23", "2026-01-23T12:00", "2026-01-23T12:00:59", "2026-01-23 12:00", "2024-02-29", "2026-02-29", "1899-12-31", "2200-12-31T23:59")
	f.Fuzz(func(t *testing.T, s string) {
		if w, err := ParseWhen(s); err == nil {
			again(t, s, w, w.String(), ParseWhen)
		}
	})
}

func FuzzWindow(f *testing.F) {
	add(f, "W1..W3", "W3..W1", "W2", "2026-01-05..2026-01-23", "2026-01-05..W3", "W1...W3", "..", "W1..", " W1 .. W3 ", "2026-01-05T09:00..2026-01-05T08:00")
	f.Fuzz(func(t *testing.T, s string) {
		if w, err := ParseWindow(s); err == nil {
			again(t, s, w, w.String(), ParseWindow)
		}
	})
}

func FuzzHours(f *testing.F) {
	add(f, "09:00-17:00", "09:00-12:00, 13:00-17:00", "00:00-24:00", "9:00-17:00", "17:00-09:00", "09:00-12:00,12:00-13:00", "09:00-12:00, 11:00-13:00", "24:00-24:00", "09:60-10:00", "-", ",")
	f.Fuzz(func(t *testing.T, s string) {
		h, err := ParseHours(s)
		if err != nil {
			return
		}
		var shown []string
		for i, iv := range h {
			if iv.From < 0 || iv.From >= iv.To || iv.To > calendar.MinutesPerDay || i > 0 && iv.From < h[i-1].To {
				t.Errorf("%q gives the hours %v", s, h)
			}
			shown = append(shown, fmt.Sprintf("%02d:%02d-%02d:%02d", iv.From/60, iv.From%60, iv.To/60, iv.To%60))
		}
		if len(h) > 0 {
			again(t, s, h, strings.Join(shown, ", "), ParseHours)
		}
	})
}

func FuzzDependency(f *testing.F) {
	add(f, "1.1", "P1", "3.1 SS", "2.1 FS+2d", "2.1 FF-1w", "2.1 FS+3ed", "2.1 SS+50%", "a sf", "a FS + 2d", "a FS+0d", "a SS-0.001%", "a SS+1000%", "a b", "a SSSS", "a FS+-2d")
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseDependency(s); err == nil {
			// A lag of nothing is not shown.
			back, err := ParseDependency(d.String())
			if err != nil || back.String() != d.String() || back.Pred != d.Pred || back.Type != d.Type {
				t.Errorf("%q is shown as %q, which is %+v, %v", s, d, back, err)
			}
			if d.Lag.IsPercent != back.Lag.IsPercent || d.Lag.Percent != back.Lag.Percent || d.Lag.Duration.Thousandths != back.Lag.Duration.Thousandths {
				t.Errorf("%q has the lag %+v and then %+v", s, d.Lag, back.Lag)
			}
		}
	})
}

func FuzzMoney(f *testing.F) {
	for _, s := range []string{"8_000.50", "8000", "-12.5", "+1", "1,000,000", "1 000", "0.001", ".5", "5.", "9007199254740992", "90071992547409.92", "1__0", "1,,0", "$5", "5 USD", "1e3", ""} {
		for digits := range 4 {
			f.Add(s, uint8(digits))
		}
	}
	f.Fuzz(func(t *testing.T, s string, digits uint8) {
		n := int(digits % 4)
		if m, err := parseAmount(s, n); err == nil {
			shown := decimal(m.Minor, n)
			again(t, s, m, shown, func(s string) (Money, error) { return parseAmount(s, n) })
			if more, err := parseAmount(s, 3); n < 3 && err == nil && more.Minor != m.Minor*[]int64{1000, 100, 10}[n] {
				t.Errorf("%q is %d with %d decimals and %d with 3", s, m.Minor, n, more.Minor)
			}
		}
	})
}

func FuzzRate(f *testing.F) {
	add(f, "800/d", "95.50/h", "1_000/w", "4000/mo", "1/min", "-1/d", "800 / d", "800/day", "800/", "/d", "800/d/h", "800")
	f.Fuzz(func(t *testing.T, s string) {
		if r, err := parseRate(s, 2); err == nil {
			again(t, s, r, decimal(r.Money.Minor, 2)+"/"+r.Per.String(), func(s string) (Rate, error) { return parseRate(s, 2) })
		}
	})
}

func FuzzUnits(f *testing.F) {
	add(f, "1", "0.5", "0.75", "2", "0.0001", "0.00001", "999999.9999", "1000000", "-1", "1.", ".5", "1e1", "50%")
	f.Fuzz(func(t *testing.T, s string) {
		if u, err := parseUnits(s); err == nil {
			again(t, s, u, u.String(), parseUnits)
		}
	})
}

func FuzzCadence(f *testing.F) {
	add(f, "daily", "Weekly", "biweekly", "fortnightly", "monthly", "quarterly", "yearly", "every 2 weeks", "every 1 day", "every 0 days", "every 999 years", "at milestones", "as needed")
	f.Fuzz(func(t *testing.T, s string) {
		c := ParseCadence(s)
		if c.Every < 0 || c.Every > 999*12 {
			t.Errorf("%q comes every %d", s, c.Every)
		}
		again(t, s, c, c.Text, func(s string) (Cadence, error) { return ParseCadence(s), nil })
	})
}

// An id that a table may have can be waited for.
func FuzzID(f *testing.F) {
	add(f, "1.2", "api", "a-b_c.D", "a.", ".a", "a..b", "a b", "FS", "SS+2d", "W3", "ä", "a\"b", "a\\b", "plan")
	f.Fuzz(func(t *testing.T, id string) {
		src := fmt.Sprintf("[plan]\nstart = 2026-01-05\n[work.%s]\nduration = \"1d\"\n[milestone.the-end]\nafter = [%s]\n", quoteTOML(id), quoteTOML(id))
		p, l, err := Load(fstest.MapFS{"c/plan.toml": &fstest.MapFile{Data: []byte(src)}}, "c")
		if err != nil {
			t.Fatal(err)
		}
		if valid := idSyntax.MatchString(id) && !strings.HasSuffix(id, ".") && !strings.Contains(id, "..") && id != "the-end"; valid == l.Failed() {
			for _, d := range l {
				t.Error(d.Format())
			}
			t.Fatalf("%q can be an id: %t", id, valid)
		}
		if p == nil {
			return
		}
		if p.Work[0].ID != id || p.Milestones[0].After[0].Pred != id {
			t.Errorf("%q becomes %q, waited for as %q", id, p.Work[0].ID, p.Milestones[0].After[0].Pred)
		}
		for _, rest := range []string{" SS", " FS+2d", " FF-50%"} {
			if d, err := ParseDependency(id + rest); err != nil || d.String() != id+rest {
				t.Errorf("%q is %q, %v", id+rest, d, err)
			}
		}
	})
}

// quoteTOML writes any text as a basic string of TOML.
func quoteTOML(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + `"`
}

// kindAndKey is one key of one kind of table.
type kindAndKey struct{ kind, key, example string }

// everyKey lists all keys of all kinds, in the order of the reference.
func everyKey() []kindAndKey {
	var out []kindAndKey
	for _, kind := range kindFields() {
		typ := kind.typ
		for typ.Kind() == reflect.Slice || typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct {
			continue
		}
		for _, f := range fieldsOf(typ) {
			out = append(out, kindAndKey{kind.key, f.key, exampleOf(typ, f.key)})
		}
	}
	return out
}

// Any value of any key loads without a panic: it is read or refused at its
// place, with a code that is in the list.
func FuzzField(f *testing.F) {
	keys := everyKey()
	if len(keys) < 100 {
		f.Fatalf("only %d keys", len(keys))
	}
	odd := []string{`""`, `"x"`, "0", "-1", "1.5", "1e400", "nan", "-inf", "true", "[]", "{}", "[[1]]", `["a", 1]`, "{ a = 1, \"b.c\" = [{}] }",
		"2026-01-05", "09:00:00", "2026-01-05T09:00:00Z", "9223372036854775807", "0x10", `"W3"`, `"3d"`, `{ "2026-01-05..2026-01-01" = "x" }`, "1\n1", "\x00"}
	for i, k := range keys {
		f.Add(uint16(i), k.example)
		f.Add(uint16(i), odd[i%len(odd)])
	}
	f.Fuzz(func(t *testing.T, n uint16, value string) {
		k := keys[int(n)%len(keys)]
		table := "[" + k.kind + ".x]\n"
		if k.kind == "plan" {
			table = ""
		}
		start := "start = 2026-01-05\n"
		if k.kind == "plan" && k.key == "start" {
			start = ""
		}
		src := "[plan]\n" + start + table + k.key + " = " + value + "\n[work.w]\nduration = \"1d\"\n[phase.P1]\n[role.r]\n"
		p, l, err := Load(fstest.MapFS{"c/plan.toml": &fstest.MapFile{Data: []byte(src)}}, "c")
		if err != nil {
			t.Fatal(err)
		}
		if (p == nil) != l.Failed() {
			t.Errorf("plan %v, failed %t", p, l.Failed())
		}
		for _, d := range l {
			if d.Pos.File == "" || d.Message == "" || Codes[d.Code] == "" || d.Pos.Line < 0 || d.Pos.Line > strings.Count(src, "\n")+1 {
				t.Errorf("no place, message or code: %+v", d)
			}
		}
	})
}
