package egress

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/sfngen/sfngen/runtime/contract"
)

// noon is when every execution of these tests starts, and the time of the
// clock, unless a test moves it.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func at(offset time.Duration) func() time.Time {
	return func() time.Time { return noon.Add(offset) }
}

// lab is an Egress with all that a test may set.
type lab struct {
	Config
	Environment
}

func newLab(upstream string) lab {
	return lab{
		Config: Config{
			Upstream:     upstream,
			Methods:      []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"},
			AllowPrivate: true,
			Timeout:      10 * time.Second,
		},
		Environment: Environment{
			Egress: 1,
			Now:    at(0),
			Random: func() float64 { return 1 },
			Log:    slog.New(slog.DiscardHandler),
		},
	}
}

func (l lab) build(t testing.TB) *Egress {
	t.Helper()
	e, err := New(l.Config, l.Environment)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.transport.(unpacking).next.(*http.Transport).CloseIdleConnections)
	return e
}

// first is attempt 1 of 3 over 3 egresses, with the defaults of a spec.
func first(method string) contract.Invocation {
	return contract.Invocation{
		Attempt:   1,
		Execution: contract.Execution{Name: "exec-1", StartTime: noon.Format(time.RFC3339)},
		Input:     contract.Input{Request: contract.Request{Method: method, Path: "/orders"}},
		Policy: contract.Policy{
			MaxAttempts:        3,
			Egresses:           3,
			SuccessStatusCodes: codes("2xx", "3xx"),
			RateLimited:        contract.RateLimited{StatusCodes: codes("429"), Scope: contract.ScopeIP, BackoffSeconds: 1},
			Transient: contract.Transient{
				StatusCodes:    codes("500", "502-504"),
				Errors:         []string{contract.ErrorTimeout, contract.ErrorConnection},
				BackoffSeconds: 1,
			},
			RequestedWait:       contract.RequestedWait{Headers: []string{"retry-after", "ratelimit", "x-ratelimit-reset"}, MaxSeconds: 60},
			UnsafeMethods:       contract.UnsafeGuarded,
			NotActedStatusCodes: codes("429"),
			AttemptSeconds:      12,
			DeadlineSeconds:     120,
		},
	}
}

func codes(texts ...string) contract.StatusCodes {
	var out contract.StatusCodes
	for _, text := range texts {
		r, err := contract.ParseStatusRange(text)
		if err != nil {
			panic(err)
		}
		out = append(out, r)
	}
	return out
}

// reported is an attempt that failed: the name and what Lambda's own encoding
// makes of it.
type reported struct {
	name    string
	failure contract.Failure
	cause   string
}

func (r reported) output() *contract.ErrorOutput {
	return &contract.ErrorOutput{Error: r.name, Cause: r.cause}
}

// handle runs one attempt; the second result is nil after a success.
func handle(t testing.TB, e *Egress, in contract.Invocation) (contract.Success, *reported) {
	t.Helper()
	return handleContext(t, context.Background(), e, in)
}

func handleContext(t testing.TB, ctx context.Context, e *Egress, in contract.Invocation) (contract.Success, *reported) {
	t.Helper()
	success, err := e.makeAttempt(ctx, in)
	if err == nil {
		return success, nil
	}
	// By value and unwrapped, or Step Functions would see another name.
	report, ok := err.(messages.InvokeResponse_Error)
	if !ok {
		t.Fatalf("Handle returned %T, want messages.InvokeResponse_Error by value", err)
	}
	cause, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	out := &reported{name: report.Type, cause: string(cause)}
	if err := json.Unmarshal([]byte(report.Message), &out.failure); err != nil {
		t.Fatalf("message is no Failure: %v\n%s", err, report.Message)
	}
	if len(cause) > contract.CauseLimit {
		t.Errorf("cause has %d bytes, more than %d", len(cause), contract.CauseLimit)
	}
	return success, out
}

