package lambda

import (
	"fmt"
	"net/http"
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

func notFound(arn string) *APIError {
	return &APIError{Code: "ResourceNotFoundException", Status: http.StatusNotFound, Message: "Function not found: " + arn}
}

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
