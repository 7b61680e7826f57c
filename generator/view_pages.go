package generator

import (
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"

	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// narrativeView is a page that an author wrote.
type narrativeView struct {
	Body     template.HTML
	Date     string
	ISO      string
	Author   string
	Children []child // pages in the folder that the page is the first of
}

// child is a page below another one.
type child struct {
	Link    link
	Summary string
}

// reportsView lists the status reports, newest first, and what the plan says is
// to be reported.
type reportsView struct {
	Lead    string
	Reports []reportEntry
	Feed    string // empty if there is no report yet
	Planned table
}

// reportEntry is a status report in the list.
type reportEntry struct {
	Link    link
	Date    when
	Summary string
}

// reportView is one status report.
type reportView struct {
	Date         when
	Author       string
	Body         template.HTML
	Older, Newer *link
}

// findingsView is the page of everything that does not add up.
type findingsView struct {
	Lead     string
	Groups   []findingGroup
	Gaps     []findingGroup
	GapsLead string
	Accepted []finding
	CSV      string
	JSON     string
}

// findingGroup is the findings with one code.
type findingGroup struct {
	Anchor   string
	Title    string
	Findings []finding
}

// notFoundView is the page for addresses that lead nowhere.
type notFoundView struct{ Home link }

// aliasView is a page that has moved.
type aliasView struct {
	Target string // reference to the page
	path   string // of the page
}

func (b *builder) narrativePage(n *narrative) page {
	env := b.env(n, n.path, "")
	v := narrativeView{Body: b.show(n, n.path, ""), Author: n.doc.Front.Author}
	l := linker{plan: n.plan, site: b.site, from: n.path}
	if d := n.doc.Front.Date; d.IsSet() && n.plan != nil {
		w := n.plan.stated(d)
		v.Date, v.ISO = w.Text, w.ISO
	}
	siblings, named := b.siblings(n)
	if path.Base(n.name) == "index" {
		dir := path.Dir(n.name)
		for _, c := range siblings {
			up := path.Dir(c.name)
			if c != n && c.page() && (up == dir || path.Base(c.name) == "index" && path.Dir(up) == dir) {
				v.Children = append(v.Children, child{
					Link:    link{Text: c.title(), Href: l.file(c.path, "")},
					Summary: c.doc.Summary(b.env(c, c.path, "")),
				})
			}
		}
	}
	p := page{
		path: n.path, plan: n.plan, template: "page", title: n.title(), section: n.doc.Front.Section, anchor: n.doc.TitleID(),
		summary: n.doc.Summary(env), source: n.file, view: v,
	}
	if dir := path.Dir(n.name); dir != "." {
		if path.Base(n.name) == "index" {
			dir = path.Dir(dir)
		}
		if c := named.pages[path.Join(dir, "index")]; c != nil && c != n {
			p.parent = &link{Text: c.title(), Href: l.file(c.path, "")}
		}
	}
	return p
}

func (b *builder) reportPages(ps *planSite) []page {
	reports := ps.reports()
	if !ps.hasReports() {
		return nil
	}
	at := ps.path("reports/index.html")
	l := ps.linker(at)
	list := reportsView{Lead: "No status report has been published yet.", Planned: plannedReports(l)}
	if len(reports) > 0 {
		list.Lead = plural(len(reports), "status report", "status reports") + ", the newest of " + ps.loc.Date(reports[0].report) + "."
		list.Feed = l.href("reports/feed.xml")
	}
	var pages []page
	for i, n := range reports {
		env := b.env(n, n.path, "")
		summary := n.doc.Summary(env)
		list.Reports = append(list.Reports, reportEntry{
			Link: link{Text: n.title(), Href: l.file(n.path, "")},
			Date: ps.day(n.report), Summary: summary,
		})
		v := reportView{Date: ps.day(n.report), Author: n.doc.Front.Author, Body: b.show(n, n.path, "")}
		rl := ps.linker(n.path)
		if i > 0 {
			v.Newer = &link{Text: reports[i-1].title(), Href: rl.file(reports[i-1].path, "")}
		}
		if i+1 < len(reports) {
			v.Older = &link{Text: reports[i+1].title(), Href: rl.file(reports[i+1].path, "")}
		}
		pages = append(pages, page{
			path: n.path, plan: ps, template: "report", title: n.title(), section: "reports", kicker: "Status report", anchor: n.doc.TitleID(),
			summary: summary, source: n.file, view: v,
		})
	}
	first := page{
		path: at, plan: ps, template: "reports", title: "Status reports", section: "reports",
		summary: list.Lead, view: list,
	}
	return append([]page{first}, pages...)
}

// hasReports reports whether there are status reports, or the plan says that
// there will be.
func (ps *planSite) hasReports() bool {
	return slices.ContainsFunc(ps.narrative, func(n *narrative) bool { return n.dated }) ||
		slices.ContainsFunc(ps.plan.Meetings, func(m *plan.Meeting) bool { return m.Type == "report" })
}

// plannedReports lists the reports that the plan's communication names.
func plannedReports(l linker) table {
	t := table{ID: "planned-reports", Class: "stack", Caption: "Reports that the plan calls for: how often, for whom, by whom",
		Head: cols("Report", "How often", "For", "Owner", "Purpose")}
	for _, m := range l.plan.plan.Meetings {
		if m.Type != "report" {
			continue
		}
		it := &m.Item
		t.Rows = append(t.Rows, row{Cells: []cell{
			linked(l.to(it.Address())),
			text(m.Cadence.Text).assumed(it, "cadence"),
			linked(l.many(m.Audience, actors...)...).assumed(it, "audience"),
			linked(l.who(m.Owner)...).assumed(it, "owner"),
			text(m.Purpose).assumed(it, "purpose"),
		}})
	}
	return t.trim()
}

func (b *builder) findingsPages(ps *planSite) []page {
	at := ps.path("findings/index.html")
	l := ps.linker(at)
	v := findingsView{JSON: l.href("plan.json")}
	rows := [][]string{{"Code", "Severity", "Message", "Hint", "About", "File", "Line", "Column", "Accepted because"}}
	add := func(d *diag.Diagnostic, reason string) {
		rows = append(rows, []string{d.Code, d.Severity.String(), d.Message, d.Hint, d.Subject, d.Pos.File, itoa(d.Pos.Line), itoa(d.Pos.Column), reason})
	}
	contradictions, gaps := ps.contradictions(), ps.gaps()
	v.Groups = b.findingGroups(l, contradictions, 0)
	v.Gaps = b.findingGroups(l, gaps, len(contradictions))
	for _, d := range ps.findings {
		add(d, "")
	}
	for i, a := range ps.accepted {
		f := b.finding(l, a.Diagnostic)
		f.ID, f.Reason, f.Where, f.Say = "accepted-"+itoa(i+1), sentence(a.Reason), a.Where.String(), b.sourceURL(a.Where.File, a.Where.Line)
		v.Accepted = append(v.Accepted, f)
		add(a.Diagnostic, a.Reason)
	}
	v.Lead = "Everything that the plan states agrees with what follows from it."
	if ps.acceptsContradictions() {
		v.Lead = "Where what the plan states differs from what follows from it, its authors have accepted that, each with a reason."
	}
	if n := len(contradictions); n > 0 {
		v.Lead = plural(n, "place", "places") + " where what the plan states differs from what follows from it. Nothing is hidden or corrected: both figures stay, and each finding says how to resolve it."
	}
	if n := len(gaps); n > 0 {
		v.GapsLead = plural(n, "thing", "things") + " that a serious plan says and this one does not say yet."
	}
	if len(rows) > 1 {
		v.CSV = b.publishCSV(l, "findings/findings.csv", rows)
	}
	return []page{{
		path: at, plan: ps, template: "findings", title: "What the plan does not add up to", section: "findings",
		summary: v.Lead, view: v,
	}}
}

// findingGroups puts findings of one code together. from is how many findings of
// the plan come before them.
func (b *builder) findingGroups(l linker, list diag.List, from int) []findingGroup {
	var out []findingGroup
	at := map[string]int{}
	for i, d := range list {
		if _, ok := at[d.Code]; !ok {
			at[d.Code] = len(out)
			out = append(out, findingGroup{Anchor: "code-" + d.Code, Title: codeTitle(d.Code)})
		}
		f := b.finding(l, d)
		f.ID = "finding-" + itoa(from+i+1)
		g := &out[at[d.Code]]
		g.Findings = append(g.Findings, f)
	}
	return out
}

func (b *builder) notFoundPage() page {
	p := page{path: notFoundPath, template: "404", title: "There is no such page", summary: "The address leads to no page of this site."}
	p.view = notFoundView{Home: link{Text: b.siteName(), Href: (linker{site: b.site, from: notFoundPath}).file("index.html", "")}}
	if len(b.plans) == 1 {
		p.plan = b.plans[0]
	}
	return p
}

// aliasPages lead from the former addresses of narrative pages to them.
func (b *builder) aliasPages() []page {
	var out []page
	for _, file := range sortedKeys(b.documents) {
		n := b.documents[file]
		for _, target := range b.aliases(n) {
			l := linker{plan: n.plan, site: b.site, from: target}
			out = append(out, page{
				path: target, plan: n.plan, template: "alias", title: n.title(), source: n.file, line: n.doc.At("aliases").Line,
				view: aliasView{Target: l.file(n.path, ""), path: n.path},
			})
		}
	}
	return out
}

// aliases returns the paths of the file's former addresses.
func (b *builder) aliases(n *narrative) []string {
	var out []string
	for i, a := range n.doc.Front.Aliases {
		target := strings.Trim(a, "/")
		if path.Ext(target) != ".html" {
			target = path.Join(target, "index.html")
		}
		if !fs.ValidPath(target) || strings.Contains("/"+target, "/.") || strings.ContainsAny(target, `:?#\`) || strings.ContainsFunc(target, unicode.IsControl) {
			b.diags.Errorf("E524", n.doc.At(fmt.Sprintf("aliases[%d]", i)), "alias %q is not an address of the site", a).
				Hint = `write it like this: aliases = ["/old-name/"]`
			continue
		}
		out = append(out, target)
	}
	return out
}

// codeTitle says what findings with a code have in common.
func codeTitle(code string) string {
	if meaning := meaningOf(code); meaning != "" {
		return strings.TrimSuffix(sentence(meaning), ".")
	}
	return code
}
