package schedule

import (
	"encoding/xml"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"milepost/schedule/calendar"
)

var mspdiDir = flag.String("mspdi", "", "folder of Microsoft Project XML files to compare with")

// TestMSPDI computes plans that Microsoft Project saved as XML (MSPDI) and
// compares start, finish and total slack with those in the file. The files
// belong to others and are not in the repository: make crosscheck-mspdi DIR=...
// names their folder.
//
// Two files were compared: "Home Move" of 2003 (126 tasks in 45 summaries, 127
// links) and mspdirelations of the MPXJ project (5 tasks, one link of each type,
// a lag). Start and total slack are equal for all 131 tasks, the dates for all
// 45 summaries. Finishes are equal to the minute for 130, and in working time
// for all: where SF binds a finish to a Monday morning, Project writes Monday
// 08:00, we write the instant the last minute is worked, Friday 17:00. Nothing
// else differs, so nothing else is allowed.
//
// Where Project means something else, the test says so and does not compare:
// tasks with progress or placed by hand, inactive ones, lags in elapsed percent,
// work that follows the calendar of a resource. A link that would let a task
// start before the project (a lead, SF) does so in Project; here nothing starts
// before the plan.
func TestMSPDI(t *testing.T) {
	if *mspdiDir == "" {
		t.Skip("needs files of Microsoft Project; see make crosscheck-mspdi")
	}
	files, err := filepath.Glob(filepath.Join(*mspdiDir, "*.xml"))
	if err != nil || len(files) == 0 {
		t.Fatal("no .xml files in ", *mspdiDir, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var p mspdiProject
			if err := xml.Unmarshal(b, &p); err != nil {
				t.Fatal(err)
			}
			p.compare(t)
		})
	}
}

// The converter reads what real files have: summaries by outline level, a
// calendar with a base and exceptions, lags in tenths of minutes, percent and
// elapsed time, constraints. The dates are worked out by hand.
func TestMSPDIConverter(t *testing.T) {
	const text = `<Project xmlns="http://schemas.microsoft.com/project"><ScheduleFromStart>1</ScheduleFromStart>
<StartDate>2026-01-05T08:00:00</StartDate><CalendarUID>2</CalendarUID><MinutesPerDay>480</MinutesPerDay><MinutesPerWeek>2400</MinutesPerWeek><DaysPerMonth>20</DaysPerMonth>
<Calendars><Calendar><UID>1</UID><BaseCalendarUID>-1</BaseCalendarUID><WeekDays>%s</WeekDays></Calendar>
<Calendar><UID>2</UID><BaseCalendarUID>1</BaseCalendarUID><WeekDays><WeekDay><DayType>6</DayType><DayWorking>1</DayWorking><WorkingTimes><WorkingTime><FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay></WeekDays>
<Exceptions><Exception><TimePeriod><FromDate>2026-01-07T00:00:00</FromDate><ToDate>2026-01-07T23:59:00</ToDate></TimePeriod><DayWorking>0</DayWorking></Exception></Exceptions></Calendar></Calendars>
<Tasks><Task><UID>0</UID><Summary>1</Summary></Task>
<Task><UID>1</UID><Name>Sum</Name><OutlineLevel>1</OutlineLevel><Summary>1</Summary><Start>2026-01-05T08:00:00</Start><Finish>2026-01-08T17:00:00</Finish></Task>
<Task><UID>2</UID><Name>A</Name><OutlineLevel>2</OutlineLevel><Start>2026-01-05T08:00:00</Start><Finish>2026-01-06T17:00:00</Finish><Duration>PT16H0M0S</Duration><DurationFormat>7</DurationFormat></Task>
<Task><UID>3</UID><Name>"B"</Name><OutlineLevel>2</OutlineLevel><Start>2026-01-08T08:00:00</Start><Finish>2026-01-08T17:00:00</Finish><Duration>PT8H0M0S</Duration><DurationFormat>39</DurationFormat><TotalSlack>4800</TotalSlack>
 <PredecessorLink><PredecessorUID>2</PredecessorUID><Type>3</Type><LinkLag>100</LinkLag><LagFormat>19</LagFormat></PredecessorLink></Task>
<Task><UID>4</UID><Name>C</Name><OutlineLevel>1</OutlineLevel><Start>2026-01-08T13:00:00</Start><Finish>2026-01-12T12:00:00</Finish><Duration>PT12H0M0S</Duration><DurationFormat>7</DurationFormat><ConstraintType>4</ConstraintType><ConstraintDate>2026-01-05T08:00:00</ConstraintDate>
 <PredecessorLink><PredecessorUID>2</PredecessorUID><Type>1</Type><LinkLag>25800</LinkLag><LagFormat>8</LagFormat></PredecessorLink></Task></Tasks></Project>`
	var week strings.Builder
	for day := 2; day <= 6; day++ {
		fmt.Fprintf(&week, `<WeekDay><DayType>%d</DayType><DayWorking>1</DayWorking><WorkingTimes><WorkingTime><FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime>
<WorkingTime><FromTime>13:00:00</FromTime><ToTime>17:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay>`, day)
	}
	var p mspdiProject
	if err := xml.Unmarshal([]byte(fmt.Sprintf(text, week.String())), &p); err != nil {
		t.Fatal(err)
	}
	p.compare(t)
}

