package generator

import ()

// constraints lists what the plan has to live with, by type.
func (s section) constraints() table {
	t := table{ID: "constraints-table", Class: "stack", Caption: "Dependencies and constraints that the plan has to live with",
		Head: cols("Constraint", "Type", "About", "Watched by")}
	for _, typ := range []string{"external", "internal", "resource", "technical", ""} {
		for _, c := range s.ps.plan.Constraints {
			if c.Type != typ {
				continue
			}
			it := &c.Item
			t.Rows = append(t.Rows, s.row(it,
				text(c.Type).assumed(it, "type"),
				linked(s.many(c.About, "work", "milestone", "phase")...).assumed(it, "about"),
				linked(s.who(c.Owner)...).assumed(it, "owner"),
			))
		}
	}
	return t.trim()
}

var assumptionPills = map[string]pill{
	"":          {Text: "open", Class: "none"},
	"open":      {Text: "open", Class: "none"},
	"confirmed": {Text: "confirmed", Class: "good"},
	"refuted":   {Text: "refuted", Class: "bad"},
}

// assumptions lists what the plan takes for granted: all, or what is about
// something.
func (s section) assumptions(about func(ids []string) bool) table {
	t := table{ID: "assumptions-table", Class: "stack", Caption: "What the plan takes for granted",
		Head: cols("Assumption", "State", "About", "Owner", "Next review")}
	for _, a := range s.ps.plan.Assumptions {
		if about != nil && !about(a.About) {
			continue
		}
		it := &a.Item
		t.Rows = append(t.Rows, s.row(it,
			status(assumptionPills[a.Status]).assumed(it, "status"),
			linked(s.many(a.About, "work", "milestone", "phase", "risk")...).assumed(it, "about"),
			linked(s.who(a.Owner)...).assumed(it, "owner"),
			s.stated(a.Review).assumed(it, "review"),
		))
	}
	return t.trim()
}

var issuePills = map[string]pill{
	"":            {Text: "open", Class: "warn"},
	"open":        {Text: "open", Class: "warn"},
	"in progress": {Text: "in progress", Class: "info"},
	"closed":      {Text: "closed", Class: "done"},
}

// issues lists what has gone wrong: all, or what is about something.
func (s section) issues(about func(ids []string) bool) table {
	t := table{ID: "issues-table", Class: "stack", Caption: "What has gone wrong, and what is done about it",
		Head: cols("Issue", "State", "Severity", "About", "Owner", "Raised", "Due", "Resolution")}
	for _, i := range s.ps.plan.Issues {
		if about != nil && !about(i.About) {
			continue
		}
		it := &i.Item
		state := issuePills[i.Status]
		if s.due(i.Due, i.Status == "closed").Text == "overdue" {
			state = pill{Text: state.Text + ", overdue", Class: "bad"}
		}
		t.Rows = append(t.Rows, s.row(it,
			status(state).assumed(it, "status"),
			text(i.Severity).assumed(it, "severity"),
			linked(s.many(i.About, "work", "milestone", "phase", "risk")...).assumed(it, "about"),
			linked(s.who(i.Owner)...).assumed(it, "owner"),
			s.stated(i.Raised).assumed(it, "raised"),
			s.stated(i.Due).assumed(it, "due"),
			text(i.Resolution).assumed(it, "resolution"),
		))
	}
	return t.trim()
}
