package schedule

import (
	"fmt"
	"strings"

	"milepost/schedule/calendar"
)

// How levelling is published: in the JSON document, the table and the CSV file.

type levellingDocument struct {
	Bound     string        `json:"bound"` // no schedule without overload finishes earlier
	Gap       calendar.Work `json:"gap_minutes"`
	Seed      uint64        `json:"seed"`
	Schedules int           `json:"schedules"` // made to find this one
}

// unlevelledDocument is where something would be if nobody waited for a role. It
// is empty if the plan is not levelled.
type unlevelledDocument struct {
	UnlevelledStart  *string `json:"unlevelled_start,omitempty"`
	UnlevelledFinish *string `json:"unlevelled_finish,omitempty"`
}

func (s *Schedule) unlevelledOf(start, finish calendar.Instant) unlevelledDocument {
	levelled := s.Levelling != nil
	return unlevelledDocument{UnlevelledStart: instant(start, levelled), UnlevelledFinish: instant(finish, levelled)}
}

// waitDocument says who holds what an activity waits for.
type waitDocument struct {
	Role     string `json:"role,omitempty"`   // one of these two
	Person   string `json:"person,omitempty"` //
	Phase    string `json:"phase,omitempty"`  // whose staffing of the role it is
	Activity string `json:"activity"`         // which holds it until then
}

// resourceDocument is the load of a role or person by week, in whole minutes of
// full time.
type resourceDocument struct {
	Role     string         `json:"role,omitempty"`   // one of these two
	Person   string         `json:"person,omitempty"` //
	Phase    string         `json:"phase,omitempty"`  // whose staffing of the role it is
	Capacity *float64       `json:"capacity"`         // full-time equivalents; null if not limited
	Weeks    []weekDocument `json:"weeks"`
}

type weekDocument struct {
	Week      int   `json:"week"`
	Demand    int64 `json:"demand_minutes"`
	Available int64 `json:"available_minutes"`
	Overload  int64 `json:"overload_minutes"`
	// What they are without levelling, if the plan is levelled.
	UnlevelledDemand   *int64 `json:"unlevelled_demand_minutes,omitempty"`
	UnlevelledOverload *int64 `json:"unlevelled_overload_minutes,omitempty"`
}

func (s *Schedule) unlevelledFinish() *string {
	if s.Levelling == nil {
		return nil
	}
	return instant(s.Levelling.UnlevelledFinish, true)
}

func (s *Schedule) levellingDocument() *levellingDocument {
	l := s.Levelling
	if l == nil {
		return nil
	}
	return &levellingDocument{Bound: l.Bound.String(), Gap: l.Gap, Seed: l.Seed, Schedules: l.Schedules}
}

func waitDocumentOf(w Wait) waitDocument {
	d := waitDocument{Activity: w.Activity.ID}
	d.Role, d.Person, d.Phase = w.Resource.ids()
	return d
}

func (r *Resource) ids() (role, person, phase string) {
	if r.Phase != nil {
		phase = r.Phase.ID
	}
	if r.Role != nil {
		return r.ID, "", phase
	}
	return "", r.ID, phase
}

// resourceDocuments lists the resources that some work needs.
func (s *Schedule) resourceDocuments() []resourceDocument {
	var out []resourceDocument
	for _, r := range s.Resources {
		if len(r.Demands) == 0 {
			continue
		}
		d := resourceDocument{}
		d.Role, d.Person, d.Phase = r.ids()
		if r.Limited() {
			capacity := float64(r.Capacity) / 10_000
			d.Capacity = &capacity
		}
		before := s.LoadByWeek(r, Unlevelled)
		for k, w := range s.LoadByWeek(r, Planned) {
			week := weekDocument{Week: w.Week, Demand: wholeMinutes(w.Demand), Available: wholeMinutes(w.Available), Overload: wholeMinutes(w.Overload)}
			if s.Levelling != nil {
				demand, overload := wholeMinutes(before[k].Demand), wholeMinutes(before[k].Overload)
				week.UnlevelledDemand, week.UnlevelledOverload = &demand, &overload
			}
			d.Weeks = append(d.Weeks, week)
		}
		out = append(out, d)
	}
	return out
}

// wholeMinutes returns minutes times ten-thousandths of full time as minutes of
// full time.
func wholeMinutes(n int64) int64 { return (n + 5_000) / 10_000 }

// LevellingText says in a sentence what levelling did; "" if nothing was
// levelled.
func (s *Schedule) LevellingText() string {
	l := s.Levelling
	if l == nil {
		return ""
	}
	text := "levelled: "
	if s.Finish > l.UnlevelledFinish {
		text += fmt.Sprintf("without, the plan would finish on %s", s.finishText(l.UnlevelledFinish))
	} else {
		text += "the plan finishes when it would without"
	}
	gap := "none: no schedule finishes earlier"
	if l.Gap > 0 {
		gap = workText(l.Gap, s.Calendar)
	}
	text += fmt.Sprintf("; lower bound %s, gap %s; %s tried, ", s.finishText(l.Bound), gap, plural(l.Schedules, "schedule"))
	if l.Budget > 0 {
		return text + fmt.Sprintf("seed %d", l.Seed)
	}
	return text + fmt.Sprintf("by priority rules without a search (seed %d)", l.Seed)
}

// waitsText lists whom an activity waits for: "dev (2.1)", "dev (2.1, 2.2)".
func (a *Activity) waitsText(separator string) string {
	var parts []string
	for i := 0; i < len(a.Waits()); {
		r := a.Waits()[i].Resource
		var ids []string
		for ; i < len(a.Waits()) && a.Waits()[i].Resource == r; i++ {
			ids = append(ids, a.Waits()[i].Activity.ID)
		}
		parts = append(parts, fmt.Sprintf("%s (%s)", r.ID, strings.Join(ids, ", ")))
	}
	return strings.Join(parts, separator)
}

// waitsCell is the last column of the table, which only a levelled plan has.
func (s *Schedule) waitsCell(a *Activity) string {
	if s.Levelling == nil {
		return ""
	}
	return oneLine(a.waitsText(", ")) + "\t"
}
