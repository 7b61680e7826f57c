package schedule

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"milepost/schedule/plan"
)

// TestCoverage compares what the plans of testdata/coverage cover with the
// section want of each file, which -update rewrites. A section texts names the
// Markdown files that belong to the plan.
func TestCoverage(t *testing.T) {
	files, err := filepath.Glob("testdata/coverage/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no files in testdata/coverage", err)
	}
	seen := map[string][]CriterionState{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c := coverageOf(t, archive)
			for _, p := range c.Parts {
				for _, q := range p.Criteria {
					seen[p.ID+"."+q.ID] = append(seen[p.ID+"."+q.ID], q.State)
				}
			}
			for i := range archive.Files {
				if f := &archive.Files[i]; f.Name == "want" {
					compareText(t, f, coverageTable(c))
				}
			}
			if *update {
				if err := os.WriteFile(file, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	for _, ask := range partsAsked {
		for _, q := range ask.criteria {
			for _, state := range []CriterionState{Met, NotMet} {
				if !slices.Contains(seen[ask.id+"."+q.id], state) {
					t.Errorf("in no file %s.%s is %s", ask.id, q.id, state)
				}
			}
		}
	}
}

// coverageOf returns what the plan of an archive covers.
func coverageOf(t *testing.T, archive *txtar.Archive) *Coverage {
	t.Helper()
	var texts []Text
	var files []txtar.File
	for _, f := range archive.Files {
		switch f.Name {
		case "plan.toml":
			files = append(files, f)
		case "texts":
			for _, name := range strings.Fields(string(f.Data)) {
				texts = append(texts, Text{name})
			}
		}
	}
	s, list := computeFiles(t, files)
	if list.Failed() {
		t.Fatal(formatAll(list))
	}
	return s.Coverage(texts)
}

// coverageTable writes a coverage for people who check it.
func coverageTable(c *Coverage) string {
	var b strings.Builder
	fmt.Fprintf(&b, "covers %d, score %d\n", c.Number(), c.Score)
	for _, p := range c.Parts {
		fmt.Fprintf(&b, "%-16s %s", p.ID, p.State)
		if p.Reason != "" {
			fmt.Fprintf(&b, ": %s", p.Reason)
		}
		b.WriteString("\n")
		for _, q := range p.Criteria {
			line := fmt.Sprintf("    %-12s %-9s", q.ID, q.Verdict())
			if len(q.Have) > 0 {
				line += " | " + strings.Join(names(q.Have), " ")
			}
			if len(q.Lack) > 0 {
				line += " | without: " + strings.Join(names(q.Lack), " ")
			}
			if q.Reason != "" {
				line += " | " + q.Reason
			}
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	return b.String()
}

// TestCoverageParts holds the parts to the ids that a plan may name, and to the
// order and names that everybody uses for them.
func TestCoverageParts(t *testing.T) {
	want := strings.Split("Define Objectives and Goals, Outline Strategies, Allocate Resources, Assign Responsibilities, "+
		"Set Timeline and Milestones, Risk Assessment and Mitigation, Communication Plan, Training and Support, "+
		"Testing and Quality Assurance, Monitoring and Evaluation, Feedback and Improvement, Documentation and Reporting, "+
		"Closure and Handover, Lessons Learned", ", ")
	var ids, named []string
	for _, p := range partsAsked {
		ids, named = append(ids, p.id), append(named, p.name)
		used := map[string]bool{}
		for _, q := range p.criteria {
			if used[q.id] || q.name == "" || !strings.HasSuffix(q.text, "?") {
				t.Errorf("%s.%s is not a question of its own: %q, %q", p.id, q.id, q.name, q.text)
			}
			used[q.id] = true
		}
	}
	if !slices.Equal(ids, plan.Parts()) || !slices.Equal(named, want) {
		t.Errorf("the parts are %q, %q", ids, named)
	}
}
