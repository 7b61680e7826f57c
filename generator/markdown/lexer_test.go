package markdown

import (
	"strings"
	"testing"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// An expression that takes longer than the library has patience for still
// matches, or colours would hang on how busy the machine is.
func TestPatience(t *testing.T) {
	slow := chroma.MustNewLexer(&chroma.Config{Name: "slow"}, func() chroma.Rules {
		return chroma.Rules{"root": {{Pattern: `(?:(?:(a|aa)+\1)+b|a+c)`, Type: chroma.Keyword}, {Pattern: `.`, Type: chroma.Error}}}
	})
	impatient := chroma.MustNewLexer(slow.Config(), func() chroma.Rules { r, _ := slow.Rules(); return r })
	// Each further letter nearly doubles what there is to try.
	for n := 12; n < 40; n++ {
		code := strings.Repeat("a", n) + "c"
		tokens, err := chroma.Tokenise(impatient, nil, code)
		if err != nil {
			t.Fatal(err)
		}
		if tokens[0].Value == code {
			continue // still too quick
		}
		if tokens, err = chroma.Tokenise(patient(slow), nil, code); err != nil || tokens[0].Value != code {
			t.Errorf("tokens are %v, %v", tokens, err)
		}
		return
	}
	t.Error("the expression is never slow")
}

// The lexers of milepost tell the same tokens as those of the library.
func TestLexers(t *testing.T) {
	for language, code := range map[string]string{
		"toml":   "[work.a] # first\nduration = \"1d\"\n",
		"go":     "package main\n\nfunc main() { println(1, \"x\") }\n",
		"html":   "<p class=\"x\">Text <script>let a = 1</script></p>\n",
		"sh":     "for f in *.md; do echo \"$f\"; done\n",
		"json":   "{\"a\": [1, true, null]}\n",
		"python": "def f(x):\n    return f\"{x}\"\n",
	} {
		want, err := chroma.Tokenise(lexers.Get(language), nil, code)
		if err != nil {
			t.Fatal(err)
		}
		got, err := chroma.Tokenise(lexerOf(language), nil, code)
		if err != nil {
			t.Fatal(err)
		}
		if chroma.Stringify(got...) != chroma.Stringify(want...) || len(got) != len(want) {
			t.Errorf("%s: tokens are %v, want %v", language, got, want)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: token %d is %v, want %v", language, i, got[i], want[i])
			}
		}
	}
	if lexerOf("no such language") != nil {
		t.Error("there is a lexer for a language that there is not")
	}
}
