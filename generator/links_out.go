package generator

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"milepost/generator/sitefs"
	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// linksOut returns an error for each file of a plan's data that is a link out of
// the site folder. Other such files are left out of the site; without these, the
// plan would be another one, and nobody would know.
func linksOut(site fs.FS, dir string) diag.List {
	var list diag.List
	for _, folder := range []string{path.Join(contentDir, dir), path.Join(contentDir, dir, plan.BaselineFolder)} {
		entries, err := fs.ReadDir(site, folder)
		if err != nil {
			continue // there are no baselines, or reading the plan tells
		}
		for _, e := range entries {
			if e.Type()&fs.ModeSymlink == 0 || !strings.EqualFold(path.Ext(e.Name()), ".toml") || path.Join(folder, e.Name()) == configFile {
				continue
			}
			file := path.Join(folder, e.Name())
			if _, err := fs.Stat(site, file); isKeptAway(err) {
				leadsOut(&list, file, err)
			}
		}
	}
	return list
}

// isKeptAway reports whether a file cannot be read because it is a link to what
// is not part of the site.
func isKeptAway(err error) bool {
	return errors.Is(err, sitefs.ErrOutside) || errors.Is(err, sitefs.ErrHidden)
}

func leadsOut(list *diag.List, file string, err error) {
	what := "%s is a link out of the site folder"
	if errors.Is(err, sitefs.ErrHidden) {
		what = "%s is a link to something hidden"
	}
	list.Errorf("E527", diag.Pos{File: file}, what, path.Base(file)).
		Hint = "put the file itself here, or link the folder that it lies in: links to folders are followed"
}

// whyLeftOut says why a link below content/ is not followed, and what to do;
// "" if it is no link.
func whyLeftOut(err error) string {
	switch {
	case errors.Is(err, sitefs.ErrOutside):
		return "it is a link out of the site folder: put the file itself here, or link the folder that it lies in"
	case errors.Is(err, sitefs.ErrHidden):
		return "it is a link to something hidden, which is never published: put the file itself here"
	case errors.Is(err, sitefs.ErrLoop):
		return "it is a link to a folder that it lies in itself: take it out"
	case errors.Is(err, fs.ErrNotExist):
		return "it is a link to something that is not there: mend it, or take it out"
	}
	return ""
}
