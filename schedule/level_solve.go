package schedule

import "slices"

// solution is where the activities of a problem are.
type solution struct {
	start  []int64
	broken int64 // time by which limits on the start are not kept, in all
	finish int64 // of the last activity
	sum    int64 // of all starts: of equal schedules the one that delays less
}

// betterThan compares two schedules: first come the limits, then the finish.
func (s *solution) betterThan(o *solution) bool {
	switch {
	case s.broken != o.broken:
		return s.broken < o.broken
	case s.finish != o.finish:
		return s.finish < o.finish
	}
	return s.sum < o.sum
}

// solver looks for a good schedule of a problem.
type solver struct {
	forward, backward *problem
	build, buildBack  *builder
	budget            int                      // schedules to make at most; 0 for no search
	made              int                      // schedules made
	bound             int64                    // no schedule finishes earlier
	lower             func(finish int64) int64 // a better bound, given a finish that is possible; may be nil
	best              solution
	elite             []solution // the best few that differ, if keep > 0
	keep              int

	work, back []int64 // scratch
	key        []int64
	late       []int64 // start by the critical path method
}

// newSolver returns a solver that makes so many schedules, 0 for those of the
// priority rules alone. What it finds depends on nothing but its arguments.
func newSolver(p *problem, budget int, bound int64) *solver {
	s := &solver{forward: p, backward: p.reverse(), budget: budget, bound: bound}
	s.build, s.buildBack = newBuilder(s.forward, &s.made), newBuilder(s.backward, &s.made)
	n := p.size()
	s.best = solution{start: make([]int64, n), broken: forever, finish: forever}
	s.work, s.back, s.key = make([]int64, n), make([]int64, n), make([]int64, n)
	return s
}

func (s *solver) spent() bool { return s.budget > 0 && s.made >= s.budget }

// perfect reports whether no schedule can be better in what counts.
func (s *solver) perfect() bool { return s.best.broken == 0 && s.best.finish <= s.bound }

// judge works out how good a schedule is and keeps it if it is the best so far.
func (s *solver) judge(start []int64) solution {
	x := solution{start: start}
	p := s.forward
	for i, t := range start {
		x.finish = max(x.finish, t+p.duration[i])
		x.sum += t
		if t > p.latest[i] {
			x.broken += t - p.latest[i]
		}
	}
	if x.betterThan(&s.best) {
		copy(s.best.start, start)
		s.best.broken, s.best.finish, s.best.sum = x.broken, x.finish, x.sum
	}
	if s.keep > 0 {
		s.remember(x)
	}
	return x
}

func (s *solver) remember(x solution) {
	k := 0
	for k < len(s.elite) && !x.betterThan(&s.elite[k]) {
		if slices.Equal(s.elite[k].start, x.start) {
			return
		}
		k++
	}
	if k < s.keep {
		x.start = slices.Clone(x.start)
		s.elite = slices.Insert(s.elite, k, x)
		s.elite = s.elite[:min(len(s.elite), s.keep)]
	}
}

// rules makes the schedules of the priority rules, serial and parallel, and
// improves each as long as that helps.
//
// The rules are the latest finish (Davis and Patterson 1975), the latest start
// (Alvarez-Valdes and Tamarit 1989), the rank positional weight, the most work
// behind and the least float; Kolisch (1996) compares them.
func (s *solver) rules() {
	p := s.forward
	s.late = p.latestStarts()
	weight, behind := p.weights()
	n := p.size()
	rule := make([]int64, n)
	early := p.earliestStarts()
	for _, of := range []func(i int) int64{
		func(i int) int64 { return s.late[i] + p.duration[i] },
		func(i int) int64 { return s.late[i] },
		func(i int) int64 { return -weight[i] },
		func(i int) int64 { return -behind[i] },
		func(i int) int64 { return s.late[i] - early[i] },
	} {
		for i := range n {
			rule[i] = of(i)
		}
		for _, scheme := range []func([]int64, int64, []int64){s.build.serial, s.build.parallel} {
			if s.spent() || s.perfect() {
				return
			}
			scheme(rule, -forever, s.work)
			x := s.judge(s.work)
			if s.lower != nil && !s.perfect() {
				s.bound, s.lower = max(s.bound, s.lower(s.best.finish)), nil
			}
			s.justify(x)
		}
	}
}

// justify moves everything as late as the finish allows and then as early again,
// in the order that this gives, as long as the schedule becomes better: double
// justification, or forward-backward improvement (Tormos and Lova 2001; Valls,
// Ballestín and Quintanilla 2005). x is in s.work, and is replaced there.
func (s *solver) justify(x solution) solution {
	for !s.perfect() {
		if s.budget > 0 && s.made+2 > s.budget {
			return x
		}
		byFinish(s.forward, x.start, s.key)
		s.buildBack.serial(s.key, -x.finish, s.back)
		byFinish(s.backward, s.back, s.key)
		s.build.serial(s.key, -forever, s.work)
		y := s.judge(s.work)
		better := y.broken < x.broken || y.broken == x.broken && y.finish < x.finish
		x = y
		if !better {
			break
		}
	}
	return x
}

// byFinish fills in the keys that take the activities of a schedule in the order
// of their finishes, the last first: the order for the other direction of time.
func byFinish(p *problem, start, key []int64) {
	for i := range key {
		key[i] = -(start[i] + p.duration[i])
	}
}

// earliestStarts and latestStarts are the dates of the critical path method, as
// if there were enough of every resource.
func (p *problem) earliestStarts() []int64 {
	start := make([]int64, p.size())
	for _, i := range p.topological() {
		start[i] = p.release[i]
		for _, a := range p.before(i) {
			start[i] = max(start[i], start[a.other]+a.after)
		}
	}
	return start
}

func (p *problem) latestStarts() []int64 {
	early := p.earliestStarts()
	finish := int64(-forever)
	for i := range early {
		finish = max(finish, early[i]+p.duration[i])
	}
	late := make([]int64, p.size())
	order := p.topological()
	for _, i := range slices.Backward(order) {
		late[i] = min(finish-p.duration[i], p.latest[i])
		if p.due != nil {
			late[i] = min(late[i], p.due[i])
		}
		for _, a := range p.behind(i) {
			late[i] = min(late[i], late[a.other]-a.after)
		}
	}
	return late
}

func (p *problem) topological() []int32 {
	n := p.size()
	return p.sorted(make([]int64, n), make([]int32, 0, n), &keyHeap{}, make([]int32, n))
}

// weights returns for each activity the work of itself and its direct
// successors, and that of the longest chain behind it with the resources it
// needs.
func (p *problem) weights() (weight, behind []int64) {
	n := p.size()
	weight, behind = make([]int64, n), make([]int64, n)
	for _, i := range slices.Backward(p.topological()) {
		weight[i] = p.duration[i]
		var most int64
		for _, a := range p.behind(i) {
			weight[i] += p.duration[a.other]
			most = max(most, behind[a.other])
		}
		behind[i] = most + p.duration[i]
		for _, x := range p.needsOfA(i) {
			if c := p.capacity[x.resource]; c > 0 {
				behind[i] += p.duration[i] * x.units / c
			}
		}
	}
	return weight, behind
}
