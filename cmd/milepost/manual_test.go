package main

import (
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"milepost/generator"
	"milepost/schedule"
	"milepost/schedule/diag"
)

// notShown are the codes whose pages have no example, since no text file gives
// their message, with the reason.
var notShown = map[string]string{
	"E101": "takes a file of several megabytes",
	"E102": "takes bytes that are not UTF-8, which a page cannot show",
	"E302": "E137 tells of almost all such plans before",
	"E526": "takes a file name that cannot be written in a page",
	"E527": "takes a link out of the site",
	"E531": "takes a theme and the flag --minify, which check does not have",
	"E544": "takes bytes that are not UTF-8, which a page cannot show",
	"E545": "takes a file of several megabytes",
	"W520": "takes a named pipe or a link out of the site",
}

// TestCodePages checks the page of each code: it begins with the code and its
// meaning, its example gives the message that it shows and no other, and the
// mended example gives none. With -update the messages are written anew.
func TestCodePages(t *testing.T) {
	meanings := meaningOf()
	files, err := filepath.Glob("manual/codes/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if code := strings.TrimSuffix(filepath.Base(file), ".md"); meanings[code] == "" {
			t.Errorf("%s is about a code that there is not", file)
		}
	}
	for code := range notShown {
		if meanings[code] == "" {
			t.Errorf("%s is a code without example, but there is no such code", code)
		}
	}
	for _, code := range slices.Sorted(maps.Keys(meanings)) {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			checkCodePage(t, code, meanings[code])
		})
	}
}

