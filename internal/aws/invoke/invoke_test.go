package invoke_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/invoke"
	"github.com/sfngen/sfngen/internal/curl"
	fakelambda "github.com/sfngen/sfngen/internal/fakeaws/lambda"
)

// Each is let in by a door that computes the signature from what came, and each
// reaches the API as it was meant.
func TestSignedRequestsReachTheAPI(t *testing.T) {
	for _, test := range []struct{ name, path, want string }{
		{"plain", "/orders?page=2", "/v1/orders?page=2"},
		{"root", "/", "/v1"},
		{"an escaped slash", "/a%2Fb", "/v1/a%2Fb"},
		{"spaces", "/a%20b/c d?q=x%20y&r=x+y", "/v1/a%20b/c%20d?q=x%20y&r=x%20y"},
		{"unicode", "/grüße?name=ü&ä=1", "/v1/gr%C3%BC%C3%9Fe?name=%C3%BC&%C3%A4=1"},
		{"repeated keys in their order", "/?b=2&a=z&a=b&b=1", "/v1?b=2&a=z&a=b&b=1"},
		{"keys that sort otherwise when escaped", "/?k=a-b&k=a/b&é=1&a=2", "/v1?k=a-b&k=a%2Fb&%C3%A9=1&a=2"},
		{"empty values", "/?flag&none=&=x", "/v1?flag&none=&=x"},
		{"reserved characters", "/me:go;v=1?filter[a]=1,2;3", "/v1/me%3Ago%3Bv%3D1?filter%5Ba%5D=1%2C2%3B3"},
		{"empty segments", "/a//b/", "/v1/a//b/"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := deploy(t, orders, answering(200, "fine"))
			reply := r.send(t, curl.Request{Method: "GET", Path: test.path})
			if reply.Answer.StatusCode != 200 || string(reply.Answer.Body) != "fine" {
				t.Fatalf("%d %s", reply.Answer.StatusCode, reply.Answer.Body)
			}
			if got, _ := r.asked(t); got != test.want {
				t.Errorf("the API was asked for %s, want %s", got, test.want)
			}
		})
	}
}

// Behind a company's proxy the certificate is of an authority that AWS_CA_BUNDLE
// alone knows, for a function URL as for the calls of AWS.
func TestTheAuthorityOfAWSCABundle(t *testing.T) {
	for _, auth := range []string{"iam", "none"} {
		t.Run(auth, func(t *testing.T) {
			r := deploy(t, orders+"triggers: {functionUrl: {auth: "+auth+"}}\n", answering(200, "fine"))
			authority := r.serveTLS(t)
			_, err := r.endpoint(t, invoke.Options{}).Send(t.Context(), curl.Request{Method: "GET", Path: "/"}, nil)
			if err == nil || !strings.HasPrefix(err.Error(), "nothing was sent to https://127.0.0.1:") ||
				!strings.HasSuffix(err.Error(), "; behind a company's proxy, set AWS_CA_BUNDLE to the PEM file of its authority") {
				t.Errorf("without AWS_CA_BUNDLE: %v", err)
			}
			t.Setenv("AWS_CA_BUNDLE", authority)
			if r.cloud, err = cloud.Open(t.Context(), cloud.Options{}); err != nil {
				t.Fatal(err)
			}
			if reply := r.send(t, curl.Request{Method: "GET", Path: "/"}); reply.Answer.StatusCode != 200 || string(reply.Answer.Body) != "fine" {
				t.Errorf("%d %s", reply.Answer.StatusCode, reply.Answer.Body)
			}
		})
	}
}

