package trace_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sfngen/sfngen/internal/aws/trace"
	"github.com/sfngen/sfngen/internal/fakeaws/logs"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/history/view"
)

const machineGroup = "/aws/vendedlogs/states/orders"

// read traces the run in these logs, an hour after it.
func read(t *testing.T, r *run, groups map[string][]logs.Event) *execution.Execution {
	t.Helper()
	x, err := source(t, r, r.end().Add(time.Hour), serving(logs.New(groups))).Execution(t.Context(), r.x.Name, 0)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestTheLogIsAsGoodAsTheHistory: without data it lacks only what no column shows.
func TestTheLogIsAsGoodAsTheHistory(t *testing.T) {
	for name, answers := range map[string][]answer{"good": good, "mixed": mixed, "bad": bad} {
		for _, data := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, data %t", name, data), func(t *testing.T) {
				r := perform(t, specOf("all", data), answers...)
				got := read(t, r, groups(t, "all", data, r)).Timeline
				options := []cmp.Option{unexported}
				if !data {
					options = append(options, cmpopts.IgnoreFields(timeline.Attempt{}, "Function"))
				}
				if diff := cmp.Diff(r.timeline(), got, options...); diff != "" {
					t.Errorf("timeline (-here +from the log):\n%s", diff)
				}
			})
		}
	}
}

// TestEveryLevelTellsOfEveryAttempt: what the machine's log leaves out, the Lambdas'
// have.
func TestEveryLevelTellsOfEveryAttempt(t *testing.T) {
	want := map[string][]string{
		"mixed": {"1 egress 1 rate-limited 429", "2 egress 2 transient 503", "3 egress 1 success 201"},
		"bad":   {"1 egress 1 transient 500", "2 egress 2 transient 500", "3 egress 1 transient 500"},
	}
	notes := map[string][]string{
		"all": nil,
		"error": {"the state machine logs only failures (workflow.logLevel: error): the rest is from the Lambdas' own lines; " +
			"workflow.logLevel: all would log every step"},
		"fatal": {"the state machine logs only failures (workflow.logLevel: fatal): the rest is from the Lambdas' own lines; " +
			"workflow.logLevel: all would log every step"},
		"off": {"the state machine logs nothing (workflow.logLevel: off): this is from the Lambdas' own lines; egresses that died, " +
			"and Lambda's own errors, do not show; workflow.logLevel: all would log every step"},
	}
	for level := range notes {
		for name, answers := range map[string][]answer{"mixed": mixed, "bad": bad} {
			t.Run(level+" "+name, func(t *testing.T) {
				r := perform(t, specOf(level, false), answers...)
				service := logs.New(groups(t, level, false, r))
				service.PageSize, service.EmptyPages = 2, 2
				x, err := source(t, r, r.end().Add(time.Hour), map[string]http.Handler{"logs": service}).Execution(t.Context(), r.x.Name, 0)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want[name], outcomes(x.Timeline)); diff != "" {
					t.Errorf("attempts (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(notes[level], x.Notes); diff != "" {
					t.Errorf("notes (-want +got):\n%s", diff)
				}
				if level != "all" && x.Request != "GET /orders?page" {
					t.Errorf("request %q, want GET /orders?page", x.Request)
				}
				got, here := x.Timeline, r.timeline()
				if got.Status != here.Status || got.Error != here.Error || !got.Began.Equal(here.Began) || !got.Ended.Equal(here.Ended) {
					t.Errorf("%s %s from %s to %s, want %s %s from %s to %s", got.Status, got.Error, got.Began, got.Ended, here.Status, here.Error,
						here.Began, here.Ended)
				}
				for i, a := range got.Attempts {
					if b := here.Attempts[i]; !a.Began.Equal(b.Began) || !a.Ended.Equal(b.Ended) || !cmp.Equal(a.Wait, b.Wait) {
						t.Errorf("attempt %d: %s to %s, then %+v; want %s to %s, then %+v", i+1, a.Began, a.Ended, a.Wait, b.Began, b.Ended, b.Wait)
					}
				}
			})
		}
	}
}

// change makes other logs of these.
func change(in map[string][]logs.Event, group string, each func(i int, e logs.Event) []logs.Event) map[string][]logs.Event {
	out := maps.Clone(in)
	out[group] = nil
	for i, e := range in[group] {
		out[group] = append(out[group], each(i, e)...)
	}
	return out
}

