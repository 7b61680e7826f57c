package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The documentation is README.md in three folders, the manual, and what commands
// say of themselves. These tests do what it says.

// elsewhere are arguments of examples that name a place outside of the site, with
// what the test writes instead.
var elsewhere = map[string]string{"/var/www/roadmap": "www"}

// notRun are the lines in blocks of shell that are no command of milepost, with the
// reason why no test runs them.
var notRun = map[string]string{
	"sudo install milepost /usr/local/bin": "changes the machine",
}

// documents returns the text of each page of the documentation, by its name.
func documents(t *testing.T) map[string]string {
	t.Helper()
	docs := map[string]string{}
	for _, pattern := range []string{"../../README.md", "../../generator/README.md", "../../schedule/plan/README.md", "manual/*/*.md"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no files %s, %v", pattern, err)
		}
		for _, f := range files {
			src, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			docs[f] = string(src)
		}
	}
	return docs
}

// commands returns all commands of milepost, with those below others.
func commands() []*cobra.Command {
	var all []*cobra.Command
	var add func(c *cobra.Command)
	add = func(c *cobra.Command) {
		if c.Runnable() {
			all = append(all, c)
		}
		for _, sub := range c.Commands() {
			add(sub)
		}
	}
	add(rootCommand())
	return all
}

// rootCommand returns the command with all commands below it.
func rootCommand() *cobra.Command {
	a := &app{stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}}
	root := a.rootCommand()
	root.InitDefaultHelpCmd() // as running it does
	return root
}

var (
	shellBlock  = regexp.MustCompile("(?ms)^```sh\n(.*?)^```")
	commandLine = regexp.MustCompile(`(?m)^(?: *(?:bash|zsh|fish|powershell)  +| *source <\(| *\$ | *)(?:\./)?milepost( .*)?$`)
	indented    = regexp.MustCompile(`(?m)^(?: {2,}|\t).*milepost.*$`)
	codeBlock   = regexp.MustCompile("(?ms)^(````?)[a-z]*(?: [^\n]*)?\n.*?^````?$")
	commandSpan = regexp.MustCompile("`milepost( [^`]+)`")
	placeholder = regexp.MustCompile(`(^|[ =/.])[A-Z]{2,}(\.\.\.|$|[ ./])`)
	word        = regexp.MustCompile(`"([^"]*)"|(\S+)`)
)

// example is a command line of the documentation.
type example struct {
	args  []string
	stdin string
	name  bool // in the text, where a command may be named without its arguments
	line  string
}

// examplesIn returns the command lines in a page: in blocks of shell, indented, and
// in the text. Lines with placeholders for arguments are left out.
func examplesIn(page string) (all []example) {
	add := func(line string, name bool) {
		line = strings.TrimSpace(line)
		stdin := ""
		command, _, redirected := strings.Cut(line, " < plan.toml")
		if redirected {
			stdin = examplePlan
		}
		if args := argsOf(command); len(args) > 0 && !placeholder.MatchString(strings.Join(args, " ")) {
			all = append(all, example{args, stdin, name, line})
		}
	}
	for _, m := range shellBlock.FindAllStringSubmatch(page, -1) {
		for _, m := range commandLine.FindAllStringSubmatch(m[1], -1) {
			add(m[1], false)
		}
	}
	prose := codeBlock.ReplaceAllString(page, "")
	for _, line := range indented.FindAllString(prose, -1) {
		if m := commandLine.FindStringSubmatch(line); m != nil {
			add(m[1], false)
		}
	}
	for _, m := range commandSpan.FindAllStringSubmatch(prose, -1) {
		add(m[1], true)
	}
	return all
}

// argsOf returns the arguments of a command line, without the shell's part of it
// and without the comment behind it.
func argsOf(line string) []string {
	line, _, _ = strings.Cut(line, "  ")
	var args []string
	for _, m := range word.FindAllStringSubmatch(line, -1) {
		if slices.Contains([]string{"|", ">", ">>", "#", "&&"}, m[2]) {
			break
		}
		arg := m[1] + strings.TrimSuffix(m[2], ")")
		if to := elsewhere[arg]; to != "" {
			arg = to
		}
		args = append(args, arg)
	}
	return args
}

