package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"
)

// spareMemory is how many bytes builds may take between two collections of
// garbage at least, which is enough for several rebuilds of a site of some
// dozen pages. By default the runtime would collect twice in each.
const spareMemory = 96 << 20

// afterBuild is how long open pages have to learn of a build before its garbage
// is collected.
const afterBuild = 20 * time.Millisecond

var collecting sync.Mutex

// collectGarbage collects the garbage of a build while nobody waits for one, so
// that the next edit need not pay for it.
func collectGarbage() {
	if !collecting.TryLock() {
		return // somebody does
	}
	time.AfterFunc(afterBuild, func() {
		defer collecting.Unlock()
		runtime.GC()
		if os.Getenv("GOGC") != "" {
			return // the user has a wish
		}
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		if live[0].Value.Kind() == metrics.KindUint64 {
			debug.SetGCPercent(gcPercent(live[0].Value.Uint64()))
		}
	})
}

// gcPercent returns by how much the memory in use may grow before garbage is
// collected: by half more than by default, since that is what the rebuild of a
// large site takes, after which its garbage is collected anyway.
func gcPercent(live uint64) int { return int(max(150, spareMemory*100/max(live, 1<<20))) }
