package lambda

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// runtimeClient speaks the Runtime API as a runtime does.
type runtimeClient struct {
	t    *testing.T
	base string
}

func (c runtimeClient) call(method, path, body string) (status int, text string, header http.Header) {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return response.StatusCode, strings.TrimSpace(string(read)), response.Header
}

func (c runtimeClient) expect(method, path, body string, status int, text string) {
	c.t.Helper()
	gotStatus, gotText, _ := c.call(method, path, body)
	if diff := cmp.Diff(fmt.Sprint(status, " ", text), fmt.Sprint(gotStatus, " ", gotText)); diff != "" {
		c.t.Errorf("%s %s (-want +got):\n%s", method, path, diff)
	}
}

func newRuntime(t *testing.T) (*runtimeAPI, runtimeClient) {
	t.Helper()
	api, err := listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(api.close)
	return api, runtimeClient{t, "http://" + api.address() + "/2018-06-01/runtime"}
}

const (
	accepted  = `{"status":"OK"}`
	invalidID = `{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}`
)

func outOfTurn(from, to string) string {
	return fmt.Sprintf(`{"errorMessage":"State transition from %s to %s failed for runtime. Error: State transition is not allowed",`+
		`"errorType":"InvalidStateTransition"}`, from, to)
}

func TestRuntimeAPI(t *testing.T) {
	api, client := newRuntime(t)
	client.expect("POST", "/invocation/none/response", "{}", 400, invalidID)
	client.expect("GET", "/other", "", 404, "404 page not found")

	handed := api.hand(invocation{
		requestID: "id-1", arn: "arn:f", traceID: "Root=1-2-3", deadline: time.UnixMilli(1542409706888), payload: []byte(`{"a":1}`),
	})
	status, body, header := client.call("GET", "/invocation/next", "")
	if status != 200 || body != `{"a":1}` {
		t.Errorf("next: got %d %s", status, body)
	}
	got := map[string]string{}
	for name := range header {
		if strings.HasPrefix(name, "Lambda-") || name == "Content-Type" {
			got[name] = header.Get(name)
		}
	}
	want := map[string]string{
		"Content-Type": "application/json", "Lambda-Runtime-Aws-Request-Id": "id-1", "Lambda-Runtime-Deadline-Ms": "1542409706888",
		"Lambda-Runtime-Invoked-Function-Arn": "arn:f", "Lambda-Runtime-Trace-Id": "Root=1-2-3",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("header of next (-want +got):\n%s", diff)
	}

	client.expect("GET", "/invocation/next", "", 403, outOfTurn("Running", "Ready"))
	client.expect("POST", "/init/error", "{}", 403, outOfTurn("Running", "InitError"))
	client.expect("POST", "/invocation/id-2/response", "{}", 400, invalidID)
	client.expect("POST", "/invocation/id-1/response", `"first"`, 202, accepted)
	client.expect("POST", "/invocation/id-1/response", `"second"`, 403, outOfTurn("Answered", "Answering"))
	client.expect("POST", "/invocation/id-1/error", `{}`, 403, outOfTurn("Answered", "Answering"))
	if a := <-handed.answers; string(a.payload) != `"first"` || a.err != nil {
		t.Errorf("answer: got %q, %v", a.payload, a.err)
	}
}

func TestRuntimeAPIAnswers(t *testing.T) {
	for _, test := range []struct {
		name, path, body string
		status           int
		text             string
		want             string
		failed           bool
	}{
		{"an error", "error", `{"errorType":"T"}`, 202, accepted, `{"errorType":"T"}`, true},
		{"the largest answer", "response", strings.Repeat("a", ResponseLimit), 202, accepted, strings.Repeat("a", ResponseLimit), false},
		{"too large an answer", "response", strings.Repeat("a", ResponseLimit+1), 413,
			`{"errorMessage":"Exceeded maximum allowed payload size (6291556 bytes).","errorType":"RequestEntityTooLarge"}`,
			`{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).",` +
				`"errorType":"Function.ResponseSizeTooLarge"}`, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			api, client := newRuntime(t)
			handed := api.hand(invocation{requestID: "id-1"})
			client.call("GET", "/invocation/next", "")
			client.expect("POST", "/invocation/id-1/"+test.path, test.body, test.status, test.text)
			a := <-handed.answers
			got := string(a.payload)
			if a.err != nil {
				got = a.err.Error()
			}
			if got != test.want || (a.err != nil) != test.failed {
				t.Errorf("answer: got %.200s, failed %v", got, a.err != nil)
			}
		})
	}
}

func TestRuntimeAPIInitError(t *testing.T) {
	api, client := newRuntime(t)
	client.expect("POST", "/init/error", `{"errorType":"Init"}`, 202, accepted)
	if got := <-api.initErrors; !bytes.Equal(got, []byte(`{"errorType":"Init"}`)) {
		t.Errorf("init error: got %s", got)
	}
	client.expect("GET", "/invocation/next", "", 403, outOfTurn("InitError", "Ready"))
}

func TestRuntimeAPITruncatedAnswerIsNone(t *testing.T) {
	api, client := newRuntime(t)
	handed := api.hand(invocation{requestID: "id-1"})
	client.call("GET", "/invocation/next", "")
	conn, err := net.Dial("tcp", api.server.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /%s/2018-06-01/runtime/invocation/id-1/response HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf",
		api.key.Secret())
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if answer, _ := io.ReadAll(conn); !bytes.HasPrefix(answer, []byte("HTTP/1.1 400 ")) {
		t.Errorf("answer to half a response: got %q, want 400", answer)
	}
	client.expect("POST", "/invocation/id-1/response", `"whole"`, 202, accepted)
	if a := <-handed.answers; string(a.payload) != `"whole"` {
		t.Errorf("answer: got %q", a.payload)
	}
}

func TestRuntimeThatAsksAgain(t *testing.T) {
	api, client := newRuntime(t)
	conn, err := net.Dial("tcp", api.server.Address())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "GET /%s/2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: localhost\r\n\r\n", api.key.Secret())
	<-api.ready
	conn.Close()
	for { // until the API has noticed
		api.mu.Lock()
		gone := api.phase != waiting
		api.mu.Unlock()
		if gone {
			break
		}
	}
	api.hand(invocation{requestID: "id-1", payload: []byte("{}")})
	client.expect("GET", "/invocation/next", "", 200, "{}")
}
