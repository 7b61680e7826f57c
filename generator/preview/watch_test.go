package preview

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// Ways in which files change, as editors and tools change them. Each step
// starts from the state that the one before left.
var changes = []struct {
	name string
	do   func(folder) // below the site folder
	want []string     // files that differ afterwards
}{
	{"write in place", func(f folder) { f.write("content/plan.toml", "a") }, []string{"content/plan.toml"}},
	{"same size, at once", func(f folder) { f.write("content/plan.toml", "b") }, []string{"content/plan.toml"}},
	{"same size, and the time set back", func(f folder) {
		name := filepath.Join(f.dir, "content/plan.toml")
		info, err := os.Stat(name)
		f.do(err)
		f.write("content/plan.toml", "z")
		f.do(os.Chtimes(name, info.ModTime(), info.ModTime()))
	}, []string{"content/plan.toml"}},
	{"write beside and rename", func(f folder) {
		f.write("content/plan.toml.tmp", "c")
		f.move("content/plan.toml.tmp", "content/plan.toml")
	}, []string{"content/plan.toml"}},
	{"Vim: probe, backup, write, remove backup", func(f folder) {
		f.write("content/4913", "")
		f.remove("content/4913")
		f.move("content/plan.toml", "content/plan.toml~")
		f.write("content/plan.toml", "d")
		f.remove("content/plan.toml~")
	}, []string{"content/plan.toml"}},
	{"JetBrains: safe write", func(f folder) {
		f.write("content/plan.toml___jb_tmp___", "e")
		f.move("content/plan.toml", "content/plan.toml___jb_old___")
		f.move("content/plan.toml___jb_tmp___", "content/plan.toml")
		f.remove("content/plan.toml___jb_old___")
	}, []string{"content/plan.toml"}},
	{"new file", func(f folder) { f.write("content/index.md", "a") }, []string{"content/index.md"}},
	{"five new files in one go", func(f folder) {
		for i := range 5 {
			f.write(fmt.Sprintf("content/page%d.md", i), "a")
		}
	}, []string{"content/page0.md", "content/page1.md", "content/page2.md", "content/page3.md", "content/page4.md"}},
	{"new folders and a file in them at once", func(f folder) { f.write("content/a/b/c/deep.md", "a") }, []string{"content/a/b/c/deep.md"}},
	{"edit in the new folder", func(f folder) { f.write("content/a/b/c/deep.md", "b") }, []string{"content/a/b/c/deep.md"}},
	{"rename a folder", func(f folder) { f.move("content/a", "content/z") }, []string{"content/a/b/c/deep.md", "content/z/b/c/deep.md"}},
	{"edit in the renamed folder", func(f folder) { f.write("content/z/b/c/deep.md", "c") }, []string{"content/z/b/c/deep.md"}},
	{"the old name again", func(f folder) { f.write("content/a/b/c/deep.md", "a") }, []string{"content/a/b/c/deep.md"}},
	{"folder moved in from outside", func(f folder) { f.move("elsewhere", "content/moved") }, []string{"content/moved/x.md"}},
	{"edit in the folder moved in", func(f folder) { f.write("content/moved/x.md", "b") }, []string{"content/moved/x.md"}},
	{"remove a file", func(f folder) { f.remove("content/index.md") }, []string{"content/index.md"}},
	{"remove folders", func(f folder) { f.remove("content/z") }, []string{"content/z/b/c/deep.md"}},
	{"themes appear", func(f folder) { f.write("themes/mine/templates/page.html", "a") }, []string{"themes/mine/templates/page.html"}},
	{"edit a theme", func(f folder) { f.write("themes/mine/templates/page.html", "b") }, []string{"themes/mine/templates/page.html"}},
	{"content replaced as a whole", func(f folder) {
		f.write("fresh/plan.toml", "fresh")
		f.move("content", "old")
		f.move("fresh", "content")
	}, []string{"content/a/b/c/deep.md", "content/moved/x.md", "content/page0.md", "content/page1.md",
		"content/page2.md", "content/page3.md", "content/page4.md", "content/plan.toml"}},
	{"edit after that", func(f folder) { f.write("content/plan.toml", "again") }, []string{"content/plan.toml"}},
	{"folder removed and made again", func(f folder) {
		f.write("content/same/x.md", "a")
	}, []string{"content/same/x.md"}},
	{"at once", func(f folder) {
		f.remove("content/same")
		f.write("content/same/x.md", "b")
	}, []string{"content/same/x.md"}},
	{"edit in it", func(f folder) { f.write("content/same/x.md", "c") }, []string{"content/same/x.md"}},
	{"link to a folder", func(f folder) { f.link("../shared", "content/shared") }, []string{"content/shared/far.md"}},
	{"edit behind the link", func(f folder) { f.write("shared/far.md", "b") }, []string{"content/shared/far.md"}},
	{"new folder behind the link", func(f folder) { f.write("shared/a/b.md", "a") }, []string{"content/shared/a/b.md"}},
	{"link that leads to a folder that it lies in", func(f folder) {
		f.link("..", "shared/a/loop")
		f.write("shared/a/b.md", "b")
	}, []string{"content/shared/a/b.md", "content/shared/a/loop"}},
	{"what the link leads to is replaced", func(f folder) {
		f.write("fresh/near.md", "a")
		f.remove("shared")
		f.move("fresh", "shared")
	}, []string{"content/shared/a/b.md", "content/shared/a/loop", "content/shared/far.md", "content/shared/near.md"}},
	{"edit in that", func(f folder) { f.write("shared/near.md", "b") }, []string{"content/shared/near.md"}},
	{"what the link leads to goes", func(f folder) { f.move("shared", "gone") }, []string{"content/shared", "content/shared/near.md"}},
	{"and comes again", func(f folder) { f.move("gone", "shared") }, []string{"content/shared", "content/shared/near.md"}},
	{"the link goes", func(f folder) { f.remove("content/shared") }, []string{"content/shared/near.md"}},
	{"link to a file", func(f folder) {
		f.write("content/real.md", "a")
		f.link("real.md", "content/alias.md")
	}, []string{"content/alias.md", "content/real.md"}},
	{"edit of that file", func(f folder) { f.write("content/real.md", "b") }, []string{"content/alias.md", "content/real.md"}},
	{"content becomes a link", func(f folder) {
		f.move("content", "plan")
		f.link("plan", "content")
		f.write("plan/plan.toml", "linked")
	}, []string{"content/plan.toml"}},
	{"edit in the linked content", func(f folder) { f.write("plan/plan.toml", "linked again") }, []string{"content/plan.toml"}},
	{"themes become a link", func(f folder) {
		f.move("themes", "looks")
		f.link("looks", "themes")
		f.write("looks/mine/templates/page.html", "c")
	}, []string{"themes/mine/templates/page.html"}},
	{"the site folder is replaced as a whole", func(f folder) {
		above := filepath.Dir(f.dir)
		f.write("next/content/plan.toml", "next")
		f.do(os.Rename(filepath.Join(f.dir, "next"), above+"-next"))
		f.do(os.Rename(f.dir, above+"-old"))
		f.do(os.Rename(above+"-next", f.dir))
		f.do(os.RemoveAll(above + "-old"))
	}, []string{"content/alias.md", "content/plan.toml", "content/real.md", "content/same/x.md", "themes/mine/templates/page.html"}},
}

