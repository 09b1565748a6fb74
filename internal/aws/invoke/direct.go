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
	"github.com/sfngen/sfngen/internal/local/functionurl"
	"github.com/sfngen/sfngen/internal/local/lambda"
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
	var failed error // that of AWS: a function URL would not say more than 502
	url := functionurl.New(functionurl.Options{
		Function: d.function, AccountID: d.account, Domain: d.function, Now: d.now,
		Invoke: func(_ context.Context, function string, payload []byte) (lambda.Result, error) {
			result, err := d.invoke(req.Context(), function, payload)
			failed = err
			return result, err
		},
	})
	answer := &recorder{header: http.Header{}}
	url.ServeHTTP(answer, received(req))
	if failed != nil {
		return nil, fmt.Errorf("invoking %s: %w", d.function, cloud.Explain(failed))
	}
	return answer.response(req), nil
}

// invoke asks once: an invocation whose answer was lost may have called the API.
func (d direct) invoke(ctx context.Context, function string, payload []byte) (lambda.Result, error) {
	out, err := d.send(ctx, &awslambda.InvokeInput{FunctionName: &function, Payload: payload},
		func(o *awslambda.Options) { o.Retryer = aws.NopRetryer{} })
	if err != nil {
		return lambda.Result{}, err
	}
	return lambda.Result{Payload: out.Payload, FunctionError: aws.ToString(out.FunctionError)}, nil
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

// recorder is an http.ResponseWriter for a response that is read afterwards.
type recorder struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header            { return r.header }
func (r *recorder) WriteHeader(status int)         { r.status = status }
func (r *recorder) Write(part []byte) (int, error) { return r.body.Write(part) }

func (r *recorder) response(req *http.Request) *http.Response {
	return &http.Response{
		StatusCode: r.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: r.header, Body: io.NopCloser(&r.body), ContentLength: int64(r.body.Len()), Request: req,
	}
}
