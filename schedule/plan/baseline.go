package plan

import "milepost/schedule/calendar"

// Baseline is a plan as it was on some day: dates and costs that later ones are
// compared with. It is one file of the folder baselines/ beside the plan.
type Baseline struct {
	ID   string // name of the file without .toml
	Name string // what readers see; the ID if none is written
	Date calendar.Date

	Start, Finish calendar.Instant // of the whole plan
	Cost          Money            // of all work; not set if the plan had no costs

	Activities []BaselineActivity // work, then milestones
	Phases     []BaselineActivity

	activities map[string]*BaselineActivity
	phases     map[string]*BaselineActivity
}

// BaselineActivity is a work package, a milestone or a phase as it was in a
// baseline.
type BaselineActivity struct {
	ID            string
	Name          string
	Start, Finish calendar.Instant
	Cost          Money // not set if it had none
}

// Activity returns the work package or milestone of that id, or nil if the
// baseline has none.
func (b *Baseline) Activity(id string) *BaselineActivity { return b.activities[id] }

// Phase returns the phase of that id, or nil if the baseline has none.
func (b *Baseline) Phase(id string) *BaselineActivity { return b.phases[id] }
