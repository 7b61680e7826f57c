package generator

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"

	"milepost/generator/chart"
	"milepost/generator/locale"
	"milepost/schedule"
	"milepost/schedule/calendar"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

const (
	contentDir = "content"
	configFile = "content/site.toml"
)

// loaded is a site whose plans are read and scheduled.
type loaded struct {
	site     *site
	plans    []Plan
	keys     []cacheKey // of everything that the plans follow from
	ignores  ignores
	accepted []Ignored
}

func (s *loaded) result() *Result {
	return &Result{Plans: s.plans, Config: s.site.config, Ignored: s.accepted}
}

// loadSite reads configuration and plans. Plans with errors are in the list of
// plans, but not in the site.
func loadSite(opts *Options) (*loaded, diag.List, error) {
	var diags diag.List
	opts.stage("load")
	if opts.Cache == nil {
		opts.Cache = &Cache{once: true}
	}
	opts.Cache.begin()
	config, at, err := loadConfig(*opts, &diags)
	if err != nil {
		return nil, nil, err
	}
	s := &loaded{site: &site{config: config, places: at, version: opts.Version}}
	s.ignores = configIgnores(config, at, opts.Site, &diags)
	dirs, err := planDirs(opts.Site)
	if err != nil {
		return nil, nil, err
	}
	if len(dirs) == 0 {
		diags.Errorf("E500", diag.Pos{File: contentDir + "/plan.toml"}, "there is no plan").
			Hint = "write content/plan.toml: a table [plan] with name and start, then a first [work.ID]"
	}
	for _, dir := range dirs {
		if list := linksOut(opts.Site, dir); len(list) > 0 {
			s.plans = append(s.plans, Plan{Dir: dir, Findings: list})
			s.keys = append(s.keys, cacheKey{})
			diags = append(diags, list...)
			continue
		}
		made, err := opts.plan(dir)
		if err != nil {
			return nil, nil, err
		}
		list := copied(made.list)
		if made.plan != nil {
			s.ignores = s.ignores.ofPlan(made.plan, &diags)
		}
		result := Plan{Dir: dir, Plan: made.plan, Schedule: made.sched}
		list, result.Ignored = s.ignores.split(list, made.plan)
		s.accepted = append(s.accepted, result.Ignored...)
		result.Findings = byWeight(list)
		if result.Schedule != nil {
			s.add(result, made.key, *opts, &diags)
		}
		s.plans = append(s.plans, result)
		s.keys = append(s.keys, made.key)
		diags = append(diags, list...)
	}
	s.ignores.checkSubjects(s.plans, at, config, &diags)
	for i := range s.plans {
		s.plans[i].ignores = s.ignores
	}
	if s.site.loc == nil {
		if s.site.loc, err = locale.New(config.Language, "USD"); err != nil {
			return nil, nil, err // loadConfig has tried the language
		}
	}
	return s, diags, nil
}

// plannedFiles is a plan as it follows from its files, and what is wrong with it.
type plannedFiles struct {
	plan  *plan.Plan
	sched *schedule.Schedule // nil if the plan has errors
	list  diag.List
	key   cacheKey // of everything that it follows from
}

// madeOfFiles is the last plan of a folder, and what was read on the way to it.
type madeOfFiles struct {
	files trace
	*plannedFiles
}

// plan reads and schedules the plan of a folder below content/.
func (o *Options) plan(dir string) (*plannedFiles, error) {
	o.stage("load")
	set, _ := sumOf(o.Schedule)
	key, _ := sumOf(dir, set)
	if last, ok := o.Cache.plans.get(key); ok {
		last.files.FS = o.Site
		if last.files.holds() {
			return last.plannedFiles, nil
		}
	}
	files := trace{FS: o.Site}
	p, list, err := plan.Load(&files, path.Join(contentDir, dir))
	if err != nil {
		return nil, err
	}
	made := &plannedFiles{plan: p}
	if p != nil && !list.Failed() {
		o.stage("schedule")
		sched, more := schedule.Compute(p, o.Schedule)
		list = append(list, more...)
		if sched != nil {
			_, more = sched.Scenarios()
			list = append(list, more...)
		}
		if sched != nil && !list.Failed() {
			made.sched = sched
		}
	}
	made.list = list
	made.key, _ = sumOf(key, files.reads)
	files.FS = nil // or the folder would stay open
	o.Cache.plans.put(key, madeOfFiles{files, made})
	return made, nil
}

// copied returns copies of the diagnostics, to which excerpts can be added.
func copied(list diag.List) diag.List {
	out := make(diag.List, len(list))
	for i, d := range list {
		c := *d
		out[i] = &c
	}
	return out
}

// byWeight returns the list as readers see it: findings before warnings, and
// what weighs most, which has the lowest code, first; gaps after everything else.
func byWeight(list diag.List) diag.List {
	list = slices.Clone(list)
	list.Sort()
	slices.SortStableFunc(list, func(x, y *diag.Diagnostic) int {
		return cmp.Or(order(schedule.IsGap(x.Code), schedule.IsGap(y.Code)), cmp.Compare(y.Severity, x.Severity), cmp.Compare(x.Code, y.Code))
	})
	return list
}

// order puts what is not before what is.
func order(x, y bool) int {
	switch {
	case x == y:
		return 0
	case y:
		return -1
	}
	return 1
}

