package generator

import (
	"fmt"

	"milepost/schedule/calendar"
)

// riskMap is the open risks by probability and impact: a table of five bands
// each way, likely and grave at the top right.
type riskMap struct {
	Caption   string
	Explained []string   // what the bands mean
	Heads     []bandHead // impact, from small to large
	Rows      []riskMapRow
	NotPlaced []unplaced
}

// riskMapRow is one band of probability.
type riskMapRow struct {
	Head  bandHead
	Cells []riskMapCell
}

// bandHead names a band and its bounds.
type bandHead struct{ Word, Band string }

// riskMapCell is one square: its severity from 1 to 5 as a class, and its risks.
type riskMapCell struct {
	Class string
	Word  string // "low", "severe": the severity without the colour
	Risks []mapped
}

// mapped is a risk in a square: as it stands, or where its mitigation leaves it.
type mapped struct {
	link
	After bool   // once it is mitigated
	Note  string // "same once mitigated"
}

// unplaced is a risk that is not on the map, with the reason.
type unplaced struct {
	Link   link
	Reason string
}

// The bands are half-open: a value belongs to the last band whose lower bound
// it reaches.
var (
	chanceBands = [5]float64{0, 0.10, 0.30, 0.50, 0.70}
	impactBands = [5]float64{0, 0.02, 0.05, 0.10, 0.20}
	chanceWords = [5]string{"Rare", "Unlikely", "Possible", "Likely", "Expected"}
	impactWords = [5]string{"Minor", "Small", "Notable", "Major", "Severe"}
	gravity     = [5]string{"very low", "low", "medium", "high", "very high"}
)

func band(v float64, bounds [5]float64) int {
	n := 0
	for i, from := range bounds {
		if v >= from {
			n = i
		}
	}
	return n
}

// impactScale measures the impact of risks against the size of the plan.
type impactScale struct {
	budget int64         // minor units; 0 if unknown
	length calendar.Work // of the whole plan; 0 for a plan of milestones
}

func (s section) impactScale() impactScale {
	sums := sumBudget(s.ps.plan)
	return impactScale{
		budget: sums.total,
		length: s.ps.sched.Calendar.Between(s.ps.sched.Start, s.ps.sched.Finish),
	}
}

// share returns the impact as a share of the plan, the larger of cost and
// delay, and whether it can be told.
func (sc impactScale) share(e exposure) (share float64, ok bool) {
	if e.hasCost && sc.budget > 0 {
		share, ok = float64(e.cost)/float64(sc.budget), true
	}
	if e.hasDelay && sc.length > 0 {
		share, ok = max(share, float64(e.delay)/float64(sc.length)), true
	}
	return share, ok
}

// place returns the bands of a risk from 0 to 4, or why it has none.
func (sc impactScale) place(e exposure) (chance, impact int, reason string) {
	share, known := sc.share(e)
	p, hasChance := e.chance()
	switch {
	case !isOpen(e.risk):
		return 0, 0, "it is closed"
	case e.passed:
		return 0, 0, "what it acts on is finished"
	case isOpportunity(e):
		return 0, 0, "it is an opportunity"
	case !hasChance && !e.hasCost && !e.hasDelay:
		return 0, 0, "it has neither a probability nor an impact in figures"
	case !hasChance:
		return 0, 0, "it has no probability"
	case !e.hasCost && !e.hasDelay:
		return 0, 0, "it has no impact in figures"
	case !known:
		return 0, 0, "its impact cannot be compared with a budget or length of the plan"
	}
	return band(p, chanceBands), band(share, impactBands), ""
}

func isOpportunity(e exposure) bool {
	switch e.risk.Response {
	case "exploit", "enhance", "share":
		return true
	}
	return e.hasCost && e.cost < 0 && e.delay <= 0 || e.hasDelay && e.delay < 0 && e.cost <= 0
}

// rating orders risks: the severity of their square from 1 to 5, 0 for none.
func (sc impactScale) rating(e exposure) int {
	chance, impact, reason := sc.place(e)
	if reason != "" {
		return 0
	}
	return severity(chance, impact)
}

// severity of a square from 1 to 5, by the sum of its bands: the corners are
// 1 and 5, the diagonal between the other two corners is 3.
func severity(chance, impact int) int {
	switch sum := chance + impact; {
	case sum <= 1:
		return 1
	case sum <= 3:
		return 2
	case sum == 4:
		return 3
	case sum <= 6:
		return 4
	}
	return 5
}

// riskMap draws the map, nil if the plan has no risks.
func (s section) riskMap() *riskMap {
	if len(s.ps.plan.Risks) == 0 {
		return nil
	}
	sc := s.impactScale()
	m := &riskMap{Caption: "Risks by probability (rows) and impact (columns)", Explained: s.bandsExplained(sc)}
	for i, word := range impactWords {
		m.Heads = append(m.Heads, bandHead{word, s.bandText(i, impactBands)})
	}
	for c := len(chanceWords) - 1; c >= 0; c-- {
		r := riskMapRow{Head: bandHead{chanceWords[c], s.bandText(c, chanceBands)}}
		for i := range impactWords {
			n := severity(c, i)
			r.Cells = append(r.Cells, riskMapCell{Class: fmt.Sprintf("severity-%d", n), Word: gravity[n-1]})
		}
		m.Rows = append(m.Rows, r)
	}
	put := func(chance, impact int, r mapped) {
		square := &m.Rows[len(chanceWords)-1-chance].Cells[impact]
		square.Risks = append(square.Risks, r)
	}
	arrows := false
	for _, r := range s.ps.plan.Risks {
		e := s.exposureOf(r)
		chance, impact, reason := sc.place(e)
		if reason != "" {
			m.NotPlaced = append(m.NotPlaced, unplaced{Link: s.item(&r.Item), Reason: reason})
			continue
		}
		here := mapped{link: s.item(&r.Item)}
		if after, ok := s.exposureAfter(r); ok {
			arrows = true
			switch c, i, reason := sc.place(after); {
			case reason != "":
				here.Note = "off the map once mitigated"
			case c == chance && i == impact:
				here.Note = "stays here once mitigated"
			default:
				put(c, i, mapped{link: here.link, After: true})
			}
		}
		put(chance, impact, here)
	}
	if arrows {
		m.Explained = append([]string{"An arrow marks where a risk is once it is mitigated."}, m.Explained...)
	}
	return m
}

// bandText writes the bounds of a band: "30–50%", "70% and more".
func (s section) bandText(i int, bounds [5]float64) string {
	switch from := s.ps.loc.Number(bounds[i]*100, 0); {
	case i == 0:
		return "under " + s.percent(bounds[1], 0)
	case i == len(bounds)-1:
		return from + "% and more"
	default:
		return from + "–" + s.percent(bounds[i+1], 0)
	}
}

// bandsExplained says what the impact of a risk is compared with.
func (s section) bandsExplained(sc impactScale) []string {
	var parts []string
	if sc.length > 0 {
		parts = append(parts, fmt.Sprintf("its delay as a share of the plan's length (%s)", s.ps.words(sc.length)))
	}
	if sc.budget > 0 {
		parts = append(parts, fmt.Sprintf("its cost as a share of the budget (%s)", s.ps.loc.Money(sc.budget)))
	}
	out := []string{}
	if len(parts) == 2 {
		out = append(out, "Impact is the larger of "+enumerate(parts)+".")
	} else if len(parts) == 1 {
		out = append(out, "Impact is "+parts[0]+".")
	}
	return append(out, "A value on a bound belongs to the higher band. The word in each square, and its shade, say how grave the combination is.")
}
