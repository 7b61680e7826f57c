package chart

import (
	"fmt"
	"strings"
	"testing"
)

// An overlay keeps inside its picture, its rows have anchors of their own, and no
// row carries a mark without the mark's text.
func TestOverlay(t *testing.T) {
	for name, toml := range map[string]string{"odd": planFile(t, "odd"), "day": planFile(t, "day"), "three": planFile(t, "three"), "long": long()} {
		s, c := compute(t, toml)
		var over []Overlaid
		for _, mark := range []string{"S1", "S2", "S3", "S4", "S5", "S6", "S7"} {
			over = append(over, Overlaid{Mark: mark, Name: "Scenario", Schedule: s})
		}
		g := Overlay(s, c, "overlay", over)
		anchors, drawn := map[string]bool{}, map[string]int{}
		for _, r := range rowsOf(g) {
			if anchors[r.Anchor] {
				t.Errorf("%s: anchor %s is there twice", name, r.Anchor)
			}
			anchors[r.Anchor] = true
			if strings.Contains(string(r.Picture), `"over"`) {
				drawn[r.ID]++
				if !strings.Contains(string(r.Picture), ">"+r.ID+"</text>") {
					t.Errorf("%s: %s is not labelled: %s", name, r.Anchor, r.Picture)
				}
			}
			for _, e := range elements(t, string(r.Picture)) {
				if x, ok := e.percent("x"); ok && (x < 0 || x > 100) {
					t.Errorf("%s: %s: x of %s is %v%%", name, r.Anchor, e.name, x)
				}
				if ref, ok := strings.CutPrefix(e.attr["href"], "#"); ok && !strings.Contains(string(g.Defs), `id="`+ref+`"`) {
					t.Errorf("%s: %s: #%s is not defined", name, r.Anchor, ref)
				}
			}
		}
		if len(drawn) != MostOverlaid || drawn["S7"] != 0 {
			t.Errorf("%s: %d schedules are drawn: %v", name, len(drawn), drawn)
		}
		if rows := len(rowsOf(g)); rows > mostOverlayRows && rows > (len(s.Phases)+1)*(MostOverlaid+1) {
			t.Errorf("%s: %d rows", name, rows)
		}
	}
}

// Of many phases and milestones an overlay says what it leaves out.
func TestOverlayLeavesOut(t *testing.T) {
	toml := long()
	for i := range 10 {
		toml += fmt.Sprintf("[milestone.M%d]\nafter = [\"w9\"]\n", i)
	}
	s, c := compute(t, toml)
	var over []Overlaid
	for range 6 {
		over = append(over, Overlaid{Mark: "S1", Schedule: s})
	}
	for _, test := range []struct {
		over, rows int
		says       string
	}{
		{1, (20 + 10 + 1) * 2, ""},
		{6, (20 + 1) * 7, "Milestones are left out"},
	} {
		g := Overlay(s, c, "overlay", over[:test.over])
		if n := len(rowsOf(g)); n != test.rows || test.over > 1 && !strings.Contains(g.Caption, test.says) || test.over == 1 && strings.Contains(g.Caption, "left out") {
			t.Errorf("%d over it: %d rows, %s", test.over, n, g.Caption)
		}
	}
}
