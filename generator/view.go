package generator

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"milepost/generator/chart"
	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// How a page is made
//
// A section of the site is a method of builder that returns its pages:
//
//	func (b *builder) budgetPages(ps *planSite) []page
//
// It returns nil if the plan has nothing for the section; then the navigation
// does not name it. Each page has a view, a struct with everything its template
// shows: words, order, rounding and classes are decided in Go. References are
// made by ps.linker(path of the page), so that they hold on that very page.
//
// The templates of a theme are one set. Files without a leading underscore are
// pages; base.html puts the shell around them, with the title as <h1>, so that
// a page template begins below it. Files with an underscore are partials, named
// without it: _table.html is {{template "table" .}}. The shared ones:
//
//	link      link           a reference, the id before the name
//	links     []link         references in a line, with commas
//	when      when, *when    a date and its plan week
//	pill      pill, *pill    a status: word, icon and colour
//	assumed   .              the badge "assumed"
//	value     cell, fact     whatever of Text, Links, When, List, Pill, HTML is set, with note and badge
//	facts     []fact         a list of facts
//	table     table          a data table in a scroll region of its own, with its CSV
//	texts     []string       a list of texts; nothing for none
//	findings  []finding      what does not add up, each with its code and place
//	story     template.HTML  the narrative of a thing
//	chart     chart.Chart    a figure with its table
//	gantt     chart.GanttChart
//
// Stories and findings come from builder.story, builder.findingsOf (things) and
// builder.findingsAbout (kinds). Rows of figures are published as CSV with
// builder.publishCSV, which returns the reference to the file.
//
// A heading <h2 id="..."> of a page is an entry of its "on this page" list.
// Classes for layout: cards (grid) and card, tiles and tile, columns, lead,
// muted, num, note, late, critical, scroll.

// table is a data table: shown on a page and published as CSV.
type table struct {
	ID      string // anchor and name of the region, unique on its page
	Caption string // what the rows are; read to people who do not see the table
	CSV     string // reference to the CSV, made by [builder.publishCSV]
	Head    []column
	Rows    []row
	Foot    []row // totals
	Class   string
}

// column is the head of a column.
type column struct {
	Text string
	Num  bool // figures, aligned at the right

	Filter bool // readers may want only the rows with one of its values
}

// row is one line of a table. The first cell is its head.
type row struct {
	ID    string // anchor, such as "gate-G1"; may be empty
	Class string // "critical", "late", "group" or ""
	Cells []cell
}

// cell is one value of a table.
type cell struct {
	Text    string // plain text, or
	Links   []link // references, or
	When    *when
	List    []string
	Pill    *pill
	HTML    template.HTML
	Badge   *pill  // beside the value
	Note    string // small, below: "2 weeks late"
	Class   string // "late", "critical" or ""
	Assumed bool
	Sort    string // what the rows are sorted by, if the text is not it
}

// cols makes the heads of a table; a leading "#" marks a column of figures.
func cols(heads ...string) []column {
	out := make([]column, len(heads))
	for i, h := range heads {
		text, num := strings.CutPrefix(h, "#")
		out[i] = column{Text: text, Num: num}
	}
	return out
}

func text(s string) cell          { return cell{Text: s} }
func linked(links ...link) cell   { return cell{Links: links} }
func dated(w when) cell           { return cell{When: w.ptr()} }
func status(p pill) cell          { return cell{Pill: &p} }
func (c cell) note(s string) cell { c.Note = s; return c }

// sorted gives the cell a key that tables of the class sortable are sorted by.
func (c cell) sorted(key string) cell { c.Sort = key; return c }

// figure is a number as a key to sort by.
func figure(v int64) string { return strconv.FormatInt(v, 10) }

func (c cell) class(s string) cell { c.Class = s; return c }
func (c cell) assumed(it *plan.Item, key string) cell {
	c.Assumed = it.IsAssumed(key)
	return c
}

// ptr returns nil for no date.
func (w when) ptr() *when {
	if w.Text == "" {
		return nil
	}
	return &w
}

// Label returns the head of column i, for a narrow screen that shows each row
// as a card.
func (t table) Label(i int) string {
	if i < len(t.Head) {
		return t.Head[i].Text
	}
	return ""
}

// CellClass returns the classes of a cell in column i.
func (t table) CellClass(i int, c cell) string {
	if i < len(t.Head) && t.Head[i].Num {
		return strings.TrimSpace("num " + c.Class)
	}
	return c.Class
}

// tableLine is a row with everything that the template of a row sees.
type tableLine struct {
	ID, Class string
	Cells     []tableCell
}

// tableCell is a cell with what its column says.
type tableCell struct {
	cell
	Label, ColumnClass string
}

// Line returns a row for its template.
func (t table) Line(r row) tableLine {
	line := tableLine{r.ID, r.Class, make([]tableCell, len(r.Cells))}
	for i, c := range r.Cells {
		line.Cells[i] = tableCell{c, t.Label(i), t.CellClass(i, c)}
	}
	return line
}

