package schedule

import (
	"encoding/json"
	"fmt"
	"io"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// document is the published form of a schedule, plan.json. Its keys are a
// contract: they keep their names, order and meaning. Instants are local civil
// time, "2026-01-05T09:00:00"; a finish is the instant at which work ends. What
// there is not is null.
type document struct {
	Plan       planDocument       `json:"plan"`
	Activities []activityDocument `json:"activities"`
	Phases     []phaseDocument    `json:"phases"`
	// CriticalPath is the critical work by start: of all chains, so that neighbours
	// need not wait for each other. CriticalChains tells these apart.
	CriticalPath   []string           `json:"critical_path"`
	CriticalChains []chainDocument    `json:"critical_chains"`
	Resources      []resourceDocument `json:"resources,omitempty"` // those that some work needs
	Findings       []findingDocument  `json:"findings"`
	Health         []metricDocument   `json:"health,omitempty"`
	EarnedValue    *earnedDocument    `json:"earned_value,omitempty"`
	Scenarios      []scenarioDocument `json:"scenarios,omitempty"`
	Coverage       *coverageDocument  `json:"coverage,omitempty"`
}

// chainDocument is a critical chain: each of its activities holds the next one. The
// longest path to the finish of the plan is the first chain.
type chainDocument struct {
	Activities []string `json:"activities"` // work and milestones
	From       *string  `json:"from"`       // the activity of an earlier chain that the first waits for
	To         *string  `json:"to"`         // the activity of another chain that waits for the last
	EndsAt     string   `json:"ends_at"`    // "plan", "chain", or the key of a latest date: "deadline"
}

type planDocument struct {
	Name         string   `json:"name"`
	Start        string   `json:"start"`
	Finish       string   `json:"finish"`
	StatedFinish *string  `json:"stated_finish"`
	StatusDate   *string  `json:"status_date"`
	Currency     string   `json:"currency"`
	Assumed      []string `json:"assumed,omitempty"`

	Baseline *baselineDocument `json:"baseline,omitempty"` // that the plan is compared with

	UnlevelledFinish *string            `json:"unlevelled_finish,omitempty"` // these two if the plan is levelled
	Levelling        *levellingDocument `json:"levelling,omitempty"`
}

type activityDocument struct {
	ID           string        `json:"id"`
	Name         string        `json:"name"`
	Kind         string        `json:"kind"` // "work" or "milestone"
	Phase        *string       `json:"phase"`
	Start        string        `json:"start"`
	Finish       string        `json:"finish"`
	Duration     calendar.Work `json:"duration_minutes"`
	EarlyStart   string        `json:"early_start"`
	EarlyFinish  string        `json:"early_finish"`
	LateStart    string        `json:"late_start"`
	LateFinish   string        `json:"late_finish"`
	TotalFloat   calendar.Work `json:"total_float_minutes"`
	FreeFloat    calendar.Work `json:"free_float_minutes"`
	Critical     bool          `json:"critical"`
	Percent      float64       `json:"percent"`
	Predecessors []string      `json:"predecessors"` // as written, then those of its phases
	Target       *string       `json:"target"`       // of a milestone
	Assumed      []string      `json:"assumed,omitempty"`

	Drag         *calendar.Work `json:"drag_minutes,omitempty"`  // of critical activities
	Driving      []string       `json:"driving,omitempty"`       // what holds it: activities and phases
	DrivingChain []string       `json:"driving_chain,omitempty"` // of a milestone; ends with it
	Cost         json.Number    `json:"cost,omitempty"`          // as planned
	EarnedValue  *valueDocument `json:"earned_value,omitempty"`

	unlevelledDocument
	LevellingDelay calendar.Work  `json:"levelling_delay_minutes,omitempty"`
	WaitsFor       []waitDocument `json:"waits_for,omitempty"`

	varianceDocument
}

// metricDocument is one of the points of the assessment. Its value is what is
// compared with one of the limits; it is null, and there is a reason, if the
// point is not applicable.
type metricDocument struct {
	Number     int                `json:"number"`
	Name       string             `json:"name"`
	Definition string             `json:"definition"`
	Population string             `json:"population"`
	Value      *ratioDocument     `json:"value"`
	AtMost     *ratioDocument     `json:"at_most,omitempty"`
	AtLeast    *ratioDocument     `json:"at_least,omitempty"`
	Result     string             `json:"result"` // "pass", "fail" or "n/a"
	Reason     string             `json:"reason,omitempty"`
	Offenders  []offenderDocument `json:"offenders"`
}

type ratioDocument struct {
	Numerator   int64 `json:"numerator"`
	Denominator int64 `json:"denominator"`
}

type offenderDocument struct {
	ID   string `json:"id"`
	What string `json:"what"`
}

type phaseDocument struct {
	ID           string         `json:"id"`
	Name         string         `json:"name"`
	Start        *string        `json:"start"`
	Finish       *string        `json:"finish"`
	StatedStart  *string        `json:"stated_start"`
	StatedFinish *string        `json:"stated_finish"`
	Assumed      []string       `json:"assumed,omitempty"`
	Cost         json.Number    `json:"cost,omitempty"` // of its work as planned
	EarnedValue  *valueDocument `json:"earned_value,omitempty"`
	unlevelledDocument
	varianceDocument
}

// baselineDocument is the baseline that the plan is compared with.
type baselineDocument struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Date string `json:"date"`
	varianceDocument
}

