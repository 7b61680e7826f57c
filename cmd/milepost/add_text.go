package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"milepost/schedule/plan"
)

// templateLine is a key of a table that is to be added.
type templateLine struct {
	key, value, doc string
	filled          bool // or a comment
}

// lines returns the keys of the table: first those with a value, then the others,
// what every table can have last.
func (d *draft) lines() []templateLine {
	var filled, own, common []templateLine
	for _, k := range d.kind.Keys {
		if value, ok := d.filled(k); ok {
			filled = append(filled, templateLine{k.Name, value, k.Doc, true})
			continue
		}
		l := templateLine{k.Name, d.example(k), k.Doc, false}
		if k.Common {
			common = append(common, l)
		} else {
			own = append(own, l)
		}
	}
	lines := append(filled, own...)
	if d.kind.Name == "scenario" {
		lines = append(lines, d.scenarioLine())
	}
	for i := range common {
		if common[i].key == "assumed" && len(filled) > 0 {
			common[i].value = "[" + plan.QuoteText(filled[len(filled)-1].key) + "]"
		}
	}
	return append(lines, common...)
}

// text returns the table as it is written into the file, with a newline at its
// end: the keys that have a value, and right below them the others as comments.
func (d *draft) text() string {
	lines := d.lines()
	n := slices.IndexFunc(lines, func(l templateLine) bool { return !l.filled })
	if n < 0 {
		n = len(lines)
	}
	return d.header() + "\n" + filledText(lines[:n]) + commentText(lines[n:])
}

const textWidth = 116 // of lines, comments included

// filledText writes keys with what they mean behind them or, if that is long,
// above. Comments of lines that follow each other are aligned.
func filledText(lines []templateLine) string {
	var b strings.Builder
	long := func(l templateLine) bool {
		return utf8.RuneCountInString(l.key+l.value+l.doc) > textWidth-10
	}
	for from := 0; from < len(lines); {
		if long(lines[from]) {
			b.WriteString(wrapped(lines[from].doc, textWidth-20, "# "))
			b.WriteString(lines[from].key + " = " + lines[from].value + "\n")
			from++
			continue
		}
		to, column := from, 0
		for ; to < len(lines) && !long(lines[to]); to++ {
			column = max(column, utf8.RuneCountInString(lines[to].key+lines[to].value)+3)
		}
		for _, l := range lines[from:to] {
			fmt.Fprintf(&b, "%s # %s\n", padded(l.key+" = "+l.value, column), l.doc)
		}
		from = to
	}
	return b.String()
}

// commentText writes keys as comments, with what they mean in a column.
func commentText(lines []templateLine) string {
	const usual = 48
	column := 0
	for _, l := range lines {
		if n := utf8.RuneCountInString(l.key+l.value) + 5; n <= usual {
			column = max(column, n)
		}
	}
	var b strings.Builder
	for _, l := range lines {
		text := "# " + l.key + " = " + l.value
		doc := strings.Split(strings.TrimSuffix(wrapped(l.doc, textWidth-column-3, "# "), "\n"), "\n")
		if utf8.RuneCountInString(text) <= column {
			text = padded(text, column) + " " + doc[0]
			doc = doc[1:]
		}
		b.WriteString(text + "\n")
		for _, more := range doc {
			b.WriteString(padded("#", column) + " " + more + "\n")
		}
	}
	return b.String()
}

// padded fills a text with blanks.
func padded(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}

// wrapped breaks a text into lines of at most so many characters, each behind a
// prefix and with a newline.
func wrapped(text string, width int, prefix string) string {
	var b strings.Builder
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			b.WriteString(prefix + line + "\n")
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	if line != "" {
		b.WriteString(prefix + line + "\n")
	}
	return b.String()
}
