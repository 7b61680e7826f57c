package plan

import "milepost/schedule/diag"

// The kinds of tables beside the schedule itself: who is responsible, what it
// costs, how it is steered, what may happen, how good it has to be, and what is
// left behind. plan.go has the frame and the work.

// RACI is one row of the responsibility matrix.
type RACI struct {
	Item
	// The activity or deliverable.
	Activity string `toml:"activity,required" example:"\"Project Planning\""`
	// Who does it.
	Responsible []string `toml:"responsible" ref:"role person governance" example:"[\"project-manager\"]"`
	// Who answers for it: exactly one.
	Accountable TextList `toml:"accountable" ref:"role person governance" example:"\"technical-lead\""`
	// Who is asked before.
	Consulted []string `toml:"consulted" ref:"role person governance" example:"[\"partnership-manager\"]"`
	// Who is told after.
	Informed []string `toml:"informed" ref:"role person governance" example:"[\"stakeholder\"]"`
	// Work packages the row is about.
	Work []string `toml:"work" ref:"work" example:"[\"2.1\"]"`
}

// Budget is one category of cost.
type Budget struct {
	Item
	// Money by phase.
	Amount ByPhase[Money] `toml:"amount" example:"{ P1 = 20_000, P2 = 30_000 }"`
	// Stated total, compared with the sum of amount.
	Total Money `toml:"total" example:"95_000"`
	// True if the category is a reserve against risks; the cost of work is compared with the others.
	Contingency bool `toml:"contingency" example:"true"`
	// Who answers for it.
	Owner string `toml:"owner" ref:"role person" example:"\"project-manager\""`
}

// Change is a change request.
type Change struct {
	Item
	// Who asked for it.
	RequestedBy string `toml:"requested_by" ref:"role person governance" example:"\"partnership-manager\""`
	// When it was asked for.
	Date When `toml:"date" example:"2026-02-02"`
	// "proposed", "approved", "rejected", "implemented" or "withdrawn". Default "proposed".
	Status string `toml:"status" enum:"proposed approved rejected implemented withdrawn" default:"proposed" example:"\"approved\""`
	// Effect on scope, in words.
	Scope string `toml:"scope" example:"\"One more pilot site\""`
	// Effect on the finish.
	Delay Duration `toml:"delay" example:"\"1w\""`
	// Effect on cost.
	Cost Money `toml:"cost" example:"4_000"`
	// Who decided or will decide.
	DecidedBy string `toml:"decided_by" ref:"role person governance" example:"\"steering-committee\""`
	// When it was decided.
	Decided When `toml:"decided" example:"2026-02-06"`
	// Work it touches.
	Work []string `toml:"work" ref:"work milestone phase" example:"[\"3.1\"]"`
}

// Objective is something the plan is to achieve, with the way to tell.
type Objective struct {
	Item
	// "objective", "success criterion" or "critical activity". Default "objective".
	Type string `toml:"type" enum:"objective|success criterion|critical activity" default:"objective" example:"\"success criterion\""`
	// How it is measured.
	Measure string `toml:"measure" example:"\"Positive feedback from over 80 % of stakeholders\""`
	// Stated week or date by which it is achieved; compared with measured_by.
	By When `toml:"by" example:"\"W6\""`
	// The milestone, work package or phase whose finish achieves it.
	MeasuredBy string `toml:"measured_by" ref:"milestone work phase" example:"\"M2\""`
	// Key performance indicators that show it.
	KPIs []string `toml:"kpis" ref:"kpi" example:"[\"schedule\"]"`
	// Who answers for it.
	Owner string `toml:"owner" ref:"role person" example:"\"project-manager\""`
}

