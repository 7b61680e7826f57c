package plan

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/BurntSushi/toml"

	"milepost/schedule/calendar"
)

// likeness says of a kind of value what its parser accepts, and of which texts it
// may be ignored because a regular expression does not compare numbers.
type likeness struct {
	value   string // in valueSchemas, or
	pattern string
	seeds   []string
	accepts func(s string) bool
	ignored func(s string) bool
}

// wasWritten reports whether a text is a date without quotes.
func wasWritten(s string) bool {
	var into map[string]any
	s = strings.TrimSpace(s)
	if strings.ContainsAny(s, "#\r\n") {
		return false
	}
	if _, err := toml.Decode("x = "+s, &into); err != nil {
		return false
	}
	at, ok := into["x"].(time.Time)
	if !ok || !slices.Contains([]string{"date-local", "datetime-local"}, at.Location().String()) {
		return false
	}
	_, err := momentOf(at, false)
	return err == nil
}

func compares(err error) bool {
	for _, text := range []string{"finishes before it starts", "overlap or are out of order", "longer than a year", "more money than there is"} {
		if err != nil && strings.Contains(err.Error(), text) {
			return true
		}
	}
	return false
}

func likenesses() []likeness {
	durations := []string{"30min", "4h", "3d", "1.5w", "2mo", "3ed", "-1w", "+2ew", "0d", "100000d", "0.001h", "1emo", "-0.0d", " 2 d "}
	points := []string{"W3", "w12", "W5218", "W000001", "2026-01-05", "2026-02-28", "2024-02-29", "2000-02-29", "2026-01-05T12:00", "2026-01-05 9:30", "2026-01-05T12:00:00.5", "2026-01-05t12:00:00", "2200-12-31"}
	duration := func(ok func(d Duration) bool) func(string) bool {
		return func(s string) bool {
			d, err := ParseDuration(s)
			return err == nil && ok(d)
		}
	}
	when := func(ok func(w When) bool) func(string) bool {
		return func(s string) bool {
			w, err := ParseWhen(s)
			if err != nil && wasWritten(s) {
				w, err = When{clock: withTime}, nil
			}
			return err == nil && ok(w)
		}
	}
	unit := func(most Unit) func(string) bool {
		return duration(func(d Duration) bool { return d.Thousandths > 0 && !d.Elapsed && d.Unit <= most })
	}
	digits := regexp.MustCompile(`[0-9]`)
	long := func(s string) bool { return len(digits.FindAllString(s, -1)) > 12 }
	days := func(s string) error { _, _, err := parseDays(s); return err }
	amounts := []string{"8_000", "8000.50", "-5", "+1,234.500", "12 000", "0.1230", "7."}
	return []likeness{
		{value: "duration", seeds: durations, accepts: duration(func(Duration) bool { return true })},
		{value: "duration-some", seeds: durations, accepts: duration(func(d Duration) bool { return d.Thousandths > 0 })},
		{value: "duration-working", seeds: durations, accepts: unit(Month)},
		{value: "duration-rest", seeds: durations, accepts: duration(func(d Duration) bool { return d.Thousandths >= 0 })},
		{value: "estimate", seeds: durations, accepts: duration(func(d Duration) bool { return d.Thousandths >= 0 })},
		{value: "delay", seeds: durations, accepts: duration(func(Duration) bool { return true })},
		{value: "length-of-day", seeds: durations, accepts: unit(Hour)},
		{value: "length-of-week", seeds: durations, accepts: unit(Day)},
		{value: "length-of-month", seeds: durations, accepts: unit(Week)},
		{value: "length-of-work", seeds: append([]string{"40h", "90min", "40eh", "999999999h", ""}, durations...), accepts: func(s string) bool {
			d, err := ParseDuration(s)
			return s == "" || lengthSyntax.MatchString(s) || err == nil && d.Thousandths >= 0
		}},
		{value: "when", seeds: points, accepts: when(func(When) bool { return true })},
		{value: "moment", seeds: points, accepts: when(func(w When) bool { return w.Week == 0 })},
		{value: "date", seeds: points, accepts: when(func(w When) bool { return w.Week == 0 && !w.HasTime() })},
		{value: "window", seeds: []string{"W1..W3", "2026-01-05..2026-01-23", "W2", "W1 .. 2026-01-05T12:00", " W1.. W2"},
			accepts: func(s string) bool { _, err := ParseWindow(s); return err == nil },
			ignored: func(s string) bool { _, err := ParseWindow(s); return compares(err) }},
		{value: "hours", seeds: []string{"09:00-17:00", "9:00 - 12:00, 13:00-24:00", "", "00:00-00:01", "24:00-24:00", "23:59-24:00"},
			accepts: func(s string) bool { _, err := ParseHours(s); return err == nil },
			ignored: func(s string) bool { _, err := ParseHours(s); return compares(err) }},
		{value: "dependency", seeds: []string{"1.1", "P1", "3.1 SS", "2.1 FS+2d", "2.1 ff-1w", "2.1 FS+3ed", "2.1 SS+50%", "2.1 +2d", "2.1 SF-1000.0%", "a  sF+1.5mo", "2.1 +2emo"},
			accepts: func(s string) bool { _, err := ParseDependency(s); return err == nil },
			// Nobody has an id with such a blank in it, which the reference tells.
			ignored: func(s string) bool { return strings.ContainsAny(strings.TrimSpace(s), "\v\u00a0\u2003") }},
		{value: "money", seeds: amounts,
			accepts: func(s string) bool { _, err := parseAmount(s, 3); return err == nil },
			ignored: func(s string) bool { _, err := parseAmount(s, 3); return compares(err) }},
		{value: "money-cost", seeds: amounts,
			accepts: func(s string) bool {
				m, err := parseAmount(s, 3)
				return err == nil && m.Minor >= 0 && !strings.Contains(s, "-")
			},
			ignored: func(s string) bool { m, err := parseAmount(s, 3); return compares(err) || err == nil && m.Minor == 0 }},
		{value: "rate", seeds: []string{"800/d", "95.50/h", "-1 / mo", "8_000/w", "1/2/d"}, ignored: long,
			accepts: func(s string) bool { _, err := parseRate(s, 3); return err == nil }},
		{pattern: idPattern, seeds: []string{"1.2", "P1", "a-b_c", "a..b", "a.", ".a", "-a", "a.-", "ä"}, accepts: IsID},
		{value: "id", seeds: []string{"1.2", "P1", ""}, accepts: func(s string) bool { return s == "" || IsID(s) }},
		{pattern: narrower()["Info.Currency"].get("pattern").(string), seeds: []string{"USD", "eur", ""},
			accepts: func(s string) bool { return s == "" || currencySyntax.MatchString(s) }},
		{pattern: narrower()["Calendar.Holidays"].get("patternProperties").(object)[0].key,
			seeds:   []string{"2026-12-25", "2026-12-24..2027-01-01", "0000-02-29", "1900-02-29", "2000-02-29 .. 2000-03-01"},
			accepts: func(s string) bool { return days(s) == nil },
			ignored: func(s string) bool { return compares(days(s)) }},
		{pattern: narrower()["KPI.Readings"].get("patternProperties").(object)[0].key, seeds: []string{"2026-12-25", "2400-02-29", "2100-02-29"},
			accepts: func(s string) bool { _, err := calendar.ParseDate(s); return err == nil }},
		{value: "probability", seeds: append([]string{"lo", ""}, Levels()...), accepts: func(s string) bool { return slices.Contains(Levels(), s) }},
	}
}

