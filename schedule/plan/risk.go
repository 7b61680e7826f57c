package plan

import (
	"fmt"
	"slices"

	"milepost/schedule/diag"
)

// What a simulation needs beside the schedule: how the durations scatter, and
// what may happen that would change the plan.

// Simulation is the table [plan.simulation]: how the chances of the plan are
// found. A plan without it is simulated with the defaults.
type Simulation struct {
	// How often the plan is played through, 1 to 100,000. Default 10,000.
	Trials int `toml:"trials" example:"10_000"`
	// The same seed gives the same trials, on any machine. Default 1.
	Seed int `toml:"seed" example:"1"`
	// How a three-point estimate is read unless it says so itself: "pert", "triangular" or "uniform". Default "pert".
	Distribution string `toml:"distribution" enum:"pert triangular uniform" default:"pert" example:"\"triangular\""`
	// What work without three points takes at best and at worst, as factors of its duration; an assumption wherever it is used. Default { optimistic = 0.9, pessimistic = 1.3 }; { optimistic = 1, pessimistic = 1 } turns it off.
	Spread Spread `toml:"spread" example:"{ optimistic = 0.9, pessimistic = 1.3 }"`
	// How much the durations within a phase or role go together, 0 to 1: 0 is not at all, 1 is in step. Default 0.
	Correlation Probability `toml:"correlation" example:"0.3"`
	// What goes together: the work of a "phase" or of a "role", the first that is assigned. Default "phase".
	CorrelateBy string `toml:"correlate_by" enum:"phase role" default:"phase" example:"\"phase\""`
	// What the words for a probability mean. Default { very-low = 0.05, low = 0.2, medium = 0.4, high = 0.6, very-high = 0.85 }.
	Probabilities Scale `toml:"probabilities" example:"{ low = 0.1, medium = 0.3, high = 0.6 }"`
}

// Spread is how far the duration of work without three points may be off, as
// factors of it.
type Spread struct {
	// Factor of the best case, 0 to 1.
	Optimistic Number `toml:"optimistic" example:"0.9"`
	// Factor of the worst case, 1 to 100.
	Pessimistic Number `toml:"pessimistic" example:"1.3"`
}

// Scale says which chance each word for a probability stands for.
type Scale struct {
	// Chance that "very-low" stands for.
	VeryLow Probability `toml:"very-low" example:"0.05"`
	// Chance that "low" stands for.
	Low Probability `toml:"low" example:"0.2"`
	// Chance that "medium" stands for.
	Medium Probability `toml:"medium" example:"0.4"`
	// Chance that "high" stands for.
	High Probability `toml:"high" example:"0.6"`
	// Chance that "very-high" stands for.
	VeryHigh Probability `toml:"very-high" example:"0.85"`
}

// Risk is something that may happen and would change the plan.
type Risk struct {
	Item
	// Chance that it happens: 0 to 1, or "very-low", "low", "medium", "high", "very-high" on the scale of [plan.simulation].
	Probability Probability `toml:"probability" example:"0.4"`
	// What it does to work and money if it happens.
	Impact []Impact `toml:"impact" example:"[{ work = \"2.1\", delay = \"2w\" }, { cost = 8_000 }]"`
	// Stated effect on the timeline, in words.
	TimelineImpact string `toml:"timeline_impact" example:"\"Potential 2-week delay\""`
	// What makes it less likely or less bad.
	Mitigation TextList `toml:"mitigation" example:"[\"Early engagement with partners\"]"`
	// Probability and impact once the mitigation is done; what it leaves out stays as it is.
	Mitigated Mitigated `toml:"mitigated" example:"{ probability = 0.1, impact = [{ work = \"2.1\", delay = \"1w\" }] }"`
	// What the mitigation costs.
	MitigationCost Money `toml:"mitigation_cost" example:"3_000"`
	// When the mitigation is to be done.
	MitigationBy When `toml:"mitigation_by" example:"\"W3\""`
	// What it takes to do so.
	Resources string `toml:"resources" example:"\"Additional partnership managers\""`
	// How it is watched.
	Monitoring string `toml:"monitoring" example:"\"Weekly progress check\""`
	// What shows that it is happening.
	Trigger string `toml:"trigger" example:"\"Fewer than three partners by W2\""`
	// "avoid", "mitigate", "transfer", "accept", "escalate"; for an opportunity "exploit", "enhance", "share".
	Response string `toml:"response" enum:"avoid mitigate transfer accept escalate exploit enhance share" example:"\"mitigate\""`
	// "open", "occurred" (it counts as certain until the plan's own figures have it) or "closed". Default "open".
	Status string `toml:"status" enum:"open occurred closed" default:"open" example:"\"open\""`
	// "technical", "schedule", ... Free text to group by.
	Category string `toml:"category" example:"\"schedule\""`
	// When it is looked at next. It is overdue if it lies before the status date, in a plan without one before the start.
	Review When `toml:"review" example:"2026-02-02"`
	// Who answers for it.
	Owner string `toml:"owner" ref:"role person" example:"\"partnership-manager\""`
}

