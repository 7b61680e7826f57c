package plan

import (
	"bytes"
	"sort"

	strict "github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// Section is a header of a TOML file, such as [work."1.2"], and what stands below
// it, up to the next header.
type Section struct {
	Path []string // ["work", "1.2"]; nil of what stands above the first header
	// End is the offset behind the last line that belongs to the section: its last
	// key, or comments right below that. What comes after, blank lines and comments,
	// belongs to the next section.
	End int
}

// Sections returns the headers of a TOML text in their order. The text must be
// correct; a byte order mark is part of no section.
func Sections(src []byte) []Section {
	text := bytes.TrimPrefix(src, []byte("\ufeff"))
	skipped := len(src) - len(text)
	lines := append(lineStarts(text), len(text))
	lineOf := func(offset uint32) int { return sort.SearchInts(lines, int(offset)+1) - 1 }
	isComment := map[int]bool{} // lines that are one, and no part of a value
	out := []Section{{}}
	first := []int{0} // line of each section's header
	p := unstable.Parser{KeepComments: true}
	p.Reset(text)
	for p.NextExpression() {
		switch e := p.Expression(); e.Kind {
		case unstable.Comment:
			isComment[lineOf(e.Raw.Offset)] = true
		case unstable.Table, unstable.ArrayTable:
			var s Section
			line := 0
			for it := e.Key(); it.Next(); {
				s.Path = append(s.Path, string(it.Node().Data))
				line = lineOf(it.Node().Raw.Offset)
			}
			out, first = append(out, s), append(first, line)
		}
	}
	blank := func(line int) bool { return len(bytes.TrimSpace(text[lines[line]:lines[line+1]])) == 0 }
	for i := range out {
		next := len(lines) - 1
		if i+1 < len(out) {
			next = first[i+1]
		}
		end := next
		for end > first[i] && (isComment[end-1] || blank(end-1)) {
			end--
		}
		below := end
		for below < next && isComment[below] {
			below++
		}
		if below == len(lines)-1 || below < next { // and not right above the next header
			end = below
		}
		out[i].End = lines[end] + skipped
	}
	return out
}

// IsTOML reports whether a text is TOML by the letter of its specification, which
// editors hold it to. [Load] is more lenient in places: it accepts a header that
// adds to a table in braces.
func IsTOML(src []byte) bool {
	var tree map[string]any
	return strict.Unmarshal(bytes.TrimPrefix(src, []byte("\ufeff")), &tree) == nil
}
