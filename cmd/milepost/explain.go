package main

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"milepost/generator/markdown"
	"milepost/schedule/diag"
)

func (a *app) explainCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "explain [CODE...]",
		Short: "Explain the code of a message, with an example and the cure",
		Long: `Print the page about the code of an error, a warning or a finding: what it means,
a small plan that gives exactly this message, and the same plan mended.

Without a code it lists them all.`,
		Example: `  milepost explain F403
  milepost explain E104 e201
  milepost explain
  milepost explain F403 --format markdown`,
		ValidArgsFunction: func(_ *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
			return completeCodes(args, prefix), cobra.ShellCompDirectiveNoFileComp
		},
	}
	format := addFormat(cmd, "text or markdown", "text", "markdown")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return a.listCodes(format.value)
		}
		return a.explain(args, format.value)
	}
	return cmd
}

// completeCodes returns the codes that begin with the prefix and are not given
// yet, with their meanings.
func completeCodes(given []string, prefix string) []string {
	var out []string
	for _, g := range codeGroups {
		for _, c := range codesOf(g) {
			if strings.HasPrefix(c, strings.ToUpper(prefix)) && !slices.ContainsFunc(given, func(s string) bool { return strings.EqualFold(s, c) }) {
				out = append(out, c+"\t"+meaningOf()[c])
			}
		}
	}
	return out
}

// explain prints the pages about codes. Nothing is printed if one is unknown.
func (a *app) explain(codes []string, format string) error {
	var pages []string
	seen := map[string]bool{}
	for _, arg := range codes {
		code := strings.ToUpper(strings.TrimSpace(arg))
		page, ok := codePage(code)
		if !ok {
			return unknownCode(arg)
		}
		if !seen[code] {
			seen[code] = true
			pages = append(pages, page)
		}
	}
	return a.printPages(pages, format)
}

// printPages prints pages of the manual, one after the other.
func (a *app) printPages(pages []string, format string) error {
	for i, page := range pages {
		if i > 0 {
			if _, err := fmt.Fprint(a.stdout, "\n\n"); err != nil {
				return err
			}
		}
		write := func() error { return writePage(a.stdout, page, styleOf(a.stdout)) }
		if format == "markdown" {
			write = func() error { _, err := io.WriteString(a.stdout, page); return err }
		}
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

// listCodes prints every code with its meaning.
func (a *app) listCodes(format string) error {
	style := styleOf(a.stdout)
	var b strings.Builder
	for i, g := range codeGroups {
		if i > 0 {
			b.WriteString("\n")
		}
		if format == "markdown" {
			fmt.Fprintf(&b, "## %s\n\n| Code | Meaning |\n|---|---|\n", g.about)
		} else {
			fmt.Fprintf(&b, "%s\n\n", style.painted(g.about, bold))
		}
		for _, c := range codesOf(g) {
			if format == "markdown" {
				fmt.Fprintf(&b, "| `%s` | %s |\n", c, meaningOf()[c])
			} else {
				b.WriteString(style.wrapped(meaningOf()[c], "  "+c+"  ", "        ", ""))
			}
		}
	}
	_, err := io.WriteString(a.stdout, b.String())
	return err
}

// unknownCode is the error for a code that there is not. It says what may have
// been meant, and which codes there are.
func unknownCode(arg string) error {
	meant := nearCode(arg)
	text := fmt.Sprintf("there is no code %q", arg)
	if meant != "" {
		text += fmt.Sprintf("; did you mean %s?", meant)
	}
	group := groupOf(strings.ToUpper(arg))
	if meant != "" {
		group = groupOf(meant)
	}
	listed := codesOf(group)
	if group.prefix == "" {
		listed = codesAbout(arg)
		if len(listed) == 0 {
			return errors.New(text + "; a code is a letter and three digits, such as F403, and \"milepost explain\" lists them all")
		}
		text += ", but there are"
	} else {
		text += fmt.Sprintf("\n\n%s:", group.about)
	}
	for _, c := range listed {
		text += fmt.Sprintf("\n  %s  %s", c, meaningOf()[c])
	}
	return errors.New(text)
}

// nearCode returns the code that was meant: another kind with the same number,
// or the code without the letter, or with a letter for a digit.
func nearCode(arg string) string {
	digits := strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(strings.TrimLeft(strings.ToUpper(arg), "EWF-_ "))
	if digits == "" {
		return ""
	}
	kind := strings.ToUpper(arg[:1])
	for _, letter := range []string{kind, "E", "F", "W"} {
		if c := letter + digits; meaningOf()[c] != "" {
			return c
		}
	}
	return ""
}

// codesAbout returns the codes whose meaning has the word.
func codesAbout(word string) []string {
	var out []string
	if len(word) < 3 {
		return nil
	}
	for _, g := range codeGroups {
		for _, c := range codesOf(g) {
			if strings.Contains(meaningOf()[c], strings.ToLower(word)) {
				out = append(out, c)
			}
		}
	}
	return out
}

// explainHint says how to learn more about the diagnostics of a list; "" if
// there are none.
func explainHint(list diag.List) string {
	var codes []string
	for _, d := range list {
		if _, ok := codePage(d.Code); ok && !slices.Contains(codes, d.Code) {
			codes = append(codes, d.Code)
		}
	}
	const most = 3
	switch {
	case len(codes) == 0:
		return ""
	case len(codes) > most:
		return "milepost explain CODE tells more, such as milepost explain " + codes[0]
	}
	return "milepost explain " + strings.Join(codes, " ") + " tells more"
}

// styleOf returns how to write a page to w.
func styleOf(w io.Writer) pageStyle {
	const narrowest, widest = 40, 80
	style := pageStyle{width: widest, colour: showsColour(w, os.Getenv)}
	if f, ok := w.(*os.File); ok && isTerminal(w) {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			style.width = max(narrowest, min(n, widest))
		}
	}
	return style
}

// explainFrame is a page about a code for the preview, which serves the style.
var explainFrame = template.Must(template.New("explain").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<link rel="stylesheet" href="/.milepost/problems.css">
</head>
<body>
<main class="explain">
<h1>{{.Title}}</h1>
{{.Body}}</main>
</body>
</html>
`))

// explainHTML returns the page about a code as a whole page of HTML, without any
// script and with the style of the preview.
func explainHTML(code string) ([]byte, bool) {
	page, ok := codePage(strings.ToUpper(code))
	if !ok {
		return nil, false
	}
	doc, _ := markdown.Parse("explain.md", []byte(withCaptions(page)))
	body, _ := doc.Render(markdown.Env{})
	title, _, _ := strings.Cut(page, "\n")
	var b bytes.Buffer
	if err := explainFrame.Execute(&b, map[string]any{"Title": strings.TrimPrefix(title, "# "), "Body": template.HTML(headingAnchor.ReplaceAllString(string(body.HTML), ""))}); err != nil {
		panic(err) // the template fits its data, and memory does not fail
	}
	return b.Bytes(), true
}

// headingAnchor is the link of a heading to itself, which a site styles.
var headingAnchor = regexp.MustCompile(`<a class="heading-anchor"[^>]*>.*?</a>`)

// withCaptions names each file above its text, since Markdown shows nothing of
// what stands behind the language of a block.
func withCaptions(page string) string {
	lines := strings.Split(page, "\n")
	for _, p := range partsOf(page) {
		if p.kind == codePart {
			fence := p.mark + p.language
			if p.caption != "" {
				fence = "`" + p.caption + "`\n\n" + fence
			}
			lines[p.line-1] = fence
		}
	}
	return strings.Join(lines, "\n")
}
