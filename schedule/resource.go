package schedule

import (
	"slices"

	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// Resource is something that work packages need a share of while they last and
// give back when they finish: a role, a person, or a role in a phase that it is
// staffed in. All units are ten-thousandths of full time.
//
// How much of a role there is comes from the first of these that the plan
// states:
//
//   - capacity: one resource for the whole plan.
//   - staffing: one resource for each phase with staffing, each with a capacity
//     of its own. Work competes for the staffing of its phase, or of the nearest
//     phase around it that the role is staffed in. So no capacity depends on when
//     a phase happens, which is what levelling decides.
//   - The persons who fill the role: the sum of their units.
//   - Nothing: the role is not limited.
//
// A person has units, full time unless the plan says otherwise, for the whole
// plan. Work that is assigned to a person counts against the person; and against
// the role as well if the person fills exactly one, wherever its capacity comes
// from. Of a role that is staffed by phase that is the staffing of the work's
// phase, and none if the role has none there.
type Resource struct {
	*plan.Item              // of the role or person
	Role       *plan.Role   // nil for a person
	Person     *plan.Person // nil for a role
	Phase      *PhaseDates  // whose staffing it is; nil for the whole plan
	Source     CapacitySource

	// Capacity is how much there is at any time; zero means none, and if the
	// Source is NoCapacity that nobody has said.
	Capacity int64
	Demands  []Demand // in the order of the plan

	// Calendar is what time without and with capacity is counted on: that of the
	// work that needs the resource if all of it has the same, otherwise that of
	// the role or person, otherwise the plan's.
	Calendar *calendar.Calendar

	index int32 // in Schedule.Resources
}

// CapacitySource says where the capacity of a resource is written.
type CapacitySource int

const (
	NoCapacity    CapacitySource = iota // nowhere: the resource is not limited
	OfRole                              // in the capacity of the role
	OfStaffing                          // in its staffing of a phase
	OfPersons                           // in the units of the persons who fill it
	OfPerson                            // in the units of the person
	NotInThePhase                       // the role is staffed, but not for this work's phase: not limited
)

// Demand is the share of a resource that an activity needs from its start to its
// finish.
type Demand struct {
	Activity *Activity
	Units    int64
	pos      int // of the assignment that asks for it, in the work package
}

// Limited reports whether work may have to wait for the resource.
func (r *Resource) Limited() bool { return r.Source != NoCapacity && r.Source != NotInThePhase }

// share returns what an activity holds of a resource as far as levelling counts:
// no more than there is. Work that needs more than that cannot wait until there
// is more; it has the resource for itself. Of a resource that there is nothing of
// one activity at a time may have what it asks for.
func (r *Resource) share(units int64) int64 { return min(units, r.supply()) }

func (r *Resource) supply() int64 { return max(1, r.Capacity) }

// addResources makes the resources of the plan: those that have a capacity and
// those that some work needs. Roles come first, each with its phases, then
// persons, in the order of the plan.
func (s *Schedule) addResources() {
	m := resourceModel{s: s, roles: make(map[string]*roleResources, len(s.Plan.Roles)), persons: make(map[string]*personResources, len(s.Plan.People))}
	for _, r := range s.Plan.Roles {
		m.roles[r.ID] = &roleResources{role: r}
	}
	for _, p := range s.Plan.People {
		pr := &personResources{own: &Resource{Item: &p.Item, Person: p, Source: OfPerson, Capacity: unitsOf(p)}}
		m.persons[p.ID] = pr
		for _, id := range p.Roles {
			if r := m.roles[id]; r != nil && !slices.Contains(pr.roles, r) {
				r.ofPersons += unitsOf(p)
				pr.roles = append(pr.roles, r)
			}
		}
	}
	for _, r := range s.Plan.Roles {
		m.roles[r.ID].make(s)
	}
	for _, a := range s.priced {
		if a.Duration == 0 {
			continue
		}
		for k, as := range a.Work.Assign {
			m.assign(a, k, as)
		}
	}
	for _, r := range s.Plan.Roles {
		rr := m.roles[r.ID]
		s.Resources = append(s.Resources, rr.all...)
		s.Resources = append(s.Resources, rr.unstaffed...)
	}
	for _, p := range s.Plan.People {
		s.Resources = append(s.Resources, m.persons[p.ID].own)
	}
	s.Resources = slices.DeleteFunc(s.Resources, func(r *Resource) bool { return !r.Limited() && len(r.Demands) == 0 })
	for i, r := range s.Resources {
		r.index = int32(i)
		r.Calendar = s.calendarOf(r)
	}
}

func unitsOf(p *plan.Person) int64 {
	if p.Units.IsSet() {
		return p.Units.TenThousandths
	}
	return 10_000
}

// resourceModel finds the resources that an assignment counts against.
type resourceModel struct {
	s       *Schedule
	roles   map[string]*roleResources
	persons map[string]*personResources
}

type personResources struct {
	own   *Resource
	roles []*roleResources // that the person fills
}

// roleResources are what a role is made of.
type roleResources struct {
	role      *plan.Role
	ofPersons int64
	all       []*Resource // one for the plan, or one for each phase with staffing
	unstaffed []*Resource // by phase: demands where the role is not staffed
}

func (rr *roleResources) make(s *Schedule) {
	r := rr.role
	switch {
	case r.Capacity.IsSet():
		rr.all = []*Resource{{Item: &r.Item, Role: r, Source: OfRole, Capacity: r.Capacity.TenThousandths}}
	case len(r.Staffing) > 0:
		for _, v := range r.Staffing {
			if ph := s.Phase(v.Phase); ph != nil && v.Value.TenThousandths > 0 {
				rr.all = append(rr.all, &Resource{Item: &r.Item, Role: r, Phase: ph, Source: OfStaffing, Capacity: v.Value.TenThousandths})
			}
		}
	case rr.ofPersons > 0:
		rr.all = []*Resource{{Item: &r.Item, Role: r, Source: OfPersons, Capacity: rr.ofPersons}}
	default:
		rr.all = []*Resource{{Item: &r.Item, Role: r, Source: NoCapacity}}
	}
}

// assign counts an assignment of an activity against its resources.
func (m *resourceModel) assign(a *Activity, k int, as plan.Assignment) {
	if p := m.persons[as.Who]; p != nil && as.Kind != "role" {
		p.own.need(a, k, as.Units.TenThousandths)
		if len(p.roles) == 1 {
			if r := p.roles[0].pool(a.Phase); r != nil {
				r.need(a, k, as.Units.TenThousandths)
			}
		}
		return
	}
	if r := m.roles[as.Who]; r != nil {
		r.of(a.Phase).need(a, k, as.Units.TenThousandths)
	}
}

// pool returns the resource of the role for work of a phase; nil if the role is
// staffed, but not there.
func (rr *roleResources) pool(ph *PhaseDates) *Resource {
	if len(rr.role.Staffing) == 0 || rr.role.Capacity.IsSet() {
		return rr.all[0]
	}
	for up := ph; up != nil; up = up.Parent {
		for _, r := range rr.all {
			if r.Phase == up {
				return r
			}
		}
	}
	return nil
}

// of returns the resource that work of a phase competes for, also if nobody has
// said how much of it there is.
func (rr *roleResources) of(ph *PhaseDates) *Resource {
	if r := rr.pool(ph); r != nil {
		return r
	}
	for _, r := range rr.unstaffed {
		if r.Phase == ph {
			return r
		}
	}
	r := &Resource{Item: &rr.role.Item, Role: rr.role, Phase: ph, Source: NotInThePhase}
	rr.unstaffed = append(rr.unstaffed, r)
	return r
}

// need adds a demand, to the one that the activity has already if there is one.
func (r *Resource) need(a *Activity, k int, units int64) {
	if n := len(r.Demands); n > 0 && r.Demands[n-1].Activity == a {
		r.Demands[n-1].Units += units
		return
	}
	r.Demands = append(r.Demands, Demand{Activity: a, Units: units, pos: k})
}

func (s *Schedule) calendarOf(r *Resource) *calendar.Calendar {
	if len(r.Demands) > 0 {
		c := r.Demands[0].Activity.Calendar
		if !slices.ContainsFunc(r.Demands, func(d Demand) bool { return d.Activity.Calendar != c }) {
			return c
		}
	}
	id := ""
	if r.Role != nil {
		id = r.Role.Calendar
	} else {
		id = r.Person.Calendar
	}
	if c := s.Plan.Calendar(id); c != nil {
		return c
	}
	return s.Calendar
}
