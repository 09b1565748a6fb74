package plan_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/spec"
)

func record(p *plan.Plan) string { return string(document.SpreadJSON(p.Record())) }

// TestRecordTellsTheCost: what a plan costs can be told from its record alone, so that an
// old plan and a new one are compared at the same prices.
func TestRecordTellsTheCost(t *testing.T) {
	names, _ := filepath.Glob("../../../examples/*.yaml")
	edges, _ := filepath.Glob("../stack/testdata/edges/*.yaml")
	for _, name := range append(names, edges...) {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, _ := spec.Parse(name, src)
		p, _ := plan.New(file)
		got, err := plan.CostOfRecord([]byte(record(p)))
		if diff := cmp.Diff(p.Cost, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-plan +record)\n%s", name, err, diff)
		}
	}
	for _, text := range []string{"", "[]", "{}", `{"attempts":[{}]}`, `{"retry":{"deadline":"soon"}}`} {
		if _, err := plan.CostOfRecord([]byte(text)); err == nil {
			t.Errorf("%q has a cost", text)
		}
	}
}

const posts = "triggers: {schedules: [{name: daily, expression: rate(1 day), request: {method: POST, path: /}}]}"

// TestRecordIsResolved: what the spec leaves open is in the record as it counts.
func TestRecordIsResolved(t *testing.T) {
	for _, test := range []struct{ name, retry, rest, want string }{
		{"the deadline", "maxAttempts: 2", "", `"deadline": "1m31s"`},
		{"success", "maxAttempts: 2", "", `"3xx"`},
		{"no CORS, no section", "maxAttempts: 2", "", "\"functionUrl\": {\n      \"auth\": \"iam\",\n      \"concurrency\": 0\n    }"},
		{"CORS from the upstream", "maxAttempts: 2", "triggers: {functionUrl: {cors: {origins: ['https://a.example']}}}", `"x-sfngen-attempts"`},
		{"no function URL", "maxAttempts: 2", "partition: aws-us-gov", `"triggers": {` + "\n    \"functionUrl\": {\n      \"concurrency\": 0"},
		{"GET may always go again", "maxAttempts: 2", "", `"GET": "always"`},
		{"POST is guarded", "maxAttempts: 2", posts, `"POST": "if it certainly did nothing"`},
		{"POST with a key", "maxAttempts: 2\nidempotency: {header: k}", posts, `"POST": "always"`},
		{"POST is refused", "maxAttempts: 2\nidempotency: {unsafeMethods: refuse}", posts, `"POST": "never"`},
		{"nothing is certain", "maxAttempts: 2\nidempotency: {notActedStatusCodes: []}\nretryableErrors: []", posts, `"POST": "never"`},
		{"a day", "maxAttempts: 2\ndeadline: 24h", "workflow: {type: standard}", `"deadline": "24h"`},
		{"a wait", "maxAttempts: 2", "egress: {count: 1}", `"longest": "1m1s"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, _ := resolve(t, test.retry, test.rest)
			if got := record(p); !strings.Contains(got, test.want) {
				t.Errorf("the record lacks %s:\n%s", test.want, got)
			}
		})
	}
}
