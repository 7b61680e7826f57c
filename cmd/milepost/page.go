package main

import (
	"io"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"milepost/schedule/diag"
)

// A page of the manual is Markdown of a simple form: headings, paragraphs, lists
// and fenced blocks. Every block is at the margin or below a list entry.

// partKind says what a part of a page is.
type partKind int

const (
	headingPart partKind = iota
	paragraphPart
	itemPart // entry of a list
	tablePart
	codePart
)

// part is a heading, a paragraph, an entry of a list, a table or a fenced block.
type part struct {
	kind     partKind
	text     string // without marks; the lines of a block end with a line break
	level    int    // of a heading
	mark     string // of a list entry: "-" or "1."; of a block: its fence
	language string // of a block: "toml"
	file     string // that a block is the text of, below the site folder: "content/plan.toml"
	caption  string // above a block: its file, or the command that prints it
	line     int    // of the page on which it begins, from 1
}

var (
	headingLine = regexp.MustCompile(`^(#{1,6}) (.*)$`)
	itemLine    = regexp.MustCompile(`^(-|[0-9]+\.) +(.*)$`)
	fenceLine   = regexp.MustCompile("^(```+)([a-z]*)(?: ([^ ]+))?$")
)

// partsOf reads a page.
func partsOf(page string) []part {
	var parts []part
	lines := strings.Split(page, "\n")
	open := false // the last part may go on
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		if m := fenceLine.FindStringSubmatch(line); m != nil {
			p := part{kind: codePart, mark: m[1], language: m[2], file: fileOf(m[2], m[3]), line: i + 1}
			for i++; i < len(lines) && lines[i] != m[1]; i++ {
				p.text += lines[i] + "\n"
			}
			p.caption = p.file
			if p.language == "text" && p.file == "" && len(parts) > 0 && parts[len(parts)-1].file != "" {
				p.caption = "milepost check" // is what tells of the files above
			}
			parts, open = append(parts, p), false
			continue
		}
		text := strings.TrimSpace(line)
		last := len(parts) - 1
		switch {
		case text == "":
			open = false
		case headingLine.MatchString(line):
			m := headingLine.FindStringSubmatch(line)
			parts, open = append(parts, part{kind: headingPart, level: len(m[1]), text: m[2], line: i + 1}), false
		case strings.HasPrefix(line, "|"):
			if open && parts[last].kind == tablePart {
				parts[last].text += line + "\n"
				continue
			}
			parts, open = append(parts, part{kind: tablePart, text: line + "\n", line: i + 1}), true
		case itemLine.MatchString(line):
			m := itemLine.FindStringSubmatch(line)
			parts, open = append(parts, part{kind: itemPart, mark: m[1], text: m[2], line: i + 1}), true
		case open:
			parts[last].text += " " + text
		default:
			parts, open = append(parts, part{kind: paragraphPart, text: text, line: i + 1}), true
		}
	}
	return parts
}

// fileOf returns the file whose text a block shows. A block of TOML without a
// name is the plan; other blocks without a name are no files.
func fileOf(language, name string) string {
	switch {
	case name != "":
		return path.Join("content", name)
	case language == "toml":
		return "content/plan.toml"
	}
	return ""
}

// pageStyle says how a terminal shows a page.
type pageStyle struct {
	width  int
	colour bool
}

// writePage writes a page of the manual as text for a terminal.
func writePage(w io.Writer, page string, style pageStyle) error {
	var b strings.Builder
	parts := partsOf(page)
	for i, p := range parts {
		if i > 0 && (p.kind != itemPart || parts[i-1].kind != itemPart) {
			b.WriteString("\n")
		}
		switch p.kind {
		case headingPart:
			b.WriteString(style.wrapped(p.text, "", "", bold))
		case paragraphPart:
			b.WriteString(style.wrapped(p.text, "", "", ""))
		case itemPart:
			first := p.mark + " "
			b.WriteString(style.wrapped(p.text, first, strings.Repeat(" ", len(first)), ""))
		case tablePart:
			for _, row := range tableRows(p.text) {
				first := "  " + row[0] + "  "
				b.WriteString(style.wrapped(strings.Join(row[1:], "; "), first, "      ", ""))
			}
		case codePart:
			if p.caption != "" {
				b.WriteString(style.painted("  "+p.caption, faint) + "\n\n")
			}
			for _, line := range strings.SplitAfter(p.text, "\n") {
				if line != "" && line != "\n" {
					line = "    " + line
				}
				b.WriteString(line)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// tableRows returns the cells of a table without its head.
func tableRows(text string) [][]string {
	var rows [][]string
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if i < 2 {
			continue // the head and the rule below it
		}
		var cells []string
		for _, c := range strings.Split(strings.Trim(line, "|"), " |") {
			if c = strings.TrimSpace(c); c != "" || len(cells) == 0 {
				cells = append(cells, c)
			}
		}
		rows = append(rows, cells)
	}
	return rows
}

func (s pageStyle) painted(text, colour string) string {
	if !s.colour || colour == "" {
		return text
	}
	return colour + text + reset
}

var (
	pageLink   = regexp.MustCompile(`\[([^\]]+)\]\(([^)]+)\)`)
	pageStrong = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	pageCode   = regexp.MustCompile("`+[^`]+`+")
)

// blank stands for a blank in code, at which no line is broken.
const blank = "\u00a0"

// plainMarks returns a paragraph without the marks of links and strong words.
// Code stays as it is, with its blanks made unbreakable.
func plainMarks(text string) string {
	var b strings.Builder
	plain := func(s string) {
		s = pageLink.ReplaceAllStringFunc(s, func(link string) string {
			m := pageLink.FindStringSubmatch(link)
			if strings.Contains(m[2], "://") && m[1] != m[2] {
				return m[1] + " (" + m[2] + ")"
			}
			return m[1]
		})
		b.WriteString(pageStrong.ReplaceAllString(s, "$1"))
	}
	from := 0
	for _, at := range pageCode.FindAllStringIndex(text, -1) {
		plain(text[from:at[0]])
		b.WriteString(strings.ReplaceAll(text[at[0]:at[1]], " ", blank))
		from = at[1]
	}
	plain(text[from:])
	return b.String()
}

// wrapped returns a paragraph in lines of the style's width, the first of which
// begins with first and the others with rest, all in the colour. Code stays
// between its marks, since without them nobody sees where it ends; it is not
// broken either. Links leave their address only if it is one of the web.
func (s pageStyle) wrapped(text, first, rest, colour string) string {
	text = plainMarks(text)
	var b, line strings.Builder
	column := utf8.RuneCountInString(first)
	b.WriteString(first)
	flush := func() {
		b.WriteString(s.painted(s.inline(strings.ReplaceAll(line.String(), blank, " "), colour), colour) + "\n")
		line.Reset()
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' }) {
		n := utf8.RuneCountInString(word)
		if line.Len() > 0 && column+1+n > s.width {
			flush()
			b.WriteString(rest)
			column = utf8.RuneCountInString(rest)
		}
		if line.Len() > 0 {
			line.WriteByte(' ')
			column++
		}
		line.WriteString(word)
		column += n
	}
	flush()
	return b.String()
}

// inline colours the code in a line of text.
func (s pageStyle) inline(line, around string) string {
	if !s.colour || around != "" {
		return line
	}
	return pageCode.ReplaceAllStringFunc(line, func(code string) string { return severityColours[diag.Finding] + code + reset })
}
