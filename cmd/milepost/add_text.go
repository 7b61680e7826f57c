package main

import (
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

// text returns the table as it is written into the file, with a newline at its end.
func (d *draft) text() string {
	lines := d.lines()
	written := func(l templateLine) string {
		text := l.key + " = " + l.value
		if !l.filled {
			text = "# " + text
		}
		return text
	}
	const usual, widest = 48, 120
	column := 0
	for _, l := range lines {
		if n := utf8.RuneCountInString(written(l)); n <= usual {
			column = max(column, n)
		}
	}
	var b strings.Builder
	b.WriteString(d.header() + "\n")
	for _, l := range lines {
		text := written(l)
		doc := strings.Split(strings.TrimSuffix(wrapped(l.doc, widest-column-3, "# "), "\n"), "\n")
		if n := utf8.RuneCountInString(text); n <= column {
			text += strings.Repeat(" ", column-n+1) + doc[0]
			doc = doc[1:]
		}
		b.WriteString(text + "\n")
		margin := strings.Repeat(" ", column+1)
		if !l.filled {
			margin = "#" + margin[1:]
		}
		for _, more := range doc {
			b.WriteString(margin + more + "\n")
		}
	}
	return b.String()
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
