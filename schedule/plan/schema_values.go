package plan

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"milepost/schedule/calendar"
)

// The patterns say of texts what the parsers in parse.go say, as far as a
// regular expression can: not that a window finishes after it starts. They keep
// to what the regular expressions of Go, Rust and JavaScript have in common.
const (
	idPattern = `^[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*$`

	// A number of units up to 100,000, and which unit.
	length      = `0*(?:100000|[0-9]{1,5})(?:\.[0-9]{1,3})?`
	noLength    = `0+(?:\.0{1,3})?`
	someLength  = `0*(?:(?:100000|[1-9][0-9]{0,4})(?:\.[0-9]{1,3})?|0\.(?:[1-9][0-9]{0,2}|0[1-9][0-9]?|00[1-9]))`
	gap         = `[ \t\n\f\r]*`
	anyUnit     = `(?:e?(?:min|h|d|w)|mo)`
	workUnit    = `(?:min|h|d|w|mo)`
	durationExp = `[+-]?` + length + gap + anyUnit

	// A day from 1900 to 2200 that there is; of any year.
	dayOfYear = `-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))`
	dayExp    = `(?:(?:19[0-9]{2}|2[01][0-9]{2}|2200)` + dayOfYear + `|(?:(?:19|2[01])(?:0[48]|[2468][048]|[13579][26])|2000)-02-29)`
	anyDayExp = `(?:[0-9]{4}` + dayOfYear + `|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)`
	clockExp  = `(?:[01]?[0-9]|2[0-3]):[0-5][0-9]`
	weekExp   = `[Ww](?:0{0,2}(?:[1-4][0-9]{3}|5[01][0-9]{2}|520[0-9]|521[0-8])|0{0,3}[1-9][0-9]{2}|0{0,4}[1-9][0-9]|0{0,5}[1-9])`
	clockText = `(?:T` + clockExp + `(?::[0-5][0-9](?:[.,][0-9]+)?)?| +` + clockExp + `)` // in quotes
	clockTOML = `[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?`       // without
	momentExp = dayExp + `(?:` + clockText + `|` + clockTOML + `)?`
	pointExp  = `(?:` + weekExp + `|` + dayExp + clockText + `?)`
	shiftExp  = clockExp + gap + `-` + gap + `(?:` + clockExp + `|24:00)`

	amountExp = `(?:[0-9][0-9_]*|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+)(?:\.[0-9]{1,3}0*)?`
	shareExp  = `[+-](?:0?[0-9]{1,3}(?:\.[0-9]{1,3})?|1000(?:\.0{1,3})?)%`
	lagExp    = `(?:` + shareExp + `|[+-]` + length + `(?:[Ee]?(?:[Mm][Ii][Nn]|[HhDdWw])|[Mm][Oo]))`
	typeExp   = `[Ff][SsFf]|[Ss][SsFf]`
)

// whole makes a pattern of the whole text, between blanks. Editors show a pattern
// to an author whose text does not match: the examples come first, so that it
// begins with something to read.
func whole(exp string, examples ...string) string {
	for i, e := range examples {
		examples[i] = regexp.QuoteMeta(e)
	}
	return `^(?:` + strings.Join(examples, "|") + `|\s*(?:` + exp + `)\s*)$`
}

// mostMoney is the largest amount, in minor units.
const mostMoney = 1 << 53

func textOf(pattern string) object { return object{{"type", "string"}, {"pattern", pattern}} }

func wholeNumber(from, to int) object {
	o := object{{"type", "integer"}, {"minimum", from}}
	if to > 0 {
		o = append(o, member{"maximum", to})
	}
	return o
}

func numberOf(from, to float64) object {
	return object{{"type", "number"}, {"minimum", from}, {"maximum", to}}
}

// moneyOf is an amount: a number, or a text with digits, from least on.
func moneyOf(least int) object {
	sign := `[+-]?`
	if least == 0 {
		sign = `\+?`
	}
	return object{{"type", []string{"number", "string"}}, {"minimum", least}, {"maximum", mostMoney}, {"pattern", whole(sign+amountExp, "8_000", "8000.50")}}
}

