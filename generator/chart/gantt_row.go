package chart

import (
	"fmt"
	"html/template"
	"strings"
	"unicode/utf8"

	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// cells fills what the cells of a row say.
func (g *gantt) cells(l *ganttLine) {
	if l.phase != nil {
		g.phaseCells(l)
	} else {
		g.activityCells(l)
	}
	g.baselineCells(l)
	if id := l.owner(); id != "" {
		l.Owner = ownerName(g.s.Plan, id)
	}
	l.Brief = l.brief()
}

func (g *gantt) phaseCells(l *ganttLine) {
	p := l.phase
	if p.HasWindow {
		l.StatedStart = "stated " + g.stated(p.Window.Start)
		l.StatedFinish = "stated " + g.stated(p.Window.Finish)
	}
	if p.Empty {
		l.Notes = append(l.Notes, "no work in it")
		return
	}
	l.Start, l.Finish = g.start(p.Start), g.finish(p.Finish)
	l.Done = g.c.Locale.Percent(p.Percent, 0)
	if p.HasWindow {
		if p.Start == p.StatedStart {
			l.StatedStart = ""
		}
		l.StatedFinish, l.Late = g.against(l.StatedFinish, p.Finish, p.StatedFinish)
	}
}

func (g *gantt) activityCells(l *ganttLine) {
	a := l.activity
	l.Finish = g.finish(a.Finish)
	if !a.Done() {
		l.Float = g.work(a.TotalFloat, a.Calendar)
	}
	if a.Work != nil {
		l.Start = g.start(a.Start)
		l.Done = g.c.Locale.Percent(a.Percent, 0)
	} else if a.Done() {
		l.Done = "reached"
	}
	if a.HasTarget {
		l.StatedFinish, l.Late = g.against("stated "+g.stated(a.Milestone.Target), a.Finish, a.Target)
	}
	if d, ok := g.deadline(a); ok {
		if late := g.s.Calendar.Between(d, a.Finish); late > 0 {
			l.Notes = append(l.Notes, "deadline missed by "+g.work(late, g.s.Calendar))
		} else {
			l.Notes = append(l.Notes, "deadline "+g.date(d.LastDate())+" "+g.finish(d).Week)
		}
	}
}

// against adds to the text of a stated finish how far the computed one is from
// it.
func (g *gantt) against(text string, computed, stated calendar.Instant) (string, bool) {
	switch diff := g.s.Calendar.Between(stated, computed); {
	case diff > 0:
		return text + ", " + g.work(diff, g.s.Calendar) + " late", true
	case diff < 0 && computed.LastDate() != stated.LastDate():
		return text + ", " + g.work(-diff, g.s.Calendar) + " early", false
	}
	return text, false
}

// work writes an amount of working time as coarsely as people plan.
func (g *gantt) work(w calendar.Work, c *calendar.Calendar) string {
	return g.c.Locale.Work(Coarse(w, c), c)
}

// Coarse rounds an amount of working time to what people plan in: weeks to whole
// days, days to whole hours. Less than a day stays as it is.
func Coarse(w calendar.Work, c *calendar.Calendar) calendar.Work {
	if w < 0 {
		return -Coarse(-w, c)
	}
	round := func(whole, unit calendar.Work) calendar.Work {
		return w/whole*whole + (w%whole+unit/2)/unit*unit
	}
	week, day := max(1, c.WeekMinutes()), max(1, c.DayMinutes())
	switch {
	case w >= week:
		return round(week, day)
	case w >= day:
		return round(day, 60)
	}
	return w
}

// stated writes a stated point as its author did: "W3" or a date.
func (g *gantt) stated(w plan.When) string {
	if w.Week != 0 {
		return fmt.Sprintf("W%d", w.Week)
	}
	return g.date(w.Date)
}

func (g *gantt) date(d calendar.Date) string {
	if g.yearly {
		return g.c.Locale.DayMonthYear(d)
	}
	return g.c.Locale.ShortDate(d)
}

func (g *gantt) start(t calendar.Instant) *ganttDate {
	return &ganttDate{g.date(t.Date()), t.Date().String(), fmt.Sprintf("W%d", g.s.Week(t))}
}

// finish shows an instant as the last day worked; what waits for nothing, on the
// day the plan starts.
func (g *gantt) finish(t calendar.Instant) *ganttDate {
	if t <= g.s.Start {
		return g.start(t)
	}
	return &ganttDate{g.date(t.LastDate()), t.LastDate().String(), fmt.Sprintf("W%d", g.s.Week(t-1))}
}

// deadline returns the stated deadline of an activity.
func (g *gantt) deadline(a *schedule.Activity) (calendar.Instant, bool) {
	limits := plan.Limits{}
	if a.Work != nil {
		limits = a.Work.Limits
	} else {
		limits = a.Milestone.Limits
	}
	if !limits.Deadline.IsSet() {
		return 0, false
	}
	return g.s.FinishOf(limits.Deadline), true
}

// brief says the figures of the cells in one line.
func (l *ganttLine) brief() string {
	var parts []string
	switch {
	case l.Start != nil && l.Finish != nil && l.Start.ISO != l.Finish.ISO:
		parts = append(parts, l.Start.Text+" "+l.Start.Week+" – "+l.Finish.Text+" "+l.Finish.Week)
	case l.Finish != nil:
		parts = append(parts, l.Finish.Text+" "+l.Finish.Week)
	}
	if l.StatedFinish != "" {
		parts = append(parts, l.StatedFinish)
	}
	if l.Baseline != "" {
		parts = append(parts, l.Baseline)
	}
	if l.activity != nil && l.activity.TotalFloat != 0 && !l.activity.Done() {
		parts = append(parts, "float "+l.Float)
	}
	switch {
	case l.Done == "reached":
		parts = append(parts, l.Done)
	case l.activity != nil && l.activity.Percent > 0, l.phase != nil && l.phase.Percent > 0:
		parts = append(parts, l.Done+" done")
	}
	return strings.Join(parts, "\u00a0· ") // no line begins with a dot
}

// picture draws the row: the grid, the arrows that pass, then its marks on top.
func (g *gantt) picture(l *ganttLine, c rowConnectors) template.HTML {
	l.Out, l.Into = numbers(c.out), numbers(c.into)
	var b strings.Builder
	fmt.Fprintf(&b, `<use href="#%s-grid"/>`, g.o.ID)
	c.draw(&b)
	if l.Kind != "milestone" {
		g.drawBaseline(&b, l)
	}
	if l.phase != nil {
		g.drawPhase(&b, l.phase)
	} else if l.activity.Work != nil {
		g.drawWork(&b, l.activity)
	} else {
		g.drawMilestone(&b, l.activity)
		g.drawBaseline(&b, l) // on top of the halo of the date
	}
	if l.activity != nil {
		if d, ok := g.deadline(l.activity); ok && g.axis.shows(d) {
			g.uses.deadline = true
			g.mark(&b, "deadline", "deadline", d)
		}
	}
	return template.HTML(b.String())
}

// Marks have their place in per cent and in the middle of the row; style sheet
// and symbols move them up and down by pixels.

func (g *gantt) mark(b *strings.Builder, class, symbol string, t calendar.Instant) {
	fmt.Fprintf(b, `<use class="%s" href="#%s-%s" x="%v" y="50%%"/>`, class, g.o.ID, symbol, g.axis.at(t))
}

func (g *gantt) rect(b *strings.Builder, class string, from, to calendar.Instant, height int, round string) {
	x1, x2 := max(g.axis.at(from), 0), min(g.axis.at(to), full)
	if x2 <= x1 && to > from {
		x2 = min(x1+g.axis.grain, full)
	}
	if x2 <= x1 {
		return
	}
	fmt.Fprintf(b, `<rect class="%s" x="%v" y="50%%" width="%v" height="%d"%s/>`, class, x1, x2-x1, height, round)
}

func (g *gantt) drawPhase(b *strings.Builder, p *schedule.PhaseDates) {
	if p.HasWindow {
		g.uses.window = true
		g.rect(b, "window", p.StatedStart, p.StatedFinish, 4, "")
	}
	if p.Empty {
		return
	}
	g.uses.phase = true
	g.rect(b, "bracket", p.Start, p.Finish, 5, "")
	g.mark(b, "bracket-end", "left", p.Start)
	g.mark(b, "bracket-end", "right", p.Finish)
}

func (g *gantt) drawWork(b *strings.Builder, a *schedule.Activity) {
	g.uses.bar = true
	if a.LateFinish > a.Finish && !a.Done() {
		g.uses.float = true
		g.rect(b, "float", a.Finish, a.LateFinish, 6, "")
	}
	g.uses.critical = g.uses.critical || a.Critical()
	g.rect(b, "bar", a.Start, a.Finish, 14, ` rx="2"`)
	if a.LevellingDelay > 0 {
		start, finish := schedule.Unlevelled(a)
		if x1, x2 := max(g.axis.at(start), 0), min(g.axis.at(finish), full); x1 < x2 {
			g.uses.unlevelled = true
			fmt.Fprintf(b, `<line class="unlevelled" x1="%v" x2="%v" y1="50%%" y2="50%%"/>`, x1, x2)
		}
	}
	if a.Percent > 0 {
		g.uses.progress = true
		done := a.Start + calendar.Instant(float64(a.Finish-a.Start)*min(a.Percent, 100)/100)
		g.rect(b, "progress", a.Start, done, 14, ` rx="2"`)
	}
}

func (g *gantt) drawMilestone(b *strings.Builder, a *schedule.Activity) {
	g.uses.milestone = true
	g.uses.critical = g.uses.critical || a.Critical()
	if a.HasTarget && g.axis.shows(a.Target) {
		g.uses.target = true
		g.mark(b, "target", "target", a.Target)
	}
	g.mark(b, "diamond", "diamond", a.Finish)
	g.drawDate(b, a)
}

// drawDate writes the date of a milestone beside it, where it is not cut off and
// covers neither the hollow diamond of the stated date nor, if it can be helped,
// an upright line. Where that takes a wide picture it is shown in those only; if
// there is no room at all it is left out: the cells have the date as well.
func (g *gantt) drawDate(b *strings.Builder, a *schedule.Activity) {
	const diamond = 3_500 // half of one, with a gap
	x := g.axis.at(a.Finish)
	target, stated := pos(0), a.HasTarget && g.axis.shows(a.Target) && a.Target != a.Finish
	if stated {
		target = g.axis.at(a.Target)
	}
	was, based := pos(0), false
	if g.base != nil {
		if then := g.base.Activity(a.ID); then != nil {
			was, based = g.axis.at(then.Finish), then.Finish != a.Finish
		}
	}
	free := func(from, to pos, lines bool) bool {
		if from < 0 || to > full || stated && target > from-diamond && target < to+diamond {
			return false
		}
		if lines && based && was > from-diamond/2 && was < to+diamond/2 {
			return false
		}
		for _, m := range g.markers() {
			if at := g.axis.at(m.at); lines && at > from && at < to {
				return false
			}
		}
		return true
	}
	day := a.LastDay()
	short := g.c.Locale.ShortDate(day)
	both := short + ", stated " + g.c.Locale.ShortDate(a.Target.LastDate())
	draw := func(text string, at pos, before bool, width pos) {
		class, dx := "date", 11
		if before {
			class, dx = "date before", -11
		}
		if width > leastWidth {
			class += " roomy"
		}
		fmt.Fprintf(b, `<text class="%s" x="%v" y="50%%" dx="%d" dy="4">%s</text>`, class, at, dx, template.HTMLEscapeString(text))
	}
	for _, width := range []pos{leastWidth, roomyWidth} {
		room := labelRoom(short, width)
		switch {
		case free(x+1, x+room, true), free(x+1, x+room, false) && !free(x-room, x-1, true):
			draw(short, x, false, width)
		case free(x-room, x-1, false):
			draw(short, x, true, width)
		case stated && target < x && target >= labelRoom(both, width):
			draw(both, target, true, width)
		case stated && target > x && target <= full-labelRoom(both, width):
			draw(both, target, false, width)
		default:
			continue
		}
		return
	}
}

// labelRoom returns the part of a picture of the given width that a label beside
// a diamond takes.
func labelRoom(s string, width pos) pos {
	return (pos(utf8.RuneCountInString(s))*6 + 14) * full / width
}
