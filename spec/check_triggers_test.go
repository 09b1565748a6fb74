package spec_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/spec"
)

func TestTriggers(t *testing.T) {
	const keyed = "version: 1\nname: acme\nupstream: {url: https://a.example}\nretry: {maxAttempts: 3, idempotency: {header: " +
		"idempotency-key}}\n"
	tests := []struct {
		name, trigger string
		want          []string
	}{
		{"a schedule and an event may share a name",
			"schedules: [{name: at, expression: rate(1 day), request: {method: GET, path: /}}], events: [{name: at, pattern: {source: [x]}, " +
				"request: {method: GET, path: /}}]", nil},
		{"a POST that callers may not send",
			"events: [{name: on, pattern: {source: [x]}, request: {method: POST, path: /, bodyFrom: '$.detail.items[0]'}}]", nil},
		{"two events of a name", "events: [{name: on, pattern: {source: [x]}, request: {method: GET, path: /}}, {name: on, pattern: " +
			"{source: [y]}, request: {method: GET, path: /}}]",
			[]string{"duplicate-name at triggers.events[1].name"}},
		{"a nested pattern", "events: [{name: on, pattern: {detail: {state: [{anything-but: [open]}], total: [{numeric: ['>', 5]}]}}, " +
			"request: {method: GET, path: /}}]", nil},
		{"a pattern with a number", "events: [{name: on, pattern: {detail: {total: 5}}, request: {method: GET, path: /}}]",
			[]string{"event-pattern at triggers.events[0].pattern.detail.total"}},
		{"a pattern with an empty list", "events: [{name: on, pattern: {source: []}, request: {method: GET, path: /}}]",
			[]string{"event-pattern at triggers.events[0].pattern.source"}},
		{"a pattern with a date", "events: [{name: on, pattern: {time: [2026-01-31]}, request: {method: GET, path: /}}]",
			[]string{"yaml-date at triggers.events[0].pattern.time[0]"}},
		{"a pattern with fields that only some events have",
			"events: [{name: on, pattern: {replay-name: [{exists: false}], $or: [{source: [x]}, {detail: {x: [1]}}]}, request: {method: GET, " +
				"path: /}}]", nil},
		{"a pattern with a field that no event has",
			"events: [{name: on, pattern: {source: [x], orderId: [1]}, request: {method: GET, path: /}}]",
			[]string{"unknown-event-field at triggers.events[0].pattern.orderId"}},
		{"a pattern with such a field in an alternative",
			"events: [{name: on, pattern: {$or: [{source: [x]}, {detailtype: [x]}]}, request: {method: GET, path: /}}]",
			[]string{`unknown-event-field at triggers.events[0].pattern["$or"][1].detailtype`}},
		{"a pattern that is a list", "events: [{name: on, pattern: [x], request: {method: GET, path: /}}]",
			[]string{"triggers-events-pattern at triggers.events[0].pattern"}},
		{"bodyFrom in a schedule", "schedules: [{name: at, expression: rate(1 day), request: {method: POST, path: /, bodyFrom: $.detail}}]",
			[]string{"unknown-key at triggers.schedules[0].request.bodyFrom"}},
		{"bodyFrom of the whole event", "events: [{name: on, pattern: {source: [x]}, request: {method: POST, path: /, bodyFrom: $}}]",
			[]string{"triggers-events-request-body-from at triggers.events[0].request.bodyFrom"}},
		{"a body with OPTIONS", "schedules: [{name: at, expression: rate(1 day), request: {method: OPTIONS, path: /, body: x}}]",
			[]string{"body-without-method at triggers.schedules[0].request.body"}},
		{"a path with a query", "schedules: [{name: at, expression: rate(1 day), request: {method: GET, path: '/a?b'}}]",
			[]string{"triggers-schedules-request-path at triggers.schedules[0].request.path"}},
		{"a path with a bad escape", "schedules: [{name: at, expression: rate(1 day), request: {method: GET, path: /a%2}}]",
			[]string{"triggers-schedules-request-path at triggers.schedules[0].request.path"}},
		{"what a schedule needs", "schedules: [{timezone: UTC}]",
			[]string{"missing-key at triggers.schedules[0].name", "missing-key at triggers.schedules[0].expression",
				"missing-key at triggers.schedules[0].request"}},
		{"a schedule that is text", "schedules: [nightly]", []string{"wrong-shape at triggers.schedules[0]"}},
		{"zones", "schedules: [{name: aa, expression: rate(1 day), timezone: America/Argentina/Buenos_Aires, request: {method: GET, path: " +
			"/}}, {name: bb, expression: rate(1 day), timezone: Etc/GMT+3, request: {method: GET, path: /}}, {name: cc, expression: rate(1 " +
			"day), timezone: EST5EDT, request: {method: GET, path: /}}]", nil},
		{"no zone", "schedules: [{name: at, expression: rate(1 day), timezone: Local, request: {method: GET, path: /}}]",
			[]string{"triggers-schedules-timezone at triggers.schedules[0].timezone"}},
		{"a key of its own for each time",
			"schedules: [{name: at, expression: rate(1 day), request: {method: POST, path: /, headers: {Idempotency-Key: " +
				"'k<aws.scheduler.scheduled-time>'}}}]", nil},
		{"a key for a schedule that runs once",
			"schedules: [{name: at, expression: 'at(2030-01-31T08:00:00)', request: {method: POST, path: /, headers: {Idempotency-Key: k}}}]", nil},
		{"one key for all runs of a schedule",
			"schedules: [{name: at, expression: rate(1 day), request: {method: POST, path: /, headers: {Idempotency-Key: k}}}]",
			[]string{"fixed-idempotency-key at triggers.schedules[0].request.headers.Idempotency-Key"}},
		{"one key for all events", "events: [{name: on, pattern: {source: [x]}, request: {method: POST, path: /, headers: " +
			"{idempotency-key: k}}}]",
			[]string{"fixed-idempotency-key at triggers.events[0].request.headers.idempotency-key"}},
		{"a secret in an event", "events: [{name: on, pattern: {source: [x]}, request: {method: GET, path: /, headers: {authorization: abc}}}]",
			[]string{"secret-in-spec at triggers.events[0].request.headers.authorization"}},
		{"a secret in a schedule", "schedules: [{name: at, expression: rate(1 day), request: {method: GET, path: /, headers: {X-Api-Key: abc}}}]",
			[]string{"secret-in-spec at triggers.schedules[0].request.headers.X-Api-Key"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, found(t, keyed+"triggers: {"+test.trigger+"}\n")); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestWarningsSayWhatIsTrue: the words of warnings that depend on more than one
// field.
func TestWarningsSayWhatIsTrue(t *testing.T) {
	const (
		schedule  = "triggers: {schedules: [{name: at, expression: rate(1 day), request: {method: POST, path: /}}]}\n"
		event     = "triggers: {events: [{name: on, pattern: {source: [x]}, request: {method: PATCH, path: /}}]}\n"
		standard  = "workflow: {type: standard}\n"
		refuse    = "3, idempotency: {unsafeMethods: refuse}}"
		key       = "set retry.idempotency.header if the API knows idempotency keys: all of them then carry "
		harmless  = "; if acting twice does no harm, ignore this warning"
		scheduled = "triggers.schedules[0].request.method: EventBridge Scheduler may start the workflow more than once for one scheduled time"
		delivered = "triggers.events[0].request.method: EventBridge may deliver an event more than once"
		express   = ", and an express workflow may run more than once for one start"
		refused   = "retry.idempotency.unsafeMethods: refuse never retries POST, and the spec has no other method, so no failure is retried; " +
			"in its place set retry.idempotency.header, if the API knows idempotency keys; if nothing must be sent twice, ignore this warning " +
			"[nothing-retryable]"
	)
	tests := []struct{ name, old, now, rest, want string }{
		{"a schedule, express", "3}", refuse, schedule,
			scheduled + express + ": each POST acts again; " + key + "the same key, made from that time" + harmless + " [trigger-at-least-once]"},
		{"a schedule, standard", "3}", refuse, schedule + standard,
			scheduled + ": each POST acts again; " + key + "the same key, made from that time" + harmless + " [trigger-at-least-once]"},
		{"an event, express", "3}", refuse, event,
			delivered + express + ": each PATCH acts again; " + key + "the event's id as their key" + harmless + " [trigger-at-least-once]"},
		{"an event, standard", "3}", refuse, event + standard,
			delivered + ": each PATCH acts again; " + key + "the event's id as their key" + harmless + " [trigger-at-least-once]"},
		{"an event with a key", "3}", "3, idempotency: {header: x-request-id}}", event, ""},
		{"a form for the key of no schedule", "3}", "3, idempotency: {header: x-request-id, keyFormat: uuid}}", event,
			"retry.idempotency.keyFormat: has no effect without a schedule: other keys pass as they are; remove it [key-format-unused]"},
		{"a form for no key", "3}", "3, idempotency: {keyFormat: text, unsafeMethods: allow}}",
			strings.Replace(schedule, "POST", "PUT", 1),
			"retry.idempotency.keyFormat: has no effect without retry.idempotency.header; remove it, or name the header [key-format-unused]"},
		{"a form for the key of a schedule", "3}", "3, idempotency: {header: x-request-id, keyFormat: text}}", schedule, ""},
		{"only POST, and refused", "example}\nretry: {maxAttempts: 3}",
			"example, methods: [POST]}\nretry: {maxAttempts: 3, idempotency: {unsafeMethods: refuse}}", "", refused},
		{"only POST, refused, and a schedule that is safe", "example}\nretry: {maxAttempts: 3}",
			"example, methods: [POST]}\nretry: {maxAttempts: 3, idempotency: {unsafeMethods: refuse}}",
			"triggers: {schedules: [{name: at, expression: rate(1 day), request: {method: GET, path: /}}]}\n", ""},
		{"attempts that wrap", "3}", "10}", "egress: {count: 4}\n",
			"retry.maxAttempts: 10 attempts over 4 egresses: attempts 5 to 10 use an egress again and may have to wait out its rate limit; " +
				"egress.count: 10 gives each attempt its own; if that wait is what you want, ignore this warning [attempts-wrap]"},
		{"an attempt that wraps", "3}", "2}", "egress: {count: 1}\n",
			"retry.maxAttempts: 2 attempts over 1 egress: attempt 2 uses an egress again and may have to wait out its rate limit; " +
				"egress.count: 2 gives each attempt its own; if that wait is what you want, ignore this warning [attempts-wrap]"},
		{"an egress out of reach", "3}", "3}", "egress: {count: 4, start: first}\n",
			"egress.count: with start: first, no attempt reaches egress 4; write egress.count: 3, or start: random, " +
				"or coordination: dynamodb, which uses every egress [unreachable-egress]"},
		{"a secret that a caller can send", "example}", "example, headers: {x-api-key: k}}", "",
			"upstream.headers.x-api-key: looks like a secret, and the spec is committed and copied into the generated code; name where it is " +
				"kept in upstream.credentials.headers: {x-api-key: {secret: NAME}}, which sends it with every call; or remove it and " +
				"let the caller send it, with its name in upstream.forwardHeaders [secret-in-spec]"},
		{"a secret that nobody sends", "3}", "3}",
			"triggers: {schedules: [{name: at, expression: rate(1 day), request: {method: GET, path: /, headers: {x-api-key: k}}}]}\n",
			"triggers.schedules[0].request.headers.x-api-key: looks like a secret, and the spec is committed and copied into the template; " +
				"name where it is kept in upstream.credentials.headers: {x-api-key: {secret: NAME}}, which sends it with every call; or " +
				"let a program that has the secret send this request to the function URL in place of the trigger, with the header's name in " +
				"upstream.forwardHeaders [secret-in-spec]"},
		{"a field that belongs below detail", "3}", "3}",
			"triggers: {events: [{name: on, pattern: {orderId: [1]}, request: {method: GET, path: /}}]}\n",
			"triggers.events[0].pattern.orderId: an event has no such field, it has version, id, detail-type, source, account, time, region, " +
				"resources, detail; " +
				"put it below detail if it is the event's own data [unknown-event-field]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, findings := spec.Parse("spec.yaml", []byte(strings.Replace(minimal, test.old, test.now, 1)+test.rest))
			var got []string
			for _, f := range findings {
				_, text, _ := strings.Cut(f.String(), ": warning: ")
				got = append(got, text)
			}
			if diff := cmp.Diff(test.want, strings.Join(got, "\n")); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}
