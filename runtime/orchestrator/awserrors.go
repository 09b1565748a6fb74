package orchestrator

import (
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/sfngen/sfngen/runtime/contract"
)

// errorCode is AWS's own name of an error, "" when AWS did not answer.
func errorCode(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

func httpStatus(err error) int {
	var response *smithyhttp.ResponseError
	if errors.As(err, &response) {
		return response.HTTPStatusCode()
	}
	return 0
}

// isThrottle: AWS refused because of a rate, and did nothing.
func isThrottle(err error) bool {
	code := errorCode(err)
	_, known := retry.DefaultThrottleErrorCodes[code]
	return known || code == "KmsThrottlingException" || httpStatus(err) == http.StatusTooManyRequests
}

// isUnsent: no connection came about, so AWS did nothing.
func isUnsent(err error) bool {
	var operation *net.OpError
	return errors.As(err, &operation) && operation.Op == "dial"
}

// isRefusal: AWS answered that it did nothing, and would say so again.
func isRefusal(err error) bool {
	status := httpStatus(err)
	return errors.Is(err, errNoCredentials) ||
		errorCode(err) != "" && status >= 400 && status <= 499 && !isThrottle(err)
}

// didNothing: sending it again cannot start anything twice.
func didNothing(err error) bool { return isThrottle(err) || isUnsent(err) }

// mayPass: the same call may work later.
func mayPass(err error) bool { return !isRefusal(err) }

// awsProblem says what an AWS error means to the caller; the cause has the rest.
// Unknown is the problem of a call that may or may not have had its effect.
func awsProblem(err error, unknown *problem) *problem {
	cause := operatorError(err)
	switch code := errorCode(err); {
	case isThrottle(err), code == "ExecutionLimitExceeded":
		return throttled.problem("AWS accepts no more executions at the moment. Nothing was sent to the upstream.").retryLater().because(cause)
	case isUnsent(err):
		return workflowUnavailable.problem("The connection to AWS Step Functions failed. Nothing was sent to the upstream.").
			retryLater().because(cause)
	case code == "StateMachineDeleting":
		return workflowUnavailable.problem("This stack is being deleted. Nothing was sent to the upstream.").because(cause)
	case isRefusal(err):
		return misconfigured.problem("AWS refused to run the workflow. Nothing was sent to the upstream. The orchestrator's log says why.").
			because(cause)
	}
	return unknown.because(cause)
}

// hints say what the operator can do.
var hints = map[string]string{
	"AccessDeniedException": "allow the orchestrator's role states:StartSyncExecution or states:StartExecution on the state machine, " +
		"and states:DescribeExecution on its executions",
	"KmsAccessDeniedException":     "allow the orchestrator's role to use the state machine's KMS key",
	"StateMachineDoesNotExist":     "compare " + contract.EnvStateMachine + " with the deployed state machine and its region",
	"InvalidArn":                   "compare " + contract.EnvStateMachine + " with the deployed state machine",
	"StateMachineTypeNotSupported": "the state machine and workflow.type of the spec differ; deploy the template again",
	"ExpiredTokenException":        "the Lambda's credentials have expired",
	"UnrecognizedClientException":  "the credentials are not those of an AWS account",
	"ExecutionLimitExceeded":       "the account's quota of open executions is used up",
}

// quotesInput are the errors whose message may repeat what was sent.
var quotesInput = map[string]bool{
	"InvalidExecutionInput": true, "InvalidName": true, "ValidationException": true, "SerializationException": true,
}

// operatorError is err for the log: with a hint, and without any of the
// caller's data.
func operatorError(err error) error {
	code := errorCode(err)
	switch {
	case quotesInput[code]:
		return errors.New(code + " (its message is left out: it may quote the request)")
	case hints[code] != "":
		return fmt.Errorf("%w; %s", err, hints[code])
	}
	return err
}
