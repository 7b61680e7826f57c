package plan

import (
	"crypto/sha256"

	"milepost/schedule/calendar"
)

// Plan is everything the author wrote, checked. Each slice keeps the order of
// the files (plan.toml first, then the others by name) and within a file the
// order of the text.
type Plan struct {
	Info `toml:"plan"`

	Calendars  []*Calendar    `toml:"calendar"`
	Phases     []*Phase       `toml:"phase"`
	Work       []*WorkPackage `toml:"work"`
	Progress   []*Progress    `toml:"progress"`
	Milestones []*Milestone   `toml:"milestone"`
	Gates      []*Gate        `toml:"gate"`

	Roles   []*Role   `toml:"role"`
	People  []*Person `toml:"person"`
	RACI    []*RACI   `toml:"raci"`
	Budget  []*Budget `toml:"budget"`
	Changes []*Change `toml:"change"`

	Objectives []*Objective `toml:"objective"`
	KPIs       []*KPI       `toml:"kpi"`

	Governance  []*Governance `toml:"governance"`
	Meetings    []*Meeting    `toml:"meeting"`
	Escalations []*Escalation `toml:"escalation"`
	Approvals   []*Approval   `toml:"approval"`
	Decisions   []*Decision   `toml:"decision"`

	Risks       []*Risk       `toml:"risk"`
	Scenarios   []*Scenario   `toml:"scenario"`
	Assumptions []*Assumption `toml:"assumption"`
	Constraints []*Constraint `toml:"constraint"`
	Issues      []*Issue      `toml:"issue"`

	Standards   []*Standard   `toml:"standard"`
	Checkpoints []*Checkpoint `toml:"checkpoint"`
	Checklists  []*Checklist  `toml:"checklist"`

	Infrastructure []*Infrastructure `toml:"infrastructure"`
	Trainings      []*Training       `toml:"training"`
	Handovers      []*Handover       `toml:"handover"`
	Lessons        []*Lesson         `toml:"lesson"`
	Feedback       []*Feedback       `toml:"feedback"`

	// Baselines are the earlier states of the plan in baselines/, by date and then by id.
	Baselines []*Baseline

	ids    []string         // of work, milestones and phases, by place
	places map[string]int32 // the other way round

	byAddress map[string]*Item
	calendars map[string]*calendar.Calendar
	sum       [sha256.Size]byte
}

// Info is the table [plan]: the frame of the whole plan and the figures that
// its authors state about it.
type Info struct {
	Item
	// First day of week 1. Work starts at its first working instant.
	Start calendar.Date `toml:"start,required" example:"2026-01-05"`
	// Stated length. The computed finish is compared with the end of that length.
	Duration Duration `toml:"duration" example:"\"12w\""`
	// Stated finish, a week or a date; instead of duration.
	Finish When `toml:"finish" example:"\"W12\""`
	// ISO 4217 code of the money in the plan. Default "USD".
	Currency string `toml:"currency" example:"\"USD\""`
	// Up to here the plan is history: unfinished work is scheduled after it.
	StatusDate When `toml:"status_date" example:"2026-02-06"`
	// The baseline that the plan is compared with: a file in baselines/, without ".toml". Default: the newest that is not after the status date.
	Baseline string `toml:"baseline" example:"\"2026-01-05\""`
	// Stated total cost, compared with the sum of the budget.
	Budget Money `toml:"budget" example:"161_000"`
	// What the plan sets out to deliver.
	Scope string `toml:"scope" example:"\"Partnerships for the new service\""`
	// Who answers for the plan.
	Owner string `toml:"owner" ref:"role person" example:"\"project-manager\""`
	// Who pays and decides.
	Sponsor string `toml:"sponsor" ref:"role person governance" example:"\"steering-committee\""`
	// Stated chance of success, in the words of its authors.
	SuccessProbability string `toml:"success_probability" example:"\"High\""`
	// What success depends on.
	SuccessFactors []string `toml:"success_factors" example:"[\"Timely decisions\"]"`
	// Stated kinds of people and means the plan needs.
	ResourceRequirements []string `toml:"resource_requirements" example:"[\"Project manager\"]"`
	// Id of the calendar that work follows unless it says otherwise. Default "default".
	Calendar string `toml:"calendar" ref:"calendar" example:"\"default\""`
	// Whether work waits until the roles and persons it is assigned to are free.
	Level bool `toml:"level" example:"true"`
	// Schedules that levelling tries in search of an early finish. Default 0: those of its priority rules, without a search.
	LevelSchedules int `toml:"level_schedules" example:"1000"`
	// Seed of that search: another number tries others. Default 0.
	LevelSeed int `toml:"level_seed" example:"1"`
	// Parts of an implementation plan that this one does not need, each with the reason: training, quality.
	NotApplicable Reasons `toml:"not_applicable" example:"{ training = \"No new processes or tools\" }"`
	// How the chances of the plan are found; best as a table of its own, [plan.simulation].
	Simulation Simulation `toml:"simulation" example:"{ trials = 10_000, spread = { optimistic = 0.9, pessimistic = 1.3 } }"`
}

