package generator

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// drivingView is why an activity is when it is. The partial "driving" shows it.
type drivingView struct {
	Sentence []span // "M2 waits for 2.2, which waits for 1.1, which starts with the plan on Mon 5 Jan 2026."
	Also     []span // what holds steps of the chain just as much
	Steps    []driven
	Folded   bool  // the steps are many
	Length   int   // of the chain
	Before   *link // the first of Steps, if the page of that has those before it
	First    int   // its place in the chain, from 1
}

// span is a piece of a sentence: text, or a reference. The partial "sentence"
// shows one after the other.
type span struct {
	Text string
	Link *link
}

// driven is one step of a driving chain.
type driven struct {
	Link  link
	How   string // by which it waits for the step before, if not simply for its finish
	Dates string
	Float bool // it is not critical
}

// Of a chain with more activities than longestChain a sentence names only the
// first and the last. Of one with more than mostSteps a page lists only the last:
// every page listing all would make the site grow with the square of the plan.
const (
	longestChain = 10
	namedAtEnds  = 3
	mostSteps    = 50
)

// driving explains the date of an activity.
func (b *builder) driving(l linker, a *schedule.Activity) *drivingView {
	ps := l.plan
	chain := ps.sched.DrivingChain(a)
	v := &drivingView{Folded: len(chain) > longestChain, Length: len(chain), First: 1}
	v.Sentence = ps.because(l, chain)
	v.Also = ps.justAsMuch(l, chain)
	if len(chain) > 2 {
		if before := len(chain) - mostSteps; before > 0 {
			chain = chain[before:]
			first := l.item(chain[0].Activity.Item)
			v.Before, v.First = &first, before+1
		}
		for _, step := range chain {
			v.Steps = append(v.Steps, driven{l.item(step.Activity.Item), ps.how(step.Link), ps.activitySpan(step.Activity), !step.Activity.Critical()})
		}
	}
	return v
}

// activitySpan writes the dates of an activity briefly.
func (ps *planSite) activitySpan(a *schedule.Activity) string {
	switch {
	case a.Work != nil:
		return ps.shortSpan(a.Start, a.Finish)
	case a.Finish <= ps.sched.Start:
		return ps.loc.ShortDate(a.Finish.Date()) + " (" + ps.start(a.Finish).Week + ")"
	}
	return ps.loc.ShortDate(a.Finish.LastDate()) + " (" + ps.finish(a.Finish).Week + ")"
}

// how says by what dependency a step waits for the one before it, if it is more
// than waiting for its finish.
func (ps *planSite) how(k *schedule.Link) string {
	switch {
	case k == nil:
		return ""
	case k.Resource != nil:
		return "waits for " + k.Resource.Title()
	}
	var parts []string
	if k.Type != plan.FinishToStart {
		parts = append(parts, typeText(k.Type))
	}
	if lag := lagText(k.Lag); lag != "" {
		parts = append(parts, pick(strings.Contains(lag, "lead"), lag, lag+" later"))
	}
	return strings.Join(parts, ", ")
}

// because tells a driving chain backwards in one sentence.
func (ps *planSite) because(l linker, chain []schedule.Step) []span {
	var out []span
	say := func(s string) { out = append(out, span{Text: s}) }
	name := func(it *plan.Item) {
		k := l.item(it)
		out = append(out, span{Link: &k})
	}
	name(chain[len(chain)-1].Activity.Item)
	say(" ")
	for i := len(chain) - 1; i >= 0; i-- {
		step := chain[i]
		if len(chain) > longestChain && i == len(chain)-1-namedAtEnds {
			i = namedAtEnds
			step = chain[i]
			say(fmt.Sprintf("waits through %d more activities for ", len(chain)-1-2*namedAtEnds))
			name(step.Activity.Item)
			say(", which ")
		}
		if step.Link == nil {
			say(ps.held(step))
			break
		}
		if r := step.Link.Resource; r != nil {
			say("waits for ")
			name(r.Item)
			say(", held by ")
			name(chain[i-1].Activity.Item)
			say(", which ")
			continue
		}
		verb, rest := relation(step)
		say(verb)
		if via := step.Link.Via; via != nil {
			say(" with its phase ")
			name(&via.Item)
		}
		say(" " + rest)
		ph := step.Link.Phase
		switch {
		case ph != nil && i == 0:
			name(&ph.Item)
			say(", which has no work and " + ps.held(step))
		case ph != nil:
			name(&ph.Item)
			end := pick(ofFinish(step.Link.Type), "ends", "starts")
			say(", which " + pick(ph.Empty, "has no work and waits for ", end+" with "))
		}
		if i > 0 {
			name(chain[i-1].Activity.Item)
			say(", which ")
		}
	}
	say(".")
	return out
}

