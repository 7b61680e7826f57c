package main

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// TestCareConnect holds what the roadmap in content/ comes to by its own
// durations and dependencies, whatever it states: 14 weeks and not 12, eight
// work packages without float, and one that runs beside another with a week of
// float. The figures were worked out by hand:
//
//	1.1 W1, 1.2 W2, 1.3 W3, 2.1 W4-5, 2.2 W6-7, 3.1 W8-10, 3.2 W8-9, 4.1 W11-12, 4.2 W13-14
func TestCareConnect(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run(context.Background(), []string{"schedule", "-s", "../..", "--format", "json"}, strings.NewReader(""), &out, &errs); code != 0 {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	var doc struct {
		Plan struct {
			Start        string
			Finish       string
			StatedFinish string `json:"stated_finish"`
		}
		Activities []struct {
			ID, Start, Finish string
			Float             *int64 `json:"total_float_minutes"`
			Critical          bool
		}
		CriticalPath []string `json:"critical_path"`
		Findings     []struct {
			Code, Message, File string
			Line, Column        int
		}
	}
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Plan.Start != "2026-01-05T09:00:00" || doc.Plan.Finish != "2026-04-10T17:00:00" || doc.Plan.StatedFinish != "2026-03-27T17:00:00" {
		t.Errorf("the plan goes from %s to %s, stated %s", doc.Plan.Start, doc.Plan.Finish, doc.Plan.StatedFinish)
	}
	path := strings.Fields("1.1 1.2 1.3 2.1 2.2 3.1 4.1 4.2")
	if !slices.Equal(doc.CriticalPath, path) {
		t.Errorf("the critical path is %v", doc.CriticalPath)
	}
	starts := map[string]string{}
	for _, a := range doc.Activities {
		starts[a.ID] = a.Start
		if slices.Contains(path, a.ID) && (*a.Float != 0 || !a.Critical) {
			t.Errorf("%s has a float of %d minutes", a.ID, *a.Float)
		}
		if a.ID == "3.2" && (*a.Float != 5*480 || a.Critical) {
			t.Errorf("3.2 has a float of %d minutes; a week is 2400", *a.Float)
		}
	}
	if starts["3.2"] != starts["3.1"] || starts["3.1"] != "2026-02-23T09:00:00" {
		t.Errorf("3.1 starts on %s, 3.2 on %s", starts["3.1"], starts["3.2"])
	}
	want := map[string]int{"F401": 1, "F402": 3, "F403": 2, "F404": 2, "F410": 4}
	for _, f := range doc.Findings {
		want[f.Code]--
		if f.File == "" || f.Line == 0 || f.Column == 0 || f.Message == "" {
			t.Errorf("a finding without its place: %+v", f)
		}
	}
	for code, n := range want {
		if n != 0 {
			t.Errorf("%s: %d findings too few", code, n)
		}
	}
}
