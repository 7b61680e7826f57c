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
			if _, err := fs.Stat(site, file); errors.Is(err, sitefs.ErrOutside) {
				leadsOut(&list, file)
			}
		}
	}
	return list
}

func leadsOut(list *diag.List, file string) {
	list.Errorf("E527", diag.Pos{File: file}, "%s is a link out of the site folder", path.Base(file)).
		Hint = "put the file itself here, or link the folder that it lies in: links to folders are followed"
}
