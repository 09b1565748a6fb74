package credentials

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/sfngen/sfngen/runtime/egress"
)

const authorization = "Authorization"

// presented are the versions that a request has.
type presented struct {
	secretive
	secrets []*version[contents] // nil for those that are not shown
	token   *version[string]
}

// Present implements egress.Credentials. Nothing is added to a request before all is there.
func (o *opened) Present(ctx context.Context, req *http.Request) (egress.Presented, error) {
	p := &presented{secrets: make([]*version[contents], len(o.secrets))}
	var err error
	for i, s := range o.secrets[:o.shown] {
		if p.secrets[i], err = s.get(ctx); err != nil {
			return nil, err
		}
	}
	if o.tokens != nil {
		if p.token, err = o.tokens.get(ctx); err != nil {
			return nil, err
		}
	}
	if o.pem != nil && o.certificate.take(p.secrets[o.pem.secret]) {
		o.reconnect()
	}
	o.addHeaders(req.Header, p)
	o.addQuery(req.URL, p)
	return p, nil
}

func (p *presented) text(at place) string {
	if at.secret < 0 {
		return at.text
	}
	return p.secrets[at.secret].value.values[at.use]
}

func (o *opened) addHeaders(header http.Header, p *presented) {
	for name := range header { // also those that are not in canonical form
		if o.HasHeader(name) {
			delete(header, name)
		}
	}
	for _, at := range o.headers {
		header[at.name] = []string{p.text(at)}
	}
	if p.token != nil {
		header[authorization] = []string{bearer + p.token.value}
	}
}

func (o *opened) addQuery(u *url.URL, p *presented) {
	if len(o.query) == 0 {
		return
	}
	pairs := o.others(u.RawQuery)
	for _, at := range o.query {
		pairs = append(pairs, encoded(at.name)+"="+encoded(p.text(at)))
	}
	u.RawQuery = strings.Join(pairs, "&")
}

// others are the parameters of a query that are no credentials. Some servers take a
// semicolon for an ampersand: what is a credential does not come after one either.
func (o *opened) others(query string) []string {
	var kept []string
	for pair := range strings.SplitSeq(query, "&") {
		var parts []string
		for part := range strings.SplitSeq(pair, ";") {
			if !o.isOwn(part) {
				parts = append(parts, part)
			}
		}
		if rest := strings.Join(parts, ";"); rest != "" {
			kept = append(kept, rest)
		}
	}
	return kept
}

// isOwn reports whether a parameter of the caller has the name of a credential.
func (o *opened) isOwn(pair string) bool {
	name, _, _ := strings.Cut(pair, "=")
	decoded, err := url.QueryUnescape(name)
	if err != nil {
		decoded = name
	}
	return o.HasParameter(decoded)
}

// encoded escapes a space so that every server decodes it.
func encoded(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

// Renew implements egress.Credentials: of all that the request had, what is not quite new.
func (o *opened) Renew(ctx context.Context, shown egress.Presented) egress.Renewal {
	p, ok := shown.(*presented)
	if !ok {
		return egress.Renewal{}
	}
	var w renewalWords
	for i, refused := range p.secrets {
		if refused != nil {
			s := o.secrets[i]
			how, err := s.renew(ctx, refused, differentContents)
			w.add("value", s.name, how, err)
		}
	}
	if p.token != nil {
		how, err := o.tokens.renew(ctx, p.token, func(a, b string) bool { return a != b })
		w.add("token", o.tokens.name, how, err)
	}
	return w.renewal()
}

// renewalWords tell what became of several renewals.
type renewalWords struct{ changed, others []string }

func (w *renewalWords) add(what, name string, how renewed, err error) {
	switch how {
	case changed:
		w.changed = append(w.changed, "a new "+what+" of "+name)
	case same:
		w.others = append(w.others, name+" has no newer "+what)
	case tooYoung:
		w.others = append(w.others, "the "+what+" of "+name+" was fetched just now")
	case failed:
		w.others = append(w.others, "not renewed: "+err.Error())
	}
}

func (w renewalWords) renewal() egress.Renewal {
	if len(w.changed) > 0 {
		return egress.Renewal{Changed: true, Words: strings.Join(w.changed, ", ")}
	}
	return egress.Renewal{Words: strings.Join(w.others, ", ")}
}
