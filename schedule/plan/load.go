package plan

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
)

// Load reads all .toml files of one folder of fsys as one plan, except
// site.toml, and those of its folder baselines as the plan's baselines. Positions name files by their path in fsys.
//
// The list holds every mistake found in one run; if it holds an error the Plan
// is nil. The error is about the disk only.
func Load(fsys fs.FS, dir string) (*Plan, diag.List, error) {
	files, err := planFiles(fsys, dir)
	if err != nil {
		return nil, nil, err
	}
	var l diag.List
	if len(files) == 0 {
		l.Errorf("E120", diag.Pos{File: path.Join(dir, "plan.toml")}, "there is no plan: %s holds no .toml file", dir).
			Hint = "write a plan.toml with a table [plan] and its start"
		return nil, l, nil
	}
	var sources []*source
	complete := true
	for _, file := range files {
		s, err := readTOML(fsys, file, &l)
		if err != nil {
			return nil, nil, err
		}
		if s == nil {
			complete = false
			continue
		}
		sources = append(sources, s)
	}
	p := &Plan{byAddress: map[string]*Item{}, calendars: map[string]*calendar.Calendar{}}
	ld := &loader{plan: p, list: &l, tables: map[string]*Item{}, digits: minorDigitsOf(sources)}
	for _, s := range sources {
		ld.file(s)
	}
	p.sum = sumOf(sources)
	if complete {
		ld.check(path.Join(dir, "plan.toml"))
	}
	if err := ld.baselines(fsys, dir); err != nil {
		return nil, nil, err
	}
	if complete && p.Info.table != nil {
		ld.scenarioPlans(sources, path.Join(dir, "plan.toml"), path.Join(dir, BaselineFolder))
	}
	l.Sort()
	if l.Failed() {
		return nil, l, nil
	}
	p.Index()
	return p, l, nil
}

// sumOf returns a fingerprint of the files of a plan, names and texts.
func sumOf(sources []*source) (sum [sha256.Size]byte) {
	h := sha256.New()
	for _, s := range sources {
		fmt.Fprintf(h, "%q %x\n", s.file, s.sum)
	}
	h.Sum(sum[:0])
	return sum
}

// planFiles lists the .toml files of a plan: plan.toml first, then the others
// by name.
func planFiles(fsys fs.FS, dir string) ([]string, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, fmt.Errorf("cannot read the plan's folder: %w", err)
	}
	var files []string
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || !strings.EqualFold(path.Ext(name), ".toml") || name == "site.toml" || strings.HasPrefix(name, ".") {
			continue
		}
		if name == "plan.toml" {
			files = slices.Insert(files, 0, path.Join(dir, name))
		} else {
			files = append(files, path.Join(dir, name))
		}
	}
	return files, nil
}

// minorDigitsOf finds the currency before anything else is decoded, since it
// decides how many decimals money has.
func minorDigitsOf(sources []*source) int {
	for _, s := range sources {
		if info, ok := s.tree["plan"].(map[string]any); ok {
			if c, ok := info["currency"].(string); ok {
				return MinorDigits(c)
			}
		}
	}
	return 2
}

// loader fills a plan from its files.
type loader struct {
	plan   *Plan
	list   *diag.List
	tables map[string]*Item // by address, for duplicates
	folded map[string]*Item // by address in lower case
	digits int

	variants []*variant // the scenarios of the plan
	variant  *variant   // that the plan is made for; nil for the plan itself
}

// Kinds returns the kinds of tables a plan may have, [plan] first, in the order
// of [Plan].
func Kinds() []string {
	kinds := []string{}
	for _, f := range kindFields() {
		kinds = append(kinds, f.key)
	}
	return kinds
}

// kindFields returns the fields of Plan that hold kinds of tables.
func kindFields() []field {
	t := reflect.TypeFor[Plan]()
	var out []field
	for i := range t.NumField() {
		if tag := t.Field(i).Tag.Get("toml"); tag != "" {
			out = append(out, field{key: tag, index: []int{i}, typ: t.Field(i).Type})
		}
	}
	return out
}

