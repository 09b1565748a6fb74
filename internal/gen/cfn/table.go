package cfn

// The logical ids, as table has them: those with "#" or "*" are for each egress or
// trigger.
const (
	// OrchestratorID is the logical id of the orchestrator's function.
	OrchestratorID = "Orchestrator"
	// StateMachineID is the logical id of the workflow.
	StateMachineID = "StateMachine"

	poolTableID         = "PoolTable"
	egressRoleID        = "EgressRole"
	ownRoleID           = "Egress#Role"
	egressLogsID        = "Egress#LogGroup"
	egressID            = "Egress#"
	machineRoleID       = "StateMachineRole"
	machineLogsID       = "StateMachineLogGroup"
	orchestratorRoleID  = "OrchestratorRole"
	orchestratorLogsID  = "OrchestratorLogGroup"
	urlID               = "FunctionUrl"
	urlPermissionID     = "FunctionUrlPermission"
	invokePermissionID  = "FunctionUrlInvokePermission"
	callerPolicyID      = "CallerPolicy"
	deadLettersID       = "DeadLetters"
	deadLettersPolicyID = "DeadLettersPolicy"
	scheduleGroupID     = "SchedulesGroup"
	schedulerRoleID     = "SchedulerRole"
	scheduleID          = "Schedule*"
	eventsRoleID        = "EventsRole"
	eventID             = "Event*"
	busEventID          = "BusEvent*"
	failuresID          = "FailedExecutions"
	failuresPolicyID    = "FailedExecutionsPolicy"
	failuresRuleID      = "FailedExecutionsRule"
	dashboardID         = "Dashboard"

	vpcID               = "Vpc"
	internetGatewayID   = "InternetGateway"
	attachmentID        = "InternetGatewayAttachment"
	publicRouteTableID  = "PublicRouteTable"
	publicRouteID       = "PublicRoute"
	publicSubnetID      = "PublicSubnet#"
	publicAssociationID = "PublicSubnet#Routes"
	ipv6RangeID         = "VpcIpv6"
	egressOnlyGatewayID = "EgressOnlyGateway"
	ipv6RouteTableID    = "Ipv6RouteTable"
	ipv6RouteID         = "Ipv6Route"
	securityGroupID     = "EgressSecurityGroup"
	tableEndpointID     = "PoolTableEndpoint"
	egressSubnetID      = "Egress#Subnet"
	addressID           = "Egress#Address"
	natGatewayID        = "Egress#NatGateway"
	egressRouteTableID  = "Egress#RouteTable"
	egressRouteID       = "Egress#Route"
	egressAssociationID = "Egress#Routes"
	pingMachineID       = "Ping"
	pingScheduleID      = "PingSchedule"
)

// row is one resource of a template, or one for each egress or trigger.
type row struct {
	// id is the logical id. "#" in it stands for the number of an egress or of a zone,
	// "*" for the name of a trigger.
	id    string
	kind  *kind
	words string // for a reader; "#" stands for the number
	// removed is what follows when a template no longer has it and the stack stays;
	// "" for what is true of the kind.
	removed string
}

// untold is what follows when a stack goes on without an alarm.
const untold = "nobody is told of that any more"

