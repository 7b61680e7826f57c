package generator

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

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
	site  *site
	plans []Plan
}

func (s *loaded) result() *Result { return &Result{Plans: s.plans, Config: s.site.config} }

// loadSite reads configuration and plans. Plans with errors are in the list of
// plans, but not in the site.
func loadSite(opts Options) (*loaded, diag.List, error) {
	var diags diag.List
	config, err := loadConfig(opts, &diags)
	if err != nil {
		return nil, nil, err
	}
	s := &loaded{site: &site{config: config, version: opts.Version}}
	dirs, err := planDirs(opts.Site)
	if err != nil {
		return nil, nil, err
	}
	if len(dirs) == 0 {
		diags.Errorf("E500", diag.Pos{File: contentDir + "/plan.toml"}, "there is no plan").
			Hint = "write content/plan.toml, or start with milepost new"
	}
	for _, dir := range dirs {
		p, list, err := plan.Load(opts.Site, path.Join(contentDir, dir))
		if err != nil {
			return nil, nil, err
		}
		result := Plan{Dir: dir, Plan: p}
		if p != nil && !list.Failed() {
			sched, more := schedule.Compute(p)
			list = append(list, more...)
			if sched != nil && !list.Failed() {
				result.Schedule = sched
				if err := s.add(result, list, &diags); err != nil {
					return nil, nil, err
				}
			}
		}
		result.Findings = slices.Clone(list)
		result.Findings.Sort()
		s.plans = append(s.plans, result)
		diags = append(diags, list...)
	}
	if s.site.loc == nil {
		if s.site.loc, err = locale.New(config.Language, "USD"); err != nil {
			s.site.loc = nil // loadConfig has said so
		}
	}
	return s, diags, nil
}

// add takes a scheduled plan into the site.
func (s *loaded) add(p Plan, list diag.List, diags *diag.List) error {
	list = slices.Clone(list)
	list.Sort()
	// What weighs most has the lowest code; readers see it first.
	slices.SortStableFunc(list, func(x, y *diag.Diagnostic) int {
		return cmp.Or(cmp.Compare(y.Severity, x.Severity), cmp.Compare(x.Code, y.Code))
	})
	currency := p.Plan.Currency
	if currency == "" {
		currency = "USD"
	}
	loc, err := locale.New(s.site.config.Language, currency)
	if err != nil {
		// The language is checked with the configuration, so it is the currency.
		diags.Errorf("E506", p.Plan.Info.At("currency"), "currency %q is not known", currency).
			Hint = `write a code of ISO 4217 such as "USD", "EUR" or "CHF"`
		return nil
	}
	ps := &planSite{site: s.site, dir: p.Dir, plan: p.Plan, sched: p.Schedule, findings: list, loc: loc}
	s.site.plans = append(s.site.plans, ps)
	if s.site.loc == nil {
		s.site.loc = loc
	}
	return nil
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
	return dirs, err
}

// hidden reports whether a file is none of the author's content: files of
// editors and of the system.
func hidden(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") || strings.HasPrefix(name, "#")
}

// loadConfig reads content/site.toml and checks it. A site without one has the
// defaults.
func loadConfig(opts Options, diags *diag.List) (Config, error) {
	c := Config{Language: "en", Theme: "default", Branch: "main"}
	src, err := fs.ReadFile(opts.Site, configFile)
	switch {
	case err == nil:
		list := plan.DecodeTOML(configFile, src, &c)
		*diags = append(*diags, list...)
	case !errors.Is(err, fs.ErrNotExist):
		return c, fmt.Errorf("read %s: %w", configFile, err)
	}
	if opts.BaseURL != "" {
		c.BaseURL = opts.BaseURL
		if !webAddress(c.BaseURL) {
			return c, fmt.Errorf("base URL %q is not an address such as https://example.org/roadmap/", c.BaseURL)
		}
	}
	at := func(key string) diag.Pos { return configPos(opts.Site, key) }
	if c.BaseURL != "" && opts.BaseURL == "" && !webAddress(c.BaseURL) {
		diags.Errorf("E503", at("base_url"), "base_url %q is not the address of a site", c.BaseURL).
			Hint = `write it like this: base_url = "https://example.org/roadmap/"`
	}
	if c.Repository != "" && !webAddress(c.Repository) {
		diags.Errorf("E503", at("repository"), "repository %q is not a web address", c.Repository).
			Hint = `write it like this: repository = "https://github.com/owner/name"`
	}
	if c.Theme == "" || !fs.ValidPath(c.Theme) || strings.Contains(c.Theme, "/") {
		diags.Errorf("E502", at("theme"), "theme %q is not the name of a folder below themes/", c.Theme)
		c.Theme = "default"
	}
	for _, m := range c.Menu {
		if u, err := url.Parse(m.URL); m.Name == "" || m.URL == "" || err != nil || u.Scheme != "" && !webAddress(m.URL) && u.Scheme != "mailto" {
			diags.Errorf("E505", at("menu"), "menu entry %q with the address %q leads nowhere", m.Name, m.URL).
				Hint = `each entry has a name and a url: { name = "Strategy", url = "strategy/" }`
		}
	}
	if _, err := locale.New(c.Language, "USD"); err != nil {
		diags.Errorf("E504", at("language"), "%v", err).Hint = `write a language tag such as "en" or "en-GB"`
	}
	return c, nil
}

func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.RawQuery == "" && u.Fragment == ""
}

// configPos returns the place of a top-level key of site.toml.
func configPos(site fs.FS, key string) diag.Pos {
	pos := diag.Pos{File: configFile}
	src, err := fs.ReadFile(site, configFile)
	if err != nil {
		return pos
	}
	line := regexp.MustCompile(`^\s*(?:\[\[?\s*)?` + regexp.QuoteMeta(key) + `\b`)
	for i, text := range strings.Split(string(src), "\n") {
		if loc := line.FindStringIndex(text); loc != nil {
			column := loc[1] - len(key) + 1
			return diag.Pos{File: configFile, Line: i + 1, Column: column, Length: len(key)}
		}
	}
	return pos
}

// lastWorked returns the last day on which the plan is worked.
func (ps *planSite) lastWorked() calendar.Date { return ps.sched.Finish.LastDate() }
