package changes

import (
	"bytes"
	"regexp"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/google/go-cmp/cmp"
)

// oldExecutions is what the replacement of a workflow costs.
const oldExecutions = "running executions of the old one end at their next step, and their history goes"

func change(action types.ChangeAction, id, kind string, details ...types.ResourceChangeDetail) types.Change {
	return types.Change{ResourceChange: &types.ResourceChange{Action: action, LogicalResourceId: &id, ResourceType: &kind, Details: details}}
}

func modify(id, kind string, replacement types.Replacement, details ...types.ResourceChangeDetail) types.Change {
	c := change(types.ChangeActionModify, id, kind, details...)
	c.ResourceChange.Replacement = replacement
	return c
}

func static(path string, needs types.RequiresRecreation, before, after string) types.ResourceChangeDetail {
	return types.ResourceChangeDetail{Evaluation: types.EvaluationTypeStatic, ChangeSource: types.ChangeSourceDirectModification,
		Target: &types.ResourceTargetDefinition{Attribute: types.ResourceAttributeProperties, Path: aws.String("/Properties/" + path),
			RequiresRecreation: needs,
			BeforeValue:        &before, AfterValue: &after}}
}

func dynamic(name string, needs types.RequiresRecreation, cause string) types.ResourceChangeDetail {
	return types.ResourceChangeDetail{Evaluation: types.EvaluationTypeDynamic, ChangeSource: types.ChangeSourceResourceAttribute,
		CausingEntity: &cause,
		Target:        &types.ResourceTargetDefinition{Attribute: types.ResourceAttributeProperties, Name: &name, RequiresRecreation: needs}}
}

// synced is a change that is none of the template's (ChangeSource: NoModification):
// what becomes of it is in its kind.
func synced(id string, kind types.AttributeChangeType) types.Change {
	d := static("MemorySize", never, "512", "128")
	d.ChangeSource, d.Target.AttributeChangeType = types.ChangeSourceNoModification, kind
	return modify(id, typeLambda, types.ReplacementFalse, d)
}

const (
	typeLambda  = "AWS::Lambda::Function"
	typeURL     = "AWS::Lambda::Url"
	typeMachine = "AWS::StepFunctions::StateMachine"
	typeLogs    = "AWS::Logs::LogGroup"
	typeRole    = "AWS::IAM::Role"
	typeQueue   = "AWS::SQS::Queue"
	typeTable   = "AWS::DynamoDB::Table"
	never       = types.RequiresRecreationNever
	always      = types.RequiresRecreationAlways
	perhaps     = types.RequiresRecreationConditionally
)

