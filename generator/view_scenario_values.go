package generator

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"milepost/schedule/plan"
)

// planField returns the value of a key of a table of the plan, and whether the
// thing has such a key.
func planField(p *plan.Plan, address, key string) (value any, found bool) {
	look := func(thing any) {
		if v, ok := fieldByKey(reflect.Indirect(reflect.ValueOf(thing)), key); ok {
			value, found = v.Interface(), true
		}
	}
	if address == "plan:plan" {
		look(&p.Info)
		return value, found
	}
	each(p, func(it *plan.Item, thing any) {
		if it.Address() == address {
			look(thing)
		}
	})
	return value, found
}

// fieldByKey finds the field of a struct that holds a TOML key.
func fieldByKey(v reflect.Value, key string) (reflect.Value, bool) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() {
			continue
		}
		tag, _, _ := strings.Cut(f.Tag.Get("toml"), ",")
		if tag == key {
			return v.Field(i), true
		}
		if f.Anonymous && tag == "" {
			if found, ok := fieldByKey(v.Field(i), key); ok {
				return found, true
			}
		}
	}
	return reflect.Value{}, false
}

// written shows a value of the plan as its author wrote it, "" for none.
func (s section) written(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case plan.Money:
		return s.money(v).Text
	case plan.Rate:
		return s.rate(v)
	case plan.Estimate:
		if v.ThreePoint() {
			return fmt.Sprintf("optimistic %s, likely %s, pessimistic %s", v.Optimistic, v.Likely, v.Pessimistic) + inShape(v.Distribution)
		}
		return v.Likely.String()
	case plan.Delay:
		return s.written(v.Estimate)
	case plan.MoneyEstimate:
		return pick(v.IsSet(), s.costRange(v), "")
	case plan.Simulation:
		return simulationText(s.ps.loc, v)
	case plan.Mitigated:
		return s.mitigated(v)
	case plan.Units:
		return pick(v.IsSet(), v.String(), "")
	case plan.Percent:
		return pick(v.IsSet(), s.ps.loc.Number(v.Value, 2)+"%", "")
	case plan.Probability:
		return pick(v.IsSet(), s.chanceText(v), "")
	case plan.Number:
		return v.Text
	case plan.Cadence:
		return v.Text
	case plan.Assignment:
		return v.Who + " " + v.Units.String()
	case plan.PhaseValue[plan.Money]:
		return v.Phase + " " + s.money(v.Value).Text
	case plan.PhaseValue[plan.Units]:
		return v.Phase + " " + v.Value.String()
	case plan.Impact:
		return strings.Join(strings.Fields(strings.Join([]string{v.Work, pick(v.After != "", "after "+v.After, ""), s.written(v.Delay), s.written(v.Cost)}, " ")), " ")
	case plan.ChecklistItem:
		return v.Name
	case fmt.Stringer:
		return v.String()
	}
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.Slice:
		var parts []string
		for i := range v.Len() {
			parts = append(parts, s.written(v.Index(i).Interface()))
		}
		return strings.Join(parts, ", ")
	case reflect.Map:
		var parts []string
		for _, key := range v.MapKeys() {
			parts = append(parts, key.String()+" "+s.written(v.MapIndex(key).Interface()))
		}
		slices.Sort(parts)
		return strings.Join(parts, ", ")
	case reflect.Bool:
		return pick(v.Bool(), "yes", "")
	case reflect.Int:
		return pick(v.Int() != 0, strconv.FormatInt(v.Int(), 10), "")
	}
	return ""
}

// valueIn writes the value that a plan has where a scenario replaces one.
func (s section) valueIn(p *plan.Plan, o plan.Override) string {
	field, found := planField(p, o.Address, o.Key[0])
	if !found {
		return "not stated"
	}
	for _, key := range o.Key[1:] { // such as assign.dev
		inner, ok := entryOf(field, key)
		if !ok {
			break // the whole says it
		}
		field = inner
	}
	if out := s.written(field); out != "" {
		return out
	}
	return "not stated"
}

// entryOf returns what a value of several has under a key; an empty text if it
// has nothing there.
func entryOf(field any, key string) (any, bool) {
	switch v := field.(type) {
	case plan.Assignments:
		for _, a := range v {
			if a.Who == key {
				return a.Units, true
			}
		}
		return "", true
	case plan.ByPhase[plan.Units]:
		for _, e := range v {
			if e.Phase == key {
				return e.Value, true
			}
		}
		return "", true
	case plan.ByPhase[plan.Money]:
		for _, e := range v {
			if e.Phase == key {
				return e.Value, true
			}
		}
		return "", true
	case plan.Estimate:
		for name, d := range map[string]plan.Duration{"optimistic": v.Optimistic, "likely": v.Likely, "pessimistic": v.Pessimistic} {
			if name == key {
				return d, true
			}
		}
		return nil, false
	}
	if m := reflect.ValueOf(field); m.Kind() == reflect.Map {
		if e := m.MapIndex(reflect.ValueOf(key)); e.IsValid() {
			return e.Interface(), true
		}
		return "", true
	}
	return nil, false
}
