package functionurl_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/local/functionurl"
	"github.com/sfngen/sfngen/internal/local/lambda"
)

// shown is a response as text: status, the fields that differ, body.
func shown(response *http.Response, body string) string {
	response.Header.Del("Date")
	var out strings.Builder
	fmt.Fprintln(&out, response.StatusCode)
	_ = response.Header.Write(&out) // sorted
	out.WriteString("\r\n" + body)
	return strings.ReplaceAll(out.String(), "\r\n", "\n")
}

const fields = "Content-Length: %d\nContent-Type: application/json\nX-Amzn-Requestid: id-1\n\n%s"

func plain(status int, body string) string {
	return fmt.Sprintf("%d\n"+fields, status, len(body), body)
}

// TestAnswer is about what goes over the wire; what a payload means, functionurl tests.
func TestAnswer(t *testing.T) {
	for _, test := range []struct{ name, payload, want string }{
		{"a response", `{"statusCode":201,"headers":{"Content-Type":"text/plain","x-n":7,"x-b":true},"cookies":["a=1; Path=/","b=2"],` +
			`"body":"hello"}`,
			"201\nContent-Length: 5\nContent-Type: text/plain\nSet-Cookie: a=1; Path=/\nSet-Cookie: b=2\nX-Amzn-Requestid: id-1\nX-B: " +
				"true\nX-N: 7\n\nhello"},
		{"base64", `{"statusCode":200,"body":"AP8=","isBase64Encoded":true}`, plain(200, "\x00\xff")},
		{"hop-by-hop fields and a wrong length", `{"statusCode":200,"headers":{"Connection":"x-hop","X-Hop":"1",` +
			`"Transfer-Encoding":"chunked","content-length":"99","x-amzn-requestid":"z"},"body":"hello"}`, plain(200, "hello")},
		{"204", `{"statusCode":204,"body":"hello"}`, "204\nX-Amzn-Requestid: id-1\n\n"},
		{"304", `{"statusCode":304,"headers":{"etag":"x"},"body":"hello"}`, "304\nEtag: x\nX-Amzn-Requestid: id-1\n\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			response, body := exchange(t, listen(t, answering(test.payload).options()), "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
			if diff := cmp.Diff(test.want, shown(response, body)); diff != "" {
				t.Errorf("response (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHeadHasNoBody(t *testing.T) {
	server := listen(t, answering(`{"statusCode":200,"body":"hello"}`).options())
	request := "HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
	conn := dial(t, server)
	fmt.Fprint(conn, request)
	raw, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	if !strings.HasSuffix(text, "\r\n\r\n") || !strings.Contains(text, "Content-Length: 5\r\n") {
		t.Errorf("response: got %q, want the length and no body", text)
	}
}

func TestFailures(t *testing.T) {
	failed := func(report string) lambda.Result {
		return lambda.Result{FunctionError: "Unhandled", Payload: []byte(report)}
	}
	for _, test := range []struct {
		name   string
		result lambda.Result
		err    error
		want   string
	}{
		{name: "an error of the function", result: failed(`{"errorType":"T"}`), want: plain(502, "Internal Server Error")},
		{name: "a crash", result: failed(`{"errorType":"Runtime.ExitError"}`), want: plain(502, "Internal Server Error")},
		{name: "an unreadable error", result: failed(`?`), want: plain(502, "Internal Server Error")},
		{name: "too large an answer", result: failed(`{"errorType":"Function.ResponseSizeTooLarge"}`), want: plain(502, "Internal Server Error")},
		{name: "a time-out", result: failed(`{"errorType":"Sandbox.Timedout"}`), want: plain(504, "Gateway Timeout")},
		{name: "throttled", err: &lambda.APIError{Code: "TooManyRequestsException", Status: 429, Message: "Rate Exceeded.", Reason: "R"},
			want: "429\nContent-Length: 55\nContent-Type: application/json\nX-Amzn-Errortype: TooManyRequestsException\nX-Amzn-Requestid: id-1\n\n" +
				`{"Reason":"R","Type":"User","message":"Rate Exceeded."}`},
		{name: "an event that became too large", err: &lambda.APIError{Code: "RequestTooLargeException", Status: 413, Message: "M"},
			want: "413\nContent-Length: 15\nContent-Type: application/json\nX-Amzn-Errortype: RequestTooLargeException\nX-Amzn-Requestid: id-1\n\n" +
				`{"Message":"M"}`},
		{name: "no such function", err: &lambda.APIError{Code: "ResourceNotFoundException", Status: 404},
			want: plain(502, "Internal Server Error")},
		{name: "any other error", err: errors.New("secret"), want: plain(502, "Internal Server Error")},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := &function{result: test.result, err: test.err}
			response, body := exchange(t, listen(t, f.options()), "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
			if diff := cmp.Diff(test.want, shown(response, body)); diff != "" {
				t.Errorf("response (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCORS(t *testing.T) {
	some := functionurl.CORS{
		Origins: []string{"https://a.example", "http://*"}, Methods: []string{"GET", "POST"}, Headers: []string{"content-type", "x-a"},
		ExposeHeaders: []string{"x-b"}, MaxAge: 90 * time.Second, AllowCredentials: true,
	}
	const ask = "Access-Control-Request-Method: POST\r\n"
	allowed := "Access-Control-Allow-Credentials: true\nAccess-Control-Allow-Headers: content-type,x-a\nAccess-Control-Allow-Methods: " +
		"GET,POST\nAccess-Control-Allow-Origin: %s\nAccess-Control-Max-Age: 90\n"
	const empty = "Content-Length: 0\nContent-Type: application/json\n"
	const id = "X-Amzn-Requestid: id-1\n\n"
	const own = "Access-Control-Expose-Headers: etag\n" // the function's
	called := func(cors, after string) string {
		return "200\n" + cors + "Content-Length: 2\nContent-Type: application/json\n" + after + id + "ok"
	}
	for _, test := range []struct {
		name            string
		cors            functionurl.CORS
		method, request string
		want            string
	}{
		{"preflight", some, "OPTIONS", "Origin: https://a.example\r\n" + ask, "200\n" + fmt.Sprintf(allowed, "https://a.example") + empty +
			"Vary: Origin\n" + id},
		{"preflight by wildcard", some, "OPTIONS", "Origin: http://b.example\r\n" + ask, "200\n" + fmt.Sprintf(allowed, "http://b.example") +
			empty + "Vary: Origin\n" + id},
		{"preflight of another origin", some, "OPTIONS", "Origin: https://b.example\r\n" + ask, "200\n" + empty + "Vary: Origin\n" + id},
		{"a request", some, "GET", "Origin: https://a.example\r\n",
			called("Access-Control-Allow-Credentials: true\nAccess-Control-Allow-Origin: https://a.example\n"+
				"Access-Control-Expose-Headers: x-b\nAccess-Control-Expose-Headers: etag\n",
				"Vary: Origin\nVary: accept\n")},
		{"a request of another origin", some, "GET", "Origin: https://b.example\r\n", called(own, "Vary: Origin\nVary: accept\n")},
		{"a request without an origin", some, "GET", "", called(own, "Vary: Origin\nVary: accept\n")},
		{"OPTIONS that is no preflight", some, "OPTIONS", "", called(own, "Vary: Origin\nVary: accept\n")},
		{"OPTIONS of a script", some, "OPTIONS", "Origin: https://b.example\r\n", called(own, "Vary: Origin\nVary: accept\n")},
		{"anyone", functionurl.CORS{Origins: []string{"*"}}, "GET", "Origin: https://a.example\r\n",
			called("Access-Control-Allow-Origin: *\n"+own,
				"Vary: accept\n")},
		{"without CORS all is the function's", functionurl.CORS{}, "OPTIONS", "Origin: https://a.example\r\n" + ask,
			called(own, "Vary: accept\n")},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := answering(`{"statusCode":200,"headers":{"access-control-expose-headers":"etag","vary":"accept"},"body":"ok"}`).options()
			o.CORS = test.cors
			response, body := exchange(t, listen(t, o), test.method+" / HTTP/1.1\r\nHost: x\r\n"+test.request+"\r\n")
			if diff := cmp.Diff(test.want, shown(response, body)); diff != "" {
				t.Errorf("response (-want +got):\n%s", diff)
			}
		})
	}
}
