package cfn

import (
	"github.com/sfngen/sfngen/internal/gen/asl"
	"github.com/sfngen/sfngen/internal/gen/document"
)

// pingName has a character that no name of a spec has: no stack and no schedule has it.
func (b *builder) pingName() string { return b.name + "_ping" }

// ping is one schedule and one workflow, however many egresses there are. It has the
// permission of the workflow, which may invoke exactly them.
func (b *builder) ping() {
	if !b.plan.Pings() {
		return
	}
	b.add(pingMachineID, properties{
		"StateMachineName":        b.pingName(),
		"StateMachineType":        "STANDARD",
		"RoleArn":                 b.roleARN(machineRoleID),
		"Definition":              asl.Ping(b.plan),
		"DefinitionSubstitutions": b.substitutions(),
		"Tags":                    b.tags,
	})
	b.add(pingScheduleID, properties{
		"Name":               b.pingName(),
		"GroupName":          ref(scheduleGroupID),
		"ScheduleExpression": "rate(7 days)",
		"FlexibleTimeWindow": document.Map{{Name: "Mode", Value: "OFF"}},
		"Target": document.Map{
			{Name: "Arn", Value: ref(pingMachineID)},
			{Name: "RoleArn", Value: b.roleARN(schedulerRoleID)},
			{Name: "RetryPolicy", Value: retryPolicy(eventMaxAge)},
		},
	})
}

// machineARNs are the state machines that have the workflow's role.
func (b *builder) machineARNs() document.Value {
	workflow := arnOf("states", "stateMachine:"+b.name)
	if !b.plan.Pings() {
		return workflow
	}
	return list(workflow, arnOf("states", "stateMachine:"+b.pingName()))
}
