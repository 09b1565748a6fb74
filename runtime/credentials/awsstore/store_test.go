package awsstore

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sfngen/sfngen/runtime/credentials"
	"github.com/sfngen/sfngen/runtime/egress"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func variables(more ...string) map[string]string {
	all := map[string]string{
		"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "its-secret", "AWS_SESSION_TOKEN": "its-token",
	}
	for i := 0; i < len(more); i += 2 {
		all[more[i]] = more[i+1]
	}
	return all
}

func open(t testing.TB, variables map[string]string) *store {
	t.Helper()
	opened, err := Open(egress.CredentialEnvironment{
		Getenv: func(name string) string { return variables[name] },
		Now:    func() time.Time { return noon },
	})
	if err != nil {
		t.Fatal(err)
	}
	s := opened.(*store)
	s.between = 0
	return s
}

// serve is AWS on this machine; it counts its requests.
func serve(t testing.TB, handler http.HandlerFunc) (url string, calls *atomic.Int64) {
	t.Helper()
	calls = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, calls
}

func diff(t testing.TB, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func TestFetchSpeaksBothProtocols(t *testing.T) {
	tests := []struct {
		name         string
		of           credentials.Reference
		target, body string
		service      string
		answer, want string
	}{
		{"a secret", credentials.Reference{Secret: "prod/acme"}, "secretsmanager.GetSecretValue", `{"SecretId":"prod/acme"}`,
			"eu-central-1/secretsmanager", `{"Name":"prod/acme","SecretString":"{\"token\":\"t\"}","VersionStages":["AWSCURRENT"]}`,
			`{"token":"t"}`},
		{"a parameter", credentials.Reference{Parameter: "/prod/key"}, "AmazonSSM.GetParameter", `{"Name":"/prod/key","WithDecryption":true}`,
			"eu-central-1/ssm", `{"Parameter":{"Name":"/prod/key","Type":"SecureString","Value":"plain"}}`, "plain"},
		{"a secret of another region", credentials.Reference{Secret: "arn:aws:secretsmanager:us-west-2:123456789012:secret:a-AbCdEf"},
			"secretsmanager.GetSecretValue", `{"SecretId":"arn:aws:secretsmanager:us-west-2:123456789012:secret:a-AbCdEf"}`,
			"us-west-2/secretsmanager", `{"SecretString":"x"}`, "x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, calls := serve(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				diff(t, "method and path", "POST /", r.Method+" "+r.URL.String())
				diff(t, "target", test.target, r.Header.Get("X-Amz-Target"))
				diff(t, "type", "application/x-amz-json-1.1", r.Header.Get("Content-Type"))
				diff(t, "token", "its-token", r.Header.Get("X-Amz-Security-Token"))
				diff(t, "date", "20260301T120000Z", r.Header.Get("X-Amz-Date"))
				diff(t, "body", test.body, string(body))
				want := "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/" + test.service + "/aws4_request, SignedHeaders="
				if got := r.Header.Get("Authorization"); !strings.HasPrefix(got, want) {
					t.Errorf("authorization %q, want %q", got, want)
				}
				io.WriteString(w, test.answer)
			})
			got, err := open(t, variables("AWS_ENDPOINT_URL", url)).Fetch(t.Context(), test.of)
			diff(t, "error", error(nil), err)
			diff(t, "value", test.want, got)
			diff(t, "calls", int64(1), calls.Load())
		})
	}
}

