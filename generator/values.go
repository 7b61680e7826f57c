package generator

import (
	"reflect"
	"slices"
	"strings"

	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// value returns the text of a value that narrative names as
// {{ milestone.M4.finish }}: kind, id and field; {{ plan.finish }} and
// {{ budget.total }} have no id. Computed dates, stated dates and every key of
// a table can be named.
func (ps *planSite) value(name string) (string, bool) {
	kind, rest, ok := strings.Cut(name, ".")
	if !ok {
		return "", false
	}
	if kind == "plan" {
		return ps.planValue(rest)
	}
	if kind == "budget" && !strings.Contains(rest, ".") {
		return ps.budgetValue(rest)
	}
	i := strings.LastIndex(rest, ".")
	if i < 0 {
		return "", false
	}
	id, field := rest[:i], rest[i+1:]
	if it := ps.plan.Lookup(kind + ":" + id); it == nil {
		return "", false
	}
	switch kind {
	case "work", "milestone":
		if a := ps.sched.Activity(id); a != nil {
			if s, ok := ps.activityValue(a, field); ok {
				return s, true
			}
		}
	case "phase":
		if ph := ps.sched.Phase(id); ph != nil {
			if s, ok := ps.phaseValue(ph, field); ok {
				return s, true
			}
		}
	case "budget":
		if s, ok := ps.categoryValue(id, field); ok {
			return s, true
		}
	}
	return ps.written(kind, id, field)
}

func (ps *planSite) planValue(field string) (string, bool) {
	s := ps.sched
	switch field {
	case "start":
		return ps.start(s.Start).String(), true
	case "finish":
		return ps.finish(s.Finish).String(), true
	case "finish_week":
		return ps.finish(s.Finish).Week, true
	case "duration":
		return ps.words(s.Calendar.Between(s.Start, s.Finish)), true
	case "stated_finish":
		if !s.HasStatedFinish {
			return "", false
		}
		return ps.finish(s.StatedFinish).String(), true
	case "stated_duration":
		return durationText(ps.plan.Duration), ps.plan.Duration.IsSet()
	case "delta":
		if !s.HasStatedFinish {
			return "", false
		}
		words, _ := ps.late(s.Finish, s.StatedFinish)
		return words, true
	case "baseline_finish", "variance":
		if ps.against == nil {
			return "", false
		}
		return ps.varianceValue(ps.against.Plan, field)
	case "percent":
		return percent(ps.progress()), true
	case "name":
		return ps.title(), true
	case "findings":
		return itoa(len(ps.contradictions())), true
	case "budget":
		return ps.budgetValue("total")
	case "chance", "p10", "p50", "p80", "p90":
		if sim := ps.outlook(); sim != nil {
			return ps.outcomeValue(&sim.Finish, field), true
		}
		return "", false
	case "cost_p50", "cost_p80":
		if sim := ps.outlook(); sim != nil && sim.Cost != nil {
			return ps.linker("").forecast(map[string]int64{"cost_p50": sim.Cost.P50, "cost_p80": sim.Cost.P80}[field]), true
		}
		return "", false
	}
	return ps.field(reflect.ValueOf(&ps.plan.Info).Elem(), field)
}

func (ps *planSite) budgetValue(field string) (string, bool) {
	if len(ps.plan.Budget) == 0 {
		return "", false
	}
	sums := sumBudget(ps.plan)
	switch field {
	case "total":
		return ps.loc.Money(sums.total), true
	case "stated_total":
		return ps.money(ps.plan.Info.Budget), ps.plan.Info.Budget.IsSet()
	}
	if m, ok := ps.phaseBudget(field); ok {
		return ps.loc.Money(m), true
	}
	return "", false
}

// categoryValue returns the computed sum of a budget category, or its money for
// a phase.
func (ps *planSite) categoryValue(id, field string) (string, bool) {
	for _, c := range ps.plan.Budget {
		if c.ID != id {
			continue
		}
		if field == "sum" {
			var sum int64
			for _, a := range c.Amount {
				sum += a.Value.Minor
			}
			return ps.loc.Money(sum), true
		}
		if m, ok := c.Amount.For(field); ok {
			return ps.loc.Money(m.Minor), true
		}
	}
	return "", false
}

func (ps *planSite) activityValue(a *schedule.Activity, field string) (string, bool) {
	switch field {
	case "start":
		return ps.activityStart(a).String(), true
	case "finish", "date":
		return ps.activityFinish(a).String(), true
	case "week":
		return ps.activityFinish(a).Week, true
	case "early_start":
		return ps.start(a.EarlyStart).String(), true
	case "early_finish":
		return ps.finish(a.EarlyFinish).String(), true
	case "late_start":
		return ps.start(a.LateStart).String(), true
	case "late_finish":
		return ps.finish(a.LateFinish).String(), true
	case "duration":
		return ps.words(a.Duration), true
	case "total_float":
		return pick(a.TotalFloat < 0, "minus ", "") + ps.words(a.TotalFloat), true
	case "free_float":
		return ps.words(a.FreeFloat), true
	case "drag":
		return ps.words(ps.drag(a)), a.Work != nil && a.Critical()
	case "driven_by":
		return ps.drivenBy(a), true
	case "baseline_start", "baseline_finish", "variance":
		if ps.against == nil {
			return "", false
		}
		return ps.varianceValue(ps.against.Of(a), field)
	case "percent":
		return percent(a.Percent), true
	case "critical":
		return pick(a.Critical(), "critical", "not critical"), true
	case "target", "stated":
		return ps.target(a).String(), a.HasTarget
	case "delta":
		if !a.HasTarget {
			return "", false
		}
		words, _ := ps.late(a.Finish, a.Target)
		return words, true
	case "chance", "p10", "p50", "p80", "p90":
		if sim := ps.outlook(); sim != nil && a.Milestone != nil {
			i := slices.IndexFunc(sim.Milestones, func(o schedule.Outcome) bool { return o.Milestone.ID == a.ID })
			return ps.outcomeValue(&sim.Milestones[i], field), true
		}
	}
	return "", false
}

// outcomeValue returns a chance or the date by which so many trials have finished.
func (ps *planSite) outcomeValue(o *schedule.Outcome, field string) string {
	switch field {
	case "p10":
		return ps.finish(o.P10).String()
	case "p50":
		return ps.finish(o.P50).String()
	case "p80":
		return ps.finish(o.P80).String()
	case "p90":
		return ps.finish(o.P90).String()
	}
	return ps.chance(o.Chance)
}

// varianceValue returns a date of the baseline, or how far the finish has moved
// since.
func (ps *planSite) varianceValue(v schedule.Variance, field string) (string, bool) {
	if v.Then == nil {
		return "", false
	}
	if field == "variance" {
		return ps.moved(v.Finish), true
	}
	if field == "baseline_start" && v.Then.Kind != "milestone" {
		return ps.start(v.Then.Start).String(), true
	}
	return ps.was(v.Then.Finish).String(), true
}

func (ps *planSite) phaseValue(ph *schedule.PhaseDates, field string) (string, bool) {
	switch field {
	case "start":
		return ps.start(ph.Start).String(), !ph.Empty
	case "finish":
		return ps.finish(ph.Finish).String(), !ph.Empty
	case "stated_start":
		return ps.start(ph.StatedStart).String(), ph.HasWindow
	case "stated_finish":
		return ps.finish(ph.StatedFinish).String(), ph.HasWindow
	case "window":
		return ps.window(ph), ph.HasWindow
	case "duration":
		return ps.words(ps.sched.Calendar.Between(ph.Start, ph.Finish)), !ph.Empty
	case "baseline_start", "baseline_finish", "variance":
		if ps.against == nil || ph.Empty {
			return "", false
		}
		return ps.varianceValue(ps.against.OfPhase(ph), field)
	case "percent":
		return percent(ph.Percent), !ph.Empty
	case "delta":
		words, _ := ps.phaseDelta(ph)
		return words, words != ""
	case "budget":
		if m, ok := ps.phaseBudget(ph.ID); ok {
			return ps.loc.Money(m), true
		}
	}
	return "", false
}

// written returns a key of a table as its author wrote it.
func (ps *planSite) written(kind, id, field string) (text string, ok bool) {
	each(ps.plan, func(it *plan.Item, thing any) {
		if it.Kind == kind && it.ID == id {
			text, ok = ps.field(reflect.ValueOf(thing).Elem(), field)
		}
	})
	return text, ok
}

// field returns the text of the struct field with the TOML key, if it has one.
func (ps *planSite) field(v reflect.Value, key string) (string, bool) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		tag, tagged := f.Tag.Lookup("toml")
		switch name, _, _ := strings.Cut(tag, ","); {
		case f.Anonymous && !tagged:
			if s, ok := ps.field(v.Field(i), key); ok {
				return s, ok
			}
		case f.IsExported() && name == key:
			s := ps.text(v.Field(i).Interface())
			return s, s != ""
		}
	}
	return "", false
}

