package generator

import (
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"milepost/schedule/diag"
	"milepost/themes"
)

// theme is the look of the site: templates and static files. A file of the
// site's own themes/NAME takes the place of the built-in one with the same
// name.
type theme struct {
	templates *template.Template
	sum       cacheKey          // of the templates
	where     map[string]string // template file -> place for diagnostics
	static    map[string][]byte
}

// loadTheme reads the built-in theme and what the site replaces of it.
func loadTheme(cache *Cache, site fs.FS, name string, at diag.Pos, diags *diag.List) (*theme, error) {
	t := &theme{where: map[string]string{}, static: map[string][]byte{}}
	builtIn, err := fs.Sub(themes.FS, "default")
	if err != nil {
		return nil, err
	}
	sources := map[string][]byte{}
	if err := t.read(builtIn, "built-in theme", sources, diags); err != nil {
		return nil, err
	}
	dir := path.Join("themes", name)
	switch info, err := fs.Stat(site, dir); {
	case err == nil && info.IsDir():
		own, err := fs.Sub(site, dir)
		if err != nil {
			return nil, err
		}
		if err := t.read(own, dir, sources, diags); err != nil {
			return nil, err
		}
	case name != "default":
		d := diags.Errorf("E502", at, "theme %q is not there: no folder %s", name, dir)
		d.Hint = diag.DidYouMean(name, themeNames(site))
		return t, nil
	}
	t.sum, _ = sumOf(sources)
	known, ok := cache.themes.get(t.sum)
	if ok {
		t.templates = known
		return t, nil
	}
	before := len(*diags)
	if t.parse(cache, sources, diags); len(*diags) == before {
		cache.themes.put(t.sum, t.templates)
	}
	return t, nil
}

// themeNames lists the themes an author can choose.
func themeNames(site fs.FS) []string {
	names := []string{"default"}
	entries, err := fs.ReadDir(site, "themes")
	if err != nil {
		return names
	}
	for _, e := range entries {
		if e.IsDir() && e.Name() != "default" {
			names = append(names, e.Name())
		}
	}
	return names
}

// read takes the templates and static files of one theme folder.
func (t *theme) read(dir fs.FS, where string, sources map[string][]byte, diags *diag.List) error {
	return fs.WalkDir(dir, ".", func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		kind, name, _ := strings.Cut(p, "/")
		if (kind != "templates" && kind != "static") || strings.HasPrefix(path.Base(p), ".") {
			return nil
		}
		data, err := fs.ReadFile(dir, p)
		if isKeptAway(err) {
			leadsOut(diags, where+"/"+p, err)
			return nil
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", where, err)
		}
		if kind == "static" {
			t.static[name] = data
		} else if path.Ext(name) == ".html" {
			sources[name], t.where[name] = data, where+"/"+p
		}
		return nil
	})
}

// parse compiles all templates into one set. A partial _name.html is known as
// "name" as well.
func (t *theme) parse(cache *Cache, sources map[string][]byte, diags *diag.List) {
	kept := &keeper{cache: cache, sum: t.sum, templates: template.New("theme")}
	t.templates = kept.templates.Funcs(template.FuncMap{"kept": kept.render})
	for _, file := range sortedKeys(sources) {
		parsed, err := t.templates.New(file).Parse(string(sources[file]))
		if err != nil {
			t.report(diags, err)
			continue
		}
		name, partial := strings.CutPrefix(strings.TrimSuffix(file, ".html"), "_")
		if partial && t.templates.Lookup(name) == nil {
			if _, err := t.templates.AddParseTree(name, parsed.Tree); err != nil {
				t.report(diags, err)
			}
		}
	}
}

// templatePlace finds file, line and column in a message of text/template:
// `template: budget.html:12:5: executing ...`.
var templatePlace = regexp.MustCompile(`^(?:html/)?template: ?([^:\s]+):(\d+)(?::(\d+))?: ?(?s:(.*))$`)

// noField finds what text/template says of a name that the data does not have.
// The type that it names is none of the author's.
var noField = regexp.MustCompile(`^executing "[^"]*" at <(.*)>: can't evaluate field (\S+) in type .*$`)

// report turns an error of a template into a diagnostic at its place. What fails
// on many pages is told once.
func (t *theme) report(diags *diag.List, err error) {
	pos, message := diag.Pos{File: "themes"}, err.Error()
	if m := templatePlace.FindStringSubmatch(message); m != nil {
		pos.File = t.where[m[1]]
		pos.Line, _ = strconv.Atoi(m[2])
		if m[3] != "" {
			pos.Column, _ = strconv.Atoi(m[3])
			pos.Column++
		}
		message = m[4]
	}
	var escape *template.Error
	if errors.As(err, &escape) {
		message = escape.Description
		if f := t.where[escape.Name]; f != "" {
			pos = diag.Pos{File: f, Line: escape.Line}
		}
	}
	message = "template does not work: " + noField.ReplaceAllString(message, "$1: there is no $2")
	if !slices.ContainsFunc(*diags, func(d *diag.Diagnostic) bool { return d.Pos == pos && d.Message == message }) {
		diags.Errorf("E530", pos, "%s", message)
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