// What CloudFormation tells, and what a person reads of it.
func TestChangesInWords(t *testing.T) {
	retained := change(types.ChangeActionRemove, "Egress3LogGroup", typeLogs)
	retained.ResourceChange.PolicyAction = types.PolicyActionRetain
	deleted := modify("Egress1", typeLambda, types.ReplacementFalse)
	deleted.ResourceChange.ResourceDriftStatus = types.StackResourceDriftStatusDeleted
	changed := modify("Egress1", typeLambda, types.ReplacementFalse, static("MemorySize", never, "512", "128"))
	changed.ResourceChange.ResourceDriftStatus = types.StackResourceDriftStatusModified
	for _, c := range []struct {
		name    string
		changes []types.Change
		want    string
	}{
		{"nothing but outputs", nil, "no resource changes: only outputs, tags or the template's text\n"},
		{"new code, told twice as parameters are", []types.Change{
			modify("Egress1", typeLambda, types.ReplacementFalse, static("Code/S3Key", never, "a.zip", "b.zip"), dynamic("Code", never, "")),
		}, "  ~ Egress1  Lambda of egress 1  new code\n1 change: 1 updated\n"},
		{"a property told twice", []types.Change{
			modify("Egress1", typeLambda, types.ReplacementFalse, static("MemorySize", never, "128", "256"), dynamic("MemorySize", never, ""),
				static("Environment/Variables/A", never, "1", "2"), dynamic("Environment", never, "")),
		}, "  ~ Egress1  Lambda of egress 1  MemorySize 128 -> 256, Environment/Variables/A 1 -> 2\n1 change: 1 updated\n"},
		{"values where they are short", []types.Change{
			modify("Egress1", typeLambda, types.ReplacementFalse, static("MemorySize", never, "128", "256"),
				static("Description", never, "", "of 4"), static("Environment", never, `{"a":1}`, `{"a":2}`)),
		}, "  ~ Egress1  Lambda of egress 1  MemorySize 128 -> 256, Description (none) -> of 4, Environment\n1 change: 1 updated\n"},
		{"the drastic first", []types.Change{
			change(types.ChangeActionAdd, "Egress4", typeLambda),
			modify("Orchestrator", typeLambda, types.ReplacementFalse, static("Timeout", never, "180", "200")),
			change(types.ChangeActionRemove, "Egress3", typeLambda),
			change(types.ChangeActionRemove, "Egress3LogGroup", typeLogs),
			modify("StateMachine", typeMachine, types.ReplacementTrue, static("StateMachineName", always, "a", "b")),
			change(types.ChangeActionRemove, "DeadLetters", typeQueue),
		}, `  - DeadLetters      dead-letter queue           DELETED; the messages in it are lost
  - Egress3          Lambda of egress 3          DELETED; the pool gets smaller
  - Egress3LogGroup  log group of egress 3       DELETED; the logs are lost
  ± StateMachine     workflow                    REPLACED; StateMachineName a -> b; ` + oldExecutions + `
  + Egress4          Lambda of egress 4
  ~ Orchestrator     Lambda of the orchestrator  Timeout 180 -> 200
6 changes: 3 deleted, 1 replaced, 1 created, 1 updated
`},
		{"the table of the pool", []types.Change{
			modify("PoolTable", typeTable, types.ReplacementTrue, static("TableName", always, "a-pool", "b-pool")),
		}, "  ± PoolTable  table of the pool  REPLACED; TableName a-pool -> b-pool; what executions know of each other is " +
			"lost: an egress that was told to wait may call at once\n1 change: 1 replaced\n"},
		{"a table that goes", []types.Change{change(types.ChangeActionRemove, "PoolTable", typeTable)},
			"  - PoolTable  table of the pool  DELETED; what executions know of each other is lost: an egress that was told to wait may call at " +
				"once\n1 change: 1 deleted\n"},
		{"a key that AWS does not let replace under its name", []types.Change{
			modify("PoolTable", typeTable, types.ReplacementTrue, static("KeySchema", always, "a", "b")),
		}, "  ± PoolTable  table of the pool  REPLACED; KeySchema a -> b; CloudFormation cannot replace it under the same name: this " +
			"deployment will fail; deploy under another name, or destroy the stack first\n1 change: 1 replaced\n"},
		{"a policy that callers have", []types.Change{
			change(types.ChangeActionRemove, "CallerPolicy", "AWS::IAM::ManagedPolicy"),
		}, "  - CallerPolicy  policy for callers  DELETED; deleting it fails while it is attached to a user, group or role: detach it " +
			"first\n1 change: 1 deleted\n"},
		{"a policy that callers need again", []types.Change{
			modify("CallerPolicy", "AWS::IAM::ManagedPolicy", types.ReplacementTrue, static("Description", always, "a", "b")),
		}, "  ± CallerPolicy  policy for callers  REPLACED; Description a -> b; attach the new one instead; deleting the old one fails while " +
			"it is attached to a user, group or role\n1 change: 1 replaced\n"},
		{"what stays behind", []types.Change{retained}, "  - Egress3LogGroup  log group of egress 3  stays, but is no part of the stack any " +
			"more; its logs cost until its retention has emptied it\n1 change: 1 left behind\n"},
		{"what an earlier stack left", []types.Change{change(types.ChangeActionImport, "Egress3LogGroup", typeLogs)},
			"  + Egress3LogGroup  log group of egress 3  was kept: taken into the stack as it is\n1 change: 1 taken in\n"},
		{"a property that AWS lets nobody change", []types.Change{modify("Egress3LogGroup", typeLogs, types.ReplacementFalse,
			static("LogGroupClass", never, "", "INFREQUENT_ACCESS"))}, "  ~ Egress3LogGroup  log group of egress 3  LogGroupClass (none) -> " +
			"INFREQUENT_ACCESS; AWS lets nobody change that: this deployment will fail; deploy under another name, or destroy the stack " +
			"first\n1 change: 1 updated\n"},
		{"a fixed name that cannot be replaced", []types.Change{
			modify("StateMachine", typeMachine, types.ReplacementTrue, static("StateMachineType", always, "EXPRESS", "STANDARD")),
		}, "  ± StateMachine  workflow  REPLACED; StateMachineType EXPRESS -> STANDARD; CloudFormation cannot replace it under the same " +
			"name: this deployment will fail; deploy under another name, or destroy the stack first\n1 change: 1 replaced\n"},
		{"references to what is only modified", []types.Change{
			modify("Orchestrator", typeLambda, types.ReplacementFalse, static("Code", never, "", "")),
			modify("FunctionUrl", typeURL, types.ReplacementConditional, dynamic("TargetFunctionArn", always, "Orchestrator.Arn")),
			modify("OrchestratorRole", typeRole, types.ReplacementFalse, dynamic("Policies", never, "FunctionUrl")),
		}, "  ~ Orchestrator  Lambda of the orchestrator  new code\n    2 resources that refer to these stay as they are: FunctionUrl, " +
			"OrchestratorRole\n1 change: 1 updated\n"},
		{"references to what is replaced", []types.Change{
			modify("Orchestrator", typeLambda, types.ReplacementTrue, static("FunctionName", always, "a", "b")),
			modify("FunctionUrl", typeURL, types.ReplacementConditional, dynamic("TargetFunctionArn", always, "Orchestrator.Arn")),
		}, "  ± FunctionUrl   function URL                REPLACED; TargetFunctionArn; callers need its new address\n" +
			"  ± Orchestrator  Lambda of the orchestrator  REPLACED; FunctionName a -> b\n2 changes: 2 replaced\n"},
		{"references to what may be replaced", []types.Change{
			modify("Orchestrator", typeLambda, types.ReplacementConditional, static("PackageType", perhaps, "", "")),
			modify("FunctionUrl", typeURL, types.ReplacementConditional, dynamic("TargetFunctionArn", always, "Orchestrator.Arn")),
		}, "  ± FunctionUrl   function URL                MAY BE REPLACED; TargetFunctionArn; if it is replaced, callers need its new address\n" +
			"  ± Orchestrator  Lambda of the orchestrator  MAY BE REPLACED; PackageType\n2 changes: 2 perhaps replaced\n"},
		{"an attribute that may change by itself", []types.Change{
			modify("StateMachine", typeMachine, types.ReplacementFalse, static("Definition", never, "", "")),
			modify("Version", "AWS::StepFunctions::StateMachineVersion", types.ReplacementConditional,
				dynamic("StateMachineRevisionId", always, "StateMachine.StateMachineRevisionId")),
		}, "  ± Version       AWS::StepFunctions::StateMachineVersion  MAY BE REPLACED; StateMachineRevisionId\n  ~ StateMachine  workflow   " +
			"                              Definition\n2 changes: 1 perhaps replaced, 1 updated\n"},
		{"references in a circle", []types.Change{
			modify("A", typeRole, types.ReplacementFalse, dynamic("Policies", never, "B.Arn")),
			modify("B", typeRole, types.ReplacementFalse, dynamic("Policies", never, "A.Arn")),
		}, "    2 resources that refer to these stay as they are: A, B\nno resource changes: only outputs, tags or the template's text\n"},
		{"drift that is taken back", []types.Change{changed}, "  ~ Egress1  Lambda of egress 1  was changed outside of CloudFormation: " +
			"reverted to the template; MemorySize 512 -> 128\n1 change: 1 updated\n"},
		{"drift that the template has by now", []types.Change{synced("Egress1", "SyncWithActual")}, "    1 resource that refer to these stay " +
			"as they are: Egress1\nno resource changes: only outputs, tags or the template's text\n"},
		{"drift that is taken back without a change of the template", []types.Change{synced("Egress1", "Modify")},
			"  ~ Egress1  Lambda of egress 1  MemorySize 512 -> 128\n1 change: 1 updated\n"},
		{"drift that CloudFormation says no more of", []types.Change{synced("Egress1", "")}, "  ~ Egress1  Lambda of egress 1  MemorySize " +
			"512 -> 128\n1 change: 1 updated\n"},
		{"a resource that was deleted", []types.Change{deleted}, "  ~ Egress1  Lambda of egress 1  was deleted outside of CloudFormation: " +
			"created again\n1 change: 1 updated\n"},
		{"CloudFormation does not know", []types.Change{change(types.ChangeActionDynamic, "FunctionUrl", typeURL)},
			"  ± FunctionUrl  function URL  MAY BE REPLACED; if it is replaced, callers need its new address\n1 change: 1 perhaps replaced\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b bytes.Buffer
			list, same := Of(c.changes)
			Write(&b, list, same, false)
			if diff := cmp.Diff(c.want, b.String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestColoursOfChanges(t *testing.T) {
	var b bytes.Buffer
	list, _ := Of([]types.Change{change(types.ChangeActionRemove, "Egress3", typeLambda),
		change(types.ChangeActionAdd, "Egress4", typeLambda)})
	Write(&b, list, nil, true)
	want := "\x1b[31m  - Egress3  Lambda of egress 3  DELETED; the pool gets smaller\x1b[0m\n" +
		"\x1b[32m  + Egress4  Lambda of egress 4\x1b[0m\n2 changes: 1 " +
		"deleted, 1 created\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestPlainWords(t *testing.T) {
	for _, c := range []struct{ id, kind, want string }{
		{"Egress12", typeLambda, "Lambda of egress 12"},
		{"Egress12LogGroup", typeLogs, "log group of egress 12"},
		{"EgressRole", typeRole, "role of the egresses"},
		{"ScheduleNightly", "AWS::Scheduler::Schedule", "schedule"},
		{"SchedulesGroup", "AWS::Scheduler::ScheduleGroup", "group of the schedules"},
		{"StateMachineLogGroup", typeLogs, "log group of the workflow"},
		{"PoolTable", typeTable, "table of the pool"},
		{"Bucket", "AWS::S3::Bucket", "AWS::S3::Bucket"},
	} {
		if got := InWords(c.id, c.kind); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.id, c.kind, got, c.want)
		}
	}
}

// What a change set tells of a resource stays in its line and acts on no terminal.
func TestChangesAreShownAsText(t *testing.T) {
	const evil, shown = "x\nsfngen: all is well\r\u009b2J\u202eevil\u2028Z\x7f", "x sfngen: all is well  2J evil Z "
	c := Change{Action: Update, Resource: evil, Type: evil, Properties: []Property{{Name: evil}, {Name: "A", Before: "1", After: "x\x1b2J"}}}
	c.what = InWords(c.Resource, c.Type)
	var b bytes.Buffer
	Write(&b, []Change{c}, []string{evil}, false)
	want := "  ~ " + shown + " " + shown + " " + shown + ", A 1 -> x 2J\n    1 resource that refer to these stay as they are: " + shown +
		"\n1 change: 1 updated\n"
	if diff := cmp.Diff(want, regexp.MustCompile("Z +x").ReplaceAllString(b.String(), "Z  x")); diff != "" { // less what lines it up
		t.Errorf("(-want +got)\n%s", diff)
	}
}
