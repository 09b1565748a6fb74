package local_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/lambda"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// keyed is a spec whose POSTs may be sent again: they have an idempotency key.
const keyed = "retry: {maxAttempts: 3, idempotency: {header: idempotency-key}}"

// A crash during the call: the next egress follows at once, unless the request
// could act twice.
func TestEgressKilledWhileTheUpstreamHoldsTheCall(t *testing.T) {
	t.Parallel()
	const crashed = "1 by egress 1: crashed Runtime.ExitError"
	for _, tt := range []struct {
		name, method, spec string
		status             int
		attempts           string
		story              []string
		egresses           []int
	}{
		{"GET", "GET", "retry: {maxAttempts: 3}", 200, "2", []string{crashed, "2 by egress 2: success 200"}, []int{1, 2}},
		{"POST with a key", "POST", keyed, 200, "2", []string{crashed, "2 by egress 2: success 200"}, []int{1, 2}},
		{"POST without a key", "POST", "retry: {maxAttempts: 3}", 502, "1", []string{crashed, "2 by egress 2: rejected egress"}, []int{1}},
		{"POST, refused", "POST", "retry: {maxAttempts: 3, idempotency: {header: idempotency-key, unsafeMethods: refuse}}",
			502, "1", []string{crashed, "2 by egress 2: rejected egress"}, []int{1}},
		{"POST, allowed", "POST", "retry: {maxAttempts: 3, idempotency: {unsafeMethods: allow}}", 200, "2",
			[]string{crashed, "2 by egress 2: success 200"}, []int{1, 2}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			upstream := held(t, mockapi.Config{Paths: scripts(t, "/=200@1m,200")})
			r := run(t, base(tt.spec), upstream.url, skipping)
			answers := r.start(t.Context(), tt.method, "/orders", "three")
			upstream.await(t, 1)
			if n := r.workflow.Lambda().Kill("orders-egress-1"); n != 1 {
				t.Fatalf("killed %d sandboxes, want 1", n)
			}
			a := ended(t, answers)
			a.says(t, tt.status, "X-Sfngen-Attempts", tt.attempts)
			if tt.status == 502 {
				a.isProblem(t, 502, "egress-failed")
			}
			same(t, "story", tt.story, storyOf(r, a.execution))
			same(t, "upstream", fromEgresses(tt.method+" /orders", tt.egresses...), callsAt(upstream.API))
			sameKeys(t, upstream.Requests(), a.execution, strings.Contains(tt.spec, "header: idempotency-key"))
		})
	}
}

// sameKeys checks that every attempt carried the execution's name as its key.
func sameKeys(t *testing.T, calls []mockapi.Request, execution string, keyed bool) {
	t.Helper()
	want := ""
	if keyed {
		want = execution
	}
	for _, call := range calls {
		if got := call.Header.Get("Idempotency-Key"); got != want || string(call.Body) != "three" {
			t.Errorf("call %d has the key %q and the body %q, want %q and three", call.Number, got, call.Body, want)
		}
	}
}

// brokenEgress fails before it calls the upstream.
type brokenEgress struct {
	name    string
	code    func(clock.Clock) lambda.Code
	error   string
	status  int // when it is the last attempt's
	problem string
}

// limit is the Lambda's, which for the stack of these tests is 13 s, 2 s less
// than the task's.
func (b brokenEgress) limit() time.Duration {
	if b.error == "States.Timeout" {
		return time.Minute
	}
	return 13 * time.Second
}