// TestLogsAsTheyCome: late, twice, in another order, cut, or with what is no event.
func TestLogsAsTheyCome(t *testing.T) {
	r := perform(t, specOf("all", false), mixed...)
	whole := groups(t, "all", false, r)
	withData := groups(t, "all", true, r)
	backwards := change(whole, machineGroup, func(_ int, e logs.Event) []logs.Event { return []logs.Event{e} })
	slices.Reverse(backwards[machineGroup])
	tests := map[string]map[string][]logs.Event{
		"twice":     change(whole, machineGroup, func(_ int, e logs.Event) []logs.Event { return []logs.Event{e, e} }),
		"backwards": backwards,
		"no event": change(whole, machineGroup, func(_ int, e logs.Event) []logs.Event {
			return []logs.Event{{Time: e.Time, Message: "START RequestId: 1"}, e, {Time: e.Time, Message: `{"execution_arn": "` + r.x.ARN + `"}`}}
		}),
		"payloads cut": change(withData, machineGroup, func(_ int, e logs.Event) []logs.Event {
			e.Message = strings.ReplaceAll(e.Message, `"output":"{`, `"output":"{\"cut`)
			return []logs.Event{e}
		}),
		"another's egress line": change(whole, "/aws/lambda/orders-egress-1", func(_ int, e logs.Event) []logs.Event {
			return []logs.Event{e, {Time: e.Time, Message: strings.ReplaceAll(e.Message, r.x.Name, "another")}}
		}),
	}
	for name, groups := range tests {
		t.Run(name, func(t *testing.T) {
			got := read(t, r, groups).Timeline
			if diff := cmp.Diff(r.timeline(), got, unexported, cmpopts.IgnoreFields(timeline.Attempt{}, "Function")); diff != "" {
				t.Errorf("timeline (-want +got):\n%s", diff)
			}
		})
	}
}

