package schedule

import (
	"fmt"
	"strconv"
	"strings"

	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// findStaffing compares the stated totals of full-time equivalents with the
// averages of their rows. A row has a column for every phase that some role is
// staffed in; a phase that it leaves out is zero.
func (s *Schedule) findStaffing(list *diag.List) {
	columns := map[string]bool{}
	for _, r := range s.Plan.Roles {
		for _, v := range r.Staffing {
			columns[v.Phase] = true
		}
	}
	for _, r := range s.Plan.Roles {
		if !r.TotalFTE.IsSet() || len(r.Staffing) == 0 {
			continue
		}
		var sum int64
		var row []string
		for _, v := range r.Staffing {
			sum += v.Value.TenThousandths
			row = append(row, v.Phase+" "+v.Value.String())
		}
		average := ratio{sum, int64(len(columns))}
		if average.isWrittenAs(r.TotalFTE) {
			continue
		}
		if n := len(columns) - len(r.Staffing); n > 0 {
			row = append(row, fmt.Sprintf("nothing in %s", plural(n, "other phase")))
		}
		d := list.Findf(CodeStaffing, r.At("total_fte"), r.Address(), "%s states a total of %s FTE, but its row averages %s (%s)",
			describe(&r.Item), r.TotalFTE, average, strings.Join(row, ", "))
		d.Hint = fmt.Sprintf("state total_fte = %s, or correct the row", strings.TrimPrefix(average.String(), "about "))
	}
}

// ratio is a number of ten-thousandths divided by a count.
type ratio struct{ sum, count int64 }

// isWrittenAs reports whether the units are the ratio: exactly if four decimals
// can hold it, otherwise rounded to the decimals written, two at least.
func (r ratio) isWrittenAs(u plan.Units) bool {
	if r.sum%r.count == 0 {
		return u.TenThousandths == r.sum/r.count
	}
	for step := int64(1); step <= 100; step *= 10 {
		if rounded := (2*r.sum + r.count*step) / (2 * r.count * step) * step; u.TenThousandths == rounded {
			return true
		}
	}
	return false
}

// String returns the ratio with at most four decimals, with "about" if these
// cannot hold it.
func (r ratio) String() string {
	text := plan.Units{TenThousandths: (2*r.sum + r.count) / (2 * r.count)}.String()
	if r.sum%r.count != 0 {
		return "about " + text
	}
	return text
}

// findBudget compares the stated sums of money with those of the budget.
func (s *Schedule) findBudget(list *diag.List) {
	rows := s.Plan.Budget
	column := map[string]int64{}
	var total int64
	for _, b := range rows {
		var sum int64
		for _, v := range b.Amount {
			sum += v.Value.Minor
			column[v.Phase] += v.Value.Minor
		}
		if len(b.Amount) == 0 {
			sum = b.Total.Minor
		}
		total += sum
		if b.Total.IsSet() && b.Total.Minor != sum {
			s.findMoney(list, CodeBudgetRow, &b.Item, "total", b.Total, sum, "its phases add up to").
				Hint = fmt.Sprintf("state total = %s, or correct an amount", s.amount(sum))
		}
	}
	if len(column) > 0 {
		for _, ph := range s.Phases {
			if sum := ph.sumOf(column); ph.Budget.IsSet() && ph.Budget.Minor != sum {
				s.findMoney(list, CodeBudgetPhase, &ph.Item, "budget", ph.Budget, sum, "its column of the budget adds up to").
					Hint = fmt.Sprintf("state budget = %s, or correct an amount of the budget", s.amount(sum))
			}
		}
	}
	if p := s.Plan; len(rows) > 0 && p.Info.Budget.IsSet() && p.Info.Budget.Minor != total {
		s.findMoney(list, CodeBudgetTotal, &p.Item, "budget", p.Info.Budget, total, "its categories add up to").
			Hint = fmt.Sprintf("state budget = %s, or correct an amount of the budget", s.amount(total))
	}
}

// sumOf adds up the figures of the phase and of all phases inside it.
func (d *PhaseDates) sumOf(column map[string]int64) int64 {
	sum := column[d.ID]
	for _, child := range d.Children {
		sum += child.sumOf(column)
	}
	return sum
}

func (s *Schedule) findMoney(list *diag.List, code string, it *plan.Item, key string, stated plan.Money, sum int64, words string) *diag.Diagnostic {
	difference := sum - stated.Minor
	more := "more"
	if difference < 0 {
		difference, more = -difference, "less"
	}
	return list.Findf(code, it.At(key), it.Address(), "%s states a %s of %s, but %s %s, which is %s %s", describe(it),
		key, s.money(stated.Minor), words, s.money(sum), s.money(difference), more)
}

// money writes an amount with its currency: "161,000 USD". Decimals are left
// out if there are none.
func (s *Schedule) money(minor int64) string {
	sign := ""
	if minor < 0 {
		sign, minor = "-", -minor
	}
	scale := int64(1)
	digits := plan.MinorDigits(s.Plan.Currency)
	for range digits {
		scale *= 10
	}
	whole := strconv.FormatInt(minor/scale, 10)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if frac := minor % scale; frac != 0 {
		whole += fmt.Sprintf(".%0*d", digits, frac)
	}
	return strings.TrimSpace(sign + whole + " " + s.Plan.Currency)
}

// amount writes an amount as the plan's files do: 161_000 or "8000.50".
func (s *Schedule) amount(minor int64) string {
	number, _, _ := strings.Cut(s.money(minor), " ")
	if strings.Contains(number, ".") {
		return strconv.Quote(strings.ReplaceAll(number, ",", ""))
	}
	return strings.ReplaceAll(number, ",", "_")
}
