package generator

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// documentReader finds the ids and references of a page that has marks in the
// place of the hashes of assets.
//
// Nearly every tag of a page is written in one way: small letters, values in
// double quotes without escapes. Those are read here, several times as fast as
// package html does it; everything else is left to package html, tag by tag.
type documentReader struct {
	doc          *document
	linked, load map[string]bool // targets so far, of either sort
	attributes   []attribute     // of the tag that is read
}

// attribute is one that links may have to do with.
type attribute struct{ key, value []byte }

// readDocument reads a page.
func readDocument(data []byte) *document {
	r := documentReader{
		doc:    &document{ids: map[string]bool{"": true, "top": true}},
		linked: map[string]bool{}, load: map[string]bool{},
	}
	at := 0
	if start := "<!doctype html>"; len(data) >= len(start) && strings.EqualFold(string(data[:len(start)]), start) {
		at = len(start)
	}
	for at >= 0 {
		next := bytes.IndexByte(data[at:], '<')
		if next < 0 {
			break
		}
		at += next
		if end, ok := r.plainTag(data, at); ok {
			at = end
		} else {
			at = r.anyTag(data, at)
		}
	}
	r.doc.sum, _ = sumOf(sortedKeys(r.doc.ids))
	return r.doc
}

// plainTag reads the tag at a place if it is written in the usual way, and returns
// where it ends.
func (r *documentReader) plainTag(data []byte, at int) (end int, ok bool) {
	i := at + 1
	closing := i < len(data) && data[i] == '/'
	if closing {
		i++
	}
	begin := i
	for i < len(data) && (isSmall(data[i]) || i > begin && (isDigit(data[i]) || data[i] == '-')) {
		i++
	}
	name := data[begin:i]
	if len(name) == 0 || i == len(data) {
		return 0, false
	}
	r.attributes = r.attributes[:0]
	for !closing && isSpace(data[i]) {
		for i < len(data) && isSpace(data[i]) {
			i++
		}
		if i, ok = r.plainAttribute(data, i); !ok {
			return 0, false
		}
	}
	if !closing && data[i] == '/' && i+1 < len(data) { // of a tag such as <br/>
		i++
	}
	if data[i] != '>' {
		return 0, false
	}
	i++
	if !closing && isRawText(name) {
		// Only if what is in it has no tag of any kind.
		next := bytes.IndexByte(data[i:], '<')
		if next < 0 || string(name) == "plaintext" || !bytes.HasPrefix(data[i+next:], slices.Concat([]byte("</"), name, []byte(">"))) {
			return 0, false
		}
	}
	r.take(name)
	return i, true
}

// plainAttribute reads an attribute at a place, if there is one, and returns
// where it ends: always before the end of the data.
func (r *documentReader) plainAttribute(data []byte, i int) (end int, ok bool) {
	begin, large := i, false
	for i < len(data) && isKey(data[i]) {
		large = large || !isSmall(data[i])
		i++
	}
	key := data[begin:i]
	var value []byte
	if len(key) > 0 && i+1 < len(data) && data[i] == '=' && data[i+1] == '"' {
		begin = i + 2
		length := bytes.IndexByte(data[begin:], '"')
		if length < 0 {
			return 0, false
		}
		value = data[begin : begin+length]
		i = begin + length + 1
	} else if i == len(data) || data[i] == '=' {
		return 0, false
	}
	if i == len(data) || !isSpace(data[i]) && data[i] != '>' && data[i] != '/' {
		return 0, false
	}
	known := isLinking(key)
	switch {
	case !known && large && isLinking(bytes.ToLower(key)):
		return 0, false // in large letters
	case !known:
		return i, true
	case bytes.ContainsAny(value, "&\r\x00"):
		return 0, false
	}
	for _, a := range r.attributes {
		if bytes.Equal(a.key, key) {
			return 0, false // written twice
		}
	}
	r.attributes = append(r.attributes, attribute{key, value})
	return i, true
}

// anyTag reads the tag, comment or text at a place as browsers do, together with
// the text in it if that has no tags. It returns where to go on, -1 at the end.
func (r *documentReader) anyTag(data []byte, at int) int {
	z := html.NewTokenizer(bytes.NewReader(data[at:]))
	kind := z.Next()
	at += len(z.Raw())
	switch kind {
	case html.ErrorToken:
		return -1
	case html.StartTagToken, html.SelfClosingTagToken:
		name, more := z.TagName()
		name = bytes.Clone(name)
		r.attributes = r.attributes[:0]
		for more {
			var k, v []byte
			if k, v, more = z.TagAttr(); isLinking(k) {
				r.attributes = append(r.attributes, attribute{bytes.Clone(k), bytes.Clone(v)})
			}
		}
		r.take(name)
		if !isRawText(name) {
			break
		}
		if kind = z.Next(); kind == html.ErrorToken {
			return -1
		}
		at += len(z.Raw())
	}
	return at
}

// take takes the id and the references of a tag.
func (r *documentReader) take(name []byte) {
	rel := ""
	for _, a := range r.attributes {
		if string(a.key) == "rel" {
			rel = string(a.value)
		}
	}
	for _, a := range r.attributes {
		switch string(a.key) {
		case "id":
			if !r.doc.ids[string(a.value)] {
				r.doc.ids[string(a.value)] = true
			}
		case "href", "xlink:href":
			tag := string(name)
			r.add(a.value, tag == "link" && rel != "canonical" && rel != "alternate" || tag == "use" || tag == "image")
		case "src", "poster", "data-src":
			r.add(a.value, true)
		case "srcset":
			for part := range bytes.SplitSeq(a.value, []byte(",")) {
				if fields := bytes.Fields(part); len(fields) > 0 {
					r.add(fields[0], true)
				}
			}
		}
	}
}

// add adds a reference.
func (r *documentReader) add(target []byte, loads bool) {
	target = bytes.TrimSpace(target)
	seen := r.linked
	if loads {
		seen = r.load
	}
	if seen[string(target)] {
		return
	}
	t := string(target)
	seen[t] = true
	r.doc.refs = append(r.doc.refs, reference{t, loads})
	r.doc.assets = r.doc.assets || !strings.Contains(t, markStart) && hashedName.MatchString(t)
}

// isLinking reports whether an attribute is an id or has to do with references.
func isLinking(key []byte) bool {
	switch string(key) {
	case "id", "rel", "href", "xlink:href", "src", "poster", "data-src", "srcset":
		return true
	}
	return false
}

// isRawText reports whether what is in an element is text, whatever it looks like.
func isRawText(name []byte) bool {
	switch string(name) {
	case "iframe", "noembed", "noframes", "noscript", "plaintext", "script", "style", "textarea", "title", "xmp":
		return true
	}
	return false
}

func isSmall(c byte) bool { return 'a' <= c && c <= 'z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' }

// isKey reports whether a character may be in the name of an attribute.
func isKey(c byte) bool {
	return isSmall(c) || isDigit(c) || 'A' <= c && c <= 'Z' || c == '-' || c == ':' || c == '_'
}
