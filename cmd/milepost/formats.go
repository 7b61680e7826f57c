package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"

	"milepost/schedule/diag"
)

// The output of "milepost check" for programs.

type jsonReport struct {
	Errors      int              `json:"errors"`
	Warnings    int              `json:"warnings"`
	Findings    int              `json:"findings"`
	Diagnostics []jsonDiagnostic `json:"diagnostics"`
	Coverage    []any            `json:"coverage,omitempty"` // of each plan, unless there are errors
}

type jsonDiagnostic struct {
	Code     string     `json:"code"`
	Severity string     `json:"severity"`
	Message  string     `json:"message"`
	Hint     string     `json:"hint,omitempty"`
	Subject  string     `json:"subject,omitempty"`
	File     string     `json:"file"`
	Line     int        `json:"line"`
	Column   int        `json:"column"`
	Notes    []jsonNote `json:"notes,omitempty"`
}

type jsonNote struct {
	Message string `json:"message"`
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
}

func writeJSON(w io.Writer, list diag.List, coverage []any) error {
	report := jsonReport{
		Errors:      list.Count(diag.Error),
		Warnings:    list.Count(diag.Warning),
		Findings:    list.Count(diag.Finding),
		Diagnostics: []jsonDiagnostic{},
		Coverage:    coverage,
	}
	for _, d := range list {
		jd := jsonDiagnostic{
			Code: d.Code, Severity: d.Severity.String(), Message: d.Message, Hint: d.Hint, Subject: d.Subject,
			File: d.Pos.File, Line: d.Pos.Line, Column: d.Pos.Column,
		}
		for _, n := range d.Notes {
			jd.Notes = append(jd.Notes, jsonNote{Message: n.Message, File: n.Pos.File, Line: n.Pos.Line, Column: n.Pos.Column})
		}
		report.Diagnostics = append(report.Diagnostics, jd)
	}
	return encode(w, report)
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// The parts of SARIF 2.1.0 that are used here
// (https://docs.oasis-open.org/sarif/sarif/v2.1.0/).
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID    string        `json:"id"`
		Short *sarifMessage `json:"shortDescription,omitempty"`
		Help  *sarifHelp    `json:"help,omitempty"`
	}
	sarifHelp struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown"`
	}
	sarifResult struct {
		RuleID           string          `json:"ruleId"`
		RuleIndex        int             `json:"ruleIndex"`
		Level            string          `json:"level"`
		Message          sarifMessage    `json:"message"`
		Locations        []sarifLocation `json:"locations,omitempty"`
		RelatedLocations []sarifLocation `json:"relatedLocations,omitempty"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifLocation struct {
		PhysicalLocation sarifPhysical `json:"physicalLocation"`
		Message          *sarifMessage `json:"message,omitempty"`
	}
	sarifPhysical struct {
		ArtifactLocation sarifArtifact `json:"artifactLocation"`
		Region           *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
)

func writeSARIF(w io.Writer, list diag.List, strict bool) error {
	var codes []string
	for _, d := range list {
		codes = append(codes, d.Code)
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	rules := []sarifRule{}
	for _, c := range codes {
		rules = append(rules, ruleOf(c))
	}
	results := []sarifResult{}
	for _, d := range list {
		text := d.Message
		if d.Hint != "" {
			text += "\n" + d.Hint
		}
		r := sarifResult{
			RuleID:    d.Code,
			RuleIndex: slices.Index(codes, d.Code),
			Level:     level(d.Severity, strict, "note"),
			Message:   sarifMessage{text},
		}
		if d.Pos.File != "" {
			r.Locations = []sarifLocation{sarifPlace(d.Pos, "")}
		}
		for _, n := range d.Notes {
			if n.Pos.File != "" {
				r.RelatedLocations = append(r.RelatedLocations, sarifPlace(n.Pos, n.Message))
			}
		}
		results = append(results, r)
	}
	return encode(w, sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs: []sarifRun{{
			Tool:       sarifTool{sarifDriver{Name: "milepost", Version: version, Rules: rules}},
			ColumnKind: "unicodeCodePoints",
			Results:    results,
		}},
	})
}

// ruleOf returns what code scanning shows of a code: its meaning, and its page.
func ruleOf(code string) sarifRule {
	rule := sarifRule{ID: code}
	page, ok := codePage(code)
	if !ok {
		return rule
	}
	var text strings.Builder
	if err := writePage(&text, page, pageStyle{width: 80}); err != nil {
		panic(err) // writing to memory cannot fail
	}
	rule.Short = &sarifMessage{meaningOf()[code]}
	rule.Help = &sarifHelp{Text: text.String(), Markdown: page}
	return rule
}

func sarifPlace(at diag.Pos, message string) sarifLocation {
	u := url.URL{Path: at.File}
	if path.IsAbs(at.File) {
		u.Scheme = "file"
	}
	loc := sarifLocation{PhysicalLocation: sarifPhysical{ArtifactLocation: sarifArtifact{u.String()}}}
	if at.Line > 0 {
		region := &sarifRegion{StartLine: at.Line, StartColumn: at.Column}
		if at.Column > 0 && at.Length > 0 {
			region.EndColumn = at.Column + at.Length
		}
		loc.PhysicalLocation.Region = region
	}
	if message != "" {
		loc.Message = &sarifMessage{message}
	}
	return loc
}

// level returns the severity in the words that code hosts share: "error",
// "warning", and a third for findings. With strict everything is an error.
func level(s diag.Severity, strict bool, finding string) string {
	switch {
	case strict || s == diag.Error:
		return "error"
	case s == diag.Warning:
		return "warning"
	}
	return finding
}

// writeAnnotations writes the workflow commands of GitHub Actions that mark the
// lines in a pull request.
func writeAnnotations(w io.Writer, list diag.List, strict bool) error {
	for _, d := range list {
		props := []string{"title=milepost " + escapeProperty(d.Code)}
		if d.Pos.File != "" {
			place := []string{"file=" + escapeProperty(d.Pos.File)}
			if d.Pos.Line > 0 {
				place = append(place, fmt.Sprintf("line=%d", d.Pos.Line))
			}
			if d.Pos.Column > 0 {
				place = append(place, fmt.Sprintf("col=%d", d.Pos.Column))
			}
			props = append(place, props...)
		}
		text := d.Message
		for _, n := range d.Notes {
			text += "\n" + strings.TrimPrefix(n.Pos.String()+": ", ": ") + n.Message
		}
		if d.Hint != "" {
			text += "\n" + d.Hint
		}
		_, err := fmt.Fprintf(w, "::%s %s::%s\n", level(d.Severity, strict, "notice"), strings.Join(props, ","), escapeData(text))
		if err != nil {
			return err
		}
	}
	return nil
}

// escapeData and escapeProperty escape as the runner unescapes
// (https://github.com/actions/toolkit, packages/core/src/command.ts).
func escapeData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func escapeProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
