package markdown

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"html/template"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"milepost/schedule/diag"
)

var update = flag.Bool("update", false, "write what the cases in testdata yield into them")

// The cases all lie in one small site.
var (
	testThings = map[string][2]string{ // reference, name
		"milestone:M4": {"../milestones/M4/index.html", "Public <launch>"},
		"work:1.2":     {"../work/1.2/index.html", "Agreement Development"},
		"phase:P1":     {"../phases/P1/index.html", "Preparation"},
		"calendar:x":   {"", "Shown nowhere"},
	}
	testPages = map[string]string{ // path, reference
		"content":                "../index.html",
		"content/page.md":        "index.html",
		"content/strategy.md":    "../strategy/index.html",
		"content/sub/deep.md":    "../sub/deep/index.html",
		"content/budget":         "../budget/index.html",
		"content/logo.png":       "../logo.png",
		"content/two words.png":  "../two%20words.png",
		"content/sub/notes.xlsx": "../sub/notes.xlsx",
	}
	testValues = map[string]string{
		"milestone.M4.finish": "Fri 3 Apr 2026",
		"work.1.2.name":       "A <b> & c",
	}
)

// testEnv returns the site of the cases. The file env of a case changes it.
func testEnv(t testing.TB, settings string) Env {
	env := Env{
		Kinds: []string{"milestone", "work", "phase", "calendar"},
		Thing: func(a string) (string, string, bool) {
			v, ok := testThings[a]
			return v[0], v[1], ok
		},
		Addresses: func() []string { return slices.Sorted(maps.Keys(testThings)) },
		Page: func(p string) (string, bool) {
			href, ok := testPages[p]
			return href, ok
		},
		Pages: func() []string { return slices.Sorted(maps.Keys(testPages)) },
		Fragments: func(p string) ([]string, string, bool) {
			return []string{"principles", "the-approach"}, "story-", p == "content/strategy.md"
		},
		ImageSize: func(p string) (int, int, bool) { return 64, 32, p == "content/logo.png" },
		Value: func(p string) (string, bool) {
			v, ok := testValues[p]
			return v, ok
		},
		Values: func() []string { return slices.Sorted(maps.Keys(testValues)) },
		View: func(name string, args map[string]string) (template.HTML, error) {
			if name == "risks" && args["phase"] != "" {
				return "", ArgumentErrors{
					{Key: "phase", Value: true, Message: "there is no such phase", Hint: "ask"},
					{Key: "by", Message: "it takes no argument by"},
				}
			}
			if name == "risks" {
				return "", errors.New(`the plan has no risk "R9"`)
			}
			var b strings.Builder
			for _, k := range slices.Sorted(maps.Keys(args)) {
				fmt.Fprintf(&b, " %s=%q", k, args[k])
			}
			return template.HTML("<figure>" + name + template.HTMLEscapeString(b.String()) + "</figure>\n"), nil
		},
		Views: []string{"gantt", "budget", "risks"},
	}
	for line := range strings.Lines(settings) {
		switch key, value, _ := strings.Cut(strings.TrimSpace(line), " = "); key {
		case "unsafe_html":
			env.UnsafeHTML = value == "true"
		case "id_prefix":
			env.IDPrefix = value
		case "top_heading":
			_, _ = fmt.Sscan(value, &env.TopHeading)
		case "language":
			env.Language = value
		case "word":
			env.Word = func(english string) string { return value + english }
		default:
			t.Fatalf("env: no setting %q", key)
		}
	}
	return env
}

