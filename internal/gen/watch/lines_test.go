package watch_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/fakeaws/logs"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/gen/watch"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/stepfunctions"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// written are lines, by whose log they are in.
type written map[watch.Resource][]string

// count is what the filters make of them.
func (w written) count(t *testing.T, filters []watch.Filter) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, f := range filters {
		pattern, err := logs.ParsePattern(f.Pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range w[f.Group] {
			if pattern.Matches(line) {
				counts[f.Metric]++
			}
		}
	}
	return counts
}

// observed is a stack on this machine, with what it writes.
type observed struct {
	mu    sync.Mutex
	lines written
}

// Write takes a Lambda's line, as it is.
func (o *observed) Write(text []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var l struct{ Egress int }
	of := watch.Resource{Kind: watch.Orchestrator}
	if json.Unmarshal(text, &l) == nil && l.Egress > 0 {
		of = watch.Resource{Kind: watch.Egress, K: l.Egress}
	}
	o.lines[of] = append(o.lines[of], strings.TrimSpace(string(text)))
	return len(text), nil
}

// happened takes an event of an execution, as a log of level ALL without data has it.
func (o *observed) happened(_ stepfunctions.Execution, e event.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.lines[watch.Resource{Kind: watch.Workflow}] = append(o.lines[watch.Resource{Kind: watch.Workflow}], logLine(e))
}

// logLine is an event as the log of a state machine has it (Step Functions, "Using
// CloudWatch Logs to log execution history").
func logLine(e event.Event) string {
	details := map[string]any{}
	if e.Details != nil {
		text, _ := json.Marshal(e)
		var all map[string]any
		_ = json.Unmarshal(text, &all)
		details, _ = all[e.Details.Field()].(map[string]any)
	}
	line, _ := json.Marshal(map[string]any{"id": fmt.Sprint(e.ID), "type": e.Type, "details": details, "execution_arn": "arn:aws:states:…"})
	return string(line)
}

const threeEgresses = `version: 1
name: orders
upstream: {url: https://api.example, methods: [GET, POST]}
retry: {maxAttempts: 3, backoff: {strategy: constant, initialDelay: 1s, jitter: none}}
egress: {count: 3, start: first}
`

// request sends one through the stack, against an API with these answers in turn.
func request(t *testing.T, statuses ...int) written {
	t.Helper()
	o, clock, calls := &observed{lines: written{}}, clocktest.NewVirtual(time.Date(2026, 12, 1, 3, 0, 0, 0, time.UTC)), 0
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(statuses[min(calls, len(statuses)-1)])
		calls++
	}))
	t.Cleanup(api.Close)
	s, findings := stack.LoadWith(stack.Source{Name: "spec.yaml", Text: []byte(threeEgresses)}, func(s *spec.Spec) {
		if err := s.OverrideUpstream(api.URL); err != nil {
			t.Fatal(err)
		}
	})
	if s == nil {
		t.Fatal(findings)
	}
	running, err := local.Start(t.Context(), s, local.Options{Clock: clock, Random: func() float64 { return 0 }, Observe: o.happened, Log: o})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Get(running.URL() + "/orders")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	if err := running.Close(ctx); err != nil {
		t.Fatal(err)
	}
	return o.lines
}

// The patterns find what they are for in what a stack really writes, and nothing else.
func TestFiltersCountWhatAStackWrites(t *testing.T) {
	tests := map[string]struct {
		answers []int
		want    map[string]int
	}{
		"it works":          {[]int{200}, map[string]int{watch.Attempts: 1}},
		"a limit, then not": {[]int{429, 200}, map[string]int{watch.Attempts: 2, watch.RateLimitedAttempts: 1}},
		"limits alone":      {[]int{429}, map[string]int{watch.Attempts: 3, watch.RateLimitedAttempts: 3}},
		"the API is down":   {[]int{503}, map[string]int{watch.Attempts: 3}},
		"it is not there":   {[]int{404}, map[string]int{watch.Attempts: 1}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			lines := request(t, test.answers...)
			if len(lines[watch.Resource{Kind: watch.Workflow}]) == 0 || len(lines[watch.Resource{Kind: watch.Orchestrator}]) != 1 {
				t.Fatalf("the stack has written %v", lines)
			}
			if diff := cmp.Diff(test.want, lines.count(t, orders(3).Filters())); diff != "" {
				t.Errorf("counted (-want +got):\n%s", diff)
			}
		})
	}
}

// AWS GovCloud (US) has no log format JSON: Lambda's own lines are text there. Those of a
// stack are JSON in both, as the programs write them.
func TestFiltersPassLambdasOwnLines(t *testing.T) {
	lines := request(t, 429, 200)
	of := watch.Resource{Kind: watch.Egress, K: 1}
	lines[of] = append(lines[of],
		"START RequestId: 8a4b Version: $LATEST",
		"REPORT RequestId: 8a4b Duration: 3.5 ms Billed Duration: 4 ms Memory Size: 128 MB Max Memory Used: 30 MB Status: error "+
			"Error Type: Runtime.ExitError",
		`{"time":"2026-12-01T03:00:00.000Z","type":"platform.report",`+
			`"record":{"requestId":"8a4b","status":"error","errorType":"Upstream.RateLimited"}}`,
		`egress: SFNGEN_EGRESS is "x": want a number`,
	)
	want := map[string]int{watch.Attempts: 2, watch.RateLimitedAttempts: 1}
	if diff := cmp.Diff(want, lines.count(t, orders(3).Filters())); diff != "" {
		t.Errorf("counted (-want +got):\n%s", diff)
	}
}

