package credentials

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/sfngen/sfngen/runtime/contract"
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
	var pairs []string
	for _, at := range o.query {
		pairs = append(pairs, contract.PercentEncoded(at.name)+"="+contract.PercentEncoded(p.text(at)))
	}
	u.RawQuery = contract.ReplaceParameters(u.RawQuery, strings.Join(pairs, "&"), o.HasParameter)
}

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
