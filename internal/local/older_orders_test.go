package local_test

import (
	"os"
	"slices"
	"testing"

	"github.com/sfngen/sfngen/internal/gen/stack"
	"github.com/sfngen/sfngen/internal/history/event"
	"github.com/sfngen/sfngen/internal/local"
	"github.com/sfngen/sfngen/internal/local/mockapi"
)

// olderSpec is what testdata/older.asl.json was generated from, and a schedule.
const olderSpec = `
version: 1
name: acme-orders
upstream: {url: https://api.acme.example, methods: [GET, POST]}
retry: {maxAttempts: 3, idempotency: {header: idempotency-key}}
egress: {count: 3}
triggers: {schedules: [{name: nightly, expression: rate(1 day), request: {method: POST, path: /imports}}]}
`

// olderOrders is a stack whose Lambdas are today's and whose definition is from before
// notActedStatusCodes and redirectsFail: Lambdas are updated before the definition, and
// an execution keeps the one that it was started with. It starts with the first egress.
func olderOrders(t *testing.T, upstream string) *rig {
	t.Helper()
	definition, err := os.ReadFile("testdata/older.asl.json")
	if err != nil {
		t.Fatal(err)
	}
	s := stackOf(t, olderSpec, upstream)
	at := slices.IndexFunc(s.Files, func(f stack.File) bool { return f.Path == stack.MachineFile })
	s.Files[at].Content = definition
	return runStack(t, s, skipping, func(o *local.Options) { o.Random = func() float64 { return 0 } })
}

func TestOlderDefinition(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, method, path, script string
		headers                    []string
		status                     int
		story                      []string
		ended                      event.Status
	}{
		{"it works at once", "GET", "/orders", "200", nil, 200, []string{"1 by egress 1: success 200"}, event.Succeeded},
		{"a limit of the address", "GET", "/orders", "429:retry-after=7,200", nil, 200,
			[]string{"1 by egress 1: rate-limited 429", "2 by egress 2: success 200"}, event.Succeeded},
		{"a requested wait", "GET", "/orders", "503:retry-after=7,502,200", nil, 200,
			[]string{"1 by egress 1: transient 503, waits 7s", "2 by egress 2: transient 502, waits 0s", "3 by egress 3: success 200"},
			event.Succeeded},
		{"one that is too long", "GET", "/orders", "503:retry-after=61", nil, 503, []string{"1 by egress 1: rejected 503"}, event.Failed},
		{"503 to a POST with a key", "POST", "/orders", "503,201", []string{"Idempotency-Key", "k"}, 201,
			[]string{"1 by egress 1: transient 503, waits 0s", "2 by egress 2: success 201"}, event.Succeeded},
		{"a redirect of a POST was a success", "POST", "/orders", "303:location=/orders/7", nil, 303,
			[]string{"1 by egress 1: success 303"}, event.Succeeded},
		{"what a trigger of today starts", "POST", "/.sfngen/schedules/nightly", "503,200", nil, 202,
			[]string{"1 by egress 1: transient 503, waits 0s", "2 by egress 2: success 200"}, event.Succeeded},
		{"every attempt fails", "GET", "/orders", "429,500,429", nil, 429,
			[]string{"1 by egress 1: rate-limited 429", "2 by egress 2: transient 500, waits 0s", "3 by egress 3: rate-limited 429"},
			event.Failed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			upstream, at := api(t, mockapi.Config{Paths: scripts(t, "/="+tt.script)})
			r := olderOrders(t, at)
			a := r.call(tt.method, tt.path, "", tt.headers...)
			a.says(t, tt.status)
			execution := r.only()
			same(t, "status", tt.ended, r.result(execution).Status)
			same(t, "attempts", tt.story, storyOf(r, execution))
			keys := map[string]bool{}
			for _, q := range upstream.Requests() {
				keys[q.Header.Get("Idempotency-Key")] = true
			}
			same(t, "keys of one request", 1, len(keys))
		})
	}
}
