package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"milepost/schedule/calendar"
)

// newSite are the flags of milepost new.
type newSite struct {
	name, start        string
	minimal, portfolio bool
	from               choice
	force, quiet       bool
}

func (a *app) newCommand() *cobra.Command {
	flags := newSite{from: choice{words: []string{"careconnect"}}}
	cmd := &cobra.Command{
		Use:   "new DIR",
		Short: "Begin a site: a plan to change, and what it takes to publish it",
		Long: `Make a site in the folder DIR: a plan that covers all of an implementation, with
comments that explain the format, its narrative, a README, a workflow that
publishes the site on GitHub Pages, and the schema by which editors check plans.

The plan starts on the next Monday, or the first Monday from --start on, and has
the name of the folder unless --name gives another.

A folder that is not empty is refused; one with nothing but .git counts as empty.
With --force the files that are missing are added. A file that is there is never
overwritten, and if content/ has another plan already it stays as it is. If
anything is in the way, nothing is written.`,
		Example: `  milepost new roadmap
  milepost new . --name "Move to the new office" --start 2026-03-02
  milepost new roadmap --minimal
  milepost new county --portfolio
  milepost new example --from careconnect`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) == 0 || args[0] == "":
				return errors.New("new wants the folder of the site, such as: milepost new roadmap")
			case len(args) > 1:
				return fmt.Errorf("new takes one folder, but there are %q; put a name with blanks in quotes", args)
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
	}
	cmd.Flags().StringVar(&flags.name, "name", "", "`text` that readers see as the name of the plan (default: made of DIR)")
	cmd.Flags().StringVar(&flags.start, "start", "", "`day` such as 2026-01-05; the plan starts on the first Monday from it on (default: the next Monday)")
	cmd.Flags().BoolVar(&flags.minimal, "minimal", false, "begin with a small plan in one file")
	cmd.Flags().BoolVar(&flags.portfolio, "portfolio", false, "begin with three small plans and a front page that compares them")
	cmd.Flags().Var(&flags.from, "from", "begin with a copy of an example: careconnect")
	cmd.Flags().BoolVar(&flags.force, "force", false, "add what is missing to a folder that is not empty; nothing is overwritten")
	cmd.Flags().BoolVarP(&flags.quiet, "quiet", "q", false, "say nothing but errors")
	complete := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return flags.from.words, cobra.ShellCompDirectiveNoFileComp
	}
	if err := cmd.RegisterFlagCompletionFunc("from", complete); err != nil {
		panic(err) // the flag was added above
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := flags.check(cmd.Flags().Changed); err != nil {
			a.started = false
			return err
		}
		return a.newSite(&flags, args[0])
	}
	return cmd
}

// check refuses flags that contradict each other.
func (f *newSite) check(given func(string) bool) error {
	var sites []string
	for _, name := range []string{"minimal", "portfolio", "from"} {
		if given(name) {
			sites = append(sites, "--"+name)
		}
	}
	if len(sites) > 1 {
		return fmt.Errorf("%s exclude each other: a site begins with one plan; choose one of them", strings.Join(sites, " and "))
	}
	for _, name := range []string{"name", "start"} {
		if f.from.value != "" && given(name) {
			return fmt.Errorf("--from copies an example as it is: leave --%s out, and change the copy", name)
		}
	}
	if given("start") && f.start == "" {
		return errors.New("--start is empty: write a day such as 2026-01-05, or leave it out")
	}
	if given("name") {
		switch {
		case strings.TrimSpace(f.name) == "":
			return errors.New("--name is empty: write what readers see, or leave it out")
		case !utf8.ValidString(f.name) || strings.ContainsFunc(f.name, unicode.IsControl):
			return fmt.Errorf("--name %q is not a line of text", f.name)
		}
	}
	return nil
}

