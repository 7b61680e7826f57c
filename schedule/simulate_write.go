package schedule

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// simulationDocument is the published form of a simulation. Its keys are a
// contract: they keep their names, order and meaning. Instants are local civil
// time as in plan.json; chances, shares and correlations are numbers from -1 to
// 1 with four decimals; times are working minutes of the plan's calendar (of the
// work's own for its sd_minutes); money is in minor units of the plan's
// currency. What there is not is null.
type simulationDocument struct {
	Plan          simulatedPlan     `json:"plan"`
	Trials        int               `json:"trials"`
	Seed          uint64            `json:"seed"`
	Mitigated     bool              `json:"mitigated"` // every mitigation is done and paid for
	Settings      settingsDocument  `json:"settings"`
	EstimatedWork int               `json:"estimated_work"` // open work with three points of its own
	AssumedWork   int               `json:"assumed_work"`   // open work that varies by the spread of the settings
	Finish        outcomeDocument   `json:"finish"`
	MergeTime     calendar.Work     `json:"merge_bias_minutes"` // of the finish: what paths that meet add to its mean
	Milestones    []outcomeDocument `json:"milestones"`
	Work          []workDocument    `json:"work"` // open work
	Risks         []riskDocument    `json:"risks"`
	Unmeasured    []string          `json:"unmeasured_risks"` // open risks without figures
	Mitigation    *effectDocument   `json:"mitigation"`       // if all mitigations were done
	Drivers       []driverDocument  `json:"drivers"`          // at most ten, the strongest first
	Cost          *costDocument     `json:"cost"`
}

type simulatedPlan struct {
	Name     string   `json:"name"`
	Start    string   `json:"start"`
	Currency string   `json:"currency"`
	Assumed  []string `json:"assumed,omitempty"`
}

type settingsDocument struct {
	Distribution      string  `json:"distribution"`
	SpreadOptimistic  float64 `json:"spread_optimistic"`
	SpreadPessimistic float64 `json:"spread_pessimistic"`
	Correlation       float64 `json:"correlation"`
	CorrelateBy       string  `json:"correlate_by"`
}

type outcomeDocument struct {
	ID             *string       `json:"id"` // of the milestone
	Name           string        `json:"name"`
	Computed       string        `json:"computed"`        // with the likely durations and no risk
	Stated         *string       `json:"stated"`          // what chance is about; computed if it is null
	Chance         float64       `json:"chance"`          // to meet it
	ChanceComputed float64       `json:"chance_computed"` // to meet the computed date
	P10            string        `json:"p10"`
	P50            string        `json:"p50"`
	P80            string        `json:"p80"`
	P90            string        `json:"p90"`
	Mean           string        `json:"mean"`
	SD             calendar.Work `json:"sd_minutes"`
	Error          float64       `json:"p80_error"` // standard error in probability
	ErrorTime      calendar.Work `json:"p80_error_minutes"`
	Histogram      []binDocument `json:"histogram"` // share is the S-curve
}

type binDocument struct {
	First string  `json:"first"`
	Last  string  `json:"last"`
	Count int     `json:"count"`
	Share float64 `json:"share"` // of all trials that have finished by the end of last
}

type workDocument struct {
	ID          string        `json:"id"`
	Name        string        `json:"name"`
	Criticality float64       `json:"criticality"`
	Correlation *float64      `json:"correlation"` // null if it does not vary by itself
	SD          calendar.Work `json:"sd_minutes"`
	Sensitivity float64       `json:"sensitivity"`
	Assumed     bool          `json:"assumed"` // varies by the spread of the settings
}

type riskDocument struct {
	ID             string          `json:"id"`
	Name           string          `json:"name"`
	Probability    float64         `json:"probability"` // as simulated
	Happened       float64         `json:"happened"`    // share of trials
	Correlation    float64         `json:"correlation"`
	Removed        effectDocument  `json:"removed"`
	Mitigated      *effectDocument `json:"mitigated"`
	MitigationCost *int64          `json:"mitigation_cost"`
	Assumed        []string        `json:"assumed,omitempty"`
}