// examplePlan has what examples name, and nothing that milepost has to tell of.
const examplePlan = `[plan]
name = "Move to the new office"
start = 2026-03-02

[role.mover]
name = "Movers"
capacity = 2

[phase.P1]
name = "Preparation"

[phase.P2]
name = "The move"

[work.pack]
name = "Pack"
phase = "P1"
duration = { optimistic = "2d", likely = "3d", pessimistic = "1w" }
assign = { mover = 1 }

[work.move]
name = "Move"
phase = "P2"
duration = "3d"
after = ["P1"]
assign = { mover = 2 }

[scenario.S1]
name = "It takes longer"
work.move.duration = "1w"
`

// prepare makes the current folder one in which an example can be run, and empties
// it of what the example makes.
func prepare(t *testing.T, args []string) {
	t.Helper()
	t.Chdir(t.TempDir())
	// What opens the browser, instead of a browser.
	bin := t.TempDir()
	for _, name := range []string{"xdg-open", "open"} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin)
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	switch {
	case args[0] == "new": // makes a folder of its own
	case slices.Contains(args, "portal"):
		write("content/portal/plan.toml", examplePlan)
		write("content/office/plan.toml", examplePlan)
	default:
		for _, site := range []string{".", "roadmap", "plans/careconnect"} {
			write(filepath.Join(site, "content", "plan.toml"), examplePlan)
		}
	}
}

// output is a buffer that a command writes while the test reads.
type output struct {
	mutex sync.Mutex
	b     bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.b.String()
}

// TestExampleCommands runs every command line of the documentation and expects it
// to succeed. A preview is stopped once it serves.
func TestExampleCommands(t *testing.T) {
	examples := map[string]example{}
	where := map[string][]string{} // each stands
	add := func(place string, found []example) {
		for _, e := range found {
			key := strings.Join(e.args, " ")
			if !slices.Contains(where[key], place) {
				where[key] = append(where[key], place)
			}
			if old, ok := examples[key]; ok {
				e.name = e.name && old.name
			}
			examples[key] = e
		}
	}
	for name, page := range documents(t) {
		add(name, examplesIn(page))
		for _, m := range shellBlock.FindAllStringSubmatch(page, -1) {
			for line := range strings.Lines(m[1]) {
				line = strings.TrimSpace(line)
				if line != "" && !strings.HasPrefix(line, "#") && !commandLine.MatchString(line) && notRun[line] == "" {
					t.Errorf("%s: nothing runs %q", name, line)
				}
			}
		}
	}
	for _, c := range commands() {
		found := examplesIn(c.Long + "\n" + c.Example)
		if len(found) == 0 {
			t.Errorf("the help of %q has no example", c.CommandPath())
		}
		add(c.CommandPath()+" --help", found)
	}
	if len(examples) < 50 {
		t.Fatalf("the documentation has %d commands, fewer than there were", len(examples))
	}
	for key, e := range examples {
		args, where, line := e.args, where[key], e.line
		t.Run(key, func(t *testing.T) {
			c, rest, err := rootCommand().Find(args)
			if err != nil || !c.HasParent() {
				t.Fatalf("%v: there is no command milepost %s", where, line)
			}
			if e.name && len(rest) == 0 {
				return // the text names the command
			}
			prepare(t, args)
			ctx, stop := context.WithTimeout(context.Background(), time.Minute)
			defer stop()
			var out, errs output
			ready := ""
			switch {
			case args[0] == "serve":
				ready = "http://"
			case slices.Contains(args, "--watch"):
				ready = "built "
			}
			if ready != "" {
				go func() {
					for ctx.Err() == nil && !strings.Contains(out.String(), ready) {
						time.Sleep(10 * time.Millisecond)
					}
					stop()
				}()
			}
			if code := run(ctx, args, strings.NewReader(e.stdin), &out, &errs); code != exitOK {
				t.Errorf("%v: milepost %s ends with %d:\n%s%s", where, line, code, out.String(), errs.String())
			}
			if !strings.Contains(out.String(), ready) {
				t.Errorf("%v: milepost %s never says %q", where, line, ready)
			}
		})
	}
}