// KPI is a key performance indicator with its readings.
type KPI struct {
	Item
	// Unit of the figures.
	Unit string `toml:"unit" example:"\"%\""`
	// Value at the beginning.
	Baseline Number `toml:"baseline" example:"0"`
	// Value to reach.
	Target Number `toml:"target" example:"80"`
	// Which way is good: "up" or "down". Default "up".
	Better string `toml:"better" enum:"up down" default:"up" example:"\"up\""`
	// Readings by date.
	Readings map[string]Number `toml:"readings" example:"{ \"2026-02-06\" = 72 }"`
	// How often it is read.
	Cadence Cadence `toml:"cadence" example:"\"monthly\""`
	// Who answers for it.
	Owner string `toml:"owner" ref:"role person" example:"\"project-manager\""`
}

// Governance is a body that steers or reviews.
type Governance struct {
	Item
	// What it is for.
	Purpose string `toml:"purpose" example:"\"Executive oversight and decision-making\""`
	// Who sits in it, in words or by role.
	Members []string `toml:"members" example:"[\"Executives from Marketing\"]"`
	// Who leads it.
	Chair string `toml:"chair" ref:"role person" example:"\"project-manager\""`
	// What it does.
	Responsibilities []string `toml:"responsibilities" example:"[\"Address escalations\"]"`
	// What it may decide.
	Authority string `toml:"authority" example:"\"Approves technical decisions\""`
	// How often it meets.
	Cadence Cadence `toml:"cadence" example:"\"every 2 weeks\""`
	// The body above it.
	ReportsTo string `toml:"reports_to" ref:"governance" example:"\"steering-committee\""`
}

// Meeting is a regular meeting, report, update or review.
type Meeting struct {
	Item
	// "meeting", "report", "update", "review", "feedback" (a survey or session that asks for it) or "retrospective" (what has been learned). Default "meeting".
	Type string `toml:"type" enum:"meeting report update review feedback retrospective" default:"meeting" example:"\"report\""`
	// How often it happens.
	Cadence Cadence `toml:"cadence" example:"\"weekly\""`
	// What it is for.
	Purpose string `toml:"purpose" example:"\"Progress and issues\""`
	// Who takes part or receives it.
	Audience []string `toml:"audience" ref:"role person governance" example:"[\"steering-committee\"]"`
	// Who calls or writes it.
	Owner string `toml:"owner" ref:"role person governance" example:"\"project-manager\""`
	// Where or how it happens.
	Channel string `toml:"channel" example:"\"video call\""`
}

// Escalation says what goes up to whom, and when.
type Escalation struct {
	Item
	// What sets it off.
	Trigger string `toml:"trigger" example:"\"Critical issue\""`
	// From whom.
	From string `toml:"from" ref:"role person governance" example:"\"pmo\""`
	// To whom.
	To string `toml:"to,required" ref:"role person governance" example:"\"steering-committee\""`
	// How soon.
	Within Duration `toml:"within" example:"\"1ed\""`
}

// Approval says who may approve what.
type Approval struct {
	Item
	// What it is about: technical, business, budget, scope, timeline.
	Area string `toml:"area" example:"\"budget\""`
	// Who approves.
	Approvers []string `toml:"approvers" ref:"role person governance" example:"[\"project-manager\"]"`
	// Up to which amount.
	Limit Money `toml:"limit" example:"5_000"`
}

// Decision is a decision taken or due, or a standing category of decisions.
type Decision struct {
	Item
	// "standing", "pending" or "made". Default "pending".
	Status string `toml:"status" enum:"standing pending made" default:"pending" example:"\"pending\""`
	// Who makes it.
	MadeBy string `toml:"made_by" ref:"role person governance" example:"\"steering-committee\""`
	// By when it is needed.
	Due When `toml:"due" example:"\"W4\""`
	// When it was made.
	Date When `toml:"date" example:"2026-01-30"`
	// What was decided.
	Outcome string `toml:"outcome" example:"\"Five partners are enough\""`
	// Why.
	Rationale string `toml:"rationale" example:"\"Pilot needs variety\""`
}

