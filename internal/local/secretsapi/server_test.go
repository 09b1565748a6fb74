package secretsapi_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/local/secrets"
	"github.com/sfngen/sfngen/internal/local/secretsapi"
)

var (
	now  = time.Date(2026, 12, 1, 22, 0, 0, 0, time.UTC)
	role = secretsapi.Credentials{AccessKeyID: "ASIA", SecretAccessKey: "s", SessionToken: "t"}
)

func values(kind secrets.Kind, id string) (string, error) {
	switch id {
	case "prod/acme", "arn:aws:secretsmanager:us-east-1:1:secret:prod/acme-AbC123", "/acme/key":
		return string(kind) + " of " + id, nil
	case "binary":
		return "\xff\x00", nil
	case "missing":
		return "", secrets.Missing{Name: id}
	case "slow":
		return "", &secretsapi.Error{Status: 400, Code: "ThrottlingException", Text: "Rate exceeded"}
	case "broken":
		return "", errors.New("x: the value is empty")
	}
	return "", secrets.ErrUnnamed
}

// call is a request of an egress.
type call struct {
	target, body string
	service      string
	role         secretsapi.Credentials
	region       string
	change       func(*http.Request) // after it was signed
}

func (c call) send(t *testing.T) (status int, answer map[string]any) {
	t.Helper()
	server := httptest.NewServer(secretsapi.Handler(secretsapi.Options{
		Get: values, Partition: "aws", Region: "us-east-1", Account: "000000000000", Credentials: role, Now: func() time.Time { return now },
	}))
	defer server.Close()
	request, err := http.NewRequestWithContext(t.Context(), "POST", server.URL+"/", bytes.NewReader([]byte(c.body)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", c.target)
	sum := sha256.Sum256([]byte(c.body))
	credentials := aws.Credentials{AccessKeyID: c.role.AccessKeyID, SecretAccessKey: c.role.SecretAccessKey, SessionToken: c.role.SessionToken}
	if err := v4.NewSigner().SignHTTP(t.Context(), credentials, request, hex.EncodeToString(sum[:]), c.service, c.region, now); err != nil {
		t.Fatal(err)
	}
	if c.change != nil {
		c.change(request)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.Header.Get("X-Amzn-RequestId") == "" {
		t.Error("the answer has no id")
	}
	text, err := io.ReadAll(response.Body)
	if err != nil || json.Unmarshal(text, &answer) != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return response.StatusCode, answer
}

func secret(id string) call {
	return call{"secretsmanager.GetSecretValue", `{"SecretId":"` + id + `"}`, "secretsmanager", role, "us-east-1", nil}
}

func parameter(name, decrypted string) call {
	return call{"AmazonSSM.GetParameter", `{"Name":"` + name + `","WithDecryption":` + decrypted + `}`, "ssm", role, "us-east-1", nil}
}

func TestValues(t *testing.T) {
	const arn = "arn:aws:secretsmanager:us-east-1:1:secret:prod/acme-AbC123"
	for _, test := range []struct {
		name, field string
		call        call
		want        any
	}{
		{"a secret by name", "SecretString", secret("prod/acme"), "secret of prod/acme"},
		{"a secret by ARN", "SecretString", secret(arn), "secret of " + arn},
		{"its name", "Name", secret(arn), "prod/acme"},
		{"a binary secret", "SecretBinary", secret("binary"), "/wA="},
		{"a binary secret has no text", "SecretString", secret("binary"), nil},
		{"another region", "SecretString", call{"secretsmanager.GetSecretValue", `{"SecretId":"prod/acme"}`, "secretsmanager", role, "eu-west-1",
			nil}, "secret of prod/acme"},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, answer := test.call.send(t)
			if diff := cmp.Diff(test.want, answer[test.field]); status != 200 || diff != "" {
				t.Errorf("%d %v (-want +got):\n%s", status, answer, diff)
			}
		})
	}
}

func TestParameters(t *testing.T) {
	want := map[string]any{"Parameter": map[string]any{
		"ARN": "arn:aws:ssm:us-east-1:000000000000:parameter/acme/key", "Name": "/acme/key", "Type": "SecureString",
		"Value": "parameter of /acme/key", "DataType": "text", "LastModifiedDate": float64(now.Unix()), "Version": 1.0,
	}}
	status, answer := parameter("/acme/key", "true").send(t)
	if diff := cmp.Diff(want, answer); status != 200 || diff != "" {
		t.Errorf("%d (-want +got):\n%s", status, diff)
	}
	if _, answer := parameter("/acme/key", "false").send(t); answer["Parameter"].(map[string]any)["Value"] == "parameter of /acme/key" {
		t.Error("the value comes without decryption")
	}
}

func TestErrorsOfAWS(t *testing.T) {
	for _, test := range []struct {
		name   string
		call   call
		status int
		want   string
	}{
		{"a secret that does not exist", secret("missing"), 400, "ResourceNotFoundException"},
		{"a parameter that does not exist", parameter("missing", "true"), 400, "ParameterNotFound"},
		{"another stack's", secret("other"), 400, "AccessDeniedException"},
		{"throttled", secret("slow"), 400, "ThrottlingException"},
		{"a value that cannot be read", secret("broken"), 500, "InternalServiceError"},
		{"no id", secret(""), 400, "ValidationException"},
		{"another version", call{"secretsmanager.GetSecretValue", `{"SecretId":"prod/acme","VersionStage":"AWSPREVIOUS"}`, "secretsmanager", role,
			"us-east-1", nil}, 400, "InvalidRequestException"},
		{"no JSON", call{"AmazonSSM.GetParameter", `{`, "ssm", role, "us-east-1", nil}, 400, "ValidationException"},
		{"another call", call{"secretsmanager.PutSecretValue", `{}`, "secretsmanager", role, "us-east-1", nil}, 400, "UnknownOperationException"},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, answer := test.call.send(t)
			if status != test.status || answer["__type"] != test.want {
				t.Errorf("%d %v, want %d %s", status, answer, test.status, test.want)
			}
		})
	}
}