// The elements of MSPDI that a schedule follows from. Types are numbers there.
type mspdiProject struct {
	StartDate         string
	ScheduleFromStart string
	CalendarUID       string
	MinutesPerDay     int
	MinutesPerWeek    int
	DaysPerMonth      int
	Calendars         []mspdiCalendar `xml:"Calendars>Calendar"`
	Tasks             []mspdiTask     `xml:"Tasks>Task"`
	Assignments       []struct {
		TaskUID, ResourceUID string
	} `xml:"Assignments>Assignment"`
}

type mspdiCalendar struct {
	UID, BaseCalendarUID string
	WeekDays             []mspdiDay `xml:"WeekDays>WeekDay"`
	Exceptions           []mspdiDay `xml:"Exceptions>Exception"`
}

// mspdiDay is a weekday (1 is Sunday) or, with a period, days that differ.
type mspdiDay struct {
	DayType      int
	DayWorking   int
	From         string `xml:"TimePeriod>FromDate"`
	To           string `xml:"TimePeriod>ToDate"`
	WorkingTimes []struct {
		FromTime, ToTime string
	} `xml:"WorkingTimes>WorkingTime"`
}

type mspdiTask struct {
	UID, Name        string
	IsNull, Manual   string
	Active           string
	OutlineLevel     int
	Summary          string
	Start, Finish    string
	Duration         string
	DurationFormat   int
	TotalSlack       int // tenths of minutes
	PercentComplete  int
	ActualStart      string
	CalendarUID      string
	ConstraintType   int
	ConstraintDate   string
	Deadline         string
	PredecessorLinks []struct {
		PredecessorUID          string
		Type, LinkLag           int
		LagFormat, CrossProject int
	} `xml:"PredecessorLink"`
}

// compare holds the dates of the file against ours and prints how many are
// equal.
func (p *mspdiProject) compare(t *testing.T) {
	if p.ScheduleFromStart == "0" {
		t.Skip("scheduled from its finish")
	}
	text, kept := p.toml(t)
	s, list := computeText(t, text)
	if s == nil {
		t.Fatal(formatAll(list))
	}
	var tasks, starts, finishes, worked, slacks, summaries int
	for _, task := range kept {
		start, finish := instantAt(t, task.Start[:16]), instantAt(t, task.Finish[:16])
		if task.Summary == "1" {
			ph := s.Phase("t" + task.UID)
			if summaries++; ph.Start != start || ph.Finish != finish {
				t.Errorf("summary %s %q is %s to %s, want %s to %s", task.UID, task.Name, ph.Start, ph.Finish, start, finish)
			}
			continue
		}
		tasks++
		a := s.Activity("t" + task.UID)
		if a.Start == start {
			starts++
		} else {
			t.Errorf("%s %q starts %s, want %s", task.UID, task.Name, a.Start, start)
		}
		if a.Finish == finish {
			finishes++
		}
		if a.Calendar.Between(a.Finish, finish) == 0 {
			worked++
		} else {
			t.Errorf("%s %q finishes %s, want %s", task.UID, task.Name, a.Finish, finish)
		}
		if got := int(a.TotalFloat); 10*got == task.TotalSlack {
			slacks++
		} else {
			t.Errorf("%s %q has float %d, want %d", task.UID, task.Name, got, task.TotalSlack/10)
		}
	}
	t.Logf("of %d tasks: start equal %d, finish equal %d (in working time %d), total slack equal %d; %d summaries; %d rows left out",
		tasks, starts, finishes, worked, slacks, summaries, len(p.Tasks)-tasks-summaries)
}

