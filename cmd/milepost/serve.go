package main

import (
	"fmt"
	"os"
	"os/signal"
	"path"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"milepost/generator"
	"milepost/generator/preview"
	"milepost/schedule/diag"
)

func (a *app) serveCommand() *cobra.Command {
	var (
		flags siteFlags
		host  string
		port  int
		poll  time.Duration
	)
	cache := &generator.Cache{} // of all builds of this preview
	cmd := &cobra.Command{
		Use:     "serve",
		Aliases: []string{"server"},
		Short:   "Preview the site and follow edits",
		Long: `Build the site in memory, serve it on this machine, and build it again whenever a
file below content/ or themes/ changes. Open pages reload by themselves. If a
build fails they show why, on top of the last good site. Nothing is written.

The preview lives below the same path as the published site will, so that links
work here as they will there. Only this machine can read it unless --bind says
otherwise.`,
		Example: `  milepost serve
  milepost serve -s plans/careconnect -p 8080
  milepost serve --poll=2s            on file systems that send no events`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if poll < 0 || port < 0 || port > 65535 {
				a.started = false
				return fmt.Errorf("port %d and poll %v: a port is a number from 0 to 65535, an interval is positive", port, poll)
			}
			if _, err := flags.options(); err != nil {
				return err
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			var newest previewed
			return preview.Run(ctx, preview.Options{
				Dir:    flags.source,
				Output: flags.destination(),
				Host:   host,
				Port:   port,
				Poll:   poll,
				Build: func() (site *preview.Site, problems string, err error) {
					newest, err = a.previewBuild(flags, cache)
					return newest.site, newest.problems, err
				},
				Report: func() { a.reportPreview(newest, flags) },
				Say: func(format string, args ...any) {
					if !flags.quiet {
						fmt.Fprintf(a.stdout, format+"\n", args...)
					}
				},
			})
		},
	}
	flags.add(cmd)
	flags.addPages(cmd)
	cmd.Flags().IntVarP(&port, "port", "p", 1313, "`port` to listen on, or the next free one")
	cmd.Flags().StringVar(&host, "bind", "127.0.0.1", "`address` to listen on")
	addPoll(cmd, &poll)
	return cmd
}

// previewed is one build of the preview and how it went.
type previewed struct {
	site     *preview.Site // nil if the author's files have errors
	problems string        // the errors and warnings then
	list     diag.List
	took     time.Duration
}

// previewBuild builds the site for the preview.
func (a *app) previewBuild(flags siteFlags, cache *generator.Cache) (previewed, error) {
	began := time.Now()
	opts, err := flags.options()
	if err != nil {
		return previewed{}, err
	}
	opts.Cache = cache
	result, list, err := generator.Build(opts)
	if err != nil {
		return previewed{}, err
	}
	if err := flags.checkSearch(result); err != nil {
		return previewed{}, err
	}
	p := previewed{list: fromHere(list, flags.source)}
	if p.list.Failed() {
		var text strings.Builder
		if err := diag.Fprint(&text, append(p.list.Only(diag.Error), p.list.Only(diag.Warning)...)); err != nil {
			return previewed{}, err
		}
		p.problems = text.String()
		return p, nil
	}
	p.site = &preview.Site{Files: make(map[string][]byte, len(result.Files)), BaseURL: result.Config.BaseURL}
	for _, f := range result.Files {
		p.site.Files[f.Path] = f.Data
	}
	p.took = time.Since(began)
	return p, nil
}

// reportPreview tells how a build went. One that could not even read the site
// has its error told elsewhere.
func (a *app) reportPreview(p previewed, flags siteFlags) {
	if err := a.printBuild(p.list, false, flags.quiet); err != nil {
		return // nobody reads it
	}
	switch {
	case p.list.Failed():
		fmt.Fprintf(a.stderr, "build failed with %s; the preview shows the last good site\n", tally(p.list))
	case p.site != nil && !flags.quiet:
		pages := 0
		for name := range p.site.Files {
			if path.Ext(name) == ".html" {
				pages++
			}
		}
		fmt.Fprintf(a.stdout, "built %s in %s%s\n", count(pages, "page"), p.took.Round(time.Millisecond), seeCheck(p.list, flags.source))
	}
}
