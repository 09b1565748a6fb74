package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sfngen/sfngen/internal/history/record"
)

const runSpec = `version: 1
name: orders
upstream: {url: https://api.example/v1, methods: [GET, POST]}
retry: {maxAttempts: 3, backoff: {initialDelay: 1h, maxDelay: 1h, jitter: none}, deadline: 3h}
egress: {count: 2, start: first}
workflow: {type: standard}
`

// upstream answers in turn; the last answer repeats.
func upstream(t *testing.T, statuses ...int) (url string, calls *atomic.Int32) {
	t.Helper()
	calls = &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := int(calls.Add(1))
		w.Header().Set("X-Path", r.URL.RequestURI())
		w.WriteHeader(statuses[min(n, len(statuses))-1])
		fmt.Fprintf(w, "answer %d", n)
	}))
	t.Cleanup(server.Close)
	return server.URL, calls
}

func inFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "orders.yaml", runSpec)
}

func TestRunGivesTheAnswerAndTellsOfTheAttempts(t *testing.T) {
	inFolder(t)
	url, calls := upstream(t, 429, 201)
	code, stdout, stderr := run("run", "orders.yaml", "get", "/orders?a=%2F", "--upstream", url)
	if code != 0 || stdout != "answer 2" || calls.Load() != 2 {
		t.Errorf("exit status %d, %d calls, stdout %q", code, calls.Load(), stdout)
	}
	for _, want := range []string{
		"attempt 1/3  egress 1 from 127.0.0.101  rate-limited: 429 Too Many Requests",
		"attempt 2/3  egress 2 from 127.0.0.102  201",
		"succeeded after 2 attempts",
		"(2 transitions)",
	} {
		if !strings.Contains(stderr, want) {
			t.Errorf("stderr lacks %q:\n%s", want, stderr)
		}
	}
}

func TestRunIncludesStatusAndHeaders(t *testing.T) {
	inFolder(t)
	url, _ := upstream(t, 200)
	_, stdout, _ := run("run", "orders.yaml", "GET", "/a?b=c", "-i", "--upstream", url+"/v1")
	if !strings.HasPrefix(stdout, "HTTP/1.1 200 OK\r\n") || !strings.Contains(stdout, "X-Path: /v1/a?b=c\r\n") ||
		!strings.HasSuffix(stdout, "\r\n\r\nanswer 1") {
		t.Errorf("stdout %q", stdout)
	}
}

// A failed execution is exit status 1, and its answer is the API's.
func TestRunFailsAsTheExecutionDoes(t *testing.T) {
	inFolder(t)
	url, calls := upstream(t, 404)
	code, stdout, stderr := run("run", "orders.yaml", "GET", "/", "--upstream", url)
	if code != 1 || stdout != "answer 1" || calls.Load() != 1 || !strings.Contains(stderr, "status 404 is not retried") {
		t.Errorf("exit status %d, %d calls\n%s%s", code, calls.Load(), stdout, stderr)
	}
}

// A request that is refused before an execution is exit status 2, and says why
// also where nobody reads the body.
func TestRunSaysWhyThereWasNoExecution(t *testing.T) {
	inFolder(t)
	url, calls := upstream(t, 200)
	code, stdout, stderr := run("run", "orders.yaml", "DELETE", "/", "--upstream", url)
	if want := "sfngen: no execution: 405 Method not allowed: DELETE is not allowed here"; code != 2 || !strings.Contains(stderr, want) {
		t.Errorf("exit status %d, stderr lacks %q:\n%s", code, want, stderr)
	}
	if !strings.Contains(stdout, `"status":405`) || calls.Load() != 0 {
		t.Errorf("%d calls, stdout %s", calls.Load(), stdout)
	}
}

func TestRunFastSkipsTheWaitsAndSaysSo(t *testing.T) {
	inFolder(t)
	url, calls := upstream(t, 503, 503, 200)
	code, stdout, stderr := run("run", "orders.yaml", "GET", "/", "--fast", "--upstream", url)
	if code != 0 || stdout != "answer 3" || calls.Load() != 3 {
		t.Errorf("exit status %d, %d calls\n%s%s", code, calls.Load(), stdout, stderr)
	}
	for _, want := range []string{"note: --fast moves only this run's clock", "gives up after 3h0m0s at the latest",
		"skips a wait of 1h0m0s", "in 2h0m0s"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("stderr lacks %q:\n%s", want, stderr)
		}
	}
}

