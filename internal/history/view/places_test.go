package view

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/history/execution"
	"github.com/sfngen/sfngen/internal/history/timeline"
)

// TestWhatTheViewPointsTo, and that there is such a heading: a link into nowhere
// helps nobody at night.
func TestWhatTheViewPointsTo(t *testing.T) {
	page, err := os.ReadFile("../../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for line := range strings.Lines(string(page)) {
		if title, ok := strings.CutPrefix(line, "## "); ok {
			there[strings.ReplaceAll(strings.ToLower(strings.TrimSpace(title)), " ", "-")] = true
		}
	}
	failed := func(name string, a timeline.Attempt) timeline.Timeline {
		return timeline.Timeline{Status: event.Failed, Error: name, Attempts: []timeline.Attempt{{Fault: "dns"}, a}}
	}
	for _, test := range []struct {
		name string
		line timeline.Timeline
		want []string
	}{
		{"deadline", timeline.Timeline{Status: event.TimedOut, Attempts: []timeline.Attempt{{Fault: "timeout"}}},
			[]string{"statuses-of-an-execution"}},
		{"stopped", timeline.Timeline{Status: event.Aborted}, []string{"statuses-of-an-execution"}},
		{"a status", failed("Upstream.Rejected", timeline.Attempt{StatusCode: 404, Final: "status 404 is not retried"}),
			[]string{"why-no-attempt-follows"}},
		{"a status of the last attempt", failed("Upstream.Transient", timeline.Attempt{StatusCode: 500, Final: "no attempt is left"}),
			[]string{"why-no-attempt-follows"}},
		{"a fault of the last attempt", failed("Upstream.Transient", timeline.Attempt{Fault: "dns", Final: "no attempt is left"}),
			[]string{"faults"}},
		{"a fault that is not retried", failed("Upstream.Rejected",
			timeline.Attempt{Fault: "timeout", Final: "timeout is not in retry.retryableErrors"}), []string{"faults", "why-no-attempt-follows"}},
		{"a fault without a reason", failed("Upstream.Transient", timeline.Attempt{Fault: "dns"}), []string{"faults"}},
		{"nothing is known", failed("Upstream.Transient", timeline.Attempt{}), []string{"outcomes-and-errors"}},
		{"an egress that died", failed("Runtime.ExitError", timeline.Attempt{Outcome: timeline.Crashed, Fault: "egress"}),
			[]string{"outcomes-and-errors"}},
		{"no attempt", timeline.Timeline{Status: event.Failed, Error: "States.Runtime"}, []string{"outcomes-and-errors"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := headings(&test.line)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("headings (-want +got):\n%s", diff)
			}
			for _, heading := range got {
				if !there[heading] {
					t.Errorf("docs/operations.md has no heading %s", heading)
				}
			}
		})
	}
}

// TestALocalEgressHasNoLogGroup: nothing of a run on this machine is on AWS.
func TestALocalEgressHasNoLogGroup(t *testing.T) {
	died := timeline.Timeline{Status: event.Failed, Error: "Runtime.ExitError",
		Attempts: []timeline.Attempt{{Egress: 2, Outcome: timeline.Crashed}}}
	x := page{&execution.Execution{Stack: "orders", Timeline: died,
		LogGroups: []string{"/aws/lambda/orders-egress-1", "/aws/lambda/orders-egress-2"}}}
	want := []string{operations + outcomesHeading, "the egress's own log group, /aws/lambda/orders-egress-2"}
	if diff := cmp.Diff(want, x.places()); diff != "" {
		t.Errorf("deployed (-want +got):\n%s", diff)
	}
	x.LogGroups = nil
	if diff := cmp.Diff(want[:1], x.places()); diff != "" {
		t.Errorf("of a record (-want +got):\n%s", diff)
	}
}

// What follows an attempt: a wait with the reason that decided it, and none of no time.
func TestWhatFollowsAnAttempt(t *testing.T) {
	from := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		wait *timeline.Wait
		want string
	}{
		{nil, "egress 3 at once"},
		{&timeline.Wait{Began: from, Until: from}, "egress 3 at once"},
		{&timeline.Wait{Began: from, Until: from.Add(5 * time.Second)}, "waits 5s: backoff"},
		{&timeline.Wait{Began: from, Until: from.Add(5 * time.Second), RequestedOf: 2, Jitter: 3 * time.Second},
			"waits 5s: 2s requested by the API, egress 2, and 3s of jitter"},
	} {
		x := page{&execution.Execution{Timeline: timeline.Timeline{Attempts: []timeline.Attempt{{Egress: 2, Wait: test.wait}, {Egress: 3}}}}}
		if got := x.then(0); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}
