package markdown

import (
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

// table writes a table in a region of its own, which scrolls if the table is
// wider than the page and can be reached with the keyboard.
func (p *page) table(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		_, _ = w.WriteString("</table></div>\n")
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString(`<div class="table-scroll" role="region" tabindex="0"`)
	attribute(w, "aria-label", p.tableName(n))
	_, _ = w.WriteString("><table>\n")
	return ast.WalkContinue, nil
}

// tableName returns a name for the region of a table, made of its column heads
// and unique on the page.
func (p *page) tableName(n ast.Node) string {
	var heads []string
	if header := n.FirstChild(); header != nil {
		for c := header.FirstChild(); c != nil; c = c.NextSibling() {
			if s := p.plain(c, nil); s != "" {
				heads = append(heads, s)
			}
		}
	}
	name := p.word("Table")
	if len(heads) > 0 {
		name += ": " + strings.Join(heads, ", ")
	}
	p.tables[name]++
	if count := p.tables[name]; count > 1 {
		name = fmt.Sprintf("%s (%d)", name, count)
	}
	return name
}

func (p *page) tableHeader(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString("<thead>\n<tr>\n")
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString("</tr>\n</thead>\n")
	if n.NextSibling() != nil {
		_, _ = w.WriteString("<tbody>\n")
	}
	return ast.WalkContinue, nil
}

func (p *page) tableRow(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString("<tr>\n")
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString("</tr>\n")
	if n.NextSibling() == nil {
		_, _ = w.WriteString("</tbody>\n")
	}
	return ast.WalkContinue, nil
}

// tableCell writes a cell. An empty head is an ordinary cell: it heads nothing.
func (p *page) tableCell(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*east.TableCell)
	tag := "td"
	if n.Parent().Kind() == east.KindTableHeader && n.HasChildren() {
		tag = "th"
	}
	if !entering {
		fmt.Fprintf(w, "</%s>\n", tag)
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString("<" + tag)
	if tag == "th" {
		attribute(w, "scope", "col")
	}
	switch n.Alignment {
	case east.AlignRight:
		attribute(w, "class", "align-right")
	case east.AlignCenter:
		attribute(w, "class", "align-center")
	case east.AlignLeft:
		attribute(w, "class", "align-left")
	}
	_ = w.WriteByte('>')
	return ast.WalkContinue, nil
}
