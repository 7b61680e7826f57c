package generator

import (
	"bytes"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// plainDocument reads a page with package html alone.
func plainDocument(data []byte) *document {
	doc := &document{ids: map[string]bool{"": true, "top": true}}
	add := func(target string, loads bool) {
		r := reference{strings.TrimSpace(target), loads}
		doc.assets = doc.assets || !strings.Contains(r.target, markStart) && hashedName.MatchString(r.target)
		if !slices.Contains(doc.refs, r) {
			doc.refs = append(doc.refs, r)
		}
	}
	for z := html.NewTokenizer(bytes.NewReader(data)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return doc
		case html.StartTagToken, html.SelfClosingTagToken:
		default:
			continue
		}
		tag := z.Token()
		rel := ""
		for _, a := range tag.Attr {
			if a.Key == "rel" {
				rel = a.Val
			}
		}
		for _, a := range tag.Attr {
			switch a.Key {
			case "id":
				doc.ids[a.Val] = true
			case "href", "xlink:href":
				add(a.Val, tag.Data == "link" && rel != "canonical" && rel != "alternate" || tag.Data == "use" || tag.Data == "image")
			case "src", "poster", "data-src":
				add(a.Val, true)
			case "srcset":
				for _, part := range strings.Split(a.Val, ",") {
					if fields := strings.Fields(part); len(fields) > 0 {
						add(fields[0], true)
					}
				}
			}
		}
	}
}

func compareDocuments(t *testing.T, data []byte) {
	t.Helper()
	got, want := readDocument(data), plainDocument(data)
	if !maps.Equal(got.ids, want.ids) || !slices.Equal(got.refs, want.refs) || got.assets != want.assets {
		t.Errorf("%.300q\nids  %v\nwant %v\nrefs %v\nwant %v", data, sortedKeys(got.ids), sortedKeys(want.ids), got.refs, want.refs)
	}
}

var oddPages = []string{
	`<a href="x">`, `<a href=x>`, `<a href='x'>`, `<A HREF="x">`, `<a Href="x" href="y">`, `<a href="y" hREF="x">`,
	`<a href="x" href="y">`, `<a id="x" class="b" id="y">`, `<a href="a&amp;b">`, `<a href="a&copy=1">`, "<a href=\"a\r\nb\">", "<a id=\"\x00\">",
	`<a href = "x">`, "<a href\n=\"x\">", "<a\fhref=\"x\">", "<a\r\nhref=\"x\">", `<a href="x"id="y">`, `<a href="x"/id="y">`, `<a href="x"/>`, `<a / href="x">`, `<a/href="x">`,
	`<a =href="x">`, `<a href>`, `<a href=>`, `<a href="">`, `<a id>`, `<a "href="x">`, `<a b="c>d" href="x">`, `<a b='"' href="x">`, `<a b=" href="x">`,
	`<a href="x`, `<a href="x"`, `<a href="x" `, `<a href="x"/`, `<a`, `<`, `</`, `</a`, `<a >`, `<a/>`,
	`</a href="x">`, `</a title=">" ><a href="x">`, `</><a href="x">`, `</ a><a href="x">`, `< a href="y"><a href="x">`, `<1 href="y"><a href="x">`, `a < b <a href="x">`, `<<a href="x">`,
	`<!-- <a href="y"> --><a href="x">`, `<!--><a href="x">`, `<!-- > <a href="y">`, `<!doctype html><a href="x">`, `<!DOCTYPE "><a href="y">"><a href="x">`, `<?xml <a href="y"?><a href="x">`, `<![CDATA[<a href="y">]]><a href="x">`,
	`<script><a href="y"></script><a href="x">`, `<script src="s"></script><a href="x">`, `<script>a < b</script><a href="x">`, `<script><!--<script></script><a href="y">--></script><a href="x">`,
	`<script>"</scripts>"</script><a href="x">`, `<SCRIPT><a href="y"></SCRIPT><a href="x">`, `<script/><a href="y"></script><a href="x">`, `<script>`, `<script src="s">`, `<script>x</script`,
	`<title>a</title><a href="x">`, `<title><b id="y"></title><a href="x">`, `<title>a</title ><a href="x">`, `<title>a</Title><a href="x">`, `<title></title><a href="x">`, `<title id="i">a`,
	`<textarea><a href="y"></textarea><a href="x">`, `<style>a{}</style><a href="x">`, `<noscript><a href="y"></noscript><a href="x">`, `<iframe src="z"><a href="y"></iframe><a href="x">`, `<xmp><a href="y"></xmp><a href="x">`,
	`<plaintext>a</plaintext><a href="x">`, `<plaintext><a href="x">`,
	`<svg><title>a</title><use href="#x"/><image xlink:href="y"/><USE href="z"></svg>`, `<link rel="canonical" href="x"><link href="y" rel="alternate"><link rel="icon" href="z"><link href="q">`,
	`<img src="a" srcset="b 1x, c  2x,, d"><video poster="p"></video><div data-src="e">`, `<a href=" x "><a href="x"><img src="x"><img src=" x">`,
	`<a href="assets/style.01234567.css">`, `<a href="` + markStart + `0123456789abcdef.css">`, `<a href="a%41">`, `<a-b href="x">`, `<a:b href="x">`, `<a.b href="x">`, `<aä href="x">`, `<a ä="1" href="x">`, `<a href="ä">`, `<a href="<b id='y'>">`,
}

// A page is read as browsers read it, however it is written.
func TestReadDocument(t *testing.T) {
	for _, page := range oddPages {
		compareDocuments(t, []byte(page))
		compareDocuments(t, []byte("<p>One</p>"+page+"<b id=\"after\">"))
	}
	for _, f := range builtText(t, Options{Site: siteOfArchive(t, "reference")}).files {
		if path.Ext(f.Path) == ".html" {
			compareDocuments(t, f.Data)
		}
	}
}

func FuzzReadDocument(f *testing.F) {
	for _, page := range oddPages {
		f.Add([]byte(page))
	}
	f.Fuzz(func(t *testing.T, data []byte) { compareDocuments(t, data) })
}

// A reference is taken apart as package url does it.
func TestParseReference(t *testing.T) {
	for _, ref := range []string{"", "a", "a/b.html", "../a/#b-c", "#", "#a", "a#", "a##b", "//host/a", "///a", "/a//b", "a:b", "./a:b", "a?b", "a?b#c", "a%20b", "%zz", "#%zz", "ä#ö", "a b", "mailto:a@b", "data:,a", "a#b:c", "-_.", "\x01"} {
		want, err := url.Parse(ref)
		got, failed := parseReference(ref)
		if (err == nil) != (failed == nil) || err == nil && (got.Scheme != want.Scheme || got.Host != want.Host || got.Path != want.Path || got.Fragment != want.Fragment) {
			t.Errorf("%q: %+v %v, want %+v %v", ref, got, failed, want, err)
		}
	}
}
