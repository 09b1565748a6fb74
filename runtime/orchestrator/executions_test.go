package orchestrator

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/runtime/contract"
)

func TestLookUp(t *testing.T) {
	b := newBench(t, standardConfig(), standardReplies(running, ended("PENDING_REDRIVE", nil), answered(t)))
	for _, status := range []string{"RUNNING", "PENDING_REDRIVE"} {
		if diff := cmp.Diff(pendingAnswer(status, ""), b.handle(request("GET", testLocation))); diff != "" {
			t.Errorf("answer (-want +got):\n%s", diff)
		}
	}
	got := b.handle(request("GET", testLocation))
	if got.StatusCode != 200 || got.Body != "done" || got.Headers["x-sfngen-attempts"] != "1" || got.Headers["x-sfngen-execution"] != testID {
		t.Errorf("answered %d %q %v, want 200 done", got.StatusCode, got.Body, got.Headers)
	}
	if looks := b.service.calls("DescribeExecution"); len(looks) != 3 || looks[0].ExecutionArn != testRun+testID {
		t.Errorf("looks: %+v", looks)
	}
	if n := len(b.service.calls("StartExecution")); n != 0 {
		t.Errorf("%d starts: the reserved path was proxied", n)
	}
}

func TestLookUpOfAFailure(t *testing.T) {
	failure := contract.Failure{Response: &contract.Response{StatusCode: 404, Body: "no such order"},
		Attempts: attempts(contract.Attempt{StatusCode: 404})}
	b := newBench(t, standardConfig(), standardReplies(failed(t, contract.ErrRejected, failure)))
	if got := b.handle(request("GET", testLocation)); got.StatusCode != 404 || got.Body != "no such order" {
		t.Errorf("answered %d %q, want the upstream's 404", got.StatusCode, got.Body)
	}
}

func TestLookUpRefusals(t *testing.T) {
	absent := refused(400, "ExecutionDoesNotExist")
	tests := []struct {
		name   string
		method string
		path   string
		looks  []reply
		status int
		slug   string // "" for an answer, or for HEAD
	}{
		{"unknown", "GET", testLocation, []reply{absent}, 404, "execution-not-found"},
		{"just started", "GET", testLocation, []reply{absent, answered(t)}, 200, ""},
		{"HEAD", "HEAD", testLocation, []reply{answered(t)}, 200, ""},
		{"another method", "POST", testLocation, nil, 405, "method-not-allowed"},
		{"nothing under the prefix", "GET", "/.sfngen", nil, 404, "execution-not-found"},
		{"another thing under the prefix", "GET", "/.sfngen/other", nil, 404, "execution-not-found"},
		{"no name", "GET", contract.ExecutionsPath, nil, 404, "execution-not-found"},
		{"a name that cannot be", "GET", contract.ExecutionsPath + "a:b", nil, 404, "execution-not-found"},
		{"an escaped prefix", "GET", "/%2Esfngen/other", nil, 404, "execution-not-found"},
		{"throttled", "GET", testLocation, []reply{refused(400, "ThrottlingException")}, 503, "throttled"},
		{"throttled once", "GET", testLocation, []reply{refused(400, "ThrottlingException"), answered(t)}, 200, ""},
		{"access denied", "GET", testLocation, []reply{refused(400, "AccessDeniedException")}, 500, "misconfigured"},
		{"AWS failed", "GET", testLocation, []reply{refused(500, "InternalFailure")}, 503, "workflow-unavailable"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, standardConfig(), func(c call) reply {
				t.Errorf("called %+v", c)
				return absent
			})
			if test.looks != nil {
				b.service.reply = standardReplies(test.looks...)
			}
			got := b.handle(request(test.method, test.path))
			slug := ""
			if got.StatusCode != 200 {
				slug = problemType(t, got)
			}
			if got.StatusCode != test.status || slug != test.slug {
				t.Errorf("answered %d %s, want %d %s", got.StatusCode, slug, test.status, test.slug)
			}
			if test.method == "HEAD" && got.Body != "" {
				t.Errorf("HEAD was answered with the body %q", got.Body)
			}
		})
	}
}
