package generator

import (
	"html/template"
	"slices"

	"milepost/generator/chart"
	"milepost/generator/locale"
	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// Config is content/site.toml. Every key is optional.
type Config struct {
	Title      string     `toml:"title"`       // default: the name of the plan
	BaseURL    string     `toml:"base_url"`    // where the site will live
	Language   string     `toml:"language"`    // default "en"
	Theme      string     `toml:"theme"`       // folder below themes/, default "default"
	Repository string     `toml:"repository"`  // web address of the source, for "edit" links
	Branch     string     `toml:"branch"`      // default "main"
	UnsafeHTML bool       `toml:"unsafe_html"` // allow (sanitised) raw HTML in Markdown
	Menu       []MenuItem `toml:"menu"`        // further entries of the navigation
	Ignore     []Ignore   `toml:"ignore"`      // messages that are accepted
}

// MenuItem is an entry of the navigation that the author adds.
type MenuItem struct {
	Name string `toml:"name"` // What readers see.
	URL  string `toml:"url"`  // A page of the site ("strategy/") or a web address.
}

// site is everything that pages are made of.
type site struct {
	config  Config
	places  plan.Places // of the configuration's keys
	version string
	loc     *locale.Locale
	plans   []*planSite
	assets  *assets // of the theme; nil until pages are rendered
}

// portfolio reports whether the front page is that of all plans and not of the
// one at the top.
func (s *site) portfolio() bool {
	return len(s.plans) > 1 || len(s.plans) == 1 && s.plans[0].dir != ""
}

// planSite is one plan with its narrative and its place in the published site.
type planSite struct {
	site     *site
	dir      string   // below content/ and below public/; "" at the top
	key      cacheKey // of everything that the plan follows from
	plan     *plan.Plan
	sched    *schedule.Schedule
	findings diag.List            // of this plan, sorted, gaps last
	accepted []Ignored            // what its authors have set aside
	against  *schedule.Comparison // with its baseline; nil if it has none
	loc      *locale.Locale
	coverage *schedule.Coverage // which parts of an implementation plan it has

	narrative []*narrative // pages, stories and reports written for the plan
	shelf     shelf        // of those

	// How the plan stands, and drags by id of the activity; computed when they are
	// first asked for.
	health func() *health
	drags  func() map[string]calendar.Work

	// outlook returns the chances of the plan, nil if nothing in it is uncertain.
	// They are computed when they are first asked for.
	outlook func() *schedule.Simulation

	// courses returns the plan and its scenarios with their chances, computed when
	// they are first asked for.
	courses func() []course

	heads *chart.Heads // of pictures of the plan

	// What a text can name; costly, and asked for only by "did you mean".
	addresses, valueNames func() []string

	// When somebody is needed beyond capacity from now on, by the work that needs
	// them then; computed when it is first asked for.
	overloads func() map[*schedule.Activity][]schedule.Overload
}

// contradictions are what of the findings does not add up: all but the gaps,
// which come last and are shown on the page of findings only.
func (ps *planSite) contradictions() diag.List { return ps.findings[:len(ps.findings)-len(ps.gaps())] }

// acceptsContradictions reports whether the authors have set aside something that
// does not add up. Such a plan adds up only by their word.
func (ps *planSite) acceptsContradictions() bool {
	return slices.ContainsFunc(ps.accepted, func(i Ignored) bool { return !schedule.IsGap(i.Code) })
}

// gaps are what a serious plan says and this one does not.
func (ps *planSite) gaps() diag.List {
	at := len(ps.findings)
	for at > 0 && schedule.IsGap(ps.findings[at-1].Code) {
		at--
	}
	return ps.findings[at:]
}

// title is what the plan is called in headings and navigation.
func (ps *planSite) title() string {
	if !ps.site.portfolio() && ps.site.config.Title != "" {
		return ps.site.config.Title
	}
	switch {
	case ps.plan.Name != "":
		return ps.plan.Name
	case ps.dir != "":
		return ps.dir
	}
	return "Roadmap"
}

// page is one HTML file to be rendered: a template of the theme and the view it
// shows.
type page struct {
	path     string // below public/: "milestones/M4/index.html"
	plan     *planSite
	template string // file in templates/, without .html: "milestone"
	title    string // plain text, for <title> and <h1>
	section  string // entry of the navigation that is current: "milestones"
	summary  string // for <meta name=description>
	view     any    // the template sees it as .View

	parent *link    // entry of the breadcrumb between the plan and the page, or nil
	kicker string   // small words above <h1>: "Work package 1.2"
	key    cacheKey // of what its template makes of it; zero if it is not known yet
	anchor string   // id of <h1>, that of the heading in the author's text; may be empty
	source string   // file that "edit this page" leads to, below the site folder
	line   int      // in source; 0 if the whole file is meant
	wide   bool     // the main column takes all the width there is
}

// link is a reference to a page or a place in one, relative to the page that
// shows it.
type link struct {
	ID   string // "M4", shown before the name where ids matter; may be empty
	Text string
	Href string // empty if there is nowhere to go
}

// when is a point in time as readers see it, with its plan week.
type when struct {
	Text string // "Fri 23 Jan 2026"
	ISO  string // "2026-01-23"
	Week string // "W3"
}

// String returns "Fri 23 Jan 2026 (W3)", for texts and data files.
func (w when) String() string {
	switch {
	case w.Text == "":
		return ""
	case w.Week == "":
		return w.Text
	}
	return w.Text + " (" + w.Week + ")"
}

// fact is one line of a list of facts.
type fact struct {
	Label   string
	Text    string        // plain text, or
	Links   []link        // references, or
	When    *when         // a date, or
	List    []string      // several texts, or
	Pill    *pill         // a status, or
	HTML    template.HTML // anything else
	Note    string        // "stated W12", "2 weeks late"
	Class   string        // "late", "critical" or ""
	Assumed bool          // the figure is an assumption of the plan's authors
}

// pill is a status: a word with an icon and a colour.
type pill struct {
	Text  string
	Class string // "good", "warn", "bad", "info", "none" or "done"
}
