package mockapi

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestBodies(t *testing.T) {
	tests := []struct {
		name, body string
		size       int64
		kept       int
		truncated  bool
	}{
		{"nothing", "", 0, 0, false},
		{"text", "höllo", 6, 6, false},
		{"no text", "\xff\x00", 2, 2, false},
		{"as much as is kept", strings.Repeat("x", keptBody), keptBody, keptBody, false},
		{"more than is kept", strings.Repeat("x", 10_000_000), 10_000_000, keptBody, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			api := mustNew(t, Config{}, newWorld().environment())
			got := decode(t, mustCall(t, from(t, "127.0.0.1"), "PUT", start(t, api), test.body).body)
			echoed := string(got.BodyBase64)
			if got.Body != nil {
				echoed = *got.Body
			}
			diff(t, "size", test.size, got.BodySize)
			diff(t, "truncated", test.truncated, got.BodyTruncated)
			if echoed != test.body[:test.kept] {
				t.Errorf("echo has %d bytes, want the first %d", len(echoed), test.kept)
			}
			diff(t, "kept", test.kept, len(api.Requests()[0].Body))
		})
	}
}

// An endless body is not read to its end.
func TestBodyWithoutEnd(t *testing.T) {
	api := mustNew(t, Config{}, newWorld().environment())
	w := httptest.NewRecorder()
	api.Handler().ServeHTTP(w, httptest.NewRequest("POST", "/", new(alphabet)))
	diff(t, "status", 413, w.Code)
	diff(t, "read", int64(maxBody), api.Requests()[0].BodySize)
	diff(t, "why", "the request's body: http: request body too large", api.Requests()[0].Why)
}

// An entry of a script may say what the answer's text is: what an API says in a 200 can be
// tried.
func TestBodiesOfAScript(t *testing.T) {
	script, err := ParseScript(`200:body='{"error":"slow, please"}',403:body="access too: frequent",503:body=:content-type=text/html,404`)
	if err != nil {
		t.Fatal(err)
	}
	server := start(t, mustNew(t, Config{Paths: []PathScript{{"/", script}}}, newWorld().environment()))
	for _, want := range []struct {
		code       int
		kind, body string
	}{
		{200, "application/json", `{"error":"slow, please"}`},
		{403, "text/plain; charset=utf-8", "access too: frequent"},
		{503, "text/html", ""},
	} {
		got := mustCall(t, from(t, "127.0.0.1"), "GET", server, "")
		diff(t, "status", want.code, got.status)
		diff(t, "type", want.kind, got.header.Get("Content-Type"))
		diff(t, "body", want.body, string(got.body))
	}
	diff(t, "why", "entry 4 of the script", decode(t, mustCall(t, from(t, "127.0.0.1"), "GET", server, "").body).Why)
}
