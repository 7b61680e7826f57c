package generator

import (
	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/html"
)

// minified returns a file without what browsers do not need. Quotes, end tags
// and the structure of the document stay, so that other programs can read it.
func minified(mediaType string, data []byte) ([]byte, error) {
	m := minify.New()
	m.Add("text/html", &html.Minifier{KeepDocumentTags: true, KeepEndTags: true, KeepQuotes: true, KeepDefaultAttrVals: true})
	m.AddFunc("text/css", css.Minify)
	return m.Bytes(mediaType, data)
}
