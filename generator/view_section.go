package generator

import (
	"html/template"
	"strings"

	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// section makes the views of one page about a part of the plan: its budget, its
// people, its risks.
type section struct {
	linker
	b       *builder
	ps      *planSite
	stories *[]thing // of the things in tables, to be told below them
	quoted  bool     // the view is part of a text: anchors, stories and findings stay on the page of the section
}

// section returns the maker of views for a page of the plan.
func (b *builder) section(ps *planSite, file string) section {
	return section{linker: ps.linker(ps.path(file)), b: b, ps: ps, stories: &[]thing{}}
}

// quoted returns the maker of views for the page of a text that shows a part of
// a section.
func (b *builder) quoted(l linker) section {
	return section{linker: l, b: b, ps: l.plan, stories: &[]thing{}, quoted: true}
}

// thing is what a section shows of a thing of the plan where its anchor is: its
// name, description, story, and what does not add up about it.
type thing struct {
	Link        link
	More        *link // where the story is, if it is not here
	Description cell
	Tags        tags
	Story       template.HTML
	Findings    []finding
	Anchor      string // of its place on the page
	Assumed     bool   // the name itself, or what the thing is grouped by
}

// tags are the words that a thing is filed under. The partial "tags" shows them.
type tags struct {
	Words   []string
	Assumed bool
}

// groupKeys are the keys by which a section groups the things of a kind; the
// heading of the group shows their value.
var groupKeys = map[string]string{"objective": "type", "checklist": "type", "decision": "status"}

// card is a thing with a list of facts.
type card struct {
	thing
	Facts []fact
	Table *table // below the facts, or nil
}

// thing collects what is said about an item.
func (s section) thing(it *plan.Item) thing {
	t := thing{
		Link:        s.item(it),
		Description: text(it.Description).assumed(it, "description"),
		Tags:        tags{it.Tags, it.IsAssumed("tags")},
		Assumed:     it.IsAssumed("name") || it.IsAssumed(groupKeys[it.Kind]),
	}
	t.Link.ID = shownID(it)
	if strings.HasPrefix(t.Link.Href, "#") {
		t.Link.Href = "" // it is here
	}
	if !s.quoted {
		t.Anchor = anchor(it.Kind, it.ID)
		t.Story = s.b.story(s.linker, it.Address())
		t.Findings = s.b.findingsOf(s.linker, it.Address())
	}
	return t
}

// card shows an item with those of the facts that say something.
func (s section) card(it *plan.Item, all ...fact) card {
	return card{thing: s.thing(it), Facts: facts(all...)}
}

// row shows an item as the line of a table: the first cell is the thing, the
// line is its anchor. Its story is told below the tables of the page.
func (s section) row(it *plan.Item, cells ...cell) row {
	t := s.thing(it)
	head := cell{Text: strings.TrimSpace(t.Link.ID + " " + t.Link.Text), Assumed: t.Assumed}
	if t.Story != "" {
		told := t
		told.Anchor = "about-" + anchor(it.Kind, it.ID)
		*s.stories = append(*s.stories, told)
		t.Story, t.More = "", &link{Text: "more", Href: "#" + told.Anchor}
	}
	if t.Description.Text != "" || len(t.Tags.Words) > 0 || t.More != nil || len(t.Findings) > 0 || t.Link.ID != "" || t.Link.Href != "" {
		head.HTML, head.Assumed = s.html("thing", t), false
	}
	return row{ID: t.Anchor, Cells: append([]cell{head}, cells...)}
}

// withCSV publishes the table as a file below the plan's root.
func (s section) withCSV(t table, file string) table {
	t.CSV = s.b.publishCSV(s.linker, file, t.rows())
	return t
}

// html renders a partial of the theme.
func (s section) html(partial string, view any) template.HTML {
	out, err := s.b.theme.execute(partial, view)
	if err != nil {
		s.b.theme.report(s.b.diags, err)
	}
	return out
}

// headOf names a thing at the head of a column: "P1 Preparation".
func headOf(it *plan.Item) string {
	return strings.TrimSpace(shownID(it) + " " + it.Title())
}

// shownID returns the id of a thing if readers know it by its id, as R1 or G2:
// a short one with a digit. Ids such as "project-manager" only repeat the name.
func shownID(it *plan.Item) string {
	if it.Name == "" || len(it.ID) > 6 || !strings.ContainsAny(it.ID, "0123456789") {
		return ""
	}
	return it.ID
}

// textList shows one text as such and several as a list.
func textList(all []string) cell {
	if len(all) == 1 {
		return text(all[0])
	}
	return cell{List: all}
}

// money shows an amount that the author wrote, if any.
func (s section) money(m plan.Money) cell {
	if !m.IsSet() {
		return cell{}
	}
	return text(signed(s.ps.loc.Money, m.Minor))
}

// stated shows a point in time that the author wrote, if any.
func (s section) stated(w plan.When) cell { return dated(s.ps.stated(w)) }

// duration shows a length of time that the author wrote, if any: "2 weeks",
// "3 days elapsed".
func (s section) duration(d plan.Duration) string {
	if !d.IsSet() {
		return ""
	}
	w := calendar.Work(d.Minutes(s.ps.sched.Calendar))
	if !d.Elapsed {
		return pick(w < 0, "−", "") + s.ps.words(w)
	}
	switch {
	case w%calendar.MinutesPerDay != 0:
		return plural(int(w/60), "hour", "hours") + " on the clock"
	case w%(7*calendar.MinutesPerDay) != 0:
		return plural(int(w/calendar.MinutesPerDay), "calendar day", "calendar days")
	}
	return plural(int(w/(7*calendar.MinutesPerDay)), "calendar week", "calendar weeks")
}

// finishOf returns the computed finish of a work package, milestone or phase.
func (s section) finishOf(id string) (calendar.Instant, bool) {
	if a := s.ps.sched.Activity(id); a != nil {
		return a.Finish, true
	}
	if ph := s.ps.sched.Phase(id); ph != nil && !ph.Empty {
		return ph.Finish, true
	}
	return 0, false
}

// computedFinish shows the computed finish of a work package, milestone or
// phase, if there is one.
func (s section) computedFinish(id string) cell {
	if a := s.ps.sched.Activity(id); a != nil {
		return dated(s.ps.activityFinish(a))
	}
	if t, ok := s.finishOf(id); ok {
		return dated(s.ps.finish(t))
	}
	return cell{}
}

// against compares the computed finish of a thing with a stated point: "2 weeks
// late". The cell is empty if one of them is missing.
func (s section) against(id string, stated plan.When) cell {
	t, ok := s.finishOf(id)
	if !ok || !stated.IsSet() {
		return cell{}
	}
	words, late := s.ps.late(t, s.ps.sched.FinishOf(stated))
	return text(words).class(pick(late, "late", ""))
}

// percent returns a share (0.34) as "34%".
func (s section) percent(share float64, decimals int) string {
	return s.ps.loc.Number(share*100, decimals) + "%"
}

// phases returns the phases that the function holds for, in the order of the plan.
func (s section) phases(has func(ph *plan.Phase) bool) []*schedule.PhaseDates {
	var out []*schedule.PhaseDates
	for _, ph := range s.ps.sched.Phases {
		if has(ph.Phase) {
			out = append(out, ph)
		}
	}
	return out
}

// signed writes a figure with a minus sign rather than a hyphen.
func signed(write func(int64) string, v int64) string {
	if v < 0 {
		return "−" + write(-v)
	}
	return write(v)
}

// pick returns one of two words.
func pick(cond bool, yes, no string) string {
	if cond {
		return yes
	}
	return no
}
