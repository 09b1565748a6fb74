package operation

import (
	"fmt"
	"strings"
	"sync"

	"github.com/sfngen/sfngen/internal/gen/plan"
	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/internal/term/printable"
)

// Failed is a resource that CloudFormation could not create, update or delete.
type Failed struct {
	ID, Kind string // Kind such as AWS::Lambda::Function
	Reason   string // in one line, readable
	Raw      string // as CloudFormation has it
}

// cancelled is CloudFormation's reason for resources that it cancelled because another
// one had failed.
var cancelled = lazyregexp.New(`(?i)^resource (creation|update|deletion) cancelled`)

// advice is for the failures that a stack of sfngen's runs into; the first form that
// matches counts. The forms are texts of CloudFormation and of the services. Nothing but a
// failure pays for them.
var advice = sync.OnceValue(func() []advised {
	return []advised{
		{lazyregexp.New(`(?i)AddressLimitExceeded|maximum number of addresses`),
			usedUp(plan.ElasticIPs) + ", release one that nothing uses ('aws ec2 describe-addresses'), or name your own in " +
				"egress.network.addresses; then deploy again"},
		{lazyregexp.New(`(?i)NatGatewayLimitExceeded|limit of \d+ NAT gateways|maximum number of NAT gateways`),
			usedUp(plan.NATGateways) + "; then deploy again"},
		{lazyregexp.New(`(?i)VpcLimitExceeded|maximum number of VPCs`),
			usedUp(plan.VPCs) + ", or delete one; then deploy again"},
		{lazyregexp.New(`(?i)(Internet|EgressOnlyInternet)GatewayLimitExceeded|maximum number of (egress-only )?internet gateways`),
			"the account may have no more gateways of this kind in this region; their quota follows that of VPCs: request more (Service Quotas, " +
				"VPC, " + plan.VPCs.Code + "); then deploy again"},
		{lazyregexp.New(`(?i)ENILimitReached|NetworkInterfaceLimitExceeded|limit for network interfaces|maximum number of network interfaces`),
			"the account may have no more network interfaces: request more (Service Quotas, VPC, L-DF5E4CA3), or delete those whose status is " +
				"available ('aws ec2 describe-network-interfaces --filters Name=status,Values=available'); then deploy again"},
		{lazyregexp.New(`(?i)InsufficientFreeAddresses|not (have )?enough (free )?(IP )?addresses|SubnetIPAddressLimitReached`),
			"a subnet has no free address for the function's interface: name another one in egress.network.subnets, or free addresses in it"},
		{lazyregexp.New(`(?i)execution role does not have permissions to call CreateNetworkInterface|CreateNetworkInterface on EC2`),
			"the role of the egresses may not make network interfaces: a permissions boundary, or a policy of the organization, forbids " +
				"ec2:CreateNetworkInterface; or the role was created a moment ago: then deploy again"},
		{lazyregexp.New(`(?i)Resource\.AlreadyAssociated|InvalidIPAddress\.InUse|already associated|has a (association|NAT gateway)`),
			"an Elastic IP is in use already: name another one in egress.network.addresses, or free it ('aws ec2 describe-addresses' shows what " +
				"uses it)"},
		{inUse,
			"network interfaces are still there, or what they belong to: AWS deletes those of functions within some minutes, at times in 45; run " +
				"the command again then. 'aws ec2 describe-network-interfaces --filters Name=vpc-id,Values=VPC' shows what else is in the VPC"},
		{lazyregexp.New(`(?i)attached to entities`),
			"a policy of this stack is attached to users, groups or roles outside of it: 'aws iam list-entities-for-policy --policy-arn ARN' " +
				"shows them (the ARN of the policy for callers is the output CallerPolicyArn); detach it from each, then try again"},
		{lazyregexp.New(`(?i)must detach all policies`),
			"somebody has attached a policy to a role of this stack: 'aws iam list-attached-role-policies --role-name ROLE' shows which; " +
				"detach it, then try again"},
		{lazyregexp.New(`(?i)custom-named resource requires replacing`),
			"CloudFormation cannot replace a resource under the same name; deploy under another name (name: in the spec), " +
				"or destroy the stack and deploy it again"},
		{lazyregexp.New(`(?i)already exists|AlreadyExists|ResourceConflictException|EntityAlreadyExists|ResourceExistenceCheck`),
			"something with this name already exists outside of this stack: created by hand or by another stack, or left behind by a deleted one; " +
				"delete it, or choose another name in the spec"},
		{lazyregexp.New(`(?i)S3 Error Code: (NoSuchKey|NoSuchBucket)|The specified (key|bucket) does not exist|NoSuchKey`),
			"the zip is not in the bucket: a lifecycle rule or somebody has deleted it, or the bucket is another one; " +
				"deploy again, which uploads it"},
		{lazyregexp.New(`(?i)S3 Error Code: PermanentRedirect|must be addressed using the specified endpoint`),
			"the bucket is in another region than the stack, and Lambda needs both in one; name one of this region with --bucket"},
		{lazyregexp.New(`(?i)ReservedConcurrentExecutions.*below its minimum|UnreservedConcurrentExecution`),
			"the account's concurrency is too small for what egress.concurrency (for each egress) and triggers.functionUrl.concurrency " +
				"reserve: 100 must stay unreserved, and new accounts have only 10 in all; reserve less, or request more (Service Quotas, " +
				"Lambda, concurrent executions)"},
		{lazyregexp.New(`(?i)resource policy (size|limit)|Cannot exceed .*resource policies|` +
			`The state machine IAM Role is not authorized to access the Log Destination`),
			"CloudWatch Logs has 10 resource policies of 5,120 characters per region, and they are full, or the role is not known everywhere yet; " +
				"'aws logs describe-resource-policies' shows them: delete unused ones, then deploy again"},
		{lazyregexp.New(`(?i)assumed by (Lambda|AWS Lambda)|cannot be assumed|authorized to assume the provided role|` +
			`must allow .* to assume the role`),
			"the role was created a moment ago and is not known everywhere yet; deploy again"},
		{lazyregexp.New(`(?i)(Scope|Boundary) ARN: .* does not exist or is not attachable`),
			"operations.permissionsBoundary names a policy that this account has not, or one that is no managed policy: " +
				"'aws iam get-policy --policy-arn ARN' says which"},
		{lazyregexp.New(`(?i)LogGroupClass|log group class`),
			"AWS changes the class of no log group (operations.logClass): write the one that the stack has, or destroy the stack, and what " +
				"operations.retainLogs keeps, and deploy again"},
		{lazyregexp.New(`(?i)\bKMS\b|kms:|KMSKey|KmsKey`),
			"AWS may not use the key of operations.kmsKey: it does not exist in this region, is disabled, or its policy does not allow it; " +
				"'sfngen plan --policies SPEC' prints the statements that the policy needs, and docs/deploy.md what deploying needs"},
		{lazyregexp.New(`(?i)denied by stack policy`),
			"the stack's policy does not allow this change: 'aws cloudformation get-stack-policy --stack-name STACK' shows it; " +
				"ask whoever set it to change it"},
		{lazyregexp.New(`(?i)(not authorized to perform|AccessDenied|not have permission|is not authorized to)`),
			"these credentials, or the stack's service role, may not do this; docs/deploy.md has the policy that deploying needs"},
		{lazyregexp.New(`(?i)function ?urls? .*(not (supported|available)|unsupported)|AWS::Lambda::Url.*(not (supported|exist)|unrecognized)` +
			`|Unrecognized resource types?:.*AWS::Lambda::Url`),
			"this region has no function URLs: deploy to another one, or to a partition that the spec names (partition:)"},
		{lazyregexp.New(`(?i)Unrecognized resource types?|resource type .* (is )?not (supported|available)`),
			"this region does not have that kind of resource: deploy to another one"},
		{lazyregexp.New(`(?i)architecture.*not supported|Architectures.*not (valid|supported)`),
			"this region does not have this architecture: set the other one in the spec (architecture:), then build again"},
		{lazyregexp.New(`(?i)Rate exceeded|Throttling|TooManyRequests`),
			"AWS received too many calls at the same time; deploy again"},
		{lazyregexp.New(`(?i)LimitExceeded|limit exceeded|quota|exceeds? the (maximum|limit)|Maximum number of`),
			"a limit of the account is reached; request more in Service Quotas, or delete what is not used"},
	}
})