func TestSignedBodyAndHeaders(t *testing.T) {
	r := deploy(t, orders+"triggers: {functionUrl: {auth: iam}}\n", func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		w.Header().Set("X-Seen", req.Header.Get("Content-Type")+" "+req.Header.Get("Accept"))
		w.WriteHeader(201)
		_, _ = w.Write(body)
	})
	reply := r.send(t, curl.Request{
		Method: "post", Path: "/orders", Data: []string{`{"n":  1}`},
		Headers: []string{"content-type: application/json", "accept:  text/plain", "x-amz-meta-a: two  words", "User-Agent:"},
	})
	if reply.Answer.StatusCode != 201 || string(reply.Answer.Body) != `{"n":  1}` ||
		reply.Answer.Header.Get("X-Seen") != "application/json text/plain" {
		t.Errorf("%d %s %v", reply.Answer.StatusCode, reply.Answer.Body, reply.Answer.Header)
	}
}

func TestUnsignedRequestsGoAsTheyWereWritten(t *testing.T) {
	spec := strings.Replace(orders, "methods: [GET, POST, PUT]", "methods: [GET], forwardHeaders: [authorization]", 1) +
		"triggers: {functionUrl: {auth: none}}\n"
	r := deploy(t, spec, answering(200, ""))
	r.send(t, curl.Request{Method: "GET", Path: "/me:go;v=1?q=a+b,c", Headers: []string{"Authorization: Bearer key"}})
	uri, request := r.asked(t)
	if uri != "/v1/me:go;v=1?q=a+b,c" || request.Header.Get("Authorization") != "Bearer key" {
		t.Errorf("the API was asked for %s with %q", uri, request.Header.Get("Authorization"))
	}
	if got := r.wire[0]; got != "/me:go;v=1?q=a+b,c" {
		t.Errorf("the function URL was asked for %s", got)
	}
}

// Behind a signature the API's own authorization comes under another name, and the
// signature does not reach it.
func TestTheAPIsAuthorizationBesideASignature(t *testing.T) {
	spec := strings.Replace(orders, "methods: [GET, POST, PUT]",
		"methods: [GET], renameHeaders: {x-upstream-authorization: authorization}, query: {v: \"2\"}", 1) +
		"triggers: {functionUrl: {auth: iam}}\n"
	r := deploy(t, spec, answering(200, ""))
	r.send(t, curl.Request{Method: "GET", Path: "/me?v=1&a=b", Headers: []string{"X-Upstream-Authorization: Bearer key"}})
	uri, request := r.asked(t)
	if uri != "/v1/me?a=b&v=2" || request.Header.Get("Authorization") != "Bearer key" || request.Header.Get("X-Upstream-Authorization") != "" {
		t.Errorf("the API was asked for %s with %v", uri, request.Header)
	}
	r = deploy(t, spec, answering(200, ""))
	r.send(t, curl.Request{Method: "GET", Path: "/me"})
	if _, request := r.asked(t); request.Header.Get("Authorization") != "" {
		t.Errorf("the API got the signature: %v", request.Header)
	}
}

// Without function URLs the orchestrator gets the event that one would have made.
func TestWithoutFunctionURLTheOrchestratorIsInvoked(t *testing.T) {
	r := deploy(t, orders+"partition: aws-us-gov\n", func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		w.Header().Set("X-Seen", req.Header.Get("Content-Type"))
		w.WriteHeader(203)
		_, _ = w.Write(append(body, 0xff))
	})
	if r.stack.Summary.AuthType != "" {
		t.Fatalf("the template has a function URL with %s", r.stack.Summary.AuthType)
	}
	reply := r.send(t, curl.Request{Method: "PUT", Path: "/a%2Fb:c?q=1&q=2", Binary: []string{"\x00\xfe"},
		Headers: []string{"content-type: image/png", "Authorization: x", "Accept:"}})
	uri, request := r.asked(t)
	if _, given := request.Header["Accept"]; uri != "/v1/a%2Fb:c?q=1&q=2" || given {
		t.Errorf("the API was asked for %s with %v", uri, request.Header)
	}
	if a := reply.Answer; a.StatusCode != 203 || string(a.Body) != "\x00\xfe\xff" || a.Header.Get("X-Seen") != "image/png" ||
		a.Proto != "HTTP/1.1" {
		t.Errorf("%s %d %q %v", a.Proto, a.StatusCode, a.Body, a.Header)
	}
	if name := reply.Execution(); name == "" || reply.Failed() {
		t.Errorf("execution %q, failed %t", name, reply.Failed())
	}
}

