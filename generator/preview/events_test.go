package preview

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"
)

// deaf is a file system that sends no events for some folders.
func deaf(hears func(dir string) bool) system {
	return system{open: fsnotify.NewWatcher, add: func(w *fsnotify.Watcher, dir string) error {
		if hears(dir) {
			return w.Add(dir)
		}
		return nil
	}}
}

// notes takes down what the watch says.
type notes struct {
	mutex sync.Mutex
	lines []string
}

func (n *notes) say(format string, args ...any) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	n.lines = append(n.lines, fmt.Sprintf(format, args...))
}

func (n *notes) said() string {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	return strings.Join(n.lines, "\n")
}

// A file system that never sent an event is looked at often from the first
// change on that no event told, and the user learns it once.
func TestNoEvents(t *testing.T) {
	t.Parallel()
	f := folder{t, t.TempDir()}
	f.write("content/plan.toml", "start")
	var n notes
	w := newWatcherOn(Watch{Dir: f.dir, Say: n.say}, deaf(func(string) bool { return false }))
	defer w.close()
	if w.interval != slowPoll {
		t.Errorf("looks every %v before anything is known, want %v", w.interval, slowPoll)
	}
	for i := range 3 {
		f.write("content/plan.toml", fmt.Sprint("edit ", i))
		w.await(t, "edit")
		if w.interval != fallbackPoll {
			t.Errorf("looks every %v after edit %d, want %v", w.interval, i, fallbackPoll)
		}
	}
	const want = "the system sends no events for changes here, as is usual on network drives and in containers, so looking every 500ms"
	if said := n.said(); said != want {
		t.Errorf("said\n%s\nwant\n%s", said, want)
	}
}

// Where events are known to arrive, one that is missing may be an accident; two
// are not.
func TestSomeEvents(t *testing.T) {
	f := folder{t, t.TempDir()}
	f.write("content/plan.toml", "start")
	f.write("content/mounted/page.md", "start")
	var n notes
	w := newWatcherOn(Watch{Dir: f.dir, Say: n.say}, deaf(func(dir string) bool { return filepath.Base(dir) != "mounted" }))
	defer w.close()
	w.interval = 50 * time.Millisecond
	f.write("content/plan.toml", "told by an event")
	w.await(t, "event")
	f.write("content/mounted/page.md", "one")
	w.await(t, "first edit")
	if n.said() != "" || w.missed != 1 {
		t.Errorf("after one missing event it counts %d and says %q", w.missed, n.said())
	}
	f.write("content/mounted/page.md", "two")
	w.await(t, "second edit")
	if !strings.Contains(n.said(), "the system sends no events") {
		t.Errorf("after two missing events it says %q", n.said())
	}
}

// However close a look and an edit come together, events that arrive are not
// taken for missing. The interval is so short that nearly all edits are found by
// looks.
func TestEventsNotMissed(t *testing.T) {
	f := folder{t, t.TempDir()}
	f.write("content/plan.toml", "start")
	w := newWatcher(Watch{Dir: f.dir, Say: t.Errorf})
	defer w.close()
	w.interval = time.Millisecond
	for i := range 100 {
		f.write(fmt.Sprintf("content/d%d/page.md", i%10), fmt.Sprint(i))
		w.await(t, "edit")
		switch i % 10 {
		case 3:
			f.move("content/d3", "content/e")
			w.await(t, "move")
		case 6:
			f.move("content/e", "elsewhere")
			f.link("../elsewhere", "content/d3")
			w.await(t, "link")
		case 9:
			f.remove("content/d3")
			w.await(t, "remove link")
			f.remove("elsewhere")
			f.remove("content/d9")
			w.await(t, "remove")
		}
	}
	if w.missed > 0 {
		t.Errorf("%d events taken for missing", w.missed)
	}
}

