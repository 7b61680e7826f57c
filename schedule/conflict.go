package schedule

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// Constraints that cannot be kept. Two of one activity whose dates exclude each
// other are an error; one that the rest of the plan does not allow is a finding,
// told with the chain of work that leads to it.

// stated is a constraint of an activity as it is written and as an instant.
type stated struct {
	key  string
	when plan.When
	at   calendar.Instant
}

// atLeast and atMost return the constraints that ask an activity to start and to
// finish no earlier, and no later, than an instant.
func (s *Schedule) atLeast(a *Activity) (start, finish []stated) {
	l := a.limits()
	for _, x := range []stated{{"start_no_earlier_than", l.StartNoEarlierThan, 0}, {"must_start_on", l.MustStartOn, 0}} {
		if x.when.IsSet() {
			x.at = s.startOf(x.when, a.Calendar)
			start = append(start, x)
		}
	}
	for _, x := range []stated{{"finish_no_earlier_than", l.FinishNoEarlierThan, 0}, {"must_finish_on", l.MustFinishOn, 0}} {
		if x.when.IsSet() {
			x.at = s.finishOf(x.when, a.Calendar)
			finish = append(finish, x)
		}
	}
	return start, finish
}

func (s *Schedule) atMost(a *Activity) (start, finish []stated) {
	l := a.limits()
	if w := l.StartNoLaterThan; w.IsSet() {
		start = append(start, stated{"start_no_later_than", w, s.latestStart(w, a)})
	}
	if w := l.MustStartOn; w.IsSet() {
		start = append(start, stated{"must_start_on", w, s.startOf(w, a.Calendar)})
	}
	for _, x := range []stated{{"finish_no_later_than", l.FinishNoLaterThan, 0}, {"must_finish_on", l.MustFinishOn, 0}, {"deadline", l.Deadline, 0}} {
		if x.when.IsSet() {
			x.at = s.finishOf(x.when, a.Calendar)
			finish = append(finish, x)
		}
	}
	return start, finish
}

// exclusions finds pairs of constraints of one activity that no date can keep,
// however long the activity takes; and a start and a finish that both must be and
// that a fixed duration does not lie between.
func (s *Schedule) exclusions(list *diag.List) {
	for _, a := range s.dated {
		if !a.hasLimits {
			continue
		}
		earliest, soonest := s.atLeast(a)
		latest, last := s.atMost(a)
		for _, lower := range earliest {
			for _, upper := range latest {
				if lower.key != upper.key && lower.at > s.startOf(upper.when, a.Calendar) {
					s.excludes(list, a, lower, upper)
				}
			}
			for _, upper := range last {
				if upper.key != "deadline" && !fits(a, lower.at, upper.at) {
					s.excludes(list, a, lower, upper)
				}
			}
		}
		for _, lower := range soonest {
			for _, upper := range last {
				if upper.key != "deadline" && lower.key != upper.key && a.Calendar.Between(upper.at, lower.at) > 0 {
					s.excludes(list, a, lower, upper)
				}
			}
			for _, upper := range latest { // of a milestone, whose start is its finish
				if a.Milestone != nil && lastDay(a, lower.at) > upper.at.Date() {
					s.excludes(list, a, lower, upper)
				}
			}
		}
		s.wrongLength(list, a)
	}
}

// lastDay returns the day that a stated finish means: on a free day a milestone
// may be, and work ends on the last day worked before it.
func lastDay(a *Activity, finish calendar.Instant) calendar.Date {
	if a.Duration > 0 {
		finish = a.Calendar.Prev(finish)
	}
	return finish.LastDate()
}

// wrongLength finds a must_start_on and a must_finish_on that are not as far apart
// as the work takes. Work whose duration may come out otherwise is left to the
// findings: an effort, a three-point estimate, and what has begun.
func (s *Schedule) wrongLength(list *diag.List, a *Activity) {
	l := a.limits()
	if a.Work == nil || !l.MustStartOn.IsSet() || !l.MustFinishOn.IsSet() || a.hasProgress {
		return
	}
	length := a.Work.Duration
	if !length.IsSet() || length.ThreePoint() {
		return
	}
	from, to := s.startOf(l.MustStartOn, a.Calendar), s.finishOf(l.MustFinishOn, a.Calendar)
	has := a.Calendar.Between(from, to)
	if has <= 0 || lastDay(a, a.Calendar.Add(a.Calendar.Next(from), a.Duration)) == lastDay(a, to) {
		return // or excluded already
	}
	lower, upper := stated{"must_start_on", l.MustStartOn, from}, stated{"must_finish_on", l.MustFinishOn, to}
	d := list.Errorf(CodeExclude, a.At(lower.key), "%s can never be: from %s to %s is %s, and it takes %s", describe(a.Item),
		s.constraintText(lower), s.constraintText(upper), workText(has, a.Calendar), workText(a.Duration, a.Calendar))
	d.Notes = append(d.Notes, diag.Note{Pos: a.At(upper.key), Message: upper.key + " is here"}, diag.Note{Pos: a.At("duration"), Message: "duration is here"})
	d.Hint = "correct one of the three, or take it out"
}