// TestSchemaPatterns compares patterns and parsers on texts that are right or
// nearly so: what the one accepts the other does, too.
func TestSchemaPatterns(t *testing.T) {
	const letters = "0123456789.:-+%/,_ \t\nWwTtedhminoFSs aA\u00a0\u2003é\v"
	texts := 20_000 // of each kind
	if testing.Short() {
		texts = 2_000
	}
	for n, like := range likenesses() {
		pattern := like.pattern
		if like.value != "" {
			pattern = valueSchemas().get(like.value).(object).get("pattern").(string)
		}
		re, err := compiled(pattern)
		if err != nil {
			t.Fatalf("%s: %v", like.value, err)
		}
		r := rand.New(rand.NewPCG(1, uint64(n)))
		runes := []rune(letters)
		accepted, refused, wrong := 0, 0, 0
		for i := range texts {
			text := []rune(like.seeds[i%len(like.seeds)])
			for range r.IntN(4) {
				at := r.IntN(len(text) + 1)
				switch letter := runes[r.IntN(len(runes))]; {
				case r.IntN(3) > 0 || at == len(text):
					text = slices.Insert(text, at, letter)
				case r.IntN(2) == 0:
					text[at] = letter
				default:
					text = slices.Delete(text, at, at+1)
				}
			}
			s := string(text)
			want := like.accepts(s)
			if got := re.MatchString(s); got != want && (like.ignored == nil || !like.ignored(s)) {
				if wrong++; wrong < 5 {
					t.Errorf("%s%s: the pattern accepts %q: %t, the parser: %t", like.value, like.pattern, s, got, want)
				}
			}
			if want {
				accepted++
			} else {
				refused++
			}
		}
		if accepted < texts/30 || refused < texts/30 {
			t.Errorf("%s%s: %d texts are accepted and %d refused, too few of one", like.value, like.pattern, accepted, refused)
		}
	}
}

