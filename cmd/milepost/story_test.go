package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestStory goes the way of somebody who meets milepost: a new site, checked,
// built, previewed, with a table and a report added, and checked again.
func TestStory(t *testing.T) {
	dir := t.TempDir()
	milepost := func(in string, args ...string) string {
		t.Helper()
		cmd := exec.Command("milepost", args...)
		cmd.Dir = in
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("milepost %q: %v\n%s", args, err, out)
		}
		return string(out)
	}
	said := milepost(dir, "new", "roadmap", "--start", "2026-01-05")
	next := regexp.MustCompile(`(?m)^  cd (\S+)$`).FindStringSubmatch(said)
	if next == nil {
		t.Fatalf("new does not say where to go on:\n%s", said)
	}
	site := filepath.Join(dir, next[1])
	if out := milepost(site, "check", "--strict"); !strings.Contains(out, "nothing to report: the plan adds up\n") {
		t.Errorf("check says %s", out)
	}
	milepost(site, "build", "--strict")
	front, err := os.ReadFile(filepath.Join(site, "public", "index.html"))
	if err != nil || !strings.Contains(string(front), "<h1") {
		t.Fatalf("the front page is %s, %v", front, err)
	}

	serve := exec.Command("milepost", "serve", "-p", "0")
	serve.Dir = site
	output, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	defer serve.Process.Kill()
	url := make(chan string)
	go func() {
		for sc := bufio.NewScanner(output); sc.Scan(); {
			if at := regexp.MustCompile(`http://127\.0\.0\.1:\d+/`).FindString(sc.Text()); at != "" {
				url <- at
				return
			}
		}
		close(url)
	}()
	select {
	case at := <-url:
		if body := fetch(t, at+"risks/"); !strings.Contains(body, "The patient records are hard to connect") {
			t.Errorf("the preview shows as risks\n%s", body)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the preview never says where it is")
	}

	milepost(site, "add", "risk", "--name", "The pilot clinic moves")
	milepost(site, "add", "report", "--date", "2026-01-16")
	milepost(site, "check")
	milepost(site, "build")
	for page, want := range map[string]string{"risks/R6/index.html": "The pilot clinic moves", "reports/2026-01-16/index.html": "Status of 16 January 2026"} {
		text, err := os.ReadFile(filepath.Join(site, "public", filepath.FromSlash(page)))
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s lacks %q: %v", page, want, err)
		}
	}
}
