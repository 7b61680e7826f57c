package generator_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"milepost/schedule/plan"
)

// What an author writes is to be seen. The plan of these tests holds every key
// of every kind, found by reflection, so that a key that is added to the format
// and to no view is noticed.

// planKey is one key of one kind.
type planKey struct {
	kind, key string
	value     string // as TOML
	required  bool
	word      string // for texts: a word that stands nowhere else
}

func (k planKey) String() string { return k.kind + "." + k.key }

// values are those that cannot be found by the type of a key alone: they name
// things of this plan, or would change how the others are shown.
var values = map[string]string{
	"plan.start":        `2026-01-05`,
	"plan.finish":       `"W9"`,
	"plan.duration":     ``, // instead of finish
	"plan.status_date":  `2026-01-21`,
	"plan.budget":       `77_001`,
	"plan.currency":     `"EUR"`,
	"plan.calendar":     `"calendar1"`,
	"plan.baseline":     `"first"`,
	"calendar.days":     `{ mon = "08:00-16:00", tue = "08:00-16:00", wed = "08:00-16:00", thu = "08:00-12:00" }`,
	"calendar.holidays": `{ "2026-02-02" = "zzholiday" }`,
	"calendar.day":      `"7h"`,
	"calendar.week":     `"29h"`,
	"calendar.month":    `"117h"`,
	"calendar.country":  `"us"`,
	"phase.phase":       `"outer"`,
	"phase.after":       `["before"]`,
	"work.after":        `["before SS+1d"]`,
	"work.effort":       ``, // instead of duration
	"work.duration":     `{ optimistic = "2d", likely = "4d", pessimistic = "9d", distribution = "uniform" }`,
	"work.assign":       `{ role1 = 0.75 }`,
	"work.priority":     `510`,
	"work.calendar":     `"night"`,
	"milestone.after":   `["work1"]`,

	// Constraints that can all be kept.
	"work.start_no_earlier_than":       `2026-03-02`,
	"work.must_start_on":               `2026-03-03`,
	"work.start_no_later_than":         `2026-03-09`,
	"work.finish_no_earlier_than":      `2026-03-10`,
	"work.must_finish_on":              `2026-03-16`,
	"work.finish_no_later_than":        `2026-03-17`,
	"work.deadline":                    `2026-03-24`,
	"milestone.start_no_earlier_than":  `2026-04-01`,
	"milestone.finish_no_earlier_than": `2026-04-02`,
	"milestone.must_start_on":          `2026-04-06`,
	"milestone.must_finish_on":         `2026-04-06`,
	"milestone.start_no_later_than":    `2026-04-09`,
	"milestone.finish_no_later_than":   `2026-04-10`,
	"milestone.deadline":               `2026-04-20`,

	"role.staffing":         `{ phase1 = 0.35 }`,
	"role.reports_to":       `"governance1"`,
	"role.manages":          `["other"]`,
	"role.calendar":         `"night"`,
	"person.calendar":       `"night"`,
	"person.units":          `0.45`,
	"budget.amount":         `{ phase1 = 1_111 }`,
	"governance.chair":      `"other"`,
	"governance.reports_to": `"upper"`,
	"decision.status":       `"made"`,
	"handover.done":         `true`,
	"work.actual_finish":    ``, // beside percent and remaining; that of the milestone is there
	"kpi.better":            `"down"`,
	"kpi.readings":          `{ "2026-01-12" = 71, "2026-01-19" = 72 }`,
	"risk.status":           `"occurred"`,
	"checklist.items":       `[{ name = "zzitemname", description = "zzitemdescription", done = true, owner = "other", due = "W2", evidence = "zzitemevidence" }]`,
	"gate.status":           `"conditional"`,
	"gate.at":               `"start"`,
	"objective.type":        `"critical activity"`,
	"objective.measured_by": `"phase1"`,

	"plan.simulation": `{ trials = 1_234, seed = 77, distribution = "triangular", spread = { optimistic = 0.85, pessimistic = 1.45 }, ` +
		`correlation = 0.35, correlate_by = "role", probabilities = { very-low = 0.01, low = 0.11, medium = 0.31, high = 0.51, very-high = 0.91 } }`,
	"risk.impact": `[{ work = "work1", delay = "3d", cost = 4_321 }, { after = "milestone1", delay = { optimistic = "6d", likely = "7d", pessimistic = "8d" } }, ` +
		`{ cost = { optimistic = 5_431, likely = 5_432, pessimistic = 5_433, distribution = "triangular" } }]`,
	"risk.mitigated": `{ probability = "low", impact = [{ work = "work1", delay = "17h" }] }`,
}

// frame is what the values name beside the things of the plan under test.
const frame = `
[calendar.night]
days = { mon = "20:00-23:00", tue = "20:00-23:00" }
[phase.outer]
[work.before]
effort = "1d"
assign = { other = 1.0 }
[role.other]
[governance.upper]
`

// inner are the words in the values above.
var inner = []string{"between 2 days and 9 days (uniform)", "3 days later", "€4,321",
	"after milestone1: 1 week 3 days later, between 6 days and 8 days", "€5,432, between €5,431 and €5,433 (triangular)", "probability 11% (low); work1: 2 days 3 hours later",
	"1,234 trials, seed 77", "triangular", "15% shorter to 45% longer", "correlation of 0.35 by role",
	"very low 1%, low 11%, medium 31%, high 51%, very high 91%", "zzholiday", "zzitemname", "zzitemdescription", "zzitemevidence"}

