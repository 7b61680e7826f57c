package preview

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"milepost/schedule/diag"
)

// TestRun saves files and sees what an open page would see.
func TestRun(t *testing.T) {
	f := newFolder(t)
	f.write("content/plan.toml", "good one")
	p := start(t, f, 0)

	if body := get(t, p.url); !strings.Contains(body, "good one") {
		t.Fatalf("first page is %s", body)
	}
	res, err := http.Get(strings.TrimSuffix(p.url, "roadmap/") + strings.TrimPrefix(eventsPath, "/") + "?page=/roadmap/")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	events := newEventStream(res.Body)
	first := events.next(t)

	f.write("content/plan.toml", "good two")
	if m := events.next(t); m.Page == first.Page {
		t.Error("the page is not told to reload")
	}
	if body := get(t, p.url); !strings.Contains(body, "good two") {
		t.Errorf("page after a change is %s", body)
	}

	f.write("content/plan.toml", "bad")
	if m := events.next(t); !m.Failed || len(m.Problems) != 1 || m.Problems[0].Message != "bad" {
		t.Errorf("after a bad change the page is told %+v", m)
	}
	if body := get(t, p.url); !strings.Contains(body, "good two") {
		t.Errorf("page during problems is %s, want the last good one", body)
	}

	f.write("content/plan.toml", "broken disk")
	if m := events.next(t); !m.Failed || len(m.Problems) != 1 || m.Problems[0].Message != "no such disk" {
		t.Errorf("after an error the page is told %+v", m)
	}

	f.write("content/plan.toml", "good three")
	if m := events.next(t); m.Failed || len(m.Problems) != 0 {
		t.Errorf("after the fix the page is told %+v", m)
	}
	if body := get(t, p.url); !strings.Contains(body, "good three") {
		t.Errorf("page after the fix is %s", body)
	}

	p.stop(t) // although a page still listens for events
	if _, err := http.Get(p.url); err == nil {
		t.Error("the server still answers")
	}
	if got := strings.Join(f.causes(), " "); got != "- content/plan.toml content/plan.toml content/plan.toml content/plan.toml" {
		t.Errorf("builds because of %s", got)
	}
}

func TestRunTakenPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	f := newFolder(t)
	f.write("content/plan.toml", "good")
	p := start(t, f, port)
	defer p.stop(t)
	if said := p.said(); !strings.Contains(said, fmt.Sprintf("port %d is taken, using ", port)) {
		t.Errorf("said:\n%s", said)
	}
}

// A site that cannot be read yet is waited for, and its page becomes the site.
func TestRunNoSite(t *testing.T) {
	f := newFolder(t)
	p := start(t, f, 0)
	res, err := http.Get(p.url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(string(body), "no such file") {
		t.Errorf("without content/ the page is %d %s", res.StatusCode, body)
	}
	f.write("content/plan.toml", "good")
	p.await(t, "the site is now at http://127.0.0.1")
	if body := get(t, p.url); !strings.Contains(body, "good") {
		t.Errorf("page after the plan is written is %s", body)
	}
	p.stop(t)
}

// Ctrl-C does not wait for a build.
func TestRunStopsDuringBuild(t *testing.T) {
	f := newFolder(t)
	f.write("content/plan.toml", "good")
	p := start(t, f, 0)
	block := make(chan struct{})
	defer close(block)
	f.blocked.Store(&block)
	f.write("content/plan.toml", "slow")
	for deadline := time.Now().Add(10 * time.Second); f.number() < 2; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no build begins")
		}
	}
	p.stop(t)
}

// An address of another machine cannot be listened on.
func TestRunForeignAddress(t *testing.T) {
	f := newFolder(t)
	f.write("content/plan.toml", "good")
	err := Run(t.Context(), Options{Dir: f.dir, Host: "192.0.2.1", Build: f.build, Say: t.Logf})
	if err == nil || !strings.Contains(err.Error(), "listen on 192.0.2.1") {
		t.Errorf("error is %v", err)
	}
}

