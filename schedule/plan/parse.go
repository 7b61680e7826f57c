package plan

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"milepost/schedule/calendar"
)

// The grammars of the plan's values. Each parser returns an error that says
// what is wrong with the text and, after a semicolon, how to write it.

var unitNames = map[string]Unit{"min": Minute, "h": Hour, "d": Day, "w": Week, "mo": Month}

// String returns the unit as written in a duration: min, h, d, w or mo.
func (u Unit) String() string { return [...]string{"min", "h", "d", "w", "mo"}[u] }

const durationForms = `a number and a unit: "30min", "4h", "3d", "2w", "1mo", or "3ed" for elapsed days`

var spokenDuration = regexp.MustCompile(`^([+-]?\d+(?:[.,]\d{1,3})?)\s*(?:(e?)(mo|min|h|d|w)|(min)(?:ute)?s?|(h)(?:ou)?rs?|(d)ays?|(w)ee?ks?|(w)ks?|(mo)nths?)$`)

// durationHint says how a duration is written: what a text such as "2 weeks"
// means, or else the forms.
func durationHint(s string) string {
	m := spokenDuration.FindStringSubmatch(strings.ToLower(strings.TrimSpace(s)))
	if m == nil {
		return "write " + durationForms
	}
	meant := strings.Replace(m[1], ",", ".", 1) + strings.Join(m[2:], "")
	return fmt.Sprintf("write %q: %s", meant, durationForms)
}

var durationSyntax = regexp.MustCompile(`^([+-]?)(\d+)(?:\.(\d{1,3}))?\s*(e?)(min|mo|h|d|w)$`)

// maxThousandths bounds a duration: 100,000 units, in thousandths.
const maxThousandths = 100_000 * 1000

// ParseDuration reads a duration such as "4h", "1.5d", "-1w" or "3ed".
func ParseDuration(s string) (Duration, error) {
	m := durationSyntax.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return Duration{}, fmt.Errorf("%q is not a duration; %s", s, durationHint(s))
	}
	whole, err := strconv.ParseInt(m[2], 10, 64)
	if err != nil || whole*1000 > maxThousandths || whole > maxThousandths {
		return Duration{}, fmt.Errorf("%q is too long; durations go up to 100,000 units", s)
	}
	frac, _ := strconv.ParseInt((m[3] + "000")[:3], 10, 64)
	d := Duration{Thousandths: whole*1000 + frac, Unit: unitNames[m[5]], Elapsed: m[4] == "e", set: true}
	if m[1] == "-" {
		d.Thousandths = -d.Thousandths
	}
	if d.Elapsed && d.Unit == Month {
		return Duration{}, fmt.Errorf("%q has no fixed length; write elapsed days or weeks, such as \"30ed\"", s)
	}
	return d, nil
}

// String returns the duration as written, "3d".
func (d Duration) String() string {
	if !d.set {
		return ""
	}
	e := ""
	if d.Elapsed {
		e = "e"
	}
	return decimal(d.Thousandths, 3) + e + d.Unit.String()
}

// Minutes returns the length of the duration: working minutes on the calendar,
// or minutes of the clock if it is elapsed. Fractions of a minute are rounded
// half up.
func (d Duration) Minutes(c *calendar.Calendar) int64 {
	var unit int64
	switch {
	case d.Unit == Minute:
		unit = 1
	case d.Unit == Hour:
		unit = 60
	case d.Elapsed && d.Unit == Day:
		unit = calendar.MinutesPerDay
	case d.Elapsed:
		unit = 7 * calendar.MinutesPerDay
	case d.Unit == Day:
		unit = int64(c.DayMinutes())
	case d.Unit == Week:
		unit = int64(c.WeekMinutes())
	default:
		unit = int64(c.MonthMinutes())
	}
	return int64(math.Floor(float64(d.Thousandths*unit)/1000 + 0.5))
}

// decimal writes a fixed-point number without trailing zeros.
func decimal(v int64, digits int) string {
	s := strconv.FormatInt(v, 10)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	for len(s) <= digits {
		s = "0" + s
	}
	frac := strings.TrimRight(s[len(s)-digits:], "0")
	s = s[:len(s)-digits]
	if frac != "" {
		s += "." + frac
	}
	return sign + s
}

var weekSyntax = regexp.MustCompile(`^[Ww](\d{1,6})$`)

// maxWeek is the last plan week that can be written: 100 years.
const maxWeek = 5218

