package markdown

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// Document is a parsed Markdown file. It does not change; any number of
// goroutines may render it.
type Document struct {
	File  string // slash-separated, below the site folder: "content/strategy.md"
	Front Front

	front    *plan.Places // nil without front matter
	body     *source
	root     ast.Node     // without the title
	title    *ast.Heading // nil if the text has none, or has to keep it
	titleID  string       // without prefix; "" without title
	headings []heading
	// Index in headings of each heading of the body.
	headingAt map[ast.Node]int
	ids       []string
	highest   int // the least level of the headings
}

// heading is a heading of the body.
type heading struct {
	node    *ast.Heading
	id      string // without prefix
	classes string
	title   string // attributes of the author
	lang    string
	dir     string
}

// Parse reads a Markdown file with its front matter. The list holds what is
// wrong with the file in itself; the document is never nil.
func Parse(file string, src []byte) (*Document, diag.List) {
	d := &Document{File: file, headingAt: map[ast.Node]int{}}
	var l diag.List
	var front, body []byte
	if readable(file, src, &l) {
		front, body = splitFront(file, normalise(src), &l)
		d.decodeFront(front, &l)
	}
	d.body = newSource(file, body)
	pc := parser.NewContext()
	d.root = dialect.Parse(text.NewReader(body), parser.WithContext(pc))
	d.openSingleQuotes()
	d.takeTitle()
	d.collectHeadings(&l)
	problems, _ := pc.Get(problemsKey).([]problem)
	for _, p := range append(problems, d.danglingReferences()...) {
		l.Warnf(p.code, d.body.at(p.offset, p.length), "%s", p.message).Hint = p.hint
	}
	l.Sort()
	return d, l
}

// takeTitle takes the first heading of level 1 out of the body, if it is the
// page's title.
func (d *Document) takeTitle() {
	for n := d.root.FirstChild(); n != nil; n = n.NextSibling() {
		h, ok := n.(*ast.Heading)
		if !ok || h.Level != 1 {
			continue
		}
		if d.Front.Title != "" && d.Front.Title != d.body.plainText(h, Env{}.lookup(), nil) {
			return
		}
		d.title = h
		d.root.RemoveChild(d.root, h)
		return
	}
}

// collectHeadings gives the title and each heading of the body its id.
func (d *Document) collectHeadings(l *diag.List) {
	used := usedIDs{map[string]*ast.Heading{}, map[string]int{}}
	d.highest = 7
	if d.title != nil {
		h := d.attributes(d.title, used, l)
		d.titleID = h.id
		for _, a := range [][2]string{{"class", h.classes}, {"title", h.title}, {"lang", h.lang}, {"dir", h.dir}} {
			if a[1] != "" {
				l.Warnf("W551", d.place(d.title), "the title of the page does not keep the attribute %s", a[0]).
					Hint = "the title may have an id: {#id}"
			}
		}
	}
	_ = ast.Walk(d.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			d.headingAt[n] = len(d.headings)
			d.headings = append(d.headings, d.attributes(n, used, l))
			d.highest = min(d.highest, n.Level)
		case *ast.HTMLBlock:
			d.rawIDs(n.Lines().Value(d.body.text), used)
			if n.HasClosure() {
				d.rawIDs(n.ClosureLine.Value(d.body.text), used)
			}
		case *ast.RawHTML:
			d.rawIDs(n.Segments.Value(d.body.text), used)
		}
		return ast.WalkContinue, nil
	})
	if d.title != nil {
		if d.titleID == "" {
			d.titleID = used.number(slug(d.body.plainText(d.title, bare, nil)))
			used.by[d.titleID] = d.title
		}
		d.ids = append(d.ids, d.titleID)
	}
	level := d.highest - 1
	for i := range d.headings {
		h := &d.headings[i]
		if h.id == "" {
			h.id = used.number(slug(d.body.plainText(h.node, bare, nil)))
			used.by[h.id] = h.node
		}
		d.ids = append(d.ids, h.id)
		if h.node.Level > level+1 {
			l.Warnf("W546", d.place(h.node), "this heading has level %d and the one above it has level %d", h.node.Level, max(level, 1)).
				Hint = "write " + strings.Repeat("#", level+1) + ", so that readers who hear the page do not miss a level"
		}
		level = h.node.Level
	}
}

