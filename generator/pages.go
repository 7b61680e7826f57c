package generator

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// navSection is a part of a plan's site: its first page is name/index.html.
type navSection struct {
	name  string
	title string
}

// group returns where the navigation names the section: 0 is what everybody asks
// for, 1 is the plan in detail, 2 is how it stands.
func (s navSection) group() int {
	switch s.name {
	case "schedule", "milestones", "budget", "risks":
		return 0
	case "phases", "work", "people", "governance", "quality", "readiness":
		return 1
	}
	return 2
}

// sectionPages is the table of contents of a plan's site, in the order in which
// the navigation names them within each of its groups. A section is left out if
// its function returns no page.
func (b *builder) sectionPages() []struct {
	navSection
	pages func(*planSite) []page
} {
	return []struct {
		navSection
		pages func(*planSite) []page
	}{
		{navSection{"schedule", "Schedule"}, b.schedulePages},
		{navSection{"progress", "Progress"}, b.progressPages},
		{navSection{"earned-value", "Earned value"}, b.earnedPages},
		{navSection{"phases", "Phases"}, b.phasePages},
		{navSection{"work", "Work packages"}, b.workPages},
		{navSection{"milestones", "Milestones"}, b.milestonePages},
		{navSection{"budget", "Budget"}, b.budgetPages},
		{navSection{"people", "People"}, b.peoplePages},
		{navSection{"load", "Load"}, b.loadPages},
		{navSection{"chances", "Chances"}, b.chancesPages},
		{navSection{"risks", "Risks"}, b.riskPages},
		{navSection{"scenarios", "Scenarios"}, b.scenarioPages},
		{navSection{"governance", "Governance"}, b.governancePages},
		{navSection{"quality", "Quality"}, b.qualityPages},
		{navSection{"readiness", "Readiness"}, b.readinessPages},
		{navSection{"reports", "Reports"}, b.reportPages},
		{navSection{"health", "Schedule health"}, b.healthPages},
		{navSection{"coverage", "Plan coverage"}, b.coveragePages},
		{navSection{"findings", "Findings"}, b.findingsPages},
	}
}

// sections returns the sections that the plan has something for, as far as can
// be told before their pages are made.
func (ps *planSite) sections() []navSection {
	has := map[string]bool{"schedule": true, "coverage": true, "findings": true, "reports": ps.hasReports(), "progress": ps.hasProgress(),
		"health": len(ps.sched.Activities) > 0, "load": ps.hasLoad()}
	for _, it := range things(ps.plan) {
		if dir, ok := ownPages[it.Kind]; ok {
			has[dir] = true
		}
		if dir, ok := sectionOf[it.Kind]; ok {
			has[dir] = true
		}
	}
	if ps.sched != nil {
		_, has["earned-value"] = ps.sched.EarnedValue()
		has["chances"] = ps.outlook() != nil
	}
	var out []navSection
	for _, s := range (*builder)(nil).sectionPages() {
		if has[s.name] {
			out = append(out, s.navSection)
		}
	}
	return out
}

func (b *builder) hasSection(ps *planSite, name string) bool {
	return slices.ContainsFunc(b.sectionsOf[ps], func(s navSection) bool { return s.name == name })
}

// pages returns every page of the site, in the order of the navigation.
func (b *builder) pages() []page {
	b.shared = b.sharedKey()
	var pages []page
	if b.portfolio() {
		pages = append(pages, b.portfolioPage())
	}
	for _, ps := range b.plans {
		pages = append(pages, b.planPages(ps)...)
	}
	pages = append(pages, b.narrativePages(b.loose)...)
	pages = append(pages, b.notFoundPage())
	pages = append(pages, b.aliasPages()...)
	return b.unique(pages)
}

// planPages returns the pages of a plan.
func (b *builder) planPages(ps *planSite) []page {
	all := b.sectionPages()
	made := make([]*chapter, len(all))
	var overview *chapter
	inParallel(len(all)+1, func(i int) {
		if i == 0 {
			overview = b.chapter(ps, "overview", func(b *builder) []page { return []page{b.overviewPage(ps)} })
			return
		}
		at := i - 1
		made[at] = b.chapter(ps, all[at].name, func(b *builder) []page { return b.pagesOf(ps, at) })
	})
	pages := b.take(ps, overview)
	var sections []navSection
	for i, c := range made {
		if more := b.take(ps, c); len(more) > 0 {
			pages = append(pages, more...)
			sections = append(sections, all[i].navSection)
		}
	}
	b.sectionsOf[ps] = sections
	return append(pages, b.narrativePages(ps.narrative)...)
}