// Nobody else on this machine has what a request is signed with.
func TestSignatures(t *testing.T) {
	with := func(change func(*call)) call {
		c := secret("prod/acme")
		change(&c)
		return c
	}
	sent := func(change func(*http.Request)) call { return with(func(c *call) { c.change = change }) }
	for _, test := range []struct {
		name string
		call call
		want string
	}{
		{"none", sent(func(r *http.Request) { r.Header.Del("Authorization") }), "IncompleteSignatureException"},
		{"a password", sent(func(r *http.Request) { r.SetBasicAuth("a", "b") }), "IncompleteSignatureException"},
		{"no date", sent(func(r *http.Request) { r.Header.Del("X-Amz-Date") }), "IncompleteSignatureException"},
		{"another key", with(func(c *call) { c.role.AccessKeyID = "AKIA" }), "UnrecognizedClientException"},
		{"another secret", with(func(c *call) { c.role.SecretAccessKey = "x" }), "InvalidSignatureException"},
		{"another session", with(func(c *call) { c.role.SessionToken = "x" }), "UnrecognizedClientException"},
		{"no session", with(func(c *call) { c.role.SessionToken = "" }), "UnrecognizedClientException"},
		{"the session, but another signature", sent(func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }),
			"InvalidSignatureException"},
		{"another body", sent(func(r *http.Request) {
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader([]byte(`{"SecretId":"binary"}  `))), 23
		}), "InvalidSignatureException"},
		{"another call", sent(func(r *http.Request) { r.Header.Set("X-Amz-Target", "AmazonSSM.GetParameter") }), "InvalidSignatureException"},
		{"another service", with(func(c *call) { c.service = "ssm" }), "InvalidSignatureException"},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, answer := test.call.send(t)
			if status != 400 || answer["__type"] != test.want {
				t.Errorf("%d %v, want %s", status, answer, test.want)
			}
		})
	}
}
