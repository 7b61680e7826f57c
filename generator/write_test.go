package generator_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milepost/generator"
)

// site makes files of "path", "text" pairs.
func site(pairs ...string) []generator.File {
	var out []generator.File
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, generator.File{Path: pairs[i], Data: []byte(pairs[i+1])})
	}
	return out
}

// onDisk reads a folder as "path: text" lines, without milepost's own record.
func onDisk(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name() == ".milepost-manifest" {
			return err
		}
		data, err := os.ReadFile(p)
		rel, _ := filepath.Rel(dir, p)
		out[filepath.ToSlash(rel)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func publish(t *testing.T, dir string, files []generator.File, want generator.WriteReport) {
	t.Helper()
	got, err := generator.Write(dir, files)
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("Write reports %+v, want %+v", got, want)
	}
}

func TestWriteReplacesOnlyWhatChanged(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "public")
	publish(t, dir, site("index.html", "one", "a/b.html", "two", "c.txt", "three"), generator.WriteReport{Written: 3})
	before, err := os.Stat(filepath.Join(dir, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	publish(t, dir, site("index.html", "one", "a/b.html", "changed", "d.txt", "new"), generator.WriteReport{Written: 2, Unchanged: 1, Removed: 1})
	want := map[string]string{"index.html": "one", "a/b.html": "changed", "d.txt": "new"}
	if diff := cmp.Diff(want, onDisk(t, dir)); diff != "" {
		t.Error(diff)
	}
	after, err := os.Stat(filepath.Join(dir, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	if !os.SameFile(before, after) || !before.ModTime().Equal(after.ModTime()) {
		t.Error("a file with the same bytes was written again")
	}
	long := time.Now().Add(-time.Hour).Truncate(time.Second)
	for _, folder := range []string{dir, filepath.Join(dir, "a")} {
		if err := os.Chtimes(folder, long, long); err != nil {
			t.Fatal(err)
		}
	}
	publish(t, dir, site("index.html", "one", "a/b.html", "changed", "d.txt", "new"), generator.WriteReport{Unchanged: 3})
	for _, folder := range []string{dir, filepath.Join(dir, "a")} {
		if info, err := os.Stat(folder); err != nil || !info.ModTime().Equal(long) {
			t.Errorf("the folder %s was written to, and nothing in it changed", folder)
		}
	}
	publish(t, dir, site("index.html", "one"), generator.WriteReport{Unchanged: 1, Removed: 2})
	if _, err := os.Stat(filepath.Join(dir, "a")); err == nil {
		t.Error("the empty folder a is still there")
	}
}

func TestWriteKeepsForeignFiles(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{".gitignore": "*", "CNAME": "example.org", "old/notes.txt": "mine"} {
		p := filepath.Join(dir, filepath.FromSlash(name))
		os.MkdirAll(filepath.Dir(p), 0o755)
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	publish(t, dir, site("index.html", "one", "old/page.html", "x"), generator.WriteReport{Written: 2})
	publish(t, dir, site("index.html", "two"), generator.WriteReport{Written: 1, Removed: 1})
	want := map[string]string{".gitignore": "*", "CNAME": "example.org", "old/notes.txt": "mine", "index.html": "two"}
	if diff := cmp.Diff(want, onDisk(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// A file of ours that somebody has changed since is not removed any more.
func TestWriteKeepsChangedFiles(t *testing.T) {
	dir := t.TempDir()
	publish(t, dir, site("index.html", "one", "b.html", "two"), generator.WriteReport{Written: 2})
	if err := os.WriteFile(filepath.Join(dir, "b.html"), []byte("by hand"), 0o644); err != nil {
		t.Fatal(err)
	}
	publish(t, dir, site("index.html", "one"), generator.WriteReport{Unchanged: 1})
	if got := onDisk(t, dir)["b.html"]; got != "by hand" {
		t.Errorf("b.html is %q", got)
	}
}

func TestWriteRefuses(t *testing.T) {
	outside := t.TempDir()
	for name, c := range map[string]struct {
		prepare func(dir string) error
		files   []generator.File
		want    string
	}{
		"a file of somebody else": {
			func(dir string) error { return os.WriteFile(filepath.Join(dir, "index.html"), []byte("mine"), 0o644) },
			site("index.html", "one", "b.html", "two"), "index.html",
		},
		"a file where a folder is wanted": {
			func(dir string) error { return os.WriteFile(filepath.Join(dir, "a"), []byte("mine"), 0o644) },
			site("b.html", "two", "a/index.html", "one"), "a in ",
		},
		"a link out of the folder": {
			func(dir string) error { return os.Symlink(outside, filepath.Join(dir, "a")) },
			site("b.html", "two", "a/index.html", "one"), "a in ",
		},
		"a link in place of a file": {
			func(dir string) error {
				return os.Symlink(filepath.Join(outside, "x"), filepath.Join(dir, "index.html"))
			},
			site("b.html", "two", "index.html", "one"), "index.html",
		},
		"a path out of the folder":  {nil, site("b.html", "two", "../x", "one"), `"../x"`},
		"an absolute path":          {nil, site("b.html", "two", "/x", "one"), `"/x"`},
		"its own record":            {nil, site(".milepost-manifest", "one"), "milepost itself"},
		"two files with one path":   {nil, site("a", "one", "a", "two"), "two files"},
		"a path as file and folder": {nil, site("a", "one", "a/b", "two"), "a folder"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if c.prepare != nil {
				if err := c.prepare(dir); err != nil {
					t.Fatal(err)
				}
			}
			before := entries(t, dir)
			_, err := generator.Write(dir, c.files)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, want one that says %q", err, c.want)
			}
			if diff := cmp.Diff(before, entries(t, dir)); diff != "" {
				t.Errorf("the folder has changed:\n%s", diff)
			}
			if left := entries(t, outside); len(left) > 0 {
				t.Errorf("outside of the folder there is now %v", left)
			}
		})
	}
}

// entries lists the names in a folder.
func entries(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range list {
		out = append(out, e.Name())
	}
	return out
}

// A folder of the old site may become a file of the new one, and the other way
// round.
func TestWriteChangesShape(t *testing.T) {
	dir := t.TempDir()
	publish(t, dir, site("a/b.html", "one", "c", "two"), generator.WriteReport{Written: 2})
	if _, err := generator.Write(dir, site("a", "three", "c/d.html", "four")); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"a": "three", "c/d.html": "four"}
	if diff := cmp.Diff(want, onDisk(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// A run that was cut short leaves its staging folder; the next one clears it
// away.
func TestWriteAfterCutShort(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, ".milepost-staging", "old"), 0o755); err != nil {
		t.Fatal(err)
	}
	publish(t, dir, site("index.html", "one"), generator.WriteReport{Written: 1})
	if got := entries(t, dir); !cmp.Equal(got, []string{".milepost-manifest", "index.html"}) {
		t.Errorf("the folder holds %v", got)
	}
}

// A file that somebody has changed since is not replaced by a folder, and a
// folder with such a file not by a file.
func TestWriteKeepsChangedFilesInTheWay(t *testing.T) {
	for name, c := range map[string]struct{ before, after []generator.File }{
		"a": {site("a", "one"), site("a/b.html", "two")},
		"d": {site("d/e", "one"), site("d", "two")},
	} {
		dir := t.TempDir()
		publish(t, dir, c.before, generator.WriteReport{Written: 1})
		changed := filepath.Join(dir, filepath.FromSlash(c.before[0].Path))
		if err := os.WriteFile(changed, []byte("by hand"), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := generator.Write(dir, c.after); err == nil || !strings.Contains(err.Error(), name+" in ") {
			t.Errorf("the error is %v, want one that says %q", err, name)
		}
		if data, err := os.ReadFile(changed); string(data) != "by hand" {
			t.Errorf("%s is now %q, %v", changed, data, err)
		}
	}
}

// Where capitals make no difference the old name is the new file. A hard link
// stands for such a file system.
func TestWriteChangesCapitals(t *testing.T) {
	dir := t.TempDir()
	publish(t, dir, site("Work.html", "one"), generator.WriteReport{Written: 1})
	if err := os.Link(filepath.Join(dir, "Work.html"), filepath.Join(dir, "work.html")); err != nil {
		t.Fatal(err)
	}
	publish(t, dir, site("work.html", "one"), generator.WriteReport{Unchanged: 1})
	if got := onDisk(t, dir)["Work.html"]; got != "one" {
		t.Errorf("the page is %q", got)
	}
}

// A run that was cut short in the middle of the exchange leaves files of both
// sites; the next one knows them all as its own.
func TestWriteAfterCutShortExchange(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	publish(t, dir, site("a.html", "one", "b.html", "one"), generator.WriteReport{Written: 2})
	publish(t, other, site("a.html", "two", "b.html", "two"), generator.WriteReport{Written: 2})
	var both []byte
	for _, d := range []string{dir, other} {
		manifest, err := os.ReadFile(filepath.Join(d, ".milepost-manifest"))
		if err != nil {
			t.Fatal(err)
		}
		both = append(both, manifest...)
	}
	for name, data := range map[string][]byte{".milepost-manifest": both, "a.html": []byte("two")} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	publish(t, dir, site("c.html", "three"), generator.WriteReport{Written: 1, Removed: 2})
	if diff := cmp.Diff(map[string]string{"c.html": "three"}, onDisk(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// Of two runs at once each leaves a whole site, and no error.
func TestWriteTwiceAtOnce(t *testing.T) {
	dir := t.TempDir()
	sites := [][]generator.File{{}, {}}
	for i := range sites {
		for n := range 60 {
			sites[i] = append(sites[i], generator.File{Path: fmt.Sprintf("p%d/index.html", n), Data: fmt.Appendf(nil, "site %d", i)})
		}
	}
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			if _, err := generator.Write(dir, sites[i%2]); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	first := ""
	for name, text := range onDisk(t, dir) {
		if first == "" {
			first = text
		}
		if text != first {
			t.Fatalf("%s is of %q, others are of %q", name, text, first)
		}
	}
}
