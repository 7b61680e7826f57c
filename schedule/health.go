package schedule

import (
	"fmt"
	"slices"
	"strconv"

	"milepost/schedule/plan"
)

// Metric is one of the 14 points by which a schedule is assessed: whether it is
// built so that its dates can be relied on.
type Metric struct {
	Number     int    // 1 to 14
	Name       string // "Logic"
	Definition string // what is counted
	Population string // of what, as it is here
	// Value is the share or the index, exact. It is compared before it is rounded.
	Value     Ratio
	Threshold Ratio
	AtLeast   bool // the value must not be below the threshold, otherwise not above
	Index     bool // the value is an index around 1 and not a share
	Result    Result
	Reason    string // why it is not applicable
	Offenders []Offender
}

// Ratio is an exact ratio of whole numbers.
type Ratio struct{ Numerator, Denominator int64 }

// Result says how an assessment ends.
type Result int

const (
	NotApplicable Result = iota
	Pass
	Fail
)

// String returns "pass", "fail" or "n/a".
func (r Result) String() string { return [...]string{"n/a", "pass", "fail"}[r] }

// Offender is something that a metric counts against the schedule.
type Offender struct {
	Activity *Activity   // or
	Phase    *PhaseDates // whose dependencies hold for each member
	What     string      // in a few words: "no successor", "2.1 FS-2d"
}

// ID returns the id of the activity or phase.
func (o Offender) ID() string {
	if o.Activity == nil {
		return o.Phase.ID
	}
	return o.Activity.ID
}

// farAway is the working days beyond which float and duration are too much.
const farAway = 44

// delayOfTest is the working days that the critical path test adds.
const delayOfTest = 600

// Health assesses the schedule by the 14 points of the Defense Contract
// Management Agency (Earned Value Management System Program Analysis Pamphlet,
// DCMA-EA PAM 200.1, 2012, "14 Point Schedule Assessment"). It returns nil for a
// plan without activities.
//
// What the pamphlet leaves open is decided so. Tasks are work packages and
// milestones that are not finished; points 6 to 11 and 14 count work packages
// only. A dependency counts once, as written; one that is written for a phase
// holds for all members. A plan begins and ends somewhere: the one activity without
// predecessor, if none starts before it, and the one without successor, if none
// finishes after it, lack nothing; where there are several of them, all count.
// Days are working days on the calendar of the activity, for point 13 on that of
// the plan.
func (s *Schedule) Health() []Metric {
	if len(s.Activities) == 0 {
		return nil
	}
	h := &assessment{s: s, baseline: s.Baseline()}
	for _, a := range s.Activities {
		if a.Done() {
			continue
		}
		h.open = append(h.open, a)
		if a.Duration > 0 {
			h.work = append(h.work, a)
		}
	}
	return []Metric{
		h.logic(), h.leads(), h.lags(), h.types(), h.hardConstraints(), h.highFloat(), h.negativeFloat(), h.highDuration(),
		h.invalidDates(), h.resources(), h.missedTasks(), h.criticalPathTest(), h.pathLengthIndex(), h.executionIndex(),
	}
}

// assessment is what the points are counted in.
type assessment struct {
	s          *Schedule
	baseline   *plan.Baseline // nil if there is none
	open, work []*Activity    // not finished: all, and work that takes time
}

// judge fills in the result: the share of offenders against the threshold in
// percent.
func (m Metric) judge(population, percent int64) Metric {
	return m.compare(Ratio{int64(len(m.Offenders)), population}, Ratio{percent, 100})
}

func (m Metric) compare(value, threshold Ratio) Metric {
	m.Value, m.Threshold = value, threshold
	if m.Result == NotApplicable && m.Reason != "" {
		m.Value = Ratio{}
		m.Offenders = nil
		return m
	}
	if m.Result = Fail; value.meets(threshold, m.AtLeast) {
		m.Result = Pass
	}
	return m
}

// meets reports whether the ratio is on the right side of the threshold.
func (r Ratio) meets(threshold Ratio, atLeast bool) bool {
	a, b := r.Numerator*threshold.Denominator, threshold.Numerator*r.Denominator
	if atLeast {
		return a >= b
	}
	return a <= b
}

