// Package awsapi is what the services of AWS on this machine check and answer alike: the
// signature of a request, and an error.
package awsapi

import (
	"errors"
	"io"
	"net/http"
)

// Error is an answer of AWS that is no success.
type Error struct {
	Status     int
	Code, Text string
}

func (e *Error) Error() string { return e.Code + ": " + e.Text }

// Invalid is an error of the one that asks.
func Invalid(code, text string) *Error { return &Error{http.StatusBadRequest, code, text} }

// ErrorOf is what is answered: an *Error itself; of another the text, as a failure of the
// service with that code.
func ErrorOf(err error, code string) *Error {
	var refusal *Error
	if errors.As(err, &refusal) {
		return refusal
	}
	return &Error{http.StatusInternalServerError, code, err.Error()}
}

// Read gives the body of a call, which is a POST of / with at most so many bytes.
func Read(in *http.Request, most int64) ([]byte, error) {
	if in.Method != http.MethodPost || in.URL.Path != "/" {
		return nil, &Error{http.StatusNotFound, "UnknownOperationException", "a call is a POST of /"}
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, in.Body, most))
	if err != nil {
		return nil, Invalid("SerializationException", "the body cannot be read")
	}
	return body, nil
}
