package local_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

func TestThrottledEgress(t *testing.T) {
	t.Parallel()
	const crashed = "crashed Lambda.TooManyRequestsException"
	for _, tt := range []struct {
		name     string
		throttle [4]int // how many calls of egress 1, 2, 3
		method   string
		status   int
		story    []string
		egresses []int
	}{
		{"for a moment: Step Functions repeats the call", [4]int{1: 2}, "GET", 200,
			[]string{"1 by egress 1: success 200, repeated 2 times"}, []int{1}},
		{"for the last repeat", [4]int{1: 3}, "GET", 200,
			[]string{"1 by egress 1: success 200, repeated 3 times"}, []int{1}},
		{"for longer: the next egress", [4]int{1: 4}, "GET", 200,
			[]string{"1 by egress 1: " + crashed + ", repeated 3 times", "2 by egress 2: success 200"}, []int{2}},
		{"a POST, which certainly was not sent", [4]int{1: 4}, "POST", 200,
			[]string{"1 by egress 1: " + crashed + ", repeated 3 times", "2 by egress 2: success 200"}, []int{2}},
		{"all of them", [4]int{1: 4, 2: 4, 3: 4}, "GET", 503, []string{
			"1 by egress 1: " + crashed + ", repeated 3 times",
			"2 by egress 2: " + crashed + ", repeated 3 times",
			"3 by egress 3: " + crashed + ", repeated 3 times",
		}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			upstream, at := api(t, mockapi.Config{})
			r := run(t, base("retry: {maxAttempts: 3}"), at, skipping)
			for k := 1; k <= 3; k++ {
				r.workflow.Lambda().Throttle(fmt.Sprintf("orders-egress-%d", k), tt.throttle[k])
			}
			a := r.call(tt.method, "/orders", "")
			a.says(t, tt.status)
			if tt.status == 503 {
				a.isProblem(t, 503, "egress-throttled")
				a.says(t, 503, "Retry-After", "5")
				same(t, "error", "Lambda.TooManyRequestsException", r.result(a.execution).Error)
			}
			same(t, "story", tt.story, storyOf(r, a.execution))
			same(t, "upstream", fromEgresses(tt.method+" /orders", tt.egresses...), callsAt(upstream))
		})
	}
}

// With a reserved concurrency of 1 an egress that is busy is full.
func TestReservedConcurrencyIsUsedUp(t *testing.T) {
	t.Parallel()
	upstream := held(t, mockapi.Config{Paths: scripts(t, "/slow=200@1m")})
	r := run(t, head+"egress: {count: 2, start: first, concurrency: 1}\nretry: {maxAttempts: 2}", upstream.url, skipping)
	slow := r.start(t.Context(), "GET", "/slow", "")
	upstream.await(t, 1)
	a := r.call("GET", "/quick", "")
	a.says(t, 200, "X-Sfngen-Attempts", "2", "X-Sfngen-Egress", "2")
	same(t, "story", []string{"1 by egress 1: crashed Lambda.TooManyRequestsException, repeated 3 times", "2 by egress 2: success 200"},
		storyOf(r, a.execution))
	upstream.free()
	ended(t, slow).says(t, 200, "X-Sfngen-Attempts", "1", "X-Sfngen-Egress", "1")
	same(t, "upstream", append(fromEgresses("GET /slow", 1), fromEgresses("GET /quick", 2)...), callsAt(upstream.API))
}

// With a reserved concurrency of 1 the function URL handles one request at a time:
// Lambda itself refuses another, and nothing is started for it.
func TestReservedConcurrencyOfTheFunctionURL(t *testing.T) {
	t.Parallel()
	upstream := held(t, mockapi.Config{Paths: scripts(t, "/slow=200@1m")})
	r := run(t, base("retry: {maxAttempts: 2}\ntriggers: {functionUrl: {concurrency: 1}}"), upstream.url, skipping)
	slow := r.start(t.Context(), "GET", "/slow", "")
	upstream.await(t, 1)
	a := r.call("GET", "/quick", "")
	a.says(t, 429, "X-Sfngen-Execution", "", "Retry-After", "")
	if !strings.Contains(a.body, "ReservedFunctionConcurrentInvocationLimitExceeded") {
		t.Errorf("body %s, want Lambda's reason", a.body)
	}
	upstream.free()
	ended(t, slow).says(t, 200)
	r.call("GET", "/quick", "").says(t, 200)
	same(t, "upstream", append(fromEgresses("GET /slow", 1), fromEgresses("GET /quick", 1)...), callsAt(upstream.API))
}

// AWS refuses a few calls, or all: a few are repeated, and what is not started is
// not sent. The orchestrator uses the system's clock.
func TestStepFunctionsThrottles(t *testing.T) {
	t.Parallel()
	const standard = "\nworkflow: {type: standard}"
	for _, tt := range []struct {
		name, spec, action string
		times, status      int
		calls              int
	}{
		{"express, a few calls", "", "StartSyncExecution", 2, 200, 1},
		{"express, all calls", "", "StartSyncExecution", 100, 503, 0},
		{"standard, a few starts", standard, "StartExecution", 2, 200, 1},
		{"standard, all starts", standard, "StartExecution", 100, 503, 0},
		{"standard, a look", standard, "DescribeExecution", 1, 200, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			upstream, at := api(t, mockapi.Config{})
			r := run(t, base("retry: {maxAttempts: 3}"+tt.spec), at, skipping)
			r.workflow.StepFunctions().Throttle(tt.action, tt.times)
			a := r.call("GET", "/orders", "")
			a.says(t, tt.status)
			same(t, "upstream", fromEgresses("GET /orders", []int{1, 1}[:tt.calls]...), callsAt(upstream))
			if tt.status == 503 {
				a.isProblem(t, 503, "throttled")
				a.says(t, 503, "Retry-After", "5", "X-Sfngen-Attempts", "", "X-Sfngen-Egress", "")
				return
			}
			same(t, "status", event.Succeeded, r.result(a.execution).Status)
		})
	}
}
