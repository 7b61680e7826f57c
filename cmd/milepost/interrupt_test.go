//go:build unix

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestInterruptedBuild ends builds at all kinds of times, as Ctrl-C does. What
// is published then is the old site or the new one, whole, and nothing else is
// left behind.
func TestInterruptedBuild(t *testing.T) {
	t.Parallel()
	s := newWatchedSite(t)
	public := s.path("public")
	build := func(wait time.Duration) (code int) {
		t.Helper()
		cmd := exec.Command("milepost", "build", "-q", "-s", s.dir)
		var out strings.Builder
		cmd.Stdout, cmd.Stderr = &out, &out
		s.ok(cmd.Start())
		if wait >= 0 {
			time.Sleep(wait)
			if err := cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
				t.Fatal(err)
			}
		}
		err := cmd.Wait()
		var exit *exec.ExitError
		switch {
		case err == nil:
			return 0
		case errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signaled():
			return exitInterrupted // before the command could listen to signals
		case errors.As(err, &exit):
			return exit.ExitCode()
		}
		t.Fatalf("%v\n%s", err, &out)
		return
	}
	edit := func(text string) {
		s.write("content/plan.toml", strings.Replace(watchedPlan, "First", text, 1))
	}
	edit("Old")
	began := time.Now()
	if code := build(-1); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	whole := time.Since(began)
	old := contents(public)
	edit("New")
	fresh := filepath.Join(t.TempDir(), "public")
	if err := exec.Command("milepost", "build", "-q", "-s", s.dir, "-d", fresh).Run(); err != nil {
		t.Fatal(err)
	}
	wanted := contents(fresh)
	ends := map[int]int{}
	const tries = 20
	for i := range tries {
		edit("Old")
		if code := build(-1); code != 0 {
			t.Fatalf("exit code %d", code)
		}
		edit("New")
		code := build(whole * time.Duration(i) / tries)
		ends[code]++
		got := contents(public)
		isOld, isNew := len(unequal(got, old)) == 0, len(unequal(got, wanted)) == 0
		switch {
		case code == 0 && !isNew, code == exitInterrupted && !isOld && !isNew, code != 0 && code != exitInterrupted:
			t.Errorf("ended with %d after %d of %d parts of the time: old %v, new %v; differs from new in %q", code, i, tries, isOld, isNew, unequal(got, wanted))
		}
		err := filepath.WalkDir(public, func(name string, d fs.DirEntry, err error) error {
			if err == nil && strings.Contains(d.Name(), ".milepost") && d.Name() != ".milepost-manifest" {
				err = fmt.Errorf("%s is left behind", name)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	if ends[exitInterrupted] == 0 {
		t.Errorf("no build was interrupted: %v", ends)
	}
}

// TestWatchInterrupted begins to watch a plan with errors, which is no reason to
// end, mends it, and ends with Ctrl-C, which is a good end.
func TestWatchInterrupted(t *testing.T) {
	t.Parallel()
	s := newWatchedSite(t)
	s.write("content/plan.toml", "[plan]\nname = \n")
	cmd := exec.Command("milepost", "build", "--watch", "-s", s.dir)
	read, write, err := os.Pipe()
	s.ok(err)
	defer read.Close()
	cmd.Stdout, cmd.Stderr = write, write
	s.ok(cmd.Start())
	defer cmd.Process.Kill()
	write.Close()
	lines := bufio.NewScanner(read)
	var said strings.Builder
	await := func(text string) {
		t.Helper()
		for lines.Scan() {
			fmt.Fprintln(&said, lines.Text())
			if strings.Contains(lines.Text(), text) {
				return
			}
		}
		t.Fatalf("it ended before it said %q:\n%s", text, &said)
	}
	await("content/plan.toml:2:8: error E103: ")
	await("build failed with 1 error; ")
	await("watching for edits (Ctrl-C stops)")
	if _, err := os.Stat(s.path("public")); err == nil {
		t.Error("a build that failed wrote something")
	}
	s.write("content/plan.toml", watchedPlan)
	await("content/plan.toml changed: built ")
	s.ok(cmd.Process.Signal(os.Interrupt))
	for lines.Scan() {
		fmt.Fprintln(&said, lines.Text())
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("Ctrl-C: %v\n%s", err, &said)
	}
}