// TestExampleFlags checks that there is every flag that the documentation names.
func TestExampleFlags(t *testing.T) {
	var known []string
	for _, c := range commands() {
		c.InitDefaultHelpFlag()
		c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	}
	flagSpan := regexp.MustCompile("`(?:milepost [^`]*)?--([a-zA-Z][a-zA-Z-]*)[^`]*`")
	found := 0
	for name, page := range documents(t) {
		for _, m := range flagSpan.FindAllStringSubmatch(codeBlock.ReplaceAllString(page, ""), -1) {
			found++
			if !slices.Contains(known, string(flagAliases(nil, m[1]))) {
				t.Errorf("%s tells of the flag --%s, which no command has", name, m[1])
			}
		}
	}
	if found < 20 {
		t.Errorf("found %d flags in the documentation, fewer than there were", found)
	}
}

// TestTopicExamples checks the plans and texts of the topics: a block of TOML
// without a name begins a site, those with a name are further files of it. It has
// nothing to tell, unless a block of text follows that shows what.
func TestTopicExamples(t *testing.T) {
	for _, topic := range topics() {
		if topic.name == "tour" {
			continue // see TestTour
		}
		page, _ := topicPage(topic.name)
		var site fstest.MapFS
		var begun int
		check := func(want string) {
			t.Helper()
			if site == nil {
				return
			}
			if got := said(t, "", site); got != want {
				t.Errorf("the site in topic %s, line %d, gives\n%s\nwant\n%s", topic.name, begun, got, want)
			}
			site = nil
		}
		for _, p := range partsOf(page) {
			switch {
			case p.kind != codePart || p.language == "sh":
			case p.file == "content/plan.toml":
				check("")
				site, begun = fstest.MapFS{p.file: {Data: []byte(p.text)}}, p.line
			case p.file != "" && site != nil:
				site[p.file] = &fstest.MapFile{Data: []byte(p.text)}
			case p.language == "text" && site != nil:
				check(p.text)
			default:
				t.Errorf("topic %s, line %d: a block of %q that nothing checks", topic.name, p.line, p.language)
			}
		}
		check("")
	}
}

// TestTour does what the topic tour says: makes a site, breaks it, is told, asks
// what that means, mends it and builds it.
func TestTour(t *testing.T) {
	page, _ := topicPage("tour")
	follow(t, page)
}

// TestReadme does what the tour in README.md says.
func TestReadme(t *testing.T) {
	src, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, page, found := strings.Cut(string(src), "\n## A plan online")
	if !found {
		t.Fatal("README.md has no tour")
	}
	page, _, _ = strings.Cut(page, "\n### Once work has begun")
	follow(t, page)
}

// follow does what a tour says, and expects of the commands what it shows.
func follow(t *testing.T, page string) {
	t.Helper()
	t.Chdir(t.TempDir())
	last := "" // what the last command printed
	shown := 0
	for _, p := range partsOf(page) {
		switch {
		case p.kind != codePart:
		case p.language == "sh":
			for line := range strings.Lines(p.text) {
				args := argsOf(strings.TrimPrefix(strings.TrimSpace(line), "milepost "))
				if args[0] == "serve" {
					continue // it would not end
				}
				var out, errs bytes.Buffer
				code := run(context.Background(), args, strings.NewReader(""), &out, &errs)
				if want := strings.Contains(out.String(), ": error "); code != exitOK && !want {
					t.Fatalf("line %d: milepost %q ends with %d:\n%s%s", p.line, args, code, &out, &errs)
				}
				last = out.String()
			}
		case p.language == "text":
			shown++
			if p.text != last {
				t.Errorf("line %d: the command prints\n%s\nthe tour shows\n%s", p.line, last, p.text)
			}
		default:
			if err := os.WriteFile(filepath.Join("roadmap", filepath.FromSlash(p.file)), []byte(p.text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	if shown == 0 {
		t.Error("the tour shows nothing of what commands print")
	}
	front, err := os.ReadFile("roadmap/public/work/rehearsal/index.html")
	if err != nil || !bytes.Contains(front, []byte("Dress rehearsal")) {
		t.Errorf("the site has no page about the rehearsal: %v", err)
	}
}
