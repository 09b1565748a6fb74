package stepfunctions

import (
	"fmt"
	"net/http"
	"strings"
)

// Error is a refusal with the text of the API.
type Error struct {
	Code    string // such as ExecutionAlreadyExists
	Message string
	Status  int // of HTTP

	namespace string // of __type
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// The namespaces that AWS puts before a code in __type; SDKs drop them.
const (
	serviceErrors      = "com.amazonaws.swf.service.v2.model"
	constraintErrors   = "com.amazon.coral.validate"
	availabilityErrors = "com.amazon.coral.availability"
	frameworkErrors    = "com.amazon.coral.service"
)

// refused is one of the errors that the API's model lists: AWS's own sentence,
// and what to do about it.
func refused(code, sentence, advice string) *Error {
	message := sentence
	if advice != "" {
		message += ". " + advice + "."
	}
	return &Error{Code: code, Message: message, Status: http.StatusBadRequest, namespace: serviceErrors}
}

func invalidARN(why, advice string) error {
	return refused("InvalidArn", fmt.Sprintf("Invalid Arn: '%s'", why), advice)
}

func noSuchMachine(arn string) error {
	return refused("StateMachineDoesNotExist", fmt.Sprintf("State Machine Does Not Exist: '%s'", arn),
		"Call ListStateMachines for those that this machine runs")
}

func noSuchExecution(arn string) error {
	return refused("ExecutionDoesNotExist", fmt.Sprintf("Execution Does Not Exist: '%s'", arn),
		"It was never started here, or so many have ended since that it is forgotten; call ListExecutions for those that are known")
}

func executionExists(arn string) error {
	return refused("ExecutionAlreadyExists", fmt.Sprintf("Execution Already Exists: '%s'", arn),
		"It has ended, or has another input; send another name")
}

// typeNotSupported has only AWS's sentence, because clients compare it.
func typeNotSupported() error {
	return refused("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine", "")
}

func invalidName(name string) error {
	return refused("InvalidName", fmt.Sprintf("Invalid Name: '%s'", name),
		"Use letters, digits, - and _; a name has no white space, no control characters and none of "+forbiddenInNames)
}

func invalidInput(why string) error {
	return refused("InvalidExecutionInput", fmt.Sprintf("Invalid State Machine Execution Input: '%s'", why),
		"Send one JSON value as text")
}

func invalidToken(token string) error {
	return refused("InvalidToken", fmt.Sprintf("Invalid Token: '%s'", token),
		"Send the nextToken of the page before, and the other arguments unchanged")
}

// closing uses the error which guarantees that nothing was started.
func closing(arn string) error {
	return refused("StateMachineDeleting", fmt.Sprintf("State Machine is being deleted: '%s'", arn),
		"This machine's Step Functions is stopping; start it again")
}

func throttled(action string) error {
	return &Error{Code: "ThrottlingException", Status: http.StatusBadRequest, namespace: availabilityErrors,
		Message: "Rate exceeded. " + action + " was asked to refuse calls; send it again later."}
}

// constraintViolated lists all violations of the API's model in a request.
func constraintViolated(violations []string) error {
	noun := "errors"
	if len(violations) == 1 {
		noun = "error"
	}
	return &Error{Code: "ValidationException", Status: http.StatusBadRequest, namespace: constraintErrors,
		Message: fmt.Sprintf("%d validation %s detected: %s", len(violations), noun, strings.Join(violations, "; "))}
}

func unreadable(why string) error {
	return &Error{Code: "SerializationException", Status: http.StatusBadRequest, namespace: frameworkErrors,
		Message: why + ". Send one JSON object with the request's fields."}
}

func tooLarge() error {
	return &Error{Code: "RequestEntityTooLargeException", Status: http.StatusRequestEntityTooLarge, namespace: frameworkErrors,
		Message: fmt.Sprintf("The request is larger than %d bytes. Send less input.", requestLimit)}
}

func unknownOperation(target string) error {
	return &Error{Code: "UnknownOperationException", Status: http.StatusBadRequest, namespace: frameworkErrors,
		Message: fmt.Sprintf("%q is not known here. Send POST / with X-Amz-Target: %sACTION, ACTION one of %s.",
			target, targetPrefix, strings.Join(actionNames(), ", "))}
}

// givenUp is for a caller that still waits although its request has ended.
func givenUp() error {
	return &Error{Code: "ServiceUnavailable", Status: http.StatusServiceUnavailable, namespace: frameworkErrors,
		Message: "The request ended before the execution, which continues."}
}

func internal(what any) *Error {
	return &Error{Code: "InternalFailure", Status: http.StatusInternalServerError, namespace: frameworkErrors,
		Message: fmt.Sprintf("This is a bug of sfngen: %v. Please report it.", what)}
}
