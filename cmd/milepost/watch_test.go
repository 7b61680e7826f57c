package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"milepost/themes"
)

const watchedPlan = `[plan]
name = "Move"
start = 2026-01-05
[work.a]
name = "First task"
duration = "3d"
`

const watchedConfig = `title = "Site one"
base_url = "https://example.org/roadmap/"
theme = "mine"
`

// frame returns the frame of pages with a text at its end.
func frame(t *testing.T, text string) string {
	t.Helper()
	b, err := themes.FS.ReadFile("default/templates/base.html")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Replace(string(b), "</body>", text+"</body>", 1)
}

// page is a Markdown file.
func page(title, text string) string {
	return fmt.Sprintf("+++\ntitle = %q\n+++\n%s\n", title, text)
}

// watchRow is one way in which a site changes. The edit starts from what the row
// before left. Then the open page has to be told, and all checks have to hold.
type watchRow struct {
	name   string
	edit   func(siteDir)
	open   string // the page that is open; the first checked one if empty
	checks []check
	broken string // the message has to hold this error; the site stays as it was
}

// watchRows is what the preview has to get right, however it learns of changes.
// Each case is one that generators of static sites are known to fail.
func watchRows(t *testing.T) []watchRow {
	rows := []watchRow{
		{name: "write in place", edit: func(s siteDir) { s.write("content/notes/alpha.md", page("Alpha", "in place")) },
			checks: []check{{page: "notes/alpha/", status: 200, holds: "in place"}}},
		{name: "new folders with a file at once",
			edit: func(s siteDir) { s.write("content/notes/x/y/new.md", page("New", "brand new")) },
			checks: []check{{page: "notes/x/y/new/", status: 200, holds: "brand new"},
				{page: "sitemap.xml", status: 200, holds: "/notes/x/y/new/"}}},
		{name: "renamed folder: new address, old address gone",
			edit: func(s siteDir) { s.move("content/notes/x", "content/notes/z") },
			checks: []check{{page: "notes/z/y/new/", status: 200, holds: "brand new"}, {page: "notes/x/y/new/", status: 404},
				{page: "sitemap.xml", status: 200, holds: "/notes/z/y/new/", lacks: "/notes/x/"}}},
		{name: "edit in the renamed folder",
			edit:   func(s siteDir) { s.write("content/notes/z/y/new.md", page("New", "edited later")) },
			checks: []check{{page: "notes/z/y/new/", status: 200, holds: "edited later"}}},
		{name: "folder moved in from outside",
			edit: func(s siteDir) { s.move("outside", "content/moved") },
			checks: []check{{page: "moved/one/", status: 200, holds: "number one"}, {page: "moved/sub/two/", status: 200, holds: "number two"},
				{page: "sitemap.xml", status: 200, holds: "/moved/sub/two/"}}},
		{name: "edit in the folder moved in",
			edit:   func(s siteDir) { s.atomic("content/moved/sub/two.md", page("Two", "edited two")) },
			checks: []check{{page: "moved/sub/two/", status: 200, holds: "edited two"}}},
		{name: "page removed", edit: func(s siteDir) { s.remove("content/notes/beta.md") },
			checks: []check{{page: "notes/beta/", status: 404}, {page: "notes/", status: 200, holds: "Alpha", lacks: "Beta"},
				{page: "sitemap.xml", status: 200, lacks: "/notes/beta/"}}},
		{name: "plan written", edit: func(s siteDir) { s.write("content/plan.toml", strings.Replace(watchedPlan, "First", "Second", 1)) },
			checks: []check{{page: "work/", status: 200, holds: "Second task", lacks: "First task"}, {page: "work/a/", status: 200, holds: "Second task"}}},
		{name: "plan saved by rename", edit: func(s siteDir) { s.atomic("content/plan.toml", strings.Replace(watchedPlan, "First", "Third", 1)) },
			checks: []check{{page: "work/", status: 200, holds: "Third task", lacks: "Second task"}}},
		{name: "front matter broken",
			edit: func(s siteDir) { s.write("content/notes/alpha.md", "+++\ntitle = \"Alpha\n+++\nbroken\n") },
			open: "notes/alpha/", broken: "E103", checks: []check{{page: "notes/alpha/", status: 200, lacks: "broken"}}},
		{name: "front matter mended",
			edit:   func(s siteDir) { s.write("content/notes/alpha.md", page("Alpha", "mended")) },
			checks: []check{{page: "notes/alpha/", status: 200, holds: "mended"}}},
		{name: "template broken", edit: func(s siteDir) { s.write("themes/mine/templates/base.html", frame(t, "{{.NoSuchThing}}")) },
			open: "notes/alpha/", broken: "E530", checks: []check{{page: "notes/alpha/", status: 200, holds: "mended"}}},
		{name: "template mended", edit: func(s siteDir) { s.write("themes/mine/templates/base.html", frame(t, "Foot zero")) },
			checks: []check{{page: "notes/alpha/", status: 200, holds: "Foot zero"}}},
		{name: "five new files in one go", edit: func(s siteDir) {
			for i := range 5 {
				s.write(fmt.Sprintf("content/notes/five%d.md", i), page(fmt.Sprintf("Five %d", i), "of five"))
			}
		}},
		{name: "120 new files in a new folder", edit: func(s siteDir) {
			for i := range 120 {
				s.write(fmt.Sprintf("content/many/page%03d.md", i), page(fmt.Sprintf("Page %d", i), "of many"))
			}
		}},
		{name: "many files removed", edit: func(s siteDir) { s.remove("content/many") },
			checks: []check{{page: "many/page007/", status: 404}, {page: "sitemap.xml", status: 200, lacks: "/many/"}}},
		{name: "linked folder", edit: func(s siteDir) { s.ok(os.Symlink(s.path("elsewhere"), s.path("content/shared"))) },
			checks: []check{{page: "shared/far/", status: 200, holds: "far away"}}},
		{name: "edit behind the link", edit: func(s siteDir) { s.atomic("elsewhere/far.md", page("Far", "not so far")) },
			checks: []check{{page: "shared/far/", status: 200, holds: "not so far"}}},
		{name: "linked folder replaced as a whole", edit: func(s siteDir) {
			s.write("fresh/near.md", page("Near", "near"))
			s.remove("elsewhere")
			s.move("fresh", "elsewhere")
		}, checks: []check{{page: "shared/near/", status: 200, holds: "near"}, {page: "shared/far/", status: 404}}},
		{name: "edit in the new linked folder", edit: func(s siteDir) { s.write("elsewhere/near.md", page("Near", "nearer")) },
			checks: []check{{page: "shared/near/", status: 200, holds: "nearer"}}},
		{name: "link removed", edit: func(s siteDir) { s.ok(os.Remove(s.path("content/shared"))) },
			checks: []check{{page: "shared/near/", status: 404}}},
		{name: "content replaced as a whole", edit: func(s siteDir) {
			s.write("next/plan.toml", strings.Replace(watchedPlan, "First", "Last", 1))
			s.write("next/site.toml", watchedConfig)
			s.move("content", "before")
			s.move("next", "content")
		}, checks: []check{{page: "work/", status: 200, holds: "Last task"}, {page: "notes/alpha/", status: 404}}},
		{name: "edit after that", edit: func(s siteDir) { s.write("content/late.md", page("Late", "better late")) },
			checks: []check{{page: "late/", status: 200, holds: "better late"}}},
	}
	for i := range rows {
		switch r := &rows[i]; r.name {
		case "five new files in one go":
			for i := range 5 {
				r.checks = append(r.checks, check{page: fmt.Sprintf("notes/five%d/", i), status: 200, holds: "of five"},
					check{page: "notes/", status: 200, holds: fmt.Sprintf("Five %d", i)})
			}
		case "120 new files in a new folder":
			for i := range 120 {
				r.checks = append(r.checks, check{page: fmt.Sprintf("many/page%03d/", i), status: 200, holds: "of many"},
					check{page: "sitemap.xml", status: 200, holds: fmt.Sprintf("/many/page%03d/", i)})
			}
		}
	}
	// Everything that is saved in several steps, three times each.
	var saves []watchRow
	for _, way := range []struct {
		name string
		save func(s siteDir, name, text string)
	}{{"rename", siteDir.atomic}, {"Vim", siteDir.vim}, {"JetBrains", siteDir.jetBrains}} {
		for i := range 3 {
			text := fmt.Sprintf("%s %d", way.name, i)
			saves = append(saves, watchRow{name: "page saved by " + text,
				edit:   func(s siteDir) { way.save(s, "content/notes/alpha.md", page("Alpha", "alpha by "+text)) },
				checks: []check{{page: "notes/alpha/", status: 200, holds: "alpha by " + text}}})
			saves = append(saves, watchRow{name: "config saved by " + text,
				edit: func(s siteDir) {
					way.save(s, "content/site.toml", strings.Replace(watchedConfig, "Site one", "Site by "+text, 1))
				},
				checks: []check{{page: "", status: 200, holds: "Site by " + text}, {page: "notes/", status: 200, holds: "Site by " + text}}})
			saves = append(saves, watchRow{name: "template saved by " + text,
				edit:   func(s siteDir) { way.save(s, "themes/mine/templates/base.html", frame(t, "Foot by "+text)) },
				checks: []check{{page: "notes/alpha/", status: 200, holds: "Foot by " + text}, {page: "", status: 200, holds: "Foot by " + text}}})
		}
	}
	return append(saves, rows...)
}

