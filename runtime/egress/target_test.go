package egress

import (
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/runtime/contract"
)

func TestTarget(t *testing.T) {
	const base = "https://api.acme.example/v1"
	tests := []struct {
		name, upstream, path, query, want string
	}{
		{"joined", base, "/orders", "", base + "/orders"},
		{"without a slash", base, "orders", "", base + "/orders"},
		{"root is the upstream as written", base, "/", "", base},
		{"empty is the upstream as written", base + "/", "", "", base + "/"},
		{"one slash between", base + "/", "/orders", "", base + "/orders"},
		{"no path upstream", "https://api.acme.example", "/orders", "", "https://api.acme.example/orders"},
		{"trailing slash stays", base, "/orders/", "", base + "/orders/"},
		{"double slashes stay", base, "//evil.example//x", "", base + "//evil.example//x"},
		{"looks like a URL", "https://api.acme.example", "//evil.example/x", "", "https://api.acme.example//evil.example/x"},
		{"user info does not move the host", base, "/@evil.example", "", base + "/@evil.example"},
		{"escapes stay as written", base, "/a%2Fb%2fc%41", "", base + "/a%2Fb%2fc%41"},
		{"raw text is escaped", base, `/a b"ü?#\`, "", base + "/a%20b%22%C3%BC%3F%23%5C"},
		{"a lone percent is escaped", base, "/100%/5%2", "", base + "/100%25/5%252"},
		{"a line break is escaped", base, "/a\r\nHost: x", "", base + "/a%0D%0AHost:%20x"},
		{"escapes of the upstream stay", "https://api.acme.example/a%2Fb", "/c", "", "https://api.acme.example/a%2Fb/c"},
		{"raw query", base, "/o", "a[]=1&b=%20&c=d/e?f", base + "/o?a[]=1&b=%20&c=d/e?f"},
		{"query is escaped where it must", base, "/o", "q=a b\n#c", base + "/o?q=a%20b%0A%23c"},
		{"dots inside", base, "/a/../b/./c", "", base + "/a/../b/./c"},
		{"names with dots", base, "/.../..a", "", base + "/.../..a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			upstream, err := parseUpstream(test.upstream)
			if err != nil {
				t.Fatal(err)
			}
			got, err := target(upstream, test.path, test.query)
			if err != nil {
				t.Fatal(err)
			}
			diff(t, "URL", test.want, got.String())
		})
	}
}

func TestPathsThatClimbAreNeverSent(t *testing.T) {
	requested, calls := serve(t, answering(200, ""))
	e := newLab(requested + "/v1").build(t)
	for _, path := range []string{
		"..", "/..", "/../admin", "/a/../../admin", "/./../admin", "//../admin",
		"/%2e%2e/admin", "/%2E./admin", "/..%2fadmin", "/..%2Fadmin", "/%2e%2e%2fadmin",
		`/..\admin`, "/..%5cadmin", `\..\admin`, "/%252e%252e/admin", "/%25252e%25252e/admin",
		"/%252e%252e%2500/admin", "/..%20/admin", "/..%0d/admin", "/..%09%2fadmin", "/%25c0%25ae%25c0%25ae/admin", "/..%25c0%25afadmin",
		"/..;/admin", "/..;x=1/admin", "/a%2fb/../../admin", `/a\b/../../admin`, "/a/;x/../../admin",
	} {
		t.Run(path, func(t *testing.T) {
			in := first("GET")
			in.Input.Request.Path = path
			failed := mustFail(t, e, in)
			diff(t, "name", contract.ErrRejected, failed.name)
			diff(t, "fault", contract.FaultInvalidRequest, failed.failure.Attempts[0].Fault)
			diff(t, "reason", "request.path: its dot segments lead out of the upstream's path", failed.failure.Reason)
		})
	}
	if n := calls.Load(); n != 0 {
		t.Errorf("the upstream was called %d times", n)
	}
}

// What servers read in several ways goes to none, whether it climbs or not.
func TestPathsThatMeanSeveralThingsAreNeverSent(t *testing.T) {
	upstream, err := parseUpstream("https://api.acme.example/v1")
	if err != nil {
		t.Fatal(err)
	}
	const nul, overlong = "has a NUL character, at which some servers end it",
		"has overlong UTF-8, which some servers take for a dot or a slash"
	for path, want := range map[string]string{
		"/..%00": nul, "/a%00b": nul, "/a%00/../x": nul, "/a\x00": nul,
		"/%c0%ae%c0%ae/x": overlong, "/%C0%AE": overlong, "/..%c0%afx": overlong, "/..%e0%80%afx": overlong, "/..%F0%80%80%AFx": overlong,
		"/..%c1%9cx": overlong, "/%c1%81": overlong, "/%e0%81%9c": overlong,
		"/%f8%80%80%80%ae./x": overlong, "/..%FC%80%80%80%80%AFx": overlong,
	} {
		if _, err := target(upstream, path, ""); err == nil || err.Error() != "request.path: it "+want {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, path := range []string{"/caf%e9", "/%f8re", "/%c0", "/%c0%20", "/%c3%a9%c2%ae", "/%e0%a4%85", "/%f0%9f%98%80", "/5%2500",
		"/a%2fb"} {
		if _, err := target(upstream, path, ""); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestUpstreamReceivesTheTargetAsItIs(t *testing.T) {
	var line, host string
	requested, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { line, host = r.RequestURI, r.Host })
	in := first("GET")
	in.Input.Request.Path = "/a%2Fb/c d"
	in.Input.Request.Query = "x=%41&y=1&y=2"
	in.Input.Request.Headers = map[string]string{"host": "evil.example"}
	l := newLab(requested + "/v1")
	l.ForwardHeaders = []string{"host"}
	mustSucceed(t, l.build(t), in)
	diff(t, "request target", "/v1/a%2Fb/c%20d?x=%41&y=1&y=2", line)
	diff(t, "host", strings.TrimPrefix(requested, "http://"), host)
}

func FuzzTarget(f *testing.F) {
	for _, seed := range []string{"/orders", "..", "/%2e%2e/x", `/a\..\..\x`, "//evil.example", "/a b?c#d", "/%", "/..;/x"} {
		f.Add(seed, "a=1&b=%zz#")
	}
	upstream, err := url.Parse("https://api.acme.example/v1/base")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, requestPath, query string) {
		got, err := target(upstream, requestPath, query)
		if err != nil {
			return
		}
		sent, err := url.Parse(got.String())
		if err != nil {
			t.Fatalf("%q is no URL: %v", got, err)
		}
		if sent.Scheme != "https" || sent.Host != upstream.Host || sent.User != nil || sent.Fragment != "" {
			t.Fatalf("%q leaves the upstream", sent)
		}
		if strings.ContainsFunc(got.RequestURI(), func(r rune) bool { return r <= ' ' || r > '~' || r == '#' }) {
			t.Fatalf("%q has characters that may not stand in a request line", got.RequestURI())
		}
		for _, reading := range readings(sent.EscapedPath()) {
			if clean := path.Clean(reading); clean != "/v1/base" && !strings.HasPrefix(clean, "/v1/base/") {
				t.Fatalf("%q climbs out of the upstream's path: %q", sent, clean)
			}
		}
	})
}

// readings are what servers may make of a path before they clean it.
func readings(escaped string) []string {
	once, err := url.PathUnescape(escaped)
	if err != nil {
		return []string{escaped}
	}
	twice, err := url.PathUnescape(once)
	if err != nil {
		twice = once
	}
	slashed := func(s string) string { return strings.ReplaceAll(s, `\`, "/") }
	return []string{escaped, once, twice, slashed(escaped), slashed(once), slashed(twice)}
}