// String returns the value as it is read: "15.0%", "0.94". It is rounded half up,
// but a value that fails is never rounded to one that passes.
func (m Metric) String() string {
	if m.Result == NotApplicable {
		return "n/a"
	}
	decimals, steps, unit := 1, int64(1000), "%"
	if m.Index {
		decimals, steps, unit = 2, 100, ""
	}
	n, d := m.Value.Numerator*steps, m.Value.Denominator
	q := floorOf(2*n+d, 2*d)
	if m.Result == Fail && (Ratio{q, steps}).meets(m.Threshold, m.AtLeast) {
		if q = floorOf(n, d); !m.AtLeast {
			q++
		}
	}
	return decimal(q, decimals) + unit
}

func floorOf(n, d int64) int64 {
	q := n / d
	if n%d < 0 {
		q--
	}
	return q
}

// decimal writes a number of tenths or hundredths.
func decimal(n int64, decimals int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	text := strconv.FormatInt(n, 10)
	for len(text) <= decimals {
		text = "0" + text
	}
	return sign + text[:len(text)-decimals] + "." + text[len(text)-decimals:]
}

// Limit returns the threshold as it is read: "at most 5%", "at least 0.95".
func (m Metric) Limit() string {
	word := "at most "
	if m.AtLeast {
		word = "at least "
	}
	switch {
	case m.Index:
		return word + decimal(100*m.Threshold.Numerator/m.Threshold.Denominator, 2)
	case m.Threshold.Numerator == 0:
		return "none"
	case m.AtLeast && m.Threshold.Numerator == m.Threshold.Denominator:
		return "all"
	}
	return word + strconv.FormatInt(100*m.Threshold.Numerator/m.Threshold.Denominator, 10) + "%"
}

func (h *assessment) logic() Metric {
	m := Metric{Number: 1, Name: "Logic",
		Definition: "Tasks that lack a predecessor or a successor. One whose start waits for nothing (only FF or SF lead to it) or whose finish nobody waits for (only SS or SF leave it) lacks one too.",
		Population: "work packages and milestones that are not finished; the only one without predecessor, if it starts the plan, and the only one without successor, if it ends the plan, are its end points and lack nothing"}
	if len(h.open) == 0 {
		m.Reason = everythingDone
	}
	first, last := h.s.endPoints()
	for _, a := range h.open {
		start := func(l Link) bool { return l.Type == plan.FinishToStart || l.Type == plan.StartToStart }
		finish := func(l Link) bool { return l.Type == plan.FinishToStart || l.Type == plan.FinishToFinish }
		if a.Duration == 0 { // its start is its finish
			start, finish = either, either
		}
		var lacks []string
		switch pred := a.Predecessors(); {
		case a == first:
		case len(pred) == 0:
			lacks = append(lacks, "no predecessor")
		case !slices.ContainsFunc(pred, start):
			lacks = append(lacks, "nothing holds its start")
		}
		switch succ := a.Successors(); {
		case a == last:
		case len(succ) == 0:
			lacks = append(lacks, "no successor")
		case !slices.ContainsFunc(succ, finish):
			lacks = append(lacks, "nobody waits for its finish")
		}
		if len(lacks) > 0 {
			m.Offenders = append(m.Offenders, Offender{Activity: a, What: and(lacks)})
		}
	}
	return m.judge(int64(len(h.open)), 5)
}

// endPoints returns the activity that the plan starts with and the one that it
// ends with: the only one without predecessor if none starts before it, the only
// one without successor if none finishes after it; nil if there is no such one.
func (s *Schedule) endPoints() (first, last *Activity) {
	starts, ends := 0, 0
	for _, a := range s.Activities {
		if len(a.Predecessors()) == 0 {
			first = a
			starts++
		}
		if len(a.Successors()) == 0 {
			last = a
			ends++
		}
	}
	if starts != 1 || slices.ContainsFunc(s.Activities, func(a *Activity) bool { return a.Start < first.Start }) {
		first = nil
	}
	if ends != 1 || slices.ContainsFunc(s.Activities, func(a *Activity) bool { return a.Finish > last.Finish }) {
		last = nil
	}
	return first, last
}

