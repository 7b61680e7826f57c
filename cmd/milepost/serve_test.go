package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

const goodPlan = `[plan]
name = "Preview plan"
start = 2026-01-05
[work.a]
name = "First"
duration = "3d"
`

// author is somebody at work with a running milepost serve.
type author struct {
	t       *testing.T
	dir     string // the site folder
	url     string // where the site is
	process *os.Process
	output  *os.File    // what it prints
	lines   chan string // that it prints and await has not seen
	ended   chan error
}

// editing returns a site folder with the files, by name below it.
func editing(t *testing.T, files ...string) *author {
	t.Helper()
	s := &author{t: t, dir: t.TempDir()}
	for i := 0; i < len(files); i += 2 {
		s.edit(files[i], files[i+1])
	}
	return s
}

// start runs milepost serve on a free port, with further arguments.
func (s *author) start(args ...string) {
	s.t.Helper()
	cmd := exec.Command("milepost", append([]string{"serve", "-s", s.dir, "-p", "0"}, args...)...)
	output, input, err := os.Pipe()
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { output.Close() })
	cmd.Stdout, cmd.Stderr = input, input
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	input.Close()
	s.process, s.output, s.lines, s.ended = cmd.Process, output, make(chan string, 1000), make(chan error, 1)
	go func() {
		for sc := bufio.NewScanner(output); sc.Scan(); {
			s.lines <- sc.Text()
		}
		close(s.lines)
		s.ended <- cmd.Wait()
	}()
	s.t.Cleanup(func() { cmd.Process.Kill() })
	s.url = s.await(`^serving (http://\S+) `)[1]
}

// await returns the parts of the next line that matches the pattern.
func (s *author) await(pattern string) []string {
	s.t.Helper()
	re := regexp.MustCompile(pattern)
	var seen []string
	for timeout := time.After(30 * time.Second); ; {
		select {
		case line, open := <-s.lines:
			if m := re.FindStringSubmatch(line); m != nil {
				return m
			}
			seen = append(seen, line)
			if !open {
				s.t.Fatalf("the preview ended before it said %q:\n%s", pattern, strings.Join(seen, "\n"))
			}
		case <-timeout:
			s.t.Fatalf("the preview never said %q but\n%s", pattern, strings.Join(seen, "\n"))
		}
	}
}

func (s *author) edit(name, text string) {
	s.t.Helper()
	full := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
		s.t.Fatal(err)
	}
}

func (s *author) remove(name string) {
	s.t.Helper()
	if err := os.Remove(filepath.Join(s.dir, name)); err != nil {
		s.t.Fatal(err)
	}
}

// see waits until the front page has the text.
func (s *author) see(when, text string) {
	s.t.Helper()
	body := ""
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if body = fetch(s.t, s.url); strings.Contains(body, text) {
			return
		}
	}
	s.t.Fatalf("%s the front page is\n%s", when, body)
}

// stop ends the preview by a signal, and it must end well.
func (s *author) stop(signal os.Signal) {
	s.t.Helper()
	if err := s.process.Signal(signal); err != nil {
		s.t.Fatal(err)
	}
	for range s.lines {
	}
	select {
	case err := <-s.ended:
		if err != nil {
			s.t.Errorf("%v: %v", signal, err)
		}
	case <-time.After(10 * time.Second):
		s.t.Errorf("%v does not end it", signal)
	}
}

