package generator

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// WriteReport says what Write did.
type WriteReport struct{ Written, Unchanged, Removed int }

const (
	// manifestFile lists the files below dir that are ours, each with the hash
	// of its bytes, so that a later Write knows what it may replace and remove.
	manifestFile = ".milepost-manifest"
	// stagingDir holds the new files until all of them are on disk.
	stagingDir = ".milepost-staging"
)

// Write publishes the files below dir: files with the same bytes are left
// alone, files that an earlier Write published and that are gone are removed,
// files of others are never touched. The old site stays complete until the new
// one is on disk. Of two Writes at once, one waits for the other.
func Write(dir string, files []File) (WriteReport, error) {
	var report WriteReport
	if err := checkPaths(files); err != nil {
		return report, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return report, fmt.Errorf("publish: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return report, fmt.Errorf("publish: %w", err)
	}
	defer root.Close()
	unlock, err := lock(root)
	if err != nil {
		return report, err
	}
	defer unlock()
	p := &publisher{root: root, dir: dir}
	if p.owned, err = p.readManifest(); err != nil {
		return report, err
	}
	changed, err := p.compare(files)
	if err != nil {
		return report, err
	}
	defer root.RemoveAll(stagingDir)
	if err := p.stage(changed); err != nil {
		return report, err
	}
	if err := p.probe(changed, files); err != nil {
		return report, err
	}
	// From here on the new site is on disk. Both sites' files are ours until
	// the exchange is done, even if it is cut short.
	wanted, both := map[string][]string{}, map[string][]string{}
	for name, sums := range p.owned {
		both[name] = slices.Clone(sums)
	}
	for _, f := range files {
		sum := hex.EncodeToString(f.sum())
		wanted[f.Path] = []string{sum}
		if !slices.Contains(both[f.Path], sum) {
			both[f.Path] = append(both[f.Path], sum)
		}
	}
	if err := p.writeManifest(both); err != nil {
		return report, err
	}
	if err := p.exchange(changed); err != nil {
		return report, err
	}
	removed, err := p.removeStale(wanted)
	if err != nil {
		return report, err
	}
	if err := p.writeManifest(wanted); err != nil {
		return report, err
	}
	return WriteReport{Written: len(changed), Unchanged: len(files) - len(changed), Removed: removed}, nil
}

// publisher is one run of Write. Everything goes through root, which refuses to
// leave the folder.
type publisher struct {
	root  *os.Root
	dir   string
	owned map[string][]string // path -> hashes that the file may have, of an earlier Write
}

// checkPaths refuses paths that lead out of the folder or fall together.
func checkPaths(files []File) error {
	seen := map[string]bool{}
	for _, f := range files {
		switch first, _, _ := strings.Cut(strings.ToLower(f.Path), "/"); {
		case !fs.ValidPath(f.Path) || f.Path == "." || strings.ContainsAny(f.Path, "\r\n"):
			return fmt.Errorf("publish: %q is not a path below the published folder", f.Path)
		case first == manifestFile || first == stagingDir:
			return fmt.Errorf("publish: the name %s is taken by milepost itself", f.Path)
		case seen[f.Path]:
			return fmt.Errorf("publish: two files have the path %s", f.Path)
		}
		seen[f.Path] = true
	}
	for _, f := range files {
		for d := path.Dir(f.Path); d != "."; d = path.Dir(d) {
			if seen[d] {
				return fmt.Errorf("publish: %s is a file and, for %s, a folder", d, f.Path)
			}
		}
	}
	return nil
}

// compare returns the files whose bytes are not on disk yet. It fails if a file
// of somebody else is in the way, naming all of them.
func (p *publisher) compare(files []File) ([]File, error) {
	var changed []File
	var foreign []string
	folders := map[string]bool{}
	for _, f := range files {
		if in, ok := p.blocked(path.Dir(f.Path), folders); ok {
			foreign = append(foreign, in)
			continue
		}
		info, err := p.root.Lstat(f.Path)
		switch {
		case errors.Is(err, fs.ErrNotExist) || isNotDir(err):
			changed = append(changed, f)
			continue
		case err != nil:
			return nil, fmt.Errorf("publish: %w", err)
		case info.Mode().IsRegular():
			if info.Size() == int64(len(f.Data)) {
				old, err := p.root.ReadFile(f.Path)
				if err != nil {
					return nil, fmt.Errorf("publish: %w", err)
				}
				if bytes.Equal(old, f.Data) {
					continue
				}
			}
			if p.owned[f.Path] == nil {
				foreign = append(foreign, f.Path)
				continue
			}
		case info.IsDir() && p.ours(f.Path):
			// A folder of the old site becomes a file of the new one.
		default:
			foreign = append(foreign, f.Path)
			continue
		}
		changed = append(changed, f)
	}
	if len(foreign) > 0 {
		slices.Sort(foreign)
		foreign = slices.Compact(foreign)
		more := ""
		if len(foreign) > 3 {
			more = fmt.Sprintf(" and %d more", len(foreign)-3)
			foreign = foreign[:3]
		}
		return nil, fmt.Errorf("publish: %s%s in %s was not written by milepost and is in the way; move it or choose another destination", strings.Join(foreign, ", "), more, p.dir)
	}
	return changed, nil
}

// blocked reports what on the way to a folder is neither a folder nor a file of
// the old site: a link, or a file of somebody else.
func (p *publisher) blocked(dir string, known map[string]bool) (string, bool) {
	if dir == "." || known[dir] {
		return "", false
	}
	if in, ok := p.blocked(path.Dir(dir), known); ok {
		return in, true
	}
	info, err := p.root.Lstat(dir)
	if err == nil && !info.IsDir() && (!info.Mode().IsRegular() || !p.untouched(dir)) {
		return dir, true
	}
	known[dir] = true
	return "", false
}

// untouched reports whether a file is as an earlier Write left it.
func (p *publisher) untouched(name string) bool {
	if p.owned[name] == nil {
		return false
	}
	info, err := p.root.Lstat(name)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	data, err := p.root.ReadFile(name)
	return err == nil && slices.Contains(p.owned[name], hash(data))
}

// ours reports whether everything in a folder was published by us and nobody
// has changed it since.
func (p *publisher) ours(dir string) bool {
	ok := true
	err := fs.WalkDir(p.root.FS(), dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !e.IsDir() && !p.untouched(name) {
			ok = false
		}
		return nil
	})
	return ok && err == nil
}

