package schedule

import (
	"path"
	"slices"
	"strings"

	"milepost/schedule/plan"
)

// question is a criterion of a part: how it is put, and how a plan answers.
type question struct {
	id, name, text string
	look           func(*coverer) evidenced
	write          func(*coverer, evidenced) Remedy
}

// partsAsked are the parts with what each asks. Every question asks something
// that the description of its part asks; what cannot be told from a table of the
// plan or from the name of a text is not asked.
var partsAsked = []struct {
	id, name, asks string
	criteria       []question
}{
	{"objectives", "Define Objectives and Goals", "What the plan aims to achieve, with measurable targets.", []question{
		{"aim", "Aim", "Does the plan say what it sets out to deliver?", (*coverer).aim, (*coverer).writeAim},
		{"measurable", "Measurable objectives", "Are there objectives, each measurable: by a measure, an indicator, a date, or what achieves it?", (*coverer).measurable, (*coverer).writeObjective},
		{"phases", "Goals of the phases", "Does each phase say what it is to achieve?", (*coverer).phaseGoals, (*coverer).writePhaseGoal},
	}},
	{"strategies", "Outline Strategies", "The approach and the methods by which the objectives are achieved, and the sequence of activities.", []question{
		{"approach", "Approach", "Is there a text about the approach, named after strategy, approach or method?", (*coverer).approach, (*coverer).writeApproach},
		{"activities", "Activities", "Does each work package say what is done: its activities, a description or a text of its own?", (*coverer).activities, (*coverer).writeActivities},
		{"sequence", "Sequence", "Does each work package wait for something, or something for it?", (*coverer).sequence, (*coverer).writeSequence},
	}},
	{"resources", "Allocate Resources", "The people, the money, the tools, equipment and technology that are needed.", []question{
		{"people", "People", "Does each work package have people: assigned to it, or staffed in its phase?", (*coverer).people, (*coverer).writePeople},
		{"money", "Money", "Is it said what it costs: an amount in each category of the budget, or a cost of the work?", (*coverer).money, (*coverer).writeMoney},
		{"technology", "Tools and technology", "Are tools, equipment or technology listed, each with what it consists of?", (*coverer).technology, (*coverer).writeTechnology},
	}},
	{"responsibilities", "Assign Responsibilities", "Who is responsible for what.", []question{
		{"work", "Who does the work", "Is somebody responsible for each work package: its owner, or a row of the responsibility matrix?", (*coverer).responsible, (*coverer).writeResponsible},
		{"team", "Tasks of the team", "Does each role and person on the team have something to do or to answer for?", (*coverer).team, (*coverer).writeTeam},
	}},
	{"timeline", "Set Timeline and Milestones", "Start and end of each phase, and milestones to track progress.", []question{
		{"phases", "Dates of the phases", "Are there phases, each with a start and an end: those of its work, or a stated window?", (*coverer).phaseDates, (*coverer).writePhase},
		{"milestones", "Milestones", "Are there milestones, each waiting for the work that reaches it?", (*coverer).milestones, (*coverer).writeMilestone},
	}},
	{"risks", "Risk Assessment and Mitigation", "What may go wrong, what is done about it, and what is done if it happens all the same.", []question{
		{"assessed", "Assessment", "Are there risks, each with its probability and its impact?", (*coverer).risksAssessed, (*coverer).writeRisk},
		{"mitigated", "Mitigation", "Is it said of each risk how it is mitigated, or that it is accepted?", (*coverer).risksMitigated, (*coverer).writeMitigation},
		{"contingency", "Contingency plans", "Are there contingency plans: scenarios, each with what sets it off and what is done then?", (*coverer).contingency, (*coverer).writeContingency},
	}},
	{"communication", "Communication Plan", "Regular updates, reporting mechanisms and communication channels.", []question{
		{"updates", "Meetings and updates", "Are there meetings or updates, each with how often and for whom?", (*coverer).updates, (*coverer).writeUpdate},
		{"reports", "Reports", "Are there reports, each with how often and for whom?", (*coverer).reportsFor, (*coverer).writeReport},
		{"channels", "Channels", "Does each meeting, update and report have a channel?", (*coverer).channels, (*coverer).writeChannel},
	}},
	{"training", "Training and Support", "How people are prepared for new processes and tools, and helped afterwards.", []question{
		{"courses", "Training", "Is there training, each with for whom and when?", (*coverer).courses, (*coverer).writeCourse},
		{"support", "Support", "Is there support, with who gives it or what it consists of?", (*coverer).support, (*coverer).writeSupport},
	}},
	{"quality", "Testing and Quality Assurance", "How it is ensured that the results meet the desired standards.", []question{
		{"standards", "Standards", "Are there quality standards, each with what it demands?", (*coverer).standards, (*coverer).writeStandard},
		{"checks", "Checks", "Is there a check for each phase, a checkpoint or gate, with criteria and who judges them?", (*coverer).checks, (*coverer).writeCheck},
	}},
	{"monitoring", "Monitoring and Evaluation", "How progress is monitored and evaluated, and the indicators of success.", []question{
		{"indicators", "Targets of indicators", "Are there key performance indicators, each with a target?", (*coverer).indicators, (*coverer).writeIndicator},
		{"readings", "Readings", "Is it said of each indicator how often it is read?", (*coverer).readings, (*coverer).writeReading},
		{"reviews", "Reviews", "Is there a regular review of how the plan stands?", (*coverer).reviews, (*coverer).writeReview},
	}},
	{"feedback", "Feedback and Improvement", "How feedback is collected, and how it improves the plan under way.", []question{
		{"collected", "Collecting feedback", "Is there a way to collect feedback, with whom it is asked of, or feedback with whom it is from?", (*coverer).feedbackCollected, (*coverer).writeFeedback},
		{"used", "Using it", "Is it said how feedback changes the plan: a response to each, change requests with who decides, who approves changes, or a text about change?", (*coverer).feedbackUsed, (*coverer).writeImprovement},
	}},
	{"documentation", "Documentation and Reporting", "How progress, outcomes and challenges are documented and reported to stakeholders.", []question{
		{"records", "Records", "Are there reports, each with what it documents and how often, or dated status reports?", (*coverer).records, (*coverer).writeRecord},
		{"status", "Status reports", "Is the status reported to somebody at regular intervals?", (*coverer).statusReports, (*coverer).writeStatus},
	}},
	{"closure", "Closure and Handover", "The steps that close the plan: what is handed over to whom, when and by whom.", []question{
		{"handover", "What is handed over", "Is something handed over, each with what it is and to whom it goes?", (*coverer).handovers, (*coverer).writeHandover},
		{"steps", "Who and when", "Is it said of each handover who sees to it and when?", (*coverer).handoverSteps, (*coverer).writeHandoverStep},
	}},
	{"lessons", "Lessons Learned", "A review of what went well, what did not and what to do better.", []question{
		{"review", "Retrospective", "Is there a retrospective, with when it is held and who takes part?", (*coverer).retrospectives, (*coverer).writeRetrospective},
		{"written", "Lessons", "Are there lessons, each with what to do next time?", (*coverer).lessons, (*coverer).writeLesson},
	}},
}