// fits reports whether an activity may start at one instant and finish at the
// other.
func fits(a *Activity, start, finish calendar.Instant) bool {
	if a.Duration == 0 {
		return start <= finish
	}
	return a.Calendar.Between(start, finish) > 0
}

func (s *Schedule) excludes(list *diag.List, a *Activity, lower, upper stated) {
	if l, u := lower.when, upper.when; l.Week == 0 && u.Week == 0 && !l.HasTime() && !u.HasTime() && l.Date <= u.Date {
		return // of one day, though nobody may work on it
	}
	d := list.Errorf(CodeExclude, a.At(lower.key), "%s can never be: %s and %s exclude each other", describe(a.Item), s.constraintText(lower), s.constraintText(upper))
	d.Notes = append(d.Notes, diag.Note{Pos: a.At(upper.key), Message: upper.key + " is here"})
	d.Hint = "correct one of the two, or take it out"
}

// constraintText writes a constraint with its date: `must_start_on Mon 9 Mar
// 2026 (W10)`.
func (s *Schedule) constraintText(x stated) string {
	at := x.at
	switch {
	case x.when.Week == 0:
		at = x.when.Date.Start()
	case strings.Contains(x.key, "finish"):
		at--
	}
	return x.key + " " + s.statedText(x.when, at)
}

// longestTold is how many activities of a chain a message names, first and last
// ones.
const longestTold = 10

// mostTold bounds the work spent on telling chains: so many activities in all.
const mostTold = 200_000

// conflicts tells chains of work that lead to a missed constraint.
type conflicts struct {
	s     *Schedule
	left  int                    // of mostTold
	short map[lateBound][]string // ids of activities with negative float, by the constraint they owe it to
}

// lateBound is a constraint that holds activities back from being later.
type lateBound struct {
	activity *Activity
	key      string
}

func (s *Schedule) newConflicts() *conflicts {
	c := &conflicts{s: s, left: mostTold, short: map[lateBound][]string{}}
	known := make([]*lateBound, s.network.nodes())
	for _, a := range s.Activities {
		if a.TotalFloat >= 0 {
			continue
		}
		if b := s.lateBoundOf(a.index, known); b.activity != nil {
			c.short[b] = append(c.short[b], a.ID)
		}
	}
	return c
}

