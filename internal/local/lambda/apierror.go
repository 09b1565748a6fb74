package lambda

import (
	"fmt"
	"net/http"
	"strings"
)

// APIError is a refusal by Lambda itself: no code of the function ran, or
// Lambda could not run it (API reference, Invoke, "Errors").
type APIError struct {
	Code    string // such as TooManyRequestsException
	Status  int    // of the HTTP answer
	Message string
	Reason  string // of TooManyRequestsException: which limit; else ""
}

func (e *APIError) Error() string { return e.Code + ": " + e.Message }

// notFound names the requested version, $LATEST by default (recorded: LocalStack,
// test_no_such_function).
func notFound(arn string) *APIError {
	if strings.Count(arn, ":") < qualifiedColons {
		arn += ":$LATEST"
	}
	return &APIError{Code: "ResourceNotFoundException", Status: http.StatusNotFound, Message: "Function not found: " + arn}
}

// qualifiedColons are those of arn:aws:lambda:REGION:ACCOUNT:function:NAME:VERSION.
const qualifiedColons = 7

func requestTooLarge() *APIError {
	return &APIError{Code: "RequestTooLargeException", Status: http.StatusRequestEntityTooLarge,
		Message: fmt.Sprintf("Request must be smaller than %d bytes for the InvokeFunction operation", RequestLimit)}
}

func invalidContent(err error) *APIError {
	return &APIError{Code: "InvalidRequestContentException", Status: http.StatusBadRequest,
		Message: "Could not parse request body into json: " + err.Error()}
}

// The limits that an invocation can meet.
const (
	reservedLimit = "ReservedFunctionConcurrentInvocationLimitExceeded"
	accountLimit  = "ConcurrentInvocationLimitExceeded"
	callerLimit   = "CallerRateLimitExceeded"
)

func throttled(reason string) *APIError {
	return &APIError{Code: "TooManyRequestsException", Status: http.StatusTooManyRequests, Message: "Rate Exceeded.", Reason: reason}
}

func serviceFailed(err error) *APIError {
	return &APIError{Code: "ServiceException", Status: http.StatusInternalServerError, Message: err.Error()}
}
