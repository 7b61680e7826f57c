package main

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"milepost/generator"
	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// sites are those that tables are added to.
func addSites() map[string][]starterFile {
	start := calendar.DateOf(2026, 3, 2)
	least := []byte("[plan]\nstart = 2026-01-05\n[work.draft]\nduration = \"1w\"\n[role.lead]\n[phase.P1]\n")
	return map[string][]starterFile{
		"full": starterSite("full", "Roadmap", start), "minimal": starterSite("minimal", "Roadmap", start), "careconnect": careConnectSite(),
		"least":       {{"content/plan.toml", least}},
		"windows":     {{"content/plan.toml", append([]byte("\ufeff"), bytes.ReplaceAll(least, []byte("\n"), []byte("\r\n"))...)}},
		"no newline":  {{"content/plan.toml", bytes.TrimSuffix(least, []byte("\n"))}},
		"only braces": {{"content/plan.toml", []byte("plan = { start = 2026-01-05 }\nwork.draft = { duration = \"1w\" }\nrole.lead.name = \"Lead\"\nphase.P1.name = \"One\"\n")}},
	}
}

// draftIn begins a table of a kind in a site with one plan.
func draftIn(t *testing.T, site overlay, kind string, flags *adding) *draft {
	t.Helper()
	t.Setenv("SOURCE_DATE_EPOCH", "1767600000") // 5 January 2026
	result, list, err := generator.Load(generator.Options{Site: site})
	if err != nil || list.Failed() {
		t.Fatalf("%v %v", err, list)
	}
	if kind == "progress" {
		flags.id = result.Plans[0].Plan.Work[0].ID
	}
	d, err := newDraft(result.Plans[0], kind, flags)
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	return d
}

// TestAddKinds adds a table of every kind to every site, one after the other. The
// site has no errors then, what was there before and behind is unchanged, and each
// line ends as the others do.
func TestAddKinds(t *testing.T) {
	for name, files := range addSites() {
		site := memory(t, files)
		for _, kind := range addKinds() {
			flags := &adding{}
			flags.given = func(string) bool { return false }
			d := draftIn(t, site, kind, flags)
			file, err := flags.fileOf(d, "content")
			if err != nil {
				t.Fatal(err)
			}
			old := site.files[file]
			text, line, list, err := insertSafely(site, file, old, d)
			if err != nil || list.Failed() {
				t.Fatalf("%s, %s: %v\n%s", name, kind, err, format(list))
			}
			checkInsertion(t, name+", "+kind, old, text, d, line)
			site.files[file] = text
		}
		if _, list, err := generator.Load(generator.Options{Site: site}); err != nil || list.Failed() {
			t.Errorf("%s: %v\n%s", name, err, format(list))
		}
	}
}

// checkInsertion holds a changed text to the old one: something has come in at one
// place, and nothing else has changed.
func checkInsertion(t *testing.T, what string, old, text []byte, d *draft, line int) {
	t.Helper()
	n := 0
	for n < len(old) && n < len(text) && old[n] == text[n] {
		n++
	}
	if rest := old[n:]; !bytes.HasSuffix(text, rest) || len(text) <= len(old) {
		t.Fatalf("%s: the old text has changed to\n%s", what, text)
	}
	if crlf := bytes.Count(old, []byte("\r\n")); crlf > 0 && bytes.Count(text, []byte("\r\n")) != bytes.Count(text, []byte("\n")) || crlf == 0 && bytes.Contains(text, []byte("\r")) {
		t.Errorf("%s: line ends are mixed", what)
	}
	if len(old) > 0 && bytes.HasSuffix(old, []byte("\n")) != bytes.HasSuffix(text, []byte("\n")) {
		t.Errorf("%s: the end of the file has changed", what)
	}
	lines := strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
	if lines[line-1] != d.header() {
		t.Errorf("%s: line %d is %q, not %q", what, line, lines[line-1], d.header())
	}
	if line > 2 && lines[line-2] != "" {
		t.Errorf("%s: no blank line before the table", what)
	}
	if end := line - 1 + strings.Count(d.text(), "\n"); end < len(lines) && lines[end] != "" {
		t.Errorf("%s: no blank line behind the table, but %q", what, lines[end])
	}
}

