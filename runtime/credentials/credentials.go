// Package credentials fetches what an API wants to see of the one that calls: headers,
// query parameters, tokens, a client certificate. What is written here are references;
// the values come from a Store when an egress first needs them, and stand in no file,
// template, definition or log line, nor in the history of a failure.
//
// It has no dependency. The stores and token endpoints that have one are Go modules of
// their own (awsstore, oauth2), which a generated main imports only where its spec names
// them.
package credentials

import (
	"context"
	"time"

	"github.com/sfngen/sfngen/runtime/egress"
)

// Config says which credentials go out with every call of a stack.
type Config struct {
	Headers []Field // names in lower case
	Query   []Field // names as they are sent, not encoded
	// OAuth2 gets a token by client credentials (RFC 6749 4.4); nil for none.
	OAuth2 *OAuth2
	// ClientCertificate is PEM: the chain and the key. One, or one for each egress.
	ClientCertificate []Reference
	// TTL is how long a value is kept before it is fetched again; more than 0.
	TTL time.Duration
	// Store opens where the references lead; nil only where there are none.
	Store func(egress.CredentialEnvironment) (Store, error)
}

// Field is one header field or query parameter.
type Field struct {
	Name string
	// From is one reference for all egresses, or one for each: egress k has the k-th.
	From []Reference
}

// Reference says where a value is: one of Secret, Parameter and Text.
type Reference struct {
	Secret    string // of Secrets Manager: name or ARN
	Parameter string // of Parameter Store: name or ARN
	Text      string // the value itself, where it is public: OAuth2.ClientID
	Key       string // the member of a JSON secret, whose value is a text; "": the whole secret
	Prefix    string // goes before the value
}

// Store is where secrets are kept. It is safe for concurrent use.
type Store interface {
	// Fetch gives the whole text of a secret or parameter. Its error is an
	// *egress.CredentialError.
	Fetch(context.Context, Reference) (string, error)
}

// OAuth2 says how a token is got; it goes out as "Authorization: Bearer TOKEN".
type OAuth2 struct {
	TokenURL               string
	ClientID, ClientSecret []Reference // one, or one for each egress
	Scopes                 []string
	Audience               string // a form field of that name; "" for none
	AuthStyle              string // AuthHeader or AuthBody
	// Tokens opens the client of the token endpoint (package oauth2).
	Tokens func(egress.CredentialEnvironment, OAuth2) (TokenEndpoint, error)
}

// How a client shows the token endpoint who it is (RFC 6749 2.3.1).
const (
	AuthHeader = "header" // HTTP Basic
	AuthBody   = "body"   // client_id and client_secret as form fields
)

// TokenEndpoint gives tokens. It is safe for concurrent use.
type TokenEndpoint interface {
	// Token asks for a new one. Its error is an *egress.CredentialError.
	Token(ctx context.Context, clientID, clientSecret string) (Token, error)
}

// Token is an access token.
type Token struct {
	Value   string
	Expires time.Time // zero: not said
}
