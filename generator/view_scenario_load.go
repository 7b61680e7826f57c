package generator

import (
	"milepost/schedule"
	"milepost/schedule/plan"
)

// manyLoads is how many roles and persons the comparison shows without leaving
// out those for which there is nothing to compare.
const manyLoads = 30

// courseLoads shows for each role and person that work is assigned to how much of
// it is needed at a time at most, of how much there is, in each course. It is nil
// if no work is assigned.
func (s section) courseLoads(all []course) *table {
	type needed struct {
		item  *plan.Item
		cells []cell
		over  bool // in some course
	}
	var order []*needed
	found := map[string]*needed{}
	for i, c := range all {
		for _, l := range c.ps.sched.RoleLoads(schedule.Planned) {
			n := found[l.Item.Address()]
			if n == nil {
				n = &needed{item: l.Item, cells: make([]cell, len(all))}
				for k := range n.cells {
					n.cells[k] = text("not needed")
				}
				found[l.Item.Address()] = n
				order = append(order, n)
			}
			p := c.ps.peakOf(l)
			n.cells[i] = p.cell()
			n.over = n.over || p.over
		}
	}
	if len(order) == 0 {
		return nil
	}
	t := table{ID: "load", Class: "stack", Caption: "Needed at most at a time, in full-time equivalents, of what there is", Head: cols("Role or person", "The plan")}
	if s.ps.plan.StatusDate.IsSet() {
		t.Caption += ", from the status date on"
	}
	for _, c := range all[1:] {
		t.Head = append(t.Head, column{Text: headOf(&c.sc.Item)})
	}
	same := 0
	for _, n := range order {
		differs := n.over
		for _, c := range n.cells[1:] {
			differs = differs || c.plain() != n.cells[0].plain()
		}
		if !differs && len(order) > manyLoads {
			same++
			continue
		}
		head := linked(s.to(n.item.Address()))
		if head.Links[0].Href == "" {
			head = text(headOf(n.item))
		}
		t.Rows = append(t.Rows, row{Cells: append([]cell{head}, n.cells...)})
	}
	if same > 0 {
		t.Caption += "; " + itoa(same) + " for which nothing changes and nothing is over capacity are left out"
	}
	return &t
}

// peakLoad is the time at which most of a role or person is needed, compared with
// what there is then; of a role that is staffed by phase, where it comes closest
// to its staffing or most beyond it.
type peakLoad struct {
	units, capacity int64 // ten-thousandths of full time
	week            int
	limited, over   bool
	any             bool
}

// peakOf returns the peak of a role or person. What was before the status date
// does not count: nothing can be done about it.
func (ps *planSite) peakOf(l *schedule.RoleLoad) peakLoad {
	var top peakLoad
	take := func(p peakLoad) {
		beyond := p.units - p.capacity - (top.units - top.capacity)
		switch {
		case top.any && top.over != p.over:
			if top.over {
				return
			}
		case top.any && top.limited != p.limited:
			if top.limited {
				return
			}
		case top.any && beyond <= 0:
			return
		}
		p.any = true
		top = p
	}
	for _, r := range l.Resources {
		spans := ps.sched.Load(r, schedule.Planned)
		for _, sp := range spans {
			if ps.plan.StatusDate.IsSet() {
				sp.Start = max(sp.Start, ps.sched.StatusDate)
			}
			if sp.Start < sp.Finish && (!r.Limited() || sp.Units <= r.Capacity) {
				take(peakLoad{units: sp.Units, capacity: r.Capacity, week: ps.sched.Week(sp.Start), limited: r.Limited()})
			}
		}
		for _, o := range ps.sched.Overloads(r, schedule.Planned) {
			if o.Past {
				continue
			}
			for _, sp := range spans {
				if start := max(sp.Start, o.Start); sp.Units == o.Peak && start < min(sp.Finish, o.Finish) {
					take(peakLoad{units: o.Peak, capacity: r.Capacity, week: ps.sched.Week(start), limited: true, over: true})
					break
				}
			}
		}
	}
	return top
}

// cell shows the peak: "1 of 0.75 in W9".
func (p peakLoad) cell() cell {
	if !p.any {
		return text("none to come")
	}
	week := " in W" + itoa(p.week)
	if !p.limited {
		c := text(fte(p.units) + week)
		c.Note = "no capacity stated"
		return c
	}
	c := text(fte(p.units) + " of " + fte(p.capacity) + week)
	c.Note = "within capacity"
	if p.over {
		c.Note = "over capacity"
		return c.class("late")
	}
	return c
}

// fte writes ten-thousandths of full time.
func fte(units int64) string { return plan.UnitsOf(units).String() }
