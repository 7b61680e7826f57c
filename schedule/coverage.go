package schedule

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"milepost/schedule/plan"
)

// Coverage says which of the 14 parts of an implementation plan a plan has. It
// is about what is written, not about whether it is any good: findings and
// [Schedule.Health] tell more of that.
type Coverage struct {
	Parts []Part // in their usual order: that of [plan.Parts]
	// Score is how much of what the parts ask is answered, in whole percent,
	// rounded down so that 100 means everything. Each of the parts weighs the same,
	// and within a part each criterion that is asked. A criterion that is met in 3
	// cases of 8 counts three eighths. A part that does not apply counts in full.
	Score int
}

// Part is one part of an implementation plan.
type Part struct {
	ID       string // "objectives"
	Name     string // "Define Objectives and Goals"
	Asks     string // what the part is to tell, in a sentence
	State    PartState
	Reason   string // why it does not apply, in the words of the plan's authors
	Criteria []Criterion
}

// PartState is how far a part is covered.
type PartState uint8

// A part is covered if each criterion that is asked is met, and missing if none
// is met even in part.
const (
	Missing PartState = iota
	PartlyCovered
	Covered
	NotNeeded // the authors say that it does not apply, and why: it counts as covered
)

// Criterion is a question that a part asks of the plan.
type Criterion struct {
	ID       string // unique within its part: "measurable"
	Name     string // what it is about in a few words: "Measurable objectives"
	Question string
	State    CriterionState
	Reason   string     // why it is not asked
	Have     []Evidence // what meets it
	Lack     []Evidence // what is there and does not meet it
	Write    Remedy     // what to write to meet it, or to meet it in one more case
}

// CriterionState is how far a criterion is met.
type CriterionState uint8

// A criterion about each of some things is met if each of them meets it, and not
// met if there are none.
const (
	NotMet CriterionState = iota
	PartlyMet
	Met
	NotAsked // it makes no sense for this plan, at least not yet
)

// Evidence is a place where a plan says something: a table or a text.
type Evidence struct {
	Address string // of the table, "milestone:M4"; "" for a text
	Text    string // name of the text, "strategy"
}

// Remedy is an example of what to write. Its texts are placeholders, but it is
// valid where it is put, and meets the criterion.
type Remedy struct {
	File string // to write it in: where the table is; for a new one any file of the plan will do
	Text string // "" if another example has it, or if nothing is to be written
	See  string // part and criterion whose example it is: "risks.assessed"
}

// Text is a Markdown file that belongs to a plan and says something.
type Text struct {
	Name string // below the folder of the plan, without its ending: "strategy", "work/1.1", "reports/2026-01-30"
}

var partStates = []string{"missing", "partly", "covered", "not applicable"}

// String returns "missing", "partly", "covered" or "not applicable".
func (s PartState) String() string { return partStates[s] }

var criterionStates = []string{"not met", "partly", "met", "not asked"}

// String returns "not met", "partly", "met" or "not asked".
func (s CriterionState) String() string { return criterionStates[s] }

// Number returns how many of the parts are covered or do not apply.
func (c *Coverage) Number() int {
	return len(c.In(Covered)) + len(c.In(NotNeeded))
}

// Criterion returns a criterion by part and criterion, "risks.assessed", and the
// part; nil if there is none.
func (c *Coverage) Criterion(path string) (*Part, *Criterion) {
	part, id, _ := strings.Cut(path, ".")
	for i := range c.Parts {
		for j := range c.Parts[i].Criteria {
			if c.Parts[i].ID == part && c.Parts[i].Criteria[j].ID == id {
				return &c.Parts[i], &c.Parts[i].Criteria[j]
			}
		}
	}
	return nil, nil
}

// In returns the parts in a state.
func (c *Coverage) In(state PartState) []Part {
	return slices.DeleteFunc(slices.Clone(c.Parts), func(p Part) bool { return p.State != state })
}

// Verdict tells how far a criterion is met: "met", "3 of 8", "not met", "not
// asked".
func (c *Criterion) Verdict() string {
	if c.State == PartlyMet {
		return fmt.Sprintf("%d of %d", len(c.Have), len(c.Have)+len(c.Lack))
	}
	return c.State.String()
}

