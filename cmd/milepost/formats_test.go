package main

import (
	"encoding/json"
	"strings"
	"testing"

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
	if err := writeJSON(&out, sample(), nil); err != nil {
		t.Fatal(err)
	}
	var got jsonReport
	if err := json.Unmarshal([]byte(out.String()), &got); err != nil {
		t.Fatal(err)
	}
	if got.Errors != 1 || got.Warnings != 2 || got.Findings != 1 || len(got.Diagnostics) != 4 {
		t.Errorf("counts are %+v", got)
	}
	first := got.Diagnostics[0]
	if first.Line != 15 || first.Column != 10 || first.Subject != "work:ui" || len(first.Notes) != 2 || first.Notes[0].Line != 3 {
		t.Errorf("first is %+v", first)
	}
}

// The rules of SARIF 2.1.0 that GitHub and editors rely on.
func TestWriteSARIF(t *testing.T) {
	var out strings.Builder
	if err := writeSARIF(&out, sample(), false); err != nil {
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
	if n := len(run.Tool.Driver.Rules); n != 3 {
		t.Errorf("%d rules, want 3", n)
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
	if uri := run.Results[1].Locations[0].PhysicalLocation.ArtifactLocation.URI; uri != "file:///srv/site/content/x.md" {
		t.Errorf("uri of an absolute path is %s", uri)
	}
	if region := run.Results[2].Locations[0].PhysicalLocation.Region; region != nil {
		t.Errorf("a whole file has the region %+v", region)
	}
	if last := run.Results[3]; last.Level != "note" || last.Locations != nil {
		t.Errorf("last result is %+v", last)
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
