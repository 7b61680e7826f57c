package schedule

import (
	"cmp"
	"math"
	"slices"
)

// problem is what levelling solves: activities that take a while and need
// resources meanwhile, with least distances between their starts. The aim is the
// least finish. It knows nothing of calendars; level_model.go makes one from a network
// so that a minute is a minute of working time.
//
// This is the resource-constrained project scheduling problem with minimal time
// lags (Pritsker, Watters and Wolfe 1969; Brucker et al. 1999). Activities are
// numbered so that what decides between equals is their number.
type problem struct {
	duration []int64
	release  []int64 // no start before
	latest   []int64 // no start after, forever if there is no such limit
	due      []int64 // start by then if possible: only decides who goes first; nil for none
	force    bool    // keep latest even if the capacity does not suffice

	needs    []need
	needsOf  []int32 // needs[needsOf[i]:needsOf[i+1]] are those of activity i
	capacity []int64 // by resource
	base     []profile

	in, out     []arc // by successor, by predecessor
	inOf, outOf []int32
}

type need struct {
	resource int32
	units    int64
}

// arc says that one activity starts no earlier than some time after another has
// started.
type arc struct {
	other int32 // the predecessor of arcs in, the successor of arcs out
	after int64 // may be negative
}

const forever = math.MaxInt64 / 4

func (p *problem) size() int               { return len(p.duration) }
func (p *problem) needsOfA(i int32) []need { return p.needs[p.needsOf[i]:p.needsOf[i+1]] }
func (p *problem) before(i int32) []arc    { return p.in[p.inOf[i]:p.inOf[i+1]] }
func (p *problem) behind(i int32) []arc    { return p.out[p.outOf[i]:p.outOf[i+1]] }

// pair is an arc with both ends.
type pair struct {
	from, to int32
	after    int64
}

// link fills in the arcs of a problem from pairs of activities.
func (p *problem) link(pairs []pair) {
	n := p.size()
	fill := func(key func(pair) int32, arcOf func(pair) arc) ([]arc, []int32) {
		of := make([]int32, n+1)
		for _, q := range pairs {
			of[key(q)+1]++
		}
		for i := range n {
			of[i+1] += of[i]
		}
		arcs := make([]arc, len(pairs))
		next := slices.Clone(of)
		for _, q := range pairs {
			arcs[next[key(q)]] = arcOf(q)
			next[key(q)]++
		}
		return arcs, of
	}
	p.in, p.inOf = fill(func(q pair) int32 { return q.to }, func(q pair) arc { return arc{q.from, q.after} })
	p.out, p.outOf = fill(func(q pair) int32 { return q.from }, func(q pair) arc { return arc{q.to, q.after} })
}

// reverse returns the problem as it looks with time running backward: an
// activity at [s, f) is there at [-f, -s).
func (p *problem) reverse() *problem {
	n := p.size()
	r := &problem{duration: p.duration, needs: p.needs, needsOf: p.needsOf, capacity: p.capacity,
		release: make([]int64, n), latest: make([]int64, n)}
	for i := range n {
		r.release[i], r.latest[i] = -forever, forever
		if p.latest[i] < forever {
			r.release[i] = -(p.latest[i] + p.duration[i])
		}
	}
	pairs := make([]pair, 0, len(p.in))
	for i := range int32(n) {
		for _, a := range p.before(i) {
			// s(i) >= s(o) + after is -f(o) >= -f(i) + after + d(i) - d(o).
			pairs = append(pairs, pair{i, a.other, a.after + p.duration[i] - p.duration[a.other]})
		}
	}
	r.link(pairs)
	r.base = make([]profile, len(p.base))
	for k := range p.base {
		r.base[k] = p.base[k].reverse()
	}
	return r
}

// sorted returns the activities in an order in which each comes after its
// predecessors, and those with the smaller key first. It is empty at the end of
// a cycle, which a problem does not have.
func (p *problem) sorted(key []int64, into []int32, h *keyHeap, waits []int32) []int32 {
	into = into[:0]
	h.reset(key)
	for i := range int32(p.size()) {
		waits[i] = p.inOf[i+1] - p.inOf[i]
		if waits[i] == 0 {
			h.push(i)
		}
	}
	for h.len() > 0 {
		i := h.pop()
		into = append(into, i)
		for _, a := range p.behind(i) {
			if waits[a.other]--; waits[a.other] == 0 {
				h.push(a.other)
			}
		}
	}
	return into
}

