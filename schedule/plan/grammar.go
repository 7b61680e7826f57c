package plan

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
)

// grammar decodes a value that has a grammar of its own, and reports whether
// into is of such a type.
func (d *decoder) grammar(v any, at string, into any) bool {
	switch into := into.(type) {
	case *Duration:
		parseText(d, v, at, into, ParseDuration, `"3d"`)
	case *Estimate:
		d.estimate(v, at, into)
		if !into.ThreePoint() && into.Likely.Thousandths < 0 {
			d.errorAt("E114", at, "%s: %q is negative", lastKey(at), into.Likely).Hint = "work takes some time, or \"0d\""
		}
	case *Delay:
		d.estimate(v, at, &into.Estimate)
	case *MoneyEstimate:
		d.moneyEstimate(v, at, into)
	case *calendar.Date:
		var w When
		d.date(v, at, &w)
		if w.IsSet() && w.Week > 0 {
			d.errorAt("E115", at, "%s wants a date, got the plan week %s", lastKey(at), w).Hint = "write a date such as 2026-01-05"
		}
		if w.HasTime() {
			d.errorAt("E115", at, "%s wants a date, got a time of day as well", lastKey(at)).Hint = "write the date alone: " + w.Date.String()
		}
		*into = w.Date
	case *When:
		d.when(v, at, into)
	case *Window:
		parseText(d, v, at, into, ParseWindow, `"W1..W3"`)
	case *Hours:
		parseText(d, v, at, into, ParseHours, `"09:00-17:00"`)
	case *[]Dependency:
		d.dependencies(v, at, into)
	case *Assignments:
		d.eachKey(v, at, `{ project-manager = 0.5 }`, func(key, at string, v any) {
			a := Assignment{Who: key, Pos: d.source.index.key(at)}
			d.units(v, at, &a.Units)
			if a.Units.set && a.Units.TenThousandths == 0 {
				d.errorAt("E117", at, "%s is assigned with 0", key).Hint = "leave the entry out, or write the share of full time, such as 0.5"
				return
			}
			*into = append(*into, a)
		})
	case *Money:
		d.money(v, at, into)
	case *Rate:
		parseText(d, v, at, into, func(s string) (Rate, error) { return parseRate(s, d.digits) }, `"800/d"`)
	case *Units:
		d.units(v, at, into)
	case *Percent:
		d.percent(v, at, into)
	case *Probability:
		d.probability(v, at, into)
	case *Number:
		d.number(v, at, into)
	case *Cadence:
		parseText(d, v, at, into, func(s string) (Cadence, error) { return ParseCadence(s), nil }, `"weekly"`)
	case *TextList:
		if s, ok := v.(string); ok {
			*into = TextList{s}
			return true
		}
		return false
	case *ByPhase[Money]:
		d.eachKey(v, at, `{ P1 = 20_000, P2 = 30_000 }`, func(key, at string, v any) {
			e := PhaseValue[Money]{Phase: key, Pos: d.source.index.value(at)}
			d.money(v, at, &e.Value)
			*into = append(*into, e)
		})
	case *ByPhase[Units]:
		d.eachKey(v, at, `{ P1 = 1, P2 = 0.5 }`, func(key, at string, v any) {
			e := PhaseValue[Units]{Phase: key, Pos: d.source.index.value(at)}
			d.units(v, at, &e.Value)
			*into = append(*into, e)
		})
	default:
		return false
	}
	return true
}

// parseText decodes a value that is written as text.
func parseText[T any](d *decoder, v any, at string, into *T, parse func(string) (T, error), example string) {
	s, ok := v.(string)
	if !ok {
		d.wrongType(at, v, "a text", lastKey(at)+" = "+example)
		return
	}
	out, err := parse(s)
	if err != nil {
		d.grammarError("E114", at, err)
		return
	}
	*into = out
}

// grammarError reports a parser's error; what follows its semicolon is the hint.
func (d *decoder) grammarError(code, at string, err error) {
	msg, hint, _ := strings.Cut(err.Error(), "; ")
	d.errorAt(code, at, "%s: %s", lastKey(at), msg).Hint = hint
}

