package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
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

// serveFlags are the flags of milepost serve alone.
type serveFlags struct {
	siteFlags
	bind     string
	port     int
	hosts    []string
	poll     time.Duration
	open     bool
	navigate bool
	noReload bool
}

func (a *app) serveCommand() *cobra.Command {
	flags := &serveFlags{}
	cmd := &cobra.Command{
		Use:     "serve",
		Aliases: []string{"server"},
		Short:   "Preview the site and follow edits",
		Long: `Build the site in memory, serve it on this machine, and build it again whenever a
file below content/ or themes/ changes. Nothing is written.

An open page follows by itself: it is loaded anew if what it shows has changed,
where you were reading and with what you had unfolded, and only exchanges its
styles if only they have. If a build fails it shows why, on top of the last good
site. With --navigate it also goes to the page that you are writing: the one
that shows the Markdown file, or else the only one that an edit has changed.

The preview lives below the same path as the published site will, so that links
work here as they will there. Only this machine can read it unless --bind says
otherwise, and only by the names localhost, its address, and --allow-host.`,
		Example: `  milepost serve --open
  milepost serve -s plans/careconnect -p 8080
  milepost serve --navigate            the browser follows your editor
  milepost serve --bind 0.0.0.0        for a look on a phone
  milepost serve --poll=2s             on file systems that send no events`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := flags.check(); err != nil {
				a.started = false
				return err
			}
			if _, err := flags.scheduling(); err != nil {
				return err
			}
			if err := checkFolder(flags.source); err != nil {
				return err
			}
			return a.serve(cmd.Context(), flags)
		},
	}
	flags.add(cmd)
	flags.addPages(cmd)
	cmd.Flags().IntVarP(&flags.port, "port", "p", 1313, "`port` to listen on, or the next free one; 0 for any")
	cmd.Flags().StringVar(&flags.bind, "bind", "127.0.0.1", "`address` to listen on")
	cmd.Flags().StringArrayVar(&flags.hosts, "allow-host", nil, "further `name` that browsers may ask by, such as that of a proxy; can be repeated")
	addPoll(cmd, &flags.poll)
	cmd.Flags().BoolVarP(&flags.open, "open", "O", false, "open the site in the browser")
	cmd.Flags().BoolVarP(&flags.navigate, "navigate", "N", false, "open pages go to the page that was edited")
	cmd.Flags().BoolVar(&flags.noReload, "no-reload", false, "open pages stay as they are")
	return cmd
}

// check refuses values that no preview can have.
func (f *serveFlags) check() error {
	if f.port < 0 || f.port > 65535 {
		return fmt.Errorf("--port wants a number from 0 to 65535, not %d", f.port)
	}
	if f.given("poll") && f.poll <= 0 {
		return badPoll(f.poll)
	}
	if f.baseURL != "" {
		if err := generator.CheckBaseURL(f.baseURL); err != nil {
			return err
		}
	}
	if f.navigate && f.noReload {
		return errors.New("--navigate needs pages that follow: leave out --no-reload")
	}
	if strings.Contains(f.bind, "://") {
		return fmt.Errorf("--bind wants an address such as 127.0.0.1 or 0.0.0.0, not %q", f.bind)
	}
	if _, port, err := net.SplitHostPort(f.bind); err == nil && port != "" {
		return fmt.Errorf("--bind wants an address alone, not %q: the port is --port %s", f.bind, port)
	}
	f.bind = strings.Trim(f.bind, "[]")
	for _, name := range f.hosts {
		if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
			continue
		}
		u, err := url.Parse("http://" + name)
		if err != nil || name == "" || u.Host != name || u.Port() != "" || strings.ContainsAny(name, "*:@") {
			return fmt.Errorf("--allow-host wants a name alone, such as plans.example.org, not %q", name)
		}
	}
	return nil
}