type effectDocument struct {
	P80      string        `json:"p80"`
	Gain     calendar.Work `json:"p80_gain_minutes"` // by which it is earlier
	MeanGain calendar.Work `json:"mean_gain_minutes"`
	Chance   float64       `json:"chance"` // as that of finish
	Cost80   int64         `json:"cost_p80"`
	Saving   int64         `json:"cost_p80_saving"`
}

type driverDocument struct {
	Kind        string        `json:"kind"` // "work" or "risk"
	ID          string        `json:"id"`
	Correlation float64       `json:"correlation"`
	Low         calendar.Work `json:"low_minutes"`  // mean finish less that of the plan, when it takes shortest or does not happen
	High        calendar.Work `json:"high_minutes"` // when it takes longest or happens
}

type costDocument struct {
	Planned     int64   `json:"planned"` // with the likely durations and no risk
	P10         int64   `json:"p10"`
	P50         int64   `json:"p50"`
	P80         int64   `json:"p80"`
	P90         int64   `json:"p90"`
	Mean        int64   `json:"mean"`
	SD          int64   `json:"sd"`
	Contingency *int64  `json:"contingency"` // held in the budget
	Needed      int64   `json:"needed"`      // p80 beyond planned
	Chance      float64 `json:"chance"`      // that planned and contingency are enough
	Joint       float64 `json:"joint_chance"`
}

// decimals rounds a share for output, so that the last bits of a float never
// show.
func decimals(v float64) float64 {
	v = math.Round(v*10_000) / 10_000
	if v == 0 {
		return 0 // not minus zero
	}
	return v
}

// mostBars is how many bars the histograms of the document have at most.
const mostBars = 60

// Document returns the simulation in the form that is published as JSON.
func (s *Simulation) Document() any {
	p := s.Schedule.Plan
	d := simulationDocument{
		Plan:   simulatedPlan{Name: p.Name, Start: s.Schedule.Start.String(), Currency: p.Currency, Assumed: p.Assumed},
		Trials: s.Trials, Seed: s.Seed, Mitigated: s.Mitigated,
		Settings: settingsDocument{Distribution: s.Settings.Distribution, SpreadOptimistic: s.Settings.Spread.Optimistic.Value,
			SpreadPessimistic: s.Settings.Spread.Pessimistic.Value, Correlation: s.Settings.Correlation.Value, CorrelateBy: s.Settings.CorrelateBy},
		EstimatedWork: s.Estimated, AssumedWork: s.Assumed, Finish: s.outcomeDocument(&s.Finish), MergeTime: s.MergeTime,
		Milestones: []outcomeDocument{}, Work: []workDocument{}, Risks: []riskDocument{}, Unmeasured: []string{}, Drivers: []driverDocument{},
		Mitigation: s.Mitigation.document(),
	}
	for i := range s.Milestones {
		d.Milestones = append(d.Milestones, s.outcomeDocument(&s.Milestones[i]))
	}
	for i := range s.Activities {
		w := &s.Activities[i]
		doc := workDocument{ID: w.ID, Name: w.Name, Criticality: decimals(w.Criticality), SD: w.SD, Sensitivity: decimals(w.Sensitivity), Assumed: w.Assumed}
		if w.Varies {
			c := decimals(w.Correlation)
			doc.Correlation = &c
		}
		d.Work = append(d.Work, doc)
	}
	for i := range s.Risks {
		r := &s.Risks[i]
		doc := riskDocument{ID: r.Risk.ID, Name: r.Risk.Name, Probability: decimals(r.Probability), Happened: decimals(r.Happened),
			Correlation: decimals(r.Correlation), Removed: *r.Removed.document(), Mitigated: r.Mitigated.document(), Assumed: r.Risk.Assumed}
		if m := r.Risk.MitigationCost; m.IsSet() {
			doc.MitigationCost = &m.Minor
		}
		d.Risks = append(d.Risks, doc)
	}
	for _, r := range s.Unmeasured {
		d.Unmeasured = append(d.Unmeasured, r.ID)
	}
	for _, x := range s.Drivers {
		it := x.Item()
		d.Drivers = append(d.Drivers, driverDocument{Kind: it.Kind, ID: it.ID, Correlation: decimals(x.Correlation()), Low: x.Low, High: x.High})
	}
	if c := s.Cost; c != nil {
		d.Cost = &costDocument{Planned: c.Planned, P10: c.P10, P50: c.P50, P80: c.P80, P90: c.P90, Mean: c.Mean, SD: c.SD,
			Needed: c.Needed, Chance: decimals(c.Chance), Joint: decimals(c.Joint)}
		if c.HasContingency {
			d.Cost.Contingency = &c.Contingency
		}
	}
	return d
}

