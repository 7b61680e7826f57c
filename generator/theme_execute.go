package generator

import (
	"bytes"
	"encoding/hex"
	"html/template"
	"sync"
)

// execute renders a template of the theme.
func (t *theme) execute(name string, data any) (template.HTML, error) {
	out, _, err := t.executeRows(name, data)
	return out, err
}

// executeRows is execute, which tells the parts that it has kept as well.
func (t *theme) executeRows(name string, data any) (html template.HTML, rows []cacheKey, err error) {
	err = executed(t.templates, name, data, func(out []byte) {
		var text []byte
		if text, rows = withoutRowMarks(out); rows != nil {
			out = text
		}
		html = template.HTML(out)
	})
	return html, rows, err
}

var buffers = sync.Pool{New: func() any { return &bytes.Buffer{} }}

// executed calls use with what a template makes. It must not keep the bytes.
func executed(templates *template.Template, name string, data any, use func(out []byte)) error {
	out := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(out)
	out.Reset()
	if err := templates.ExecuteTemplate(out, name, data); err != nil {
		return err
	}
	use(out.Bytes())
	return nil
}

// keeper renders the parts of pages that templates call by kept, and keeps them
// from one build to the next: rows of long tables, of which an edit changes few.
type keeper struct {
	cache     *Cache
	sum       cacheKey // of the templates
	templates *template.Template
}

// render renders a template with data, or returns what it made of the same data
// before.
func (k *keeper) render(name string, data any) (template.HTML, error) {
	key, ok := cacheKey{}, false
	if !k.cache.once {
		key, ok = sumOf(k.sum, name, data)
	}
	if ok {
		if known, ok := k.cache.rows.get(key); ok {
			return known, nil
		}
	}
	var html template.HTML
	err := executed(k.templates, name, data, func(out []byte) { html = template.HTML(out) })
	if err == nil && ok {
		html = rowMark(key) + html
		k.cache.rows.put(key, html)
	}
	return html, err
}

// A part that is kept begins with a mark that names it, so that whoever keeps the
// whole page knows its parts. No author can write one: it begins with a zero.
const rowMarkLength = 1 + 2*len(cacheKey{})

func rowMark(key cacheKey) template.HTML { return template.HTML("\x00" + hex.EncodeToString(key[:])) }

// withoutRowMarks returns a text without the marks in it, and the keys that they
// name; nil if there are none.
func withoutRowMarks(text []byte) (plain []byte, rows []cacheKey) {
	for {
		at := bytes.IndexByte(text, 0)
		if at < 0 {
			return append(plain, text...), rows
		}
		var key cacheKey
		end := at + rowMarkLength
		if end > len(text) {
			return append(plain, text...), rows
		}
		if _, err := hex.Decode(key[:], text[at+1:end]); err != nil {
			end = at + 1 // of somebody else
			plain = append(plain, text[:end]...)
		} else {
			if plain == nil {
				plain = make([]byte, 0, len(text))
			}
			plain, rows = append(plain, text[:at]...), append(rows, key)
		}
		text = text[end:]
	}
}
