package diag

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestFormat(t *testing.T) {
	fsys := fstest.MapFS{
		"content/plan.toml": {Data: []byte("[work.ui]\r\nafter = [\"spec\", \"äpo\"]\r\n\tname = 3\n")},
	}
	var l List
	d := l.Errorf("E201", Pos{File: "content/plan.toml", Line: 2, Column: 18, Length: 5}, "work package %q waits for %q, which is not in the plan", "ui", "äpo")
	d.Hint = `did you mean "api"?`
	d.Notes = []Note{{Pos: Pos{File: "content/plan.toml", Line: 1, Column: 2}, Message: "it is here"}}
	l.Warnf("W501", Pos{File: "content/plan.toml", Line: 3, Column: 2}, "a tab before the place")
	l.Findf("F401", Pos{File: "content/gone.toml", Line: 1, Column: 1}, "plan:plan", "the file is gone")
	l.Errorf("E120", Pos{File: "content/plan.toml"}, "about the whole file")
	l.AddExcerpts(fsys)
	var b strings.Builder
	if err := Fprint(&b, l); err != nil {
		t.Fatal(err)
	}
	want := `content/plan.toml:2:18: error E201: work package "ui" waits for "äpo", which is not in the plan
    2 | after = ["spec", "äpo"]
      |                  ^^^^^
    content/plan.toml:1:2: note: it is here
    hint: did you mean "api"?
content/plan.toml:3:2: warning W501: a tab before the place
    3 | 	name = 3
      | 	^
content/gone.toml:1:1: finding F401: the file is gone
content/plan.toml: error E120: about the whole file
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	if !l.Failed() || l.Count(Error) != 2 || len(l.Only(Finding)) != 1 {
		t.Errorf("counts are off: %d errors, %d findings", l.Count(Error), len(l.Only(Finding)))
	}
	l.Sort()
	var order []string
	for _, d := range l {
		order = append(order, d.Code)
	}
	if got := strings.Join(order, " "); got != "E120 E201 W501 F401" {
		t.Errorf("sorted: %s", got)
	}
}

// A long line is cut to what surrounds the place, and the caret still points
// at it.
func TestLongLine(t *testing.T) {
	line := strings.Repeat("a", 300) + "X" + strings.Repeat("b", 300)
	d := &Diagnostic{Code: "E1", Pos: Pos{File: "f", Line: 1, Column: 301}, Message: "m", Excerpt: line}
	rows := strings.Split(d.Format(), "\n")
	if len([]rune(rows[1])) > excerptWidth+20 {
		t.Errorf("the excerpt has %d characters", len([]rune(rows[1])))
	}
	caret := strings.Index(rows[2], "^")
	if got := []rune(rows[1])[caret]; got != 'X' {
		t.Errorf("the caret points at %c\n%s", got, d.Format())
	}
}

func TestNearest(t *testing.T) {
	words := []string{"duration", "owner", "phase", "name", "after"}
	for got, want := range map[string]string{
		"durration": "duration", "Duration": "duration", "onwer": "owner", "nmae": "name", "phases": "phase",
		"colour": "", "x": "", "aftr": "after", "name": "",
	} {
		if w := Nearest(got, words); w != want {
			t.Errorf("nearest to %q is %q; want %q", got, w, want)
		}
	}
	if w := Nearest("1.3", []string{"1.2", "1.1"}); w != "1.1" {
		t.Errorf("of two equally near words %q is taken; want the first by letter", w)
	}
}
