package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// stdin is what standard input is called in messages and diffs.
const stdin = "<stdin>"

// formatting is one run of milepost fmt.
type formatting struct {
	*app
	source             string
	check, diff, quiet bool

	changed bool // something is laid out otherwise than it was
	failed  bool // something was left alone because of a problem
}

func (a *app) formatCommand() *cobra.Command {
	f := &formatting{app: a}
	cmd := &cobra.Command{
		Use:   "fmt [FILE | FOLDER]... | -",
		Short: "Lay out the files of a plan",
		Long: `Lay out .toml files in one way: blanks, empty lines, long lists, and comments
below each other. Tables, keys, values and comments stay as they are, in their
order; a file of which anything else would change is left alone.

Without arguments all .toml files below content/ are laid out, also site.toml and
baselines. A folder stands for those below it, and - for standard input, which is
written to standard output. The names of the files that it has changed are printed.

A file that is not TOML is told as milepost check tells it, and left alone; the
others are laid out.`,
		Example: `  milepost fmt
  milepost fmt content/plan.toml
  milepost fmt --check           in continuous integration
  milepost fmt --diff            what it would change
  milepost fmt - < plan.toml     in an editor`,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"toml"}, cobra.ShellCompDirectiveFilterFileExt
		},
	}
	cmd.Flags().StringVarP(&f.source, "source", "s", ".", "site `folder`, in which content/ lies")
	cmd.Flags().BoolVar(&f.check, "check", false, "write nothing; list the files that are laid out otherwise, and exit with 1 if there are some")
	cmd.Flags().BoolVar(&f.diff, "diff", false, "write nothing; print what would change")
	cmd.Flags().BoolVarP(&f.quiet, "quiet", "q", false, "say nothing but errors")
	markDir(cmd, "source")
	cmd.Args = func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) > 0 && cmd.Flags().Changed("source"):
			return fmt.Errorf("fmt takes either the site folder with --source or files, but there is %q as well", args[0])
		case slices.Contains(args, "-") && len(args) > 1:
			return errors.New("fmt reads standard input, -, alone: leave out the other arguments")
		case f.quiet && f.diff:
			return errors.New("--quiet leaves nothing of --diff: leave one of them out")
		}
		return nil
	}
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if slices.Equal(args, []string{"-"}) {
			return f.standardInput(cmd.InOrStdin())
		}
		files, err := f.files(args)
		if err != nil {
			return err
		}
		for _, file := range files {
			if err := f.file(file); err != nil {
				return err
			}
		}
		return f.outcome()
	}
	return cmd
}

// outcome is the error that the run ends with.
func (f *formatting) outcome() error {
	if f.failed || f.check && f.changed {
		return errProblems
	}
	return nil
}

// tomlFile is a file to be laid out. What it links to must be below the folder
// that it was found in, if it was not named.
type tomlFile struct{ name, below string }

// files lists the files that the arguments stand for; without any, those of the
// site.
func (f *formatting) files(args []string) ([]tomlFile, error) {
	if len(args) == 0 {
		if _, err := openSite(f.source, filepath.Join(f.source, "public")); err != nil {
			return nil, err
		}
		return tomlFiles(filepath.Join(f.source, "content"), f.source)
	}
	var out []tomlFile
	for _, arg := range args {
		info, err := os.Stat(arg)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("there is no file %q", arg)
		case err != nil:
			return nil, err
		case info.IsDir():
			below, err := tomlFiles(arg, arg)
			if err != nil {
				return nil, err
			}
			out = append(out, below...)
		case !strings.EqualFold(filepath.Ext(arg), ".toml"):
			return nil, fmt.Errorf("%q is not a .toml file", arg)
		default:
			out = append(out, tomlFile{name: arg})
		}
	}
	return out, nil
}

// tomlFiles lists the .toml files below a folder, without hidden ones.
func tomlFiles(folder, below string) ([]tomlFile, error) {
	var out []tomlFile
	root := folder + string(filepath.Separator) // which follows a link
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(d.Name(), ".") && name != root && d.IsDir():
			return fs.SkipDir
		case d.IsDir() || strings.HasPrefix(d.Name(), ".") || !strings.EqualFold(filepath.Ext(name), ".toml"):
			return nil
		}
		out = append(out, tomlFile{name, below})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the files to be laid out: %w", err)
	}
	return out, nil
}

