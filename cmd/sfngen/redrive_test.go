package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/redrive"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/cloudformation"
	"github.com/sfngen/sfngen/internal/fakeaws/sqs"
	"github.com/sfngen/sfngen/internal/fakeaws/states"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

const redriveSpec = `version: 1
name: shop
upstream: {url: 'https://api.example/v1', methods: [GET, POST, PUT], forwardHeaders: [authorization]}
retry: {maxAttempts: 2, idempotency: {header: x-request-id}}
egress: {count: 1}
workflow: {type: standard}
triggers:
  functionUrl: {}
  onFailure: {queue: true}
  schedules:
    - {name: nightly, expression: 'cron(15 2 * * ? *)', request: {method: POST, path: /import, query: 'full=yes'}}
  events:
    - {name: placed, pattern: {source: [orders]}, request: {method: POST, path: /pick-lists, bodyFrom: $.detail}}
    - {name: changed, bus: orders, pattern: {source: [orders]}, request: {method: PUT, path: "/orders/{$.detail.id}", bodyFrom: $.detail}}
`

const (
	deadURL    = "https://sqs.eu-central-1.amazonaws.com/123456789012/shop-dead-letters"
	failedURL  = "https://sqs.eu-central-1.amazonaws.com/123456789012/shop-failed-executions"
	machineARN = "arn:aws:states:eu-central-1:123456789012:stateMachine:shop"
	placedARN  = "arn:aws:events:eu-central-1:123456789012:rule/shop-placed"
	changedARN = "arn:aws:events:eu-central-1:123456789012:rule/orders/shop-changed"
	nightlyARN = "arn:aws:scheduler:eu-central-1:123456789012:schedule/shop/shop-nightly"
)

// shop is an account with a deployed stack and messages in its queues.
type shop struct {
	queues *sqs.Service
	states *states.Service
}

// shopWith has the stack of a spec. Of a URL "" it has no queue.
func shopWith(t *testing.T, spec string, dead, failed []sqs.Message) *shop {
	t.Helper()
	s, findings := stack.Load("shop.yaml", []byte(spec))
	if s == nil {
		t.Fatal(findings)
	}
	template := ""
	for _, f := range s.Files {
		if f.Path == "template.yaml" {
			template = string(f.Content)
		}
	}
	outputs := []cloudformation.Pair{{Key: "StateMachineArn", Value: machineARN}}
	for output, url := range map[string]string{"DeadLetterQueueUrl": deadURL, "FailedExecutionsQueueUrl": failedURL} {
		if strings.Contains(template, output) {
			outputs = append(outputs, cloudformation.Pair{Key: output, Value: url})
		}
	}
	stacks := &cloudformation.Fake{}
	stacks.Put(cloudformation.Stack{Name: "shop", Status: "UPDATE_COMPLETE", Template: template, Outputs: outputs})
	a := &shop{queues: sqs.New(map[string][]sqs.Message{deadURL: dead, failedURL: failed}), states: states.New()}
	a.states.Express = strings.Contains(spec, "type: express")
	fakeaws.Serve(t, map[string]http.Handler{"cloudformation": stacks, "sqs": a.queues, "states": a.states})
	t.Chdir(t.TempDir())
	return a
}

// The messages, as AWS writes them.

func id(n int) string { return fmt.Sprintf("%08x-0000-4000-8000-000000000000", n) }

const missedInput = `{"trigger":"nightly","occurrence":"shop/nightly/AT",` +
	`"request":{"method":"POST","path":"/import","query":"full=yes"}}`

// missed is a run of the schedule, as Scheduler's dead letter: the request that it made.
func missed(n int, at string) sqs.Message {
	input := strings.ReplaceAll(missedInput, "AT", at)
	body, _ := json.Marshal(map[string]string{"StateMachineArn": machineARN, "Input": input}) // of text
	return sqs.Message{ID: id(n), Sent: time.Now().Add(-time.Duration(n) * time.Hour), Body: string(body), Attributes: map[string]string{
		"ERROR_CODE": "AccessDeniedException", "ERROR_MESSAGE": "not authorized",
		"IS_PAYLOAD_TRUNCATED": "false", "RETRY_ATTEMPTS": "0", "SCHEDULED_TIME": at, "SCHEDULE_ARN": nightlyARN,
		"TARGET_ARN": "arn:aws:scheduler:::aws-sdk:sfn:startExecution", "EXECUTION_ID": "ad06616e51cdf74a"}}
}

// undelivered is an event that could not start the workflow.
func undelivered(n int, rule, event, detail string) sqs.Message {
	return sqs.Message{ID: id(n), Sent: time.Now().Add(-time.Duration(n) * time.Hour), Attributes: map[string]string{
		"ERROR_CODE": "NO_PERMISSIONS", "ERROR_MESSAGE": "not authorized", "RULE_ARN": rule, "TARGET_ARN": machineARN},
		Body: `{"version":"0","id":"` + event + `","detail-type":"x","source":"orders","account":"123456789012",` +
			`"time":"2026-12-01T02:15:00Z","region":"eu-central-1","resources":[],"detail":` + detail + `}`}
}

