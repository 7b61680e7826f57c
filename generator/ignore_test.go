package generator_test

import (
	"strings"
	"testing"
	"testing/fstest"
)

// ignoring is a plan with a contradiction and a gap that stand, and one of each
// that is accepted.
const ignoring = `
[plan]
name = "Move"
start = 2026-01-05
duration = "1w"
[work.a]
name = "Pack"
duration = "9d"
[milestone.m]
name = "Packed"
after = ["a"]
target = "W1"
ignore = { F403 = "the zzboard knows" }
[risk.R]
name = "Rain"
ignore = { F477 = "zzeverybody watches it" }
`

// TestIgnored checks what readers see of what is accepted: on the page of findings
// with the reason, and nowhere else.
func TestIgnored(t *testing.T) {
	pages := seen(t, fstest.MapFS{"content/plan.toml": &fstest.MapFile{Data: []byte(ignoring)}})
	page := pages["findings/index.html"]
	contradictions, rest, _ := strings.Cut(page, "\n## Gaps\n")
	gaps, accepted, ok := strings.Cut(rest, "\n## Accepted\n")
	if !ok {
		t.Fatalf("the page of findings has no gaps, or nothing accepted:\n%s", page)
	}
	for _, c := range []struct{ name, text, has, lacks string }{
		{"contradictions", contradictions, "F401", "F403"},
		{"gaps", gaps, "F478", "F477"},
		{"accepted", accepted, "The zzboard knows.", "F401"},
		{"accepted", accepted, "Zzeverybody watches it.", "F478"},
		{"accepted", accepted, "content/plan.toml:13:12", "bring forward"}, // what is accepted needs no way out
	} {
		if !strings.Contains(c.text, c.has) || strings.Contains(c.text, c.lacks) {
			t.Errorf("%s: want %q and not %q in\n%s", c.name, c.has, c.lacks, c.text)
		}
	}
	for name, text := range pages {
		if name != "findings/index.html" && strings.Contains(text, "F403") {
			t.Errorf("%s tells what is accepted:\n%s", name, text)
		}
	}
	front := pages["index.html"]
	for _, want := range []string{"1 finding in all", "3 gaps"} {
		if !strings.Contains(front, want) {
			t.Errorf("the front page does not say %q:\n%s", want, front)
		}
	}
	if strings.Contains(front, "F478") {
		t.Error("the front page lists a gap among what does not add up")
	}
}

// A plan of which all that does not add up is accepted does not claim to add up.
func TestAllIgnored(t *testing.T) {
	text := strings.Replace(ignoring, `duration = "1w"`, "duration = \"1w\"\nignore = { F401 = \"so be it\" }", 1)
	pages := seen(t, fstest.MapFS{"content/plan.toml": &fstest.MapFile{Data: []byte(text)}})
	if strings.Contains(pages["index.html"], "the plan adds up") || !strings.Contains(pages["index.html"], "what does not add up is accepted") {
		t.Errorf("the front page claims too much:\n%s", pages["index.html"])
	}
	if strings.Contains(pages["findings/index.html"], "Everything") {
		t.Errorf("the page of findings claims too much:\n%s", pages["findings/index.html"])
	}
}

// A plan of which only gaps are told adds up.
func TestOnlyGaps(t *testing.T) {
	pages := seen(t, fstest.MapFS{"content/plan.toml": &fstest.MapFile{Data: []byte("[plan]\nstart = 2026-01-05\n[work.a]\nduration = \"1d\"\n[risk.R]\n")}})
	for name, wants := range map[string][]string{
		"index.html":          {"the plan adds up; 3 gaps", "What the plan does not say yet"},
		"findings/index.html": {"Everything that the plan states agrees", "3 things that a serious plan says"},
	} {
		for _, want := range wants {
			if !strings.Contains(pages[name], want) {
				t.Errorf("%s does not say %q:\n%s", name, want, pages[name])
			}
		}
	}
}
