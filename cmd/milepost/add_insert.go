package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"milepost/generator"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// insertSafely returns the text of a file with the table in it, and the line of
// its header. The table goes behind others of its kind, or to the end of the file
// if the plan cannot be read otherwise. If that does not help either, the list
// says why.
func insertSafely(site fs.FS, file string, old []byte, d *draft) (text []byte, line int, list diag.List, err error) {
	places := []int{len(old)}
	if at := d.placeIn(file, old); at < len(old) {
		places = []int{at, len(old)}
	}
	var first diag.List
	for i, at := range places {
		text, line = insertAt(old, at, d.text())
		result, list, err := generator.Load(generator.Options{Site: overlay{site, map[string][]byte{file: text}}})
		if err != nil {
			return nil, 0, nil, err
		}
		list = list.Only(diag.Error)
		if !list.Failed() && plan.IsTOML(old) && !plan.IsTOML(text) {
			list.Errorf("E103", diag.Pos{File: file, Line: line, Column: 1}, "tables of the kind %s are in braces, which no other table can add to", d.kind.Name).
				Hint = fmt.Sprintf("give each a header of its own: [%s.ID]", d.kind.Name)
		}
		if !list.Failed() && d.isIn(result) {
			return text, line, nil, nil
		}
		if i == 0 {
			first = list
		}
	}
	return text, line, first, nil
}

// placeIn returns the offset in a file behind which the table goes: behind the
// last table of its kind in its phase, behind its phase, or behind the last table
// of its kind; a phase behind all that phases hold.
func (d *draft) placeIn(file string, src []byte) int {
	sections := plan.Sections(src)
	behind := func(match func(kind, id string) bool) (at int, found bool) {
		for _, s := range sections {
			if len(s.Path) > 0 && match(s.Path[0], append(s.Path, "")[1]) {
				at, found = s.End, true
			}
		}
		return at, found
	}
	ofPhases := []string{"phase", "work", "milestone", "gate"}
	ours := func(kind, _ string) bool { return kind == d.kind.Name }
	switch {
	case d.kind.Name == "phase":
		ours = func(kind, _ string) bool { return slices.Contains(ofPhases, kind) }
	case d.phase != "":
		inPhase := d.idsIn(d.phase)
		if at, ok := behind(func(kind, id string) bool { return kind == d.kind.Name && slices.Contains(inPhase, id) }); ok {
			return at
		}
		if slices.Contains(ofPhases, d.kind.Name) {
			at, ok := behind(func(kind, id string) bool {
				return kind == "phase" && id == d.phase || slices.Contains(ofPhases, kind) && slices.Contains(d.idsOf(kind, d.phase), id)
			})
			if ok {
				return at
			}
		}
	}
	if at, ok := behind(ours); ok {
		return at
	}
	return len(src)
}

// insertAt puts a text between blank lines at an offset that begins a line or ends
// the file. It keeps the line ends of the file, and no newline at its end if it
// has none.
func insertAt(old []byte, at int, text string) (out []byte, line int) {
	eol := "\n"
	if i := bytes.IndexByte(old, '\n'); i > 0 && old[i-1] == '\r' {
		eol = "\r\n"
	}
	before, after := old[:at], old[at:]
	lead := ""
	open := len(before) > 0 && before[len(before)-1] != '\n'
	isBlank := func(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }
	switch last := before[bytes.LastIndexByte(bytes.TrimSuffix(before, []byte("\n")), '\n')+1:]; {
	case isBlank(bytes.TrimPrefix(before, []byte("\ufeff"))):
	case open:
		lead = "\n\n"
	case !isBlank(last):
		lead = "\n"
	}
	tail := ""
	switch next, _, _ := bytes.Cut(after, []byte("\n")); {
	case len(after) == 0 && open:
		text = strings.TrimSuffix(text, "\n")
	case len(after) > 0 && !isBlank(next):
		tail = "\n"
	}
	insert := lead + text + tail
	line = bytes.Count(before, []byte("\n")) + strings.Count(lead, "\n") + 1
	out = slices.Concat(before, []byte(strings.ReplaceAll(insert, "\n", eol)), after)
	return out, line
}

// isIn reports whether the table is in a site as it was loaded.
func (d *draft) isIn(r *generator.Result) bool {
	for _, p := range r.Plans {
		if p.Dir == d.dir {
			return p.Plan != nil && p.Plan.Lookup(d.kind.Name+":"+d.id) != nil
		}
	}
	return false
}

// usedFile returns the file that has most tables of the kind; "" if there are none.
func (d *draft) usedFile() string {
	items := d.plan.Items(d.kind.Name)
	if d.phase != "" && d.kind.Name != "phase" {
		if ids := d.idsIn(d.phase); len(ids) > 0 {
			items = slices.DeleteFunc(items, func(it *plan.Item) bool { return !slices.Contains(ids, it.ID) })
		} else if d.kind.Name == "work" { // behind its phase
			items = []*plan.Item{d.plan.Lookup("phase:" + d.phase)}
		}
	}
	counts := map[string]int{}
	best := ""
	for _, it := range items {
		file := it.At("").File
		if counts[file]++; best == "" || counts[file] > counts[best] {
			best = file
		}
	}
	return best
}

// usualFiles are the files that tables of each kind go into if the plan has none
// of them yet.
var usualFiles = map[string]string{
	"calendar": "plan.toml", "phase": "plan.toml", "work": "plan.toml", "milestone": "plan.toml", "gate": "plan.toml",
	"progress": "progress.toml",
	"role":     "people.toml", "person": "people.toml", "raci": "people.toml",
	"budget":    "budget.toml",
	"objective": "objectives.toml", "kpi": "objectives.toml",
	"governance": "governance.toml", "meeting": "governance.toml", "escalation": "governance.toml", "approval": "governance.toml",
	"decision": "governance.toml",
	"risk":     "risks.toml", "scenario": "risks.toml", "assumption": "risks.toml", "constraint": "risks.toml",
	"standard": "quality.toml", "checkpoint": "quality.toml", "checklist": "quality.toml",
	"infrastructure": "readiness.toml", "training": "readiness.toml", "handover": "readiness.toml",
	"feedback": "log.toml", "lesson": "log.toml", "change": "log.toml", "issue": "log.toml",
}
