package main

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// overlay is a site with other files in place of its own, or beside them.
type overlay struct {
	fs.FS
	files map[string][]byte
}

func (o overlay) ReadFile(name string) ([]byte, error) {
	if data, ok := o.files[name]; ok {
		return bytes.Clone(data), nil
	}
	return fs.ReadFile(o.FS, name)
}

func (o overlay) Stat(name string) (fs.FileInfo, error) {
	if data, ok := o.files[name]; ok {
		return overlaid{name: path.Base(name), size: len(data)}, nil
	}
	for file := range o.files {
		if strings.HasPrefix(file, name+"/") {
			return overlaid{name: path.Base(name), dir: true}, nil
		}
	}
	return fs.Stat(o.FS, name)
}

func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(o.FS, name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for file, data := range o.files {
		rest, ok := strings.CutPrefix(file, name+"/")
		if name == "." {
			rest, ok = file, true
		}
		if !ok {
			continue
		}
		first, _, isDir := strings.Cut(rest, "/")
		e := overlaid{name: first, dir: isDir}
		if !isDir {
			e.size = len(data)
		}
		if !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == first }) {
			entries, err = append(entries, e), nil
		}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, err
}

// overlaid is a file or folder of an overlay.
type overlaid struct {
	name string
	dir  bool
	size int
}

func (e overlaid) Name() string               { return e.name }
func (e overlaid) Size() int64                { return int64(e.size) }
func (e overlaid) IsDir() bool                { return e.dir }
func (e overlaid) ModTime() time.Time         { return time.Time{} }
func (e overlaid) Sys() any                   { return nil }
func (e overlaid) Type() fs.FileMode          { return e.Mode().Type() }
func (e overlaid) Info() (fs.FileInfo, error) { return e, nil }

func (e overlaid) Mode() fs.FileMode {
	if e.dir {
		return fs.ModeDir | 0o755
	}
	return 0o644
}
