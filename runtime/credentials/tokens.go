package credentials

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/sfngen/sfngen/runtime/egress"
)

const (
	bearer = "Bearer " // RFC 6750 2.1
	// tokenMargin is the most before its end that a token is replaced; of a short life it
	// is a tenth.
	tokenMargin = time.Minute
	// tokenLife is for one whose end is not said.
	tokenLife = time.Hour
)

// tokens are those of a token endpoint.
type tokens struct {
	*kept[string]
	endpoint     TokenEndpoint
	id, password place
}

func (o *opened) openTokens(c *OAuth2, env egress.CredentialEnvironment) error {
	if c == nil {
		return nil
	}
	t := &tokens{}
	var err error
	if t.id, err = o.place("OAuth2.ClientID", c.ClientID, env.Egress, false); err != nil {
		return err
	}
	if t.password, err = o.place("OAuth2.ClientSecret", c.ClientSecret, env.Egress, false); err != nil {
		return err
	}
	if t.password.secret < 0 {
		return errors.New("credentials: Config.OAuth2.ClientSecret must not be a Text: it is a secret")
	}
	if t.endpoint, err = c.Tokens(env, *c); err != nil {
		return err
	}
	name := "the token endpoint"
	if u, err := url.Parse(c.TokenURL); err == nil && u.Host != "" {
		name += " " + u.Host
	}
	t.kept = keep(name, o.now, o.stale, o.askForToken)
	o.tokens = t
	return nil
}

// askForToken gets a token. Where the endpoint refuses the client, its secret is fetched
// again: it may have been changed.
func (o *opened) askForToken(ctx context.Context) (version[string], error) {
	p := &presented{secrets: make([]*version[contents], len(o.secrets))}
	token, err := o.tokenOf(ctx, p)
	var refused *egress.CredentialError
	if errors.As(err, &refused) && !refused.Again && p.secrets[o.tokens.password.secret] != nil && o.Renew(ctx, p).Changed {
		token, err = o.tokenOf(ctx, &presented{secrets: make([]*version[contents], len(o.secrets))})
	}
	if err != nil {
		return version[string]{}, o.told(err)
	}
	if err := checkValue(token.Value); err != nil {
		return version[string]{}, &egress.CredentialError{Reason: o.tokens.name + " gave a token that cannot go out: " + err.Error()}
	}
	o.masks.add(Reference{}, token.Value)
	return o.livingFor(token), nil
}

// told is an error in one line. What a token endpoint says may hold what was sent: it is
// masked before a line break in it, as base64 may have some, is made another character.
func (o *opened) told(err error) error {
	var known *egress.CredentialError
	if !errors.As(err, &known) {
		return err
	}
	out := *known
	out.Reason = strings.Map(func(r rune) rune {
		if isControl(r) {
			return '?'
		}
		return r
	}, o.Mask(known.Reason))
	return &out
}

// tokenOf asks once, and notes in p which secrets it had.
func (o *opened) tokenOf(ctx context.Context, p *presented) (Token, error) {
	for _, at := range []place{o.tokens.id, o.tokens.password} {
		if at.secret < 0 || p.secrets[at.secret] != nil {
			continue
		}
		var err error
		if p.secrets[at.secret], err = o.secrets[at.secret].get(ctx); err != nil {
			return Token{}, err
		}
	}
	return o.tokens.endpoint.Token(ctx, p.text(o.tokens.id), p.text(o.tokens.password))
}

func (o *opened) livingFor(token Token) version[string] {
	now := o.now()
	v := version[string]{value: token.Value, fetched: now, until: now.Add(tokenLife), end: token.Expires}
	if !token.Expires.IsZero() {
		v.until = token.Expires.Add(-min(tokenMargin, token.Expires.Sub(now)/10))
	}
	return v
}

// Format hides the token from fmt.
func (Token) Format(f fmt.State, verb rune) { secretive{}.Format(f, verb) }
