package egress

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/sfngen/sfngen/runtime/contract"
)

// logged runs one attempt and gives its one line.
func logged(t *testing.T, l lab, in contract.Invocation) (line string, fields map[string]any) {
	t.Helper()
	var out bytes.Buffer
	l.Log = contract.NewLogger(&out)
	handle(t, l.build(t), in)
	if lines := strings.Count(out.String(), "\n"); lines != 1 {
		t.Fatalf("%d lines, want 1:\n%s", lines, out.String())
	}
	if err := json.Unmarshal(out.Bytes(), &fields); err != nil {
		t.Fatal(err)
	}
	return out.String(), fields
}

var exceptTime = cmpopts.IgnoreMapEntries(func(key string, _ any) bool { return key == "timestamp" })

func TestLogOfASuccess(t *testing.T) {
	url, _ := serve(t, answering(200, "body"))
	in := first("GET")
	in.Input.Request.Query = "b=2&a=1&a=3&dry"
	_, got := logged(t, newLab(url), in)
	want := map[string]any{
		"level": "INFO", "msg": "attempt", "execution": "exec-1", "attempt": 1.0, "egress": 1.0,
		"method": "GET", "path": "/orders", "queryKeys": []any{"a", "b", "dry"},
		"outcome": "success", "reason": "200 OK", "statusCode": 200.0,
		"waitSeconds": 0.0, "durationMs": 0.0, "bytes": 4.0,
	}
	diff(t, "line", want, got, exceptTime)
}

func TestLogOfALimit(t *testing.T) {
	url, _ := serve(t, answering(429, "", "Retry-After", "7"))
	in := first("GET")
	in.Policy.Egresses, in.Policy.FullJitter, in.Policy.RateLimited.BackoffSeconds = 1, true, 4
	l := newLab(url)
	l.Random = func() float64 { return 0.7 }
	_, got := logged(t, l, in)
	want := map[string]any{
		"level": "WARN", "msg": "attempt", "execution": "exec-1", "attempt": 1.0, "egress": 1.0,
		"method": "GET", "path": "/orders", "queryKeys": []any{},
		"outcome": contract.ErrRateLimited, "reason": "429 Too Many Requests", "statusCode": 429.0,
		"waitReason": "requested", "waitEgress": 1.0, "jitterSeconds": 3.0,
		"waitSeconds": 10.0, "requestedWaitSeconds": 7.0, "retryAt": "2026-03-01T12:00:07Z", "durationMs": 0.0, "bytes": 0.0,
	}
	diff(t, "line", want, got, exceptTime)
}

func TestLogOfAWaitThatCouldNotBeRead(t *testing.T) {
	url, _ := serve(t, answering(429, "", "Retry-After", "shortly"))
	in := first("GET")
	in.Policy.Egresses = 1
	_, got := logged(t, newLab(url), in)
	diff(t, "unreadWait", any("retry-after: shortly"), got["unreadWait"])
	diff(t, "waitReason", any("backoff"), got["waitReason"])
	diff(t, "waitEgress", nil, got["waitEgress"])
}

func TestLogOfAFault(t *testing.T) {
	url, _ := rawUpstream(t, reset(""))
	in := first("GET")
	in.Policy.MaxAttempts = 1
	_, got := logged(t, newLab(url), in)
	want := map[string]any{
		"level": "ERROR", "msg": "attempt", "execution": "exec-1", "attempt": 1.0, "egress": 1.0,
		"method": "GET", "path": "/orders", "queryKeys": []any{},
		"outcome": contract.ErrTransient, "reason": "connection broke: connection reset by peer", "fault": "connection",
		"final": "no attempt is left", "waitSeconds": 0.0, "durationMs": 0.0,
	}
	diff(t, "line", want, got, exceptTime)
}

func TestSecretsStayOutOfLogAndReason(t *testing.T) {
	closed := refusing(t)
	plain, _ := serve(t, answering(404, "secret-body", "X-Token", "secret-header"))
	quoting, _ := rawUpstream(t, saying("HTTP/1.1 secret-body\r\n\r\n"))
	for name, upstream := range map[string]string{
		"answer":      plain,
		"not HTTP":    quoting,
		"refused":     "http://" + closed,
		"unreachable": "http://[fe80::1]",
	} {
		t.Run(name, func(t *testing.T) {
			l, in := newLab(upstream), first("POST")
			l.ForwardHeaders = []string{"authorization"}
			in.Input.Request = contract.Request{
				Method: "POST", Path: "/orders?key=secret-path", Query: "key=secret-query",
				Headers: map[string]string{"authorization": "secret-header"}, Body: json.RawMessage(`"secret-body"`),
			}
			line, _ := logged(t, l, in)
			if strings.Contains(line, "secret") {
				t.Errorf("the log tells a secret:\n%s", line)
			}
			if reason := mustFail(t, l.build(t), in).failure.Reason; strings.Contains(reason, "secret") {
				t.Errorf("the reason tells a secret: %s", reason)
			}
		})
	}
}