// modes are the ways to learn of changes. With events nothing but events may
// help, so the clock does not tick for an hour.
var modes = []struct {
	name  string
	start func(t *testing.T, f folder) *watcher
}{
	{"events", func(t *testing.T, f folder) *watcher {
		w := newWatcher(Watch{Dir: f.dir, Output: filepath.Join(f.dir, "public"), Say: t.Errorf})
		w.interval = time.Hour
		return w
	}},
	{"poll", func(t *testing.T, f folder) *watcher {
		return newWatcher(Watch{Dir: f.dir, Output: filepath.Join(f.dir, "public"), Poll: 20 * time.Millisecond, Say: t.Errorf})
	}},
}

func TestWatch(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			f := folder{t, t.TempDir()}
			f.write("content/plan.toml", "start")
			f.write("elsewhere/x.md", "a")
			f.write("shared/far.md", "a")
			w := mode.start(t, f)
			defer w.close()
			for _, c := range changes {
				c.do(f)
				var got []string
				for len(got) == 0 || !slices.Equal(got, c.want) && len(got) < len(c.want) {
					got = append(got, w.await(t, c.name)...) // in one go, unless the machine is very busy
					slices.Sort(got)
					got = slices.Compact(got)
				}
				if !slices.Equal(got, c.want) {
					t.Fatalf("%s: changed files are\n%q, want\n%q", c.name, got, c.want)
				}
			}
		})
	}
}

