// Package oauth2 gets access tokens by client credentials (RFC 6749 4.4), with
// golang.org/x/oauth2. It keeps none: package credentials does.
//
//	credentials.OAuth2{TokenURL: "https://id.acme.example/token", …, Tokens: oauth2.Open}
package oauth2

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/sfngen/sfngen/runtime/credentials"
	"github.com/sfngen/sfngen/runtime/egress"
)

const (
	// answerLimit is the most that an answer may have, in bytes: a token fits into a header.
	// The library reads 1 MiB, and takes what it has read for all of it.
	answerLimit = 256 << 10
	// idleLimit is that of an egress's calls, and for the same reason.
	idleLimit = 4 * time.Second
)

// Open is an OAuth2.Tokens. It opens no connection. Its error names the member of cfg that
// cannot be right.
func Open(env egress.CredentialEnvironment, cfg credentials.OAuth2) (credentials.TokenEndpoint, error) {
	address, err := url.Parse(cfg.TokenURL)
	if err != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http" {
		return nil, fmt.Errorf("credentials: OAuth2.TokenURL must be an absolute https URL, got %q", cfg.TokenURL)
	}
	config := clientcredentials.Config{TokenURL: cfg.TokenURL, Scopes: cfg.Scopes}
	switch cfg.AuthStyle {
	case credentials.AuthHeader:
		config.AuthStyle = oauth2.AuthStyleInHeader
	case credentials.AuthBody:
		config.AuthStyle = oauth2.AuthStyleInParams
	default:
		return nil, fmt.Errorf("credentials: OAuth2.AuthStyle must be %s or %s, got %q",
			credentials.AuthHeader, credentials.AuthBody, cfg.AuthStyle)
	}
	if cfg.Audience != "" {
		config.EndpointParams = url.Values{"audience": {cfg.Audience}}
	}
	return &endpoint{host: address.Host, config: config, client: newClient(env), now: env.Now}, nil
}

// newClient is that of the token endpoint. It has no proxy, and takes no redirect: that
// would be another server that gets the secret.
func newClient(env egress.CredentialEnvironment) *http.Client {
	return &http.Client{
		Transport: bounded{&http.Transport{
			DialContext:            env.Dialer.DialContext,
			TLSClientConfig:        env.TLS,
			TLSHandshakeTimeout:    env.Dialer.Timeout, // one outlives the request that began it
			ForceAttemptHTTP2:      true,               // a dialer of our own would switch it off
			MaxIdleConnsPerHost:    1,
			IdleConnTimeout:        idleLimit,
			MaxResponseHeaderBytes: answerLimit,
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// bounded refuses answers beyond answerLimit.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(req)
	if err == nil {
		resp.Body = &boundedBody{ReadCloser: resp.Body, left: answerLimit}
	}
	return resp, err
}

type boundedBody struct {
	io.ReadCloser
	left int
}

func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= n; b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

// endpoint is one token endpoint.
type endpoint struct {
	host   string
	config clientcredentials.Config // without the client's ID and secret
	client *http.Client
	now    func() time.Time
}

// Token asks for a token. Every error is an *egress.CredentialError.
func (e *endpoint) Token(ctx context.Context, clientID, clientSecret string) (credentials.Token, error) {
	config := clientcredentials.Config{
		ClientID: clientID, ClientSecret: clientSecret, TokenURL: e.config.TokenURL, Scopes: e.config.Scopes,
		EndpointParams: e.config.EndpointParams, AuthStyle: e.config.AuthStyle,
	}
	began := e.now()
	answer, err := config.Token(context.WithValue(ctx, oauth2.HTTPClient, e.client))
	if err != nil {
		return credentials.Token{}, e.failure(ctx, err)
	}
	token := credentials.Token{Value: answer.AccessToken, Expires: expiry(began, answer)}
	if fault := tokenFault(answer); fault != "" {
		return credentials.Token{}, e.unusable(fault, false)
	}
	return token, nil
}

// expiry counts from the moment before the request, by the clock that was handed in; the
// library's own reads the system's. It is zero where the endpoint does not say one.
func expiry(began time.Time, answer *oauth2.Token) time.Time {
	var seconds float64
	switch said := answer.Extra("expires_in").(type) {
	case float64: // of JSON
		seconds = said
	case int64: // of a form
		seconds = float64(said)
	case string: // some endpoints quote it
		seconds, _ = strconv.ParseFloat(said, 64)
	}
	if !(seconds > 0) { // also not a number
		return time.Time{}
	}
	return began.Add(time.Duration(min(seconds, longest)) * time.Second)
}

// longest bounds a lifetime, in seconds: some endpoints write a very large number for "no end".
const longest = 365 * 24 * 3600
