package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is how long the tests wait for what has to happen. It is generous,
// since it only matters when something is broken.
const patience = 60 * time.Second

// siteDir is a site folder that a test edits, as editors and tools do it.
type siteDir struct {
	t   *testing.T
	dir string
}

func (s siteDir) path(name string) string { return filepath.Join(s.dir, filepath.FromSlash(name)) }

func (s siteDir) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// write makes the folders of a file and writes it in place.
func (s siteDir) write(name, text string) {
	s.t.Helper()
	s.ok(os.MkdirAll(filepath.Dir(s.path(name)), 0o777))
	s.ok(os.WriteFile(s.path(name), []byte(text), 0o666))
}

func (s siteDir) move(from, to string) {
	s.t.Helper()
	s.ok(os.Rename(s.path(from), s.path(to)))
}

func (s siteDir) remove(name string) {
	s.t.Helper()
	s.ok(os.RemoveAll(s.path(name)))
}

// atomic saves as most editors do: write beside, then rename.
func (s siteDir) atomic(name, text string) {
	s.t.Helper()
	s.write(name+".tmp", text)
	s.move(name+".tmp", name)
}

// vim saves as Vim does: probe, keep a backup, write, remove the backup.
func (s siteDir) vim(name, text string) {
	s.t.Helper()
	probe := filepath.ToSlash(filepath.Join(filepath.Dir(name), "4913"))
	s.write(probe, "")
	s.remove(probe)
	s.move(name, name+"~")
	s.write(name, text)
	s.remove(name + "~")
}

// jetBrains saves as the editors of JetBrains do.
func (s siteDir) jetBrains(name, text string) {
	s.t.Helper()
	s.write(name+"___jb_tmp___", text)
	s.move(name, name+"___jb_old___")
	s.move(name+"___jb_tmp___", name)
	s.remove(name + "___jb_old___")
}

// command is a command that runs in this process until it is stopped.
type command struct {
	t      *testing.T
	cancel context.CancelFunc
	done   chan int

	mutex sync.Mutex
	out   bytes.Buffer
	wrote chan struct{} // closed when there is more, then replaced
}

// begin starts a command line.
func begin(t *testing.T, args ...string) *command {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	c := &command{t: t, cancel: cancel, done: make(chan int, 1), wrote: make(chan struct{})}
	go func() { c.done <- run(ctx, args, strings.NewReader(""), c, c) }()
	t.Cleanup(func() { c.stop() })
	return c
}

// Write takes what the command prints.
func (c *command) Write(b []byte) (int, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	close(c.wrote)
	c.wrote = make(chan struct{})
	return c.out.Write(b)
}

// said returns what the command has printed, and a channel that closes when
// there is more.
func (c *command) said() (string, <-chan struct{}) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.out.String(), c.wrote
}

// await waits until the command has printed a text, and returns all that it has
// printed.
func (c *command) await(text string) string {
	c.t.Helper()
	timeout := time.After(patience)
	for {
		out, more := c.said()
		if strings.Contains(out, text) {
			return out
		}
		select {
		case <-more:
		case code := <-c.done:
			c.done <- code
			out, _ := c.said()
			if strings.Contains(out, text) {
				return out
			}
			c.t.Fatalf("the command ended with %d before it said %q:\n%s", code, text, out)
		case <-timeout:
			c.t.Fatalf("the command never said %q:\n%s", text, out)
		}
	}
}

// stop is what Ctrl-C does. It expects that this is a good end.
func (c *command) stop() {
	c.t.Helper()
	c.cancel()
	select {
	case code := <-c.done:
		c.done <- code
		if out, _ := c.said(); code != exitOK {
			c.t.Errorf("the command ended with %d:\n%s", code, out)
		}
	case <-time.After(patience):
		c.t.Error("the command does not stop")
	}
}

// serving starts a preview and returns it with its address.
func serving(t *testing.T, args ...string) (*command, string) {
	t.Helper()
	c := begin(t, append([]string{"serve", "-p", "0"}, args...)...)
	_, rest, _ := strings.Cut(c.await("serving http"), "serving http")
	at, _, _ := strings.Cut(rest, " ")
	return c, "http" + at
}

// get returns what the preview answers to the path of a page.
func get(t *testing.T, base, page string) (status int, body string) {
	t.Helper()
	res, err := http.Get(base + page)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// openPage is a page that a browser shows: it listens to what the preview tells it.
type openPage struct {
	path     string
	messages chan string
	close    func() error
}

func open(t *testing.T, base, page string) *openPage {
	t.Helper()
	at, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	shown := at.JoinPath(page).EscapedPath()
	at.Path, at.RawQuery = "/.milepost/events", url.Values{"page": {shown}}.Encode()
	res, err := http.Get(at.String())
	if err != nil {
		t.Fatal(err)
	}
	p := &openPage{path: page, messages: make(chan string, 10000), close: res.Body.Close}
	go func() {
		defer close(p.messages)
		lines := bufio.NewScanner(res.Body)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				p.messages <- data
			}
		}
	}()
	return p
}

// next returns the next message.
func (p *openPage) next(t *testing.T) string {
	t.Helper()
	select {
	case m, open := <-p.messages:
		if !open {
			t.Fatalf("the preview tells the page %q nothing any more", p.path)
		}
		return m
	case <-time.After(patience):
		t.Fatalf("the preview told the page %q nothing", p.path)
	}
	return ""
}

// check is what a page has to be like.
type check struct {
	page   string // below the site
	status int
	holds  string // may be empty
	lacks  string // may be empty
}

// fails returns how a page is other than it should be; "" if it is not.
func (c check) fails(t *testing.T, base string) string {
	t.Helper()
	status, body := get(t, base, c.page)
	switch {
	case status != c.status:
		return fmt.Sprintf("%q has status %d, want %d", c.page, status, c.status)
	case !strings.Contains(body, c.holds):
		return fmt.Sprintf("%q lacks %q:\n%s", c.page, c.holds, body)
	case c.lacks != "" && strings.Contains(body, c.lacks):
		return fmt.Sprintf("%q still holds %q", c.page, c.lacks)
	}
	return ""
}
