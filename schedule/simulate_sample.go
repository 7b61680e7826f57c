package schedule

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
)

// How the trials are drawn.
//
// Trials come in slices. Within a slice each variable is a Latin hypercube
// sample (McKay, Beckman and Conover 1979): every stratum of its distribution is
// drawn once, in an order of its own. Where the slices are equally long, each
// draws another part of every stratum, so that all slices together are a Latin
// hypercube sample too (sliced designs, Qian 2012). Slices depend on nothing but
// the seed, the addresses of the variables and their own number: any core can
// draw any of them, and how they differ tells how exact the answer is.
//
// Variables of a group are tied together by a Gaussian copula with one factor.
// Only the order of their strata changes, as by Iman and Conover (1982), so that
// each keeps its distribution exactly.

// sliceTrials is how many trials a slice has, about.
const sliceTrials = 500

// sliceCount returns the number of slices; fewer than 20 could not tell how much
// they differ, so few trials are one slice.
func sliceCount(trials int) int {
	if trials < 1000 {
		return 1
	}
	return max(20, (trials+sliceTrials/2)/sliceTrials)
}

// variable is something that is drawn once in each trial.
type variable struct {
	hash  uint64 // of its address
	group uint64 // hash of what it goes together with; 0 for nothing
	shape *quantiles
}

// sampler draws variables. It is used by one goroutine.
type sampler struct {
	seed          uint64
	trials        int
	slices        int
	own, together float64 // weights of the variable's own score and of its group's

	random         rand.PCG
	order          []int32 // stratum of each trial
	u              []float64
	scores         []float64 // normal scores of the strata, for a slice of that length
	factor         []int32   // the order of the group drawn last
	factorOf       uint64
	factorSlice    int
	mixed          []float64
	keys, scratch  []uint64
	quantileValues []float64
}

func newSampler(seed uint64, trials int, correlation float64) *sampler {
	s := &sampler{seed: seed, trials: trials, slices: sliceCount(trials), factorSlice: -1,
		own: math.Sqrt(1 - correlation), together: math.Sqrt(correlation)}
	most := trials/s.slices + 1
	s.order, s.factor = make([]int32, most), make([]int32, most)
	s.u, s.mixed, s.quantileValues = make([]float64, most), make([]float64, most), make([]float64, most)
	s.keys, s.scratch = make([]uint64, most), make([]uint64, most)
	return s
}

// bounds returns the trials of a slice, half-open.
func (s *sampler) bounds(slice int) (from, to int) {
	return slice * s.trials / s.slices, (slice + 1) * s.trials / s.slices
}

// strata draws a variable: u[k] is a probability in stratum k, and trial t of the
// slice has that of stratum order[t]. Both are overwritten by the next call.
func (s *sampler) strata(v *variable, slice int) (order []int32, u []float64) {
	from, to := s.bounds(slice)
	n := to - from
	u = s.u[:n]
	s.shuffle(v.hash, slice, s.order[:n])
	share := 1 / float64(n)
	if s.trials%s.slices == 0 { // another part of each stratum than the other slices
		parts := uint64(s.slices)
		part := 1 / float64(s.slices)
		for k := range u {
			turn := (spreadBits(v.hash^s.seed+uint64(k))%parts + uint64(slice)) % parts
			u[k] = (float64(k) + float64((float64(turn)+s.fraction())*part)) * share
		}
	} else {
		for k := range u {
			u[k] = (float64(k) + s.fraction()) * share
		}
	}
	if v.group != 0 && s.together > 0 {
		s.tie(v.group, slice, n)
	}
	return s.order[:n], u
}

// draw returns the value of a variable in each trial of the slice, as a share of
// the way from its lowest to its highest, in out.
func (s *sampler) draw(v *variable, slice int, out []float64) {
	order, u := s.strata(v, slice)
	if v.shape != nil {
		v.shape.fill(u)
	}
	for t, k := range order {
		out[t] = u[k]
	}
}

// shuffle puts 0, 1, ... in an order that belongs to the address and the slice
// (Fisher and Yates 1938).
func (s *sampler) shuffle(hash uint64, slice int, order []int32) {
	s.random.Seed(spreadBits(s.seed)^hash, uint64(slice))
	for k := range order {
		j := int(uint64(uint32(s.random.Uint64())) * uint64(k+1) >> 32)
		order[k] = order[j]
		order[j] = int32(k)
	}
}

// fraction returns a number between 0 and 1, both excluded.
func (s *sampler) fraction() float64 {
	return (float64(s.random.Uint64()>>12) + 0.5) * (1.0 / (1 << 52))
}

// tie reorders the strata so that they go with the factor of the group.
func (s *sampler) tie(group uint64, slice, n int) {
	if s.factorOf != group || s.factorSlice != slice {
		state := s.random
		s.shuffle(group, slice, s.factor[:n])
		s.random = state
		s.factorOf, s.factorSlice = group, slice
	}
	if len(s.scores) != n {
		s.scores = make([]float64, n)
		for k := range s.scores {
			s.scores[k] = normalScore((float64(k) + 0.5) / float64(n))
		}
	}
	for t := range n {
		// A sum of two scores is within ±12; as a whole number it sorts by radix.
		z := float64(s.together*s.scores[s.factor[t]]) + float64(s.own*s.scores[s.order[t]])
		s.keys[t] = uint64((z+16)*(1<<28))<<16 | uint64(t)
	}
	sortKeys(s.keys[:n], s.scratch[:n])
	for k, key := range s.keys[:n] {
		s.order[key&0xffff] = int32(k)
	}
}

// sortKeys sorts keys by their bits 16 to 48, keeping the order of equal ones.
func sortKeys(keys, scratch []uint64) {
	const bits = 11
	for shift := 16; shift < 16+3*bits; shift += bits {
		var count [1 << bits]int32
		for _, k := range keys {
			count[k>>shift&(1<<bits-1)]++
		}
		sum := int32(0)
		for i, c := range count {
			count[i] = sum
			sum += c
		}
		for _, k := range keys {
			i := k >> shift & (1<<bits - 1)
			scratch[count[i]] = k
			count[i]++
		}
		keys, scratch = scratch, keys
	}
	copy(scratch, keys) // three passes end in the other one
}

// hashOf returns a number for an address.
func hashOf(address string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(address))
	return spreadBits(h.Sum64()) | 1
}

// spreadBits spreads the bits of a number (the finalizer of SplitMix64, Steele, Lea and
// Flood 2014).
func spreadBits(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
