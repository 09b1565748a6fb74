package secrets_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/secrets"
	"github.com/sfngen/sfngen/internal/fakeaws"
)

// ask asks an AWS that answers once.
func ask(t *testing.T, service string, status int, answer string, id string) (presence secrets.Presence, target, body string, err error) {
	t.Helper()
	fakeaws.Serve(t, map[string]http.Handler{service: http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		var asked json.RawMessage
		if err := json.NewDecoder(in.Body).Decode(&asked); err != nil {
			t.Error(err)
		}
		target, body = in.Header.Get("X-Amz-Target"), string(asked)
		out.Header().Set("X-Amzn-RequestId", "1111")
		out.WriteHeader(status)
		_, _ = out.Write([]byte(answer))
	})})
	c, err := cloud.Open(t.Context(), cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if service == "ssm" {
		presence, err = secrets.Parameter(t.Context(), c, id)
	} else {
		presence, err = secrets.Secret(t.Context(), c, id)
	}
	return presence, target, body, err
}

const denied = `{"__type":"AccessDeniedException","Message":"User: arn:aws:sts::123456789012:assumed-role/dev/ada is not authorized to ` +
	`perform: secretsmanager:DescribeSecret on resource: prod/acme because no identity-based policy allows the ` +
	`secretsmanager:DescribeSecret action"}`

func TestSecret(t *testing.T) {
	for _, test := range []struct {
		name   string
		status int
		answer string
		want   secrets.Presence
	}{
		{"here", 200, `{"Name":"prod/acme","VersionIdsToStages":{"1":["AWSCURRENT"]}}`, secrets.Presence{Here: true}},
		{"not here", 400, `{"__type":"ResourceNotFoundException","Message":"Secrets Manager can't find the specified secret."}`,
			secrets.Presence{Why: "there is no secret of this name in eu-central-1 of account 123456789012"}},
		{"to be deleted", 200, `{"DeletedDate":1.7e9,"VersionIdsToStages":{"1":["AWSCURRENT"]}}`,
			secrets.Presence{Why: "it is to be deleted, and gives no value until aws secretsmanager restore-secret"}},
		{"without a value", 200, `{"Name":"prod/acme"}`,
			secrets.Presence{Why: "it has no value yet: aws secretsmanager put-secret-value gives it one"}},
		{"denied", 400, denied, secrets.Presence{Unknown: true, Why: "AWS denies secretsmanager:DescribeSecret on prod/acme to " +
			"arn:aws:sts::123456789012:assumed-role/dev/ada: no identity-based policy allows it; " +
			"https://github.com/sfngen/sfngen/blob/main/docs/deploy.md has the policy that sfngen needs (request 1111)"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, target, body, err := ask(t, "secretsmanager", test.status, test.answer, "prod/acme")
			if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
			if target != "secretsmanager.DescribeSecret" || body != `{"SecretId":"prod/acme"}` {
				t.Errorf("asked %s %s", target, body)
			}
		})
	}
}

func TestSecretThatNobodyAnswersFor(t *testing.T) {
	const want = "AWS throttles secretsmanager:DescribeSecret (ThrottlingException): too many calls at the same time in this account and " +
		"region, from here or elsewhere; wait a minute and try again (request 1111)"
	_, _, _, err := ask(t, "secretsmanager", 400, `{"__type":"ThrottlingException","message":"Rate exceeded"}`, "prod/acme")
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if _, _, _, err := ask(t, "secretsmanager", 200, `no JSON`, "prod/acme"); err == nil {
		t.Error("an answer that is no JSON passes")
	}
}

func TestParameter(t *testing.T) {
	const asked = `{"ParameterFilters":[{"Key":"Name","Option":"Equals","Values":`
	for _, test := range []struct{ name, id, answer, values, why string }{
		{"here", "/prod/key", `{"Parameters":[{"Name":"/prod/key","Type":"SecureString"}]}`, `["/prod/key"]`, ""},
		{"not here", "key", `{"Parameters":[]}`, `["key"]`, "there is no parameter of this name in eu-central-1 of account 123456789012"},
		{"by ARN", "arn:aws:ssm:us-east-1:123456789012:parameter/prod/key", `{}`, `["/prod/key"]`,
			"there is no parameter of this name in us-east-1 of account 123456789012"},
		{"by an ARN of two names", "arn:aws:ssm:eu-central-1:123456789012:parameter/key", `{"Parameters":[{"Name":"key"}]}`, `["/key","key"]`,
			""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, target, body, err := ask(t, "ssm", 200, test.answer, test.id)
			if diff := cmp.Diff(secrets.Presence{Here: test.why == "", Why: test.why}, got); err != nil || diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
			if target != "AmazonSSM.DescribeParameters" || body != asked+test.values+`}]}` {
				t.Errorf("asked %s %s", target, body)
			}
		})
	}
}