// A request whose answer was lost is not sent again: it may have called the API.
func TestAnInvocationThatLambdaRefusesIsAskedOnce(t *testing.T) {
	r := deploy(t, orders+"partition: aws-us-gov\n", answering(200, ""))
	calls := 0
	t.Setenv("AWS_MAX_ATTEMPTS", "3")
	r.replaceLambda(t, func(context.Context, []byte) fakelambda.Reply {
		calls++
		return fakelambda.Reply{Refusal: &fakelambda.Refusal{Status: 500, Code: "ServiceException", Message: "broken"}}
	})
	_, err := r.endpoint(t, invoke.Options{}).Send(t.Context(), curl.Request{Method: "POST", Path: "/"}, nil)
	const want = "the request was sent to https://orders-orchestrator, but its answer was lost; an execution that it started " +
		"continues in AWS, and sfngen trace orders lists it: invoking orders-orchestrator: "
	if calls != 1 || err == nil || !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), "(500 ServiceException)") {
		t.Errorf("%d calls, %v", calls, err)
	}
}

func TestAnInvocationThatIsNotAllowedHasStartedNothing(t *testing.T) {
	r := deploy(t, orders+"partition: aws-us-gov\n", answering(200, ""))
	r.replaceLambda(t, fakelambda.Refuses(403, "AccessDeniedException", "no"))
	_, err := r.endpoint(t, invoke.Options{}).Send(t.Context(), curl.Request{Method: "POST", Path: "/"}, nil)
	if want := "nothing was started: invoking orders-orchestrator: "; err == nil || !strings.HasPrefix(err.Error(), want) ||
		!strings.Contains(err.Error(), "AWS denies lambda:InvokeFunction: no; ") {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestRedirectsAreTheAPIsAnswer(t *testing.T) {
	r := deploy(t, orders, func(w http.ResponseWriter, req *http.Request) { http.Redirect(w, req, "/elsewhere", http.StatusFound) })
	reply := r.send(t, curl.Request{Method: "GET", Path: "/"})
	if _, request := r.asked(t); reply.Answer.StatusCode != 302 || reply.Answer.Header.Get("Location") != "/elsewhere" ||
		request.URL.Path != "/v1" {
		t.Errorf("%d %v", reply.Answer.StatusCode, reply.Answer.Header)
	}
	if reply.Failed() || reply.Location() != "" {
		t.Error("a redirect of the API is taken for the orchestrator's")
	}
}

// A coding of the API's is not undone: it is part of the answer.
func TestNoCodingIsAskedForThatNobodyNamed(t *testing.T) {
	r := deploy(t, orders, answering(200, ""))
	var asked []string
	r.serve(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		asked = req.Header["Accept-Encoding"]
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write([]byte("packed"))
	}))
	if reply := r.send(t, curl.Request{Method: "GET", Path: "/"}); asked != nil || string(reply.Answer.Body) != "packed" ||
		reply.Answer.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("asked for %q, got %q with %v", asked, reply.Answer.Body, reply.Answer.Header)
	}
}

func TestWhatTheSignatureOwnsIsSaid(t *testing.T) {
	r := deploy(t, orders, answering(200, ""))
	for header, want := range map[string]string{
		"authorization: Bearer key": "-H Authorization: with auth: iam this header is the AWS signature, so the API never sees one " +
			"of yours. Send the API's own as X-Upstream-Authorization, which goes out as Authorization by upstream.renameHeaders: " +
			"{x-upstream-authorization: authorization} of the spec",
		"Authorization:":   "-H Authorization: with auth: iam",
		"x-amz-date: 2026": "-H X-Amz-Date: this header belongs to the AWS signature, which is made here; leave it out",
		"host: example":    "-H Host: a function URL is known by its own name only; leave it out",
	} {
		_, err := r.endpoint(t, invoke.Options{}).Send(t.Context(), curl.Request{Method: "GET", Path: "/", Headers: []string{header}}, nil)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", header, err, want)
		}
	}
	if len(r.wire) != 0 {
		t.Errorf("%d requests were sent", len(r.wire))
	}
}

