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
	block := func(language string) string {
		t.Helper()
		m := regexp.MustCompile("(?s)```" + language + "\n(.*?)```").FindSubmatch(src)
		if m == nil {
			t.Fatalf("README.md shows no block of %s", language)
		}
		return string(m[1])
	}
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
}
