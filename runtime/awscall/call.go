// Package awscall makes calls of AWS, each one signed request in its JSON protocols: a
// client of AWS's SDK would make a Lambda far larger.
package awscall

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Service is one of AWS's.
type Service struct {
	Title    string // as AWS writes it
	Name     string // in host names and signatures
	Version  string // of its JSON protocol: "1.0" or "1.1"
	Variable string // of its endpoint
	// HasBoth: its ordinary name is of IPv4 and IPv6, where AWS has no other for both.
	HasBoth bool
}

// Options are those of a Client. All must be set.
type Options struct {
	// Getenv reads the variables of a Lambda, as the AWS SDKs read them: AWS_REGION,
	// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, a service's own for its
	// endpoint, AWS_ENDPOINT_URL and AWS_USE_DUALSTACK_ENDPOINT.
	Getenv func(string) string
	Now    func() time.Time
	// Limit is the time limit of one request.
	Limit time.Duration
	// Idle is how long a connection is kept that nobody uses.
	Idle time.Duration
	// Most is the size of an answer in bytes, above which it is cut off.
	Most int64
}

// Client makes calls. It is safe for concurrent use.
type Client struct {
	getenv func(string) string
	now    func() time.Time
	client *http.Client
	signer *v4.Signer
	most   int64
}

// New gives a client that follows no redirect. Its requests go without the check of
// addresses that calls of an egress have: an endpoint of AWS may be a private one.
func New(o Options) *Client {
	transport := &http.Transport{
		DialContext:         (&net.Dialer{Timeout: o.Limit}).DialContext,
		TLSHandshakeTimeout: o.Limit,
		IdleConnTimeout:     o.Idle,
		MaxIdleConnsPerHost: 100, // an environment of a Lambda has one at a time; sfngen dev has more
		ForceAttemptHTTP2:   true,
	}
	return &Client{
		getenv: o.Getenv, now: o.Now, signer: v4.NewSigner(), most: o.Most,
		client: &http.Client{Transport: transport, Timeout: o.Limit, CheckRedirect: noRedirect},
	}
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Call is what is asked.
type Call struct {
	Of     Service
	Target string // X-Amz-Target: the operation, with its prefix
	Region string // "": the Lambda's
	Body   []byte // JSON
}

// Answer is what AWS sends; one that is no success too.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Do makes one request. An error that is an *UnreachableError may be gone the next time;
// any other is about the environment variables, and stays.
func (c *Client) Do(ctx context.Context, call Call) (Answer, error) {
	req, err := c.request(ctx, call)
	if err != nil {
		return Answer{}, err
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return Answer{}, c.unreachable(ctx, call, req, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, c.most))
	if err != nil {
		return Answer{}, c.unreachable(ctx, call, req, err)
	}
	return Answer{resp.StatusCode, resp.Header, body}, nil
}

func (c *Client) request(ctx context.Context, call Call) (*http.Request, error) {
	keys := aws.Credentials{
		AccessKeyID:     c.getenv("AWS_ACCESS_KEY_ID"),
		SecretAccessKey: c.getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken:    c.getenv("AWS_SESSION_TOKEN"),
	}
	if keys.AccessKeyID == "" || keys.SecretAccessKey == "" {
		return nil, errors.New("environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set to ask AWS for it")
	}
	region := cmp.Or(call.Region, c.getenv("AWS_REGION"))
	if region == "" {
		return nil, errors.New("environment variable AWS_REGION must be set to ask AWS for it")
	}
	endpoint, err := c.endpoint(call.Of, region)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(call.Body))
	if err != nil {
		return nil, fmt.Errorf("the endpoint of %s: %w", call.Of.Title, err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-"+call.Of.Version)
	req.Header.Set("X-Amz-Target", call.Target)
	sum := sha256.Sum256(call.Body)
	return req, c.signer.SignHTTP(ctx, keys, req, hex.EncodeToString(sum[:]), call.Of.Name, region, c.now())
}

// Close closes the connections that nobody uses.
func (c *Client) Close() { c.client.CloseIdleConnections() }