// add takes a scheduled plan into the site.
func (s *loaded) add(p Plan, key cacheKey, opts Options, diags *diag.List) {
	currency := p.Plan.Currency
	if currency == "" {
		currency = "USD"
	}
	loc, err := locale.New(s.site.config.Language, currency)
	if err != nil {
		diags.Errorf("E506", p.Plan.Info.At("currency"), "currency %q is not known", currency).
			Hint = `write a code of ISO 4217 such as "USD", "EUR" or "CHF"`
		return
	}
	ps := &planSite{
		site: s.site, dir: p.Dir, key: key, heads: &chart.Heads{}, plan: p.Plan, sched: p.Schedule,
		findings: p.Findings, accepted: p.Ignored, loc: loc,
	}
	if base := p.Schedule.Baseline(); base != nil {
		ps.against = p.Schedule.Against(base)
	}
	ps.outlook = sync.OnceValue(func() *schedule.Simulation { return ps.simulate(opts) })
	ps.courses = sync.OnceValue(func() []course { return ps.newCourses(opts) })
	ps.addresses = sync.OnceValue(func() []string { return addresses(ps.plan) })
	ps.valueNames = sync.OnceValue(ps.values)
	ps.askLater()
	ps.overloads = sync.OnceValue(ps.overloadsByWork)
	s.site.plans = append(s.site.plans, ps)
	if s.site.loc == nil {
		s.site.loc = loc
	}
}

// askLater makes the functions that compute something of the schedule when they
// are first asked.
func (ps *planSite) askLater() {
	ps.health = sync.OnceValue(ps.assess)
	ps.drags = sync.OnceValue(ps.dragsByID)
}

// planDirs returns the folders below content/ that have a plan.toml, the one at
// the top as "".
func planDirs(site fs.FS) ([]string, error) {
	var dirs []string
	err := fs.WalkDir(site, contentDir, func(p string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && p == contentDir:
			return fs.SkipAll
		case err != nil:
			return fmt.Errorf("read %s: %w", p, err)
		case hidden(e.Name()) && p != contentDir:
			if e.IsDir() {
				return fs.SkipDir
			}
		case !e.IsDir() && e.Name() == "plan.toml":
			dirs = append(dirs, strings.TrimPrefix(strings.TrimPrefix(path.Dir(p), contentDir), "/"))
		}
		return nil
	})
	slices.Sort(dirs)
	// In the folder of a plan's baselines lies no plan, also if one is called plan.
	all := slices.Clone(dirs)
	dirs = slices.DeleteFunc(dirs, func(d string) bool {
		above := strings.TrimPrefix(path.Dir("/"+d), "/")
		return path.Base(d) == plan.BaselineFolder && slices.Contains(all, above)
	})
	return dirs, err
}

// hidden reports whether a file is none of the author's content: files of
// editors and of the system.
func hidden(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") || strings.HasPrefix(name, "#")
}

// CheckBaseURL returns an error if no site can live at an address, as
// Options.BaseURL says it.
func CheckBaseURL(address string) error {
	if !siteAddress(address) {
		return fmt.Errorf("base URL %q is not an address such as https://example.org/roadmap/", address)
	}
	return nil
}

// loadConfig reads content/site.toml and checks it. A site without one has the
// defaults.
func loadConfig(opts Options, diags *diag.List) (Config, plan.Places, error) {
	c := Config{Language: "en", Theme: "default", Branch: "main"}
	var at plan.Places
	src, err := fs.ReadFile(opts.Site, configFile)
	switch {
	case err == nil:
		var list diag.List
		at, list = plan.DecodeTOML(configFile, src, &c)
		*diags = append(*diags, list...)
	case isKeptAway(err):
		leadsOut(diags, configFile, err)
	case !errors.Is(err, fs.ErrNotExist):
		return c, at, fmt.Errorf("read %s: %w", configFile, err)
	}
	if opts.BaseURL != "" {
		c.BaseURL = opts.BaseURL
		if err := CheckBaseURL(c.BaseURL); err != nil {
			return c, at, err
		}
	}
	if c.BaseURL != "" && opts.BaseURL == "" && !siteAddress(c.BaseURL) {
		diags.Errorf("E503", at.Value("base_url"), "base_url %q is not the address of a site", c.BaseURL).
			Hint = `write it like this: base_url = "https://example.org/roadmap/"`
	}
	if c.Repository != "" && !siteAddress(c.Repository) {
		diags.Errorf("E503", at.Value("repository"), "repository %q is not a web address", c.Repository).
			Hint = `write it like this: repository = "https://github.com/owner/name"`
	}
	if c.Theme == "" || c.Theme == "." || !fs.ValidPath(c.Theme) || strings.Contains(c.Theme, "/") {
		diags.Errorf("E502", at.Value("theme"), "theme %q is not the name of a folder below themes/", c.Theme)
		c.Theme = "default"
	}
	for i, m := range c.Menu {
		u, err := url.Parse(m.URL)
		if m.Name == "" || m.URL == "" || err != nil || u.Scheme == "" && u.Host != "" || u.Scheme != "" && !webAddress(m.URL) && u.Scheme != "mailto" {
			diags.Errorf("E505", at.Value(fmt.Sprintf("menu[%d].url", i)), "menu entry %q with the address %q leads nowhere", m.Name, m.URL).
				Hint = menuHint
		}
	}
	if _, err := locale.New(c.Language, "USD"); err != nil {
		diags.Errorf("E504", at.Value("language"), "%v", err).Hint = `write a language tag such as "en" or "en-GB"`
		c.Language = "en"
	}
	return c, at, nil
}

const menuHint = `each entry has a name and a url, a page of the site or a web address: { name = "Strategy", url = "strategy/" }`

// webAddress reports whether a text is the address of something on the web.
func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// siteAddress reports whether paths can be appended to a web address.
func siteAddress(s string) bool { return webAddress(s) && !strings.ContainsAny(s, "?#") }

// lastWorked returns the last day on which the plan is worked.
func (ps *planSite) lastWorked() calendar.Date { return ps.sched.Finish.LastDate() }
