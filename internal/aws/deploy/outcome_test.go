package deploy

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/deploy/changes"
)

func TestOutcomeAsJSON(t *testing.T) {
	var b bytes.Buffer
	o := Outcome{Stack: "acme-orders", StackID: "arn", Status: "UPDATE_COMPLETE", Changed: true,
		Outputs: map[string]string{"FunctionUrl": "https://x/?a&b"},
		Changes: []changes.Change{{Action: changes.Update, Resource: "Egress1", Type: "AWS::Lambda::Function",
			Properties: []changes.Property{{Name: "MemorySize", Before: "128", After: "256"}}}}}
	wantError(t, o.WriteJSON(&b), "")
	want := `{
  "stack": "acme-orders",
  "mode": "execute",
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

// A script that reads the status of a stack that is not there reads "".
func TestOutcomeOfADryRunAsJSON(t *testing.T) {
	for mode, want := range map[Mode]string{DryRun: "dry-run", NoExecute: "no-execute"} {
		var b bytes.Buffer
		wantError(t, Outcome{Stack: "acme-orders", Mode: mode}.WriteJSON(&b), "")
		if diff := cmp.Diff("{\n  \"stack\": \"acme-orders\",\n  \"mode\": \""+want+"\",\n  \"status\": \"\",\n  \"changed\": false,\n  "+
			"\"changes\": [],\n  \"outputs\": {}\n}\n", b.String()); diff != "" {
			t.Errorf("JSON (-want +got)\n%s", diff)
		}
	}
}
