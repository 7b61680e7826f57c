//go:build !unix

package schedule

import "time"

func processorTime() time.Duration { return 0 }
