package generator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"milepost/generator/chart"
	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// loadView is the page about who is needed for how much of their time, against
// how much there is of them.
type loadView struct {
	Headline  []string
	Levelling string // of a levelled plan, where it is told what was done; or ""
	Overloads table
	More      string // of the overloads, where the table leaves some out
	Waits     table
	MoreWaits string
	Chart     *chart.Chart
	Weeks     table
	WeeksNote string
	Findings  []finding
	Further   *link  // to the findings that are left out
	Idle      []link // roles and people without assigned work
}

// How much the page shows at most; the CSV files have all of it. A plan with more
// weeks than columns is shown by four weeks or more.
const (
	mostOverloads   = 40
	mostNamed       = 6 // work packages of an overload
	mostFindings    = 10
	mostLoadColumns = 26
)

// hasLoad reports whether work needs some of a role or person.
func (ps *planSite) hasLoad() bool {
	return ps.sched != nil && slices.ContainsFunc(ps.sched.Resources, func(r *schedule.Resource) bool { return len(r.Demands) > 0 })
}

// loadPages returns the page about load, none for a plan that assigns nobody to
// work.
func (b *builder) loadPages(ps *planSite) []page {
	if !ps.hasLoad() {
		return nil
	}
	s := b.section(ps, "load/index.html")
	roles := ps.sched.RoleLoads(schedule.Planned)
	over := s.overloads()
	v := loadView{Headline: s.loadHeadline(roles, over), Idle: s.idle(roles)}
	if ps.sched.Levelling != nil {
		v.Levelling = s.href("schedule/#levelling")
	}
	v.Overloads, v.More = s.overloadTable(over)
	v.Waits, v.MoreWaits = s.waits()
	if c, ok := chart.Load(ps.sched, s.chartContext()); ok {
		v.Chart = &c
	}
	v.Weeks, v.WeeksNote = s.weekTable(roles)
	for _, f := range b.findingsAbout(s.linker, "role", "person", "work") {
		if isLoadFinding(f.Code) {
			v.Findings = append(v.Findings, f)
		}
	}
	if n := len(v.Findings); n > mostFindings {
		v.Findings = v.Findings[:mostFindings]
		v.Further = &link{Text: plural(n-mostFindings, "more finding", "more findings"), Href: s.href("findings/")}
	}
	return []page{{
		path: s.from, plan: ps, template: "load", title: "Load against capacity", section: "load",
		summary: strings.Join(v.Headline, " "), view: v, wide: true,
	}}
}

// isLoadFinding reports whether a finding is about load and levelling.
func isLoadFinding(code string) bool { return code >= "F420" && code <= "F429" }

// overloads returns when anybody is needed beyond capacity, by time.
func (s section) overloads() []schedule.Overload {
	var out []schedule.Overload
	for _, r := range s.ps.sched.Resources {
		out = append(out, s.ps.sched.Overloads(r, schedule.Planned)...)
	}
	slices.SortStableFunc(out, func(a, b schedule.Overload) int { return cmp.Compare(a.Start, b.Start) })
	return out
}

// loadHeadline says who is overloaded, and of a levelled plan what that cost.
func (s section) loadHeadline(roles []*schedule.RoleLoad, over []schedule.Overload) []string {
	left := due(over)
	limited := 0
	one, many := "role", "roles"
	for _, l := range roles {
		if !l.Limited() {
			continue
		}
		limited++
		if l.Role == nil {
			one, many = "role or person", "roles and people"
		}
	}
	within := fmt.Sprintf("Nobody is overloaded: %s and the work fits the capacity.", plural(limited, one+" has a capacity", many+" have a capacity"))
	if len(left) == 0 && len(over) > 0 {
		within = "Nobody is overloaded from the status date on; what was before it is below."
	}
	switch {
	case limited == 0:
		return []string{"Nobody who is assigned to work has a stated capacity, so there is nothing to compare the load with."}
	case len(left) == 0 && s.ps.sched.Levelling != nil:
		return append([]string{"Levelled: every role within its capacity."}, s.levellingCost()...)
	case len(left) == 0:
		return []string{within}
	}
	var who []string
	for _, o := range left {
		if a := o.Resource.Address(); !slices.Contains(who, a) {
			who = append(who, a)
		}
	}
	top := slices.MaxFunc(left, lessBeyond)
	out := []string{
		fmt.Sprintf("%d of %s %s %s in %s.", len(who), plural(limited, one, many),
			pick(len(who) == 1, "is overloaded:", "are overloaded, most of all"), s.resourceName(top.Resource), s.weeksOf(top)),
		fmt.Sprintf("In full-time equivalents (FTE), the work needs %s and the capacity is %s.", s.units(top.Peak), s.units(top.Resource.Capacity)),
	}
	if s.ps.sched.Levelling != nil {
		out = append(append(out, "Levelling cannot help there: work needs more than there is, or has to stay where it is."), s.levellingCost()...)
	}
	return out
}

