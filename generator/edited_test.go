package generator_test

import (
	"maps"
	"testing"
	"testing/fstest"

	"milepost/generator"
)

// Each Markdown file is shown on one page, which the preview goes to.
func TestShownOn(t *testing.T) {
	site := fstest.MapFS{}
	for name, text := range map[string]string{
		"content/plan.toml":   "[plan]\nname = \"Move\"\nstart = 2026-01-05\n[work.\"1.1\"]\nduration = \"1w\"\n[role.qa]\nname = \"Testers\"\n",
		"content/index.md":    "Hello.\n",
		"content/work/1.1.md": "Story.\n", "content/role/qa.md": "Story.\n", "content/work.md": "# Work\n\nIntroduction.\n",
		"content/background/index.md": "# Background\n", "content/background/market.md": "# Market\n", "content/reports/2026-01-30.md": "# Report\n",
		"content/other/plan.toml": "[plan]\nname = \"Other\"\nstart = 2026-01-05\n[work.a]\nduration = \"1w\"\n", "content/other/work/a.md": "Story.\n",
	} {
		site[name] = &fstest.MapFile{Data: []byte(text)}
	}
	result, list, err := generator.Build(generator.Options{Site: site})
	if err != nil || result == nil {
		t.Fatalf("%v %v", err, list)
	}
	want := map[string]string{
		"content/index.md": "overview/index.html", "content/work/1.1.md": "work/1.1/index.html", "content/role/qa.md": "people/index.html#role-qa",
		"content/work.md": "work/index.html", "content/background/index.md": "background/index.html", "content/background/market.md": "background/market/index.html",
		"content/reports/2026-01-30.md": "reports/2026-01-30/index.html", "content/other/work/a.md": "other/work/a/index.html",
	}
	if !maps.Equal(result.Shown, want) {
		t.Errorf("files are shown on\n%v, want\n%v", result.Shown, want)
	}
}