func checkCodePage(t *testing.T, code, meaning string) {
	file := "manual/codes/" + code + ".md"
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("the code has no page: write %s", file)
	}
	page := string(src)
	if groupOf(code).prefix == "" {
		t.Errorf("the code belongs to no group of codeGroups")
	}
	if first, _, _ := strings.Cut(page, "\n"); first != "# "+code+": "+meaning {
		t.Errorf("the page begins with %q, want %q", first, "# "+code+": "+meaning)
	}
	about := map[string][]part{} // the parts below each heading
	var headings []string
	for _, p := range partsOf(page) {
		if p.kind == headingPart {
			headings = append(headings, p.text)
			continue
		}
		about[headings[len(headings)-1]] = append(about[headings[len(headings)-1]], p)
	}
	if reason := notShown[code]; reason != "" {
		if !slices.Equal(headings[1:], []string{"Cure"}) || strings.Contains(page, "```") {
			t.Errorf("a page without example (%s) has a cure and nothing else; this one has %q", reason, headings[1:])
		}
		return
	}
	if !slices.Equal(headings[1:], []string{"Example", "Cure"}) {
		t.Fatalf("the page has the sections %q, want Example and Cure", headings[1:])
	}
	if len(about[headings[0]]) == 0 || about["Cure"][0].kind != paragraphPart {
		t.Error("the page lacks words about what the message means, or what to do")
	}

	example, shown := siteOf(about["Example"])
	got := said(t, code, example)
	if got == "" || strings.Count(got, " "+code+": ") != countDiagnostics(got) {
		t.Errorf("the example gives\n%s\nwant messages with the code %s only", got, code)
	}
	if *update && shown != got {
		old, fresh := "```text\n"+shown+"```", "```text\n"+got+"```"
		if err := os.WriteFile(file, []byte(strings.Replace(page, old, fresh, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if shown != got {
		t.Errorf("the example gives\n%s\nthe page shows\n%s\n(-update writes it anew)", got, shown)
	}

	mended, _ := siteOf(about["Cure"])
	if len(mended) == 0 {
		t.Fatal("the page shows no mended example")
	}
	if _, ok := mended["content/plan.toml"]; !ok {
		mended["content/plan.toml"] = example["content/plan.toml"] // it was not at fault
	}
	if got := said(t, code, mended); got != "" {
		t.Errorf("the mended example gives\n%s", got)
	}
}

// siteOf returns the files that blocks show, and what milepost says of them.
func siteOf(parts []part) (site fstest.MapFS, said string) {
	site = fstest.MapFS{}
	for _, p := range parts {
		switch {
		case p.kind == codePart && p.file != "":
			site[p.file] = &fstest.MapFile{Data: []byte(p.text)}
		case p.kind == codePart && p.language == "text":
			said = p.text
		}
	}
	return site, said
}

// said returns what milepost check prints of a site, without the summary and
// without gaps that the page of the code is not about: examples are small and leave
// much open.
func said(t *testing.T, code string, site fstest.MapFS) string {
	t.Helper()
	_, list, err := generator.Build(generator.Options{Site: site, Version: version})
	if err != nil {
		t.Fatal(err)
	}
	list = slices.DeleteFunc(fromHere(list, "."), func(d *diag.Diagnostic) bool { return schedule.IsGap(d.Code) && d.Code != code })
	var b strings.Builder
	if err := diag.Fprint(&b, list); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// countDiagnostics counts the messages in a text: those lines that are not
// indented.
func countDiagnostics(text string) int {
	n := 0
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, " ") {
			n++
		}
	}
	return n
}

// TestManualPrinted prints every page of the manual in a narrow terminal, in
// colour and without, and as a page of HTML.
func TestManualPrinted(t *testing.T) {
	var pages []string
	for _, dir := range []string{"codes", "topics"} {
		entries, err := manualFiles.ReadDir(path.Join("manual", dir))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			pages = append(pages, path.Join(dir, e.Name()))
		}
	}
	const width = 60
	for _, name := range pages {
		page, ok := manualPage(name)
		if !ok {
			t.Fatalf("%s is not part of the binary", name)
		}
		var plain, coloured strings.Builder
		if err := writePage(&plain, page, pageStyle{width: width}); err != nil {
			t.Fatal(err)
		}
		if err := writePage(&coloured, page, pageStyle{width: width, colour: true}); err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(plain.String(), "\n") {
			if strings.HasPrefix(line, "    ") || len([]rune(line)) <= width || !strings.Contains(strings.TrimSpace(pageCode.ReplaceAllString(line, "code")), " ") {
				continue // a block is as wide as it is written, and a word is not broken
			}
			t.Errorf("%s: line %d is wider than the terminal: %q", name, i+1, line)
		}
		for _, mark := range []string{"```", "**", "# ", "]("} {
			if i := strings.Index("\n"+plain.String(), "\n"+mark); i >= 0 {
				t.Errorf("%s prints the mark %q", name, mark)
			}
		}
		if uncoloured(coloured.String()) != plain.String() {
			t.Errorf("%s has other text in colour", name)
		}
	}
}

func uncoloured(s string) string {
	for _, c := range append(slices.Collect(maps.Values(severityColours)), bold, faint, reset) {
		s = strings.ReplaceAll(s, c, "")
	}
	return s
}

// TestExplainHTML checks the page that the preview serves: the same text, no
// script, no style of its own and nothing that is fetched but the style.
func TestExplainHTML(t *testing.T) {
	for code, meaning := range meaningOf() {
		html, ok := explainHTML(strings.ToLower(code))
		if !ok {
			t.Errorf("%s has no page", code)
			continue
		}
		text := string(html)
		for _, bad := range []string{"<script", "<style", "<img", "<iframe", " style=", "<p>```", "heading-anchor"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s: the page has %s", code, bad)
			}
		}
		if !strings.HasPrefix(text, "<!doctype html>") || !strings.HasSuffix(text, "</html>\n") || strings.Count(text, "<h1>") != 1 || strings.Count(text, "<link") != 1 {
			t.Errorf("%s: the page is not whole:\n%s", code, text)
		}
		if notShown[code] == "" && (!strings.Contains(text, ">Example</h2>") || !strings.Contains(text, "<code>content/")) {
			t.Errorf("%s: the page lacks its example or the names of files (%s)", code, meaning)
		}
	}
	if _, ok := explainHTML("E999"); ok {
		t.Error("there is a page about a code that there is not")
	}
}

// TestTopics checks that the topics of the order are there, and that no topic
// hides behind the name of a command.
func TestTopics(t *testing.T) {
	names := topicNames()
	for _, name := range topicOrder {
		if !slices.Contains(names, name) {
			t.Errorf("there is no topic %s", name)
		}
	}
	a := &app{}
	for _, c := range a.rootCommand().Commands() {
		if slices.Contains(names, c.Name()) {
			t.Errorf("%s is a command and a topic", c.Name())
		}
	}
	for _, topic := range topics() {
		page, _ := topicPage(topic.name)
		if n := strings.Count(page, "\n"); n > 130 || n < 15 {
			t.Errorf("the topic %s has %d lines: a topic is one or two screens", topic.name, n)
		}
		if len(topic.about) > 62 || topic.about == "" {
			t.Errorf("the topic %s is about %q, which does not fit a line", topic.name, topic.about)
		}
	}
}
