package asl_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/runtime/contract"
)

// coordinated are the shapes, each with executions that know of each other.
func coordinated() map[string]string {
	all := map[string]string{}
	for name, fields := range shapes {
		before, rest, has := strings.Cut(fields, "egress: {")
		if has {
			all[name] = before + "egress: {coordination: dynamodb, " + rest
		} else {
			all[name] = fields + "egress: {coordination: dynamodb}\n"
		}
	}
	return all
}

func TestCoordinatedStates(t *testing.T) {
	for name, fields := range coordinated() {
		t.Run(name, func(t *testing.T) {
			p, m := build(t, fields)
			byName := states(m)
			if want := 2 + 3*len(p.Attempts); len(byName) != want {
				t.Errorf("%d states, want %d", len(byName), want)
			}
			reached := map[string]bool{m.StartAt: true}
			for _, s := range m.States {
				for _, next := range targets(s.Value) {
					reached[next] = true
					if byName[next] == nil {
						t.Errorf("%q leads to %q, which does not exist", s.Name, next)
					}
					if next == s.Name {
						t.Errorf("%q leads to itself, where some engines end", s.Name)
					}
				}
			}
			for _, s := range m.States {
				if !reached[s.Name] {
					t.Errorf("nothing leads to %q", s.Name)
				}
			}
		})
	}
}

// TestCoordinatedStartHoldsTheRulesInEveryBranch: each is the only one that is taken.
func TestCoordinatedStartHoldsTheRulesInEveryBranch(t *testing.T) {
	for name, fields := range coordinated() {
		p, m := build(t, fields)
		first := states(m)[m.StartAt].(asl.Choice)
		for _, branch := range first.Choices {
			rules, _ := branch.Assign.Get("rules")
			held, _ := rules.([]contract.Rule)
			if diff := cmp.Diff(p.Rules(), held); diff != "" {
				t.Errorf("%s: (-plan +definition)\n%s", name, diff)
			}
		}
		if len(first.RuleNames()) != len(p.Rules()) {
			t.Errorf("%s: %q", name, first.RuleNames())
		}
	}
}

// TestCoordinatedPayload: it is a contract.Invocation, with the turn.
func TestCoordinatedPayload(t *testing.T) {
	for name, fields := range coordinated() {
		t.Run(name, func(t *testing.T) {
			p, m := build(t, fields)
			for i := range p.Attempts {
				task := states(m)[attemptName(i+1)].(asl.Task)
				payload, _ := task.Parameters.Get("Payload")
				text := strings.NewReplacer(
					`"name.$": "$$.Execution.Name"`, `"name": "n"`,
					`"startTime.$": "$$.Execution.StartTime"`, `"startTime": "s"`,
					`"input.$": "$"`, `"input": {"request": {"method": "GET", "path": "/"}}`,
					`"next.$": "States.ArrayGetItem(States.StringToJson($cause.errorMessage), 0)"`, `"next": [2, 1]`,
					`"index.$": "$turn"`, `"index": 1`, `"rules.$": "$rules"`, `"rules": null`,
				).Replace(string(document.JSON(document.Of(payload))))
				if strings.Contains(text, "$") {
					t.Fatalf("a path is left that this test does not know:\n%s", text)
				}
				var got contract.Invocation
				decoder := json.NewDecoder(strings.NewReader(text))
				decoder.DisallowUnknownFields()
				if err := decoder.Decode(&got); err != nil {
					t.Fatal(err)
				}
				want := contract.Invocation{
					Attempt:   i + 1,
					Execution: contract.Execution{Name: "n", StartTime: "s"},
					Input:     contract.Input{Request: contract.Request{Method: "GET", Path: "/"}},
					Turn:      &contract.Turn{Next: []int{2, 1}, Index: 1},
					Policy:    p.Attempts[i].Policy,
				}
				want.Policy.Rules = nil
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("attempt %d (-want +got):\n%s", i+1, diff)
				}
			}
		})
	}
}

func TestCoordinatedErrorsLead(t *testing.T) {
	_, m := build(t, "retry: {maxAttempts: 2}\negress: {count: 2, coordination: dynamodb}\n")
	tests := []struct{ attempt, err, want, path, turn string }{
		{"Attempt 1", contract.ErrRateLimited, "Attempt 2", "$.failure", "0"},
		{"Attempt 1", contract.ErrAllLimited, "Read 1", "$.failure", "0"},
		{"Attempt 1", contract.ErrTransient, "Read 1", "$.failure", "0"},
		{"Attempt 1", contract.ErrSkipped, "Read 0", "$.failure", "0"},
		{"Attempt 1", contract.ErrRejected, "Failed", "$.failure", ""},
		{"Attempt 1", "States.DataLimitExceeded", "Attempt 2", "$.crash", "States.MathAdd($turn, 1)"},
		{"Attempt 1", "States.Timeout", "Attempt 2", "$.crash", "States.MathAdd($turn, 1)"},
		{"Attempt 2", contract.ErrRateLimited, "Failed", "$.failure", ""},
		{"Attempt 2", contract.ErrAllLimited, "Failed", "$.failure", ""},
		{"Attempt 2", contract.ErrTransient, "Failed", "$.failure", ""},
		{"Attempt 2", contract.ErrSkipped, "Read 1", "$.failure", "0"},
		{"Attempt 2", contract.ErrRejected, "Failed", "$.failure", ""},
		{"Attempt 2", "Sandbox.Timedout", "Failed", "$.failure", ""},
	}
	for _, test := range tests {
		c := next(states(m)[test.attempt].(asl.Task), test.err)
		turn := ""
		for _, f := range c.Assign {
			if strings.HasPrefix(f.Name, "turn") {
				turn = fmt.Sprint(f.Value)
			}
		}
		if c.Next != test.want || c.ResultPath != test.path || turn != test.turn {
			t.Errorf("%s, %s: leads to %q with %q and the turn %q", test.attempt, test.err, c.Next, c.ResultPath, turn)
		}
	}
}

// TestDrawnListIsLongEnough: whichever is drawn, and if every attempt's egress dies; also
// where an engine draws the end of the range.
func TestDrawnListIsLongEnough(t *testing.T) {
	for name, fields := range coordinated() {
		p, m := build(t, fields)
		cause, _ := states(m)[m.StartAt].(asl.Choice).Choices[0].Assign.Get("cause")
		message, _ := cause.(document.Map).Get("errorMessage")
		var report [][]int
		if err := json.Unmarshal([]byte(message.(string)), &report); err != nil || len(report) != 1 {
			t.Fatalf("%s: %v: %v", name, message, err)
		}
		want := make([]int, 0, p.Egresses+len(p.Attempts))
		for i := range p.Egresses + len(p.Attempts) {
			want = append(want, i%p.Egresses+1)
		}
		if !slices.Equal(report[0], want) {
			t.Errorf("%s: %v, want %v", name, report[0], want)
		}
	}
}
