// Package awsstore fetches secrets from AWS Secrets Manager and Parameter Store, each by
// one signed request: their clients would make a Lambda far larger.
package awsstore

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/sfngen/sfngen/runtime/credentials"
	"github.com/sfngen/sfngen/runtime/egress"
)

const (
	// tryLimit is the time limit of one request: both services answer in some ten
	// milliseconds.
	tryLimit = 2 * time.Second
	// tries is how often a request is made that might work the next time.
	tries = 2
	// between is the wait between two.
	between = 100 * time.Millisecond
)

// store implements credentials.Store.
type store struct {
	getenv  func(string) string
	now     func() time.Time
	client  *http.Client
	signer  *v4.Signer
	between time.Duration
}

// Open gives the store of the account and region that the variables of a Lambda name, as
// the AWS SDKs read them: AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
// AWS_SESSION_TOKEN, AWS_ENDPOINT_URL_SECRETS_MANAGER, AWS_ENDPOINT_URL_SSM,
// AWS_ENDPOINT_URL and AWS_USE_DUALSTACK_ENDPOINT. Its requests go without the check of
// addresses that calls have: an endpoint of AWS may be a private one.
func Open(env egress.CredentialEnvironment) (credentials.Store, error) {
	transport := &http.Transport{
		DialContext:         (&net.Dialer{Timeout: tryLimit}).DialContext,
		TLSHandshakeTimeout: tryLimit,
		IdleConnTimeout:     tryLimit, // a Lambda that slept has no use for it
		ForceAttemptHTTP2:   true,
	}
	return &store{
		getenv: env.Getenv,
		now:    env.Now,
		client: &http.Client{Transport: transport, Timeout: tryLimit, CheckRedirect: noRedirect},
		signer: v4.NewSigner(),

		between: between,
	}, nil
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Fetch implements credentials.Store.
func (s *store) Fetch(ctx context.Context, r credentials.Reference) (string, error) {
	for try := 1; ; try++ {
		text, err := s.fetch(ctx, r)
		var failed *egress.CredentialError
		if err == nil || try == tries || !errors.As(err, &failed) || !failed.Again || !s.wait(ctx) {
			return text, err
		}
	}
}

// wait reports whether there is time left after it.
func (s *store) wait(ctx context.Context) bool {
	timer := time.NewTimer(s.between)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

func (s *store) fetch(ctx context.Context, r credentials.Reference) (string, error) {
	of := serviceOf(r)
	req, err := s.request(ctx, of, r)
	if err != nil {
		return "", of.failed(r, false, "%v", err)
	}
	status, header, body, err := s.send(req)
	switch {
	case err != nil:
		return "", of.failed(r, true, "%s", unreachable(ctx, of, req.URL.Host, err))
	case status != http.StatusOK:
		return "", of.refused(r, status, header, body)
	}
	return of.value(r, body)
}

// value reads the answer; of a text that is no secret there is nothing to quote.
func (s service) value(r credentials.Reference, body []byte) (string, error) {
	var answer struct {
		SecretString *string
		SecretBinary []byte
		Parameter    *struct{ Value *string }
	}
	err := json.Unmarshal(body, &answer)
	switch {
	case err != nil:
		return "", s.failed(r, true, "%s answered with something else than JSON", s.title)
	case answer.SecretString != nil:
		return *answer.SecretString, nil
	case answer.Parameter != nil && answer.Parameter.Value != nil:
		return *answer.Parameter.Value, nil
	case answer.SecretBinary != nil:
		return "", s.failed(r, false, "it is binary (SecretBinary), which no header can have: store it as text (SecretString)")
	}
	return "", s.failed(r, false, "it has no value")
}
