package cfn

import (
	"slices"

	"github.com/sfngen/sfngen/internal/gen/document"
	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/spec"
)

// maxMessage is what SQS takes, in bytes: an event has up to 1 MB, and one that the
// queue refuses is lost. It is the default of a queue that was created since August
// 2025; AWS announced it for all Regions but those in China (SQS API, CreateQueue).
const maxMessage = 1 << 20

// deadLetters keeps schedules and events that could not start the workflow. A schedule sends its message with its own
// role, a rule by the queue's policy (EventBridge, "Granting permissions to the
// dead-letter queue").
func (b *builder) deadLetters() {
	if !b.plan.HasTriggers() {
		return
	}
	b.queue(deadLettersID, b.name+"-dead-letters")
	b.add(deadLettersPolicyID, properties{
		"Queues":         list(ref(deadLettersID)),
		"PolicyDocument": policyDocument(b.deadLettersStatements()...),
	})
}

// queue keeps messages for 14 days, the longest that SQS offers.
func (b *builder) queue(id, name string) {
	queue := properties{
		"QueueName":              name,
		"MessageRetentionPeriod": int64(14 * 24 * 60 * 60),
		"Tags":                   b.tags,
	}
	if b.plan.Operations.KMSKey == "" {
		queue["SqsManagedSseEnabled"] = true
	} else {
		b.encrypt(queue, "KmsMasterKeyId")
		queue["KmsDataKeyReusePeriodSeconds"] = int64(dataKeyReuse)
	}
	if b.plan.Partition != spec.PartitionChina {
		queue["MaximumMessageSize"] = int64(maxMessage)
	}
	b.add(id, queue)
}

// onlyTLS refuses everybody who comes without it (SQS, "Allow only encrypted connections
// to an Amazon SQS queue").
func onlyTLS(queue string) statement {
	return statement{
		deny:      true,
		principal: "*",
		actions:   []string{"sqs:*"},
		resources: getAtt(queue, "Arn"),
		condition: document.Map{{Name: "Bool", Value: document.Map{{Name: "aws:SecureTransport", Value: "false"}}}},
	}
}

// deadLettersStatements let the rules send.
func (b *builder) deadLettersStatements() []statement {
	arn := getAtt(deadLettersID, "Arn")
	statements := []statement{onlyTLS(deadLettersID)}
	if len(b.plan.Events) == 0 {
		return statements
	}
	return append(statements, statement{
		principal: service("events"),
		actions:   []string{"sqs:SendMessage"},
		resources: arn,
		condition: document.Map{{Name: "ArnLike", Value: document.Map{{Name: "aws:SourceArn", Value: b.ruleARNs()}}}},
	})
}

// schedules are in their own group: a schedule cannot have tags, a group can; and
// Scheduler wants the trust of a role bound to a group, not to a schedule
// (Scheduler, "Confused deputy prevention").
func (b *builder) schedules() {
	if len(b.plan.Schedules) == 0 && !b.plan.Pings() {
		return
	}
	b.add(scheduleGroupID, properties{"Name": b.name, "Tags": b.tags})
	may, permissions := b.schedulerStatements()
	b.role(schedulerRoleID, "What the schedules of "+b.name+" may do: "+may+".",
		trustFrom("scheduler", arnOf("scheduler", "schedule-group/"+b.name)), permissions...)
	for _, s := range b.plan.Schedules {
		b.schedule(s)
	}
}

// schedulerStatements are what the schedules of the spec need, and that of the ping.
func (b *builder) schedulerStatements() (may string, permissions []statement) {
	if len(b.plan.Schedules) > 0 {
		may, permissions = "start the workflow, or send to the dead-letter queue", b.withKey([]statement{
			startExecution("states:StartExecution"),
			{actions: []string{"sqs:SendMessage"}, resources: getAtt(deadLettersID, "Arn")},
		}, "sqs", sendEncrypted...)
	}
	if !b.plan.Pings() {
		return may, permissions
	}
	if may != "" {
		may += "; "
	}
	return may + "ping the egresses", append(permissions,
		statement{actions: []string{"states:StartExecution"}, resources: ref(pingMachineID)})
}

