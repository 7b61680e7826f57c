package plan

// Phases, work and milestones share one namespace. The place of such a thing is
// its index in Work; of a milestone the index in Milestones behind those, of a
// phase the index in Phases behind both.

// Index makes the phases, work and milestones known by their ids. [Load] has done
// it; a plan that is made or changed in Go is indexed when it is scheduled, which
// must then not happen twice at a time.
func (p *Plan) Index() {
	p.ids = make([]string, 0, len(p.Work)+len(p.Milestones)+len(p.Phases))
	for _, w := range p.Work {
		p.ids = append(p.ids, w.ID)
	}
	for _, m := range p.Milestones {
		p.ids = append(p.ids, m.ID)
	}
	for _, ph := range p.Phases {
		p.ids = append(p.ids, ph.ID)
	}
	p.places = make(map[string]int32, len(p.ids))
	for i, id := range p.ids {
		p.places[id] = int32(i)
	}
	each := func(deps []Dependency) {
		for i := range deps {
			d := &deps[i]
			d.place = p.Place(d.Pred) + 1
			if d.place > 0 { // the same text in the same memory is compared at once
				d.Pred = p.ids[d.place-1]
			}
		}
	}
	for _, w := range p.Work {
		each(w.After)
	}
	for _, m := range p.Milestones {
		each(m.After)
	}
	for _, ph := range p.Phases {
		each(ph.After)
	}
}

// Place returns the place of a phase, a work package or a milestone, -1 if the
// plan has none of that id.
func (p *Plan) Place(id string) int32 {
	if at, ok := p.places[id]; ok {
		return at
	}
	return -1
}

// PlaceOf returns the place of what a dependency waits for, -1 if it is not in
// the plan.
func (p *Plan) PlaceOf(d *Dependency) int32 {
	if at := d.place - 1; at >= 0 && int(at) < len(p.ids) && p.ids[at] == d.Pred {
		return at
	}
	return p.Place(d.Pred)
}

// Places returns how many phases, work packages and milestones are indexed.
func (p *Plan) Places() int { return len(p.ids) }

// IsAt reports whether the plan has been indexed with the id in that place.
func (p *Plan) IsAt(place int, id string) bool { return place < len(p.ids) && p.ids[place] == id }
