package generator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"milepost/schedule"
)

// correlation writes a correlation with two decimals.
func (s chances) correlation(v float64) string {
	text := s.ps.loc.Fixed(max(v, -v), 2)
	return pick(v < 0 && text != s.ps.loc.Fixed(0, 2), "−", "") + text
}

func (s chances) work() table {
	t := table{ID: "criticality", Class: "stack", Caption: "How often each open work package decides the finish of the plan",
		Head: cols("Work package", "#Decides the finish", "#Rank correlation", "Standard deviation", "#Sensitivity index", "Duration known as")}
	all := slices.Clone(s.sim.Activities)
	slices.SortStableFunc(all, func(a, b schedule.WorkOutcome) int {
		return cmp.Or(cmp.Compare(b.Criticality, a.Criticality), cmp.Compare(b.Sensitivity, a.Sensitivity))
	})
	for _, w := range all {
		cells := []cell{linked(s.item(w.Item)), text(s.ps.chance(w.Criticality)), {}, {}, {}, text("certain")}
		if w.Varies {
			cells[2] = text(s.correlation(w.Correlation))
			cells[3] = text(s.ps.words(w.SD))
			cells[4] = text(s.ps.loc.Fixed(w.Sensitivity, 2))
			cells[5] = text("three points").assumed(w.Item, "duration")
			if w.Assumed {
				cells[5] = text("one figure, with a spread")
				cells[5].Assumed = true
			}
		}
		t.Rows = append(t.Rows, row{Cells: cells})
	}
	return t
}

// cost says what the plan costs, and what the contingency covers.
func (s chances) cost() (lead []string, t table) {
	c := s.sim.Cost
	if c == nil {
		return nil, table{}
	}
	lead = append(lead, fmt.Sprintf("The work is planned to cost %s. Half of the trials cost up to %s, 80%% up to %s.", s.ps.loc.Money(c.Planned), s.forecast(c.P50), s.forecast(c.P80)))
	switch {
	case !c.HasContingency:
		lead = append(lead, fmt.Sprintf("The budget holds no contingency; to be 80%% sure takes %s.", s.forecast(max(0, c.Needed))))
	case c.Needed > c.Contingency:
		lead = append(lead, fmt.Sprintf("To be 80%% sure takes %s beyond the plan. The contingency holds %s: %s short.", s.forecast(c.Needed), s.ps.loc.Money(c.Contingency), s.forecast(c.Needed-c.Contingency)))
	default:
		lead = append(lead, fmt.Sprintf("To be 80%% sure takes %s beyond the plan, and the contingency of %s covers it.", s.forecast(max(0, c.Needed)), s.ps.loc.Money(c.Contingency)))
	}
	kind, date := s.ps.statedDate(&s.sim.Finish)
	enough, they, areThey := "The planned cost is enough", "it is", "is it"
	if c.HasContingency {
		enough, they, areThey = "The planned cost and the contingency are enough", "they are", "are they"
	}
	if c.Joint == 0 {
		lead = append(lead, fmt.Sprintf("%s in %s of the trials. In none of them %s enough and the plan finishes by the %s %s as well.", enough, s.ps.chance(c.Chance), areThey, kind, date))
	} else {
		lead = append(lead, fmt.Sprintf("%s in %s of the trials. In %s %s enough and the plan finishes by the %s %s as well.", enough, s.ps.chance(c.Chance), s.ps.chance(c.Joint), they, kind, date))
	}
	t = table{ID: "cost", Class: "stack", Caption: "Cost of the plan with its risks, in " + currency(s.ps.plan), Head: cols("Cost", "#Amount", "#Beyond the plan", "What it means")}
	add := func(name string, minor int64, means string) {
		t.Rows = append(t.Rows, row{Cells: []cell{text(name), text(s.forecast(minor)), text(s.forecast(minor - c.Planned)), text(means)}})
	}
	add("Planned", c.Planned, "work as likely, no risk")
	add("10%", c.P10, "one trial in ten costs no more")
	add("50%", c.P50, "as likely as not")
	add("Mean", c.Mean, "average of all trials")
	add("80%", c.P80, "4 of 5 trials cost no more")
	add("90%", c.P90, "9 of 10 trials cost no more")
	if c.HasContingency {
		t.Rows = append(t.Rows, row{Class: "total", Cells: []cell{text("Planned and contingency"), s.amount(c.Planned + c.Contingency), s.amount(c.Contingency),
			text(s.ps.chance(c.Chance) + " of the trials cost no more")}})
	}
	return lead, t
}

