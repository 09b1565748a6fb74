package operation

import (
	"strings"
	"testing"
)

const noKey = `Resource handler returned message: "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The ` +
	`specified key does not exist. (Service: Lambda, Status Code: 400, Request ID: 1)" (RequestToken: 2, HandlerErrorCode: InvalidRequest)`

// The reasons that AWS gives, and what is said to do about them.
func TestAdvice(t *testing.T) {
	for _, c := range []struct{ reason, want string }{
		{
			`Resource handler returned message: "Resource of type 'AWS::Logs::LogGroup' with identifier ` +
				`'{"/properties/LogGroupName":"/aws/lambda/x"}' already exists." (RequestToken: 1, HandlerErrorCode: AlreadyExists)`,
			"something with this name already exists",
		},
		{
			"acme-orders-egress-1 already exists in stack arn:aws:cloudformation:eu-central-1:123456789012:stack/other/1",
			"something with this name already exists",
		},
		{"Resource handler returned message: \"The maximum number of addresses has been reached. (Service: Ec2, Status Code: 400, Request ID: " +
			"1)\" (RequestToken: 2, HandlerErrorCode: ServiceLimitExceeded)",
			"the account may have no more Elastic IPs in this region (5 by default): request more (Service Quotas, EC2, L-0263D0A3), release"},
		{"Performing this operation would exceed the limit of 5 NAT gateways (Service: Ec2, Status Code: 400)",
			"the account may have no more NAT gateways in that availability zone (5 by default): request more (Service Quotas, VPC, L-FE5A380F);"},
		{"The maximum number of VPCs has been reached.", "the account may have no more VPCs"},
		{"The maximum number of internet gateways has been reached.", "the account may have no more gateways"},
		{"The provided execution role does not have permissions to call CreateNetworkInterface on EC2 (Service: Lambda)",
			"the role of the egresses may not make network interfaces"},
		{"Lambda was not able to create an ENI in the VPC of the Lambda function because the limit for Network Interfaces has been reached.",
			"the account may have no more network interfaces"},
		{"resource sg-0123456789abcdef0 has a dependent object (Service: Ec2, Status Code: 400, Request ID: 1)",
			"network interfaces are still there"},
		{"The subnet 'subnet-1' has dependencies and cannot be deleted.", "network interfaces are still there"},
		{"Network vpc-1 has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.",
			"network interfaces are still there"},
		{
			noKey,
			"the zip is not in the bucket",
		},
		{
			"Error occurred while GetObject. S3 Error Code: PermanentRedirect. S3 Error Message: The bucket is in this region: us-east-1.",
			"the bucket is in another region",
		},
		{
			"Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of " +
				"[100].",
			"the account's concurrency is too small",
		},
		{
			"API: iam:CreateRole User: arn:aws:sts::1:assumed-role/deployer/ada is not authorized to perform: iam:CreateRole on resource: x",
			"these credentials, or the stack's service role, may not make this role. If the account demands a permissions boundary",
		},
		{
			"User: arn:aws:sts::123456789012:assumed-role/deployer/ada is not authorized to perform: lambda:CreateFunction on resource: x " +
				"because no permissions boundary allows the lambda:CreateFunction action",
			"arn:aws:sts::123456789012:assumed-role/deployer/ada has a permissions boundary of its own, which does not allow " +
				"lambda:CreateFunction: ask whoever set it",
		},
		{
			"User: arn:aws:sts::123456789012:assumed-role/orders-StateMachineRole-1A2B/x is not authorized to perform: logs:CreateLogDelivery " +
				"on resource: * with an explicit deny in a permissions boundary: arn:aws:iam::123456789012:policy/b",
			"the boundary of the stack's roles (operations.permissionsBoundary) does not allow logs:CreateLogDelivery: ask whoever wrote it",
		},
		{
			"User: arn:aws:sts::1:assumed-role/deployer/ada is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/e",
			"these credentials, or the stack's service role, may not give this role to a service",
		},
		{
			"User: arn:aws:sts::1:assumed-role/deployer/ada is not authorized to perform: sqs:CreateQueue on resource: x",
			"these credentials, or the stack's service role, may not do this",
		},
		{
			"Scope ARN: arn:aws:iam::123456789012:policy/gone does not exist or is not attachable. (Service: Iam, Status Code: 404)",
			"operations.permissionsBoundary names a policy that this account has not",
		},
		{
			"The specified KMS key does not exist or is not allowed to be used with Arn " +
				"'arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/orders-egress-1'",
			"AWS may not use the key of operations.kmsKey",
		},
		{
			"The state machine IAM Role is not authorized to access the Log Destination",
			"CloudWatch Logs has 10 resource policies",
		},
		{
			`"Cannot exceed quota for resource policies size limit" resource policy limit exceeded`,
			"CloudWatch Logs has 10 resource policies",
		},
		{
			"The role defined for the function cannot be assumed by Lambda.",
			"the role was created a moment ago",
		},
		{
			"Resource handler returned message: \"Neither the global service principal states.amazonaws.com, nor the regional one is authorized " +
				"to assume the provided role. (Service: AWSStepFunctions; Status Code: 400; Error Code: AccessDeniedException)\" (RequestToken: 1, " +
				"HandlerErrorCode: AccessDenied)",
			"the role was created a moment ago",
		},
		{
			"The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
			"the role was created a moment ago",
		},
		{
			"Action denied by stack policy: Statement [#1] does not allow [Update:*] for resource [Egress1]",
			"the stack's policy does not allow this change",
		},
		{
			"Template format error: Unrecognized resource types: [AWS::Lambda::Url]",
			"this region has no function URLs",
		},
		{
			"Template format error: Unrecognized resource types: [AWS::Scheduler::Schedule]",
			"this region does not have that kind of resource",
		},
		{
			"CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename acme-orders and update the stack again.",
			"CloudFormation cannot replace a resource under the same name",
		},
		{
			"Rate exceeded (Service: Lambda, Status Code: 429)",
			"AWS received too many calls",
		},
		{
			"Cannot exceed quota for RolesPerAccount: 1000 (Service: Iam, Status Code: 409)",
			"a limit of the account is reached",
		},
		{
			"Resource handler returned message: \"Cannot delete a policy attached to entities. (Service: Iam, Status Code: 409, Request ID: 1)\" " +
				"(RequestToken: 1, HandlerErrorCode: AlreadyExists)",
			"a policy of this stack is attached to users, groups or roles outside of it: " +
				"'aws iam list-entities-for-policy --policy-arn ARN' shows them (the ARN of the policy for callers is the output CallerPolicyArn); " +
				"detach it from each, then try again",
		},
		{
			"Cannot delete entity, must detach all policies first. (Service: Iam, Status Code: 409)",
			"somebody has attached a policy to a role " +
				"of this stack: 'aws iam list-attached-role-policies --role-name ROLE' shows which; detach it, then try again",
		},
		{
			"Internal Failure",
			"",
		},
	} {
		if got := Advise(c.reason); (got == "") != (c.want == "") || !strings.HasPrefix(got, c.want) {
			t.Errorf("%s\nadvice %q, want %q", c.reason, got, c.want)
		}
	}
}

func TestReadableReasons(t *testing.T) {
	for reason, want := range map[string]string{
		noKey: "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.",
		"Resource handler returned message: \"Role is invalid (Service: Lambda, Status Code: 400, Request ID: 1) (SDK Attempt Count: 1)\" " +
			"(RequestToken: 1, HandlerErrorCode: InvalidRequest)": "Role is invalid",
		"plain  words\nin lines": "plain words in lines",
		"":                       "CloudFormation gives no reason",
	} {
		if got := Readable(reason); got != want {
			t.Errorf("%q: %q, want %q", reason, got, want)
		}
	}
}
