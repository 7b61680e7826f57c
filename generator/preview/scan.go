package preview

import (
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"milepost/generator/sitefs"
)

// stamp tells two contents of a file apart. All but sum is there to spare
// reading a file that did not change.
type stamp struct {
	info fs.FileInfo
	real string // where it is on disk
	seen time.Duration
	sum  [sha256.Size]byte // all zero if it cannot be read
}

// same reports whether the file was not written between two looks, as far as
// size, time and identity tell.
func (s stamp) same(o stamp) bool {
	if s.info == nil || o.info == nil {
		return s.info == nil && o.info == nil
	}
	return s.real == o.real && s.info.Size() == o.info.Size() && s.info.ModTime().Equal(o.info.ModTime()) && os.SameFile(s.info, o.info)
}

// empty reports whether nothing is in the file.
func (s stamp) empty() bool { return s.info != nil && s.info.Size() == 0 }

// scan is one look at the inputs.
type scan struct {
	fsys        *sitefs.FS
	known       map[string]stamp
	hints       hints
	ticked      bool          // by the clock
	age         time.Duration // of the watch, in ticks of the clock
	foldersOnly bool

	now     map[string]stamp
	read    map[string]bool // real paths of the files that were read
	found   map[string]fs.FileInfo
	dirs    map[string]bool // real paths of the folders of the site
	entries map[string]bool // real paths beyond them that lead to the site
	closed  map[string]bool // real paths of what cannot be read
}

func (s *scan) site() {
	root, err := s.fsys.Folder(".")
	if err != nil {
		return
	}
	s.entries[root] = true // it may be replaced as a whole
	for _, name := range inputs {
		s.entries[filepath.Join(root, name)] = true
		if _, err := s.fsys.Folder(name); err == nil {
			s.folder(name, root)
		} else {
			s.lost(filepath.Join(root, name))
		}
	}
}

// lost remembers where a link leads that leads to nothing, so that it is seen
// when something is there.
func (s *scan) lost(link string) {
	to, err := os.Readlink(link)
	if err != nil {
		return
	}
	if !filepath.IsAbs(to) {
		to = filepath.Join(filepath.Dir(link), to)
	}
	if above, err := filepath.EvalSymlinks(filepath.Dir(to)); err == nil {
		s.entries[filepath.Join(above, filepath.Base(to))] = true
	}
}

// folder looks at a folder. What vanished meanwhile is seen as missing; an event
// or the next scan will tell.
func (s *scan) folder(name, above string) {
	real, err := s.fsys.Folder(name)
	if err != nil {
		return
	}
	s.dirs[real] = true
	if info, err := os.Stat(real); err == nil {
		s.found[name] = info
	}
	if real != filepath.Join(above, path.Base(name)) {
		s.entries[real] = true // a linked folder can be replaced from outside
	}
	entries, err := s.fsys.ReadDir(name)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			s.closed[real] = true
			s.now[name+"/"] = stamp{}
		}
		return
	}
	for _, e := range entries {
		child := path.Join(name, e.Name())
		if e.IsDir() {
			s.folder(child, real)
			continue
		}
		where := filepath.Join(real, e.Name())
		info, err := e.Info()
		if err == nil && info.Mode()&fs.ModeSymlink != 0 {
			if where, info, err = s.fsys.Locate(child); err != nil {
				// The build will complain of the link.
				s.now[child] = stamp{real: filepath.Join(real, e.Name())}
				s.lost(filepath.Join(real, e.Name()))
				continue
			}
		}
		if err == nil && !info.IsDir() && !s.foldersOnly {
			s.file(child, where, info)
		}
	}
}

// file takes down the state of a file.
func (s *scan) file(name, real string, info fs.FileInfo) {
	st := stamp{info: info, real: real, seen: s.age}
	old, ok := s.known[name]
	if ok && old.same(st) {
		st.seen = old.seen
		young := s.ticked && s.age-old.seen <= trusted
		if !young && !s.hints.all && !s.hints.names[real] && old.sum != [sha256.Size]byte{} {
			s.now[name] = old
			return
		}
	}
	if !info.Mode().IsRegular() { // a pipe would be waited for
		s.now[name] = st
		return
	}
	s.read[real] = true
	f, err := os.Open(real)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			s.closed[real] = true
			s.now[name] = st
		}
		return
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		s.now[name] = st
		return
	}
	sum.Sum(st.sum[:0])
	s.now[name] = st
}

// difference returns the files whose content is not the same in both, sorted.
func difference(a, b map[string]stamp) []string {
	var names []string
	for name, st := range a {
		if other, ok := b[name]; !ok || other.sum != st.sum {
			names = append(names, name)
		}
	}
	for name := range b {
		if _, ok := a[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
