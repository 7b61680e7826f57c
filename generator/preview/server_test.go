package preview

import (
	"crypto/sha256"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"milepost/schedule/diag"
)

func testSite(base string) *Site {
	site := &Site{BaseURL: base, Files: map[string]File{}}
	for name, data := range map[string]string{
		"index.html":          "<html><body><h1>Home</h1></body></html>",
		"work/1.1/index.html": "<h1>Work 1.1</h1>",
		"style.css":           "body{}",
		"film.webm":           "film",
		"plan.json":           "{}",
		"report.pdf":          "%PDF-1.7",
		"bilder/größe.svg":    "<svg/>",
		"404.html":            "<html><body>No such page</body></html>",
	} {
		site.Files[name] = File{Data: []byte(data)}
	}
	return site
}

// newTestServer returns a server that shows a site.
func newTestServer(t *testing.T, opts Options, site *Site) *server {
	t.Helper()
	s := newServer(opts)
	if err := s.show(site, nil, nil); err != nil {
		t.Fatal(err)
	}
	return s
}

// Each line is one request and what must come back.
func TestServe(t *testing.T) {
	s := newTestServer(t, Options{Host: "plans.example", Hosts: []string{"Proxy.Example."}}, testSite("https://example.org/roadmap/"))
	for _, c := range []struct {
		method, host, path string
		status             int
		header             string // "Name: value" that the answer must have
		body               string // part of the answer
	}{
		{"GET", "127.0.0.1:1313", "/roadmap/", 200, "Content-Type: text/html; charset=utf-8", "<h1>Home</h1>"},
		{"GET", "127.0.0.1:1313", "/roadmap/", 200, "Cache-Control: no-store", `<script type="module" src="/.milepost/reload.js" data-base="/roadmap/" data-page="`},
		{"HEAD", "127.0.0.1:1313", "/roadmap/", 200, "Content-Type: text/html; charset=utf-8", ""},
		{"GET", "127.0.0.1:1313", "/roadmap/style.css", 200, "Content-Type: text/css; charset=utf-8", "body{}"},
		{"GET", "127.0.0.1:1313", "/roadmap/style.css?milepost=1", 200, "Content-Type: text/css; charset=utf-8", "body{}"},
		{"GET", "127.0.0.1:1313", "/roadmap/film.webm", 200, "Content-Type: video/webm", "film"},
		{"GET", "127.0.0.1:1313", "/roadmap/plan.json", 200, "Content-Type: application/json", "{}"},
		{"GET", "127.0.0.1:1313", "/roadmap/report.pdf", 200, "Content-Type: application/pdf", "%PDF-1.7"},
		{"GET", "127.0.0.1:1313", "/roadmap/bilder/gr%C3%B6%C3%9Fe.svg", 200, "Content-Type: image/svg+xml", "<svg/>"},
		{"GET", "127.0.0.1:1313", "/roadmap/work/1.1/", 200, "X-Content-Type-Options: nosniff", "Work 1.1"},
		{"GET", "127.0.0.1:1313", "/roadmap/work/1.1/", 200, "Cross-Origin-Resource-Policy: same-origin", "Work 1.1"},
		{"GET", "127.0.0.1:1313", "/roadmap/work/1.1", 307, "Location: /roadmap/work/1.1/", ""},
		{"GET", "127.0.0.1:1313", "/roadmap/work/1.1?q=1", 307, "Location: /roadmap/work/1.1/?q=1", ""},
		{"GET", "127.0.0.1:1313", "/", 307, "Location: /roadmap/", ""},
		{"GET", "127.0.0.1:1313", "/roadmap", 307, "Location: /roadmap/", ""},
		{"GET", "127.0.0.1:1313", "/roadmap/none", 404, "Content-Type: text/html; charset=utf-8", "No such page"},
		{"GET", "127.0.0.1:1313", "/roadmap/none", 404, "", `data-page="missing-`},
		{"HEAD", "127.0.0.1:1313", "/roadmap/none", 404, "Content-Type: text/html; charset=utf-8", ""},
		{"GET", "127.0.0.1:1313", "/work/1.1/", 404, "", "No such page"},

		// No path leaves the site.
		{"GET", "127.0.0.1:1313", "/roadmap/../../etc/passwd", 404, "", "No such page"},
		{"GET", "127.0.0.1:1313", "/roadmap/..%2f..%2fetc/passwd", 404, "", "No such page"},
		{"GET", "127.0.0.1:1313", "/roadmap/%2e%2e/%2e%2e/etc/passwd", 404, "", "No such page"},
		{"GET", "127.0.0.1:1313", "/roadmap/..%5c..%5cetc%5cpasswd", 404, "", "No such page"},
		{"GET", "127.0.0.1:1313", "/roadmap/index.html%00.css", 404, "", "No such page"},
		{"GET", "127.0.0.1:1313", "/roadmap//etc/passwd", 404, "", "No such page"},
		{"GET", "127.0.0.1:1313", "//evil.example/roadmap", 404, "", "No such page"},
		{"GET", "127.0.0.1:1313", "//evil.example/%2e%2e", 404, "", "No such page"},
		{"GET", "127.0.0.1:1313", "/%5cevil.example/", 404, "", "No such page"},
		{"GET", "127.0.0.1:1313", "/.milepost/../roadmap/", 404, "", "the preview has no such page"},
		{"GET", "127.0.0.1:1313", "/.milepost/problems.html", 404, "", "the preview has no such page"},
		{"GET", "127.0.0.1:1313", "/.milepost/..%2fserver.go", 404, "", "the preview has no such page"},
		{"GET", "127.0.0.1:1313", "/.milepost/", 404, "", "the preview has no such page"},
		{"GET", "127.0.0.1:1313", "/.milepost/explain/E100", 404, "", "the preview has no such page"},

		{"GET", "127.0.0.1:1313", "/.milepost/reload.js", 200, "Content-Type: text/javascript; charset=utf-8", "EventSource"},
		{"GET", "127.0.0.1:1313", "/.milepost/place.js", 200, "Content-Type: text/javascript; charset=utf-8", "restore"},
		{"GET", "127.0.0.1:1313", "/.milepost/overlay.js", 200, "Content-Type: text/javascript; charset=utf-8", "dialog"},
		{"GET", "127.0.0.1:1313", "/.milepost/problems.css", 200, "Content-Type: text/css; charset=utf-8", "dialog"},
		{"GET", "127.0.0.1:1313", "/.milepost/events?page=%25zz", 400, "", "invalid URL escape"},
		{"HEAD", "127.0.0.1:1313", "/.milepost/events", 200, "Content-Type: text/event-stream; charset=utf-8", ""},
		{"POST", "127.0.0.1:1313", "/roadmap/", 405, "Allow: GET, HEAD", ""},
		{"DELETE", "127.0.0.1:1313", "/roadmap/", 405, "Allow: GET, HEAD", ""},
		{"OPTIONS", "127.0.0.1:1313", "/.milepost/events", 405, "Allow: GET, HEAD", ""},

		// By which names it may be asked.
		{"GET", "localhost:1313", "/roadmap/", 200, "", "Home"},
		{"GET", "LOCALHOST", "/roadmap/", 200, "", "Home"},
		{"GET", "localhost.:1313", "/roadmap/", 200, "", "Home"},
		{"GET", "careconnect.localhost:1313", "/roadmap/", 200, "", "Home"},
		{"GET", "127.8.8.8", "/roadmap/", 200, "", "Home"},
		{"GET", "[::1]:1313", "/roadmap/", 200, "", "Home"},
		{"GET", "[::1]", "/roadmap/", 200, "", "Home"},
		{"GET", "[::ffff:127.0.0.1]:1313", "/roadmap/", 200, "", "Home"},
		{"GET", "plans.example:1313", "/roadmap/", 200, "", "Home"},
		{"GET", "proxy.example", "/roadmap/", 200, "", "Home"},
		{"GET", "192.0.2.7:1313", "/roadmap/", 421, "", "--allow-host 192.0.2.7"},
		{"GET", "evil.example", "/roadmap/", 421, "Content-Type: text/plain; charset=utf-8", `milepost serve does not answer for the name "evil.example"; if it is yours, start it with --allow-host evil.example` + "\n"},
		{"GET", "evil.example:1313", "/roadmap/plan.json", 421, "", "--allow-host evil.example\n"},
		{"GET", "evil.example:1313", "/.milepost/events", 421, "", ""},
		{"POST", "evil.example:1313", "/roadmap/", 421, "", ""},
		{"GET", "localhost.evil.example", "/roadmap/", 421, "", ""},
		{"GET", "evillocalhost", "/roadmap/", 421, "", ""},
		{"GET", "127.0.0.1.evil.example", "/roadmap/", 421, "", ""},
		{"GET", "sub.plans.example", "/roadmap/", 421, "", ""},
		{"GET", "", "/roadmap/", 421, "", ""},
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
	s := newTestServer(t, Options{}, testSite("https://example.org/mein%20plan/größe"))
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
	const escaped = "/mein%20plan/gr%C3%B6%C3%9Fe/"
	if m := s.state.Load().message("/mein plan/größe/"); m.Base != escaped || !strings.Contains(get(t, web.URL+escaped), `data-base="`+escaped+`" data-page="`+m.Page) {
		t.Errorf("pages are told %+v", m)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost/", nil))
	if got, want := w.Header().Get("Location"), "/mein%20plan/gr%C3%B6%C3%9Fe/"; got != want {
		t.Errorf("the redirect leads to %q, want %q", got, want)
	}
}

// A redirect never leads to another host, also of a site at the root.
func TestServeAtRoot(t *testing.T) {
	s := newTestServer(t, Options{}, testSite(""))
	for path, want := range map[string]int{
		"/": 200, "/work/1.1": 307, "//evil.example": 404, "//evil.example/..": 404, "///": 404, "//work/1.1": 404, "/%2Fevil.example": 404, "/%5Cevil.example": 404,
	} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost"+path, nil))
		if location := w.Header().Get("Location"); w.Code != want || strings.HasPrefix(location, "//") {
			t.Errorf("%s: status %d, want %d, location %q", path, w.Code, want, location)
		}
	}
}

// What browsers say of where a request comes from.
func TestServeForeign(t *testing.T) {
	s := newTestServer(t, Options{}, testSite(""))
	for _, c := range []struct {
		path    string
		headers string
		status  int
	}{
		{"/plan.json", "Origin: http://localhost:1313", 200},
		{"/plan.json", "Origin: http://evil.example", 403},
		{"/plan.json", "Origin: http://localhost:8080", 403},
		{"/plan.json", "Origin: null", 403},
		{"/plan.json", "Sec-Fetch-Site: same-origin", 200},
		{"/plan.json", "Sec-Fetch-Site: none", 200},
		{"/plan.json", "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: no-cors|Sec-Fetch-Dest: script", 403},
		{"/style.css", "Sec-Fetch-Site: same-site|Sec-Fetch-Mode: no-cors|Sec-Fetch-Dest: style", 403},
		{"/bilder/gr%C3%B6%C3%9Fe.svg", "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: no-cors|Sec-Fetch-Dest: image", 403},
		{"/", "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document", 200}, // a link
		{"/", "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: iframe", 200},   // the browser of an editor
		{"/", "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: object", 403},
		{"/", "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: cors|Sec-Fetch-Dest: empty|Origin: http://evil.example", 403},
		{eventsPath, "Origin: http://evil.example", 403},
		{eventsPath, "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: cors|Sec-Fetch-Dest: empty", 403},
		{eventsPath, "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document", 403},
		{eventsPath, "Sec-Fetch-Site: same-site|Sec-Fetch-Mode: cors|Sec-Fetch-Dest: empty", 403},
		{scriptPath, "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: no-cors|Sec-Fetch-Dest: script", 403},
	} {
		r := httptest.NewRequest("GET", "http://localhost:1313"+c.path, nil)
		for _, header := range strings.Split(c.headers, "|") {
			name, value, _ := strings.Cut(header, ": ")
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%s with %s: status %d, want %d", c.path, c.headers, w.Code, c.status)
		}
	}
}

// A server on all addresses may be asked by each of them, one on loopback not.
func TestServeMachineAddresses(t *testing.T) {
	for _, a := range machineAddresses() {
		host := net.JoinHostPort(a.String(), "1313")
		if !newGuard("0.0.0.0", nil).knows(host) || !newGuard("::", nil).knows(host) {
			t.Errorf("bound to all addresses it does not answer for %s", host)
		}
		if !a.IsLoopback() && newGuard("127.0.0.1", nil).knows(host) {
			t.Errorf("bound to loopback it answers for %s", host)
		}
	}
	if newGuard("0.0.0.0", nil).knows("192.0.2.7:1313") {
		t.Error("it answers for an address that is not of this machine")
	}
}

// Browsers ask for parts of films and documents.
func TestServeRange(t *testing.T) {
	s := newTestServer(t, Options{}, testSite(""))
	r := httptest.NewRequest("GET", "http://localhost/report.pdf", nil)
	r.Header.Set("Range", "bytes=1-3")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusPartialContent || w.Body.String() != "PDF" || w.Header().Get("Content-Range") != "bytes 1-3/8" {
		t.Errorf("got %d %q %q", w.Code, w.Body, w.Header().Get("Content-Range"))
	}
}

// Without reloading, pages are as published, and there is nothing to listen to.
func TestServeNoReload(t *testing.T) {
	s := newTestServer(t, Options{NoReload: true}, testSite(""))
	for path, want := range map[string]int{"/": 200, scriptPath: 404, eventsPath: 404} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost"+path, nil))
		if w.Code != want || strings.Contains(w.Body.String(), "<script") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	s = newServer(Options{NoReload: true})
	if err := s.fail(badList()); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost/", nil))
	if w.Code != 503 || strings.Contains(w.Body.String(), "<script") || !strings.Contains(w.Body.String(), "E210") {
		t.Errorf("a failed build: %d %s", w.Code, w.Body)
	}
}

func badList() diag.List {
	return diag.List{
		{Severity: diag.Error, Code: "E210", Pos: diag.Pos{File: "content/plan.toml", Line: 15, Column: 3, Length: 4},
			Message: `there is no <script>alert(1)</script>`, Hint: `did you mean "api"?`, Excerpt: "\ta<b>é = \"x\x1b[31m\"",
			Notes: []diag.Note{{Pos: diag.Pos{File: "content/plan.toml", Line: 2}, Message: "it is here"}}},
		{Severity: diag.Warning, Code: "W520", Pos: diag.Pos{File: "content/x"}, Message: "left out"},
	}
}

// Before the first good build there is only the list of problems, escaped.
func TestServeProblemsOnly(t *testing.T) {
	s := newServer(Options{Explain: func(code string) ([]byte, bool) { return []byte("<p>About " + code), code == "E210" }})
	see := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost"+path, nil))
		return w
	}
	if w := see("/"); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "The site is being built") {
		t.Errorf("before the first build: %d %s", w.Code, w.Body)
	}
	if err := s.fail(badList()); err != nil {
		t.Fatal(err)
	}
	w := see("/anything")
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("got %d %s", w.Code, w.Header())
	}
	for _, want := range []string{
		"there is no &lt;script&gt;", "content/plan.toml:15:3", `did you mean &#34;api&#34;?`, "it is here", "left out",
		`<a class="code" href="/.milepost/explain/E210" target="_blank" rel="noopener">E210</a>`, `<span class="code">W520</span>`,
		"<span class=\"line\">15 | </span>\ta<mark>&lt;b&gt;é</mark> = &#34;x\ufffd[31m&#34;\n<span class=\"caret\">     \t ^^^^</span>",
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the page lacks %s:\n%s", want, w.Body)
		}
	}
	w = see(explainPath + "E210")
	if w.Code != 200 || w.Body.String() != "<p>About E210" || !strings.HasPrefix(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("the explanation is %d %s %s", w.Code, w.Header(), w.Body)
	}
	if w := see(explainPath + "W520"); w.Code != 404 {
		t.Errorf("an explanation that there is not: %d", w.Code)
	}
}

