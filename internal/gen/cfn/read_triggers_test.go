package cfn_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/cfn"
)

// What starts the workflow by itself, as the templates of the examples have it.
func TestReadTriggers(t *testing.T) {
	for name, want := range map[string]cfn.Triggers{
		"nightly-import": {Rules: map[string]cfn.RuleInput{}, Schedules: map[string]string{
			"nightly-import-nightly": `{"trigger":"nightly","request":{"method":"GET","path":"/full.csv","query":"format=csv"}}`,
			"nightly-import-probe":   `{"trigger":"probe","request":{"method":"GET","path":"/status"}}`,
		}},
		"order-events": {KeyHeader: "x-request-id", Schedules: map[string]string{}, Rules: map[string]cfn.RuleInput{
			"order-events-order-placed": {Paths: map[string]string{"body": "$.detail", "id": "$.id"},
				Template: `{"trigger":"order-placed","request":{"method":"POST","path":"/pick-lists",` +
					`"headers":{"x-request-id":"<id>"},"body":<body>}}`},
			"order-events-order-changed": {Template: `{"trigger":"order-changed","template":{"method":"PUT","path":"/orders/{$.detail.id}",` +
				`"query":"at={$.time}","headers":{"x-request-id":"{$.id}"},"bodyFrom":"$.detail"},"event":<aws.events.event.json>}`},
			"order-events-stock-low": {Paths: map[string]string{"id": "$.id"},
				Template: `{"trigger":"stock-low","request":{"method":"PUT","path":"/alerts/stock","headers":{"x-origin":"eventbridge",` +
					`"x-request-id":"<id>"},"body":{"kind":"stock-low","notify":true}}}`},
		}},
		"weather-one-egress": {Schedules: map[string]string{}, Rules: map[string]cfn.RuleInput{}},
	} {
		if diff := cmp.Diff(want, cfn.ReadTriggers(golden(t, name))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
