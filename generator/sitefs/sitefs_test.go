package sitefs_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"milepost/generator/sitefs"
)

// tree makes files, folders (with a slash at the end) and links ("name -> to")
// below a new folder, and returns that.
func tree(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, n := range names {
		name, to, link := strings.Cut(n, " -> ")
		full := filepath.Join(dir, filepath.FromSlash(name))
		err := os.MkdirAll(filepath.Dir(full), 0o777)
		switch {
		case err != nil:
		case link:
			err = os.Symlink(filepath.FromSlash(to), full)
		case strings.HasSuffix(n, "/"):
			err = os.MkdirAll(full, 0o777)
		default:
			err = os.WriteFile(full, []byte(name), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// walk lists all files that a walk finds, links that are not followed with a
// star.
func walk(t *testing.T, fsys fs.FS, root string) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(fsys, root, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if d.Type()&fs.ModeSymlink != 0 {
				if info, err := fs.Stat(fsys, name); err != nil || !info.Mode().IsRegular() {
					name += "*"
				}
			}
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestWalk(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files []string
		want  []string // below site/content
	}{
		{"plain", []string{"site/content/plan.toml", "site/content/a/b.md"}, []string{"a/b.md", "plan.toml"}},
		{"linked folder outside", []string{"site/content/plan.toml", "far/x/y.md", "site/content/shared -> ../../far"},
			[]string{"plan.toml", "shared/x/y.md"}},
		{"linked folder beside", []string{"site/content/a/b.md", "site/content/z -> a"}, []string{"a/b.md", "z/b.md"}},
		{"link to a link", []string{"site/content/z -> ../../one", "one -> two", "two/x.md"}, []string{"z/x.md"}},
		{"content is a link", []string{"site/", "site/content -> ../far", "far/x.md"}, []string{"x.md"}},
		{"linked folder in a linked folder", []string{"site/content/z -> ../../far", "far/deep -> ../other", "far/a.md", "other/b.md"},
			[]string{"z/a.md", "z/deep/b.md"}},
		{"link to itself", []string{"site/content/z -> z", "site/content/a.md"}, []string{"a.md", "z*"}},
		{"link to its own folder", []string{"site/content/a/self -> .", "site/content/a/b.md"}, []string{"a/b.md", "a/self*"}},
		{"link upwards", []string{"site/content/a/up -> ..", "site/content/a/b.md"}, []string{"a/b.md", "a/up*"}},
		{"link to the site", []string{"site/content/z -> ../../site", "site/content/b.md"}, []string{"b.md", "z*"}},
		{"link to what holds the site", []string{"site/content/z -> ../..", "site/content/b.md"}, []string{"b.md", "z*"}},
		{"loop of two", []string{"site/content/a/to -> ../b", "site/content/b/to -> ../a", "site/content/a/x.md"},
			[]string{"a/to/to*", "a/x.md", "b/to/to*", "b/to/x.md"}},
		{"loop outside", []string{"site/content/z -> ../../far", "far/round -> ../far", "far/x.md"}, []string{"z/round*", "z/x.md"}},
		{"back into the site", []string{"site/content/z -> ../../far", "far/back -> ../site/content", "far/x.md", "site/content/y.md"},
			[]string{"y.md", "z/back*", "z/x.md"}},
		{"the output", []string{"site/public/index.html", "site/content/z -> ../public", "site/content/y -> ../public/deep", "site/public/deep/", "site/content/b.md"},
			[]string{"b.md"}},
		{"another output", []string{"out/index.html", "site/content/z -> ../../out", "site/content/b.md"}, []string{"b.md"}},
		{"what holds the output", []string{"www/out/index.html", "www/x.md", "out -> www/out", "site/content/z -> ../../www"}, []string{"z/x.md"}},
		{"link to nothing", []string{"site/content/z -> nowhere", "site/content/b.md"}, []string{"b.md", "z*"}},
		{"link to a file of the site", []string{"site/content/z.md -> notes/b.md", "site/content/notes/b.md"}, []string{"notes/b.md", "z.md"}},
		{"link to a file beside content", []string{"site/content/z.md -> ../LICENSE", "site/LICENSE"}, []string{"z.md"}},
		{"link to a file outside", []string{"site/content/z.md -> ../../secret", "secret"}, []string{"z.md*"}},
		{"link to a file of the linked folder", []string{"site/content/z -> ../../far", "far/a/x.md", "far/b/y.md -> ../a/x.md", "secret", "far/s.md -> ../secret"},
			[]string{"z/a/x.md", "z/b/y.md", "z/s.md*"}},
		{"link to what is hidden in the site", []string{"site/.git/config", "site/content/b.md", "site/content/git -> ../.git", "site/content/c.txt -> ../.git/config"},
			[]string{"b.md", "c.txt*", "git*"}},
		{"link to what is hidden elsewhere", []string{"home/.ssh/id", "site/content/b.md", "site/content/keys -> ../../home/.ssh", "site/content/deep -> ../../home/.ssh/id"},
			[]string{"b.md", "deep*", "keys*"}},
		{"linked folder that leads to what is hidden beside it", []string{"far/x.md", ".ssh/id", "far/keys -> ../.ssh", "site/content/z -> ../../far"},
			[]string{"z/keys*", "z/x.md"}},
		{"files as containers mount them", []string{"site/content/..2026/plan.toml", "site/content/..data -> ..2026", "site/content/plan.toml -> ..data/plan.toml"},
			[]string{"plan.toml"}},
		{"a site in a hidden folder", []string{".work/site/content/b.md", ".work/far/x.md", ".work/site/content/z -> ../../far", "site -> .work/site"},
			[]string{"b.md", "z/x.md"}},
		{"left by editors", []string{"site/content/a.md", "site/content/.a.md.swp", "site/content/a.md~", "site/content/4913", "site/content/#a.md#",
			"site/content/.git/HEAD", "site/content/a.md___jb_tmp___", "site/content/a.md.tmp", "site/content/a.bck", "site/content/.#a.md",
			"site/content/a.md.sb-2c1e8f72-wBMcMC", "site/content/a.sb-1.md"}, []string{"a.md", "a.sb-1.md"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := tree(t, tt.files...)
			fsys, err := sitefs.New(filepath.Join(dir, "site"), filepath.Join(dir, "out"))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, name := range walk(t, fsys, "content") {
				got = append(got, strings.TrimPrefix(name, "content/"))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("files are\n%q, want\n%q", got, tt.want)
			}
		})
	}
}

// Folders full of links to each other have an end that comes soon.
func TestManyLinks(t *testing.T) {
	var files []string
	const n = 5
	for i := range n {
		files = append(files, "site/content/"+string(rune('a'+i))+"/x.md")
		for j := range n {
			files = append(files, "site/content/"+string(rune('a'+i))+"/to"+string(rune('a'+j))+" -> ../"+string(rune('a'+j)))
		}
	}
	fsys, err := sitefs.New(filepath.Join(tree(t, files...), "site"))
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range walk(t, fsys, "content") {
		if strings.HasSuffix(name, "x.md") {
			found++
		}
	}
	if found != 325 { // the ways through five folders without coming back: 5+5·4+5·4·3+5·4·3·2+5!
		t.Errorf("%d files, want 325", found)
	}
}

func TestErrors(t *testing.T) {
	dir := tree(t, "site/content/a.md", "site/content/out -> ../../secret", "site/content/loop -> ..", "site/content/made -> ../public/index.html",
		"site/public/index.html", "secret")
	fsys, err := sitefs.New(filepath.Join(dir, "site"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]error{
		"content/out": sitefs.ErrOutside, "content/loop": sitefs.ErrLoop, "content/loop/content/a.md": sitefs.ErrLoop, "public": sitefs.ErrOutput,
		"content/made": sitefs.ErrOutput, "public/index.html": sitefs.ErrOutput, "nowhere": fs.ErrNotExist, "nowhere/a.md": fs.ErrNotExist,
		"../secret": fs.ErrInvalid, "/etc/passwd": fs.ErrInvalid, "content/../content/a.md": fs.ErrInvalid, "": fs.ErrInvalid,
	} {
		if _, err := fsys.Open(name); !errors.Is(err, want) {
			t.Errorf("open %q: %v, want %v", name, err, want)
		}
		if _, err := fs.Stat(fsys, name); !errors.Is(err, want) {
			t.Errorf("stat %q: %v, want %v", name, err, want)
		}
		var path *fs.PathError
		if _, err := fs.ReadFile(fsys, name); !errors.As(err, &path) || path.Path != name {
			t.Errorf("read %q: %v, want the path as asked for", name, err)
		}
	}
	if _, err := sitefs.New(filepath.Join(dir, "nowhere")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}

// It is a file system like any other, and tells the truth of links.
func TestFS(t *testing.T) {
	dir := tree(t, "site/content/a.md", "site/content/b/c.md", "site/content/shared -> ../../far", "far/d.md", "site/content/e.md -> a.md", "site/themes/")
	fsys, err := sitefs.New(filepath.Join(dir, "site"))
	if err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(fsys, "content/a.md", "content/b/c.md", "content/shared/d.md", "content/e.md", "themes"); err != nil {
		t.Error(err)
	}
	if to, err := fs.ReadLink(fsys, "content/e.md"); to != "a.md" || err != nil {
		t.Errorf("link leads to %q, %v", to, err)
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := fsys.Folder("content/shared"); got != filepath.Join(real, "far") || err != nil {
		t.Errorf("linked folder is %q, %v", got, err)
	}
	if got, _, err := fsys.Locate("content/e.md"); got != filepath.Join(real, "site/content/a.md") || err != nil {
		t.Errorf("linked file is %q, %v", got, err)
	}
}
