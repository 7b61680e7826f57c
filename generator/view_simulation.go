package generator

import (
	"fmt"
	"strings"

	"milepost/generator/locale"
	"milepost/schedule/plan"
)

// simulationText says in a line how the chances of a plan are found.
func simulationText(loc *locale.Locale, s plan.Simulation) string {
	s = s.WithDefaults()
	shape := pick(s.Distribution == "pert", "PERT", s.Distribution)
	parts := []string{loc.Number(float64(s.Trials), 0) + " trials, seed " + itoa(s.Seed), "three points read as " + shape}
	low, high := s.Spread.Optimistic.Value, s.Spread.Pessimistic.Value
	if low < 1 || high > 1 {
		parts = append(parts, fmt.Sprintf("work without three points taken to last from %s%% shorter to %s%% longer", loc.Number((1-low)*100, 1), loc.Number((high-1)*100, 1)))
	} else {
		parts = append(parts, "work without three points taken as certain")
	}
	if c := s.Correlation; c.Value > 0 {
		parts = append(parts, fmt.Sprintf("correlation of %s by %s", loc.Number(c.Value, 2), s.CorrelateBy))
	}
	var words []string
	for _, level := range plan.Levels() {
		words = append(words, strings.ReplaceAll(level, "-", " ")+" "+loc.Number(s.Probabilities.Of(level).Value*100, 1)+"%")
	}
	return strings.Join(append(parts, "probabilities: "+strings.Join(words, ", ")), "; ")
}