// section returns a file of a case.
func section(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// outcome parses and renders a file and returns all there is to see, by the
// name of its section in a case.
func outcome(file, src string, env Env) (map[string]string, diag.List) {
	d, list := Parse(file, []byte(src))
	r, more := d.Render(env)
	list = append(list, more...)
	list.AddExcerpts(fstest.MapFS{file: {Data: []byte(src)}})
	var page, links, diags strings.Builder
	fmt.Fprintf(&page, "title: %s\nsummary: %s\nids: %s\n", d.Title(env), d.Summary(env), strings.Join(d.IDs(), " "))
	for _, h := range r.TOC {
		fmt.Fprintf(&page, "%s %s #%s\n", strings.Repeat("#", h.Level), h.Text, h.ID)
	}
	for _, k := range r.Links {
		fmt.Fprintf(&links, "%s %s", k.Pos, k.Target)
		if k.Fragment != "" {
			fmt.Fprintf(&links, " fragment %s", k.Fragment)
		}
		if k.Image {
			links.WriteString(" image")
		}
		links.WriteByte('\n')
	}
	for _, x := range list {
		diags.WriteString(x.Format())
	}
	text := r.Text
	if text != "" {
		text += "\n"
	}
	return map[string]string{
		"want.html": string(r.HTML), "want.diagnostics": diags.String(),
		"want.page": page.String(), "want.links": links.String(), "want.text": text,
	}, list
}

func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	codes := map[string]bool{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			src := section(a, "page.md")
			env := testEnv(t, section(a, "env"))
			got, list := outcome("content/page.md", src, env)
			for _, d := range list {
				codes[d.Code] = true
			}
			if *update {
				for i, f := range a.Files {
					if want, ok := got[f.Name]; ok {
						a.Files[i].Data = []byte(want)
					}
				}
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			for _, f := range a.Files {
				if want, ok := got[f.Name]; ok {
					if diff := cmp.Diff(string(f.Data), want); diff != "" {
						t.Errorf("%s (-want +got):\n%s", f.Name, diff)
					}
				}
			}
			if section(a, "want.diagnostics") == "" && len(list) > 0 {
				t.Errorf("unexpected diagnostics:\n%s", got["want.diagnostics"])
			}

			// The line ends of Windows and a byte order mark change nothing.
			windows, _ := outcome("content/page.md", "\ufeff"+strings.ReplaceAll(src, "\n", "\r\n"), env)
			if diff := cmp.Diff(got, windows); diff != "" {
				t.Errorf("with byte order mark and CRLF (-LF +CRLF):\n%s", diff)
			}
		})
	}
	for _, l := range []diag.List{unreadable(t, "a\n\xff"), unreadable(t, strings.Repeat("x", MaxSize+1))} {
		codes[l[0].Code] = true
	}
	for code := range Codes {
		if !codes[code] && !*update {
			t.Errorf("no case yields %s: %s", code, Codes[code])
		}
	}
	for code := range codes {
		if Codes[code] == "" && !strings.HasPrefix(code, "E1") {
			t.Errorf("%s is not in Codes", code)
		}
	}
}

func unreadable(t *testing.T, src string) diag.List {
	t.Helper()
	d, l := Parse("content/page.md", []byte(src))
	if len(l) != 1 || !l.Failed() {
		t.Fatalf("want one error, got %d: %v", len(l), l)
	}
	if r, _ := d.Render(Env{}); r.HTML != "" || !d.Empty() {
		t.Errorf("a file that cannot be read has HTML %q", r.HTML)
	}
	return l
}

func TestUnreadable(t *testing.T) {
	for _, test := range []struct{ src, want string }{
		{"ok\n" + "käse\xff", "content/page.md:2:5: error E544: the text is not UTF-8\n    hint: save the file with the encoding UTF-8\n"},
		{"\ufeffab\xff", "content/page.md:1:3: error E544: the text is not UTF-8\n    hint: save the file with the encoding UTF-8\n"},
		{strings.Repeat("x", 3<<20), "content/page.md: error E545: the file has 3.0 MB; a Markdown file may have 2 MB\n    hint: split it into several pages\n"},
	} {
		if got := unreadable(t, test.src)[0].Format(); got != test.want {
			t.Errorf("got  %q\nwant %q", got, test.want)
		}
	}
}

// TestNothingKnown renders with an Env that has nothing: whatever needs the
// site is an error, and the rest is as ever.
func TestNothingKnown(t *testing.T) {
	d, _ := Parse("page.md", []byte("# T\n\nA [b](c.md) {{ d }} ![e](f.png) [g](#u) **h**\n\n## u\n"))
	r, l := d.Render(Env{})
	want := "<p>A b  e <a href=\"#u\">g</a> <strong>h</strong></p>\n" +
		`<div class="heading"><h2 id="u">u</h2><a class="heading-anchor" href="#u" aria-label="Link to this section: u"><span aria-hidden="true">#</span></a></div>` + "\n"
	if diff := cmp.Diff(want, string(r.HTML)); diff != "" {
		t.Error(diff)
	}
	var codes []string
	for _, d := range l {
		codes = append(codes, d.Code)
	}
	if want := []string{"E551", "E560", "E554"}; !slices.Equal(codes, want) {
		t.Errorf("codes are %v, want %v", codes, want)
	}
}

