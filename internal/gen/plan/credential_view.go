package plan

import (
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/sfngen/sfngen/internal/term/count"
	"github.com/sfngen/sfngen/spec"
)

// Prices in US dollars, as those of Cost (aws.amazon.com/secrets-manager/pricing; standard
// parameters of Parameter Store are free).
const (
	secretMonth = 0.40
	secretRead  = 0.05 / 10_000
	month       = 730 * time.Hour
)

// CredentialView is one credential of a View: by name, never by value.
type CredentialView struct {
	What string `json:"what"` // as in "header x-api-key"
	// From is where all egresses have it from, or the k-th where egress k has it from.
	From []string `json:"from"`
}

// CredentialViews are all credentials; nil for none.
func (p *Plan) CredentialViews() []CredentialView {
	var views []CredentialView
	for _, l := range p.spec.Upstream.Credentials.Lists() {
		v := CredentialView{What: l.What}
		for _, r := range l.References {
			v.From = append(v.From, referenceWords(r))
		}
		views = append(views, v)
	}
	return views
}

// referenceWords is as in: secret prod/acme (token).
func referenceWords(r spec.Reference) string {
	text := "secret " + r.Secret
	switch {
	case r.Parameter != "":
		text = "parameter " + r.Parameter
	case r.IsPublic():
		return r.Text
	}
	if r.Key != "" {
		text += " (" + r.Key + ")"
	}
	return text
}

// CredentialTTL is how long an egress keeps a value.
func (p *Plan) CredentialTTL() string { return Short(p.spec.Upstream.Credentials.TTL) }

// CredentialLines say which egress shows what, and what that costs; none without
// credentials.
func (p *Plan) CredentialLines() []string {
	if !p.HasCredentials() {
		return nil
	}
	lines := []string{"credentials (read by the egresses, kept for " + Short(p.spec.Upstream.Credentials.TTL) + "):"}
	for _, v := range p.CredentialViews() {
		if len(v.From) == 1 {
			lines = append(lines, "  "+v.What+": "+v.From[0])
			continue
		}
		lines = append(lines, "  "+v.What+":")
		for k, from := range v.From {
			lines = append(lines, fmt.Sprintf("    egress %d: %s", k+1, from))
		}
	}
	if o := p.spec.Upstream.Credentials.OAuth2; o != nil {
		lines = append(lines, "  header authorization: a token of "+hostOf(o.TokenURL))
	}
	if cost := p.SecretCost(); cost != "" {
		lines = append(lines, cost)
	}
	return lines
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}

// SecretCost is what Secrets Manager asks for; "" where the spec names no secret.
func (p *Plan) SecretCost() string {
	secrets := p.secrets()
	if len(secrets) == 0 {
		return ""
	}
	reads := float64(month / p.spec.Upstream.Credentials.TTL)
	return fmt.Sprintf("%s: $%.2f a month, and for reading each at most $%.2f a month for every Lambda process that is always busy",
		count.Of(len(secrets), "secret"), float64(len(secrets))*secretMonth, reads*secretRead)
}

// secrets are the names of all secrets, each once.
func (p *Plan) secrets() []string {
	var names []string
	for _, l := range p.spec.Upstream.Credentials.Lists() {
		for _, r := range l.References {
			if r.Secret != "" && !slices.Contains(names, r.Secret) {
				names = append(names, r.Secret)
			}
		}
	}
	return names
}
