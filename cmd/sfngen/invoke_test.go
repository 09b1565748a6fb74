package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/aws/invoke"
	"github.com/sfngen/sfngen/internal/fakeaws"
	door "github.com/sfngen/sfngen/internal/fakeaws/functionurl"
	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/functionurl"
	"github.com/sfngen/sfngen/spec"
)

const invokeSpec = `version: 1
name: orders
upstream: {url: https://api.example/v1, methods: [GET, POST]}
retry: {maxAttempts: 2, backoff: {strategy: none}}
egress: {start: first}
`

// deployedStack runs a stack here as if it were deployed as orders-live: behind a
// function URL that checks signatures, and known to CloudFormation.
func deployedStack(t *testing.T, text string, api http.HandlerFunc) {
	t.Helper()
	upstream := httptest.NewServer(api)
	t.Cleanup(upstream.Close)
	s, findings := stack.LoadWith(stack.Source{Name: "spec.yaml", Text: []byte(text)}, func(s *spec.Spec) {
		if err := s.OverrideUpstream(upstream.URL); err != nil {
			t.Fatal(err)
		}
	})
	if s == nil {
		t.Fatal(findings)
	}
	workflow, err := local.Start(t.Context(), s, local.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = workflow.Close(ctx) // a test that leaves something running is about that
	})
	url := httptest.NewServer(door.Door{AccessKey: "AKIAEXAMPLE", Secret: "secret", Region: fakeaws.Region, Now: time.Now,
		Next: functionurl.New(functionurl.Options{Function: "orders-orchestrator", Invoke: workflow.Lambda().Invoke})})
	t.Cleanup(url.Close)
	fakeaws.Serve(t, map[string]http.Handler{"cloudformation": oneStack("orders-live", string(s.File(stack.TemplateFile)), url.URL+"/")})
}

