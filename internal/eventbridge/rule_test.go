package eventbridge_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/eventbridge"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/spec"
)

// TestRuleOfAnExample takes an event through a rule as sfngen deploys it.
func TestRuleOfAnExample(t *testing.T) {
	rule := example(t, "order-events.yaml").Events[0]
	paths := map[string]string{}
	for _, v := range rule.Variables {
		paths[v.Name] = v.Path
	}
	event, _, err := eventbridge.Complete([]byte(`{"source": "shop.orders", "detail-type": "OrderPlaced", "detail": {"total": 9.50, `+
		`"items": [{"sku": "<a>"}]}}`), defaults)
	if err != nil {
		t.Fatal(err)
	}
	if matched, why, err := matchValue(rule.Pattern, string(event)); !matched || err != nil {
		t.Fatalf("Match() = %t, %s, %v", matched, why, err)
	}
	input, err := eventbridge.Transform(paths, rule.Input, event)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"trigger":"order-placed","request":{"method":"POST","path":"/pick-lists","headers":{"x-request-id":"7bf73129"},` +
		`"body":{"total":9.50,"items":[{"sku":"<a>"}]}}}`
	if diff := cmp.Diff(want, string(input)); diff != "" {
		t.Errorf("input (-want +got):\n%s", diff)
	}
}

func example(t *testing.T, name string) *plan.Plan {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", name))
	if err != nil {
		t.Fatal(err)
	}
	file, findings := spec.Parse(name, text)
	if file == nil {
		t.Fatal(findings)
	}
	p, _ := plan.New(file)
	return p
}