var brokenEgresses = []brokenEgress{
	{"exits", func(clock.Clock) lambda.Code {
		return thisBinary()
	}, "Runtime.ExitError", 502, "egress-failed"},
	{"exits at its start", func(clock.Clock) lambda.Code {
		return lambda.InProcess(func(func(string) string) (lambda.Handler, error) { return nil, errors.New("no such zone") })
	}, "Runtime.ExitError", 502, "egress-failed"},
	{"panics", func(clock.Clock) lambda.Code {
		return handler(func(context.Context) ([]byte, error) { panic("no such order") })
	}, "string", 502, "egress-failed"},
	{"times out", func(c clock.Clock) lambda.Code {
		return handler(func(ctx context.Context) ([]byte, error) { return nil, c.Sleep(ctx, time.Hour) })
	}, "Sandbox.Timedout", 504, "egress-timeout"},
	{"outlives its task", func(c clock.Clock) lambda.Code {
		return handler(func(ctx context.Context) ([]byte, error) { return []byte("{}"), c.Sleep(ctx, 16*time.Second) })
	}, "States.Timeout", 504, "egress-timeout"},
	{"has an error of another name", func(clock.Clock) lambda.Code {
		return handler(func(context.Context) ([]byte, error) { return nil, errors.New("no such order") })
	}, "errorString", 502, "egress-failed"},
	{"answers what no state can carry", func(clock.Clock) lambda.Code {
		return handler(func(context.Context) ([]byte, error) {
			return fmt.Appendf(nil, "%q", strings.Repeat("x", 300_000)), nil
		})
	}, "States.DataLimitExceeded", 502, "workflow-failed"},
	{"answers more than Lambda can", func(clock.Clock) lambda.Code {
		return handler(func(context.Context) ([]byte, error) {
			return fmt.Appendf(nil, "%q", strings.Repeat("x", lambda.ResponseLimit)), nil
		})
	}, "Function.ResponseSizeTooLarge", 502, "egress-failed"},
}

// The real egress, made to hang beyond its Lambda's limit by a clock that jumps.
func TestEgressTimesOutWhileTheUpstreamHoldsTheCall(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, method, story string
		status              int
		egresses            []int
	}{
		{"GET", "GET", "2 by egress 2: success 200", 200, []int{1, 2}},
		{"POST", "POST", "2 by egress 2: rejected egress", 502, []int{1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			upstream := held(t, mockapi.Config{Paths: scripts(t, "/=200@1m,200")})
			c := clocktest.NewVirtual(time.Now())
			r := run(t, base("retry: {maxAttempts: 3, attemptTimeout: 10s}"), upstream.url, onClock(c))
			answers := r.start(t.Context(), tt.method, "/orders", "")
			upstream.await(t, 1)
			pass(t, c, 14*time.Second)
			a := ended(t, answers)
			a.says(t, tt.status)
			same(t, "story", []string{"1 by egress 1: crashed Sandbox.Timedout", tt.story}, storyOf(r, a.execution))
			same(t, "upstream", fromEgresses(tt.method+" /orders", tt.egresses...), callsAt(upstream.API))
		})
	}
}

func TestBrokenEgressHandsOverToTheNext(t *testing.T) {
	t.Parallel()
	for _, tt := range brokenEgresses {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			upstream, at := api(t, mockapi.Config{})
			c := clocktest.NewVirtual(time.Now())
			r := run(t, base("retry: {maxAttempts: 3, attemptTimeout: 10s}"), at, onClock(c))
			r.replace("1", tt.limit(), tt.code(c))
			a := r.call("GET", "/orders", "")
			a.says(t, 200, "X-Sfngen-Attempts", "2", "X-Sfngen-Egress", "2")
			same(t, "story", []string{"1 by egress 1: crashed " + tt.error, "2 by egress 2: success 200"}, storyOf(r, a.execution))
			same(t, "upstream", fromEgresses("GET /orders", 2), callsAt(upstream))
		})
	}
}

func TestBrokenEgressOfTheLastAttempt(t *testing.T) {
	t.Parallel()
	for _, tt := range brokenEgresses {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			upstream, at := api(t, mockapi.Config{Paths: scripts(t, "/=429:retry-after=1")})
			c := clocktest.NewVirtual(time.Now())
			r := run(t, base("retry: {maxAttempts: 3, attemptTimeout: 10s}"), at, onClock(c))
			r.replace("3", tt.limit(), tt.code(c))
			a := r.call("GET", "/orders", "")
			a.isProblem(t, tt.status, tt.problem)
			same(t, "story", []string{"1 by egress 1: rate-limited 429", "2 by egress 2: rate-limited 429", "3 by egress 3: crashed " + tt.error},
				storyOf(r, a.execution))
			same(t, "upstream", fromEgresses("GET /orders", 1, 2), callsAt(upstream))
			result := r.result(a.execution)
			same(t, "status", event.Failed, result.Status)
			same(t, "error", tt.error, result.Error)
		})
	}
}
