package schedule

// The codes of what Compute reports. They never change their meaning.
const (
	CodeExclude           = "E134"
	CodeLength            = "E137"
	CodeCost              = "E155"
	CodeCycle             = "E301"
	CodeRange             = "E302"
	CodeFinish            = "F401"
	CodeWindow            = "F402"
	CodeTarget            = "F403"
	CodeObjective         = "F404"
	CodeDeadline          = "F405"
	CodeConstraint        = "F406"
	CodeSequence          = "F407"
	CodeFuture            = "F408"
	CodeReview            = "F409"
	CodeStaffing          = "F410"
	CodeBudgetRow         = "F411"
	CodeBudgetPhase       = "F412"
	CodeBudgetTotal       = "F413"
	CodeRACI              = "F414"
	CodeNoStart           = "F415"
	CodeNoFinish          = "F416"
	CodeFreeDay           = "F417"
	CodeOverload          = "F420"
	CodeUnstaffed         = "F421"
	CodeTooLarge          = "F422"
	CodeNotLevelled       = "F423"
	CodeBaselineFinish    = "F430"
	CodeBaselineMilestone = "F431"
	CodeCostOver          = "F440"
	CodeCostDiffers       = "F441"
	CodeRate              = "F442"
	CodeSpending          = "F443"
	CodeRiskReview        = "F460"
	CodeMitigation        = "F461"
	CodeNoFollowers       = "F462"
	CodeRiskPast          = "F463"
	CodeGain              = "F464"

	CodeNoOwner        = "F470"
	CodeNoDeliverable  = "F471"
	CodeNoPhase        = "F472"
	CodeNoCriteria     = "F473"
	CodeNothingLeads   = "F474"
	CodeReviewCriteria = "F475"
	CodeNoGate         = "F476"
	CodeRiskOwner      = "F477"
	CodeNoMitigation   = "F478"
	CodeUnused         = "F479"
	CodeIdleStaffing   = "F480"
	CodeNoKPITarget    = "F481"
	CodeDangling       = "F482"
	CodeSuspicious     = "F483"
	CodeNoWork         = "F484"
	CodeNoMeasure      = "F485"
	CodeNoDate         = "F486"
	CodeNobody         = "F487"
	CodeUndecided      = "F488"
	CodeNoStatusDate   = "F489"

	CodeEffort      = "F490"
	CodeRecorded    = "F491"
	CodeTooLate     = "F492"
	CodeOverdue     = "F493"
	CodeStale       = "F494"
	CodeWrongSide   = "F495"
	CodeBeyond      = "F496"
	CodeStatedFree  = "F497"
	CodePassedEarly = "F498"
)

// IsGap reports whether a code is that of a gap: something that a serious plan
// says and this one does not. All other findings are contradictions, of which
// both sides are written. A gap never hides one: lists have them last.
func IsGap(code string) bool { return code >= CodeNoOwner && code <= CodeNoStatusDate }

// Codes are the codes of errors and findings about the schedule, with their
// meaning in a line.
var Codes = map[string]string{
	CodeExclude:           "two constraints of one activity exclude each other",
	CodeLength:            "the plan takes more than a hundred years",
	CodeCost:              "the cost of work is more money than there is",
	CodeCycle:             "work, milestones or phases wait for each other",
	CodeRange:             "the plan finishes after the year 9999",
	CodeFinish:            "the plan finishes later than it states",
	CodeWindow:            "a phase finishes after its stated window",
	CodeTarget:            "a milestone is later than its target",
	CodeObjective:         "what an objective is measured by is later than the objective's date",
	CodeDeadline:          "a deadline is missed",
	CodeConstraint:        "a constraint cannot be met",
	CodeSequence:          "work has begun before what it waits for allowed it to",
	CodeFuture:            "an actual date lies after the status date",
	CodeReview:            "the phase of a gate or checkpoint is later than its target",
	CodeStaffing:          "a stated total of full-time equivalents is not the average of its row",
	CodeBudgetRow:         "a stated total of a budget category is not the sum of its row",
	CodeBudgetPhase:       "a stated budget of a phase is not the sum of its column",
	CodeBudgetTotal:       "the stated budget of the plan is not the sum of all categories",
	CodeRACI:              "not exactly one is accountable, or nobody is responsible",
	CodeNoStart:           "work has begun, and nothing says when",
	CodeNoFinish:          "work is finished, and nothing says when it started or finished",
	CodeFreeDay:           "work must start or finish on a day on which nobody works",
	CodeOverload:          "a role or person is needed more than there is at the time",
	CodeUnstaffed:         "work needs a role in a phase that the role is not staffed in",
	CodeTooLarge:          "work needs more of a role or person than there is at most",
	CodeNotLevelled:       "a constraint or work that has begun leaves levelling no capacity",
	CodeBaselineFinish:    "the plan finishes later than in its baseline",
	CodeBaselineMilestone: "a milestone is later than in the baseline",
	CodeCostOver:          "the work of a phase costs more than its budget",
	CodeCostDiffers:       "the work of a phase costs less than its budget, or that of the plan more or less",
	CodeRate:              "somebody is assigned to work and has no rate",
	CodeSpending:          "work has begun and its actual cost is not written",
	CodeRiskReview:        "a risk was to be looked at before the status date",
	CodeMitigation:        "a risk was to be mitigated before the status date",
	CodeNoFollowers:       "a risk delays what comes after something that nothing waits for",
	CodeRiskPast:          "a risk delays work that is done",
	CodeGain:              "an opportunity takes more time off work than the work takes",

	CodeNoOwner:        "nobody answers for work",
	CodeNoDeliverable:  "work hands nothing over",
	CodeNoPhase:        "work belongs to no phase",
	CodeNoCriteria:     "nothing says when a milestone is reached",
	CodeNothingLeads:   "a milestone waits for nothing",
	CodeReviewCriteria: "nothing says what a gate or checkpoint looks at",
	CodeNoGate:         "no gate lets a phase begin or end",
	CodeRiskOwner:      "nobody answers for a risk",
	CodeNoMitigation:   "nothing is done about a risk",
	CodeUnused:         "a role or person has nothing to do in the plan",
	CodeIdleStaffing:   "a role is staffed in a phase in which it has no work",
	CodeNoKPITarget:    "an indicator has no target",
	CodeDangling:       "work waits for nothing, and nothing waits for it",
	CodeSuspicious:     "work takes no time, or more than 44 working days",
	CodeNoWork:         "a phase has no work",
	CodeNoMeasure:      "nothing says how an objective is measured",
	CodeNoDate:         "nothing says by when an objective is achieved",
	CodeNobody:         "something is for nobody, or decided by nobody",
	CodeUndecided:      "something is decided, and nothing says when",
	CodeNoStatusDate:   "work has begun, and the plan has no status date",

	CodeEffort:      "the effort of work is more than those assigned can do in its duration",
	CodeRecorded:    "something on record is dated after the status date",
	CodeTooLate:     "infrastructure is due after the phase that needs it",
	CodeOverdue:     "something was due before the status date and is not done",
	CodeStale:       "an indicator was to be read again before the status date",
	CodeWrongSide:   "the target of an indicator is worse than its baseline",
	CodeBeyond:      "a stated date lies outside the stated dates of what it belongs to",
	CodeStatedFree:  "a stated date is a day on which nobody works",
	CodePassedEarly: "a gate at the finish of a phase is passed, and work of the phase is open",
}
