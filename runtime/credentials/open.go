package credentials

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/sfngen/sfngen/runtime/contract"
	"github.com/sfngen/sfngen/runtime/egress"
)

// opened are the credentials of one egress.
type opened struct {
	secretive
	store   Store
	ttl     time.Duration
	now     func() time.Time
	log     *slog.Logger
	secrets []*secret // those of fields and certificate first, as they are shown
	shown   int       // how many of secrets a request itself shows
	headers []place   // names in canonical form
	query   []place
	tokens  *tokens // nil without OAuth2
	pem     *place  // nil without a client certificate
	masks   masks

	certificate current
	reconnect   func()
}

// place is where the value of a field comes from.
type place struct {
	name   string
	secret int // in secrets; -1 for text
	use    int // in its uses
	text   string
}

// Use implements egress.CredentialSource.
func (c Config) Use(s *egress.Setup) error { return egress.UseCredentials(s, c.Open) }

// Open gives the credentials of one egress, and fetches nothing. Its error names the field
// of c that cannot be right.
func (c Config) Open(env egress.CredentialEnvironment) (egress.Credentials, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	o := &opened{ttl: c.TTL, now: env.Now, log: env.Log, reconnect: env.Reconnect}
	var err error
	if o.headers, err = o.places(c.Headers, env.Egress, http.CanonicalHeaderKey); err != nil {
		return nil, err
	}
	if o.query, err = o.places(c.Query, env.Egress, func(name string) string { return name }); err != nil {
		return nil, err
	}
	if len(c.ClientCertificate) > 0 {
		at, err := o.place("ClientCertificate", c.ClientCertificate, env.Egress, true)
		if err != nil {
			return nil, err
		}
		o.pem = &at
	}
	o.shown = len(o.secrets)
	if err := o.openTokens(c.OAuth2, env); err != nil {
		return nil, err
	}
	return o, o.openStore(c.Store, env)
}

// check refuses what can never work.
func (c Config) check() error {
	if c.TTL <= 0 {
		return fmt.Errorf("credentials: Config.TTL must be more than 0, got %s", c.TTL)
	}
	names := map[string]bool{"Authorization": c.OAuth2 != nil}
	for _, f := range c.Headers {
		name := http.CanonicalHeaderKey(f.Name)
		switch {
		case !contract.IsToken(f.Name) || contract.OwnHeaders[f.Name] != "":
			return fmt.Errorf("credentials: Config.Headers: %q cannot be set", f.Name)
		case names[name]:
			return fmt.Errorf("credentials: Config.Headers: %q is given twice (OAuth2 sets authorization)", f.Name)
		}
		names[name] = true
	}
	parameters := map[string]bool{}
	for _, f := range c.Query {
		if f.Name == "" || parameters[f.Name] {
			return fmt.Errorf("credentials: Config.Query: %q is empty or given twice", f.Name)
		}
		parameters[f.Name] = true
	}
	if o := c.OAuth2; o != nil && (o.Tokens == nil || o.AuthStyle != AuthHeader && o.AuthStyle != AuthBody) {
		return fmt.Errorf("credentials: Config.OAuth2 needs Tokens, and an AuthStyle of %s or %s", AuthHeader, AuthBody)
	}
	return nil
}

func (o *opened) openStore(open func(egress.CredentialEnvironment) (Store, error), env egress.CredentialEnvironment) error {
	if len(o.secrets) == 0 {
		return nil
	}
	if open == nil {
		return errors.New("credentials: Config.Store must be set, there are references to secrets")
	}
	var err error
	o.store, err = open(env)
	return err
}

func (o *opened) places(fields []Field, number int, written func(string) string) ([]place, error) {
	var all []place
	for _, f := range fields {
		at, err := o.place(f.Name, f.From, number, false)
		if err != nil {
			return nil, err
		}
		at.name = written(f.Name)
		all = append(all, at)
	}
	return all, nil
}

// place notes that a reference is used. Of a list egress k has the k-th.
func (o *opened) place(field string, from []Reference, number int, pem bool) (place, error) {
	switch {
	case len(from) == 0, len(from) > 1 && number > len(from):
		return place{}, fmt.Errorf("credentials: Config: %s has no reference for egress %d, it has %d", field, number, len(from))
	case len(from) == 1:
		number = 1
	}
	r := from[number-1]
	switch {
	case r.Text != "" && placeOf(r) == (Reference{}) && !pem:
		return place{name: field, secret: -1, text: r.Prefix + r.Text}, nil
	case r.Text != "" || (r.Secret == "") == (r.Parameter == ""):
		return place{}, fmt.Errorf("credentials: Config: %s: a reference has one of Secret, Parameter and Text", field)
	}
	s := o.secret(placeOf(r))
	return place{name: field, secret: s, use: o.secrets[s].need(use{r.Key, r.Prefix, pem})}, nil
}

// secret gives the number of a secret in secrets.
func (o *opened) secret(at Reference) int {
	for i, s := range o.secrets {
		if s.place == at {
			return i
		}
	}
	s := &secret{place: at}
	s.kept = keep(at.Name(), o.now, o.stale, s.readBy(o))
	o.secrets = append(o.secrets, s)
	return len(o.secrets) - 1
}

// HasHeader implements egress.Credentials.
func (o *opened) HasHeader(name string) bool {
	name = http.CanonicalHeaderKey(name)
	for _, h := range o.headers {
		if h.name == name {
			return true
		}
	}
	return o.tokens != nil && name == authorization
}

// HasParameter implements egress.Credentials.
func (o *opened) HasParameter(name string) bool {
	return slices.ContainsFunc(o.query, func(at place) bool { return at.name == name })
}

// ClientCertificate implements egress.Credentials.
func (o *opened) ClientCertificate() func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	if o.pem == nil {
		return nil
	}
	return o.certificate.forHandshake
}

// Mask implements egress.Credentials.
func (o *opened) Mask(text string) string { return o.masks.hide(text) }

// stale says that an older value serves.
func (o *opened) stale(err error) {
	o.log.Warn("credential", slog.String("reason", o.Mask("an older value serves: "+err.Error())))
}
