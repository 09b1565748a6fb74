package cfn_test

import (
	"fmt"
	"strings"
	"testing"
)

// manySchedules are n of them, each with a body of size bytes.
func manySchedules(n, size int) string {
	var b strings.Builder
	b.WriteString("triggers:\n  schedules:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - {name: s%d, expression: rate(1 hour), request: {method: PUT, path: /, body: %s}}\n", i, strings.Repeat("x", size))
	}
	return b.String()
}

func event(request string) string {
	return "triggers: {events: [{name: e1, pattern: {source: [shop]}, request: " + request + "}]}\n"
}

func pattern(size int) string {
	return "triggers: {events: [{name: e1, pattern: {source: [" + strings.Repeat("s", size) + "]}, request: {method: GET, path: /}}]}\n"
}

// headers are n of the longest header names for requested waits; each attempt
// repeats them.
func headers(attempts, n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("x-%0254d", i)
	}
	return fmt.Sprintf("retry: {maxAttempts: %d, rateLimit: {headers: [%s]}}\nworkflow: {type: standard}\n", attempts,
		strings.Join(names, ", "))
}

const (
	keyedEvent    = `{"trigger":"e1","request":{"method":"PUT","path":"/","headers":{"idempotency-key":"<id>"},"body":""}}`
	keyedSchedule = `"trigger":"s0","occurrence":"acme/s0/<aws.scheduler.scheduled-time>",{"method":"PUT","path":"/","body":""}`
)

// Each limit is reached by a spec that passes every other rule, and the spec one
// step below it is let through.
func TestLimits(t *testing.T) {
	tests := map[string]struct {
		fields string
		want   string // the end of the only error; "" for none
	}{
		"500 resources":              {story + manySchedules(500-21, 1), ""},
		"501 resources":              {story + manySchedules(500-20, 1), "too-many-resources"},
		"400 schedules, 50 egresses": {"retry: {maxAttempts: 50}\n" + standard + manySchedules(400, 1), "too-many-resources"},
		"definition under 1 MiB":     {headers(50, 40), ""},
		"definition over 1 MiB":      {headers(50, 52), "definition-too-large"},
		"both":                       {headers(50, 80), "definition-too-large template-too-large"},
		"template under 1 MiB":       {story + manySchedules(400, 1900), ""},
		"template over 1 MiB":        {story + manySchedules(400, 2200), "template-too-large"},
		"schedule of 192 KiB":        {story + manySchedules(1, 196_608-len(`"trigger":"s0",{"method":"PUT","path":"/","body":""}`)), ""},
		"schedule over 192 KiB": {story + manySchedules(1, 196_609-len(`"trigger":"s0",{"method":"PUT","path":"/","body":""}`)),
			"schedule-input-too-large"},
		"event input of 8192": {story + event("{method: PUT, path: /, body: "+strings.Repeat("x",
			8192-len(`{"trigger":"e1","request":{"method":"PUT","path":"/","body":""}}`))+"}"), ""},
		"event input of 8193": {story + event("{method: PUT, path: /, body: "+strings.Repeat("x",
			8193-len(`{"trigger":"e1","request":{"method":"PUT","path":"/","body":""}}`))+"}"), "event-input-too-large"},
		"event pattern of 4096":            {story + pattern(4096-len(`{"source":[""]}`)), ""},
		"event pattern of 4097":            {story + pattern(4097-len(`{"source":[""]}`)), "event-pattern-too-large"},
		"angle brackets, constant":         {story + event(`{method: PUT, path: /, headers: {a: "<b>"}}`), ""},
		"event input of 8192 with its key": {keyed + event("{method: PUT, path: /, body: "+strings.Repeat("x", 8192-len(keyedEvent))+"}"), ""},
		"event input of 8193 with its key": {keyed + event("{method: PUT, path: /, body: "+strings.Repeat("x", 8193-len(keyedEvent))+"}"),
			"event-input-too-large"},
		"schedule of 192 KiB with its key":   {keyed + manySchedules(1, 196_608-len(keyedSchedule)), ""},
		"schedule over 192 KiB with its key": {keyed + manySchedules(1, 196_609-len(keyedSchedule)), "schedule-input-too-large"},
		"angle brackets, from the event": {story + event(`{method: PUT, path: /, headers: {a: "<b>"}, bodyFrom: $.detail}`),
			"event-angle-brackets"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var errors []string
			for _, f := range build(t, test.fields).findings() {
				if f.Severity == "error" {
					errors = append(errors, f.Rule)
				}
			}
			diff(t, "errors", test.want, strings.Join(errors, " "))
		})
	}
}

