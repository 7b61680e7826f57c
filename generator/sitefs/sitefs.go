// Package sitefs shows the folder of a site as one file system, the way all of
// milepost sees it: the build, the checks, and the watch that waits for edits.
// What the watch sees is therefore exactly what a build reads.
//
// Links to folders are followed wherever they lead, so that several sites can
// share a folder, and look like folders. A link is not followed into a folder
// that it lies in itself, which would never end, nor into the output of the
// site. A link to a single file may lead to another file of the site, or of the
// linked folder that it lies in, and nowhere else: a site that somebody else
// wrote shall not publish a file such as ~/.netrc unnoticed. For the same reason
// no link leads to what is hidden where it lies, such as .git or ~/.ssh, not even
// within the site.
//
// Files that editors leave beside the file that they save, and hidden files, are
// in no listing. See [Ignored].
package sitefs

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

var (
	// ErrOutside is the error for a link to a file that is not part of the site.
	ErrOutside = errors.New("the link leads out of the site folder")
	// ErrHidden is the error for a link to what is hidden.
	ErrHidden = errors.New("the link leads to something hidden")
	// ErrLoop is the error for a link to a folder that it lies in.
	ErrLoop = errors.New("the link leads to a folder that it lies in")
	// ErrOutput is the error for what milepost itself publishes.
	ErrOutput = errors.New("it is part of the published site")
)

// mostLinks is how many links to folders may lead to one file. Loops end
// before; this is for folders full of links to each other.
const mostLinks = 8

// FS is a site folder at one time: it remembers where links lead. It may be used
// by several goroutines.
type FS struct {
	root   *folder
	output []string // real paths that are not part of the site

	mutex   sync.Mutex
	folders map[string]resolved // by slash-separated path
}

type resolved struct {
	*folder
	err error
}

// folder is a folder on the way to a file.
type folder struct {
	real  string  // path without links
	up    *folder // the folder it was reached from; nil for the site folder
	home  string  // real path of the site or linked folder of which it is part
	links int     // followed on the way
}

// New opens the site folder dir. Its public/ and the folders of output are not
// part of it, wherever links lead; they need not exist.
func New(dir string, output ...string) (*FS, error) {
	real, err := realPath(dir)
	if err != nil {
		return nil, err
	}
	f := &FS{root: &folder{real: real, home: real}, folders: map[string]resolved{}}
	for _, o := range append([]string{filepath.Join(real, "public")}, output...) {
		if real, err := realPath(o); err == nil {
			f.output = append(f.output, real)
		} else if real, err := realPath(filepath.Dir(o)); err == nil {
			f.output = append(f.output, filepath.Join(real, filepath.Base(o)))
		}
	}
	return f, nil
}

