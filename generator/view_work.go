package generator

import (
	"fmt"
	"html/template"
	"slices"

	"milepost/generator/chart"
	"milepost/schedule"
	"milepost/schedule/plan"
)

// workListView lists all work packages.
type workListView struct {
	Groups   []workGroup
	Lead     string
	CSV      string
	Findings []finding
}

// workGroup is the work of one phase.
type workGroup struct {
	Anchor string
	Phase  *link  // nil for work without a phase
	Title  string // where there is no phase; may be empty
	Table  table
}

// workView is the page of a work package.
type workView struct {
	Status       pill
	Facts        []fact
	Gantt        *chart.GanttChart
	Driving      *drivingView
	Before       *table
	After        *table
	Waits, Keeps *table // for roles, if the schedule is levelled
	Activities   cell
	Deliverables cell
	RACI         *table
	Touching     []fact
	Findings     []finding
	Story        template.HTML
	Prev, Next   *link
}

func (b *builder) workPages(ps *planSite) []page {
	var work []*schedule.Activity
	for _, a := range ps.sched.Activities {
		if a.Work != nil {
			work = append(work, a)
		}
	}
	if len(work) == 0 {
		return nil
	}
	at := ps.path("work/index.html")
	l := ps.linker(at)
	v := b.workList(l, work)
	v.Findings = b.findingsAbout(l, "work")
	all := b.activityTable(l, work)
	v.CSV = b.publishCSV(l, "work/work.csv", all.rows())
	pages := []page{{
		path: at, plan: ps, template: "work-list", title: "Work packages", section: "work",
		summary: v.Lead, view: v,
	}}
	return append(pages, b.eachPage(len(work), func(b *builder, i int) page { return b.workPage(ps, work, i, work[i]) })...)
}

// workList groups work packages by phase.
func (b *builder) workList(l linker, work []*schedule.Activity) workListView {
	ps := l.plan
	v := workListView{}
	critical := 0
	byPhase := map[string][]*schedule.Activity{}
	for _, a := range work {
		if a.Critical() {
			critical++
		}
		byPhase[a.Work.Phase] = append(byPhase[a.Work.Phase], a)
	}
	v.Lead = fmt.Sprintf("%s, %d of them critical.", plural(len(work), "work package", "work packages"), critical)
	for _, ph := range ps.sched.Phases {
		if list := byPhase[ph.ID]; len(list) > 0 {
			phase := l.item(&ph.Item)
			v.Groups = append(v.Groups, workGroup{Anchor: "work-of-" + ph.ID, Phase: &phase, Table: b.workTable(l, list)})
		}
	}
	if list := byPhase[""]; len(list) > 0 {
		v.Groups = append(v.Groups, workGroup{Anchor: "work-without-phase", Title: pick(len(v.Groups) > 0, "Without a phase", ""), Table: b.workTable(l, list)})
	}
	return v
}

// workTable lists work packages with owner, dates and float. Each row is the
// anchor of its work package.
func (b *builder) workTable(l linker, list []*schedule.Activity) table {
	ps := l.plan
	t := table{Class: "stack", Caption: "Work packages", Head: cols("Work package", "Owner", "Start", "Finish", "Against the baseline", "#Duration", "#Total float", "#Done")}
	for _, a := range list {
		name := linked(l.item(a.Item))
		if a.Critical() && !a.Done() {
			name.Badge = &pill{"critical", "critical"}
		}
		t.Rows = append(t.Rows, row{
			ID: anchor("work", a.ID), Class: pick(a.Critical(), "is-critical", ""),
			Cells: []cell{
				name,
				linked(l.who(a.Work.Owner)...).assumed(a.Item, "owner"),
				dated(ps.activityStart(a)),
				dated(ps.activityFinish(a)),
				ps.activityAgainst(a),
				text(ps.loc.Work(a.Duration, a.Calendar)).assumed(a.Item, "duration"),
				text(ps.float(a)),
				text(percent(a.Percent)).assumed(a.Item, "percent"),
			},
		})
	}
	return t.trim()
}

