package spec

import (
	"fmt"
	"net/url"
)

// OverrideUpstream puts another URL in the place of upstream.url, for a run on
// this machine; the egresses may call private addresses then, which is where such
// an upstream usually is. The error says what is wrong with the URL.
func (f *File) OverrideUpstream(text string) error {
	u, err := url.Parse(text)
	if err != nil {
		return fmt.Errorf("%q is not a URL: %s", text, reason(err))
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("%q must begin with http:// or https://", text)
	}
	if problem, hint := urlProblem(text, u); problem != "" {
		return fmt.Errorf("%q %s; %s", text, problem, hint)
	}
	f.Spec.Upstream.URL, f.Spec.Upstream.AllowPrivate = text, true
	return nil
}