func realPath(p string) (string, error) {
	abs, err := filepath.Abs(p)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

// Folder returns the path of a folder of the site on disk, without links.
func (f *FS) Folder(name string) (string, error) {
	d, err := f.folder("open", name)
	if err != nil {
		return "", err
	}
	return d.real, nil
}

// folder finds a folder of the site.
func (f *FS) folder(op, name string) (*folder, error) {
	if err := valid(op, name); err != nil {
		return nil, err
	}
	if name == "." {
		return f.root, nil
	}
	f.mutex.Lock()
	known, ok := f.folders[name]
	f.mutex.Unlock()
	if !ok {
		known.folder, known.err = f.find(op, name)
		f.mutex.Lock()
		f.folders[name] = known
		f.mutex.Unlock()
	}
	return known.folder, known.err
}

// above finds the folder that a file lies in.
func (f *FS) above(op, name string) (*folder, error) {
	d, err := f.folder(op, path.Dir(name))
	if err != nil {
		return nil, renamed(err, name)
	}
	return d, nil
}

func (f *FS) find(op, name string) (*folder, error) {
	up, err := f.above(op, name)
	if err != nil {
		return nil, err
	}
	full := filepath.Join(up.real, path.Base(name))
	info, err := os.Lstat(full)
	if err != nil {
		return nil, renamed(err, name)
	}
	d := &folder{real: full, up: up, home: up.home, links: up.links}
	if info.Mode()&fs.ModeSymlink != 0 {
		if d.real, err = filepath.EvalSymlinks(full); err != nil {
			return nil, renamed(err, name)
		}
		if info, err = os.Stat(d.real); err != nil {
			return nil, renamed(err, name)
		}
		d.links++
		if !inside(up.home, d.real) {
			d.home = d.real
		}
	}
	switch {
	case !info.IsDir():
		err = errNotDir
	case f.published(d.real):
		err = ErrOutput
	case d.links > up.links && isHidden(up.real, d.real):
		err = ErrHidden
	case d.links > mostLinks || d.links > up.links && d.loops():
		err = ErrLoop
	default:
		return d, nil
	}
	return nil, &fs.PathError{Op: op, Path: name, Err: err}
}

// errNotDir has no equal in package fs.
var errNotDir = errors.New("not a directory")

// loops reports whether a folder holds one of those on the way to it.
func (d *folder) loops() bool {
	for up := d.up; up != nil; up = up.up {
		if inside(d.real, up.real) {
			return true
		}
	}
	return false
}

func (f *FS) published(real string) bool {
	for _, o := range f.output {
		if inside(o, real) {
			return true
		}
	}
	return false
}

// inside reports whether a path is dir or lies below it.
func inside(dir, p string) bool {
	rest, ok := strings.CutPrefix(p, dir)
	return ok && (rest == "" || rest[0] == filepath.Separator || strings.HasSuffix(dir, string(filepath.Separator)))
}

// isHidden reports whether a link in the folder dir leads to something that is
// hidden from there: on the way to it, from the nearest folder that holds both,
// there is a hidden name. Below dir itself nothing is hidden from a link: that is
// how containers mount files, by ..data/plan.toml.
func isHidden(dir, real string) bool {
	if inside(dir, real) {
		return false
	}
	for !inside(dir, real) && dir != filepath.Dir(dir) { // or it is on another drive
		dir = filepath.Dir(dir)
	}
	for _, name := range strings.Split(strings.TrimPrefix(real, dir), string(filepath.Separator)) {
		if strings.HasPrefix(name, ".") {
			return true
		}
	}
	return false
}

// renamed returns an error of the disk with the path as the caller knows it.
func renamed(err error, name string) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return &fs.PathError{Op: p.Op, Path: name, Err: p.Err}
	}
	return &fs.PathError{Op: "open", Path: name, Err: err}
}

// valid refuses paths that leave the folder or mean something else on this
// system.
func valid(op, name string) error {
	if _, err := filepath.Localize(name); err != nil {
		return &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	return nil
}

// Locate finds a file or folder on disk: its path without links, and what it is.
func (f *FS) Locate(name string) (string, fs.FileInfo, error) { return f.file("stat", name) }

func (f *FS) file(op, name string) (string, fs.FileInfo, error) {
	if err := valid(op, name); err != nil {
		return "", nil, err
	}
	if name == "." {
		info, err := os.Stat(f.root.real)
		return f.root.real, info, err
	}
	up, err := f.above(op, name)
	if err != nil {
		return "", nil, err
	}
	full := filepath.Join(up.real, path.Base(name))
	info, err := os.Lstat(full)
	switch {
	case err != nil:
		return "", nil, renamed(err, name)
	case info.IsDir() && f.published(full):
		return "", nil, &fs.PathError{Op: op, Path: name, Err: ErrOutput}
	case info.Mode()&fs.ModeSymlink == 0:
		return full, info, nil
	}
	real, err := filepath.EvalSymlinks(full)
	if err != nil {
		return "", nil, renamed(err, name)
	}
	if info, err = os.Stat(real); err != nil {
		return "", nil, renamed(err, name)
	}
	switch {
	case info.IsDir():
		_, err = f.folder(op, name)
		return real, info, err
	case f.published(real):
		err = ErrOutput
	case !inside(up.home, real) && !inside(f.root.real, real):
		err = ErrOutside
	case isHidden(up.real, real):
		err = ErrHidden
	default:
		return real, info, nil
	}
	return "", nil, &fs.PathError{Op: op, Path: name, Err: err}
}

// Open opens a plain file or a folder.
func (f *FS) Open(name string) (fs.File, error) {
	real, info, err := f.file("open", name)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return &openFolder{fsys: f, name: name, info: named{info, path.Base(name)}}, nil
	case !info.Mode().IsRegular(): // a pipe would be waited for
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("not a plain file")}
	}
	file, err := os.Open(real)
	if err != nil {
		return nil, renamed(err, name)
	}
	return openFile{file, path.Base(name)}, nil
}