// text writes a value of the plan for readers; "" if it was not written.
func (ps *planSite) text(v any) string {
	switch v := v.(type) {
	case string:
		if it := ps.named(v); it != nil {
			return it.Title()
		}
		return v
	case []string:
		return enumerate(ps.titles(v))
	case plan.TextList:
		return enumerate(ps.titles(v))
	case bool:
		return pick(v, "yes", "no")
	case int:
		return itoa(v)
	case calendar.Date:
		return ps.loc.Date(v)
	case plan.When:
		return ps.stated(v).String()
	case plan.Duration:
		return durationText(v)
	case plan.Estimate:
		return durationText(v.Likely)
	case plan.Money:
		return ps.money(v)
	case plan.Number:
		return v.Text
	case plan.Cadence:
		return v.Text
	case plan.Units:
		if v.IsSet() {
			return decimal(v.TenThousandths, 4)
		}
	case plan.Percent:
		if v.IsSet() {
			return percent(v.Value)
		}
	case plan.Probability:
		if v.IsSet() {
			return ps.loc.Number(v.Value*100, 1) + "%"
		}
	case plan.Rate:
		if v.IsSet() {
			unit := map[plan.Unit]string{plan.Minute: "minute", plan.Hour: "hour", plan.Day: "day", plan.Week: "week", plan.Month: "month"}[v.Per]
			return ps.loc.Money(v.Money.Minor) + " per " + unit
		}
	}
	return ""
}