// stage writes the new files beside the old ones.
func (p *publisher) stage(files []File) error {
	if err := p.root.RemoveAll(stagingDir); err != nil { // of a run that was cut short
		return fmt.Errorf("publish: %w", err)
	}
	for _, f := range files {
		target := path.Join(stagingDir, f.Path)
		if err := p.root.MkdirAll(path.Dir(target), 0o755); err != nil {
			return fmt.Errorf("publish: %w", err)
		}
		if err := p.root.WriteFile(target, f.Data, 0o644); err != nil {
			return fmt.Errorf("publish: %w", err)
		}
	}
	return nil
}

// probe checks that files can be made in each folder that will change, so that a
// folder without permission stops the exchange before it begins.
func (p *publisher) probe(changed, files []File) error {
	var dirs []string
	for _, f := range changed {
		d := path.Dir(f.Path)
		for d != "." {
			if info, err := p.root.Lstat(d); err == nil && info.IsDir() {
				break
			}
			d = path.Dir(d)
		}
		dirs = append(dirs, d)
	}
	kept := map[string]bool{}
	for _, f := range files {
		kept[f.Path] = true
	}
	for name := range p.owned {
		if !kept[name] {
			dirs = append(dirs, path.Dir(name))
		}
	}
	slices.Sort(dirs)
	for _, d := range slices.Compact(dirs) {
		if info, err := p.root.Lstat(d); err != nil || !info.IsDir() {
			continue // gone since, or about to make room
		}
		name := path.Join(d, stagingDir+"-probe")
		f, err := p.root.Create(name)
		if err != nil {
			return fmt.Errorf("publish: nothing can be written to %s: %w", path.Join(p.dir, d), err)
		}
		f.Close()
		if err := p.root.Remove(name); err != nil {
			return fmt.Errorf("publish: %w", err)
		}
	}
	return nil
}