// Scenario is another course the plan may take: any key of any table replaced in
// a copy of the plan, tables added and tables removed.
type Scenario struct {
	Item
	// What sets it off.
	Trigger string `toml:"trigger" example:"\"Fewer than three partners by W2\""`
	// What is done then.
	Approach string `toml:"approach" example:"\"Explore additional partners\""`
	// Stated effect on the timeline, in words.
	TimelineImpact string `toml:"timeline_impact" example:"\"2 to 4 weeks in phase 1\""`
	// Stated effect on resources, in words.
	ResourceImpact string `toml:"resource_impact" example:"\"Additional outreach\""`

	// Replaced values, in the order of the text.
	Changes []Override `toml:"-"`
	// Plan is the plan as it is in the scenario, checked as the plan itself. It has
	// no scenarios.
	Plan *Plan `toml:"-"`

	variant *variant
}

// Override is one replaced value of a scenario, or a table that it removes.
type Override struct {
	Address string   // of the thing: "work:1.3"
	Key     []string // path within its table: ["duration"], ["assign", "tester"]; nil of a removed table
	Value   any      // as TOML has it
	Added   bool     // the plan does not have the table
	Removed bool     // the scenario does not have the table
	Pos     diag.Pos // of the value
	Table   diag.Pos // of the table's address in the scenario
}

// Assumption is something the plan takes for granted.
type Assumption struct {
	Item
	// "open", "confirmed" or "refuted". Default "open".
	Status string `toml:"status" enum:"open confirmed refuted" default:"open" example:"\"open\""`
	// Who finds out.
	Owner string `toml:"owner" ref:"role person" example:"\"project-manager\""`
	// When it is looked at next.
	Review When `toml:"review" example:"\"W3\""`
	// What it is about.
	About []string `toml:"about" ref:"work milestone phase risk" example:"[\"M3\"]"`
}

// Constraint is a dependency or limit that the plan has to live with.
type Constraint struct {
	Item
	// "external", "internal", "resource" or "technical".
	Type string `toml:"type" enum:"external internal resource technical" example:"\"external\""`
	// What it is about.
	About []string `toml:"about" ref:"work milestone phase" example:"[\"2.1\"]"`
	// Who watches it.
	Owner string `toml:"owner" ref:"role person" example:"\"project-manager\""`
}

// Issue is something that has gone wrong.
type Issue struct {
	Item
	// "open", "in progress" or "closed". Default "open".
	Status string `toml:"status" enum:"open|in progress|closed" default:"open" example:"\"open\""`
	// "low", "medium", "high" or "critical".
	Severity string `toml:"severity" enum:"low medium high critical" example:"\"high\""`
	// When it was raised.
	Raised When `toml:"raised" example:"2026-01-20"`
	// When it is to be solved.
	Due When `toml:"due" example:"2026-01-30"`
	// How it was solved.
	Resolution string `toml:"resolution" example:"\"Second lawyer engaged\""`
	// What it is about.
	About []string `toml:"about" ref:"work milestone phase risk" example:"[\"1.2\"]"`
	// Who solves it.
	Owner string `toml:"owner" ref:"role person" example:"\"legal\""`
}

// Standard is a quality standard that the plan holds itself to.
type Standard struct {
	Item
	// "deliverable", "process" or "technical". Free text to group by.
	Category string `toml:"category" example:"\"process\""`
	// Document that defines it.
	Reference string `toml:"reference" example:"\"ISO 9001:2015\""`
}

// Checkpoint is a quality check.
type Checkpoint struct {
	Item
	// The phase it belongs to.
	Phase string `toml:"phase" ref:"phase" example:"\"P1\""`
	// What must hold.
	Criteria TextList `toml:"criteria" example:"\"Completeness and accuracy\""`
	// Stated week or date. Default: the finish of the phase.
	Target When `toml:"target" example:"\"W3\""`
	// "open", "passed" or "failed". Default "open".
	Status string `toml:"status" enum:"open passed failed" default:"open" example:"\"open\""`
	// Who answers for it.
	Owner string `toml:"owner" ref:"role person" example:"\"project-manager\""`
}

