// Package functionurl is the HTTP endpoint of a Lambda function: it turns each
// request into an event, payload format version 2.0, and the function's answer
// into a response, as AWS does
// (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html).
//
//	server := &http.Server{Handler: functionurl.New(functionurl.Options{
//		Function: "orders-orchestrator", Invoke: service.Invoke,
//	})}
package functionurl

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/sfngen/sfngen/internal/local/lambda"
)

// requestLimit is the largest body, in bytes (developer guide, "Lambda quotas").
// The event around it has the same limit, so base64 leaves less.
const requestLimit = lambda.RequestLimit

// Options are one function URL.
type Options struct {
	Function string // its name or ARN
	// Invoke is lambda.Service.Invoke. Its context does not end with the
	// client's connection.
	Invoke func(ctx context.Context, function string, payload []byte) (lambda.Result, error)
	CORS   CORS
	Now    func() time.Time // nil: time.Now
	// RequestID names requests, and the invocations that they make; nil: random
	// UUIDs.
	RequestID func() string
	AccountID string // of the caller; "": "anonymous", as without authentication
	Domain    string // URL-ID.lambda-url.REGION.on.aws; "": the request's own host
}

type functionURL struct{ Options }

// New serves every method and path. It reads the raw request target, so do not put
// it behind a mux.
func New(o Options) http.Handler {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.RequestID == nil {
		o.RequestID = lambda.RandomUUID
	}
	if o.AccountID == "" {
		o.AccountID = "anonymous"
	}
	return functionURL{o}
}

func (u functionURL) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := u.RequestID()
	w.Header().Set("x-amzn-RequestId", id)
	if u.CORS.enabled() {
		u.CORS.allowOrigin(w.Header(), r)
		if isPreflight(r) {
			u.CORS.preflight(w, r)
			return
		}
	}
	body, err := readBody(r)
	if err != nil {
		refusalOf(err).write(w)
		return
	}
	answer, err := u.invoke(r, id, body)
	if err != nil {
		refusalOf(err).write(w)
		return
	}
	answer.write(w, r.Method, u.CORS.enabled())
}

func (u functionURL) invoke(r *http.Request, id string, body []byte) (answer, error) {
	payload, err := u.event(r, id, body).encode()
	if err != nil {
		return answer{}, err
	}
	ctx := lambda.WithRequestID(context.WithoutCancel(r.Context()), id)
	result, err := u.Invoke(ctx, u.Function, payload)
	if err != nil {
		return answer{}, err
	}
	return readAnswer(result)
}

// errIncomplete reports a body that ends too early or breaks its framing.
var errIncomplete = errors.New("the request's body is not complete")

var errTooLarge = &lambda.APIError{Code: "RequestEntityTooLargeException", Status: http.StatusRequestEntityTooLarge,
	Message: "Request Entity Too Large"}

// readBody does not request a body that it would refuse: a client that expects 100
// gets 413 immediately (RFC 9110 10.1.1).
func readBody(r *http.Request) ([]byte, error) {
	if r.ContentLength > requestLimit {
		return nil, errTooLarge
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, requestLimit+1))
	switch {
	case err != nil:
		return nil, errIncomplete
	case len(body) > requestLimit:
		return nil, errTooLarge
	}
	return body, nil
}
