package engine_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/engine"
)

// TestTimeIsUp sets the machine's time limit against a task's and a wait's.
func TestTimeIsUp(t *testing.T) {
	slow := func() answer { return takes(time.Hour, replies(`1`)) }
	tests := []struct {
		name, definition string
		answer           answer
		want             event.Status
		took             time.Duration
		last             string
	}{
		{"in a wait", `{"StartAt":"S","TimeoutSeconds":5,"States":{"S":{"Type":"Wait","Seconds":6,"End":true}}}`, nil, event.TimedOut,
			5 * time.Second, "ExecutionTimedOut"},
		{"at the end of a wait", `{"StartAt":"S","TimeoutSeconds":5,"States":{"S":{"Type":"Wait","Seconds":5,"End":true}}}`, nil, event.TimedOut,
			5 * time.Second, "ExecutionTimedOut"},
		{"after a wait", `{"StartAt":"S","TimeoutSeconds":5,"States":{"S":{"Type":"Wait","Seconds":4,"End":true}}}`, nil, event.Succeeded,
			4 * time.Second, "ExecutionSucceeded"},
		{"in a task", machineOf(5, invoking(`,"End":true`)), slow(), event.TimedOut, 5 * time.Second, "ExecutionTimedOut"},
		{"the task's first", machineOf(9, invoking(`,"TimeoutSeconds":5,"End":true`)), slow(), event.Failed, 5 * time.Second, "ExecutionFailed"},
		{"the machine's first", machineOf(5, invoking(`,"TimeoutSeconds":9,"End":true`)), slow(), event.TimedOut, 5 * time.Second,
			"ExecutionTimedOut"},
		{"both at once: the machine's", machineOf(5, invoking(`,"TimeoutSeconds":5,"Retry":[{"ErrorEquals":["States.ALL"]}],"End":true`)), slow(),
			event.TimedOut, 5 * time.Second, "ExecutionTimedOut"},
		{"between two tries", machineOf(5, invoking(`,"Retry":[{"ErrorEquals":["E"],"IntervalSeconds":6}],"End":true`)), fails("E", ""),
			event.TimedOut, 5 * time.Second, "ExecutionTimedOut"},
		{"a retried timeout",
			machineOf(60, invoking(`,"TimeoutSeconds":5,"Retry":[{"ErrorEquals":["States.Timeout"],"MaxAttempts":1}],"End":true`)), slow(),
			event.Failed, 11 * time.Second, "ExecutionFailed"},
		{"an answer in time", machineOf(9, invoking(`,"TimeoutSeconds":5,"End":true`)), takes(4*time.Second, replies(`1`)), event.Succeeded,
			4 * time.Second, "ExecutionSucceeded"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var answers []answer
			if tt.answer != nil {
				answers = append(answers, tt.answer)
			}
			r := run(t, tt.definition, `{}`, answers...)
			if r.Status != tt.want || r.took() != tt.took {
				t.Errorf("%s after %s, want %s after %s", r.Status, r.took(), tt.want, tt.took)
			}
			if last := r.History[len(r.History)-1]; last.Type != tt.last || !last.Timestamp.Equal(r.StopDate) {
				t.Errorf("it ends with %s at %s", last.Type, last.Timestamp)
			}
			if r.Status == event.TimedOut && r.Error+r.Cause != "" {
				t.Errorf("TIMED_OUT with %q: %q", r.Error, r.Cause)
			}
		})
	}
}

// machineOf is a machine of one state with a time limit.
func machineOf(seconds int, state string) string {
	return fmt.Sprintf(`{"StartAt":"S","TimeoutSeconds":%d,"States":{"S":%s}}`, seconds, state)
}

func TestAborts(t *testing.T) {
	tests := []struct {
		name            string
		cause           error
		wantError, want string
	}{
		{"StopExecution", &engine.AbortedError{Name: "E", Cause: "c"}, "E", "c"},
		{"StopExecution without a word", &engine.AbortedError{}, "", ""},
		{"cancelled", nil, "", "the run's context has ended: context canceled"},
		{"cancelled for a reason", errors.New("bye"), "", "the run's context has ended: bye"},
	}
	for _, tt := range tests {
		for place, definition := range map[string]string{
			"in a wait":     single(`{"Type":"Wait","Seconds":100,"End":true}`),
			"in a task":     single(invoking(`,"TimeoutSeconds":60,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"S"}],"End":true`)),
			"between tries": single(invoking(`,"Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":99}],"End":true`)),
		} {
			t.Run(tt.name+" "+place, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := context.WithCancelCause(t.Context())
					time.AfterFunc(5*time.Second, func() { cancel(tt.cause) })
					began := time.Now()
					then := takes(time.Hour, replies(`1`))
					if place == "between tries" {
						then = fails("E", "")
					}
					fake := &lambda{clock: clock.System{}, answers: []answer{then}}
					r := mustLoad(t, definition).Run(ctx, execution(`{}`), engine.Environment{Clock: clock.System{}, Invoker: fake})
					if r.Status != event.Aborted || r.Error != tt.wantError || r.Cause != tt.want || time.Since(began) != 5*time.Second {
						t.Errorf("%s with %q: %q after %s", r.Status, r.Error, r.Cause, time.Since(began))
					}
					last := r.History[len(r.History)-1]
					if last.Type != "ExecutionAborted" || last.PreviousEventID != 0 { // test_stop_execution
						t.Errorf("it ends with %+v", last)
					}
				})
			})
		}
	}
}

