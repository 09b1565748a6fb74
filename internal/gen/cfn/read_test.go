package cfn_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfngen/sfngen/internal/gen/cfn"
)

func golden(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../../golden", name, "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestReadGivesBackWhatATemplateDeploys(t *testing.T) {
	tests := map[string]cfn.Summary{
		"acme-orders": {
			Name: "acme-orders", Architecture: "arm64", Orchestrator: "acme-orders-orchestrator", StateMachine: "acme-orders", Express: true,
			Egresses: []string{"acme-orders-egress-1", "acme-orders-egress-2", "acme-orders-egress-3"},
			AuthType: "AWS_IAM", LogGroup: "/aws/vendedlogs/states/acme-orders", LogLevel: "ALL",
		},
		"nightly-import": { // GovCloud: no function URL
			Name: "nightly-import", Architecture: "x86_64", Orchestrator: "nightly-import-orchestrator", StateMachine: "nightly-import",
			Egresses: []string{"nightly-import-egress-1", "nightly-import-egress-2", "nightly-import-egress-3", "nightly-import-egress-4"},
			LogGroup: "/aws/vendedlogs/states/nightly-import", LogLevel: "ERROR",
		},
		"weather-one-egress": {
			Name: "weather-one-egress", Architecture: "arm64", Orchestrator: "weather-one-egress-orchestrator", StateMachine: "weather-one-egress",
			Express:  true,
			Egresses: []string{"weather-one-egress-egress-1"}, AuthType: "NONE", LogGroup: "/aws/vendedlogs/states/weather-one-egress",
			LogLevel: "ALL",
		},
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := cfn.Read(golden(t, name))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadOfAWorkflowThatLogsNothing(t *testing.T) {
	got, err := cfn.Read(golden(t, "search-many-attempts"))
	if err != nil {
		t.Fatal(err)
	}
	if got.LogLevel != "OFF" || got.LogGroup != "" || len(got.Egresses) != 3 {
		t.Errorf("level %q, group %q, %d egresses", got.LogLevel, got.LogGroup, len(got.Egresses))
	}
}

func TestReadRefusesWhatSfngenHasNotMade(t *testing.T) {
	for name, text := range map[string]string{
		"empty":    "",
		"a bucket": "Resources: {Bucket: {Type: 'AWS::S3::Bucket'}}",
		"look-alike": "Resources: {StateMachine: {Type: 'AWS::StepFunctions::StateMachine', Properties: {StateMachineName: a}}, " +
			"Orchestrator: {Properties: {FunctionName: b, Architectures: [arm64]}}}",
		"no egress": "Resources: {StateMachine: {Properties: {Tags: [{Key: 'sfngen:spec', Value: a}]}}, Orchestrator: {Properties: " +
			"{FunctionName: b, Architectures: [arm64]}}}",
		"no name of a spec": "Resources: {StateMachine: {Properties: {Tags: [{Key: 'sfngen:spec', Value: \"a\\nsfngen: deployed\"}]}}, " +
			"Orchestrator: {Properties: {FunctionName: b, Architectures: [arm64]}}, Egress1: {Properties: {FunctionName: c}}}",
		"JSON": `{"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "x"}}}}`,
	} {
		if _, err := cfn.Read([]byte(text)); !errors.Is(err, cfn.ErrForeign) {
			t.Errorf("%s: got %v, want ErrForeign", name, err)
		}
	}
	if _, err := cfn.Read([]byte("a: [")); err == nil || errors.Is(err, cfn.ErrForeign) {
		t.Errorf("broken YAML: got %v", err)
	}
}

func TestReadOfWhatAPlatformTeamAsksFor(t *testing.T) {
	const role = "arn:aws:iam::123456789012:role/"
	got, err := cfn.Read(build(t, story+allTriggers+strings.Replace(ownRoles, "    events: "+role+"v\n", "", 1)+
		"  permissionsBoundary: arn:aws:iam::123456789012:policy/b\n  retainLogs: true\n  logClass: infrequentAccess\n  kmsKey: "+
		keyARN+"\n").text)
	if err != nil {
		t.Fatal(err)
	}
	want := cfn.Operations{
		Boundary: "arn:aws:iam::123456789012:policy/b", Key: keyARN, Unsearchable: true, SendsEvents: true,
		Roles:    map[string]string{"orchestrator": role + "o", "egress": role + "e", "workflow": role + "w", "schedules": role + "s"},
		KeptLogs: []string{"Egress1LogGroup", "Egress2LogGroup", "Egress3LogGroup", "OrchestratorLogGroup", "StateMachineLogGroup"},
	}
	if diff := cmp.Diff(want, got.Operations); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
