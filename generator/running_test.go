package generator_test

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"milepost/generator"
)

// runningSite is the CareConnect roadmap in its seventh week: content/, with the
// files of testdata/running over it. Whatever they add is made up.
func runningSite(t *testing.T) fs.FS {
	t.Helper()
	site := fstest.MapFS{}
	for _, root := range []string{"..", "testdata/running"} {
		err := fs.WalkDir(os.DirFS(root), "content", func(p string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			data, err := os.ReadFile(path.Join(root, p))
			site[p] = &fstest.MapFile{Data: data}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return site
}

// buildSite builds a site and returns its files by path.
func buildSite(t *testing.T, site fs.FS, opts generator.Options) map[string][]byte {
	t.Helper()
	opts.Site, opts.BaseURL, opts.Version = site, "https://example.org"+sitePath, "test"
	result, list, err := generator.Build(opts)
	if err != nil {
		t.Fatal(err)
	}
	if result == nil {
		var text strings.Builder
		for _, d := range list {
			text.WriteString(d.Format())
		}
		t.Fatalf("the site does not build:\n%s", text.String())
	}
	files := map[string][]byte{}
	for _, f := range result.Files {
		files[f.Path] = f.Data
	}
	return files
}

// controlPages are the pages of a running plan on which its progress, cost and
// load show, one of each kind.
var controlPages = []string{
	"budget/index.html", "chances/index.html", "earned-value/index.html", "health/index.html", "index.html", "load/index.html",
	"milestones/M3/index.html", "milestones/index.html", "people/index.html", "phases/P2/index.html",
	"phases/index.html", "progress/index.html", "risks/R2/index.html", "risks/index.html", "schedule/index.html", "work/2.1/index.html", "work/2.2/index.html",
	"work/3.2/index.html",
}

// TestRunning builds the running copy, as it is and levelled, and looks for what
// makes it one.
func TestRunning(t *testing.T) {
	files := buildSite(t, runningSite(t), generator.Options{})
	for _, p := range controlPages {
		if files[p] == nil {
			t.Errorf("there is no %s", p)
		}
	}
	for p, wants := range map[string][]string{
		"index.html":              {"illustrative"},
		"chances/index.html":      {"Technical integration issues", "80% sure", "contingency", "trials"},
		"risks/R2/index.html":     {"Without it the 80% date is"},
		"risks/R1/index.html":     {"neither the dates nor the money change"},
		"progress/index.html":     {"Approved plan (illustrative)", "Forecast of 6 February (illustrative)"},
		"earned-value/index.html": {"SPI", "CPI", "TCPI", "earned schedule"},
		"load/index.html":         {"Technical Lead", "W9"},
		"schedule/index.html":     {"Milestones that have no float either: M3 Pilot Initiation", "baseline 20 Feb, 1 w 2 d later"},
		"work/2.1/index.html":     {"1 week later", "assumed"},
		"milestones/index.html":   {"Approved plan (illustrative)"},
	} {
		text := squeeze(words(t, files[p]))
		for _, want := range wants {
			if !strings.Contains(strings.ToLower(text), strings.ToLower(want)) {
				t.Errorf("%s does not say %q", p, want)
			}
		}
	}

	// Those who only ask how it goes need the first group of the navigation.
	nav := regexp.MustCompile(`(?s)<nav class="side".*?</nav>`).FindString(string(files["index.html"]))
	const want = "overview schedule milestones budget risks in detail phases work packages people governance quality readiness " +
		"how it stands progress earned value load chances scenarios reports schedule health plan coverage findings 24 findings background "
	if got := squeeze(words(t, []byte(nav))); !strings.HasPrefix(got, want) {
		t.Errorf("the navigation is %q, want %q first", got, want)
	}

	levelled := generator.Options{}
	levelled.Schedule.Level = new(true)
	pages := buildSite(t, runningSite(t), levelled)
	for p, wants := range map[string][]string{
		"load/index.html":     {"every role within its capacity", "held by", "3.2 data collection"},
		"schedule/index.html": {"lower bound", "gap", "schedules", "seed", "without levelling"},
		"work/3.2/index.html": {"technical lead", "without levelling"},
	} {
		text := squeeze(words(t, pages[p]))
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s of the levelled plan does not say %q", p, want)
			}
		}
	}
}