func TestRefusals(t *testing.T) {
	secret, parameter := credentials.Reference{Secret: "prod/acme"}, credentials.Reference{Parameter: "/key"}
	tests := []struct {
		name   string
		of     credentials.Reference
		status int
		header string
		body   string
		again  bool
		reason string
	}{
		{"absent", secret, 400, "", `{"__type":"ResourceNotFoundException","Message":"Secrets Manager can't find the specified secret."}`, false,
			"secret prod/acme: ResourceNotFoundException: it does not exist in this account and region, or has no value yet"},
		{"no parameter", parameter, 400, "", `{"__type":"com.amazonaws.ssm#ParameterNotFound"}`, false,
			"parameter /key: ParameterNotFound: it does not exist in this account and region"},
		{"denied", secret, 400, "AccessDeniedException:http://internal.amazon.com/", `{"Message":"User: x is not authorized"}`, false,
			"secret prod/acme: AccessDeniedException: the egress may not read it: its role, the policy of the secret, " +
				"and those of the organization have to allow secretsmanager:GetSecretValue"},
		{"denied by KMS", secret, 400, "", `{"__type":"AccessDeniedException","Message":"Access to KMS is not allowed"}`, false,
			"the egress may not use its KMS key: name it as upstream.credentials.kmsKey"},
		{"denied by a boundary", secret, 400, "", `{"__type":"AccessDeniedException","Message":"User: x is not authorized to perform: ` +
			`secretsmanager:GetSecretValue because no permissions boundary allows the secretsmanager:GetSecretValue action"}`, false,
			"the permissions boundary of the egress's role forbids it: it has to allow secretsmanager:GetSecretValue"},
		{"throttled", parameter, 400, "", `{"__type":"ThrottlingException","message":"Rate exceeded"}`, true,
			"parameter /key: ThrottlingException: throttled: Parameter Store takes 40 requests a second of the whole account"},
		{"failed", secret, 500, "", `{"__type":"InternalServiceError"}`, true, "secret prod/acme: InternalServiceError: the service failed"},
		{"a proxy", secret, 503, "", `<html>`, true, "secret prod/acme: status 503: refused by Secrets Manager"},
		{"what nobody knows", secret, 400, "", `{"__type":"TeapotException"}`, false,
			"secret prod/acme: TeapotException: refused by Secrets Manager"},
		{"a code that is none", secret, 400, "", `{"__type":"my secret\nvalue"}`, false,
			"secret prod/acme: status 400: refused by Secrets Manager"},
		{"a redirect", secret, 302, "", "", false, "secret prod/acme: status 302: refused by Secrets Manager"},
		{"binary", secret, 200, "", `{"SecretBinary":"AAEC"}`, false,
			"secret prod/acme: it is binary (SecretBinary), which no header can have: store it as text (SecretString)"},
		{"no value", secret, 200, "", `{}`, false, "secret prod/acme: it has no value"},
		{"no JSON", secret, 200, "", `hello`, true, "secret prod/acme: Secrets Manager answered with something else than JSON"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, calls := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("X-Amzn-Errortype", test.header)
				w.Header().Set("Location", "http://127.0.0.1:1/")
				w.WriteHeader(test.status)
				io.WriteString(w, test.body)
			})
			_, err := open(t, variables("AWS_ENDPOINT_URL", url)).Fetch(t.Context(), test.of)
			var failed *egress.CredentialError
			if !errors.As(err, &failed) || failed.Again != test.again || !strings.HasPrefix(failed.Reason, test.reason) &&
				!strings.Contains(failed.Reason, test.reason) {
				t.Errorf("got %v, want again %t: %s", err, test.again, test.reason)
			}
			want := int64(1)
			if test.again {
				want = tries
			}
			diff(t, "calls", want, calls.Load())
		})
	}
}

func TestAFailureIsTriedOnceMore(t *testing.T) {
	first := true
	url, calls := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if first {
			first = false
			w.WriteHeader(500)
			return
		}
		json.NewEncoder(w).Encode(map[string]string{"SecretString": "value"})
	})
	got, err := open(t, variables("AWS_ENDPOINT_URL_SECRETS_MANAGER", url)).Fetch(t.Context(), credentials.Reference{Secret: "a"})
	diff(t, "value and error", []any{"value", nil}, []any{got, err})
	diff(t, "calls", int64(2), calls.Load())
}

func TestASlowStoreEndsWithTheAttempt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	url, calls := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // only then does the server notice that the client has gone
		cancel()
		<-r.Context().Done()
	})
	_, err := open(t, variables("AWS_ENDPOINT_URL", url)).Fetch(ctx, credentials.Reference{Secret: "a"})
	diff(t, "error", error(&egress.CredentialError{
		Reason: "secret a: Secrets Manager has not answered within the time of the attempt", Again: true}), err)
	diff(t, "calls", int64(1), calls.Load())
}

func TestAStoreThatIsNotThere(t *testing.T) {
	// A port that was free a moment ago may be another test's by now.
	const nobody = "127.0.0.1:1"
	_, err := open(t, variables("AWS_ENDPOINT_URL", "http://"+nobody)).Fetch(t.Context(), credentials.Reference{Parameter: "/a"})
	want := "parameter /a: no connection to Parameter Store (" + nobody + "): connect: connection refused"
	diff(t, "error", error(&egress.CredentialError{Reason: want, Again: true}), err)
}

func TestVariablesThatAreMissing(t *testing.T) {
	for name, value := range map[string]string{"AWS_REGION": "", "AWS_ACCESS_KEY_ID": "", "AWS_ENDPOINT_URL": "127.0.0.1:5000"} {
		_, err := open(t, variables(name, value)).Fetch(t.Context(), credentials.Reference{Secret: "a"})
		var failed *egress.CredentialError
		if !errors.As(err, &failed) || failed.Again || !strings.Contains(failed.Reason, name) {
			t.Errorf("got %v, want %s", err, name)
		}
	}
}
