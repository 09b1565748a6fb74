package stepfunctions

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/engine"
)

const callers = 200

// TestParallelSync: 200 callers, and each gets its own answer.
func TestParallelSync(t *testing.T) {
	b := newBench(t, machineFunc(func(_ context.Context, x engine.Execution, env engine.Environment) engine.Result {
		env.Random() // a source that is not safe for concurrent use
		env.Observe(event.Event{Type: "ExecutionStarted", ID: 1, Details: event.ExecutionStartedDetails{Input: x.Input}})
		return engine.Result{Status: event.Succeeded, Output: x.Input}
	}))
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			for turn := range 5 {
				mine := fmt.Sprintf(`"%d-%d"`, i, turn)
				out, err := b.client.StartSyncExecution(t.Context(), &sfn.StartSyncExecutionInput{StateMachineArn: aws.String(expressARN),
					Input: &mine})
				if err != nil {
					t.Error(err)
				} else if aws.ToString(out.Output) != mine {
					t.Errorf("got %s, want %s", aws.ToString(out.Output), mine)
				}
			}
		})
	}
	all.Wait()
}

// TestParallelStartsOfOneName start one execution, while others list, read and
// put.
func TestParallelStartsOfOneName(t *testing.T) {
	g := newGate()
	b := newBench(t, g)
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			out, err := b.tryStart(standardARN, "same", `{}`)
			if err != nil {
				t.Error(err)
				return
			}
			_, err = b.client.GetExecutionHistory(t.Context(), &sfn.GetExecutionHistoryInput{ExecutionArn: out.ExecutionArn})
			if err != nil {
				t.Error(err)
			}
			_, err = b.client.ListExecutions(t.Context(), &sfn.ListExecutionsInput{StateMachineArn: aws.String(standardARN)})
			if err != nil {
				t.Error(err)
			}
			b.Put(StateMachine{ARN: standardARN, Name: "orders", Type: Standard, Definition: g})
		})
	}
	all.Wait()
	g.open()
	b.settle()
	if n := len(g.entered); n != 1 {
		t.Errorf("%d executions ran, want 1", n)
	}
}

// BenchmarkStartSync is what `sfngen dev` does for each request, less the
// Lambdas.
func BenchmarkStartSync(b *testing.B) {
	s := New(Options{Environment: engine.Environment{Clock: clock.System{}, Random: rand.Float64}})
	s.Put(StateMachine{ARN: expressARN, Name: "quick", Type: Express, Definition: machineFunc(echo)})
	server := httptest.NewServer(s)
	defer server.Close()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		client := newClient(server.URL)
		for pb.Next() {
			if _, err := client.StartSyncExecution(b.Context(), &sfn.StartSyncExecutionInput{StateMachineArn: aws.String(expressARN)}); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "executions/s")
}