// ofFinish reports whether a dependency counts from the finish of the
// predecessor.
func ofFinish(t plan.DependencyType) bool {
	return t == plan.FinishToStart || t == plan.FinishToFinish
}

// relation puts a dependency into words that go before the name of what the
// activity waits for: "waits" and "for", "starts" and "2 days after the start of".
func relation(step schedule.Step) (verb, rest string) {
	k := step.Link
	lag := lagText(k.Lag)
	verb = "starts"
	if k.Type == plan.FinishToFinish || k.Type == plan.StartToFinish {
		verb = "finishes"
	}
	if step.Activity.Milestone != nil {
		verb = "comes"
	}
	of := pick(ofFinish(k.Type), "", "the start of ")
	lead, isLead := strings.CutSuffix(strings.Replace(lag, " as lead", " lead", 1), " lead")
	switch {
	case isLead:
		return verb, lead + " before " + pick(of == "", "the finish of ", of)
	case lag != "":
		return verb, lag + " after " + of
	case verb == "finishes":
		return verb, "no earlier than " + of
	}
	return "waits", "for " + of
}

// held says what apart from dependencies holds a step.
func (ps *planSite) held(step schedule.Step) string {
	var parts []string
	isWork := step.Activity.Work != nil
	late := slices.ContainsFunc(step.Holds, func(h schedule.Hold) bool { return h.Kind == schedule.HeldByFollowers })
	for _, h := range step.Holds {
		switch h.Kind {
		case schedule.HeldByPlanStart:
			verb := pick(isWork, "starts", "comes")
			if late {
				verb = "could " + strings.TrimSuffix(verb, "s")
			}
			parts = append(parts, verb+" with the plan on "+ps.start(h.At).Text)
		case schedule.HeldByStatusDate:
			parts = append(parts, "cannot "+pick(isWork, "start", "come")+" before the status date, "+ps.finish(h.At).Text)
		case schedule.HeldByRemaining:
			parts = append(parts, "has begun and goes on after the status date, "+ps.finish(h.At).Text)
		case schedule.HeldByActualStart:
			parts = append(parts, "began on "+ps.start(h.At).Text)
		case schedule.HeldByActualFinish:
			parts = append(parts, pick(isWork, "was finished on ", "was reached on ")+ps.finish(h.At).Text)
		case schedule.HeldByFollowers:
			parts = append(parts, "is as late as what follows allows")
		case schedule.HeldByLevelling:
			parts = append(parts, "waits until "+ps.start(h.At).Text+" for who is to do it")
		case schedule.HeldByConstraint:
			parts = append(parts, "is held by "+ps.constraint(h))
		}
	}
	return enumerate(parts)
}

func (ps *planSite) constraint(h schedule.Hold) string {
	if strings.Contains(h.Key, "start") {
		return h.Key + " " + ps.statedStart(h.When).String()
	}
	return h.Key + " " + ps.stated(h.When).String()
}

// justAsMuch tells what else holds the steps of a chain, the nearest to its end
// first.
func (ps *planSite) justAsMuch(l linker, chain []schedule.Step) []span {
	const most = 6
	var out []span
	count := 0
	for i := len(chain) - 1; i >= 0; i-- {
		step := chain[i]
		it := l.item(step.Activity.Item)
		if step.Link != nil && i > 0 && len(step.Holds) > 0 {
			if count++; count <= most {
				out = append(out, span{Link: &it}, span{Text: " " + ps.held(step) + " just as much. "})
			}
		}
		var others []span
		for n, k := range step.Others {
			other := otherEnd(l, k)
			if n > 0 {
				others = append(others, span{Text: pick(n == len(step.Others)-1, " and ", ", ")})
			}
			others = append(others, span{Link: &other})
		}
		if len(others) > 0 {
			if count++; count <= most {
				out = append(append(out, others...), span{Text: pick(len(step.Others) == 1, " holds ", " hold ")}, span{Link: &it}, span{Text: " just as much. "})
			}
		}
	}
	if count > most {
		out = append(out, span{Text: plural(count-most, "more step is", "more steps are") + " held by several."})
	}
	return out
}

// otherEnd is the reference to the other end of a dependency.
func otherEnd(l linker, k schedule.Link) link {
	if k.Phase != nil {
		return l.item(&k.Phase.Item)
	}
	return l.item(k.Activity.Item)
}

