package chart

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// trendSite writes a plan of n milestones, a week apart, and baselines in which
// milestone i is i days times slip earlier.
func trendSite(n int, info string, slip int, days ...string) fstest.MapFS {
	var p strings.Builder
	fmt.Fprintf(&p, "[plan]\nname = \"T\"\nstart = 2026-01-05\n%s\n", info)
	for i := range n {
		fmt.Fprintf(&p, "[milestone.M%d]\nname = \"Point <b>%d\"\nfinish_no_earlier_than = \"W%d\"\n", i, i, i+2)
	}
	out := fstest.MapFS{"content/plan.toml": {Data: []byte(p.String())}}
	for k, day := range days {
		var b strings.Builder
		fmt.Fprintf(&b, "[baseline]\nname = \"No <i>%d\"\ndate = %s\nfinish = 2026-12-01\n", k, day)
		for i := range n {
			fmt.Fprintf(&b, "[milestone.M%d]\nfinish = 2026-%02d-%02d\n", i, 1+(12+7*i-slip*i)/28%12, 1+(12+7*i-slip*i)%28)
		}
		out[fmt.Sprintf("content/baselines/b%d.toml", k)] = &fstest.MapFile{Data: []byte(b.String())}
	}
	return out
}

var (
	cy = regexp.MustCompile(` (?:cy|y)="(-?\d+)"`)
	cx = regexp.MustCompile(` (?:cx|x)="(-?[\d.]+)%"`)
)

// TestTrend draws the trend of plans of many shapes: well-formed, inside of its
// picture, without markup of the plan, with every milestone in its table.
func TestTrend(t *testing.T) {
	for name, c := range map[string]struct {
		site  fstest.MapFS
		drawn int
		title string
	}{
		"one milestone, one baseline": {trendSite(1, "status_date = 2026-01-09", 0, "2026-01-05"), 1, "Point <b>0 "},
		"no status date":              {trendSite(3, "", 1, "2026-01-05", "2026-02-02"), 3, "have slipped since 5 Jan 2026"},
		"baseline of the same day":    {trendSite(3, "status_date = 2026-01-05", 0, "2026-01-05"), 3, "5 Jan 2026"},
		"baselines after the status":  {trendSite(2, "status_date = 2026-01-09", 0, "2026-01-05", "2026-03-02"), 2, "5 Jan 2026"},
		"years between":               {trendSite(4, "status_date = 2026-01-09", 1, "2016-01-05", "2021-03-02"), 4, "since 5 Jan 2016"},
		"more than can be told apart": {trendSite(20, "status_date = 2026-02-06", 2, "2026-01-05", "2026-01-12", "2026-01-19"), 8, "All 20 milestones have slipped"},
	} {
		t.Run(name, func(t *testing.T) {
			s, ctx := computeFiles(t, c.site)
			ch, ok := Trend(s, ctx, "")
			if !ok {
				t.Fatal("nothing is drawn")
			}
			if !strings.Contains(ch.Title, c.title) {
				t.Errorf("the title is %q", ch.Title)
			}
			for d := xml.NewDecoder(strings.NewReader(string(ch.SVG))); ; {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("%v in %s", err, ch.SVG)
				}
			}
			for _, m := range cy.FindAllStringSubmatch(string(ch.SVG), -1) {
				if y, _ := strconv.Atoi(m[1]); y < 0 || y > 312 {
					t.Errorf("something stands at y = %d", y)
				}
			}
			for _, m := range cx.FindAllStringSubmatch(string(ch.SVG), -1) {
				if x, _ := strconv.ParseFloat(m[1], 64); x < 0 || x > 100 {
					t.Errorf("something stands at x = %v %%", x)
				}
			}
			names := map[string]bool{}
			for _, m := range regexp.MustCompile(`>(M\d+) Point`).FindAllStringSubmatch(string(ch.SVG), -1) {
				names[m[1]] = true
			}
			if len(names) != c.drawn {
				t.Errorf("%d milestones are named, want %d", len(names), c.drawn)
			}
			if len(ch.Table.Rows) != len(s.Activities) || len(ch.Table.Head) != len(s.Plan.Baselines)+3 {
				t.Errorf("the table has %d rows and the head %v", len(ch.Table.Rows), ch.Table.Head)
			}
			if html := render(t, "chart", ch); strings.Contains(html, "<b>") || strings.Contains(html, "<i>") || strings.Contains(string(ch.Option), "<") {
				t.Error("text of the plan is markup")
			}
			if second, _ := Trend(s, ctx, ""); string(second.SVG)+string(second.Option) != string(ch.SVG)+string(ch.Option) {
				t.Error("drawn again it differs")
			}
		})
	}
	s, ctx := computeFiles(t, trendSite(3, "", 1, "2026-01-05"))
	if ch, ok := Trend(s, ctx, "M2"); !ok || len(ch.Table.Rows) != 1 {
		t.Errorf("of one milestone %d are shown", len(ch.Table.Rows))
	}
	s, ctx = computeFiles(t, trendSite(3, "", 1))
	if _, ok := Trend(s, ctx, ""); ok {
		t.Error("a trend is drawn without a baseline")
	}
}

// A line ends where it meets the diagonal: at the first report that has the
// milestone as reached.
func TestTrendReached(t *testing.T) {
	site := trendSite(1, "status_date = 2026-03-06", 0, "2026-01-05", "2026-02-06")
	site["content/baselines/b1.toml"].Data = []byte("[baseline]\ndate = 2026-02-06\n[milestone.M0]\nfinish = 2026-01-30\npercent = 100\n")
	s, c := computeFiles(t, site)
	tr := trend{s: s, c: c}
	tr.collect("")
	spots := tr.spots(&tr.lines[0])
	if len(spots) != 2 || spots[1].x != spots[1].y || spots[1].x.LastDate().String() != "2026-01-30" {
		t.Errorf("the line is %v", spots)
	}
}
