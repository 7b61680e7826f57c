package plan

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"milepost/schedule/diag"
)

// unseen are the codes that a schema says nothing about, and why.
var unseen = map[string]string{
	"E101": "it is about the file and not about what is in it",
	"E102": "it is about the file and not about what is in it",
	"E103": "a text that is not TOML has no values; editors tell it themselves",
	"E104": "TOML tells of tables written twice in one file; a schema sees one file",
	"E107": "it is about the file and not about what is in it",
	"E108": "a schema does not count how deep a file is nested",
	"E120": "a plan may have several files, and its frame is in one of them",
	"E124": "forbidding one of two keys is told as \"false schema\"",
	"E125": "a schema compares no values",
	"E128": "a schema cannot say that one of seven days has hours",
	"E129": "a plan may have several files",
	"E130": "a schema compares no values",
	"E131": "a schema compares no values",
	"E132": "a schema compares no values",
	"E133": "a schema compares no values",
	"E135": "a schema compares no values",
	"E136": "it follows from other tables",
	"E146": "a schema compares no values",
	"E147": "it follows from other files",
	"E148": "it follows from other files",
	"E161": "a schema compares no values",
	"E162": "a schema says badly which keys go together",
	"E163": "it follows from another key",
	"E170": "it follows from other tables",
	"E171": "it follows from other tables",
	"E193": "it follows from other tables",
	"E201": "which ids there are follows from other tables",
	"E202": "which id a table has follows from its header",
	"E204": "it follows from other tables",
}

// overlooked are parts of messages of other codes that a schema does not see, and
// why.
var overlooked = map[string]string{
	"differs from":                "a schema compares no ids",
	"cannot be the id":            "it is about the name of the file",
	"finishes before it starts":   "a regular expression compares no numbers",
	"overlap or are out of order": "a regular expression compares no numbers",
	"is longer than a year":       "a regular expression compares no numbers",
	"working time than a":         "a regular expression compares no numbers",
	"decimals":                    "the currency is in another table, and multiples of a fraction are rounded",
	"but does not have it":        "which keys a table has is compared by no schema",
	"and says more about it":      "a schema says badly which keys go together",
	"lacks finish; add a line such as: finish = 2026-03-27": "it may follow from other tables",
	"duration lacks": "the plan may have the points that a scenario leaves out",
}

// besides are the mistakes that only a schema finds, each because of another that
// is told.
var besides = map[string]string{
	`work.1`:                    "TOML reads [work.1.2] as a table inside it, and then it has no duration",
	`scenario.marks.work."1.1"`: "it is added, and so it needs a duration, but the plan has it",
}

// TestSchemaRefuses holds up the faulty plans of testdata/errors to the schema:
// each mistake that it can see it sees at the same key, and no other.
func TestSchemaRefuses(t *testing.T) {
	plan, baseline := schemaOf(t, Schema()), schemaOf(t, BaselineSchema())
	for code := range unseen {
		if Codes[code] == "" {
			t.Errorf("%s is no code", code)
		}
	}
	files, err := filepath.Glob("testdata/errors/*")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		ar := &txtar.Archive{Files: []txtar.File{{Name: "plan.toml", Data: src}}}
		if filepath.Ext(file) == ".txtar" {
			ar = txtar.Parse(src)
		}
		fsys := fstest.MapFS{}
		for _, f := range ar.Files {
			fsys["p/"+f.Name] = &fstest.MapFile{Data: f.Data}
		}
		_, list, err := Load(fsys, "p")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range ar.Files {
			var l diag.List
			name := "p/" + f.Name
			s := parseTOML(name, f.Data, &l)
			if s == nil || !strings.EqualFold(path.Ext(name), ".toml") {
				continue
			}
			schema := plan
			if path.Base(path.Dir(name)) == BaselineFolder {
				schema = baseline
			}
			failed := failures(schema, instance(t, s))
			matched := map[string][]string{} // codes by path
			for _, d := range list {
				if d.Pos.File != name {
					continue
				}
				seen := false
				for at, why := range failed {
					if at == "" && d.Code == "E145" || s.isAt(at, d) || why == unknownKey && s.isIn(at, d) {
						seen = true
						matched[at] = append(matched[at], d.Code)
					}
				}
				if !seen && unseen[d.Code] == "" && !isOverlooked(d) {
					t.Errorf("%s: the schema does not see %s", file, d.Format())
				}
			}
			for at, why := range failed {
				codes := matched[at]
				if len(codes) == 0 && besides[at] == "" {
					t.Errorf("%s: only the schema finds %s: %s", file, at, why)
				}
				for _, code := range codes {
					if unseen[code] == "" || !slices.ContainsFunc(codes, func(c string) bool { return unseen[c] == "" }) {
						found[code] = true
					}
				}
			}
		}
	}
	for code := range Codes {
		if (unseen[code] == "") != found[code] {
			t.Errorf("%s: a schema sees it: %t", code, found[code])
		}
	}
}

func isOverlooked(d *diag.Diagnostic) bool {
	for part := range overlooked {
		if strings.Contains(d.Message+"; "+d.Hint, part) {
			return true
		}
	}
	return false
}

// isAt reports whether a diagnostic is about what is at a path, or about a key
// that the table at the path lacks.
func (s *source) isAt(at string, d *diag.Diagnostic) bool {
	if pos := s.index.value(at); pos == d.Pos || s.index.key(at) == d.Pos {
		return true
	}
	switch d.Code {
	case "E123": // is told at the effort
		return s.index.value(join(at, "effort")) == d.Pos
	}
	return false
}

// isIn reports whether a diagnostic is about something in the table at a path.
func (s *source) isIn(at string, d *diag.Diagnostic) bool {
	for _, places := range []map[string]diag.Pos{s.index.keys, s.index.vals} {
		for p, pos := range places {
			if pos == d.Pos && isBelow(p, at) {
				return true
			}
		}
	}
	return false
}
