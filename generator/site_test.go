package generator_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"milepost/generator"
	"milepost/schedule/diag"
)

// siteFile is a small site and what becomes of it.
type siteFile struct {
	opts        generator.Options
	site        fstest.MapFS
	want        []string // published files whose text is given
	diagnostics bool     // it has mistakes
}

// readSite takes a site apart: content/ and themes/ are the author's, want/ is
// the text of published files, options has a line for each option.
func readSite(t *testing.T, ar *txtar.Archive) siteFile {
	t.Helper()
	s := siteFile{site: fstest.MapFS{}}
	for _, f := range ar.Files {
		want, isWant := strings.CutPrefix(f.Name, "want/")
		switch {
		case isWant:
			s.want = append(s.want, want)
		case f.Name == "diagnostics":
			s.diagnostics = true
		case f.Name == "options":
			for _, line := range strings.Split(strings.TrimSpace(string(f.Data)), "\n") {
				switch key, value, _ := strings.Cut(line, " "); key {
				case "base":
					s.opts.BaseURL = value
				case "drafts":
					s.opts.Drafts = true
				case "minify":
					s.opts.Minify = true
				default:
					t.Fatalf("there is no option %q", key)
				}
			}
		default:
			s.site[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	s.opts.Site = s.site
	s.opts.Version = "1.0"
	return s
}

// TestSites builds the sites of testdata/sites and compares what readers see.
// With mistakes in it, a site is not built and its diagnostics are compared.
func TestSites(t *testing.T) {
	names, err := filepath.Glob("testdata/sites/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			s := readSite(t, ar)
			result, list, err := generator.Build(s.opts)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			var said bytes.Buffer
			diag.Fprint(&said, slices.DeleteFunc(slices.Clone(list), func(d *diag.Diagnostic) bool { return d.Severity == diag.Finding }))
			if s.diagnostics {
				got["diagnostics"] = said.String()
			} else if said.Len() > 0 {
				t.Fatalf("the site has mistakes:\n%s", &said)
			}
			if list.Failed() != (result == nil) {
				t.Errorf("failed is %v, but the result is %v", list.Failed(), result)
			}
			if result != nil {
				files := map[string][]byte{}
				for _, f := range result.Files {
					files[f.Path] = f.Data
				}
				for _, p := range s.want {
					switch data, ok := files[p]; {
					case p == "files":
						got["want/files"] = strings.Join(published(result.Files), "\n") + "\n"
					case !ok:
						t.Errorf("%s is not published", p)
					case path.Ext(p) == ".html":
						for _, id := range twice(t, data) {
							t.Errorf("%s has two elements with the id %q", p, id)
						}
						got["want/"+p] = visible(t, data)
					default:
						got["want/"+p] = strings.ReplaceAll(string(data), "\r\n", "\n")
					}
				}
			}
			if *update {
				rewrite(t, name, ar, got)
				return
			}
			for _, f := range ar.Files {
				if text, ok := got[f.Name]; ok {
					if diff := cmp.Diff(string(f.Data), text); diff != "" {
						t.Errorf("%s (-want +got):\n%s", f.Name, diff)
					}
				}
			}
		})
	}
}

// twice returns the ids that more than one element of a page has.
func twice(t *testing.T, page []byte) []string {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	var out []string
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if a.Key == "id" {
				if seen[a.Val]++; seen[a.Val] == 2 {
					out = append(out, a.Val)
				}
			}
		}
	}
	return out
}

// published lists the paths of a site without those of the theme.
func published(files []generator.File) []string {
	var out []string
	for _, f := range files {
		if !strings.HasPrefix(f.Path, "assets/") {
			out = append(out, f.Path)
		}
	}
	return out
}

