package plan

import (
	"fmt"
	"strings"
)

// What a TOML file looks like, as far as its layout goes: the parser that decides
// what a file means keeps neither comments nor line breaks. A file that it accepts
// is split here into lines of comments, headers and keys; values stay as they are
// written, apart from the blanks inside lists and tables in braces.

// laidLine is a comment on a line of its own, a table's header, or a key with its
// value.
type laidLine struct {
	offset  int    // of its first byte
	blanks  int    // empty lines above it
	header  string // "[work.a]"; empty for the others
	key     string // "assign.coach"
	value   *laidValue
	comment string // "# ..."; all of the line, or behind the rest
}

func (l laidLine) isComment() bool { return l.header == "" && l.value == nil }

// laidValue is a value: as it is written, or a list or table in braces with what
// is in it.
type laidValue struct {
	text    string
	open    byte // '[' or '{'; 0 for anything else
	entries []laidEntry
	comment string        // behind the opening bracket
	last    []laidComment // above the closing one
	broken  bool          // the author went on in another line
}

type laidEntry struct {
	above   []laidComment
	blank   bool   // an empty line above it
	key     string // in a table
	value   *laidValue
	comment string // behind it
}

type laidComment struct {
	blank bool // an empty line above it
	text  string
}

func (v *laidValue) hasComments() bool {
	if v.comment != "" || len(v.last) > 0 {
		return true
	}
	for _, e := range v.entries {
		if e.comment != "" || len(e.above) > 0 {
			return true
		}
	}
	return false
}

// layoutScanner splits a text that is known to be TOML. What it does not expect
// ends it with a panic of scanError, which [scanLayout] returns.
type layoutScanner struct {
	src      string
	at       int
	lf, crlf int // line ends outside of texts
}

type scanError struct {
	at   int
	want string
}

func scanLayout(src string) (lines []laidLine, crlf bool, err error) {
	s := &layoutScanner{src: src}
	defer func() {
		switch e := recover().(type) {
		case nil:
		case scanError:
			err = &layoutError{1 + strings.Count(src[:e.at], "\n"), "expected " + e.want}
		default:
			panic(e)
		}
	}()
	lines = s.lines()
	return lines, s.crlf > 0 && s.lf == 0, nil
}

func (s *layoutScanner) fail(want string) { panic(scanError{min(s.at, len(s.src)), want}) }

func (s *layoutScanner) peek() byte {
	if s.at >= len(s.src) {
		return 0
	}
	return s.src[s.at]
}

func (s *layoutScanner) expect(c byte) {
	if s.peek() != c {
		s.fail(fmt.Sprintf("%q", c))
	}
	s.at++
}

func (s *layoutScanner) spaces() {
	for s.peek() == ' ' || s.peek() == '\t' {
		s.at++
	}
}

// newline reads the end of a line, if there is one.
func (s *layoutScanner) newline() bool {
	switch rest := s.src[s.at:]; {
	case strings.HasPrefix(rest, "\n"):
		s.at++
		s.lf++
	case strings.HasPrefix(rest, "\r\n"):
		s.at += 2
		s.crlf++
	default:
		return false
	}
	return true
}

// commentText reads a comment, if there is one.
func (s *layoutScanner) commentText() string {
	if s.peek() != '#' {
		return ""
	}
	text := s.src[s.at:]
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = strings.TrimSuffix(text[:i], "\r")
	}
	s.at += len(text)
	return strings.TrimRight(text, " \t")
}

func (s *layoutScanner) lines() []laidLine {
	var out []laidLine
	blanks := 0
	for {
		s.spaces()
		if s.newline() {
			blanks++
			continue
		}
		if s.at >= len(s.src) {
			return out
		}
		line := laidLine{offset: s.at, blanks: blanks}
		blanks = 0
		switch s.peek() {
		case '#':
		case '[':
			open, end := "[", "]"
			if strings.HasPrefix(s.src[s.at:], "[[") {
				open, end = "[[", "]]"
			}
			s.at += len(open)
			line.header = open + s.keys() + end
			if !strings.HasPrefix(s.src[s.at:], end) {
				s.fail(end)
			}
			s.at += len(end)
		default:
			line.key = s.keys()
			s.expect('=')
			s.spaces()
			line.value = s.value()
		}
		s.spaces()
		line.comment = s.commentText()
		if !s.newline() && s.at < len(s.src) {
			s.fail("the end of the line")
		}
		out = append(out, line)
	}
}

