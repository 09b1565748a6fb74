package egress

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net/http"
	"time"
)

// CredentialSource opens what shows the upstream who calls. Package credentials has one;
// a main has it only where its spec names credentials.
type CredentialSource interface {
	// Use makes an egress call with credentials, by UseCredentials: so a Lambda without any
	// is not linked with what they need. It fetches nothing yet; its error names what can
	// never work.
	Use(*Setup) error
}

// Setup is an egress that is being made.
type Setup struct {
	egress *Egress
	cfg    Config
	env    Environment
}

// Opener gives the credentials of one egress.
type Opener func(CredentialEnvironment) (Credentials, error)

// CredentialEnvironment is what credentials reach outside themselves. All is set.
type CredentialEnvironment struct {
	Egress int // the number of this Lambda in the pool, from 1
	// Getenv reads the variables of the Lambda: region, AWS credentials, endpoints.
	Getenv func(string) string
	// Dialer connects to a token endpoint: as calls do, and with a Timeout, which holds for
	// a TLS handshake too.
	Dialer *Dialer
	// TLS is the configuration of the client of a token endpoint: roots, and no client certificate.
	TLS *tls.Config
	Now func() time.Time
	Log *slog.Logger
	// Reconnect is called after the client certificate has changed: calls that begin then
	// use no connection that was made before.
	Reconnect func()
}

// Credentials are those of one egress. They are safe for concurrent use.
type Credentials interface {
	// HasHeader reports whether the header field, in any case, is one of these credentials.
	HasHeader(name string) bool
	// HasParameter reports whether the query parameter, by its decoded name, is one.
	HasParameter(name string) bool
	// Present adds headers and query parameters to a request that is otherwise complete,
	// in place of those with the same names, and answers with what Renew needs. A
	// *CredentialError says why they cannot be had. It ends with the context.
	Present(context.Context, *http.Request) (Presented, error)
	// Renew fetches again what a request had that was answered with 401. It ends with the
	// context.
	Renew(context.Context, Presented) Renewal
	// ClientCertificate is for tls.Config.GetClientCertificate; nil where none is used.
	ClientCertificate() func(*tls.CertificateRequestInfo) (*tls.Certificate, error)
	// Mask replaces in text every value that was fetched, as it is and encoded.
	Mask(text string) string
}

// Presented says which values a request has.
type Presented any

// Renewal is what became of fetching again.
type Renewal struct {
	// Changed: there is another value now, and the request may be sent once more.
	Changed bool
	// Words name what changed ("a new value of secret prod/acme"), or say why nothing did.
	Words string
}

// CredentialError says why a credential cannot be had. Its text names the secret and
// never holds a value.
type CredentialError struct {
	Reason string
	// Again: another attempt may follow, because the store or the token endpoint failed.
	Again bool
	// Refused: a token endpoint did not accept the client secret. Another value of it may be.
	Refused bool
}

func (e *CredentialError) Error() string { return e.Reason }

// IsBlocked reports whether no connection is ever made there: the address is not public,
// or it is one of IPv4 and the egress calls by IPv6 only.
func IsBlocked(err error) bool {
	var blocked *blockedError
	var family *familyError
	return errors.As(err, &blocked) || errors.As(err, &family) && family.isAddress
}
