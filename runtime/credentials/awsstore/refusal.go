package awsstore

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"github.com/sfngen/sfngen/runtime/awscall"
	"github.com/sfngen/sfngen/runtime/credentials"
	"github.com/sfngen/sfngen/runtime/egress"
)

func (s service) failed(r credentials.Reference, again bool, format string, args ...any) error {
	return &egress.CredentialError{Reason: r.Name() + ": " + fmt.Sprintf(format, args...), Again: again}
}

// kind of refusal: what it means, and what there is to do.
type kind struct {
	again bool
	words string
}

// kinds are known by AWS's codes (Secrets Manager API Reference, GetSecretValue; Systems
// Manager API Reference, GetParameter; both, Common Errors).
var kinds = map[string]kind{
	"ResourceNotFoundException": {
		false, "it does not exist in this account and region, or has no value yet: create it, or mend the name in the spec"},
	"ParameterNotFound":         {false, "it does not exist in this account and region: create it, or mend the name in the spec"},
	"ParameterVersionNotFound":  {false, "it has no such version"},
	"InvalidRequestException":   {false, "it cannot be read now; one that is marked for deletion can be restored"},
	"InvalidParameterException": {false, "its name is not one that AWS takes"},
	"ValidationException":       {false, "its name is not one that AWS takes"},
	"DecryptionFailure":         {false, "its KMS key cannot decrypt it: look at the key, and at upstream.credentials.kmsKey"},
	"InvalidKeyId":              {false, "its KMS key cannot be used: look at the key, and at upstream.credentials.kmsKey"},
	"UnrecognizedClientException": {
		false, "AWS does not know who asks: look at the AWS credentials of the process"},
	"InvalidSignatureException": {false, "AWS does not take the signature: look at the clock and the AWS credentials of the process"},
	"ExpiredTokenException":     {true, "the AWS credentials of the process have expired"},
	"InternalServiceError":      {true, "the service failed"},
	"InternalServerError":       {true, "the service failed"},
	"ServiceUnavailable":        {true, "the service failed"},
}

// refused says what an answer means that has no value.
func (s service) refused(r credentials.Reference, answer awscall.Answer) error {
	code, message := answer.Failure()
	status := answer.Status
	named := cmp.Or(code, fmt.Sprintf("status %d", status))
	k, known := kinds[code]
	switch {
	case known:
	case awscall.IsThrottle(code, status):
		k = kind{true, s.throttled()}
	case strings.HasPrefix(code, "AccessDenied"):
		k = kind{false, s.denied(message)}
	default:
		k = kind{status >= 500 || status == http.StatusRequestTimeout, "refused by " + s.Title}
	}
	return s.failed(r, k.again, "%s: %s", named, k.words)
}

func (s service) throttled() string {
	if s == parameterStore {
		return "throttled: Parameter Store takes 40 requests a second of the whole account, more with its setting for higher throughput"
	}
	return "throttled by " + s.Title
}

func (s service) denied(message string) string {
	if strings.Contains(message, "permissions boundary") { // whatever the role itself allows
		return "the permissions boundary of the egress's role forbids it: it has to allow " + s.action + ", and kms:Decrypt with kmsKey"
	}
	if strings.Contains(strings.ToLower(message), "kms") {
		return "the egress may not use its KMS key: name it as upstream.credentials.kmsKey, and look at the policy of the key"
	}
	return "the egress may not read it: its role, the policy of the secret, and those of the organization have to allow " + s.action
}
