package main

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
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

// TestServe starts the preview as a user does, edits the plan, breaks it, mends
// it, and stops it with Ctrl-C.
func TestServe(t *testing.T) {
	dir := t.TempDir()
	edit := func(name, text string) {
		t.Helper()
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	edit("content/plan.toml", goodPlan)
	edit("content/site.toml", `base_url = "https://example.org/roadmap/"`+"\n")

	cmd := exec.Command("milepost", "serve", "-s", dir, "-p", "0")
	output, input, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer output.Close()
	cmd.Stdout, cmd.Stderr = input, input
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	input.Close()

	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		for sc := bufio.NewScanner(output); sc.Scan(); {
			lines <- sc.Text()
		}
	}()
	await := func(pattern string) []string {
		t.Helper()
		re := regexp.MustCompile(pattern)
		timeout := time.After(20 * time.Second)
		for {
			select {
			case line, open := <-lines:
				if m := re.FindStringSubmatch(line); m != nil {
					return m
				}
				if !open {
					t.Fatalf("the preview ended before it said %q", pattern)
				}
			case <-timeout:
				t.Fatalf("the preview never said %q", pattern)
			}
		}
	}

	url := await(`^serving (http://127\.0\.0\.1:\d+/roadmap/) `)[1]
	see := func(when, text string) {
		t.Helper()
		body := ""
		for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
			if body = fetch(t, url); strings.Contains(body, text) {
				return
			}
		}
		t.Fatalf("%s the front page is\n%s", when, body)
	}
	see("at first", "Preview plan")
	see("at first", "/.milepost/reload.js")
	edit("content/plan.toml", strings.Replace(goodPlan, "Preview plan", "Edited plan", 1))
	see("after an edit", "Edited plan")
	edit("content/plan.toml", strings.Replace(goodPlan, "3d", "3 dayz", 1))
	await(`^changed: content/plan.toml`)
	await(`3 dayz`)
	await(`^build failed with 1 error; the preview shows the last good site`)
	see("after a mistake", "Edited plan")
	edit("content/plan.toml", goodPlan)
	see("after the mistake is mended", "Preview plan")

	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	for range lines {
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("Ctrl-C: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "public")); err == nil {
		t.Error("the preview wrote public/")
	}
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
