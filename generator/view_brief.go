package generator

import (
	"cmp"
	"slices"
	"strings"

	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/diag"
)

// briefFinding is a finding in one line, for the front page; how it comes about
// and how to resolve it stands on the findings page.
type briefFinding struct {
	About link
	Text  string // continues the name of what it is about
	Code  string
	Href  string // of the finding in full
}

// weightiestFindings returns up to n findings, those about the finish and the
// money of the whole plan first, then those about milestones and deadlines, each
// kind in the order of how late it is.
func (b *builder) weightiestFindings(l linker, n int) []briefFinding {
	ps := l.plan
	type weighed struct {
		at   int // in ps.findings
		rank int
		late calendar.Work
	}
	order := []string{
		schedule.CodeFinish, schedule.CodeBudgetTotal, schedule.CodeTarget, schedule.CodeDeadline, schedule.CodeConstraint,
		schedule.CodeWindow, schedule.CodeSequence, schedule.CodeFuture, schedule.CodeObjective,
	}
	var all []weighed
	for i, d := range ps.contradictions() {
		w := weighed{at: i, rank: len(order)}
		if r := slices.Index(order, d.Code); r >= 0 {
			w.rank = r
		}
		w.late, _ = ps.lateness(d)
		all = append(all, w)
	}
	slices.SortStableFunc(all, func(x, y weighed) int {
		return cmp.Or(cmp.Compare(x.rank, y.rank), cmp.Compare(y.late, x.late))
	})
	var out []briefFinding
	for _, w := range all[:min(n, len(all))] {
		out = append(out, b.briefly(l, w.at))
	}
	return out
}

// briefly says finding i of the plan in a few words.
func (b *builder) briefly(l linker, i int) briefFinding {
	ps := l.plan
	d := ps.findings[i]
	f := briefFinding{Code: d.Code, Href: l.href("findings/#finding-" + itoa(i+1))}
	meaning := schedule.Codes[d.Code]
	if meaning == "" {
		meaning = strings.TrimSuffix(d.Message, ".")
	}
	f.Text = meaning
	if late, ok := ps.lateness(d); ok {
		words := ps.words(late)
		switch d.Code {
		case schedule.CodeFinish:
			f.Text = "finishes " + words + " after the stated " + ps.statedFinish()
		case schedule.CodeTarget:
			f.Text = "is " + words + " later than stated"
		case schedule.CodeWindow:
			f.Text = "ends " + words + " after its stated window"
		case schedule.CodeDeadline:
			f.Text = "misses its deadline by " + words
		}
	}
	switch {
	case d.Code == schedule.CodeBudgetTotal:
		f.Text = strings.TrimSuffix(sentence(meaning), ".") // it names the plan itself
	case d.Code == schedule.CodeFinish:
		f.About = link{Text: "The plan"}
	case d.Subject != "":
		f.About = l.to(d.Subject)
	}
	if f.Text == meaning && f.About.Text != "" {
		f.About.Text += ":"
	}
	return f
}

// lateness returns by how much something is later than stated, for the findings
// that are about that.
func (ps *planSite) lateness(d *diag.Diagnostic) (calendar.Work, bool) {
	kind, id, _ := strings.Cut(d.Subject, ":")
	late := calendar.Work(0)
	switch d.Code {
	case schedule.CodeFinish:
		if ps.sched.HasStatedFinish {
			late = ps.slip(ps.sched.StatedFinish, ps.sched.Finish)
		}
	case schedule.CodeWindow:
		if ph := ps.sched.Phase(id); kind == "phase" && ph != nil && ph.HasWindow && !ph.Empty {
			late = ps.slip(ph.StatedFinish, ph.Finish)
		}
	case schedule.CodeTarget, schedule.CodeDeadline:
		for _, a := range ps.sched.Activities {
			switch {
			case a.Address() != d.Subject:
			case d.Code == schedule.CodeTarget:
				late = ps.slip(a.Target, a.Finish)
			case a.Work != nil && a.Work.Deadline.IsSet():
				late = ps.slip(ps.sched.FinishOf(a.Work.Deadline), a.Finish)
			case a.Milestone != nil && a.Milestone.Deadline.IsSet():
				late = ps.slip(ps.sched.FinishOf(a.Milestone.Deadline), a.Finish)
			}
		}
	}
	return late, late > 0
}