// A failed build keeps the last good site; a good one clears the problems.
// Open pages learn each change.
func TestEvents(t *testing.T) {
	s := newTestServer(t, Options{}, testSite(""))
	web := httptest.NewServer(s)
	defer web.Close()
	res, err := http.Get(web.URL + eventsPath + "?page=%2F")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got := res.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/event-stream") {
		t.Errorf("content type %q", got)
	}
	stream := newEventStream(res.Body)
	first := stream.next(t)
	if first.Page == "" || first.Base != "/" || first.Failed || first.Problems == nil || len(first.Problems) > 0 {
		t.Fatalf("first message is %+v", first)
	}
	if body := get(t, web.URL+"/"); !strings.Contains(body, `data-page="`+first.Page+`"`) {
		t.Errorf("the page does not know what the events call it, %s:\n%s", first.Page, body)
	}
	if err := s.fail(badList()); err != nil {
		t.Fatal(err)
	}
	m := stream.next(t)
	if !m.Failed || m.Page != first.Page || len(m.Problems) != 2 || m.Problems[0].Place != "content/plan.toml:15:3" || m.ProblemsID == "" {
		t.Errorf("after a failed build: %+v", m)
	}
	if body := get(t, web.URL+"/"); !strings.Contains(body, "Home") {
		t.Errorf("the last good site is gone: %s", body)
	}
	if err := s.show(testSite(""), badList().Only(diag.Warning), nil); err != nil {
		t.Fatal(err)
	}
	if m := stream.next(t); m.Page != first.Page || m.Failed || len(m.Problems) != 1 {
		t.Errorf("the same site again, with a warning: %+v", m)
	}
}