// newWatchedSite writes the site that the rows begin with.
func newWatchedSite(t *testing.T) siteDir {
	s := siteDir{t, t.TempDir()}
	s.write("content/plan.toml", watchedPlan)
	s.write("content/site.toml", watchedConfig)
	s.write("content/notes/index.md", page("Notes", "All notes"))
	s.write("content/notes/alpha.md", page("Alpha", "alpha"))
	s.write("content/notes/beta.md", page("Beta", "beta"))
	s.write("themes/mine/templates/base.html", frame(t, "Foot"))
	s.write("outside/one.md", page("One", "number one"))
	s.write("outside/sub/two.md", page("Two", "number two"))
	s.write("elsewhere/far.md", page("Far", "far away"))
	return s
}

// TestWatchTable edits a site in every way of the table while it is previewed,
// and looks at what the preview serves, what it lists, and what open pages are
// told.
func TestWatchTable(t *testing.T) {
	for _, mode := range []struct {
		name string
		args []string
	}{{"events", nil}, {"poll", []string{"--poll=50ms"}}} {
		t.Run(mode.name, func(t *testing.T) {
			t.Parallel()
			s := newWatchedSite(t)
			_, base := serving(t, append([]string{"-s", s.dir}, mode.args...)...)
			for _, row := range watchRows(t) {
				row.try(t, s, base)
			}
		})
	}
}