// keyHeap is a heap of activities, the one with the smallest key first and the
// smaller number first among equals.
type keyHeap struct {
	key  []int64
	heap []int32
}

func (h *keyHeap) reset(key []int64) { h.key, h.heap = key, h.heap[:0] }
func (h *keyHeap) len() int          { return len(h.heap) }

func (h *keyHeap) less(a, b int32) bool {
	return h.key[a] < h.key[b] || h.key[a] == h.key[b] && a < b
}

func (h *keyHeap) push(i int32) {
	h.heap = append(h.heap, i)
	k := len(h.heap) - 1
	for k > 0 {
		up := (k - 1) / 2
		if !h.less(i, h.heap[up]) {
			break
		}
		h.heap[k] = h.heap[up]
		k = up
	}
	h.heap[k] = i
}

func (h *keyHeap) pop() int32 {
	top := h.heap[0]
	last := h.heap[len(h.heap)-1]
	h.heap = h.heap[:len(h.heap)-1]
	if n := len(h.heap); n > 0 {
		k := 0
		for {
			down := 2*k + 1
			if down >= n {
				break
			}
			if down+1 < n && h.less(h.heap[down+1], h.heap[down]) {
				down++
			}
			if !h.less(h.heap[down], last) {
				break
			}
			h.heap[k] = h.heap[down]
			k = down
		}
		h.heap[k] = last
	}
	return top
}

// profile is how much of a resource is free over time: free[k] from at[k] to
// at[k+1], the first from the beginning of time.
type profile struct {
	at   []int64
	free []int64
}

func newProfile(capacity int64) profile {
	return profile{[]int64{-2 * forever}, []int64{capacity}}
}

func (f *profile) copyFrom(o *profile) {
	f.at, f.free = append(f.at[:0], o.at...), append(f.free[:0], o.free...)
}

func (f *profile) reverse() profile {
	n := len(f.at)
	r := profile{make([]int64, n), make([]int64, n)}
	for k := range n {
		r.free[k] = f.free[n-1-k]
		if k > 0 {
			r.at[k] = -f.at[n-k]
		}
	}
	r.at[0] = f.at[0]
	return r
}

// index returns the k with at[k] <= t < at[k+1].
func (f *profile) index(t int64) int {
	if n := len(f.at); n <= 64 {
		k := n - 1
		for f.at[k] > t {
			k--
		}
		return k
	}
	k, found := slices.BinarySearchFunc(f.at, t, func(a, t int64) int { return cmp.Compare(a, t) })
	if !found {
		k--
	}
	return k
}

// fit returns the first time from t on at which the units are free for so long.
func (f *profile) fit(t, duration, units int64) int64 {
	k := f.index(t)
	for end := t + duration; ; {
		if f.free[k] < units {
			if k++; k == len(f.at) {
				return t // never free: the caller asks for more than there is
			}
			t = f.at[k]
			end = t + duration
			continue
		}
		if k++; k == len(f.at) || f.at[k] >= end {
			return t
		}
	}
}

// fits reports whether the units are free over [t, t+duration).
func (f *profile) fits(t, duration, units int64) bool {
	for k := f.index(t); ; {
		if f.free[k] < units {
			return false
		}
		if k++; k == len(f.at) || f.at[k] >= t+duration {
			return true
		}
	}
}

// take takes units from the profile over [t, t+duration).
func (f *profile) take(t, duration, units int64) {
	end := t + duration
	k := f.index(t)
	if f.at[k] < t {
		f.at = slices.Insert(f.at, k+1, t)
		f.free = slices.Insert(f.free, k+1, f.free[k])
		k++
	}
	for ; k < len(f.at) && f.at[k] < end; k++ {
		if k+1 == len(f.at) || f.at[k+1] > end {
			f.at = slices.Insert(f.at, k+1, end)
			f.free = slices.Insert(f.free, k+1, f.free[k])
		}
		f.free[k] -= units
	}
}
