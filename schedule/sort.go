package schedule

import "slices"

// fewToSort is how many numbers are sorted faster by comparing them.
const fewToSort = 256

// sortNumbers sorts whole numbers by their digits: many of them that are as near
// to each other as the dates of trials take two passes.
func sortNumbers[T ~int64](numbers []T) {
	if len(numbers) < fewToSort {
		slices.Sort(numbers)
		return
	}
	sortByDigits(numbers, make([]T, len(numbers)), slices.Min(numbers), slices.Max(numbers), func(n T) T { return n })
}

// sortedOrder returns the places of the numbers from the least to the greatest,
// those of equal numbers in their order.
func sortedOrder[T ~int64](numbers []T) []int32 {
	order := make([]int32, len(numbers))
	for i := range order {
		order[i] = int32(i)
	}
	if len(numbers) > 1 {
		sortByDigits(order, make([]int32, len(order)), slices.Min(numbers), slices.Max(numbers), func(i int32) T { return numbers[i] })
	}
	return order
}

// sortByDigits sorts things by a number between two bounds that each has, equal
// ones in their order. scratch is as long as they are.
func sortByDigits[E any, T ~int64](things, scratch []E, least, most T, number func(E) T) {
	const bits = 11
	spread := uint64(most) - uint64(least)
	from, to := things, scratch
	for shift := 0; shift < 64 && spread>>shift > 0; shift += bits {
		digit := func(e E) uint64 { return (uint64(number(e)) - uint64(least)) >> shift & (1<<bits - 1) }
		var place [1 << bits]int32
		for _, e := range from {
			place[digit(e)]++
		}
		sum := int32(0)
		for i, n := range place {
			place[i] = sum
			sum += n
		}
		for _, e := range from {
			d := digit(e)
			to[place[d]] = e
			place[d]++
		}
		from, to = to, from
	}
	if &from[0] != &things[0] {
		copy(things, from)
	}
}