// tell adds to a finding about a missed constraint of an activity why it is
// missed: the chain of work from what pushes it, in a sentence and with a note
// for each link. late is by how much it is missed.
func (c *conflicts) tell(d *diag.Diagnostic, a *Activity, key string, late calendar.Work) {
	if c.left <= 0 || a.Done() {
		return
	}
	s := c.s
	steps := s.DrivingChain(a)
	c.left -= len(steps)
	for k := len(steps) - 1; k > 0; k-- { // a constraint that pushes as much is the nearer reason
		if len(steps[k].Holds) > 0 && steps[k].Holds[0].Kind == HeldByConstraint {
			steps = steps[k:]
			break
		}
	}
	first := steps[0]
	root, at, from := s.reason(first)
	d.Notes = append(d.Notes, diag.Note{Pos: at, Message: fmt.Sprintf("%q %s%s", first.Activity.ID, root, takes(first.Activity))})

	names := []string{first.Activity.ID}
	for k, step := range steps[1:] {
		name, l := step.Activity.ID, step.Link
		written := l.String()
		if how := strings.TrimPrefix(written, l.pred()); how != "" {
			name += " (" + strings.TrimSpace(how) + ")"
		}
		who := strconv.Quote(step.Activity.ID)
		if l.Via != nil {
			who += fmt.Sprintf(", in %q,", l.Via.ID)
		}
		names = append(names, name)
		note := fmt.Sprintf("%s waits for %q", who, written)
		if l.Resource != nil {
			note = fmt.Sprintf("%s waits for %s, which %q has,", who, l.Resource.words(), written)
			l.Pos = l.Resource.At("")
		}
		if l.Phase != nil {
			note += fmt.Sprintf(" (%q decides it)", steps[k].Activity.ID)
		}
		d.Notes = append(d.Notes, diag.Note{Pos: l.Pos, Message: note + takes(step.Activity)})
	}
	if more := len(names) - longestTold; more > 1 {
		half := longestTold / 2
		names = append(append(names[:half:half], fmt.Sprintf("%d more", more)), names[len(names)-half:]...)
		d.Notes = append(append(d.Notes[:half:half], diag.Note{Message: fmt.Sprintf("and %d more", more)}), d.Notes[len(d.Notes)-half:]...)
	}

	start, to := a.early()
	if strings.Contains(key, "start") {
		to = start
	}
	who, chain := strconv.Quote(first.Activity.ID), strings.Join(names, " → ")
	if len(steps) == 1 {
		who, chain = "it", "it"
	}
	d.Message += fmt.Sprintf(": %s %s", who, root)
	switch length := a.Calendar.Between(from, to); {
	case len(steps) == 1 && strings.Contains(key, "start"):
		if length := first.Activity.Remaining; strings.Contains(root, "finish") && length > 0 {
			d.Message += ", and takes " + workText(length, a.Calendar)
		}
	case length > 0:
		d.Message += fmt.Sprintf(", and %s takes %s", chain, workText(length, a.Calendar))
		if late > 0 {
			d.Message += fmt.Sprintf(", %s too many", workText(late, a.Calendar))
		}
	}

	told := map[string]bool{a.ID: true}
	for _, step := range steps {
		told[step.Activity.ID] = true
	}
	var others []string
	for _, id := range c.short[lateBound{a, key}] {
		if !told[id] {
			others = append(others, strconv.Quote(id))
		}
	}
	if len(others) > 0 {
		verb := "have"
		if len(others) == 1 {
			verb = "has"
		}
		d.Notes = append(d.Notes, diag.Note{Pos: a.At(key), Message: fmt.Sprintf("because of it %s %s negative float, too", enumerate(others), verb)})
	}
}

func takes(a *Activity) string {
	if a.Remaining == 0 {
		return ""
	}
	return " and takes " + workText(a.Remaining, a.Calendar)
}

// reason says what pushes the first step of a chain, as the end of a sentence
// about it, where that is written, and from which instant on the chain runs.
func (s *Schedule) reason(step Step) (text string, at diag.Pos, from calendar.Instant) {
	a := step.Activity
	start, finish := a.early()
	var h Hold
	if len(step.Holds) > 0 {
		h = step.Holds[0]
	}
	switch h.Kind {
	case HeldByConstraint:
		words := strings.ReplaceAll(h.Key, "_", " ")
		if !strings.HasPrefix(words, "must") {
			words = "must " + words
		}
		return words + " " + s.statedText(h.When, h.At-1), a.At(h.Key), min(start, h.At)
	case HeldByActualFinish:
		key, _ := saidBy(a)
		return "was finished on " + s.finishText(finish), a.At(key), finish
	case HeldByActualStart:
		return "began on " + s.startText(start), a.At("actual_start"), start
	case HeldByRemaining:
		return "goes on after the status date " + s.finishText(s.StatusDate), s.Plan.At("status_date"), a.Resume
	case HeldByLevelling:
		return "waits until " + s.startText(start) + " for those who do it", a.At("assign"), start
	case HeldByStatusDate:
		return "is open at the status date " + s.finishText(s.StatusDate), s.Plan.At("status_date"), start
	}
	return "can start with the plan on " + s.startText(s.Start), s.Plan.At("start"), start
}

// longestPlan is how long a plan may take: a hundred years. Its baselines, load
// and pages by week would grow beyond all use.
const longestPlan = calendar.Instant(100 * 366 * calendar.MinutesPerDay)

