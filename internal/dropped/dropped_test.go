package dropped_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/dropped"
)

var rules = dropped.Rules{Forwarded: []string{"content-type", "x-a"}, Fixed: []string{"x-fixed"}}

func TestWhatIsSaidOfARequest(t *testing.T) {
	for _, test := range []struct {
		name   string
		header http.Header
		asked  []string
		signed bool
		want   []string
	}{
		{"all pass", http.Header{"X-A": {"1"}, "Content-Type": {"a/b"}}, nil, false, nil},
		{"one that is not listed", http.Header{"Authorization": {"Bearer x"}}, nil, false,
			[]string{"lost the header authorization: upstream.forwardHeaders does not list it"}},
		{"a signature is expected there", http.Header{"Authorization": {"Bearer x"}}, nil, true,
			[]string{"lost the header authorization: upstream.forwardHeaders does not list it; deployed with triggers.functionUrl.auth: iam, " +
				"it holds the caller's AWS signature, and upstream.renameHeaders can send another header on as authorization"}},
		{"the signature itself", http.Header{"Authorization": {"AWS4-HMAC-SHA256 x"}, "X-Amz-Date": {"x"}}, nil, true, nil},
		{"a signature for the API", http.Header{"Authorization": {"AWS4-HMAC-SHA256 x"}, "X-Amz-Date": {"x"}}, nil, false,
			[]string{"lost the headers authorization and x-amz-date: upstream.forwardHeaders does not list them"}},
		{"what curl sends", http.Header{"Accept": {"*/*"}, "User-Agent": {"curl/8"}, "Accept-Encoding": {"gzip"}, "Expect": {"100-continue"}},
			nil, false, nil},
		{"the same, asked for", http.Header{"Accept": {"*/*"}, "User-Agent": {"me"}, "Accept-Encoding": {"br"}},
			[]string{"ACCEPT", "user-agent", "accept-encoding"}, false,
			[]string{"lost the headers accept and user-agent: upstream.forwardHeaders does not list them",
				"lost the header accept-encoding: an egress requests only what it unpacks itself (upstream.acceptEncoding)"}},
		{"what a browser sends", http.Header{"User-Agent": {"Mozilla/5.0"}, "Sec-Fetch-Mode": {"cors"}, "Accept": {"text/html"},
			"Accept-Language": {"de"}, "Cache-Control": {"max-age=60"}, "Origin": {"http://a"}, "Referer": {"http://a/"}}, nil, false, nil},
		{"the same of a program", http.Header{"User-Agent": {"shop/1"}, "Accept": {"text/csv"}, "Accept-Language": {"de"}}, nil, false,
			[]string{"lost the headers accept and accept-language: upstream.forwardHeaders does not list them"}},
		{"of the front end", http.Header{"X-Amzn-Trace-Id": {"x"}, "X-Forwarded-For": {"1.2.3.4"}, "Via": {"x"}}, nil, false, nil},
		{"of one connection", http.Header{"Connection": {"X-A, close"}, "X-A": {"1"}, "Proxy-Authorization": {"x"}}, nil, false,
			[]string{"lost the header proxy-authorization: it never passes, because it is between a client and its proxy",
				"lost the header x-a: the request's connection header names it"}},
		{"several of one connection", http.Header{"Connection": {"x-a", "X-B\t"}, "X-A": {"1"}, "X-B": {"2"}, "Te": {"trailers"}},
			[]string{"connection", "te"}, false,
			[]string{"lost the headers connection and te: they never pass, because they are about one connection",
				"lost the headers x-a and x-b: the request's connection header names them"}},
		{"one that the spec sends", http.Header{"X-Fixed": {"mine"}}, nil, false,
			[]string{"lost the header x-fixed: upstream.headers sends its own"}},
		{"one that was taken away", http.Header{"X-B": nil}, []string{"x-b"}, false, nil},
		{"what the function URL reads", http.Header{"Prefer": {"respond-async, wait=5"}}, nil, false, nil},
		{"a preference for the API", http.Header{"Prefer": {"return=minimal"}}, nil, false,
			[]string{"lost the header prefer: upstream.forwardHeaders does not list it"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := rules
			r.Signed = test.signed
			var want []string
			want = append(want, test.want...)
			got := dropped.Sentences("lost", r.Of(test.header, test.asked))
			if diff := cmp.Diff(want, append([]string(nil), got...)); diff != "" {
				t.Errorf("sentences (-want +got):\n%s", diff)
			}
		})
	}
}

