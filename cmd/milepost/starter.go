package main

import (
	"bytes"
	"embed"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"milepost/content"
	"milepost/schedule/calendar"
	"milepost/schedule/plan"
)

// starters holds the sites that milepost new begins with: a folder each, and in
// common what all of them get. They are sites as they stand, which start on
// starterStart and have the name starterName.
//
//go:embed all:starter
var starters embed.FS

const (
	starterStart = "2026-01-05"
	starterName  = "Online booking for the clinics"
	schemaFile   = "plan.schema.json"
)

// starterFile is a file of a new site, by its path below the site folder.
type starterFile struct {
	path string
	data []byte
}

// starterSite returns the files of a new site, by path: one of the starters with
// another name and another start, a Monday.
func starterSite(which, name string, start calendar.Date) []starterFile {
	first, err := calendar.ParseDate(starterStart)
	if err != nil {
		panic(err) // a constant
	}
	// Moved by whole weeks, so that every date stays the weekday it is.
	move := func(text string) string { return moveDates(text, int(start-first)) }
	files := readStarter(starters, "starter/"+which, "")
	for i := range files {
		f := &files[i]
		f.path = move(f.path)
		f.data = []byte(move(renamed(f.path, string(f.data), name)))
	}
	return withCommon(files, name)
}

// careConnectSite returns the files of a site that is a copy of the CareConnect
// roadmap.
func careConnectSite() []starterFile {
	files := readStarter(content.FS, ".", "content")
	files = slices.DeleteFunc(files, func(f starterFile) bool { return path.Ext(f.path) == ".go" })
	return withCommon(files, "CareConnect roadmap")
}

// withCommon adds what every new site has: the workflow that publishes it, what
// git leaves out, a README, and the schema that editors check plans with.
func withCommon(files []starterFile, name string) []starterFile {
	common := readStarter(starters, "starter/common", "")
	for i := range common {
		common[i].data = []byte(renamed(common[i].path, string(common[i].data), name))
	}
	for i, f := range files {
		if isPlanFile(f.path) {
			files[i].data = append([]byte(schemaLine(f.path)), f.data...)
		}
	}
	files = append(append(files, common...), starterFile{schemaFile, plan.Schema()})
	slices.SortFunc(files, func(a, b starterFile) int { return strings.Compare(a.path, b.path) })
	return files
}

// readStarter reads all files below a folder, with their paths below another.
func readStarter(fsys fs.FS, dir, below string) []starterFile {
	var files []starterFile
	err := fs.WalkDir(fsys, dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		files = append(files, starterFile{path.Join(below, strings.TrimPrefix(name, dir+"/")), data})
		return err
	})
	if err != nil {
		panic(err) // they are embedded
	}
	return files
}

// isPlanFile reports whether a file of a site is part of a plan. Baselines are
// files of their own.
func isPlanFile(file string) bool {
	return strings.HasPrefix(file, "content/") && path.Ext(file) == ".toml" && path.Base(file) != "site.toml" &&
		path.Base(path.Dir(file)) != plan.BaselineFolder
}

// schemaLine is the comment by which editors find the schema of a file.
func schemaLine(file string) string {
	return "#:schema " + strings.Repeat("../", strings.Count(file, "/")) + schemaFile + "\n"
}

// renamed gives a file of a starter another name of the plan: in quotes a text of
// TOML, in front matter too, otherwise words in Markdown.
func renamed(file, text, name string) string {
	text = strings.ReplaceAll(text, `"`+starterName+`"`, plan.QuoteText(name))
	if path.Ext(file) == ".md" {
		text = strings.ReplaceAll(text, starterName, escapeMarkdown(name))
	}
	return text
}

// escapeMarkdown keeps the characters of a text from meaning anything.
func escapeMarkdown(s string) string {
	var b bytes.Buffer
	for _, r := range s {
		if strings.ContainsRune("\\`*_{}[]<>#|", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

var dateText = regexp.MustCompile(`\b\d{4}-\d{2}-\d{2}\b`)

// moveDates moves every date in a text by a number of days.
func moveDates(text string, days int) string {
	return dateText.ReplaceAllStringFunc(text, func(s string) string {
		d, err := calendar.ParseDate(s)
		if err != nil {
			return s
		}
		return (d + calendar.Date(days)).String()
	})
}
