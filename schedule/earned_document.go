package schedule

import (
	"encoding/json"

	"milepost/schedule/plan"
)

// earnedDocument is the earned value of a plan in plan.json. Amounts are in the
// plan's currency, exact; indexes have four decimals; times are plan weeks. What
// is not known is left out. The baseline is left out if the plan as written is
// the yardstick.
type earnedDocument struct {
	Baseline   string  `json:"baseline,omitempty"`
	StatusDate *string `json:"status_date"`
	valueDocument
	Curve    []curveDocument `json:"curve"` // by plan week
	Unknown  []string        `json:"actual_cost_unknown,omitempty"`
	Added    []string        `json:"not_in_baseline,omitempty"`
	Removed  []string        `json:"no_longer_in_plan,omitempty"`
	Uncosted []string        `json:"not_fully_costed,omitempty"`
}

// valueDocument holds the figures of some work. EAC, ETC, VAC and TCPI come by
// the formula typical, BAC / CPI, unless they are named after another.
type valueDocument struct {
	BAC          json.Number `json:"bac"`
	PV           json.Number `json:"pv,omitempty"`
	EV           json.Number `json:"ev,omitempty"`
	AC           json.Number `json:"ac,omitempty"`
	SV           json.Number `json:"sv,omitempty"`
	CV           json.Number `json:"cv,omitempty"`
	SPI          json.Number `json:"spi,omitempty"`
	CPI          json.Number `json:"cpi,omitempty"`
	EAC          json.Number `json:"eac,omitempty"`
	EACAtypical  json.Number `json:"eac_atypical,omitempty"`
	EACCombined  json.Number `json:"eac_combined,omitempty"`
	ETC          json.Number `json:"etc,omitempty"`
	VAC          json.Number `json:"vac,omitempty"`
	TCPI         json.Number `json:"tcpi_bac,omitempty"`
	TCPIEAC      json.Number `json:"tcpi_eac,omitempty"`
	ES           json.Number `json:"es_weeks,omitempty"`
	AT           json.Number `json:"at_weeks,omitempty"`
	SVt          json.Number `json:"sv_t_weeks,omitempty"`
	SPIt         json.Number `json:"spi_t,omitempty"`
	IEACt        json.Number `json:"ieac_t_weeks,omitempty"`
	UnknownCosts int         `json:"actual_cost_unknown_count,omitempty"`
}

type curveDocument struct {
	Week int         `json:"week"`
	PV   json.Number `json:"pv"`
	EV   json.Number `json:"ev,omitempty"`
}

// earnedDocuments are the parts of the document about earned value.
type earnedDocuments struct {
	plan         *earnedDocument
	phases, work map[string]*valueDocument
}

func (s *Schedule) earnedDocuments() (out earnedDocuments) {
	e, ok := s.EarnedValue()
	if !ok {
		return out
	}
	d := &earnedDocument{valueDocument: s.valueDocument(e, e.Plan, e.Schedule), StatusDate: instant(e.Status, e.HasStatus),
		Curve: []curveDocument{}, Unknown: idsOf(e.Unknown), Added: idsOf(e.Added), Uncosted: idsOf(e.Partly)}
	if e.Baseline != nil {
		d.Baseline = e.Baseline.ID
	}
	for _, a := range e.Removed {
		d.Removed = append(d.Removed, a.ID)
	}
	for _, p := range e.Curve {
		d.Curve = append(d.Curve, curveDocument{p.Week, s.number(plan.MoneyOf(p.PV)), s.number(p.EV)})
	}
	out = earnedDocuments{d, map[string]*valueDocument{}, map[string]*valueDocument{}}
	for _, ph := range e.Phases {
		v := s.valueDocument(e, ph.Value, ph.Schedule)
		out.phases[ph.Phase.ID] = &v
	}
	for _, w := range e.Work {
		v := s.valueDocument(e, w.Value, EarnedSchedule{})
		out.work[w.Activity.ID] = &v
	}
	return out
}

func (s *Schedule) valueDocument(e *EarnedValue, v Value, x EarnedSchedule) valueDocument {
	d := valueDocument{BAC: s.number(plan.MoneyOf(v.BAC))}
	if !e.HasStatus {
		return d
	}
	d.PV, d.EV, d.SV = s.number(plan.MoneyOf(v.PV)), s.number(plan.MoneyOf(v.EV)), s.number(plan.MoneyOf(v.SV()))
	if v.HasCost() {
		d.AC = s.number(plan.MoneyOf(v.AC))
	}
	d.CV, d.SPI, d.CPI = s.number(v.CV()), v.SPI().number(), v.CPI().number()
	d.EAC, d.EACAtypical, d.EACCombined = s.number(v.EAC(Typical)), s.number(v.EAC(Atypical)), s.number(v.EAC(Combined))
	d.ETC, d.VAC, d.TCPI, d.TCPIEAC = s.number(v.ETC(Typical)), s.number(v.VAC(Typical)), v.TCPI().number(), v.TCPIOf(Typical).number()
	d.ES, d.AT, d.SVt, d.SPIt, d.IEACt = x.ES.number(), x.AT.number(), x.SV().number(), x.SPI().number(), x.IEAC().number()
	d.UnknownCosts = v.Unknown
	return d
}

// number writes an amount in major units, "8000.5"; "" if it is not known.
func (s *Schedule) number(m plan.Money) json.Number {
	if !m.IsSet() {
		return ""
	}
	return json.Number(m.Text(s.Plan.Currency))
}

// number writes a quotient with four decimals; "" if it is not known.
func (q Quotient) number() json.Number {
	if !q.Known() {
		return ""
	}
	return json.Number(q.Decimal(4))
}
