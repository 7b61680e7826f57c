package plan

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"milepost/schedule/diag"
)

// maxFileSize bounds a file of plan data; a plan of 10,000 work packages has
// about 3 MB.
const maxFileSize = 32 << 20

// source is one TOML file, parsed, with its positions.
type source struct {
	file  string
	tree  map[string]any
	index *index
	sum   [sha256.Size]byte // of its text
}

// parseTOML parses a file. It returns nil if the file is not TOML at all, and
// says so in the list.
func parseTOML(file string, src []byte, l *diag.List) *source {
	if len(src) > maxFileSize {
		l.Errorf("E101", diag.Pos{File: file}, "%s has %d MB; a file of plan data may have %d MB", path.Base(file), len(src)>>20, maxFileSize>>20).
			Hint = "split it: all .toml files of a folder are one plan"
		return nil
	}
	src = []byte(strings.TrimPrefix(string(src), "\ufeff"))
	if !utf8.Valid(src) {
		l.Errorf("E102", invalidUTF8(file, src), "the text is not UTF-8").
			Hint = "save the file with the encoding UTF-8"
		return nil
	}
	if at, deep := tooDeep(src); deep {
		l.Errorf("E108", (&index{file: file, src: src, lines: lineStarts(src)}).span(at, 1), "lists and tables are nested more than %d deep", maxDepth).
			Hint = "is a closing bracket missing?"
		return nil
	}
	ix := newIndex(file, src)
	tree := map[string]any{}
	if _, err := toml.Decode(string(src), &tree); err != nil {
		syntaxError(ix, err, l)
		return nil
	}
	return &source{file: file, tree: tree, index: ix}
}

// readTOML reads and parses a file below fsys. What is no file, such as a named
// pipe or a link to nothing, is a mistake of the author's.
func readTOML(fsys fs.FS, file string, l *diag.List) (*source, error) {
	switch info, err := fs.Stat(fsys, file); {
	case errors.Is(err, fs.ErrNotExist):
		l.Errorf("E107", diag.Pos{File: file}, "%s is a link to a file that is not there", path.Base(file)).
			Hint = "restore the file, or delete the link"
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("cannot read %s: %w", file, err)
	case !info.Mode().IsRegular():
		l.Errorf("E107", diag.Pos{File: file}, "%s is not a file", path.Base(file)).
			Hint = "give it another name, or move it out of the plan's folder"
		return nil, nil
	}
	src, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", file, err)
	}
	out := parseTOML(file, src, l)
	if out != nil {
		out.sum = sha256.Sum256(src)
	}
	return out, nil
}

// maxDepth bounds how deep values are nested, since parsers recurse.
const maxDepth = 200

// tooDeep finds the place where brackets outside of texts and comments are open
// more than maxDepth deep.
func tooDeep(src []byte) (at int, deep bool) {
	depth, quote := 0, byte(0)
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case quote != 0:
			if c == '\\' && quote == '"' {
				i++
			} else if c == quote || c == '\n' {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '#':
			for i+1 < len(src) && src[i+1] != '\n' {
				i++
			}
		case c == '[' || c == '{':
			if depth++; depth > maxDepth {
				return i, true
			}
		case c == ']' || c == '}':
			depth = max(0, depth-1)
		}
	}
	return 0, false
}

func invalidUTF8(file string, src []byte) diag.Pos {
	line, col := 1, 1
	for len(src) > 0 {
		r, n := utf8.DecodeRune(src)
		if r == utf8.RuneError && n == 1 {
			break
		}
		col++
		if r == '\n' {
			line, col = line+1, 1
		}
		src = src[n:]
	}
	return diag.Pos{File: file, Line: line, Column: col}
}

// dateLike is what is meant as a date, by the way of TOML or of a country.
var dateLike = regexp.MustCompile(`^(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,4}[./]\d{1,2}[./]\d{2,4})`)

var definedTwice = regexp.MustCompile(`^Key '(.*)' has already been defined`)