// varianceDocument is what something was in the baseline and how far it is from
// that: working minutes on the plan's calendar and units of its currency,
// positive if later or dearer. It is empty for what the baseline does not have.
type varianceDocument struct {
	BaselineStart  *string        `json:"baseline_start,omitempty"`
	BaselineFinish *string        `json:"baseline_finish,omitempty"`
	StartVariance  *calendar.Work `json:"start_variance_minutes,omitempty"`
	FinishVariance *calendar.Work `json:"finish_variance_minutes,omitempty"`
	CostVariance   *json.Number   `json:"cost_variance,omitempty"`
}

type findingDocument struct {
	Code     string  `json:"code"`
	Severity string  `json:"severity"`
	Message  string  `json:"message"`
	File     *string `json:"file"`
	Line     *int    `json:"line"`
	Column   *int    `json:"column"`
	Subject  *string `json:"subject"` // address of the thing it is about, "milestone:M4"
	Hint     *string `json:"hint"`
}

// Document returns the schedule and what was found about its plan in the form
// that is published as JSON. The coverage may be nil.
func Document(s *Schedule, findings diag.List, coverage *Coverage) any {
	d := document{
		Plan: planOf(s), Activities: []activityDocument{}, Phases: []phaseDocument{}, CriticalPath: []string{}, CriticalChains: []chainDocument{}, Findings: []findingDocument{},
	}
	var against *Comparison
	if b := s.Baseline(); b != nil {
		against = s.Against(b)
		base := s.baselineOf(against)
		d.Plan.Baseline = &base
	}
	earned := s.earnedDocuments()
	d.EarnedValue = earned.plan
	d.Activities = append(d.Activities, s.activityDocuments(against)...)
	for i, a := range s.Activities {
		d.Activities[i].EarnedValue = earned.work[a.ID]
	}
	for _, ph := range s.Phases {
		doc := phaseDocument{ID: ph.ID, Name: ph.Name, Assumed: ph.Assumed, Cost: s.number(ph.Cost), EarnedValue: earned.phases[ph.ID],
			Start: instant(ph.Start, !ph.Empty), Finish: instant(ph.Finish, !ph.Empty),
			StatedStart: instant(ph.StatedStart, ph.HasWindow), StatedFinish: instant(ph.StatedFinish, ph.HasWindow)}
		if !ph.Empty {
			doc.unlevelledDocument = s.unlevelledOf(s.phaseSpan(ph, Unlevelled))
		}
		if against != nil {
			doc.varianceDocument = s.varianceOf(against.OfPhase(ph))
		}
		d.Phases = append(d.Phases, doc)
	}
	d.Resources = s.resourceDocuments()
	d.CriticalPath = append(d.CriticalPath, idsOf(s.CriticalPath)...)
	for _, c := range s.CriticalChains() {
		chain := chainDocument{EndsAt: c.EndsAt(), From: idOrNull(c.From), To: idOrNull(c.To)}
		for _, step := range c.Steps {
			chain.Activities = append(chain.Activities, step.Activity.ID)
		}
		d.CriticalChains = append(d.CriticalChains, chain)
	}
	for _, f := range findings {
		d.Findings = append(d.Findings, findingDocument{Code: f.Code, Severity: f.Severity.String(), Message: f.Message,
			File: unlessZero(f.Pos.File), Line: unlessZero(f.Pos.Line), Column: unlessZero(f.Pos.Column),
			Subject: unlessZero(f.Subject), Hint: unlessZero(f.Hint)})
	}
	for _, m := range s.Health() {
		d.Health = append(d.Health, m.document())
	}
	d.Scenarios = s.scenarioDocuments()
	d.Coverage = coverage.document()
	return d
}

// activityDocuments returns the activities with what holds them, what they are
// worth and, unless against is nil, how far they are from a baseline.
func (s *Schedule) activityDocuments(against *Comparison) []activityDocument {
	drags := s.Drags()
	out := make([]activityDocument, len(s.Activities))
	for i, a := range s.Activities {
		out[i] = documentOf(a)
		out[i].Cost = s.number(a.Cost)
		if against != nil {
			out[i].varianceDocument = s.varianceOf(against.Of(a))
		}
		if a.Critical() {
			out[i].Drag = &drags[i]
		}
		step := s.Driving(a)
		if step.Link != nil {
			out[i].Driving = append(out[i].Driving, step.Link.pred())
		}
		for _, l := range step.Others {
			out[i].Driving = append(out[i].Driving, l.pred())
		}
		if a.Milestone != nil {
			for _, step := range s.DrivingChain(a) {
				out[i].DrivingChain = append(out[i].DrivingChain, step.Activity.ID)
			}
		}
	}
	return out
}

