package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// story is one line of a script that runs milepost.
type story struct {
	args  []string
	wrong bool // it is expected to fail
}

var scriptLine = regexp.MustCompile(`(?m)^(?:\[[^\]]*\] *)?(! *)?(exec|exits|served) +(.*)$`)

// stories returns the command lines of all scripts in testdata/script.
func stories(t *testing.T) []story {
	t.Helper()
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("found no scripts, %v", err)
	}
	var all []story
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		script, _, _ := strings.Cut(string(src), "\n-- ")
		for _, m := range scriptLine.FindAllStringSubmatch(script, -1) {
			args := strings.Fields(strings.ReplaceAll(m[3], "'", ""))
			at := slices.Index(args, "milepost")
			if at < 0 {
				continue
			}
			all = append(all, story{args[at+1:], m[1] != "" || m[2] == "exits" && args[0] != "0"})
		}
	}
	return all
}

// TestScriptsCover checks that the scripts run every command, also wrongly, and
// give it every flag that it has.
func TestScriptsCover(t *testing.T) {
	type use struct{ right, wrong bool }
	used := map[string]use{}              // by command
	given := map[string]map[string]bool{} // flags by command
	root := rootCommand()
	for _, s := range stories(t) {
		c, rest, err := root.Find(s.args)
		if err != nil || !c.HasParent() {
			continue
		}
		path := c.CommandPath()
		u := used[path]
		u.right, u.wrong = u.right || !s.wrong, u.wrong || s.wrong
		used[path] = u
		if given[path] == nil {
			given[path] = map[string]bool{}
		}
		for _, arg := range rest {
			name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
			switch {
			case strings.HasPrefix(arg, "--"):
				given[path][string(flagAliases(nil, name))] = true
			case strings.HasPrefix(arg, "-") && len(arg) > 1:
				if f := c.Flags().ShorthandLookup(arg[1:2]); f != nil {
					given[path][f.Name] = true
				}
			}
		}
	}
	for _, c := range commands() {
		if !c.HasParent() {
			continue
		}
		path := c.CommandPath()
		if !used[path].right {
			t.Errorf("no script runs %q", path)
		}
		if !used[path].wrong {
			t.Errorf("no script uses %q wrongly", path)
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" && !given[path][f.Name] {
				t.Errorf("no script gives %q the flag --%s", path, f.Name)
			}
		})
	}
}

// TestHelpTexts checks what commands and flags say of themselves: each in a few
// plain words, with examples.
func TestHelpTexts(t *testing.T) {
	plain := func(what, text string, longest int) {
		t.Helper()
		if text == "" || strings.HasSuffix(text, ".") || len(text) > longest {
			t.Errorf("%s is told as %q: write some words, without a full stop", what, text)
		}
	}
	for _, c := range commands() {
		plain(c.CommandPath(), c.Short, 70)
		if c.Example == "" {
			t.Errorf("%s has no examples", c.CommandPath())
		}
		for _, line := range strings.Split(c.Long, "\n") {
			if len([]rune(line)) > 94 {
				t.Errorf("the help of %s has a line of %d characters, more than a terminal shows: %q", c.CommandPath(), len([]rune(line)), line)
			}
		}
		c.Flags().VisitAll(func(f *pflag.Flag) { plain(c.CommandPath()+" --"+f.Name, f.Usage, 150) })
	}
}
