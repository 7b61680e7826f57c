package main

import (
	"fmt"
	"strings"
	"time"
)

// timing is how long a stage of a build took.
type timing struct {
	Name string // "read", "schedule"
	Took time.Duration
}

// timings are the stages of a build, in their order.
type timings []timing

// in returns the time that a build took in all, and of the stages those that
// one would notice: "120ms (schedule 30ms, pages 80ms)".
func (t timings) in(total time.Duration) string {
	var parts []string
	for _, stage := range t {
		if stage.Took >= time.Millisecond {
			parts = append(parts, fmt.Sprintf("%s %s", stage.Name, rounded(stage.Took)))
		}
	}
	if len(parts) == 0 {
		return rounded(total)
	}
	return fmt.Sprintf("%s (%s)", rounded(total), strings.Join(parts, ", "))
}

// rounded writes a duration as precisely as anybody cares for.
func rounded(d time.Duration) string {
	if d < time.Millisecond {
		return d.Round(10 * time.Microsecond).String()
	}
	return d.Round(time.Millisecond).String()
}
