package markdown

import (
	"bufio"
	"bytes"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"

	"milepost/schedule/diag"
)

// page is one rendering of a document.
type page struct {
	doc   *Document
	env   Env
	src   *source
	funcs map[ast.NodeKind]renderer.NodeRendererFunc

	list     diag.List
	out      Rendered
	top      int               // level of the highest heading
	unlinked map[ast.Node]bool // links that are shown as text
	tables   map[string]int    // how often each name of a table occurs
	raw      rawHTML
}

// Render makes HTML of the document. The list holds what is wrong with its
// references, in the order of the text.
func (d *Document) Render(env Env) (Rendered, diag.List) {
	p := &page{
		doc: d, env: env, src: d.body,
		funcs:    map[ast.NodeKind]renderer.NodeRendererFunc{},
		top:      env.TopHeading,
		unlinked: map[ast.Node]bool{},
		tables:   map[string]int{},
	}
	if p.top == 0 {
		p.top = 2
	}
	p.register()
	if d.title != nil {
		p.write(io.Discard, d.title) // for its links and what is wrong with them
	}
	var b bytes.Buffer
	p.write(&b, d.root)
	p.out.HTML = template.HTML(b.String())
	p.out.Text = p.visibleText()
	p.list.Sort()
	return p.out, p.list
}

// Register adds the function that renders a kind of node.
func (p *page) Register(kind ast.NodeKind, f renderer.NodeRendererFunc) { p.funcs[kind] = f }

// register collects the functions that render nodes: the library's, and ours
// where a page needs something else.
func (p *page) register() {
	var options []html.Option
	switch primary, _, _ := strings.Cut(strings.ToLower(p.env.Language), "-"); primary {
	case "zh", "ja", "ko":
		options = append(options, html.WithEastAsianLineBreaks(html.EastAsianLineBreaksCSS3Draft))
	}
	html.NewRenderer(options...).RegisterFuncs(p)
	extension.NewStrikethroughHTMLRenderer().RegisterFuncs(p)
	extension.NewDefinitionListHTMLRenderer().RegisterFuncs(p)

	p.Register(ast.KindHeading, p.heading)
	p.Register(ast.KindBlockquote, p.blockquote)
	p.Register(kindAlertTitle, p.alertTitle)
	p.Register(ast.KindListItem, p.listItem)
	p.Register(ast.KindCodeBlock, p.codeBlock)
	p.Register(ast.KindFencedCodeBlock, p.codeBlock)
	p.Register(ast.KindHTMLBlock, p.htmlBlock)
	p.Register(ast.KindRawHTML, p.inlineHTML)
	p.Register(ast.KindString, p.punctuation)
	p.Register(kindValue, p.value)
	p.Register(ast.KindLink, p.link)
	p.Register(ast.KindAutoLink, p.autoLink)
	p.Register(ast.KindImage, p.image)
	p.Register(east.KindTaskCheckBox, p.taskCheckBox)
	p.Register(east.KindTable, p.table)
	p.Register(east.KindTableHeader, p.tableHeader)
	p.Register(east.KindTableRow, p.tableRow)
	p.Register(east.KindTableCell, p.tableCell)
	p.Register(east.KindFootnoteLink, p.footnoteLink)
	p.Register(east.KindFootnoteBacklink, p.footnoteBacklink)
	p.Register(east.KindFootnote, p.footnote)
	p.Register(east.KindFootnoteList, p.footnoteList)
}

// write renders a tree. Writing to memory cannot fail.
func (p *page) write(out io.Writer, root ast.Node) {
	w := bufio.NewWriter(out)
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			p.raw.enter()
		} else {
			p.leaveRaw(w)
		}
		if f := p.funcs[n.Kind()]; f != nil {
			return f(w, p.src.text, n, entering)
		}
		return ast.WalkContinue, nil
	})
	_ = w.Flush()
}

// word returns one of the package's own words in the language of the page.
func (p *page) word(english string) string {
	if p.env.Word != nil {
		return p.env.Word(english)
	}
	return english
}

