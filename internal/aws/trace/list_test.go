package trace_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/trace"
	"github.com/sfngen/sfngen/internal/fakeaws/logs"
	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/internal/history/view"
)

// series are five executions, each a minute after the one before: good, mixed, bad,
// good, mixed. Their names are a to e.
func series(t *testing.T, level string) (first *run, logged map[string][]logs.Event) {
	t.Helper()
	var runs []*run
	for i, answers := range [][]answer{good, mixed, bad, good, mixed} {
		runs = append(runs, perform(t, specOf(level, false), answers...).shift(time.Duration(i)*time.Minute).named(string(rune('a'+i))))
	}
	return runs[0], groups(t, level, false, runs...)
}

func TestTheLatestOfAnExpressWorkflow(t *testing.T) {
	want := []string{
		"e SUCCEEDED 3 attempts 201",
		"d SUCCEEDED 1 attempts 200",
		"c FAILED 3 attempts 500",
		"b SUCCEEDED 3 attempts 201",
	}
	for _, level := range []string{"all", "error", "fatal", "off"} {
		first, logged := series(t, level)
		for name, service := range map[string]*logs.Service{
			"newest first": {}, "oldest first": {OldestFirst: true}, "small pages": {PageSize: 1, EmptyPages: 1},
			"small pages, oldest first": {PageSize: 2, OldestFirst: true},
		} {
			t.Run(level+" "+name, func(t *testing.T) {
				fake := logs.New(logged)
				fake.PageSize, fake.EmptyPages, fake.OldestFirst = service.PageSize, service.EmptyPages, service.OldestFirst
				list, err := source(t, first, start.Add(time.Hour), serving(fake)).Latest(t.Context(), trace.Selection{Limit: 4})
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, x := range list.Executions {
					n := len(x.Timeline.Attempts)
					got = append(got, fmt.Sprintf("%s %s %d attempts %d", x.Name, x.Timeline.Status, n, x.Timeline.Attempts[n-1].StatusCode))
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("list (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestTheNewestAreFoundWithoutReadingAll: a busy stack logs far more than is shown.
func TestTheNewestAreFoundWithoutReadingAll(t *testing.T) {
	first, logged := series(t, "all")
	fake := logs.New(logged)
	fake.PageSize = 10
	if _, err := source(t, first, start.Add(time.Hour), map[string]http.Handler{"logs": fake}).Latest(t.Context(),
		trace.Selection{Limit: 1}); err != nil {
		t.Fatal(err)
	}
	pages := 0
	for _, call := range fake.Calls() {
		if call.Group == machineGroup {
			pages++
		}
	}
	if most := len(logged[machineGroup]) / 10; pages >= most {
		t.Errorf("%d pages of %d were read for the newest execution", pages, most)
	}
}

const wantList = `BEGAN (UTC)          STATUS     TOOK   ATTEMPTS  LAST RESULT  EXECUTION  REQUEST
2026-11-24 10:04:00  succeeded  5.4s   3         201          e          GET /orders
2026-11-24 10:03:00  succeeded  120ms  1         200          d          GET /orders
2026-11-24 10:02:00  failed     4s     3         500          c          GET /orders
2026-11-24 10:01:00  succeeded  5.4s   3         201          b          GET /orders
2026-11-24 10:00:00  succeeded  120ms  1         200          a          GET /orders
`

const wantNarrowList = `c  GET /orders
  2026-11-24 10:02:00  ` + "\x1b[31mfailed\x1b[0m" + `  4s  3 attempts  500
`

func TestTheListInText(t *testing.T) {
	first, logged := series(t, "all")
	list, err := source(t, first, start.Add(time.Hour), serving(logs.New(logged))).Latest(t.Context(), trace.Selection{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, want string
		style      view.Style
		list       []*execution.Execution
	}{
		{"in full", wantList, view.Style{}, list.Executions},
		{"in color where it is narrow", wantNarrowList, view.Style{Width: 60, Paint: true}, list.Executions[2:3]},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b strings.Builder
			part := *list
			part.Executions = test.list
			if err := view.List(&b, &part, test.style); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, b.String()); diff != "" {
				t.Errorf("list (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNothingToList(t *testing.T) {
	first, logged := series(t, "all")
	list, err := source(t, first, start.Add(48*time.Hour), serving(logs.New(logged))).Latest(t.Context(),
		trace.Selection{Limit: 10, Since: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	want := "no execution of orders since 2026-11-26 09:00:00 UTC: a longer --since looks further back, as far as the logs are kept\n"
	if got := view.Remarks(list, view.Style{}); got != want || len(list.Executions) != 0 {
		t.Errorf("%d executions, %q; want none, %q", len(list.Executions), got, want)
	}
}

func TestALogGroupOfTheListIsGone(t *testing.T) {
	first, logged := series(t, "all")
	delete(logged, machineGroup)
	list, err := source(t, first, start.Add(time.Hour), serving(logs.New(logged))).Latest(t.Context(), trace.Selection{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"the log group /aws/vendedlogs/states/orders does not exist: it was deleted, or the deployed stack has none of this name"}
	if diff := cmp.Diff(want, list.Notes); diff != "" || len(list.Executions) != 5 {
		t.Errorf("%d executions, want 5; notes (-want +got):\n%s", len(list.Executions), diff)
	}
}

// TestALongSearchTellsOfItself: pages without an event take their time.
func TestALongSearchTellsOfItself(t *testing.T) {
	first, logged := series(t, "off")
	fake := logs.New(logged)
	fake.EmptyPages = 30
	s := source(t, first, start.Add(time.Hour), serving(fake))
	var said []string
	s.Progress = func(text string) { said = append(said, text) }
	if _, err := s.Execution(t.Context(), "e", 0); err != nil {
		t.Fatal(err)
	}
	if want := "still searching /aws/lambda/orders-orchestrator: 25 pages since 2026-11-23 11:00:00 UTC; a shorter --since " +
		"searches less"; len(said) == 0 || said[0] != want {
		t.Errorf("said %q, want first %q", said, want)
	}
}
