package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	soakSeeds = flag.Int("watch-seeds", 0, "number of seeds of TestWatchRandom (0: as many as fit)")
	soakEdits = flag.Int("watch-edits", 0, "edits of each seed (0: as many as fit)")
	soakFirst = flag.Uint64("watch-first", 1, "the first seed")
)

// TestWatchRandom edits a site at random, at a random pace, while build --watch
// follows. When the site rests, what was published has to be what a clean build
// makes of it, to the byte.
func TestWatchRandom(t *testing.T) {
	seeds, edits := 2, 120
	if testing.Short() {
		seeds, edits = 2, 50
	}
	if *soakSeeds > 0 {
		seeds = *soakSeeds
	}
	if *soakEdits > 0 {
		edits = *soakEdits
	}
	for seed := *soakFirst; seed < *soakFirst+uint64(seeds); seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			e := &randomEditor{siteDir: siteDir{t, t.TempDir()}, rand: rand.New(rand.NewPCG(seed, 0))}
			args := []string{"build", "--watch", "-s", e.dir}
			if seed%4 == 2 {
				args = append(args, "--poll=20ms")
			}
			e.begin()
			c := begin(t, args...)
			c.await("watching for edits")
			for range edits {
				e.edit()
				_, more := c.said()
				switch n := e.rand.IntN(10); {
				case n < 5:
				case n < 9:
					time.Sleep(time.Duration(e.rand.IntN(40)) * time.Millisecond)
				default: // look at the result, but not for ever: there may be none
					select {
					case <-more:
					case <-time.After(time.Second):
					}
				}
			}
			e.mend(fmt.Sprintf("end of %d", seed))
			e.compare(c)
			c.stop()
			out, _ := c.said()
			t.Logf("seed %d: %d builds of which %d failed", seed, strings.Count(out, "built ")+strings.Count(out, "build failed"), strings.Count(out, "build failed"))
		})
	}
}

// randomEditor edits a site. Names are such that no two pages can want the same
// address.
type randomEditor struct {
	siteDir
	rand   *rand.Rand
	n      int
	log    []string
	broken []string // files that were given errors
}

func (e *randomEditor) begin() {
	e.write("content/plan.toml", watchedPlan)
	e.write("content/site.toml", "base_url = \"https://example.org/\"\n")
	e.write("content/d0/p0.md", page("First", "first"))
	e.write("themes/default/static/extra.css", "a { color: red }")
	e.write("elsewhere/far/e0.md", page("Far", "far"))
	e.write("elsewhere/e1.md", page("Far", "not so far"))
}

// text is the content of a file, another one each time. A few have errors.
func (e *randomEditor) text(name string) string {
	e.n++
	bad := e.rand.IntN(30) == 0
	switch {
	case strings.HasSuffix(name, "plan.toml") && bad:
		return "[plan]\nname = \n"
	case strings.HasSuffix(name, "plan.toml"):
		return strings.Replace(watchedPlan, "First", fmt.Sprintf("Task %d", e.n), 1)
	case strings.HasSuffix(name, "site.toml"):
		return fmt.Sprintf("base_url = \"https://example.org/\"\ntitle = \"Site %d\"\n", e.n)
	case strings.HasSuffix(name, ".md") && bad:
		e.broken = append(e.broken, name)
		return "+++\ntitle = \n+++\n"
	case strings.HasSuffix(name, ".md"):
		// Some have the same length, as an edit of one letter leaves it.
		return page("Page", fmt.Sprintf("text %06d\n%s", e.n, strings.Repeat("more ", e.rand.IntN(3)*200)))
	case strings.HasSuffix(name, ".css"):
		return fmt.Sprintf("a { top: %dpx }", e.n)
	}
	return fmt.Sprintf("file %06d", e.n)
}