// otherKinds are tables that people from other tools write, and ours.
var otherKinds = map[string]string{
	"task": "work", "tasks": "work", "activity": "work", "activities": "work", "wp": "work", "workpackage": "work", "work_package": "work",
	"project": "plan", "roadmap": "plan", "resource": "role", "resources": "role", "team": "person", "people": "person", "persons": "person",
	"stage": "phase", "calendars": "calendar", "holidays": "calendar", "cost": "budget", "costs": "budget",
	"criteria": "objective", "goal": "objective", "goals": "objective", "indicator": "kpi", "report": "meeting", "reports": "meeting",
	"todo": "checklist", "readiness": "checklist", "review": "meeting", "body": "governance", "committee": "governance",
}

// file decodes the tables of one file into the plan.
func (ld *loader) file(s *source) {
	kinds := kindFields()
	d := &decoder{list: ld.list, source: s, digits: ld.digits}
	for _, key := range s.sortedKeys(s.tree, "") {
		at := join("", key)
		i := slices.IndexFunc(kinds, func(f field) bool { return f.key == key })
		if i < 0 {
			ld.unknownKind(s, key)
			continue
		}
		if ld.variant != nil && key == "scenario" {
			continue // it has none of its own
		}
		tree, ok := s.tree[key].(map[string]any)
		switch {
		case !ok && key == "plan":
			ld.list.Errorf("E112", s.index.key(at), "plan is not a table").Hint = "write [plan] on a line of its own, and its keys below it"
		case !ok:
			ld.list.Errorf("E112", s.index.key(at), "%s is not a table", key).Hint = fmt.Sprintf("write [%s.ID] on a line of its own, and its keys below it", key)
		case key == "plan":
			d, over, _ := ld.overlaid(d, key, key, at, tree)
			ld.info(d, over.(map[string]any))
		default:
			list := reflect.ValueOf(ld.plan).Elem().FieldByIndex(kinds[i].index)
			for _, id := range s.sortedKeys(tree, at) {
				if d, over, ok := ld.overlaid(d, key, id, join(at, id), tree[id]); ok {
					ld.item(d, list, key, id, join(at, id), over)
				}
			}
		}
	}
}

func (ld *loader) unknownKind(s *source, key string) {
	kinds := Kinds()
	at := s.index.key(join("", key))
	if _, isTable := s.tree[key].(map[string]any); !isTable {
		d := ld.list.Errorf("E110", at, "%s stands outside any table", key)
		d.Hint = "put it below a table such as [plan]"
		return
	}
	d := ld.list.Errorf("E110", at, "[%s] is not a kind of table that a plan has", key)
	if d.Hint = diag.DidYouMean(key, kinds); d.Hint == "" {
		if key == "baseline" {
			d.Hint = "baselines are files of their own: milepost baseline save writes baselines/NAME.toml, and [plan] baseline = \"NAME\" chooses one"
		} else if w := otherKinds[strings.ToLower(key)]; w != "" {
			d.Hint = fmt.Sprintf("did you mean %q?", w)
		} else {
			slices.Sort(kinds)
			d.Hint = "known kinds: " + strings.Join(kinds, ", ")
		}
	}
}

func (ld *loader) info(d *decoder, tree map[string]any) {
	info := &ld.plan.Info
	if info.table != nil {
		ld.twice("plan", d.source.index.key("plan"), info.At(""))
		return
	}
	info.Item = Item{Kind: "plan", ID: "plan", table: newTable(d.source.index, "plan", tree)}
	d.tableInto(tree, "plan", info, "[plan]")
	ld.plan.byAddress["plan:plan"] = &info.Item
}

func newTable(ix *index, at string, tree map[string]any) *table {
	t := &table{index: ix, path: at, keys: map[string]bool{}}
	for k := range tree {
		t.keys[k] = true
	}
	return t
}

func (ld *loader) twice(what string, second, first diag.Pos) {
	d := ld.list.Errorf("E104", second, "%s is written twice", what)
	d.Notes = append(d.Notes, diag.Note{Pos: first, Message: "the first is here"})
	d.Hint = "keep one of the two, or give one another id"
}

var idSyntax = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

const idForm = "an id begins with a letter or digit and goes on with letters (a to z), digits, \".\", \"_\" and \"-\""

