package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"milepost/generator"
	"milepost/generator/sitefs"
	"milepost/schedule"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// siteFlags are the flags of commands that read a site.
type siteFlags struct {
	source  string
	baseURL string
	drafts  bool
	quiet   bool
	output  string // folder that is built into; empty means public/ in the site folder

	level     bool
	schedules int
	seed      int64
	given     func(flag string) bool
}

func (f *siteFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&f.source, "source", "s", ".", "site `folder`, in which content/ lies")
	cmd.Flags().BoolVarP(&f.quiet, "quiet", "q", false, "say nothing but errors")
	markDir(cmd, "source")
	f.given = cmd.Flags().Changed
	cmd.Flags().BoolVar(&f.level, "level", false, "let work wait until its roles are free, or --level=false: never, whatever [plan] level says")
	cmd.Flags().IntVar(&f.schedules, "level-schedules", 0, "`number` of schedules that levelling tries in search of an early finish, 0 for no search (default: level_schedules of [plan])")
	cmd.Flags().Int64Var(&f.seed, "level-seed", 0, "`number` that another search starts from, from 0 on (default: level_seed of [plan])")
}

func (f *siteFlags) addPages(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&f.baseURL, "baseURL", "b", "", "`address` where the site will live, instead of base_url in site.toml")
	cmd.Flags().BoolVarP(&f.drafts, "buildDrafts", "D", false, "include pages marked as draft")
}

// markDir lets shells complete a flag with folders.
func markDir(cmd *cobra.Command, flag string) {
	if err := cmd.MarkFlagDirname(flag); err != nil {
		panic(err) // the flag was added just before
	}
}

// options opens the site folder.
func (f *siteFlags) options() (generator.Options, error) {
	opts, err := f.scheduling()
	if err != nil {
		return generator.Options{}, err
	}
	site, err := openSite(f.source, f.destination())
	if err != nil {
		return generator.Options{}, err
	}
	return generator.Options{Site: site, BaseURL: f.baseURL, Drafts: f.drafts, Version: version,
		Schedule: opts}, nil
}

// scheduling returns what the flags say of levelling.
func (f *siteFlags) scheduling() (schedule.Options, error) {
	var opts schedule.Options
	if f.schedules < 0 || f.schedules > plan.MostSchedules {
		return opts, fmt.Errorf("--level-schedules %d: write a number from 0 to %d", f.schedules, plan.MostSchedules)
	}
	if f.seed < 0 {
		return opts, fmt.Errorf("--level-seed %d: write a number from 0 on", f.seed)
	}
	if f.given("level") {
		opts.Level = &f.level
	}
	if f.given("level-schedules") {
		opts.Schedules = &f.schedules
	}
	if f.given("level-seed") {
		opts.Seed = new(uint64(f.seed))
	}
	return opts, nil
}

// destination returns the folder that the site is built into. What lies there is
// not part of the site, wherever links lead.
func (f *siteFlags) destination() string {
	if f.output != "" {
		return f.output
	}
	return filepath.Join(f.source, "public")
}

// usageError is a wrong use of flags that shows only when the plan is read.
type usageError string

func (e usageError) Error() string { return string(e) }

// checkSearch refuses the flags of levelling's search if nothing is levelled.
// It says nothing of a site that has errors, whose result may be nil.
func (f *siteFlags) checkSearch(r *generator.Result) error {
	if r == nil {
		return nil
	}
	for _, p := range r.Plans {
		if p.Schedule == nil || p.Schedule.Levelling != nil {
			return nil
		}
	}
	for _, name := range []string{"level-schedules", "level-seed"} {
		if !f.given(name) {
			continue
		}
		if f.given("level") {
			return usageError(fmt.Sprintf("--%s is for levelling, which --level=false switches off: leave one of them out", name))
		}
		return usageError(fmt.Sprintf("--%s is for levelling, which is off: add --level, or write level = true in [plan]", name))
	}
	return nil
}

// checkFolder refuses what cannot be a site folder.
func checkFolder(source string) error {
	info, err := os.Stat(source)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no folder %q: name the site folder with --source", source)
	case err != nil:
		return fmt.Errorf("open the site folder: %w", err)
	case !info.IsDir():
		return fmt.Errorf("%q is a file: name the folder in which content/ lies with --source", source)
	}
	return nil
}

