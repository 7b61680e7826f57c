// Package generator turns a site folder into a published site: plans become
// schedules, schedules and narrative become pages, pages become files.
//
// [Build] reads like a table of contents and works in memory; [Write] puts the
// files of a site on disk, all or nothing. Where things are:
//
//	load.go       configuration and plans
//	narrative.go  Markdown files and what they are to the site
//	pages.go      the sections of a plan's site, and how the plan stands
//	view*.go      what each page shows; view.go says how a page is made
//	blocks.go     views that a text can place; values.go values it can name
//	links.go      addresses of things, references between pages
//	references.go what a text can refer to
//	theme.go      templates; assets.go static files; render.go the shell around a page
//	data.go       figures for other programs; feeds.go Atom and sitemap
//	linkcheck.go  every reference of the finished site
//	write.go      the published folder
//	cache.go      what one build leaves for the next, and why that is safe;
//	              chapter.go, narrative_cache.go, trace.go, fingerprint.go
//
// Whatever an author can do wrong is a diagnostic; an error is about the world.
// The same site folder gives the same bytes.
package generator
