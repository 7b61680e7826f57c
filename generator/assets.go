package generator

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// assets are the static files of a theme and their addresses.
//
// The address of a file has the hash of its content in it, and every page has
// the addresses of the files that it needs. So that a change of a style does not
// change what the templates see, they see the address with a mark in the place
// of the hash, and the hash is put in when the page is done.
type assets struct {
	files   []File
	targets map[string]string // static file -> its path below public/, with a mark
	marked  map[string]bool   // those paths that have one
	hashes  map[string]string // mark -> hash
	sum     cacheKey          // of the hashes
}

// A mark is as long for every file, and a hash too.
const (
	markStart  = "milepost-asset-"
	markLength = len(markStart) + 16
	hashLength = 8
)

// publish gives each static file its address below assets/, with a hash of its
// content in the name so that browsers may keep it for ever. Vendored files keep
// their names: they say their version themselves, and scripts refer to them.
func (t *theme) publish(small bool) (*assets, error) {
	a := &assets{targets: map[string]string{}, marked: map[string]bool{}, hashes: map[string]string{}}
	for _, name := range sortedKeys(t.static) {
		data := t.static[name]
		if small && path.Ext(name) == ".css" {
			var err error
			if data, err = minified("text/css", data); err != nil {
				return nil, fmt.Errorf("minify %s: %w", name, err)
			}
		}
		sum := sha256.Sum256(data)
		target := "assets/" + name
		a.targets[name] = target
		if ext := path.Ext(name); !strings.HasPrefix(name, "vendor/") && slices.Contains([]string{".css", ".js", ".svg", ".png", ".woff2"}, ext) {
			stem := "assets/" + strings.TrimSuffix(name, ext) + "."
			of := sha256.Sum256([]byte(name))
			mark, hash := markStart+hex.EncodeToString(of[:])[:markLength-len(markStart)], hex.EncodeToString(sum[:])[:hashLength]
			a.hashes[mark] = hash
			a.targets[name], target = stem+mark+ext, stem+hash+ext
			a.marked[a.targets[name]] = true
		}
		a.files = append(a.files, File{Path: target, Data: data, Sum: sum})
	}
	a.sum, _ = sumOf(a.hashes)
	return a, nil
}

// spot is where on a page the hash of a file stands.
type spot struct {
	at   int
	mark string
}

// fill returns a page with hashes in the place of the marks.
func (a *assets) fill(marked []byte) (page []byte, spots []spot) {
	page = make([]byte, 0, len(marked))
	for {
		i := bytes.Index(marked, []byte(markStart))
		if i < 0 {
			return append(page, marked...), spots
		}
		page = append(page, marked[:i]...)
		marked = marked[i:]
		hash, ok := "", false
		if len(marked) >= markLength {
			hash, ok = a.hashes[string(marked[:markLength])]
		}
		if !ok { // a word of the author
			page, marked = append(page, markStart...), marked[len(markStart):]
			continue
		}
		spots = append(spots, spot{len(page), string(marked[:markLength])})
		page, marked = append(page, hash...), marked[markLength:]
	}
}

// refill returns a page whose marks were filled before, with the hashes of now.
func (a *assets) refill(page []byte, spots []spot) []byte {
	page = bytes.Clone(page)
	for _, s := range spots {
		copy(page[s.at:], a.hashes[s.mark])
	}
	return page
}

// hashedName is the end of an address that may be that of a file with a hash.
var hashedName = regexp.MustCompile(`\.[0-9a-f]{8}\.[a-z0-9]+(?:[?#]|$)|%|\\`)