func (s *Simulation) outcomeDocument(o *Outcome) outcomeDocument {
	d := outcomeDocument{Name: s.Schedule.Plan.Name, Computed: o.Computed.String(), Stated: instant(o.Stated, o.HasStated),
		Chance: decimals(o.Chance), ChanceComputed: decimals(o.OfComputed), P10: o.P10.String(), P50: o.P50.String(), P80: o.P80.String(),
		P90: o.P90.String(), Mean: o.Mean.String(), SD: o.SD, Error: decimals(o.Error), ErrorTime: o.ErrorTime}
	if a := o.Milestone; a != nil {
		d.ID, d.Name = &a.ID, a.Name
	}
	for _, b := range s.Histogram(o, mostBars) {
		d.Histogram = append(d.Histogram, binDocument{b.First.String(), b.Last.String(), b.Count, decimals(b.Share)})
	}
	return d
}

func (e *Effect) document() *effectDocument {
	if e == nil {
		return nil
	}
	return &effectDocument{P80: e.P80.String(), Gain: e.Gain, MeanGain: e.Mean, Chance: decimals(e.Chance), Cost80: e.Cost80, Saving: e.Saving}
}

// Item returns the table of the driver.
func (d Driver) Item() *plan.Item {
	if d.Work != nil {
		return d.Work.Item
	}
	return &d.Risk.Risk.Item
}

// WriteSimulationJSON writes the document of a simulation, indented.
func WriteSimulationJSON(w io.Writer, s *Simulation) error {
	return writeJSON(w, s.Document())
}

// WriteSimulationCSV writes a line for the plan, each milestone, each open work
// package and each risk, with the figures of the JSON document that they have.
func WriteSimulationCSV(w io.Writer, s *Simulation) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"kind", "id", "name", "computed", "stated", "chance", "chance_computed", "p10", "p50", "p80", "p90", "mean", "sd_minutes",
		"criticality", "correlation", "sensitivity", "happened", "p80_gain_minutes", "cost_p80_saving"}}
	number := func(v float64) string { return strconv.FormatFloat(decimals(v), 'f', -1, 64) }
	outcome := func(kind, id, name string, o *Outcome) {
		rows = append(rows, []string{kind, plainCell(id), plainCell(name), o.Computed.String(), text(instant(o.Stated, o.HasStated)), number(o.Chance),
			number(o.OfComputed), o.P10.String(), o.P50.String(), o.P80.String(), o.P90.String(), o.Mean.String(), fmt.Sprint(o.SD), "", "", "", "", "", ""})
	}
	outcome("plan", "plan", s.Schedule.Plan.Name, &s.Finish)
	for i := range s.Milestones {
		o := &s.Milestones[i]
		outcome("milestone", o.Milestone.ID, o.Milestone.Name, o)
	}
	blank := make([]string, 9)
	for i := range s.Activities {
		a := &s.Activities[i]
		correlation := ""
		if a.Varies {
			correlation = number(a.Correlation)
		}
		row := append([]string{"work", plainCell(a.ID), plainCell(a.Name)}, blank...)
		rows = append(rows, append(row, fmt.Sprint(a.SD), number(a.Criticality), correlation, number(a.Sensitivity), "", "", ""))
	}
	for i := range s.Risks {
		r := &s.Risks[i]
		row := append([]string{"risk", plainCell(r.Risk.ID), plainCell(r.Risk.Name)}, blank...)
		saving := ""
		if s.Cost != nil {
			saving = s.decimal(r.Removed.Saving)
		}
		rows = append(rows, append(row, "", "", number(r.Correlation), "", number(r.Happened), fmt.Sprint(r.Removed.Gain), saving))
	}
	return out.WriteAll(rows)
}