// Item is what every table of the plan has in common.
type Item struct {
	Kind string `toml:"-"` // "work", "milestone", ...
	ID   string `toml:"-"` // unique within its kind; phases, work and milestones share one namespace

	// What readers see.
	Name string `toml:"name" example:"\"Agreement Development\""`
	// A sentence or two in plain text. Longer stories go into KIND/ID.md.
	Description string `toml:"description" example:"\"Drafts for legal review\""`
	// Words to group and filter by.
	Tags []string `toml:"tags" example:"[\"legal\"]"`
	// Keys of this table whose value is an assumption of the plan's authors and
	// not from a source. Pages and JSON say so.
	Assumed []string `toml:"assumed" example:"[\"description\"]"`
	// Codes of warnings and findings about this thing that are accepted, each with
	// the reason. Readers see them with it, and they fail no build.
	Ignore Reasons `toml:"ignore" example:"{ F403 = \"agreed with the board on 3 March\" }"`

	table *table
}

// Calendar is when people work.
type Calendar struct {
	Item
	// Working hours of each weekday; a day left out is free. Default Monday to Friday 09:00-17:00.
	Days map[string]Hours `toml:"days" example:"{ mon = \"09:00-17:00\", tue = \"09:00-12:00, 13:00-17:00\" }"`
	// Free days and ranges of days, with the name of the reason.
	Holidays map[string]string `toml:"holidays" example:"{ \"2026-12-24..2027-01-01\" = \"Year end\" }"`
	// Days with other hours than their weekday; "" is a free day.
	Exceptions map[string]Hours `toml:"exceptions" example:"{ \"2026-01-24\" = \"09:00-13:00\" }"`
	// Public holidays of a country, by its two-letter ISO 3166 code in lower or upper case.
	Country string `toml:"country" example:"\"us\""`
	// Working time that "1d" means. Default: the hours of the first working weekday.
	Day Duration `toml:"day" example:"\"8h\""`
	// Working time that "1w" means. Default: the hours of a whole week.
	Week Duration `toml:"week" example:"\"40h\""`
	// Working time that "1mo" means. Default: 20 days.
	Month Duration `toml:"month" example:"\"160h\""`
}

// Phase groups work. Phases nest.
type Phase struct {
	Item
	// Parent phase.
	Phase string `toml:"phase" ref:"phase" example:"\"P0\""`
	// The phase in a sentence.
	Goal string `toml:"goal" example:"\"Preparing the groundwork for partnerships\""`
	// What the phase is to achieve.
	Objectives []string `toml:"objectives" example:"[\"Identify potential partners\"]"`
	// Stated first and last week or day; compared with the dates of its work.
	Window Window `toml:"window" example:"\"W1..W3\""`
	// Predecessors of every member of the phase.
	After []Dependency `toml:"after" example:"[\"P1\"]"`
	// Key deliverables.
	Deliverables []string `toml:"deliverables" example:"[\"Partnership framework draft\"]"`
	// Who answers for the phase.
	Owner string `toml:"owner" ref:"role person" example:"\"project-manager\""`
	// Stated cost of the phase, compared with the sum of the budget's column.
	Budget Money `toml:"budget" example:"31_000"`
}