// resourceName is the name of a role or person, with the phase of its staffing.
func (s section) resourceName(r *schedule.Resource) string {
	if r.Phase != nil {
		return r.Title() + " in " + headOf(&r.Phase.Item)
	}
	return r.Title()
}

// weeksOf names the weeks of an overload: "W9" or "W9 to W11".
func (s section) weeksOf(o schedule.Overload) string {
	first, last := s.ps.sched.Week(o.Start), s.ps.sched.Week(o.Finish-1)
	if first == last {
		return "W" + itoa(first)
	}
	return fmt.Sprintf("W%d to W%d", first, last)
}

// overloadTable lists when somebody is needed beyond capacity, by how much, for
// what, and the ways out. Of very many it shows the largest.
func (s section) overloadTable(over []schedule.Overload) (t table, more string) {
	t = table{ID: "overloads-table", Class: "stack", Caption: "Overloads by time, with the working time beyond the capacity",
		Head: cols("Role or person", "When", "#Needed", "#Capacity", "#Too much", "Work packages", "What to do")}
	rows := make([]row, len(over))
	for i, o := range over {
		who := linked(s.item(o.Resource.Item))
		if o.Resource.Phase != nil {
			who.Note = "staffing of " + headOf(&o.Resource.Phase.Item)
		}
		if o.Past {
			who.Badge = &pill{"before the status date", "none"}
		}
		first, last := s.ps.start(o.Start), s.ps.finish(o.Finish)
		at := text(strings.Replace(s.weeksOf(o), " to ", "–", 1))
		at.Note = first.Text + pick(first.Text == last.Text, "", " to "+last.Text)
		var work []link
		for i, a := range o.Activities {
			if i == mostNamed && len(o.Activities) > mostNamed+1 {
				work = append(work, link{Text: itoa(len(o.Activities)-i) + " more"})
				break
			}
			l := s.item(a.Item)
			l.Text += " (" + s.units(o.Resource.UnitsOf(a)) + ")"
			work = append(work, l)
		}
		rows[i] = row{Cells: []cell{
			who, at, text(s.units(o.Peak)), text(s.units(o.Resource.Capacity)).assumed(o.Resource.Item, capacityKeys[o.Resource.Source]),
			text(s.ps.words(calendar.Work((o.Over + 5_000) / 10_000))).class(pick(o.Past, "", "late")), linked(work...), text(s.wayOut(o)),
		}}
	}
	t.Rows = rows
	if len(rows) > mostOverloads {
		least := slices.SortedFunc(slices.Values(over), func(a, b schedule.Overload) int { return cmp.Compare(b.Over, a.Over) })[mostOverloads-1].Over
		t.Rows = nil
		for i, o := range over {
			if o.Over >= least && len(t.Rows) < mostOverloads {
				t.Rows = append(t.Rows, rows[i])
			}
		}
		more = fmt.Sprintf("The %d largest of %d; the CSV has them all.", len(t.Rows), len(rows))
	}
	if len(rows) > 0 {
		t.CSV = s.b.publishCSV(s.linker, "load/overloads.csv", s.overloadRows(over))
	}
	return t, more
}

// overloadRows are the rows of the CSV.
func (s section) overloadRows(over []schedule.Overload) [][]string {
	out := [][]string{{"kind", "id", "name", "staffing_of", "from", "to", "needed_fte", "capacity_fte", "over_minutes", "work", "before_status_date", "what_to_do"}}
	for _, o := range over {
		phase := ""
		if o.Resource.Phase != nil {
			phase = o.Resource.Phase.ID
		}
		var ids []string
		for _, a := range o.Activities {
			ids = append(ids, a.ID)
		}
		out = append(out, []string{o.Resource.Kind, o.Resource.ID, o.Resource.Title(), phase, o.Start.Date().String(), o.Finish.LastDate().String(),
			decimal(o.Peak, 4), decimal(o.Resource.Capacity, 4), decimal(o.Over, 4), strings.Join(ids, "; "), pick(o.Past, "yes", "no"), s.wayOut(o)})
	}
	return out
}

// capacityKeys are the keys that a capacity is written with.
var capacityKeys = map[schedule.CapacitySource]string{
	schedule.OfRole: "capacity", schedule.OfStaffing: "staffing", schedule.OfPerson: "units",
}