func format(list diag.List) string {
	var b strings.Builder
	for _, d := range list {
		b.WriteString(d.Format())
	}
	return b.String()
}

// TestAddComments takes the "# " off each key that a new table shows as a comment,
// one at a time: none is a mistake.
func TestAddComments(t *testing.T) {
	site := memory(t, addSites()["full"])
	for _, kind := range addKinds() {
		flags := &adding{}
		d := draftIn(t, site, kind, flags)
		text := d.text()
		for _, l := range d.lines() {
			if l.filled || kind == "progress" && l.key == "actual_finish" { // what is finished has no percent of 0
				continue
			}
			comment := "\n# " + l.key + " = "
			if strings.Count(text, comment) != 1 {
				t.Fatalf("%s: not one line %q in\n%s", kind, comment, text)
			}
			with := memory(t, nil)
			maps.Copy(with.files, site.files)
			with.files["content/added.toml"] = []byte(strings.Replace(text, comment, "\n"+l.key+" = ", 1))
			_, list, err := plan.Load(with, "content")
			if err != nil {
				t.Fatal(err)
			}
			if list.Failed() {
				t.Errorf("%s.%s:\n%s", kind, l.key, format(list.Only(diag.Error)))
			}
		}
	}
}

// TestAddShowsEveryKey checks that each key of a kind is in its text, with its
// meaning.
func TestAddShowsEveryKey(t *testing.T) {
	site := memory(t, addSites()["full"])
	for _, kind := range addKinds() {
		d := draftIn(t, site, kind, &adding{})
		words := strings.Join(strings.Fields(strings.ReplaceAll(d.text(), "#", " ")), " ")
		for _, k := range kindNamed(kind).Keys {
			if !strings.Contains(words, k.Doc) || !strings.Contains(words, k.Name+" = ") {
				t.Errorf("%s does not explain %s", kind, k.Name)
			}
		}
	}
}

// TestNextID lists for each plan the ids that new tables get: KIND, phase and name,
// and the id.
func TestNextID(t *testing.T) {
	const phases = "[phase.P1]\n[phase.P2]\n[phase.P3]\n"
	tests := []struct{ plan, kind, phase, name, want string }{
		{phases + "[work.\"1.1\"]\nphase = \"P1\"\n[work.\"1.9\"]\nphase = \"P1\"\n[work.\"2.1\"]\nphase = \"P2\"\n", "work", "P1", "", "1.10"},
		{phases + "[work.\"1.1\"]\nphase = \"P1\"\n[work.\"2.1\"]\nphase = \"P2\"\n", "work", "P3", "", "3.1"},
		{phases + "[work.\"1.1\"]\nphase = \"P1\"\n[work.\"2.1\"]\nphase = \"P2\"\n", "work", "", "", "3.1"},
		{phases + "[work.\"3.1\"]\nphase = \"P1\"\n", "work", "P3", "", "3.2"},
		{phases + "[work.A01]\nphase = \"P1\"\n[work.A09]\nphase = \"P1\"\n", "work", "P2", "", "A10"},
		{phases + "[work.A01]\nphase = \"P1\"\n", "work", "P1", "", "A02"},
		{phases + "[work.mover]\n[work.pack]\n", "work", "P1", "Sign the lease", "sign-the-lease"},
		{phases + "[work.mover]\n[work.pack]\n", "work", "", "", "new-work-package"},
		{phases, "work", "P2", "", "2.1"},
		{"[role.lead]\n", "work", "", "", "1.1"},
		{"[work.M1]\n[milestone.M2]\n", "milestone", "", "", "M3"},
		{"[work.M2]\n[milestone.M1]\n", "milestone", "", "", "M3"},
		{"[work.a]\n", "risk", "", "", "R1"},
		{"[risk.R1]\n[risk.R4]\n", "risk", "", "", "R5"},
		{"[risk.R1]\n[scenario.S1]\nrisk.R2 = { added = true, name = \"x\" }\n", "risk", "", "", "R3"},
		{"[role.lead]\n", "role", "", "Data analyst (extern)", "data-analyst-extern"},
		{"[role.data-analyst]\n", "role", "", "Data Analyst", "data-analyst-2"},
		{"[role.lead]\n", "role", "", "Prüfer für Öl", "pruefer-fuer-oel"},
		{"[role.lead]\n", "role", "", "担当者", "role-1"},
		{"[objective.A1]\n[objective.on-time]\n[objective.quality]\n", "objective", "", "", "new-objective"},
		{phases, "phase", "", "", "P4"},
	}
	for _, test := range tests {
		text := "[plan]\nstart = 2026-01-05\n" + test.plan
		text = strings.ReplaceAll(text, "\"]\nphase", "\"]\nduration = \"1w\"\nphase")
		for _, id := range []string{"A01", "A09", "mover", "pack", "M1", "M2", "a"} {
			text = strings.ReplaceAll(text, "[work."+id+"]\n", "[work."+id+"]\nduration = \"1w\"\n")
		}
		d := draftIn(t, memory(t, []starterFile{{"content/plan.toml", []byte(text)}}), test.kind, &adding{phase: test.phase, name: test.name})
		if d.id != test.want {
			t.Errorf("%s of phase %q, name %q gets the id %q, not %q, in\n%s", test.kind, test.phase, test.name, d.id, test.want, test.plan)
		}
	}
}

