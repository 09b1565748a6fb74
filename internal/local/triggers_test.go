package local_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sfngen/sfngen/internal/clock/clocktest"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// triggered is a spec with schedules and events, after examples/order-events.yaml.
const triggered = `
retry: {maxAttempts: 2, idempotency: {header: x-request-id}}
triggers:
  schedules:
    - name: nightly
      expression: rate(1 day)
      request: {method: PUT, path: /imports, query: full=1, headers: {x-origin: scheduler}, body: {kind: nightly}}
  events:
    - name: order-placed
      pattern:
        source: [shop.orders]
        detail: {total: [{numeric: [">", 0]}]}
      request: {method: POST, path: /pick-lists, bodyFrom: $.detail}
    - name: stock-low
      pattern: {source: [shop.stock]}
      request: {method: PUT, path: /alerts/stock, headers: {x-origin: eventbridge}, body: {kind: stock-low, notify: true}}
`

// The upstream gets the trigger's request twice with one key: the first call fails.
func TestTriggersFiredByHand(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, path, event string
		method, target    string
		query, body, key  string
		origin            string
	}{
		{name: "schedule", path: "/.sfngen/schedules/nightly",
			method: "PUT", target: "/imports", query: "full=1", body: `{"kind":"nightly"}`, origin: "scheduler"},
		{name: "event with its detail as the body", path: "/.sfngen/events/order-placed",
			event:  `{"id":"e-1","source":"shop.orders","detail-type":"OrderPlaced","detail":{"total":3,"text":"<b>\"é\""}}`,
			method: "POST", target: "/pick-lists", body: `{"total":3,"text":"<b>\"é\""}`, key: "e-1"},
		{name: "event with a body of the spec", path: "/.sfngen/events/stock-low", event: `{"id":"e-2","source":"shop.stock","detail":{}}`,
			method: "PUT", target: "/alerts/stock", body: `{"kind":"stock-low","notify":true}`, key: "e-2", origin: "eventbridge"},
	} {
		for _, workflow := range []string{"express", "standard"} {
			t.Run(tt.name+", "+workflow, func(t *testing.T) {
				t.Parallel()
				upstream, at := api(t, mockapi.Config{Paths: scripts(t, "/=503,200")})
				r := run(t, base(triggered+"workflow: {type: "+workflow+"}"), at, skipping)
				a := r.call("POST", tt.path, tt.event)
				a.says(t, 202, "Content-Type", "application/json")
				execution := r.only()
				var fired struct {
					Name  string
					Input json.RawMessage
				}
				if err := json.Unmarshal([]byte(a.body), &fired); err != nil || fired.Name != execution || !strings.Contains(string(fired.Input),
					tt.target) {
					t.Errorf("answer %s (%v), want the execution %s", a.body, err, execution)
				}
				same(t, "status", event.Succeeded, r.result(execution).Status)
				same(t, "upstream", fromEgresses(tt.method+" "+tt.target, 1, 2), callsAt(upstream))
				keys := map[string]bool{}
				for _, q := range upstream.Requests() {
					sentBy := []string{q.Query, string(q.Body), q.Header.Get("X-Origin"), q.Header.Get("Content-Type")}
					same(t, "request", []string{tt.query, tt.body, tt.origin, "application/json"}, sentBy)
					keys[q.Header.Get("X-Request-Id")] = true
					if key := q.Header.Get("X-Request-Id"); !strings.HasPrefix(key, tt.key) {
						t.Errorf("key %q, want %s", key, tt.key)
					}
				}
				same(t, "keys", 1, len(keys))
			})
		}
	}
}

// A redirect to a trigger's request fails, whatever its method: nobody would see that
// nothing was done. A caller sees the answer itself.
func TestRedirectsOfTriggersFail(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, method, path, body string
		more                     string // of the spec
		caller                   int    // the status that a caller gets; 0 for a trigger
		want                     event.Status
		story                    string
	}{
		{name: "an event's POST", method: "POST", path: "/.sfngen/events/order-placed", body: `{"source":"shop.orders","detail":{"total":3}}`,
			want: event.Failed, story: "1 by egress 1: rejected 301"},
		{name: "an event's PUT", method: "POST", path: "/.sfngen/events/stock-low", body: `{"source":"shop.stock","detail":{}}`,
			want: event.Failed, story: "1 by egress 1: rejected 301"},
		{name: "a schedule's PUT", method: "POST", path: "/.sfngen/schedules/nightly", want: event.Failed, story: "1 by egress 1: rejected 301"},
		{name: "a caller's POST", method: "POST", path: "/orders", caller: 301, want: event.Failed, story: "1 by egress 1: rejected 301"},
		{name: "a caller's PUT", method: "PUT", path: "/orders", caller: 301, want: event.Succeeded, story: "1 by egress 1: success 301"},
		{name: "the spec says otherwise", method: "POST", path: "/.sfngen/events/order-placed", more: "301",
			body: `{"source":"shop.orders","detail":{"total":3}}`, want: event.Succeeded, story: "1 by egress 1: success 301"},
	} {
		for _, workflow := range []string{"express", "standard"} {
			t.Run(tt.name+", "+workflow, func(t *testing.T) {
				t.Parallel()
				_, at := api(t, mockapi.Config{Paths: scripts(t, `/=301:location="/login?to=secret"`)})
				text := base(triggered + "workflow: {type: " + workflow + "}")
				if tt.more != "" {
					text = strings.Replace(text, "upstream: {", "upstream: {successStatusCodes: [2xx, "+tt.more+"], ", 1)
				}
				r := run(t, text, at, skipping)
				a := r.call(tt.method, tt.path, tt.body)
				if tt.caller != 0 {
					a.says(t, tt.caller, "X-Sfngen-Attempts", "1")
				}
				execution := r.only()
				same(t, "status", tt.want, r.result(execution).Status)
				same(t, "story", []string{tt.story}, storyOf(r, execution))
			})
		}
	}
}

