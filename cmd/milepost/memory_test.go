package main

import "testing"

// A small site may grow by what some rebuilds take, a large one by its own size
// and a half.
func TestGCPercent(t *testing.T) {
	for live, want := range map[uint64]int{0: 9600, 1 << 20: 9600, 16 << 20: 600, 64 << 20: 150, 96 << 20: 150, 1 << 30: 150} {
		if got := gcPercent(live); got != want {
			t.Errorf("%d bytes in use: %d %%, want %d", live, got, want)
		}
	}
}
