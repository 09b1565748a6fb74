package egress

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/sfngen/sfngen/runtime/contract"
)

// handle checks for every failure of these tests that its Cause fits.

func TestABodyThatFitsIsForwardedWhole(t *testing.T) {
	body := strings.Repeat(`<p class="x">`, 500)
	url, _ := serve(t, answering(404, body, "Content-Length", fmt.Sprint(len(body))))
	got := mustFail(t, newLab(url).build(t), first("GET")).failure.Response
	if got.Body != body || got.CutFrom != 0 {
		t.Errorf("got %d bytes, cut from %d, want all %d", len(got.Body), got.CutFrom, len(body))
	}
	diff(t, "content-length", []string{fmt.Sprint(len(body))}, got.Headers["content-length"])
}

func TestABodyThatDoesNotFitIsCut(t *testing.T) {
	tests := []struct {
		name  string
		body  string
		least int // bytes of it that must be kept
	}{
		{"text", strings.Repeat("abcdefghi\n", 20_000), 26_000},
		{"HTML, which Lambda escapes", strings.Repeat("<>&", 50_000), 5_000},
		{"quotes, which are escaped twice", strings.Repeat(`"`, 100_000), 7_000},
		{"control characters", strings.Repeat("\x01", 100_000), 4_000},
		{"characters of three bytes", strings.Repeat("日", 60_000), 30_000},
		{"characters of four bytes", strings.Repeat("𝔸", 60_000), 30_000},
		{"binary", strings.Repeat("\x00\xff", 60_000), 23_000},
		{"more than is read", strings.Repeat("日本語", 1<<20), 30_000},
		{"binary, more than is read", strings.Repeat("\xff\x00\x01", 1<<22), 23_000},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, _ := serve(t, answering(404, test.body, "Content-Length", fmt.Sprint(len(test.body))))
			failed := mustFail(t, newLab(url).build(t), first("GET"))
			got := failed.failure.Response
			kept := got.Body
			if got.IsBase64Encoded {
				decoded, err := base64.StdEncoding.DecodeString(got.Body)
				if err != nil {
					t.Fatal(err)
				}
				kept = string(decoded)
			}
			diff(t, "binary", !utf8.ValidString(test.body), got.IsBase64Encoded)
			diff(t, "cutFrom", int64(len(test.body)), got.CutFrom)
			if !strings.HasPrefix(test.body, kept) || len(kept) < test.least {
				t.Errorf("kept %d bytes, want a beginning of at least %d", len(kept), test.least)
			}
			if !got.IsBase64Encoded && !utf8.ValidString(kept) {
				t.Error("cut within a character")
			}
			if _, ok := got.Headers["content-length"]; ok {
				t.Error("the length of the whole body stands beside a part of it")
			}
			diff(t, "reason", fmt.Sprintf("404 Not Found (response too large: %d bytes, cut to %d)", len(test.body), cutTo(failed)),
				failed.failure.Reason)
		})
	}
}

func cutTo(failed *reported) (n int) {
	_, tail, _ := strings.Cut(failed.failure.Reason, "cut to ")
	fmt.Sscanf(tail, "%d", &n)
	return n
}

func TestHeadersThatDoNotFitAreDroppedLargestFirst(t *testing.T) {
	url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for i := range 5 {
			w.Header().Set(fmt.Sprintf("X-Large-%d", i), strings.Repeat(`"`, 3_000+i))
		}
		w.Header().Set("X-Small", "kept")
		w.WriteHeader(404)
		fmt.Fprint(w, "why")
	})
	failed := mustFail(t, newLab(url).build(t), first("GET"))
	headers := failed.failure.Response.Headers
	diff(t, "x-small", []string{"kept"}, headers["x-small"])
	diff(t, "largest", 0, len(headers["x-large-4"]))
	diff(t, "smallest", 1, len(headers["x-large-0"]))
	diff(t, "reason", "404 Not Found (without 3 header fields that did not fit)", failed.failure.Reason)
	diff(t, "body", "why", failed.failure.Response.Body)
}

func TestManyHeadersStayFast(t *testing.T) {
	url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for i := range 10_000 {
			w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 80))
		}
		w.WriteHeader(404)
	})
	mustFail(t, newLab(url).build(t), first("GET"))
}

