package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"milepost/generator"
	"milepost/generator/sitefs"
	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

func (a *app) baselineCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "baseline",
		Short: "Save the plan as it is, to compare later ones with",
		Long: `Keep the dates and costs of the plan as a baseline, and list those that there are.

A baseline is a file in the folder baselines beside plan.toml. As many are kept
as there are files; pages, plan.json and findings tell how far the plan has moved
since. It is compared with the baseline that [plan] names, baseline = "NAME",
otherwise with the newest that is not after the status date.`,
		Example: `  milepost baseline save
  milepost baseline list`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			hint := diag.DidYouMean(args[0], []string{"save", "list"})
			if hint == "" {
				hint = "choose save or list"
			}
			return fmt.Errorf("there is no command \"baseline %s\"; %s", args[0], hint)
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.baselineSaveCommand(), a.baselineListCommand())
	return cmd
}

// baselineSave are the flags of saving a baseline.
type baselineSave struct {
	siteFlags
	folder, name, date string
	force              bool
}

func (a *app) baselineSaveCommand() *cobra.Command {
	var flags baselineSave
	cmd := &cobra.Command{
		Use:   "save [NAME]",
		Short: "Write the computed dates and costs to baselines/NAME.toml",
		Long: `Compute the schedule and write its dates and costs to baselines/NAME.toml beside
plan.toml, one table for each phase, work package and milestone.

The date of a baseline is that of --date, otherwise the status date of the plan,
otherwise today. NAME is the date if it is not given. A baseline that is there is
not overwritten without --force, keeps its --name then unless another is given,
and a plan with errors is not saved.`,
		Example: `  milepost baseline save
  milepost baseline save approved --name "Approved plan"
  milepost baseline save --date 2026-01-05
  milepost baseline save --plan portal --force`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("baseline save takes one name, but there are %q; what readers see is given with --name", args)
			}
			return nil
		},
	}
	flags.add(cmd)
	addPlan(cmd, &flags.folder, &flags.siteFlags)
	cmd.Flags().StringVar(&flags.name, "name", "", "`text` that readers see instead of NAME")
	cmd.Flags().StringVar(&flags.date, "date", "", "`day` on which the plan is like this, such as 2026-01-05")
	cmd.Flags().BoolVar(&flags.force, "force", false, "overwrite a baseline of that name")
	cmd.RunE = func(_ *cobra.Command, args []string) error { return a.saveBaseline(&flags, strings.Join(args, "")) }
	return cmd
}

func (a *app) baselineListCommand() *cobra.Command {
	var (
		flags  siteFlags
		folder string
	)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the baselines and how far the plan has moved since",
		Long: `List the baselines of the plan, the oldest first: date, name, finish, cost, and how
far the finish of the plan has moved since. The one that the plan is compared
with is marked.`,
		Example: `  milepost baseline list
  milepost baseline list --format json | jq '.baselines[].finish_variance_minutes'`,
		Args: noArgs,
	}
	flags.add(cmd)
	addPlan(cmd, &folder, &flags)
	format := addFormat(cmd, "table or json", "table", "json")
	cmd.RunE = func(*cobra.Command, []string) error {
		p, err := a.computed(&flags, folder)
		if err != nil {
			return err
		}
		if format.value == "json" {
			return schedule.WriteBaselinesJSON(a.stdout, p.Schedule)
		}
		return schedule.WriteBaselines(a.stdout, p.Schedule)
	}
	return cmd
}

// saveBaseline writes the plan as it is to the baseline id; "" is its date.
func (a *app) saveBaseline(flags *baselineSave, id string) error {
	p, err := a.computed(&flags.siteFlags, flags.folder)
	if err != nil {
		return err
	}
	s := p.Schedule
	date, err := flags.day(s)
	if err != nil {
		return err
	}
	if id = strings.TrimSuffix(id, ".toml"); id == "" {
		id = date.String()
	}
	if !plan.IsID(id) {
		return fmt.Errorf("%q cannot be the name of a baseline: write letters, digits, \".\", \"_\" and \"-\"; what readers see is given with --name", id)
	}
	name := flags.name
	if !flags.given("name") {
		for _, old := range s.Plan.Baselines {
			if old.ID == id {
				name = old.Name
			}
		}
	}
	b := s.Freeze(id, name, date)
	for _, other := range s.Plan.Baselines {
		if other.ID != id && other.Date == b.Date && other.Name == b.Name {
			return fmt.Errorf("the baseline %q of %s has the name %q, too: give this one another with --name", other.ID, date, b.Name)
		}
	}
	file := path.Join("content", p.Dir, plan.BaselineFolder, id+".toml")
	changed, err := flags.write(file, b.Text())
	if err != nil || flags.quiet {
		return err
	}
	shown := filepath.ToSlash(filepath.Join(flags.source, filepath.FromSlash(file)))
	if !changed {
		_, err := fmt.Fprintf(a.stdout, "%s is there already, with the same dates and costs\n", shown)
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "%s: %s and %s, finish %s\n%s\n", shown, count(len(s.Plan.Work), "work package"),
		count(len(s.Plan.Milestones), "milestone"), s.Finish.LastDate(), comparedWith(s, b))
	return err
}

