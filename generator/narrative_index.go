package generator

import (
	"slices"

	"milepost/schedule/diag"
)

// shelf finds the files of a plan, or those of no plan, by what they are.
type shelf struct {
	stories map[string]*narrative // by address of the thing
	intros  map[string]*narrative // by section
	pages   map[string]*narrative // by name, those that are pages of their own
	reports []*narrative          // newest first
	menu    []*narrative          // those that the navigation names
}

// shelve makes the shelf of files that are in the order of the menu. Of two
// stories of one thing, which is a mistake, the first counts.
func shelve(list []*narrative) shelf {
	s := shelf{stories: map[string]*narrative{}, intros: map[string]*narrative{}, pages: map[string]*narrative{}}
	for _, n := range list {
		if n.story != "" && s.stories[n.story] == nil {
			s.stories[n.story] = n
		}
		if n.intro != "" && s.intros[n.intro] == nil {
			s.intros[n.intro] = n
		}
		if n.page() {
			s.pages[n.name] = n
		}
		if n.menu() {
			s.menu = append(s.menu, n)
		}
		if n.dated {
			s.reports = append(s.reports, n)
		}
	}
	slices.SortFunc(s.reports, func(a, b *narrative) int { return int(b.report) - int(a.report) })
	return s
}

// shelve puts all files in their order, to be found quickly.
func (b *builder) shelve() {
	for _, ps := range b.plans {
		inMenuOrder(ps.narrative)
		ps.shelf = shelve(ps.narrative)
	}
	inMenuOrder(b.loose)
	b.shelf = shelve(b.loose)
	b.written, b.taken = map[string]string{}, map[string]bool{}
	for _, file := range sortedKeys(b.documents) {
		n := b.documents[file]
		b.taken[n.path] = true
		if _, dup := b.written[n.path]; n.page() && !dup {
			b.written[n.path] = file
		}
	}
}

// siblings returns the files of the same plan as one of them.
func (b *builder) siblings(n *narrative) ([]*narrative, shelf) {
	if n.plan != nil {
		return n.plan.narrative, n.plan.shelf
	}
	return b.loose, b.shelf
}

// placeOf returns where a page comes from, for diagnostics.
func (b *builder) placeOf(p *page) diag.Pos {
	if file, ok := b.written[p.path]; ok {
		return diag.Pos{File: file, Line: 1}
	}
	if p.source != "" {
		return diag.Pos{File: p.source, Line: p.line}
	}
	return diag.Pos{File: p.path}
}