// TestSchemaNumbers compares the schema and the checks on numbers below, at and
// above each limit.
func TestSchemaNumbers(t *testing.T) {
	schema := schemaOf(t, Schema())
	numbers := []string{"-1", "-0.5", "0", "0.25", "0.9", "1", "1.25", "1.5", "40", "100", "100.5", "500", "1000", "1001", "100_000", "100_001",
		"999_999", "1_000_000", "1_000_001", "9_007_199_254_740_993_000", "true", "\"low\"", "\"1\"", "[1]", "{}"}
	for _, key := range []string{"percent", "priority", "assign = { pm", "cost", "level_schedules", "level_seed", "simulation.trials", "simulation.seed",
		"simulation.correlation", "simulation.spread.optimistic", "simulation.spread.pessimistic", "simulation.probabilities.very-low", "budget",
		"total_fte", "staffing.P1", "probability", "mitigation_cost", "mitigated.probability", "target"} {
		for _, number := range numbers {
			line := key + " = " + number
			if strings.Contains(key, "{") {
				line += " }"
			}
			plan, work, role, risk, kpi := "", "", "", "", ""
			switch first := strings.FieldsFunc(key, func(r rune) bool { return r == '.' || r == ' ' })[0]; first {
			case "level_schedules", "level_seed", "simulation", "budget":
				plan = line
			case "total_fte", "staffing":
				role = line
			case "probability", "mitigation_cost", "mitigated":
				risk = line
			case "target":
				kpi = line
			default:
				work = line
			}
			text := strings.Join([]string{"[plan]\nstart = 2026-01-05", plan, "[work.a]\nduration = \"1d\"", work, "[role.pm]", role, "[phase.P1]\n[risk.r]", risk, "[kpi.k]", kpi}, "\n") + "\n"
			_, list, err := Load(fstest.MapFS{"p/plan.toml": &fstest.MapFile{Data: []byte(text)}}, "p")
			if err != nil {
				t.Fatal(err)
			}
			failed := failures(schema, instance(t, parseTOML("p/plan.toml", []byte(text), &list)))
			var other []string
			for _, d := range list {
				if d.Code != "E161" { // compares the words for a probability
					other = append(other, d.Message)
				}
			}
			if (len(other) > 0) != (len(failed) > 0) {
				t.Errorf("%s: the schema says %v, the plan %v", line, failed, other)
			}
		}
	}
}