// drivenFacts are what an activity is driven by, what it drives, and its drag.
func (b *builder) drivenFacts(l linker, a *schedule.Activity) []fact {
	ps := l.plan
	step := ps.sched.Driving(a)
	by := fact{Label: "Driven by"}
	if step.Link == nil {
		by.Text = capital(ps.held(step))
	} else {
		by.Links = []link{otherEnd(l, *step.Link)}
		if r := step.Link.Resource; r != nil {
			by.Note = "which holds " + r.Title() + " until then"
		}
		for _, k := range step.Others {
			by.Links = append(by.Links, otherEnd(l, k))
		}
		if h := ps.held(step); h != "" {
			by.Note = strings.TrimPrefix(by.Note+"; "+h+" just as much", "; ")
		}
	}
	drives := fact{Label: "Drives"}
	seen := map[string]bool{}
	for _, k := range a.Successors() {
		if to := otherEnd(l, k); k.Driving && !seen[to.Href] {
			seen[to.Href] = true
			drives.Links = append(drives.Links, to)
		}
	}
	out := []fact{by, drives}
	if drag := ps.drag(a); a.Critical() && a.Work != nil {
		out = append(out, fact{Label: "Drag", Text: pick(drag < 0, "minus ", "") + ps.words(drag), Note: "the plan would finish so much earlier without it"})
	}
	return out
}

// drivenBy writes what an activity is driven by, for a text.
func (ps *planSite) drivenBy(a *schedule.Activity) string {
	step := ps.sched.Driving(a)
	if step.Link == nil {
		return ps.held(step)
	}
	var names []string
	for _, k := range append([]schedule.Link{*step.Link}, step.Others...) {
		if k.Resource != nil {
			names = append(names, k.Resource.Title()+" (held by "+headOf(k.Activity.Item)+")")
		} else if k.Phase != nil {
			names = append(names, headOf(&k.Phase.Item))
		} else {
			names = append(names, headOf(k.Activity.Item))
		}
	}
	return enumerate(names)
}

func capital(s string) string { return strings.TrimSuffix(sentence(s), ".") }

// chainView is the critical chains of a plan.
type chainView struct {
	Lead   string
	Only   *chainTable // the critical path, if there is but one chain
	Chains []chainTable
	Beside []link // milestones without float that branch from the chains and lead nowhere
	Paths  *link  // to the longest path to each milestone, if there are any
}

// chainTable is one critical chain.
type chainTable struct {
	ID    string
	Title string
	About []span // where it leaves another and joins it again
	Table table
}

// criticalChains returns the critical chains with work in them, the longest path
// first, and beside them the milestones without float that branch from these.
func (ps *planSite) criticalChains() (all []schedule.Chain, beside []*schedule.Activity) {
	branches := map[*schedule.Activity]bool{}
	for i, c := range ps.sched.CriticalChains() {
		if i == 0 || slices.ContainsFunc(c.Steps, func(s schedule.Step) bool { return s.Activity.Work != nil }) {
			all = append(all, c)
			continue
		}
		for _, step := range c.Steps {
			branches[step.Activity] = true
		}
	}
	for _, a := range ps.sched.Activities {
		if branches[a] {
			beside = append(beside, a)
		}
	}
	return all, beside
}

// chains tells the critical chains apart.
func (b *builder) chains(l linker) chainView {
	ps := l.plan
	var v chainView
	all, beside := ps.criticalChains()
	for _, a := range beside {
		v.Beside = append(v.Beside, l.item(a.Item))
	}
	for i, c := range all {
		t := chainTable{ID: "chain-" + itoa(i+1), Title: "Chain " + itoa(i+1)}
		if i == 0 {
			t.Title += ", the longest path"
		}
		t.About = ps.aboutChain(l, c, i)
		t.Table = table{ID: t.ID, Class: "stack", Caption: pick(len(all) == 1, "The critical path", "Critical chain "+itoa(i+1)) + ": each activity holds the next",
			Head: cols("Activity", "Waits", "Start", "Finish", "#Duration", "#Drag")}
		for _, step := range c.Steps {
			a := step.Activity
			duration, drag := "milestone", ""
			if a.Work != nil {
				duration = ps.loc.Work(a.Duration, a.Calendar)
				drag = ps.loc.Work(ps.drag(a), ps.sched.Calendar)
			}
			name := linked(l.item(a.Item))
			if a.Done() {
				name.Badge, drag = &pill{"Done", "done"}, ""
			}
			waits := ps.how(step.Link)
			if step.Link == nil {
				waits = ps.held(step)
			}
			t.Table.Rows = append(t.Table.Rows, row{Cells: []cell{name, text(waits), dated(ps.activityStart(a)), dated(ps.activityFinish(a)),
				text(duration).assumed(a.Item, "duration"), text(drag)}})
		}
		t.Table = t.Table.trim()
		v.Chains = append(v.Chains, t)
	}
	switch len(all) {
	case 0:
	case 1:
		v.Lead = "Drag is how much earlier the plan would finish without an activity: what is done beside it may take over."
		v.Only, v.Chains = &v.Chains[0], nil
	default:
		v.Lead = fmt.Sprintf("%d chains are critical. Drag is how much earlier the plan would finish without an activity; where chains run side by side, shortening one alone gains nothing.", len(all))
	}
	if len(ps.plan.Milestones) > 0 {
		v.Paths = &link{Text: "The longest path to each milestone", Href: l.href("milestones/#longest-paths")}
	}
	return v
}

