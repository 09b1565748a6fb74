package probe_test

import (
	"net/http"
	"testing"

	awslambdaclient "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/fakeaws"
	"github.com/sfngen/sfngen/internal/fakeaws/lambda"
	"github.com/sfngen/sfngen/internal/probe"
)

// through asks these functions over HTTP, by the real SDK.
func through(t *testing.T, service *lambda.Service) probe.Invoke {
	t.Helper()
	fakeaws.Serve(t, map[string]http.Handler{"lambda": service})
	cfg, err := cloud.Load(t.Context(), cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return probe.ThroughLambda(awslambdaclient.NewFromConfig(cfg))
}

func TestThroughLambda(t *testing.T) {
	errorType, message := rejection(t)
	service := lambda.New(map[string]lambda.Function{
		"current": lambda.Runs(lambdaOf(t, 1, "3.120.4.5")),
		"older":   lambda.Fails(errorType, message),
		"dying":   lambda.Fails("Sandbox.Timedout", "RequestId: 1 Error: Task timed out after 13.00 seconds"),
		"denied": lambda.Refuses(403, "AccessDeniedException",
			"User: arn:aws:iam::123456789012:user/ada is not authorized to perform: lambda:InvokeFunction"),
		"throttled": lambda.Refuses(429, "TooManyRequestsException", "Rate Exceeded."),
	})
	pool := []string{"current", "older", "dying", "denied", "throttled", "missing"}
	report, err := probe.Run(t.Context(), probe.Options{Egresses: pool, Invoke: through(t, service), Rounds: 1})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, e := range report.Egresses {
		for _, s := range e.Addresses {
			got[e.Function] = s.Address.String()
		}
		for _, f := range e.Faults {
			got[e.Function] = string(f.Fault) + ": " + f.Reason
		}
	}
	want := map[string]string{
		"current": "3.120.4.5",
		"older":   "no-probe: it was deployed by an older sfngen, which knows no probe: deploy the stack again with this sfngen",
		"dying":   "egress: the Lambda failed: Sandbox.Timedout: RequestId: 1 Error: Task timed out after 13.00 seconds",
		"denied": "not-invoked: operation error Lambda: Invoke, https response error StatusCode: 403, RequestID: , api error " +
			"AccessDeniedException: User: arn:aws:iam::123456789012:user/ada is not authorized to perform: lambda:InvokeFunction",
		"throttled": "not-invoked: operation error Lambda: Invoke, exceeded maximum number of attempts, 1, https response error " +
			"StatusCode: 429, RequestID: , TooManyRequestsException: Rate Exceeded.",
		"missing": "not-invoked: the function is gone, although the stack has it; deploy the stack again",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("replies (-want +got):\n%s", diff)
	}
}

func TestThroughLambdaSendsTheService(t *testing.T) {
	for service, want := range map[string]string{
		"":                         `{"probe":{}}`,
		"https://a.example/?b=c&d": `{"probe":{"url":"https://a.example/?b=c\u0026d"}}`,
	} {
		f := lambda.New(map[string]lambda.Function{"one": lambda.Answers(`{"probe":{"egress":1,"address":"3.120.4.5"}}`)})
		_, err := probe.Run(t.Context(), probe.Options{Egresses: []string{"one"}, Invoke: through(t, f), Rounds: 1, Service: service})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]lambda.Call{{Function: "one", Payload: want}}, f.Calls()); diff != "" {
			t.Errorf("calls (-want +got):\n%s", diff)
		}
	}
}