func TestAnAbortOnAVirtualClock(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	stops := func(ctx context.Context, _ clock.Clock) (engine.Reply, error) {
		cancel(&engine.AbortedError{Name: "E", Cause: "c"})
		return engine.Reply{}, ctx.Err()
	}
	r := runMachine(ctx, mustLoad(t, machineOf(60, invoking(`,"TimeoutSeconds":5,"End":true`))), `{}`, stops)
	if r.Status != event.Aborted || r.Error != "E" || r.Cause != "c" {
		t.Errorf("%s with %q: %q", r.Status, r.Error, r.Cause)
	}
}

func TestAContextThatHasEndedAbortsBeforeAnyState(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r := runMachine(ctx, mustLoad(t, single(invoking(`,"End":true`))), `{}`, replies(`1`))
	if got, want := r.types(), "ExecutionStarted ExecutionAborted"; got != want || len(r.calls) > 0 {
		t.Errorf("history %s, calls %v", got, r.calls)
	}
}

// TestTheCallersDeadlineIsNoTimeout: only the machine's own limit is TIMED_OUT.
func TestTheCallersDeadlineIsNoTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		m := mustLoad(t, `{"StartAt":"S","TimeoutSeconds":50,"States":{"S":{"Type":"Wait","Seconds":40,"End":true}}}`)
		r := m.Run(ctx, execution(`{}`), engine.Environment{Clock: clock.System{}})
		if r.Status != event.Aborted || r.Cause != "the run's context has ended: context deadline exceeded" {
			t.Errorf("%s: %s", r.Status, r.Cause)
		}
	})
}

func TestTheMachinesLimitOnTheSystemsClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := mustLoad(t, `{"StartAt":"S","TimeoutSeconds":50,"States":{"S":{"Type":"Wait","Seconds":60,"End":true}}}`)
		r := m.Run(t.Context(), execution(`{}`), engine.Environment{Clock: clock.System{}})
		if took := r.StopDate.Sub(r.StartDate); r.Status != event.TimedOut || took != 50*time.Second {
			t.Errorf("%s after %s", r.Status, took)
		}
	})
}

// TestTheDeadlineIsExact: stopDate was measured as startDate + TimeoutSeconds
// (floci-io/floci, issue 2733), also when the clock reports it late.
func TestTheDeadlineIsExact(t *testing.T) {
	const pass = `"P":{"Type":"Pass","Parameters":{"t.$":"$$.Execution.StartTime"},"End":true}`
	tests := []struct {
		name    string
		earlier time.Duration // the start date, than the clock
		wait    int
		want    event.Status
	}{
		{"it passes", 0, 6, event.TimedOut},
		{"it passes, by the start date", 700 * time.Millisecond, 5, event.TimedOut},
		{"it passed before the run", time.Minute, 1, event.TimedOut},
		{"it passes while states end", 999 * time.Millisecond, 4, event.Succeeded},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := mustLoad(t, fmt.Sprintf(`{"StartAt":"W","TimeoutSeconds":5,"States":{"W":{"Type":"Wait","Seconds":%d,"Next":"P"},%s}}`, tt.wait,
				pass))
			x := execution(`{}`)
			x.StartDate = start.Add(-tt.earlier)
			r := m.Run(t.Context(), x, engine.Environment{Clock: lateClock{clocktest.NewVirtual(start)}})
			if r.Status != tt.want || !r.StartDate.Equal(x.StartDate) || r.StopDate.Sub(r.StartDate) != 5*time.Second {
				t.Errorf("%s after %s, since %s", r.Status, r.StopDate.Sub(r.StartDate), r.StartDate)
			}
			for i, e := range r.History[1:] {
				if e.Timestamp.Before(r.History[i].Timestamp) {
					t.Errorf("%s at %s is before %s at %s", e.Type, e.Timestamp, r.History[i].Type, r.History[i].Timestamp)
				}
			}
		})
	}
}

// lateClock reports each moment 3 ms late.
type lateClock struct{ clock.Clock }

func (c lateClock) Now() time.Time { return c.Clock.Now().Add(3 * time.Millisecond) }

func TestTheStartDateIsTheExecutions(t *testing.T) {
	x := execution(`{}`)
	x.StartDate = start.Add(-1500 * time.Millisecond)
	r := mustLoad(t, single(`{"Type":"Pass","Parameters":{"t.$":"$$.Execution.StartTime"},"End":true}`)).Run(t.Context(), x,
		engine.Environment{Clock: clocktest.NewVirtual(start)})
	if got, want := r.Output.String(), `{"t":"2026-11-23T11:59:58.500Z"}`; got != want || !r.StartDate.Equal(x.StartDate) ||
		!r.StopDate.Equal(start) {
		t.Errorf("output %s of a run from %s to %s, want %s", got, r.StartDate, r.StopDate, want)
	}
}
