package markdown

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"milepost/schedule/diag"
)

// The quotation marks that the parser writes; [Env.Language] may replace them.
const (
	leftQuote  = "“"
	rightQuote = "”"
)

// dialect is the parser of all documents. It holds no state between them.
var dialect = goldmark.New(
	goldmark.WithExtensions(
		extension.GFM,
		extension.Footnote,
		extension.DefinitionList,
		extension.NewTypographer(extension.WithTypographicSubstitutions(map[extension.TypographicPunctuation]string{
			extension.LeftSingleQuote:  "‘",
			extension.RightSingleQuote: "’",
			extension.LeftDoubleQuote:  leftQuote,
			extension.RightDoubleQuote: rightQuote,
			extension.EnDash:           "–",
			extension.EmDash:           "—",
			extension.Ellipsis:         "…",
			extension.LeftAngleQuote:   "«",
			extension.RightAngleQuote:  "»",
			extension.Apostrophe:       "’",
		})),
	),
	goldmark.WithParserOptions(
		parser.WithAttribute(),
		parser.WithInlineParsers(util.Prioritized(valueParser{}, 150)),
		// before link definitions (100) and tables (200) take the paragraph
		parser.WithParagraphTransformers(util.Prioritized(alertTransformer{}, 50)),
		// before footnotes that nobody refers to are dropped (999)
		parser.WithASTTransformers(util.Prioritized(footnoteCheck{}, 10)),
	),
).Parser()

// elisions are English words that begin with an apostrophe.
var elisions = []string{"twas", "tis", "twere", "twill", "tween", "til", "till", "em", "n", "neath", "nuff"}

// quotedNodes is how many nodes a quotation in single marks may have.
const quotedNodes = 100

// openSingleQuotes turns apostrophes into opening quotation marks where a
// closing one follows in the same text. The parser takes a mark before t, e, n
// and l for an apostrophe, as in 'twas, and so gets 'the end' wrong.
func (d *Document) openSingleQuotes() {
	textOf := func(n ast.Node) string {
		if t, ok := n.(*ast.Text); ok {
			return string(t.Segment.Value(d.body.text))
		}
		return ""
	}
	isMark := func(n ast.Node) bool {
		s, ok := n.(*ast.String)
		return ok && string(s.Value) == "’"
	}
	word := func(s string) string {
		stop := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
		if stop < 0 {
			return s
		}
		return s[:stop]
	}
	closes := func(n ast.Node) bool {
		before := textOf(n.PreviousSibling())
		return isMark(n) && before != "" && !strings.HasSuffix(before, " ") && word(textOf(n.NextSibling())) == ""
	}
	_ = ast.Walk(d.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering || !isMark(n) {
			return ast.WalkContinue, nil
		}
		before, first := textOf(n.PreviousSibling()), word(textOf(n.NextSibling()))
		last, _ := utf8.DecodeLastRuneInString(before)
		if first == "" || unicode.IsLetter(last) || slices.Contains(elisions, strings.ToLower(first)) {
			return ast.WalkContinue, nil
		}
		c := n.NextSibling()
		for range quotedNodes {
			if c == nil {
				break
			}
			if closes(c) {
				n.(*ast.String).Value = []byte("‘")
				break
			}
			c = c.NextSibling()
		}
		return ast.WalkContinue, nil
	})
}

// problem is something that the parser noticed, before places are known.
type problem struct {
	offset, length int
	code           string
	message, hint  string
}

var problemsKey = parser.NewContextKey()

func notice(pc parser.Context, p problem) {
	list, _ := pc.Get(problemsKey).([]problem)
	pc.Set(problemsKey, append(list, p))
}

// value is {{ path }} in running text.
type value struct {
	ast.BaseInline
	path   string
	length int // of the source, with braces
}

var kindValue = ast.NewNodeKind("Value")

func (v *value) Kind() ast.NodeKind { return kindValue }

func (v *value) Dump(source []byte, level int) {
	ast.DumpHelper(v, source, level, map[string]string{"Path": v.path}, nil)
}

type valueParser struct{}

func (valueParser) Trigger() []byte { return []byte{'{'} }

