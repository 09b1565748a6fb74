package invoke_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/invoke"
	"github.com/sfngen/sfngen/internal/curl"
)

// told is the story with the execution's name as NAME.
func told(r invoke.Reply) string {
	text := strings.Join(r.Story(), "\n")
	if name := r.Execution(); name != "" {
		text = strings.ReplaceAll(text, name, "NAME")
	}
	return text
}

func TestStory(t *testing.T) {
	for _, test := range []struct {
		name    string
		api     http.HandlerFunc
		request curl.Request
		want    string
	}{
		{"the first attempt", answering(200, ""), curl.Request{Method: "GET", Path: "/"},
			"200 OK, 1 attempt, answered through egress 1, execution NAME, took 0s\nits attempts: sfngen trace orders NAME"},
		{"the API's last refusal", answering(429, ""), curl.Request{Method: "GET", Path: "/"},
			"429 Too Many Requests, 3 attempts, answered through egress 3, execution NAME, took 0s\nits attempts: sfngen trace orders NAME"},
		{"a status without a name", answering(299, ""), curl.Request{Method: "GET", Path: "/"},
			"299, 1 attempt, answered through egress 1, execution NAME, took 0s\nits attempts: sfngen trace orders NAME"},
		{"no answer of the API", func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) },
			curl.Request{Method: "GET", Path: "/"},
			"502 Bad Gateway, 3 attempts, execution NAME, took 0s\nUpstream connection lost: The connection broke after the request was " +
				"sent. The upstream may have acted on it. No other attempt follows: no attempt is left.\nits attempts: sfngen trace orders NAME"},
		{"a request that was refused before", answering(200, ""), curl.Request{Method: "DELETE", Path: "/"},
			"405 Method Not Allowed, took 0s\nMethod not allowed: DELETE is not allowed here. Allowed: GET, POST, PUT."},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, told(deploy(t, orders, test.api).send(t, test.request))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// lambdaSays is an answer that no function has made.
