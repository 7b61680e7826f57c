package preview

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

func testSite(base string) *Site {
	return &Site{BaseURL: base, Files: map[string][]byte{
		"index.html":          []byte("<html><body><h1>Home</h1></body></html>"),
		"work/1.1/index.html": []byte("<h1>Work 1.1</h1>"),
		"style.css":           []byte("body{}"),
		"plan.json":           []byte("{}"),
		"bilder/größe.svg":    []byte("<svg/>"),
		"404.html":            []byte("<html><body>No such page</body></html>"),
	}}
}

// Each line is one request and what must come back.
func TestServe(t *testing.T) {
	s := newServer("plans.example")
	if err := s.show(testSite("https://example.org/roadmap/")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method, host, path string
		status             int
		header             string // "Name: value" that the answer must have
		body               string // part of the answer
	}{
		{"GET", "127.0.0.1:1313", "/roadmap/", 200, "Content-Type: text/html; charset=utf-8", "<h1>Home</h1>"},
		{"GET", "127.0.0.1:1313", "/roadmap/", 200, "Cache-Control: no-store", `<script src="/.milepost/reload.js" data-build="`},
		{"HEAD", "127.0.0.1:1313", "/roadmap/", 200, "Content-Type: text/html; charset=utf-8", ""},
		{"GET", "127.0.0.1:1313", "/roadmap/style.css", 200, "Content-Type: text/css; charset=utf-8", "body{}"},
		{"GET", "127.0.0.1:1313", "/roadmap/plan.json", 200, "Content-Type: application/json", "{}"},
		{"GET", "127.0.0.1:1313", "/roadmap/bilder/gr%C3%B6%C3%9Fe.svg", 200, "Content-Type: image/svg+xml", "<svg/>"},
		{"GET", "127.0.0.1:1313", "/roadmap/work/1.1/", 200, "X-Content-Type-Options: nosniff", "Work 1.1"},
		{"GET", "127.0.0.1:1313", "/roadmap/work/1.1", 307, "Location: /roadmap/work/1.1/", ""},
		{"GET", "127.0.0.1:1313", "/roadmap/work/1.1?q=1", 307, "Location: /roadmap/work/1.1/?q=1", ""},
		{"GET", "127.0.0.1:1313", "/", 307, "Location: /roadmap/", ""},
		{"GET", "127.0.0.1:1313", "/roadmap", 307, "Location: /roadmap/", ""},
		{"GET", "127.0.0.1:1313", "/roadmap/none", 404, "Content-Type: text/html; charset=utf-8", "No such page"},
		{"GET", "127.0.0.1:1313", "/work/1.1/", 404, "", "No such page"},
		{"GET", "127.0.0.1:1313", "/roadmap/../../etc/passwd", 404, "", "No such page"},
		{"GET", "127.0.0.1:1313", "/roadmap/..%2f..%2fetc/passwd", 404, "", "No such page"},
		{"GET", "127.0.0.1:1313", "//evil.example/roadmap", 404, "", "No such page"},
		{"GET", "127.0.0.1:1313", "/.milepost/reload.js", 200, "Content-Type: text/javascript; charset=utf-8", "EventSource"},
		{"POST", "127.0.0.1:1313", "/roadmap/", 405, "Allow: GET, HEAD", ""},
		{"DELETE", "127.0.0.1:1313", "/roadmap/", 405, "Allow: GET, HEAD", ""},
		{"GET", "localhost:1313", "/roadmap/", 200, "", "Home"},
		{"GET", "LOCALHOST", "/roadmap/", 200, "", "Home"},
		{"GET", "careconnect.localhost:1313", "/roadmap/", 200, "", "Home"},
		{"GET", "[::1]:1313", "/roadmap/", 200, "", "Home"},
		{"GET", "[::1]", "/roadmap/", 200, "", "Home"},
		{"GET", "192.168.1.7:1313", "/roadmap/", 200, "", "Home"},
		{"GET", "plans.example:1313", "/roadmap/", 200, "", "Home"},
		{"GET", "evil.example", "/roadmap/", 403, "Content-Type: text/plain; charset=utf-8", "evil.example"},
		{"GET", "evil.example:1313", "/roadmap/plan.json", 403, "", "--bind"},
		{"GET", "evil.example:1313", "/.milepost/events", 403, "", ""},
		{"GET", "localhost.evil.example", "/roadmap/", 403, "", ""},
		{"GET", "127.0.0.1.evil.example", "/roadmap/", 403, "", ""},
		{"GET", "", "/roadmap/", 403, "", ""},
	} {
		r := httptest.NewRequest(c.method, "http://x"+c.path, nil)
		r.Host = c.host
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		what := c.method + " " + c.host + c.path
		if w.Code != c.status {
			t.Errorf("%s: status %d, want %d", what, w.Code, c.status)
		}
		if name, value, ok := strings.Cut(c.header, ": "); ok && w.Header().Get(name) != value {
			t.Errorf("%s: %s is %q, want %q", what, name, w.Header().Get(name), value)
		}
		if !strings.Contains(w.Body.String(), c.body) {
			t.Errorf("%s: body is %q, want %q in it", what, w.Body, c.body)
		}
		if c.method == "HEAD" && w.Body.Len() > 0 {
			t.Errorf("%s: has a body", what)
		}
		if w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: lets other origins read the plan", what)
		}
	}
}