// edit changes something. What cannot be done as the site is now, such as moving
// a folder into itself, is no edit.
func (e *randomEditor) edit() {
	// Without a plan, or with errors, every build fails; that shall not last.
	if _, err := os.Stat(e.path("content/plan.toml")); err != nil && e.rand.IntN(3) == 0 {
		e.try("save", func(name string) error { return os.WriteFile(name, []byte(watchedPlan), 0o666) }, "content/plan.toml")
	}
	if len(e.broken) > 0 && e.rand.IntN(3) == 0 {
		name := e.broken[0]
		e.broken = e.broken[1:]
		if _, err := os.Stat(e.path(name)); err == nil {
			e.try("mend", func(full string) error { return os.WriteFile(full, []byte(e.text(name)), 0o666) }, name)
		}
	}
	switch e.rand.IntN(20) {
	case 0, 1, 2, 3:
		e.save(os.WriteFile)
	case 4, 5:
		e.save(func(name string, text []byte, mode os.FileMode) error {
			return errors.Join(os.WriteFile(name+".tmp", text, mode), os.Rename(name+".tmp", name))
		})
	case 6:
		e.save(func(name string, text []byte, mode os.FileMode) error {
			os.Rename(name, name+"~")
			return errors.Join(os.WriteFile(name, text, mode), os.Remove(name+"~"))
		})
	case 7: // in two steps, with the file empty or half written in between
		e.save(func(name string, text []byte, mode os.FileMode) error {
			half := e.rand.IntN(2) * len(text) / 2
			err := os.WriteFile(name, text[:half], mode)
			time.Sleep(time.Duration(e.rand.IntN(15)) * time.Millisecond)
			return errors.Join(err, os.WriteFile(name, text, mode))
		})
	case 8, 9:
		e.try("remove", os.Remove, e.file())
	case 10: // a folder, or the link to one
		name := e.folder()
		if name != "content" {
			e.try("remove", os.RemoveAll, name)
		}
	case 11:
		name := path.Join(e.folder(), fmt.Sprintf("d%d", e.rand.IntN(4)), fmt.Sprintf("d%d", e.rand.IntN(4)))
		e.try("mkdir", func(name string) error { return os.MkdirAll(name, 0o777) }, name)
		if e.rand.IntN(2) == 0 {
			file := path.Join(name, fmt.Sprintf("p%d.md", e.rand.IntN(6)))
			e.try("write", func(name string) error { return os.WriteFile(name, []byte(e.text(file)), 0o666) }, file)
		}
	case 12, 13:
		e.rename(e.file(), path.Join(e.folder(), fmt.Sprintf("p%d.md", e.rand.IntN(6))))
	case 14, 15:
		from := e.folder()
		if from != "content" {
			e.rename(from, path.Join(e.folder(), fmt.Sprintf("d%d", e.rand.IntN(4))))
		}
	case 16: // a folder comes from outside
		e.write("incoming/p1.md", e.text("p1.md"))
		e.write("incoming/d3/p2.md", e.text("p2.md"))
		e.rename("incoming", path.Join(e.folder(), fmt.Sprintf("d%d", e.rand.IntN(4))))
		e.remove("incoming")
	case 17: // many at once
		dir := e.folder()
		for i := range 30 {
			e.try("write", func(name string) error { return os.WriteFile(name, []byte(e.text("x.txt")), 0o666) }, path.Join(dir, fmt.Sprintf("m%d.txt", i)))
		}
	case 18:
		to, as := []string{"elsewhere", "elsewhere/far", "content/d0", "content"}[e.rand.IntN(4)], "l"
		if e.rand.IntN(4) == 0 {
			to, as = []string{"public", "."}[e.rand.IntN(2)], "x" // nobody writes through these
		}
		e.try("link to "+to, func(name string) error { return os.Symlink(e.path(to), name) }, path.Join(e.folder(), fmt.Sprintf("%s%d", as, e.rand.IntN(3))))
	case 19: // behind the links
		if name := []string{"elsewhere/far/e0.md", "elsewhere/e1.md", "elsewhere/new/e2.md"}[e.rand.IntN(3)]; e.rand.IntN(4) == 0 {
			e.try("remove", os.RemoveAll, path.Dir(name))
		} else {
			e.write(name, e.text(name))
			e.log = append(e.log, "write "+name)
		}
	}
}

// folder is some folder of the site, or the link to one.
func (e *randomEditor) folder() string {
	return e.pick(func(d fs.DirEntry) bool { return d.IsDir() || d.Type()&fs.ModeSymlink != 0 })
}