func either(Link) bool { return true }

func and(parts []string) string {
	if len(parts) == 2 {
		return parts[0] + ", " + parts[1]
	}
	return parts[0]
}

const everythingDone = "everything is finished"

// written is a dependency whose successor is not finished.
type written struct {
	plan.Dependency
	by Offender
}

// dependencies returns the written dependencies of what is not finished.
func (h *assessment) dependencies() []written {
	var out []written
	for _, a := range h.open {
		for _, dep := range a.after() {
			out = append(out, written{dep, Offender{Activity: a, What: dep.String()}})
		}
	}
	for _, ph := range h.s.Phases {
		if ph.isOpen() {
			for _, dep := range ph.After {
				out = append(out, written{dep, Offender{Phase: ph, What: dep.String()}})
			}
		}
	}
	return out
}

// isOpen reports whether some member of the phase is not finished.
func (d *PhaseDates) isOpen() bool {
	return slices.ContainsFunc(d.Activities, func(a *Activity) bool { return !a.Done() }) || slices.ContainsFunc(d.Children, (*PhaseDates).isOpen)
}

const ofDependencies = "dependencies of tasks that are not finished, and of phases with such tasks"

// relations counts the dependencies that offend against a limit in percent.
func (h *assessment) relations(m Metric, percent int64, offends func(plan.Dependency) bool) Metric {
	m.Population = ofDependencies
	all := h.dependencies()
	switch {
	case len(h.open) == 0:
		m.Reason = everythingDone
	case len(all) == 0:
		m.Reason = "no open task has a dependency"
	}
	for _, dep := range all {
		if offends(dep.Dependency) {
			m.Offenders = append(m.Offenders, dep.by)
		}
	}
	return m.judge(int64(len(all)), percent)
}

func (h *assessment) leads() Metric {
	return h.relations(Metric{Number: 2, Name: "Leads", Definition: "Dependencies with a negative lag."}, 0,
		func(dep plan.Dependency) bool { return signOf(dep.Lag) < 0 })
}

func (h *assessment) lags() Metric {
	return h.relations(Metric{Number: 3, Name: "Lags", Definition: "Dependencies with a positive lag."}, 5,
		func(dep plan.Dependency) bool { return signOf(dep.Lag) > 0 })
}

func signOf(l plan.Lag) int {
	switch {
	case l.IsPercent && l.Percent < 0, !l.IsPercent && l.Duration.Thousandths < 0:
		return -1
	case l.IsPercent && l.Percent > 0, !l.IsPercent && l.Duration.Thousandths > 0:
		return 1
	}
	return 0
}

func (h *assessment) types() Metric {
	m := h.relations(Metric{Number: 4, Name: "Relationship types", Definition: "Dependencies from finish to start (FS). The others are listed."}, 0,
		func(dep plan.Dependency) bool { return dep.Type != plan.FinishToStart })
	all := m.Value.Denominator
	m.AtLeast = true
	return m.compare(Ratio{all - int64(len(m.Offenders)), all}, Ratio{90, 100})
}

func (h *assessment) hardConstraints() Metric {
	m := Metric{Number: 5, Name: "Hard constraints", Definition: "Tasks with must_start_on, must_finish_on, start_no_later_than or finish_no_later_than.",
		Population: "work packages and milestones that are not finished"}
	if len(h.open) == 0 {
		m.Reason = everythingDone
	}
	for _, a := range h.open {
		l := a.limits()
		for _, x := range []struct {
			key  string
			when plan.When
		}{{"must_start_on", l.MustStartOn}, {"must_finish_on", l.MustFinishOn}, {"start_no_later_than", l.StartNoLaterThan}, {"finish_no_later_than", l.FinishNoLaterThan}} {
			if x.when.IsSet() {
				m.Offenders = append(m.Offenders, Offender{Activity: a, What: x.key + " " + x.when.String()})
				break
			}
		}
	}
	return m.judge(int64(len(h.open)), 5)
}

const ofWork = "work packages that are not finished and take time"