// threePoints adds to the schema of a figure that it may be a table of three.
func threePoints(figure, point object, needed bool) object {
	out := object{{"type", append(typesOf(figure), "object")}}
	for _, m := range figure {
		if m.key != "type" {
			out = append(out, m)
		}
	}
	about := func(text string) object { return append(object{{"description", text}}, point...) }
	out = append(out, member{"properties", object{
		{"optimistic", about("The least it can be.")},
		{"likely", about("What it is most likely to be; the schedule uses it.")},
		{"pessimistic", about("The most it can be.")},
		{"distribution", object{{"description", "How the three points are read. Default: what [plan.simulation] says."}, {"enum", []string{"pert", "triangular", "uniform"}}}},
	}})
	if needed {
		out = append(out, member{"required", []string{"optimistic", "likely", "pessimistic"}})
	}
	return append(out, unknownKeys("a key that three points do not have"))
}

func typesOf(o object) []string {
	switch t := o.get("type").(type) {
	case string:
		return []string{t}
	case []string:
		return slices.Clone(t)
	}
	return nil
}

// valueSchemas are the kinds of values, by name.
func valueSchemas() object {
	about := func(text string, o object) object { return append(object{{"description", text}}, o...) }
	duration := textOf(whole(durationExp, "4h", "3d", "2w", "3ed"))
	notNegative := textOf(whole(`(?:\+?`+length+`|-`+noLength+`)`+gap+anyUnit, "4h", "3d", "2w", "3ed"))
	working := func(unit string, examples ...string) object {
		return textOf(whole(`\+?`+someLength+gap+unit, examples...))
	}
	money := moneyOf(-mostMoney)
	id := textOf(`^$|` + idPattern)
	return object{
		{"text-list", about("A text, or a list of texts.", object{{"type", []string{"string", "array"}}, {"items", object{{"type", "string"}}}})},
		{"id", about("The id of another table of the plan.", id)},
		{"ids", about("The id of another table of the plan, or a list of ids.", object{{"type", []string{"string", "array"}}, {"pattern", id.get("pattern")}, {"items", ref("id")}})},
		{"date", about("A day: 2026-01-05, without quotes.", textOf(whole(dayExp, "2026-01-05")))},
		{"when", about(`A week of the plan ("W3"), a day (2026-01-23) or a moment (2026-01-23T12:00:00).`, textOf(whole(weekExp+`|`+momentExp, "W3", "2026-01-23")))},
		{"moment", about("A day (2026-01-23) or a moment (2026-01-23T12:00:00).", textOf(whole(momentExp, "2026-01-23")))},
		{"window", about(`A span, both ends included: "W1..W3" or "2026-01-05..2026-01-23".`, textOf(whole(pointExp+`(?:\s*\.\.\s*`+pointExp+`)?`, "W1..W3", "2026-01-05..2026-01-23")))},
		{"duration", about(`A length of time: "30min", "4h", "3d", "1.5w", "2mo"; with e on the clock: "3ed".`, duration)},
		{"duration-some", about(`A length of time, not zero: "12w".`, working(anyUnit, "12w", "60d"))},
		{"duration-working", about(`Working time: "15d".`, working(workUnit, "15d", "40h"))},
		{"duration-rest", about(`Working time that is left: "2d", "0d".`, notNegative)},
		{"length-of-day", about(`Hours or minutes: "8h".`, working(`(?:min|h)`, "8h"))},
		{"length-of-week", about(`Days, hours or minutes: "40h".`, working(`(?:min|h|d)`, "40h", "5d"))},
		{"length-of-month", about(`Weeks, days, hours or minutes: "20d".`, working(`(?:min|h|d|w)`, "20d", "4w"))},
		{"length-of-work", about(`Working time in hours or minutes: "40h", "90min"; "40eh" on the clock.`, textOf(`^(?:40h|90min|[0-9]{1,9}e?(?:h|min)|\s*(?:(?:\+?`+length+`|-`+noLength+`)`+gap+anyUnit+`)\s*)?$`))},
		{"estimate", about(`A duration, "1w", or three points of it: { optimistic = "4d", likely = "1w", pessimistic = "3w" }.`, threePoints(notNegative, duration, true))},
		{"estimate-part", about("A duration, or some of its three points.", threePoints(notNegative, duration, false))},
		{"delay", about(`How much longer it takes, "2w", or three points of it; negative for an opportunity.`, threePoints(duration, duration, true))},
		{"money", about(`Money in the plan's currency: 8_000, or "8000.50".`, money)},
		{"money-cost", about(`Money in the plan's currency, not negative: 8_000, or "8000.50".`, moneyOf(0))},
		{"money-estimate", about("An amount of money, or three points of it: { optimistic = 2_000, likely = 5_000, pessimistic = 12_000 }.", threePoints(money, money, true))},
		{"rate", about(`Money per unit of working time: "800/d", "95.50/h".`, textOf(whole(`[+-]?`+amountExp+`\s*/\s*`+workUnit, "800/d", "95.50/h")))},
		{"units", about("A share of full time: 1, 0.25.", numberOf(0, 999_999.9999))},
		{"hours", about(`Working hours of a day: "09:00-12:00, 13:00-17:00"; "" is a free day.`, textOf(whole(`(?:`+shiftExp+`(?:\s*,\s*`+shiftExp+`)*)?`, "09:00-17:00")))},
		{"dependency", about(`What is waited for: "1.1", "P1", "3.1 SS", "2.1 FS+2d", "2.1 FF-1w", "2.1 FS+3ed", "2.1 SS+50%".`,
			textOf(whole(`\S+(?:[ \t\n\f\r]+(?:(?:`+typeExp+`)(?:`+lagExp+`)?|`+lagExp+`))?`, "1.1", "3.1 SS", "2.1 FS+2d")))},
		{"percent", about("A share of a hundred.", numberOf(0, 100))},
		{"chance", about("A chance, 0 to 1.", numberOf(0, 1))},
		{"probability", about(`A chance, 0 to 1, or a word on the plan's scale.`,
			object{{"type", []string{"number", "string"}}, {"minimum", 0}, {"maximum", 1}, {"pattern", "^(?:" + strings.Join(Levels(), "|") + ")$"}})},
		{"cadence", about(`How often: "daily", "weekly", "every 2 weeks", "monthly", "quarterly", "yearly"; or an occasion in words.`, object{{"type", "string"}})},
	}
}

