package stepfunctions

import (
	"context"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/engine"
	"github.com/sfngen/sfngen/internal/engine/value"
	"github.com/sfngen/sfngen/runtime/orchestrator"
)

var _ Machine = (*engine.Machine)(nil)

// invokerFunc is Lambda as a test wants it.
type invokerFunc func(function string, payload value.Value) (engine.Reply, error)

func (f invokerFunc) Invoke(_ context.Context, function string, payload value.Value) (engine.Reply, error) {
	return f(function, payload)
}

// TestGeneratedDefinition: what the generator emits, run by the engine, for the
// orchestrator and in the history as the SDK reads it.
func TestGeneratedDefinition(t *testing.T) {
	definition, err := os.ReadFile("../../../golden/acme-orders/statemachine.asl.json")
	if err != nil {
		t.Fatal(err)
	}
	machine, err := engine.Load(definition, map[string]string{"Egress1Arn": "egress-1", "Egress2Arn": "egress-2", "Egress3Arn": "egress-3"})
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, machine, func(o *Options) {
		o.Environment.Invoker = invokerFunc(func(function string, payload value.Value) (engine.Reply, error) {
			return engine.Reply{Payload: parse(t, `{"response": {"statusCode": 200, "body": "`+function+`"}, "attempts": []}`)}, nil
		})
	})
	if got := orchestrate(t, b, orchestrator.Express, expressARN); got.StatusCode != 200 || len(got.Body) != len("egress-1") {
		t.Errorf("answered %d %s", got.StatusCode, got.Body)
	}
	var kinds []string
	for _, event := range b.history(&sfn.GetExecutionHistoryInput{ExecutionArn: b.ran("run-1", `{"request": {"method": "GET", "path": "/"}}`)}).Events {
		kinds = append(kinds, string(event.Type))
	}
	want := []string{"ExecutionStarted", "PassStateEntered", "PassStateExited", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}
