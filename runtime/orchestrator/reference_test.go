package orchestrator

import (
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
)

// The examples of RFC 3986 5.4, without "http:g", which it lets a parser read in two ways.
func TestResolve(t *testing.T) {
	base, _ := readReference("http://a/b/c/d;p?q")
	for text, want := range map[string]string{
		"g:h": "g:h", "g": "http://a/b/c/g", "./g": "http://a/b/c/g", "g/": "http://a/b/c/g/", "/g": "http://a/g", "//g": "http://g",
		"?y": "http://a/b/c/d;p?y", "g?y": "http://a/b/c/g?y", "#s": "http://a/b/c/d;p?q#s", "g#s": "http://a/b/c/g#s",
		"g?y#s": "http://a/b/c/g?y#s", ";x": "http://a/b/c/;x", "g;x": "http://a/b/c/g;x", "g;x?y#s": "http://a/b/c/g;x?y#s",
		"": "http://a/b/c/d;p?q", ".": "http://a/b/c/", "./": "http://a/b/c/", "..": "http://a/b/", "../": "http://a/b/", "../g": "http://a/b/g",
		"../..": "http://a/", "../../": "http://a/", "../../g": "http://a/g",

		"../../../g": "http://a/g", "../../../../g": "http://a/g", "/./g": "http://a/g", "/../g": "http://a/g", "g.": "http://a/b/c/g.",
		".g": "http://a/b/c/.g", "g..": "http://a/b/c/g..", "..g": "http://a/b/c/..g", "./../g": "http://a/b/g", "./g/.": "http://a/b/c/g/",
		"g/./h": "http://a/b/c/g/h", "g/../h": "http://a/b/c/h", "g;x=1/./y": "http://a/b/c/g;x=1/y", "g;x=1/../y": "http://a/b/c/y",
		"g?y/./x": "http://a/b/c/g?y/./x", "g?y/../x": "http://a/b/c/g?y/../x", "g#s/./x": "http://a/b/c/g#s/./x",
		"g#s/../x": "http://a/b/c/g#s/../x",
	} {
		r, ok := readReference(text)
		r = r.resolve(base)
		if got := r.scheme + ":" + r.authority + r.path + r.query + r.fragment; !ok || got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// TestRewrittenMeansTheSame: whatever a reference is put together from, the path that
// the caller gets leads an egress to what net/url makes of it. It joins them as the
// egress does.
func TestRewrittenMeansTheSame(t *testing.T) {
	pieces := []string{"/", "/", "..", ".", "v1", "v10", "a", "b;c", "%2F", "%7e", "?", "#", "x=1", ":", "//", "https:", "api.example", "@",
		"%2e"}
	random := rand.New(rand.NewPCG(13, 14))
	rewritten := 0
	for range 50_000 {
		var text strings.Builder
		for range random.IntN(8) {
			text.WriteString(pieces[random.IntN(len(pieces))])
		}
		got := requestURLOf(t, "https://api.example/v1", "/list/all?page=2").rewrite(text.String())
		if got == text.String() {
			continue
		}
		rewritten++
		base, _ := url.Parse("https://api.example/v1/list/all?page=2")
		means, err := base.Parse(text.String())
		if err != nil {
			t.Errorf("%q became %q, and net/url says %v", text.String(), got, err)
			continue
		}
		if strings.HasPrefix(got, "//") || !strings.HasPrefix(got, "/") {
			t.Errorf("%q became %q: not a path", text.String(), got)
		}
		leads, err := url.Parse("https://api.example/v1" + got)
		if err != nil || spelling(leads) != spelling(means) {
			t.Errorf("%q became %q, which leads to %s, not to %s", text.String(), got, leads, means)
		}
	}
	if rewritten < 1000 {
		t.Errorf("only %d were rewritten", rewritten)
	}
}

// spelling leaves out what sfngen does not distinguish at the root, and the default port.
func spelling(u *url.URL) string {
	copied := *u
	copied.Host = strings.TrimSuffix(copied.Host, ":")
	path := strings.TrimSuffix(copied.EscapedPath(), "/")
	if path != "/v1" {
		path = copied.EscapedPath()
	}
	return copied.Host + normal(path) + "?" + copied.RawQuery + "#" + copied.EscapedFragment()
}

func requestURLOf(t *testing.T, upstream, target string) requestURL {
	t.Helper()
	read, err := Config{RewriteLocation: upstream}.readUpstream()
	if err != nil {
		t.Fatal(err)
	}
	path, query, _ := strings.Cut(target, "?")
	return (&locations{upstream: read, input: `{"request":{"path":"` + path + `","query":"` + query + `"}}`}).request()
}
