package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
)

// Baseline is a plan as it was on some day: dates and costs that later ones are
// compared with. It is one file of the folder baselines/ beside the plan.
type Baseline struct {
	ID       string // name of the file without .toml
	Name     string // what readers see; the ID if none is written
	Date     calendar.Date
	Currency string   // of the costs; the plan's
	Pos      diag.Pos // of its finish, otherwise of the table [baseline]
	namedAt  diag.Pos // of its name, otherwise of its date

	Start, Finish calendar.Instant // of the whole plan
	Cost          Money            // of all work; not set if the plan had no costs

	Activities []BaselineActivity // work, then milestones
	Phases     []BaselineActivity

	activities map[string]*BaselineActivity
	phases     map[string]*BaselineActivity
	holds      map[string]bool // by kind
}

// BaselineActivity is a work package, a milestone or a phase as it was in a
// baseline. It may have left the plan since, or have another kind now.
type BaselineActivity struct {
	ID            string
	Kind          string // "work", "milestone" or "phase"
	Name          string // the ID if none is written
	Phase         string // the phase that it was in, "" for none
	Start, Finish calendar.Instant
	// Duration is in working minutes on the calendar it had then, or minutes of
	// the clock if it was Elapsed. A milestone has none.
	Duration calendar.Work
	Elapsed  bool
	Cost     Money   // not set if it had none
	Percent  float64 // done on the day of the baseline, 0 to 100; 0 for a phase
	Pos      diag.Pos
}

// Activity returns the work package or milestone of that id, or nil if the
// baseline has none.
func (b *Baseline) Activity(id string) *BaselineActivity { return b.activities[id] }

// Phase returns the phase of that id, or nil if the baseline has none.
func (b *Baseline) Phase(id string) *BaselineActivity { return b.phases[id] }

// Holds reports whether the baseline has anything of a kind: "work", "milestone"
// or "phase". One of milestones alone says nothing of work.
func (b *Baseline) Holds(kind string) bool { return b.holds[kind] }

// Find makes what was added to Activities and Phases known to
// [Baseline.Activity], [Baseline.Phase] and [Baseline.Holds].
func (b *Baseline) Find() {
	b.holds = map[string]bool{"phase": len(b.Phases) > 0}
	b.activities, b.phases = map[string]*BaselineActivity{}, map[string]*BaselineActivity{}
	for i := range b.Activities {
		b.activities[b.Activities[i].ID] = &b.Activities[i]
		b.holds[b.Activities[i].Kind] = true
	}
	for i := range b.Phases {
		b.phases[b.Phases[i].ID] = &b.Phases[i]
	}
}

// AddBaseline adds a baseline to the plan, in the place of one of the same id.
func (p *Plan) AddBaseline(b *Baseline) {
	p.Baselines = slices.DeleteFunc(slices.Clone(p.Baselines), func(other *Baseline) bool { return other.ID == b.ID })
	p.Baselines = append(p.Baselines, b)
	sortBaselines(p.Baselines)
}

func sortBaselines(list []*Baseline) {
	slices.SortFunc(list, func(a, b *Baseline) int { return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.ID, b.ID)) })
}

// ChosenBaseline returns the baseline that the plan is compared with: the one that
// [plan] names, otherwise the newest whose date is not after day, otherwise the
// oldest. It is nil if there is none.
func (p *Plan) ChosenBaseline(day calendar.Date) *Baseline {
	var chosen *Baseline
	for i, b := range p.Baselines {
		switch {
		case p.Info.Baseline != "":
			if b.ID == p.Info.Baseline {
				return b
			}
		case i == 0 || b.Date <= day:
			chosen = b
		}
	}
	return chosen
}

// Text returns the baseline as its file is written: TOML, one table per thing.
// The same baseline gives the same bytes.
func (b *Baseline) Text() []byte {
	var t strings.Builder
	fmt.Fprintf(&t, "# The plan as it was on %s, to compare later ones with, written by milepost\n# baseline save. Times are local, costs in units of the currency.\n\n", b.Date)
	t.WriteString("[baseline]\n")
	if b.Name != b.ID {
		fmt.Fprintf(&t, "name = %s\n", quoteText(b.Name))
	}
	fmt.Fprintf(&t, "date = %s\nstart = %s\nfinish = %s\n", b.Date, b.Start, b.Finish)
	if b.Cost.IsSet() {
		fmt.Fprintf(&t, "currency = %s\ncost = %s\n", quoteText(b.Currency), amountText(b.Cost, MinorDigits(b.Currency)))
	}
	for _, list := range [][]BaselineActivity{b.Phases, b.Activities} {
		for i := range list {
			list[i].text(&t, b.Currency)
		}
	}
	return []byte(t.String())
}

func (a *BaselineActivity) text(t *strings.Builder, currency string) {
	fmt.Fprintf(t, "\n[%s.%s]\n", a.Kind, join("", a.ID))
	if a.Name != a.ID {
		fmt.Fprintf(t, "name = %s\n", quoteText(a.Name))
	}
	if a.Phase != "" {
		fmt.Fprintf(t, "phase = %s\n", quoteText(a.Phase))
	}
	if a.Kind != "milestone" {
		fmt.Fprintf(t, "start = %s\n", a.Start)
	}
	fmt.Fprintf(t, "finish = %s\n", a.Finish)
	if a.Kind == "work" {
		fmt.Fprintf(t, "duration = %q\n", lengthText(a.Duration, a.Elapsed))
	}
	if a.Cost.IsSet() {
		fmt.Fprintf(t, "cost = %s\n", amountText(a.Cost, MinorDigits(currency)))
	}
	if a.Percent > 0 {
		fmt.Fprintf(t, "percent = %s\n", strconv.FormatFloat(a.Percent, 'f', -1, 64))
	}
}

// lengthText writes a duration in units that are the same on every calendar:
// "40h", "90min", "72eh" on the clock.
func lengthText(w calendar.Work, elapsed bool) string {
	e := ""
	if elapsed {
		e = "e"
	}
	if w%60 == 0 {
		return fmt.Sprintf("%d%sh", w/60, e)
	}
	return fmt.Sprintf("%d%smin", w, e)
}

// amountText writes money as plans do: 161_000, or "8000.50" in quotes.
func amountText(m Money, digits int) string {
	text := decimal(m.Minor, digits)
	whole, frac, _ := strings.Cut(text, ".")
	if frac != "" {
		return strconv.Quote(whole + "." + (frac + strings.Repeat("0", digits))[:digits])
	}
	sign, whole := whole[:len(whole)-len(strings.TrimLeft(whole, "-"))], strings.TrimLeft(whole, "-")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "_" + whole[i:]
	}
	return sign + whole
}

// Text returns the amount as a plain number in units of a currency, with the
// decimals it has: "-1500.5".
func (m Money) Text(currency string) string { return decimal(m.Minor, MinorDigits(currency)) }

// quoteText writes a text as a basic string of TOML.
func quoteText(s string) string {
	var t strings.Builder
	t.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			t.WriteByte('\\')
			t.WriteRune(r)
		case r == '\n':
			t.WriteString(`\n`)
		case r == '\t':
			t.WriteString(`\t`)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&t, `\u%04X`, r)
		default:
			t.WriteRune(r)
		}
	}
	t.WriteByte('"')
	return t.String()
}