// Met returns how many criteria of a part are met, and how many are asked.
func (p *Part) Met() (met, asked int) {
	for _, c := range p.Criteria {
		switch c.State {
		case Met:
			met++
			asked++
		case NotMet, PartlyMet:
			asked++
		}
	}
	return met, asked
}

// Coverage finds out which parts of an implementation plan the plan of the
// schedule has, with the texts that belong to it.
func (s *Schedule) Coverage(texts []Text) *Coverage {
	c := &coverer{sched: s, plan: s.Plan, texts: texts, offered: map[string]map[string]string{}}
	out := &Coverage{}
	score := new(big.Rat)
	for _, ask := range partsAsked {
		p := Part{ID: ask.id, Name: ask.name, Asks: ask.asks}
		if reason, ok := s.Plan.NotApplicable[ask.id]; ok {
			p.State, p.Reason = NotNeeded, reason
			score.Add(score, big.NewRat(1, 1))
			out.Parts = append(out.Parts, p)
			continue
		}
		for _, q := range ask.criteria {
			c.asking = ask.id + "." + q.id
			p.Criteria = append(p.Criteria, c.criterion(q))
		}
		share := p.share()
		switch {
		case share.Cmp(big.NewRat(1, 1)) == 0:
			p.State = Covered
		case share.Sign() > 0:
			p.State = PartlyCovered
		}
		score.Add(score, share)
		out.Parts = append(out.Parts, p)
	}
	score.Mul(score, big.NewRat(100, int64(len(out.Parts))))
	out.Score = int(new(big.Int).Quo(score.Num(), score.Denom()).Int64())
	return out
}

// share returns how much of what the part asks is answered, 0 to 1.
func (p *Part) share() *big.Rat {
	sum, asked := new(big.Rat), int64(0)
	for _, c := range p.Criteria {
		if c.State == NotAsked {
			continue
		}
		asked++
		if n := len(c.Have) + len(c.Lack); n > 0 {
			sum.Add(sum, big.NewRat(int64(len(c.Have)), int64(n)))
		}
	}
	if asked == 0 {
		return sum
	}
	return sum.Mul(sum, big.NewRat(1, asked))
}

// coverer looks for what one plan has.
type coverer struct {
	sched *Schedule
	plan  *plan.Plan
	texts []Text

	asking  string                       // part and criterion: "risks.assessed"
	offered map[string]map[string]string // by header and key of the examples so far: who has it

	busy map[string]bool // addresses of roles and persons that have something to do
}

func (c *coverer) criterion(q question) Criterion {
	t := q.look(c)
	out := Criterion{ID: q.id, Name: q.name, Question: q.text, Have: t.have, Lack: t.lack, Reason: t.reason}
	switch {
	case t.reason != "":
		return Criterion{ID: q.id, Name: q.name, Question: q.text, Reason: t.reason, State: NotAsked}
	case len(t.have) > 0 && len(t.lack) == 0:
		out.State = Met
		return out
	case len(t.have) > 0:
		out.State = PartlyMet
	}
	out.Write = q.write(c, t)
	return out
}

// evidenced is what a question has found.
type evidenced struct {
	have, lack []Evidence
	reason     string // why the criterion is not asked; "" if it is
}

// each asks a question of each thing.
func each[T any](list []T, item func(T) *plan.Item, has func(T) bool) evidenced {
	var t evidenced
	for _, x := range list {
		t.add(item(x), has(x))
	}
	return t
}

func (t *evidenced) add(it *plan.Item, has bool) {
	e := Evidence{Address: it.Address()}
	if has {
		t.have = append(t.have, e)
	} else {
		t.lack = append(t.lack, e)
	}
}

// once is the answer to a question that one thing is enough for.
func (t evidenced) once() evidenced {
	if len(t.have) > 0 {
		t.lack = nil
	}
	return t
}

// first returns the first thing that does not meet the criterion, or nil.
func (t evidenced) first(c *coverer) *plan.Item {
	if len(t.lack) == 0 {
		return nil
	}
	return c.plan.Lookup(t.lack[0].Address)
}
