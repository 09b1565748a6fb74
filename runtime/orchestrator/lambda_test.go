package orchestrator

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

// changed is an environment with one variable set otherwise.
func changed(getenv func(string) string, name, value string) func(string) string {
	return func(asked string) string {
		if asked == name {
			return value
		}
		return getenv(asked)
	}
}

// TestEndpoint: a local endpoint is called as it is written, and
// StartSyncExecution does not get its host prefix there.
func TestEndpoint(t *testing.T) {
	s := newService(t, func(call) reply { return succeeded(t, contract.Response{StatusCode: 200}) })
	for name, getenv := range map[string]func(string) string{
		"of the service":  changed(variables(s.url), "AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
		"of all services": changed(changed(variables(s.url), "AWS_ENDPOINT_URL_SFN", ""), "AWS_ENDPOINT_URL", s.url),
	} {
		t.Run(name, func(t *testing.T) {
			log := &lockedBuffer{}
			o, err := start(expressConfig(), getenv)
			if err != nil {
				t.Fatal(err)
			}
			o.env.Log = contract.NewLogger(log)
			got, err := o.Handle(t.Context(), request("GET", "/"))
			if err != nil || got.StatusCode != 200 {
				t.Errorf("answered %d %s, %v", got.StatusCode, got.Body, err)
			}
			if line := log.String(); !strings.HasPrefix(line, `{"timestamp":"`) {
				t.Errorf("it logs %s", line)
			}
		})
	}
	for _, c := range s.calls("StartSyncExecution") {
		if "http://"+c.host != s.url {
			t.Errorf("called the host %s, want %s", c.host, s.url)
		}
	}
}

// TestHostInTheCloud: without an endpoint the region's own hosts are called,
// the one for StartSyncExecution with its prefix.
func TestHostInTheCloud(t *testing.T) {
	var hosts []string
	client, err := newClient(variables(""))
	if err != nil {
		t.Fatal(err)
	}
	record := doer(func(r *http.Request) (*http.Response, error) {
		hosts = append(hosts, r.URL.Scheme+"://"+r.URL.Host)
		return nil, &net.OpError{Op: "dial", Err: context.Canceled}
	})
	use := func(options *sfn.Options) { once(options); options.HTTPClient = record }
	arn, input := testMachine, "{}"
	_, _ = client.StartSyncExecution(t.Context(), &sfn.StartSyncExecutionInput{StateMachineArn: &arn, Input: &input}, use)
	_, _ = client.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &arn, Input: &input}, use)
	want := []string{"https://sync-states.eu-west-1.amazonaws.com", "https://states.eu-west-1.amazonaws.com"}
	if diff := cmp.Diff(want, hosts); diff != "" {
		t.Errorf("hosts (-want +got):\n%s", diff)
	}
}

type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(r *http.Request) (*http.Response, error) { return d(r) }

func TestCredentialsAreReadAtEachCall(t *testing.T) {
	token := "first"
	provider := credentialsFrom(func(name string) string { return name + "=" + token })
	for _, token = range []string{"first", "second"} {
		got, err := provider.Retrieve(t.Context())
		if err != nil || got.SessionToken != "AWS_SESSION_TOKEN="+token || got.SecretAccessKey != "AWS_SECRET_ACCESS_KEY="+token {
			t.Errorf("got %q, %v, want the %s token", got.SessionToken, err, token)
		}
	}
}

func TestNoCredentials(t *testing.T) {
	s := newService(t, func(c call) reply { t.Errorf("called: %+v", c); return refused(500, "InternalFailure") })
	o, err := start(expressConfig(), changed(variables(s.url), "AWS_SECRET_ACCESS_KEY", ""))
	if err != nil {
		t.Fatal(err)
	}
	log := &lockedBuffer{}
	o.env.Log = newTestLog(log)
	got, err := o.Handle(t.Context(), request("GET", "/"))
	if err != nil || got.StatusCode != 500 || problemType(t, got) != "misconfigured" {
		t.Errorf("answered %d %s, %v, want 500 misconfigured", got.StatusCode, got.Body, err)
	}
	if !strings.Contains(log.String(), "AWS_SECRET_ACCESS_KEY is not set") {
		t.Errorf("the log does not say what is wrong: %s", log)
	}
}

