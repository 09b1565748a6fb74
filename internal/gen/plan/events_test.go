package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/spec"
)

// TestEventRules: a bus, and what a request takes from its event, each once.
func TestEventRules(t *testing.T) {
	file, findings := spec.Parse("spec.yaml", []byte(`version: 1
name: plan-test
upstream: {url: 'https://api.example'}
retry: {maxAttempts: 2}
workflow: {type: standard}
triggers:
  onFailure: {queue: true}
  events:
    - {name: plain, pattern: {source: [x]}, request: {method: PUT, path: /a, headers: {x-a: "{!$.id}"}, bodyFrom: $.detail}}
    - {name: default, bus: default, pattern: {source: [x]}, request: {method: GET, path: /}}
    - name: both
      bus: arn:aws:events:eu-central-1:123456789012:event-bus/orders
      pattern: {source: [x]}
      request: {method: PUT, path: "/{$.detail.id}", query: "a={$.time}&b={$.detail.id}", headers: {x-b: "{$.source}", x-a: "{$.id}"}}
`))
	if spec.HasErrors(findings) {
		t.Fatal(findings)
	}
	p, _ := plan.New(file)
	want := []string{"event both comes from the bus orders, which has to be there",
		"event both says {$.detail.id}, {$.time}, {$.id} and {$.source}; one that does not fails before anything is sent"}
	if diff := cmp.Diff(want, p.EventRules()); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("executions that fail, time out or are aborted go to the queue plan-test-failed-executions, those of callers too",
		p.FailureRule()); diff != "" {
		t.Errorf("failures (-want +got):\n%s", diff)
	}
}