// TestFrontMatterPlace asks for places that only the caller can judge.
func TestFrontMatterPlace(t *testing.T) {
	d, l := Parse("content/page.md", []byte("\n+++\ntitle = \"T\"\naliases  =  [\"old.html\"] \n+++\n"))
	if len(l) > 0 {
		t.Fatal(l[0].Format())
	}
	for key, want := range map[string]diag.Pos{
		"title":      {File: "content/page.md", Line: 3, Column: 9, Length: 3},
		"aliases[0]": {File: "content/page.md", Line: 4, Column: 14, Length: 10},
		"weight":     {File: "content/page.md", Line: 1, Column: 1},
	} {
		if got := d.At(key); got != want {
			t.Errorf("At(%q) = %+v, want %+v", key, got, want)
		}
	}
}

func TestFrontMatterValues(t *testing.T) {
	d, l := Parse("content/page.md", []byte(`+++
title = "T"
description = "D"
section = "reports"
weight = -3
date = 2026-01-30
draft = true
aliases = ["a", "b/c"]
author = "Ana"
+++
`))
	if len(l) > 0 {
		t.Fatal(l[0].Format())
	}
	f := d.Front
	got := fmt.Sprintln(f.Title, f.Description, f.Section, f.Weight, f.Date.IsSet(), f.Date.Date, f.Draft, f.Aliases, f.Author)
	if want := "T D reports -3 true 2026-01-30 true [a b/c] Ana\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestConcurrent renders one document in many goroutines, as pages do.
func TestConcurrent(t *testing.T) {
	var all bytes.Buffer
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if src := section(a, "page.md"); !strings.HasPrefix(src, "+++") {
			all.WriteString(src + "\n\n")
		}
	}
	d, _ := Parse("content/page.md", all.Bytes())
	env := testEnv(t, "unsafe_html = true")
	want, wantList := d.Render(env)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got, list := d.Render(env)
			if got.HTML != want.HTML || len(list) != len(wantList) {
				t.Error("two renderings of a document differ")
			}
		})
	}
	wg.Wait()
}

func TestArguments(t *testing.T) {
	for in, want := range map[string]string{
		"":                               "map[]",
		" phase=P1  compact ":            "map[compact:true phase:P1]",
		`title="two words" a='x "y"' b=`: `map[a:x "y" b: title:two words]`,
		"a==b":                           "map[a:=b]",
		"=b":                             `an argument has no name before "=b"`,
		"a=1 a=2":                        `the argument "a" is written twice`,
		`a="b`:                           `the argument "a" lacks its closing "`,
		`=b a=1 a=2`:                     `an argument has no name before "=b"; the argument "a" is written twice`,
	} {
		args, wrong := arguments(in)
		got := map[string]string{}
		for _, a := range args {
			got[a.key] = a.value
			if in[a.at:a.at+a.length] != a.key || a.value != "true" && a.value != "" && in[a.valueAt:a.valueAt+a.valueLength] != a.value {
				t.Errorf("arguments(%q): the places of %q are wrong: %+v", in, a.key, a)
			}
		}
		s := fmt.Sprint(got)
		for i, m := range wrong {
			s = strings.Repeat(s+"; ", min(i, 1)) + m.message
		}
		if s != want {
			t.Errorf("arguments(%q) = %s, want %s", in, s, want)
		}
	}
}

func TestRelative(t *testing.T) {
	for _, test := range [][3]string{
		{"content", "content/a.md", "a.md"},
		{"content/x/y", "content/a.md", "../../a.md"},
		{"content/x", "content/xy/a.md", "../xy/a.md"},
		{".", "a.md", "a.md"},
		{"content", "other/a.md", "../other/a.md"},
	} {
		if got := relative(test[0], test[1]); got != test[2] {
			t.Errorf("relative(%q, %q) = %q, want %q", test[0], test[1], got, test[2])
		}
	}
}
