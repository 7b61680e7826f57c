package main

import (
	"encoding/json"
	"strings"
	"testing"

	"milepost/generator"
	"milepost/schedule"
	"milepost/schedule/diag"
)

// sample has one diagnostic of each kind, with everything that needs escaping.
func sample() diag.List {
	return diag.List{
		{
			Code: "E210", Severity: diag.Error, Subject: "work:ui",
			Pos:     diag.Pos{File: "content/a b,c:d%.toml", Line: 15, Column: 10, Length: 5},
			Message: "100% of \"ä\" <b>\nsecond line", Hint: "did you mean \"api\"?",
			Notes: []diag.Note{
				{Pos: diag.Pos{File: "content/plan.toml", Line: 3, Column: 1}, Message: "first here"},
				{Message: "a note without a place"},
			},
		},
		{Code: "W300", Severity: diag.Warning, Pos: diag.Pos{File: "/srv/site/content/x.md", Line: 2}, Message: "a warning"},
		{Code: "W300", Severity: diag.Warning, Pos: diag.Pos{File: "content/image.png"}, Message: "a whole file"},
		{Code: "F100", Severity: diag.Finding, Message: "a finding without a place"},
	}
}

// accepted has one of each way of accepting something.
func accepted() []generator.Ignored {
	f := func(subject string) *diag.Diagnostic {
		return &diag.Diagnostic{Code: "F403", Severity: diag.Finding, Subject: subject, Message: "late", Pos: diag.Pos{File: "content/plan.toml", Line: 9, Column: 3}}
	}
	return []generator.Ignored{
		{Diagnostic: f("milestone:M1"), Reason: "agreed", Where: diag.Pos{File: "content/site.toml", Line: 4, Column: 8}},
		{Diagnostic: f("milestone:M2"), Reason: "agreed too", Where: diag.Pos{File: "content/plan.toml", Line: 10, Column: 12}, Beside: "milestone:M2"},
	}
}

func TestWriteAnnotations(t *testing.T) {
	want := `::error file=content/a b%2Cc%3Ad%25.toml,line=15,col=10,title=milepost E210::100%25 of "ä" <b>%0Asecond line%0Acontent/plan.toml:3:1: first here%0Aa note without a place%0Adid you mean "api"?
::warning file=/srv/site/content/x.md,line=2,title=milepost W300::a warning
::warning file=content/image.png,title=milepost W300::a whole file
::notice title=milepost F100::a finding without a place
`
	var got strings.Builder
	if err := writeAnnotations(&got, sample(), false); err != nil {
		t.Fatal(err)
	}
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", &got, want)
	}
	got.Reset()
	if err := writeAnnotations(&got, sample(), true); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(got.String(), "::error "); n != 4 {
		t.Errorf("strict: %d errors, want 4", n)
	}
}

func TestWriteJSON(t *testing.T) {
	var out strings.Builder
	if err := writeJSON(&out, append(sample(), &diag.Diagnostic{Code: schedule.CodeNoOwner, Severity: diag.Finding}), accepted(), nil); err != nil {
		t.Fatal(err)
	}
	var got jsonReport
	if err := json.Unmarshal([]byte(out.String()), &got); err != nil {
		t.Fatal(err)
	}
	if got.Errors != 1 || got.Warnings != 2 || got.Findings != 1 || got.Gaps != 1 || len(got.Diagnostics) != 5 || !got.Diagnostics[4].Gap || got.Diagnostics[3].Gap {
		t.Errorf("counts are %+v", got)
	}
	if len(got.Ignored) != 2 || got.Ignored[0].Reason != "agreed" || got.Ignored[0].Where.Line != 4 || got.Ignored[1].Beside != "milestone:M2" || got.Ignored[1].Code != "F403" {
		t.Errorf("ignored is %+v", got.Ignored)
	}
	first := got.Diagnostics[0]
	if first.Line != 15 || first.Column != 10 || first.Subject != "work:ui" || len(first.Notes) != 2 || first.Notes[0].Line != 3 {
		t.Errorf("first is %+v", first)
	}
}

