package markdown

import (
	"sync"
	"time"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// patience is how long one expression of a lexer may take to match. The
// library gives up after a quarter of a second and goes on with the next
// expression, so that the colours of code would hang on how busy the machine
// is. No lexer comes near this on the little code that a page has.
const patience = 30 * time.Second

var patientLexers sync.Map // by language: chroma.Lexer, nil if there is none

// lexerOf returns the lexer of a language, nil if there is none. It gives the
// same tokens on any machine.
func lexerOf(language string) chroma.Lexer {
	if l, ok := patientLexers.Load(language); ok {
		lexer, _ := l.(chroma.Lexer)
		return lexer
	}
	lexer := lexers.Get(language)
	if regexes, ok := lexer.(*chroma.RegexLexer); ok {
		lexer = patient(regexes)
	}
	l, _ := patientLexers.LoadOrStore(language, lexer)
	lexer, _ = l.(chroma.Lexer)
	return lexer
}

// patient returns a copy of a lexer whose expressions have [patience].
func patient(lexer *chroma.RegexLexer) chroma.Lexer {
	rules, err := lexer.Rules()
	if err != nil {
		return lexer
	}
	rules = rules.Clone()
	rules[waiting{}.state()] = []chroma.Rule{{Pattern: `$`, Type: chroma.Text, Mutator: waiting{}}}
	config := *lexer.Config()
	own, err := chroma.NewLexer(&config, func() chroma.Rules { return rules })
	if err != nil {
		return lexer
	}
	return own.SetRegistry(lexers.GlobalLexerRegistry)
}

// waiting is a rule that is run once when the expressions of a lexer have been
// compiled. It gives them [patience] and takes itself out.
type waiting struct{}

func (waiting) state() string { return "milepost" }

// Mutate does nothing, since no other state leads to this one.
func (waiting) Mutate(*chroma.LexerState) error { return nil }

// MutateLexer implements [chroma.LexerMutator].
func (w waiting) MutateLexer(rules chroma.CompiledRules, _ string, _ int) error {
	for _, state := range rules {
		for _, rule := range state {
			if rule.Regexp != nil {
				rule.Regexp.MatchTimeout = patience
			}
		}
	}
	delete(rules, w.state())
	return nil
}
