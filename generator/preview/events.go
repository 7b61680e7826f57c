package preview

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"

	"milepost/generator/sitefs"
)

// system is where events come from. Tests put another in its place.
type system struct {
	open func() (*fsnotify.Watcher, error)
	add  func(*fsnotify.Watcher, string) error
}

var realSystem = system{
	open: fsnotify.NewWatcher,
	add:  func(w *fsnotify.Watcher, dir string) error { return w.Add(dir) },
}

// hints are what events told since somebody last asked.
type hints struct {
	names map[string]bool // real paths that something happened to
	all   bool            // events were lost: it may have happened to anything
	renew bool            // a watched folder came or went under its name
}

func (h *hints) add(o hints) {
	for name := range o.names {
		h.name(name)
	}
	h.all = h.all || o.all
	h.renew = h.renew || o.renew
}

func (h *hints) name(real string) {
	if h.names == nil {
		h.names = map[string]bool{}
	}
	h.names[real] = true
}

func (h *hints) any() bool { return h.all || h.renew || len(h.names) > 0 }

// events listens to what the system tells of some folders. It always reads, so
// that the system's queue does not overflow while a build runs. All methods but
// watch may be called on a nil pointer, which hears nothing.
type events struct {
	watcher *fsnotify.Watcher
	bell    chan struct{} // holds a token when there are hints
	ended   chan struct{} // closed when nothing is heard any more

	mutex      sync.Mutex
	hints      hints
	told       bool            // whether there ever was an event
	attributes map[string]bool // paths of which only that was told, perhaps, a change of permissions
	dirs       map[string]bool // folders of which every file counts
	entries    map[string]bool // further paths that count
	closed     map[string]bool // paths whose permissions count
	watched    map[string]bool // folders that are watched
}

// openEvents watches all that a scan found. If the system does not allow all of
// it, it returns why and as much as it could get, which may be nil.
func openEvents(sys system, s *scan, before *events) (*events, error) {
	w, err := sys.open()
	if err != nil {
		return nil, err
	}
	e := &events{
		watcher: w, bell: make(chan struct{}, 1), ended: make(chan struct{}),
		told: before.heard(), watched: map[string]bool{},
	}
	e.watch(s)
	go e.collect()
	for _, dir := range folders(s) {
		switch err = sys.add(w, dir); {
		case err == nil:
			e.watched[dir] = true
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.ENOTDIR):
			// Gone since the scan, or closed: a change of that is an event of the
			// folder above.
			err = nil
		default:
			return e, err
		}
	}
	return e, nil
}

// inherit takes over what the watch before had heard and nobody has taken.
func (e *events) inherit(before *events) {
	if h := before.take(); e != nil && h.any() {
		e.mutex.Lock()
		e.hints.add(h)
		e.mutex.Unlock()
		e.tell()
	}
}

// folders returns what to watch so that all that a scan found is known, sorted.
func folders(s *scan) []string {
	set := map[string]bool{}
	for dir := range s.dirs {
		set[dir] = true
	}
	for entry := range s.entries {
		set[filepath.Dir(entry)] = true
	}
	list := make([]string, 0, len(set))
	for dir := range set {
		list = append(list, dir)
	}
	slices.Sort(list)
	return list
}

// watch says what counts from now on, and reports whether it is watched already.
func (e *events) watch(s *scan) bool {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	same := len(e.dirs) == len(s.dirs) && len(e.entries) == len(s.entries)
	for dir := range s.dirs {
		same = same && e.dirs[dir]
	}
	for entry := range s.entries {
		same = same && e.entries[entry]
	}
	e.dirs, e.entries, e.closed = s.dirs, s.entries, s.closed
	return same
}

func (e *events) collect() {
	defer close(e.ended)
	for {
		select {
		case event, open := <-e.watcher.Events:
			if !open {
				return
			}
			e.hear(event)
		case err, open := <-e.watcher.Errors:
			if !open {
				return
			}
			if err != nil { // most likely that the queue overflowed
				e.mutex.Lock()
				e.hints.all = true
				e.mutex.Unlock()
				e.tell()
			}
		}
	}
}

// hear takes an event down if it may be about a file of the site.
func (e *events) hear(event fsnotify.Event) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	name := event.Name
	switch {
	case event.Op == 0:
		return
	case event.Op == fsnotify.Chmod && !e.closed[name]:
		// Backup and search programs cause such events all day, so they wake
		// nobody. The next look will tell whether it has been closed.
		if e.attributes == nil {
			e.attributes = map[string]bool{}
		}
		e.attributes[name] = true
		return
	case e.dirs[name], e.entries[name]:
		e.hints.renew = true
	case !e.dirs[filepath.Dir(name)] || sitefs.Ignored(filepath.Base(name)):
		return
	}
	e.hints.name(name)
	e.told = true
	e.tell()
}

func (e *events) tell() {
	select {
	case e.bell <- struct{}{}:
	default:
	}
}

// ring returns a channel that delivers when something was heard.
func (e *events) ring() <-chan struct{} {
	if e == nil {
		return nil
	}
	return e.bell
}

// take returns what was heard since it was called last.
func (e *events) take() hints {
	if e == nil {
		return hints{}
	}
	e.mutex.Lock()
	defer e.mutex.Unlock()
	h := e.hints
	h.add(hints{names: e.attributes})
	e.hints, e.attributes = hints{}, nil
	select {
	case <-e.bell:
	default:
	}
	return h
}

// count returns how many paths were heard of that nobody has taken yet.
func (e *events) count() int {
	if e == nil {
		return 0
	}
	e.mutex.Lock()
	defer e.mutex.Unlock()
	return len(e.hints.names)
}

// pending reports whether something was heard that nobody has taken yet.
func (e *events) pending() bool {
	if e == nil {
		return false
	}
	e.mutex.Lock()
	defer e.mutex.Unlock()
	return e.hints.any()
}

// comes waits for something that nobody has taken yet, for a time or until ctx is
// done, and reports whether it came.
func (e *events) comes(ctx context.Context, within time.Duration) bool {
	late := time.NewTimer(within)
	defer late.Stop()
	select {
	case <-e.bell:
		e.tell() // it is still to be taken
		return true
	case <-ctx.Done():
		return true // nobody wants to know any more
	case <-late.C:
		return false
	}
}

// heard reports whether there ever was an event.
func (e *events) heard() bool {
	if e == nil {
		return false
	}
	e.mutex.Lock()
	defer e.mutex.Unlock()
	return e.told
}

// watches returns the folders of which events are told.
func (e *events) watches() map[string]bool {
	if e == nil {
		return nil
	}
	return e.watched
}

func (e *events) close() {
	if e == nil {
		return
	}
	e.watcher.Close()
	<-e.ended
}

// shortage says in words which limit of the system keeps events away.
func shortage(err error) string {
	var path *os.PathError
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return "the system allows no more watches of folders (raise fs.inotify.max_user_watches)"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return "the system allows no more watches or open files (raise fs.inotify.max_user_instances, or ulimit -n)"
	case errors.As(err, &path):
		return "the system tells no changes: " + path.Err.Error()
	}
	return "the system tells no changes: " + err.Error()
}
