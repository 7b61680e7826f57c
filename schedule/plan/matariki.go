package plan

import (
	"time"

	"github.com/rickar/cal/v2"
)

// matariki are the days of Te Rā Aro ki a Matariki, by year from 2022 on, as month
// and day. No rule gives them: they are listed in Schedule 1 of Te Kāhui o
// Matariki Public Holiday Act 2022 (New Zealand, 2022 No 14), until 2052. Each
// is a Friday.
var matariki = [...][2]int{
	{6, 24}, {7, 14}, {6, 28}, {6, 20}, {7, 10}, {6, 25}, {7, 14}, {7, 6}, // 2022 to 2029
	{6, 21}, {7, 11}, {7, 2}, {6, 24}, {7, 7}, {6, 29}, {7, 18}, {7, 10}, {6, 25}, {7, 15}, // 2030 to 2039
	{7, 6}, {7, 19}, {7, 11}, {7, 3}, {6, 24}, {7, 7}, {6, 29}, {7, 19}, {7, 3}, {6, 25}, // 2040 to 2049
	{7, 15}, {6, 30}, {6, 21}, // 2050 to 2052
}

const firstMatariki = 2022

// matarikiHoliday is the holiday with these dates; it has none in other years.
var matarikiHoliday = &cal.Holiday{
	Name: "Matariki", Type: cal.ObservancePublic,
	Func: func(_ *cal.Holiday, year int) time.Time {
		if k := year - firstMatariki; k >= 0 && k < len(matariki) {
			return time.Date(year, time.Month(matariki[k][0]), matariki[k][1], 0, 0, 0, 0, cal.DefaultLoc)
		}
		return time.Time{}
	},
}
