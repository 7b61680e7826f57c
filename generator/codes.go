package generator

// Codes are the diagnostics of this package, each with its meaning in a line.
var Codes = map[string]string{
	"E500": "there is no plan",
	"E502": "the theme is not there",
	"E503": "a key of site.toml is not a web address",
	"E504": "the language is not known",
	"E505": "an entry of the menu leads nowhere",
	"E506": "the currency of a plan is not known",
	"E520": "two pages or texts want the same place",
	"E521": "two published files cannot lie beside each other",
	"E522": "a file is the story of a thing that is not in the plan",
	"E523": "a status report is named after a day that does not exist",
	"E524": "an alias is not an address of the site",
	"E525": "a published page has a link that leads nowhere, or loads from another host",
	"E526": "a file name cannot be part of an address",
	"E527": "a file of plan data is a link out of the site folder",
	"E530": "a template of the theme does not work",
	"E531": "a page cannot be minified",
	"W520": "a file below content/ is not a plain file and is left out",
	"W521": "a TOML file is part of no plan and is left out",
	"W522": "no page shows the story of a thing",
	"W523": "a file in reports/ is not named after a day and is no status report",
}