// named returns the role, person or body with the id, or nil.
func (ps *planSite) named(id string) *plan.Item {
	for _, kind := range []string{"role", "person", "governance"} {
		if it := ps.plan.Lookup(kind + ":" + id); it != nil {
			return it
		}
	}
	return nil
}

func (ps *planSite) titles(ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = id
		if it := ps.named(id); it != nil {
			out[i] = it.Title()
		}
	}
	return out
}

// computedValues are the fields that follow from the plan, by kind.
var computedValues = map[string][]string{
	"plan":      {"name", "start", "finish", "finish_week", "duration", "stated_finish", "stated_duration", "delta", "baseline_finish", "variance", "percent", "findings", "budget", "chance", "p10", "p50", "p80", "p90", "cost_p50", "cost_p80"},
	"phase":     {"start", "finish", "stated_start", "stated_finish", "window", "duration", "percent", "delta", "baseline_start", "baseline_finish", "variance", "budget"},
	"work":      {"start", "finish", "week", "early_start", "early_finish", "late_start", "late_finish", "duration", "total_float", "free_float", "drag", "driven_by", "percent", "critical", "baseline_start", "baseline_finish", "variance"},
	"milestone": {"finish", "date", "week", "target", "stated", "delta", "total_float", "driven_by", "critical", "baseline_finish", "variance", "chance", "p10", "p50", "p80", "p90"},
	"budget":    {"sum"},
}

// values lists the values there are, for "did you mean".
func (ps *planSite) values() []string {
	var out []string
	add := func(prefix string, fields []string) {
		for _, f := range fields {
			if _, ok := ps.value(prefix + "." + f); ok {
				out = append(out, prefix+"."+f)
			}
		}
	}
	add("plan", append(computedValues["plan"], keysOf(reflect.TypeFor[plan.Info]())...))
	add("budget", []string{"total", "stated_total"})
	each(ps.plan, func(it *plan.Item, thing any) {
		add(it.Kind+"."+it.ID, computedValues[it.Kind])
		v := reflect.ValueOf(thing).Elem()
		for _, key := range keysOf(v.Type()) {
			if _, ok := ps.field(v, key); ok && !slices.Contains(computedValues[it.Kind], key) {
				out = append(out, it.Kind+"."+it.ID+"."+key)
			}
		}
	})
	return out
}

// keysOf returns the TOML keys of a struct.
func keysOf(t reflect.Type) []string {
	var out []string
	for i := range t.NumField() {
		f := t.Field(i)
		tag, tagged := f.Tag.Lookup("toml")
		name, _, _ := strings.Cut(tag, ",")
		switch {
		case f.Anonymous && !tagged:
			out = append(out, keysOf(f.Type)...)
		case f.IsExported() && name != "" && name != "-":
			out = append(out, name)
		}
	}
	return out
}