// rows returns the table as text, the heads first, for a data file.
func (t table) rows() [][]string {
	head := make([]string, len(t.Head))
	for i, c := range t.Head {
		head[i] = c.Text
	}
	out := [][]string{head}
	for _, r := range append(slices.Clone(t.Rows), t.Foot...) {
		line := make([]string, len(r.Cells))
		for i, c := range r.Cells {
			line[i] = c.plain()
		}
		out = append(out, line)
	}
	return out
}

// plain returns the cell as text for a data file.
func (c cell) plain() string {
	switch {
	case len(c.Links) > 0:
		var names []string
		for _, l := range c.Links {
			names = append(names, strings.TrimSpace(l.ID+" "+l.Text))
		}
		return strings.Join(names, "; ")
	case c.When != nil:
		if c.When.ISO == "" {
			return c.When.Text
		}
		return c.When.ISO
	case len(c.List) > 0:
		return strings.Join(c.List, "; ")
	case c.Pill != nil:
		return c.Pill.Text
	}
	return c.Text
}

// facts keeps the facts that say something.
func facts(all ...fact) []fact {
	var out []fact
	for _, f := range all {
		if f.Text != "" || len(f.Links) > 0 || f.When != nil || len(f.List) > 0 || f.Pill != nil || f.HTML != "" {
			out = append(out, f)
		}
	}
	return out
}

// hasColumn reports whether some row has something to show in column i.
func (t table) hasColumn(i int) bool {
	for _, r := range t.Rows {
		if i < len(r.Cells) && r.Cells[i].plain() != "" || i < len(r.Cells) && r.Cells[i].HTML != "" {
			return true
		}
	}
	return false
}

// trim drops the columns in which no row has anything.
func (t table) trim() table {
	var keep []int
	for i := range t.Head {
		if i == 0 || t.hasColumn(i) {
			keep = append(keep, i)
		}
	}
	cut := func(rows []row) []row {
		out := make([]row, len(rows))
		for n, r := range rows {
			out[n] = r
			out[n].Cells = nil
			for _, i := range keep {
				if i < len(r.Cells) {
					out[n].Cells = append(out[n].Cells, r.Cells[i])
				}
			}
		}
		return out
	}
	var head []column
	for _, i := range keep {
		head = append(head, t.Head[i])
	}
	t.Head, t.Rows, t.Foot = head, cut(t.Rows), cut(t.Foot)
	return t
}

// without drops the column with the given head.
func (t table) without(head string) table {
	i := slices.IndexFunc(t.Head, func(c column) bool { return c.Text == head })
	if i < 0 {
		return t
	}
	cut := func(rows []row) []row {
		out := slices.Clone(rows)
		for n, r := range rows {
			if i < len(r.Cells) {
				out[n].Cells = slices.Concat(r.Cells[:i], r.Cells[i+1:])
			}
		}
		return out
	}
	t.Head = slices.Concat(t.Head[:i], t.Head[i+1:])
	t.Rows, t.Foot = cut(t.Rows), cut(t.Foot)
	return t
}

// finding is a problem or finding as readers see it.
type finding struct {
	ID      string // anchor, on the findings page only
	Code    string
	Kind    string // "finding" or "warning"
	Message string // as a sentence
	Hint    string
	Place   string // "content/plan.toml:15:10"
	Source  string // web address of the place in the repository, or ""
	About   *link  // what it is about
	Notes   []string
	Reason  string // why it is accepted; "" if it is not
	Where   string // where that is said: "content/site.toml:12:8"
	Say     string // web address of that place, or ""
}

// findingsOf returns what does not add up about any of the addresses, for a
// page of those very things.
func (b *builder) findingsOf(l linker, addresses ...string) []finding {
	var out []finding
	for _, d := range l.plan.contradictions() {
		for _, a := range addresses {
			if d.Subject == a {
				f := b.finding(l, d)
				f.About = nil
				out = append(out, f)
				break
			}
		}
	}
	return out
}

// findingsAbout returns what does not add up about things of the given kinds,
// for a section page.
func (b *builder) findingsAbout(l linker, kinds ...string) []finding {
	var out []finding
	for _, d := range l.plan.contradictions() {
		kind, _, _ := strings.Cut(d.Subject, ":")
		for _, k := range kinds {
			if kind == k {
				out = append(out, b.finding(l, d))
				break
			}
		}
	}
	return out
}

func (b *builder) finding(l linker, d *diag.Diagnostic) finding {
	f := finding{
		Code:    d.Code,
		Kind:    d.Severity.String(),
		Message: sentence(d.Message),
		Hint:    sentence(d.Hint),
		Place:   d.Pos.String(),
		Source:  b.sourceURL(d.Pos.File, d.Pos.Line),
	}
	if d.Subject != "" {
		if about := l.to(d.Subject); about.Href != "" {
			f.About = &about
		}
	}
	for _, n := range d.Notes {
		s := n.Message
		if n.Pos.File != "" {
			s += " (" + n.Pos.String() + ")"
		}
		f.Notes = append(f.Notes, s)
	}
	return f
}

