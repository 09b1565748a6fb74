package deploy

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOutcomeAsJSON(t *testing.T) {
	var b bytes.Buffer
	o := Outcome{Stack: "acme-orders", StackID: "arn", Status: "UPDATE_COMPLETE", Changed: true, Outputs: map[string]string{"FunctionUrl": "https://x/?a&b"},
		Changes: []Change{{Action: Update, Resource: "Egress1", Type: "AWS::Lambda::Function", Properties: []Property{{"MemorySize", "128", "256"}}}}}
	wantError(t, o.WriteJSON(&b), "")
	want := `{
  "stack": "acme-orders",
  "stackId": "arn",
  "status": "UPDATE_COMPLETE",
  "changed": true,
  "changes": [
    {
      "action": "update",
      "resource": "Egress1",
      "type": "AWS::Lambda::Function",
      "properties": [
        {
          "name": "MemorySize",
          "before": "128",
          "after": "256"
        }
      ]
    }
  ],
  "outputs": {
    "FunctionUrl": "https://x/?a&b"
  }
}
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("JSON (-want +got)\n%s", diff)
	}
}
