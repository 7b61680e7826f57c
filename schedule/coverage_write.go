package schedule

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"milepost/schedule/plan"
)

// draft is an example of tables to write into the files of a plan. Lines for a
// table that is there stand below its header as well.
type draft struct {
	c      *coverer
	tables []string
	file   string // of a table that is there
	see    string // who has what was to be written
	more   bool   // what is written is missing in other tables, too
	role   bool   // the example needs a role, and the plan has none
}

func (c *coverer) draft() *draft { return &draft{c: c} }

// add writes a new table; if the plan has the id the next free one.
func (d *draft) add(kind, id string, lines ...string) *draft {
	return d.put(fmt.Sprintf("[%s.%s]", kind, headerKey(d.c.free(kind, id))), lines)
}

// free returns an id that nothing has, the given one if possible.
func (c *coverer) free(kind, id string) string {
	kinds := []string{kind}
	if kind == "work" || kind == "phase" || kind == "milestone" {
		kinds = []string{"work", "phase", "milestone"}
	}
	taken := func(id string) bool {
		return slices.ContainsFunc(kinds, func(k string) bool { return c.plan.Lookup(k+":"+id) != nil })
	}
	out := id
	for n := 2; taken(out); n++ {
		out = fmt.Sprintf("%s-%d", id, n)
	}
	return out
}

// to writes lines for a table that is there.
func (d *draft) to(it *plan.Item, lines ...string) *draft {
	header := "[plan]"
	if it.Kind != "plan" {
		header = fmt.Sprintf("[%s.%s]", it.Kind, headerKey(it.ID))
	}
	what := "add to this table"
	for _, l := range lines {
		if k, _, _ := strings.Cut(l, " "); it.Has(k) {
			what = "change in this table"
		}
	}
	if d.more {
		what += ", and likewise in the others"
	}
	d.file = it.At("").File
	return d.put(header+"\n# "+what, lines)
}

// headerKey writes an id as it stands in the header of a table.
func headerKey(id string) string {
	if strings.Contains(id, ".") {
		return fmt.Sprintf("%q", id)
	}
	return id
}

// put writes a table. All examples together are to be valid as well: what one of
// them has the next ones leave out.
func (d *draft) put(header string, lines []string) *draft {
	name, _, _ := strings.Cut(header, "\n")
	had := d.c.offered[name]
	if had == nil {
		had = map[string]string{}
		d.c.offered[name] = had
	}
	var left []string
	for _, l := range lines {
		key, _, _ := strings.Cut(l, " ")
		switch by, ok := had[key]; {
		case ok && by != d.c.asking:
			d.see = cmp.Or(d.see, by)
		case !ok:
			had[key] = d.c.asking
			left = append(left, l)
		}
	}
	if len(left) == 0 {
		return d
	}
	if len(left) < len(lines) && name == header {
		header += "\n# add to this table, which another example has"
	}
	lines = left
	d.tables = append(d.tables, strings.Join(append([]string{header}, lines...), "\n")+"\n")
	return d
}

// toOr writes lines for the first thing that lacks something, or a new table if
// there is nothing of the kind.
func (d *draft) toOr(t evidenced, kind, id string, lines, whole []string) Remedy {
	if it := t.first(d.c); it != nil {
		d.more = len(t.lack) > 1
		return d.to(it, missing(it, lines)...).done()
	}
	return d.add(kind, id, whole...).done()
}

// missing returns the lines whose keys are not written yet; all of them if all
// are, to be changed.
func missing(it *plan.Item, lines []string) []string {
	out := slices.DeleteFunc(slices.Clone(lines), func(l string) bool {
		k, _, _ := strings.Cut(l, " ")
		return it.Has(k)
	})
	if len(out) == 0 {
		return lines
	}
	return out
}

// who returns the id of somebody whom the example can name: who answers for the
// plan, else its first role or person.
func (d *draft) who() string {
	p := d.c.plan
	switch {
	case p.Owner != "":
		return p.Owner
	case len(p.Roles) > 0:
		return p.Roles[0].ID
	case len(p.People) > 0:
		return p.People[0].ID
	}
	d.role = true
	return "project-manager"
}

// others returns the id of a role beside who, or who if there is none.
func (d *draft) others() string {
	who := d.who()
	for _, r := range d.c.plan.Roles {
		if r.ID != who {
			return r.ID
		}
	}
	return who
}

// done returns the example.
func (d *draft) done() Remedy {
	if d.role {
		d.put("[role.project-manager]", []string{line("name", "Project manager"), listLine("responsibilities", "Leads the plan")})
	}
	if len(d.tables) == 0 {
		return Remedy{See: d.see}
	}
	return Remedy{File: cmp.Or(d.file, d.c.file("plan.toml")), Text: strings.Join(d.tables, "\n")}
}

// file returns the place of a file in the folder of the plan.
func (c *coverer) file(name string) string { return path.Join(path.Dir(c.plan.Info.At("").File), name) }

// line and listLine write a key with its value.
func line(key, value string) string { return fmt.Sprintf("%s = %q", key, value) }

func listLine(key string, values ...string) string {
	for i, v := range values {
		values[i] = fmt.Sprintf("%q", v)
	}
	return key + " = [" + strings.Join(values, ", ") + "]"
}

