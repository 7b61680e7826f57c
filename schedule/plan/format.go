package plan

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"milepost/schedule/diag"
)

// How a file is laid out; README.md says it in words.
const (
	lineWidth    = 120 // of a list on one line, with its key
	commentWidth = 40  // of what a comment may be aligned with
	layoutIndent = "  "
)

// Format returns a TOML file in milepost's layout: the same tables, keys and
// values in the same order, as they are written, and the same comments; only
// blanks, line breaks, quotes that keys do without, and commas at the end of lists
// change. Formatting the result changes nothing.
//
// The list says why a file is not TOML. The error means that the layout would have
// changed what the file says, which must not happen.
func Format(file string, src []byte) ([]byte, diag.List, error) {
	var l diag.List
	if parseTOML(file, src, &l) == nil {
		return nil, l, nil
	}
	const bom = "\ufeff"
	text, hasBOM := strings.CutPrefix(string(src), bom)
	out, err := layout(text)
	if err == nil {
		err = sameContents(text, out)
	}
	if err == nil {
		if again, failed := layout(out); failed != nil || again != out {
			err = &layoutError{1 + firstDifference(out, again), "it would be laid out otherwise a second time"}
		}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s%w; the file is left alone", file, err)
	}
	if hasBOM {
		out = bom + out
	}
	return []byte(out), nil, nil
}

// layoutError is why a file cannot be laid out: what is wrong in which line.
type layoutError struct {
	line int
	text string
}

func (e *layoutError) Error() string { return fmt.Sprintf(":%d: %s", e.line, e.text) }

// firstDifference counts the ends of lines before two texts differ.
func firstDifference(a, b string) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return strings.Count(a[:i], "\n")
		}
	}
	return strings.Count(a[:min(len(a), len(b))], "\n")
}

// layout lays out a text without a byte order mark that is known to be TOML.
func layout(src string) (string, error) {
	lines, crlf, err := scanLayout(src)
	if err != nil {
		return "", err
	}
	p := layoutPrinter("\n")
	if crlf {
		p = "\r\n"
	}
	var out []codeLine
	empty := emptyLines(lines)
	for i, l := range lines {
		for range empty[i] {
			out = append(out, codeLine{})
		}
		switch {
		case l.header != "":
			out = append(out, codeLine{code: l.header, comment: l.comment})
		case l.value != nil:
			code := l.key + " = "
			code += p.value(l.value, "", lineWidth-utf8.RuneCountInString(code))
			out = append(out, codeLine{code: code, comment: l.comment})
		default:
			out = append(out, codeLine{code: l.comment, alone: true})
		}
	}
	var b strings.Builder
	for _, line := range aligned(out) {
		b.WriteString(line)
		b.WriteString(string(p))
	}
	return b.String(), nil
}

// emptyLines returns how many empty lines go above each line: as many as the
// author left, at most one between keys and two between tables. A header, with the
// comments right above it, has at least one. The file begins with none.
func emptyLines(lines []laidLine) []int {
	out := make([]int, len(lines))
	between := true   // what comes next, comments aside, is a header or the end
	attached := false // the comments above belong to a header
	for i := len(lines) - 1; i > 0; i-- {
		l, above := lines[i], lines[i-1]
		if !l.isComment() {
			between, attached = l.header != "", l.header != ""
		}
		switch {
		case !between:
			out[i] = min(l.blanks, 1)
		case l.blanks == 0 && attached && !above.isComment():
			out[i] = 1 // what is above belongs to another table
		default:
			out[i] = min(l.blanks, 2)
		}
		attached = attached && l.blanks == 0
	}
	return out
}

// codeLine is a line to be written, or the lines of a value that has several.
type codeLine struct {
	code, comment string
	alone         bool // a comment on a line of its own
}

// aligned writes lines with their comments below each other. Comments of lines
// that follow each other are aligned, unless a line is long.
func aligned(lines []codeLine) []string {
	out := make([]string, len(lines))
	for from := 0; from < len(lines); {
		to := from
		for to < len(lines) && !lines[to].breaks() {
			to++
		}
		if to == from {
			out[from] = lines[from].at(0)
			from++
			continue
		}
		column := 0
		for _, l := range lines[from:to] {
			if w := utf8.RuneCountInString(l.code); l.comment != "" && w <= commentWidth {
				column = max(column, w)
			}
		}
		for i := from; i < to; i++ {
			out[i] = lines[i].at(column)
		}
		from = to
	}
	return out
}

// breaks reports whether comments above a line and below it are not aligned.
func (l codeLine) breaks() bool {
	return l.code == "" || l.alone || strings.Contains(l.code, "\n")
}

// at returns the line with its comment in a column, or right behind.
func (l codeLine) at(column int) string {
	if l.comment == "" {
		return l.code
	}
	return l.code + strings.Repeat(" ", max(0, column-utf8.RuneCountInString(l.code))) + " " + l.comment
}

// layoutPrinter writes values; it is the end of a line.
type layoutPrinter string

// value writes a value. indent is that of the line it begins in, room how many
// columns it may take on one line; less than nothing means any number.
func (p layoutPrinter) value(v *laidValue, indent string, room int) string {
	if v.open == 0 {
		return v.text
	}
	if !v.broken && !v.hasComments() && (v.open == '{' || !v.splits()) {
		line := p.oneLine(v, indent)
		if v.open == '{' || room < 0 || len(v.entries) == 0 || strings.Contains(line, "\n") || utf8.RuneCountInString(line) <= room {
			return line
		}
	}
	return p.manyLines(v, indent)
}

// splits reports whether something in a value has to go on in another line.
func (v *laidValue) splits() bool {
	return v.broken || v.hasComments() || slices.ContainsFunc(v.entries, func(e laidEntry) bool { return e.value.splits() })
}

const anyRoom = -1

func (p layoutPrinter) oneLine(v *laidValue, indent string) string {
	parts := make([]string, len(v.entries))
	for i, e := range v.entries {
		parts[i] = p.value(e.value, indent, anyRoom)
		if v.open == '{' {
			parts[i] = e.key + " = " + parts[i]
		}
	}
	text := strings.Join(parts, ", ")
	switch {
	case v.open == '[':
		return "[" + text + "]"
	case text == "":
		return "{}"
	}
	return "{ " + text + " }"
}

func (p layoutPrinter) manyLines(v *laidValue, indent string) string {
	inner := indent + layoutIndent
	var lines []codeLine
	comments := func(above []laidComment) {
		for _, c := range above {
			if c.blank && len(lines) > 0 {
				lines = append(lines, codeLine{})
			}
			lines = append(lines, codeLine{code: inner + c.text, alone: true})
		}
	}
	for _, e := range v.entries {
		comments(e.above)
		if e.blank && len(lines) > 0 {
			lines = append(lines, codeLine{})
		}
		code := inner
		if v.open == '{' {
			code += e.key + " = "
		}
		code += p.value(e.value, inner, max(0, lineWidth-utf8.RuneCountInString(code)-1)) + ","
		lines = append(lines, codeLine{code: code, comment: e.comment})
	}
	comments(v.last)
	if len(lines) == 0 && v.comment == "" { // broken, with nothing in it
		return p.oneLine(&laidValue{open: v.open}, indent)
	}
	first := codeLine{code: string(v.open), comment: v.comment}.at(0)
	end := indent + map[byte]string{'[': "]", '{': "}"}[v.open]
	return strings.Join(append(append([]string{first}, aligned(lines)...), end), string(p))
}