// Limits of the system are named, once, and made up for.
func TestLimits(t *testing.T) {
	fails := func(err error) func(*fsnotify.Watcher, string) error {
		left := 3
		return func(w *fsnotify.Watcher, dir string) error {
			if left--; left < 0 {
				return err
			}
			return w.Add(dir)
		}
	}
	for _, tt := range []struct {
		name string
		sys  system
		want string
	}{
		{"watches", system{fsnotify.NewWatcher, fails(syscall.ENOSPC)},
			"the system allows no more watches of folders (raise fs.inotify.max_user_watches), so looking every 500ms"},
		{"open files", system{fsnotify.NewWatcher, fails(syscall.EMFILE)},
			"the system allows no more watches or open files (raise fs.inotify.max_user_instances, or ulimit -n), so looking every 500ms"},
		{"instances", system{func() (*fsnotify.Watcher, error) { return nil, fmt.Errorf("inotify: %w", syscall.EMFILE) }, nil},
			"the system allows no more watches or open files (raise fs.inotify.max_user_instances, or ulimit -n), so looking every 500ms"},
		{"anything else", system{func() (*fsnotify.Watcher, error) { return nil, errors.New("not today") }, nil},
			"the system tells no changes: not today, so looking every 500ms"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := folder{t, t.TempDir()}
			for i := range 8 {
				f.write(fmt.Sprintf("content/d%d/page.md", i), "start")
			}
			var n notes
			w := newWatcherOn(Watch{Dir: f.dir, Say: n.say}, tt.sys)
			defer w.close()
			if w.interval != fallbackPoll {
				t.Errorf("looks every %v, want %v", w.interval, fallbackPoll)
			}
			w.interval = 20 * time.Millisecond // for the sake of the test
			for i := range 8 {
				f.write(fmt.Sprintf("content/d%d/page.md", i), "edited")
				if got := w.await(t, "edit"); len(got) != 1 || got[0] != fmt.Sprintf("content/d%d/page.md", i) {
					t.Errorf("edit %d: changed files are %q", i, got)
				}
			}
			f.write("content/new/page.md", "new") // needs a watch more
			w.await(t, "new folder")
			if n.said() != tt.want {
				t.Errorf("said\n%s\nwant\n%s", n.said(), tt.want)
			}
		})
	}
}

// When the system's queue of events overflows, everything is looked at.
func TestOverflow(t *testing.T) {
	f := folder{t, t.TempDir()}
	f.write("content/plan.toml", "start")
	w := newWatcherOn(Watch{Dir: f.dir, Say: t.Errorf}, deaf(func(string) bool { return false }))
	defer w.close()
	w.interval = time.Hour
	f.write("content/plan.toml", "other")
	f.write("content/a/b.md", "new")
	w.events.watcher.Errors <- fsnotify.ErrEventOverflow
	if got := w.await(t, "overflow"); len(got) != 2 {
		t.Errorf("changed files are %q, want two", got)
	}
}

// The interval of --poll is the one that was asked for, to the millisecond of a
// clock that only the watch moves.
func TestPollInterval(t *testing.T) {
	for _, poll := range []time.Duration{100 * time.Millisecond, time.Second, 3 * time.Second, time.Minute} {
		t.Run(poll.String(), func(t *testing.T) {
			f := folder{t, t.TempDir()}
			f.write("content/plan.toml", "start")
			synctest.Test(t, func(t *testing.T) {
				w := newWatcher(Watch{Dir: f.dir, Poll: poll, Say: t.Errorf})
				defer w.close()
				if w.events != nil {
					t.Error("it waits for events too")
				}
				for i := range 3 {
					began := time.Now()
					f.write("content/plan.toml", fmt.Sprint(i))
					if _, err := w.wait(t.Context(), nil); err != nil {
						t.Fatal(err)
					}
					if took := time.Since(began); took != poll+pollQuiet {
						t.Errorf("edit noticed after %v, want %v and a second look %v later", took, poll, pollQuiet)
					}
				}
			})
		})
	}
}

// An interval of nothing would keep a core busy.
func TestPollIntervalLeast(t *testing.T) {
	f := folder{t, t.TempDir()}
	w := newWatcher(Watch{Dir: f.dir, Poll: 1, Say: t.Errorf})
	defer w.close()
	if w.interval != leastPoll {
		t.Errorf("looks every %v, want %v", w.interval, leastPoll)
	}
}
