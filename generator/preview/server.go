package preview

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"milepost/schedule/diag"
)

// The preview's own files live outside the site's base path, so that they stay
// where they are when an edit of site.toml moves the site.
const (
	ownPath     = "/.milepost/"
	scriptPath  = ownPath + "reload.js"
	stylePath   = ownPath + "problems.css"
	eventsPath  = ownPath + "events"
	explainPath = ownPath + "explain/"
)

//go:embed static
var static embed.FS

var templates = template.Must(template.ParseFS(static, "static/*.html"))

// server answers requests from the last good site. The zero server is not
// usable; see [newServer].
type server struct {
	guard    guard
	reload   bool // pages follow the site
	navigate bool // pages go to what was edited
	explain  func(code string) ([]byte, bool)
	known    sync.Map // code -> bool: there is something to explain
	state    atomic.Pointer[state]

	mu      sync.Mutex
	changed chan struct{} // closed when the state changes, then replaced
}

// state is what one request is answered from.
type state struct {
	site       *snapshot // last good site; nil before the first
	failed     bool      // the newest build failed, and site is older
	problems   []problem // errors and warnings of the newest build
	problemsID string
	target     string // address of the page that the newest build is about, or ""
}

// newServer returns a server without a site yet.
func newServer(opts Options) *server {
	s := &server{guard: newGuard(opts.Host, opts.Hosts), reload: !opts.NoReload, navigate: opts.Navigate,
		explain: opts.Explain, changed: make(chan struct{})}
	s.state.Store(&state{problems: []problem{}})
	return s
}

// show replaces the site by a new one, made because of the changed files, about
// which there may be warnings.
func (s *server) show(site *Site, list diag.List, changed []string) error {
	snap, err := newSnapshot(site, s.state.Load().site)
	if err != nil {
		return err
	}
	st := &state{site: snap}
	if s.navigate && len(changed) > 0 {
		st.target = snap.target(s.state.Load().site, changed)
	}
	return s.set(st, list)
}

// fail keeps the last good site and shows the problems of the build after it.
func (s *server) fail(list diag.List) error {
	return s.set(&state{site: s.state.Load().site, failed: true}, list)
}

// set makes st, with the problems of the list, the current state.
func (s *server) set(st *state, list diag.List) (err error) {
	st.problems = problemsOf(list, s.explains)
	if st.problemsID, err = problemsID(st.problems); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Store(st)
	close(s.changed)
	s.changed = make(chan struct{})
	return nil
}

// explains reports whether there is something to explain about a code.
func (s *server) explains(code string) bool {
	if s.explain == nil {
		return false
	}
	known, ok := s.known.Load(code)
	if !ok {
		_, known = s.explain(code)
		s.known.Store(code, known)
	}
	return known.(bool)
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
	switch {
	case !s.guard.knows(r.Host):
		refuse(w, http.StatusMisdirectedRequest, "milepost serve does not answer for the name %q; if it is yours, start it with --allow-host %s",
			r.Host, hostOf(r.Host))
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		h.Set("Allow", "GET, HEAD")
		refuse(w, http.StatusMethodNotAllowed, "the preview can only be read")
	case foreign(r):
		refuse(w, http.StatusForbidden, "the preview does not answer the pages of other sites")
	case strings.HasPrefix(r.URL.Path, ownPath):
		s.own(w, r)
	default:
		s.page(w, r)
	}
}

// refuse answers with one line of text.
func refuse(w http.ResponseWriter, status int, format string, args ...any) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintf(w, format+"\n", args...)
}

// own answers a request for what belongs to the preview and not to the site.
func (s *server) own(w http.ResponseWriter, r *http.Request) {
	if code, ok := strings.CutPrefix(r.URL.Path, explainPath); ok && s.explain != nil {
		if page, ok := s.explain(code); ok {
			w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'")
			send(w, r, http.StatusOK, "explain.html", page)
			return
		}
	}
	if r.URL.Path == eventsPath && s.reload {
		s.events(w, r)
		return
	}
	name, _ := strings.CutPrefix(r.URL.Path, ownPath)
	data, err := static.ReadFile("static/" + name)
	if err != nil || isPage(name) || !s.reload && r.URL.Path != stylePath {
		refuse(w, http.StatusNotFound, "the preview has no such page")
		return
	}
	send(w, r, http.StatusOK, name, data)
}

// page answers a request for a file of the site. Before there is one it shows
// why, and becomes the site by itself.
func (s *server) page(w http.ResponseWriter, r *http.Request) {
	st := s.state.Load()
	if st.site == nil {
		script := ""
		if s.reload {
			script = scriptPath
		}
		s.execute(w, r, http.StatusServiceUnavailable, "problems.html", map[string]any{
			"Problems": st.problems, "ID": st.problemsID, "Script": script, "Style": stylePath,
		})
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
	case isPage(a.file) && s.reload:
		send(w, r, a.status, a.file, st.site.page(a))
	default:
		send(w, r, a.status, a.file, st.site.files[a.file].Data)
	}
}

// execute sends a page of the preview itself.
func (s *server) execute(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		refuse(w, http.StatusInternalServerError, "%v", err)
		return
	}
	send(w, r, status, name, b.Bytes())
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

// alive is how often a page that hears nothing gets a sign of life, so that
// neither side keeps a connection that is dead.
const alive = 20 * time.Second

// events streams the state to the open page that the query names, as
// server-sent events: at once, which tells a page what it missed while it was
// hidden or the server was stopped, and then whenever it changes. Where to go is
// told only to pages that were open when it came up.
func (s *server) events(w http.ResponseWriter, r *http.Request) {
	page, err := url.PathUnescape(r.URL.Query().Get("page"))
	if err != nil {
		refuse(w, http.StatusBadRequest, "%v", err)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	if r.Method == http.MethodHead {
		return
	}
	out := http.NewResponseController(w)
	sign := time.NewTicker(alive)
	defer sign.Stop()
	fmt.Fprint(w, "retry: 500\n\n")
	for first := true; ; first = false {
		st, changed := s.next()
		m := st.message(page)
		if first {
			m.GoTo = ""
		}
		data, err := json.Marshal(m)
		if err != nil {
			return
		}
		if _, err := fmt.Fprintf(w, "data: %s\n\n", data); err != nil {
			return
		}
		for waiting := true; waiting; {
			if err := out.Flush(); err != nil {
				return
			}
			select {
			case <-changed:
				waiting = false
			case <-sign.C:
				if _, err := fmt.Fprint(w, ":\n\n"); err != nil {
					return
				}
			case <-r.Context().Done():
				return
			}
		}
	}
}

// message returns what the page at a path needs to know of a state.
func (st *state) message(page string) message {
	m := message{Failed: st.failed, Problems: st.problems, ProblemsID: st.problemsID, GoTo: st.target}
	if st.site != nil {
		m.Base = st.site.escapedBase()
		a := st.site.find(page)
		if a.location != "" {
			a = st.site.find(page + "/") // where the browser is led
		}
		m.look = st.site.look(a)
	}
	return m
}

// serve answers requests on l until ctx is done. Open pages hold a request for
// events; they are ended with ctx, so that nothing waits for them.
func (s *server) serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	select {
	case err := <-done:
		return fmt.Errorf("serve the preview: %w", err)
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := srv.Shutdown(end); err != nil {
		srv.Close()
	}
	<-done
	return nil
}