func (valueParser) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, segment := block.PeekLine()
	if !bytes.HasPrefix(line, []byte("{{")) {
		return nil
	}
	stop := bytes.Index(line[2:], []byte("}}"))
	if stop < 0 {
		notice(pc, problem{segment.Start - segment.Padding, 2, "W542", "{{ begins a value and is not closed on its line",
			`write }} after its path, or \{{ for braces that are text`})
		return nil
	}
	length := stop + 4
	block.Advance(length)
	// The quotes that TOML wants around an id with dots say nothing more here.
	path := strings.ReplaceAll(string(line[2:stop+2]), `"`, "")
	return &value{path: strings.TrimSpace(path), length: length}
}

// An alert is a block quote whose first line is [!NOTE] and the like. The quote
// carries its kind as attribute; its first child is the title.
const alertAttribute = "alert"

// alerts are the kinds of GitHub, with the word that names each.
var alerts = map[string]string{
	"note": "Note", "tip": "Tip", "important": "Important", "warning": "Warning", "caution": "Caution",
}

// alertKinds are the keys of alerts, in upper case and in order of weight.
var alertKinds = []string{"NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"}

// alertTitle is the title of an alert: the rest of its first line, or none for
// the word of its kind.
type alertTitle struct {
	ast.BaseBlock
}

var kindAlertTitle = ast.NewNodeKind("AlertTitle")

func (t *alertTitle) Kind() ast.NodeKind { return kindAlertTitle }

func (t *alertTitle) Dump(source []byte, level int) { ast.DumpHelper(t, source, level, nil, nil) }

type alertTransformer struct{}

var alertMarker = regexp.MustCompile(`^\[!([\pL\d-]+)\][ \t]*(.*?)[ \t]*\n?$`)

func (alertTransformer) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	quote, ok := node.Parent().(*ast.Blockquote)
	if !ok || node.PreviousSibling() != nil || node.Lines().Len() == 0 {
		return
	}
	first := node.Lines().At(0)
	m := alertMarker.FindSubmatchIndex(first.Value(reader.Source()))
	if m == nil {
		return
	}
	at := func(i int) int { return first.Start + max(i-first.Padding, 0) }
	word := string(first.Value(reader.Source())[m[2]:m[3]])
	kind := strings.ToLower(word)
	if alerts[kind] == "" {
		hint := diag.DidYouMean(strings.ToUpper(word), alertKinds)
		if hint == "" {
			hint = "the kinds are " + strings.Join(alertKinds, ", ")
		}
		notice(pc, problem{at(m[2]), len(word), "W545", "[!" + word + "] is not a kind of alert", hint})
		return
	}
	quote.SetAttributeString(alertAttribute, kind)
	title := &alertTitle{}
	title.SetPos(first.Start)
	if m[4] < m[5] {
		title.Lines().Append(text.NewSegment(at(m[4]), at(m[5])))
	}
	quote.InsertBefore(quote, node, title)
	rest := text.NewSegments()
	rest.AppendAll(node.Lines().Sliced(1, node.Lines().Len()))
	node.SetLines(rest)
	if rest.Len() == 0 {
		quote.RemoveChild(quote, node)
	}
}

// footnoteCheck notices footnotes that nobody refers to, which the parser would
// silently drop.
type footnoteCheck struct{}

func (footnoteCheck) Transform(doc *ast.Document, _ text.Reader, pc parser.Context) {
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if n.Kind() != east.KindFootnoteList || !entering {
			return ast.WalkContinue, nil
		}
		seen := map[string]bool{}
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			note := c.(*east.Footnote)
			name := string(note.Ref)
			switch {
			case seen[name]:
				notice(pc, problem{note.Pos(), len(name) + 3, "W544", "the footnote [^" + name + "] is written twice; the first counts", "give it another name"})
			case note.Index < 0:
				notice(pc, problem{note.Pos(), len(name) + 3, "W544", "nothing refers to the footnote [^" + name + "], so it is not shown",
					"write [^" + name + "] in the text, or delete the footnote"})
			}
			seen[name] = true
		}
		return ast.WalkSkipChildren, nil
	})
}
