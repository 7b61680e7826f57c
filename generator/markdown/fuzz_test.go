package markdown

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/net/html"

	"milepost/schedule/diag"
)

// FuzzFront holds that any text between lines of +++ is read or refused at its
// place, and leaves the text below it where it is.
func FuzzFront(f *testing.F) {
	for _, s := range []string{
		"title = \"x\"", "date = 2026-01-05\ndraft = true\nweight = 3", "title = 3", "tilte = \"x\"", "title = \"a\"\ntitle = \"b\"", "[x]\ny = 1",
		"+++", " +++ ", "title: x", "{ \"title\": 1 }", "\x00", "title = \"\\u0000\"", "tags = [1, \"a\"]", "aliases = [\"../x\", \"/\"]", "\xff", "\r",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, front string) {
		src := "+++\n" + front + "\n+++\n\n# Below\n\nAnd a text.\n"
		env := testEnv(t, "")
		d, list := Parse("content/page.md", []byte(src))
		lines := strings.Split(strings.ReplaceAll(src, "\r\n", "\n"), "\n")
		for _, x := range list {
			checkPlace(t, x, lines)
		}
		if d == nil || list.Failed() {
			return
		}
		r, more := d.Render(env)
		for _, x := range more {
			checkPlace(t, x, lines)
		}
		if !strings.Contains(string(r.HTML), "And a text.") {
			t.Errorf("the text is lost: %s", r.HTML)
		}
		checkSafe(t, string(r.HTML))
	})
}

// FuzzRender holds what must be true of any file: it is parsed and rendered
// without a panic, twice in the same way, nothing on the page can run or style,
// every element is closed, and every place lies in the file.
func FuzzRender(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(section(a, "page.md"), false)
		f.Add(section(a, "page.md"), true)
	}
	for _, s := range []string{
		"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "<javascript:alert(1)>",
		"# x {onclick=a style=b id=c class=d}", "<p style='x'>", "<a href='data:text/html,x'>y</a>", "<svg><script>x</script></svg>",
		"[a](<java\nscript:x>)", "![x](data:image/svg+xml,x)", "<b><i></b></i>", "- <div>\n- </div>", "> [!NOTE]", "> [!NOTE] [x](y)\n> ===",
		"```toml\n\x00\n```", "+++\n+++", "---\na: b\n---", "[^1]\n\n[^1]: <b>", "{{", "{{}}", "# {{ x }} {#y}", "<details><summary>x</summary>\n\ny\n\n</details>",
	} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, src string, unsafe bool) {
		env := testEnv(t, "")
		env.UnsafeHTML = unsafe
		d, list := Parse("content/page.md", []byte(src))
		r, more := d.Render(env)
		again, _ := d.Render(env)
		if r.HTML != again.HTML {
			t.Error("two renderings differ")
		}
		d.Title(env)
		d.Summary(env)
		checkSafe(t, string(r.HTML))
		lines := strings.Split(strings.ReplaceAll(strings.TrimPrefix(src, "\ufeff"), "\r\n", "\n"), "\n")
		for _, x := range append(list, more...) {
			checkPlace(t, x, lines)
		}
		for _, l := range r.Links {
			if l.Href != "" && !safeAddress(l.Href) {
				t.Errorf("link to %q", l.Href)
			}
		}
	})
}

func checkPlace(t *testing.T, x *diag.Diagnostic, lines []string) {
	t.Helper()
	if x.Pos.File != "content/page.md" {
		t.Errorf("no file: %s", x.Format())
	}
	if x.Pos.Line == 0 {
		return
	}
	if x.Pos.Line > len(lines) || x.Pos.Column > utf8.RuneCountInString(lines[x.Pos.Line-1])+1 {
		t.Errorf("%s lies outside of the file", x.Pos)
	}
}

// checkSafe reads a page as a browser would.
func checkSafe(t *testing.T, page string) {
	t.Helper()
	var open []string
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		token := z.Token()
		switch kind {
		case html.CommentToken, html.DoctypeToken:
			t.Errorf("%s in %q", token, page)
		case html.StartTagToken, html.SelfClosingTagToken:
			if slices.Contains([]string{"script", "style", "iframe", "object", "embed", "form", "link", "meta", "base", "svg", "math", "input"}, token.Data) {
				t.Errorf("<%s> in %q", token.Data, page)
			}
			for _, a := range token.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcset" || a.Key == "srcdoc" {
					t.Errorf("attribute %s in %q", a.Key, page)
				}
				if (a.Key == "href" || a.Key == "src") && !safeAddress(a.Val) {
					t.Errorf("%s %q in %q", a.Key, a.Val, page)
				}
				if a.Key == "src" && strings.Contains(a.Val, "//") {
					t.Errorf("request to another host: %q", a.Val)
				}
			}
			if kind == html.StartTagToken && !slices.Contains(void, token.Data) {
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				t.Fatalf("</%s> closes %v in %q", token.Data, open, page)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("%v not closed in %q", open, page)
	}
}

// safeAddress reports whether an address has no scheme or a harmless one, as a
// browser reads it.
func safeAddress(address string) bool {
	address = strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, address)
	m := scheme.FindStringSubmatch(address)
	return m == nil || slices.Contains(schemes, strings.ToLower(m[1]))
}
