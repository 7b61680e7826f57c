//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package generator

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lock makes other Writes into the folder wait until unlock is called. The
// system drops the lock with the process, so none is left behind. Where the
// file system knows no locks there is none.
func lock(root *os.Root) (unlock func(), err error) {
	f, err := root.Open(".")
	if err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	for {
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); !errors.Is(err, syscall.EINTR) {
			return func() { f.Close() }, nil
		}
	}
}
