package preview

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// quiet is how long the files must rest before a build: editors write in
	// several steps, and a checkout writes many files.
	quiet = 40 * time.Millisecond
	// patience is when a build starts although the files do not rest.
	patience = 400 * time.Millisecond
	// slowPoll is how often the files are looked at although no event came.
	// Network and container file systems often send none.
	slowPoll = 2 * time.Second
	// fallbackPoll is how often they are looked at if events cannot be had.
	fallbackPoll = time.Second
)

// watcher notices changes below some folders of a directory.
//
// The content of the files decides, not the events: an event, or the passing
// of time, only starts a scan. That makes it indifferent to how an editor
// saves (in place, by renaming, with backups), to folders that appear or move,
// to lost events and to file systems that send none.
type watcher struct {
	root    string
	fsys    fs.FS
	folders []string
	poll    time.Duration
	say     func(format string, args ...any)

	events  *fsnotify.Watcher // nil when polling
	watched []string          // directories that events watches
	known   map[string]stamp  // what the newest scan saw
	built   map[string]stamp  // what it saw when wait last returned
}

// stamp tells two contents of a file apart. Size and time are only there to
// spare reading a file that did not change.
type stamp struct {
	size int64
	time time.Time
	sum  [sha256.Size]byte
}

// newWatcher scans the folders of root and begins to watch them. Folders that
// do not exist yet are watched when they appear. With a positive poll it looks
// at that interval and uses no events. It calls say when it has to work in
// another way than asked.
func newWatcher(root string, folders []string, poll time.Duration, say func(format string, args ...any)) *watcher {
	w := &watcher{root: root, fsys: os.DirFS(root), folders: folders, poll: poll, say: say, known: map[string]stamp{}}
	w.scan(true)
	w.built = maps.Clone(w.known)
	return w
}

// close ends the watch.
func (w *watcher) close() error {
	if w.events == nil {
		return nil
	}
	return w.events.Close()
}

// wait returns when files differ from how they were when it last returned (or
// when the watch began), with their slash-separated paths below root, sorted.
// The error is that of ctx.
func (w *watcher) wait(ctx context.Context) ([]string, error) {
	for {
		interval := slowPoll
		if w.events == nil {
			interval = w.poll
		}
		hinted := false
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(interval):
		case err, open := <-w.hints():
			if !open {
				w.fall(errors.New("the watch ended"))
			} else if err != nil && !errors.Is(err, fsnotify.ErrEventOverflow) {
				w.fall(err)
			}
			hinted = true
		case event, open := <-w.changes():
			// Reading a file or its attributes is no change; backup and search
			// programs cause such events all day.
			if open && event.Op == fsnotify.Chmod {
				continue
			}
			hinted = true
		}
		if err := w.settle(ctx, hinted); err != nil {
			return nil, err
		}
		if changed := difference(w.built, w.known); len(changed) > 0 {
			w.built = maps.Clone(w.known)
			return changed, nil
		}
	}
}

// hints and changes are the channels of the events; nil ones, which never
// deliver, when polling.
func (w *watcher) hints() <-chan error {
	if w.events == nil {
		return nil
	}
	return w.events.Errors
}

func (w *watcher) changes() <-chan fsnotify.Event {
	if w.events == nil {
		return nil
	}
	return w.events.Events
}

// settle scans until the files rest. After an event every file is read, since
// a change may keep size and time; after a tick of the clock only those whose
// size or time differ.
func (w *watcher) settle(ctx context.Context, hinted bool) error {
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	if !hinted && !w.scan(false) {
		return nil
	}
	for {
		rest := time.NewTimer(quiet)
		moving := false
		for resting := true; resting; {
			select {
			case <-ctx.Done():
				rest.Stop()
				return ctx.Err()
			case <-deadline.C:
				rest.Stop()
				w.scan(true)
				return nil
			case <-w.hints():
			case _, open := <-w.changes():
				if !open {
					resting = false
				} else {
					moving = true
				}
			case <-rest.C:
				resting = false
			}
		}
		if w.scan(true) || moving {
			continue
		}
		return nil
	}
}

