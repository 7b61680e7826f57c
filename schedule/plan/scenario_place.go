package plan

import (
	"fmt"
	"slices"
	"strings"

	"milepost/schedule/diag"
)

// Place returns what was found about the scenario's plan, with places in the
// scenario's own lines. What holds for the plan as well, which is in of, is left
// out. What shows elsewhere is moved to the value that it comes from, as far as
// that can be told, and keeps where it shows as a note.
func (sc *Scenario) Place(list, of diag.List) diag.List {
	v := sc.variant
	if v == nil {
		return list
	}
	return v.place(list, of, true)
}

// place is Place; what stands in the scenario's own lines says that it is about
// the scenario only if it is named.
func (v *variant) place(list, of diag.List, named bool) diag.List {
	var out diag.List
	for _, d := range list {
		same := func(other *diag.Diagnostic) bool {
			return other.Code == d.Code && other.Pos == d.Pos && other.Message == d.Message
		}
		switch {
		case slices.ContainsFunc(of, same) || slices.ContainsFunc(out, same):
		case v.isOwn(d.Pos) && named:
			e := *d
			e.Message = fmt.Sprintf("in scenario %q, %s", v.ID, d.Message)
			out = append(out, &e)
		case v.isOwn(d.Pos):
			out = append(out, d)
		default:
			out = append(out, v.moved(d))
		}
	}
	return out
}

// moved returns a diagnostic at the place in the scenario that it comes from.
func (v *variant) moved(d *diag.Diagnostic) *diag.Diagnostic {
	e := *d
	e.Message = fmt.Sprintf("in scenario %q, %s", v.ID, d.Message)
	e.Notes = []diag.Note{{Pos: d.Pos, Message: "it shows here"}}
	own := slices.IndexFunc(d.Notes, func(n diag.Note) bool { return v.isOwn(n.Pos) })
	for i, n := range d.Notes {
		if n.Pos == d.Pos && n.Message != "" && i != own {
			e.Notes = e.Notes[1:] // it is among them
			break
		}
	}
	for i, n := range d.Notes {
		if i != own {
			e.Notes = append(e.Notes, n)
		}
	}
	if own >= 0 {
		e.Pos = d.Notes[own].Pos
		return &e
	}
	e.Pos = v.cause(d.Pos)
	return &e
}

// cause returns the place of what the scenario says about the table that a place
// of the plan is in; if it says nothing of it, of its only change, or its header.
func (v *variant) cause(at diag.Pos) diag.Pos {
	for _, t := range v.touched {
		if t.index.file == at.File && t.index.lineIn(t.path, at.Line) {
			return v.placeOf(t.tableChange)
		}
	}
	if len(v.changes) == 1 {
		return v.placeOf(v.changes[0])
	}
	return v.source.index.key(v.at)
}

// placeOf returns the place of the first value that a table of the scenario has.
func (v *variant) placeOf(c *tableChange) diag.Pos {
	for _, key := range v.source.sortedKeys(c.tree, c.at) {
		return v.source.index.value(join(c.at, key))
	}
	return v.source.index.key(c.at)
}

// isOwn reports whether a place is in the scenario's own lines.
func (v *variant) isOwn(at diag.Pos) bool {
	if at.File != v.source.file || at.Line == 0 {
		return false
	}
	if v.own == nil {
		v.own = map[int]bool{}
		for _, places := range []map[string]diag.Pos{v.source.index.keys, v.source.index.vals} {
			for path, pos := range places {
				if isBelow(path, v.at) {
					v.own[pos.Line] = true
				}
			}
		}
	}
	return v.own[at.Line]
}

// lineIn reports whether something at or below a path stands on a line.
func (ix *index) lineIn(path string, line int) bool {
	for _, places := range []map[string]diag.Pos{ix.keys, ix.vals} {
		for p, pos := range places {
			if pos.Line == line && isBelow(p, path) {
				return true
			}
		}
	}
	return false
}

func isBelow(path, above string) bool {
	rest, ok := strings.CutPrefix(path, above)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}
