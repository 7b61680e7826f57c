package generator

import (
	"bytes"
	"crypto/sha256"
	"maps"
	"slices"
	"testing"
	"testing/fstest"

	"milepost/schedule"
)

const uncertainPlan = `[plan]
start = 2026-01-05
duration = "2w"
[plan.simulation]
trials = 500
[work.a]
duration = { optimistic = "1w", likely = "2w", pessimistic = "4w" }
`

// A simulation is made again if the files of the plan or the way it is scheduled
// change, and only then; what is not asked for any more is forgotten.
func TestCache(t *testing.T) {
	made := map[*schedule.Simulation]bool{}
	var cache Cache
	builds := func(name, plan, index string, opts Options) map[string][]byte {
		t.Helper()
		opts.Site = fstest.MapFS{"content/plan.toml": {Data: []byte(plan)}, "content/index.md": {Data: []byte(index)}}
		opts.Cache = &cache
		result, list, err := Build(opts)
		if err != nil || result == nil {
			t.Fatal(name, err, list)
		}
		files := map[string][]byte{}
		for _, f := range result.Files {
			files[f.Path] = f.Data
		}
		return files
	}
	check := func(name string, isNew bool) {
		t.Helper()
		if kept := cache.simulations.before; len(kept) != 1 {
			t.Fatalf("%s: %d simulations", name, len(kept))
		}
		for _, sim := range cache.simulations.before {
			if made[sim] == isNew {
				t.Errorf("%s: simulated anew is %v", name, !isNew)
			}
			made[sim] = true
		}
	}
	first := builds("first", uncertainPlan, "One.\n", Options{})
	check("first", true)
	second := builds("text", uncertainPlan, "Two.\n", Options{})
	check("text", false)
	if !bytes.Equal(first["chances/index.html"], second["chances/index.html"]) || !bytes.Equal(first["chances/chances.json"], second["chances/chances.json"]) {
		t.Error("the pages of a cached simulation differ")
	}
	builds("plan", uncertainPlan+"name = \"A\"\n", "Two.\n", Options{})
	check("plan", true)
	builds("levelled", uncertainPlan+"name = \"A\"\n", "Two.\n", Options{Schedule: schedule.Options{Level: new(true)}})
	check("levelled", true)
	builds("back", uncertainPlan, "Two.\n", Options{})
	check("back", true)
}

// The simulations that scenarios are compared by are made once as well.
func TestCacheScenarios(t *testing.T) {
	var cache Cache
	build := func(index string) map[cacheKey]*schedule.Simulation {
		t.Helper()
		site := fstest.MapFS{
			"content/plan.toml": {Data: []byte(uncertainPlan + "[scenario.long]\nwork.a.duration = \"6w\"\n")},
			"content/index.md":  {Data: []byte(index)},
		}
		if result, list, err := Build(Options{Site: site, Cache: &cache}); err != nil || result == nil {
			t.Fatal(err, list)
		}
		return cache.simulations.before
	}
	first, second := build("One.\n"), build("Two.\n")
	if len(first) != 2 || !maps.Equal(first, second) { // the plan, the scenario
		t.Errorf("%d simulations, then %d, not the same", len(first), len(second))
	}
}

// A caller is told the stages of a build by the names that Options lists, in
// their order, with a cache too.
func TestStages(t *testing.T) {
	site := fstest.MapFS{"content/plan.toml": {Data: []byte(uncertainPlan)}}
	var cache Cache
	for i, want := range [][]string{
		{"load", "load", "schedule", "simulate", "markdown", "theme", "views", "render", "data", "links", "sums"},
		{"load", "load", "simulate", "markdown", "theme", "views", "render", "data", "links", "sums"},
	} {
		var got []string
		if _, list, err := Build(Options{Site: site, Cache: &cache, Stage: func(s string) { got = append(got, s) }}); err != nil || list.Failed() {
			t.Fatal(err, list)
		}
		if !slices.Equal(got, want) {
			t.Errorf("build %d: %v, want %v", i+1, got, want)
		}
	}
}

// Each file carries the hash of its bytes.
func TestSums(t *testing.T) {
	site := fstest.MapFS{"content/plan.toml": {Data: []byte(uncertainPlan)}, "content/note.txt": {Data: []byte("A note.")}}
	result, list, err := Build(Options{Site: site})
	if err != nil || result == nil {
		t.Fatal(err, list)
	}
	for _, f := range result.Files {
		if f.Sum != sha256.Sum256(f.Data) {
			t.Errorf("%s: the sum is not that of its bytes", f.Path)
		}
	}
}

// A plan in which nothing is uncertain is not played through: it has no page,
// and the front page claims nothing.
func TestNothingUncertain(t *testing.T) {
	for name, plan := range map[string]string{
		"one figure each":      "[work.a]\nduration = \"1w\"\n[risk.r]\nprobability = 0.4\n[risk.s]\nimpact = [{ work = \"a\", delay = \"1w\" }]\n",
		"closed":               "[work.a]\nduration = \"1w\"\n[risk.r]\nstatus = \"closed\"\nprobability = 0.4\nimpact = [{ work = \"a\", delay = \"1w\" }]\n",
		"done":                 "status_date = 2026-01-30\n[work.a]\nduration = { optimistic = \"1w\", likely = \"2w\", pessimistic = \"3w\" }\nactual_start = 2026-01-05\nactual_finish = 2026-01-16\n",
		"a spread of no width": "[plan.simulation]\nspread = { optimistic = 1, pessimistic = 1 }\n[work.a]\nduration = \"1w\"\n",
		"no chance":            "[plan.simulation]\nspread = { optimistic = 1, pessimistic = 1 }\n[work.a]\nduration = \"1w\"\n[risk.r]\nprobability = 0\nimpact = [{ work = \"a\", delay = \"1w\" }]\n",
	} {
		result, list, err := Build(Options{Site: fstest.MapFS{"content/plan.toml": {Data: []byte("[plan]\nstart = 2026-01-05\n" + plan)}}})
		if err != nil || result == nil {
			t.Fatal(name, err, list)
		}
		for _, f := range result.Files {
			if f.Path == "chances/index.html" {
				t.Errorf("%s: there is a page of chances", name)
			}
			if f.Path == "index.html" && bytes.Contains(f.Data, []byte("chance to finish")) {
				t.Errorf("%s: the front page has a chance", name)
			}
		}
	}
}
