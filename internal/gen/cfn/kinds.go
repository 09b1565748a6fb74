package cfn

// kind is a type of resource, with what there is to know of it. A template can have
// no other.
type kind struct {
	typeName string // CloudFormation's
	words    string // for a reader
	// name is the property that names a resource; "" where CloudFormation chooses
	// the name.
	name string
	// ephemeral resources hold data but are deleted with the stack: see
	// Resource.document.
	ephemeral bool
	// deleted and replaced are what callers or data lose; "" for nothing of note.
	deleted, replaced string
	// kept is what becomes of it where it outlives the stack.
	kept string
	// replaces are the properties whose change replaces the resource (CloudFormation
	// Template Reference, "Update requires: Replacement"; createOnlyProperties of the
	// type's schema).
	replaces []string
	// fixed are the properties that AWS lets nobody change (CloudFormation Template
	// Reference, "Updates are not supported"): an update of them fails.
	fixed []string
	// properties are in the order in which they are written: the name first, then
	// what it does, then what it may, then limits, logs and tags. A property that is
	// not among them cannot be written.
	properties []string
}

var (
	function = &kind{
		typeName: "AWS::Lambda::Function", words: "Lambda", name: "FunctionName",
		replaces: []string{"FunctionName"},
		properties: []string{"FunctionName", "Description", "Runtime", "Architectures", "Handler", "Code", "Role", "MemorySize",
			"Timeout", "ReservedConcurrentExecutions", "Environment", "KmsKeyArn",
			"VpcConfig", "LoggingConfig", "TracingConfig", "Tags"},
	}
	poolTable = &kind{
		typeName: "AWS::DynamoDB::Table", words: "table", name: "TableName", ephemeral: true,
		deleted:  "what executions know of each other is lost: an egress that was told to wait may call at once",
		replaced: "what executions know of each other is lost: an egress that was told to wait may call at once",
		replaces: []string{"TableName", "KeySchema", "AttributeDefinitions"},
		properties: []string{"TableName", "KeySchema", "AttributeDefinitions", "BillingMode", "OnDemandThroughput",
			"TimeToLiveSpecification", "SSESpecification", "Tags"},
	}
	lambdaURL = &kind{
		typeName: "AWS::Lambda::Url", words: "function URL",
		deleted:    "its address is gone for good, and callers get an error",
		replaced:   "callers need its new address",
		replaces:   []string{"TargetFunctionArn"},
		properties: []string{"TargetFunctionArn", "AuthType", "InvokeMode", "Cors"},
	}
	permission = &kind{
		typeName: "AWS::Lambda::Permission", words: "permission",
		replaced:   "callers may be refused for a moment",
		replaces:   []string{"FunctionName", "Action", "Principal", "FunctionUrlAuthType", "InvokedViaFunctionUrl"},
		properties: []string{"FunctionName", "Action", "Principal", "FunctionUrlAuthType", "InvokedViaFunctionUrl"},
	}
	role = &kind{
		typeName: "AWS::IAM::Role", words: "role",
		properties: []string{"Description", "AssumeRolePolicyDocument", "PermissionsBoundary", "Policies", "Tags"},
	}
	managedPolicy = &kind{
		typeName: "AWS::IAM::ManagedPolicy", words: "policy",
		deleted:    "deleting it fails while it is attached to a user, group or role: detach it first",
		replaced:   "attach the new one instead; deleting the old one fails while it is attached to a user, group or role",
		replaces:   []string{"Description"},
		properties: []string{"Description", "PolicyDocument"},
	}
	logGroup = &kind{
		typeName: "AWS::Logs::LogGroup", words: "log group", name: "LogGroupName", ephemeral: true,
		deleted:    "the logs are lost",
		kept:       "its logs cost until its retention has emptied it",
		replaced:   "the logs in the old one are deleted",
		replaces:   []string{"LogGroupName"},
		fixed:      []string{"LogGroupClass"},
		properties: []string{"LogGroupName", "LogGroupClass", "RetentionInDays", "KmsKeyId", "Tags"},
	}
	stateMachine = &kind{
		typeName: "AWS::StepFunctions::StateMachine", words: "workflow", name: "StateMachineName",
		deleted:  "running executions end at their next step, and their history goes",
		replaced: "running executions of the old one end at their next step, and their history goes",
		replaces: []string{"StateMachineName", "StateMachineType"},
		properties: []string{"StateMachineName", "StateMachineType", "RoleArn", "Definition", "DefinitionSubstitutions",
			"LoggingConfiguration", "TracingConfiguration", "Tags"},
	}
	queue = &kind{
		typeName: "AWS::SQS::Queue", words: "queue", name: "QueueName", ephemeral: true,
		deleted:  "the messages in it are lost",
		replaced: "the messages in the old one are lost",
		replaces: []string{"QueueName"},
		properties: []string{"QueueName", "MessageRetentionPeriod", "MaximumMessageSize", "SqsManagedSseEnabled", "KmsMasterKeyId",
			"KmsDataKeyReusePeriodSeconds", "Tags"},
	}
	queuePolicy = &kind{
		typeName: "AWS::SQS::QueuePolicy", words: "policy of a queue",
		properties: []string{"Queues", "PolicyDocument"},
	}
	scheduleGroup = &kind{
		typeName: "AWS::Scheduler::ScheduleGroup", words: "group of the schedules", name: "Name",
		replaces:   []string{"Name"},
		properties: []string{"Name", "Tags"},
	}
	schedule = &kind{
		typeName: "AWS::Scheduler::Schedule", words: "schedule", name: "Name",
		deleted:    "those requests are not sent any more",
		replaces:   []string{"Name"},
		properties: []string{"Name", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow", "Target"},
	}
	rule = &kind{
		typeName: "AWS::Events::Rule", words: "event rule", name: "Name",
		deleted:    "those events start nothing any more",
		replaces:   []string{"Name", "EventBusName"},
		properties: []string{"Name", "EventBusName", "EventPattern", "State", "Targets", "Tags"},
	}
	failureRule = &kind{
		typeName: "AWS::Events::Rule", words: "event rule", name: "Name",
		deleted:    "executions that fail go to the queue no more",
		replaces:   []string{"Name", "EventBusName"},
		properties: []string{"Name", "EventBusName", "EventPattern", "State", "Targets", "Tags"},
	}
	metricFilter = &kind{
		typeName: "AWS::Logs::MetricFilter", words: "metric filter",
		replaces:   []string{"LogGroupName"},
		properties: []string{"LogGroupName", "FilterPattern", "MetricTransformations"},
	}
	alarm = &kind{
		typeName: "AWS::CloudWatch::Alarm", words: "alarm", name: "AlarmName",
		replaces: []string{"AlarmName"},
		properties: []string{"AlarmName", "AlarmDescription", "Namespace", "MetricName", "Dimensions", "Statistic", "Period", "Metrics",
			"ComparisonOperator", "Threshold", "EvaluationPeriods", "DatapointsToAlarm", "TreatMissingData", "ActionsEnabled", "AlarmActions",
			"OKActions", "Tags"},
	}
	dashboard = &kind{
		typeName: "AWS::CloudWatch::Dashboard", words: "dashboard", name: "DashboardName",
		replaces:   []string{"DashboardName"},
		properties: []string{"DashboardName", "DashboardBody"},
	}
)