// Impact is one effect of a risk.
type Impact struct {
	// Work package that takes longer, or phase: then the delay comes once into each chain of work in it, where the chain begins.
	Work string `toml:"work" ref:"work phase" example:"\"2.1\""`
	// Work, milestone or phase after whose finish everything that waits for it waits longer.
	After string `toml:"after" ref:"work milestone phase" example:"\"M2\""`
	// Working time it takes longer, or three points of it; negative for an opportunity.
	Delay Delay `toml:"delay" example:"\"2w\""`
	// Money it costs, or three points of it; negative for a saving.
	Cost MoneyEstimate `toml:"cost" example:"8_000"`
}

// Mitigated are the figures of a risk once its mitigation is done.
type Mitigated struct {
	// Chance that it still happens, written as in the risk.
	Probability Probability `toml:"probability" example:"0.1"`
	// What it still does.
	Impact []Impact `toml:"impact" example:"[{ work = \"2.1\", delay = \"1w\" }]"`
}

// Delay is how much longer something takes: one figure, or three points of it.
// It may be negative.
type Delay struct{ Estimate }

// MoneyEstimate is an amount of money: one figure, or three points of it.
type MoneyEstimate struct {
	Likely                  Money
	Optimistic, Pessimistic Money  // set only for a three-point estimate
	Distribution            string // "" is that of the plan
}

// IsSet reports whether an amount was written.
func (m MoneyEstimate) IsSet() bool { return m.Likely.set }

// ThreePoint reports whether the estimate has an optimistic and a pessimistic
// figure.
func (m MoneyEstimate) ThreePoint() bool { return m.Optimistic.set }

// IsSet reports whether mitigated figures were written.
func (m Mitigated) IsSet() bool { return m.Probability.set || len(m.Impact) > 0 }

// Levels are the words for a probability, from the least to the greatest.
func Levels() []string { return []string{"very-low", "low", "medium", "high", "very-high"} }

// Of returns the probability that a word stands for.
func (s Scale) Of(level string) Probability {
	if i := slices.Index(Levels(), level); i >= 0 {
		return *s.all()[i]
	}
	return Probability{}
}

func (s *Scale) all() []*Probability {
	return []*Probability{&s.VeryLow, &s.Low, &s.Medium, &s.High, &s.VeryHigh}
}

// The figures of a plan that states none. The chances are in the middle of the
// bands that the heat map of the risks has.
const (
	DefaultTrials      = 10_000
	MostTrials         = 100_000
	defaultSeed        = 1
	defaultOptimistic  = 0.9
	defaultPessimistic = 1.3
)

var defaultChances = []float64{0.05, 0.20, 0.40, 0.60, 0.85}

// WithDefaults returns the settings with everything that was not written filled
// in.
func (s Simulation) WithDefaults() Simulation {
	if s.Trials == 0 {
		s.Trials = DefaultTrials
	}
	if s.Seed == 0 {
		s.Seed = defaultSeed
	}
	if s.Distribution == "" {
		s.Distribution = "pert"
	}
	if s.CorrelateBy == "" {
		s.CorrelateBy = "phase"
	}
	if !s.Spread.Optimistic.IsSet() {
		s.Spread.Optimistic = Number{Value: defaultOptimistic, Text: fmt.Sprint(defaultOptimistic)}
	}
	if !s.Spread.Pessimistic.IsSet() {
		s.Spread.Pessimistic = Number{Value: defaultPessimistic, Text: fmt.Sprint(defaultPessimistic)}
	}
	for i, p := range s.Probabilities.all() {
		if !p.set {
			*p = Probability{Value: defaultChances[i], set: true}
		}
	}
	return s
}

