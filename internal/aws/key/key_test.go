package key_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/key"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/kms"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/stack"
)

const id = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"

var needs = key.Needs{LogGroups: []string{"/aws/lambda/payments-platform-egress-1", "/aws/lambda/payments-platform-orchestrator",
	"/aws/vendedlogs/states/payments-platform"}, Events: true}

func check(t *testing.T, service *kms.Service, id string, needs key.Needs) key.Report {
	t.Helper()
	fakeaws.Serve(t, map[string]http.Handler{"kms": service})
	c, err := cloud.Open(t.Context(), cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	report, err := key.Check(t.Context(), c, id, needs)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// printed is the policy that sfngen plan --policies prints for an example.
func printed(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../../examples/payments-platform.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, findings := stack.Load("payments-platform.yaml", text)
	if s == nil {
		t.Fatal(findings)
	}
	of, _ := cfn.Policies(s.Plan).Get("key")
	policy, _ := of.(document.Map).Get("policy")
	return string(document.JSON(policy))
}

const account = `{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*"}`

func policy(statements ...string) string {
	return `{"Version": "2012-10-17", "Statement": [` + strings.Join(statements, ", ") + `]}`
}

func forLogs(condition string) string {
	return `{"Effect": "Allow", "Principal": {"Service": ["logs.eu-central-1.amazonaws.com", "s3.amazonaws.com"]}, "Action": ` +
		`["kms:Decrypt", ` +
		`"kms:GenerateDataKey*"], "Resource": "*", "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "` + condition + `"}}}`
}

const forEvents = `{"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": ["kms:Decrypt", ` +
	`"kms:GenerateDataKey"], ` +
	`"Resource": "*"}`

func TestCheck(t *testing.T) {
	const (
		logs   = "its policy does not let CloudWatch Logs (logs.eu-central-1.amazonaws.com) use it for the log group "
		events = "its policy does not let EventBridge (events.amazonaws.com) write to queues with it: events that fail would be lost"
		roles  = "its policy leaves nothing to the IAM policies of account 123456789012, so no role of the stack may use it"
	)
	all := "arn:aws:logs:eu-central-1:123456789012:*"
	for name, c := range map[string]struct {
		key  kms.Key
		want []string
	}{
		"what sfngen prints": {kms.Key{Policy: printed(t)}, nil},
		"as wide as it goes": {kms.Key{Policy: policy(`{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}`)}, nil},
		"one statement, in no list": {kms.Key{Policy: `{"Version": "2012-10-17", "Statement": ` + account + `}`},
			[]string{logs + "/aws/lambda/payments-platform-egress-1", events}},
		"as new keys have it": {kms.Key{Policy: policy(account)}, []string{logs + "/aws/lambda/payments-platform-egress-1",
			events}},
		"logs of others": {kms.Key{Policy: policy(account, forEvents, forLogs("arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/*"))},
			[]string{logs + "/aws/vendedlogs/states/payments-platform"}},
		"all logs":   {kms.Key{Policy: policy(account, forEvents, forLogs(all))}, nil},
		"no account": {kms.Key{Policy: policy(forEvents, forLogs(all))}, []string{roles}},
		"a deny is none": {kms.Key{Policy: policy(account, forEvents, strings.Replace(forLogs(all), "Allow", "Deny", 1))},
			[]string{logs + "/aws/lambda/payments-platform-egress-1"}},
		"disabled": {kms.Key{State: "Disabled", Policy: printed(t)},
			[]string{"it is in the state Disabled, in which nothing is encrypted or read: aws kms enable-key --key-id " + id + " enables it"}},
		"to be deleted": {kms.Key{State: "PendingDeletion", Policy: printed(t)}, []string{"it is in the state PendingDeletion, in " +
			"which nothing is " +
			"encrypted or read: aws kms cancel-key-deletion --key-id " + id + ", and then enable-key, bring it back"}},
		"asymmetric": {kms.Key{Spec: "RSA_2048", Policy: printed(t)}, []string{"it is a key of the kind RSA_2048 for ENCRYPT_DECRYPT: " +
			"a stack needs " +
			"a symmetric one for encryption (SYMMETRIC_DEFAULT, ENCRYPT_DECRYPT)"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := check(t, &kms.Service{Keys: map[string]kms.Key{id: c.key}}, id, needs)
			if diff := cmp.Diff(c.want, got.Problems); diff != "" || len(got.Notes) > 0 {
				t.Errorf("%v (-want +got)\n%s", got.Notes, diff)
			}
		})
	}
}

// A stack without queues asks nothing of EventBridge.
func TestCheckWithoutQueues(t *testing.T) {
	got := check(t, &kms.Service{Keys: map[string]kms.Key{id: {Policy: policy(account, forLogs("*"))}}}, id,
		key.Needs{LogGroups: needs.LogGroups})
	if len(got.Problems) > 0 {
		t.Error(got.Problems)
	}
}

func TestWhatCannotBeSeen(t *testing.T) {
	const other = "arn:aws:kms:eu-central-1:210987654321:key/k"
	keys := map[string]kms.Key{id: {Policy: policy()}, other: {Policy: policy()}}
	for name, c := range map[string]struct {
		id     string
		denied map[string]bool
		want   string
	}{
		"of another account": {other, nil, "it is of account 210987654321, so its policy cannot be read from here"},
		"its policy":         {id, map[string]bool{"GetKeyPolicy": true}, "its policy cannot be read: AWS denies kms:GetKeyPolicy on " + id},
		"nothing": {id, map[string]bool{"DescribeKey": true}, "whether it can be used is not known: AWS denies " +
			"kms:DescribeKey on " + id},
	} {
		t.Run(name, func(t *testing.T) {
			got := check(t, &kms.Service{Keys: keys, Denied: c.denied}, c.id, needs)
			if len(got.Problems) > 0 || len(got.Notes) != 1 || !strings.HasPrefix(got.Notes[0], c.want) {
				t.Errorf("%v, %v", got.Problems, got.Notes)
			}
		})
	}
	if got := check(t, &kms.Service{}, id, needs); len(got.Problems) != 1 || got.Problems[0] != "there is no such key in eu-central-1" {
		t.Errorf("no key: %v", got)
	}
}