// Progress says how far work has come: either in keys of the work itself or in
// a table [progress.ID] of its own, so that a status file can hold them all.
type Progress struct {
	Item
	ProgressFields
}

// ProgressFields are the keys that say how far work has come.
type ProgressFields struct {
	// Share of the work that is done, 0 to 100. It earns that share of its planned cost.
	Percent Percent `toml:"percent" example:"40"`
	// When work really started.
	ActualStart When `toml:"actual_start" example:"2026-01-12"`
	// When work was really finished.
	ActualFinish When `toml:"actual_finish" example:"2026-01-16"`
	// Working time still to go, from the status date.
	Remaining Duration `toml:"remaining" example:"\"2d\""`
	// Money really spent so far. Cost performance leaves out begun work without it.
	ActualCost Money `toml:"actual_cost" example:"4_200"`
}

// Limits are the constraints and the deadline of work or a milestone. A week
// means its first working instant for a start and its last for a finish.
type Limits struct {
	// The earliest start allowed.
	StartNoEarlierThan When `toml:"start_no_earlier_than" example:"\"W4\""`
	// The latest start allowed. It bounds late dates; it never pulls work before its predecessors.
	StartNoLaterThan When `toml:"start_no_later_than" example:"\"W4\""`
	// The earliest finish allowed.
	FinishNoEarlierThan When `toml:"finish_no_earlier_than" example:"2026-03-06"`
	// The latest finish allowed. It bounds late dates.
	FinishNoLaterThan When `toml:"finish_no_later_than" example:"2026-03-06"`
	// The one start allowed.
	MustStartOn When `toml:"must_start_on" example:"2026-03-02"`
	// The one finish allowed.
	MustFinishOn When `toml:"must_finish_on" example:"2026-03-06"`
	// Schedule as late as the followers allow instead of as early as possible.
	AsLateAsPossible bool `toml:"as_late_as_possible" example:"true"`
	// A date that must not be missed. It moves nothing; missing it is a finding.
	Deadline When `toml:"deadline" example:"\"W12\""`
}

// WorkPackage is the smallest planned piece of work.
type WorkPackage struct {
	Item
	// The phase it belongs to.
	Phase string `toml:"phase" ref:"phase" example:"\"P1\""`
	// Working time it takes, or three points of it.
	Duration Estimate `toml:"duration" example:"\"1w\""`
	// Working time of all assigned people together; with assign it gives the duration, unless one is written, and with their rates the cost.
	Effort Duration `toml:"effort" example:"\"15d\""`
	// Predecessors: "1.1", "P1", "3.1 SS", "2.1 FS+2d", "2.1 FF-1w", "2.1 FS+3ed".
	After []Dependency `toml:"after" example:"[\"1.1\", \"2.1 FS+2d\"]"`
	// Who works on it, in units of full time.
	Assign Assignments `toml:"assign" example:"{ partnership-manager = 1.0 }"`
	// What is done.
	Activities []string `toml:"activities" example:"[\"Draft partnership agreements\"]"`
	// What is handed over.
	Deliverables []string `toml:"deliverables" example:"[\"Partnership agreement drafts\"]"`
	// Who answers for it.
	Owner string `toml:"owner" ref:"role person" example:"\"partnership-manager\""`
	Limits
	// Calendar it follows. Default: that of those assigned, else the plan's.
	Calendar string `toml:"calendar" ref:"calendar" example:"\"night-shift\""`
	// Who goes first when people are short, 0 to 1000. Default 500.
	Priority int `toml:"priority" example:"500"`
	// Fixed cost beside the cost of people, which follows from their rates.
	Cost Money `toml:"cost" example:"8_000"`
	ProgressFields

	works *calendar.Calendar // of those assigned; nil if it has its own or they have none
}