// openSite returns the file system of a site folder that is built into output.
// What is wrong with the folder is told with the way out, since this is where
// everybody begins.
func openSite(source, output string) (fs.FS, error) {
	if err := checkFolder(source); err != nil {
		return nil, err
	}
	site, err := sitefs.New(source, output)
	if err != nil {
		return nil, fmt.Errorf("open the site folder: %w", err)
	}
	info, err := fs.Stat(site, "content")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := fs.Stat(site, "plan.toml"); err == nil {
			return nil, fmt.Errorf("%s holds a plan.toml but no content/ folder: move the plan into content/, or name the folder above with --source %s",
				folderName(source), filepath.Join(source, ".."))
		}
		return nil, fmt.Errorf("there is no content/ in %s: run milepost where content/ lies, or name that folder with --source", folderName(source))
	case errors.Is(err, sitefs.ErrLoop), errors.Is(err, sitefs.ErrOutput):
		return nil, fmt.Errorf("%s is a link to a folder that holds the site or is built by milepost: let it lead to the plan's folder", filepath.Join(source, "content"))
	case err != nil:
		return nil, fmt.Errorf("open content/: %w", err)
	case !info.IsDir():
		return nil, fmt.Errorf("%s is a file: milepost reads the plan from a folder of that name", filepath.Join(source, "content"))
	}
	return site, nil
}

func folderName(dir string) string {
	if dir == "." {
		return "this folder"
	}
	return fmt.Sprintf("%q", dir)
}

// fromHere returns the list with its places as paths from the current folder,
// so that editors and terminals can jump to them. An absolute source outside
// the current folder gives absolute paths. Places in what milepost brings along
// or writes itself are no files of the site and stay as they are.
func fromHere(list diag.List, source string) diag.List {
	move := func(at diag.Pos) diag.Pos { return placeFromHere(at, source) }
	moved := make(diag.List, len(list))
	for i, d := range list {
		c := *d
		c.Pos = move(c.Pos)
		c.Notes = make([]diag.Note, len(d.Notes))
		for j, n := range d.Notes {
			c.Notes[j] = diag.Note{Pos: move(n.Pos), Message: n.Message}
		}
		moved[i] = &c
	}
	return moved
}

// placeFromHere is fromHere for one place.
func placeFromHere(at diag.Pos, source string) diag.Pos {
	if !strings.HasPrefix(at.File, "content/") && !strings.HasPrefix(at.File, "themes/") {
		return at
	}
	if filepath.IsAbs(source) {
		if here, err := os.Getwd(); err == nil {
			if rel, err := filepath.Rel(here, source); err == nil && filepath.IsLocal(rel) {
				source = rel
			}
		}
	}
	at.File = filepath.ToSlash(filepath.Join(source, filepath.FromSlash(at.File)))
	return at
}

// ignoredFromHere is fromHere for what is accepted.
func ignoredFromHere(list []generator.Ignored, source string) []generator.Ignored {
	moved := make([]generator.Ignored, len(list))
	for i, g := range list {
		g.Diagnostic = fromHere(diag.List{g.Diagnostic}, source)[0]
		g.Where = placeFromHere(g.Where, source)
		moved[i] = g
	}
	return moved
}

// fails reports whether a build must not be published: because of an error, or
// because of anything if the user is strict.
func fails(list diag.List, strict bool) bool {
	return list.Failed() || strict && len(list) > 0
}

// tally counts the diagnostics of a list in words: "2 errors, 1 finding, 3 gaps".
// It is empty for an empty list. Findings that are gaps are counted as gaps.
func tally(list diag.List) string {
	contradictions, gaps := withoutGaps(list)
	var parts []string
	for _, s := range []diag.Severity{diag.Error, diag.Warning, diag.Finding} {
		if n := contradictions.Count(s); n > 0 {
			parts = append(parts, count(n, s.String()))
		}
	}
	if n := len(gaps); n > 0 {
		parts = append(parts, count(n, "gap"))
	}
	return strings.Join(parts, ", ")
}

// withoutGaps divides a list into all else and the gaps, which come last wherever
// they are told.
func withoutGaps(list diag.List) (rest, gaps diag.List) {
	for _, d := range list {
		if schedule.IsGap(d.Code) {
			gaps = append(gaps, d)
		} else {
			rest = append(rest, d)
		}
	}
	return rest, gaps
}

// count returns the number with its noun: "1 page", "2 pages".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
