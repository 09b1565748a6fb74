package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/fakeaws/sqs"
)

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
	if want := "1 message that AWS did not send for this stack: left; --id deletes one"; !strings.Contains(stderr, want) {
		t.Errorf("%q is not said:\n%s", want, stderr)
	}
	code, _, stderr = run("redrive", "shop", "--delete", "--yes", "--id", id(1))
	if strings.Contains(stderr, "did not send") || code != 0 || len(a.queues.Left(deadURL)) > 0 || len(a.inputs()) > 0 {
		t.Errorf("exit %d, %s", code, stderr)
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

// Whoever may send to the queues may send anything: nothing of it is started or deleted, and
// nothing of it moves a terminal.
func TestRedriveHostileMessages(t *testing.T) {
	const esc = "\x1b[2Jsfngen: deleted all\n"
	quoted := func(text string) string { out, _ := json.Marshal(text); return string(out) } // of text
	var dead, failed []sqs.Message
	for _, body := range []string{"", "null", "[]", "{", esc, `{"id":5}`, `{"id":""}`, `"x"`, strings.Repeat("[", 20_000)} {
		for _, attributes := range []map[string]string{nil, {"RULE_ARN": placedARN}, {"RULE_ARN": esc}, {"SCHEDULE_ARN": esc},
			{"SCHEDULE_ARN": "arn:aws:scheduler:eu-central-1:1:schedule/shop/else", "SCHEDULED_TIME": esc}} {
			dead = append(dead, sqs.Message{ID: id(len(dead)), Body: body, Attributes: attributes})
		}
	}
	for _, input := range []string{"null", "5", "{}", `{"request":5}`, `{"request":{}}`, `{"request":{"method":5}}`, `{"template":null}`, "{",
		esc} {
		failed = append(failed, failure(1000+len(failed), esc, input))
	}
	for _, detail := range []string{"null", "[]", `{"stateMachineArn":` + quoted(esc) + `}`, `{"stateMachineArn":5}`} {
		failed = append(failed, sqs.Message{ID: id(1000 + len(failed)),
			Body: `{"detail-type":"Step Functions Execution Status Change","source":"aws.states","detail":` + detail + `}`})
	}
	a := shopWith(t, redriveSpec, dead, failed)
	for _, args := range [][]string{{"--send", "--yes"}, {}, {"--json"}} {
		code, stdout, stderr := run(append([]string{"redrive", "shop"}, args...)...)
		if code == 2 || strings.Contains(stdout+stderr, "\x1b") || strings.Contains(stdout+stderr, "\nsfngen: deleted all") {
			t.Errorf("%q: exit %d, %q", args, code, stdout+stderr)
		}
		if strings.Count(stdout, "\n") < len(dead)+len(failed) {
			t.Errorf("%q: not all are shown:\n%s", args, stdout)
		}
	}
	if left := len(a.queues.Left(deadURL)) + len(a.queues.Left(failedURL)); left != len(dead)+len(failed) {
		t.Errorf("%d messages are left, want %d", left, len(dead)+len(failed))
	}
	a.unchanged(t)
}
