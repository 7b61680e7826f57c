package generator

import (
	"fmt"
	"strings"

	"milepost/schedule"
)

// healthView is the page about how the schedule is built.
type healthView struct {
	Lead   string
	Table  table
	Groups []healthGroup
}

// healthGroup is the checks with one result.
type healthGroup struct {
	ID, Title string
	Checks    []healthCheck
}

// healthCheck is one check in full.
type healthCheck struct {
	Anchor    string
	Title     string
	Pill      pill
	Verdict   string // "3 of 20 (15.0%). Allowed: at most 5%."
	Measures  string
	Counted   string
	Reason    string // why it does not apply
	Advice    string // what to do
	Offenders *table
	Folded    bool
}

// advice says in plain words why a check matters and what to do if it fails.
var advice = map[int]string{
	1:  "Without logic a date does not move when it should. Say what each of these waits for (after), and let something wait for it: the next work, or the milestone that ends the plan. Only that milestone, and the one activity that everything begins with, need none.",
	2:  "A lead says that work begins before what it waits for is done, and nobody knows when. Split the predecessor where the successor can begin, and wait for the first part.",
	3:  "A lag is time that nobody works on and nobody watches. Make it a work package with a name, such as a review or a delivery.",
	4:  "Finish to start is what people understand and what a delay runs through. Split work so that the next part waits for a finished part.",
	5:  "A hard constraint holds a date whatever happens before it. Let dependencies give the date, and state a deadline or a target to be warned.",
	6:  "So much float mostly means that a successor is missing. Add what really waits for this work.",
	7:  "A date that is held cannot be met. Bring forward what the work waits for, take work out, or agree on another date.",
	8:  "Nobody can say how far work of months has come. Split it into work packages of a few weeks with a result each.",
	9:  "What is past has happened and what is open lies ahead. Correct the actual dates, or move the status date on.",
	10: "Work that needs nobody is not planned yet. Assign people (assign) or state its cost.",
	11: "Work that was due is late. Say why in a report, and look at what it drives before the delay runs on.",
	12: "A delay of this work does not reach the finish as it should. Look for a dependency on its start only, for a missing successor, or for a date that alone makes it critical.",
	13: "The time that is left does not suffice to finish when agreed. Shorten the longest path: see the drag of its activities on the page about the schedule.",
	14: "Less is finished than was to be. Compare the work that is open with the people it has.",
}

func (b *builder) healthPages(ps *planSite) []page {
	metrics := ps.sched.Health()
	if len(metrics) == 0 {
		return nil
	}
	at := ps.path("health/index.html")
	l := ps.linker(at)
	v := healthView{Lead: healthLead(metrics), Table: b.healthTable(l, metrics)}
	v.Table.CSV = b.publishCSV(l, "health/health.csv", healthRows(metrics))
	groups := map[schedule.Result]*healthGroup{
		schedule.Fail:          {ID: "fails", Title: "What fails"},
		schedule.Pass:          {ID: "passes", Title: "What passes"},
		schedule.NotApplicable: {ID: "not-applicable", Title: "What cannot be told"},
	}
	for _, m := range metrics {
		g := groups[m.Result]
		g.Checks = append(g.Checks, b.healthCheck(l, m))
	}
	for _, r := range []schedule.Result{schedule.Fail, schedule.Pass, schedule.NotApplicable} {
		if g := groups[r]; len(g.Checks) > 0 {
			v.Groups = append(v.Groups, *g)
		}
	}
	return []page{{
		path: at, plan: ps, template: "health", title: "Schedule health", section: "health", summary: v.Lead, view: v,
	}}
}

// healthLead says how many checks pass, and what is wrong first of all.
func healthLead(metrics []schedule.Metric) string {
	pass, apply := 0, 0
	var failed []string
	for _, m := range metrics {
		switch m.Result {
		case schedule.Pass:
			pass++
			apply++
		case schedule.Fail:
			apply++
			failed = append(failed, strings.ToLower(m.Name[:1])+m.Name[1:]+" "+shareText(m))
		}
	}
	var lead string
	switch {
	case apply == 0:
		return "None of the 14 checks applies: the plan is finished."
	case pass == apply && apply == 1:
		lead = "The one check that applies passes."
	case pass == apply:
		lead = fmt.Sprintf("All %d checks that apply pass.", apply)
	default:
		const most = 4
		if n := len(failed) - most; n > 0 {
			failed = append(failed[:most], fmt.Sprintf("%d more", n))
		}
		lead = fmt.Sprintf("%d of %s pass. What fails: %s.", pass, plural(apply, "check that applies", "checks that apply"), enumerate(failed))
	}
	if n := len(metrics) - apply; n > 0 {
		lead += " " + plural(n, "check does", "checks do") + " not apply."
	}
	return lead
}

