package markdown

import (
	"sort"
	"unicode/utf8"

	"milepost/schedule/diag"
)

// source is the text of a file as it is parsed: without byte order mark, with
// \n at the end of each line, and with blank lines in place of the front
// matter. Its lines and columns are those of the file.
type source struct {
	file  string
	text  []byte
	lines []int // offset of the first byte of each line
}

func newSource(file string, text []byte) *source {
	s := &source{file: file, text: text, lines: []int{0}}
	for i, b := range text {
		if b == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// at returns the place of length bytes from offset; of the whole file if the
// offset is negative.
func (s *source) at(offset, length int) diag.Pos {
	if offset < 0 || offset > len(s.text) {
		return diag.Pos{File: s.file}
	}
	line := sort.SearchInts(s.lines, offset+1) - 1
	start := s.lines[line]
	stop := min(offset+max(length, 0), len(s.text))
	if next := line + 1; next < len(s.lines) {
		stop = min(stop, s.lines[next]-1)
	}
	return diag.Pos{
		File:   s.file,
		Line:   line + 1,
		Column: utf8.RuneCount(s.text[start:offset]) + 1,
		Length: utf8.RuneCount(s.text[offset:max(stop, offset)]),
	}
}

// line returns the number of the line that the offset lies in, from 1.
func (s *source) line(offset int) int { return sort.SearchInts(s.lines, offset+1) }
