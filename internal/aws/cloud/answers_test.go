package cloud_test

import (
	"testing"

	"github.com/sfngen/sfngen/internal/aws/cloud"
)

const (
	userDenied = "User: arn:aws:sts::123456789012:assumed-role/dev/ada is not authorized to perform: "
	page       = "https://github.com/sfngen/sfngen/blob/main/docs/deploy.md has the policy that sfngen needs (request 1111-2222)"
	onStack    = "AWS denies cloudformation:CreateChangeSet on arn:aws:cloudformation:eu-central-1:123456789012:stack/acme/* to " +
		"arn:aws:sts::123456789012:assumed-role/dev/ada"
	perform = userDenied + "cloudformation:CreateChangeSet on resource: arn:aws:cloudformation:eu-central-1:123456789012:stack/acme/*"
)

// TestDenied has AWS's own sentences (IAM User Guide, "Troubleshoot access denied
// error messages").
func TestDenied(t *testing.T) {
	tests := []struct {
		name, code, message, want string
	}{
		{"no policy allows it", "AccessDenied", perform + " because no identity-based policy allows the cloudformation:CreateChangeSet action",
			onStack + ": no identity-based policy allows it; " + page},
		{"no reason given", "AccessDenied", perform,
			onStack + ": it gives no reason; " + page},
		{"an explicit deny in one's own policy", "AccessDenied", perform + " with an explicit deny in an identity-based policy",
			onStack + ": an explicit deny in an identity-based policy; a policy that allows it does not help: the deny must be removed, or not " +
				"apply (request 1111-2222)"},
		{"an explicit deny in a named policy", "AccessDenied", perform + " with an explicit deny in an identity-based policy: " +
			"arn:aws:iam::123456789012:policy/guard",
			onStack + ": an explicit deny in an identity-based policy: arn:aws:iam::123456789012:policy/guard; a policy that allows it does not " +
				"help: the deny must be removed, or not apply (request 1111-2222)"},
		{"the organization denies it", "AccessDenied", perform + " with an explicit deny in a service control policy",
			onStack + ": an explicit deny in a service control policy; it is the organization's: ask its administrators; your own policies " +
				"cannot allow what it forbids (request 1111-2222)"},
		{"the organization does not allow it", "AccessDenied", perform + " because no service control policy allows the " +
			"cloudformation:CreateChangeSet action",
			onStack + ": no service control policy allows it; it is the organization's: ask its administrators; your own policies cannot allow " +
				"what it forbids (request 1111-2222)"},
		{"the boundary does not allow it", "AccessDenied", perform + " because no permissions boundary allows the " +
			"cloudformation:CreateChangeSet action",
			onStack + ": no permissions boundary allows it; the boundary must allow it too: ask whoever set it (request 1111-2222)"},
		{"the session may less", "AccessDenied", perform + " because no session policy allows the cloudformation:CreateChangeSet action",
			onStack + ": no session policy allows it; the session was opened with less than its role may do: open it without that policy, or " +
				"with a wider one (request 1111-2222)"},
		{"the VPC endpoint", "AccessDenied", perform + " because no VPC endpoint policy allows the cloudformation:CreateChangeSet action",
			onStack + ": no VPC endpoint policy allows it; ask whoever runs the VPC endpoint, or go another way (request 1111-2222)"},
		{"the resource's policy", "AccessDenied", perform + " because no resource-based policy allows the cloudformation:CreateChangeSet action",
			onStack + ": no resource-based policy allows it; the policy of the resource itself must change; " + page},
		{"a role may not be passed", "AccessDenied", userDenied + "iam:PassRole on resource: arn:aws:iam::123456789012:role/x because no " +
			"identity-based policy allows the iam:PassRole action",
			"AWS denies iam:PassRole on arn:aws:iam::123456789012:role/x to arn:aws:sts::123456789012:assumed-role/dev/ada: no identity-based " +
				"policy allows it; " + page},
		{"without a resource", "AccessDenied", userDenied + "cloudformation:CreateChangeSet",
			"AWS denies cloudformation:CreateChangeSet to arn:aws:sts::123456789012:assumed-role/dev/ada: it gives no reason; " + page},
		{"a resource in words", "AccessDeniedException", userDenied + "kms:Decrypt on the resource associated with this ciphertext because " +
			"no identity-based policy allows the kms:Decrypt action",
			"AWS denies kms:Decrypt on the resource associated with this ciphertext to arn:aws:sts::123456789012:assumed-role/dev/ada: no " +
				"identity-based policy allows it; " + page},
		{"a service behind the service", "AccessDenied", userDenied + "cloudformation:CreateChangeSet on resource: " +
			"arn:aws:cloudformation:eu-central-1:123456789012:stack/acme/* because no identity-based policy allows the " +
			"cloudformation:CreateChangeSet action (Service: AmazonCloudFormation; Status Code: 403)",
			onStack + ": no identity-based policy allows it; " + page},
		{"nothing but no", "AccessDenied", "Access Denied",
			"AWS denies cloudformation:CreateChangeSet: it gives no reason; " + page},
		{"other words", "AccessDeniedForDependencyException", "Cannot access the hook.",
			"AWS denies cloudformation:CreateChangeSet: Cannot access the hook; " + page},
		{"encoded", "UnauthorizedOperation", "You are not authorized to perform this operation. Encoded authorization failure message: " +
			"4q_abc-123",
			"AWS denies cloudformation:CreateChangeSet: the reason is encoded; aws sts decode-authorization-message --encoded-message " +
				"4q_abc-123 decodes it (request 1111-2222)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			queryError(t, 403, test.code, test.message)
			explains(t, createChangeSet(loaded(t)), test.want)
		})
	}
}