var errNoWhen = errors.New("neither a plan week nor a date; write \"W3\" or 2026-01-23")

// ParseWhen reads a plan week ("W3"), a date ("2026-01-23") or a moment
// ("2026-01-23T12:00").
func ParseWhen(s string) (When, error) {
	t := strings.TrimSpace(s)
	if m := weekSyntax.FindStringSubmatch(t); m != nil {
		n, _ := strconv.Atoi(m[1])
		if n < 1 || n > maxWeek {
			return When{}, fmt.Errorf("%q is not a plan week; weeks go from W1, the week of the plan's start, to W%d", s, maxWeek)
		}
		return When{Week: int16(n), clock: withoutTime}, nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"} {
		if at, err := time.Parse(layout, t); err == nil {
			return momentOf(at, true)
		}
	}
	if at, err := time.Parse(time.DateOnly, t); err == nil {
		return momentOf(at, false)
	}
	return When{}, fmt.Errorf("%q is %w", s, errNoWhen)
}

func momentOf(t time.Time, hasTime bool) (When, error) {
	if t.Year() < 1900 || t.Year() > 2200 {
		return When{}, fmt.Errorf("the year %d is out of range; dates go from 1900 to 2200", t.Year())
	}
	w := When{Date: calendar.DateOf(t.Date()), clock: withoutTime}
	if hasTime {
		w.clock = withTime + int16(t.Hour()*60+t.Minute())
	}
	return w, nil
}

// String returns the point as written, "W3" or "2026-01-23".
func (w When) String() string {
	switch {
	case !w.IsSet():
		return ""
	case w.Week > 0:
		return "W" + strconv.Itoa(int(w.Week))
	case w.HasTime():
		return w.Date.At(w.Minute()).Time().Format("2006-01-02T15:04")
	}
	return w.Date.String()
}

// ParseWindow reads a span such as "W1..W3" or "2026-01-05..2026-01-23". One
// point alone is a span of that week or day.
func ParseWindow(s string) (Window, error) {
	from, to, ok := strings.Cut(s, "..")
	if !ok {
		to = from
	}
	start, err := ParseWhen(from)
	finish, err2 := ParseWhen(to)
	if err != nil || err2 != nil {
		return Window{}, fmt.Errorf("%q is not a window; write %s", s, windowMeant(s))
	}
	w := Window{Start: start, Finish: finish}
	if w.isBackwards() {
		return Window{}, fmt.Errorf("the window %q finishes before it starts; swap its ends", s)
	}
	return w, nil
}

// windowMeant writes what a text such as "W1-W3" means as a window, or else an
// example of each form.
func windowMeant(s string) string {
	for _, between := range []string{" to ", " - ", "–", "...", "-"} {
		from, to, ok := strings.Cut(s, between)
		start, err := ParseWhen(from)
		finish, err2 := ParseWhen(to)
		if w := (Window{Start: start, Finish: finish}); ok && err == nil && err2 == nil && !w.isBackwards() {
			return strconv.Quote(w.String())
		}
	}
	return `"W1..W3" or "2026-01-05..2026-01-23"`
}

// isBackwards reports whether the window finishes before it starts, as far as
// that can be told without the start of the plan.
func (w Window) isBackwards() bool {
	if w.Start.Week > 0 || w.Finish.Week > 0 {
		return w.Start.Week > 0 && w.Finish.Week > 0 && w.Finish.Week < w.Start.Week
	}
	return w.Finish.Date < w.Start.Date
}

// String returns the window as written, "W1..W3".
func (w Window) String() string {
	if !w.IsSet() {
		return ""
	}
	if w.Start == w.Finish {
		return w.Start.String()
	}
	return w.Start.String() + ".." + w.Finish.String()
}

var hoursSyntax = regexp.MustCompile(`^(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})$`)

