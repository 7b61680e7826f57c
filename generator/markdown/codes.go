package markdown

// Codes are the diagnostics of this package, each with its meaning in a line.
// Front matter that is not TOML or has wrong keys is reported with the codes of
// package plan, which decodes it.
var Codes = map[string]string{
	"E541": "the front matter is not closed",
	"E542": "the front matter is YAML or JSON instead of TOML",
	"E543": "the date of the front matter is a week of the plan instead of a day",
	"E544": "the file is not UTF-8",
	"E545": "the file is too large",
	"E546": "two headings have the same explicit id",
	"E550": "a link names a thing that is not in the plan",
	"E551": "a link leads to a file or page that is not there",
	"E552": "a link names a heading or place that is not on its page",
	"E553": "a link or image has an address that is not allowed",
	"E554": "an image is not there",
	"E555": "an image is on another host",
	"E560": "a value {{ … }} is not known",
	"E561": "a block names a view that is not known",
	"E562": "a view cannot be shown",
	"W541": "raw HTML is not shown",
	"W542": "a value {{ is not closed",
	"W543": "a footnote is referred to and not written",
	"W544": "a footnote is written and not referred to, or written twice",
	"W545": "an alert has an unknown kind",
	"W546": "a heading skips a level",
	"W547": "a link has no text",
	"W548": "a link refers to a definition that is not written",
	"W549": "raw HTML is not balanced",
	"W550": "a view has text that is not shown",
	"W551": "an attribute of a heading is not kept",
}
