package main

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"golang.org/x/term"

	"milepost/generator"
	"milepost/schedule/diag"
)

// printDiagnostics writes the list for people, in colour if w shows colours.
func (a *app) printDiagnostics(w io.Writer, list diag.List) error {
	if !showsColour(w, os.Getenv) {
		return diag.Fprint(w, list)
	}
	for _, d := range list {
		if _, err := io.WriteString(w, colour(d)); err != nil {
			return err
		}
	}
	return nil
}

// printIgnored writes what is accepted, with the reason and where it stands.
func (a *app) printIgnored(w io.Writer, list []generator.Ignored) error {
	colours := showsColour(w, os.Getenv)
	for _, g := range list {
		d := *g.Diagnostic
		d.Hint = ""
		label := d.Severity.String() + " " + d.Code + ":"
		text := strings.Replace(d.Format(), label, "ignored "+label, 1) + fmt.Sprintf("    reason: %s (%s)\n", g.Reason, g.Where)
		if colours {
			text = faint + strings.TrimSuffix(text, "\n") + reset + "\n"
		}
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	return nil
}

// showsColour reports whether to write in colour: on a terminal that can, or
// anywhere if FORCE_COLOR is set, but never against NO_COLOR
// (https://no-color.org).
func showsColour(w io.Writer, env func(string) string) bool {
	if env("NO_COLOR") != "" {
		return false
	}
	if force := env("FORCE_COLOR"); force != "" {
		return force != "0" && force != "false"
	}
	return env("TERM") != "dumb" && isTerminal(w)
}

// isWatched reports whether a person reads along: at a terminal, or wherever
// FORCE_COLOR says that there is one.
func isWatched(w io.Writer, env func(string) string) bool {
	force := env("FORCE_COLOR")
	return isTerminal(w) || force != "" && force != "0"
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

const (
	bold  = "\x1b[1m"
	faint = "\x1b[2m"
	reset = "\x1b[0m"
)

// severityColours are the codes of terminals: red, yellow, cyan.
var severityColours = map[diag.Severity]string{
	diag.Error:   "\x1b[1;31m",
	diag.Warning: "\x1b[1;33m",
	diag.Finding: "\x1b[1;36m",
}

var caretLine = regexp.MustCompile(`^( +\|[ \t]+)(\^+)$`)

// colour returns the diagnostic as its Format does, with the severity and the
// caret in the colour of the severity, and what is only context faint.
func colour(d *diag.Diagnostic) string {
	c := severityColours[d.Severity]
	lines := strings.Split(strings.TrimSuffix(d.Format(), "\n"), "\n")
	label := d.Severity.String() + " " + d.Code + ":"
	place, message, _ := strings.Cut(lines[0], label)
	lines[0] = bold + place + reset + c + label + reset + message
	for i, line := range lines[1:] {
		if m := caretLine.FindStringSubmatch(line); m != nil {
			line = faint + m[1] + reset + c + m[2] + reset
		} else {
			line = faint + line + reset
		}
		lines[i+1] = line
	}
	return strings.Join(lines, "\n") + "\n"
}
