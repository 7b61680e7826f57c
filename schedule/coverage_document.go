package schedule

// coverageDocument is the coverage of a plan as JSON. Its keys are a contract,
// as those of [document].
type coverageDocument struct {
	Plan    string         `json:"plan,omitempty"`
	Score   int            `json:"score"`   // whole percent
	Covered int            `json:"covered"` // how many parts are covered or do not apply
	Parts   []partDocument `json:"parts"`
}

type partDocument struct {
	ID       string              `json:"id"`
	Name     string              `json:"name"`
	State    string              `json:"state"`            // "covered", "partly", "missing" or "not applicable"
	Reason   string              `json:"reason,omitempty"` // why it does not apply
	Criteria []criterionDocument `json:"criteria"`
}

type criterionDocument struct {
	ID       string          `json:"id"`
	Name     string          `json:"name"`
	Question string          `json:"question"`
	State    string          `json:"state"`            // "met", "partly", "not met" or "not asked"
	Reason   string          `json:"reason,omitempty"` // why it is not asked
	Have     []string        `json:"have"`             // addresses of tables, "risk:R1"; files of texts, "strategy.md"
	Lack     []string        `json:"lack"`
	Write    *remedyDocument `json:"write,omitempty"`
	See      string          `json:"see,omitempty"` // part and criterion that have what is to be written: "risks.assessed"
}

type remedyDocument struct {
	File string `json:"file"`
	Text string `json:"text"`
}

// Document returns the coverage in the form that is published as JSON, with the
// name of its plan where there may be several.
func (c *Coverage) Document(plan string) any {
	d := c.document()
	d.Plan = plan
	return d
}

func (c *Coverage) document() *coverageDocument {
	if c == nil {
		return nil
	}
	d := &coverageDocument{Score: c.Score, Covered: c.Number(), Parts: []partDocument{}}
	for _, p := range c.Parts {
		part := partDocument{ID: p.ID, Name: p.Name, State: p.State.String(), Reason: p.Reason, Criteria: []criterionDocument{}}
		for _, q := range p.Criteria {
			crit := criterionDocument{ID: q.ID, Name: q.Name, Question: q.Question, State: q.State.String(), Reason: q.Reason,
				Have: names(q.Have), Lack: names(q.Lack), See: q.Write.See}
			if q.Write.Text != "" {
				crit.Write = &remedyDocument{q.Write.File, q.Write.Text}
			}
			part.Criteria = append(part.Criteria, crit)
		}
		d.Parts = append(d.Parts, part)
	}
	return d
}

func names(list []Evidence) []string {
	out := []string{}
	for _, e := range list {
		out = append(out, e.String())
	}
	return out
}

// String returns the address of a table, "risk:R1", or the file of a text,
// "strategy.md".
func (e Evidence) String() string {
	if e.Text != "" {
		return e.Text + ".md"
	}
	return e.Address
}
