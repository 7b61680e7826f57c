package plan

import (
	"milepost/schedule/calendar"
	"milepost/schedule/diag"
)

// Unit is a unit of time.
type Unit uint8

// The units of a duration, as written: min, h, d, w, mo.
const (
	Minute Unit = iota
	Hour
	Day
	Week
	Month
)

// Duration is a length of time as the author wrote it: "4h", "1.5d", "2w",
// "3ed". Working time has its length on a calendar; elapsed time ("e") runs on
// the clock. The zero Duration means that none was written, see [Duration.IsSet].
type Duration struct {
	Thousandths int64 // of the unit; negative for a lead or an opportunity
	Unit        Unit
	Elapsed     bool
	set         bool
}

// Estimate is the duration of work: one figure, or three points of it.
type Estimate struct {
	Likely                  Duration
	Optimistic, Pessimistic Duration // set only for a three-point estimate
	Distribution            string   // "triangular", "pert" or "uniform"; "" is that of the plan
}

// When is a stated point of the plan as written: a plan week ("W3"), a day
// (2026-01-23) or a moment (2026-01-23T12:00:00). The zero When means that none
// was written.
type When struct {
	Week    int // counts from 1; 0 if a date was written
	Minute  int // after midnight, if HasTime
	Date    calendar.Date
	HasTime bool
	set     bool
}

// Window is a stated span: "W1..W3" or "2026-01-05..2026-01-23", both ends
// included.
type Window struct {
	Start, Finish When
}

// Hours are the working intervals of a day, half-open, in minutes after
// midnight, in order and without overlap: "09:00-12:00, 13:00-17:00". No
// interval is a free day.
type Hours []Interval

// Interval is a half-open span of minutes after midnight, From < To <= 1440.
type Interval struct{ From, To int }

// DependencyType says which end of the predecessor binds which end of the
// successor.
type DependencyType uint8

// The four types of precedence (PMI PMBOK Guide, 6th ed., 6.3.2.1). The zero
// value is the usual one.
const (
	FinishToStart  DependencyType = iota // FS: starts after the predecessor's finish
	StartToStart                         // SS: starts after the predecessor's start
	FinishToFinish                       // FF: finishes after the predecessor's finish
	StartToFinish                        // SF: finishes after the predecessor's start
)

// Lag is a wait after a predecessor, negative for a lead: a duration, or a
// share of the predecessor's duration.
type Lag struct {
	Duration  Duration
	Percent   float64 // of the predecessor's duration, if IsPercent
	IsPercent bool
}

// Dependency is one entry of after.
type Dependency struct {
	Pred string // id of work, a milestone or a phase
	Kind string // "work", "milestone" or "phase"
	Type DependencyType

	place int32 // of Pred, from 1; 0 if it is not known

	Lag Lag
	Pos diag.Pos
}

// Assignments are the people on a work package, in the order written.
type Assignments []Assignment

// Assignment is one role or person on a work package.
type Assignment struct {
	Who   string // id of a role or a person
	Kind  string // "role" or "person"
	Units Units
	Pos   diag.Pos
}

// Money is an exact amount in minor units (cents) of the plan's currency. The
// zero Money is an amount of nothing; IsSet tells whether it was written.
type Money struct {
	Minor int64
	set   bool
}

// Rate is money per unit of working time: "800/d".
type Rate struct {
	Money Money
	Per   Unit
}

// Units are shares of full time in ten-thousandths: 0.75 is 7,500.
type Units struct {
	TenThousandths int64
	set            bool
}

// Percent is a share of a hundred, 0 to 100.
type Percent struct {
	Value float64
	set   bool
}

// Probability is a chance, 0 to 1: a number, or a word on the plan's scale.
type Probability struct {
	Value float64
	Level string // "low", "medium", ... if it was written as a word
	set   bool
}

// Number is a plain figure, such as the reading of an indicator, kept as
// written.
type Number struct {
	Value float64
	Text  string
}

// Cadence is how often something happens: "daily", "weekly", "every 2 weeks",
// "monthly", "quarterly", "yearly", or an occasion in words such as
// "at milestones" or "as needed".
type Cadence struct {
	Text  string // as written
	Every int    // number of Unit between two occurrences; 0 for an occasion
	Unit  Unit   // Day, Week or Month
}

// TextList is one text or a list of texts.
type TextList []string

// ByPhase is a figure for each of some phases, in the order written.
type ByPhase[T any] []PhaseValue[T]

// PhaseValue is the figure of one phase.
type PhaseValue[T any] struct {
	Phase string
	Value T
	Pos   diag.Pos
}

// For returns the figure of a phase and whether there is one.
func (b ByPhase[T]) For(phase string) (T, bool) {
	for _, v := range b {
		if v.Phase == phase {
			return v.Value, true
		}
	}
	var zero T
	return zero, false
}

// Units returns the units of all together, in ten-thousandths of full time.
func (as Assignments) Units() int64 {
	var sum int64
	for _, a := range as {
		sum += a.Units.TenThousandths
	}
	return sum
}

// IsSet reports whether a duration was written.
func (d Duration) IsSet() bool { return d.set }

// IsSet reports whether a duration was written.
func (e Estimate) IsSet() bool { return e.Likely.set }

// ThreePoint reports whether the estimate has an optimistic and a pessimistic
// figure.
func (e Estimate) ThreePoint() bool { return e.Optimistic.set }

// IsSet reports whether a point was written.
func (w When) IsSet() bool { return w.set }

// isBefore reports whether a finish at w comes before a start at v. A day lasts
// to its end; a week and a date are not compared.
func (w When) isBefore(v When) bool {
	switch {
	case w.Week > 0 || v.Week > 0:
		return w.Week > 0 && v.Week > 0 && w.Week < v.Week
	case w.Date == v.Date && w.HasTime && v.HasTime:
		return w.Minute < v.Minute
	}
	return w.Date < v.Date
}

// IsSet reports whether a window was written.
func (w Window) IsSet() bool { return w.Start.set }

// IsSet reports whether an amount was written.
func (m Money) IsSet() bool { return m.set }

// IsSet reports whether a rate was written.
func (r Rate) IsSet() bool { return r.Money.set }

// UnitsOf returns units as if they had been written, for plans that are made
// without files.
func UnitsOf(tenThousandths int64) Units { return Units{tenThousandths, true} }

// IsSet reports whether units were written.
func (u Units) IsSet() bool { return u.set }

// Float returns the units as a number: 7,500 ten-thousandths are 0.75.
func (u Units) Float() float64 { return float64(u.TenThousandths) / 10_000 }

// IsSet reports whether a percentage was written.
func (p Percent) IsSet() bool { return p.set }

// IsSet reports whether a probability was written.
func (p Probability) IsSet() bool { return p.set }

// IsSet reports whether a number was written.
func (n Number) IsSet() bool { return n.Text != "" }

// IsSet reports whether a cadence was written.
func (c Cadence) IsSet() bool { return c.Text != "" }
