package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"milepost/generator"
	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// memory is a site in memory.
func memory(t *testing.T, files []starterFile) overlay {
	t.Helper()
	o := overlay{os.DirFS(t.TempDir()), map[string][]byte{}}
	for _, f := range files {
		o.files[f.path] = f.data
	}
	return o
}

// mondays returns the Mondays that a starter may be told apart by. Every date of
// it is moved by the same whole weeks, so what differs from start to start is
// where months, years and the 29th of February fall among its dates. There are 14
// kinds of years, by the weekday they begin with and their length; in one of each
// kind these are the Mondays in whose week a month begins or the leap day lies.
func mondays() []calendar.Date {
	var out []calendar.Date
	type kind struct {
		first time.Weekday
		days  int
	}
	seen := map[kind]bool{}
	for year := 2025; len(seen) < 14; year++ {
		first, next := calendar.DateOf(year, 1, 1), calendar.DateOf(year+1, 1, 1)
		k := kind{first.Weekday(), int(next - first)}
		if seen[k] {
			continue
		}
		seen[k] = true
		for month := time.January; month <= time.December; month++ {
			out = append(out, mondayOf(calendar.DateOf(year, month, 1)))
		}
		out = append(out, mondayOf(calendar.DateOf(year, time.March, 1)-1))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// mondayOf returns the Monday of the week that a date is in.
func mondayOf(d calendar.Date) calendar.Date { return d - calendar.Date(d.Weekday()+6)%7 }

// TestStarterMondays begins the starters on the Mondays that make a difference.
// They never have anything to report.
func TestStarterMondays(t *testing.T) {
	starts := mondays()
	if len(starts) < 14*12 {
		t.Fatalf("%d Mondays", len(starts))
	}
	for _, which := range []string{"full", "minimal", "portfolio"} {
		t.Run(which, func(t *testing.T) {
			t.Parallel()
			for _, start := range starts {
				files := starterSite(which, "Roadmap", start)
				result, list, err := generator.Load(generator.Options{Site: memory(t, files)})
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range list {
					t.Errorf("%s from %s on: %s", which, start, d.Format())
				}
				for _, p := range result.Plans {
					if p.Plan == nil || p.Plan.Start != start {
						t.Errorf("%s from %s on: plan %q does not start then", which, start, p.Dir)
					}
				}
				if t.Failed() {
					return
				}
			}
		})
	}
}

// TestStarterFiles checks what every new site has.
func TestStarterFiles(t *testing.T) {
	start := calendar.DateOf(2027, 3, 1)
	for which, files := range map[string][]starterFile{
		"full": starterSite("full", "Roadmap", start), "minimal": starterSite("minimal", "Roadmap", start),
		"portfolio": starterSite("portfolio", "Roadmap", start), "careconnect": careConnectSite(),
	} {
		var names []string
		for _, f := range files {
			names = append(names, f.path)
			first, _, _ := strings.Cut(string(f.data), "\n")
			if !isPlanFile(f.path) {
				if strings.HasPrefix(first, "#:schema") {
					t.Errorf("%s: %s names a schema and is no part of a plan", which, f.path)
				}
				continue
			}
			schema, ok := strings.CutPrefix(first, "#:schema ")
			if at := path.Join(path.Dir(f.path), schema); !ok || at != schemaFile {
				t.Errorf("%s: %s begins with %q, which leads to %q", which, f.path, first, at)
			}
		}
		for _, want := range []string{".github/workflows/pages.yml", ".gitignore", "README.md", "plan.schema.json", "content/site.toml"} {
			if !slices.Contains(names, want) {
				t.Errorf("%s lacks %s", which, want)
			}
		}
		if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
			t.Errorf("%s: %q", which, names)
		}
	}
	full := starterSite("full", "Roadmap", start)
	for _, f := range full {
		if f.path == schemaFile {
			continue // its examples have dates of their own
		}
		if bytes.Contains(f.data, []byte(starterName)) || bytes.Contains(f.data, []byte("2026")) || strings.Contains(f.path, "2026") {
			t.Errorf("%s has the name or a date of the example", f.path)
		}
	}
	if !slices.ContainsFunc(full, func(f starterFile) bool { return f.path == "content/reports/2027-03-01.md" }) {
		t.Error("the report is not of the first day")
	}
}

// TestStarterKinds checks that the starter shows every kind of table, those that
// come later as comments.
func TestStarterKinds(t *testing.T) {
	var text strings.Builder
	for _, f := range starterSite("full", "Roadmap", calendar.DateOf(2026, 1, 5)) {
		if isPlanFile(f.path) {
			text.Write(f.data)
		}
	}
	for _, kind := range addKinds() {
		if !regexp.MustCompile(`(?m)^(# )?\[` + kind + `\.`).MatchString(text.String()) {
			t.Errorf("no table [%s.ID]", kind)
		}
	}
}

// TestStarterName gives the plan names that mean something in TOML or Markdown.
func TestStarterName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{`A "quoted" name`, `back\slash`, "[link](work:nothing) *and* `code`", "{{ plan.nothing }}", "# not a heading", "Über uns <b>", "$1 & $name"} {
		for _, which := range []string{"full", "minimal", "portfolio"} {
			result, list, err := generator.Build(generator.Options{Site: memory(t, starterSite(which, name, calendar.DateOf(2026, 1, 5)))})
			if err != nil || len(list) > 0 {
				t.Fatalf("%s, %q: %v %v", which, name, err, list)
			}
			if got := result.Plans[0].Plan.Name; which != "portfolio" && got != name {
				t.Errorf("%s: the plan is called %q, not %q", which, got, name)
			}
		}
	}
	if got := nameOf("/srv/clinic-booking_2.0"); got != "Clinic booking 2 0" {
		t.Errorf("got %q", got)
	}
	if got := nameOf("/"); got != "Roadmap" {
		t.Errorf("got %q", got)
	}
}

