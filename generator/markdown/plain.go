package markdown

import (
	"bufio"
	"bytes"
	stdhtml "html"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// lookup gives the texts that a document takes from the plan.
type lookup struct {
	value func(path string) string
	thing func(address string) string // "" for an address that is none of a thing
}

// plainText returns the text of a node as a reader sees it, without markup. The
// texts of blocks are on lines of their own. skip tells which nodes to leave
// out, and may be nil.
func (s *source) plainText(n ast.Node, from lookup, skip func(ast.Node) bool) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering && skip != nil && skip(n) {
			return ast.WalkSkipChildren, nil
		}
		if !entering {
			if n.Type() == ast.TypeBlock {
				newline(&b)
			}
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			if n.IsRaw() || n.Parent().Kind() == ast.KindCodeSpan {
				b.WriteString(strings.ReplaceAll(string(n.Segment.Value(s.text)), "\n", " "))
			} else {
				b.WriteString(unescape(n.Segment.Value(s.text)))
			}
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.AutoLink:
			if title := from.thing(string(n.URL(s.text))); title != "" {
				b.WriteString(title)
			} else {
				b.Write(n.Label(s.text))
			}
		case *ast.Link:
			if !n.HasChildren() {
				b.WriteString(from.thing(unescapeURL(n.Destination)))
			}
		case *value:
			b.WriteString(from.value(n.path))
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			b.Write(n.Lines().Value(s.text))
		case *ast.HTMLBlock, *ast.RawHTML, *east.FootnoteBacklink:
			return ast.WalkSkipChildren, nil
		case *east.TableCell:
			if n.PreviousSibling() != nil {
				newline(&b)
			}
		}
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(b.String())
}

func newline(b *strings.Builder) {
	if s := b.String(); s != "" && !strings.HasSuffix(s, "\n") {
		b.WriteByte('\n')
	}
}

// unescape resolves the backslash escapes and entities of running text.
func unescape(text []byte) string {
	if !bytes.ContainsAny(text, `\&`) {
		return string(text)
	}
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	html.DefaultWriter.Write(w, text)
	_ = w.Flush() // a bytes.Buffer takes everything
	return stdhtml.UnescapeString(b.String())
}

// unescapeURL resolves the backslash escapes and entities of a link's address.
func unescapeURL(dest []byte) string {
	return string(util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(dest))))
}

// quotes are the double quotation marks of languages, from the delimiters of
// the Unicode CLDR; French with its customary spaces. Other languages have the
// English ones.
var quotes = map[string][2]string{
	"bg": {"„", "“"}, "cs": {"„", "“"}, "de": {"„", "“"}, "et": {"„", "“"}, "hr": {"„", "“"}, "is": {"„", "“"},
	"ka": {"„", "“"}, "lt": {"„", "“"}, "mk": {"„", "“"}, "sk": {"„", "“"}, "sl": {"„", "“"},
	"hu": {"„", "”"}, "pl": {"„", "”"}, "ro": {"„", "”"}, "sr": {"„", "”"},
	"fi": {"”", "”"}, "sv": {"”", "”"},
	"be": {"«", "»"}, "ca": {"«", "»"}, "de-ch": {"«", "»"}, "de-li": {"«", "»"}, "el": {"«", "»"}, "es": {"«", "»"},
	"fr-ch": {"«", "»"}, "hy": {"«", "»"}, "it": {"«", "»"}, "nb": {"«", "»"}, "nn": {"«", "»"}, "no": {"«", "»"},
	"ru": {"«", "»"}, "uk": {"«", "»"},
	"fr": {"«\u00a0", "\u00a0»"},
}

// quotesOf returns the double quotation marks of a language tag.
func quotesOf(language string) [2]string {
	tag := strings.ToLower(language)
	if q, ok := quotes[tag]; ok {
		return q
	}
	primary, _, _ := strings.Cut(tag, "-")
	if q, ok := quotes[primary]; ok {
		return q
	}
	return [2]string{leftQuote, rightQuote}
}

// punctuate replaces the quotation marks of the parser with those of the
// language.
func (env Env) punctuate(s string) string {
	q := quotesOf(env.Language)
	if q == [2]string{leftQuote, rightQuote} {
		return s
	}
	return strings.NewReplacer(leftQuote, q[0], rightQuote, q[1]).Replace(s)
}
