package markdown

import (
	"strings"
	"testing"
)

// benchText is a page of the usual size: text, a table, a list and code.
var benchText = "# Title\n\n" + strings.Repeat("## Part\n\nSome *text* with a [link](https://example.org) and \"quotes\".\n\n"+
	"| A | B |\n|---|--:|\n| one | 1 |\n| two | 2 |\n\n- one\n- [x] two\n\n", 20)

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		Parse("content/page.md", []byte(benchText))
	}
}

func BenchmarkRender(b *testing.B) {
	d, _ := Parse("content/page.md", []byte(benchText))
	for b.Loop() {
		d.Render(Env{})
	}
}

func BenchmarkRenderCode(b *testing.B) {
	d, _ := Parse("content/page.md", []byte(strings.Repeat("```toml\n[work.\"1.2\"]\nname = \"x\" # comment\nafter = [\"1.1\"]\n```\n\n", 10)))
	for b.Loop() {
		d.Render(Env{})
	}
}
