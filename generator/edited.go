package generator

import "strings"

// shownOn returns where each Markdown file is shown, for [Result].
func (b *builder) shownOn() map[string]string {
	pages := map[string]string{}
	for file, n := range b.documents {
		page := n.path
		if kind, id, story := strings.Cut(n.story, ":"); story {
			if _, fragment := place(kind, id); fragment != "" {
				page += "#" + fragment
			}
		}
		pages[file] = page
	}
	return pages
}
