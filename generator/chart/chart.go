// Package chart draws the pictures of a plan: each as a static SVG that needs no
// script, an exact table, a sentence that says what it shows, and for the
// statistical ones the option of an ECharts chart for readers who explore.
//
// Pictures are coloured by CSS classes and variables of the theme, so that they
// follow light, dark and print. Horizontal positions are per cent of the width
// and text has its own size, so that a picture is as readable at 390 pixels as
// at 1440. Geometry stands in SVG attributes, never in style attributes: a
// strict content security policy forbids those.
package chart

import (
	"html/template"
	"sync"

	"milepost/generator/locale"
	"milepost/schedule"
	"milepost/schedule/plan"
)

// Chart is one statistical picture, ready for the theme's template "chart".
type Chart struct {
	ID      string        // unique on its page: "budget-by-phase"
	Title   string        // states the finding in a few words
	Caption string        // measure, unit, source
	Reading string        // one sentence that says what the picture says
	Legend  []Key         // shown above the picture
	SVG     template.HTML // static picture, class-based, coloured by CSS variables
	Panels  []Panel       // small pictures of the same form instead of one
	Option  []byte        // ECharts option, JSON safe inside <script type="application/json">
	Table   Table         // the same figures, exact
}

// Panel is one of several pictures that are compared.
type Panel struct {
	ID    string // anchor, after that of the chart: "role-lead"
	Name  string
	Href  string // where the name leads, or ""
	Said  string // what the picture says, in a few words
	Class string // "over" if that is bad news, or ""
	SVG   template.HTML
}

// Key is one entry of a legend.
type Key struct {
	Swatch template.HTML // a small SVG
	Text   string
}

// OptionJSON returns the option for a <script type="application/json"> element.
func (c Chart) OptionJSON() template.JS { return template.JS(c.Option) }

// Table is the exact form of a chart.
type Table struct {
	Head []string
	Rows []Row
	Foot []Row // totals
}

// Row is one line of a table: its head cell and the others.
type Row struct {
	Head  string
	Href  string // where the head leads, or ""
	Cells []string
	Class string
}

// Context is what a picture needs beside the schedule.
type Context struct {
	Locale *locale.Locale
	Link   func(address string) string // reference to a thing from the page the picture is on

	Heads *Heads // of other pictures in the same locale; may be nil
}

// Heads keeps the heads of time columns, which many pictures have in common. It
// may be used by several goroutines.
type Heads struct{ known sync.Map }

// link returns the reference to a thing, or "" if there is nowhere to go.
func (c Context) link(address string) string {
	if c.Link == nil {
		return ""
	}
	return c.Link(address)
}

// ownerName returns the name of the role or person with the id.
func ownerName(p *plan.Plan, id string) string {
	for _, r := range p.Roles {
		if r.ID == id {
			return r.Title()
		}
	}
	for _, q := range p.People {
		if q.ID == id {
			return q.Title()
		}
	}
	return id
}

// phaseTree returns the phases of the schedule in reading order: each before its
// children, with its depth.
func phaseTree(s *schedule.Schedule) []treePhase {
	var out []treePhase
	var walk func(ps []*schedule.PhaseDates, depth int)
	walk = func(ps []*schedule.PhaseDates, depth int) {
		for _, p := range ps {
			out = append(out, treePhase{p, depth})
			walk(p.Children, depth+1)
		}
	}
	for _, p := range s.Phases {
		if p.Parent == nil {
			walk([]*schedule.PhaseDates{p}, 0)
		}
	}
	return out
}

// treePhase is a phase and how deep it is nested; 0 at the top.
type treePhase struct {
	*schedule.PhaseDates
	depth int
}
