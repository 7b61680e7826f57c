//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package generator

import "os"

// lock does nothing on systems without locks on folders.
func lock(*os.Root) (unlock func(), err error) { return func() {}, nil }
