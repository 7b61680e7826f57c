package generator

import (
	"fmt"
	"html/template"
	"strings"

	"milepost/schedule/calendar"
)

// portfolioView is the front page of a site with several plans: all of them on
// one time axis.
type portfolioView struct {
	Lead  string
	Axis  template.HTML // labels of the time axis
	Rows  []portfolioRow
	CSV   string
	Story template.HTML
}

// portfolioRow is one plan.
type portfolioRow struct {
	Link     link
	Status   pill
	Reason   string
	Owners   []link
	Start    when
	Stated   *when
	Computed when
	Delta    string
	Class    string // "late" or ""
	Cost     string
	Done     string
	Findings string
	Bar      template.HTML // SVG
	Told     string        // what the bar shows, in words
}

func (b *builder) portfolioPage() page {
	l := linker{site: b.site, from: "index.html"}
	first, last := b.plans[0].sched.Start, b.plans[0].sched.Finish
	for _, ps := range b.plans {
		first = min(first, ps.sched.Start)
		last = max(last, ps.sched.Finish)
		if ps.sched.HasStatedFinish {
			last = max(last, ps.sched.StatedFinish)
		}
	}
	axis := timeAxis{from: first.Date(), to: last.LastDate() + 1}
	v := portfolioView{Axis: axis.labels(b.plans[0])}
	off := 0
	rows := [][]string{{"Plan", "Status", "Start", "Stated finish", "Computed finish", "Against stated", "Cost", "Currency", "Done", "Findings"}}
	for _, ps := range b.plans {
		h := b.health(ps)
		r := portfolioRow{
			Link:   link{Text: ps.title(), Href: l.file(ps.path("index.html"), "")},
			Status: h.Pill, Delta: h.Delta, Class: pick(h.Late, "late", ""),
			Start: ps.start(ps.sched.Start), Computed: ps.finish(ps.sched.Finish),
			Done: percent(ps.progress()), Findings: itoa(len(ps.contradictions())),
			Bar: axis.bar(ps), Told: h.Headline,
		}
		r.Owners = ps.linker("index.html").who(ps.plan.Owner)
		if len(r.Owners) == 0 {
			r.Owners = ps.linker("index.html").who(ps.plan.Sponsor)
		}
		if h.Pill.Class != "good" {
			r.Reason = h.Reason
		}
		if ps.sched.HasStatedFinish {
			w := ps.finish(ps.sched.StatedFinish)
			r.Stated = &w
		}
		if len(ps.plan.Budget) > 0 {
			r.Cost = ps.loc.Money(sumBudget(ps.plan).total)
		}
		if h.Pill.Class == "bad" || h.Pill.Class == "warn" {
			off++
		}
		v.Rows = append(v.Rows, r)
		stated := ""
		if r.Stated != nil {
			stated = r.Stated.ISO
		}
		rows = append(rows, []string{ps.title(), h.Pill.Text, r.Start.ISO, stated, r.Computed.ISO, r.Delta, r.Cost, currency(ps.plan), r.Done, r.Findings})
	}
	v.Lead = fmt.Sprintf("%s; %s off track or at risk.", plural(len(b.plans), "plan", "plans"),
		pick(off == 0, "none is", fmt.Sprintf("%d %s", off, pick(off == 1, "is", "are"))))
	b.csv = append(b.csv, File{Path: "portfolio.csv", Data: csvFile(rows)})
	v.CSV = l.file("portfolio.csv", "")
	p := page{path: "index.html", template: "portfolio", title: b.siteName(), section: "portfolio", summary: v.Lead, wide: true}
	if n := b.introOf(nil, "portfolio"); n != nil {
		v.Story, p.source = b.show(n, "index.html", "intro-"), n.file
	}
	p.view = v
	return p
}

// timeAxis places days on a width of 100 per cent. It ends a little after the
// last day, so that what stands there is not cut.
type timeAxis struct{ from, to calendar.Date }

func (x timeAxis) at(t calendar.Instant) float64 {
	span := float64(x.to.Start()-x.from.Start()) * 1.04
	return float64(t-x.from.Start()) / span * 100
}

// labels writes the first days of months, at most five of them.
func (x timeAxis) labels(ps *planSite) template.HTML {
	var months []calendar.Date
	y, m, _ := x.from.Time().Date()
	for d := calendar.DateOf(y, m, 1); d < x.to; d = calendar.DateOf(y, m, 1) {
		if d >= x.from {
			months = append(months, d)
		}
		m++
	}
	if len(months) == 0 {
		months = []calendar.Date{x.from}
	}
	every := 1 + (len(months)-1)/5
	var out strings.Builder
	for i := 0; i < len(months); i += every {
		d := months[i]
		if x.at(d.Start()) > 88 {
			break // it would be cut
		}
		fmt.Fprintf(&out, `<text x="%.2f%%" y="14">%s</text>`, x.at(d.Start()), template.HTMLEscapeString(ps.loc.Month(d)))
	}
	return template.HTML(out.String())
}

// bar draws a plan: its computed span, its milestones, its stated finish.
func (x timeAxis) bar(ps *planSite) template.HTML {
	var out strings.Builder
	from, to := x.at(ps.sched.Start), x.at(ps.sched.Finish)
	fmt.Fprintf(&out, `<rect class="pf-bar" x="%.2f%%" y="9" width="%.2f%%" height="14" rx="2"/>`, from, max(0.4, to-from))
	if p := ps.progress(); p > 0 {
		fmt.Fprintf(&out, `<rect class="pf-done" x="%.2f%%" y="9" width="%.2f%%" height="14" rx="2"/>`, from, (to-from)*p/100)
	}
	for _, a := range ps.sched.Activities {
		if a.Milestone != nil {
			fmt.Fprintf(&out, `<svg class="pf-at" x="%.2f%%" y="16" overflow="visible"><path class="pf-milestone" d="M0 -6 6 0 0 6 -6 0z"/></svg>`, x.at(a.Finish))
		}
	}
	if ps.sched.HasStatedFinish {
		at := x.at(ps.sched.StatedFinish)
		fmt.Fprintf(&out, `<line class="pf-stated" x1="%.2f%%" x2="%.2f%%" y1="2" y2="30"/>`, at, at)
	}
	return template.HTML(out.String())
}
