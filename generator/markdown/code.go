package markdown

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"

	"milepost/schedule/diag"
)

// maxHighlight is the largest block of code that is coloured, in bytes. Some
// lexers take long for odd text, and nobody reads so much code on a page.
const maxHighlight = 64 << 10

// codeBlock writes a block of code, or the view that its first line names.
func (p *page) codeBlock(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	var language string
	if f, ok := n.(*ast.FencedCodeBlock); ok {
		if p.isView(f) {
			p.view(w, f)
			return ast.WalkContinue, nil
		}
		language = firstWord(p.info(f))
		p.checkLanguage(f, language)
	}
	_, _ = w.WriteString(`<pre class="code" tabindex="0"><code`)
	if language != "" {
		attribute(w, "class", "language-"+language)
	}
	_ = w.WriteByte('>')
	highlight(w, language, string(n.Lines().Value(source)))
	_, _ = w.WriteString("</code></pre>\n")
	return ast.WalkContinue, nil
}

// info returns what stands behind the opening fence.
func (p *page) info(f *ast.FencedCodeBlock) string {
	if f.Info == nil {
		return ""
	}
	return unescape(f.Info.Segment.Value(p.src.text))
}

func firstWord(s string) string {
	if words := strings.Fields(s); len(words) > 0 {
		return words[0]
	}
	return ""
}

func (p *page) isView(f *ast.FencedCodeBlock) bool {
	return slices.Contains(p.env.Views, firstWord(p.info(f)))
}

// checkLanguage reports a language that is none and looks like a view.
func (p *page) checkLanguage(f *ast.FencedCodeBlock, language string) {
	if language == "" || lexers.Get(language) != nil {
		return
	}
	if near := diag.Nearest(language, p.env.Views); near != "" {
		at := f.Info.Segment
		p.list.Errorf("E561", p.src.at(at.Start, len(language)), "%q is neither a view nor a language", language).
			Hint = fmt.Sprintf("did you mean %q? If this is plain text, write text", near)
	}
}

// view places a view of the plan.
func (p *page) view(w util.BufWriter, f *ast.FencedCodeBlock) {
	info := p.info(f)
	at := p.src.at(f.Info.Segment.Start, f.Info.Segment.Len())
	name := firstWord(info)
	args, err := arguments(strings.TrimPrefix(strings.TrimSpace(info), name))
	if err != nil {
		p.list.Errorf("E562", at, "view %s: %s", name, err).
			Hint = "arguments have the form: " + name + ` key=value other="two words"`
		return
	}
	if f.Lines().Len() > 0 {
		if text := f.Lines().At(0); strings.TrimSpace(string(f.Lines().Value(p.src.text))) != "" {
			p.list.Warnf("W550", p.src.at(text.Start, text.Len()-1), "the text in the view %s is not shown", name).
				Hint = "write it above or below the block; arguments go behind " + name
		}
	}
	if p.env.View == nil {
		p.list.Errorf("E562", at, "the view %s cannot be shown here", name)
		return
	}
	html, err := p.env.View(name, args)
	if err != nil {
		p.list.Errorf("E562", at, "view %s: %s", name, err)
		return
	}
	_, _ = w.WriteString(strings.TrimRight(string(html), "\n") + "\n")
}

// arguments reads key=value pairs, with quotes around values that hold blanks.
// A key alone is true.
func arguments(s string) (map[string]string, error) {
	args := map[string]string{}
	rest := []rune(s)
	word := func(stop string) string {
		i := 0
		for i < len(rest) && !unicode.IsSpace(rest[i]) && !strings.ContainsRune(stop, rest[i]) {
			i++
		}
		w := string(rest[:i])
		rest = rest[i:]
		return w
	}
	for {
		for len(rest) > 0 && unicode.IsSpace(rest[0]) {
			rest = rest[1:]
		}
		if len(rest) == 0 {
			return args, nil
		}
		key, value := word("="), "true"
		if key == "" {
			return nil, fmt.Errorf("an argument has no name before %q", string(rest))
		}
		if _, dup := args[key]; dup {
			return nil, fmt.Errorf("the argument %q is written twice", key)
		}
		if len(rest) > 0 && rest[0] == '=' {
			rest = rest[1:]
			if len(rest) > 0 && (rest[0] == '"' || rest[0] == '\'') {
				stop := slices.Index(rest[1:], rest[0])
				if stop < 0 {
					return nil, fmt.Errorf("the argument %q lacks its closing %c", key, rest[0])
				}
				value, rest = string(rest[1:stop+1]), rest[stop+2:]
			} else {
				value = word("")
			}
		}
		args[key] = value
	}
}

// highlight writes code with a class for each kind of token.
func highlight(w util.BufWriter, language, code string) {
	var lexer chroma.Lexer
	if language != "" && len(code) <= maxHighlight {
		lexer = lexers.Get(language)
	}
	if lexer == nil {
		escape(w, code)
		return
	}
	tokens, err := chroma.Tokenise(chroma.Coalesce(lexer), nil, code)
	if err != nil || !complete(tokens, code) {
		escape(w, code)
		return
	}
	left := len(code)
	for _, t := range tokens {
		text := t.Value[:min(len(t.Value), left)]
		left -= len(text)
		if class := tokenClass(t.Type); class != "" && strings.TrimSpace(text) != "" {
			_, _ = w.WriteString(`<span class="` + class + `">`)
			escape(w, text)
			_, _ = w.WriteString("</span>")
		} else {
			escape(w, text)
		}
	}
}

// complete reports whether the tokens are the code, nothing less and nothing
// else but a line feed at its end.
func complete(tokens []chroma.Token, code string) bool {
	for _, t := range tokens {
		if !strings.HasPrefix(code, t.Value) {
			return code+"\n" == t.Value || code == "" && t.Value == "\n"
		}
		code = code[len(t.Value):]
	}
	return code == ""
}

// tokenClass returns the class of a kind of token: a dozen, so that a theme can
// tell them apart in light and dark. "" is ordinary text.
func tokenClass(t chroma.TokenType) string {
	switch t {
	case chroma.NameTag, chroma.KeywordNamespace:
		return "hl-keyword"
	case chroma.NameAttribute, chroma.NameProperty, chroma.NameDecorator, chroma.NameLabel:
		return "hl-attribute"
	case chroma.NameClass, chroma.NameException, chroma.KeywordType:
		return "hl-type"
	case chroma.KeywordConstant, chroma.NameConstant, chroma.LiteralDate:
		return "hl-number"
	case chroma.GenericDeleted:
		return "hl-deleted"
	case chroma.GenericInserted:
		return "hl-inserted"
	case chroma.GenericHeading, chroma.GenericSubheading:
		return "hl-heading"
	case chroma.GenericEmph:
		return "hl-emphasis"
	case chroma.GenericStrong:
		return "hl-strong"
	case chroma.GenericOutput, chroma.GenericPrompt:
		return "hl-comment"
	}
	switch {
	case t.InSubCategory(chroma.LiteralString):
		return "hl-string"
	case t.InSubCategory(chroma.LiteralNumber):
		return "hl-number"
	case t.InSubCategory(chroma.NameFunction):
		return "hl-function"
	case t.InSubCategory(chroma.NameBuiltin), t.InSubCategory(chroma.NameVariable):
		return "hl-builtin"
	case t.InSubCategory(chroma.CommentPreproc):
		return "hl-attribute"
	case t.InCategory(chroma.Keyword):
		return "hl-keyword"
	case t.InCategory(chroma.Comment):
		return "hl-comment"
	case t.InCategory(chroma.Operator):
		return "hl-operator"
	}
	return ""
}