// decimal writes money as a plain number of the currency's main unit.
func (s *Simulation) decimal(minor int64) string {
	digits := plan.MinorDigits(s.Schedule.Plan.Currency)
	return strconv.FormatFloat(float64(minor)/math.Pow10(digits), 'f', digits, 64)
}

// WriteSimulationTable writes a simulation for people: what it comes to in
// sentences, then the dates, what they depend on, and the cost.
func WriteSimulationTable(w io.Writer, s *Simulation) error {
	var b strings.Builder
	for _, line := range s.Sentences() {
		b.WriteString(line + "\n")
	}
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	s.writeDates(t)
	s.writeDrivers(t)
	s.writeRisks(t)
	if err := t.Flush(); err != nil {
		return err
	}
	return writeTrimmed(w, b.String())
}

func (s *Simulation) writeDates(w io.Writer) {
	day := func(t calendar.Instant) string { return (t - 1).Date().Time().Format("2 Jan 2006") }
	fmt.Fprint(w, "\nDate\tStated\tChance\tComputed\t10%\t50%\t80%\t90%\t\n")
	line := func(name string, o *Outcome) {
		stated := "-"
		if o.HasStated {
			stated = day(o.Stated)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", name, stated, Chance(o.Chance), day(o.Computed), day(o.P10), day(o.P50), day(o.P80), day(o.P90))
	}
	line("Finish of the plan", &s.Finish)
	for i := range s.Milestones {
		o := &s.Milestones[i]
		line(strings.TrimSpace(o.Milestone.ID+" "+shorten(o.Milestone.Name)), o)
	}
}

func (s *Simulation) writeDrivers(w io.Writer) {
	if len(s.Drivers) == 0 {
		return
	}
	fmt.Fprint(w, "\nWhat the finish depends on most\tCorrelation\tDecides the finish\t\n")
	for _, d := range s.Drivers {
		it, critical := d.Item(), "-"
		if d.Work != nil {
			critical = Chance(d.Work.Criticality) + " of trials"
		}
		fmt.Fprintf(w, "%s %s %s\t%.2f\t%s\t\n", it.Kind, it.ID, shorten(it.Name), d.Correlation(), critical)
	}
}

func (s *Simulation) writeRisks(w io.Writer) {
	if len(s.Risks) == 0 {
		return
	}
	head, more := "\nIf it were away\tHappens\t80% date earlier\tChance then\t", ""
	if s.Cost != nil {
		more += "80% cost less\t"
	}
	if s.Mitigation != nil {
		more += "If mitigated: 80% date earlier\tChance then\t"
	}
	fmt.Fprint(w, head+more+"\n")
	for i := range s.Risks {
		r := &s.Risks[i]
		fmt.Fprintf(w, "risk %s %s\t%s\t%s\t%s\t", r.Risk.ID, shorten(r.Risk.Name), Chance(r.Happened), s.gainText(r.Removed.Gain), Chance(r.Removed.Chance))
		if s.Cost != nil {
			fmt.Fprintf(w, "%s\t", s.Schedule.money(r.Removed.Saving))
		}
		switch {
		case r.Mitigated != nil:
			fmt.Fprintf(w, "%s\t%s\t", s.gainText(r.Mitigated.Gain), Chance(r.Mitigated.Chance))
		case s.Mitigation != nil:
			fmt.Fprint(w, "-\t-\t")
		}
		fmt.Fprintln(w)
	}
}

// gainText writes working time that is gained: "2 days 5 hours", "-1 day".
func (s *Simulation) gainText(w calendar.Work) string {
	if w < 0 {
		return "-" + workText(-w, s.Schedule.Calendar)
	}
	return workText(w, s.Schedule.Calendar)
}
