package cfn_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/runtime/contract"
)

// input reads an execution input as an egress would.
func input(t *testing.T, text string) contract.Request {
	t.Helper()
	return whole(t, text).Request
}

func whole(t *testing.T, text string) contract.ExecutionInput {
	t.Helper()
	var in contract.ExecutionInput
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return in
}

func TestSchedule(t *testing.T) {
	all := resources(t, story+`tags: {team: orders}
triggers:
  schedules:
    - name: nightly-2
      expression: cron(0 3 * * ? *)
      timezone: Europe/Berlin
      request:
        {method: POST, path: /import, query: 'a=${AWS::Region', headers: {X-A: "<aws.scheduler.scheduled-time>"}, body: {full: true}}
`)
	got := props(t, all, "ScheduleNightlyX2")
	text := got["Target"].(object)["Input"].(string)
	delete(got["Target"].(object), "Input")
	diff(t, "schedule", object{
		"Name": "acme-nightly-2", "GroupName": "!Ref SchedulesGroup",
		"ScheduleExpression": "cron(0 3 * * ? *)", "ScheduleExpressionTimezone": "Europe/Berlin",
		"FlexibleTimeWindow": object{"Mode": "OFF"},
		"Target": object{
			"Arn": "!Ref StateMachine", "RoleArn": "!GetAtt SchedulerRole.Arn",
			"RetryPolicy":      object{"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 185},
			"DeadLetterConfig": object{"Arn": "!GetAtt DeadLetters.Arn"},
		},
	}, got)
	diff(t, "request", contract.Request{
		Method: "POST", Path: "/import", Query: "a=${AWS::Region",
		Headers: map[string]string{"x-a": "<aws.scheduler.scheduled-time>"}, Body: json.RawMessage(`{"full":true}`),
	}, input(t, text))
	diff(t, "group", "acme", props(t, all, "SchedulesGroup")["Name"])
}

func TestRule(t *testing.T) {
	tests := map[string]struct {
		retry    string
		request  string
		property string // of the target that holds the input
		want     any
	}{
		"constant": {story, `{method: POST, path: /orders, body: "a <b> ${c"}`, "Input",
			`{"trigger":"order-placed","request":{"method":"POST","path":"/orders","body":"a <b> ${c"}}`},
		"no body": {story, `{method: GET, path: /orders}`, "Input",
			`{"trigger":"order-placed","request":{"method":"GET","path":"/orders"}}`},
		"from the event": {story, `{method: POST, path: /orders, headers: {body: '"b"'}, bodyFrom: "$.detail.items[0]"}`, "InputTransformer",
			object{
				"InputPathsMap": object{"body": "$.detail.items[0]"},
				"InputTemplate": `{"trigger":"order-placed","request":{"method":"POST","path":"/orders","headers":{"body":"\"b\""},"body":<body>}}`,
			}},
		"with a key": {keyed, `{method: POST, path: /orders, headers: {accept: text/csv}, body: {a: 1}}`, "InputTransformer", object{
			"InputPathsMap": object{"id": "$.id"},
			"InputTemplate": `{"trigger":"order-placed","request":{"method":"POST","path":"/orders",` +
				`"headers":{"accept":"text/csv","idempotency-key":"<id>"},"body":{"a":1}}}`,
		}},
		"with a key and from the event": {keyed, `{method: POST, path: /orders, bodyFrom: $.detail}`, "InputTransformer", object{
			"InputPathsMap": object{"body": "$.detail", "id": "$.id"},
			"InputTemplate": `{"trigger":"order-placed","request":{"method":"POST","path":"/orders",` +
				`"headers":{"idempotency-key":"<id>"},"body":<body>}}`,
		}},
		"with a value of the event": {story, `{method: PUT, path: "/orders/{$.detail.id}", body: {a: 1}}`, "InputTransformer", object{
			"InputTemplate": `{"trigger":"order-placed","template":{"method":"PUT","path":"/orders/{$.detail.id}","body":{"a":1}},` +
				`"event":<aws.events.event.json>}`,
		}},
		"with a value, a key and a body of the event": {keyed, `{method: PUT, path: /, query: "id={$.id}", bodyFrom: $.detail}`,
			"InputTransformer", object{
				"InputTemplate": `{"trigger":"order-placed","template":{"method":"PUT","path":"/","query":"id={$.id}",` +
					`"headers":{"idempotency-key":"{$.id}"},"bodyFrom":"$.detail"},"event":<aws.events.event.json>}`,
			}},
		"with a key of the event": {keyed, `{method: PUT, path: /, headers: {Idempotency-Key: "{$.detail.key}"}}`, "InputTransformer", object{
			"InputTemplate": `{"trigger":"order-placed","template":{"method":"PUT","path":"/",` +
				`"headers":{"idempotency-key":"{$.detail.key}"}},"event":<aws.events.event.json>}`,
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			all := resources(t, test.retry+"triggers:\n  events: [{name: order-placed, pattern: {source: [shop], detail: {n: [{numeric: ['>', "+
				"1.5]}]}}, request: "+test.request+"}]\n")
			diff(t, "rule", object{"Type": "AWS::Events::Rule", "DependsOn": []any{"DeadLettersPolicy"}, "Properties": object{
				"Name": "acme-order-placed", "State": "ENABLED", "Tags": specTags,
				"EventPattern": object{"source": []any{"shop"}, "detail": object{"n": []any{object{"numeric": []any{">", 1.5}}}}},
				"Targets": []any{object{
					"Id": "workflow", "Arn": "!Ref StateMachine", "RoleArn": "!GetAtt EventsRole.Arn",
					"RetryPolicy":      object{"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185},
					"DeadLetterConfig": object{"Arn": "!GetAtt DeadLetters.Arn"},
					test.property:      test.want,
				}},
			}}, all["EventOrderPlaced"].(object))
		})
	}
}

// TestEventBus: a rule is on its bus, and the policies name the rules of each bus.
func TestEventBus(t *testing.T) {
	const arn = "arn:aws:events:eu-central-1:123456789012:event-bus/"
	on := func(bus string) string {
		return story + "triggers:\n  events:\n    - {name: aa, pattern: {source: [x]}, request: {method: GET, path: /}}\n" +
			"    - {name: bb, bus: '" + bus + "', pattern: {source: [x]}, request: {method: GET, path: /}}\n"
	}
	const own = "!Sub arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/"
	for bus, want := range map[string]struct {
		id   string
		name any
		arns any
	}{
		"default":       {"EventBb", nil, own + "acme-*"},
		"orders":        {"BusEventBbX1c168adb", "orders", []any{own + "acme-*", own + "orders/acme-*"}},
		"aws.partner/a": {"BusEventBbX46f8f186", "aws.partner/a", []any{own + "acme-*", own + "aws.partner/a/acme-*"}},
		arn + "orders":  {"BusEventBbX7ca97a2b", arn + "orders", []any{own + "acme-*", own + "orders/acme-*"}},
		arn + "default": {"BusEventBbX7285a82d", arn + "default", own + "acme-*"},
	} {
		all := resources(t, on(bus))
		if _, ok := all[want.id]; !ok {
			t.Errorf("%s: no %s, there are %v", bus, want.id, slices.Sorted(maps.Keys(all)))
			continue
		}
		diff(t, bus+": name of the bus", want.name, props(t, all, want.id)["EventBusName"])
		diff(t, bus+": name of the rule", any("acme-bb"), props(t, all, want.id)["Name"])
		policy := props(t, all, "DeadLettersPolicy")["PolicyDocument"].(object)["Statement"].([]any)[1].(object)
		diff(t, bus+": queue", want.arns, policy["Condition"].(object)["ArnLike"].(object)["aws:SourceArn"])
		trust := props(t, all, "EventsRole")["AssumeRolePolicyDocument"].(object)["Statement"].([]any)[0].(object)
		diff(t, bus+": role", want.arns, trust["Condition"].(object)["ArnLike"].(object)["aws:SourceArn"])
	}
}

// EventBridge puts the JSON value of the path in the variable's place.
func TestInputTemplateBecomesARequestWithAnyEvent(t *testing.T) {
	all := resources(t, story+"triggers:\n"+events)
	template := props(t, all, "EventOrderPlaced")["Targets"].([]any)[0].(object)["InputTransformer"].(object)["InputTemplate"].(string)
	for _, body := range []string{`{"id":7}`, `[1,2]`, `"text"`, `7`, `null`} {
		got := input(t, strings.ReplaceAll(template, "<body>", body))
		diff(t, body, contract.Request{Method: "POST", Path: "/orders", Body: json.RawMessage(body)}, got)
	}
}

// All runs for one time of a schedule send the same key.
func TestKeyOfASchedule(t *testing.T) {
	const own = `{Idempotency-Key: "k-<aws.scheduler.scheduled-time>"}`
	const asText = "retry: {maxAttempts: 3, idempotency: {header: Idempotency-Key, keyFormat: text}}\n"
	tests := map[string]struct{ retry, headers, occurrence, key string }{
		"a UUID, which the egress makes": {keyed, "{}", "acme/nightly/<aws.scheduler.scheduled-time>", ""},
		"a UUID beside another header":   {keyed, "{accept: text/csv}", "acme/nightly/<aws.scheduler.scheduled-time>", ""},
		"text":                           {asText, "{}", "", "acme-nightly-<aws.scheduler.scheduled-time>"},
		"text beside another header":     {asText, "{accept: text/csv}", "", "acme-nightly-<aws.scheduler.scheduled-time>"},
		"the spec's own":                 {keyed, own, "", "k-<aws.scheduler.scheduled-time>"},
		"the spec's own, text":           {asText, own, "", "k-<aws.scheduler.scheduled-time>"},
		"none":                           {story, "{}", "", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			all := resources(t, test.retry+"triggers:\n  schedules: [{name: nightly, expression: rate(1 day), request: {method: POST, path: /, "+
				"headers: "+test.headers+"}}]\n")
			got := whole(t, props(t, all, "ScheduleNightly")["Target"].(object)["Input"].(string))
			diff(t, "occurrence", test.occurrence, got.Occurrence)
			diff(t, "key", test.key, got.Request.Headers["idempotency-key"])
		})
	}
}

func TestDeadLetters(t *testing.T) {
	all := resources(t, story+"triggers:\n"+schedules+events)
	diff(t, "queue", object{
		"Type": "AWS::SQS::Queue", "DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete",
		"Properties": object{"QueueName": "acme-dead-letters", "MessageRetentionPeriod": 1209600, "MaximumMessageSize": 1048576,
			"SqsManagedSseEnabled": true, "Tags": specTags},
	}, all["DeadLetters"].(object))
	china := props(t, resources(t, story+"partition: aws-cn\ntriggers:\n"+schedules), "DeadLetters")
	diff(t, "size of a message in China, which SQS has by default", any(nil), china["MaximumMessageSize"])
	tls := object{
		"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "!GetAtt DeadLetters.Arn",
		"Condition": object{"Bool": object{"aws:SecureTransport": "false"}},
	}
	rules := object{
		"Effect": "Allow", "Principal": object{"Service": "events.amazonaws.com"},
		"Action": "sqs:SendMessage", "Resource": "!GetAtt DeadLetters.Arn",
		"Condition": object{"ArnLike": object{
			"aws:SourceArn": "!Sub arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/acme-*"}},
	}
	policy := func(statements ...any) object {
		return object{"Queues": []any{"!Ref DeadLetters"}, "PolicyDocument": object{"Version": "2012-10-17", "Statement": statements}}
	}
	diff(t, "policy", policy(tls, rules), props(t, all, "DeadLettersPolicy"))
	diff(t, "policy, schedules alone: their role may send", policy(tls),
		props(t, resources(t, story+"triggers:\n"+schedules), "DeadLettersPolicy"))
}

func TestNothingForTriggersThatAreNotThere(t *testing.T) {
	for name, test := range map[string]struct {
		fields string
		absent []string
	}{
		"no triggers":  {story, []string{"DeadLetters", "DeadLettersPolicy", "SchedulesGroup", "SchedulerRole", "EventsRole"}},
		"no events":    {story + "triggers:\n" + schedules, []string{"EventsRole"}},
		"no schedules": {story + "triggers:\n" + events, []string{"SchedulesGroup", "SchedulerRole"}},
	} {
		t.Run(name, func(t *testing.T) {
			all := resources(t, test.fields)
			for _, id := range test.absent {
				if _, ok := all[id]; ok {
					t.Errorf("%s is there", id)
				}
			}
		})
	}
}