// oneStack is CloudFormation, as far as it tells of one stack.
func oneStack(name, template, url string) http.Handler {
	escaped := func(text string) string {
		var out bytes.Buffer
		_ = xml.EscapeText(&out, []byte(text)) // to memory
		return out.String()
	}
	result := func(action, inner string) string {
		return "<" + action + `Response xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><` + action + "Result>" + inner + "</" +
			action + "Result></" + action + "Response>"
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		switch action := r.PostFormValue("Action"); {
		case action == "GetTemplate":
			_, _ = w.Write([]byte(result(action, "<TemplateBody>"+escaped(template)+"</TemplateBody>")))
		case r.PostFormValue("StackName") == name:
			_, _ = w.Write([]byte(result(action,
				"<Stacks><member><StackName>"+name+"</StackName><StackId>arn:aws:cloudformation:eu-central-1:123456789012:stack/"+name+"/1</StackId>"+
					"<StackStatus>UPDATE_COMPLETE</StackStatus><CreationTime>2026-03-01T12:00:00Z</CreationTime>"+
					"<Outputs><member><OutputKey>FunctionUrl</OutputKey><OutputValue>"+url+"</OutputValue></member></Outputs></member></Stacks>")))
		default:
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id ` +
				r.PostFormValue("StackName") + ` does not exist</Message></Error></ErrorResponse>`))
		}
	})
}

// runInvoke is run for this command alone: its error decides the exit status.
func runInvoke(args ...string) (stdout, stderr string, err error) {
	var out, errOut bytes.Buffer
	c := invokeCommand()
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetArgs(args)
	c.SetIn(strings.NewReader(""))
	c.SetOut(&out)
	c.SetErr(&errOut)
	err = c.ExecuteContext(context.Background())
	return out.String(), errOut.String(), err
}

var executionName = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)

func TestInvokeGivesTheAnswerAndItsStory(t *testing.T) {
	t.Chdir(t.TempDir())
	calls := 0
	deployedStack(t, invokeSpec, func(w http.ResponseWriter, r *http.Request) {
		if calls++; calls == 1 {
			w.WriteHeader(429)
			return
		}
		w.Header().Set("X-Path", r.RequestURI)
		w.WriteHeader(201)
		_, _ = w.Write([]byte("made"))
	})
	stdout, stderr, err := runInvoke("orders-live", "get", "/orders?a=b c", "-i", "--region", "eu-central-1")
	if err != nil || !strings.HasPrefix(stdout, "HTTP/1.1 201 Created\r\n") || !strings.Contains(stdout, "X-Path: /orders?a=b%20c\r\n") ||
		!strings.HasSuffix(stdout, "\r\n\r\nmade") {
		t.Errorf("%v, stdout %s", err, stdout)
	}
	lines := strings.Split(executionName.ReplaceAllString(stderr, "NAME"), "\n")
	if !strings.HasPrefix(lines[0], "201 Created, 2 attempts, answered through egress 2, execution NAME, took ") ||
		lines[1] != "its attempts: sfngen trace orders-live NAME --region eu-central-1" {
		t.Errorf("stderr %s", stderr)
	}
}

// What docs/operations.md shows of a vendor that is down.
func TestOperationsShowsTheRealStory(t *testing.T) {
	t.Chdir(t.TempDir())
	deployedStack(t, strings.Replace(invokeSpec, "maxAttempts: 2", "maxAttempts: 3", 1),
		func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
	_, stderr, _ := runInvoke("orders-live", "GET", "/orders", "-i")
	took := regexp.MustCompile(`took \S+`)
	same := func(text string) string {
		return took.ReplaceAllString(executionName.ReplaceAllString(text, "NAME"), "took")
	}
	if want := strings.ReplaceAll(same(stderr), "orders-live", "acme-orders"); !strings.Contains(same(operationsPage(t)),
		"```\n"+want+"```\n") {
		t.Errorf("the page lacks\n%s", want)
	}
}

// The status decides the exit status, whosever it is.
func TestInvokeOfAnErrorIsAFinding(t *testing.T) {
	t.Chdir(t.TempDir())
	deployedStack(t, invokeSpec, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) })
	stdout, _, err := runInvoke("orders-live", "POST", "/", "-d", "a=1", "--json")
	var record invoke.Record
	if decoded := json.Unmarshal([]byte(stdout), &record); !errors.Is(err, errFindings) || decoded != nil ||
		record.Response.StatusCode != 404 || record.Attempts != 1 {
		t.Errorf("%v, %v, stdout %s", err, decoded, stdout)
	}
	t.Setenv("AWS_SECRET_ACCESS_KEY", "another")
	stdout, stderr, err := runInvoke("orders-live", "GET", "/")
	if want := "403 Forbidden, not the API's own answer: AWS does not take the signature (The request signature we calculated does not " +
		"match the signature you provided)."; !errors.Is(err, errFindings) || !strings.HasPrefix(stderr, want) || stdout == "" {
		t.Errorf("%v, stdout %s, stderr %s, want %s", err, stdout, stderr, want)
	}
}

// cancelling ends a command as Ctrl-C does, once it has written a text.
type cancelling struct {
	bytes.Buffer
	at     string
	cancel func()
}

func (c *cancelling) Write(part []byte) (int, error) {
	n, err := c.Buffer.Write(part)
	if strings.Contains(c.String(), c.at) {
		c.cancel()
	}
	return n, err
}

func TestInvokeWaitsUntilSomebodyDoesNot(t *testing.T) {
	t.Chdir(t.TempDir())
	release := make(chan struct{})
	defer close(release)
	deployedStack(t, strings.Replace(invokeSpec, "maxAttempts: 2,", "maxAttempts: 2, deadline: 1h,", 1)+"workflow: {type: standard}\n",
		func(http.ResponseWriter, *http.Request) { <-release })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stderr := &cancelling{at: "for its answer: sfngen invoke orders-live GET /.sfngen/executions/", cancel: cancel}
	c := invokeCommand()
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetArgs([]string{"orders-live", "GET", "/", "--wait"})
	c.SetErr(stderr)
	c.SetOut(new(bytes.Buffer))
	err := c.ExecuteContext(ctx)
	if want := "interrupted: the execution continues, its answer will be at /.sfngen/executions/"; err == nil ||
		!strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want %s; stderr %s", err, want, stderr)
	}
}

func TestInvokeSaysThatTheFolderIsAhead(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "orders.yaml", invokeSpec+"triggers: {functionUrl: {auth: none}}\n")
	if code, _, stderr := run("build", "orders.yaml"); code != 0 {
		t.Fatal(stderr)
	}
	deployedStack(t, invokeSpec, func(http.ResponseWriter, *http.Request) {})
	_, stderr, err := runInvoke("orders", "GET", "/", "--stack-name", "orders-live")
	want := "note: auth of the function URL is iam in AWS and none in " + "stacks" + string(os.PathSeparator) +
		"orders; sfngen deploy brings that to AWS\n"
	if err != nil || !strings.HasPrefix(stderr, want) || !strings.Contains(stderr, " --stack-name orders-live\n") {
		t.Errorf("%v, stderr %s, want %s", err, stderr, want)
	}
}

func TestInvokeWithoutAnAnswerIsTrouble(t *testing.T) {
	t.Chdir(t.TempDir())
	deployedStack(t, invokeSpec, func(http.ResponseWriter, *http.Request) {})
	for _, test := range []struct {
		name string
		args []string
		want string
	}{
		{"no such stack", []string{"nothing", "GET", "/"},
			"no such CloudFormation stack nothing in eu-central-1 of account 123456789012: sfngen deploy creates it; --stack-name, --region " +
				"and --profile look elsewhere"},
		{"a path", []string{"./nothing", "GET", "/"}, "no such stack: there is no folder ./nothing;"},
		{"a word too few", []string{"orders-live", "GET"}, "invoke takes a STACK, a METHOD and a PATH, got 2 of them; see 'invoke --help'"},
		{"curl's --json", []string{"--json", "{}", "orders-live", "POST", "/"}, "--json prints the record here and takes no value"},
		{"curl's -X", []string{"-X", "POST", "orders-live"},
			`invalid argument "POST" for "-X, --request" flag: METHOD is the second argument: sfngen invoke STACK POST /path`},
		{"an empty region", []string{"orders-live", "GET", "/", "--region", ""}, `invalid argument "" for "--region" flag: is empty`},
		{"a header of the signature's", []string{"orders-live", "GET", "/", "-H", "Authorization: Bearer x"}, "-H Authorization: with auth: iam"},
		{"no slash", []string{"orders-live", "GET", "orders"}, "PATH must begin with a slash"},
	} {
		t.Run(test.name, func(t *testing.T) {
			stdout, _, err := runInvoke(test.args...)
			if err == nil || errors.Is(err, errFindings) || !strings.HasPrefix(err.Error(), test.want) || stdout != "" {
				t.Errorf("got %v, want %s; stdout %s", err, test.want, stdout)
			}
		})
	}
}
