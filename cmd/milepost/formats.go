package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"milepost/generator"
	"milepost/schedule"
	"milepost/schedule/diag"
)

// The output of "milepost check" for programs.

type jsonReport struct {
	Errors      int              `json:"errors"`
	Warnings    int              `json:"warnings"`
	Findings    int              `json:"findings"` // without the gaps
	Gaps        int              `json:"gaps"`
	Diagnostics []jsonDiagnostic `json:"diagnostics"`
	Ignored     []jsonIgnored    `json:"ignored"`
	Coverage    []any            `json:"coverage,omitempty"` // of each plan, unless there are errors
}

// jsonIgnored is what the authors have accepted. Beside is the address of the
// thing that they say so beside, absent in site.toml.
type jsonIgnored struct {
	jsonDiagnostic
	Reason string   `json:"reason"`
	Beside string   `json:"beside,omitempty"`
	Where  jsonNote `json:"where"`
}

type jsonDiagnostic struct {
	Code     string     `json:"code"`
	Severity string     `json:"severity"`
	Gap      bool       `json:"gap,omitempty"`
	Message  string     `json:"message"`
	Hint     string     `json:"hint,omitempty"`
	Subject  string     `json:"subject,omitempty"`
	File     string     `json:"file"`
	Line     int        `json:"line"`
	Column   int        `json:"column"`
	Notes    []jsonNote `json:"notes,omitempty"`
}

type jsonNote struct {
	Message string `json:"message,omitempty"`
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
}

func writeJSON(w io.Writer, list diag.List, accepted []generator.Ignored, coverage []any) error {
	rest, gaps := withoutGaps(list)
	report := jsonReport{
		Errors:      list.Count(diag.Error),
		Warnings:    list.Count(diag.Warning),
		Findings:    rest.Count(diag.Finding),
		Gaps:        len(gaps),
		Diagnostics: []jsonDiagnostic{},
		Ignored:     []jsonIgnored{},
		Coverage:    coverage,
	}
	for _, d := range list {
		report.Diagnostics = append(report.Diagnostics, toJSON(d))
	}
	for _, g := range accepted {
		report.Ignored = append(report.Ignored, jsonIgnored{jsonDiagnostic: toJSON(g.Diagnostic), Reason: g.Reason, Beside: g.Beside, Where: placeToJSON(g.Where)})
	}
	return encode(w, report)
}

func toJSON(d *diag.Diagnostic) jsonDiagnostic {
	jd := jsonDiagnostic{
		Code: d.Code, Severity: d.Severity.String(), Gap: schedule.IsGap(d.Code), Message: d.Message, Hint: d.Hint, Subject: d.Subject,
		File: d.Pos.File, Line: d.Pos.Line, Column: d.Pos.Column,
	}
	for _, n := range d.Notes {
		note := placeToJSON(n.Pos)
		note.Message = n.Message
		jd.Notes = append(jd.Notes, note)
	}
	return jd
}

func placeToJSON(at diag.Pos) jsonNote {
	return jsonNote{File: at.File, Line: at.Line, Column: at.Column}
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
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
// lines in a pull request. GitHub shows the first ten of each kind in a step, so
// what weighs most comes first.
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

// mostAnnotations is how many of each kind GitHub shows of a step.
const mostAnnotations = 10

// writeLimit says so if GitHub does not show all annotations.
func writeLimit(w io.Writer, list diag.List, strict bool) error {
	kinds := map[string]int{}
	for _, d := range list {
		kinds[level(d.Severity, strict, "notice")]++
	}
	for _, kind := range []string{"error", "warning", "notice"} {
		if n := kinds[kind]; n > mostAnnotations {
			if _, err := fmt.Fprintf(w, "GitHub marks the first %d of %d %ss; all of them are in the log\n", mostAnnotations, n, kind); err != nil {
				return err
			}
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
