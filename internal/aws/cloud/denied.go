package cloud

import (
	"slices"
	"strings"

	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/runtime/contract"
)

// deniedCodes are what services call it when a policy stands in the way. A HEAD
// of S3 is answered without a code: the SDK makes Forbidden of the status.
var deniedCodes = []string{
	"AccessDenied", "AccessDeniedException", "AccessDeniedForDependencyException", "AuthorizationError",
	"AuthorizationErrorException", "Forbidden", "ForbiddenException", "NotAuthorized", "UnauthorizedOperation", "UnauthorizedAccess",
}

// refusal is AWS's sentence about a policy (IAM User Guide, "Troubleshoot access
// denied error messages"): who, what, on what, why.
var refusal = lazyregexp.New(`(?i)user: (\S+) is not authorized to perform: (\S+?)(?: on (?:resource: )?"?(.+?)"?)?(?:,? (because .+?|with an explicit .+?))?(?: \(service: .*)?\.?$`)

const policyPage = contract.DeployPage + " has the policy that sfngen needs"

// denied says which action, on which resource, to whom, and whose policy has to
// change: an allowance of one's own does not help against most of them.
func denied(f *failure) string {
	if !slices.Contains(deniedCodes, f.code) {
		return ""
	}
	if blob, ok := encoded(f.message); ok {
		return "AWS denies " + action(f.service, f.operation) + " and says why to who may ask: aws sts decode-authorization-message --encoded-message " + blob + f.trace()
	}
	match := refusal.FindStringSubmatch(f.message)
	if match == nil {
		return f.deniedWithoutWords()
	}
	words := "AWS denies " + match[2]
	if match[3] != "" {
		words += " on " + match[3]
	}
	why, remedy := reason(match[4])
	return words + " to " + match[1] + why + "; " + remedy + f.trace()
}

// deniedWithoutWords names the action that the call needs.
func (f *failure) deniedWithoutWords() string {
	words := "AWS denies " + action(f.service, f.operation)
	if f.service == "S3" && f.sent != nil {
		if arn := bucketARN(f.sent, f.signature.region); arn != "" {
			words += " on " + arn
		}
		if f.operation == "PutObject" {
			words += ", or kms:GenerateDataKey on the bucket's KMS key if it has one"
		}
	}
	if f.message != "" && !slices.Contains([]string{"Access Denied", "Forbidden", f.code}, f.message) {
		words += " (" + strings.TrimSuffix(f.message, ".") + ")"
	}
	return words + "; " + policyPage + f.trace()
}

// encoded is EC2's form of a refusal, which only AWS can read.
func encoded(message string) (string, bool) {
	_, blob, ok := strings.Cut(message, "Encoded authorization failure message: ")
	blob, _, _ = strings.Cut(blob, " ")
	return blob, ok
}

// policies are the kinds of policy that AWS names as the reason, and what to do
// about each: who may change it.
var policies = []struct{ kind, remedy string }{
	{"service control policy", "it is the organization's: ask whoever runs it, a policy of your own cannot allow what it forbids"},
	{"resource control policy", "it is the organization's: ask whoever runs it, a policy of your own cannot allow what it forbids"},
	{"permissions boundary", "the boundary must allow it too: ask whoever set it"},
	{"session policy", "the session was opened with less than its role may do: open it without that policy, or with a wider one"},
	{"vpc endpoint policy", "ask whoever runs the VPC endpoint, or go another way"},
	{"resource-based policy", "the policy of the resource itself must change; " + policyPage},
}

// reason puts AWS's "because …" or "with …" into few words.
func reason(text string) (why, remedy string) {
	remedy = policyPage
	lower := strings.ToLower(text)
	for _, p := range policies {
		if strings.Contains(lower, p.kind) {
			remedy = p.remedy
		}
	}
	because, allows := strings.CutPrefix(text, "because ")
	if !allows {
		because = strings.TrimPrefix(text, "with ")
	}
	if before, _, ok := strings.Cut(because, " allows the "); ok {
		because = before + " allows it"
	}
	if because == "" {
		return "", remedy
	}
	if strings.Contains(lower, "explicit deny") && !strings.Contains(remedy, "organization") {
		remedy = "a policy that allows it does not help: the deny must go, or not apply"
	}
	return ": " + because, remedy
}
