package trace_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sfngen/sfngen/internal/aws/trace"
	"github.com/sfngen/sfngen/internal/fakeaws/states"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/history/view"
)

var unexported = cmpopts.IgnoreUnexported(timeline.Timeline{})

// The answers of an API on three kinds of days.
var (
	good  = []answer{{status: 200, after: 120 * time.Millisecond}}
	mixed = []answer{
		{status: 429, header: "Retry-After: 5", body: "slow down", after: 30 * time.Millisecond},
		{status: 503, header: "X-Request-Id: req_7", body: "busy", after: 80 * time.Millisecond},
		{status: 201, after: 240 * time.Millisecond},
	}
	bad = []answer{{status: 500, body: "oops", after: 10 * time.Millisecond}}
)

// TestTheHistoryOfTheAPIIsThatOfTheEngine: what was run here and is read through
// the SDK, page by page, is the same story.
func TestTheHistoryOfTheAPIIsThatOfTheEngine(t *testing.T) {
	for name, answers := range map[string][]answer{"good": good, "mixed": mixed, "bad": bad} {
		t.Run(name, func(t *testing.T) {
			r := perform(t, standardSpec(), answers...)
			service := states.New(r.standard())
			service.PageSize = 2
			x, err := source(t, r, r.end(), map[string]http.Handler{"states": service}).Execution(t.Context(), r.x.Name, 0)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(r.timeline(), x.Timeline, unexported); diff != "" {
				t.Errorf("timeline (-here +through the SDK):\n%s", diff)
			}
			if x.Request != "GET /orders?page" {
				t.Errorf("request %q, want GET /orders?page", x.Request)
			}
			if calls, want := len(service.Calls()), 1+(len(r.events)+1)/2; calls != want {
				t.Errorf("%d calls, want %d: a description and every page", calls, want)
			}
		})
	}
}

func TestTheARNIsAsGoodAsTheName(t *testing.T) {
	r := perform(t, standardSpec(), good...)
	x, err := source(t, r, r.end(), map[string]http.Handler{"states": states.New(r.standard())}).Execution(t.Context(), r.x.ARN, 0)
	if err != nil || x.Name != r.x.Name {
		t.Errorf("%+v, %v", x, err)
	}
}

func TestWhatIsNotThisStacks(t *testing.T) {
	r := perform(t, standardSpec(), good...)
	s := source(t, r, r.end(), map[string]http.Handler{"states": states.New()})
	scope := "arn:aws:states:us-east-1:000000000000:"
	tests := []struct{ name, execution, want string }{
		{"unknown", "nobody", "no execution nobody of the state machine orders: Step Functions keeps one for 90 days after its end, " +
			"and forgets all of a state machine that was replaced; sfngen trace without EXECUTION lists the latest"},
		{"another machine", scope + "execution:other:x",
			"the execution is one of the state machine other, but this stack's is orders: name the execution's own stack"},
		{"another region", "arn:aws:states:eu-west-1:000000000000:execution:orders:x",
			"the execution is of arn:aws:states:eu-west-1:000000000000, but the stack is of arn:aws:states:us-east-1:000000000000: " +
				"choose with --region and --profile, or name the execution's own stack"},
		{"an express one", scope + "express:orders:x:uuid",
			"the execution's ARN is that of another type of workflow: the state machine orders was deployed with another workflow.type " +
				"then, and its executions went with it"},
		{"a machine's ARN", scope + "stateMachine:orders", `"` + scope +
			`stateMachine:orders" is not the ARN of an execution: that is arn:aws:states:REGION:ACCOUNT:execution:STATE-MACHINE:NAME, ` +
			`and of an express one …:express:STATE-MACHINE:NAME:UUID`},
		{"no name", "a b", `"a b" is no execution: give its name, as x-sfngen-execution, the logs and problem documents have it, or its ARN`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := s.Execution(t.Context(), test.execution, 0)
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
			var absent *trace.NotFoundError
			if isAbsent := errors.As(err, &absent); isAbsent != (test.name == "unknown") {
				t.Errorf("a NotFoundError: %t", isAbsent)
			}
		})
	}
}

// upTo is a run as it was at some event.
func (r *run) upTo(kind string) *run {
	i := slices.IndexFunc(r.events, func(e event.Event) bool { return e.Type == kind })
	return r.with(r.events[:i+1])
}

