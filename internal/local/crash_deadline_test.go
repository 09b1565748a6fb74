package local_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// A wait that would pass the deadline does not start: the upstream's answer is
// final.
func TestWaitThatTheDeadlineWouldEnd(t *testing.T) {
	t.Parallel()
	for _, workflow := range []string{express, standard} {
		upstream, at := api(t, mockapi.Config{Paths: scripts(t, "/=503:retry-after=50")})
		r := run(t, base("retry: {maxAttempts: 3, attemptTimeout: 10s, deadline: 60s}"+workflow), at, skipping)
		a := r.call("GET", "/orders", "")
		a.says(t, 503, "Retry-After", "50", "X-Sfngen-Attempts", "1", "X-Sfngen-Egress", "1")
		same(t, "story", []string{"1 by egress 1: rejected 503"}, storyOf(r, a.execution))
		same(t, "upstream", fromEgresses("GET /orders", 1), callsAt(upstream))
		if cause := r.result(a.execution).Cause; !strings.Contains(cause, "the deadline of 1m0s leaves no time for another attempt") {
			t.Errorf("cause %s", cause)
		}
	}
}

// endedByDeadline checks an execution that its machine's time limit has ended.
func endedByDeadline(t *testing.T, r *rig, a answer, last string) {
	t.Helper()
	a.isProblem(t, 504, "deadline-exceeded")
	a.says(t, 504, "X-Sfngen-Egress", "")
	result := r.result(a.execution)
	same(t, "status", event.TimedOut, result.Status)
	types := r.types(a.execution)
	same(t, "last events", []string{last, "ExecutionTimedOut"}, types[max(0, len(types)-2):])
}

// The deadline also ends a Wait: this egress requests a wait that the real one
// would not.
func TestDeadlineInTheMiddleOfAWait(t *testing.T) {
	t.Parallel()
	for name, workflow := range map[string]string{"express": express, "standard": standard} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			upstream, at := api(t, mockapi.Config{})
			c := clocktest.NewVirtual(time.Now())
			r := run(t, base("retry: {maxAttempts: 3, attemptTimeout: 10s, deadline: 60s}"+workflow), at, onClock(c))
			r.replace("1", 13*time.Second, handler(func(context.Context) ([]byte, error) {
				return nil, report("Upstream.Transient", `{"reason":"r","attempts":[{"attempt":1,"egress":1}],"waitSeconds":1000}`)
			}))
			a := r.call("GET", "/orders", "")
			endedByDeadline(t, r, a, "WaitStateEntered")
			same(t, "upstream", []string(nil), callsAt(upstream))
			result := r.result(a.execution)
			same(t, "time", time.Minute, result.StopDate.Sub(result.StartDate).Round(time.Second))
		})
	}
}

// Step Functions repeats calls of a throttled Lambda 1, 2 and 4 s apart, which no
// plan includes: the deadline ends that too.
func TestDeadlineBetweenRepeats(t *testing.T) {
	t.Parallel()
	upstream, at := api(t, mockapi.Config{})
	slowest := func(o *local.Options) { o.Random = func() float64 { return 0.999 } }
	r := run(t, base("retry: {maxAttempts: 3, attemptTimeout: 1s, deadline: 6s}"), at, skipping, slowest)
	r.workflow.Lambda().Throttle("orders-egress-1", 100)
	a := r.call("GET", "/orders", "")
	endedByDeadline(t, r, a, "TaskFailed")
	same(t, "upstream", []string(nil), callsAt(upstream))
}

// The attempt after a crash starts if there is time for the upstream, but may not
// end in time. The upstream got the request, and no attempt sends it again.
func TestDeadlineInTheMiddleOfAnAttempt(t *testing.T) {
	t.Parallel()
	for name, workflow := range map[string]string{"express": express, "standard": standard} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			upstream := held(t, mockapi.Config{Paths: scripts(t, "/=200@1m")})
			c := clocktest.NewVirtual(time.Now())
			r := run(t, base("retry: {maxAttempts: 3, attemptTimeout: 10s, deadline: 20s}"+workflow), upstream.url, onClock(c))
			answers := r.start(t.Context(), "GET", "/orders", "")
			upstream.await(t, 1)
			pass(t, c, 8*time.Second)
			r.workflow.Lambda().Kill("orders-egress-1")
			upstream.await(t, 1)
			pass(t, c, 12*time.Second) // less than the egress and its task have
			a := ended(t, answers)
			endedByDeadline(t, r, a, "TaskStarted")
			same(t, "upstream", fromEgresses("GET /orders", 1, 2), callsAt(upstream.API))
		})
	}
}

// pass lets time go by.
func pass(t *testing.T, c clock.Clock, d time.Duration) {
	t.Helper()
	if err := c.Sleep(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

func TestStandardIsWaitedForOrPolled(t *testing.T) {
	t.Parallel()
	const long = "\nworkflow: {type: standard}\n"
	for _, tt := range []struct {
		name, retry, prefer, applied string
		accepted                     bool
	}{
		{"waited for", "{maxAttempts: 3}", "", "", false},
		{"respond-async", "{maxAttempts: 3}", "respond-async", "respond-async", true},
		{"a wait that is over", "{maxAttempts: 3}", "wait=0", "wait=0", true},
		{"a deadline over 15 minutes", "{maxAttempts: 3, deadline: 16m}", "", "", true},
		{"a deadline over 15 minutes, respond-async", "{maxAttempts: 3, deadline: 16m}", "respond-async", "respond-async", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			upstream := held(t, mockapi.Config{Paths: scripts(t, "/=429@1m,201@1m:x-order=7")})
			r := run(t, base("retry: "+tt.retry+long), upstream.url, skipping)
			answers := r.start(t.Context(), "POST", "/orders", "three", "Prefer", tt.prefer)
			upstream.await(t, 1)
			if tt.accepted {
				isAccepted(t, r, ended(t, answers), tt.applied)
			}
			upstream.free()
			execution := r.only()
			last := r.polled(execution)
			if !tt.accepted {
				waited := ended(t, answers)
				same(t, "waited for, and polled", waited.body, last.body)
				last = waited
			}
			last.says(t, 201, "X-Order", "7", "X-Sfngen-Attempts", "2", "X-Sfngen-Egress", "2", "X-Sfngen-Execution", execution, "Location", "")
			same(t, "upstream", fromEgresses("POST /orders", 1, 2), callsAt(upstream.API))
		})
	}
}

// isAccepted checks a 202 and that its Location says the same while it runs.
func isAccepted(t *testing.T, r *rig, a answer, applied string) {
	t.Helper()
	a.says(t, 202, "Location", "/.sfngen/executions/"+r.only(), "Retry-After", "5", "Preference-Applied", applied, "X-Sfngen-Attempts", "")
	polled := r.call("GET", a.header.Get("Location"), "")
	polled.says(t, 202, "Location", a.header.Get("Location"), "Retry-After", "5")
	var body struct{ Execution, Status, Location string }
	if err := json.Unmarshal([]byte(polled.body), &body); err != nil || body.Status != "RUNNING" || body.Execution != a.execution {
		t.Errorf("polled %s %v", polled.body, err)
	}
}

func TestExecutionThatIsNotThere(t *testing.T) {
	t.Parallel()
	for name, workflow := range map[string]string{"express": express, "standard": standard} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			upstream, at := api(t, mockapi.Config{})
			r := run(t, base("retry: {maxAttempts: 1}"+workflow), at, skipping)
			r.call("GET", "/.sfngen/executions/no-such-one", "").isProblem(t, 404, "execution-not-found")
			same(t, "upstream", []string(nil), callsAt(upstream))
		})
	}
}