// pagesOf returns the pages of a section by its place among them.
func (b *builder) pagesOf(ps *planSite, i int) []page {
	s := b.sectionPages()[i]
	pages := s.pages(ps)
	first := ps.path(s.name + "/index.html")
	for i := range pages {
		p := &pages[i]
		if p.parent == nil && p.path != first {
			p.parent = &link{Text: s.title, Href: ps.linker(p.path).href(s.name + "/")}
		}
		b.source(p)
	}
	return pages
}

// narrativePages returns the pages of those of the files that are pages of their
// own.
func (b *builder) narrativePages(files []*narrative) []page {
	files = slices.DeleteFunc(slices.Clone(files), func(n *narrative) bool { return !n.page() })
	return b.eachPage(len(files), func(b *builder, i int) page { return b.narrativePage(files[i]) })
}

// source finds out which file a page is written in: that of the thing it is
// about, or that of the narrative that introduces it.
func (b *builder) source(p *page) {
	if p.source != "" {
		return
	}
	if n := b.introOf(p.plan, p.section); n != nil && p.path == n.path {
		p.source = n.file
		return
	}
	below := strings.TrimPrefix(strings.TrimPrefix(p.path, p.plan.dir), "/")
	dir, rest, _ := strings.Cut(below, "/")
	id := strings.TrimSuffix(rest, "/index.html")
	for kind, folder := range ownPages {
		if it := p.plan.plan.Lookup(kind + ":" + id); folder == dir && it != nil {
			at := it.At("")
			p.source, p.line = at.File, at.Line
		}
	}
}

// things returns everything of the plan that has an address, in the order of
// the kinds and of the files.
func things(p *plan.Plan) []*plan.Item {
	var out []*plan.Item
	each(p, func(it *plan.Item, _ any) { out = append(out, it) })
	return out
}

// each calls f with every thing of the plan and its item.
func each(p *plan.Plan, f func(*plan.Item, any)) {
	v := reflect.ValueOf(p).Elem()
	for i := range v.NumField() {
		if !v.Type().Field(i).IsExported() || v.Field(i).Kind() != reflect.Slice {
			continue
		}
		for j := range v.Field(i).Len() {
			thing := v.Field(i).Index(j)
			if item := thing.Elem().FieldByName("Item"); item.IsValid() {
				f(item.Addr().Interface().(*plan.Item), thing.Interface())
			}
		}
	}
}

// addresses returns the addresses that there are in the plan.
func addresses(p *plan.Plan) []string {
	var out []string
	for _, it := range things(p) {
		out = append(out, it.Address())
	}
	return out
}

// idsOf returns the ids of all things of a kind.
func idsOf(p *plan.Plan, kind string) []string {
	var out []string
	for _, it := range things(p) {
		if it.Kind == kind {
			out = append(out, it.ID)
		}
	}
	return out
}

// health is how a plan stands: a word, and the sentence that gives the reason.
type health struct {
	Pill     pill
	Headline string // "Finishes Fri 10 Apr 2026 (W14), 2 weeks after the stated W12"
	Reason   string // why it stands as the word says
	Delta    string // "2 weeks late", "as stated" or ""
	Late     bool
}

// health says how a plan stands.
func (b *builder) health(ps *planSite) *health { return ps.health() }

