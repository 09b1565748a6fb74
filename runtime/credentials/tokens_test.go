package credentials

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sfngen/sfngen/runtime/egress"
)

// tokenEndpoint gives tokens that are numbered.
type tokenEndpoint struct {
	*lab
	life   time.Duration
	asked  []string
	refuse func(id, secret string) error
}

func (e *tokenEndpoint) Token(_ context.Context, id, secret string) (Token, error) {
	e.asked = append(e.asked, id+":"+secret)
	if e.refuse != nil {
		if err := e.refuse(id, secret); err != nil {
			return Token{}, err
		}
	}
	token := Token{Value: fmt.Sprintf("token-%d", len(e.asked))}
	if e.life > 0 {
		token.Expires = e.clock().Add(e.life)
	}
	return token, nil
}

func (l *lab) tokens() func(egress.CredentialEnvironment, OAuth2) (TokenEndpoint, error) {
	return (&tokenEndpoint{lab: l}).open
}

func (e *tokenEndpoint) open(egress.CredentialEnvironment, OAuth2) (TokenEndpoint, error) {
	return e, nil
}

func (e *tokenEndpoint) credentials(t testing.TB) egress.Credentials {
	t.Helper()
	e.set("oauth", `{"id":"client-1","secret":"s3cret-1"}`)
	return e.lab.open(t, Config{OAuth2: &OAuth2{
		TokenURL: "https://id.example/token", AuthStyle: AuthHeader, Tokens: e.open,
		ClientID: secretOf("oauth", "id", ""), ClientSecret: secretOf("oauth", "secret", ""),
	}}, 1)
}

func bearerOf(t testing.TB, c egress.Credentials) string {
	t.Helper()
	req, _ := present(t, c)
	return req.Header.Get("Authorization")
}

func TestATokenIsKeptUntilShortlyBeforeItsEnd(t *testing.T) {
	for life, until := range map[time.Duration]time.Duration{
		time.Hour: 59 * time.Minute, 100 * time.Second: 90 * time.Second, 0: tokenLife,
	} {
		e := &tokenEndpoint{lab: newLab(), life: life}
		c := e.credentials(t)
		diff(t, "token", "Bearer token-1", bearerOf(t, c))
		e.pass(until - 1)
		diff(t, "token", "Bearer token-1", bearerOf(t, c))
		e.pass(1)
		diff(t, "token", "Bearer token-2", bearerOf(t, c))
		diff(t, "asked as", "client-1:s3cret-1", e.asked[0])
		diff(t, "masked", "[credential] [credential] [credential oauth]", c.Mask("token-1 token-2 s3cret-1"))
		if !c.HasHeader("authorization") {
			t.Error("authorization is no credential")
		}
	}
}

func TestAnOldTokenServesUntilItsEndWhileTheEndpointFails(t *testing.T) {
	e := &tokenEndpoint{lab: newLab(), life: time.Hour}
	c := e.credentials(t)
	bearerOf(t, c)
	e.refuse = func(string, string) error {
		return &egress.CredentialError{Reason: "the token endpoint id.example: 503", Again: true}
	}
	e.pass(time.Hour - 1)
	diff(t, "token", "Bearer token-1", bearerOf(t, c))
	diff(t, "lines", 1, strings.Count(e.log.String(), "an older value serves: the token endpoint id.example: 503"))
	e.pass(1)
	_, err := c.Present(t.Context(), request(t, "https://api.example/"))
	diff(t, "error", error(&egress.CredentialError{Reason: "the token endpoint id.example: 503", Again: true}), err)
}

func TestA401GetsANewToken(t *testing.T) {
	e := &tokenEndpoint{lab: newLab(), life: time.Hour}
	c := e.credentials(t)
	_, shown := present(t, c)
	e.pass(6 * time.Second)
	diff(t, "renewal", egress.Renewal{Changed: true, Words: "a new token of the token endpoint id.example"}, c.Renew(t.Context(), shown))
	diff(t, "token", "Bearer token-2", bearerOf(t, c))
}

// A client secret that was rotated is fetched again when the endpoint refuses the old one.
func TestARotatedClientSecret(t *testing.T) {
	e := &tokenEndpoint{lab: newLab(), life: time.Second}
	c := e.credentials(t)
	bearerOf(t, c)
	e.set("oauth", `{"id":"client-1","secret":"s3cret-2"}`)
	e.refuse = func(_, secret string) error {
		if secret != "s3cret-2" {
			return &egress.CredentialError{Reason: "the token endpoint id.example: invalid_client"}
		}
		return nil
	}
	e.pass(10 * time.Second)
	diff(t, "token", "Bearer token-3", bearerOf(t, c))
	diff(t, "asked as", []string{"client-1:s3cret-1", "client-1:s3cret-1", "client-1:s3cret-2"}, e.asked)
}

func TestATokenThatCannotGoOut(t *testing.T) {
	e := &tokenEndpoint{lab: newLab()}
	c := e.credentials(t)
	c.(*opened).tokens.endpoint = lineBreak{}
	_, err := c.Present(t.Context(), request(t, "https://api.example/"))
	if err == nil || !strings.HasPrefix(err.Error(), "the token endpoint id.example gave a token that cannot go out: ") {
		t.Errorf("got %v", err)
	}
}

type lineBreak struct{}

func (lineBreak) Token(context.Context, string, string) (Token, error) {
	return Token{Value: "token\r\nx: y"}, nil
}

// An endpoint that repeats the client's secret in its words: in base64, in lines.
func TestATokenEndpointThatEchoes(t *testing.T) {
	e := &tokenEndpoint{lab: newLab()}
	e.refuse = func(id, secret string) error {
		sent := base64.StdEncoding.EncodeToString([]byte(id + ":" + secret))
		return &egress.CredentialError{Reason: "400: no\nway: " + lines(sent, "\r\n") + secret, Again: true}
	}
	_, err := e.credentials(t).Present(t.Context(), request(t, "https://api.example/"))
	const want = "400: no?way: [credential oauth][credential oauth]=??[credential oauth]"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
