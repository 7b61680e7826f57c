// Package locale writes dates, money, numbers and durations the way readers of
// a language expect. It is the only package that names the libraries for it.
package locale

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/bojanz/currency"
	"github.com/go-playground/locales"

	"milepost/schedule/calendar"
)

// Locale formats for one language and one currency. Use [New]. A Locale is
// read only and may be shared.
type Locale struct {
	tag        string // as given: "en-GB"
	english    bool
	translator locales.Translator
	day, month string // patterns, see language
	code       string // of the currency
	digits     int    // of its minor unit
	money      currency.Locale
}

// New returns the locale of a language tag such as "en", "en-GB" or "de" and an
// ISO 4217 currency code; empty ones are "en" and "USD". A region that is not
// known is written as its language. It fails if it knows one of them not.
func New(tag, code string) (*Locale, error) {
	if tag == "" {
		tag = "en"
	}
	if code == "" {
		code = "USD"
	}
	lang, ok := find(tag)
	if !ok {
		return nil, fmt.Errorf("%q is not a language that milepost can write dates in, use one of %s", tag, strings.Join(Languages(), ", "))
	}
	digits, ok := currency.GetDigits(code)
	if !ok {
		return nil, fmt.Errorf("%q is not a currency, write a code of ISO 4217 such as \"USD\" or \"EUR\"", code)
	}
	return &Locale{
		tag:        tag,
		english:    strings.HasPrefix(lang.tag, "en"),
		translator: lang.new(),
		day:        lang.day,
		month:      lang.month,
		code:       code,
		digits:     int(digits),
		money:      currency.NewLocale(tag),
	}, nil
}

// Languages returns the tags that [New] knows.
func Languages() []string {
	var tags []string
	for _, l := range languages() {
		tags = append(tags, l.tag)
	}
	return tags
}