// eachKey visits the entries of a table in the order of the text.
func (d *decoder) eachKey(v any, at, example string, visit func(key, at string, v any)) {
	tree, ok := v.(map[string]any)
	if !ok {
		d.wrongType(at, v, "a table", lastKey(at)+" = "+example)
		return
	}
	for _, key := range d.source.sortedKeys(tree, at) {
		visit(key, join(at, key), tree[key])
	}
}

// estimate decodes a duration or { optimistic, likely, pessimistic }.
func (d *decoder) estimate(v any, at string, into *Estimate) {
	tree, ok := v.(map[string]any)
	if !ok {
		parseText(d, v, at, &into.Likely, ParseDuration, `"3d"`)
		return
	}
	var three struct {
		Optimistic   Duration `toml:"optimistic,required" example:"\"4d\""`
		Likely       Duration `toml:"likely,required" example:"\"1w\""`
		Pessimistic  Duration `toml:"pessimistic,required" example:"\"3w\""`
		Distribution string   `toml:"distribution" enum:"pert triangular uniform" example:"\"pert\""`
	}
	before := d.list.Count(diag.Error)
	d.tableInto(tree, at, &three, "the three-point "+lastKey(at))
	if d.list.Count(diag.Error) > before {
		return
	}
	*into = Estimate{Likely: three.Likely, Optimistic: three.Optimistic, Pessimistic: three.Pessimistic, Distribution: three.Distribution}
}

// moneyEstimate decodes an amount or { optimistic, likely, pessimistic }.
func (d *decoder) moneyEstimate(v any, at string, into *MoneyEstimate) {
	tree, ok := v.(map[string]any)
	if !ok {
		d.money(v, at, &into.Likely)
		return
	}
	var three struct {
		Optimistic   Money  `toml:"optimistic,required" example:"2_000"`
		Likely       Money  `toml:"likely,required" example:"5_000"`
		Pessimistic  Money  `toml:"pessimistic,required" example:"12_000"`
		Distribution string `toml:"distribution" enum:"pert triangular uniform" example:"\"pert\""`
	}
	before := d.list.Count(diag.Error)
	d.tableInto(tree, at, &three, "the three-point "+lastKey(at))
	if d.list.Count(diag.Error) > before {
		return
	}
	*into = MoneyEstimate{Likely: three.Likely, Optimistic: three.Optimistic, Pessimistic: three.Pessimistic, Distribution: three.Distribution}
}

func (d *decoder) when(v any, at string, into *When) {
	d.whenOr(v, at, into, "neither a plan week nor a date; write \"W3\" or 2026-01-23",
		"a plan week or a date", fmt.Sprintf(`%s = "W3" or %s = 2026-01-23`, lastKey(at), lastKey(at)))
}

// date decodes what is a date and nothing else. A plan week is left to the
// caller.
func (d *decoder) date(v any, at string, into *When) {
	d.whenOr(v, at, into, "no date; write it like this: 2026-01-23", "a date", lastKey(at)+" = 2026-01-23")
}

// whenOr decodes a plan week or a date. What is neither is said to be isNot; what
// is no text at all is told what is wanted, with an example.
func (d *decoder) whenOr(v any, at string, into *When, isNot, wanted, example string) {
	var err error
	switch v := v.(type) {
	case string:
		if *into, err = ParseWhen(v); errors.Is(err, errNoWhen) {
			err = fmt.Errorf("%q is %s", v, isNot)
		}
	case time.Time:
		switch v.Location().String() {
		case "date-local":
			*into, err = momentOf(v, false)
		case "datetime-local":
			*into, err = momentOf(v, true)
		case "time-local":
			err = fmt.Errorf("a time alone is no date; write a date such as 2026-01-23")
		default:
			err = fmt.Errorf("plans have no time zone; leave the offset out: 2026-01-23T12:00:00")
		}
	default:
		d.wrongType(at, v, wanted, example)
		return
	}
	if err != nil {
		d.grammarError("E115", at, err)
	}
}

