package cloud

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/sfngen/sfngen/internal/lazyregexp"
	"github.com/sfngen/sfngen/runtime/contract"
)

// deniedCodes are the codes of a call that a policy forbids. The answer to a HEAD of
// S3 has no code: the SDK turns its status into Forbidden.
var deniedCodes = []string{
	"AccessDenied", "AccessDeniedException", "AccessDeniedForDependencyException", "AuthorizationError",
	"AuthorizationErrorException", "Forbidden", "ForbiddenException", "NotAuthorized", "UnauthorizedOperation", "UnauthorizedAccess",
}

// refusal is AWS's sentence about a policy (IAM User Guide, "Troubleshoot access
// denied error messages"): who, what, on what, why.
var refusal = lazyregexp.New(`(?i)user: (\S+) is not authorized to perform: (\S+?)(?: on (?:resource: )?"?(.+?)"?)?(?:,? ` +
	`(because .+?|with an explicit .+?))?(?: \(service: .*)?\.?$`)

const policyPage = contract.DeployPage + " has the policy that sfngen needs"

const noReason = "it gives no reason"

// IsDenied reports whether a policy forbids the call: another one may be allowed.
func IsDenied(err error) bool { return IsCode(err, deniedCodes...) }

// IsCode reports whether AWS has answered with one of these codes.
func IsCode(err error, codes ...string) bool {
	var api smithy.APIError
	return errors.As(err, &api) && slices.Contains(codes, api.ErrorCode())
}

// denied says which action, on which resource, to whom, and whose policy has to
// change: a policy of the caller's own does not help against most of them.
func denied(f *failedCall) Message {
	if !slices.Contains(deniedCodes, f.code) {
		return Message{}
	}
	if blob, ok := encoded(f.text); ok {
		return Message{
			What: "AWS denies " + action(f.service, f.operation),
			Why:  "the reason is encoded",
			Do:   "aws sts decode-authorization-message --encoded-message " + blob + " decodes it",
		}
	}
	match := refusal.FindStringSubmatch(f.text)
	if match == nil {
		return f.deniedWithoutReason()
	}
	what := "AWS denies " + match[2] + joined(" on ", match[3]) + " to " + match[1]
	why, remedy := reason(match[4])
	return Message{What: what, Why: cmp.Or(why, noReason), Do: remedy}
}

// deniedWithoutReason names the action that the call needs.
func (f *failedCall) deniedWithoutReason() Message {
	what := "AWS denies " + action(f.service, f.operation)
	if f.service == "S3" && f.sent != nil {
		what += joined(" on ", bucketARN(f.sent, f.signature.region))
		if f.operation == "PutObject" {
			what += ", or kms:GenerateDataKey on the bucket's KMS key if it has one"
		}
	}
	why := strings.TrimSuffix(f.text, ".")
	if slices.Contains([]string{"", "Access Denied", "Forbidden", f.code}, f.text) {
		why = noReason
	}
	return Message{What: what, Why: why, Do: policyPage}
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
	{"service control policy", "it is the organization's: ask its administrators; your own policies cannot allow what it forbids"},
	{"resource control policy", "it is the organization's: ask its administrators; your own policies cannot allow what it forbids"},
	{"permissions boundary", "the boundary must allow it too: ask whoever set it"},
	{"session policy", "the session was opened with less than its role may do: open it without that policy, or with a wider one"},
	{"vpc endpoint policy", "ask whoever runs the VPC endpoint, or go another way"},
	{"resource-based policy", "the policy of the resource itself must change; " + policyPage},
}

// reason shortens AWS's "because …" or "with …".
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
		remedy = "a policy that allows it does not help: the deny must be removed, or not apply"
	}
	return because, remedy
}
