package trace_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/trace"
	"github.com/sfngen/sfngen/internal/fakeaws/logs"
	"github.com/sfngen/sfngen/internal/fakeaws/states"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/internal/history/view"
)

// shown are the executions of a list in short.
func shown(list *execution.List) []string {
	out := []string{}
	for _, x := range list.Executions {
		result := 0
		if n := len(x.Timeline.Attempts); n > 0 {
			result = x.Timeline.Attempts[n-1].StatusCode
		}
		out = append(out, fmt.Sprintf("%s %s %d attempts %d %s", x.Name, x.Timeline.Status, len(x.Timeline.Attempts), result, x.Request))
	}
	return out
}

// failing are six executions, a to f, each a minute after the one before: b and d
// fail, f is ended by its deadline.
func failing(t *testing.T, level string) (first *run, logged map[string][]logs.Event) {
	t.Helper()
	var runs []*run
	for i, answers := range [][]answer{good, bad, mixed, bad, good, good} {
		r := perform(t, specOf(level, false), answers...)
		if i == 5 {
			r = r.ending(3*time.Second, "ExecutionTimedOut", event.ExecutionTimedOutDetails{})
		}
		runs = append(runs, r.shift(time.Duration(i)*time.Minute).named(string(rune('a'+i))))
	}
	return runs[0], groups(t, level, false, runs...)
}

func TestOnlyThoseThatFailedOfAnExpressWorkflow(t *testing.T) {
	lines := []string{"d FAILED 3 attempts 500 GET /orders?page", "b FAILED 3 attempts 500 GET /orders?page"}
	for level, want := range map[string][]string{
		// Without egress lines the orchestrator's tell the request, without the query.
		"all":   {"f TIMED_OUT 1 attempts 0 ", "d FAILED 3 attempts 500 GET /orders", "b FAILED 3 attempts 500 GET /orders"},
		"error": append([]string{"f TIMED_OUT 0 attempts 0 "}, lines...),
		"fatal": append([]string{"f TIMED_OUT 0 attempts 0 "}, lines...),
		"off":   lines,
	} {
		first, logged := failing(t, level)
		for name, service := range map[string]*logs.Service{
			"newest first": {}, "oldest first": {OldestFirst: true}, "small pages": {PageSize: 1, EmptyPages: 1},
		} {
			for limit := 1; limit <= len(want)+1; limit++ {
				t.Run(fmt.Sprintf("%s, %s, %d", level, name, limit), func(t *testing.T) {
					fake := logs.New(logged)
					fake.PageSize, fake.EmptyPages, fake.OldestFirst = service.PageSize, service.EmptyPages, service.OldestFirst
					list, err := source(t, first, start.Add(time.Hour), serving(fake)).Latest(t.Context(), trace.Selection{Limit: limit, Failed: true})
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(want[:min(limit, len(want))], shown(list)); diff != "" {
						t.Errorf("list (-want +got):\n%s", diff)
					}
				})
			}
		}
	}
}

