package schedule

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Numbers are sorted as package slices sorts them, however far apart they are.
func TestSortNumbers(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 255, 256, 257, 3000} {
		for _, spread := range []int64{1, 2, 1 << 11, 1<<11 + 1, 1 << 22, 1 << 40, math.MaxInt64} {
			numbers := make([]int64, n)
			for i := range numbers {
				numbers[i] = random.Int64N(spread) - spread/3
			}
			if spread == math.MaxInt64 && n > 1 {
				numbers[0], numbers[1] = math.MaxInt64, math.MinInt64
			}
			want := slices.Sorted(slices.Values(numbers))
			order := make([]int32, n)
			for i := range order {
				order[i] = int32(i)
			}
			slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(numbers[a], numbers[b]) })
			if got := sortedOrder(numbers); !slices.Equal(got, order) {
				t.Errorf("%d numbers within %d: the order differs", n, spread)
			}
			if sortNumbers(numbers); !slices.Equal(numbers, want) {
				t.Errorf("%d numbers within %d are not sorted", n, spread)
			}
		}
	}
}