// simulation checks [plan.simulation] and fills in its defaults.
func (ld *loader) simulation() {
	info := &ld.plan.Info
	sim := info.Simulation
	at := func(key string) diag.Pos { return info.At("simulation." + key) }
	if n := sim.Trials; n < 1 && info.table.wrote("simulation.trials") || n > MostTrials {
		ld.list.Errorf("E160", at("trials"), "trials is %d", n).Hint = "write a number from 1 to 100,000; 10,000 is the default"
	}
	if n := sim.Seed; n < 1 && info.table.wrote("simulation.seed") {
		ld.list.Errorf("E117", at("seed"), "seed is %d", n).Hint = "write a whole number from 1 on"
	}
	sim = sim.WithDefaults()
	if f := sim.Spread.Optimistic; f.Value < 0 || f.Value > 1 {
		ld.list.Errorf("E164", at("spread.optimistic"), "optimistic is %s", f.Text).
			Hint = "the best case is shorter: write a factor from 0 to 1, such as 0.9"
	}
	if f := sim.Spread.Pessimistic; f.Value < 1 || f.Value > 100 {
		ld.list.Errorf("E164", at("spread.pessimistic"), "pessimistic is %s", f.Text).
			Hint = "the worst case is longer: write a factor from 1 to 100, such as 1.3"
	}
	chances := sim.Probabilities.all()
	for i := 1; i < len(chances); i++ {
		if lower, higher := chances[i-1].Value, chances[i].Value; higher < lower {
			ld.list.Errorf("E161", at("probabilities"), "%s is a chance of %v and %s one of %v: the words are out of order",
				Levels()[i-1], lower, Levels()[i], higher).
				Hint = "each word stands for no less than the one before it; those left out keep their defaults: 0.05, 0.2, 0.4, 0.6, 0.85"
			break
		}
	}
	info.Simulation = sim
}

// risk checks the figures of a risk and gives words for a probability their
// value.
func (ld *loader) risk(r *Risk) {
	scale := &ld.plan.Info.Simulation.Probabilities
	for _, p := range []*Probability{&r.Probability, &r.Mitigated.Probability} {
		if p.Level != "" {
			p.Value = scale.Of(p.Level).Value
		}
	}
	ld.impacts(r, r.Impact, "impact")
	ld.impacts(r, r.Mitigated.Impact, "mitigated.impact")
	if r.MitigationCost.Minor < 0 {
		ld.list.Errorf("E118", r.At("mitigation_cost"), "mitigation_cost of risk %q is negative", r.ID).Hint = "write what it costs"
	}
}

func (ld *loader) impacts(r *Risk, impacts []Impact, key string) {
	for i := range impacts {
		im := &impacts[i]
		at := func(sub string) diag.Pos { return r.At(fmt.Sprintf("%s[%d].%s", key, i, sub)) }
		if m := im.Cost; m.ThreePoint() && (m.Optimistic.Minor > m.Likely.Minor || m.Likely.Minor > m.Pessimistic.Minor) {
			ld.list.Errorf("E125", at("cost"), "the three points of a cost of risk %q are out of order", r.ID).
				Hint = "optimistic is the least money, pessimistic the most; a saving is negative"
		}
		switch {
		case im.Work != "" && im.After != "":
			ld.list.Errorf("E162", at("after"), "an impact of risk %q names both work and after", r.ID).
				Hint = "work takes longer itself, what comes after a point waits: keep one, or write two impacts"
		case im.Delay.IsSet() && im.Work == "" && im.After == "":
			ld.list.Errorf("E162", at("delay"), "an impact of risk %q delays nothing", r.ID).
				Hint = `name what takes longer: work = "2.1" or a phase; or what is waited for longer: after = "M2"`
		case im.After != "" && !im.Delay.IsSet():
			ld.list.Errorf("E162", at("after"), "an impact of risk %q after %q has no delay", r.ID, im.After).
				Hint = `say how much longer everything after it waits: delay = "2w"`
		}
		if im.Delay.IsSet() {
			ld.delay(r, im, at("delay"))
		}
	}
}

// delay checks the points of a delay.
func (ld *loader) delay(r *Risk, im *Impact, at diag.Pos) {
	cal := ld.plan.calendars[""]
	if cal == nil {
		return
	}
	d, points := im.Delay, []Duration{im.Delay.Likely}
	if d.ThreePoint() {
		points = []Duration{d.Optimistic, d.Likely, d.Pessimistic}
		if d.Optimistic.Elapsed != d.Likely.Elapsed || d.Likely.Elapsed != d.Pessimistic.Elapsed {
			ld.list.Errorf("E125", at, "the three points of a delay of risk %q mix working and elapsed time", r.ID).
				Hint = "write all three as working time, or all three as elapsed time"
			return
		}
	}
	minutes := make([]int64, len(points))
	for i, p := range points {
		minutes[i] = p.Minutes(cal)
		if max(minutes[i], -minutes[i]) > longest {
			ld.list.Errorf("E131", at, "a delay of risk %q is %s, more than 100 years", r.ID, p).Hint = "correct the unit: min, h, d, w or mo"
			return
		}
	}
	switch {
	case !slices.IsSorted(minutes):
		ld.list.Errorf("E125", at, "the three points of a delay of risk %q are out of order: %s, %s, %s", r.ID, d.Optimistic, d.Likely, d.Pessimistic).
			Hint = "optimistic is the least delay, pessimistic the most; an opportunity is negative"
	case im.After != "" && minutes[0] < 0:
		ld.list.Errorf("E163", at, "the delay after %q is negative", im.After).
			Hint = `nothing can begin before what it waits for; name the work that may take less time: work = "2.1"`
	}
}
