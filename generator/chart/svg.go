package chart

import (
	"fmt"
	"html/template"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// narrow is the width in pixels at which static pictures must be readable: that
// of a figure on a phone.
const narrow = 320

// canvas collects the elements of a static picture. Heights are pixels, widths
// are per cent.
type canvas struct {
	b strings.Builder
}

// picture wraps the elements as the picture of a chart, named by the title and
// the reading that stand in its figure.
func (c *canvas) picture(id string, height int) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="chart-svg" width="100%%" height="%d" role="img" aria-labelledby="chart-%s-title chart-%s-reading">%s</svg>`,
		height, id, id, c.b.String()))
}

func (c *canvas) add(format string, args ...any) { fmt.Fprintf(&c.b, format, args...) }

// text writes a label; the class "end" lets it end at x, "mid" centres it.
func (c *canvas) text(class string, x pos, y int, s string) {
	c.add(`<text class="%s" x="%v" y="%d">%s</text>`, class, x, y, template.HTMLEscapeString(s))
}

func (c *canvas) line(class string, x1 pos, y1 int, x2 pos, y2 int) {
	c.add(`<line class="%s" x1="%v" y1="%d" x2="%v" y2="%d"/>`, class, x1, y1, x2, y2)
}

func (c *canvas) rect(class string, x, width pos, y, height int) {
	c.add(`<rect class="%s" x="%v" y="%d" width="%v" height="%d"/>`, class, x, y, width, height)
}

// plot begins a part whose paths are stretched to the width of the picture:
// x runs from 0 to 1000, y is in pixels. End it with endPlot.
func (c *canvas) plot(y, height int) {
	c.add(`<svg class="plot" x="0" y="%d" width="100%%" height="%d" viewBox="0 0 1000 %d" preserveAspectRatio="none">`, y, height, height)
}

func (c *canvas) endPlot() { c.add(`</svg>`) }

func (c *canvas) path(class, d string) {
	c.add(`<path class="%s" vector-effect="non-scaling-stroke" d="%s"/>`, class, d)
}

// point writes a position for a path in a plot: tenths of a pixel are enough.
func point(x pos, y float64) string {
	return number(float64(x)/100) + " " + number(y)
}

// number writes at most two decimals.
func number(v float64) string {
	s := fmt.Sprintf("%.2f", v)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// xAxis draws the ticks of a time axis below a plot: months above, plan weeks
// below, and returns the height it took.
func (c *canvas) xAxis(sc scale, y, plotTop int) int {
	for _, t := range sc.minor() {
		x := sc.at(t.at)
		c.line("grid", x, plotTop, x, y+4)
		if t.label != "" {
			c.text("tick", x, y+15, t.label)
		}
	}
	for _, t := range sc.major() {
		if t.label != "" {
			c.text("tick", sc.at(t.at), y+30, t.label)
		}
	}
	return 36
}

// beside writes a bold label at the left and what is said about it at the right,
// cutting the label off before it runs into the other on a phone.
func (c *canvas) beside(y int, label, class, said string) {
	letters := (narrow - int(textWidth(said)) - 12) / 8
	c.text("label", 0, y, clip(label, max(letters, 8)))
	c.text(class+" end", full, y, said)
}

// clip cuts a text after so many letters.
func clip(s string, letters int) string {
	if utf8.RuneCountInString(s) <= letters {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:letters-1]), " ") + "…"
}

// clipTo cuts a text of class "small" after so many pixels, but leaves a few
// letters. The widths of letters are those of common fonts without serifs, with
// a little to spare.
func clipTo(s string, pixels int) string {
	tenths, fits := 0, 0
	for i, r := range []rune(s) {
		switch {
		case strings.ContainsRune("ijlI.,:;'|!", r):
			tenths += 32
		case strings.ContainsRune("frt()[]-/ ", r):
			tenths += 43
		case strings.ContainsRune("mwMWGOQ@%&", r):
			tenths += 105
		case r >= 0x1100: // wide letters
			tenths += 125
		case unicode.IsUpper(r):
			tenths += 85
		default:
			tenths += 70
		}
		if tenths <= (pixels-12)*10 { // with room for the dots
			fits = i + 1
		}
	}
	if tenths <= pixels*10 {
		return s
	}
	return clip(s, max(fits+1, 4))
}

// share returns part of whole as a position, 0 if there is no whole.
func share(part, whole int64) pos {
	if whole <= 0 || part <= 0 {
		return 0
	}
	return pos(math.Round(float64(part)/float64(whole)*10_000)) * 10
}

// niceSteps returns round values from zero that cover top in at most five
// steps.
func niceSteps(top int64) []int64 {
	step := int64(1)
	for i := 0; step*5 < top; i++ {
		if i%3 == 1 {
			step = step / 2 * 5
		} else {
			step *= 2
		}
	}
	out := []int64{0}
	for v := step; v <= top && step > 0; v += step {
		out = append(out, v)
	}
	return out
}

// swatch is the sample of a legend entry.
func swatch(body string) template.HTML {
	return template.HTML(`<svg class="chart-key" width="16" height="12" aria-hidden="true" focusable="false">` + body + `</svg>`)
}