// failure is the end of an execution, as Step Functions tells it.
func failure(n int, execution, input string) sqs.Message {
	detail, _ := json.Marshal(map[string]any{"executionArn": "arn:aws:states:eu-central-1:123456789012:execution:shop:" + execution,
		"stateMachineArn": machineARN, "name": execution, "status": "FAILED", "startDate": 1551225146847, "stopDate": 1551225151881,
		"input": input, "inputDetails": map[string]bool{"included": true}, "output": nil, "redriveCount": 0, "error": "Transient",
		"cause": `{"errorType":"Transient","errorMessage":"{\"reason\":\"503 from the API\",\"attempts\":[],\"waitSeconds\":0}"}`}) // of JSON
	return sqs.Message{ID: id(n), Sent: time.Now().Add(-time.Duration(n) * time.Hour),
		Body: `{"version":"0","id":"e1","detail-type":"Step Functions Execution Status Change","source":"aws.states","detail":` +
			string(detail) + `}`}
}

const nightlyInput = `{"trigger":"nightly","occurrence":"shop/nightly/2026-12-01T02:15:00Z","request":{"method":"POST","path":"/import"}}`

// callersInput has what nobody may see who looks at a queue.
const callersInput = `{"request":{"method":"POST","path":"/orders","query":"token=sesame","headers":{"authorization":"Bearer sesame"},` +
	`"body":"{\"card\":\"sesame\"}"},"start":{"next":[1],"waitSeconds":0}}`

// sent is what a stack has started: input by name.
func (a *shop) sent() map[string]string {
	all := map[string]string{}
	for _, x := range a.states.Executions() {
		all[x.Name] = x.Input
	}
	return all
}

func (a *shop) inputs() []string {
	var all []string
	for _, x := range a.states.Executions() {
		all = append(all, x.Input)
	}
	return all
}

// redriven runs the command with --json.
func redriven(t *testing.T, stack string, args ...string) (int, redrive.Report, string) {
	t.Helper()
	code, stdout, stderr := run(append([]string{"redrive", stack, "--json"}, args...)...)
	var r redrive.Report
	if stdout != "" {
		if err := json.Unmarshal([]byte(stdout), &r); err != nil {
			t.Fatalf("%v: %s%s", err, stdout, stderr)
		}
	}
	return code, r, stderr
}

// The list says what was to be sent and why it was not, shows no value of a caller's, and
// changes nothing.
func TestRedriveLists(t *testing.T) {
	a := shopWith(t, redriveSpec,
		[]sqs.Message{missed(1, "2026-12-01T02:15:00Z"), undelivered(2, placedARN, "e-2", `{"n":1}`),
			undelivered(3, changedARN, "e-3", `{"id":"a b"}`), {ID: id(5), Body: "hello", Sent: time.Now()}},
		[]sqs.Message{failure(4, "6a1f20c9-first", callersInput)})
	code, stdout, stderr := run("redrive", "shop")
	want := `AGE QUEUE TRIGGER REQUEST WHY MESSAGE
4h failed executions (a caller) POST /orders?token FAILED: Transient: 503 from the API 00000004
3h dead letters changed PUT /orders/a%20b NO_PERMISSIONS: not authorized 00000003
2h dead letters placed POST /pick-lists NO_PERMISSIONS: not authorized 00000002
1h dead letters nightly for 2026-12-01 02:15 UTC POST /import?full AccessDeniedException: not authorized 00000001
0s dead letters - - - 00000005
`
	if diff := cmp.Diff(want, narrow(stdout)); code != 0 || diff != "" {
		t.Errorf("exit %d, (-want +got):\n%s", code, diff)
	}
	said := `shop-dead-letters: 4 messages
shop-failed-executions: 1 message
message 00000005 cannot be sent again: it is no message that AWS sends to this queue: it has neither the attribute SCHEDULE_ARN nor RULE_ARN
`
	if diff := cmp.Diff(said, stderr); diff != "" {
		t.Errorf("stderr (-want +got):\n%s", diff)
	}
	_, _, _ = redriven(t, "shop")
	if _, text, _ := run("redrive", "shop", "--json"); strings.Contains(text+stdout+stderr, "sesame") {
		t.Errorf("a value of the caller's is shown:\n%s%s", text, stdout)
	}
	a.unchanged(t)
}

// unchanged: all messages can be received, and nothing was started.
func (a *shop) unchanged(t *testing.T) {
	t.Helper()
	for _, url := range []string{deadURL, failedURL} {
		for message, visible := range a.queues.Left(url) {
			if !visible {
				t.Errorf("%s of %s is still held", message, url)
			}
		}
	}
	if started := a.inputs(); len(started) > 0 {
		t.Errorf("started %q", started)
	}
}

// The limit is of both queues: what it leaves out is said.
func TestRedriveLimit(t *testing.T) {
	shopWith(t, redriveSpec, []sqs.Message{undelivered(1, placedARN, "e-1", `{}`), undelivered(2, placedARN, "e-2", `{}`)},
		[]sqs.Message{failure(3, "first", nightlyInput)})
	_, _, stderr := run("redrive", "shop", "--limit", "1")
	want := "shop-dead-letters: 1 of about 2 messages are shown\nshop-failed-executions: none of about 1 message is shown\n"
	if diff := cmp.Diff(want, stderr); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