func (b *builder) workPage(ps *planSite, work []*schedule.Activity, i int, a *schedule.Activity) page {
	at := ps.path("work/" + a.ID + "/index.html")
	l := ps.linker(at)
	v := workView{
		Status:       ps.activityStatus(a),
		Facts:        b.workFacts(l, a),
		Driving:      b.driving(l, a),
		Before:       b.linkTable(l, "before", "Predecessors", a.Predecessors(), true).assumed(a.Work.IsAssumed("after")),
		After:        b.linkTable(l, "after", "Successors", a.Successors(), false),
		Waits:        b.waitTable(l, a),
		Keeps:        b.keepTable(l, a),
		Activities:   cell{List: a.Work.Activities}.assumed(a.Item, "activities"),
		Deliverables: cell{List: a.Work.Deliverables}.assumed(a.Item, "deliverables"),
		RACI:         b.raciOf(l, a.ID),
		Touching:     b.touching(l, a.ID),
		Findings:     b.findingsOf(l, a.Address(), "progress:"+a.ID),
		Story:        b.story(l, a.Address()),
	}
	g := chart.Gantt(ps.sched, l.chartContext(), chart.GanttOptions{Only: a.ID})
	v.Gantt = &g
	if i > 0 {
		prev := l.item(work[i-1].Item)
		v.Prev = &prev
	}
	if i+1 < len(work) {
		next := l.item(work[i+1].Item)
		v.Next = &next
	}
	summary := a.Description
	if summary == "" {
		summary = fmt.Sprintf("%s: %s to %s.", a.Title(), ps.activityStart(a), ps.activityFinish(a))
	}
	return page{
		path: at, plan: ps, template: "work", title: a.Title(), kicker: "Work package " + a.ID, section: "work",
		summary: summary, view: v,
	}
}

// activityStatus is how a single activity stands.
func (ps *planSite) activityStatus(a *schedule.Activity) pill {
	switch {
	case a.Done():
		return pill{"Done", "done"}
	case a.TotalFloat < 0:
		return pill{"Cannot meet its latest date", "bad"}
	case a.Percent > 0:
		return pill{"In progress", "info"}
	}
	return pill{"Not started", "none"}
}