func TestBadStart(t *testing.T) {
	with := func(change func(*Config)) Config {
		cfg := expressConfig()
		change(&cfg)
		return cfg
	}
	env := variables("")
	tests := []struct {
		name   string
		cfg    Config
		getenv func(string) string
		want   string
	}{
		{"no region", expressConfig(), changed(env, "AWS_REGION", ""),
			"AWS_REGION is not set; Lambda sets it, elsewhere set it by hand"},
		{"no state machine", expressConfig(), changed(env, contract.EnvStateMachine, ""),
			"SFNGEN_STATE_MACHINE_ARN is not set; the template sets it to the ARN of the stack's state machine"},
		{"another ARN", expressConfig(), changed(env, contract.EnvStateMachine, "arn:aws:lambda:eu-west-1:1:function:f"),
			`state machine ARN: "arn:aws:lambda:eu-west-1:1:function:f" is not of the form arn:aws:states:REGION:ACCOUNT:stateMachine:NAME`},
		{"no methods", with(func(c *Config) { c.Methods = nil }), env,
			"config: Methods is empty: no caller could send anything; name at least one, such as GET"},
		{"method in lower case", with(func(c *Config) { c.Methods = []string{"GET", "post"} }), env,
			`config: Methods[1]: "post" is no HTTP method in upper case`},
		{"header in upper case", with(func(c *Config) { c.ForwardHeaders = []string{"Accept"} }), env,
			`config: ForwardHeaders[0]: "Accept" is no header name in lower case`},
		{"workflow", with(func(c *Config) { c.Workflow = "EXPRESS" }), env,
			`config: Workflow: must be "express" or "standard", got "EXPRESS"`},
		{"no deadline", with(func(c *Config) { c.Deadline = 0 }), env,
			"config: Deadline: must be more than 0, got 0s"},
		{"express for too long", with(func(c *Config) { c.Deadline = 5*time.Minute + 1 }), env,
			`config: Deadline: an express workflow runs for 5m0s at most, got 5m0.000000001s; use "standard"`},
		{"two at once", with(func(c *Config) { c.Methods = nil; c.Workflow = "" }), env,
			"config: Methods is empty: no caller could send anything; name at least one, such as GET\n" +
				`config: Workflow: must be "express" or "standard", got ""`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := start(test.cfg, test.getenv)
			if err == nil || err.Error() != test.want {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
}

// TestMain lets a test run Handler, which ends the process, in a process of its own.
func TestMain(m *testing.M) {
	if os.Getenv("SFNGEN_TEST_START") != "" {
		Handler(Config{Methods: []string{"GET"}, Workflow: contract.WorkflowExpress})
	}
	os.Exit(m.Run())
}

func TestStartEndsWithABadConfig(t *testing.T) {
	process := exec.CommandContext(t.Context(), os.Args[0])
	process.Env = append(os.Environ(), "SFNGEN_TEST_START=1", "AWS_REGION=eu-west-1", contract.EnvStateMachine+"="+testMachine)
	var stderr strings.Builder
	process.Stderr = &stderr
	err := process.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 || stderr.String() != "orchestrator: config: Deadline: must be more than 0, got 0s\n" {
		t.Errorf("ended with %v and said %q", err, stderr.String())
	}
}

func TestNewWithoutAClient(t *testing.T) {
	_, err := New(expressConfig(), Environment{StateMachineARN: testMachine})
	if err == nil || err.Error() != "environment: StepFunctions is nil; pass an *sfn.Client" {
		t.Errorf("error %v", err)
	}
}

func TestExecutionARN(t *testing.T) {
	tests := []struct{ name, machine, want string }{
		{"aws", testMachine, testRun + "n"},
		{"China", "arn:aws-cn:states:cn-north-1:1:stateMachine:m", "arn:aws-cn:states:cn-north-1:1:execution:m:n"},
		{"GovCloud", "arn:aws-us-gov:states:us-gov-west-1:1:stateMachine:m", "arn:aws-us-gov:states:us-gov-west-1:1:execution:m:n"},
		{"version", "arn:aws:states:r:1:stateMachine:m:3", "arn:aws:states:r:1:execution:m:n"},
		{"too short", "arn:aws:states:r:1:stateMachine", ""},
		{"no name", "arn:aws:states:r:1:stateMachine:", ""},
		{"an execution", testRun + "n", ""},
		{"nothing", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			machine, err := parseMachineARN(test.machine)
			if (err != nil) != (test.want == "") || err == nil && machine.execution("n") != test.want {
				t.Errorf("got %q, %v, want %q", machine.execution("n"), err, test.want)
			}
		})
	}
}

func TestDefaultsOfTheEnvironment(t *testing.T) {
	o, err := start(expressConfig(), variables("http://127.0.0.1:1"))
	if err != nil {
		t.Fatal(err)
	}
	if o.env.Clock != (contract.SystemClock{}) || o.env.Random != rand.Reader || o.env.Log == nil {
		t.Errorf("the environment is %+v", o.env)
	}
	clock, random, log := newVirtualClock(), strings.NewReader(""), newTestLog(io.Discard)
	env := Environment{Clock: clock, Random: random, Log: log}.withDefaults()
	if env.Clock != clock || env.Random != random || env.Log != log {
		t.Errorf("what was set became %+v", env)
	}
}

// bodies notes what the requests carry.
type bodies struct{ writesItself, text []string }

func (b *bodies) Do(r *http.Request) (*http.Response, error) {
	if _, ok := r.Body.(io.WriterTo); ok {
		b.writesItself = append(b.writesItself, r.Method)
	}
	text, err := io.ReadAll(r.Body)
	b.text = append(b.text, string(text))
	return nil, errors.Join(err, errors.New("no answer"))
}

// net/http must read a request's body: the SDK's own way of writing it loses
// answers.
func TestTheSDKsBodiesAreReadNotWritten(t *testing.T) {
	seen := &bodies{}
	body, err := smithyhttp.NewStackRequest().(*smithyhttp.Request).SetStream(strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	request := body.Build(t.Context())
	if _, ok := request.Body.(io.WriterTo); !ok {
		t.Log("the SDK's bodies have no WriteTo any more: plainBodies can go")
	}
	_, _ = plainBodies{seen}.Do(request) // the answer does not matter
	if len(seen.writesItself) > 0 || len(seen.text) != 1 || seen.text[0] != "{}" {
		t.Errorf("%+v", seen)
	}
	client, err := newClient(variables("http://127.0.0.1:1"))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := client.Options().HTTPClient.(plainBodies); !ok {
		t.Errorf("the client sends with %T", client.Options().HTTPClient)
	}
}
