package cfn

import (
	"github.com/sfngen/sfngen/internal/gen/document"
)

// failedExecutions keeps executions that failed, as the events that Step Functions sends
// to the default bus when a standard one ends (EventBridge Events Reference, "Step
// Functions Execution Status Change"). The message is the event itself: it has the input,
// or says that it has not.
//
// The queue is encrypted with a key of AWS's own, or with one whose policy lets EventBridge
// use it (keyStatements); its policy names one rule by its whole ARN, the account included.
// The target has no role: of a queue the queue's policy decides (EventBridge, "Using
// resource-based policies"). It has no dead-letter queue: what SQS does not take for a day
// it does not take there.
func (b *builder) failedExecutions() {
	name := b.plan.FailureQueue()
	if name == "" {
		return
	}
	b.queue(failuresID, name)
	b.add(failuresPolicyID, properties{
		"Queues": list(ref(failuresID)),
		"PolicyDocument": policyDocument(onlyTLS(failuresID), statement{
			principal: service("events"),
			actions:   []string{"sqs:SendMessage"},
			resources: getAtt(failuresID, "Arn"),
			condition: document.Map{{Name: "ArnEquals", Value: document.Map{{Name: "aws:SourceArn", Value: arnOf("events", "rule/"+name)}}}},
		}),
	})
	b.add(failuresRuleID, properties{
		"Name":         name,
		"EventPattern": failedPattern(),
		"State":        "ENABLED",
		"Targets": list(document.Map{
			{Name: "Id", Value: "queue"},
			{Name: "Arn", Value: getAtt(failuresID, "Arn")},
			{Name: "RetryPolicy", Value: retryPolicy(eventMaxAge)},
		}),
		"Tags": b.tags,
	}, failuresPolicyID)
}

// failedPattern matches the ends without success of this workflow.
func failedPattern() document.Map {
	return document.Map{
		{Name: "source", Value: list("aws.states")},
		{Name: "detail-type", Value: list("Step Functions Execution Status Change")},
		{Name: "detail", Value: document.Map{
			{Name: "stateMachineArn", Value: list(ref(StateMachineID))},
			{Name: "status", Value: list("FAILED", "TIMED_OUT", "ABORTED")},
		}},
	}
}
