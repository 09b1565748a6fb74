package asl_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/internal/gen/document"
)

// TestPing: one execution invokes each egress, and no caller's data is near it.
func TestPing(t *testing.T) {
	p, _ := build(t, "retry: {maxAttempts: 2}\npartition: aws-cn\negress: {count: 2, network: {type: nat}}\n")
	want := `{
  "Comment": "Invokes each egress, which then calls nothing: AWS makes a function in a VPC inactive that nobody invokes for 14 days.",
  "StartAt": "Egresses",
  "States": {
    "Egresses": {"Type": "Pass", "Result": ["${Egress1Arn}", "${Egress2Arn}"], "Next": "Each"},
    "Each": {
      "Type": "Map",
      "ItemProcessor": {
        "ProcessorConfig": {"Mode": "INLINE"},
        "StartAt": "Ping",
        "States": {
          "Ping": {
            "Type": "Task",
            "Resource": "${LambdaInvokeArn}",
            "Parameters": {
              "FunctionName.$": "$",
              "Payload": {
                "probe": {"ping": true}
              }
            },
            "ResultPath": null,
            "TimeoutSeconds": 60,
            "Retry": [
              {
                "ErrorEquals": ["States.ALL"],
                "IntervalSeconds": 60,
                "MaxAttempts": 5,
                "BackoffRate": 2
              }
            ],
            "End": true
          }
        }
      },
      "End": true
    }
  }
}
`
	got := string(document.JSON(asl.Ping(p)))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
