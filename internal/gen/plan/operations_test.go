package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatThePlanSaysOfOperations(t *testing.T) {
	p, _ := resolve(t, "maxAttempts: 3", "operations:\n  permissionsBoundary: arn:aws:iam::123456789012:policy/b\n  retainLogs: true\n"+
		"  logClass: infrequentAccess\n  kmsKey: arn:aws:kms:eu-central-1:123456789012:key/k\n"+
		"  roles: {egress: 'arn:aws:iam::123456789012:role/e'}\n")
	want := `each role that the stack makes is bounded by arn:aws:iam::123456789012:policy/b
1 role of yours: egress; sfngen plan --policies prints what each must allow
encrypted with arn:aws:kms:eu-central-1:123456789012:key/k: log groups and the Lambdas' environments; KMS takes $0.03 for 10,000 calls, and ` +
		`the key has to let AWS use it (sfngen plan --policies)
logs stay when the stack goes, and cost until they are 14 days old
logs cost half to write, and sfngen trace and list find nothing in them: CloudWatch Logs Insights reads them`
	if diff := cmp.Diff(want, strings.Join(p.OperationRules(), "\n")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if p, _ := resolve(t, "maxAttempts: 3", ""); len(p.OperationRules()) > 0 {
		t.Errorf("without operations: %q", p.OperationRules())
	}
}

// Memory costs as long as a caller waits.
func TestCostOfTheOrchestratorsMemory(t *testing.T) {
	little, _ := resolve(t, "maxAttempts: 3", "operations: {orchestratorMemory: 128}\n")
	much, _ := resolve(t, "maxAttempts: 3", "operations: {orchestratorMemory: 1024}\n")
	if little.Cost.Cases[0].Lambda >= much.Cost.Cases[0].Lambda {
		t.Errorf("128 MB cost %v, 1,024 %v", little.Cost.Cases[0].Lambda, much.Cost.Cases[0].Lambda)
	}
}
