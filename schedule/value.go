package schedule

import (
	"math/big"

	"milepost/schedule/plan"
)

// Value are the figures of earned value for some work, in minor units, and what
// follows from them. Before a status date is known only BAC means anything.
//
// Where the actual cost of begun work is not written, the cost figures (CV, CPI,
// EAC, ETC, VAC, TCPI) leave that work out: they take EVSpent for EV, so that
// what it has earned is not set against a cost of nothing. Unknown counts it.
type Value struct {
	BAC     int64 // budget at completion
	PV      int64 // planned value: what was planned to be done by the status date
	EV      int64 // earned value: what is done, at its planned cost
	AC      int64 // actual cost, as far as it is written
	EVSpent int64 // EV of the work whose actual cost is known

	Unknown int  // work packages that have begun and whose actual cost is not written
	spent   bool // some actual cost is written
	closed  bool // the status is known
}

func (v *Value) add(w Value) {
	v.BAC, v.PV, v.EV, v.AC, v.EVSpent = v.BAC+w.BAC, v.PV+w.PV, v.EV+w.EV, v.AC+w.AC, v.EVSpent+w.EVSpent
	v.Unknown += w.Unknown
	v.spent = v.spent || w.spent
}

func (v *Value) close() { v.closed = true }

// HasCost reports whether AC means anything: some actual cost is written, or
// nothing has begun.
func (v Value) HasCost() bool { return v.closed && (v.spent || v.Unknown == 0) }

// SV is the schedule variance in money, EV - PV; negative if behind.
func (v Value) SV() int64 { return v.EV - v.PV }

// CV is the cost variance, EV - AC; negative if the work costs more than
// planned. Not set if no actual cost is known.
func (v Value) CV() plan.Money {
	if !v.HasCost() {
		return plan.Money{}
	}
	return plan.MoneyOf(v.EVSpent - v.AC)
}

// SPI is the schedule performance index, EV / PV.
func (v Value) SPI() Quotient { return quotient(v.EV, v.PV) }

// CPI is the cost performance index, EV / AC.
func (v Value) CPI() Quotient {
	if !v.HasCost() {
		return Quotient{}
	}
	return quotient(v.EVSpent, v.AC)
}

// Estimate is a formula for the estimate at completion.
type Estimate int

// The three usual estimates at completion (PMI PMBOK Guide, 6th ed., 7.4.2.2).
const (
	// Typical takes the cost performance so far as typical for what is left: BAC / CPI.
	Typical Estimate = iota
	// Atypical takes it as a singular event and lets the rest cost what was planned: AC + (BAC-EV).
	Atypical
	// Combined lets cost and schedule performance both bear on the rest: AC + (BAC-EV) / (CPI*SPI).
	Combined
)

// EAC is the estimate at completion: what the work will have cost in the end.
// Not set if it cannot be told.
func (v Value) EAC(by Estimate) plan.Money {
	cpi, spi := v.CPI(), v.SPI()
	left := quotientOf(big.NewRat(v.BAC-v.EVSpent, 1))
	switch {
	case !v.HasCost():
		return plan.Money{}
	case by == Typical:
		return quotient(v.BAC, 1).over(cpi).money()
	case by == Atypical:
		return plan.MoneyOf(v.AC + v.BAC - v.EVSpent)
	}
	if v.EVSpent == v.BAC {
		return plan.MoneyOf(v.AC) // nothing is left to be dearer
	}
	return left.over(cpi.times(spi)).plus(quotient(v.AC, 1)).money()
}

// ETC is the estimate to complete, EAC - AC.
func (v Value) ETC(by Estimate) plan.Money { return less(v.EAC(by), v.AC) }

// VAC is the variance at completion, BAC - EAC; negative if the work will cost
// more than its budget.
func (v Value) VAC(by Estimate) plan.Money {
	eac := v.EAC(by)
	if !eac.IsSet() {
		return eac
	}
	return plan.MoneyOf(v.BAC - eac.Minor)
}

