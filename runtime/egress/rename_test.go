package egress

import (
	"net/http"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/runtime/contract"
)

func TestHeadersUnderAnotherName(t *testing.T) {
	rename := map[string]string{"X-Upstream-Authorization": "Authorization", "x-app": "x-client"}
	type fields = map[string]string
	tests := []struct {
		name    string
		forward []string
		sent    fields
		want    fields // what arrives under the names below
	}{
		{"the caller's key", nil, fields{"x-upstream-authorization": "Bearer a"}, fields{"authorization": "Bearer a"}},
		{"in any case", nil, fields{"X-UPSTREAM-Authorization": "Bearer a"}, fields{"authorization": "Bearer a"}},
		{"the signature for the function URL does not pass", nil,
			fields{"authorization": "AWS4-HMAC-SHA256 x", "x-upstream-authorization": "Bearer a"}, fields{"authorization": "Bearer a"}},
		{"nor alone", nil, fields{"authorization": "AWS4-HMAC-SHA256 x"}, fields{}},
		{"both are sent, and both would pass", []string{"authorization"},
			fields{"authorization": "Bearer b", "x-upstream-authorization": "Bearer a"}, fields{"authorization": "Bearer a"}},
		{"the forwarded one alone", []string{"authorization"}, fields{"authorization": "Bearer b"}, fields{"authorization": "Bearer b"}},
		{"an empty one wins too", []string{"authorization"},
			fields{"authorization": "Bearer b", "x-upstream-authorization": ""}, fields{"authorization": ""}},
		{"never under its own name", []string{"x-upstream-authorization"}, fields{"x-upstream-authorization": "Bearer a"},
			fields{"authorization": "Bearer a"}},
		{"two", nil, fields{"x-app": "1", "x-upstream-authorization": "Bearer a"}, fields{"authorization": "Bearer a", "x-client": "1"}},
		{"one that ends at the connection", nil, fields{"connection": "X-App", "x-app": "1"}, fields{}},
		{"its new name ends at the connection, which is another field", nil, fields{"connection": "x-client", "x-app": "1"},
			fields{"x-client": "1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := fields{}
			url, _ := serve(t, func(_ http.ResponseWriter, r *http.Request) {
				for _, name := range []string{"authorization", "x-client", "x-upstream-authorization", "x-app"} {
					if values := r.Header.Values(name); values != nil {
						got[name] = strings.Join(values, "|")
					}
				}
			})
			l, in := newLab(url), first("GET")
			l.RenameHeaders, l.ForwardHeaders = rename, test.forward
			in.Input.Request.Headers = test.sent
			for range 5 { // the order of a map is not always the same
				clear(got)
				if _, failed := handle(t, l.build(t), in); failed != nil {
					t.Fatal(failed.failure.Reason)
				}
				diff(t, "fields", test.want, got)
			}
		})
	}
}

func TestAnIdempotencyKeyUnderAnotherName(t *testing.T) {
	for sent, want := range map[string]string{"": first("POST").Execution.Name, "k-1": "k-1"} {
		got := ""
		url, _ := serve(t, func(_ http.ResponseWriter, r *http.Request) { got = r.Header.Get("Idempotency-Key") })
		l, in := newLab(url), first("POST")
		l.RenameHeaders = map[string]string{"x-order": "idempotency-key"}
		in.Policy.IdempotencyHeader = "idempotency-key"
		if sent != "" {
			in.Input.Request.Headers = map[string]string{"x-order": sent}
		}
		handle(t, l.build(t), in)
		diff(t, "key", want, got)
	}
}

func TestARenamedHeaderThatIsNone(t *testing.T) {
	url, calls := serve(t, answering(200, ""))
	l, in := newLab(url), first("GET")
	l.RenameHeaders = map[string]string{"x-upstream-authorization": "authorization"}
	in.Input.Request.Headers = map[string]string{"x-upstream-authorization": "Bearer a\r\nx-admin: 1"}
	failed := mustFail(t, l.build(t), in)
	diff(t, "name", contract.ErrRejected, failed.name)
	diff(t, "reason", "request.headers: x-upstream-authorization is no valid header field (RFC 9110 5.5)", failed.failure.Reason)
	diff(t, "calls", int64(0), calls.Load())
}

func TestRenamesThatAreRefused(t *testing.T) {
	tests := []struct {
		name            string
		rename, headers map[string]string
		want            string
	}{
		{"no name", map[string]string{"x a": "b"}, nil, `"x a" to "b": not both are names of header fields`},
		{"to no name", map[string]string{"a": ""}, nil, `"a" to "": not both are names of header fields`},
		{"framing", map[string]string{"x-a": "Transfer-Encoding"}, nil, `"x-a" to "transfer-encoding": the egress decides what becomes of it`},
		{"of the connection", map[string]string{"TE": "x-te"}, nil, `"te" to "x-te": the egress decides what becomes of it`},
		{"to a fixed one", map[string]string{"x-a": "accept"}, map[string]string{"Accept": "a/b"},
			`"x-a" to "accept": Config.Headers sets the second`},
		{"twice to one", map[string]string{"a": "c", "A": "C"}, nil, `"a" to "c": it is not the only one from or to that name`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLab("http://127.0.0.1:1")
			l.RenameHeaders, l.Headers = test.rename, test.headers
			_, err := New(l.Config, l.Environment)
			if err == nil {
				t.Fatal("no error")
			}
			diff(t, "error", "egress: Config.RenameHeaders: "+test.want, err.Error())
		})
	}
}