// TestALogWithoutCauses: if AWS left them out, too, the egresses' lines tell.
func TestALogWithoutCauses(t *testing.T) {
	r := perform(t, specOf("all", false), mixed...)
	x := read(t, r, change(groups(t, "all", false, r), machineGroup, func(_ int, e logs.Event) []logs.Event {
		if before, _, found := strings.Cut(e.Message, `"cause":`); found {
			_, after, _ := strings.Cut(e.Message, `","error":`)
			e.Message = before + `"error":` + after
		}
		return []logs.Event{e}
	}))
	ignored := cmpopts.IgnoreFields(timeline.Attempt{}, "Function", "Said", "RequestID")
	if diff := cmp.Diff(r.timeline(), x.Timeline, unexported, ignored); diff != "" {
		t.Errorf("timeline (-want +got):\n%s", diff)
	}
	want := []string{"what the API said is not in the log: workflow.logData: true writes requests and answers there, secrets too"}
	if diff := cmp.Diff(want, x.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// TestOneThatNoFunctionURLHasStarted: a trigger's, of which the orchestrator knows
// nothing.
func TestOneThatNoFunctionURLHasStarted(t *testing.T) {
	for _, level := range []string{"all", "off"} {
		for name, answers := range map[string][]answer{"mixed": mixed, "bad": bad} {
			t.Run(level+" "+name, func(t *testing.T) {
				r := perform(t, specOf(level, false), answers...)
				logged := groups(t, level, false, r)
				logged["/aws/lambda/orders-orchestrator"] = []logs.Event{}
				x := read(t, r, logged)
				here := r.timeline()
				if got := x.Timeline; got.Status != here.Status || got.Error != here.Error || x.Answer != nil || x.Request != "GET /orders?page" &&
					level == "off" {
					t.Errorf("%s %q, request %q, answer %+v; want %s %q, GET /orders?page, none", got.Status, got.Error, x.Request, x.Answer,
						here.Status, here.Error)
				}
			})
		}
	}
}

// TestTheEndIsNotThereYet: what a log does not have a moment afterwards may still
// come.
func TestTheEndIsNotThereYet(t *testing.T) {
	r := perform(t, specOf("all", false), mixed...)
	begun := r.upTo("TaskScheduled")
	begun.lines = nil
	tests := []struct {
		name  string
		after time.Duration
		want  []string
	}{
		{"a second later", time.Second, []string{"its end is not in the log: it is still running, or the log is a few seconds " +
			"behind; try again"}},
		{"an hour later", time.Hour, []string{
			"its end is not in the log, though an express execution ends after 5m0s at most",
			"no log says how attempt 1 ended: its egress may have died; the egresses' own log groups have what Lambda says of that",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := source(t, r, start.Add(test.after), serving(logs.New(groups(t, "all", false, begun))))
			x, err := s.Execution(t.Context(), r.x.Name, 0)
			if err != nil {
				t.Fatal(err)
			}
			if x.Timeline.Status != event.Running || len(x.Timeline.Attempts) != 1 {
				t.Errorf("%s after %d attempts", x.Timeline.Status, len(x.Timeline.Attempts))
			}
			if diff := cmp.Diff(test.want, x.Notes); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatNoLogHas(t *testing.T) {
	r := perform(t, specOf("all", false), good...)
	s := source(t, r, start.Add(48*time.Hour), serving(logs.New(groups(t, "all", false, r))))
	_, err := s.Execution(t.Context(), r.x.Name, 0)
	want := "no execution " + r.x.Name + " of orders in the logs since 2026-11-25 10:00:00 UTC: an older one needs a longer " +
		"--since, as far as the logs are kept; one of this minute may need a few seconds until its log exists"
	var absent *trace.NotFoundError
	if !errors.As(err, &absent) || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if _, err := s.Execution(t.Context(), r.x.Name, 72*time.Hour); err != nil {
		t.Errorf("within --since: %v", err)
	}
}

func TestALogGroupIsGone(t *testing.T) {
	r := perform(t, specOf("all", false), mixed...)
	logged := groups(t, "all", false, r)
	delete(logged, machineGroup)
	x := read(t, r, logged)
	if diff := cmp.Diff([]string{"1 egress 1 rate-limited 429", "2 egress 2 transient 503", "3 egress 1 success 201"},
		outcomes(x.Timeline)); diff != "" {
		t.Errorf("attempts (-want +got):\n%s", diff)
	}
	if want := "the log group /aws/vendedlogs/states/orders does not exist: it was deleted, or the deployed stack has none of " +
		"this name"; !slices.Contains(x.Notes, want) {
		t.Errorf("notes %q, want %q", x.Notes, want)
	}
}

// TestTheLogGroupOfAnEgressIsGone: where the others went tells which one it was.
func TestTheLogGroupOfAnEgressIsGone(t *testing.T) {
	r := perform(t, specOf("all", false), mixed...)
	logged := groups(t, "all", false, r)
	delete(logged, "/aws/lambda/orders-egress-1")
	x := read(t, r, logged)
	if diff := cmp.Diff([]string{"1 egress 1 rate-limited 429", "2 egress 2 transient 503", "3 egress 1 success 0"},
		outcomes(x.Timeline)); diff != "" {
		t.Errorf("attempts (-want +got):\n%s", diff)
	}
	if want := []string{"the log group /aws/lambda/orders-egress-1 does not exist: it was deleted, or the deployed stack has none " +
		"of this name"}; !cmp.Equal(want, x.Notes) {
		t.Errorf("notes %q, want %q", x.Notes, want)
	}
	if got := text(t, x, view.Style{}); !strings.Contains(got, "  240ms  success\n") {
		t.Errorf("the third is no plain success:\n%s", got)
	}
}

// TestARefusedSearchIsAnError: the one place that explains AWS's errors gets it.
func TestARefusedSearchIsAnError(t *testing.T) {
	r := perform(t, specOf("off", false), good...)
	denied := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"__type":"AccessDeniedException","message":"not authorized to perform: logs:FilterLogEvents"}`))
	})
	s := source(t, r, start, map[string]http.Handler{"logs": denied})
	_, one := s.Execution(t.Context(), r.x.Name, 0)
	_, many := s.Latest(t.Context(), trace.Selection{Limit: 10})
	for _, err := range []error{one, many} {
		if err == nil || !strings.HasPrefix(err.Error(), "searching the log group /aws/lambda/orders-") ||
			!strings.Contains(err.Error(), "AWS denies logs:FilterLogEvents: ") {
			t.Errorf("got %v", err)
		}
	}
}
