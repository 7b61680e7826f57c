package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"milepost/generator"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// adding are the flags of milepost add.
type adding struct {
	siteFlags
	folder, name, phase, id, file, date string
	dryRun                              bool
}

func (a *app) addCommand() *cobra.Command {
	var flags adding
	cmd := &cobra.Command{
		Use:   "add KIND [ID]",
		Short: "Add a table to the plan, or a report or page to the site",
		Long: `Add a table of a kind to the plan: work, risk, milestone, role and so on. It has
the next free id, the keys that it needs with values to change, and every other
key as a comment with its meaning. Nothing else in the file changes.

It goes behind the last table of its kind, work behind the last of its phase, in
the file that has most of that kind; if none has any, into the usual file, such as
risks.toml, or the one that --file names.

  milepost add report    writes reports/DAY.md, a status report with the plan's values
  milepost add page ID   writes ID.md, a page of text

A plan with errors is left as it is. The kinds of tables are

` + wrapped(strings.Join(addKinds(), " "), 76, "  "),
		Example: `  milepost add work --phase P2 --name "Move the servers"
  milepost add risk --name "The mover cancels"
  milepost add milestone --phase P2
  milepost add role data-analyst
  milepost add kpi --dry-run
  milepost add report --date 2026-02-06`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return errors.New("add wants a kind of table, such as: milepost add work")
			case len(args) > 2:
				return fmt.Errorf("add takes a kind and an id, but there are %q; what readers see is given with --name", args)
			}
			return checkKind(args[0])
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return append(addKinds(), "report", "page"), cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().StringVarP(&flags.source, "source", "s", ".", "site `folder`, in which content/ lies")
	cmd.Flags().BoolVarP(&flags.quiet, "quiet", "q", false, "say nothing but errors")
	markDir(cmd, "source")
	flags.given = cmd.Flags().Changed
	addPlan(cmd, &flags.folder, &flags.siteFlags)
	cmd.Flags().StringVar(&flags.name, "name", "", "`text` that readers see")
	cmd.Flags().StringVar(&flags.phase, "phase", "", "`id` of the phase that it belongs to")
	cmd.Flags().StringVar(&flags.id, "id", "", "`id` of the table, the same as ID (default: the next free one)")
	cmd.Flags().StringVar(&flags.file, "file", "", "`file` of the plan that the table goes into, such as risks.toml; it need not be there")
	cmd.Flags().StringVar(&flags.date, "date", "", "`day` of a report, such as 2026-02-06 (default: the status date, else today)")
	cmd.Flags().BoolVar(&flags.dryRun, "dry-run", false, "print what would be added, and write nothing")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		kind := args[0]
		if len(args) == 2 {
			if flags.given("id") {
				return fmt.Errorf("the id is given twice: %q and --id %q", args[1], flags.id)
			}
			flags.id = args[1]
		}
		if err := flags.check(kind, len(args) == 2 || flags.given("id")); err != nil {
			a.started = false
			return err
		}
		p, err := a.computed(&flags.siteFlags, flags.folder)
		if err != nil {
			return err
		}
		switch kind {
		case "report":
			return a.addReport(&flags, p)
		case "page":
			return a.addPage(&flags, p)
		}
		return a.addTable(&flags, p, kind)
	}
	return cmd
}

// addKinds are the kinds of tables that can be added.
func addKinds() []string {
	var names []string
	for _, k := range plan.Describe() {
		if k.Name != "plan" {
			names = append(names, k.Name)
		}
	}
	return names
}

// checkKind refuses a kind that cannot be added and says what can.
func checkKind(kind string) error {
	switch {
	case slices.Contains(addKinds(), kind) || kind == "report" || kind == "page":
		return nil
	case kind == "plan":
		return errors.New("a plan has one table [plan]; a further plan is a folder below content/ with a plan.toml of its own, and milepost new begins another site")
	case kind == "baseline" || kind == "baselines":
		return errors.New("a baseline is computed: milepost baseline save writes one")
	}
	near := plan.NearestKind(kind)
	if near == "" || near == "plan" {
		near = diag.Nearest(kind, []string{"report", "page"})
	}
	if near != "" {
		return fmt.Errorf("there is no kind of table %q; did you mean %s?", kind, near)
	}
	return fmt.Errorf("there is no kind of table %q; choose one of %s, report, page", kind, strings.Join(addKinds(), ", "))
}

// check refuses flags that the kind has no use for, and ids that are none.
func (f *adding) check(kind string, withID bool) error {
	for _, flag := range []string{"phase", "file"} {
		if f.given(flag) && (kind == "report" || kind == "page") {
			return fmt.Errorf("--%s is for tables: leave it out", flag)
		}
	}
	if f.given("date") && kind != "report" {
		return errors.New("--date is for reports: leave it out")
	}
	if f.given("phase") && !slices.ContainsFunc(kindNamed(kind).Keys, func(k plan.Key) bool { return k.Name == "phase" && !k.Common }) {
		var with []string
		for _, k := range plan.Describe() {
			if slices.ContainsFunc(k.Keys, func(k plan.Key) bool { return k.Name == "phase" }) {
				with = append(with, k.Name)
			}
		}
		return fmt.Errorf("a table [%s.ID] has no phase: leave --phase out; it is for %s", kind, strings.Join(with, ", "))
	}
	if strings.ContainsAny(f.name, "\r\n") {
		return fmt.Errorf("--name %q is not a line of text", f.name)
	}
	if kind == "report" && withID {
		return errors.New("a report is named after its day: give it with --date")
	}
	if withID && !plan.IsID(f.id) {
		return fmt.Errorf("%q cannot be an id: it begins with a letter or digit and goes on with letters (a to z), digits, \".\", \"_\" and \"-\"", f.id)
	}
	return nil
}

