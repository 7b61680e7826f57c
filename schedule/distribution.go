package schedule

import (
	"math"
	"sync"

	"milepost/schedule/plan"
)

// family is a family of distributions on an interval with a most likely value.
type family uint8

const (
	pert family = iota
	triangular
	uniform
)

func familyOf(word, otherwise string) family {
	if word == "" {
		word = otherwise
	}
	switch word {
	case "triangular":
		return triangular
	case "uniform":
		return uniform
	}
	return pert
}

// distribution is that of one uncertain quantity, in minutes or minor units.
// low <= likely <= high; with low = high it is a constant.
type distribution struct {
	family            family
	low, likely, high float64
}

func constant(v float64) distribution { return distribution{low: v, likely: v, high: v} }

func (d distribution) isConstant() bool { return !(d.high > d.low) }

// scaled returns the distribution of k times the quantity, k >= 0.
func (d distribution) scaled(k float64) distribution {
	return distribution{d.family, d.low * k, d.likely * k, d.high * k}
}

// mode returns where the likely value is between low and high, 0 to 1.
func (d distribution) mode() float64 { return (d.likely - d.low) / (d.high - d.low) }

// at returns the value at the share x of the way from low to high.
func (d distribution) at(x float64) float64 { return d.low + float64(x*(d.high-d.low)) }

// mean returns the expected value: of PERT (o+4m+p)/6 (Malcolm, Roseboom, Clark
// and Fazar 1959), of a triangle (a+m+b)/3.
func (d distribution) mean() float64 {
	switch d.family {
	case triangular:
		return (d.low + d.likely + d.high) / 3
	case uniform:
		return (d.low + d.high) / 2
	}
	return (d.low + float64(4*d.likely) + d.high) / 6
}

// variance returns the variance. That of PERT is the one of the beta
// distribution with alpha + beta = 6, not the rule of thumb ((p-o)/6)².
func (d distribution) variance() float64 {
	a, m, b := d.low, d.likely, d.high
	switch d.family {
	case triangular:
		return (float64(a*a) + float64(m*m) + float64(b*b) - float64(a*b) - float64(a*m) - float64(b*m)) / 18
	case uniform:
		return (b - a) * (b - a) / 12
	}
	mean := d.mean()
	return (mean - a) * (b - mean) / 7
}

// quantiles is the inverse of a distribution function on [0, 1] with the mode at
// some place: a triangle, a uniform or the beta distribution that PERT takes,
// with alpha = 1 + 4·mode and beta = 5 - 4·mode (Vose, Risk Analysis, 2008).
//
// The beta distribution has no closed inverse. Its distribution function is
// tabulated by Gauss-Legendre quadrature, and inverted cell by cell as a cubic
// with the exact density at both ends. The error in probability is below 1e-7,
// and below 1e-3 within a 256th of an end that the mode is close to.
type quantiles struct {
	family family
	mode   float64
	cdf    []float64 // at i/betaCells
	pdf    []float64 // in units of a cell
}

const betaCells = 256

// A product that is added to is written float64(x*y) here and in the simulation:
// without that some processors round once where others round twice, and trials
// would differ between machines.

// The places of the quadrature are the same for every beta distribution.
var betaLogs = sync.OnceValue(func() *[2][betaCells * 5]float64 {
	var logs [2][betaCells * 5]float64
	for i := range betaCells {
		for k, x := range [5]float64{0, gauss1, gauss2, 1 - gauss2, 1 - gauss1} {
			at := (float64(i) + x) / betaCells
			logs[0][i*5+k], logs[1][i*5+k] = math.Log(at), math.Log1p(-at)
		}
	}
	return &logs
})

// Gauss-Legendre quadrature of four points on [0, 1].
const (
	gauss1  = 0.0694318442029737
	gauss2  = 0.3300094782075719
	weight1 = 0.1739274225687269
	weight2 = 0.3260725774312731
)

func newQuantiles(f family, mode float64) *quantiles {
	q := &quantiles{family: f, mode: mode}
	if f != pert {
		return q
	}
	logs := betaLogs()
	a, b := float64(4*mode), 4-float64(4*mode)
	density := func(i int) float64 { return math.Exp(float64(a*logs[0][i]) + float64(b*logs[1][i])) }
	q.cdf, q.pdf = make([]float64, betaCells+1), make([]float64, betaCells+1)
	for i := range betaCells {
		sum := float64(weight1*(density(i*5+1)+density(i*5+4))) + float64(weight2*(density(i*5+2)+density(i*5+3)))
		q.cdf[i+1] = q.cdf[i] + sum
		if i > 0 {
			q.pdf[i] = density(i * 5)
		}
	}
	if a == 0 {
		q.pdf[0] = 1
	}
	if b == 0 {
		q.pdf[betaCells] = 1
	}
	total := q.cdf[betaCells]
	for i := range q.cdf {
		q.cdf[i], q.pdf[i] = q.cdf[i]/total, q.pdf[i]/total
	}
	return q
}

// fill replaces each probability of u, which ascend, by its quantile.
func (q *quantiles) fill(u []float64) {
	switch q.family {
	case uniform:
	case triangular:
		m := q.mode
		for i, p := range u {
			if p < m {
				u[i] = math.Sqrt(p * m)
			} else {
				u[i] = 1 - math.Sqrt((1-p)*(1-m))
			}
		}
	default:
		cell := 0
		for i, p := range u {
			for cell < betaCells-1 && q.cdf[cell+1] < p {
				cell++
			}
			u[i] = (float64(cell) + q.within(cell, p)) / betaCells
		}
	}
}

// within inverts the distribution function inside a cell: the place from 0 to 1
// at which it is p.
func (q *quantiles) within(cell int, p float64) float64 {
	c0, h := q.cdf[cell], q.cdf[cell+1]-q.cdf[cell]
	if h <= 0 {
		return 0
	}
	// At an end the density is a power of the distance to it; a small one is no
	// cubic.
	switch a, b := float64(4*q.mode), 4-float64(4*q.mode); {
	case cell == 0 && a > 0 && a < 1:
		return math.Pow((p-c0)/h, 1/(1+a))
	case cell == betaCells-1 && b > 0 && b < 1:
		return 1 - math.Pow(max(0, 1-(p-c0)/h), 1/(1+b))
	}
	d0, d1 := q.pdf[cell]/h, q.pdf[cell+1]/h
	y := (p - c0) / h
	lo, hi, t := 0.0, 1.0, min(max(y, 0), 1)
	for range 30 {
		// The cubic through 0 and 1 with the slopes d0 and d1.
		twice, bend := float64(2*d0), d0+d1-2
		square := 3 - twice - d1
		f := float64(t*(d0+float64(t*(square+float64(t*bend))))) - y
		if f > 0 {
			hi = t
		} else {
			lo = t
		}
		slope := d0 + float64(t*(float64(2*square)+float64(t*3*bend)))
		next := t - f/slope
		if !(next > lo && next < hi) {
			next = (lo + hi) / 2
		}
		if math.Abs(next-t) < 1e-4 { // the next step would be a square of that
			return next
		}
		t = next
	}
	return t
}

// normalScore returns the quantile of the standard normal distribution.
func normalScore(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

// estimateOf returns the distribution of an estimate whose points are the given
// minutes; word is the distribution it asks for itself.
func estimateOf(e plan.Estimate, minutes func(plan.Duration) float64, otherwise string) distribution {
	if !e.ThreePoint() {
		return constant(minutes(e.Likely))
	}
	return distribution{familyOf(e.Distribution, otherwise), minutes(e.Optimistic), minutes(e.Likely), minutes(e.Pessimistic)}
}
