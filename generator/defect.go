package generator

import (
	"fmt"
	"path"
	"runtime"
	"strings"
)

// defect is an error of milepost itself: a panic, and where it came from. A
// preview outlives it, since the edit that led to it can be taken back.
type defect struct {
	value  any
	frames []string // "milepost/generator.Build (build.go:101)", the innermost first
}

func (d *defect) Error() string {
	return fmt.Sprintf("milepost itself is at fault, please report it: %v\n\tat %s", d.value, strings.Join(d.frames, "\n\tat "))
}

// mostFrames is how much of the way to a defect is told.
const mostFrames = 12

// newDefect returns the defect that a panic with the value is. It is called by
// the deferred function that recovered it, so that the way to it is known.
func newDefect(value any) *defect {
	if d, ok := value.(*defect); ok {
		return d // of another goroutine
	}
	d := &defect{value: value}
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for more := true; more && len(d.frames) < mostFrames; {
		var f runtime.Frame
		if f, more = frames.Next(); f.Function != "" && !strings.HasPrefix(f.Function, "runtime.") {
			d.frames = append(d.frames, fmt.Sprintf("%s (%s:%d)", f.Function, path.Base(f.File), f.Line))
		}
	}
	return d
}

// caught turns a panic of the function that defers it into its error.
func caught(err *error) {
	if v := recover(); v != nil {
		*err = newDefect(v)
	}
}
