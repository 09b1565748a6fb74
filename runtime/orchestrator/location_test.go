package orchestrator

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

// rewritten is what a caller gets of the values of one field.
func rewritten(upstream, target, field string, values ...string) []string {
	path, query, _ := strings.Cut(target, "?")
	input, err := executionInput(contract.Request{Method: "GET", Path: path, Query: query}, "")
	if err != nil {
		panic(err)
	}
	read, err := Config{RewriteLocation: upstream}.readUpstream()
	if err != nil {
		panic(err)
	}
	return (&locations{upstream: read, input: input}).values(field, values)
}

// What lies below the upstream's URL becomes a path of the function URL; all else
// passes byte for byte.
func TestLocation(t *testing.T) {
	const v1 = "https://api.example/v1"
	const same = "" // passes as it came
	tests := []struct{ name, upstream, target, value, want string }{
		{"absolute path", v1, "/orders", "/v1/orders/", "/orders/"},
		{"absolute URL", v1, "/jobs", "https://api.example/v1/jobs/7", "/jobs/7"},
		{"a space in a fragment", v1, "/jobs", "https://api.example/v1/jobs?a=%2F&b[]={1}#s 7", "/jobs?a=%2F&b[]={1}#s 7"},
		{"query and fragment stay, byte for byte", v1, "/jobs", `https://api.example/v1/jobs?a=%2f&b[]={"x":1}&c=100%#s-7`,
			`/jobs?a=%2f&b[]={"x":1}&c=100%#s-7`},
		{"the upstream itself", v1, "/jobs", "https://api.example/v1", "/"},
		{"the upstream itself with a slash", v1, "/jobs", "/v1/", "/"},
		{"the upstream itself with a query", v1, "/jobs", "/v1?page=2", "/?page=2"},
		{"not back to where the request was", v1, "/", "/v1/", same},
		{"nor without the slash", "https://api.example/v1/", "/", "/v1", same},
		{"a base path with a slash", "https://api.example/v1/", "/", "/v1/x", "/x"},
		{"no base path", "https://api.example", "/a", "https://api.example/a/b", "/a/b"},
		{"no base path, no path", "https://api.example", "/a", "https://api.example", "/"},
		{"no base path, a query alone", "https://api.example/", "/a", "https://api.example?q", "/?q"},
		{"a prefix of letters only", v1, "/orders", "https://api.example/v10/orders", same},
		{"outside of the base path", v1, "/orders", "/login", same},
		{"a base path of several segments", "https://api.example/a/b", "/x", "/a/b/c", "/c"},
		{"half of it", "https://api.example/a/b", "/x", "/a/c", same},

		{"host and scheme in capitals", v1, "/x", "HTTPS://API.Example/v1/y", "/y"},
		{"the base path in capitals", v1, "/x", "/V1/y", same},
		{"default port", v1, "/x", "https://api.example:443/v1/y", "/y"},
		{"a colon without a port", v1, "/x", "https://api.example:/v1/y", "/y"},
		{"default port of the upstream", "https://api.example:443/v1", "/x", "https://api.example/v1/y", "/y"},
		{"another port", v1, "/x", "https://api.example:8443/v1/y", same},
		{"its own port", "http://127.0.0.1:9300/v1", "/x", "http://127.0.0.1:9300/v1/y", "/y"},
		{"the port of the other scheme", v1, "/x", "https://api.example:80/v1/y", same},
		{"an IPv6 address", "http://[2001:db8::1]/v1", "/x", "http://[2001:DB8::1]:80/v1/y", "/y"},
		{"another scheme", v1, "/x", "http://api.example/v1/y", same},
		{"another host", v1, "/x", "https://api.example.evil.example/v1/y", same},
		{"user info", v1, "/x", "https://me:secret@api.example/v1/y", same},
		{"a host behind user info", v1, "/x", "https://api.example@evil.example/v1/y", same},
		{"network path", v1, "/x", "//api.example/v1/y", "/y"},
		{"network path to another host", v1, "/x", "//cdn.example/v1/y", same},
		{"another kind of URL", v1, "/x", "mailto:orders@api.example", same},

		{"relative to the request", v1, "/orders/7", "8", "/orders/8"},
		{"relative, without a directory", v1, "/orders", "8", "/8"},
		{"relative, with dots", v1, "/a/b/c", "../../d/./e", "/d/e"},
		{"relative, out of the base path", v1, "/a", "../login", same},
		{"relative, out and in again", v1, "/a", "../v1/b", "/b"},
		{"an absolute path with dots", v1, "/a", "/x/../v1/b/..", "/"},
		{"dots beyond the root", v1, "/a", "/../../v1/b", "/b"},
		{"relative with a colon", v1, "/a/b", "./x:y", "/a/x:y"},
		{"query only", v1, "/items?page=1", "?page=2", "/items?page=2"},
		{"query only at the upstream's URL", v1, "/?page=1", "?page=2", "/?page=2"},
		{"fragment only", v1, "/items?page=1", "#row-9", "/items?page=1#row-9"},
		{"empty", v1, "/items", "", same},
		{"relative, no base path", "https://api.example", "/", "x", "/x"},

		{"escapes stay", v1, "/x", "/v1/a%2fb%20c/%C3%BC", "/a%2fb%20c/%C3%BC"},
		{"an escaped base path", v1, "/x", "/%76%31/y", "/y"},
		{"an escape that the base path has in other letters", "https://api.example/a%2Fb", "/x", "/a%2fb/y", "/y"},
		{"an escaped slash is no slash", v1, "/x", "/v1%2Fy", same},
		{"letters beyond ASCII", v1, "/x", "/v1/größe", "/größe"},

		// What the function URL would refuse, keep for itself, or take for another host.
		{"escaped dots", v1, "/x", "/v1/%2e%2e/admin", same},
		{"dots with parameters", v1, "/x", "/v1/..;a/admin", same},
		{"an empty segment first", v1, "/x", "https://api.example/v1//evil.example/y", same},
		{"an empty segment later", v1, "/x", "/v1/y//z", "/y//z"},
		{"a path of sfngen", v1, "/x", "/v1/.sfngen/executions/a", same},

		{"what no URI has and servers send", v1, "/x", `/v1/my files/{id}/"a"|<b>^`, `/my files/{id}/"a"|<b>^`},
		{"the same, relative", v1, "/docs/x", "my report.pdf", "/docs/my report.pdf"},
		{"spaces around it", v1, "/x", "  /v1/a ", "/a"},
		{"a space in the host", v1, "/x", "https://api.example /v1/a", same},
		{"a tab", v1, "/x", "/v1/a\tb", same},
		{"a backslash", v1, "/x", `/v1/\evil.example`, same},
		{"half an escape", v1, "/x", "/v1/%zz", same},
		{"no scheme", v1, "/x", "://api.example/v1/y", same},
		{"a scheme with a digit first", v1, "/x", "1https://api.example/v1/y", same},
		{"half an IPv6 address", v1, "/x", "http://[::1/v1", same},
		{"no host", v1, "/x", "https:///v1/y", same},
		{"no slashes", v1, "/x", "https:v1/y", same},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := test.want
			if want == same {
				want = test.value
			}
			for _, field := range []string{"location", "content-location"} {
				if got := rewritten(test.upstream, test.target, field, test.value)[0]; got != want {
					t.Errorf("%s: %s at %s: %q, want %q", field, test.value, test.target, got, want)
				}
			}
		})
	}
}

