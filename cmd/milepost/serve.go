package main

import (
	"fmt"
	"os"
	"os/signal"
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
			return preview.Run(ctx, preview.Options{
				Dir:   flags.source,
				Host:  host,
				Port:  port,
				Poll:  poll,
				Build: func() (*preview.Site, string, error) { return a.previewBuild(flags, cache) },
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
	cmd.Flags().DurationVar(&poll, "poll", 0, "look for changes at this `interval` instead of waiting for events")
	cmd.Flags().Lookup("poll").NoOptDefVal = "1s"
	return cmd
}

// previewBuild builds the site for the preview and tells how it went.
func (a *app) previewBuild(flags siteFlags, cache *generator.Cache) (*preview.Site, string, error) {
	began := time.Now()
	opts, err := flags.options()
	if err != nil {
		return nil, "", err
	}
	opts.Cache = cache
	result, list, err := generator.Build(opts)
	if err != nil {
		return nil, "", err
	}
	list = fromHere(list, flags.source)
	if err := a.printBuild(list, false, flags.quiet); err != nil {
		return nil, "", err
	}
	if list.Failed() {
		fmt.Fprintf(a.stderr, "build failed with %s; the preview shows the last good site\n", tally(list))
		var text strings.Builder
		if err := diag.Fprint(&text, append(list.Only(diag.Error), list.Only(diag.Warning)...)); err != nil {
			return nil, "", err
		}
		return nil, text.String(), nil
	}
	site := &preview.Site{Files: make(map[string][]byte, len(result.Files)), BaseURL: result.Config.BaseURL}
	for _, f := range result.Files {
		site.Files[f.Path] = f.Data
	}
	if !flags.quiet {
		fmt.Fprintf(a.stdout, "built %s in %s%s\n", count(countPages(result.Files), "page"),
			time.Since(began).Round(time.Millisecond), seeCheck(list, flags.source))
	}
	return site, "", nil
}
