package chart

import (
	"strconv"
	"strings"

	"milepost/schedule/calendar"
)

// pos is a horizontal position in thousandths of a per cent of the width. Whole
// numbers make every build equal.
type pos int64

// full is the right edge.
const full pos = 100_000

// String returns the position as an SVG length: "12.5%".
func (p pos) String() string {
	s := strconv.FormatInt(int64(p/1000), 10)
	if frac := p % 1000; frac != 0 {
		s += "." + strings.TrimRight(strconv.FormatInt(int64(frac)+1000, 10)[1:], "0")
	}
	return s + "%"
}

// axis maps time to positions.
type axis struct {
	from, to calendar.Instant
	grain    pos // positions are multiples of it
}

// newAxis returns an axis that shows from..to with some room at both ends, given
// in thousandths of the time shown.
func newAxis(from, to calendar.Instant, left, right int64) axis {
	to = max(to, from+1)
	span := int64(to - from)
	a := axis{from: from - calendar.Instant(span*left/1000), to: to + calendar.Instant(span*right/1000), grain: 10}
	if a.days() > 200 {
		a.grain = 1
	}
	return a
}

// days returns the length in civil days, rounded up.
func (a axis) days() int64 {
	return (int64(a.to-a.from) + calendar.MinutesPerDay - 1) / calendar.MinutesPerDay
}

// at returns the position of an instant; it may lie outside the picture.
func (a axis) at(t calendar.Instant) pos {
	num, den := int64(t-a.from)*int64(full/a.grain), int64(a.to-a.from)
	q := (2*num + den) / (2 * den) // to the nearest
	return pos(q) * a.grain
}

// shows reports whether the instant lies inside the picture.
func (a axis) shows(t calendar.Instant) bool { return t >= a.from && t <= a.to }

// pixels returns the width of a span in a picture that is width pixels wide.
func (a axis) pixels(span calendar.Instant, width int) int64 {
	return int64(span) * int64(width) / int64(a.to-a.from)
}