// tooLong reports a plan that takes more than that, with what takes longest on
// the way to its finish.
func (s *Schedule) tooLong(list *diag.List) {
	length := func(a *Activity) calendar.Instant {
		start, finish := a.early()
		return finish - start
	}
	last := slices.MaxFunc(s.Activities, func(a, b *Activity) int {
		return cmp.Compare(s.dates.earlyFinish[a.index], s.dates.earlyFinish[b.index])
	})
	steps := s.DrivingChain(last)
	slices.SortStableFunc(steps, func(a, b Step) int { return cmp.Compare(length(b.Activity), length(a.Activity)) })
	d := list.Errorf(CodeLength, s.Plan.At("start"), "the plan finishes in %d, %d years after its start on %s",
		(s.Finish - 1).Date().Time().Year(), int64(s.Finish-s.Start)/(365.25*calendar.MinutesPerDay), dayText(s.Start.Date()))
	for _, step := range steps[:min(len(steps), 3)] {
		a := step.Activity
		start, finish := a.early()
		key := "duration"
		if a.Work != nil && !a.Work.Duration.IsSet() {
			key = "effort"
		}
		d.Notes = append(d.Notes, diag.Note{Pos: a.At(key), Message: fmt.Sprintf("%q is from %s to %s", a.ID, dayText(start.Date()), dayText(finish.LastDate()))})
	}
	d.Hint = "a plan may take 100 years; look for a duration, a lag or a date with the wrong unit or year"
}

// LateBound returns what keeps the late dates of an activity where they are: the
// activity whose constraint or deadline it must let be kept, itself or one that
// waits for it, and the key of that constraint. It returns nil if that is the
// finish of the plan. So a negative total float has its cause.
func (s *Schedule) LateBound(a *Activity) (by *Activity, key string) {
	b := s.lateBoundOf(a.index, make([]*lateBound, s.network.nodes()))
	return b.activity, b.key
}

// lateBoundOf returns the bound of a node, the zero bound if it has none. What is
// found on the way is noted in known, by node.
func (s *Schedule) lateBoundOf(i int32, known []*lateBound) lateBound {
	none := &lateBound{}
	found := none
	var way []int32
	for i >= 0 {
		if known[i] != nil {
			found = known[i]
			break
		}
		known[i] = none // ends a walk in a circle, which a network does not have
		way = append(way, i)
		next, key := s.latestBy(i)
		if key != "" {
			found = &lateBound{s.Activities[i], key}
			break
		}
		i = next
	}
	for _, j := range way {
		known[j] = found
	}
	return *found
}

// latestBy returns the node whose late dates decide those of node i, -1 if none
// does, or the key of the constraint of i that does.
func (s *Schedule) latestBy(i int32) (next int32, key string) {
	n, d := s.network, s.dates
	if k := int(i) - n.n; k >= 0 && k < n.m { // a gate: the member that must open first
		return s.opener(i), ""
	}
	next = -1
	least, first := calendar.Work(ever), ever
	offer := func(start, finish calendar.Instant, to int32, by string) {
		if start >= ever && finish >= ever {
			return
		}
		w := calendar.Work(min(start, finish))
		if int(i) < n.n {
			start, finish = n.placeBack(i, start, finish, d, n.duration[i])
			w = n.float(i, start, finish, d)
		}
		// Of dates with no working time between them the earlier one: a lag on
		// the clock counts from it.
		if at := min(start, finish); w < least || w == least && at < first {
			least, first, next, key = w, at, to, by
		}
	}
	if int(i) < n.real {
		offer(ever, d.finish, -1, "")
		start, finish := s.atMost(s.Activities[i])
		for _, x := range start {
			if n.state[i] == planned {
				offer(x.at, ever, -1, x.key)
			}
		}
		for _, x := range finish {
			offer(ever, x.at, -1, x.key)
		}
	}
	if k := n.within(i); k >= 0 {
		j := n.span(k)
		offer(ever, d.lateFinish[j], j, "")
		if d.earlyStart[i] == d.earlyStart[j] {
			offer(d.lateStart[j], ever, j, "")
		}
	}
	leaving := n.out[n.outOf[i]:n.outOf[i+1]]
	for k := range leaving {
		e := &leaving[k]
		t := n.pull(e, d.lateStart[e.to], d.lateFinish[e.to], d, n.duration)
		if e.fromFinish {
			offer(ever, t, e.to, "")
		} else {
			offer(t, ever, e.to, "")
		}
	}
	return next, key
}

// opener returns the member of a phase, activity or gate, whose late start is
// the least: it gives the gate its own.
func (s *Schedule) opener(gate int32) int32 {
	n, d := s.network, s.dates
	ph := s.Phases[int(gate)-n.n]
	best, least := int32(-1), ever
	offer := func(i int32, t calendar.Instant) {
		if t < least {
			best, least = i, t
		}
	}
	for _, a := range ph.Activities {
		if i := a.index; n.state[i] != done {
			offer(i, n.opens(i, d.lateStart[i], d.lateFinish[i], n.duration))
		}
	}
	for _, child := range ph.Children {
		offer(n.gate(child.index), d.lateStart[n.gate(child.index)])
	}
	return best
}
