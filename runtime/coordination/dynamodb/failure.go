package dynamodb

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/sfngen/sfngen/runtime/awscall"
	"github.com/sfngen/sfngen/runtime/coordination"
)

func (s *store) failed(format string, args ...any) error {
	return fmt.Errorf("%w: %s: %s", coordination.ErrUnavailable, s.table, fmt.Sprintf(format, args...))
}

func (s *store) unreachable(err error) error {
	var unreachable *awscall.UnreachableError
	if errors.As(err, &unreachable) && unreachable.Ended {
		return s.failed("DynamoDB has not answered within %s", s.times.call)
	}
	return s.failed("%v", err)
}

// conflict says that the answer is about items that others change.
type conflict struct {
	code   string
	answer awscall.Answer
}

func (c *conflict) Error() string { return c.code }

// kind of refusal: what it means, and what there is to do.
type kind struct {
	again bool
	words string
}

// kinds are known by DynamoDB's codes (DynamoDB Developer Guide, "Error handling with
// DynamoDB"; API Reference, Common Errors).
var kinds = map[string]kind{
	"ResourceNotFoundException": {false, "it does not exist in this account and region: deploy the stack again"},
	"UnrecognizedClientException": {
		false, "AWS does not know who asks: look at the AWS credentials of the process"},
	"InvalidSignatureException": {false, "AWS does not take the signature: look at the clock and the AWS credentials of the process"},
	"ExpiredTokenException":     {true, "the AWS credentials of the process have expired"},
	"ItemCollectionSizeLimitExceededException": {
		false, "it is full, which no table of a pool is: it belongs to another stack"},
	"TransactionInProgressException": {true, "the first try of the same booking has not ended"},
	"InternalServerError":            {true, "the service failed"},
	"ServiceUnavailable":             {true, "the service failed"},
}

const throttled = "throttled: more is asked of it at once than its OnDemandThroughput in the template, or the account, allows"

// refused says what an answer means that is no success, and whether to try again.
func (s *store) refused(operation string, answer awscall.Answer) (again bool, err error) {
	if answer.Status == http.StatusOK {
		return false, nil
	}
	code, message := answer.Failure()
	k, known := kinds[code]
	switch {
	case known:
	case code == "TransactionCanceledException" && isThrottled(answer):
		k = kind{true, throttled}
	case code == conditionFailed+"Exception", code == "TransactionConflictException", code == "TransactionCanceledException":
		return false, &conflict{code, answer}
	case awscall.IsThrottle(code, answer.Status):
		k = kind{true, throttled}
	case strings.HasPrefix(code, "AccessDenied"):
		k.words = deniedWords(operation, message)
	case code == "ValidationException":
		k.words = fmt.Sprintf("DynamoDB says %q: a table whose key is not pk and sk, two texts, belongs to another stack", short(message))
	default:
		k = kind{answer.Status >= 500 || answer.Status == http.StatusRequestTimeout, "refused by DynamoDB"}
	}
	return k.again, s.failed("%s: %s", cmp.Or(code, fmt.Sprintf("status %d", answer.Status)), k.words)
}

// deniedWords say whose policy forbids it.
func deniedWords(operation, message string) string {
	action := "dynamodb:" + actionOf(operation)
	switch {
	case strings.Contains(message, "permissions boundary"):
		return "the permissions boundary of the Lambda's role forbids it: it has to allow " + action + ", and the use of operations.kmsKey"
	case strings.Contains(strings.ToLower(message), "kms"):
		return "the Lambda may not use the key of the table (operations.kmsKey): look at the state and the policy of the key"
	}
	return "the role of the Lambda, and the policies of the organization, have to allow " + action + ": deploy the stack again"
}

// actionOf is what a policy has to allow: a transaction is allowed by what it does.
func actionOf(operation string) string {
	if operation == "TransactWriteItems" {
		return "UpdateItem"
	}
	return operation
}

// short is a text of AWS in a line.
func short(text string) string { return text[:min(len(text), 200)] }
