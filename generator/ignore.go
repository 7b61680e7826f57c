package generator

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"milepost/generator/markdown"
	"milepost/schedule"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// Ignore is an entry [[ignore]] of site.toml: messages that the authors have
// seen and accepted, with the reason.
type Ignore struct {
	Code    string `toml:"code"`    // "F403"
	Reason  string `toml:"reason"`  // for those who read the plan
	Subject string `toml:"subject"` // only about this thing: "milestone:M4"
	File    string `toml:"file"`    // only in this file, or below this folder: "content/north/"
}

// Ignored is a warning or finding that the authors have accepted.
type Ignored struct {
	*diag.Diagnostic
	Reason string
	Where  diag.Pos // where they say so
	Beside string   // address of the thing that it is written beside; "" in site.toml
}

// ignores is everything that a site accepts.
type ignores []*acceptance

// acceptance is one entry, and whether it has matched anything.
type acceptance struct {
	Ignore
	pos    diag.Pos   // of the code
	beside *plan.Item // nil in site.toml
	plan   *plan.Plan // that the item is in
	used   bool
}

// configIgnores reads the entries of site.toml. What is wrong with one is
// reported, and the entry left out.
func configIgnores(c Config, at plan.Places, site fs.FS, diags *diag.List) ignores {
	var out ignores
	for i, e := range c.Ignore {
		key := "ignore[" + itoa(i) + "]"
		a := &acceptance{Ignore: e, pos: at.Value(key + ".code")}
		ok := true
		if e.Code == "" {
			diags.Errorf("E592", at.Key(key), "an entry of ignore names no code").
				Hint = "write the code of the message that is accepted: code = \"F403\""
			ok = false
		} else {
			ok = isAcceptable(e.Code, a.pos, diags)
		}
		if strings.TrimSpace(e.Reason) == "" {
			diags.Errorf("E592", at.Value(key+".reason"), "an entry of ignore gives no reason").
				Hint = "write why it is accepted, for those who read the plan: reason = \"agreed with the board on 3 March\""
			ok = false
		}
		if e.File != "" {
			a.File = path.Clean(e.File)
			if !strings.HasPrefix(a.File, contentDir+"/") && a.File != contentDir {
				a.File = path.Join(contentDir, a.File)
			}
			if _, err := fs.Stat(site, a.File); err != nil {
				diags.Errorf("E593", at.Value(key+".file"), "an entry of ignore names the file %q, which is not there", e.File).
					Hint = "write it as messages do, such as \"content/plan.toml\", or a folder"
				ok = false
			}
		}
		if ok {
			out = append(out, a)
		}
	}
	return out
}

// ofPlan adds what is ignored beside the things of a plan.
func (list ignores) ofPlan(p *plan.Plan, diags *diag.List) ignores {
	for _, e := range p.Ignores() {
		if isAcceptable(e.Code, e.Pos, diags) {
			list = append(list, &acceptance{Ignore: Ignore{Code: e.Code, Reason: e.Reason}, pos: e.Pos, beside: e.Item, plan: p})
		}
	}
	return list
}

// isAcceptable reports whether a code is one that can be ignored, and tells if
// it is not.
func isAcceptable(code string, at diag.Pos, diags *diag.List) bool {
	if strings.HasPrefix(code, "E") && meaningOf(code) != "" {
		diags.Errorf("E591", at, "%s is an error (%s), and errors cannot be ignored", code, meaningOf(code)).
			Hint = "mend what it tells; only warnings and findings can be accepted"
		return false
	}
	if meaningOf(code) != "" {
		return true
	}
	d := diags.Errorf("E590", at, "%q is not a code that milepost has", code)
	if upper := strings.ToUpper(code); len(upper) >= 4 && meaningOf(upper[:4]) != "" { // small letters, or too much of it
		d.Hint = fmt.Sprintf("did you mean %q?", upper[:4])
		return false
	}
	var known []string
	for _, codes := range catalogue() {
		for c := range codes {
			if c[0] != 'E' {
				known = append(known, c)
			}
		}
	}
	slices.Sort(known)
	if d.Hint = diag.DidYouMean(strings.ToUpper(code), known); d.Hint == "" {
		d.Hint = "milepost check tells the code with each message, such as F403"
	}
	return false
}

