package generator

import (
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strings"

	"milepost/generator/chart"
	"milepost/generator/markdown"
	"milepost/schedule"
	"milepost/schedule/diag"
)

// viewBlock is a view of the plan that narrative can place in its text, as a
// fenced block named after it. It renders the partial that the pages use.
type viewBlock struct {
	name string
	home string // section of the plan that shows the same
	args []viewArg
	show func(b *builder, l linker, args map[string]string) (partial string, view any, err error)
}

// viewBlocks lists the views that a text can show.
func viewBlocks() []viewBlock {
	return []viewBlock{
		{"gantt", "schedule", []viewArg{phaseArg, {"only", activityIDs}, {"outline", words("true", "false")}}, (*builder).ganttBlock},
		{"roadmap", "schedule", nil, func(b *builder, l linker, _ map[string]string) (string, any, error) {
			return b.ganttBlock(l, map[string]string{"outline": "true"})
		}},
		{"milestones", "milestones", []viewArg{phaseArg}, (*builder).milestonesBlock},
		{"phases", "phases", nil, func(b *builder, l linker, _ map[string]string) (string, any, error) {
			return tableBlock(b.phaseTable(l, l.plan.sched.Phases), "phases")
		}},
		{"work", "work", []viewArg{phaseArg}, (*builder).workBlock},
		{"gates", "milestones", []viewArg{phaseArg}, func(b *builder, l linker, args map[string]string) (string, any, error) {
			return tableBlock(b.gateTable(l, args["phase"]), "gates")
		}},
		{"findings", "findings", nil, (*builder).findingsBlock},
		{"milestone-trend", "progress", nil, chartBlock(func(s *schedule.Schedule, c chart.Context) (chart.Chart, bool) {
			return chart.Trend(s, c, "")
		}, "milestone in a baseline")},
		{"budget", "budget", nil, (*builder).budgetBlock},
		{"spend", "budget", nil, chartBlock(chart.CumulativeSpend, "budget")},
		{"budget-chart", "budget", nil, chartBlock(chart.BudgetByPhase, "budget")},
		{"earned-value", "earned-value", nil, chartBlock(chart.SCurve, "costed work")},
		{"staffing", "people", nil, chartBlock(chart.Staffing, "staffing")},
		{"load", "load", nil, chartBlock(chart.Load, "load")},
		{"raci", "people", nil, (*builder).raciBlock},
		{"chances", "chances", nil, outlookBlock(func(sim *schedule.Simulation, c chart.Context) (chart.Chart, bool) {
			return chart.Outlook(sim, &sim.Finish, c)
		})},
		{"milestone-chances", "chances", nil, outlookBlock(chart.MilestoneOutlooks)},
		{"drivers", "chances", nil, outlookBlock(chart.Drivers)},
		{"risks", "risks", nil, (*builder).risksBlock},
		{"risk-exposure", "risks", nil, chartBlock(chart.RiskExposure, "open risks with figures")},
		{"decisions", "governance", nil, (*builder).decisionsBlock},
		{"kpis", "quality", nil, (*builder).kpisBlock},
		{"governance", "governance", nil, (*builder).governanceBlock},
		{"coverage", "coverage", nil, func(b *builder, l linker, _ map[string]string) (string, any, error) {
			return tableBlock(b.coverageTable(l), "parts")
		}},
		{"checklist", "readiness", []viewArg{{"type", words("readiness", "actions")}}, (*builder).checklistBlock},
	}
}

// viewArg is an argument of a view.
type viewArg struct {
	name string
	// values returns the values it can have, and what they are.
	values func(*planSite) (values []string, what string)
}

// words are the values of an argument that takes one of a few words.
func words(list ...string) func(*planSite) ([]string, string) {
	return func(*planSite) ([]string, string) { return list, "" }
}

// phaseArg narrows a view down to one phase.
var phaseArg = viewArg{"phase", func(ps *planSite) ([]string, string) { return idsOf(ps.plan, "phase"), "phase" }}

func activityIDs(ps *planSite) ([]string, string) {
	return append(idsOf(ps.plan, "work"), idsOf(ps.plan, "milestone")...), "work package or milestone"
}

// wrong returns what is wrong with the arguments of a view, nil if nothing is.
// Without a plan, values that depend on it are not looked at.
func (v viewBlock) wrong(ps *planSite, args map[string]string) error {
	var out markdown.ArgumentErrors
	var names []string
	for _, a := range v.args {
		names = append(names, a.name)
	}
	for _, key := range sortedKeys(args) {
		i := slices.Index(names, key)
		if i < 0 {
			e := markdown.ArgumentError{Key: key, Message: fmt.Sprintf("there is no argument %q", key), Hint: diag.DidYouMean(key, names)}
			switch {
			case len(names) == 0:
				e.Hint = v.name + " takes no arguments"
			case e.Hint == "":
				e.Hint = v.name + " takes " + strings.Join(names, ", ")
			}
			out = append(out, e)
			continue
		}
		a, value := v.args[i], args[key]
		if ps == nil && a.name != "outline" && a.name != "type" {
			continue
		}
		known, what := a.values(ps)
		if slices.Contains(known, value) {
			continue
		}
		e := markdown.ArgumentError{Key: key, Value: true, Message: fmt.Sprintf("%s %q is not in the plan", what, value), Hint: diag.DidYouMean(value, known)}
		switch {
		case what == "":
			e.Message = fmt.Sprintf("%s is %s, not %q", key, strings.Join(known, " or "), value)
		case len(known) == 0:
			e.Hint = "the plan has none"
		case e.Hint == "" && len(known) <= maxListed:
			e.Hint = "there are " + strings.Join(known, ", ")
		}
		out = append(out, e)
	}
	if out == nil {
		return nil
	}
	return out
}