// TestDeniedActions: what a policy calls it is not always what the API does.
func TestDeniedActions(t *testing.T) {
	tests := []struct {
		name string
		call func(*cloud.Cloud) error
		want string
	}{
		{"Lambda", invoke, "AWS denies lambda:InvokeFunction: it gives no reason; " + page},
		{"Step Functions", validate, "AWS denies states:ValidateStateMachineDefinition: it gives no reason; " + page},
		{"a HEAD of S3, which has no words", headObject, "AWS denies s3:GetObject on arn:aws:s3:::box/a/b: it gives no reason; " +
			"https://github.com/sfngen/sfngen/blob/main/docs/deploy.md has the policy that sfngen needs"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			jsonError(t, 403, "AccessDeniedException", "")
			explains(t, test.call(loaded(t)), test.want)
		})
	}
}

func TestRefusedCredentials(t *testing.T) {
	const asking = "asking AWS whose credentials these are: "
	const env = " (AKIAEXAMPLE, from AWS_ACCESS_KEY_ID in the environment)"
	const renew = "get new ones into the environment, or unset AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN to use the " +
		"profile (request 1111-2222)"
	tests := []struct {
		name, region  string
		code, message string
		want          string
	}{
		{"expired", "", "ExpiredToken", "The security token included in the request is expired",
			"the session of these credentials" + env + " has ended: " + renew},
		{"expired, as JSON services say it", "", "ExpiredTokenException", "The security token included in the request is expired",
			"the session of these credentials" + env + " has ended: " + renew},
		{"unknown key", "", "InvalidClientTokenId", "The security token included in the request is invalid.",
			"AWS does not know these credentials" + env + " in the partition aws: deleted, deactivated, or mistyped, or a session token is " +
				"missing; create new ones, or sign in again (request 1111-2222)"},
		{"unknown key in another partition", "cn-north-1", "UnrecognizedClientException", "The security token included in the request is " +
			"invalid.",
			"AWS does not know these credentials" + env + " in the partition aws-cn: deleted, deactivated, or mistyped, or a session token is " +
				"missing; create new ones, or sign in again (request 1111-2222)"},
		{"unknown key in a partition without stacks", "eusc-de-east-1", "InvalidClientTokenId", "The security token included in the request " +
			"is invalid.",
			"AWS does not know these credentials" + env + " in the partition aws-eusc: deleted, deactivated, or mistyped, or a session token is " +
				"missing; create new ones, or sign in again (request 1111-2222)"},
		{"a region that is not enabled", "me-south-1", "InvalidClientTokenId", "The security token included in the request is invalid.",
			"AWS does not accept these credentials" + env + " in me-south-1: they are valid there only once the account has enabled the region; " +
				"aws account enable-region --region-name me-south-1, or choose another region (request 1111-2222)"},
		{"a region that is closed", "me-south-1", "OptInRequired", "The AWS Access Key Id needs a subscription for the service",
			"the account may not use STS in me-south-1: the region is not enabled (aws account enable-region --region-name me-south-1), or the " +
				"account is not yet active (request 1111-2222)"},
		{"wrong secret", "", "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided.",
			"the secret does not belong to the access key" + env + ": AWS_SECRET_ACCESS_KEY, or aws_secret_access_key of the profile, is wrong " +
				"or cut off (request 1111-2222)"},
		{"wrong clock, as a signature", "", "SignatureDoesNotMatch", "Signature expired: 20261124T000000Z is now earlier than 20261124T010000Z",
			"the clock of this machine is wrong: AWS accepts signatures of the last few minutes only; set it (timedatectl set-ntp true) and try " +
				"again (request 1111-2222)"},
		{"wrong clock", "", "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.",
			"the clock of this machine is wrong: AWS accepts signatures of the last few minutes only; set it (timedatectl set-ntp true) and try " +
				"again (request 1111-2222)"},
		{"an old request", "", "RequestExpired", "Request has expired.",
			"the clock of this machine is wrong: AWS accepts signatures of the last few minutes only; set it (timedatectl set-ntp true) and try " +
				"again (request 1111-2222)"},
		{"unreadable signature", "", "IncompleteSignature", "Authorization header requires 'Signature' parameter.",
			"AWS cannot read the signature of the request" + env + ": a key has a space or a line end in it, or a proxy changes headers " +
				"(request 1111-2222)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			queryError(t, 403, test.code, test.message)
			if test.region != "" {
				t.Setenv("AWS_REGION", test.region)
			}
			explains(t, open(t), asking+test.want)
		})
	}
}