func (b *builder) schedule(s plan.Schedule) {
	b.add(named(scheduleID, s.Name), properties{
		"Name":                       b.name + "-" + s.Name,
		"GroupName":                  ref(scheduleGroupID),
		"ScheduleExpression":         s.Expression,
		"ScheduleExpressionTimezone": s.Timezone,
		"FlexibleTimeWindow":         document.Map{{Name: "Mode", Value: "OFF"}},
		"Target": append(b.target(schedulerRoleID, scheduleMaxAge),
			document.Field{Name: "Input", Value: s.Input}),
	})
}

// events are rules, each on its bus.
func (b *builder) events() {
	if len(b.plan.Events) == 0 {
		return
	}
	b.role(eventsRoleID, "What the event rules of "+b.name+" may do: start the workflow.",
		trustFrom("events", b.ruleARNs()), startExecution("states:StartExecution"))
	for _, e := range b.plan.Events {
		b.rule(e)
	}
}

// ruleARNs matches the rules of this stack by their prefix, on each bus that they are on:
// a list of them would be circular, and too long for a trust policy from about 20 rules
// on (IAM quotas: 2,048 characters).
func (b *builder) ruleARNs() document.Value {
	var arns document.List
	for _, e := range b.plan.Events {
		if arn := arnOf("events", "rule/"+e.Bus.RulePrefix()+b.name+"-*"); !slices.Contains(arns, document.Value(arn)) {
			arns = append(arns, arn)
		}
	}
	if len(arns) == 1 {
		return arns[0]
	}
	return arns
}

// rule depends on the queue's policy, so not even the first event can be lost.
func (b *builder) rule(e plan.Event) {
	target := append(document.Map{{Name: "Id", Value: workflowTarget}}, b.target(eventsRoleID, eventMaxAge)...)
	p := properties{
		"Name":         b.name + "-" + e.Name,
		"EventPattern": document.Of(e.Pattern),
		"State":        "ENABLED",
		"Targets":      list(append(target, ruleInput(e))),
		"Tags":         b.tags,
	}
	if !e.Bus.IsDefault() {
		p["EventBusName"] = e.Bus.Written
	}
	b.add(ruleID(e), p, deadLettersPolicyID)
}

// ruleInput is what the rule starts the workflow with.
func ruleInput(e plan.Event) document.Field {
	if !e.IsTemplate() {
		return document.Field{Name: "Input", Value: e.Input}
	}
	var transformer, paths document.Map
	for _, v := range e.Variables {
		paths = append(paths, document.Field{Name: v.Name, Value: v.Path})
	}
	if len(paths) > 0 {
		transformer = append(transformer, document.Field{Name: "InputPathsMap", Value: paths})
	}
	return document.Field{Name: "InputTransformer", Value: append(transformer, document.Field{Name: "InputTemplate", Value: e.Input})}
}

// How long a start is retried, in seconds, if Step Functions refuses it. An event
// reports something that happened, so it is retried as long as EventBridge allows;
// a schedule that is an hour late is no longer useful.
const (
	scheduleMaxAge = 60 * 60
	eventMaxAge    = 24 * 60 * 60
	maxRetries     = 185 // the most that EventBridge and Scheduler allow: age decides
)

// target is the workflow, as both rules and schedules name it.
func (b *builder) target(role string, maxAge int64) document.Map {
	return document.Map{
		{Name: "Arn", Value: ref(StateMachineID)},
		{Name: "RoleArn", Value: b.roleARN(role)},
		{Name: "RetryPolicy", Value: retryPolicy(maxAge)},
		{Name: "DeadLetterConfig", Value: document.Map{{Name: "Arn", Value: getAtt(deadLettersID, "Arn")}}},
	}
}

func retryPolicy(maxAge int64) document.Map {
	return document.Map{
		{Name: "MaximumEventAgeInSeconds", Value: maxAge},
		{Name: "MaximumRetryAttempts", Value: int64(maxRetries)},
	}
}
