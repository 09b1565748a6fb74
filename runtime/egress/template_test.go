package egress

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sfngen/sfngen/runtime/contract"
)

// fromEvent is attempt 1 of a request whose parts come from an event.
func fromEvent(t contract.Template, event string) contract.Invocation {
	in := first("")
	in.Policy.IdempotencyHeader = "x-request-id"
	in.Input = contract.Input{Trigger: "changed", Template: &t, Event: json.RawMessage(event)}
	return in
}

func TestRequestFromAnEvent(t *testing.T) {
	var sent []string
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent = []string{r.Method, r.RequestURI, r.Header.Get("X-Request-Id"), r.Header.Get("X-From"), r.Header.Get("Content-Type"), string(body)}
	})
	lab := newLab(url + "/api")
	lab.ForwardHeaders = []string{"x-from"}
	in := fromEvent(contract.Template{Request: contract.Request{
		Method: "PUT", Path: "/orders/{$.detail.id}/lines", Query: "at={$.time}&by={$.detail.by}",
		Headers: map[string]string{"x-request-id": "{$.id}", "x-from": "{$.source}", "x-other": "{$.source}"},
	}, BodyFrom: "$.detail.order"},
		`{"id": "e-1", "time": "2026-03-01T12:00:00Z", "source": "shop", "detail": {"id": "a/b ?#", "by": "A&B", "order": {"n": 1.0}}}`)
	mustSucceed(t, lab.build(t), in)
	want := []string{"PUT", "/api/orders/a%2Fb%20%3F%23/lines?at=2026-03-01T12%3A00%3A00Z&by=A%26B", "e-1", "shop",
		"application/json", `{"n": 1.0}`}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
}

// TestNothingIsSentWithoutTheEvent: no value, no request. The failure is certain, final,
// and says which trigger and which placeholder; the log line too.
func TestNothingIsSentWithoutTheEvent(t *testing.T) {
	url, calls := serve(t, answering(200, ""))
	lab := newLab(url)
	in := fromEvent(contract.Template{Request: contract.Request{Method: "DELETE", Path: "/orders/{$.detail.id}"}},
		`{"id": "e-1", "detail": {"id": null, "secret": "s3cret"}}`)
	failed := mustFail(t, lab.build(t), in)
	f := failed.failure
	want := contract.Failure{
		Reason: "the event changed: request.path: {$.detail.id} leads to null in this event", Final: "it would fail again",
		Attempts: []contract.Attempt{{Attempt: 1, Egress: 1, Fault: contract.FaultInvalidRequest}},
	}
	if diff := cmp.Diff(want, f); failed.name != contract.ErrRejected || diff != "" {
		t.Errorf("%s (-want +got):\n%s", failed.name, diff)
	}
	if n := calls.Load(); n != 0 || !f.Attempts[0].Fault.NotSent() {
		t.Errorf("%d calls", n)
	}
	line, fields := logged(t, lab, in)
	if fields["path"] != "/orders/{$.detail.id}" || strings.Contains(line+failed.cause, "s3cret") {
		t.Errorf("log line %s, cause %s", line, failed.cause)
	}
}