// day returns the date of the baseline.
func (f *baselineSave) day(s *schedule.Schedule) (calendar.Date, error) {
	switch {
	case f.given("date"):
		d, err := calendar.ParseDate(f.date)
		if err != nil {
			return 0, fmt.Errorf("--date wants a day such as 2026-01-05, not %q", f.date)
		}
		return d, nil
	case s.Plan.StatusDate.IsSet():
		return s.StatusDate.LastDate(), nil
	}
	y, m, d := time.Now().Date()
	return calendar.DateOf(y, m, d), nil
}

// write puts the baseline in its place, whole or not at all. It reports whether
// the file is another than before.
func (f *baselineSave) write(file string, data []byte) (changed bool, err error) {
	// The plan may lie in a linked folder, but a root does not follow further
	// links out of that.
	site, err := sitefs.New(f.source)
	if err != nil {
		return false, fmt.Errorf("open the site folder: %w", err)
	}
	folder, err := site.Folder(path.Dir(path.Dir(file)))
	if err != nil {
		return false, fmt.Errorf("open the folder of the plan: %w", err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return false, fmt.Errorf("open the folder of the plan: %w", err)
	}
	defer root.Close()
	shown := file
	file = path.Join(path.Base(path.Dir(file)), path.Base(file))
	switch old, err := root.ReadFile(file); {
	case err == nil && string(old) == string(data):
		return false, nil
	case err == nil && !f.force:
		return false, fmt.Errorf("there is a baseline %s already: choose another name, or overwrite it with --force", shown)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return false, fmt.Errorf("read the baseline: %w", err)
	}
	if err := root.MkdirAll(path.Dir(file), 0o755); err != nil {
		return false, fmt.Errorf("make the folder of baselines: %w", err)
	}
	temp := path.Join(path.Dir(file), fmt.Sprintf(".%s.%d.new", path.Base(file), os.Getpid()))
	if err := root.WriteFile(temp, data, 0o644); err != nil {
		root.Remove(temp)
		return false, fmt.Errorf("write the baseline: %w", err)
	}
	if err := root.Rename(temp, file); err != nil {
		root.Remove(temp)
		return false, fmt.Errorf("write the baseline: %w", err)
	}
	return true, nil
}

// comparedWith says which baseline the plan is compared with now that there is
// b, and how to choose another.
func comparedWith(s *schedule.Schedule, b *plan.Baseline) string {
	before := s.Baseline()
	s.Plan.AddBaseline(b)
	now := s.Baseline()
	switch {
	case now.ID != b.ID:
		return fmt.Sprintf("the plan is compared with %q; to compare it with this one: [plan] baseline = %q", now.ID, b.ID)
	case before != nil && before.ID != b.ID:
		return fmt.Sprintf("the plan is compared with it, and no longer with %q; to go on with that one: [plan] baseline = %q", before.ID, before.ID)
	}
	return "the plan is compared with it"
}

// computed loads the site and returns the plan in the folder, or the only one,
// with its schedule. Problems are told; errors are the end.
func (a *app) computed(flags *siteFlags, folder string) (generator.Plan, error) {
	opts, err := flags.options()
	if err != nil {
		return generator.Plan{}, err
	}
	result, list, err := generator.Load(opts)
	if err != nil {
		return generator.Plan{}, err
	}
	if err := flags.checkSearch(result); err != nil {
		return generator.Plan{}, err
	}
	list = fromHere(list, flags.source)
	if err := a.printBuild(list, false, flags.quiet); err != nil {
		return generator.Plan{}, err
	}
	if list.Failed() {
		return generator.Plan{}, errProblems
	}
	return choosePlan(result.Plans, folder)
}

// addPlan gives cmd the flag --plan.
func addPlan(cmd *cobra.Command, folder *string, flags *siteFlags) {
	cmd.Flags().StringVar(folder, "plan", "", "`folder` of the plan below content/, if the site has several")
	complete := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return flags.planFolders(), cobra.ShellCompDirectiveNoFileComp
	}
	if err := cmd.RegisterFlagCompletionFunc("plan", complete); err != nil {
		panic(err) // the flag was added above
	}
}