// assess compares what follows from the plan with what it states. The worst
// answer counts: a finish after the stated one is off track; a milestone or
// phase after its stated date, or negative float, is at risk.
func (ps *planSite) assess() *health {
	var h health
	s := ps.sched
	finish := ps.finish(s.Finish)
	done := len(s.Activities) > 0
	for _, a := range s.Activities {
		done = done && a.Done()
	}
	verb := "Finishes"
	if done {
		verb = "Finished"
	}
	h.Headline = verb + " " + finish.String()
	sim := ps.outlook()
	if sim != nil && !done && sim.Finish.SD > 0 && sim.Finish.OfComputed < 0.5 {
		h.Headline += " if nothing goes wrong"
	}
	slip := calendar.Work(0)
	if s.HasStatedFinish {
		slip = ps.slip(s.StatedFinish, s.Finish)
		h.Delta, h.Late = ps.late(s.Finish, s.StatedFinish)
		stated := ps.statedFinish()
		switch {
		case slip > 0:
			h.Headline += ", " + ps.words(slip) + " after the stated " + stated
		case slip < 0:
			h.Headline += ", " + ps.words(slip) + " before the stated " + stated
		default:
			h.Headline += ", as stated"
		}
	}
	moved := calendar.Work(0)
	if ps.against != nil {
		moved = ps.slip(ps.against.Baseline.Finish, s.Finish)
		h.Headline += ", " + ps.than(moved) + " " + ps.baselineName(ps.against.Baseline)
	}
	late, negative := 0, 0
	for _, a := range s.Activities {
		if a.HasTarget && ps.slip(a.Target, a.Finish) > 0 {
			late++
		}
		if a.TotalFloat < 0 && !a.Done() {
			negative++
		}
	}
	phases := 0
	for _, ph := range s.Phases {
		if ph.HasWindow && !ph.Empty && ps.slip(ph.StatedFinish, ph.Finish) > 0 {
			phases++
		}
	}
	var reasons []string
	if late > 0 {
		reasons = append(reasons, plural(late, "milestone is later than stated", "milestones are later than stated"))
	}
	if phases > 0 {
		reasons = append(reasons, plural(phases, "phase ends after its stated window", "phases end after their stated windows"))
	}
	if negative > 0 {
		reasons = append(reasons, plural(negative, "activity cannot meet its latest date", "activities cannot meet their latest dates"))
	}
	if moved > 0 && !s.HasStatedFinish {
		reasons = append(reasons, "the finish has slipped from the baseline")
	}
	if len(reasons) == 0 && !done && s.HasStatedFinish && sim != nil && sim.Finish.HasStated && sim.Finish.Chance < 0.5 {
		reasons = append(reasons, fmt.Sprintf("the chance to finish by the stated %s is %s", ps.statedFinish(), ps.chance(sim.Finish.Chance)))
	}
	if len(reasons) > 0 {
		h.Reason = sentence(enumerate(reasons))
	}
	switch {
	case done:
		h.Pill = pill{"Done", "done"}
	case slip > 0:
		h.Pill = pill{"Off track", "bad"}
	case len(reasons) > 0:
		h.Pill = pill{"At risk", "warn"}
	case s.HasStatedFinish || ps.hasTargets():
		h.Pill = pill{"On track", "good"}
		h.Reason = "Every computed date is within what the plan states."
	case ps.against != nil:
		h.Pill = pill{"On track", "good"}
		h.Reason = "The finish is not later than in the baseline."
	default:
		h.Pill = pill{"Scheduled", "none"}
		h.Reason = "The plan states no dates to compare the computed ones with."
	}
	return &h
}

func (ps *planSite) hasTargets() bool {
	for _, a := range ps.sched.Activities {
		if a.HasTarget {
			return true
		}
	}
	for _, ph := range ps.sched.Phases {
		if ph.HasWindow {
			return true
		}
	}
	return false
}

// statedFinish returns the stated finish as the author thinks of it: "W12" of a
// length or a week, the date of a date.
func (ps *planSite) statedFinish() string {
	w := ps.finish(ps.sched.StatedFinish)
	if f := ps.plan.Finish; f.IsSet() && f.Week == 0 {
		return w.String()
	}
	return w.Week
}

// progress returns how much of the work is done, weighted by duration, 0 to 100.
func (ps *planSite) progress() float64 {
	var all, done float64
	for _, a := range ps.sched.Activities {
		all += float64(a.Duration)
		done += float64(a.Duration) * a.Percent / 100
	}
	if all == 0 {
		return 0
	}
	return done / all * 100
}

// percent writes a share of a hundred without decimals; only nothing is 0% and
// only everything is 100%.
func percent(v float64) string {
	switch {
	case v <= 0:
		return "0%"
	case v >= 100:
		return "100%"
	}
	return fmt.Sprintf("%d%%", min(99, max(1, int(v+0.5))))
}
