package preview

import (
	"context"
	"slices"
	"time"
)

const (
	// errorGrace is how long a failed build waits for further changes before it
	// is told, since it may come of a file that is half written.
	errorGrace = 150 * time.Millisecond
	// mostRetries bounds how many builds in a row may fail untold while files go
	// on changing.
	mostRetries = 8
)

// Outcome is how a build went.
type Outcome struct {
	Failed bool   // because of the author's files
	Tell   func() // makes the outcome known; may be nil
}

// Follow calls build with nothing, and then whenever inputs of the site changed,
// with their slash-separated paths below the site folder, until ctx is done. One
// save is one build: it waits until the files rest, which is some milliseconds
// after a single event, and longer the more files move. A build during which
// files changed is followed by another.
//
// An outcome is told when it is certain: a success at once, a failure when the
// files rest, because it may come of a file that is half written. In between
// there may be builds that nobody hears of.
func Follow(ctx context.Context, opts Watch, build func(changed []string) Outcome) {
	w := newWatcher(opts)
	defer w.close()
	build(nil).tell() // at once, since nothing is being saved
	w.follow(ctx, build)
}

// follow is Follow after a first build that began when the watch did.
func (w *watcher) follow(ctx context.Context, build func(changed []string) Outcome) {
	for ctx.Err() == nil {
		w.verify()
		changed, err := w.wait(ctx, nil)
		if err != nil {
			return
		}
		out := build(changed)
		for range mostRetries {
			if !out.Failed {
				break
			}
			w.verify()
			more, err := w.wait(ctx, time.After(errorGrace))
			if err != nil {
				return
			}
			if len(more) == 0 {
				break
			}
			changed = append(changed, more...)
			slices.Sort(changed)
			changed = slices.Compact(changed)
			out = build(changed)
		}
		out.tell()
	}
}

func (o Outcome) tell() {
	if o.Tell != nil {
		o.Tell()
	}
}