func TestBasePath(t *testing.T) {
	for base, want := range map[string]string{
		"":                              "/",
		"https://example.org":           "/",
		"https://example.org/":          "/",
		"https://example.org/a/b":       "/a/b/",
		"https://example.org/roadmap/":  "/roadmap/",
		"/roadmap":                      "/roadmap/",
		"https://example.org//x/../y//": "/y/",
	} {
		if got, err := basePath(base); got != want || err != nil {
			t.Errorf("basePath(%q) = %q, %v, want %q", base, got, err, want)
		}
	}
	if _, err := basePath("https://[bad/"); err == nil {
		t.Error("a base URL that is no address is accepted")
	}
}

// A base path may hold characters that a header or an address cannot.
func TestServeUnderOddPath(t *testing.T) {
	s := newServer("")
	if err := s.show(testSite("https://example.org/mein%20plan/größe")); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s)
	defer web.Close()
	for _, path := range []string{"/", "/mein%20plan/gr%C3%B6%C3%9Fe", "/mein%20plan/gr%C3%B6%C3%9Fe/work/1.1"} {
		res, err := http.Get(web.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if location := res.Request.URL.EscapedPath(); res.StatusCode != http.StatusOK || !strings.HasPrefix(location, "/mein%20plan/gr%C3%B6%C3%9Fe/") {
			t.Errorf("%s leads to %s with status %d", path, location, res.StatusCode)
		}
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost/", nil))
	if got, want := w.Header().Get("Location"), "/mein%20plan/gr%C3%B6%C3%9Fe/"; got != want {
		t.Errorf("the redirect leads to %q, want %q", got, want)
	}
}

// Before the first good build there is only the list of problems, escaped.
func TestServeProblemsOnly(t *testing.T) {
	s := newServer("")
	s.fail(`plan.toml:1:1: error E100: <script>alert(1)</script>`)
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "http://localhost/anything", nil)
	s.ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "error E100: &lt;script&gt;") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

// A failed build keeps the last good site; a good one clears the problems.
// Open pages learn each change, and the same files are no change of build.
func TestEvents(t *testing.T) {
	s := newServer("")
	if err := s.show(testSite("")); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s)
	defer web.Close()
	res, err := http.Get(web.URL + eventsPath)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got := res.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/event-stream") {
		t.Errorf("content type %q", got)
	}
	stream := newEventStream(res.Body)
	first := stream.next(t)
	if first.Build == "" || first.Problems != "" {
		t.Fatalf("first message is %+v", first)
	}
	s.fail("plan.toml:1: error\nsecond line")
	if m := stream.next(t); m.Build != first.Build || m.Problems != "plan.toml:1: error\nsecond line" {
		t.Errorf("after a failed build: %+v", m)
	}
	if body := get(t, web.URL+"/"); !strings.Contains(body, "Home") {
		t.Errorf("the last good site is gone: %s", body)
	}
	if err := s.show(testSite("")); err != nil {
		t.Fatal(err)
	}
	if m := stream.next(t); m != first {
		t.Errorf("the same site again: %+v, want %+v", m, first)
	}
	other := testSite("")
	other.Files["style.css"] = []byte("body{margin:0}")
	if err := s.show(other); err != nil {
		t.Fatal(err)
	}
	if m := stream.next(t); m.Build == first.Build {
		t.Error("another site has the same build id")
	}
}

// Requests during many swaps see one build or the other, never a mixture.
func TestSwapIsAtomic(t *testing.T) {
	s := newServer("")
	site := func(text string) *Site {
		return &Site{Files: map[string][]byte{"index.html": []byte(strings.Repeat(text, 5000))}}
	}
	if err := s.show(site("a")); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range 100 {
			if err := s.show(site(string(rune('a' + i%2)))); err != nil {
				t.Error(err)
			}
		}
	})
	for range 4 {
		wg.Go(func() {
			for range 100 {
				w := httptest.NewRecorder()
				s.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost/", nil))
				body := w.Body.String()
				if n := strings.Count(body[:5000], body[:1]); n != 5000 {
					t.Errorf("answer mixes two builds: %d of 5000", n)
				}
			}
		})
	}
	wg.Wait()
}

func get(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