// table has every resource that a template can have, in the template's order. A
// resource that is not in it cannot be written.
var table = []row{
	{id: poolTableID, kind: poolTable, words: "table of the pool"},
	{id: vpcID, kind: vpc, words: "VPC of the egresses"},
	{id: internetGatewayID, kind: internetGateway, words: "Internet gateway of the NAT gateways"},
	{id: attachmentID, kind: gatewayAttachment, words: "attachment of the Internet gateway"},
	{id: publicRouteTableID, kind: routeTable, words: "route table of the NAT gateways"},
	{id: publicRouteID, kind: route, words: "route of the NAT gateways to the Internet"},
	{id: publicSubnetID, kind: subnet, words: "subnet of the NAT gateways in zone #"},
	{id: publicAssociationID, kind: routeTableAssociation, words: "route table of the NAT gateways in zone #"},
	{id: ipv6RangeID, kind: ipv6Range, words: "IPv6 range of the egresses"},
	{id: egressOnlyGatewayID, kind: egressOnlyGateway, words: "gateway of the egresses, outward only"},
	{id: ipv6RouteTableID, kind: routeTable, words: "route table of the egresses"},
	{id: ipv6RouteID, kind: route, words: "route of the egresses to the Internet"},
	{id: securityGroupID, kind: securityGroup, words: "security group of the egresses"},
	{id: tableEndpointID, kind: tableEndpoint, words: "way of the egresses to the table of the pool"},
	{id: egressRoleID, kind: role, words: "role of the egresses"},
	{id: ownRoleID, kind: role, words: "role of egress #"},
	{id: egressLogsID, kind: logGroup, words: "log group of egress #"},
	{id: egressSubnetID, kind: subnet, words: "subnet of egress #"},
	{id: addressID, kind: elasticIP, words: "Elastic IP of egress #"},
	{id: natGatewayID, kind: natGateway, words: "NAT gateway of egress #"},
	{id: egressRouteTableID, kind: routeTable, words: "route table of egress #"},
	{id: egressRouteID, kind: route, words: "route of egress # to the Internet"},
	{id: egressAssociationID, kind: routeTableAssociation, words: "route table of the subnet of egress #"},
	{id: egressID, kind: function, words: "Lambda of egress #", removed: "the pool gets smaller"},
	{id: machineRoleID, kind: role, words: "role of the workflow"},
	{id: machineLogsID, kind: logGroup, words: "log group of the workflow"},
	{id: StateMachineID, kind: stateMachine, words: "workflow"},
	{id: orchestratorRoleID, kind: role, words: "role of the orchestrator"},
	{id: orchestratorLogsID, kind: logGroup, words: "log group of the orchestrator"},
	{id: OrchestratorID, kind: function, words: "Lambda of the orchestrator"},
	{id: urlID, kind: lambdaURL, words: "function URL"},
	{id: urlPermissionID, kind: permission, words: "permission to call the function URL"},
	{id: invokePermissionID, kind: permission, words: "permission to call through the function URL"},
	{id: callerPolicyID, kind: managedPolicy, words: "policy for callers"},
	{id: deadLettersID, kind: queue, words: "dead-letter queue"},
	{id: deadLettersPolicyID, kind: queuePolicy, words: "policy of the dead-letter queue"},
	{id: scheduleGroupID, kind: scheduleGroup, words: "group of the schedules"},
	{id: schedulerRoleID, kind: role, words: "role of the schedules"},
	{id: pingMachineID, kind: pingMachine, words: "workflow of the weekly ping"},
	{id: pingScheduleID, kind: pingSchedule, words: "schedule of the weekly ping"},
	{id: scheduleID, kind: schedule, words: "schedule"},
	{id: eventsRoleID, kind: role, words: "role of the event rules"},
	{id: eventID, kind: rule, words: "event rule"},
	{id: busEventID, kind: rule, words: "event rule"},
	{id: failuresID, kind: queue, words: "queue of failed executions"},
	{id: failuresPolicyID, kind: queuePolicy, words: "policy of the queue of failed executions"},
	{id: failuresRuleID, kind: failureRule, words: "rule of failed executions"},
	{id: "Egress#AttemptsFilter", kind: metricFilter, words: "counts the attempts of egress #"},
	{id: "Egress#RateLimitedAttemptsFilter", kind: metricFilter, words: "counts the rate-limited attempts of egress #"},
	{id: "Egress#UnsentAttemptsFilter", kind: metricFilter, words: "counts the attempts of egress # that had no way to the API"},
	{id: "OwnFaultsFilter", kind: metricFilter, words: "counts requests that the stack itself fails"},
	{id: "DeadAttemptsFilter", kind: metricFilter, words: "counts attempts whose egress died"},
	{id: "FailedAlarm", kind: alarm, words: "alarm: executions fail", removed: untold},
	{id: "OwnFaultsAlarm", kind: alarm, words: "alarm: the stack itself fails", removed: untold},
	{id: "EgressCutOffAlarm", kind: alarm, words: "alarm: attempts do not reach the API", removed: untold},
	{id: "EgressDiesAlarm", kind: alarm, words: "alarm: an egress dies", removed: untold},
	{id: "RateLimitedAlarm", kind: alarm, words: "alarm: attempts are rate-limited", removed: untold},
	{id: "TimedOutAlarm", kind: alarm, words: "alarm: executions run into the deadline", removed: untold},
	{id: "CallersThrottledAlarm", kind: alarm, words: "alarm: Lambda turns callers away", removed: untold},
	{id: "EgressThrottled#Alarm", kind: alarm, words: "alarm: Lambda turns calls of egresses away", removed: untold},
	{id: "WorkflowThrottledAlarm", kind: alarm, words: "alarm: Step Functions throttles", removed: untold},
	{id: "NoPorts#Alarm", kind: alarm, words: "alarm: a NAT gateway has no ports", removed: untold},
	{id: "DeadLettersAlarm", kind: alarm, words: "alarm: the dead-letter queue is not empty", removed: untold},
	{id: "LostSchedulesAlarm", kind: alarm, words: "alarm: a schedule's request is lost", removed: untold},
	{id: "FailedExecutionsAlarm", kind: alarm, words: "alarm: the queue of failed executions is not empty", removed: untold},
	{id: dashboardID, kind: dashboard, words: "dashboard"},
}
