package generator

import (
	"strings"

	"milepost/schedule/plan"
)

// governanceView is the page about who steers the plan and how people are kept
// informed.
type governanceView struct {
	Headline     string
	Bodies       *bodiesView
	Tree         []treeNode
	HasDecisions bool
	Standing     table // categories of decisions and who makes them
	Pending      table // decisions that are due
	Made         table // the decision log
	Escalation   table
	Approvals    table
	Meetings     table
	Changes      table
	ChangesNote  string
	Stories      []thing // of the things in tables
}

// bodiesView is the cards of the governance bodies. The partial "governance"
// shows it.
type bodiesView struct{ Cards []card }

// treeNode is a body or a role with those who report to it.
type treeNode struct {
	Link     link
	Note     string // "body" or "role"
	Children []treeNode
}

// governancePages returns the page about governance, none for a plan without.
func (b *builder) governancePages(ps *planSite) []page {
	p := ps.plan
	if len(p.Governance)+len(p.Decisions)+len(p.Escalations)+len(p.Approvals)+len(p.Meetings)+len(p.Changes) == 0 {
		return nil
	}
	s := b.section(ps, "governance/index.html")
	v := governanceView{
		Headline:   s.governanceHeadline(),
		Bodies:     s.bodies(),
		Tree:       s.reporting(),
		Escalation: s.escalation(),
		Approvals:  s.approvals(),
		Meetings:   s.meetings(),
	}
	v.Standing, v.Pending, v.Made = s.decisions()
	v.HasDecisions = len(p.Decisions) > 0
	v.Changes, v.ChangesNote = s.changes()
	v.Stories = *s.stories
	return []page{{
		path: s.from, plan: ps, template: "governance", title: "Governance", section: "governance",
		summary: v.Headline, view: v,
	}}
}

func (s section) governanceHeadline() string {
	p := s.ps.plan
	var parts []string
	add := func(n int, one, many string) {
		if n > 0 {
			parts = append(parts, plural(n, one, many))
		}
	}
	pending, open := 0, 0
	for _, d := range p.Decisions {
		if d.Status == "" || d.Status == "pending" {
			pending++
		}
	}
	for _, c := range p.Changes {
		if c.Status == "" || c.Status == "proposed" {
			open++
		}
	}
	add(len(p.Governance), "body steers or reviews the plan", "bodies steer or review the plan")
	add(len(p.Meetings), "meeting or report keeps people informed", "meetings and reports keep people informed")
	add(pending, "decision is pending", "decisions are pending")
	add(open, "change request is open", "change requests are open")
	if len(parts) == 0 {
		return "Who decides what, and how."
	}
	return enumerate(parts) + "."
}

// bodies shows the governance bodies, nil if there are none.
func (s section) bodies() *bodiesView {
	if len(s.ps.plan.Governance) == 0 {
		return nil
	}
	v := &bodiesView{}
	for _, g := range s.ps.plan.Governance {
		it := &g.Item
		v.Cards = append(v.Cards, s.card(it, append([]fact{
			{Label: "Purpose", Text: g.Purpose, Assumed: it.IsAssumed("purpose")},
			{Label: "Chair", Links: s.who(g.Chair), Assumed: it.IsAssumed("chair")},
			s.members(g),
			{Label: "Meets", Text: g.Cadence.Text, Note: readAs(g.Cadence), Assumed: it.IsAssumed("cadence")},
			listFact("Responsibilities", g.Responsibilities, it.IsAssumed("responsibilities")),
			{Label: "Authority", Text: g.Authority, Assumed: it.IsAssumed("authority")},
			{Label: "Reports to", Links: s.one(g.ReportsTo, "governance"), Assumed: it.IsAssumed("reports_to")},
		}, s.answersFor("governance", g.ID)...)...))
	}
	return v
}

// readAs says how a word with two meanings is read: "bi-weekly" is every two
// weeks, not twice a week.
func readAs(c plan.Cadence) string {
	if c.Every == 2 && c.Unit == plan.Week && strings.HasPrefix(strings.ToLower(c.Text), "bi") {
		return "read as every two weeks"
	}
	return ""
}

// members names who sits in a body: by role or person where the text is the id
// of one, otherwise in the words of the plan.
func (s section) members(g *plan.Governance) fact {
	f := fact{Label: "Members", Assumed: g.IsAssumed("members")}
	links := s.many(g.Members, actors...)
	for _, l := range links {
		if l.Href != "" {
			f.Links = links
			return f
		}
	}
	return listFact(f.Label, g.Members, f.Assumed)
}

// listFact shows one text as such and several as a list.
func listFact(label string, all []string, assumed bool) fact {
	c := textList(all)
	return fact{Label: label, Text: c.Text, List: c.List, Assumed: assumed}
}

