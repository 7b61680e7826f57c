package generator

import (
	"cmp"
	"fmt"
	"slices"

	"milepost/schedule/plan"
)

// qualityView is the page about what the plan is to achieve and how well.
type qualityView struct {
	Headline    string
	Objectives  []group
	Standards   table
	Checkpoints table
	Gates       *link // where the phase gates are, or nil
	Reviews     table
	KPIs        *kpisView
	Lessons     table
	Feedback    table
	Stories     []thing // of the things in tables
}

// group is a part of a section with a title of its own.
type group struct {
	ID    string
	Title string
	Table table
}

// qualityPages returns the page about quality, none for a plan without.
func (b *builder) qualityPages(ps *planSite) []page {
	p := ps.plan
	if len(p.Objectives)+len(p.KPIs)+len(p.Standards)+len(p.Checkpoints)+len(p.Lessons)+len(p.Feedback) == 0 {
		return nil
	}
	s := b.section(ps, "quality/index.html")
	v := qualityView{
		Headline:    s.qualityHeadline(),
		Objectives:  s.objectives(),
		Standards:   s.standards(),
		Checkpoints: s.checkpoints(),
		Reviews:     s.reviews(),
		KPIs:        s.kpis(),
		Lessons:     s.lessons(),
		Feedback:    s.feedback(),
	}
	if len(p.Gates) > 0 {
		v.Gates = &link{Text: plural(len(p.Gates), "phase gate", "phase gates"), Href: s.href("milestones/")}
	}
	v.Stories = *s.stories
	return []page{{
		path: s.from, plan: ps, template: "quality", title: "Quality", section: "quality",
		summary: v.Headline, view: v,
	}}
}

func (s section) qualityHeadline() string {
	p := s.ps.plan
	var parts []string
	add := func(n int, one, many string) {
		if n > 0 {
			parts = append(parts, plural(n, one, many))
		}
	}
	byType := map[string]int{}
	for _, o := range p.Objectives {
		byType[cmp.Or(o.Type, "objective")]++
	}
	add(byType["objective"], "objective", "objectives")
	add(byType["success criterion"], "success criterion", "success criteria")
	add(byType["critical activity"], "critical activity", "critical activities")
	add(len(p.Standards), "quality standard", "quality standards")
	add(len(p.Checkpoints), "checkpoint", "checkpoints")
	add(len(p.KPIs), "key performance indicator", "key performance indicators")
	add(len(p.Lessons), "lesson", "lessons")
	add(len(p.Feedback), "piece of feedback", "pieces of feedback")
	out := "The plan has " + enumerate(parts) + "."
	passed := 0
	for _, c := range p.Checkpoints {
		if c.Status == "passed" {
			passed++
		}
	}
	if len(p.Checkpoints) > 0 {
		out += fmt.Sprintf(" %d of %s passed.", passed, plural(len(p.Checkpoints), "checkpoint is", "checkpoints are"))
	}
	return out
}

// objectives lists what the plan is to achieve, by type, with the stated week
// against the computed finish of what achieves it.
func (s section) objectives() []group {
	types := []struct{ key, id, title, head string }{
		{"objective", "objectives", "Objectives", "Objective"},
		{"success criterion", "success-criteria", "Success criteria", "Criterion"},
		{"critical activity", "critical-activities", "Critical activities", "Activity"},
	}
	var out []group
	for _, typ := range types {
		t := table{ID: typ.id + "-table", Class: "stack", Caption: typ.title + " and how one knows that they are met",
			Head: cols(typ.head, "Measure", "By, stated", "Finish, computed", "Difference", "Met by", "Indicators", "Owner")}
		for _, o := range s.ps.plan.Objectives {
			if cmp.Or(o.Type, "objective") != typ.key {
				continue
			}
			it := &o.Item
			t.Rows = append(t.Rows, s.row(it,
				text(o.Measure).assumed(it, "measure"),
				s.stated(o.By).assumed(it, "by"),
				s.computedFinish(o.MeasuredBy),
				s.against(o.MeasuredBy, o.By),
				linked(s.one(o.MeasuredBy, "milestone", "work", "phase")...).assumed(it, "measured_by"),
				linked(s.many(o.KPIs, "kpi")...).assumed(it, "kpis"),
				linked(s.who(o.Owner)...).assumed(it, "owner"),
			))
		}
		if len(t.Rows) > 0 {
			out = append(out, group{ID: typ.id, Title: typ.title, Table: t.trim()})
		}
	}
	return out
}