// Checklist is a list of things to tick off.
type Checklist struct {
	Item
	// "readiness" or "actions". Default "readiness".
	Type string `toml:"type" enum:"readiness actions" default:"readiness" example:"\"readiness\""`
	// What is to be done.
	Items []ChecklistItem `toml:"items" example:"[{ name = \"Resources secured\", done = false, owner = \"project-manager\", due = \"W1\" }]"`
}

// ChecklistItem is one thing to tick off.
type ChecklistItem struct {
	// What readers see.
	Name string `toml:"name,required" example:"\"Resources secured\""`
	// How one knows that it is done.
	Description string `toml:"description" example:"\"All necessary resources secured\""`
	// Whether it is done.
	Done bool `toml:"done" example:"false"`
	// Who does it.
	Owner string `toml:"owner" ref:"role person governance" example:"\"project-manager\""`
	// By when.
	Due When `toml:"due" example:"\"W1\""`
	// What proves it: a sentence or a link.
	Evidence string `toml:"evidence" example:"\"Signed charter\""`
}

// Infrastructure is technology that the plan needs.
type Infrastructure struct {
	Item
	// What it consists of.
	Provides []string `toml:"provides" example:"[\"IDEs\", \"collaboration tools\"]"`
	// What happens at the due date.
	Event string `toml:"event" example:"\"Environment setup\""`
	// Stated week or date by which it is there.
	Due When `toml:"due" example:"\"W2\""`
	// Phases that need it.
	Phases []string `toml:"phases" ref:"phase" example:"[\"P1\"]"`
	// Who provides it.
	Owner string `toml:"owner" ref:"role person" example:"\"technical-lead\""`
	// "planned" or "ready". Default "planned".
	Status string `toml:"status" enum:"planned ready" default:"planned" example:"\"planned\""`
}

// Training is a course or coaching for people in or after the plan.
type Training struct {
	Item
	// Who learns.
	Audience []string `toml:"audience" ref:"role person governance" example:"[\"stakeholder\"]"`
	// When.
	Date When `toml:"date" example:"\"W10\""`
	// How long.
	Duration Duration `toml:"duration" example:"\"2d\""`
	// Who teaches.
	Owner string `toml:"owner" ref:"role person" example:"\"technical-lead\""`
}

// Handover is something passed on when the plan ends.
type Handover struct {
	Item
	// "result", "knowledge" or "support" (help for those who take over). Default "result".
	Type string `toml:"type" enum:"result knowledge support" default:"result" example:"\"support\""`
	// What is passed on.
	Items []string `toml:"items" example:"[\"Operations manual\"]"`
	// Who passes it on.
	Owner string `toml:"owner" ref:"role person" example:"\"project-manager\""`
	// Who receives it.
	Recipient string `toml:"recipient" example:"\"Operations\""`
	// By when.
	Due When `toml:"due" example:"\"W12\""`
	// Whether it is done.
	Done bool `toml:"done" example:"false"`
}

// Lesson is something learned.
type Lesson struct {
	Item
	// When it was learned.
	Date When `toml:"date" example:"2026-02-06"`
	// The phase it comes from.
	Phase string `toml:"phase" ref:"phase" example:"\"P1\""`
	// What to do next time.
	Recommendation string `toml:"recommendation" example:"\"Start legal review in week 1\""`
}

// Feedback is what somebody said about the plan or its results.
type Feedback struct {
	Item
	// Who said it.
	From string `toml:"from" example:"\"Partner clinics\""`
	// When.
	Date When `toml:"date" example:"2026-02-06"`
	// What is done about it.
	Response string `toml:"response" example:"\"Training moved forward\""`
	// What it is about.
	About []string `toml:"about" ref:"work milestone phase" example:"[\"1.3\"]"`
}
