package generator

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
)

// An author's session, edit by edit: what a build with the cache of the builds
// before it makes is what a build without one makes, to the byte, with the same
// diagnostics in the same order; also after builds that failed.
func TestCacheRandomEdits(t *testing.T) {
	sites := map[string]fstest.MapFS{"careconnect": siteOnDisk(t, "../content", "content/")}
	for _, name := range []string{"reference", "sites/portfolio", "sites/stories", "sites/narrative", "sites/pictures-twice", "sections/levelling"} {
		sites[path.Base(name)] = siteOfArchive(t, name)
	}
	edits := 25
	if testing.Short() {
		edits = 12
	}
	for name, site := range sites {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			session := &session{site: maps.Clone(site), first: site, random: rand.New(rand.NewPCG(5, 8))}
			var cache Cache
			failed, isGood := 0, false
			for i := range edits {
				what := "nothing"
				if i > 0 {
					what = session.edit()
				}
				opts := Options{Site: session.site, Minify: i%7 == 6, Drafts: i%11 == 10, Version: "1"}
				want := builtText(t, opts)
				opts.Cache = &cache
				got := builtText(t, opts)
				if got.list != want.list {
					t.Fatalf("edit %d, %s: diagnostics\n%s\nwithout the cache\n%s", i, what, got.list, want.list)
				}
				if len(got.files) != len(want.files) {
					t.Fatalf("edit %d, %s: %d files, without the cache %d", i, what, len(got.files), len(want.files))
				}
				for j, f := range want.files {
					if g := got.files[j]; g.Path != f.Path || !bytes.Equal(g.Data, f.Data) || g.Sum != f.Sum {
						t.Fatalf("edit %d, %s: %s differs from %s without the cache:\n%s", i, what, g.Path, f.Path, firstDifference(g.Data, f.Data))
					}
				}
				if want.files == nil {
					failed++
				} else if i == 0 {
					isGood = true
				}
			}
			if isGood && (failed == 0 || failed > edits*3/4) {
				t.Errorf("%d of %d builds failed: the edits are too tame or too wild", failed, edits)
			}
		})
	}
}

// What the last good build did not ask for is not kept.
func TestCacheForgets(t *testing.T) {
	site := siteOnDisk(t, "../content", "content/")
	var cache Cache
	sizes := func() (out []int) {
		for _, m := range cache.memos() {
			out = append(out, m.size())
		}
		return out
	}
	builtText(t, Options{Site: site, Cache: &cache})
	first := sizes()
	for i := range 12 {
		edited := maps.Clone(site)
		edited["content/strategy.md"] = &fstest.MapFile{Data: fmt.Appendf(nil, "# Strategy %d\n\nText.\n", i)}
		edited["content/plan.toml"] = &fstest.MapFile{Data: fmt.Appendf(site["content/plan.toml"].Data, "\n# edit %d\n", i)}
		if i%3 == 2 {
			edited["content/plan.toml"] = &fstest.MapFile{Data: []byte("[plan]\n")} // fails
		}
		builtText(t, Options{Site: edited, Cache: &cache})
	}
	builtText(t, Options{Site: site, Cache: &cache})
	if last := sizes(); fmt.Sprint(last) != fmt.Sprint(first) {
		t.Errorf("the cache holds %v, after a dozen edits of the same site %v", first, last)
	}
}

type built struct {
	files []File
	list  string
}

func builtText(t *testing.T, opts Options) built {
	t.Helper()
	result, list, err := Build(opts)
	if err != nil {
		t.Fatal(err)
	}
	var b built
	for _, d := range list {
		b.list += fmt.Sprintf("%s %v %s %s %s %q %v\n", d.Code, d.Severity, d.Pos, d.Message, d.Hint, d.Excerpt, d.Notes)
	}
	if result != nil {
		b.files = result.Files
		for _, i := range result.Ignored {
			b.list += fmt.Sprintf("accepted %s %s %s %s %s %q\n", i.Code, i.Pos, i.Reason, i.Where, i.Beside, i.Excerpt)
		}
		b.list += fmt.Sprintln(result.Shown) // in order
	}
	return b
}

func pictureOf(width int) string {
	var b strings.Builder
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, 1))); err != nil {
		panic(err) // there is room for it
	}
	return b.String()
}

func firstDifference(got, want []byte) string {
	i := 0
	for i < min(len(got), len(want)) && got[i] == want[i] {
		i++
	}
	around := func(b []byte) []byte { return b[max(0, min(len(b), i-80)):min(len(b), i+80)] }
	return fmt.Sprintf("...%s...\n...%s...", around(got), around(want))
}

// session changes a site as authors do.
type session struct {
	site, first fstest.MapFS
	random      *rand.Rand
	n           int
}

