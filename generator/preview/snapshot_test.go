package preview

import (
	"slices"
	"testing"
)

// A page of a site that has moved meanwhile still finds its styles, and what was
// typed for the old place leads to the new one; never to another host.
func TestMovedSite(t *testing.T) {
	at := func(base string) *Site {
		return &Site{BaseURL: base, Files: map[string]File{"index.html": {Data: []byte("front")}, "assets/a.css": {Data: []byte("body{}")}}}
	}
	var s *snapshot
	for _, base := range []string{"https://example.org/old/", "https://example.org/older/", "https://example.org/old/", "https://example.org/"} {
		var err error
		if s, err = newSnapshot(at(base), s); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]answer{
		"/assets/a.css":       {status: 200, file: "assets/a.css"},
		"/old/assets/a.css":   {status: 307, location: "/assets/a.css"},
		"/older":              {status: 404},
		"/older/":             {status: 307, location: "/"},
		"/old//evil.example/": {status: 404},
	} {
		if got := s.find(path); got != want {
			t.Errorf("at the root %s is %+v, want %+v", path, got, want)
		}
	}
	s, err := newSnapshot(at("https://example.org/new/"), s)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]answer{
		"/new/assets/a.css": {status: 200, file: "assets/a.css"},
		"/assets/a.css":     {status: 307, location: "/new/assets/a.css"},
		"//evil.example/":   {status: 404},
		"/new/old/":         {status: 404}, // and no redirect to itself
	} {
		if got := s.find(path); got != want {
			t.Errorf("below /new/ %s is %+v, want %+v", path, got, want)
		}
	}
	if want := []string{"/", "/old/", "/older/"}; !slices.Equal(s.former, want) {
		t.Errorf("former bases are %q, want %q", s.former, want)
	}
}