// rewrite puts what came out into the test file.
func rewrite(t *testing.T, name string, ar *txtar.Archive, got map[string]string) {
	t.Helper()
	for i, f := range ar.Files {
		if text, ok := got[f.Name]; ok {
			ar.Files[i].Data = []byte(text)
		}
	}
	if err := os.WriteFile(name, txtar.Format(ar), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestDeterministic builds the repository's own site again and again: the bytes
// depend on the content alone.
func TestDeterministic(t *testing.T) {
	first := buildOwn(t, "")
	t.Cleanup(func() { runtime.GOMAXPROCS(runtime.NumCPU()) })
	for _, n := range []int{1, 8} {
		runtime.GOMAXPROCS(n)
		again := buildOwn(t, "")
		if len(again) != len(first) {
			t.Fatalf("with GOMAXPROCS=%d there are %d files, before %d", n, len(again), len(first))
		}
		for i, f := range again {
			if f.Path != first[i].Path || !bytes.Equal(f.Data, first[i].Data) {
				t.Errorf("with GOMAXPROCS=%d %s differs", n, f.Path)
			}
		}
	}
}

// TestBaseURL checks that only a few files know where the site lives: it can be
// read from any folder.
func TestBaseURL(t *testing.T) {
	here, there := buildOwn(t, ""), buildOwn(t, "https://example.org/a/b/")
	knows := map[string]bool{}
	for _, f := range there {
		if bytes.Contains(f.Data, []byte("/a/b/")) {
			knows[f.Path] = true
		}
	}
	for _, f := range here {
		if path.Ext(f.Path) == ".html" && f.Path != "404.html" && bytes.Contains(f.Data, []byte(`href="/`)) {
			t.Errorf("%s has a link from the root of the server", f.Path)
		}
	}
	if !knows["404.html"] || !knows["sitemap.xml"] || !knows["robots.txt"] {
		t.Errorf("404.html, sitemap.xml and robots.txt need the address of the site; it is in %v", knows)
	}
}

// TestCoverage holds that every heading and fact of the source of the
// repository's own roadmap can be read on the site.
func TestCoverage(t *testing.T) {
	list, err := os.ReadFile("testdata/careconnect_coverage.txt")
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]string{}
	for _, f := range buildOwn(t, "") {
		if path.Ext(f.Path) == ".html" {
			pages[f.Path] = squeeze(words(t, f.Data))
		}
	}
	n := 0
	for i, line := range strings.Split(string(list), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		page, fact, ok := strings.Cut(line, "\t")
		if !ok {
			t.Errorf("line %d has no tab: %q", i+1, line)
			continue
		}
		n++
		if text, ok := pages[page]; !ok {
			t.Errorf("line %d: there is no page %s", i+1, page)
		} else if !strings.Contains(text, squeeze(fact)) {
			t.Errorf("line %d: %s does not say %q", i+1, page, fact)
		}
	}
	if n < 300 {
		t.Errorf("the list has only %d facts", n)
	}
}

// squeeze makes texts comparable: one blank between words, no difference of
// case or of quotation marks.
func squeeze(s string) string {
	s = strings.NewReplacer("“", `"`, "”", `"`, "’", "'", "‘", "'", "–", "-").Replace(s)
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
}

// words returns all text of a page, with a blank between its parts.
func words(t *testing.T, page []byte) string {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && n.Parent.DataAtom != atom.Script {
			// Markup within a sentence leaves no gap: "<b>Scope</b>: all of it".
			if inline[n.Parent.DataAtom] || n.PrevSibling != nil && inline[n.PrevSibling.DataAtom] {
				out.WriteString(n.Data)
			} else {
				out.WriteString(" " + n.Data)
			}
		}
	}
	return out.String()
}

var inline = map[atom.Atom]bool{atom.A: true, atom.B: true, atom.Strong: true, atom.Em: true, atom.Code: true, atom.Time: true}

// TestMany builds a plan larger than the example, with phases in phases.
func TestMany(t *testing.T) {
	var plan strings.Builder
	plan.WriteString("[plan]\nname = \"Large\"\nstart = 2026-01-05\n")
	for p := range 12 {
		fmt.Fprintf(&plan, "[phase.P%d]\nname = \"Phase %d\"\n", p, p)
		if p > 5 {
			fmt.Fprintf(&plan, "phase = \"P%d\"\n", p-6)
		}
	}
	for i := range 240 {
		fmt.Fprintf(&plan, "[work.w%d]\nname = \"Work %d with a name that goes on for quite a while and Überlänge\"\nduration = \"3d\"\nphase = \"P%d\"\n", i, i, i/20)
		if i > 0 {
			fmt.Fprintf(&plan, "after = [\"w%d\"]\n", i/2)
		}
	}
	result, list, err := generator.Build(generator.Options{Site: fstest.MapFS{"content/plan.toml": {Data: []byte(plan.String())}}})
	if err != nil || list.Failed() {
		var said bytes.Buffer
		diag.Fprint(&said, list)
		t.Fatalf("%v\n%s", err, &said)
	}
	pages := 0
	for _, f := range result.Files {
		if path.Ext(f.Path) == ".html" {
			pages++
		}
	}
	if pages < 240+12 {
		t.Errorf("there are %d pages for 240 work packages and 12 phases", pages)
	}
}

// ownContent is the repository's own content/, as it was when the tests began.
var ownContent = sync.OnceValues(func() (fs.FS, error) {
	content := fstest.MapFS{}
	return content, fs.WalkDir(os.DirFS(".."), "content", func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join("..", p))
		content[p] = &fstest.MapFile{Data: data}
		return err
	})
})

func buildOwn(t *testing.T, base string) []generator.File {
	t.Helper()
	content, err := ownContent()
	if err != nil {
		t.Fatal(err)
	}
	result, list, err := generator.Build(generator.Options{Site: content, BaseURL: base, Version: "1.0"})
	if err != nil || result == nil {
		var said bytes.Buffer
		diag.Fprint(&said, list)
		t.Fatalf("%v\n%s", err, &said)
	}
	return result.Files
}