// file is some file of the site, or one that could be.
func (e *randomEditor) file() string {
	if e.rand.IntN(4) == 0 {
		return path.Join(e.folder(), fmt.Sprintf("p%d.md", e.rand.IntN(6)))
	}
	return e.pick(func(d fs.DirEntry) bool { return d.Type().IsRegular() })
}

func (e *randomEditor) pick(fits func(fs.DirEntry) bool) string {
	var names []string
	for _, top := range []string{"content", "themes/default/static"} {
		filepath.WalkDir(e.path(top), func(name string, d fs.DirEntry, err error) error {
			if err == nil && fits(d) && !strings.HasPrefix(d.Name(), "x") && !(top != "content" && d.IsDir()) {
				rel, err := filepath.Rel(e.dir, name)
				e.ok(err)
				names = append(names, filepath.ToSlash(rel))
			}
			return nil
		})
	}
	if len(names) == 0 {
		return "content"
	}
	return names[e.rand.IntN(len(names))]
}

func (e *randomEditor) save(write func(name string, text []byte, mode os.FileMode) error) {
	name := e.file()
	e.try("save", func(full string) error { return write(full, []byte(e.text(name)), 0o666) }, name)
}

func (e *randomEditor) rename(from, to string) {
	e.try("move to "+to, func(name string) error { return os.Rename(name, e.path(to)) }, from)
}

func (e *randomEditor) try(what string, do func(name string) error, name string) {
	err := do(e.path(name))
	e.log = append(e.log, fmt.Sprint(what, " ", name, " ", err))
}

// mend writes good content to every file that has errors, and leaves a mark that
// tells the end.
func (e *randomEditor) mend(mark string) {
	e.write("elsewhere/e1.md", "")
	for _, top := range []string{"content", "elsewhere"} {
		e.ok(filepath.WalkDir(e.path(top), func(name string, d fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(name, ".md") && d.Type().IsRegular() {
				err = os.WriteFile(name, []byte(page("Mended", mark)), 0o666)
			}
			return err
		}))
	}
	os.Remove(e.path("content/plan.toml"))
	os.Remove(e.path("content/site.toml"))
	e.write("content/plan.toml", strings.Replace(watchedPlan, "First", mark, 1))
	e.write("content/site.toml", "base_url = \"https://example.org/\"\n")
	e.write("content/mark.txt", mark)
}

// compare waits until what is published is what a clean build makes.
func (e *randomEditor) compare(c *command) {
	e.t.Helper()
	fresh := filepath.Join(e.t.TempDir(), "public")
	var out strings.Builder
	if code := run(e.t.Context(), []string{"build", "-q", "-s", e.dir, "-d", fresh}, strings.NewReader(""), &out, &out); code != exitOK {
		e.t.Fatalf("a clean build ends with %d: %s", code, &out)
	}
	want := contents(fresh)
	timeout := time.After(10 * time.Minute) // of a busy machine under the race detector
	for {
		_, more := c.said()
		differ := unequal(want, contents(e.path("public")))
		if len(differ) == 0 {
			return
		}
		select {
		case <-more:
		case <-time.After(50 * time.Millisecond): // the line comes after the writing, but a look may fall into it
		case <-timeout:
			said, _ := c.said()
			e.t.Fatalf("%d files differ from a clean build: %s\nlast edits:\n%s\nsaid:\n%s", len(differ), strings.Join(differ[:min(5, len(differ))], ", "),
				strings.Join(e.log[max(0, len(e.log)-40):], "\n"), said[max(0, len(said)-4000):])
		}
	}
}

// contents reads all files below a folder, which somebody may be changing.
func contents(dir string) map[string]string {
	files := map[string]string{}
	filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if b, err := os.ReadFile(name); err == nil {
				rel, _ := filepath.Rel(dir, name)
				files[filepath.ToSlash(rel)] = string(b)
			}
		}
		return nil
	})
	return files
}

// unequal returns the files that are not the same in both, sorted.
func unequal(a, b map[string]string) []string {
	var names []string
	for name, text := range a {
		if other, ok := b[name]; !ok || other != text {
			names = append(names, name)
		}
	}
	for name := range b {
		if _, ok := a[name]; !ok {
			names = append(names, "+"+name)
		}
	}
	slices.Sort(names)
	return names
}
