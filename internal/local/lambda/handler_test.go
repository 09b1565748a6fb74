package lambda_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	awslambda "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/sfngen/sfngen/internal/local/lambda"
)

// TestMain lets this test binary act as a bootstrap: if there is a Runtime API, it
// runs the function below instead of tests.
func TestMain(m *testing.M) {
	switch {
	case os.Getenv("AWS_LAMBDA_RUNTIME_API") != "":
	case os.Getenv("LAMBDA_TEST_PARENT") != "":
		beParent(os.Getenv("LAMBDA_TEST_PARENT"))
	default:
		os.Exit(m.Run())
	}
	handler, err := newHandler(os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	awslambda.Start(handler)
}

// beParent runs a function, prints its process id, and waits to be killed while the
// function hangs. The function touches the file at path then.
func beParent(path string) {
	s := lambda.New(lambda.Options{})
	if err := s.Put(lambda.Function{Name: "subject", Timeout: time.Minute, Code: lambda.Binary(os.Args[0])}); err != nil {
		panic(err)
	}
	result, err := s.Invoke(context.Background(), "subject", []byte(`{"do":"signals"}`))
	fmt.Println(string(result.Payload), err)
	_, _ = s.Invoke(context.Background(), "subject", []byte(`{"do":"hang","path":"`+path+`"}`))
}

// inProcess and asBinary are the same function.
func inProcess(*testing.T) lambda.Code {
	return lambda.InProcess(func(env func(string) string) (lambda.Handler, error) { return newHandler(env) })
}

func asBinary(t *testing.T) lambda.Code {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return lambda.Binary(path)
}

// newHandler is the function's main: at start it does what INIT says.
func newHandler(env func(string) string) (lambda.Handler, error) {
	switch env("INIT") {
	case "fail":
		return nil, errors.New("init: no such setting")
	case "panic":
		panic("init: broken")
	case "exit":
		os.Exit(0)
	case "hang":
		select {}
	case "report":
		return nil, report(env("AWS_LAMBDA_RUNTIME_API"))
	case "report and stay":
		_ = report(env("AWS_LAMBDA_RUNTIME_API"))
		select {}
	}
	return awslambda.NewHandler(subject{env}.handle), nil
}

// report reports to the Runtime API why the function cannot start.
func report(api string) error {
	response, err := http.Post("http://"+api+"/2018-06-01/runtime/init/error", "application/json",
		strings.NewReader(`{"errorType":"Config.Missing","errorMessage":"no key"}`))
	if err != nil {
		return err
	}
	return errors.Join(response.Body.Close(), errors.New("no key"))
}

// event says what the function must do.
type event struct {
	Do   string `json:"do"`
	Text string `json:"text,omitempty"`
	Path string `json:"path,omitempty"`
}

type subject struct {
	env func(string) string
}

type typedError struct{ Code int }

func (e *typedError) Error() string { return fmt.Sprint("typed ", e.Code) }

func (s subject) handle(ctx context.Context, e event) (any, error) {
	switch e.Do {
	case "echo":
		return e.Text, nil
	case "large":
		return strings.Repeat("a", len(e.Text)+7<<20), nil
	case "stream":
		return io.MultiReader(strings.NewReader(`"whole"`)), nil
	case "broken stream":
		return io.MultiReader(strings.NewReader(`"half`), brokenReader{}), nil
	case "hang":
		touch(e.Path)
		select {}
	case "wait":
		touch(e.Path)
		for !touched(e.Path + ".go") {
			time.Sleep(time.Millisecond)
		}
		return os.Getpid(), nil
	case "listen":
		<-ctx.Done()
		return nil, ctx.Err()
	case "about":
		return s.about(ctx), nil
	case "env":
		return os.Environ(), nil
	case "print":
		fmt.Print("one\ntw")
		fmt.Print("o\nthree")
		return nil, nil
	case "orphan":
		return orphan(e.Path)
	case "signals":
		signal.Ignore(syscall.SIGTERM)
		return os.Getpid(), nil
	}
	return s.fail(e)
}

func (s subject) fail(e event) (any, error) {
	switch e.Do {
	case "error":
		return nil, errors.New("plain <&>")
	case "wrapped":
		return nil, fmt.Errorf("outer: %w", &typedError{3})
	case "typed":
		return nil, &typedError{3}
	case "own":
		return nil, messages.InvokeResponse_Error{Type: "Upstream.Transient", Message: `{"a":1}`}
	case "own pointer":
		return nil, &messages.InvokeResponse_Error{Type: "Upstream.Transient", Message: "m"}
	case "last words":
		return nil, messages.InvokeResponse_Error{Type: "Upstream.Gone", Message: "m", ShouldExit: true}
	case "unmarshalable":
		return func() {}, nil
	case "panic":
		panic("broken " + e.Text)
	case "panic with an error":
		panic(&typedError{4})
	case "panic with its own":
		panic(messages.InvokeResponse_Error{Type: "Upstream.Panic", Message: "m"})
	case "index":
		return []int{}[len(e.Text)], nil
	case "exit 3":
		os.Exit(3)
	case "exit 0":
		os.Exit(0)
	}
	return nil, fmt.Errorf("cannot %q", e.Do)
}

func (s subject) about(ctx context.Context) map[string]any {
	lc, _ := lambdacontext.FromContext(ctx)
	deadline, _ := ctx.Deadline()
	return map[string]any{
		"requestID": lc.AwsRequestID, "arn": lc.InvokedFunctionArn, "deadlineMs": deadline.UnixMilli(),
		"traced": strings.HasPrefix(fmt.Sprint(ctx.Value("x-amzn-trace-id")), "Root=1-"),
		"color":  s.env("COLOR"), "name": s.env("AWS_LAMBDA_FUNCTION_NAME"), "region": s.env("AWS_REGION"),
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, &typedError{5} }

// touch signals to the test that the function runs.
func touch(path string) {
	if path != "" {
		_ = os.WriteFile(path, nil, 0o600)
	}
}

func touched(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// orphan starts a process that keeps our output open, and returns its id.
func orphan(sleep string) (int, error) {
	child := exec.Command(sleep, "600")
	child.Stdout = os.Stdout
	if err := child.Start(); err != nil {
		return 0, err
	}
	return child.Process.Pid, nil
}

// service runs one function, "subject", and is closed with the test.
func service(t *testing.T, f lambda.Function, o lambda.Options) *lambda.Service {
	t.Helper()
	s := lambda.New(o)
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = s.Close(ctx)
	})
	put(t, s, f)
	return s
}

func put(t *testing.T, s *lambda.Service, f lambda.Function) {
	t.Helper()
	if f.Name == "" {
		f.Name = "subject"
	}
	if f.Timeout == 0 {
		f.Timeout = time.Minute
	}
	if err := s.Put(f); err != nil {
		t.Fatal(err)
	}
}

func invoke(t *testing.T, s *lambda.Service, e event) lambda.Result {
	t.Helper()
	result, err := s.Invoke(t.Context(), "subject", payload(t, e))
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func payload(t *testing.T, e event) []byte {
	t.Helper()
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// waitFor returns when the function has touched the file.
func waitFor(t *testing.T, path string) {
	t.Helper()
	for !touched(path) {
		if t.Context().Err() != nil {
			t.Fatal("the function did not get there")
		}
		time.Sleep(time.Millisecond)
	}
}

// logged is a log that can be read while it is written.
type logged struct {
	writes chan []byte
}

func newLog() *logged { return &logged{make(chan []byte, 100)} }

func (l *logged) Write(p []byte) (int, error) {
	l.writes <- bytes.Clone(p)
	return len(p), nil
}

// Call all when nothing writes any more.
func (l *logged) all() []string {
	close(l.writes)
	var all []string
	for w := range l.writes {
		all = append(all, string(w))
	}
	return all
}
