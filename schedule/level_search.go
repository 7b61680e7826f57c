package schedule

import (
	"math/rand/v2"
	"slices"
)

// The search raises two populations of schedules, one running forward and one
// running backward in time. A child of two schedules of one is built in the
// other direction, from the last activity to the first, so that it comes out
// justified for the price of one schedule (Debels and Vanhoucke 2005, "A
// bi-population based genetic algorithm for the RCPSP"). It takes over from one
// parent a stretch of time in which the resources are well used (the peaks of
// Valls, Ballestín and Quintanilla 2008, "A hybrid genetic algorithm for the
// RCPSP") and the order of everything else from the other, and takes the place
// of the worst of its population, unless it is worse or there already.

const (
	// After so many generations without a better schedule the search starts over.
	patience = 40
	// A stretch that a child takes over is between a quarter and three quarters
	// of the schedule; of so many drawn it is the one with the best use.
	stretchesDrawn = 3
	// So many activities of a child are moved on average.
	mutations = 1
)

// population are schedules in one direction of time.
type population struct {
	p       *problem
	build   *builder
	members []member
	fresh   member // where a child is made
}

// member is a schedule of a population.
type member struct {
	start  []int64
	first  int64 // the first start
	length int64 // from there to the last finish
	sum    int64 // of the starts, counted from the first
	broken int64 // as in solution
}

func (m *member) betterThan(o *member) bool {
	switch {
	case m.broken != o.broken:
		return m.broken < o.broken
	case m.length != o.length:
		return m.length < o.length
	}
	return m.sum < o.sum
}

// search spends what is left of the budget. The same seed gives the same
// schedules.
func (s *solver) search(seed uint64) {
	if s.forward.size() < 2 {
		return
	}
	random := rand.New(rand.NewPCG(seed, 0))
	first := slices.Clone(s.elite)
	for !s.spent() && !s.perfect() {
		s.breed(random, first)
		first = nil
	}
}

// breed raises a pair of populations, the first members given, until they have
// nothing new to offer.
func (s *solver) breed(random *rand.Rand, first []solution) {
	n := s.forward.size()
	left := &population{p: s.forward, build: s.build}
	right := &population{p: s.backward, build: s.buildBack}
	left.fresh.start, right.fresh.start = make([]int64, n), make([]int64, n)
	size := min(60, max(20, s.budget*4/3/n)) // more members learn more slowly and get further
	for i := range size {
		if s.spent() || s.perfect() {
			return
		}
		if i < len(first) {
			copy(left.fresh.start, first[i].start)
		} else {
			s.sample(random, left.fresh.start)
		}
		left.measure()
		left.fresh.broken = s.judge(left.fresh.start).broken
		left.members = append(left.members, left.fresh)
		left.fresh.start = make([]int64, n)
	}
	for i := range left.members {
		if s.spent() || s.perfect() {
			return
		}
		byFinish(s.forward, left.members[i].start, s.key)
		s.child(&left.members[i], right)
		right.members = append(right.members, right.fresh)
		right.fresh.start = make([]int64, n)
	}

	share := s.forward.shares()
	from, to := right, left
	for waited := 0; waited < patience; waited++ {
		before := s.best.finish
		for i := range from.members {
			if s.spent() || s.perfect() {
				return
			}
			a, b := &from.members[i], from.draw(random)
			if random.IntN(2) == 0 {
				a, b = b, a
			}
			s.cross(random, from.p, a, b, share)
			s.child(a, to)
			to.admit()
		}
		from, to = to, from
		if s.best.finish < before {
			waited = 0
		}
	}
}

// sample makes a schedule by the latest finish, blurred: sampling around a
// priority rule (Kolisch 1996).
func (s *solver) sample(random *rand.Rand, start []int64) {
	blur := float64(s.best.finish) * random.Float64() / 2
	for i := range s.key {
		s.key[i] = s.late[i] + s.forward.duration[i] + int64(random.Float64()*blur)
	}
	if random.IntN(2) == 0 {
		s.build.parallel(s.key, -forever, start)
	} else {
		s.build.serial(s.key, -forever, start)
	}
}