func lambdaSays(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-Requestid", "id-1")
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func TestRefusals(t *testing.T) {
	const notOurs = ", not the API's own answer: "
	const gone = "Lambda gives no reason. Perhaps the function URL no longer exists, because it was deleted or recreated: sfngen " +
		"deploy orders shows the current one. If it exists, "
	const none = "triggers: {functionUrl: {auth: none}}\n"
	for _, test := range []struct {
		name, spec string
		answer     http.HandlerFunc
		want       string
	}{
		{"no permission", "", lambdaSays(403, `{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: `+
			`https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}`),
			"403 Forbidden" + notOurs + "arn:aws:sts::123456789012:assumed-role/deployer/ada may not call it. Attach " +
				"arn:aws:iam::123456789012:policy/orders-CallerPolicy to it, or let its own policies allow lambda:InvokeFunctionUrl and " +
				"lambda:InvokeFunction, both, on orders-orchestrator. If it has them, look for a Deny (a permissions boundary, a policy of " +
				"your organization), or a permission of the function that was changed by hand"},
		{"a function URL that wants what the template does not", none, lambdaSays(403, `{"Message":"Forbidden"}`),
			"403 Forbidden" + notOurs + "the stack was deployed with auth: none, but its function URL refuses requests without a " +
				"signature: its AuthType or its permissions were changed by hand, or a policy of your organization forbids it. Compare " +
				"with the template: aws cloudformation detect-stack-drift --stack-name orders --region eu-central-1"},
		{"a function URL that is not there any more, perhaps", "", lambdaSays(403, `{"Message":null}`),
			"403 Forbidden" + notOurs + gone + "arn:aws:sts::123456789012:assumed-role/deployer/ada may not call it. Attach " +
				"arn:aws:iam::123456789012:policy/orders-CallerPolicy to it, or let its own policies allow lambda:InvokeFunctionUrl and " +
				"lambda:InvokeFunction, both, on orders-orchestrator. If it has them, look for a Deny (a permissions boundary, a policy of " +
				"your organization), or a permission of the function that was changed by hand"},
		{"the same of one that is open to all", none, lambdaSays(403, "{}"),
			"403 Forbidden" + notOurs + gone + "the stack was deployed with auth: none, but its function URL refuses requests without a " +
				"signature: its AuthType or its permissions were changed by hand, or a policy of your organization forbids it. Compare " +
				"with the template: aws cloudformation detect-stack-drift --stack-name orders --region eu-central-1"},
		{"a wrong clock", "", lambdaSays(403, `{"message":"Signature expired: 20260301T120000Z is now earlier than 20260301T121000Z `+
			`(20260301T121500Z - 5 min.)"}`),
			"403 Forbidden" + notOurs + "AWS does not take the signature (Signature expired: 20260301T120000Z is now earlier than " +
				"20260301T121000Z (20260301T121500Z - 5 min.)). Compare this machine's clock with the real time, and the secret key with " +
				"that of arn:aws:sts::123456789012:assumed-role/deployer/ada"},
		{"old credentials", "", lambdaSays(403, `{"message":"The security token included in the request is expired"}`),
			"403 Forbidden" + notOurs + "AWS does not take the credentials (The security token included in the request is expired). Log " +
				"in again (aws sso login), or name others with --profile"},
		{"throttled", "", lambdaSays(429, `{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User",`+
			`"message":"Rate Exceeded."}`),
			"429 Too Many Requests" + notOurs + "Lambda has no capacity for another orders-orchestrator " +
				"(ReservedFunctionConcurrentInvocationLimitExceeded), and nothing was sent to the API. Try again; if it stays so, look at " +
				"what is reserved (triggers.functionUrl.concurrency; 0 stops it): aws lambda get-function-concurrency --function-name " +
				"orders-orchestrator --region eu-central-1"},
		{"a crash", "", lambdaSays(502, "Internal Server Error"),
			"502 Bad Gateway" + notOurs + "orders-orchestrator crashed, or could not start; the API may have acted on the request. Its " +
				"log says more: aws logs tail /aws/lambda/orders-orchestrator --since 15m --region eu-central-1"},
		{"out of time", "", lambdaSays(504, "Gateway Timeout"),
			"504 Gateway Timeout" + notOurs + "orders-orchestrator ran out of time; its execution may continue: sfngen trace orders " +
				"lists the latest"},
		{"too large", "", lambdaSays(413, `{"Message":null}`),
			"413 Request Entity Too Large" + notOurs + "the request is over the 6 MB that a function URL takes; the workflow carries 192 KiB"},
		{"Lambda has failed", "", lambdaSays(500, `{"Message":"Internal failure"}`),
			"500 Internal Server Error" + notOurs +
				"Lambda itself refuses (Internal failure). Try again; if it stays so, deploy the stack again, and look at health.aws.amazon.com"},
		{"a preflight", none, lambdaSays(200, ""),
			"200 OK" + notOurs + "the function URL itself answered (CORS), and nothing was started"},
		{"a proxy with a problem of its own", "", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(502)
			fmt.Fprint(w, `{"type":"about:blank","title":"Bad gateway"}`)
		}, "502 Bad Gateway" + notOurs + "it is not from AWS either, whose answers have an x-amzn-RequestId; look for a proxy in between"},
		{"a proxy", "", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) },
			"403 Forbidden" + notOurs + "it is not from AWS either, whose answers have an x-amzn-RequestId; look for a proxy in between"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := deploy(t, orders+test.spec, answering(200, ""))
			r.serve(t, test.answer)
			reply := r.send(t, curl.Request{Method: "GET", Path: "/"})
			if diff := cmp.Diff(test.want, told(reply)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if record := reply.Record(); !strings.HasSuffix(test.want, record.Refusal) || record.Refusal == "" {
				t.Errorf("the record has refusal %q", record.Refusal)
			}
		})
	}
}