// A failure that is not the last stays in the state's data beside the request.
func TestAFailureThatIsNotTheLastIsSmall(t *testing.T) {
	url, _ := serve(t, answering(429, strings.Repeat("x", 50_000), "Retry-After", "7", "X-RateLimit-Remaining", "0",
		"X-RateLimit-Reset", "7", "CF-Ray", "8f1-FRA", "X-Policy", strings.Repeat("p", 20_000),
		"X-RateLimit-Policy", strings.Repeat("q", 20_000)))
	in := first("GET")
	in.Policy.MaxAttempts, in.Policy.Egresses, in.Policy.DeadlineSeconds = 50, 50, 3600
	var past []contract.Attempt
	for k := 1; k < 49; k++ {
		past = append(past, contract.Attempt{Attempt: k, Egress: k + 1, StatusCode: 429, WaitSeconds: 60, DurationMs: 99_999,
			RetryAt: limited(k, k, time.Minute).RetryAt})
	}
	answer := &contract.Response{StatusCode: 429}
	in = after(in, answer, past...)
	failed := mustFail(t, newLab(url).build(t), in)
	if len(failed.cause) > passingLimit {
		t.Errorf("cause has %d bytes, more than %d", len(failed.cause), passingLimit)
	}
	diff(t, "attempts", 49, len(failed.failure.Attempts))
	got := failed.failure.Response
	diff(t, "body", "", got.Body)
	diff(t, "cutFrom", int64(50_000), got.CutFrom)
	diff(t, "retry-after", []string{"7"}, got.Headers["retry-after"])
	diff(t, "x-ratelimit-remaining", []string{"0"}, got.Headers["x-ratelimit-remaining"])
	diff(t, "the vendor's name for the call", []string{"8f1-FRA"}, got.Headers["cf-ray"])
	diff(t, "one that says nothing", 0, len(got.Headers["x-policy"]))
	diff(t, "one that is too large", 0, len(got.Headers["x-ratelimit-policy"]))
}

func TestAFailureThatIsNotTheLastCarriesASmallBody(t *testing.T) {
	tests := []struct {
		name    string
		body    string
		headers []string
		kept    bool
	}{
		{"JSON", `{"why":"slow down"}`, []string{"Content-Type", "application/json"}, true},
		{"none", "", nil, true},
		{"text of 4 KiB", strings.Repeat("x", 4096), nil, true},
		{"text of a byte more", strings.Repeat("x", 4097), nil, false},
		{"binary of 4 KiB", strings.Repeat("\xff\x00", 2048), nil, true},
		{"binary of a byte more", strings.Repeat("\xff", 4097), nil, false},
		{"another encoding", "\x8b\x02\x80", []string{"Content-Encoding", "br"}, true},
		{"another encoding, too large", strings.Repeat("\x8b\x02\x80", 2000), []string{"Content-Encoding", "br"}, false},
		{"quotes of 3 KiB beside much else", strings.Repeat(`"`, 3072), []string{"X-RateLimit-Policy", strings.Repeat("q", 6_000)}, true},
		{"4 KiB that are six times that in a Cause", strings.Repeat("<", 4096), nil, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, _ := serve(t, answering(429, test.body, append(test.headers, "Retry-After", "7")...))
			failed := mustFail(t, newLab(url).build(t), first("GET"))
			if len(failed.cause) > passingLimit {
				t.Errorf("cause has %d bytes, more than %d", len(failed.cause), passingLimit)
			}
			got := failed.failure.Response
			body, cutFrom := test.body, int64(0)
			if !test.kept {
				body, cutFrom = "", int64(len(test.body))
			}
			diff(t, "body", body, bodyOf(t, got))
			diff(t, "cutFrom", cutFrom, got.CutFrom)
			diff(t, "retry-after", []string{"7"}, got.Headers["retry-after"])
			diff(t, "content-encoding", test.kept && slices.Contains(test.headers, "br"), got.Headers["content-encoding"] != nil)
		})
	}
}

