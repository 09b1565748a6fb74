package asl_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/jsonvalue"
	"github.com/sfngen/sfngen/internal/local/engine"
	"github.com/sfngen/sfngen/runtime/contract"
)

// An answer of a pool in turn: of the egress that is called, whichever it is.
type answer struct {
	failure string // an error of the contract, or another one for an egress that dies; "" works
	next    []int
	wait    int
}

// pool answers from a script, and keeps what it was sent.
type pool struct {
	t       *testing.T
	answers []answer
	calls   []string // FUNCTION ATTEMPT NEXT[INDEX], at SECONDS
	clock   interface{ Now() time.Time }
}

var began = time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)

func (p *pool) Invoke(_ context.Context, function string, payload jsonvalue.Value) (engine.Reply, error) {
	var sent contract.Invocation
	if err := json.Unmarshal(payload.JSON(), &sent); err != nil || sent.Turn == nil {
		p.t.Fatalf("%v: %s", err, payload)
	}
	p.calls = append(p.calls, fmt.Sprintf("%s attempt %d %v[%d] at %d", function, sent.Attempt, sent.Turn.Next, sent.Turn.Index,
		int(p.clock.Now().Sub(began).Seconds())))
	if want := fmt.Sprintf("e%d", sent.Turn.Next[sent.Turn.Index]); function != want {
		p.t.Errorf("%s was called where it is the turn of %s", function, want)
	}
	now := p.answers[0]
	p.answers = p.answers[1:]
	if now.failure == "" {
		reply, _ := jsonvalue.ParseString(`{"response":{"statusCode":200}}`)
		return engine.Reply{Payload: reply, RequestID: "7f0e1c7e-9d0b-4d0e-8a52-1f3a5b6c7d8e"}, nil
	}
	return engine.Reply{}, &engine.TaskError{Name: now.failure, Cause: now.cause()}
}

// cause is how Lambda reports it.
func (a answer) cause() string {
	if a.next == nil {
		return `{"errorMessage":"RequestId: 1 Error: signal: killed","errorType":"Runtime.ExitError"}`
	}
	message, _ := json.Marshal(contract.Report{Next: a.next, Failure: contract.Failure{WaitSeconds: a.wait,
		Attempts: []contract.Attempt{{Attempt: 1, Egress: 1}}}})
	text, _ := json.Marshal(contract.Cause{ErrorMessage: string(message), ErrorType: a.failure})
	return string(text)
}

// course runs the story's three attempts over three egresses.
func course(t *testing.T, fields, input string, random float64, answers ...answer) (engine.Result, *pool) {
	t.Helper()
	p, m := build(t, fields)
	substitutions := map[string]string{}
	for n := range p.Egresses {
		substitutions[asl.EgressPlaceholder(n+1)] = fmt.Sprintf("e%d", n+1)
	}
	machine, err := engine.Load(document.JSON(m.Document()), substitutions)
	if err != nil {
		t.Fatal(err)
	}
	in, err := jsonvalue.ParseString(input)
	if err != nil {
		t.Fatal(err)
	}
	clock := clocktest.NewVirtual(began)
	invoker := &pool{t: t, answers: answers, clock: clock}
	execution := engine.Execution{Name: "x", Input: in, StateMachineARN: "arn:aws:states:eu-central-1:1:stateMachine:m"}
	r := machine.Run(context.Background(), execution,
		engine.Environment{Clock: clock, Random: func() float64 { return random }, Invoker: invoker})
	return r, invoker
}

const (
	together  = "retry: {maxAttempts: 3}\negress: {coordination: dynamodb}\n"
	noStart   = `{"request":{"method":"GET","path":"/"}}`
	startNow  = `{"request":{"method":"GET","path":"/"},"start":{"next":[3,1,2],"waitSeconds":0}}`
	startWait = `{"request":{"method":"GET","path":"/"},"start":{"next":[3,1,2],"waitSeconds":7,` +
		`"slot":{"egress":3,"at":"2026-12-01T08:00:07Z"}}}`
)

