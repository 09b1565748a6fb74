// Package moto puts in front of a moto_server what it lacks of CloudFormation,
// so that the whole program can be tried with it: an execution of a change set
// that fails ends as AWS ends it, with events and a rollback; there are events for each
// resource; a stack has outputs; drift can be asked for. All the rest is moto's:
// the buckets, the roles, the functions, the logs, the state machines.
package moto

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/runtime/orchestrator"
)

// Gateway starts the front of the moto_server at this URL, and points the
// environment of the SDK to it. functionURL is what the output FunctionUrl is to
// say: moto has no function URLs.
func Gateway(t testing.TB, moto, functionURL string) (url string) {
	t.Helper()
	g := newGateway(t, moto, functionURL)
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	fakeaws.Environment(t, server.URL)
	return server.URL
}

type gateway struct {
	t           testing.TB
	moto        *cloudformation.Client
	logs        *cloudwatchlogs.Client
	proxy       *httputil.ReverseProxy
	functionURL string

	mu       sync.Mutex
	stacks   map[string]string   // name -> id
	template map[string]string   // name -> that of the last change set
	failed   map[string]string   // id -> the status that a failure has left
	happens  map[string][]*event // id -> the first one first
}

func newGateway(t testing.TB, moto, functionURL string) *gateway {
	target, err := url.Parse(moto)
	if err != nil {
		t.Fatal(err)
	}
	c := aws.Config{
		BaseEndpoint: &moto, Region: fakeaws.Region, HTTPClient: orchestrator.PlainBodies(http.DefaultClient),
		Credentials: credentials.NewStaticCredentialsProvider("AKIAEXAMPLE", "secret", ""),
	}
	return &gateway{
		t: t, moto: cloudformation.NewFromConfig(c), logs: cloudwatchlogs.NewFromConfig(c), functionURL: functionURL,
		proxy:  httputil.NewSingleHostReverseProxy(target),
		stacks: map[string]string{}, template: map[string]string{}, failed: map[string]string{}, happens: map[string][]*event{},
	}
}

// ServeHTTP passes on all but some operations of CloudFormation.
func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	form := formOf(r)
	name := form.Get("StackName")
	switch form.Get("Action") {
	case "CreateChangeSet":
		g.remember(name, form.Get("TemplateBody"))
		g.proxy.ServeHTTP(w, r)
	case "GetTemplate":
		g.readTemplate(w, r, form)
	case "ExecuteChangeSet":
		g.execute(w, r, form)
	case "DeleteStack":
		g.remove(w, r, name)
	case "ListStackResources":
		g.list(w, r, name)
	case "DescribeStacks":
		g.describe(w, r, name)
	case "DescribeStackEvents":
		g.events(w, r, name)
	case "DetectStackDrift", "DescribeStackDriftDetectionStatus", "DescribeStackResourceDrifts":
		g.drift(w, form.Get("Action"))
	default:
		g.proxy.ServeHTTP(w, r)
	}
}

// formOf reads a request of the Query protocol and leaves it as it was.
func formOf(r *http.Request) url.Values {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return nil
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body))
	return form
}

// pass lets moto answer and returns what it said.
func (g *gateway) pass(r *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	g.proxy.ServeHTTP(answer, r)
	return answer
}

// remember keeps a template: moto forgets that of a creation that fails.
func (g *gateway) remember(stack, template string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.template[nameOf(stack)] = template
}

// isLeft reports whether only the name of a stack remains, which moto does
// not know.
func (g *gateway) isLeft(nameOrID string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.failed[g.idOf(nameOrID)] == "ROLLBACK_COMPLETE"
}

// idOf is the id that a stack of this name has, or the last one of the name had.
func (g *gateway) idOf(nameOrID string) string {
	if id, ok := g.stacks[nameOrID]; ok {
		return id
	}
	return nameOrID
}
