package asl_test

import (
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/runtime/contract"
)

// The faults of the handwritten version (origin.md) that the definition avoids.
// Other packages test the rest, under the same names.

func TestOriginFault01_EveryAttemptGetsTheRequest(t *testing.T) {
	for name, fields := range shapes {
		_, m := build(t, fields)
		for _, s := range m.States {
			switch state := s.Value.(type) {
			case asl.Task:
				payload, _ := state.Parameters.Get("Payload")
				if input, _ := docMap(payload).Get("input.$"); input != "$" {
					t.Errorf("%s: %s does not send the state's whole input", name, s.Name)
				}
				for _, c := range state.Catch {
					if c.ResultPath == "" || c.ResultPath == "$" || strings.HasPrefix(c.ResultPath, "$.request") {
						t.Errorf("%s: %s loses the request when it catches %v (ResultPath %q)", name, s.Name, c.ErrorEquals, c.ResultPath)
					}
				}
			case asl.Pass:
				if state.ResultPath == "" && state.Parameters != nil || strings.HasPrefix(state.ResultPath, "$.request") {
					t.Errorf("%s: %s loses the request", name, s.Name)
				}
			}
		}
	}
}

func TestOriginFault02_TheLastFailureFailsTheExecution(t *testing.T) {
	for name, fields := range shapes {
		p, m := build(t, fields)
		last := states(m)[lastAttempt(p)].(asl.Task)
		for _, err := range []string{contract.ErrRateLimited, contract.ErrTransient, contract.ErrRejected, "Runtime.ExitError"} {
			end, ok := states(m)[next(last, err).Next].(asl.Fail)
			if !ok || end.Type != "Fail" || end.ErrorPath != "$.failure.Error" || end.CausePath != "$.failure.Cause" {
				t.Errorf("%s: %s of the last attempt ends in %+v", name, err, end)
			}
		}
	}
}

func TestOriginFault08_WaitsComeFromTheUpstream(t *testing.T) {
	_, m := build(t, story)
	for _, k := range []string{"1", "2"} { // there is a wait before attempt 3 as well
		wait, ok := states(m)["Wait "+k].(asl.Wait)
		if !ok || wait.SecondsPath == "" {
			t.Errorf("Wait %s is no wait that reads its seconds: %+v", k, wait)
		}
	}
	_, retries := states(m)["Attempt 1"].(asl.Task), contract.ErrTransient
	if got := next(states(m)["Attempt 2"].(asl.Task), retries).Next; got != "Read 2" {
		t.Errorf("a transient failure of attempt 2 leads to %q without a wait", got)
	}
}

func TestOriginFault09_ADeadEgressHandsOver(t *testing.T) {
	for name, fields := range shapes {
		p, m := build(t, fields)
		for _, a := range p.Attempts[:len(p.Attempts)-1] {
			task := states(m)[attemptName(a.Number)].(asl.Task)
			for _, err := range []string{"Runtime.ExitError", "Sandbox.Timedout", "Lambda.Unknown", "States.Timeout",
				"Lambda.TooManyRequestsException", "errorString"} {
				if got := next(task, err).Next; got != attemptName(a.Number+1) {
					t.Errorf("%s: after %s in attempt %d comes %q", name, err, a.Number, got)
				}
			}
		}
	}
}

func TestOriginFault11_NoEgressAlwaysGoesFirst(t *testing.T) {
	_, m := build(t, story)
	start, ok := states(m)[m.StartAt].(asl.Pass)
	if !ok {
		t.Fatalf("the machine starts at %q, which draws nothing", m.StartAt)
	}
	if draw, _ := start.Parameters.Get("index.$"); draw != "States.MathRandom(0, 3)" {
		t.Errorf("the first egress is picked by %v", draw)
	}
	seen := map[string]bool{}
	for index := range 3 {
		seen[egressOf(t, states(m)["Attempt 1"].(asl.Task), index)] = true
	}
	if len(seen) != 3 {
		t.Errorf("attempt 1 can go to %d of 3 egresses", len(seen))
	}
}

func TestOriginFault12_FewTransitions(t *testing.T) {
	tests := []struct {
		name, fields string
		failures     []string // of the attempts in turn
		want         int
	}{
		{"works at once", story, nil, 2},
		{"works at once, first", story + "egress: {start: first}\n", nil, 1},
		{"three rate-limited attempts", story, []string{contract.ErrRateLimited, contract.ErrRateLimited, contract.ErrRateLimited}, 5},
		{"three transient failures", story, []string{contract.ErrTransient, contract.ErrTransient, contract.ErrTransient}, 9},
	}
	for _, test := range tests {
		_, m := build(t, test.fields)
		if got := walk(t, m, test.failures); got != test.want {
			t.Errorf("%s: %d transitions, want %d", test.name, got, test.want)
		}
	}
	if _, m := build(t, story); len(m.States) != 9 {
		t.Errorf("three attempts are %d states, want 9", len(m.States))
	}
}