func (b *builder) workFacts(l linker, a *schedule.Activity) []fact {
	ps, w := l.plan, a.Work
	var phase []link
	if a.Phase != nil {
		phase = []link{l.item(&a.Phase.Item)}
	}
	start, finish := ps.activityStart(a), ps.activityFinish(a)
	float := fact{Label: "Total float", Text: ps.words(a.TotalFloat)}
	switch {
	case a.Done():
		float = fact{}
	case a.TotalFloat < 0:
		float.Text, float.Class = "minus "+float.Text, "late"
		float.Note = "a latest date cannot be met"
	case a.TotalFloat == 0:
		float.Note, float.Class = ps.criticalNote(), "critical"
	}
	free, latest := fact{}, fact{}
	if !a.Done() {
		lateFinish := ps.finish(a.LateFinish)
		free = fact{Label: "Free float", Text: ps.words(a.FreeFloat)}
		latest = fact{Label: "Latest finish", When: &lateFinish}
	}
	remaining, resume := fact{}, fact{}
	going := a.Begun() && !a.Done()
	if going {
		from := ps.start(a.Resume)
		remaining = fact{Label: "Remaining", Text: ps.words(a.Remaining), Note: "computed"}
		resume = fact{Label: "Resumes", When: &from, Note: "computed"}
	}
	var assign []link
	for _, as := range w.Assign {
		for _, who := range l.one(as.Who, as.Kind, "role", "person") {
			who.Text += " × " + decimal(as.Units.TenThousandths, 4)
			assign = append(assign, who)
		}
	}
	stated := fact{}
	if w.Duration.ThreePoint() {
		stated = fact{Label: "Stated duration", Text: durationText(w.Duration.Likely),
			Note: "between " + durationText(w.Duration.Optimistic) + " and " + durationText(w.Duration.Pessimistic) + inShape(w.Duration.Distribution), Assumed: w.IsAssumed("duration")}
	}
	var cal []link
	if w.Calendar != "" {
		cal = l.one(w.Calendar, "calendar")
	}
	out := []fact{
		nameFact(a.Item),
		{Label: "Start", When: &start, Note: pick(w.ActualStart.IsSet(), "actual", "computed")},
		{Label: "Finish", When: &finish, Note: pick(w.ActualFinish.IsSet(), "actual", "computed")},
		ps.levellingFact(a),
		{Label: "Duration", Text: ps.words(a.Duration), Assumed: w.IsAssumed("duration")},
		stated,
		ps.activityBaseline(a),
		{Label: "Effort", Text: durationText(w.Effort), Note: pick(w.Duration.IsSet(), "of all together, for the cost only: the duration is stated", "of all together"), Assumed: w.IsAssumed("effort")},
		float,
		free, latest,
	}
	out = append(out, b.drivenFacts(l, a)...)
	out = append(out, []fact{
		{Label: "Work done", Text: percent(a.Percent), Assumed: w.IsAssumed("percent")},
		remaining, resume,
		{Label: "Phase", Links: phase, Assumed: w.IsAssumed("phase")},
		{Label: "Owner", Links: l.who(w.Owner), Assumed: w.IsAssumed("owner")},
		{Label: "People", Links: assign, Assumed: w.IsAssumed("assign")},
		b.quoted(l).loadOfWork(a),
	}...)
	out = append(out, b.costFacts(l, a)...)
	out = append(out,
		fact{Label: "Calendar", Links: cal, Assumed: w.IsAssumed("calendar")},
		fact{Label: "Priority", Text: pick(w.Has("priority"), itoa(w.Priority), ""), Note: "who goes first when people are short", Assumed: w.IsAssumed("priority")},
	)
	out = append(out, ps.limits(a.Item, w.Limits, a)...)
	out = append(out,
		fact{Label: "Actual start", When: ps.stated(w.ActualStart).ptr(), Assumed: w.IsAssumed("actual_start")},
		fact{Label: "Actual finish", When: ps.stated(w.ActualFinish).ptr(), Assumed: w.IsAssumed("actual_finish")},
		fact{Label: pick(going, "Stated remaining", "Remaining"), Text: durationText(w.Remaining), Assumed: w.IsAssumed("remaining")},
		fact{Label: "About", Text: w.Description, Assumed: w.IsAssumed("description")},
		fact{Label: "Tags", Text: enumerate(w.Tags), Assumed: w.IsAssumed("tags")},
	)
	return facts(out...)
}

func (ps *planSite) money(m plan.Money) string {
	if !m.IsSet() {
		return ""
	}
	return ps.loc.Money(m.Minor)
}

// limits lists the constraints and the deadline of an activity.
func (ps *planSite) limits(it *plan.Item, lim plan.Limits, a *schedule.Activity) []fact {
	var out []fact
	add := func(label, key string, w when) {
		if w.Text != "" {
			out = append(out, fact{Label: label, When: &w, Note: "stated", Assumed: it.IsAssumed(key)})
		}
	}
	add("Start no earlier than", "start_no_earlier_than", ps.statedStart(lim.StartNoEarlierThan))
	add("Start no later than", "start_no_later_than", ps.statedStart(lim.StartNoLaterThan))
	add("Finish no earlier than", "finish_no_earlier_than", ps.stated(lim.FinishNoEarlierThan))
	add("Finish no later than", "finish_no_later_than", ps.stated(lim.FinishNoLaterThan))
	add("Must start on", "must_start_on", ps.statedStart(lim.MustStartOn))
	add("Must finish on", "must_finish_on", ps.stated(lim.MustFinishOn))
	if lim.AsLateAsPossible {
		out = append(out, fact{Label: "Scheduled", Text: "as late as its successors allow", Assumed: it.IsAssumed("as_late_as_possible")})
	}
	if lim.Deadline.IsSet() {
		words, late := ps.late(a.Finish, ps.sched.FinishOf(lim.Deadline))
		w := ps.stated(lim.Deadline)
		out = append(out, fact{Label: "Deadline", When: &w, Note: pick(words == "as stated", "met", words), Class: pick(late, "late", ""), Assumed: it.IsAssumed("deadline")})
	}
	return out
}