func TestLocationSentTwice(t *testing.T) {
	got := rewritten("https://api.example/v1", "/", "location", "/v1/a", "https://api.example/v1/a", "/v1/b")
	if diff := cmp.Diff([]string{"/a", "/b"}, got); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

func TestOtherFieldsStay(t *testing.T) {
	for _, field := range []string{"refresh", "x-location", "set-cookie"} {
		if got := rewritten("https://api.example/v1", "/", field, "/v1/a", "/v1/a"); cmp.Diff([]string{"/v1/a", "/v1/a"}, got) != "" {
			t.Errorf("%s: %q", field, got)
		}
	}
}

// An execution that cannot say its request still has references that need none.
func TestLocationWithoutTheRequest(t *testing.T) {
	upstream, err := Config{RewriteLocation: "https://api.example/v1"}.readUpstream()
	if err != nil {
		t.Fatal(err)
	}
	for _, input := range []string{"", "{}", "not JSON"} {
		l := &locations{upstream: upstream, input: input}
		got := l.values("link", []string{"</v1/a>, <b>, <?c>, <#d>, <https://api.example/v1/e>"})
		if diff := cmp.Diff([]string{"</a>, <b>, <?c>, <#d>, </e>"}, got); diff != "" {
			t.Errorf("input %q (-want +got):\n%s", input, diff)
		}
	}
}

func TestLocationConfig(t *testing.T) {
	for _, wrong := range []string{"api.example", "/v1", "ftp://api.example", "https://a@api.example", "https://api.example?x", "https://a b",
		"https://api.example#x"} {
		cfg := expressConfig()
		cfg.RewriteLocation = wrong
		if _, err := New(cfg, Environment{StateMachineARN: testMachine}); err == nil || !strings.Contains(err.Error(), "RewriteLocation") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}

// The answer of a direct request and that below sfngen's own path say the same, and
// sfngen's own Location stays; so do both where nothing is to be rewritten.
func TestLocationOfEachWorkflow(t *testing.T) {
	made := contract.Response{StatusCode: 201, Headers: map[string][]string{
		"Location": {"7"}, "content-location": {"https://api.example/v1/orders/7"}, "Link": {"</v1/orders/8>; rel=next", `<9>; rel="last"`}}}
	input := fields{"input": `{"request":{"method":"POST","path":"/orders/new"}}`}
	for upstream, want := range map[string][]string{
		"https://api.example/v1": {"/orders/7", "/orders/7", `</orders/8>; rel=next, </orders/9>; rel="last"`},
		"":                       {"7", "https://api.example/v1/orders/7", `</v1/orders/8>; rel=next, <9>; rel="last"`},
	} {
		express, standard := expressConfig(), standardConfig()
		express.RewriteLocation, standard.RewriteLocation = upstream, upstream
		failure := contract.Failure{Response: &made, Attempts: attempts(contract.Attempt{StatusCode: 201})}
		described := standardReplies(with(succeeded(t, made), input))
		for name, headers := range map[string]map[string]string{
			"success":  newBench(t, express, func(call) reply { return succeeded(t, made) }).handle(request("POST", "/orders/new")).Headers,
			"failure":  newBench(t, express, inTurn(failed(t, contract.ErrRejected, failure))).handle(request("POST", "/orders/new")).Headers,
			"standard": newBench(t, standard, described).handle(request("POST", "/orders/new")).Headers,
			"found":    newBench(t, standard, described).handle(request("GET", testLocation)).Headers,
		} {
			got := []string{headers["location"], headers["content-location"], headers["link"]}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s below %q (-want +got):\n%s", name, upstream, diff)
			}
		}
		b := newBench(t, standard, standardReplies(running))
		if got := b.handle(request("GET", "/v1/orders", withHeader("prefer", "respond-async"))).Headers["location"]; got != testLocation {
			t.Errorf("sfngen's own Location: %q", got)
		}
	}
}

// with adds fields to an answer of Step Functions.
func with(r reply, more fields) reply {
	body := r.body.(fields)
	for name, value := range more {
		body[name] = value
	}
	return r
}
