// Package awsstore fetches secrets from AWS Secrets Manager and Parameter Store, each by
// one signed request: their clients would make a Lambda far larger.
package awsstore

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/sfngen/sfngen/runtime/awscall"
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

// bodyMost is more than a secret of 64 KiB has when JSON escapes every character.
const bodyMost = 1 << 20

// store implements credentials.Store.
type store struct {
	client  *awscall.Client
	between time.Duration
}

// Open gives the store of the account and region that the variables of a Lambda name; see
// awscall.Options. The endpoints have AWS_ENDPOINT_URL_SECRETS_MANAGER and
// AWS_ENDPOINT_URL_SSM too.
func Open(env egress.CredentialEnvironment) (credentials.Store, error) {
	client := awscall.New(awscall.Options{
		Getenv: env.Getenv, Now: env.Now, Limit: tryLimit, Most: bodyMost,
		Idle: tryLimit, // a Lambda that slept has no use for a connection
	})
	return &store{client, between}, nil
}

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
	answer, err := s.client.Do(ctx, callOf(of, r))
	switch {
	case err != nil:
		return "", of.failed(r, errors.As(err, new(*awscall.UnreachableError)), "%v", err)
	case answer.Status != http.StatusOK:
		return "", of.refused(r, answer)
	}
	return of.value(r, answer.Body)
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
		return "", s.failed(r, true, "%s answered with something else than JSON", s.Title)
	case answer.SecretString != nil:
		return *answer.SecretString, nil
	case answer.Parameter != nil && answer.Parameter.Value != nil:
		return *answer.Parameter.Value, nil
	case answer.SecretBinary != nil:
		return "", s.failed(r, false, "it is binary (SecretBinary), which no header can have: store it as text (SecretString)")
	}
	return "", s.failed(r, false, "it has no value")
}
