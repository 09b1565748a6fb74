package plan

import (
	"maps"
	"slices"

	"github.com/sfngen/sfngen/runtime/credentials"
	"github.com/sfngen/sfngen/spec"
)

// Credentials are what an egress shows the upstream, as a main has it; nil for none. The
// stores and token endpoints are the generated main's own imports.
func (p *Plan) Credentials() *credentials.Config {
	c := p.spec.Upstream.Credentials
	if !c.Any() {
		return nil
	}
	config := &credentials.Config{
		Headers: fieldsFrom(c.Headers), Query: fieldsFrom(c.Query),
		ClientCertificate: references(c.ClientCertificate),
		TTL:               c.TTL,
	}
	if o := c.OAuth2; o != nil {
		config.OAuth2 = &credentials.OAuth2{
			TokenURL: o.TokenURL, ClientID: references(o.ClientID), ClientSecret: references(o.ClientSecret),
			Scopes: o.Scopes, Audience: o.Audience, AuthStyle: o.AuthStyle,
		}
	}
	return config
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