// standards lists the quality standards by their category, in the order in
// which the categories first appear.
func (s section) standards() table {
	t := table{ID: "standards-table", Class: "stack", Caption: "Quality standards that the plan holds itself to",
		Head: cols("Standard", "Category", "Defined in")}
	var categories []string
	for _, st := range s.ps.plan.Standards {
		if !slices.Contains(categories, st.Category) {
			categories = append(categories, st.Category)
		}
	}
	for _, category := range categories {
		for _, st := range s.ps.plan.Standards {
			if st.Category == category {
				it := &st.Item
				t.Rows = append(t.Rows, s.row(it,
					text(category).assumed(it, "category"),
					s.reference(st.Reference).assumed(it, "reference"),
				))
			}
		}
	}
	return t.trim()
}

// reference shows a text that may be a web address.
func (s section) reference(ref string) cell {
	if webAddress(ref) {
		return linked(link{Text: ref, Href: ref})
	}
	return text(ref)
}

var checkPills = map[string]pill{
	"":       {Text: "open", Class: "none"},
	"open":   {Text: "open", Class: "none"},
	"passed": {Text: "passed", Class: "good"},
	"failed": {Text: "failed", Class: "bad"},
}

// checkpoints lists the quality checks with the computed finish of their phase.
func (s section) checkpoints() table {
	t := table{ID: "checkpoints-table", Class: "stack", Caption: "Quality checkpoints; each is due when its phase finishes unless a date is stated",
		Head: cols("Checkpoint", "Phase", "Criteria", "Due, stated", "Phase finish, computed", "Difference", "State", "Owner")}
	for _, c := range s.ps.plan.Checkpoints {
		it := &c.Item
		t.Rows = append(t.Rows, s.row(it,
			linked(s.one(c.Phase, "phase")...).assumed(it, "phase"),
			textList(c.Criteria).assumed(it, "criteria"),
			s.stated(c.Target).assumed(it, "target"),
			s.computedFinish(c.Phase),
			s.against(c.Phase, c.Target),
			status(checkPills[c.Status]).assumed(it, "status"),
			linked(s.who(c.Owner)...).assumed(it, "owner"),
		))
	}
	return t.trim()
}

// reviews lists the meetings that are reviews; their anchors are with the other
// meetings.
func (s section) reviews() table {
	t := table{ID: "reviews-table", Class: "stack", Caption: "Reviews of deliverables and progress",
		Head: cols("Review", "How often", "Purpose", "Takes part", "Owner")}
	for _, m := range s.ps.plan.Meetings {
		if !slices.Contains([]string{"review", "feedback", "retrospective"}, m.Type) {
			continue
		}
		it := &m.Item
		purpose := m.Purpose
		if purpose == "" {
			purpose = m.Description
		}
		t.Rows = append(t.Rows, row{Cells: []cell{
			linked(s.item(it)),
			text(m.Cadence.Text).assumed(it, "cadence"),
			text(purpose).assumed(it, "purpose"),
			linked(s.many(m.Audience, actors...)...).assumed(it, "audience"),
			linked(s.who(m.Owner)...).assumed(it, "owner"),
		}})
	}
	return t.trim()
}

func (s section) lessons() table {
	t := table{ID: "lessons-table", Class: "stack", Caption: "Lessons learned, in the order of the plan",
		Head: cols("Lesson", "Learned on", "Phase", "Next time")}
	for _, l := range s.ps.plan.Lessons {
		it := &l.Item
		t.Rows = append(t.Rows, s.row(it,
			s.stated(l.Date).assumed(it, "date"),
			linked(s.one(l.Phase, "phase")...).assumed(it, "phase"),
			text(l.Recommendation).assumed(it, "recommendation"),
		))
	}
	return t.trim()
}

func (s section) feedback() table {
	t := table{ID: "feedback-table", Class: "stack", Caption: "Feedback and what is done about it",
		Head: cols("Feedback", "From", "Date", "About", "Response")}
	for _, f := range s.ps.plan.Feedback {
		it := &f.Item
		t.Rows = append(t.Rows, s.row(it,
			text(f.From).assumed(it, "from"),
			s.stated(f.Date).assumed(it, "date"),
			linked(s.many(f.About, "work", "milestone", "phase")...).assumed(it, "about"),
			text(f.Response).assumed(it, "response"),
		))
	}
	return t.trim()
}

// dayOf returns the day that a point means as a due date, for sorting.
func (s section) dayOf(w plan.When) (minutes int64, ok bool) {
	if !w.IsSet() {
		return 0, false
	}
	return int64(s.ps.sched.FinishOf(w)), true
}