// exchange moves the new files to their places, pages last, so that no page
// refers to something that is not there yet.
func (p *publisher) exchange(files []File) error {
	ordered := slices.Clone(files)
	slices.SortStableFunc(ordered, func(a, b File) int {
		return boolInt(strings.HasSuffix(a.Path, ".html")) - boolInt(strings.HasSuffix(b.Path, ".html"))
	})
	for _, f := range ordered {
		if err := p.makeRoom(f.Path); err != nil {
			return err
		}
		if err := p.root.Rename(path.Join(stagingDir, f.Path), f.Path); err != nil {
			return fmt.Errorf("publish: %w", err)
		}
	}
	return nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// makeRoom makes the folders of a path. An old file of ours that stands where a
// folder is wanted, or an old folder where the file is wanted, goes.
func (p *publisher) makeRoom(name string) error {
	for d := path.Dir(name); d != "."; d = path.Dir(d) {
		if info, err := p.root.Lstat(d); err == nil && !info.IsDir() && p.owned[d] != nil {
			if err := p.root.Remove(d); err != nil {
				return fmt.Errorf("publish: %w", err)
			}
		}
	}
	if info, err := p.root.Lstat(name); err == nil && info.IsDir() {
		if err := p.root.RemoveAll(name); err != nil {
			return fmt.Errorf("publish: %w", err)
		}
	}
	if err := p.root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return nil
}

// removeStale removes the files of the old site that the new one does not have,
// and folders that are empty then. A file that somebody changed since is no
// longer ours.
func (p *publisher) removeStale(wanted map[string][]string) (int, error) {
	removed := 0
	folded := map[string]string{}
	for _, name := range sortedKeys(wanted) {
		folded[strings.ToLower(name)] = name
	}
	for _, name := range sortedKeys(p.owned) {
		if wanted[name] != nil || !p.untouched(name) {
			continue
		}
		if other := folded[strings.ToLower(name)]; other != "" && p.same(name, other) {
			continue // the system takes capitals for small letters: it is the new file
		}
		if err := p.root.Remove(name); err != nil {
			return removed, fmt.Errorf("publish: %w", err)
		}
		removed++
		for d := path.Dir(name); d != "."; d = path.Dir(d) {
			if p.root.Remove(d) != nil {
				break // not empty
			}
		}
	}
	return removed, nil
}

// same reports whether two names are of one file.
func (p *publisher) same(a, b string) bool {
	x, err := p.root.Lstat(a)
	if err != nil {
		return false
	}
	y, err := p.root.Lstat(b)
	return err == nil && os.SameFile(x, y)
}

// sum returns the hash of the file's bytes, which a caller may know already.
func (f *File) sum() []byte {
	if f.Sum == ([sha256.Size]byte{}) {
		f.Sum = sha256.Sum256(f.Data)
	}
	return f.Sum[:]
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func (p *publisher) readManifest() (map[string][]string, error) {
	owned := map[string][]string{}
	f, err := p.root.Open(manifestFile)
	if errors.Is(err, fs.ErrNotExist) {
		return owned, nil
	}
	if err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(io.LimitReader(f, 64<<20))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		sum, name, ok := strings.Cut(lines.Text(), "  ")
		if ok && fs.ValidPath(name) && name != "." {
			owned[name] = append(owned[name], sum)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	return owned, nil
}

// writeManifest records which files are ours. During an exchange a file may
// have either of two hashes.
func (p *publisher) writeManifest(files map[string][]string) error {
	var out strings.Builder
	out.WriteString("# files published by milepost; do not edit\n")
	for _, name := range sortedKeys(files) {
		for _, sum := range files[name] {
			fmt.Fprintf(&out, "%s  %s\n", sum, name)
		}
	}
	if current, err := p.root.ReadFile(manifestFile); err == nil && string(current) == out.String() {
		return nil
	}
	// In the staging folder, which goes in any case.
	if err := p.root.MkdirAll(stagingDir, 0o755); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	temp := path.Join(stagingDir, manifestFile)
	if err := p.root.WriteFile(temp, []byte(out.String()), 0o644); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := p.root.Rename(temp, manifestFile); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return nil
}

// isNotDir reports the error for a path below something that is no folder.
func isNotDir(err error) bool {
	return err != nil && strings.Contains(err.Error(), "not a directory")
}