// openFile is an open file under the name of the link to it.
type openFile struct {
	*os.File
	name string
}

func (o openFile) Stat() (fs.FileInfo, error) {
	info, err := o.File.Stat()
	if err != nil {
		return nil, err
	}
	return named{info, o.name}, nil
}

// Stat describes a file or folder, of a link what it leads to.
func (f *FS) Stat(name string) (fs.FileInfo, error) {
	_, info, err := f.file("stat", name)
	if err != nil {
		return nil, err
	}
	return named{info, path.Base(name)}, nil
}

// Lstat describes a file or folder. A link that is followed is a folder.
func (f *FS) Lstat(name string) (fs.FileInfo, error) {
	if _, err := f.folder("lstat", name); err == nil {
		return f.Stat(name)
	}
	up, err := f.above("lstat", name)
	if err != nil {
		return nil, err
	}
	info, err := os.Lstat(filepath.Join(up.real, path.Base(name)))
	if err != nil {
		return nil, renamed(err, name)
	}
	return info, nil
}

// ReadLink returns where a link leads that is not followed.
func (f *FS) ReadLink(name string) (string, error) {
	if err := valid("readlink", name); err != nil {
		return "", err
	}
	up, err := f.above("readlink", name)
	if err != nil {
		return "", err
	}
	target, err := os.Readlink(filepath.Join(up.real, path.Base(name)))
	if err != nil {
		return "", renamed(err, name)
	}
	return target, nil
}

// ReadDir lists a folder by name, without what is [Ignored] and without the
// output of the site. Links that are followed are folders in it.
func (f *FS) ReadDir(name string) ([]fs.DirEntry, error) {
	d, err := f.folder("readdir", name)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(d.real)
	if err != nil {
		return nil, renamed(err, name)
	}
	kept := entries[:0]
	for _, e := range entries {
		if Ignored(e.Name()) {
			continue
		}
		if e.IsDir() || e.Type()&fs.ModeSymlink != 0 {
			child := path.Join(name, e.Name())
			_, err := f.folder("readdir", child)
			if errors.Is(err, ErrOutput) {
				continue
			}
			if err == nil && !e.IsDir() {
				info, err := f.Stat(child)
				if err != nil {
					continue // gone since
				}
				e = fs.FileInfoToDirEntry(info)
			}
		}
		kept = append(kept, e)
	}
	return kept, nil
}

// openFolder is an open folder. It reads its entries when it is asked for them.
type openFolder struct {
	fsys    *FS
	name    string
	info    fs.FileInfo
	entries []fs.DirEntry
	read    bool
}

func (o *openFolder) Stat() (fs.FileInfo, error) { return o.info, nil }
func (o *openFolder) Close() error               { return nil }

func (o *openFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: o.name, Err: errors.New("is a directory")}
}

func (o *openFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	if !o.read {
		var err error
		if o.entries, err = o.fsys.ReadDir(o.name); err != nil {
			return nil, err
		}
		o.read = true
	}
	if n <= 0 {
		n = len(o.entries)
	} else if len(o.entries) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(o.entries))
	list := o.entries[:n]
	o.entries = o.entries[n:]
	return list, nil
}

// named is a file under the name of the link to it.
type named struct {
	fs.FileInfo
	name string
}

func (n named) Name() string { return n.name }

// safeSave finds what macOS writes before it takes the place of the file:
// "plan.toml.sb-2c1e8f72-wBMcMC".
var safeSave = regexp.MustCompile(`\.sb-[0-9a-f]{8}-[0-9A-Za-z]{6}$`)

// Ignored reports whether a file or folder of that name is never part of a site:
// hidden ones, and what editors leave beside the file that they save.
func Ignored(name string) bool {
	if strings.HasPrefix(name, ".") && name != "." || strings.HasSuffix(name, "~") || strings.HasPrefix(name, "#") {
		return true
	}
	switch path.Ext(name) {
	case ".swp", ".swx", ".swo", ".bck", ".tmp", ".kate-swp":
		return true
	}
	if safeSave.MatchString(name) {
		return true
	}
	return name == "4913" || // Vim tries with it whether it can write
		strings.HasSuffix(name, "___jb_tmp___") || strings.HasSuffix(name, "___jb_old___") || strings.HasSuffix(name, "___jb_bak___") // JetBrains
}
