// Package diag holds what milepost has to say about an author's files: errors,
// warnings and findings, each with its place, its code and a way out.
//
// A problem of the files is data. A stage collects all it can into a [List] and
// hands the list up; only the command prints. A problem of the world (a full
// disk) is an ordinary Go error and never a Diagnostic.
//
//	content/plan.toml:15:10: error E210: work package "ui" waits for "apo", which is not in the plan
//	    15 | after = ["spec", "apo"]
//	       |                  ^
//	    hint: did you mean "api"?
package diag

import (
	"cmp"
	"fmt"
	"slices"
)

// Severity says what a diagnostic means for a build.
type Severity int

const (
	// Error means the files cannot be understood or contradict themselves in a
	// way that leaves no schedule. It fails the build.
	Error Severity = iota
	// Warning means the files are understood, but probably not as meant.
	Warning
	// Finding means the plan is understood and does not add up: what it states
	// differs from what follows from it. Findings are published with the plan.
	Finding
)

// String returns "error", "warning" or "finding".
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	}
	return "finding"
}

// Pos is a place in a file. Line and Column count from 1; Column counts
// characters. A zero Line means the whole file, an empty File means no place.
type Pos struct {
	File   string // slash-separated, below the site folder: "content/plan.toml"
	Line   int
	Column int
	Length int // characters to underline; 0 means one
}

// String returns file:line:column, without the parts that are unknown.
func (p Pos) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Note is a further place that belongs to a diagnostic, such as one link of a
// dependency cycle or the first of two tables with the same id.
type Note struct {
	Pos     Pos
	Message string
}

// Diagnostic is one problem or finding.
type Diagnostic struct {
	Code     string // stable: "E" error, "W" warning, "F" finding, and three digits
	Severity Severity
	Pos      Pos
	Subject  string // address of the thing it is about, "milestone:M4", or empty
	Message  string // lower case, no full stop; names the thing, quotes the text
	Hint     string // what to do; empty if the message says it
	Notes    []Note
	Excerpt  string // the line at Pos, filled by [List.AddExcerpts]
}

// List is what a stage found, in the order of discovery until sorted.
type List []*Diagnostic

// Errorf adds an error and returns it, so that a hint can be set.
func (l *List) Errorf(code string, at Pos, format string, args ...any) *Diagnostic {
	return l.add(code, Error, at, format, args)
}

// Warnf adds a warning and returns it.
func (l *List) Warnf(code string, at Pos, format string, args ...any) *Diagnostic {
	return l.add(code, Warning, at, format, args)
}

// Findf adds a finding about subject (an address such as "phase:P2") and
// returns it.
func (l *List) Findf(code string, at Pos, subject, format string, args ...any) *Diagnostic {
	d := l.add(code, Finding, at, format, args)
	d.Subject = subject
	return d
}

func (l *List) add(code string, s Severity, at Pos, format string, args []any) *Diagnostic {
	d := &Diagnostic{Code: code, Severity: s, Pos: at, Message: fmt.Sprintf(format, args...)}
	*l = append(*l, d)
	return d
}

// Failed reports whether the list holds an error, so that the next stage must
// not run.
func (l List) Failed() bool { return l.Count(Error) > 0 }

// Count returns how many diagnostics have the severity.
func (l List) Count(s Severity) int {
	n := 0
	for _, d := range l {
		if d.Severity == s {
			n++
		}
	}
	return n
}

// Only returns the diagnostics of one severity, in order.
func (l List) Only(s Severity) List {
	var out List
	for _, d := range l {
		if d.Severity == s {
			out = append(out, d)
		}
	}
	return out
}

// Sort orders the list by severity, then place, then code and message, so that
// the same problems are always told in the same order.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b *Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Pos.File, b.Pos.File),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column),
			cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Message, b.Message),
		)
	})
}
