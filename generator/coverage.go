package generator

import (
	"fmt"
	"slices"
	"strings"

	"milepost/schedule"
	"milepost/schedule/diag"
)

// cover finds out which parts of an implementation plan each plan has, with the
// texts that were read.
func (b *builder) cover(s *loaded) {
	for _, ps := range b.plans {
		ps.coverage = ps.sched.Coverage(ps.texts())
		for i := range s.plans {
			if s.plans[i].Dir == ps.dir {
				s.plans[i].Coverage = ps.coverage
			}
		}
	}
}

// coverageOf is cover for a site whose pages are not made: it reads the texts
// for nothing else, and says nothing of what is wrong with them.
func (s *loaded) coverageOf(opts Options) error {
	b := &builder{site: s.site, opts: opts, diags: new(diag.List), textsOnly: true}
	b.documents, b.drafts = map[string]*narrative{}, map[string]bool{}
	for _, p := range s.plans {
		b.planDirs = append(b.planDirs, p.Dir)
	}
	if err := b.readFiles(); err != nil {
		return err
	}
	b.cover(s)
	return nil
}

// texts returns the Markdown files of the plan that say something.
func (ps *planSite) texts() []schedule.Text {
	var out []schedule.Text
	for _, n := range ps.narrative {
		if n.doc.HasText() {
			out = append(out, schedule.Text{Name: n.name})
		}
	}
	slices.SortFunc(out, func(x, y schedule.Text) int { return strings.Compare(x.Name, y.Name) })
	return out
}

// coverageText says how many parts a plan covers.
func coverageText(c *schedule.Coverage) string {
	return fmt.Sprintf("%d of %d parts of an implementation plan", c.Number(), len(c.Parts))
}
