package locale

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"milepost/schedule/calendar"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func locale(t *testing.T, tag, code string) *Locale {
	t.Helper()
	l, err := New(tag, code)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Dates of every language stand in one file that a speaker can check.
func TestDates(t *testing.T) {
	var b strings.Builder
	day := calendar.DateOf(2026, time.January, 23)
	for _, tag := range Languages() {
		l := locale(t, tag, "EUR")
		fmt.Fprintf(&b, "%-8s%s | %s | %s | %s | %s | %s\n", tag, l.Date(day), l.DayMonthYear(day), l.ShortDate(day), l.Month(day), l.MonthName(day), l.Weekday(day))
	}
	golden(t, "testdata/dates.txt", b.String())
}

func TestMoneyInLanguages(t *testing.T) {
	var b strings.Builder
	for _, tag := range Languages() {
		l := locale(t, tag, "EUR")
		fmt.Fprintf(&b, "%-8s%s | %s | %s | %s | %s\n", tag, l.Money(16_100_000), l.Money(-123_456_789), l.MoneyShort(16_100_000), l.Number(-1234.5, 2), l.Percent(12.5, 1))
	}
	golden(t, "testdata/money.txt", b.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if !utf8.ValidString(got) {
		t.Errorf("the text is not UTF-8")
	}
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs, got:\n%s", name, got)
	}
}

func TestEnglishDates(t *testing.T) {
	day := calendar.DateOf(2026, time.January, 23)
	for _, tag := range []string{"", "en", "en-GB", "en-US", "en_AU"} {
		if got := locale(t, tag, "").Date(day); got != "Fri 23 Jan 2026" {
			t.Errorf("%q: %q", tag, got)
		}
	}
}

// The number of decimals is the currency's, and cents show only if there are some.
func TestMoney(t *testing.T) {
	for _, tt := range []struct {
		tag, code   string
		minor       int64
		want, short string
		major       string
	}{
		{"en", "USD", 16_100_000, "$161,000", "$161k", "161000"},
		{"en", "USD", 16_100_050, "$161,000.50", "$161k", "161000.50"},
		{"en", "USD", 5, "$0.05", "$0.05", "0.05"},
		{"en", "USD", 0, "$0", "$0", "0"},
		{"en", "USD", -1_250, "-$12.50", "-$13", "-12.50"},
		{"en", "USD", 99_949, "$999.49", "$999", "999.49"},
		{"en", "USD", 99_950, "$999.50", "$1k", "999.50"},
		{"en", "USD", 99_994_900, "$999,949", "$1M", "999949"},
		{"en", "USD", 125_000, "$1,250", "$1.3k", "1250"},
		{"en", "USD", 123_456_789_000, "$1,234,567,890", "$1.2bn", "1234567890"},
		{"en", "USD", 9_223_372_036_854_775_807, "$92,233,720,368,547,758.07", "$92,234tn", "92233720368547758.07"},
		{"en", "JPY", 1_500, "¥1,500", "¥1.5k", "1500"},
		{"en", "KWD", 1_500, "KWD\u00a01.500", "KWD\u00a01.5", "1.500"},
		{"de", "EUR", 16_100_050, "161.000,50\u00a0€", "161k\u00a0€", "161000.50"},
		{"de-CH", "CHF", 123_456_700, "CHF\u00a01'234'567", "CHF\u00a01.2M", "1234567"},
		{"en-IN", "INR", 1_234_567_800, "₹1,23,45,678", "₹12.3M", "12345678"},
	} {
		l := locale(t, tt.tag, tt.code)
		if got := l.Money(tt.minor); got != tt.want {
			t.Errorf("Money(%d) in %s %s = %q, want %q", tt.minor, tt.tag, tt.code, got, tt.want)
		}
		if got := l.MoneyShort(tt.minor); got != tt.short {
			t.Errorf("MoneyShort(%d) in %s %s = %q, want %q", tt.minor, tt.tag, tt.code, got, tt.short)
		}
		if got := l.MajorUnits(tt.minor); got != tt.major {
			t.Errorf("MajorUnits(%d) in %s = %q, want %q", tt.minor, tt.code, got, tt.major)
		}
	}
}

func TestNumber(t *testing.T) {
	l := locale(t, "en", "USD")
	for _, tt := range []struct {
		v        float64
		decimals int
		want     string
	}{
		{0.75, 2, "0.75"}, {0.5, 2, "0.5"}, {1, 2, "1"}, {1234.5, 1, "1,234.5"}, {-0.001, 2, "0"},
		{0.999, 2, "1"}, {2.5, 0, "2"}, {1e15, 0, "1,000,000,000,000,000"},
	} {
		if got := l.Number(tt.v, tt.decimals); got != tt.want {
			t.Errorf("Number(%v, %d) = %q, want %q", tt.v, tt.decimals, got, tt.want)
		}
	}
	if got := l.Percent(33.33, 0); got != "33%" {
		t.Errorf("Percent = %q", got)
	}
}

// Working time is written in units of the calendar: a week of a calendar with
// half Saturdays is 44 hours.
func TestWork(t *testing.T) {
	day := []calendar.Span{{From: 9 * 60, To: 17 * 60}}
	half := []calendar.Span{{From: 9 * 60, To: 13 * 60}}
	five, err := calendar.New([7][]calendar.Span{nil, day, day, day, day, day, nil}, nil)
	if err != nil {
		t.Fatal(err)
	}
	sixth, err := calendar.New([7][]calendar.Span{nil, day, day, day, day, day, half}, nil)
	if err != nil {
		t.Fatal(err)
	}
	l := locale(t, "en", "USD")
	for _, tt := range []struct {
		c    *calendar.Calendar
		w    calendar.Work
		want string
	}{
		{five, 0, "0 d"}, {five, 480, "1 d"}, {five, 3 * 480, "3 d"}, {five, 2400, "1 w"}, {five, 2400 + 960, "1 w 2 d"},
		{five, 240, "4 h"}, {five, 90, "1 h 30 min"}, {five, -4800, "−2 w"},
		{sixth, 44 * 60, "1 w"}, {sixth, 40 * 60, "5 d"},
	} {
		if got := l.Work(tt.w, tt.c); got != tt.want {
			t.Errorf("Work(%d) = %q, want %q", tt.w, got, tt.want)
		}
	}
}

func TestUnknown(t *testing.T) {
	for _, tt := range []struct{ tag, code, want string }{
		{"xx", "USD", `"xx" is not a language`},
		{"en", "EURO", `"EURO" is not a currency`},
		{"en", "usd", `"usd" is not a currency`},
		{"../de", "USD", "is not a language"},
	} {
		if _, err := New(tt.tag, tt.code); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("New(%q, %q): %v, want %q", tt.tag, tt.code, err, tt.want)
		}
	}
}
