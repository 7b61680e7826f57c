package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"milepost/generator"
	"milepost/schedule/diag"
)

// target is the folder that a new site is written into, whole or not at all.
type target struct {
	dir     string
	root    *os.Root // nil as long as the folder is not there
	missing []starterFile
	kept    []string // files that are there already
	ownPlan bool     // content/ has a plan of its own and is left alone
}

// openTarget opens the folder of a new site if it is there.
func openTarget(dir string) (*target, error) {
	t := &target{dir: filepath.Clean(dir)}
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Lstat(dir); err == nil {
			return nil, fmt.Errorf("%q is a link to a folder that is not there: restore the folder, or choose another", dir)
		}
		return t, nil
	case err != nil:
		return nil, fmt.Errorf("cannot make a site in %q: %w", dir, reason(err))
	case !info.IsDir():
		return nil, fmt.Errorf("%q is a file: choose a folder that is not there yet, or an empty one", dir)
	}
	if t.root, err = os.OpenRoot(dir); err != nil {
		return nil, fmt.Errorf("open the folder: %w", err)
	}
	return t, nil
}

func (t *target) close() {
	if t.root != nil {
		t.root.Close()
	}
}

// checkEmpty refuses a folder with anything in it but .git.
func (t *target) checkEmpty() error {
	if t.root == nil {
		return nil
	}
	entries, err := fs.ReadDir(t.root.FS(), ".")
	if err != nil {
		return fmt.Errorf("read the folder: %w", err)
	}
	var names []string
	for _, e := range entries {
		if e.Name() != ".git" {
			names = append(names, e.Name())
		}
	}
	if len(names) == 0 {
		return nil
	}
	const most = 4
	what := strings.Join(names[:min(len(names), most)], ", ")
	if len(names) > most {
		what += ", …"
	}
	return fmt.Errorf("%s is not empty (%s): choose another folder, or add what is missing with --force; files that are there are kept", folderName(t.dir), what)
}

// compare finds out which files are missing, and what is in their way.
func (t *target) compare(files []starterFile) error {
	if t.root == nil {
		t.missing = files
		return nil
	}
	for _, f := range files {
		info, err := t.root.Lstat(f.path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if err := t.checkFolders(f.path); err != nil {
				return err
			}
			t.missing = append(t.missing, f)
		case err != nil:
			if err := t.checkFolders(f.path); err != nil {
				return err
			}
			return fmt.Errorf("look for %s: %w", f.path, err)
		case info.IsDir():
			return fmt.Errorf("%s is a folder, and a file of that name is to be written: rename it, or choose another folder", filepath.Join(t.dir, f.path))
		default:
			t.kept = append(t.kept, f.path)
		}
	}
	if err := t.keepContent(files); err != nil {
		return fmt.Errorf("read content/: %w", err)
	}
	return nil
}

// checkFolders refuses a file or a link out of the site where a folder has to be.
func (t *target) checkFolders(file string) error {
	for i, c := range file {
		if c != '/' {
			continue
		}
		dir := file[:i]
		switch info, err := t.root.Stat(dir); {
		case errors.Is(err, fs.ErrNotExist):
			if _, err := t.root.Lstat(dir); err == nil {
				return fmt.Errorf("%s is a link to a folder that is not there: remove it, or choose another folder", filepath.Join(t.dir, dir))
			}
			return nil
		case err != nil:
			return fmt.Errorf("%s leads out of the folder, or cannot be read: remove it, or choose another folder", filepath.Join(t.dir, dir))
		case !info.IsDir():
			return fmt.Errorf("%s is a file, and a folder of that name is to be made: rename it, or choose another folder", filepath.Join(t.dir, dir))
		}
	}
	return nil
}

// keepContent leaves content/ alone if it has a plan that is none of the starter's:
// more tables, or another plan beside it, would be nobody's plan.
func (t *target) keepContent(files []starterFile) error {
	err := fs.WalkDir(t.root.FS(), "content", func(name string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && name == "content":
			return fs.SkipAll
		case err != nil || e.Name() != "plan.toml":
			return err
		}
		there, err := t.root.ReadFile(name)
		own := slices.ContainsFunc(files, func(f starterFile) bool { return f.path == name && bytes.Equal(f.data, there) })
		t.ownPlan = t.ownPlan || !own
		return err
	})
	if !t.ownPlan || err != nil {
		return err
	}
	isContent := func(file string) bool { return strings.HasPrefix(file, "content/") }
	t.missing = slices.DeleteFunc(t.missing, func(f starterFile) bool { return isContent(f.path) })
	t.kept = slices.DeleteFunc(t.kept, isContent)
	return nil
}

// check loads the site as it will be, if there is content that milepost new does
// not write.
func (t *target) check() (diag.List, error) {
	if t.root == nil || t.ownPlan {
		return nil, nil
	}
	if _, err := t.root.Stat("content"); err != nil {
		return nil, nil
	}
	site := overlay{t.root.FS(), map[string][]byte{}}
	for _, f := range t.missing {
		site.files[f.path] = f.data
	}
	_, list, err := generator.Load(generator.Options{Site: site})
	return list.Only(diag.Error), err
}

// write makes the folder and the files that are missing. If it fails it removes
// what it has made.
func (t *target) write() (err error) {
	var made []string // files and folders by their path from here, outermost first
	defer func() {
		if err != nil {
			for _, name := range slices.Backward(made) {
				os.Remove(name) // a folder only if nobody has put anything in it
			}
		}
	}()
	if t.root == nil {
		var dirs []string
		for dir := t.dir; ; dir = filepath.Dir(dir) {
			if _, err := os.Lstat(dir); err == nil || dir == filepath.Dir(dir) {
				break
			}
			dirs = append(dirs, dir)
		}
		for _, dir := range slices.Backward(dirs) {
			if err := os.Mkdir(dir, 0o755); err != nil {
				return fmt.Errorf("cannot make the folder %q: %w; nothing was written", dir, reason(err))
			}
			made = append(made, dir)
		}
		if t.root, err = os.OpenRoot(t.dir); err != nil {
			return fmt.Errorf("open the folder: %w", err)
		}
	}
	for _, f := range t.missing {
		for i, c := range f.path {
			if c != '/' {
				continue
			}
			dir := f.path[:i]
			switch err := t.root.Mkdir(dir, 0o755); {
			case err == nil:
				made = append(made, filepath.Join(t.dir, filepath.FromSlash(dir)))
			case !errors.Is(err, fs.ErrExist):
				return fmt.Errorf("cannot make the folder %q: %w; nothing was written", filepath.Join(t.dir, dir), reason(err))
			}
		}
		if err := t.create(f, &made); err != nil {
			return fmt.Errorf("cannot write %q: %w; nothing was written", filepath.Join(t.dir, f.path), reason(err))
		}
	}
	return nil
}

// create writes a file that is not there.
func (t *target) create(f starterFile, made *[]string) error {
	out, err := t.root.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	*made = append(*made, filepath.Join(t.dir, filepath.FromSlash(f.path)))
	_, err = out.Write(f.data)
	return errors.Join(err, out.Close())
}

// reason returns what the system has against a path, without the path.
func reason(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
