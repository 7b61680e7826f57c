package preview

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"syscall"
	"time"

	"milepost/schedule/diag"
)

// Options says what to preview and where. Dir, Build and Say are needed.
type Options struct {
	Dir    string   // the site folder, in which content/ and themes/ lie
	Output string   // folder that builds write to, never watched; may be empty
	Host   string   // name or address to listen on; empty means 127.0.0.1
	Port   int      // 0 means any free one
	Hosts  []string // further names that browsers may ask for the preview by

	// Poll is the interval at which to look for changes. Zero means to react to
	// events of the system, and to look every two seconds all the same.
	Poll time.Duration

	NoReload bool // open pages stay as they are
	// Navigate makes open pages go to the page that an edit was about.
	Navigate bool

	// Build builds the site because of the changed files, named below Dir; at
	// first there are none.
	Build func(changed []string) Built

	// Explain returns a page of HTML about the code of a diagnostic, and false if
	// there is none. It may be nil. The page may use /.milepost/problems.css and
	// cannot load anything else.
	Explain func(code string) (page []byte, ok bool)

	// Ready is called once, when the site can be opened at the address. It may
	// be nil.
	Ready func(address string)

	// Say tells the user something, one line at a time.
	Say func(format string, args ...any)
}

// Built is what a build came to.
type Built struct {
	Site *Site     // nil if the author's files have errors
	List diag.List // what pages show, beside the site or in place of it
	Err  error     // a problem of the world; it is shown as well, and ends nothing

	// Report tells the user how it went. It is called once that is certain: a
	// build that failed may come of a file that is half written, and is followed
	// by another. It may be nil.
	Report func()
}

// Run previews a site until ctx is done. It returns an error only if there is no
// port to listen on or the server fails: whatever is wrong with the site can be
// mended while it waits.
func Run(ctx context.Context, opts Options) error {
	if opts.Host == "" {
		opts.Host = "127.0.0.1"
	}
	l, err := listen(ctx, opts)
	if err != nil {
		return err
	}
	defer l.Close()

	s := newServer(opts)
	done := make(chan struct{})
	go func() {
		defer close(done)
		w := newWatcher(Watch{Dir: opts.Dir, Output: opts.Output, Poll: opts.Poll, Say: opts.Say})
		defer w.close()
		build := func(changed []string) Outcome {
			b := opts.Build(changed)
			return Outcome{Failed: b.Site == nil, Tell: func() {
				if ctx.Err() == nil {
					s.become(b, changed)
				}
			}}
		}
		build(nil).tell() // at once, since nothing is being saved
		if ctx.Err() == nil {
			opts.welcome(l, s.base())
		}
		base := s.base()
		w.follow(ctx, func(changed []string) Outcome {
			out := build(changed)
			return Outcome{Failed: out.Failed, Tell: func() {
				out.tell()
				if s.base() != base {
					base = s.base()
					opts.Say("the site is now at %s", address(opts.Host, l.Addr(), base))
				}
			}}
		})
	}()
	err = s.serve(ctx, l)
	select {
	case <-done:
	case <-time.After(grace): // a build is on its way, and nobody waits for it any more
	}
	return err
}

// grace is how long what is under way has to end when the preview stops.
const grace = time.Second

// become shows what a build came to, first to open pages and then to the user.
func (s *server) become(b Built, changed []string) {
	err := b.Err
	if err == nil && b.Site != nil {
		err = s.show(b.Site, b.List, changed)
	} else if err == nil {
		err = s.fail(b.List)
	}
	if err != nil {
		s.fail(diag.List{{Severity: diag.Error, Message: err.Error()}})
	}
	if b.Report != nil {
		b.Report()
	}
}

// welcome says where the site is, and who else can see it.
func (opts *Options) welcome(l net.Listener, base string) {
	if a := l.Addr().(*net.TCPAddr); !a.IP.IsLoopback() {
		opts.Say("warning: everybody who can reach %s can read this plan", opts.Host)
		if a.IP.IsUnspecified() {
			for _, m := range machineAddresses() {
				if m.IsPrivate() && m.Is4() {
					opts.Say("from other machines: %s", address(m.String(), a, base))
				}
			}
		}
	}
	to := address(opts.Host, l.Addr(), base)
	opts.Say("serving %s (Ctrl-C stops)", to)
	if opts.Ready != nil {
		opts.Ready(to)
	}
}

// listen opens the port, or the next free one after it.
func listen(ctx context.Context, opts Options) (net.Listener, error) {
	const tries = 100
	var config net.ListenConfig
	last := min(opts.Port+tries, 1<<16) - 1
	for port := opts.Port; port <= last; port++ {
		l, err := config.Listen(ctx, "tcp", net.JoinHostPort(opts.Host, strconv.Itoa(port)))
		switch {
		case err == nil:
			if port != opts.Port {
				opts.Say("port %d is taken, using %d", opts.Port, port)
			}
			return l, nil
		case errors.Is(err, fs.ErrPermission):
			return nil, fmt.Errorf("listen on %s port %d: not permitted; choose a port from 1024 on with --port", opts.Host, port)
		case !taken(err):
			return nil, fmt.Errorf("listen on %s port %d: %w", opts.Host, port, err)
		}
	}
	return nil, fmt.Errorf("ports %d to %d of %s are all taken: choose another with --port", opts.Port, last, opts.Host)
}

// taken reports whether a port cannot be had because somebody else has it.
func taken(err error) bool {
	const windows = syscall.Errno(10048) // WSAEADDRINUSE, which has no name in package syscall
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, windows)
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