// toml writes the file as a plan and returns the tasks that can be compared.
func (p *mspdiProject) toml(t *testing.T) (text string, kept []*mspdiTask) {
	var b strings.Builder
	fmt.Fprintf(&b, "[plan]\nstart = %s\ncalendar = \"c%s\"\n", p.StartDate[:10], p.CalendarUID)
	used := map[string]bool{p.CalendarUID: true}
	for _, task := range p.Tasks {
		used[task.CalendarUID] = true
	}
	for i := range p.Calendars {
		if c := &p.Calendars[i]; used[c.UID] {
			p.writeCalendar(&b, c)
		}
	}
	byResource := map[string]bool{}
	for _, a := range p.Assignments {
		if !strings.HasPrefix(a.ResourceUID, "-") {
			byResource[a.TaskUID] = true
		}
	}

	left := map[string]bool{}
	var phases []string // by outline level
	for i := range p.Tasks {
		task := &p.Tasks[i]
		if task.UID == "0" || task.IsNull == "1" || task.Active == "0" {
			left[task.UID] = true
			continue
		}
		phases = phases[:min(len(phases), max(0, task.OutlineLevel-1))]
		isPhase := task.Summary == "1"
		switch {
		case isPhase:
			fmt.Fprintf(&b, "[phase.t%s]\n", task.UID)
		default:
			fmt.Fprintf(&b, "[work.t%s]\nduration = %q\n", task.UID, mspdiDuration(t, task))
		}
		fmt.Fprintf(&b, "name = %q\n", task.Name)
		if len(phases) > 0 {
			fmt.Fprintf(&b, "phase = %q\n", phases[len(phases)-1])
		}
		if isPhase {
			phases = append(phases, "t"+task.UID)
		} else {
			p.writeLimits(t, &b, task)
		}
		ok := task.PercentComplete == 0 && task.ActualStart == "" && task.Manual != "1" && !byResource[task.UID]
		var after []string
		for _, l := range task.PredecessorLinks {
			if left[l.PredecessorUID] || l.CrossProject != 0 || l.LagFormat == 20 {
				ok = false
				continue
			}
			after = append(after, strconv.Quote("t"+l.PredecessorUID+" "+[]string{"FF", "FS", "SF", "SS"}[l.Type]+mspdiLag(l.LinkLag, l.LagFormat)))
		}
		if after != nil {
			fmt.Fprintf(&b, "after = [%s]\n", strings.Join(after, ", "))
		}
		if ok {
			kept = append(kept, task)
		} else {
			t.Logf("%s %q is not compared", task.UID, task.Name)
		}
	}
	return b.String(), kept
}

// writeLimits writes the constraint and the deadline of a task.
func (p *mspdiProject) writeLimits(t *testing.T, b *strings.Builder, task *mspdiTask) {
	keys := []string{"", "", "must_start_on", "must_finish_on", "start_no_earlier_than", "start_no_later_than", "finish_no_earlier_than", "finish_no_later_than"}
	switch n := task.ConstraintType; {
	case n == 0:
	case n == 1:
		b.WriteString("as_late_as_possible = true\n")
	case n < len(keys) && task.ConstraintDate != "":
		fmt.Fprintf(b, "%s = %s\n", keys[n], task.ConstraintDate)
	default:
		t.Errorf("constraint %d of task %s", n, task.UID)
	}
	if task.Deadline != "" {
		fmt.Fprintf(b, "deadline = %s\n", task.Deadline)
	}
	if task.CalendarUID != "" && task.CalendarUID != "-1" {
		fmt.Fprintf(b, "calendar = \"c%s\"\n", task.CalendarUID)
	}
}

