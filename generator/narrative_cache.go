package generator

import (
	"fmt"
	"html/template"
	"strings"

	"milepost/generator/markdown"
	"milepost/schedule/diag"
)

// parsedText is a Markdown file and what is wrong with it in itself.
type parsedText struct {
	key  cacheKey // of the file's name and text
	doc  *markdown.Document
	list diag.List
}

// renderedText is a text as part of a page, with everything that it asked about
// the site on the way.
type renderedText struct {
	rendered markdown.Rendered
	list     diag.List
	asked    []asked
}

// asked is a question that a text asked about the site: what a value is, where a
// link leads.
type asked struct {
	about    byte
	question string
	answer   string
}

// renderText renders a file as part of the page at from. If it was rendered
// before and all its questions are answered as they were, it looks the same.
func (b *builder) renderText(n *narrative, from, prefix string) (markdown.Rendered, diag.List) {
	env := b.env(n, from, prefix)
	if b.opts.Cache.once {
		return n.doc.Render(env)
	}
	key, _ := sumOf(n.key, from, prefix, env.Kinds, env.Views, env.UnsafeHTML, env.TopHeading, env.Language, n.plan == nil, n.unclear)
	if last, ok := b.opts.Cache.texts.get(key); ok && last.holds(&env) {
		return last.rendered, last.list
	}
	r := &renderedText{}
	listening, isBlind := r.listen(env)
	r.rendered, r.list = n.doc.Render(listening)
	if !*isBlind {
		b.opts.Cache.texts.put(key, r)
	}
	return r.rendered, r.list
}

// holds reports whether all questions are answered as they were.
func (r *renderedText) holds(env *markdown.Env) bool {
	for _, q := range r.asked {
		if answerTo(env, q.about, q.question) != q.answer {
			return false
		}
	}
	return true
}

// What a text can ask about, see [markdown.Env].
const (
	aboutThing = iota
	aboutPage
	aboutAbsent
	aboutFragments
	aboutImage
	aboutValue
)

// answerTo returns the answer to a question as text.
func answerTo(env *markdown.Env, about byte, question string) string {
	switch about {
	case aboutThing:
		href, title, ok := env.Thing(question)
		return pick(ok, href+"\n"+title, "")
	case aboutPage:
		href, ok := env.Page(question)
		return pick(ok, "="+href, "")
	case aboutAbsent:
		return env.Absent(question)
	case aboutFragments:
		ids, prefix, known := env.Fragments(question)
		return pick(known, prefix+"\n"+strings.Join(ids, "\n"), "")
	case aboutImage:
		width, height, ok := env.ImageSize(question)
		return fmt.Sprintln(width, height, ok)
	case aboutValue:
		text, ok := env.Value(question)
		return pick(ok, "="+text, "")
	}
	return ""
}

// listen returns an env that answers like the given one and records what it is
// asked. What is asked for a hint is a matter of the whole site, and a view
// draws on anything: then isBlind becomes true.
func (r *renderedText) listen(env markdown.Env) (listening markdown.Env, isBlind *bool) {
	isBlind = new(bool)
	known := map[asked]bool{}
	hear := func(about byte, question string) {
		q := asked{about: about, question: question}
		if !known[q] {
			known[q] = true
			q.answer = answerTo(&env, about, question)
			r.asked = append(r.asked, q)
		}
	}
	listening = env
	if env.Thing != nil {
		listening.Thing = func(address string) (string, string, bool) {
			hear(aboutThing, address)
			return env.Thing(address)
		}
	}
	listening.Page = func(p string) (string, bool) {
		hear(aboutPage, p)
		return env.Page(p)
	}
	listening.Absent = func(p string) string {
		hear(aboutAbsent, p)
		return env.Absent(p)
	}
	listening.Fragments = func(p string) ([]string, string, bool) {
		hear(aboutFragments, p)
		return env.Fragments(p)
	}
	listening.ImageSize = func(p string) (int, int, bool) {
		hear(aboutImage, p)
		return env.ImageSize(p)
	}
	if env.Value != nil {
		listening.Value = func(p string) (string, bool) {
			hear(aboutValue, p)
			return env.Value(p)
		}
	}
	if env.View != nil {
		listening.View = func(name string, args map[string]string) (template.HTML, error) {
			*isBlind = true
			return env.View(name, args)
		}
	}
	for _, list := range []*func() []string{&listening.Addresses, &listening.Pages, &listening.Values} {
		if all := *list; all != nil {
			*list = func() []string {
				*isBlind = true
				return all()
			}
		}
	}
	return listening, isBlind
}