// reporting is the tree of bodies and roles by whom they report to. Those who
// neither report nor are reported to are left out; of a circle the first in the
// plan is at the top.
func (s section) reporting() []treeNode {
	p := s.ps.plan
	type node struct {
		it *plan.Item
		up string // address
	}
	var nodes []node
	address := func(id string) string {
		for _, kind := range actors {
			if p.Lookup(kind+":"+id) != nil {
				return kind + ":" + id
			}
		}
		return ""
	}
	for _, g := range p.Governance {
		up := ""
		if g.ReportsTo != "" && p.Lookup("governance:"+g.ReportsTo) != nil {
			up = "governance:" + g.ReportsTo
		}
		nodes = append(nodes, node{&g.Item, up})
	}
	managed := map[string]string{}
	for _, r := range p.Roles {
		for _, id := range r.Manages {
			if a := address(id); a != "" && managed[a] == "" {
				managed[a] = r.Address()
			}
		}
	}
	for _, r := range p.Roles {
		up := address(r.ReportsTo)
		if up == "" {
			up = managed[r.Address()]
		}
		nodes = append(nodes, node{&r.Item, up})
	}
	for _, person := range p.People {
		if up := managed[person.Address()]; up != "" {
			nodes = append(nodes, node{&person.Item, up})
		}
	}
	children := map[string][]*plan.Item{}
	for _, n := range nodes {
		if n.up != "" && n.up != n.it.Address() {
			children[n.up] = append(children[n.up], n.it)
		}
	}
	if len(children) == 0 {
		return nil
	}
	seen := map[string]bool{}
	var grow func(it *plan.Item) treeNode
	grow = func(it *plan.Item) treeNode {
		seen[it.Address()] = true
		n := treeNode{Link: s.item(it), Note: map[string]string{"governance": "body", "role": "role", "person": "person"}[it.Kind]}
		for _, c := range children[it.Address()] {
			if !seen[c.Address()] {
				n.Children = append(n.Children, grow(c))
			}
		}
		return n
	}
	var out []treeNode
	for _, n := range nodes {
		if top := n.up == "" || n.up == n.it.Address(); top && len(children[n.it.Address()]) > 0 {
			out = append(out, grow(n.it))
		}
	}
	for _, n := range nodes { // what is left reports to itself in a circle
		if n.up != "" && !seen[n.it.Address()] {
			if up := p.Lookup(n.up); up != nil && !seen[n.up] {
				out = append(out, grow(up))
			}
		}
	}
	return out
}

// decisions shows the standing categories of decisions, the ones that are due
// and the log of those that were made.
func (s section) decisions() (standing, pending, made table) {
	standing = table{ID: "decision-categories", Class: "stack", Caption: "Kinds of decisions and who makes them",
		Head: cols("Decisions", "Made by", "How")}
	pending = table{ID: "decisions-pending", Class: "stack", Caption: "Decisions that are needed",
		Head: cols("Decision", "Needed by", "Made by", "State", "Why")}
	made = table{ID: "decisions-made", Class: "stack", Caption: "Decisions that were made",
		Head: cols("Decision", "Needed by", "Made on", "Made by", "Outcome", "Why")}
	for _, d := range s.ps.plan.Decisions {
		it := &d.Item
		by := linked(s.who(d.MadeBy)...).assumed(it, "made_by")
		why := text(d.Rationale).assumed(it, "rationale")
		switch d.Status {
		case "standing":
			standing.Rows = append(standing.Rows, s.row(it, by, why))
		case "made":
			made.Rows = append(made.Rows, s.row(it, s.stated(d.Due).assumed(it, "due"), s.stated(d.Date).assumed(it, "date"), by, text(d.Outcome).assumed(it, "outcome"), why))
		default:
			pending.Rows = append(pending.Rows, s.row(it, s.stated(d.Due).assumed(it, "due"), by, status(s.due(d.Due, false)), why))
		}
	}
	return standing.trim(), pending.trim(), made.trim()
}

// due is the state of something that is to be done by a stated point, seen from
// the status date.
func (s section) due(by plan.When, done bool) pill {
	switch {
	case done:
		return pill{Text: "done", Class: "done"}
	case by.IsSet() && s.ps.plan.StatusDate.IsSet() && s.ps.sched.FinishOf(by) < s.ps.sched.StatusDate:
		return pill{Text: "overdue", Class: "bad"}
	}
	return pill{Text: "open", Class: "none"}
}