// TestCareConnectCopy compares the embedded roadmap, as milepost new copies it,
// with content/ of this repository: the same site but for the lines that findings
// are in, since each file has one line more.
func TestCareConnectCopy(t *testing.T) {
	build := func(site fs.FS) (*generator.Result, diag.List) {
		result, list, err := generator.Build(generator.Options{Site: site})
		if err != nil || list.Failed() {
			t.Fatalf("%v %v", err, list)
		}
		return result, list
	}
	want, ofThis := build(os.DirFS("../.."))
	got, ofCopy := build(memory(t, careConnectSite()))
	if len(ofThis) < 12 || len(ofCopy) != len(ofThis) {
		t.Errorf("%d findings, want %d", len(ofCopy), len(ofThis))
	}
	if len(got.Files) != len(want.Files) {
		t.Fatalf("%d files, want %d", len(got.Files), len(want.Files))
	}
	place := regexp.MustCompile(`(\.toml[:,]|"line": ?|#L)\d+`)
	for i, f := range want.Files {
		if strings.HasSuffix(f.Path, ".go") {
			t.Errorf("%s is published", f.Path)
		}
		if a, b := place.ReplaceAll(f.Data, nil), place.ReplaceAll(got.Files[i].Data, nil); f.Path != got.Files[i].Path || !bytes.Equal(a, b) {
			t.Errorf("%s differs", f.Path)
		}
	}
}

// TestWorkflow runs the first step of the workflow that new sites have, and checks
// that the others call commands that there are.
func TestWorkflow(t *testing.T) {
	text, err := starters.ReadFile("starter/common/.github/workflows/pages.yml")
	if err != nil {
		t.Fatal(err)
	}
	step := regexp.MustCompile(`(?m)run: \|\n((?:          .*\n)+)`).FindSubmatch(text)
	if step == nil {
		t.Fatal("no step looks for MILEPOST_REPOSITORY")
	}
	for value, ok := range map[string]bool{"": false, "owner/milepost": true} {
		cmd := exec.Command("sh", "-eu", "-c", string(step[1]))
		cmd.Env = append(os.Environ(), "MILEPOST_REPOSITORY="+value)
		out, err := cmd.CombinedOutput()
		if (err == nil) != ok || !ok && !strings.HasPrefix(string(out), "::error title=MILEPOST_REPOSITORY is not set::") {
			t.Errorf("MILEPOST_REPOSITORY=%q: %v\n%s", value, err, out)
		}
	}
	dir := t.TempDir()
	site := filepath.Join(dir, "site")
	for _, f := range starterSite("minimal", "Roadmap", calendar.DateOf(2026, 1, 5)) {
		name := filepath.Join(site, filepath.FromSlash(f.path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	milepost, err := exec.LookPath("milepost")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(milepost, filepath.Join(dir, "milepost")); err != nil {
		t.Fatal(err)
	}
	steps := regexp.MustCompile(`(?m)run: '(.*)'$`).FindAllSubmatch(text, -1)
	if len(steps) != 2 {
		t.Fatalf("%d steps run milepost, want 2", len(steps))
	}
	for _, s := range steps {
		cmd := exec.Command("sh", "-eu", "-c", string(s[1]))
		cmd.Dir = site
		cmd.Env = append(os.Environ(), "RUNNER_TEMP="+dir, "BASE_URL=https://you.github.io/roadmap")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", s[1], err, out)
		}
	}
	if sitemap, err := os.ReadFile(filepath.Join(site, "public", "sitemap.xml")); err != nil || !strings.Contains(string(sitemap), "https://you.github.io/roadmap/") {
		t.Errorf("the site map does not know where the site lives: %v\n%s", err, sitemap)
	}
}

// TestUsualFiles checks that every kind of table has a file that it goes into, and
// every noun is of a kind.
func TestUsualFiles(t *testing.T) {
	for _, kind := range addKinds() {
		if usualFiles[kind] == "" {
			t.Errorf("no file for [%s.ID]", kind)
		}
	}
	for key := range startingValues {
		kind, name, _ := strings.Cut(key, ".")
		if !slices.ContainsFunc(kindNamed(kind).Keys, func(k plan.Key) bool { return k.Name == name }) {
			t.Errorf("%s is no key", key)
		}
	}
	for kind := range nouns {
		if kindNamed(kind).Name == "" {
			t.Errorf("%s is no kind", kind)
		}
	}
}
