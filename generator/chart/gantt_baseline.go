package chart

import (
	"strings"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// then returns what the row was in the baseline that the plan is compared with;
// nil if there is none or it was not in it.
func (g *gantt) then(l *ganttLine) *plan.BaselineActivity {
	switch {
	case g.base == nil:
		return nil
	case l.phase != nil:
		return g.base.Phase(l.phase.ID)
	}
	return g.base.Activity(l.activity.ID)
}

// baselineCells says how far the finish of the row is from its baseline:
// "baseline 16 Jan, 3 d later", or that the baseline did not have it.
func (g *gantt) baselineCells(l *ganttLine) {
	if g.base == nil || l.Finish == nil {
		return
	}
	finish := calendar.Instant(0)
	if l.phase != nil {
		finish = l.phase.Finish
	} else {
		finish = l.activity.Finish
	}
	then := g.then(l)
	if then == nil {
		if g.base.Holds(l.Kind) {
			l.Baseline = "not in the " + g.yardstick
		}
		return
	}
	switch diff := g.s.Calendar.Between(then.Finish, finish); {
	case diff > 0:
		l.Baseline = g.yardstick + " " + g.finish(then.Finish).Text + ", " + g.work(diff, g.s.Calendar) + " later"
	case diff < 0:
		l.Baseline = g.yardstick + " " + g.finish(then.Finish).Text + ", " + g.work(-diff, g.s.Calendar) + " earlier"
	}
}

// drawBaseline draws where the row was in the baseline: a thin bar below the bar,
// a hollow diamond below the diamond.
func (g *gantt) drawBaseline(b *strings.Builder, l *ganttLine) {
	then := g.then(l)
	switch {
	case then == nil:
	case l.activity != nil && l.activity.Milestone != nil:
		if g.axis.shows(then.Finish) {
			g.uses.baseDiamond = true
			g.mark(b, "base-diamond", "base", then.Finish)
		}
	case then.Finish > g.axis.from && then.Start < g.axis.to:
		g.uses.baseBar = true
		class := "base"
		if l.phase != nil {
			class = "base base-phase"
		}
		g.rect(b, class, then.Start, then.Finish, 3, "")
	}
}

// baselineCaption says what the thin bars are.
func (g *gantt) baselineCaption() string {
	if !g.uses.baseBar && !g.uses.baseDiamond {
		return ""
	}
	marks := "The thin bars and hollow diamonds below"
	switch {
	case !g.uses.baseDiamond:
		marks = "The thin bars below"
	case !g.uses.baseBar:
		marks = "The hollow diamonds below"
	}
	if g.o.Against != nil {
		return " " + marks + " are the plan as it is."
	}
	return " " + marks + " are the baseline " + g.baselineName() + "."
}

// baselineName names the baseline with its day: "“Approved plan” of 5 Jan 2026".
func (g *gantt) baselineName() string { return BaselineName(g.base, g.c) }

// BaselineName names a baseline for readers with its day: "“Approved plan” of 5 Jan
// 2026"; the day alone if that is its name.
func BaselineName(b *plan.Baseline, c Context) string {
	day := c.Locale.DayMonthYear(b.Date)
	if b.Name == b.Date.String() {
		return "of " + day
	}
	return "“" + b.Name + "” of " + day
}
