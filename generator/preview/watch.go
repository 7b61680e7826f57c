package preview

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"milepost/generator/sitefs"
)

const (
	// quiet is how long the files must rest after an event: editors save in
	// several steps, some milliseconds apart at most.
	quiet = 8 * time.Millisecond
	// busyQuiet is how long they must rest if many files move, or if one is
	// empty or gone as in the middle of a save.
	busyQuiet = 60 * time.Millisecond
	// longestQuiet bounds the rest that is waited for the longer files move.
	longestQuiet = 250 * time.Millisecond
	// patience is when the files are taken as they are although they do not rest.
	patience = 2 * time.Second
	// few files are saved at once by an editor; more come from a tool.
	few = 4

	// slowPoll is how often the files are looked at although no event came.
	slowPoll = 2 * time.Second
	// fallbackPoll is how often they are looked at once it is known that events
	// are missing.
	fallbackPoll = 500 * time.Millisecond
	// lateEvent is how long an event may take before it counts as missing.
	lateEvent = 500 * time.Millisecond
	// leastPoll keeps a short interval from being all that the machine does.
	leastPoll = 10 * time.Millisecond
	// pollQuiet is how long to wait for a second look at files that moved since
	// the first.
	pollQuiet = 30 * time.Millisecond
	// trusted is the age from which on a file of the same size, time and identity
	// is the same. Before, it may have been written again within the resolution
	// of the time, which is two seconds on the coarsest file systems.
	trusted = 2 * time.Second
)

// inputs are the folders of a site that are watched.
var inputs = []string{"content", "themes"}

// Watch says what to follow.
type Watch struct {
	Dir    string // the site folder, in which content/ and themes/ lie
	Output string // folder that the site is built into, never watched; may be empty

	// Poll is the interval at which to look for changes. Zero means to react to
	// events of the system, and to look every two seconds all the same.
	Poll time.Duration

	// Say tells the user something, one line at a time.
	Say func(format string, args ...any)
}

// watcher notices changes of the inputs of a site.
//
// The content of the files decides, not the events: an event, or the passing
// of time, only starts a scan. That makes it indifferent to how an editor
// saves (in place, by renaming, with backups), to folders that appear or move,
// to lost events and to file systems that send none.
type watcher struct {
	opts   Watch
	system system

	events   *events       // nil when only polling
	interval time.Duration // between two looks without an event
	missed   int           // how often a look found what no event had told
	short    bool          // the user knows that events are missing

	known   map[string]stamp // what the newest scan saw
	built   map[string]stamp // what it saw when wait last returned
	during  []string         // files that were written while the build ran
	stirred []string         // folders that were written to meanwhile
	age     time.Duration    // time waited for ticks of the clock

	found   map[string]fs.FileInfo // folders that the newest scan saw
	folders map[string]fs.FileInfo // and those of built
}

// newWatcher scans the inputs and begins to watch them. Folders that do not
// exist yet are watched when they appear.
func newWatcher(opts Watch) *watcher { return newWatcherOn(opts, realSystem) }

func newWatcherOn(opts Watch, sys system) *watcher {
	w := &watcher{opts: opts, system: sys, interval: opts.Poll, known: map[string]stamp{}}
	if opts.Poll <= 0 {
		w.interval = slowPoll
	}
	w.interval = max(w.interval, leastPoll)
	if opts.Poll <= 0 {
		w.rewatch(w.look(hints{}, false, true))
	}
	w.scan(hints{}, false)
	w.built, w.folders = w.known, w.found
	return w
}

// close ends the watch.
func (w *watcher) close() {
	if w.events != nil {
		w.events.close()
		w.events = nil
	}
}

// wait returns when files differ from how they were when it last returned (or
// when the watch began), with their slash-separated paths below the site folder,
// sorted. It returns none if limit delivers while nothing moves. The error is
// that of ctx.
func (w *watcher) wait(ctx context.Context, limit <-chan time.Time) ([]string, error) {
	for limited := false; ; {
		ticked := false
		if len(w.changed()) == 0 {
			tick := time.NewTimer(w.interval)
			select {
			case <-ctx.Done():
			case <-limit:
				limited, ticked = true, true
			case <-tick.C:
				w.age += w.interval
				ticked = true
			case <-w.events.ring():
			}
			tick.Stop()
		}
		if err := w.settle(ctx, ticked); err != nil {
			return nil, err
		}
		changed := w.changed()
		if len(changed) > 0 {
			w.built, w.folders, w.during, w.stirred = w.known, w.found, nil, nil
		}
		if len(changed) > 0 || limited {
			return changed, nil
		}
	}
}