// Milestone is an event without duration.
type Milestone struct {
	Item
	// The phase it belongs to, if it is shown with one.
	Phase string `toml:"phase" ref:"phase" example:"\"P1\""`
	// Predecessors.
	After []Dependency `toml:"after" example:"[\"1.3\"]"`
	// Stated week or date; compared with the computed one.
	Target When `toml:"target" example:"\"W3\""`
	// How one knows that it is reached.
	Criteria TextList `toml:"criteria" example:"\"Framework documented and approved\""`
	// Who answers for it.
	Owner string `toml:"owner" ref:"role person" example:"\"project-manager\""`
	Limits
	// When it was really reached.
	ActualFinish When `toml:"actual_finish" example:"2026-01-23"`
}

// Gate is a review that lets a phase end or begin.
type Gate struct {
	Item
	// The phase it guards.
	Phase string `toml:"phase,required" ref:"phase" example:"\"P1\""`
	// Whether it stands at the "start" or the "finish" of the phase. Default "finish".
	At string `toml:"at" enum:"start finish" default:"finish" example:"\"finish\""`
	// What must hold to pass.
	Criteria TextList `toml:"criteria" example:"[\"Deliverables of phase 1 approved\"]"`
	// Who decides.
	Reviewers []string `toml:"reviewers" ref:"role person governance" example:"[\"steering-committee\"]"`
	// Stated week or date.
	Target When `toml:"target" example:"\"W3\""`
	// "open", "passed", "conditional" or "failed". Default "open".
	Status string `toml:"status" enum:"open passed conditional failed" default:"open" example:"\"open\""`
}

// Role is a part that people play in the plan.
type Role struct {
	Item
	// Cost of full time per unit of working time; a day is one of the calendar the role works by.
	Rate Rate `toml:"rate" example:"\"800/d\""`
	// Full-time equivalents by phase.
	Staffing ByPhase[Units] `toml:"staffing" example:"{ P1 = 1, P2 = 0.5 }"`
	// Stated full-time equivalents over the whole plan; compared with the average of staffing.
	TotalFTE Units `toml:"total_fte" example:"0.75"`
	// Full-time equivalents there are at most. Default: the staffing of each phase.
	Capacity Units `toml:"capacity" example:"2"`
	// Calendar the role works by, and with it the work it is assigned to.
	Calendar string `toml:"calendar" ref:"calendar" example:"\"default\""`
	// Primary responsibilities.
	Responsibilities []string `toml:"responsibilities" example:"[\"Oversee project execution\"]"`
	// What the role may decide.
	Authority string `toml:"authority" example:"\"Makes day-to-day decisions\""`
	// Whom it reports to.
	ReportsTo string `toml:"reports_to" ref:"role person governance" example:"\"steering-committee\""`
	// Whom it leads.
	Manages []string `toml:"manages" ref:"role person" example:"[\"technical-lead\"]"`
	// Experience and skills that the role needs.
	Requirements []string `toml:"requirements" example:"[\"Strong leadership skills\"]"`
	// How the work of the role is judged.
	PerformanceMeasures []string `toml:"performance_measures" example:"[\"Budget adherence\"]"`
	// Dealings with stakeholders.
	StakeholderManagement string `toml:"stakeholder_management" example:"\"Ensures that needs are met\""`
	// True if the role is filled from outside.
	External bool `toml:"external" example:"true"`
}

// Person is somebody who fills roles.
type Person struct {
	Item
	// Roles the person fills.
	Roles []string `toml:"roles" ref:"role" example:"[\"project-manager\"]"`
	// Share of full time the person has for the plan. Default 1.
	Units Units `toml:"units" example:"0.5"`
	// Employer or department.
	Organisation string `toml:"organisation" example:"\"CareConnect\""`
	// How to reach the person. Published as written.
	Email string `toml:"email" example:"\"pm@example.org\""`
	// Calendar the person works by, and with it the work they are assigned to. Default: the one that all of their roles name.
	Calendar string `toml:"calendar" ref:"calendar" example:"\"default\""`
}
