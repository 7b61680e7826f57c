package preview

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"syscall"
	"time"
)

// Options says what to preview and where.
type Options struct {
	Dir    string // the site folder, in which content/ and themes/ lie
	Output string // folder that builds write to, never watched; may be empty
	Host   string // name or address to listen on; empty means 127.0.0.1
	Port   int    // 0 means any free one

	// Poll is the interval at which to look for changes. Zero means to react to
	// events of the system, and to look every two seconds all the same.
	Poll time.Duration

	// Build builds the site. If the author's files have errors it returns no
	// Site but the problems as text; an error is a problem of the world.
	Build func() (site *Site, problems string, err error)

	// Report tells the user how the newest build went. It is called once that is
	// certain: a build that failed may come of a file that is half written, and
	// is followed by another. It may be nil.
	Report func()

	// Say tells the user something, one line at a time.
	Say func(format string, args ...any)
}

// Run previews a site until ctx is done. It returns an error if the preview
// cannot begin or go on: no port to listen on, or a first build that could not
// even read the site.
func Run(ctx context.Context, opts Options) error {
	if opts.Host == "" {
		opts.Host = "127.0.0.1"
	}
	l, err := listen(ctx, opts)
	if err != nil {
		return err
	}
	defer l.Close()

	w := newWatcher(Watch{Dir: opts.Dir, Output: opts.Output, Poll: opts.Poll, Say: opts.Say})
	defer w.close()
	s := newServer(opts.Host)
	site, problems, err := opts.Build()
	if err != nil {
		return err
	}
	opts.report()
	if err := s.become(site, problems); err != nil {
		return err
	}
	if a, err := netip.ParseAddr(opts.Host); err == nil && !a.IsLoopback() || err != nil && opts.Host != "localhost" {
		opts.Say("warning: everybody who can reach %s can read this plan", opts.Host)
	}
	opts.Say("serving %s (Ctrl-C stops)", address(opts.Host, l.Addr(), s.base()))

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	served := make(chan error, 1)
	go func() {
		served <- s.serve(ctx, l)
		cancel()
	}()
	w.follow(ctx, func(changed []string) Outcome {
		site, problems, err := opts.Build()
		return Outcome{Failed: site == nil, Tell: func() {
			opts.Say("changed: %s", Names(changed))
			opts.report()
			base := s.base()
			if err == nil {
				err = s.become(site, problems)
			}
			if err != nil {
				opts.Say("%v", err)
				s.fail(err.Error())
			}
			if s.base() != base {
				opts.Say("the site is now at %s", address(opts.Host, l.Addr(), s.base()))
			}
		}}
	})
	return <-served // stopped, or the server failed
}

func (o *Options) report() {
	if o.Report != nil {
		o.Report()
	}
}

// become shows what a build made: a site, or problems if there is none.
func (s *server) become(site *Site, problems string) error {
	if site == nil {
		s.fail(problems)
		return nil
	}
	return s.show(site)
}

// listen opens the port, or the next free one after it.
func listen(ctx context.Context, opts Options) (net.Listener, error) {
	const tries = 100
	var config net.ListenConfig
	for port := opts.Port; port < opts.Port+tries && port < 1<<16; port++ {
		l, err := config.Listen(ctx, "tcp", net.JoinHostPort(opts.Host, strconv.Itoa(port)))
		if err == nil {
			if port != opts.Port {
				opts.Say("port %d is taken, using %d", opts.Port, port)
			}
			return l, nil
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			return nil, fmt.Errorf("listen on %s port %d: %w", opts.Host, port, err)
		}
	}
	return nil, fmt.Errorf("ports %d to %d of %s are all taken: choose another with --port", opts.Port, opts.Port+tries-1, opts.Host)
}

// address returns where to open the site. A server that listens on all
// addresses is opened by the loopback one.
func address(host string, addr net.Addr, base string) string {
	if a, err := netip.ParseAddr(host); err == nil && a.IsUnspecified() {
		host = "127.0.0.1"
	}
	_, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String()
	}
	return (&url.URL{Scheme: "http", Host: net.JoinHostPort(host, port), Path: base}).String()
}
