package schedule

import (
	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// Baseline returns the baseline that the plan is compared with, or nil if it has
// none: see [plan.Plan.ChosenBaseline].
func (s *Schedule) Baseline() *plan.Baseline {
	day := calendar.Date(1<<31 - 1)
	if s.Plan.StatusDate.IsSet() {
		day = s.StatusDate.LastDate()
	}
	return s.Plan.ChosenBaseline(day)
}
