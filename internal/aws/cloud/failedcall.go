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

// failedCall is an error of the SDK, taken apart.
type failedCall struct {
	err                error  // all of it
	service, operation string // of the call that failed: one for credentials may be below another
	code, text         string // of AWS's answer
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

func newFailedCall(err error) *failedCall {
	f := &failedCall{err: err}
	var op *smithy.OperationError
	for below := err; errors.As(below, &op); below = op.Err {
		f.service, f.operation = op.ServiceID, op.OperationName
	}
	errors.As(err, &f.credentials)
	var api smithy.APIError
	if errors.As(err, &api) {
		f.code, f.text = api.ErrorCode(), strings.Join(strings.Fields(api.ErrorMessage()), " ")
		if f.text == "UnknownError" { // the SDK's word for none
			f.text = ""
		}
	}
	var tries *retry.MaxAttemptsError
	if errors.As(err, &tries) {
		f.tries = tries.Attempt
	}
	f.readAnswer()
	return f
}

func (f *failedCall) readAnswer() {
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

// message begins with the causes that hide all others.
func (f *failedCall) message() Message {
	for _, cause := range []func(*failedCall) Message{
		canceled, missingCredentials, unreached, badCredentials, denied, clockSkew, closedRegion, throttled, unavailable,
	} {
		if m := cause(f); m != (Message{}) {
			return m
		}
	}
	return f.plain()
}

func canceled(f *failedCall) Message {
	switch {
	case errors.Is(f.err, context.Canceled):
		return Message{What: f.call(), Why: "canceled"}
	case errors.Is(f.err, context.DeadlineExceeded):
		return Message{What: f.call(), Why: "no answer in the time given"}
	}
	return Message{}
}

// plain is AWS's own answer, without what the SDK puts around it.
func (f *failedCall) plain() Message {
	switch {
	case f.code == "":
		return Message{What: f.call(), Why: innermost(f.err)}
	case f.text == "" || f.text == f.code:
		return Message{What: f.call(), Why: f.code}
	}
	return Message{What: f.call(), Why: f.code + ": " + f.text}
}

// innermost is the text of the last operation's own error.
func innermost(err error) string {
	var op *smithy.OperationError
	for errors.As(err, &op) {
		err = op.Err
	}
	return err.Error()
}

// serviceNames are the services that are known under another name than the SDK's.
var serviceNames = map[string]string{"SFN": "Step Functions", "SSO": "IAM Identity Center", "SSO OIDC": "IAM Identity Center"}

func (f *failedCall) call() string {
	if name := serviceNames[f.service]; name != "" {
		return name + " " + f.operation
	}
	return f.service + " " + f.operation
}

func (f *failedCall) afterTries() string {
	if f.tries > 1 {
		return fmt.Sprintf(" after %d tries", f.tries)
	}
	return ""
}
