package plan

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestSpan compares places with counting anew, in any order.
func TestSpan(t *testing.T) {
	src := strings.Repeat("ä = \"é\" # 日本\n\nb = [1, 2]\n", 20)
	ix := &index{file: "x.toml", src: []byte(src), lines: lineStarts([]byte(src))}
	r := rand.New(rand.NewPCG(1, 1))
	for at, i := 0, 0; i < 2000; i++ {
		if i%3 == 0 {
			at = r.IntN(len(src))
		} else {
			at = min(at+r.IntN(5), len(src)-1)
		}
		for !utf8.RuneStart(src[at]) {
			at--
		}
		before := src[:at]
		pos := ix.span(at, 1)
		if line, column := 1+strings.Count(before, "\n"), 1+utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]); pos.Line != line || pos.Column != column {
			t.Fatalf("byte %d is in %d:%d, not %s", at, line, column, pos)
		}
	}
}