// What no stack on this machine does: an egress that dies, one that may not go, and an
// orchestrator that is refused.
func TestFiltersCountFaults(t *testing.T) {
	tests := map[string]struct {
		of   watch.Resource
		line string
		want map[string]int
	}{
		"a crash":             {watch.Resource{}, logLine(failed("Runtime.ExitError")), map[string]int{watch.DeadAttempts: 1}},
		"a start that failed": {watch.Resource{}, logLine(failed("Lambda.Unknown")), map[string]int{watch.DeadAttempts: 1}},
		"no permission":       {watch.Resource{}, logLine(failed("Lambda.AccessDeniedException")), map[string]int{watch.DeadAttempts: 1}},
		"a Lambda that hangs": {watch.Resource{}, `{"id":"5","type":"TaskTimedOut","details":{"resource":"invoke","resourceType":"lambda",` +
			`"error":"States.Timeout"}}`, map[string]int{watch.DeadAttempts: 1}},
		"a throttle":           {watch.Resource{}, logLine(failed("Lambda.TooManyRequestsException")), map[string]int{}},
		"an answer too large":  {watch.Resource{}, logLine(failed("States.DataLimitExceeded")), map[string]int{}},
		"an answer of the API": {watch.Resource{}, logLine(failed(contract.ErrRejected)), map[string]int{}},
		"an execution that ends with it": {watch.Resource{}, `{"type":"ExecutionFailed","details":{"error":"Runtime.ExitError"}}`,
			map[string]int{}},
		"a skip": {watch.Resource{Kind: watch.Egress, K: 2}, attemptLine(contract.ErrSkipped, contract.FaultSkipped), map[string]int{}},
		"all are limited": {watch.Resource{Kind: watch.Egress, K: 2}, attemptLine(contract.ErrAllLimited, ""),
			map[string]int{watch.Attempts: 1, watch.RateLimitedAttempts: 1}},
		"no way out": {watch.Resource{Kind: watch.Egress, K: 2}, attemptLine(contract.ErrTransient, contract.FaultConnectTimeout),
			map[string]int{watch.Attempts: 1, watch.UnsentAttempts: 1}},
		"a credential that may not be read": {watch.Resource{Kind: watch.Egress, K: 2},
			attemptLine(contract.ErrRejected, contract.FaultCredential),
			map[string]int{watch.Attempts: 1, watch.UnsentAttempts: 1}},
		"a slow API": {watch.Resource{Kind: watch.Egress, K: 2}, attemptLine(contract.ErrTransient, contract.FaultTimeout),
			map[string]int{watch.Attempts: 1}},
		"no time left": {watch.Resource{Kind: watch.Egress, K: 2}, attemptLine(contract.ErrRejected, contract.FaultDeadline),
			map[string]int{watch.Attempts: 1}},
		"a line about the table": {watch.Resource{Kind: watch.Orchestrator},
			`{"level":"WARN","msg":"coordination","problem":"table-unavailable"}`,
			map[string]int{}},
		"a fault of the stack":  {watch.Resource{Kind: watch.Orchestrator}, requestLine(slog.LevelError), map[string]int{watch.OwnFaults: 1}},
		"an answer to a caller": {watch.Resource{Kind: watch.Orchestrator}, requestLine(slog.LevelInfo), map[string]int{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := written{test.of: {test.line}}.count(t, orders(3).Filters())
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("counted (-want +got):\n%s", diff)
			}
		})
	}
}

func failed(name string) event.Event {
	return event.Event{ID: 5, Type: "TaskFailed", Details: event.TaskFailedDetails{ResourceType: "lambda", Resource: "invoke", Error: name,
		Cause: `{"errorMessage":"x"}`}}
}

// attemptLine and requestLine are written as the runtime does.
func attemptLine(outcome string, fault contract.Fault) string {
	var out bytes.Buffer
	contract.NewLogger(&out).LogAttrs(context.Background(), slog.LevelInfo, contract.AttemptMessage,
		contract.LogLine{Execution: "e", Attempt: 1, Egress: 2, Outcome: outcome, Fault: fault}.AttemptAttrs()...)
	return out.String()
}

func requestLine(level slog.Level) string {
	var out bytes.Buffer
	contract.NewLogger(&out).LogAttrs(context.Background(), level, contract.RequestMessage,
		contract.LogLine{Execution: "e", Status: 500, Problem: "misconfigured", Cause: "AccessDeniedException"}.RequestAttrs()...)
	return out.String()
}

// One metric of each name, however many egresses there are.
func TestFiltersOfAPool(t *testing.T) {
	for _, egresses := range []int{1, 50} {
		s := orders(egresses)
		if got := len(s.Filters()); got != watch.FiltersOfEach*egresses+2 {
			t.Errorf("%d egresses: %d filters", egresses, got)
		}
		want := []string{watch.Attempts, watch.RateLimitedAttempts, watch.UnsentAttempts, watch.OwnFaults, watch.DeadAttempts}
		if diff := cmp.Diff(want, s.Counted()); diff != "" {
			t.Errorf("%d egresses: metrics (-want +got):\n%s", egresses, diff)
		}
	}
	unlogged := orders(1)
	unlogged.FailedTasksLogged = false
	if slices.Contains(unlogged.Counted(), watch.DeadAttempts) {
		t.Error("a log that is not there is filtered")
	}
}
