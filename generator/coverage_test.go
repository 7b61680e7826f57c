package generator_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"milepost/generator"
	"milepost/schedule"
	"milepost/schedule/diag"
)

// TestCoverageExamples writes into the smallest and into half-told plans what
// the page about coverage says is to be written, one example after the other. Each is
// valid where it is put and does what it is for, until nothing is left to write.
func TestCoverageExamples(t *testing.T) {
	for _, name := range []string{"least", "no_work", "small", "half", "finished_silent", "stated_budget", "loose"} {
		t.Run(name, func(t *testing.T) {
			site := planOnly(t, name)
			for range 200 {
				before := coverageOf(t, site)
				part, c := toWrite(before)
				if c == nil {
					if before.Score != 100 || before.Number() != 14 {
						t.Errorf("nothing is left to write, and the score is %d", before.Score)
					}
					return
				}
				write(t, site, c.Write)
				after := coverageOf(t, site)
				if a := criterion(after, part, c.ID); len(a.Have) <= len(c.Have) && a.State != schedule.Met {
					t.Fatalf("%s.%s is %s before, and %s after this in %s:\n%s", part, c.ID, c.Verdict(), a.Verdict(), c.Write.File, c.Write.Text)
				}
			}
			t.Error("after 200 examples there is something left to write")
		})
	}
}

// TestCoverageTogether writes all examples at once, as somebody does who takes
// the whole list: they do not contradict each other.
func TestCoverageTogether(t *testing.T) {
	for _, name := range []string{"least", "no_work", "small", "half", "finished_silent", "loose"} {
		t.Run(name, func(t *testing.T) {
			site := planOnly(t, name)
			for round := 0; ; round++ {
				before := coverageOf(t, site)
				if before.Score == 100 {
					break
				}
				if round == 10 {
					t.Fatalf("after %d rounds the score is %d", round, before.Score)
				}
				for _, p := range before.Parts {
					for _, c := range p.Criteria {
						if c.Write == (schedule.Remedy{}) && (c.State == schedule.NotMet || c.State == schedule.PartlyMet) {
							t.Errorf("%s.%s is %s, and nothing is to be written", p.ID, c.ID, c.Verdict())
						}
						if c.Write.Text != "" {
							write(t, site, c.Write)
						}
					}
				}
				after := coverageOf(t, site)
				for _, p := range before.Parts {
					for _, c := range p.Criteria {
						a := criterion(after, p.ID, c.ID)
						if p.ID+"."+c.ID == "quality.checks" && criterion(before, "timeline", "phases").State == schedule.NotMet {
							continue // asks of phases once there are some
						}
						asked := c.State == schedule.NotMet || c.State == schedule.PartlyMet
						if asked && a.State != schedule.Met && len(a.Have) <= len(c.Have) {
							t.Errorf("%s.%s is %s before and %s after", p.ID, c.ID, c.Verdict(), a.Verdict())
						}
					}
				}
			}
		})
	}
}

// planOnly returns a plan of schedule/testdata/coverage as a site.
func planOnly(t *testing.T, name string) fstest.MapFS {
	t.Helper()
	ar, err := txtar.ParseFile("../schedule/testdata/coverage/" + name + ".txtar")
	if err != nil {
		t.Fatal(err)
	}
	site := fstest.MapFS{}
	for _, f := range ar.Files {
		if f.Name == "plan.toml" {
			site["content/plan.toml"] = &fstest.MapFile{Data: f.Data}
		}
	}
	return site
}

// coverageOf returns what the one plan of a site covers, which must have no
// errors.
func coverageOf(t *testing.T, site fstest.MapFS) *schedule.Coverage {
	t.Helper()
	result, list, err := generator.Load(generator.Options{Site: site})
	if err != nil || list.Failed() {
		t.Fatalf("%v\n%s\n%s", err, formatted(list), site["content/plan.toml"].Data)
	}
	return result.Plans[0].Coverage
}

func toWrite(c *schedule.Coverage) (part string, first *schedule.Criterion) {
	for _, p := range c.Parts {
		for i := range p.Criteria {
			if p.Criteria[i].Write.Text != "" {
				return p.ID, &p.Criteria[i]
			}
		}
	}
	return "", nil
}

