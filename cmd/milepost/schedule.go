package main

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"milepost/generator"
	"milepost/schedule"
	"milepost/schedule/diag"
)

func (a *app) scheduleCommand() *cobra.Command {
	var (
		flags  siteFlags
		folder string

		scenario string
		compare  bool
	)
	cmd := &cobra.Command{
		Use:   "schedule",
		Short: "Print the computed schedule",
		Long: `Compute the schedule and print it: early and late dates, float, the critical
path, and stated dates beside computed ones.

The JSON document is the one that the site publishes as plan.json beside each
plan. Its instants are local civil time; a finish is the instant at which work
ends. The places of its findings are paths below the site folder.`,
		Example: `  milepost schedule
  milepost schedule --format csv > schedule.csv
  milepost schedule --format json | jq -r '.critical_path[]'
  milepost schedule --scenario S1
  milepost schedule --plan portal`,
		Args: noArgs,
	}
	flags.add(cmd)
	addPlan(cmd, &folder, &flags)
	addScenario(cmd, &scenario, &folder, &flags)
	cmd.Flags().BoolVar(&compare, "scenarios", false, "compare the scenarios with the plan, as a table")
	format := addFormat(cmd, "table, csv or json", "table", "csv", "json")
	cmd.RunE = func(*cobra.Command, []string) error {
		if compare && (format.value != "table" || scenario != "") {
			return errors.New("--scenarios prints a table of all of them; the JSON of the plan has them, too")
		}
		p, err := a.computed(&flags, folder)
		if err != nil {
			return err
		}
		if compare {
			return schedule.WriteScenarios(a.stdout, p.Schedule)
		}
		p, sc, err := chooseScenario(p, scenario)
		if err != nil {
			return err
		}
		switch format.value {
		case "csv":
			return schedule.WriteCSV(a.stdout, p.Schedule)
		case "json":
			return schedule.WriteJSON(a.stdout, p.Schedule, p.Findings, p.Coverage)
		}
		if err := a.writeScenario(sc); err != nil {
			return err
		}
		return schedule.WriteTable(a.stdout, p.Schedule)
	}
	return cmd
}

// choosePlan returns the plan in the folder, or the only one.
func choosePlan(plans []generator.Plan, folder string) (generator.Plan, error) {
	if len(plans) == 0 {
		return generator.Plan{}, errors.New("this site has no plan")
	}
	folders := make([]string, len(plans))
	for i, p := range plans {
		folders[i] = planFolder(p)
	}
	if folder == "" {
		if len(plans) == 1 {
			return plans[0], nil
		}
		return generator.Plan{}, fmt.Errorf("this site has %d plans: choose one with --plan: %s", len(plans), strings.Join(folders, ", "))
	}
	want := path.Clean(filepath.ToSlash(folder))
	if rest, ok := strings.CutPrefix(want+"/", "content/"); ok {
		want = path.Clean(rest)
	}
	for i, f := range folders {
		if f == want {
			return plans[i], nil
		}
	}
	if len(plans) == 1 {
		return generator.Plan{}, fmt.Errorf("there is no plan %q below content/; the site has one plan, so leave --plan out", folder)
	}
	hint := diag.DidYouMean(want, folders)
	if hint == "" || want == "." {
		hint = "choose one of " + strings.Join(folders, ", ")
	}
	return generator.Plan{}, fmt.Errorf("there is no plan %q below content/; %s", folder, hint)
}

// planFolder names the folder of a plan below content/; "." is content/ itself.
func planFolder(p generator.Plan) string {
	if p.Dir == "" {
		return "."
	}
	return p.Dir
}

// planFolders lists the plans of the site for a shell to complete. It is empty
// if the site cannot be read.
func (f *siteFlags) planFolders() []string {
	opts, err := f.options()
	if err != nil {
		return nil
	}
	result, _, err := generator.Load(opts)
	if err != nil {
		return nil
	}
	var folders []string
	for _, p := range result.Plans {
		folders = append(folders, planFolder(p))
	}
	return folders
}
