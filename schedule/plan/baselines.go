package plan

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"milepost/schedule/calendar"
	"milepost/schedule/diag"
)

// BaselineFolder is the folder of baselines beside the files of a plan.
const BaselineFolder = "baselines"

// The tables of a baseline's file. A date without a time is a whole day: as a
// start its first working instant, as a finish its last.
type (
	// The plan as it was, as a whole.
	baselineTable struct {
		// What readers see. Default: the name of the file.
		Name string `toml:"name"`
		// The day on which the plan was like this.
		Date calendar.Date `toml:"date,required" example:"2026-01-05"`
		// Currency of the costs. Default: the plan's.
		Currency string `toml:"currency"`
		// Start of the whole plan. Default: that of what the file holds; the
		// plan's start, if that is milestones alone.
		Start When `toml:"start"`
		// Finish of the whole plan. Default: that of what the file holds.
		Finish When `toml:"finish"`
		// Cost of all work.
		Cost Money `toml:"cost"`
	}
	baselineCommon struct {
		// What readers see.
		Name string `toml:"name"`
		// The phase that it was in.
		Phase string `toml:"phase"`
		// When it was to be finished.
		Finish When `toml:"finish,required" example:"2026-01-09T17:00:00"`
		// What it was to cost.
		Cost Money `toml:"cost"`
	}
	// A phase as it was.
	baselinePhase struct {
		baselineCommon
		// When it was to start.
		Start When `toml:"start,required" example:"2026-01-05T09:00:00"`
	}
	// A work package as it was.
	baselineWork struct {
		baselineCommon
		// When it was to start.
		Start When `toml:"start,required" example:"2026-01-05T09:00:00"`
		// Working time. Default: that between start and finish on the plan's calendar.
		Duration string `toml:"duration"`
		// Share of it that was done, 0 to 100.
		Percent Percent `toml:"percent"`
	}
	// A milestone as it was.
	baselineMilestone struct {
		baselineCommon
		// Share of it that was done, 0 or 100.
		Percent Percent `toml:"percent"`
	}
)

// baselines reads the folder baselines/ of the plan in dir. The error is about
// the disk only.
func (ld *loader) baselines(fsys fs.FS, dir string) error {
	folder := path.Join(dir, BaselineFolder)
	info, err := fs.Stat(fsys, folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		ld.chosenBaseline(folder)
		return nil
	case err != nil:
		return fmt.Errorf("cannot read %s: %w", folder, err)
	case !info.IsDir():
		ld.list.Errorf("E107", diag.Pos{File: folder}, "%s is not a folder", BaselineFolder).
			Hint = "give the file another name: milepost baseline save keeps baselines in a folder of that name"
		return nil
	}
	entries, err := fs.ReadDir(fsys, folder)
	if err != nil {
		return fmt.Errorf("cannot read %s: %w", folder, err)
	}
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || !strings.EqualFold(path.Ext(name), ".toml") || strings.HasPrefix(name, ".") {
			continue
		}
		s, err := readTOML(fsys, path.Join(folder, name), ld.list)
		if err != nil {
			return err
		}
		if s != nil {
			ld.baseline(s)
		}
	}
	list := ld.plan.Baselines
	sortBaselines(list)
	for i, b := range list {
		for _, other := range list[:i] {
			if b.Date == other.Date && b.Name == other.Name {
				d := ld.list.Errorf("E147", b.namedAt, "two baselines of %s have the name %q", b.Date, b.Name)
				d.Notes = append(d.Notes, diag.Note{Pos: other.namedAt, Message: "the other is here"})
				d.Hint = "delete one of the two files, or give one another name"
			}
		}
	}
	ld.chosenBaseline(folder)
	return nil
}

// chosenBaseline checks that the baseline that [plan] names is there.
func (ld *loader) chosenBaseline(folder string) {
	id := ld.plan.Info.Baseline
	var known []string
	for _, b := range ld.plan.Baselines {
		known = append(known, b.ID)
	}
	if id == "" || slices.Contains(known, id) {
		return
	}
	d := ld.list.Errorf("E201", ld.plan.Info.At("baseline"), "the plan is compared with the baseline %q, but there is no %s/%s.toml", id, folder, id)
	switch d.Hint = diag.DidYouMean(id, known); {
	case d.Hint != "":
	case len(known) == 0 && !IsID(id):
		d.Hint = "take the line out, run: milepost baseline save; a baseline is named by its file in baselines, without folder and .toml"
	case len(known) == 0:
		d.Hint = "take the line out, run: milepost baseline save " + id
	default:
		d.Hint = "there are " + strings.Join(known, ", ")
	}
}