func TestAnExecutionThatRuns(t *testing.T) {
	r := perform(t, standardSpec(), mixed...)
	tests := []struct{ upTo, result, then, end string }{
		{"TaskScheduled", "no answer yet", "calling for 1s", "Goes on after 1 attempt"},
		{"WaitStateEntered", "503 Service Unavailable", "s to go", "Goes on after 2 attempts"},
	}
	for _, test := range tests {
		t.Run(test.upTo, func(t *testing.T) {
			part := r.upTo(test.upTo)
			running := part.standard()
			running.Status, running.StopDate = "RUNNING", time.Time{}
			x, err := source(t, r, part.end().Add(time.Second), map[string]http.Handler{"states": states.New(running)}).Execution(t.Context(),
				r.x.Name, 0)
			if err != nil {
				t.Fatal(err)
			}
			got := text(t, x, view.Style{})
			for _, want := range []string{"status     running", test.result, test.then, test.end} {
				if !strings.Contains(got, want) {
					t.Errorf("no %q in:\n%s", want, got)
				}
			}
		})
	}
}

// TestTheEndIsNotInTheHistoryYet: it is eventually consistent, and a status of its
// own.
func TestTheEndIsNotInTheHistoryYet(t *testing.T) {
	r := perform(t, standardSpec(), mixed...)
	stopped := r.upTo("TaskStarted").standard()
	stopped.Status, stopped.StopDate = "ABORTED", start.Add(time.Minute)
	x, err := source(t, r, start.Add(time.Hour), map[string]http.Handler{"states": states.New(stopped)}).Execution(t.Context(), r.x.Name, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := text(t, x, view.Style{}); !strings.Contains(got, "took 1m0s\nstatus     aborted\n") {
		t.Errorf("not aborted after a minute:\n%s", got)
	}
}

// TestARedrivenExecution: after its end it has gone on, and succeeded.
func TestARedrivenExecution(t *testing.T) {
	r := perform(t, standardSpec(), bad...)
	again := r.with(slices.Clone(r.events))
	last := r.events[len(r.events)-1]
	add := func(kind string, d event.Details) {
		again.events = append(again.events, event.Event{Timestamp: last.Timestamp.Add(time.Hour), Type: kind, ID: int64(len(again.events) + 1),
			Details: d})
	}
	add("ExecutionRedriven", nil)
	add("TaskScheduled", event.TaskScheduledDetails{Parameters: r.parameters()})
	add("TaskSucceeded", event.TaskSucceededDetails{})
	add("ExecutionSucceeded", event.ExecutionSucceededDetails{})
	x, err := source(t, r, last.Timestamp, map[string]http.Handler{"states": states.New(again.standard())}).Execution(t.Context(), r.x.Name, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := x.Timeline; got.Status != event.Succeeded || got.Redrives != 1 || got.Error != "" || len(got.Attempts) != 4 {
		t.Errorf("status %s, %d redrives, error %q, %d attempts; want SUCCEEDED, 1, none, 4", got.Status, got.Redrives, got.Error,
			len(got.Attempts))
	}
	if got := text(t, x, view.Style{}); !strings.Contains(got, "status     succeeded (redriven once)") {
		t.Errorf("the view does not tell of the redrive:\n%s", got)
	}
}

func TestTheLatestOfAStandardWorkflow(t *testing.T) {
	r := perform(t, standardSpec(), mixed...)
	var all []states.Execution
	for i := range 5 {
		x := r.shift(time.Duration(i) * time.Hour).standard()
		x.Name = string(rune('a' + i))
		x.ARN = strings.ReplaceAll(x.ARN, r.x.Name, x.Name)
		all = append(all, x)
	}
	service := states.New(all...)
	service.PageSize = 2
	s := source(t, r, start.Add(5*time.Hour), map[string]http.Handler{"states": service})
	tests := []struct {
		name  string
		want  trace.Selection
		names []string
	}{
		{"limited", trace.Selection{Limit: 3}, []string{"e", "d", "c"}},
		{"since", trace.Selection{Limit: 10, Since: 2*time.Hour + time.Minute}, []string{"e", "d"}},
		{"all", trace.Selection{Limit: 10}, []string{"e", "d", "c", "b", "a"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			list, err := s.Latest(t.Context(), test.want)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, x := range list.Executions {
				names = append(names, x.Name)
				if len(x.Timeline.Attempts) != 3 || x.Timeline.Status != event.Succeeded || x.Request != "GET /orders?page" {
					t.Errorf("%s: %s after %d attempts of %q, want SUCCEEDED after 3 of GET /orders?page", x.Name, x.Timeline.Status,
						len(x.Timeline.Attempts), x.Request)
				}
			}
			if diff := cmp.Diff(test.names, names); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
		})
	}
}
