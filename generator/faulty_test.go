package generator

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"milepost/schedule/diag"
)

// expected is a message that a line of a faulty site says about itself:
//
//	after = ["spce"] # error E201: did you mean "spec"?
//
// The words after the code are part of the message, its hint or its notes. A
// line may hold several. "# error@3 E122:" is about line 3 of the file, and
// "# error@0" about the file as a whole.
type expected struct {
	file     string
	line     int
	severity string
	code     string
	text     string
}

var expectMark = regexp.MustCompile(` *# (error|warning|finding)(?:@(\d+))? ([EWF]\d{3}):([^#]*)$`)

// expectations takes the marks out of a file, so that the site is built without
// them, and returns what they say.
func expectations(file string, src []byte) ([]byte, []expected) {
	var want []expected
	lines := strings.Split(string(src), "\n")
	for i, line := range lines {
		for {
			m := expectMark.FindStringSubmatchIndex(line)
			if m == nil {
				break
			}
			group := func(n int) string {
				if m[2*n] < 0 {
					return ""
				}
				return line[m[2*n]:m[2*n+1]]
			}
			e := expected{file: file, line: i + 1, severity: group(1), code: group(3), text: strings.TrimSpace(group(4))}
			if at := group(2); at != "" {
				e.line, _ = strconv.Atoi(at)
			}
			want = append(want, e)
			line = line[:m[0]]
		}
		lines[i] = line
	}
	return []byte(strings.Join(lines, "\n")), want
}

// TestFaulty builds each faulty site of testdata/faulty and compares what is
// reported with what its lines expect: a missing message and one too many
// fail. Each has one mistake that a person could make. Names are below content/,
// except those that begin with themes/; a site that says so lies on top of the
// sound one in base/.
func TestFaulty(t *testing.T) {
	cases, err := filepath.Glob("testdata/faulty/*.txtar")
	if err != nil || len(cases) < 150 {
		t.Fatalf("found %d faulty sites, %v", len(cases), err)
	}
	for _, name := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			site := fstest.MapFS{}
			var want []expected
			for _, f := range archive.Files {
				at := f.Name
				if !strings.HasPrefix(at, "themes/") {
					at = path.Join("content", at)
				}
				// A txtar holds UTF-8; "§E4" stands for the byte E4 alone.
				data := []byte(strings.ReplaceAll(string(f.Data), "§E4", "\xe4"))
				data, marks := expectations(at, data)
				site[at] = &fstest.MapFile{Data: data}
				want = append(want, marks...)
			}
			if len(want) == 0 {
				t.Fatal("nothing is expected")
			}
			if strings.HasPrefix(string(archive.Comment), "On top of base/.") {
				addBase(t, site)
			}
			_, list, err := Build(Options{Site: site})
			if err != nil {
				t.Fatal(err)
			}
			compareExpected(t, list, want)
		})
	}
}

// addBase adds the files of the sound site that the faulty one does not have.
func addBase(t *testing.T, site fstest.MapFS) {
	t.Helper()
	base := os.DirFS("testdata/faulty/base")
	files, err := fs.ReadDir(base, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name := path.Join("content", f.Name()); site[name] == nil {
			data, err := fs.ReadFile(base, f.Name())
			if err != nil {
				t.Fatal(err)
			}
			site[name] = &fstest.MapFile{Data: data}
		}
	}
}

// compareExpected takes each expected message out of the list; none may be
// missing and none left.
func compareExpected(t *testing.T, list diag.List, want []expected) {
	t.Helper()
	rest := slices.Clone(list)
	for _, e := range want {
		i := slices.IndexFunc(rest, func(d *diag.Diagnostic) bool {
			return d.Code == e.code && d.Severity.String() == e.severity && d.Pos.File == e.file && d.Pos.Line == e.line &&
				strings.Contains(d.Format(), e.text)
		})
		if i < 0 {
			t.Errorf("%s:%d: no %s %s with %q", e.file, e.line, e.severity, e.code, e.text)
			continue
		}
		rest = slices.Delete(rest, i, i+1)
	}
	for _, d := range rest {
		t.Errorf("not expected: %s", d.Format())
	}
}

// TestFaultyBase holds the site below the faulty ones to be sound.
func TestFaultyBase(t *testing.T) {
	site := fstest.MapFS{}
	addBase(t, site)
	_, list, err := Build(Options{Site: site})
	if err != nil {
		t.Fatal(err)
	}
	compareExpected(t, list, nil)
}