// attributes reads what the author wrote in braces behind a heading.
func (d *Document) attributes(n *ast.Heading, used usedIDs, l *diag.List) heading {
	h := heading{node: n}
	for _, a := range n.Attributes() {
		v, ok := a.Value.([]byte)
		value := string(v)
		switch name := string(a.Name); {
		case ok && name == "id" && validID(value):
			if first, dup := used.by[value]; dup {
				e := l.Errorf("E546", d.place(n), "the id %q is used twice", value)
				e.Hint = "give one of the headings another id"
				if first != nil {
					e.Notes = append(e.Notes, diag.Note{Pos: d.place(first), Message: "the first is here"})
				}
				continue
			}
			h.id = value
			used.by[value] = n
		case ok && name == "class":
			h.classes = value
		case ok && name == "title":
			h.title = value
		case ok && name == "lang":
			h.lang = value
		case ok && name == "dir" && (value == "ltr" || value == "rtl" || value == "auto"):
			h.dir = value
		default:
			l.Warnf("W551", d.place(n), "the attribute %s of this heading is not kept", name).
				Hint = `a heading may have {#id .class title="…" lang=… dir=rtl}`
		}
	}
	return h
}

var rawID = regexp.MustCompile(`(?i)\s(?:id|name)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))`)

// rawIDs collects the ids in raw HTML, so that links can name them.
func (d *Document) rawIDs(html []byte, used usedIDs) {
	for _, m := range rawID.FindAllSubmatch(html, -1) {
		id := string(m[1]) + string(m[2]) + string(m[3])
		if _, dup := used.by[id]; id != "" && !dup {
			used.by[id] = nil
			d.ids = append(d.ids, id)
		}
	}
}

// place returns the place of a node's text.
func (d *Document) place(n ast.Node) diag.Pos {
	for ; n != nil; n = n.Parent() {
		if n.Type() == ast.TypeBlock && n.Lines() != nil && n.Lines().Len() > 0 {
			line := n.Lines().At(0)
			line = line.TrimRightSpace(d.body.text)
			return d.body.at(line.Start, line.Len())
		}
		if n.Pos() >= 0 {
			return d.body.at(n.Pos(), 0)
		}
	}
	return diag.Pos{File: d.File}
}

var (
	footnoteMark  = regexp.MustCompile(`\[\^([^\]\s\[]+)\]`)
	referenceMark = regexp.MustCompile(`\[[^\[\]]+\]\[([^\[\]^][^\[\]]*)\]`)
)

// danglingReferences finds footnotes and link definitions that are referred to
// and not written. Markdown shows such a reference as text.
func (d *Document) danglingReferences() []problem {
	var found []problem
	scan := func(start, stop int) {
		run := d.body.text[start:stop]
		for _, m := range footnoteMark.FindAllSubmatchIndex(run, -1) {
			if m[0] > 0 && run[m[0]-1] == '\\' {
				continue
			}
			name := string(run[m[2]:m[3]])
			found = append(found, problem{start + m[0], m[1] - m[0], "W543", "the footnote [^" + name + "] is not written",
				"add a paragraph that begins with [^" + name + "]: and the note"})
		}
		for _, m := range referenceMark.FindAllSubmatchIndex(run, -1) {
			if m[0] > 0 && (run[m[0]-1] == '\\' || isWordByte(run[m[0]-1])) {
				continue // an escape, or an index such as a[i][j]
			}
			name := string(run[m[2]:m[3]])
			found = append(found, problem{start + m[2], m[3] - m[2], "W548", "the link definition [" + name + "] is not written",
				"add a line [" + name + "]: with the address, or write [text](address)"})
		}
	}
	_ = ast.Walk(d.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		start, stop := -1, -1
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			t, ok := c.(*ast.Text)
			if ok && !t.IsRaw() && t.Segment.Start == stop {
				stop = t.Segment.Stop
				continue
			}
			if start >= 0 {
				scan(start, stop)
			}
			if start, stop = -1, -1; ok && !t.IsRaw() {
				start, stop = t.Segment.Start, t.Segment.Stop
			}
		}
		if start >= 0 {
			scan(start, stop)
		}
		return ast.WalkContinue, nil
	})
	return found
}

