package egress

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/runtime/contract"
)

// answerAt is what the API there answers.
func answerAt(t *testing.T, method, url string) *http.Response {
	t.Helper()
	req, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := (&http.Transport{DisableCompression: true, DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

// foresees wants that an egress says of an answer what it reports when it gets it by a call.
func foresees(t *testing.T, e *Egress, in contract.Invocation) {
	t.Helper()
	foreseen := e.Foresee(t.Context(), in, answerAt(t, in.Input.Request.Method, e.upstream.String()))
	success, failed := handle(t, e, in)
	want := Foreseen{Verdict: foreseen.Verdict, Unmatched: foreseen.Unmatched,
		RequestedSeconds: foreseen.RequestedSeconds, BlockedSeconds: foreseen.BlockedSeconds,
		CoolDownSeconds: e.memory.longestLeft(e.now())}
	attempts := success.Attempts
	if failed != nil {
		f := failed.failure
		attempts = f.Attempts
		want.Error, want.Reason, want.Final, want.WaitSeconds = failed.name, f.Reason, f.Final, f.WaitSeconds
		want.JitterSeconds, want.WaitReason, want.UnreadWait = f.JitterSeconds, f.WaitReason, f.UnreadWait
	} else {
		want.Reason = foreseen.Reason // no report has that of a success
	}
	last := attempts[len(attempts)-1]
	want.Fault = last.Fault
	diff(t, "foreseen", want, foreseen)
	if foreseen.Verdict.Rule != last.Rule || (foreseen.BlockedSeconds > 0) != (last.RetryAt != "") {
		t.Errorf("foreseen rule %q, blocked for %d s, but attempt %+v", foreseen.Verdict.Rule, foreseen.BlockedSeconds, last)
	}
}

// TestForeseeIsWhatARunDoes: with rules and without, for what is judged, and for what has
// no whole answer.
func TestForeseeIsWhatARunDoes(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = io.WriteString(w, throttled)
	_ = w.Close()
	var plain bytes.Buffer
	w = gzip.NewWriter(&plain)
	_, _ = io.WriteString(w, "a success")
	_ = w.Close()
	zipped := []string{"Content-Encoding", "gzip"}
	for _, test := range []struct {
		name    string
		status  int
		body    string
		headers []string
	}{
		{"a limit in a 200", 200, throttled, nil},
		{"the same, packed", 200, packed.String(), zipped},
		{"the same, unpacked by curl", 200, throttled, zipped},
		{"the same, cut off", 200, packed.String()[:packed.Len()-9], zipped},
		{"a refusal that is cut off", 404, packed.String()[:packed.Len()-9], zipped},
		{"a success", 200, "{}", nil},
		{"a success that is cut off", 200, plain.String()[:plain.Len()-9], zipped},
		{"a success too large", 200, strings.Repeat("a", 1<<20), nil},
		{"a limit", 429, "", []string{"Retry-After", "9"}},
		{"a long limit", 429, "", []string{"Retry-After", "900"}},
		{"a wait that is none", 429, "", []string{"Retry-After", "soon"}},
		{"trouble", 503, "", nil},
		{"not found", 404, "", nil},
		{"a redirect", 302, "", []string{"Location", "/login"}},
		{"a signature refused", 403, "", nil},
	} {
		for _, method := range []string{"GET", "POST"} {
			for attempt := 1; attempt <= 3; attempt++ {
				url, _ := serve(t, answering(test.status, test.body, test.headers...))
				in := ruled(t, method, byCode+`, "minSeconds": 5, "scope": "credential", "acted": false}]`)
				in.Policy.RedirectsFail, in.Policy.FullJitter, in.Policy.Egresses = true, true, 2
				var past []contract.Attempt
				for k := 1; k < attempt; k++ {
					past = append(past, broken(k, k))
				}
				if past != nil {
					in = after(in, nil, past...)
				}
				l := newLab(url)
				l.Random = func() float64 { return 0.5 }
				t.Run(test.name+" "+method, func(t *testing.T) {
					foresees(t, l.build(t), in)
				})
			}
		}
	}
}
