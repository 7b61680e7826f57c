package plan

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
)

// check looks at the plan as a whole: what is missing, what cannot be. file is
// where a missing [plan] would go.
func (ld *loader) check(file string) {
	p := ld.plan
	if p.Info.table == nil {
		ld.list.Errorf("E120", diag.Pos{File: file}, "the plan has no table [plan]").
			Hint = "begin with [plan], a name, and the start: start = 2026-01-05"
		return // whoever emptied the file is not to be told of all that names what was in it
	}
	if len(ld.tables) == 0 && !ld.list.Failed() {
		ld.list.Errorf("E129", p.Info.At(""), "the plan is empty: it has no work, no milestone and nothing else").
			Hint = "add a first piece of work: [work.draft] with a name and duration = \"1w\""
	}
	if !currencySyntax.MatchString(p.Currency) && p.Currency != "" {
		ld.list.Errorf("E119", p.Info.At("currency"), "%q is not a currency", p.Currency).
			Hint = `write the three letters of ISO 4217: "USD", "EUR", "GBP"`
	}
	if p.Currency == "" {
		p.Currency = "USD"
	}
	if p.Info.Duration.IsSet() && p.Info.Finish.IsSet() {
		ld.list.Errorf("E124", p.Info.At("finish"), "the plan states both a duration and a finish").Hint = "keep one of the two"
	}
	if p.Info.Duration.IsSet() && p.Info.Duration.Thousandths <= 0 {
		ld.list.Errorf("E114", p.Info.At("duration"), "duration: the plan lasts %s", p.Info.Duration).Hint = `write how long it is meant to take: "12w"`
	}
	ld.levelling(&p.Info)
	ld.notApplicable()
	ld.references()
	ld.phases()
	ld.buildCalendars()
	ld.workCalendars()
	ld.progress()
	for _, w := range p.Work {
		ld.work(w)
	}
	ld.dates()
	ld.simulation()
	for _, r := range p.Risks {
		ld.risk(r)
	}
	for _, k := range p.KPIs {
		ld.readings(k)
	}
}

var currencySyntax = regexp.MustCompile(`^[A-Z]{3}$`)

// MostSchedules is how many schedules levelling may be told to try. It keeps a
// build from taking hours because of a typing mistake.
const MostSchedules = 1_000_000

// levelling checks the figures of the search.
func (ld *loader) levelling(in *Info) {
	if in.LevelSchedules < 0 || in.LevelSchedules > MostSchedules {
		ld.list.Errorf("E140", in.At("level_schedules"), "level_schedules is %d", in.LevelSchedules).
			Hint = "write how many schedules levelling may try, such as 1000, at most 1_000_000; 0 is no search"
	}
	if in.LevelSeed < 0 {
		ld.list.Errorf("E140", in.At("level_seed"), "level_seed is %d", in.LevelSeed).Hint = "write a number from 0 on"
	}
}

// phases finds phases that are inside themselves.
func (ld *loader) phases() {
	parents := map[string]*Phase{}
	for _, ph := range ld.plan.Phases {
		parents[ph.ID] = ph
	}
	known := map[string]bool{} // where following the parents has led already
	for _, ph := range ld.plan.Phases {
		chain := []string{ph.ID}
		end := -1 // index in the chain of the phase that it comes back to
		for up := parents[ph.Phase]; up != nil && !known[ph.ID] && !known[up.ID]; up = parents[up.Phase] {
			if end = slices.Index(chain, up.ID); end >= 0 {
				break
			}
			chain = append(chain, up.ID)
		}
		if end > 0 { // ph leads into a loop; the first phase of the loop reports it
			chain = chain[:end]
		}
		for _, id := range chain {
			known[id] = true
		}
		if end == 0 {
			d := ld.list.Errorf("E204", ph.At("phase"), "phase %q is inside itself: %s", ph.ID, strings.Join(append(chain, ph.ID), " is in "))
			for _, id := range chain[1:] {
				d.Notes = append(d.Notes, diag.Note{Pos: parents[id].At("phase"), Message: fmt.Sprintf("phase %q is in %q", id, parents[id].Phase)})
			}
			d.Hint = "take the key phase out of one of them"
		}
	}
}

// progress moves the tables [progress.ID] into the work they are about.
func (ld *loader) progress() {
	work := map[string]*WorkPackage{}
	for _, w := range ld.plan.Work {
		work[w.ID] = w
	}
	for _, pr := range ld.plan.Progress {
		w := work[pr.ID]
		if w == nil {
			ld.resolve(pr.At(""), &pr.Item, "is about", pr.ID, []string{"work"})
			continue
		}
		from, to := reflect.ValueOf(&pr.ProgressFields).Elem(), reflect.ValueOf(&w.ProgressFields).Elem()
		for _, f := range fieldsOf(from.Type()) {
			if !pr.Has(f.key) {
				continue
			}
			switch there := w.Has(f.key); {
			case there && ld.variant != nil && !ld.variant.isOwn(pr.At(f.key)) && ld.variant.isOwn(w.At(f.key)):
				continue // the scenario's word counts
			case there && ld.variant != nil && ld.variant.isOwn(pr.At(f.key)) && !ld.variant.isOwn(w.At(f.key)):
			case there:
				d := ld.list.Errorf("E104", pr.At(f.key), "%s of work package %q is written twice", f.key, pr.ID)
				d.Notes = append(d.Notes, diag.Note{Pos: w.At(f.key), Message: "the first is here"})
				d.Hint = "keep it in one place: in the work package or in its progress table"
				continue
			}
			to.FieldByIndex(f.index).Set(from.FieldByIndex(f.index))
			if w.table.moved == nil {
				w.table.moved = map[string]*table{}
			}
			w.table.moved[f.key] = pr.table
		}
	}
}

