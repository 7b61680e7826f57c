package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// bigSite is the size of a site that benchmarks are made with. The same sizes
// give the same files.
type bigSite struct {
	pages int // Markdown files, in folders of 50
	work  int // work packages, in phases of 50 with a milestone each
	risks int // with figures, so that the plan is simulated
}

// theBigSite is the one that times are promised for.
var theBigSite = bigSite{pages: 1000, work: 1000}

const (
	bigFolder = 50 // pages of a folder
	bigPhase  = 50 // work packages of a phase

	bigStreams = 5 // phases at the same time
)

// write makes the site below dir.
func (s bigSite) write(tb testing.TB, dir string) {
	tb.Helper()
	write := func(name, text string) {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	write("content/site.toml", "title = \"A big roadmap\"\nmenu = [{ name = \"First page\", url = \"area-00/page-0000/\" }]\n")
	write("content/plan.toml", s.plan())
	write("content/people.toml", bigPeople())
	for i := range s.pages {
		write("content/"+pageName(i)+".md", s.page(i))
	}
}

// workID returns the id of a work package: "w0007".
func workID(i int) string { return fmt.Sprintf("w%04d", i) }

// pageName returns the name of a page below content/, without .md.
func pageName(i int) string { return fmt.Sprintf("area-%02d/page-%04d", i/bigFolder, i) }

func (s bigSite) plan() string {
	var b strings.Builder
	b.WriteString("[plan]\nname = \"A big roadmap\"\nstart = 2026-01-05\nduration = \"40w\"\ncurrency = \"USD\"\nowner = \"role-0\"\n")
	for i := range s.work {
		phase := i / bigPhase
		if i%bigPhase == 0 {
			fmt.Fprintf(&b, "\n[phase.P%02d]\nname = \"Phase %d of the roadmap\"\ngoal = \"What phase %[1]d is for\"\n", phase, phase+1)
		}
		// The phases are five streams at the same time. A phase is ten chains of
		// five, each next to the same chain of the phase before in its stream; some
		// work waits for its neighbour as well.
		fmt.Fprintf(&b, "\n[work.%s]\nname = \"Work package number %d\"\nphase = \"P%02d\"\nduration = \"%dd\"\n", workID(i), i, phase, 2+i*7%9)
		var after []string
		before := i - 10
		if i%bigPhase < 10 { // the first of a chain
			before -= (bigStreams - 1) * bigPhase
		}
		if before >= 0 {
			after = append(after, fmt.Sprintf("%q", workID(before)))
		}
		if i%bigPhase >= 20 && i%7 == 0 {
			after = append(after, fmt.Sprintf("\"%s SS+1d\"", workID(i-11)))
		}
		if len(after) > 0 {
			fmt.Fprintf(&b, "after = [%s]\n", strings.Join(after, ", "))
		}
		fmt.Fprintf(&b, "owner = \"role-%d\"\nassign = { role-%d = 0.5 }\n", i%8, i%8)
		fmt.Fprintf(&b, "activities = [\"Prepare item %d\", \"Do it and write down how\"]\ndeliverables = [\"Item %[1]d, accepted\"]\n", i)
		if i%bigPhase == bigPhase-1 {
			fmt.Fprintf(&b, "\n[milestone.M%02d]\nname = \"Phase %d is complete\"\nafter = [\"P%02[1]d\"]\ncriteria = \"All items of the phase are accepted\"\nowner = \"role-0\"\n", phase, phase+1)
		}
	}
	for i := range s.risks {
		fmt.Fprintf(&b, "\n[risk.R%d]\nname = \"Risk number %[1]d\"\nprobability = 0.3\nimpact = [{ work = %q, delay = \"1w\" }]\nmitigation = [\"Look at it weekly\"]\nowner = \"role-%d\"\n", i, workID(i*7%s.work), i%8)
	}
	return b.String()
}

func bigPeople() string {
	var b strings.Builder
	for i := range 8 {
		fmt.Fprintf(&b, "[role.role-%d]\nname = \"Role number %[1]d\"\nrate = \"%d/d\"\ncapacity = 20\n\n", i, 500+50*i)
	}
	return b.String()
}

// page returns a page of the usual kind: some headings, a table, a list, links
// to other pages and to things of the plan, and values of the plan.
func (s bigSite) page(i int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "+++\ntitle = \"Page number %d\"\n+++\n\nHow item %[1]d of the roadmap is done, and by whom.\n", i)
	if i%10 == 0 {
		b.WriteString("The plan finishes on {{ plan.finish }}.\n")
	}
	for part := range 4 {
		k := (i*5 + part*3) % max(s.work, 1)
		fmt.Fprintf(&b, "\n## Part %d of the page\n\n", part+1)
		fmt.Fprintf(&b, "The *work* is [described there](work:%s); it finishes on {{ work.%[1]s.finish }}, and \"nobody\" should be surprised.\n"+
			"See also [the next page](/%s/) and [the milestone](milestone:M%02d).\n\n", workID(k), pageName((i+part+1)%s.pages), k/bigPhase)
		b.WriteString("| Step | Who | Days |\n|------|-----|-----:|\n| Prepare | the team | 2 |\n| Do | everybody | 5 |\n| Review | `somebody` else | 1 |\n\n")
		b.WriteString("- one thing that has to be remembered\n- another one, **important**\n- [x] and one that is done\n")
	}
	return b.String()
}
