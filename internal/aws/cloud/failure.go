package cloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/sfngen/sfngen/internal/lazyregexp"
)

// failure is what an error of the SDK says, taken apart.
type failure struct {
	err                error  // all of it
	service, operation string // of the call that failed: one for credentials may be below another
	code, message      string // of AWS's answer
	status             int    // of HTTP; 0 without an answer
	request            string // its id; "" without one
	tries              int    // 0 when the SDK had no reason to count
	credentials        *credentialsError
	sent               *http.Request // nil when no answer came
	signature          signature
}

// signature is what a request says of itself (Signature Version 4).
type signature struct {
	key, region, service string
}

var credentialScope = lazyregexp.New(`Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request`)

func newFailure(err error) *failure {
	f := &failure{err: err}
	var op *smithy.OperationError
	for below := err; errors.As(below, &op); below = op.Err {
		f.service, f.operation = op.ServiceID, op.OperationName
	}
	errors.As(err, &f.credentials)
	var api smithy.APIError
	if errors.As(err, &api) {
		f.code, f.message = api.ErrorCode(), strings.Join(strings.Fields(api.ErrorMessage()), " ")
		if f.message == "UnknownError" { // the SDK's word for none
			f.message = ""
		}
	}
	var tries *retry.MaxAttemptsError
	if errors.As(err, &tries) {
		f.tries = tries.Attempt
	}
	f.readAnswer()
	return f
}

func (f *failure) readAnswer() {
	var answer *smithyhttp.ResponseError
	if !errors.As(f.err, &answer) || answer.Response == nil || answer.Response.Response == nil {
		return
	}
	f.status, f.sent = answer.Response.StatusCode, answer.Response.Request
	var known interface{ ServiceRequestID() string }
	if errors.As(f.err, &known) {
		f.request = known.ServiceRequestID()
	}
	if f.sent == nil {
		return
	}
	if match := credentialScope.FindStringSubmatch(f.sent.Header.Get("Authorization")); match != nil {
		f.signature = signature{key: match[1], region: match[2], service: match[3]}
	}
}

// words goes from what explains all else to what explains nothing.
func (f *failure) words() string {
	for _, explain := range []func(*failure) string{
		canceled, missingCredentials, unreached, badCredentials, denied, clockSkew, closedRegion, throttled, unavailable,
	} {
		if words := explain(f); words != "" {
			return words
		}
	}
	return f.plain()
}

func canceled(f *failure) string {
	switch {
	case errors.Is(f.err, context.Canceled):
		return f.call() + ": canceled"
	case errors.Is(f.err, context.DeadlineExceeded):
		return f.call() + ": no answer in the time given"
	}
	return ""
}

// plain is AWS's own answer, without what the SDK puts around it.
func (f *failure) plain() string {
	switch {
	case f.code == "":
		return f.call() + ": " + innermost(f.err)
	case f.message == "" || f.message == f.code:
		return fmt.Sprintf("%s: %s%s", f.call(), f.code, f.trace())
	}
	return fmt.Sprintf("%s: %s: %s%s", f.call(), f.code, f.message, f.trace())
}

// innermost is the text of the last operation's own error.
func innermost(err error) string {
	var op *smithy.OperationError
	for errors.As(err, &op) {
		err = op.Err
	}
	return err.Error()
}

// serviceNames are those services that people know under another name than the
// SDK does.
var serviceNames = map[string]string{"SFN": "Step Functions", "SSO": "IAM Identity Center", "SSO OIDC": "IAM Identity Center"}

func (f *failure) call() string {
	if name := serviceNames[f.service]; name != "" {
		return name + " " + f.operation
	}
	return f.service + " " + f.operation
}

// trace is the request's id, for AWS's support.
func (f *failure) trace() string {
	if f.request == "" {
		return ""
	}
	return " (request " + f.request + ")"
}

func (f *failure) afterTries() string {
	if f.tries > 1 {
		return fmt.Sprintf(" after %d tries", f.tries)
	}
	return ""
}