// A checkout of many files is one change.
func TestWatchBatch(t *testing.T) {
	f := folder{t, t.TempDir()}
	f.write("content/plan.toml", "start")
	w := newWatcher(Watch{Dir: f.dir, Say: t.Errorf})
	defer w.close()
	for i := range 120 {
		f.write(fmt.Sprintf("content/many/page%03d.md", i), "a")
	}
	if got := w.await(t, "batch"); len(got) != 120 {
		t.Errorf("%d changed files in the first batch, want 120", len(got))
	}
}

// What is no change must not cause a build.
func TestWatchIgnores(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			f := folder{t, t.TempDir()}
			f.write("content/plan.toml", "start")
			w := mode.start(t, f)
			defer w.close()
			for _, name := range []string{
				"public/index.html", "notes.txt", ".git/index", // not part of a site
				"content/.plan.toml.swp", "content/#plan.toml#", "content/plan.toml~", "content/.#plan.toml",
				"content/.git/HEAD", "content/plan.toml.bck", "content/4913",
			} {
				f.write(name, "x")
			}
			f.write("content/plan.toml", "start") // written, but the same
			if err := os.Chmod(filepath.Join(f.dir, "content/plan.toml"), 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			if got, err := w.wait(ctx, nil); err == nil {
				t.Errorf("changed files are %q, want none", got)
			}
		})
	}
}

// A change that is undone before the files rest is no change.
func TestWatchUndone(t *testing.T) {
	f := folder{t, t.TempDir()}
	f.write("content/plan.toml", "start")
	w := newWatcher(Watch{Dir: f.dir, Say: t.Errorf})
	defer w.close()
	f.write("content/plan.toml", "other")
	f.write("content/plan.toml", "start")
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if got, err := w.wait(ctx, nil); err == nil {
		t.Errorf("changed files are %q, want none", got)
	}
}

// folder is a site folder of a test.
type folder struct {
	t   *testing.T
	dir string
}

func (f folder) write(name, text string) {
	f.t.Helper()
	full := filepath.Join(f.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
		f.t.Fatal(err)
	}
}

func (f folder) move(from, to string) {
	f.t.Helper()
	if err := os.Rename(filepath.Join(f.dir, from), filepath.Join(f.dir, to)); err != nil {
		f.t.Fatal(err)
	}
}

func (f folder) link(to, name string) {
	f.t.Helper()
	f.do(os.Symlink(filepath.FromSlash(to), filepath.Join(f.dir, filepath.FromSlash(name))))
}

func (f folder) do(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f folder) remove(name string) {
	f.t.Helper()
	if err := os.RemoveAll(filepath.Join(f.dir, name)); err != nil {
		f.t.Fatal(err)
	}
}

// await returns the next change.
func (w *watcher) await(t *testing.T, what string) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	got, err := w.wait(ctx, nil)
	if err != nil {
		t.Fatalf("%s: no change noticed: %v", what, err)
	}
	return got
}
