package schedule

// Risk Assessment and Mitigation

func (c *coverer) writeRisk(t evidenced) Remedy {
	lines := []string{"probability = 0.2", line("timeline_impact", "What it would do to the dates")}
	mitigation := listLine("mitigation", "What makes it less likely or less bad")
	return c.draft().toOr(t, "risk", "R1", lines, append(append([]string{line("name", "What may go wrong")}, lines...), mitigation))
}

func (c *coverer) writeMitigation(t evidenced) Remedy {
	mitigation := listLine("mitigation", "What makes it less likely or less bad")
	return c.draft().toOr(t, "risk", "R1", []string{mitigation}, []string{line("name", "What may go wrong"), "probability = 0.2", mitigation})
}

func (c *coverer) writeContingency(t evidenced) Remedy {
	lines := []string{line("trigger", "What shows that it is happening"), line("approach", "What is done then")}
	return c.draft().toOr(t, "scenario", "S1", lines, append([]string{line("name", "It takes longer")}, lines...))
}

// Communication Plan

// meetingLines are a meeting with everything that the parts ask of it.
func (d *draft) meetingLines(name, typ, cadence, purpose string) []string {
	return []string{line("name", name), line("type", typ), line("cadence", cadence), listLine("audience", d.others()),
		line("owner", d.who()), line("purpose", purpose)}
}

func (c *coverer) writeUpdate(t evidenced) Remedy {
	d := c.draft()
	whole := append(d.meetingLines("Team meeting", "meeting", "weekly", "Progress, next work, obstacles"), line("channel", "Video call"))
	return d.toOr(t, "meeting", "team", []string{line("cadence", "weekly"), listLine("audience", d.others())}, whole)
}

func (c *coverer) writeReport(t evidenced) Remedy {
	d := c.draft()
	return d.toOr(t, "meeting", "status-report", []string{line("cadence", "monthly"), listLine("audience", d.others())}, d.statusReport())
}

// statusReport is a report that meets whatever is asked of one.
func (d *draft) statusReport() []string {
	return append(d.meetingLines("Status report", "report", "monthly", "Progress, outcomes and challenges"), line("channel", "E-mail"))
}

func (c *coverer) writeChannel(t evidenced) Remedy {
	d := c.draft()
	return d.toOr(t, "meeting", "status-report", []string{line("channel", "E-mail")}, d.statusReport())
}

// Training and Support

func (c *coverer) writeCourse(t evidenced) Remedy {
	d := c.draft()
	lines := []string{listLine("audience", d.others()), line("date", c.last())}
	return d.toOr(t, "training", "users", lines, append([]string{line("name", "Training of the users"), line("duration", "1d"), line("owner", d.who())}, lines...))
}

func (c *coverer) writeSupport(t evidenced) Remedy {
	d := c.draft()
	lines := []string{line("owner", d.who()), listLine("items", "Help desk for the first month")}
	whole := []string{line("name", "Support after the launch"), line("type", "support"), line("recipient", "Users"), line("due", c.last())}
	return d.toOr(t, "handover", "support", lines, append(whole, lines...))
}

// Testing and Quality Assurance

func (c *coverer) writeStandard(t evidenced) Remedy {
	demands := line("description", "What every result has to satisfy")
	return c.draft().toOr(t, "standard", "results", []string{demands}, []string{line("name", "Quality of results"), demands})
}

func (c *coverer) writeCheck(t evidenced) Remedy {
	d := c.draft()
	lines := []string{line("criteria", "What must hold"), line("owner", d.who())}
	whole := append([]string{line("name", "Acceptance test")}, lines...)
	it := t.first(c)
	switch {
	case it != nil && it.Kind == "phase":
		return d.add("checkpoint", "test", append(whole, line("phase", it.ID))...).done()
	case it != nil && it.Kind == "gate":
		lines[1] = listLine("reviewers", d.who())
	}
	return d.toOr(t, "checkpoint", "test", lines, whole)
}

// Monitoring and Evaluation

func (c *coverer) writeIndicator(t evidenced) Remedy {
	return c.draft().toOr(t, "kpi", "use", []string{"target = 90"}, kpiLines)
}

func (c *coverer) writeReading(t evidenced) Remedy {
	return c.draft().toOr(t, "kpi", "use", []string{line("cadence", "monthly")}, kpiLines)
}

var kpiLines = []string{line("name", "Users who work with it"), line("unit", "%"), "target = 90", line("cadence", "monthly")}

func (c *coverer) writeReview(t evidenced) Remedy {
	d := c.draft()
	return d.toOr(t, "meeting", "review", []string{line("cadence", "monthly")}, d.meetingLines("Monthly review", "review", "monthly", "Dates, money and quality against the plan"))
}

// Feedback and Improvement

func (c *coverer) writeFeedback(t evidenced) Remedy {
	d := c.draft()
	lines := []string{listLine("audience", d.others())}
	if it := t.first(c); it != nil && it.Kind == "feedback" {
		lines = []string{line("from", "Who said it")}
	}
	return d.toOr(t, "meeting", "survey", lines, d.meetingLines("Survey", "feedback", "monthly", "What helps, and what is in the way"))
}

func (c *coverer) writeImprovement(t evidenced) Remedy {
	d := c.draft()
	lines := []string{listLine("approvers", d.who())}
	if it := t.first(c); it != nil && it.Kind == "feedback" {
		lines = []string{line("response", "What is done about it")}
	} else if it != nil && it.Kind == "change" {
		lines = []string{line("decided_by", d.who())}
	}
	return d.toOr(t, "approval", "changes", lines, append([]string{line("name", "Changes of the plan"), line("area", "changes to scope and timeline")}, lines...))
}

// Documentation and Reporting

func (c *coverer) writeRecord(t evidenced) Remedy {
	d := c.draft()
	return d.toOr(t, "meeting", "status-report", []string{line("cadence", "monthly"), line("purpose", "Progress, outcomes and challenges")}, d.statusReport())
}

func (c *coverer) writeStatus(evidenced) Remedy {
	d := c.draft()
	return d.add("meeting", "status-report", d.statusReport()...).done()
}

// Closure and Handover

func (c *coverer) writeHandover(t evidenced) Remedy {
	lines := []string{listLine("items", "Operations manual"), line("recipient", "Operations")}
	return c.draft().handover(t, lines)
}

func (c *coverer) writeHandoverStep(t evidenced) Remedy {
	d := c.draft()
	return d.handover(t, []string{line("owner", d.who()), line("due", c.last())})
}

func (d *draft) handover(t evidenced, lines []string) Remedy {
	whole := []string{line("name", "Handover to operations"), listLine("items", "Operations manual"), line("recipient", "Operations"),
		line("owner", d.who()), line("due", d.c.last())}
	return d.toOr(t, "handover", "operations", lines, whole)
}

// Lessons Learned

func (c *coverer) writeRetrospective(t evidenced) Remedy {
	d := c.draft()
	lines := []string{line("cadence", "at the end of the plan"), listLine("audience", d.others())}
	return d.toOr(t, "meeting", "retrospective", lines, d.meetingLines("Retrospective", "retrospective", "at the end of the plan", "Successes, challenges and what to do better"))
}

func (c *coverer) writeLesson(t evidenced) Remedy {
	next := line("recommendation", "What to do next time")
	return c.draft().toOr(t, "lesson", "L1", []string{next}, []string{line("name", "What was learned"), next})
}
