package markdown

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/alecthomas/chroma/v2"
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
	if language == "" || lexerOf(language) != nil {
		return
	}
	if near := diag.Nearest(language, p.env.Views); near != "" {
		at := f.Info.Segment
		p.list.Errorf("E561", p.src.at(at.Start, len(language)), "%q is neither a view nor a language", language).
			Hint = fmt.Sprintf("did you mean %q? If this is plain text, write text", near)
	}
}

// ArgumentErrors are what [Env.View] says of the arguments of a view, so that
// each is told at its place.
type ArgumentErrors []ArgumentError

// ArgumentError is what is wrong with one argument of a view.
type ArgumentError struct {
	Key     string
	Value   bool // the value is wrong and not the key
	Message string
	Hint    string
}

// Error returns the messages, one after the other.
func (e ArgumentErrors) Error() string {
	messages := make([]string, len(e))
	for i, a := range e {
		messages[i] = a.Message
	}
	return strings.Join(messages, "; ")
}

// view places a view of the plan.
func (p *page) view(w util.BufWriter, f *ast.FencedCodeBlock) {
	start := f.Info.Segment.Start
	info := string(f.Info.Segment.Value(p.src.text))
	at := p.src.at(start, len(info))
	name := firstWord(p.info(f))
	from := strings.Index(info, firstWord(info)) + len(firstWord(info))
	args, wrong := arguments(info[from:])
	for _, m := range wrong {
		p.list.Errorf("E562", p.src.at(start+from+m.at, m.length), "view %s: %s", name, m.message).
			Hint = "arguments have the form: " + name + ` key=value other="two words"`
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
	values := map[string]string{}
	for _, a := range args {
		values[a.key] = a.value
	}
	html, err := p.env.View(name, values)
	var list ArgumentErrors
	switch {
	case errors.As(err, &list):
		for _, e := range list {
			pos := at
			if i := slices.IndexFunc(args, func(a argument) bool { return a.key == e.Key }); i >= 0 {
				offset, length := args[i].at, args[i].length
				if e.Value {
					offset, length = args[i].valueAt, args[i].valueLength
				}
				pos = p.src.at(start+from+offset, length)
			}
			p.list.Errorf("E562", pos, "view %s: %s", name, e.Message).Hint = e.Hint
		}
	case err != nil:
		p.list.Errorf("E562", at, "view %s: %s", name, err)
	case len(wrong) == 0:
		_, _ = w.WriteString(strings.TrimRight(string(html), "\n") + "\n")
	}
}

// argument is key=value behind the name of a view. Places are offsets in the
// text that [arguments] reads, of the value without its quotes.
type argument struct {
	key, value           string
	at, length           int
	valueAt, valueLength int
}

// misread is a part of the arguments that is none.
type misread struct {
	at, length int
	message    string
}

// arguments reads key=value pairs, with quotes around values that hold blanks.
// A key alone is true.
func arguments(s string) (args []argument, wrong []misread) {
	until := func(i int, stop string) int {
		for k, r := range s[i:] {
			if unicode.IsSpace(r) || strings.ContainsRune(stop, r) {
				return i + k
			}
		}
		return len(s)
	}
	for i := 0; ; {
		i += len(s[i:]) - len(strings.TrimLeftFunc(s[i:], unicode.IsSpace))
		if i == len(s) {
			return args, wrong
		}
		stop := until(i, "=")
		a := argument{key: unescape([]byte(s[i:stop])), value: "true", at: i, length: stop - i, valueAt: i, valueLength: stop - i}
		if stop < len(s) && s[stop] == '=' {
			from := stop + 1
			to := until(from, "")
			after := to
			if from < len(s) && (s[from] == '"' || s[from] == '\'') {
				n := strings.IndexByte(s[from+1:], s[from])
				if n < 0 {
					return args, append(wrong, misread{i, len(strings.TrimRightFunc(s[i:], unicode.IsSpace)),
						fmt.Sprintf("the argument %q lacks its closing %c", a.key, s[from])})
				}
				from, to, after = from+1, from+1+n, from+n+2
			}
			a.value, stop = unescape([]byte(s[from:to])), after
			if a.valueAt, a.valueLength = from, to-from; from == to {
				a.valueAt, a.valueLength = i, stop-i
			}
		}
		switch {
		case a.key == "":
			wrong = append(wrong, misread{i, stop - i, fmt.Sprintf("an argument has no name before %q", s[i:stop])})
		case slices.ContainsFunc(args, func(b argument) bool { return a.key == b.key }):
			wrong = append(wrong, misread{i, stop - i, fmt.Sprintf("the argument %q is written twice", a.key)})
		default:
			args = append(args, a)
		}
		i = stop
	}
}

// highlight writes code with a class for each kind of token.
func highlight(w util.BufWriter, language, code string) {
	var lexer chroma.Lexer
	if language != "" && len(code) <= maxHighlight {
		lexer = lexerOf(language)
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
