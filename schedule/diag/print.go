package diag

import (
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"
)

// AddExcerpts fills the Excerpt of each diagnostic with its line, read from
// fsys, whose root is the site folder that the positions are relative to. A
// file that cannot be read leaves the excerpt empty.
func (l List) AddExcerpts(fsys fs.FS) {
	files := map[string][]string{}
	for _, d := range l {
		if d.Excerpt != "" || d.Pos.Line == 0 {
			continue
		}
		lines, ok := files[d.Pos.File]
		if !ok {
			if b, err := fs.ReadFile(fsys, d.Pos.File); err == nil {
				lines = linesOf(b)
			}
			files[d.Pos.File] = lines
		}
		d.excerptFrom(lines)
	}
}

// AddExcerptsFrom fills the Excerpt of each diagnostic about a place from the
// text of the one file that they are about.
func (l List) AddExcerptsFrom(text []byte) {
	lines := linesOf(text)
	for _, d := range l {
		if d.Excerpt == "" && d.Pos.Line > 0 {
			d.excerptFrom(lines)
		}
	}
}

func linesOf(text []byte) []string {
	s := strings.TrimPrefix(string(text), "\ufeff")
	return strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
}

func (d *Diagnostic) excerptFrom(lines []string) {
	if d.Pos.Line <= len(lines) {
		d.Excerpt = strings.ToValidUTF8(lines[d.Pos.Line-1], "\ufffd")
	}
}

// excerptWidth is how much of a long line is shown around the place.
const excerptWidth = 100

// Format returns the diagnostic as text for a terminal or a page: the place and
// the message on the first line, then the excerpt with a caret, notes and hint.
func (d *Diagnostic) Format() string {
	var b strings.Builder
	if d.Pos.File != "" {
		fmt.Fprintf(&b, "%s: ", printable(d.Pos.String()))
	}
	fmt.Fprintf(&b, "%s %s: %s\n", d.Severity, d.Code, printable(d.Message))
	if d.Excerpt != "" {
		line, col, length := d.Line()
		num := fmt.Sprint(d.Pos.Line)
		fmt.Fprintf(&b, "    %s | %s\n", num, line)
		if col > 0 {
			fmt.Fprintf(&b, "    %s | %s%s\n", strings.Repeat(" ", len(num)), indent(line, col-1), strings.Repeat("^", length))
		}
	}
	for _, n := range d.Notes {
		if n.Pos.File != "" {
			fmt.Fprintf(&b, "    %s: note: %s\n", printable(n.Pos.String()), printable(n.Message))
		} else {
			fmt.Fprintf(&b, "    note: %s\n", printable(n.Message))
		}
	}
	if d.Hint != "" {
		fmt.Fprintf(&b, "    hint: %s\n", printable(d.Hint))
	}
	return b.String()
}

// Line returns the excerpt as it is shown: without control characters, and of a
// long line the part around the place. The place is length characters from
// column on, counted from 1 in that part; column 0 means that it is not known.
func (d *Diagnostic) Line() (line string, column, length int) {
	line, column = window(printable(d.Excerpt), d.Pos.Column)
	if column > 0 {
		length = min(max(d.Pos.Length, 1), max(utf8.RuneCountInString(line)-column+1, 1))
	}
	return line, column, length
}

// printable replaces control characters, which could move the cursor of a
// terminal, colour what follows, or begin a line that a build server obeys.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' {
			return '\ufffd'
		}
		return r
	}, s)
}

// window cuts a long line to the part around column col and returns it with
// the column inside that part.
func window(line string, col int) (string, int) {
	runes := []rune(strings.TrimRight(line, " \t\r"))
	if len(runes) <= excerptWidth || col == 0 {
		if len(runes) > excerptWidth {
			return string(runes[:excerptWidth]) + "…", col
		}
		return string(runes), col
	}
	from := max(0, min(col-1-excerptWidth/2, len(runes)-excerptWidth))
	to := min(len(runes), from+excerptWidth)
	cut, shift := string(runes[from:to]), from
	if from > 0 {
		cut, shift = "…"+cut, from-1
	}
	if to < len(runes) {
		cut += "…"
	}
	return cut, col - shift
}

// indent returns blanks as wide as the first n characters of line, keeping its
// tabs so that the caret stands under its character.
func indent(line string, n int) string {
	var b strings.Builder
	for i, r := range []rune(line) {
		if i == n {
			break
		}
		if r == '\t' {
			b.WriteRune('\t')
		} else {
			b.WriteByte(' ')
		}
	}
	if pad := n - utf8.RuneCountInString(line); pad > 0 {
		b.WriteString(strings.Repeat(" ", pad))
	}
	return b.String()
}

// Fprint writes each diagnostic of the list as [Diagnostic.Format] does.
func Fprint(w io.Writer, l List) error {
	for _, d := range l {
		if _, err := io.WriteString(w, d.Format()); err != nil {
			return err
		}
	}
	return nil
}

// Nearest returns the word that is closest to got by edit distance
// (Damerau-Levenshtein, restricted), or "" if none is close enough to be what
// the author meant: at most a third of the letters, but always one, may differ.
func Nearest(got string, words []string) string {
	best, bestDist := "", max(1, utf8.RuneCountInString(got)/3)+1
	for _, w := range words {
		d := distance(strings.ToLower(got), strings.ToLower(w))
		if w != got && (d < bestDist || d == bestDist && best != "" && w < best) {
			best, bestDist = w, d
		}
	}
	return best
}

// DidYouMean returns the hint `did you mean "w"?` for the nearest word, or "".
func DidYouMean(got string, words []string) string {
	if w := Nearest(got, words); w != "" {
		return fmt.Sprintf("did you mean %q?", w)
	}
	return ""
}

func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	prev2, prev, cur := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(s); i++ {
		cur[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(t)]
}