// aboutChain says where a chain begins and ends.
func (ps *planSite) aboutChain(l linker, c schedule.Chain, i int) []span {
	var out []span
	say := func(s string) { out = append(out, span{Text: s}) }
	name := func(a *schedule.Activity) {
		k := l.item(a.Item)
		out = append(out, span{Link: &k})
	}
	first, last := c.Steps[0], c.Steps[len(c.Steps)-1].Activity
	if c.From != nil {
		say("Branches from another chain at ")
		name(c.From)
	} else {
		say("Begins with ")
		name(first.Activity)
		say(", which " + ps.held(first))
	}
	switch {
	case c.To != nil:
		say("; joins another at ")
		name(c.To)
	case c.EndsAt() == "plan":
		say("; ends with the plan")
	default:
		say("; ends with ")
		name(last)
		say(pick(heldToLatest(last), ", which is held to a latest date ("+c.EndsAt()+")", ", which must leave time for a latest date after it"))
	}
	say(".")
	return out
}

// heldToLatest reports whether an activity has a latest date of its own.
func heldToLatest(a *schedule.Activity) bool {
	var l *plan.Limits
	if a.Work != nil {
		l = &a.Work.Limits
	} else {
		l = &a.Milestone.Limits
	}
	return l.Deadline.IsSet() || l.FinishNoLaterThan.IsSet() || l.StartNoLaterThan.IsSet() || l.MustStartOn.IsSet() || l.MustFinishOn.IsSet()
}

// milestonePaths lists the longest path to each milestone.
func (b *builder) milestonePaths(l linker) *table {
	ps := l.plan
	t := table{ID: "paths", Class: "stack", Caption: "The longest path to each milestone, and its total float: how far it can slip before the plan finishes later or a latest date is missed; less than none if one is missed already",
		Head: cols("Milestone", "Computed", "#Total float", "Longest path")}
	for _, a := range ps.sched.Activities {
		if a.Milestone == nil {
			continue
		}
		chain := ps.sched.DrivingChain(a)
		t.Rows = append(t.Rows, row{Cells: []cell{linked(l.item(a.Item)), dated(ps.activityFinish(a)), text(ps.float(a)), {HTML: b.pathHTML(l, chain)}}})
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return &t
}

// pathHTML shows a chain as ids with arrows between them; the middle of a long
// one is left out.
func (b *builder) pathHTML(l linker, chain []schedule.Step) template.HTML {
	type stop struct {
		Link link
		More string // instead of the link
	}
	var stops []stop
	for i, step := range chain {
		if len(chain) > 2*longestChain && i >= namedAtEnds && i < len(chain)-namedAtEnds {
			if i == namedAtEnds {
				stops = append(stops, stop{More: fmt.Sprintf("%d more", len(chain)-2*namedAtEnds)})
			}
			continue
		}
		stops = append(stops, stop{Link: link{Text: step.Activity.ID, Href: l.item(step.Activity.Item).Href}})
	}
	return b.quoted(l).html("route", stops)
}

// drag returns the drag of an activity.
func (ps *planSite) drag(a *schedule.Activity) calendar.Work { return ps.drags()[a.ID] }

func (ps *planSite) dragsByID() map[string]calendar.Work {
	out := map[string]calendar.Work{}
	for i, w := range ps.sched.Drags() {
		out[ps.sched.Activities[i].ID] = w
	}
	return out
}
