package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"milepost/generator"
	"milepost/schedule/diag"
)

// siteBuild is what the flags of build ask for.
type siteBuild struct {
	siteFlags
	minify bool
	strict bool
	timed  bool
	cache  *generator.Cache // of all builds while watching
	times  timings
}

func (a *app) buildCommand() *cobra.Command {
	var (
		b     siteBuild
		watch bool
		poll  time.Duration
	)
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Build the site: content/ becomes public/",
		Long: `Build the site from content/ into public/.

Files whose bytes did not change are not written, files of an earlier build that
are gone are removed, and files that milepost did not write are never touched.
If the plan has errors nothing is written: the old site stays as it was.

With --watch it then waits for edits below content/ and themes/ and builds again
after each. Ctrl-C ends it.`,
		Example: `  milepost build
  milepost build -s plans/careconnect -d /var/www/roadmap
  milepost build --baseURL https://example.org/roadmap/ --strict
  milepost build --watch              for a web server of your own`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case cmd.Flags().Changed("poll") && !watch:
				a.started = false
				return errors.New("--poll is how to watch: add --watch, or leave it out")
			case b.given("poll") && poll <= 0:
				a.started = false
				return badPoll(poll)
			}
			if b.output != "" {
				b.output = filepath.Clean(b.output)
			}
			if err := checkDestination(b.source, b.destination()); err != nil {
				return err
			}
			if _, err := b.options(); err != nil {
				return err
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			context.AfterFunc(ctx, stop) // who interrupts twice does not want to wait
			if watch {
				return a.buildAndWatch(ctx, &b, poll)
			}
			m := b.make(ctx)
			if m.err != nil {
				return m.err
			}
			return a.publish(&b, m, func(r generator.WriteReport) string {
				return fmt.Sprintf("built %s into %s in %s: %s", count(countPages(m.result.Files), "page"), b.destination(), m.took, writes(r))
			})
		},
	}
	b.add(cmd)
	b.addPages(cmd)
	cmd.Flags().StringVarP(&b.output, "destination", "d", "", "`folder` for the site (default public/ in the site folder)")
	cmd.Flags().BoolVar(&b.minify, "minify", false, "make the files smaller")
	cmd.Flags().BoolVar(&b.strict, "strict", false, "warnings and findings fail the build too")
	cmd.Flags().BoolVar(&b.timed, "timings", false, "tell how long each stage took")
	cmd.Flags().BoolVarP(&watch, "watch", "w", false, "build again whenever a file of the site changes")
	addPoll(cmd, &poll)
	markDir(cmd, "destination")
	return cmd
}

// addPoll gives cmd the flag --poll.
func addPoll(cmd *cobra.Command, poll *time.Duration) {
	cmd.Flags().DurationVar(poll, "poll", 0, "look for changes at this `interval` instead of waiting for events")
	cmd.Flags().Lookup("poll").NoOptDefVal = "1s"
}

func badPoll(poll time.Duration) error {
	return fmt.Errorf("--poll wants an interval such as 500ms or 2s, not %v", poll)
}

// made is what one build made.
type made struct {
	result *generator.Result // nil if the author's files have errors
	list   diag.List
	took   time.Duration
	err    error
}

// make builds the site in memory. It returns early if ctx is done, with
// errInterrupted.
func (b *siteBuild) make(ctx context.Context) made {
	done := make(chan made, 1)
	go func() {
		began := time.Now()
		b.times = timings{}
		var m made
		m.result, m.list, m.err = b.generate()
		m.took = time.Since(began).Round(time.Millisecond)
		done <- m
	}()
	select {
	case m := <-done:
		return m
	case <-ctx.Done():
		return made{err: errInterrupted}
	}
}

func (b *siteBuild) generate() (*generator.Result, diag.List, error) {
	opts, err := b.options()
	if err != nil {
		return nil, nil, err
	}
	opts.Minify = b.minify
	opts.Cache = b.cache
	opts.Stage = b.times.stage
	result, list, err := generator.Build(opts)
	if err != nil {
		return nil, nil, err
	}
	if err := b.checkSearch(result); err != nil {
		return nil, nil, err
	}
	return result, fromHere(list, b.source), nil
}

// publish tells what a build has to say and writes the site, or says why not.
// Summary is the line about what was written.
func (a *app) publish(b *siteBuild, m made, summary func(generator.WriteReport) string) error {
	if fails(m.list, b.strict) {
		if err := a.printBuild(m.list, b.strict, b.quiet); err != nil {
			return err
		}
		fmt.Fprintf(a.stderr, "build failed with %s; %s is as it was\n", tally(m.list), b.destination())
		return errProblems
	}
	if err := a.printBuild(m.list, false, b.quiet); err != nil {
		return err
	}
	// From here on the user has to wait, for a moment: half a site is worse than
	// either.
	b.times.stage("write")
	report, err := generator.Write(b.destination(), m.result.Files)
	if err != nil {
		return writeError(b.destination(), err)
	}
	stages := b.times.end()
	if b.timed && !b.quiet {
		if err := printTimings(a.stdout, stages); err != nil {
			return err
		}
	}
	if b.quiet {
		return nil
	}
	_, err = fmt.Fprintln(a.stdout, summary(report)+seeCheck(m.list, b.source))
	return err
}

// writes says what was written.
func writes(r generator.WriteReport) string {
	return fmt.Sprintf("%s written, %d unchanged, %d removed", count(r.Written, "file"), r.Unchanged, r.Removed)
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
		command += " -s " + shellWord(source)
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
		real, err := realPath(filepath.Join(from, own))
		if err != nil {
			return fmt.Errorf("find %s: %w", own, err)
		}
		if inside(real, from) {
			continue // opening the site says what is wrong with that link
		}
		if inside(to, real) {
			return fmt.Errorf("the destination %s holds %s, which is source: choose another with --destination", dest, own)
		}
		if inside(real, to) {
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
