package egress

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sfngen/sfngen/runtime/contract"
)

// envUpstream makes the test binary a Lambda that calls this upstream.
const envUpstream = "SFNGEN_TEST_UPSTREAM"

func TestMain(m *testing.M) {
	if upstream := os.Getenv(envUpstream); upstream != "" {
		lambda.Start(Handler(Config{Upstream: upstream, Methods: []string{"GET"}, AllowPrivate: true, Timeout: 10 * time.Second}))
	}
	os.Exit(m.Run())
}

// posted is what the Lambda told its runtime API.
type posted struct {
	path string
	body []byte
}

// runtimeAPI is Lambda's side of one invocation (the custom runtime API). The
// process is not given a second one: it waits for it until the test ends it.
func runtimeAPI(t *testing.T, in contract.Invocation) (address string, results <-chan posted) {
	t.Helper()
	out, given, over := make(chan posted, 1), make(chan struct{}, 1), make(chan struct{})
	given <- struct{}{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "POST" {
			body, _ := io.ReadAll(r.Body)
			w.WriteHeader(http.StatusAccepted)
			out <- posted{strings.TrimPrefix(r.URL.Path, "/2018-06-01/runtime/invocation/id-1/"), body}
			return
		}
		select {
		case <-given:
		case <-over:
			return
		}
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "id-1")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(time.Minute).UnixMilli(), 10))
		json.NewEncoder(w).Encode(in)
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(over) })
	return strings.TrimPrefix(server.URL, "http://"), out
}

// invoke runs this binary as a Lambda for one invocation.
func invoke(t *testing.T, upstream string, in contract.Invocation) (result posted, stdout, stderr string) {
	t.Helper()
	in.Execution.StartTime = time.Now().Format(time.RFC3339)
	address, results := runtimeAPI(t, in)
	var outText, errText bytes.Buffer
	process := exec.CommandContext(t.Context(), os.Args[0])
	process.Env = append(os.Environ(), envUpstream+"="+upstream, contract.EnvEgress+"=2", "AWS_LAMBDA_RUNTIME_API="+address)
	process.Stdout, process.Stderr = &outText, &errText
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	result = <-results
	process.Process.Kill()
	process.Wait()
	return result, outText.String(), errText.String()
}

func TestStartReportsAFailureUnderItsName(t *testing.T) {
	url, _ := serve(t, answering(404, "secret-body", "X-Token", "secret-header"))
	result, stdout, stderr := invoke(t, url, first("GET"))
	diff(t, "path", "error", result.path)
	var cause contract.Cause
	if err := json.Unmarshal(result.body, &cause); err != nil {
		t.Fatal(err)
	}
	diff(t, "errorType", contract.ErrRejected, cause.ErrorType)
	failure := readFailure(&contract.ErrorOutput{Cause: string(result.body)})
	diff(t, "body", "secret-body", failure.Response.Body)
	diff(t, "egress", 2, failure.Attempts[0].Egress)
	diff(t, "stderr", "", stderr)
	if strings.Count(stdout, "\n") != 1 || !strings.HasPrefix(stdout, `{"timestamp":"`) ||
		!strings.Contains(stdout, `"outcome":"Upstream.Rejected"`) || strings.Contains(stdout, "secret") {
		t.Errorf("stdout is not the one line of the attempt:\n%s", stdout)
	}
}

func TestStartReturnsASuccess(t *testing.T) {
	url, _ := serve(t, answering(200, "<b>"))
	result, _, stderr := invoke(t, url, first("GET"))
	diff(t, "path", "response", result.path)
	var success contract.Success
	if err := json.Unmarshal(result.body, &success); err != nil {
		t.Fatal(err)
	}
	diff(t, "body", "<b>", success.Response.Body)
	diff(t, "stderr", "", stderr)
}

func TestStartEndsOnABadConfig(t *testing.T) {
	process := exec.CommandContext(t.Context(), os.Args[0])
	process.Env = append(os.Environ(), envUpstream+"=ftp://a.example", contract.EnvEgress+"=2")
	text, err := process.CombinedOutput()
	if err == nil || process.ProcessState.ExitCode() != 1 {
		t.Errorf("exit: %v, want status 1", err)
	}
	diff(t, "output", "egress: Config.Upstream must be an absolute http or https URL, got \"ftp://a.example\"\n", string(text))
}

// written is a log that tells of each line.
type written chan string

func (w written) Write(line []byte) (int, error) {
	w <- string(line)
	return len(line), nil
}

// Of what an upstream sends behind an answer, the body of one to HEAD say, net/http would
// print up to 4 KiB.
func TestNothingUnaskedIsLogged(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	ended := make(chan struct{})
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			conn.Read(make([]byte, 4<<10))
			io.WriteString(conn, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 15\r\n\r\nBearer sk_live_1")
			io.Copy(io.Discard, conn)
			conn.Close()
			ended <- struct{}{}
		}
	}()
	lines := make(written, 10)
	log.SetOutput(withoutFailures{lines})
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	cfg := Config{Upstream: "http://" + listener.Addr().String(), Methods: []string{"HEAD"}, AllowPrivate: true, Timeout: 10 * time.Second}
	e, err := start(cfg, func(name string) string { return map[string]string{contract.EnvEgress: "1"}[name] })
	if err != nil {
		t.Fatal(err)
	}
	in := first("HEAD")
	in.Execution.StartTime = time.Now().Format(time.RFC3339)
	for len(lines) == 0 { // until a connection is idle for a moment: see leaveAConnection
		e.makeAttempt(t.Context(), in)
		<-ended
	}
	if line := <-lines; !strings.HasSuffix(line, " Unsolicited response received on idle HTTP channel\n") {
		t.Errorf("logged: %s", line)
	}
}

// A run on one machine gives each egress an address of its own.
func TestStartCallsFromTheAddressThatItIsGiven(t *testing.T) {
	var seen string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen, _, _ = net.SplitHostPort(r.RemoteAddr)
	}))
	t.Cleanup(server.Close)
	variables := map[string]string{contract.EnvEgress: "1", contract.EnvSource: "127.0.0.1"}
	if runtime.GOOS == "linux" { // where all of 127/8 is the machine's
		variables[contract.EnvSource] = "127.0.0.101"
	}
	cfg := Config{Upstream: server.URL, Methods: []string{"GET"}, AllowPrivate: true, Timeout: 10 * time.Second}
	e, err := start(cfg, func(name string) string { return variables[name] })
	if err != nil {
		t.Fatal(err)
	}
	in := first("GET")
	in.Execution.StartTime = time.Now().Format(time.RFC3339)
	if _, err := e.makeAttempt(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	diff(t, "source", variables[contract.EnvSource], seen)
	variables[contract.EnvSource] = "somewhere"
	_, err = start(cfg, func(name string) string { return variables[name] })
	const want = `egress: environment variable SFNGEN_SOURCE_ADDRESS must be an IP address of this machine, got "somewhere"`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
