package markdown

import (
	"slices"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"
)

// policy is what sanitised HTML may hold: the elements of text, without styles,
// scripts, forms and frames. Addresses are checked before, by [page.resolve].
var policy = newPolicy()

func newPolicy() *bluemonday.Policy {
	p := bluemonday.UGCPolicy()
	p.RequireNoFollowOnLinks(false)
	p.AllowNoAttrs().OnElements("a", "span")
	p.AllowURLSchemes(schemes...)
	p.AllowAttrs("class").Matching(bluemonday.SpaceSeparatedTokens).Globally()
	p.AllowAttrs("rel").Matching(bluemonday.SpaceSeparatedTokens).OnElements("a")
	p.AllowElements("kbd")
	return p
}

// rawHTML keeps account of the elements that raw HTML has opened, so that none
// reaches beyond the block of Markdown that it was opened in.
type rawHTML struct {
	open  []openElement
	depth []int // number of open elements at the beginning of each enclosing node
	line  int   // of the last warning
}

type openElement struct {
	name   string
	offset int
}

// optionalEnd are the elements whose end tag authors may leave out.
var optionalEnd = []string{"p", "li", "dt", "dd", "rt", "rp", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup"}

// void are the elements that have no end tag.
var void = []string{"area", "br", "col", "hr", "img", "wbr"}

// enter notes that a node begins.
func (r *rawHTML) enter() { r.depth = append(r.depth, len(r.open)) }

// leaveRaw closes what raw HTML has opened in the node that ends.
func (p *page) leaveRaw(w util.BufWriter) {
	r := &p.raw
	floor := r.depth[len(r.depth)-1]
	r.depth = r.depth[:len(r.depth)-1]
	if len(r.open) == floor {
		return
	}
	for _, e := range slices.Backward(r.open[floor:]) {
		_, _ = w.WriteString("</" + e.name + ">")
		if !slices.Contains(optionalEnd, e.name) {
			p.list.Warnf("W549", p.src.at(e.offset, len(e.name)+1), "<%s> is not closed", e.name).
				Hint = "write </" + e.name + "> in the same list, quotation or paragraph"
		}
	}
	r.open = r.open[:floor]
	if len(r.depth) == 0 {
		_ = w.WriteByte('\n')
	}
}

// htmlBlock writes a block of raw HTML.
func (p *page) htmlBlock(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*ast.HTMLBlock)
	if !entering {
		return ast.WalkContinue, nil
	}
	segments := text.NewSegments()
	segments.AppendAll(n.Lines().Sliced(0, n.Lines().Len()))
	if n.HasClosure() {
		segments.Append(n.ClosureLine)
	}
	p.rawMarkup(w, segments)
	return ast.WalkContinue, nil
}

// inlineHTML writes a tag in running text.
func (p *page) inlineHTML(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		p.rawMarkup(w, node.(*ast.RawHTML).Segments)
	}
	return ast.WalkSkipChildren, nil
}

// rawMarkup writes raw HTML sanitised, or warns that it is left out.
func (p *page) rawMarkup(w util.BufWriter, segments *text.Segments) {
	// The tags of this node belong to the node around it.
	own := len(p.raw.depth) - 1
	p.raw.depth = p.raw.depth[:own]
	raw := string(segments.Value(p.src.text))
	offsetOf := func(i int) int {
		for k := range segments.Len() {
			s := segments.At(k)
			if length := s.Len() + s.Padding; i < length {
				return s.Start + max(i-s.Padding, 0)
			} else {
				i -= length
			}
		}
		return -1
	}
	if p.env.UnsafeHTML {
		clean := policy.Sanitize(p.resolveAddresses(raw, offsetOf))
		p.balance(w, clean, offsetOf(0))
	} else {
		p.warnRaw(raw, offsetOf)
	}
	p.raw.depth = append(p.raw.depth, len(p.raw.open))
}

