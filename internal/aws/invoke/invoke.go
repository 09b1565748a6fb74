// Package invoke sends requests to a deployed stack, as its callers do: to the
// function URL, signed where it asks for that; where there are no function URLs,
// to the orchestrator itself.
//
//	endpoint, err := invoke.Open(cloud, stack, invoke.Options{})
//	reply, err := endpoint.Send(ctx, curl.Request{Method: "GET", Path: "/orders"}, nil)
package invoke

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/sfngen/sfngen/internal/aws/cloud"
	"github.com/sfngen/sfngen/internal/aws/live"
	"github.com/sfngen/sfngen/internal/clock"
	"github.com/sfngen/sfngen/internal/curl"
	"github.com/sfngen/sfngen/internal/gen/cfn"
	"github.com/sfngen/sfngen/internal/term/printable"
	"github.com/sfngen/sfngen/internal/term/shell"
	"github.com/sfngen/sfngen/runtime/contract"
)

// defaultLimit is the longest that a Lambda runs and
// what the way there and back may take.
const defaultLimit = contract.LambdaLimit + 30*time.Second

// Options are how requests are sent; the zero value is for AWS.
type Options struct {
	Limit time.Duration    // of one request; 0: what a Lambda may take, and a margin
	Now   func() time.Time // nil: time.Now
	// Sleep waits between two polls of an execution; nil: clock.Sleep.
	Sleep func(context.Context, time.Duration) error
	// Command writes a command of sfngen's about this stack, for advice; nil:
	// without flags.
	Command func(name string, args ...string) string
}

func (o Options) withDefaults(stack string) Options {
	o.Limit = cmp.Or(o.Limit, defaultLimit)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = clock.Sleep
	}
	if o.Command == nil {
		o.Command = func(name string, args ...string) string {
			text := "sfngen " + name
			for _, word := range append([]string{stack}, args...) {
				text += " " + shell.Quote(word)
			}
			return text
		}
	}
	return o
}

// Endpoint is where a deployed stack takes requests.
type Endpoint struct {
	options   Options
	who       names
	base      string // a URL without a path
	transport http.RoundTripper
}

// names are what advice needs.
type names struct {
	stack, function, policy string // policy is an ARN; "" without one
	caller, region          string
	signed                  bool
	successes               cfn.Successes // as the deployed template has them
	command                 func(name string, args ...string) string
}

// Open finds a stack's endpoint. It sends nothing.
func Open(c *cloud.Cloud, s *live.Stack, o Options) (*Endpoint, error) {
	o = o.withDefaults(s.Name)
	e := &Endpoint{options: o, who: names{
		stack: s.Name, function: s.Summary.Orchestrator, policy: printable.Line(s.Outputs[cfn.OutputCallerPolicyARN]),
		caller: c.Caller, region: c.Region, signed: s.Summary.AuthType == string(types.FunctionUrlAuthTypeAwsIam), command: o.Command,
		successes: cfn.ReadSuccesses([]byte(s.Template)),
	}}
	if s.Summary.AuthType == "" {
		e.base = "https://" + e.who.function
		e.transport = direct{send: c.Lambda().Invoke, function: e.who.function, account: c.Account, now: o.Now}
		return e, nil
	}
	e.base = strings.TrimSuffix(s.Outputs[cfn.OutputFunctionURL], "/")
	if e.base == "" {
		return nil, fmt.Errorf("the stack %s has no output FunctionUrl yet (its status is %s): wait until it is complete, or deploy it again",
			s.Name, s.Status)
	}
	if err := checkURL(c, s.Name, e.base); err != nil {
		return nil, err
	}
	e.transport = transportOf(c)
	if e.who.signed {
		e.transport = signing{next: e.transport, credentials: c.Config.Credentials, region: c.Region, now: o.Now}
	}
	return e, nil
}

// transportOf goes the way that calls of AWS go, and keeps the API's own content
// coding.
func transportOf(c *cloud.Cloud) *http.Transport {
	transport := c.Transport()
	transport.DisableCompression = true
	return transport
}

// Reply is the outcome of a request.
type Reply struct {
	Request *http.Request // without the signature
	Answer  curl.Answer
	Took    time.Duration
	who     names
}

// Send sends one request and reads its answer, whatever its status; redirects
// are the API's answer. An error is a request that could not be made, or no
// answer; it says whether an execution may continue.
func (e *Endpoint) Send(ctx context.Context, r curl.Request, stdin io.Reader) (Reply, error) {
	req, err := r.HTTP(ctx, e.base, stdin)
	if err != nil {
		return Reply{}, err
	}
	if err := e.check(req.Header); err != nil {
		return Reply{}, err
	}
	return e.do(req)
}

func (e *Endpoint) check(header http.Header) error {
	if _, own := header["Host"]; own {
		return errors.New("-H Host: a function URL is known by its own name only; leave it out")
	}
	if e.who.signed {
		return checkHeaders(header)
	}
	return nil
}

func (e *Endpoint) do(req *http.Request) (Reply, error) {
	ctx, cancel := context.WithTimeout(req.Context(), e.options.Limit)
	defer cancel()
	var sent atomic.Bool
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }})
	began := e.options.Now()
	resp, err := e.transport.RoundTrip(req.WithContext(traced)) // which follows no redirect
	if err != nil {
		return Reply{}, e.unanswered(ctx, err, sent.Load())
	}
	answer, err := curl.Read(resp)
	if err != nil {
		return Reply{}, e.unanswered(ctx, err, true)
	}
	return Reply{Request: req, Answer: answer, Took: e.options.Now().Sub(began), who: e.who}, nil
}

// unanswered says what is known of a request without an answer.
func (e *Endpoint) unanswered(ctx context.Context, err error, sent bool) error {
	switch {
	case isRefused(err):
		return fmt.Errorf("nothing was started: %w", err)
	case errors.Is(err, curl.ErrTooLong):
		return fmt.Errorf("the answer of %s was not read to its end; %s: %w", e.base, e.continues(), err)
	case !sent:
		return fmt.Errorf("nothing was sent to %s: %w%s", e.base, err, trust(err))
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("no answer of %s within %s; %s: %w", e.base, e.options.Limit, e.continues(), err)
	case ctx.Err() != nil:
		return fmt.Errorf("stopped waiting for the answer; %s: %w", e.continues(), err)
	}
	return fmt.Errorf("the request was sent to %s, but its answer was lost; %s: %w", e.base, e.continues(), err)
}

// trust is what to do about a certificate that this machine does not trust.
func trust(err error) string {
	if !errors.As(err, new(x509.UnknownAuthorityError)) {
		return ""
	}
	return "; behind a company's proxy, set AWS_CA_BUNDLE to the PEM file of its authority"
}

// isRefused: Lambda's API has answered that it did not run the function.
func isRefused(err error) bool {
	var response *smithyhttp.ResponseError
	return errors.As(err, &response) && response.HTTPStatusCode() >= 400 && response.HTTPStatusCode() <= 499
}

func (e *Endpoint) continues() string {
	return fmt.Sprintf("an execution that it started continues in AWS, and %s lists it", e.who.command("trace"))
}
