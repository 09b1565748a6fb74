package main

import (
	"encoding/json"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/fakeaws"
)

const keyedSpec = `version: 1
name: keyed
upstream:
  url: https://api.acme.example
  credentials:
    headers:
      authorization: {secret: prod/acme, key: token, prefix: "Bearer "}
      x-id: {secret: prod/acme, key: id}
    query: {api_key: {parameter: /acme/key}}
retry: {maxAttempts: 2}
`

// secretsIn is an AWS that has the secret, and answers for the parameter.
func secretsIn(t *testing.T, parameter string) {
	t.Helper()
	answer := func(status int, text string) http.Handler {
		return http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
			if target := in.Header.Get("X-Amz-Target"); !strings.Contains(target, ".Describe") {
				t.Errorf("asks %s, which may give a value", target)
			}
			out.WriteHeader(status)
			_, _ = out.Write([]byte(text))
		})
	}
	status := 200
	if strings.Contains(parameter, "__type") {
		status = 400
	}
	fakeaws.Serve(t, map[string]http.Handler{
		"secretsmanager": answer(200, `{"VersionIdsToStages":{"1":["AWSCURRENT"]}}`),
		"ssm":            answer(status, parameter),
	})
}

func TestCredentialsInAWS(t *testing.T) {
	const head = "CREDENTIAL              GOES INTO                HERE     AWS\n" +
		"secret prod/acme:token  header authorization     missing  there\n" +
		"secret prod/acme:id     header x-id              missing  there\n"
	for _, test := range []struct {
		name, parameter string
		code            int
		stdout, stderr  string
	}{
		{"all there", `{"Parameters":[{"Name":"/acme/key"}]}`, 0,
			head + "parameter /acme/key     query parameter api_key  missing  there\n", ""},
		{"one missing", `{"Parameters":[]}`, 1,
			head + "parameter /acme/key     query parameter api_key  missing  missing\n",
			"parameter /acme/key: missing: there is no parameter of this name in eu-central-1 of account 123456789012\n"},
		{"one that AWS does not tell", `{"__type":"AccessDeniedException","Message":"User: arn:aws:sts::123456789012:assumed-role/dev/ada is ` +
			`not authorized to perform: ssm:DescribeParameters on resource: * because no identity-based policy allows it"}`, 0,
			head + "parameter /acme/key     query parameter api_key  missing  unknown\n",
			"parameter /acme/key: unknown: AWS denies ssm:DescribeParameters on * to arn:aws:sts::123456789012:assumed-role/dev/ada: no " +
				"identity-based policy allows it; https://github.com/sfngen/sfngen/blob/main/docs/deploy.md has the policy that sfngen needs\n"},
		{"AWS fails", `{"__type":"InternalServerError"}`, 2, "", "sfngen: asking AWS about parameter /acme/key: SSM DescribeParameters: " +
			"InternalServerError\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			write(t, "keyed.yaml", keyedSpec)
			secretsIn(t, test.parameter)
			code, stdout, stderr := run("credentials", "check", "keyed.yaml", "--aws")
			if diff := cmp.Diff([]any{test.code, test.stdout, test.stderr}, []any{code, stdout, stderr}); diff != "" {
				t.Errorf("status, stdout, stderr (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCredentialsInAWSAsJSON(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "keyed.yaml", keyedSpec)
	t.Setenv("SFNGEN_CREDENTIAL__ACME_KEY", "sk_live_1")
	t.Setenv("SFNGEN_CREDENTIAL_PROD_ACME", "sk_live_2")
	secretsIn(t, `{"Parameters":[]}`)
	code, stdout, stderr := run("credentials", "check", "keyed.yaml", "--aws", "--json")
	var got credentialsReport
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	for i := range got.Credentials {
		got.Credentials[i].Here.Why = "" // has its own test
	}
	there := &presence{State: isThere}
	variable := "the variable SFNGEN_CREDENTIAL_PROD_ACME"
	want := credentialsReport{Stack: "keyed", Region: fakeaws.Region, Account: fakeaws.Account, Credentials: []credentialReport{
		{"secret", "prod/acme", "token", "prod/acme:token", []string{"header authorization"}, presence{isUnusable, variable, ""}, there},
		{"secret", "prod/acme", "id", "prod/acme:id", []string{"header x-id"}, presence{isUnusable, variable, ""}, there},
		{"parameter", "/acme/key", "", "/acme/key", []string{"query parameter api_key"},
			presence{isThere, "the variable SFNGEN_CREDENTIAL__ACME_KEY", ""},
			&presence{State: isMissing, Why: "there is no parameter of this name in eu-central-1 of account 123456789012"}},
	}}
	if diff := cmp.Diff(want, got); code != 1 || diff != "" || strings.Contains(stdout+stderr, "sk_live") {
		t.Errorf("status %d, %s (-want +got):\n%s", code, stderr, diff)
	}
}

const mtlsSpec = `version: 1
name: mtls
upstream:
  url: https://api.acme.example
  credentials:
    clientCertificate: {secret: prod/mtls}
retry: {maxAttempts: 2}
`

// An API that asks for a client certificate gets it, also from compiled Lambdas, which run
// in another folder than the one that the files of flags are in.
func TestClientCertificateOfTheMockAPI(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "mtls.yaml", mtlsSpec)
	m := startMockAPI(t, "--tls", "good", "--ca", "ca.pem", "--client-certificate", "client.pem")
	go func() { // it answers as fast as its lines are read
		for m.lines.Scan() {
		}
	}()
	for _, more := range []string{"--fast", "--binaries"} {
		code, stdout, stderr := run("run", "mtls.yaml", "GET", "/orders", "--upstream", m.url, "--cacert", "ca.pem", "--credential",
			"prod/mtls=file:client.pem", more)
		if code != exitFine || !strings.Contains(stdout, `"path": "/orders"`) {
			t.Errorf("%s: exit status %d\n%s%s", more, code, stdout, stderr)
		}
	}
	info, err := os.Stat("client.pem")
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file with the key: %v, %v", info, err)
	}
}