// linkTable lists what an activity waits for, or what waits for it; nil if
// there is nothing.
func (b *builder) linkTable(l linker, id, caption string, links []schedule.Link, before bool) *table {
	if len(links) == 0 {
		return nil
	}
	ps := l.plan
	t := table{ID: id, Class: "stack", Caption: caption, Head: cols(pick(before, "Waits for", "Waited for by"), "How", "Lag", pick(before, "Finish", "Start"), "Driving")}
	for _, k := range links {
		var name link
		var date when
		switch {
		case k.Activity != nil && before:
			name, date = l.item(k.Activity.Item), ps.activityFinish(k.Activity)
		case k.Activity != nil:
			name, date = l.item(k.Activity.Item), ps.activityStart(k.Activity)
		case k.Phase != nil:
			name = l.item(&k.Phase.Item)
			if !k.Phase.Empty {
				date = ps.finish(k.Phase.Finish)
				if !before {
					date = ps.start(k.Phase.Start)
				}
			}
		}
		driving := cell{}
		if k.Driving {
			driving = status(pill{"driving", "info"})
		}
		t.Rows = append(t.Rows, row{Cells: []cell{linked(name), text(typeText(k.Type)), text(lagText(k.Lag)), dated(date), driving}})
	}
	t = t.trim()
	return &t
}

// assumed marks the written dependencies of a table as assumed.
func (t *table) assumed(is bool) *table {
	if t != nil && is {
		for i := range t.Rows {
			t.Rows[i].Cells[0].Assumed = true
		}
	}
	return t
}

// nameFact repeats the name of a thing with a page of its own if the name is
// assumed.
func nameFact(it *plan.Item) fact {
	if !it.IsAssumed("name") {
		return fact{}
	}
	return fact{Label: "Name", Text: it.Title(), Assumed: true}
}

// typeText says what a type of dependency means.
func typeText(t plan.DependencyType) string {
	switch t {
	case plan.StartToStart:
		return "start to start (SS)"
	case plan.FinishToFinish:
		return "finish to finish (FF)"
	case plan.StartToFinish:
		return "start to finish (SF)"
	}
	return "finish to start (FS)"
}

// lagText writes a lag or lead: "2 days", "1 week lead", "50% of its duration".
func lagText(g plan.Lag) string {
	switch {
	case g.IsPercent && g.Percent < 0:
		return percent(-g.Percent) + " of its duration as lead"
	case g.IsPercent && g.Percent > 0:
		return percent(g.Percent) + " of its duration"
	case !g.Duration.IsSet() || g.Duration.Thousandths == 0:
		return ""
	case g.Duration.Thousandths < 0:
		g.Duration.Thousandths = -g.Duration.Thousandths
		return durationText(g.Duration) + " lead"
	}
	return durationText(g.Duration)
}

// dependencyLinks shows written dependencies as references.
func (b *builder) dependencyLinks(l linker, deps []plan.Dependency) []link {
	var out []link
	for _, d := range deps {
		k := l.to(d.Kind + ":" + d.Pred)
		if d.Type != plan.FinishToStart {
			k.Text += ", " + typeText(d.Type)
		}
		if lag := lagText(d.Lag); lag != "" {
			k.Text += ", " + lag
		}
		out = append(out, k)
	}
	return out
}