// draw returns the better one of two members.
func (q *population) draw(random *rand.Rand) *member {
	a, b := &q.members[random.IntN(len(q.members))], &q.members[random.IntN(len(q.members))]
	if b.betterThan(a) {
		return b
	}
	return a
}

// child makes the schedule of s.key in the population whose time runs against
// that of the parent.
func (s *solver) child(parent *member, to *population) {
	floor := int64(-forever)
	if to.p == s.backward {
		floor = -(parent.first + parent.length)
	}
	to.build.serial(s.key, floor, to.fresh.start)
	to.measure()
	if to.p == s.forward {
		to.fresh.broken = s.judge(to.fresh.start).broken
	}
}

// measure works out where the fresh member begins and how long it is.
func (q *population) measure() {
	first, last := int64(forever), int64(-forever)
	for i, t := range q.fresh.start {
		first, last = min(first, t), max(last, t+q.p.duration[i])
	}
	q.fresh.first, q.fresh.length, q.fresh.sum, q.fresh.broken = first, last-first, 0, 0
	for _, t := range q.fresh.start {
		q.fresh.sum += t - first
	}
}

// admit puts the fresh member in the place of the worst.
func (q *population) admit() {
	worst := &q.members[0]
	for i := range q.members {
		m := &q.members[i]
		if worst.betterThan(m) {
			worst = m
		}
		if m.length == q.fresh.length && slices.Equal(m.start, q.fresh.start) {
			return
		}
	}
	if !worst.betterThan(&q.fresh) {
		q.fresh, *worst = *worst, q.fresh
	}
}

// shares returns how much of the resources each activity takes, in thousandths
// of their capacity.
func (p *problem) shares() []int64 {
	share := make([]int64, p.size())
	for i := range share {
		for _, x := range p.needsOfA(int32(i)) {
			share[i] += 1000 * x.units / max(1, p.capacity[x.resource])
		}
	}
	return share
}

// cross fills in s.key with the order of a child, for the other direction of
// time: a stretch of a is kept, and b orders what comes before and after it.
// Which activities those are is said by a or by b, as chance has it.
func (s *solver) cross(random *rand.Rand, p *problem, a, b *member, share []int64) {
	lo, hi := stretch(random, p, a, share)
	const apart = int64(1) << 58 // more than any two dates
	byA := random.IntN(2) == 0
	middle := (hi-a.first)/2 + (lo-a.first)/2
	same := true
	for i := range s.key {
		fa, fb := a.start[i]+p.duration[i], b.start[i]+p.duration[i]
		same = same && fa == fb
		switch {
		case fa > lo && fa <= hi:
			s.key[i] = -fa
		case byA && fa > hi, !byA && fb-b.first > middle:
			s.key[i] = -fb - apart
		default:
			s.key[i] = -fb + apart
		}
	}
	rate := float64(mutations) / float64(len(s.key))
	if same {
		rate = min(0.5, 6*rate) // the child of equals is worth nothing unless it differs
	}
	reach := max(1, a.length/4)
	for i := range s.key {
		if random.Float64() < rate {
			s.key[i] += random.Int64N(2*reach+1) - reach
		}
	}
}

// stretch returns a part of a schedule, the one with the best use of resources
// among a few.
func stretch(random *rand.Rand, p *problem, m *member, share []int64) (lo, hi int64) {
	best := int64(-1)
	for range stretchesDrawn {
		length := max(1, m.length/4+random.Int64N(m.length/2+1))
		from := m.first + random.Int64N(max(1, m.length-length+1))
		to := from + length
		var used int64
		for i, t := range m.start {
			if over := min(to, t+p.duration[i]) - max(from, t); over > 0 {
				used += over * share[i]
			}
		}
		if used /= length; used > best {
			lo, hi, best = from, to, used
		}
	}
	return lo, hi
}
