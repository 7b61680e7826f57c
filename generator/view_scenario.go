package generator

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"milepost/schedule/plan"
)

// scenarios shows the other courses that the plan may take, each with the
// values it replaces. What these do to the dates is not computed, and each card
// says so.
func (s section) scenarios() []card {
	var out []card
	for _, sc := range s.ps.plan.Scenarios {
		it := &sc.Item
		c := s.card(it,
			fact{Label: "Trigger", Text: sc.Trigger, Assumed: it.IsAssumed("trigger")},
			fact{Label: "Approach", Text: sc.Approach, Assumed: it.IsAssumed("approach")},
			fact{Label: "Effect on the timeline, stated", Text: sc.TimelineImpact, Assumed: it.IsAssumed("timeline_impact")},
			fact{Label: "Effect on resources, stated", Text: sc.ResourceImpact, Assumed: it.IsAssumed("resource_impact")},
		)
		if len(sc.Changes) > 0 {
			t := table{ID: "scenario-" + sc.ID + "-changes", Class: "stack", Caption: "Values of the plan that “" + sc.Title() + "” replaces; the dates that follow from them are not computed",
				Head: cols("Of", "Value", "In the plan", "In the scenario")}
			for _, o := range sc.Changes {
				r := s.override(o)
				kind, _, _ := strings.Cut(o.Address, ":")
				r.Cells[len(r.Cells)-1].Assumed = sc.IsAssumed(kind)
				t.Rows = append(t.Rows, r)
			}
			c.Table = &t
		}
		out = append(out, c)
	}
	return out
}

// override shows one replaced value: of what, which, from, to.
func (s section) override(o plan.Override) row {
	field, found := planField(s.ps.plan, o.Address, o.Key[0])
	before := "not stated"
	if found {
		if text := s.written(field); text != "" {
			before = text
		}
	}
	after := tomlText(o.Value)
	if _, isMoney := field.(plan.Money); isMoney {
		if v, err := strconv.ParseFloat(after, 64); err == nil {
			minor := v
			for range plan.MinorDigits(currency(s.ps.plan)) {
				minor *= 10
			}
			after = s.amount(int64(minor + 0.5)).Text
		}
	}
	of := s.to(o.Address)
	if o.Address == "plan:plan" {
		of = link{Text: "The whole plan", Href: s.href("index.html")}
	}
	return row{Cells: []cell{linked(of), text(strings.ReplaceAll(strings.Join(o.Key, " "), "_", " ")), text(before), text(after)}}
}

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

// pointOrder puts the points of an estimate in the order of their size.
func pointOrder(point string) int {
	key, _, _ := strings.Cut(point, " ")
	return slices.Index([]string{"optimistic", "likely", "pessimistic"}, key)
}

// tomlText shows a value as TOML has it.
func tomlText(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case bool:
		return pick(v, "yes", "no")
	case time.Time:
		if v.Hour() == 0 && v.Minute() == 0 {
			return v.Format(time.DateOnly)
		}
		return v.Format("2006-01-02 15:04")
	case []any:
		var parts []string
		for _, e := range v {
			parts = append(parts, tomlText(e))
		}
		return strings.Join(parts, ", ")
	case []map[string]any:
		var parts []string
		for _, e := range v {
			parts = append(parts, tomlText(e))
		}
		return strings.Join(parts, "; ")
	case map[string]any:
		var parts []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, key+" "+tomlText(v[key]))
		}
		if _, three := v["likely"]; three {
			slices.SortFunc(parts, func(a, b string) int { return cmp.Compare(pointOrder(a), pointOrder(b)) })
		}
		return strings.Join(parts, ", ")
	}
	return fmt.Sprint(value)
}
