package schedule

import (
	"fmt"
	"strconv"
	"strings"

	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// Gaps of what stands beside the schedule: reviews, risks, objectives, people,
// communication and decisions.

// findReviewGaps finds gates and checkpoints to come that do not say what they
// look at.
func (s *Schedule) findReviewGaps(list *diag.List) {
	var gates, checkpoints int
	var bareGates, bareCheckpoints []*plan.Item
	for _, g := range s.Plan.Gates {
		if g.Status == "passed" || g.Status == "failed" {
			continue
		}
		gates++
		if len(g.Criteria) == 0 {
			bareGates = append(bareGates, &g.Item)
		}
	}
	for _, c := range s.Plan.Checkpoints {
		if c.Status != "open" && c.Status != "" {
			continue
		}
		checkpoints++
		if len(c.Criteria) == 0 {
			bareCheckpoints = append(bareCheckpoints, &c.Item)
		}
	}
	s.tell(list, gap{CodeReviewCriteria, "has no criteria", "has criteria", "gate", "write what must hold to pass: criteria = [\"...\"]"}, gates, bareGates)
	s.tell(list, gap{CodeReviewCriteria, "has no criteria", "has criteria", "checkpoint", "write what must hold: criteria = \"...\""}, checkpoints, bareCheckpoints)
}

// findRiskGaps finds open risks that nobody answers for or does anything about.
// A risk that is accepted needs no mitigation, and an opportunity none either.
func (s *Schedule) findRiskGaps(list *diag.List) {
	risks, threats := 0, 0
	var owner, mitigation []*plan.Item
	for _, r := range s.Plan.Risks {
		if r.Status == "closed" {
			continue
		}
		risks++
		if r.Owner == "" {
			owner = append(owner, &r.Item)
		}
		switch r.Response {
		case "accept", "exploit", "enhance", "share":
			continue
		}
		threats++
		if len(r.Mitigation) == 0 && r.Status != "occurred" {
			mitigation = append(mitigation, &r.Item)
		}
	}
	s.tell(list, gap{CodeRiskOwner, "has no owner", "has an owner", "risk", "name who watches it and acts: owner = \"ROLE\""}, risks, owner)
	s.tell(list, gap{CodeNoMitigation, "has no mitigation", "has a mitigation", "risk",
		"write what makes it less likely or less bad: mitigation = [\"...\"]; or that it is taken as it is: response = \"accept\""}, threats, mitigation)
}

// findObjectiveGaps finds objectives that cannot be told to be met, and
// indicators without a target. A success criterion holds at the end of the plan
// and needs no date of its own.
func (s *Schedule) findObjectiveGaps(list *diag.List) {
	dated := 0
	var measure, date, target []*plan.Item
	for _, o := range s.Plan.Objectives {
		if o.Measure == "" && o.MeasuredBy == "" && len(o.KPIs) == 0 {
			measure = append(measure, &o.Item)
		}
		if o.Type == "success criterion" {
			continue
		}
		dated++
		if !o.By.IsSet() && o.MeasuredBy == "" {
			date = append(date, &o.Item)
		}
	}
	for _, k := range s.Plan.KPIs {
		if !k.Target.IsSet() {
			target = append(target, &k.Item)
		}
	}
	s.tell(list, gap{CodeNoMeasure, "has no measure", "has a measure", "objective",
		"write how it is measured: measure = \"...\", the thing whose finish achieves it: measured_by = \"ID\", or kpis"}, len(s.Plan.Objectives), measure)
	s.tell(list, gap{CodeNoDate, "has no date", "has a date", "objective",
		"write by when it is achieved: by = \"W6\", or the thing whose finish achieves it: measured_by = \"ID\""}, dated, date)
	s.tell(list, gap{CodeNoKPITarget, "has no target", "has a target", "indicator",
		"write the figure to reach: target = 80, and better = \"down\" if less is better"}, len(s.Plan.KPIs), target)
}

// findUnused finds roles that are staffed nowhere and named nowhere, and persons
// who are named nowhere and fill no role that is.
func (s *Schedule) findUnused(list *diag.List) {
	if len(s.Plan.Roles)+len(s.Plan.People) == 0 || len(s.Activities) == 0 {
		return
	}
	named := s.Plan.Named()
	for _, sc := range s.Plan.Scenarios { // another course may need others
		if sc.Plan != nil {
			for address := range sc.Plan.Named() {
				named[address] = true
			}
		}
	}
	var roles, persons []*plan.Item
	for _, r := range s.Plan.Roles {
		staffed := r.Capacity.IsSet()
		for _, v := range r.Staffing {
			staffed = staffed || v.Value.TenThousandths > 0
		}
		if staffed || named[r.Address()] {
			named[r.Address()] = true
			continue
		}
		roles = append(roles, &r.Item)
	}
	for _, p := range s.Plan.People {
		used := named[p.Address()]
		for _, id := range p.Roles {
			used = used || named["role:"+id]
		}
		if !used {
			persons = append(persons, &p.Item)
		}
	}
	const hint = "assign work, make it the owner of something or a row of the responsibility matrix, or take it out"
	s.tellUnlessSketch(list, gap{CodeUnused, "is named nowhere in the plan and staffed in no phase", "is named anywhere in the plan or staffed in a phase", "role", hint}, len(s.Plan.Roles), roles)
	s.tellUnlessSketch(list, gap{CodeUnused, "is named nowhere in the plan and fills no role that is", "is named anywhere in the plan or fills a role that is", "person", hint}, len(s.Plan.People), persons)
}

// findIdleStaffing finds roles that are staffed in a phase without work, and in
// phases in which they have none although they are assigned elsewhere. Of a role
// that is never assigned nobody knows where its work is.
func (s *Schedule) findIdleStaffing(list *diag.List) {
	fills := map[string][]string{} // by person
	for _, p := range s.Plan.People {
		fills[p.ID] = p.Roles
	}
	works := map[string]map[*PhaseDates]bool{} // by role: phases and those around them
	for _, a := range s.priced {
		for _, as := range a.Work.Assign {
			roles := []string{as.Who}
			if as.Kind == "person" {
				roles = fills[as.Who]
			}
			for _, r := range roles {
				if works[r] == nil {
					works[r] = map[*PhaseDates]bool{}
				}
				for ph := a.Phase; ph != nil; ph = ph.Parent {
					works[r][ph] = true
				}
			}
		}
	}
	for _, r := range s.Plan.Roles {
		for _, v := range r.Staffing {
			ph := s.Phase(v.Phase)
			if ph == nil || v.Value.TenThousandths == 0 {
				continue
			}
			at := r.At("staffing." + quoteID(v.Phase))
			switch {
			case !ph.hasWork():
				list.Findf(CodeIdleStaffing, at, r.Address(), "%s is staffed with %s in phase %q, which has no work", describe(&r.Item), v.Value, ph.ID).
					Hint = fmt.Sprintf("write the work of the phase, or take %s out of the staffing", ph.ID)
			case works[r.ID] != nil && !works[r.ID][ph]:
				list.Findf(CodeIdleStaffing, at, r.Address(), "%s is staffed with %s in phase %q, but no work of it is assigned to the role", describe(&r.Item), v.Value, ph.ID).
					Hint = fmt.Sprintf("assign the work that it is needed for, or take %s out of the staffing", ph.ID)
			}
		}
	}
}

// quoteID writes an id as part of a path of keys.
func quoteID(id string) string {
	if strings.Contains(id, ".") {
		return strconv.Quote(id)
	}
	return id
}

// hasWork reports whether some work package is in the phase, at any depth.
func (d *PhaseDates) hasWork() bool {
	for _, a := range d.Activities {
		if a.Work != nil {
			return true
		}
	}
	for _, child := range d.Children {
		if child.hasWork() {
			return true
		}
	}
	return false
}

// findNobody finds meetings, reports and training for nobody, and approvals and
// decisions that nobody makes.
func (s *Schedule) findNobody(list *diag.List) {
	var bare []*plan.Item
	for _, m := range s.Plan.Meetings {
		if len(m.Audience) == 0 && m.Owner == "" {
			bare = append(bare, &m.Item)
		}
	}
	s.tell(list, gap{CodeNobody, "names no audience and no owner", "names an audience or owner", "meeting",
		"write who takes part or receives it: audience = [\"ROLE\"], and who calls or writes it: owner"}, len(s.Plan.Meetings), bare)
	bare = nil
	for _, t := range s.Plan.Trainings {
		if len(t.Audience) == 0 && t.Owner == "" {
			bare = append(bare, &t.Item)
		}
	}
	s.tell(list, gap{CodeNobody, "names no audience and no owner", "names an audience or owner", "training",
		"write who learns: audience = [\"ROLE\"], and who teaches: owner"}, len(s.Plan.Trainings), bare)
	bare = nil
	for _, a := range s.Plan.Approvals {
		if len(a.Approvers) == 0 {
			bare = append(bare, &a.Item)
		}
	}
	s.tell(list, gap{CodeNobody, "names nobody who approves", "names anybody who approves", "approval",
		"write who approves: approvers = [\"ROLE\"]"}, len(s.Plan.Approvals), bare)
	bare = nil
	open := 0
	for _, d := range s.Plan.Decisions {
		if d.Status == "made" {
			continue
		}
		open++
		if d.MadeBy == "" {
			bare = append(bare, &d.Item)
		}
	}
	s.tell(list, gap{CodeNobody, "names nobody who makes it", "names anybody who makes it", "decision",
		"write who makes it: made_by = \"ROLE\""}, open, bare)
}

// findUndecided finds decisions that are made and change requests that are
// decided, of which nobody knows since when.
func (s *Schedule) findUndecided(list *diag.List) {
	var bare []*plan.Item
	made := 0
	for _, d := range s.Plan.Decisions {
		if d.Status != "made" {
			continue
		}
		made++
		if !d.Date.IsSet() {
			bare = append(bare, &d.Item)
		}
	}
	s.tell(list, gap{CodeUndecided, "is made, and has no date", "has a date", "made decision", "write when it was made: date = 2026-01-30"}, made, bare)
	for _, c := range s.Plan.Changes {
		switch c.Status {
		case "approved", "rejected", "implemented":
			if !c.Decided.IsSet() {
				list.Findf(CodeUndecided, c.At("status"), c.Address(), "%s is %s, but nothing says since when", describe(&c.Item), c.Status).
					Hint = "write when it was decided: decided = 2026-02-06, and by whom: decided_by"
			}
		}
	}
}