// scan reads the state of all files and reports whether any differs from the
// scan before. Files of the same size and time are read again only if all is
// set. Directories that appeared or vanished renew the watch.
func (w *watcher) scan(all bool) bool {
	now, dirs := map[string]stamp{}, []string{"."}
	for _, folder := range w.folders {
		// An error leaves a part unseen: a folder that is not there, or one
		// that vanished meanwhile. Both are seen as missing files.
		fs.WalkDir(w.fsys, folder, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return nil
			case name != folder && ignored(d.Name()):
				if d.IsDir() {
					return fs.SkipDir
				}
				return nil
			case d.IsDir():
				dirs = append(dirs, name)
				return nil
			}
			if st, ok := w.stamp(name, all); ok {
				now[name] = st
			}
			return nil
		})
	}
	changed := len(difference(w.known, now)) > 0
	w.known = now
	if w.poll <= 0 && !slices.Equal(dirs, w.watched) {
		w.rewatch(dirs)
		w.scan(all) // what was written before the new directories were watched
		return true
	}
	return changed
}

// stamp returns the state of a file and false if it is gone.
func (w *watcher) stamp(name string, read bool) (stamp, bool) {
	info, err := fs.Stat(w.fsys, name)
	if err != nil || info.IsDir() {
		return stamp{}, false
	}
	st := stamp{size: info.Size(), time: info.ModTime()}
	if old, ok := w.known[name]; ok && !read && old.size == st.size && old.time.Equal(st.time) {
		return old, true
	}
	f, err := w.fsys.Open(name)
	if err != nil {
		return stamp{}, false
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return stamp{}, false
	}
	sum.Sum(st.sum[:0])
	return st, true
}

// difference returns the files whose content is not the same in both, sorted.
func difference(a, b map[string]stamp) []string {
	var names []string
	for name, st := range a {
		if other, ok := b[name]; !ok || other.sum != st.sum {
			names = append(names, name)
		}
	}
	for name := range b {
		if _, ok := a[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// rewatch watches exactly the given directories. It starts afresh, because the
// system watches what a directory is and not what it is called: below a
// renamed directory the old watches would go on under the old names.
func (w *watcher) rewatch(dirs []string) {
	if w.events != nil {
		w.events.Close()
	}
	w.watched = dirs
	var err error
	if w.events, err = fsnotify.NewWatcher(); err != nil {
		w.fall(err)
		return
	}
	for _, dir := range dirs {
		err := w.events.Add(filepath.Join(w.root, filepath.FromSlash(dir)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			w.fall(err)
			return
		}
	}
}

// fall goes over to polling.
func (w *watcher) fall(err error) {
	if w.events != nil {
		w.events.Close()
		w.events = nil
	}
	w.poll = fallbackPoll
	reason := err.Error()
	if errors.Is(err, syscall.ENOSPC) {
		reason = "the system allows no more watches; raise fs.inotify.max_user_watches"
	} else if errors.Is(err, syscall.EMFILE) {
		reason = "the system allows no more open files; raise fs.inotify.max_user_instances or ulimit -n"
	}
	w.say("no events for changed files (%s), so looking every %s", reason, fallbackPoll)
}

// ignored reports whether a file is not part of a site: hidden files, and what
// editors leave beside the file that they save.
func ignored(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") ||
		strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#") {
		return true
	}
	switch path.Ext(name) {
	case ".swp", ".swx", ".swo", ".bck", ".tmp":
		return true
	}
	return name == "4913" || // Vim tries with it whether it can write
		strings.HasSuffix(name, "___jb_tmp___") || strings.HasSuffix(name, "___jb_old___") // JetBrains
}

// names lists a few files for a message: "content/plan.toml and 2 more".
func names(files []string) string {
	if len(files) == 1 {
		return files[0]
	}
	return fmt.Sprintf("%s and %d more", files[0], len(files)-1)
}