// A schedule's key is made from the time that the run is for: one that Scheduler starts
// twice has one key, the next run another.
func TestKeyOfASchedule(t *testing.T) {
	t.Parallel()
	const uuid5 = `^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`
	for _, tt := range []struct{ format, want string }{
		{"", uuid5},
		{", keyFormat: uuid", uuid5},
		{", keyFormat: text", `^orders-nightly-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`},
	} {
		t.Run(tt.format, func(t *testing.T) {
			t.Parallel()
			upstream, at := api(t, mockapi.Config{})
			now := clocktest.NewVirtual(time.Now())
			specText := strings.Replace(triggered, "x-request-id", "x-request-id"+tt.format, 1)
			r := run(t, base(specText), at, func(o *local.Options) { o.Clock = now })
			fire := func() {
				var fired struct{ Name string }
				if err := json.Unmarshal([]byte(r.call("POST", "/.sfngen/schedules/nightly", "").body), &fired); err != nil {
					t.Fatal(err)
				}
				r.result(fired.Name)
			}
			fire()
			fire()
			_ = now.Sleep(t.Context(), time.Second)
			fire()
			var keys []string
			for _, q := range upstream.Requests() {
				keys = append(keys, q.Header.Get("X-Request-Id"))
			}
			if len(keys) != 3 || keys[0] != keys[1] || keys[1] == keys[2] || !regexp.MustCompile(tt.want).MatchString(keys[0]) {
				t.Errorf("keys %q, want the first two the same, the third another, all %s", keys, tt.want)
			}
		})
	}
}

// sizedEvent has a text of n characters.
func sizedEvent(source string, n int) string {
	return fmt.Sprintf(`{"id":"e-3","source":%q,"detail":{"total":1,"x":%q}}`, source, strings.Repeat("x", n))
}

// Only what goes into the execution's input counts.
func TestLargeEvents(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, path, source string
		size, status       int
	}{
		{"the largest input", "order-placed", "shop.orders", 262_144 - 134, 202},
		{"a byte more", "order-placed", "shop.orders", 262_144 - 133, 413},
		{"a body of the spec", "stock-low", "shop.stock", 900_000, 202},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			upstream, at := api(t, mockapi.Config{})
			r := run(t, base(triggered), at, skipping)
			r.call("POST", "/.sfngen/events/"+tt.path, sizedEvent(tt.source, tt.size)).says(t, tt.status)
			if tt.status == 413 {
				same(t, "executions", 0, len(r.order))
				return
			}
			result := r.result(r.only())
			if tt.path == "stock-low" {
				same(t, "upstream", fromEgresses("PUT /alerts/stock", 1), callsAt(upstream))
				return
			}
			same(t, "error: the policy has no room beside the request", "States.DataLimitExceeded", result.Error)
			same(t, "upstream", []string(nil), callsAt(upstream))
		})
	}
}

func TestTriggersThatDoNotFire(t *testing.T) {
	t.Parallel()
	upstream, at := api(t, mockapi.Config{})
	r := run(t, base(triggered), at, skipping)
	for _, tt := range []struct {
		name, method, path, event string
		status                    int
		says                      string
	}{
		{"a pattern that does not match", "POST", "/.sfngen/events/order-placed", `{"source":"shop.orders","detail":{"total":0}}`, 422,
			"does not match"},
		{"an event of another source", "POST", "/.sfngen/events/stock-low", `{"source":"shop.orders","detail":{}}`, 422, "does not match"},
		{"an unknown event", "POST", "/.sfngen/events/no-such", `{}`, 404, "order-placed, stock-low"},
		{"an unknown schedule", "POST", "/.sfngen/schedules/no-such", "", 404, "nightly"},
		{"no name", "POST", "/.sfngen/schedules/", "", 404, "nightly"},
		{"a schedule's name for an event", "POST", "/.sfngen/events/nightly", "{}", 404, "order-placed, stock-low"},
		{"GET", "GET", "/.sfngen/schedules/nightly", "", 405, "POST"},
		{"PUT", "PUT", "/.sfngen/events/stock-low", "{}", 405, "POST"},
		{"bad JSON", "POST", "/.sfngen/events/stock-low", `{"source":`, 400, ""},
		{"no event", "POST", "/.sfngen/events/stock-low", "", 400, ""},
		{"no object", "POST", "/.sfngen/events/stock-low", "[]", 400, ""},
		{"larger than EventBridge takes", "POST", "/.sfngen/events/stock-low", sizedEvent("shop.stock", 1_048_576), 413, "1 MB at most"},
		{"larger than an execution takes", "POST", "/.sfngen/events/order-placed", sizedEvent("shop.orders", 300_000), 413,
			"with bodyFrom: $.detail this event makes an input of 300134 bytes, and an execution takes 262144; on AWS the event goes to the " +
				"dead-letter queue"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := r.call(tt.method, tt.path, tt.event)
			a.says(t, tt.status)
			if !strings.Contains(a.body, tt.says) || a.body == "" {
				t.Errorf("body %q, want it to tell of %q", a.body, tt.says)
			}
			if tt.status == 405 {
				a.says(t, 405, "Allow", "POST")
			}
		})
	}
	same(t, "upstream", []string(nil), callsAt(upstream))
	same(t, "executions", 0, len(r.order))
}