// The rules of SARIF 2.1.0 that GitHub and editors rely on.
func TestWriteSARIF(t *testing.T) {
	var out strings.Builder
	if err := writeSARIF(&out, sample(), accepted(), true); err != nil {
		t.Fatal(err)
	}
	var doc sarifLog
	if err := json.Unmarshal([]byte(out.String()), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Version != "2.1.0" || len(doc.Runs) != 1 {
		t.Fatalf("document is %+v", doc)
	}
	run := doc.Runs[0]
	if run.ColumnKind != "unicodeCodePoints" {
		t.Errorf("columns count %s", run.ColumnKind)
	}
	for i, r := range run.Results {
		if run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("result %d: rule index %d is not %s", i, r.RuleIndex, r.RuleID)
		}
		if r.Message.Text == "" {
			t.Errorf("result %d: no text", i)
		}
	}
	if n := len(run.Tool.Driver.Rules); n != 4 {
		t.Errorf("%d rules, want 4", n)
	}
	for _, r := range run.Tool.Driver.Rules {
		if want := map[byte]string{'E': "error", 'W': "warning", 'F': "note"}[r.ID[0]]; r.DefaultConfiguration.Level != want || r.ShortDescription.Text == "" || !strings.Contains(r.Help.Text, r.ID) {
			t.Errorf("the rule %+v is not described, or not of the level %s", r, want)
		}
	}
	prints := map[string]bool{}
	for i, r := range run.Results {
		if prints[r.Fingerprints["milepost/v1"]] {
			t.Errorf("result %d has the fingerprint of another", i)
		}
		prints[r.Fingerprints["milepost/v1"]] = true
		if (len(r.Suppressions) > 0) != (i >= 4) || r.Suppressions == nil {
			t.Errorf("result %d has the suppressions %v", i, r.Suppressions)
		}
	}
	if s := run.Results[4].Suppressions[0]; s.Kind != "external" || s.Justification != "agreed" || s.Status != "accepted" || s.Location.PhysicalLocation.Region.StartLine != 4 {
		t.Errorf("what site.toml accepts has the suppression %+v", s)
	}
	if s := run.Results[5].Suppressions[0]; s.Kind != "inSource" {
		t.Errorf("what is accepted beside the thing has the suppression %+v", s)
	}
	if got := run.Results[4].Level; got != "note" { // strict is for what is not accepted
		t.Errorf("what is accepted has the level %s", got)
	}
	first := run.Results[0]
	if first.Level != "error" || len(first.RelatedLocations) != 1 {
		t.Errorf("first result is %+v", first)
	}
	place := first.Locations[0].PhysicalLocation
	if want := "content/a%20b,c:d%25.toml"; place.ArtifactLocation.URI != want {
		t.Errorf("uri is %s, want %s", place.ArtifactLocation.URI, want)
	}
	if want := (sarifRegion{15, 10, 15}); *place.Region != want {
		t.Errorf("region is %+v, want %+v", *place.Region, want)
	}
	if base := place.ArtifactLocation.URIBaseID; base != "%SRCROOT%" {
		t.Errorf("a path is relative to %q", base)
	}
	if !strings.Contains(first.Message.Text, "a note without a place") {
		t.Errorf("a note without a place is lost: %s", first.Message.Text)
	}
	if at := run.Results[1].Locations[0].PhysicalLocation.ArtifactLocation; at.URI != "file:///srv/site/content/x.md" || at.URIBaseID != "" {
		t.Errorf("an absolute path is %+v", at)
	}
	if region := run.Results[2].Locations[0].PhysicalLocation.Region; region != nil {
		t.Errorf("a whole file has the region %+v", region)
	}
	if last := run.Results[3]; last.Level != "error" || last.Locations != nil {
		t.Errorf("last result is %+v", last)
	}
}

// The fingerprint of a result outlasts edits above it and other figures.
func TestFingerprint(t *testing.T) {
	d := diag.Diagnostic{Code: "F403", Subject: "milestone:M1", Message: "1 week late", Pos: diag.Pos{File: "content/plan.toml", Line: 9}}
	moved := d
	moved.Message, moved.Pos.Line = "2 weeks late", 12
	other := d
	other.Subject = "milestone:M2"
	print := func(d diag.Diagnostic) string { return fingerprint(&d, map[string]int{}) }
	if print(d) != print(moved) || print(d) == print(other) {
		t.Errorf("the same moved: %s, %s; another: %s", print(d), print(moved), print(other))
	}
}

func TestColour(t *testing.T) {
	d := &diag.Diagnostic{
		Code: "E210", Pos: diag.Pos{File: "plan.toml", Line: 15, Column: 3, Length: 2}, Message: "error E210: twice",
		Hint: "see ^^^", Excerpt: "a | ^ b",
	}
	got := colour(d)
	want := "\x1b[1mplan.toml:15:3: \x1b[0m\x1b[1;31merror E210:\x1b[0m error E210: twice\n" +
		"\x1b[2m    15 | a | ^ b\x1b[0m\n" +
		"\x1b[2m       |   \x1b[0m\x1b[1;31m^^\x1b[0m\n" +
		"\x1b[2m    hint: see ^^^\x1b[0m\n"
	if got != want {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	// Without its codes it is the plain text.
	plain := strings.NewReplacer("\x1b[1m", "", "\x1b[2m", "", "\x1b[0m", "", "\x1b[1;31m", "").Replace(got)
	if plain != d.Format() {
		t.Errorf("got\n%s\nwant\n%s", plain, d.Format())
	}
}

func TestShowsColour(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want bool
	}{
		{nil, false}, // a strings.Builder is no terminal
		{map[string]string{"FORCE_COLOR": "1"}, true},
		{map[string]string{"FORCE_COLOR": "0"}, false},
		{map[string]string{"FORCE_COLOR": "1", "NO_COLOR": "1"}, false},
		{map[string]string{"FORCE_COLOR": "1", "NO_COLOR": ""}, true},
		{map[string]string{"TERM": "dumb"}, false},
	} {
		var w strings.Builder
		if got := showsColour(&w, func(name string) string { return c.env[name] }); got != c.want {
			t.Errorf("with %v: %v, want %v", c.env, got, c.want)
		}
	}
}
