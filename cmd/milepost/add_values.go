package main

import (
	"fmt"
	"slices"
	"strings"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// filled returns the value that a key of a new table has, as TOML; false if it
// stays a comment, since only the author knows it. What it names is in the plan.
func (d *draft) filled(k plan.Key) (string, bool) {
	text := func(s string) (string, bool) { return plan.QuoteText(s), s != "" }
	list := func(s string) (string, bool) { return "[" + plan.QuoteText(s) + "]", s != "" }
	switch k.Name {
	case "name":
		return plan.QuoteText(d.name), d.kind.Name != "raci" && d.kind.Name != "progress"
	case "phase":
		return text(d.phase)
	case "owner":
		return text(d.owner())
	}
	switch d.kind.Name + "." + k.Name {
	case "work.duration":
		return `"1w"`, true
	case "progress.percent":
		return "0", true
	case "milestone.after":
		return list(d.lastIn(d.phase))
	case "milestone.target", "gate.target":
		return text(d.weekOf(d.phase))
	case "objective.measured_by":
		return text(d.lastMilestone())
	case "objective.by":
		return text(d.weekOf(d.lastMilestone()))
	case "handover.due":
		return text(week(d.sched.Week(d.sched.Finish - 1)))
	case "risk.review", "assumption.review", "decision.due":
		return text(d.soon())
	case "change.date", "issue.raised", "lesson.date", "feedback.date":
		return d.day.String(), true
	case "person.roles":
		return list(d.vacant())
	case "raci.activity":
		return plan.QuoteText(d.name), true
	case "raci.responsible", "approval.approvers":
		return list(d.owner())
	case "raci.accountable":
		return text(d.sponsor("role", "person"))
	case "gate.reviewers", "meeting.audience":
		return list(d.sponsor(k.Refs...))
	case "escalation.to", "decision.made_by":
		return text(d.sponsor(k.Refs...))
	case "change.requested_by", "escalation.from":
		return text(d.owner())
	case "budget.amount":
		return d.byPhase("0", "0")
	}
	value, ok := startingValues[d.kind.Name+"."+k.Name]
	return value, ok
}

// startingValues are those that a new table usually has, whatever the plan.
var startingValues = map[string]string{
	"risk.probability": `"medium"`, "risk.response": `"mitigate"`, "kpi.better": `"up"`, "kpi.cadence": `"monthly"`,
	"meeting.type": `"meeting"`, "meeting.cadence": `"weekly"`, "objective.type": `"objective"`, "decision.status": `"pending"`,
	"change.status": `"proposed"`, "issue.status": `"open"`, "issue.severity": `"medium"`, "checklist.type": `"readiness"`,
	"infrastructure.status": `"planned"`, "assumption.status": `"open"`,
}

// example returns the value that the comment of a key shows: the one of the type,
// with things of the plan in place of those that it names.
func (d *draft) example(k plan.Key) string {
	value := moveDates(k.Example, int(d.plan.Start-firstExample))
	if len(k.Refs) > 0 {
		id := d.anyOf(k.Refs...)
		switch {
		case id == "":
			return value
		case strings.HasPrefix(value, "["):
			return "[" + plan.QuoteText(id) + "]"
		}
		return plan.QuoteText(id)
	}
	work, role := d.anyOf("work"), d.anyOf("role", "person")
	switch k.Type {
	case "[]Dependency":
		id := d.lastIn(d.phase)
		if d.kind.Name == "phase" || id == "" {
			id = d.anyOf("phase", "work")
		}
		if id != "" {
			return "[" + plan.QuoteText(id) + "]"
		}
	case "Assignments":
		if role != "" {
			return fmt.Sprintf("{ %s = 1 }", plan.QuoteKey(role))
		}
	case "ByPhase[Units]":
		if v, ok := d.byPhase("1", "0.5"); ok {
			return v
		}
	case "[]Impact", "Mitigated", "[]ChecklistItem":
		if work != "" {
			value = strings.ReplaceAll(value, `"2.1"`, plan.QuoteText(work))
		}
		const owner = `owner = "project-manager", `
		if role == "" {
			return strings.ReplaceAll(value, owner, "")
		}
		return strings.ReplaceAll(value, owner, fmt.Sprintf("owner = %s, ", plan.QuoteText(role)))
	}
	return value
}

// firstExample is the start of the plan that the examples of the types belong to.
var firstExample = calendar.DateOf(2026, 1, 5)

// scenarioLine shows how a scenario replaces a key of a table.
func (d *draft) scenarioLine() templateLine {
	l := templateLine{key: "plan.finish", value: `"W12"`, doc: "Any key of any table of the plan, replaced; KIND.ID.removed = true takes a table out."}
	if id := d.anyOf("work"); id != "" {
		l.key, l.value = "work."+plan.QuoteKey(id)+".duration", `"2w"`
	}
	return l
}

// owner is who answers for the table unless the author says otherwise: who
// answers for its phase, else for the plan; "" if nobody does.
func (d *draft) owner() string {
	for _, ph := range d.plan.Phases {
		if ph.ID == d.phase && ph.Owner != "" {
			return ph.Owner
		}
	}
	return d.plan.Info.Owner
}

// sponsor is who decides, of some kinds: the sponsor of the plan, else a body,
// else who answers for the plan, else any; "" if the plan has nobody.
func (d *draft) sponsor(kinds ...string) string {
	isOne := func(id string) bool {
		return slices.ContainsFunc(kinds, func(kind string) bool { return d.plan.Lookup(kind+":"+id) != nil })
	}
	body := ""
	if all := d.plan.Items("governance"); len(all) > 0 {
		body = all[0].ID
	}
	for _, id := range []string{d.plan.Sponsor, body, d.plan.Info.Owner} {
		if id != "" && isOne(id) {
			return id
		}
	}
	return d.anyOf(kinds...)
}

// anyOf returns a thing of the first of some kinds that the plan has, "" if it has
// none: the one that belongs to the draft, else the first.
func (d *draft) anyOf(kinds ...string) string {
	for _, kind := range kinds {
		switch owner := d.owner(); {
		case owner != "" && d.plan.Lookup(kind+":"+owner) != nil:
			return owner
		case kind == "phase" && d.phase != "":
			return d.phase
		}
		if ids := d.idsOf(kind, d.phase); len(ids) > 0 {
			return ids[len(ids)-1]
		}
		for _, it := range d.plan.Items(kind) {
			return it.ID
		}
	}
	return ""
}

// idsOf returns the ids of the tables of another kind that are in a phase.
func (d *draft) idsOf(kind, phase string) []string {
	if phase == "" {
		return nil
	}
	return (&draft{plan: d.plan, kind: plan.Kind{Name: kind}}).idsIn(phase)
}

// lastIn returns the last work package of a phase, "" if it has none.
func (d *draft) lastIn(phase string) string {
	if ids := d.idsOf("work", phase); len(ids) > 0 {
		return ids[len(ids)-1]
	}
	return ""
}

func (d *draft) lastMilestone() string {
	if n := len(d.plan.Milestones); n > 0 {
		return d.plan.Milestones[n-1].ID
	}
	return ""
}

// vacant returns a role that nobody fills, "" if there is none.
func (d *draft) vacant() string {
	for _, r := range d.plan.Roles {
		if !slices.ContainsFunc(d.plan.People, func(p *plan.Person) bool { return slices.Contains(p.Roles, r.ID) }) {
			return r.ID
		}
	}
	return ""
}

// byPhase writes values for the first phases that are in no other, the last value
// for all that follow: { P1 = 1, P2 = 0.5 }.
func (d *draft) byPhase(values ...string) (string, bool) {
	var parts []string
	for _, ph := range d.plan.Phases {
		if ph.Phase != "" || len(parts) > 0 && len(parts) == len(values) && values[0] != "0" {
			continue
		}
		parts = append(parts, plan.QuoteKey(ph.ID)+" = "+values[min(len(parts), len(values)-1)])
	}
	return "{ " + strings.Join(parts, ", ") + " }", len(parts) > 0
}

// weekOf returns the week in which a phase or activity finishes, "" if it is not
// there or empty.
func (d *draft) weekOf(id string) string {
	if a := d.sched.Activity(id); a != nil {
		return week(d.sched.Week(max(a.Finish-1, d.sched.Start)))
	}
	if ph := d.sched.Phase(id); ph != nil && !ph.Empty {
		return week(d.sched.Week(max(ph.Finish-1, d.sched.Start)))
	}
	return ""
}

// soon is the week after next.
func (d *draft) soon() string {
	at := d.sched.Start
	if d.plan.StatusDate.IsSet() {
		at = max(at, d.sched.StatusDate)
	}
	return week(d.sched.Week(at) + 2)
}

func week(n int) string { return fmt.Sprintf("W%d", n) }