func bodyOf(t *testing.T, r *contract.Response) string {
	t.Helper()
	if !r.IsBase64Encoded {
		return r.Body
	}
	decoded, err := base64.StdEncoding.DecodeString(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(decoded)
}

// The answer before an attempt that is not started is the caller's, so it goes
// on whole: to the end, and through one more report that is not the last.
func TestAnAnswerIsForwardedWithItsBody(t *testing.T) {
	for name, body := range map[string]string{"text": `{"why":"slow down"}`, "binary": "\x00\xff\xfe"} {
		t.Run(name, func(t *testing.T) {
			url, _ := serve(t, answering(429, body, "Content-Type", "a/b", "Retry-After", "50"))
			in := first("GET")
			in.Policy.Egresses, in.Policy.MaxAttempts = 2, 4
			failed := mustFail(t, newLab(url).build(t), in)
			carries := func(what string, failed *reported) {
				t.Helper()
				got := failed.failure.Response
				diff(t, "body of the answer, "+what, body, bodyOf(t, got))
				diff(t, "its type", []string{"a/b"}, got.Headers["content-type"])
			}

			in.Attempt, in.Input.Failure = 3, failed.output()
			in.Input.Crash = crash("Lambda.TooManyRequestsException")
			skipped := mustFail(t, newLab(url).build(t), in)
			diff(t, "fault", contract.FaultSkipped, skipped.failure.Attempts[2].Fault)
			carries("skipped", skipped)

			l := newLab(url)
			l.Egress, l.Now = 2, at(111*time.Second)
			in.Attempt, in.Input.Failure = 4, skipped.output()
			late := mustFail(t, l.build(t), in)
			diff(t, "fault", contract.FaultDeadline, late.failure.Attempts[3].Fault)
			carries("after the deadline", late)
		})
	}
}

// Reports grow from attempt to attempt; a body that no longer fits goes first.
func TestAForwardedBodyGivesWay(t *testing.T) {
	for _, body := range []string{strings.Repeat("x", 4096), strings.Repeat("\xff", 2999), strings.Repeat("\xff", 3000),
		strings.Repeat("\xff", 3001)} {
		r := contract.Response{StatusCode: 429, Headers: map[string][]string{"retry-after": {"7"}, "content-encoding": {"br"}}}
		ans := answer{body: []byte(body)}
		ans.putBody(&r, len(body))
		f := contract.Failure{Response: &r, Attempts: make([]contract.Attempt, 190)}
		got := readFailure(&contract.ErrorOutput{Cause: string(encode(fitFailure(reportAs{name: contract.ErrRateLimited}, f, nil, nil)))})
		want := &contract.Response{StatusCode: 429, Headers: map[string][]string{"retry-after": {"7"}}, CutFrom: int64(len(body))}
		diff(t, "response", want, got.Response)
		diff(t, "attempts", 190, len(got.Attempts))
	}
}

func TestASuccessIsNeverCut(t *testing.T) {
	tests := []struct {
		name    string
		body    string
		length  bool // whether the upstream says it
		reason  string
		cutFrom int64
	}{
		{"10 MB", strings.Repeat("x", 10<<20), true, "response too large: 10485760 bytes, at most about 253", 10485760},
		{"10 MB in chunks", strings.Repeat("x", 10<<20), false, "response too large: 6291457 bytes, at most about 253", bodyLimit + 1},
		{"just too large", strings.Repeat("x", contract.SuccessLimit), true, "response too large: 253952 bytes, at most about 253",
			contract.SuccessLimit},
		{"binary takes a third more", strings.Repeat("\xff", 200_000), true, "response too large: 200000 bytes, at most about 190", 200_000},
		{"quotes take two", strings.Repeat(`"`, 200_000), true, "response too large: 200000 bytes, at most about 126", 200_000},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if test.length {
					w.Header().Set("Content-Length", fmt.Sprint(len(test.body)))
				}
				w.Header().Set("X-A", "1")
				fmt.Fprint(w, test.body)
			})
			failed := mustFail(t, newLab(url).build(t), first("GET"))
			diff(t, "name", contract.ErrRejected, failed.name)
			if !strings.HasPrefix(failed.failure.Reason, test.reason) {
				t.Errorf("reason %q, want %q…", failed.failure.Reason, test.reason)
			}
			diff(t, "attempts", []contract.Attempt{{Attempt: 1, Egress: 1, StatusCode: 200, Fault: contract.FaultTooLarge}}, failed.failure.Attempts)
			got := failed.failure.Response
			diff(t, "x-a", []string{"1"}, got.Headers["x-a"])
			got.Headers = nil
			diff(t, "response", &contract.Response{StatusCode: 200, CutFrom: test.cutFrom}, got)
		})
	}
}

func TestASuccessUpToTheLimitPasses(t *testing.T) {
	body := strings.Repeat("<", contract.SuccessLimit-500)
	url, _ := serve(t, answering(200, body))
	success := mustSucceed(t, newLab(url).build(t), first("GET"))
	if success.Response.Body != body {
		t.Errorf("got %d bytes, want %d", len(success.Response.Body), len(body))
	}
}

func TestWholeRunes(t *testing.T) {
	tests := []struct {
		name, body string
		n          int
		want       string
	}{
		{"all", "aü", 3, "aü"},
		{"within", "aü", 2, "a"},
		{"before", "aü", 1, "a"},
		{"nothing", "ü", 1, ""},
		{"an end that is itself half", "a\xc3", 2, "a"},
		{"an end of three quarters", "a\xf0\x9d\x94", 4, "a"},
		{"empty", "", 0, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			diff(t, "text", test.want, string(wholeRunes([]byte(test.body), test.n)))
		})
	}
}

// The cause of a failure is in Step Functions' log whatever the spec says: no session
// belongs there.
func TestNoFailureHasACookie(t *testing.T) {
	for name, status := range map[string]int{"the last": 404, "one that another attempt follows": 503} {
		t.Run(name, func(t *testing.T) {
			url, _ := serve(t, answering(status, "no", "Set-Cookie", "session=secret-1", "Set-Cookie", "b=secret-2", "Set-Cookie2", "c=secret-3",
				"X-Other", "kept"))
			in := first("GET")
			in.Policy.RequestedWait.Headers = append(in.Policy.RequestedWait.Headers, "set-cookie")
			failed := mustFail(t, newLab(url).build(t), in)
			for header := range failed.failure.Response.Headers {
				if strings.Contains(header, "cookie") {
					t.Errorf("the failure has %s", header)
				}
			}
			if status == 404 {
				diff(t, "another field", []string{"kept"}, failed.failure.Response.Headers["x-other"])
			}
		})
	}
}
