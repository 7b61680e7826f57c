// Command milepost checks the plan of an implementation roadmap, computes its
// schedule and publishes it as a static site.
//
// Everything that touches the world is here and nowhere else: arguments, the
// terminal, the clock, exit codes. The packages below take a file system and
// return data.
//
// Exit codes: 0 all is well, 1 the plan has problems, 2 wrong usage or
// environment, 130 interrupted.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"milepost/schedule/diag"
)

const (
	exitOK       = 0
	exitProblems = 1
	exitUsage    = 2

	exitInterrupted = 130 // as shells say it of a command that Ctrl-C ended
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// errProblems is the error of a command that found problems in the author's
// files and has told them.
var errProblems = errors.New("the plan has problems")

// errInterrupted is the error of a command that the user ended before its time.
var errInterrupted = errors.New("interrupted")

// app is one run of the command.
type app struct {
	stdout, stderr io.Writer
	started        bool // the command line was understood
}

// run executes one command line and returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdout: stdout, stderr: stderr}
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	switch {
	case err == nil, errors.Is(err, syscall.EPIPE): // whoever reads us has read enough
		return exitOK
	case errors.Is(err, errProblems):
		return exitProblems
	case errors.Is(err, errInterrupted):
		return exitInterrupted
	}
	fmt.Fprintf(stderr, "milepost: %s\n", strings.TrimSpace(err.Error()))
	if !a.started {
		fmt.Fprintf(stderr, "Run \"%s --help\" for how to use it.\n", cmd.CommandPath())
	}
	return exitUsage
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "milepost",
		Short: "Roadmaps that add up",
		Long: `milepost turns a plan kept as text, facts in TOML and story in Markdown, into a
site that stakeholders read. It checks the plan, computes the schedule, and says
where the plan contradicts itself.

A site is a folder in which content/ lies, with plan.toml in it. Most commands
work on the site in the current folder.`,
		Example: `  milepost new roadmap           a site to begin with, in a folder of that name
  milepost add work              the next table of a kind, with every key explained
  milepost build                 content/ becomes public/
  milepost serve                 preview that follows your edits
  milepost check                 what is wrong, what does not add up
  milepost schedule              every date, float and the critical path
  milepost simulate              how likely it finishes in time
  milepost baseline save         keep the plan as it is, to compare later ones with
  milepost explain F403          what a message means, with an example and the cure
  milepost help dates            a page of the manual`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		PersistentPreRun:  func(*cobra.Command, []string) { a.started = true },
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetGlobalNormalizationFunc(flagAliases)
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(a.newCommand(), a.addCommand(), a.buildCommand(), a.serveCommand(), a.checkCommand(), a.explainCommand(),
		a.formatCommand(), a.scheduleCommand(), a.simulateCommand(), a.baselineCommand(), a.schemaCommand(), a.versionCommand(),
		a.completionCommand())
	root.SetHelpCommand(a.helpCommand())
	root.SetHelpFunc(a.helpWithTopics(root.HelpFunc()))
	return root
}

// flagAliases accepts the other spellings of flags that people bring along.
func flagAliases(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	switch strings.ToLower(name) {
	case "base-url", "baseurl":
		name = "baseURL"
	case "build-drafts", "builddrafts", "drafts":
		name = "buildDrafts"
	case "navigatetochanged", "navigate-to-changed":
		name = "navigate"
	case "openbrowser", "open-browser":
		name = "open"
	case "disablelivereload", "no-livereload", "noreload":
		name = "no-reload"
	case "allowhost", "allowed-hosts", "allowedhosts":
		name = "allow-host"
	}
	return pflag.NormalizedName(name)
}

// flagError says which flag was meant if an unknown one was given, and what a
// flag wants if it was given something else.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var value *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "":
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near := diag.Nearest(unknown.GetSpecifiedName(), names); near != "" {
			return fmt.Errorf("%w; did you mean --%s?", err, near)
		}
	case errors.As(err, &value):
		wants := map[string]string{"int": "a whole number", "int64": "a whole number from 0 on", "uint64": "a whole number from 1 on", "duration": "an interval such as 500ms or 2s", "bool": "true or false"}
		if w := wants[value.GetFlag().Value.Type()]; w != "" {
			return fmt.Errorf("--%s wants %s, not %q", value.GetFlag().Name, w, value.GetValue())
		}
	}
	return err
}

// noArgs refuses arguments. The usual reason for one is a site folder, which
// has a flag.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if info, err := os.Stat(args[0]); err == nil && info.IsDir() && cmd.Flags().Lookup("source") != nil {
		return fmt.Errorf("%s takes no arguments; name the site folder with --source %s", cmd.Name(), args[0])
	}
	if _, err := time.ParseDuration(args[0]); err == nil && cmd.Flags().Changed("poll") {
		return fmt.Errorf("%s takes no arguments; write the interval with an equals sign: --poll=%s", cmd.Name(), args[0])
	}
	return fmt.Errorf("%s takes no arguments, but there is %q", cmd.Name(), args[0])
}

// choice is the value of a flag that takes one of a few words.
type choice struct {
	value string
	words []string
}

func (c *choice) String() string { return c.value }

func (c *choice) Type() string { return "word" }

func (c *choice) Set(s string) error {
	for _, w := range c.words {
		if w == s {
			c.value = s
			return nil
		}
	}
	err := fmt.Errorf("choose one of %s", strings.Join(c.words, ", "))
	if near := diag.Nearest(s, c.words); near != "" {
		err = fmt.Errorf("did you mean %s? %w", near, err)
	}
	return err
}

// addFormat gives cmd the flag --format, the first word being the default.
func addFormat(cmd *cobra.Command, usage string, words ...string) *choice {
	c := &choice{value: words[0], words: words}
	cmd.Flags().Var(c, "format", usage)
	complete := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return words, cobra.ShellCompDirectiveNoFileComp
	}
	if err := cmd.RegisterFlagCompletionFunc("format", complete); err != nil {
		panic(err) // the flag was added above
	}
	return c
}