func (s section) escalation() table {
	t := table{ID: "escalation-table", Class: "stack", Caption: "What goes up to whom, and how soon",
		Head: cols("Escalation", "Trigger", "From", "To", "Within")}
	for _, e := range s.ps.plan.Escalations {
		it := &e.Item
		t.Rows = append(t.Rows, s.row(it,
			text(e.Trigger).assumed(it, "trigger"),
			linked(s.who(e.From)...).assumed(it, "from"),
			linked(s.who(e.To)...).assumed(it, "to"),
			text(s.duration(e.Within)).assumed(it, "within"),
		))
	}
	return t.trim()
}

func (s section) approvals() table {
	t := table{ID: "approvals-table", Class: "stack", Caption: "Who may approve what, and up to which amount",
		Head: cols("Approval", "Area", "Approved by", "#Up to")}
	for _, a := range s.ps.plan.Approvals {
		it := &a.Item
		t.Rows = append(t.Rows, s.row(it,
			text(a.Area).assumed(it, "area"),
			linked(s.many(a.Approvers, actors...)...).assumed(it, "approvers"),
			s.money(a.Limit).assumed(it, "limit"),
		))
	}
	return t.trim()
}

// meetings is the communication plan: what is held or written, how often, for
// whom and by whom.
func (s section) meetings() table {
	t := table{ID: "communication", Class: "stack", Caption: "Meetings, reports, updates and reviews: how often, for whom, by whom",
		Head: cols("What", "Type", "How often", "For", "Owner", "Purpose", "Where")}
	for _, m := range s.ps.plan.Meetings {
		it := &m.Item
		t.Rows = append(t.Rows, s.row(it,
			text(meetingType(m)).assumed(it, "type"),
			text(m.Cadence.Text).note(readAs(m.Cadence)).assumed(it, "cadence"),
			linked(s.many(m.Audience, actors...)...).assumed(it, "audience"),
			linked(s.who(m.Owner)...).assumed(it, "owner"),
			text(m.Purpose).assumed(it, "purpose"),
			text(m.Channel).assumed(it, "channel"),
		))
	}
	return t.trim()
}

func meetingType(m *plan.Meeting) string {
	if m.Type == "" {
		return "meeting"
	}
	return m.Type
}

// changePills are the states of a change request.
var changePills = map[string]pill{
	"proposed":    {Text: "proposed", Class: "info"},
	"approved":    {Text: "approved", Class: "good"},
	"rejected":    {Text: "rejected", Class: "bad"},
	"implemented": {Text: "implemented", Class: "done"},
	"withdrawn":   {Text: "withdrawn", Class: "none"},
}

// changes lists the change requests, and says what the accepted ones add up to.
func (s section) changes() (t table, note string) {
	t = table{ID: "changes-table", Class: "stack", Caption: "Change requests, what they would do and who decides",
		Head: cols("Change", "State", "Finish", "#Cost", "Scope", "Touches", "Asked for by", "Decided by")}
	var cost int64
	accepted := 0
	for _, c := range s.ps.plan.Changes {
		it := &c.Item
		state := c.Status
		if state == "" {
			state = "proposed"
		}
		if state == "approved" || state == "implemented" {
			accepted++
			cost += c.Cost.Minor
		}
		t.Rows = append(t.Rows, s.row(it,
			status(changePills[state]).assumed(it, "status"),
			text(s.effect(c.Delay)).assumed(it, "delay"),
			s.money(c.Cost).assumed(it, "cost"),
			text(c.Scope).assumed(it, "scope"),
			linked(s.many(c.Work, "work", "milestone", "phase")...).assumed(it, "work"),
			s.whoWhen(c.RequestedBy, c.Date, it.IsAssumed("requested_by") || it.IsAssumed("date")),
			s.whoWhen(c.DecidedBy, c.Decided, it.IsAssumed("decided_by") || it.IsAssumed("decided")),
		))
	}
	if accepted > 0 {
		note = plural(accepted, "change is", "changes are") + " approved or implemented; together they cost " + s.amount(cost).Text + "."
	}
	return t.trim(), note
}

// whoWhen shows who did something with the day below, or the day alone.
func (s section) whoWhen(who string, on plan.When, assumed bool) cell {
	c := s.stated(on)
	if links := s.who(who); len(links) > 0 {
		c = linked(links...)
		if on.IsSet() {
			c.Note = s.ps.stated(on).String()
		}
	}
	c.Assumed = assumed
	return c
}

// effect writes a stated effect on time: "2 weeks later", "1 week earlier".
func (s section) effect(d plan.Duration) string {
	switch {
	case !d.IsSet():
		return ""
	case d.Thousandths == 0:
		return "none"
	case d.Thousandths < 0:
		d.Thousandths = -d.Thousandths
		return s.duration(d) + " earlier"
	}
	return s.duration(d) + " later"
}
