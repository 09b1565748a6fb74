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
	if err := checkOverride(text); err != nil {
		return err
	}
	s.Upstream.URL, s.Upstream.AllowPrivate = text, true
	return nil
}

// OverrideTokenURL does the same for the token endpoint of upstream.credentials.oauth2.
func (s *Spec) OverrideTokenURL(text string) error {
	o := s.Upstream.Credentials.OAuth2
	if o == nil {
		return errors.New("the spec has no upstream.credentials.oauth2, which would ask for a token")
	}
	if err := checkOverride(text); err != nil {
		return err
	}
	changed := *o
	changed.TokenURL = text
	s.Upstream.Credentials.OAuth2, s.Upstream.AllowPrivate = &changed, true
	return nil
}

func checkOverride(text string) error {
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
	if problem, hint := upstreamProblem(text, u); problem != "" {
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
