package locale

import (
	"github.com/go-playground/locales"
	"github.com/go-playground/locales/ar"
	"github.com/go-playground/locales/bg"
	"github.com/go-playground/locales/ca"
	"github.com/go-playground/locales/cs"
	"github.com/go-playground/locales/da"
	"github.com/go-playground/locales/de"
	"github.com/go-playground/locales/de_AT"
	"github.com/go-playground/locales/de_CH"
	"github.com/go-playground/locales/el"
	"github.com/go-playground/locales/en"
	"github.com/go-playground/locales/en_IN"
	"github.com/go-playground/locales/en_ZA"
	"github.com/go-playground/locales/es"
	"github.com/go-playground/locales/es_MX"
	"github.com/go-playground/locales/et"
	"github.com/go-playground/locales/fi"
	"github.com/go-playground/locales/fr"
	"github.com/go-playground/locales/fr_CA"
	"github.com/go-playground/locales/fr_CH"
	"github.com/go-playground/locales/he"
	"github.com/go-playground/locales/hi"
	"github.com/go-playground/locales/hr"
	"github.com/go-playground/locales/hu"
	"github.com/go-playground/locales/id"
	"github.com/go-playground/locales/is"
	"github.com/go-playground/locales/it"
	"github.com/go-playground/locales/ja"
	"github.com/go-playground/locales/ko"
	"github.com/go-playground/locales/lt"
	"github.com/go-playground/locales/lv"
	"github.com/go-playground/locales/nb"
	"github.com/go-playground/locales/nl"
	"github.com/go-playground/locales/pl"
	"github.com/go-playground/locales/pt"
	"github.com/go-playground/locales/pt_PT"
	"github.com/go-playground/locales/ro"
	"github.com/go-playground/locales/ru"
	"github.com/go-playground/locales/sk"
	"github.com/go-playground/locales/sl"
	"github.com/go-playground/locales/sr"
	"github.com/go-playground/locales/sv"
	"github.com/go-playground/locales/tr"
	"github.com/go-playground/locales/uk"
	"github.com/go-playground/locales/vi"
	"github.com/go-playground/locales/zh"
	"github.com/go-playground/locales/zh_Hant"
)

// language is one language that pages can be written in.
type language struct {
	tag string // lower case: "de-ch"
	new func() locales.Translator

	// day and month are the patterns of a day without its year and of a month
	// with its year: D is the day, M the abbreviated month, Y the year.
	day, month string
}

// Patterns of a day without a year and of a month with it, after the CLDR
// skeletons MMMd and yMMM.
const (
	dayMonth    = "D M"
	dayDotMonth = "D. M"
	monthYear   = "M Y"
)

// languages returns the known languages, the general tag of a language before
// those of its regions. Regions that differ from their language in none of the
// forms used here are left out: "en-GB" is found as "en".
func languages() []language {
	return []language{
		{"en", en.New, dayMonth, monthYear},
		{"en-in", en_IN.New, dayMonth, monthYear},
		{"en-za", en_ZA.New, dayMonth, monthYear},
		{"ar", ar.New, dayMonth, monthYear},
		{"bg", bg.New, dayMonth, "M Y г."},
		{"ca", ca.New, dayMonth, monthYear},
		{"cs", cs.New, dayDotMonth, monthYear},
		{"da", da.New, dayDotMonth, monthYear},
		{"de", de.New, dayDotMonth, monthYear},
		{"de-at", de_AT.New, dayDotMonth, monthYear},
		{"de-ch", de_CH.New, dayDotMonth, monthYear},
		{"el", el.New, dayMonth, monthYear},
		{"es", es.New, dayMonth, monthYear},
		{"es-mx", es_MX.New, dayMonth, monthYear},
		{"et", et.New, dayDotMonth, monthYear},
		{"fi", fi.New, dayDotMonth, monthYear},
		{"fr", fr.New, dayMonth, monthYear},
		{"fr-ca", fr_CA.New, dayMonth, monthYear},
		{"fr-ch", fr_CH.New, dayMonth, monthYear},
		{"he", he.New, dayMonth, monthYear},
		{"hi", hi.New, dayMonth, monthYear},
		{"hr", hr.New, dayDotMonth, "M Y."},
		{"hu", hu.New, "M D.", "Y. M"},
		{"id", id.New, dayMonth, monthYear},
		{"is", is.New, dayDotMonth, monthYear},
		{"it", it.New, dayMonth, monthYear},
		{"ja", ja.New, "MD日", "Y年M"},
		{"ko", ko.New, "M D일", "Y년 M"},
		{"lt", lt.New, "M D", "Y M"},
		{"lv", lv.New, dayDotMonth, "Y. g. M"},
		{"nb", nb.New, dayDotMonth, monthYear},
		{"no", nb.New, dayDotMonth, monthYear},
		{"nl", nl.New, dayMonth, monthYear},
		{"pl", pl.New, dayMonth, monthYear},
		{"pt", pt.New, dayMonth, monthYear},
		{"pt-pt", pt_PT.New, dayMonth, monthYear},
		{"ro", ro.New, dayMonth, monthYear},
		{"ru", ru.New, dayMonth, "M Y г."},
		{"sk", sk.New, dayDotMonth, monthYear},
		{"sl", sl.New, dayDotMonth, monthYear},
		{"sr", sr.New, dayDotMonth, "M Y."},
		{"sv", sv.New, dayMonth, monthYear},
		{"tr", tr.New, dayMonth, monthYear},
		{"uk", uk.New, dayMonth, "M Y р."},
		{"vi", vi.New, dayMonth, monthYear},
		{"zh", zh.New, "MD日", "Y年M"},
		{"zh-hant", zh_Hant.New, "MD日", "Y年M"},
		{"zh-tw", zh_Hant.New, "MD日", "Y年M"},
		{"zh-hk", zh_Hant.New, "MD日", "Y年M"},
	}
}