// leaveAlone tells why a file is not laid out.
func (f *formatting) leaveAlone(list diag.List, src []byte) error {
	f.failed = true
	list.AddExcerptsFrom(src)
	return f.printDiagnostics(f.stderr, list)
}

// file lays out one file. The error is about the disk.
func (f *formatting) file(file tomlFile) error {
	name := filepath.ToSlash(filepath.Clean(file.name))
	var problems diag.List
	target, err := filepath.EvalSymlinks(file.name)
	if errors.Is(err, fs.ErrNotExist) {
		problems.Errorf("E107", diag.Pos{File: name}, "%s is a link to a file that is not there", filepath.Base(name)).
			Hint = "restore the file, or delete the link"
		return f.leaveAlone(problems, nil)
	}
	if err != nil {
		return err
	}
	info, err := os.Stat(target)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		problems.Errorf("E107", diag.Pos{File: name}, "%s is not a file", filepath.Base(name)).
			Hint = "give it another name, or move it out of the plan's folder"
		return f.leaveAlone(problems, nil)
	}
	if file.below != "" {
		if inside, err := isBelow(target, file.below); err != nil {
			return err
		} else if !inside {
			f.failed = true
			_, err := fmt.Fprintf(f.stderr, "milepost: %s is a link out of %s, and left alone: name the file to have it laid out, %s\n", name, folderName(file.below), target)
			return err
		}
	}
	src, err := os.ReadFile(target)
	if err != nil {
		return err
	}
	out, list, err := plan.Format(name, src)
	switch {
	case err != nil:
		f.failed = true
		_, err := fmt.Fprintf(f.stderr, "milepost: %s\n", err)
		return err
	case len(list) > 0:
		return f.leaveAlone(list, src)
	case string(out) == string(src):
		return nil
	}
	f.changed = true
	if f.check || f.diff {
		return f.tell(name, src, out)
	}
	if why, err := refusal(target, info.Mode(), src); err != nil {
		return err
	} else if why != "" {
		f.failed = true
		_, err := fmt.Fprintf(f.stderr, "milepost: %s %s, and is left alone\n", name, why)
		return err
	}
	if err := replaceFile(target, out, info.Mode().Perm()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return f.tell(name, src, out)
}

// refusal says why a file must not be replaced: its owner has made it read-only,
// which a rename would not respect, or somebody saved it since it was read.
func refusal(file string, mode fs.FileMode, read []byte) (string, error) {
	if mode&0o222 == 0 {
		return "is read-only", nil
	}
	now, err := os.ReadFile(file)
	if err == nil && !bytes.Equal(now, read) {
		return "was saved while it was laid out", nil
	}
	return "", err
}

// tell prints the name of a file that changes, or how it does.
func (f *formatting) tell(name string, before, after []byte) error {
	var err error
	switch {
	case f.diff:
		_, err = f.stdout.Write(diff.Diff(name+".orig", before, name, after))
	case !f.quiet:
		_, err = fmt.Fprintln(f.stdout, name)
	}
	return err
}

// standardInput lays out what it reads and prints it, or what would change.
func (f *formatting) standardInput(in io.Reader) error {
	src, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("read standard input: %w", err)
	}
	out, list, err := plan.Format(stdin, src)
	switch {
	case err != nil:
		f.failed = true
		fmt.Fprintf(f.stderr, "milepost: %s\n", err)
		return f.outcome()
	case len(list) > 0:
		if err := f.leaveAlone(list, src); err != nil {
			return err
		}
		return f.outcome()
	case !f.check && !f.diff:
		_, err := f.stdout.Write(out)
		return err
	}
	if f.changed = string(out) != string(src); f.changed {
		if err := f.tell(stdin, src, out); err != nil {
			return err
		}
	}
	return f.outcome()
}

// isBelow reports whether a file that is no link lies in a folder.
func isBelow(file, folder string) (bool, error) {
	folder, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return false, err
	}
	if folder, err = filepath.Abs(folder); err != nil {
		return false, err
	}
	if file, err = filepath.Abs(file); err != nil {
		return false, err
	}
	rel, err := filepath.Rel(folder, file)
	return err == nil && filepath.IsLocal(rel), nil
}

// replaceFile writes a file anew, whole or not at all, with the mode that it has.
func replaceFile(file string, data []byte, mode fs.FileMode) error {
	root, err := os.OpenRoot(filepath.Dir(file))
	if err != nil {
		return err
	}
	defer root.Close()
	return writeInPlace(root, filepath.Base(file), data, mode)
}