// mspdiDuration turns PT8H30M0S into minutes; even formats are elapsed time,
// with 32 more if they are estimates.
func mspdiDuration(t *testing.T, task *mspdiTask) string {
	var h, m, s int
	if n, err := fmt.Sscanf(task.Duration, "PT%dH%dM%dS", &h, &m, &s); n != 3 {
		t.Fatalf("duration %q of task %s: %v", task.Duration, task.UID, err)
	}
	if slices.Contains([]int{4, 6, 8, 10, 12}, task.DurationFormat%32) {
		return fmt.Sprintf("%demin", 60*h+m)
	}
	return fmt.Sprintf("%dmin", 60*h+m)
}

// mspdiLag writes a lag, given in tenths of minutes or in percent.
func mspdiLag(lag, format int) string {
	switch {
	case lag == 0:
		return ""
	case format%32 == 19:
		return fmt.Sprintf("%+d%%", lag)
	case slices.Contains([]int{4, 6, 8, 10, 12}, format%32):
		return fmt.Sprintf("%+demin", lag/10)
	}
	return fmt.Sprintf("%+dmin", lag/10)
}

// writeCalendar writes a calendar with the days it has from its base calendar.
func (p *mspdiProject) writeCalendar(b *strings.Builder, c *mspdiCalendar) {
	hours := func(d *mspdiDay) string {
		var spans []string
		if d.DayWorking == 1 {
			for _, w := range d.WorkingTimes {
				to := w.ToTime[:5]
				if to == "00:00" {
					to = "24:00"
				}
				spans = append(spans, w.FromTime[:5]+"-"+to)
			}
		}
		return strings.Join(spans, ", ")
	}
	uid := c.UID
	week := map[int]string{}
	other := map[calendar.Date]string{}
	for ; c != nil; c = p.calendar(c.BaseCalendarUID) {
		for _, days := range [][]mspdiDay{c.WeekDays, c.Exceptions} {
			for i := range days {
				d := &days[i]
				if d.From == "" {
					if _, set := week[d.DayType]; !set && d.DayType > 0 {
						week[d.DayType] = hours(d)
					}
					continue
				}
				from, _ := calendar.ParseDate(d.From[:10])
				to, _ := calendar.ParseDate(d.To[:10])
				for ; from <= to; from++ {
					if _, set := other[from]; !set {
						other[from] = hours(d)
					}
				}
			}
		}
		if c.BaseCalendarUID == c.UID {
			break
		}
	}
	fmt.Fprintf(b, "[calendar.c%s]\nday = \"%dmin\"\nweek = \"%dmin\"\nmonth = \"%dmin\"\ndays = { ", uid, p.MinutesPerDay, p.MinutesPerWeek, p.DaysPerMonth*p.MinutesPerDay)
	sep := ""
	for i, name := range weekdays {
		if week[i+1] != "" {
			fmt.Fprintf(b, "%s%s = %q", sep, name, week[i+1])
			sep = ", "
		}
	}
	b.WriteString(" }\nexceptions = { ")
	sep = ""
	dates := make([]calendar.Date, 0, len(other))
	for d := range other {
		dates = append(dates, d)
	}
	slices.Sort(dates)
	for _, d := range dates {
		fmt.Fprintf(b, "%s\"%s\" = %q", sep, d, other[d])
		sep = ", "
	}
	b.WriteString(" }\n")
}

func (p *mspdiProject) calendar(uid string) *mspdiCalendar {
	for i := range p.Calendars {
		if p.Calendars[i].UID == uid {
			return &p.Calendars[i]
		}
	}
	return nil
}