// baseline decodes one file and adds it to the plan.
func (ld *loader) baseline(s *source) {
	id := path.Base(s.file)
	id = id[:len(id)-len(path.Ext(id))]
	if !IsID(id) {
		ld.list.Errorf("E106", diag.Pos{File: s.file}, "%q cannot be the id of a baseline", id).
			Hint = "rename the file: " + idForm
		return
	}
	f := &baselineFile{loader: ld, source: s, seen: map[string]diag.Pos{},
		d: &decoder{list: ld.list, source: s, digits: ld.digits}, Baseline: &Baseline{ID: id, Name: id, Pos: s.index.key("baseline")}}
	for _, key := range s.sortedKeys(s.tree, "") {
		tree, ok := s.tree[key].(map[string]any)
		switch {
		case !slices.Contains(baselineKinds, key):
			d := ld.list.Errorf("E110", s.index.key(join("", key)), "[%s] is not a kind of table that a baseline has", key)
			if d.Hint = diag.DidYouMean(key, baselineKinds); d.Hint == "" {
				d.Hint = "a baseline has [baseline], [phase.ID], [work.ID] and [milestone.ID]"
			}
		case !ok:
			ld.list.Errorf("E112", s.index.key(key), "%s is not a table", key).Hint = fmt.Sprintf("write [%s] on a line of its own, and its keys below it", key)
		case key == "baseline":
			f.head(tree)
		default:
			for _, id := range s.sortedKeys(tree, key) {
				f.thing(key, id, join(key, id), tree[id])
			}
		}
	}
	if _, ok := s.tree["baseline"]; !ok {
		ld.list.Errorf("E145", diag.Pos{File: s.file}, "the baseline %q has no table [baseline]", id).
			Hint = "begin with [baseline] and the day on which the plan was like this: date = 2026-01-05"
		return
	}
	f.frame()
	slices.SortStableFunc(f.Activities, func(a, b BaselineActivity) int { return cmp.Compare(b.Kind, a.Kind) }) // work, milestone
	f.Find()
	ld.plan.Baselines = append(ld.plan.Baselines, f.Baseline)
}

var baselineKinds = []string{"baseline", "phase", "work", "milestone"}

// baselineFile is one baseline while it is decoded.
type baselineFile struct {
	*Baseline
	loader *loader
	source *source
	d      *decoder
	seen   map[string]diag.Pos // ids of phases, work and milestones, one namespace

	hasStart, hasFinish bool
}

func (f *baselineFile) head(tree map[string]any) {
	var t baselineTable
	f.d.tableInto(tree, "baseline", &t, "[baseline]")
	f.namedAt = f.source.index.value("baseline.date")
	if t.Name != "" {
		f.Name, f.namedAt = t.Name, f.source.index.value("baseline.name")
	}
	f.Date, f.Cost, f.Currency = t.Date, t.Cost, t.Currency
	if f.Currency == "" {
		f.Currency = f.loader.plan.Currency
	} else if plans := f.loader.plan.Currency; plans != "" && f.Currency != plans {
		f.loader.list.Errorf("E148", f.source.index.value("baseline.currency"), "the costs of the baseline are in %s, those of the plan in %s", f.Currency, plans).
			Hint = "convert the costs and write currency = " + quoteText(plans) + ", or take out every cost"
	}
	f.Start, f.hasStart = f.at(t.Start, "baseline.start", false)
	f.Finish, f.hasFinish = f.at(t.Finish, "baseline.finish", true)
	if f.hasFinish {
		f.Pos = f.source.index.value("baseline.finish")
	}
	f.order("the plan", "baseline", f.Start, f.Finish, f.hasStart && f.hasFinish)
}

