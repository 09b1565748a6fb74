package plan

import (
	"maps"
	"slices"

	"github.com/sfngen/sfngen/runtime/credentials"
	"github.com/sfngen/sfngen/runtime/credentials/awsstore"
	"github.com/sfngen/sfngen/runtime/credentials/oauth2"
	"github.com/sfngen/sfngen/runtime/egress"
	"github.com/sfngen/sfngen/spec"
)

// credentialSource is what an egress shows the upstream, with the functions that open
// stores and token endpoints; nil for nothing.
func (p *Plan) credentialSource() egress.CredentialSource {
	c := p.spec.Upstream.Credentials
	if !c.Any() {
		return nil
	}
	config := credentials.Config{
		Headers: fieldsFrom(c.Headers), Query: fieldsFrom(c.Query),
		ClientCertificate: references(c.ClientCertificate),
		TTL:               c.TTL,
	}
	if p.ReadsSecrets() {
		config.Store = awsstore.Open
	}
	if o := c.OAuth2; o != nil {
		config.OAuth2 = &credentials.OAuth2{
			TokenURL: o.TokenURL, ClientID: references(o.ClientID), ClientSecret: references(o.ClientSecret),
			Scopes: o.Scopes, Audience: o.Audience, AuthStyle: o.AuthStyle, Tokens: oauth2.Open,
		}
	}
	return config
}

// HasCredentials reports whether the upstream is shown any.
func (p *Plan) HasCredentials() bool { return p.spec.Upstream.Credentials.Any() }

// OwnCredentials reports whether each egress shows the upstream another caller.
func (p *Plan) OwnCredentials() bool { return p.spec.Upstream.Credentials.Own() }

// ReadsSecrets reports whether an egress reads secrets or parameters.
func (p *Plan) ReadsSecrets() bool { return p.spec.Upstream.Credentials.Fetched() }

// AsksForTokens reports whether an egress asks a token endpoint.
func (p *Plan) AsksForTokens() bool { return p.spec.Upstream.Credentials.OAuth2 != nil }

// CredentialsOf are the places that egress k (from 1) reads.
func (p *Plan) CredentialsOf(k int) []spec.Reference { return p.spec.Upstream.Credentials.Of(k) }

// CredentialKey is the ARN of the KMS key of the secrets; "" for AWS's own.
func (p *Plan) CredentialKey() string { return p.spec.Upstream.Credentials.KMSKey }

// OwnRoles reports whether egresses read different places, so that each needs a role of
// its own, and has one: a role of the user's is that of all.
func (p *Plan) OwnRoles() bool {
	return p.spec.Upstream.Credentials.OwnPlaces() && p.Operations.Roles.Egress == ""
}

func fieldsFrom(named map[string][]spec.Reference) []credentials.Field {
	var fields []credentials.Field
	for _, name := range slices.Sorted(maps.Keys(named)) {
		fields = append(fields, credentials.Field{Name: name, From: references(named[name])})
	}
	return fields
}

func references(from []spec.Reference) []credentials.Reference {
	var to []credentials.Reference
	for _, r := range from {
		to = append(to, credentials.Reference(r))
	}
	return to
}
