package orchestrator

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

func TestExpressAnswers(t *testing.T) {
	own := map[string]string{"x-sfngen-attempts": "1", "x-sfngen-egress": "2", "x-sfngen-execution": testID}
	with := func(more map[string]string) map[string]string {
		for name, value := range own {
			more[name] = value
		}
		return more
	}
	tests := []struct {
		name   string
		method string
		in     contract.Response
		want   events.LambdaFunctionURLResponse
	}{
		{"text", "GET",
			contract.Response{StatusCode: 201, Headers: map[string][]string{"content-type": {"text/plain"}, "location": {"/orders/7"}},
				Body: "made <7>"},
			events.LambdaFunctionURLResponse{StatusCode: 201, Body: "made <7>", Headers: with(map[string]string{"content-type": "text/plain",
				"location": "/orders/7"})}},
		{"binary", "GET",
			contract.Response{StatusCode: 200, Body: "//4A", IsBase64Encoded: true},
			events.LambdaFunctionURLResponse{StatusCode: 200, Body: "//4A", IsBase64Encoded: true, Headers: with(map[string]string{})}},
		{"several values and cookies", "GET",
			contract.Response{StatusCode: 200, Headers: map[string][]string{"vary": {"accept", "origin"}, "set-cookie": {"a=1; Path=/", "b=2, 3"}}},
			events.LambdaFunctionURLResponse{StatusCode: 200, Cookies: []string{"a=1; Path=/", "b=2, 3"},
				Headers: with(map[string]string{"vary": "accept, origin"})}},
		{"what may not pass", "GET",
			contract.Response{StatusCode: 200, Headers: map[string][]string{
				"Connection": {"close, X-Hop"}, "x-hop": {"1"}, "transfer-encoding": {"chunked"}, "content-length": {"4"},
				"keep-alive": {"timeout=5"}, "x-sfngen-attempts": {"99"}, "X-Sfngen-Admin": {"1"}, "etag": {`"e"`}}},
			events.LambdaFunctionURLResponse{StatusCode: 200, Headers: with(map[string]string{"etag": `"e"`})}},
		{"a redirect is the caller's", "GET",
			contract.Response{StatusCode: 302, Headers: map[string][]string{"location": {"https://elsewhere.example/"}}},
			events.LambdaFunctionURLResponse{StatusCode: 302, Headers: with(map[string]string{"location": "https://elsewhere.example/"})}},
		{"HEAD", "HEAD",
			contract.Response{StatusCode: 200, Headers: map[string][]string{"content-type": {"text/plain"}}, Body: "never"},
			events.LambdaFunctionURLResponse{StatusCode: 200, Headers: with(map[string]string{"content-type": "text/plain"})}},
		{"no content", "POST",
			contract.Response{StatusCode: 204, Body: "never"},
			events.LambdaFunctionURLResponse{StatusCode: 204, Headers: with(map[string]string{})}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, expressConfig(), func(call) reply { return succeeded(t, test.in) })
			if diff := cmp.Diff(test.want, b.handle(request(test.method, "/orders"))); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

// A function URL with CORS adds its own fields; two of a kind fail in a browser.
func TestCORSIsTheFunctionURLs(t *testing.T) {
	upstream := contract.Response{StatusCode: 200, Headers: map[string][]string{
		"Access-Control-Allow-Origin": {"*"}, "access-control-expose-headers": {"etag", "link"}, "vary": {"origin"}}}
	for _, test := range []struct {
		cors, exposes bool
		want          []string // of the fields about CORS
	}{
		{true, false, []string{"", ""}},
		{true, true, []string{"", "etag, link"}}, // a list, of which there may be two
		{false, false, []string{"*", "etag, link"}},
		{false, true, []string{"*", "etag, link"}},
	} {
		cfg := expressConfig()
		cfg.CORS, cfg.UpstreamExposes = test.cors, test.exposes
		for name, answer := range map[string]reply{"a success": succeeded(t, upstream),
			"a failure": failed(t, contract.ErrRejected, contract.Failure{Response: &upstream})} {
			b := newBench(t, cfg, func(call) reply { return answer })
			headers := b.handle(request("GET", "/orders")).Headers
			got := []string{headers["access-control-allow-origin"], headers["access-control-expose-headers"]}
			if diff := cmp.Diff(test.want, got); diff != "" || headers["vary"] != "origin" {
				t.Errorf("%s, %+v: %v (-want +got):\n%s", name, test, headers, diff)
			}
		}
	}
}

func TestExpressIgnoresPrefer(t *testing.T) {
	b := newBench(t, expressConfig(), func(call) reply { return succeeded(t, contract.Response{StatusCode: 200}) })
	got := b.handle(request("GET", "/", withHeader("prefer", "respond-async, wait=1")))
	if got.StatusCode != 200 || got.Headers["preference-applied"] != "" {
		t.Errorf("answered %d %v, want 200 without preference-applied", got.StatusCode, got.Headers)
	}
}

// TestExpressErrors: what AWS answers instead of an execution, and how often it
// is asked.
func TestExpressErrors(t *testing.T) {
	tests := []struct {
		name   string
		reply  reply
		status int
		slug   string
		starts int
		later  string // retry-after
	}{
		{"throttled", refused(400, "ThrottlingException"), 503, "throttled", callTries, "5"},
		{"throttled by status", refused(429, "SomethingNew"), 503, "throttled", callTries, "5"},
		{"throttled by KMS", refused(400, "KmsThrottlingException"), 503, "throttled", callTries, "5"},
		{"quota", refused(400, "ExecutionLimitExceeded"), 503, "throttled", 1, "5"},
		{"access denied", refused(400, "AccessDeniedException"), 500, "misconfigured", 1, ""},
		{"no such machine", refused(400, "StateMachineDoesNotExist"), 500, "misconfigured", 1, ""},
		{"standard machine", refused(400, "StateMachineTypeNotSupported"), 500, "misconfigured", 1, ""},
		{"input refused", refused(400, "InvalidExecutionInput"), 500, "misconfigured", 1, ""},
		{"expired credentials", refused(403, "ExpiredTokenException"), 500, "misconfigured", 1, ""},
		{"machine being deleted", refused(400, "StateMachineDeleting"), 503, "workflow-unavailable", 1, ""},
		{"AWS failed", refused(500, "InternalFailure"), 502, "execution-lost", 1, ""},
		{"AWS unavailable", refused(503, "ServiceUnavailable"), 502, "execution-lost", 1, ""},
		{"an answer that is no JSON object", reply{status: 200, body: "x"}, 502, "execution-lost", 1, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, expressConfig(), func(call) reply { return test.reply })
			got := b.handle(request("POST", "/", withBody("secret-body")))
			if slug := problemType(t, got); got.StatusCode != test.status || slug != test.slug || got.Headers["retry-after"] != test.later {
				t.Errorf("answered %d %s, retry-after %q; want %d %s, %q", got.StatusCode, slug, got.Headers["retry-after"], test.status, test.slug,
					test.later)
			}
			if n := len(b.service.calls("StartSyncExecution")); n != test.starts {
				t.Errorf("%d starts, want %d", n, test.starts)
			}
			if !strings.Contains(b.log.String(), `"level":"ERROR"`) || strings.Contains(b.log.String(), "secret-body") {
				t.Errorf("log must be an error without the request: %s", b.log)
			}
			if strings.Contains(got.Body, "arn:aws") || strings.Contains(got.Body, "said by the service") {
				t.Errorf("the caller sees what AWS said: %s", got.Body)
			}
		})
	}
}