// thing decodes one table [kind.id].
func (f *baselineFile) thing(kind, id, at string, v any) {
	list, pos := f.loader.list, f.source.index.key(at)
	tree, ok := v.(map[string]any)
	switch first, dup := f.seen[id]; {
	case !ok:
		list.Errorf("E112", pos, "%s.%s is not a table", kind, id).Hint = fmt.Sprintf("each %s has a table of its own: [%s.ID]", kind, kind)
		return
	case !IsID(id):
		list.Errorf("E106", pos, "%q cannot be an id", id).Hint = idForm
		return
	case dup:
		d := list.Errorf("E104", pos, "the baseline has %q twice", id)
		d.Notes = append(d.Notes, diag.Note{Pos: first, Message: "the first is here"})
		d.Hint = "phases, work and milestones share their ids; keep one of the two"
		return
	}
	f.seen[id] = pos
	what := kind + " " + strconv.Quote(id)
	a := BaselineActivity{ID: id, Kind: kind, Name: id, Pos: pos}
	var common *baselineCommon
	var start When
	length := ""
	switch kind {
	case "phase":
		var t baselinePhase
		f.d.tableInto(tree, at, &t, what)
		common, start = &t.baselineCommon, t.Start
	case "work":
		var t baselineWork
		f.d.tableInto(tree, at, &t, what)
		common, start, length, a.Percent = &t.baselineCommon, t.Start, t.Duration, t.Percent.Value
	case "milestone":
		var t baselineMilestone
		f.d.tableInto(tree, at, &t, what)
		common, a.Percent = &t.baselineCommon, t.Percent.Value
	}
	if common.Name != "" {
		a.Name = common.Name
	}
	a.Phase, a.Cost = common.Phase, common.Cost
	var hasStart, hasFinish bool
	a.Finish, hasFinish = f.at(common.Finish, at+".finish", true)
	if a.Start, hasStart = f.at(start, at+".start", false); kind == "milestone" {
		a.Start = a.Finish
	}
	if hasFinish {
		a.Pos = f.source.index.value(at + ".finish")
	}
	f.order(what, at, a.Start, a.Finish, hasStart && hasFinish)
	if kind == "work" {
		f.length(&a, length, at+".duration")
	}
	if kind == "phase" {
		f.Phases = append(f.Phases, a)
	} else {
		f.Activities = append(f.Activities, a)
	}
}

var lengthSyntax = regexp.MustCompile(`^(\d{1,9})(e?)(h|min)$`)

// length reads the working time of a work package.
func (f *baselineFile) length(a *BaselineActivity, text, at string) {
	c := f.loader.plan.calendars[""]
	if m := lengthSyntax.FindStringSubmatch(text); m != nil {
		n, _ := strconv.ParseInt(m[1], 10, 64)
		if m[3] == "h" {
			n *= 60
		}
		a.Duration, a.Elapsed = calendar.Work(n), m[2] != ""
		return
	}
	switch d, err := ParseDuration(text); {
	case text == "" && c != nil:
		a.Duration = max(0, c.Between(a.Start, a.Finish))
	case text == "" || c == nil:
	case err != nil || d.Thousandths < 0:
		f.d.errorAt("E114", at, "duration: %q is not the time that work takes", text).Hint = `write hours or minutes: "40h", "90min"`
	default:
		a.Duration, a.Elapsed = calendar.Work(d.Minutes(c)), d.Elapsed
	}
}

// at returns the instant that a stated point means, and whether there is one.
func (f *baselineFile) at(w When, key string, finish bool) (calendar.Instant, bool) {
	c := f.loader.plan.calendars[""]
	switch {
	case !w.IsSet():
		return 0, false
	case w.Week > 0:
		f.d.errorAt("E149", key, "%s is the plan week %s, which moves with the start of the plan", lastKey(key), w).
			Hint = "write the date that it was: 2026-01-09 or 2026-01-09T17:00:00"
		return 0, false
	case w.HasTime():
		return w.Date.At(w.Minute()), true
	case finish && (c == nil || !c.IsWorkday(w.Date)):
		return (w.Date + 1).Start(), true
	case finish:
		return c.Prev((w.Date + 1).Start()), true
	case c == nil:
		return w.Date.Start(), true
	}
	return c.Next(w.Date.Start()), true
}

func (f *baselineFile) order(what, at string, start, finish calendar.Instant, both bool) {
	if both && finish < start {
		d := f.d.errorAt("E146", at+".finish", "%s finishes before it starts", what)
		d.Notes = append(d.Notes, diag.Note{Pos: f.source.index.value(at + ".start"), Message: "the start is here"})
		d.Hint = "restore the file from an earlier commit, or correct one of the two"
	}
}

// frame gives the plan the dates of what is in it, unless they are written.
func (f *baselineFile) frame() {
	all := slices.Concat(f.Phases, f.Activities)
	starts := slices.DeleteFunc(slices.Clone(all), func(a BaselineActivity) bool { return a.Kind == "milestone" })
	if c := f.loader.plan.calendars[""]; !f.hasStart && len(starts) > 0 {
		f.Start = slices.MinFunc(starts, func(a, b BaselineActivity) int { return cmp.Compare(a.Start, b.Start) }).Start
	} else if !f.hasStart && c != nil { // milestones alone do not tell
		f.Start = c.Next(f.loader.plan.Start.Start())
	}
	for i, a := range all {
		if !f.hasFinish && (i == 0 || a.Finish > f.Finish) {
			f.Finish = a.Finish
		}
	}
	if !f.hasFinish && len(all) == 0 && !f.loader.list.Failed() {
		f.loader.list.Errorf("E121", f.source.index.key("baseline"), "[baseline] lacks finish").
			Hint = "add a line such as: finish = 2026-03-27"
	}
}
