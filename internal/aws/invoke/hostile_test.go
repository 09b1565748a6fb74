package invoke_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/invoke"
	"github.com/sfngen/sfngen/internal/curl"
)

// hijacked answers with these bytes: a server of Go's would not send all of them.
func hijacked(t *testing.T, answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, buffer, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		_, _ = buffer.WriteString(strings.ReplaceAll(answer, "\n", "\r\n"))
		_ = buffer.Flush()
	}
}

// TestTheStoryIsOursAlone: what an answer says does not act on the terminal, forge
// a line, or put words into a command that is to be pasted.
func TestTheStoryIsOursAlone(t *testing.T) {
	const notOurs = ", not the API's own answer: it is not from AWS either, whose answers have an x-amzn-RequestId; look for a " +
		"proxy in between"
	const problem = `{"type":"https://github.com/sfngen/sfngen/blob/main/docs/problems.md#x","title":"t\u001b[2J",` +
		`"detail":"d\u009b\u202e\nits attempts: rm -rf ~"}`
	for _, test := range []struct{ name, answer, want string }{
		{"a name that is a command", "HTTP/1.1 200 OK\nX-Sfngen-Execution: a; rm -rf ~\nX-Sfngen-Attempts: -99999999999999999999\n\nok",
			"200 OK" + notOurs},
		{"a name that moves the cursor", "HTTP/1.1 200 OK\nX-Sfngen-Execution: a\u009b2J\u202e\n\nok", "200 OK" + notOurs},
		{"a name that is too long", "HTTP/1.1 200 OK\nX-Sfngen-Execution: " + strings.Repeat("a", 81) + "\n\nok", "200 OK" + notOurs},
		{"a path that is a command", "HTTP/1.1 202 Accepted\nX-Sfngen-Execution: NAME\nRetry-After: 5\nLocation: " +
			"/.sfngen/executions/x'; rm -rf ~ #\n\n",
			"202 Accepted, execution NAME, took 0s\nits attempts: sfngen trace orders NAME"},
		{"a problem that moves the cursor", "HTTP/1.1 504 X\nContent-Type: application/problem+json\n\n" + problem,
			"504 Gateway Timeout, took 0s\nt [2J: d   its attempts: rm -rf ~"},
		{"a message of Lambda's", "HTTP/1.1 403 Forbidden\nX-Amzn-Requestid: a\n\n" + `{"Message":"signature \u001b[2Jx\u202e \nforged"}`,
			"403 Forbidden, not the API's own answer: AWS does not take the signature (signature  [2Jx   forged). Compare this " +
				"machine's clock with the real time, and the secret key with that of arn:aws:sts::123456789012:assumed-role/deployer/ada"},
		{"a redirect", "HTTP/1.1 307 X\nLocation: http://127.0.0.1:1/\n\n", "307 Temporary Redirect" + notOurs},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := deploy(t, orders, answering(200, ""))
			r.serve(t, hijacked(t, test.answer))
			if diff := cmp.Diff(test.want, told(r.send(t, curl.Request{Method: "GET", Path: "/"}))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestCommandsToPasteAreQuoted: a stack's name comes from the command line, too.
func TestCommandsToPasteAreQuoted(t *testing.T) {
	r := deploy(t, orders, answering(200, ""))
	r.stack.Name = "it's mine"
	if got, want := told(r.send(t, curl.Request{Method: "GET", Path: "/"})),
		`its attempts: sfngen trace 'it'\''s mine' NAME`; !strings.HasSuffix(got, want) {
		t.Errorf("got %s, want at its end %s", got, want)
	}
}

// TestAnAnswerWithoutAnEnd is given up, not kept in memory.
func TestAnAnswerWithoutAnEnd(t *testing.T) {
	r := deploy(t, orders, answering(200, ""))
	r.serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for part := make([]byte, 1<<16); ; {
			if _, err := w.Write(part); err != nil {
				return // the client has hung up
			}
		}
	}))
	_, err := r.endpoint(t, invoke.Options{}).Send(t.Context(), curl.Request{Method: "GET", Path: "/"}, nil)
	want := "the answer of " + strings.TrimSuffix(r.stack.Outputs["FunctionUrl"], "/") + " was not read to its end; " +
		"an execution that it started continues in AWS, and sfngen trace orders lists it: " +
		"its body is over 8 MB, and a function URL answers with 6 MB at most: is it the function URL that answers?"
	if err == nil || err.Error() != want || !errors.Is(err, curl.ErrTooLong) {
		t.Errorf("error %v\nwant %s", err, want)
	}
}