var wholeNumber = regexp.MustCompile(`\b[1-9]\b`)

// edit changes one file and says what it did. Now and then it mends everything,
// so that mistakes do not pile up.
func (s *session) edit() string {
	s.n++
	if s.n%5 == 0 {
		s.site = maps.Clone(s.first)
		return "everything as it was"
	}
	md, toml := s.one(".md"), s.one(".toml")
	text := func(name string) string {
		if f := s.site[name]; f != nil {
			return string(f.Data)
		}
		return ""
	}
	write := func(name, text string) string {
		s.site[name] = &fstest.MapFile{Data: []byte(text)}
		return name
	}
	switch s.random.IntN(22) {
	case 0:
		return "a line at the end of " + write(md, text(md)+fmt.Sprintf("\nLine %d.\n", s.n))
	case 1:
		return "a heading in " + write(md, text(md)+fmt.Sprintf("\n## Heading %d\n\nText.\n", s.n))
	case 2:
		return "a broken link in " + write(md, text(md)+"\nSee [nothing](nowhere.md) and {{ plan.finnish }}.\n")
	case 3:
		delete(s.site, md)
		return "no " + md
	case 4:
		return "a new page " + write(fmt.Sprintf("content/notes/note-%d.md", s.n), fmt.Sprintf("# Note %d\n\nIt finishes on {{ plan.finish }}.\n\n```milestones\n```\n", s.n))
	case 5, 6, 7: // another figure
		at := wholeNumber.FindAllStringIndex(text(toml), -1)
		if len(at) == 0 {
			return "nothing"
		}
		m := at[s.random.IntN(len(at))]
		return "a figure in " + write(toml, text(toml)[:m[0]]+fmt.Sprint(1+s.random.IntN(9))+text(toml)[m[1]:])
	case 8:
		return "half of " + write(toml, text(toml)[:len(text(toml))/2])
	case 9:
		return "a style in " + write("themes/default/static/style.css", fmt.Sprintf("h1 { width: %dpx }\n", s.n))
	case 10:
		return "a template in " + write("themes/default/templates/_texts.html", fmt.Sprintf("<p>texts %d</p>{{range .}}<p>{{.}}</p>{{end}}", s.n))
	case 11:
		return "a broken template in " + write("themes/default/templates/_when.html", "{{.Nothing}}")
	case 12:
		return "a title in " + write("content/site.toml", fmt.Sprintf("title = \"Site %d\"\nmenu = [{ name = \"Budget\", url = \"budget/\" }]\n", s.n))
	case 13: // tells something, shows nothing
		return "a script in " + write(md, text(md)+"<script>\n")
	case 14: // moves what is told, shows the same
		return "an empty line in front of " + write(md, "\n"+text(md))
	case 15:
		code := []string{"F403", "F402", "F472", "W541", "W522"}[s.random.IntN(5)]
		return "what is accepted in " + write("content/site.toml", fmt.Sprintf("[[ignore]]\ncode = %q\nreason = \"reason %d\"\n", code, s.n))
	case 16:
		return "an address in " + write("content/site.toml", fmt.Sprintf("base_url = \"https://example.org/%d/\"\n", s.n))
	case 17:
		return "a draft: " + write(md, "+++\ndraft = true\n+++\n"+text(md))
	case 18:
		write("content/seen.png", pictureOf(s.random.IntN(3)+1))
		return "a picture of another size on " + write(md, text(md)+"\n![Seen](/seen.png)\n")
	case 19:
		delete(s.site, "content/seen.png")
		return "no picture"
	case 20:
		to := s.one(".md")
		write(to, text(to)+"\n## Part\n\nText.\n")
		return "a link to a heading in " + write(md, text(md)+"\nSee [the part](/"+strings.TrimPrefix(to, "content/")+"#part).\n")
	}
	return "a picture in " + write("content/picture.png", fmt.Sprintf("\x89PNG %d", s.n))
}

// one picks a file with the ending.
func (s *session) one(ending string) string {
	var names []string
	for _, name := range sortedKeys(s.site) {
		if strings.HasSuffix(name, ending) && name != "content/site.toml" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "content/index" + ending
	}
	return names[s.random.IntN(len(names))]
}

func siteOnDisk(t *testing.T, dir, below string) fstest.MapFS {
	t.Helper()
	site := fstest.MapFS{}
	err := filepath.WalkDir(dir, func(name string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		site[below+filepath.ToSlash(rel)] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return site
}

func siteOfArchive(t *testing.T, name string) fstest.MapFS {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join("testdata", filepath.FromSlash(name)+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	site := fstest.MapFS{}
	for _, f := range a.Files {
		if strings.HasPrefix(f.Name, "content/") || strings.HasPrefix(f.Name, "themes/") {
			site[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return site
}
