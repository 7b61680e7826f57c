package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"milepost/generator"
	"milepost/schedule"
	"milepost/schedule/diag"
)

// addScenario gives cmd the flag --scenario.
func addScenario(cmd *cobra.Command, id, folder *string, flags *siteFlags) {
	cmd.Flags().StringVar(id, "scenario", "", "`id` of a scenario of the plan to take instead of the plan")
	complete := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return flags.scenarioIDs(*folder), cobra.ShellCompDirectiveNoFileComp
	}
	if err := cmd.RegisterFlagCompletionFunc("scenario", complete); err != nil {
		panic(err) // the flag was added above
	}
}

// scenarioIDs lists the scenarios of the plan for a shell to complete.
func (f *siteFlags) scenarioIDs(folder string) []string {
	opts, err := f.options()
	if err != nil {
		return nil
	}
	result, _, err := generator.Load(opts)
	if err != nil {
		return nil
	}
	p, err := choosePlan(result.Plans, folder)
	if err != nil || p.Plan == nil {
		return nil
	}
	return scenarioIDs(p)
}

func scenarioIDs(p generator.Plan) []string {
	var ids []string
	for _, sc := range p.Plan.Scenarios {
		ids = append(ids, sc.ID)
	}
	return ids
}

// chooseScenario returns the plan as it is in the scenario, and the scenario; the
// plan itself and nil if the id is empty.
func chooseScenario(p generator.Plan, id string) (generator.Plan, *schedule.Scenario, error) {
	if id == "" {
		return p, nil, nil
	}
	sc := p.Schedule.Scenario(id)
	if sc == nil {
		ids := scenarioIDs(p)
		hint := diag.DidYouMean(id, ids)
		switch {
		case len(ids) == 0:
			hint = "the plan has none"
		case hint == "":
			hint = "choose one of " + strings.Join(ids, ", ")
		}
		return p, nil, fmt.Errorf("there is no scenario %q; %s", id, hint)
	}
	return generator.Plan{Dir: p.Dir, Plan: sc.Plan, Schedule: sc.Schedule, Findings: p.Kept(sc.Found)}, sc, nil
}

// writeScenario says in a line which scenario a table is of, and what comes of it.
func (a *app) writeScenario(sc *schedule.Scenario) error {
	if sc == nil {
		return nil
	}
	_, err := fmt.Fprintf(a.stdout, "scenario %s: %s.\n\n", sc.Title(), sc.Headline())
	return err
}
