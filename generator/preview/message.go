package preview

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"

	"milepost/schedule/diag"
)

// message is what an open page is told of a state. It is data: the page makes
// its elements of it, and no text of the author becomes HTML.
type message struct {
	Base       string    `json:"base"` // path of the site; "" before the first good build
	look                 // of the page as it is now
	Failed     bool      `json:"failed"`        // the newest build failed, and what is served is older
	ProblemsID string    `json:"problemsId"`    // the same problems have the same id
	Problems   []problem `json:"problems"`      // errors and warnings of the newest build
	GoTo       string    `json:"goTo,omitzero"` // where the page should go, because that was edited
}

// problem is a diagnostic as a page shows it.
type problem struct {
	Severity string   `json:"severity"` // "error", "warning" or "finding"
	Code     string   `json:"code"`
	Explain  string   `json:"explain,omitzero"` // address of what is to know of the code
	Place    string   `json:"place"`            // file:line:column
	Message  string   `json:"message"`
	Excerpt  *excerpt `json:"excerpt,omitzero"`
	Notes    []note   `json:"notes"`
	Hint     string   `json:"hint"`
}

type note struct {
	Place   string `json:"place"`
	Message string `json:"message"`
}

// excerpt is the line that a diagnostic is about, in three parts, and the line
// below it that points at the place.
type excerpt struct {
	Line   int    `json:"line"`
	Before string `json:"before"`
	Marked string `json:"marked"` // what the caret points at; "" if the column is not known
	After  string `json:"after"`
	Caret  string `json:"caret"`
}

// problemsOf returns the list as pages show it. The address of an explanation is
// given for the codes that explain knows.
func problemsOf(list diag.List, explain func(code string) bool) []problem {
	problems := make([]problem, len(list))
	for i, d := range list {
		p := problem{Severity: d.Severity.String(), Code: d.Code, Message: d.Message, Hint: d.Hint, Notes: []note{}}
		if d.Pos.File != "" {
			p.Place = d.Pos.String()
		}
		if d.Code != "" && explain(d.Code) {
			p.Explain = explainPath + d.Code
		}
		if d.Excerpt != "" {
			p.Excerpt = excerptOf(d)
		}
		for _, n := range d.Notes {
			m := note{Message: n.Message}
			if n.Pos.File != "" {
				m.Place = n.Pos.String()
			}
			p.Notes = append(p.Notes, m)
		}
		problems[i] = p
	}
	return problems
}

func excerptOf(d *diag.Diagnostic) *excerpt {
	line, column, length := d.Line()
	text := []rune(line)
	if column == 0 {
		return &excerpt{Line: d.Pos.Line, Before: line}
	}
	from := min(column-1, len(text))
	to := min(from+length, len(text))
	e := &excerpt{Line: d.Pos.Line, Before: string(text[:from]), Marked: string(text[from:to]), After: string(text[to:])}
	e.Caret = strings.Map(func(r rune) rune {
		if r == '\t' {
			return r // as wide here as above
		}
		return ' '
	}, fmt.Sprintf("%d | %s", e.Line, e.Before)) + strings.Repeat(" ", column-1-from) + strings.Repeat("^", length)
	return e
}

// problemsID returns an id of the problems; "" if there are none.
func problemsID(problems []problem) (string, error) {
	if len(problems) == 0 {
		return "", nil
	}
	sum := sha256.New()
	if err := json.NewEncoder(sum).Encode(problems); err != nil {
		return "", err
	}
	return short(sum), nil
}