// warnRaw says that raw HTML is left out, once a line. Comments are meant to be
// left out, and an end tag has a start tag that was told of.
func (p *page) warnRaw(raw string, offsetOf func(int) int) {
	z := html.NewTokenizer(strings.NewReader(raw))
	for i := 0; ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return
		}
		offset, length := offsetOf(i), len(z.Raw())
		i += length
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken && kind != html.DoctypeToken {
			continue
		}
		if line := p.src.line(offset); line != p.raw.line {
			p.raw.line = line
			p.list.Warnf("W541", p.src.at(offset, length), "raw HTML is not shown: %s", shorten(strings.Join(strings.Fields(string(z.Raw())), " "))).
				Hint = "write it in Markdown, or set unsafe_html = true in site.toml"
		}
		if kind == html.StartTagToken { // what a script or style holds is not markup
			if name, _ := z.TagName(); slices.Contains([]string{"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext"}, string(name)) {
				return
			}
		}
	}
}

// resolveAddresses replaces the addresses in raw HTML as those of links and
// images in Markdown, and gives ids the page's prefix.
func (p *page) resolveAddresses(raw string, offsetOf func(int) int) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(raw))
	for i := 0; ; {
		kind := z.Next()
		tag := string(z.Raw())
		offset := offsetOf(i)
		i += len(tag)
		switch kind {
		case html.ErrorToken:
			b.WriteString(tag)
			return b.String()
		case html.StartTagToken, html.SelfClosingTagToken:
			b.WriteString(p.resolveTag(z.Token(), tag, offset))
		default:
			b.WriteString(tag)
		}
	}
}

func (p *page) resolveTag(t html.Token, tag string, offset int) string {
	if policy.Sanitize(tag) == "" {
		p.list.Warnf("W541", p.src.at(offset, len(tag)), "this HTML is not allowed and not shown: %s", shorten(strings.Join(strings.Fields(tag), " "))).
			Hint = "unsafe_html lets markup of text through, no scripts, styles, frames and forms"
		return tag
	}
	kept := t.Attr[:0]
	rel := ""
	for _, a := range t.Attr {
		switch {
		case a.Key == "id" || a.Key == "name":
			a.Val = p.env.IDPrefix + a.Val
		case a.Key == "rel":
			continue
		case a.Key == "href" && (t.Data == "a" || t.Data == "area"), a.Key == "src" && t.Data == "img":
			at := p.src.at(offset, 1)
			if k := strings.Index(tag, a.Val); k >= 0 && a.Val != "" {
				at = p.src.at(offset+k, len(a.Val))
			}
			if to, ok := p.resolve(a.Val, at, a.Key == "src"); ok {
				a.Val, rel = to.href, to.rel
			} else {
				a.Val = "#" // keeps the element, whose end tag is still to come
			}
		}
		kept = append(kept, a)
	}
	if rel != "" {
		kept = append(kept, html.Attribute{Key: "rel", Val: rel})
	}
	t.Attr = kept
	return t.String()
}

// balance writes clean HTML without the end tags that close nothing of it.
func (p *page) balance(w util.BufWriter, clean string, offset int) {
	r := &p.raw
	floor := 0
	if len(r.depth) > 0 {
		floor = r.depth[len(r.depth)-1]
	}
	z := html.NewTokenizer(strings.NewReader(clean))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return
		}
		tag := string(z.Raw())
		name, _ := z.TagName()
		switch {
		case kind == html.StartTagToken && !slices.Contains(void, string(name)):
			r.open = append(r.open, openElement{string(name), offset})
		case kind == html.EndTagToken:
			i := len(r.open) - 1
			for i >= floor && r.open[i].name != string(name) {
				i--
			}
			if i < floor {
				p.list.Warnf("W549", p.src.at(offset, 1), "</%s> closes nothing", name).
					Hint = "delete it, or open <" + string(name) + "> in the same list, quotation or paragraph"
				continue
			}
			for _, e := range slices.Backward(r.open[i+1:]) {
				_, _ = w.WriteString("</" + e.name + ">")
			}
			r.open = r.open[:i]
		}
		_, _ = w.WriteString(tag)
	}
}
