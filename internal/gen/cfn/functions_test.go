package cfn_test

import (
	"fmt"
	"testing"
)

var specTags = []any{object{"Key": "sfngen:spec", "Value": "acme"}}

func TestEgressFunction(t *testing.T) {
	got := props(t, resources(t, story), "Egress2")
	diff(t, "Egress2", object{
		"FunctionName":  "acme-egress-2",
		"Description":   "Egress 2 of 3: calls the API once for each attempt.",
		"Runtime":       "provided.al2023",
		"Architectures": []any{"arm64"},
		"Handler":       "bootstrap",
		"Code":          object{"S3Bucket": "!Ref ArtifactBucket", "S3Key": "!Ref EgressKey"},
		"Role":          "!GetAtt EgressRole.Arn",
		"MemorySize":    128,
		"Timeout":       13,
		"Environment":   object{"Variables": object{"SFNGEN_EGRESS": "2"}},
		"LoggingConfig": object{"LogFormat": "JSON", "LogGroup": "!Ref Egress2LogGroup"},
		"TracingConfig": object{"Mode": "Active"},
		"Tags":          specTags,
	}, got)
}

func TestOrchestratorFunction(t *testing.T) {
	got := props(t, resources(t, story+"workflow: {type: express}\n"), "Orchestrator")
	diff(t, "Orchestrator", object{
		"FunctionName":  "acme-orchestrator",
		"Description":   "Runs the workflow for one request and sends the API's answer back.",
		"Runtime":       "provided.al2023",
		"Architectures": []any{"arm64"},
		"Handler":       "bootstrap",
		"Code":          object{"S3Bucket": "!Ref ArtifactBucket", "S3Key": "!Ref OrchestratorKey"},
		"Role":          "!GetAtt OrchestratorRole.Arn",
		"MemorySize":    256,
		"Timeout":       183, // the deadline of 2m48s and 15s to answer
		"Environment":   object{"Variables": object{"SFNGEN_STATE_MACHINE_ARN": "!Ref StateMachine"}},
		"LoggingConfig": object{"LogFormat": "JSON", "LogGroup": "!Ref OrchestratorLogGroup"},
		"TracingConfig": object{"Mode": "Active"},
		"Tags":          specTags,
	}, got)
}

func TestFunctionSettings(t *testing.T) {
	tests := map[string]struct {
		fields, property string
		want             any
	}{
		"architecture":         {"architecture: x86_64\n", "Architectures", []any{"x86_64"}},
		"memory":               {"egress: {memory: 512}\n", "MemorySize", 512},
		"reserved":             {"egress: {concurrency: 5}\n", "ReservedConcurrentExecutions", 5},
		"unreserved":           {"egress: {concurrency: 0}\n", "ReservedConcurrentExecutions", nil},
		"not the caller's":     {"triggers: {functionUrl: {concurrency: 7}}\n", "ReservedConcurrentExecutions", nil},
		"no tracing":           {"workflow: {tracing: false}\n", "TracingConfig", nil},
		"GovCloud has no JSON": {"partition: aws-us-gov\n", "LoggingConfig", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			diff(t, test.property, test.want, props(t, resources(t, story+test.fields), "Egress1")[test.property])
		})
	}
}

// AWS GovCloud (US) has no function URL, but callers that invoke the orchestrator.
func TestConcurrencyOfTheOrchestrator(t *testing.T) {
	for fields, want := range map[string]any{
		"": nil, "triggers: {functionUrl: {concurrency: 0}}\n": nil, "egress: {concurrency: 5}\n": nil,
		"triggers: {functionUrl: {concurrency: 7}}\n":                           7,
		"triggers: {functionUrl: {concurrency: 7}}\npartition: aws-us-gov\n":    7,
		"triggers: {functionUrl: {concurrency: 7}}\negress: {concurrency: 5}\n": 7,
	} {
		diff(t, fields, want, props(t, resources(t, story+fields), "Orchestrator")["ReservedConcurrentExecutions"])
	}
}

// Every function has a log group of the name that Lambda would choose, which is
// what makes it the function's own even without LoggingConfig.
func TestEachLogHasRetentionAndGoesWithTheStack(t *testing.T) {
	all := resources(t, story+"workflow: {logRetention: 30}\n")
	for id, name := range map[string]string{
		"Egress1LogGroup": "/aws/lambda/acme-egress-1", "Egress3LogGroup": "/aws/lambda/acme-egress-3",
		"OrchestratorLogGroup": "/aws/lambda/acme-orchestrator", "StateMachineLogGroup": "/aws/vendedlogs/states/acme",
	} {
		diff(t, id, object{
			"Type": "AWS::Logs::LogGroup", "DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete",
			"Properties": object{"LogGroupName": name, "RetentionInDays": 30, "Tags": specTags},
		}, all[id].(object))
	}
}

func TestOneFunctionAndLogForEachEgress(t *testing.T) {
	for _, count := range []int{1, 3, 50} {
		t.Run(fmt.Sprint(count), func(t *testing.T) {
			types := map[string]int{}
			for _, r := range resources(t, fmt.Sprintf("retry: {maxAttempts: 3}\negress: {count: %d}\n", count)) {
				types[r.(object)["Type"].(string)]++
			}
			diff(t, "functions, orchestrator included", count+1, types["AWS::Lambda::Function"])
			diff(t, "log groups, workflow included", count+2, types["AWS::Logs::LogGroup"])
		})
	}
}

// untaggable are the types that have no tags in CloudFormation.
var untaggable = map[string]bool{
	"AWS::Lambda::Url": true, "AWS::Lambda::Permission": true, "AWS::IAM::ManagedPolicy": true,
	"AWS::SQS::QueuePolicy": true, "AWS::Scheduler::Schedule": true,
	"AWS::EC2::VPCGatewayAttachment": true, "AWS::EC2::VPCCidrBlock": true, "AWS::EC2::Route": true,
	"AWS::EC2::SubnetRouteTableAssociation": true,
}

func TestTagsEverywhere(t *testing.T) {
	want := []any{
		object{"Key": "a key", "Value": "b"}, object{"Key": "sfngen:spec", "Value": "acme"}, object{"Key": "team", "Value": "orders"},
	}
	for id, r := range resources(t, story+"tags: {team: orders, a key: b}\ntriggers:\n"+schedules+events) {
		got, tagged := r.(object)["Properties"].(object)["Tags"]
		switch {
		case untaggable[r.(object)["Type"].(string)]:
			if tagged {
				t.Errorf("%s has tags, which CloudFormation refuses", id)
			}
		default:
			diff(t, id, any(want), got)
		}
	}
}
