package orchestrator

import (
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

// TestRefusals: what never starts an execution, with the whole text.
func TestRefusals(t *testing.T) {
	const page = problemsPage + "#"
	tests := []struct {
		name   string
		event  events.LambdaFunctionURLRequest
		status int
		body   string
		header map[string]string
	}{
		{"not an HTTP event", events.LambdaFunctionURLRequest{}, 400,
			`{"type":"` + page + `not-an-http-request","title":"Not an HTTP request","status":400,"detail":"This Lambda takes the events of its ` +
				`function URL (payload format 2.0) and was invoked with something else. Send an HTTP request to the function URL, or start the ` +
				`state machine itself."}`, nil},
		{"method", request("DELETE", "/orders"), 405,
			`{"type":"` + page + `method-not-allowed","title":"Method not allowed","status":405,"detail":"DELETE is not allowed here. Allowed: ` +
				`GET, HEAD, POST."}`,
			map[string]string{"allow": "GET, HEAD, POST"}},
		{"method in lower case", request("get", "/orders"), 405,
			`{"type":"` + page + `method-not-allowed","title":"Method not allowed","status":405,"detail":"get is not allowed here. Allowed: GET, ` +
				`HEAD, POST."}`,
			map[string]string{"allow": "GET, HEAD, POST"}},
		{"dot segment", request("GET", "/a/../b"), 400,
			`{"type":"` + page + `invalid-path","title":"Invalid path","status":400,"detail":"The path has a \".\" or \"..\" segment. Send the ` +
				`path that it leads to."}`, nil},
		{"backslash", request("GET", `/a\b`), 400,
			`{"type":"` + page + `invalid-path","title":"Invalid path","status":400,"detail":"The path has a backslash, which some servers take ` +
				`for a slash. Send a path without it."}`, nil},
		{"broken base64", request("POST", "/", withBytes(nil), withBody("*")), 400,
			`{"type":"` + page + `invalid-body","title":"Invalid body","status":400,"detail":"The body is marked as base64 but is not: illegal ` +
				`base64 data at input byte 0."}`, nil},
		{"too large", request("POST", "/", withBody(strings.Repeat("x", contract.RequestLimit))), 413,
			`{"type":"` + page + `request-too-large","title":"Request too large","status":413,"detail":"The request takes 196646 bytes as JSON, ` +
				`and the workflow can carry 196608. Binary bodies grow by a third."}`, nil},
		{"reserved path of an express workflow", request("GET", contract.ExecutionsPath+testID), 404,
			`{"type":"` + page + `execution-not-found","title":"Execution not found","status":404,"detail":"There is no execution here."}`, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, expressConfig(), func(c call) reply {
				t.Errorf("started: %+v", c)
				return refused(500, "InternalFailure")
			})
			got := b.handle(test.event)
			checkProblem(t, got, test.status, test.body)
			delete(got.Headers, "content-type")
			if diff := cmp.Diff(test.header, got.Headers, cmp.Transformer("empty", emptyAsNil)); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
		})
	}
}

func emptyAsNil(m map[string]string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	return m
}

func TestReadPath(t *testing.T) {
	tests := []struct{ name, raw, want string }{
		{"root", "/", "/"},
		{"nothing", "", "/"},
		{"as it came", "/a%20b/%C3%A9;v=1/$x,(y)~", "/a%20b/%C3%A9;v=1/$x,(y)~"},
		{"escaped slash stays", "/a%2Fb", "/a%2Fb"},
		{"space", "/a b", "/a%20b"},
		{"not ASCII", "/é", "/%C3%A9"},
		{"lone percent sign", "/100%/a%zz/%a", "/100%25/a%25zz/%25a"},
		{"what would end the path", "/a?b#c", "/a%3Fb%23c"},
		{"dots that are no segment", "/..a/b../.../a.b", "/..a/b../.../a.b"},
		{"dot", "/a/.", ""},
		{"dot dot", "/..", ""},
		{"escaped dots", "/a/%2e%2E/b", ""},
		{"half escaped", "/a/.%2e", ""},
		{"escaped slash and dots", "/a%2f..%2fb", ""},
		{"path parameter", "/a/..;x=1/b", ""},
		{"backslash", `/a\..\b`, ""},
		{"escaped backslash", "/a%5c..%5Cb", ""},
		{"NUL", "/..%00/b", ""},
		{"NUL in a name", "/a%00b", ""},
		{"overlong dots", "/%c0%ae%c0%ae/b", ""},
		{"an overlong slash", "/..%c0%afb", ""},
		{"an overlong slash of three bytes", "/..%E0%80%AFb", ""},
		{"Latin 1", "/caf%E9/%C0", "/caf%E9/%C0"},
		{"an escaped escape is text", "/5%2500", "/5%2500"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := readPath(test.raw)
			if (err != nil) != (test.want == "") || got.escaped != test.want {
				t.Errorf("readPath(%q) = %q, %v, want %q", test.raw, got.escaped, err, test.want)
			}
		})
	}
}

func TestReservedPath(t *testing.T) {
	tests := map[string]bool{
		"/.sfngen": true, "/.sfngen/": true, "/.sfngen/executions/x": true, "/%2esfngen/executions/x": true,
		"/.sfngen%2fexecutions": true, "/.sfngens": false, "/a/.sfngen/": false,
	}
	for raw, want := range tests {
		t.Run(raw, func(t *testing.T) {
			path, err := readPath(raw)
			if err != nil || path.reserved() != want {
				t.Errorf("reserved = %v, %v, want %v", path.reserved(), err, want)
			}
		})
	}
}

func TestEscapeQuery(t *testing.T) {
	tests := map[string]string{
		`filter[a]="x"&b=%20+&c=100%`: `filter[a]="x"&b=%20+&c=100%`,
		"a=b c#d\r\né":                "a=b%20c%23d%0D%0A%C3%A9",
	}
	for raw, want := range tests {
		if got := escapeQuery(raw); got != want {
			t.Errorf("escapeQuery(%q) = %q, want %q", raw, got, want)
		}
	}
}