// changed returns what differs from the build before: files, or folders in which
// none differs any more.
func (w *watcher) changed() []string {
	names := append(difference(w.built, w.known), w.during...)
	if len(names) == 0 {
		names = slices.Clone(w.stirred)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// verify looks whether files were written while a build ran that began when wait
// last returned. What the build read of such a file is not known, even if it is
// as before by now; so wait will report it. A folder that was written to may
// have held a file that came and went.
func (w *watcher) verify() {
	w.scan(w.events.take(), false)
	for name, st := range w.known {
		if old, ok := w.built[name]; ok && !st.same(old) {
			w.during = append(w.during, name)
		}
	}
	for name, info := range w.found {
		if old, ok := w.folders[name]; ok && !old.ModTime().Equal(info.ModTime()) {
			w.stirred = append(w.stirred, name+"/")
		}
	}
}

// settle scans when the files rest.
func (w *watcher) settle(ctx context.Context, ticked bool) error {
	over := time.NewTimer(patience)
	defer over.Stop()
	var told hints
	if ticked {
		told = w.events.take()
		before, watched := w.known, w.events.watches()
		if !w.scan(told, true) {
			return ctx.Err()
		}
		defer func() { w.judge(ctx, before, watched, told) }()
	}
	rest := quiet
	if w.events == nil {
		rest = pollQuiet
	} else if ticked {
		rest = busyQuiet
	}
	for {
		late, err := w.rest(ctx, &rest, over.C)
		if err != nil {
			return err
		}
		more := w.events.take()
		told.add(more)
		moved := w.scan(more, ticked)
		switch {
		case late:
			return nil
		case w.events.pending():
		case ticked && moved: // no event tells whether they rest
		case !ticked && rest < busyQuiet && w.halfway():
			rest = busyQuiet
		default:
			return nil
		}
	}
}

// rest waits until no event came for the time of rest, which grows the longer
// and the more files move. It reports whether patience was over before.
func (w *watcher) rest(ctx context.Context, rest *time.Duration, over <-chan time.Time) (late bool, err error) {
	resting, moving := time.NewTimer(*rest), time.NewTimer(*rest)
	defer resting.Stop()
	defer moving.Stop()
	long := false
	for {
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-over:
			return true, nil
		case <-resting.C:
			if w.events.count() <= few || *rest >= busyQuiet {
				return false, nil
			}
			*rest = busyQuiet
			resting.Reset(*rest)
		case <-moving.C:
			long = true
		case <-w.events.ring():
			if long { // they have moved for longer than they would have to rest
				*rest = min(2**rest, longestQuiet)
				moving.Reset(*rest)
				long = false
			}
			resting.Reset(*rest)
		}
	}
}

// halfway reports whether a file is gone that was there, or empty that was not,
// as it is for a moment while it is saved.
func (w *watcher) halfway() bool {
	for name := range w.built {
		if _, ok := w.known[name]; !ok {
			return true
		}
	}
	for name, st := range w.known {
		if old, ok := w.built[name]; st.empty() && (!ok || !old.empty()) {
			return true
		}
	}
	return false
}

// judge looks whether events had told what a tick of the clock found. Twice that
// they had not, or once if there never was one, means that they do not arrive:
// network file systems and those that containers mount often send none.
func (w *watcher) judge(ctx context.Context, before map[string]stamp, watched map[string]bool, told hints) {
	if w.events == nil || told.any() {
		return
	}
	for _, name := range difference(before, w.known) {
		// The folder may be new, or another one by now; then nobody could tell.
		st, ok := before[name]
		now, still := w.known[name]
		if !ok {
			st = now
		} else if still && now.real != st.real {
			continue
		}
		if !watched[filepath.Dir(st.real)] {
			continue
		}
		if !w.short && w.events.comes(ctx, lateEvent) {
			return // on a busy machine
		}
		w.missed++
		if w.missed > 1 || !w.events.heard() {
			w.degrade("the system sends no events for changes here, as is usual on network drives and in containers")
		}
		return
	}
}

// degrade makes up for missing events by looking often, and says so once.
func (w *watcher) degrade(reason string) {
	w.interval = min(w.interval, fallbackPoll)
	if !w.short {
		w.short = true
		w.opts.Say("%s, so looking every %s", reason, w.interval)
	}
}

// scan takes down the state of all files and reports whether any differs from
// the scan before. It reads the files that were named by events or whose size,
// time or identity differ, and after a tick also those that are too new to be
// judged by these.
func (w *watcher) scan(h hints, ticked bool) bool {
	s := w.look(h, ticked, false)
	changed := len(difference(w.known, s.now)) > 0
	w.known, w.found = s.now, s.found
	if w.opts.Poll > 0 || w.events == nil || w.events.watch(s) && !h.renew {
		return changed
	}
	w.rewatch(s)
	// What was written before the new folders were watched. A file that was just
	// read may have been written again within the resolution of its time.
	w.scan(hints{names: s.read}, false)
	return true
}

// look looks at all inputs, or at their folders alone.
func (w *watcher) look(h hints, ticked, foldersOnly bool) *scan {
	s := &scan{
		known: w.known, hints: h, ticked: ticked, foldersOnly: foldersOnly, age: w.age,
		now: make(map[string]stamp, len(w.known)), found: map[string]fs.FileInfo{}, read: map[string]bool{},
		dirs: map[string]bool{}, entries: map[string]bool{}, closed: map[string]bool{},
	}
	var output []string
	if w.opts.Output != "" {
		output = append(output, w.opts.Output)
	}
	// Without a site folder there are no files. The next look will tell.
	if fsys, err := sitefs.New(w.opts.Dir, output...); err == nil {
		s.fsys = fsys
		s.site()
	}
	return s
}

// rewatch watches exactly what a scan found. It starts afresh, because the
// system watches what a folder is and not what it is called: below a renamed
// folder the old watches would go on under the old names.
func (w *watcher) rewatch(s *scan) {
	before := w.events
	before.close()
	var err error
	w.events, err = openEvents(w.system, s, before)
	w.events.inherit(before)
	if err != nil {
		w.degrade(shortage(err))
	}
}

// Names lists a few files for a message: "content/plan.toml and 2 more".
func Names(files []string) string {
	if len(files) == 1 {
		return files[0]
	}
	return fmt.Sprintf("%s and %d more", files[0], len(files)-1)
}
