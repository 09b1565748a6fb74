package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/redrive"
	"github.com/sfngen/sfngen/internal/fakeaws/sqs"
	"github.com/sfngen/sfngen/internal/fakeaws/states"
)

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
		"a schedule of which a part is left": {key: redrive.KeyOccurrence, want: strings.ReplaceAll(missedInput, "AT", "2026-12-02T02:15:00Z"),
			dead: []sqs.Message{with(missed(1, "2026-12-02T02:15:00Z"), `{"request":{"method":"GET","path":"/"}}`,
				map[string]string{"IS_PAYLOAD_TRUNCATED": "true"})}},
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
	a.states.End("FAILED") // its name is taken all the same
	code, r, stderr = redriven(t, "shop", "--send", "--yes")
	if code != 0 || len(a.inputs()) != 1 || len(a.queues.Left(failedURL)) > 0 || r.Messages[0].Result != redrive.Before ||
		!strings.Contains(stderr, "2 messages started earlier already: only deleted") {
		t.Errorf("exit %d, started %q, %s, %+v", code, a.inputs(), stderr, r.Messages)
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

// What is to be sent may have anything that the API takes: paths, headers and bodies go as
// they are, and are shown in one line.
func TestRedriveOfAnyRequest(t *testing.T) {
	for name, test := range map[string]struct{ input, request string }{
		"a long path": {`{"request":{"method":"GET","path":"/` + strings.Repeat("a", 3000) + `"}}`, ""},
		"a template alone": {`{"trigger":"x","template":{"method":"PUT","path":"/o/{$.detail.id}"},"event":{"detail":{}}}`,
			"PUT /o/{$.detail.id}"},
		"an encoded line":    {`{"trigger":"x","request":{"method":"PUT","path":"/a%0Ab"}}`, "PUT /a%0Ab"},
		"numbers":            {`{"trigger":"x","request":{"method":"PUT","path":"/","body":{"n":1e400,"m":12345678901234567890}}}`, "PUT /"},
		"another's field":    {`{"trigger":"x","later":{"a":1},"request":{"method":"PUT","path":"/"}}`, "PUT /"},
		"a header in a case": {`{"trigger":"x","request":{"method":"PUT","path":"/","headers":{"X-Request-Id":"own"}}}`, "PUT /"},
	} {
		t.Run(name, func(t *testing.T) {
			a := shopWith(t, redriveSpec, nil, []sqs.Message{failure(1, "first", test.input)})
			code, stdout, stderr := run("redrive", "shop", "--send", "--yes", "--callers")
			if code != 0 || len(a.inputs()) != 1 || !strings.Contains(stdout, test.request) {
				t.Fatalf("exit %d, %q, %s%s", code, a.inputs(), stdout, stderr)
			}
			without := strings.Replace(a.inputs()[0], `,"headers":{"x-request-id":"first"}`, "", 1)
			if diff := cmp.Diff(test.input, without); diff != "" {
				t.Errorf("started (-want +got):\n%s", diff)
			}
		})
	}
}
