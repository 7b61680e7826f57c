package schedule

import (
	"slices"
	"strings"

	"milepost/schedule/plan"
)

// The parts that are about how the plan is carried out and closed.

// Risk Assessment and Mitigation

func (c *coverer) risksAssessed() evidenced {
	return each(c.openRisks(), riskItem, func(r *plan.Risk) bool {
		return r.Has("probability") && (len(r.Impact) > 0 || said(r.TimelineImpact))
	})
}

func (c *coverer) risksMitigated() evidenced {
	return each(c.openRisks(), riskItem, func(r *plan.Risk) bool { return anySaid(r.Mitigation) || r.Response == "accept" })
}

// openRisks returns the risks that are not closed; all if all are.
func (c *coverer) openRisks() []*plan.Risk {
	open := slices.DeleteFunc(slices.Clone(c.plan.Risks), func(r *plan.Risk) bool { return r.Status == "closed" })
	if len(open) == 0 {
		return c.plan.Risks
	}
	return open
}

func (c *coverer) contingency() evidenced {
	return each(c.plan.Scenarios, func(s *plan.Scenario) *plan.Item { return &s.Item }, func(s *plan.Scenario) bool {
		return said(s.Trigger) && (said(s.Approach) || len(s.Changes) > 0)
	})
}

// Communication Plan

// meetings returns the meetings of some types.
func (c *coverer) meetings(types ...string) []*plan.Meeting {
	return slices.DeleteFunc(slices.Clone(c.plan.Meetings), func(m *plan.Meeting) bool { return !slices.Contains(types, m.Type) })
}

func (c *coverer) updates() evidenced {
	return each(c.meetings("meeting", "update"), meetingItem, func(m *plan.Meeting) bool { return m.Cadence.IsSet() && len(m.Audience) > 0 })
}

func (c *coverer) reportsFor() evidenced {
	return each(c.meetings("report"), meetingItem, func(m *plan.Meeting) bool { return m.Cadence.IsSet() && len(m.Audience) > 0 })
}

func (c *coverer) channels() evidenced {
	return each(c.meetings("meeting", "update", "report"), meetingItem, func(m *plan.Meeting) bool { return said(m.Channel) })
}

// Training and Support

func (c *coverer) courses() evidenced {
	return each(c.plan.Trainings, func(t *plan.Training) *plan.Item { return &t.Item }, func(t *plan.Training) bool {
		return len(t.Audience) > 0 && t.Date.IsSet()
	})
}

func (c *coverer) support() evidenced {
	support := slices.DeleteFunc(slices.Clone(c.plan.Handovers), func(h *plan.Handover) bool { return h.Type != "support" })
	return each(support, handoverItem, func(h *plan.Handover) bool { return h.Owner != "" || anySaid(h.Items) || said(h.Description) })
}

// Testing and Quality Assurance

func (c *coverer) standards() evidenced {
	return each(c.plan.Standards, func(s *plan.Standard) *plan.Item { return &s.Item }, func(s *plan.Standard) bool {
		return said(s.Description) || said(s.Reference)
	})
}

// checks asks of each phase that is not part of another one; in a plan without
// phases of each check.
func (c *coverer) checks() evidenced {
	var all evidenced
	checked := map[string]bool{}
	note := func(it *plan.Item, phase string, ok bool) {
		all.add(it, ok)
		if around := c.phasesAround(phase); ok && len(around) > 0 {
			checked[around[len(around)-1]] = true
		}
	}
	for _, k := range c.plan.Checkpoints {
		note(&k.Item, k.Phase, anySaid(k.Criteria) && k.Owner != "")
	}
	for _, g := range c.plan.Gates {
		note(&g.Item, g.Phase, anySaid(g.Criteria) && len(g.Reviewers) > 0)
	}
	if len(c.plan.Phases) == 0 {
		return all
	}
	top := slices.DeleteFunc(slices.Clone(c.plan.Phases), func(ph *plan.Phase) bool { return ph.Phase != "" })
	return each(top, phaseItem, func(ph *plan.Phase) bool { return checked[ph.ID] })
}