// raciOf lists the rows of the responsibility matrix about a work package.
func (b *builder) raciOf(l linker, id string) *table {
	t := table{ID: "responsibility", Class: "stack", Caption: "Who is responsible", Head: cols("Activity", "Responsible", "Accountable", "Consulted", "Informed")}
	for _, r := range l.plan.plan.RACI {
		if !slices.Contains(r.Work, id) {
			continue
		}
		who := func(ids []string) cell { return linked(l.many(ids, "role", "person", "governance")...) }
		t.Rows = append(t.Rows, row{Cells: []cell{
			linked(link{Text: r.Activity, Href: l.address("raci", r.ID)}),
			who(r.Responsible).assumed(&r.Item, "responsible"), who(r.Accountable).assumed(&r.Item, "accountable"),
			who(r.Consulted).assumed(&r.Item, "consulted"), who(r.Informed).assumed(&r.Item, "informed"),
		}})
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return &t
}

// touching lists what else of the plan is about a work package, milestone or
// phase.
func (b *builder) touching(l linker, id string) []fact {
	p := l.plan.plan
	var risks, issues, constraints, assumptions, changes, checkpoints, lessons, feedback, infrastructure, objectives []link
	add := func(list *[]link, it *plan.Item, about ...string) {
		if slices.Contains(about, id) {
			*list = append(*list, l.item(it))
		}
	}
	for _, r := range p.Risks {
		var about []string
		for _, i := range r.Impact {
			about = append(about, i.Work, i.After)
		}
		for _, i := range r.Mitigated.Impact {
			about = append(about, i.Work, i.After)
		}
		add(&risks, &r.Item, about...)
	}
	for _, x := range p.Issues {
		add(&issues, &x.Item, x.About...)
	}
	for _, x := range p.Constraints {
		add(&constraints, &x.Item, x.About...)
	}
	for _, x := range p.Assumptions {
		add(&assumptions, &x.Item, x.About...)
	}
	for _, x := range p.Changes {
		add(&changes, &x.Item, x.Work...)
	}
	for _, x := range p.Checkpoints {
		add(&checkpoints, &x.Item, x.Phase)
	}
	for _, x := range p.Lessons {
		add(&lessons, &x.Item, x.Phase)
	}
	for _, x := range p.Feedback {
		add(&feedback, &x.Item, x.About...)
	}
	for _, x := range p.Infrastructure {
		add(&infrastructure, &x.Item, x.Phases...)
	}
	for _, x := range p.Objectives {
		add(&objectives, &x.Item, x.MeasuredBy)
	}
	return facts(
		fact{Label: "Risks", Links: risks},
		fact{Label: "Issues", Links: issues},
		fact{Label: "Constraints", Links: constraints},
		fact{Label: "Assumptions", Links: assumptions},
		fact{Label: "Change requests", Links: changes},
		fact{Label: "Quality checkpoints", Links: checkpoints},
		fact{Label: "Objectives", Links: objectives},
		fact{Label: "Infrastructure", Links: infrastructure},
		fact{Label: "Lessons", Links: lessons},
		fact{Label: "Feedback", Links: feedback},
	)
}

// criticalNote says what a slip of critical work does: it moves the finish, or
// it breaks a date, if the plan holds some work to one.
func (ps *planSite) criticalNote() string {
	held := func(l plan.Limits) bool {
		return l.Deadline.IsSet() || l.FinishNoLaterThan.IsSet() || l.StartNoLaterThan.IsSet() || l.MustStartOn.IsSet() || l.MustFinishOn.IsSet()
	}
	if slices.ContainsFunc(ps.plan.Work, func(w *plan.WorkPackage) bool { return held(w.Limits) }) ||
		slices.ContainsFunc(ps.plan.Milestones, func(m *plan.Milestone) bool { return held(m.Limits) }) {
		return "critical: a slip moves the finish of the plan or breaks a date that is held"
	}
	return "critical: a slip moves the finish of the plan"
}