// sourceURL returns the web address of a line of a source file, or "" if the
// site names no repository.
func (b *builder) sourceURL(file string, line int) string {
	if b.config.Repository == "" || file == "" {
		return ""
	}
	u := strings.TrimSuffix(strings.TrimRight(b.config.Repository, "/"), ".git") + "/blob/" + escapePath(b.config.Branch) + "/" + escapePath(file)
	if line > 0 {
		u += fmt.Sprintf("#L%d", line)
	}
	return u
}

// sentence makes a message of a diagnostic a sentence. A key at its beginning,
// such as actual_start, stays as it is written.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	first, rest := s[:1], s[1:]
	word, _, _ := strings.Cut(s, " ")
	if first[0] >= 'a' && first[0] <= 'z' && !strings.Contains(word, "_") {
		first = strings.ToUpper(first)
	}
	if !strings.ContainsRune(".?!", rune(s[len(s)-1])) {
		rest += "."
	}
	return first + rest
}

// chartContext is what pictures need to be drawn for one page.
func (l linker) chartContext() chart.Context {
	return chart.Context{
		Locale: l.plan.loc,
		Link:   func(address string) string { return l.to(address).Href },
		Heads:  l.plan.heads,
	}
}

// start and finish show an instant as the day work starts or the last day
// worked, with its plan week.
func (ps *planSite) start(t calendar.Instant) when {
	return ps.on(t.Date(), ps.sched.Week(t))
}

func (ps *planSite) finish(t calendar.Instant) when {
	return ps.on(t.LastDate(), ps.sched.Week(t-1))
}

// activityStart and activityFinish show the dates of an activity. A milestone
// has one date: that of the work it completes, or the plan's start if it waits
// for nothing.
func (ps *planSite) activityStart(a *schedule.Activity) when {
	if a.Milestone != nil {
		return ps.activityFinish(a)
	}
	return ps.start(a.Start)
}

func (ps *planSite) activityFinish(a *schedule.Activity) when {
	return ps.day(a.LastDay())
}

// stated shows a stated point as the author wrote it, with its other form: for
// "W3" the last day of that week, for a date its week.
func (ps *planSite) stated(w plan.When) when {
	if !w.IsSet() {
		return when{}
	}
	if w.Week != 0 {
		return ps.finish(ps.sched.FinishOf(w))
	}
	return ps.day(w.Date)
}

// statedStart is like stated for the beginning of something: for "W3" the first
// day of that week.
func (ps *planSite) statedStart(w plan.When) when {
	if w.IsSet() && w.Week != 0 {
		return ps.start(ps.sched.StartOf(w))
	}
	return ps.stated(w)
}

func (ps *planSite) on(d calendar.Date, week int) when {
	return when{Text: ps.loc.Date(d), ISO: d.String(), Week: fmt.Sprintf("W%d", week)}
}

// day shows a day with its plan week.
func (ps *planSite) day(d calendar.Date) when { return ps.on(d, ps.sched.Week(d.At(12*60))) }

// words writes an amount of working time in full: "2 weeks", "1 week 3 days",
// "4 hours". The sign is left out.
func (ps *planSite) words(w calendar.Work) string {
	if w < 0 {
		w = -w
	}
	var parts []string
	add := func(n calendar.Work, unit string) {
		switch {
		case n == 1:
			parts = append(parts, "1 "+unit)
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %ss", n, unit))
		}
	}
	c := ps.sched.Calendar
	week, day := max(1, c.WeekMinutes()), max(1, c.DayMinutes())
	if w = chart.Coarse(w, c); w >= week {
		add(w/week, "week")
		w %= week
	}
	add(w/day, "day")
	w %= day
	add(w/60, "hour")
	add(w%60, "minute")
	if len(parts) == 0 {
		return "0 days"
	}
	return strings.Join(parts, " ")
}

// late compares a computed finish with a stated one: "2 weeks late", "3 days
// early" or "as stated", and whether that is late.
func (ps *planSite) late(computed, stated calendar.Instant) (words string, late bool) {
	switch d := ps.slip(stated, computed); {
	case d > 0:
		return ps.words(d) + " late", true
	case d < 0:
		return ps.words(d) + " early", false
	}
	return "as stated", false
}

// slip returns the working time from a stated to a computed point. Two points
// with no working time between them are the same, and so is a point earlier on
// the stated day.
func (ps *planSite) slip(stated, computed calendar.Instant) calendar.Work {
	if computed <= stated && computed.LastDate() == stated.LastDate() {
		return 0 // people state days, not hours
	}
	return ps.sched.Calendar.Between(stated, computed)
}

// plural returns "1 risk", "4 risks".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return itoa(n) + " " + many
}

// enumerate returns "a", "a and b" or "a, b and c".
func enumerate(parts []string) string {
	n := len(parts)
	if n < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
}

func itoa(n int) string { return strconv.Itoa(n) }