// TestExpressThrottledThenRuns: a refusal that did nothing is asked again,
// after growing pauses.
func TestExpressThrottledThenRuns(t *testing.T) {
	throttle := refused(400, "ThrottlingException")
	b := newBench(t, expressConfig(), inTurn(throttle, throttle, throttle, succeeded(t, contract.Response{StatusCode: 200})))
	if got := b.handle(request("POST", "/")); got.StatusCode != 200 {
		t.Errorf("answered %d %s, want 200", got.StatusCode, got.Body)
	}
	want := []time.Duration{100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond}
	if diff := cmp.Diff(want, b.clock.pauses()); diff != "" {
		t.Errorf("pauses (-want +got):\n%s", diff)
	}
}

// TestExpressStartsOnce: after the request has arrived, a broken connection
// must not start a second execution.
func TestExpressStartsOnce(t *testing.T) {
	b := newBench(t, expressConfig(), func(call) reply { return reply{drop: true} })
	b.service.reply = inTurn(succeeded(t, contract.Response{StatusCode: 200}), reply{drop: true})
	b.handle(request("GET", "/")) // so that the next one goes over a reused connection
	got := b.handle(request("POST", "/orders"))
	checkProblem(t, got, 502, `{"type":"`+problemsPage+`#execution-lost","title":"Execution lost","status":502,`+
		`"detail":"The connection to AWS Step Functions broke. The execution may continue, and the upstream may have acted on the request. `+
		`It was not started again.","instance":"`+testID+`"}`)
	if n := len(b.service.calls("StartSyncExecution")); n != 2 {
		t.Errorf("%d starts in all, want 2: one for each request", n)
	}
}

