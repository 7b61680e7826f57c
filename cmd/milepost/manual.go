package main

import (
	"cmp"
	"embed"
	"maps"
	"path"
	"slices"
	"strings"

	"milepost/generator"
	"milepost/generator/markdown"
	"milepost/schedule"
	"milepost/schedule/plan"
)

// manualFiles is the manual: a page for each code of a message, and one for each
// topic.
//
//go:embed manual
var manualFiles embed.FS

// meaningOf returns the meaning of each code of a message, in a line.
func meaningOf() map[string]string {
	all := map[string]string{}
	for _, codes := range []map[string]string{plan.Codes, schedule.Codes, generator.Codes, markdown.Codes} {
		maps.Copy(all, codes)
	}
	return all
}

// codeGroup is a family of codes, which share how they begin.
type codeGroup struct{ prefix, about string }

var codeGroups = []codeGroup{
	{"E1", "What is written in the files of a plan"},
	{"E2", "What a plan refers to"},
	{"E3", "Dependencies and dates that leave no schedule"},
	{"F4", "Findings: where a plan does not add up"},
	{"E5", "The site, its pages and its theme"},
	{"W5", "Warnings: pages that are probably not as meant"},
}

// groupOf returns the family that a code belongs to. A code of no family has the
// empty one.
func groupOf(code string) codeGroup {
	for _, g := range codeGroups {
		if strings.HasPrefix(code, g.prefix) {
			return g
		}
	}
	return codeGroup{}
}

// codesOf returns the codes of a family, by number.
func codesOf(g codeGroup) []string {
	var codes []string
	for _, c := range slices.Sorted(maps.Keys(meaningOf())) {
		if groupOf(c) == g {
			codes = append(codes, c)
		}
	}
	return codes
}

// codePage returns the page about a code as Markdown.
func codePage(code string) (string, bool) {
	if meaningOf()[code] == "" {
		return "", false
	}
	return manualPage(path.Join("codes", code+".md"))
}

// topicPage returns the page about a topic as Markdown.
func topicPage(topic string) (string, bool) {
	return manualPage(path.Join("topics", topic+".md"))
}

func manualPage(file string) (string, bool) {
	src, err := manualFiles.ReadFile(path.Join("manual", file))
	return string(src), err == nil
}

// topic is something that the manual explains beside commands and codes.
type topic struct{ name, about string }

// topicOrder is the order in which an author meets the topics; any others follow
// by name.
var topicOrder = []string{"tour", "plan", "dates", "dependencies", "progress", "baselines", "earned-value", "levelling", "risks",
	"narrative", "site", "checks", "preview", "editor", "publishing"}

// topics returns the topics of the manual. The heading of a page is what it is
// about: "# Dates: weeks, durations, calendars".
func topics() []topic {
	entries, err := manualFiles.ReadDir("manual/topics")
	if err != nil {
		panic(err) // the folder is part of the binary
	}
	place := func(name string) int {
		if i := slices.Index(topicOrder, name); i >= 0 {
			return i
		}
		return len(topicOrder)
	}
	var all []topic
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".md")
		page, _ := topicPage(name)
		heading, _, _ := strings.Cut(page, "\n")
		all = append(all, topic{name, strings.TrimPrefix(heading, "# ")})
	}
	slices.SortStableFunc(all, func(a, b topic) int { return cmp.Compare(place(a.name), place(b.name)) })
	return all
}

func topicNames() []string {
	var names []string
	for _, t := range topics() {
		names = append(names, t.name)
	}
	return names
}
