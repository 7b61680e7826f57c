package generator

import (
	"fmt"
	"net/url"
	"path"
	"strconv"
	"strings"

	"milepost/schedule/diag"
)

// document is what a published page offers to links and what it refers to.
type document struct {
	ids  map[string]bool
	refs []reference
	sum  cacheKey // of the ids
	// assets is true if the page may refer to static files in another way than by
	// the addresses that templates get.
	assets bool
}

// checked is a published page whose links are looked at.
type checked struct {
	path string
	key  cacheKey // of what it is made of, but for the hashes of assets; zero if it is not known
	*document
}

// reference is a link or a source on a page.
type reference struct {
	target string
	loads  bool // the browser fetches it with the page
}

// checkLinks looks at every published page and reports references within the
// site that lead nowhere, and anything that would be fetched from elsewhere.
func (b *builder) checkLinks(pages []page) {
	origin := map[string]diag.Pos{}
	for i := range pages {
		origin[pages[i].path] = b.placeOf(&pages[i])
	}
	files := map[string]bool{}
	var all []checked
	documents := map[string]*document{}
	for _, f := range b.files { // which are in order
		files[f.Path] = true
		if page, ok := b.rendered[f.Path]; ok {
			all = append(all, checked{f.Path, page.key, page.document})
			documents[f.Path] = page.document
		}
	}
	offer, offerWithHashes := b.offer(all)
	told := b.checkMenu(files, documents)
	wrong := make([]diag.List, len(all))
	inParallel(len(all), func(i int) {
		page := &all[i]
		// A page without a wrong link has none as long as there is the same to be linked to.
		of := offer
		if page.assets {
			of = offerWithHashes
		}
		key, _ := sumOf(page.path, page.key, of)
		isKept := page.key != cacheKey{}
		if _, ok := b.opts.Cache.linked.get(key); ok && isKept {
			return
		}
		for _, ref := range page.refs {
			problem, hint := b.checkReference(page.path, ref, files, documents)
			if problem == "" {
				continue
			}
			if isKept = false; !told[b.resolved(page.path, ref.target)] {
				wrong[i].Errorf("E525", origin[page.path], "page %s: %s", page.path, problem).Hint = hint
			}
		}
		if isKept {
			b.opts.Cache.linked.put(key, true)
		}
	})
	for _, list := range wrong {
		*b.diags = append(*b.diags, list...)
	}
}

// offer returns a hash of everything in the site that a link can lead to, without
// and with the hashes in the names of static files.
func (b *builder) offer(all []checked) (offer, withHashes cacheKey) {
	own := map[string]bool{}
	for _, f := range b.assets.files {
		own[f.Path] = true
	}
	var paths []string
	for _, f := range b.files {
		if !own[f.Path] {
			paths = append(paths, f.Path)
		}
	}
	sums := make([]cacheKey, len(all))
	for i, page := range all {
		sums[i] = page.sum
	}
	offer, _ = sumOf(paths, sums, b.basePath(), b.assets.targets)
	withHashes, _ = sumOf(offer, b.assets.sum)
	return offer, withHashes
}

// checkMenu reports entries of the menu that lead nowhere, at their place and
// not on every page. It returns where they lead.
func (b *builder) checkMenu(files map[string]bool, documents map[string]*document) map[string]bool {
	told := map[string]bool{}
	l := linker{site: b.site, from: "index.html"}
	for i, m := range b.config.Menu {
		href := l.menu(m)
		if problem, hint := b.checkReference(l.from, reference{target: href}, files, documents); problem != "" {
			d := b.diags.Errorf("E505", b.places.Value(fmt.Sprintf("menu[%d].url", i)), "menu entry %q: %s", m.Name, problem)
			if d.Hint = hint; hint == "" {
				d.Hint = menuHint
			}
			told[b.resolved(l.from, href)] = true
		}
	}
	return told
}

// resolved returns where a reference on a page leads.
func (b *builder) resolved(from, ref string) string {
	u, err := url.Parse(ref)
	if err != nil || u.Scheme != "" || u.Host != "" {
		return ref
	}
	target := from
	if base, err := url.PathUnescape(b.basePath()); err == nil && strings.HasPrefix(u.Path, "/") {
		target = strings.TrimPrefix(u.Path, base)
	} else if u.Path != "" {
		target = path.Join(path.Dir(from), u.Path)
	}
	return target + "#" + u.Fragment
}

// checkReference says what is wrong with a reference, or nothing.
func (b *builder) checkReference(from string, ref reference, files map[string]bool, documents map[string]*document) (problem, hint string) {
	u, err := parseReference(ref.target)
	if err != nil {
		return "the link " + quote(ref.target) + " is not an address", ""
	}
	if u.Scheme != "" || u.Host != "" {
		if ref.loads && u.Scheme != "data" {
			return quote(ref.target) + " would be fetched from another host", "copy the file into the site"
		}
		return "", ""
	}
	target := from
	if u.Path != "" {
		switch {
		case strings.HasPrefix(u.Path, "/"):
			base, err := url.PathUnescape(b.basePath())
			if err != nil || !strings.HasPrefix(u.Path, base) {
				return "the link " + quote(ref.target) + " leads out of the site", "write it relative to the page"
			}
			target = strings.TrimPrefix(u.Path, base)
		default:
			target = path.Join(path.Dir(from), u.Path)
		}
		if target == "" || strings.HasSuffix(u.Path, "/") {
			target = path.Join(target, "index.html")
		}
	}
	if b.assets.marked[target] {
		return "", ""
	}
	if !files[target] {
		return "the link " + quote(ref.target) + " leads to " + target + ", which is not there", diag.DidYouMean(target, sortedKeys(files))
	}
	to := documents[target]
	// What follows :~: is for the browser: text to look for.
	fragment, _, _ := strings.Cut(u.Fragment, ":~:")
	if fragment == "" || to == nil || to.ids[fragment] {
		return "", ""
	}
	return "the link " + quote(ref.target) + " leads to #" + u.Fragment + ", which " + target + " does not have", diag.DidYouMean(u.Fragment, sortedKeys(to.ids))
}

// parseReference is url.Parse, at once for references of the usual kind.
func parseReference(ref string) (url.URL, error) {
	file, fragment, _ := strings.Cut(ref, "#")
	if !strings.HasPrefix(ref, "//") && isPlain(file) && isPlain(fragment) {
		return url.URL{Path: file, Fragment: fragment}, nil
	}
	u, err := url.Parse(ref)
	if err != nil {
		return url.URL{}, err
	}
	return *u, nil
}

// isPlain reports whether a part of a reference has no character that means
// anything.
func isPlain(part string) bool {
	return !strings.ContainsFunc(part, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.' && r != '/'
	})
}

func quote(s string) string { return strconv.Quote(s) }