// how says in plain words how the chances were found, and what was assumed.
func (s chances) how() []cell {
	sim, set := s.sim, s.sim.Settings
	n := s.ps.loc.Number(float64(sim.Trials), 0)
	shape := map[string]string{
		"pert":       "PERT: figures near the likely one come up most, those at the ends seldom",
		"triangular": "triangular: evenly less often from the likely one to the ends",
		"uniform":    "uniform: all between the ends equally often",
	}[set.Distribution]
	out := []cell{text(fmt.Sprintf("The plan was played through %s times. Each time all open work takes another duration and each risk happens or does not. "+
		"The dates then follow as in the schedule, from the same dependencies, calendars, constraints and progress. A chance is the share of these %s plans that finish by the date (a Monte Carlo simulation).", n, n))}
	if sim.Estimated > 0 {
		out = append(out, text(fmt.Sprintf("%s a duration of three points, optimistic, likely and pessimistic. They are read as %s, unless one says otherwise.", plural(sim.Estimated, "open work package has", "open work packages have"), shape)))
	}
	if sim.Assumed > 0 {
		low, high := set.Spread.Optimistic.Value, set.Spread.Pessimistic.Value
		c := text(fmt.Sprintf("%s one figure only. %s taken to last from %s shorter to %s longer, read as %s.",
			plural(sim.Assumed, "open work package has", "open work packages have"), pick(sim.Assumed == 1, "It is", "They are"),
			s.ps.loc.Percent((1-low)*100, 1), s.ps.loc.Percent((high-1)*100, 1), shape))
		c.Assumed = true
		out = append(out, c)
	}
	var counted, guessed, left []string
	for i := range sim.Risks {
		r := sim.Risks[i].Risk
		counted = append(counted, r.ID)
		if r.IsAssumed("probability") || r.IsAssumed("impact") {
			guessed = append(guessed, r.ID)
		}
	}
	for _, r := range sim.Unmeasured {
		left = append(left, r.ID)
	}
	if len(counted) > 0 {
		c := text(fmt.Sprintf("%s: each happens with its probability and then takes the time and money of its impact.", plural(len(counted), "risk counts", "risks count")+" ("+enumerate(counted)+")"))
		if len(guessed) > 0 {
			c.Note, c.Assumed = "the figures of "+enumerate(guessed)+" are assumptions", true
		}
		out = append(out, c)
	}
	if len(left) > 0 {
		out = append(out, text(fmt.Sprintf("%s no probability or no impact in figures and %s not counted: %s.", plural(len(left), "open risk has", "open risks have"), pick(len(left) == 1, "is", "are"), enumerate(left))))
	}
	if c := set.Correlation; c.Value > 0 {
		out = append(out, text(fmt.Sprintf("Durations of work of the same %s go together, with a correlation of %s: if one takes long, the others tend to.", set.CorrelateBy, s.ps.loc.Number(c.Value, 2))).assumed(&s.ps.plan.Info.Item, "simulation"))
	} else {
		out = append(out, text("Each duration varies by itself. If work that takes long in one place takes long everywhere, late dates are likelier than said here (key correlation of [plan.simulation])."))
	}
	out = append(out, text("What does not vary: "+s.constant()+"."))
	if s.ps.sched.Levelling == nil {
		out = append(out, text("That somebody may be needed in two places at once is not seen here, as in the schedule; a levelled plan keeps its order (key level of [plan])."))
	}
	if o := sim.Finish; !sim.IsPrecise() {
		out = append(out, text(fmt.Sprintf("Precision: %s are too few to say how sure this is.", plural(sim.Trials, "trial", "trials"))))
	} else if o.SD > 0 {
		out = append(out, text(fmt.Sprintf("Precision: %s other trials would move the share at the 80%% date by about %s percentage points, which is %s of that date (its standard error). More trials make it smaller.",
			n, s.ps.loc.Number(max(o.Error*100, 0.01), 2), s.ps.words(o.ErrorTime))))
	}
	return append(out,
		text(fmt.Sprintf("Seed %d: the same plan gives the same answer on every machine. “milepost simulate --seed %d” draws other trials.", sim.Seed, sim.Seed+1)),
		text("It answers for what the plan holds. What nobody has thought of is in none of the trials."))
}

// constant lists what is the same in each trial.
func (s chances) constant() string {
	var parts []string
	done := 0
	for _, a := range s.ps.sched.Activities {
		done += boolInt(a.Work != nil && a.Done())
	}
	if done > 0 {
		parts = append(parts, "finished work ("+plural(done, "package", "packages")+") and what is done of begun work")
	}
	parts = append(parts, "dependencies, lags and constraints", "calendars and holidays")
	if s.sim.Cost != nil {
		parts = append(parts, "rates and fixed costs")
	}
	if s.ps.sched.Levelling != nil {
		parts = append(parts, "the order in which people and roles go from one work package to the next")
	}
	return strings.Join(parts, "; ")
}

// terms explains the words that the tables use.
func (s chances) terms() []fact {
	out := []fact{
		{Label: "Chance", Text: "Share of the trials in which it happens. 38% means that 38 of 100 plans like this one are in time."},
		{Label: "50% date (P50)", Text: "Half of the trials finish by then: as likely as not."},
		{Label: "80% date (P80)", Text: "80 of 100 trials finish by then. Many promise this date, since one in five is the rest of the risk that they take."},
		{Label: "Mean finish", Text: "Average of the finishes of all trials."},
		{Label: "Decides the finish", Text: "Share of the trials in which a work package is on the critical path: if it takes longer, the plan does (criticality index)."},
		{Label: "Rank correlation", Text: "From −1 to 1: how much the finish goes with a duration (Spearman). 0 is not at all, 1 is in step."},
		{Label: "Sensitivity index", Text: "Decides the finish, times standard deviation, as a share of the standard deviation of the finish: what is both uncertain and critical."},
	}
	if s.sim.Cost != nil {
		out = append(out, fact{Label: "Contingency", Text: "Money that the budget holds against risks, beyond what is planned to be spent."})
	}
	return out
}