func (r *watchRow) try(t *testing.T, s siteDir, base string) {
	t.Helper()
	at := r.open
	if at == "" {
		at = r.checks[0].page
	}
	p := open(t, base, at)
	defer p.close()
	first := p.next(t)
	r.edit(s)
	for {
		m := p.next(t)
		if m == first || !strings.Contains(m, r.broken) {
			continue
		}
		failed := ""
		for _, c := range r.checks {
			if failed = c.fails(t, base); failed != "" {
				break
			}
		}
		if failed == "" {
			return
		}
		// There may be a further build on its way, with a message. If there is
		// none, this is what went wrong.
		t.Logf("%s: so far %s", r.name, failed)
	}
}

// A preview answers only those who ask for this machine: a name that somebody
// makes point here gets nothing of the plan.
func TestWatchForeignHost(t *testing.T) {
	s := newWatchedSite(t)
	_, base := serving(t, "-s", s.dir)
	for _, page := range []string{"", "work/", "../.milepost/events"} {
		req, err := http.NewRequest(http.MethodGet, base+page, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = "evil.example"
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusForbidden && res.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("%q for evil.example: status %d", page, res.StatusCode)
		}
	}
}

// A checkout of 1,000 files is one change, or very few if the machine is busy.
func TestWatchCheckout(t *testing.T) {
	t.Parallel()
	s := newWatchedSite(t)
	git := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-C", s.dir, "-c", "user.name=A", "-c", "user.email=a@example.org"}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", args[0], err, out)
		}
	}
	git("init", "-q", "-b", "main")
	git("add", ".")
	git("commit", "-q", "-m", "one")
	git("checkout", "-q", "-b", "more")
	for i := range 1000 {
		s.write(fmt.Sprintf("content/files/%d/file%03d.txt", i/100, i), fmt.Sprint(i))
	}
	s.write("content/notes/gamma.md", page("Gamma", "of the other branch"))
	git("add", ".")
	git("commit", "-q", "-m", "two")
	git("checkout", "-q", "main")

	c, base := serving(t, "-s", s.dir)
	for _, to := range []struct {
		branch string
		row    watchRow
	}{
		{"more", watchRow{name: "checkout", checks: []check{{page: "notes/gamma/", status: 200, holds: "of the other branch"},
			{page: "files/0/file000.txt", status: 200, holds: "0"}, {page: "files/9/file999.txt", status: 200, holds: "999"}}}},
		{"main", watchRow{name: "checkout back", checks: []check{{page: "notes/gamma/", status: 404}, {page: "files/0/file000.txt", status: 404},
			{page: "files/9/file999.txt", status: 404}, {page: "notes/alpha/", status: 200}}}},
	} {
		before, _ := c.said()
		to.row.edit = func(siteDir) { git("checkout", "-q", to.branch) }
		to.row.try(t, s, base)
		after, _ := c.said()
		if n := strings.Count(after[len(before):], "built "); n > 10 {
			t.Errorf("git checkout %s: %d builds for one change", to.branch, n)
		}
	}
}

