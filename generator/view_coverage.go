package generator

import (
	"fmt"
	"strings"

	"milepost/schedule"
)

// coverageView is the page about the parts of an implementation plan that the
// plan has.
type coverageView struct {
	Lead  string
	Table table
	Parts []coveragePart
}

// coveragePart is one part in full.
type coveragePart struct {
	Anchor   string
	Title    string
	Pill     pill
	Asks     string
	Reason   string // why it does not apply
	Assumed  bool   // that reason
	Criteria []coverageCriterion
}

// coverageCriterion is one question with its answer.
type coverageCriterion struct {
	Pill       pill
	Question   string
	Reason     string // why it is not asked
	Have, Lack *evidenceView
	Write      *remedyView
	See        *link // to the part whose example has it
}

// evidenceView is some places with how many more there are.
type evidenceView struct {
	Links []link
	More  int
}

// remedyView is what to write.
type remedyView struct {
	File  string
	Label string // names the code to people who do not see what is around it
	Code  string
}

func (b *builder) coveragePages(ps *planSite) []page {
	at := ps.path("coverage/index.html")
	l := ps.linker(at)
	v := coverageView{Lead: coverageLead(ps.coverage), Table: b.coverageTable(l)}
	v.Table.CSV = b.publishCSV(l, "coverage/coverage.csv", coverageRows(ps.coverage))
	for i, p := range ps.coverage.Parts {
		part := coveragePart{Anchor: partAnchor(p), Title: itoa(i+1) + ". " + p.Name, Pill: partPill(p.State), Asks: p.Asks, Reason: sentence(p.Reason)}
		part.Assumed = p.Reason != "" && ps.plan.IsAssumed("not_applicable")
		for _, c := range p.Criteria {
			part.Criteria = append(part.Criteria, coverageCriterion{
				Pill: criterionPill(c), Question: c.Question, Reason: sentence(c.Reason),
				Have: l.evidence(c.Have), Lack: l.evidence(c.Lack), Write: remedy(c), See: seeOther(ps.coverage, c),
			})
		}
		v.Parts = append(v.Parts, part)
	}
	return []page{{path: at, plan: ps, template: "coverage", title: "Plan coverage", section: "coverage", summary: v.Lead, view: v}}
}

// coverageLead says how many parts are covered and which are not.
func coverageLead(c *schedule.Coverage) string {
	lead := fmt.Sprintf("The plan covers %s and scores %d%%.", coverageText(c), c.Score)
	for _, in := range []struct {
		state schedule.PartState
		words string
	}{{schedule.PartlyCovered, "Partly covered"}, {schedule.Missing, "Missing"}} {
		var names []string
		for _, p := range c.In(in.state) {
			names = append(names, p.Name)
		}
		if len(names) > 0 {
			lead += " " + in.words + ": " + strings.Join(names, "; ") + "."
		}
	}
	return lead
}

func partAnchor(p schedule.Part) string { return "part-" + p.ID }

func partPill(s schedule.PartState) pill {
	class := map[schedule.PartState]string{schedule.Covered: "good", schedule.PartlyCovered: "warn", schedule.Missing: "bad", schedule.NotNeeded: "none"}
	return pill{capital(s.String()), class[s]}
}

func criterionPill(c schedule.Criterion) pill {
	class := map[schedule.CriterionState]string{schedule.Met: "good", schedule.PartlyMet: "warn", schedule.NotMet: "bad", schedule.NotAsked: "none"}
	return pill{capital(c.Verdict()), class[c.State]}
}

// coverageTable lists the parts with what they lack.
func (b *builder) coverageTable(l linker) table {
	t := table{ID: "parts", Class: "stack", Caption: "The 14 parts of an implementation plan", Head: cols("Part", "State", "#Criteria met", "What is missing")}
	for i, p := range l.plan.coverage.Parts {
		met, asked := p.Met()
		r := row{Cells: []cell{
			linked(link{ID: itoa(i + 1), Text: p.Name, Href: "#" + partAnchor(p)}),
			status(partPill(p.State)),
			text(fmt.Sprintf("%d of %d", met, asked)),
			{},
		}}
		if p.State == schedule.NotNeeded {
			r.Cells[2], r.Cells[3] = cell{}, text(sentence(p.Reason)).assumed(&l.plan.plan.Info.Item, "not_applicable")
		}
		var lacks []string
		for _, c := range p.Criteria {
			switch c.State {
			case schedule.NotMet:
				lacks = append(lacks, c.Name)
			case schedule.PartlyMet:
				lacks = append(lacks, c.Name+" ("+c.Verdict()+")")
			}
		}
		if len(lacks) > 0 {
			r.Cells[3] = textList(lacks)
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// evidence shows the first of some places; nil if there are none.
func (l linker) evidence(list []schedule.Evidence) *evidenceView {
	const most = 8
	if len(list) == 0 {
		return nil
	}
	v := &evidenceView{More: max(0, len(list)-most)}
	for _, e := range list[:min(most, len(list))] {
		v.Links = append(v.Links, l.place(e))
	}
	return v
}

// place is the reference to a place where the plan says something.
func (l linker) place(e schedule.Evidence) link {
	switch {
	case e.Text == "" && e.Address == l.plan.plan.Info.Address():
		return link{Text: "the plan itself", Href: l.href("index.html#the-plan")}
	case e.Text == "":
		return l.to(e.Address)
	}
	for _, n := range l.plan.narrative {
		if n.name == e.Text {
			return link{Text: n.title(), Href: l.file(n.path, "")}
		}
	}
	return link{Text: e.Text}
}

// remedy shows what to write; nil if nothing is to be written.
func remedy(c schedule.Criterion) *remedyView {
	w := c.Write
	if w.Text == "" {
		return nil
	}
	return &remedyView{File: w.File, Label: "Example: " + c.Name, Code: w.Text}
}

// seeOther is the reference to the criterion whose example is that of another.
func seeOther(c *schedule.Coverage, q schedule.Criterion) *link {
	part, other := c.Criterion(q.Write.See)
	if other == nil {
		return nil
	}
	return &link{Text: part.Name + ": " + other.Name, Href: "#" + partAnchor(*part)}
}

// coverageRows is the page as data: a line for each criterion.
func coverageRows(c *schedule.Coverage) [][]string {
	rows := [][]string{{"Number", "Part", "Part state", "Criterion", "State", "Met by", "Not met by", "Question", "Reason", "Places", "Places without"}}
	for i, p := range c.Parts {
		head := []string{itoa(i + 1), p.Name, p.State.String()}
		if len(p.Criteria) == 0 {
			rows = append(rows, append(head, "", "", "", "", "", p.Reason, "", ""))
		}
		for _, q := range p.Criteria {
			rows = append(rows, append(head[:3:3], q.Name, q.State.String(), itoa(len(q.Have)), itoa(len(q.Lack)), q.Question, q.Reason, places(q.Have), places(q.Lack)))
		}
	}
	return rows
}

func places(list []schedule.Evidence) string {
	var out []string
	for _, e := range list {
		out = append(out, e.String())
	}
	return strings.Join(out, "; ")
}
