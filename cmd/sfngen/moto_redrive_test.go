//go:build moto

package main

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

const redriveMotoSpec = `version: 1
name: orders
upstream: {url: 'https://api.example/v1', methods: [PUT, POST]}
retry: {maxAttempts: 2, idempotency: {header: x-request-id}}
egress: {count: 1}
workflow: {type: standard}
triggers:
  onFailure: {queue: true}
  schedules:
    - {name: nightly, expression: rate(1 hour), request: {method: POST, path: /import}}
  events:
    - {name: changed, pattern: {source: [shop]}, request: {method: PUT, path: "/orders/{$.detail.id}", bodyFrom: $.detail}}
`

// The queues of a deployed stack, as moto has SQS and Step Functions.
func TestMotoRedrive(t *testing.T) {
	c := account(t, redriveMotoSpec)
	succeed(t, "deploy", "orders", "--create-bucket", "--yes")
	_, said := succeed(t, "redrive", "orders")
	if !strings.Contains(said, "orders-dead-letters is empty") || !strings.Contains(said, "orders-failed-executions is empty") {
		t.Errorf("of empty queues it says\n%s", said)
	}
	machine := machineOf(t, c)
	put(t, "orders-dead-letters", `{"StateMachineArn":"`+machine+`","Input":"{\"trigger\":\"nightly\",\"occurrence\":\"o\",`+
		`\"request\":{\"method\":\"POST\",\"path\":\"/import\"}}"}`, map[string]string{"SCHEDULED_TIME": "2026-12-01T02:00:00Z",
		"SCHEDULE_ARN": "arn:aws:scheduler:eu-central-1:123456789012:schedule/orders/orders-nightly", "ERROR_CODE": "ThrottlingException"})
	put(t, "orders-dead-letters", `{"id":"e-1","source":"shop","detail":{"id":7}}`, map[string]string{
		"RULE_ARN": "arn:aws:events:eu-central-1:123456789012:rule/orders-changed", "ERROR_CODE": "NO_PERMISSIONS"})
	put(t, "orders-dead-letters", "hello", nil)
	execution := strings.Replace(machine, ":stateMachine:", ":execution:", 1) + ":first"
	put(t, "orders-failed-executions", `{"source":"aws.states","detail-type":"Step Functions Execution Status Change",`+
		`"detail":{"executionArn":"`+execution+`","stateMachineArn":"`+machine+`","name":"first","status":"TIMED_OUT",`+
		`"input":"{\"trigger\":\"changed\",\"request\":{\"method\":\"PUT\",\"path\":\"/a\"}}"}}`, nil)

	shown, _ := succeed(t, "redrive", "orders")
	for _, words := range []string{"POST /import", "PUT /orders/7", "ThrottlingException", "TIMED_OUT", "nightly for 2026-12-01 02:00 UTC"} {
		if !strings.Contains(shown, words) {
			t.Errorf("the list lacks %q:\n%s", words, shown)
		}
	}
	code, _, story := run("redrive", "orders", "--send", "--yes") // 1: one message is none that can be sent
	if code != 1 || !strings.Contains(story, "3 messages started, and deleted") ||
		!strings.Contains(story, "about 1 message left in orders-dead-letters") {
		t.Errorf("sending: exit %d\n%s", code, story)
	}
	if n := len(executionsOf(t, c, machine)); n != 3 {
		t.Errorf("%d executions", n)
	}
	_, r, _ := redriven(t, "orders")
	if len(r.Messages) != 1 || !r.Messages[0].Foreign {
		t.Fatalf("left is %+v", r.Messages)
	}
	succeed(t, "redrive", "orders", "--delete", "--yes", "--id", r.Messages[0].Message)
	_, said = succeed(t, "redrive", "orders")
	if !strings.Contains(said, "orders-dead-letters is empty") {
		t.Errorf("at the end it says\n%s", said)
	}
	succeed(t, "destroy", "orders", "--yes")
}

func machineOf(t *testing.T, c *cloud.Cloud) string {
	t.Helper()
	out, err := c.StepFunctions().ListStateMachines(t.Context(), &sfn.ListStateMachinesInput{})
	if err != nil || len(out.StateMachines) != 1 {
		t.Fatal(out, err)
	}
	return aws.ToString(out.StateMachines[0].StateMachineArn)
}

func executionsOf(t *testing.T, c *cloud.Cloud, machine string) []string {
	t.Helper()
	out, err := c.StepFunctions().ListExecutions(t.Context(), &sfn.ListExecutionsInput{StateMachineArn: &machine})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, x := range out.Executions {
		names = append(names, aws.ToString(x.Name))
	}
	return names
}

// put sends a message with these attributes to a queue.
func put(t *testing.T, queue, body string, attributes map[string]string) {
	t.Helper()
	var found struct {
		URL string `json:"QueueUrl"`
	}
	ask(t, "sqs", "AmazonSQS.GetQueueUrl", map[string]string{"QueueName": queue}, &found)
	own := map[string]map[string]string{}
	for name, value := range attributes {
		own[name] = map[string]string{"DataType": "String", "StringValue": value}
	}
	ask(t, "sqs", "AmazonSQS.SendMessage", map[string]any{"QueueUrl": found.URL, "MessageBody": body, "MessageAttributes": own}, &struct{}{})
}