// Two builds show the same on a page if the page and all that it uses are equal.
func TestLook(t *testing.T) {
	site := func(change map[string]string) *Site {
		files := map[string]string{
			"work/index.html": `<!doctype html><link rel="icon" href="../icon.svg"><link rel=alternate href="../feed.xml">
				<link rel="stylesheet" href="../assets/style.1.css"><link rel=stylesheet media=print href=../assets/print.css>
				<noscript><link rel="stylesheet" href="../assets/plain.css"></noscript>
				<script src="/assets/site.js"></script><a href="../notes.pdf">Notes</a>
				<img src="a%20b.png" srcset="small.png 1x, big.png 2x" alt="<not a tag"><p data-table="rows.json">`,
			"other/index.html": "other", "icon.svg": "i", "feed.xml": "f", "notes.pdf": "n", "assets/site.js": "s",
			"assets/style.1.css": `@import "base.css"; p { background: url( 'dot.png' ) } q { background: url(https://other.example/x.png) }`,
			"assets/base.css":    `@import url(base.css)`, "assets/dot.png": "d", "assets/print.css": "p", "assets/plain.css": "n",
			"work/a b.png": "a", "work/small.png": "s", "work/big.png": "b", "work/rows.json": "r",
		}
		for name, data := range change {
			files[name] = data
			if data == "" {
				delete(files, name)
			}
		}
		site := &Site{Files: map[string]File{}}
		for name, data := range files {
			site.Files[name] = File{Data: []byte(data)}
		}
		return site
	}
	at := func(change map[string]string) look {
		snap, err := newSnapshot(site(change), nil)
		if err != nil {
			t.Fatal(err)
		}
		return snap.look(snap.find("/work/"))
	}
	before := at(nil)
	if len(before.Styles) != 2 || before.Styles[0].Href != "../assets/style.1.css" {
		t.Fatalf("the styles are %+v", before.Styles)
	}
	renamed := strings.Replace(string(site(nil).Files["work/index.html"].Data), "style.1.css", "style.2.css", 1)
	for _, c := range []struct {
		what   string
		change map[string]string
		want   string // what differs
	}{
		{"nothing", nil, ""},
		{"another page", map[string]string{"other/index.html": "x"}, ""},
		{"what it links to", map[string]string{"notes.pdf": "x", "feed.xml": "x"}, ""},
		{"a style without script", map[string]string{"assets/plain.css": "x"}, ""},
		{"its text", map[string]string{"work/index.html": renamed + "x"}, "page first"},
		{"its icon", map[string]string{"icon.svg": "x"}, "page"},
		{"its script", map[string]string{"assets/site.js": "x"}, "page"},
		{"a picture", map[string]string{"work/a b.png": "x"}, "page"},
		{"a picture for sharp screens", map[string]string{"work/big.png": "x"}, "page"},
		{"what a script reads", map[string]string{"work/rows.json": "x"}, "page"},
		{"a style", map[string]string{"assets/print.css": "x"}, "second"},
		{"a style, with its name", map[string]string{"work/index.html": renamed, "assets/style.2.css": "x"}, "first"},
		{"a style of a style", map[string]string{"assets/base.css": "x"}, "first"},
		{"a picture of a style", map[string]string{"assets/dot.png": "x"}, "first"},
		{"the page is gone", map[string]string{"work/index.html": ""}, "page"},
	} {
		after := at(c.change)
		var differs []string
		if after.Page != before.Page {
			differs = append(differs, "page")
		}
		for i, name := range []string{"first", "second"} {
			if i < len(after.Styles) && after.Styles[i].ID != before.Styles[i].ID {
				differs = append(differs, name)
			}
		}
		if got := strings.Join(differs, " "); got != c.want {
			t.Errorf("%s: what differs is %q, want %q", c.what, got, c.want)
		}
	}
}

