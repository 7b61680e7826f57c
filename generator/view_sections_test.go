package generator_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"milepost/generator"
	"milepost/schedule/diag"
)

var update = flag.Bool("update", false, "write the pages' text into the files of testdata/sections")

// TestSections builds the small sites of testdata/sections. A file want/PAGE
// there is the text that readers see on that page; absent lists pages that must
// not be there, and pages those to compare beside the ones of isSection.
func TestSections(t *testing.T) {
	files, err := filepath.Glob("testdata/sections/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			site, want, absent := fstest.MapFS{}, map[string]string{}, ""
			var more []string
			for _, f := range ar.Files {
				switch name, isWant := strings.CutPrefix(f.Name, "want/"); {
				case isWant:
					want[name] = string(f.Data)
				case f.Name == "absent":
					absent = string(f.Data)
				case f.Name == "pages":
					more = strings.Fields(string(f.Data))
				default:
					site[f.Name] = &fstest.MapFile{Data: f.Data}
				}
			}
			pages := build(t, site)
			for _, name := range strings.Fields(absent) {
				if _, ok := pages[name]; ok {
					t.Errorf("%s is there, though the plan has nothing for it", name)
				}
			}
			for name, page := range pages {
				checkPage(t, name, page)
			}
			got := map[string]string{}
			for name := range pages {
				if isSection.MatchString(name) || slices.Contains(more, name) {
					got[name] = visible(t, pages[name])
				}
			}
			if *update {
				writeWant(t, file, ar, got)
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("pages differ (-want +got); if they are right, run with -update\n%s", diff)
			}
		})
	}
}

// isSection finds the pages that the test is about.
var isSection = regexp.MustCompile(`^(a/progress|budget|chances|earned-value|people|load|governance|risks|quality|readiness|progress|scenarios|all)/`)

// build returns the pages of a site that has no errors.
func build(t *testing.T, site fstest.MapFS) map[string][]byte {
	t.Helper()
	result, list, err := generator.Build(generator.Options{Site: site})
	if err != nil {
		t.Fatal(err)
	}
	if result == nil {
		var out strings.Builder
		_ = diag.Fprint(&out, list.Only(diag.Error))
		t.Fatalf("the site has errors:\n%s", out.String())
	}
	pages := map[string][]byte{}
	for _, f := range result.Files {
		if strings.HasSuffix(f.Path, ".html") {
			pages[f.Path] = f.Data
		}
	}
	return pages
}

// writeWant puts the pages' text in the place of the want files.
func writeWant(t *testing.T, file string, ar *txtar.Archive, got map[string]string) {
	t.Helper()
	ar.Files = slices.DeleteFunc(ar.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "want/") })
	var names []string
	for name := range got {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		ar.Files = append(ar.Files, txtar.File{Name: "want/" + name, Data: []byte(got[name])})
	}
	if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
		t.Fatal(err)
	}
}

// checkPage checks what holds for every page: no markup of the plan's texts, no
// id twice, no heading that skips a level, no table without caption, no link
// without text.
func checkPage(t *testing.T, name string, page []byte) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(string(page)))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	ids, level := map[string]bool{}, 0
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "id" && ids[a.Val]:
				t.Errorf("%s: id %q is there twice", name, a.Val)
			case a.Key == "id":
				ids[a.Val] = true
			case strings.HasPrefix(a.Key, "on"), a.Key == "style":
				t.Errorf("%s: <%s> has the attribute %s", name, n.Data, a.Key)
			case (a.Key == "href" || a.Key == "src") && strings.HasPrefix(a.Val, "javascript:"):
				t.Errorf("%s: <%s> leads to %s", name, n.Data, a.Val)
			}
		}
		switch n.DataAtom {
		case atom.Script:
			if n.FirstChild != nil && attr(n, "type") != "application/json" {
				t.Errorf("%s: script in the page: %s", name, text(n))
			}
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			l := int(n.Data[1] - '0')
			if l > level+1 {
				t.Errorf("%s: heading %q skips a level", name, text(n))
			}
			level = l
			if strings.TrimSpace(text(n)) == "" {
				t.Errorf("%s: empty <%s>", name, n.Data)
			}
		case atom.Table:
			if first := firstElement(n); first == nil || first.DataAtom != atom.Caption {
				t.Errorf("%s: table without caption: %.60s", name, text(n))
			}
			if rows := strings.Count(render(n), "<tr"); rows < 2 {
				t.Errorf("%s: empty table: %s", name, text(n))
			}
		case atom.A:
			if strings.TrimSpace(text(n)) == "" && attr(n, "aria-label") == "" {
				t.Errorf("%s: link to %s has no text", name, attr(n, "href"))
			}
		}
	}
}