// IsID reports whether a text can be an id: it begins with a letter or digit and
// goes on with letters (a to z), digits, ".", "_" and "-".
func IsID(id string) bool {
	return idSyntax.MatchString(id) && !strings.HasSuffix(id, ".") && !strings.Contains(id, "..")
}

// item decodes one table [kind.id] into a new element of list.
func (ld *loader) item(d *decoder, list reflect.Value, kind, id, at string, v any) {
	pos := d.source.index.key(at)
	tree, ok := v.(map[string]any)
	if !ok {
		dg := ld.list.Errorf("E112", pos, "%s.%s is not a table", kind, id)
		dg.Hint = fmt.Sprintf("each %s has a table of its own: [%s.ID]", kind, kind)
		return
	}
	elem := reflect.New(list.Type().Elem().Elem())
	if ld.unquoted(d, list, elem.Type().Elem(), kind, id, at, tree) {
		return
	}
	if !IsID(id) {
		ld.list.Errorf("E106", pos, "%q cannot be an id", id).Hint = idForm
		return
	}
	it := elem.Elem().FieldByName("Item").Addr().Interface().(*Item)
	*it = Item{Kind: kind, ID: id, table: newTable(d.source.index, at, tree)}
	if !ld.register(it, pos) {
		return
	}
	what := kind + " " + fmt.Sprintf("%q", id)
	if sc, ok := elem.Interface().(*Scenario); ok {
		tree = ld.scenarioTables(d, sc, at, tree)
	}
	d.tableInto(tree, at, elem.Interface(), what)
	list.Set(reflect.Append(list, elem))
}

// register gives an item its address; ids of phases, work and milestones are
// one namespace. It reports whether the address was free.
func (ld *loader) register(it *Item, pos diag.Pos) bool {
	space := it.Kind
	switch it.Kind {
	case "phase", "work", "milestone":
		space = "work"
	}
	if ld.folded == nil {
		ld.folded = map[string]*Item{}
	}
	key := space + ":" + it.ID
	if first := ld.tables[key]; first != nil {
		what := fmt.Sprintf("%s %q", it.Kind, it.ID)
		if first.Kind != it.Kind {
			d := ld.list.Errorf("E104", pos, "%s has the id of a %s", what, first.Kind)
			d.Notes = append(d.Notes, diag.Note{Pos: first.At(""), Message: fmt.Sprintf("%s %q is here", first.Kind, first.ID)})
			d.Hint = "phases, work and milestones share their ids; give one of them another"
		} else {
			ld.twice(what, pos, first.At(""))
		}
		return false
	}
	fold := it.Kind + ":" + strings.ToLower(it.ID)
	if first := ld.folded[fold]; first != nil {
		d := ld.list.Errorf("E106", pos, "%s %q differs from %q only by upper and lower case", it.Kind, it.ID, first.ID)
		d.Notes = append(d.Notes, diag.Note{Pos: first.At(""), Message: "the other is here"})
		d.Hint = "their pages would overwrite each other on some disks; give one another id"
		return false
	}
	ld.tables[key] = it
	ld.folded[fold] = it
	ld.plan.byAddress[it.Address()] = it
	return true
}

// unquoted finds tables such as [work.1.2], which TOML reads as a table 2 inside
// work 1. It reports them and decodes them as what they were meant to be.
func (ld *loader) unquoted(d *decoder, list reflect.Value, t reflect.Type, kind, id, at string, tree map[string]any) bool {
	fields := fieldsOf(t)
	found := false
	for _, key := range d.source.sortedKeys(tree, at) {
		sub, isTable := tree[key].(map[string]any)
		known := slices.ContainsFunc(fields, func(f field) bool { return f.key == key })
		if !isTable || known || kind == "scenario" || !startsWithDigit(key) {
			continue
		}
		found = true
		meant := id + "." + key
		ld.list.Errorf("E105", d.source.index.key(join(at, key)), "[%s.%s] is read by TOML as a table %q inside %s %q", kind, meant, key, kind, id).
			Hint = fmt.Sprintf("quote an id that has a dot: [%s.%q]", kind, meant)
		ld.item(d, list, kind, meant, join(at, key), sub)
		delete(tree, key)
	}
	return found && len(tree) == 0
}

func startsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }
