package functionurl

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/sfngen/sfngen/internal/local/lambda"
)

// functionError is a function that failed, crashed or ran out of time.
type functionError struct{ errorType string }

func (e *functionError) Error() string { return "the function failed: " + e.errorType }

func newFunctionError(result lambda.Result) *functionError {
	var report struct{ ErrorType string }
	_ = json.Unmarshal(result.Payload, &report) // what cannot be read is no time-out
	return &functionError{report.ErrorType}
}

// badAnswer is a payload that is no HTTP response: why.
type badAnswer string

func (b badAnswer) Error() string {
	return "the function's answer is not an HTTP response: " + string(b)
}

// refusal is a response that no function has made. AWS says little in it.
type refusal struct {
	status    int
	errorType string // x-amzn-ErrorType; "": none
	body      string
}

// refusalOf has the status and the body that AWS gives; its 502 is plain text
// under the type of JSON.
func refusalOf(err error) refusal {
	var api *lambda.APIError
	var failed *functionError
	switch {
	case errors.Is(err, errIncomplete):
		return refusal{http.StatusBadRequest, "BadRequestException", message("Bad Request")}
	case errors.As(err, &failed) && failed.errorType == "Sandbox.Timedout":
		return refusal{http.StatusGatewayTimeout, "", "Gateway Timeout"}
	case errors.As(err, &api) && api.Status == http.StatusTooManyRequests:
		return refusal{api.Status, api.Code, throttledBody(api)}
	case errors.As(err, &api) && api.Status == http.StatusRequestEntityTooLarge:
		return refusal{api.Status, api.Code, message(api.Message)}
	}
	return refusal{http.StatusBadGateway, "", "Internal Server Error"}
}

func message(text string) string { return encode(map[string]string{"Message": text}) }

func throttledBody(e *lambda.APIError) string {
	return encode(map[string]string{"Reason": e.Reason, "Type": "User", "message": e.Message})
}

func encode(body map[string]string) string {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // strings only
	}
	return string(text)
}

func (f refusal) write(w http.ResponseWriter) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Content-Length", strconv.Itoa(len(f.body)))
	if f.errorType != "" {
		header.Set("x-amzn-ErrorType", f.errorType)
	}
	w.WriteHeader(f.status)
	_, _ = w.Write([]byte(f.body)) // the client may be gone
}
