package orchestrator

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

// startedWith sends an event through and gives what the execution was started with.
func startedWith(t *testing.T, event events.LambdaFunctionURLRequest) call {
	t.Helper()
	b := newBench(t, expressConfig(), func(call) reply { return succeeded(t, contract.Response{StatusCode: 200}) })
	if got := b.handle(event); got.StatusCode != 200 {
		t.Fatalf("answered %d: %s", got.StatusCode, got.Body)
	}
	starts := b.service.calls("StartSyncExecution")
	if len(starts) != 1 {
		t.Fatalf("%d starts, want 1", len(starts))
	}
	return starts[0]
}

func TestExecutionInput(t *testing.T) {
	quoted := func(s string) json.RawMessage { return json.RawMessage(s) }
	tests := []struct {
		name  string
		event events.LambdaFunctionURLRequest
		want  contract.Request
	}{
		{"method, path and query as they came",
			request("GET", "/orders/a%2Fb", func(e *events.LambdaFunctionURLRequest) { e.RawQueryString = "dry=1&tag=a&tag=b" }),
			contract.Request{Method: "GET", Path: "/orders/a%2Fb", Query: "dry=1&tag=a&tag=b"}},
		{"only the headers that pass",
			request("GET", "/", withHeader("accept", "text/csv"), withHeader("authorization", "Bearer x"), withHeader("host", "h"),
				withHeader("x-forwarded-for", "1.2.3.4")),
			contract.Request{Method: "GET", Path: "/", Headers: map[string]string{"accept": "text/csv"}}},
		{"headers in another case",
			request("GET", "/", withHeader("Idempotency-Key", "k1")),
			contract.Request{Method: "GET", Path: "/", Headers: map[string]string{"idempotency-key": "k1"}}},
		{"cookies",
			request("GET", "/", func(e *events.LambdaFunctionURLRequest) { e.Cookies = []string{"a=1", "b=2"} }),
			contract.Request{Method: "GET", Path: "/", Headers: map[string]string{"cookie": "a=1; b=2"}}},
		{"text body", request("POST", "/", withBody(`{"a":"<b>&é"}`)),
			contract.Request{Method: "POST", Path: "/", Body: quoted(`"{\"a\":\"<b>&é\"}"`)}},
		{"text that came as base64", request("POST", "/", withBytes([]byte("a=1\r\n"))),
			contract.Request{Method: "POST", Path: "/", Body: quoted(`"a=1\r\n"`)}},
		{"binary body", request("POST", "/", withBytes([]byte{0xff, 0xfe, 0})),
			contract.Request{Method: "POST", Path: "/", Body: quoted(`"//4A"`), IsBase64Encoded: true}},
		{"control characters", request("POST", "/", withBytes([]byte{'a', 0, 1})),
			contract.Request{Method: "POST", Path: "/", Body: quoted(`"YQAB"`), IsBase64Encoded: true}},
		{"empty body", request("POST", "/", withBytes(nil)), contract.Request{Method: "POST", Path: "/"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			start := startedWith(t, test.event)
			var got contract.ExecutionInput
			if err := json.Unmarshal([]byte(start.Input), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(contract.ExecutionInput{Request: test.want}, got); diff != "" {
				t.Errorf("execution input (-want +got):\n%s", diff)
			}
			if start.StateMachineArn != testMachine {
				t.Errorf("state machine %q, want %q", start.StateMachineArn, testMachine)
			}
		})
	}
}

func TestExecutionInputIsNotEscapedForHTML(t *testing.T) {
	const want = `{"request":{"method":"POST","path":"/","body":"<a href=\"x\">&</a>"}}`
	if got := startedWith(t, request("POST", "/", withBody(`<a href="x">&</a>`))).Input; got != want {
		t.Errorf("input %s, want %s", got, want)
	}
}

func TestCookieNeedsToBeForwarded(t *testing.T) {
	cfg := expressConfig()
	cfg.ForwardHeaders = []string{"accept"}
	b := newBench(t, cfg, func(call) reply { return succeeded(t, contract.Response{StatusCode: 200}) })
	b.handle(request("GET", "/", func(e *events.LambdaFunctionURLRequest) { e.Cookies = []string{"a=1"} }))
	if input := b.service.calls("StartSyncExecution")[0].Input; strings.Contains(input, "a=1") {
		t.Errorf("the cookie went out: %s", input)
	}
}

func TestWhatConnectionNamesDoesNotPass(t *testing.T) {
	cfg := expressConfig()
	cfg.ForwardHeaders = []string{"accept", "x-hop", "x-a"}
	b := newBench(t, cfg, func(call) reply { return succeeded(t, contract.Response{StatusCode: 200}) })
	b.handle(request("GET", "/", func(e *events.LambdaFunctionURLRequest) {
		e.Headers = map[string]string{"Connection": "close, X-Hop ,", "x-hop": "1", "x-a": "2"}
	}))
	const want = `{"request":{"method":"GET","path":"/","headers":{"x-a":"2"}}}`
	if got := b.service.calls("StartSyncExecution")[0].Input; got != want {
		t.Errorf("input %s, want %s", got, want)
	}
}

// TestRequestLimit: the last size that passes, and the first that does not.
func TestRequestLimit(t *testing.T) {
	around := len(`{"method":"POST","path":"/","body":""}`)
	for size, want := range map[int]int{contract.RequestLimit: 200, contract.RequestLimit + 1: 413} {
		b := newBench(t, expressConfig(), func(call) reply { return succeeded(t, contract.Response{StatusCode: 200}) })
		if got := b.handle(request("POST", "/", withBody(strings.Repeat("x", size-around)))); got.StatusCode != want {
			t.Errorf("a request of %d bytes: answered %d, want %d", size, got.StatusCode, want)
		}
	}
}

// A body that does not fit is not encoded, and its size as JSON is still exact.
func TestSizeOfARequestThatDoesNotFit(t *testing.T) {
	for name, body := range map[string]string{
		"text":                      strings.Repeat("x", 300_000),
		"quotes":                    strings.Repeat(`"`, 100_000),
		"lines and tabs":            strings.Repeat("\r\n\t\\", 60_000),
		"line separators":           strings.Repeat("\u2028\u2029", 20_000),
		"four bytes":                strings.Repeat("𝔸", 60_000),
		"replacement characters":    strings.Repeat("\uFFFD", 100_000),
		"HTML, and a delete":        strings.Repeat("<&>\x7f", 60_000),
		"control characters":        strings.Repeat("\x01", 200_000),
		"text that does not decode": strings.Repeat("\xff", 200_000),
	} {
		t.Run(name, func(t *testing.T) {
			text, isBase64, err := readBody(request("POST", "/", withBody(body)))
			if err != nil {
				t.Fatal(err)
			}
			encoded, err := encodeInput(contract.Request{Method: "POST", Path: "/", IsBase64Encoded: isBase64}, text)
			if err != nil {
				t.Fatal(err)
			}
			b := newBench(t, expressConfig(), func(call) reply { return reply{} })
			got := b.handle(request("POST", "/", withBody(body)))
			want := fmt.Sprintf("The request takes %d bytes as JSON,", len(encoded)-requestEnvelope)
			if got.StatusCode != 413 || !strings.Contains(got.Body, want) {
				t.Errorf("answered %d, %s; want 413, %s", got.StatusCode, got.Body, want)
			}
		})
	}
}

func TestEscapedSizeIsThatOfTheEncoder(t *testing.T) {
	for r := rune(0); r < 0x3000; r++ {
		sizeIsThatOfTheEncoder(t, string(r))
	}
	for _, text := range []string{"", "\xff", "\xc3", "a\xf0\x9d\x94b", "\uFFFD", "\xef\xbf", "𝔸", "\xed\xa0\x80"} {
		sizeIsThatOfTheEncoder(t, text)
	}
}

func sizeIsThatOfTheEncoder(t *testing.T, text string) {
	t.Helper()
	encoded, err := encodeJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := escapedSize(text), len(encoded)-len(`""`); got != want {
		t.Errorf("escapedSize(%q) = %d, want %d", text, got, want)
	}
}

func TestExecutionName(t *testing.T) {
	tests := []struct{ name, id, want string }{
		{"a UUID", testID, testID},
		{"missing", "", "00000000-0000-4000-8000-000000000000"}, // version and variant of RFC 9562
		{"characters that may not stand in a name", "a b/c:é_-9", "a-b-c--_-9"},
		{"too long", strings.Repeat("a", 81), strings.Repeat("a", 80)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, expressConfig(), func(call) reply { return succeeded(t, contract.Response{StatusCode: 200}) })
			event := request("GET", "/")
			event.RequestContext.RequestID = test.id
			got := b.handle(event)
			names := []string{b.service.calls("StartSyncExecution")[0].Name, got.Headers["x-sfngen-execution"]}
			if diff := cmp.Diff([]string{test.want, test.want}, names); diff != "" {
				t.Errorf("name and header (-want +got):\n%s", diff)
			}
		})
	}
}
