package local_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/history/timeline"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// noJitter makes each backoff exact; 3s and 6s differ from every requested wait below.
const noJitter = "backoff: {initialDelay: 3s, jitter: none}"

// onClock lets the executions and an upstream use one clock.
func onClock(c clock.Clock) option { return func(o *local.Options) { o.Clock = c } }

// storyOf is how the execution went, one line for each attempt:
//
//	1 by egress 1: rate-limited 429, waits 7s
func storyOf(r *rig, execution string) []string {
	var lines []string
	for _, a := range r.attempts(execution) {
		lines = append(lines, attemptLine(a))
	}
	return lines
}

func attemptLine(a timeline.Attempt) string {
	var line strings.Builder
	fmt.Fprintf(&line, "%d by egress %d: %s", a.Number, a.Egress, a.Outcome)
	switch {
	case a.StatusCode != 0:
		fmt.Fprintf(&line, " %d", a.StatusCode)
	case a.Outcome == timeline.Crashed:
		name, _, _ := strings.Cut(a.Reason, ":")
		fmt.Fprintf(&line, " %s", name)
	case a.Fault != "":
		fmt.Fprintf(&line, " %s", a.Fault)
	}
	if len(a.Repeats) > 0 {
		fmt.Fprintf(&line, ", repeated %d times", len(a.Repeats))
	}
	if a.Wait != nil {
		fmt.Fprintf(&line, ", waits %s", a.Wait.Duration())
	}
	return line.String()
}

// callsAt is what the upstream saw, one line for each call:
//
//	GET /orders from 127.0.0.101
func callsAt(a *mockapi.API) []string { return callsUnder(a, "/") }

func callsUnder(a *mockapi.API, prefix string) []string {
	var lines []string
	for _, q := range a.Requests() {
		if strings.HasPrefix(q.Path, prefix) {
			lines = append(lines, fmt.Sprintf("%s %s from %s", q.Method, q.Path, q.Address))
		}
	}
	return lines
}

// fromEgresses is what callsAt gives when these egresses make the same call.
func fromEgresses(call string, egresses ...int) []string {
	var lines []string
	for _, k := range egresses {
		lines = append(lines, fmt.Sprintf("%s from 127.0.0.%d", call, 100+k))
	}
	return lines
}

// says compares the relevant parts of an answer.
func (a answer) says(t *testing.T, status int, headers ...string) {
	t.Helper()
	if a.status != status {
		t.Errorf("status %d, want %d; body: %s", a.status, status, a.body)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if got := a.header.Get(headers[i]); got != headers[i+1] {
			t.Errorf("%s: %q, want %q", headers[i], got, headers[i+1])
		}
	}
	if (a.execution == "") != (a.header.Get("X-Sfngen-Execution") == "") {
		t.Errorf("no execution is named: %v", a.header)
	}
}

// isProblem checks that the answer is the problem of this slug, and of this execution's.
func (a answer) isProblem(t *testing.T, status int, slug string) {
	t.Helper()
	a.says(t, status, "Content-Type", "application/problem+json")
	if want := `docs/problems.md#` + slug + `"`; !strings.Contains(a.body, want) {
		t.Errorf("problem %s, want %s", a.body, slug)
	}
	if a.execution != "" && !strings.Contains(a.body, `"instance":"`+a.execution+`"`) {
		t.Errorf("problem %s is not about %s", a.body, a.execution)
	}
}

// same reports a cmp.Diff in the usual form.
func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// scripts reads PATH=SCRIPT ...
func scripts(t testing.TB, texts ...string) []mockapi.PathScript {
	t.Helper()
	var all []mockapi.PathScript
	for _, text := range texts {
		one, err := mockapi.ParsePathScript(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	return all
}

// wholeSecond stands still, so dates and requested waits in whole seconds are exact.
//
// It is far from now, and later: package context gives no time limit of the machine's to what
// ends earlier anyway, by whichever clock.
func wholeSecond() time.Time { return time.Date(2100, 11, 23, 12, 0, 0, 0, time.UTC) }