func said(s string) bool { return strings.TrimSpace(s) != "" }

func anySaid(list []string) bool { return slices.ContainsFunc(list, said) }

// named returns the evidence of texts whose name has one of the words.
func (c *coverer) named(words ...string) evidenced {
	var t evidenced
	for _, x := range c.texts {
		parts := strings.FieldsFunc(strings.ToLower(path.Base(x.Name)), func(r rune) bool { return r == '-' || r == '_' || r == ' ' || r == '.' })
		if slices.ContainsFunc(parts, func(w string) bool { return slices.Contains(words, w) }) && !isDated(x) {
			t.have = append(t.have, Evidence{Text: x.Name})
		}
	}
	return t
}

// dated returns the evidence of the status reports.
func (c *coverer) dated() []Evidence {
	var out []Evidence
	for _, x := range c.texts {
		if isDated(x) {
			out = append(out, Evidence{Text: x.Name})
		}
	}
	return out
}

func isDated(x Text) bool { return path.Dir(x.Name) == "reports" && x.Name != "reports/index" }

func (c *coverer) hasText(name string) bool { return slices.Contains(c.texts, Text{name}) }

// Define Objectives and Goals

func (c *coverer) aim() evidenced {
	p := &c.plan.Info
	return each([]*plan.Info{p}, func(*plan.Info) *plan.Item { return &p.Item }, func(*plan.Info) bool { return said(p.Scope) || said(p.Description) })
}