func TestTroubleOfAWS(t *testing.T) {
	tests := []struct {
		name          string
		status        int
		code, message string
		want          string
	}{
		{"throttled", 400, "Throttling", "Rate exceeded",
			"AWS throttles cloudformation:CreateChangeSet after 2 tries (Throttling): too many calls at the same time in this account and " +
				"region, from here or elsewhere; wait a minute and try again (request 1111-2222)"},
		{"throttled by its status", 429, "SomethingNew", "slow down",
			"AWS throttles cloudformation:CreateChangeSet (SomethingNew): too many calls at the same time in this account and region, from here " +
				"or elsewhere; wait a minute and try again (request 1111-2222)"},
		{"unavailable", 503, "ServiceUnavailable", "Service is unavailable",
			"CloudFormation CreateChangeSet: AWS has a problem (503 ServiceUnavailable) after 2 tries; wait and try again; " +
				"https://health.aws.amazon.com/health/status shows more (request 1111-2222)"},
		{"a failure of AWS", 500, "InternalFailure", "",
			"CloudFormation CreateChangeSet: AWS has a problem (500 InternalFailure) after 2 tries; wait and try again; " +
				"https://health.aws.amazon.com/health/status shows more (request 1111-2222)"},
		{"anything else", 400, "ValidationError", "Template format error: unsupported structure.",
			"CloudFormation CreateChangeSet: ValidationError: Template format error: unsupported structure. (request 1111-2222)"},
		{"anything else, in several lines", 400, "ValidationError", "Template\n  format error",
			"CloudFormation CreateChangeSet: ValidationError: Template format error (request 1111-2222)"},
		{"anything else without words", 400, "Odd", "",
			"CloudFormation CreateChangeSet: Odd (request 1111-2222)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			queryError(t, test.status, test.code, test.message)
			c := loaded(t)
			c.Config.Retryer, c.Config.RetryMaxAttempts = twice, 2
			explains(t, createChangeSet(c), test.want)
		})
	}
}
