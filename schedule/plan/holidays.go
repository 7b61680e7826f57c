package plan

import (
	"strings"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/ca"
	"github.com/rickar/cal/v2/ch"
	"github.com/rickar/cal/v2/cz"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/dk"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fi"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/jp"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/no"
	"github.com/rickar/cal/v2/nz"
	"github.com/rickar/cal/v2/pl"
	"github.com/rickar/cal/v2/pt"
	"github.com/rickar/cal/v2/se"
	"github.com/rickar/cal/v2/us"
	"github.com/rickar/cal/v2/za"

	"milepost/schedule/calendar"
)

// countries are those whose public holidays are known, by ISO 3166 code. Only
// holidays of the whole country count; regional ones are written by hand.
var countries = map[string][]*cal.Holiday{
	"at": at.Holidays, "be": be.Holidays, "ca": ca.Holidays, "ch": ch.Holidays,
	"cz": cz.Holidays, "de": de.Holidays, "dk": dk.Holidays, "es": es.Holidays, "fi": fi.Holidays,
	"fr": fr.Holidays, "gb": gb.Holidays, "ie": ie.Holidays, "it": it.Holidays, "jp": jp.Holidays,
	"nl": nl.Holidays, "no": no.Holidays, "nz": append(nz.Holidays[:len(nz.Holidays):len(nz.Holidays)], matarikiHoliday), "pl": pl.Holidays, "pt": pt.Holidays,
	"se": se.Holidays, "us": us.Holidays, "za": za.Holidays,
}

// publicHolidays returns the free days of a country from the year before start on,
// as they are observed, with their names. ok is false if the country is not
// known. The code may be in upper case too.
func publicHolidays(country string, start calendar.Date) (days map[calendar.Date]string, ok bool) {
	list, ok := countries[strings.ToLower(country)]
	if !ok {
		return nil, false
	}
	days = map[calendar.Date]string{}
	for year := start.Time().Year() - 1; year < start.Time().Year()+holidayYears; year++ {
		for _, h := range list {
			actual, observed := h.Calc(year)
			if !actual.IsZero() {
				days[calendar.DateOf(actual.Date())] = h.Name
			}
			if !observed.IsZero() {
				days[calendar.DateOf(observed.Date())] = h.Name
			}
		}
	}
	return days, true
}