// TestWhatIsSaidOfCredentials: nothing that a caller sends, under whatever name, takes
// the place of a credential.
func TestWhatIsSaidOfCredentials(t *testing.T) {
	shown := dropped.Rules{Forwarded: []string{"x-api-key"}, Shown: []string{"authorization", "x-api-key"}, Signed: true,
		Renamed: map[string]string{"x-upstream-authorization": "authorization"}}
	got := dropped.Sentences("lost", shown.Of(http.Header{
		"Authorization": {"Bearer mine"}, "X-Api-Key": {"mine"}, "X-Upstream-Authorization": {"Bearer mine"},
	}, nil))
	want := []string{"lost the headers authorization, x-api-key and x-upstream-authorization: upstream.credentials sends its own"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sentences (-want +got):\n%s", diff)
	}
}

func TestWhatIsSaidOfRenamedHeaders(t *testing.T) {
	renamed := dropped.Rules{Forwarded: []string{"x-client"}, Signed: true,
		Renamed: map[string]string{"x-upstream-authorization": "authorization", "x-app": "x-client"}}
	for _, test := range []struct {
		name   string
		header http.Header
		want   []string
	}{
		{"under the caller's names", http.Header{"X-Upstream-Authorization": {"Bearer x"}, "X-App": {"1"}}, nil},
		{"under the API's name, which does not pass", http.Header{"Authorization": {"Bearer x"}},
			[]string{"lost the header authorization: upstream.renameHeaders sends x-upstream-authorization under this name"}},
		{"under the API's name, which passes too", http.Header{"X-Client": {"1"}}, nil},
		{"under both", http.Header{"X-Client": {"1"}, "X-App": {"2"}}, []string{"lost the header x-client: x-app goes out under this name"}},
		{"with the signature for the function URL",
			http.Header{"Authorization": {"AWS4-HMAC-SHA256 x"}, "X-Upstream-Authorization": {"Bearer x"}}, nil},
		{"one that ends at the connection", http.Header{"Connection": {"x-app"}, "X-App": {"1"}},
			[]string{"lost the header x-app: the request's connection header names it"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := dropped.Sentences("lost", renamed.Of(test.header, nil))
			if diff := cmp.Diff(test.want, append([]string(nil), got...)); diff != "" {
				t.Errorf("sentences (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatIsSaidOfAnAnswer(t *testing.T) {
	answer := []string{"x-total", "x-sfngen-mine", "etag", "content-length", "access-control-expose-headers", "access-control-allow-origin"}
	const own = "lost the header x-sfngen-mine: names that begin with x-sfngen- are sfngen's own"
	for _, test := range []struct {
		name  string
		rules dropped.Rules
		names []string
		want  []string
	}{
		{"no CORS in the spec", dropped.Rules{}, answer, []string{own}},
		{"the function URL answers browsers", dropped.Rules{CORS: true}, answer, []string{
			"lost the headers access-control-allow-origin and access-control-expose-headers: the function URL answers for CORS", own}},
		{"and leaves one to the API", dropped.Rules{CORS: true, UpstreamExposes: true}, answer, []string{
			"lost the header access-control-allow-origin: the function URL answers for CORS", own}},
		{"an API of AWS", dropped.Rules{}, []string{"x-amzn-requestid", "x-amzn-trace-id"},
			[]string{"lost the header x-amzn-requestid: Lambda sends its own"}},
		{"no answer", dropped.Rules{CORS: true}, nil, []string{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, dropped.Sentences("lost", test.rules.FromAnswer(test.names))); diff != "" {
				t.Errorf("sentences (-want +got):\n%s", diff)
			}
		})
	}
}
