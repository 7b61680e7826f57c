package main

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"milepost/schedule/calendar"
)

// today returns the day on the clock, or the one that SOURCE_DATE_EPOCH says, for
// results that are the same on every day
// (https://reproducible-builds.org/specs/source-date-epoch/).
func today() (calendar.Date, error) {
	epoch := os.Getenv("SOURCE_DATE_EPOCH")
	if epoch == "" {
		return calendar.DateOf(time.Now().Date()), nil
	}
	n, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil || n < 0 || n > 1<<38 {
		return 0, fmt.Errorf("SOURCE_DATE_EPOCH is %q and wants the seconds since 1970", epoch)
	}
	return calendar.DateOf(time.Unix(n, 0).UTC().Date()), nil
}

// dayFlag reads the day of a flag.
func dayFlag(flag, value string) (calendar.Date, error) {
	d, err := calendar.ParseDate(value)
	if err != nil {
		return 0, fmt.Errorf("--%s wants a day such as 2026-01-05, not %q", flag, value)
	}
	return d, nil
}
