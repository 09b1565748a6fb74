package cfn

// The types of the resources.
const (
	typeFunction      = "AWS::Lambda::Function"
	typeURL           = "AWS::Lambda::Url"
	typePermission    = "AWS::Lambda::Permission"
	typeRole          = "AWS::IAM::Role"
	typeManagedPolicy = "AWS::IAM::ManagedPolicy"
	typeLogGroup      = "AWS::Logs::LogGroup"
	typeStateMachine  = "AWS::StepFunctions::StateMachine"
	typeQueue         = "AWS::SQS::Queue"
	typeQueuePolicy   = "AWS::SQS::QueuePolicy"
	typeScheduleGroup = "AWS::Scheduler::ScheduleGroup"
	typeSchedule      = "AWS::Scheduler::Schedule"
	typeRule          = "AWS::Events::Rule"
)

// propertyOrder is the order in which each type's properties are written: the name
// first, then what it does, then what it may, then limits, logs and tags. A
// property that is not in the table cannot be written.
var propertyOrder = map[string][]string{
	typeFunction: {"FunctionName", "Description", "Runtime", "Architectures", "Handler", "Code", "Role", "MemorySize",
		"Timeout", "ReservedConcurrentExecutions", "Environment", "LoggingConfig", "TracingConfig", "Tags"},
	typeURL:           {"TargetFunctionArn", "AuthType", "InvokeMode", "Cors"},
	typePermission:    {"FunctionName", "Action", "Principal", "FunctionUrlAuthType", "InvokedViaFunctionUrl"},
	typeRole:          {"Description", "AssumeRolePolicyDocument", "Policies", "Tags"},
	typeManagedPolicy: {"Description", "PolicyDocument"},
	typeLogGroup:      {"LogGroupName", "RetentionInDays", "Tags"},
	typeStateMachine: {"StateMachineName", "StateMachineType", "RoleArn", "Definition", "DefinitionSubstitutions",
		"LoggingConfiguration", "TracingConfiguration", "Tags"},
	typeQueue:         {"QueueName", "MessageRetentionPeriod", "SqsManagedSseEnabled", "Tags"},
	typeQueuePolicy:   {"Queues", "PolicyDocument"},
	typeScheduleGroup: {"Name", "Tags"},
	typeSchedule:      {"Name", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow", "Target"},
	typeRule:          {"Name", "EventPattern", "State", "Targets", "Tags"},
}
