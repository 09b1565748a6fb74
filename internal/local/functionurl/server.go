// Package functionurl serves the function URL of a Lambda function that runs on
// this machine, CORS included. The protocol is that of internal/functionurl.
//
//	handler := functionurl.New(functionurl.Options{Function: "orders-orchestrator", Invoke: service.Invoke})
package functionurl

import (
	"context"
	"errors"
	"net/http"
	"time"

	protocol "github.com/sfngen/sfngen/internal/functionurl"
	"github.com/sfngen/sfngen/internal/local/lambda"
	"github.com/sfngen/sfngen/internal/uuid"
)

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
	Domain    string // URL-ID.lambda-url.REGION.on.aws; "": the request's own host
}

type server struct{ Options }

// New serves every method and path. It reads the raw request target, so do not put
// it behind a mux.
func New(o Options) http.Handler {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.RequestID == nil {
		o.RequestID = uuid.New
	}
	return server{o}
}

func (s server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := s.RequestID()
	w.Header().Set("x-amzn-RequestId", id)
	if s.CORS.enabled() {
		s.CORS.allowOrigin(w.Header(), r)
		if isPreflight(r) {
			s.CORS.preflight(w, r)
			return
		}
	}
	answer := s.answer(r, id)
	body := answer.Fill(w.Header(), r.Method)
	w.WriteHeader(answer.Status)
	_, _ = w.Write(body) // the client may be gone
}

func (s server) answer(r *http.Request, id string) protocol.Answer {
	body, refusal, ok := protocol.ReadBody(r)
	if !ok {
		return refusal
	}
	payload := protocol.Event{RequestID: id, Now: s.Now(), Domain: s.Domain}.Payload(r, body)
	result, err := s.Invoke(lambda.WithRequestID(context.WithoutCancel(r.Context()), id), s.Function, payload)
	if err != nil {
		return notInvoked(err)
	}
	return protocol.ReadAnswer(result.Payload, result.FunctionError)
}

func notInvoked(err error) protocol.Answer {
	var api *lambda.APIError
	if !errors.As(err, &api) {
		return protocol.BadGateway()
	}
	return protocol.NotInvoked(api.Status, api.Code, api.Message, api.Reason)
}
