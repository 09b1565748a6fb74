package cfn_test

import "testing"

// TestFailedExecutions: the events of this workflow's ends go to the queue, and nothing
// else may send there.
func TestFailedExecutions(t *testing.T) {
	all := resources(t, story+standard+"triggers: {onFailure: {queue: true}}\n")
	diff(t, "queue", object{
		"Type": "AWS::SQS::Queue", "DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete",
		"Properties": object{"QueueName": "acme-failed-executions", "MessageRetentionPeriod": 1209600, "MaximumMessageSize": 1048576,
			"SqsManagedSseEnabled": true, "Tags": specTags},
	}, all["FailedExecutions"].(object))
	diff(t, "policy", object{"Queues": []any{"!Ref FailedExecutions"}, "PolicyDocument": object{"Version": "2012-10-17", "Statement": []any{
		object{"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "!GetAtt FailedExecutions.Arn",
			"Condition": object{"Bool": object{"aws:SecureTransport": "false"}}},
		object{"Effect": "Allow", "Principal": object{"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage",
			"Resource": "!GetAtt FailedExecutions.Arn", "Condition": object{"ArnEquals": object{
				"aws:SourceArn": "!Sub arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/acme-failed-executions"}}},
	}}}, props(t, all, "FailedExecutionsPolicy"))
	diff(t, "rule", object{
		"Type": "AWS::Events::Rule", "DependsOn": []any{"FailedExecutionsPolicy"}, "Properties": object{
			"Name": "acme-failed-executions", "State": "ENABLED", "Tags": specTags,
			"EventPattern": object{"source": []any{"aws.states"}, "detail-type": []any{"Step Functions Execution Status Change"},
				"detail": object{"stateMachineArn": []any{"!Ref StateMachine"}, "status": []any{"FAILED", "TIMED_OUT", "ABORTED"}}},
			"Targets": []any{object{"Id": "queue", "Arn": "!GetAtt FailedExecutions.Arn",
				"RetryPolicy": object{"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}}},
		}}, all["FailedExecutionsRule"].(object))
	for name, fields := range map[string]string{
		"without": story + standard + "triggers: {onFailure: {queue: false}}\n", "nothing of it": story + standard,
	} {
		all := resources(t, fields)
		for _, id := range []string{"FailedExecutions", "FailedExecutionsPolicy", "FailedExecutionsRule"} {
			if _, ok := all[id]; ok {
				t.Errorf("%s: %s is there", name, id)
			}
		}
	}
}