// With --watch, build writes what changed and nothing else, tells each build in
// one line, keeps the old site while there are errors, and ends well.
func TestWatchBuild(t *testing.T) {
	for _, mode := range []struct {
		name string
		args []string
	}{{"events", []string{"--watch"}}, {"poll", []string{"-w", "--poll=50ms"}}} {
		t.Run(mode.name, func(t *testing.T) {
			t.Parallel()
			s := newWatchedSite(t)
			c := begin(t, append([]string{"build", "-s", s.dir}, mode.args...)...)
			c.await("watching for edits (Ctrl-C stops)\n")
			read := func(name string) string {
				b, err := os.ReadFile(s.path("public/" + name))
				if err != nil {
					t.Fatal(err)
				}
				return string(b)
			}
			other, err := os.Stat(s.path("public/work/a/index.html"))
			if err != nil {
				t.Fatal(err)
			}
			s.write("public/mine.txt", "not from milepost")

			s.write("content/notes/alpha.md", page("Alpha", "second"))
			c.await("content/notes/alpha.md changed: built ")
			c.await(": 2 files written, ") // the page, and the index of the search
			if got := read("notes/alpha/index.html"); !strings.Contains(got, "second") {
				t.Errorf("the page is not written:\n%s", got)
			}
			now, err := os.Stat(s.path("public/work/a/index.html"))
			if err != nil || !os.SameFile(other, now) || !now.ModTime().Equal(other.ModTime()) {
				t.Errorf("a page that did not change was written (%v)", err)
			}

			s.write("content/plan.toml", watchedPlan+"after = [\"nothing\"]\n")
			c.await("1 error; " + filepath.Join(s.dir, "public") + " is as it was\n")
			if out, _ := c.said(); !strings.Contains(out, "plan.toml:7:") || !strings.Contains(out, `after = ["nothing"]`) {
				t.Errorf("the error is told without its place:\n%s", out)
			}
			if got := read("work/a/index.html"); !strings.Contains(got, "First task") {
				t.Error("a build that failed wrote something")
			}
			s.write("content/plan.toml", strings.Replace(watchedPlan, "First", "Second", 1))
			c.await("content/plan.toml changed: built ")
			if got := read("work/a/index.html"); !strings.Contains(got, "Second task") {
				t.Error("the mended plan is not built")
			}

			s.remove("content/notes/beta.md")
			c.await("content/notes/beta.md changed: built ")
			if _, err := os.Stat(s.path("public/notes/beta/index.html")); err == nil {
				t.Error("the page of the removed file is still there")
			}
			if read("mine.txt") != "not from milepost" {
				t.Error("a file of somebody else was touched")
			}
			c.stop()
			if out, _ := c.said(); strings.Contains(out, "public/") && strings.Contains(out, "public/ changed") {
				t.Errorf("it watches its own output:\n%s", out)
			}
		})
	}
}