// plain returns the text of a node with the page's values and punctuation.
func (p *page) plain(n ast.Node, skip func(ast.Node) bool) string {
	return p.env.punctuate(p.src.plainText(n, p.env.lookup(), skip))
}

// visibleText returns the text of the document without the views in it.
func (p *page) visibleText() string {
	return p.plain(p.doc.root, func(n ast.Node) bool {
		f, ok := n.(*ast.FencedCodeBlock)
		return ok && p.isView(f)
	})
}

// punctuation writes typographic punctuation.
func (p *page) punctuation(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		escape(w, p.env.punctuate(string(n.(*ast.String).Value)))
	}
	return ast.WalkContinue, nil
}

// value writes the text of {{ path }}.
func (p *page) value(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	v := n.(*value)
	if p.env.Value != nil {
		if text, ok := p.env.Value(v.path); ok {
			escape(w, text)
			return ast.WalkContinue, nil
		}
	}
	e := p.list.Errorf("E560", p.src.at(v.Pos(), v.length), "there is no value %q", v.path)
	if e.Hint = didYouMean(v.path, p.env.Values); e.Hint == "" {
		e.Hint = `a value has the form {{ milestone.M4.finish }}; write \{{ for braces that are text`
	}
	return ast.WalkContinue, nil
}

// heading writes a heading with a link to itself beside it. The link stays
// outside of the heading, so that its words are not part of the heading's name.
func (p *page) heading(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	h, ok := p.headingOf(n)
	if !ok {
		return ast.WalkContinue, nil // the title, which the page shows
	}
	level := min(p.top+h.node.Level-p.doc.highest, 6)
	id := p.env.IDPrefix + h.id
	if entering {
		p.out.TOC = append(p.out.TOC, Heading{Level: level, ID: id, Text: p.plain(n, nil)})
		fmt.Fprintf(w, `<div class="heading"><h%d`, level)
		attribute(w, "id", id)
		for _, a := range [][2]string{{"class", h.classes}, {"title", h.title}, {"lang", h.lang}, {"dir", h.dir}} {
			if a[1] != "" {
				attribute(w, a[0], a[1])
			}
		}
		_ = w.WriteByte('>')
		return ast.WalkContinue, nil
	}
	fmt.Fprintf(w, `</h%d><a class="heading-anchor"`, level)
	attribute(w, "href", "#"+escapeFragment(id))
	attribute(w, "aria-label", p.word("Link to this section")+": "+p.plain(n, nil))
	_, _ = w.WriteString(`><span aria-hidden="true">#</span></a></div>` + "\n")
	return ast.WalkContinue, nil
}

func (p *page) headingOf(n ast.Node) (heading, bool) {
	i, ok := p.doc.headingAt[n]
	if !ok {
		return heading{}, false
	}
	return p.doc.headings[i], true
}

// blockquote writes a quotation or an alert.
func (p *page) blockquote(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	kind, isAlert := n.AttributeString(alertAttribute)
	switch {
	case isAlert && entering:
		fmt.Fprintf(w, "<aside role=\"note\" class=\"alert alert-%s\">\n", kind)
	case isAlert:
		_, _ = w.WriteString("</aside>\n")
	case entering:
		_, _ = w.WriteString("<blockquote>\n")
	default:
		_, _ = w.WriteString("</blockquote>\n")
	}
	return ast.WalkContinue, nil
}

// alertTitle writes the word of an alert and what the author put behind it.
func (p *page) alertTitle(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		_, _ = w.WriteString("</p>\n")
		return ast.WalkContinue, nil
	}
	kind, _ := n.Parent().AttributeString(alertAttribute)
	_, _ = w.WriteString(`<p class="alert-title"><span class="alert-icon" aria-hidden="true"></span>`)
	escape(w, p.word(alerts[kind.(string)]))
	if n.HasChildren() {
		_, _ = w.WriteString(": ")
	}
	return ast.WalkContinue, nil
}