func (m Metric) document() metricDocument {
	d := metricDocument{Number: m.Number, Name: m.Name, Definition: m.Definition, Population: m.Population, Result: m.Result.String(),
		Reason: m.Reason, Offenders: []offenderDocument{}}
	if m.Result != NotApplicable {
		d.Value = (*ratioDocument)(&m.Value)
	}
	if m.AtLeast {
		d.AtLeast = (*ratioDocument)(&m.Threshold)
	} else {
		d.AtMost = (*ratioDocument)(&m.Threshold)
	}
	for _, o := range m.Offenders {
		d.Offenders = append(d.Offenders, offenderDocument{o.ID(), o.What})
	}
	return d
}

func planOf(s *Schedule) planDocument {
	p := s.Plan
	return planDocument{Name: p.Name, Start: s.Start.String(), Finish: s.Finish.String(), Currency: p.Currency, Assumed: p.Assumed,
		StatedFinish: instant(s.StatedFinish, s.HasStatedFinish), StatusDate: instant(s.StatusDate, p.StatusDate.IsSet()),
		UnlevelledFinish: s.unlevelledFinish(), Levelling: s.levellingDocument()}
}

func (s *Schedule) baselineOf(c *Comparison) baselineDocument {
	b := c.Baseline
	return baselineDocument{ID: b.ID, Name: b.Name, Date: b.Date.String(), varianceDocument: s.varianceOf(c.Plan)}
}

// WriteJSON writes the document of a schedule, indented.
func WriteJSON(w io.Writer, s *Schedule, findings diag.List, coverage *Coverage) error {
	return writeJSON(w, Document(s, findings, coverage))
}

// writeJSON writes a value as indented JSON.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func documentOf(a *Activity) activityDocument {
	d := activityDocument{ID: a.ID, Name: a.Name, Kind: "work", Start: a.Start.String(), Finish: a.Finish.String(),
		Duration: a.Duration, EarlyStart: a.EarlyStart.String(), EarlyFinish: a.EarlyFinish.String(),
		LateStart: a.LateStart.String(), LateFinish: a.LateFinish.String(), TotalFloat: a.TotalFloat, FreeFloat: a.FreeFloat,
		Critical: a.Critical(), Percent: a.Percent, Predecessors: []string{}, Target: instant(a.Target, a.HasTarget), Assumed: a.Assumed}
	if a.Milestone != nil {
		d.Kind = "milestone"
	}
	if a.Phase != nil {
		d.Phase = &a.Phase.ID
	}
	for _, l := range a.Predecessors() {
		d.Predecessors = append(d.Predecessors, l.String())
	}
	d.unlevelledDocument = a.sched.unlevelledOf(Unlevelled(a))
	d.LevellingDelay = a.LevellingDelay
	for _, w := range a.Waits() {
		d.WaitsFor = append(d.WaitsFor, waitDocumentOf(w))
	}
	return d
}

func (s *Schedule) varianceOf(v Variance) varianceDocument {
	if v.Then == nil {
		return varianceDocument{}
	}
	d := varianceDocument{BaselineStart: instant(v.Then.Start, true), BaselineFinish: instant(v.Then.Finish, true),
		StartVariance: &v.Start, FinishVariance: &v.Finish}
	if v.Cost.IsSet() {
		n := json.Number(v.Cost.Text(s.Plan.Currency))
		d.CostVariance = &n
	}
	return d
}

// cells returns the values for a line of CSV, empty where there is none.
func (d varianceDocument) cells() []string {
	cells := make([]string, 5)
	cells[0], cells[1] = text(d.BaselineStart), text(d.BaselineFinish)
	if d.StartVariance != nil {
		cells[2], cells[3] = fmt.Sprint(*d.StartVariance), fmt.Sprint(*d.FinishVariance)
	}
	if d.CostVariance != nil {
		cells[4] = d.CostVariance.String()
	}
	return cells
}

// String returns the link as it is written in the plan, seen from the other end:
// "3.1 SS", "2.1 FS+2d".
func (l Link) String() string {
	return plan.Dependency{Pred: l.pred(), Type: l.Type, Lag: l.Lag}.String()
}

// pred returns the id of the other end.
func (l Link) pred() string {
	if l.Phase != nil {
		return l.Phase.ID
	}
	return l.Activity.ID
}

func idOrNull(a *Activity) *string {
	if a == nil {
		return nil
	}
	return &a.ID
}

func instant(t calendar.Instant, ok bool) *string {
	if !ok {
		return nil
	}
	s := t.String()
	return &s
}

func unlessZero[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