// TestCoordinatedCourses: which egress each attempt calls, and what it costs.
func TestCoordinatedCourses(t *testing.T) {
	works := answer{}
	limited := func(next ...int) answer { return answer{contract.ErrRateLimited, next, 0} }
	died := answer{failure: "Runtime.ExitError"}
	tests := []struct {
		name, input string
		answers     []answer
		transitions int
		calls       []string
		end         string // the error; "" works
	}{
		{"works at once", startNow, []answer{works}, 2, []string{"e3 attempt 1 [3 1 2][0] at 0"}, ""},
		{"nobody has chosen", noStart, []answer{works}, 2, []string{"e2 attempt 1 [1 2 3 1 2 3][1] at 0"}, ""},
		{"the start of another version", `{"request":{},"start":{"index":2}}`, []answer{works}, 2,
			[]string{"e2 attempt 1 [1 2 3 1 2 3][1] at 0"}, ""},
		{"a start with a wait alone", `{"request":{},"start":{"waitSeconds":5}}`, []answer{works}, 2,
			[]string{"e2 attempt 1 [1 2 3 1 2 3][1] at 0"}, ""},
		{"waits for its slot", startWait, []answer{works}, 3, []string{"e3 attempt 1 [3 1 2][0] at 7"}, ""},
		{"limited twice, and then works", startNow, []answer{limited(2, 1, 3), limited(1, 3, 2), works}, 4,
			[]string{"e3 attempt 1 [3 1 2][0] at 0", "e2 attempt 2 [2 1 3][0] at 0", "e1 attempt 3 [1 3 2][0] at 0"}, ""},
		{"three limits", startNow, []answer{limited(2, 1, 3), limited(1, 3, 2), limited(3, 1, 2)}, 5,
			[]string{"e3 attempt 1 [3 1 2][0] at 0", "e2 attempt 2 [2 1 3][0] at 0", "e1 attempt 3 [1 3 2][0] at 0"}, contract.ErrRateLimited},
		{"all cooling", startNow, []answer{{contract.ErrRejected, []int{3, 1, 2}, 0}}, 3, []string{"e3 attempt 1 [3 1 2][0] at 0"},
			contract.ErrRejected},
		{"all cooling for a while", startNow, []answer{{contract.ErrAllLimited, []int{2, 1, 3}, 40}, works}, 5,
			[]string{"e3 attempt 1 [3 1 2][0] at 0", "e2 attempt 2 [2 1 3][0] at 40"}, ""},
		{"a transient failure", startNow, []answer{{contract.ErrTransient, []int{2, 1, 3}, 2}, works}, 5,
			[]string{"e3 attempt 1 [3 1 2][0] at 0", "e2 attempt 2 [2 1 3][0] at 2"}, ""},
		{"a skip in the middle", startNow, []answer{limited(2, 1, 3), {contract.ErrSkipped, []int{1, 2, 3}, 3}, works}, 6,
			[]string{"e3 attempt 1 [3 1 2][0] at 0", "e2 attempt 2 [2 1 3][0] at 0", "e1 attempt 2 [1 2 3][0] at 3"}, ""},
		{"a skip of the first attempt", noStart, []answer{{contract.ErrSkipped, []int{3, 2, 1}, 9}, works}, 5,
			[]string{"e2 attempt 1 [1 2 3 1 2 3][1] at 0", "e3 attempt 1 [3 2 1][0] at 9"}, ""},
		{"a skip of the last attempt, twice", startNow, []answer{limited(2, 1, 3), limited(1, 2, 3), {contract.ErrSkipped, []int{3, 2, 1}, 0},
			{contract.ErrSkipped, []int{1, 2, 3}, 1}, works}, 10,
			[]string{"e3 attempt 1 [3 1 2][0] at 0", "e2 attempt 2 [2 1 3][0] at 0", "e1 attempt 3 [1 2 3][0] at 0",
				"e3 attempt 3 [3 2 1][0] at 0", "e1 attempt 3 [1 2 3][0] at 1"}, ""},
		{"an egress that dies", startNow, []answer{died, works}, 3,
			[]string{"e3 attempt 1 [3 1 2][0] at 0", "e1 attempt 2 [3 1 2][1] at 0"}, ""},
		{"two that die, after a draw", noStart, []answer{died, died, works}, 4, []string{"e2 attempt 1 [1 2 3 1 2 3][1] at 0",
			"e3 attempt 2 [1 2 3 1 2 3][2] at 0", "e1 attempt 3 [1 2 3 1 2 3][3] at 0"}, ""},
		{"one that dies after a report", startNow, []answer{limited(2, 1, 3), died, works}, 4, []string{"e3 attempt 1 [3 1 2][0] at 0",
			"e2 attempt 2 [2 1 3][0] at 0", "e1 attempt 3 [2 1 3][1] at 0"}, ""},
		{"one that dies, and a skip", startNow, []answer{died, {contract.ErrSkipped, []int{2, 3, 1}, 4}, works}, 6,
			[]string{"e3 attempt 1 [3 1 2][0] at 0", "e1 attempt 2 [3 1 2][1] at 0", "e2 attempt 2 [2 3 1][0] at 4"}, ""},
		{"all die", startNow, []answer{died, died, died}, 5, []string{"e3 attempt 1 [3 1 2][0] at 0", "e1 attempt 2 [3 1 2][1] at 0",
			"e2 attempt 3 [3 1 2][2] at 0"}, "Runtime.ExitError"},
		{"rejected", startNow, []answer{{contract.ErrRejected, []int{1}, 0}}, 3, []string{"e3 attempt 1 [3 1 2][0] at 0"}, contract.ErrRejected},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, fields := range []string{together, ruled + together} {
				r, egresses := course(t, fields, test.input, 0.5, test.answers...)
				if r.Error != test.end || (r.Status == event.Succeeded) != (test.end == "") {
					t.Fatalf("%s: %s: %s", r.Status, r.Error, r.Cause)
				}
				if r.Transitions != test.transitions {
					t.Errorf("%d transitions, want %d", r.Transitions, test.transitions)
				}
				if diff := cmp.Diff(test.calls, egresses.calls); diff != "" {
					t.Errorf("calls (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// TestCoordinatedDrawsAreSpread: over all egresses alike, and none with egress.start first.
func TestCoordinatedDrawsAreSpread(t *testing.T) {
	for fields, want := range map[string][]string{
		together: {"e1", "e1", "e2", "e2", "e3", "e3"},
		strings.Replace(together, "egress: {", "egress: {start: first, ", 1): {"e1", "e1", "e1", "e1", "e1", "e1"},
		strings.Replace(together, "egress: {", "egress: {count: 1, ", 1):     {"e1", "e1", "e1", "e1", "e1", "e1"},
	} {
		var got []string
		for i := range 6 {
			_, egresses := course(t, fields, noStart, float64(i)/6+0.01, answer{})
			name, _, _ := strings.Cut(egresses.calls[0], " ")
			got = append(got, name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s\n%v, want %v", fields, got, want)
		}
	}
}

// TestFiftyThatDie: a pool of fifty is as long as its attempts, wherever it starts.
func TestFiftyThatDie(t *testing.T) {
	fields := "retry: {maxAttempts: 50}\nworkflow: {type: standard}\negress: {count: 50, coordination: dynamodb}\n"
	r, egresses := course(t, fields, noStart, 0.999, slices.Repeat([]answer{{failure: "Runtime.ExitError"}}, 50)...)
	if r.Error != "Runtime.ExitError" || len(egresses.calls) != 50 || r.Transitions != 52 {
		t.Errorf("%s after %d calls and %d transitions: %s", r.Error, len(egresses.calls), r.Transitions, r.Cause)
	}
}
