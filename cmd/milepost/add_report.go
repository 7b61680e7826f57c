package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"milepost/generator"
	"milepost/schedule"
	"milepost/schedule/plan"
)

// mostListed is how many things of a kind a new report names.
const mostListed = 5

// addReport writes a status report with the plan's values.
func (a *app) addReport(flags *adding, p generator.Plan) error {
	day, err := statusDay(p.Schedule)
	if flags.given("date") {
		day, err = dayFlag("date", flags.date)
	}
	if err != nil {
		return err
	}
	title := strings.TrimSpace(flags.name)
	if title == "" {
		title = "Status of " + day.Time().Format("2 January 2006")
	}
	return a.addPageFile(flags, path.Join("content", p.Dir, "reports", day.String()+".md"), reportText(p, title))
}

// addPage writes a page of text.
func (a *app) addPage(flags *adding, p generator.Plan) error {
	id, title := flags.id, strings.TrimSpace(flags.name)
	switch {
	case id == "" && title == "":
		return errors.New("a page wants a name: milepost add page strategy, or --name \"Our strategy\"")
	case id == "":
		if id = slugOf(title); id == "" {
			return fmt.Errorf("say what the file of %q is called, in letters a to z: milepost add page ID --name %q", title, title)
		}
	case title == "":
		title = nameOf(id)
	}
	text := "+++\n" +
		"title = " + plan.QuoteText(title) + "\n" +
		"# description = \"...\"   # a sentence for lists and search engines\n" +
		"# weight = 1          # place in the navigation: lighter first\n" +
		"# draft = true        # published only with --buildDrafts\n" +
		"+++\n\n" +
		"The text of the page, in Markdown. The plan finishes on {{ plan.finish }}.\n"
	return a.addPageFile(flags, path.Join("content", p.Dir, id+".md"), text)
}

// addPageFile writes a new Markdown file; one that is there is never overwritten.
func (a *app) addPageFile(flags *adding, file, text string) error {
	root, err := os.OpenRoot(flags.source)
	if err != nil {
		return fmt.Errorf("open the site folder: %w", err)
	}
	defer root.Close()
	switch _, err := root.Lstat(file); {
	case err == nil:
		return fmt.Errorf("%s is there already, and is not overwritten: edit it, or choose another day or name", flags.shown(file))
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("look for %s: %w", flags.shown(file), reason(err))
	}
	site := overlay{root.FS(), map[string][]byte{file: []byte(text)}}
	_, list, err := generator.Build(generator.Options{Site: site})
	if err != nil {
		return err
	}
	if list.Failed() {
		if err := a.printBuild(fromHere(list, flags.source), false, true); err != nil {
			return err
		}
		return errProblems
	}
	if flags.dryRun {
		_, err := a.stdout.Write([]byte(text))
		return err
	}
	if err := writeInPlace(root, file, []byte(text), 0o644); err != nil {
		return fmt.Errorf("write %s: %w", flags.shown(file), reason(err))
	}
	if flags.quiet {
		return nil
	}
	_, err = fmt.Fprintf(a.stdout, "added %s\n", flags.shown(file))
	return err
}

// reportText is a status report as it begins: figures as values, so that they
// follow the plan, and links to what is under way, next and most likely to go wrong.
func reportText(p generator.Plan, title string) string {
	s := p.Schedule
	var b strings.Builder
	fmt.Fprintf(&b, "+++\ntitle = %s\n# description = \"...\"   # for the list of reports and its feed; default: the first paragraph\n", plan.QuoteText(title))
	if who := personOf(s.Plan, s.Plan.Info.Owner); who != "" {
		fmt.Fprintf(&b, "author = %s\n", plan.QuoteText(who))
	}
	finish := "{{ plan.finish }}"
	if s.HasStatedFinish {
		finish += ", {{ plan.delta }}"
	}
	b.WriteString("+++\n\nThe plan finishes on " + finish + ". {{ plan.percent }} of its work is done.\n")
	if len(s.Plan.Budget) > 0 {
		b.WriteString("Its budget is {{ plan.budget }}.\n")
	}

	section := func(heading string, lines []string, none string) {
		fmt.Fprintf(&b, "\n## %s\n\n", heading)
		if len(lines) == 0 {
			b.WriteString(none + "\n")
		}
		for _, line := range lines[:min(len(lines), mostListed)] {
			fmt.Fprintf(&b, "- %s\n", line)
		}
	}
	section("Under way", activityLines(s, func(a *schedule.Activity) bool { return a.Work != nil && a.Begun() && !a.Done() },
		"[](work:%[1]s): {{ work.%[1]s.percent }} done, finishes on {{ work.%[1]s.finish }}"), "Nothing has begun.")
	section("Next", activityLines(s, func(a *schedule.Activity) bool { return a.Work != nil && !a.Begun() && !a.Done() },
		"[](work:%[1]s) starts on {{ work.%[1]s.start }}"), "Nothing is left to begin.")
	section("Milestones ahead", activityLines(s, func(a *schedule.Activity) bool { return a.Milestone != nil && !a.Done() },
		"[](milestone:%[1]s), {{ milestone.%[1]s.finish }}"), "None.")
	var risks, decisions []string
	for _, r := range s.Plan.Risks {
		if r.Status != "closed" {
			risks = append(risks, fmt.Sprintf("[](risk:%s)", r.ID))
		}
	}
	for _, d := range s.Plan.Decisions {
		if d.Status == "pending" {
			decisions = append(decisions, fmt.Sprintf("[](decision:%s)", d.ID))
		}
	}
	section("Risks", risks, "None are open.")
	section("Decisions needed", decisions, "None.")
	return b.String()
}

// activityLines writes a line for each activity that is meant, the earliest first.
func activityLines(s *schedule.Schedule, meant func(*schedule.Activity) bool, format string) []string {
	list := slices.DeleteFunc(slices.Clone(s.Activities), func(a *schedule.Activity) bool { return !meant(a) })
	slices.SortStableFunc(list, func(x, y *schedule.Activity) int {
		if x.Milestone != nil && y.Milestone != nil {
			return int(x.Finish - y.Finish)
		}
		return int(x.Start - y.Start)
	})
	var lines []string
	for _, a := range list {
		lines = append(lines, fmt.Sprintf(format, a.ID))
	}
	return lines
}

// personOf names the person with an id, or the one who fills the role; "" if it
// is not clear who that is.
func personOf(p *plan.Plan, id string) string {
	name := ""
	for _, who := range p.People {
		switch {
		case who.ID == id:
			return who.Title()
		case slices.Contains(who.Roles, id) && name != "":
			return ""
		case slices.Contains(who.Roles, id):
			name = who.Title()
		}
	}
	return name
}