// serve previews the site until Ctrl-C. A second Ctrl-C ends it at once.
func (a *app) serve(parent context.Context, flags *serveFlags) error {
	ctx, stop := signal.NotifyContext(parent, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	// Whoever reads the output may go; the preview is for the browser. A signal
	// that is ignored would be ignored by the browser too.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)

	b := &previewer{app: a, flags: flags, cache: &generator.Cache{}}
	var usage error
	opts := preview.Options{
		Dir:      flags.source,
		Output:   flags.destination(),
		Host:     flags.bind,
		Port:     flags.port,
		Hosts:    flags.hosts,
		Poll:     flags.poll,
		NoReload: flags.noReload,
		Explain:  explainHTML,
		Navigate: flags.navigate,
		Build: func(changed []string) preview.Built {
			built := b.build(changed)
			if wrong, ok := errors.AsType[usageError](built.Err); ok && len(changed) == 0 {
				usage = wrong
				stop()
			}
			return built
		},
		Say: func(format string, args ...any) {
			if !flags.quiet {
				fmt.Fprintf(a.stdout, format+"\n", args...)
			}
		},
	}
	if flags.open {
		opts.Ready = func(address string) {
			go func() {
				if err := openBrowser(address); err != nil {
					fmt.Fprintf(a.stderr, "warning: the browser does not open: %v\n", err)
				}
			}()
		}
	}
	if err := preview.Run(ctx, opts); err != nil {
		return err
	}
	return usage
}

// previewer builds a site again and again.
type previewer struct {
	*app
	flags *serveFlags
	cache *generator.Cache // of all builds of this preview
	good  bool             // there is a site to be seen
}

// build builds the site for the preview.
func (p *previewer) build(changed []string) preview.Built {
	began := time.Now()
	var times timings
	result, list, err := p.generate(&times)
	took := tookIn(time.Since(began), times.end())
	built := preview.Built{
		List: append(list.Only(diag.Error), list.Only(diag.Warning)...),
		Err:  err,
		Report: func() {
			p.report(result, list, err, changed, took)
			collectGarbage()
		},
	}
	if err != nil || list.Failed() {
		return built
	}
	built.Site = &preview.Site{Files: make(map[string]preview.File, len(result.Files)), BaseURL: result.Config.BaseURL, Shown: result.Shown}
	for _, f := range result.Files {
		built.Site.Files[f.Path] = preview.File{Data: f.Data, Sum: f.Sum}
	}
	return built
}

// report tells how a build of the changed files went, in one line beside the
// diagnostics. Nobody may be reading, which is no reason to stop.
func (p *previewer) report(result *generator.Result, list diag.List, err error, changed []string, took string) {
	why := ""
	if len(changed) > 0 {
		why = preview.Names(changed) + " changed: "
	}
	if err != nil {
		if _, wrong := errors.AsType[usageError](err); !wrong || len(changed) > 0 {
			fmt.Fprintf(p.stderr, "%sbuild failed: %v; %s\n", why, err, p.seen())
		}
		return
	}
	p.printBuild(list, false, p.flags.quiet)
	if list.Failed() {
		fmt.Fprintf(p.stderr, "%sbuild failed with %s in %s; %s\n", why, tally(list), took, p.seen())
		return
	}
	p.good = true
	if !p.flags.quiet {
		fmt.Fprintf(p.stdout, "%sbuilt %s in %s%s\n", why, count(countPages(result.Files), "page"), took, seeCheck(list, p.flags.source))
	}
}

// seen says what the preview shows after a build that failed.
func (p *previewer) seen() string {
	if p.good {
		return "the preview shows the last good site"
	}
	return "the preview shows why, and the site as soon as that is mended"
}

func (p *previewer) generate(times *timings) (*generator.Result, diag.List, error) {
	opts, err := p.flags.options()
	if err != nil {
		return nil, nil, err
	}
	opts.Cache = p.cache
	opts.Stage = times.stage
	result, list, err := generator.Build(opts)
	if err != nil {
		return nil, nil, err
	}
	if err := p.flags.checkSearch(result); err != nil {
		return nil, nil, err
	}
	return result, fromHere(list, p.flags.source), nil
}