// A stack of an account whose policy cannot be named still says what is needed.
func TestForbiddenWithoutAPolicy(t *testing.T) {
	r := deploy(t, orders, answering(200, ""))
	delete(r.stack.Outputs, "CallerPolicyArn")
	r.serve(t, lambdaSays(403, `{"Message":"Forbidden"}`))
	if got, want := told(r.send(t, curl.Request{Method: "GET", Path: "/"})),
		"may not call it. Its own policies must allow lambda:InvokeFunctionUrl and lambda:InvokeFunction, both, on "+
			"orders-orchestrator."; !strings.Contains(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

// long is a workflow that the orchestrator does not wait for.
const long = `version: 1
name: orders
upstream: {url: https://api.example/v1}
retry: {maxAttempts: 2, deadline: 1h, backoff: {strategy: none}}
workflow: {type: standard}
`

func TestAnExecutionThatGoesOnIsWaitedFor(t *testing.T) {
	release := make(chan struct{})
	r := deploy(t, long, func(w http.ResponseWriter, _ *http.Request) {
		<-release
		w.WriteHeader(418)
		fmt.Fprint(w, "tea")
	})
	var pauses []time.Duration
	e := r.endpoint(t, invoke.Options{Sleep: func(_ context.Context, d time.Duration) error {
		if pauses = append(pauses, d); len(pauses) == 2 {
			close(release)
		}
		return nil
	}})
	reply, err := e.Send(t.Context(), curl.Request{Method: "GET", Path: "/slow"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	name := reply.Execution()
	if want := "202 Accepted, execution NAME, took 0s\nthe execution continues; for its answer: sfngen invoke orders GET " +
		"/.sfngen/executions/NAME"; told(reply) != want || !reply.Pending() {
		t.Errorf("got %s, want %s", told(reply), want)
	}
	if reply, err = e.Wait(t.Context(), reply); err != nil {
		t.Fatal(err)
	}
	if reply.Answer.StatusCode != 418 || string(reply.Answer.Body) != "tea" || reply.Execution() != name || reply.Request.URL.Path != "/slow" {
		t.Errorf("%d %s of %s to %s", reply.Answer.StatusCode, reply.Answer.Body, reply.Execution(), reply.Request.URL)
	}
	if pauses[0] != 5*time.Second || len(r.uris) != 1 {
		t.Errorf("pauses %v, %d calls of the API", pauses, len(r.uris))
	}
}

// The orchestrator's advice counts, but nobody asks more often than the quota
// bears.
func TestPausesBetweenLooks(t *testing.T) {
	r := deploy(t, orders, answering(200, ""))
	advice := []string{"1", "7", "tomorrow"}
	r.serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Sfngen-Execution", "name")
		if len(advice) == 0 {
			return
		}
		w.Header().Set("Location", "/.sfngen/executions/name")
		w.Header().Set("Retry-After", advice[0])
		advice = advice[1:]
		w.WriteHeader(202)
	}))
	var pauses []time.Duration
	e := r.endpoint(t, invoke.Options{Sleep: func(_ context.Context, d time.Duration) error {
		pauses = append(pauses, d)
		return nil
	}})
	reply, err := e.Send(t.Context(), curl.Request{Method: "GET", Path: "/"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Wait(t.Context(), reply); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]time.Duration{5 * time.Second, 7 * time.Second, 5 * time.Second}, pauses); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// An execution of which nobody knows whether it was started is reported, and not
// waited for.
func TestALocationWithoutAdviceIsNotWaitedFor(t *testing.T) {
	r := deploy(t, orders, answering(200, ""))
	r.serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.Header().Set("X-Sfngen-Execution", "exec-1")
		w.Header().Set("Location", "/.sfngen/executions/exec-1")
		w.WriteHeader(502)
		fmt.Fprint(w, `{"type":"https://github.com/sfngen/sfngen/blob/main/docs/problems.md#execution-lost","title":"Execution `+
			`lost","detail":"Unknown."}`)
	}))
	reply := r.send(t, curl.Request{Method: "GET", Path: "/"})
	if want := "502 Bad Gateway, execution NAME, took 0s\nExecution lost: Unknown.\nif it continues, its answer will be here: " +
		"sfngen invoke orders GET /.sfngen/executions/NAME"; told(reply) != want || reply.Pending() {
		t.Errorf("got %s, want %s", told(reply), want)
	}
}

func TestAWaitThatEndsSaysWhereTheAnswerWillBe(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	r := deploy(t, long, func(http.ResponseWriter, *http.Request) { <-release })
	e := r.endpoint(t, invoke.Options{Sleep: func(context.Context, time.Duration) error { return context.Canceled }})
	reply, err := e.Send(t.Context(), curl.Request{Method: "GET", Path: "/"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	location := reply.Location()
	_, err = e.Wait(t.Context(), reply)
	if want := "the execution continues, its answer will be at " + location + ": context canceled"; !errors.Is(err, context.Canceled) ||
		err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// An API's own 202 has been answered: its Location is not the orchestrator's.
func TestThe202OfTheAPIIsTheLastWord(t *testing.T) {
	r := deploy(t, orders, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "/.sfngen/executions/mine")
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(202)
	})
	if reply := r.send(t, curl.Request{Method: "GET", Path: "/"}); reply.Location() != "" || reply.Pending() {
		t.Errorf("location %q", reply.Location())
	}
}
