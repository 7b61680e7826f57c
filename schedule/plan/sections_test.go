package plan

import (
	"strings"
	"testing"
)

// TestSections marks in a text where each section ends: a line "<- N" stands
// behind the last line of section N, and is no part of the text.
func TestSections(t *testing.T) {
	tests := map[string]string{
		"comments right below belong to a table, those before a header do not": `# About the plan.
#
# More.

[plan]
name = "x"
# start = 2026-01-05
<- 1

# --- Work ---

[work.a]
duration = "1w" # as long as it takes
<- 2
# Comes after a.
[work.b]
duration = "1w"
<- 3
`,
		"tables inside a table are sections of their own": `[scenario.S1]
name = "x"
<- 1

[scenario.S1.work."1.1"]
duration = "2w"
<- 2

[[checklist.c.items]]
name = "one"
<- 3
`,
		"a value may look like comments and headers": `[work.a]
description = """
# no comment

[no.header]
# """
<- 1

# a comment
[work.b]
activities = [
  "one", # a comment
  # another
]
<- 2

# the end
`,
	}
	for name, marked := range tests {
		for _, eol := range []string{"\n", "\r\n"} {
			for _, bom := range []string{"", "\ufeff"} {
				var text strings.Builder
				text.WriteString(bom)
				want := map[int]int{}
				n := 0
				for line := range strings.Lines(marked) {
					if strings.HasPrefix(line, "<- ") {
						n++
						want[n] = text.Len()
						continue
					}
					text.WriteString(strings.TrimSuffix(line, "\n") + eol)
				}
				got := Sections([]byte(text.String()))
				if len(got) != n+1 {
					t.Fatalf("%s: %d sections, want %d", name, len(got), n+1)
				}
				for i, s := range got[1:] {
					if s.End != want[i+1] {
						t.Errorf("%s (%q, %q): section %d %q ends behind\n%q", name, eol, bom, i+1, s.Path, text.String()[:s.End])
					}
				}
			}
		}
	}
}

func TestSectionsWithoutNewline(t *testing.T) {
	text := "[plan]\nstart = 2026-01-05"
	got := Sections([]byte(text))
	if len(got) != 2 || got[1].End != len(text) || got[1].Path[0] != "plan" {
		t.Errorf("got %v", got)
	}
}
