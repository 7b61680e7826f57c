package preview

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// followed runs Follow with a build that reads a file, and returns the texts that
// were told, in order, until one is "end".
func followed(t *testing.T, f folder, poll time.Duration, during func(text string)) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var told []string
	Follow(ctx, Watch{Dir: f.dir, Poll: poll, Say: t.Errorf}, func([]string) Outcome {
		b, err := os.ReadFile(filepath.Join(f.dir, "content/plan.toml"))
		text := string(b)
		if err != nil {
			text = "bad: " + filepath.Base(err.Error())
		}
		during(text)
		return Outcome{Failed: strings.HasPrefix(text, "bad"), Tell: func() {
			told = append(told, text)
			if text == "end" {
				cancel()
			}
		}}
	})
	if len(told) == 0 || told[len(told)-1] != "end" {
		t.Fatalf("told %q and not the end", told)
	}
	return told
}

var pollModes = map[string]time.Duration{"events": 0, "poll": 20 * time.Millisecond}

// What changes while a build runs is built again, also if it is as before when
// the build ends: who knows what the build has read.
func TestFollowDuringBuild(t *testing.T) {
	for name, poll := range pollModes {
		t.Run(name, func(t *testing.T) {
			f := folder{t, t.TempDir()}
			f.write("content/plan.toml", "one")
			f.write("content/other.md", "as before")
			steps := []func(){
				func() { f.write("content/plan.toml", "two") },
				func() { // another file, there and back
					f.write("content/other.md", "differs")
					f.write("content/other.md", "as before")
				},
				func() { // a file that comes and goes
					f.write("content/guest.md", "hello")
					f.remove("content/guest.md")
				},
				func() { f.write("content/plan.toml", "end") },
			}
			builds := 0
			followed(t, f, poll, func(string) {
				time.Sleep(10 * time.Millisecond) // time stamps of files are only so fine
				if builds < len(steps) {
					steps[builds]()
				}
				builds++
			})
			if builds != len(steps)+1 {
				t.Errorf("%d builds, want %d: one after each change", builds, len(steps)+1)
			}
		})
	}
}

// A failure is told when the files rest, and not if it came of a file that was
// half written.
func TestFollowHalfWritten(t *testing.T) {
	for name, poll := range pollModes {
		t.Run(name, func(t *testing.T) {
			f := folder{t, t.TempDir()}
			f.write("content/plan.toml", "start")
			n := 0
			told := followed(t, f, poll, func(text string) {
				n++
				switch text {
				case "start":
					f.write("content/plan.toml", "bad half")
				case "bad half":
					f.write("content/plan.toml", "whole")
				case "whole":
					f.write("content/plan.toml", "bad for good")
				case "bad for good":
					go func() { // after it was told, as authors do
						time.Sleep(3 * errorGrace)
						f.write("content/plan.toml", "end")
					}()
				}
			})
			if want := []string{"start", "whole", "bad for good", "end"}; !slices.Equal(told, want) {
				t.Errorf("told %q, want %q", told, want)
			}
		})
	}
}

// Errors are told even if files never rest.
func TestFollowNeverRests(t *testing.T) {
	f := folder{t, t.TempDir()}
	f.write("content/plan.toml", "start")
	n := 0
	told := followed(t, f, 0, func(text string) {
		switch n++; {
		case n < 30:
			f.write("content/plan.toml", fmt.Sprintf("bad %02d", n))
		case n == 30:
			f.write("content/plan.toml", "end")
		}
	})
	if len(told) < 3 {
		t.Errorf("told only %q", told)
	}
}