func render(n *html.Node) string {
	var out strings.Builder
	_ = html.Render(&out, n)
	return out.String()
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func firstElement(n *html.Node) *html.Node {
	for c := range n.ChildNodes() {
		if c.Type == html.ElementNode {
			return c
		}
	}
	return nil
}

func text(n *html.Node) string {
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			out.WriteString(d.Data)
		}
	}
	return out.String()
}

// visible returns what readers see of the main part of a page, a line for each
// block and table row. Charts are left out; they have tests of their own.
func visible(t *testing.T, page []byte) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(string(page)))
	if err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			lines.WriteString(strings.Join(strings.Fields(" "+n.Data+" "), " "))
			if strings.HasSuffix(n.Data, " ") || strings.HasSuffix(n.Data, "\n") {
				lines.WriteString(" ")
			}
			return
		}
		switch class := " " + attr(n, "class") + " "; {
		case n.DataAtom == atom.Svg, n.DataAtom == atom.Script, n.DataAtom == atom.Nav, attr(n, "aria-hidden") == "true",
			strings.Contains(class, " chart "), attr(n, "hidden") != "":
			return
		}
		isBlock := block[n.DataAtom] && !inCell(n)
		if isBlock {
			lines.WriteString("\n" + marks[n.DataAtom])
		} else if block[n.DataAtom] || n.DataAtom == atom.Br {
			lines.WriteString(" ")
		}
		for c := range n.ChildNodes() {
			if c.Type == html.TextNode && strings.HasPrefix(c.Data, " ") {
				lines.WriteString(" ")
			}
			walk(c)
		}
		switch {
		case n.DataAtom == atom.Td || n.DataAtom == atom.Th:
			if next := n.NextSibling; next != nil {
				lines.WriteString(" | ")
			}
		case n.DataAtom == atom.Dt:
			lines.WriteString(": ")
		case isBlock:
			lines.WriteString("\n")
		}
	}
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Main {
			walk(n)
		}
	}
	var out []string
	mark := ""
	for _, line := range strings.Split(lines.String(), "\n") {
		line = strings.TrimRight(strings.Join(strings.Fields(mark+line), " "), " |")
		if mark = ""; line == "-" {
			mark = "- " // its text comes in the next block
			continue
		}
		if line != "" && line != "#" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n") + "\n"
}

var block = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Ul: true, atom.Ol: true, atom.Li: true, atom.Table: true, atom.Tr: true,
	atom.Caption: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.Figure: true,
	atom.Figcaption: true, atom.Section: true, atom.Dl: true, atom.Details: true, atom.Pre: true,
}

// marks make the kind of a line visible.
var marks = map[atom.Atom]string{atom.H1: "# ", atom.H2: "## ", atom.H3: "### ", atom.Li: "- ", atom.Caption: "[table] "}

// inCell reports whether an element is part of a table's cell, so that it is on
// the line of its row.
func inCell(n *html.Node) bool {
	for p := range n.Ancestors() {
		if p.DataAtom == atom.Td || p.DataAtom == atom.Th {
			return true
		}
	}
	return false
}
