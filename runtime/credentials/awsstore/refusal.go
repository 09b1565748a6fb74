package awsstore

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/sfngen/sfngen/runtime/credentials"
	"github.com/sfngen/sfngen/runtime/egress"
)

func (s service) failed(r credentials.Reference, again bool, format string, args ...any) error {
	return &egress.CredentialError{Reason: r.Name() + ": " + fmt.Sprintf(format, args...), Again: again}
}

// unreachable says why there is no answer.
func unreachable(ctx context.Context, of service, host string, err error) string {
	var timeout net.Error
	var dns *net.DNSError
	var network *net.OpError
	switch {
	case ctx.Err() != nil:
		return of.title + " has not answered within the time of the attempt"
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Sprintf("%s (%s) has not answered within %s; an egress in a VPC needs a way to it", of.title, host, tryLimit)
	case errors.As(err, &dns):
		return fmt.Sprintf("%s: name not resolved: %s: %s", of.title, dns.Name, dns.Err)
	case errors.As(err, &network):
		return fmt.Sprintf("no connection to %s (%s): %v", of.title, host, network.Err)
	}
	return fmt.Sprintf("the connection to %s (%s) broke", of.title, host)
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
func (s service) refused(r credentials.Reference, status int, header http.Header, body []byte) error {
	code, message := errorOf(header, body)
	named := cmp.Or(code, fmt.Sprintf("status %d", status))
	k, known := kinds[code]
	switch {
	case known:
	case strings.Contains(code, "Throttl"), strings.Contains(code, "TooManyRequests"), code == "RequestLimitExceeded",
		status == http.StatusTooManyRequests:
		k = kind{true, s.throttled()}
	case strings.HasPrefix(code, "AccessDenied"):
		k = kind{false, s.denied(message)}
	default:
		k = kind{status >= 500 || status == http.StatusRequestTimeout, "refused by " + s.title}
	}
	return s.failed(r, k.again, "%s: %s", named, k.words)
}

func (s service) throttled() string {
	if s == parameterStore {
		return "throttled: Parameter Store takes 40 requests a second of the whole account, more with its setting for higher throughput"
	}
	return "throttled by " + s.title
}

func (s service) denied(message string) string {
	if strings.Contains(strings.ToLower(message), "kms") {
		return "the egress may not use its KMS key: name it as upstream.credentials.kmsKey, and look at the policy of the key"
	}
	return "the egress may not read it: its role, the policy of the secret, and those of the organization have to allow " + s.action
}

// errorOf reads AWS's code and message (AWS JSON 1.1 protocol). The code may have a
// namespace before it and a URI after it.
func errorOf(header http.Header, body []byte) (code, message string) {
	var answer struct {
		Type    string `json:"__type"`
		Code    string `json:"code"`
		Message string // or message: names of members are matched in any case
	}
	_ = json.Unmarshal(body, &answer) // what is no JSON has no code
	code = cmp.Or(header.Get("X-Amzn-Errortype"), answer.Type, answer.Code)
	code = code[strings.LastIndexByte(code, '#')+1:]
	code, _, _ = strings.Cut(code, ":")
	if len(code) > 64 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.") != "" {
		code = ""
	}
	return code, answer.Message
}
