package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/sqs"
)

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