// planKeys returns every key of every kind.
func planKeys(t *testing.T) []planKey {
	t.Helper()
	var out []planKey
	n := 0
	var fields func(kind string, st reflect.Type)
	fields = func(kind string, st reflect.Type) {
		for i := range st.NumField() {
			f := st.Field(i)
			tag, options, _ := strings.Cut(f.Tag.Get("toml"), ",")
			switch {
			case !f.IsExported() || tag == "-" || tag == "assumed" || tag == "ignore": // TestIgnored has that
				continue
			case tag == "not_applicable": // shuts out other tables; see testdata/sections/coverage_left_out.txtar
				continue
			case f.Anonymous && tag == "":
				fields(kind, f.Type)
				continue
			}
			n++
			k := planKey{kind: kind, key: tag, required: options == "required"}
			word := fmt.Sprintf("zz%s%s", strings.ReplaceAll(kind, "_", ""), strings.ReplaceAll(tag, "_", ""))
			given, isGiven := values[k.String()]
			switch ref, enum := f.Tag.Get("ref"), f.Tag.Get("enum"); {
			case isGiven:
				k.value = given
			case ref != "" && f.Type.Kind() == reflect.String:
				k.value = `"` + strings.Fields(ref)[0] + `1"`
			case ref != "":
				k.value = `["` + strings.Fields(ref)[0] + `1"]`
			case enum != "":
				all := strings.FieldsFunc(enum, func(r rune) bool { return r == '|' || r == ' ' && !strings.Contains(enum, "|") })
				k.value = `"` + all[len(all)-1] + `"`
			default:
				switch f.Type {
				case reflect.TypeFor[string](), reflect.TypeFor[plan.Cadence]():
					k.value, k.word = `"`+word+`"`, word
				case reflect.TypeFor[[]string](), reflect.TypeFor[plan.TextList]():
					k.value, k.word = `["`+word+`"]`, word
				case reflect.TypeFor[plan.Money]():
					k.value = fmt.Sprint(5000 + n)
				case reflect.TypeFor[plan.When]():
					k.value = fmt.Sprintf("2026-%02d-%02d", 3+n/25%9, 1+n%25)
				default:
					k.value = f.Tag.Get("example")
				}
			}
			if k.value != "" {
				out = append(out, k)
			}
		}
	}
	for i := range reflect.TypeFor[plan.Plan]().NumField() {
		f := reflect.TypeFor[plan.Plan]().Field(i)
		kind := f.Tag.Get("toml")
		switch {
		case kind == "" || kind == "progress": // its keys are those of work
		case kind == "plan":
			fields(kind, f.Type)
		default:
			fields(kind, f.Type.Elem().Elem())
		}
	}
	return out
}

// planOf writes the plan. line may change or leave out the line of a key.
func planOf(keys []planKey, line func(k planKey) string) fstest.MapFS {
	var out strings.Builder
	last := ""
	for _, k := range keys {
		if k.kind != last {
			last = k.kind
			if k.kind == "plan" {
				out.WriteString("[plan]\n")
			} else {
				fmt.Fprintf(&out, "[%s.%s1]\n", k.kind, k.kind)
			}
		}
		out.WriteString(line(k))
	}
	out.WriteString(frame)
	return fstest.MapFS{
		"content/plan.toml":             &fstest.MapFile{Data: []byte(out.String())},
		"content/baselines/first.toml":  &fstest.MapFile{Data: []byte("[baseline]\ndate = 2026-01-05\nfinish = 2026-03-04\n")},
		"content/baselines/second.toml": &fstest.MapFile{Data: []byte("[baseline]\ndate = 2026-01-12\nfinish = 2026-03-05\n")},
	}
}

func written(k planKey) string { return k.key + " = " + k.value + "\n" }

// seen returns what readers see on all pages.
func seen(t *testing.T, site fstest.MapFS) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, page := range build(t, site) {
		out[name] = visible(t, page)
	}
	return out
}

// TestShown checks that each text stands on some page, and that each other
// value makes a difference to what readers see.
func TestShown(t *testing.T) {
	keys := planKeys(t)
	whole := seen(t, planOf(keys, written))
	all := strings.Join(slices.Collect(maps.Values(whole)), "\n")
	for _, word := range inner {
		if !strings.Contains(all, word) {
			t.Errorf("no page shows %q", word)
		}
	}
	for _, k := range keys {
		switch {
		case k.word != "" && !strings.Contains(all, k.word):
			t.Errorf("no page shows the text of %s, %q", k, k.word)
		case k.word != "" || k.required || k.String() == "work.duration": // cannot be left out
		default:
			t.Run(k.String(), func(t *testing.T) {
				t.Parallel()
				without := seen(t, planOf(keys, func(other planKey) string {
					if other == k {
						return "# left out\n"
					}
					return written(other)
				}))
				if maps.Equal(whole, without) {
					t.Errorf("no page shows whether %s is written", k)
				}
			})
		}
	}
}

// TestAssumedShown checks that readers see of each value whether it is assumed:
// of a text beside it, of another value somewhere if nothing else is assumed.
func TestAssumedShown(t *testing.T) {
	keys := planKeys(t)
	mark := func(k planKey) string { return written(k) + `assumed = ["` + k.key + "\"]\n" }
	for _, k := range keys {
		t.Run(k.String(), func(t *testing.T) {
			t.Parallel()
			pages := build(t, planOf(keys, func(other planKey) string {
				if other == k {
					return mark(k)
				}
				return written(other)
			}))
			for _, page := range pages {
				if strings.Contains(string(page), `class="badge assumed"`) {
					return
				}
			}
			t.Errorf("no page says that %s is assumed", k)
		})
	}
}