// TestServe starts the preview as a user does, edits the plan, breaks it, mends
// it, and stops it with Ctrl-C although a page is open.
func TestServe(t *testing.T) {
	s := editing(t, "content/plan.toml", goodPlan, "content/site.toml", `base_url = "https://example.org/roadmap/"`+"\n")
	s.start()
	if !strings.HasPrefix(s.url, "http://127.0.0.1:") || !strings.HasSuffix(s.url, "/roadmap/") {
		t.Errorf("the site is at %s", s.url)
	}
	s.see("at first", "Preview plan")
	s.see("at first", "/.milepost/reload.js")
	res, err := http.Get(strings.TrimSuffix(s.url, "roadmap/") + ".milepost/events?page=/roadmap/")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()

	s.edit("content/plan.toml", strings.Replace(goodPlan, "Preview plan", "Edited plan", 1))
	s.await(`^content/plan.toml changed: built \d+ pages in \d+`)
	s.see("after an edit", "Edited plan")
	s.edit("content/plan.toml", strings.Replace(goodPlan, "3d", "3 dayz", 1))
	s.await(`content/plan.toml:6:12: error E\d+: .*3 dayz`)
	s.await(`^content/plan.toml changed: build failed with 1 error in \d+.*; the preview shows the last good site$`)
	s.see("after a mistake", "Edited plan")
	s.edit("content/plan.toml", goodPlan)
	s.see("after the mistake is mended", "Preview plan")

	s.stop(os.Interrupt)
	if _, err := os.Stat(filepath.Join(s.dir, "public")); err == nil {
		t.Error("the preview wrote public/")
	}
}

// What is wrong with a site at first can be mended while the preview waits.
func TestServeWaits(t *testing.T) {
	s := editing(t)
	s.start()
	if got := status(t, s.url, nil); got != http.StatusServiceUnavailable {
		t.Errorf("without content/ the status is %d", got)
	}
	s.see("without content/", "there is no content/ in")
	s.edit("content/index.md", "# Hello\n")
	s.await(`^content/index.md changed: build failed with 1 error in .*; the preview shows why`)
	s.see("without a plan", "E500")
	s.edit("content/site.toml", `base_url = "https://example.org/roadmap/"`+"\n")
	s.edit("content/plan.toml", goodPlan)
	s.url = s.await(`^the site is now at (http://127.0.0.1:\d+/roadmap/)$`)[1]
	s.see("with a plan", "Preview plan")
	s.stop(syscall.SIGTERM)
}

// A taken port is no reason to give up, also if it was asked for.
func TestServeTakenPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	s := editing(t, "content/plan.toml", goodPlan)
	s.start("-p", fmt.Sprint(port))
	if strings.Contains(s.url, fmt.Sprintf(":%d/", port)) {
		t.Errorf("the site is at %s, which is taken", s.url)
	}
	s.see("on another port", "Preview plan")
	s.stop(os.Interrupt)
}

// The browser is opened by the command of the system.
func TestServeOpen(t *testing.T) {
	for _, flag := range []string{"--open", "-O", "--openBrowser"} {
		s := editing(t, "content/plan.toml", goodPlan)
		bin := t.TempDir()
		asked := filepath.Join(bin, "asked")
		fake := fmt.Sprintf("#!/bin/sh\necho \"$@\" >%s.new\nmv %s.new %s\n", asked, asked, asked)
		for _, name := range []string{"xdg-open", "open"} {
			if err := os.WriteFile(filepath.Join(bin, name), []byte(fake), 0o777); err != nil {
				t.Fatal(err)
			}
		}
		t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
		s.start(flag)
		var got []byte
		for deadline := time.Now().Add(30 * time.Second); got == nil && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
			got, _ = os.ReadFile(asked)
		}
		if strings.TrimSpace(string(got)) != s.url {
			t.Errorf("%s: the browser was asked for %q, want %s", flag, got, s.url)
		}
		s.stop(os.Interrupt)
	}
}

// A browser that does not open is told, and nothing more.
func TestServeOpenFails(t *testing.T) {
	s := editing(t, "content/plan.toml", goodPlan)
	bin := t.TempDir()
	for _, name := range []string{"xdg-open", "open"} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\nexit 3\n"), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	s.start("--open")
	s.await(`^warning: the browser does not open: .*: exit status 3; open http://.* by hand`)
	s.see("without a browser", "Preview plan")
	s.stop(os.Interrupt)
}

func TestServeNoReload(t *testing.T) {
	s := editing(t, "content/plan.toml", goodPlan)
	s.start("--disableLiveReload")
	if body := fetch(t, s.url); strings.Contains(body, ".milepost") {
		t.Error("pages have the script that reloads them")
	}
	s.edit("content/plan.toml", strings.Replace(goodPlan, "Preview plan", "Edited plan", 1))
	s.see("after an edit", "Edited plan")
	s.stop(os.Interrupt)
}