// TCPI is the cost performance that the rest of the work needs to come in at its
// budget, (BAC-EV) / (BAC-AC). It is not known once the budget is spent.
func (v Value) TCPI() Quotient {
	if !v.HasCost() || v.AC >= v.BAC {
		return Quotient{}
	}
	return quotient(v.BAC-v.EVSpent, v.BAC-v.AC)
}

// TCPIOf is the cost performance that the rest of the work needs to come in at
// an estimate at completion, (BAC-EV) / (EAC-AC).
func (v Value) TCPIOf(by Estimate) Quotient {
	etc := v.ETC(by)
	if !etc.IsSet() || etc.Minor <= 0 {
		return Quotient{}
	}
	return quotient(v.BAC-v.EVSpent, etc.Minor)
}

// Planned, Done and Spent are PV, EV and AC as a share of BAC.
func (v Value) Planned() Quotient { return quotient(v.PV, v.BAC) }

// Done is EV as a share of BAC: the percent complete in money.
func (v Value) Done() Quotient { return quotient(v.EV, v.BAC) }

// Spent is AC as a share of BAC.
func (v Value) Spent() Quotient {
	if !v.HasCost() {
		return Quotient{}
	}
	return quotient(v.AC, v.BAC)
}

func less(m plan.Money, minor int64) plan.Money {
	if !m.IsSet() {
		return m
	}
	return plan.MoneyOf(m.Minor - minor)
}

// Quotient is an exact number. The zero Quotient is one that is not known, such as
// an index whose divisor is nothing; it is never shown as a number.
type Quotient struct{ r *big.Rat }

func quotient(num, den int64) Quotient {
	if den == 0 {
		return Quotient{}
	}
	return Quotient{big.NewRat(num, den)}
}

func quotientOf(r *big.Rat) Quotient { return Quotient{r} }

// Known reports whether there is a value.
func (q Quotient) Known() bool { return q.r != nil }

// Decimal writes the quotient with so many decimals, half away from zero, or
// "n/a" if it is not known.
func (q Quotient) Decimal(decimals int) string {
	if q.r == nil {
		return "n/a"
	}
	return q.r.FloatString(decimals)
}

// Cmp compares the quotient with num/den: -1 if it is less, 0 if equal, +1 if
// more. It must be known.
func (q Quotient) Cmp(num, den int64) int { return q.r.Cmp(big.NewRat(num, den)) }

// Times returns the quotient of an amount, rounded to the nearest, half away
// from zero; ok is false if it is not known or out of range.
func (q Quotient) Times(amount int64) (result int64, ok bool) {
	m := q.times(quotient(amount, 1)).money()
	return m.Minor, m.IsSet()
}

func (q Quotient) over(d Quotient) Quotient {
	if q.r == nil || d.r == nil || d.r.Sign() == 0 {
		return Quotient{}
	}
	return Quotient{new(big.Rat).Quo(q.r, d.r)}
}

func (q Quotient) times(f Quotient) Quotient {
	if q.r == nil || f.r == nil {
		return Quotient{}
	}
	return Quotient{new(big.Rat).Mul(q.r, f.r)}
}

func (q Quotient) plus(x Quotient) Quotient {
	if q.r == nil || x.r == nil {
		return Quotient{}
	}
	return Quotient{new(big.Rat).Add(q.r, x.r)}
}

func (q Quotient) minus(x Quotient) Quotient {
	if q.r == nil || x.r == nil {
		return Quotient{}
	}
	return Quotient{new(big.Rat).Sub(q.r, x.r)}
}

// money rounds a quotient of minor units to an amount, half away from zero. It
// is not set if it is beyond all amounts.
func (q Quotient) money() plan.Money {
	if q.r == nil {
		return plan.Money{}
	}
	n, ok := new(big.Int).SetString(q.r.FloatString(0), 10)
	if !ok || !n.IsInt64() {
		return plan.Money{}
	}
	return plan.MoneyOf(n.Int64())
}
