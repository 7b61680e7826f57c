//go:build unix

package schedule

import (
	"syscall"
	"time"
)

// processorTime returns the time for which this process has had a processor. On a
// busy machine it tells more than the clock.
func processorTime() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