// over is a time that is over when a test says so.
type over struct {
	context.Context
	done chan struct{}
}

func (o over) Done() <-chan struct{} { return o.done }

func (o over) Err() error {
	select {
	case <-o.done:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

func TestNoAnswerSaysWhatMayGoOn(t *testing.T) {
	r := deploy(t, orders, answering(200, ""))
	arrived := make(chan struct{}, 1)
	r.serve(t, http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		arrived <- struct{}{}
		<-req.Context().Done()
	}))
	url := strings.TrimSuffix(r.stack.Outputs["FunctionUrl"], "/")
	const goesOn = "an execution that it started continues in AWS, and sfngen trace orders lists it"

	t.Run("the time is over", func(t *testing.T) {
		ctx := over{t.Context(), make(chan struct{})} // and not a short limit: a busy machine may not even connect in that
		go func() { <-arrived; close(ctx.done) }()
		_, err := r.endpoint(t, invoke.Options{Limit: time.Hour}).Send(ctx, curl.Request{Method: "GET", Path: "/"}, nil)
		if want := "no answer of " + url + " within 1h0m0s; " + goesOn + ": "; err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	})
	t.Run("interrupted", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { <-arrived; cancel() }()
		_, err := r.endpoint(t, invoke.Options{}).Send(ctx, curl.Request{Method: "GET", Path: "/"}, nil)
		if want := "stopped waiting for the answer; " + goesOn + ": "; !errors.Is(err, context.Canceled) ||
			!strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	})
	t.Run("nobody listens", func(t *testing.T) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		nobody := conn.LocalAddr().String() // where nothing can listen until the connection ends
		r.stack.Outputs["FunctionUrl"] = "http://" + nobody + "/"
		_, err = r.endpoint(t, invoke.Options{}).Send(t.Context(), curl.Request{Method: "GET", Path: "/"}, nil)
		if want := "nothing was sent to http://" + nobody + ": "; err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	})
}

func TestAStackWithoutItsOutputYet(t *testing.T) {
	r := deploy(t, orders, answering(200, ""))
	delete(r.stack.Outputs, "FunctionUrl")
	_, err := invoke.Open(r.cloud, r.stack, invoke.Options{})
	if want := "the stack orders has no output FunctionUrl yet (its status is CREATE_COMPLETE): wait until it is complete, or " +
		"deploy it again"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestRecordHasNoSignature(t *testing.T) {
	r := deploy(t, orders, answering(429, "slow down"))
	reply := r.send(t, curl.Request{Method: "POST", Path: "/orders?a=1", Data: []string{"b=2"}})
	text, err := json.Marshal(reply.Record())
	if err != nil {
		t.Fatal(err)
	}
	got := reply.Record()
	if got.Execution == "" || strings.Contains(string(text), "AKIAEXAMPLE") || strings.Contains(string(text), "token/+=") {
		t.Errorf("record %s", text)
	}
	got.Execution, got.Host, got.Response.Headers = "", "", nil
	want := invoke.Record{
		Stack: "orders", Attempts: 3, Egress: 3,
		Request: curl.RequestRecord{Method: "POST", URL: "/orders?a=1", Bytes: 3, Headers: http.Header{
			"Accept": {"*/*"}, "User-Agent": {"sfngen"}, "Content-Type": {"application/x-www-form-urlencoded"}}},
		Response: &curl.AnswerRecord{StatusCode: 429, Body: "slow down"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