// valueNamesOf are the kinds of values that types have unless [narrower] says
// more.
var valueNamesOf = map[reflect.Type]string{
	reflect.TypeFor[TextList]():      "text-list",
	reflect.TypeFor[calendar.Date](): "date",
	reflect.TypeFor[When]():          "when",
	reflect.TypeFor[Window]():        "window",
	reflect.TypeFor[Duration]():      "duration",
	reflect.TypeFor[Estimate]():      "estimate",
	reflect.TypeFor[Delay]():         "delay",
	reflect.TypeFor[Money]():         "money",
	reflect.TypeFor[MoneyEstimate](): "money-estimate",
	reflect.TypeFor[Rate]():          "rate",
	reflect.TypeFor[Units]():         "units",
	reflect.TypeFor[Hours]():         "hours",
	reflect.TypeFor[Percent]():       "percent",
	reflect.TypeFor[Probability]():   "chance",
	reflect.TypeFor[Cadence]():       "cadence",
}

// narrower are the fields whose value is held to more than that of their type;
// check.go and its neighbours see to it.
func narrower() map[string]object {
	days := object{{"type", "object"}, {"patternProperties", object{{`^\s*` + anyDayExp + `\s*(?:\.\.\s*` + anyDayExp + `\s*)?$`, object{}}}},
		unknownKeys("a text that is neither a day nor a range of days")}
	byDay := func(value object) object {
		o := slices.Clone(days)
		o.set("patternProperties", object{{days.get("patternProperties").(object)[0].key, value}})
		return o
	}
	var weekdays object
	for _, name := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		weekdays = append(weekdays, member{name, ref("hours")})
	}
	var codes []string
	for _, code := range slices.Sorted(maps.Keys(countries)) {
		codes = append(codes, code, strings.ToUpper(code))
	}
	reason := textOf(`\S`)
	var parts object
	for _, part := range OptionalParts() {
		parts = append(parts, member{part, append(object{{"description", "Why the plan needs no " + part + "."}}, reason...)})
	}
	return map[string]object{
		"Item.Ignore": {{"type", "object"}, {"patternProperties", object{{`^[FW][0-9]{3}$`, reason}}},
			unknownKeys("a text that is no code of a finding or warning")},
		"Info.NotApplicable":   {{"type", "object"}, {"properties", parts}, unknownKeys("a part that every plan needs, or none")},
		"Info.Duration":        ref("duration-some"),
		"Info.Currency":        textOf(`^(?:[A-Z]{3})?$`),
		"Info.LevelSchedules":  wholeNumber(0, MostSchedules),
		"Info.LevelSeed":       wholeNumber(0, 0),
		"Simulation.Trials":    wholeNumber(1, MostTrials),
		"Simulation.Seed":      wholeNumber(1, 0),
		"Spread.Optimistic":    numberOf(0, 1),
		"Spread.Pessimistic":   numberOf(1, 100),
		"Calendar.Days":        {{"type", "object"}, {"properties", weekdays}, unknownKeys("a text that is none of mon, tue, wed, thu, fri, sat, sun")},
		"Calendar.Holidays":    byDay(object{{"type", "string"}}),
		"Calendar.Exceptions":  byDay(ref("hours")),
		"Calendar.Country":     {{"enum", codes}},
		"Calendar.Day":         ref("length-of-day"),
		"Calendar.Week":        ref("length-of-week"),
		"Calendar.Month":       ref("length-of-month"),
		"WorkPackage.Effort":   ref("duration-working"),
		"WorkPackage.Priority": wholeNumber(0, 1000),
		"WorkPackage.Assign": {{"type", "object"}, {"patternProperties", object{{idPattern, object{{"type", "number"}, {"exclusiveMinimum", 0}, {"maximum", 999_999.9999}}}}},
			unknownKeys("a text that cannot be an id")},
		"ProgressFields.Remaining": ref("duration-rest"),
		"Risk.Probability":         ref("probability"),
		"Mitigated.Probability":    ref("probability"),
		"Risk.MitigationCost":      ref("money-cost"),
		"KPI.Readings": {{"type", "object"}, {"patternProperties", object{{`^` + anyDayExp + `$`, object{{"type", "number"}}}}},
			unknownKeys("a text that is not a day")},
		"baselineTable.Start":   ref("moment"),
		"baselineTable.Finish":  ref("moment"),
		"baselineCommon.Finish": ref("moment"),
		"baselinePhase.Start":   ref("moment"),
		"baselineWork.Start":    ref("moment"),
		"baselineWork.Duration": ref("length-of-work"),
	}
}