// maxListed is how many ids a hint lists at most.
const maxListed = 12

// viewNames are the names of the views. They are listed by init because texts,
// which views may show, ask for them.
var viewNames []string

func init() {
	for _, v := range viewBlocks() {
		viewNames = append(viewNames, v.name)
	}
}

// viewBlock renders a view for the page of the linker. If the plan has errors
// it only looks at the arguments.
func (b *builder) viewBlock(l linker, name string, args map[string]string) (template.HTML, error) {
	for _, v := range viewBlocks() {
		if v.name != name {
			continue
		}
		if err := v.wrong(l.plan, args); err != nil || l.plan == nil {
			return "", err
		}
		partial, view, err := v.show(b, l, args)
		if err != nil {
			return "", err
		}
		if b.diags.Failed() {
			return "", nil // there will be no page; the theme may be broken, too
		}
		out, err := b.theme.execute(partial, view)
		if err != nil {
			b.theme.report(b.diags, err)
		}
		if partial != "gantt" && partial != "chart" { // their parts refer to each other
			out = v.withoutAnchors(l, out)
		}
		return out, nil
	}
	return "", fmt.Errorf("there is no view %q", name)
}

var idAttribute = regexp.MustCompile(` id="[^"]*"`)

// withoutAnchors drops the anchors of a view, which belong to its own page, and
// turns links to them into links to that page.
func (v viewBlock) withoutAnchors(l linker, out template.HTML) template.HTML {
	s := idAttribute.ReplaceAllString(string(out), "")
	if home := l.plan.path(v.home + "/index.html"); home != l.from {
		s = strings.ReplaceAll(s, `href="#`, `href="`+l.file(home, "")+"#")
	}
	return template.HTML(s)
}

func tableBlock(t table, what string) (string, any, error) {
	if len(t.Rows) == 0 {
		return "", nil, fmt.Errorf("the plan has no %s to show", what)
	}
	return "table", t, nil
}

func chartBlock(draw func(*schedule.Schedule, chart.Context) (chart.Chart, bool), what string) func(*builder, linker, map[string]string) (string, any, error) {
	return func(b *builder, l linker, _ map[string]string) (string, any, error) {
		c, ok := draw(l.plan.sched, l.chartContext())
		if !ok {
			return "", nil, fmt.Errorf("the plan has no %s to show", what)
		}
		id := b.onceOn(l.from, c.ID)
		renamed := func(svg template.HTML) template.HTML {
			return template.HTML(strings.ReplaceAll(string(svg), `chart-`+c.ID+`-`, `chart-`+id+`-`))
		}
		c.SVG = renamed(c.SVG)
		for i := range c.Panels {
			c.Panels[i].SVG = renamed(c.Panels[i].SVG)
		}
		c.ID = id
		return "chart", c, nil
	}
}

// outlookBlock shows a chart of the simulation of the plan.
func outlookBlock(draw func(*schedule.Simulation, chart.Context) (chart.Chart, bool)) func(*builder, linker, map[string]string) (string, any, error) {
	return func(b *builder, l linker, args map[string]string) (string, any, error) {
		show := chartBlock(func(_ *schedule.Schedule, c chart.Context) (chart.Chart, bool) {
			if sim := l.plan.outlook(); sim != nil {
				return draw(sim, c)
			}
			return chart.Chart{}, false
		}, "chances")
		return show(b, l, args)
	}
}

func (b *builder) ganttBlock(l linker, args map[string]string) (string, any, error) {
	o := chart.GanttOptions{Phase: args["phase"], Only: args["only"], Outline: args["outline"] == "true"}
	o.ID = strings.Join(slices.DeleteFunc([]string{"view-gantt", "schedule", o.Phase, o.Only}, func(s string) bool { return s == "" }), "-") + pick(o.Outline, "-outline", "")
	if len(l.plan.sched.Activities) == 0 {
		return "", nil, fmt.Errorf("the plan has no work to show")
	}
	o.ID = b.onceOn(l.from, o.ID)
	return "gantt", chart.Gantt(l.plan.sched, l.chartContext(), o), nil
}

// onceOn returns the id of a picture, numbered if a text has placed the same
// picture on the page before.
func (b *builder) onceOn(page, id string) string {
	b.placed[page+"#"+id]++
	if n := b.placed[page+"#"+id]; n > 1 {
		return id + "-" + itoa(n)
	}
	return id
}

func (b *builder) milestonesBlock(l linker, args map[string]string) (string, any, error) {
	var list []*schedule.Activity
	for _, a := range l.plan.sched.Activities {
		if a.Milestone != nil && (args["phase"] == "" || a.Milestone.Phase == args["phase"]) {
			list = append(list, a)
		}
	}
	return tableBlock(b.milestoneTable(l, list), "milestones")
}

func (b *builder) workBlock(l linker, args map[string]string) (string, any, error) {
	var list []*schedule.Activity
	for _, a := range l.plan.sched.Activities {
		if a.Work != nil && (args["phase"] == "" || a.Work.Phase == args["phase"]) {
			list = append(list, a)
		}
	}
	return tableBlock(b.workTable(l, list), "work packages")
}

func (b *builder) findingsBlock(l linker, _ map[string]string) (string, any, error) {
	var list []finding
	for _, d := range l.plan.contradictions() {
		list = append(list, b.finding(l, d))
	}
	return "findings", list, nil
}

func (b *builder) decisionsBlock(l linker, _ map[string]string) (string, any, error) {
	t := b.decisionsNeeded(l)
	if t == nil {
		return "", nil, fmt.Errorf("the plan has no pending decision to show")
	}
	return tableBlock(*t, "decisions")
}
