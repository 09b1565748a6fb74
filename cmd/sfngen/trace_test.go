package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
	"github.com/sfngen/sfngen/internal/fakeaws/logs"
	"github.com/sfngen/sfngen/internal/history/execution"
)

const tracedMachine = "arn:aws:states:eu-central-1:123456789012:stateMachine:acme-orders"

// deployedLogs is an account that has examples/acme-orders deployed, with an
// execution named good of a minute ago in its logs.
func deployedLogs(t *testing.T) {
	t.Helper()
	template, err := os.ReadFile("../../golden/acme-orders/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	stacks := &cloudformation.Fake{Account: fakeaws.Account, Region: fakeaws.Region}
	stacks.Put(cloudformation.Stack{Name: "acme-orders", Status: "CREATE_COMPLETE", Template: string(template),
		Outputs: []cloudformation.Pair{{Key: "StateMachineArn", Value: tracedMachine}}})
	at := time.Now().Add(-time.Minute).UTC().Truncate(time.Second)
	arn := strings.Replace(tracedMachine, "stateMachine", "express", 1) + ":good:136a75e8"
	var events []logs.Event
	for i, e := range []string{
		`"type":"ExecutionStarted","details":{"roleArn":"r"}`,
		`"type":"TaskStateEntered","details":{"name":"Attempt 1"}`,
		`"type":"TaskScheduled","details":{"resource":"invoke"}`,
		`"type":"TaskSucceeded","details":{"resource":"invoke"}`,
		`"type":"ExecutionSucceeded","details":{}`,
	} {
		when := at.Add(time.Duration(i) * 100 * time.Millisecond)
		events = append(events, logs.Event{Time: when, Message: fmt.Sprintf(`{"id":"%d",%s,"event_timestamp":"%d","execution_arn":%q}`, i+1, e,
			when.UnixMilli(), arn)})
	}
	attempt := fmt.Sprintf(`{"timestamp":%q,"msg":"attempt","execution":"good","attempt":1,"egress":2,"method":"GET",`+
		`"path":"/orders","outcome":"success","statusCode":200}`, at.Format(time.RFC3339))
	fakeaws.Serve(t, map[string]http.Handler{"cloudformation": stacks, "logs": logs.New(map[string][]logs.Event{
		"/aws/vendedlogs/states/acme-orders":   events,
		"/aws/lambda/acme-orders-orchestrator": {},
		"/aws/lambda/acme-orders-egress-1":     {},
		"/aws/lambda/acme-orders-egress-2":     {{Time: at, Message: attempt}},
		"/aws/lambda/acme-orders-egress-3":     {},
	})})
}

func TestTraceShowsAnExecution(t *testing.T) {
	deployedLogs(t)
	code, stdout, stderr := run("trace", "acme-orders", "good")
	for _, want := range []string{"execution  good of acme-orders (express)\nrequest    GET /orders\n", "status     succeeded",
		"\n1        2       ", "  200\n", "Succeeded after 1 attempt: the API answered 200\n"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in:\n%s", want, stdout)
		}
	}
	if code != 0 || stderr != "" {
		t.Errorf("exit status %d, stderr %q", code, stderr)
	}
}

func TestTraceListsTheLatest(t *testing.T) {
	deployedLogs(t)
	code, stdout, stderr := run("trace", "acme-orders", "--since", "7d")
	lines := strings.Split(stdout, "\n")
	if got := strings.Fields(lines[1])[2:]; code != 0 || stderr != "" ||
		!cmp.Equal(got, []string{"succeeded", "400ms", "1", "200", "good", "GET", "/orders"}) {
		t.Errorf("exit status %d, stderr %q, stdout:\n%s", code, stderr, stdout)
	}
	code, stdout, _ = run("trace", "acme-orders", "--json")
	var report execution.ListReport
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || code != 0 || len(report.Executions) != 1 ||
		report.Executions[0].Name != "good" {
		t.Errorf("exit status %d, %v:\n%s", code, err, stdout)
	}
}

func TestTraceWhereThereIsNothing(t *testing.T) {
	deployedLogs(t)
	tests := []struct {
		name   string
		args   []string
		code   int
		stderr string
	}{
		{"no such execution", []string{"acme-orders", "gone"}, 2, "sfngen: no execution gone of acme-orders in the logs since "},
		{"another stack's", []string{"acme-orders", "arn:aws:states:eu-central-1:123456789012:express:other:x:1"}, 2,
			"sfngen: the execution is one of the state machine other, but this stack's is acme-orders"},
		{"none in the time", []string{"acme-orders", "--since", "1s"}, 0, "no execution of acme-orders since "},
		{"no such stack", []string{"beta"}, 2, "sfngen: no such CloudFormation stack beta in eu-central-1 of account 123456789012"},
		{"a limit for one", []string{"acme-orders", "good", "--limit", "3"}, 2, "sfngen: --limit is for the list, but an EXECUTION was named"},
		{"failed for one", []string{"acme-orders", "good", "--failed"}, 2, "sfngen: --failed is for the list, but an EXECUTION was named"},
		{"none that failed", []string{"acme-orders", "--failed"}, 0, "no failed execution of acme-orders since "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			code, stdout, stderr := run(append([]string{"trace"}, test.args...)...)
			if code != test.code || stdout != "" || !strings.HasPrefix(stderr, test.stderr) {
				t.Errorf("exit status %d, want %d; stdout %q, stderr %q, want %q", code, test.code, stdout, stderr, test.stderr)
			}
		})
	}
}