// last returns the week in which the plan finishes.
func (c *coverer) last() string { return fmt.Sprintf("W%d", c.sched.Week(c.sched.Finish)) }

// lastWork returns the id of the work package that finishes last; "" if there is
// none.
func (c *coverer) lastWork() string {
	var last *Activity
	for _, a := range c.sched.Activities {
		if a.Work != nil && (last == nil || a.Finish > last.Finish) {
			last = a
		}
	}
	if last == nil {
		return ""
	}
	return last.ID
}

// workLines are a first work package, with all that is asked of one.
func (d *draft) workLines() []string {
	return []string{line("name", "What is done first"), line("duration", "1w"), listLine("activities", "First step", "Second step"),
		fmt.Sprintf("assign = { %s = 0.5 }", headerKey(d.who())), line("owner", d.who())}
}

// Define Objectives and Goals

func (c *coverer) writeAim(evidenced) Remedy {
	return c.draft().to(&c.plan.Info.Item, line("scope", "What is delivered, and to whom")).done()
}

func (c *coverer) writeObjective(t evidenced) Remedy {
	measure := line("measure", "Nine of ten users work with it a month after the launch")
	return c.draft().toOr(t, "objective", "use", []string{measure}, []string{line("name", "It is used"), measure})
}

func (c *coverer) writePhaseGoal(t evidenced) Remedy {
	goal := line("goal", "What is there when the phase is over")
	return c.draft().toOr(t, "phase", "P1", []string{goal}, []string{goal})
}

// Outline Strategies

func (c *coverer) writeApproach(evidenced) Remedy {
	name := "strategy"
	for n := 2; c.hasText(name); n++ {
		name = fmt.Sprintf("strategy-%d", n)
	}
	return Remedy{File: c.file(name + ".md"), Text: "# Strategy\n\nHow we go about it, why in these phases, and what we do otherwise than before.\n"}
}

func (c *coverer) writeActivities(t evidenced) Remedy {
	d := c.draft()
	activities := listLine("activities", "First step", "Second step")
	if t.first(c) != nil {
		return d.toOr(t, "work", "first", []string{activities}, nil)
	}
	return d.toOr(t, "work", "first", nil, d.workLines())
}

func (c *coverer) writeSequence(t evidenced) Remedy {
	d := c.draft()
	if it := t.first(c); it != nil {
		return d.add("milestone", it.ID+"-done", line("name", it.Title()+": done"), listLine("after", it.ID)).done()
	}
	d.add("work", "first", d.workLines()...)
	return d.add("work", "second", line("name", "What follows from it"), line("duration", "2w"), listLine("after", c.free("work", "first"))).done()
}

// Allocate Resources

func (c *coverer) writePeople(t evidenced) Remedy {
	d := c.draft()
	return d.toOr(t, "work", "first", []string{fmt.Sprintf("assign = { %s = 0.5 }", headerKey(d.who()))}, d.workLines())
}

func (c *coverer) writeMoney(t evidenced) Remedy {
	total := "total = 10_000"
	return c.draft().toOr(t, "budget", "personnel", []string{total}, []string{line("name", "Personnel"), total})
}

func (c *coverer) writeTechnology(t evidenced) Remedy {
	provides := listLine("provides", "Test servers", "Licences")
	return c.draft().toOr(t, "infrastructure", "test", []string{provides}, []string{line("name", "Test environment"), provides, line("due", c.last())})
}

// Assign Responsibilities

func (c *coverer) writeResponsible(t evidenced) Remedy {
	d := c.draft()
	owner := line("owner", d.who())
	return d.toOr(t, "work", "first", []string{owner}, d.workLines())
}

func (c *coverer) writeTeam(t evidenced) Remedy {
	d := c.draft()
	if it := t.first(c); it != nil && it.Kind == "person" {
		return d.to(it, listLine("roles", d.anyRole())).done()
	}
	duties := listLine("responsibilities", "What the role sees to")
	whole := []string{line("name", "Project manager"), duties}
	if c.offered["[role.project-manager]"] == nil {
		whole = append(whole, "capacity = 1") // or it would be on no team
	}
	return d.toOr(t, "role", "project-manager", []string{duties}, whole)
}

// anyRole returns the id of a role that the plan has, or that the example adds.
func (d *draft) anyRole() string {
	if len(d.c.plan.Roles) > 0 {
		return d.c.plan.Roles[0].ID
	}
	d.role = true
	return "project-manager"
}

// Set Timeline and Milestones

func (c *coverer) writePhase(t evidenced) Remedy {
	window := line("window", "W1.."+c.last())
	return c.draft().toOr(t, "phase", "P1", []string{window}, []string{line("name", "Preparation"), window})
}

func (c *coverer) writeMilestone(t evidenced) Remedy {
	d := c.draft()
	work := c.lastWork()
	if work == "" {
		work = c.free("work", "first")
		d.add("work", work, d.workLines()...)
	}
	after := listLine("after", work)
	return d.toOr(t, "milestone", "launch", []string{after}, []string{line("name", "Launch"), after, line("criteria", "How one knows that it is reached")})
}
