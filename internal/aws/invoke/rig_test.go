package invoke_test

import (
	"context"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/invoke"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/curl"
	"github.com/sfngen/sfngen/internal/fakeaws"
	door "github.com/sfngen/sfngen/internal/fakeaws/functionurl"
	fakelambda "github.com/sfngen/sfngen/internal/fakeaws/lambda"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/functionurl"
	"github.com/sfngen/sfngen/spec"
)

const orders = `version: 1
name: orders
upstream: {url: https://api.example/v1, methods: [GET, POST, PUT]}
retry: {maxAttempts: 3, backoff: {strategy: none}}
egress: {start: first}
`

// at is when everything happens: a signature has a time.
var at = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func now() time.Time { return at }

// rig is a stack as it is deployed: its Lambdas and its workflow run here, behind
// what stands for AWS.
type rig struct {
	workflow *local.Workflow
	cloud    *cloud.Cloud
	stack    *live.Stack

	mu   sync.Mutex
	uris []string // what the API was asked for
	sent []*http.Request
	wire []string // what the function URL was
}

// deploy runs the stack of a spec. API answers in the place of the vendor's.
func deploy(t *testing.T, text string, api http.HandlerFunc) *rig {
	t.Helper()
	r := &rig{}
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		r.uris, r.sent = append(r.uris, req.RequestURI), append(r.sent, req.Clone(context.Background()))
		r.mu.Unlock()
		api(w, req)
	}))
	t.Cleanup(upstream.Close)
	s, findings := stack.LoadWith(stack.Source{Name: "spec.yaml", Text: []byte(text)}, func(s *spec.Spec) {
		if err := s.OverrideUpstream(upstream.URL + "/v1"); err != nil {
			t.Fatal(err)
		}
	})
	if s == nil {
		t.Fatal(findings)
	}
	summary, err := cfn.Read(s.File(stack.TemplateFile))
	if err != nil {
		t.Fatal(err)
	}
	if r.workflow, err = local.Start(t.Context(), s, local.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = r.workflow.Close(ctx) // a test that leaves something running is about that
	})
	r.stack = &live.Stack{Name: s.Name, Status: types.StackStatusCreateComplete, Summary: summary, Outputs: map[string]string{},
		Template: string(s.File(stack.TemplateFile))}
	r.open(t)
	return r
}

// open serves what the template declares: a function URL that lets in those whom
// its AuthType lets in, and Lambda's own API.
func (r *rig) open(t *testing.T) {
	t.Helper()
	orchestrator := r.stack.Summary.Orchestrator
	fakeaws.Serve(t, map[string]http.Handler{"lambda": fakelambda.New(map[string]fakelambda.Function{orchestrator: r.invoked})})
	t.Setenv("AWS_SESSION_TOKEN", "token/+=")
	var err error
	if r.cloud, err = cloud.Open(t.Context(), cloud.Options{}); err != nil {
		t.Fatal(err)
	}
	var handler http.Handler = functionurl.New(functionurl.Options{Function: orchestrator, Invoke: r.workflow.Lambda().Invoke})
	switch r.stack.Summary.AuthType {
	case "":
		return
	case "AWS_IAM":
		handler = door.Door{AccessKey: "AKIAEXAMPLE", Secret: "secret", Token: "token/+=", Region: fakeaws.Region, Now: now, Next: handler}
		r.stack.Outputs["CallerPolicyArn"] = "arn:aws:iam::123456789012:policy/orders-CallerPolicy"
	}
	r.serve(t, handler)
}

// serve puts another function URL in the place of the stack's.
func (r *rig) serve(t *testing.T, handler http.Handler) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		r.wire = append(r.wire, req.RequestURI)
		r.mu.Unlock()
		handler.ServeHTTP(w, req)
	}))
	t.Cleanup(server.Close)
	r.stack.Outputs["FunctionUrl"] = server.URL + "/"
}

// serveTLS puts a front before the function URL whose certificate's authority,
// the PEM file, this machine does not know.
func (r *rig) serveTLS(t *testing.T) (authority string) {
	t.Helper()
	behind, err := url.Parse(r.stack.Outputs["FunctionUrl"])
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(&httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
		p.Out.URL.Scheme, p.Out.URL.Host = behind.Scheme, behind.Host
		p.Out.Host = p.In.Host // which is signed
	}})
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // of the client that turns away
	server.StartTLS()
	t.Cleanup(server.Close)
	r.stack.Outputs["FunctionUrl"] = server.URL + "/"
	authority = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}),
		0o600); err != nil {
		t.Fatal(err)
	}
	return authority
}

// invoked is the orchestrator, for who calls it by Lambda's API.
func (r *rig) invoked(ctx context.Context, payload []byte) fakelambda.Reply {
	result, err := r.workflow.Lambda().Invoke(ctx, r.stack.Summary.Orchestrator, payload)
	if err != nil {
		return fakelambda.Reply{Refusal: &fakelambda.Refusal{Status: 500, Code: "ServiceException", Message: err.Error()}}
	}
	return fakelambda.Reply{Payload: result.Payload, FunctionError: result.FunctionError}
}

func (r *rig) endpoint(t *testing.T, o invoke.Options) *invoke.Endpoint {
	t.Helper()
	o.Now = now
	e, err := invoke.Open(r.cloud, r.stack, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func (r *rig) send(t *testing.T, request curl.Request) invoke.Reply {
	t.Helper()
	reply, err := r.endpoint(t, invoke.Options{}).Send(t.Context(), request, strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

// asked is what the API was asked for, once.
func (r *rig) asked(t *testing.T) (uri string, request *http.Request) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.uris) != 1 {
		t.Fatalf("the API was asked %d times: %q", len(r.uris), r.uris)
	}
	return r.uris[0], r.sent[0]
}

func answering(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// replaceLambda puts another orchestrator behind Lambda's API, for a client that
// goes by AWS_MAX_ATTEMPTS.
func (r *rig) replaceLambda(t *testing.T, orchestrator fakelambda.Function) {
	t.Helper()
	attempts := os.Getenv("AWS_MAX_ATTEMPTS")
	functions := map[string]fakelambda.Function{r.stack.Summary.Orchestrator: orchestrator}
	fakeaws.Serve(t, map[string]http.Handler{"lambda": fakelambda.New(functions)})
	t.Setenv("AWS_MAX_ATTEMPTS", attempts)
	var err error
	if r.cloud, err = cloud.Open(t.Context(), cloud.Options{}); err != nil {
		t.Fatal(err)
	}
}
