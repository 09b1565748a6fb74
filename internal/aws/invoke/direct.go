package invoke

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"maps"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/functionurl"
	"github.com/sfngen/sfngen/internal/uuid"
)

// direct invokes the orchestrator itself, with the event that a function URL
// would have made, where there are no function URLs.
type direct struct {
	// send is the client's Invoke, alone: with the client itself in an interface
	// value the linker would keep all that it can do.
	send     func(context.Context, *awslambda.InvokeInput, ...func(*awslambda.Options)) (*awslambda.InvokeOutput, error)
	function string // its name
	account  string
	now      func() time.Time
}

func (d direct) RoundTrip(req *http.Request) (*http.Response, error) {
	in := received(req)
	body, answer, ok := functionurl.ReadBody(in)
	event := functionurl.Event{RequestID: uuid.New(), Now: d.now(), AccountID: d.account, Domain: d.function}
	if ok {
		out, err := d.invoke(req.Context(), event.Payload(in, body))
		if err != nil { // which says more than a function URL, whose answer is 502
			return nil, fmt.Errorf("invoking %s: %w", d.function, cloud.Explain(err))
		}
		answer = functionurl.ReadAnswer(out.Payload, aws.ToString(out.FunctionError))
	}
	return response(req, answer, event.RequestID), nil
}

// invoke calls once: an invocation whose answer was lost may have called the API.
func (d direct) invoke(ctx context.Context, payload []byte) (*awslambda.InvokeOutput, error) {
	return d.send(ctx, &awslambda.InvokeInput{FunctionName: &d.function, Payload: payload},
		func(o *awslambda.Options) { o.Retryer = aws.NopRetryer{} })
}

// received is a request that was to be sent, as a server sees it.
func received(req *http.Request) *http.Request {
	in := req.Clone(req.Context())
	in.RequestURI, in.RemoteAddr, in.TLS = req.URL.RequestURI(), "127.0.0.1:0", &tls.ConnectionState{}
	maps.DeleteFunc(in.Header, func(_ string, values []string) bool { return len(values) == 0 })
	if in.Body == nil {
		in.Body = http.NoBody
	}
	return in
}

// response is an answer, as a client reads it.
func response(req *http.Request, answer functionurl.Answer, requestID string) *http.Response {
	header := http.Header{"X-Amzn-Requestid": {requestID}}
	body := answer.Fill(header, req.Method)
	return &http.Response{
		StatusCode: answer.Status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: req,
	}
}