// usedUp says that the account has all that a quota lets it have.
func usedUp(q plan.AccountQuota) string {
	place := "this region"
	if q.Zonal {
		place = "that availability zone"
	}
	return fmt.Sprintf("the account may have no more %ss in %s (%d by default): request more (Service Quotas, %s, %s)", q.What, place,
		q.Default, strings.ToUpper(q.Service), q.Code)
}

// advised is a form of failures, and what to do about them.
type advised struct {
	form *lazyregexp.Pattern
	say  string
}

// inUse are the words of EC2 for a subnet, a security group or a VPC that interfaces use, and
// those of Lambda and CloudFormation for interfaces that are not gone yet.
var inUse = lazyregexp.New(`(?i)DependencyViolation|has dependencies and cannot be deleted|has a dependent object|` +
	`network interfaces? .*(in use|still|not .*deleted|currently in use)|eni-\S* .*currently in use|mapped public address`)

// IsInUse reports a reason that interfaces give, or what they belong to.
func IsInUse(reason string) bool { return inUse.MatchString(reason) }

// Advise says what to do about a reason of CloudFormation's; "" when only the reason
// itself can say.
func Advise(reason string) string {
	if say := adviseDenied(reason); say != "" {
		return say
	}
	for _, a := range advice() {
		if a.form.MatchString(reason) {
			return a.say
		}
	}
	return ""
}

// handler matches what CloudFormation puts around a service's own reason, such as
// `(Service: Lambda, Status Code: 400, Request ID: …)" (RequestToken: …, HandlerErrorCode: …)`.
var handler = lazyregexp.New(`(?s)"?\s*\((RequestToken|HandlerErrorCode|Service|SDK Attempt Count): .*$`)

var response = lazyregexp.New(`^Resource handler returned message: "?`)

// Readable is a reason in one line, without ids that only help AWS.
func Readable(reason string) string {
	text := handler.ReplaceAllString(response.ReplaceAllString(reason, ""), "")
	if text = strings.Join(strings.Fields(printable.Line(text)), " "); text == "" {
		return "CloudFormation gives no reason"
	}
	return text
}
