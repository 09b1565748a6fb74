package local_test

import (
	"strings"
	"testing"

	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// fromEvents is a spec whose events say where to go.
const fromEvents = `
retry: {maxAttempts: 2, idempotency: {header: x-request-id}}
triggers:
  events:
    - name: changed
      pattern: {source: [shop]}
      request:
        method: PUT
        path: "/orders/{$.detail.id}"
        query: "on={$.time}&first={$.detail.lines[0]}"
        headers: {x-origin: "{$.source} {$.account}"}
        bodyFrom: $.detail
    - name: gone
      pattern: {source: [shop]}
      request: {method: DELETE, path: "/orders/{$.detail.id}"}
`

// An event says where its request goes. The first call fails, and the second is the same.
func TestEventsThatSayWhereToGo(t *testing.T) {
	t.Parallel()
	for _, workflow := range []string{"express", "standard"} {
		t.Run(workflow, func(t *testing.T) {
			t.Parallel()
			upstream, at := api(t, mockapi.Config{Paths: scripts(t, "/=503,200")})
			r := run(t, base(fromEvents+"workflow: {type: "+workflow+"}"), at, skipping)
			r.call("POST", "/.sfngen/events/changed", `{"id":"e-7","time":"2026-12-01T10:00:00Z","source":"shop","account":"111122223333",`+
				`"detail":{"id":"a/b","lines":[12345678901234567890]}}`).says(t, 202)
			same(t, "status", event.Succeeded, r.result(r.only()).Status)
			same(t, "upstream", fromEgresses("PUT /orders/a%2Fb", 1, 2), callsAt(upstream))
			for _, q := range upstream.Requests() {
				same(t, "request", []string{"on=2026-12-01T10%3A00%3A00Z&first=12345678901234567890",
					`{"id":"a/b","lines":[12345678901234567890]}`, "shop 111122223333", "e-7"},
					[]string{q.Query, string(q.Body), q.Header.Get("X-Origin"), q.Header.Get("X-Request-Id")})
			}
		})
	}
}

// What an event does not say ends the execution before a call, whose cause says so.
func TestEventsThatDoNotSayWhereToGo(t *testing.T) {
	t.Parallel()
	for detail, want := range map[string]string{
		`{}`:              "the event gone: request.path: {$.detail.id} leads to nothing in this event",
		`{"id":{"n":17}}`: "{$.detail.id} leads to an object",
		`{"id":[17]}`:     "{$.detail.id} leads to an array",
		`{"id":null}`:     "{$.detail.id} leads to null",
		`{"id":""}`:       "{$.detail.id} is empty",
		`{"id":".."}`:     "{$.detail.id} has a . or .. segment",
	} {
		t.Run(detail, func(t *testing.T) {
			t.Parallel()
			upstream, at := api(t, mockapi.Config{})
			r := run(t, base(fromEvents), at, skipping)
			r.call("POST", "/.sfngen/events/gone", `{"source":"shop","detail":`+detail+`}`).says(t, 202)
			result := r.result(r.only())
			if result.Error != "Upstream.Rejected" || !strings.Contains(result.Cause, want) {
				t.Errorf("%s: %s, want %q", result.Error, result.Cause, want)
			}
			same(t, "upstream", []string(nil), callsAt(upstream))
		})
	}
}

func TestLargeEventWithPlaceholders(t *testing.T) {
	t.Parallel()
	r := run(t, base(fromEvents), "http://127.0.0.1:9", skipping)
	a := r.call("POST", "/.sfngen/events/changed", sizedEvent("shop", 300_000))
	a.says(t, 413)
	if !strings.Contains(a.body, "with placeholders, which take the whole event along, this event makes an input of 300") {
		t.Errorf("body %q", a.body)
	}
}