// TestLocallyTheNetworkIsSaid: no call leaves from another address here, and a spec without
// a network has nothing to say.
func TestLocallyTheNetworkIsSaid(t *testing.T) {
	inFolder(t)
	url, _ := upstream(t, 200)
	const said = "note: network: here calls leave from this machine; once deployed, the API sees each egress by IPv6 from a /64"
	for _, name := range []string{"orders.yaml", "networked.yaml"} {
		write(t, "networked.yaml", strings.Replace(runSpec, "start: first", "start: first, network: {type: ipv6}", 1))
		code, stdout, stderr := run("run", name, "GET", "/", "--upstream", url)
		if code != 0 || stdout == "" || strings.Contains(stderr, said) != (name == "networked.yaml") {
			t.Errorf("%s: exit status %d\n%s%s", name, code, stdout, stderr)
		}
	}
}

func TestRunRecordHoldsAllThatHappened(t *testing.T) {
	inFolder(t)
	url, _ := upstream(t, 500, 200)
	code, stdout, _ := run("run", "orders.yaml", "POST", "/orders", "--json", "--fast", "--upstream", url, "-d", "a=1", "-H", "X-A: 1")
	var r record.Record
	if err := json.Unmarshal([]byte(stdout), &r); err != nil {
		t.Fatalf("%v\n%s", err, stdout)
	}
	// A POST without an idempotency key is not sent again after a 500.
	if code != 1 || r.Execution.Status != "FAILED" || r.Execution.Error != "Upstream.Rejected" || r.Response.StatusCode != 500 ||
		r.Response.Body != "answer 1" {
		t.Errorf("exit status %d, %+v %+v", code, r.Execution, r.Response)
	}
	if len(r.Attempts) != 1 || r.Attempts[0].Source != "127.0.0.101" || r.Attempts[0].Final == "" {
		t.Errorf("attempts %+v", r.Attempts)
	}
	if r.Request.Method != "POST" || r.Request.URL != "/orders" || r.Request.Bytes != 3 {
		t.Errorf("request %+v", r.Request)
	}
	var types []string
	for _, e := range r.History {
		types = append(types, e.Type)
	}
	const want = "ExecutionStarted TaskStateEntered TaskScheduled TaskStarted TaskFailed TaskStateExited FailStateEntered ExecutionFailed"
	if got := strings.Join(types, " "); got != want {
		t.Errorf("history:\n%s\nwant:\n%s", got, want)
	}
}

// What an interrupted run has done is in its record all the same.
func TestRunInterruptedStillPrintsTheRecord(t *testing.T) {
	inFolder(t)
	arrived, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	tests := []struct {
		name, url string
		status    int // of the attempt before
		want      string
	}{
		{"in an attempt", serveSlowly(t, arrived, release), 0, "interrupted: attempt 1 was cut off; the upstream may have acted on it"},
		{"in a wait", slowServer(t, func(w http.ResponseWriter) { w.WriteHeader(503) }), 503, "interrupted"},
	}
	for _, test := range tests {
		ctx, interrupt := context.WithCancel(t.Context())
		var stdout bytes.Buffer
		stderr := &safeBuffer{}
		root := newRoot()
		root.SetArgs([]string{"run", "orders.yaml", "GET", "/", "--json", "--upstream", test.url})
		root.SetOut(&stdout)
		root.SetErr(stderr)
		ended := make(chan error, 1)
		go func() { ended <- root.ExecuteContext(ctx) }()
		if test.status == 0 {
			<-arrived
		}
		(&serving{t: t}).until("the wait", func() bool { return test.status == 0 || strings.Contains(stderr.String(), "waits 1h0m0s") })
		interrupt()
		err := <-ended
		var r record.Record
		if wrong := json.Unmarshal(stdout.Bytes(), &r); wrong != nil {
			t.Fatalf("%s: %v\n%s", test.name, wrong, stdout.String())
		}
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
		if r.Execution == nil || r.Execution.Status != "ABORTED" || r.Response != nil || len(r.Attempts) != 1 ||
			r.Attempts[0].StatusCode != test.status {
			t.Errorf("%s: %s", test.name, stdout.String())
		}
	}
}