func mustFail(t testing.TB, e *Egress, in contract.Invocation) *reported {
	t.Helper()
	success, failed := handle(t, e, in)
	if failed == nil {
		t.Fatalf("got a success, want a failure: %+v", success)
	}
	return failed
}

func mustSucceed(t testing.TB, e *Egress, in contract.Invocation) contract.Success {
	t.Helper()
	success, failed := handle(t, e, in)
	if failed != nil {
		t.Fatalf("got %s, want a success: %+v", failed.name, failed.failure)
	}
	return success
}

// serve starts an upstream and counts its requests.
func serve(t testing.TB, handler http.HandlerFunc) (url string, calls *atomic.Int64) {
	t.Helper()
	calls = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, calls
}

// answering is an upstream that always says the same. Headers come in pairs.
func answering(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Add(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func diff(t testing.TB, what string, want, got any, options ...cmp.Option) {
	t.Helper()
	if d := cmp.Diff(want, got, append(options, cmpopts.EquateEmpty())...); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func TestHandleSucceeds(t *testing.T) {
	url, _ := serve(t, answering(201, `{"id":7}`, "Content-Type", "application/json", "X-Tag", "a", "X-Tag", "b"))
	success := mustSucceed(t, newLab(url).build(t), first("POST"))
	headers := success.Response.Headers
	diff(t, "content-type", []string{"application/json"}, headers["content-type"])
	diff(t, "x-tag", []string{"a", "b"}, headers["x-tag"])
	success.Response.Headers = nil
	want := contract.Success{
		Response: contract.Response{StatusCode: 201, Body: `{"id":7}`},
		Attempts: []contract.Attempt{{Attempt: 1, Egress: 1, StatusCode: 201}},
	}
	diff(t, "success", want, success)
}

func TestHandleMeasuresByTheClockItWasGiven(t *testing.T) {
	url, _ := serve(t, answering(200, ""))
	l := newLab(url)
	now := noon
	l.Now = func() time.Time { now = now.Add(250 * time.Millisecond); return now }
	success := mustSucceed(t, l.build(t), first("GET"))
	if ms := success.Attempts[0].DurationMs; ms < 250 || ms%250 != 0 {
		t.Errorf("durationMs = %d, want a multiple of the clock's 250 ms steps", ms)
	}
}

func TestHandleRefusesAnInvocationThatIsNotTheDefinitions(t *testing.T) {
	tests := []struct {
		name   string
		change func(*contract.Invocation)
		reason string
	}{
		{"empty", func(in *contract.Invocation) { *in = contract.Invocation{} }, "attempt must be 1 to policy.maxAttempts (0), got 0"},
		{"attempt past the last", func(in *contract.Invocation) { in.Attempt = 4 }, "attempt must be 1 to policy.maxAttempts (3), got 4"},
		{"no pool", func(in *contract.Invocation) { in.Policy.Egresses = 0 }, "policy.egresses must be at least 1, got 0"},
		{"no deadline", func(in *contract.Invocation) { in.Policy.DeadlineSeconds = 0 }, "policy.deadlineSeconds must be at least 1, got 0"},
		{"start is no time", func(in *contract.Invocation) { in.Execution.StartTime = "today" }, `execution.startTime: parsing time "today"`},
	}
	url, calls := serve(t, answering(200, ""))
	e := newLab(url).build(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := first("GET")
			test.change(&in)
			failed := mustFail(t, e, in)
			if failed.name != contract.ErrRejected || !strings.Contains(failed.failure.Reason, test.reason) {
				t.Errorf("got %s: %s\nwant %s: …%s…", failed.name, failed.failure.Reason, contract.ErrRejected, test.reason)
			}
		})
	}
	if n := calls.Load(); n != 0 {
		t.Errorf("the upstream was called %d times", n)
	}
}

func TestHandleDoesNotSwallowAPanic(t *testing.T) {
	l := newLab("http://127.0.0.1:1")
	boom := errors.New("boom")
	l.Now = func() time.Time { panic(boom) }
	e := l.build(t)
	defer func() {
		if got := recover(); got != boom {
			t.Errorf("recovered %v, want the panic itself", got)
		}
	}()
	e.makeAttempt(context.Background(), first("GET"))
}

func TestNewRefuses(t *testing.T) {
	tests := []struct {
		name   string
		change func(*lab)
		want   string
	}{
		{"no upstream", func(l *lab) { l.Upstream = "" }, `egress: Config.Upstream must be an absolute http or https URL, got ""`},
		{"another scheme", func(l *lab) { l.Upstream = "ftp://a.example" },
			`egress: Config.Upstream must be an absolute http or https URL, got "ftp://a.example"`},
		{"no host", func(l *lab) { l.Upstream = "https://:443/v1" },
			`egress: Config.Upstream must be an absolute http or https URL, got "https://:443/v1"`},
		{"a query", func(l *lab) { l.Upstream = "https://a.example/?k=1" },
			"egress: Config.Upstream must have no user info, query or fragment: https://a.example/?k=1"},
		{"user info, not printed", func(l *lab) { l.Upstream = "https://u:secret@a.example/" },
			"egress: Config.Upstream must have no user info, query or fragment: https://u:xxxxx@a.example/"},
		{"no methods", func(l *lab) { l.Methods = nil }, "egress: Config.Methods must name the methods that may be sent, got none"},
		{"method in lower case", func(l *lab) { l.Methods = []string{"GET", "post"} },
			`egress: Config.Methods: "post" is no HTTP method in upper case`},
		{"method with a space", func(l *lab) { l.Methods = []string{"GET /"} },
			`egress: Config.Methods: "GET /" is no HTTP method in upper case`},
		{"tunnel", func(l *lab) { l.Methods = []string{"CONNECT"} }, "egress: Config.Methods: CONNECT cannot be sent, an egress is no tunnel"},
		{"no timeout", func(l *lab) { l.Timeout = 0 }, "egress: Config.Timeout must be more than 0, got 0s"},
		{"host header", func(l *lab) { l.Headers = map[string]string{"Host": "b.example"} },
			`egress: Config.Headers: "Host" cannot be set, the egress decides it`},
		{"a line break in a header", func(l *lab) { l.Headers = map[string]string{"x-a": "1\r\nx-b: 2"} },
			`egress: Config.Headers: "x-a" is no valid header field`},
		{"egress 0", func(l *lab) { l.Egress = 0 }, "egress: Environment.Egress must be 1 to 50, got 0"},
		{"egress 51", func(l *lab) { l.Egress = 51 }, "egress: Environment.Egress must be 1 to 50, got 51"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLab("https://a.example/v1")
			test.change(&l)
			_, err := New(l.Config, l.Environment)
			if err == nil {
				t.Fatal("no error")
			}
			diff(t, "error", test.want, err.Error())
		})
	}
}

func TestFromVariables(t *testing.T) {
	cfg := newLab("https://a.example").Config
	e, err := start(cfg, func(name string) string { return map[string]string{contract.EnvEgress: "7"}[name] })
	if err != nil || e.number != 7 {
		t.Fatalf("got %+v, %v", e, err)
	}
	if e.now == nil || e.random() >= 1 || e.log == nil {
		t.Errorf("without defaults: %+v", e)
	}
	_, err = start(cfg, func(string) string { return "" })
	want := `egress: environment variable SFNGEN_EGRESS must be the number of this Lambda in the pool, got ""`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// aws-lambda-go prints each error that it reports, and ours carry bodies.
func TestFailuresAreKeptOutOfTheProcessLog(t *testing.T) {
	url, _ := serve(t, answering(404, "secret"))
	failed := mustFail(t, newLab(url).build(t), first("GET"))
	var out bytes.Buffer
	w := withoutFailures{&out}
	io.WriteString(w, "2026/03/01 12:00:00 "+failed.cause+"\n")
	io.WriteString(w, `{"errorMessage":"index out of range","errorType":"boundsError"}`+"\n")
	diff(t, "log", `{"errorMessage":"index out of range","errorType":"boundsError"}`+"\n", out.String())
}
