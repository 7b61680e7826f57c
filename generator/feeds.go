package generator

import (
	"bytes"
	"encoding/xml"
	"slices"

	"milepost/schedule/calendar"
)

// feeds returns the files for other programs than browsers: an Atom feed of each
// plan's status reports, and sitemap.xml and robots.txt if the site knows its
// address.
func (b *builder) feeds(pages []page) []File {
	files := []File{{Path: ".nojekyll"}} // or GitHub Pages would leave files out
	for _, ps := range b.plans {
		if len(ps.reports()) > 0 {
			files = append(files, File{Path: ps.path("reports/feed.xml"), Data: b.atom(ps)})
		}
	}
	if b.config.BaseURL == "" {
		return files
	}
	return append(files,
		File{Path: "sitemap.xml", Data: b.sitemap(pages)},
		File{Path: "robots.txt", Data: []byte("User-agent: *\nAllow: /\nSitemap: " + b.absolute("sitemap.xml") + "\n")},
	)
}

// atomFeed is a feed as RFC 4287 has it.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  atomAuthor  `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Summary string      `xml:"summary,omitempty"`
	Author  *atomAuthor `xml:"author,omitempty"`
}

// atom writes the feed of a plan's status reports. Its times are the days of
// the reports. Without a base URL ids are made of the plan's name and links are
// relative to the feed.
func (b *builder) atom(ps *planSite) []byte {
	reports := ps.reports()
	at := ps.path("reports/feed.xml")
	l := ps.linker(at)
	href := func(target string) string {
		if abs := b.absolute(target); abs != "" {
			return abs
		}
		return l.file(target, "")
	}
	id := func(target string) string {
		if abs := b.absolute(target); abs != "" {
			return abs
		}
		return "urn:milepost:" + escapePath(ps.title()) + ":" + escapePath(target)
	}
	f := atomFeed{
		ID:      id(ps.path("reports/index.html")),
		Title:   ps.title() + ": status reports",
		Updated: feedTime(reports[0].report),
		Author:  atomAuthor{ps.title()},
		Links: []atomLink{
			{Rel: "self", Type: "application/atom+xml", Href: href(at)},
			{Rel: "alternate", Type: "text/html", Href: href(ps.path("reports/index.html"))},
		},
	}
	for _, n := range reports {
		e := atomEntry{
			ID: id(n.path), Title: n.title(), Updated: feedTime(n.report), Links: []atomLink{{Rel: "alternate", Type: "text/html", Href: href(n.path)}},
			Summary: n.doc.Summary(b.env(n, n.path, "")),
		}
		if who := n.doc.Front.Author; who != "" {
			e.Author = &atomAuthor{who}
		}
		f.Entries = append(f.Entries, e)
	}
	return xmlFile(f)
}

func feedTime(d calendar.Date) string { return d.String() + "T00:00:00Z" }

func xmlFile(v any) []byte {
	var out bytes.Buffer
	out.WriteString(xml.Header)
	enc := xml.NewEncoder(&out)
	enc.Indent("", "  ")
	if err := enc.Encode(v); err != nil {
		panic(err) // the types above always encode
	}
	out.WriteString("\n")
	return out.Bytes()
}

// sitemap lists every page but the one for missing addresses and those that
// have moved.
func (b *builder) sitemap(pages []page) []byte {
	type entry struct {
		Loc string `xml:"loc"`
	}
	type urlset struct {
		XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		URLs    []entry  `xml:"url"`
	}
	var s urlset
	var paths []string
	for i := range pages {
		if p := &pages[i]; p.path != notFoundPath && p.template != "alias" {
			paths = append(paths, p.path)
		}
	}
	slices.Sort(paths)
	for _, p := range paths {
		s.URLs = append(s.URLs, entry{b.absolute(p)})
	}
	return xmlFile(s)
}