// share counts the open work that offends against a limit in percent.
func (h *assessment) share(m Metric, percent int64, offends func(*Activity) (what string, yes bool)) Metric {
	m.Population = ofWork
	if len(h.work) == 0 {
		m.Reason = "no open work package takes time"
	}
	for _, a := range h.work {
		if what, yes := offends(a); yes {
			m.Offenders = append(m.Offenders, Offender{Activity: a, What: what})
		}
	}
	return m.judge(int64(len(h.work)), percent)
}

func (h *assessment) highFloat() Metric {
	return h.share(Metric{Number: 6, Name: "High float", Definition: fmt.Sprintf("Work with a total float of more than %d working days.", farAway)}, 5,
		func(a *Activity) (string, bool) {
			return "float " + days(a.TotalFloat, a.Calendar), a.TotalFloat > farAway*a.Calendar.DayMinutes()
		})
}

func (h *assessment) negativeFloat() Metric {
	return h.share(Metric{Number: 7, Name: "Negative float", Definition: "Work that cannot meet a date it is held to."}, 0,
		func(a *Activity) (string, bool) { return "float " + days(a.TotalFloat, a.Calendar), a.TotalFloat < 0 })
}

func (h *assessment) highDuration() Metric {
	return h.share(Metric{Number: 8, Name: "High duration", Definition: fmt.Sprintf("Work that takes more than %d working days, near or far; by the baseline if it is in one.", farAway)}, 5,
		func(a *Activity) (string, bool) {
			length := a.Duration
			if h.baseline != nil {
				if was := h.baseline.Activity(a.ID); was != nil && was.Duration > 0 && !was.Elapsed {
					length = was.Duration
				}
			}
			return days(length, a.Calendar), length > farAway*a.Calendar.DayMinutes()
		})
}

func (h *assessment) invalidDates() Metric {
	s := h.s
	m := Metric{Number: 9, Name: "Invalid dates", Definition: "Open work that is forecast to start or finish before the status date, and work with an actual date after it.",
		Population: "work packages that take time"}
	if !s.Plan.StatusDate.IsSet() {
		m.Reason = noStatusDate
	}
	count, today := 0, s.StatusDate.LastDate()
	for _, a := range s.Activities {
		if a.Work == nil || a.Duration == 0 {
			continue
		}
		count++
		w := a.Work
		what := ""
		switch {
		case w.ActualStart.IsSet() && s.actualStart(w.ActualStart, a.Calendar).Date() > today:
			what = "actual start after the status date"
		case w.ActualFinish.IsSet() && s.finishOf(w.ActualFinish, a.Calendar).LastDate() > today:
			what = "actual finish after the status date"
		case !a.Done() && a.Percent == 0 && !w.ActualStart.IsSet() && a.Start < s.StatusDate:
			what = "forecast to start before the status date"
		case !a.Done() && a.Finish < s.StatusDate:
			what = "forecast to finish before the status date"
		default:
			continue
		}
		m.Offenders = append(m.Offenders, Offender{Activity: a, What: what})
	}
	if count == 0 && m.Reason == "" {
		m.Reason = "no work package takes time"
	}
	return m.judge(int64(count), 0)
}

const (
	noStatusDate = "the plan has no status date"
	noBaseline   = "there is no baseline"
)

func (h *assessment) resources() Metric {
	m := Metric{Number: 10, Name: "Resources", Definition: "Work of a day or more that nobody is assigned to and that costs nothing. There is no official threshold.",
		Population: "work packages that are not finished and take a day or more"}
	count, loaded := 0, false
	for _, w := range h.s.Plan.Work {
		loaded = loaded || hasResource(w)
	}
	for _, a := range h.work {
		if a.Duration < a.Calendar.DayMinutes() {
			continue
		}
		count++
		if !hasResource(a.Work) {
			m.Offenders = append(m.Offenders, Offender{Activity: a, What: "nobody assigned, no cost"})
		}
	}
	switch {
	case count == 0:
		m.Reason = "no open work package takes a day or more"
	case !loaded:
		m.Reason = "no work package of the plan has people or a cost"
	}
	return m.judge(int64(count), 0)
}

func hasResource(w *plan.WorkPackage) bool { return len(w.Assign) > 0 || w.Cost.IsSet() }
