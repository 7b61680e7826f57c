package preview

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// The preview's own files live outside the site's base path, so that they stay
// where they are when an edit of site.toml moves the site.
const (
	scriptPath = "/.milepost/reload.js"
	stylePath  = "/.milepost/problems.css"
	eventsPath = "/.milepost/events"
)

//go:embed static/reload.js
var reloadScript []byte

//go:embed static/problems.css
var problemsStyle []byte

//go:embed static/problems.html
var problemsPage string

var problemsTemplate = template.Must(template.New("problems").Parse(problemsPage))

// server answers requests from the last good site. The zero server is not
// usable; see [newServer].
type server struct {
	host  string // that it was bound to by name or address
	state atomic.Pointer[state]

	mu      sync.Mutex
	changed chan struct{} // closed when the state changes, then replaced
}

// state is what one request is answered from.
type state struct {
	site     *snapshot // last good site; nil before the first
	problems string    // why the newest build failed; empty if it did not
}

// newServer returns a server without a site yet. Besides local names and
// addresses it answers requests for host, the name it is bound to.
func newServer(host string) *server {
	s := &server{host: host, changed: make(chan struct{})}
	s.state.Store(&state{})
	return s
}

// show replaces the site by a new one and clears the problems.
func (s *server) show(site *Site) error {
	snap, err := newSnapshot(site)
	if err != nil {
		return err
	}
	s.set(&state{site: snap})
	return nil
}

// fail keeps the last good site and shows the problems of the build after it.
func (s *server) fail(problems string) {
	s.set(&state{site: s.state.Load().site, problems: problems})
}

func (s *server) set(st *state) {
	s.state.Store(st)
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.changed)
	s.changed = make(chan struct{})
}

// next returns the current state and a channel that closes when it is not
// current any more.
func (s *server) next() (*state, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.Load(), s.changed
}

// base returns the path below which the site is served, "/" before the first.
func (s *server) base() string {
	if site := s.state.Load().site; site != nil {
		return site.base
	}
	return "/"
}

// ServeHTTP answers one request. It reads the state once, so the answer is of
// one build.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if !s.local(r.Host) {
		h.Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, "milepost serve does not answer for the name %q.\nOpen the preview by its address, or bind it to that name with --bind.\n", r.Host)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "the preview can only be read", http.StatusMethodNotAllowed)
		return
	}
	switch r.URL.Path {
	case scriptPath:
		send(w, r, http.StatusOK, scriptPath, reloadScript)
	case stylePath:
		send(w, r, http.StatusOK, stylePath, problemsStyle)
	case eventsPath:
		s.events(w, r)
	default:
		s.page(w, r)
	}
}

// local reports whether a Host header names this machine: localhost, a name
// below it, an address, or the name that the server is bound to. Another name
// that leads here is the attack called DNS rebinding: a web page that made its
// own name point at this server in order to read it. An address cannot be
// rebound.
func (s *server) local(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || host != "" && host == strings.ToLower(s.host) {
		return true
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}

// page answers a request for a file of the site.
func (s *server) page(w http.ResponseWriter, r *http.Request) {
	st := s.state.Load()
	if st.site == nil {
		var b bytes.Buffer
		if err := problemsTemplate.Execute(&b, map[string]string{
			"Problems": st.problems, "Script": scriptPath, "Style": stylePath,
		}); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		send(w, r, http.StatusServiceUnavailable, "problems.html", b.Bytes())
		return
	}
	a := st.site.find(r.URL.Path)
	switch {
	case a.location != "":
		if r.URL.RawQuery != "" {
			a.location += "?" + r.URL.RawQuery
		}
		w.Header().Set("Location", a.location)
		w.WriteHeader(a.status)
	case a.file == "":
		send(w, r, a.status, "404.txt", []byte("There is no such page. The site begins at "+st.site.base+"\n"))
	default:
		send(w, r, a.status, a.file, st.site.files[a.file])
	}
}

// send writes data as the file of that name. A file found may be asked for in
// parts; any other answer is whole.
func send(w http.ResponseWriter, r *http.Request, status int, name string, data []byte) {
	w.Header().Set("Content-Type", contentType(name, data))
	if status == http.StatusOK {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
		return
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(data)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(data)
	}
}

// events streams the state to an open page as server-sent events, first at
// once and then whenever it changes. A page that was opened before the server
// was started again therefore learns that too.
func (s *server) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	if r.Method == http.MethodHead {
		return
	}
	out := http.NewResponseController(w)
	fmt.Fprint(w, "retry: 500\n\n")
	for {
		st, changed := s.next()
		data, err := json.Marshal(st.message())
		if err != nil {
			return
		}
		if _, err := fmt.Fprintf(w, "data: %s\n\n", data); err != nil {
			return
		}
		if err := out.Flush(); err != nil {
			return
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
	}
}

// message is what a page needs to know of a state.
type message struct {
	Build    string `json:"build"`    // id of the site that is served
	Problems string `json:"problems"` // of a later build that failed
}

func (st *state) message() message {
	m := message{Problems: st.problems}
	if st.site != nil {
		m.Build = st.site.id
	}
	return m
}

// serve answers requests on l until ctx is done. Open pages hold a request for
// events; they are ended with ctx, so that nothing waits for them.
func (s *server) serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	select {
	case err := <-done:
		return fmt.Errorf("serve the preview: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil {
		srv.Close()
	}
	<-done
	return nil
}
