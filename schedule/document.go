package schedule

import (
	"encoding/json"
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
	Plan         planDocument       `json:"plan"`
	Activities   []activityDocument `json:"activities"`
	Phases       []phaseDocument    `json:"phases"`
	CriticalPath []string           `json:"critical_path"`
	Resources    []resourceDocument `json:"resources,omitempty"` // those that some work needs
	Findings     []findingDocument  `json:"findings"`
}

type planDocument struct {
	Name         string   `json:"name"`
	Start        string   `json:"start"`
	Finish       string   `json:"finish"`
	StatedFinish *string  `json:"stated_finish"`
	StatusDate   *string  `json:"status_date"`
	Currency     string   `json:"currency"`
	Assumed      []string `json:"assumed,omitempty"`

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

	LevellingDelay calendar.Work  `json:"levelling_delay_minutes,omitempty"`
	WaitsFor       []waitDocument `json:"waits_for,omitempty"`
}

type phaseDocument struct {
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	Start        *string  `json:"start"`
	Finish       *string  `json:"finish"`
	StatedStart  *string  `json:"stated_start"`
	StatedFinish *string  `json:"stated_finish"`
	Assumed      []string `json:"assumed,omitempty"`
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
// that is published as JSON.
func Document(s *Schedule, findings diag.List) any {
	p := s.Plan
	d := document{
		Plan: planDocument{Name: p.Name, Start: s.Start.String(), Finish: s.Finish.String(), Currency: p.Currency, Assumed: p.Assumed,
			StatedFinish: instant(s.StatedFinish, s.HasStatedFinish), StatusDate: instant(s.StatusDate, p.StatusDate.IsSet()),
			UnlevelledFinish: s.unlevelledFinish(), Levelling: s.levellingDocument()},
		Activities: []activityDocument{}, Phases: []phaseDocument{}, CriticalPath: []string{}, Findings: []findingDocument{},
	}
	for _, a := range s.Activities {
		d.Activities = append(d.Activities, documentOf(a))
	}
	for _, ph := range s.Phases {
		d.Phases = append(d.Phases, phaseDocument{ID: ph.ID, Name: ph.Name, Assumed: ph.Assumed,
			Start: instant(ph.Start, !ph.Empty), Finish: instant(ph.Finish, !ph.Empty),
			StatedStart: instant(ph.StatedStart, ph.HasWindow), StatedFinish: instant(ph.StatedFinish, ph.HasWindow)})
	}
	d.Resources = s.resourceDocuments()
	d.CriticalPath = append(d.CriticalPath, idsOf(s.CriticalPath)...)
	for _, f := range findings {
		d.Findings = append(d.Findings, findingDocument{Code: f.Code, Severity: f.Severity.String(), Message: f.Message,
			File: unlessZero(f.Pos.File), Line: unlessZero(f.Pos.Line), Column: unlessZero(f.Pos.Column),
			Subject: unlessZero(f.Subject), Hint: unlessZero(f.Hint)})
	}
	return d
}

// WriteJSON writes the document of a schedule, indented.
func WriteJSON(w io.Writer, s *Schedule, findings diag.List) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(Document(s, findings))
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
	for _, l := range a.Predecessors {
		d.Predecessors = append(d.Predecessors, l.String())
	}
	d.LevellingDelay = a.LevellingDelay
	for _, w := range a.Waits {
		d.WaitsFor = append(d.WaitsFor, waitDocumentOf(w))
	}
	return d
}

// String returns the link as it is written in the plan, seen from the other end:
// "3.1 SS", "2.1 FS+2d".
func (l Link) String() string {
	dep := plan.Dependency{Type: l.Type, Lag: l.Lag}
	if l.Phase != nil {
		dep.Pred = l.Phase.ID
	} else {
		dep.Pred = l.Activity.ID
	}
	return dep.String()
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