func TestRunWarnsOfOpenAddress(t *testing.T) {
	f := newFolder(t)
	f.write("content/plan.toml", "good")
	p := startOn(t, f, "0.0.0.0", 0)
	defer p.stop(t)
	if said := p.said(); !strings.Contains(said, "warning: everybody who can reach") {
		t.Errorf("said:\n%s", said)
	}
	if body := get(t, p.url); !strings.Contains(body, "good") {
		t.Errorf("page is %s", body)
	}
}

// builds is a folder whose plan.toml says by its first word how a build goes.
type builds struct {
	folder
	mu      sync.Mutex
	begun   []string // files because of which builds were made; "-" for the first
	why     []string // those of the builds that were reported
	blocked atomic.Pointer[chan struct{}]
}

func newFolder(t *testing.T) *builds { return &builds{folder: folder{t, t.TempDir()}} }

func (f *builds) causes() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.why)
}

func (f *builds) number() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.begun)
}

func (f *builds) build(changed []string) Built {
	if changed == nil {
		changed = []string{"-"}
	}
	why := strings.Join(changed, "+")
	f.mu.Lock()
	f.begun = append(f.begun, why)
	f.mu.Unlock()
	if wait := f.blocked.Load(); wait != nil {
		<-*wait
	}
	built := Built{Report: func() {
		f.mu.Lock()
		f.why = append(f.why, why)
		f.mu.Unlock()
	}}
	b, err := os.ReadFile(filepath.Join(f.dir, "content/plan.toml"))
	switch text := string(b); {
	case err != nil:
		built.Err = err
	case strings.HasPrefix(text, "broken"):
		built.Err = errors.New("no such disk")
	case strings.HasPrefix(text, "bad"):
		built.List = diag.List{{Severity: diag.Error, Code: "E100", Pos: diag.Pos{File: "content/plan.toml", Line: 1, Column: 1}, Message: text}}
	default:
		built.Site = &Site{BaseURL: "https://example.org/roadmap/", Files: map[string]File{"index.html": {Data: b}}}
	}
	return built
}

// running is a preview that was started.
type running struct {
	url    string
	cancel context.CancelFunc
	done   chan error

	mu    sync.Mutex
	lines []string
}

func start(t *testing.T, f *builds, port int) *running { return startOn(t, f, "127.0.0.1", port) }

func startOn(t *testing.T, f *builds, host string, port int) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	p := &running{cancel: cancel, done: make(chan error, 1)}
	ready := make(chan string, 1)
	go func() {
		p.done <- Run(ctx, Options{Dir: f.dir, Host: host, Port: port, Build: f.build, Say: func(format string, args ...any) {
			line := fmt.Sprintf(format, args...)
			p.mu.Lock()
			p.lines = append(p.lines, line)
			p.mu.Unlock()
			if rest, ok := strings.CutPrefix(line, "serving "); ok {
				url, _, _ := strings.Cut(rest, " ")
				ready <- url
			}
		}})
	}()
	select {
	case p.url = <-ready:
	case err := <-p.done:
		t.Fatalf("the preview ended: %v", err)
	case <-time.After(10 * time.Second):
		t.Fatal("the preview did not begin")
	}
	return p
}

// await waits until the preview has said something.
func (p *running) await(t *testing.T, text string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(p.said(), text); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never says %q but\n%s", text, p.said())
		}
	}
}

func (p *running) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.lines, "\n")
}

// stop is what Ctrl-C does.
func (p *running) stop(t *testing.T) {
	t.Helper()
	p.cancel()
	select {
	case err := <-p.done:
		if err != nil {
			t.Errorf("the preview ended with %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Error("the preview does not stop")
	}
}

// eventStream reads server-sent events.
type eventStream struct{ lines chan string }

func newEventStream(r io.Reader) *eventStream {
	s := &eventStream{make(chan string)}
	go func() {
		defer close(s.lines)
		for sc := bufio.NewScanner(r); sc.Scan(); {
			if data, ok := strings.CutPrefix(sc.Text(), "data: "); ok {
				s.lines <- data
			}
		}
	}()
	return s
}

func (s *eventStream) next(t *testing.T) message {
	t.Helper()
	select {
	case data := <-s.lines:
		var m message
		if err := json.Unmarshal([]byte(data), &m); err != nil {
			t.Fatalf("message %q: %v", data, err)
		}
		return m
	case <-time.After(10 * time.Second):
		t.Fatal("no message")
	}
	return message{}
}