// value returns the schema of the value of a field, or a reference to it.
func (b *schemas) value(t reflect.Type, f placedField) object {
	if f.owner != nil {
		if o, ok := narrower()[f.owner.Name()+"."+f.Name]; ok {
			return o
		}
	}
	if name := valueNamesOf[t]; name != "" {
		return ref(name)
	}
	byPhase := func(value string) object {
		return object{{"type", "object"}, {"patternProperties", object{{idPattern, ref(value)}}}, unknownKeys("a text that cannot be an id")}
	}
	switch {
	case t == reflect.TypeFor[Number]():
		return object{{"type", "number"}}
	case t == reflect.TypeFor[[]Dependency]():
		return list(ref("dependency"))
	case t == reflect.TypeFor[ByPhase[Money]]():
		return byPhase("money")
	case t == reflect.TypeFor[ByPhase[Units]]():
		return byPhase("units")
	case t.Kind() == reflect.String:
		return object{{"type", "string"}}
	case t.Kind() == reflect.Bool:
		return object{{"type", "boolean"}}
	case t.Kind() == reflect.Int:
		return object{{"type", "integer"}}
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		name := strings.ToLower(t.Elem().Name())
		b.define(name, b.table(t.Elem(), "a table of the type "+name))
		return list(ref(name))
	case t.Kind() == reflect.Slice:
		return list(b.value(t.Elem(), placedField{}))
	case t.Kind() == reflect.Struct:
		return b.table(t, "a table of the type "+strings.ToLower(t.Name()))
	}
	panic("plan: no schema for " + t.String())
}

// using notes which kinds of values a schema refers to.
func (b *schemas) using(o object) object {
	for _, m := range o {
		switch v := m.value.(type) {
		case string:
			if name, ok := strings.CutPrefix(v, "#/$defs/"); ok && m.key == "$ref" {
				b.values[name] = true
			}
		case object:
			b.using(v)
		}
	}
	return o
}

// asJSON returns a TOML value as editors see it: dates as texts.
func asJSON(v any) any {
	switch v := v.(type) {
	case time.Time:
		switch v.Location().String() {
		case "date-local":
			return v.Format(time.DateOnly)
		case "datetime-local":
			return v.Format("2006-01-02T15:04:05.999999999")
		case "time-local":
			return v.Format("15:04:05.999999999")
		}
		return v.Format(time.RFC3339Nano)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = asJSON(v[i])
		}
		return out
	case []map[string]any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = asJSON(v[i])
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			out[k] = asJSON(e)
		}
		return out
	}
	return v
}
