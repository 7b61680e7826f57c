package schedule_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"milepost/schedule"
	"milepost/schedule/plan"
)

// A plan that loads is scheduled or has a cycle; its outputs are complete, and
// no activity comes before the plan's first minute or ends before it starts.
func FuzzCompute(f *testing.F) {
	for _, s := range []string{
		"[work.a]\nduration = \"1w\"\n[work.b]\nduration = \"3ed\"\nafter = [\"a SS-50%\", \"a FF+2d\"]\n",
		"[phase.P]\nafter = [\"m\"]\n[phase.Q]\nphase = \"P\"\n[work.a]\nphase = \"Q\"\nduration = \"0d\"\n[milestone.m]\n[milestone.n]\nphase = \"P\"\nafter = [\"P\"]\n",
		"[work.a]\nduration = \"1d\"\nafter = [\"b SF-1w\"]\nmust_start_on = \"W2\"\n[work.b]\nduration = \"1d\"\nas_late_as_possible = true\ndeadline = \"W1\"\n",
		"[calendar.default]\ndays = { sun = \"22:00-24:00\", mon = \"00:00-06:00\" }\nholidays = { \"2026-01-05..2026-12-31\" = \"x\" }\n[work.a]\nduration = \"2mo\"\npercent = 50\n",
		"[work.a]\nduration = \"1d\"\nafter = [\"b\"]\n[work.b]\nduration = \"1d\"\nafter = [\"a\"]\n",
		"[work.a]\neffort = \"5d\"\nassign = { r = 0.3 }\nactual_start = 2026-01-07\nremaining = \"0d\"\n[role.r]\nstaffing = { }\n",
		"[role.r]\nrate = \"90_071_992_547/mo\"\n[work.a]\nduration = \"3d\"\nassign = { r = 1.5 }\npercent = 33.3\nactual_cost = 5\ncost = -7\n[budget.b]\ntotal = 3\n",
		"[phase.P]\n[phase.Q]\nphase = \"P\"\n[work.a]\nphase = \"Q\"\nduration = \"3d\"\nassign = { r = 1, p = 2 }\n[work.b]\nphase = \"P\"\nduration = \"2d\"\nassign = { r = 0.7 }\nmust_start_on = 2026-01-20\npriority = 900\n[work.c]\nduration = \"1d\"\nafter = [\"a FS-5d\", \"P SS\"]\nassign = { p = 1 }\n[role.r]\nstaffing = { P = 1, Q = 0 }\n[role.s]\ncapacity = 0\n[person.p]\nroles = [\"s\"]\n",
	} {
		f.Add(s)
	}
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		if _, tables, ok := strings.Cut(string(ar.Files[0].Data), "\n["); ok { // after [plan]
			f.Add("[" + tables)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, _, err := plan.Load(fstest.MapFS{
			"c/plan.toml": {Data: []byte("[plan]\nstart = 2026-01-05\nstatus_date = \"W2\"\nduration = \"3w\"\n")},
			"c/more.toml": {Data: []byte(s)},
		}, "c")
		if err != nil {
			t.Fatal(err)
		}
		if p == nil {
			return
		}
		check(t, p, schedule.Options{})
		check(t, p, schedule.Options{Level: new(true), Schedules: new(40)})
	})
}

// check computes a plan and writes the result in every form.
func check(t *testing.T, p *plan.Plan, opts schedule.Options) {
	t.Helper()
	sched, l := schedule.Compute(p, opts)
	if (sched == nil) != l.Failed() {
		t.Fatalf("schedule %v, failed %t", sched, l.Failed())
	}
	for _, d := range l {
		if d.Code == "" || d.Message == "" || d.Pos.File == "" {
			t.Errorf("no code, message or place: %+v", d)
		}
	}
	if sched == nil {
		return
	}
	for _, a := range sched.Activities {
		if a.Finish < a.Start || a.Start < sched.Plan.Start.Start() {
			t.Errorf("%s goes from %s to %s", a.ID, a.Start, a.Finish)
		}
	}
	var out bytes.Buffer
	if err := schedule.WriteJSON(&out, sched, l, sched.Coverage(nil)); err != nil || !json.Valid(out.Bytes()) {
		t.Errorf("JSON: %v", err)
	}
	if err := schedule.WriteTable(&out, sched); err != nil {
		t.Error(err)
	}
	if err := schedule.WriteCSV(&out, sched); err != nil {
		t.Error(err)
	}
}