// syntaxError reports what BurntSushi/toml has against a file. A table or key
// written twice becomes a duplicate that names both places.
func syntaxError(ix *index, err error, l *diag.List) {
	var pe toml.ParseError
	if !errors.As(err, &pe) {
		l.Errorf("E103", diag.Pos{File: ix.file}, "%s", err)
		return
	}
	pos := ix.span(min(max(pe.Position.Start, 0), len(ix.src)), max(pe.Position.Len, 1))
	if m := definedTwice.FindStringSubmatch(pe.Message); m != nil {
		d := l.Errorf("E104", pos, "%s is written twice", m[1])
		d.Hint = "keep one of the two, or give one another id"
		if first := ix.key(m[1]); first.Line > 0 && first.Line != pos.Line {
			d.Notes = append(d.Notes, diag.Note{Pos: first, Message: "the first is here"})
		}
		return
	}
	msg := strings.TrimSuffix(strings.TrimSuffix(pe.Message, "."), "\n")
	if msg != "" {
		r, n := utf8.DecodeRuneInString(msg)
		msg = strings.ToLower(string(r)) + msg[n:]
	}
	l.Errorf("E103", pos, "this is not TOML: %s", msg).Hint = syntaxHint(ix, pos)
}

// syntaxHint guesses what the author of a faulty line meant.
func syntaxHint(ix *index, pos diag.Pos) string {
	if pos.Line > len(ix.lines) {
		return ""
	}
	rest := string(ix.src[ix.lines[pos.Line-1]:])
	line, _, _ := strings.Cut(rest, "\n")
	line = strings.TrimSpace(line)
	key, value, ok := strings.Cut(line, "=")
	value = strings.TrimSpace(value)
	switch {
	case strings.HasPrefix(line, "- ") || strings.Contains(key, ":") && !strings.HasPrefix(line, "["):
		return `TOML writes key = "value", not key: value`
	case ok && dateLike.MatchString(value):
		if value[4] == '-' {
			return "there is no such day; dates are written 2026-01-23"
		}
		return "dates are written 2026-01-23"
	case ok && value == "":
		return fmt.Sprintf("%s has no value; give it one or delete the line", strings.TrimSpace(key))
	case ok && value[0] != '"' && value[0] != '\'' && value[0] != '[' && value[0] != '{':
		return fmt.Sprintf("put text in quotes: %s = %q", strings.TrimSpace(key), value)
	case ok && strings.Count(value, `"`)%2 == 1:
		return "a quote is missing"
	case strings.HasPrefix(line, "[") && !strings.Contains(line, "]"):
		return "the table's header lacks its closing ]"
	}
	return ""
}

// DecodeTOML decodes a TOML text into a struct by its toml tags and reports
// syntax errors, unknown keys and wrong types with their places. It is for the
// small files beside a plan: the site's configuration and front matter. What
// only the caller can check it reports at the places that it gets.
func DecodeTOML(file string, src []byte, into any) (Places, diag.List) {
	var l diag.List
	s := parseTOML(file, src, &l)
	if s == nil {
		return Places{file: file}, l
	}
	d := &decoder{list: &l, source: s, digits: 2}
	d.tableInto(s.tree, "", into, "")
	l.Sort()
	return Places{file, s.index}, l
}

// Places knows where the keys and values of a TOML text stand. Paths are
// written as in TOML, with the elements of a list counted from zero:
// "menu[0].url". What is not written is at its nearest parent, and in the end
// the file as a whole.
type Places struct {
	file  string
	index *index // nil if the text is not TOML
}

// Key returns the place of a key.
func (p Places) Key(path string) diag.Pos {
	if p.index == nil {
		return diag.Pos{File: p.file}
	}
	return p.index.key(path)
}

// Value returns the place of the value of a key.
func (p Places) Value(path string) diag.Pos {
	if p.index == nil {
		return diag.Pos{File: p.file}
	}
	return p.index.value(path)
}

// sortedKeys returns the keys of a TOML table in the order of the text.
func (s *source) sortedKeys(m map[string]any, at string) []string {
	type placed struct {
		key     string
		place   int
		isKnown bool
	}
	all := make([]placed, 0, len(m))
	for k := range m {
		place, ok := s.index.place(join(at, k))
		all = append(all, placed{k, place, ok})
	}
	slices.SortFunc(all, func(a, b placed) int {
		if a.isKnown && b.isKnown && a.place != b.place {
			return a.place - b.place
		}
		return strings.Compare(a.key, b.key)
	})
	keys := make([]string, len(all))
	for i, p := range all {
		keys[i] = p.key
	}
	return keys
}
