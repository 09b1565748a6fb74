//go:build moto

package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/egress"
	"github.com/sfngen/sfngen/spec"
)

const motoKeys = `version: 1
name: orders
upstream:
  url: https://api.acme.example
  credentials:
    headers:
      authorization: {secret: prod/acme, key: token, prefix: "Bearer "}
      x-api-key: {parameter: /prod/key}
retry: {maxAttempts: 2}
egress: {count: 2}
`

// keep calls an operation that writes a value.
func keep(t *testing.T, c *cloud.Cloud, service, operation string, in map[string]any) {
	t.Helper()
	call := cloud.JSONCall{ServiceID: "Secrets Manager", Service: "secretsmanager", Target: "secretsmanager", Operation: operation}
	if service == "ssm" {
		call = cloud.JSONCall{ServiceID: "SSM", Service: "ssm", Target: "AmazonSSM", Operation: operation}
	}
	if err := c.Call(t.Context(), call, in, &struct{}{}); err != nil {
		t.Fatal(err)
	}
}

// Of what is deployed, nothing has a value; AWS has each, and says so.
func TestMotoCredentialsAreNotDeployed(t *testing.T) {
	c := account(t, motoKeys)
	fail(t, exitFindings, []string{"credentials", "check", "orders.yaml", "--aws"}, "missing: there is no secret of this name",
		"missing: there is no parameter of this name")
	keep(t, c, "secretsmanager", "CreateSecret", map[string]any{"Name": "prod/acme", "SecretString": `{"token": "` + echoMember + `"}`})
	keep(t, c, "ssm", "PutParameter", map[string]any{"Name": "/prod/key", "Type": "SecureString", "Value": echoBasic})
	stdout, stderr := succeed(t, "credentials", "check", "orders.yaml", "--aws")
	leaksNothing(t, "credentials check", stdout+stderr)
	stdout, stderr = succeed(t, "deploy", "orders", "--create-bucket", "--yes")
	leaksNothing(t, "deploy", stdout+stderr)

	template, err := c.CloudFormation().GetTemplate(t.Context(), &cloudformation.GetTemplateInput{StackName: aws.String("orders")})
	if err != nil {
		t.Fatal(err)
	}
	leaksNothing(t, "the template", aws.ToString(template.TemplateBody))
	if !strings.Contains(aws.ToString(template.TemplateBody), "prod/acme") {
		t.Error("no role of the template may read the secret")
	}
	machines, err := c.StepFunctions().ListStateMachines(t.Context(), &sfn.ListStateMachinesInput{})
	if err != nil || len(machines.StateMachines) != 1 {
		t.Fatalf("%v, %d state machines", err, len(machines.StateMachines))
	}
	machine, err := c.StepFunctions().DescribeStateMachine(t.Context(),
		&sfn.DescribeStateMachineInput{StateMachineArn: machines.StateMachines[0].StateMachineArn})
	if err != nil {
		t.Fatal(err)
	}
	leaksNothing(t, "the definition", aws.ToString(machine.Definition))
	for name, f := range functions(t, c) {
		if f.Configuration.Environment != nil {
			for variable, value := range f.Configuration.Environment.Variables {
				leaksNothing(t, name+" "+variable, value)
			}
		}
	}
	for _, name := range []string{"egress", "orchestrator"} {
		zip, err := os.ReadFile(filepath.Join("stacks", "orders", "dist", name+".zip"))
		if err != nil {
			t.Fatal(err)
		}
		leaksNothing(t, name+".zip", string(zip))
	}
}

// An egress reads moto's secrets by its own code; a 401 fetches the one that was rotated.
func TestMotoCredentialsAreReadAndRotate(t *testing.T) {
	c := account(t, motoKeys)
	secret := func(token string) map[string]any { return map[string]any{"SecretString": `{"token": "` + token + `"}`} }
	created := secret("first")
	created["Name"] = "prod/acme"
	keep(t, c, "secretsmanager", "CreateSecret", created)
	keep(t, c, "ssm", "PutParameter", map[string]any{"Name": "/prod/key", "Type": "SecureString", "Value": "key-1"})
	var want atomic.Value
	want.Store("Bearer first")
	api := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		if in.Header.Get("Authorization") != want.Load() || in.Header.Get("X-Api-Key") != "key-1" {
			out.WriteHeader(http.StatusUnauthorized)
		}
	}))
	defer api.Close()
	s, findings := stack.LoadWith(stack.Source{Name: "orders.yaml", Text: []byte(motoKeys)}, func(s *spec.Spec) {
		if err := s.OverrideUpstream(api.URL); err != nil {
			t.Error(err)
		}
	})
	if spec.HasErrors(findings) {
		t.Fatal(findings)
	}
	var ahead atomic.Int64
	e, err := egress.New(s.Plan.EgressConfig(), egress.Environment{
		Egress: 1, Getenv: os.Getenv, Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) },
	})
	if err != nil {
		t.Fatal(err)
	}
	call := func() error {
		_, err := e.Handle(context.Background(), contract.Payload{Invocation: contract.Invocation{
			Attempt: 1, Execution: contract.Execution{Name: "orders", StartTime: time.Now().UTC().Format(time.RFC3339Nano)},
			Input: contract.Input{Request: contract.Request{Method: "GET", Path: "/orders"}}, Policy: s.Plan.Attempts[0].Policy,
		}})
		return err
	}
	if err := call(); err != nil {
		t.Fatalf("with the first value: %v", err)
	}
	rotated := secret("second")
	rotated["SecretId"] = "prod/acme"
	keep(t, c, "secretsmanager", "PutSecretValue", rotated)
	want.Store("Bearer second")
	ahead.Store(int64(10 * time.Second)) // a value that was just read is not read again
	if err := call(); err != nil {
		t.Errorf("after the secret has changed: %v", err)
	}
}
