package asl_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/spec"
)

// build reads a spec with these fields beside the required ones.
func build(t testing.TB, fields string) (*plan.Plan, asl.Machine) {
	t.Helper()
	if rules, retry, both := strings.Cut(strings.TrimPrefix(fields, "retry: {rules"), "retry: {"); both && strings.HasPrefix(fields,
		ruled[:14]) {
		fields = "retry: {rules" + strings.TrimSuffix(rules, "}\n") + ", " + retry
	}
	src := "version: 1\nname: asl-test\nupstream: {url: 'https://api.example', methods: [GET, POST]}\n" + fields
	file, findings := spec.Parse("spec.yaml", []byte(src))
	if spec.HasErrors(findings) {
		t.Fatalf("the test's own spec is wrong: %v", findings)
	}
	p, findings := plan.New(file)
	if spec.HasErrors(findings) {
		t.Fatal(findings)
	}
	return p, asl.Build(p)
}

const story = "retry: {maxAttempts: 3}\n"

// shapes are specs whose failures lead to different states.
var shapes = map[string]string{
	"the story":                   story,
	"one attempt":                 "retry: {maxAttempts: 1}\n",
	"one egress":                  "retry: {maxAttempts: 3}\negress: {count: 1}\n",
	"first":                       story + "egress: {start: first}\n",
	"more attempts than egresses": "retry: {maxAttempts: 7}\negress: {count: 2}\n",
	"more egresses than attempts": "retry: {maxAttempts: 2}\negress: {count: 5}\n",
	"credential":                  "retry: {maxAttempts: 3, rateLimit: {scope: credential}}\n",
	"never waits":                 "retry: {maxAttempts: 3, backoff: {strategy: none}, rateLimit: {maxWait: 0s}}\n",
	"rules":                       ruled + story,
	"rules for all egresses":      strings.Replace(ruled, "scope: ip", "scope: credential", 1) + story,
	"rules for one egress":        ruled + "retry: {maxAttempts: 3, rateLimit: {scope: credential}}\n",
	"rules, and no start":         ruled + "retry: {maxAttempts: 3}\negress: {count: 1}\n",
	"fifty by fifty":              "retry: {maxAttempts: 50}\nworkflow: {type: standard}\n",
}

// ruled becomes rules of retry: build puts what a second retry says into the first.
const ruled = `retry: {rules: [
  {name: "secondary: limit", when: {status: [403, 4xx], header: {x.$: {exists: false}}}, is: rateLimited, scope: ip, minWait: 10s},
  {when: {status: 200, method: POST, json: {"$['a.$'][*]": ["$.x", 1, null], $.b: {atLeast: 0.5}},
    body: {matches: '^a$'}}, is: transient, acted: false}]}
`

// states returns the machine's states by name.
func states(m asl.Machine) map[string]any {
	byName := map[string]any{}
	for _, s := range m.States {
		byName[s.Name] = s.Value
	}
	return byName
}

// targets are the states that a state leads to.
func targets(state any) []string {
	switch s := state.(type) {
	case asl.Pass:
		return []string{s.Next}
	case asl.Choice:
		var next []string
		for _, rule := range s.Choices {
			next = append(next, rule.Next)
		}
		return next
	case asl.Wait:
		return []string{s.Next}
	case asl.Task:
		var next []string
		for _, c := range s.Catch {
			next = append(next, c.Next)
		}
		return next
	}
	return nil
}

func TestEveryStateIsReachedAndEveryTargetExists(t *testing.T) {
	for name, fields := range shapes {
		t.Run(name, func(t *testing.T) {
			_, m := build(t, fields)
			byName, reached := states(m), map[string]bool{m.StartAt: true}
			if len(byName) != len(m.States) {
				t.Fatalf("%d names for %d states", len(byName), len(m.States))
			}
			for _, s := range m.States { // in the order of execution: each state follows an earlier one
				if !reached[s.Name] {
					t.Errorf("%q is reached from no state before it", s.Name)
				}
				for _, next := range targets(s.Value) {
					reached[next] = true
					if byName[next] == nil {
						t.Errorf("%q leads to %q, which does not exist", s.Name, next)
					}
				}
			}
		})
	}
}

