package mockapi

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// tokenPath is the token endpoint.
const tokenPath = "/token"

// OAuth2 is a token endpoint for client credentials (RFC 6749 4.4); the zero value is
// none. Every other path then wants one of its tokens.
type OAuth2 struct {
	ClientID string
	Secret   Text
	Lifetime time.Duration // of a token; default 1h
}

// ParseOAuth2 reads ID=SECRET. No error repeats the secret.
func ParseOAuth2(text string) (OAuth2, error) {
	id, secret, _ := strings.Cut(text, "=")
	o := OAuth2{ClientID: id, Secret: Text(secret)}
	value, ok := o.Secret.read()
	switch {
	case id == "" || secret == "":
		return o, errors.New("must be ID=SECRET, such as client=env:CLIENT_SECRET")
	case !ok || value == "":
		return o, errors.New("the secret cannot be read: there is no such variable or file, or it is empty")
	}
	return o, nil
}

func (o OAuth2) validate() error {
	if o.Lifetime < time.Second || o.Lifetime > 24*time.Hour {
		return fmt.Errorf("the lifetime must be between 1s and 24h, got %v", o.Lifetime)
	}
	return nil
}

// tokenProblem says why a request has no token that counts; "" when it has one, or none is
// needed. The lock is held.
func (a *API) tokenProblem(q *Request) string {
	if a.cfg.OAuth2.ClientID == "" {
		return ""
	}
	token, ok := strings.CutPrefix(q.Header.Get("Authorization"), "Bearer ")
	expires, known := a.tokens[token]
	switch {
	case !ok:
		return "header authorization has no bearer token of " + tokenPath
	case !known:
		return "the token is not of " + tokenPath
	case !q.Time.Before(expires):
		return "the token has expired"
	}
	return ""
}

// isTokenRequest reports whether a request is for the token endpoint.
func (a *API) isTokenRequest(target *url.URL) bool {
	return a.cfg.OAuth2.ClientID != "" && target.Path == tokenPath
}

// token answers a request of the token endpoint, whose body is read.
func (a *API) token(q *Request) reply {
	a.mu.Lock()
	defer a.mu.Unlock()
	form, err := url.ParseQuery(string(q.Body))
	switch {
	case q.Method != http.MethodPost || err != nil || !strings.HasPrefix(q.Header.Get("Content-Type"), "application/x-www-form-urlencoded"):
		return tokenAnswer(http.StatusBadRequest, map[string]any{"error": "invalid_request", "error_description": "it must be a POST of a form"})
	case form.Get("grant_type") != "client_credentials":
		return tokenAnswer(http.StatusBadRequest, map[string]any{"error": "unsupported_grant_type"})
	case !a.isClient(q, form):
		return tokenAnswer(http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
	}
	token := rand.Text()
	for old, expires := range a.tokens {
		if !q.Time.Before(expires) {
			delete(a.tokens, old)
		}
	}
	a.tokens[token] = q.Time.Add(a.cfg.OAuth2.Lifetime)
	return tokenAnswer(http.StatusOK, map[string]any{
		"access_token": token, "token_type": "Bearer", "expires_in": int(a.cfg.OAuth2.Lifetime / time.Second),
	})
}

// isClient takes HTTP Basic with both parts form-encoded, or form fields (RFC 6749 2.3.1).
func (a *API) isClient(q *Request, form url.Values) bool {
	id, secret := form.Get("client_id"), form.Get("client_secret")
	if user, password, ok := (&http.Request{Header: q.Header}).BasicAuth(); ok {
		var err, err2 error
		id, err = url.QueryUnescape(user)
		secret, err2 = url.QueryUnescape(password)
		if err != nil || err2 != nil {
			return false
		}
	}
	return id == a.cfg.OAuth2.ClientID && a.cfg.OAuth2.Secret.is(secret)
}

// tokenAnswer is JSON that nobody may keep (RFC 6749 5.1, 5.2).
func tokenAnswer(status int, fields map[string]any) reply {
	body, _ := json.Marshal(fields) // texts and numbers
	out := reply{code: status, header: http.Header{"Cache-Control": {"no-store"}}, why: "a token"}
	if code, failed := fields["error"].(string); failed {
		out.why = code
	}
	if status == http.StatusUnauthorized {
		out.header.Set("WWW-Authenticate", "Basic")
	}
	out.content = func([]byte) (io.Reader, int64) { return strings.NewReader(string(body)), int64(len(body)) }
	return out
}