// shareText writes a value with what it is a share of: "3 of 20", "0.94".
func shareText(m schedule.Metric) string {
	if m.Index {
		return m.String()
	}
	return fmt.Sprintf("%d of %d", m.Value.Numerator, m.Value.Denominator)
}

func healthPill(r schedule.Result) pill {
	switch r {
	case schedule.Pass:
		return pill{"Pass", "good"}
	case schedule.Fail:
		return pill{"Fail", "bad"}
	}
	return pill{"n/a", "none"}
}

// healthTable lists the checks with the first of what offends.
func (b *builder) healthTable(l linker, metrics []schedule.Metric) table {
	const most = 6
	t := table{ID: "checks", Class: "stack", Caption: "The 14 points of the DCMA schedule assessment", Head: cols("Check", "Result", "#Value", "Allowed", "What counts against it")}
	for _, m := range metrics {
		r := row{Cells: []cell{
			linked(link{ID: itoa(m.Number), Text: m.Name, Href: "#check-" + itoa(m.Number)}),
			status(healthPill(m.Result)),
			text(m.String()),
			text(m.Limit()),
			{},
		}}
		if m.Result == schedule.NotApplicable {
			r.Cells[2], r.Cells[4] = cell{}, text(capital(m.Reason))
		} else {
			if !m.Index {
				r.Cells[2].Note = shareText(m)
			}
			var seen []string
			for _, o := range m.Offenders {
				if n := len(seen); n > 0 && seen[n-1] == o.ID() {
					continue
				}
				if seen = append(seen, o.ID()); len(seen) <= most {
					k := b.offender(l, o)
					if k.ID != "" {
						k.ID, k.Text = "", k.ID
					}
					r.Cells[4].Links = append(r.Cells[4].Links, k)
				}
			}
			if n := len(seen) - most; n > 0 {
				r.Cells[4].Note = fmt.Sprintf("and %d more", n)
			}
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// offender is the reference to what offends.
func (b *builder) offender(l linker, o schedule.Offender) link {
	if o.Activity != nil {
		return l.item(o.Activity.Item)
	}
	return l.item(&o.Phase.Item)
}

func (b *builder) healthCheck(l linker, m schedule.Metric) healthCheck {
	c := healthCheck{
		Anchor: "check-" + itoa(m.Number), Title: itoa(m.Number) + ". " + m.Name, Pill: healthPill(m.Result),
		Measures: m.Definition, Counted: capital(m.Population) + ".",
	}
	if m.Result == schedule.NotApplicable {
		c.Reason = sentence(m.Reason)
		return c
	}
	c.Verdict = shareText(m)
	if !m.Index {
		c.Verdict += " (" + m.String() + ")"
	}
	c.Verdict += ". Allowed: " + m.Limit() + "."
	if m.Result == schedule.Fail {
		c.Advice = advice[m.Number]
	}
	if len(m.Offenders) > 0 {
		t := table{ID: c.Anchor, Class: "stack", Caption: "What counts against " + strings.ToLower(m.Name), Head: cols("What", "Why")}
		for _, o := range m.Offenders {
			t.Rows = append(t.Rows, row{Cells: []cell{linked(b.offender(l, o)), text(o.What)}})
		}
		c.Offenders, c.Folded = &t, len(t.Rows) > 10
	}
	return c
}

// healthRows is the page as data: a line for each check.
func healthRows(metrics []schedule.Metric) [][]string {
	rows := [][]string{{"Number", "Check", "Result", "Value", "Numerator", "Denominator", "Threshold", "Reason", "Offenders"}}
	for _, m := range metrics {
		line := []string{itoa(m.Number), m.Name, m.Result.String(), "", "", "", m.Limit(), m.Reason, ""}
		if m.Result != schedule.NotApplicable {
			line[3], line[4], line[5] = m.String(), fmt.Sprint(m.Value.Numerator), fmt.Sprint(m.Value.Denominator)
		}
		var all []string
		for _, o := range m.Offenders {
			all = append(all, o.ID()+": "+o.What)
		}
		line[8] = strings.Join(all, "; ")
		rows = append(rows, line)
	}
	return rows
}