// What the definition sends is what the egress reads, field by field.
func TestPayloadIsAnInvocation(t *testing.T) {
	for name, fields := range shapes {
		t.Run(name, func(t *testing.T) {
			p, m := build(t, fields+"tags: {a: b}\n")
			for i, a := range p.Attempts {
				task := states(m)[fmt.Sprintf("Attempt %d", a.Number)].(asl.Task)
				payload, _ := task.Parameters.Get("Payload")
				text := string(document.JSON(document.Of(payload)))
				text = strings.NewReplacer(
					`"name.$": "$$.Execution.Name"`, `"name": "n"`,
					`"startTime.$": "$$.Execution.StartTime"`, `"startTime": "s"`,
					`"input.$": "$"`, `"input": {"request": {"method": "GET", "path": "/"}}`,
				).Replace(text)
				rules := strings.Count(text, `"rules.$": "$rules"`)
				if (rules == 1) != (len(p.Rules()) > 0) {
					t.Fatalf("the rules are passed on %d times:\n%s", rules, text)
				}
				text = strings.Replace(text, `"rules.$": "$rules"`, `"rules": null`, 1)
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

// egressOf works out which egress a FunctionName picks for a random index.
func egressOf(t *testing.T, task asl.Task, index int) string {
	t.Helper()
	if name, fixed := task.Parameters.Get("FunctionName"); fixed {
		return name.(string)
	}
	expression, _ := task.Parameters.Get("FunctionName.$")
	pool, ok := strings.CutPrefix(expression.(string), "States.ArrayGetItem(States.Array(")
	pool, ok2 := strings.CutSuffix(pool, "), $.start.index)")
	if !ok || !ok2 {
		t.Fatalf("unexpected FunctionName %q", expression)
	}
	return strings.Trim(strings.Split(pool, ", ")[index], "'")
}

func TestAttemptsGoRoundThePool(t *testing.T) {
	for name, fields := range shapes {
		t.Run(name, func(t *testing.T) {
			p, m := build(t, fields)
			starts := 1
			if p.RandomStart {
				starts = p.Egresses
			}
			for start := range starts {
				for _, a := range p.Attempts {
					task := states(m)[fmt.Sprintf("Attempt %d", a.Number)].(asl.Task)
					want := fmt.Sprintf("${Egress%dArn}", (start+a.Number-1)%p.Egresses+1)
					if got := egressOf(t, task, start); got != want {
						t.Errorf("start %d, attempt %d goes to %s, want %s", start, a.Number, got, want)
					}
				}
			}
		})
	}
}

// next is where a task's catcher leads for an error, "" if none matches (ASL,
// "Fallback states": the first match; States.ALL matches every name).
func next(task asl.Task, err string) asl.Catcher {
	for _, c := range task.Catch {
		if slices.Contains(c.ErrorEquals, err) || slices.Contains(c.ErrorEquals, "States.ALL") {
			return c
		}
	}
	return asl.Catcher{}
}

func TestWhereErrorsLead(t *testing.T) {
	_, m := build(t, "retry: {maxAttempts: 3}\negress: {count: 2}\n")
	tests := []struct {
		attempt, err, want, path string
	}{
		{"Attempt 1", contract.ErrRateLimited, "Attempt 2", "$.failure"},
		{"Attempt 1", contract.ErrTransient, "Read 1", "$.failure"},
		{"Attempt 1", contract.ErrRejected, "Failed", "$.failure"},
		{"Attempt 1", "States.DataLimitExceeded", "Attempt 2", "$.crash"},
		{"Attempt 1", "States.Timeout", "Attempt 2", "$.crash"},
		{"Attempt 2", contract.ErrRateLimited, "Read 2", "$.failure"},
		{"Attempt 2", contract.ErrTransient, "Read 2", "$.failure"},
		{"Attempt 2", "Runtime.ExitError", "Attempt 3", "$.crash"},
		{"Attempt 3", contract.ErrRateLimited, "Failed", "$.failure"},
		{"Attempt 3", contract.ErrTransient, "Failed", "$.failure"},
		{"Attempt 3", contract.ErrRejected, "Failed", "$.failure"},
		{"Attempt 3", "Sandbox.Timedout", "Failed", "$.failure"},
	}
	for _, test := range tests {
		c := next(states(m)[test.attempt].(asl.Task), test.err)
		if c.Next != test.want || c.ResultPath != test.path {
			t.Errorf("%s, %s: leads to %q with %q, want %q with %q", test.attempt, test.err, c.Next, c.ResultPath, test.want, test.path)
		}
	}
}

// A Read state parses what the catcher stored, and the Wait state reads what the
// Read state parsed: a wrong name is a runtime error in AWS.
func TestReadAndWaitFitTogether(t *testing.T) {
	for name, fields := range shapes {
		t.Run(name, func(t *testing.T) {
			_, m := build(t, fields)
			for _, s := range m.States {
				switch state := s.Value.(type) {
				case asl.Task:
					for _, c := range state.Catch {
						leadsToRead := strings.HasPrefix(c.Next, "Read")
						if value, kept := c.Assign.Get("cause.$"); kept != leadsToRead || kept && value != "States.StringToJson($.Cause)" {
							t.Errorf("%s: the catcher to %q keeps the cause: %v %v", s.Name, c.Next, kept, value)
						}
					}
				case asl.Wait:
					if state.SecondsPath != "$report.waitSeconds" {
						t.Errorf("%s waits for %s", s.Name, state.SecondsPath)
					}
				case asl.Pass:
					if value, ok := state.Assign.Get("report.$"); s.Name != "Start" && (!ok || value != "States.StringToJson($cause.errorMessage)") {
						t.Errorf("%s reads %v", s.Name, value)
					}
				}
			}
		})
	}
}

// Lambda's ambiguous errors are retried only where that cannot send a request twice
// that must be sent once.
func TestServiceErrorsAreRepeatedOnlyWhenSafe(t *testing.T) {
	for fields, want := range map[string]bool{
		story: false, // POST, and no key
		"retry: {maxAttempts: 3, idempotency: {header: idempotency-key}}\n": true,
		"retry: {maxAttempts: 3, idempotency: {unsafeMethods: allow}}\n":    true,
		"retry: {maxAttempts: 3, idempotency: {unsafeMethods: refuse}}\n":   false,
	} {
		_, m := build(t, fields)
		for _, s := range m.States {
			task, ok := s.Value.(asl.Task)
			if !ok {
				continue
			}
			if got := slices.Contains(task.Retry[0].ErrorEquals, "Lambda.ServiceException"); got != want {
				t.Errorf("%s%s repeats Lambda.ServiceException: %v, want %v", fields, s.Name, got, want)
			}
			if !slices.Contains(task.Retry[0].ErrorEquals, "Lambda.TooManyRequestsException") || task.Retry[0].JitterStrategy != "FULL" {
				t.Errorf("%s: a throttled egress is not tried again with jitter", s.Name)
			}
		}
	}
}

func TestNoState64(t *testing.T) {
	_, m := build(t, shapes["fifty by fifty"])
	for _, s := range m.States {
		if len(s.Name) > 80 {
			t.Errorf("state name %q is longer than the 80 characters of the language", s.Name)
		}
	}
	if again := document.JSON(asl.Build(must(build(t, shapes["fifty by fifty"]))).Document()); !bytes.Equal(again,
		document.JSON(m.Document())) {
		t.Error("the same spec gave other bytes")
	}
}

func must(p *plan.Plan, _ asl.Machine) *plan.Plan { return p }
