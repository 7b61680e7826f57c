// Package markdown turns the Markdown files of a site into HTML that is safe to
// publish, and says what is wrong with them and where.
//
// A file is parsed once, by [Parse], and can then be rendered into any number
// of pages by [Document.Render]: its narrative page, a list, a feed. Parsing
// depends on the file alone. What a page knows about the site comes in through
// an [Env]: where links lead, which values there are, which views can be placed
// in the text.
//
// The dialect is CommonMark with the extensions of GitHub (tables, task lists,
// strikethrough, bare web addresses, alerts), footnotes, definition lists and
// typographic punctuation. milepost adds to it:
//
//	[the launch](milestone:M4)      a link to a thing of the plan
//	[](milestone:M4)                the same, with its name as text
//	[budget](../strategy.md#money)  a link to a file or page of the site
//	{{ milestone.M4.finish }}       a value of the plan
//	```gantt phase=P1               a view of the plan, in the text
//	# Money {#money .wide}          a heading with an id of its own
//
// Nothing in a file can bring a script, a style or a request to another host
// into a page: raw HTML is left out or sanitised, addresses are checked, and
// code is coloured by classes.
//
// This is the only package that names goldmark, chroma and bluemonday.
package markdown

import (
	"html/template"

	"milepost/schedule/diag"
	"milepost/schedule/plan"
)

// MaxSize is how many bytes a file may have. Some constructs take the square of
// their number to parse; a text of this size is a book.
const MaxSize = 2 << 20

// Front is the front matter of a file: TOML between lines of +++.
type Front struct {
	// Heading and title of the page. Default: the first heading of level 1.
	Title string `toml:"title"`
	// A sentence for lists and search engines. Default: the first paragraph.
	Description string `toml:"description"`
	// Entry of the navigation that the page belongs to.
	Section string `toml:"section"`
	// Place among its neighbours: lighter comes first, then by title.
	Weight int `toml:"weight"`
	// Day of the page.
	Date plan.When `toml:"date"`
	// Published only with drafts.
	Draft bool `toml:"draft"`
	// Former addresses, which lead here.
	Aliases []string `toml:"aliases"`
	// Who wrote it.
	Author string `toml:"author"`
}

// Env is what a page knows about its site. All functions must be safe for
// concurrent use. A nil function knows nothing: whatever needs it is an error.
type Env struct {
	// Kinds are the kinds of things that have an address: "work", "milestone", ...
	Kinds []string
	// Thing returns the reference to a thing of the plan, from the page that is
	// being made, and its name. The address has the form "milestone:M4".
	Thing func(address string) (href, title string, ok bool)
	// Addresses returns the addresses there are, for "did you mean".
	Addresses func() []string

	// Page returns the reference to a file or page of the site, from the page
	// that is being made. The path is slash-separated below the site folder, as
	// in [Document.File], without a slash at its end: "content/strategy.md",
	// "content/budget" for the page /budget/, "content/logo.png", "content" for
	// the front page.
	Page func(path string) (href string, ok bool)
	// Pages returns the paths there are, for "did you mean".
	Pages func() []string
	// Absent says why a file that there is is not part of the site, such as a
	// draft; "" if there is no such file. May be nil.
	Absent func(path string) string
	// Fragments returns the ids that a link to the path may name and the prefix
	// that they have on the published page. If known is false the fragment is
	// not checked. The document's own ids are always known.
	Fragments func(path string) (ids []string, prefix string, known bool)
	// ImageSize returns the size of an image of the site in pixels. May be nil.
	ImageSize func(path string) (width, height int, ok bool)

	// Value returns the text of {{ path }}, such as "milestone.M4.finish".
	Value func(path string) (text string, ok bool)
	// Values returns the paths there are, for "did you mean".
	Values func() []string

	// View returns the HTML of a view. Its arguments come from the line that
	// opens the block; an argument without = has the value "true". An error that
	// is [ArgumentErrors] is told at the places of the arguments.
	View func(name string, args map[string]string) (template.HTML, error)
	// Views are the names of the views: "gantt", "budget", ...
	Views []string

	// UnsafeHTML lets raw HTML through, sanitised.
	UnsafeHTML bool
	// IDPrefix goes before every id of the document, its headings and footnotes,
	// where several documents share a page: "story-".
	IDPrefix string
	// TopHeading is the level that the document's highest headings get; the
	// others follow. 0 means 2, which is right below the heading of the page.
	TopHeading int
	// Language is the language of the document as a BCP 47 tag: "en", "de-CH".
	// It decides about quotation marks. "" is English.
	Language string
	// Word translates the few words that the package itself writes, such as
	// "Footnotes". May be nil, for English.
	Word func(english string) string
}

// Rendered is a document as part of a page.
type Rendered struct {
	HTML  template.HTML
	TOC   []Heading // the headings in order, without the page's title
	Text  string    // the visible text without views, for search
	Links []Link    // every link and image, in order
}

// Heading is an entry of the table of contents.
type Heading struct {
	Level int    // as rendered, 2 to 6
	ID    string // as rendered, with [Env.IDPrefix]
	Text  string // plain
}

// Link is a reference from the document to something else.
type Link struct {
	Pos      diag.Pos
	Target   string // "milestone:M4", a path such as "content/strategy.md", or a web address
	Fragment string // after #, as written
	Href     string // as rendered
	Image    bool
}
