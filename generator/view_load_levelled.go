package generator

func (s section) levellingFacts() []fact     { return nil }
func (s section) levellingCost() []string    { return nil }
func (s section) waits() (t table, _ string) { return }
