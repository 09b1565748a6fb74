package cfn

import (
	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/gobuild"
	"github.com/sfngen/sfngen/internal/gen/plan"
)

// The parameters of every template: only what differs from one deployment of a stack to the next.
const (
	ParameterBucket          = "ArtifactBucket"
	ParameterEgressKey       = "EgressKey"
	ParameterOrchestratorKey = "OrchestratorKey"
)

// KeyParameter is the parameter for the key of a Lambda's zip: egress or orchestrator.
func KeyParameter(lambda string) string {
	if lambda == gobuild.Egress {
		return ParameterEgressKey
	}
	return ParameterOrchestratorKey
}

func parameters(p *plan.Plan) document.Map {
	return append(document.Map{
		{Name: ParameterBucket, Value: document.Map{
			{Name: "Type", Value: "String"},
			{Name: "Description", Value: "The S3 bucket, in the stack's region, that holds the zips of the Lambdas."},
			{Name: "AllowedPattern", Value: "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"},
			{Name: "ConstraintDescription", Value: "must be the name of an S3 bucket"},
		}},
		{Name: ParameterEgressKey, Value: zipKey(gobuild.Egress)},
		{Name: ParameterOrchestratorKey, Value: zipKey(gobuild.Orchestrator)},
	}, networkParameters(p)...)
}

// zipKey is the key of an S3 object, 1 to 1,024 bytes (S3, "Naming objects").
func zipKey(what string) document.Map {
	return document.Map{
		{Name: "Type", Value: "String"},
		{Name: "Description", Value: "The S3 key of " + what + ".zip, which holds the " + what + "'s bootstrap. A new key deploys new code."},
		{Name: "AllowedPattern", Value: `^.+\.zip$`},
		{Name: "ConstraintDescription", Value: "must be the key of a .zip"},
		{Name: "MinLength", Value: int64(1)},
		{Name: "MaxLength", Value: int64(1024)},
	}
}

func artifact(key string) document.Map {
	return document.Map{{Name: "S3Bucket", Value: ref(ParameterBucket)}, {Name: "S3Key", Value: ref(key)}}
}

// The outputs that sfngen's own commands read. Scripts read them too, so their
// names must not change.
const (
	OutputFunctionURL     = "FunctionUrl"
	OutputStateMachineARN = "StateMachineArn"
	OutputOrchestrator    = "OrchestratorFunction" // its name
	OutputEgresses        = "EgressFunctions"      // their names, in the pool's order, separated by commas
	OutputCallerPolicyARN = "CallerPolicyArn"
	OutputPoolTable       = "PoolTable" // its name; absent where executions do not know of each other
	// The URLs of the queues; absent where the spec has no triggers, or no triggers.onFailure.
	OutputDeadLetters      = "DeadLetterQueueUrl"
	OutputFailedExecutions = "FailedExecutionsQueueUrl"
)

// outputs are what users and scripts need from a deployed stack. None is exported:
// an export binds other stacks to this one.
func outputs(p *plan.Plan, resources []Resource) document.Map {
	var m document.Map
	if p.FunctionURL != nil {
		m = append(m, output(OutputFunctionURL, "Where callers send their requests.", getAtt(urlID, "FunctionUrl")))
	}
	m = append(m,
		output(OutputStateMachineARN, "The workflow.", ref(StateMachineID)),
		output(OutputOrchestrator, "The Lambda that runs the workflow for a caller.", ref(OrchestratorID)),
		output(OutputEgresses, "The egresses of the pool, in order, separated by commas.",
			joinedEach(p, func(k int) document.Value { return ref(EgressID(k)) })))
	if has(resources, callerPolicyID) {
		m = append(m, output(OutputCallerPolicyARN, "The policy that lets a principal call the orchestrator.", ref(callerPolicyID)))
	}
	if p.Coordinates() {
		m = append(m, output(OutputPoolTable, "What executions know of each other: cool-downs, and slots of calls.", ref(poolTableID)))
	}
	m = append(m, networkOutputs(p)...)
	if p.HasTriggers() {
		m = append(m, output(OutputDeadLetters, "The queue for schedules and events that could not start the workflow.", ref(deadLettersID)))
	}
	if p.FailureQueue() != "" {
		m = append(m,
			output(OutputFailedExecutions, "The queue of executions that failed.", ref(failuresID)),
			output("FailedExecutionsQueueArn", "The same queue, for what reads it.", getAtt(failuresID, "Arn")))
	}
	return m
}

func output(name, description string, value document.Value) document.Field {
	return document.Field{Name: name, Value: document.Map{{Name: "Description", Value: description}, {Name: "Value", Value: value}}}
}

// joinedEach is a value of each egress; one needs no Join.
func joinedEach(p *plan.Plan, of func(k int) document.Value) document.Value {
	var all document.List
	for k := 1; k <= p.Egresses; k++ {
		all = append(all, of(k))
	}
	if len(all) == 1 {
		return all[0]
	}
	return document.Tagged{Tag: "!Join", Value: list(",", all)}
}