// ParseHours reads the working hours of a day: "09:00-12:00, 13:00-17:00"; ""
// is a free day. A shift ends at 24:00 at the latest.
func ParseHours(s string) (Hours, error) {
	out := Hours{}
	if strings.TrimSpace(s) == "" {
		return out, nil
	}
	for part := range strings.SplitSeq(s, ",") {
		part = strings.TrimSpace(part)
		m := hoursSyntax.FindStringSubmatch(part)
		if m == nil {
			return nil, fmt.Errorf("%q are not working hours; write \"09:00-12:00, 13:00-17:00\", or \"\" for a free day", s)
		}
		clock := func(h, mm string) int {
			hour, _ := strconv.Atoi(h)
			minute, _ := strconv.Atoi(mm)
			if minute > 59 {
				return -1
			}
			return hour*60 + minute
		}
		iv := Interval{clock(m[1], m[2]), clock(m[3], m[4])}
		switch {
		case iv.From < 0 || iv.To < 0 || iv.To > calendar.MinutesPerDay:
			return nil, fmt.Errorf("%q has a time that no clock shows; a day goes from 00:00 to 24:00", part)
		case iv.From >= iv.To:
			return nil, fmt.Errorf("%q finishes before it starts; write a night shift as two days: \"22:00-24:00\" and \"00:00-06:00\"", part)
		case len(out) > 0 && iv.From < out[len(out)-1].To:
			return nil, fmt.Errorf("the hours %q overlap or are out of order; write them from morning to evening", s)
		}
		out = append(out, iv)
	}
	return out, nil
}

var (
	dependencySyntax = regexp.MustCompile(`^(\S+?)(?:\s+(\S+))?$`)
	relationSyntax   = regexp.MustCompile(`^(FS|SS|FF|SF)?([+-].+)?$`)
)

var shareSyntax = regexp.MustCompile(`^[+-]\d{1,4}(\.\d{1,3})?%$`)

const dependencyForms = `write an id, then if need be the type and the lag: "1.1", "3.1 SS", "2.1 FS+2d", "2.1 FF-1w", "2.1 FS+3ed", "2.1 SS+50%"`

// ParseDependency reads an entry of after: "1.1", "3.1 SS", "2.1 FS+2d",
// "2.1 FF-1w", "2.1 FS+3ed", "2.1 SS+50%". The kind of the predecessor is not
// known yet.
func ParseDependency(s string) (Dependency, error) {
	m := dependencySyntax.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return Dependency{}, fmt.Errorf("%q is not a dependency; %s", s, dependencyForms)
	}
	d := Dependency{Pred: m[1]}
	if m[2] == "" {
		return d, nil
	}
	r := relationSyntax.FindStringSubmatch(strings.ToUpper(m[2]))
	if r == nil {
		return Dependency{}, fmt.Errorf("%q is not a dependency: %q is no type and no lag; %s", s, m[2], dependencyForms)
	}
	switch r[1] {
	case "SS":
		d.Type = StartToStart
	case "FF":
		d.Type = FinishToFinish
	case "SF":
		d.Type = StartToFinish
	}
	if lag := strings.ToLower(r[2]); strings.HasSuffix(lag, "%") {
		p, err := strconv.ParseFloat(strings.TrimSuffix(lag, "%"), 64)
		if err != nil || !shareSyntax.MatchString(lag) || math.Abs(p) > 1000 {
			return Dependency{}, fmt.Errorf("%q is not a lag; write a share of the predecessor's duration such as \"+50%%\"", lag)
		}
		d.Lag = Lag{Percent: p, IsPercent: true}
	} else if lag != "" {
		var err error
		if d.Lag.Duration, err = ParseDuration(lag); err != nil {
			return Dependency{}, fmt.Errorf("%q is not a lag; %s", lag, dependencyForms)
		}
	}
	return d, nil
}

// String returns the type as written: FS, SS, FF or SF.
func (t DependencyType) String() string { return [...]string{"FS", "SS", "FF", "SF"}[t] }

// String returns the lag with its sign, "+2d", or "" if there is none.
func (l Lag) String() string {
	var s string
	switch {
	case l.IsPercent:
		s = strconv.FormatFloat(l.Percent, 'f', -1, 64) + "%"
	case l.Duration.Thousandths == 0:
		return ""
	default:
		s = l.Duration.String()
	}
	if !strings.HasPrefix(s, "-") {
		s = "+" + s
	}
	return s
}

// String returns the dependency in its shortest form: "1.1", "3.1 SS",
// "2.1 FS+2d".
func (d Dependency) String() string {
	lag := d.Lag.String()
	if d.Type == FinishToStart && lag == "" {
		return d.Pred
	}
	return d.Pred + " " + d.Type.String() + lag
}

// Commas and blanks stand between thousands only: "185,5" may well be 185.5.
var amountSyntax = regexp.MustCompile(`^([+-]?)(\d[\d_]*|\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+)(?:\.(\d+))?$`)

