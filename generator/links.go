package generator

import (
	"net/url"
	"path"
	"strings"

	"milepost/schedule/plan"
)

// ownPages are the kinds whose things each have a page, with its folder.
var ownPages = map[string]string{
	"phase":     "phases",
	"work":      "work",
	"milestone": "milestones",
	"risk":      "risks",
	"scenario":  "scenarios",
}

// sectionOf says on which page of the plan the other kinds are shown. A thing
// is found there under the anchor kind-id.
var sectionOf = map[string]string{
	"gate": "milestones",
	"role": "people", "person": "people", "raci": "people",
	"budget": "budget",
	"change": "governance", "decision": "governance", "approval": "governance",
	"escalation": "governance", "governance": "governance", "meeting": "governance",
	"objective": "quality", "kpi": "quality", "standard": "quality",
	"checkpoint": "quality", "lesson": "quality", "feedback": "quality",
	"assumption": "risks", "constraint": "risks", "issue": "risks",
	"checklist": "readiness", "infrastructure": "readiness",
	"training": "readiness", "handover": "readiness",
	"calendar": "schedule",
}

// anchor returns the id that a thing has on the page that lists it.
func anchor(kind, id string) string { return kind + "-" + id }

// place returns the path below the plan's root and the fragment at which a
// thing is shown; "" if its kind is shown nowhere.
func place(kind, id string) (file, fragment string) {
	if dir, ok := ownPages[kind]; ok {
		return dir + "/" + id + "/index.html", ""
	}
	switch kind {
	case "plan":
		return "index.html", ""
	case "progress":
		return "work/" + id + "/index.html", ""
	}
	if dir, ok := sectionOf[kind]; ok {
		return dir + "/index.html", anchor(kind, id)
	}
	return "", ""
}

// path returns a path below the plan's root as a path below public/.
func (ps *planSite) path(file string) string {
	if file == "index.html" && ps.dir == "" && ps.site.portfolio() {
		return "overview/index.html" // the front page is the portfolio
	}
	return path.Join(ps.dir, file)
}

// linker makes references that hold on one page.
type linker struct {
	plan *planSite
	site *site
	from string // path of the page
}

// link returns the linker of a page of the plan.
func (ps *planSite) linker(from string) linker {
	return linker{plan: ps, site: ps.site, from: from}
}

// to returns the link to a thing by its address "kind:id". A thing that is not
// in the plan is its id as text.
func (l linker) to(address string) link {
	kind, id, _ := strings.Cut(address, ":")
	if l.plan == nil {
		return link{Text: address}
	}
	it := l.plan.plan.Lookup(address)
	if it == nil {
		return link{Text: id}
	}
	out := link{Text: it.Title(), Href: l.address(kind, id)}
	if kind == "raci" && it.Name == "" {
		for _, r := range l.plan.plan.RACI {
			if r.ID == id {
				out.Text = r.Activity // a row is called by what it is about
			}
		}
	}
	if _, own := ownPages[kind]; own && it.Name != "" {
		out.ID = id
	}
	return out
}

// address returns the reference to a thing that is in the plan.
func (l linker) address(kind, id string) string {
	file, fragment := place(kind, id)
	if file == "" {
		return ""
	}
	return l.file(l.plan.path(file), fragment)
}

// many returns the links to several things given by id, each of the first kind
// that has it.
func (l linker) many(ids []string, kinds ...string) []link {
	var out []link
	for _, id := range ids {
		out = append(out, l.one(id, kinds...)...)
	}
	return out
}

// one returns the link to a thing given by id, of the first kind that has it;
// none for an empty id.
func (l linker) one(id string, kinds ...string) []link {
	if id == "" {
		return nil
	}
	for _, kind := range kinds {
		if l.plan.plan.Lookup(kind+":"+id) != nil {
			return []link{l.to(kind + ":" + id)}
		}
	}
	return []link{{Text: id}}
}

// who returns the link to the role, person or body with the id.
func (l linker) who(id string) []link { return l.one(id, "role", "person", "governance") }

// href returns the reference to a path below the plan's root: "budget/",
// "budget/#budget-travel", "plan.json".
func (l linker) href(ref string) string {
	file, fragment, _ := strings.Cut(ref, "#")
	if file == "" || strings.HasSuffix(file, "/") {
		file += "index.html"
	}
	return l.file(l.plan.path(file), fragment)
}

// file returns the reference to a published file.
func (l linker) file(target, fragment string) string {
	ref := relative(l.from, target)
	switch {
	case l.from == notFoundPath:
		ref = l.site.basePath() + escapePath(target)
	case target == l.from && fragment != "":
		ref = ""
	}
	if fragment != "" {
		ref += "#" + strings.ReplaceAll(url.PathEscape(fragment), ":", "%3A") // or it looks like a scheme
	}
	return ref
}

// asset returns the reference to a static file of the theme: "style.css"; "" if
// the theme has no such file. Its hash is put in later, see [assets].
func (l linker) asset(name string) string {
	if target := l.site.assets.targets[name]; target != "" {
		return l.file(target, "")
	}
	return ""
}

// notFoundPath is the page that a server shows for any missing address, at any
// depth; only its references are absolute.
const notFoundPath = "404.html"

// basePath returns the path of the site's root on its server, with slashes
// around it: "/roadmap/".
func (s *site) basePath() string {
	u, err := url.Parse(s.config.BaseURL)
	if err != nil || u.Path == "" {
		return "/"
	}
	return "/" + strings.Trim(u.EscapedPath(), "/") + strings.Repeat("/", min(1, len(strings.Trim(u.Path, "/"))))
}

// absolute returns the full address of a published file, without index.html;
// "" if the site has no base URL.
func (s *site) absolute(target string) string {
	if s.config.BaseURL == "" {
		return ""
	}
	return strings.TrimRight(s.config.BaseURL, "/") + "/" + escapePath(strings.TrimSuffix(target, "index.html"))
}

// relative returns the reference from one published file to another.
func relative(from, target string) string {
	for { // without the folders that both are in
		f, fromBelow, isBelow := strings.Cut(from, "/")
		t, targetBelow, isTargetBelow := strings.Cut(target, "/")
		if !isBelow || !isTargetBelow || f != t {
			break
		}
		from, target = fromBelow, targetBelow
	}
	up := strings.Count(from, "/")
	ref := strings.Repeat("../", up) + escapePath(target)
	if first, _, _ := strings.Cut(target, "/"); up == 0 && strings.Contains(first, ":") {
		ref = "./" + ref // or the name would be taken for a scheme
	}
	return ref
}

func escapePath(p string) string {
	if !strings.ContainsFunc(p, needsEscape) {
		return p
	}
	parts := strings.Split(p, "/")
	for i, s := range parts {
		parts[i] = url.PathEscape(s)
	}
	return strings.Join(parts, "/")
}

// needsEscape reports whether a character may need an escape in an address.
func needsEscape(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_./", r)
}

// item returns the link to a thing of the plan.
func (l linker) item(it *plan.Item) link { return l.to(it.Address()) }