// TestAddPlace adds to a plan in which phases follow each other, with comments
// between: a line "<- KIND PHASE" stands where such a table goes.
func TestAddPlace(t *testing.T) {
	const marked = `# The plan.

[plan]
start = 2026-01-05

# --- Phase 1 ---

[phase.P1]

[work."1.1"]
phase = "P1"
duration = "1w"
# deadline = "W2"
<- work P1

[milestone.M1]
phase = "P1"
after = ["1.1"]
<- milestone P1
<- gate P1

# --- Phase 2 ---

[phase.P2]
name = "Two"
<- work P2
<- milestone P2
# --- Risks ---
[risk.R1]
[risk.R1.mitigated]
probability = 0.1
<- risk

# --- Phases to come ---

[phase.P3]
[work."3.1"]
phase = "P3"
duration = "1w"
<- phase
<- work P3

# the end
<- role
`
	var text strings.Builder
	want := map[string]int{}
	for line := range strings.Lines(marked) {
		if mark, ok := strings.CutPrefix(strings.TrimSpace(line), "<- "); ok {
			want[mark] = text.Len()
			continue
		}
		text.WriteString(line)
	}
	site := memory(t, []starterFile{{"content/plan.toml", []byte(text.String())}})
	for _, mark := range slices.Sorted(maps.Keys(want)) {
		kind, phase, _ := strings.Cut(mark, " ")
		d := draftIn(t, site, kind, &adding{phase: phase})
		if at := d.placeIn("content/plan.toml", []byte(text.String())); at != want[mark] {
			t.Errorf("%s goes behind\n%s", mark, text.String()[:at])
		}
	}
}

// TestReportText adds a report to every site; all its values and links are there.
func TestReportText(t *testing.T) {
	for name, files := range addSites() {
		site := memory(t, files)
		result, _, err := generator.Load(generator.Options{Site: site})
		if err != nil {
			t.Fatal(err)
		}
		site.files["content/reports/2026-03-02.md"] = []byte(reportText(result.Plans[0], `A "title"`))
		if _, list, err := generator.Build(generator.Options{Site: site}); err != nil || list.Failed() || list.Count(diag.Warning) > 0 {
			t.Errorf("%s: %v\n%s", name, err, format(list))
		}
	}
}