func isWordByte(b byte) bool {
	return b == '_' || b == ']' || b >= 0x80 || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// Title returns the title as plain text: that of the front matter, or the first
// heading of level 1, which is then not part of the body. It is empty if there
// is neither.
func (d *Document) Title(env Env) string {
	if d.Front.Title != "" || d.title == nil {
		return d.Front.Title
	}
	return env.punctuate(d.body.plainText(d.title, env.lookup(), nil))
}

// TitleID returns the id of the heading that is the page's title, without
// [Env.IDPrefix]; "" if no heading is. The page has to show it.
func (d *Document) TitleID() string { return d.titleID }

// Summary returns the description of the front matter, or the first paragraph
// as plain text.
func (d *Document) Summary(env Env) string {
	if d.Front.Description != "" {
		return d.Front.Description
	}
	for n := d.root.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind() == ast.KindParagraph {
			if s := d.body.plainText(n, env.lookup(), nil); s != "" {
				return env.punctuate(s)
			}
		}
	}
	return ""
}

// IDs returns the ids that a link to the document may name after #, without
// [Env.IDPrefix].
func (d *Document) IDs() []string { return d.ids }

// Empty reports whether there is nothing to show: no text beside the title.
func (d *Document) Empty() bool { return !d.root.HasChildren() }

// HasText reports whether there is something to read beside headings.
func (d *Document) HasText() bool {
	for n := d.root.FirstChild(); n != nil; n = n.NextSibling() {
		switch n.Kind() {
		case ast.KindHeading, ast.KindThematicBreak, ast.KindHTMLBlock:
		default:
			return true
		}
	}
	return false
}

// bare leaves out what comes from the plan, so that ids of headings do not
// change with it.
var bare = lookup{
	value: func(string) string { return "" },
	thing: func(address string) string {
		_, id, _ := strings.Cut(address, ":")
		if strings.ContainsAny(id, "/@") {
			return "" // a web address
		}
		return id
	},
}

// lookup returns the texts that env knows. A value that is not known is as the
// author wrote it.
func (env Env) lookup() lookup {
	return lookup{
		value: func(path string) string {
			if env.Value != nil {
				if s, ok := env.Value(path); ok {
					return s
				}
			}
			return "{{ " + path + " }}"
		},
		thing: func(address string) string {
			kind, _, _ := strings.Cut(address, ":")
			if env.Thing == nil || !slices.Contains(env.Kinds, kind) {
				return ""
			}
			address, _, _ = strings.Cut(address, "#")
			_, title, _ := env.Thing(address)
			return title
		},
	}
}

// slug returns the id of a heading as GitHub makes it, so that a link works
// there and here: lower case, blanks as hyphens, letters of all scripts, marks,
// digits, hyphens and underscores kept, everything else dropped.
func slug(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(strings.TrimSpace(heading)) {
		switch {
		case r == ' ' || r == '\n':
			b.WriteByte('-')
		case r == '-', r == '_', unicode.IsLetter(r), unicode.IsMark(r), unicode.IsDigit(r):
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 {
		return "section"
	}
	return b.String()
}

// usedIDs are the ids of a document so far.
type usedIDs struct {
	by   map[string]*ast.Heading // nil for an id in raw HTML
	last map[string]int          // the last number given to an id
}

// number returns the id, numbered if it is already used: money, money-1,
// money-2.
func (u usedIDs) number(id string) string {
	unique := id
	for {
		if _, dup := u.by[unique]; !dup {
			return unique
		}
		u.last[id]++
		unique = id + "-" + strconv.Itoa(u.last[id])
	}
}

// validID reports whether an id that the author wrote can stand in a web
// address as it is, and is none of those that footnotes have.
func validID(id string) bool {
	for _, r := range id {
		if r != '-' && r != '_' && r != '.' && !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) {
			return false
		}
	}
	return id != ""
}