func criterion(c *schedule.Coverage, part, id string) schedule.Criterion {
	i := slices.IndexFunc(c.Parts, func(p schedule.Part) bool { return p.ID == part })
	list := c.Parts[i].Criteria
	return list[slices.IndexFunc(list, func(q schedule.Criterion) bool { return q.ID == id })]
}

var header = regexp.MustCompile(`(?m)^\[[^\]]*\]`)

// write does what an author does with an example: a table that is there gets
// the lines, in the place of those that it has; a new one is added.
func write(t *testing.T, site fstest.MapFS, w schedule.Remedy) {
	t.Helper()
	f := site[w.File]
	if f == nil {
		site[w.File] = &fstest.MapFile{Data: []byte(w.Text)}
		return
	}
	text := string(f.Data)
	for table := range strings.SplitSeq(w.Text, "\n\n") {
		head := header.FindString(table)
		_, lines, _ := strings.Cut(table, "\n")
		at := strings.Index("\n"+text, "\n"+head)
		if at < 0 {
			text += "\n" + strings.TrimSpace(table) + "\n"
			continue
		}
		if !strings.Contains(table, "this table") {
			t.Fatalf("the plan has %s already", head)
		}
		body := text[at+len(head):]
		end := len(body)
		if next := header.FindStringIndex(body); next != nil {
			end = next[0]
		}
		own := body[:end]
		for l := range strings.SplitSeq(lines, "\n") {
			key, _, _ := strings.Cut(l, " = ")
			own = regexp.MustCompile(`(?m)^`+regexp.QuoteMeta(key)+` = .*\n`).ReplaceAllString(own, "")
		}
		text = text[:at+len(head)] + "\n" + strings.TrimSpace(lines) + own + body[end:]
	}
	site[w.File] = &fstest.MapFile{Data: []byte(text)}
}

// TestCoverageSame checks that what a plan covers is the same with and without
// its pages, and that drafts and texts without a sentence do not count.
func TestCoverageSame(t *testing.T) {
	site := fstest.MapFS{
		"content/plan.toml":             {Data: []byte("[plan]\nstart = 2026-01-05\n[work.a]\nduration = \"1d\"\n")},
		"content/z/strategy.md":         {Data: []byte("# Last\n\nText.\n")},
		"content/approach.md":           {Data: []byte("Text.\n")},
		"content/strategy.md":           {Data: []byte("+++\ndraft = true\n+++\nText.\n")},
		"content/method.md":             {Data: []byte("# Method\n\n## To be written\n")},
		"content/other/plan.toml":       {Data: []byte("[plan]\nstart = 2026-01-05\n[work.a]\nduration = \"1d\"\n")},
		"content/other/our_strategy.md": {Data: []byte("Text.\n")},
		"content/big.png":               {Data: []byte("no picture")},
	}
	got := map[string]string{}
	for how, make := range map[string]func(generator.Options) (*generator.Result, error){
		"loaded": func(o generator.Options) (*generator.Result, error) {
			r, _, err := generator.Load(o)
			return r, err
		},
		"built": func(o generator.Options) (*generator.Result, error) {
			r, _, err := generator.Build(o)
			return r, err
		},
	} {
		r, err := make(generator.Options{Site: site})
		if err != nil || len(r.Plans) != 2 {
			t.Fatal(how, err)
		}
		for _, p := range r.Plans {
			got[how+" "+p.Dir] = fmt.Sprint(criterion(p.Coverage, "strategies", "approach").Have)
		}
	}
	for dir, want := range map[string]string{"": "[approach.md z/strategy.md]", "other": "[our_strategy.md]"} {
		if got["loaded "+dir] != want || got["built "+dir] != want {
			t.Errorf("plan %q: loaded %s, built %s, want %s", dir, got["loaded "+dir], got["built "+dir], want)
		}
	}
}

func formatted(list diag.List) string {
	var out strings.Builder
	_ = diag.Fprint(&out, list)
	return out.String()
}