// parseAmount reads an amount of money with the currency's number of minor
// digits. Three digits behind a point may be meant as thousands, and are only
// right in a currency that has as many.
func parseAmount(s string, digits int) (Money, error) {
	m := amountSyntax.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return Money{}, fmt.Errorf("%q is not an amount of money; write digits only, such as 8_000 or \"8000.50\"", s)
	}
	whole, err := strconv.ParseInt(strings.NewReplacer("_", "", ",", "", " ", "").Replace(m[2]), 10, 64)
	frac := strings.TrimRight(m[3], "0")
	switch {
	case len(m[3]) == 3 && digits < 3:
		return Money{}, fmt.Errorf("%q has 3 decimals; the currency has %d, and thousands are written %s_%s", s, digits, strings.NewReplacer(",", "_", " ", "_").Replace(m[2]), m[3])
	case len(frac) > digits:
		return Money{}, fmt.Errorf("%q has %d decimals; the currency has %d", s, len(frac), digits)
	}
	scale := int64(math.Pow10(digits))
	if err != nil || whole > (1<<53)/scale {
		return Money{}, fmt.Errorf("%q is more money than there is; amounts go up to 9,007,199,254,740,992 minor units", s)
	}
	cents, _ := strconv.ParseInt((frac + strings.Repeat("0", digits-len(frac))), 10, 64)
	minor := whole*scale + cents
	if m[1] == "-" {
		minor = -minor
	}
	return Money{Minor: minor, set: true}, nil
}

// MoneyOf returns an amount of minor units, for figures that are computed.
func MoneyOf(minor int64) Money { return Money{Minor: minor, set: true} }

// minorDigits are the currencies whose minor unit is not a hundredth (ISO 4217,
// list one). The others have two digits.
var minorDigits = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0,
	"UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}

// MinorDigits returns how many decimals amounts of a currency have.
func MinorDigits(currency string) int {
	if n, ok := minorDigits[currency]; ok {
		return n
	}
	return 2
}

// parseRate reads money per unit of working time: "800/d".
func parseRate(s string, digits int) (Rate, error) {
	amount, unit, ok := strings.Cut(s, "/")
	u, known := unitNames[strings.TrimSpace(unit)]
	m, err := parseAmount(amount, digits)
	if !ok || !known || err != nil {
		return Rate{}, fmt.Errorf("%q is not a rate; write money per unit of time: \"800/d\" or \"95.50/h\"", s)
	}
	return Rate{Money: m, Per: u}, nil
}

var unitsSyntax = regexp.MustCompile(`^\d{1,6}(\.\d{1,4})?$`)

func parseUnits(s string) (Units, error) {
	if !unitsSyntax.MatchString(s) {
		return Units{}, fmt.Errorf("%s is not a share of full time; write a number such as 0.5 or 2, with at most four decimals", s)
	}
	whole, frac, _ := strings.Cut(s, ".")
	n, _ := strconv.ParseInt(whole+(frac + "0000")[:4], 10, 64)
	return Units{TenThousandths: n, set: true}, nil
}

// String returns the units as a number, "0.75".
func (u Units) String() string { return decimal(u.TenThousandths, 4) }

var cadenceSyntax = regexp.MustCompile(`^every (\d{1,3}) (day|week|month|year)s?$`)

// ParseCadence reads how often something happens. Words it does not know as a
// recurrence are an occasion: "at milestones", "as needed".
func ParseCadence(s string) Cadence {
	c := Cadence{Text: strings.TrimSpace(s)}
	switch t := strings.ToLower(c.Text); t {
	case "daily":
		c.Every, c.Unit = 1, Day
	case "weekly":
		c.Every, c.Unit = 1, Week
	case "biweekly", "bi-weekly", "fortnightly":
		c.Every, c.Unit = 2, Week
	case "monthly":
		c.Every, c.Unit = 1, Month
	case "quarterly":
		c.Every, c.Unit = 3, Month
	case "yearly", "annually":
		c.Every, c.Unit = 12, Month
	default:
		if m := cadenceSyntax.FindStringSubmatch(t); m != nil {
			c.Every, _ = strconv.Atoi(m[1])
			c.Unit = map[string]Unit{"day": Day, "week": Week, "month": Month, "year": Month}[m[2]]
			if m[2] == "year" {
				c.Every *= 12
			}
		}
	}
	return c
}