func TestRunCountsTheWarningsOfTheSpec(t *testing.T) {
	inFolder(t)
	url, _ := upstream(t, 200)
	_, _, stderr := run("run", "orders.yaml", "GET", "/", "--upstream", url)
	if want := "note: 2 warnings in the spec; 'sfngen validate orders.yaml' shows them\n"; !strings.HasPrefix(stderr, want) ||
		strings.Contains(stderr, "[attempts-wrap]") {
		t.Errorf("stderr does not begin with %q alone:\n%s", want, stderr)
	}
}

// A variable of the shell that is not set must not call the real API.
func TestFlagsWithoutAValueAreRefused(t *testing.T) {
	inFolder(t)
	for _, flag := range []string{"--upstream", "--cacert"} {
		for _, args := range [][]string{{"run", "orders.yaml", "GET", "/", flag, ""}, {"dev", "orders.yaml", flag + "="}} {
			code, stdout, stderr := run(args...)
			if code != 2 || stdout != "" || !strings.Contains(stderr, `"`+flag+`" flag: is empty`) {
				t.Errorf("sfngen %q: exit status %d\n%s%s", args, code, stdout, stderr)
			}
		}
	}
}

func TestRunReadsABodyFromAFile(t *testing.T) {
	inFolder(t)
	var got string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body := make([]byte, 100)
		n, _ := r.Body.Read(body)
		got = r.Header.Get("Content-Type") + " " + string(body[:n])
	}))
	t.Cleanup(server.Close)
	write(t, "order.json", `{"n": 1}`)
	code, _, stderr := run("run", "orders.yaml", "POST", "/", "-d", "@order.json", "-H", "content-type: application/json", "--upstream",
		server.URL)
	if code != 0 || got != `application/json {"n": 1}` {
		t.Errorf("exit status %d, the upstream got %q\n%s", code, got, stderr)
	}
}

func TestRunRefusesWhatItCannotDo(t *testing.T) {
	inFolder(t)
	write(t, "wrong.yaml", strings.Replace(runSpec, "maxAttempts: 3", "maxAttempts: 0", 1))
	write(t, "nothing.pem", "nothing")
	tests := []struct {
		args, want string
		code       int
	}{
		{"run orders.yaml GET", "takes a SPEC, a METHOD and a PATH, got 2", 2},
		{"run missing.yaml GET /", "no such file", 2},
		{"run wrong.yaml GET /", "sfngen: the spec has errors (above)", 2},
		{"run orders.yaml GET / --strict", "sfngen: the spec has warnings (above), which --strict treats as errors", 2},
		{"run orders.yaml GET / --strict", "[attempts-wrap]", 2},
		{"run orders.yaml GET / --upstream 127.0.0.1:8911", "write http://127.0.0.1:8911", 2},
		{"run orders.yaml -X POST /", "METHOD is the second argument", 2},
		{"run orders.yaml GET / -o file", "write > file", 2},
		{"run orders.yaml POST / --json {}", "to send JSON, write -H 'content-type: application/json' -d DATA", 2},
		{"dev orders.yaml --listen 8433", "write 127.0.0.1:8433", 2},
		{"dev orders.yaml --listen nowhere", "must be HOST:PORT such as 127.0.0.1:8420", 2},
		{"run wrong.yaml GET /", "retry.maxAttempts", 2},
		{"run orders.yaml GET orders", "PATH must begin with a slash", 2},
		{"run orders.yaml GET / --upstream ftp://a", "--upstream: \"ftp://a\" must begin with http:// or https://", 2},
		{"run orders.yaml GET / --fast --binaries", "--fast and --binaries cannot be used together", 2},
		{"run orders.yaml GET / --cacert nothing.pem", "holds no certificate", 2},
		{"run orders.yaml GET / --json -i", "sfngen: --include and --json cannot be used together; see 'sfngen run --help'", 2},
		{"dev -", "dev follows the spec's file", 2},
		{"dev wrong.yaml", "retry.maxAttempts", 2},
		{"dev orders.yaml --listen 127.0.0.1:99999", "no port from 0 to 65535", 2},
		{"demo now", "takes no arguments", 2},
	}
	for _, test := range tests {
		code, stdout, stderr := run(strings.Fields(test.args)...)
		if code != test.code || !strings.Contains(stderr, test.want) || stdout != "" {
			t.Errorf("sfngen %s: exit status %d, want %d; stderr lacks %q:\n%s%s", test.args, code, test.code, test.want, stdout, stderr)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "sfngen-orders-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