func kindNamed(name string) plan.Kind {
	for _, k := range plan.Describe() {
		if k.Name == name {
			return k
		}
	}
	return plan.Kind{}
}

// addTable puts a table into a file of the plan.
func (a *app) addTable(flags *adding, p generator.Plan, kind string) error {
	d, err := newDraft(p, kind, flags)
	if err != nil {
		return err
	}
	dir := path.Join("content", p.Dir)
	file, err := flags.fileOf(d, dir)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(flags.source)
	if err != nil {
		return fmt.Errorf("open the site folder: %w", err)
	}
	defer root.Close()
	old, mode, err := readForChange(root, file)
	if err != nil {
		return err
	}
	if old == nil {
		if _, err := root.Stat(schemaFile); err == nil {
			old = []byte(schemaLine(file))
		}
	}
	text, line, list, err := insertSafely(root.FS(), file, old, d)
	if err != nil {
		return err
	}
	if list.Failed() {
		list.AddExcerpts(overlay{root.FS(), map[string][]byte{file: text}})
		if err := a.printDiagnostics(a.stderr, fromHere(list, flags.source)); err != nil {
			return err
		}
		return fmt.Errorf("a table %s does not fit into %s, which is as it was: add it by hand, or name another file with --file", d.header(), flags.shown(file))
	}
	if flags.dryRun {
		_, err := fmt.Fprintf(a.stdout, "# %s:%d\n\n%s", flags.shown(file), line, d.text())
		return err
	}
	if err := writeInPlace(root, file, text, mode); err != nil {
		return fmt.Errorf("write %s: %w", flags.shown(file), err)
	}
	if flags.quiet {
		return nil
	}
	_, err = fmt.Fprintf(a.stdout, "%s:%d: added %s, %s\n", flags.shown(file), line, d.header(), d.name)
	return err
}

// shown is the path of a file of the site from the current folder.
func (f *adding) shown(file string) string {
	return filepath.ToSlash(filepath.Join(f.source, filepath.FromSlash(file)))
}

// fileOf returns the file that a table goes into: the one that is named, the one
// that has most of its kind, or the usual one.
func (f *adding) fileOf(d *draft, dir string) (string, error) {
	if f.given("file") {
		name := path.Clean(filepath.ToSlash(f.file))
		if rest, ok := strings.CutPrefix(name, dir+"/"); ok {
			name = rest
		}
		switch {
		case path.Ext(name) != ".toml" || strings.HasPrefix(name, "."):
			return "", fmt.Errorf("--file %q is no file of a plan: its name ends with .toml", f.file)
		case strings.ContainsAny(name, "/"):
			return "", fmt.Errorf("--file %q is in another folder: all files of the plan lie in %s", f.file, f.shown(dir))
		case name == "site.toml":
			return "", errors.New("site.toml holds the settings of the site, and no tables of a plan")
		}
		return path.Join(dir, name), nil
	}
	if file := d.usedFile(); file != "" {
		return file, nil
	}
	return path.Join(dir, usualFiles[d.kind.Name]), nil
}

// readForChange returns the text of a file and its permissions; nil if it is not
// there. A link is left to its owner.
func readForChange(root *os.Root, file string) ([]byte, fs.FileMode, error) {
	info, err := root.Lstat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, 0o644, nil
	case err != nil:
		return nil, 0, fmt.Errorf("read %s: %w", file, err)
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, 0, fmt.Errorf("%s is a link: add the table to the file that it leads to, or to another with --file", file)
	case !info.Mode().IsRegular():
		return nil, 0, fmt.Errorf("%s is not a file: name another with --file", file)
	case info.Mode()&0o222 == 0:
		return nil, 0, fmt.Errorf("%s is read-only: make it writable, or name another file with --file", file)
	}
	data, err := root.ReadFile(file)
	if err != nil {
		return nil, 0, fmt.Errorf("read %s: %w", file, err)
	}
	if data == nil {
		data = []byte{}
	}
	return data, info.Mode().Perm(), nil
}

// writeInPlace writes a file below root, whole or not at all. One that is there
// keeps its mode, which must be given.
func writeInPlace(root *os.Root, file string, data []byte, mode fs.FileMode) error {
	if err := root.MkdirAll(path.Dir(file), 0o755); err != nil {
		return err
	}
	temp := path.Join(path.Dir(file), fmt.Sprintf(".%s.%d.new", path.Base(file), os.Getpid()))
	err := root.WriteFile(temp, data, mode)
	if _, none := root.Lstat(file); err == nil && none == nil {
		err = root.Chmod(temp, mode) // the mask of the process does not count
	}
	if err == nil {
		err = root.Rename(temp, file)
	}
	if err != nil {
		root.Remove(temp)
	}
	return err
}
