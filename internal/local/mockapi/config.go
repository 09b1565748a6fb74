package mockapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/sfngen/sfngen/internal/local/guard"
)

// Config says how the API behaves. The zero value answers every request without
// delay.
type Config struct {
	Limits     []Limit       // at most 8, and all of them hold; default none
	Kind       LimitKind     // how limits count that do not say it; default LimitFixed
	Per        Per           // by what limits count that do not say it; default PerIP
	Code       int           // status over the limit, 200..599; default 429
	Header     http.Header   // of that answer, after all others; a field without values is taken out
	Body       []byte        // of that answer and of those in a ban, up to 1 MiB; nil: what was received, as JSON
	RetryAfter RetryAfter    // the Retry-After of that answer; default RetryAfterSeconds
	Headers    []QuotaHeader // what each answer says about the limit; default nothing
	Ban        Ban           // by what the limit counts that was broken; the zero value: no bans

	Script    Script       // what answers the requests in turn; the zero value: no script
	Paths     []PathScript // scripts of some paths; the longest matching prefix is used before Script
	ScriptPer Per          // who has its own position in each script; default PerAll

	Require []Requirement // what a request has to show before anything else is looked at; default nothing
	OAuth2  OAuth2        // a token endpoint, and its tokens are required; default none

	Latency Range   // before every answer, up to maxLatency; a script entry's own takes precedence
	Errors  float64 // share of the other answers that become 500, 502, 503 or 504, 0..1

	TLS TLS // default NoTLS
	// ClientCertificates: a client has to show a certificate of the API's CA; TLSGood only.
	ClientCertificates bool

	HTTP2 bool // HTTP/2 beside HTTP/1.1: by ALPN with TLS, else by prior knowledge (RFC 9113 3.3)

	Keep int // how many requests Requests gives, 1..1,000,000; default 10,000
}

// Environment is what the API needs from outside. The first three are required.
type Environment struct {
	Now func() time.Time
	// Sleep returns after d, or earlier when ctx is done.
	Sleep func(ctx context.Context, d time.Duration) error
	// Random returns a value in [0, 1). It is never called concurrently.
	Random func() float64
	// Answered, if set, gets each request when its answer is decided, just before
	// it is sent. It is never called concurrently.
	Answered func(Request)
	// Broken, if set, gets what ended a connection before a request could be read,
	// such as a failed TLS handshake. It may be called concurrently.
	Broken func(text string)
	// Key, unless zero, has to be the first segment of every path that Serve answers. It
	// is taken out: the request is recorded without it.
	Key guard.Key
}

// maxLatency is the longest delay of an answer.
const maxLatency = time.Hour

const maxRefusalBody = 1 << 20

const maxKeep = 1_000_000

func (c Config) withDefaults() Config {
	c.Per = orElse(c.Per, PerIP)
	c.Limits = slices.Clone(c.Limits)
	for i, limit := range c.Limits {
		c.Limits[i] = limit.withDefaults(c.Per, orElse(c.Kind, LimitFixed))
	}
	c.Code = orElse(c.Code, 429)
	c.RetryAfter = orElse(c.RetryAfter, RetryAfterSeconds)
	c.ScriptPer = orElse(c.ScriptPer, PerAll)
	c.TLS = orElse(c.TLS, NoTLS)
	c.Keep = orElse(c.Keep, 10_000)
	c.Ban.Code = orElse(c.Ban.Code, 403)
	c.OAuth2.Lifetime = orElse(c.OAuth2.Lifetime, time.Hour)
	return c
}

func orElse[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// validate returns all errors, each with its field, after the defaults are set.
func (c Config) validate() error {
	return errors.Join(
		in("Limits", c.validateLimits()),
		in("Kind", orElse(c.Kind, LimitFixed).validate()),
		in("Per", c.Per.validate()),
		in("Code", between(c.Code, 200, 599)),
		in("Body", between(len(c.Body), 0, maxRefusalBody)),
		in("RetryAfter", c.RetryAfter.validate()),
		in("Headers", validateEach(c.Headers)),
		in("Ban", c.validateBan()),
		in("Script", c.Script.validate()),
		in("Paths", validatePaths(c.Paths)),
		in("ScriptPer", c.ScriptPer.validate()),
		in("Latency", c.Latency.validate()),
		in("Errors", validateShare(c.Errors)),
		in("Require", validateEach(c.Require)),
		in("OAuth2", c.OAuth2.validate()),
		in("TLS", c.TLS.validate()),
		in("ClientCertificates", c.validateClientCertificates()),
		in("Keep", between(c.Keep, 1, maxKeep)),
	)
}

func (c Config) validateLimits() error {
	if len(c.Limits) > maxLimits {
		return fmt.Errorf("must be %d at most, got %d", maxLimits, len(c.Limits))
	}
	return validateEach(c.Limits)
}

func (c Config) validateBan() error {
	if c.Ban.After != 0 && len(c.Limits) == 0 {
		return errors.New("needs a limit, because what it counts are calls over the limit")
	}
	return c.Ban.validate()
}

func (c Config) validateClientCertificates() error {
	if c.ClientCertificates && c.TLS != TLSGood {
		return errors.New("need TLS that works: a client shows its certificate in the handshake")
	}
	return nil
}

func (e Environment) validate() error {
	if e.Now == nil || e.Sleep == nil || e.Random == nil {
		return errors.New("environment: Now, Sleep and Random must be given")
	}
	return nil
}

func in(field string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", field, err)
}

func validateCode(code int) error {
	if code < 400 || code > 599 {
		return fmt.Errorf("must be an error status, 400..599, got %d", code)
	}
	return nil
}

func validateShare(share float64) error {
	if !(share >= 0 && share <= 1) { // NaN is neither
		return fmt.Errorf("must be between 0 and 1, got %v", share)
	}
	return nil
}

func between(got, least, most int) error {
	if got < least || got > most {
		return fmt.Errorf("must be between %d and %d, got %d", least, most, got)
	}
	return nil
}