// catalogue returns the codes of all that reports something.
func catalogue() []map[string]string {
	return []map[string]string{plan.Codes, schedule.Codes, Codes, markdown.Codes}
}

// meaningOf returns what a code means in a line, "" if there is no such code.
func meaningOf(code string) string {
	for _, codes := range catalogue() {
		if m := codes[code]; m != "" {
			return m
		}
	}
	return ""
}

// Meanings returns the meaning of every code of a message about a site, in a
// line.
func Meanings() map[string]string {
	all := map[string]string{}
	for _, codes := range catalogue() {
		maps.Copy(all, codes)
	}
	return all
}

// checkSubjects tells of entries of site.toml that are about something that is
// in no plan. It needs all plans; if one has errors nothing is known.
func (list ignores) checkSubjects(plans []Plan, at plan.Places, c Config, diags *diag.List) {
	var known []string
	for _, p := range plans {
		if p.Plan == nil {
			return
		}
		known = append(known, addresses(p.Plan)...)
		known = append(known, p.Plan.Info.Address())
	}
	for i, e := range c.Ignore {
		if e.Subject == "" || slices.Contains(known, e.Subject) {
			continue
		}
		d := diags.Errorf("E593", at.Value("ignore["+itoa(i)+"].subject"), "an entry of ignore is about %q, which is in no plan", e.Subject)
		if d.Hint = diag.DidYouMean(e.Subject, known); d.Hint == "" {
			d.Hint = "write the address of a thing, kind and id: \"milestone:M4\""
		}
	}
}

// split takes what is accepted out of a list. p is the plan that the list is
// about, nil for what is about the whole site.
func (list ignores) split(all diag.List, p *plan.Plan) (kept diag.List, accepted []Ignored) {
	for _, d := range all {
		var by *acceptance
		if d.Severity != diag.Error {
			for _, a := range list {
				if !a.matches(d, p) {
					continue
				}
				a.used = true
				if by == nil || by.beside == nil && a.beside != nil { // what is said beside the thing says more
					by = a
				}
			}
		}
		if by == nil {
			kept = append(kept, d)
			continue
		}
		i := Ignored{Diagnostic: d, Reason: strings.TrimSpace(by.Reason), Where: by.pos}
		if by.beside != nil {
			i.Beside = by.beside.Address()
		}
		accepted = append(accepted, i)
	}
	slices.SortStableFunc(accepted, func(x, y Ignored) int { return strings.Compare(x.Code, y.Code) })
	return kept, accepted
}

func (a *acceptance) matches(d *diag.Diagnostic, p *plan.Plan) bool {
	if a.Code != d.Code {
		return false
	}
	if a.beside == nil {
		return (a.Subject == "" || a.Subject == d.Subject) &&
			(a.File == "" || a.File == d.Pos.File || strings.HasPrefix(d.Pos.File, a.File+"/"))
	}
	if p != a.plan {
		return false
	}
	it := a.beside
	switch {
	case d.Subject == "":
		return p.ItemAt(d.Pos) == it
	case it.Kind == "progress": // the findings are about the work
		return d.Subject == "work:"+it.ID
	}
	return d.Subject == it.Address()
}

// unused tells of entries that have done their work.
func (list ignores) unused(diags *diag.List) {
	for _, a := range list {
		if a.used {
			continue
		}
		about := ""
		switch {
		case a.beside != nil:
			about = " about " + a.beside.Address()
		case a.Subject != "":
			about = " about " + a.Subject
		}
		if a.File != "" {
			about += " in " + a.File
		}
		d := diags.Warnf("W591", a.pos, "%s is ignored%s, but there is no such message", a.Code, about)
		d.Hint = "it has done its work: take it out"
		if a.beside != nil {
			d.Subject = a.beside.Address()
		}
	}
}
