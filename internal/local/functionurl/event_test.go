package functionurl_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	awslambda "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/local/lambda"
)

func TestEvent(t *testing.T) {
	f := answering(`{}`)
	server := listen(t, f.options())
	exchange(t, server, strings.Join([]string{
		"POST /orders/a%2Fb?a=1&b=x%20y&a=2 HTTP/1.1", "Host: localhost:8080", "User-Agent: curl/8", "Content-Type: application/json",
		"Accept: text/html", "accept: */*", "Cookie: a=1; b=2", "Cookie: c=3", "Connection: close, X-Hop", "X-Hop: gone", "Keep-Alive: 5",
		"X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https", "Content-Length: 9", "", `{"a":"<"}`,
	}, "\r\n"))
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	want := strings.ReplaceAll(`{"version":"2.0","routeKey":"$default","rawPath":"/orders/a%2Fb","rawQueryString":"a=1&b=x%20y&a=2",`+
		`"cookies":["a=1","b=2","c=3"],`+
		`"headers":{"accept":"text/html,*/*","content-length":"9","content-type":"application/json","host":"localhost:8080",`+
		`"user-agent":"curl/8",`+
		`"x-amzn-trace-id":"Root=1-6b040ea0-eb66c623572f8a2a5167ce01","x-forwarded-for":"192.0.2.1,127.0.0.1","x-forwarded-port":"PORT",`+
		`"x-forwarded-proto":"http"},`+
		`"queryStringParameters":{"a":"1,2","b":"x y"},`+
		`"requestContext":{"accountId":"anonymous","apiId":"abc","domainName":"abc.lambda-url.eu-west-1.on.aws","domainPrefix":"abc",`+
		`"http":{"method":"POST","path":"/orders/a%2Fb","protocol":"HTTP/1.1","sourceIp":"127.0.0.1","userAgent":"curl/8"},`+
		`"requestId":"id-1","routeKey":"$default","stage":"$default","time":"23/Nov/2026:10:00:00 +0000","timeEpoch":1795428000042},`+
		`"body":"{\"a\":\"<\"}","isBase64Encoded":false}`, "PORT", port)
	if diff := cmp.Diff(want, string(f.events[0])); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}

func TestTargetArrivesAsItWasSent(t *testing.T) {
	for _, test := range []struct{ name, target, path, query string }{
		{"a path", "/a/b", "/a/b", ""},
		{"escaped slash", "/a%2Fb%2f", "/a%2Fb%2f", ""},
		{"empty segments", "//a///b/", "//a///b/", ""},
		{"dots", "/a/../b/./c", "/a/../b/./c", ""},
		{"parameters", "/a;v=1/b;c", "/a;v=1/b;c", ""},
		{"escaped space and plus", "/a%20b+c", "/a%20b+c", ""},
		{"escaped percent", "/100%25", "/100%25", ""},
		{"text", "/ä/日本", "/ä/日本", ""},
		{"bytes that are no text", "/a\xff\xfeb", "/a%FF%FEb", ""},
		{"absolute form", "http://other.example/a//b?c", "/a//b", "c"},
		{"absolute form without a path", "http://other.example", "/", ""},
		{"absolute form with a query only", "http://other.example?x=1", "/", "x=1"},
		{"a URL in a path", "/proxy/http://a/b", "/proxy/http://a/b", ""},
		{"query as it is", "/?a=%2f&&b&=c;d&e=?x#y", "/", "a=%2f&&b&=c;d&e=?x#y"},
		{"query with a bad escape", "/?a=%zz", "/", "a=%zz"},
		{"empty query", "/a?", "/a", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := answering(`{}`)
			response, body := exchange(t, listen(t, f.options()), "GET "+test.target+" HTTP/1.1\r\nHost: x\r\n\r\n")
			if response.StatusCode != 200 {
				t.Fatalf("status %d: %s", response.StatusCode, body)
			}
			var got events.LambdaFunctionURLRequest
			f.last(t, &got)
			if got.RawPath != test.path || got.RequestContext.HTTP.Path != test.path || got.RawQueryString != test.query {
				t.Errorf("path: got %q and %q, want %q; query: got %q, want %q",
					got.RawPath, got.RequestContext.HTTP.Path, test.path, got.RawQueryString, test.query)
			}
		})
	}
}

