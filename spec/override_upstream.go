package spec

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// OverrideUpstream puts another URL in the place of upstream.url, its base path
// included, for a run on this machine. The egresses may then call private
// addresses, where such an upstream usually is. The error says what is wrong
// with the URL.
func (s *Spec) OverrideUpstream(text string) error {
	problemOf := upstreamProblem
	if s.Upstream.Credentials.Any() {
		problemOf = credentialedProblem
	}
	if err := overridden(text, problemOf); err != nil {
		return err
	}
	s.Upstream.URL, s.Upstream.AllowPrivate = text, true
	return nil
}

// OverrideTokenURL puts another URL in the place of upstream.credentials.oauth2.tokenUrl,
// under the same terms. A spec without oauth2 is refused.
func (s *Spec) OverrideTokenURL(text string) error {
	if s.Upstream.Credentials.OAuth2 == nil {
		return errors.New("the spec has no upstream.credentials.oauth2, so nobody asks for a token")
	}
	if err := overridden(text, tokenURLProblem); err != nil {
		return err
	}
	other := *s.Upstream.Credentials.OAuth2
	other.TokenURL = text
	s.Upstream.Credentials.OAuth2, s.Upstream.AllowPrivate = &other, true
	return nil
}

// credentialedProblem is of an upstream that is sent credentials.
func credentialedProblem(text string, u *url.URL) (problem, hint string) {
	problem, hint = upstreamProblem(text, u)
	if problem == "" && isOpen(u) {
		return "is http: anyone on the way could read what upstream.credentials sends", "write https://"
	}
	return problem, hint
}

// isOpen reports whether somebody on the way can read what is sent there.
func isOpen(u *url.URL) bool { return u.Scheme == "http" && blockedKind(u.Hostname()) != "loopback" }

func tokenURLProblem(text string, u *url.URL) (problem, hint string) {
	problem, hint = urlProblem(text, u)
	if problem == "" && isOpen(u) {
		return "is not encrypted: the client's secret would travel in the open", "write https://"
	}
	return problem, hint
}

// overridden says what is wrong with a URL of the command line.
func overridden(text string, problemOf func(string, *url.URL) (problem, hint string)) error {
	if !strings.Contains(text, "://") {
		return fmt.Errorf("%q must begin with http:// or https://%s", text, withScheme(text))
	}
	u, err := url.Parse(text)
	if err != nil {
		return fmt.Errorf("%q is not a URL: %s", text, reason(err))
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("%q must begin with http:// or https://", text)
	}
	if problem, hint := problemOf(text, u); problem != "" {
		return fmt.Errorf("%q %s; %s", text, problem, hint)
	}
	return nil
}

// withScheme is the hint for a URL that has none, as in 127.0.0.1:8429.
func withScheme(text string) string {
	whole := "http://" + strings.TrimPrefix(text, "//")
	if u, err := url.Parse(whole); err != nil || u.Hostname() == "" {
		return ""
	}
	return "; write " + whole
}