func (c *coverer) measurable() evidenced {
	return each(c.plan.Objectives, func(o *plan.Objective) *plan.Item { return &o.Item }, func(o *plan.Objective) bool {
		return said(o.Measure) || len(o.KPIs) > 0 || o.By.IsSet() || o.MeasuredBy != ""
	})
}

func (c *coverer) phaseGoals() evidenced {
	t := each(c.plan.Phases, phaseItem, func(ph *plan.Phase) bool {
		return said(ph.Goal) || anySaid(ph.Objectives) || said(ph.Description) || c.hasText("phase/"+ph.ID)
	})
	if len(c.plan.Phases) == 0 {
		t.reason = "the plan has no phases"
	}
	return t
}

// Outline Strategies

func (c *coverer) approach() evidenced {
	return c.named("strategy", "strategies", "approach", "approaches", "method", "methods", "methodology")
}

func (c *coverer) activities() evidenced {
	return each(c.plan.Work, workItem, func(w *plan.WorkPackage) bool {
		return anySaid(w.Activities) || said(w.Description) || c.hasText("work/"+w.ID)
	})
}

func (c *coverer) sequence() evidenced {
	return each(c.plan.Work, workItem, func(w *plan.WorkPackage) bool {
		a := c.sched.Activity(w.ID)
		return a != nil && len(a.Predecessors())+len(a.Successors()) > 0
	})
}

// Allocate Resources

func (c *coverer) people() evidenced {
	staffed := map[string]bool{}
	for _, r := range c.plan.Roles {
		for _, v := range r.Staffing {
			if v.Value.TenThousandths > 0 {
				staffed[v.Phase] = true
			}
		}
	}
	return each(c.plan.Work, workItem, func(w *plan.WorkPackage) bool {
		return len(w.Assign) > 0 || slices.ContainsFunc(c.phasesAround(w.Phase), func(id string) bool { return staffed[id] })
	})
}

// phasesAround returns a phase and those that it is in.
func (c *coverer) phasesAround(id string) []string {
	var out []string
	for ph := c.sched.Phase(id); ph != nil; ph = ph.Parent {
		out = append(out, ph.ID)
	}
	return out
}

func (c *coverer) money() evidenced {
	t := each(c.plan.Budget, func(b *plan.Budget) *plan.Item { return &b.Item }, func(b *plan.Budget) bool {
		return b.Total.Minor > 0 || slices.ContainsFunc(b.Amount, func(v plan.PhaseValue[plan.Money]) bool { return v.Value.Minor > 0 })
	})
	if len(c.plan.Budget) > 0 {
		return t
	}
	for _, a := range c.sched.Activities {
		if a.Work != nil && a.Cost.Minor > 0 {
			t.have = append(t.have, Evidence{Address: a.Work.Address()})
		}
	}
	if c.plan.Info.Budget.Minor > 0 {
		t.have = append(t.have, Evidence{Address: c.plan.Info.Address()})
	}
	return t
}

func (c *coverer) technology() evidenced {
	return each(c.plan.Infrastructure, func(i *plan.Infrastructure) *plan.Item { return &i.Item }, func(i *plan.Infrastructure) bool {
		return anySaid(i.Provides) || said(i.Description)
	})
}