// Monitoring and Evaluation

func kpiItem(k *plan.KPI) *plan.Item { return &k.Item }

func (c *coverer) indicators() evidenced {
	return each(c.plan.KPIs, kpiItem, func(k *plan.KPI) bool { return k.Target.IsSet() })
}

func (c *coverer) readings() evidenced {
	return each(c.plan.KPIs, kpiItem, func(k *plan.KPI) bool { return k.Cadence.IsSet() })
}

func (c *coverer) reviews() evidenced {
	return each(c.meetings("review"), meetingItem, func(m *plan.Meeting) bool { return m.Cadence.IsSet() }).once()
}

// Feedback and Improvement

func (c *coverer) feedbackCollected() evidenced {
	t := each(c.meetings("feedback"), meetingItem, func(m *plan.Meeting) bool { return len(m.Audience) > 0 })
	for _, f := range c.plan.Feedback {
		t.add(&f.Item, said(f.From))
	}
	return t
}

// feedbackUsed asks for a response to all feedback there is. Before there is
// any, a way to change the plan is enough.
func (c *coverer) feedbackUsed() evidenced {
	if len(c.plan.Feedback) > 0 {
		return each(c.plan.Feedback, func(f *plan.Feedback) *plan.Item { return &f.Item }, func(f *plan.Feedback) bool { return said(f.Response) })
	}
	t := c.named("change", "changes", "improvement", "improvements", "adaptation", "feedback")
	for _, x := range c.plan.Changes {
		t.add(&x.Item, x.DecidedBy != "")
	}
	for _, a := range c.plan.Approvals {
		if about := strings.ToLower(a.Area); strings.Contains(about, "change") || strings.Contains(about, "scope") || strings.Contains(about, "timeline") {
			t.add(&a.Item, len(a.Approvers) > 0)
		}
	}
	return t.once()
}

// Documentation and Reporting

func (c *coverer) records() evidenced {
	t := each(c.meetings("report"), meetingItem, func(m *plan.Meeting) bool {
		return m.Cadence.IsSet() && (said(m.Purpose) || said(m.Description))
	})
	t.have = append(t.have, c.dated()...)
	return t
}

// statusReports asks for a report or update at regular intervals; two dated
// status reports show as well that there are such.
func (c *coverer) statusReports() evidenced {
	t := each(c.meetings("report", "update"), meetingItem, func(m *plan.Meeting) bool { return m.Cadence.Every > 0 && len(m.Audience) > 0 })
	if d := c.dated(); len(d) > 1 {
		t.have = append(t.have, d...)
	}
	return t.once()
}

// Closure and Handover

func (c *coverer) handovers() evidenced {
	return each(c.plan.Handovers, handoverItem, func(h *plan.Handover) bool {
		return (anySaid(h.Items) || said(h.Description)) && said(h.Recipient)
	})
}

func (c *coverer) handoverSteps() evidenced {
	return each(c.plan.Handovers, handoverItem, func(h *plan.Handover) bool { return h.Owner != "" && (h.Due.IsSet() || h.Done) })
}

// Lessons Learned

func (c *coverer) retrospectives() evidenced {
	return each(c.meetings("retrospective"), meetingItem, func(m *plan.Meeting) bool {
		return m.Cadence.IsSet() && (len(m.Audience) > 0 || m.Owner != "")
	})
}

// lessons asks for lessons once there are some or all work is done.
func (c *coverer) lessons() evidenced {
	t := each(c.plan.Lessons, func(l *plan.Lesson) *plan.Item { return &l.Item }, func(l *plan.Lesson) bool { return said(l.Recommendation) })
	open := slices.ContainsFunc(c.sched.Activities, func(a *Activity) bool { return !a.Done() })
	if len(c.plan.Lessons) == 0 && (open || len(c.sched.Activities) == 0) {
		t.reason = "the work is not finished yet"
	}
	return t
}
