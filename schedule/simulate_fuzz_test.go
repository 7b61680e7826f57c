package schedule_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"testing/fstest"

	"milepost/schedule"
	"milepost/schedule/plan"
)

// A plan that schedules can be simulated: its percentiles are in order, its
// chances are chances, nothing finishes before the plan starts, and what the
// plan does not say to vary gives the computed date.
func FuzzSimulate(f *testing.F) {
	for _, s := range []string{
		"[work.a]\nduration = { optimistic = \"1d\", likely = \"2d\", pessimistic = \"9d\", distribution = \"uniform\" }\n[work.b]\nduration = \"3ed\"\nafter = [\"a SS-50%\", \"a FF+2d\"]\n[risk.r]\nprobability = \"high\"\nimpact = [{ work = \"b\", delay = \"-9d\" }, { after = \"a\", delay = \"2ed\" }, { cost = { optimistic = -5, likely = 0, pessimistic = 9 } }]\n",
		"[phase.P]\nafter = [\"m\"]\n[phase.Q]\nphase = \"P\"\n[work.a]\nphase = \"Q\"\nduration = \"0d\"\n[milestone.m]\n[milestone.n]\nphase = \"P\"\nafter = [\"P\", \"Q\"]\n[risk.r]\nprobability = 1\nimpact = [{ work = \"P\", delay = \"1d\" }, { after = \"P\", delay = \"1d\" }, { after = \"Q\", delay = \"1d\" }]\nmitigated = { probability = 0.5, impact = [{ after = \"n\", delay = \"2d\" }] }\nmitigation_cost = 7\n",
		"[plan.simulation]\ncorrelation = 1\ndistribution = \"triangular\"\nspread = { optimistic = 0, pessimistic = 9 }\n[calendar.default]\ndays = { sun = \"22:00-24:00\", mon = \"00:00-06:00\" }\n[phase.P]\n[work.a]\nphase = \"P\"\nduration = \"2mo\"\npercent = 50\n[work.b]\nphase = \"P\"\nduration = \"1min\"\nmust_finish_on = \"W9\"\n",
		"[work.a]\neffort = \"5d\"\nassign = { r = 0.3 }\nactual_start = 2026-01-07\nremaining = \"2d\"\n[role.r]\nrate = \"100/h\"\nstaffing = { }\n[risk.r]\nstatus = \"occurred\"\nimpact = [{ work = \"a\", delay = { optimistic = \"0d\", likely = \"0d\", pessimistic = \"1w\" }, cost = 3 }]\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, _, err := plan.Load(fstest.MapFS{
			"c/plan.toml": {Data: []byte("[plan]\nstart = 2026-01-05\nstatus_date = \"W1\"\nduration = \"3w\"\n" + s)},
		}, "c")
		if err != nil {
			t.Fatal(err)
		}
		if p == nil {
			return
		}
		sched, _ := schedule.Compute(p, schedule.Options{})
		if sched == nil {
			return
		}
		sim := sched.Simulate(schedule.SimulateOptions{Trials: 25})
		outcomes := append([]schedule.Outcome{sim.Finish}, sim.Milestones...)
		for _, o := range outcomes {
			if o.P10 > o.P50 || o.P50 > o.P80 || o.P80 > o.P90 || o.P10 < p.Start.Start() || o.SD < 0 {
				t.Errorf("percentiles %s %s %s %s", o.P10, o.P50, o.P80, o.P90)
			}
			if !(o.Chance >= 0 && o.Chance <= 1 && o.OfComputed >= 0 && o.OfComputed <= 1) {
				t.Errorf("chances %v, %v", o.Chance, o.OfComputed)
			}
			bins, sum := sim.Histogram(&o, 40), 0
			for _, b := range bins {
				sum += b.Count
			}
			if sum != 25 || len(bins) > 41 || bins[len(bins)-1].Share != 1 {
				t.Errorf("a histogram of %d trials in %d bars", sum, len(bins))
			}
		}
		for _, w := range sim.Activities {
			if w.Criticality < 0 || w.Criticality > 1 || !(w.Correlation >= -1.0001 && w.Correlation <= 1.0001) {
				t.Errorf("%s: criticality %v, correlation %v", w.ID, w.Criticality, w.Correlation)
			}
		}
		if sim.Finish.SD == 0 && len(sim.Risks) == 0 && sim.Finish.P50 != sim.Finish.Computed && sim.Assumed+sim.Estimated == 0 {
			t.Errorf("nothing varies, and the plan finishes on %s instead of %s", sim.Finish.P50, sim.Finish.Computed)
		}
		var out bytes.Buffer
		if err := schedule.WriteSimulationJSON(&out, sim); err != nil || !json.Valid(out.Bytes()) {
			t.Errorf("JSON: %v", err)
		}
		if err := schedule.WriteSimulationTable(&out, sim); err != nil {
			t.Error(err)
		}
		if err := schedule.WriteSimulationCSV(&out, sim); err != nil {
			t.Error(err)
		}
	})
}