func TestFindingsSayWhatToDo(t *testing.T) {
	tests := map[string]struct{ fields, want string }{
		"resources": {story + manySchedules(480, 1),
			"spec.yaml:6:3: error: triggers.schedules: the template has 501 resources, AWS allows 500: " +
				"2 per egress, 1 per schedule and event, and a few for the whole stack; remove 1 of the triggers, or split the spec " +
				"[too-many-resources]"},
		"event input": {story + event("{method: PUT, path: /, body: "+strings.Repeat("x", 9000)+"}"),
			"spec.yaml:5:59: error: triggers.events[0].request: the request is 9,064 characters long as JSON, EventBridge takes 8,192; " +
				"shorten its body or headers; with bodyFrom the event's own data does not count [event-input-too-large]"},
		"angle brackets": {story + event(`{method: PUT, path: "/<a>", bodyFrom: $.detail}`),
			"spec.yaml:5:59: error: triggers.events[0].request: because of bodyFrom, this request is an EventBridge template, in which < and > " +
				"mark placeholders; " +
				"write them as %3C and %3E in path and query, and leave them out of headers and body [event-angle-brackets]"},
		"angle brackets beside a placeholder": {story + event(`{method: PUT, path: "/{$.id}", body: "<a>"}`),
			"spec.yaml:5:59: error: triggers.events[0].request: because of its placeholders, this request is an EventBridge template, " +
				"in which < and > mark placeholders; " +
				"write them as %3C and %3E in path and query, and leave them out of headers and body [event-angle-brackets]"},
		"angle brackets beside a key": {keyed + event(`{method: PUT, path: /, body: "<a>"}`),
			"spec.yaml:5:59: error: triggers.events[0].request: because of retry.idempotency.header, this request is an EventBridge template, " +
				"in which < and > mark placeholders; " +
				"write them as %3C and %3E in path and query, and leave them out of headers and body [event-angle-brackets]"},
		"a pattern that needs a quota": {story + pattern(3000),
			"spec.yaml:5:32: warning: triggers.events[0].pattern: the pattern is 3,015 characters long as JSON, more than the 2,048 that an " +
				"account may have by default; " +
				`raise the EventBridge quota "Event pattern size" before deploying, and ignore this warning; or match by prefix, or split it ` +
				`into several events [event-pattern-over-quota]`},
		"concurrency of the egresses": {story + "egress: {count: 3, concurrency: 300}\ntriggers: {functionUrl: {concurrency: 1}}\n",
			"spec.yaml:5:33: warning: egress.concurrency: the stack reserves a concurrency of 901 (900 for the egresses, 1 for the " +
				"orchestrator); of the 1,000 that an account has by default, 100 must stay unreserved; reserve less, or raise the Lambda quota " +
				`"Concurrent executions" before deploying, and ignore this warning [concurrency-over-quota]`},
		"concurrency of the orchestrator": {story + "triggers: {functionUrl: {concurrency: 1200}}\n",
			"spec.yaml:5:39: warning: triggers.functionUrl.concurrency: the stack reserves a concurrency of 1,200 (0 for the egresses, 1,200 " +
				"for the orchestrator); of the 1,000 that an account has by default, 100 must stay unreserved; reserve less, or raise the " +
				`Lambda quota "Concurrent executions" before deploying, and ignore this warning [concurrency-over-quota]`},
		"GovCloud": {story + "partition: aws-us-gov\n",
			"spec.yaml:5:12: warning: partition: AWS GovCloud (US) has no function URLs, so the stack has none; " +
				"call the orchestrator with aws lambda invoke, or start the workflow with a schedule or an event; if that is what " +
				"you want, ignore this warning [no-function-url]"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, f := range build(t, test.fields).findings() {
				got = append(got, f.String())
			}
			diff(t, "findings", []string{test.want}, got)
		})
	}
}