// The sum that comes with a file counts, or else that of its data.
func TestFileSum(t *testing.T) {
	data := []byte("x")
	if known := (File{Data: data, Sum: sha256.Sum256([]byte("y"))}); known.sum() != sha256.Sum256([]byte("y")) {
		t.Error("the sum is computed although it is known")
	}
	if (File{Data: data}).sum() != sha256.Sum256(data) {
		t.Error("the sum is not computed")
	}
}

// Where open pages go after an edit.
func TestNavigate(t *testing.T) {
	site := func(home, work string) *Site {
		s := testSite("https://example.org/my%20plan/")
		s.Files["index.html"], s.Files["work/1.1/index.html"] = File{Data: []byte(home)}, File{Data: []byte(work)}
		s.Shown = map[string]string{"content/work/1.1.md": "work/1.1/index.html", "content/role/qa.md": "people/index.html#role-qa",
			"content/index.md": "index.html", "content/work/1.2.md": "work/1.2/index.html"}
		return s
	}
	for _, c := range []struct {
		what       string
		home, work string // pages after the edit
		changed    string
		want       string
	}{
		{"a story", "h", "w2", "content/work/1.1.md", "/my%20plan/work/1.1/"},
		{"the front page", "h2", "w", "content/index.md", "/my%20plan/"},
		{"a part of a page", "h", "w", "content/role/qa.md", "/my%20plan/people/#role-qa"},
		{"a story and plan data", "h2", "w2", "content/plan.toml content/work/1.1.md", "/my%20plan/work/1.1/"},
		{"two stories", "h2", "w2", "content/index.md content/work/1.1.md", ""},
		{"plan data, many pages", "h2", "w2", "content/plan.toml", ""},
		{"plan data, one page", "h", "w2", "content/plan.toml", "/my%20plan/work/1.1/"},
		{"plan data, no page", "h", "w", "content/plan.toml", ""},
	} {
		s := newTestServer(t, Options{Navigate: true}, site("h", "w"))
		if err := s.show(site(c.home, c.work), nil, strings.Fields(c.changed)); err != nil {
			t.Fatal(err)
		}
		if got := s.state.Load().target; got != c.want {
			t.Errorf("%s: open pages go to %q, want %q", c.what, got, c.want)
		}
	}
	s := newTestServer(t, Options{}, site("h", "w"))
	if err := s.show(site("h", "w2"), nil, []string{"content/work/1.1.md"}); err != nil {
		t.Fatal(err)
	}
	if got := s.state.Load().target; got != "" {
		t.Errorf("open pages go to %q although nobody asked for it", got)
	}
}

