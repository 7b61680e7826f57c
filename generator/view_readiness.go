package generator

import (
	"cmp"
	"fmt"
	"slices"

	"milepost/schedule/plan"
)

// readinessView is the page about whether everything is there to begin, to go
// live and to hand over.
type readinessView struct {
	Headline       string
	Readiness      *checklistsView
	Actions        *checklistsView
	Infrastructure table
	Training       table
	Handover       table
	Stories        []thing // of the things in tables
}

// checklistsView is some checklists with their count. The partial "checklist"
// shows it.
type checklistsView struct {
	Summary string // of several lists: "3 of 12 done"
	Done    int
	Total   int
	Label   string // of the meter
	Lists   []checklistView
}

// checklistView is one group of things to tick off.
type checklistView struct {
	thing
	Count string // "1 of 4 done"
	Done  int
	Total int
	Items []checkItem

	ItemsAssumed bool
}

// checkItem is one thing to tick off.
type checkItem struct {
	Name        string
	Description string
	State       pill
	Ticked      bool
	Facts       []fact // owner, due date, evidence
}

// readinessPages returns the page about readiness, none for a plan without.
func (b *builder) readinessPages(ps *planSite) []page {
	p := ps.plan
	if len(p.Checklists)+len(p.Infrastructure)+len(p.Trainings)+len(p.Handovers) == 0 {
		return nil
	}
	s := b.section(ps, "readiness/index.html")
	v := readinessView{
		Headline:       s.readinessHeadline(),
		Readiness:      s.checklists("readiness"),
		Actions:        s.checklists("actions"),
		Infrastructure: s.infrastructure(),
		Training:       s.training(),
		Handover:       s.handover(),
	}
	v.Stories = *s.stories
	return []page{{
		path: s.from, plan: ps, template: "readiness", title: "Readiness", section: "readiness",
		summary: v.Headline, view: v,
	}}
}

func (s section) readinessHeadline() string {
	var out string
	if c := s.checklists("readiness"); c != nil && c.Total > 0 {
		out = fmt.Sprintf("%d of %s ready.", c.Done, plural(c.Total, "requirement is", "requirements are"))
	}
	if c := s.checklists("actions"); c != nil && c.Total > 0 {
		out += pick(out == "", "", " ") + fmt.Sprintf("%d of %s done.", c.Done, plural(c.Total, "next action is", "next actions are"))
	}
	ready := 0
	for _, i := range s.ps.plan.Infrastructure {
		if i.Status == "ready" {
			ready++
		}
	}
	if n := len(s.ps.plan.Infrastructure); n > 0 {
		out += pick(out == "", "", " ") + fmt.Sprintf("%d of %s ready.", ready, plural(n, "piece of infrastructure is", "pieces of infrastructure are"))
	}
	if out == "" {
		return "What has to be there to begin, to go live and to hand over."
	}
	return out
}

// checklists shows the lists of a type, nil if there are none.
func (s section) checklists(typ string) *checklistsView {
	v := &checklistsView{Label: pick(typ == "actions", "Next actions done", "Requirements ready")}
	for _, c := range s.ps.plan.Checklists {
		if cmp.Or(c.Type, "readiness") != typ {
			continue
		}
		list := checklistView{thing: s.thing(&c.Item), Total: len(c.Items), ItemsAssumed: c.IsAssumed("items")}
		for _, i := range c.Items {
			evidence := s.reference(i.Evidence)
			list.Items = append(list.Items, checkItem{
				Name: i.Name, Description: i.Description, Ticked: i.Done,
				State: s.due(i.Due, i.Done),
				Facts: facts(
					fact{Label: "Owner", Links: s.who(i.Owner)},
					fact{Label: "Due", When: s.stated(i.Due).When},
					fact{Label: "Evidence", Text: evidence.Text, Links: evidence.Links},
				),
			})
			if i.Done {
				list.Done++
			}
		}
		list.Count = "no items"
		if list.Total > 0 {
			list.Count = fmt.Sprintf("%d of %d done", list.Done, list.Total)
		}
		v.Done, v.Total = v.Done+list.Done, v.Total+list.Total
		v.Lists = append(v.Lists, list)
	}
	if len(v.Lists) == 0 {
		return nil
	}
	if v.Total > 0 && len(v.Lists) > 1 {
		v.Summary = fmt.Sprintf("%d of %d done", v.Done, v.Total)
	}
	return v
}

// byDue sorts things by the day they are due; those without stay last.
func byDue[T any](s section, list []T, due func(T) plan.When) []T {
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b T) int {
		x, hasX := s.dayOf(due(a))
		y, hasY := s.dayOf(due(b))
		if hasX != hasY {
			return pickInt(hasX, -1, 1)
		}
		return cmp.Compare(x, y)
	})
	return out
}

func pickInt(cond bool, yes, no int) int {
	if cond {
		return yes
	}
	return no
}

// infrastructure lists the technology that the plan needs, by the day it is
// needed.
func (s section) infrastructure() table {
	t := table{ID: "infrastructure-table", Class: "stack", Caption: "Technology and infrastructure by the week it is needed",
		Head: cols("Infrastructure", "Needed by, stated", "What happens", "Provides", "Phases", "Owner", "State")}
	for _, i := range byDue(s, s.ps.plan.Infrastructure, func(i *plan.Infrastructure) plan.When { return i.Due }) {
		it := &i.Item
		state := s.due(i.Due, i.Status == "ready")
		switch state.Text {
		case "done":
			state.Text = "ready"
		case "open":
			state.Text = "planned"
		}
		t.Rows = append(t.Rows, s.row(it,
			s.stated(i.Due).assumed(it, "due"),
			text(i.Event).assumed(it, "event"),
			textList(i.Provides).assumed(it, "provides"),
			linked(s.many(i.Phases, "phase")...).assumed(it, "phases"),
			linked(s.who(i.Owner)...).assumed(it, "owner"),
			status(state).assumed(it, "status"),
		))
	}
	return t.trim()
}

func (s section) training() table {
	t := table{ID: "training-table", Class: "stack", Caption: "Training: who learns what, when and from whom",
		Head: cols("Training", "When, stated", "How long", "For", "Taught by")}
	for _, tr := range byDue(s, s.ps.plan.Trainings, func(t *plan.Training) plan.When { return t.Date }) {
		it := &tr.Item
		t.Rows = append(t.Rows, s.row(it,
			s.stated(tr.Date).assumed(it, "date"),
			text(s.duration(tr.Duration)).assumed(it, "duration"),
			linked(s.many(tr.Audience, actors...)...).assumed(it, "audience"),
			linked(s.who(tr.Owner)...).assumed(it, "owner"),
		))
	}
	return t.trim()
}

func (s section) handover() table {
	t := table{ID: "handover-table", Class: "stack", Caption: "What is handed over, by whom and to whom",
		Head: cols("Handover", "Kind", "Items", "From", "To", "Due, stated", "State")}
	for _, h := range s.ps.plan.Handovers {
		it := &h.Item
		t.Rows = append(t.Rows, s.row(it,
			text(pick(it.Has("type"), h.Type, "")).assumed(it, "type"),
			textList(h.Items).assumed(it, "items"),
			linked(s.who(h.Owner)...).assumed(it, "owner"),
			text(h.Recipient).assumed(it, "recipient"),
			s.stated(h.Due).assumed(it, "due"),
			status(s.due(h.Due, h.Done)).assumed(it, "done"),
		))
	}
	return t.trim()
}
