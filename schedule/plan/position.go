package plan

import (
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"

	"milepost/schedule/diag"
)

// index knows where each key and each value of one TOML file stands. Paths are
// written as in TOML, with list elements counted from zero:
//
//	work."1.2".after[0]
//
// BurntSushi/toml decides what a file means; it does not tell where. The syntax
// tree of go-toml does, and accepts every file that BurntSushi/toml accepts.
type index struct {
	file  string
	src   []byte
	lines []int // offset of the first byte of each line
	keys  map[string]diag.Pos
	vals  map[string]diag.Pos
	order map[string]int // running number of each key, in the order of the text

	inline map[string]bool // paths of tables in braces

	counted struct{ offset, column int } // the last place, from where to count on in its line

	over []redirect // of a table that a scenario has put values over
}

// redirect says that what is at a path stands elsewhere.
type redirect struct {
	from  string
	index *index
	to    string
}

// resolve returns where a path stands: in another index if it, or what it is
// part of, was put over the text.
func (ix *index) resolve(path string) (*index, string) {
	for _, r := range ix.over {
		if rest, ok := strings.CutPrefix(path, r.from); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			return r.index, r.to + rest
		}
	}
	return ix, path
}

// newIndex reads the positions of a TOML file that has no byte order mark. A
// file with a syntax error is indexed up to it.
func newIndex(file string, src []byte) *index {
	ix := &index{file: file, src: src, lines: lineStarts(src),
		keys: map[string]diag.Pos{}, vals: map[string]diag.Pos{}, order: map[string]int{}, inline: map[string]bool{}}
	var p unstable.Parser
	p.Reset(src)
	elements := map[string]int{} // of each array of tables, so far
	resolve := func(path string) string {
		if n := elements[path]; n > 0 {
			return path + "[" + strconv.Itoa(n-1) + "]"
		}
		return path
	}
	var value func(path string, n *unstable.Node)
	keyValue := func(base string, n *unstable.Node) {
		path := base
		for it := n.Key(); it.Next(); {
			path = join(path, string(it.Node().Data))
			ix.addKey(path, it.Node())
		}
		value(path, n.Value())
	}
	value = func(path string, n *unstable.Node) {
		switch {
		case n.Raw.Length > 0:
			ix.vals[path] = ix.span(int(n.Raw.Offset), int(n.Raw.Length))
		case n.Kind != unstable.Array && n.Kind != unstable.InlineTable && len(n.Data) > 0:
			r := p.Range(n.Data)
			ix.vals[path] = ix.span(int(r.Offset), int(r.Length))
		}
		switch n.Kind {
		case unstable.Array:
			it := n.Children()
			for i := 0; it.Next(); i++ {
				value(path+"["+strconv.Itoa(i)+"]", it.Node())
			}
		case unstable.InlineTable:
			ix.inline[path] = true
			for it := n.Children(); it.Next(); {
				keyValue(path, it.Node())
			}
		}
	}
	header := ""
	for p.NextExpression() {
		switch e := p.Expression(); e.Kind {
		case unstable.Table, unstable.ArrayTable:
			path := ""
			for it := e.Key(); it.Next(); {
				path = join(path, string(it.Node().Data))
				if it.IsLast() && e.Kind == unstable.ArrayTable {
					elements[path]++
				}
				path = resolve(path)
				ix.addKey(path, it.Node())
			}
			header = path
		case unstable.KeyValue:
			keyValue(header, e)
		}
	}
	return ix
}

// lineStarts returns the offset of the first byte of each line.
func lineStarts(src []byte) []int {
	lines := []int{0}
	for i, b := range src {
		if b == '\n' {
			lines = append(lines, i+1)
		}
	}
	return lines
}

func (ix *index) addKey(path string, n *unstable.Node) {
	if _, ok := ix.keys[path]; !ok {
		ix.keys[path] = ix.span(int(n.Raw.Offset), int(n.Raw.Length))
		ix.order[path] = len(ix.order)
	}
}