// find returns the language of a tag, cutting parts off its end until one is
// known.
func find(tag string) (language, bool) {
	known := languages()
	parts := strings.Split(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
	for n := len(parts); n > 0; n-- {
		short := strings.Join(parts[:n], "-")
		for _, l := range known {
			if l.tag == short {
				return l, true
			}
		}
	}
	return language{}, false
}

// Language returns the language tag, for <html lang>.
func (l *Locale) Language() string { return l.tag }

// Currency returns the ISO 4217 code.
func (l *Locale) Currency() string { return l.code }

// Date returns a day with its weekday, "Fri 23 Jan 2026".
func (l *Locale) Date(d calendar.Date) string {
	t := d.Time()
	tr := l.translator
	if l.english {
		return tr.WeekdayAbbreviated(t.Weekday()) + " " + l.DayMonthYear(d)
	}
	s := strings.Replace(tr.FmtDateFull(t), tr.WeekdayWide(t.Weekday()), tr.WeekdayAbbreviated(t.Weekday()), 1)
	// The Finnish form of the library keeps the letters of its pattern.
	s = strings.Replace(s, "cccc", tr.WeekdayAbbreviated(t.Weekday()), 1)
	return l.cutShort(s, d)
}

// cutShort turns the long form of a date into its middle form: the month
// abbreviated, and without the small words of Romance languages and Danish.
func (l *Locale) cutShort(s string, d calendar.Date) string {
	m := d.Time().Month()
	s = strings.Replace(s, l.translator.MonthWide(m), l.translator.MonthAbbreviated(m), 1)
	return strings.NewReplacer(" de ", " ", " den ", " ").Replace(s)
}

// DayMonthYear returns a day without its weekday, "23 Jan 2026".
func (l *Locale) DayMonthYear(d calendar.Date) string {
	if l.english {
		return l.ShortDate(d) + " " + strconv.Itoa(d.Time().Year())
	}
	return l.cutShort(l.translator.FmtDateLong(d.Time()), d)
}

// ShortDate returns a day without its year, "23 Jan".
func (l *Locale) ShortDate(d calendar.Date) string { return l.fill(l.day, d) }

// Month returns a month with its year, "Jan 2026".
func (l *Locale) Month(d calendar.Date) string { return l.fill(l.month, d) }

// MonthName returns the abbreviated name of a month, "Jan".
func (l *Locale) MonthName(d calendar.Date) string {
	return strings.TrimPrefix(l.translator.MonthAbbreviated(d.Time().Month()), "de ")
}

// Weekday returns the abbreviated name of a weekday, "Fri".
func (l *Locale) Weekday(d calendar.Date) string {
	return l.translator.WeekdayAbbreviated(d.Weekday())
}

func (l *Locale) fill(pattern string, d calendar.Date) string {
	t := d.Time()
	out := make([]byte, 0, 32)
	for i := range len(pattern) {
		switch pattern[i] {
		case 'D':
			out = strconv.AppendInt(out, int64(t.Day()), 10)
		case 'M':
			out = append(out, l.MonthName(d)...)
		case 'Y':
			out = strconv.AppendInt(out, int64(t.Year()), 10)
		default:
			out = append(out, pattern[i])
		}
	}
	return string(out)
}

// Money returns an amount of minor units, "$161,000", with cents only if there
// are some: "$161,000.50".
func (l *Locale) Money(minor int64) string {
	digits := uint8(l.digits)
	if minor%pow10(l.digits) == 0 {
		digits = 0
	}
	return l.amount(minor, -l.digits, digits)
}

// Rounded returns an amount of minor units that is an estimate and so not known
// to the cent: from a thousand on in whole units of the currency, half away from
// zero.
func (l *Locale) Rounded(minor int64) int64 {
	unit := pow10(l.digits)
	switch {
	case minor > -1000*unit && minor < 1000*unit:
		return minor
	case minor < 0:
		return -l.Rounded(-minor)
	}
	return (minor + unit/2) / unit * unit
}

// MoneyShort returns an amount of minor units with at most three digits and a
// letter for thousands (k), millions (M), billions (bn) or trillions (tn), for
// axes and labels: "$161k".
func (l *Locale) MoneyShort(minor int64) string {
	major := math.Abs(float64(minor)) / float64(pow10(l.digits))
	scales := []struct {
		exp    int
		suffix string
	}{{0, ""}, {3, "k"}, {6, "M"}, {9, "bn"}, {12, "tn"}, {15, "tn"}}
	s := 0
	// 999.5 is already 1k when it is rounded to three digits.
	for s < len(scales)-2 && major >= 999.5*math.Pow10(scales[s].exp) {
		s++
	}
	value := major / math.Pow10(scales[s].exp)
	decimals := 0
	if s > 0 && value < 99.95 {
		decimals = 1
	} else if s == 0 && value < 10 {
		decimals = l.digits
	}
	scaled := int64(math.Round(value * math.Pow10(decimals)))
	for decimals > 0 && scaled%10 == 0 {
		scaled, decimals = scaled/10, decimals-1
	}
	if minor < 0 {
		scaled = -scaled
	}
	text := l.amount(scaled, -decimals, uint8(decimals))
	if scales[s].suffix == "" {
		return text
	}
	last := strings.LastIndexFunc(text, unicode.IsDigit)
	end := last + len(string([]rune(text[last:])[0]))
	return text[:end] + scales[s].suffix + text[end:]
}

// MajorUnits returns an amount of minor units as a plain decimal number in
// units of the currency, exact, for data files: 16100050 is "161000.50".
func (l *Locale) MajorUnits(minor int64) string {
	if l.digits == 0 {
		return strconv.FormatInt(minor, 10)
	}
	sign, s := "", strconv.FormatInt(minor, 10)
	if minor < 0 {
		sign, s = "-", s[1:]
	}
	if pad := l.digits + 1 - len(s); pad > 0 {
		s = strings.Repeat("0", pad) + s
	}
	whole, cents := s[:len(s)-l.digits], s[len(s)-l.digits:]
	if strings.Trim(cents, "0") == "" {
		return sign + whole
	}
	return sign + whole + "." + cents
}

// amount formats n times ten to the exp in the currency with the given number
// of decimals.
func (l *Locale) amount(n int64, exp int, decimals uint8) string {
	a, err := currency.NewAmount(strconv.FormatInt(n, 10)+"e"+strconv.Itoa(exp), l.code)
	if err != nil {
		// The number is well formed and New has checked the code.
		return strconv.FormatInt(n, 10)
	}
	f := currency.NewFormatter(l.money)
	f.MinDigits, f.MaxDigits = decimals, max(decimals, uint8(l.digits))
	return f.Format(a)
}

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// Number returns at most the given number of decimals, without trailing zeros.
func (l *Locale) Number(v float64, decimals int) string {
	v, used := shorten(v, decimals)
	return l.translator.FmtNumber(v, used)
}

// Fixed returns exactly the given number of decimals, for indexes that stand
// below each other: "0.90".
func (l *Locale) Fixed(v float64, decimals int) string {
	return l.translator.FmtNumber(v, uint64(decimals))
}

// Percent returns a share of a hundred with at most the given number of
// decimals: "40%".
func (l *Locale) Percent(v float64, decimals int) string {
	v, used := shorten(v, decimals)
	return l.translator.FmtPercent(v, used)
}

// shorten rounds v to at most the given number of decimals and returns how many
// of them are not trailing zeros.
func shorten(v float64, decimals int) (float64, uint64) {
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	rounded, err := strconv.ParseFloat(s, 64)
	if err != nil || rounded == 0 || math.IsNaN(rounded) || math.IsInf(rounded, 0) {
		return 0, 0
	}
	if _, frac, ok := strings.Cut(s, "."); ok {
		return rounded, uint64(len(frac))
	}
	return rounded, 0
}

// Work returns an amount of working time in the largest units that are exact on
// the calendar: "2 w", "3 d", "1 w 2 d", "4 h"; "0 d" for none. Less than none
// has a minus sign in front.
func (l *Locale) Work(w calendar.Work, c *calendar.Calendar) string {
	if w == 0 {
		return "0 d"
	}
	sign := ""
	if w < 0 {
		sign, w = "−", -w
	}
	var parts []string
	for _, u := range []struct {
		name    string
		minutes calendar.Work
	}{{"w", c.WeekMinutes()}, {"d", c.DayMinutes()}, {"h", 60}, {"min", 1}} {
		if u.minutes <= 0 || w < u.minutes {
			continue
		}
		parts = append(parts, strconv.FormatInt(int64(w/u.minutes), 10)+" "+u.name)
		w %= u.minutes
	}
	return sign + strings.Join(parts, " ")
}