// work checks what a work package needs to be scheduled.
func (ld *loader) work(w *WorkPackage) {
	switch {
	case !w.Has("duration") && !w.Has("effort"):
		ld.list.Errorf("E122", w.At(""), "work package %q has no duration", w.ID).
			Hint = `add a line such as: duration = "1w"  (or effort = "15d" with assign)`
	case !w.Has("duration") && !w.Has("assign"):
		ld.list.Errorf("E123", w.At("effort"), "work package %q has an effort, but nobody is assigned", w.ID).
			Hint = "add assign = { role = 1.0 }, or write a duration"
	}
	if w.Effort.IsSet() && (w.Effort.Thousandths <= 0 || w.Effort.Elapsed) {
		ld.list.Errorf("E114", w.At("effort"), "effort: %q is not working time", w.Effort).Hint = `write working time such as "15d"`
	}
	if w.Remaining.IsSet() && w.Remaining.Thousandths < 0 {
		ld.list.Errorf("E114", w.At("remaining"), "remaining: %q is negative", w.Remaining).Hint = `write the working time still to go, or "0d"`
	}
	if from, to := w.ActualStart, w.ActualFinish; from.IsSet() && to.IsSet() && to.isBefore(from) {
		ld.list.Errorf("E132", w.At("actual_finish"), "work package %q is finished on %s, before it starts on %s", w.ID, to, from).
			Hint = "correct actual_start or actual_finish"
	}
	ld.contradictions(w)
	if w.Has("priority") && (w.Priority < 0 || w.Priority > 1000) {
		ld.list.Errorf("E117", w.At("priority"), "priority is %d", w.Priority).Hint = "write a number from 0 to 1000; 500 is the default"
	}
	if !w.Has("priority") {
		w.Priority = 500
	}
	if e := w.Duration; e.ThreePoint() {
		cal := ld.plan.CalendarOf(w)
		if cal == nil || e.Optimistic.Elapsed != e.Likely.Elapsed || e.Likely.Elapsed != e.Pessimistic.Elapsed {
			if cal != nil {
				ld.list.Errorf("E125", w.At("duration"), "the three points of work package %q mix working and elapsed time", w.ID).
					Hint = "write all three as working time, or all three as elapsed time"
			}
			return
		}
		o, m, p := e.Optimistic.Minutes(cal), e.Likely.Minutes(cal), e.Pessimistic.Minutes(cal)
		if o < 0 || o > m || m > p {
			ld.list.Errorf("E125", w.At("duration"), "the three points of work package %q are out of order: %s, %s, %s", w.ID, e.Optimistic, e.Likely, e.Pessimistic).
				Hint = "optimistic comes first, pessimistic last"
		}
	}
}

// contradictions finds keys about progress of which one says that work is
// finished and another that it is not.
func (ld *loader) contradictions(w *WorkPackage) {
	type said struct{ key, text string }
	var finished, open []said
	percent := said{"percent", "percent = " + strconv.FormatFloat(w.Percent.Value, 'f', -1, 64)}
	remaining := said{"remaining", fmt.Sprintf("remaining = %q", w.Remaining)}
	if w.ActualFinish.IsSet() {
		finished = append(finished, said{"actual_finish", fmt.Sprintf("actual_finish = %s", w.ActualFinish)})
	}
	switch {
	case w.Percent.set && w.Percent.Value >= 100:
		finished = append(finished, percent)
	case w.Percent.set:
		open = append(open, percent)
	}
	switch {
	case w.Remaining.set && w.Remaining.Thousandths == 0:
		finished = append(finished, remaining)
	case w.Remaining.set:
		open = append(open, remaining)
	}
	if len(finished) == 0 || len(open) == 0 {
		return
	}
	for _, o := range open {
		d := ld.list.Errorf("E133", w.At(o.key), "work package %q is finished (%s), but %s says that it is not", w.ID, finished[0].text, o.text)
		d.Notes = append(d.Notes, diag.Note{Pos: w.At(finished[0].key), Message: "that it is finished is here"})
		d.Hint = fmt.Sprintf("take %s out if it is finished, else %s", o.key, finished[0].key)
	}
}

