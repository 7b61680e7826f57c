package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"milepost/generator"
	"milepost/schedule/diag"
)

func (a *app) checkCommand() *cobra.Command {
	var (
		flags    siteFlags
		strict   bool
		coverage bool
	)
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Tell every problem and finding",
		Long: `Check the plan and the pages without writing anything.

An error means that the files cannot be understood or leave no schedule. A
warning means that they are probably not as meant. A finding means that the plan
is understood and does not add up: what it states differs from what follows from
it. Findings do not fail the check unless --strict is given.

At the end stands which of the 14 parts of an implementation plan the plan covers,
partly covers or misses. With --coverage every question that the parts ask is
listed, with what to write where the plan has no answer.

Formats: text for people; json; sarif for code scanning (SARIF 2.1.0); github
for annotations in a GitHub Actions run.`,
		Example: `  milepost check
  milepost check --strict
  milepost check --coverage
  milepost check --format github
  milepost check --format json | jq '.diagnostics[].message'`,
		Args: noArgs,
	}
	flags.add(cmd)
	cmd.Flags().BoolVarP(&flags.drafts, "buildDrafts", "D", false, "check pages marked as draft too")
	cmd.Flags().BoolVar(&strict, "strict", false, "warnings and findings fail the check too")
	cmd.Flags().BoolVar(&coverage, "coverage", false, "list what each part of an implementation plan asks, and what to write for what is missing")
	format := addFormat(cmd, "text, json, sarif or github", "text", "json", "sarif", "github")
	cmd.RunE = func(*cobra.Command, []string) error {
		if coverage {
			if err := checkCoverageFlag(format.value, flags.quiet); err != nil {
				return err
			}
		}
		opts, err := flags.options()
		if err != nil {
			return err
		}
		result, list, err := generator.Build(opts)
		if err != nil {
			return err
		}
		if err := flags.checkSearch(result); err != nil {
			return err
		}
		list = fromHere(list, flags.source)
		summary := a.stderr // keeps the output of the other formats clean
		switch format.value {
		case "text":
			summary = a.stdout
			err = a.printDiagnostics(a.stdout, list)
		case "json":
			err = writeJSON(a.stdout, list, coverageOf(result))
		case "sarif":
			err = writeSARIF(a.stdout, list, strict)
		case "github":
			err = writeAnnotations(a.stdout, list, strict)
		}
		if err != nil {
			return err
		}
		if !flags.quiet && format.value == "text" {
			if err := writeCoverage(a.stdout, result, flags.source, coverage); err != nil {
				return err
			}
		}
		if !flags.quiet {
			if err := writeSummary(summary, list); err != nil {
				return err
			}
			if hint := explainHint(list); hint != "" && format.value == "text" && isWatched(summary, os.Getenv) {
				fmt.Fprintln(summary, hint)
			}
		}
		if fails(list, strict) {
			return errProblems
		}
		return nil
	}
	return cmd
}

func writeSummary(w io.Writer, list diag.List) error {
	text := tally(list)
	if text == "" {
		text = "nothing to report: the plan adds up"
	}
	_, err := fmt.Fprintln(w, text)
	return err
}
