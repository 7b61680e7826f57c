package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// timings measures how long each stage of a build takes. A stage ends where the
// next one begins.
type timings struct {
	stages  []stageTime // in the order in which they first came
	current int         // index in stages
	since   time.Time
}

// stageTime is a stage and the time that all its parts took together.
type stageTime struct {
	name string
	took time.Duration
}

// stage ends the current stage and begins the next one.
func (t *timings) stage(name string) {
	now := time.Now()
	if len(t.stages) > 0 {
		t.stages[t.current].took += now.Sub(t.since)
	}
	t.since = now
	for i := range t.stages {
		if t.stages[i].name == name {
			t.current = i
			return
		}
	}
	t.current = len(t.stages)
	t.stages = append(t.stages, stageTime{name: name})
}

// end ends the last stage and returns all of them.
func (t *timings) end() []stageTime {
	if len(t.stages) > 0 {
		t.stages[t.current].took += time.Since(t.since)
	}
	out := t.stages
	*t = timings{}
	return out
}

// printTimings writes the stages as a table with their sum.
func printTimings(w io.Writer, stages []stageTime) error {
	var table strings.Builder
	out := tabwriter.NewWriter(&table, 0, 0, 2, ' ', tabwriter.AlignRight)
	var sum time.Duration
	for _, s := range stages {
		sum += s.took
	}
	for _, s := range append(stages, stageTime{"together", sum}) {
		fmt.Fprintf(out, "%.1f ms\t%3.0f%%\t  %s\n", s.took.Seconds()*1000, 100*s.took.Seconds()/max(sum.Seconds(), 1e-9), s.name)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(w, table.String())
	return err
}

// tookIn returns the time that a build took in all, and of the stages those that
// one would notice: "120ms (schedule 30ms, render 80ms)".
func tookIn(total time.Duration, stages []stageTime) string {
	var parts []string
	for _, s := range stages {
		if s.took >= time.Millisecond {
			parts = append(parts, fmt.Sprintf("%s %s", s.name, rounded(s.took)))
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