// wayOut says what the plan's authors can do about an overload.
func (s section) wayOut(o schedule.Overload) string {
	if o.Past {
		return "It has happened; nothing is left to do."
	}
	raise := map[schedule.CapacitySource]string{
		schedule.OfStaffing: "raise the staffing of the phase", schedule.OfPersons: "find more people for the role", schedule.OfPerson: "let somebody else do part of it",
	}[o.Resource.Source]
	raise = cmp.Or(raise, "raise the capacity")
	var alone, loose []string
	for _, a := range o.Activities {
		if o.Resource.UnitsOf(a) > o.Resource.Capacity {
			alone = append(alone, a.ID)
		} else if a.TotalFloat > 0 && a.Percent == 0 && !a.Work.ActualStart.IsSet() {
			loose = append(loose, fmt.Sprintf("%s (%s of total float)", a.ID, s.ps.words(a.TotalFloat)))
		}
	}
	loose = loose[:min(3, len(loose))]
	if n := len(alone); n > mostNamed+1 {
		alone = append(alone[:mostNamed:mostNamed], itoa(n-mostNamed)+" more")
	}
	if len(alone) > 0 {
		out := fmt.Sprintf("More than there is even alone: %s. Assign at most %s, or %s.", enumerate(alone), s.units(o.Resource.Capacity), raise)
		if len(loose) > 0 {
			out += fmt.Sprintf(" Can wait without moving the finish: %s.", enumerate(loose))
		}
		return out
	}
	if len(loose) > 0 {
		return fmt.Sprintf("Can wait without moving the finish: %s. Or %s.", enumerate(loose), raise)
	}
	if s.ps.sched.Levelling != nil {
		return "The work has to stay where it is: relax its constraint, or " + raise + "."
	}
	return "None of it has float: " + raise + ", or level the plan (level = true) and finish later."
}

// weekTable shows load and capacity of each role by week, or by more weeks where
// the plan is long; its CSV has every week.
func (s section) weekTable(roles []*schedule.RoleLoad) (t table, note string) {
	size := chart.BlockSize(len(roles[0].Weeks), mostLoadColumns)
	t = table{ID: "weeks", Class: "figures load", Caption: "Full-time equivalents needed and available, by plan week", Head: cols("Role or person")}
	switch size {
	case 1:
		note = "Each figure is what assigned work needs of what there is, in full-time equivalents (FTE)."
	default:
		t.Caption = fmt.Sprintf("Full-time equivalents needed and available, means of %d plan weeks", size)
		note = fmt.Sprintf("Each figure is what assigned work needs of what there is, in full-time equivalents (FTE), as the mean of %d weeks; the CSV has every week.", size)
	}
	note += " A week with holidays has less capacity. Somebody can be over capacity on some days of a week that has room on others."
	for _, bl := range chart.Blocks(roles[0].Weeks, size) {
		t.Head = append(t.Head, column{Text: bl.Name(), Num: true})
	}
	var before []*schedule.RoleLoad
	if s.ps.sched.Levelling != nil {
		before = s.ps.sched.RoleLoads(schedule.Unlevelled)
	}
	for i, l := range roles {
		r := row{Cells: []cell{linked(s.item(l.Item)).note(pick(l.Limited(), "", "no capacity stated"))}}
		var was []chart.Block
		if before != nil {
			was = chart.Blocks(before[i].Weeks, size)
		}
		for k, bl := range chart.Blocks(l.Weeks, size) {
			c := cell{}
			if bl.Demand > 0 || bl.Available > 0 {
				c = text(s.ps.loc.Number(float64(l.FullTime(bl.Demand, bl.Weeks()))/10_000, 2))
				if l.Limited() {
					c.Text += " / " + s.ps.loc.Number(float64(l.FullTime(bl.Available, bl.Weeks()))/10_000, 2)
				}
				if bl.Demand == 0 {
					c.Class = "idle"
				}
			}
			switch {
			case bl.Overload > 0:
				c.Class, c.Note = "over", "▲ over by "+s.ps.loc.Number(float64(l.FullTime(bl.Overload, bl.Weeks()))/10_000, 2)
			case bl.Unstaffed > 0:
				c.Note = "not staffed"
			case was != nil && was[k].Overload > 0:
				c.Note = "was over"
			}
			r.Cells = append(r.Cells, c)
		}
		t.Rows = append(t.Rows, r)
	}
	t.CSV = s.b.publishCSV(s.linker, "load/load.csv", s.weekRows(roles, before))
	return t, note
}

// weekRows are the rows of the CSV: every role and week with load or capacity.
func (s section) weekRows(roles, before []*schedule.RoleLoad) [][]string {
	out := [][]string{{"week", "starts", "kind", "id", "name", "load_fte", "capacity_fte", "over_fte", "peak_fte", "work"}}
	if before != nil {
		out[0] = append(out[0], "unlevelled_load_fte", "unlevelled_over_fte")
	}
	fte := func(l *schedule.RoleLoad, amount int64) string { return decimal(l.FullTime(amount, 1), 4) }
	for i, l := range roles {
		for k, w := range l.Weeks {
			if w.Demand == 0 && w.Available == 0 && (before == nil || before[i].Weeks[k].Demand == 0) {
				continue
			}
			var ids []string
			for _, a := range w.Activities {
				ids = append(ids, a.ID)
			}
			capacity := ""
			if l.Limited() {
				capacity = fte(l, w.Available)
			}
			line := []string{"W" + itoa(w.Week), s.ps.sched.WeekStart(w.Week).Date().String(), l.Kind, l.ID, l.Title(),
				fte(l, w.Demand), capacity, fte(l, w.Overload), decimal(w.Peak, 4), strings.Join(ids, "; ")}
			if before != nil {
				line = append(line, fte(l, before[i].Weeks[k].Demand), fte(l, before[i].Weeks[k].Overload))
			}
			out = append(out, line)
		}
	}
	return out
}

