package cfn

import (
	"strings"

	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/spec"
)

// stateMachine is the workflow: its definition is the content of
// statemachine.asl.json, and CloudFormation replaces the placeholders.
func (b *builder) stateMachine(definition document.Value) {
	w := b.plan.Workflow
	b.stateMachineRole()
	p := properties{
		"StateMachineName":        b.name,
		"StateMachineType":        b.plan.MachineType(),
		"RoleArn":                 b.roleARN(machineRoleID),
		"Definition":              definition,
		"DefinitionSubstitutions": b.substitutions(),
		"TracingConfiguration":    document.Map{{Name: "Enabled", Value: w.Tracing}},
		"Tags":                    b.tags,
	}
	if b.plan.Logged() {
		// The prefix keeps the account's log resource policy from growing with
		// each state machine (Step Functions, "Avoiding CloudWatch resource
		// policy size limits").
		b.logGroup(machineLogsID, machineLogs(b.name))
		p["LoggingConfiguration"] = loggingConfiguration(w)
	}
	b.add(StateMachineID, p)
}

// machineLogs is the name of the workflow's log group.
func machineLogs(stack string) string { return "/aws/vendedlogs/states/" + stack }

func loggingConfiguration(w spec.Workflow) document.Map {
	return document.Map{
		{Name: "Level", Value: strings.ToUpper(w.LogLevel)},
		{Name: "IncludeExecutionData", Value: w.LogData},
		{Name: "Destinations", Value: list(document.Map{
			{Name: "CloudWatchLogsLogGroup", Value: document.Map{{Name: "LogGroupArn", Value: getAtt(machineLogsID, "Arn")}}},
		})},
	}
}

// substitutions replace the definition's placeholders.
func (b *builder) substitutions() document.Map {
	var m document.Map
	for k := 1; k <= b.plan.Egresses; k++ {
		m = append(m, document.Field{Name: asl.EgressPlaceholder(k), Value: getAtt(EgressID(k), "Arn")})
	}
	if asl.InvokeIsPlaceholder(b.plan) {
		m = append(m, document.Field{Name: asl.InvokePlaceholder, Value: sub(asl.InvokeARN("${AWS::Partition}"))})
	}
	return m
}

// stateMachineRole may call exactly the egresses. The definition calls them
// unqualified, so no version or alias has to be allowed.
func (b *builder) stateMachineRole() {
	arns := make(document.List, b.plan.Egresses)
	for i := range arns {
		arns[i] = getAtt(EgressID(i+1), "Arn")
	}
	permissions := []statement{{actions: []string{"lambda:InvokeFunction"}, resources: arns}}
	if b.plan.Logged() {
		permissions = append(permissions, statement{actions: logDelivery, resources: anyResource})
	}
	b.role(machineRoleID, "What the workflow of "+b.name+" may do: call the egresses, write its logs and traces.",
		trustFrom("states", b.machineARNs()),
		b.withTracing(permissions, "xray:GetSamplingRules", "xray:GetSamplingTargets")...)
}

// logDelivery is what sending the history to CloudWatch Logs takes (Step
// Functions, "IAM Policies for logging to CloudWatch Logs").
var logDelivery = []string{
	"logs:CreateLogDelivery", "logs:CreateLogStream", "logs:GetLogDelivery", "logs:UpdateLogDelivery",
	"logs:DeleteLogDelivery", "logs:ListLogDeliveries", "logs:PutLogEvents", "logs:PutResourcePolicy",
	"logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
}

// startStatements let the orchestrator run the workflow: synchronously for express;
// for standard it starts an execution and polls it.
func (b *builder) startStatements() []statement {
	if b.plan.Express() {
		return []statement{startExecution("states:StartSyncExecution")}
	}
	return []statement{
		startExecution("states:StartExecution"),
		{actions: []string{"states:DescribeExecution"}, resources: arnOf("states", "execution:"+b.name+":*")},
	}
}

func startExecution(action string) statement {
	return statement{actions: []string{action}, resources: ref(StateMachineID)}
}
