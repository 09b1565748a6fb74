package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
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

// What is sent again is what would have been started, with the first idempotency key.
func TestRedriveSends(t *testing.T) {
	own := `{"trigger":"placed","request":{"method":"POST","path":"/a","headers":{"x-request-id":"own"}}}`
	for name, test := range map[string]struct {
		dead, failed []sqs.Message
		args         []string
		want         string
		key          redrive.Key
	}{
		"a schedule": {dead: []sqs.Message{missed(1, "2026-12-01T02:15:00Z")}, key: redrive.KeyOccurrence,
			want: strings.ReplaceAll(missedInput, "AT", "2026-12-01T02:15:00Z")},
		"a schedule's input alone": {key: redrive.KeyOccurrence, want: nightlyInput,
			dead: []sqs.Message{with(missed(1, "2026-12-01T02:15:00Z"), nightlyInput, nil)}},
		"a schedule whose time is not filled in": {key: redrive.KeyOccurrence, want: nightlyInput, dead: []sqs.Message{with(missed(1,
			"2026-12-01T02:15:00Z"), strings.Replace(nightlyInput, "2026-12-01T02:15:00Z", "<aws.scheduler.scheduled-time>", 1), nil)}},
		"a schedule whose body was cut": {key: redrive.KeyOccurrence,
			want: strings.ReplaceAll(missedInput, "AT", "2026-12-02T02:15:00Z"),
			dead: []sqs.Message{with(missed(1, "2026-12-02T02:15:00Z"), `{"StateMachineA`, map[string]string{"IS_PAYLOAD_TRUNCATED": "true"})}},
		"an event": {dead: []sqs.Message{undelivered(1, placedARN, "e-1", `{"n":1.0}`)}, key: redrive.KeyInput,
			want: `{"trigger":"placed","request":{"method":"POST","path":"/pick-lists","headers":{"x-request-id":"e-1"},"body":{"n":1.0}}}`},
		"an event of a bus, with placeholders": {dead: []sqs.Message{undelivered(1, changedARN, "e-1", `{"id":7}`)}, key: redrive.KeyInput,
			want: `{"trigger":"changed","template":{"method":"PUT","path":"/orders/{$.detail.id}","headers":{"x-request-id":"{$.id}"},` +
				`"bodyFrom":"$.detail"},"event":` + undelivered(1, changedARN, "e-1", `{"id":7}`).Body + `}`},
		"a failed schedule": {failed: []sqs.Message{failure(1, "first", nightlyInput)}, want: nightlyInput, key: redrive.KeyOccurrence},
		"a failed event":    {failed: []sqs.Message{failure(1, "first", own)}, want: own, key: redrive.KeyInput},
		"a failed caller": {failed: []sqs.Message{failure(1, "first", callersInput)}, args: []string{"--callers"}, key: redrive.KeyExecution,
			want: `{"request":{"method":"POST","path":"/orders","query":"token=sesame","headers":{"authorization":"Bearer sesame",` +
				`"x-request-id":"first"},"body":"{\"card\":\"sesame\"}"}}`},
		"a caller by its id": {failed: []sqs.Message{failure(1, "first", `{"request":{"method":"GET","path":"/"}}`)},
			args: []string{"--id", id(1)[:8]}, key: redrive.KeyExecution,
			want: `{"request":{"method":"GET","path":"/","headers":{"x-request-id":"first"}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			a := shopWith(t, redriveSpec, test.dead, test.failed)
			code, r, stderr := redriven(t, "shop", append([]string{"--send", "--yes"}, test.args...)...)
			if code != 0 || len(r.Messages) != 1 {
				t.Fatalf("exit %d: %s", code, stderr)
			}
			if diff := cmp.Diff([]string{test.want}, a.inputs()); diff != "" {
				t.Errorf("started (-want +got):\n%s", diff)
			}
			if m := r.Messages[0]; m.Result != redrive.Started || m.Key != test.key || a.sent()[m.Execution] == "" {
				t.Errorf("%+v", m)
			}
			if left := len(a.queues.Left(deadURL)) + len(a.queues.Left(failedURL)); left > 0 {
				t.Errorf("%d messages are left", left)
			}
		})
	}
}

// with is a message with another body and further attributes.
func with(m sqs.Message, body string, attributes map[string]string) sqs.Message {
	m.Body = body
	for name, value := range attributes {
		m.Attributes[name] = value
	}
	return m
}

// Without a key of its own the stack sends none: nothing is put into the input.
func TestRedriveWithoutIdempotencyHeader(t *testing.T) {
	spec := strings.Replace(redriveSpec, ", idempotency: {header: x-request-id}", "", 1)
	a := shopWith(t, spec, nil, []sqs.Message{failure(1, "first", `{"trigger":"placed","request":{"method":"POST","path":"/a"}}`)})
	code, stdout, stderr := run("redrive", "shop", "--send", "--yes")
	want := []string{`{"trigger":"placed","request":{"method":"POST","path":"/a"}}`}
	if diff := cmp.Diff(want, a.inputs()); code != 0 || diff != "" {
		t.Errorf("exit %d, %s%s (-want +got):\n%s", code, stdout, stderr, diff)
	}
}

// What one run has started and not deleted, the next one does not start again: neither from
// the same message, nor from another one about the same thing.
func TestRedriveStartsNothingTwice(t *testing.T) {
	again := failure(2, "first", nightlyInput)
	a := shopWith(t, redriveSpec, nil, []sqs.Message{failure(1, "first", nightlyInput), again})
	deny := true
	a.queues.Before = func(action string) (string, string) {
		if deny && action == "DeleteMessageBatch" {
			return "AccessDeniedException", "User: ada is not authorized to perform: sqs:deletemessage on resource: arn:aws:sqs:x because no " +
				"identity-based policy allows the sqs:deletemessage action"
		}
		return "", ""
	}
	code, r, stderr := redriven(t, "shop", "--send", "--yes")
	if code != 2 || !strings.Contains(stderr, "AWS denies sqs:deletemessage") || !strings.Contains(stderr, "started, but not deleted") ||
		len(a.inputs()) != 1 || len(r.Messages) != 2 || r.Messages[0].Result != redrive.Undelete {
		t.Errorf("exit %d, started %q, %s", code, a.inputs(), stderr)
	}
	deny = false
	code, r, stderr = redriven(t, "shop", "--send", "--yes")
	if code != 0 || len(a.inputs()) != 1 || len(a.queues.Left(failedURL)) > 0 {
		t.Errorf("exit %d, started %q, %s, %+v", code, a.inputs(), stderr, r.Messages)
	}
}

// Callers, what cannot be sent and what is foreign stay where they are.
func TestRedriveLeavesWhatIsNotToBeSent(t *testing.T) {
	a := shopWith(t, redriveSpec, []sqs.Message{
		{ID: id(1), Body: "hello"}, undelivered(2, placedARN+"-gone", "e-2", `{}`), undelivered(3, placedARN, "e-3", `{}`),
		with(missed(6, ""), strings.Replace(nightlyInput, "2026-12-01T02:15:00Z", "<aws.scheduler.scheduled-time>", 1), nil),
		with(missed(7, "2026-12-01T02:15:00Z"), `{"StateMachineArn":"x","Input":"{}"}`, map[string]string{"SCHEDULE_ARN": nightlyARN + "-gone"}),
	}, []sqs.Message{
		failure(4, "first", callersInput),
		with(failure(5, "x", "{}"), strings.Replace(failure(5, "x", "{}").Body, ":shop\"", ":other\"", 1), nil),
		failure(8, "big", `{"trigger":"placed","request":{"method":"PUT","path":"/","body":"`+strings.Repeat("a", 262144)+`"}}`),
	})
	code, r, stderr := redriven(t, "shop", "--send", "--yes")
	if code != 1 || len(a.inputs()) != 1 {
		t.Errorf("exit %d, started %q, %s", code, a.inputs(), stderr)
	}
	problems := map[string]string{}
	for _, m := range r.Messages {
		problems[m.Message[:8]] = string(m.Result) + m.Problem
	}
	want := map[string]string{"00000003": "started", "00000004": "",
		"00000001": "it is no message that AWS sends to this queue: it has neither the attribute SCHEDULE_ARN nor RULE_ARN",
		"00000002": "the stack has no event rule shop-placed-gone (any more), which would make the request of the event",
		"00000005": "it is no message that AWS sends to this queue: it is about an execution of another state machine, " +
			"arn:aws:states:eu-central-1:123456789012:stateMachine:other",
		"00000006": "it does not say for which time the run is: it has no attribute SCHEDULED_TIME",
		"00000007": "its body is not the input of an execution, and the stack has no schedule shop-nightly-gone (any more)",
		"00000008": "its input has 262245 bytes, and an execution takes 262144: send the request to the API yourself"}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	for _, words := range []string{"1 request of callers, who were told of the failure: left; --callers sends them, too",
		"about 4 messages left in shop-dead-letters", "about 3 messages left in shop-failed-executions"} {
		if !strings.Contains(stderr, words) {
			t.Errorf("%q is not said:\n%s", words, stderr)
		}
	}
}

// Deleting takes all but what is foreign, which has to be named.
func TestRedriveDeletes(t *testing.T) {
	a := shopWith(t, redriveSpec, []sqs.Message{{ID: id(1), Body: "hello"}, undelivered(2, placedARN, "e", `{}`)},
		[]sqs.Message{failure(3, "first", callersInput)})
	code, _, stderr := run("redrive", "shop", "--delete", "--yes")
	if diff := cmp.Diff(map[string]bool{id(1): true}, a.queues.Left(deadURL)); code != 0 || diff != "" || len(a.queues.Left(failedURL)) > 0 {
		t.Errorf("exit %d, %s: %s", code, stderr, diff)
	}
	code, _, stderr = run("redrive", "shop", "--delete", "--yes", "--id", id(1))
	if code != 0 || len(a.queues.Left(deadURL)) > 0 || len(a.inputs()) > 0 {
		t.Errorf("exit %d, %s", code, stderr)
	}
}

// AWS leaves an input out that is over 248 KiB; Step Functions has it.
func TestRedriveAsksForWhatIsLeftOut(t *testing.T) {
	input := `{"trigger":"placed","request":{"method":"PUT","path":"/a","headers":{"x-request-id":"k"},"body":"` +
		strings.Repeat("a", 250_000) + `"}}`
	message := failure(1, "first", "")
	a := shopWith(t, redriveSpec, nil, []sqs.Message{message, failure(2, "gone", "")})
	a.states.Add(states.Execution{ARN: "arn:aws:states:eu-central-1:123456789012:execution:shop:first", StateMachine: "other", Name: "first",
		Status: "FAILED", Input: input, Error: "Transient", Cause: "x"})
	code, r, stderr := redriven(t, "shop", "--send", "--yes")
	if code != 1 || len(r.Messages) != 2 || a.sent()[r.Messages[1].Execution] != input ||
		r.Messages[0].Problem != "AWS left its input out of the message, and Step Functions does not know the execution any more" {
		t.Errorf("exit %d, %s, %+v", code, stderr, *r.Messages[0])
	}
}

// Thousands: each once, page by page, the oldest first.
func TestRedriveManyMessages(t *testing.T) {
	var many []sqs.Message
	for n := range 1234 {
		many = append(many, undelivered(n, placedARN, fmt.Sprint("e-", n), `{}`))
	}
	a := shopWith(t, redriveSpec, many, nil)
	code, r, stderr := redriven(t, "shop", "--send", "--yes", "--limit", "1000")
	if code != 0 || len(a.inputs()) != 1000 || len(a.queues.Left(deadURL)) != 234 || r.Queues[0].Left != 234 {
		t.Fatalf("exit %d, %d started, %+v, %s", code, len(a.inputs()), r.Queues, stderr[max(0, len(stderr)-300):])
	}
	if !slices.IsSortedFunc(r.Messages, func(x, y *redrive.Item) int { return x.Sent.Compare(y.Sent) }) {
		t.Error("not the oldest first")
	}
	if code, _, stderr := redriven(t, "shop", "--send", "--yes", "--limit", "1000"); code != 0 || len(a.inputs()) != 1234 {
		t.Errorf("exit %d, %d started, %s", code, len(a.inputs()), stderr)
	}
}

// Names do not hold an express workflow back, which is said before.
func TestRedriveOfAnExpressWorkflow(t *testing.T) {
	spec := strings.NewReplacer("type: standard", "type: express", "  onFailure: {queue: true}\n", "").Replace(redriveSpec)
	a := shopWith(t, spec, []sqs.Message{undelivered(1, placedARN, "e", `{}`)}, nil)
	code, stdout, stderr := run("redrive", "shop", "--send", "--yes")
	if code != 0 || len(a.inputs()) != 1 || len(a.queues.Left(deadURL)) > 0 {
		t.Errorf("exit %d, %s%s", code, stdout, stderr)
	}
}

// Errors say what there is to do; nothing stays held, nothing is started.
func TestRedriveErrors(t *testing.T) {
	none := strings.Split(redriveSpec, "triggers:")[0]
	denied := func(action, of string) func(string) (string, string) {
		return func(called string) (string, string) {
			if called != action {
				return "", ""
			}
			return "AccessDeniedException", "User: " + fakeaws.Caller + " is not authorized to perform: " + of + " on resource: " +
				"arn:aws:sqs:eu-central-1:123456789012:shop-dead-letters because no identity-based policy allows the " + of + " action"
		}
	}
	tests := []struct {
		name string
		spec string
		sqs  func(string) (string, string)
		sfn  func(string) (string, string)
		args []string
		want string
	}{
		{"no queue", none, nil, nil, nil, "the stack shop has no queue. Of dead letters: triggers.schedules or triggers.events give it " +
			"one, for what they could not start. Of failed executions: triggers.onFailure: {queue: true} gives it one, with " +
			"workflow.type: standard"},
		{"no dead letters", none, nil, nil, []string{"--queue", "dead-letters"},
			"has no dead-letter queue: triggers.schedules or triggers.events"},
		{"no failures", none, nil, nil, []string{"--queue", "failed-executions"}, "has no queue of failed executions: triggers.onFailure"},
		{"no such id", "", nil, nil, []string{"--id", "ffffffff"}, "no message ffffffff in the queue"},
		{"two of an id", "", nil, nil, []string{"--id", "00000001"}, "00000001 is the beginning of 2 messages"},
		{"not to read", "", denied("ReceiveMessage", "sqs:receivemessage"), nil, nil, "AWS denies sqs:receivemessage on arn:aws:sqs"},
		{"not to count", "", func(action string) (string, string) {
			return map[string]string{"GetQueueAttributes": "AccessDenied"}[action], "Access to the resource is denied."
		}, nil, nil, "AWS denies sqs:GetQueueAttributes"},
		{"not to delete", "", func(action string) (string, string) {
			return map[string]string{"DeleteMessageBatch": "AccessDenied"}[action], "Access to the resource is denied."
		}, nil, []string{"--delete", "--yes"}, "AWS denies sqs:DeleteMessage"},
		{"not to start", "", nil, denied("StartExecution", "states:StartExecution"), []string{"--send", "--yes"},
			"AWS denies states:StartExecution"},
		{"a queue that is gone", "", func(string) (string, string) { return "QueueDoesNotExist", "It does not exist." }, nil, nil,
			"the queue shop-dead-letters of the stack does not exist in eu-central-1 of account 123456789012: deploy the stack with --revert-drift"},
		{"nobody to ask", "", nil, nil, []string{"--send"}, "use --yes"},
		{"nothing to send", "", nil, nil, []string{"--callers"}, "--callers and --pause say how to send: add --send"},
		{"no such queue", "", nil, nil, []string{"--queue", "dead"}, "must be dead-letters or failed-executions"},
		{"no such limit", "", nil, nil, []string{"--limit", "0"}, "--limit: must be between 1 and 10000, got 0"},
		{"no id", "", nil, nil, []string{"--id", "abc"}, "must be the id of a message"},
		{"no pause", "", nil, nil, []string{"--send", "--yes", "--pause", "-1s"}, "--pause: must be between 0s and 1h"},
		{"both", "", nil, nil, []string{"--send", "--delete", "--yes"}, "--delete and --send cannot be used together"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			spec := test.spec
			if spec == "" {
				spec = redriveSpec
			}
			twin := undelivered(1, placedARN, "e-2", `{}`)
			twin.ID = strings.Replace(twin.ID, "4000", "4001", 1)
			a := shopWith(t, spec, []sqs.Message{undelivered(1, placedARN, "e-1", `{}`), twin}, nil)
			a.queues.Before, a.states.Before = test.sqs, test.sfn
			code, stdout, stderr := run(append([]string{"redrive", "shop"}, test.args...)...)
			if code != 2 || !strings.Contains(strings.Join(strings.Fields(stderr), " "), test.want) {
				t.Errorf("exit %d, stdout %q, stderr %q, want 2 and %q", code, stdout, stderr, test.want)
			}
			a.unchanged(t)
		})
	}
}

// One that Step Functions does not take keeps no other from being sent.
func TestRedriveRefused(t *testing.T) {
	a := shopWith(t, redriveSpec, []sqs.Message{undelivered(1, placedARN, "e-1", `{}`), undelivered(2, placedARN, "e-2", `{}`)}, nil)
	n := 0
	a.states.Before = func(string) (string, string) {
		if n++; n == 1 {
			return "InvalidExecutionInput", "Invalid State Machine Execution Input"
		}
		return "", ""
	}
	code, r, stderr := redriven(t, "shop", "--send", "--yes")
	if code != 1 || r.Messages[0].Result != redrive.Refused || r.Messages[1].Result != redrive.Started ||
		!strings.Contains(stderr, "InvalidExecutionInput") || len(a.queues.Left(deadURL)) != 1 {
		t.Errorf("exit %d, %+v, %s", code, r.Messages, stderr)
	}
}

// A call that SQS cannot serve is made again.
func TestRedriveTriesAgain(t *testing.T) {
	a := shopWith(t, redriveSpec, []sqs.Message{undelivered(1, placedARN, "e-1", `{}`)}, nil)
	n := 0
	a.queues.Before = func(string) (string, string) {
		if n++; n == 2 {
			return "RequestThrottled", "slow down"
		}
		return "", ""
	}
	if code, stdout, stderr := run("redrive", "shop"); code != 0 || !strings.Contains(stdout, "/pick-lists") {
		t.Errorf("exit %d, %s%s", code, stdout, stderr)
	}
}

// Who has the permissions that the help and docs/deploy.md name may do all that is done.
func TestRedriveNamesItsPermissions(t *testing.T) {
	a := shopWith(t, redriveSpec, []sqs.Message{undelivered(1, placedARN, "e-1", `{}`)}, []sqs.Message{failure(2, "first", "")})
	if code, _, stderr := run("redrive", "shop", "--send", "--yes"); code != 1 { // one cannot be sent
		t.Fatal(stderr)
	}
	page, err := os.ReadFile(filepath.Join(repositoryRoot, "docs", "deploy.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, row, _ := strings.Cut(string(page), "| `sfngen redrive` | ")
	row, _, _ = strings.Cut(row, "\n")
	help := redriveCommand().Long
	calls := append(a.queues.Calls(), a.states.Calls()...)
	if len(calls) < 8 {
		t.Fatalf("only %q", calls)
	}
	for _, call := range calls {
		action := strings.TrimSuffix(call, "Batch")
		if !strings.Contains(row, ":"+action+"`") || !strings.Contains(help, action) {
			t.Errorf("%s is called, and not named: %s", action, row)
		}
	}
}

// Somebody stopped it: that is said before it is started again. A denied look at an execution
// keeps no other message from being seen.
func TestRedriveOfAbortedAndUnknown(t *testing.T) {
	stopped := failure(1, "first", nightlyInput)
	stopped.Body = strings.Replace(stopped.Body, `"FAILED"`, `"ABORTED"`, 1)
	a := shopWith(t, redriveSpec, nil, []sqs.Message{stopped, failure(2, "second", "")})
	a.states.Before = func(action string) (string, string) {
		return map[string]string{"DescribeExecution": "AccessDeniedException"}[action], "no"
	}
	code, stdout, stderr := run("redrive", "shop")
	if code != 0 || !strings.Contains(stdout, "ABORTED") || !strings.Contains(stderr, "AWS denies states:DescribeExecution") {
		t.Errorf("exit %d, %s%s", code, stdout, stderr)
	}
	a.unchanged(t)
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

// A key of one's own, which the caller may not use.
func TestRedriveOfAnEncryptedQueue(t *testing.T) {
	a := shopWith(t, redriveSpec, nil, nil)
	a.queues.Before = func(action string) (string, string) {
		return map[string]string{"ReceiveMessage": "KmsAccessDenied"}[action], "The ciphertext refers to a key that you may not use."
	}
	code, _, stderr := run("redrive", "shop")
	if code != 2 || !strings.Contains(strings.Join(strings.Fields(stderr), " "), "you need kms:Decrypt") {
		t.Errorf("exit %d, %s", code, stderr)
	}
}