// readings checks that the readings of an indicator have a date each.
func (ld *loader) readings(k *KPI) {
	for _, day := range slices.Sorted(maps.Keys(k.Readings)) {
		if _, err := calendar.ParseDate(day); err != nil {
			ld.list.Errorf("E115", k.table.index.key(k.table.path+".readings."+quoteKey(day)), "readings: %q is not a date", day).
				Hint = `write the day of each reading: readings = { "2026-02-06" = 72 }`
		}
	}
}

// planned are the keys whose date cannot lie before the plan's start.
var planned = []string{"target", "by", "due", "deadline", "start_no_earlier_than", "start_no_later_than",
	"finish_no_earlier_than", "finish_no_later_than", "must_start_on", "must_finish_on", "finish", "window",
	"actual_start", "actual_finish", "status_date", "mitigation_by"}

// dates finds planned dates before the plan's start, and what is a lifetime away.
func (ld *loader) dates() {
	start := ld.plan.Start
	if !ld.plan.Info.Has("start") {
		return
	}
	if y := start.Time().Year(); y < 1900 || y > 2100 {
		ld.list.Errorf("E130", ld.plan.Info.At("start"), "the plan starts in the year %d", y).Hint = "is that a slip of the pen?"
		return
	}
	late := start + 100*366
	ld.eachItem(func(it *Item, v reflect.Value) {
		for _, f := range fieldsOf(v.Type()) {
			if !slices.Contains(planned, f.key) {
				continue
			}
			var points []When
			switch x := v.FieldByIndex(f.index).Interface().(type) {
			case When:
				points = []When{x}
			case Window:
				points = []When{x.Start, x.Finish}
			}
			for _, w := range points {
				switch {
				case !w.IsSet() || w.Week > 0:
				case w.Date < start:
					d := ld.list.Errorf("E130", it.At(f.key), "%s of %s is %s, before the plan starts on %s", f.key, describeItem(it), w.Date, start)
					d.Hint = "correct the date, or the start of the plan"
					d.Notes = append(d.Notes, diag.Note{Pos: ld.plan.Info.At("start"), Message: "the plan starts here"})
				case w.Date > late:
					ld.list.Errorf("E131", it.At(f.key), "%s of %s is %s, more than 100 years after the plan's start", f.key, describeItem(it), w.Date).
						Hint = "correct the year"
				}
			}
		}
	})
	ld.lengths()
}

// longest is the most minutes on the clock that a piece of work, a lag or the
// plan may take.
const longest = 100 * 366 * calendar.MinutesPerDay

// tooLong reports whether a length of time is more than a century of working
// days, so that it must be a mistake, and no sum of lengths overflows.
func (ld *loader) tooLong(d Duration, c *calendar.Calendar) bool {
	if !d.set || c == nil {
		return false
	}
	return ld.tooMany(d.Minutes(c), d.Elapsed, c)
}

func (ld *loader) tooMany(minutes int64, elapsed bool, c *calendar.Calendar) bool {
	start := ld.plan.Start.Start()
	most := int64(longest)
	if !elapsed {
		most = int64(c.Between(start, start+longest))
	}
	return max(minutes, -minutes) > most
}

// lengths finds durations and lags that no plan can hold.
func (ld *loader) lengths() {
	usual := ld.plan.calendars[""]
	const unit = "correct the unit: min, h, d, w or mo"
	if d := ld.plan.Info.Duration; ld.tooLong(d, usual) {
		ld.list.Errorf("E131", ld.plan.Info.At("duration"), "duration of the plan is %s, more than 100 years", d).Hint = unit
	}
	for _, w := range ld.plan.Work {
		cal := ld.plan.CalendarOf(w)
		failed := false
		for _, d := range []struct {
			key string
			Duration
		}{{"duration", w.Duration.Likely}, {"duration", w.Duration.Pessimistic}, {"effort", w.Effort}, {"remaining", w.Remaining}} {
			if failed = ld.tooLong(d.Duration, cal); failed {
				ld.list.Errorf("E131", w.At(d.key), "%s of work package %q is %s, more than 100 years", d.key, w.ID, d.Duration).Hint = unit
				break
			}
		}
		if units := w.Assign.Units(); !failed && !w.Duration.IsSet() && units > 0 && cal != nil && ld.tooMany(w.Effort.Minutes(cal)*10_000/units, false, cal) {
			ld.list.Errorf("E131", w.At("effort"), "effort of work package %q is %s, which takes those assigned more than 100 years", w.ID, w.Effort).
				Hint = "assign more of their time; 1 is full time"
		}
	}
	lag := func(deps []Dependency) {
		for _, d := range deps {
			if ld.tooLong(d.Lag.Duration, usual) {
				ld.list.Errorf("E131", d.Pos, "a lag of %s is more than 100 years", d.Lag.Duration).Hint = unit
			}
		}
	}
	for _, w := range ld.plan.Work {
		lag(w.After)
	}
	for _, m := range ld.plan.Milestones {
		lag(m.After)
	}
	for _, ph := range ld.plan.Phases {
		lag(ph.After)
	}
}