// TestThoseOfATriggerThatFailed: the orchestrator knows nothing of them.
func TestThoseOfATriggerThatFailed(t *testing.T) {
	for _, level := range []string{"all", "error", "off"} {
		t.Run(level, func(t *testing.T) {
			first, logged := failing(t, level)
			logged["/aws/lambda/orders-orchestrator"] = []logs.Event{}
			list, err := source(t, first, start.Add(time.Hour), serving(logs.New(logged))).Latest(t.Context(),
				trace.Selection{Limit: 10, Failed: true})
			if err != nil {
				t.Fatal(err)
			}
			got := shown(list)
			want := []string{"d FAILED 3 attempts 500 GET /orders?page", "b FAILED 3 attempts 500 GET /orders?page"}
			if diff := cmp.Diff(want, got[len(got)-2:]); diff != "" {
				t.Errorf("list (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTheLogIsAskedForFailures: the events of a thousand successes are not read.
func TestTheLogIsAskedForFailures(t *testing.T) {
	first, logged := failing(t, "all")
	fake := logs.New(logged)
	if _, err := source(t, first, start.Add(time.Hour), serving(fake)).Latest(t.Context(),
		trace.Selection{Limit: 1, Failed: true}); err != nil {
		t.Fatal(err)
	}
	for i, call := range fake.Calls() {
		switch {
		case call.Group != machineGroup:
		case i == 0 && call.Pattern != `{ $.type = "ExecutionFailed" || $.type = "ExecutionTimedOut" || $.type = "ExecutionAborted" }`,
			i > 0 && !strings.HasPrefix(call.Pattern, `{ $.execution_arn = "arn:`):
			t.Errorf("call %d has the pattern %s", i, call.Pattern)
		}
	}
}

func TestNoneThatFailed(t *testing.T) {
	r := perform(t, specOf("all", false), good...)
	list, err := source(t, r, start.Add(time.Hour), serving(logs.New(groups(t, "all", false, r)))).Latest(t.Context(),
		trace.Selection{Limit: 10, Failed: true})
	if err != nil {
		t.Fatal(err)
	}
	want := "no failed execution of orders since 2026-11-23 11:00:00 UTC: a longer --since looks further back, as far as the logs are kept\n"
	if got := view.Remarks(list, view.Style{}); got != want || len(list.Executions) != 0 {
		t.Errorf("%d executions, %q; want none, %q", len(list.Executions), got, want)
	}
}

func TestOnlyThoseThatFailedOfAStandardWorkflow(t *testing.T) {
	r := perform(t, standardSpec(), bad...)
	var all []states.Execution
	for i, status := range []string{"FAILED", "SUCCEEDED", "TIMED_OUT", "ABORTED", "RUNNING", "FAILED"} {
		x := r.upTo("TaskStarted").shift(time.Duration(i) * time.Hour).named(string(rune('a' + i))).standard()
		x.Status = status
		all = append(all, x)
	}
	service := states.New(all...)
	service.PageSize = 1
	s := source(t, r, start.Add(6*time.Hour), map[string]http.Handler{"states": service})
	for _, test := range []struct {
		name string
		want trace.Selection
		list []string
	}{
		{"all", trace.Selection{Limit: 10, Failed: true}, []string{"f FAILED", "d ABORTED", "c TIMED_OUT", "a FAILED"}},
		{"limited", trace.Selection{Limit: 2, Failed: true}, []string{"f FAILED", "d ABORTED"}},
		{"since", trace.Selection{Limit: 10, Failed: true, Since: 4*time.Hour + time.Minute}, []string{"f FAILED", "d ABORTED", "c TIMED_OUT"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			list, err := s.Latest(t.Context(), test.want)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, x := range test.list {
				want = append(want, x+" 1 attempts 0 GET /orders?page")
			}
			if diff := cmp.Diff(want, shown(list)); diff != "" {
				t.Errorf("list (-want +got):\n%s", diff)
			}
		})
	}
}

func TestThoseThatFailedInJSON(t *testing.T) {
	first, logged := failing(t, "all")
	list, err := source(t, first, start.Add(time.Hour), serving(logs.New(logged))).Latest(t.Context(), trace.Selection{Limit: 2, Failed: true})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := list.JSON(&b); err != nil {
		t.Fatal(err)
	}
	var got execution.ListReport
	if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatal(err)
	}
	failed := got.Executions[len(got.Executions)-1]
	if failed.Name != "d" || failed.Status != event.Failed || failed.Error != "Upstream.Transient" || failed.Answer != 500 ||
		failed.StatusCode != 500 || failed.Request != "GET /orders" {
		t.Errorf("%+v in:\n%s", failed, b.String())
	}
}

// TestTheLastResultIsNotTheAnswer: the caller got 502, the list says why.
func TestTheLastResultIsNotTheAnswer(t *testing.T) {
	r := perform(t, specOf("all", false), answer{status: 200})
	line := r.timeline()
	x := &execution.Execution{Name: "a", Timeline: line, Answer: &execution.Answer{Status: 502, Problem: "upstream-unreachable"}}
	x.Timeline.Attempts[0].StatusCode, x.Timeline.Attempts[0].Fault = 0, "connection"
	var b strings.Builder
	if err := view.List(&b, &execution.List{Executions: []*execution.Execution{x}}, view.Style{}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Fields(strings.Split(b.String(), "\n")[1])[4:]; !cmp.Equal(got, []string{"1", "connection", "a", "-"}) {
		t.Errorf("%q", got)
	}
}

// TestALineThatContradictsItself: a success has no reason why nothing follows.
func TestALineThatContradictsItself(t *testing.T) {
	first, logged := failing(t, "off")
	const egress = "/aws/lambda/orders-egress-1"
	logged[egress] = append(logged[egress],
		logs.Event{Time: forgedAt, Message: `{"msg":"attempt","timestamp":"2026-11-24T10:50:00Z","execution":"forged","attempt":1,` +
			`"egress":1,"outcome":"success","statusCode":200,"final":"x"}`})
	list, err := source(t, first, start.Add(time.Hour), serving(logs.New(logged))).Latest(t.Context(),
		trace.Selection{Limit: 10, Failed: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"d FAILED 3 attempts 500 GET /orders?page", "b FAILED 3 attempts 500 GET /orders?page"},
		shown(list)); diff != "" {
		t.Errorf("list (-want +got):\n%s", diff)
	}
}