// idle lists the roles and people that no work is assigned to.
func (s section) idle(roles []*schedule.RoleLoad) []link {
	var out []link
	add := func(it *plan.Item) {
		if !slices.ContainsFunc(roles, func(l *schedule.RoleLoad) bool { return l.Item == it }) {
			out = append(out, s.item(it))
		}
	}
	for _, r := range s.ps.plan.Roles {
		add(&r.Item)
	}
	for _, p := range s.ps.plan.People {
		add(&p.Item)
	}
	return out
}

// loadOf says in a line what a role or person is needed for, with a link to its
// histogram.
func (s section) loadOf(it *plan.Item) []link {
	var over []schedule.Overload
	var peak, most int64
	var unstaffed []string
	needed, limited := false, false
	for _, r := range s.ps.sched.Resources {
		if r.Item != it {
			continue
		}
		needed = needed || len(r.Demands) > 0
		if r.Source == schedule.NotInThePhase {
			if r.Phase != nil {
				unstaffed = append(unstaffed, headOf(&r.Phase.Item))
			}
			continue
		}
		limited = limited || r.Limited()
		most = max(most, r.Capacity)
		for _, sp := range s.ps.sched.Load(r, schedule.Planned) {
			peak = max(peak, sp.Units)
		}
		over = append(over, due(s.ps.sched.Overloads(r, schedule.Planned))...)
	}
	if !needed {
		return nil
	}
	var parts []string
	switch {
	case len(over) > 0:
		o := slices.MaxFunc(over, lessBeyond)
		out := fmt.Sprintf("overloaded, %s of %s in %s", s.units(o.Peak), s.units(o.Resource.Capacity), s.weeksOf(o))
		parts = append(parts, out+pick(len(over) > 1, " and at other times", ""))
	case limited && peak > 0:
		parts = append(parts, fmt.Sprintf("at most %s of %s", s.units(peak), s.units(most)))
	case peak > 0:
		parts = append(parts, fmt.Sprintf("at most %s, no capacity stated", s.units(peak)))
	}
	if len(unstaffed) > 0 {
		parts = append(parts, "needed but not staffed in "+enumerate(unstaffed))
	}
	return []link{{Text: strings.Join(parts, "; "), Href: s.href("load/#chart-load-" + anchor(it.Kind, it.ID))}}
}

// loadOfWork says on the page of a work package whether its people are
// overloaded meanwhile.
func (s section) loadOfWork(a *schedule.Activity) fact {
	f := fact{Label: "Load of its people"}
	assigned, limited := false, false
	for _, r := range s.ps.sched.Resources {
		if r.UnitsOf(a) == 0 {
			continue
		}
		assigned, limited = true, limited || r.Limited()
	}
	for _, o := range s.ps.overloads()[a] {
		r := o.Resource
		f.Class = "late"
		f.Links = append(f.Links, link{Text: fmt.Sprintf("%s overloaded in %s", s.resourceName(r), s.weeksOf(o)), Href: s.href("load/#chart-load-" + anchor(r.Kind, r.ID))})
	}
	if assigned && len(f.Links) == 0 {
		f.Links = []link{{Text: pick(limited, "within capacity", "no capacity stated"), Href: s.href("load/")}}
	}
	return f
}

// overloadsByWork finds the overloads that each work package takes part in.
func (ps *planSite) overloadsByWork() map[*schedule.Activity][]schedule.Overload {
	by := map[*schedule.Activity][]schedule.Overload{}
	for _, r := range ps.sched.Resources {
		for _, o := range due(ps.sched.Overloads(r, schedule.Planned)) {
			for _, a := range o.Activities {
				by[a] = append(by[a], o)
			}
		}
	}
	return by
}

// due leaves out what was before the status date.
func due(over []schedule.Overload) []schedule.Overload {
	return slices.DeleteFunc(slices.Clone(over), func(o schedule.Overload) bool { return o.Past })
}

// lessBeyond compares overloads by how far they are beyond the capacity at most.
func lessBeyond(a, b schedule.Overload) int {
	return cmp.Compare(a.Peak-a.Resource.Capacity, b.Peak-b.Resource.Capacity)
}