func TestServeHosts(t *testing.T) {
	s := editing(t, "content/plan.toml", goodPlan)
	s.start("--allow-host", "plans.example", "--allow-host=10.1.2.3")
	for host, want := range map[string]int{"plans.example": 200, "10.1.2.3:80": 200, "localhost:1": 200, "evil.example": 421} {
		if got := status(t, s.url, func(r *http.Request) { r.Host = host }); got != want {
			t.Errorf("status %d for the name %s, want %d", got, host, want)
		}
	}
	s.stop(os.Interrupt)
}

// A link out of the site folder leads nowhere.
func TestServeLinkOut(t *testing.T) {
	s := editing(t, "content/plan.toml", goodPlan, "content/notes.txt", "ours")
	secret := filepath.Join(t.TempDir(), "secret.txt")
	if err := os.WriteFile(secret, []byte("theirs"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(s.dir, "content", "secret.txt")); err != nil {
		t.Fatal(err)
	}
	s.start()
	for name, want := range map[string]int{"notes.txt": 200, "secret.txt": 404, "..%2f..%2fsecret.txt": 404} {
		if got := status(t, s.url+name, nil); got != want {
			t.Errorf("%s: status %d, want %d", name, got, want)
		}
	}
	s.stop(os.Interrupt)
}

// With --bind others can read the plan, which is said.
func TestServeBind(t *testing.T) {
	s := editing(t, "content/plan.toml", goodPlan)
	cmd := exec.Command("milepost", "serve", "-s", s.dir, "-p", "0", "--bind", "0.0.0.0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	warned, url := false, ""
	for sc := bufio.NewScanner(out); url == "" && sc.Scan(); {
		warned = warned || sc.Text() == "warning: everybody who can reach 0.0.0.0 can read this plan"
		if rest, ok := strings.CutPrefix(sc.Text(), "serving "); ok {
			url, _, _ = strings.Cut(rest, " ")
		}
	}
	if !warned || !strings.HasPrefix(url, "http://127.0.0.1:") {
		t.Errorf("warned: %v, the site is at %q", warned, url)
	}
	if got := status(t, url, nil); got != 200 {
		t.Errorf("status %d", got)
	}
	cmd.Process.Signal(os.Interrupt)
	cmd.Wait()
}

// Whoever reads the output may go, and the preview stays.
func TestServeClosedOutput(t *testing.T) {
	s := editing(t, "content/plan.toml", goodPlan)
	s.start()
	s.see("at first", "Preview plan")
	if err := s.output.Close(); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		name := fmt.Sprintf("Edit %d", i)
		s.edit("content/plan.toml", strings.Replace(goodPlan, "Preview plan", name, 1))
		s.see("with nobody reading", name)
	}
	s.edit("content/plan.toml", "[plan")
	time.Sleep(time.Second) // it would print the problems now
	s.edit("content/plan.toml", goodPlan)
	s.see("with nobody reading", "Preview plan")
}

// Wrong use that needs the plan to be noticed ends the preview at first.
func TestServeLevelSearch(t *testing.T) {
	s := editing(t, "content/plan.toml", goodPlan)
	out, err := exec.Command("milepost", "serve", "-s", s.dir, "-p", "0", "--level-seed", "2").CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitUsage || !strings.Contains(string(out), "--level-seed is for levelling, which is off") {
		t.Errorf("%v:\n%s", err, out)
	}
}

func status(t *testing.T, url string, change func(*http.Request)) int {
	t.Helper()
	r, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(r)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

func fetch(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestClosedPipe has nobody read the output.
func TestClosedPipe(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "content"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "content/plan.toml"), []byte(goodPlan), 0o666); err != nil {
		t.Fatal(err)
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	read.Close()
	defer write.Close()
	var stderr strings.Builder
	cmd := exec.Command("milepost", "schedule", "-s", dir)
	cmd.Stdout, cmd.Stderr = write, &stderr
	err = cmd.Run()
	if err != nil && !strings.Contains(err.Error(), "broken pipe") {
		t.Errorf("ended with %v", err)
	}
	if stderr.Len() > 0 {
		t.Errorf("complains: %s", &stderr)
	}
}
