package main

import (
	"fmt"
	"io"
	"path"
	"strings"

	"milepost/generator"
	"milepost/schedule"
	"milepost/schedule/diag"
)

// What "milepost check" says of the parts of an implementation plan.

// coverageOf returns what each plan of a site covers, as JSON; nothing for a
// site with errors.
func coverageOf(result *generator.Result) []any {
	var out []any
	for _, p := range plansOf(result) {
		out = append(out, p.Coverage.Document(path.Join("content", p.Dir)))
	}
	return out
}

func plansOf(result *generator.Result) []generator.Plan {
	var out []generator.Plan
	if result == nil {
		return nil
	}
	for _, p := range result.Plans {
		if p.Coverage != nil {
			out = append(out, p)
		}
	}
	return out
}

// checkCoverageFlag refuses --coverage where it says nothing.
func checkCoverageFlag(format string, quiet bool) error {
	switch {
	case format == "sarif" || format == "github":
		return fmt.Errorf("--coverage is for --format text and json, not %s", format)
	case quiet:
		return fmt.Errorf("--coverage and --quiet exclude each other: leave one of them out")
	}
	return nil
}

// writeCoverage writes a line for each plan of the site, and with details what
// to write for what is missing.
func writeCoverage(w io.Writer, result *generator.Result, source string, details bool) error {
	plans := plansOf(result)
	for _, p := range plans {
		name := ""
		if len(plans) > 1 || p.Dir != "" {
			name = path.Dir(fileFromHere(path.Join("content", p.Dir, "plan.toml"), source)) + " "
		}
		if details {
			if err := writeParts(w, p.Coverage, source); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintln(w, name+coverageLine(p.Coverage)); err != nil {
			return err
		}
	}
	return nil
}

// coverageLine sums up what a plan covers: "covers 11 of 14 parts of an
// implementation plan (score 86%); partly: communication, closure; missing:
// lessons". A plan that is only beginning lacks more than anybody reads in a line.
func coverageLine(c *schedule.Coverage) string {
	line := fmt.Sprintf("covers %d of %d parts of an implementation plan (score %d%%)", c.Number(), len(c.Parts), c.Score)
	for _, in := range []struct {
		state schedule.PartState
		words string
	}{{schedule.PartlyCovered, "partly"}, {schedule.Missing, "missing"}} {
		var ids []string
		for _, p := range c.In(in.state) {
			ids = append(ids, p.ID)
		}
		const most = 7
		switch {
		case len(ids) > most:
			line += fmt.Sprintf("; %s: %d", in.words, len(ids))
		case len(ids) > 0:
			line += "; " + in.words + ": " + strings.Join(ids, ", ")
		}
	}
	return line
}

// writeParts writes each part with its questions, how far they are met, and what
// to write.
func writeParts(w io.Writer, c *schedule.Coverage, source string) error {
	var b strings.Builder
	for i, p := range c.Parts {
		fmt.Fprintf(&b, "%d. %s (%s): %s\n", i+1, p.Name, p.ID, p.State)
		if p.Reason != "" {
			fmt.Fprintf(&b, "   %s\n", oneLine(p.Reason))
		}
		for _, q := range p.Criteria {
			fmt.Fprintf(&b, "   %-9s  %s\n", q.Verdict(), q.Question)
			if q.Reason != "" {
				fmt.Fprintf(&b, "              %s\n", q.Reason)
			}
			if len(q.Lack) > 0 {
				fmt.Fprintf(&b, "              not told in %s\n", placesOf(q.Lack))
			}
			if part, other := c.Criterion(q.Write.See); other != nil {
				fmt.Fprintf(&b, "              what to write: the example of %q in %s\n", other.Question, part.Name)
			}
			if q.Write.Text == "" {
				continue
			}
			fmt.Fprintf(&b, "              what to write, for example in %s:\n\n", fileFromHere(q.Write.File, source))
			for _, line := range strings.Split(strings.TrimSuffix(q.Write.Text, "\n"), "\n") {
				b.WriteString(strings.TrimRight("                  "+line, " ") + "\n")
			}
			b.WriteString("\n")
		}
	}
	_, err := io.WriteString(w, strings.TrimSuffix(b.String(), "\n")+"\n")
	return err
}

// fileFromHere returns a file of the site as a path from the current folder.
func fileFromHere(file, source string) string {
	return fromHere(diag.List{{Pos: diag.Pos{File: file}}}, source)[0].Pos.File
}

// placesOf lists the first of some places.
func placesOf(list []schedule.Evidence) string {
	const most = 8
	var words []string
	for _, e := range list[:min(most, len(list))] {
		words = append(words, e.String())
	}
	text := strings.Join(words, ", ")
	if n := len(list) - most; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}

// oneLine makes an author's text one line of a terminal.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
