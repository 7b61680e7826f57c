package schedule

import "slices"

// The two ways to make a schedule from an order of the activities (Kelley 1963;
// Kolisch 1996). The serial one takes the activities in turn and puts each where
// it first fits. The parallel one goes through time and starts what fits now. A
// schedule of the parallel one keeps nobody idle for whom there is work; the
// serial one always has an order that leads to an optimal schedule.

// builder makes schedules for a problem. It counts them and reuses its memory.
type builder struct {
	p     *problem
	free  []profile
	waits []int32
	list  []int32
	heap  keyHeap
	made  *int // schedules made so far

	events  []int64 // of the parallel scheme, a heap
	ready   []int32
	readyAt []int64
	later   keyHeap
	now     []int64 // free of each resource at nowAt
	nowAt   []int64
}

func newBuilder(p *problem, made *int) *builder {
	n := p.size()
	return &builder{p: p, made: made, free: make([]profile, len(p.base)), waits: make([]int32, n),
		list: make([]int32, 0, n), readyAt: make([]int64, n), now: make([]int64, len(p.base)), nowAt: make([]int64, len(p.base))}
}

func (b *builder) reset() {
	*b.made++
	for r := range b.free {
		b.free[r].copyFrom(&b.p.base[r])
	}
}

// serial fills in the starts that the order of the keys leads to, none before
// floor.
func (b *builder) serial(key []int64, floor int64, start []int64) {
	b.reset()
	b.list = b.p.sorted(key, b.list, &b.heap, b.waits)
	for _, i := range b.list {
		t := max(floor, b.p.release[i])
		for _, a := range b.p.before(i) {
			t = max(t, start[a.other]+a.after)
		}
		start[i] = b.place(i, t)
	}
}

// place puts an activity at the first time from t on at which it fits, and takes
// what it needs.
func (b *builder) place(i int32, t int64) int64 {
	d := b.p.duration[i]
	needs := b.p.needsOfA(i)
	if d == 0 || len(needs) == 0 {
		return t
	}
	ready := t
	for settled := 0; settled < len(needs); {
		for _, x := range needs {
			if at := b.free[x.resource].fit(t, d, x.units); at == t {
				if settled++; settled == len(needs) {
					break
				}
			} else {
				t, settled = at, 1
			}
		}
	}
	if b.p.force && t > b.p.latest[i] {
		t = max(ready, b.p.latest[i])
	}
	for _, x := range needs {
		b.free[x.resource].take(t, d, x.units)
	}
	return t
}

// parallel fills in the starts that the keys lead to as priorities, none before
// floor.
func (b *builder) parallel(key []int64, floor int64, start []int64) {
	b.reset()
	p := b.p
	b.ready, b.events = b.ready[:0], b.events[:0]
	for r := range b.nowAt {
		b.nowAt[r] = -2 * forever
	}
	b.later.reset(b.readyAt)
	allow := func(i int32) {
		t := max(floor, p.release[i])
		for _, a := range p.before(i) {
			t = max(t, start[a.other]+a.after)
		}
		b.readyAt[i] = t
		b.later.push(i)
	}
	for i := range int32(p.size()) {
		b.waits[i] = p.inOf[i+1] - p.inOf[i]
		if b.waits[i] == 0 {
			allow(i)
		}
	}
	for r := range b.free {
		for _, t := range b.free[r].at[1:] {
			b.event(t)
		}
	}
	better := func(x, y int32) int {
		switch {
		case key[x] < key[y] || key[x] == key[y] && x < y:
			return -1
		case x == y:
			return 0
		}
		return 1
	}
	t := floor
	for len(b.ready) > 0 || b.later.len() > 0 {
		// The next time at which something can happen.
		if len(b.ready) == 0 {
			t = max(t, b.readyAt[b.later.heap[0]])
		}
		for again := true; again; {
			again = false
			for b.later.len() > 0 && b.readyAt[b.later.heap[0]] <= t {
				i := b.later.pop()
				k, _ := slices.BinarySearchFunc(b.ready, i, better)
				b.ready = slices.Insert(b.ready, k, i)
			}
			kept := b.ready[:0]
			for k, i := range b.ready {
				if again { // something has become ready: start over in order
					kept = append(kept, b.ready[k:]...)
					break
				}
				at, ok := b.tryNow(i, t)
				if !ok {
					kept = append(kept, i)
					continue
				}
				start[i] = at
				b.event(at + p.duration[i])
				for _, a := range p.behind(i) {
					if b.waits[a.other]--; b.waits[a.other] == 0 {
						allow(a.other)
						again = again || b.readyAt[a.other] <= t
					}
				}
			}
			b.ready = kept
		}
		next := int64(forever)
		if b.later.len() > 0 {
			next = b.readyAt[b.later.heap[0]]
		}
		for len(b.events) > 0 && b.events[0] <= t {
			b.popEvent()
		}
		if len(b.events) > 0 {
			next = min(next, b.events[0])
		}
		t = next
	}
}

// tryNow starts an activity at t if it fits there, or where a limit that must be
// kept says.
func (b *builder) tryNow(i int32, t int64) (int64, bool) {
	p := b.p
	d := p.duration[i]
	needs := p.needsOfA(i)
	if d == 0 || len(needs) == 0 {
		return b.readyAt[i], true
	}
	if p.force && t >= p.latest[i] {
		t = max(b.readyAt[i], min(t, p.latest[i]))
	} else {
		for _, x := range needs { // most fail here
			if r := x.resource; b.nowAt[r] != t {
				b.now[r], b.nowAt[r] = b.free[r].free[b.free[r].index(t)], t
			}
			if b.now[x.resource] < x.units {
				return 0, false
			}
		}
		for _, x := range needs {
			if !b.free[x.resource].fits(t, d, x.units) {
				return 0, false
			}
		}
	}
	for _, x := range needs {
		b.free[x.resource].take(t, d, x.units)
		b.now[x.resource] -= x.units
	}
	return t, true
}

func (b *builder) event(t int64) {
	b.events = append(b.events, t)
	k := len(b.events) - 1
	for k > 0 && b.events[(k-1)/2] > t {
		b.events[k] = b.events[(k-1)/2]
		k = (k - 1) / 2
	}
	b.events[k] = t
}

func (b *builder) popEvent() {
	n := len(b.events) - 1
	last := b.events[n]
	b.events = b.events[:n]
	if n == 0 {
		return
	}
	k := 0
	for {
		down := 2*k + 1
		if down >= n {
			break
		}
		if down+1 < n && b.events[down+1] < b.events[down] {
			down++
		}
		if b.events[down] >= last {
			break
		}
		b.events[k] = b.events[down]
		k = down
	}
	b.events[k] = last
}

// mix adds a number to a hash (the finisher of splitmix64, Steele et al. 2014).
func mix(h, x uint64) uint64 {
	h = (h ^ x) + 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
