package engine_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/engine"
)

func TestDefinitionsOfEveryGoldenLoad(t *testing.T) {
	files, err := filepath.Glob("../../../golden/*/statemachine.asl.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden definitions: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			definition, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			arns := substitutionsOf(definition)
			if _, err := engine.Load(definition, arns); err != nil {
				t.Error(err)
			}
			missing := slices.Sorted(maps.Keys(arns))[0]
			delete(arns, missing)
			if _, err := engine.Load(definition, arns); err == nil {
				t.Errorf("it loads without a value for %s", missing)
			}
		})
	}
}

// substitutionsOf gives each placeholder of a definition an ARN.
func substitutionsOf(definition []byte) map[string]string {
	arns := map[string]string{}
	for _, m := range regexp.MustCompile(`\$\{(\w+)\}`).FindAllSubmatch(definition, -1) {
		arns[string(m[1])] = "arn:aws:lambda:eu-central-1:111111111111:function:" + string(m[1])
	}
	if _, ok := arns["LambdaInvokeArn"]; ok {
		arns["LambdaInvokeArn"] = "arn:aws-cn:states:::lambda:invoke"
	}
	return arns
}

// acme is golden/acme-orders, whose machine has everything that the generator
// emits for a shared pool.
func acme(t testing.TB) *engine.Machine {
	t.Helper()
	definition, err := os.ReadFile("../../../golden/acme-orders/statemachine.asl.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := engine.Load(definition, egresses)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const (
	transient = `{"errorMessage":"{\"response\":{\"statusCode\":503},\"attempts\":[],\"waitSeconds\":7}","errorType":"Upstream.Transient"}`
	limited   = `{"errorMessage":"{\"response\":{\"statusCode\":429},\"attempts\":[],\"waitSeconds\":0}","errorType":"Upstream.RateLimited"}`
	answered  = `{"response":{"statusCode":200},"attempts":[]}`
)

// TestTheGeneratedMachine runs golden/acme-orders. The random number 0.5 picks the
// second of three egresses.
func TestTheGeneratedMachine(t *testing.T) {
	tests := []struct {
		name        string
		answers     []answer
		functions   []int
		states      string
		transitions int
		took        time.Duration
		status      event.Status
		err         string
	}{
		{"it works at once", []answer{replies(answered)}, []int{2}, "Start, Attempt 1", 2, 0, event.Succeeded, ""},
		{"two limits, and the next egress at once", []answer{fails("Upstream.RateLimited", limited), fails("Upstream.RateLimited", limited),
			replies(answered)},
			[]int{2, 3, 1}, "Start, Attempt 1, Attempt 2, Attempt 3", 4, 0, event.Succeeded, ""},
		{"a fault, and a wait", []answer{fails("Upstream.Transient", transient), replies(answered)},
			[]int{2, 3}, "Start, Attempt 1, Read 1, Wait 1, Attempt 2", 5, 7 * time.Second, event.Succeeded, ""},
		{"rejected", []answer{fails("Upstream.Rejected", `{"errorMessage":"{}"}`)}, []int{2}, "Start, Attempt 1, Failed", 3, 0, event.Failed,
			"Upstream.Rejected"},
		{"an egress that hangs hands over", []answer{takes(time.Minute, replies(answered)), replies(answered)},
			[]int{2, 3}, "Start, Attempt 1, Attempt 2", 3, 15 * time.Second, event.Succeeded, ""},
		{"a throttled egress is tried again", []answer{fails("Lambda.TooManyRequestsException", "Rate Exceeded."), replies(answered)},
			[]int{2, 2}, "Start, Attempt 1", 3, 500 * time.Millisecond, event.Succeeded, ""},
		{"all fail", []answer{fails("Upstream.RateLimited", limited)}, []int{2, 3, 1},
			"Start, Attempt 1, Attempt 2, Attempt 3, Failed", 5, 0, event.Failed, "Upstream.RateLimited"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := runMachine(t.Context(), acme(t), orderRequest, tt.answers...)
			if r.Status != tt.status || r.Error != tt.err || r.Transitions != tt.transitions || r.took() != tt.took {
				t.Errorf("%s with %q (%s) after %d transitions and %s", r.Status, r.Error, r.Cause, r.Transitions, r.took())
			}
			var functions []int
			for _, c := range r.calls {
				functions = append(functions, int(c.Function[len(c.Function)-1]-'0'))
			}
			if diff := cmp.Diff(tt.functions, functions); diff != "" {
				t.Errorf("egresses (-want +got):\n%s", diff)
			}
			if got := strings.Join(entries(r.History), ", "); got != tt.states {
				t.Errorf("states %s, want %s", got, tt.states)
			}
			if r.Status == event.Succeeded && r.Output.String() != answered {
				t.Errorf("output %s", r.Output)
			}
		})
	}
}

func entries(history []event.Event) []string {
	var names []string
	for _, e := range history {
		if d, ok := e.Details.(event.StateEnteredDetails); ok {
			names = append(names, d.Name)
		}
	}
	return names
}

// TestAMachineIsShared runs many executions of one machine concurrently, for the
// race detector; each must see only its own data.
func TestAMachineIsShared(t *testing.T) {
	m := mustLoad(t, `{"StartAt":"A","States":{"A":{"Type":"Pass","Assign":{"v.$":"$.n"},"Next":"S"},
		"S":`+strings.Replace(invoking(`,"Retry":[{"ErrorEquals":["E"]}],"OutputPath":"$.Payload","End":true`), `{"n":1}`,
		`{"n.$":"$v","x.$":"$$.Execution.Input"}`, 1)+`}}`)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			input := fmt.Sprintf(`{"n":%d}`, i)
			r := runMachine(context.Background(), m, input, fails("E", ""), replies(input))
			want := fmt.Sprintf(`{"x":{"n":%d},"n":%d}`, i, i)
			if r.Output.String() != input || len(r.calls) != 2 || r.calls[1].Payload != want {
				t.Errorf("execution %d: output %s, calls %v", i, r.Output, r.calls)
			}
		})
	}
	wg.Wait()
}