// listItem writes an entry of a list, and marks those of a task list.
func (p *page) listItem(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		_, _ = w.WriteString("</li>\n")
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString("<li")
	if first := n.FirstChild(); first != nil && first.FirstChild() != nil && first.FirstChild().Kind() == east.KindTaskCheckBox {
		attribute(w, "class", "task-item")
	}
	_ = w.WriteByte('>')
	if first := n.FirstChild(); first != nil && first.Kind() != ast.KindTextBlock {
		_ = w.WriteByte('\n')
	}
	return ast.WalkContinue, nil
}

// taskCheckBox writes a box as a picture with a word. A real check box would be
// a control that does nothing.
func (p *page) taskCheckBox(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	class, sign, word := "task", "☐", "Not done"
	if n.(*east.TaskCheckBox).IsChecked {
		class, sign, word = "task task-done", "☑", "Done"
	}
	_, _ = w.WriteString("<span")
	attribute(w, "class", class)
	attribute(w, "role", "img")
	attribute(w, "aria-label", p.word(word))
	_, _ = w.WriteString(">" + sign + "</span> ")
	return ast.WalkContinue, nil
}

// Ids of footnotes hold a colon, which ids of headings cannot.
func (p *page) footnoteID(index int) string { return fmt.Sprintf("%sfn:%d", p.env.IDPrefix, index) }

func (p *page) footnoteRefID(index, ref int) string {
	if ref == 0 {
		return fmt.Sprintf("%sfnref:%d", p.env.IDPrefix, index)
	}
	return fmt.Sprintf("%sfnref:%d:%d", p.env.IDPrefix, index, ref+1)
}

func (p *page) footnoteLink(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	n := node.(*east.FootnoteLink)
	_, _ = w.WriteString("<sup")
	attribute(w, "id", p.footnoteRefID(n.Index, n.RefIndex))
	_, _ = w.WriteString(`><a class="footnote-ref" role="doc-noteref"`)
	attribute(w, "href", "#"+escapeFragment(p.footnoteID(n.Index)))
	attribute(w, "aria-label", fmt.Sprintf("%s %d", p.word("Footnote"), n.Index))
	fmt.Fprintf(w, ">%d</a></sup>", n.Index)
	return ast.WalkContinue, nil
}

func (p *page) footnoteBacklink(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	n := node.(*east.FootnoteBacklink)
	label := fmt.Sprintf("%s %d", p.word("Back to reference"), n.Index)
	if n.RefIndex > 0 {
		label += fmt.Sprintf("-%d", n.RefIndex+1)
	}
	_, _ = w.WriteString(` <a class="footnote-backref" role="doc-backlink"`)
	attribute(w, "href", "#"+escapeFragment(p.footnoteRefID(n.Index, n.RefIndex)))
	attribute(w, "aria-label", label)
	_, _ = w.WriteString(">↩\ufe0e</a>") // U+FE0E: as text, not as a picture
	return ast.WalkContinue, nil
}

func (p *page) footnote(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString("<li")
		attribute(w, "id", p.footnoteID(node.(*east.Footnote).Index))
		_, _ = w.WriteString(">\n")
	} else {
		_, _ = w.WriteString("</li>\n")
	}
	return ast.WalkContinue, nil
}

func (p *page) footnoteList(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString(`<section class="footnotes" role="doc-endnotes"`)
		attribute(w, "aria-label", p.word("Footnotes"))
		_, _ = w.WriteString(">\n<ol>\n")
	} else {
		_, _ = w.WriteString("</ol>\n</section>\n")
	}
	return ast.WalkContinue, nil
}

// attribute writes an attribute with a blank before it.
func attribute(w util.BufWriter, name, value string) {
	_, _ = w.WriteString(" " + name + `="`)
	escape(w, value)
	_ = w.WriteByte('"')
}

func escape(w util.BufWriter, text string) { _, _ = w.WriteString(template.HTMLEscapeString(text)) }

// didYouMean returns the hint with the nearest of the words, or "".
func didYouMean(got string, words func() []string) string {
	if words == nil {
		return ""
	}
	return diag.DidYouMean(got, words())
}