func (d *decoder) dependencies(v any, at string, into *[]Dependency) {
	items, ok := v.([]any)
	if !ok {
		if s, isText := v.(string); isText {
			d.wrongType(at, v, "a list of ids", fmt.Sprintf("%s = [%q]", lastKey(at), s))
		} else {
			d.wrongType(at, v, "a list of ids", lastKey(at)+` = ["1.1"]`)
		}
		return
	}
	for i, item := range items {
		at := at + "[" + strconv.Itoa(i) + "]"
		s, ok := item.(string)
		if !ok {
			d.wrongType(at, item, "an id in quotes", fmt.Sprintf(`"%v"`, item))
			continue
		}
		dep, err := ParseDependency(s)
		if err != nil {
			d.grammarError("E116", at, err)
			continue
		}
		dep.Pos = d.source.index.value(at)
		*into = append(*into, dep)
	}
}

func (d *decoder) money(v any, at string, into *Money) {
	var text string
	switch v := v.(type) {
	case int64:
		text = strconv.FormatInt(v, 10)
	case float64:
		// As it is written: 8.000 may be meant as eight thousand.
		text = strconv.FormatFloat(v, 'f', -1, 64)
		if as := d.source.index.written(at); amountSyntax.MatchString(as) {
			text = as
		}
	case string:
		text = v
	default:
		d.wrongType(at, v, "an amount of money", lastKey(at)+" = 8_000")
		return
	}
	m, err := parseAmount(text, d.digits)
	if err != nil {
		d.grammarError("E118", at, err)
		return
	}
	*into = m
}

// figure returns a TOML number and its text.
func figure(v any) (float64, string, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), strconv.FormatInt(v, 10), true
	case float64:
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			return v, strconv.FormatFloat(v, 'f', -1, 64), true
		}
	}
	return 0, "", false
}

func (d *decoder) units(v any, at string, into *Units) {
	_, text, ok := figure(v)
	if !ok {
		d.wrongType(at, v, "a share of full time", lastKey(at)+" = 0.5")
		return
	}
	u, err := parseUnits(text)
	if err != nil {
		d.grammarError("E117", at, err)
		return
	}
	*into = u
}

func (d *decoder) percent(v any, at string, into *Percent) {
	f, text, ok := figure(v)
	switch {
	case !ok:
		d.wrongType(at, v, "a number from 0 to 100", lastKey(at)+" = 40")
	case f < 0 || f > 100:
		d.errorAt("E117", at, "%s is %s", lastKey(at), text).Hint = "write a number from 0 to 100"
	default:
		*into = Percent{Value: f, set: true}
	}
}

func (d *decoder) probability(v any, at string, into *Probability) {
	f, text, ok := figure(v)
	word, isText := v.(string)
	switch {
	case isText && slices.Contains(Levels(), word) && hasLevels(at):
		*into = Probability{Level: word, set: true} // its value follows when the whole plan is read
	case isText && hasLevels(at):
		d.text(word, at, Levels())
	case !ok:
		d.wrongType(at, v, "a number from 0 to 1", lastKey(at)+" = 0.4")
	case f < 0 || f > 1:
		hint := "write a number from 0 to 1"
		if f > 1 && f <= 100 {
			hint = fmt.Sprintf("write a number from 0 to 1: %s %% is %s", text, strconv.FormatFloat(f/100, 'f', -1, 64))
		}
		d.errorAt("E117", at, "%s is %s", lastKey(at), text).Hint = hint
	default:
		*into = Probability{Value: f, set: true}
	}
}

// hasLevels reports whether the probability at a path may be a word: that of a
// risk may, what the words mean may not.
func hasLevels(at string) bool { return lastKey(at) == "probability" }

func (d *decoder) number(v any, at string, into *Number) {
	f, text, ok := figure(v)
	if !ok {
		d.wrongType(at, v, "a number", lastKey(at)+" = 80")
		return
	}
	*into = Number{Value: f, Text: text}
}
