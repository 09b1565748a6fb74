package awscall

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var (
	noon  = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	table = Service{Title: "DynamoDB", Name: "dynamodb", Version: "1.0", Variable: "AWS_ENDPOINT_URL_DYNAMODB"}
	ssm   = Service{Title: "Parameter Store", Name: "ssm", Version: "1.1", Variable: "AWS_ENDPOINT_URL_SSM"}

	secrets = Service{Title: "Secrets Manager", Name: "secretsmanager", Version: "1.1", HasBoth: true}
)

func client(more ...string) *Client {
	all := map[string]string{
		"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "its-secret", "AWS_SESSION_TOKEN": "its-token",
	}
	for i := 0; i < len(more); i += 2 {
		all[more[i]] = more[i+1]
	}
	return New(Options{
		Getenv: func(name string) string { return all[name] }, Now: func() time.Time { return noon },
		Limit: time.Minute, Idle: time.Minute, Most: 100, // longer than a busy machine takes
	})
}

func dual(region string) []string {
	return []string{"AWS_REGION", region, "AWS_USE_DUALSTACK_ENDPOINT", "true"}
}

func TestEndpoints(t *testing.T) {
	for _, test := range []struct {
		name      string
		of        Service
		variables []string
		want      string
	}{
		{"a region", table, nil, "https://dynamodb.eu-central-1.amazonaws.com/"},
		{"Parameter Store", ssm, nil, "https://ssm.eu-central-1.amazonaws.com/"},
		{"both families", table, dual("eu-central-1"), "https://dynamodb.eu-central-1.api.aws/"},
		{"both families, written large", table, []string{"AWS_USE_DUALSTACK_ENDPOINT", "TRUE"}, "https://dynamodb.eu-central-1.api.aws/"},
		{"both families in China", table, dual("cn-north-1"), "https://dynamodb.cn-north-1.api.amazonwebservices.com.cn/"},
		{"both families of Parameter Store in GovCloud", ssm, dual("us-gov-west-1"), "https://ssm.us-gov-west-1.api.aws/"},
		{"the ordinary name has both", secrets, dual("eu-central-1"), "https://secretsmanager.eu-central-1.amazonaws.com/"},
		{"the ordinary name has both in China", secrets, dual("cn-north-1"), "https://secretsmanager.cn-north-1.amazonaws.com.cn/"},
		{"the ordinary name has both in GovCloud", secrets, dual("us-gov-east-1"), "https://secretsmanager.us-gov-east-1.amazonaws.com/"},
		{"but not everywhere", secrets, dual("eusc-de-east-1"), "https://secretsmanager.eusc-de-east-1.api.amazonwebservices.eu/"},
		{"China", ssm, []string{"AWS_REGION", "cn-north-1"}, "https://ssm.cn-north-1.amazonaws.com.cn/"},
		{"GovCloud", ssm, []string{"AWS_REGION", "us-gov-west-1"}, "https://ssm.us-gov-west-1.amazonaws.com/"},
		{"one's own", table, []string{"AWS_ENDPOINT_URL", "http://127.0.0.1:5000"}, "http://127.0.0.1:5000/"},
		{"one's own before all", table, []string{"AWS_ENDPOINT_URL", "http://127.0.0.1:5000", "AWS_ENDPOINT_URL_DYNAMODB",
			"https://vpce-1.example/base/"}, "https://vpce-1.example/base/"},
		{"of another service", table, []string{"AWS_ENDPOINT_URL_SSM", "http://127.0.0.1:5000"}, "https://dynamodb.eu-central-1.amazonaws.com/"},
	} {
		t.Run(test.name, func(t *testing.T) {
			req, err := client(test.variables...).request(t.Context(), Call{Of: test.of})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, req.URL.String()); diff != "" {
				t.Errorf("endpoint (-want +got):\n%s", diff)
			}
		})
	}
}

// A pool asks before every call: a connection for each would cost more than the answer.
// net/http itself closes one whose writer comes to its end 50 ms after the answer, as on a
// busy machine.
func TestConnectionsAreKept(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "{}") }))
	defer server.Close()
	c := client("AWS_ENDPOINT_URL", server.URL)
	var left, reused bool
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		GotConn:     func(got httptrace.GotConnInfo) { reused = got.Reused },
		PutIdleConn: func(err error) { left = err == nil },
	})
	for try := 0; try < 100 && !left; try++ {
		if _, err := c.Do(ctx, Call{Of: table}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Do(ctx, Call{Of: table}); err != nil || !reused {
		t.Errorf("a call left its connection: %v, the next one took it: %v (%v)", left, reused, err)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "http://127.0.0.1:1/")
		w.WriteHeader(http.StatusFound)
		io.WriteString(w, strings.Repeat("x", 200))
	}))
	defer server.Close()
	answer, err := client("AWS_ENDPOINT_URL", server.URL).Do(t.Context(), Call{Of: table})
	if err != nil || answer.Status != http.StatusFound || len(answer.Body) != 100 {
		t.Errorf("got %d with %d bytes, %v, want the redirect itself with 100", answer.Status, len(answer.Body), err)
	}
}

func TestFailureReadsCodesInEveryForm(t *testing.T) {
	for _, test := range []struct{ header, body, want string }{
		{"", `{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"no"}`, "ConditionalCheckFailedException"},
		{"AccessDeniedException:http://internal.amazon.com/", `{}`, "AccessDeniedException"},
		{"", `{"code":"X"}`, "X"},
		{"", `{"__type":"not a\ncode"}`, ""},
		{"", `<html>`, ""},
	} {
		got, _ := Answer{Header: http.Header{"X-Amzn-Errortype": {test.header}}, Body: []byte(test.body)}.Failure()
		if got != test.want {
			t.Errorf("%q %s: got %q, want %q", test.header, test.body, got, test.want)
		}
	}
}
