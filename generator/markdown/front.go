package markdown

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

const byteOrderMark = "\ufeff"

// readable checks that src is a text that can be parsed.
func readable(file string, src []byte, l *diag.List) bool {
	if len(src) > MaxSize {
		l.Errorf("E545", diag.Pos{File: file}, "the file has %.1f MB; a Markdown file may have %d MB", float64(len(src))/(1<<20), MaxSize>>20).
			Hint = "split it into several pages"
		return false
	}
	if utf8.Valid(src) {
		return true
	}
	offset := 0
	for {
		r, n := utf8.DecodeRune(src[offset:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		offset += n
	}
	text := bytes.TrimPrefix(src, []byte(byteOrderMark))
	pos := newSource(file, text).at(offset-(len(src)-len(text)), 0)
	l.Errorf("E544", pos, "the text is not UTF-8").Hint = "save the file with the encoding UTF-8"
	return false
}

// normalise drops the byte order mark and carriage returns at line ends, and
// replaces the zero byte, which HTML cannot hold.
func normalise(src []byte) []byte {
	src = bytes.TrimPrefix(src, []byte(byteOrderMark))
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(src, []byte{0}, []byte("\ufffd"))
}

// splitFront separates the front matter from the text. Both keep their lines:
// in front the text after the front matter is missing, in body the front matter
// is replaced by blank lines. A file without front matter has a nil front.
func splitFront(file string, text []byte, l *diag.List) (front, body []byte) {
	lines := bytes.SplitAfter(text, []byte("\n"))
	first := 0
	for first < len(lines) && len(bytes.TrimSpace(lines[first])) == 0 {
		first++
	}
	if first == len(lines) {
		return nil, text
	}
	here := diag.Pos{File: file, Line: first + 1, Column: 1, Length: 3}
	switch opener := string(bytes.TrimRight(lines[first], " \t\n")); opener {
	case "+++":
		last := closing(lines, first, "+++")
		if last < 0 {
			l.Errorf("E541", here, "the front matter begins here and is not closed").
				Hint = "write +++ on a line of its own below it"
			return nil, nil
		}
		front = append(blank(first+1), bytes.Join(lines[first+1:last], nil)...)
		return front, append(blank(last+1), bytes.Join(lines[last+1:], nil)...)
	case "---":
		if last := closing(lines, first, "---"); last > first+1 && yamlKey.Match(lines[first+1]) {
			key, value, _ := strings.Cut(strings.TrimSpace(string(lines[first+1])), ":")
			l.Errorf("E542", here, "this front matter is YAML; milepost reads TOML").
				Hint = fmt.Sprintf("write +++ instead of --- above and below it, and lines such as: %s = %q", key, strings.Trim(strings.TrimSpace(value), `"'`))
			return nil, append(blank(last+1), bytes.Join(lines[last+1:], nil)...)
		}
	case "{":
		if last := closing(lines, first, "}"); last > first+1 && jsonKey.Match(lines[first+1]) {
			l.Errorf("E542", here, "this front matter is JSON; milepost reads TOML").
				Hint = `write +++ instead of { and }, and lines such as: title = "…"`
			return nil, append(blank(last+1), bytes.Join(lines[last+1:], nil)...)
		}
	}
	return nil, text
}

var (
	yamlKey = regexp.MustCompile(`^\s*[A-Za-z_][\w-]*\s*:(\s|$)`)
	jsonKey = regexp.MustCompile(`^\s*"[^"]+"\s*:`)
)

// closing returns the index of the first line after first that is the mark, or
// -1.
func closing(lines [][]byte, first int, mark string) int {
	for i := first + 1; i < len(lines); i++ {
		if string(bytes.TrimRight(lines[i], " \t\n")) == mark {
			return i
		}
	}
	return -1
}

func blank(lines int) []byte { return bytes.Repeat([]byte("\n"), lines) }

// decodeFront reads the TOML of the front matter.
func (d *Document) decodeFront(front []byte, l *diag.List) {
	if front == nil {
		return
	}
	places, list := plan.DecodeTOML(d.File, front, &d.Front)
	*l = append(*l, list...)
	d.front = &places
	if d.Front.Date.Week != 0 {
		l.Errorf("E543", d.At("date"), "the date of a page is a day, not a week of the plan").
			Hint = "write it like this: date = 2026-01-30"
	}
}

// At returns the place of the value of a key of the front matter; of the top of
// the file if the key is not written.
func (d *Document) At(key string) diag.Pos {
	if d.front != nil {
		if at := d.front.Value(key); at.Line > 0 {
			return at
		}
	}
	return diag.Pos{File: d.File, Line: 1, Column: 1}
}