func TestWaysToSendABody(t *testing.T) {
	head := "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
	for _, test := range []struct{ name, request, proto string }{
		{"with its length", head + "Content-Length: 5\r\n\r\nhello", "HTTP/1.1"},
		{"in chunks", head + "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2;ext=1\r\nhe\r\n3\r\nllo\r\n0\r\nX-Sum: 1\r\n\r\n",
			"HTTP/1.1"},
		{"of HTTP/1.0", "POST / HTTP/1.0\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := answering(`{"statusCode":201,"body":"done"}`)
			response, body := exchange(t, listen(t, f.options()), test.request)
			if response.StatusCode != 201 || body != "done" {
				t.Errorf("answer: got %d %q", response.StatusCode, body)
			}
			var got events.LambdaFunctionURLRequest
			f.last(t, &got)
			if got.Body != "hello" || got.Headers["content-length"] != "5" || got.RequestContext.HTTP.Protocol != test.proto {
				t.Errorf("body %q, length %q, protocol %q", got.Body, got.Headers["content-length"], got.RequestContext.HTTP.Protocol)
			}
			for _, name := range []string{"transfer-encoding", "trailer", "te"} {
				if value, found := got.Headers[name]; found {
					t.Errorf("header %s: got %q, want none", name, value)
				}
			}
		})
	}
}

func TestExpect100Continue(t *testing.T) {
	f := answering(`{}`)
	conn := dial(t, listen(t, f.options()))
	from := bufio.NewReader(conn)
	io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\n")
	if response, _ := readResponse(t, from, "POST"); response.StatusCode != 100 {
		t.Fatalf("before the body: got %d, want 100", response.StatusCode)
	}
	io.WriteString(conn, "hello")
	if response, _ := readResponse(t, from, "POST"); response.StatusCode != 200 {
		t.Errorf("after the body: got %d, want 200", response.StatusCode)
	}
	var got events.LambdaFunctionURLRequest
	f.last(t, &got)
	if got.Body != "hello" || got.Headers["expect"] != "" {
		t.Errorf("body %q, expect %q", got.Body, got.Headers["expect"])
	}
}

func TestBodyLimit(t *testing.T) {
	f := answering(`{}`)
	server := listen(t, f.options())
	refused := `413 {"Message":"Request Entity Too Large"}`
	for _, test := range []struct{ name, request, want string }{
		{"at the limit", "Content-Length: 6291456\r\n\r\n" + strings.Repeat("a", 6291456), "200 {}"},
		{"told at the start", "Content-Length: 6291457\r\nExpect: 100-continue\r\n\r\n", refused},
		{"in chunks", "Transfer-Encoding: chunked\r\n\r\n600001\r\n" + strings.Repeat("a", 6291457) + "\r\n0\r\n\r\n", refused},
		{"not complete", "Transfer-Encoding: chunked\r\n\r\nzz\r\n", `400 {"Message":"Bad Request"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			f.events = nil
			response, body := exchange(t, server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"+test.request)
			if got := response.Status[:4] + body; got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if invoked := len(f.events) > 0; invoked != strings.HasPrefix(test.want, "200") {
				t.Errorf("invoked: got %v", invoked)
			}
		})
	}
}

func TestClientGoneDoesNotEndTheInvocation(t *testing.T) {
	f := answering(`{}`)
	o := f.options()
	started, finish, outcome := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	o.Invoke = func(ctx context.Context, _ string, _ []byte) (lambda.Result, error) {
		close(started)
		<-finish
		outcome <- ctx.Err()
		return f.result, nil
	}
	gone := make(chan struct{})
	server := listen(t, o)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer close(gone)
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, nil)
		if err == nil {
			_, err = http.DefaultClient.Do(request)
		}
		if err == nil {
			t.Error("the client got an answer")
		}
	}()
	<-started
	cancel()
	<-gone
	close(finish)
	if err := <-outcome; err != nil {
		t.Errorf("the invocation's context: got %v, want it alive", err)
	}
}

// The function, its log and the caller know a request by one id.
func TestWithLambda(t *testing.T) {
	service := lambda.New(lambda.Options{})
	t.Cleanup(func() {
		if err := service.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	handler := func(ctx context.Context, e events.LambdaFunctionURLRequest) (events.LambdaFunctionURLResponse, error) {
		lc, _ := lambdacontext.FromContext(ctx)
		ids, err := json.Marshal([]string{lc.AwsRequestID, e.RequestContext.RequestID})
		return events.LambdaFunctionURLResponse{StatusCode: 200, Body: string(ids)}, err
	}
	err := service.Put(lambda.Function{Name: "subject", Timeout: time.Minute,
		Code: lambda.InProcess(func(func(string) string) (lambda.Handler, error) {
			return awslambda.NewHandler(handler), nil
		})})
	if err != nil {
		t.Fatal(err)
	}
	o := answering("").options()
	o.Invoke = service.Invoke
	response, body := exchange(t, listen(t, o), "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	if got := body + response.Header.Get("x-amzn-RequestId"); got != `["id-1","id-1"]id-1` {
		t.Errorf("ids: got %s", got)
	}
}