// TestExpressUnreachable: a connection that was refused started nothing and is
// tried again.
func TestExpressUnreachable(t *testing.T) {
	b := newBench(t, expressConfig(), nil)
	client, err := newClient(variables("http://" + closedAddress(t)))
	if err != nil {
		t.Fatal(err)
	}
	b.env.StepFunctions = client
	got := b.handle(request("POST", "/"))
	checkProblem(t, got, 503, `{"type":"`+problemsPage+`#workflow-unavailable","title":"Workflow unavailable","status":503,`+
		`"detail":"The connection to AWS Step Functions failed. Nothing was sent to the upstream.","instance":"`+testID+`"}`)
	if n := len(b.clock.pauses()); n != callTries-1 {
		t.Errorf("%d pauses, want %d", n, callTries-1)
	}
}

// closedAddress is one where nobody listens, or can listen until the test ends: it is the
// near end of a connection.
func closedAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(); listener.Close() })
	return conn.LocalAddr().String()
}

// TestLambdaTimeRunsOut: a second before Lambda ends the invocation there is an
// answer.
func TestLambdaTimeRunsOut(t *testing.T) {
	var b *bench
	gone := make(chan struct{})
	b = newBench(t, expressConfig(), func(call) reply {
		b.clock.advance(29 * time.Second)
		<-gone // as long as the client stays
		return reply{drop: true}
	})
	ctx := lambdaContext{t.Context(), virtualStart.Add(30 * time.Second)}
	got := b.handleIn(ctx, request("POST", "/"))
	close(gone)
	checkProblem(t, got, 504, `{"type":"`+problemsPage+`#wait-ended","title":"Wait ended","status":504,`+
		`"detail":"The orchestrator had no more time to wait. The execution may continue, `+
		`and the upstream may still act on the request.","instance":"`+testID+`"}`)
}

// TestLambdaTimeIsNotWasted: with a second and a bit left the wait goes on.
func TestLambdaTimeIsNotWasted(t *testing.T) {
	var b *bench
	b = newBench(t, expressConfig(), func(call) reply {
		b.clock.advance(28 * time.Second)
		return succeeded(t, contract.Response{StatusCode: 200})
	})
	ctx := lambdaContext{t.Context(), virtualStart.Add(30 * time.Second)}
	if got := b.handleIn(ctx, request("GET", "/")); got.StatusCode != 200 {
		t.Errorf("answered %d %s, want 200", got.StatusCode, got.Body)
	}
}

func TestCancelledContext(t *testing.T) {
	for _, cfg := range []Config{expressConfig(), standardConfig()} {
		t.Run(cfg.Workflow, func(t *testing.T) {
			arrived := make(chan struct{})
			gone := make(chan struct{})
			b := newBench(t, cfg, func(call) reply {
				close(arrived)
				<-gone
				return reply{drop: true}
			})
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-arrived
				cancel()
			}()
			got := b.handleIn(ctx, request("POST", "/"))
			close(gone)
			if got.StatusCode != 504 || problemType(t, got) != "wait-ended" {
				t.Errorf("answered %d %s, want 504 wait-ended", got.StatusCode, got.Body)
			}
		})
	}
}

// TestManyCallersAtOnce: nobody gets another's answer.
func TestManyCallersAtOnce(t *testing.T) {
	const callers = 200
	b := newBench(t, expressConfig(), func(c call) reply {
		return succeeded(t, contract.Response{StatusCode: 200, Headers: map[string][]string{"x-name": {c.Name}}, Body: c.Input})
	})
	var all sync.WaitGroup
	for i := range callers {
		all.Add(1)
		go func() {
			defer all.Done()
			event := request(http.MethodPost, "/", withBody(fmt.Sprintf("caller %d", i)))
			event.RequestContext.RequestID = fmt.Sprintf("request-%d", i)
			got, err := b.Handle(t.Context(), event)
			want := fmt.Sprintf(`{"request":{"method":"POST","path":"/","body":"caller %d"}}`, i)
			if err != nil || got.StatusCode != 200 || got.Body != want || got.Headers["x-name"] != fmt.Sprintf("request-%d", i) {
				t.Errorf("caller %d: %d %v %s, %v", i, got.StatusCode, got.Headers, got.Body, err)
			}
		}()
	}
	all.Wait()
	if lines := strings.Count(b.log.String(), "\n"); lines != callers {
		t.Errorf("%d log lines, want %d", lines, callers)
	}
}
