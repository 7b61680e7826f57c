package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadme does what the tour in README.md says: writes the files it shows,
// and expects of the commands what it prints.
func TestReadme(t *testing.T) {
	src, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	nth := func(language string, n int) string {
		t.Helper()
		m := regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllSubmatch(src, -1)
		if len(m) <= n {
			t.Fatalf("README.md shows %d blocks of %s", len(m), language)
		}
		return string(m[n][1])
	}
	block := func(language string) string { return nth(language, 0) }
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"plan.toml": block("toml"), "index.md": block("markdown")} {
		file := filepath.Join("roadmap", "content", name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var out, errs bytes.Buffer
	if code := run(context.Background(), []string{"check", "-s", "roadmap"}, strings.NewReader(""), &out, &errs); code != 0 || out.String() != block("text") {
		t.Errorf("check ends with %d and prints\n%s%s\nREADME.md shows\n%s", code, out.String(), errs.String(), block("text"))
	}
	if code := run(context.Background(), []string{"build", "-s", "roadmap", "-q"}, strings.NewReader(""), &out, &errs); code != 0 {
		t.Fatalf("build ends with %d: %s", code, errs.String())
	}
	front, err := os.ReadFile("roadmap/public/index.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Move to the new office", `href="work/move/index.html"`, "Wed 25 Mar 2026"} {
		if !bytes.Contains(front, []byte(want)) {
			t.Errorf("the front page lacks %s", want)
		}
	}

	// Once work has begun.
	save := regexp.MustCompile("milepost (baseline save .*)").FindSubmatch(src)
	if save == nil {
		t.Fatal("README.md saves no baseline")
	}
	var args []string
	for _, m := range regexp.MustCompile(`"([^"]*)"|(\S+)`).FindAllStringSubmatch(string(save[1]), -1) {
		args = append(args, m[1]+m[2])
	}
	if code := run(context.Background(), args, strings.NewReader(""), &out, &errs); code != 0 {
		t.Fatalf("%q ends with %d: %s", args, code, errs.String())
	}
	status := regexp.MustCompile("status_date = [0-9-]+").Find(src)
	begun := strings.Replace(block("toml"), "[plan]\n", "[plan]\n"+string(status)+"\n", 1)
	for name, text := range map[string]string{"plan.toml": begun, "progress.toml": nth("toml", 1)} {
		if err := os.WriteFile(filepath.Join("roadmap", "content", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if code := run(context.Background(), []string{"build", "-s", "roadmap", "-q"}, strings.NewReader(""), &out, &errs); code != 0 {
		t.Fatalf("build of the plan under way ends with %d: %s", code, errs.String())
	}
	progress, err := os.ReadFile("roadmap/public/progress/index.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1 week later than in the baseline “Approved plan” of 2 Mar 2026", "since 2 Mar"} {
		if !bytes.Contains(progress, []byte(want)) {
			t.Errorf("the page about progress lacks %s", want)
		}
	}
}
