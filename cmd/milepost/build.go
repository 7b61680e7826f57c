package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"milepost/generator"
	"milepost/schedule/diag"
)

func (a *app) buildCommand() *cobra.Command {
	var (
		flags  siteFlags
		dest   string
		minify bool
		strict bool
		timed  bool
	)
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Build the site: content/ becomes public/",
		Long: `Build the site from content/ into public/.

Files whose bytes did not change are not written, files of an earlier build that
are gone are removed, and files that milepost did not write are never touched.
If the plan has errors nothing is written: the old site stays as it was.`,
		Example: `  milepost build
  milepost build -s plans/careconnect -d /var/www/roadmap
  milepost build --baseURL https://example.org/roadmap/ --strict`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			began := time.Now()
			opts, err := flags.options()
			if err != nil {
				return err
			}
			opts.Minify = minify
			var times timings
			if timed {
				opts.Stage = times.stage
			}
			if dest == "" {
				dest = filepath.Join(flags.source, "public")
			}
			if err := checkDestination(flags.source, dest); err != nil {
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
			if fails(list, strict) {
				if err := a.printBuild(list, strict, flags.quiet); err != nil {
					return err
				}
				fmt.Fprintf(a.stderr, "build failed with %s; %s is as it was\n", tally(list), dest)
				return errProblems
			}
			if err := a.printBuild(list, false, flags.quiet); err != nil {
				return err
			}
			if timed {
				times.stage("write")
			}
			report, err := generator.Write(dest, result.Files)
			if err != nil {
				return writeError(dest, err)
			}
			if timed && !flags.quiet {
				if err := printTimings(a.stdout, times.end()); err != nil {
					return err
				}
			}
			if flags.quiet {
				return nil
			}
			_, err = fmt.Fprintf(a.stdout, "built %s into %s in %s: %s written, %d unchanged, %d removed%s\n",
				count(countPages(result.Files), "page"), dest, time.Since(began).Round(time.Millisecond),
				count(report.Written, "file"), report.Unchanged, report.Removed, seeCheck(list, flags.source))
			return err
		},
	}
	flags.add(cmd)
	flags.addPages(cmd)
	cmd.Flags().StringVarP(&dest, "destination", "d", "", "`folder` for the site (default public/ in the site folder)")
	cmd.Flags().BoolVar(&minify, "minify", false, "make the files smaller")
	cmd.Flags().BoolVar(&strict, "strict", false, "warnings and findings fail the build too")
	cmd.Flags().BoolVar(&timed, "timings", false, "tell how long each stage took")
	markDir(cmd, "destination")
	return cmd
}

// printBuild tells what a build has to say of the files: errors always,
// warnings unless quiet, findings only if they fail the build. The site and
// milepost check tell them otherwise.
func (a *app) printBuild(list diag.List, strict, quiet bool) error {
	shown := list
	if !strict {
		shown = list.Only(diag.Error)
		if !quiet {
			shown = append(shown, list.Only(diag.Warning)...)
		}
	}
	return a.printDiagnostics(a.stderr, shown)
}

// seeCheck ends a summary with what the list holds and where to read it.
func seeCheck(list diag.List, source string) string {
	if len(list) == 0 {
		return ""
	}
	command := "milepost check"
	if source != "." {
		command += " -s " + source
	}
	return fmt.Sprintf("; %s (see %s)", tally(list), command)
}

func countPages(files []generator.File) int {
	n := 0
	for _, f := range files {
		if path.Ext(f.Path) == ".html" {
			n++
		}
	}
	return n
}

// checkDestination refuses to publish into the author's own files.
func checkDestination(source, dest string) error {
	from, err := realPath(source)
	if err != nil {
		return fmt.Errorf("find the site folder: %w", err)
	}
	to, err := realPath(dest)
	if err != nil {
		return fmt.Errorf("find the destination: %w", err)
	}
	if inside(to, from) {
		return fmt.Errorf("the destination %s holds the site's source: choose an empty folder with --destination", dest)
	}
	for _, own := range []string{"content", "themes", ".git"} {
		if inside(filepath.Join(from, own), to) {
			return fmt.Errorf("the destination %s lies in %s, which is source: choose another with --destination", dest, own)
		}
	}
	info, err := os.Stat(dest)
	if err == nil && !info.IsDir() {
		return fmt.Errorf("the destination %s is a file: choose a folder with --destination", dest)
	}
	return nil
}

// inside reports whether path is dir or lies below it.
func inside(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

// realPath returns the absolute path with the links of its existing part
// resolved.
func realPath(p string) (string, error) {
	abs, err := filepath.Abs(p)
	if err != nil {
		return "", err
	}
	rest := ""
	for dir := abs; ; dir = filepath.Dir(dir) {
		real, err := filepath.EvalSymlinks(dir)
		if err == nil {
			return filepath.Join(real, rest), nil
		}
		if !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			return abs, nil // what is wrong shows when it is used
		}
		rest = filepath.Join(filepath.Base(dir), rest)
	}
}

// writeError says what to do about a destination that cannot be written.
func writeError(dest string, err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w: make %s writable, or choose another folder with --destination", err, dest)
	}
	return err
}