// Only pages that were open at the time of an edit go where it was.
func TestNavigateOnce(t *testing.T) {
	s := newTestServer(t, Options{Navigate: true}, testSite(""))
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	listen := func() *eventStream {
		res, err := http.Get(web.URL + eventsPath + "?page=/")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { res.Body.Close() })
		return newEventStream(res.Body)
	}
	open := listen()
	open.next(t)
	site := testSite("")
	site.Shown = map[string]string{"content/work/1.1.md": "work/1.1/index.html"}
	if err := s.show(site, nil, []string{"content/work/1.1.md"}); err != nil {
		t.Fatal(err)
	}
	if m := open.next(t); m.GoTo != "/work/1.1/" {
		t.Errorf("the open page goes to %q", m.GoTo)
	}
	if m := listen().next(t); m.GoTo != "" {
		t.Errorf("a page that was opened later goes to %q", m.GoTo)
	}
}

// Requests during many swaps see one build or the other, never a mixture.
func TestSwapIsAtomic(t *testing.T) {
	site := func(text string) *Site {
		return &Site{Files: map[string]File{"index.html": {Data: []byte(strings.Repeat(text, 5000))}}}
	}
	s := newTestServer(t, Options{}, site("a"))
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range 100 {
			if err := s.show(site(string(rune('a'+i%2))), nil, nil); err != nil {
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