// newSite makes the site in a folder and says what to do with it.
func (a *app) newSite(flags *newSite, dir string) error {
	start, err := flags.monday()
	if err != nil {
		return err
	}
	name := flags.name
	if name == "" {
		name = nameOf(dir)
	}
	var files []starterFile
	begins := fmt.Sprintf("%q, which starts on %s", name, start.Time().Format("Mon 2 Jan 2006"))
	switch {
	case flags.from.value != "":
		files, begins = careConnectSite(), "a copy of the CareConnect roadmap"
	case flags.minimal:
		files = starterSite("minimal", name, start)
	case flags.portfolio:
		files = starterSite("portfolio", name, start)
		begins = "three plans that start on " + start.Time().Format("Mon 2 Jan 2006")
	default:
		files = starterSite("full", name, start)
	}
	t, err := openTarget(dir)
	if err != nil {
		return err
	}
	defer t.close()
	if !flags.force {
		if err := t.checkEmpty(); err != nil {
			return err
		}
	}
	if err := t.compare(files); err != nil {
		return err
	}
	if list, err := t.check(); err != nil || list.Failed() {
		if err != nil {
			return err
		}
		if err := a.printDiagnostics(a.stderr, fromHere(list, dir)); err != nil {
			return err
		}
		return fmt.Errorf("the starter does not fit the files in %s; nothing was written: move them away, or begin in another folder", shellWord(filepath.Join(dir, "content")))
	}
	if err := t.write(); err != nil {
		return err
	}
	if flags.quiet {
		return nil
	}
	return a.sayNew(t, begins)
}

// monday returns the day on which the plan starts.
func (f *newSite) monday() (calendar.Date, error) {
	day, err := today()
	day++ // not today, also on a Monday
	if f.start != "" {
		day, err = dayFlag("start", f.start)
	}
	if err != nil {
		return 0, err
	}
	day += calendar.Date((time.Monday - day.Weekday() + 7) % 7)
	if y := day.Time().Year(); y < 1900 || y > 2100 {
		return 0, fmt.Errorf("a plan cannot start on %s: choose a day from 1900 to 2100 with --start", day)
	}
	return day, nil
}

// nameOf makes a name of a folder: "Clinic booking" of clinic-booking.
func nameOf(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	words := strings.FieldsFunc(strings.ToValidUTF8(filepath.Base(dir), ""), func(r rune) bool {
		return strings.ContainsRune("-_.", r) || unicode.IsSpace(r) || unicode.IsControl(r) || r == filepath.Separator
	})
	name := strings.Join(words, " ")
	if name == "" {
		return "Roadmap"
	}
	first, n := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[n:]
}

// sayNew tells what was written and what to do next.
func (a *app) sayNew(t *target, begins string) error {
	var b strings.Builder
	where := "this folder"
	if t.dir != "." {
		where = shellWord(t.dir)
	}
	if len(t.missing) == 0 {
		fmt.Fprintf(&b, "nothing to add: %s has every file already\n", where)
	} else if t.ownPlan {
		fmt.Fprintf(&b, "wrote %s into %s\n", count(len(t.missing), "file"), where)
	} else {
		fmt.Fprintf(&b, "wrote %s into %s: %s\n", count(len(t.missing), "file"), where, begins)
	}
	if t.ownPlan {
		b.WriteString("kept content/ as it is, since it has a plan of its own\n")
	}
	for _, file := range t.kept {
		fmt.Fprintf(&b, "kept %s\n", file)
	}
	b.WriteString("\nNext:\n")
	if t.dir != "." {
		fmt.Fprintf(&b, "  cd %s\n", shellWord(t.dir))
	}
	b.WriteString("  milepost serve    open the address that it prints, and edit the files below content/\n" +
		"  milepost check    what is wrong, what does not add up\n" +
		"\nHow to publish it on GitHub Pages is told in .github/workflows/pages.yml.\n")
	if above := t.repository(); above != "" {
		fmt.Fprintf(&b, "GitHub looks for it at the root of a repository only, and that is %s.\n", shellWord(above))
	}
	_, err := a.stdout.Write([]byte(b.String()))
	return err
}

// repository returns the folder above the site that is a git repository, if the
// site itself is not the root of one.
func (t *target) repository() string {
	dir, err := filepath.Abs(t.dir)
	if err != nil {
		return ""
	}
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil && at != dir {
			return at
		} else if err == nil || at == filepath.Dir(at) || !errors.Is(err, fs.ErrNotExist) {
			return ""
		}
	}
}

// shellWord writes a path as a word of a shell.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-/+:@%,=\\", r)
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