// Assign Responsibilities

func (c *coverer) responsible() evidenced {
	by := map[string]bool{}
	for _, r := range c.plan.RACI {
		for _, id := range r.Work {
			by[id] = by[id] || len(r.Responsible) > 0
		}
	}
	return each(c.plan.Work, workItem, func(w *plan.WorkPackage) bool { return w.Owner != "" || by[w.ID] })
}

// team asks of those who are on the team: roles that are staffed or assigned or
// that somebody fills, and persons.
func (c *coverer) team() evidenced {
	on, busy := map[string]bool{}, c.occupied()
	for _, w := range c.plan.Work {
		for _, a := range w.Assign {
			on[a.Kind+":"+a.Who] = true
		}
	}
	for _, p := range c.plan.People {
		on[p.Address()] = true
		for _, r := range p.Roles {
			on["role:"+r] = true
		}
	}
	var t evidenced
	for _, r := range c.plan.Roles {
		staffed := slices.ContainsFunc(r.Staffing, func(v plan.PhaseValue[plan.Units]) bool { return v.Value.TenThousandths > 0 })
		if on[r.Address()] || staffed || r.Capacity.TenThousandths > 0 || busy[r.Address()] {
			t.add(&r.Item, busy[r.Address()] || anySaid(r.Responsibilities))
		}
	}
	for _, p := range c.plan.People {
		t.add(&p.Item, busy[p.Address()] || len(p.Roles) > 0)
	}
	return t
}

// occupied returns the addresses of the roles and persons that are assigned to
// work, own something, or do or answer for a row of the responsibility matrix.
func (c *coverer) occupied() map[string]bool {
	if c.busy != nil {
		return c.busy
	}
	c.busy = map[string]bool{}
	mark := func(ids ...string) {
		for _, id := range ids {
			for _, kind := range []string{"role", "person"} {
				if c.plan.Lookup(kind+":"+id) != nil {
					c.busy[kind+":"+id] = true
					break
				}
			}
		}
	}
	p := c.plan
	mark(p.Owner)
	for _, x := range p.Phases {
		mark(x.Owner)
	}
	for _, x := range p.Work {
		mark(x.Owner)
		for _, a := range x.Assign {
			mark(a.Who)
		}
	}
	for _, x := range p.Milestones {
		mark(x.Owner)
	}
	for _, x := range p.RACI {
		mark(x.Responsible...)
		mark(x.Accountable...)
	}
	for _, x := range p.Checkpoints {
		mark(x.Owner)
	}
	for _, x := range p.Risks {
		mark(x.Owner)
	}
	for _, x := range p.Meetings {
		mark(x.Owner)
	}
	for _, x := range p.KPIs {
		mark(x.Owner)
	}
	for _, x := range p.Infrastructure {
		mark(x.Owner)
	}
	for _, x := range p.Trainings {
		mark(x.Owner)
	}
	for _, x := range p.Handovers {
		mark(x.Owner)
	}
	return c.busy
}

// Set Timeline and Milestones

func (c *coverer) phaseDates() evidenced {
	return each(c.plan.Phases, phaseItem, func(ph *plan.Phase) bool {
		d := c.sched.Phase(ph.ID)
		return ph.Window.IsSet() || d != nil && !d.Empty
	})
}

func (c *coverer) milestones() evidenced {
	return each(c.plan.Milestones, func(m *plan.Milestone) *plan.Item { return &m.Item }, func(m *plan.Milestone) bool {
		a := c.sched.Activity(m.ID)
		return a != nil && len(a.Predecessors()) > 0
	})
}

func phaseItem(ph *plan.Phase) *plan.Item      { return &ph.Item }
func workItem(w *plan.WorkPackage) *plan.Item  { return &w.Item }
func riskItem(r *plan.Risk) *plan.Item         { return &r.Item }
func meetingItem(m *plan.Meeting) *plan.Item   { return &m.Item }
func handoverItem(h *plan.Handover) *plan.Item { return &h.Item }
