package plan

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/pelletier/go-toml/v2/unstable"
)

// sameContents reports what differs between two TOML texts that may differ in
// their layout only: they decode to the same tree, and another parser than the one
// that laid them out finds the same headers, keys, values and comments in the same
// order.
func sameContents(before, after string) error {
	var a, b map[string]any
	if _, err := toml.Decode(before, &a); err != nil {
		return &layoutError{1, err.Error()}
	}
	if _, err := toml.Decode(after, &b); err != nil {
		return &layoutError{1, fmt.Sprintf("in the new layout it is not TOML: %v", err)}
	}
	was, err := wordsOf(before)
	if err != nil {
		return &layoutError{1, err.Error()}
	}
	is, err := wordsOf(after)
	if err != nil {
		return &layoutError{1, err.Error()}
	}
	for i := range min(len(was), len(is)) {
		if was[i].text != is[i].text {
			return &layoutError{1 + strings.Count(before[:was[i].at], "\n"), fmt.Sprintf("%q would become %q", was[i].text, is[i].text)}
		}
	}
	switch {
	case len(was) != len(is):
		return &layoutError{1, fmt.Sprintf("in the new layout it has %d words instead of %d", len(is), len(was))}
	case !sameTree(a, b):
		return &layoutError{1, "in the new layout it has other values"}
	}
	return nil
}

// sameTree compares decoded values. Dates are the same if they are written the
// same way; NaN is NaN.
func sameTree(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for k, v := range a {
			if w, ok := b[k]; !ok || !sameTree(v, w) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !sameTree(a[i], b[i]) {
				return false
			}
		}
		return true
	case []map[string]any:
		b, ok := b.([]map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !sameTree(a[i], b[i]) {
				return false
			}
		}
		return true
	case time.Time:
		b, ok := b.(time.Time)
		return ok && a.Equal(b) && a.Location().String() == b.Location().String()
	case float64:
		b, ok := b.(float64)
		return ok && (a == b || a != a && b != b)
	}
	return reflect.DeepEqual(a, b)
}

// word is a key, a value or a comment of a TOML text, and where it stands.
type word struct {
	text string
	at   int
}

// wordsOf returns the words of a text in their order, with what they are.
func wordsOf(text string) ([]word, error) {
	var out []word
	var p unstable.Parser
	p.KeepComments = true
	p.Reset([]byte(text))
	add := func(what string, n *unstable.Node) {
		at := 0
		if n.Raw.Length > 0 {
			at = int(n.Raw.Offset)
		}
		data := string(n.Data)
		if n.Kind == unstable.Comment {
			data = strings.TrimRight(data, " \t\r\n")
		}
		out = append(out, word{what + " " + data, at})
	}
	var visit func(n *unstable.Node)
	visit = func(n *unstable.Node) {
		switch n.Kind {
		case unstable.Table, unstable.ArrayTable, unstable.KeyValue:
			out = append(out, word{n.Kind.String(), int(n.Raw.Offset)})
			for it := n.Key(); it.Next(); {
				add("key", it.Node())
			}
			if n.Kind == unstable.KeyValue {
				visit(n.Value())
			}
		case unstable.Array, unstable.InlineTable:
			out = append(out, word{n.Kind.String(), int(n.Raw.Offset)})
			for it := n.Children(); it.Next(); {
				visit(it.Node())
			}
			out = append(out, word{"end of " + n.Kind.String(), int(n.Raw.Offset)})
		default:
			add(n.Kind.String(), n)
			for it := n.Children(); it.Next(); { // comments behind a value
				visit(it.Node())
			}
		}
	}
	for p.NextExpression() {
		visit(p.Expression())
		if c := p.Expression().Next(); c != nil { // the comment behind it
			visit(c)
		}
	}
	return out, p.Error()
}