// keys reads a key, dotted or not, and what is blank around it.
func (s *layoutScanner) keys() string {
	var parts []string
	for {
		s.spaces()
		start := s.at
		switch c := s.peek(); c {
		case '"', '\'':
			s.quoted(string(c))
		default:
			for s.at < len(s.src) && !strings.ContainsRune(" \t\r\n.=]\"'#,{}[", rune(s.src[s.at])) {
				s.at++
			}
		}
		if s.at == start {
			s.fail("a key")
		}
		parts = append(parts, plainKey(s.src[start:s.at]))
		s.spaces()
		if s.peek() != '.' {
			return strings.Join(parts, ".")
		}
		s.at++
	}
}

// plainKey takes quotes off a key that does without. One that begins with a digit
// keeps them: [work."1"] stands beside [work."1.1"], and "2026-01-05" is a date.
func plainKey(key string) string {
	if len(key) < 3 || key[0] != '"' && key[0] != '\'' {
		return key
	}
	if inner := key[1 : len(key)-1]; isBare(inner) && !startsWithDigit(inner) && inner[0] != '-' {
		return inner
	}
	return key
}

// quoted reads a text up to its closing quote, which may be three.
func (s *layoutScanner) quoted(quote string) {
	s.at += len(quote)
	for s.at < len(s.src) {
		switch {
		case s.src[s.at] == '\\' && quote[0] == '"':
			s.at += 2
		case strings.HasPrefix(s.src[s.at:], quote):
			s.at += len(quote)
			for range 2 { // a text of several lines may end with quotes of its own
				if len(quote) == 3 && s.peek() == quote[0] {
					s.at++
				}
			}
			return
		default:
			s.at++
		}
	}
	s.fail(quote)
}

func (s *layoutScanner) value() *laidValue {
	start := s.at
	switch c := s.peek(); c {
	case '[', '{':
		return s.container(c)
	case '"', '\'':
		quote := string(c)
		if three := strings.Repeat(quote, 3); strings.HasPrefix(s.src[s.at:], three) {
			quote = three
		}
		s.quoted(quote)
		return &laidValue{text: s.src[start:s.at]}
	}
	for s.at < len(s.src) && !strings.ContainsRune(",]}#\r\n", rune(s.src[s.at])) {
		s.at++
	}
	text := strings.TrimRight(s.src[start:s.at], " \t")
	if text == "" {
		s.fail("a value")
	}
	return &laidValue{text: text}
}

// container reads a list or a table in braces.
func (s *layoutScanner) container(open byte) *laidValue {
	v := &laidValue{open: open}
	s.at++
	var above []laidComment
	lines := 0 // ends of lines since the last thing read
	behind := &v.comment
	wantComma := false
	for {
		s.spaces()
		switch c := s.peek(); {
		case s.newline():
			v.broken = true
			lines++
		case c == '#':
			text := s.commentText()
			if lines == 0 && *behind == "" && len(above) == 0 {
				*behind = text
			} else {
				above = append(above, laidComment{lines > 1, text})
			}
			lines = 0
		case c == ',' && wantComma:
			s.at++
			wantComma = false
		case c == ']' && open == '[', c == '}' && open == '{':
			s.at++
			v.last = above
			return v
		case wantComma || s.at >= len(s.src):
			s.fail("a comma or a closing bracket")
		default:
			e := laidEntry{above: above, blank: lines > 1}
			if open == '{' {
				e.key = s.keys()
				s.expect('=')
				s.spaces()
			}
			e.value = s.value()
			v.entries = append(v.entries, e)
			behind = &v.entries[len(v.entries)-1].comment
			above, lines, wantComma = nil, 0, true
		}
	}
}
