package stepfunctions

import (
	"context"
	"errors"
	"regexp"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/engine"
)

func TestStartExecutionGivesARNAndDate(t *testing.T) {
	b := newBench(t, machineFunc(echo))
	tests := []struct {
		name, machine string
		executionName *string
		want          string
	}{
		{"standard", standardARN, aws.String("run-1"), `^` + scope + `execution:orders:run-1$`},
		{"standard without a name", standardARN, nil, `^` + scope + `execution:orders:` + uuidPattern + `$`},
		{"express", expressARN, aws.String("run-1"), `^` + scope + `express:quick:run-1:` + uuidPattern + `$`},
		{"express without a name", expressARN, nil, `^` + scope + `express:quick:` + uuidPattern + `:` + uuidPattern + `$`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out, err := b.client.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &test.machine, Name: test.executionName})
			if err != nil {
				t.Fatal(err)
			}
			if !regexp.MustCompile(test.want).MatchString(*out.ExecutionArn) || !out.StartDate.Equal(testStart) {
				t.Errorf("got %s at %s, want %s at %s", *out.ExecutionArn, out.StartDate, test.want, testStart)
			}
		})
	}
}

// TestMachineIsGivenTheExecution: what the context object is made of.
func TestMachineIsGivenTheExecution(t *testing.T) {
	var got engine.Execution
	b := newBench(t, machineFunc(func(_ context.Context, x engine.Execution, _ engine.Environment) engine.Result {
		got = x
		return engine.Result{Status: event.Succeeded}
	}))
	b.ran("run-1", ` {"a": 1} `)
	want := engine.Execution{ARN: scope + "execution:orders:run-1", Name: "run-1", RoleARN: roleARN,
		StateMachineARN: standardARN, StateMachineName: "orders", Input: parse(t, `{"a":1}`), StartDate: testStart}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("execution (-want +got):\n%s", diff)
	}
}

func TestStandardStartIsIdempotentWhileItRuns(t *testing.T) {
	g := newGate()
	b := newBench(t, g)
	first := b.start("same", `{"a":1}`)
	if err := b.options.Environment.Clock.Sleep(t.Context(), 1e9); err != nil { // the date below is the first's
		t.Fatal(err)
	}
	again := b.start("same", `{"a":1}`)
	if *again.ExecutionArn != *first.ExecutionArn || !again.StartDate.Equal(*first.StartDate) {
		t.Errorf("again: %s at %s, want %s at %s", *again.ExecutionArn, again.StartDate, *first.ExecutionArn, first.StartDate)
	}
	wantExists(t, b, `{"a":2}`)
	g.open()
	b.waitFor(*first.ExecutionArn)
	wantExists(t, b, `{"a":1}`)
	if n := len(g.entered); n != 1 {
		t.Errorf("%d executions ran, want 1", n)
	}
}

func wantExists(t *testing.T, b *bench, input string) {
	t.Helper()
	_, err := b.tryStart(standardARN, "same", input)
	var exists *types.ExecutionAlreadyExists
	if !errors.As(err, &exists) {
		t.Errorf("input %s: %v, want ExecutionAlreadyExists", input, err)
	}
}

func TestExpressStartIsNotIdempotent(t *testing.T) {
	g := newGate()
	b := newBench(t, g)
	seen := map[string]bool{}
	for range 2 {
		out, err := b.tryStart(expressARN, "same", `{}`)
		if err != nil {
			t.Fatal(err)
		}
		seen[*out.ExecutionArn] = true
	}
	g.open()
	b.settle()
	if len(seen) != 2 || len(g.entered) != 2 {
		t.Errorf("%d ARNs and %d executions, want 2 and 2", len(seen), len(g.entered))
	}
}

func TestStartIsStartExecution(t *testing.T) {
	g := newGate()
	b := newBench(t, g)
	x, err := b.Start(standardARN, "nightly", []byte(`{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	want := Execution{ARN: scope + "execution:orders:nightly", Name: "nightly", StateMachine: standardARN, Input: `{"a":1}`,
		StartDate: testStart}
	if diff := cmp.Diff(want, x); diff != "" {
		t.Errorf("execution (-want +got):\n%s", diff)
	}
	if over := b.start("nightly", `{"a":1}`); *over.ExecutionArn != x.ARN {
		t.Errorf("the same by HTTP is %s, want %s", *over.ExecutionArn, x.ARN)
	}
	g.open()
}

func TestStartDrawsANameAndAnInput(t *testing.T) {
	b := newBench(t, machineFunc(echo))
	x, err := b.Start(standardARN, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^`+uuidPattern+`$`).MatchString(x.Name) || x.Input != "{}" {
		t.Errorf("name %q and input %q, want a UUID and {}", x.Name, x.Input)
	}
}

func TestStartRefuses(t *testing.T) {
	b := newBench(t, machineFunc(echo))
	tests := []struct{ name, arn, executionName, input, want string }{
		{"an unknown machine", scope + "stateMachine:none", "n", "{}", "StateMachineDoesNotExist"},
		{"no ARN", "", "n", "{}", "ValidationException"},
		{"a name with a space", standardARN, "a b", "{}", "InvalidName"},
		{"a name that is not UTF-8", standardARN, "a\xff", "{}", "InvalidName"},
		{"an input that is not JSON", standardARN, "n", "{", "InvalidExecutionInput"},
		{"an empty input", standardARN, "n", "", "InvalidExecutionInput"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := b.Start(test.arn, test.executionName, []byte(test.input))
			var refusal *Error
			if !errors.As(err, &refusal) || refusal.Code != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
