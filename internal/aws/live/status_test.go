package live_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/gen/cfn"
)

func TestStatus(t *testing.T) {
	created, updated := time.Date(2026, 11, 24, 10, 30, 0, 0, time.UTC), time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	parameter := func(name, value string) types.Parameter {
		return types.Parameter{ParameterKey: aws.String(name), ParameterValue: aws.String(value)}
	}
	stack := func(change func(*types.Stack)) *live.Stack {
		found := types.Stack{CreationTime: &created, Parameters: []types.Parameter{
			parameter(cfn.ParameterOrchestratorKey, "orders/orchestrator-2.zip"), parameter(cfn.ParameterEgressKey,
				"orders/egress-1.zip"), parameter(cfn.ParameterBucket, "zips"),
		}}
		change(&found)
		return &live.Stack{Name: "orders", Status: types.StackStatusUpdateRollbackFailed, Summary: cfn.Summary{Name: "orders"}, Found: found,
			Outputs: map[string]string{"Other": "o", "FunctionUrl": "https://x"}}
	}
	const where = "orders in eu-central-1 of account 123456789012: UPDATE_ROLLBACK_FAILED, last deployed "
	const rest = "runs orders/egress-1.zip and orders/orchestrator-2.zip of the bucket zips\n"
	const outputs = "FunctionUrl  https://x\nOther        o\n"
	for name, c := range map[string]struct {
		change func(*types.Stack)
		folder *live.FolderStatus
		want   string
	}{
		"never updated": {func(*types.Stack) {}, nil, where + "2026-11-24 10:30:00 UTC\n" + rest + outputs},
		"updated, with a reason that is hostile": {func(s *types.Stack) {
			s.LastUpdatedTime, s.StackStatusReason = &updated, aws.String("bad\x1b[2J\nsfngen: all is well")
		}, nil,
			where + "2026-11-29 09:00:00 UTC\nreason: bad [2J sfngen: all is well\n" + rest + outputs},
		"with its folder": {func(*types.Stack) {}, &live.FolderStatus{Dir: "stacks/orders", SameTemplate: true}, where +
			"2026-11-24 10:30:00 UTC\n" + rest + "its template is that of stacks/orders\n" + outputs},
		"with another folder": {func(*types.Stack) {}, &live.FolderStatus{Dir: "stacks/orders"}, where + "2026-11-24 10:30:00 UTC\n" + rest +
			"its template is not that of stacks/orders\n" + outputs},
	} {
		s := live.NewStatus(stack(c.change), "eu-central-1", "123456789012")
		s.Folder = c.folder
		var got strings.Builder
		if err := s.Write(&got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, got.String()); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}