// place returns where a key comes in the order of the text. What was put over
// the text comes behind it.
func (ix *index) place(path string) (n int, ok bool) {
	if other, to := ix.resolve(path); other != ix || to != path {
		n, ok = other.order[to]
		return n + len(ix.order), ok
	}
	n, ok = ix.order[path]
	return n, ok
}

// span returns the place of a stretch of bytes; its length ends with its line.
func (ix *index) span(offset, length int) diag.Pos {
	line := sort.SearchInts(ix.lines, offset+1) - 1
	from, column := ix.lines[line], 1
	if c := ix.counted; from <= c.offset && c.offset <= offset && c.column > 0 {
		from, column = c.offset, c.column
	}
	column += utf8.RuneCount(ix.src[from:offset])
	ix.counted.offset, ix.counted.column = offset, column
	text := ix.src[offset:min(offset+length, len(ix.src))]
	if i := strings.IndexByte(string(text), '\n'); i >= 0 {
		text = text[:i]
	}
	return diag.Pos{
		File:   ix.file,
		Line:   line + 1,
		Column: column,
		Length: utf8.RuneCount(text),
	}
}

// key returns the place of the key at path, value that of its value; both fall
// back to the nearest parent that is written in the file.
func (ix *index) key(path string) diag.Pos {
	ix, path = ix.resolve(path)
	for ; path != ""; path = parent(path) {
		if p, ok := ix.keys[path]; ok {
			return p
		}
		if p, ok := ix.vals[path]; ok {
			return p
		}
	}
	return diag.Pos{File: ix.file}
}

func (ix *index) value(path string) diag.Pos {
	ix, path = ix.resolve(path)
	if p, ok := ix.vals[path]; ok {
		return p
	}
	return ix.key(path)
}

// written returns the text of the value at a path, up to the end of its line; ""
// if it is not in the file.
func (ix *index) written(path string) string {
	ix, path = ix.resolve(path)
	p, ok := ix.vals[path]
	if !ok {
		return ""
	}
	line, _, _ := strings.Cut(string(ix.src[ix.lines[p.Line-1]:]), "\n")
	text := []rune(line)[p.Column-1:]
	return string(text[:min(p.Length, len(text))])
}

// join appends a key to a path, quoting it unless it is a bare key.
func join(path, key string) string {
	if !isBare(key) {
		key = strconv.Quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

func isBare(key string) bool {
	for i := range len(key) {
		c := key[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-') {
			return false
		}
	}
	return key != ""
}

// parent cuts the last key or element off a path.
func parent(path string) string {
	quoted := false
	for i := len(path) - 1; i > 0; i-- {
		switch c := path[i]; {
		case c == '"' && path[i-1] != '\\':
			quoted = !quoted
		case !quoted && (c == '.' || c == '['):
			return path[:i]
		}
	}
	return ""
}

// table is where one item stands: a path in one file. Keys that were moved in
// from another table (progress) have their own place.
type table struct {
	index *index
	path  string
	keys  map[string]bool // written at the top of the table
	moved map[string]*table
}

func (t *table) at(key string) diag.Pos {
	if t == nil {
		return diag.Pos{}
	}
	if key == "" {
		return t.index.key(t.path)
	}
	if other := t.moved[firstKey(key)]; other != nil {
		return other.at(key)
	}
	return t.index.value(t.path + "." + key)
}

// keyAt is at for the key itself and not its value.
func (t *table) keyAt(key string) diag.Pos {
	if t == nil {
		return diag.Pos{}
	}
	return t.index.key(t.path + "." + key)
}

func (t *table) has(key string) bool {
	return t != nil && (t.keys[key] || t.moved[key] != nil)
}

// wrote reports whether the key at a path such as simulation.trials was written.
func (t *table) wrote(path string) bool {
	if t == nil {
		return false
	}
	ix, path := t.index.resolve(t.path + "." + path)
	_, ok := ix.keys[path]
	return ok
}

// firstKey returns the first key of a path such as staffing.P1 or after[0].
func firstKey(path string) string {
	if i := strings.IndexAny(path, ".["); i >= 0 {
		return path[:i]
	}
	return path
}
